#include "shared/postgres/connection.h"

#include <poll.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <map>
#include <utility>

namespace kontor::postgres {

namespace {

constexpr std::size_t maximumPrepared = 500;

std::string fieldOf(const PGresult *result, int code) {
    const char *const text = result != nullptr ? PQresultErrorField(result, code) : nullptr;
    return text != nullptr ? text : "";
}

StatementObserver &observer() {
    static StatementObserver instance;
    return instance;
}

}  // namespace

DatabaseError::DatabaseError(std::string state, std::string text, std::string violated, std::string more,
                             std::size_t index)
    : sqlState(std::move(state)), message(std::move(text)), constraint(std::move(violated)), detail(std::move(more)),
      statementIndex(index) {}

void observeStatements(StatementObserver watcher) { observer() = std::move(watcher); }
bool statementsAreObserved() { return static_cast<bool>(observer()); }
void reportStatement(std::string_view name, double seconds, bool failed) {
    if (observer()) observer()(name, seconds, failed);
}

std::size_t Batch::add(const Statement &statement, Parameters parameters) {
    items_.push_back({statement.name, statement.sql, std::move(parameters)});
    return items_.size() - 1;
}

Connection::Connection(const PoolOptions &options) {
    std::string const settings =
        (options.searchPath.empty() ? "" : "-c search_path=" + options.searchPath + ",public ") +
        "-c statement_timeout=" + std::to_string(options.statementTimeoutSeconds) + "s";
    std::string const timeout = std::to_string(options.connectTimeoutSeconds);
    const char *const keys[] = {"dbname", "application_name", "options", "connect_timeout", "client_encoding", nullptr};
    const char *const values[] = {options.connectionString.c_str(),
                                  options.applicationName.c_str(),
                                  settings.c_str(),
                                  timeout.c_str(),
                                  "UTF8",
                                  nullptr};
    connection_ = PQconnectStartParams(keys, values, 1);
    auto const deadline = fiber::Clock::now() + std::chrono::seconds(options.connectTimeoutSeconds);
    PostgresPollingStatusType state = PGRES_POLLING_WRITING;
    while (connection_ != nullptr && PQstatus(connection_) != CONNECTION_BAD && state != PGRES_POLLING_OK &&
           state != PGRES_POLLING_FAILED) {
        auto const interest = state == PGRES_POLLING_READING ? fiber::Interest::readable : fiber::Interest::writable;
        if (!fiber::wait(PQsocket(connection_), interest, deadline)) break;
        state = PQconnectPoll(connection_);
    }
    if (state != PGRES_POLLING_OK) {
        std::string const message = connection_ != nullptr ? PQerrorMessage(connection_) : "out of memory";
        PQfinish(connection_);
        throw DatabaseError("08001", "cannot connect: " + message, {}, {}, 0);
    }
    PQsetnonblocking(connection_, 1);
    PQsetNoticeProcessor(
        connection_, [](void *, const char *) {}, nullptr);
    PQenterPipelineMode(connection_);
}

Connection::~Connection() { PQfinish(connection_); }

bool Connection::alive() {
    if (broken()) return false;
    pollfd entry{descriptor(), POLLIN, 0};
    if (::poll(&entry, 1, 0) <= 0) return true;
    return PQconsumeInput(connection_) == 1 && PQstatus(connection_) == CONNECTION_OK;
}

DatabaseError Connection::failure(const PGresult *result, std::size_t index) const {
    std::string state = fieldOf(result, PG_DIAG_SQLSTATE);
    std::string message = result != nullptr ? PQresultErrorMessage(result) : PQerrorMessage(connection_);
    if (state.empty()) state = "08006";
    return {std::move(state), std::move(message), fieldOf(result, PG_DIAG_CONSTRAINT_NAME),
            fieldOf(result, PG_DIAG_MESSAGE_DETAIL), index};
}

const Connection::Prepared &Connection::prepare(std::string_view sql, const Parameters &parameters, bool &isNew) {
    auto found = prepared_.find(sql);
    isNew = found == prepared_.end();
    if (!isNew) {
        uses_.splice(uses_.begin(), uses_, found->second.use);
        return found->second;
    }
    if (prepared_.size() >= maximumPrepared) {
        // libpq 15 has no way to close a statement within the protocol; DEALLOCATE goes with the next batch.
        auto const oldest = prepared_.find(*uses_.back());
        toClose_.push_back("DEALLOCATE " + oldest->second.name);
        uses_.pop_back();
        prepared_.erase(oldest);
    }
    found = prepared_.emplace(std::string(sql), Prepared{"s" + std::to_string(nextName_++), {}}).first;
    uses_.push_front(&found->first);
    found->second.use = uses_.begin();
    types_.clear();
    for (const auto &entry : parameters.entries_) types_.push_back(entry.type);
    if (PQsendPrepare(connection_, found->second.name.c_str(), found->first.c_str(), static_cast<int>(types_.size()),
                      types_.data()) != 1) {
        broken_ = true;
        throw failure(nullptr, 0);
    }
    return found->second;
}

void Connection::forgetPrepared(std::string_view sql) {
    auto const found = prepared_.find(sql);
    if (found == prepared_.end()) return;
    uses_.erase(found->second.use);
    prepared_.erase(found);
}

bool Connection::send(std::string_view sql, const Parameters &parameters) {
    bool isNew = false;
    const Prepared &statement = prepare(sql, parameters, isNew);
    std::size_t const count = parameters.entries_.size();
    values_.resize(count);
    lengths_.resize(count);
    formats_.assign(count, 1);
    for (std::size_t i = 0; i < count; ++i) {
        const auto &entry = parameters.entries_[i];
        values_[i] = entry.length < 0 ? nullptr : parameters.buffer_.data() + entry.offset;
        lengths_[i] = entry.length;
    }
    if (PQsendQueryPrepared(connection_, statement.name.c_str(), static_cast<int>(count), values_.data(),
                            lengths_.data(), formats_.data(), 1) != 1) {
        broken_ = true;
        throw failure(nullptr, 0);
    }
    return isNew;
}

bool Connection::sync() {
    if (PQpipelineSync(connection_) != 1) {
        broken_ = true;
        throw failure(nullptr, 0);
    }
    return flush();
}

bool Connection::flush() {
    int const left = PQflush(connection_);
    if (left < 0) {
        broken_ = true;
        throw failure(nullptr, 0);
    }
    return left == 0;
}

void Connection::waitUntilSent() {
    while (!flush()) {
        // The server may be waiting for us to read before it reads on.
        [[maybe_unused]] bool const ready = fiber::wait(descriptor(), fiber::Interest::either);
        if (PQconsumeInput(connection_) != 1) {
            broken_ = true;
            throw failure(nullptr, 0);
        }
    }
}

PGresult *Connection::nextResult() {
    while (PQisBusy(connection_) == 1) {
        [[maybe_unused]] bool const ready = fiber::wait(descriptor(), fiber::Interest::readable);
        if (PQconsumeInput(connection_) != 1) {
            broken_ = true;
            throw failure(nullptr, 0);
        }
    }
    return PQgetResult(connection_);
}

std::vector<Rows> Connection::run(const Batch &batch, bool begin, bool commit) {
    auto const started = std::chrono::steady_clock::now();
    static const Parameters none;
    enum class Step : std::uint8_t { prepare, statement, control };
    struct Expected {
        Step step;
        std::size_t index;
    };
    std::vector<Expected> expected;
    expected.reserve(batch.items_.size() + 4);
    auto const control = [&](std::string_view sql, std::size_t index) {
        if (send(sql, none)) expected.push_back({Step::prepare, index});
        expected.push_back({Step::control, index});
    };
    for (std::string const &close : std::exchange(toClose_, {})) {
        PQsendQueryParams(connection_, close.c_str(), 0, nullptr, nullptr, nullptr, nullptr, 0);
        expected.push_back({Step::control, 0});
    }
    if (begin) control("BEGIN", 0);
    for (std::size_t i = 0; i < batch.items_.size(); ++i) {
        if (send(batch.items_[i].sql, batch.items_[i].parameters)) expected.push_back({Step::prepare, i});
        expected.push_back({Step::statement, i});
        if (i % 64 == 63) waitUntilSent();
    }
    if (commit) control("COMMIT", batch.items_.size());
    sync();
    waitUntilSent();

    std::vector<Rows> results(batch.items_.size());
    std::optional<DatabaseError> error;
    for (const Expected &step : expected) {
        PGresult *result = nextResult();
        if (result == nullptr) {
            broken_ = true;
            throw failure(nullptr, step.index);
        }
        std::shared_ptr<pg_result> owned(result, PQclear);
        ExecStatusType const status = PQresultStatus(result);
        bool const failed =
            status == PGRES_FATAL_ERROR || status == PGRES_PIPELINE_ABORTED || status == PGRES_BAD_RESPONSE;
        if (status == PGRES_FATAL_ERROR && !error) error = failure(result, step.index);
        if (failed && step.step == Step::prepare && step.index < batch.items_.size()) {
            forgetPrepared(batch.items_[step.index].sql);
        }
        if (failed && step.step == Step::prepare && step.index >= batch.items_.size()) forgetPrepared("COMMIT");
        if (step.step == Step::statement && !failed) results[step.index] = Rows(std::move(owned));
        if (PQstatus(connection_) != CONNECTION_OK) {
            broken_ = true;
            throw error ? *error : failure(nullptr, step.index);
        }
        while (PGresult *const more = nextResult()) PQclear(more);
    }
    PGresult *const end = nextResult();
    if (end == nullptr || PQresultStatus(end) != PGRES_PIPELINE_SYNC) broken_ = true;
    PQclear(end);
    // A plan or a statement that the server has lost (after a schema change): next time it is prepared anew.
    if (error && (error->sqlState == "0A000" || error->sqlState == "26000")) {
        for (const auto &item : batch.items_) forgetPrepared(item.sql);
    }
    if (statementsAreObserved()) {
        double const seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
        for (std::size_t i = 0; i < batch.items_.size(); ++i) {
            reportStatement(batch.items_[i].name, seconds, error && error->statementIndex == i);
        }
    }
    if (error) throw *error;
    return results;
}

void Connection::command(const char *sql) {
    Batch batch;
    batch.add({"command", sql}, {});
    run(batch, false, false);
}

}  // namespace kontor::postgres
