#include "desktop/api/queued_writes.h"

#include "desktop/api/stored_answers.h"

#include <QRegularExpression>
#include <QSqlError>
#include <QUuid>

namespace kontor::desktop {

namespace {

constexpr auto movePath = "opportunities/move";

const QRegularExpression &undeletePath() {
    static const QRegularExpression pattern("^([a-zA-Z]+)/([0-9a-f-]{36})/undelete$");
    return pattern;
}

/// Of what has an id of its own and nothing to do with single records.
bool isRecordCollection(const QString &path) {
    static const QRegularExpression word("^[a-zA-Z]+$");
    static const QSet<QString> others{"jobs", "merges", "search", "batch", "me", "describe", "attachments", "apiKeys"};
    return word.match(path).hasMatch() && !others.contains(path);
}

const char *nameOf(QueuedWrite::State state) {
    switch (state) {
    case QueuedWrite::State::conflict:
        return "conflict";
    case QueuedWrite::State::refused:
        return "refused";
    default:
        return "waiting";
    }
}

QueuedWrite::State stateOf(const QString &name) {
    if (name == "conflict") return QueuedWrite::State::conflict;
    return name == "refused" ? QueuedWrite::State::refused : QueuedWrite::State::waiting;
}

/// RFC 7396.
QJsonObject mergePatch(QJsonObject target, const QJsonObject &patch) {
    for (auto member = patch.begin(); member != patch.end(); ++member) {
        if (member.value().isNull()) {
            target.remove(member.key());
        } else if (member.value().isObject()) {
            target[member.key()] = mergePatch(target[member.key()].toObject(), member.value().toObject());
        } else {
            target[member.key()] = member.value();
        }
    }
    return target;
}

/// People and companies have a name that the server makes; until then the client makes one.
QJsonObject withName(QJsonObject record) {
    QString const name = QStringList{record["firstName"].toString(), record["lastName"].toString()}.join(' ').trimmed();
    if (!record.contains("displayName") && !name.isEmpty()) record["displayName"] = name;
    if (!record.contains("displayName") && record["companyName"].isString())
        record["displayName"] = record["companyName"];
    return record;
}

QString newId() { return QUuid::createUuid().toString(QUuid::WithoutBraces); }

/// What a deletion of a record that the server has never seen, or the taking back of one, does to the queue; nothing
/// when the call has to wait like others.
std::optional<QJsonObject> cancelsOut(LocalDatabase &database, const Call &call) {
    auto const undelete = undeletePath().match(call.path);
    QString const recordId = recordIdOf(call.path);
    for (const QueuedWrite &write : queuedWrites(database)) {
        if (undelete.hasMatch() && write.method == "DELETE" && write.recordId == undelete.captured(2)) {
            discardWrite(database, write.number);
            return withWrites(storedRecord(database, write.collection, write.recordId), write.collection,
                              write.recordId, queuedWrites(database));
        }
        if (call.method == "DELETE" && write.isCreation() && write.recordId == recordId) {
            discardWrite(database, write.number);
            return QJsonObject();
        }
    }
    return std::nullopt;
}

}  // namespace

bool QueuedWrite::isCreation() const { return method == "POST" && path == collection; }

bool canWait(const Call &call) {
    if (!call.content.isEmpty() || !call.fileToSend.isEmpty() || call.isRepeatable) return false;
    if (call.method == "PATCH" || call.method == "DELETE") {
        return !recordIdOf(call.path).isEmpty() && isRecordCollection(call.path.section('/', 0, 0));
    }
    if (call.method != "POST") return false;
    return call.path == movePath || undeletePath().match(call.path).hasMatch() ||
           (isRecordCollection(call.path) && call.body.isObject());
}

std::optional<QJsonObject> enqueue(LocalDatabase &database, const Call &call) {
    if (auto const answer = cancelsOut(database, call)) return answer;
    QueuedWrite write;
    write.idempotencyKey = "";  // not null: the column has none
    write.collection = call.path.section('/', 0, 0);
    write.body = call.body.toObject();
    write.version = call.version;
    if (call.path == movePath) {
        write.recordId = write.body["opportunityId"].toString();
        if (write.body["version"].isDouble()) write.version = write.body["version"].toInteger();
    } else {
        write.recordId = call.method == "POST" && !call.path.contains('/') ? newId() : call.path.section('/', 1, 1);
    }
    for (const auto &[name, value] : call.headers) {
        if (name == "Idempotency-Key") write.idempotencyKey = value;
    }
    QJsonObject const before = storedRecord(database, write.collection, write.recordId);
    QSqlQuery const added = database.run(
        "INSERT INTO queued_write (at, method, path, collection, record_id, body, base, version, "
        "idempotency_key) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        {QDateTime::currentDateTimeUtc().toString(Qt::ISODateWithMs), QString::fromLatin1(call.method), call.path,
         write.collection, write.recordId, bytesOf(write.body), bytesOf(before),
         write.version ? QVariant(*write.version) : QVariant(), QString::fromLatin1(write.idempotencyKey)});
    if (added.lastError().isValid()) return std::nullopt;
    return withWrites(before, write.collection, write.recordId, queuedWrites(database));
}

QList<QueuedWrite> queuedWrites(LocalDatabase &database) {
    QSqlQuery query = database.run("SELECT number, at, method, path, collection, record_id, body, base, version, "
                                   "idempotency_key, state, reason FROM queued_write ORDER BY number");
    QList<QueuedWrite> writes;
    while (query.next()) {
        QueuedWrite write;
        write.number = query.value(0).toLongLong();
        write.at = QDateTime::fromString(query.value(1).toString(), Qt::ISODateWithMs);
        write.method = query.value(2).toString().toLatin1();
        write.path = query.value(3).toString();
        write.collection = query.value(4).toString();
        write.recordId = query.value(5).toString();
        write.body = objectOf(query.value(6));
        write.base = objectOf(query.value(7));
        if (!query.value(8).isNull()) write.version = query.value(8).toLongLong();
        write.idempotencyKey = query.value(9).toString().toLatin1();
        write.state = stateOf(query.value(10).toString());
        write.reason = query.value(11).toString();
        writes.append(write);
    }
    return writes;
}

void settleWrite(LocalDatabase &database, qint64 number, const QJsonObject &answer) {
    QList<QueuedWrite> const writes = queuedWrites(database);
    auto const done = std::ranges::find(writes, number, &QueuedWrite::number);
    if (done == writes.end()) return;
    QString const id = answer["id"].toString(done->recordId);
    database.begin();
    database.run("DELETE FROM queued_write WHERE number = ?", {number});
    if (id != done->recordId) {
        // Ids are in paths, in bodies and in what they were over; they are like nothing else.
        database.run("UPDATE queued_write SET path = replace(path, ?, ?), record_id = replace(record_id, ?, ?), "
                     "body = CAST(replace(CAST(body AS TEXT), ?, ?) AS BLOB)",
                     {done->recordId, id, done->recordId, id, done->recordId, id});
    }
    qint64 const before = done->version.value_or(0);
    if (answer["version"].isDouble()) {
        qint64 const now = answer["version"].toInteger();
        database.run("UPDATE queued_write SET version = ? WHERE record_id = ? AND version = ?", {now, id, before});
    }
    database.commit();
}

void setWriteState(LocalDatabase &database, qint64 number, QueuedWrite::State state, const QString &reason) {
    database.run("UPDATE queued_write SET state = ?, reason = ? WHERE number = ?",
                 {QString(nameOf(state)), reason.isNull() ? QString("") : reason, number});
}

void rebaseWrite(LocalDatabase &database, qint64 number, qint64 version) {
    database.run("UPDATE queued_write SET version = ?, state = 'waiting', reason = '' WHERE number = ?",
                 {version, number});
}

void discardWrite(LocalDatabase &database, qint64 number) {
    QList<QueuedWrite> const writes = queuedWrites(database);
    auto const gone = std::ranges::find(writes, number, &QueuedWrite::number);
    if (gone == writes.end()) return;
    if (gone->isCreation()) {
        database.run("DELETE FROM queued_write WHERE record_id = ?", {gone->recordId});
    } else {
        database.run("DELETE FROM queued_write WHERE number = ?", {number});
    }
}

QJsonObject withWrites(QJsonObject record, const QString &collection, const QString &id,
                       const QList<QueuedWrite> &writes) {
    for (const QueuedWrite &write : writes) {
        if (write.collection != collection || write.recordId != id) continue;
        if (write.method == "DELETE") return {};
        if (write.isCreation()) {
            record = withName(write.body);
            record["id"] = id;
            record["version"] = 0;
            record["createdAt"] = write.at.toString(Qt::ISODateWithMs);
            record["updatedAt"] = record["createdAt"];
        } else if (write.path == movePath) {
            record["stageId"] = write.body["stageId"];
            record = mergePatch(record, write.body["fields"].toObject());
        } else {
            record = mergePatch(record, write.body);
        }
    }
    return record;
}

}  // namespace kontor::desktop
