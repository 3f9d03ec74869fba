#pragma once

// Activities of a span of days, in local time. Changes are shown at once, sent with the version that they change, and
// taken back when refused.

#include "desktop/models/workspace.h"

#include <QDateTime>
#include <QTimer>

namespace kontor::desktop {

/// An activity as a calendar sees it.
struct CalendarEntry {
    QString id;
    QString kind;  ///< "call", "meeting" or "task"
    QString subject;
    QString ownerId;
    QString location;
    QDateTime start;  ///< local; invalid for a task that is only due
    QDateTime end;    ///< local; after start, of tasks invalid
    QDateTime due;    ///< local; of tasks
    bool isAllDay = false;
    bool isDone = false;
    qint64 version = 0;

    /// Has a place among the hours; the others are listed by day.
    [[nodiscard]] bool isTimed() const { return start.isValid() && !isAllDay; }
    /// A task that should be done by now.
    [[nodiscard]] bool isOverdue() const {
        return !isDone && !start.isValid() && due.isValid() && due < QDateTime::currentDateTime();
    }
    [[nodiscard]] QDate firstDay() const { return start.isValid() ? start.date() : due.date(); }
    /// The last day that it touches; an end at midnight does not touch the day that begins then.
    [[nodiscard]] QDate lastDay() const;
};

/// What can be made of a record; without an id when it is no activity of a calendar.
[[nodiscard]] CalendarEntry calendarEntry(const QJsonObject &activity);

/// When something is, as it is sent.
struct EntryTimes {
    QDateTime start;
    QDateTime end;
    QDateTime due;
};

class CalendarModel : public QObject {
    Q_OBJECT
  public:
    explicit CalendarModel(Workspace &workspace, QObject *parent = nullptr);

    /// From the first day to the last one, both included; of an owner, or of all when empty.
    void show(QDate first, QDate last, const QString &ownerId);

    [[nodiscard]] const QList<CalendarEntry> &entries() const { return entries_; }
    [[nodiscard]] const CalendarEntry *entry(const QString &id) const;
    /// Those that touch the day: first what is listed, then by time.
    [[nodiscard]] QList<const CalendarEntry *> on(QDate day) const;

    /// Shows the new times and sends them.
    void change(const QString &id, const EntryTimes &times);
    /// By so many days and minutes, whatever times it has.
    void shift(const QString &id, qint64 days, qint64 minutes);

  Q_SIGNALS:
    void loading();
    void changed();
    void failed(const kontor::desktop::Problem &problem);
    void saved(const QString &id, const kontor::desktop::EntryTimes &before);
    void refused(const QString &text);

  private:
    void ask(const QString &cursor, quint64 number, const QList<CalendarEntry> &sofar);
    void put(const CalendarEntry &entry);
    void remove(const QString &id);
    void sendNext(const QString &id);
    void answered(const QString &id, const Answer &answer);
    void noteChange(const QString &entity, const QString &id, qint64 version, bool isDeleted);
    void fetchChanged();
    [[nodiscard]] QString filter() const;

    /// What is on its way for an activity, and what is to be sent after it.
    struct Change {
        EntryTimes confirmed;
        EntryTimes sent;
        EntryTimes wanted;
        bool isUnderWay = false;
    };

    Workspace &workspace_;
    QList<CalendarEntry> entries_;
    QHash<QString, Change> changes_;
    QSet<QString> changedByOthers_;
    QTimer changedTimer_;
    QDate first_;
    QDate last_;
    QString ownerId_;
    quint64 asked_ = 0;
};

}  // namespace kontor::desktop

Q_DECLARE_METATYPE(kontor::desktop::EntryTimes)
