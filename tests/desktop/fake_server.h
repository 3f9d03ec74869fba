#pragma once

// A server that says what it is told to, and no more.

#include <QByteArray>
#include <QList>
#include <QTcpServer>
#include <QTcpSocket>
#include <QUrl>

/// Gives each connection the next of the scripted answers, then closes it; an empty one is never answered.
class FakeServer : public QTcpServer {
  public:
    explicit FakeServer(QList<QByteArray> answers) : answers_(std::move(answers)) {
        connect(this, &QTcpServer::newConnection, this, [this] {
            QTcpSocket *const socket = nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, this, [this, socket] { answer(*socket); });
        });
        listen(QHostAddress::LocalHost);
    }
    [[nodiscard]] QUrl url() const { return {QString("http://127.0.0.1:%1").arg(serverPort())}; }
    QList<QByteArray> requests;

  private:
    void answer(QTcpSocket &socket) {
        QByteArray const request = socket.property("got").toByteArray() + socket.readAll();
        socket.setProperty("got", request);
        if (!request.contains("\r\n\r\n") || socket.property("answered").toBool()) return;
        socket.setProperty("answered", true);
        requests.append(request);
        QByteArray const text = answers_.size() > 1 ? answers_.takeFirst() : answers_.value(0);
        if (text.isEmpty()) return;
        socket.write(text);
        socket.disconnectFromHost();
    }
    QList<QByteArray> answers_;
};

inline QByteArray http(const QByteArray &status, const QByteArray &body, const QByteArray &type = "application/json") {
    return "HTTP/1.1 " + status + "\r\nContent-Type: " + type +
           "\r\nConnection: close\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body;
}
