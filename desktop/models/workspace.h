#pragma once

// What all screens of a signed-in user share: the server, what it describes, who the user is, the names behind ids, and
// the news of changed records. Screens get it by reference, and know no more of each other.

#include "desktop/api/description.h"
#include "desktop/api/server.h"

#include <QHash>
#include <QObject>
#include <QSet>
#include <QTimer>

namespace kontor::desktop {

class KeptViews;
class LocalStore;

class Workspace : public QObject {
    Q_OBJECT
  public:
    explicit Workspace(Server &server, QObject *parent = nullptr);

    [[nodiscard]] Server &server() const { return server_; }
    [[nodiscard]] const Descriptions &descriptions() const { return descriptions_; }
    [[nodiscard]] const QJsonObject &user() const { return user_; }  ///< UserInfo of the contract
    /// What this computer keeps for the user; nothing where it cannot.
    [[nodiscard]] LocalStore *store() const { return store_; }
    void setStore(LocalStore *store) {
        store_ = store;
        server_.setStore(store);
    }
    /// The views that stay readable off line; nothing where nothing is kept.
    [[nodiscard]] KeptViews *keptViews() const { return keptViews_; }
    void setKeptViews(KeptViews *views) { keptViews_ = views; }
    [[nodiscard]] QString userId() const { return user_["userId"].toString(); }

    /// Asks who the user is and what there is; ready() or failed() follows.
    void load();

    /// The display name of a record, or nothing yet: then it is asked for with others, and namesCame() follows.
    [[nodiscard]] QString nameOf(const QString &entity, const QString &id);
    /// Whether names are on their way.
    [[nodiscard]] bool isWaitingForNames() const { return !wanted_.isEmpty() || namesAsked_ > 0; }
    void rememberName(const QString &entity, const QString &id, const QString &name);

    /// To be called after a successful write, and by the event stream for the writes of others.
    void announceChange(const QString &entity, const QString &id, qint64 version, bool isDeleted = false);

  Q_SIGNALS:
    void ready();
    void failed(const kontor::desktop::Problem &problem);
    void namesCame();
    void recordChanged(const QString &entity, const QString &id, qint64 version, bool isDeleted);
    /// A record that was made off line has the server's id now.
    void recordRenamed(const QString &entity, const QString &before, const QString &id);
    /// What was to be written waits as the draft of the form again.
    void draftSetAside(const QString &entity, const QString &id);
    /// Nobody knows what has changed: what is shown may be of before, and is read anew.
    void outdated();
    /// Many records of a collection have changed at once: lists read anew.
    void recordsChanged(const QString &collection);
    /// A screen wants a record shown; `inBackground`: in a tab that is not brought to the front.
    void openRequested(const QString &entity, const QString &id, bool inBackground);
    /// A screen wants a new record of the entity, with these values filled in.
    void createRequested(const QString &entity, const QJsonObject &values);
    /// A passing word for the foot of the window. With `undo`, a button that calls it.
    void said(const QString &text, const std::function<void()> &undo);

  private:
    void askForNames();

    Server &server_;
    LocalStore *store_ = nullptr;
    KeptViews *keptViews_ = nullptr;
    Descriptions descriptions_;
    QJsonObject user_;
    QHash<QString, QHash<QString, QString>> names_;  // entity → id → name
    QHash<QString, QSet<QString>> wanted_;
    QTimer namesTimer_;
    int namesAsked_ = 0;
};

}  // namespace kontor::desktop
