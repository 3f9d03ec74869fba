#include "shared/postgres/connection.h"
#include "shared/postgres/reader.h"

#include <algorithm>
#include <atomic>
#include <deque>
#include <map>
#include <mutex>
#include <utility>

namespace kontor::postgres {

struct Pool::Implementation {
    explicit Implementation(PoolOptions given) : options(std::move(given)) {}

    /// Someone who waits. Is given a connection, or (without one) the right to open one.
    struct Waiter {
        fiber::Event event;
        std::unique_ptr<Connection> connection;
    };

    PoolOptions options;
    std::mutex mutex;  // guards what follows; never held while waiting
    std::vector<std::unique_ptr<Connection>> idle;
    std::deque<Waiter *> waiters;
    int open = 0;                                              // idle, lent, or being opened
    std::map<std::uint64_t, std::unique_ptr<Reader>> readers;  // by loop

    std::unique_ptr<Connection> take() {
        std::unique_ptr<Connection> connection = takeIdle();
        while (connection && !connection->alive()) {
            connection.reset();
            // Its place is ours: another idle one, or a new one.
            std::lock_guard const lock(mutex);
            if (idle.empty()) break;
            --open;
            connection = std::move(idle.back());
            idle.pop_back();
        }
        if (connection) return connection;
        try {
            return std::make_unique<Connection>(options);
        } catch (...) {
            give(nullptr);
            throw;
        }
    }

    /// A connection, or the right to open one.
    std::unique_ptr<Connection> takeIdle() {
        Waiter waiter;
        {
            std::lock_guard const lock(mutex);
            if (!idle.empty()) {
                std::unique_ptr<Connection> connection = std::move(idle.back());
                idle.pop_back();
                return connection;
            }
            if (open < options.maximumConnections) {
                ++open;
                return nullptr;
            }
            waiters.push_back(&waiter);
        }
        bool const woken = waiter.event.wait(fiber::Clock::now() + std::chrono::seconds(options.waitTimeoutSeconds));
        // Given in the moment in which the wait ended counts too.
        std::lock_guard const lock(mutex);
        if (woken || std::erase(waiters, &waiter) == 0) return std::move(waiter.connection);
        throw Error(ErrorCode::unavailable, "The database is busy; try again.");
    }

    /// Takes a connection back, or the place of one that is lost; whoever waits longest is next.
    void give(std::unique_ptr<Connection> connection) {
        // What is in a transaction still (its end could not be told the server) would leak it to the next user.
        if (connection && (connection->broken() || PQtransactionStatus(connection->raw()) != PQTRANS_IDLE)) {
            connection.reset();
        }
        std::lock_guard const lock(mutex);
        if (!waiters.empty()) {
            Waiter *const next = waiters.front();
            waiters.pop_front();
            next->connection = std::move(connection);
            next->event.set();
        } else if (connection) {
            idle.push_back(std::move(connection));
        } else {
            --open;
        }
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

/// Nothing of the batch has been done: it may be sent again, as it is.
bool undone(const DatabaseError &failure) {
    return failure.sqlState == "0A000" || failure.sqlState == "26000" || failure.sqlState == "40001" ||
           failure.sqlState == "40P01";
}

/// The connection is gone, and whether the batch was committed before is not known.
bool connectionLost(const DatabaseError &failure) {
    return failure.sqlState == "08006" || failure.sqlState.starts_with("57P");
}

constexpr int attempts = 5;

/// Grows with the attempt, and differs between those who met.
void pause(int attempt) {
    static std::atomic<unsigned> turn{0};
    fiber::sleep(std::chrono::milliseconds(attempt * static_cast<int>(1 + turn++ % 5)));
}

}  // namespace

Pool::Pool(PoolOptions options) : implementation_(std::make_unique<Implementation>(std::move(options))) {}
Pool::~Pool() = default;

const PoolOptions &Pool::options() const { return implementation_->options; }

Rows Pool::run(const Statement &statement, Parameters parameters) {
    Batch batch;
    batch.add(statement, std::move(parameters));
    return std::move(run(std::move(batch)).at(0));
}

std::vector<Rows> Pool::run(Batch batch) {
    for (int attempt = 1;; ++attempt) {
        try {
            Lease connection(*implementation_);
            return connection->run(batch, false, false);
        } catch (const DatabaseError &failure) {
            bool const again = undone(failure) || (connectionLost(failure) && batch.onlyReads() && attempt == 1);
            if (!again || attempt >= attempts) throw;
        }
        pause(attempt);
    }
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
        Transaction transaction(*this);
        try {
            work(transaction);
            transaction.commit();
            return;
        } catch (const DatabaseError &failure) {
            // A connection that was lost before COMMIT was sent took the whole transaction with it.
            bool const lostEarly = connectionLost(failure) && !transaction.commitSent() && attempt == 1;
            if (!(undone(failure) || lostEarly) || attempt >= attempts) throw;
        }
        transaction.rollback();
        pause(attempt);
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
    bool commitSent = false;
    int cursors = 0;
};

Transaction::Transaction(Pool &pool) : state_(std::make_unique<State>(*pool.implementation_)) {}

Transaction::~Transaction() { rollback(); }

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
    state_->commitSent = true;
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
    state_->commitSent = true;
    static const Batch nothing;
    state_->use().run(nothing, false, true);
    state_->done = true;
}

void Transaction::rollback() {
    if (state_->done || !state_->open) return;
    state_->done = true;
    Connection &connection = state_->use();
    try {
        if (!connection.broken()) connection.command("ROLLBACK");
    } catch (const DatabaseError &) {
        // With the connection the transaction is gone too; any other failure keeps the connection from being used
        // again.
    }
}

int Transaction::nextCursor() { return state_->cursors++; }
bool Transaction::commitSent() const { return state_->commitSent; }

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
