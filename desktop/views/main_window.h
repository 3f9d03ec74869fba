#pragma once

#include "desktop/models/workspace.h"

#include <QMainWindow>

class QTabWidget;

namespace kontor::desktop {

/// The one window: navigation at the left, the open lists and records as tabs beside it.
class MainWindow : public QMainWindow {
    Q_OBJECT
  public:
    explicit MainWindow(Workspace &workspace, QWidget *parent = nullptr);

  private:
    Workspace &workspace_;
    QTabWidget *tabs_;
};

}  // namespace kontor::desktop
