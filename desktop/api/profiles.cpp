#include "desktop/api/profiles.h"

#include <QSettings>
#include <QUuid>

namespace kontor::desktop {

namespace {

constexpr auto group = "servers";

void store(const QList<Profile> &all) {
    QSettings settings;
    settings.remove(group);
    settings.beginWriteArray(group, static_cast<int>(all.size()));
    for (int i = 0; i < all.size(); ++i) {
        settings.setArrayIndex(i);
        settings.setValue("id", all[i].id);
        settings.setValue("address", all[i].address);
        settings.setValue("userName", all[i].userName);
        settings.setValue("authorityFile", all[i].authorityFile);
        settings.setValue("staysSignedIn", all[i].staysSignedIn);
    }
    settings.endArray();
}

}  // namespace

QList<Profile> profiles() {
    QSettings settings;
    QList<Profile> all;
    int const count = settings.beginReadArray(group);
    for (int i = 0; i < count; ++i) {
        settings.setArrayIndex(i);
        Profile profile{settings.value("id").toString(), settings.value("address").toUrl(),
                        settings.value("userName").toString(), settings.value("authorityFile").toString(),
                        settings.value("staysSignedIn", true).toBool()};
        if (!profile.id.isEmpty() && profile.address.isValid()) all.append(profile);
    }
    settings.endArray();
    return all;
}

void saveProfile(Profile &profile) {
    if (profile.id.isEmpty()) profile.id = QUuid::createUuid().toString(QUuid::WithoutBraces);
    QList<Profile> all = profiles();
    all.removeIf([&](const Profile &other) { return other.id == profile.id; });
    all.prepend(profile);
    store(all);
}

void removeProfile(const QString &id) {
    QList<Profile> all = profiles();
    all.removeIf([&](const Profile &other) { return other.id == id; });
    store(all);
}

QUrl addressFrom(const QString &typed) {
    QString text = typed.trimmed();
    if (text.isEmpty()) return {};
    if (!text.contains("://")) {
        QString const host = text.section('/', 0, 0).section(':', 0, 0);
        bool const here = host == "localhost" || host == "127.0.0.1";
        text.prepend(here ? "http://" : "https://");
    }
    QUrl url(text, QUrl::StrictMode);
    if (!url.isValid() || url.host().isEmpty() || (url.scheme() != "https" && url.scheme() != "http")) return {};
    url.setUserInfo({});
    url.setQuery(QString());
    url.setFragment({});
    return url;
}

}  // namespace kontor::desktop
