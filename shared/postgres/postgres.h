#pragma once

// PostgreSQL through libpq: prepared statements with binary parameters and results, in pipeline mode.
//
//     static const Statement selectAccount{"selectAccount", "SELECT name FROM account WHERE id = $1"};
//     Rows rows = pool.run(selectAccount, Parameters().uuid(id));
//     if (!rows.empty()) name = rows.text(0, 0);
//
// Waiting is through fiber::wait, so the same calls work in a server's fiber and in a plain thread.

#include "shared/contract/date_time.h"
#include "shared/contract/decimal.h"
#include "shared/contract/error.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

struct pg_result;

namespace kontor::postgres {

/// SQL with a name. The name appears in metrics and in the slow-query log; the text is what identifies the prepared
/// statement (statements whose text is built, such as filters, share a name).
struct Statement {
    std::string_view name;
    std::string sql;
};

/// Object identifiers of the types that parameters have (pg_type.dat).
namespace type {
constexpr std::uint32_t boolean = 16, bytea = 17, bigint = 20, integer = 23, text = 25, date = 1082, timestamptz = 1184,
                        numeric = 1700, uuid = 2950, uuidArray = 2951, textArray = 1009, jsonb = 3802;
}

/// Positional parameters in binary format, in order of $1, $2 …
class Parameters {
  public:
    /// Every parameter has a type, NULL too: the server prepares a statement for the types that it first came with.
    Parameters &null(std::uint32_t oid);
    Parameters &text(std::string_view value);  ///< text, varchar, citext, and anything cast from text
    Parameters &text(const std::string &value) { return text(std::string_view(value)); }
    Parameters &text(const char *value) { return text(std::string_view(value)); }
    Parameters &text(const std::optional<std::string> &value);
    Parameters &bytes(std::string_view value);
    Parameters &uuid(std::string_view value);  ///< throws Error(notFound) when it is no UUID
    Parameters &uuid(const std::string &value) { return uuid(std::string_view(value)); }
    Parameters &uuid(const std::optional<std::string> &value);
    Parameters &boolean(bool value);
    Parameters &integer(std::int64_t value);   ///< bigint
    Parameters &integer4(std::int32_t value);  ///< int
    Parameters &numeric(const Decimal &value);
    Parameters &timestamp(DateTime value);  ///< timestamptz
    Parameters &date(Date value);
    Parameters &json(std::string_view value);  ///< jsonb
    Parameters &textArray(std::span<const std::string> values);
    Parameters &uuidArray(std::span<const std::string> values);

    [[nodiscard]] std::size_t size() const { return entries_.size(); }
    /// Makes room for so many that are yet to come.
    void reserve(std::size_t count);

  private:
    friend class Connection;
    friend class CopyIn;
    struct Entry {
        std::uint32_t type;  // OID; 0 lets the server infer
        std::size_t offset;
        int length;  // -1 = NULL
    };
    Parameters &begin(std::uint32_t oid);
    Parameters &end();
    void arrayHead(std::uint32_t elementType, std::size_t count);

    std::string buffer_;  // each value behind its length, as COPY wants them
    std::vector<Entry> entries_;
};

/// The rows of one result (binary format). Cheap to move.
class Rows {
  public:
    Rows() = default;
    explicit Rows(std::shared_ptr<pg_result> result) : result_(std::move(result)) {}

    [[nodiscard]] int size() const;
    [[nodiscard]] bool empty() const { return size() == 0; }
    [[nodiscard]] int columns() const;
    [[nodiscard]] std::int64_t affected() const;  ///< rows that INSERT, UPDATE or DELETE touched
    [[nodiscard]] bool isNull(int row, int column) const;
    [[nodiscard]] std::string_view bytes(int row, int column) const;  ///< raw; valid while the Rows live
    [[nodiscard]] std::string_view text(int row, int column) const;   ///< text-like types
    [[nodiscard]] std::string uuid(int row, int column) const;
    [[nodiscard]] bool boolean(int row, int column) const;
    [[nodiscard]] std::int64_t integer(int row, int column) const;  ///< int2, int4, int8
    [[nodiscard]] Decimal numeric(int row, int column) const;
    [[nodiscard]] DateTime timestamp(int row, int column) const;
    [[nodiscard]] Date date(int row, int column) const;
    [[nodiscard]] std::string_view json(int row, int column) const;  ///< jsonb without its version byte
    [[nodiscard]] std::vector<std::string> textArray(int row, int column) const;
    [[nodiscard]] std::vector<std::string> uuidArray(int row, int column) const;

  private:
    std::shared_ptr<pg_result> result_;
};

/// A failed statement, before it is translated. Services catch it where a constraint has a meaning of its own; what
/// they let pass becomes DUPLICATE, VALIDATION, UNAVAILABLE or INTERNAL at the edge (toError).
class DatabaseError : public std::exception {
  public:
    DatabaseError(std::string sqlState, std::string message, std::string constraint, std::string detail,
                  std::size_t statementIndex);
    [[nodiscard]] const char *what() const noexcept override { return message.c_str(); }

    std::string sqlState;  ///< five characters, "23505"; "08006" when the connection is lost
    std::string message;
    std::string constraint;  ///< name of the violated constraint or unique index, if any
    std::string detail;
    std::size_t statementIndex;  ///< which statement of a batch
};

/// What a caller may be told of it; the rest goes to the log.
[[nodiscard]] Error toError(const DatabaseError &failure);

/// Statements that go to the server together: one round trip, one transaction (all or none).
class Batch {
  public:
    /// The statement is copied. Returns its index in the results.
    std::size_t add(const Statement &statement, Parameters parameters);
    /// Adds another batch's statements behind these.
    void append(Batch other) {
        for (Item &item : other.items_) items_.push_back(std::move(item));
    }
    [[nodiscard]] bool empty() const { return items_.empty(); }
    [[nodiscard]] std::size_t size() const { return items_.size(); }
    /// True when all are plain SELECTs, which may be sent twice.
    [[nodiscard]] bool onlyReads() const;

  private:
    friend class Connection;
    struct Item {
        std::string_view name;
        std::string sql;
        Parameters parameters;
    };
    std::vector<Item> items_;
};

class Connection;
class Pool;

/// An open transaction on a connection of its own; rolled back unless committed.
class Transaction {
  public:
    explicit Transaction(Pool &pool);
    ~Transaction();
    Transaction(const Transaction &) = delete;
    Transaction &operator=(const Transaction &) = delete;

    /// One round trip (the first one also carries BEGIN). A failed statement leaves the transaction to be rolled back,
    /// or back to the last savepoint.
    Rows run(const Statement &statement, Parameters parameters = {});
    std::vector<Rows> run(Batch batch);
    /// Sends COMMIT with the batch in the same round trip.
    std::vector<Rows> runAndCommit(Batch batch);
    void commit();
    void rollback();
    void savepoint();  ///< marks; a following rollbackToSavepoint undoes what came after
    void rollbackToSavepoint();
    /// From then on a lost connection leaves it open whether the transaction was committed.
    [[nodiscard]] bool commitSent() const;
    /// The connection, with the transaction begun; for COPY (copy.h).
    Connection &connection();
    /// Numbers the transaction's cursors (copy.h).
    int nextCursor();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

struct PoolOptions {
    std::string connectionString;  ///< libpq conninfo or URI, multi-host allowed
    int maximumConnections = 24;
    int connectTimeoutSeconds = 5;
    int statementTimeoutSeconds = 60;
    int waitTimeoutSeconds = 30;  ///< for a connection when all are lent; then Error(unavailable)
    std::string searchPath;       ///< schema of the service
    std::string applicationName = "kontor";
};

/// Connections of one service. Thread-safe; a connection that broke is replaced. Outlives the loops that use it.
/// Each loop that calls read() has one connection more, beside the maximum.
class Pool {
  public:
    explicit Pool(PoolOptions options);
    ~Pool();
    Pool(const Pool &) = delete;
    Pool &operator=(const Pool &) = delete;

    /// One statement in its own transaction. As with a batch, deadlocks, serialization failures and outdated plans are
    /// tried again; a lost connection only where all are plain SELECTs.
    Rows run(const Statement &statement, Parameters parameters = {});
    /// One short read (by key). In a fiber it shares a pipeline with the other fibers' reads of this thread, so that
    /// many requests cost one round trip. Never for writes or for anything slow.
    Rows read(const Statement &statement, Parameters parameters = {});
    /// All statements in one transaction and one round trip.
    std::vector<Rows> run(Batch batch);
    /// Runs `work` in a transaction and commits; again (up to 5 times) when PostgreSQL reports a serialization failure
    /// or a deadlock, and once when the connection is lost before the commit.
    void inTransaction(const std::function<void(Transaction &)> &work);

    /// True when a connection can be had and answers.
    [[nodiscard]] bool ping();
    struct Usage {
        int open = 0;
        int busy = 0;
        int waiting = 0;
    };
    [[nodiscard]] Usage usage() const;
    [[nodiscard]] const PoolOptions &options() const;

    struct Implementation;

  private:
    friend class Transaction;
    std::unique_ptr<Implementation> implementation_;
};

/// Reports each statement's name and time; set once at start (telemetry).
using StatementObserver = std::function<void(std::string_view name, double seconds, bool failed)>;
void observeStatements(StatementObserver observer);

}  // namespace kontor::postgres
