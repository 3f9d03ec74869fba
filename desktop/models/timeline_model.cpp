#include "desktop/models/timeline_model.h"

#include "desktop/models/reminders.h"

#include <QTime>

namespace kontor::desktop {

namespace {

constexpr auto pageSize = "40";

QString iso(const QDateTime &time) { return time.toUTC().toString(Qt::ISODateWithMs); }

/// What a call that was just made, or a meeting that is to be, has besides its subject.
void complete(QJsonObject &activity, const QString &kind) {
    QDateTime const now = QDateTime::currentDateTime();
    if (kind == "call") {
        activity["status"] = "held";
        activity["direction"] = "out";
        activity["startAt"] = iso(now);
    } else if (kind == "meeting") {
        QDateTime const start(now.date(), QTime(now.time().hour(), 0));
        activity["status"] = "planned";
        activity["startAt"] = iso(start.addSecs(3600));
        activity["endAt"] = iso(start.addSecs(7200));
    } else if (kind == "task") {
        activity["status"] = "notStarted";
        activity["dueAt"] = iso(QDateTime(now.date().addDays(1), QTime(17, 0)));
    }
}

}  // namespace

TimelineModel::TimelineModel(Workspace &workspace, const EntityDescription &entity, const QString &id, QObject *parent)
    : QAbstractListModel(parent), workspace_(workspace), entity_(entity.name), collection_(entity.collection),
      hasTimeline_(entity.service == "contact"), id_(id) {
    connect(&workspace_, &Workspace::namesCame, this, [this] {
        if (!entries_.isEmpty()) Q_EMIT dataChanged(index(0), index(rowCount() - 1));
    });
}

void TimelineModel::reload() { ask({}); }

void TimelineModel::ask(const QString &cursor) {
    if (loading_ && !cursor.isEmpty()) return;
    loading_ = true;
    Call call;
    call.query = {{"limit", pageSize}};
    if (hasTimeline_) {
        call.path = collection_ + '/' + id_ + "/timeline";
    } else {
        call.path = "activities";
        call.query.emplace_back("filter", "parentId = " + filterText(id_));
        call.query.emplace_back("sort", "-createdAt");
    }
    if (!cursor.isEmpty()) call.query.emplace_back("cursor", cursor);
    workspace_.server().send(call, this, [this, isFirst = cursor.isEmpty()](const Answer &answer) {
        loading_ = false;
        if (!answer.ok()) {
            Q_EMIT failed(*answer.problem);
            return;
        }
        QList<Entry> came;
        for (const auto &value : answer.body[QLatin1String(hasTimeline_ ? "entry" : "data")].toArray()) {
            came.append(entryOf(value.toObject()));
        }
        cursor_ =
            hasTimeline_ ? answer.body["cursor"].toString() : answer.body["page"].toObject()["nextCursor"].toString();
        take(came, isFirst);
        Q_EMIT loaded();
    });
}

void TimelineModel::take(const QList<Entry> &came, bool isFirst) {
    if (isFirst) {
        beginResetModel();
        entries_ = came;
        endResetModel();
    } else if (!came.isEmpty()) {
        beginInsertRows({}, rowCount(), rowCount() + static_cast<int>(came.size()) - 1);
        entries_.append(came);
        endInsertRows();
    }
}

TimelineModel::Entry TimelineModel::entryOf(const QJsonObject &json) {
    bool const isActivity = !json.contains("at");  // a record, where there is no timeline
    Entry entry;
    entry.at = QDateTime::fromString(json[QLatin1String(isActivity ? "createdAt" : "at")].toString(), Qt::ISODateWithMs)
                   .toLocalTime();
    entry.entity = isActivity ? QString("Activity") : json["entity"].toString();
    entry.id = json["id"].toString();
    entry.kind = lineOf(json["kind"].toString());
    entry.title = lineOf(json[QLatin1String(isActivity ? "subject" : "title")].toString());
    entry.text = json[QLatin1String(isActivity ? "body" : "text")].toString();
    entry.by = lineOf(json[QLatin1String(isActivity ? "createdBy" : "by")].toString());
    return entry;
}

void TimelineModel::log(const QString &kind, const QString &subject, const QJsonObject &record) {
    QJsonObject activity{{"kind", kind}, {"subject", subject}, {"parentEntity", entity_}, {"parentId", id_}};
    if (entity_ == "Account") activity["accountId"] = id_;
    if (entity_ == "Contact") activity["contactId"] = id_;
    for (const char *const link : {"accountId", "contactId"}) {
        QString const linked = record[QLatin1String(link)].toString();
        if (!linked.isEmpty() && !activity.contains(QLatin1String(link))) activity[QLatin1String(link)] = linked;
    }
    complete(activity, kind);
    addUsualReminder(workspace_, activity);
    Call call;
    call.method = "POST";
    call.path = "activities";
    call.body = activity;
    workspace_.server().send(call, this, [this, subject](const Answer &answer) {
        if (!answer.ok()) {
            Q_EMIT failed(*answer.problem);
            return;
        }
        QString const id = answer.body["id"].toString();
        workspace_.announceChange("Activity", id, answer.body["version"].toInteger(1));
        reload();
        Q_EMIT logged(id, subject);
    });
}

void TimelineModel::takeBack(const QString &activityId) {
    workspace_.server().send(
        {.method = "DELETE", .path = "activities/" + activityId}, this, [this, activityId](const Answer &answer) {
            if (!answer.ok()) {
                Q_EMIT failed(*answer.problem);
                return;
            }
            workspace_.announceChange("Activity", activityId, std::numeric_limits<qint64>::max(), true);
            reload();
        });
}

int TimelineModel::rowCount(const QModelIndex &parent) const {
    return parent.isValid() ? 0 : static_cast<int>(entries_.size());
}

QVariant TimelineModel::data(const QModelIndex &index, int role) const {
    if (index.row() < 0 || index.row() >= entries_.size()) return {};
    const Entry &entry = entries_[index.row()];
    switch (role) {
    case Qt::DisplayRole:
        return entry.title;
    case kindRole:
        return entry.kind;
    case textRole:
        return entry.kind == "updated" ? labelsOf(entry.text) : entry.text;
    case atRole:
        return entry.at;
    case byRole:
        return workspace_.nameOf("User", entry.by);
    case entityRole:
        return entry.entity;
    case idRole:
        return entry.id;
    case Qt::AccessibleTextRole:
        return QStringList{entry.kind, entry.title, entry.text}.join(", ");
    default:
        return {};
    }
}

/// A change names the fields by their members.
QString TimelineModel::labelsOf(const QString &members) const {
    const EntityDescription *const entity = workspace_.descriptions().entity(entity_);
    QStringList labels;
    for (const QString &member : members.split(", ", Qt::SkipEmptyParts)) {
        const FieldDescription *const field = entity != nullptr ? entity->field(member) : nullptr;
        labels.append(field != nullptr ? field->label : member);
    }
    return labels.join(", ");
}

bool TimelineModel::canFetchMore(const QModelIndex &parent) const {
    return !parent.isValid() && !cursor_.isEmpty() && !loading_;
}

void TimelineModel::fetchMore(const QModelIndex &parent) {
    if (canFetchMore(parent)) ask(cursor_);
}

}  // namespace kontor::desktop
