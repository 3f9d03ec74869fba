#pragma once

// Notifications of the desktop (org.freedesktop.Notifications, version 1.2), with buttons. Nothing here waits for the
// bus.

#include <QDBusConnection>
#include <QHash>
#include <QObject>
#include <QStringList>

#include <functional>
#include <optional>

namespace kontor::desktop {

class Notifications : public QObject {
    Q_OBJECT
  public:
    struct Button {
        QString name;  ///< "default" is a click on the notification itself
        QString text;
    };

    explicit Notifications(const QDBusConnection &bus, QObject *parent = nullptr);
    /// The bus of the user's desktop; one that is not connected where there is none.
    [[nodiscard]] static QDBusConnection desktopBus();

    /// Shows it; `instead` is called when nobody shows it, or it would have no buttons.
    void show(const QString &key, const QString &title, const QString &text, const QList<Button> &buttons,
              std::function<void()> instead);
    void close(const QString &key);

  Q_SIGNALS:
    void chosen(const QString &key, const QString &button);

  private Q_SLOTS:
    void invoked(uint number, const QString &button);
    void closed(uint number, uint reason);

  private:
    struct Wanted {
        QString key;
        QString title;
        QString text;
        QList<Button> buttons;
        std::function<void()> instead;
    };

    void send(const Wanted &wanted);
    void ask();

    QDBusConnection bus_;
    std::optional<QStringList> abilities_;
    QList<Wanted> waiting_;  // until it is known what the desktop can do
    QHash<uint, QString> shown_;
};

}  // namespace kontor::desktop
