#pragma once

// A column of the board: what is in the stage altogether, and its cards.

#include "desktop/models/board_model.h"

#include <QFrame>
#include <QListView>

class QLabel;

namespace kontor::desktop {

/// The cards of a stage. Left and right leave it.
class StageList : public QListView {
    Q_OBJECT
  public:
    explicit StageList(QWidget *parent);

  Q_SIGNALS:
    void asideWanted(int columns);

  protected:
    void keyPressEvent(QKeyEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void startDrag(Qt::DropActions actions) override;
};

class StageColumn : public QFrame {
    Q_OBJECT
  public:
    StageColumn(Workspace &workspace, BoardModel &board, StageModel &stage, QWidget *parent);

    [[nodiscard]] StageList &list() const { return *list_; }
    [[nodiscard]] StageModel &stage() const { return stage_; }

  private:
    void showTotals();

    BoardModel &board_;
    StageModel &stage_;
    QLabel *name_;
    QLabel *count_;
    QLabel *total_;
    QLabel *weighted_;
    QLabel *rotting_;
    StageList *list_;
};

}  // namespace kontor::desktop
