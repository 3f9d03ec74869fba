#include "shared/entity/csv.h"
#include "shared/entity/json.h"
#include "shared/jobs/import_source.h"
#include "shared/jobs/jobs.h"

#include <algorithm>

namespace kontor::jobs {

using postgres::Parameters;
using postgres::Rows;
using postgres::Statement;

namespace {

/// Errors that are read together.
constexpr int errorsAtOnce = 5000;

const Statement selectErrors{"selectJobErrors", "SELECT line, code, field, detail, source FROM job_error WHERE job_id ="
                                                " $1 AND line > $2 ORDER BY line, ctid LIMIT " +
                                                    std::to_string(errorsAtOnce)};

bool isCsv(const Job &job) { return parameterOf(job, "format") == "csv"; }

/// {"pointer", "code", "detail"} without the braces.
void writeReason(std::string &out, const Rows &rows, int row) {
    out += "\"code\":";
    entity::writeJsonString(out, rows.text(row, 1));
    out += ",\"pointer\":";
    entity::writeJsonString(out, rows.text(row, 2));
    out += ",\"detail\":";
    entity::writeJsonString(out, rows.text(row, 3));
}

/// One line of JSON for each error: those of a mass change or an undo, whose records have no lines to mend.
void writeErrorLines(std::string &out, const Rows &rows, int first, int end) {
    for (int row = first; row < end; ++row) {
        out += "{\"line\":" + std::to_string(rows.integer(row, 0)) + ',';
        writeReason(out, rows, row);
        out += ",\"source\":";
        entity::writeJsonString(out, rows.text(row, 4));
        out += "}\n";
    }
}

/// The object of a refused line as it was, with the line's number and the reasons as members of its own.
void writeMendingJson(std::string &out, const Rows &rows, int first, int end) {
    std::string_view const source = rows.text(first, 4);
    boost::json::object object;
    try {
        boost::json::value const given = entity::parseJson(source);
        if (given.is_object()) object = withoutNotes(given.get_object());
    } catch (const Error &) {
        object.clear();  // no JSON: it is told as it was
    }
    bool const readable = !object.empty();
    std::string text = boost::json::serialize(object);
    text.pop_back();
    out += text + (readable ? "," : "") + "\"_line\":" + std::to_string(rows.integer(first, 0)) + ",\"_errors\":[";
    for (int row = first; row < end; ++row) {
        out += row == first ? "{" : ",{";
        writeReason(out, rows, row);
        out += '}';
    }
    out += ']';
    if (!readable) {
        out += ",\"_source\":";
        entity::writeJsonString(out, source);
    }
    out += "}\n";
}

/// The file of a CSV import once more, with the refused rows only.
class MendingCsv {
  public:
    explicit MendingCsv(const FoundJob &found) {
        BlobInput input(found.service->pool(), found.job.inputBlob);
        entity::CsvReader reader('\0');
        bool first = true;
        while (!reader.next()) {
            std::string const piece = input.next();
            if (std::exchange(first, false)) byteOrderMark_ = piece.starts_with("\xef\xbb\xbf");
            if (piece.empty() && std::exchange(ended_, true)) break;
            piece.empty() ? reader.finish() : reader.append(piece);
        }
        delimiter_ = reader.delimiter();
        for (std::string_view const cell : reader.row()) kept_.push_back(!cell.starts_with('_'));
        whole_ = std::ranges::all_of(kept_, [](bool kept) { return kept; });
        head_ = keptOf(reader.row(), reader.source());
    }

    void writeHeading(std::string &out) const {
        if (byteOrderMark_) out += "\xef\xbb\xbf";
        out += head_ + delimiter_ + "_line" + delimiter_ + "_error\r\n";
    }

    void write(std::string &out, const Rows &rows, int first, int end) const {
        std::string reasons;
        for (int row = first; row < end; ++row) {
            if (row > first) reasons += "; ";
            reasons.append(rows.text(row, 2)).append(" ").append(rows.text(row, 1)).append(": ");
            reasons.append(rows.text(row, 3));
        }
        out += mended(rows.text(first, 4)) + delimiter_ + std::to_string(rows.integer(first, 0)) + delimiter_;
        entity::appendCsvCell(out, reasons, delimiter_);
        out += "\r\n";
    }

  private:
    /// The row without what an earlier file of refused rows has added to it.
    [[nodiscard]] std::string mended(std::string_view source) const {
        if (whole_) return std::string(source);
        entity::CsvReader reader(delimiter_);
        reader.append(source);
        reader.finish();
        if (!reader.next()) return std::string(source);
        return keptOf(reader.row(), source);
    }

    [[nodiscard]] std::string keptOf(std::span<const std::string_view> cells, std::string_view source) const {
        if (whole_) return std::string(source);
        std::string out;
        bool first = true;
        for (std::size_t i = 0; i < cells.size(); ++i) {
            if (i < kept_.size() && !kept_[i]) continue;
            if (!std::exchange(first, false)) out += delimiter_;
            entity::appendQuoted(out, cells[i], delimiter_);
        }
        return out;
    }

    char delimiter_ = ',';
    bool byteOrderMark_ = false;
    bool ended_ = false;
    bool whole_ = true;
    std::vector<bool> kept_;
    std::string head_;
};

/// Passes on the errors of each line, from `first` to before `end`, in the order of the lines.
void forLines(const FoundJob &found, const std::function<void(const Rows &, int first, int end)> &use,
              const std::function<void()> &flush) {
    std::int64_t last = -1;
    while (true) {
        Rows const rows = found.service->pool().run(selectErrors, Parameters().uuid(found.job.id).integer(last));
        if (rows.empty()) return;
        bool const more = rows.size() == errorsAtOnce;
        int first = 0;
        while (first < rows.size()) {
            std::int64_t const line = rows.integer(first, 0);
            int end = first + 1;
            while (end < rows.size() && rows.integer(end, 0) == line) ++end;
            // The last line may have more errors than have been read: it comes again.
            if (more && end == rows.size() && first > 0) break;
            use(rows, first, end);
            last = line;
            first = end;
        }
        flush();
        if (!more) return;
    }
}

}  // namespace

std::string_view errorsType(const Job &job) { return isCsv(job) ? "text/csv; charset=utf-8" : "application/x-ndjson"; }

void writeErrors(const FoundJob &found, const WriteFile &write) {
    std::string out;
    auto const flush = [&] {
        write(out);
        out.clear();
    };
    if (isCsv(found.job)) {
        MendingCsv const file(found);
        file.writeHeading(out);
        forLines(
            found, [&](const Rows &rows, int first, int end) { file.write(out, rows, first, end); }, flush);
    } else if (found.job.kind == "import") {
        forLines(
            found, [&](const Rows &rows, int first, int end) { writeMendingJson(out, rows, first, end); }, flush);
    } else {
        forLines(
            found, [&](const Rows &rows, int first, int end) { writeErrorLines(out, rows, first, end); }, flush);
    }
    if (!out.empty()) flush();
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
