#include "desktop/views/sign_in_dialog.h"

#include "desktop/api/keychain.h"
#include "desktop/api/local_store.h"
#include "desktop/views/look.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDesktopServices>
#include <QDialogButtonBox>
#include <QFileDialog>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMetaMethod>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

namespace kontor::desktop {

SignInDialog::SignInDialog(Server &server, QWidget *parent) : QDialog(parent), server_(server), signIn_(server) {
    setObjectName("sign-in");
    setWindowTitle(tr("Sign in to Kontor"));
    setMinimumWidth(52 * look::space);
    auto *const layout = new QVBoxLayout(this);
    layout->setContentsMargins(3 * look::space, 3 * look::space, 3 * look::space, 3 * look::space);
    layout->setSpacing(2 * look::space);
    auto *const title = new QLabel("Kontor", this);
    look::asTitle(*title);
    layout->addWidget(title);

    auto *const form = new QFormLayout;
    form->setSpacing(look::space);
    address_ = new QComboBox(this);
    address_->setObjectName("address");
    address_->setEditable(true);
    address_->setInsertPolicy(QComboBox::NoInsert);
    address_->lineEdit()->setPlaceholderText("crm.example.com");
    userName_ = new QLineEdit(this);
    userName_->setObjectName("user-name");
    password_ = new QLineEdit(this);
    password_->setObjectName("password");
    password_->setEchoMode(QLineEdit::Password);
    oneTimePassword_ = new QLineEdit(this);
    oneTimePassword_->setObjectName("one-time-password");
    oneTimePassword_->setInputMethodHints(Qt::ImhDigitsOnly);
    oneTimePassword_->setPlaceholderText(tr("if you use one"));
    stay_ = new QCheckBox(tr("&Keep me signed in"), this);
    stay_->setObjectName("stay");
    stay_->setToolTip(tr("The token is kept in the keychain of this computer, and nowhere else."));
    forget_ = new QToolButton(this);
    forget_->setObjectName("forget");
    forget_->setIcon(look::icon("delete"));
    forget_->setAutoRaise(true);
    forget_->setToolTip(tr("Forget this server: its token in the keychain and all that this computer keeps of it"));
    forget_->setAccessibleName(forget_->toolTip());
    auto *const serverRow = new QHBoxLayout;
    serverRow->setSpacing(look::halfSpace);
    serverRow->addWidget(address_, 1);
    serverRow->addWidget(forget_);
    auto *const serverLabel = new QLabel(tr("S&erver"), this);
    serverLabel->setBuddy(address_);
    form->addRow(serverLabel, serverRow);
    form->addRow(tr("&User name"), userName_);
    form->addRow(tr("&Password"), password_);
    form->addRow(tr("&One-time password"), oneTimePassword_);
    form->addRow(QString(), stay_);
    layout->addLayout(form);

    message_ = new QLabel(this);
    message_->setObjectName("message");
    message_->setWordWrap(true);
    message_->setTextFormat(Qt::PlainText);
    message_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    message_->hide();
    layout->addWidget(message_);
    takeBack_ = new QPushButton(tr("&Undo"), this);
    takeBack_->setObjectName("takeBack");
    takeBack_->hide();
    layout->addWidget(takeBack_, 0, Qt::AlignLeft);
    authority_ = new QPushButton(tr("Trust a certificate &authority…"), this);
    authority_->setObjectName("authority");
    authority_->setToolTip(
        tr("A file with the certificate of your company's own authority (PEM), as its administrator has it."));
    authority_->hide();
    layout->addWidget(authority_, 0, Qt::AlignLeft);

    offline_ = new QPushButton(tr("&Work off line"), this);
    offline_->setObjectName("workOffline");
    offline_->setToolTip(tr("With what this computer has kept. You will be asked to sign in when the server is back."));
    offline_->hide();
    layout->addWidget(offline_, 0, Qt::AlignLeft);

    auto *const buttons = new QDialogButtonBox(this);
    enter_ = buttons->addButton(tr("&Sign in"), QDialogButtonBox::AcceptRole);
    enter_->setObjectName("enter");
    enter_->setDefault(true);
    browser_ = buttons->addButton(tr("In the &browser…"), QDialogButtonBox::ActionRole);
    browser_->setObjectName("browser");
    browser_->setToolTip(tr("Signs in on the server's own page, in your browser."));
    buttons->addButton(QDialogButtonBox::Cancel);
    layout->addWidget(buttons);

    connect(enter_, &QPushButton::clicked, this, [this] { start(false); });
    connect(browser_, &QPushButton::clicked, this, [this] { start(true); });
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(authority_, &QPushButton::clicked, this, &SignInDialog::trustAuthority);
    connect(offline_, &QPushButton::clicked, this, &SignInDialog::accept);
    connect(address_, &QComboBox::activated, this, &SignInDialog::chooseServer);
    connect(&signIn_, &SignIn::done, this, &SignInDialog::succeed);
    connect(&signIn_, &SignIn::failed, this, &SignInDialog::fail);
    connect(this, &QDialog::finished, &signIn_, &SignIn::cancel);
    connect(this, &QDialog::finished, this, &SignInDialog::removeForgotten);
    connect(forget_, &QToolButton::clicked, this, &SignInDialog::forgetServer);
    connect(takeBack_, &QPushButton::clicked, this, &SignInDialog::takeBackForgotten);
    fillServers();
}

void SignInDialog::fillServers() {
    known_ = profiles();
    for (const Profile &gone : std::as_const(forgotten_)) {
        known_.removeIf([&](const Profile &profile) { return profile.id == gone.id; });
    }
    address_->clear();
    for (const Profile &profile : known_) {
        QString const address = profile.address.toDisplayString();
        address_->addItem(profile.userName.isEmpty() ? address : tr("%1 (%2)").arg(address, profile.userName));
    }
    stay_->setChecked(true);
    if (known_.isEmpty()) {
        chooseServer(-1);
        address_->setFocus();
    } else {
        chooseServer(0);
    }
}

void SignInDialog::chooseServer(int index) {
    profile_ = known_.value(index);
    // A window that is open is of one of them, and goes on with what it keeps.
    forget_->setVisible(!profile_.id.isEmpty() && parentWidget() == nullptr);
    address_->setEditText(profile_.address.toDisplayString());
    userName_->setText(profile_.userName);
    stay_->setChecked(profile_.staysSignedIn);
    (profile_.userName.isEmpty() ? userName_ : password_)->setFocus();
}

/// Gone from the list now, and from this computer when the dialog closes.
void SignInDialog::forgetServer() {
    if (profile_.id.isEmpty()) return;
    forgotten_.append(profile_);
    // At once: the dialog may be the last thing that is seen of the program. Taken back, it asks for the password.
    keychain::remove(profile_.secretName(), this, [](const QString &) {});
    QString const address = profile_.address.toDisplayString();
    fillServers();
    explain(tr("%1 is forgotten, with the changes that were to be sent to it.").arg(address));
    takeBack_->show();
}

void SignInDialog::takeBackForgotten() {
    if (forgotten_.isEmpty()) return;
    QString const id = forgotten_.takeLast().id;
    takeBack_->setVisible(!forgotten_.isEmpty());
    explain({});
    fillServers();
    for (qsizetype index = 0; index < known_.size(); ++index) {
        if (known_[index].id != id) continue;
        address_->setCurrentIndex(static_cast<int>(index));
        chooseServer(static_cast<int>(index));
    }
}

void SignInDialog::removeForgotten() {
    for (const Profile &profile : std::exchange(forgotten_, {})) {
        removeProfile(profile.id);
        LocalStore::remove(profile.id);
    }
}

void SignInDialog::explain(const QString &text, bool isProblem) {
    message_->setPalette(palette());
    if (isProblem) {
        QPalette colours = palette();
        colours.setColor(QPalette::WindowText, look::colour(look::Tone::bad));
        message_->setPalette(colours);
    }
    message_->setText(text);
    message_->setVisible(!text.isEmpty());
}

void SignInDialog::start(bool inBrowser) {
    QUrl const address = addressFrom(address_->currentText());
    authority_->hide();
    offline_->hide();
    if (!address.isValid()) {
        explain(tr("This is no address of a server. It looks like crm.example.com or https://example.com/crm."), true);
        address_->setFocus();
        return;
    }
    // Another server is another profile, and so is another user: what is kept is a user's own.
    bool const isOther = !profile_.userName.isEmpty() && profile_.userName != userName_->text().trimmed();
    if (address != profile_.address || isOther) {
        profile_.id.clear();
        profile_.authorityFile.clear();
    }
    profile_.address = address;
    profile_.userName = inBrowser ? QString() : userName_->text().trimmed();
    profile_.staysSignedIn = stay_->isChecked();
    server_.setCredentials({});
    server_.setAddress(address);
    if (!profile_.authorityFile.isEmpty()) server_.trust(profile_.authorityFile);
    if (!inBrowser) {
        if (profile_.userName.isEmpty() || password_->text().isEmpty()) {
            explain(tr("User name and password, please."), true);
            (profile_.userName.isEmpty() ? userName_ : password_)->setFocus();
            return;
        }
        setBusy(true, tr("Signing in…"));
        signIn_.withPassword(profile_.userName, password_->text(), oneTimePassword_->text().trimmed());
        return;
    }
    QUrl const page = signIn_.inBrowser();
    if (page.isEmpty()) return;
    explain(tr("Go on in your browser. This window closes when you are signed in."));
    if (isSignalConnected(QMetaMethod::fromSignal(&SignInDialog::browserWanted))) {
        Q_EMIT browserWanted(page);
    } else if (!QDesktopServices::openUrl(page)) {
        explain(tr("No browser could be opened. Open this page yourself: %1").arg(page.toString(QUrl::FullyEncoded)),
                true);
    }
}

void SignInDialog::succeed(const Credentials &credentials) {
    setBusy(false);
    password_->clear();
    oneTimePassword_->clear();
    server_.setCredentials(credentials);
    saveProfile(profile_);
    accept();
}

void SignInDialog::fail(const Problem &problem) {
    bool const wrong = problem.kind == Problem::Kind::signedOut && !problem.code.isEmpty();
    setBusy(false, wrong                      ? tr("User name or password is not right, or the one-time password.")
                   : problem.detail.isEmpty() ? problem.title
                                              : problem.title + ' ' + problem.detail);
    bool const certificate = problem.kind == Problem::Kind::certificate;
    authority_->setVisible(certificate);
    offline_->setVisible(problem.kind == Problem::Kind::offline && parentWidget() == nullptr &&
                         LocalStore::exists(profile_.id));
    if (!certificate) {
        oneTimePassword_->clear();
        password_->setFocus();
        password_->selectAll();
    }
}

void SignInDialog::trustAuthority() {
    QString const file = QFileDialog::getOpenFileName(this, tr("Certificate authority"), {},
                                                      tr("Certificates (*.pem *.crt *.cer);;All files (*)"));
    if (file.isEmpty()) return;
    if (!server_.trust(file)) {
        explain(tr("There is no certificate in this file."), true);
        return;
    }
    profile_.authorityFile = file;
    start(false);
}

void SignInDialog::setBusy(bool busy, const QString &text) {
    for (QWidget *const widget : QList<QWidget *>{address_, userName_, password_, oneTimePassword_, enter_, browser_}) {
        widget->setEnabled(!busy);
    }
    explain(text, !busy);
}

}  // namespace kontor::desktop
