#include "shared/entity/csv.h"
#include "shared/entity/json.h"
#include "shared/jobs/jobs.h"
#include "shared/postgres/blob.h"

namespace kontor::jobs {

using postgres::Parameters;
using postgres::Rows;
using postgres::Statement;

namespace {

const Statement selectErrors{"selectJobErrors", "SELECT line, code, field, detail, source FROM job_error WHERE job_id ="
                                                " $1 ORDER BY line LIMIT 100000"};

bool isCsv(const Job &job) { return parameterOf(job, "format") == "csv"; }

/// An error as a line of JSON.
void writeError(std::string &out, const Rows &rows, int row) {
    out += "{\"line\":" + std::to_string(rows.integer(row, 0)) + ",\"code\":";
    entity::writeJsonString(out, rows.text(row, 1));
    out += ",\"pointer\":";
    entity::writeJsonString(out, rows.text(row, 2));
    out += ",\"detail\":";
    entity::writeJsonString(out, rows.text(row, 3));
    out += ",\"source\":";
    entity::writeJsonString(out, rows.text(row, 4));
    out += "}\n";
}

}  // namespace

std::string_view errorsType(const Job &job) { return isCsv(job) ? "text/csv; charset=utf-8" : "application/x-ndjson"; }

void writeErrors(const FoundJob &found, const WriteFile &write) {
    postgres::Pool &pool = found.service->pool();
    Rows const rows = pool.run(selectErrors, Parameters().uuid(found.job.id));
    std::string out;
    if (!isCsv(found.job)) {
        for (int row = 0; row < rows.size(); ++row) writeError(out, rows, row);
        write(out);
        return;
    }
    std::string head;
    postgres::readBlob(pool, found.job.inputBlob, 0, [&](std::string_view piece) {
        head = piece.substr(0, piece.find_first_of("\r\n"));
        return false;
    });
    if (head.starts_with("\xef\xbb\xbf")) head.erase(0, 3);
    out = head + ",_line,_error\r\n";
    out = head + ",_line,_error\r\n";
    for (int row = 0; row < rows.size();) {
        std::int64_t const line = rows.integer(row, 0);
        std::string const source(rows.text(row, 4));
        std::string reasons;
        for (; row < rows.size() && rows.integer(row, 0) == line; ++row) {
            reasons += (reasons.empty() ? "" : "; ") + std::string(rows.text(row, 2)) + ' ' +
                       std::string(rows.text(row, 1)) + ": " + std::string(rows.text(row, 3));
        }
        out += source + ',' + std::to_string(line) + ',';
        entity::appendCsvCell(out, reasons);
        out += "\r\n";
    }
    write(out);
}

std::string_view resultType(const Job &job) {
    bool const csv = parameterOf(job, "format") != "ndjson" && !isPreview(job);
    return csv ? "text/csv; charset=utf-8" : "application/x-ndjson";
}

void requireResult(const Job &job) {
    if (!job.resultBlob.empty()) return;
    throw Error(ErrorCode::conflict, job.finishedAt ? "The job has no result." : "The job is not finished yet.");
}

}  // namespace kontor::jobs
