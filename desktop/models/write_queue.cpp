#include "desktop/models/write_queue.h"

#include <QJsonArray>

namespace kontor::desktop {

namespace {

constexpr int firstPause = 2'000;      // ms
constexpr int longestPause = 300'000;  // ms

/// Nothing is said about the write itself: it is sent again.
bool isPassing(const Answer &answer) {
    auto const kind = answer.problem->kind;
    return kind == Problem::Kind::offline || kind == Problem::Kind::signedOut || kind == Problem::Kind::cancelled ||
           kind == Problem::Kind::unreadable || answer.status == 429 || answer.status >= 500;
}

/// Whether the record has what the write was to give it: its answer was lost, or somebody else has done the same.
bool isDone(const QueuedWrite &write, const QJsonObject &record) {
    if (!write.path.contains('/') || record.isEmpty()) return false;
    QJsonObject wanted = write.body;
    if (write.method == "POST") {  // a move
        wanted = write.body["fields"].toObject();
        wanted["stageId"] = write.body["stageId"];
    }
    for (auto member = wanted.begin(); member != wanted.end(); ++member) {
        QJsonValue const now = record[member.key()];
        if (member.value() != now && !(member.value().isNull() && now.isUndefined())) return false;
    }
    return true;
}

QString reasonOf(const Problem &problem) {
    QStringList reasons{problem.told()};
    for (const FieldProblem &field : problem.fields) reasons.append(field.pointer.mid(1) + ": " + field.detail);
    return reasons.join("; ");
}

}  // namespace

WriteQueue::WriteQueue(Workspace &workspace, LocalStore &store, QObject *parent)
    : QObject(parent), workspace_(workspace), store_(store), pause_(firstPause) {
    retry_.setSingleShot(true);
    connect(&retry_, &QTimer::timeout, this, &WriteQueue::sendNext);
    connect(&store_, &LocalStore::queueChanged, this, &WriteQueue::load);
    connect(&workspace_.server(), &Server::onlineChanged, this, [this](bool online) {
        if (online) send();
    });
    connect(&workspace_.server(), &Server::signedIn, this, &WriteQueue::send);
    load();
}

void WriteQueue::load() {
    store_.loadQueue(this, [this](const QList<QueuedWrite> &writes) {
        writes_ = writes;
        Q_EMIT changed();
        sendNext();
    });
}

int WriteQueue::undecided() const {
    return static_cast<int>(std::ranges::count_if(
        writes_, [](const QueuedWrite &write) { return write.state != QueuedWrite::State::waiting; }));
}

const EntityDescription *WriteQueue::entityOf(const QueuedWrite &write) const {
    return workspace_.descriptions().collection(write.collection);
}

QString WriteQueue::nameOf(const QueuedWrite &write) const {
    const EntityDescription *const entity = entityOf(write);
    QJsonObject const record = withWrites(write.base, write.collection, write.recordId, {write});
    for (const QJsonObject &known : {record, write.base}) {
        QString const name = entity != nullptr ? known[entity->displayField].toVariant().toString() : QString();
        if (!name.isEmpty()) return name;
    }
    return entity != nullptr ? entity->label : write.collection;
}

const QueuedWrite *WriteQueue::find(qint64 number) const {
    auto const found = std::ranges::find(writes_, number, &QueuedWrite::number);
    return found == writes_.end() ? nullptr : &*found;
}

void WriteQueue::send() {
    sent_ = 0;
    pause_ = firstPause;
    retry_.stop();
    sendNext();
}

/// The server is there, but it does not work: not at once again, and less often the longer it lasts.
void WriteQueue::sendLater() {
    sending_ = 0;
    retry_.start(pause_);
    pause_ = std::min(2 * pause_, longestPause);
}

void WriteQueue::sendNext() {
    if (sending_ != 0 || retry_.isActive() || !workspace_.server().isOnline() || !workspace_.server().isSignedIn())
        return;
    QSet<QString> blocked;  // records with something that the user has to decide about first
    for (const QueuedWrite &write : std::as_const(writes_)) {
        if (write.state != QueuedWrite::State::waiting) blocked.insert(write.recordId);
        if (blocked.contains(write.recordId)) continue;
        sending_ = write.number;
        Call call{.method = write.method, .path = write.path};
        if (write.method != "DELETE") call.body = write.body;
        if (write.method == "POST") {
            QJsonObject body = write.body;
            if (body.contains("version") && write.version) body["version"] = *write.version;
            call.body = body;
            call.headers.append({"Idempotency-Key", write.idempotencyKey});
        } else {
            call.version = write.version;
        }
        workspace_.server().sendQueued(call, this, [this, write](const Answer &answer) { answered(write, answer); });
        return;
    }
    if (sent_ > 0) Q_EMIT workspace_.said(tr("%n change(s) made off line are on the server now.", nullptr, sent_), {});
    sent_ = 0;
}

void WriteQueue::answered(const QueuedWrite &write, const Answer &answer) {
    if (answer.ok()) return done(write, answer);
    Problem const &problem = *answer.problem;
    bool const isGone = answer.status == 404 || answer.status == 410;
    if (write.method == "DELETE" && isGone) return done(write, {});
    if (isPassing(answer)) return sendLater();
    if (problem.code == "CONFLICT_VERSION") return compare(write, reasonOf(problem));
    setAside(write, QueuedWrite::State::refused, reasonOf(problem));
}

/// Its answer may have been lost the first time: then nothing is left to do.
void WriteQueue::compare(const QueuedWrite &write, const QString &reason) {
    workspace_.server().sendQueued({.path = write.collection + '/' + write.recordId}, this,
                                   [this, write, reason](const Answer &answer) {
                                       if (answer.ok() && write.method != "DELETE" && isDone(write, answer.body)) {
                                           return done(write, answer);
                                       }
                                       if (!answer.ok() && isPassing(answer)) return sendLater();
                                       setAside(write, QueuedWrite::State::conflict, reason);
                                   });
}

void WriteQueue::setAside(const QueuedWrite &write, QueuedWrite::State state, const QString &reason) {
    sending_ = 0;
    store_.setState(write.number, state, reason);  // the next one is sent when that is written
}

void WriteQueue::done(const QueuedWrite &write, const Answer &answer) {
    sending_ = 0;
    pause_ = firstPause;
    ++sent_;
    store_.settle(write.number, answer.body);
    const EntityDescription *const entity = entityOf(write);
    if (entity == nullptr) return;
    QString const id = answer.body["id"].toString(write.recordId);
    if (id != write.recordId) Q_EMIT workspace_.recordRenamed(entity->name, write.recordId, id);
    bool const isDeleted = write.method == "DELETE";
    workspace_.announceChange(entity->name, id,
                              isDeleted ? std::numeric_limits<qint64>::max() : answer.body["version"].toInteger(),
                              isDeleted);
}

void WriteQueue::tryAgain(qint64 number) {
    const QueuedWrite *const write = find(number);
    if (write == nullptr) return;
    if (write->state != QueuedWrite::State::conflict) return store_.setState(number, QueuedWrite::State::waiting, {});
    // Over the version that is there now, as the user wants it.
    workspace_.server().sendQueued({.path = write->collection + '/' + write->recordId}, this,
                                   [this, number](const Answer &answer) {
                                       if (!answer.ok()) {
                                           Q_EMIT workspace_.said(answer.problem->told(), {});
                                           return;
                                       }
                                       store_.rebase(number, answer.body["version"].toInteger());
                                   });
}

void WriteQueue::discard(qint64 number) { store_.discardWrite(number); }

void WriteQueue::openAsForm(qint64 number) {
    const QueuedWrite *const found = find(number);
    const EntityDescription *const entity = found != nullptr ? entityOf(*found) : nullptr;
    if (entity == nullptr) return;
    QueuedWrite const write = *found;
    if (write.isCreation()) {
        QString const draft = Draft::newId();
        store_.saveDraft(entity->name, draft, {write.body, {}});
        store_.discardWrite(number);
        Q_EMIT formWanted(entity->name, draft);
        return;
    }
    if (write.method == "PATCH") {
        // A form over an old version asks about each field that both have changed.
        store_.saveDraft(entity->name, write.recordId, {write.body, write.base});
        store_.discardWrite(number);
        Q_EMIT workspace_.draftSetAside(entity->name, write.recordId);
    }
    Q_EMIT workspace_.openRequested(entity->name, write.recordId, false);
}

}  // namespace kontor::desktop
