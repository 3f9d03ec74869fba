#pragma once

// What is expected to be sold, by month and category, beside what is to be sold.

#include "desktop/models/forecast_model.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QProgressBar;
class QTableView;

namespace kontor::desktop {

class ForecastView : public QWidget {
    Q_OBJECT
  public:
    ForecastView(Workspace &workspace, QWidget *parent);

    [[nodiscard]] QList<QAction *> forecastActions() const { return actions_; }
    [[nodiscard]] ForecastModel &model() const { return *model_; }

  private:
    void makeBar();
    void loadOwners();
    void load();

    Workspace &workspace_;
    ForecastModel *model_;
    QTableView *table_;
    QComboBox *owners_ = nullptr;
    QComboBox *months_ = nullptr;
    QLabel *hint_ = nullptr;
    QProgressBar *progress_ = nullptr;
    QList<QAction *> actions_;
    QTimer slow_;
    QTimer changed_;
};

}  // namespace kontor::desktop
