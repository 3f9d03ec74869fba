#pragma once

#include "desktop/models/workspace.h"

#include <QDialog>
#include <QSet>

class QButtonGroup;

namespace kontor::desktop {

/// Two people have changed the same fields: what it was, what it is now, what was typed here, and the choice.
class ConflictDialog : public QDialog {
    Q_OBJECT
  public:
    struct Row {
        FieldDescription field;
        QJsonValue before;
        QJsonValue theirs;
        QJsonValue yours;
    };

    ConflictDialog(Workspace &workspace, const QList<Row> &rows, QWidget *parent);
    /// The fields that stay as the other has left them.
    [[nodiscard]] QSet<QString> theirs() const;

  private:
    QHash<QString, QButtonGroup *> choices_;
};

}  // namespace kontor::desktop
