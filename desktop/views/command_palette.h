#pragma once

#include "desktop/models/workspace.h"

#include <QDialog>
#include <QTimer>

class QAction;
class QLineEdit;
class QListWidget;
class QListWidgetItem;

namespace kontor::desktop {

/// A record that was open, newest first.
struct RecentRecord {
    QString entity;
    QString id;
    QString name;
};

/// Ctrl+K: finds records, screens and actions as one types, and goes there.
class CommandPalette : public QDialog {
    Q_OBJECT
  public:
    CommandPalette(Workspace &workspace, QList<QAction *> actions, QList<RecentRecord> recent, QWidget *parent);

  protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

  private:
    void offer();
    void search();
    void addRecord(const QString &entity, const QString &id, const QString &name, const QString &hint);
    void addHeading(const QString &text);
    void choose(QListWidgetItem *item, bool inBackground);
    void step(int rows);

    Workspace &workspace_;
    QList<QAction *> actions_;
    QList<RecentRecord> recent_;
    QLineEdit *input_;
    QListWidget *list_;
    QTimer delay_;
    struct Hit {
        RecentRecord record;
        QString hint;
    };
    QList<Hit> hits_;
    quint64 asked_ = 0;
};

}  // namespace kontor::desktop
