#include "desktop/api/local_store.h"

#include "desktop/api/stored_answers.h"

#include <QFile>
#include <QPointer>
#include <QStandardPaths>
#include <QUuid>

namespace kontor::desktop {

namespace {

constexpr int writeDelay = 300;  // ms: once for a word, not for each letter
constexpr int mostUnwritten = 20;
constexpr int looksAtSizeEvery = 50;  // answers
constexpr qint64 mostBytes = 128 * 1024 * 1024;
constexpr auto newPrefix = "new-";

QString pathOf(const QString &name, const QString &folder) {
    QString const place =
        folder.isEmpty() ? QStandardPaths::writableLocation(QStandardPaths::AppLocalDataLocation) : folder;
    return place + '/' + name + ".sqlite";
}

}  // namespace

LocalStore::LocalStore(const QString &name, const QString &folder, QObject *parent)
    : QObject(parent), database_(new LocalDatabase) {
    QString const path = pathOf(name, folder);
    thread_.setObjectName("local store");
    database_->moveToThread(&thread_);
    thread_.start();
    run([this, path](LocalDatabase &database) {
        QString const reason = database.open(path);
        if (!reason.isEmpty()) QMetaObject::invokeMethod(this, [this, reason] { Q_EMIT failed(reason); });
    });
}

bool LocalStore::exists(const QString &name, const QString &folder) {
    return !name.isEmpty() && QFile::exists(pathOf(name, folder));
}

void LocalStore::remove(const QString &name, const QString &folder) {
    for (const char *const end : {"", "-wal", "-shm", "-journal"}) QFile::remove(pathOf(name, folder) + end);
}

LocalStore::~LocalStore() {
    // After all that was asked before it.
    QMetaObject::invokeMethod(
        database_, [this] { database_->close(); }, Qt::BlockingQueuedConnection);
    thread_.quit();
    thread_.wait();
    delete database_;
}

void LocalStore::run(std::function<void(LocalDatabase &)> work) {
    QMetaObject::invokeMethod(
        database_, [database = database_, work = std::move(work)] { work(*database); }, Qt::QueuedConnection);
}

template <typename Result>
void LocalStore::ask(QObject *context, std::function<Result(LocalDatabase &)> work,
                     std::function<void(const Result &)> then) {
    QPointer<QObject> const there(context);
    run([this, there, work = std::move(work), then = std::move(then)](LocalDatabase &database) {
        Result const result = work(database);
        QMetaObject::invokeMethod(this, [there, then, result] {
            if (there) then(result);
        });
    });
}

void LocalStore::saveDraft(const QString &entity, const QString &id, const DraftContent &content) {
    run([entity, id, content](LocalDatabase &database) {
        database.run("INSERT OR REPLACE INTO draft (entity, id, changes, base) VALUES (?, ?, ?, ?)",
                     {entity, id, bytesOf(content.changes), bytesOf(content.base)});
    });
}

void LocalStore::discardDraft(const QString &entity, const QString &id) {
    run([entity, id](LocalDatabase &database) {
        database.run("DELETE FROM draft WHERE entity = ? AND id = ?", {entity, id});
    });
}

void LocalStore::loadDraft(const QString &entity, const QString &id, QObject *context,
                           std::function<void(const std::optional<DraftContent> &)> then) {
    ask<std::optional<DraftContent>>(
        context,
        [entity, id](LocalDatabase &database) -> std::optional<DraftContent> {
            QSqlQuery query = database.run("SELECT changes, base FROM draft WHERE entity = ? AND id = ?", {entity, id});
            if (!query.next()) return std::nullopt;
            return DraftContent{objectOf(query.value(0)), objectOf(query.value(1))};
        },
        std::move(then));
}

void LocalStore::loadNewDrafts(QObject *context, std::function<void(const QList<NewDraft> &)> then) {
    ask<QList<NewDraft>>(
        context,
        [](LocalDatabase &database) {
            QList<NewDraft> drafts;
            QSqlQuery query = database.run("SELECT entity, id, changes, base FROM draft WHERE id LIKE ? ORDER BY rowid",
                                           {QString(newPrefix) + '%'});
            while (query.next()) {
                drafts.append({query.value(0).toString(),
                               query.value(1).toString(),
                               {objectOf(query.value(2)), objectOf(query.value(3))}});
            }
            return drafts;
        },
        std::move(then));
}

void LocalStore::keep(const Call &call, const QJsonObject &body) {
    if (unwritten_ >= mostUnwritten) return;
    ++unwritten_;
    run([this, call, body](LocalDatabase &database) {
        if (isKept(call)) {
            keepAnswer(database, call, body);
        } else {
            keepRecord(database, call.path.section('/', 0, 0), body);
        }
        if (++kept_ % looksAtSizeEvery == 1) pruneAnswers(database, mostBytes);
        --unwritten_;
    });
}

void LocalStore::dropRecord(const QString &collection, const QString &id) {
    run([collection, id](LocalDatabase &database) { kontor::desktop::dropRecord(database, collection, id); });
}

void LocalStore::recall(const Call &call, QObject *context,
                        std::function<void(const std::optional<QJsonObject> &)> then) {
    ask<std::optional<QJsonObject>>(
        context, [call](LocalDatabase &database) { return recallAnswer(database, call); }, std::move(then));
}

void LocalStore::forgetAnswers() {
    run([](LocalDatabase &database) { dropAnswers(database); });
}

void LocalStore::queue(const Call &call, QObject *context,
                       std::function<void(const std::optional<QJsonObject> &)> then) {
    ask<std::optional<QJsonObject>>(
        context, [call](LocalDatabase &database) { return enqueue(database, call); }, std::move(then));
    changeQueue([](LocalDatabase &) {});
}

void LocalStore::loadQueue(QObject *context, std::function<void(const QList<QueuedWrite> &)> then) {
    ask<QList<QueuedWrite>>(
        context, [](LocalDatabase &database) { return queuedWrites(database); }, std::move(then));
}

void LocalStore::changeQueue(std::function<void(LocalDatabase &)> change) {
    run([this, change = std::move(change)](LocalDatabase &database) {
        change(database);
        QMetaObject::invokeMethod(this, [this] { Q_EMIT queueChanged(); });
    });
}

void LocalStore::settle(qint64 number, const QJsonObject &answer) {
    changeQueue([number, answer](LocalDatabase &database) { settleWrite(database, number, answer); });
}

void LocalStore::setState(qint64 number, QueuedWrite::State state, const QString &reason) {
    changeQueue([number, state, reason](LocalDatabase &database) { setWriteState(database, number, state, reason); });
}

void LocalStore::rebase(qint64 number, qint64 version) {
    changeQueue([number, version](LocalDatabase &database) { rebaseWrite(database, number, version); });
}

void LocalStore::discardWrite(qint64 number) {
    changeQueue([number](LocalDatabase &database) { kontor::desktop::discardWrite(database, number); });
}

void LocalStore::keepView(const KeptView &view) {
    run([this, view](LocalDatabase &database) {
        database.run("INSERT OR REPLACE INTO kept_view (id, collection) VALUES (?, ?)", {view.id, view.collection});
        QMetaObject::invokeMethod(this, [this] { Q_EMIT keptViewsChanged(); });
    });
}

void LocalStore::dropView(const QString &id) {
    run([this, id](LocalDatabase &database) {
        database.run("DELETE FROM kept_view WHERE id = ?", {id});
        QMetaObject::invokeMethod(this, [this] { Q_EMIT keptViewsChanged(); });
    });
}

void LocalStore::loadKeptViews(QObject *context, std::function<void(const QList<KeptView> &)> then) {
    ask<QList<KeptView>>(
        context,
        [](LocalDatabase &database) {
            QList<KeptView> views;
            QSqlQuery query = database.run("SELECT id, collection FROM kept_view ORDER BY rowid");
            while (query.next()) views.append({query.value(0).toString(), query.value(1).toString()});
            return views;
        },
        std::move(then));
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

QString Draft::newId() { return newPrefix + QUuid::createUuid().toString(QUuid::WithoutBraces); }

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
