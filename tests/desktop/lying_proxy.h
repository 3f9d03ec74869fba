#pragma once

// Between the client and a real server, and not to be trusted: answers come late, broken off, damaged or not at all.

#include <QHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QPointer>
#include <QRandomGenerator>
#include <QTcpServer>
#include <QTcpSocket>
#include <QThread>
#include <QTimer>
#include <QUrl>

#include <atomic>

enum class Lie {
    none,
    delays,           ///< each answer is a second late
    drops,            ///< no answer: the connection breaks
    breaksOff,        ///< in the middle of a body that was promised whole
    html500,          ///< a page, as a proxy's
    unavailable,      ///< 503 with a problem document
    nothing,          ///< 200 without a body
    truncated,        ///< JSON that ends in the middle, in an answer that is whole
    wrongTypes,       ///< values of other types than they are said to be
    lostMembers,      ///< members that are not there
    hugeValues,       ///< texts of a megabyte, numbers past every bound
    deep,             ///< arrays in arrays
    notUtf8,          ///< bytes that are no text
    endless,          ///< lists without an end, of the same records
    absurdTotals,     ///< less than nothing, more than there can be
    anotherDocument,  ///< the answer to something else
};

class LyingProxy : public QObject {
  public:
    explicit LyingProxy(const QUrl &server) : server_(server) {
        moveToThread(&thread_);
        thread_.start();
        QMetaObject::invokeMethod(
            this,
            [this] {
                listener_ = new QTcpServer(this);
                connect(listener_, &QTcpServer::newConnection, this, [this] {
                    while (QTcpSocket *const client = listener_->nextPendingConnection()) take(client);
                });
                listener_->listen(QHostAddress::LocalHost);
                port_ = listener_->serverPort();
            },
            Qt::BlockingQueuedConnection);
    }
    ~LyingProxy() override {
        QMetaObject::invokeMethod(
            this, [this] { delete listener_; }, Qt::BlockingQueuedConnection);
        thread_.quit();
        thread_.wait();
    }
    [[nodiscard]] QUrl url() const { return {QString("http://127.0.0.1:%1").arg(port_)}; }
    void tell(Lie lie, quint32 seed = 1) {
        seed_ = seed;
        lie_ = lie;
    }
    [[nodiscard]] int told() const { return told_; }

  private:
    /// One request for each connection to the server; the client's goes on while the answers are whole.
    void take(QTcpSocket *client) {
        client->setParent(listener_);
        connect(client, &QTcpSocket::readyRead, this, [this, client] {
            QByteArray const request = client->property("request").toByteArray() + client->readAll();
            client->setProperty("request", request);
            qsizetype const head = request.indexOf("\r\n\r\n");
            if (head < 0 || request.size() < head + 4 + lengthIn(request.left(head))) return;
            client->setProperty("request", QByteArray());
            forward(client, request, head);
        });
        connect(client, &QTcpSocket::disconnected, client, &QObject::deleteLater);
    }
    static qsizetype lengthIn(const QByteArray &head) {
        for (const QByteArray &line : head.split('\n')) {
            if (line.toLower().startsWith("content-length:")) return line.mid(15).trimmed().toLongLong();
        }
        return 0;
    }
    void forward(QTcpSocket *client, const QByteArray &request, qsizetype head) {
        QList<QByteArray> lines = request.left(head).split('\n');
        lines.removeIf([](const QByteArray &line) {
            return line.toLower().startsWith("connection:") || line.toLower().startsWith("accept-encoding:");
        });
        for (QByteArray &line : lines) line = line.trimmed();
        lines.append("Connection: close");
        bool const isStream = lines.first().contains("/events");
        auto *const upstream = new QTcpSocket(client);
        upstream->connectToHost(server_.host(), static_cast<quint16>(server_.port()));
        upstream->write(lines.join("\r\n") + "\r\n\r\n" + request.mid(head + 4));
        if (isStream) {
            connect(upstream, &QTcpSocket::readyRead, client,
                    [client, upstream] { client->write(upstream->readAll()); });
            connect(upstream, &QTcpSocket::disconnected, client, &QTcpSocket::disconnectFromHost);
            return;
        }
        connect(upstream, &QTcpSocket::disconnected, client,
                [this, client, upstream] { answer(client, upstream->readAll()); });
    }
    void answer(QTcpSocket *client, const QByteArray &whole) {
        Lie const lie = lie_;
        if (lie == Lie::delays) {
            QTimer::singleShot(1000, client, [client, whole] { send(client, whole); });
            return;
        }
        if (lie == Lie::drops) {
            ++told_;
            return client->abort();
        }
        if (lie == Lie::breaksOff) {
            ++told_;
            client->write(whole.left(whole.size() - whole.size() / 3));
            client->flush();
            return client->abort();
        }
        qsizetype const head = whole.indexOf("\r\n\r\n");
        if (lie == Lie::none || head < 0) return send(client, whole);
        ++told_;
        if (lie == Lie::html500) {
            return sendAnswer(client, "500 Internal Server Error", "text/html", "<html><h1>Oops</h1></html>");
        }
        if (lie == Lie::unavailable) {
            return sendAnswer(client, "503 Service Unavailable", "application/problem+json",
                              R"({"title":"Unavailable","status":503,"code":"UNAVAILABLE","retryable":true})");
        }
        QByteArray const status = whole.left(whole.indexOf('\r')).mid(9);
        sendAnswer(client, status, "application/json", damaged(lie, body(whole, head)));
    }
    /// Without the frames of Transfer-Encoding: chunked (RFC 9112, 7.1).
    static QByteArray body(const QByteArray &whole, qsizetype head) {
        QByteArray const rest = whole.mid(head + 4);
        if (!whole.left(head).toLower().contains("transfer-encoding: chunked")) return rest;
        QByteArray text;
        for (qsizetype at = 0; at < rest.size();) {
            qsizetype const end = rest.indexOf("\r\n", at);
            qsizetype const size = rest.mid(at, end - at).toLongLong(nullptr, 16);
            if (end < 0 || size <= 0) break;
            text += rest.mid(end + 2, size);
            at = end + 2 + size + 2;
        }
        return text;
    }
    QByteArray damaged(Lie lie, const QByteArray &body) {
        QJsonDocument const document = QJsonDocument::fromJson(body);
        // Others for each answer, and the same ones in each run.
        QRandomGenerator chance(seed_ + static_cast<quint32>(counted_++));
        auto const text = [](const QJsonValue &value) {
            return value.isArray() ? QJsonDocument(value.toArray()).toJson(QJsonDocument::Compact)
                                   : QJsonDocument(value.toObject()).toJson(QJsonDocument::Compact);
        };
        QJsonValue const value = document.isArray() ? QJsonValue(document.array()) : QJsonValue(document.object());
        switch (lie) {
        case Lie::nothing:
            return {};
        case Lie::truncated:
            return body.left(body.size() / 2);
        case Lie::wrongTypes:
            return text(changed(value, chance, 4, false));
        case Lie::lostMembers:
            return text(changed(value, chance, 3, true));
        case Lie::hugeValues:
            return text(enlarged(value, chance));
        case Lie::deep:
            return QByteArray("{\"data\":") + QByteArray(5000, '[') + QByteArray(5000, ']') + "}";
        case Lie::notUtf8:
            return QByteArray(body).replace("\"name\":\"", "\"name\":\"\xff\xfe\xc3(").replace('a', '\x80');
        case Lie::endless: {
            QJsonObject list = value.toObject();
            if (list.contains("page")) list["page"] = QJsonObject{{"nextCursor", "again"}};
            return text(list);
        }
        case Lie::absurdTotals: {
            QJsonObject list = value.toObject();
            for (const char *const name : {"total", "count", "processed", "estimate"}) {
                list[name] = chance.bounded(2) == 0 ? -5.0 : 1e18;
            }
            QJsonObject page = list["page"].toObject();
            page["total"] = chance.bounded(2) == 0 ? -1.0 : 9e18;
            list["page"] = page;
            return text(list);
        }
        case Lie::anotherDocument:
            return R"({"data":[{"id":"01941f29-7c01-7000-8003-000000000620","version":"x"},null,7,"text",[]],"page":[]})";
        default:
            return body;
        }
    }
    /// Each value with one chance in `odds` is of another type, or is not there.
    static QJsonValue changed(const QJsonValue &value, QRandomGenerator &chance, int odds, bool isLost) {
        if (value.isObject()) {
            QJsonObject object = value.toObject();
            for (const QString &key : object.keys()) {
                if (isLost && chance.bounded(odds) == 0) {
                    object.remove(key);
                } else {
                    object[key] = changed(object[key], chance, odds, isLost);
                }
            }
            if (isLost || chance.bounded(odds * 4) != 0) return object;
        } else if (value.isArray()) {
            QJsonArray array;
            for (const auto &each : value.toArray()) array.append(changed(each, chance, odds, isLost));
            if (isLost || chance.bounded(odds * 4) != 0) return array;
        } else if (isLost || chance.bounded(odds) != 0) {
            return value;
        }
        switch (chance.bounded(6)) {
        case 0:
            return QJsonValue::Null;
        case 1:
            return -1.5;
        case 2:
            return QString("not this");
        case 3:
            return QJsonArray{1, "two", QJsonValue::Null};
        case 4:
            return QJsonObject{{"id", 7}};
        default:
            return true;
        }
    }
    static QJsonValue enlarged(const QJsonValue &value, QRandomGenerator &chance) {
        if (value.isObject()) {
            QJsonObject object = value.toObject();
            for (const QString &key : object.keys()) object[key] = enlarged(object[key], chance);
            return object;
        }
        if (value.isArray()) {
            QJsonArray array;
            for (const auto &each : value.toArray()) array.append(enlarged(each, chance));
            return array;
        }
        if (value.isDouble()) return chance.bounded(3) == 0 ? -1e300 : 1e300;
        if (value.isString() && chance.bounded(400) == 0) return QString(1 << 20, QChar(0x0301));
        if (value.isString() && chance.bounded(20) == 0) return value.toString() + QString(2000, 'W');
        return value;
    }
    static void send(QTcpSocket *client, const QByteArray &whole) {
        client->write(whole);
        client->disconnectFromHost();
    }
    static void sendAnswer(QTcpSocket *client, const QByteArray &status, const QByteArray &type,
                           const QByteArray &body) {
        send(client, "HTTP/1.1 " + status + "\r\nContent-Type: " + type + "\r\nConnection: close\r\nContent-Length: " +
                         QByteArray::number(body.size()) + "\r\n\r\n" + body);
    }

    QUrl server_;
    QThread thread_;
    QTcpServer *listener_ = nullptr;
    quint16 port_ = 0;
    std::atomic<Lie> lie_ = Lie::none;
    std::atomic<quint32> seed_ = 1;
    std::atomic<int> told_ = 0;
    int counted_ = 0;
};
