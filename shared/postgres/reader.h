#pragma once

// The reads of all fibers of one loop on one connection. Private to this folder.

#include "shared/postgres/connection.h"

#include <deque>
#include <optional>

namespace kontor::postgres {

/// Belongs to the thread of its loop. What fibers ask for between two looks at the sockets goes to the server together.
class Reader {
  public:
    Reader(const PoolOptions &options, fiber::Loop &loop) : options_(options), loop_(loop) {}
    Reader(const Reader &) = delete;
    Reader &operator=(const Reader &) = delete;
    ~Reader() = default;

    /// Empty when the connection was lost on the way, or the statement was aborted by a neighbour's error: ask again by
    /// another way. Throws DatabaseError for the statement's own error.
    std::optional<Rows> read(const Statement &statement, const Parameters &parameters);

  private:
    struct Pending {
        const Statement *statement;
        const Parameters *parameters;
        bool prepares = false;   // a result for the prepare comes first
        bool endsGroup = false;  // a synchronisation point follows
        std::optional<Rows> rows;
        std::optional<DatabaseError> error;
        fiber::Event done;
    };
    bool connect();
    void send();
    void receive();
    bool take(Pending &pending);
    void fail();

    const PoolOptions &options_;
    fiber::Loop &loop_;
    std::unique_ptr<Connection> connection_;
    bool connecting_ = false;
    bool hooked_ = false;
    std::vector<Pending *> queued_;
    std::deque<Pending *> inFlight_;
    bool prepareTaken_ = false;  // of the first in flight
    bool resultTaken_ = false;
};

}  // namespace kontor::postgres
