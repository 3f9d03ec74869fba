#pragma once

#include "desktop/models/workspace.h"

#include <QDialog>

class QButtonGroup;
class QGridLayout;
class QLabel;
class QPushButton;

namespace kontor::desktop {

class RecordPicker;

/// Records that are the same become one. The one that it was opened on stays; for each field that differs the user
/// chooses whose value stays. Lists are united by the server.
class MergeDialog : public QDialog {
    Q_OBJECT
  public:
    MergeDialog(Workspace &workspace, const EntityDescription &entity, const QJsonObject &master, QWidget *parent);

    /// Takes another record into the merge.
    void addRecord(const QString &id);

  private:
    struct Choice {
        QString field;
        QButtonGroup *group = nullptr;
        int byRule = 0;  // what the server would take without being told
    };

    void showRecords();
    void addField(const FieldDescription &field, int line);
    void merge();
    void merged(const QString &mergeId);
    static void takeBack(Workspace &workspace, const EntityDescription &entity, const QString &mergeId);
    [[nodiscard]] QString nameOf(const QJsonObject &record) const;

    Workspace &workspace_;
    const EntityDescription &entity_;
    QList<QJsonObject> records_;  // the master first
    QList<Choice> choices_;
    RecordPicker *picker_;
    QWidget *page_;
    QGridLayout *grid_ = nullptr;
    QLabel *message_;
    QPushButton *merge_;
};

}  // namespace kontor::desktop
