// The changes that others make: told by a real server, and by one that breaks off and talks nonsense.

#include "desktop/models/event_stream.h"
#include "tests/desktop/fake_server.h"

#include <QSignalSpy>
#include <QTest>

using namespace kontor::desktop;

namespace {

constexpr int patience = 15'000;  // ms

QByteArray stream(const QByteArray &text) {
    return "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n" + text;
}

}  // namespace

class EventsTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void init() {
        server_ = std::make_unique<Server>();
        server_->setAddress(QUrl(qEnvironmentVariable("KONTOR_URL")));
        server_->setCredentials({qgetenv("KONTOR_API_KEY"), {}});
        workspace_ = std::make_unique<Workspace>(*server_);
        events_ = std::make_unique<EventStream>(*workspace_);
    }
    void cleanup() {
        events_.reset();
        workspace_.reset();
        server_.reset();
    }

    void tellsWhatOthersChange() {
        QSignalSpy const changes(workspace_.get(), &Workspace::recordChanged);
        events_->start();
        QTRY_VERIFY_WITH_TIMEOUT(events_->isLive(), patience);
        Server other;
        other.setAddress(server_->address());
        other.setCredentials({qgetenv("KONTOR_API_KEY"), {}});
        QString const id = write(other, "POST", "accounts", {{"name", "Told at once"}});
        QVERIFY(!id.isEmpty());
        QTRY_VERIFY_WITH_TIMEOUT(heard(changes, id, 1, false), patience);
        write(other, "PATCH", "accounts/" + id, {{"industry", "Baking"}});
        QTRY_VERIFY_WITH_TIMEOUT(heard(changes, id, 2, false), patience);
        write(other, "DELETE", "accounts/" + id, {});
        QTRY_VERIFY_WITH_TIMEOUT(heard(changes, id, 3, true), patience);
        events_->stop();
        QTRY_VERIFY_WITH_TIMEOUT(!events_->isLive(), patience);
    }

    void goesOnWhereItBrokeOff() {
        FakeServer fake({stream("event: ready\nid: one\ndata: {}\n\n"
                                ": nothing new\n\n"
                                "event: change\r\nid: two\r\ndata: {\"entity\":\"Account\",\"id\":\"a\",\r\n"
                                "data: \"kind\":\"updated\",\"version\":7}\r\n\r\n"
                                "event: change\nid: never\ndata: {\"entity\":\"Account\",\"id\":\"cut"),
                         stream("event: ready\ndata: {}\n\n")});
        server_->setAddress(fake.url());
        QSignalSpy const changes(workspace_.get(), &Workspace::recordChanged);
        QSignalSpy const live(events_.get(), &EventStream::liveChanged);
        events_->start();
        QTRY_VERIFY_WITH_TIMEOUT(fake.requests.size() >= 2, patience);
        QVERIFY(heard(changes, "a", 7, false));
        QCOMPARE(changes.size(), 1);
        QVERIFY(live.size() >= 2);
        QCOMPARE(live.at(0).at(0).toBool(), true);
        QCOMPARE(live.at(1).at(0).toBool(), false);
        QVERIFY(!fake.requests.at(0).contains("Last-Event-ID"));
        QVERIFY2(fake.requests.at(1).contains("Last-Event-ID: two\r\n"), fake.requests.at(1).constData());
    }

    void nonsenseIsPassedOver() {
        FakeServer fake(
            {stream("event: change\ndata: [1,2\n\nevent: change\ndata: {\"entity\":7,\"id\":null}\n\n"
                    "event: else\ndata: {\"entity\":\"Account\",\"id\":\"a\"}\n\nevent: ready\ndata: x\n\n")});
        server_->setAddress(fake.url());
        QSignalSpy const changes(workspace_.get(), &Workspace::recordChanged);
        QSignalSpy const live(events_.get(), &EventStream::liveChanged);
        events_->start();
        QTRY_VERIFY_WITH_TIMEOUT(live.size() >= 2, patience);
        QCOMPARE(changes.size(), 0);
    }

    void anEventWithoutEndIsNotKept() {
        FakeServer fake({stream("data: " + QByteArray(3 << 20, 'x')), stream("event: ready\ndata: {}\n\n")});
        server_->setAddress(fake.url());
        QSignalSpy const live(events_.get(), &EventStream::liveChanged);
        events_->start();
        QTRY_VERIFY_WITH_TIMEOUT(!live.isEmpty(), patience);
        QVERIFY(fake.requests.size() >= 2);
    }

    void aPositionThatIsForgottenIsGivenUp() {
        FakeServer fake({stream("event: ready\nid: old\ndata: {}\n\n"),
                         http("400 Bad Request", R"({"code":"INVALID_CURSOR","title":"Gone","status":400})",
                              "application/problem+json"),
                         stream("event: ready\ndata: {}\n\n")});
        server_->setAddress(fake.url());
        QSignalSpy const missed(workspace_.get(), &Workspace::outdated);
        events_->start();
        QTRY_VERIFY_WITH_TIMEOUT(fake.requests.size() >= 3, patience);
        QCOMPARE(missed.size(), 1);
        QVERIFY(fake.requests.at(1).contains("Last-Event-ID: old"));
        QVERIFY(!fake.requests.at(2).contains("Last-Event-ID"));
    }

    /// The server ends a stream with its token: there is another one by then.
    void aNewTokenTakesTheStreamOver() {
        QTcpServer fake;
        QList<QByteArray> streams;
        int renewals = 0;
        QVERIFY(fake.listen(QHostAddress::LocalHost));
        connect(&fake, &QTcpServer::newConnection, this, [&] {
            QTcpSocket *const socket = fake.nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, this, [&, socket] {
                QByteArray const request = socket->readAll();
                if (request.startsWith("POST")) {
                    QByteArray const life = renewals++ == 0 ? "1" : "900";
                    socket->write(http("200 OK", R"({"access_token":"token)" + QByteArray::number(renewals) +
                                                     R"(","refresh_token":"next","expires_in":)" + life + "}"));
                    return;
                }
                streams.append(request);
                socket->write(stream("event: ready\nid: here\ndata: {}\n\n"));
            });
        });
        server_->setAddress(QUrl(QString("http://127.0.0.1:%1").arg(fake.serverPort())));
        server_->setCredentials({"token0", "refresh", 1});
        QSignalSpy const live(events_.get(), &EventStream::liveChanged);
        QSignalSpy const out(server_.get(), &Server::signedOut);
        events_->start();
        QTRY_COMPARE_WITH_TIMEOUT(streams.size(), 3, patience);
        QVERIFY(streams[0].contains("Bearer token0") && streams[1].contains("Bearer token1") &&
                streams[2].contains("Bearer token2"));
        QVERIFY(streams[1].contains("Last-Event-ID: here") && streams[2].contains("Last-Event-ID: here"));
        QCOMPARE(live.size(), 1);  // nobody sees it
        QVERIFY(events_->isLive());
        QCOMPARE(renewals, 2);
        QCOMPARE(out.size(), 0);
        server_->setCredentials({});
    }

    void withoutASignInItDoesNotKnockAgain() {
        server_->setCredentials({"kontor_key_forged", {}});
        QSignalSpy const out(server_.get(), &Server::signedOut);
        events_->start();
        QTRY_COMPARE_WITH_TIMEOUT(out.size(), 1, patience);
        QTest::qWait(1500);  // longer than the first pause
        QCOMPARE(out.size(), 1);
        QVERIFY(!events_->isLive());
    }

  private:
    /// Writes as somebody else; the record's id.
    static QString write(Server &server, const QByteArray &method, const QString &path, const QJsonObject &values) {
        Call call;
        call.method = method;
        call.path = path;
        if (!values.isEmpty()) call.body = values;
        std::optional<Answer> got;
        server.send(call, &server, [&got](const Answer &answer) { got = answer; });
        if (!QTest::qWaitFor([&got] { return got.has_value(); }, patience) || !got->ok()) return {};
        return got->body["id"].toString();
    }
    static bool heard(const QSignalSpy &changes, const QString &id, qint64 version, bool isDeleted) {
        return std::ranges::any_of(changes, [&](const QList<QVariant> &change) {
            return change.at(1) == id && change.at(2) == version && change.at(3) == isDeleted;
        });
    }

    std::unique_ptr<Server> server_;
    std::unique_ptr<Workspace> workspace_;
    std::unique_ptr<EventStream> events_;
};

QTEST_MAIN(EventsTest)
#include "events_test.moc"
