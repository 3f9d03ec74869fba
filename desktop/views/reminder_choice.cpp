#include "desktop/views/reminder_choice.h"

#include "desktop/models/reminders.h"
#include "desktop/views/field_editor.h"
#include "desktop/views/look.h"

#include <QMenu>
#include <QToolButton>

#include <array>

namespace kontor::desktop {

namespace {

constexpr int minutesOfHour = 60;
constexpr int minutesOfDay = 24 * 60;
constexpr std::array<int, 7> choices{0, 5, 10, 30, minutesOfHour, 2 * minutesOfHour, minutesOfDay};

QString textOf(int minutes) {
    if (minutes == 0) return ReminderChoice::tr("At the time");
    if (minutes % minutesOfDay == 0) return ReminderChoice::tr("%n day(s) before", nullptr, minutes / minutesOfDay);
    if (minutes % minutesOfHour == 0) return ReminderChoice::tr("%n hour(s) before", nullptr, minutes / minutesOfHour);
    return ReminderChoice::tr("%n minute(s) before", nullptr, minutes);
}

QDateTime timeOf(const QJsonValue &value) { return QDateTime::fromString(value.toString(), Qt::ISODateWithMs); }

}  // namespace

ReminderChoice::ReminderChoice(QWidget *parent) : QComboBox(parent) {
    setObjectName("reminder");
    setAccessibleName(tr("Reminder"));
    setToolTip(tr("When you want to be reminded"));
    addItem(look::icon("clock"), tr("No reminder"));
    for (int const minutes : choices) addItem(look::icon("clock"), textOf(minutes), minutes);
    connect(this, &QComboBox::activated, this, [this] {
        QVariant const minutes = currentData();
        keepUsualReminder(kind_, minutes.isValid() ? std::optional(minutes.toInt()) : std::nullopt);
    });
    hide();
}

void ReminderChoice::setKind(const QString &kind) {
    kind_ = kind;
    std::optional<int> const usual = usualReminder(kind);
    int const index = usual ? findData(*usual) : 0;
    setCurrentIndex(std::max(0, index));
    setVisible(kind == "task" || kind == "meeting");
}

ReminderOfForm::ReminderOfForm(FieldEditor &reminder, FieldEditor *kind, FieldEditor *startAt, FieldEditor *dueAt)
    : QObject(&reminder), reminder_(reminder), kind_(kind), startAt_(startAt), dueAt_(dueAt),
      button_(new QToolButton(&reminder)) {
    button_->setObjectName("reminderBefore");
    button_->setIcon(look::icon("clock"));
    button_->setAutoRaise(true);
    button_->setPopupMode(QToolButton::InstantPopup);
    button_->setToolTip(tr("How long before it you want to be reminded"));
    button_->setAccessibleName(button_->toolTip());
    auto *const menu = new QMenu(button_);
    connect(menu->addAction(tr("No reminder")), &QAction::triggered, this, [this] { choose(std::nullopt); });
    for (int const minutes : choices) {
        connect(menu->addAction(textOf(minutes)), &QAction::triggered, this, [this, minutes] { choose(minutes); });
    }
    connect(menu, &QMenu::aboutToShow, this, [this, menu] {
        bool const hasTime = anchor().isValid();
        for (QAction *const action : menu->actions().mid(1)) action->setEnabled(hasTime);
    });
    button_->setMenu(menu);
    for (FieldEditor *const editor : {startAt_, dueAt_}) {
        if (editor != nullptr) connect(editor, &FieldEditor::valueChanged, this, &ReminderOfForm::follow);
    }
}

QDateTime ReminderOfForm::anchor() const {
    auto const valueOf = [](const FieldEditor *editor) { return editor != nullptr ? editor->value() : QJsonValue(); };
    return timeOf(reminderAnchor(valueOf(kind_).toString(), valueOf(startAt_), valueOf(dueAt_)));
}

void ReminderOfForm::choose(std::optional<int> minutes) {
    if (!minutes) return reminder_.setValue(QJsonValue::Null);
    QDateTime const at = anchor();
    if (!at.isValid()) return;
    reminder_.setValue(at.addSecs(qint64{-60} * *minutes).toUTC().toString(Qt::ISODateWithMs));
}

/// A time that is only half typed moves nothing.
void ReminderOfForm::follow() {
    QDateTime const now = anchor();
    if (!now.isValid()) return;
    QDateTime const at = timeOf(reminder_.value());
    if (anchor_.isValid() && at.isValid() && anchor_ != now) {
        reminder_.setValue(at.addMSecs(anchor_.msecsTo(now)).toUTC().toString(Qt::ISODateWithMs));
    }
    anchor_ = now;
}

}  // namespace kontor::desktop
