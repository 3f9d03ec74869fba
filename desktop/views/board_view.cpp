#include "desktop/views/board_view.h"

#include "desktop/views/look.h"
#include "desktop/views/stage_column.h"
#include "desktop/views/stage_fields_dialog.h"

#include <QAction>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QRegularExpression>
#include <QScrollArea>
#include <QScrollBar>
#include <QSettings>
#include <QToolButton>

namespace kontor::desktop {

namespace {

constexpr int typingDelay = 350;  // ms after the last key, before the filter is tried
constexpr int slowDelay = 500;    // ms until waiting is shown
constexpr int closedDays = 30;
constexpr auto pipelineSetting = "board/pipeline";
constexpr auto closedSetting = "board/showClosed";

/// Words are looked for in names; what has an operator is the filter language itself.
QString asFilter(const QString &typed) {
    QString const text = typed.trimmed();
    if (text.isEmpty() || text.contains(QRegularExpression("[=<>:()]"))) return text;
    QString const pattern = filterText('*' + text + '*');
    return "(name : " + pattern + " OR accountName : " + pattern + ")";
}

}  // namespace

BoardView::BoardView(Workspace &workspace, QWidget *parent)
    : QWidget(parent), workspace_(workspace), model_(new BoardModel(workspace, this)) {
    setObjectName("board");
    auto *const column = new QVBoxLayout(this);
    column->setContentsMargins(look::space, look::space, look::space, 0);
    column->setSpacing(look::space);
    makeBar();
    makeBody();
    makeActions();
    for (QTimer *const timer : {&typing_, &slow_}) timer->setSingleShot(true);
    typing_.setInterval(typingDelay);
    slow_.setInterval(slowDelay);
    connect(&typing_, &QTimer::timeout, this, &BoardView::load);
    connect(&slow_, &QTimer::timeout, progress_, &QWidget::show);
    connect(model_, &BoardModel::loading, this, [this] { slow_.start(); });
    connect(model_, &BoardModel::loaded, this, &BoardView::showColumns);
    connect(model_, &BoardModel::failed, this, [this](const Problem &problem) {
        slow_.stop();
        progress_->hide();
        showFilterProblem(problem.detail.isEmpty() ? problem.title : problem.detail);
    });
    connect(model_, &BoardModel::moved, this, &BoardView::select);
    connect(model_, &BoardModel::saved, this, &BoardView::tellMoved);
    connect(model_, &BoardModel::refused, this, [this](const QString &text) { Q_EMIT workspace_.said(text, {}); });
    connect(model_, &BoardModel::fieldsWanted, this, &BoardView::askForFields);
    connect(&workspace_, &Workspace::outdated, this, [this] {
        if (pipelines_->count() == 0) loadPipelines();  // the server was not there
    });
    loadPipelines();
}

void BoardView::makeBar() {
    pipelines_ = new QComboBox(this);
    pipelines_->setObjectName("pipeline");
    pipelines_->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    auto *const label = new QLabel(tr("&Pipeline"), this);
    label->setBuddy(pipelines_);
    connect(pipelines_, &QComboBox::activated, this, [this] {
        QSettings().setValue(pipelineSetting, pipelines_->currentData());
        load();
    });
    filterEdit_ = new QLineEdit(this);
    filterEdit_->setObjectName("filter");
    filterEdit_->setAccessibleName(tr("Filter"));
    filterEdit_->setPlaceholderText(tr("Name or account, or a filter such as amount > 10000"));
    filterEdit_->setClearButtonEnabled(true);
    filterEdit_->addAction(look::icon("filter"), QLineEdit::LeadingPosition);
    connect(filterEdit_, &QLineEdit::textChanged, &typing_, qOverload<>(&QTimer::start));
    auto const toggle = [this](const QString &name, const QString &icon) {
        auto *const button = new QToolButton(this);
        button->setObjectName(name);
        button->setIcon(look::icon(icon));
        button->setCheckable(true);
        button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        return button;
    };
    mine_ = toggle("mine", "user");
    closed_ = toggle("closed", "check");
    closed_->setChecked(QSettings().value(closedSetting, true).toBool());
    auto *const bar = new QHBoxLayout;
    bar->setSpacing(look::space);
    bar->addWidget(label);
    bar->addWidget(pipelines_);
    bar->addWidget(filterEdit_, 1);
    bar->addWidget(mine_);
    bar->addWidget(closed_);
    static_cast<QVBoxLayout *>(layout())->addLayout(bar);
    filterProblem_ = new QLabel(this);
    filterProblem_->setObjectName("filterProblem");
    filterProblem_->setTextFormat(Qt::PlainText);
    filterProblem_->setWordWrap(true);
    filterProblem_->hide();
    layout()->addWidget(filterProblem_);
}

void BoardView::makeBody() {
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
    layout()->addWidget(emptiness_);
    scroll_ = new QScrollArea(this);
    scroll_->setWidgetResizable(true);
    scroll_->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll_->setFocusPolicy(Qt::NoFocus);
    auto *const body = new QWidget(scroll_);
    row_ = new QHBoxLayout(body);
    row_->setContentsMargins(0, 0, 0, look::space);
    row_->setSpacing(look::space + look::halfSpace);
    scroll_->setWidget(body);
    static_cast<QVBoxLayout *>(layout())->addWidget(scroll_, 1);
}

QAction *BoardView::action(const QString &text, const QString &icon, const QKeySequence &shortcut,
                           const std::function<void()> &run) {
    auto *const made = new QAction(look::icon(icon), text, this);
    made->setShortcut(shortcut);
    made->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    connect(made, &QAction::triggered, this, run);
    addAction(made);
    actions_.append(made);
    return made;
}

void BoardView::makeActions() {
    action(tr("&Open opportunity"), "opportunity", Qt::Key_Return, [this] {
        open(false);
    })->setShortcuts({Qt::Key_Return, Qt::Key_Enter});
    action(tr("Open in &background"), "opportunity", Qt::CTRL | Qt::Key_Return, [this] { open(true); });
    action(tr("&New opportunity in this stage"), "add", Qt::CTRL | Qt::SHIFT | Qt::Key_N, [this] { create(); });
    action(tr("Move to the &next stage"), "right", Qt::CTRL | Qt::Key_Right,
           [this] { moveAside(layoutDirection() == Qt::LeftToRight ? 1 : -1); });
    action(tr("Move to the &stage before"), "left", Qt::CTRL | Qt::Key_Left,
           [this] { moveAside(layoutDirection() == Qt::LeftToRight ? -1 : 1); });
    action(tr("Move &up"), "up", Qt::CTRL | Qt::Key_Up, [this] { moveWithin(-1); });
    action(tr("Move &down"), "down", Qt::CTRL | Qt::Key_Down, [this] { moveWithin(1); });
    QAction *const mine = action(tr("Only &mine"), "user", Qt::CTRL | Qt::SHIFT | Qt::Key_M, {});
    mine->setToolTip(tr("Only opportunities that I own"));
    QAction *const closed = action(tr("&Closed lately"), "check", Qt::CTRL | Qt::SHIFT | Qt::Key_C, {});
    closed->setToolTip(tr("Also what was won or lost in the last %1 days").arg(closedDays));
    for (auto const &[button, toggling] : {std::pair{mine_, mine}, std::pair{closed_, closed}}) {
        toggling->setCheckable(true);
        toggling->setChecked(button->isChecked());
        button->setDefaultAction(toggling);
        connect(toggling, &QAction::toggled, this, &BoardView::load);
    }
    connect(closed, &QAction::toggled, this, [](bool isOn) { QSettings().setValue(closedSetting, isOn); });
    action(tr("&Filter the board"), "filter", QKeySequence::Find, [this] {
        filterEdit_->setFocus(Qt::ShortcutFocusReason);
        filterEdit_->selectAll();
    });
    action(tr("&Refresh"), "refresh", QKeySequence::Refresh, [this] { load(); });
}

void BoardView::loadPipelines() {
    Call call;
    call.path = "pipelines";
    call.query = {{"sort", "position"}, {"limit", "100"}};
    workspace_.server().send(call, this, [this](const Answer &answer) {
        if (!answer.ok()) {
            showFilterProblem(answer.problem->told());
            return;
        }
        QString wanted = QSettings().value(pipelineSetting).toString();
        QString standard;
        pipelines_->clear();
        for (const QJsonObject &pipeline : answer.records()) {
            if (pipeline.contains("isActive") && !pipeline["isActive"].toBool()) continue;
            pipelines_->addItem(pipeline["name"].toString(), pipeline["id"].toString());
            if (pipeline["isDefault"].toBool()) standard = pipeline["id"].toString();
        }
        if (pipelines_->findData(wanted) < 0) wanted = standard;
        pipelines_->setCurrentIndex(std::max(0, pipelines_->findData(wanted)));
        load();
    });
}

QString BoardView::filter() const {
    QStringList parts;
    QString const typed = asFilter(filterEdit_->text());
    if (!typed.isEmpty()) parts.append('(' + typed + ')');
    if (mine_->isChecked()) parts.append("ownerId = " + filterText(workspace_.userId()));
    return parts.join(" AND ");
}

void BoardView::load() {
    typing_.stop();
    QDate const since = closed_->isChecked() ? QDate::currentDate().addDays(-closedDays) : QDate();
    model_->load(pipelines_->currentData().toString(), filter(), since);
}

void BoardView::showFilterProblem(const QString &text) {
    filterProblem_->setText(text);
    QPalette palette = filterProblem_->palette();
    palette.setColor(QPalette::WindowText, look::colour(look::Tone::bad));
    filterProblem_->setPalette(palette);
    filterProblem_->setVisible(!text.isEmpty());
}

void BoardView::showColumns() {
    slow_.stop();
    progress_->hide();
    showFilterProblem({});
    QList<StageColumn *> const before = std::exchange(columns_, {});
    for (int index = 0; index < model_->columnCount(); ++index) {
        StageModel *const stage = model_->column(index);
        // A column whose stage is gone refers to nothing any more: it is only compared by address.
        auto const kept = std::ranges::find_if(before, [&](StageColumn *column) { return &column->stage() == stage; });
        if (kept != before.end()) {
            columns_.append(*kept);
        } else {
            auto *const column = new StageColumn(workspace_, *model_, *stage, scroll_->widget());
            connect(&column->list(), &StageList::asideWanted, this, &BoardView::step);
            connect(&column->list(), &QListView::doubleClicked, this, [this] { open(false); });
            columns_.append(column);
        }
    }
    for (StageColumn *const column : before) {
        row_->removeWidget(column);
        if (!columns_.contains(column)) delete column;
    }
    for (StageColumn *const column : std::as_const(columns_)) row_->addWidget(column, 1);
    for (qsizetype index = 1; index < columns_.size(); ++index) {
        setTabOrder(&columns_[index - 1]->list(), &columns_[index]->list());
    }
    showEmptiness();
}

void BoardView::showEmptiness() {
    bool const isEmpty = model_->isEmpty();
    bool const isFiltered = !filter().isEmpty();
    emptiness_->setText(isFiltered
                            ? tr("No opportunity fits the filter.")
                            : tr("There is no opportunity in this pipeline yet. Press Ctrl+Shift+N to begin one."));
    emptiness_->setVisible(isEmpty);
}

int BoardView::currentColumn() const {
    for (int index = 0; index < columns_.size(); ++index) {
        if (columns_[index]->list().hasFocus()) return index;
    }
    for (int index = 0; index < columns_.size(); ++index) {
        if (columns_[index]->list().selectionModel()->hasSelection()) return index;
    }
    return -1;
}

QString BoardView::currentCard() const {
    int const column = currentColumn();
    if (column < 0) return {};
    return columns_[column]->list().currentIndex().data(StageModel::idRole).toString();
}

/// One card is selected on the whole board, and its column has the focus.
void BoardView::select(const QString &id) {
    for (StageColumn *const column : std::as_const(columns_)) {
        int const row = column->stage().rowOf(id);
        if (row < 0) {
            column->list().clearSelection();
            continue;
        }
        QModelIndex const index = column->stage().index(row);
        column->list().setCurrentIndex(index);
        column->list().setFocus();
        column->list().scrollTo(index);
        scroll_->ensureWidgetVisible(column, look::space, 0);
    }
}

/// To the card at the same height, in the next column that has one.
void BoardView::step(int columns) {
    int const from = currentColumn();
    if (from < 0) return;
    const StageList &list = columns_[from]->list();
    int const height = list.visualRect(list.currentIndex()).center().y();
    for (int index = from + columns; index >= 0 && index < columns_.size(); index += columns) {
        StageModel &stage = columns_[index]->stage();
        if (stage.rowCount() == 0) continue;
        QModelIndex const at = columns_[index]->list().indexAt({look::space, height});
        select(stage.idAt(at.isValid() ? at.row() : stage.rowCount() - 1));
        return;
    }
}

void BoardView::moveAside(int columns) {
    QString const id = currentCard();
    StageModel *const target = model_->column(currentColumn() + columns);
    if (!id.isEmpty() && target != nullptr) model_->move(id, target->stageId(), 0);
}

void BoardView::moveWithin(int rows) {
    QString const id = currentCard();
    StageModel *const stage = model_->column(currentColumn());
    if (id.isEmpty() || stage == nullptr) return;
    int const row = stage->rowOf(id);
    int const wanted = row + rows;
    if (wanted >= 0 && wanted < stage->rowCount()) model_->move(id, stage->stageId(), rows < 0 ? wanted : wanted + 1);
}

void BoardView::open(bool inBackground) {
    if (filterEdit_->hasFocus()) {  // the shortcut of opening is the key that ends typing
        load();
        return;
    }
    QString const id = currentCard();
    if (!id.isEmpty()) Q_EMIT workspace_.openRequested("Opportunity", id, inBackground);
}

void BoardView::create() {
    QJsonObject values{{"pipelineId", pipelines_->currentData().toString()}};
    if (const StageModel *const stage = model_->column(std::max(0, currentColumn())))
        values["stageId"] = stage->stageId();
    Q_EMIT workspace_.createRequested("Opportunity", values);
}

void BoardView::askForFields(const BoardMove &move, const QList<FieldProblem> &fields) {
    const StageModel *const stage = model_->stage(move.stageId);
    const StageModel *const shown = model_->stageOfCard(move.id);
    if (stage == nullptr || shown == nullptr) return;
    QJsonObject const record = shown->index(shown->rowOf(move.id)).data(StageModel::recordRole).toJsonObject();
    auto *const dialog = new StageFieldsDialog(workspace_, stage->name(), record, fields, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog, move] { model_->moveWith(move, dialog->values()); });
    connect(dialog, &QDialog::rejected, this, [this, move] { model_->giveUp(move); });
    dialog->open();
}

void BoardView::tellMoved(const BoardMove &move, const QJsonObject &before) {
    QString const name = before["name"].toString();
    if (move.isUndo) {
        Q_EMIT workspace_.said(tr("%1 is back where it was.").arg(name), {});
        return;
    }
    const StageModel *const stage = model_->stage(move.stageId);
    if (stage == nullptr || move.stageId == move.fromStageId) return;
    Q_EMIT workspace_.said(tr("%1 moved to %2.").arg(name, stage->name()), [model = QPointer(model_), move, before] {
        if (model) model->undo(move, before);
    });
}

}  // namespace kontor::desktop
