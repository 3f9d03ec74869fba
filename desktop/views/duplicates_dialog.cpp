#include "desktop/views/duplicates_dialog.h"

#include "desktop/models/display.h"
#include "desktop/views/look.h"

#include <QDialogButtonBox>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace kontor::desktop {

namespace {

constexpr int entityRole = Qt::UserRole;
constexpr int idRole = Qt::UserRole + 1;

}  // namespace

DuplicatesDialog::DuplicatesDialog(Workspace &workspace, const QJsonArray &candidates, bool isNew, QWidget *parent)
    : QDialog(parent), workspace_(workspace), tree_(new QTreeWidget(this)) {
    setObjectName("duplicates");
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Is it there already?"));
    resize(560, 320);
    QVBoxLayout *const layout = look::titledColumn(*this);
    auto *const intro = new QLabel(tr("These records are like it. Open one to go on with it."), this);
    intro->setWordWrap(true);
    look::asHint(*intro);
    layout->addWidget(intro);
    fill(candidates);
    layout->addWidget(tree_, 1);
    auto *const buttons = new QDialogButtonBox(this);
    QPushButton *const open = buttons->addButton(tr("&Open"), QDialogButtonBox::ActionRole);
    open->setObjectName("open");
    if (isNew) {
        QPushButton *const anyway = buttons->addButton(tr("&Create anyway"), QDialogButtonBox::AcceptRole);
        anyway->setObjectName("createAnyway");
        anyway->setAutoDefault(false);
    }
    buttons->addButton(isNew ? tr("&Back to the form") : tr("&Close"), QDialogButtonBox::RejectRole)
        ->setAutoDefault(false);
    open->setDefault(true);
    connect(open, &QPushButton::clicked, this, &DuplicatesDialog::openRecord);
    connect(tree_, &QTreeWidget::itemActivated, this, &DuplicatesDialog::openRecord);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    layout->addWidget(buttons);
    tree_->setFocus();
}

void DuplicatesDialog::fill(const QJsonArray &candidates) {
    tree_->setHeaderLabels({tr("Name"), tr("What"), tr("Alike in"), tr("Likeness")});
    tree_->setAccessibleName(tr("Records like it"));
    tree_->setRootIsDecorated(false);
    tree_->setUniformRowHeights(true);
    for (const auto &value : candidates) {
        QJsonObject const candidate = value.toObject();
        QString const entityName = candidate["entity"].toString();
        const EntityDescription *const entity = workspace_.descriptions().entity(entityName);
        if (entity == nullptr) continue;  // the user may not see it
        QStringList alike;
        for (const auto &field : candidate["matchedOn"].toArray()) {
            const FieldDescription *const known = entity->field(field.toString());
            alike.append(known != nullptr ? known->label : choiceText(field.toString()));
        }
        auto *const item = new QTreeWidgetItem(tree_, {candidate["name"].toString(), entity->label, alike.join(", "),
                                                       tr("%1 %").arg(candidate["score"].toInt())});
        item->setIcon(0, look::icon(entityName.toLower()));
        item->setData(0, entityRole, entityName);
        item->setData(0, idRole, candidate["id"].toString());
        item->setTextAlignment(3, Qt::AlignTrailing | Qt::AlignVCenter);
    }
    tree_->header()->setStretchLastSection(false);
    tree_->header()->setSectionResizeMode(QHeaderView::ResizeToContents);
    tree_->header()->setSectionResizeMode(0, QHeaderView::Stretch);
    if (tree_->topLevelItemCount() > 0) tree_->setCurrentItem(tree_->topLevelItem(0));
}

void DuplicatesDialog::openRecord() {
    QTreeWidgetItem const *const item = tree_->currentItem();
    if (item == nullptr) return;
    Q_EMIT workspace_.openRequested(item->data(0, entityRole).toString(), item->data(0, idRole).toString(), false);
    reject();
}

}  // namespace kontor::desktop
