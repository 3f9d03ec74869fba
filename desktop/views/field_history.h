#pragma once

#include "desktop/models/workspace.h"

#include <QFrame>

class QLabel;
class QTreeWidget;

namespace kontor::desktop {

/// Who has changed a field when, from what to what: a note that opens at the field and closes with Escape.
class FieldHistory : public QFrame {
    Q_OBJECT
  public:
    FieldHistory(Workspace &workspace, const EntityDescription &entity, const QString &id,
                 const FieldDescription &field, QWidget *parent);

    void openAt(const QWidget &place);

  private:
    void ask(const QString &cursor);
    void append(const QJsonObject &entry);
    void showEnd();
    [[nodiscard]] QString shown(const QJsonValue &wire) const;

    Workspace &workspace_;
    const EntityDescription &entity_;
    QString id_;
    FieldDescription field_;
    QTreeWidget *tree_;
    QLabel *state_;
    int pages_ = 0;
};

}  // namespace kontor::desktop
