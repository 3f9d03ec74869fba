#pragma once

#include "desktop/models/workspace.h"

#include <QDialog>
#include <QTemporaryDir>

class QLabel;
class QPushButton;
class QTreeWidget;
class QTreeWidgetItem;

namespace kontor::desktop {

/// The records that a job has left as they were, and why; each can be opened.
class RefusalsDialog : public QDialog {
    Q_OBJECT
  public:
    RefusalsDialog(Workspace &workspace, const EntityDescription &entity, const QString &jobId, QWidget *parent);

    static constexpr int shownAtMost = 500;

  private:
    void ask(const QString &jobId);
    void fill(const QString &file);
    void showNames();
    void openRecord();
    void save();

    Workspace &workspace_;
    EntityDescription entity_;
    QTemporaryDir folder_;
    QString file_;
    QLabel *state_;
    QTreeWidget *tree_;
    QPushButton *open_ = nullptr;
    QPushButton *save_ = nullptr;
};

}  // namespace kontor::desktop
