#pragma once

#include "desktop/models/workspace.h"

#include <QDialog>

class QTreeWidget;

namespace kontor::desktop {

/// Records that may be the same as one that is to be made: to be opened instead, or passed over (accepted).
class DuplicatesDialog : public QDialog {
    Q_OBJECT
  public:
    /// `candidates` as the server tells them: entity, id, name, matchedOn, score. Without `isNew`, it only shows them.
    DuplicatesDialog(Workspace &workspace, const QJsonArray &candidates, bool isNew, QWidget *parent);

  private:
    void fill(const QJsonArray &candidates);
    void openRecord();

    Workspace &workspace_;
    QTreeWidget *tree_;
};

}  // namespace kontor::desktop
