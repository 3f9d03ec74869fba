#include "desktop/views/stage_column.h"

#include "desktop/views/look.h"

#include <QApplication>
#include <QDrag>
#include <QKeyEvent>
#include <QLabel>
#include <QMimeData>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

namespace kontor::desktop {

namespace {

constexpr int columnWidth = 190;  // least, in device-independent pixels
constexpr int linesOfCard = 5;
constexpr qreal corner = 5;

/// Draws a card: name, account, amount and close date, next step, owner and how long it has been here.
class CardDelegate : public QStyledItemDelegate {
  public:
    CardDelegate(Workspace &workspace, QObject *parent) : QStyledItemDelegate(parent), workspace_(workspace) {}

    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &) const override {
        int const line = option.fontMetrics.lineSpacing();
        return {columnWidth, linesOfCard * line + 3 * look::space + look::halfSpace};
    }

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override {
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        QRect const card = option.rect.adjusted(0, 0, -1, -look::space + 1);
        paintGround(*painter, option, card, index);
        QRect const text = card.adjusted(look::space + look::halfSpace, look::space, -look::space, -look::space);
        paintText(*painter, option, text, index);
        painter->restore();
    }

  private:
    static void paintGround(QPainter &painter, const QStyleOptionViewItem &option, const QRect &card,
                            const QModelIndex &index) {
        bool const isSelected = option.state.testFlag(QStyle::State_Selected);
        bool const hasFocus = option.state.testFlag(QStyle::State_HasFocus);
        QColor const ground = QApplication::palette().color(isSelected ? QPalette::Highlight : QPalette::Base);
        QColor const edge =
            isSelected && hasFocus ? look::colour(look::Tone::accent) : QApplication::palette().color(QPalette::Mid);
        painter.setPen(QPen(edge, isSelected && hasFocus ? 2 : 1));
        painter.setBrush(ground);
        if (index.data(StageModel::pendingRole).toBool()) painter.setOpacity(0.6);
        painter.drawRoundedRect(QRectF(card).adjusted(0.5, 0.5, -0.5, -0.5), corner, corner);
        if (!index.data(StageModel::rottingRole).toBool()) return;
        bool const isMirrored = option.direction == Qt::RightToLeft;
        QRect const bar(isMirrored ? card.right() - 3 : card.left() + 1, card.top() + 4, 3, card.height() - 8);
        painter.fillRect(bar, look::colour(look::Tone::warning));
    }

    void paintText(QPainter &painter, const QStyleOptionViewItem &option, QRect rectangle,
                   const QModelIndex &index) const {
        QJsonObject const record = index.data(StageModel::recordRole).toJsonObject();
        int const line = option.fontMetrics.lineSpacing();
        QRect at(rectangle.left(), rectangle.top(), rectangle.width(), line);
        QColor const ink = QApplication::palette().color(QPalette::Text);
        QColor const muted = look::colour(look::Tone::muted);
        auto const put = [&](const QString &wholeLeft, const QColor &leftInk, const QString &right,
                             const QColor &rightInk, bool isBold, bool isLeftWhole = false) {
            QString const left = lineOf(wholeLeft);
            QFont font = option.font;
            font.setBold(isBold);
            painter.setFont(font);
            QFontMetrics const metrics(font);
            // Of two that do not fit, the money and what is wrong stay whole.
            int const leftWidth = isLeftWhole ? metrics.horizontalAdvance(left) + look::space : 0;
            QRect const end = QStyle::visualRect(option.direction, at, at.adjusted(leftWidth, 0, 0, 0));
            QString const shown = metrics.elidedText(right, Qt::ElideRight, end.width());
            int const rightWidth = right.isEmpty() ? 0 : metrics.horizontalAdvance(shown) + look::space;
            draw(painter, option, end, Qt::AlignRight, shown, rightInk);
            QRect const rest = QStyle::visualRect(option.direction, at, at.adjusted(0, 0, -rightWidth, 0));
            draw(painter, option, rest, Qt::AlignLeft, metrics.elidedText(left, Qt::ElideRight, rest.width()), leftInk);
            at.translate(0, line);
        };
        put(record["name"].toString(), ink, {}, ink, true);
        put(record["accountName"].toString(), muted, {}, muted, false);
        at.translate(0, look::halfSpace);
        QDate const closes = QDate::fromString(record["closeDate"].toString(), Qt::ISODate);
        bool const isLate =
            record["category"].toString() == "open" && closes.isValid() && closes < QDate::currentDate();
        put(amountOf(record), ink, closes.isValid() ? option.locale.toString(closes, QLocale::ShortFormat) : QString(),
            isLate ? look::colour(look::Tone::bad) : muted, false, true);
        QString const next = record["nextStep"].toString();
        put(next.isEmpty() ? QString()
                           : QString(QChar(option.direction == Qt::RightToLeft ? 0x2190 : 0x2192)) + ' ' + next,
            ink, {}, ink, false);
        bool const isRotting = index.data(StageModel::rottingRole).toBool();
        int const days = index.data(StageModel::daysRole).toInt() + 1;
        put(workspace_.nameOf("User", record["ownerId"].toString()), muted,
            isRotting ? BoardModel::tr("Day %1 – too long").arg(days) : BoardModel::tr("Day %1").arg(days),
            isRotting ? look::colour(look::Tone::warning) : muted, false);
    }

    static void draw(QPainter &painter, const QStyleOptionViewItem &option, const QRect &rectangle,
                     Qt::Alignment alignment, const QString &text, const QColor &ink) {
        if (text.isEmpty()) return;
        painter.setPen(ink);
        auto const aligned = QStyle::visualAlignment(option.direction, alignment) | Qt::AlignVCenter;
        painter.drawText(rectangle, static_cast<int>(aligned) | Qt::TextSingleLine, text);
    }

    static QString amountOf(const QJsonObject &record) {
        if (!record["amount"].isString()) return BoardModel::tr("No amount");
        Decimal const amount = decimalOf(record["amount"]);
        int const digits = amount.fractionDigits() == 0 ? 0 : 2;  // room is scarce: no cents where there are none
        return decimalText(amount, digits) + QChar::Nbsp + record["currency"].toString();
    }

    Workspace &workspace_;
};

}  // namespace

StageList::StageList(QWidget *parent) : QListView(parent) {
    setProperty("look", "plain");
    setUniformItemSizes(true);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setSelectionMode(QAbstractItemView::SingleSelection);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setDragEnabled(true);
    setAcceptDrops(true);
    setDropIndicatorShown(true);
    setDefaultDropAction(Qt::MoveAction);
    setDragDropMode(QAbstractItemView::DragDrop);
    setMouseTracking(true);
}

void StageList::keyPressEvent(QKeyEvent *event) {
    bool const isPlain = (event->modifiers() & ~Qt::KeypadModifier) == Qt::NoModifier;
    if (isPlain && (event->key() == Qt::Key_Left || event->key() == Qt::Key_Right)) {
        bool const isForward = (event->key() == Qt::Key_Right) == (layoutDirection() == Qt::LeftToRight);
        Q_EMIT asideWanted(isForward ? 1 : -1);
        return;
    }
    QListView::keyPressEvent(event);
}

void StageList::focusInEvent(QFocusEvent *event) {
    QListView::focusInEvent(event);
    if (!currentIndex().isValid() && model() != nullptr && model()->rowCount() > 0)
        setCurrentIndex(model()->index(0, 0));
}

/// With the card itself under the pointer.
void StageList::startDrag(Qt::DropActions) {
    QModelIndex const index = currentIndex();
    if (!index.isValid() || !index.flags().testFlag(Qt::ItemIsDragEnabled)) return;
    QRect const rectangle = visualRect(index);
    auto *const drag = new QDrag(this);
    drag->setMimeData(model()->mimeData({index}));
    drag->setPixmap(viewport()->grab(rectangle.intersected(viewport()->rect())));
    drag->setHotSpot(viewport()->mapFromGlobal(QCursor::pos()) - rectangle.topLeft());
    drag->exec(Qt::MoveAction, Qt::MoveAction);
}

StageColumn::StageColumn(Workspace &workspace, BoardModel &board, StageModel &stage, QWidget *parent)
    : QFrame(parent), board_(board), stage_(stage), name_(new QLabel(this)), count_(new QLabel(this)),
      total_(new QLabel(this)), weighted_(new QLabel(this)), rotting_(new QLabel(this)), list_(new StageList(this)) {
    setObjectName("column-" + stage.name());
    setMinimumWidth(columnWidth);
    QFont bold = name_->font();
    bold.setBold(true);
    name_->setFont(bold);
    name_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    count_->setObjectName("count");
    total_->setObjectName("total");
    weighted_->setObjectName("weighted");
    // By the direction of the window, not of the text: a figure has none.
    Qt::Alignment const side = (isRightToLeft() ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignAbsolute;
    for (QLabel *const label : {name_, count_, total_, weighted_, rotting_}) {
        label->setTextFormat(Qt::PlainText);
        label->setAlignment(side | Qt::AlignVCenter);
    }
    for (QLabel *const label : {count_, weighted_}) look::asHint(*label);

    auto *const title = new QHBoxLayout;
    title->addWidget(name_, 1);
    title->addWidget(count_);
    auto *const column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(look::halfSpace / 2);
    column->addLayout(title);
    column->addWidget(total_);
    column->addWidget(weighted_);
    column->addWidget(rotting_);
    column->addSpacing(look::halfSpace);
    column->addWidget(list_, 1);

    list_->setObjectName("stage-" + stage.name());
    list_->setAccessibleName(stage.name());
    list_->setModel(&stage);
    list_->setItemDelegate(new CardDelegate(workspace, list_));
    connect(&stage, &StageModel::totalsChanged, this, &StageColumn::showTotals);
    connect(&workspace, &Workspace::namesCame, list_->viewport(), qOverload<>(&QWidget::update));
    showTotals();
}

void StageColumn::showTotals() {
    QLocale const locale;
    QString const currency = board_.baseCurrency();
    name_->setText(stage_.name());
    name_->setToolTip(stage_.guidance());
    count_->setText(locale.toString(stage_.count()));
    count_->setAccessibleName(tr("Opportunities in %1: %2").arg(stage_.name(), count_->text()));
    total_->setText(moneyText(stage_.total(), currency));
    total_->setAccessibleName(tr("Total of %1: %2").arg(stage_.name(), total_->text()));
    weighted_->setText(tr("%1 weighted").arg(moneyText(stage_.weighted(), currency)));
    weighted_->setToolTip(tr("Each amount by its probability"));
    qint64 const rotting = stage_.rotting();
    rotting_->setText(rotting > 0 ? tr("%1 for too long").arg(locale.toString(rotting)) : QString(" "));
    QPalette palette = rotting_->palette();
    palette.setColor(QPalette::WindowText, look::colour(look::Tone::warning));
    rotting_->setPalette(palette);
}

}  // namespace kontor::desktop
