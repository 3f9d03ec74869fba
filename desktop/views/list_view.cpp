#include "desktop/views/list_view.h"

#include "desktop/api/wording.h"
#include "desktop/models/display.h"
#include "desktop/models/filter_terms.h"
#include "desktop/views/cell_delegate.h"
#include "desktop/views/export_dialog.h"
#include "desktop/views/filter_builder.h"
#include "desktop/views/filter_chips.h"
#include "desktop/views/job_strip.h"
#include "desktop/views/look.h"
#include "desktop/views/mass_dialog.h"
#include "desktop/views/refusals_dialog.h"
#include "desktop/views/views_menu.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QDateTime>
#include <QFileDialog>
#include <QFileInfo>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMimeData>
#include <QProgressBar>
#include <QPushButton>
#include <QSettings>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>
#include <memory>

namespace kontor::desktop {

namespace {

constexpr int typingDelay = 300;
constexpr int slowDelay = 500;
constexpr int widthAtFirst = 160;
constexpr qsizetype batchSize = 200;  // operations in a call

}  // namespace

ListView::ListView(Workspace &workspace, const EntityDescription &entity, QWidget *parent)
    : QWidget(parent), workspace_(workspace), entity_(entity), model_(new RecordListModel(workspace, entity, this)),
      table_(new QTableView(this)) {
    setObjectName("list");
    setFocusProxy(table_);
    auto *const column = new QVBoxLayout(this);
    column->setContentsMargins(look::space, look::space, look::space, look::space);
    column->setSpacing(look::space);
    makeBar();
    makeTable();
    makeActions();
    typing_.setSingleShot(true);
    typing_.setInterval(typingDelay);
    connect(&typing_, &QTimer::timeout, this, &ListView::ask);
    slow_.setSingleShot(true);
    slow_.setInterval(slowDelay);
    connect(&slow_, &QTimer::timeout, progress_, &QWidget::show);
    connect(model_, &RecordListModel::loadingChanged, this, [this](bool isLoading) {
        if (isLoading) {
            slow_.start();
        } else {
            slow_.stop();
            progress_->hide();
        }
    });
    connect(model_, &RecordListModel::loaded, this, [this] {
        problem_->hide();
        showState();
    });
    connect(model_, &RecordListModel::totalChanged, this, &ListView::showState);
    connect(model_, &RecordListModel::failed, this, &ListView::showProblem);
    connect(model_, &RecordListModel::changeRefused, this,
            [this](const QString &text) { Q_EMIT workspace_.said(text, {}); });
    connect(&workspace_, &Workspace::recordsChanged, this, [this](const QString &collection) {
        if (collection == entity_.collection) model_->reload();
    });
    connect(model_, &RecordListModel::newRecordsChanged, this, [this](int count) {
        offer_->setText(tr("%n new – show", nullptr, count));
        offer_->setVisible(count > 0);
    });
    restoreColumns();
    ask();
}

void ListView::makeBar() {
    auto const edit = [this](const QString &name, const QString &icon, const QString &accessible, const QString &hint) {
        auto *const line = new QLineEdit(this);
        line->setObjectName(name);
        line->setAccessibleName(accessible);
        line->setPlaceholderText(hint);
        line->setClearButtonEnabled(true);
        line->addAction(look::icon(icon), QLineEdit::LeadingPosition);
        connect(line, &QLineEdit::returnPressed, this, &ListView::ask);
        return line;
    };
    auto *const views = new ViewsMenu(
        workspace_, entity_,
        [this] {
            return QJsonObject{{"filter", filter_->text().trimmed()},
                               {"sort", sort_},
                               {"columns", QJsonArray::fromStringList(columns_)}};
        },
        this);
    connect(views, &ViewsMenu::chosen, this, &ListView::useView);
    search_ = edit("search", "search", tr("Search in this list"), tr("Search"));
    connect(search_, &QLineEdit::textChanged, &typing_, qOverload<>(&QTimer::start));
    filter_ = edit("filter", "filter", tr("Filter"), tr("Filter, such as createdAt >= now-7d"));
    connect(filter_, &QLineEdit::textChanged, this, [this](const QString &text) {
        if (text.isEmpty()) typing_.start();
    });
    filterButton_ = new QPushButton(look::icon("filter"), {}, this);
    filterButton_->setObjectName("filterButton");
    filterButton_->setCheckable(true);
    filterButton_->setToolTip(tr("Puts the filter together from fields (Ctrl+Shift+F)"));
    connect(filterButton_, &QPushButton::toggled, this, &ListView::showBuilder);
    builder_ = new FilterBuilder(workspace_, entity_, this);
    builder_->hide();
    connect(builder_, &FilterBuilder::filterChanged, this, [this](const QString &text) {
        filter_->setText(text);
        ask();
    });
    count_ = new QLabel(this);
    count_->setObjectName("count");
    count_->setTextFormat(Qt::PlainText);
    look::asHint(*count_);
    offer_ = new QPushButton(this);
    offer_->setObjectName("offer");
    offer_->hide();
    connect(offer_, &QPushButton::clicked, model_, &RecordListModel::reload);
    auto *const bar = new QHBoxLayout;
    bar->setSpacing(look::space);
    bar->addWidget(views);
    bar->addWidget(search_, 1);
    bar->addWidget(filter_, 2);
    bar->addWidget(filterButton_);
    bar->addWidget(offer_);
    bar->addWidget(count_);
    static_cast<QVBoxLayout *>(layout())->addLayout(bar);  // as a child of it: mirrored with it
    layout()->addWidget(builder_);
    chips_ = new FilterChips(workspace_, entity_, this);
    connect(chips_, &FilterChips::filterChanged, this, [this](const QString &text) {
        filter_->setText(text);
        ask();
    });
    layout()->addWidget(chips_);
    job_ = new JobStrip(workspace_, this);
    layout()->addWidget(job_);
    problem_ = new QLabel(this);
    problem_->setObjectName("problem");
    problem_->setTextFormat(Qt::PlainText);
    problem_->setWordWrap(true);
    problem_->hide();
    layout()->addWidget(problem_);
    progress_ = new QProgressBar(this);
    progress_->setRange(0, 0);
    progress_->setTextVisible(false);
    progress_->setFixedHeight(look::halfSpace);
    progress_->setAccessibleName(tr("Loading"));
    progress_->hide();
    layout()->addWidget(progress_);
    emptiness_ = new QLabel(this);
    emptiness_->setObjectName("emptiness");
    emptiness_->setAlignment(Qt::AlignCenter);
    emptiness_->setWordWrap(true);
    look::asHint(*emptiness_);
    emptiness_->hide();
}

void ListView::makeTable() {
    table_->setObjectName("table");
    table_->setAccessibleName(entity_.labelPlural);
    table_->setModel(model_);
    table_->setItemDelegate(new CellDelegate(table_));
    table_->setSelectionBehavior(QAbstractItemView::SelectRows);
    table_->setEditTriggers(QAbstractItemView::EditKeyPressed | QAbstractItemView::DoubleClicked);
    table_->setShowGrid(false);
    table_->setAlternatingRowColors(true);
    table_->setWordWrap(false);
    table_->setTabKeyNavigation(false);
    table_->setVerticalScrollMode(QAbstractItemView::ScrollPerItem);
    table_->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    table_->setContextMenuPolicy(Qt::ActionsContextMenu);
    table_->verticalHeader()->hide();
    table_->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    table_->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + look::space);
    QHeaderView &header = *table_->horizontalHeader();
    header.setHighlightSections(false);
    header.setSectionsMovable(true);
    header.setSectionsClickable(true);
    header.setSortIndicatorShown(true);
    header.setSortIndicator(-1, Qt::AscendingOrder);
    header.setDefaultSectionSize(widthAtFirst);
    header.setContextMenuPolicy(Qt::CustomContextMenu);
    connect(&header, &QHeaderView::sectionClicked, this, &ListView::sortBy);
    connect(&header, &QHeaderView::sectionMoved, this, &ListView::saveColumns);
    connect(&header, &QHeaderView::sectionResized, this, [this] {
        if (!isFitting_) saveColumns();
    });
    connect(&header, &QWidget::customContextMenuRequested, this, &ListView::showColumnsMenu);
    table_->installEventFilter(this);
    table_->viewport()->installEventFilter(this);
    auto *const column = static_cast<QVBoxLayout *>(layout());
    column->addWidget(emptiness_, 1);
    column->addWidget(table_, 1);
}

QAction *ListView::action(const QString &name, const QString &text, const QString &icon, const QKeySequence &shortcut,
                          const std::function<void()> &run) {
    auto *const made = new QAction(look::icon(icon), text, this);
    made->setObjectName(name);
    made->setShortcut(shortcut);
    made->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    connect(made, &QAction::triggered, this, run);
    addAction(made);
    table_->addAction(made);
    actions_.append(made);
    return made;
}

void ListView::makeActions() {
    action("open", tr("&Open"), "view", {}, [this] { open(false); });
    action("openInBackground", tr("Open in &background"), "view", Qt::CTRL | Qt::Key_Return, [this] { open(true); });
    if (entity_.isCreateable) {
        action("new", tr("&New %1").arg(entity_.label), "add", QKeySequence::New,
               [this] { Q_EMIT workspace_.createRequested(entity_.name, {}); });
    }
    if (entity_.isUpdateable) {
        action("edit", tr("&Edit cell"), "edit", {}, [this] { table_->edit(table_->currentIndex()); });
    }
    if (entity_.isDeletable) action("delete", tr("&Delete"), "delete", QKeySequence::Delete, [this] { remove(); });
    if (entity_.isUpdateable) {
        action("change", tr("C&hange many…"), "edit", Qt::CTRL | Qt::SHIFT | Qt::Key_E, [this] { askForMass(false); });
    }
    if (entity_.isDeletable) action("deleteMany", tr("D&elete many…"), "delete", {}, [this] { askForMass(true); });
    action("export", tr("E&xport…"), "export", Qt::CTRL | Qt::SHIFT | Qt::Key_S, [this] { askForExport(); });
    action("copy", tr("&Copy as table"), "list", QKeySequence::Copy, [this] { copy(); });
    action("search", tr("&Search in this list"), "search", QKeySequence::Find, [this] {
        search_->setFocus(Qt::ShortcutFocusReason);
        search_->selectAll();
    });
    action("filter", tr("&Filter…"), "filter", Qt::CTRL | Qt::SHIFT | Qt::Key_F, [this] { filterButton_->toggle(); });
    action("count", tr("Co&unt exactly"), "list", {}, [this] { model_->countExactly(); });
    action("columns", tr("C&olumns…"), "columns", {}, [this] { showColumnsMenu({look::space, look::space}); });
    action("refresh", tr("&Refresh"), "refresh", QKeySequence::Refresh, [this] { model_->reload(); });
}

void ListView::ask() {
    typing_.stop();
    builder_->setFilter(filter_->text());
    chips_->setFilter(builder_->isHidden() ? filter_->text() : QString());
    int const conditions = countOf(parseFilterTerms(entity_, filter_->text()));
    filterButton_->setText(conditions > 0 ? tr("Filter (%1)").arg(conditions) : tr("Filter"));
    ListQuery const query{filter_->text().trimmed(), search_->text().trimmed(), sort_, columns_};
    if (query == model_->query()) return;
    model_->setQuery(query);
    columns_ = model_->query().columns;
}

void ListView::showBuilder(bool isWanted) {
    builder_->setVisible(isWanted);
    chips_->setFilter(isWanted ? QString() : filter_->text());
    if (isWanted) {
        builder_->begin();
    } else {
        table_->setFocus();
    }
}

void ListView::sortBy(int column) {
    const FieldDescription *const field = model_->columnField(column);
    if (field == nullptr || !field->isSortable) return;
    bool const isDescending = sort_ == field->name;
    sort_ = isDescending ? '-' + field->name : field->name;
    showSort();
    ask();
}

void ListView::showSort() {
    bool const isDescending = sort_.startsWith('-');
    QString const name = isDescending ? sort_.mid(1) : sort_;
    int sorted = -1;
    for (int column = 0; column < model_->columnCount(); ++column) {
        const FieldDescription *const field = model_->columnField(column);
        if (field != nullptr && field->name == name) sorted = column;
    }
    table_->horizontalHeader()->setSortIndicator(sorted, isDescending ? Qt::DescendingOrder : Qt::AscendingOrder);
}

void ListView::showState() {
    auto const total = model_->total();
    if (!total) {
        count_->clear();
    } else if (model_->isTotalExact()) {
        count_->setText(tr("%L1 records").arg(*total));
    } else {
        count_->setText(tr("about %L1 records").arg(*total));
    }
    bool const isEmpty = model_->isComplete() && model_->rowCount() == 0;
    bool const isNarrowed = !filter_->text().isEmpty() || !search_->text().isEmpty();
    QString const way =
        entity_.isCreateable ? tr("There are none yet. Ctrl+N makes the first.") : tr("There are none.");
    emptiness_->setText(isNarrowed ? tr("Nothing matches. Clear the search or the filter to see more.") : way);
    emptiness_->setVisible(isEmpty);
    table_->setVisible(!isEmpty);
}

void ListView::showProblem(const Problem &problem) {
    problem_->setText(problem.kind == Problem::Kind::offline
                          ? tr("The server cannot be reached, and this list was not open before. It will be here when "
                               "the connection is back.")
                          : problem.told());
    problem_->show();
    if (problem.document["parameter"].toString() != "filter") return;
    // The position is in bytes of UTF-8.
    auto const bytes = filter_->text().trimmed().toUtf8().left(problem.document["position"].toInt());
    filter_->setFocus();
    filter_->setCursorPosition(static_cast<int>(QString::fromUtf8(bytes).size()));
}

void ListView::showColumnsMenu(const QPoint &at) {
    auto *const menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (const FieldDescription &field : entity_.fields) {
        if (field.kind == Kind::binary) continue;
        QAction *const entry = menu->addAction(field.label);
        entry->setCheckable(true);
        entry->setChecked(columns_.contains(field.name));
        connect(entry, &QAction::toggled, this, [this, name = field.name](bool isWanted) {
            if (isWanted) {
                columns_.append(name);
            } else if (columns_.size() > 1) {
                columns_.removeAll(name);
            }
            ask();
            saveColumns();
        });
    }
    menu->popup(table_->horizontalHeader()->mapToGlobal(at));
}

void ListView::restoreColumns() {
    QSettings settings;
    columns_ = settings.value("lists/" + entity_.collection + "/columns").toStringList();
    columns_.removeIf([this](const QString &name) { return entity_.field(name) == nullptr; });
    if (columns_.isEmpty()) columns_ = defaultColumns(entity_);
    QVariantMap const widths = settings.value("lists/" + entity_.collection + "/widths").toMap();
    connect(model_, &QAbstractItemModel::modelReset, this, [this, widths] {
        QHeaderView &header = *table_->horizontalHeader();
        QSignalBlocker const quiet(header);
        // What was dragged is where the model has it now.
        for (int column = 0; column < header.count(); ++column) header.moveSection(header.visualIndex(column), column);
        showSort();
        for (int column = 0; column < model_->columnCount(); ++column) {
            QVariantMap const now = QSettings().value("lists/" + entity_.collection + "/widths", widths).toMap();
            int const width = now.value(model_->columnField(column)->name).toInt();
            if (width > 0) table_->setColumnWidth(column, width);
        }
        fitColumns();
    });
}

/// Until the user has drawn them to his liking: dates and numbers as wide as they are, and texts as wide as there is
/// room, so that no column is cut by the window's edge where it can be helped.
void ListView::fitColumns() {
    if (!QSettings().value("lists/" + entity_.collection + "/widths").toMap().isEmpty()) return;
    QHeaderView &header = *table_->horizontalHeader();
    static const QDateTime wide({2026, 12, 28}, {22, 58});
    auto const textOf = [&](const QString &sample) {
        return fontMetrics().horizontalAdvance(sample) + 3 * look::space;
    };
    QList<int> widths;
    QList<int> elastic;
    int room = table_->viewport()->width();
    for (int column = 0; column < model_->columnCount(); ++column) {
        const FieldDescription &field = *model_->columnField(column);
        int width = widthAtFirst;
        if (field.kind == Kind::dateTime) width = textOf(locale().toString(wide, QLocale::ShortFormat));
        if (field.kind == Kind::date) width = textOf(locale().toString(wide.date(), QLocale::ShortFormat));
        if (field.kind == Kind::boolean || field.kind == Kind::integer) width = textOf("000,000");
        if (!field.choices.isEmpty()) width = textOf("Qualification");
        if (field.kind == Kind::decimal) width = textOf("0,000,000.00 EUR");
        width = std::max(width, header.sectionSizeHint(column));
        if (width == widthAtFirst) elastic.append(column);
        if (field.name == entity_.displayField) elastic.append(column);  // with most of the room
        room -= width;
        widths.append(width);
    }
    if (!elastic.isEmpty()) {
        int const each = std::clamp(room / static_cast<int>(elastic.size()), -widthAtFirst / 3, 2 * widthAtFirst);
        for (int const column : std::as_const(elastic)) widths[column] += each;
    }
    isFitting_ = true;
    for (int column = 0; column < widths.size(); ++column) header.resizeSection(column, widths[column]);
    isFitting_ = false;
}

/// In the order that they are shown in.
void ListView::saveColumns() {
    QStringList shown;
    QVariantMap widths = QSettings().value("lists/" + entity_.collection + "/widths").toMap();
    QHeaderView const &header = *table_->horizontalHeader();
    for (int position = 0; position < header.count(); ++position) {
        int const column = header.logicalIndex(position);
        const FieldDescription *const field = model_->columnField(column);
        if (field == nullptr) continue;
        shown.append(field->name);
        widths[field->name] = header.sectionSize(column);
    }
    QSettings settings;
    if (!shown.isEmpty()) {
        columns_ = shown;
        settings.setValue("lists/" + entity_.collection + "/columns", shown);
    }
    settings.setValue("lists/" + entity_.collection + "/widths", widths);
}

void ListView::useView(const QJsonObject &view) {
    QSignalBlocker const quiet(filter_);
    ListQuery query = queryOf(view);
    filter_->setText(query.filter);
    sort_ = query.sort;
    query.columns.removeIf([this](const QString &name) { return entity_.field(name) == nullptr; });
    if (!query.columns.isEmpty()) columns_ = query.columns;
    ask();
}

QStringList ListView::chosenIds() const {
    QStringList ids;
    for (const QModelIndex &row : table_->selectionModel()->selectedRows()) {
        QString const id = model_->idAt(row.row());
        if (!id.isEmpty()) ids.append(id);
    }
    return ids;
}

void ListView::open(bool inBackground) {
    for (const QString &id : chosenIds()) Q_EMIT workspace_.openRequested(entity_.name, id, inBackground);
}

/// Deleted at once, and with Undo afterwards, instead of a question before.
void ListView::remove() {
    QStringList const ids = chosenIds();
    for (qsizetype first = 0; first < ids.size(); first += batchSize) {
        QStringList const some = ids.mid(first, batchSize);
        QJsonArray operations;
        for (const QString &id : some) operations.append(QJsonObject{{"op", "delete"}, {"id", id}});
        Call const call{
            .method = "POST", .path = entity_.collection + "/batch", .body = QJsonObject{{"operations", operations}}};
        workspace_.server().send(call, this, [this, some](const Answer &answer) {
            if (!answer.ok()) {
                Q_EMIT workspace_.said(answer.problem->told(), {});
                return;
            }
            QStringList done;
            QString refusal;
            QJsonArray const results = answer.body["results"].toArray();
            for (qsizetype at = 0; at < some.size(); ++at) {
                QJsonObject const result = results.at(at).toObject();
                if (result["status"].toInt() / 100 == 2) {
                    done.append(some[at]);
                    workspace_.announceChange(entity_.name, some[at], 0, true);
                } else {
                    refusal = worded(result["error"].toObject()["detail"].toString());
                }
            }
            if (!done.isEmpty()) {
                Q_EMIT workspace_.said(tr("%n record(s) deleted", nullptr, static_cast<int>(done.size())),
                                       restoring(done));
            }
            if (!refusal.isEmpty()) Q_EMIT workspace_.said(refusal, {});
        });
    }
}

/// Undeletes the records; works on when this list has been closed meanwhile.
std::function<void()> ListView::restoring(const QStringList &ids) {
    return [workspace = QPointer<Workspace>(&workspace_), list = QPointer<ListView>(this),
            collection = entity_.collection, ids] {
        if (!workspace) return;
        auto const left = std::make_shared<qsizetype>(ids.size());
        for (const QString &id : ids) {
            Call const call{.method = "POST", .path = collection + '/' + id + "/undelete"};
            workspace->server().send(call, workspace, [workspace, list, left](const Answer &answer) {
                if (!answer.ok()) Q_EMIT workspace->said(answer.problem->told(), {});
                if (--*left == 0 && list) list->model_->reload();
            });
        }
    };
}

void ListView::askForMass(bool isDelete) {
    if (job_->isBusy()) return;
    auto *const dialog =
        new MassDialog(workspace_, entity_, isDelete ? MassDialog::Deed::remove : MassDialog::Deed::change,
                       {chosenIds(), filter_->text().trimmed(), search_->text().trimmed(), model_->total()}, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog] { runMass(*dialog); });
    dialog->open();
}

void ListView::runMass(const MassDialog &dialog) {
    Call const call = dialog.call();
    bool const isDelete = call.path.endsWith("massDelete");
    job_->run(isDelete ? tr("Deleting") : tr("Changing"), call,
              [workspace = &workspace_, list = QPointer<ListView>(this), entity = entity_, isDelete](const Job &job) {
                  auto const done = static_cast<int>(job.state()[isDelete ? "deleted" : "updated"].toInteger());
                  auto const left = static_cast<int>(job.state()["failed"].toInteger());
                  QString text =
                      isDelete ? tr("%n record(s) deleted", nullptr, done) : tr("%n record(s) changed", nullptr, done);
                  if (left > 0) text += tr(", %n refused", nullptr, left);
                  if (job.isCancelled()) text = tr("Cancelled: %1").arg(text);
                  Q_EMIT workspace->said(text, done > 0 ? Job::undoing(*workspace, job.id()) : std::function<void()>());
                  Q_EMIT workspace->recordsChanged(entity.collection);
                  if (left > 0 && list) (new RefusalsDialog(*workspace, entity, job.id(), list))->open();
              });
}

void ListView::askForExport() {
    if (job_->isBusy()) return;
    auto *const dialog = new ExportDialog(entity_, filter_->text().trimmed(), search_->text().trimmed(), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog] {
        Call const call = dialog->call(columns_, sort_);
        QString const suffix = dialog->isJson() ? QStringLiteral("ndjson") : QStringLiteral("csv");
        auto *const files = new QFileDialog(this, tr("Export to"));
        files->setAttribute(Qt::WA_DeleteOnClose);
        files->setAcceptMode(QFileDialog::AcceptSave);
        files->setDefaultSuffix(suffix);
        files->selectFile(entity_.collection + '.' + suffix);
        connect(files, &QFileDialog::fileSelected, this, [this, call](const QString &file) { runExport(call, file); });
        files->open();
    });
    dialog->open();
}

void ListView::runExport(const Call &call, const QString &file) {
    job_->run(tr("Exporting"), call, [workspace = &workspace_, file](const Job &job) {
        if (job.isCancelled()) return;
        qint64 const count = job.state()["processed"].toInteger();
        Call fetch{.path = "jobs/" + job.id() + "/result"};
        fetch.fileToWrite = file;
        workspace->server().send(fetch, workspace, [workspace, file, count](const Answer &answer) {
            Q_EMIT workspace->said(answer.ok() ? tr("%L1 records in %2").arg(count).arg(QFileInfo(file).fileName())
                                               : answer.problem->told(),
                                   {});
        });
    });
}

/// As HTML for word processors and as tab-separated text for spreadsheets.
void ListView::copy() {
    QModelIndexList rows = table_->selectionModel()->selectedRows();
    std::ranges::sort(rows, {}, &QModelIndex::row);
    QStringList lines;
    QString html = QStringLiteral("<table><tr>");
    QStringList titles;
    QHeaderView const &header = *table_->horizontalHeader();
    auto const eachColumn = [&](const std::function<void(int)> &visit) {
        for (int position = 0; position < header.count(); ++position) visit(header.logicalIndex(position));
    };
    eachColumn([&](int column) {
        titles.append(model_->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString());
        html += "<th>" + titles.last().toHtmlEscaped() + "</th>";
    });
    lines.append(titles.join('\t'));
    for (const QModelIndex &row : rows) {
        QStringList cells;
        html += QLatin1String("</tr><tr>");
        eachColumn([&](int column) {
            QString const text =
                row.siblingAtColumn(column).data().toString().remove(QChar(leftToRightMark)).simplified();
            cells.append(text);
            html += "<td>" + text.toHtmlEscaped() + "</td>";
        });
        lines.append(cells.join('\t'));
    }
    auto *const copied = new QMimeData;
    copied->setText(lines.join('\n'));
    copied->setHtml(html + "</tr></table>");
    QApplication::clipboard()->setMimeData(copied);
}

bool ListView::eventFilter(QObject *watched, QEvent *event) {
    if (watched == table_->viewport() && event->type() == QEvent::Resize) {
        QTimer::singleShot(0, this, &ListView::fitColumns);  // not while the table lays itself out
    }
    if (watched != table_ || event->type() != QEvent::KeyPress) return QWidget::eventFilter(watched, event);
    auto const *const key = static_cast<QKeyEvent *>(event);
    bool const isPlain = (key->modifiers() & ~Qt::KeypadModifier) == Qt::NoModifier;
    if (isPlain && (key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter)) {
        open(false);
        return true;
    }
    if (isPlain && key->key() == Qt::Key_N && entity_.isCreateable) {
        Q_EMIT workspace_.createRequested(entity_.name, {});
        return true;
    }
    if (isPlain && key->key() == Qt::Key_Escape) model_->forgetChange(table_->currentIndex());
    return QWidget::eventFilter(watched, event);
}

}  // namespace kontor::desktop
