#include "desktop/views/convert_dialog.h"

#include "desktop/api/wording.h"
#include "desktop/views/field_editor.h"
#include "desktop/views/look.h"
#include "desktop/views/record_picker.h"

#include <QCheckBox>
#include <QDate>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QPushButton>

namespace kontor::desktop {

namespace {

constexpr int closesInDays = 30;  // until somebody knows better

QString orAnything(const QString &text, const QString &otherwise) { return text.isEmpty() ? otherwise : text; }

}  // namespace

ConvertDialog::ConvertDialog(Workspace &workspace, const QJsonObject &lead, QWidget *parent)
    : QDialog(parent), workspace_(workspace), lead_(lead), account_(new RecordPicker(workspace, "Account", this)),
      contact_(new RecordPicker(workspace, "Contact", this)),
      wantsOpportunity_(new QCheckBox(tr("Make an &opportunity"), this)), message_(new QLabel(this)) {
    setObjectName("convert");
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Convert the lead"));
    setMinimumWidth(520);
    auto *const form = new QFormLayout(this);
    form->setContentsMargins(2 * look::space, 2 * look::space, 2 * look::space, 2 * look::space);
    form->setHorizontalSpacing(2 * look::space);
    form->setVerticalSpacing(look::space);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    QString const person = lead["displayName"].toString();
    QString const company = lead["companyName"].toString();
    auto *const title = new QLabel(tr("Convert %1").arg(orAnything(person, company)), this);
    title->setTextFormat(Qt::PlainText);
    title->setWordWrap(true);
    look::asTitle(*title);
    form->addRow(title);
    auto *const intro = new QLabel(tr("Leave a line empty to make a new record, or type the name of one that is there: "
                                      "only its empty fields are filled."),
                                   this);
    intro->setWordWrap(true);
    look::asHint(*intro);
    form->addRow(intro);
    account_->setObjectName("convertAccount");
    account_->setPlaceholderText(tr("New: %1").arg(orAnything(company, person)));
    form->addRow(tr("&Account"), account_);
    contact_->setObjectName("convertContact");
    contact_->setPlaceholderText(tr("New: %1").arg(orAnything(person, company)));
    form->addRow(tr("Co&ntact"), contact_);
    wantsOpportunity_->setObjectName("wantsOpportunity");
    wantsOpportunity_->setChecked(true);
    form->addRow(QString(), wantsOpportunity_);
    makeOpportunity(*form);
    message_->setTextFormat(Qt::PlainText);
    message_->setWordWrap(true);
    message_->hide();
    form->addRow(message_);
    auto *const buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    convert_ = buttons->addButton(tr("&Convert"), QDialogButtonBox::AcceptRole);
    convert_->setObjectName("convertNow");
    convert_->setDefault(true);
    connect(buttons, &QDialogButtonBox::accepted, this, &ConvertDialog::convert);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    form->addRow(buttons);
}

void ConvertDialog::makeOpportunity(QFormLayout &form) {
    const EntityDescription *const entity = workspace_.descriptions().entity("Opportunity");
    wantsOpportunity_->setVisible(entity != nullptr);
    if (entity == nullptr) {
        wantsOpportunity_->setChecked(false);
        return;
    }
    auto const add = [&](const QString &member, const char *name, const QJsonValue &value) {
        const FieldDescription *const field = entity->field(QLatin1String(name));
        if (field == nullptr) return;
        FieldEditor *const editor = makeFieldEditor(workspace_, *field, this);
        editor->setObjectName("convert-" + member);
        editor->setValue(value);
        connect(wantsOpportunity_, &QCheckBox::toggled, editor, &QWidget::setEnabled);
        form.addRow(field->label, editor);
        opportunity_.append({member, editor});
    };
    add("opportunityName", "name", orAnything(lead_["companyName"].toString(), lead_["displayName"].toString()));
    add("amount", "amount", lead_["estimatedAmount"]);
    add("closeDate", "closeDate", QDate::currentDate().addDays(closesInDays).toString(Qt::ISODate));
    add("stageId", "stageId", QJsonValue::Null);
}

void ConvertDialog::convert() {
    QJsonObject conversion{{"leadId", lead_["id"].toString()}, {"createOpportunity", wantsOpportunity_->isChecked()}};
    if (!account_->recordId().isEmpty()) conversion["accountId"] = account_->recordId();
    if (!contact_->recordId().isEmpty()) conversion["contactId"] = contact_->recordId();
    for (auto const &[member, editor] : std::as_const(opportunity_)) {
        if (!wantsOpportunity_->isChecked()) break;
        if (!editor->problem().isEmpty()) return editor->setFocus();
        QJsonValue const value = editor->value();
        if (!value.isNull() && !value.isUndefined()) conversion[member] = value;
    }
    convert_->setEnabled(false);
    workspace_.server().send(
        {.method = "POST", .path = "leads/convert", .body = QJsonObject{{"conversion", QJsonArray{conversion}}}}, this,
        [this](const Answer &answer) { ended(answer); });
}

void ConvertDialog::ended(const Answer &answer) {
    convert_->setEnabled(true);
    if (!answer.ok()) {
        QStringList reasons;
        for (const FieldProblem &field : answer.problem->fields) reasons.append(field.detail);
        return showProblem(answer.problem->title + ". " + answer.problem->detail + ' ' + reasons.join("; "));
    }
    QJsonObject const result = answer.body["result"].toArray().first().toObject();
    if (!result["success"].toBool()) {
        QJsonObject const error = result["error"].toObject();
        QStringList reasons{worded(error["message"].toString()), worded(error["detail"].toString())};
        for (const auto &value : error["violation"].toArray()) {
            QJsonObject const field = value.toObject();
            reasons.append(wordedField(field["code"].toString(), field["reason"].toString()));
        }
        reasons.removeAll(QString());
        return showProblem(tr("The lead was not converted. %1").arg(reasons.join(' ')));
    }
    workspace_.announceChange("Lead", lead_["id"].toString(), lead_["version"].toInteger() + 1);
    QString const opportunity = result["opportunityId"].toString();
    Q_EMIT workspace_.said(tr("%1 was converted.").arg(lead_["displayName"].toString()), {});
    if (!opportunity.isEmpty()) {
        Q_EMIT workspace_.openRequested("Opportunity", opportunity, false);
    } else {
        Q_EMIT workspace_.openRequested("Contact", result["contactId"].toString(), false);
    }
    accept();
}

void ConvertDialog::showProblem(const QString &problem) {
    QPalette palette = message_->palette();
    palette.setColor(QPalette::WindowText, look::colour(look::Tone::bad));
    message_->setPalette(palette);
    message_->setText(problem);
    message_->show();
}

}  // namespace kontor::desktop
