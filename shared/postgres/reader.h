#pragma once

// The reads of all fibers of one loop on one connection. Private to this folder.

#include "shared/postgres/connection.h"

#include <deque>
#include <optional>

namespace kontor::postgres {

/// Belongs to the thread of its loop. What fibers ask for between two looks at the sockets goes to the server together,
/// as one group that ends with a synchronisation point.
class Reader {
  public:
    Reader(const PoolOptions &options, fiber::Loop &loop) : options_(options), loop_(loop), number_(loop.number()) {}
    /// Only the loop's own thread can take the connection out of a loop that still runs.
    ~Reader();
    Reader(const Reader &) = delete;
    Reader &operator=(const Reader &) = delete;

    /// Empty when the connection was lost on the way, or the statement was aborted by a neighbour's error: ask again by
    /// another way. Throws DatabaseError for the statement's own error.
    std::optional<Rows> read(const Statement &statement, const Parameters &parameters);

  private:
    /// What a fiber waits for; lives on its stack.
    struct Pending {
        const Statement *statement;
        const Parameters *parameters;
        std::optional<Rows> rows;
        std::optional<DatabaseError> error;
        fiber::Event done;
    };
    enum class Step : std::uint8_t { prepare, statement, close, sync };
    /// What has been sent, in the order in which libpq will give the results.
    struct Sent {
        Step step;
        Pending *pending;  // nullptr for close and sync
    };
    bool connect();
    void disconnect();
    void send();
    void flushLater();
    void receive();
    void take(Sent sent, std::shared_ptr<pg_result> result);
    void fail();

    const PoolOptions &options_;
    fiber::Loop &loop_;
    std::uint64_t number_;
    std::unique_ptr<Connection> connection_;
    int descriptor_ = -1;  // that is watched
    bool connecting_ = false;
    std::optional<int> hook_;
    std::vector<Pending *> queued_;
    std::deque<Sent> sent_;
};

}  // namespace kontor::postgres
