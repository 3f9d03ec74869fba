#pragma once

// A forecast by month: what is closed, what is committed, what may be and what is in the pipeline, exact.

#include "desktop/models/money.h"
#include "desktop/models/workspace.h"

#include <QAbstractTableModel>
#include <QDate>

#include <array>

namespace kontor::desktop {

class ForecastModel : public QAbstractTableModel {
    Q_OBJECT
  public:
    enum Column { month, progress, closed, commit, bestCase, pipeline, target, columnTotal };
    /// Of the column `progress`: doubles from 0 to 1, for the bars; the figures themselves are text.
    enum Role { closedPart = Qt::UserRole, commitPart, bestCasePart, pipelinePart, targetPart };

    explicit ForecastModel(Workspace &workspace, QObject *parent = nullptr);

    /// From the month of `first` on, so many months; of an owner, or of all when empty.
    void load(QDate first, int months, const QString &ownerId);

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    [[nodiscard]] QString currency() const { return currency_; }

  Q_SIGNALS:
    void loading();
    void loaded();
    void failed(const kontor::desktop::Problem &problem);

  private:
    struct Month {
        QDate first;                    ///< invalid: the sum of all
        std::array<Decimal, 4> amount;  ///< closed, commit, bestCase, pipeline
        Decimal target;
    };

    void fill(const QJsonObject &forecast);
    [[nodiscard]] Decimal figure(const Month &row, int column) const;
    [[nodiscard]] QVariant part(const Month &row, int role) const;

    Workspace &workspace_;
    QDate first_;
    int asked_ = 0;
    int months_ = 0;
    QString currency_;
    QList<Month> rows_;
};

}  // namespace kontor::desktop
