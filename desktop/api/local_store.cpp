#include "desktop/api/local_store.h"

#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QPointer>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QStandardPaths>
#include <QUuid>

namespace kontor::desktop {

namespace {

constexpr int writeDelay = 300;  // ms: once for a word, not for each letter
constexpr auto ownerOnly = QFile::ReadOwner | QFile::WriteOwner;

QByteArray bytesOf(const QJsonObject &object) { return QJsonDocument(object).toJson(QJsonDocument::Compact); }
QJsonObject objectOf(const QVariant &bytes) { return QJsonDocument::fromJson(bytes.toByteArray()).object(); }

}  // namespace

/// Only ever touched on the thread of the store.
class LocalStore::Database : public QObject {
  public:
    /// What went wrong, or nothing.
    QString open(const QString &path) {
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
        for (const char *const statement :
             {"PRAGMA journal_mode = WAL", "PRAGMA synchronous = NORMAL",
              "CREATE TABLE IF NOT EXISTS draft (entity TEXT NOT NULL, id TEXT NOT NULL, changes BLOB NOT NULL, "
              "base BLOB NOT NULL, PRIMARY KEY (entity, id))"}) {
            QSqlQuery query(database);
            if (!query.exec(statement)) return query.lastError().text();
        }
        return {};
    }

    void close() {
        QSqlDatabase::database(name_, false).close();
        QSqlDatabase::removeDatabase(name_);
    }

    /// An empty query when it did not succeed.
    QSqlQuery run(const QString &statement, const QVariantList &values) {
        QSqlQuery query(QSqlDatabase::database(name_, false));
        if (!query.prepare(statement)) return query;
        for (const QVariant &value : values) query.addBindValue(value);
        query.exec();
        return query;
    }

  private:
    QString name_ = QUuid::createUuid().toString();
};

LocalStore::LocalStore(const QString &name, const QString &folder, QObject *parent)
    : QObject(parent), database_(new Database) {
    QString const place =
        folder.isEmpty() ? QStandardPaths::writableLocation(QStandardPaths::AppLocalDataLocation) : folder;
    QString const path = place + '/' + name + ".sqlite";
    thread_.setObjectName("local store");
    database_->moveToThread(&thread_);
    thread_.start();
    run([this, path](Database &database) {
        QString const reason = database.open(path);
        if (!reason.isEmpty()) QMetaObject::invokeMethod(this, [this, reason] { Q_EMIT failed(reason); });
    });
}

LocalStore::~LocalStore() {
    // After all that was asked before it.
    QMetaObject::invokeMethod(
        database_, [this] { database_->close(); }, Qt::BlockingQueuedConnection);
    thread_.quit();
    thread_.wait();
    delete database_;
}

void LocalStore::run(std::function<void(Database &)> work) {
    QMetaObject::invokeMethod(
        database_, [database = database_, work = std::move(work)] { work(*database); }, Qt::QueuedConnection);
}

void LocalStore::saveDraft(const QString &entity, const QString &id, const DraftContent &content) {
    run([entity, id, content](Database &database) {
        database.run("INSERT OR REPLACE INTO draft (entity, id, changes, base) VALUES (?, ?, ?, ?)",
                     {entity, id.isNull() ? QString("") : id, bytesOf(content.changes), bytesOf(content.base)});
    });
}

void LocalStore::discardDraft(const QString &entity, const QString &id) {
    run([entity, id](Database &database) {
        database.run("DELETE FROM draft WHERE entity = ? AND id = ?", {entity, id.isNull() ? QString("") : id});
    });
}

void LocalStore::loadDraft(const QString &entity, const QString &id, QObject *context,
                           std::function<void(const std::optional<DraftContent> &)> then) {
    QPointer<QObject> const there(context);
    run([this, entity, id, there, then = std::move(then)](Database &database) {
        QSqlQuery query = database.run("SELECT changes, base FROM draft WHERE entity = ? AND id = ?",
                                       {entity, id.isNull() ? QString("") : id});
        std::optional<DraftContent> found;
        if (query.next()) found = DraftContent{objectOf(query.value(0)), objectOf(query.value(1))};
        QMetaObject::invokeMethod(this, [there, then, found] {
            if (there) then(found);
        });
    });
}

Draft::Draft(LocalStore &store, const QString &entity, const QString &id, QObject *parent)
    : QObject(parent), store_(store), entity_(entity), id_(id) {
    delay_.setSingleShot(true);
    delay_.setInterval(writeDelay);
    connect(&delay_, &QTimer::timeout, this, &Draft::write);
}

Draft::~Draft() {
    if (delay_.isActive()) write();
}

void Draft::load(std::function<void(const std::optional<DraftContent> &)> then) {
    store_.loadDraft(entity_, id_, this, std::move(then));
}

void Draft::save(const DraftContent &content) {
    content_ = content;
    if (!delay_.isActive()) delay_.start();
}

void Draft::discard() {
    delay_.stop();
    store_.discardDraft(entity_, id_);
}

void Draft::write() { store_.saveDraft(entity_, id_, content_); }

}  // namespace kontor::desktop
