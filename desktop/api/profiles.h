#pragma once

// The servers that the user works with, as QSettings keep them: no secret is in here (keychain.h).

#include <QList>
#include <QString>
#include <QUrl>

namespace kontor::desktop {

struct Profile {
    QString id;  ///< ours; empty: new
    QUrl address;
    QString userName;       ///< who signed in last; empty with the browser
    QString authorityFile;  ///< PEM of a company's own certificate authority, or empty
    bool staysSignedIn = true;

    /// What the keychain calls its token.
    [[nodiscard]] QString secretName() const { return "refresh-token/" + id; }
};

/// The one used last comes first.
[[nodiscard]] QList<Profile> profiles();
/// Adds or changes it, and makes it the first. Gives a new one its id.
void saveProfile(Profile &profile);
void removeProfile(const QString &id);

/// An address as people type it ("crm.example.com"): https unless they say otherwise, or it is this machine. Invalid
/// when it is none.
[[nodiscard]] QUrl addressFrom(const QString &typed);

}  // namespace kontor::desktop
