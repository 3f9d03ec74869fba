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
void put32(std::string &out, int value) {
    auto const bits = static_cast<unsigned>(value);
    for (unsigned shift = 32; shift > 0; shift -= 8) out += static_cast<char>(bits >> (shift - 8));
}

}  // namespace

CopyIn::CopyIn(Transaction &transaction, const std::string &tableAndColumns) : connection_(transaction.connection()) {
    // COPY is not possible in pipeline mode; nothing is under way, so it can be left.
    PQexitPipelineMode(connection_.raw());
    std::string const sql = "COPY " + tableAndColumns + " FROM STDIN (FORMAT binary)";
    if (PQsendQuery(connection_.raw(), sql.c_str()) != 1) throw connection_.failure(nullptr, 0);
    PGresult *const result = connection_.nextResult();
    bool const ready = PQresultStatus(result) == PGRES_COPY_IN;
    if (!ready) {
        DatabaseError const failure = connection_.failure(result, 0);
        PQclear(result);
        while (PGresult *const more = connection_.nextResult()) PQclear(more);
        PQenterPipelineMode(connection_.raw());
        ended_ = true;
        throw failure;
    }
    PQclear(result);
    buffer_.reserve(chunk + 4096);
    buffer_ += signature;
}

CopyIn::~CopyIn() {
    if (ended_) return;
    PQputCopyEnd(connection_.raw(), "abandoned");
    while (PGresult *const result = PQgetResult(connection_.raw())) PQclear(result);
    PQenterPipelineMode(connection_.raw());
}

void CopyIn::row(const Parameters &values) {
    put16(buffer_, values.entries_.size());
    for (const auto &entry : values.entries_) {
        put32(buffer_, entry.length);
        if (entry.length > 0) buffer_.append(values.buffer_, entry.offset, static_cast<std::size_t>(entry.length));
    }
    if (buffer_.size() >= chunk) send();
}

void CopyIn::send() {
    while (true) {
        int const sent = PQputCopyData(connection_.raw(), buffer_.data(), static_cast<int>(buffer_.size()));
        if (sent < 0) throw connection_.failure(nullptr, 0);
        if (sent > 0) break;
        [[maybe_unused]] bool const ready = fiber::wait(connection_.descriptor(), fiber::Interest::writable);
    }
    buffer_.clear();
    while (!connection_.flush()) {
        [[maybe_unused]] bool const ready = fiber::wait(connection_.descriptor(), fiber::Interest::writable);
    }
}

std::int64_t CopyIn::finish() {
    put16(buffer_, 0xffff);
    send();
    while (PQputCopyEnd(connection_.raw(), nullptr) == 0) {
        [[maybe_unused]] bool const ready = fiber::wait(connection_.descriptor(), fiber::Interest::writable);
    }
    while (!connection_.flush()) {
        [[maybe_unused]] bool const ready = fiber::wait(connection_.descriptor(), fiber::Interest::writable);
    }
    ended_ = true;
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

}  // namespace kontor::postgres
