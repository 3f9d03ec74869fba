#pragma once

// What happened around a record, newest first, a page at a time.

#include "desktop/models/workspace.h"

#include <QAbstractListModel>
#include <QDateTime>

namespace kontor::desktop {

class TimelineModel : public QAbstractListModel {
    Q_OBJECT
  public:
    enum Role { kindRole = Qt::UserRole, textRole, atRole, byRole, entityRole, idRole };

    TimelineModel(Workspace &workspace, const EntityDescription &entity, const QString &id, QObject *parent);

    /// Reads the newest page anew; what is shown stays until it is there.
    void reload();
    /// Logs a note, call, task or meeting about the record, with the reminder that is usual; logged() or failed()
    /// follows.
    void log(const QString &kind, const QString &subject, const QJsonObject &record);
    /// Takes back what was logged.
    void takeBack(const QString &activityId);

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] bool canFetchMore(const QModelIndex &parent) const override;
    void fetchMore(const QModelIndex &parent) override;
    [[nodiscard]] bool isLoading() const { return loading_; }

  Q_SIGNALS:
    void loaded();
    void logged(const QString &activityId, const QString &subject);
    void failed(const kontor::desktop::Problem &problem);

  private:
    struct Entry {
        QDateTime at;
        QString entity;
        QString id;
        QString kind;
        QString title;
        QString text;
        QString by;
    };

    void ask(const QString &cursor);
    void take(const QList<Entry> &came, bool isFirst);
    [[nodiscard]] QString labelsOf(const QString &members) const;
    [[nodiscard]] static Entry entryOf(const QJsonObject &json);

    Workspace &workspace_;
    QString entity_;
    QString collection_;
    bool hasTimeline_;  // entities of other services have their activities only
    QString id_;
    QList<Entry> entries_;
    QString cursor_;
    bool loading_ = false;
};

}  // namespace kontor::desktop
