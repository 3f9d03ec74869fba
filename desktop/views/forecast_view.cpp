#include "desktop/views/forecast_view.h"

#include "desktop/views/look.h"

#include <QAction>
#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPainter>
#include <QProgressBar>
#include <QStyledItemDelegate>
#include <QTableView>

namespace kontor::desktop {

namespace {

constexpr int slowDelay = 500;
constexpr int changedDelay = 500;  // ms: a flurry of news is one question
constexpr int barHeight = 12;
constexpr int mostOwners = 200;

/// Closed, commit, best case and pipeline one after the other, and a mark where the target is.
class BarDelegate : public QStyledItemDelegate {
  public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override {
        QStyledItemDelegate::paint(painter, option, index);
        QRect const room = option.rect.adjusted(look::space, 0, -look::space, 0);
        int const top = room.center().y() - barHeight / 2;
        auto const at = [&](double from, double to, int y, int height) {
            QRect const bar(room.left() + static_cast<int>(room.width() * from), y,
                            std::max(1, static_cast<int>(room.width() * (to - from))), height);
            return QStyle::visualRect(option.direction, room, bar);
        };
        double done = 0;
        for (int role = ForecastModel::closedPart; role <= ForecastModel::pipelinePart; ++role) {
            double const part = index.data(role).toDouble();
            if (part > 0) painter->fillRect(at(done, done + part, top, barHeight), colour(role));
            done += part;
        }
        double const target = index.data(ForecastModel::targetPart).toDouble();
        if (target > 0) {
            QRect const mark =
                at(std::max(0.0, target - 0.004), target, top - look::halfSpace, barHeight + 2 * look::halfSpace);
            painter->fillRect(mark, option.palette.color(QPalette::Text));
        }
    }

    static QColor colour(int role) {
        switch (role) {
        case ForecastModel::closedPart:
            return look::colour(look::Tone::good);
        case ForecastModel::commitPart:
            return look::colour(look::Tone::accent);
        case ForecastModel::bestCasePart:
            return look::colour(look::Tone::warning);
        default:
            return look::colour(look::Tone::muted).lighter(look::isDark() ? 70 : 160);
        }
    }
};

}  // namespace

ForecastView::ForecastView(Workspace &workspace, QWidget *parent)
    : QWidget(parent), workspace_(workspace), model_(new ForecastModel(workspace, this)), table_(new QTableView(this)) {
    setObjectName("forecast");
    setFocusProxy(table_);
    auto *const column = new QVBoxLayout(this);
    column->setContentsMargins(look::space, look::space, look::space, look::space);
    column->setSpacing(look::space);
    makeBar();
    table_->setObjectName("forecastTable");
    table_->setAccessibleName(tr("Forecast"));
    table_->setModel(model_);
    table_->setItemDelegateForColumn(ForecastModel::progress, new BarDelegate(table_));
    table_->verticalHeader()->hide();
    table_->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 2 * look::space);
    table_->setShowGrid(false);
    table_->setAlternatingRowColors(true);
    table_->setSelectionBehavior(QAbstractItemView::SelectRows);
    table_->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table_->setTabKeyNavigation(false);
    table_->horizontalHeader()->setHighlightSections(false);
    table_->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    table_->horizontalHeader()->setSectionResizeMode(ForecastModel::progress, QHeaderView::Stretch);
    table_->horizontalHeader()->setMinimumSectionSize(look::space * 10);
    column->addWidget(table_, 1);
    slow_.setSingleShot(true);
    slow_.setInterval(slowDelay);
    connect(&slow_, &QTimer::timeout, progress_, &QWidget::show);
    connect(model_, &ForecastModel::loading, &slow_, qOverload<>(&QTimer::start));
    connect(model_, &ForecastModel::loaded, this, [this] {
        slow_.stop();
        progress_->hide();
        hint_->setText(model_->currency().isEmpty() ? QString() : tr("All amounts in %1").arg(model_->currency()));
    });
    connect(model_, &ForecastModel::failed, this, [this](const Problem &problem) {
        slow_.stop();
        progress_->hide();
        hint_->setText(problem.told());
    });
    auto *const refresh = new QAction(look::icon("refresh"), tr("&Refresh"), this);
    refresh->setShortcut(QKeySequence::Refresh);
    refresh->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    connect(refresh, &QAction::triggered, this, &ForecastView::load);
    addAction(refresh);
    actions_.append(refresh);
    changed_.setSingleShot(true);
    changed_.setInterval(changedDelay);
    connect(&changed_, &QTimer::timeout, this, &ForecastView::load);
    connect(&workspace_, &Workspace::recordChanged, &changed_, [this](const QString &name) {
        if (name == "Opportunity" || name == "Target") changed_.start();
    });
    connect(&workspace_, &Workspace::outdated, this, [this] {
        loadOwners();
        load();
    });
    loadOwners();
    load();
}

void ForecastView::makeBar() {
    months_ = new QComboBox(this);
    months_->setObjectName("months");
    months_->addItem(tr("This quarter"), 0);
    months_->addItem(tr("Six months from now"), 6);
    months_->addItem(tr("This year"), 12);
    months_->setCurrentIndex(1);
    auto *const span = new QLabel(tr("&Months"), this);
    span->setBuddy(months_);
    owners_ = new QComboBox(this);
    owners_->setObjectName("owner");
    owners_->setMinimumContentsLength(16);
    auto *const of = new QLabel(tr("&Of"), this);
    of->setBuddy(owners_);
    hint_ = new QLabel(this);
    hint_->setTextFormat(Qt::PlainText);
    look::asHint(*hint_);
    auto *const bar = new QHBoxLayout;
    bar->setSpacing(look::space);
    bar->addWidget(span);
    bar->addWidget(months_);
    bar->addWidget(of);
    bar->addWidget(owners_);
    bar->addWidget(hint_, 1);
    struct Key {
        QString text;
        int role;
    };
    for (const Key &key :
         {Key{tr("Closed"), ForecastModel::closedPart}, Key{tr("Commit"), ForecastModel::commitPart},
          Key{tr("Best case"), ForecastModel::bestCasePart}, Key{tr("Pipeline"), ForecastModel::pipelinePart}}) {
        auto *const sign = new QLabel(this);
        QPixmap colour(barHeight, barHeight);
        colour.fill(BarDelegate::colour(key.role));
        sign->setPixmap(colour);
        auto *const text = new QLabel(key.text, this);
        look::asHint(*text);
        bar->addWidget(sign);
        bar->addWidget(text);
    }
    static_cast<QVBoxLayout *>(layout())->addLayout(bar);
    progress_ = new QProgressBar(this);
    progress_->setRange(0, 0);
    progress_->setTextVisible(false);
    progress_->setFixedHeight(look::halfSpace);
    progress_->setAccessibleName(tr("Loading"));
    progress_->hide();
    layout()->addWidget(progress_);
    for (QComboBox *const box : {months_, owners_}) connect(box, &QComboBox::activated, this, &ForecastView::load);
}

void ForecastView::loadOwners() {
    if (owners_->count() == 0) {
        owners_->addItem(tr("Everybody"), QString());
        owners_->addItem(tr("Mine"), workspace_.userId());
    }
    if (owners_->count() > 2) return;
    Call call;
    call.path = "users";
    call.query = {{"sort", "displayName"}, {"fields", "id,displayName"}, {"limit", QString::number(mostOwners)}};
    workspace_.server().send(call, this, [this](const Answer &answer) {
        if (!answer.ok() || owners_->count() > 2) return;
        owners_->insertSeparator(owners_->count());
        for (const QJsonObject &user : answer.records()) {
            if (user["id"].toString() != workspace_.userId()) {
                owners_->addItem(user["displayName"].toString(), user["id"].toString());
            }
        }
    });
}

void ForecastView::load() {
    QDate const today = QDate::currentDate();
    int const chosen = months_->currentData().toInt();
    QDate first(today.year(), today.month(), 1);
    int months = chosen;
    if (chosen == 0) {
        first = QDate(today.year(), (today.month() - 1) / 3 * 3 + 1, 1);
        months = 3;
    } else if (chosen == 12) {
        first = QDate(today.year(), 1, 1);
    }
    model_->load(first, months, owners_->currentData().toString());
}

}  // namespace kontor::desktop
