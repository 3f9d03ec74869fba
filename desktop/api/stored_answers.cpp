#include "desktop/api/stored_answers.h"

#include "desktop/api/queued_writes.h"

#include <QDateTime>
#include <QRegularExpression>

namespace kontor::desktop {

namespace {

constexpr auto idPattern = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";

qint64 now() { return QDateTime::currentMSecsSinceEpoch(); }

QString questionOf(const Call &call) {
    QString question = call.path;
    for (const auto &[name, value] : call.query) question += '\n' + name + '=' + value;
    return question;
}

QString parameter(const Call &call, const QString &name) {
    for (const auto &[key, value] : call.query) {
        if (key == name) return value;
    }
    return {};
}

/// A part of a record does not push out what was known of the rest.
void mergeRecord(LocalDatabase &database, const QString &collection, const QJsonObject &record) {
    QString const id = record["id"].toString();
    if (id.isEmpty()) return;
    QJsonObject merged = storedRecord(database, collection, id);
    for (auto member = record.begin(); member != record.end(); ++member) merged[member.key()] = member.value();
    database.run("INSERT OR REPLACE INTO record (collection, id, body, used) VALUES (?, ?, ?, ?)",
                 {collection, id, bytesOf(merged), now()});
}

/// Whether a record that was made off line is in a list: those without conditions, and those by one value.
bool isIn(const QJsonObject &record, const Call &call) {
    if (!parameter(call, "cursor").isEmpty() || !parameter(call, "q").isEmpty()) return false;
    QString const filter = parameter(call, "filter");
    if (filter.isEmpty()) return true;
    static const QRegularExpression pattern(R"re(^(\w+) = "([^"\\]*)"$)re");
    auto const match = pattern.match(filter);
    return match.hasMatch() && record[match.captured(1)].toString() == match.captured(2);
}

QJsonObject listWithWrites(LocalDatabase &database, const Call &call, QJsonObject body) {
    QList<QueuedWrite> const writes = queuedWrites(database);
    QJsonArray records;
    for (const QueuedWrite &write : writes) {
        if (write.collection != call.path || !write.isCreation()) continue;
        QJsonObject const made = withWrites({}, call.path, write.recordId, writes);
        if (!made.isEmpty() && isIn(made, call)) records.append(made);
    }
    for (const auto &value : body["data"].toArray()) {
        QJsonObject record = value.toObject();
        QString const id = record["id"].toString();
        QJsonObject const known = storedRecord(database, call.path, id);
        if (known["version"].toInteger() >= record["version"].toInteger()) {
            for (auto member = known.begin(); member != known.end(); ++member) record[member.key()] = member.value();
        }
        record = withWrites(record, call.path, id, writes);
        if (!record.isEmpty()) records.append(record);
    }
    body["data"] = records;
    return body;
}

/// What was logged off line stands above what was there.
QJsonObject timelineWithWrites(LocalDatabase &database, const Call &call, QJsonObject body) {
    QString const id = call.path.section('/', 1, 1);
    QJsonArray entries;
    for (const QueuedWrite &write : queuedWrites(database)) {
        if (!write.isCreation() || write.collection != "activities") continue;
        bool isOfIt = false;
        for (const char *const link : {"parentId", "accountId", "contactId"}) {
            isOfIt = isOfIt || write.body[QLatin1String(link)].toString() == id;
        }
        if (!isOfIt) continue;
        entries.prepend(QJsonObject{{"at", write.at.toString(Qt::ISODateWithMs)},
                                    {"entity", "Activity"},
                                    {"id", write.recordId},
                                    {"kind", write.body["kind"]},
                                    {"title", write.body["subject"]},
                                    {"text", write.body["body"]}});
    }
    for (const auto &entry : body["entry"].toArray()) entries.append(entry);
    body["entry"] = entries;
    return body;
}

/// The names behind ids, asked for in many ways and known by the records.
std::optional<QJsonObject> namesOf(LocalDatabase &database, const Call &call) {
    static const QRegularExpression pattern(R"(^id IN \([^()]*\)$)");
    QString const filter = parameter(call, "filter");
    if (!pattern.match(filter).hasMatch()) return std::nullopt;
    static const QRegularExpression ids(idPattern);
    QList<QueuedWrite> const writes = queuedWrites(database);
    QJsonArray records;
    for (auto match = ids.globalMatch(filter); match.hasNext();) {
        QString const id = match.next().captured();
        QJsonObject const record = withWrites(storedRecord(database, call.path, id), call.path, id, writes);
        if (!record.isEmpty()) records.append(record);
    }
    if (records.isEmpty()) return std::nullopt;
    return QJsonObject{{"data", records}, {"page", QJsonObject()}};
}

}  // namespace

QString recordIdOf(const QString &path) {
    static const QRegularExpression pattern(QString("^[a-zA-Z]+/(%1)$").arg(idPattern));
    return pattern.match(path).captured(1);
}

bool isKept(const Call &call) {
    static const QStringList others{"jobs", "events", "search"};
    return call.method == "GET" && !call.path.startsWith('/') && call.fileToWrite.isEmpty() &&
           !others.contains(call.path.section('/', 0, 0)) && !call.path.endsWith("/content");
}

void keepAnswer(LocalDatabase &database, const Call &call, const QJsonObject &body) {
    database.begin();
    QString const collection = call.path.section('/', 0, 0);
    if (!recordIdOf(call.path).isEmpty()) {
        mergeRecord(database, collection, body);
    } else {
        database.run("INSERT OR REPLACE INTO answer (question, body, used) VALUES (?, ?, ?)",
                     {questionOf(call), bytesOf(body), now()});
        if (!call.path.contains('/')) {
            for (const auto &record : body["data"].toArray()) mergeRecord(database, collection, record.toObject());
        }
    }
    database.commit();
}

void keepRecord(LocalDatabase &database, const QString &collection, const QJsonObject &record) {
    if (!record["id"].toString().isEmpty() && record.contains("version")) mergeRecord(database, collection, record);
}

void dropRecord(LocalDatabase &database, const QString &collection, const QString &id) {
    database.run("DELETE FROM record WHERE collection = ? AND id = ?", {collection, id});
}

void dropAnswers(LocalDatabase &database) {
    for (const char *const table : {"answer", "record", "kept_view"}) database.run(QString("DELETE FROM ") + table);
    database.run("VACUUM");
}

void pruneAnswers(LocalDatabase &database, qint64 mostBytes) {
    for (const char *const table : {"answer", "record"}) {
        QSqlQuery sizes = database.run(QString("SELECT coalesce(sum(length(body)), 0), count(*) FROM ") + table);
        if (!sizes.next() || sizes.value(0).toLongLong() <= mostBytes) continue;
        // Down to three quarters, so that this is rare.
        double const excess = 1 - 0.75 * static_cast<double>(mostBytes) / sizes.value(0).toDouble();
        qint64 const rows = static_cast<qint64>(excess * sizes.value(1).toDouble()) + 1;
        QString const statement("DELETE FROM %1 WHERE used <= (SELECT used FROM %1 ORDER BY used LIMIT 1 OFFSET ?)");
        database.run(statement.arg(QLatin1String(table)), {rows});
    }
}

QJsonObject storedRecord(LocalDatabase &database, const QString &collection, const QString &id) {
    QSqlQuery query = database.run("SELECT body FROM record WHERE collection = ? AND id = ?", {collection, id});
    return query.next() ? objectOf(query.value(0)) : QJsonObject();
}

std::optional<QJsonObject> recallAnswer(LocalDatabase &database, const Call &call) {
    if (!isKept(call)) return std::nullopt;
    QString const collection = call.path.section('/', 0, 0);
    if (QString const id = recordIdOf(call.path); !id.isEmpty()) {
        QJsonObject const record =
            withWrites(storedRecord(database, collection, id), collection, id, queuedWrites(database));
        return record.isEmpty() ? std::nullopt : std::optional(record);
    }
    QSqlQuery query = database.run("SELECT body FROM answer WHERE question = ?", {questionOf(call)});
    if (!query.next()) {
        if (!call.path.contains('/')) return namesOf(database, call);
        if (!call.path.endsWith("/timeline")) return std::nullopt;
        QJsonObject const logged = timelineWithWrites(database, call, {});
        return logged["entry"].toArray().isEmpty() ? std::nullopt : std::optional(logged);
    }
    QJsonObject const body = objectOf(query.value(0));
    database.run("UPDATE answer SET used = ? WHERE question = ?", {now(), questionOf(call)});
    if (body.contains("data") && !call.path.contains('/')) return listWithWrites(database, call, body);
    if (call.path.endsWith("/timeline")) return timelineWithWrites(database, call, body);
    return body;
}

}  // namespace kontor::desktop
