#pragma once

// When to be reminded, chosen by how long before.

#include <QComboBox>
#include <QDateTime>
#include <QJsonValue>

#include <optional>

class QToolButton;

namespace kontor::desktop {

class FieldEditor;

/// For an activity that is logged in one line: the choice is kept for the next one of its kind.
class ReminderChoice : public QComboBox {
    Q_OBJECT
  public:
    explicit ReminderChoice(QWidget *parent);
    /// Shows what is usual for the kind; hidden for one that has no reminders.
    void setKind(const QString &kind);

  private:
    QString kind_;
};

/// In the form of an activity: a button beside the reminder's editor that sets it from the time of the activity, and
/// moves it with that time. The server does the same for those who know nothing of it.
class ReminderOfForm : public QObject {
    Q_OBJECT
  public:
    /// Any but the reminder's may be missing. The button is in the layout of the reminder's editor.
    ReminderOfForm(FieldEditor &reminder, FieldEditor *kind, FieldEditor *startAt, FieldEditor *dueAt);

    /// The values that are shown now belong together.
    void remember() { anchor_ = anchor(); }
    [[nodiscard]] QToolButton *button() const { return button_; }

  private:
    [[nodiscard]] QDateTime anchor() const;
    void choose(std::optional<int> minutes);
    void follow();

    FieldEditor &reminder_;
    FieldEditor *kind_;
    FieldEditor *startAt_;
    FieldEditor *dueAt_;
    QToolButton *button_;
    QDateTime anchor_;
};

}  // namespace kontor::desktop
