#include "desktop/views/stage_bar.h"

#include "desktop/views/look.h"
#include "desktop/views/stage_fields_dialog.h"

#include <QHBoxLayout>
#include <QPointer>
#include <QToolButton>

namespace kontor::desktop {

StageBar::StageBar(Workspace &workspace, QWidget *parent)
    : QWidget(parent), workspace_(workspace), line_(new QHBoxLayout(this)) {
    setObjectName("stageBar");
    setAccessibleName(tr("Stage"));
    line_->setContentsMargins(0, 0, 0, 0);
    line_->setSpacing(look::halfSpace / 2);
    setStyleSheet("QToolButton { border: 1px solid palette(mid); } QToolButton:checked { font-weight: 600; }");
}

void StageBar::setRecord(const QJsonObject &record) {
    record_ = record;
    QString const pipeline = record["pipelineId"].toString();
    if (pipeline.isEmpty()) return;
    if (pipeline == pipelineId_) return showStages();
    pipelineId_ = pipeline;
    readStages();
}

void StageBar::readStages() {
    Call call;
    call.path = "stages";
    call.query = {{"filter", "pipelineId = " + filterText(pipelineId_)}, {"sort", "position"}, {"limit", "100"}};
    workspace_.server().send(call, this, [this](const Answer &answer) {
        if (!answer.ok()) return;
        stages_ = answer.records();
        showStages();
    });
}

void StageBar::showStages() {
    while (QLayoutItem *const item = line_->takeAt(0)) {
        if (item->widget() != nullptr) item->widget()->deleteLater();
        delete item;
    }
    for (const QJsonObject &stage : std::as_const(stages_)) {
        QString const id = stage["id"].toString();
        auto *const button = new QToolButton(this);
        button->setObjectName("stage-" + id);
        button->setText(lineOf(stage["name"].toString()).replace('&', "&&"));
        button->setCheckable(true);
        button->setChecked(id == record_["stageId"].toString());
        button->setEnabled(!moving_);
        button->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
        QString const guidance = stage["guidance"].toString();
        button->setToolTip(guidance.isEmpty() ? tr("Move to %1").arg(stage["name"].toString()) : guidance);
        connect(button, &QToolButton::clicked, this, [this, id] {
            if (id != record_["stageId"].toString()) return moveTo(id, {});
            showStages();
        });
        line_->addWidget(button);
    }
}

QJsonObject StageBar::stage(const QString &id) const {
    for (const QJsonObject &candidate : stages_) {
        if (candidate["id"].toString() == id) return candidate;
    }
    return {};
}

void StageBar::advance() {
    bool isPast = false;
    for (const QJsonObject &candidate : std::as_const(stages_)) {
        if (isPast && candidate["category"].toString() != "lost") return moveTo(candidate["id"].toString(), {});
        isPast = isPast || candidate["id"].toString() == record_["stageId"].toString();
    }
}

void StageBar::moveTo(const QString &stageId, const QJsonObject &fields) {
    if (moving_) return;
    moving_ = true;
    showStages();
    QJsonObject body{
        {"opportunityId", record_["id"].toString()}, {"stageId", stageId}, {"version", record_["version"].toInteger()}};
    if (!fields.isEmpty()) body["fields"] = fields;
    QString const from = record_["stageId"].toString();
    workspace_.server().send(
        {.method = "POST", .path = "opportunities/move", .body = body}, this,
        [this, stageId, from](const Answer &answer) {
            moving_ = false;
            if (!answer.ok()) {
                showStages();
                return refused(stageId, *answer.problem);
            }
            setRecord(answer.body);
            Q_EMIT moved(answer.body);
            QString const text =
                tr("%1 moved to %2.").arg(record_["name"].toString(), stage(stageId)["name"].toString());
            Q_EMIT workspace_.said(text, [bar = QPointer<StageBar>(this), from] {
                if (bar) bar->moveTo(from, {});
            });
        });
}

void StageBar::refused(const QString &stageId, const Problem &problem) {
    QList<FieldProblem> wanted;
    const EntityDescription *const entity = workspace_.descriptions().entity("Opportunity");
    for (FieldProblem field : problem.fields) {
        if (field.pointer.startsWith("/fields/")) field.pointer.remove(0, QString("/fields").size());
        const FieldDescription *const known = entity != nullptr ? entity->field(field.pointer.mid(1)) : nullptr;
        bool const isPlace = field.pointer == "/stageId" || field.pointer == "/pipelineId";
        if (known != nullptr && !isPlace && known->writable == Writable::always) wanted.append(field);
    }
    if (wanted.isEmpty()) {
        QStringList reasons{problem.title, problem.detail};
        for (const FieldProblem &field : problem.fields) reasons.append(field.detail);
        Q_EMIT workspace_.said(reasons.join(' '), {});
        return;
    }
    auto *const dialog = new StageFieldsDialog(workspace_, stage(stageId)["name"].toString(), record_, wanted, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog, stageId] { moveTo(stageId, dialog->values()); });
    dialog->open();
}

}  // namespace kontor::desktop
