#include "desktop/api/local_database.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QSqlDatabase>
#include <QSqlError>
#include <QUuid>

namespace kontor::desktop {

namespace {

constexpr auto ownerOnly = QFile::ReadOwner | QFile::WriteOwner;

constexpr const char *const statements[] = {
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = NORMAL",
    "CREATE TABLE IF NOT EXISTS draft (entity TEXT NOT NULL, id TEXT NOT NULL, changes BLOB NOT NULL, "
    "base BLOB NOT NULL, PRIMARY KEY (entity, id))",
    // Answers of the server, by what was asked, and the records that were in them.
    "CREATE TABLE IF NOT EXISTS answer (question TEXT PRIMARY KEY, body BLOB NOT NULL, used INTEGER NOT NULL)",
    "CREATE INDEX IF NOT EXISTS answer_used ON answer (used)",
    "CREATE TABLE IF NOT EXISTS record (collection TEXT NOT NULL, id TEXT NOT NULL, body BLOB NOT NULL, "
    "used INTEGER NOT NULL, PRIMARY KEY (collection, id)) WITHOUT ROWID",
    "CREATE INDEX IF NOT EXISTS record_used ON record (used)",
    // Writes that wait for the server, in their order. A number is never used twice.
    "CREATE TABLE IF NOT EXISTS queued_write (number INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, "
    "method TEXT NOT NULL, path TEXT NOT NULL, collection TEXT NOT NULL, record_id TEXT NOT NULL, body BLOB NOT NULL, "
    "base BLOB NOT NULL, version INTEGER, idempotency_key TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'waiting', "
    "reason TEXT NOT NULL DEFAULT '')",
    "CREATE TABLE IF NOT EXISTS kept_view (id TEXT PRIMARY KEY, collection TEXT NOT NULL)",
};

}  // namespace

QString LocalDatabase::open(const QString &path) {
    name_ = QUuid::createUuid().toString();
    QDir const folder = QFileInfo(path).dir();
    if (!folder.mkpath(".")) return path;
    QFile::setPermissions(folder.path(), ownerOnly | QFile::ExeOwner);
    // The file is there, and closed to others, before anything is written to it.
    QFile file(path);
    if (!file.open(QIODevice::ReadWrite, ownerOnly)) return file.errorString();
    file.close();
    QFile::setPermissions(path, ownerOnly);
    QSqlDatabase database = QSqlDatabase::addDatabase("QSQLITE", name_);
    database.setDatabaseName(path);
    if (!database.open()) return database.lastError().text();
    for (const char *const statement : statements) {
        QSqlQuery query(database);
        if (!query.exec(statement)) return query.lastError().text();
    }
    return {};
}

void LocalDatabase::close() {
    QSqlDatabase::database(name_, false).close();
    QSqlDatabase::removeDatabase(name_);
}

QSqlQuery LocalDatabase::run(const QString &statement, const QVariantList &values) {
    QSqlQuery query(QSqlDatabase::database(name_, false));
    if (!query.prepare(statement)) {
        qWarning("local store: %s", qPrintable(query.lastError().text()));
        return query;
    }
    for (const QVariant &value : values) query.addBindValue(value);
    if (!query.exec()) qWarning("local store: %s", qPrintable(query.lastError().text()));
    return query;
}

void LocalDatabase::begin() { QSqlDatabase::database(name_, false).transaction(); }

void LocalDatabase::commit() { QSqlDatabase::database(name_, false).commit(); }

QByteArray bytesOf(const QJsonObject &object) { return QJsonDocument(object).toJson(QJsonDocument::Compact); }

QJsonObject objectOf(const QVariant &bytes) { return QJsonDocument::fromJson(bytes.toByteArray()).object(); }

}  // namespace kontor::desktop
