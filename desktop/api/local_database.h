#pragma once

// The SQLite file of the local store, as its parts see it. Only ever touched on the thread of the store.

#include <QJsonObject>
#include <QObject>
#include <QSqlQuery>
#include <QString>
#include <QVariantList>

namespace kontor::desktop {

class LocalDatabase : public QObject {
  public:
    /// What went wrong, or nothing.
    QString open(const QString &path);
    void close();

    /// A query without rows when it did not succeed.
    QSqlQuery run(const QString &statement, const QVariantList &values = {});
    void begin();
    void commit();

  private:
    QString name_;
};

[[nodiscard]] QByteArray bytesOf(const QJsonObject &object);
/// Empty when it is no object.
[[nodiscard]] QJsonObject objectOf(const QVariant &bytes);

}  // namespace kontor::desktop
