#include "shared/entity/json.h"

#include "shared/entity/base64.h"
#include "shared/entity/validate.h"

#include <boost/json.hpp>
#include <boost/json/basic_parser_impl.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace kontor::entity {

namespace json = boost::json;

namespace {

constexpr std::size_t maximumDepth = 32;
constexpr std::size_t maximumErrors = 100;
constexpr std::size_t maximumItems = 10000;  // of lists whose description sets no limit
constexpr std::string_view nulledMember = "fieldsToNull";

bool isCustomFields(const Field &field) {
    return field.kind == Kind::structureList && field.structure != nullptr && field.structure->name == "CustomField";
}

// ---- writing

/// What a byte needs inside a string: 0 nothing, 'u' a \u escape, otherwise the letter behind the backslash.
constexpr std::array<char, 256> escapes = [] {
    std::array<char, 256> table{};
    for (std::size_t c = 0; c < 0x20; ++c) table[c] = 'u';
    table['\b'] = 'b';
    table['\t'] = 't';
    table['\n'] = 'n';
    table['\f'] = 'f';
    table['\r'] = 'r';
    table['"'] = '"';
    table['\\'] = '\\';
    return table;
}();

void writeInteger(std::string &out, std::int64_t value) {
    std::array<char, 24> digits{};
    auto const end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    out.append(digits.data(), end);
}

void writePlain(std::string &out, std::string_view text) {
    out += '"';
    out += text;
    out += '"';
}

template <typename T> const std::optional<T> &optionalOf(const Field &field, const Object &object) {
    return memberAs<std::optional<T>>(field, object);
}

bool isIntegerText(std::string_view text) {
    if (text.starts_with('-')) text.remove_prefix(1);
    if (text.empty() || text.size() > 19 || (text.front() == '0' && text.size() > 1)) return false;
    return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// The list of name, type and value as an object; values of known types as JSON has them.
void writeCustomFields(std::string &out, const Field &field, const Object &object) {
    const Field *const name = field.structure->find("name");
    const Field *const type = field.structure->find("type");
    const Field *const value = field.structure->find("value");
    const void *const list = field.member(const_cast<Object &>(object));
    out += '{';
    bool first = true;
    for (std::size_t i = 0; i < field.items->size(list); ++i) {
        const Object &item = field.items->at(list, i);
        auto const &text = optionalOf<std::string>(*value, item);
        if (!text) continue;
        if (!first) out += ',';
        first = false;
        writeJsonString(out, optionalOf<std::string>(*name, item).value_or(""));
        out += ':';
        auto const &kind = optionalOf<std::string>(*type, item);
        bool const bare = kind && ((kind == "integer" && isIntegerText(*text)) ||
                                   (kind == "boolean" && (text == "true" || text == "false")));
        if (bare) {
            out += *text;
        } else {
            writeJsonString(out, *text);
        }
    }
    out += '}';
}

void writeStructures(std::string &out, const Field &field, const Object &object, const JsonOptions &options) {
    JsonOptions inner = options;
    inner.fields = nullptr;
    const void *const list = field.member(const_cast<Object &>(object));
    std::size_t const size = field.items->size(list);
    out += '[';
    std::size_t const start = out.size();
    for (std::size_t i = 0; i < size; ++i) {
        if (i > 0) out += ',';
        writeJson(out, field.items->at(list, i), inner);
        // The others will be about as long; a long list is not copied again and again as the text grows.
        if (i == 7) out.reserve(out.size() + (out.size() - start) / 8 * (size - i));
    }
    out += ']';
}

void writeMember(std::string &out, const Field &field, const Object &object, const JsonOptions &options) {
    switch (field.kind) {
    case Kind::text:
        writeJsonString(out, *optionalOf<std::string>(field, object));
        break;
    case Kind::id:
        writeJsonString(out, *optionalOf<std::string>(field, object));
        break;
    case Kind::integer:
        writeInteger(out, *optionalOf<std::int64_t>(field, object));
        break;
    case Kind::decimal:
        writePlain(out, optionalOf<Decimal>(field, object)->toString());
        break;
    case Kind::boolean:
        out += *optionalOf<bool>(field, object) ? "true" : "false";
        break;
    case Kind::dateTime:
        writePlain(out, optionalOf<DateTime>(field, object)->toString());
        break;
    case Kind::date:
        writePlain(out, optionalOf<Date>(field, object)->toString());
        break;
    case Kind::binary:
        out += '"';
        appendBase64(out, *optionalOf<std::string>(field, object));
        out += '"';
        break;
    case Kind::textList:
        out += '[';
        for (bool first = true; const auto &item : memberAs<std::vector<std::string>>(field, object)) {
            if (!first) out += ',';
            first = false;
            writeJsonString(out, item);
        }
        out += ']';
        break;
    case Kind::structure: {
        JsonOptions inner = options;
        inner.fields = nullptr;
        writeJson(out, field.items->at(field.member(const_cast<Object &>(object)), 0), inner);
        break;
    }
    case Kind::structureList:
        if (isCustomFields(field)) {
            writeCustomFields(out, field, object);
        } else {
            writeStructures(out, field, object, options);
        }
        break;
    }
}

// ---- parsing

/// Builds a json::value; refuses a name that is twice in an object, which json::parse lets pass.
struct StrictHandler {
    static constexpr std::size_t max_object_size = json::object::max_size();
    static constexpr std::size_t max_array_size = json::array::max_size();
    static constexpr std::size_t max_key_size = 65536;
    static constexpr std::size_t max_string_size = json::string::max_size();

    json::value_stack stack;
    std::string names;                                       // of the objects that are open, one behind the other
    std::vector<std::pair<std::size_t, std::size_t>> spans;  // offset and length in names
    std::vector<std::size_t> openObjects;                    // index of each one's first span
    std::size_t keyStart = 0;
    bool keyOpen = false;
    std::optional<std::string> duplicate;

    bool on_document_begin(json::error_code &) { return true; }
    bool on_document_end(json::error_code &) { return true; }
    bool on_object_begin(json::error_code &) {
        openObjects.push_back(spans.size());
        return true;
    }
    bool on_object_end(std::size_t size, json::error_code &error) {
        if (!checkNames(error)) return false;
        stack.push_object(size);
        return true;
    }
    bool on_array_begin(json::error_code &) { return true; }
    bool on_array_end(std::size_t size, json::error_code &) {
        stack.push_array(size);
        return true;
    }
    bool on_key_part(json::string_view part, std::size_t, json::error_code &) {
        appendKey(part);
        stack.push_chars(part);
        return true;
    }
    bool on_key(json::string_view part, std::size_t, json::error_code &) {
        appendKey(part);
        spans.emplace_back(keyStart, names.size() - keyStart);
        keyOpen = false;
        stack.push_key(part);
        return true;
    }
    bool on_string_part(json::string_view part, std::size_t, json::error_code &) {
        stack.push_chars(part);
        return true;
    }
    bool on_string(json::string_view part, std::size_t, json::error_code &) {
        stack.push_string(part);
        return true;
    }
    bool on_number_part(json::string_view, json::error_code &) { return true; }
    bool on_int64(std::int64_t number, json::string_view, json::error_code &) {
        stack.push_int64(number);
        return true;
    }
    bool on_uint64(std::uint64_t number, json::string_view, json::error_code &) {
        stack.push_uint64(number);
        return true;
    }
    bool on_double(double number, json::string_view, json::error_code &) {
        stack.push_double(number);
        return true;
    }
    bool on_bool(bool value, json::error_code &) {
        stack.push_bool(value);
        return true;
    }
    bool on_null(json::error_code &) {
        stack.push_null();
        return true;
    }
    bool on_comment_part(json::string_view, json::error_code &) { return true; }
    bool on_comment(json::string_view, json::error_code &) { return true; }

  private:
    void appendKey(json::string_view part) {
        if (!keyOpen) keyStart = names.size();
        keyOpen = true;
        names.append(part.data(), part.size());
    }

    bool checkNames(json::error_code &error) {
        std::size_t const first = openObjects.back();
        openObjects.pop_back();
        auto const nameOf = [&](const std::pair<std::size_t, std::size_t> &span) {
            return std::string_view(names).substr(span.first, span.second);
        };
        std::size_t const start = first < spans.size() ? spans[first].first : names.size();
        auto const own = std::span(spans).subspan(first);
        std::ranges::sort(own, {}, nameOf);
        auto const twice = std::ranges::adjacent_find(own, {}, nameOf);
        if (twice != own.end()) {
            duplicate = std::string(nameOf(*twice));
            error = json::error::syntax;
            return false;
        }
        spans.resize(first);
        names.resize(start);
        return true;
    }
};

std::string sentenceFor(const json::error_code &error, const StrictHandler &handler) {
    if (handler.duplicate) return "the name \"" + *handler.duplicate + "\" is twice in one object";
    if (error == json::error::too_deep) return "it is nested deeper than " + std::to_string(maximumDepth) + " levels";
    if (error == json::error::incomplete) return "it ends too early";
    if (error == json::error::extra_data) return "something follows the end of the document";
    if (error == json::error::illegal_leading_surrogate || error == json::error::illegal_trailing_surrogate) {
        return "half of a surrogate pair stands alone";
    }
    if (error == json::error::expected_hex_digit) return "\\u needs four hexadecimal digits";
    if (error == json::error::key_too_large) return "a name is too long";
    if (error == json::error::exponent_overflow) return "a number is out of range";
    return "this is not what the grammar of JSON (RFC 8259) in UTF-8 allows here";
}

json::value parse(std::string_view text, const json::storage_ptr &storage) {
    json::parse_options options;
    options.max_depth = maximumDepth;
    json::basic_parser<StrictHandler> parser(options);
    parser.handler().stack.reset(storage);
    json::error_code error;
    std::size_t position = parser.write_some(false, text.data(), text.size(), error);
    if (!error && position < text.size()) error = json::error::extra_data;
    if (error) {
        position = std::min(position, text.size());
        Error problem(ErrorCode::malformed, "The JSON cannot be read at byte " + std::to_string(position) + ": " +
                                                sentenceFor(error, parser.handler()) + ".");
        problem.position = position;
        throw problem;
    }
    return parser.handler().stack.release();
}

// ---- reading

/// Where we are, made into a JSON pointer only when there is an error.
struct Path {
    const Path *parent;
    std::string_view name;
    std::size_t index;
};

class Reader {
  public:
    explicit Reader(std::string_view prefix) : prefix_(prefix) {}

    void readRoot(const json::value &value, Object &object) {
        if (const auto *const members = value.if_object()) {
            readObject(*members, object, nullptr);
        } else {
            add(nullptr, "WRONG_TYPE", "must be an object");
        }
        if (errors_.empty()) return;
        addFacets(object);
        throw validationError(std::move(errors_));
    }

  private:
    void readObject(const json::object &members, Object &object, const Path *path) {
        const StructType &type = object.structType();
        for (const auto &member : members) {
            std::string_view const name(member.key().data(), member.key().size());
            Path const here{path, name, 0};
            const Field *const field = type.find(name);
            if (field == nullptr || name == nulledMember) {
                addUnknown(&here, name);
            } else if (member.value().is_null()) {
                markNull(*field, object);
            } else {
                readMember(*field, member.value(), object, &here);
            }
        }
    }

    /// Whoever has one thing wrong is told about values that were read but are not allowed, too.
    void addFacets(const Object &object) {
        std::vector<FieldError> found;
        for (const Field &field : object.structType().fields) {
            if (field.name == nulledMember || field.writable == Writable::never || isEmpty(field, object)) continue;
            checkFacets(field, object, pointerTo(prefix_, field.name), found);
        }
        std::size_t const fromReading = errors_.size();
        for (FieldError &error : found) {
            auto const known = std::span(errors_).first(fromReading);
            bool const isKnown = std::ranges::find(known, error.pointer, &FieldError::pointer) != known.end();
            if (!isKnown && errors_.size() < maximumErrors) errors_.push_back(std::move(error));
        }
    }

    static void markNull(const Field &field, Object &object) {
        const Field *const nulled = object.structType().find(nulledMember);
        if (nulled != nullptr) memberAs<std::vector<std::string>>(*nulled, object).emplace_back(field.name);
    }

    void readMember(const Field &field, const json::value &value, Object &object, const Path *path) {
        switch (field.kind) {
        case Kind::text:
        case Kind::id:
            readText(value, path, memberAs<std::optional<std::string>>(field, object));
            break;
        case Kind::integer:
            readInteger(value, path, memberAs<std::optional<std::int64_t>>(field, object));
            break;
        case Kind::boolean:
            if (value.is_bool()) {
                memberAs<std::optional<bool>>(field, object) = value.get_bool();
            } else {
                add(path, "WRONG_TYPE", "must be true or false");
            }
            break;
        case Kind::decimal:
            readParsed<Decimal>(field, value, object, path, "must be a decimal number in quotes, such as \"12.50\"");
            break;
        case Kind::dateTime:
            readParsed<DateTime>(field, value, object, path,
                                 "must be a time with a zone, such as \"2026-11-23T10:15:30Z\"");
            break;
        case Kind::date:
            readParsed<Date>(field, value, object, path, "must be a date, such as \"2026-11-23\"");
            break;
        case Kind::binary: {
            auto bytes = value.is_string() ? decodeBase64(view(value.get_string())) : std::nullopt;
            if (!bytes) add(path, "WRONG_TYPE", "must be a string in base64");
            memberAs<std::optional<std::string>>(field, object) = std::move(bytes);
            break;
        }
        case Kind::textList:
            readTextList(field, value, object, path);
            break;
        case Kind::structure:
            if (const auto *const members = value.if_object()) {
                void *const member = field.member(object);
                field.items->clear(member);
                readObject(*members, field.items->append(member), path);
            } else {
                add(path, "WRONG_TYPE", "must be an object");
            }
            break;
        case Kind::structureList:
            if (isCustomFields(field)) {
                readCustomFields(field, value, object, path);
            } else {
                readStructures(field, value, object, path);
            }
            break;
        }
    }

    static std::string_view view(const json::string &text) { return {text.data(), text.size()}; }

    void readText(const json::value &value, const Path *path, std::optional<std::string> &into) {
        if (!value.is_string()) {
            add(path, "WRONG_TYPE", "must be a string");
        } else if (!hasLegalCharacters(view(value.get_string()))) {
            add(path, "INVALID_CHARACTER", "holds a character that is not allowed in text");
        } else {
            into.emplace(view(value.get_string()));
        }
    }

    void readInteger(const json::value &value, const Path *path, std::optional<std::int64_t> &into) {
        if (value.is_int64()) {
            into = value.get_int64();
        } else if (value.is_uint64()) {
            add(path, "OUT_OF_RANGE", "must be at most " + std::to_string(std::numeric_limits<std::int64_t>::max()));
        } else {
            add(path, "WRONG_TYPE", "must be a whole number");
        }
    }

    template <typename T>
    void readParsed(const Field &field, const json::value &value, Object &object, const Path *path,
                    std::string_view expected) {
        auto const parsed = value.is_string() ? T::parse(view(value.get_string())) : std::nullopt;
        if (!parsed) return add(path, "WRONG_TYPE", std::string(expected));
        memberAs<std::optional<T>>(field, object) = parsed;
    }

    /// The items of a list that is not too long; nullptr (and an error) otherwise.
    const json::array *itemsOf(const Field &field, const json::value &value, Object &object, const Path *path) {
        const json::array *const items = value.if_array();
        std::size_t const limit = field.maxItems > 0 ? field.maxItems : maximumItems;
        if (items == nullptr) {
            add(path, "WRONG_TYPE", "must be a list");
        } else if (items->size() > limit) {
            add(path, "TOO_MANY_ITEMS", "must have at most " + std::to_string(limit) + " items");
            return nullptr;
        } else if (items->empty()) {
            markNull(field, object);
        }
        return items;
    }

    void readTextList(const Field &field, const json::value &value, Object &object, const Path *path) {
        const json::array *const items = itemsOf(field, value, object, path);
        if (items == nullptr) return;
        auto &list = memberAs<std::vector<std::string>>(field, object);
        list.clear();
        list.reserve(items->size());
        for (std::size_t i = 0; i < items->size(); ++i) {
            Path const here{path, {}, i};
            std::optional<std::string> text;
            readText((*items)[i], &here, text);
            list.push_back(std::move(text).value_or(""));
        }
    }

    void readStructures(const Field &field, const json::value &value, Object &object, const Path *path) {
        const json::array *const items = itemsOf(field, value, object, path);
        if (items == nullptr) return;
        void *const list = field.member(object);
        field.items->clear(list);
        for (std::size_t i = 0; i < items->size(); ++i) {
            Path const here{path, {}, i};
            if (const auto *const members = (*items)[i].if_object()) {
                readObject(*members, field.items->append(list), &here);
            } else {
                add(&here, "WRONG_TYPE", "must be an object");
            }
        }
    }

    /// {"budget": "5", "vip": true, "old": null}: the types are the definitions', which are checked later.
    void readCustomFields(const Field &field, const json::value &value, Object &object, const Path *path) {
        const json::object *const members = value.if_object();
        if (members == nullptr) return add(path, "WRONG_TYPE", "must be an object of names and values");
        std::size_t const limit = field.maxItems > 0 ? field.maxItems : maximumItems;
        if (members->size() > limit) {
            return add(path, "TOO_MANY_ITEMS", "must have at most " + std::to_string(limit) + " members");
        }
        const Field *const nameField = field.structure->find("name");
        const Field *const valueField = field.structure->find("value");
        void *const list = field.member(object);
        field.items->clear(list);
        for (const auto &member : *members) {
            Path const here{path, {member.key().data(), member.key().size()}, 0};
            Object &item = field.items->append(list);
            memberAs<std::optional<std::string>>(*nameField, item).emplace(here.name);
            auto &text = memberAs<std::optional<std::string>>(*valueField, item);
            const json::value &given = member.value();
            if (given.is_null()) continue;
            if (given.is_string()) {
                readText(given, &here, text);
            } else if (given.is_bool()) {
                text = given.get_bool() ? "true" : "false";
            } else if (given.is_int64()) {
                text = std::to_string(given.get_int64());
            } else {
                add(&here, "WRONG_TYPE", "must be a string, a whole number, true or false");
            }
        }
    }

    std::string pointer(const Path *path) const {
        if (path == nullptr) return prefix_;
        if (path->name.data() == nullptr) return pointer(path->parent) + '/' + std::to_string(path->index);
        return pointerTo(pointer(path->parent), path->name);
    }

    void add(const Path *path, std::string_view code, std::string detail) {
        if (errors_.size() < maximumErrors) errors_.push_back({pointer(path), std::string(code), std::move(detail)});
    }

    void addUnknown(const Path *path, std::string_view name) {
        constexpr std::size_t shown = 100;
        if (!hasLegalCharacters(name)) {
            add(path->parent, "INVALID_CHARACTER", "has a member whose name holds a character that is not allowed");
        } else if (name.size() > shown) {
            add(path->parent, "UNKNOWN_FIELD", "has a member whose name is no field's");
        } else if (name == nulledMember) {
            add(path, "UNKNOWN_FIELD", "is not a member in JSON: give the fields themselves the value null");
        } else {
            add(path, "UNKNOWN_FIELD", "is not a known field");
        }
    }

    std::string prefix_;
    std::vector<FieldError> errors_;
};

}  // namespace

void writeJsonString(std::string &out, std::string_view text) {
    out += '"';
    std::size_t written = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        auto const byte = static_cast<unsigned char>(text[i]);
        char const escape = escapes[byte];
        if (escape == 0) continue;
        out.append(text.data() + written, i - written);
        written = i + 1;
        out += '\\';
        out += escape;
        if (escape != 'u') continue;
        constexpr std::string_view digits = "0123456789abcdef";
        out += "00";
        out += digits[byte >> 4U];
        out += digits[byte & 15U];
    }
    out.append(text.data() + written, text.size() - written);
    out += '"';
}

void writeJson(std::string &out, const Object &object, const JsonOptions &options) {
    out += '{';
    bool first = true;
    std::span<const Field> const fields = object.structType().fields;
    for (std::size_t i = 0; i < fields.size(); ++i) {
        const Field &field = fields[i];
        if (options.fields != nullptr && !(*options.fields)[i]) continue;
        if (field.writeOnly || field.level > options.level || isEmpty(field, object)) continue;
        if (field.kind == Kind::textList && field.name == nulledMember) continue;
        if (!first) out += ',';
        first = false;
        out += '"';
        out += field.name;
        out += "\":";
        writeMember(out, field, object, options);
    }
    out += '}';
}

json::value parseJson(std::string_view text) { return parse(text, {}); }

void readJson(std::string_view text, Object &object) {
    std::array<unsigned char, 8192> buffer;  // NOLINT: filled by the parser
    json::monotonic_resource memory(buffer.data(), buffer.size());
    json::value const value = parse(text, &memory);
    readJson(value, object);
}

void readJson(const json::value &value, Object &object, std::string_view pointer) {
    Reader(pointer).readRoot(value, object);
}

std::string pointerTo(std::string_view parent, std::string_view name) {
    std::string pointer(parent);
    pointer += '/';
    for (char const c : name) {
        if (c == '~') {
            pointer += "~0";
        } else if (c == '/') {
            pointer += "~1";
        } else {
            pointer += c;
        }
    }
    return pointer;
}

}  // namespace kontor::entity
