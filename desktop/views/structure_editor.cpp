#include "desktop/views/structure_editor.h"

#include "desktop/models/structures.h"
#include "desktop/views/look.h"

#include <QAction>
#include <QApplication>
#include <QGridLayout>
#include <QLabel>
#include <QToolButton>

namespace kontor::desktop {

namespace {

constexpr auto primaryMember = "isPrimary";

int stretchOf(const FieldDescription &member) {
    constexpr int shortText = 20;
    if (member.kind == Kind::id) return 5;
    if (member.kind != Kind::text) return 2;
    // A code of a fixed form, such as a country's, says so by its pattern alone.
    bool const isCode = member.maxLength == 0 && !member.pattern.isEmpty();
    return isCode || (member.maxLength > 0 && member.maxLength <= shortText) ? 2 : 5;
}

QToolButton *button(const QString &icon, const QString &text, QWidget *parent) {
    auto *const made = new QToolButton(parent);
    made->setIcon(look::icon(icon));
    made->setIconSize({look::iconSize, look::iconSize});
    made->setToolTip(text);
    made->setAccessibleName(text);
    made->setAutoRaise(true);
    return made;
}

}  // namespace

StructureEditor::StructureEditor(Workspace &workspace, const FieldDescription &field, QWidget *parent)
    : FieldEditor(field, parent), workspace_(workspace), members_(structureMembers(workspace, *field.structure)),
      leading_(leadingMembers(*field.structure, members_)), body_(new QWidget(this)), grid_(new QGridLayout(body_)),
      add_(new QToolButton(body_)) {
    leading_.removeAll(primaryMember);
    grid_->setContentsMargins(0, 0, 0, 0);
    grid_->setHorizontalSpacing(look::halfSpace);
    grid_->setVerticalSpacing(look::halfSpace);
    add_->setObjectName("add");
    add_->setIcon(look::icon("add"));
    add_->setIconSize({look::iconSize, look::iconSize});
    add_->setText(tr("Add"));
    add_->setAccessibleName(tr("Add to %1").arg(field.label));
    add_->setToolTip(tr("Add (Alt+Insert)"));
    add_->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    connect(add_, &QToolButton::clicked, this, &StructureEditor::add);
    for (const QString &name : std::as_const(leading_)) {
        for (const FieldDescription &member : std::as_const(members_)) {
            if (member.name != name) continue;
            auto *const heading = new QLabel(member.label, body_);
            look::asHint(*heading);
            headings_.append(heading);
        }
    }
    auto const action = [this](const QKeySequence &keys, auto then) {
        auto *const made = new QAction(this);
        made->setShortcut(keys);
        made->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        connect(made, &QAction::triggered, this, then);
        addAction(made);
    };
    action(QKeySequence(Qt::ALT | Qt::Key_Insert), [this] { add(); });
    action(QKeySequence(Qt::ALT | Qt::Key_Delete), [this] { remove(rowWithFocus()); });
    action(QKeySequence(Qt::ALT | Qt::Key_Up), [this] { move(rowWithFocus(), -1); });
    action(QKeySequence(Qt::ALT | Qt::Key_Down), [this] { move(rowWithFocus(), 1); });
    setInput(body_);
    setFocusProxy(add_);
    arrange();
}

QJsonObject StructureEditor::valueOf(const Row &row) const {
    QJsonObject item;
    for (const FieldDescription &member : members_) {
        if (member.writable == Writable::never) continue;
        FieldEditor *const editor = row.editors.value(member.name);
        QJsonValue value = editor != nullptr ? editor->value() : row.given[member.name];
        if (editor != nullptr && sameValue(member, value, row.given[member.name])) value = row.given[member.name];
        if (member.name == primaryMember && row.primary != nullptr) {
            bool const was = row.given[member.name].toBool();
            if (row.primary->isChecked() != was) value = row.primary->isChecked();
        }
        if (!value.isNull() && !value.isUndefined()) item[member.name] = value;
    }
    return item;
}

bool StructureEditor::isChanged(const Row &row) const {
    QJsonObject const now = valueOf(row);
    return std::ranges::any_of(members_, [&](const FieldDescription &member) {
        return member.writable != Writable::never && !sameValue(member, now[member.name], row.given[member.name]);
    });
}

QJsonValue StructureEditor::value() const {
    bool changed = reordered_;
    for (const Row &row : rows_) changed = changed || isChanged(row);
    if (!changed) return given_;
    QJsonArray list;
    for (const Row &row : rows_) {
        QJsonObject const item = valueOf(row);
        bool const isEmpty = std::ranges::all_of(item, [](const QJsonValue &member) { return member == false; });
        if (!isEmpty) list.append(item);
    }
    if (list.isEmpty()) return QJsonValue::Null;
    return isList() ? QJsonValue(list) : list.first();
}

void StructureEditor::setValue(const QJsonValue &value) {
    given_ = value.isUndefined() ? QJsonValue(QJsonValue::Null) : value;
    reordered_ = false;
    QJsonArray const items = value.isArray() ? value.toArray() : value.isObject() ? QJsonArray{value} : QJsonArray{};
    while (rows_.size() > items.size()) {
        drop(rows_.last());
        rows_.removeLast();
    }
    for (qsizetype index = 0; index < items.size(); ++index) {
        if (index < rows_.size()) {
            fill(rows_[index], items[index].toObject());
        } else {
            append(items[index].toObject());
        }
    }
    arrange();
}

QString StructureEditor::problem() const {
    if (rows_.isEmpty()) return field().isRequired ? tr("must have a value") : QString();
    for (const Row &row : rows_) {
        if (valueOf(row).isEmpty()) continue;
        for (const FieldEditor *const editor : row.editors) {
            if (editor->isEnabled() && !editor->problem().isEmpty()) {
                return editor->field().label + ' ' + editor->problem();
            }
        }
    }
    return {};
}

void StructureEditor::showProblemAt(const QString &pointer, const QString &text) {
    qsizetype const index = isList() ? pointer.section('/', 0, 0).toLongLong() : 0;
    QString const name = isList() ? pointer.section('/', 1, 1) : pointer.section('/', 0, 0);
    FieldEditor *const editor = index >= 0 && index < rows_.size() ? rows_[index].editors.value(name) : nullptr;
    if (editor == nullptr) return showProblem(text);
    if (!leading_.contains(name)) rows_[index].more->setChecked(true);
    editor->showProblem(text);
    editor->setFocus();
}

void StructureEditor::append(const QJsonObject &item) {
    Row row;
    for (const FieldDescription &member : std::as_const(members_)) {
        if (!leading_.contains(member.name)) continue;
        FieldEditor *const editor = makeFieldEditor(workspace_, member, body_);
        editor->setObjectName("member-" + member.name);
        editor->setEnabled(member.writable != Writable::never && isEnabled());
        connect(editor, &FieldEditor::valueChanged, this, &StructureEditor::edited);
        row.editors.insert(member.name, editor);
    }
    makeButtons(row);
    makeDetails(row);
    fill(row, item);
    rows_.append(row);
}

void StructureEditor::fill(Row &row, const QJsonObject &item) {
    row.given = item;
    for (FieldEditor *const editor : std::as_const(row.editors)) {
        QSignalBlocker const quiet(editor);
        editor->setValue(item[editor->field().name]);
        editor->showProblem({});
    }
    if (row.primary != nullptr) row.primary->setChecked(item[primaryMember].toBool());
}

void StructureEditor::makeDetails(Row &row) {
    row.details = new QWidget(body_);
    auto *const form = new QGridLayout(row.details);
    form->setContentsMargins(2 * look::space, 0, 0, look::space);
    form->setHorizontalSpacing(look::space);
    form->setVerticalSpacing(look::halfSpace);
    int cell = 0;
    for (const FieldDescription &member : std::as_const(members_)) {
        if (leading_.contains(member.name) || member.name == primaryMember) continue;
        FieldEditor *const editor = makeFieldEditor(workspace_, member, row.details);
        editor->setObjectName("member-" + member.name);
        editor->setEnabled(member.writable != Writable::never && isEnabled());
        connect(editor, &FieldEditor::valueChanged, this, &StructureEditor::edited);
        row.editors.insert(member.name, editor);
        auto *const label = new QLabel(member.label, row.details);
        label->setBuddy(editor);
        look::asHint(*label);
        form->addWidget(label, cell / 2, cell % 2 * 2, Qt::AlignTop);
        form->addWidget(editor, cell / 2, cell % 2 * 2 + 1, Qt::AlignTop);
        ++cell;
    }
    form->setColumnStretch(1, 1);
    form->setColumnStretch(3, 1);
    row.more->setVisible(cell > 0);
    row.details->hide();
    connect(row.more, &QToolButton::toggled, row.details, &QWidget::setVisible);
}

void StructureEditor::makeButtons(Row &row) {
    row.buttons = new QWidget(body_);
    auto *const line = new QHBoxLayout(row.buttons);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(0);
    bool const hasPrimary =
        std::ranges::any_of(members_, [](const auto &member) { return member.name == primaryMember; });
    if (hasPrimary) {
        row.primary = button("star", tr("Primary"), row.buttons);
        row.primary->setObjectName("member-isPrimary");
        row.primary->setCheckable(true);
        connect(row.primary, &QToolButton::toggled, this, [this, mine = row.primary](bool on) {
            for (const Row &other : std::as_const(rows_)) {
                if (on && other.primary != mine && other.primary != nullptr) other.primary->setChecked(false);
            }
            edited();
        });
        line->addWidget(row.primary);
    }
    row.more = button("more", tr("More of it"), row.buttons);
    row.more->setCheckable(true);
    line->addWidget(row.more);
    QToolButton *const close = button("close", tr("Remove (Alt+Delete)"), row.buttons);
    close->setObjectName("remove");
    connect(close, &QToolButton::clicked, this, [this, mine = row.buttons] {
        for (qsizetype index = 0; index < rows_.size(); ++index) {
            if (rows_[index].buttons == mine) return remove(index);
        }
    });
    line->addWidget(close);
}

void StructureEditor::add() {
    if (!isEnabled() || (!isList() && !rows_.isEmpty())) return;
    if (field().maxItems > 0 && rows_.size() >= field().maxItems) {
        showProblem(tr("has at most %1 entries").arg(field().maxItems));
        return;
    }
    append({});
    arrange();
    for (const QString &name : std::as_const(leading_)) {
        FieldEditor *const editor = rows_.last().editors.value(name);
        if (editor == nullptr || !editor->isEnabled()) continue;
        editor->setFocus();
        break;
    }
}

void StructureEditor::remove(qsizetype index) {
    if (index < 0 || index >= rows_.size() || !isEnabled()) return;
    reordered_ = reordered_ || !rows_[index].given.isEmpty();
    drop(rows_[index]);
    rows_.removeAt(index);
    arrange();
    add_->setFocus();
    edited();
}

void StructureEditor::move(qsizetype index, int by) {
    qsizetype const target = index + by;
    if (index < 0 || target < 0 || target >= rows_.size() || !isEnabled()) return;
    QWidget *const focus = QApplication::focusWidget();
    rows_.swapItemsAt(index, target);
    reordered_ = true;
    arrange();
    if (focus != nullptr) focus->setFocus();
    edited();
}

qsizetype StructureEditor::rowWithFocus() const {
    const QWidget *const focus = QApplication::focusWidget();
    for (qsizetype index = 0; focus != nullptr && index < rows_.size(); ++index) {
        if (rows_[index].buttons->isAncestorOf(focus)) return index;
        for (const FieldEditor *const editor : rows_[index].editors) {
            if (editor->isAncestorOf(focus)) return index;
        }
    }
    return -1;
}

/// Widgets stay; only their places are new.
void StructureEditor::arrange() {
    while (QLayoutItem *const item = grid_->takeAt(0)) delete item;
    int const columns = static_cast<int>(leading_.size());
    for (int column = 0; column < columns && column < headings_.size(); ++column) {
        headings_[column]->setVisible(!rows_.isEmpty());
        grid_->addWidget(headings_[column], 0, column);
        for (const FieldDescription &member : std::as_const(members_)) {
            if (member.name == leading_[column]) grid_->setColumnStretch(column, stretchOf(member));
        }
    }
    int line = 1;
    QWidget *before = nullptr;
    for (const Row &row : std::as_const(rows_)) {
        for (int column = 0; column < columns; ++column) {
            FieldEditor *const editor = row.editors.value(leading_[column]);
            if (editor == nullptr) continue;
            grid_->addWidget(editor, line, column, Qt::AlignTop);
            editor->show();
            if (before != nullptr) setTabOrder(before, editor);
            before = editor;
        }
        grid_->addWidget(row.buttons, line, columns, Qt::AlignTop);
        row.buttons->show();
        grid_->addWidget(row.details, line + 1, 0, 1, columns + 1);
        line += 2;
    }
    grid_->addWidget(add_, line, 0, 1, columns + 1, Qt::AlignLeading);
    add_->setVisible(isList() || rows_.isEmpty());
}

void StructureEditor::drop(Row &row) {
    for (FieldEditor *const editor : std::as_const(row.editors)) {
        if (leading_.contains(editor->field().name)) {
            editor->hide();
            editor->deleteLater();
        }
    }
    for (QWidget *const widget : {row.details, row.buttons}) {
        widget->hide();
        widget->deleteLater();
    }
}

void StructureEditor::edited() {
    showProblem({});
    Q_EMIT valueChanged();
}

}  // namespace kontor::desktop
