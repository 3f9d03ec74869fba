#include "desktop/api/server.h"

#include <QSslCertificate>
#include <QUrlQuery>
#include <QUuid>

namespace kontor::desktop {

namespace {

constexpr auto clientId = "kontor-desktop";

QUrl urlOf(const QUrl &address, const Call &call) {
    QUrl url = address;
    QString path = address.path();
    while (path.endsWith('/')) path.chop(1);
    url.setPath(path + (call.path.startsWith('/') ? call.path : "/api/v1/" + call.path));
    QString query;
    for (const auto &[name, value] : call.query) {
        if (!query.isEmpty()) query += '&';
        query += QString::fromLatin1(QUrl::toPercentEncoding(name) + '=' + QUrl::toPercentEncoding(value));
    }
    if (!query.isEmpty()) url.setQuery(query, QUrl::StrictMode);
    return url;
}

}  // namespace

Server::Server(QObject *parent) : QObject(parent), transport_(new Transport) {
    qRegisterMetaType<Transport::Order>();
    qRegisterMetaType<Answer>();
    transport_->moveToThread(&thread_);
    connect(&thread_, &QThread::finished, transport_, &QObject::deleteLater);
    connect(transport_, &Transport::finished, this, &Server::finish);
    connect(transport_, &Transport::progressed, this, &Server::progressed);
    connect(transport_, &Transport::received, this, &Server::receive);
    thread_.setObjectName("network");
    thread_.start();
}

Server::~Server() {
    thread_.quit();
    thread_.wait();
}

void Server::setAddress(const QUrl &address) { address_ = address; }

void Server::setCredentials(const Credentials &credentials) {
    credentials_ = credentials;
    if (isSignedIn()) Q_EMIT signedIn();
}

bool Server::trust(const QString &authorityFile) {
    QList<QSslCertificate> const authorities = QSslCertificate::fromPath(authorityFile);
    QMetaObject::invokeMethod(transport_, [transport = transport_, authorities] { transport->trust(authorities); });
    return !authorities.isEmpty();
}

quint64 Server::send(const Call &call, QObject *context, Then then) {
    Call sent = call;
    bool const hasKey =
        std::ranges::any_of(sent.headers, [](const auto &header) { return header.first == "Idempotency-Key"; });
    if (sent.method == "POST" && !sent.isRepeatable && !hasKey && !sent.path.startsWith('/')) {
        sent.headers.append({"Idempotency-Key", QUuid::createUuid().toByteArray(QUuid::WithoutBraces)});
    }
    return wait({sent, context, std::move(then)});
}

quint64 Server::listen(const Call &call, QObject *context, std::function<void(const QByteArray &)> received,
                       Then then) {
    return wait({call, context, std::move(then), false, std::move(received)});
}

quint64 Server::wait(Waiting waiting) {
    quint64 const number = ++last_;
    start(orderOf(number, *waiting_.insert(number, std::move(waiting))));
    return number;
}

Transport::Order Server::orderOf(quint64 number, const Waiting &waiting) const {
    Transport::Order order{number, waiting.call, urlOf(address_, waiting.call), {}};
    if (isSignedIn() && !waiting.call.path.startsWith('/')) order.authorization = "Bearer " + credentials_.accessToken;
    if (waiting.received) {
        order.attempts = 1;
        order.isStream = true;
    }
    return order;
}

void Server::start(const Transport::Order &order) {
    QMetaObject::invokeMethod(transport_, [transport = transport_, order] { transport->start(order); });
}

void Server::receive(quint64 number, const QByteArray &piece) {
    auto const found = waiting_.constFind(number);
    if (found == waiting_.constEnd() || !found->received || !found->context) return;
    if (!online_) notice({});
    auto const received = found->received;  // it may send, and so move what was found
    received(piece);
}

void Server::cancel(quint64 number) {
    QMetaObject::invokeMethod(transport_, [transport = transport_, number] { transport->cancel(number); });
}

void Server::finish(quint64 number, const Answer &answer) {
    auto const found = waiting_.find(number);
    if (found == waiting_.end()) return;
    bool const expired = answer.problem && answer.problem->kind == Problem::Kind::signedOut;
    if (expired && !found->renewed && !credentials_.refreshToken.isEmpty() && !found->call.path.startsWith('/')) {
        found->renewed = true;
        untilRenewed_.append(number);
        renew();
        return;
    }
    Waiting const waiting = *found;
    waiting_.erase(found);
    notice(answer);
    if (expired && !waiting.call.path.startsWith('/')) Q_EMIT signedOut();
    if (waiting.context) waiting.then(answer);
}

/// Being reached, even to be refused, is being on line.
void Server::notice(const Answer &answer) {
    if (answer.problem && answer.problem->kind == Problem::Kind::cancelled) return;
    bool const online = !answer.problem || answer.problem->kind != Problem::Kind::offline;
    if (online == online_) return;
    online_ = online;
    Q_EMIT onlineChanged(online_);
}

/// One renewal at a time: a refresh token is good for one use (RFC 6749 section 6, rotation).
void Server::renew() {
    if (renewing_) return;
    renewing_ = true;
    Call call;
    call.method = "POST";
    call.path = "/oauth/token";
    call.contentType = "application/x-www-form-urlencoded";
    QUrlQuery form;
    form.addQueryItem("grant_type", "refresh_token");
    form.addQueryItem("client_id", clientId);
    form.addQueryItem("refresh_token", QString::fromLatin1(credentials_.refreshToken));
    call.content = form.toString(QUrl::FullyEncoded).toLatin1();
    send(call, this, [this](const Answer &answer) {
        renewing_ = false;
        Answer outcome = answer;
        QByteArray const access = answer.body["access_token"].toString().toLatin1();
        bool const renewed = answer.ok() && !access.isEmpty();
        if (renewed) {
            credentials_.accessToken = access;
            // Without a new one the old one stays good (RFC 6749 section 6).
            QByteArray const refresh = answer.body["refresh_token"].toString().toLatin1();
            if (!refresh.isEmpty()) credentials_.refreshToken = refresh;
            Q_EMIT credentialsChanged(credentials_);
        } else if (answer.ok()) {
            outcome.problem = Problem{};
            outcome.problem->kind = Problem::Kind::unreadable;
            outcome.problem->title = tr("The server's answer cannot be read.");
        } else if (answer.status >= 400 && answer.status < 500 && answer.status != 429) {
            credentials_.refreshToken.clear();
            outcome.problem->kind = Problem::Kind::signedOut;
        }
        for (quint64 const number : std::exchange(untilRenewed_, {})) {
            auto const found = waiting_.find(number);
            if (found == waiting_.end()) continue;
            if (!renewed) {
                finish(number, outcome);
                continue;
            }
            start(orderOf(number, *found));
        }
    });
}

}  // namespace kontor::desktop
