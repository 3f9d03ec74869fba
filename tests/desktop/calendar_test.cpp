// The calendar against a real server: what is where, moving, resizing and creating by mouse and keyboard, refusals,
// undo, changes by others, and reminders.

#include "demo.h"
#include "loop_watch.h"

#include "desktop/models/reminders.h"
#include "desktop/views/calendar_view.h"
#include "desktop/views/field_editor.h"
#include "desktop/views/look.h"
#include "desktop/views/record_view.h"
#include "desktop/views/reminder_notes.h"

#include <QApplication>
#include <QComboBox>
#include <QFrame>
#include <QMenu>
#include <QProcess>
#include <QPushButton>
#include <QRandomGenerator>
#include <QScrollBar>
#include <QSettings>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

using namespace kontor::desktop;

namespace {

constexpr int patience = 15'000;  // ms that the server may take

QString wire(const QDateTime &time) { return time.toUTC().toString(Qt::ISODateWithMs); }

}  // namespace

/// What a desktop offers to programs that notify.
class FakeDesktop : public QObject {
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.Notifications")
  public:
    [[nodiscard]] uint numberOf(const QString &title) const { return shown.key(title, 0); }
    QHash<uint, QString> shown;
    QList<uint> closed;

  public Q_SLOTS:
    QStringList GetCapabilities() { return {"actions", "body", "body-markup"}; }
    uint Notify(const QString &, uint replaces, const QString &, const QString &title, const QString &,
                const QStringList &, const QVariantMap &, int) {
        uint const number = replaces != 0 ? replaces : static_cast<uint>(shown.size()) + 1;
        shown.insert(number, title);
        return number;
    }
    void CloseNotification(uint number) { closed.append(number); }

  Q_SIGNALS:
    void ActionInvoked(uint number, const QString &button);
    void NotificationClosed(uint number, uint reason);
};

class CalendarTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void weeksBeginByLocale();
    void overlappingEntriesStandBesideEachOther();
    void overnightEntriesAreOnBothDays();
    void tasksAreListedOnTheirDay();
    void draggingMoves();
    void draggingTheLowerEdgeResizes();
    void draggingOverEmptyHoursCreates();
    void doubleClickCreatesOrOpens();
    void keysMoveAndResize();
    void keysGoThroughDaysAndSpans();
    void draggingInAMonthKeepsTheTime();
    void aTaskIsMovedByDay();
    void aChangeOfAnOldVersionIsTakenBack();
    void changesOfOthersAreShown();
    void remindersComeOnce();
    void remindersInTheWindowAreAnswered();
    void remindersAreNotificationsOfTheDesktop();
    void aReminderIsChosenInTheForm();
    void whatIsOverdueIsMarked();
    void whatWasMissedIsReadAnew();
    void aLyingServerDoesNoHarm();

  private:
    Answer ask(Call call);
    QString add(const QJsonObject &activity);
    QString addReminded(const QString &subject, const QString &kind, int minutes, const QString &status);
    QString addMeeting(const QString &subject, const QTime &from, const QTime &until, int dayOffset = 0);
    QJsonObject read(const QString &id) { return ask({.path = "activities/" + id}).body; }
    QDateTime startOf(const QString &id) {
        return QDateTime::fromString(read(id)["startAt"].toString(), Qt::ISODateWithMs).toLocalTime();
    }
    void open(CalendarGrid::Span span = CalendarGrid::Span::week);
    void drag(const QPoint &from, const QPoint &to);
    [[nodiscard]] QWidget *ground() const { return view_->grid().viewport(); }
    void scrollTo(const QTime &time);

    QTemporaryDir settings_;
    LoopWatch watch_;
    Server server_;
    std::unique_ptr<Workspace> workspace_;
    std::unique_ptr<CalendarView> view_;
    QDate day_;  // a Wednesday that no other test uses
    QStringList said_;
    std::function<void()> undo_;
};

void CalendarTest::initTestCase() {
    QVERIFY2(qEnvironmentVariableIsSet("KONTOR_URL"), "KONTOR_URL and KONTOR_API_KEY name the server");
    QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, settings_.path());
    QCoreApplication::setOrganizationName("KontorTest");
    QLocale::setDefault(QLocale("de_DE"));
    useDemo(server_);
    workspace_ = std::make_unique<Workspace>(server_);
    connect(workspace_.get(), &Workspace::said, this, [this](const QString &text, const std::function<void()> &undo) {
        said_.append(text);
        undo_ = undo;
    });
    QSignalSpy ready(workspace_.get(), &Workspace::ready);
    workspace_->load();
    QVERIFY(ready.wait(patience));
    day_ = QDate(2040, 1, 4).addDays(7 * QRandomGenerator::global()->bounded(20'000));
}

void CalendarTest::init() {
    watch_.begin();
    said_.clear();
    undo_ = {};
    day_ = day_.addDays(70);
    while (day_.day() > 20) day_ = day_.addDays(7);  // what is moved within a month stays in it
    QCOMPARE(day_.dayOfWeek(), 3);
}

void CalendarTest::cleanup() {
    QVERIFY2(watch_.isQuick(), watch_.told());
    view_.reset();
    QLocale::setDefault(QLocale("de_DE"));
}

Answer CalendarTest::ask(Call call) {
    std::optional<Answer> came;
    server_.send(call, this, [&](const Answer &answer) { came = answer; });
    [&] { QTRY_VERIFY_WITH_TIMEOUT(came.has_value(), patience); }();
    return came.value_or(Answer{});
}

QString CalendarTest::add(const QJsonObject &activity) {
    Answer const answer = ask({.method = "POST", .path = "activities", .body = activity});
    if (!answer.ok()) qWarning("%s", qPrintable(answer.problem->detail));
    return answer.body["id"].toString();
}

QString CalendarTest::addMeeting(const QString &subject, const QTime &from, const QTime &until, int dayOffset) {
    return add({{"kind", "meeting"},
                {"subject", subject},
                {"startAt", wire(QDateTime(day_, from))},
                {"endAt", wire(QDateTime(day_.addDays(dayOffset), until))}});
}

void CalendarTest::open(CalendarGrid::Span span) {
    view_ = std::make_unique<CalendarView>(*workspace_, nullptr);
    view_->resize(1100, 800);
    view_->show();
    view_->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(view_.get()));
    QSignalSpy changed(&view_->model(), &CalendarModel::changed);
    view_->grid().setSpan(span);
    view_->grid().setDay(day_);
    QVERIFY(changed.wait(patience));
    view_->grid().setFocus();
    if (span != CalendarGrid::Span::month) scrollTo(QTime(8, 0));
}

void CalendarTest::scrollTo(const QTime &time) {
    QScrollBar *const bar = view_->grid().verticalScrollBar();
    bar->setValue(0);
    QPoint const midnight = view_->grid().placeOf(QDateTime(day_, QTime(0, 0)));
    bar->setValue(view_->grid().placeOf(QDateTime(day_, time)).y() - midnight.y());
}

void CalendarTest::drag(const QPoint &from, const QPoint &to) {
    QTest::mousePress(ground(), Qt::LeftButton, {}, from);
    QTest::mouseMove(ground(), (from + to) / 2);
    QTest::mouseMove(ground(), to);
    QTest::mouseRelease(ground(), Qt::LeftButton, {}, to);
}

void CalendarTest::weeksBeginByLocale() {
    open();
    QCOMPARE(view_->grid().firstDay(), day_.addDays(-2));  // Monday
    QLocale::setDefault(QLocale("en_US"));
    QCOMPARE(view_->grid().firstDay(), day_.addDays(-3));  // Sunday
    QLocale::setDefault(QLocale("ar_EG"));
    QCOMPARE(view_->grid().firstDay(), day_.addDays(-4));  // Saturday
    view_->setLayoutDirection(Qt::RightToLeft);
    QPoint const first = view_->grid().placeOf(QDateTime(day_.addDays(-4), QTime(9, 0)));
    QVERIFY(first.x() > view_->grid().placeOf(QDateTime(day_, QTime(9, 0))).x());
}

void CalendarTest::overlappingEntriesStandBesideEachOther() {
    QString const a = addMeeting("A", QTime(9, 0), QTime(11, 0));
    QString const b = addMeeting("B", QTime(9, 30), QTime(10, 0));
    QString const c = addMeeting("C", QTime(11, 0), QTime(12, 0));
    open();
    CalendarGrid &grid = view_->grid();
    QVERIFY(!grid.placeOf(a).isEmpty());
    QVERIFY(!grid.placeOf(a).intersects(grid.placeOf(b)));
    QVERIFY(!grid.placeOf(b).intersects(grid.placeOf(c)));
    QVERIFY(grid.placeOf(c).width() > grid.placeOf(a).width());  // it has the column for itself
    QCOMPARE(grid.placeOf(a).center().x() < grid.placeOf(b).center().x(), true);
}

void CalendarTest::overnightEntriesAreOnBothDays() {
    QString const id = addMeeting("Night shift", QTime(22, 0), QTime(2, 0), 1);
    QString const untilMidnight = addMeeting("Late", QTime(23, 0), QTime(0, 0), 1);
    open();
    QCOMPARE(view_->model().on(day_).size(), 2);
    QCOMPARE(view_->model().on(day_.addDays(1)).size(), 1);
    QCOMPARE(view_->model().on(day_.addDays(1))[0]->id, id);
    QVERIFY(view_->model().entry(untilMidnight)->lastDay() == day_);
}

void CalendarTest::tasksAreListedOnTheirDay() {
    QString const id = add({{"kind", "task"}, {"subject", "Send it"}, {"dueAt", wire(QDateTime(day_, QTime(17, 0)))}});
    add({{"kind", "note"}, {"subject", "No appointment"}, {"startAt", wire(QDateTime(day_, QTime(17, 0)))}});
    for (int number = 0; number < 6; ++number) {
        add({{"kind", "task"}, {"subject", "Zzz"}, {"dueAt", wire(QDateTime(day_, QTime(17, 0)))}});
    }
    open();
    QCOMPARE(view_->model().on(day_).size(), 7);
    CalendarGrid &grid = view_->grid();
    QRect const place = grid.placeOf(id);
    QVERIFY(!place.isEmpty());
    QVERIFY(place.bottom() < grid.placeOf(QDateTime(day_, QTime(8, 0))).y());  // above the hours
    QCOMPARE(view_->model().entry(id)->isTimed(), false);
    // Three have room, and what is said of the others leads to the day.
    QTest::mouseClick(ground(), Qt::LeftButton, {}, place.center() + QPoint(0, 3 * (place.height() + 2)));
    QCOMPARE(grid.span(), CalendarGrid::Span::day);
    QCOMPARE(grid.day(), day_);
}

void CalendarTest::draggingMoves() {
    QString const id = addMeeting("Moved", QTime(9, 0), QTime(10, 0));
    open();
    CalendarGrid &grid = view_->grid();
    QPoint const from = grid.placeOf(id).center();
    QPoint const step =
        grid.placeOf(QDateTime(day_.addDays(1), QTime(11, 30))) - grid.placeOf(QDateTime(day_, QTime(9, 0)));
    QSignalSpy saved(&view_->model(), &CalendarModel::saved);
    drag(from, from + step);
    QDateTime const expected(day_.addDays(1), QTime(11, 30));
    QCOMPARE(view_->model().entry(id)->start, expected);  // at once
    QVERIFY(saved.wait(patience));
    QCOMPARE(startOf(id), expected);
    QCOMPARE(view_->model().entry(id)->start.secsTo(view_->model().entry(id)->end), 3600);
    QVERIFY(undo_);
    undo_();
    QVERIFY(saved.wait(patience));
    QCOMPARE(startOf(id), QDateTime(day_, QTime(9, 0)));
    QVERIFY(!undo_);
}

void CalendarTest::draggingTheLowerEdgeResizes() {
    QString const id = addMeeting("Longer", QTime(9, 0), QTime(10, 0));
    open();
    CalendarGrid &grid = view_->grid();
    QPoint const edge(grid.placeOf(id).center().x(), grid.placeOf(id).bottom() - 2);
    int const hour = grid.placeOf(QDateTime(day_, QTime(10, 0))).y() - grid.placeOf(QDateTime(day_, QTime(9, 0))).y();
    QSignalSpy saved(&view_->model(), &CalendarModel::saved);
    drag(edge, edge + QPoint(0, hour));
    QVERIFY(saved.wait(patience));
    QCOMPARE(view_->model().entry(id)->start, QDateTime(day_, QTime(9, 0)));
    QCOMPARE(view_->model().entry(id)->end, QDateTime(day_, QTime(11, 0)));
    QCOMPARE(read(id)["endAt"].toString().left(16), wire(QDateTime(day_, QTime(11, 0))).left(16));
    // Never shorter than a quarter of an hour.
    QPoint const lower(edge.x(), grid.placeOf(id).bottom() - 2);
    drag(lower, lower - QPoint(0, 3 * hour / 2));
    drag(QPoint(edge.x(), grid.placeOf(id).bottom() - 2), QPoint(edge.x(), grid.placeOf(id).top() - hour));
    QCOMPARE(view_->model().entry(id)->end, QDateTime(day_, QTime(9, 15)));
    QTRY_COMPARE_WITH_TIMEOUT(read(id)["endAt"].toString().left(16), wire(QDateTime(day_, QTime(9, 15))).left(16),
                              patience);
}

void CalendarTest::draggingOverEmptyHoursCreates() {
    open();
    CalendarGrid &grid = view_->grid();
    QSignalSpy created(workspace_.get(), &Workspace::createRequested);
    drag(grid.placeOf(QDateTime(day_, QTime(13, 0))) + QPoint(0, 1),
         grid.placeOf(QDateTime(day_, QTime(14, 15))) + QPoint(0, 1));
    QCOMPARE(created.size(), 1);
    QCOMPARE(created[0][0].toString(), QString("Activity"));
    QJsonObject const values = created[0][1].toJsonObject();
    QCOMPARE(values["kind"].toString(), QString("meeting"));
    QCOMPARE(values["ownerId"].toString(), workspace_->userId());
    QCOMPARE(values["startAt"].toString(), wire(QDateTime(day_, QTime(13, 0))));
    QCOMPARE(values["endAt"].toString(), wire(QDateTime(day_, QTime(14, 30))));
}

void CalendarTest::doubleClickCreatesOrOpens() {
    QString const id = addMeeting("There", QTime(9, 0), QTime(10, 0));
    open();
    QSignalSpy created(workspace_.get(), &Workspace::createRequested);
    QSignalSpy opened(workspace_.get(), &Workspace::openRequested);
    CalendarGrid &grid = view_->grid();
    QTest::mouseDClick(ground(), Qt::LeftButton, {}, grid.placeOf(QDateTime(day_, QTime(15, 0))) + QPoint(0, 1));
    QCOMPARE(created.size(), 1);
    QCOMPARE(created[0][1].toJsonObject()["startAt"].toString(), wire(QDateTime(day_, QTime(15, 0))));
    QTest::mouseDClick(ground(), Qt::LeftButton, {}, grid.placeOf(id).center());
    QCOMPARE(created.size(), 1);
    QCOMPARE(opened.size(), 1);
    QCOMPARE(opened[0][1].toString(), id);
}

void CalendarTest::keysMoveAndResize() {
    QString const id = addMeeting("By keys", QTime(9, 0), QTime(10, 0));
    open();
    CalendarGrid &grid = view_->grid();
    QTest::keyClick(&grid, Qt::Key_Down);
    QCOMPARE(grid.selected(), id);
    QVERIFY(grid.accessibleDescription().contains("By keys"));
    QTest::keyClick(&grid, Qt::Key_Down, Qt::ControlModifier);
    QTest::keyClick(&grid, Qt::Key_Down, Qt::ControlModifier);
    QTest::keyClick(&grid, Qt::Key_Right, Qt::ControlModifier);
    QTest::keyClick(&grid, Qt::Key_Up, Qt::ControlModifier | Qt::ShiftModifier);
    QDateTime const start(day_.addDays(1), QTime(9, 30));
    QCOMPARE(view_->model().entry(id)->start, start);
    QCOMPARE(view_->model().entry(id)->end, start.addSecs(45 * 60));
    QCOMPARE(grid.selected(), id);
    // Four changes in a row: the last one wins, and none meets a version that is too old.
    QTRY_COMPARE_WITH_TIMEOUT(read(id)["endAt"].toString().left(16), wire(start.addSecs(45 * 60)).left(16), patience);
    QCOMPARE(startOf(id), start);
    QSignalSpy opened(workspace_.get(), &Workspace::openRequested);
    QTest::keyClick(&grid, Qt::Key_Return);
    QCOMPARE(opened.size(), 1);
}

void CalendarTest::keysGoThroughDaysAndSpans() {
    open();
    CalendarGrid &grid = view_->grid();
    QTest::keyClick(&grid, Qt::Key_Right);
    QCOMPARE(grid.day(), day_.addDays(1));
    QTest::keyClick(&grid, Qt::Key_PageDown);
    QCOMPARE(grid.day(), day_.addDays(8));
    QTest::keyClick(&grid, Qt::Key_M);
    QCOMPARE(grid.span(), CalendarGrid::Span::month);
    QCOMPARE(grid.firstDay().daysTo(grid.lastDay()), 41);
    QTest::keyClick(&grid, Qt::Key_PageUp);
    QCOMPARE(grid.day(), day_.addDays(8).addMonths(-1));
    QTest::keyClick(&grid, Qt::Key_D);
    QCOMPARE(grid.firstDay(), grid.lastDay());
    QTest::keyClick(&grid, Qt::Key_T);
    QCOMPARE(grid.day(), QDate::currentDate());
    QTest::keyClick(&grid, Qt::Key_W);
    QCOMPARE(grid.span(), CalendarGrid::Span::week);
    QSignalSpy created(workspace_.get(), &Workspace::createRequested);
    grid.setDay(day_);
    QTest::keyClick(&grid, Qt::Key_Return);  // nothing is selected
    QCOMPARE(created.size(), 1);
}

void CalendarTest::draggingInAMonthKeepsTheTime() {
    QString const id = addMeeting("Monthly", QTime(9, 5), QTime(10, 0));
    QString const other = addMeeting("Other", QTime(12, 0), QTime(13, 0), 0);
    open(CalendarGrid::Span::month);
    CalendarGrid &grid = view_->grid();
    QPoint const from = grid.placeOf(id).center();
    QVERIFY(from.y() < grid.placeOf(other).center().y());
    QSignalSpy saved(&view_->model(), &CalendarModel::saved);
    drag(from, from + QPoint(2 * ground()->width() / 7, 0));
    QVERIFY(saved.wait(patience));
    QCOMPARE(startOf(id), QDateTime(day_.addDays(2), QTime(9, 5)));
    drag(grid.placeOf(id).center(), QPoint(-50, -50));  // outside: nothing happens
    QCOMPARE(view_->model().entry(id)->start.date(), day_.addDays(2));
}

void CalendarTest::aTaskIsMovedByDay() {
    QString const id = add({{"kind", "task"}, {"subject", "Due"}, {"dueAt", wire(QDateTime(day_, QTime(17, 0)))}});
    open();
    QSignalSpy saved(&view_->model(), &CalendarModel::saved);
    CalendarGrid &grid = view_->grid();
    grid.select(id);
    QTest::keyClick(&grid, Qt::Key_Down, Qt::ControlModifier);  // it has no place among the hours
    QTest::keyClick(&grid, Qt::Key_Right, Qt::ControlModifier);
    QVERIFY(saved.wait(patience));
    QJsonObject const now = read(id);
    QCOMPARE(now["dueAt"].toString().left(16), wire(QDateTime(day_.addDays(1), QTime(17, 0))).left(16));
    QVERIFY(!now.contains("startAt"));
    QCOMPARE(saved.size(), 1);
}

void CalendarTest::aChangeOfAnOldVersionIsTakenBack() {
    QString const id = addMeeting("Old", QTime(9, 0), QTime(10, 0));
    open();
    Call change;
    change.method = "PATCH";
    change.path = "activities/" + id;
    change.version = 1;
    change.body = QJsonObject{{"subject", "New"}};
    QVERIFY(ask(change).ok());
    QSignalSpy refused(&view_->model(), &CalendarModel::refused);
    view_->model().shift(id, 1, 0);
    QVERIFY(refused.wait(patience));
    QCOMPARE(said_.size(), 1);
    QCOMPARE(view_->model().entry(id)->start, QDateTime(day_, QTime(9, 0)));
    QTRY_COMPARE_WITH_TIMEOUT(view_->model().entry(id)->subject, QString("New"), patience);
    QSignalSpy saved(&view_->model(), &CalendarModel::saved);
    view_->model().shift(id, 1, 0);  // now it is known
    QVERIFY(saved.wait(patience));
}

void CalendarTest::changesOfOthersAreShown() {
    QString const id = addMeeting("Here", QTime(9, 0), QTime(10, 0));
    open();
    QString const late = addMeeting("Late", QTime(12, 0), QTime(13, 0));
    workspace_->announceChange("Activity", late, 1);
    QTRY_VERIFY_WITH_TIMEOUT(view_->model().entry(late) != nullptr, patience);
    Call change;
    change.method = "PATCH";
    change.path = "activities/" + id;
    change.version = 1;
    change.body = QJsonObject{{"startAt", wire(QDateTime(day_.addDays(30), QTime(9, 0)))},
                              {"endAt", wire(QDateTime(day_.addDays(30), QTime(10, 0)))}};
    QVERIFY(ask(change).ok());
    workspace_->announceChange("Activity", id, 2);
    QTRY_VERIFY_WITH_TIMEOUT(view_->model().entry(id) == nullptr, patience);
    workspace_->announceChange("Activity", late, 2, true);
    QVERIFY(view_->model().entry(late) == nullptr);
}

QString CalendarTest::addReminded(const QString &subject, const QString &kind, int minutes, const QString &status) {
    QDateTime const now = QDateTime::currentDateTime();
    return add({{"kind", kind},
                {"subject", subject},
                {"status", status},
                {kind == "task" ? "dueAt" : "startAt", wire(now.addSecs(3600))},
                {"reminderAt", wire(now.addSecs(60 * minutes))}});
}

void CalendarTest::remindersComeOnce() {
    QString const soon = addReminded("Soon", "call", -1, "planned");
    QString const later = addReminded("Later", "call", 300, "planned");
    QString const held = addReminded("Held", "call", -1, "held");
    QString const unasked = add({{"kind", "call"},
                                 {"subject", "Unasked"},
                                 {"status", "planned"},
                                 {"startAt", wire(QDateTime::currentDateTime().addSecs(60))}});
    QStringList told;
    {
        Reminders reminders(*workspace_);
        ReminderNotes const notes(*workspace_, reminders, nullptr, QDBusConnection("none"));
        connect(&reminders, &Reminders::due, this, [&](const Reminder &reminder) { told.append(reminder.entry.id); });
        QSignalSpy refreshed(&reminders, &Reminders::refreshed);
        reminders.start();
        QVERIFY(refreshed.wait(patience));
        QCOMPARE(told.count(soon), 1);
        QVERIFY(!told.contains(later) && !told.contains(held) && !told.contains(unasked));
        QVERIFY(reminders.waiting() >= 1);
        // News of the activity make them be asked for again, and nothing is said twice.
        workspace_->announceChange("Activity", soon, 1);
        QVERIFY(refreshed.wait(patience));
        QCOMPARE(told.count(soon), 1);
        QVERIFY(std::ranges::any_of(said_, [](const QString &text) { return text.startsWith("Soon: "); }));
    }
    Reminders again(*workspace_);  // over a restart too
    QSignalSpy due(&again, &Reminders::due);
    QSignalSpy refreshed(&again, &Reminders::refreshed);
    again.start();
    QVERIFY(refreshed.wait(patience));
    for (const QList<QVariant> &reminder : due) QVERIFY(reminder[0].value<Reminder>().entry.id != soon);
    for (const QString &id : {soon, later, held, unasked}) ask({.method = "DELETE", .path = "activities/" + id});
}

void CalendarTest::remindersInTheWindowAreAnswered() {
    look::apply(*qApp, look::Scheme::light);
    QWidget window;
    window.resize(900, 600);
    window.show();
    Reminders reminders(*workspace_);
    ReminderNotes const notes(*workspace_, reminders, &window, QDBusConnection("none"));
    QString const call = addReminded("Call them", "call", -1, "planned");
    QString const task = addReminded("Write it", "task", -1, "notStarted");
    QString const other = addReminded("Gone meanwhile", "meeting", -1, "planned");
    reminders.start();
    auto const note = [&](const QString &id) { return window.findChild<QFrame *>("note-" + id); };
    QTRY_VERIFY_WITH_TIMEOUT(note(call) != nullptr && note(task) != nullptr && note(other) != nullptr, patience);
    QVERIFY(note(call)->isVisible() && note(call)->width() > 100);
    QVERIFY(window.rect().contains(QRect(note(task)->mapTo(&window, QPoint()), note(task)->size())));

    if (QString const folder = qEnvironmentVariable("KONTOR_SCREENSHOTS"); !folder.isEmpty()) {
        window.grab().save(folder + "/reminders.png");
    }
    QDateTime const before = QDateTime::currentDateTimeUtc();
    QTest::mouseClick(note(call)->findChild<QPushButton *>("snooze"), Qt::LeftButton);
    auto const reminderOf = [&](const QString &id) {
        return QDateTime::fromString(read(id)["reminderAt"].toString(), Qt::ISODateWithMs);
    };
    QTRY_VERIFY_WITH_TIMEOUT(reminderOf(call) > before, patience);
    QVERIFY(before.secsTo(reminderOf(call)) >= 9 * 60 && before.secsTo(reminderOf(call)) <= 11 * 60);
    QVERIFY(note(call) == nullptr);

    undo_ = {};
    QTest::mouseClick(note(task)->findChild<QPushButton *>("done"), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(undo_ != nullptr, patience);
    QCOMPARE(read(task)["status"].toString(), QString("completed"));
    QVERIFY(!read(task)["reminderAt"].isString());
    undo_();
    QTRY_COMPARE_WITH_TIMEOUT(read(task)["status"].toString(), QString("notStarted"), patience);
    QVERIFY(read(task)["reminderAt"].isString() && !read(task)["completedAt"].isString());

    // Somebody else has held it: there is nothing to remind of.
    ask({.method = "PATCH", .path = "activities/" + other, .body = QJsonObject{{"status", "held"}}});
    workspace_->announceChange("Activity", other, 2);
    QTRY_VERIFY_WITH_TIMEOUT(note(other) == nullptr, patience);
    for (const QString &id : {call, task, other}) ask({.method = "DELETE", .path = "activities/" + id});
}

void CalendarTest::remindersAreNotificationsOfTheDesktop() {
    QProcess daemon;
    daemon.start("dbus-daemon", {"--session", "--nofork", "--print-address"});
    QVERIFY2(daemon.waitForStarted() && daemon.waitForReadyRead(patience), "package dbus-daemon");
    QString const address = QString::fromUtf8(daemon.readLine()).trimmed();
    QDBusConnection desktop = QDBusConnection::connectToBus(address, "desktop");
    FakeDesktop shown;
    QVERIFY(desktop.registerObject("/org/freedesktop/Notifications", &shown,
                                   QDBusConnection::ExportAllSlots | QDBusConnection::ExportAllSignals));
    QVERIFY(desktop.registerService("org.freedesktop.Notifications"));

    QString const id = addReminded("<b>Call</b>", "call", -1, "planned");
    QString const quiet = addReminded("Quiet", "task", -1, "notStarted");
    QWidget window;
    Reminders reminders(*workspace_);
    ReminderNotes const notes(*workspace_, reminders, &window, QDBusConnection::connectToBus(address, "client"));
    reminders.start();
    QTRY_VERIFY_WITH_TIMEOUT(shown.numberOf("<b>Call</b>") > 0 && shown.numberOf("Quiet") > 0, patience);
    QVERIFY(window.findChild<QFrame *>("note-" + id) == nullptr);
    QSignalSpy opened(workspace_.get(), &Workspace::openRequested);
    Q_EMIT shown.ActionInvoked(4711, "done");  // another program's
    Q_EMIT shown.ActionInvoked(shown.numberOf("<b>Call</b>"), "default");
    QTRY_COMPARE_WITH_TIMEOUT(opened.size(), 1, patience);
    QCOMPARE(opened[0][1].toString(), id);
    QTRY_VERIFY_WITH_TIMEOUT(shown.closed.contains(shown.numberOf("<b>Call</b>")), patience);
    Q_EMIT shown.ActionInvoked(shown.numberOf("Quiet"), "done");
    QTRY_COMPARE_WITH_TIMEOUT(read(quiet)["status"].toString(), QString("completed"), patience);

    // The desktop goes away: the window tells.
    desktop.unregisterService("org.freedesktop.Notifications");
    ask({.method = "PATCH",
         .path = "activities/" + id,
         .body = QJsonObject{{"reminderAt", wire(QDateTime::currentDateTime().addSecs(-30))}}});
    workspace_->announceChange("Activity", id, 2);
    QTRY_VERIFY_WITH_TIMEOUT(window.findChild<QFrame *>("note-" + id) != nullptr, patience);
    for (const QString &each : {id, quiet}) ask({.method = "DELETE", .path = "activities/" + each});
    QDBusConnection::disconnectFromBus("client");
    QDBusConnection::disconnectFromBus("desktop");
    daemon.terminate();
    QVERIFY(daemon.waitForFinished());
}

void CalendarTest::aReminderIsChosenInTheForm() {
    QDateTime const start(day_, QTime(9, 0));
    QSignalSpy created(workspace_.get(), &Workspace::createRequested);
    open();
    keepUsualReminder("meeting", 30);
    Q_EMIT view_->grid().created(start, start.addSecs(3600));
    QJsonObject const values = created[0][1].toJsonObject();
    QCOMPARE(values["reminderAt"].toString(), wire(start.addSecs(-30 * 60)));
    RecordView form(*workspace_, "Activity", values);
    form.show();
    auto const editor = [&](const char *name) { return form.findChild<FieldEditor *>("field-" + QString(name)); };
    auto const reminder = [&] {
        return QDateTime::fromString(editor("reminderAt")->value().toString(), Qt::ISODateWithMs).toLocalTime();
    };
    QCOMPARE(reminder(), start.addSecs(-30 * 60));
    editor("startAt")->setValue(wire(start.addDays(1)));  // it goes along
    QCOMPARE(reminder(), start.addDays(1).addSecs(-30 * 60));
    auto const *const button = form.findChild<QToolButton *>("reminderBefore");
    QVERIFY(button != nullptr);
    button->menu()->actions().at(1)->trigger();  // at the time
    QCOMPARE(reminder(), start.addDays(1));
    button->menu()->actions().at(0)->trigger();
    QVERIFY(editor("reminderAt")->value().isNull());
    keepUsualReminder("meeting", 10);
}

void CalendarTest::whatIsOverdueIsMarked() {
    QDateTime const now = QDateTime::currentDateTime();
    auto const task = [&](qint64 seconds, const char *status) {
        return add({{"kind", "task"}, {"subject", "Mark"}, {"status", status}, {"dueAt", wire(now.addSecs(seconds))}});
    };
    QString const late = task(-60, "notStarted");
    QString const done = task(-60, "completed");
    QString const open = task(60, "notStarted");
    CalendarModel model(*workspace_);
    model.show(now.date().addDays(-1), now.date().addDays(1), workspace_->userId());
    QTRY_VERIFY_WITH_TIMEOUT(model.entry(late) != nullptr, patience);
    QVERIFY(model.entry(late)->isOverdue() && !model.entry(done)->isOverdue() && !model.entry(open)->isOverdue());
    QVERIFY(model.on(model.entry(late)->due.date()).contains(model.entry(late)));
    for (const QString &id : {late, done, open}) ask({.method = "DELETE", .path = "activities/" + id});
}

void CalendarTest::whatWasMissedIsReadAnew() {
    open();
    QString const id = addMeeting("Missed", QTime(9, 0), QTime(10, 0));
    QVERIFY(view_->model().entry(id) == nullptr);
    Q_EMIT workspace_->outdated();
    QTRY_VERIFY_WITH_TIMEOUT(view_->model().entry(id) != nullptr, patience);
}

void CalendarTest::aLyingServerDoesNoHarm() {
    QTcpServer liar;
    QVERIFY(liar.listen(QHostAddress::LocalHost));
    connect(&liar, &QTcpServer::newConnection, this, [&] {
        QTcpSocket *const socket = liar.nextPendingConnection();
        connect(socket, &QTcpSocket::readyRead, socket, [socket] {
            socket->readAll();
            QString const today = QDate::currentDate().toString(Qt::ISODate);
            QByteArray const body =
                R"({"page":7,"data":[null,3,{"id":5},{"id":"a","kind":"meeting","startAt":"never"},)"
                R"({"id":"b","kind":"meeting","startAt":")" +
                today.toUtf8() + R"(T10:00:00Z","endAt":"0001-01-01T00:00:00Z","subject":[]},)" +
                R"({"id":"c","kind":"task","dueAt":")" + today.toUtf8() + R"(T10:00:00Z","version":"many"}]})";
            socket->write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: " +
                          QByteArray::number(body.size()) + "\r\n\r\n" + body);
            socket->disconnectFromHost();
        });
    });
    Server server;
    server.setAddress(QUrl(QString("http://127.0.0.1:%1").arg(liar.serverPort())));
    server.setCredentials({"key", {}});
    Workspace workspace(server);
    CalendarView view(workspace, nullptr);
    view.resize(900, 600);
    view.show();
    QSignalSpy changed(&view.model(), &CalendarModel::changed);
    QVERIFY(changed.wait(patience));
    QCOMPARE(view.model().entries().size(), 2);
    for (auto const span : {CalendarGrid::Span::day, CalendarGrid::Span::week, CalendarGrid::Span::month}) {
        view.grid().setSpan(span);
        QVERIFY(!view.grab().isNull());
    }
    view.model().shift("b", 1, 15);
    view.model().shift("nobody", 1, 15);
    QVERIFY(!view.grab().isNull());
}

QTEST_MAIN(CalendarTest)
#include "calendar_test.moc"
