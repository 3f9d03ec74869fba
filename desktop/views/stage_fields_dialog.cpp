#include "desktop/views/stage_fields_dialog.h"

#include "desktop/views/field_editor.h"
#include "desktop/views/look.h"

#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QPushButton>

namespace kontor::desktop {

StageFieldsDialog::StageFieldsDialog(Workspace &workspace, const QString &stage, const QJsonObject &record,
                                     const QList<FieldProblem> &fields, QWidget *parent)
    : QDialog(parent) {
    setObjectName("stageFields");
    setWindowTitle(tr("Move to %1").arg(stage));
    setMinimumWidth(420);
    auto *const form = new QFormLayout(this);
    form->setSpacing(look::space);
    form->setContentsMargins(2 * look::space, 2 * look::space, 2 * look::space, 2 * look::space);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    auto *const title = new QLabel(lineOf(record["name"].toString()), this);
    title->setTextFormat(Qt::PlainText);
    title->setWordWrap(true);
    look::asTitle(*title);
    form->addRow(title);
    auto *const reason = new QLabel(tr("The stage %1 asks for this:").arg(stage), this);
    reason->setTextFormat(Qt::PlainText);
    reason->setWordWrap(true);
    look::asHint(*reason);
    form->addRow(reason);

    const EntityDescription *const entity = workspace.descriptions().entity("Opportunity");
    auto const add = [&](const QString &name, const QString &hint) {
        const FieldDescription *const field = entity != nullptr ? entity->field(name) : nullptr;
        if (field == nullptr) return;
        FieldEditor *const editor = makeFieldEditor(workspace, *field, this);
        editor->setObjectName("field-" + name);
        editor->setValue(memberOf(record, name));
        connect(editor, &FieldEditor::valueChanged, this, &StageFieldsDialog::showWhetherComplete);
        form->addRow(field->label, editor);
        if (!hint.isEmpty()) {
            auto *const why = new QLabel(hint, this);
            why->setTextFormat(Qt::PlainText);
            why->setWordWrap(true);
            look::asHint(*why);
            form->addRow(QString(), why);
        }
        editors_.append({name, editor});
    };
    bool wantsReason = false;
    for (const FieldProblem &field : fields) {
        QString const name = field.pointer.mid(1).section('/', 0, 0);
        bool const isThere = std::ranges::any_of(editors_, [&](const auto &editor) { return editor.first == name; });
        wantsReason = wantsReason || name == "lostReasonId";
        if (!isThere) add(name, name == "lostReasonId" ? QString() : field.detail);
    }
    required_ = editors_.size();
    if (wantsReason) add("lostNote", {});

    buttons_ = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
    buttons_->button(QDialogButtonBox::Ok)->setText(tr("&Move"));
    buttons_->button(QDialogButtonBox::Cancel)->setText(tr("&Leave it where it was"));
    connect(buttons_, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons_, &QDialogButtonBox::rejected, this, &QDialog::reject);
    form->addRow(buttons_);
    showWhetherComplete();
    if (!editors_.isEmpty()) editors_[0].second->setFocus();
}

QJsonObject StageFieldsDialog::values() const {
    QJsonObject values;
    for (const auto &[name, editor] : editors_) {
        QJsonValue const value = editor->value();
        if (!value.isNull() && !value.isUndefined()) setMember(values, name, value);
    }
    return values;
}

void StageFieldsDialog::showWhetherComplete() {
    QJsonObject const given = values();
    bool complete = true;
    for (qsizetype index = 0; index < required_; ++index) {
        complete = complete && !memberOf(given, editors_[index].first).isUndefined();
    }
    buttons_->button(QDialogButtonBox::Ok)->setEnabled(complete);
}

}  // namespace kontor::desktop
