#include "desktop/views/conflict_dialog.h"

#include "desktop/models/display.h"
#include "desktop/views/look.h"

#include <QButtonGroup>
#include <QDialogButtonBox>
#include <QGridLayout>
#include <QLabel>
#include <QPushButton>
#include <QRadioButton>
#include <QVBoxLayout>

namespace kontor::desktop {

namespace {

constexpr int theirsId = 0;
constexpr int yoursId = 1;

}  // namespace

ConflictDialog::ConflictDialog(Workspace &workspace, const QList<Row> &rows, QWidget *parent) : QDialog(parent) {
    setObjectName("conflict");
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Changed by two people"));
    auto *const layout = new QVBoxLayout(this);
    layout->setContentsMargins(2 * look::space, 2 * look::space, 2 * look::space, 2 * look::space);
    layout->setSpacing(2 * look::space);
    auto *const intro = new QLabel(tr("Somebody has saved this record while you were typing. What shall it be?"), this);
    intro->setWordWrap(true);
    layout->addWidget(intro);
    auto *const grid = new QGridLayout;
    grid->setHorizontalSpacing(2 * look::space);
    int column = 0;
    for (const QString &heading : {tr("Field"), tr("Before"), tr("Theirs"), tr("Yours")}) {
        auto *const label = new QLabel(heading, this);
        look::asHint(*label);
        grid->addWidget(label, 0, column++);
    }
    auto const text = [&](const FieldDescription &field, const QJsonValue &value) {
        constexpr int widest = 40 * look::space;
        QString const shown =
            fontMetrics().elidedText(lineOf(displayText(workspace, field, value)).simplified(), Qt::ElideRight, widest);
        return shown.isEmpty() ? tr("(empty)") : shown;
    };
    for (qsizetype index = 0; index < rows.size(); ++index) {
        const Row &row = rows[index];
        int const line = static_cast<int>(index) + 1;
        auto *const theirs = new QRadioButton(text(row.field, row.theirs), this);
        auto *const yours = new QRadioButton(text(row.field, row.yours), this);
        theirs->setObjectName("theirs-" + row.field.name);
        yours->setObjectName("yours-" + row.field.name);
        theirs->setAccessibleName(tr("%1, theirs: %2").arg(row.field.label, theirs->text()));
        yours->setAccessibleName(tr("%1, yours: %2").arg(row.field.label, yours->text()));
        auto *const group = new QButtonGroup(this);
        group->addButton(theirs, theirsId);
        group->addButton(yours, yoursId);
        yours->setChecked(true);
        choices_.insert(row.field.name, group);
        grid->addWidget(new QLabel(row.field.label, this), line, 0);
        grid->addWidget(new QLabel(text(row.field, row.before), this), line, 1);
        grid->addWidget(theirs, line, 2);
        grid->addWidget(yours, line, 3);
    }
    layout->addLayout(grid);
    auto *const buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    QPushButton *const save = buttons->addButton(tr("Save like this"), QDialogButtonBox::AcceptRole);
    save->setDefault(true);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    layout->addWidget(buttons);
}

QSet<QString> ConflictDialog::theirs() const {
    QSet<QString> fields;
    for (auto const &[name, group] : choices_.asKeyValueRange()) {
        if (group->checkedId() == theirsId) fields.insert(name);
    }
    return fields;
}

}  // namespace kontor::desktop
