#include "desktop/views/field_history.h"

#include "desktop/models/display.h"
#include "desktop/views/look.h"

#include <QHeaderView>
#include <QJsonDocument>
#include <QLabel>
#include <QScreen>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace kontor::desktop {

namespace {

constexpr int mostPages = 10;  // 5,000 changes of the record; what is older is in its timeline
constexpr int userColumn = 1;

}  // namespace

FieldHistory::FieldHistory(Workspace &workspace, const EntityDescription &entity, const QString &id,
                           const FieldDescription &field, QWidget *parent)
    : QFrame(parent, Qt::Popup), workspace_(workspace), entity_(entity), id_(id), field_(field) {
    setObjectName("fieldHistory");
    setAttribute(Qt::WA_DeleteOnClose);
    setFrameShape(QFrame::StyledPanel);
    auto *const layout = new QVBoxLayout(this);
    layout->setContentsMargins(look::space, look::space, look::space, look::space);
    layout->setSpacing(look::halfSpace);
    auto *const title = new QLabel(tr("History of %1").arg(field.label), this);
    look::asHint(*title);
    layout->addWidget(title);
    tree_ = new QTreeWidget(this);
    tree_->setAccessibleName(title->text());
    tree_->setHeaderLabels({tr("When"), tr("Who"), tr("Before"), tr("After")});
    tree_->setRootIsDecorated(false);
    tree_->setUniformRowHeights(true);
    tree_->setProperty("look", "plain");
    layout->addWidget(tree_);
    state_ = new QLabel(tr("Reading …"), this);
    look::asHint(*state_);
    layout->addWidget(state_);
    connect(&workspace_, &Workspace::namesCame, this, [this] {
        for (int row = 0; row < tree_->topLevelItemCount(); ++row) {
            QTreeWidgetItem *const item = tree_->topLevelItem(row);
            item->setText(userColumn, workspace_.nameOf("User", item->data(userColumn, Qt::UserRole).toString()));
            for (int const column : {2, 3}) {
                item->setText(column, shown(item->data(column, Qt::UserRole).toJsonValue()));
            }
        }
    });
    ask({});
}

void FieldHistory::openAt(const QWidget &place) {
    constexpr QSize size(560, 240);
    resize(size);
    QPoint corner = place.mapToGlobal(QPoint(0, place.height() + look::halfSpace));
    QRect const screen = place.screen()->availableGeometry();
    corner.setX(std::clamp(corner.x(), screen.left(), std::max(screen.left(), screen.right() - size.width())));
    corner.setY(std::clamp(corner.y(), screen.top(), std::max(screen.top(), screen.bottom() - size.height())));
    move(corner);
    show();
    tree_->setFocus();
}

void FieldHistory::ask(const QString &cursor) {
    Call call;
    call.path = entity_.collection + '/' + id_ + "/history";
    call.query = {{"limit", "500"}};
    if (!cursor.isEmpty()) call.query.emplace_back("cursor", cursor);
    workspace_.server().send(call, this, [this](const Answer &answer) {
        if (!answer.ok()) return state_->setText(answer.problem->title);
        for (const QJsonObject &entry : answer.records()) {
            if (entry["field"].toString() == field_.name) append(entry);
        }
        QString const next = answer.body["page"].toObject()["nextCursor"].toString();
        if (!next.isEmpty() && ++pages_ < mostPages) return ask(next);
        showEnd();
    });
}

void FieldHistory::append(const QJsonObject &entry) {
    QDateTime const at = QDateTime::fromString(entry["at"].toString(), Qt::ISODateWithMs).toLocalTime();
    QString const by = entry["by"].toString();
    auto *const item =
        new QTreeWidgetItem(tree_, {locale().toString(at, QLocale::ShortFormat), workspace_.nameOf("User", by),
                                    shown(entry["oldValue"]), shown(entry["newValue"])});
    item->setData(userColumn, Qt::UserRole, by);
    item->setData(2, Qt::UserRole, entry["oldValue"]);
    item->setData(3, Qt::UserRole, entry["newValue"]);
    for (int const column : {2, 3}) item->setToolTip(column, item->text(column));
}

void FieldHistory::showEnd() {
    bool const none = tree_->topLevelItemCount() == 0;
    state_->setText(none ? tr("Not changed since the record was made.") : QString());
    state_->setVisible(none);
    tree_->setVisible(!none);
    for (int column = 0; column < tree_->columnCount(); ++column) tree_->resizeColumnToContents(column);
}

/// The audit trail has values as texts: JSON of lists and structures, and plain words of the rest.
QString FieldHistory::shown(const QJsonValue &wire) const {
    QString const text = wire.toString();
    if (text.isEmpty()) return QString::fromUtf8("–");
    QJsonValue value = text;
    QJsonDocument const document = QJsonDocument::fromJson(text.toUtf8());
    if (document.isArray()) value = document.array();
    if (document.isObject()) value = document.object();
    if (field_.kind == Kind::boolean) value = text == "true";
    QString const readable = displayText(workspace_, field_, value);
    return readable.isEmpty() && field_.kind != Kind::id ? text : readable;
}

}  // namespace kontor::desktop
