#include "desktop/models/job.h"

#include "desktop/api/wording.h"

#include <algorithm>

namespace kontor::desktop {

namespace {

constexpr int firstPause = 100;
constexpr int longestPause = 1000;

}  // namespace

Job::Job(Workspace &workspace, QObject *parent) : QObject(parent), workspace_(workspace) {
    pause_.setSingleShot(true);
    pause_.setInterval(firstPause);
    connect(&pause_, &QTimer::timeout, this, &Job::ask);
}

void Job::start(const Call &call) {
    quint64 const number = workspace_.server().send(call, this, [this](const Answer &answer) {
        upload_ = 0;
        take(answer);
    });
    // A file on its way can be stopped. A short call is with the server already: its answer names the job to cancel.
    if (!call.fileToSend.isEmpty()) upload_ = number;
}

void Job::cancel() {
    isCancelWanted_ = true;
    if (upload_ != 0) return workspace_.server().cancel(upload_);
    if (id().isEmpty() || isOver()) return;
    Call const call{.method = "POST", .path = "jobs/" + id() + "/cancel"};
    workspace_.server().send(call, this, [this](const Answer &answer) {
        // A refusal: it was over before; the next look tells.
        if (answer.ok()) take(answer);
    });
}

void Job::take(const Answer &answer) {
    if (isOver()) return;
    if (!answer.ok()) {
        bool const isWorthWaiting = answer.problem->kind == Problem::Kind::offline && !id().isEmpty();
        if (isWorthWaiting) return pause_.start();
        Q_EMIT failed(isCancelWanted_ ? QString() : answer.problem->told());
        return;
    }
    state_ = answer.body;
    qint64 const processed = state_["processed"].toInteger();
    Q_EMIT progressed(processed, std::max<qint64>(state_["total"].toInteger(), 0));
    if (!isOver()) {
        if (isCancelWanted_ && !pause_.isActive()) cancel();
        pause_.start();
        pause_.setInterval(std::min(2 * pause_.interval(), longestPause));
        return;
    }
    pause_.stop();
    if (state_["state"].toString() == QLatin1String("failed")) {
        Q_EMIT failed(worded(state_["error"].toObject()["detail"].toString()));
    } else {
        Q_EMIT finished();
    }
}

void Job::ask() {
    Call const call{.path = "jobs/" + id()};
    workspace_.server().send(call, this, [this](const Answer &answer) { take(answer); });
}

std::function<void()> Job::undoing(Workspace &workspace, const QString &id) {
    return [workspace = QPointer<Workspace>(&workspace), id] {
        if (!workspace) return;
        auto *const job = new Job(*workspace, workspace);
        connect(job, &Job::finished, workspace, [workspace, job] {
            qint64 const left = job->state()["failed"].toInteger();
            Q_EMIT workspace->said(left == 0 ? tr("Taken back")
                                             : tr("Taken back, but for %n record(s) that somebody has changed since",
                                                  nullptr, static_cast<int>(left)),
                                   {});
            Q_EMIT workspace->recordsChanged(job->state()["object"].toString());
            job->deleteLater();
        });
        connect(job, &Job::failed, workspace, [workspace, job](const QString &reason) {
            Q_EMIT workspace->said(reason, {});
            job->deleteLater();
        });
        job->start({.method = "POST", .path = "jobs/" + id + "/undo"});
    };
}

}  // namespace kontor::desktop
