#include "desktop/models/calendar_model.h"

#include <algorithm>

namespace kontor::desktop {

namespace {

constexpr int pageSize = 2000;
constexpr qsizetype mostEntries = 10000;  // more than that is no calendar, and would be slow
constexpr int changedDelay = 100;         // ms
constexpr qsizetype changedAtOnce = 100;
constexpr int shortestMinutes = 30;  // how long something without an end is shown
constexpr auto wantedFields =
    "id,version,kind,subject,status,startAt,endAt,allDay,dueAt,durationSeconds,ownerId,location";

QDateTime timeOf(const QJsonValue &value) {
    return QDateTime::fromString(value.toString(), Qt::ISODateWithMs).toLocalTime();
}

QString wireTime(const QDateTime &time) { return time.toUTC().toString(Qt::ISODateWithMs); }

EntryTimes timesOf(const CalendarEntry &entry) { return {entry.start, entry.end, entry.due}; }

bool same(const EntryTimes &a, const EntryTimes &b) { return a.start == b.start && a.end == b.end && a.due == b.due; }

/// Only what differs is sent: a task has no start, and somebody else may have changed the rest.
QJsonObject difference(const EntryTimes &from, const EntryTimes &to) {
    QJsonObject body;
    auto const put = [&](const char *name, const QDateTime &before, const QDateTime &after) {
        if (after.isValid() && before != after) body[QLatin1String(name)] = wireTime(after);
    };
    put("startAt", from.start, to.start);
    put("endAt", from.end, to.end);
    put("dueAt", from.due, to.due);
    return body;
}

}  // namespace

QDate CalendarEntry::lastDay() const {
    if (!start.isValid()) return due.date();
    return std::max(start.date(), end.addMSecs(-1).date());
}

CalendarEntry calendarEntry(const QJsonObject &activity) {
    CalendarEntry entry;
    entry.kind = activity["kind"].toString();
    entry.subject = lineOf(activity["subject"].toString());
    entry.ownerId = activity["ownerId"].toString();
    entry.location = lineOf(activity["location"].toString());
    entry.start = timeOf(activity["startAt"]);
    entry.end = timeOf(activity["endAt"]);
    entry.due = timeOf(activity["dueAt"]);
    entry.isAllDay = activity["allDay"].toBool();
    QString const status = activity["status"].toString();
    entry.isDone = status == "held" || status == "notHeld" || status == "completed" || status == "canceled";
    entry.version = activity["version"].toInteger();
    if (entry.start.isValid() && (!entry.end.isValid() || entry.end <= entry.start)) {
        qint64 const seconds = activity["durationSeconds"].toInteger();
        entry.end = entry.start.addSecs(seconds > 0 ? seconds : qint64{shortestMinutes} * 60);
    }
    if (entry.kind == "task" && entry.due.isValid()) entry.start = entry.end = QDateTime();
    bool const isOfCalendar = entry.kind == "call" || entry.kind == "meeting" || entry.kind == "task";
    if (isOfCalendar && (entry.start.isValid() || entry.due.isValid())) entry.id = activity["id"].toString();
    return entry;
}

CalendarModel::CalendarModel(Workspace &workspace, QObject *parent) : QObject(parent), workspace_(workspace) {
    changedTimer_.setSingleShot(true);
    changedTimer_.setInterval(changedDelay);
    connect(&changedTimer_, &QTimer::timeout, this, &CalendarModel::fetchChanged);
    connect(&workspace_, &Workspace::recordChanged, this, &CalendarModel::noteChange);
    connect(&workspace_, &Workspace::outdated, this, [this] {
        if (first_.isValid()) show(first_, last_, ownerId_);
    });
}

void CalendarModel::show(QDate first, QDate last, const QString &ownerId) {
    first_ = first;
    last_ = last;
    ownerId_ = ownerId;
    Q_EMIT loading();
    ask({}, ++asked_, {});
}

QString CalendarModel::filter() const {
    QString const from = wireTime(first_.startOfDay());
    QString const until = wireTime(last_.addDays(1).startOfDay());
    QString text = "kind IN (\"call\", \"meeting\", \"task\") AND ((startAt < " + until + " AND (startAt >= " + from +
                   " OR endAt > " + from + ")) OR (dueAt >= " + from + " AND dueAt < " + until + "))";
    if (!ownerId_.isEmpty()) text += " AND ownerId = " + filterText(ownerId_);
    return text;
}

void CalendarModel::ask(const QString &cursor, quint64 number, const QList<CalendarEntry> &sofar) {
    Call call;
    call.path = "activities";
    call.query = {{"filter", filter()}, {"fields", wantedFields}, {"limit", QString::number(pageSize)}};
    if (!cursor.isEmpty()) call.query.append({"cursor", cursor});
    workspace_.server().send(call, this, [this, number, sofar](const Answer &answer) {
        if (number != asked_) return;
        if (!answer.ok()) {
            Q_EMIT failed(*answer.problem);
            return;
        }
        QList<CalendarEntry> found = sofar;
        for (const QJsonObject &record : answer.records()) {
            CalendarEntry const entry = calendarEntry(record);
            if (!entry.id.isEmpty()) found.append(entry);
        }
        QString const next = answer.body["page"].toObject()["nextCursor"].toString();
        if (!next.isEmpty() && found.size() < mostEntries) {
            ask(next, number, found);
            return;
        }
        for (CalendarEntry &entry : found) {  // what has been moved and is not saved so far stays where it was put
            auto const change = changes_.constFind(entry.id);
            if (change == changes_.cend()) continue;
            entry.start = change->wanted.start;
            entry.end = change->wanted.end;
            entry.due = change->wanted.due;
        }
        entries_ = found;
        Q_EMIT changed();
    });
}

const CalendarEntry *CalendarModel::entry(const QString &id) const {
    auto const found = std::ranges::find(entries_, id, &CalendarEntry::id);
    return found == entries_.cend() ? nullptr : &*found;
}

QList<const CalendarEntry *> CalendarModel::on(QDate day) const {
    QList<const CalendarEntry *> found;
    for (const CalendarEntry &entry : entries_) {
        if (entry.firstDay() <= day && day <= entry.lastDay()) found.append(&entry);
    }
    std::ranges::sort(found, [](const CalendarEntry *a, const CalendarEntry *b) {
        if (a->isTimed() != b->isTimed()) return b->isTimed();
        if (a->isTimed() && a->start != b->start) return a->start < b->start;
        if (a->isDone != b->isDone) return b->isDone;
        return std::tie(a->subject, a->id) < std::tie(b->subject, b->id);
    });
    return found;
}

void CalendarModel::change(const QString &id, const EntryTimes &times) {
    auto const found = std::ranges::find(entries_, id, &CalendarEntry::id);
    if (found == entries_.end() || same(timesOf(*found), times)) return;
    if (!changes_.contains(id)) changes_[id].confirmed = timesOf(*found);
    changes_[id].wanted = times;
    found->start = times.start;
    found->end = times.end;
    found->due = times.due;
    Q_EMIT changed();
    sendNext(id);
}

void CalendarModel::shift(const QString &id, qint64 days, qint64 minutes) {
    const CalendarEntry *const shown = entry(id);
    if (shown == nullptr) return;
    auto const shifted = [&](const QDateTime &time) {
        return time.isValid() ? time.addDays(days).addSecs(minutes * 60) : time;
    };
    change(id, {shifted(shown->start), shifted(shown->end), shifted(shown->due)});
}

/// One change of a record at a time: each carries the version that the one before has made.
void CalendarModel::sendNext(const QString &id) {
    auto const change = changes_.find(id);
    const CalendarEntry *const shown = entry(id);
    if (change == changes_.end() || change->isUnderWay || shown == nullptr) return;
    QJsonObject const body = difference(change->confirmed, change->wanted);
    if (body.isEmpty()) {
        changes_.erase(change);
        return;
    }
    change->isUnderWay = true;
    change->sent = change->wanted;
    Call call;
    call.method = "PATCH";
    call.path = "activities/" + id;
    call.version = shown->version;
    call.body = body;
    workspace_.server().send(call, this, [this, id](const Answer &answer) { answered(id, answer); });
}

void CalendarModel::answered(const QString &id, const Answer &answer) {
    auto const change = changes_.find(id);
    if (change == changes_.end()) return;
    change->isUnderWay = false;
    EntryTimes const before = change->confirmed;
    auto const shown = std::ranges::find(entries_, id, &CalendarEntry::id);
    if (answer.ok()) {
        change->confirmed = change->sent;
        qint64 const version = answer.body["version"].toInteger();
        if (shown != entries_.end()) shown->version = version;
        workspace_.announceChange("Activity", id, version);
        Q_EMIT saved(id, before);
        sendNext(id);
        return;
    }
    changes_.erase(change);
    QString name;
    if (shown != entries_.end()) {
        shown->start = before.start;
        shown->end = before.end;
        shown->due = before.due;
        name = shown->subject;
    }
    Q_EMIT changed();
    QString why = answer.problem->detail.isEmpty() ? answer.problem->title : answer.problem->detail;
    if (answer.problem->code == "CONFLICT_VERSION")
        why = tr("somebody else has changed it. It has been brought up to date");
    QStringList details;
    for (const FieldProblem &field : answer.problem->fields) details.append(field.detail);
    Q_EMIT refused(tr("%1 was not changed: %2").arg(name, details.isEmpty() ? why : details.join(", ")));
    if (answer.problem->kind == Problem::Kind::refused) {
        changedByOthers_.insert(id);
        changedTimer_.start();
    }
}

void CalendarModel::noteChange(const QString &entity, const QString &id, qint64 version, bool isDeleted) {
    if (entity != "Activity" || !first_.isValid()) return;
    if (isDeleted) {
        remove(id);
        return;
    }
    const CalendarEntry *const shown = entry(id);
    if (shown != nullptr && version > 0 && shown->version >= version) return;
    changedByOthers_.insert(id);
    changedTimer_.start();
}

void CalendarModel::fetchChanged() {
    QStringList ids;
    for (const QString &id : std::exchange(changedByOthers_, {})) {
        if (!changes_.contains(id)) ids.append(id);
    }
    if (ids.isEmpty()) return;
    if (ids.size() > changedAtOnce) {
        show(first_, last_, ownerId_);
        return;
    }
    QStringList quoted;
    for (const QString &id : ids) quoted.append(filterText(id));
    Call call;
    call.path = "activities";
    call.query = {{"filter", "id IN (" + quoted.join(", ") + ") AND " + filter()},
                  {"fields", wantedFields},
                  {"limit", QString::number(changedAtOnce)}};
    workspace_.server().send(call, this, [this, ids, number = asked_](const Answer &answer) {
        if (!answer.ok() || number != asked_) return;
        QSet<QString> gone(ids.begin(), ids.end());
        for (const QJsonObject &record : answer.records()) {
            CalendarEntry const entry = calendarEntry(record);
            if (entry.id.isEmpty() || changes_.contains(entry.id)) continue;
            gone.remove(entry.id);
            put(entry);
        }
        for (const QString &id : gone) remove(id);
        Q_EMIT changed();
    });
}

void CalendarModel::put(const CalendarEntry &entry) {
    auto const found = std::ranges::find(entries_, entry.id, &CalendarEntry::id);
    if (found == entries_.end()) {
        entries_.append(entry);
    } else if (found->version <= entry.version) {
        *found = entry;
    }
}

void CalendarModel::remove(const QString &id) {
    if (changes_.contains(id)) return;
    if (entries_.removeIf([&](const CalendarEntry &entry) { return entry.id == id; }) > 0) Q_EMIT changed();
}

}  // namespace kontor::desktop
