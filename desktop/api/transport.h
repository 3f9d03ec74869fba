#pragma once

// The thread that talks: QNetworkAccessManager and the reading of what it brings.

#include "desktop/api/answer.h"

#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QObject>
#include <QSet>
#include <QSslCertificate>
#include <QSslConfiguration>
#include <QUrl>

#include <memory>

namespace kontor::desktop {

/// Lives on the thread of Server; its slots are called through the queue.
class Transport : public QObject {
    Q_OBJECT
  public:
    struct Order {
        quint64 number = 0;
        Call call;
        QUrl url;  ///< absolute, with the query
        QByteArray authorization;
        int attempts = 3;
        bool isStream = false;  ///< what comes is told as it comes, by received()
    };

  public Q_SLOTS:
    void start(const kontor::desktop::Transport::Order &order);
    void cancel(quint64 number);
    /// Beside the system's own.
    void trust(const QList<QSslCertificate> &authorities);

  Q_SIGNALS:
    void finished(quint64 number, const kontor::desktop::Answer &answer);
    void progressed(quint64 number, qint64 done, qint64 total);
    void received(quint64 number, const QByteArray &piece);

  private:
    void receive(QNetworkReply *reply, const Order &order);
    void repeat(const Order &order);
    [[nodiscard]] static bool mayRepeat(const Order &order);

    std::unique_ptr<QNetworkAccessManager> network_;  // made on the thread that uses it
    QSslConfiguration tls_ = QSslConfiguration::defaultConfiguration();
    QHash<quint64, QPointer<QNetworkReply>> replies_;
    QSet<quint64> pausing_;    // between two attempts
    QSet<quint64> cancelled_;  // a timeout ends a reply with the same error as a cancellation does
};

}  // namespace kontor::desktop
