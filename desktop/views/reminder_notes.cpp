#include "desktop/views/reminder_notes.h"

#include <QIcon>
#include <QLocale>
#include <QSystemTrayIcon>

namespace kontor::desktop {

ReminderNotes::ReminderNotes(Workspace &workspace, Reminders &reminders, QObject *parent)
    : QObject(parent), workspace_(workspace) {
    if (QSystemTrayIcon::isSystemTrayAvailable() && QSystemTrayIcon::supportsMessages()) {
        tray_ = new QSystemTrayIcon(QIcon(":/kontor.svg"), this);
        tray_->setToolTip("Kontor");
        connect(tray_, &QSystemTrayIcon::messageClicked, this,
                [this] { Q_EMIT workspace_.openRequested("Activity", shown_, false); });
        tray_->show();
    }
    connect(&reminders, &Reminders::due, this, &ReminderNotes::show);
}

QString ReminderNotes::textOf(const Reminder &reminder) {
    QLocale const locale;
    const CalendarEntry &entry = reminder.entry;
    if (!entry.start.isValid()) return tr("Due at %1").arg(locale.toString(entry.due.time(), QLocale::ShortFormat));
    QString const time = locale.toString(entry.start.time(), QLocale::ShortFormat);
    return entry.location.isEmpty() ? tr("Begins at %1").arg(time) : tr("Begins at %1, %2").arg(time, entry.location);
}

void ReminderNotes::show(const Reminder &reminder) {
    shown_ = reminder.entry.id;
    if (tray_ != nullptr) {
        tray_->showMessage(reminder.entry.subject, textOf(reminder), QIcon(":/kontor.svg"));
    } else {
        Q_EMIT workspace_.said(reminder.entry.subject + ": " + textOf(reminder), {});
    }
}

}  // namespace kontor::desktop
