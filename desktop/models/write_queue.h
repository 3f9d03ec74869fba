#pragma once

// The writes that wait for the server (desktop/api/queued_writes.h), and their way to it: one after the other, in their
// order, as soon as it is there.

#include "desktop/api/local_store.h"
#include "desktop/models/workspace.h"

#include <QObject>
#include <QSet>
#include <QTimer>

namespace kontor::desktop {

class WriteQueue : public QObject {
    Q_OBJECT
  public:
    WriteQueue(Workspace &workspace, LocalStore &store, QObject *parent = nullptr);

    [[nodiscard]] const QList<QueuedWrite> &writes() const { return writes_; }
    /// Those that the user has to decide about.
    [[nodiscard]] int undecided() const;
    /// A label for people: the name of the record, else of its kind.
    [[nodiscard]] QString nameOf(const QueuedWrite &write) const;
    /// Sends what waits, when the server is there.
    void send();
    /// A refused one, or one in conflict, once more; over what others have changed meanwhile.
    void tryAgain(qint64 number);
    void discard(qint64 number);
    /// Out of the queue and into a form, where the user sees what has become of the record and decides.
    void openAsForm(qint64 number);

  Q_SIGNALS:
    void changed();
    /// A new record out of the queue: its form, with what was typed.
    void formWanted(const QString &entity, const QString &draftId);

  private:
    void load();
    void sendNext();
    void sendLater();
    void answered(const QueuedWrite &write, const Answer &answer);
    void done(const QueuedWrite &write, const Answer &answer);
    void compare(const QueuedWrite &write, const QString &reason);
    void setAside(const QueuedWrite &write, QueuedWrite::State state, const QString &reason);
    [[nodiscard]] const QueuedWrite *find(qint64 number) const;
    [[nodiscard]] const EntityDescription *entityOf(const QueuedWrite &write) const;

    Workspace &workspace_;
    LocalStore &store_;
    QList<QueuedWrite> writes_;
    qint64 sending_ = 0;
    int sent_ = 0;
    QTimer retry_;
    int pause_;  ///< ms until it is tried again
};

}  // namespace kontor::desktop
