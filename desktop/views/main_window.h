#pragma once

#include "desktop/models/workspace.h"
#include "desktop/views/command_palette.h"

#include <QMainWindow>

#include <functional>

class QAction;
class QActionGroup;
class QFrame;
class QLabel;
class QListWidget;
class QMenu;
class QTabWidget;
class QToolButton;

namespace kontor::desktop {

class RecordView;
class WriteQueue;

/// The one window: navigation at the left, the open lists and records as tabs beside it, a menu for everything.
class MainWindow : public QMainWindow {
    Q_OBJECT
  public:
    explicit MainWindow(Workspace &workspace, QWidget *parent = nullptr);

    /// Shows a screen by its key ("list/contacts", "board", "record/Contact/01…"), which is made when it is not open.
    void showScreen(const QString &key, bool inBackground = false);
    void openRecord(const QString &entity, const QString &id, bool inBackground = false);
    void openPalette();
    /// A line at the foot that goes by itself.
    void say(const QString &text, const std::function<void()> &undo = {});
    /// The event stream's state, as the foot of the window shows it.
    void showLive(bool live);
    /// What waits for the server.
    void showQueue();

  Q_SIGNALS:
    void signOutRequested();
    void switchServerRequested();

  protected:
    void closeEvent(QCloseEvent *event) override;

  private:
    struct Screen {
        QWidget *widget = nullptr;
        QList<QAction *> actions;
        std::function<bool()> hasUnsavedChanges;
    };

    void makeActions();
    void makeMenus();
    void makeNavigation();
    void makeFoot();
    void fill();
    void fillNavigation();
    [[nodiscard]] Screen makeScreen(const QString &key, QString *title, QString *icon);
    void addScreen(const QString &key, const Screen &screen, const QString &title, const QString &icon,
                   bool inBackground);
    void newRecord(const QString &entity, const QJsonObject &values);
    void newRecordOf(const QString &entity, const QString &draftId, bool inBackground);
    void addNew(RecordView *record, const QString &entity, bool inBackground);
    void rename(const QString &entity, const QString &before, const QString &id);
    void becomeRecord(RecordView *record, const QString &entity, const QString &id);
    void followStore();
    void makeCloseButton(int index);
    void closeTab(int index);
    void screenChanged();
    void travel(int steps);
    void remember(const QString &entity, const QString &id, const QString &name);
    void restoreState();
    void saveState();
    QAction *action(QMenu &menu, const QString &text, const QString &icon, const QKeySequence &shortcut,
                    const std::function<void()> &run);

    Workspace &workspace_;
    QTabWidget *tabs_;
    QListWidget *navigation_;
    QMenu *newMenu_ = nullptr;
    QMenu *goMenu_ = nullptr;
    QMenu *screenMenu_ = nullptr;
    QToolButton *connection_ = nullptr;
    WriteQueue *queue_ = nullptr;  ///< nothing where nothing can be kept
    QFrame *message_ = nullptr;
    QLabel *messageText_ = nullptr;
    QToolButton *messageUndo_ = nullptr;
    QAction *back_ = nullptr;
    QAction *forward_ = nullptr;
    QTimer messageTimer_;
    std::function<void()> undo_;
    QHash<QString, Screen> screens_;  // by key
    QList<QAction *> screenActions_;  // global ones, for the palette
    QList<RecentRecord> recent_;
    QStringList travelled_;
    qsizetype position_ = -1;
    bool travelling_ = false;
    bool live_ = false;
    quint64 unsaved_ = 0;
};

}  // namespace kontor::desktop
