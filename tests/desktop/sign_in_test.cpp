// Signing in: by password, with a one-time password, in a browser that the test plays; profiles, certificates,
// keychain.

#include "desktop/api/keychain.h"
#include "desktop/api/local_store.h"
#include "desktop/views/sign_in_dialog.h"
#include "tests/desktop/fake_server.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QMessageAuthenticationCode>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QProcess>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QSslKey>
#include <QSslServer>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>
#include <QUrlQuery>
#include <QUuid>
#include <QtEndian>

using namespace kontor::desktop;

namespace {

constexpr int patience = 15'000;  // ms

Answer ask(Server &server, const Call &call) {
    std::optional<Answer> got;
    server.send(call, &server, [&got](const Answer &answer) { got = answer; });
    if (!QTest::qWaitFor([&got] { return got.has_value(); }, patience)) qFatal("no answer at all");
    return *got;
}

Answer post(Server &server, const QString &path, const QJsonObject &values) {
    Call call;
    call.method = "POST";
    call.path = path;
    call.body = values;
    return ask(server, call);
}

Call get(const QString &path) {
    Call call;
    call.path = path;
    return call;
}

/// RFC 6238, with HMAC-SHA-1, 30 seconds and six digits.
QString oneTimePassword(const QByteArray &base32) {
    QByteArray secret;
    quint32 bits = 0;
    int count = 0;
    for (char const c : base32) {
        auto const value = QByteArrayLiteral("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567").indexOf(c);
        if (value < 0) continue;
        bits = bits << 5U | static_cast<quint32>(value);
        count += 5;
        if (count < 8) continue;
        count -= 8;
        secret += static_cast<char>(bits >> static_cast<unsigned>(count));
    }
    QByteArray step(8, 0);
    qToBigEndian<quint64>(static_cast<quint64>(QDateTime::currentSecsSinceEpoch() / 30), step.data());
    QByteArray const hash = QMessageAuthenticationCode::hash(step, secret, QCryptographicHash::Sha1);
    quint32 const offset = static_cast<quint8>(hash.back()) & 15U;
    quint32 const number = qFromBigEndian<quint32>(hash.constData() + offset) & 0x7fffffffU;
    return QString::number(number % 1'000'000).rightJustified(6, '0');
}

}  // namespace

class SignInTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void initTestCase() {
        QCoreApplication::setOrganizationName("Kontor");
        QCoreApplication::setApplicationName("kontor-sign-in-test");
        QSettings().clear();
        server_.setAddress(QUrl(qEnvironmentVariable("KONTOR_URL")));
        server_.setCredentials({qgetenv("KONTOR_API_KEY"), {}});
    }
    void cleanup() { QSettings().clear(); }

    void addressesAreTakenAsTheyAreTyped() {
        QCOMPARE(addressFrom("crm.example.com"), QUrl("https://crm.example.com"));
        QCOMPARE(addressFrom(" localhost:8080 "), QUrl("http://localhost:8080"));
        QCOMPARE(addressFrom("http://crm.example.com/crm"), QUrl("http://crm.example.com/crm"));
        QCOMPARE(addressFrom("https://me:secret@crm.example.com/?x=1#y"), QUrl("https://crm.example.com/"));
        for (const char *const wrong :
             {"", "  ", "ftp://crm.example.com", "two words", "https://", "javascript:alert(1)"}) {
            QVERIFY2(!addressFrom(wrong).isValid(), wrong);
        }
    }

    void profilesAreKeptWithoutSecrets() {
        Profile first{{}, QUrl("https://one.example"), "ana", {}, true};
        Profile second{{}, QUrl("https://two.example"), {}, "/etc/ca.pem", false};
        saveProfile(first);
        saveProfile(second);
        QVERIFY(!first.id.isEmpty() && first.id != second.id);
        QCOMPARE(profiles().size(), 2);
        QCOMPARE(profiles().first().address, second.address);
        QCOMPARE(profiles().first().staysSignedIn, false);
        first.userName = "bo";
        saveProfile(first);
        QCOMPARE(profiles().size(), 2);
        QCOMPARE(profiles().first().userName, QString("bo"));
        removeProfile(first.id);
        QCOMPARE(profiles().size(), 1);
    }

    void aServerIsForgottenWithWhatIsKeptOfIt() {
        Profile first{{}, QUrl("https://one.example"), "ana", {}, true};
        Profile second{{}, QUrl("https://two.example"), "bo", {}, true};
        saveProfile(first);
        saveProfile(second);
        QString const place = QStandardPaths::writableLocation(QStandardPaths::AppLocalDataLocation);
        QVERIFY(QDir().mkpath(place));
        auto const fileOf = [&](const Profile &profile) { return place + '/' + profile.id + ".sqlite"; };
        for (const Profile &profile : {first, second}) {
            QFile file(fileOf(profile));
            QVERIFY(file.open(QIODevice::WriteOnly));
        }
        Server server;
        {
            SignInDialog dialog(server);
            auto *const address = dialog.findChild<QComboBox *>("address");
            QCOMPARE(address->count(), 2);
            dialog.findChild<QToolButton *>("forget")->click();  // the second: the last one used
            QCOMPARE(address->count(), 1);
            QCOMPARE(address->currentText(), QString("https://one.example"));
            QCOMPARE(profiles().size(), 2);  // until the dialog closes
            click(dialog, "takeBack");
            QCOMPARE(address->count(), 2);
            QCOMPARE(dialog.findChild<QLineEdit *>("user-name")->text(), QString("bo"));
            QVERIFY(!dialog.findChild<QPushButton *>("takeBack")->isVisibleTo(&dialog));
            dialog.findChild<QToolButton *>("forget")->click();
            dialog.reject();
        }
        QCOMPARE(profiles().size(), 1);
        QCOMPARE(profiles().first().id, first.id);
        QVERIFY(QFile::exists(fileOf(first)) && !QFile::exists(fileOf(second)));
        SignInDialog dialog(server);
        dialog.findChild<QToolButton *>("forget")->click();
        QCOMPARE(dialog.findChild<QComboBox *>("address")->currentText(), QString());
        QVERIFY(!dialog.findChild<QToolButton *>("forget")->isVisibleTo(&dialog));
        dialog.reject();
        QVERIFY(profiles().isEmpty() && !QFile::exists(fileOf(first)));
    }

    void aPasswordGivesTokensThatRenewThemselves() {
        Server server;
        SignInDialog dialog(server);
        fill(dialog, qEnvironmentVariable("KONTOR_USER"), "wrong");
        click(dialog, "enter");
        auto *const message = dialog.findChild<QLabel *>("message");
        auto *const enter = dialog.findChild<QPushButton *>("enter");
        QTRY_VERIFY_WITH_TIMEOUT(enter->isEnabled(), patience);
        QVERIFY2(message->text().contains("password", Qt::CaseInsensitive), qPrintable(message->text()));
        QVERIFY(!server.isSignedIn());
        if (qEnvironmentVariableIsSet("KONTOR_SCREENSHOTS")) {
            dialog.show();
            dialog.grab().save(qEnvironmentVariable("KONTOR_SCREENSHOTS") + "/sign_in.png");
        }

        dialog.findChild<QLineEdit *>("password")->setText(qEnvironmentVariable("KONTOR_PASSWORD"));
        click(dialog, "enter");
        QTRY_COMPARE_WITH_TIMEOUT(dialog.result(), static_cast<int>(QDialog::Accepted), patience);
        QVERIFY(server.credentials().lifetimeSeconds > 0);  // it will be renewed in time
        QCOMPARE(ask(server, get("me")).body["userName"].toString(), qEnvironmentVariable("KONTOR_USER"));
        QCOMPARE(profiles().size(), 1);
        QVERIFY(!dialog.profile().id.isEmpty());

        // As at the next start: only the refresh token is there. It is good for one use; the new one is told.
        QByteArray const refresh = server.credentials().refreshToken;
        QVERIFY(!refresh.isEmpty());
        QSignalSpy const renewed(&server, &Server::credentialsChanged);
        server.setCredentials({"expired", refresh});
        QVERIFY(ask(server, get("me")).ok());
        QCOMPARE(renewed.size(), 1);
        QVERIFY(server.credentials().refreshToken != refresh);

        QSettings settings;
        settings.sync();
        QFile file(settings.fileName());
        QVERIFY(file.open(QIODevice::ReadOnly));
        QByteArray const kept = file.readAll();
        QVERIFY(kept.contains("servers"));
        QVERIFY(!kept.contains(refresh));
        QVERIFY(!kept.contains(server.credentials().refreshToken));
        QVERIFY(!kept.contains(qgetenv("KONTOR_PASSWORD")));

        // Signing out is told to the server.
        QByteArray const last = server.credentials().refreshToken;
        bool out = false;
        SignIn::signOut(server, this, [&out] { out = true; });
        QTRY_VERIFY_WITH_TIMEOUT(out, patience);
        server.setCredentials({"expired", last});
        QCOMPARE(ask(server, get("me")).problem.value().kind, Problem::Kind::signedOut);
    }

    void aOneTimePasswordIsAskedOfThoseWhoHaveOne() {
        QString const name = "totp-" + QUuid::createUuid().toString(QUuid::Id128).left(12);
        Answer const user =
            post(server_, "users", {{"userName", name}, {"displayName", "Has a key"}, {"password", "correct horse 9"}});
        QVERIFY2(user.ok(), qPrintable(user.problem.value_or(Problem{}).detail));
        Server own;
        own.setAddress(server_.address());
        Answer const session = post(own, "session", {{"userName", name}, {"password", "correct horse 9"}});
        QVERIFY2(session.ok(), qPrintable(session.problem.value_or(Problem{}).detail));
        own.setCredentials({session.body["sessionId"].toString().toLatin1(), {}});
        QByteArray const secret = post(own, "me/totp", {}).body["secret"].toString().toLatin1();
        QVERIFY(!secret.isEmpty());
        QString const used = oneTimePassword(secret);
        Answer const confirmed = post(own, "me/totp/confirm", {{"totp", used}});
        QVERIFY2(confirmed.ok(), qPrintable(confirmed.problem.value_or(Problem{}).detail));

        Server server;
        SignInDialog dialog(server);
        auto *const enter = dialog.findChild<QPushButton *>("enter");
        fill(dialog, name, "correct horse 9");
        click(dialog, "enter");
        QTRY_VERIFY_WITH_TIMEOUT(enter->isEnabled(), patience);
        QVERIFY(!server.isSignedIn());
        // A code is good once; the next comes with the next half minute.
        QTRY_VERIFY_WITH_TIMEOUT(oneTimePassword(secret) != used, 40'000);
        fill(dialog, name, "correct horse 9");
        dialog.findChild<QLineEdit *>("one-time-password")->setText(oneTimePassword(secret));
        click(dialog, "enter");
        QTRY_COMPARE_WITH_TIMEOUT(dialog.result(), static_cast<int>(QDialog::Accepted), patience);
        QCOMPARE(ask(server, get("me")).body["userName"].toString(), name);
    }

    void theBrowserComesBack() {
        Server server;
        SignInDialog dialog(server);
        QSignalSpy const wanted(&dialog, &SignInDialog::browserWanted);
        fill(dialog, {}, {});
        click(dialog, "browser");
        QCOMPARE(wanted.size(), 1);
        QUrl const page = wanted.at(0).at(0).toUrl();
        QUrlQuery const asked(page);
        QCOMPARE(asked.queryItemValue("code_challenge_method"), QString("S256"));
        QVERIFY(!page.toString().contains("verifier"));

        QNetworkAccessManager browser;
        browser.setRedirectPolicy(QNetworkRequest::ManualRedirectPolicy);
        auto const wait = [](QNetworkReply *reply) {
            QTRY_VERIFY_WITH_TIMEOUT(reply->isFinished(), patience);
            reply->deleteLater();
        };
        QNetworkReply *reply = browser.get(QNetworkRequest(page));
        wait(reply);
        QVERIFY(reply->readAll().contains("Kontor desktop"));

        // Somebody else of this machine who knocks with a code of his own.
        QUrl forged(asked.queryItemValue("redirect_uri", QUrl::FullyDecoded));
        forged.setQuery("code=stolen&state=guessed");
        reply = browser.get(QNetworkRequest(forged));
        wait(reply);
        QCOMPARE(reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt(), 404);
        QVERIFY(!server.isSignedIn());

        QUrlQuery form = asked;
        form.addQueryItem("username", qEnvironmentVariable("KONTOR_USER"));
        form.addQueryItem("password", qEnvironmentVariable("KONTOR_PASSWORD"));
        QUrl target = page;
        target.setQuery(QString());
        QNetworkRequest request(target);
        request.setHeader(QNetworkRequest::ContentTypeHeader, "application/x-www-form-urlencoded");
        reply = browser.post(request, form.toString(QUrl::FullyEncoded).replace('+', "%2B").toLatin1());
        wait(reply);
        QByteArray const location = reply->rawHeader("Location");
        QVERIFY2(location.startsWith("http://127.0.0.1:"), location.constData());
        reply = browser.get(QNetworkRequest(QUrl::fromEncoded(location)));
        wait(reply);
        QVERIFY(reply->readAll().contains("close this page"));
        QTRY_COMPARE_WITH_TIMEOUT(dialog.result(), static_cast<int>(QDialog::Accepted), patience);
        QCOMPARE(ask(server, get("me")).body["userName"].toString(), qEnvironmentVariable("KONTOR_USER"));
        QVERIFY(dialog.profile().userName.isEmpty());
    }

    void whatIsNoKontorIsToldFromIt() {
        FakeServer fake({http("200 OK", "<html>hello</html>", "text/html")});
        Server server;
        SignInDialog dialog(server);
        fill(dialog, "ana", "secret", fake.url().toString());
        click(dialog, "enter");
        QTRY_VERIFY_WITH_TIMEOUT(dialog.findChild<QPushButton *>("enter")->isEnabled(), patience);
        QVERIFY(!dialog.findChild<QLabel *>("message")->text().isEmpty());
        QVERIFY(!server.isSignedIn());
        QCOMPARE(profiles().size(), 0);
    }

    void aCertificateIsExplainedAndNotClickedAway() {
        QTemporaryDir folder;
        QString const file = folder.filePath("certificate.pem");
        QProcess openssl;
        openssl.start("openssl",
                      {"req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", folder.filePath("key.pem"), "-out",
                       file, "-days", "2", "-subj", "/CN=Company authority", "-addext", "subjectAltName=IP:127.0.0.1"});
        QVERIFY(openssl.waitForFinished(patience) && openssl.exitCode() == 0);
        QFile key(folder.filePath("key.pem"));
        QVERIFY(key.open(QIODevice::ReadOnly));
        QSslServer listener;
        QSslConfiguration tls = QSslConfiguration::defaultConfiguration();
        tls.setLocalCertificate(QSslCertificate::fromPath(file).value(0));
        tls.setPrivateKey(QSslKey(&key, QSsl::Rsa));
        listener.setSslConfiguration(tls);
        int asked = 0;
        connect(&listener, &QTcpServer::pendingConnectionAvailable, this, [&] {
            while (QTcpSocket *const socket = listener.nextPendingConnection()) {
                auto const answer = [socket, &asked] {
                    if (socket->bytesAvailable() == 0) return;
                    socket->readAll();
                    ++asked;
                    socket->write(http("404 Not Found", R"({"code":"NOT_FOUND","title":"Nothing here","status":404})"));
                    socket->disconnectFromHost();
                };
                connect(socket, &QTcpSocket::readyRead, socket, answer);
                answer();  // it may have come with the handshake
            }
        });
        QVERIFY(listener.listen(QHostAddress::LocalHost));

        Server server;
        SignInDialog dialog(server);
        dialog.show();
        auto *const enter = dialog.findChild<QPushButton *>("enter");
        auto *const message = dialog.findChild<QLabel *>("message");
        auto *const authority = dialog.findChild<QPushButton *>("authority");
        fill(dialog, "ana", "secret", QString("https://127.0.0.1:%1").arg(listener.serverPort()));
        click(dialog, "enter");
        QTRY_VERIFY_WITH_TIMEOUT(enter->isEnabled(), patience);
        QVERIFY2(message->text().contains("Company authority"), qPrintable(message->text()));
        QVERIFY(authority->isVisible());
        QCOMPARE(asked, 0);  // neither name nor password has been sent

        QVERIFY(!server.trust(folder.filePath("key.pem")));
        QVERIFY(server.trust(file));
        fill(dialog, "ana", "secret", QString("https://127.0.0.1:%1").arg(listener.serverPort()));
        click(dialog, "enter");
        QTRY_VERIFY_WITH_TIMEOUT(enter->isEnabled(), patience);
        QVERIFY2(asked > 0, qPrintable(message->text()));
        QVERIFY2(message->text().contains("Nothing here"), qPrintable(message->text()));
        QVERIFY(!authority->isVisible());
    }

    void whoHasBeenSignedInBeforeCanWorkOffLine() {
        Profile known{{}, QUrl("http://127.0.0.1:1"), "ana", {}, true};
        saveProfile(known);
        Server server;
        auto const offered = [&](const QString &user) {
            SignInDialog dialog(server);
            fill(dialog, user, "secret", known.address.toString());
            click(dialog, "enter");
            auto const *const enter = dialog.findChild<QPushButton *>("enter");
            if (!QTest::qWaitFor([&] { return enter->isEnabled(); }, patience)) return false;
            bool const isOffered = dialog.findChild<QPushButton *>("workOffline")->isVisibleTo(&dialog);
            if (isOffered) click(dialog, "workOffline");
            return isOffered && dialog.result() == QDialog::Accepted && dialog.profile().id == known.id;
        };
        QVERIFY2(!offered("ana"), "nothing is kept of it");
        { LocalStore const kept(known.id); }
        QVERIFY(LocalStore::exists(known.id));
        QVERIFY2(!offered("bo"), "somebody else's");
        QVERIFY(offered("ana"));
        QVERIFY(!server.isSignedIn());
        LocalStore::remove(known.id);
    }

    void withoutAKeychainThatIsSaid() {
        // There is no session bus here, so there is none; a computer with one keeps the secret instead.
        std::optional<QString> written;
        std::optional<std::pair<QByteArray, QString>> read;
        keychain::write("test", "secret", this, [&](const QString &problem) { written = problem; });
        QTRY_VERIFY_WITH_TIMEOUT(written.has_value(), patience);
        keychain::read("test", this, [&](const QByteArray &secret, const QString &problem) {
            read = {secret, problem};
        });
        QTRY_VERIFY_WITH_TIMEOUT(read.has_value(), patience);
        QCOMPARE(read->first, written->isEmpty() ? QByteArray("secret") : QByteArray());
        QCOMPARE(read->second.isEmpty(), written->isEmpty());
        bool removed = false;
        keychain::remove("test", this, [&](const QString &) { removed = true; });
        QTRY_VERIFY_WITH_TIMEOUT(removed, patience);
    }

  private:
    void fill(SignInDialog &dialog, const QString &user, const QString &password, const QString &address = {}) {
        dialog.findChild<QComboBox *>("address")->setEditText(address.isEmpty() ? server_.address().toString()
                                                                                : address);
        dialog.findChild<QLineEdit *>("user-name")->setText(user);
        dialog.findChild<QLineEdit *>("password")->setText(password);
    }
    static void click(SignInDialog &dialog, const QString &name) { dialog.findChild<QPushButton *>(name)->click(); }

    Server server_;
};

QTEST_MAIN(SignInTest)
#include "sign_in_test.moc"
