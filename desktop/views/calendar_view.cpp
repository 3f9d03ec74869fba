#include "desktop/views/calendar_view.h"

#include "desktop/models/reminders.h"
#include "desktop/views/look.h"

#include <QAction>
#include <QActionGroup>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPointer>
#include <QProgressBar>
#include <QSettings>
#include <QToolButton>

namespace kontor::desktop {

namespace {

constexpr int slowDelay = 500;  // ms until waiting is shown
constexpr auto spanSetting = "calendar/span";
constexpr int mostOwners = 200;

}  // namespace

CalendarView::CalendarView(Workspace &workspace, QWidget *parent)
    : QWidget(parent), workspace_(workspace), model_(new CalendarModel(workspace, this)),
      grid_(new CalendarGrid(workspace, *model_, this)), ownerId_(workspace.userId()) {
    setObjectName("calendar");
    setFocusProxy(grid_);
    auto *const column = new QVBoxLayout(this);
    column->setContentsMargins(look::space, look::space, look::space, look::space);
    column->setSpacing(look::space);
    makeActions();
    makeBar();
    column->addWidget(grid_, 1);
    slow_.setSingleShot(true);
    slow_.setInterval(slowDelay);
    connect(&slow_, &QTimer::timeout, progress_, &QWidget::show);
    connect(model_, &CalendarModel::loading, &slow_, qOverload<>(&QTimer::start));
    auto const rest = [this] {
        slow_.stop();
        progress_->hide();
    };
    connect(model_, &CalendarModel::changed, this, [this, rest] {
        rest();
        showEmptiness();
    });
    connect(model_, &CalendarModel::failed, this, [this, rest](const Problem &problem) {
        rest();
        hint_->setText(problem.detail.isEmpty() ? problem.title : problem.detail);
    });
    connect(model_, &CalendarModel::refused, this, [this](const QString &text) { Q_EMIT workspace_.said(text, {}); });
    connect(model_, &CalendarModel::saved, this, &CalendarView::tellSaved);
    connect(grid_, &CalendarGrid::spanMoved, this, &CalendarView::load);
    connect(grid_, &CalendarGrid::daySelected, this, &CalendarView::showTitle);
    connect(grid_, &CalendarGrid::created, this, &CalendarView::create);
    connect(grid_, &CalendarGrid::dayWanted, this, [this](QDate day) {
        grid_->setDay(day);
        setSpan(CalendarGrid::Span::day);
    });
    connect(grid_, &CalendarGrid::opened, this, [this](const QString &id, bool inBackground) {
        Q_EMIT workspace_.openRequested("Activity", id, inBackground);
    });
    loadOwners();
    int const span = std::clamp(QSettings().value(spanSetting, 1).toInt(), 0, 2);
    spans_[span]->setChecked(true);
    grid_->setSpan(static_cast<CalendarGrid::Span>(span));
    load();
}

QAction *CalendarView::action(const QString &text, const QString &icon, const QKeySequence &shortcut,
                              const std::function<void()> &run) {
    auto *const made = new QAction(look::icon(icon), text, this);
    made->setShortcut(shortcut);
    made->setShortcutContext(Qt::WidgetShortcut);  // single letters: only where nothing can be typed
    connect(made, &QAction::triggered, this, run);
    grid_->addAction(made);
    actions_.append(made);
    return made;
}

void CalendarView::makeActions() {
    action(tr("&Today"), "calendar", Qt::Key_T, [this] { grid_->setDay(QDate::currentDate()); });
    action(tr("&Earlier"), "left", Qt::Key_PageUp, [this] { turn(-1); });
    action(tr("&Later"), "right", Qt::Key_PageDown, [this] { turn(1); });
    auto *const group = new QActionGroup(this);
    for (auto const &[text, key, span] : {std::tuple{tr("&Day"), Qt::Key_D, CalendarGrid::Span::day},
                                          std::tuple{tr("&Week"), Qt::Key_W, CalendarGrid::Span::week},
                                          std::tuple{tr("&Month"), Qt::Key_M, CalendarGrid::Span::month}}) {
        QAction *const made = action(text, "calendar", key, [this, chosen = span] { setSpan(chosen); });
        made->setCheckable(true);
        group->addAction(made);
        spans_.append(made);
    }
    action(tr("&New activity"), "add", Qt::Key_Insert, [this] { grid_->createHere(); });
    action(tr("&Refresh"), "refresh", QKeySequence::Refresh, [this] { load(); });
}

void CalendarView::makeBar() {
    title_ = new QLabel(this);
    title_->setObjectName("title");
    look::asTitle(*title_);
    hint_ = new QLabel(this);
    hint_->setObjectName("hint");
    hint_->setTextFormat(Qt::PlainText);
    look::asHint(*hint_);
    owners_ = new QComboBox(this);
    owners_->setObjectName("owner");
    owners_->setMinimumContentsLength(16);
    auto *const label = new QLabel(tr("&Of"), this);
    label->setBuddy(owners_);
    auto const button = [this](QAction *shown, Qt::ToolButtonStyle style) {
        auto *const made = new QToolButton(this);
        made->setDefaultAction(shown);
        made->setToolButtonStyle(style);
        return made;
    };
    auto *const bar = new QHBoxLayout;
    bar->setSpacing(look::halfSpace);
    bar->addWidget(button(actions_[1], Qt::ToolButtonIconOnly));
    bar->addWidget(button(actions_[0], Qt::ToolButtonTextOnly));
    bar->addWidget(button(actions_[2], Qt::ToolButtonIconOnly));
    bar->addSpacing(look::space);
    bar->addWidget(title_);
    bar->addSpacing(look::space);
    bar->addWidget(hint_, 1);
    bar->addWidget(label);
    bar->addWidget(owners_);
    bar->addSpacing(look::space);
    for (QAction *const span : std::as_const(spans_)) bar->addWidget(button(span, Qt::ToolButtonTextOnly));
    static_cast<QVBoxLayout *>(layout())->addLayout(bar);
    progress_ = new QProgressBar(this);
    progress_->setRange(0, 0);
    progress_->setTextVisible(false);
    progress_->setFixedHeight(look::halfSpace);
    progress_->setAccessibleName(tr("Loading"));
    progress_->hide();
    layout()->addWidget(progress_);
}

void CalendarView::loadOwners() {
    owners_->addItem(tr("Mine"), workspace_.userId());
    owners_->addItem(tr("Everybody"), QString());
    connect(owners_, &QComboBox::activated, this, [this] {
        ownerId_ = owners_->currentData().toString();
        load();
    });
    Call call;
    call.path = "users";
    call.query = {{"sort", "displayName"}, {"fields", "id,displayName"}, {"limit", QString::number(mostOwners)}};
    workspace_.server().send(call, this, [this](const Answer &answer) {
        if (!answer.ok()) return;  // one's own calendar is there without
        owners_->insertSeparator(owners_->count());
        for (const QJsonObject &user : answer.records()) {
            QString const id = user["id"].toString();
            QString const name = user["displayName"].toString();
            workspace_.rememberName("User", id, name);
            if (id != workspace_.userId()) owners_->addItem(name, id);
        }
    });
}

void CalendarView::load() {
    showTitle();
    model_->show(grid_->firstDay(), grid_->lastDay(), ownerId());
}

void CalendarView::showTitle() {
    QLocale const locale;
    QDate const first = grid_->firstDay();
    QDate const last = grid_->lastDay();
    switch (grid_->span()) {
    case CalendarGrid::Span::day:
        title_->setText(locale.toString(first, QLocale::LongFormat));
        break;
    case CalendarGrid::Span::week:
        title_->setText(tr("Week %1: %2 – %3")
                            .arg(locale.toString(first.addDays(3).weekNumber()),
                                 locale.toString(first, QLocale::ShortFormat),
                                 locale.toString(last, QLocale::ShortFormat)));
        break;
    case CalendarGrid::Span::month:
        title_->setText(locale.standaloneMonthName(grid_->day().month()) + ' ' + QString::number(grid_->day().year()));
        break;
    }
}

void CalendarView::showEmptiness() {
    bool const isEmpty = model_->entries().isEmpty();
    hint_->setText(isEmpty ? tr("Nothing planned. Drag over the hours, or press Insert.") : QString());
}

void CalendarView::setSpan(CalendarGrid::Span span) {
    spans_[static_cast<int>(span)]->setChecked(true);
    QSettings().setValue(spanSetting, static_cast<int>(span));
    grid_->setSpan(span);
    grid_->setFocus();
}

void CalendarView::turn(int steps) {
    QDate const day = grid_->day();
    switch (grid_->span()) {
    case CalendarGrid::Span::day:
        grid_->setDay(day.addDays(steps));
        break;
    case CalendarGrid::Span::week:
        grid_->setDay(day.addDays(qint64{7} * steps));
        break;
    case CalendarGrid::Span::month:
        grid_->setDay(day.addMonths(steps));
        break;
    }
}

void CalendarView::create(const QDateTime &start, const QDateTime &end) {
    QJsonObject values{{"kind", "meeting"},
                       {"status", "planned"},
                       {"startAt", start.toUTC().toString(Qt::ISODateWithMs)},
                       {"endAt", end.toUTC().toString(Qt::ISODateWithMs)}};
    if (!ownerId().isEmpty()) values["ownerId"] = ownerId();
    addUsualReminder(workspace_, values);
    Q_EMIT workspace_.createRequested("Activity", values);
}

void CalendarView::tellSaved(const QString &id, const EntryTimes &before) {
    const CalendarEntry *const entry = model_->entry(id);
    if (entry == nullptr) return;
    if (std::exchange(isUndoing_, false)) {
        Q_EMIT workspace_.said(tr("%1 is back where it was.").arg(entry->subject), {});
        return;
    }
    QDateTime const now = entry->start.isValid() ? entry->start : entry->due;
    Q_EMIT workspace_.said(tr("%1: %2").arg(entry->subject, QLocale().toString(now, QLocale::ShortFormat)),
                           [view = QPointer(this), id, before] {
                               if (!view) return;
                               view->isUndoing_ = true;
                               view->model_->change(id, before);
                           });
}

}  // namespace kontor::desktop
