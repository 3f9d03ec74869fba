#include "desktop/views/import_wizard.h"

#include "desktop/api/wording.h"
#include "desktop/views/look.h"

#include <QComboBox>
#include <QDir>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QHeaderView>
#include <QJsonDocument>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QProgressBar>
#include <QPushButton>
#include <QSettings>
#include <QStackedWidget>
#include <QTableWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <array>

namespace kontor::desktop {

namespace {

constexpr int progressParts = 1000;

QString encodingName(ImportTable::Encoding encoding) {
    if (encoding == ImportTable::Encoding::utf16) return "UTF-16";
    return encoding == ImportTable::Encoding::utf8 ? QString("UTF-8") : QString("Windows-1252");
}

QTableWidget *makeTable(QWidget *parent, const QStringList &header, const QString &name) {
    auto *const table = new QTableWidget(0, static_cast<int>(header.size()), parent);
    table->setHorizontalHeaderLabels(header);
    table->verticalHeader()->hide();
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setTabKeyNavigation(false);
    table->horizontalHeader()->setStretchLastSection(true);
    table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeading | Qt::AlignVCenter);
    table->setShowGrid(false);
    table->setAccessibleName(name);
    return table;
}

QLabel *makeHint(QWidget *parent, const QString &text) {
    auto *const hint = new QLabel(text, parent);
    hint->setWordWrap(true);
    look::asHint(*hint);
    return hint;
}

}  // namespace

ImportWizard::ImportWizard(Workspace &workspace, const QString &collection, QWidget *parent)
    : QDialog(parent), workspace_(workspace), reader_(nullptr), title_(new QLabel(this)), step_(new QLabel(this)),
      problem_(new QLabel(this)), pages_(new QStackedWidget(this)), progress_(new QProgressBar(this)),
      back_(new QPushButton(tr("&Back"), this)), next_(new QPushButton(this)), close_(new QPushButton(this)) {
    setObjectName("import");
    setWindowTitle(tr("Import"));
    resize(820, 580);
    look::asTitle(*title_);
    look::asHint(*step_);
    problem_->setObjectName("problem");
    problem_->setWordWrap(true);
    problem_->hide();
    progress_->setRange(0, progressParts);
    progress_->setAccessibleName(tr("Progress"));
    progress_->hide();
    next_->setObjectName("next");
    back_->setObjectName("back");
    close_->setObjectName("close");
    for (QWidget *const page : {makeFilePage(), makeColumnsPage(), makePreviewPage(), makeImportPage()}) {
        pages_->addWidget(page);
    }
    auto *const buttons = new QHBoxLayout;
    buttons->setSpacing(look::space);
    buttons->addStretch();
    for (QPushButton *const button : {close_, back_, next_}) buttons->addWidget(button);
    for (QPushButton *const button : {close_, back_}) button->setAutoDefault(false);  // Enter goes on
    next_->setDefault(true);
    next_->setMinimumWidth(12 * look::space);
    auto *const column = new QVBoxLayout(this);
    column->setContentsMargins(2 * look::space, 2 * look::space, 2 * look::space, 2 * look::space);
    column->setSpacing(look::space);
    column->addWidget(title_);
    column->addWidget(step_);
    column->addWidget(pages_, 1);
    column->addWidget(problem_);
    column->addWidget(progress_);
    column->addLayout(buttons);
    connect(next_, &QPushButton::clicked, this, &ImportWizard::next);
    connect(back_, &QPushButton::clicked, this, &ImportWizard::back);
    connect(close_, &QPushButton::clicked, this, &ImportWizard::reject);
    collections_->setCurrentIndex(std::max(collections_->findData(collection), 0));
    showPage(filePage);
}

QWidget *ImportWizard::makeFilePage() {
    auto *const page = new QWidget(this);
    auto *const form = new QFormLayout(page);
    form->setContentsMargins(0, look::space, 0, 0);
    form->setVerticalSpacing(look::space);
    form->setHorizontalSpacing(2 * look::space);
    collections_ = new QComboBox(page);
    collections_->setObjectName("collections");
    for (const EntityDescription &entity : workspace_.descriptions().all()) {
        if (entity.isCreateable) collections_->addItem(entity.labelPlural, entity.collection);
    }
    form->addRow(tr("&Import"), collections_);
    file_ = new QLineEdit(page);
    file_->setObjectName("file");
    file_->setAccessibleName(tr("File to import"));
    file_->setReadOnly(true);
    file_->setPlaceholderText(tr("No file chosen yet"));
    auto *const browse = new QPushButton(tr("&Choose…"), page);
    browse->setAutoDefault(false);
    browse->setFocus();
    connect(browse, &QPushButton::clicked, this, [this] {
        QString const path = QFileDialog::getOpenFileName(
            this, tr("File to import"), {}, tr("CSV and vCards (*.csv *.tsv *.txt *.vcf *.vcard);;All files (*)"));
        if (!path.isEmpty()) openFile(path);
    });
    auto *const row = new QHBoxLayout;
    row->setSpacing(look::space);
    row->addWidget(file_, 1);
    row->addWidget(browse);
    auto *const label = new QLabel(tr("&File"), page);
    label->setBuddy(browse);
    form->addRow(label, row);
    about_ = makeHint(page, tr("A CSV file from a spreadsheet or another program, or a vCard file with contacts. "
                               "Nothing is written before you have seen a preview."));
    about_->setObjectName("about");
    form->addRow(QString(), about_);
    return page;
}

QWidget *ImportWizard::makeColumnsPage() {
    auto *const page = new QWidget(this);
    auto *const column = new QVBoxLayout(page);
    column->setContentsMargins(0, look::space, 0, 0);
    column->setSpacing(look::space);
    columns_ = makeTable(page, {tr("Column of the file"), tr("Example"), tr("Field"), tr("Written as")}, tr("Columns"));
    columns_->setObjectName("columns");
    column->addWidget(columns_, 1);
    auto *const form = new QFormLayout;
    form->setVerticalSpacing(look::space);
    form->setHorizontalSpacing(2 * look::space);
    mode_ = new QComboBox(page);
    mode_->setObjectName("mode");
    mode_->addItem(tr("Create all as new records"), "create");
    mode_->addItem(tr("Update those with the same external id, create the others"), "upsert");
    mode_->addItem(tr("Only update those with the same external id"), "update");
    mode_->addItem(tr("Only update those with the same id in Kontor"), "updateById");
    form->addRow(tr("&Existing records"), mode_);
    system_ = new QLineEdit(page);
    system_->setObjectName("system");
    system_->setPlaceholderText(tr("The program that gave the ids, such as shop"));
    form->addRow(tr("External ids &of"), system_);
    column->addLayout(form);
    return page;
}

QWidget *ImportWizard::makePreviewPage() {
    auto *const page = new QWidget(this);
    auto *const column = new QVBoxLayout(page);
    column->setContentsMargins(0, look::space, 0, 0);
    column->setSpacing(look::space);
    counts_ = new QLabel(page);
    counts_->setObjectName("counts");
    counts_->setTextFormat(Qt::PlainText);
    column->addWidget(counts_);
    rows_ = makeTable(page, {tr("Line"), tr("Would be"), tr("Record")}, tr("Preview"));
    rows_->setObjectName("rows");
    column->addWidget(rows_, 1);
    column->addWidget(makeHint(page, tr("The first rows. What is refused can be mended and imported afterwards.")));
    return page;
}

QWidget *ImportWizard::makeImportPage() {
    auto *const page = new QWidget(this);
    auto *const column = new QVBoxLayout(page);
    column->setContentsMargins(0, look::space, 0, 0);
    column->setSpacing(look::space);
    result_ = new QLabel(page);
    result_->setObjectName("result");
    result_->setWordWrap(true);
    column->addWidget(result_);
    saveErrors_ = new QPushButton(look::icon("save"), tr("&Save the refused rows…"), page);
    mend_ = new QPushButton(look::icon("edit"), tr("&Open a mended file…"), page);
    undo_ = new QPushButton(look::icon("undo"), tr("&Undo the whole import"), page);
    saveErrors_->setObjectName("saveErrors");
    mend_->setObjectName("mend");
    undo_->setObjectName("undo");
    auto *const row = new QHBoxLayout;
    row->setSpacing(look::space);
    for (QPushButton *const button : {saveErrors_, mend_, undo_}) {
        button->setAutoDefault(false);
        row->addWidget(button);
    }
    row->addStretch();
    column->addLayout(row);
    column->addStretch();
    connect(saveErrors_, &QPushButton::clicked, this, &ImportWizard::saveErrors);
    connect(mend_, &QPushButton::clicked, this, &ImportWizard::takeUpErrors);
    connect(undo_, &QPushButton::clicked, this, [this] {
        Job::undoing(workspace_, job_->id())();
        undo_->setEnabled(false);
        result_->setText(tr("The import is being taken back."));
    });
    return page;
}

const EntityDescription *ImportWizard::entity() const {
    return workspace_.descriptions().collection(collections_->currentData().toString());
}

void ImportWizard::showPage(Page page) {
    static const std::array titles{QT_TR_NOOP("Choose a file"), QT_TR_NOOP("Which column is which field?"),
                                   QT_TR_NOOP("What would happen"), QT_TR_NOOP("Import")};
    page_ = page;
    pages_->setCurrentIndex(page);
    title_->setText(tr(titles.at(page)));
    step_->setText(tr("Step %1 of %2").arg(page + 1).arg(titles.size()));
    problem_->hide();
    setBusy({});
}

void ImportWizard::setBusy(const QString &what) {
    isBusy_ = !what.isEmpty();
    progress_->setVisible(isBusy_);
    progress_->setFormat(what);
    progress_->setRange(0, 0);
    bool const isOver = page_ == importPage;
    back_->setVisible(page_ == columnsPage || page_ == previewPage);
    back_->setEnabled(!isBusy_);
    next_->setVisible(!isOver);
    next_->setText(page_ == previewPage ? tr("&Import") : page_ == columnsPage ? tr("&Preview") : tr("&Next"));
    next_->setEnabled(!isBusy_ && (page_ != filePage || (!path_.isEmpty() && table_.problem.isEmpty())));
    collections_->setEnabled(!isBusy_);
    close_->setText(isOver && !isBusy_ ? tr("Close") : tr("Cancel"));
}

void ImportWizard::complain(const QString &problem) {
    setBusy({});
    QPalette colours = problem_->palette();
    colours.setColor(QPalette::WindowText, look::colour(look::Tone::bad));
    problem_->setPalette(colours);
    problem_->setText(problem);
    problem_->setVisible(!problem.isEmpty());
}

void ImportWizard::openFile(const QString &path) {
    showPage(filePage);
    path_.clear();
    file_->setText(path);
    about_->setText(tr("The file is being read."));
    setBusy(tr("Reading"));
    reader_.examine(path, [this, path](const ImportTable &table) {
        table_ = table;
        path_ = path;
        about_->setText({});
        if (!table.problem.isEmpty()) return complain(table.problem);
        if (table.isVCard) collections_->setCurrentIndex(std::max(collections_->findData("contacts"), 0));
        QString const count = tr("%n row(s)", nullptr, static_cast<int>(table.rows));
        about_->setText(table.isVCard ? tr("vCards, %1").arg(count)
                                      : tr("CSV in %1, %2").arg(encodingName(table.encoding), count));
        setBusy({});
    });
}

void ImportWizard::next() {
    if (page_ == filePage) {
        if (entity() == nullptr) return complain(tr("You may not create records of this kind."));
        fillColumns();
        showPage(columnsPage);
        columns_->setFocus();
    } else if (page_ == columnsPage) {
        QString const problem = problemOfMapping();
        if (!problem.isEmpty()) return complain(problem);
        remember();
        startPreview();
    } else if (page_ == previewPage) {
        showPage(importPage);
        for (QPushButton *const button : {saveErrors_, mend_, undo_}) button->hide();
        result_->setText(tr("The import goes on, and can be cancelled; what is written by then can be taken back."));
        startJob(false);
    }
}

void ImportWizard::back() { showPage(page_ == previewPage ? columnsPage : filePage); }

void ImportWizard::reject() {
    if (!isBusy_) return QDialog::reject();
    reader_.stop();
    if (job_ != nullptr && !job_->isOver()) {
        close_->setText(tr("Cancelling…"));
        job_->cancel();
        return;
    }
    setBusy({});
}

void ImportWizard::fillColumns() {
    targets_ = importTargets(*entity());
    QStringList chosen = rememberedMapping(entity()->collection, table_, targets_);
    if (chosen.isEmpty()) chosen = guessMapping(table_, targets_);
    columns_->setRowCount(static_cast<int>(table_.header.size()));
    for (int row = 0; row < columns_->rowCount(); ++row) {
        QString example;
        for (const QStringList &cells : std::as_const(table_.sample)) {
            if (example.isEmpty()) example = cells.value(row);
        }
        columns_->setItem(row, 0, new QTableWidgetItem(table_.header[row]));
        columns_->setItem(row, 1, new QTableWidgetItem(example));
        auto *const fields = new QComboBox(columns_);
        fields->setAccessibleName(tr("Field for the column %1").arg(table_.header[row]));
        fields->addItem(tr("Leave out"), QString());
        for (const ImportTarget &target : std::as_const(targets_)) {
            fields->addItem(target.isRequired ? target.label + " *" : target.label, target.column);
        }
        fields->setCurrentIndex(std::max(fields->findData(chosen.value(row)), 0));
        columns_->setCellWidget(row, 2, fields);
        connect(fields, &QComboBox::currentIndexChanged, this, [this, row] { offerFormats(row); });
        offerFormats(row);
    }
    columns_->setColumnWidth(0, 20 * look::space);
    columns_->setColumnWidth(1, 20 * look::space);
    columns_->setColumnWidth(2, 28 * look::space);
    QSettings const settings;
    QString const place = "import/" + entity()->collection;
    mode_->setCurrentIndex(std::max(mode_->findData(settings.value(place + "/mode")), 0));
    system_->setText(settings.value(place + "/system").toString());
    for (const QString &title : std::as_const(table_.header)) {
        if (title.startsWith("externalId.")) system_->setText(title.section(u'.', 1));
    }
}

QStringList ImportWizard::mapping() const {
    QStringList chosen;
    for (int row = 0; row < columns_->rowCount(); ++row) {
        auto *const fields = qobject_cast<QComboBox *>(columns_->cellWidget(row, 2));
        chosen.append(fields != nullptr ? fields->currentData().toString() : QString());
    }
    return chosen;
}

const ImportTarget *ImportWizard::targetOf(int row) const {
    auto *const fields = qobject_cast<QComboBox *>(columns_->cellWidget(row, 2));
    if (fields == nullptr) return nullptr;
    auto const found = std::ranges::find(targets_, fields->currentData().toString(), &ImportTarget::column);
    return found == targets_.cend() ? nullptr : &*found;
}

void ImportWizard::offerFormats(int row) {
    const ImportTarget *const target = targetOf(row);
    QList<ImportFormat> const formats =
        target == nullptr ? QList<ImportFormat>() : importFormats(target->kind, !target->choices.isEmpty());
    columns_->removeCellWidget(row, 3);
    if (formats.isEmpty()) return;
    auto *const written = new QComboBox(columns_);
    written->setAccessibleName(tr("How the column %1 is written").arg(table_.header[row]));
    written->setToolTip(tr("What cannot be read in this way is refused, and only that row"));
    for (ImportFormat const format : formats) written->addItem(formatText(format), static_cast<int>(format));
    ImportFormat const guess = guessFormat(entity()->collection, table_, row, *target, QLocale());
    written->setCurrentIndex(std::max(written->findData(static_cast<int>(guess)), 0));
    columns_->setCellWidget(row, 3, written);
}

QList<ImportColumn> ImportWizard::columnsToSend() const {
    QList<ImportColumn> columns;
    for (int row = 0; row < columns_->rowCount(); ++row) {
        ImportColumn column;
        const ImportTarget *const target = targetOf(row);
        auto *const written = qobject_cast<QComboBox *>(columns_->cellWidget(row, 3));
        if (target != nullptr) {
            column.name = target->column;
            if (column.name == "externalId") column.name += '.' + system_->text().trimmed();
            column.reading.kind = target->kind;
        }
        if (target != nullptr && written != nullptr) {
            column.reading.format = static_cast<ImportFormat>(written->currentData().toInt());
            if (column.reading.format == ImportFormat::labels) column.reading.words = wordsOf(target->choices);
        }
        columns.append(column);
    }
    return columns;
}

QString ImportWizard::problemOfMapping() const {
    QStringList const chosen = mapping();
    QString const mode = mode_->currentData().toString();
    QStringList used;
    for (const ImportTarget &target : targets_) {
        auto const times = chosen.count(target.column);
        if (times > 1) return tr("Two columns go to the field “%1”.").arg(target.label);
        if (times == 1) used.append(target.column);
        if (times == 0 && target.isRequired && mode == "create") {
            return tr("The field “%1” is required: say which column it is.").arg(target.label);
        }
    }
    if (used.isEmpty()) return tr("No column goes anywhere yet.");
    bool const byExternalId = mode == "upsert" || mode == "update";
    if (byExternalId && !used.contains("externalId")) return tr("Say which column is the external id.");
    if (mode == "updateById" && !used.contains("id")) return tr("Say which column is the id in Kontor.");
    if (used.contains("externalId") && system_->text().trimmed().isEmpty()) {
        return tr("Say which program gave the external ids.");
    }
    return {};
}

void ImportWizard::remember() const {
    rememberMapping(entity()->collection, table_, mapping());
    for (int row = 0; row < columns_->rowCount(); ++row) {
        auto *const written = qobject_cast<QComboBox *>(columns_->cellWidget(row, 3));
        if (written == nullptr) continue;
        rememberFormat(entity()->collection, table_, row, static_cast<ImportFormat>(written->currentData().toInt()));
    }
    QSettings settings;
    QString const place = "import/" + entity()->collection;
    settings.setValue(place + "/mode", mode_->currentData());
    settings.setValue(place + "/system", system_->text().trimmed());
}

void ImportWizard::startPreview() {
    problem_->hide();
    setBusy(tr("Preparing the preview"));
    reader_.convert(path_, table_, columnsToSend(), folder_.filePath("import.csv"), [this](const QString &problem) {
        if (!problem.isEmpty()) return complain(problem);
        startJob(true);
    });
}

void ImportWizard::startJob(bool isPreview) {
    QString const mode = mode_->currentData().toString();
    Call call{.method = "POST", .path = "jobs/import"};
    call.query = {{"object", entity()->collection}, {"mode", mode == "updateById" ? "update" : mode}};
    if (mode == "upsert" || mode == "update")
        call.query.append(std::pair<QString, QString>("system", system_->text().trimmed()));
    if (isPreview) call.query.append(std::pair<QString, QString>("preview", "true"));
    call.contentType = "text/csv";
    call.fileToSend = folder_.filePath("import.csv");
    setBusy(isPreview ? tr("Preparing the preview") : tr("Importing"));
    delete job_;
    job_ = new Job(workspace_, this);
    connect(job_, &Job::progressed, this, [this](qint64 processed, qint64 total) {
        if (total <= 0) return;
        progress_->setRange(0, progressParts);
        progress_->setValue(static_cast<int>(std::min<double>(1, double(processed) / double(total)) * progressParts));
    });
    connect(job_, &Job::failed, this, [this, isPreview](const QString &reason) {
        if (!isPreview) result_->setText(tr("The import broke off."));
        complain(reason);
    });
    connect(job_, &Job::finished, this, [this, isPreview] {
        if (!isPreview) return finishImport();
        if (job_->isCancelled()) return setBusy({});
        readPreview();
    });
    job_->start(call);
}

void ImportWizard::readPreview() {
    QString const path = folder_.filePath("preview.ndjson");
    Call const call{.path = "jobs/" + job_->id() + "/result", .fileToWrite = path};
    workspace_.server().send(call, this, [this, path](const Answer &answer) {
        if (!answer.ok()) return complain(answer.problem->told());
        QFile file(path);
        // 200 rows at most, whatever the file has.
        showPreview(file.open(QIODevice::ReadOnly) ? file.read(4 << 20) : QByteArray());
    });
}

void ImportWizard::showPreview(const QByteArray &lines) {
    QLocale const locale;
    const QJsonObject &state = job_->state();
    counts_->setText(tr("%1 would be created, %2 updated, %3 refused.")
                         .arg(locale.toString(state["created"].toInteger()),
                              locale.toString(state["updated"].toInteger()),
                              locale.toString(state["failed"].toInteger())));
    rows_->setRowCount(0);
    for (const QByteArray &line : lines.split('\n')) {
        QJsonObject const row = QJsonDocument::fromJson(line).object();
        if (row.isEmpty()) continue;
        QString const action = row["action"].toString();
        bool const isRefused = action == "refuse";
        QStringList told;
        for (const QJsonValue &error : row["errors"].toArray()) {
            QString const name = error["pointer"].toString().mid(1);
            const FieldDescription *const field = entity()->field(name.section(u'/', 0, 0));
            told.append((field != nullptr ? field->label : name) + ": " +
                        wordedField(error["code"].toString(), error["detail"].toString()));
        }
        QJsonObject const record = row["record"].toObject();
        if (!isRefused) {
            QString const shown = record[entity()->displayField].toString();
            if (!shown.isEmpty()) told.append(shown);
            for (auto member = record.begin(); member != record.end(); ++member) {
                QString const text = member->toVariant().toString();
                if (text.isEmpty() || member.key() == entity()->displayField || member.key() == "ownerId") continue;
                const FieldDescription *const field = entity()->field(member.key());
                told.append((field != nullptr ? field->label : member.key()) + ": " + text);
            }
        }
        int const at = rows_->rowCount();
        rows_->insertRow(at);
        auto *const what = new QTableWidgetItem(isRefused            ? tr("refused")
                                                : action == "create" ? tr("created")
                                                                     : tr("updated"));
        what->setForeground(look::colour(isRefused            ? look::Tone::bad
                                         : action == "create" ? look::Tone::good
                                                              : look::Tone::accent));
        rows_->setItem(at, 0, new QTableWidgetItem(locale.toString(row["line"].toInteger())));
        rows_->setItem(at, 1, what);
        auto *const text = new QTableWidgetItem(told.join(" · "));
        text->setToolTip(text->text());
        rows_->setItem(at, 2, text);
    }
    showPage(previewPage);
    next_->setEnabled(state["created"].toInteger() + state["updated"].toInteger() > 0);
    next_->setFocus();
}

void ImportWizard::finishImport() {
    QLocale const locale;
    const QJsonObject &state = job_->state();
    qint64 const refused = state["failed"].toInteger();
    qint64 const written = state["created"].toInteger() + state["updated"].toInteger();
    QString const counts = tr("%1 created, %2 updated, %3 refused.")
                               .arg(locale.toString(state["created"].toInteger()),
                                    locale.toString(state["updated"].toInteger()), locale.toString(refused));
    QString const hint = refused == 0 ? QString()
                                      : ' ' + tr("Save the refused rows: the reason stands behind each. Mend them "
                                                 "there, and open that file again.");
    result_->setText((job_->isCancelled() ? tr("Cancelled. ") : QString()) + counts + hint);
    saveErrors_->setVisible(refused > 0);
    mend_->setVisible(refused > 0);
    undo_->setVisible(written > 0);
    undo_->setEnabled(true);
    setBusy({});
    close_->setFocus();
    Q_EMIT workspace_.recordsChanged(entity()->collection);
    if (written > 0) Q_EMIT workspace_.said(counts, Job::undoing(workspace_, job_->id()));
}

void ImportWizard::saveErrors() {
    QString const proposal = QFileInfo(path_).completeBaseName() + "-" + tr("refused") + ".csv";
    QString const path = QFileDialog::getSaveFileName(this, tr("Save the refused rows"),
                                                      QFileInfo(path_).dir().filePath(proposal), tr("CSV (*.csv)"));
    if (!path.isEmpty()) saveErrorsTo(path);
}

void ImportWizard::saveErrorsTo(const QString &path) {
    setBusy(tr("Saving the refused rows"));
    QString const served = folder_.filePath("errors.csv");
    Call const call{.path = "jobs/" + job_->id() + "/errors", .fileToWrite = served};
    workspace_.server().send(call, this, [this, served, path](const Answer &answer) {
        if (!answer.ok()) return complain(answer.problem->told());
        reader_.writeRefused(path_, table_, served, path, [this](const QString &problem) {
            complain(problem);
            if (problem.isEmpty()) Q_EMIT workspace_.said(tr("The refused rows are saved."), {});
        });
    });
}

void ImportWizard::takeUpErrors() {
    QString const path = QFileDialog::getOpenFileName(this, tr("Mended file"), QFileInfo(path_).absolutePath(),
                                                      tr("CSV (*.csv);;All files (*)"));
    if (!path.isEmpty()) openFile(path);
}

}  // namespace kontor::desktop
