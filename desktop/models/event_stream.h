#pragma once

// The changes that others make, as they make them: /api/v1/events kept open (server-sent events), for as long as there
// is a server. What comes is announced to the workspace, as our own changes are.

#include "desktop/models/workspace.h"

#include <QByteArray>
#include <QObject>
#include <QTimer>

namespace kontor::desktop {

class EventStream : public QObject {
    Q_OBJECT
  public:
    explicit EventStream(Workspace &workspace, QObject *parent = nullptr);

    /// Connects, and again whenever the stream has broken off, going on where it was: nothing is missed. Where
    /// the server no longer knows that, the workspace is told that it is outdated.
    void start();
    void stop();
    [[nodiscard]] bool isLive() const { return live_; }

  Q_SIGNALS:
    void liveChanged(bool live);

  private:
    void connectAgain();
    void receive(const QByteArray &piece);
    void take(const QByteArray &line);
    void dispatch();
    void ended(const Answer &answer);
    void setLive(bool live);

    Workspace &workspace_;
    QTimer retry_;
    quint64 call_ = 0;
    QByteArray rest_;  // of a line whose end has not come
    QByteArray event_, data_, id_;
    QByteArray lastId_;
    int failures_ = 0;
    bool wanted_ = false;
    bool live_ = false;
    bool isHandedOver_ = false;  // to a connection with the new token, before the old one ends
};

}  // namespace kontor::desktop
