// The desktop client: reads the command line, signs the user in, and opens the window.

#include "desktop/api/keychain.h"
#include "desktop/api/local_store.h"
#include "desktop/views/language.h"
#include "desktop/views/look.h"
#include "desktop/views/main_window.h"
#include "desktop/views/sign_in_dialog.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QCryptographicHash>
#include <QMessageBox>
#include <QProcess>
#include <QSettings>

namespace {

using namespace kontor::desktop;

/// One user at one server, from sign-in to sign-out. Another server is another process: nothing of the one is left.
class Session : public QObject {
  public:
    Session() {
        connect(&server_, &Server::credentialsChanged, this, [this] { keep(); });
        connect(&server_, &Server::signedOut, this, [this] { askAgain(); });
    }

    /// With what the environment gives (scripts, tests), or with the token of the last time, or by asking.
    void begin(const QString &address, bool choose) {
        QByteArray const key = qgetenv("KONTOR_API_KEY");
        // Nothing that the client starts gets them: not a browser, nor the client of another server.
        for (const char *const name : {"KONTOR_URL", "KONTOR_API_KEY", "KONTOR_PASSWORD"}) qunsetenv(name);
        if (!choose && !address.isEmpty() && !key.isEmpty()) {
            server_.setAddress(QUrl(address));
            server_.setCredentials({key, {}});
            return open();
        }
        QList<Profile> const known = profiles();
        if (choose || known.isEmpty() || !known.first().staysSignedIn) return ask({});
        profile_ = known.first();
        keychain::read(profile_.secretName(), this, [this](const QByteArray &secret, const QString &) {
            if (secret.isEmpty()) return ask({});
            server_.setAddress(profile_.address);
            if (!profile_.authorityFile.isEmpty()) server_.trust(profile_.authorityFile);
            server_.setCredentials({"expired", secret});  // renewed with the first call
            open();
        });
    }

  private:
    void ask(const QString &why) {
        SignInDialog dialog(server_, window_.get());
        dialog.explain(why);
        if (dialog.exec() != QDialog::Accepted) {
            if (!window_) QCoreApplication::quit();  // an open window stays, with what was typed in it
            return;
        }
        profile_ = dialog.profile();
        keep();
        open();
    }

    /// What was typed stays on the screen: only the credentials are new.
    void askAgain() {
        if (asking_ || profile_.id.isEmpty()) return;
        asking_ = true;
        keychain::remove(profile_.secretName(), this, [](const QString &) {});
        ask(tr("Your session has ended. Sign in again to go on."));
        asking_ = false;
    }

    void keep() {
        if (profile_.id.isEmpty() || !profile_.staysSignedIn || server_.credentials().refreshToken.isEmpty()) return;
        keychain::write(profile_.secretName(), server_.credentials().refreshToken, this,
                        [this](const QString &problem) {
                            if (problem.isEmpty() || warned_ || !window_) return;
                            warned_ = true;
                            window_->say(tr("You will be asked to sign in at the next start: %1").arg(problem));
                        });
    }

    /// Each server and key that an environment names has a file of its own.
    [[nodiscard]] QString nameOfEnvironment() const {
        QByteArray const who = server_.address().toEncoded() + ' ' + server_.credentials().accessToken;
        return "environment-" + QCryptographicHash::hash(who, QCryptographicHash::Sha256).toHex().left(16);
    }

    void open() {
        if (!window_) {
            store_ = std::make_unique<LocalStore>(profile_.id.isEmpty() ? nameOfEnvironment() : profile_.id);
            workspace_.setStore(store_.get());
            window_ = std::make_unique<MainWindow>(workspace_);
            connect(store_.get(), &LocalStore::failed, window_.get(), [this](const QString &reason) {
                window_->say(tr("What you type and do not save cannot be kept over a restart: %1").arg(reason));
            });
            connect(window_.get(), &MainWindow::switchServerRequested, this, [] { restart(); });
            connect(window_.get(), &MainWindow::signOutRequested, this, [this] {
                store_->forgetAnswers();  // drafts and what waits are the user's; what was read is the server's
                keychain::remove(profile_.secretName(), this,
                                 [this](const QString &) { SignIn::signOut(server_, this, [] { restart(); }); });
            });
        }
        window_->show();
        if (workspace_.user().isEmpty()) workspace_.load();
    }

    static void restart() {
        QProcess::startDetached(QCoreApplication::applicationFilePath(), {"--choose"});
        QCoreApplication::quit();
    }

    Server server_;
    Workspace workspace_{server_};
    Profile profile_;
    std::unique_ptr<LocalStore> store_;  // outlives the window, whose forms write to it
    std::unique_ptr<MainWindow> window_;
    bool asking_ = false;
    bool warned_ = false;
};

}  // namespace

int main(int argc, char **argv) {
    QApplication application(argc, argv);
    QCoreApplication::setOrganizationName("Kontor");
    QCoreApplication::setApplicationName("kontor-desktop");
    QGuiApplication::setApplicationDisplayName("Kontor");
    QGuiApplication::setDesktopFileName("kontor");

    QString const scheme = QSettings().value("look/scheme").toString();
    using look::Scheme;
    look::apply(application, scheme == "dark" ? Scheme::dark : scheme == "light" ? Scheme::light : Scheme::system);

    language::apply(application, language::localeOf(language::chosen()));

    QCommandLineParser parser;
    parser.setApplicationDescription(QCoreApplication::translate("main", "The desktop client of Kontor"));
    parser.addHelpOption();
    QCommandLineOption const server(
        "server", QCoreApplication::translate("main", "Address of the server, with an API key in KONTOR_API_KEY."),
        "url");
    QCommandLineOption const choose("choose", QCoreApplication::translate("main", "Asks for the server and the user."));
    parser.addOptions({server, choose});
    parser.process(application);

    Session session;
    session.begin(parser.isSet(server) ? parser.value(server) : qEnvironmentVariable("KONTOR_URL"),
                  parser.isSet(choose));
    return QApplication::exec();
}
