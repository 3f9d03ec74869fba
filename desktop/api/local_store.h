#pragma once

// What the client keeps on this computer for one user at one server: what was typed and not saved yet, what the server
// has answered, and the writes that wait for it. A SQLite file that only its user can read, on a thread of its own.

#include "desktop/api/queued_writes.h"

#include <QJsonObject>
#include <QObject>
#include <QThread>
#include <QTimer>

#include <atomic>
#include <functional>
#include <optional>

namespace kontor::desktop {

/// A form that was not saved.
struct DraftContent {
    QJsonObject changes;  ///< the members that were typed
    QJsonObject base;     ///< the record that they were typed over; empty for a new one
};

/// A form of a record that is yet to be made.
struct NewDraft {
    QString entity;
    QString id;  ///< of the draft
    DraftContent content;
};

/// A saved view that stays readable off line.
struct KeptView {
    QString id;
    QString collection;
};

class LocalStore : public QObject {
    Q_OBJECT
  public:
    /// A file of this name in `folder`, or, when it is empty, where the system has such data of the user.
    explicit LocalStore(const QString &name, const QString &folder = {}, QObject *parent = nullptr);
    /// Everything that was given is written by then.
    ~LocalStore() override;
    /// Whether something is kept under the name.
    [[nodiscard]] static bool exists(const QString &name, const QString &folder = {});
    /// Takes away what is kept under the name: a user's drafts, queue and answers. It is not open by then.
    static void remove(const QString &name, const QString &folder = {});

    void saveDraft(const QString &entity, const QString &id, const DraftContent &content);
    void discardDraft(const QString &entity, const QString &id);
    /// `then` is called on this thread; never when `context` is gone by then.
    void loadDraft(const QString &entity, const QString &id, QObject *context,
                   std::function<void(const std::optional<DraftContent> &)> then);

    /// The forms of records that were not made when the program ended.
    void loadNewDrafts(QObject *context, std::function<void(const QList<NewDraft> &)> then);

    /// Keeps what the server has answered. Left out when the disk does not follow.
    void keep(const Call &call, const QJsonObject &body);
    void dropRecord(const QString &collection, const QString &id);
    /// What was answered before, with the writes that wait as if they were done.
    void recall(const Call &call, QObject *context, std::function<void(const std::optional<QJsonObject> &)> then);
    /// Forgets what the server has answered; drafts and the writes that wait stay.
    void forgetAnswers();

    /// Puts a call for which canWait() into the queue; `then` gets the record as it will be, or nothing when the call
    /// could not be kept.
    void queue(const Call &call, QObject *context, std::function<void(const std::optional<QJsonObject> &)> then);
    void loadQueue(QObject *context, std::function<void(const QList<QueuedWrite> &)> then);
    void settle(qint64 number, const QJsonObject &answer);
    void setState(qint64 number, QueuedWrite::State state, const QString &reason);
    /// It is to be made over that version of the record, whatever was changed in it.
    void rebase(qint64 number, qint64 version);
    void discardWrite(qint64 number);

    void keepView(const KeptView &view);
    void dropView(const QString &id);
    void loadKeptViews(QObject *context, std::function<void(const QList<KeptView> &)> then);

  Q_SIGNALS:
    /// The file cannot be used: nothing is kept.
    void failed(const QString &reason);
    void queueChanged();
    void keptViewsChanged();

  private:
    void run(std::function<void(LocalDatabase &)> work);
    void changeQueue(std::function<void(LocalDatabase &)> change);
    /// Runs it, and hands what it returns to `then` on this thread.
    template <typename Result>
    void ask(QObject *context, std::function<Result(LocalDatabase &)> work, std::function<void(const Result &)> then);

    QThread thread_;
    LocalDatabase *database_;  // lives on the thread
    std::atomic<int> unwritten_ = 0;
    int kept_ = 0;  // on the thread: since the last look at the size
};

/// The draft of one form: written a moment after it was typed, and when the form goes.
class Draft : public QObject {
    Q_OBJECT
  public:
    /// `id` is one of its own, see newId(), for a record that is yet to be made.
    Draft(LocalStore &store, const QString &entity, const QString &id, QObject *parent = nullptr);
    ~Draft() override;

    /// For the form of a new record: two that are half written are two drafts.
    [[nodiscard]] static QString newId();

    void load(std::function<void(const std::optional<DraftContent> &)> then);
    void save(const DraftContent &content);
    void discard();

  private:
    void write();

    LocalStore &store_;
    QString entity_;
    QString id_;
    DraftContent content_;
    QTimer delay_;
};

}  // namespace kontor::desktop
