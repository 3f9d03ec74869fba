#include "desktop/views/related_view.h"

#include "desktop/models/display.h"
#include "desktop/models/structures.h"
#include "desktop/views/look.h"

#include <QHeaderView>
#include <QMenu>
#include <QToolBar>
#include <QToolButton>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace kontor::desktop {

namespace {

constexpr int groupRole = Qt::UserRole;
constexpr int idRole = Qt::UserRole + 1;
constexpr int moreRole = Qt::UserRole + 2;
constexpr qsizetype few = 5;
constexpr qsizetype many = 100;
constexpr qsizetype manyGroups = 12;  // a user or a team is pointed at by nearly everything

}  // namespace

RelatedView::RelatedView(Workspace &workspace, const EntityDescription &entity, const QString &id, QWidget *parent)
    : QWidget(parent), workspace_(workspace), id_(id),
      relations_(relationsTo(workspace.descriptions(), entity.name).mid(0, manyGroups)),
      all_(relations_.size(), false) {
    setObjectName("related");
    auto *const layout = new QVBoxLayout(this);
    layout->setContentsMargins(look::space, look::space, 0, 0);
    layout->setSpacing(look::halfSpace);
    auto *const add = new QToolButton(this);
    add->setObjectName("addRelated");
    add->setIcon(look::icon("add"));
    add->setIconSize({look::iconSize, look::iconSize});
    add->setText(tr("Add"));
    add->setToolTip(tr("Add a record that belongs to this one (Insert)"));
    add->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    add->setPopupMode(QToolButton::InstantPopup);
    menu_ = new QMenu(add);
    add->setMenu(menu_);
    layout->addWidget(add, 0, Qt::AlignLeading);
    tree_ = new QTreeWidget(this);
    tree_->setObjectName("relatedTree");
    tree_->setAccessibleName(tr("Related records"));
    tree_->setColumnCount(2);
    tree_->setHeaderHidden(true);
    tree_->setProperty("look", "plain");
    tree_->setIndentation(2 * look::space);
    tree_->setUniformRowHeights(true);
    tree_->header()->setStretchLastSection(false);
    tree_->header()->setSectionResizeMode(0, QHeaderView::Stretch);
    tree_->header()->setSectionResizeMode(1, QHeaderView::ResizeToContents);
    layout->addWidget(tree_, 1);
    for (qsizetype group = 0; group < relations_.size(); ++group) {
        auto *const item = new QTreeWidgetItem(tree_, {relations_[group].label});
        item->setData(0, groupRole, group);
        item->setHidden(true);
        QFont font = item->font(0);
        font.setBold(true);
        item->setFont(0, font);
        item->setForeground(1, look::colour(look::Tone::muted));
        item->setExpanded(true);
        if (!relations_[group].entity->isCreateable || relations_[group].field->writable == Writable::never) continue;
        menu_->addAction(relations_[group].entity->label, this, [this, group] { create(group); });
    }
    add->setVisible(!menu_->isEmpty());
    connect(tree_, &QTreeWidget::itemActivated, this, &RelatedView::open);
    auto *const insert = new QAction(this);
    insert->setShortcut(Qt::Key_Insert);
    insert->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    connect(insert, &QAction::triggered, this, [this, add] {
        QTreeWidgetItem const *const item = tree_->currentItem();
        if (item == nullptr) return add->showMenu();
        create(item->data(0, groupRole).toLongLong());
    });
    addAction(insert);
    connect(&workspace_, &Workspace::recordChanged, this, [this](const QString &name) {
        for (qsizetype group = 0; group < relations_.size(); ++group) {
            if (relations_[group].entity->name != name) continue;
            if (isVisible()) {
                read(group);
            } else {
                stale_ = true;
            }
        }
    });
    connect(&workspace_, &Workspace::namesCame, this, [this] {
        if (isVisible()) stale_ = true;
    });
}

void RelatedView::showEvent(QShowEvent *event) {
    QWidget::showEvent(event);
    if (stale_) reload();
}

void RelatedView::reload() {
    stale_ = false;
    for (qsizetype group = 0; group < relations_.size(); ++group) read(group);
}

void RelatedView::read(qsizetype group) {
    const Relation &relation = relations_[group];
    Call call;
    call.path = relation.entity->collection;
    call.query = {{"filter", relation.field->name + " = " + filterText(id_)},
                  {"sort", "-updatedAt"},
                  {"limit", QString::number(all_[group] ? many : few + 1)}};
    workspace_.server().send(call, this, [this, group](const Answer &answer) { show(group, answer); });
}

void RelatedView::show(qsizetype group, const Answer &answer) {
    QTreeWidgetItem *const item = tree_->topLevelItem(static_cast<int>(group));
    if (item == nullptr || !answer.ok()) return;  // what the user may not see is not there
    QList<QJsonObject> const records = answer.records();
    const Relation &relation = relations_[group];
    qDeleteAll(item->takeChildren());
    item->setHidden(records.isEmpty());
    qsizetype const most = all_[group] ? many : few;
    for (const QJsonObject &record : records.mid(0, most)) {
        QString name = lineOf(record[relation.entity->displayField].toVariant().toString());
        if (name.isEmpty()) name = relation.entity->label;
        workspace_.rememberName(relation.entity->name, record["id"].toString(), name);
        auto *const child = new QTreeWidgetItem(item, {name, detailOf(relation, record)});
        child->setData(0, groupRole, group);
        child->setData(0, idRole, record["id"].toString());
        child->setToolTip(0, name);
        child->setForeground(1, look::colour(look::Tone::muted));
        child->setTextAlignment(1, Qt::AlignTrailing | Qt::AlignVCenter);
    }
    bool const hasMore = records.size() > most;
    item->setText(1, hasMore ? QString() : locale().toString(records.size()));
    item->setTextAlignment(1, Qt::AlignTrailing | Qt::AlignVCenter);
    if (hasMore) {
        auto *const more = new QTreeWidgetItem(item, {tr("Show more …")});
        more->setData(0, groupRole, group);
        more->setData(0, moreRole, true);
        more->setForeground(0, look::colour(look::Tone::accent));
    }
    item->setExpanded(true);
}

/// What tells most about a record beside its name: an amount, a title, a day.
QString RelatedView::detailOf(const Relation &relation, const QJsonObject &record) const {
    for (const char *const name : {"amount", "total", "jobTitle", "role", "dueAt", "startAt", "companyName", "city",
                                   "closeDate", "status", "updatedAt"}) {
        const FieldDescription *const field = relation.entity->field(QLatin1String(name));
        if (field == nullptr || field->name == relation.entity->displayField) continue;
        QString text = lineOf(displayText(workspace_, *relation.entity, *field, record));
        if (usualValues(*field).contains(text)) text = choiceText(text);
        if (!text.isEmpty()) return text;
    }
    return {};
}

void RelatedView::open(QTreeWidgetItem *item) {
    qsizetype const group = item->data(0, groupRole).toLongLong();
    if (group < 0 || group >= relations_.size()) return;
    if (item->data(0, moreRole).toBool()) {
        all_[group] = true;
        return read(group);
    }
    QString const id = item->data(0, idRole).toString();
    if (!id.isEmpty()) Q_EMIT workspace_.openRequested(relations_[group].entity->name, id, false);
}

void RelatedView::create(qsizetype group) {
    if (group < 0 || group >= relations_.size() || !relations_[group].entity->isCreateable) return;
    QJsonObject values;
    setMember(values, relations_[group].field->name, id_);
    Q_EMIT workspace_.createRequested(relations_[group].entity->name, values);
}

}  // namespace kontor::desktop
