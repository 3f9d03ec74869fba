#pragma once

// Who the user is, told to the server: an authorization code with PKCE (RFC 6749 section 4.1, RFC 7636), by a password
// typed here or in the browser (RFC 8252), and its exchange for tokens.

#include "desktop/api/server.h"

#include <QObject>
#include <QTcpServer>

namespace kontor::desktop {

class SignIn : public QObject {
    Q_OBJECT
  public:
    /// The server's address is set by then.
    explicit SignIn(Server &server, QObject *parent = nullptr);

    /// `oneTimePassword` is empty for those who have none.
    void withPassword(const QString &userName, const QString &password, const QString &oneTimePassword);
    /// The page to be opened in a browser, which comes back to a port of this machine; empty when there is none to be
    /// had.
    [[nodiscard]] QUrl inBrowser();
    /// Nothing is told any more of what was begun.
    void cancel();
    /// Makes the server forget the tokens (RFC 7009); `then` is called whether it could be told or not.
    static void signOut(Server &server, QObject *context, std::function<void()> then);

  Q_SIGNALS:
    void done(const kontor::desktop::Credentials &credentials);
    void failed(const kontor::desktop::Problem &problem);

  private:
    void begin();
    [[nodiscard]] QList<std::pair<QString, QString>> request() const;
    void takeRedirect(const QUrl &target);
    void exchange(const QString &code);
    void refuse(const QString &title, const QString &detail = {});
    void serve();

    Server &server_;
    QTcpServer callback_;
    QString redirect_;
    QByteArray verifier_;
    QByteArray state_;
    int attempt_ = 0;
};

}  // namespace kontor::desktop
