#pragma once

// The calendar screen: day, week or month of one's own activities or somebody else's.

#include "desktop/views/calendar_grid.h"

#include <QWidget>

class QActionGroup;
class QComboBox;
class QLabel;
class QProgressBar;

namespace kontor::desktop {

class CalendarView : public QWidget {
    Q_OBJECT
  public:
    CalendarView(Workspace &workspace, QWidget *parent);

    [[nodiscard]] QList<QAction *> calendarActions() const { return actions_; }
    [[nodiscard]] CalendarModel &model() const { return *model_; }
    [[nodiscard]] CalendarGrid &grid() const { return *grid_; }

  private:
    void makeBar();
    void makeActions();
    QAction *action(const QString &text, const QString &icon, const QKeySequence &shortcut,
                    const std::function<void()> &run);
    void loadOwners();
    void load();
    void showTitle();
    void showEmptiness();
    void setSpan(CalendarGrid::Span span);
    void turn(int steps);
    void create(const QDateTime &start, const QDateTime &end);
    void tellSaved(const QString &id, const EntryTimes &before);
    [[nodiscard]] QString ownerId() const { return ownerId_; }

    Workspace &workspace_;
    CalendarModel *model_;
    CalendarGrid *grid_;
    QLabel *title_ = nullptr;
    QLabel *hint_ = nullptr;
    QComboBox *owners_ = nullptr;
    QProgressBar *progress_ = nullptr;
    QList<QAction *> actions_;
    QList<QAction *> spans_;  // in the order of CalendarGrid::Span
    QString ownerId_;
    bool isUndoing_ = false;
    QTimer slow_;
};

}  // namespace kontor::desktop
