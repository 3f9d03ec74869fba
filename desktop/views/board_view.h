#pragma once

// The pipeline as a board: a column for each stage, a card for each opportunity. Cards are drawn, not built of widgets,
// so that two thousand of them are no more work than those on the screen.

#include "desktop/models/board_model.h"

#include <QWidget>

class QComboBox;
class QFrame;
class QHBoxLayout;
class QLabel;
class QLineEdit;
class QProgressBar;
class QScrollArea;
class QStackedLayout;
class QToolButton;

namespace kontor::desktop {

class StageColumn;

class BoardView : public QWidget {
    Q_OBJECT
  public:
    BoardView(Workspace &workspace, QWidget *parent);

    /// For the menu and the palette; they work while the board has the focus.
    [[nodiscard]] QList<QAction *> boardActions() const { return actions_; }
    [[nodiscard]] BoardModel &model() const { return *model_; }

  private:
    void makeBar();
    void makeBody();
    void makeActions();
    QAction *action(const QString &text, const QString &icon, const QKeySequence &shortcut,
                    const std::function<void()> &run);
    void loadPipelines();
    void load();
    void showColumns();
    void showEmptiness();
    void showFilterProblem(const QString &text);

    /// The column that has the focus, or had it last.
    [[nodiscard]] int currentColumn() const;
    [[nodiscard]] QString currentCard() const;
    void select(const QString &id);
    void step(int columns);
    void moveAside(int columns);
    void moveWithin(int rows);
    void open(bool inBackground);
    void create();
    void askForFields(const BoardMove &move, const QList<FieldProblem> &fields);
    void tellMoved(const BoardMove &move, const QJsonObject &before);
    [[nodiscard]] QString filter() const;

    Workspace &workspace_;
    BoardModel *model_;
    QList<QAction *> actions_;
    QComboBox *pipelines_ = nullptr;
    QLineEdit *filterEdit_ = nullptr;
    QToolButton *mine_ = nullptr;
    QToolButton *closed_ = nullptr;
    QLabel *filterProblem_ = nullptr;
    QProgressBar *progress_ = nullptr;
    QLabel *emptiness_ = nullptr;
    QScrollArea *scroll_ = nullptr;
    QHBoxLayout *row_ = nullptr;
    QList<StageColumn *> columns_;
    QTimer typing_;
    QTimer slow_;
};

}  // namespace kontor::desktop
