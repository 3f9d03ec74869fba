#pragma once

// What the client keeps on this computer for one user at one server: what was typed and not saved yet. A SQLite file
// that only its user can read, on a thread of its own.

#include <QJsonObject>
#include <QObject>
#include <QThread>
#include <QTimer>

#include <functional>
#include <optional>

namespace kontor::desktop {

/// A form that was not saved.
struct DraftContent {
    QJsonObject changes;  ///< the members that were typed
    QJsonObject base;     ///< the record that they were typed over; empty for a new one
};

class LocalStore : public QObject {
    Q_OBJECT
  public:
    /// A file of this name in `folder`, or, when it is empty, where the system has such data of the user.
    explicit LocalStore(const QString &name, const QString &folder = {}, QObject *parent = nullptr);
    /// Everything that was given is written by then.
    ~LocalStore() override;

    void saveDraft(const QString &entity, const QString &id, const DraftContent &content);
    void discardDraft(const QString &entity, const QString &id);
    /// `then` is called on this thread; never when `context` is gone by then.
    void loadDraft(const QString &entity, const QString &id, QObject *context,
                   std::function<void(const std::optional<DraftContent> &)> then);

  Q_SIGNALS:
    /// The file cannot be used: nothing is kept.
    void failed(const QString &reason);

  private:
    class Database;
    void run(std::function<void(Database &)> work);

    QThread thread_;
    Database *database_;  // lives on the thread
};

/// The draft of one form: written a moment after it was typed, and when the form goes.
class Draft : public QObject {
    Q_OBJECT
  public:
    /// `id` is empty for a record that is yet to be made.
    Draft(LocalStore &store, const QString &entity, const QString &id, QObject *parent = nullptr);
    ~Draft() override;

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
