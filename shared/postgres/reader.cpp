#include "shared/postgres/reader.h"

#include <chrono>
#include <utility>

namespace kontor::postgres {

Reader::~Reader() {
    fiber::Loop *const running = fiber::Loop::ofThread();
    if (running == nullptr || running->number() != number_) return;
    if (hook_) running->removeBeforeWait(*hook_);
    disconnect();
}

void Reader::disconnect() {
    if (!connection_) return;
    // Not the connection's own word for it: libpq closes the descriptor by itself when the stream ends.
    loop_.forget(descriptor_);
    connection_.reset();
}

bool Reader::connect() {
    if (connection_ && !connection_->broken()) return true;
    if (connecting_) return false;  // another fiber is at it; this one goes the ordinary way
    connecting_ = true;
    disconnect();
    try {
        connection_ = std::make_unique<Connection>(options_);
    } catch (...) {
        connecting_ = false;
        throw;
    }
    connecting_ = false;
    descriptor_ = connection_->descriptor();
    loop_.watch(descriptor_, [this] { receive(); });
    if (!hook_) hook_ = loop_.beforeWait([this] { send(); });
    return true;
}

std::optional<Rows> Reader::read(const Statement &statement, const Parameters &parameters) {
    if (!connect()) return std::nullopt;
    Pending pending{&statement, &parameters, {}, {}, {}};
    queued_.push_back(&pending);
    bool const observed = statementsAreObserved();
    auto const started = observed ? std::chrono::steady_clock::now() : std::chrono::steady_clock::time_point{};
    [[maybe_unused]] bool const woken = pending.done.wait();
    if (observed) {
        reportStatement(statement.name,
                        std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count(),
                        pending.error.has_value());
    }
    if (pending.error) throw *pending.error;
    return std::move(pending.rows);
}

/// Runs before the loop looks at its sockets: everything that was asked for since goes out with one flush.
void Reader::send() {
    if (queued_.empty()) return;
    if (!connection_) {
        fail();
        return;
    }
    try {
        for (std::size_t i = connection_->sendCloses(); i > 0; --i) sent_.push_back({Step::close, nullptr});
        for (Pending *const pending : queued_) {
            if (connection_->send(pending->statement->sql, *pending->parameters)) {
                sent_.push_back({Step::prepare, pending});
            }
            sent_.push_back({Step::statement, pending});
        }
        sent_.push_back({Step::sync, nullptr});
        bool const out = connection_->sync();
        queued_.clear();
        if (!out) flushLater();
    } catch (const DatabaseError &) {
        fail();
    }
}

/// More than the socket takes at once: the rest goes out when it can.
void Reader::flushLater() {
    loop_.spawn([this] {
        try {
            while (connection_ && !connection_->broken() && !connection_->flush()) {
                fiber::sleep(std::chrono::milliseconds(1));
            }
        } catch (const DatabaseError &) {
            fail();
        }
    });
}

/// Runs in a fiber of its own when the server has answered, and never waits.
void Reader::receive() {
    if (!connection_) return;  // lost between the event and this fiber's turn
    PGconn *const raw = connection_->raw();
    bool lost = PQconsumeInput(raw) != 1;
    bool separated = false;  // libpq ends each statement's results with a null; two of them mean that there is nothing
    while (!lost && !sent_.empty() && PQisBusy(raw) == 0) {
        std::shared_ptr<pg_result> result(PQgetResult(raw), PQclear);
        lost = connection_->broken();
        if (!result) {
            if (std::exchange(separated, true)) break;
            continue;
        }
        separated = false;
        Sent const front = sent_.front();
        // An error while the group is closed comes before the synchronisation point itself.
        if (front.step == Step::sync && PQresultStatus(result.get()) != PGRES_PIPELINE_SYNC) continue;
        sent_.pop_front();
        take(front, std::move(result));
    }
    if (lost) {
        fail();
    } else {
        loop_.rearm(descriptor_);
    }
}

void Reader::take(Sent sent, std::shared_ptr<pg_result> result) {
    if (sent.pending == nullptr) return;
    Pending &pending = *sent.pending;
    ExecStatusType const status = PQresultStatus(result.get());
    if (status == PGRES_FATAL_ERROR) {
        DatabaseError error = connection_->failure(result.get(), 0);
        connection_->forgetPrepared(pending.statement->sql, sent.step == Step::statement && error.sqlState == "0A000");
        // Prepared for another schema, or lost: the ordinary way prepares it anew.
        bool const again = error.sqlState == "0A000" || error.sqlState == "26000" || error.sqlState.starts_with("08") ||
                           error.sqlState.starts_with("57P");
        if (!again) pending.error = std::move(error);
    } else if (status == PGRES_PIPELINE_ABORTED) {
        if (sent.step == Step::prepare) connection_->forgetPrepared(pending.statement->sql, false);
    } else if (sent.step == Step::statement) {
        pending.rows = Rows(std::move(result));
    }
    if (sent.step == Step::statement) pending.done.set();
}

/// The connection is lost: everyone who waits goes the ordinary way.
void Reader::fail() {
    disconnect();
    for (const Sent &sent : std::exchange(sent_, {})) {
        if (sent.step == Step::statement) sent.pending->done.set();
    }
    // Some of them may be in both; an event that is set twice is set once.
    for (Pending *const pending : std::exchange(queued_, {})) pending->done.set();
}

}  // namespace kontor::postgres
