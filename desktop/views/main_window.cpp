#include "desktop/views/main_window.h"

#include "desktop/models/event_stream.h"
#include "desktop/models/kept_views.h"
#include "desktop/models/reminders.h"
#include "desktop/models/write_queue.h"
#include "desktop/views/board_view.h"
#include "desktop/views/calendar_view.h"
#include "desktop/views/forecast_view.h"
#include "desktop/views/import_wizard.h"
#include "desktop/views/language.h"
#include "desktop/views/list_view.h"
#include "desktop/views/look.h"
#include "desktop/views/print.h"
#include "desktop/views/queue_dialog.h"
#include "desktop/views/record_view.h"
#include "desktop/views/reminder_notes.h"

#include <QActionGroup>
#include <QApplication>
#include <QCloseEvent>
#include <QLabel>
#include <QListWidget>
#include <QLoggingCategory>
#include <QMenuBar>
#include <QMessageBox>
#include <QSettings>
#include <QSplitter>
#include <QStatusBar>
#include <QTabBar>
#include <QTabWidget>
#include <QToolBar>
#include <QToolButton>
#include <QVBoxLayout>

namespace kontor::desktop {

namespace {

/// QT_LOGGING_RULES="kontor.start=true" tells how long a start takes (tests/bench, and whoever looks for what is slow).
Q_LOGGING_CATEGORY(startLog, "kontor.start", QtWarningMsg)

constexpr int mostRecent = 30;
constexpr int mostTravelled = 100;
constexpr int messageMilliseconds = 8000;

/// What stands in the navigation, in its order: key, icon. Those that the user may not see are left out.
struct Place {
    const char *key;
    const char *icon;
};
constexpr std::array<Place, 6> places{{{"list/accounts", "account"},
                                       {"list/contacts", "contact"},
                                       {"list/activities", "activity"},
                                       {"list/leads", "lead"},
                                       {"list/opportunities", "opportunity"},
                                       {"list/quotes", "quote"}}};

QString iconOf(const QString &entity) {
    for (const Place &place : places) {
        if (QString(place.key).mid(5).startsWith(entity.left(4).toLower())) return place.icon;
    }
    return "list";
}

}  // namespace

MainWindow::MainWindow(Workspace &workspace, QWidget *parent)
    : QMainWindow(parent), workspace_(workspace), tabs_(new QTabWidget(this)), navigation_(new QListWidget(this)) {
    setObjectName("mainWindow");
    setWindowTitle("Kontor");
    setWindowIcon(QIcon(":/kontor.svg"));
    resize(1280, 820);

    tabs_->setObjectName("screens");
    tabs_->setDocumentMode(true);
    tabs_->setMovable(true);
    tabs_->setElideMode(Qt::ElideRight);
    tabs_->tabBar()->setExpanding(false);
    tabs_->tabBar()->setUsesScrollButtons(true);
    connect(tabs_, &QTabWidget::currentChanged, this, &MainWindow::screenChanged);

    makeNavigation();
    auto *const splitter = new QSplitter(this);
    splitter->setObjectName("shell");
    splitter->addWidget(navigation_);
    splitter->addWidget(tabs_);
    splitter->setStretchFactor(1, 1);
    splitter->setCollapsible(1, false);
    splitter->setSizes({190, 1090});
    setCentralWidget(splitter);

    makeMenus();
    makeFoot();
    connect(&workspace_, &Workspace::ready, this, &MainWindow::fill);
    connect(&workspace_, &Workspace::openRequested, this, &MainWindow::openRecord);
    connect(&workspace_, &Workspace::createRequested, this, &MainWindow::newRecord);
    connect(&workspace_, &Workspace::said, this, &MainWindow::say);
    connect(&workspace_, &Workspace::failed, this,
            [this](const Problem &problem) { say(problem.title + " " + problem.detail); });
    connect(&workspace_, &Workspace::recordRenamed, this, &MainWindow::rename);
    connect(&workspace_.server(), &Server::onlineChanged, this, [this](bool online) {
        showLive(live_);
        // What was shown meanwhile is of the last time, and no event tells what has changed since.
        if (online) Q_EMIT workspace_.outdated();
    });
}

QAction *MainWindow::action(QMenu &menu, const QString &text, const QString &icon, const QKeySequence &shortcut,
                            const std::function<void()> &run) {
    auto *const made = new QAction(text, this);
    if (!icon.isEmpty()) made->setIcon(look::icon(icon));
    made->setShortcut(shortcut);
    connect(made, &QAction::triggered, this, run);
    menu.addAction(made);
    screenActions_.append(made);
    return made;
}

void MainWindow::makeMenus() {
    QMenu &file = *menuBar()->addMenu(tr("&File"));
    newMenu_ = file.addMenu(look::icon("add"), tr("&New"));
    action(file, tr("&Import…"), "import", QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_I), [this] {
        if (workspace_.descriptions().isEmpty()) return;
        QString const key =
            tabs_->currentWidget() != nullptr ? tabs_->currentWidget()->property("key").toString() : QString();
        auto *const wizard = new ImportWizard(workspace_, key.startsWith("list/") ? key.mid(5) : "contacts", this);
        wizard->setAttribute(Qt::WA_DeleteOnClose);
        wizard->open();
    });
    for (bool const toPdf : {false, true}) {
        QKeySequence const key = toPdf ? QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_P) : QKeySequence::Print;
        action(file, toPdf ? tr("Save as P&DF…") : tr("&Print…"), toPdf ? "save" : "print", key, [this, toPdf] {
            if (!printScreen(workspace_, tabs_->currentWidget(), toPdf)) say(tr("Lists and records can be printed."));
        });
    }
    file.addSeparator();
    action(file, tr("Switch &server…"), "user", {}, [this] { Q_EMIT switchServerRequested(); });
    action(file, tr("Sign &out"), "sign-out", {}, [this] { Q_EMIT signOutRequested(); });
    file.addSeparator();
    action(file, tr("&Quit"), {}, QKeySequence::Quit, [this] { close(); });

    screenMenu_ = menuBar()->addMenu(tr("&Record"));

    goMenu_ = menuBar()->addMenu(tr("&Go"));
    QAction *const palette = action(*goMenu_, tr("&Find anything…"), "search", QKeySequence(Qt::CTRL | Qt::Key_K),
                                    [this] { openPalette(); });
    back_ = action(*goMenu_, tr("&Back"), "back", QKeySequence(Qt::ALT | Qt::Key_Left), [this] { travel(-1); });
    forward_ =
        action(*goMenu_, tr("&Forward"), "forward", QKeySequence(Qt::ALT | Qt::Key_Right), [this] { travel(1); });
    goMenu_->addSeparator();

    QMenu &view = *menuBar()->addMenu(tr("&View"));
    action(view, tr("Next tab"), {}, QKeySequence(Qt::CTRL | Qt::Key_Tab),
           [this] { tabs_->setCurrentIndex((tabs_->currentIndex() + 1) % std::max(1, tabs_->count())); });
    action(view, tr("Previous tab"), {}, QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Tab), [this] {
        tabs_->setCurrentIndex((tabs_->currentIndex() + tabs_->count() - 1) % std::max(1, tabs_->count()));
    });
    action(view, tr("&Close tab"), "close", QKeySequence(Qt::CTRL | Qt::Key_W),
           [this] { closeTab(tabs_->currentIndex()); });
    action(view, tr("&Navigation"), {}, QKeySequence(Qt::CTRL | Qt::Key_B),
           [this] { navigation_->setVisible(!navigation_->isVisible()); });
    view.addSeparator();
    QMenu &scheme = *view.addMenu(tr("&Colours"));
    auto *const group = new QActionGroup(this);
    QString const chosen = QSettings().value("look/scheme", "system").toString();
    for (auto const &[name, text, value] :
         {std::tuple{"system", tr("As the system"), look::Scheme::system},
          std::tuple{"light", tr("Light"), look::Scheme::light}, std::tuple{"dark", tr("Dark"), look::Scheme::dark}}) {
        QAction *const made = action(scheme, text, {}, {}, [name = name, value = value] {
            QSettings().setValue("look/scheme", name);
            look::apply(*qApp, value);
        });
        made->setCheckable(true);
        made->setChecked(chosen == name);
        group->addAction(made);
    }

    QMenu &languages = *view.addMenu(tr("&Language"));
    auto *const languageGroup = new QActionGroup(this);
    for (auto const &[name, text] : {std::pair{"system", tr("As the system")}, std::pair{"en", QString("English")},
                                     std::pair{"de", QString("Deutsch")}}) {
        QAction *const made = action(languages, text, {}, {}, [this, name = name] {
            language::choose(name);
            say(tr("The language changes at the next start."));
        });
        made->setCheckable(true);
        made->setChecked(language::chosen() == name);
        languageGroup->addAction(made);
    }

    QMenu &help = *menuBar()->addMenu(tr("&Help"));
    action(help, tr("&Shortcuts"), "keyboard", QKeySequence::HelpContents, [this] {
        QString rows;
        for (const QAction *const each : findChildren<QAction *>()) {
            if (each->shortcut().isEmpty() || each->text().isEmpty()) continue;
            QString text = each->text();
            rows += "<tr><td style='padding-right:24px'>" + text.remove('&').toHtmlEscaped() + "</td><td><b>" +
                    each->shortcut().toString(QKeySequence::NativeText).toHtmlEscaped() + "</b></td></tr>";
        }
        QMessageBox box(QMessageBox::NoIcon, tr("Shortcuts"), "<table>" + rows + "</table>", QMessageBox::Close, this);
        box.exec();
    });
    action(help, tr("&About Kontor"), {}, {}, [this] {
        QMessageBox::about(
            this, tr("About Kontor"),
            tr("<h3>Kontor</h3><p>Free software under the GNU General Public License, version 2 or later.</p>"
               "<p>Server: %1</p>")
                .arg(workspace_.server().address().toDisplayString().toHtmlEscaped()));
    });

    auto *const bar = addToolBar(tr("Main"));
    bar->setObjectName("mainBar");
    bar->setMovable(false);
    bar->setIconSize({look::iconSize + 2, look::iconSize + 2});
    bar->addAction(back_);
    bar->addAction(forward_);
    auto *const find = new QToolButton(this);
    find->setObjectName("find");
    find->setDefaultAction(palette);
    find->setText(tr("Find anything   %1").arg(palette->shortcut().toString(QKeySequence::NativeText)));
    find->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    find->setMinimumWidth(320);
    bar->addWidget(find);
    auto *const create = new QToolButton(this);
    create->setText(tr("New"));
    create->setIcon(look::icon("add"));
    create->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    create->setMenu(newMenu_);
    create->setPopupMode(QToolButton::InstantPopup);
    bar->addWidget(create);
    back_->setEnabled(false);
    forward_->setEnabled(false);
}

void MainWindow::makeNavigation() {
    navigation_->setObjectName("navigation");
    navigation_->setAccessibleName(tr("Navigation"));
    navigation_->setIconSize({look::iconSize + 2, look::iconSize + 2});
    navigation_->setMinimumWidth(120);
    navigation_->setMaximumWidth(320);
    auto const go = [this](QListWidgetItem *item) {
        if (item != nullptr && !item->data(Qt::UserRole).toString().isEmpty())
            showScreen(item->data(Qt::UserRole).toString());
    };
    connect(navigation_, &QListWidget::itemClicked, this, go);
    connect(navigation_, &QListWidget::itemActivated, this, go);
}

void MainWindow::makeFoot() {
    message_ = new QFrame(this);
    message_->setObjectName("message");
    auto *const row = new QHBoxLayout(message_);
    row->setContentsMargins(look::space, 0, 0, 0);
    messageText_ = new QLabel(message_);
    messageText_->setObjectName("messageText");
    messageText_->setTextFormat(Qt::PlainText);
    messageUndo_ = new QToolButton(message_);
    messageUndo_->setObjectName("messageUndo");
    messageUndo_->setText(tr("Undo"));
    messageUndo_->setIcon(look::icon("undo"));
    messageUndo_->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    messageUndo_->setShortcut(QKeySequence(Qt::CTRL | Qt::ALT | Qt::Key_Z));
    row->addWidget(messageText_);
    row->addWidget(messageUndo_);
    message_->hide();
    statusBar()->addWidget(message_, 1);
    connection_ = new QToolButton(this);
    connection_->setObjectName("connection");
    connection_->setAutoRaise(true);
    connection_->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    connection_->setToolTip(tr("Changes that wait for the server"));
    look::asHint(*connection_);
    connect(connection_, &QToolButton::clicked, this, &MainWindow::showQueue);
    statusBar()->addPermanentWidget(connection_);
    statusBar()->setSizeGripEnabled(false);
    connect(messageUndo_, &QToolButton::clicked, this, [this] {
        message_->hide();
        if (auto const undo = std::exchange(undo_, {})) undo();
    });
    messageTimer_.setSingleShot(true);
    connect(&messageTimer_, &QTimer::timeout, message_, &QFrame::hide);
    showLive(false);
}

void MainWindow::say(const QString &text, const std::function<void()> &undo) {
    undo_ = undo;
    messageText_->setText(text);
    messageUndo_->setVisible(static_cast<bool>(undo));
    message_->show();
    messageTimer_.start(messageMilliseconds);
}

void MainWindow::showLive(bool live) {
    live_ = live;
    bool const isOnline = workspace_.server().isOnline();
    int const waiting = queue_ != nullptr ? static_cast<int>(queue_->writes().size()) : 0;
    int const undecided = queue_ != nullptr ? queue_->undecided() : 0;
    QString text = live_ ? tr("Live") : tr("Connected");
    if (!isOnline) text = tr("Off line");
    if (undecided > 0) {
        text += tr(" – %n change(s) need you", nullptr, undecided);
    } else if (waiting > 0) {
        text += tr(" – %n change(s) wait", nullptr, waiting);
    }
    connection_->setText(text);
    connection_->setIcon(look::icon(undecided > 0 ? "warning" : isOnline ? "online" : "offline"));
}

void MainWindow::showQueue() {
    if (queue_ == nullptr) return say(tr("Nothing is kept on this computer: changes are made on the server only."));
    (new QueueDialog(workspace_, *queue_, this))->open();
}

void MainWindow::followStore() {
    if (workspace_.store() == nullptr) return;
    queue_ = new WriteQueue(workspace_, *workspace_.store(), this);
    connect(queue_, &WriteQueue::changed, this, [this] { showLive(live_); });
    connect(queue_, &WriteQueue::formWanted, this,
            [this](const QString &entity, const QString &draft) { newRecordOf(entity, draft, false); });
    workspace_.setKeptViews(new KeptViews(workspace_, *workspace_.store(), this));
    workspace_.store()->loadNewDrafts(this, [this](const QList<NewDraft> &drafts) {
        for (const NewDraft &draft : drafts) newRecordOf(draft.entity, draft.id, true);
        if (drafts.isEmpty()) return;
        say(tr("%n new record(s) that you had begun are open again.", nullptr, static_cast<int>(drafts.size())));
    });
}

/// The description of the records is there: what the user may see can be shown.
void MainWindow::fill() {
    fillNavigation();
    setWindowTitle(tr("%1 – Kontor").arg(workspace_.server().address().host()));
    auto *const reminders = new Reminders(workspace_, this);
    new ReminderNotes(workspace_, *reminders, this);
    reminders->start();
    auto *const events = new EventStream(workspace_, this);
    connect(events, &EventStream::liveChanged, this, &MainWindow::showLive);
    events->start();
    restoreState();
    if (tabs_->count() == 0) showScreen("list/contacts");
    followStore();
}

void MainWindow::fillNavigation() {
    navigation_->clear();
    newMenu_->clear();
    int number = 0;
    for (const Place &place : places) {
        QString const key = place.key;
        const EntityDescription *const entity = workspace_.descriptions().collection(key.mid(5));
        if (entity == nullptr) continue;
        auto *const item = new QListWidgetItem(look::icon(place.icon), entity->labelPlural, navigation_);
        item->setData(Qt::UserRole, key);
        QKeySequence const shortcut(Qt::CTRL | static_cast<Qt::Key>(Qt::Key_1 + number++));
        action(*goMenu_, entity->labelPlural, place.icon, shortcut, [this, key] { showScreen(key); });
        if (entity->isCreateable) {
            action(*newMenu_, entity->label, place.icon, {}, [this, name = entity->name] { newRecord(name, {}); });
        }
    }
    for (auto const &[key, text, icon, needs] : {std::tuple{"board", tr("Board"), "board", "Opportunity"},
                                                 std::tuple{"calendar", tr("Calendar"), "calendar", "Activity"},
                                                 std::tuple{"forecast", tr("Forecast"), "forecast", "Target"}}) {
        if (workspace_.descriptions().entity(needs) == nullptr) continue;
        auto *const item = new QListWidgetItem(look::icon(icon), text, navigation_);
        item->setData(Qt::UserRole, key);
        action(*goMenu_, text, icon, QKeySequence(Qt::CTRL | static_cast<Qt::Key>(Qt::Key_1 + number++)),
               [this, key = QString(key)] { showScreen(key); });
    }
    goMenu_->addSeparator();
    QMenu &others = *goMenu_->addMenu(tr("&Other lists"));
    for (const EntityDescription &entity : workspace_.descriptions().all()) {
        QString const key = "list/" + entity.collection;
        if (std::ranges::any_of(places, [&](const Place &place) { return key == place.key; })) continue;
        action(others, entity.labelPlural, "list", {}, [this, key] { showScreen(key); });
    }
}

MainWindow::Screen MainWindow::makeScreen(const QString &key, QString *title, QString *icon) {
    QStringList const parts = key.split('/');
    if (key == "board") {
        auto *const board = new BoardView(workspace_, tabs_);
        *title = tr("Board");
        *icon = "board";
        return {board, board->boardActions(), {}};
    }
    if (key == "calendar") {
        auto *const calendar = new CalendarView(workspace_, tabs_);
        *title = tr("Calendar");
        *icon = "calendar";
        return {calendar, calendar->calendarActions(), {}};
    }
    if (key == "forecast") {
        auto *const forecast = new ForecastView(workspace_, tabs_);
        *title = tr("Forecast");
        *icon = "forecast";
        return {forecast, forecast->forecastActions(), {}};
    }
    if (parts[0] == "list" && parts.size() == 2) {
        const EntityDescription *const entity = workspace_.descriptions().collection(parts[1]);
        if (entity == nullptr) return {};
        auto *const list = new ListView(workspace_, *entity, tabs_);
        connect(
            &list->model(), &RecordListModel::loaded, list,
            [] { qCInfo(startLog, "the first rows of a list are there"); }, Qt::SingleShotConnection);
        *title = entity->labelPlural;
        *icon = iconOf(entity->name);
        return {list, list->listActions(), {}};
    }
    if (parts[0] == "record" && parts.size() == 3) {
        if (workspace_.descriptions().entity(parts[1]) == nullptr) return {};
        auto *const record = new RecordView(workspace_, parts[1], parts[2], tabs_);
        *title = workspace_.nameOf(parts[1], parts[2]);
        if (title->isEmpty()) *title = workspace_.descriptions().entity(parts[1])->label;
        *icon = iconOf(parts[1]);
        connect(record, &RecordView::titleChanged, this, [this, record, parts](const QString &text) {
            tabs_->setTabText(tabs_->indexOf(record), text);
            remember(parts[1], parts[2], text);
        });
        return {record, record->recordActions(), [record] { return record->hasUnsavedChanges(); }};
    }
    return {};
}

void MainWindow::addScreen(const QString &key, const Screen &screen, const QString &title, const QString &icon,
                           bool inBackground) {
    screens_.insert(key, screen);
    screen.widget->setProperty("key", key);
    int const index = tabs_->addTab(screen.widget, look::icon(icon), title);
    makeCloseButton(index);
    if (!inBackground) tabs_->setCurrentIndex(index);
    if (tabs_->count() == 1) screenChanged();
}

/// One of ours: that of the style looks like another program's.
void MainWindow::makeCloseButton(int index) {
    auto *const button = new QToolButton(tabs_->tabBar());
    button->setObjectName("closeTab");
    button->setIcon(look::icon("close"));
    button->setIconSize({look::iconSize - 4, look::iconSize - 4});
    button->setAutoRaise(true);
    button->setFocusPolicy(Qt::NoFocus);  // Ctrl+W closes
    button->setToolTip(tr("Close tab"));
    button->setAccessibleName(button->toolTip());
    tabs_->tabBar()->setTabButton(index, QTabBar::RightSide, button);
    connect(button, &QToolButton::clicked, this,
            [this, widget = tabs_->widget(index)] { closeTab(tabs_->indexOf(widget)); });
}

void MainWindow::showScreen(const QString &key, bool inBackground) {
    auto const open = screens_.constFind(key);
    if (open != screens_.cend()) {
        if (!inBackground) tabs_->setCurrentWidget(open->widget);
        return;
    }
    QString title;
    QString icon;
    Screen const screen = makeScreen(key, &title, &icon);
    if (screen.widget != nullptr) addScreen(key, screen, title, icon, inBackground);
}

void MainWindow::openRecord(const QString &entity, const QString &id, bool inBackground) {
    showScreen("record/" + entity + '/' + id, inBackground);
}

void MainWindow::newRecord(const QString &entity, const QJsonObject &values) {
    const EntityDescription *const description = workspace_.descriptions().entity(entity);
    if (description == nullptr) return;
    addNew(new RecordView(workspace_, entity, values, tabs_), entity, false);
}

void MainWindow::newRecordOf(const QString &entity, const QString &draftId, bool inBackground) {
    if (workspace_.descriptions().entity(entity) == nullptr) return;
    addNew(new RecordView(workspace_, entity, NewRecordDraft{draftId}, tabs_), entity, inBackground);
}

void MainWindow::addNew(RecordView *record, const QString &entity, bool inBackground) {
    connect(record, &RecordView::titleChanged, this,
            [this, record](const QString &text) { tabs_->setTabText(tabs_->indexOf(record), text); });
    connect(record, &RecordView::created, this,
            [this, record, entity](const QString &id) { becomeRecord(record, entity, id); });
    addScreen("new/" + QString::number(++unsaved_),
              {record, record->recordActions(), [record] { return record->hasUnsavedChanges(); }},
              tr("New: %1").arg(record->entity().label), iconOf(entity), inBackground);
}

/// In the place of the form of a new record comes that of the record, with all that belongs to it.
void MainWindow::becomeRecord(RecordView *record, const QString &entity, const QString &id) {
    int const index = tabs_->indexOf(record);
    QString const key = "record/" + entity + '/' + id;
    if (index < 0 || screens_.contains(key)) return;
    bool const isCurrent = tabs_->currentIndex() == index;
    QString title;
    QString icon;
    Screen const screen = makeScreen(key, &title, &icon);
    auto *const shown = qobject_cast<RecordView *>(screen.widget);
    if (shown == nullptr) return;
    QString const before = record->property("key").toString();
    for (QString &step : travelled_) {
        if (step == before) step = key;
    }
    screens_.remove(before);
    screens_.insert(key, screen);
    screen.widget->setProperty("key", key);
    setUpdatesEnabled(false);
    tabs_->insertTab(index, screen.widget, look::icon(icon), tabs_->tabText(index));
    makeCloseButton(index);
    if (isCurrent) tabs_->setCurrentIndex(index);
    shown->takeOver(*record);
    tabs_->removeTab(index + 1);
    record->deleteLater();
    setUpdatesEnabled(true);
    screenChanged();
}

/// A record that was made off line is known by its true id everywhere.
void MainWindow::rename(const QString &entity, const QString &before, const QString &id) {
    QString const old = "record/" + entity + '/' + before;
    QString const key = "record/" + entity + '/' + id;
    for (RecentRecord &recent : recent_) {
        if (recent.id == before) recent.id = id;
    }
    travelled_.replaceInStrings(old, key);
    if (!screens_.contains(old)) return;
    Screen const screen = screens_.take(old);
    screen.widget->setProperty("key", key);
    screens_.insert(key, screen);
}

void MainWindow::closeTab(int index) {
    QWidget *const widget = tabs_->widget(index);
    if (widget == nullptr) return;
    QString const key = widget->property("key").toString();
    tabs_->removeTab(index);
    screens_.remove(key);
    widget->deleteLater();  // a form keeps what was typed as a draft
    auto *const record = qobject_cast<RecordView *>(widget);
    if (record != nullptr && !record->draftId().isEmpty() && record->hasUnsavedChanges()) {
        say(tr("Closed. What you typed is kept."),
            [this, entity = record->entity().name, draft = record->draftId()] { newRecordOf(entity, draft, false); });
    } else if (key.startsWith("record/") || key.startsWith("list/")) {
        say(tr("Closed."), [this, key] { showScreen(key); });
    }
}

void MainWindow::screenChanged() {
    screenMenu_->clear();
    QWidget *const widget = tabs_->currentWidget();
    if (widget == nullptr) return;
    QString const key = widget->property("key").toString();
    auto const screen = screens_.constFind(key);
    if (screen != screens_.cend()) screenMenu_->addActions(screen->actions);
    // A record stands where its list does.
    auto *const record = qobject_cast<RecordView *>(widget);
    QString const place = record != nullptr ? "list/" + record->entity().collection : key;
    navigation_->setCurrentRow(-1);
    for (int row = 0; row < navigation_->count(); ++row) {
        if (navigation_->item(row)->data(Qt::UserRole).toString() == place) navigation_->setCurrentRow(row);
    }
    if (!travelling_ && !key.isEmpty() && (travelled_.isEmpty() || travelled_.value(position_) != key)) {
        travelled_.resize(position_ + 1);
        travelled_.append(key);
        if (travelled_.size() > mostTravelled) travelled_.removeFirst();
        position_ = travelled_.size() - 1;
    }
    back_->setEnabled(position_ > 0);
    forward_->setEnabled(position_ + 1 < travelled_.size());
}

void MainWindow::travel(int steps) {
    qsizetype const wanted = position_ + steps;
    if (wanted < 0 || wanted >= travelled_.size()) return;
    position_ = wanted;
    travelling_ = true;
    showScreen(travelled_[position_]);
    travelling_ = false;
    screenChanged();
}

void MainWindow::remember(const QString &entity, const QString &id, const QString &name) {
    recent_.removeIf([&](const RecentRecord &record) { return record.id == id; });
    recent_.prepend({entity, id, name});
    if (recent_.size() > mostRecent) recent_.removeLast();
}

void MainWindow::openPalette() {
    QList<QAction *> actions = screenActions_;
    auto const screen = screens_.constFind(
        tabs_->currentWidget() != nullptr ? tabs_->currentWidget()->property("key").toString() : QString());
    if (screen != screens_.cend()) actions = screen->actions + actions;
    auto *const palette = new CommandPalette(workspace_, actions, recent_, this);
    palette->move(mapToGlobal(QPoint((width() - palette->width()) / 2, 64)));
    palette->show();
}

void MainWindow::restoreState() {
    QSettings settings;
    settings.beginGroup("window/" + workspace_.server().address().host() + '/' + workspace_.userId());
    restoreGeometry(settings.value("geometry").toByteArray());
    findChild<QSplitter *>("shell")->restoreState(settings.value("shell").toByteArray());
    int const recent = settings.beginReadArray("recent");
    for (int index = 0; index < recent; ++index) {
        settings.setArrayIndex(index);
        recent_.append(
            {settings.value("entity").toString(), settings.value("id").toString(), settings.value("name").toString()});
        workspace_.rememberName(recent_.last().entity, recent_.last().id, recent_.last().name);
    }
    settings.endArray();
    for (const QString &key : settings.value("tabs").toStringList()) showScreen(key, true);
    tabs_->setCurrentIndex(settings.value("current", 0).toInt());
}

void MainWindow::saveState() {
    if (workspace_.userId().isEmpty()) return;
    QSettings settings;
    settings.beginGroup("window/" + workspace_.server().address().host() + '/' + workspace_.userId());
    settings.setValue("geometry", saveGeometry());
    settings.setValue("shell", findChild<QSplitter *>("shell")->saveState());
    settings.beginWriteArray("recent");
    for (qsizetype index = 0; index < recent_.size(); ++index) {
        settings.setArrayIndex(static_cast<int>(index));
        settings.setValue("entity", recent_[index].entity);
        settings.setValue("id", recent_[index].id);
        settings.setValue("name", recent_[index].name);
    }
    settings.endArray();
    QStringList keys;
    for (int index = 0; index < tabs_->count(); ++index) {
        QString const key = tabs_->widget(index)->property("key").toString();
        if (!key.startsWith("new/")) keys.append(key);
    }
    settings.setValue("tabs", keys);
    settings.setValue("current", tabs_->currentIndex());
}

void MainWindow::closeEvent(QCloseEvent *event) {
    saveState();
    QMainWindow::closeEvent(event);
}

}  // namespace kontor::desktop
