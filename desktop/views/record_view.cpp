#include "desktop/views/record_view.h"

#include "desktop/models/display.h"
#include "desktop/models/structures.h"
#include "desktop/views/conflict_dialog.h"
#include "desktop/views/convert_dialog.h"
#include "desktop/views/duplicates_dialog.h"
#include "desktop/views/field_editor.h"
#include "desktop/views/field_history.h"
#include "desktop/views/look.h"
#include "desktop/views/merge_dialog.h"
#include "desktop/views/record_side.h"
#include "desktop/views/reminder_choice.h"
#include "desktop/views/stage_bar.h"
#include "desktop/views/tags_editor.h"

#include <QAction>
#include <QApplication>
#include <QDragEnterEvent>
#include <QFormLayout>
#include <QGroupBox>
#include <QLabel>
#include <QMenu>
#include <QMimeData>
#include <QScrollArea>
#include <QSplitter>
#include <QToolBar>
#include <QToolButton>
#include <QUrl>
#include <QVBoxLayout>

namespace kontor::desktop {

namespace {

const QSet<QString> systemFields{"id",        "version",   "createdAt", "createdBy", "updatedAt",
                                 "updatedBy", "deletedAt", "ownerId",   "teamId",    "externalIds"};

/// What this computer has kept may be what a list had of the record only: what is shown stays beside it.
QJsonObject over(QJsonObject shown, const QJsonObject &kept) {
    if (kept.contains("createdAt")) return kept;  // all of it
    for (auto member = kept.begin(); member != kept.end(); ++member) shown[member.key()] = member.value();
    return shown;
}

}  // namespace

RecordView::RecordView(Workspace &workspace, const QString &entity, const QString &id, QWidget *parent)
    : QWidget(parent), workspace_(workspace), entity_(workspace.descriptions().entity(entity)), id_(id) {
    build();
    read();
}

RecordView::RecordView(Workspace &workspace, const QString &entity, const QJsonObject &values, QWidget *parent)
    : QWidget(parent), workspace_(workspace), entity_(workspace.descriptions().entity(entity)),
      draftId_(Draft::newId()), values_(values) {
    build();
    for (FieldEditor *const editor : std::as_const(editors_)) {
        QJsonValue const value = memberOf(values_, editor->field().name);
        if (!value.isUndefined()) editor->setValue(value);
        editor->showProblem({});
    }
    title_->setText(tr("New: %1").arg(entity_->label));
    if (reminder_ != nullptr) reminder_->remember();
    followDraft();
    showState();
}

RecordView::RecordView(Workspace &workspace, const QString &entity, const NewRecordDraft &draft, QWidget *parent)
    : QWidget(parent), workspace_(workspace), entity_(workspace.descriptions().entity(entity)), draftId_(draft.id) {
    build();
    for (FieldEditor *const editor : std::as_const(editors_)) editor->showProblem({});
    title_->setText(tr("New: %1").arg(entity_->label));
    followDraft();
    showState();
}

QAction *RecordView::makeAction(const QString &text, const QString &icon, const QKeySequence &shortcut,
                                const std::function<void()> &then) {
    auto *const made = new QAction(look::icon(icon), text, this);
    made->setShortcut(shortcut);
    made->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    QString plain = text;
    plain.remove('&');
    made->setToolTip(shortcut.isEmpty() ? plain : plain + " (" + shortcut.toString(QKeySequence::NativeText) + ')');
    connect(made, &QAction::triggered, this, then);
    addAction(made);
    actions_.append(made);
    return made;
}

void RecordView::build() {
    auto *const layout = new QVBoxLayout(this);
    layout->setContentsMargins(2 * look::space, look::space, 2 * look::space, look::space);
    layout->setSpacing(look::space);
    makeActions();
    makeEntityActions();
    makeHead();
    if (entity_->name == "Opportunity" && !id_.isEmpty()) {
        stages_ = new StageBar(workspace_, this);
        connect(stages_, &StageBar::moved, this, [this](const QJsonObject &record) {
            workspace_.announceChange(entity_->name, id_, record["version"].toInteger());
        });
        layout->addWidget(stages_);
    }
    splitter_ = new QSplitter(this);
    splitter_->setObjectName("recordSplitter");
    splitter_->setChildrenCollapsible(false);
    splitter_->addWidget(makeForm());
    layout->addWidget(splitter_, 1);
    setAcceptDrops(true);
    if (!id_.isEmpty()) makeSide();
    connect(&workspace_, &Workspace::recordChanged, this, &RecordView::changedElsewhere);
    connect(&workspace_, &Workspace::recordRenamed, this, &RecordView::rename);
    connect(&workspace_, &Workspace::outdated, this, &RecordView::readIfOld);
    connect(&workspace_, &Workspace::draftSetAside, this, &RecordView::takeDraftAgain);
}

void RecordView::makeActions() {
    save_ = makeAction(tr("&Save"), "save", QKeySequence::Save, [this] { save(); });
    revert_ = makeAction(tr("Take &back what was typed"), "undo", QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Z),
                         [this] { showRecord(record_); });
    reload_ = makeAction(tr("&Read again"), "refresh", QKeySequence::Refresh, [this] {
        readTheirs();
        if (side_ != nullptr) side_->reload();
    });
    auto const log = [this](const QString &text, const QString &icon, const QString &kind, Qt::Key key) {
        QAction *const action = makeAction(text, icon, QKeySequence(Qt::CTRL | Qt::ALT | key), [this, kind] {
            if (side_ != nullptr) side_->startEntry(kind);
        });
        action->setObjectName("log-" + kind);
    };
    log(tr("&Note"), "note", "note", Qt::Key_N);
    log(tr("Log a &call"), "phone", "call", Qt::Key_C);
    log(tr("Add a &task"), "task", "task", Qt::Key_T);
    log(tr("Plan a &meeting"), "meeting", "meeting", Qt::Key_M);
    makeAction(tr("&History of the field"), "clock", QKeySequence(Qt::ALT | Qt::Key_H), [this] {
        for (auto const &[name, editor] : editors_.asKeyValueRange()) {
            QWidget const *const focus = QApplication::focusWidget();
            if (focus != nullptr && editor->isAncestorOf(focus)) return showHistory(name);
        }
    });
}

/// What only some entities can do.
void RecordView::makeEntityActions() {
    if (id_.isEmpty()) return;
    if (entity_->name == "Opportunity") {
        makeAction(tr("To the ne&xt stage"), "forward", QKeySequence(Qt::CTRL | Qt::ALT | Qt::Key_Right),
                   [this] { stages_->advance(); });
    }
    if (entity_->name == "Lead") {
        convert_ = makeAction(tr("Con&vert …"), "convert", QKeySequence(Qt::CTRL | Qt::ALT | Qt::Key_V),
                              [this] { convert(); });
        duplicates_ = makeAction(tr("Records &like it"), "search", QKeySequence(Qt::CTRL | Qt::ALT | Qt::Key_D),
                                 [this] { (new DuplicatesDialog(workspace_, alike_, false, this))->open(); });
        duplicates_->setEnabled(false);
    }
    // A record that can go up in another one tells which.
    if (entity_->field("mergedIntoId") != nullptr && entity_->isUpdateable) {
        makeAction(tr("Mer&ge …"), "merge", QKeySequence(Qt::CTRL | Qt::ALT | Qt::Key_G), [this] { merge(); });
    }
}

void RecordView::merge() {
    if (hasUnsavedChanges()) return showBanner(tr("Save what was typed first, or take it back: then merge."));
    (new MergeDialog(workspace_, *entity_, record_, this))->open();
}

void RecordView::convert() {
    if (hasUnsavedChanges()) return showBanner(tr("Save what was typed first, or take it back: then convert."));
    (new ConvertDialog(workspace_, record_, this))->open();
}

void RecordView::showDuplicates(const Problem &problem) {
    auto *const dialog =
        new DuplicatesDialog(workspace_, problem.document["candidates"].toArray(), id_.isEmpty(), this);
    connect(dialog, &QDialog::accepted, this, [this] {
        allowDuplicates_ = true;
        save();
    });
    dialog->open();
}

/// A hint only: what cannot be asked is not said.
void RecordView::lookForDuplicates() {
    if (duplicates_ == nullptr || !record_["convertedAt"].toString().isEmpty()) return;
    QJsonObject likeness;
    for (const char *const name :
         {"firstName", "lastName", "companyName", "companyDomain", "email", "phone", "mobile"}) {
        QJsonValue const value = record_[QLatin1String(name)];
        if (value.isString()) likeness[QLatin1String(name)] = value;
    }
    Call call;
    call.method = "POST";
    call.path = "leads/duplicates";
    call.body = QJsonObject{{"lead", likeness}};
    call.isRepeatable = true;
    workspace_.server().send(call, this, [this](const Answer &answer) {
        alike_ = {};
        for (const auto &candidate : answer.body["candidate"].toArray()) {
            if (candidate.toObject()["id"].toString() != id_) alike_.append(candidate);
        }
        duplicates_->setEnabled(!alike_.isEmpty());
        duplicates_->setText(alike_.isEmpty() ? tr("Records &like it")
                                              : tr("%n record(s) &like it", nullptr, static_cast<int>(alike_.size())));
        bool const isShown = bar_->actions().contains(duplicates_);
        if (!alike_.isEmpty() && !isShown) bar_->insertAction(save_, duplicates_);
        if (alike_.isEmpty() && isShown) bar_->removeAction(duplicates_);
    });
}

void RecordView::makeHead() {
    auto *const head = new QHBoxLayout;
    title_ = new QLabel(entity_->label, this);
    title_->setObjectName("recordTitle");
    title_->setTextFormat(Qt::PlainText);
    title_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    look::asTitle(*title_);
    head->addWidget(title_, 1);
    bar_ = new QToolBar(this);
    bar_->setIconSize({look::iconSize, look::iconSize});
    bar_->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    if (convert_ != nullptr) bar_->addAction(convert_);
    bar_->addActions({save_, revert_});
    auto *const more = new QToolButton(bar_);
    more->setIcon(look::icon("more"));
    more->setAccessibleName(tr("More actions"));
    more->setToolTip(more->accessibleName());
    more->setPopupMode(QToolButton::InstantPopup);
    more_ = new QMenu(more);
    more_->addActions(actions_.mid(2));
    more->setMenu(more_);
    bar_->addWidget(more);
    head->addWidget(bar_);
    auto *const layout = static_cast<QVBoxLayout *>(this->layout());
    layout->addLayout(head);
    banner_ = new QLabel(this);
    banner_->setObjectName("recordBanner");
    banner_->setTextFormat(Qt::PlainText);
    banner_->setWordWrap(true);
    banner_->setMargin(look::space);
    banner_->setAutoFillBackground(true);
    banner_->hide();
    layout->addWidget(banner_);
}

QWidget *RecordView::makeForm() {
    auto *const area = new QScrollArea(this);
    area->setWidgetResizable(true);
    area->setFocusPolicy(Qt::NoFocus);  // it follows the fields, and is nothing to stop at
    area->setMinimumWidth(50 * look::space);
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
        static const QSet<QString> unseen{"id", "version", "allowDuplicates", "mergedIntoId"};
        if (unseen.contains(field.name)) continue;
        if (id_.isEmpty() && (isSystem || !writable)) continue;
        addField(field, isSystem ? *system : *own, *page);
    }
    makeReminder(*own);
    columns->addLayout(own);
    others->setVisible(!id_.isEmpty());
    columns->addWidget(others);
    columns->addStretch(1);
    page->setMaximumWidth(860);
    area->setWidget(page);
    return area;
}

void RecordView::addField(const FieldDescription &field, QFormLayout &form, QWidget &page) {
    FieldEditor *const editor = makeFieldEditor(workspace_, field, &page);
    editor->setObjectName("field-" + field.name);
    editor->setEnabled(field.writable == Writable::always || (field.writable == Writable::onCreate && id_.isEmpty()));
    connect(editor, &FieldEditor::valueChanged, this, &RecordView::showState);
    if (auto *const tags = qobject_cast<TagsEditor *>(editor)) tags->setEntity(entity_->name);
    editors_.insert(field.name, editor);
    auto *const label = new QLabel(field.isRequired ? field.label + " *" : field.label, &page);
    label->setBuddy(editor);
    look::asHint(*label);
    label->setContextMenuPolicy(Qt::ActionsContextMenu);
    auto *const history = new QAction(look::icon("clock"), tr("History of %1").arg(field.label), label);
    connect(history, &QAction::triggered, this, [this, name = field.name] { showHistory(name); });
    label->addAction(history);
    form.addRow(label, editor);
}

void RecordView::makeReminder(QFormLayout &form) {
    FieldEditor *const editor = entity_->name == "Activity" ? editors_.value("reminderAt") : nullptr;
    int row = -1;
    QFormLayout::ItemRole role = QFormLayout::FieldRole;
    if (editor != nullptr) form.getWidgetPosition(editor, &row, &role);
    if (row < 0) return;
    reminder_ = new ReminderOfForm(*editor, editors_.value("kind"), editors_.value("startAt"), editors_.value("dueAt"));
    form.removeWidget(editor);
    auto *const both = new QHBoxLayout;
    both->setSpacing(look::halfSpace);
    both->addWidget(editor, 1);
    both->addWidget(reminder_->button(), 0, Qt::AlignTop);
    form.setLayout(row, QFormLayout::FieldRole, both);
}

void RecordView::makeSide() {
    side_ = new RecordSide(workspace_, *entity_, id_, this);
    splitter_->addWidget(side_);
    splitter_->setStretchFactor(0, 3);
    splitter_->setStretchFactor(1, 2);
    splitter_->setSizes({660, 440});
}

void RecordView::changedElsewhere(const QString &name, const QString &id, qint64 version, bool isDeleted) {
    if (name != entity_->name || id != id_ || saving_ || version <= record_["version"].toInteger()) return;
    if (isDeleted) return showBanner(tr("Somebody has deleted this record."));
    if (!hasUnsavedChanges()) return read();
    showBanner(tr("Somebody has changed this record meanwhile. When you save, you will be asked about what both of you "
                  "have changed."));
}

void RecordView::showBanner(const QString &text) {
    QPalette palette = this->palette();
    palette.setColor(QPalette::Window, look::ground(look::Tone::warning));
    banner_->setPalette(palette);
    banner_->setText(text);
    banner_->show();
}

void RecordView::showHistory(const QString &fieldName) {
    FieldEditor const *const editor = editors_.value(fieldName);
    if (editor == nullptr || id_.isEmpty()) return;
    (new FieldHistory(workspace_, *entity_, id_, editor->field(), this))->openAt(*editor);
}

void RecordView::dragEnterEvent(QDragEnterEvent *event) {
    if (side_ != nullptr && event->mimeData()->hasUrls()) event->acceptProposedAction();
}

void RecordView::dropEvent(QDropEvent *event) {
    QStringList paths;
    for (const QUrl &url : event->mimeData()->urls()) {
        if (url.isLocalFile()) paths.append(url.toLocalFile());
    }
    if (side_ == nullptr || paths.isEmpty()) return;
    event->acceptProposedAction();
    side_->upload(paths);
}

void RecordView::read() {
    workspace_.server().send({.path = entity_->collection + '/' + id_}, this, [this](const Answer &answer) {
        // What is typed while it is on its way stays.
        if (answer.ok() && hasUnsavedChanges() && !record_.isEmpty()) {
            return changedElsewhere(entity_->name, id_, answer.body["version"].toInteger(), false);
        }
        if (answer.ok()) return showRecord(answer.isStored ? over(record_, answer.body) : answer.body);
        showBanner(answer.problem->title + ' ' + answer.problem->detail);
    });
}

/// In the place of the form that the record was made with: the same values, cursor and all, and nothing to wait for.
void RecordView::takeOver(const RecordView &before) {
    showRecord(before.record());
    if (!before.isAncestorOf(QApplication::focusWidget())) return;
    for (auto const &[name, editor] : before.editors_.asKeyValueRange()) {
        FieldEditor *const own = editors_.value(name);
        if (own != nullptr && editor->isAncestorOf(QApplication::focusWidget())) own->setFocus();
    }
}

/// What was typed stays, and the user is told when the record has moved on.
void RecordView::readIfOld() {
    if (id_.isEmpty() || saving_) return;
    if (side_ != nullptr) side_->reload();
    if (!hasUnsavedChanges()) return read();
    workspace_.server().send({.path = entity_->collection + '/' + id_}, this, [this](const Answer &answer) {
        if (answer.ok()) changedElsewhere(entity_->name, id_, answer.body["version"].toInteger(), false);
    });
}

/// Made off line, and on the server now.
void RecordView::rename(const QString &name, const QString &before, const QString &id) {
    if (name != entity_->name || before != id_) return;
    id_ = id;
    record_["id"] = id;
    if (draft_ != nullptr) {
        draft_->discard();
        delete std::exchange(draft_, nullptr);
        followDraft();
    }
    delete std::exchange(side_, nullptr);
    makeSide();
    readIfOld();
}

void RecordView::takeDraftAgain(const QString &name, const QString &id) {
    if (name != entity_->name || id != id_ || draft_ == nullptr || hasUnsavedChanges()) return;
    delete std::exchange(draft_, nullptr);
    read();
}

void RecordView::showRecord(const QJsonObject &record) {
    record_ = record;
    if (side_ != nullptr) side_->setRecord(record_);
    if (stages_ != nullptr) stages_->setRecord(record_);
    if (convert_ != nullptr) convert_->setEnabled(record_["convertedAt"].toString().isEmpty());
    lookForDuplicates();
    banner_->hide();
    for (FieldEditor *const editor : std::as_const(editors_)) {
        QSignalBlocker const quiet(editor);
        editor->setValue(memberOf(id_.isEmpty() ? values_ : record_, editor->field().name));
        editor->showProblem({});
    }
    if (reminder_ != nullptr) reminder_->remember();
    showState();
    if (draft_ == nullptr) followDraft();
}

void RecordView::followDraft() {
    if (workspace_.store() == nullptr) return;
    draft_ = new Draft(*workspace_.store(), entity_->name, id_.isEmpty() ? draftId_ : id_, this);
    draftRead_ = false;
    draft_->load([this](const std::optional<DraftContent> &draft) {
        draftRead_ = true;
        if (draft && !hasUnsavedChanges()) return restore(*draft);
        keepDraft();
    });
}

/// What was typed before a restart, over the version that it was typed over; if that has moved on, as in any conflict.
void RecordView::restore(const DraftContent &draft) {
    QJsonObject const now = record_;
    bool const isOld = !id_.isEmpty() && draft.base["version"] != now["version"];
    if (isOld) record_ = draft.base;
    for (FieldEditor *const editor : std::as_const(editors_)) {
        QJsonValue const typed = memberOf(draft.changes, editor->field().name);
        if (typed.isUndefined() && !isOld) continue;
        QSignalBlocker const quiet(editor);
        editor->setValue(typed.isUndefined() ? memberOf(record_, editor->field().name) : typed);
    }
    if (reminder_ != nullptr) reminder_->remember();
    if (isOld) return resolve(now);
    showState();
    if (hasUnsavedChanges()) showBanner(tr("What you typed before is here again. Save it, or take it back."));
}

void RecordView::keepDraft() {
    if (draft_ == nullptr || !draftRead_) return;
    if (hasUnsavedChanges()) {
        draft_->save({changes(), record_});
    } else {
        draft_->discard();
    }
}

bool RecordView::hasUnsavedChanges() const { return !changes().isEmpty(); }

QJsonObject RecordView::changes() const {
    QJsonObject change;
    for (const FieldEditor *const editor : editors_) {
        if (!editor->isEnabled()) continue;
        QJsonValue const value = editor->value();
        if (sameValue(editor->field(), value, memberOf(record_, editor->field().name))) continue;
        setMember(change, editor->field().name, value);
    }
    return change;
}

void RecordView::showState() {
    bool const changed = hasUnsavedChanges();
    save_->setEnabled(changed && !saving_);
    revert_->setEnabled(changed && !saving_);
    keepDraft();
    if (id_.isEmpty()) return;
    QString const name = record_[entity_->displayField].toVariant().toString();
    title_->setText(name.isEmpty() ? entity_->label : lineOf(name));
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
    QJsonObject body = change;
    if (std::exchange(allowDuplicates_, false)) body["allowDuplicates"] = true;
    call.body = body;
    if (!id_.isEmpty()) call.version = version;
    workspace_.server().send(call, this, [this](const Answer &answer) {
        saving_ = false;
        if (answer.ok()) return saved(answer.body, answer.isQueued);
        refused(*answer.problem);
        showState();
    });
}

void RecordView::saved(const QJsonObject &answer, bool isQueued) {
    QJsonObject const record = isQueued ? over(record_, answer) : answer;
    bool const isNew = id_.isEmpty();
    id_ = record["id"].toString(id_);
    if (isNew && draft_ != nullptr) {  // the record that is there has one of its own
        draft_->discard();
        delete std::exchange(draft_, nullptr);
    }
    if (side_ == nullptr && !id_.isEmpty()) makeSide();
    if (!record.contains(entity_->displayField)) return read();
    showRecord(record);
    workspace_.announceChange(entity_->name, id_, record_["version"].toInteger());
    if (isNew) Q_EMIT created(id_);
    QString const told = isQueued ? tr("%1 is kept here, and sent when the server is back.")
                         : isNew  ? tr("%1 was created.")
                                  : tr("%1 was saved.");
    Q_EMIT workspace_.said(told.arg(title_->text()), {});
}

void RecordView::refused(const Problem &problem) {
    if (problem.code == "CONFLICT_VERSION") return readTheirs();
    if (problem.code == "DUPLICATES_DETECTED") return showDuplicates(problem);
    QStringList rest;
    for (const FieldProblem &field : problem.fields) {
        QString name = field.pointer.section('/', 1, 1);
        if (name == "customFields") name += '.' + field.pointer.section('/', 2, 2);
        if (FieldEditor *const editor = editors_.value(name)) {
            editor->showProblemAt(field.pointer.section('/', name.startsWith("customFields") ? 3 : 2), field.detail);
            editor->setFocus();
        } else {
            rest.append(field.pointer + ' ' + field.detail);
        }
    }
    showBanner(problem.fields.isEmpty() || !rest.isEmpty()
                   ? problem.title + ". " + problem.detail + ' ' + rest.join("; ")
                   : tr("Some fields are not right yet."));
}

void RecordView::readTheirs() {
    if (id_.isEmpty()) return;
    workspace_.server().send({.path = entity_->collection + '/' + id_}, this, [this](const Answer &answer) {
        if (answer.ok()) return resolve(answer.body);
        showBanner(answer.problem->title + ' ' + answer.problem->detail);
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
        if (yours.isUndefined() || sameValue(field, memberOf(theirs, field.name), memberOf(record_, field.name)))
            continue;
        if (sameValue(field, memberOf(theirs, field.name), yours)) continue;
        rows.append({field, memberOf(record_, field.name), memberOf(theirs, field.name), yours});
    }
    auto const take = [this, mine, theirs](const QSet<QString> &dropped) {
        showRecord(theirs);
        for (FieldEditor *const editor : std::as_const(editors_)) {
            QJsonValue const yours = memberOf(mine, editor->field().name);
            QSignalBlocker const quiet(editor);
            if (!yours.isUndefined() && !dropped.contains(editor->field().name)) editor->setValue(yours);
        }
        if (reminder_ != nullptr) reminder_->remember();
        showState();
    };
    if (rows.isEmpty()) {
        take({});
        if (hasUnsavedChanges()) {
            showBanner(tr("Somebody else has changed other fields of this record; they are shown now. Save again."));
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
