#include "desktop/models/reminders.h"

#include <algorithm>

namespace kontor::desktop {

namespace {

constexpr int refreshMilliseconds = 15 * 60'000;
constexpr int longestSleep = 60'000;  // a laptop that was asleep is told within a minute
constexpr int newsDelay = 500;
constexpr qint64 aheadSeconds = 24 * 3600;
constexpr qint64 missedSeconds = 15 * 60;  // what should have been said that long ago is said late
constexpr auto mostAsked = "500";

QString keyOf(const Reminder &reminder) { return reminder.entry.id + reminder.at.toUTC().toString(Qt::ISODate); }

}  // namespace

Reminders::Reminders(Workspace &workspace, QObject *parent) : QObject(parent), workspace_(workspace) {
    next_.setSingleShot(true);
    refresh_.setSingleShot(true);
    connect(&next_, &QTimer::timeout, this, &Reminders::tellWhatIsDue);
    connect(&refresh_, &QTimer::timeout, this, &Reminders::fetch);
    connect(&workspace_, &Workspace::recordChanged, this, [this](const QString &entity) {
        if (isStarted_ && entity == "Activity") refresh_.start(newsDelay);
    });
}

void Reminders::start(int minutesBefore) {
    minutesBefore_ = std::max(0, minutesBefore);
    isStarted_ = true;
    fetch();
}

void Reminders::fetch() {
    QDateTime const now = QDateTime::currentDateTimeUtc();
    QString const from = now.addSecs(-missedSeconds).toString(Qt::ISODate);
    QString const until = now.addSecs(aheadSeconds).toString(Qt::ISODate);
    Call call;
    call.path = "activities";
    call.query = {{"filter", "ownerId = " + filterText(workspace_.userId()) +
                                 " AND status IN (\"planned\", \"notStarted\", \"started\") AND ((startAt >= " + from +
                                 " AND startAt < " + until + ") OR (dueAt >= " + from + " AND dueAt < " + until + "))"},
                  {"limit", mostAsked}};
    workspace_.server().send(call, this, [this](const Answer &answer) {
        refresh_.start(refreshMilliseconds);
        if (!answer.ok()) return;  // what is known stays; it is tried again
        reminders_.clear();
        for (const QJsonObject &record : answer.records()) {
            CalendarEntry const entry = calendarEntry(record);
            if (entry.id.isEmpty() || entry.isDone || entry.isAllDay) continue;
            QDateTime const at = entry.start.isValid() ? entry.start.addSecs(qint64{-60} * minutesBefore_) : entry.due;
            if (!told_.contains(keyOf({entry, at}))) reminders_.append({entry, at});
        }
        std::ranges::sort(reminders_, {}, &Reminder::at);
        tellWhatIsDue();
        Q_EMIT refreshed();
    });
}

void Reminders::arm() {
    if (reminders_.isEmpty()) {
        next_.stop();
        return;
    }
    qint64 const wait = QDateTime::currentDateTime().msecsTo(reminders_.first().at);
    next_.start(static_cast<int>(std::clamp<qint64>(wait, 0, longestSleep)));
}

void Reminders::tellWhatIsDue() {
    QDateTime const now = QDateTime::currentDateTime();
    while (!reminders_.isEmpty() && reminders_.first().at <= now) {
        Reminder const reminder = reminders_.takeFirst();
        told_.insert(keyOf(reminder));
        Q_EMIT due(reminder);
    }
    arm();
}

}  // namespace kontor::desktop
