#include "desktop/views/record_view.h"

#include "desktop/models/display.h"
#include "desktop/views/conflict_dialog.h"
#include "desktop/views/field_editor.h"
#include "desktop/views/look.h"

#include <QAction>
#include <QFormLayout>
#include <QGroupBox>
#include <QLabel>
#include <QScrollArea>
#include <QToolBar>
#include <QVBoxLayout>

namespace kontor::desktop {

namespace {

const QSet<QString> systemFields{"id",        "version",   "createdAt", "createdBy", "updatedAt",
                                 "updatedBy", "deletedAt", "ownerId",   "teamId",    "externalIds"};

/// Decimals are equal by value; what is absent equals null.
bool same(const FieldDescription &field, const QJsonValue &a, const QJsonValue &b) {
    bool const none = a.isNull() || a.isUndefined();
    bool const other = b.isNull() || b.isUndefined();
    if (none || other) return none == other;
    if (field.kind == Kind::decimal) {
        auto const left = Decimal::parse(a.toString().toStdString());
        auto const right = Decimal::parse(b.toString().toStdString());
        if (left && right) return *left == *right;
    }
    if (field.kind == Kind::dateTime) {  // seconds are not shown, and not changed by looking
        auto const minutes = [](const QJsonValue &value) {
            return QDateTime::fromString(value.toString(), Qt::ISODateWithMs).toSecsSinceEpoch() / 60;
        };
        return minutes(a) == minutes(b);
    }
    return a == b;
}

}  // namespace

RecordView::RecordView(Workspace &workspace, const QString &entity, const QString &id, QWidget *parent)
    : QWidget(parent), workspace_(workspace), entity_(workspace.descriptions().entity(entity)), id_(id) {
    build();
    read();
}

RecordView::RecordView(Workspace &workspace, const QString &entity, const QJsonObject &values, QWidget *parent)
    : QWidget(parent), workspace_(workspace), entity_(workspace.descriptions().entity(entity)), values_(values) {
    build();
    for (FieldEditor *const editor : std::as_const(editors_)) {
        QJsonValue const value = memberOf(values_, editor->field().name);
        if (!value.isUndefined()) editor->setValue(value);
        editor->showProblem({});
    }
    title_->setText(tr("New: %1").arg(entity_->label));
    showState();
}

void RecordView::build() {
    auto *const layout = new QVBoxLayout(this);
    layout->setContentsMargins(2 * look::space, look::space, 2 * look::space, look::space);
    layout->setSpacing(look::space);
    auto const action = [this](const QString &text, const QString &icon, const QKeySequence &shortcut) {
        auto *const made = new QAction(look::icon(icon), text, this);
        made->setShortcut(shortcut);
        made->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        made->setToolTip(text + " (" + shortcut.toString(QKeySequence::NativeText) + ")");
        addAction(made);
        return made;
    };
    save_ = action(tr("&Save"), "save", QKeySequence::Save);
    revert_ = action(tr("Take &back what was typed"), "undo", QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Z));
    reload_ = action(tr("&Read again"), "refresh", QKeySequence::Refresh);
    connect(save_, &QAction::triggered, this, &RecordView::save);
    connect(revert_, &QAction::triggered, this, [this] { show(record_); });
    connect(reload_, &QAction::triggered, this, &RecordView::readTheirs);

    auto *const head = new QHBoxLayout;
    title_ = new QLabel(entity_->label, this);
    title_->setObjectName("recordTitle");
    title_->setTextFormat(Qt::PlainText);
    title_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    look::asTitle(*title_);
    head->addWidget(title_, 1);
    auto *const bar = new QToolBar(this);
    bar->setIconSize({look::iconSize, look::iconSize});
    bar->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    bar->addActions({save_, revert_});
    head->addWidget(bar);
    layout->addLayout(head);
    banner_ = new QLabel(this);
    banner_->setObjectName("recordBanner");
    banner_->setTextFormat(Qt::PlainText);
    banner_->setWordWrap(true);
    banner_->setMargin(look::space);
    banner_->hide();
    layout->addWidget(banner_);

    auto *const area = new QScrollArea(this);
    area->setWidgetResizable(true);
    auto *const page = new QWidget(area);
    auto *const columns = new QVBoxLayout(page);
    columns->setContentsMargins(0, 0, look::space, 0);
    auto *const own = new QFormLayout;
    auto *const others = new QGroupBox(tr("About the record"), page);
    auto *const system = new QFormLayout(others);
    for (QFormLayout *const form : {own, system}) {
        form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
        form->setHorizontalSpacing(2 * look::space);
        form->setVerticalSpacing(look::space);
    }
    for (const FieldDescription &field : entity_->fields) {
        bool const isSystem = systemFields.contains(field.name);
        bool const writable =
            field.writable == Writable::always || (field.writable == Writable::onCreate && id_.isEmpty());
        if (field.name == "id" || field.name == "version" || (id_.isEmpty() && (isSystem || !writable))) continue;
        FieldEditor *const editor = makeFieldEditor(workspace_, field, page);
        editor->setObjectName("field-" + field.name);
        editor->setEnabled(writable);
        connect(editor, &FieldEditor::valueChanged, this, &RecordView::showState);
        editors_.insert(field.name, editor);
        auto *const label = new QLabel(field.isRequired ? field.label + " *" : field.label, page);
        label->setBuddy(editor);
        look::asHint(*label);
        (isSystem ? system : own)->addRow(label, editor);
    }
    columns->addLayout(own);
    others->setVisible(!id_.isEmpty());
    columns->addWidget(others);
    columns->addStretch(1);
    page->setMaximumWidth(760);
    area->setWidget(page);
    layout->addWidget(area, 1);
    connect(&workspace_, &Workspace::recordChanged, this,
            [this](const QString &name, const QString &id, qint64 version, bool isDeleted) {
                if (name != entity_->name || id != id_ || saving_ || version <= record_["version"].toInteger()) return;
                if (isDeleted || hasUnsavedChanges()) {
                    banner_->setText(isDeleted
                                         ? tr("Somebody has deleted this record.")
                                         : tr("Somebody has changed this record meanwhile. When you save, you will be "
                                              "asked about what both of you have changed."));
                    banner_->show();
                } else {
                    read();
                }
            });
}

void RecordView::read() {
    workspace_.server().send({.path = entity_->collection + '/' + id_}, this, [this](const Answer &answer) {
        if (answer.ok()) return show(answer.body);
        banner_->setText(answer.problem->title + ' ' + answer.problem->detail);
        banner_->show();
    });
}

void RecordView::show(const QJsonObject &record) {
    record_ = record;
    banner_->hide();
    for (FieldEditor *const editor : std::as_const(editors_)) {
        QSignalBlocker const quiet(editor);
        editor->setValue(memberOf(id_.isEmpty() ? values_ : record_, editor->field().name));
        editor->showProblem({});
    }
    showState();
}

bool RecordView::hasUnsavedChanges() const { return !changes().isEmpty(); }

QJsonObject RecordView::changes() const {
    QJsonObject change;
    for (const FieldEditor *const editor : editors_) {
        if (!editor->isEnabled()) continue;
        QJsonValue const value = editor->value();
        if (same(editor->field(), value, memberOf(record_, editor->field().name))) continue;
        setMember(change, editor->field().name, value);
    }
    return change;
}

void RecordView::showState() {
    bool const changed = hasUnsavedChanges();
    save_->setEnabled(changed && !saving_);
    revert_->setEnabled(changed && !saving_);
    if (id_.isEmpty()) return;
    QString const name = record_[entity_->displayField].toVariant().toString();
    title_->setText(name.isEmpty() ? entity_->label : name);
    Q_EMIT titleChanged((changed ? QString(QChar(0x2022)) + ' ' : QString()) + title_->text());
}

void RecordView::save() {
    QJsonObject const change = changes();
    if (change.isEmpty() || saving_) return;
    for (FieldEditor *const editor : std::as_const(editors_)) {
        if (!editor->isEnabled() || editor->problem().isEmpty()) continue;
        bool const touched = !memberOf(change, editor->field().name).isUndefined();
        if (!touched && !id_.isEmpty()) continue;
        editor->showProblem(editor->problem());
        editor->setFocus();
        return;
    }
    send(change, record_["version"].toInteger());
}

void RecordView::send(const QJsonObject &change, qint64 version) {
    saving_ = true;
    showState();
    Call call;
    call.method = id_.isEmpty() ? "POST" : "PATCH";
    call.path = id_.isEmpty() ? entity_->collection : entity_->collection + '/' + id_;
    call.body = change;
    if (!id_.isEmpty()) call.version = version;
    workspace_.server().send(call, this, [this](const Answer &answer) {
        saving_ = false;
        if (answer.ok()) return saved(answer.body);
        refused(*answer.problem);
        showState();
    });
}

void RecordView::saved(const QJsonObject &record) {
    bool const isNew = id_.isEmpty();
    id_ = record["id"].toString(id_);
    if (!record.contains(entity_->displayField)) return read();
    show(record);
    workspace_.announceChange(entity_->name, id_, record_["version"].toInteger());
    Q_EMIT workspace_.said(isNew ? tr("%1 was created.").arg(title_->text()) : tr("%1 was saved.").arg(title_->text()),
                           {});
}

void RecordView::refused(const Problem &problem) {
    if (problem.code == "CONFLICT_VERSION") return readTheirs();
    QStringList rest;
    for (const FieldProblem &field : problem.fields) {
        QString name = field.pointer.section('/', 1, 1);
        if (name == "customFields") name += '.' + field.pointer.section('/', 2, 2);
        if (FieldEditor *const editor = editors_.value(name)) {
            editor->showProblem(field.detail);
            editor->setFocus();
        } else {
            rest.append(field.pointer + ' ' + field.detail);
        }
    }
    banner_->setText(problem.fields.isEmpty() || !rest.isEmpty()
                         ? problem.title + ". " + problem.detail + ' ' + rest.join("; ")
                         : tr("Some fields are not right yet."));
    banner_->show();
}

void RecordView::readTheirs() {
    if (id_.isEmpty()) return;
    workspace_.server().send({.path = entity_->collection + '/' + id_}, this, [this](const Answer &answer) {
        if (answer.ok()) return resolve(answer.body);
        banner_->setText(answer.problem->title + ' ' + answer.problem->detail);
        banner_->show();
    });
}

/// What only one side has changed needs no question; for what both have, the user chooses. Nothing typed is lost: what
/// is not chosen can be typed again, and nothing is sent before the user saves.
void RecordView::resolve(const QJsonObject &theirs) {
    QJsonObject const mine = changes();
    QList<ConflictDialog::Row> rows;
    for (const FieldEditor *const editor : std::as_const(editors_)) {
        const FieldDescription &field = editor->field();
        QJsonValue const yours = memberOf(mine, field.name);
        if (yours.isUndefined() || same(field, memberOf(theirs, field.name), memberOf(record_, field.name))) continue;
        if (same(field, memberOf(theirs, field.name), yours)) continue;
        rows.append({field, memberOf(record_, field.name), memberOf(theirs, field.name), yours});
    }
    auto const take = [this, mine, theirs](const QSet<QString> &dropped) {
        show(theirs);
        for (FieldEditor *const editor : std::as_const(editors_)) {
            QJsonValue const yours = memberOf(mine, editor->field().name);
            if (!yours.isUndefined() && !dropped.contains(editor->field().name)) editor->setValue(yours);
        }
        showState();
    };
    if (rows.isEmpty()) {
        take({});
        if (hasUnsavedChanges()) {
            banner_->setText(
                tr("Somebody else has changed other fields of this record; they are shown now. Save again."));
            banner_->show();
        }
        return;
    }
    auto *const dialog = new ConflictDialog(workspace_, rows, this);
    connect(dialog, &QDialog::accepted, this, [this, dialog, take] {
        take(dialog->theirs());
        save();
    });
    dialog->open();
}

}  // namespace kontor::desktop
