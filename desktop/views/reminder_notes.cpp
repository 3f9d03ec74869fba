#include "desktop/views/reminder_notes.h"

#include "desktop/views/look.h"

#include <QEvent>
#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QStyle>
#include <QVBoxLayout>
#include <QWidget>

namespace kontor::desktop {

namespace {

constexpr int noteWidth = 44 * look::space;
constexpr int aboveFoot = 5 * look::space;  // the line at the foot of the window stays free
constexpr int mostNotes = 4;

}  // namespace

ReminderNotes::ReminderNotes(Workspace &workspace, Reminders &reminders, QObject *parent, const QDBusConnection &bus)
    : QObject(parent), workspace_(workspace), reminders_(reminders), notifications_(bus),
      window_(qobject_cast<QWidget *>(parent)) {
    connect(&reminders, &Reminders::due, this, &ReminderNotes::show);
    connect(&reminders, &Reminders::settled, this, &ReminderNotes::settle);
    connect(&notifications_, &Notifications::chosen, this, &ReminderNotes::answer);
}

ReminderNotes::~ReminderNotes() {
    for (const QString &id : shown_.keys()) notifications_.close(id);
}

QString ReminderNotes::textOf(const Reminder &reminder) {
    QLocale const locale;
    const CalendarEntry &entry = reminder.entry;
    auto const told = [&](const QDateTime &time) {
        return time.date() == QDate::currentDate() ? locale.toString(time.time(), QLocale::ShortFormat)
                                                   : locale.toString(time, QLocale::ShortFormat);
    };
    if (!entry.start.isValid()) return entry.due.isValid() ? tr("Due at %1").arg(told(entry.due)) : QString();
    if (entry.isAllDay) return locale.toString(entry.start.date(), QLocale::ShortFormat);
    QString const time = told(entry.start);
    return entry.location.isEmpty() ? tr("Begins at %1").arg(time) : tr("Begins at %1, %2").arg(time, entry.location);
}

void ReminderNotes::show(const Reminder &reminder) {
    shown_.insert(reminder.entry.id, reminder);
    notifications_.show(reminder.entry.id, reminder.entry.subject, textOf(reminder),
                        {{"default", tr("Open")},
                         {"open", tr("Open")},
                         {"snooze", tr("In %n minute(s)", nullptr, Reminders::snoozeMinutes)},
                         {"done", tr("Done")}},
                        [self = QPointer(this), reminder] {
                            if (self) self->showInWindow(reminder);
                        });
}

void ReminderNotes::showInWindow(const Reminder &reminder) {
    const QString &id = reminder.entry.id;
    if (!shown_.contains(id)) return;
    if (!window_) {
        Q_EMIT workspace_.said(reminder.entry.subject + ": " + textOf(reminder), {});
        return;
    }
    if (!corner_) {
        corner_ = new QWidget(window_);
        corner_->setObjectName("reminders");
        corner_->setAccessibleName(tr("Reminders"));
        auto *const column = new QVBoxLayout(corner_);
        column->setContentsMargins(0, 0, 0, 0);
        column->setSpacing(look::space);
        window_->installEventFilter(this);
    }
    delete corner_->findChild<QFrame *>("note-" + id, Qt::FindDirectChildrenOnly);  // snoozed, and here again
    auto *const note = new QFrame(corner_);
    note->setObjectName("note-" + id);
    note->setFrameShape(QFrame::StyledPanel);
    note->setAutoFillBackground(true);
    note->setBackgroundRole(QPalette::Base);
    note->setFixedWidth(noteWidth);
    auto *const rows = new QVBoxLayout(note);
    rows->setContentsMargins(look::space, look::space, look::space, look::space);
    rows->setSpacing(look::halfSpace);
    auto *const subject = new QLabel(reminder.entry.subject, note);
    subject->setTextFormat(Qt::PlainText);
    subject->setWordWrap(true);
    QFont bold = subject->font();
    bold.setBold(true);
    subject->setFont(bold);
    rows->addWidget(subject);
    auto *const text = new QLabel(textOf(reminder), note);
    text->setTextFormat(Qt::PlainText);
    look::asHint(*text);
    rows->addWidget(text);
    auto *const buttons = new QHBoxLayout;
    buttons->addStretch(1);
    for (auto const &[name, label] :
         {std::pair{"open", tr("Open")}, std::pair{"snooze", tr("In %n minute(s)", nullptr, Reminders::snoozeMinutes)},
          std::pair{"done", tr("Done")}}) {
        auto *const button = new QPushButton(label, note);
        button->setObjectName(name);
        button->setAccessibleName(label + ": " + reminder.entry.subject);
        connect(button, &QPushButton::clicked, this,
                [this, id = QString(id), name = QString(name)] { answer(id, name); });
        buttons->addWidget(button);
    }
    rows->addLayout(buttons);
    static_cast<QVBoxLayout *>(corner_->layout())->addWidget(note);
    place();
}

void ReminderNotes::answer(const QString &activityId, const QString &button) {
    if (!shown_.contains(activityId)) return;
    Reminder const reminder = shown_.value(activityId);
    settle(activityId);
    if (button == "snooze") return reminders_.snooze(reminder);
    if (button == "done") return reminders_.finish(reminder);
    Q_EMIT workspace_.openRequested("Activity", activityId, false);
    if (window_) {
        window_->show();
        window_->raise();
        window_->activateWindow();
    }
}

void ReminderNotes::settle(const QString &activityId) {
    shown_.remove(activityId);
    notifications_.close(activityId);
    if (!corner_) return;
    if (auto *const note = corner_->findChild<QFrame *>("note-" + activityId, Qt::FindDirectChildrenOnly)) {
        note->setObjectName({});
        note->hide();
        note->deleteLater();  // its button may be what was clicked
        corner_->layout()->removeWidget(note);
    }
    place();
}

/// At the far foot of the window, over what is there; the oldest ones, when there is no room for all.
void ReminderNotes::place() {
    if (!corner_ || !window_) return;
    int shown = 0;
    for (int index = 0; index < corner_->layout()->count(); ++index) {
        QWidget *const note = corner_->layout()->itemAt(index)->widget();
        if (note != nullptr) note->setVisible(shown++ < mostNotes);
    }
    corner_->setVisible(shown > 0);
    corner_->layout()->activate();
    corner_->adjustSize();
    QRect const room = window_->rect().adjusted(2 * look::space, look::space, -2 * look::space, -aboveFoot);
    corner_->setGeometry(
        QStyle::alignedRect(window_->layoutDirection(), Qt::AlignRight | Qt::AlignBottom, corner_->sizeHint(), room));
    corner_->raise();
}

bool ReminderNotes::eventFilter(QObject *watched, QEvent *event) {
    if (watched == window_ && event->type() == QEvent::Resize) place();
    return QObject::eventFilter(watched, event);
}

}  // namespace kontor::desktop
