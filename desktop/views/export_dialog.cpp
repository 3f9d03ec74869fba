#include "desktop/views/export_dialog.h"

#include "desktop/views/look.h"

#include <QButtonGroup>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QPushButton>
#include <QRadioButton>

namespace kontor::desktop {

ExportDialog::ExportDialog(const EntityDescription &entity, const QString &filter, const QString &search,
                           QWidget *parent)
    : QDialog(parent), collection_(entity.collection), filter_(filter), search_(search),
      csv_(new QRadioButton(tr("&CSV, for spreadsheets"), this)),
      json_(new QRadioButton(tr("&JSON, a record in each line, for programs"), this)),
      shown_(new QRadioButton(tr("The columns that the list &shows"), this)),
      everything_(new QRadioButton(tr("&All fields"), this)) {
    setObjectName("export");
    setWindowTitle(tr("Export %1").arg(entity.labelPlural));
    setMinimumWidth(480);
    auto *const form = new QFormLayout(this);
    form->setContentsMargins(2 * look::space, 2 * look::space, 2 * look::space, 2 * look::space);
    form->setHorizontalSpacing(2 * look::space);
    form->setVerticalSpacing(look::space);
    auto *const title = new QLabel(windowTitle(), this);
    look::asTitle(*title);
    form->addRow(title);
    bool const isNarrowed = !filter.isEmpty() || !search.isEmpty();
    auto *const which = new QLabel(isNarrowed ? tr("All records that the list finds go into the file.")
                                              : tr("All records go into the file."),
                                   this);
    which->setWordWrap(true);
    look::asHint(*which);
    form->addRow(which);
    auto const group = [&](const QString &label, QRadioButton *first, QRadioButton *second) {
        auto *const buttons = new QButtonGroup(this);
        auto *const column = new QVBoxLayout;
        column->setSpacing(look::halfSpace);
        for (QRadioButton *const button : {first, second}) {
            buttons->addButton(button);
            column->addWidget(button);
        }
        first->setChecked(true);
        form->addRow(label, column);
    };
    group(tr("Fields"), shown_, everything_);
    group(tr("Form"), csv_, json_);
    shown_->setObjectName("shown");
    everything_->setObjectName("everything");
    json_->setObjectName("json");
    auto *const buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    buttons->addButton(tr("&Export…"), QDialogButtonBox::AcceptRole)->setDefault(true);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    form->addRow(buttons);
}

bool ExportDialog::isJson() const { return json_->isChecked(); }

Call ExportDialog::call(const QStringList &columns, const QString &sort) const {
    QJsonObject body{{"object", collection_}, {"format", isJson() ? "ndjson" : "csv"}};
    if (!filter_.isEmpty()) body["filter"] = filter_;
    if (!search_.isEmpty()) body["q"] = search_;
    if (!sort.isEmpty()) body["sort"] = sort;
    if (shown_->isChecked()) body["fields"] = QJsonArray::fromStringList(columns);
    return {.method = "POST", .path = "jobs/export", .body = body};
}

}  // namespace kontor::desktop
