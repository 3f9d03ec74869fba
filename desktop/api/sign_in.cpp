#include "desktop/api/sign_in.h"

#include <QCryptographicHash>
#include <QRandomGenerator>
#include <QTcpSocket>
#include <QUrlQuery>

#include <array>

namespace kontor::desktop {

namespace {

constexpr auto clientId = "kontor-desktop";
constexpr auto encoding = QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals;
constexpr qsizetype largestRequest = 16 * 1024;

/// 256 bits from the system's generator.
QByteArray secret() {
    std::array<quint32, 8> words{};
    QRandomGenerator::system()->fillRange(words.data(), static_cast<qsizetype>(words.size()));
    return QByteArray(reinterpret_cast<const char *>(words.data()), sizeof(words)).toBase64(encoding);
}

Call form(const QString &path, const QList<std::pair<QString, QString>> &values) {
    Call call;
    call.method = "POST";
    call.path = path;
    call.contentType = "application/x-www-form-urlencoded";
    for (const auto &[name, value] : values) {
        if (!call.content.isEmpty()) call.content += '&';
        call.content += QUrl::toPercentEncoding(name) + '=' + QUrl::toPercentEncoding(value);
    }
    return call;
}

QByteArray page(const QByteArray &status, const QString &text) {
    QByteArray const body =
        "<!doctype html><meta charset=\"utf-8\"><title>Kontor</title><p style=\"font:16px sans-serif;"
        "text-align:center;margin-top:4em\">" +
        text.toHtmlEscaped().toUtf8() + "</p>";
    return "HTTP/1.1 " + status + "\r\nContent-Type: text/html; charset=utf-8\r\nCache-Control: no-store\r\n" +
           "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'\r\nConnection: close\r\n" +
           "Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body;
}

}  // namespace

SignIn::SignIn(Server &server, QObject *parent) : QObject(parent), server_(server) {
    connect(&callback_, &QTcpServer::newConnection, this, &SignIn::serve);
}

void SignIn::cancel() {
    ++attempt_;
    callback_.close();
}

void SignIn::begin() {
    cancel();
    verifier_ = secret();
    state_ = secret();
}

QList<std::pair<QString, QString>> SignIn::request() const {
    QByteArray const challenge = QCryptographicHash::hash(verifier_, QCryptographicHash::Sha256).toBase64(encoding);
    return {{"response_type", "code"},
            {"client_id", clientId},
            {"redirect_uri", redirect_},
            {"scope", "kontor"},
            {"state", QString::fromLatin1(state_)},
            {"code_challenge", QString::fromLatin1(challenge)},
            {"code_challenge_method", "S256"}};
}

void SignIn::withPassword(const QString &userName, const QString &password, const QString &oneTimePassword) {
    begin();
    redirect_ = "http://127.0.0.1/callback";  // nothing listens there: the redirection is read here
    auto values = request();
    values.append({"username", userName});
    values.append({"password", password});
    values.append({"totp", oneTimePassword});
    server_.send(form("/oauth/authorize", values), this, [this, attempt = attempt_](const Answer &answer) {
        if (attempt != attempt_) return;
        if (answer.problem) {
            Q_EMIT failed(*answer.problem);
        } else if (answer.location.isEmpty()) {
            refuse(tr("This is no Kontor server."), server_.address().toDisplayString());
        } else {
            takeRedirect(QUrl::fromEncoded(answer.location));
        }
    });
}

QUrl SignIn::inBrowser() {
    begin();
    if (!callback_.listen(QHostAddress::LocalHost)) {
        refuse(tr("The browser cannot come back to Kontor."), callback_.errorString());
        return {};
    }
    redirect_ = QString("http://127.0.0.1:%1/callback").arg(callback_.serverPort());
    QUrl url = server_.address();
    QString path = url.path();
    while (path.endsWith('/')) path.chop(1);
    url.setPath(path + "/oauth/authorize");
    QString query;
    for (const auto &[name, value] : request()) {
        if (!query.isEmpty()) query += '&';
        query += QString::fromLatin1(QUrl::toPercentEncoding(name) + '=' + QUrl::toPercentEncoding(value));
    }
    url.setQuery(query, QUrl::StrictMode);
    return url;
}

/// Browsers ask for more than the page (an icon, for one), and other programs of this machine may knock too.
void SignIn::serve() {
    while (QTcpSocket *const socket = callback_.nextPendingConnection()) {
        connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
        connect(socket, &QTcpSocket::readyRead, this, [this, socket] {
            if (socket->bytesAvailable() > largestRequest) return socket->abort();
            if (!socket->canReadLine()) return;
            QList<QByteArray> const words = socket->readLine().trimmed().split(' ');
            QUrl const target = QUrl::fromEncoded("http://127.0.0.1" + words.value(1));
            bool const ours = words.value(0) == "GET" && target.path() == "/callback" &&
                              QUrlQuery(target).queryItemValue("state").toLatin1() == state_;
            socket->write(ours ? page("200 OK", tr("You can close this page and go back to Kontor."))
                               : page("404 Not Found", tr("There is nothing here.")));
            socket->disconnectFromHost();
            if (ours && callback_.isListening()) takeRedirect(target);
        });
    }
}

void SignIn::takeRedirect(const QUrl &target) {
    callback_.close();
    QUrlQuery const query(target);
    QString const code = query.queryItemValue("code", QUrl::FullyDecoded);
    if (query.queryItemValue("state").toLatin1() != state_) {
        refuse(tr("The answer does not belong to this sign-in."));
    } else if (code.isEmpty()) {
        refuse(tr("The server has not signed you in."), query.queryItemValue("error_description", QUrl::FullyDecoded));
    } else {
        exchange(code);
    }
}

void SignIn::exchange(const QString &code) {
    Call const call = form("/oauth/token", {{"grant_type", "authorization_code"},
                                            {"client_id", clientId},
                                            {"code", code},
                                            {"redirect_uri", redirect_},
                                            {"code_verifier", QString::fromLatin1(verifier_)}});
    server_.send(call, this, [this, attempt = attempt_](const Answer &answer) {
        if (attempt != attempt_) return;
        Credentials const credentials{answer.body["access_token"].toString().toLatin1(),
                                      answer.body["refresh_token"].toString().toLatin1(),
                                      answer.body["expires_in"].toInt()};
        if (answer.ok() && !credentials.accessToken.isEmpty()) {
            Q_EMIT done(credentials);
        } else if (answer.problem && answer.status == 0) {
            Q_EMIT failed(*answer.problem);
        } else {
            refuse(tr("The server has not signed you in."), answer.body["error_description"].toString());
        }
    });
}

void SignIn::signOut(Server &server, QObject *context, std::function<void()> then) {
    Call call = form("/oauth/revoke",
                     {{"client_id", clientId}, {"token", QString::fromLatin1(server.credentials().refreshToken)}});
    call.timeoutSeconds = 3;
    server.setCredentials({});
    server.send(call, context, [then = std::move(then)](const Answer &) { then(); });
}

void SignIn::refuse(const QString &title, const QString &detail) {
    Problem problem;
    problem.kind = Problem::Kind::signedOut;
    problem.title = title;
    problem.detail = detail;
    Q_EMIT failed(problem);
}

}  // namespace kontor::desktop
