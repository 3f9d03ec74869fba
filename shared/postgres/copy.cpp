#include "shared/postgres/copy.h"

#include "shared/postgres/connection.h"

#include <utility>

namespace kontor::postgres {

namespace {

constexpr std::size_t chunk = 256UL << 10U;
// Signature, flags and header extension of the binary format.
constexpr std::string_view signature("PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19);

void put16(std::string &out, std::size_t value) {
    out += static_cast<char>(value >> 8U);
    out += static_cast<char>(value);
}

}  // namespace

CopyIn::CopyIn(Transaction &transaction, const std::string &tableAndColumns) : connection_(transaction.connection()) {
    // COPY is not possible in pipeline mode; nothing is under way, so it can be left.
    PQexitPipelineMode(connection_.raw());
    std::string const sql = "COPY " + tableAndColumns + " FROM STDIN (FORMAT binary)";
    if (PQsendQuery(connection_.raw(), sql.c_str()) != 1) throw connection_.failure(nullptr, 0);
    flush();
    std::shared_ptr<pg_result> const result(connection_.nextResult(), PQclear);
    if (PQresultStatus(result.get()) != PGRES_COPY_IN) {
        DatabaseError const failure = connection_.failure(result.get(), 0);
        while (PGresult *const more = connection_.nextResult()) PQclear(more);
        PQenterPipelineMode(connection_.raw());
        throw failure;
    }
    buffer_.reserve(chunk + 4096);
    buffer_ += signature;
}

CopyIn::~CopyIn() {
    if (ended_) return;
    try {
        end("abandoned");
    } catch (const DatabaseError &) {
        // That is how an abandoned COPY ends.
    }
}

void CopyIn::row(const Parameters &values) {
    put16(buffer_, values.entries_.size());
    buffer_ += values.buffer_;
    if (buffer_.size() >= chunk) send();
}

/// What is queued goes out. The server's complaints are read meanwhile, so that neither side waits for the other.
void CopyIn::flush() {
    while (!connection_.flush()) {
        [[maybe_unused]] bool const ready = fiber::wait(connection_.descriptor(), fiber::Interest::either);
        if (PQconsumeInput(connection_.raw()) != 1) throw connection_.failure(nullptr, 0);
    }
}

void CopyIn::send() {
    // Fails once the server has refused a row and said so; its reason comes with the results.
    if (PQconsumeInput(connection_.raw()) != 1 ||
        PQputCopyData(connection_.raw(), buffer_.data(), static_cast<int>(buffer_.size())) <= 0) {
        end(nullptr);
        throw connection_.failure(nullptr, 0);
    }
    flush();
    buffer_.clear();
}

std::int64_t CopyIn::finish() {
    put16(buffer_, 0xffff);
    send();
    return end(nullptr);
}

std::int64_t CopyIn::end(const char *abandoned) {
    ended_ = true;
    PQputCopyEnd(connection_.raw(), abandoned);
    flush();
    std::int64_t rows = 0;
    std::optional<DatabaseError> failure;
    while (PGresult *const result = connection_.nextResult()) {
        if (PQresultStatus(result) == PGRES_COMMAND_OK) {
            rows = std::strtoll(PQcmdTuples(result), nullptr, 10);
        } else if (!failure) {
            failure = connection_.failure(result, 0);
        }
        PQclear(result);
    }
    PQenterPipelineMode(connection_.raw());
    if (failure) throw *failure;
    return rows;
}

// --- cursor ----------------------------------------------------------------------------------------------------------

Cursor::Cursor(Transaction &transaction, const Statement &select, Parameters parameters, int rowsAtATime)
    : transaction_(transaction), rowsAtATime_(rowsAtATime) {
    // The number only has to differ within the transaction; few of them, so that few statements are prepared.
    int const number = transaction.nextCursor();
    std::string const name = "rows_" + std::to_string(number);
    fetch_ = {select.name, "FETCH " + std::to_string(rowsAtATime) + " FROM " + name};
    Batch batch;
    batch.add({select.name, "DECLARE " + name + " NO SCROLL CURSOR FOR " + select.sql}, std::move(parameters));
    batch.add(fetch_, {});
    first_ = std::move(transaction_.run(std::move(batch)).at(1));
}

Rows Cursor::next() {
    if (ended_) return {};
    Rows rows = std::exchange(started_, true) ? transaction_.run(fetch_) : std::move(first_);
    ended_ = rows.size() < rowsAtATime_;
    return rows;
}

}  // namespace kontor::postgres
