#pragma once

// COPY … FROM STDIN (FORMAT binary): the quickest way into a table.
//
//     CopyIn copy(transaction, "account (id, name)");
//     copy.row(2);
//     copy.put(Parameters().uuid(id).text(name));
//     copy.finish();

#include "shared/postgres/postgres.h"

#include <string>

namespace kontor::postgres {

/// A COPY in progress on a transaction's connection; nothing else may be done with the transaction until finish().
/// Errors (a violated constraint, for one) are thrown by finish() as DatabaseError and leave the transaction failed.
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

    Connection &connection_;
    std::string buffer_;
    bool ended_ = false;
};

}  // namespace kontor::postgres
