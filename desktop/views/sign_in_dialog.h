#pragma once

#include "desktop/api/profiles.h"
#include "desktop/api/sign_in.h"

#include <QDialog>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QToolButton;

namespace kontor::desktop {

/// Which server, and who. Accepted when the server has given tokens: it has its address and credentials by then.
class SignInDialog : public QDialog {
    Q_OBJECT
  public:
    explicit SignInDialog(Server &server, QWidget *parent = nullptr);

    /// Why it is asked again ("Your session has ended").
    void explain(const QString &text, bool isProblem = false);
    /// Of the server that was signed in to.
    [[nodiscard]] const Profile &profile() const { return profile_; }

  Q_SIGNALS:
    /// A page to be shown in the browser. Opened there unless somebody else is connected (tests).
    void browserWanted(const QUrl &page);

  private:
    void fillServers();
    void chooseServer(int index);
    void forgetServer();
    void takeBackForgotten();
    void removeForgotten();
    void start(bool inBrowser);
    void succeed(const Credentials &credentials);
    void fail(const Problem &problem);
    void trustAuthority();
    void setBusy(bool busy, const QString &text = {});

    Server &server_;
    SignIn signIn_;
    Profile profile_;
    QList<Profile> known_;
    QComboBox *address_;
    QLineEdit *userName_;
    QLineEdit *password_;
    QLineEdit *oneTimePassword_;
    QCheckBox *stay_;
    QLabel *message_;
    QPushButton *enter_;
    QPushButton *browser_;
    QPushButton *authority_;
    QPushButton *offline_;
    QToolButton *forget_;
    QPushButton *takeBack_;
    QList<Profile> forgotten_;  ///< until the dialog closes they can be taken back
};

}  // namespace kontor::desktop
