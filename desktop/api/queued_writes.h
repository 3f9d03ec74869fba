#pragma once

// Writes that were made while the server was away: kept in their order, seen in everything that is read from the local
// store, and sent when the server is there again (desktop/models/write_queue.h).

#include "desktop/api/answer.h"
#include "desktop/api/local_database.h"

#include <QDateTime>

namespace kontor::desktop {

struct QueuedWrite {
    enum class State {
        waiting,   ///< for the server
        conflict,  ///< somebody else has changed the record meanwhile: the user decides
        refused,   ///< the server has said no, see `reason`
    };
    qint64 number = 0;
    QDateTime at;
    QByteArray method;
    QString path;
    QString collection;
    QString
        recordId;  ///< of a record that is yet to be made: one of this client's own, until the server gives it another
    QJsonObject body;
    QJsonObject base;  ///< the record as it was known when it was changed
    std::optional<qint64> version;
    QByteArray idempotencyKey;
    State state = State::waiting;
    QString reason;

    [[nodiscard]] bool isCreation() const;
};

/// Whether a call can wait for the server: it makes, changes or deletes one record, or moves a deal to another stage.
[[nodiscard]] bool canWait(const Call &call);

/// Puts the call at the end of the queue. Gives what the server would answer: the record as it will be; nothing when it
/// could not be written.
[[nodiscard]] std::optional<QJsonObject> enqueue(LocalDatabase &database, const Call &call);
[[nodiscard]] QList<QueuedWrite> queuedWrites(LocalDatabase &database);

/// It is done: `answer` is the record that the server has sent. What follows in the queue is about that record from
/// now on, by its true id and its version.
void settleWrite(LocalDatabase &database, qint64 number, const QJsonObject &answer);
void setWriteState(LocalDatabase &database, qint64 number, QueuedWrite::State state, const QString &reason);
/// It is sent over that version, and waits again.
void rebaseWrite(LocalDatabase &database, qint64 number, qint64 version);
/// It will not be sent; neither will what was written to a record that it was to make.
void discardWrite(LocalDatabase &database, qint64 number);

/// The record as it will be when all of `writes` are done; empty when it will be deleted.
[[nodiscard]] QJsonObject withWrites(QJsonObject record, const QString &collection, const QString &id,
                                     const QList<QueuedWrite> &writes);

}  // namespace kontor::desktop
