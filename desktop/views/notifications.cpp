#include "desktop/views/notifications.h"

#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QFileInfo>
#include <QStandardPaths>
#include <QVariantMap>

#include <algorithm>
#include <utility>

namespace kontor::desktop {

namespace {

constexpr auto service = "org.freedesktop.Notifications";
constexpr auto path = "/org/freedesktop/Notifications";
constexpr int answerTimeout = 3000;  // ms
constexpr int untilAnswered = 0;     // it does not vanish by itself

QDBusMessage callOf(const QString &method) { return QDBusMessage::createMethodCall(service, path, service, method); }

}  // namespace

Notifications::Notifications(const QDBusConnection &bus, QObject *parent) : QObject(parent), bus_(bus) {
    if (!bus_.isConnected()) return;
    bus_.connect(service, path, service, "ActionInvoked", this, SLOT(invoked(uint, QString)));
    bus_.connect(service, path, service, "NotificationClosed", this, SLOT(closed(uint, uint)));
}

/// Without an address of a bus, one would be started: a program and a wait that nobody has asked for.
QDBusConnection Notifications::desktopBus() {
    QString const usual = QStandardPaths::writableLocation(QStandardPaths::RuntimeLocation) + "/bus";
    bool const isThere = qEnvironmentVariableIsSet("DBUS_SESSION_BUS_ADDRESS") || QFileInfo::exists(usual);
    return isThere ? QDBusConnection::sessionBus() : QDBusConnection("none");
}

void Notifications::show(const QString &key, const QString &title, const QString &text, const QList<Button> &buttons,
                         std::function<void()> instead) {
    Wanted const wanted{key, title, text, buttons, std::move(instead)};
    if (!bus_.isConnected()) return wanted.instead();
    if (abilities_) return send(wanted);
    waiting_.append(wanted);
    if (waiting_.size() == 1) ask();
}

/// What the desktop can do; asked again with the next one when there was no answer.
void Notifications::ask() {
    auto *const watcher = new QDBusPendingCallWatcher(bus_.asyncCall(callOf("GetCapabilities"), answerTimeout), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, watcher] {
        watcher->deleteLater();
        QDBusPendingReply<QStringList> const reply = *watcher;
        QList<Wanted> const waiting = std::exchange(waiting_, {});
        if (!reply.isError() && reply.value().contains("actions")) abilities_ = reply.value();
        for (const Wanted &wanted : waiting) abilities_ ? send(wanted) : wanted.instead();
    });
}

void Notifications::send(const Wanted &wanted) {
    QStringList buttons;
    for (const Button &button : wanted.buttons) buttons << button.name << button.text;
    QString const text = abilities_->contains("body-markup") ? wanted.text.toHtmlEscaped() : wanted.text;
    QVariantMap const hints{{"desktop-entry", "kontor"}};
    QDBusMessage call = callOf("Notify");
    uint const replaces = shown_.key(wanted.key, 0U);
    call.setArguments({"Kontor", replaces, "kontor", wanted.title, text, buttons, hints, untilAnswered});
    auto *const watcher = new QDBusPendingCallWatcher(bus_.asyncCall(call, answerTimeout), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, watcher, wanted] {
        watcher->deleteLater();
        QDBusPendingReply<uint> const reply = *watcher;
        if (reply.isError()) {
            abilities_.reset();
            return wanted.instead();
        }
        shown_.insert(reply.value(), wanted.key);
    });
}

void Notifications::close(const QString &key) {
    for (uint const number : shown_.keys(key)) {
        shown_.remove(number);
        QDBusMessage call = callOf("CloseNotification");
        call.setArguments({number});
        bus_.asyncCall(call, answerTimeout);
    }
}

void Notifications::invoked(uint number, const QString &button) {
    auto const found = shown_.constFind(number);
    if (found != shown_.cend()) Q_EMIT chosen(QString(*found), button);  // all programs hear of all notifications
}

void Notifications::closed(uint number, uint) { shown_.remove(number); }

}  // namespace kontor::desktop
