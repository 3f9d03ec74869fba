// How the calendar is drawn. Colours are those of the application: the style sheet makes the widget's own ones
// transparent.

#include "desktop/views/calendar_grid.h"
#include "desktop/views/look.h"

#include <QApplication>
#include <QPainter>
#include <QScrollBar>
#include <QStyle>

namespace kontor::desktop {

namespace {

constexpr int daysOfWeek = 7;
constexpr qreal corner = 3;
constexpr int barWidth = 3;
constexpr int smallIcon = 12;
constexpr qreal ghostly = 0.92;

look::Tone toneOf(const CalendarEntry &entry) {
    if (entry.isDone) return look::Tone::muted;
    if (entry.isOverdue()) return look::Tone::bad;
    if (entry.kind == "call") return look::Tone::good;
    return entry.kind == "task" ? look::Tone::warning : look::Tone::accent;
}

/// The kind is told by a sign too, not by colour alone.
QString iconOf(const CalendarEntry &entry) {
    if (entry.isDone) return "check";
    if (entry.isOverdue()) return "warning";
    if (entry.kind == "call") return "phone";
    return entry.kind == "task" ? "task" : "meeting";
}

bool isWeekend(QDate day) { return !QLocale().weekdays().contains(static_cast<Qt::DayOfWeek>(day.dayOfWeek())); }

}  // namespace

void CalendarGrid::paintEvent(QPaintEvent *) {
    QPainter painter(viewport());
    painter.fillRect(viewport()->rect(), QApplication::palette().color(QPalette::Base));
    if (span_ == Span::month) {
        paintMonth(painter);
    } else {
        paintHours(painter);
        paintDays(painter);
    }
    for (const Box &box : boxes_) {
        if (box.isAmongHours) continue;
        const CalendarEntry *const entry = model_.entry(box.id);
        if (entry != nullptr) paintBox(painter, box, *entry, false);
        if (box.more > 0) paintMore(painter, box);
    }
    paintGhost(painter);
    painter.setPen(QApplication::palette().color(QPalette::Mid));
    painter.drawRect(viewport()->rect().adjusted(0, 0, -1, -1));
}

void CalendarGrid::paintDayName(QPainter &painter, const QRect &rectangle, QDate day, bool isLong) const {
    bool const isToday = day == QDate::currentDate();
    QLocale const locale;
    QFont font = painter.font();
    font.setBold(isToday);
    painter.setFont(font);
    QRect const above = rectangle.adjusted(look::halfSpace, 2, -look::halfSpace, -rectangle.height() / 2);
    QRect const below = rectangle.adjusted(look::halfSpace, rectangle.height() / 2, -look::halfSpace, -2);
    painter.setPen(look::colour(isToday ? look::Tone::accent : look::Tone::muted));
    painter.drawText(above, Qt::AlignCenter,
                     locale.standaloneDayName(day.dayOfWeek(), isLong ? QLocale::LongFormat : QLocale::ShortFormat));
    if (!isToday) painter.setPen(QApplication::palette().color(QPalette::Text));
    painter.drawText(below, Qt::AlignCenter, locale.toString(day.day()));
    font.setBold(false);
    painter.setFont(font);
}

/// What stays when the hours are scrolled: the days' names and what is listed under them.
void CalendarGrid::paintDays(QPainter &painter) {
    painter.fillRect(QRect(0, 0, viewport()->width(), top()), QApplication::palette().color(QPalette::Window));
    for (QDate day = firstDay(); day <= lastDay(); day = day.addDays(1)) {
        QRect const column = columnOf(day, 0, top());
        if (day == day_ && span_ != Span::day) {
            painter.fillRect(column.adjusted(1, 0, 0, 0),
                             hasFocus() ? look::ground(look::Tone::accent) : look::ground(look::Tone::muted));
        }
        paintDayName(painter, columnOf(day, 0, headHeight()), day, span_ == Span::day);
        painter.setPen(QApplication::palette().color(QPalette::Mid));
        painter.drawLine(column.topLeft(), column.bottomLeft());
    }
    QRect const ruler =
        QStyle::visualRect(layoutDirection(), viewport()->rect(), QRect(0, headHeight(), rulerWidth(), listHeight_));
    painter.setPen(look::colour(look::Tone::muted));
    painter.drawText(ruler.adjusted(look::halfSpace, 2, -look::halfSpace, 0),
                     static_cast<int>(Qt::AlignTop | Qt::AlignHCenter), tr("Due"));
    painter.setPen(QApplication::palette().color(QPalette::Mid));
    painter.drawLine(0, top() - 1, viewport()->width(), top() - 1);
}

void CalendarGrid::paintHours(QPainter &painter) {
    painter.save();
    painter.setClipRect(QRect(0, top(), viewport()->width(), viewport()->height() - top()));
    int const offset = top() - verticalScrollBar()->value();
    QLocale const locale;
    for (QDate day = firstDay(); day <= lastDay(); day = day.addDays(1)) {
        QRect const column = columnOf(day, top(), viewport()->height());
        if (isWeekend(day)) painter.fillRect(column, QApplication::palette().color(QPalette::AlternateBase));
        painter.setPen(QApplication::palette().color(QPalette::Mid));
        painter.drawLine(column.topLeft(), column.bottomLeft());
    }
    for (int hour = 0; hour < 24; ++hour) {
        int const y = offset + hour * hourHeight();
        if (y > viewport()->height() || y + hourHeight() < top()) continue;
        QRect const ruler = QStyle::visualRect(layoutDirection(), viewport()->rect(),
                                               QRect(0, y + 1, rulerWidth() - look::space, lineHeight()));
        painter.setPen(look::colour(look::Tone::muted));
        painter.drawText(ruler, static_cast<int>(QStyle::visualAlignment(layoutDirection(), Qt::AlignRight)),
                         locale.toString(QTime(hour, 0), QLocale::ShortFormat));
        QRect const line = QStyle::visualRect(
            layoutDirection(), viewport()->rect(),
            QRect(rulerWidth() - look::halfSpace, y, viewport()->width() - rulerWidth() + look::halfSpace, 1));
        painter.fillRect(line, look::ground(look::Tone::muted));
    }
    for (const Box &box : boxes_) {
        const CalendarEntry *const entry = box.isAmongHours ? model_.entry(box.id) : nullptr;
        if (entry != nullptr) paintBox(painter, box, *entry, false);
    }
    QDateTime const now = QDateTime::currentDateTime();
    if (now.date() >= firstDay() && now.date() <= lastDay()) {
        QRect const column = columnOf(now.date(), 0, 0);
        int const y = offset + yOf(now.time());
        painter.fillRect(QRect(column.left(), y - 1, column.width(), 2), look::colour(look::Tone::bad));
    }
    painter.restore();
}

void CalendarGrid::paintMonth(QPainter &painter) {
    QLocale const locale;
    painter.fillRect(QRect(0, 0, viewport()->width(), headHeight()), QApplication::palette().color(QPalette::Window));
    for (QDate day = firstDay(); day <= lastDay(); day = day.addDays(1)) {
        QRect const cell = cellOf(day);
        bool const isOther = day.month() != day_.month();
        bool const isToday = day == QDate::currentDate();
        if (isOther || isWeekend(day)) painter.fillRect(cell, QApplication::palette().color(QPalette::AlternateBase));
        if (day == day_) {
            painter.fillRect(cell, hasFocus() ? look::ground(look::Tone::accent) : look::ground(look::Tone::muted));
        }
        painter.setPen(QApplication::palette().color(QPalette::Mid));
        painter.drawRect(cell.adjusted(0, 0, 0, 0));
        QFont font = painter.font();
        font.setBold(isToday);
        painter.setFont(font);
        painter.setPen(isToday   ? look::colour(look::Tone::accent)
                       : isOther ? look::colour(look::Tone::muted)
                                 : QApplication::palette().color(QPalette::Text));
        QString const number = day.day() == 1 ? locale.toString(day, "d MMM") : locale.toString(day.day());
        painter.drawText(cell.adjusted(look::halfSpace, 2, -look::halfSpace, 0),
                         static_cast<int>(QStyle::visualAlignment(layoutDirection(), Qt::AlignRight)), number);
        font.setBold(false);
        painter.setFont(font);
    }
    for (int index = 0; index < daysOfWeek; ++index) {
        QDate const day = firstDay().addDays(index);
        QRect const cell = cellOf(day);
        painter.setPen(look::colour(look::Tone::muted));
        painter.drawText(QRect(cell.left(), 0, cell.width(), headHeight()), Qt::AlignCenter,
                         locale.standaloneDayName(day.dayOfWeek(), QLocale::ShortFormat));
    }
}

void CalendarGrid::paintBox(QPainter &painter, const Box &box, const CalendarEntry &entry, bool isGhost) const {
    QRect const place = onViewport(box);
    bool const isDragged = !isGhost && drag_ != Drag::none && drag_ != Drag::press && box.id == dragged_;
    bool const isSelected = isGhost || box.id == selected_;
    painter.save();
    if (isDragged) painter.setOpacity(0.35);
    if (isGhost) painter.setOpacity(ghostly);
    painter.setRenderHint(QPainter::Antialiasing);
    look::Tone const tone = toneOf(entry);
    painter.setPen(isSelected ? QPen(look::colour(tone), 2) : QPen(QApplication::palette().color(QPalette::Base), 1));
    painter.setBrush(look::ground(tone));
    painter.drawRoundedRect(QRectF(place).adjusted(0.5, 0.5, -0.5, -0.5), corner, corner);
    bool const isMirrored = layoutDirection() == Qt::RightToLeft;
    if (box.isFirst) {
        QRect const bar(isMirrored ? place.right() - barWidth + 1 : place.left(), place.top() + 1, barWidth,
                        place.height() - 2);
        painter.fillRect(bar, look::colour(tone));
    }
    QRect text = place.adjusted(barWidth + look::halfSpace, 0, -2, 0);
    if (isMirrored) text = place.adjusted(2, 0, -barWidth - look::halfSpace, 0);
    bool const isTall = place.height() >= 2 * lineHeight() - 2;
    int const firstLine = std::min(place.height(), lineHeight() - 2);
    if (text.width() > 5 * smallIcon) {
        QRect const icon(0, (firstLine - smallIcon) / 2, smallIcon, smallIcon);
        look::icon(iconOf(entry))
            .paint(&painter, QStyle::visualRect(layoutDirection(), text, icon.translated(text.topLeft())));
        text = isMirrored ? text.adjusted(0, 0, -smallIcon - look::halfSpace, 0)
                          : text.adjusted(smallIcon + look::halfSpace, 0, 0, 0);
    }
    QLocale const locale;
    QString const from = entry.isTimed() ? locale.toString(entry.start.time(), QLocale::ShortFormat) : QString();
    painter.setPen(entry.isDone ? look::colour(look::Tone::muted) : QApplication::palette().color(QPalette::Text));
    auto const alignment =
        static_cast<int>(QStyle::visualAlignment(layoutDirection(), Qt::AlignLeft) | Qt::AlignVCenter);
    QString line = entry.subject;
    if (span_ == Span::month && !from.isEmpty()) line = from + ' ' + line;
    QRect const first(text.left(), text.top(), text.width(), firstLine);
    painter.drawText(first, alignment | Qt::TextSingleLine,
                     fontMetrics().elidedText(line, Qt::ElideRight, text.width()));
    if (isTall && entry.isTimed()) {
        QString const times = from + QString(" – ") + locale.toString(entry.end.time(), QLocale::ShortFormat);
        painter.setPen(look::colour(look::Tone::muted));
        painter.drawText(first.translated(0, lineHeight() - look::halfSpace), alignment | Qt::TextSingleLine,
                         fontMetrics().elidedText(times, Qt::ElideRight, text.width()));
    }
    painter.restore();
}

void CalendarGrid::paintMore(QPainter &painter, const Box &box) const {
    painter.setPen(look::colour(look::Tone::accent));
    auto const alignment = QStyle::visualAlignment(layoutDirection(), Qt::AlignLeft) | Qt::AlignVCenter;
    painter.drawText(box.rectangle.adjusted(look::halfSpace, 0, -look::halfSpace, 0), static_cast<int>(alignment),
                     tr("%1 more").arg(QLocale().toString(box.more)));
}

/// Where the thing that is being dragged would be.
void CalendarGrid::paintGhost(QPainter &painter) {
    if (drag_ != Drag::move && drag_ != Drag::resize && drag_ != Drag::create) return;
    CalendarEntry entry;
    if (const CalendarEntry *const shown = model_.entry(dragged_)) entry = *shown;
    if (drag_ == Drag::create) {
        entry.kind = "meeting";
        entry.subject = tr("New meeting");
    }
    entry.start = wanted_.start;
    entry.end = wanted_.end;
    entry.due = wanted_.due;
    QDate const day = entry.firstDay();
    if (day < firstDay() || day > lastDay()) return;
    Box box{{}, {}, day, 0, entry.isTimed() && span_ != Span::month, true, true};
    if (box.isAmongHours) {
        int const foot = entry.end.date() > day ? 24 * hourHeight() : yOf(entry.end.time());
        QRect const column = columnOf(day, 0, 0).adjusted(2, 0, -look::space, 0);
        int const head = yOf(entry.start.time());
        box.rectangle = QRect(column.left(), head, column.width(), std::max(lineHeight(), foot - head));
        painter.setClipRect(QRect(0, top(), viewport()->width(), viewport()->height() - top()));
    } else if (span_ == Span::month) {
        QRect const cell = cellOf(day).adjusted(3, lineHeight() + 2, -3, -2);
        box.rectangle = QRect(cell.left(), cell.top(), cell.width(), lineHeight() - 2);
    } else {
        QRect const column = columnOf(day, headHeight() + 2, lineHeight() - 2).adjusted(2, 0, -2, 0);
        box.rectangle = column;
    }
    paintBox(painter, box, entry, true);
    painter.setClipping(false);
}

}  // namespace kontor::desktop
