#pragma once

#include "desktop/models/workspace.h"

#include <QLineEdit>
#include <QTimer>

class QCompleter;
class QStandardItemModel;

namespace kontor::desktop {

/// Chooses a record of an entity by a part of its name. Holds its id; empty text means none.
class RecordPicker : public QLineEdit {
    Q_OBJECT
  public:
    RecordPicker(Workspace &workspace, const QString &entity, QWidget *parent);

    [[nodiscard]] QString recordId() const { return id_; }
    void setRecordId(const QString &id);

  Q_SIGNALS:
    void recordChanged();

  private:
    void look();
    void showName();

    Workspace &workspace_;
    QString entity_;
    QString id_;
    QString name_;
    QCompleter *completer_;
    QStandardItemModel *found_;
    QTimer delay_;
};

}  // namespace kontor::desktop
