#pragma once

#include "desktop/models/timeline_model.h"

#include <QWidget>

class QActionGroup;
class QLabel;
class QLineEdit;
class QListView;

namespace kontor::desktop {

class ReminderChoice;

/// The timeline of a record, with a line that logs a note, call, task or meeting: Enter logs it, Ctrl+Enter logs it and
/// opens it for the rest. Alt+1 to Alt+4 choose which.
class TimelineView : public QWidget {
    Q_OBJECT
  public:
    TimelineView(Workspace &workspace, const EntityDescription &entity, const QString &id, QWidget *parent);

    /// What the logged activities take over: the record's account and contact.
    void setRecord(const QJsonObject &record) { record_ = record; }
    void reload() { model_->reload(); }
    /// Puts the cursor into the line, for an activity of this kind.
    void startEntry(const QString &kind);
    bool eventFilter(QObject *watched, QEvent *event) override;

  private:
    void makeKinds();
    void log(bool andOpen);
    void showState();
    void open(const QModelIndex &index, bool inBackground);

    Workspace &workspace_;
    QString entity_;
    TimelineModel *model_;
    QJsonObject record_;
    QActionGroup *kinds_;
    QLineEdit *line_;
    ReminderChoice *reminder_;
    QListView *list_;
    QLabel *empty_;
    bool opening_ = false;
};

}  // namespace kontor::desktop
