#include "desktop/views/mass_dialog.h"

#include "desktop/views/field_editor.h"
#include "desktop/views/look.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QPushButton>
#include <QRadioButton>

#include <algorithm>

namespace kontor::desktop {

MassDialog::MassDialog(Workspace &workspace, const EntityDescription &entity, Deed deed, const MassChoice &choice,
                       QWidget *parent)
    : QDialog(parent), workspace_(workspace), entity_(entity), deed_(deed), choice_(choice) {
    setObjectName("mass");
    bool const isChange = deed == Deed::change;
    setWindowTitle(isChange ? tr("Change %1").arg(entity.labelPlural) : tr("Delete %1").arg(entity.labelPlural));
    setMinimumWidth(520);
    auto *const form = new QFormLayout(this);
    form->setContentsMargins(2 * look::space, 2 * look::space, 2 * look::space, 2 * look::space);
    form->setHorizontalSpacing(2 * look::space);
    form->setVerticalSpacing(look::space);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    auto *const title = new QLabel(windowTitle(), this);
    look::asTitle(*title);
    form->addRow(title);
    makeScope(*form);
    if (isChange) makeFields(*form);
    auto *const hint =
        new QLabel(isChange ? tr("Each record is checked as if it was changed by hand. What is done can "
                                 "be taken back afterwards. A field that is left empty is emptied.")
                            : tr("They go to the recycle bin. What is done can be taken back afterwards."),
                   this);
    hint->setWordWrap(true);
    look::asHint(*hint);
    form->addRow(hint);
    buttons_ = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    buttons_->addButton(isChange ? tr("&Change") : tr("&Delete"), QDialogButtonBox::AcceptRole)->setObjectName("run");
    connect(buttons_, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons_, &QDialogButtonBox::rejected, this, &QDialog::reject);
    form->addRow(buttons_);
    showWhetherComplete();
}

void MassDialog::makeScope(QFormLayout &form) {
    auto const count = static_cast<int>(choice_.chosen.size());
    forChosen_ = new QRadioButton(tr("&The %n selected", nullptr, count), this);
    forChosen_->setObjectName("forChosen");
    forChosen_->setEnabled(count > 0);
    bool const isNarrowed = !choice_.filter.isEmpty() || !choice_.search.isEmpty();
    forAll_ = new QRadioButton(isNarrowed ? tr("&All that the list finds") : tr("&All records"), this);
    forAll_->setObjectName("forAll");
    if (choice_.total) showCount(*choice_.total, false);
    countExactly();
    forChosen_->setChecked(count > 0);
    forAll_->setChecked(count == 0);
    auto *const column = new QVBoxLayout;
    column->setSpacing(look::halfSpace);
    column->addWidget(forChosen_);
    column->addWidget(forAll_);
    form.addRow(tr("Which"), column);
    connect(forAll_, &QRadioButton::toggled, this, &MassDialog::showWhetherComplete);
}

void MassDialog::showCount(qint64 count, bool isExact) {
    bool const isNarrowed = !choice_.filter.isEmpty() || !choice_.search.isEmpty();
    QString const number = isExact ? tr("%L1").arg(count) : tr("about %L1").arg(count);
    forAll_->setText((isNarrowed ? tr("&All that the list finds (%1)") : tr("&All records (%1)")).arg(number));
}

/// Nobody changes a million records because the list said that there are about ten.
void MassDialog::countExactly() {
    Call call{.path = entity_.collection, .query = {{"limit", "1"}, {"fields", "id"}, {"count", "exact"}}};
    if (!choice_.filter.isEmpty()) call.query.append({"filter", choice_.filter});
    if (!choice_.search.isEmpty()) call.query.append({"q", choice_.search});
    workspace_.server().send(call, this, [this](const Answer &answer) {
        QJsonValue const total = answer.body["page"].toObject()["total"];
        if (answer.ok() && total.isDouble()) showCount(total.toInteger(), true);
    });
}

void MassDialog::makeFields(QFormLayout &form) {
    fields_ = new QComboBox(this);
    fields_->setObjectName("fields");
    fields_->setAccessibleName(tr("Field to change"));
    fields_->addItem(tr("Choose a field…"));
    QList<FieldDescription> offered;
    for (const FieldDescription &field : entity_.fields) {
        bool const isPart = field.kind == Kind::structureList || field.kind == Kind::structure;
        if (field.writable == Writable::always && !isPart && field.kind != Kind::binary) offered.append(field);
    }
    std::ranges::sort(offered, [](const FieldDescription &a, const FieldDescription &b) {
        return QString::localeAwareCompare(a.label, b.label) < 0;
    });
    for (const FieldDescription &field : offered) fields_->addItem(field.label, field.name);
    fields_->setMaxVisibleItems(20);
    connect(fields_, &QComboBox::activated, this, &MassDialog::addField);
    form_ = &form;
    form.addRow(tr("&Set"), fields_);
}

void MassDialog::addField() {
    const FieldDescription *const field = entity_.field(fields_->currentData().toString());
    if (field == nullptr) return;
    FieldEditor *const editor = makeFieldEditor(workspace_, *field, this);
    editor->setObjectName("value-" + field->name);
    editor->setAccessibleName(field->label);
    connect(editor, &FieldEditor::valueChanged, this, &MassDialog::showWhetherComplete);
    shown_.append(editor);
    int row = 0;
    QFormLayout::ItemRole role{};
    form_->getWidgetPosition(fields_, &row, &role);
    form_->insertRow(row, field->label, editor);
    form_->activate();
    resize(width(), std::max(height(), form_->totalHeightForWidth(width())));
    fields_->removeItem(fields_->currentIndex());
    fields_->setCurrentIndex(0);
    editor->setFocus();
    showWhetherComplete();
}

bool MassDialog::isForAll() const { return forAll_->isChecked(); }

/// A field that is left empty is emptied.
QJsonObject MassDialog::changes() const {
    QJsonObject all;
    for (const FieldEditor *const editor : shown_) setMember(all, editor->field().name, editor->value());
    return all;
}

void MassDialog::showWhetherComplete() {
    if (buttons_ == nullptr) return;
    bool const hasRecords = forChosen_->isChecked() || forAll_->isChecked();
    bool const hasChanges = deed_ == Deed::remove || !shown_.isEmpty();
    bool const isGood =
        std::ranges::all_of(shown_, [](const FieldEditor *editor) { return editor->problem().isEmpty(); });
    for (QAbstractButton *const button : buttons_->buttons()) {
        if (buttons_->buttonRole(button) == QDialogButtonBox::AcceptRole) {
            button->setEnabled(hasRecords && hasChanges && isGood);
        }
    }
}

Call MassDialog::call() const {
    QJsonObject body{{"object", entity_.collection}};
    if (isForAll()) {
        if (!choice_.search.isEmpty()) body["q"] = choice_.search;
        if (!choice_.filter.isEmpty()) body["filter"] = choice_.filter;
        // There is no record without an id: all of them.
        if (!body.contains("q") && !body.contains("filter")) body["filter"] = "id : *";
    } else {
        body["ids"] = QJsonArray::fromStringList(choice_.chosen);
    }
    if (deed_ == Deed::change) body["changes"] = changes();
    return {.method = "POST", .path = deed_ == Deed::change ? "jobs/massUpdate" : "jobs/massDelete", .body = body};
}

}  // namespace kontor::desktop
