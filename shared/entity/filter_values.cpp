#include "shared/entity/filter_values.h"

#include "shared/contract/uuid.h"
#include "shared/entity/custom_fields.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

namespace kontor::entity {

namespace {

constexpr std::int64_t microsecondsOfDay = 86'400'000'000;

std::string_view nounOf(Kind kind) {
    switch (kind) {
    case Kind::integer:
        return "a whole number";
    case Kind::decimal:
        return "a number";
    case Kind::boolean:
        return "true or false";
    case Kind::dateTime:
        return "a time such as 2026-11-23T10:15:30Z, a date or a day such as now-7d";
    case Kind::date:
        return "a date such as 2026-11-23 or a day such as today-7d";
    case Kind::id:
        return "an id in quotes";
    default:
        return "text in quotes";
    }
}

[[noreturn]] void failKind(Kind kind, const FilterLiteral &literal) {
    failFilter(literal.position, "expected " + std::string(nounOf(kind)));
}

/// "today-7d": the word and what is added to it.
struct RelativeDay {
    std::string_view word;
    std::int64_t amount = 0;
    std::string_view unit;
};

std::optional<RelativeDay> parseRelativeDay(std::string_view text) {
    static constexpr std::array<std::string_view, 8> words{
        "now", "today", "yesterday", "tomorrow", "startOfWeek", "startOfMonth", "startOfQuarter", "startOfYear"};
    static constexpr std::array<std::string_view, 6> units{"min", "h", "d", "w", "mo", "y"};
    RelativeDay day;
    std::size_t const end = std::min(text.find_first_of("+-"), text.size());
    day.word = text.substr(0, end);
    if (std::ranges::find(words, day.word) == words.end()) return std::nullopt;
    if (end == text.size()) return day;
    std::string_view const rest = text.substr(end + 1);
    std::size_t const digits = std::min(rest.find_first_not_of("0123456789"), rest.size());
    if (digits == 0 || digits > 6) return std::nullopt;
    std::from_chars(rest.data(), rest.data() + digits, day.amount);
    if (text[end] == '-') day.amount = -day.amount;
    day.unit = rest.substr(digits);
    if (std::ranges::find(units, day.unit) == units.end()) return std::nullopt;
    bool const partOfDay = day.unit == "min" || day.unit == "h";
    if (partOfDay && day.word != "now") return std::nullopt;
    return day;
}

/// Empty when it falls out of the years 1 to 9999.
std::optional<Moment> resolve(const RelativeDay &relative, DateTime now) {
    using namespace std::chrono;
    Moment const moment{now, false};
    sys_days const day{days{moment.date().days}};
    microseconds const time{now.microseconds - day.time_since_epoch().count() * microsecondsOfDay};
    year_month_day date{day};
    if (relative.word == "yesterday") date = day - days{1};
    if (relative.word == "tomorrow") date = day + days{1};
    if (relative.word == "startOfWeek") date = day - (weekday{day} - Monday);
    if (relative.word == "startOfMonth") date = date.year() / date.month() / 1;
    if (relative.word == "startOfQuarter") {
        date = date.year() / month{(static_cast<unsigned>(date.month()) - 1) / 3 * 3 + 1} / 1;
    }
    if (relative.word == "startOfYear") date = date.year() / January / 1;
    std::int64_t extra = 0;
    if (relative.unit == "min") extra = relative.amount * 60'000'000;
    if (relative.unit == "h") extra = relative.amount * 3'600'000'000;
    if (relative.unit == "d" || relative.unit == "w") {
        date = sys_days{date} + days{relative.amount * (relative.unit == "w" ? 7 : 1)};
    }
    if (relative.unit == "mo" || relative.unit == "y") {
        std::int64_t const sum = relative.amount * (relative.unit == "y" ? 12 : 1);
        if (sum < -120000 || sum > 120000) return std::nullopt;
        date += months{sum};
        if (!date.ok()) date = date.year() / date.month() / last;  // 31 January and a month: the last of February
    }
    if (date.year() < year{1} || date.year() > year{9999}) return std::nullopt;
    bool const wholeDay = relative.word != "now";
    std::int64_t const start = sys_days{date}.time_since_epoch().count() * microsecondsOfDay;
    return Moment{{wholeDay ? start : start + time.count() + extra}, wholeDay};
}

std::optional<Moment> resolveMoment(const FilterLiteral &literal, DateTime now) {
    if (auto const date = Date::parse(literal.text); date && literal.text.size() == 10) {
        return Moment{{date->days * microsecondsOfDay}, true};
    }
    if (auto const time = DateTime::parse(literal.text)) return Moment{*time, false};
    if (auto const relative = parseRelativeDay(literal.text); relative && !literal.quoted) {
        if (auto const moment = resolve(*relative, now)) return moment;
        failFilter(literal.position, "this day is outside the years 1 to 9999");
    }
    return std::nullopt;
}

}  // namespace

void failFilter(std::size_t position, const std::string &sentence) {
    Error error(ErrorCode::invalidQuery,
                "The filter is wrong at byte " + std::to_string(position) + ": " + sentence + ".");
    error.parameter = "filter";
    error.position = position;
    throw error;
}

Kind kindOf(const CustomFieldType &type) {
    if (type.type == "integer") return Kind::integer;
    if (type.type == "decimal") return Kind::decimal;
    if (type.type == "boolean") return Kind::boolean;
    if (type.type == "date") return Kind::date;
    if (type.type == "dateTime") return Kind::dateTime;
    return Kind::text;
}

// ---- names

void failUnknown(const FilterNode &node, const EntityType &entity, std::string_view name) {
    failFilter(node.position, std::string(entity.name) + " has no field " + std::string(name));
}

const Field &filterField(const FilterNode &node, const EntityType &entity, std::string_view name) {
    const Field *const field = entity.type->find(name);
    if (field == nullptr || field->writeOnly || (!field->filterable && !isStructured(field->kind))) {
        failUnknown(node, entity, name);
    }
    return *field;
}

const Field &filterMember(const FilterNode &node, const Field &structured) {
    const Field *const member = structured.structure->find(node.path[1]);
    if (member == nullptr || member->writeOnly || isStructured(member->kind) || isList(member->kind) ||
        member->kind == Kind::binary) {
        failFilter(node.position, node.path[0] + " has no member " + node.path[1]);
    }
    return *member;
}

const CustomFieldType &filterCustomField(const FilterNode &node, const EntityType &entity,
                                         const std::vector<CustomFieldType> *types) {
    if (types != nullptr) {
        auto const found = std::ranges::find(*types, node.path[1], &CustomFieldType::name);
        if (found != types->end()) return *found;
    }
    failUnknown(node, entity, std::string(customFieldsMember) + "." + node.path[1]);
}

void requireSetOnly(const FilterNode &node, const Field &structured) {
    if (node.operation == FilterOperator::isSet) return;
    failFilter(node.position, "name a member behind a dot, such as " + node.path[0] + "." +
                                  std::string(structured.structure->fields.front().name));
}

void requireOperator(const FilterNode &node, Kind kind) {
    switch (node.operation) {
    case FilterOperator::less:
    case FilterOperator::lessOrEqual:
    case FilterOperator::greater:
    case FilterOperator::greaterOrEqual:
        if (kind == Kind::textList) {
            failFilter(node.position, "a list is asked for an item by " + node.path.back() + " : \"item\"");
        }
        if (kind == Kind::boolean || kind == Kind::id) {
            failFilter(node.literals.front().position, "only = and != compare " + std::string(nounOf(kind)));
        }
        return;
    case FilterOperator::has:
        if (kind != Kind::text && kind != Kind::textList) {
            failFilter(node.position, ": is for text and lists; " + node.path.back() + " is compared by = with " +
                                          std::string(nounOf(kind)));
        }
        return;
    default:
        return;
    }
}

// ---- literals

bool isDayInWords(std::string_view text) { return parseRelativeDay(text).has_value(); }

DateTime Moment::end() const { return {start.microseconds + microsecondsOfDay}; }

Date Moment::date() const {
    std::int64_t const days = start.microseconds / microsecondsOfDay;
    return {static_cast<std::int32_t>(start.microseconds % microsecondsOfDay < 0 ? days - 1 : days)};
}

std::string textOf(const FilterLiteral &literal) {
    if (!literal.quoted) failKind(Kind::text, literal);
    return literal.text;
}

std::string idOf(const FilterLiteral &literal) {
    auto const bytes = literal.quoted ? parseUuid(literal.text) : std::nullopt;
    if (!bytes) failKind(Kind::id, literal);
    return uuidText(bytes->data());
}

std::int64_t integerOf(const FilterLiteral &literal) {
    std::int64_t number = 0;
    const char *const end = literal.text.data() + literal.text.size();
    auto const [parsed, error] = std::from_chars(literal.text.data(), end, number);
    if (error != std::errc{} || parsed != end) failKind(Kind::integer, literal);
    return number;
}

Decimal decimalOf(const FilterLiteral &literal) {
    auto const number = Decimal::parse(literal.text);
    if (!number) failKind(Kind::decimal, literal);
    return *number;
}

bool booleanOf(const FilterLiteral &literal) {
    if (literal.text != "true" && literal.text != "false") failKind(Kind::boolean, literal);
    return literal.text == "true";
}

Moment momentOf(const FilterLiteral &literal, DateTime now) {
    auto const moment = resolveMoment(literal, now);
    if (!moment) failKind(Kind::dateTime, literal);
    return *moment;
}

Date dateOf(const FilterLiteral &literal, DateTime now) {
    auto const moment = resolveMoment(literal, now);
    bool const fits = moment && (moment->wholeDay || literal.text.starts_with("now"));
    if (!fits) failKind(Kind::date, literal);
    return moment->date();
}

TextPattern patternOf(const FilterLiteral &literal) {
    std::string_view const text = literal.text;
    auto const failAsterisk = [&] {
        failFilter(literal.position, R"(expected text with an asterisk at its ends only, such as "acme*"; an asterisk)"
                                     R"( itself is \*)");
    };
    // The last asterisk is an ordinary one behind an odd number of backslashes.
    std::size_t backslashes = 0;
    if (text.ends_with('*')) {
        while (backslashes + 1 < text.size() && text[text.size() - 2 - backslashes] == '\\') ++backslashes;
    }
    bool const open = text.ends_with('*') && backslashes % 2 == 0;
    bool const ends = text.starts_with('*');
    std::string_view middle = text;
    if (open) middle.remove_suffix(1);
    if (ends && !middle.empty()) middle.remove_prefix(1);
    if (middle.empty()) failAsterisk();
    TextPattern pattern{open && !ends, ends && !open, {}};
    for (std::size_t i = 0; i < middle.size(); ++i) {
        if (middle[i] == '*') failAsterisk();
        if (middle[i] == '\\') ++i;
        pattern.text += middle[i];
    }
    return pattern;
}

bool isPattern(const FilterLiteral &literal) {
    for (std::size_t i = 0; i < literal.text.size(); ++i) {
        if (literal.text[i] == '*') return true;
        if (literal.text[i] == '\\') ++i;
    }
    return false;
}

FilterLiteral withoutEscapes(FilterLiteral literal) {
    std::string plain;
    for (std::size_t i = 0; i < literal.text.size(); ++i) {
        if (literal.text[i] == '\\' && i + 1 < literal.text.size()) ++i;
        plain += literal.text[i];
    }
    literal.text = std::move(plain);
    return literal;
}

}  // namespace kontor::entity
