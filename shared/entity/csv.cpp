#include "shared/entity/csv.h"

#include "shared/entity/base64.h"
#include "shared/entity/custom_fields.h"
#include "shared/entity/json.h"
#include "shared/entity/validate.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <limits>
#include <numeric>
#include <utility>

namespace kontor::entity {

namespace {

constexpr std::size_t maximumRowBytes = 1U << 20U;
constexpr std::size_t maximumCells = 1000;
constexpr char itemSeparator = ';';

bool needsGuard(std::string_view text) {
    if (text.empty()) return false;
    return std::string_view("=+-@\t\r'").find(text.front()) != std::string_view::npos || text == nullCell;
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

}  // namespace

std::string_view unguardedCell(std::string_view cell) {
    if (cell.size() > 1 && cell.front() == '\'' && needsGuard(cell.substr(1))) cell.remove_prefix(1);
    return cell;
}

void appendQuoted(std::string &out, std::string_view text, char delimiter) {
    bool const plain =
        text.find_first_of("\"\r\n") == std::string_view::npos && text.find(delimiter) == std::string_view::npos;
    if (plain) {
        out += text;
        return;
    }
    out += '"';
    for (char const c : text) {
        if (c == '"') out += '"';
        out += c;
    }
    out += '"';
}

void appendCsvCell(std::string &out, std::string_view text, char delimiter) {
    if (!needsGuard(text)) return appendQuoted(out, text, delimiter);
    std::string guarded = "'";
    guarded += text;
    appendQuoted(out, guarded, delimiter);
}

// ---- rows

CsvReader::CsvReader(char delimiter) : delimiter_(delimiter) {}

void CsvReader::fail(const std::string &what) const {
    throw Error(ErrorCode::malformed, "The CSV cannot be read at line " + std::to_string(rowLine_) + ": " + what + ".");
}

void CsvReader::append(std::string_view chunk) {
    // The buffer holds what was not yet given out: at most one incomplete row and one chunk.
    if (position_ > 0) {
        buffer_.erase(0, position_);
        scanned_ -= position_;
        position_ = 0;
    }
    buffer_ += chunk;
}

/// Looks at the first bytes; false when there are too few of them to know.
bool CsvReader::start() {
    if (buffer_.size() < 3 && !finished_) return false;
    rowLine_ = 1;
    if (buffer_.starts_with("\xff\xfe") || buffer_.starts_with("\xfe\xff")) fail("it is in UTF-16; save it as UTF-8");
    if (buffer_.starts_with("\xef\xbb\xbf")) position_ = scanned_ = 3;
    if (delimiter_ == 0) {
        std::size_t const end = buffer_.find_first_of("\r\n");
        if (end == std::string::npos && !finished_ && buffer_.size() < maximumRowBytes) {
            position_ = scanned_ = 0;
            return false;
        }
        std::string_view const line = std::string_view(buffer_).substr(0, end);
        delimiter_ = *std::ranges::max_element(std::string_view(",;\t"), {},
                                               [&](char c) { return std::ranges::count(line, c); });
    }
    started_ = true;
    return true;
}

bool CsvReader::findRowEnd(std::size_t &end) {
    std::size_t i = scanned_;
    bool inside = insideQuotes_;
    const char *const bytes = buffer_.data();
    std::size_t const size = buffer_.size();
    for (; i < size; ++i) {
        char const c = bytes[i];
        if (c == '"') {
            inside = !inside;
            hasQuotes_ = true;
        } else if ((c == '\n' || c == '\r') && !inside) {
            break;
        }
    }
    scanned_ = i;
    insideQuotes_ = inside;
    end = i;
    if (i - position_ > maximumRowBytes) fail("a row has more than 1 MiB; perhaps a quote is not closed");
    return i < size;
}

bool CsvReader::next() {
    if (!started_ && !start()) return false;
    while (true) {
        if (skipLineFeed_ && position_ < buffer_.size()) {
            if (buffer_[position_] == '\n') ++position_;
            skipLineFeed_ = false;
            scanned_ = std::max(scanned_, position_);
        }
        rowLine_ = nextLine_;
        std::size_t end = 0;
        bool const complete = findRowEnd(end);
        if (!complete) {
            if (!finished_ || end == position_) return false;
            if (insideQuotes_) fail("a quote is never closed");
        }
        source_ = std::string_view(buffer_).substr(position_, end - position_);
        skipLineFeed_ = complete && buffer_[end] == '\r';
        position_ = scanned_ = complete ? end + 1 : end;
        bool const quotes = std::exchange(hasQuotes_, false);
        ++nextLine_;
        if (source_.empty()) continue;
        cells_.clear();
        if (quotes) {
            splitQuoted();
        } else {
            split();
        }
        return true;
    }
}

void CsvReader::split() {
    const char *cell = source_.data();
    const char *const end = cell + source_.size();
    while (true) {
        const void *const found = std::memchr(cell, delimiter_, static_cast<std::size_t>(end - cell));
        const char *const stop = found != nullptr ? static_cast<const char *>(found) : end;
        if (cells_.size() == maximumCells) fail("a row has more than 1,000 cells");
        cells_.emplace_back(cell, static_cast<std::size_t>(stop - cell));
        if (found == nullptr) return;
        cell = stop + 1;
    }
}

void CsvReader::splitQuoted() {
    // Lines inside of quotes count as lines; CR LF is one of them.
    for (std::size_t i = 0; i < source_.size(); ++i) {
        bool const pair = source_[i] == '\r' && i + 1 < source_.size() && source_[i + 1] == '\n';
        if (source_[i] == '\n' || (source_[i] == '\r' && !pair)) ++nextLine_;
    }
    unescaped_.clear();
    unescaped_.reserve(source_.size());  // so that the cells' views stay valid
    std::size_t i = 0;
    while (true) {
        if (cells_.size() == maximumCells) fail("a row has more than 1,000 cells");
        if (i < source_.size() && source_[i] == '"') {
            std::size_t const start = unescaped_.size();
            ++i;
            while (true) {
                std::size_t const quote = source_.find('"', i);
                if (quote == std::string_view::npos) fail("a quote is never closed");
                unescaped_.append(source_, i, quote - i);
                i = quote + 1;
                if (i >= source_.size() || source_[i] != '"') break;
                unescaped_ += '"';
                ++i;
            }
            cells_.push_back(std::string_view(unescaped_).substr(start));
            if (i < source_.size() && source_[i] != delimiter_) {
                fail("something follows the quote that closes cell " + std::to_string(cells_.size()));
            }
        } else {
            std::size_t const stop = std::min(source_.find(delimiter_, i), source_.size());
            cells_.push_back(source_.substr(i, stop - i));
            i = stop;
            if (cells_.back().find('"') != std::string_view::npos) {
                fail("there is a quote inside of cell " + std::to_string(cells_.size()) +
                     ", which does not begin with one");
            }
        }
        if (i >= source_.size()) return;
        ++i;
    }
}

// ---- columns

struct CsvColumns::Column {
    enum class Type : std::uint8_t { member, structureMember, item, primaryItem, customField, externalId, ignored };
    std::string name;
    Type type = Type::member;
    const Field *field = nullptr;   // of the record
    const Field *member = nullptr;  // of its structure
    int index = 0;                  // of item; -1 goes before all others
    std::string key;                // name of the custom field, or the system
    std::string customType;

    [[nodiscard]] bool inList() const { return type == Type::item || type == Type::primaryItem; }
};

namespace {

using Column = CsvColumns::Column;

/// The column that stands for a member of the first item of a list.
struct Shortcut {
    std::string_view column;
    std::string_view list;
    std::string_view member;
};
constexpr std::array<Shortcut, 2> shortcuts{
    {{"email", "emailAddresses", "address"}, {"phone", "phoneNumbers", "number"}}};

bool isScalar(Kind kind) { return kind != Kind::textList && kind != Kind::structure && kind != Kind::structureList; }

bool isCustomFields(const Field &field) {
    return field.kind == Kind::structureList && field.structure->name == "CustomField";
}

class ColumnParser {
  public:
    ColumnParser(const EntityType &entity, const std::vector<CustomFieldType> *customFields)
        : type_(*entity.type), customFields_(customFields) {}

    /// Empty, with a sentence, when there is no such column.
    std::optional<Column> parse(std::string_view name, std::string &problem) const {
        Column column;
        column.name = name;
        if (name.starts_with('_')) {
            column.type = Column::Type::ignored;
            return column;
        }
        column.field = type_.find(name);
        if (name == "fieldsToNull") column.field = nullptr;
        if (column.field != nullptr) {
            if (isScalar(column.field->kind) || column.field->kind == Kind::textList) return column;
            problem = isCustomFields(*column.field) ? "name one of its members, such as customFields.budget"
                      : column.field->kind == Kind::structureList
                          ? "name a member of an item, such as " + std::string(name) + ".0." +
                                std::string(column.field->structure->fields.front().name)
                          : "name a member, such as " + std::string(name) + "." +
                                std::string(column.field->structure->fields.front().name);
            return std::nullopt;
        }
        for (const Shortcut &shortcut : shortcuts) {
            const Field *const list = shortcut.column == name ? type_.find(shortcut.list) : nullptr;
            if (list == nullptr || list->kind != Kind::structureList) continue;
            column.type = Column::Type::primaryItem;
            column.field = list;
            column.member = list->structure->find(shortcut.member);
            column.index = -1;
            if (column.member != nullptr) return column;
        }
        problem = "is not the name of a field";
        std::size_t const dot = name.find('.');
        if (dot == std::string_view::npos) return std::nullopt;
        return parseDotted(std::move(column), name.substr(0, dot), name.substr(dot + 1), problem);
    }

  private:
    std::optional<Column> parseDotted(Column column, std::string_view first, std::string_view rest,
                                      std::string &problem) const {
        bool const external = first == "externalId";
        column.field = type_.find(external ? "externalIds" : first);
        if (column.field == nullptr || rest.empty() || isScalar(column.field->kind)) return std::nullopt;
        if (external) {
            column.type = Column::Type::externalId;
            column.key = rest;
            return column;
        }
        if (isCustomFields(*column.field)) return parseCustomField(std::move(column), rest, problem);
        if (column.field->kind == Kind::structure) {
            column.type = Column::Type::structureMember;
        } else if (column.field->kind == Kind::structureList) {
            column.type = Column::Type::item;
            auto const [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), column.index);
            int const limit = column.field->maxItems > 0 ? static_cast<int>(column.field->maxItems) : 100;
            if (error != std::errc{} || column.index < 0 || column.index >= limit || end == rest.data() + rest.size() ||
                *end != '.') {
                problem = "needs the number of an item, from 0 to " + std::to_string(limit - 1) + ", and a member";
                return std::nullopt;
            }
            rest.remove_prefix(static_cast<std::size_t>(end - rest.data()) + 1);
        } else {
            return std::nullopt;
        }
        column.member = column.field->structure->find(rest);
        if (column.member == nullptr || !isScalar(column.member->kind)) return std::nullopt;
        return column;
    }

    std::optional<Column> parseCustomField(Column column, std::string_view name, std::string &problem) const {
        column.type = Column::Type::customField;
        column.key = name;
        if (customFields_ != nullptr) {
            for (const CustomFieldType &type : *customFields_) {
                if (type.name != name) continue;
                column.customType = type.type;
                return column;
            }
        }
        problem = "is not a custom field that is defined";
        return std::nullopt;
    }

    const StructType &type_;
    const std::vector<CustomFieldType> *customFields_;
};

// -- reading

std::optional<bool> parseBoolean(std::string_view text) {
    std::string lower(text);
    for (char &c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if (lower == "true" || lower == "1") return true;
    if (lower == "false" || lower == "0") return false;
    return std::nullopt;
}

std::optional<std::int64_t> parseInteger(std::string_view text) {
    std::int64_t number = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

std::vector<std::string> splitItems(std::string_view text) {
    std::vector<std::string> items;
    std::size_t start = 0;
    while (start <= text.size()) {
        std::size_t const end = std::min(text.find(itemSeparator, start), text.size());
        std::string_view const item = trimmed(text.substr(start, end - start));
        if (!item.empty()) items.emplace_back(item);
        start = end + 1;
    }
    return items;
}

struct CellProblem {
    std::string_view code;
    std::string_view detail;
};

template <typename T>
std::optional<CellProblem> assign(const Field &field, Object &object, std::optional<T> value,
                                  std::string_view expected) {
    if (!value) return CellProblem{"WRONG_TYPE", expected};
    memberAs<std::optional<T>>(field, object) = std::move(value);
    return std::nullopt;
}

/// Sets a scalar or a list of text from a cell that holds something.
std::optional<CellProblem> readCell(const Field &field, Object &object, std::string_view cell) {
    switch (field.kind) {
    case Kind::text:
    case Kind::id:
    case Kind::textList:
        if (!hasLegalCharacters(cell)) {
            return CellProblem{"INVALID_CHARACTER", "holds bytes that are not text in UTF-8, or a control character"};
        }
        if (field.kind == Kind::textList) {
            memberAs<std::vector<std::string>>(field, object) = splitItems(cell);
        } else {
            memberAs<std::optional<std::string>>(field, object).emplace(cell);
        }
        return std::nullopt;
    case Kind::integer:
        return assign(field, object, parseInteger(cell), "must be a whole number");
    case Kind::decimal:
        return assign(field, object, Decimal::parse(cell), "must be a decimal number, such as 1234.50");
    case Kind::boolean:
        return assign(field, object, parseBoolean(cell), "must be true or false");
    case Kind::dateTime:
        return assign(field, object, DateTime::parse(cell), "must be a time with a zone, such as 2026-11-23T10:15:30Z");
    case Kind::date:
        return assign(field, object, Date::parse(cell), "must be a date, such as 2026-11-23");
    case Kind::binary:
        return assign(field, object, decodeBase64(cell), "must be base64");
    case Kind::structure:
    case Kind::structureList:
        break;
    }
    return CellProblem{"WRONG_TYPE", "cannot be in one cell"};
}

void markNull(const Field &field, Object &record) {
    const Field *const nulled = record.structType().find("fieldsToNull");
    if (nulled != nullptr) memberAs<std::vector<std::string>>(*nulled, record).emplace_back(field.name);
}

Object &structureOf(const Field &field, Object &record) {
    void *const member = field.member(record);
    if (field.items->size(member) == 0) return field.items->append(member);
    return const_cast<Object &>(field.items->at(member, 0));
}

void setText(Object &item, std::string_view name, std::string_view text) {
    memberAs<std::optional<std::string>>(*item.structType().find(name), item).emplace(text);
}

// -- writing

template <typename T> const std::optional<T> &valueOf(const Field &field, const Object &object) {
    return memberAs<std::optional<T>>(field, object);
}

void writeCell(std::string &out, const Field &field, const Object &object, char delimiter) {
    if (isEmpty(field, object)) return;
    switch (field.kind) {
    case Kind::text:
        return appendCsvCell(out, *valueOf<std::string>(field, object), delimiter);
    case Kind::id:
        return appendQuoted(out, *valueOf<std::string>(field, object), delimiter);
    case Kind::integer:
        out += std::to_string(*valueOf<std::int64_t>(field, object));
        return;
    case Kind::decimal:
        out += valueOf<Decimal>(field, object)->toString();
        return;
    case Kind::boolean:
        out += *valueOf<bool>(field, object) ? "true" : "false";
        return;
    case Kind::dateTime:
        out += valueOf<DateTime>(field, object)->toString();
        return;
    case Kind::date:
        out += valueOf<Date>(field, object)->toString();
        return;
    case Kind::binary:
        return appendBase64(out, *valueOf<std::string>(field, object));
    case Kind::textList: {
        std::string joined;
        for (const auto &item : memberAs<std::vector<std::string>>(field, object)) {
            if (!joined.empty()) joined += itemSeparator;
            joined += item;
        }
        return appendCsvCell(out, joined, delimiter);
    }
    case Kind::structure:
    case Kind::structureList:
        return;
    }
}

/// The item that is marked as primary, or else the first.
const Object &primaryOf(const Field &field, const void *list) {
    const Field *const flag = field.structure->find("isPrimary");
    for (std::size_t i = 0; flag != nullptr && i < field.items->size(list); ++i) {
        const Object &item = field.items->at(list, i);
        if (valueOf<bool>(*flag, item).value_or(false)) return item;
    }
    return field.items->at(list, 0);
}

/// The item whose member has this text; nullptr when there is none.
const Object *itemWith(const Field &field, const void *list, std::string_view member, std::string_view text) {
    const Field &key = *field.structure->find(member);
    for (std::size_t i = 0; i < field.items->size(list); ++i) {
        const Object &item = field.items->at(list, i);
        if (valueOf<std::string>(key, item) == text) return &item;
    }
    return nullptr;
}

void writeColumn(std::string &out, const Column &column, const Object &record, char delimiter) {
    if (column.type == Column::Type::ignored) return;
    const Field &field = *column.field;
    if (column.type == Column::Type::member) return writeCell(out, field, record, delimiter);
    const void *const list = field.member(const_cast<Object &>(record));
    std::size_t const size = field.items->size(list);
    switch (column.type) {
    case Column::Type::ignored:
    case Column::Type::member:
        return;
    case Column::Type::structureMember:
        if (size > 0) writeCell(out, *column.member, field.items->at(list, 0), delimiter);
        return;
    case Column::Type::item:
        if (static_cast<std::size_t>(column.index) < size) {
            writeCell(out, *column.member, field.items->at(list, static_cast<std::size_t>(column.index)), delimiter);
        }
        return;
    case Column::Type::primaryItem:
        if (size > 0) writeCell(out, *column.member, primaryOf(field, list), delimiter);
        return;
    case Column::Type::customField:
        if (const Object *const item = itemWith(field, list, "name", column.key)) {
            auto const &value = valueOf<std::string>(*field.structure->find("value"), *item);
            bool const text = column.customType == "text" || column.customType == "choice";
            if (value && text) appendCsvCell(out, *value, delimiter);
            if (value && !text) appendQuoted(out, *value, delimiter);
        }
        return;
    case Column::Type::externalId:
        if (const Object *const item = itemWith(field, list, "system", column.key)) {
            writeCell(out, *field.structure->find("id"), *item, delimiter);
        }
        return;
    }
}

}  // namespace

CsvColumns::CsvColumns(const EntityType &entity, std::span<const std::string_view> header,
                       const std::vector<CustomFieldType> *customFields) {
    ColumnParser const parser(entity, customFields);
    std::vector<FieldError> errors;
    for (std::size_t i = 0; i < header.size(); ++i) {
        std::string_view const name = trimmed(header[i]);
        std::string const pointer = "/columns/" + std::to_string(i);
        constexpr std::size_t shown = 100;
        if (!hasLegalCharacters(name) || name.size() > shown) {
            errors.push_back({pointer, "UNKNOWN_FIELD", "this column's name is not the name of a field"});
            continue;
        }
        std::string problem;
        auto column = parser.parse(name, problem);
        if (!column) {
            errors.push_back({pointer, "UNKNOWN_FIELD", std::string(name) + ": " + problem});
            continue;
        }
        auto const same = std::ranges::find(columns_, column->name, &Column::name);
        if (same != columns_.end()) {
            errors.push_back({pointer, "CONTRADICTION", std::string(name) + ": this column is there twice"});
        }
        columns_.push_back(std::move(*column));
    }
    if (header.empty()) errors.push_back({"/columns", "REQUIRED", "there is no header"});
    if (!errors.empty()) {
        throw Error(ErrorCode::validation, "The header has columns that cannot be read.", std::move(errors));
    }
    readingOrder_.resize(columns_.size());
    std::iota(readingOrder_.begin(), readingOrder_.end(), std::size_t{0});
    std::ranges::stable_sort(readingOrder_, {}, [&](std::size_t i) {
        const Column &column = columns_[i];
        return column.inList() ? std::pair(column.field, column.index) : std::pair<const Field *, int>(nullptr, 0);
    });
}

CsvColumns::~CsvColumns() = default;
CsvColumns::CsvColumns(CsvColumns &&) noexcept = default;
CsvColumns &CsvColumns::operator=(CsvColumns &&) noexcept = default;

std::size_t CsvColumns::size() const { return columns_.size(); }

void CsvColumns::read(std::span<const std::string_view> row, Object &record, std::vector<FieldError> &errors) const {
    if (row.size() != columns_.size()) {
        errors.push_back(
            {"", "COLUMN_COUNT",
             "the row has " + std::to_string(row.size()) + " cells, the header " + std::to_string(columns_.size())});
        return;
    }
    const Column *current = nullptr;  // whose item was appended last
    for (std::size_t const i : readingOrder_) {
        const Column &column = columns_[i];
        std::string_view const raw = row[i];
        if (raw.empty() || column.type == Column::Type::ignored) continue;
        bool const isNull = raw == nullCell;
        std::string_view const cell = unguardedCell(raw);
        const Field &field = *column.field;
        void *const member = field.member(record);
        std::optional<CellProblem> problem;
        switch (column.type) {
        case Column::Type::ignored:
            break;
        case Column::Type::member:
            if (isNull) {
                markNull(field, record);
            } else {
                problem = readCell(field, record, cell);
            }
            break;
        case Column::Type::structureMember:
            if (!isNull) problem = readCell(*column.member, structureOf(field, record), cell);
            break;
        case Column::Type::item:
        case Column::Type::primaryItem:
            if (isNull) {
                if (column.type == Column::Type::primaryItem) markNull(field, record);
                break;
            }
            if (current == nullptr || current->field != column.field || current->index != column.index) {
                field.items->append(member);
                current = &column;
            }
            problem = readCell(*column.member,
                               const_cast<Object &>(field.items->at(member, field.items->size(member) - 1)), cell);
            break;
        case Column::Type::customField:
        case Column::Type::externalId: {
            if (!hasLegalCharacters(cell)) {
                problem = {"INVALID_CHARACTER", "holds bytes that are not text in UTF-8, or a control character"};
                break;
            }
            bool const custom = column.type == Column::Type::customField;
            if (isNull && !custom) break;
            Object &item = field.items->append(member);
            setText(item, custom ? "name" : "system", column.key);
            if (!isNull) setText(item, custom ? "value" : "id", cell);
            break;
        }
        }
        if (problem) {
            errors.push_back({pointerTo("", column.name), std::string(problem->code), std::string(problem->detail)});
        }
    }
}

void CsvColumns::write(std::string &out, const Object &record, char delimiter) const {
    std::size_t const start = out.size();
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        if (i > 0) out += delimiter;
        writeColumn(out, columns_[i], record, delimiter);
    }
    if (out.size() == start) out += "\"\"";  // an empty line would be no row
    out += "\r\n";
}

void CsvColumns::writeHeader(std::string &out, char delimiter) const {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        if (i > 0) out += delimiter;
        appendQuoted(out, columns_[i].name, delimiter);
    }
    out += "\r\n";
}

std::vector<std::string> standardColumns(const EntityType &entity, const std::vector<CustomFieldType> *customFields,
                                         const CsvExport &choice) {
    std::vector<std::string> names;
    for (const Field &field : entity.type->fields) {
        if (field.writeOnly || field.name == "fieldsToNull" || (choice.hidden && choice.hidden(field))) continue;
        std::string const name(field.name);
        if (isScalar(field.kind) || field.kind == Kind::textList) {
            if (field.kind != Kind::binary) names.push_back(name);
        } else if (field.kind == Kind::structure) {
            for (const Field &member : field.structure->fields) {
                if (isScalar(member.kind) && !member.writeOnly) names.push_back(name + '.' + std::string(member.name));
            }
        } else if (isCustomFields(field)) {
            if (customFields == nullptr) continue;
            for (const CustomFieldType &type : *customFields) names.push_back(name + '.' + type.name);
        } else if (name == "externalIds") {
            for (const std::string &system : choice.externalSystems) names.push_back("externalId." + system);
        } else {
            for (const Shortcut &shortcut : shortcuts) {
                bool const taken = entity.type->find(shortcut.column) != nullptr;
                if (shortcut.list == name && !taken) names.emplace_back(shortcut.column);
            }
        }
    }
    return names;
}

}  // namespace kontor::entity
