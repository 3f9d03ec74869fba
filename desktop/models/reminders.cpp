#include "desktop/models/reminders.h"

#include <QSettings>

#include <algorithm>
#include <array>

namespace kontor::desktop {

namespace {

constexpr int refreshMilliseconds = 15 * 60'000;
constexpr int longestSleep = 60'000;  // a laptop that was asleep is told within a minute
constexpr int newsDelay = 500;
constexpr qint64 aheadSeconds = 24 * 3600;
constexpr qint64 missedSeconds = 24 * 3600;  // what should have been said that long ago is said late
constexpr auto mostAsked = "500";
constexpr qsizetype mostTold = 500;
constexpr auto toldSetting = "reminders/told";

QString keyOf(const Reminder &reminder) {
    return reminder.entry.id + ' ' + reminder.at.toUTC().toString(Qt::ISODateWithMs);
}

QString settingOf(const QString &kind) { return "reminders/before-" + kind; }

QString wireTime(const QDateTime &time) { return time.toUTC().toString(Qt::ISODateWithMs); }

}  // namespace

bool hasReminders(const Workspace &workspace) {
    const EntityDescription *const activity = workspace.descriptions().entity("Activity");
    return activity != nullptr && activity->field("reminderAt") != nullptr;
}

std::optional<int> usualReminder(const QString &kind) {
    if (kind != "task" && kind != "meeting" && kind != "call") return std::nullopt;
    int const minutes = QSettings().value(settingOf(kind), kind == "task" ? 60 : 10).toInt();
    return minutes < 0 ? std::nullopt : std::optional(minutes);
}

void keepUsualReminder(const QString &kind, std::optional<int> minutes) {
    QSettings().setValue(settingOf(kind), minutes.value_or(-1));
}

QJsonValue reminderAnchor(const QString &kind, const QJsonValue &startAt, const QJsonValue &dueAt) {
    bool const isByDue = dueAt.isString() && (kind == "task" || !startAt.isString());
    return isByDue ? dueAt : startAt;
}

void addUsualReminder(const Workspace &workspace, QJsonObject &activity) {
    QString const kind = activity["kind"].toString();
    std::optional<int> const minutes = usualReminder(kind);
    QDateTime const anchor = QDateTime::fromString(
        reminderAnchor(kind, activity["startAt"], activity["dueAt"]).toString(), Qt::ISODateWithMs);
    bool const isOver = activity["status"] == "held" || activity["status"] == "completed";
    if (minutes && !isOver && anchor.isValid() && hasReminders(workspace)) {
        activity["reminderAt"] = wireTime(anchor.addSecs(qint64{-60} * *minutes));
    }
}

Reminders::Reminders(Workspace &workspace, QObject *parent)
    : QObject(parent), workspace_(workspace), told_(QSettings().value(toldSetting).toStringList()) {
    next_.setSingleShot(true);
    refresh_.setSingleShot(true);
    connect(&next_, &QTimer::timeout, this, &Reminders::tellWhatIsDue);
    connect(&refresh_, &QTimer::timeout, this, &Reminders::fetch);
    connect(&workspace_, &Workspace::recordChanged, this, [this](const QString &entity) {
        if (isStarted_ && entity == "Activity") refresh_.start(newsDelay);
    });
    connect(&workspace_, &Workspace::outdated, this, [this] {
        if (isStarted_) refresh_.start(newsDelay);
    });
}

void Reminders::start() {
    if (!hasReminders(workspace_)) return;
    isStarted_ = true;
    fetch();
}

void Reminders::fetch() {
    QDateTime const now = QDateTime::currentDateTimeUtc();
    Call call;
    call.path = "activities";
    call.query = {{"filter", "ownerId = " + filterText(workspace_.userId()) +
                                 " AND status IN (\"planned\", \"notStarted\", \"started\") AND reminderAt >= " +
                                 wireTime(now.addSecs(-missedSeconds)) + " AND reminderAt < " +
                                 wireTime(now.addSecs(aheadSeconds))},
                  {"limit", mostAsked}};
    workspace_.server().send(call, this, [this](const Answer &answer) {
        refresh_.start(refreshMilliseconds);
        if (answer.ok()) take(answer.records());  // what is known stays otherwise; it is tried again
    });
}

void Reminders::take(const QList<QJsonObject> &records) {
    reminders_.clear();
    QHash<QString, QString> unanswered = std::exchange(open_, {});
    for (const QJsonObject &record : records) {
        Reminder reminder{calendarEntry(record), {}, record["status"].toString()};
        reminder.entry.id = record["id"].toString();
        reminder.at = QDateTime::fromString(record["reminderAt"].toString(), Qt::ISODateWithMs).toLocalTime();
        if (reminder.entry.id.isEmpty() || !reminder.at.isValid() || reminder.entry.isDone) continue;
        QString const key = keyOf(reminder);
        if (unanswered.value(reminder.entry.id) == key)
            open_.insert(reminder.entry.id, unanswered.take(reminder.entry.id));
        if (!told_.contains(key)) reminders_.append(reminder);
    }
    for (auto const &[id, key] : unanswered.asKeyValueRange()) Q_EMIT settled(id);
    std::ranges::sort(reminders_, {}, &Reminder::at);
    tellWhatIsDue();
    Q_EMIT refreshed();
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
        QString const key = keyOf(reminder);
        rememberTold(key);
        open_.insert(reminder.entry.id, key);
        Q_EMIT due(reminder);
    }
    arm();
}

/// Over a restart too: nobody is told of a meeting that is over once more.
void Reminders::rememberTold(const QString &key) {
    told_.append(key);
    while (told_.size() > mostTold) told_.removeFirst();
    QSettings().setValue(toldSetting, told_);
}

void Reminders::write(const QString &activityId, const QJsonObject &change, std::function<void()> then) {
    Call call;
    call.method = "PATCH";
    call.path = "activities/" + activityId;
    call.body = change;
    workspace_.server().send(call, this, [this, activityId, then = std::move(then)](const Answer &answer) {
        if (!answer.ok()) {
            Q_EMIT workspace_.said(answer.problem->told(), {});
            return;
        }
        workspace_.announceChange("Activity", activityId, answer.body["version"].toInteger());
        then();
    });
}

void Reminders::snooze(const Reminder &reminder) {
    QDateTime const now = QDateTime::currentDateTime();  // a whole minute, as people give it
    QDateTime const at = now.addSecs(60 * snoozeMinutes).addMSecs(-now.time().second() * 1000 - now.time().msec());
    write(reminder.entry.id, {{"reminderAt", wireTime(at)}}, [this, subject = reminder.entry.subject, at] {
        Q_EMIT workspace_.said(tr("%1: again at %2").arg(subject, QLocale().toString(at.time(), QLocale::ShortFormat)),
                               {});
    });
}

void Reminders::finish(const Reminder &reminder) {
    QString const status = reminder.entry.kind == "task" ? "completed" : "held";
    write(reminder.entry.id, {{"status", status}}, [this, reminder] {
        QJsonObject const before{
            {"status", reminder.status}, {"completedAt", QJsonValue::Null}, {"reminderAt", wireTime(reminder.at)}};
        Q_EMIT workspace_.said(tr("Done: %1").arg(reminder.entry.subject),
                               [self = QPointer(this), id = reminder.entry.id, before] {
                                   if (self) self->write(id, before, [] {});
                               });
    });
}

}  // namespace kontor::desktop
