#pragma once

// A wire to the server that can be cut and mended.

#include <QHash>
#include <QTcpServer>
#include <QTcpSocket>
#include <QUrl>

class CutProxy : public QTcpServer {
  public:
    explicit CutProxy(const QUrl &server) : server_(server) {
        connect(this, &QTcpServer::newConnection, this, [this] {
            while (QTcpSocket *const client = nextPendingConnection()) join(client);
        });
        listen(QHostAddress::LocalHost);
        port_ = serverPort();
    }
    [[nodiscard]] QUrl url() const { return {QString("http://127.0.0.1:%1").arg(port_)}; }
    void cut() {
        close();
        for (QTcpSocket *const socket : findChildren<QTcpSocket *>()) socket->abort();
    }
    [[nodiscard]] bool mend() { return listen(QHostAddress::LocalHost, port_); }
    /// The next requests reach the server, whose answers are lost with the wire.
    void cutAtNextAnswer() { cutsAtAnswer_ = true; }

  private:
    void join(QTcpSocket *client) {
        auto *const upstream = new QTcpSocket(this);
        client->setParent(this);
        upstream->connectToHost(server_.host(), static_cast<quint16>(server_.port()));
        connect(client, &QTcpSocket::readyRead, upstream, [client, upstream] { upstream->write(client->readAll()); });
        connect(upstream, &QTcpSocket::readyRead, client, [this, client, upstream] {
            if (cutsAtAnswer_) {
                cutsAtAnswer_ = false;
                return cut();
            }
            client->write(upstream->readAll());
        });
        connect(client, &QTcpSocket::disconnected, upstream, &QTcpSocket::disconnectFromHost);
        connect(upstream, &QTcpSocket::disconnected, client, &QTcpSocket::disconnectFromHost);
        connect(client, &QTcpSocket::disconnected, client, &QObject::deleteLater);
        connect(upstream, &QTcpSocket::disconnected, upstream, &QObject::deleteLater);
    }

    QUrl server_;
    quint16 port_ = 0;
    bool cutsAtAnswer_ = false;
};
