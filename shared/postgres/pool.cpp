#include "shared/postgres/connection.h"
#include "shared/postgres/reader.h"

#include <algorithm>
#include <deque>
#include <map>
#include <mutex>
#include <utility>

namespace kontor::postgres {

struct Pool::Implementation {
    explicit Implementation(PoolOptions given) : options(std::move(given)) {}

    PoolOptions options;
    std::mutex mutex;  // guards what follows; never held while waiting
    std::vector<std::unique_ptr<Connection>> idle;
    std::deque<fiber::Event *> waiters;
    int open = 0;
    std::map<std::uint64_t, std::unique_ptr<Reader>> readers;  // by loop

    std::unique_ptr<Connection> take() {
        auto const deadline = fiber::Clock::now() + std::chrono::seconds(30);
        while (true) {
            fiber::Event event;
            {
                std::unique_lock lock(mutex);
                if (!idle.empty()) {
                    std::unique_ptr<Connection> connection = std::move(idle.back());
                    idle.pop_back();
                    if (connection->alive()) return connection;
                    --open;
                    continue;
                }
                if (open < options.maximumConnections) {
                    ++open;
                    lock.unlock();
                    try {
                        return std::make_unique<Connection>(options);
                    } catch (...) {
                        lost();
                        throw;
                    }
                }
                waiters.push_back(&event);
            }
            bool const woken = event.wait(deadline);
            if (woken) continue;
            std::lock_guard const lock(mutex);
            std::erase(waiters, &event);
            throw Error(ErrorCode::unavailable, "The database is busy; try again.");
        }
    }

    void wakeOne() {
        if (waiters.empty()) return;
        waiters.front()->set();
        waiters.pop_front();
    }
    void lost() {
        std::lock_guard const lock(mutex);
        --open;
        wakeOne();
    }
    void give(std::unique_ptr<Connection> connection) {
        std::lock_guard const lock(mutex);
        if (connection->broken()) {
            --open;
        } else {
            idle.push_back(std::move(connection));
        }
        wakeOne();
    }
};

namespace {

/// A connection for the time of a scope.
class Lease {
  public:
    explicit Lease(Pool::Implementation &pool) : pool_(pool), connection_(pool.take()) {}
    ~Lease() { pool_.give(std::move(connection_)); }
    Lease(const Lease &) = delete;
    Lease &operator=(const Lease &) = delete;
    Connection &operator*() { return *connection_; }
    Connection *operator->() { return connection_.get(); }

  private:
    Pool::Implementation &pool_;
    std::unique_ptr<Connection> connection_;
};

bool isRead(const Statement &statement) { return statement.sql.starts_with("SELECT"); }

/// Lost or outdated on the server's side, and harmless to do again.
bool worthRetrying(const DatabaseError &failure) {
    return failure.sqlState.starts_with("08") || failure.sqlState == "57P01" || failure.sqlState == "0A000" ||
           failure.sqlState == "26000";
}

}  // namespace

Pool::Pool(PoolOptions options) : implementation_(std::make_unique<Implementation>(std::move(options))) {}
Pool::~Pool() = default;

const PoolOptions &Pool::options() const { return implementation_->options; }

Rows Pool::run(const Statement &statement, Parameters parameters) {
    Batch batch;
    batch.add(statement, std::move(parameters));
    for (int attempt = 0;; ++attempt) {
        try {
            Lease connection(*implementation_);
            return std::move(connection->run(batch, false, false).at(0));
        } catch (const DatabaseError &failure) {
            if (attempt > 0 || !isRead(statement) || !worthRetrying(failure)) throw;
        }
    }
}

std::vector<Rows> Pool::run(Batch batch) {
    Lease connection(*implementation_);
    return connection->run(batch, false, false);
}

Rows Pool::read(const Statement &statement, Parameters parameters) {
    fiber::Loop *const loop = fiber::Loop::current();
    if (loop == nullptr) return run(statement, std::move(parameters));
    Reader *reader = nullptr;
    {
        std::lock_guard const lock(implementation_->mutex);
        auto &slot = implementation_->readers[loop->number()];
        if (!slot) slot = std::make_unique<Reader>(implementation_->options, *loop);
        reader = slot.get();
    }
    if (auto rows = reader->read(statement, parameters)) return std::move(*rows);
    return run(statement, std::move(parameters));
}

void Pool::inTransaction(const std::function<void(Transaction &)> &work) {
    for (int attempt = 1;; ++attempt) {
        try {
            Transaction transaction(*this);
            work(transaction);
            transaction.commit();
            return;
        } catch (const DatabaseError &failure) {
            bool const conflict = failure.sqlState == "40001" || failure.sqlState == "40P01";
            if (!conflict || attempt >= 5) throw;
        }
    }
}

bool Pool::ping() {
    static const Statement statement{"ping", "SELECT 1"};
    try {
        return run(statement).size() == 1;
    } catch (const std::exception &) {
        return false;
    }
}

Pool::Usage Pool::usage() const {
    std::lock_guard const lock(implementation_->mutex);
    return {implementation_->open, implementation_->open - static_cast<int>(implementation_->idle.size()),
            static_cast<int>(implementation_->waiters.size())};
}

// --- transactions ----------------------------------------------------------------------------------------------------

struct Transaction::State {
    explicit State(Pool::Implementation &pool) : pool_(pool) {}
    ~State() {
        if (connection) pool_.give(std::move(connection));
    }
    State(const State &) = delete;
    State &operator=(const State &) = delete;

    Connection &use() {
        if (!connection) connection = pool_.take();
        return *connection;
    }

    Pool::Implementation &pool_;
    std::unique_ptr<Connection> connection;
    bool open = false;  // BEGIN has been sent
    bool done = false;
};

Transaction::Transaction(Pool &pool) : state_(std::make_unique<State>(*pool.implementation_)) {}

Transaction::~Transaction() {
    if (!state_->open || state_->done) return;
    try {
        rollback();
    } catch (const std::exception &) {
        // The connection is lost, and with it the transaction.
    }
}

Connection &Transaction::connection() {
    Connection &connection = state_->use();
    if (!state_->open) {
        state_->open = true;
        connection.command("BEGIN");
    }
    return connection;
}

Rows Transaction::run(const Statement &statement, Parameters parameters) {
    Batch batch;
    batch.add(statement, std::move(parameters));
    return std::move(run(std::move(batch)).at(0));
}

std::vector<Rows> Transaction::run(Batch batch) {
    Connection &connection = state_->use();
    bool const begin = !std::exchange(state_->open, true);
    return connection.run(batch, begin, false);
}

std::vector<Rows> Transaction::runAndCommit(Batch batch) {
    Connection &connection = state_->use();
    // What has not begun yet needs neither BEGIN nor COMMIT: a batch is a transaction.
    bool const alone = !state_->open;
    try {
        auto rows = connection.run(batch, false, !alone);
        state_->done = true;
        return rows;
    } catch (const DatabaseError &) {
        state_->done = alone;
        throw;
    }
}

void Transaction::commit() {
    if (state_->done || !std::exchange(state_->open, true)) {
        state_->done = true;
        return;
    }
    state_->use().command("COMMIT");
    state_->done = true;
}

void Transaction::rollback() {
    if (state_->done || !state_->open) return;
    state_->done = true;
    state_->use().command("ROLLBACK");
}

void Transaction::savepoint() { run(Statement{"savepoint", "SAVEPOINT mark"}); }
void Transaction::rollbackToSavepoint() { run(Statement{"rollbackToSavepoint", "ROLLBACK TO SAVEPOINT mark"}); }

// --- errors ----------------------------------------------------------------------------------------------------------

Error toError(const DatabaseError &failure) {
    const std::string &state = failure.sqlState;
    if (state == "23505") return {ErrorCode::duplicate, "A unique value is taken by another record."};
    if (state == "23503") return {ErrorCode::validation, "A reference points to a record that does not exist."};
    if (state == "23502" || state == "23514" || state.starts_with("22")) {
        return {ErrorCode::validation, "A value is not acceptable."};
    }
    if (state == "57014") return {ErrorCode::unavailable, "The request took too long and was cancelled."};
    if (state.starts_with("08") || state.starts_with("53") || state.starts_with("57P") || state == "40001" ||
        state == "40P01" || state == "25006") {
        return {ErrorCode::unavailable, "The database cannot answer at the moment; try again."};
    }
    return {ErrorCode::internal, "Something went wrong on the server. The log has the details."};
}

}  // namespace kontor::postgres
