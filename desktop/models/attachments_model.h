#pragma once

// The files of a record, and those on their way. Contents go from and to the disk on the network's thread.

#include "desktop/models/workspace.h"

#include <QAbstractTableModel>

namespace kontor::desktop {

class AttachmentsModel : public QAbstractTableModel {
    Q_OBJECT
  public:
    enum Column { nameColumn, sizeColumn, dateColumn, columns };
    enum Role { progressRole = Qt::UserRole, idRole };  ///< progress: 0 to 100 while on its way, else invalid

    AttachmentsModel(Workspace &workspace, const QString &entity, const QString &recordId, QObject *parent);

    void reload();
    void upload(const QString &path);
    /// Streams the content into the file; downloaded() or failed() follows.
    void download(int row, const QString &path);
    /// Stops what is on its way in this row.
    void cancel(int row);
    /// Removes it; removed() follows, with the id for takeBack().
    void remove(int row);
    void takeBack(const QString &attachmentId);
    [[nodiscard]] QString fileName(int row) const;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;

  Q_SIGNALS:
    void loaded();
    void uploaded(const QString &fileName);
    void downloaded(const QString &path);
    void removed(const QString &attachmentId, const QString &fileName);
    void failed(const QString &text);

  private:
    struct File {
        QString id;
        QString name;
        qint64 size = 0;
        QString createdAt;
        quint64 transfer = 0;  // the call that moves it, 0 when none does
        bool isNew = false;    // on its way up
        int percent = 0;
    };

    [[nodiscard]] int rowOf(quint64 transfer) const;
    void uploadEnded(quint64 transfer, const Answer &answer);
    void say(const Problem &problem, const QString &fileName);

    Workspace &workspace_;
    QString entity_;
    QString recordId_;
    QList<File> files_;
};

}  // namespace kontor::desktop
