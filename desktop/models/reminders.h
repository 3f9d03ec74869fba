#pragma once

// Tells in time of what the user has to do: what has a `reminderAt`, then. Snoozing and being done are written to the
// server, so that they hold for every place where the user is signed in.

#include "desktop/models/calendar_model.h"

#include <QSet>

#include <optional>

namespace kontor::desktop {

struct Reminder {
    CalendarEntry entry;
    QDateTime at;    ///< when to tell
    QString status;  ///< as it was then
};

/// Whether activities of this server have reminders.
[[nodiscard]] bool hasReminders(const Workspace &workspace);
/// How many minutes before it the user last wanted to be reminded of something of this kind; nothing: not at all.
[[nodiscard]] std::optional<int> usualReminder(const QString &kind);
void keepUsualReminder(const QString &kind, std::optional<int> minutes);
/// Adds the usual reminder to an activity that is yet to be made, if it is one that has any.
void addUsualReminder(const Workspace &workspace, QJsonObject &activity);
/// What a reminder is counted from, as it is sent: the end of the time for a task, the start otherwise; null: nothing.
[[nodiscard]] QJsonValue reminderAnchor(const QString &kind, const QJsonValue &startAt, const QJsonValue &dueAt);

class Reminders : public QObject {
    Q_OBJECT
  public:
    static constexpr int snoozeMinutes = 10;

    explicit Reminders(Workspace &workspace, QObject *parent = nullptr);

    /// Begins, for the user who is signed in; at most one reminder for each time of an activity.
    void start();
    [[nodiscard]] qsizetype waiting() const { return reminders_.size(); }

    /// Reminds again in ten minutes.
    void snooze(const Reminder &reminder);
    /// The call or meeting was held, the task is done; can be undone.
    void finish(const Reminder &reminder);

  Q_SIGNALS:
    void due(const kontor::desktop::Reminder &reminder);
    /// What was told needs no answer any more: it is done, or moved, here or elsewhere.
    void settled(const QString &activityId);
    void refreshed();

  private:
    void fetch();
    void take(const QList<QJsonObject> &records);
    void arm();
    void tellWhatIsDue();
    void write(const QString &activityId, const QJsonObject &change, std::function<void()> then);
    void rememberTold(const QString &key);

    Workspace &workspace_;
    QList<Reminder> reminders_;     // by time
    QStringList told_;              // activity and time, the last ones
    QHash<QString, QString> open_;  // activity → what was told of it and not answered
    QTimer next_;
    QTimer refresh_;
    bool isStarted_ = false;
};

}  // namespace kontor::desktop

Q_DECLARE_METATYPE(kontor::desktop::Reminder)
