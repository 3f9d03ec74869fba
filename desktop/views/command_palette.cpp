#include "desktop/views/command_palette.h"

#include "desktop/models/display.h"
#include "desktop/views/look.h"

#include <QAction>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QVBoxLayout>

namespace kontor::desktop {

namespace {

constexpr int searchDelay = 120;  // ms without a key before the server is asked
constexpr int mostHits = 12;
constexpr int mostActions = 8;

enum Role { actionRole = Qt::UserRole + 1, entityRole, idRole };

/// What tells records of the same name apart.
QString hintOf(Workspace &workspace, const EntityDescription &entity, const QJsonObject &record) {
    QStringList hints{entity.label};
    for (const char *const name : {"emailAddresses", "email", "number"}) {
        const FieldDescription *const field = entity.field(name);
        if (field == nullptr || !record.contains(name)) continue;
        hints.append(lineOf(displayText(workspace, entity, *field, record)).section(", ", 0, 0));
        break;
    }
    return hints.join(QStringLiteral(" · "));
}

/// Every word of the wanted text begins a word of the offered one.
bool matches(const QString &offered, const QString &wanted) {
    QStringList const words = offered.split(' ', Qt::SkipEmptyParts);
    for (const QString &part : wanted.split(' ', Qt::SkipEmptyParts)) {
        bool const begins =
            std::ranges::any_of(words, [&](const QString &word) { return word.startsWith(part, Qt::CaseInsensitive); });
        if (!begins) return false;
    }
    return true;
}

QString plainText(const QAction &action) {
    QString text = action.text();
    text.remove('&');
    if (text.endsWith(QChar(0x2026))) text.chop(1);
    return text;
}

QIcon iconOf(const QString &entity) {
    static const QHash<QString, QString> names{
        {"Account", "account"}, {"Contact", "contact"},         {"Activity", "activity"}, {"Lead", "lead"},
        {"Quote", "quote"},     {"Opportunity", "opportunity"}, {"Product", "product"},   {"User", "user"}};
    return look::icon(names.value(entity, "list"));
}

}  // namespace

CommandPalette::CommandPalette(Workspace &workspace, QList<QAction *> actions, QList<RecentRecord> recent,
                               QWidget *parent)
    : QDialog(parent, Qt::Popup | Qt::FramelessWindowHint), workspace_(workspace), actions_(std::move(actions)),
      recent_(std::move(recent)), input_(new QLineEdit(this)), list_(new QListWidget(this)) {
    setObjectName("commandPalette");
    setAccessibleName(tr("Command palette"));
    setAttribute(Qt::WA_DeleteOnClose);
    auto *const layout = new QVBoxLayout(this);
    layout->setContentsMargins(look::space, look::space, look::space, look::space);
    layout->setSpacing(look::space);
    input_->setObjectName("paletteInput");
    input_->setPlaceholderText(tr("Find a record, a screen or an action"));
    input_->setAccessibleName(input_->placeholderText());
    input_->setClearButtonEnabled(true);
    input_->installEventFilter(this);
    list_->setObjectName("paletteList");
    list_->setAccessibleName(tr("What was found"));
    list_->setFocusPolicy(Qt::NoFocus);
    list_->setUniformItemSizes(false);
    list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    list_->setIconSize({look::iconSize, look::iconSize});
    layout->addWidget(input_);
    layout->addWidget(list_);
    setFixedSize(560, 420);

    delay_.setSingleShot(true);
    delay_.setInterval(searchDelay);
    connect(&delay_, &QTimer::timeout, this, &CommandPalette::search);
    connect(input_, &QLineEdit::textChanged, this, [this] {
        hits_.clear();
        offer();
        delay_.start();
    });
    connect(list_, &QListWidget::itemClicked, this, [this](QListWidgetItem *item) { choose(item, false); });
    offer();
    input_->setFocus();
}

bool CommandPalette::eventFilter(QObject *watched, QEvent *event) {
    if (watched != input_ || event->type() != QEvent::KeyPress) return QDialog::eventFilter(watched, event);
    auto const &key = static_cast<QKeyEvent &>(*event);
    switch (key.key()) {
    case Qt::Key_Down:
        step(1);
        return true;
    case Qt::Key_Up:
        step(-1);
        return true;
    case Qt::Key_PageDown:
        step(8);
        return true;
    case Qt::Key_PageUp:
        step(-8);
        return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        choose(list_->currentItem(), key.modifiers().testFlag(Qt::ControlModifier));
        return true;
    default:
        return false;
    }
}

void CommandPalette::step(int rows) {
    int const direction = rows > 0 ? 1 : -1;
    int row = qBound(0, list_->currentRow() + rows, list_->count() - 1);
    while (row >= 0 && row < list_->count() && !list_->item(row)->flags().testFlag(Qt::ItemIsSelectable))
        row += direction;
    if (row >= 0 && row < list_->count()) list_->setCurrentRow(row);
}

void CommandPalette::addHeading(const QString &text) {
    auto *const item = new QListWidgetItem(text, list_);
    item->setFlags(Qt::NoItemFlags);
    item->setForeground(look::colour(look::Tone::muted));
    QFont font = list_->font();
    font.setBold(true);
    item->setFont(font);
}

void CommandPalette::addRecord(const QString &entity, const QString &id, const QString &name, const QString &hint) {
    auto *const item = new QListWidgetItem(iconOf(entity), name + "    " + hint, list_);
    item->setData(entityRole, entity);
    item->setData(idRole, id);
}

/// What can be offered at once; what the server finds comes below when it is there.
void CommandPalette::offer() {
    QString const wanted = input_->text().trimmed();
    list_->clear();
    auto const label = [&](const QString &entity) {
        const EntityDescription *const description = workspace_.descriptions().entity(entity);
        return description != nullptr ? description->label : entity;
    };
    QList<RecentRecord> known;
    for (const RecentRecord &record : recent_) {
        if (wanted.isEmpty() || matches(record.name, wanted)) known.append(record);
    }
    if (!known.isEmpty()) {
        addHeading(tr("Recently open"));
        for (const RecentRecord &record : known.mid(0, 6)) {
            addRecord(record.entity, record.id, record.name, label(record.entity));
        }
    }
    if (!hits_.isEmpty()) {
        addHeading(tr("Records"));
        for (const Hit &hit : hits_) addRecord(hit.record.entity, hit.record.id, hit.record.name, hit.hint);
    }
    int shown = 0;
    for (QAction *const action : actions_) {
        if (!action->isEnabled() || shown >= (wanted.isEmpty() ? 20 : mostActions)) continue;
        if (!wanted.isEmpty() && !matches(plainText(*action), wanted)) continue;
        if (shown++ == 0) addHeading(tr("Screens and actions"));
        QString const shortcut = action->shortcut().toString(QKeySequence::NativeText);
        auto *const item = new QListWidgetItem(
            action->icon(), plainText(*action) + (shortcut.isEmpty() ? QString() : "    " + shortcut), list_);
        item->setData(actionRole, QVariant::fromValue<QObject *>(action));
    }
    if (list_->count() == 0) addHeading(asked_ != 0 ? tr("Searching…") : tr("Nothing is called that."));
    list_->setCurrentRow(0);
    step(0);
    if (list_->count() > 1 && !list_->item(0)->flags().testFlag(Qt::ItemIsSelectable)) list_->setCurrentRow(1);
}

void CommandPalette::search() {
    QString const wanted = input_->text().trimmed();
    if (asked_ != 0) workspace_.server().cancel(asked_);
    asked_ = 0;
    if (wanted.size() < 2) return;
    Call call;
    call.path = "search";
    call.query = {{"q", wanted}, {"limit", QString::number(mostHits)}};
    asked_ = workspace_.server().send(call, this, [this, wanted](const Answer &answer) {
        if (wanted != input_->text().trimmed()) return;
        asked_ = 0;
        hits_.clear();
        for (const QJsonObject &hit : answer.records()) {
            QJsonObject const record = hit["record"].toObject();
            QString const entity = hit["entity"].toString();
            const EntityDescription *const description = workspace_.descriptions().entity(entity);
            if (description == nullptr) continue;
            QString const id = record["id"].toString();
            if (std::ranges::any_of(recent_, [&](const RecentRecord &recent) { return recent.id == id; }) &&
                matches(record[description->displayField].toString(), wanted)) {
                continue;  // stands above already
            }
            hits_.append({{entity, id, lineOf(record[description->displayField].toVariant().toString())},
                          hintOf(workspace_, *description, record)});
        }
        offer();
    });
}

void CommandPalette::choose(QListWidgetItem *item, bool inBackground) {
    if (item == nullptr || !item->flags().testFlag(Qt::ItemIsSelectable)) return;
    auto *const action = qobject_cast<QAction *>(item->data(actionRole).value<QObject *>());
    QString const entity = item->data(entityRole).toString();
    QString const id = item->data(idRole).toString();
    if (!inBackground) close();
    if (action != nullptr) {
        action->trigger();
    } else {
        Q_EMIT workspace_.openRequested(entity, id, inBackground);
    }
}

}  // namespace kontor::desktop
