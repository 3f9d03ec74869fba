#pragma once

// The language in which lists are asked for, the same in REST, SOAP and saved views; a subset of AIP-160.
//
//     stage = "won" AND (amount >= 1000 OR tags : "vip") AND NOT account.name : "acme*"
//
//     filter     = term { AND term } | term { OR term }          mixing AND and OR needs parentheses
//     term       = [ NOT ] ( "(" filter ")" | comparison )
//     comparison = path ( = | != | < | <= | > | >= ) literal
//                | path : ( "text" | "text*" | "*text" | * )     contains, begins with, ends with, is set
//                | path IN "(" literal { "," literal } ")"
//     path       = field | reference.field | list.field | structure.field | customFields.name
//     literal    = "text" | 12.50 | true | false | 2026-11-23 | 2026-11-23T10:15:30Z | day
//     day        = now | today | yesterday | tomorrow | startOfWeek | startOfMonth | startOfQuarter | startOfYear,
//                  each with + or - a number of min, h, d, w, mo or y: now-7d, today+1mo           (UTC; weeks from
//                  Monday)
//
// In text, \" stands for a quote, \\ for a backslash and, after ":", \* for an asterisk. ":" ignores case; "=" does
// not. On lists of text, ":" asks for an item. A day compared with a point in time stands for the whole day. A
// comparison with a field that has no value is false, its negation true. A path through a list is true when any item
// makes it true.

#include "shared/contract/description.h"
#include "shared/contract/error.h"
#include "shared/entity/access.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::entity {

struct CustomFieldType;

constexpr std::size_t maximumFilterBytes = 2048;
constexpr std::size_t maximumFilterTerms = 32;
constexpr int maximumFilterDepth = 32;

enum class FilterOperator : std::uint8_t {
    equal,
    notEqual,
    less,
    lessOrEqual,
    greater,
    greaterOrEqual,
    has,
    isSet,
    in
};

struct FilterLiteral {
    bool quoted = false;  ///< "text"; otherwise a number, true, false, a date, a time or a day
    std::string text;     ///< without quotes; escapes resolved, but for \* and \\ after ":"
    std::size_t position = 0;

    friend bool operator==(const FilterLiteral &a, const FilterLiteral &b) {
        return a.quoted == b.quoted && a.text == b.text;
    }
};

/// A filter as a tree. Equality leaves positions out.
struct FilterNode {
    enum class Type : std::uint8_t { all, any, negation, comparison };
    Type type = Type::all;
    std::vector<FilterNode> children;  ///< of all (AND) and any (OR): two or more; of negation: one

    std::vector<std::string> path;  ///< of comparison: one or two names
    FilterOperator operation = FilterOperator::equal;
    std::vector<FilterLiteral> literals;
    std::size_t position = 0;  ///< of the comparison's first byte

    friend bool operator==(const FilterNode &a, const FilterNode &b) {
        return a.type == b.type && a.children == b.children && a.path == b.path && a.operation == b.operation &&
               a.literals == b.literals;
    }
};

/// Throws Error(invalidQuery) with parameter "filter", the position and a sentence that says what is expected. An empty
/// or blank text has no node: it selects all.
[[nodiscard]] std::optional<FilterNode> parseFilter(std::string_view text);

/// The shortest text that parses to the node again.
[[nodiscard]] std::string printFilter(const FilterNode &node);

/// Where a list of structures that is not a column of the row is kept.
struct FilterChild {
    std::string table;         ///< "email_address"; its columns are those of the items' descriptions
    std::string parentColumn;  ///< "contact_id"
    std::string condition;     ///< more, on alias c: "c.entity = 'Contact'"; may be empty
    std::string json;          ///< when there is no table: an expression on `t` that gives jsonb
};

/// What names in a filter mean.
struct FilterScope {
    const EntityType &entity;
    const ServiceContract &contract;                             ///< where references lead
    const std::vector<CustomFieldType> *customFields = nullptr;  ///< of the entity
    /// Fields that the caller may not see, of this or a related entity: naming one throws Error(forbidden).
    std::function<bool(const EntityType &, const Field &)> hidden;
    /// Adds " AND (…)" on alias `t` for the related records that the caller may read (addReadScope).
    std::function<void(SqlText &, const EntityType &)> readScope;
    /// For list fields without a column.
    std::function<std::optional<FilterChild>(const EntityType &, const Field &)> child;
    DateTime now = DateTime::now();
};

/// Appends the condition in parentheses, on the row's alias `t`. Everything that the caller wrote becomes a parameter.
/// Throws Error(invalidQuery) for names and types that do not fit, Error(forbidden) for hidden fields.
void appendFilter(SqlText &query, const FilterNode &filter, const FilterScope &scope);

struct SortKey {
    const Field *field = nullptr;  ///< of a custom field: the field customFields
    std::string customField;       ///< its name, otherwise empty
    Kind kind = Kind::text;        ///< of the values compared
    bool descending = false;
    std::string expression;  ///< SQL on alias `t`
};

/// "-updatedAt,name,customFields.budget": at most 5 keys, none twice. Throws as appendFilter does, parameter "sort".
[[nodiscard]] std::vector<SortKey> parseSort(std::string_view text, const FilterScope &scope);

/// The named fields, in the order of the description; `id` and `version` are always among them. Hidden ones are left
/// out without a word. Throws Error(invalidQuery), parameter "fields".
[[nodiscard]] std::vector<const Field *> parseFields(const std::vector<std::string> &names, const FilterScope &scope);

struct ExpandPath {
    std::string name;                    ///< "account"
    const Field *field = nullptr;        ///< accountId
    const EntityType *target = nullptr;  ///< Account
};

/// References by name without "Id": at most 5. Throws Error(invalidQuery), parameter "expand"; Error(forbidden).
[[nodiscard]] std::vector<ExpandPath> parseExpand(const std::vector<std::string> &names, const FilterScope &scope);

/// "a,b,c" as it stands in a query parameter; blanks around names are dropped, empty names too.
[[nodiscard]] std::vector<std::string> splitNames(std::string_view text);

}  // namespace kontor::entity
