// The server as the client sees it: a real one, and one that lies, stalls and breaks off.

#include "desktop/api/description.h"
#include "desktop/api/server.h"
#include "tests/desktop/fake_server.h"

#include <QSignalSpy>
#include <QTest>

using namespace kontor::desktop;

namespace {

constexpr int patience = 15'000;  // ms that the server may take

Answer ask(Server &server, const Call &call) {
    std::optional<Answer> got;
    server.send(call, &server, [&got](const Answer &answer) { got = answer; });
    if (!QTest::qWaitFor([&got] { return got.has_value(); }, patience)) qFatal("no answer at all");
    return *got;
}

Call get(const QString &path, QList<std::pair<QString, QString>> query = {}) {
    Call call;
    call.path = path;
    call.query = std::move(query);
    return call;
}

Problem::Kind kindOf(const Answer &answer) { return answer.problem.value_or(Problem{}).kind; }

}  // namespace

class ServerTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void init() {
        server_ = std::make_unique<Server>();
        server_->setAddress(QUrl(qEnvironmentVariable("KONTOR_URL")));
        server_->setCredentials({qgetenv("KONTOR_API_KEY"), {}});
    }

    void describesItsEntities() {
        Descriptions const all = Descriptions::parse(ask(*server_, get("describe")).body);
        const EntityDescription *const contact = all.entity("Contact");
        QVERIFY(contact != nullptr);
        QVERIFY(contact->field("lastName") != nullptr);
    }

    void listsRecords() {
        Answer const answer = ask(*server_, get("contacts", {{"limit", "3"}, {"sort", "lastName"}}));
        QVERIFY(answer.ok());
        QCOMPARE(answer.records().size(), 3);
    }

    void aRefusalNamesItsCodeAndFields() {
        Call call = get("contacts");
        call.method = "POST";
        call.body = QJsonObject{{"lastName", 7}};
        Answer const answer = ask(*server_, call);
        QCOMPARE(kindOf(answer), Problem::Kind::refused);
        QVERIFY(!answer.problem->code.isEmpty());
        QVERIFY(!answer.problem->fields.isEmpty());
    }

    void aWrongKeyIsSignedOut() {
        server_->setCredentials({"kontor_key_wrong", {}});
        QSignalSpy const out(server_.get(), &Server::signedOut);
        QCOMPARE(kindOf(ask(*server_, get("contacts"))), Problem::Kind::signedOut);
        QCOMPARE(out.count(), 1);
    }

    void noServerIsOffline() {
        server_->setAddress(QUrl("http://127.0.0.1:1"));
        QSignalSpy const online(server_.get(), &Server::onlineChanged);
        QCOMPARE(kindOf(ask(*server_, get("contacts"))), Problem::Kind::offline);
        QCOMPARE(online.count(), 1);
        QVERIFY(!server_->isOnline());
    }

    void liesAreUnreadable_data() {
        QTest::addColumn<QByteArray>("answer");
        QTest::newRow("an array") << http("200 OK", "[1]");
        QTest::newRow("half an object") << http("200 OK", R"({"data":[{"id")");
        QTest::newRow("a page") << http("200 OK", "<html>", "text/html");
        QTest::newRow("500 without a problem") << http("500 Internal Server Error", "oh", "text/plain");
    }
    void liesAreUnreadable() {
        QFETCH(QByteArray, answer);
        FakeServer const fake({answer});
        server_->setAddress(fake.url());
        QCOMPARE(kindOf(ask(*server_, get("contacts"))), Problem::Kind::unreadable);
    }

    void wrongTypesAreNoRecords() {
        FakeServer const fake({http("200 OK", R"({"data":[7,"x",null,{"id":5}]})")});
        server_->setAddress(fake.url());
        QCOMPARE(ask(*server_, get("contacts")).records().size(), 1);
    }

    void aBrokenConnectionIsTriedAgain() {
        FakeServer const fake({"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 999\r\n\r\n{",
                               http("200 OK", R"({"data":[]})")});
        server_->setAddress(fake.url());
        QVERIFY(ask(*server_, get("contacts")).ok());
        QCOMPARE(fake.requests.size(), 2);
    }

    void silenceEndsAsOffline() {
        FakeServer const fake({""});
        server_->setAddress(fake.url());
        Call call = get("contacts");
        call.timeoutSeconds = 1;
        QCOMPARE(kindOf(ask(*server_, call)), Problem::Kind::offline);
    }

    void cancellingAnswersAtOnce() {
        FakeServer const fake({""});
        server_->setAddress(fake.url());
        std::optional<Answer> got;
        quint64 const number = server_->send(get("contacts"), this, [&got](const Answer &answer) { got = answer; });
        QTRY_COMPARE(fake.requests.size(), 1);
        server_->cancel(number);
        QTRY_VERIFY(got.has_value());
        QCOMPARE(kindOf(*got), Problem::Kind::cancelled);
        QCOMPARE(fake.requests.size(), 1);
    }

    void anEndedTokenIsRenewedOnce() {
        FakeServer const fake({http("401 Unauthorized", "{}"),
                               http("200 OK", R"({"access_token":"second","refresh_token":"next"})"),
                               http("200 OK", R"({"data":[]})")});
        server_->setAddress(fake.url());
        server_->setCredentials({"first", "once"});
        QSignalSpy const changed(server_.get(), &Server::credentialsChanged);
        QVERIFY(ask(*server_, get("contacts")).ok());
        QCOMPARE(changed.count(), 1);
        QVERIFY(fake.requests.value(2).contains("Bearer second"));
    }

    void aTokenIsRenewedBeforeItEnds() {
        FakeServer const fake({http("200 OK", R"({"access_token":"second","refresh_token":"next","expires_in":900})"),
                               http("200 OK", R"({"data":[]})")});
        server_->setAddress(fake.url());
        server_->setCredentials({"first", "once", 1});
        QSignalSpy const changed(server_.get(), &Server::credentialsChanged);
        QTRY_COMPARE_WITH_TIMEOUT(changed.count(), 1, patience);
        QVERIFY(fake.requests.value(0).startsWith("POST /oauth/token"));
        QVERIFY(fake.requests.value(0).contains("refresh_token=once"));
        QVERIFY(ask(*server_, get("contacts")).ok());
        QVERIFY(fake.requests.value(1).contains("Bearer second"));
    }

    void aRenewalInTimeThatIsRefusedSignsOutOnce() {
        FakeServer const fake({http("400 Bad Request", R"({"error":"invalid_grant"})")});
        server_->setAddress(fake.url());
        server_->setCredentials({"first", "once", 1});
        QSignalSpy const out(server_.get(), &Server::signedOut);
        QTRY_COMPARE_WITH_TIMEOUT(out.count(), 1, patience);
        QCOMPARE(fake.requests.size(), 1);
    }

    void whoSignsInDuringARenewalKeepsHisTokens() {
        FakeServer const fake({http("401 Unauthorized", "{}"), "", http("200 OK", R"({"data":[]})")});
        server_->setAddress(fake.url());
        server_->setCredentials({"first", "once"});
        std::optional<Answer> got;
        server_->send(get("contacts"), this, [&got](const Answer &answer) { got = answer; });
        QTRY_COMPARE_WITH_TIMEOUT(fake.requests.size(), 2, patience);  // the renewal hangs
        server_->setCredentials({"other", "another"});
        QVERIFY(ask(*server_, get("contacts")).ok());
        QVERIFY(fake.requests.value(2).contains("Bearer other"));
        QCOMPARE(server_->credentials().refreshToken, QByteArray("another"));
    }

    void aRefusedRenewalSignsOut() {
        FakeServer const fake(
            {http("401 Unauthorized", "{}"), http("400 Bad Request", R"({"error":"invalid_grant"})")});
        server_->setAddress(fake.url());
        server_->setCredentials({"first", "once"});
        QSignalSpy const out(server_.get(), &Server::signedOut);
        QCOMPARE(kindOf(ask(*server_, get("contacts"))), Problem::Kind::signedOut);
        QCOMPARE(out.count(), 1);
    }

    void aRenewalWithoutATokenIsUnreadable() {
        FakeServer const fake({http("401 Unauthorized", "{}"), http("200 OK", R"({"access_token":5})")});
        server_->setAddress(fake.url());
        server_->setCredentials({"first", "once"});
        QCOMPARE(kindOf(ask(*server_, get("contacts"))), Problem::Kind::unreadable);
        QVERIFY(server_->isSignedIn());
    }

  private:
    std::unique_ptr<Server> server_;
};

QTEST_GUILESS_MAIN(ServerTest)

#include "server_test.moc"
