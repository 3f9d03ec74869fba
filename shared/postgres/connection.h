#pragma once

// One connection to PostgreSQL in pipeline mode. Private to this folder.

#include "shared/fiber/loop.h"
#include "shared/postgres/postgres.h"

#include <libpq-fe.h>

#include <deque>
#include <list>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace kontor::postgres {

struct PrepareText {
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    using is_transparent = void;
};

class Connection {
  public:
    /// Connects; throws DatabaseError 08001 when that fails or takes too long.
    explicit Connection(const PoolOptions &options);
    ~Connection();
    Connection(const Connection &) = delete;
    Connection &operator=(const Connection &) = delete;

    [[nodiscard]] bool broken() const { return broken_ || PQstatus(connection_) != CONNECTION_OK; }
    /// False when the server has closed the connection while it lay idle.
    [[nodiscard]] bool alive();
    [[nodiscard]] int descriptor() const { return PQsocket(connection_); }
    [[nodiscard]] PGconn *raw() { return connection_; }

    /// Sends all and a synchronisation point, waits for all results. Without an open transaction it is one.
    std::vector<Rows> run(const Batch &batch, bool begin, bool commit);
    /// A statement without parameters, outside any batch.
    void command(const char *sql);

    // The shared read pipeline (reader.cpp) works with the parts:

    /// Queues prepare (if needed) and execution. Returns true when a prepare was queued.
    bool send(std::string_view sql, const Parameters &parameters);
    /// Queues the synchronisation point and begins to flush; true when all is out.
    bool sync();
    [[nodiscard]] bool flush();
    /// The next send() prepares it anew. `close` when the server still has it.
    void forgetPrepared(std::string_view sql, bool close);
    /// Queues the closing of statements that were forgotten; one result for each will come.
    std::size_t sendCloses();
    /// What libpq says of a failed result, or of the connection when there is none.
    [[nodiscard]] DatabaseError failure(const PGresult *result, std::size_t index) const;
    /// Waits for the next result (nullptr between statements).
    PGresult *nextResult();

  private:
    struct Prepared {
        std::string name;
        std::list<const std::string *>::iterator use;
    };
    const Prepared &prepare(std::string_view sql, const Parameters &parameters, bool &isNew);
    void waitUntilSent();

    PGconn *connection_ = nullptr;
    bool broken_ = false;
    std::unordered_map<std::string, Prepared, PrepareText, std::equal_to<>> prepared_;
    std::list<const std::string *> uses_;  // latest first
    std::vector<std::string> toClose_;
    unsigned long nextName_ = 0;
    std::vector<const char *> values_;
    std::vector<int> lengths_;
    std::vector<int> formats_;
    std::vector<Oid> types_;
};

void reportStatement(std::string_view name, double seconds, bool failed);
[[nodiscard]] bool statementsAreObserved();

}  // namespace kontor::postgres
