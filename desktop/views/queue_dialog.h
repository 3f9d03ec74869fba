#pragma once

#include "desktop/models/write_queue.h"

#include <QDialog>

class QLabel;
class QPushButton;
class QTreeWidget;

namespace kontor::desktop {

/// The writes that wait for the server, and those that the user has to decide about.
class QueueDialog : public QDialog {
    Q_OBJECT
  public:
    QueueDialog(Workspace &workspace, WriteQueue &queue, QWidget *parent);

  private:
    void fill();
    void showState();
    [[nodiscard]] const QueuedWrite *chosen() const;

    Workspace &workspace_;
    WriteQueue &queue_;
    QLabel *told_;
    QTreeWidget *tree_;
    QPushButton *open_;
    QPushButton *again_;
    QPushButton *discard_;
};

}  // namespace kontor::desktop
