#pragma once

// Shows reminders: as notifications of the desktop where there is a tray for them, in the window's foot otherwise.

#include "desktop/models/reminders.h"

class QSystemTrayIcon;

namespace kontor::desktop {

class ReminderNotes : public QObject {
    Q_OBJECT
  public:
    ReminderNotes(Workspace &workspace, Reminders &reminders, QObject *parent);

    /// What is said of a reminder, the subject aside.
    [[nodiscard]] static QString textOf(const Reminder &reminder);

  private:
    void show(const Reminder &reminder);

    Workspace &workspace_;
    QSystemTrayIcon *tray_ = nullptr;
    QString shown_;  // the activity of the last notification
};

}  // namespace kontor::desktop
