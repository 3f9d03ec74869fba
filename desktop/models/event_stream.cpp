#include "desktop/models/event_stream.h"

#include <QJsonDocument>
#include <QRandomGenerator>

namespace kontor::desktop {

namespace {

constexpr int silenceSeconds = 45;  // the server says something every 15
constexpr qsizetype largestEvent = 1024 * 1024;
constexpr int firstPause = 500;  // ms
constexpr int longestPause = 10'000;

}  // namespace

EventStream::EventStream(Workspace &workspace, QObject *parent) : QObject(parent), workspace_(workspace) {
    retry_.setSingleShot(true);
    connect(&retry_, &QTimer::timeout, this, &EventStream::connectAgain);
    connect(&workspace_.server(), &Server::onlineChanged, this, [this](bool online) {
        if (online && retry_.isActive()) retry_.start(0);
    });
    connect(&workspace_.server(), &Server::signedIn, this, &EventStream::connectAgain);
    connect(&workspace_.server(), &Server::credentialsChanged, this, [this] {
        if (!live_ || call_ == 0) return;
        isHandedOver_ = true;  // the server ends streams whose token has ended
        workspace_.server().cancel(call_);
    });
}

void EventStream::start() {
    wanted_ = true;
    if (call_ == 0) connectAgain();
}

void EventStream::stop() {
    wanted_ = false;
    retry_.stop();
    if (call_ != 0) workspace_.server().cancel(call_);
}

void EventStream::connectAgain() {
    if (!wanted_ || call_ != 0) return;
    Call call;
    call.path = "events";
    call.timeoutSeconds = silenceSeconds;
    call.headers.emplaceBack("Accept", "text/event-stream");
    if (!lastId_.isEmpty()) call.headers.emplaceBack("Last-Event-ID", lastId_);
    rest_.clear();
    event_.clear();
    data_.clear();
    id_.clear();
    call_ = workspace_.server().listen(
        call, this, [this](const QByteArray &piece) { receive(piece); },
        [this](const Answer &answer) { ended(answer); });
}

/// Pieces end anywhere; lines end with LF, CRLF or CR (HTML, 9.2.5; the server sends LF).
void EventStream::receive(const QByteArray &piece) {
    rest_ += piece;
    qsizetype start = 0;
    for (qsizetype end = rest_.indexOf('\n'); end >= 0; end = rest_.indexOf('\n', start)) {
        QByteArray line = rest_.mid(start, end - start);
        if (line.endsWith('\r')) line.chop(1);
        start = end + 1;
        take(line);
    }
    rest_.remove(0, start);
    if (rest_.size() + data_.size() > largestEvent) workspace_.server().cancel(call_);
}

void EventStream::take(const QByteArray &line) {
    if (line.isEmpty()) {
        dispatch();
        return;
    }
    qsizetype const colon = line.indexOf(':');
    QByteArray const name = line.left(colon);
    QByteArray value = colon < 0 ? QByteArray() : line.mid(colon + 1);
    if (value.startsWith(' ')) value.remove(0, 1);
    if (name == "event") event_ = value;
    if (name == "id") id_ = value;
    if (name == "data") data_ += data_.isEmpty() ? value : '\n' + value;
}

void EventStream::dispatch() {
    QByteArray const event = std::exchange(event_, {});
    QByteArray const data = std::exchange(data_, {});
    if (!id_.isEmpty()) lastId_ = std::exchange(id_, {});
    if (event == "ready") {
        failures_ = 0;
        setLive(true);
    }
    if (event != "change") return;
    QJsonObject const change = QJsonDocument::fromJson(data).object();
    QString const entity = change["entity"].toString();
    QString const id = change["id"].toString();
    QString const kind = change["kind"].toString();
    if (entity.isEmpty() || id.isEmpty()) return;
    workspace_.announceChange(entity, id, change["version"].toInteger(), kind == "deleted" || kind == "hidden");
}

void EventStream::ended(const Answer &answer) {
    call_ = 0;
    if (std::exchange(isHandedOver_, false) && wanted_) return connectAgain();
    setLive(false);
    if (!wanted_) return;
    Problem const problem = answer.problem.value_or(Problem{});
    if (problem.kind == Problem::Kind::signedOut) {
        return;  // until somebody is signed in again
    }
    if (problem.code == "INVALID_CURSOR" && !lastId_.isEmpty()) {
        lastId_.clear();
        Q_EMIT workspace_.outdated();
    }
    int const pause = std::min(firstPause << std::min(failures_++, 10), longestPause);
    // Not all clients of a server that comes back at the same moment.
    retry_.start(pause / 2 + static_cast<int>(QRandomGenerator::global()->bounded(pause / 2 + 1)));
}

void EventStream::setLive(bool live) {
    if (live == live_) return;
    live_ = live;
    Q_EMIT liveChanged(live_);
}

}  // namespace kontor::desktop
