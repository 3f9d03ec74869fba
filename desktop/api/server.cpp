#include "desktop/api/server.h"

#include "desktop/api/local_store.h"
#include "desktop/api/stored_answers.h"

#include <QSslCertificate>
#include <QUrlQuery>
#include <QUuid>

namespace kontor::desktop {

namespace {

constexpr auto clientId = "kontor-desktop";
constexpr int longestLifetime = 24 * 3600;  // s; a timer takes no more than 24 days
constexpr int renewalPause = 10'000;        // ms until a renewal that did not come through is tried again

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
    renewal_.setSingleShot(true);
    connect(&renewal_, &QTimer::timeout, this, &Server::renew);
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
    renewInTime();
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
    return wait({sent, context, std::move(then), false, true});
}

quint64 Server::sendQueued(const Call &call, QObject *context, Then then) {
    return wait({call, context, std::move(then)});
}

quint64 Server::listen(const Call &call, QObject *context, std::function<void(const QByteArray &)> received,
                       Then then) {
    return wait({call, context, std::move(then), false, false, std::move(received)});
}

quint64 Server::wait(Waiting waiting) {
    quint64 const number = ++last_;
    auto const added = waiting_.insert(number, std::move(waiting));
    bool const canBeStored = store_ != nullptr && added->usesStore && (isKept(added->call) || canWait(added->call));
    added->usesStore = canBeStored;
    if (canBeStored && !online_) {
        askStore(number, std::nullopt);  // the event stream finds out when the server is there again
    } else {
        start(orderOf(number, *added));
    }
    return number;
}

/// Answers from the local store, or puts a write into its queue. What was never read is asked of the server after all,
/// unless it has failed already: `instead`.
void Server::askStore(quint64 number, const std::optional<Answer> &instead) {
    auto const found = waiting_.find(number);
    found->usesStore = false;
    if (canWait(found->call)) {
        store_->queue(found->call, this, [this, number, instead](const std::optional<QJsonObject> &record) {
            Answer answer;
            if (!record) {
                answer.problem = Problem{Problem::Kind::offline, {}, tr("The server cannot be reached.")};
                return deliver(number, instead.value_or(answer));
            }
            answer.status = 202;
            answer.body = *record;
            answer.isQueued = true;
            deliver(number, answer);
        });
        return;
    }
    store_->recall(found->call, this, [this, number, instead](const std::optional<QJsonObject> &body) {
        auto const asked = waiting_.constFind(number);
        if (asked == waiting_.cend()) return;
        if (!body) {
            if (instead) return deliver(number, *instead);
            Transport::Order order = orderOf(number, *asked);
            order.attempts = 1;
            return start(order);
        }
        Answer answer;
        answer.status = 200;
        answer.body = *body;
        answer.isStored = true;
        deliver(number, answer);
    });
}

/// What the server has said about records, by whatever way.
void Server::keep(const Call &call, const Answer &answer) {
    if (store_ == nullptr || !answer.ok() || call.path.startsWith('/') || answer.body.isEmpty()) {
        if (store_ != nullptr && answer.ok() && call.method == "DELETE" && canWait(call)) {
            store_->dropRecord(call.path.section('/', 0, 0), call.path.section('/', 1, 1));
        }
        return;
    }
    if (isKept(call) || (call.method != "GET" && canWait(call) && answer.body["id"].isString())) {
        store_->keep(call, answer.body);
    }
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
    if (answer.problem && answer.problem->kind == Problem::Kind::offline && found->usesStore) {
        notice(answer);
        askStore(number, answer);
        return;
    }
    keep(found->call, answer);
    QString const path = found->call.path;
    notice(answer);
    if (expired && !path.startsWith('/')) Q_EMIT signedOut();
    deliver(number, answer);
}

void Server::deliver(quint64 number, const Answer &answer) {
    auto const found = waiting_.find(number);
    if (found == waiting_.end()) return;
    Waiting const waiting = *found;
    waiting_.erase(found);
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
    if (renewing_ || credentials_.refreshToken.isEmpty()) return;
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
    QByteArray const used = credentials_.refreshToken;
    send(call, this, [this, used](const Answer &answer) {
        renewing_ = false;
        bool const isOld = credentials_.refreshToken != used;  // somebody has signed in, or out, meanwhile
        if (!isOld) return takeRenewed(answer);
        for (quint64 const number : std::exchange(untilRenewed_, {})) {
            auto const found = waiting_.constFind(number);
            if (found != waiting_.cend()) start(orderOf(number, *found));
        }
    });
}

void Server::takeRenewed(Answer answer) {
    QByteArray const access = answer.body["access_token"].toString().toLatin1();
    bool const renewed = answer.ok() && !access.isEmpty();
    QList<quint64> const waiting = std::exchange(untilRenewed_, {});
    if (renewed) {
        credentials_.accessToken = access;
        credentials_.lifetimeSeconds = answer.body["expires_in"].toInt();
        // Without a new one the old one stays good (RFC 6749 section 6).
        QByteArray const refresh = answer.body["refresh_token"].toString().toLatin1();
        if (!refresh.isEmpty()) credentials_.refreshToken = refresh;
        renewInTime();
        Q_EMIT credentialsChanged(credentials_);
    } else if (answer.ok()) {
        answer.problem = Problem{};
        answer.problem->kind = Problem::Kind::unreadable;
        answer.problem->title = tr("The server's answer cannot be read.");
    } else if (answer.status >= 400 && answer.status < 500 && answer.status != 429) {
        credentials_.refreshToken.clear();
        answer.problem->kind = Problem::Kind::signedOut;
        if (waiting.isEmpty()) Q_EMIT signedOut();  // before anything was refused
    } else {
        renewal_.start(renewalPause);
    }
    for (quint64 const number : waiting) {
        auto const found = waiting_.find(number);
        if (found == waiting_.end()) continue;
        if (!renewed) {
            finish(number, answer);
            continue;
        }
        start(orderOf(number, *found));
    }
}

/// When four fifths of the token's life are over: nothing that goes on for long meets its end.
void Server::renewInTime() {
    renewal_.stop();
    int const seconds = std::min(credentials_.lifetimeSeconds, longestLifetime);
    if (seconds > 0 && !credentials_.refreshToken.isEmpty()) renewal_.start(seconds * 800);
}

}  // namespace kontor::desktop
