#include "shared/postgres/reader.h"

#include <chrono>
#include <utility>

namespace kontor::postgres {

bool Reader::connect() {
    if (connection_ && !connection_->broken()) return true;
    if (connecting_) return false;  // another fiber is at it; this one goes the ordinary way
    connecting_ = true;
    if (connection_) {
        loop_.forget(connection_->descriptor());
        connection_.reset();
    }
    try {
        connection_ = std::make_unique<Connection>(options_);
    } catch (...) {
        connecting_ = false;
        throw;
    }
    connecting_ = false;
    loop_.watch(connection_->descriptor(), [this] { receive(); });
    if (!std::exchange(hooked_, true)) loop_.beforeWait([this] { send(); });
    return true;
}

std::optional<Rows> Reader::read(const Statement &statement, const Parameters &parameters) {
    if (!connect()) return std::nullopt;
    Pending pending{&statement, &parameters, false, false, {}, {}, {}};
    queued_.push_back(&pending);
    auto const started = std::chrono::steady_clock::now();
    [[maybe_unused]] bool const woken = pending.done.wait();
    if (statementsAreObserved()) {
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
    try {
        for (Pending *pending : queued_) {
            inFlight_.push_back(pending);
            pending->prepares = connection_->send(pending->statement->sql, *pending->parameters);
        }
        queued_.back()->endsGroup = true;
        queued_.clear();
        if (!connection_->sync()) {
            // More than the socket takes at once: the rest goes out when it can.
            loop_.spawn([this] {
                try {
                    while (connection_ && !connection_->broken() && !connection_->flush())
                        fiber::sleep(std::chrono::milliseconds(1));
                } catch (const DatabaseError &) {
                    fail();
                }
            });
        }
    } catch (const DatabaseError &) {
        queued_.clear();
        fail();
    }
}

void Reader::receive() {
    if (PQconsumeInput(connection_->raw()) != 1) {
        fail();
        return;
    }
    while (!inFlight_.empty() && PQisBusy(connection_->raw()) == 0) {
        if (!take(*inFlight_.front())) break;
    }
    if (connection_->broken()) {
        fail();
        return;
    }
    loop_.rearm(connection_->descriptor());
}

/// Takes one result of the first statement in flight; false when it has not come yet.
bool Reader::take(Pending &pending) {
    PGresult *const result = PQgetResult(connection_->raw());
    if (result == nullptr) {
        // The end of a statement's results. A null before any is only libpq's separator.
        if (!resultTaken_) return PQisBusy(connection_->raw()) == 0;
        if (pending.prepares && !std::exchange(prepareTaken_, true)) {
            resultTaken_ = false;
            return true;
        }
        if (pending.endsGroup) return true;  // the synchronisation point follows
        inFlight_.pop_front();
        prepareTaken_ = resultTaken_ = false;
        pending.done.set();
        return true;
    }
    std::shared_ptr<pg_result> owned(result, PQclear);
    ExecStatusType const status = PQresultStatus(result);
    if (status == PGRES_PIPELINE_SYNC) {
        inFlight_.pop_front();
        prepareTaken_ = resultTaken_ = false;
        pending.done.set();
        return true;
    }
    resultTaken_ = true;
    bool const ofPrepare = pending.prepares && !prepareTaken_;
    if (status == PGRES_FATAL_ERROR) {
        DatabaseError error = connection_->failure(result, 0);
        connection_->forgetPrepared(pending.statement->sql);
        // Prepared for another schema, or lost: the ordinary way prepares it anew.
        bool const outdated =
            error.sqlState == "0A000" || error.sqlState == "26000" || error.sqlState.starts_with("08");
        if (!outdated && !pending.error) pending.error = std::move(error);
    } else if (status == PGRES_PIPELINE_ABORTED) {
        if (ofPrepare) connection_->forgetPrepared(pending.statement->sql);
    } else if (!ofPrepare) {
        pending.rows = Rows(std::move(owned));
    }
    return true;
}

/// The connection is lost: everyone who waits goes the ordinary way.
void Reader::fail() {
    if (connection_) {
        loop_.forget(connection_->descriptor());
        connection_.reset();
    }
    prepareTaken_ = resultTaken_ = false;
    for (Pending *pending : std::exchange(queued_, {})) pending->done.set();
    for (Pending *pending : std::exchange(inFlight_, {})) pending->done.set();
}

}  // namespace kontor::postgres
