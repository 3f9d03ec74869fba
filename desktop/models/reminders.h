#pragma once

// Tells in time of what the user has to do: calls and meetings some minutes before they begin, tasks when they are due.

#include "desktop/models/calendar_model.h"

#include <QSet>

namespace kontor::desktop {

struct Reminder {
    CalendarEntry entry;
    QDateTime at;  ///< when to tell
};

class Reminders : public QObject {
    Q_OBJECT
  public:
    static constexpr int usualMinutes = 10;

    explicit Reminders(Workspace &workspace, QObject *parent = nullptr);

    /// Begins, for the user who is signed in; at most one reminder for each time of an activity.
    void start(int minutesBefore = usualMinutes);
    [[nodiscard]] qsizetype waiting() const { return reminders_.size(); }

  Q_SIGNALS:
    void due(const kontor::desktop::Reminder &reminder);
    void refreshed();

  private:
    void fetch();
    void arm();
    void tellWhatIsDue();

    Workspace &workspace_;
    QList<Reminder> reminders_;  // by time
    QSet<QString> told_;         // activity and time
    QTimer next_;
    QTimer refresh_;
    int minutesBefore_ = usualMinutes;
    bool isStarted_ = false;
};

}  // namespace kontor::desktop

Q_DECLARE_METATYPE(kontor::desktop::Reminder)
