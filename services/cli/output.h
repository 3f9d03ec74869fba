#pragma once

// How records appear: an aligned table for people, JSON or CSV for programs.

#include <boost/json.hpp>

#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::cli {

enum class Format : std::uint8_t { table, json, csv };

/// Terminal columns that UTF-8 text takes: 2 for a wide character, 0 for a combining one.
[[nodiscard]] std::size_t displayWidth(std::string_view text);
/// At most so many terminal columns, the last one "…" when something was cut off.
[[nodiscard]] std::string cutToWidth(std::string_view text, std::size_t columns);
/// Without control characters: what a server sends must not steer the terminal.
[[nodiscard]] std::string printable(std::string_view text);
/// A member of a record as the text of one cell.
[[nodiscard]] std::string cellText(const boost::json::value &value);
/// One cell of a CSV file, quoted where needed and safe to open in a spreadsheet.
[[nodiscard]] std::string csvCell(std::string_view text);

/// Width of the terminal behind standard output; 0 when there is none.
[[nodiscard]] std::size_t terminalWidth();

/// Writes records as they come, so that a long list needs no memory. Without named columns they are chosen from the
/// first records. Tables are written page by page, so that their columns fit.
class RecordWriter {
  public:
    RecordWriter(std::ostream &out, Format format, std::vector<std::string> columns);

    void writePage(const boost::json::array &records);
    /// After the last page.
    void finish();

  private:
    void writeTable(const boost::json::array &records);
    void chooseColumns(const boost::json::array &records);

    std::ostream &out_;
    Format format_;
    std::vector<std::string> columns_;
    std::vector<std::size_t> widths_;
    bool headerWritten_ = false;
    std::size_t count_ = 0;
};

/// One record: names and values below each other, or JSON, or CSV with a header.
void writeRecord(std::ostream &out, Format format, const boost::json::value &record);
/// JSON with two spaces for each level.
void writePretty(std::ostream &out, const boost::json::value &value);

/// A line on standard error that is drawn anew as work goes on; nothing unless standard error is a terminal.
class ProgressBar {
  public:
    explicit ProgressBar(std::string label);
    ~ProgressBar();
    ProgressBar(const ProgressBar &) = delete;
    ProgressBar &operator=(const ProgressBar &) = delete;

    /// total = 0: not known.
    void show(std::uint64_t done, std::uint64_t total, std::string_view unit);
    /// Removes the line.
    void clear();

  private:
    std::string label_;
    bool visible_;
    bool drawn_ = false;
    std::chrono::steady_clock::time_point last_{};
};

}  // namespace kontor::cli
