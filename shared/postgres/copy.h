#pragma once

// Many rows: COPY … FROM STDIN (FORMAT binary), the quickest way into a table, and a cursor, to read any number of rows
// in constant memory.
//
//     CopyIn copy(transaction, "account (id, name)");
//     copy.row(Parameters().uuid(id).text(name));
//     copy.finish();
//
//     Cursor cursor(transaction, selectAll, Parameters().text(entity));
//     for (Rows rows = cursor.next(); !rows.empty(); rows = cursor.next()) …

#include "shared/postgres/postgres.h"

#include <string>

namespace kontor::postgres {

/// A COPY in progress on a transaction's connection; nothing else may be done with the transaction until finish().
/// Errors (a violated constraint, for one) are thrown by row() or finish() as DatabaseError and leave the transaction
/// failed. Destroyed before finish(), nothing of it stays and the transaction is failed too.
class CopyIn {
  public:
    CopyIn(Transaction &transaction, const std::string &tableAndColumns);
    ~CopyIn();
    CopyIn(const CopyIn &) = delete;
    CopyIn &operator=(const CopyIn &) = delete;

    /// One row: as many values as the COPY has columns, of exactly the columns' types.
    void row(const Parameters &values);
    /// Ends the COPY; returns the number of rows.
    std::int64_t finish();

  private:
    void send();
    void flush();
    std::int64_t end(const char *abandoned);

    Connection &connection_;
    std::string buffer_;
    bool ended_ = false;
};

/// The rows of a SELECT, some at a time. Other statements may be run on the transaction between; the rows are those of
/// the moment in which the cursor was opened. Ends with the transaction.
class Cursor {
  public:
    Cursor(Transaction &transaction, const Statement &select, Parameters parameters, int rowsAtATime = 1000);
    Cursor(const Cursor &) = delete;
    Cursor &operator=(const Cursor &) = delete;
    ~Cursor() = default;

    /// The next rows; none at the end.
    Rows next();

  private:
    Transaction &transaction_;
    Statement fetch_;
    int rowsAtATime_;
    Rows first_;  // came with the opening
    bool started_ = false;
    bool ended_ = false;
};

}  // namespace kontor::postgres
