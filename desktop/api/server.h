#pragma once

// The server, as the rest of the client sees it: questions with answers that come later, on the thread that asked. The
// sockets, TLS and the reading of JSON are on a thread of their own.

#include "desktop/api/answer.h"
#include "desktop/api/transport.h"

#include <QObject>
#include <QPointer>
#include <QThread>
#include <QTimer>
#include <QUrl>

#include <functional>

namespace kontor::desktop {

/// What identifies the user to the server. A token whose lifetime is known is renewed before it ends.
struct Credentials {
    QByteArray accessToken;   ///< a bearer token or an API key
    QByteArray refreshToken;  ///< empty: when the access token ends, the user signs in again
    int lifetimeSeconds = 0;  ///< of the access token, from now on; 0: not known
};

class LocalStore;

class Server : public QObject {
    Q_OBJECT
  public:
    using Then = std::function<void(const Answer &)>;

    explicit Server(QObject *parent = nullptr);
    ~Server() override;

    void setAddress(const QUrl &address);
    [[nodiscard]] QUrl address() const { return address_; }
    void setCredentials(const Credentials &credentials);
    [[nodiscard]] const Credentials &credentials() const { return credentials_; }
    /// Certificates of the authorities in this PEM file are trusted beside the system's. False when there is none in
    /// it.
    bool trust(const QString &authorityFile);
    /// From then on what is read is kept there, and read from there while the server is away; writes that can wait wait
    /// there. Nothing without one.
    void setStore(LocalStore *store) { store_ = store; }
    [[nodiscard]] bool isSignedIn() const { return !credentials_.accessToken.isEmpty(); }
    /// Whether the last exchange reached the server.
    [[nodiscard]] bool isOnline() const { return online_; }

    /// Asks, and calls `then` on this thread when the answer is there; never when `context` is gone by then. GET, PUT,
    /// and POST with an idempotency key are tried again when the connection breaks. Returns a number for cancel().
    quint64 send(const Call &call, QObject *context, Then then);
    /// Asks for what has no end (server-sent events): `received` gets it in pieces as they come, `then` is called when
    /// it breaks off, with a problem always. Not tried again.
    quint64 listen(const Call &call, QObject *context, std::function<void(const QByteArray &)> received, Then then);
    /// Sends a write out of the queue: it does not go back into it.
    quint64 sendQueued(const Call &call, QObject *context, Then then);
    /// A cancelled call still answers, with Problem::Kind::cancelled.
    void cancel(quint64 number);

  Q_SIGNALS:
    void onlineChanged(bool online);
    /// Credentials were set, for the first time or after signedOut().
    void signedIn();
    /// The credentials, or their renewal, were refused.
    void signedOut();
    /// New tokens came, to be kept.
    void credentialsChanged(const kontor::desktop::Credentials &credentials);
    void progressed(quint64 number, qint64 done, qint64 total);

  private:
    void finish(quint64 number, const Answer &answer);
    void notice(const Answer &answer);
    void renew();
    void renewInTime();
    void takeRenewed(Answer answer);

    struct Waiting {
        Call call;
        QPointer<QObject> context;
        Then then;
        bool renewed = false;
        bool usesStore = false;                                 ///< may be answered by it, once
        std::function<void(const QByteArray &)> received = {};  ///< of listen()
    };
    [[nodiscard]] Transport::Order orderOf(quint64 number, const Waiting &waiting) const;
    void start(const Transport::Order &order);
    void askStore(quint64 number, const std::optional<Answer> &instead);
    void keep(const Call &call, const Answer &answer);
    void deliver(quint64 number, const Answer &answer);
    quint64 wait(Waiting waiting);
    void receive(quint64 number, const QByteArray &piece);

    QThread thread_;
    Transport *transport_;
    QUrl address_;
    Credentials credentials_;
    QHash<quint64, Waiting> waiting_;
    QList<quint64> untilRenewed_;
    LocalStore *store_ = nullptr;
    quint64 last_ = 0;
    bool online_ = true;
    bool renewing_ = false;
    QTimer renewal_;
};

}  // namespace kontor::desktop
