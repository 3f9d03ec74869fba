#include "desktop/models/forecast_model.h"

#include <QFont>

#include <algorithm>

namespace kontor::desktop {

namespace {

constexpr std::array<const char *, 4> categories{"closed", "commit", "bestCase", "pipeline"};
constexpr int partDigits = 6;

}  // namespace

ForecastModel::ForecastModel(Workspace &workspace, QObject *parent)
    : QAbstractTableModel(parent), workspace_(workspace) {}

void ForecastModel::load(QDate first, int months, const QString &ownerId) {
    first_ = QDate(first.year(), first.month(), 1);
    months_ = months;
    int const number = ++asked_;
    Q_EMIT loading();
    Call call;
    call.path = "forecast";
    call.query = {{"from", first_.toString(Qt::ISODate)}, {"until", first_.addMonths(months).toString(Qt::ISODate)}};
    if (!ownerId.isEmpty()) call.query.append({"ownerId", ownerId});
    workspace_.server().send(call, this, [this, number](const Answer &answer) {
        if (number != asked_) return;
        if (answer.ok()) {
            fill(answer.body);
        } else {
            Q_EMIT failed(*answer.problem);
        }
    });
}

void ForecastModel::fill(const QJsonObject &forecast) {
    QList<Month> rows;
    for (int index = 0; index < months_; ++index) rows.append({first_.addMonths(index), {}, {}});
    Month sum;
    for (const auto &value : forecast["row"].toArray()) {
        QJsonObject const row = value.toObject();
        QDate const period = QDate::fromString(row["period"].toString(), Qt::ISODate);
        auto const found = std::ranges::find(rows, period, &Month::first);
        QString const category = row["category"].toString();
        auto const at =
            std::ranges::find_if(categories, [&](const char *name) { return category == QLatin1String(name); });
        if (found == rows.end() || at == categories.end()) continue;
        auto const index = static_cast<std::size_t>(at - categories.begin());
        Decimal const amount = decimalOf(row["amountBase"]);
        Decimal const wanted = decimalOf(row["target"]);
        for (Month *const each : {&*found, &sum}) {
            each->amount[index] = each->amount[index] + amount;
            each->target = each->target + wanted;
        }
    }
    rows.append(sum);
    beginResetModel();
    rows_ = rows;
    currency_ = lineOf(forecast["currency"].toString());
    endResetModel();
    Q_EMIT loaded();
}

int ForecastModel::rowCount(const QModelIndex &parent) const {
    return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

int ForecastModel::columnCount(const QModelIndex &parent) const { return parent.isValid() ? 0 : columnTotal; }

Decimal ForecastModel::figure(const Month &row, int column) const {
    if (column == target) return row.target;
    return column >= closed && column <= pipeline ? row.amount[static_cast<std::size_t>(column - closed)] : Decimal();
}

/// Of the largest month, so that the bars can be compared; the sum has a scale of its own.
QVariant ForecastModel::part(const Month &row, int role) const {
    auto const extent = [](const Month &each) {
        Decimal sum;
        for (const Decimal &amount : each.amount) sum = sum + amount;
        return std::max(sum, each.target);
    };
    Decimal largest;
    for (const Month &each : rows_) {
        if (each.first.isValid() == row.first.isValid()) largest = std::max(largest, extent(each));
    }
    if (largest <= Decimal()) return 0.0;
    Decimal const value = role == targetPart ? row.target : row.amount[static_cast<std::size_t>(role - closedPart)];
    return QString::fromStdString(value.dividedBy(largest, partDigits).toString()).toDouble();
}

QVariant ForecastModel::data(const QModelIndex &index, int role) const {
    if (!index.isValid() || index.row() >= rowCount()) return {};
    const Month &row = rows_[index.row()];
    int const column = index.column();
    if (role >= closedPart && role <= targetPart) return part(row, role);
    if (role == Qt::TextAlignmentRole && column >= closed) return QVariant(Qt::AlignRight | Qt::AlignVCenter);
    if (role == Qt::AccessibleTextRole && column == progress) {
        return tr("%1 of %2 closed").arg(moneyText(row.amount[0], currency_), moneyText(row.target, currency_));
    }
    if (role == Qt::FontRole && !row.first.isValid()) {
        QFont bold;
        bold.setBold(true);
        return bold;
    }
    if (role != Qt::DisplayRole) return {};
    if (column == month) return row.first.isValid() ? QLocale().toString(row.first, "MMMM yyyy") : tr("Together");
    if (column == progress) return {};
    Decimal const value = figure(row, column);
    return value == Decimal() ? QString(QChar(0x2013)) : decimalText(value, 2);
}

QVariant ForecastModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::TextAlignmentRole) {
        return QVariant((section >= closed ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    }
    if (role != Qt::DisplayRole) return {};
    switch (section) {
    case month:
        return tr("Month");
    case progress:
        return tr("Towards the target");
    case closed:
        return tr("Closed");
    case commit:
        return tr("Commit");
    case bestCase:
        return tr("Best case");
    case pipeline:
        return tr("Pipeline");
    case target:
        return tr("Target");
    default:
        return {};
    }
}

}  // namespace kontor::desktop
