#pragma once

#include "desktop/models/attachments_model.h"

#include <QWidget>

class QLabel;
class QTableView;

namespace kontor::desktop {

/// The files of a record. They are dropped onto it or chosen; Enter opens one; saving and removing are in
/// its menu, and what is on its way can be stopped with Escape.
class AttachmentsView : public QWidget {
    Q_OBJECT
  public:
    AttachmentsView(Workspace &workspace, const QString &entity, const QString &recordId, QWidget *parent);

    void reload() { model_->reload(); }
    void upload(const QStringList &paths);

  private:
    void makeActions();
    void makeTable();
    void choose();
    void open();
    void saveAs();
    void remove();
    void showState();
    [[nodiscard]] int row() const;

    Workspace &workspace_;
    AttachmentsModel *model_;
    QTableView *table_;
    QLabel *empty_;
    QAction *add_ = nullptr;
    QAction *open_ = nullptr;
    QAction *save_ = nullptr;
    QAction *remove_ = nullptr;
    QAction *stop_ = nullptr;
    QSet<QString> opening_;  // files that are shown when they are there
};

}  // namespace kontor::desktop
