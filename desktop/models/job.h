#pragma once

// A job of the server (an import, an export, a mass update), from its start to its end.

#include "desktop/models/workspace.h"

#include <QObject>
#include <QTimer>

namespace kontor::desktop {

class Job : public QObject {
    Q_OBJECT
  public:
    Job(Workspace &workspace, QObject *parent);

    /// Sends the call that makes the job, and follows it. Once for each object.
    void start(const Call &call);
    /// What it has done by then stays.
    void cancel();

    [[nodiscard]] QString id() const { return state_["id"].toString(); }
    /// As the server tells it: state, processed, total, created, updated, deleted, failed.
    [[nodiscard]] const QJsonObject &state() const { return state_; }
    [[nodiscard]] bool isOver() const { return state_.contains("finishedAt"); }
    [[nodiscard]] bool isCancelled() const { return state_["state"].toString() == QLatin1String("cancelled"); }

    /// Takes back what a job has done, when it is called; says how that went.
    [[nodiscard]] static std::function<void()> undoing(Workspace &workspace, const QString &id);

  Q_SIGNALS:
    /// `total` is 0 while it is not known.
    void progressed(qint64 processed, qint64 total);
    /// To its end, or cancelled; failed() where it broke off.
    void finished();
    void failed(const QString &reason);

  private:
    void take(const Answer &answer);
    void ask();

    Workspace &workspace_;
    QJsonObject state_;
    QTimer pause_;
    quint64 upload_ = 0;
    bool isCancelWanted_ = false;
};

}  // namespace kontor::desktop
