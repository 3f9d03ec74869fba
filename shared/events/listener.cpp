#include "shared/events/listener.h"

#include <libpq-fe.h>

#include <sys/socket.h>

#include <string>
#include <utility>

namespace kontor::events {

namespace {

/// Channels are known to a whole database, so each service has one.
std::string channelOf(const postgres::Pool &service) { return "kontor_outbox_" + service.options().searchPath; }

}  // namespace

Listener::Listener(const postgres::Pool &service, std::function<void()> onAnnouncement)
    : service_(service), onAnnouncement_(std::move(onAnnouncement)), connection_(nullptr, PQfinish) {}

Listener::~Listener() = default;

bool Listener::connect() {
    const postgres::PoolOptions &options = service_.options();
    std::string const name = options.applicationName + " listener";
    const char *const keys[] = {"keepalives_idle",  "keepalives_interval", "dbname",
                                "application_name", "connect_timeout",     nullptr};
    const char *const values[] = {"15", "5", options.connectionString.c_str(), name.c_str(), "5", nullptr};
    std::string const listen = channelOf(service_);
    PGconn *made = nullptr;
    bool listening = false;
    fiber::offload([&] {
        made = PQconnectdbParams(keys, values, 1);
        if (PQstatus(made) != CONNECTION_OK) return;
        PQsetNoticeProcessor(
            made, [](void *, const char *) {}, nullptr);
        std::unique_ptr<char, decltype(&PQfreemem)> const channel(
            PQescapeIdentifier(made, listen.c_str(), listen.size()), PQfreemem);
        std::unique_ptr<PGresult, decltype(&PQclear)> const result(
            PQexec(made, (std::string("LISTEN ") + channel.get()).c_str()), PQclear);
        listening = PQresultStatus(result.get()) == PGRES_COMMAND_OK;
    });
    connection_.reset(made);
    return listening;
}

void Listener::run(const std::atomic<bool> &stopping) {
    std::chrono::milliseconds pause{200};
    while (!stopping) {
        if (connect()) {
            pause = std::chrono::milliseconds(200);
            onAnnouncement_();  // what was announced before is not repeated
            listen(stopping);
        }
        if (stopping) break;
        [[maybe_unused]] bool const woken = wake_.wait(fiber::Clock::now() + pause);
        pause = std::min(pause * 2, std::chrono::milliseconds(30'000));
    }
    connection_.reset();
}

void Listener::listen(const std::atomic<bool> &stopping) {
    while (!stopping && fiber::wait(PQsocket(connection_.get()), fiber::Interest::readable)) {
        if (PQconsumeInput(connection_.get()) != 1) return;
        bool announced = false;
        while (PGnotify *const note = PQnotifies(connection_.get())) {
            announced = true;
            PQfreemem(note);
        }
        if (announced) onAnnouncement_();
    }
}

void Listener::interrupt() {
    wake_.set();
    if (connection_ && PQstatus(connection_.get()) == CONNECTION_OK) ::shutdown(PQsocket(connection_.get()), SHUT_RDWR);
}

void notifyOthers(postgres::Pool &service) {
    static const postgres::Statement notify{"notifyOutbox", "SELECT pg_notify($1, '')"};
    postgres::Parameters channel;
    channel.text(channelOf(service));
    service.run(notify, std::move(channel));
}

}  // namespace kontor::events
