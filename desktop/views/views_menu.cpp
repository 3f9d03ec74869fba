#include "desktop/views/views_menu.h"

#include "desktop/models/display.h"
#include "desktop/models/kept_views.h"
#include "desktop/views/look.h"

#include <QCheckBox>
#include <QDialog>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLineEdit>
#include <QMenu>
#include <QPointer>
#include <QPushButton>

namespace kontor::desktop {

namespace {

QString asMenuText(const QString &name) { return lineOf(name).replace('&', QLatin1String("&&")); }

}  // namespace

ViewsMenu::ViewsMenu(Workspace &workspace, const EntityDescription &entity, std::function<QJsonObject()> current,
                     QWidget *parent)
    : QToolButton(parent), workspace_(workspace), entity_(entity.name), collection_(entity.collection),
      current_(std::move(current)), menu_(new QMenu(this)) {
    setObjectName("views");
    setText(tr("&Views"));
    setIcon(look::icon("view"));
    setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    setPopupMode(QToolButton::InstantPopup);
    setMenu(menu_);
    connect(menu_, &QMenu::aboutToShow, this, &ViewsMenu::fill);
}

bool ViewsMenu::isOwn(const QJsonObject &view) const { return view["ownerId"].toString() == workspace_.userId(); }

void ViewsMenu::use(const QJsonObject &view) {
    inUse_ = view;
    setText(view.isEmpty() ? tr("&Views") : asMenuText(view["name"].toString()));
    Q_EMIT chosen(view);
}

void ViewsMenu::fill() {
    menu_->clear();
    connect(menu_->addAction(tr("All")), &QAction::triggered, this, [this] { use({}); });
    QAction *const end = menu_->addSeparator();
    connect(menu_->addAction(look::icon("save"), tr("&Save as…")), &QAction::triggered, this, &ViewsMenu::askForName);
    if (!inUse_.isEmpty() && isOwn(inUse_)) {
        QString const name = asMenuText(inUse_["name"].toString());
        connect(menu_->addAction(tr("Save &changes to “%1”").arg(name)), &QAction::triggered, this,
                &ViewsMenu::saveChanges);
        connect(menu_->addAction(look::icon("delete"), tr("&Remove “%1”").arg(name)), &QAction::triggered, this,
                &ViewsMenu::remove);
    }
    if (!inUse_.isEmpty() && workspace_.keptViews() != nullptr) {
        KeptViews *const kept = workspace_.keptViews();
        QString const id = inUse_["id"].toString();
        QAction *const keep =
            menu_->addAction(tr("&Keep “%1” on this computer").arg(asMenuText(inUse_["name"].toString())));
        keep->setObjectName("keep-view");
        keep->setToolTip(tr("All of it can be read when the server is away."));
        keep->setCheckable(true);
        keep->setChecked(kept->isKept(id));
        connect(keep, &QAction::triggered, this, [this, kept, id](bool on) {
            if (!on) return kept->drop(id);
            kept->keep(id, collection_);
            Q_EMIT workspace_.said(tr("This view can be read off line from now on."), {});
        });
    }
    Call call;
    call.path = "savedViews";
    call.query = {{"filter", "entity = " + filterText(entity_)}, {"sort", "name"}, {"limit", "200"}};
    workspace_.server().send(call, end, [this, end](const Answer &answer) { fillViews(answer.records(), end); });
}

void ViewsMenu::fillViews(const QList<QJsonObject> &views, QAction *before) {
    for (const QJsonObject &view : views) {
        auto *const entry =
            new QAction(look::icon(isOwn(view) ? "view" : "user"), asMenuText(view["name"].toString()), menu_);
        entry->setCheckable(true);
        entry->setChecked(view["id"] == inUse_["id"]);
        connect(entry, &QAction::triggered, this, [this, view] { use(view); });
        menu_->insertAction(before, entry);
    }
}

void ViewsMenu::askForName() {
    auto *const dialog = new QDialog(this);
    dialog->setObjectName("save-view");
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(tr("Save this view"));
    auto *const form = new QFormLayout(dialog);
    auto *const name = new QLineEdit(dialog);
    name->setMaxLength(255);
    auto *const shared = new QCheckBox(tr("&Everybody sees it"), dialog);
    auto *const buttons = new QDialogButtonBox(QDialogButtonBox::Save | QDialogButtonBox::Cancel, dialog);
    QPushButton *const save = buttons->button(QDialogButtonBox::Save);
    save->setEnabled(false);
    form->addRow(tr("&Name"), name);
    form->addRow(QString(), shared);
    form->addRow(buttons);
    connect(name, &QLineEdit::textChanged, save,
            [save](const QString &text) { save->setEnabled(!text.trimmed().isEmpty()); });
    connect(buttons, &QDialogButtonBox::accepted, dialog, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::reject);
    connect(dialog, &QDialog::accepted, this,
            [this, name, shared] { saveAs(name->text().trimmed(), shared->isChecked()); });
    dialog->open();
}

void ViewsMenu::saveAs(const QString &name, bool isShared) {
    QJsonObject view = current_();
    view["entity"] = entity_;
    view["name"] = name;
    view["isShared"] = isShared;
    Call const call{.method = "POST", .path = "savedViews", .body = view};
    workspace_.server().send(call, this, [this](const Answer &answer) {
        if (!answer.ok()) {
            Q_EMIT workspace_.said(answer.problem->told(), {});
            return;
        }
        inUse_ = answer.body;
        setText(asMenuText(inUse_["name"].toString()));
        Q_EMIT workspace_.said(tr("View saved"), {});
    });
}

void ViewsMenu::saveChanges() {
    Call call{.method = "PATCH", .path = "savedViews/" + inUse_["id"].toString()};
    QJsonObject values = current_();
    for (const char *const name : {"filter", "sort"}) {
        if (values[name].toString().isEmpty()) values[name] = QJsonValue::Null;
    }
    call.body = values;
    call.version = inUse_["version"].toInteger();
    workspace_.server().send(call, this, [this](const Answer &answer) {
        if (answer.ok()) inUse_ = answer.body;
        Q_EMIT workspace_.said(answer.ok() ? tr("View saved") : answer.problem->told(), {});
    });
}

void ViewsMenu::remove() {
    Call const call{.method = "DELETE", .path = "savedViews/" + inUse_["id"].toString()};
    workspace_.server().send(call, this, [this, view = inUse_](const Answer &answer) {
        if (!answer.ok()) {
            Q_EMIT workspace_.said(answer.problem->told(), {});
            return;
        }
        inUse_ = {};
        setText(tr("&Views"));
        // What the list shows stays as it is; the menu may be gone when somebody wants the view back.
        Q_EMIT workspace_.said(tr("View removed"),
                               [workspace = QPointer<Workspace>(&workspace_), id = view["id"].toString()] {
                                   if (!workspace) return;
                                   Call const back{.method = "POST", .path = "savedViews/" + id + "/undelete"};
                                   workspace->server().send(back, workspace, [workspace](const Answer &outcome) {
                                       if (!outcome.ok()) Q_EMIT workspace->said(outcome.problem->told(), {});
                                   });
                               });
    });
}

}  // namespace kontor::desktop
