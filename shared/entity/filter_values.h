#pragma once

// What the names and literals of a filter mean, the same whether SQL answers (filter.cpp) or memory does
// (evaluate.cpp). Of this folder. All of it throws Error(invalidQuery) with parameter "filter" and the position.

#include "shared/contract/date_time.h"
#include "shared/contract/decimal.h"
#include "shared/entity/filter.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::entity {

constexpr std::string_view customFieldsMember = "customFields";

[[noreturn]] void failFilter(std::size_t position, const std::string &sentence);

[[nodiscard]] constexpr bool isList(Kind kind) { return kind == Kind::textList || kind == Kind::structureList; }
[[nodiscard]] constexpr bool isStructured(Kind kind) { return kind == Kind::structure || kind == Kind::structureList; }
[[nodiscard]] Kind kindOf(const CustomFieldType &type);

// ---- names

[[noreturn]] void failUnknown(const FilterNode &node, const EntityType &entity, std::string_view name);
/// The field that a filter may name; whether the caller may see it is not looked at.
[[nodiscard]] const Field &filterField(const FilterNode &node, const EntityType &entity, std::string_view name);
/// The member of a structure that the path's second name is.
[[nodiscard]] const Field &filterMember(const FilterNode &node, const Field &structured);
/// The definition that the path's second name is. `types` may be nullptr: there are none.
[[nodiscard]] const CustomFieldType &filterCustomField(const FilterNode &node, const EntityType &entity,
                                                       const std::vector<CustomFieldType> *types);
/// A structure itself can only be asked whether it is set.
void requireSetOnly(const FilterNode &node, const Field &structured);
/// Refuses operators that do not fit a scalar of the kind.
void requireOperator(const FilterNode &node, Kind kind);

// ---- literals

/// True for now, today-7d and so on.
[[nodiscard]] bool isDayInWords(std::string_view text);

/// A point in time, or a whole day.
struct Moment {
    DateTime start;
    bool wholeDay = false;

    [[nodiscard]] DateTime end() const;  ///< of a whole day: the next day's start
    [[nodiscard]] Date date() const;
};

[[nodiscard]] std::string textOf(const FilterLiteral &literal);
/// A UUID in lower case.
[[nodiscard]] std::string idOf(const FilterLiteral &literal);
[[nodiscard]] std::int64_t integerOf(const FilterLiteral &literal);
[[nodiscard]] Decimal decimalOf(const FilterLiteral &literal);
[[nodiscard]] bool booleanOf(const FilterLiteral &literal);
[[nodiscard]] Moment momentOf(const FilterLiteral &literal, DateTime now);
[[nodiscard]] Date dateOf(const FilterLiteral &literal, DateTime now);

/// What stands behind ":". Anchored at neither end it is contained, at one it begins or ends, never both.
struct TextPattern {
    bool anchoredAtStart = false;
    bool anchoredAtEnd = false;
    std::string text;  ///< escapes resolved
};
[[nodiscard]] TextPattern patternOf(const FilterLiteral &literal);
/// What stands behind ":" of a list: an item, or, when it has an asterisk, a pattern for items.
[[nodiscard]] bool isPattern(const FilterLiteral &literal);
[[nodiscard]] FilterLiteral withoutEscapes(FilterLiteral literal);

}  // namespace kontor::entity
