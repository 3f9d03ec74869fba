#pragma once

// The list of an entity: search, filter, columns, sorting, editing in place, and what is done with the chosen rows.

#include "desktop/models/record_list_model.h"

#include <QWidget>

class QAction;
class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;
class QTableView;

namespace kontor::desktop {

class FilterBuilder;
class FilterChips;
class JobStrip;
class MassDialog;

class ListView : public QWidget {
    Q_OBJECT
  public:
    ListView(Workspace &workspace, const EntityDescription &entity, QWidget *parent);

    [[nodiscard]] QList<QAction *> listActions() const { return actions_; }
    [[nodiscard]] RecordListModel &model() const { return *model_; }
    [[nodiscard]] QTableView &table() const { return *table_; }
    [[nodiscard]] QStringList chosenIds() const;
    /// Starts the job of the dialog; says afterwards what it did, with a way to take it back.
    void runMass(const MassDialog &dialog);
    /// Makes the export and writes it to the file; with a progress bar and a way to cancel.
    void runExport(const Call &call, const QString &file);

  protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

  private:
    void makeBar();
    void makeTable();
    void makeActions();
    QAction *action(const QString &name, const QString &text, const QString &icon, const QKeySequence &shortcut,
                    const std::function<void()> &run);
    void ask();
    void sortBy(int column);
    void showSort();
    void showState();
    void showProblem(const Problem &problem);
    void showColumnsMenu(const QPoint &at);
    void useView(const QJsonObject &view);
    void restoreColumns();
    void fitColumns();
    void saveColumns();
    void showBuilder(bool isWanted);
    void open(bool inBackground);
    void remove();
    [[nodiscard]] std::function<void()> restoring(const QStringList &ids);
    void copy();
    void askForMass(bool isDelete);
    void askForExport();

    Workspace &workspace_;
    EntityDescription entity_;
    RecordListModel *model_;
    QTableView *table_;
    bool isFitting_ = false;  ///< the columns are being resized by the list itself
    QLineEdit *search_ = nullptr;
    QLineEdit *filter_ = nullptr;
    QPushButton *filterButton_ = nullptr;
    FilterBuilder *builder_ = nullptr;
    FilterChips *chips_ = nullptr;
    JobStrip *job_ = nullptr;
    QLabel *count_ = nullptr;
    QLabel *problem_ = nullptr;
    QLabel *emptiness_ = nullptr;
    QPushButton *offer_ = nullptr;
    QProgressBar *progress_ = nullptr;
    QList<QAction *> actions_;
    QString sort_;
    QStringList columns_;
    QTimer typing_;
    QTimer slow_;
};

}  // namespace kontor::desktop
