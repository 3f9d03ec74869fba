#include "desktop/views/timeline_view.h"

#include "desktop/models/display.h"
#include "desktop/models/reminders.h"
#include "desktop/views/look.h"
#include "desktop/views/reminder_choice.h"

#include <QAction>
#include <QActionGroup>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QToolBar>
#include <QVBoxLayout>

namespace kontor::desktop {

namespace {

constexpr auto changeKinds = {"created", "updated", "deleted", "undeleted"};

bool isChange(const QString &kind) {
    return std::ranges::any_of(changeKinds, [&](const char *change) { return kind == QLatin1String(change); });
}

QString iconOf(const QString &kind) {
    static const QHash<QString, QString> icons{{"call", "phone"},    {"meeting", "meeting"}, {"task", "task"},
                                               {"email", "mail"},    {"note", "note"},       {"attachment", "attach"},
                                               {"created", "add"},   {"updated", "edit"},    {"deleted", "delete"},
                                               {"undeleted", "undo"}};
    return icons.value(kind, "activity");
}

/// An icon, the title with when and who at its end, and the text below in up to two lines.
class EntryDelegate : public QStyledItemDelegate {
  public:
    using QStyledItemDelegate::QStyledItemDelegate;

    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override {
        int const line = option.fontMetrics.lineSpacing();
        int lines = isChange(index.data(TimelineModel::kindRole).toString()) ? 1 : 2;
        if (!textOf(index).isEmpty()) lines += 1;
        return {200, lines * line + 2 * look::space};
    }

    void paint(QPainter *painter, const QStyleOptionViewItem &given, const QModelIndex &index) const override {
        QStyleOptionViewItem option = given;
        initStyleOption(&option, index);
        option.text.clear();
        option.widget->style()->drawControl(QStyle::CE_ItemViewItem, &option, painter, option.widget);
        painter->save();
        painter->setLayoutDirection(option.direction);
        QRect const all = option.rect.adjusted(look::space, look::space, -look::space, -look::space);
        int const line = option.fontMetrics.lineSpacing();
        auto const placed = [&](const QRect &rect) { return QStyle::visualRect(option.direction, all, rect); };
        QString const kind = index.data(TimelineModel::kindRole).toString();
        look::icon(iconOf(kind)).paint(painter, placed({all.left(), all.top(), look::iconSize, look::iconSize}));

        int const left = all.left() + look::iconSize + look::space;
        int const width = all.right() - left;
        QDateTime const at = index.data(TimelineModel::atRole).toDateTime();
        QString const when = whenText(at, option.locale);
        int const whenWidth = option.fontMetrics.horizontalAdvance(when) + 1;
        QColor const text = option.palette.color(QPalette::Text);
        painter->setPen(look::colour(look::Tone::muted));
        painter->drawText(placed({all.right() - whenWidth, all.top(), whenWidth, line}), Qt::AlignRight, when);

        QString title = index.data().toString();
        QString const by = index.data(TimelineModel::byRole).toString();
        bool const change = isChange(kind);
        if (change) title = title.isEmpty() ? choiceText(kind) : choiceText(kind) + ": " + title;
        QFont font = option.font;
        font.setBold(!change);
        painter->setFont(font);
        painter->setPen(change ? look::colour(look::Tone::muted) : text);
        int const titleWidth = width - whenWidth - look::space;
        painter->drawText(placed({left, all.top(), titleWidth, line}), Qt::AlignLeft,
                          QFontMetrics(font).elidedText(title, Qt::ElideRight, titleWidth));
        painter->setFont(option.font);
        int y = all.top() + line;
        QString const body = textOf(index);
        if (!body.isEmpty()) {
            painter->setPen(change ? look::colour(look::Tone::muted) : text);
            painter->drawText(placed({left, y, width, line}), Qt::AlignLeft,
                              option.fontMetrics.elidedText(body, Qt::ElideRight, width));
            y += line;
        }
        if (!change) {
            painter->setPen(look::colour(look::Tone::muted));
            QString const who = by.isEmpty() ? choiceText(kind) : choiceText(kind) + QString::fromUtf8(" · ") + by;
            painter->drawText(placed({left, y, width, line}), Qt::AlignLeft,
                              option.fontMetrics.elidedText(who, Qt::ElideRight, width));
        }
        painter->restore();
    }

  private:
    [[nodiscard]] static QString textOf(const QModelIndex &index) {
        return index.data(TimelineModel::textRole).toString().simplified();
    }
    /// The time of today, the day of other days.
    [[nodiscard]] static QString whenText(const QDateTime &at, const QLocale &locale) {
        return at.date() == QDate::currentDate() ? locale.toString(at.time(), QLocale::ShortFormat)
                                                 : locale.toString(at.date(), QLocale::ShortFormat);
    }
};

}  // namespace

TimelineView::TimelineView(Workspace &workspace, const EntityDescription &entity, const QString &id, QWidget *parent)
    : QWidget(parent), workspace_(workspace), entity_(entity.name),
      model_(new TimelineModel(workspace, entity, id, this)), kinds_(new QActionGroup(this)) {
    setObjectName("timeline");
    auto *const layout = new QVBoxLayout(this);
    layout->setContentsMargins(look::space, look::space, 0, 0);
    layout->setSpacing(look::halfSpace);
    makeKinds();
    line_ = new QLineEdit(this);
    line_->setObjectName("quickEntry");
    line_->installEventFilter(this);
    reminder_ = new ReminderChoice(this);
    auto *const entry = new QHBoxLayout;
    entry->setSpacing(look::halfSpace);
    entry->addWidget(line_, 1);
    entry->addWidget(reminder_);
    layout->addLayout(entry);
    list_ = new QListView(this);
    list_->setObjectName("timelineList");
    list_->setAccessibleName(tr("Timeline"));
    list_->setModel(model_);
    list_->setItemDelegate(new EntryDelegate(list_));
    list_->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    list_->setProperty("look", "plain");
    layout->addWidget(list_, 1);
    empty_ = new QLabel(this);
    empty_->setWordWrap(true);
    empty_->setAlignment(Qt::AlignHCenter | Qt::AlignTop);
    empty_->setMargin(3 * look::space);
    look::asHint(*empty_);
    layout->addWidget(empty_, 1);
    connect(list_, &QListView::activated, this, [this](const QModelIndex &index) { open(index, false); });
    connect(model_, &TimelineModel::loaded, this, &TimelineView::showState);
    connect(model_, &TimelineModel::failed, this, [this](const Problem &problem) {
        Q_EMIT workspace_.said(problem.title + ' ' + problem.detail, {});
        line_->setReadOnly(false);
        showState();
    });
    connect(model_, &TimelineModel::logged, this, [this](const QString &activityId, const QString &subject) {
        line_->clear();
        line_->setReadOnly(false);
        if (std::exchange(opening_, false)) Q_EMIT workspace_.openRequested("Activity", activityId, false);
        Q_EMIT workspace_.said(tr("Logged: %1").arg(subject), [model = QPointer<TimelineModel>(model_), activityId] {
            if (model) model->takeBack(activityId);
        });
    });
    connect(&workspace_, &Workspace::recordChanged, this, [this](const QString &name) {
        if ((name == "Activity" || name == "Attachment") && isVisible() && !model_->isLoading()) model_->reload();
    });
    showState();
    model_->reload();
}

void TimelineView::makeKinds() {
    auto *const bar = new QToolBar(this);
    bar->setIconSize({look::iconSize, look::iconSize});
    bar->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    int number = 1;
    auto const kind = [&](const QString &name, const QString &text, const QString &hint) {
        auto *const action = new QAction(look::icon(iconOf(name)), text, this);
        action->setObjectName("kind-" + name);
        action->setCheckable(true);
        action->setData(name);
        action->setShortcut(QKeySequence(Qt::ALT | static_cast<Qt::Key>(Qt::Key_0 + number++)));
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        action->setToolTip(text + " (" + action->shortcut().toString(QKeySequence::NativeText) + ')');
        connect(action, &QAction::triggered, this, [this, name, hint] {
            line_->setPlaceholderText(hint);
            line_->setAccessibleName(hint);
            if (hasReminders(workspace_)) reminder_->setKind(name);
            line_->setFocus();
        });
        kinds_->addAction(action);
        addAction(action);
        bar->addAction(action);
    };
    kind("note", tr("Note"), tr("Write a note, Enter keeps it"));
    kind("call", tr("Call"), tr("What was the call about? Enter logs it"));
    kind("task", tr("Task"), tr("What is to be done? Enter adds it, due tomorrow"));
    kind("meeting", tr("Meeting"), tr("What is the meeting about? Enter plans it for the next hour"));
    layout()->addWidget(bar);
    kinds_->actions().constFirst()->setChecked(true);
}

void TimelineView::startEntry(const QString &kind) {
    for (QAction *const action : kinds_->actions()) {
        if (action->data().toString() == kind) action->trigger();
    }
}

bool TimelineView::eventFilter(QObject *watched, QEvent *event) {
    if (watched == line_ && event->type() == QEvent::KeyPress) {
        auto const *const key = static_cast<QKeyEvent *>(event);
        if (key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter) {
            log(key->modifiers().testFlag(Qt::ControlModifier));
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

/// What was typed stays in the line until the server has it.
void TimelineView::log(bool andOpen) {
    QString const subject = line_->text().trimmed();
    if (subject.isEmpty() || line_->isReadOnly()) return;
    line_->setReadOnly(true);
    opening_ = andOpen;
    model_->log(kinds_->checkedAction()->data().toString(), subject, record_);
}

void TimelineView::showState() {
    if (line_->placeholderText().isEmpty()) line_->setPlaceholderText(tr("Write a note, Enter keeps it"));
    if (line_->accessibleName().isEmpty()) line_->setAccessibleName(line_->placeholderText());
    bool const isEmpty = model_->rowCount() == 0;
    empty_->setText(model_->isLoading() ? QString() : tr("Nothing has happened yet. Write the first note above."));
    empty_->setVisible(isEmpty);
    list_->setVisible(!isEmpty);
}

void TimelineView::open(const QModelIndex &index, bool inBackground) {
    QString const entity = index.data(TimelineModel::entityRole).toString();
    if (entity != "Activity") return;  // a change is of this record, a file is among the attachments
    Q_EMIT workspace_.openRequested(entity, index.data(TimelineModel::idRole).toString(), inBackground);
}

}  // namespace kontor::desktop
