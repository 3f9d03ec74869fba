#include "desktop/views/main_window.h"

#include <QTabWidget>

namespace kontor::desktop {

MainWindow::MainWindow(Workspace &workspace, QWidget *parent)
    : QMainWindow(parent), workspace_(workspace), tabs_(new QTabWidget(this)) {
    setCentralWidget(tabs_);
}

}  // namespace kontor::desktop
