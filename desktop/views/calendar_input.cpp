// The calendar by mouse and keyboard.

#include "desktop/views/calendar_grid.h"

#include <QApplication>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QScrollBar>

namespace kontor::desktop {

namespace {

constexpr int quarter = 15;  // minutes
constexpr int newMinutes = 30;
constexpr int daysOfWeek = 7;
constexpr int edge = 6;  // px at the foot of a box that resize it

}  // namespace

void CalendarGrid::mousePressEvent(QMouseEvent *event) {
    if (event->button() != Qt::LeftButton) return;
    pressed_ = event->position().toPoint();
    const Box *const box = boxAt(pressed_);
    QDate const day = dayAt(pressed_);
    if (box != nullptr && box->more > 0) {
        Q_EMIT dayWanted(box->day);
        return;
    }
    if (day.isValid()) show(day);
    dragged_ = box != nullptr ? box->id : QString();
    select(dragged_);
    const CalendarEntry *const entry = model_.entry(dragged_);
    original_ = entry != nullptr ? EntryTimes{entry->start, entry->end, entry->due} : EntryTimes{};
    wanted_ = original_;
    atEdge_ = box != nullptr && box->isAmongHours && box->isLast && pressed_.y() > onViewport(*box).bottom() - edge;
    drag_ = Drag::press;
}

void CalendarGrid::mouseMoveEvent(QMouseEvent *event) {
    QPoint const point = event->position().toPoint();
    if (drag_ == Drag::none) {
        const Box *const box = boxAt(point);
        bool const isEdge =
            box != nullptr && box->isAmongHours && box->isLast && point.y() > onViewport(*box).bottom() - edge;
        viewport()->setCursor(isEdge ? Qt::SizeVerCursor : Qt::ArrowCursor);
        return;
    }
    if (drag_ == Drag::press) {
        if ((point - pressed_).manhattanLength() < QApplication::startDragDistance()) return;
        drag_ = !dragged_.isEmpty() ? (atEdge_ ? Drag::resize : Drag::move)
                                    : (isAmongHours(pressed_) ? Drag::create : Drag::none);
    }
    updateDrag(point);
}

void CalendarGrid::updateDrag(const QPoint &point) {
    QDate const day = dayAt(point);
    if (drag_ == Drag::none) return;
    if (!day.isValid()) {  // let go outside, it stays where it was
        if (drag_ != Drag::create) wanted_ = original_;
        viewport()->update();
        return;
    }
    QDateTime const at = timeAt(point);
    QDateTime const from = timeAt(pressed_);
    if (drag_ == Drag::create) {
        wanted_.start = std::min(from, QDateTime(from.date(), at.time()));
        wanted_.end = std::max(from, QDateTime(from.date(), at.time())).addSecs(quarter * 60);
    } else if (drag_ == Drag::resize) {
        QDateTime const end = original_.end.addSecs(from.secsTo(QDateTime(from.date(), at.time())));
        wanted_.end = std::max(original_.start.addSecs(quarter * 60), end);
    } else {
        const CalendarEntry *const entry = model_.entry(dragged_);
        bool const byTime = entry != nullptr && entry->isTimed() && span_ != Span::month;
        qint64 const shift = dayAt(pressed_).daysTo(day);
        qint64 const seconds = byTime ? QTime(from.time()).secsTo(at.time()) : 0;
        auto const moved = [&](const QDateTime &time) {
            return time.isValid() ? time.addDays(shift).addSecs(seconds) : time;
        };
        wanted_ = {moved(original_.start), moved(original_.end), moved(original_.due)};
    }
    viewport()->update();
}

void CalendarGrid::mouseReleaseEvent(QMouseEvent *event) {
    if (event->button() == Qt::LeftButton) finishDrag();
}

void CalendarGrid::finishDrag() {
    Drag const drag = std::exchange(drag_, Drag::none);
    QString const id = std::exchange(dragged_, {});
    viewport()->update();
    if (drag == Drag::create) Q_EMIT created(wanted_.start, wanted_.end);
    if (drag != Drag::move && drag != Drag::resize) return;
    model_.change(id, wanted_);
    select(id);
}

void CalendarGrid::mouseDoubleClickEvent(QMouseEvent *event) {
    if (event->button() != Qt::LeftButton) return;
    QPoint const point = event->position().toPoint();
    drag_ = Drag::none;
    if (const Box *const box = boxAt(point)) {
        if (!box->id.isEmpty()) Q_EMIT opened(box->id, event->modifiers().testFlag(Qt::ControlModifier));
        return;
    }
    QDate const day = dayAt(point);
    if (!day.isValid()) return;
    show(day);
    if (isAmongHours(point)) {
        QDateTime const start = timeAt(point);
        Q_EMIT created(start, start.addSecs(newMinutes * 60));
    } else {
        createHere();
    }
}

void CalendarGrid::keyPressEvent(QKeyEvent *event) {
    int const forward = layoutDirection() == Qt::LeftToRight ? 1 : -1;
    bool const byControl = event->modifiers().testFlag(Qt::ControlModifier);
    bool const byShift = event->modifiers().testFlag(Qt::ShiftModifier);
    switch (event->key()) {
    case Qt::Key_Left:
    case Qt::Key_Right: {
        int const step = event->key() == Qt::Key_Right ? forward : -forward;
        byControl ? shiftSelected(step, 0) : stepDay(step);
        return;
    }
    case Qt::Key_Up:
    case Qt::Key_Down: {
        int const step = event->key() == Qt::Key_Down ? 1 : -1;
        if (byControl && byShift) {
            resizeSelected(step * quarter);
        } else if (byControl) {
            shiftSelected(span_ == Span::month ? step * daysOfWeek : 0, span_ == Span::month ? 0 : step * quarter);
        } else {
            stepEntry(step);
        }
        return;
    }
    case Qt::Key_PageUp:
    case Qt::Key_PageDown: {
        int const step = event->key() == Qt::Key_PageDown ? 1 : -1;
        show(span_ == Span::month ? day_.addMonths(step) : day_.addDays(step * (span_ == Span::week ? daysOfWeek : 1)));
        return;
    }
    case Qt::Key_Escape:
        if (drag_ != Drag::none) {
            drag_ = Drag::none;
            viewport()->update();
            return;
        }
        break;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (selected_.isEmpty()) {
            createHere();
        } else {
            Q_EMIT opened(selected_, byControl);
        }
        return;
    default:
        break;
    }
    QAbstractScrollArea::keyPressEvent(event);
}

void CalendarGrid::stepDay(int steps) {
    show(day_.addDays(steps));
    tell();
}

/// Through what is on the day; beyond it to the next week of a month, or through the hours.
void CalendarGrid::stepEntry(int steps) {
    QList<const CalendarEntry *> const entries = model_.on(day_);
    qsizetype at = -1;
    for (qsizetype index = 0; index < entries.size(); ++index) {
        if (entries[index]->id == selected_) at = index;
    }
    qsizetype const wanted = at < 0 && steps < 0 ? entries.size() - 1 : at + steps;
    if (wanted >= 0 && wanted < entries.size()) {
        select(entries[wanted]->id);
    } else if (span_ == Span::month) {
        show(day_.addDays(qint64{steps} * daysOfWeek));
        tell();
    } else {
        verticalScrollBar()->setValue(verticalScrollBar()->value() + steps * hourHeight());
    }
}

void CalendarGrid::shiftSelected(int days, int minutes) {
    QString const id = selected_;
    const CalendarEntry *const entry = model_.entry(id);
    if (entry == nullptr || (minutes != 0 && !entry->isTimed())) return;
    model_.shift(id, days, minutes);
    select(id);
}

void CalendarGrid::resizeSelected(int minutes) {
    const CalendarEntry *const entry = model_.entry(selected_);
    if (entry == nullptr || !entry->isTimed()) return;
    QDateTime const end = std::max(entry->start.addSecs(quarter * 60), entry->end.addSecs(qint64{minutes} * 60));
    model_.change(entry->id, {entry->start, end, entry->due});
}

}  // namespace kontor::desktop
