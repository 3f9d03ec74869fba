#pragma once

// CSV (RFC 4180) as a stream, and records as rows of it.
//
// Columns are named after fields:
//     name, annualRevenue        a field; lists of text are one cell, items separated by ";"
//     billingAddress.city        a member of a structure
//     emailAddresses.0.address   a member of an item of a list
//     email, phone               the primary e-mail address and phone number
//     externalId.erp             the id in the system "erp"
//     customFields.budget        a field that an administrator made
//     _error                     anything that begins with _ is not read: notes, the reasons in a file of refused rows
// Only cells that hold something are read; \N clears a field, as an explicit null does in JSON. Items of lists are
// taken in the order of their numbers; those without any cell are left out.
//
// Written cells are safe to open in a spreadsheet: a value that begins with = + - @, a tab, a carriage return or an
// apostrophe gets an apostrophe before it, and reading takes away an apostrophe that stands before one of these.
// Numbers and dates are left as they are.

#include "shared/contract/description.h"
#include "shared/contract/error.h"

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::entity {

struct CustomFieldType;

/// Splits a stream into rows. Feed it chunks of any size; rows end with LF, CR LF or CR; a byte order mark is skipped;
/// empty lines too.
///
///     reader.append(chunk);
///     while (reader.next()) use(reader.row());
///     … reader.finish(); while (reader.next()) …
class CsvReader {
  public:
    /// A delimiter of 0 is chosen from the first line: comma, semicolon or tab, whichever is there most.
    explicit CsvReader(char delimiter = ',');

    void append(std::string_view chunk);
    /// No more will come.
    void finish() { finished_ = true; }
    /// Goes to the next complete row; false when there is none yet (or, after finish, none left). Throws
    /// Error(malformed) that names the line for a quote out of place or never closed, a row of over 1 MiB or 1,000
    /// cells, and text in UTF-16. Bytes that are no UTF-8 are found by CsvColumns, cell by cell.
    bool next();
    /// The cells; valid until the next call of append or next.
    [[nodiscard]] std::span<const std::string_view> row() const { return cells_; }
    /// Between the cells, known with the first row.
    [[nodiscard]] char delimiter() const { return delimiter_; }
    /// Where the row begins: lines from 1 (a quoted cell may span several).
    [[nodiscard]] std::size_t line() const { return rowLine_; }
    /// The row as it was in the input, without its line end: for the file of rows that failed.
    [[nodiscard]] std::string_view source() const { return source_; }

  private:
    bool start();
    bool findRowEnd(std::size_t &end);
    void split();
    void splitQuoted();
    [[noreturn]] void fail(const std::string &what) const;

    char delimiter_;
    bool started_ = false;
    bool finished_ = false;
    bool skipLineFeed_ = false;  // the row before ended with CR
    bool insideQuotes_ = false;  // at scanned_
    bool hasQuotes_ = false;
    std::string buffer_;
    std::size_t position_ = 0;  // start of the next row
    std::size_t scanned_ = 0;   // up to here there is no end of it
    std::size_t nextLine_ = 1;
    std::size_t rowLine_ = 0;
    std::string_view source_;
    std::string unescaped_;  // cells whose quotes had to be resolved
    std::vector<std::string_view> cells_;
};

/// What a header means for one entity.
class CsvColumns {
  public:
    /// Throws Error(validation) that names every column that is unknown or twice (pointer "/columns/3").
    CsvColumns(const EntityType &entity, std::span<const std::string_view> header,
               const std::vector<CustomFieldType> *customFields = nullptr);
    ~CsvColumns();
    CsvColumns(CsvColumns &&) noexcept;
    CsvColumns &operator=(CsvColumns &&) noexcept;

    [[nodiscard]] std::size_t size() const;
    /// Fills an empty record. Cells that do not fit are errors with the column's name as pointer ("/annualRevenue"); so
    /// is a row of another length.
    void read(std::span<const std::string_view> row, Object &record, std::vector<FieldError> &errors) const;
    /// Appends one row with its line end (CR LF).
    void write(std::string &out, const Object &record, char delimiter = ',') const;
    /// Appends the header with its line end.
    void writeHeader(std::string &out, char delimiter = ',') const;

    struct Column;

  private:
    std::vector<Column> columns_;
    std::vector<std::size_t> readingOrder_;  // items of a list one after the other
};

struct CsvExport {
    std::vector<std::string> columns;           ///< empty = standardColumns
    std::vector<std::string> externalSystems;   ///< one column for each
    std::function<bool(const Field &)> hidden;  ///< fields that the caller may not see
};

/// The names of the columns that an export has when none are chosen: every field that is no list, the members of
/// structures, email and phone, tags, custom fields, external ids of the systems named.
[[nodiscard]] std::vector<std::string> standardColumns(const EntityType &entity,
                                                       const std::vector<CustomFieldType> *customFields,
                                                       const CsvExport &choice = {});

/// What stands in a cell, without the apostrophe that keeps it safe in a spreadsheet.
[[nodiscard]] std::string_view unguardedCell(std::string_view cell);
/// The cell that clears a field.
constexpr std::string_view nullCell = "\\N";

/// Appends one cell of text, quoted where needed and safe for spreadsheets.
void appendCsvCell(std::string &out, std::string_view text, char delimiter = ',');
/// Appends one cell as it came out of a CsvReader: quoted where needed, and with nothing added to it.
void appendQuoted(std::string &out, std::string_view text, char delimiter = ',');

}  // namespace kontor::entity
