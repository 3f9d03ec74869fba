#include "services/cli/output.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <cwchar>
#include <ostream>
#include <set>
#include <utility>

namespace kontor::cli {

namespace {

constexpr std::size_t widestCell = 40;

/// The next character of UTF-8 text and how many bytes and terminal columns it takes.
struct Character {
    std::size_t bytes = 1;
    std::size_t columns = 1;
};

Character characterAt(std::string_view text, std::size_t at) {
    auto const first = static_cast<unsigned char>(text[at]);
    std::size_t const length = first < 0x80 ? 1U : first >= 0xF0 ? 4U : first >= 0xE0 ? 3U : first >= 0xC0 ? 2U : 1U;
    if (length == 1 || at + length > text.size()) return {1, 1};
    wchar_t code = first & (0xFFU >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
        code = static_cast<wchar_t>((static_cast<unsigned>(code) << 6U) |
                                    (static_cast<unsigned char>(text[at + i]) & 0x3FU));
    }
    // The C library knows the widths, but only in a UTF-8 locale.
    static const bool ready = std::setlocale(LC_CTYPE, "C.UTF-8") != nullptr;
    int const columns = ready ? ::wcwidth(code) : 1;
    return {length, columns < 0 ? 1U : static_cast<std::size_t>(columns)};
}

std::string padded(std::string text, std::size_t width) {
    std::size_t const used = displayWidth(text);
    if (used < width) text.append(width - used, ' ');
    return text;
}

/// Members that every record has and few want to see.
bool isHousekeeping(std::string_view name) {
    static const std::set<std::string_view> names{"version",      "createdAt", "createdBy",  "updatedAt",
                                                  "updatedBy",    "deletedAt", "ownerId",    "teamId",
                                                  "customFields", "tags",      "externalIds"};
    return names.contains(name);
}

/// The member at a dotted path ("billingAddress.city"); nullptr when it is absent.
const boost::json::value *memberAt(const boost::json::object &record, std::string_view path) {
    if (const auto *const direct = record.if_contains(path)) return direct;
    auto const dot = path.find('.');
    if (dot == std::string_view::npos) return nullptr;
    const auto *const inner = record.if_contains(path.substr(0, dot));
    return inner != nullptr && inner->is_object() ? memberAt(inner->get_object(), path.substr(dot + 1)) : nullptr;
}

std::string cellAt(const boost::json::value &record, std::string_view path) {
    if (!record.is_object()) return cellText(record);
    const auto *const member = memberAt(record.get_object(), path);
    return member != nullptr ? cellText(*member) : std::string();
}

void writeIndented(std::ostream &out, const boost::json::value &value, std::size_t indent) {
    std::string const inner(indent + 2, ' ');
    if (value.is_object() && !value.get_object().empty()) {
        out << "{\n";
        for (bool first = true; const auto &[name, member] : value.get_object()) {
            if (!std::exchange(first, false)) out << ",\n";
            out << inner << boost::json::serialize(name) << ": ";
            writeIndented(out, member, indent + 2);
        }
        out << '\n' << std::string(indent, ' ') << '}';
    } else if (value.is_array() && !value.get_array().empty()) {
        out << "[\n";
        for (bool first = true; const auto &item : value.get_array()) {
            if (!std::exchange(first, false)) out << ",\n";
            out << inner;
            writeIndented(out, item, indent + 2);
        }
        out << '\n' << std::string(indent, ' ') << ']';
    } else {
        out << boost::json::serialize(value);
    }
}

void writeCsvRow(std::ostream &out, const std::vector<std::string> &cells) {
    for (std::size_t i = 0; i < cells.size(); ++i) out << (i == 0 ? "" : ",") << cells[i];
    out << "\r\n";
}

}  // namespace

std::size_t displayWidth(std::string_view text) {
    std::size_t width = 0;
    for (std::size_t at = 0; at < text.size();) {
        Character const character = characterAt(text, at);
        width += character.columns;
        at += character.bytes;
    }
    return width;
}

std::string cutToWidth(std::string_view text, std::size_t columns) {
    if (displayWidth(text) <= columns) return std::string(text);
    if (columns == 0) return {};
    std::size_t width = 0;
    std::size_t at = 0;
    while (at < text.size()) {
        Character const character = characterAt(text, at);
        if (width + character.columns > columns - 1) break;
        width += character.columns;
        at += character.bytes;
    }
    return std::string(text.substr(0, at)) + "…";
}

std::string printable(std::string_view text) {
    std::string clean;
    for (std::size_t i = 0; i < text.size(); ++i) {
        auto const byte = static_cast<unsigned char>(text[i]);
        // C1 controls are two bytes in UTF-8; some terminals obey them.
        bool const second = byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0;
        if (second) ++i;
        clean += second || byte < 0x20 || byte == 0x7F ? ' ' : text[i];
    }
    return clean;
}

std::string cellText(const boost::json::value &value) {
    if (value.is_string()) return std::string(value.get_string());
    if (value.is_null()) return {};
    if (value.is_array()) {
        std::string text;
        for (const auto &item : value.get_array()) {
            if (!text.empty()) text += ", ";
            text += cellText(item);
        }
        return text;
    }
    if (value.is_object()) {
        std::string text;
        for (const auto &[name, member] : value.get_object()) {
            if (!text.empty()) text += ' ';
            text += std::string(name) + '=' + cellText(member);
        }
        return text;
    }
    return boost::json::serialize(value);
}

std::string csvCell(std::string_view text) {
    std::string cell;
    if (!text.empty() && std::string_view("=+-@\t\r'").find(text.front()) != std::string_view::npos) {
        // Numbers such as -5 are no formulas.
        bool const number = text.find_first_not_of("+-0123456789.") == std::string_view::npos && text.size() > 1;
        if (!number) cell += '\'';
    }
    cell += text;
    if (cell.find_first_of(",\"\r\n") == std::string::npos) return cell;
    std::string quoted = "\"";
    for (char const c : cell) quoted.append(c == '"' ? 2U : 1U, c);
    return quoted + '"';
}

std::size_t terminalWidth() {
    winsize size{};
    if (::isatty(STDOUT_FILENO) == 0) return 0;
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
    return size.ws_col;
}

RecordWriter::RecordWriter(std::ostream &out, Format format, std::vector<std::string> columns)
    : out_(out), format_(format), columns_(std::move(columns)) {}

void RecordWriter::chooseColumns(const boost::json::array &records) {
    if (!columns_.empty()) return;
    bool const all = format_ == Format::csv;
    for (const auto &record : records) {
        if (!record.is_object()) continue;
        // A member that an earlier record did not have goes behind its neighbour: the order of the contract.
        auto place = columns_.begin();
        for (const auto &[key, value] : record.get_object()) {
            std::string name(key);
            if (!all && (isHousekeeping(name) || value.is_structured())) continue;
            auto const known = std::ranges::find(columns_, name);
            place = known != columns_.end() ? known : columns_.insert(place, std::move(name));
            ++place;
        }
    }
}

void RecordWriter::writeTable(const boost::json::array &records) {
    std::size_t const terminal = terminalWidth();
    std::vector<std::vector<std::string>> rows;
    for (const auto &record : records) {
        std::vector<std::string> row;
        for (const std::string &column : columns_) {
            std::string const text = printable(cellAt(record, column));
            row.push_back(terminal > 0 ? cutToWidth(text, widestCell) : text);
        }
        rows.push_back(std::move(row));
    }
    if (!headerWritten_) {
        widths_.clear();
        std::size_t total = 0;
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            std::size_t width = displayWidth(columns_[i]);
            for (const auto &row : rows) width = std::max(width, displayWidth(row[i]));
            // What does not fit into the terminal is left out, not wrapped; --fields chooses.
            if (terminal > 0 && i > 0 && total + width > terminal) {
                columns_.resize(i);
                break;
            }
            widths_.push_back(width);
            total += width + 2;
        }
    }
    auto const writeRow = [&](const std::vector<std::string> &row) {
        std::string line;
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            line += i + 1 < columns_.size() ? padded(row[i], widths_[i]) + "  " : row[i];
        }
        line.erase(line.find_last_not_of(' ') + 1);
        out_ << line << '\n';
    };
    if (!headerWritten_) writeRow(columns_);
    for (const auto &row : rows) writeRow(row);
}

void RecordWriter::writePage(const boost::json::array &records) {
    if (format_ == Format::json) {
        for (const auto &record : records) {
            out_ << (count_++ == 0 ? "[\n  " : ",\n  ");
            writeIndented(out_, record, 2);
        }
        return;
    }
    if (records.empty() && columns_.empty()) return;
    chooseColumns(records);
    if (format_ == Format::table) {
        writeTable(records);
    } else {
        if (!headerWritten_) writeCsvRow(out_, columns_);
        for (const auto &record : records) {
            std::vector<std::string> cells;
            for (const std::string &column : columns_) cells.push_back(csvCell(cellAt(record, column)));
            writeCsvRow(out_, cells);
        }
    }
    headerWritten_ = true;
    count_ += records.size();
}

void RecordWriter::finish() {
    if (format_ == Format::json) out_ << (count_ == 0 ? "[]\n" : "\n]\n");
    out_.flush();
}

void writePretty(std::ostream &out, const boost::json::value &value) {
    writeIndented(out, value, 0);
    out << '\n';
}

void writeRecord(std::ostream &out, Format format, const boost::json::value &record) {
    if (format == Format::json || !record.is_object()) {
        writePretty(out, record);
        return;
    }
    if (format == Format::csv) {
        RecordWriter writer(out, format, {});
        writer.writePage({record});
        writer.finish();
        return;
    }
    std::size_t width = 0;
    for (const auto &[name, value] : record.get_object()) width = std::max(width, displayWidth(name));
    for (const auto &[name, value] : record.get_object()) {
        out << padded(std::string(name), width) << "  " << printable(cellText(value)) << '\n';
    }
}

ProgressBar::ProgressBar(std::string label) : label_(std::move(label)), visible_(::isatty(STDERR_FILENO) != 0) {}

ProgressBar::~ProgressBar() { clear(); }

void ProgressBar::show(std::uint64_t done, std::uint64_t total, std::string_view unit) {
    if (!visible_) return;
    auto const now = std::chrono::steady_clock::now();
    if (drawn_ && done != total && now - last_ < std::chrono::milliseconds(100)) return;
    last_ = now;
    drawn_ = true;
    std::string line = "\r\033[K" + label_ + ' ';
    if (total > 0) {
        constexpr std::uint64_t length = 30;
        std::uint64_t const filled = std::min(done, total) * length / total;
        line += '[' + std::string(filled, '#') + std::string(length - filled, '.') + "] " +
                std::to_string(std::min(done, total) * 100 / total) + "% ";
    }
    line += std::to_string(done) + ' ' + std::string(unit);
    std::fputs(line.c_str(), stderr);
    std::fflush(stderr);
}

void ProgressBar::clear() {
    if (!drawn_) return;
    std::fputs("\r\033[K", stderr);
    std::fflush(stderr);
    drawn_ = false;
}

}  // namespace kontor::cli
