#include "desktop/views/merge_dialog.h"

#include "desktop/models/display.h"
#include "desktop/models/structures.h"
#include "desktop/views/look.h"
#include "desktop/views/record_picker.h"

#include <QButtonGroup>
#include <QDialogButtonBox>
#include <QGridLayout>
#include <QLabel>
#include <QPointer>
#include <QPushButton>
#include <QRadioButton>
#include <QScrollArea>
#include <QVBoxLayout>

namespace kontor::desktop {

namespace {

constexpr qsizetype mostRecords = 6;  // more columns than fit
constexpr int shortValue = 60;        // characters

bool isEmpty(const QJsonValue &value) {
    return value.isNull() || value.isUndefined() || (value.isString() && value.toString().isEmpty());
}

bool isChosen(const FieldDescription &field) {
    static const QSet<QString> never{"id", "version", "externalIds", "mergedIntoId"};
    bool const isSingle = field.kind != Kind::textList && field.kind != Kind::structureList;
    return isSingle && field.writable != Writable::never && !never.contains(field.name);
}

}  // namespace

MergeDialog::MergeDialog(Workspace &workspace, const EntityDescription &entity, const QJsonObject &master,
                         QWidget *parent)
    : QDialog(parent), workspace_(workspace), entity_(entity), records_{master},
      picker_(new RecordPicker(workspace, entity.name, this)) {
    setObjectName("merge");
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Merge records"));
    resize(760, 560);
    auto *const layout = new QVBoxLayout(this);
    layout->setContentsMargins(2 * look::space, 2 * look::space, 2 * look::space, 2 * look::space);
    layout->setSpacing(look::space);
    auto *const title = new QLabel(tr("Merge into %1").arg(nameOf(master)), this);
    title->setTextFormat(Qt::PlainText);
    title->setWordWrap(true);
    look::asTitle(*title);
    layout->addWidget(title);
    auto *const intro =
        new QLabel(tr("The others go to the recycle bin, and what belongs to them comes here. Lists are "
                      "united. For 30 days it can be taken back."),
                   this);
    intro->setWordWrap(true);
    look::asHint(*intro);
    layout->addWidget(intro);
    picker_->setObjectName("mergePicker");
    picker_->setPlaceholderText(tr("The record that is the same: type a part of its name"));
    picker_->setAccessibleName(picker_->placeholderText());
    layout->addWidget(picker_);
    auto *const area = new QScrollArea(this);
    area->setFocusPolicy(Qt::NoFocus);
    area->setWidgetResizable(true);
    page_ = new QWidget(area);
    auto *const pageLayout = new QVBoxLayout(page_);
    pageLayout->setContentsMargins(0, 0, look::space, 0);
    area->setWidget(page_);
    layout->addWidget(area, 1);
    message_ = new QLabel(this);
    message_->setWordWrap(true);
    message_->setTextFormat(Qt::PlainText);
    message_->hide();
    layout->addWidget(message_);
    auto *const buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    merge_ = buttons->addButton(tr("&Merge"), QDialogButtonBox::AcceptRole);
    merge_->setObjectName("mergeNow");
    merge_->setEnabled(false);
    connect(buttons, &QDialogButtonBox::accepted, this, &MergeDialog::merge);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    layout->addWidget(buttons);
    connect(picker_, &RecordPicker::recordChanged, this, [this] {
        if (!picker_->recordId().isEmpty()) addRecord(picker_->recordId());
    });
    connect(&workspace_, &Workspace::namesCame, this, &MergeDialog::showRecords);
    showRecords();
    picker_->setFocus();
}

QString MergeDialog::nameOf(const QJsonObject &record) const {
    QString const name = record[entity_.displayField].toVariant().toString();
    return name.isEmpty() ? entity_.label : name;
}

void MergeDialog::addRecord(const QString &id) {
    picker_->setRecordId({});
    bool const isThere =
        std::ranges::any_of(records_, [&](const QJsonObject &record) { return record["id"].toString() == id; });
    if (isThere || records_.size() >= mostRecords) return;
    workspace_.server().send({.path = entity_.collection + '/' + id}, this, [this](const Answer &answer) {
        message_->setVisible(!answer.ok());
        if (!answer.ok()) return message_->setText(answer.problem->title + ' ' + answer.problem->detail);
        records_.append(answer.body);
        showRecords();
    });
}

/// What was chosen before stays chosen when names come or a record is added.
void MergeDialog::showRecords() {
    QHash<QString, int> before;
    for (const Choice &choice : std::as_const(choices_)) before.insert(choice.field, choice.group->checkedId());
    choices_.clear();
    while (QLayoutItem *const item = page_->layout()->takeAt(0)) {
        if (item->widget() != nullptr) {
            item->widget()->hide();
            item->widget()->deleteLater();
        }
        delete item;
    }
    auto *const body = new QWidget(page_);
    grid_ = new QGridLayout(body);
    grid_->setContentsMargins(0, 0, 0, 0);
    grid_->setHorizontalSpacing(2 * look::space);
    grid_->setVerticalSpacing(look::space);
    for (qsizetype column = 0; records_.size() > 1 && column < records_.size(); ++column) {
        QString const name = nameOf(records_[column]);
        auto *const heading = new QLabel(column == 0 ? tr("%1 (stays)").arg(name) : name, body);
        heading->setTextFormat(Qt::PlainText);
        look::asHint(*heading);
        grid_->addWidget(heading, 0, static_cast<int>(column) + 1);
        grid_->setColumnStretch(static_cast<int>(column) + 1, 1);
    }
    int line = 1;
    for (const FieldDescription &field : entity_.fields) {
        if (!isChosen(field)) continue;
        bool const differs = std::ranges::any_of(records_, [&](const QJsonObject &record) {
            return !sameValue(field, memberOf(record, field.name), memberOf(records_[0], field.name));
        });
        if (!differs) continue;
        addField(field, line++);
        int const chosen = before.value(field.name, -1);
        if (chosen >= 0 && chosen < records_.size()) choices_.last().group->button(chosen)->setChecked(true);
    }
    page_->layout()->addWidget(body);
    if (records_.size() > 1 && line == 1) {
        page_->layout()->addWidget(new QLabel(tr("They differ in nothing."), page_));
    }
    static_cast<QVBoxLayout *>(page_->layout())->addStretch(1);
    merge_->setEnabled(records_.size() > 1);
    merge_->setDefault(records_.size() > 1);
}

void MergeDialog::addField(const FieldDescription &field, int line) {
    auto *const label = new QLabel(field.label, grid_->parentWidget());
    look::asHint(*label);
    grid_->addWidget(label, line, 0);
    Choice choice{field.name, new QButtonGroup(grid_->parentWidget()), 0};
    for (int column = 0; column < records_.size(); ++column) {
        QJsonValue const value = memberOf(records_[column], field.name);
        QString const shown =
            isEmpty(value) ? tr("(empty)") : lineOf(displayText(workspace_, entity_, field, records_[column]));
        QString cut = shown.simplified();
        if (cut.size() > shortValue) cut = cut.left(shortValue) + QString::fromUtf8("…");
        auto *const button = new QRadioButton(cut.replace('&', "&&"), grid_->parentWidget());
        button->setObjectName(QString("%1-%2").arg(field.name).arg(column));
        button->setToolTip(shown);
        button->setAccessibleName(tr("%1 of %2: %3").arg(field.label, nameOf(records_[column]), shown));
        choice.group->addButton(button, column);
        grid_->addWidget(button, line, column + 1);
        if (choice.byRule == 0 && isEmpty(memberOf(records_[0], field.name)) && !isEmpty(value)) {
            choice.byRule = column;
        }
    }
    choice.group->button(choice.byRule)->setChecked(true);
    choices_.append(choice);
}

void MergeDialog::merge() {
    QJsonArray victims;
    for (const QJsonObject &record : records_.mid(1)) victims.append(record["id"].toString());
    QJsonArray choices;
    for (const Choice &choice : std::as_const(choices_)) {
        int const chosen = choice.group->checkedId();
        if (chosen < 0 || chosen == choice.byRule || chosen >= records_.size()) continue;
        choices.append(QJsonObject{{"field", choice.field}, {"fromId", records_[chosen]["id"].toString()}});
    }
    merge_->setEnabled(false);
    Call call;
    call.method = "POST";
    call.path = entity_.collection + '/' + records_[0]["id"].toString() + "/merge";
    call.version = records_[0]["version"].toInteger();
    call.body = QJsonObject{{"victimIds", victims}, {"choices", choices}};
    workspace_.server().send(call, this, [this](const Answer &answer) {
        merge_->setEnabled(true);
        if (answer.ok()) {
            workspace_.announceChange(entity_.name, records_[0]["id"].toString(), answer.body["version"].toInteger());
            return merged(answer.body["mergeId"].toString());
        }
        QStringList reasons;
        for (const FieldProblem &field : answer.problem->fields) reasons.append(field.pointer + ' ' + field.detail);
        message_->setText(answer.problem->title + ". " + answer.problem->detail + ' ' + reasons.join("; "));
        message_->show();
    });
}

void MergeDialog::merged(const QString &mergeId) {
    for (const QJsonObject &victim : records_.mid(1)) {
        workspace_.announceChange(entity_.name, victim["id"].toString(), victim["version"].toInteger() + 1, true);
    }
    Q_EMIT workspace_.said(
        tr("%n record(s) merged into %1.", nullptr, static_cast<int>(records_.size()) - 1).arg(nameOf(records_[0])),
        [workspace = QPointer<Workspace>(&workspace_), entity = &entity_, mergeId] {
            if (workspace) takeBack(*workspace, *entity, mergeId);
        });
    accept();
}

/// What has been changed since the merge stays, and is told.
void MergeDialog::takeBack(Workspace &workspace, const EntityDescription &entity, const QString &mergeId) {
    workspace.server().send(
        {.method = "POST", .path = "merges/" + mergeId + "/undo"}, &workspace,
        [&workspace, &entity](const Answer &answer) {
            if (!answer.ok()) {
                Q_EMIT workspace.said(answer.problem->title + ' ' + answer.problem->detail, {});
                return;
            }
            workspace.announceChange(entity.name, answer.body["masterId"].toString(),
                                     answer.body["version"].toInteger());
            for (const auto &victim : answer.body["victimId"].toArray()) {
                workspace.announceChange(entity.name, victim.toString(), std::numeric_limits<qint64>::max());
            }
            QStringList kept;
            for (const auto &value : answer.body["conflict"].toArray()) {
                QString const name = value.toObject()["field"].toString();
                const FieldDescription *const field = entity.field(name);
                kept.append(field != nullptr ? field->label : name);
            }
            Q_EMIT workspace.said(
                kept.isEmpty()
                    ? tr("The merge was taken back.")
                    : tr("The merge was taken back. Changed since, and left as it is: %1").arg(kept.join(", ")),
                {});
        });
}

}  // namespace kontor::desktop
