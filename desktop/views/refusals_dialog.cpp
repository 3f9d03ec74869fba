#include "desktop/views/refusals_dialog.h"

#include "desktop/api/wording.h"
#include "desktop/views/look.h"

#include <QDialogButtonBox>
#include <QFile>
#include <QFileDialog>
#include <QHeaderView>
#include <QJsonDocument>
#include <QLabel>
#include <QPushButton>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace kontor::desktop {

namespace {

constexpr int idRole = Qt::UserRole;
constexpr qint64 longestLine = 64 * 1024;

}  // namespace

RefusalsDialog::RefusalsDialog(Workspace &workspace, const EntityDescription &entity, const QString &jobId,
                               QWidget *parent)
    : QDialog(parent), workspace_(workspace), entity_(entity), state_(new QLabel(this)), tree_(new QTreeWidget(this)) {
    setObjectName("refusals");
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Left as they were"));
    resize(640, 360);
    QVBoxLayout *const column = look::titledColumn(*this);
    state_->setObjectName("state");
    state_->setWordWrap(true);
    state_->setTextFormat(Qt::PlainText);
    state_->setText(tr("Asking the server…"));
    look::asHint(*state_);
    column->addWidget(state_);
    tree_->setObjectName("refused");
    tree_->setAccessibleName(windowTitle());
    tree_->setHeaderLabels({entity.label, tr("Field"), tr("Why")});
    tree_->setRootIsDecorated(false);
    tree_->setUniformRowHeights(true);
    tree_->setAlternatingRowColors(true);
    column->addWidget(tree_, 1);
    auto *const buttons = new QDialogButtonBox(this);
    open_ = buttons->addButton(tr("&Open"), QDialogButtonBox::ActionRole);
    open_->setObjectName("open");
    save_ = buttons->addButton(tr("&Save as a file…"), QDialogButtonBox::ActionRole);
    save_->setAutoDefault(false);
    buttons->addButton(tr("&Close"), QDialogButtonBox::RejectRole)->setAutoDefault(false);
    open_->setEnabled(false);
    save_->setEnabled(false);
    connect(tree_, &QTreeWidget::currentItemChanged, this,
            [this](const QTreeWidgetItem *item) { open_->setEnabled(item != nullptr); });
    connect(tree_, &QTreeWidget::itemActivated, this, &RefusalsDialog::openRecord);
    connect(open_, &QPushButton::clicked, this, &RefusalsDialog::openRecord);
    connect(save_, &QPushButton::clicked, this, &RefusalsDialog::save);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(&workspace_, &Workspace::namesCame, this, &RefusalsDialog::showNames);
    column->addWidget(buttons);
    ask(jobId);
}

void RefusalsDialog::ask(const QString &jobId) {
    Call call{.path = "jobs/" + jobId + "/errors"};
    call.fileToWrite = folder_.filePath("refused.ndjson");
    workspace_.server().send(call, this, [this, file = call.fileToWrite](const Answer &answer) {
        if (answer.ok()) {
            fill(file);
        } else {
            state_->setText(answer.problem->told());
        }
    });
}

/// A line for each; what cannot be understood is left out.
void RefusalsDialog::fill(const QString &file) {
    file_ = file;
    QFile lines(file);
    bool isWhole = true;
    if (lines.open(QIODevice::ReadOnly)) {
        while (isWhole && !lines.atEnd()) {
            QJsonObject const refusal = QJsonDocument::fromJson(lines.readLine(longestLine)).object();
            if (refusal.isEmpty()) continue;
            isWhole = tree_->topLevelItemCount() < shownAtMost;
            if (!isWhole) break;
            QString const member = refusal["pointer"].toString().mid(1);
            const FieldDescription *const field = entity_.field(QString(member).replace('/', '.'));
            QString const detail = wordedField(refusal["code"].toString(), refusal["detail"].toString());
            auto *const item =
                new QTreeWidgetItem(tree_, {QString(), field != nullptr ? field->label : member, detail});
            item->setData(0, idRole, refusal["source"].toString().trimmed());
            item->setToolTip(2, detail);
        }
    }
    state_->setText(
        isWhole ? tr("They were not changed, for these reasons.")
                : tr("They were not changed. These are the first %n; the file has them all.", nullptr, shownAtMost));
    save_->setEnabled(true);
    showNames();
    for (int column = 0; column < 2; ++column) tree_->resizeColumnToContents(column);
    if (tree_->topLevelItemCount() > 0) tree_->setCurrentItem(tree_->topLevelItem(0));
    tree_->setFocus();
}

void RefusalsDialog::showNames() {
    for (int row = 0; row < tree_->topLevelItemCount(); ++row) {
        QTreeWidgetItem *const item = tree_->topLevelItem(row);
        QString const id = item->data(0, idRole).toString();
        QString const name = workspace_.nameOf(entity_.name, id);
        item->setText(0, name.isEmpty() ? id : name);
    }
    tree_->resizeColumnToContents(0);
}

void RefusalsDialog::openRecord() {
    const QTreeWidgetItem *const item = tree_->currentItem();
    if (item != nullptr) Q_EMIT workspace_.openRequested(entity_.name, item->data(0, idRole).toString(), false);
}

void RefusalsDialog::save() {
    auto *const files = new QFileDialog(this, tr("Save what was refused"));
    files->setAttribute(Qt::WA_DeleteOnClose);
    files->setAcceptMode(QFileDialog::AcceptSave);
    files->setDefaultSuffix("ndjson");
    files->selectFile(entity_.collection + "-refused.ndjson");
    connect(files, &QFileDialog::fileSelected, this, [this](const QString &to) {
        QFile::remove(to);  // the dialog has asked
        if (!QFile::copy(file_, to)) Q_EMIT workspace_.said(tr("The file cannot be written."), {});
    });
    files->open();
}

}  // namespace kontor::desktop
