#include "desktop/views/queue_dialog.h"

#include "desktop/views/look.h"

#include <QDialogButtonBox>
#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace kontor::desktop {

namespace {

constexpr int numberRole = Qt::UserRole;

QString deedOf(const QueuedWrite &write) {
    if (write.isCreation()) return QueueDialog::tr("New");
    if (write.method == "DELETE") return QueueDialog::tr("Deleted");
    if (write.method == "PATCH") return QueueDialog::tr("Changed");
    return write.path.endsWith("/undelete") ? QueueDialog::tr("Taken back") : QueueDialog::tr("Moved");
}

QString stateOf(const QueuedWrite &write) {
    switch (write.state) {
    case QueuedWrite::State::conflict:
        return QueueDialog::tr("Somebody else has changed it meanwhile");
    case QueuedWrite::State::refused:
        return QueueDialog::tr("Refused: %1").arg(write.reason);
    default:
        return QueueDialog::tr("Waits for the server");
    }
}

}  // namespace

QueueDialog::QueueDialog(Workspace &workspace, WriteQueue &queue, QWidget *parent)
    : QDialog(parent), workspace_(workspace), queue_(queue), told_(new QLabel(this)), tree_(new QTreeWidget(this)) {
    setObjectName("queue");
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Changes that wait"));
    resize(760, 380);
    QVBoxLayout *const column = look::titledColumn(*this);
    told_->setObjectName("told");
    told_->setWordWrap(true);
    look::asHint(*told_);
    column->addWidget(told_);
    tree_->setObjectName("writes");
    tree_->setAccessibleName(windowTitle());
    tree_->setHeaderLabels({tr("When"), tr("What"), tr("Record"), tr("State")});
    tree_->setRootIsDecorated(false);
    tree_->setUniformRowHeights(true);
    tree_->setAlternatingRowColors(true);
    column->addWidget(tree_, 1);
    auto *const buttons = new QDialogButtonBox(this);
    open_ = buttons->addButton(tr("&Look at it"), QDialogButtonBox::ActionRole);
    open_->setObjectName("open");
    again_ = buttons->addButton(tr("&Send again"), QDialogButtonBox::ActionRole);
    again_->setObjectName("again");
    discard_ = buttons->addButton(tr("&Discard"), QDialogButtonBox::DestructiveRole);
    discard_->setObjectName("discard");
    discard_->setAutoDefault(false);
    again_->setAutoDefault(false);
    buttons->addButton(tr("&Close"), QDialogButtonBox::RejectRole)->setAutoDefault(false);
    column->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(open_, &QPushButton::clicked, this, [this] {
        if (const QueuedWrite *const write = chosen()) {
            queue_.openAsForm(write->number);
            accept();
        }
    });
    connect(again_, &QPushButton::clicked, this, [this] {
        if (const QueuedWrite *const write = chosen()) queue_.tryAgain(write->number);
    });
    connect(discard_, &QPushButton::clicked, this, [this] {
        if (const QueuedWrite *const write = chosen()) queue_.discard(write->number);
    });
    connect(tree_, &QTreeWidget::currentItemChanged, this, &QueueDialog::showState);
    connect(tree_, &QTreeWidget::itemActivated, open_, &QPushButton::click);
    connect(&queue_, &WriteQueue::changed, this, &QueueDialog::fill);
    fill();
}

const QueuedWrite *QueueDialog::chosen() const {
    const QTreeWidgetItem *const item = tree_->currentItem();
    if (item == nullptr) return nullptr;
    qint64 const number = item->data(0, numberRole).toLongLong();
    auto const found = std::ranges::find(queue_.writes(), number, &QueuedWrite::number);
    return found == queue_.writes().end() ? nullptr : &*found;
}

void QueueDialog::fill() {
    const QTreeWidgetItem *const current = tree_->currentItem();
    QVariant const before = current != nullptr ? current->data(0, numberRole) : QVariant();
    tree_->clear();
    for (const QueuedWrite &write : queue_.writes()) {
        const EntityDescription *const entity = workspace_.descriptions().collection(write.collection);
        QString const kind = entity != nullptr ? entity->label : write.collection;
        auto *const item =
            new QTreeWidgetItem(tree_, {QLocale().toString(write.at.toLocalTime(), QLocale::ShortFormat),
                                        tr("%1: %2", "what was done: to which kind of record").arg(deedOf(write), kind),
                                        queue_.nameOf(write), stateOf(write)});
        item->setData(0, numberRole, write.number);
        item->setToolTip(3, stateOf(write));
        if (write.state != QueuedWrite::State::waiting) {
            item->setIcon(3, look::icon("warning"));
            item->setForeground(3, look::colour(look::Tone::warning));
        }
        if (write.number == before) tree_->setCurrentItem(item);
    }
    if (tree_->currentItem() == nullptr) tree_->setCurrentItem(tree_->topLevelItem(0));
    for (int column = 0; column < 3; ++column) tree_->resizeColumnToContents(column);
    if (queue_.writes().isEmpty()) {
        told_->setText(tr("Everything is on the server."));
    } else if (queue_.undecided() > 0) {
        told_->setText(tr("Some of it needs you: look at it and save it as it should be, send it again over what is "
                          "there, or discard it."));
    } else {
        told_->setText(tr("They are sent in this order as soon as the server is there. You need not wait for it."));
    }
    showState();
}

void QueueDialog::showState() {
    const QueuedWrite *const write = chosen();
    open_->setEnabled(write != nullptr && write->method != "DELETE");
    again_->setEnabled(write != nullptr && write->state != QueuedWrite::State::waiting);
    discard_->setEnabled(write != nullptr);
}

}  // namespace kontor::desktop
