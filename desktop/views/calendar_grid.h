#pragma once

// The painted part of the calendar: days with hours, or weeks of a month. What is where is worked out once, when the
// activities or the size change; painting and the mouse go by that.

#include "desktop/models/calendar_model.h"

#include <QAbstractScrollArea>
#include <QDate>

namespace kontor::desktop {

class CalendarGrid : public QAbstractScrollArea {
    Q_OBJECT
  public:
    enum class Span { day, week, month };

    CalendarGrid(Workspace &workspace, CalendarModel &model, QWidget *parent);

    void setSpan(Span span);
    [[nodiscard]] Span span() const { return span_; }
    /// The day that is looked at; the span around it is shown.
    void setDay(QDate day);
    [[nodiscard]] QDate day() const { return day_; }
    [[nodiscard]] QDate firstDay() const;
    [[nodiscard]] QDate lastDay() const;
    [[nodiscard]] QString selected() const { return selected_; }
    void select(const QString &id);
    /// Where an activity is drawn on the viewport; of those over several days, the first part.
    [[nodiscard]] QRect placeOf(const QString &id) const;
    /// Where a time is, on a span with hours.
    [[nodiscard]] QPoint placeOf(const QDateTime &time) const;
    void createHere();

  Q_SIGNALS:
    void spanMoved();  ///< other days are to be shown
    void daySelected(const QDate &day);
    void opened(const QString &id, bool inBackground);
    void created(const QDateTime &start, const QDateTime &end);
    void dayWanted(const QDate &day);  ///< that of "3 more"

  protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;
    bool viewportEvent(QEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;

  private:
    /// An activity on a day, or the note that there are more; in content coordinates for hours, fixed for the rest.
    struct Box {
        QRect rectangle;
        QString id;
        QDate day;
        qsizetype more = 0;
        bool isAmongHours = false;
        bool isFirst = true;  ///< not the going on of one from an earlier day
        bool isLast = true;
    };
    enum class Drag { none, press, move, resize, create };

    void arrange();
    void arrangeDays();
    void arrangeHours(QDate day);
    void arrangeMonth();
    void listOn(QDate day, const QRect &room, const QList<const CalendarEntry *> &entries);
    void paintDays(QPainter &painter);
    void paintHours(QPainter &painter);
    void paintMonth(QPainter &painter);
    void paintBox(QPainter &painter, const Box &box, const CalendarEntry &entry, bool isGhost) const;
    void paintMore(QPainter &painter, const Box &box) const;
    void paintGhost(QPainter &painter);
    void paintDayName(QPainter &painter, const QRect &rectangle, QDate day, bool isLong) const;

    [[nodiscard]] int days() const;
    [[nodiscard]] int rulerWidth() const;
    [[nodiscard]] int headHeight() const;
    [[nodiscard]] int lineHeight() const;
    [[nodiscard]] int hourHeight() const;
    [[nodiscard]] int top() const { return headHeight() + listHeight_; }
    [[nodiscard]] QRect columnOf(QDate day, int from, int height) const;
    [[nodiscard]] QRect cellOf(QDate day) const;
    [[nodiscard]] int yOf(const QTime &time) const;
    [[nodiscard]] const Box *boxAt(const QPoint &point) const;
    [[nodiscard]] QRect onViewport(const Box &box) const;
    [[nodiscard]] QDate dayAt(const QPoint &point) const;
    [[nodiscard]] bool isAmongHours(const QPoint &point) const;
    /// To the quarter of an hour.
    [[nodiscard]] QDateTime timeAt(const QPoint &point) const;
    void updateDrag(const QPoint &point);
    void finishDrag();
    void stepEntry(int steps);
    void stepDay(int steps);
    void shiftSelected(int days, int minutes);
    void resizeSelected(int minutes);
    void show(QDate day);
    void tell();
    [[nodiscard]] QString spokenText(const CalendarEntry &entry) const;

    Workspace &workspace_;
    CalendarModel &model_;
    Span span_ = Span::week;
    QDate day_ = QDate::currentDate();
    QString selected_;
    QList<Box> boxes_;
    int listHeight_ = 0;
    bool isScrolledOnce_ = false;

    Drag drag_ = Drag::none;
    QPoint pressed_;
    QString dragged_;
    EntryTimes original_;
    EntryTimes wanted_;
    bool atEdge_ = false;
    QTimer minute_;
};

}  // namespace kontor::desktop
