#include "desktop/views/calendar_grid.h"

#include "desktop/views/look.h"

#include <QAccessible>
#include <QHelpEvent>
#include <QScrollBar>
#include <QStyle>
#include <QToolTip>

#include <algorithm>

namespace kontor::desktop {

namespace {

constexpr int daysOfWeek = 7;
constexpr int weeksOfMonth = 6;
constexpr int mostListed = 4;  // lines above the hours; the rest is "more"
constexpr int quarter = 15;    // minutes
constexpr int minutesOfDay = 24 * 60;
constexpr int firstHour = 7;  // that the hours are scrolled to
constexpr int newMinutes = 30;
constexpr int lowestBox = 18;  // px, so that a short call can be read and grasped

QDate weekOf(QDate day) {
    int const back = (day.dayOfWeek() - static_cast<int>(QLocale().firstDayOfWeek()) + daysOfWeek) % daysOfWeek;
    return day.addDays(-back);
}

QString shortTime(const QDateTime &time) { return QLocale().toString(time.time(), QLocale::ShortFormat); }

}  // namespace

CalendarGrid::CalendarGrid(Workspace &workspace, CalendarModel &model, QWidget *parent)
    : QAbstractScrollArea(parent), workspace_(workspace), model_(model) {
    setObjectName("grid");
    setProperty("look", "plain");
    setAccessibleName(tr("Calendar"));
    setFocusPolicy(Qt::StrongFocus);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    viewport()->setMouseTracking(true);
    connect(&model_, &CalendarModel::changed, this, [this] {
        arrange();
        tell();
    });
    minute_.setInterval(60'000);  // for the line of now
    connect(&minute_, &QTimer::timeout, viewport(), qOverload<>(&QWidget::update));
    minute_.start();
    arrange();
}

void CalendarGrid::setSpan(Span span) {
    if (span_ == span) return;
    span_ = span;
    isScrolledOnce_ = false;
    arrange();
    Q_EMIT spanMoved();
}

void CalendarGrid::setDay(QDate day) { show(day); }

void CalendarGrid::show(QDate day) {
    if (!day.isValid() || day == day_) return;
    QDate const first = firstDay();
    day_ = day;
    const CalendarEntry *const entry = model_.entry(selected_);
    if (entry == nullptr || day_ < entry->firstDay() || day_ > entry->lastDay()) selected_.clear();
    if (firstDay() != first) {
        arrange();
        Q_EMIT spanMoved();
    }
    viewport()->update();
    Q_EMIT daySelected(day_);
}

int CalendarGrid::days() const {
    return span_ == Span::day ? 1 : span_ == Span::week ? daysOfWeek : daysOfWeek * weeksOfMonth;
}

QDate CalendarGrid::firstDay() const {
    if (span_ == Span::day) return day_;
    return weekOf(span_ == Span::week ? day_ : QDate(day_.year(), day_.month(), 1));
}

QDate CalendarGrid::lastDay() const { return firstDay().addDays(days() - 1); }

int CalendarGrid::lineHeight() const { return fontMetrics().height() + look::halfSpace; }

int CalendarGrid::hourHeight() const { return 2 * lineHeight() + look::space; }

int CalendarGrid::rulerWidth() const {
    return fontMetrics().horizontalAdvance(QLocale().toString(QTime(22, 0), QLocale::ShortFormat)) + 2 * look::space;
}

int CalendarGrid::headHeight() const {
    return span_ == Span::month ? lineHeight() + look::halfSpace : 2 * lineHeight() + look::halfSpace;
}

int CalendarGrid::yOf(const QTime &time) const {
    return static_cast<int>(QTime(0, 0).secsTo(time) * static_cast<qint64>(hourHeight()) / 3600);
}

/// Of a day on a span with hours, mirrored where writing goes from right to left.
QRect CalendarGrid::columnOf(QDate day, int from, int height) const {
    int const room = viewport()->width() - rulerWidth();
    auto const index = static_cast<int>(firstDay().daysTo(day));
    int const left = rulerWidth() + room * index / days();
    int const right = rulerWidth() + room * (index + 1) / days();
    return QStyle::visualRect(layoutDirection(), viewport()->rect(), {left, from, right - left, height});
}

QRect CalendarGrid::cellOf(QDate day) const {
    auto const index = static_cast<int>(firstDay().daysTo(day));
    int const height = viewport()->height() - headHeight();
    int const row = index / daysOfWeek;
    int const column = index % daysOfWeek;
    int const y = headHeight() + height * row / weeksOfMonth;
    int const x = viewport()->width() * column / daysOfWeek;
    QRect const cell(x, y, viewport()->width() * (column + 1) / daysOfWeek - x,
                     headHeight() + height * (row + 1) / weeksOfMonth - y);
    return QStyle::visualRect(layoutDirection(), viewport()->rect(), cell);
}

void CalendarGrid::arrange() {
    boxes_.clear();
    if (span_ == Span::month) {
        listHeight_ = 0;
        arrangeMonth();
        verticalScrollBar()->setRange(0, 0);
    } else {
        arrangeDays();
        int const room = viewport()->height() - top();
        verticalScrollBar()->setRange(0, std::max(0, 24 * hourHeight() - room));
        verticalScrollBar()->setPageStep(std::max(1, room));
        verticalScrollBar()->setSingleStep(hourHeight() / 2);
        if (!isScrolledOnce_ && room > 0 && isVisible()) {
            verticalScrollBar()->setValue(firstHour * hourHeight());
            isScrolledOnce_ = true;
        }
    }
    viewport()->update();
}

void CalendarGrid::arrangeDays() {
    QList<QList<const CalendarEntry *>> listed;
    qsizetype most = 1;
    for (QDate day = firstDay(); day <= lastDay(); day = day.addDays(1)) {
        QList<const CalendarEntry *> entries = model_.on(day);
        entries.removeIf([](const CalendarEntry *entry) { return entry->isTimed(); });
        most = std::max(most, entries.size());
        listed.append(entries);
    }
    listHeight_ = static_cast<int>(std::min<qsizetype>(most, mostListed)) * lineHeight() + look::halfSpace;
    for (qsizetype index = 0; index < listed.size(); ++index) {
        QDate const day = firstDay().addDays(index);
        listOn(day, columnOf(day, headHeight(), listHeight_).adjusted(2, 2, -2, -2), listed[index]);
        arrangeHours(day);
    }
}

/// One under the other; what has no room is behind "more".
void CalendarGrid::listOn(QDate day, const QRect &room, const QList<const CalendarEntry *> &entries) {
    qsizetype const lines = std::max(1, (room.height() + 2) / lineHeight());
    qsizetype const shown = entries.size() <= lines ? entries.size() : lines - 1;
    QRect line(room.left(), room.top(), room.width(), lineHeight() - 2);
    for (qsizetype index = 0; index < shown; ++index) {
        const CalendarEntry &entry = *entries[index];
        boxes_.append({line, entry.id, day, 0, false, entry.firstDay() == day, entry.lastDay() == day});
        line.translate(0, lineHeight());
    }
    if (shown < entries.size()) boxes_.append({line, {}, day, entries.size() - shown, false, true, true});
}

/// Those that are at the same time stand beside each other.
void CalendarGrid::arrangeHours(QDate day) {
    struct Placed {
        Box box;
        int lane = 0;
    };
    QList<Placed> group;
    QList<int> feet;  // of the lanes
    auto const flush = [&] {
        QRect const column = columnOf(day, 0, 0).adjusted(2, 0, -look::space, 0);
        auto const lanes = std::max<qsizetype>(1, feet.size());
        for (Placed &placed : group) {
            auto const left = static_cast<int>(column.width() * placed.lane / lanes);
            auto const right = static_cast<int>(column.width() * (placed.lane + 1) / lanes);
            placed.box.rectangle.setLeft(column.left() + left);
            placed.box.rectangle.setWidth(std::max(1, right - left - 1));
            boxes_.append(placed.box);
        }
        group.clear();
        feet.clear();
    };
    int groupFoot = 0;
    for (const CalendarEntry *const entry : model_.on(day)) {
        if (!entry->isTimed()) continue;
        bool const isFirst = entry->firstDay() == day;
        bool const isLast = entry->lastDay() == day;
        int const head = isFirst ? yOf(entry->start.time()) : 0;
        bool const isToMidnight = !isLast || entry->end.date() > day;
        int const foot = std::max(head + lowestBox, isToMidnight ? 24 * hourHeight() : yOf(entry->end.time()));
        if (head >= groupFoot) flush();
        qsizetype lane = 0;
        while (lane < feet.size() && feet[lane] > head) ++lane;
        if (lane == feet.size()) feet.append(0);
        feet[lane] = foot;
        groupFoot = group.isEmpty() ? foot : std::max(groupFoot, foot);
        group.append({{QRect(0, head + 1, 1, foot - head - 2), entry->id, day, 0, true, isFirst, isLast},
                      static_cast<int>(lane)});
    }
    flush();
}

void CalendarGrid::arrangeMonth() {
    for (QDate day = firstDay(); day <= lastDay(); day = day.addDays(1)) {
        QRect const cell = cellOf(day);
        listOn(day, cell.adjusted(3, lineHeight() + 2, -3, -2), model_.on(day));
    }
}

QRect CalendarGrid::onViewport(const Box &box) const {
    return box.isAmongHours ? box.rectangle.translated(0, top() - verticalScrollBar()->value()) : box.rectangle;
}

QRect CalendarGrid::placeOf(const QString &id) const {
    auto const found = std::ranges::find(boxes_, id, &Box::id);
    return found == boxes_.cend() ? QRect() : onViewport(*found);
}

QPoint CalendarGrid::placeOf(const QDateTime &time) const {
    QRect const column = columnOf(time.date(), 0, 0);
    return {column.center().x(), top() - verticalScrollBar()->value() + yOf(time.time())};
}

bool CalendarGrid::isAmongHours(const QPoint &point) const { return span_ != Span::month && point.y() >= top(); }

const CalendarGrid::Box *CalendarGrid::boxAt(const QPoint &point) const {
    auto const found = std::ranges::find_if(boxes_, [&](const Box &box) {
        return box.isAmongHours == isAmongHours(point) && onViewport(box).contains(point);
    });
    return found == boxes_.cend() ? nullptr : &*found;
}

QDate CalendarGrid::dayAt(const QPoint &point) const {
    for (QDate day = firstDay(); day <= lastDay(); day = day.addDays(1)) {
        QRect const place = span_ == Span::month ? cellOf(day) : columnOf(day, 0, viewport()->height());
        if (place.contains(QPoint(point.x(), std::clamp(point.y(), 0, viewport()->height() - 1)))) return day;
    }
    return {};
}

QDateTime CalendarGrid::timeAt(const QPoint &point) const {
    int const y = point.y() - top() + verticalScrollBar()->value();
    int const minutes = std::clamp(y * 60 / hourHeight() / quarter * quarter, 0, minutesOfDay - quarter);
    QDate const day = dayAt(point);
    return day.isValid() ? day.startOfDay().addSecs(qint64{minutes} * 60) : QDateTime();
}

void CalendarGrid::select(const QString &id) {
    selected_ = id;
    if (const CalendarEntry *const entry = model_.entry(id)) {
        if (day_ < entry->firstDay() || day_ > entry->lastDay()) show(entry->firstDay());
        selected_ = id;
        QRect const place = placeOf(id);
        bool const isAbove = entry->isTimed() && span_ != Span::month && place.top() < top();
        bool const isBelow = entry->isTimed() && span_ != Span::month && place.bottom() > viewport()->height();
        if (isAbove) verticalScrollBar()->setValue(verticalScrollBar()->value() + place.top() - top() - look::space);
        if (isBelow) {
            verticalScrollBar()->setValue(verticalScrollBar()->value() + place.bottom() - viewport()->height() +
                                          look::space);
        }
    }
    viewport()->update();
    tell();
}

QString CalendarGrid::spokenText(const CalendarEntry &entry) const {
    QLocale const locale;
    QStringList parts{entry.subject};
    if (entry.isTimed()) {
        parts.append(tr("%1, %2 to %3")
                         .arg(locale.toString(entry.start.date(), QLocale::LongFormat), shortTime(entry.start),
                              shortTime(entry.end)));
    } else if (entry.start.isValid()) {
        parts.append(tr("%1, all day").arg(locale.toString(entry.start.date(), QLocale::LongFormat)));
    } else {
        parts.append(tr("Due on %1").arg(locale.toString(entry.due, QLocale::ShortFormat)));
    }
    if (!entry.location.isEmpty()) parts.append(entry.location);
    QString const owner = workspace_.nameOf("User", entry.ownerId);
    if (!owner.isEmpty()) parts.append(owner);
    if (entry.isDone) parts.append(tr("Done"));
    if (entry.isOverdue()) parts.append(tr("Overdue"));
    return parts.join('\n');
}

/// What a screen reader says of what is selected.
void CalendarGrid::tell() {
    const CalendarEntry *const entry = model_.entry(selected_);
    setAccessibleDescription(entry != nullptr ? spokenText(*entry) : QLocale().toString(day_, QLocale::LongFormat));
    QAccessibleEvent event(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&event);
}

void CalendarGrid::createHere() {
    QDateTime start = QDateTime(day_, QTime(9, 0));
    QDateTime const now = QDateTime::currentDateTime();
    if (day_ == now.date() && now.time() > start.time() && now.time() < QTime(22, 0)) {
        start = QDateTime(day_, QTime(now.time().hour() + 1, 0));
    }
    Q_EMIT created(start, start.addSecs(newMinutes * 60));
}

void CalendarGrid::resizeEvent(QResizeEvent *event) {
    QAbstractScrollArea::resizeEvent(event);
    arrange();
}

void CalendarGrid::changeEvent(QEvent *event) {
    QAbstractScrollArea::changeEvent(event);
    bool const isOther = event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange ||
                         event->type() == QEvent::LayoutDirectionChange || event->type() == QEvent::LocaleChange;
    if (isOther) arrange();
}

bool CalendarGrid::viewportEvent(QEvent *event) {
    if (event->type() == QEvent::ToolTip) {
        auto *const help = static_cast<QHelpEvent *>(event);
        const Box *const box = boxAt(help->pos());
        const CalendarEntry *const entry = box != nullptr ? model_.entry(box->id) : nullptr;
        if (entry != nullptr) QToolTip::showText(help->globalPos(), spokenText(*entry), viewport(), onViewport(*box));
        return true;
    }
    return QAbstractScrollArea::viewportEvent(event);
}

void CalendarGrid::focusInEvent(QFocusEvent *event) {
    QAbstractScrollArea::focusInEvent(event);
    viewport()->update();
    tell();
}

void CalendarGrid::focusOutEvent(QFocusEvent *event) {
    QAbstractScrollArea::focusOutEvent(event);
    viewport()->update();
}

}  // namespace kontor::desktop
