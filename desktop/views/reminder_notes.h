#pragma once

// Shows reminders: as notifications of the desktop, or as notes in the window's corner where there are none. Each can
// be opened, put off, or done.

#include "desktop/models/reminders.h"
#include "desktop/views/notifications.h"

#include <QPointer>

class QVBoxLayout;
class QWidget;

namespace kontor::desktop {

class ReminderNotes : public QObject {
    Q_OBJECT
  public:
    /// Notes within the window are in `parent`, if that is a widget.
    ReminderNotes(Workspace &workspace, Reminders &reminders, QObject *parent,
                  const QDBusConnection &bus = Notifications::desktopBus());
    ~ReminderNotes() override;

    /// What is said of a reminder, the subject aside.
    [[nodiscard]] static QString textOf(const Reminder &reminder);
    bool eventFilter(QObject *watched, QEvent *event) override;

  private:
    void show(const Reminder &reminder);
    void showInWindow(const Reminder &reminder);
    void answer(const QString &activityId, const QString &button);
    void settle(const QString &activityId);
    void place();

    Workspace &workspace_;
    Reminders &reminders_;
    Notifications notifications_;
    QHash<QString, Reminder> shown_;
    QPointer<QWidget> window_;
    QPointer<QWidget> corner_;  // the notes, below each other
};

}  // namespace kontor::desktop
