#include "shared/postgres/connection.h"

#include <poll.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace kontor::postgres {

namespace {

constexpr std::size_t maximumPrepared = 500;

std::string fieldOf(const PGresult *result, int code) {
    const char *const text = result != nullptr ? PQresultErrorField(result, code) : nullptr;
    return text != nullptr ? text : "";
}

/// The server has lost the statement, or the schema has changed under it: next time it is prepared anew.
bool outdated(const DatabaseError &error) { return error.sqlState == "0A000" || error.sqlState == "26000"; }

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

bool Batch::onlyReads() const {
    return std::ranges::all_of(items_, [](const Item &item) { return item.sql.starts_with("SELECT"); });
}

Connection::Connection(const PoolOptions &options) {
    std::string const settings =
        (options.searchPath.empty() ? "" : "-c search_path=" + options.searchPath + ",public ") +
        "-c statement_timeout=" + std::to_string(options.statementTimeoutSeconds) + "s";
    std::string const timeout = std::to_string(options.connectTimeoutSeconds);
    // Before "dbname" stands what the connection string may overrule: how soon a peer that fell silent is given up.
    const char *const keys[] = {"keepalives_idle",  "keepalives_interval",
                                "keepalives_count", "tcp_user_timeout",
                                "dbname",           "application_name",
                                "options",          "connect_timeout",
                                "client_encoding",  nullptr};
    const char *const values[] = {"15",
                                  "5",
                                  "3",
                                  "20000",
                                  options.connectionString.c_str(),
                                  options.applicationName.c_str(),
                                  settings.c_str(),
                                  timeout.c_str(),
                                  "UTF8",
                                  nullptr};
    // On a helper thread: name lookups block, and only the blocking call gives up a host of several by its timeout.
    fiber::offload([&] { connection_ = PQconnectdbParams(keys, values, 1); });
    if (PQstatus(connection_) != CONNECTION_OK) {
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
    if (broken() || PQtransactionStatus(connection_) != PQTRANS_IDLE) return false;
    // Nobody has asked, so what the server says is most likely its farewell, with the end of the stream behind it.
    pollfd entry{descriptor(), POLLIN, 0};
    return ::poll(&entry, 1, 0) == 0;
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
        std::string const oldest = *uses_.back();
        forgetPrepared(oldest, true);
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

void Connection::forgetPrepared(std::string_view sql, bool close) {
    auto const found = prepared_.find(sql);
    if (found == prepared_.end()) return;
    if (close) toClose_.push_back("DEALLOCATE " + found->second.name);
    uses_.erase(found->second.use);
    prepared_.erase(found);
}

std::size_t Connection::sendCloses() {
    for (const std::string &close : toClose_) {
        if (PQsendQueryParams(connection_, close.c_str(), 0, nullptr, nullptr, nullptr, nullptr, 0) != 1) {
            broken_ = true;
            throw failure(nullptr, 0);
        }
    }
    return std::exchange(toClose_, {}).size();
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
        if (descriptor() >= 0) (void)fiber::wait(descriptor(), fiber::Interest::either);
        if (PQconsumeInput(connection_) != 1) {
            broken_ = true;
            throw failure(nullptr, 0);
        }
    }
}

PGresult *Connection::nextResult() {
    while (PQisBusy(connection_) == 1) {
        if (descriptor() >= 0) (void)fiber::wait(descriptor(), fiber::Interest::readable);
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
    enum class Step : std::uint8_t { prepare, statement, control, commitment };
    struct Expected {
        Step step;
        std::size_t index;
        std::string_view sql;
    };
    std::vector<Expected> expected;
    expected.reserve(batch.items_.size() + 4);
    auto const control = [&](Step step, std::string_view sql, std::size_t index) {
        if (send(sql, none)) expected.push_back({Step::prepare, index, sql});
        expected.push_back({step, index, sql});
    };
    // In a transaction that has failed even DEALLOCATE would.
    if (PQtransactionStatus(connection_) != PQTRANS_INERROR) {
        for (std::size_t i = sendCloses(); i > 0; --i) expected.push_back({Step::control, 0, {}});
    }
    if (begin) control(Step::control, "BEGIN", 0);
    for (std::size_t i = 0; i < batch.items_.size(); ++i) {
        const auto &item = batch.items_[i];
        if (send(item.sql, item.parameters)) expected.push_back({Step::prepare, i, item.sql});
        expected.push_back({Step::statement, i, item.sql});
        if (i % 64 == 63) waitUntilSent();
    }
    if (commit) control(Step::commitment, "COMMIT", batch.items_.size());
    sync();
    waitUntilSent();
    std::size_t const evicted = toClose_.size();  // by this batch

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
        if (failed && step.step == Step::prepare) {
            forgetPrepared(step.sql, false);
        } else if (failed && error && error->statementIndex == step.index && outdated(*error)) {
            forgetPrepared(step.sql, error->sqlState == "0A000");
        }
        if (step.step == Step::statement && !failed) results[step.index] = Rows(std::move(owned));
        // A transaction that failed answers COMMIT with ROLLBACK, which is no error to the server.
        if (step.step == Step::commitment && !failed && !error && std::string_view(PQcmdStatus(result)) == "ROLLBACK") {
            error.emplace("25P02", "the transaction had failed and was rolled back", "", "", step.index);
        }
        if (PQstatus(connection_) != CONNECTION_OK) {
            broken_ = true;
            throw error ? *error : failure(nullptr, step.index);
        }
        while (PGresult *const more = nextResult()) PQclear(more);
    }
    // Without COMMIT it is the synchronisation point that commits; a deferred constraint or a serialization failure
    // comes to light only here.
    while (true) {
        std::shared_ptr<pg_result> const end(nextResult(), PQclear);
        ExecStatusType const status = PQresultStatus(end.get());
        if (end && status == PGRES_PIPELINE_SYNC) break;
        if (end && !error) error = failure(end.get(), batch.items_.empty() ? 0 : batch.items_.size() - 1);
        if (broken()) {
            broken_ = true;
            throw error ? *error : failure(nullptr, 0);
        }
    }
    if (statementsAreObserved()) {
        double const seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
        for (std::size_t i = 0; i < batch.items_.size(); ++i) {
            reportStatement(batch.items_[i].name, seconds, error && error->statementIndex == i);
        }
    }
    if (error) {
        // What this batch pushed out may have been its own, and then it may never have been prepared: closing it would
        // fail. A statement left open in the server does no harm.
        toClose_.erase(toClose_.begin(), toClose_.begin() + static_cast<std::ptrdiff_t>(evicted));
        throw *error;
    }
    return results;
}

void Connection::command(const char *sql) {
    Batch batch;
    batch.add({"command", sql}, {});
    run(batch, false, false);
}

}  // namespace kontor::postgres
