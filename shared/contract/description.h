#pragma once

// What the generator (shared/contract/generate.py) writes for every type of the contract: a struct, and beside it a
// table that says what its members are. JSON, validation, SQL, filters, CSV, describe and OpenAPI are loops over
// these tables, so a field that is in the contract is everywhere.

#include "shared/contract/date_time.h"
#include "shared/contract/decimal.h"

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kontor {

/// What a member is in C++, and so how it is read, written and stored.
enum class Kind : std::uint8_t {
    text,       ///< std::optional<std::string>, UTF-8
    id,         ///< std::optional<std::string>, a UUID in lower-case text; a reference when Field::references is set
    integer,    ///< std::optional<std::int64_t>
    decimal,    ///< std::optional<Decimal>; a string in JSON
    boolean,    ///< std::optional<bool>
    dateTime,   ///< std::optional<DateTime>
    date,       ///< std::optional<Date>
    binary,     ///< std::optional<std::string> of bytes; base64 in JSON and SOAP
    textList,   ///< std::vector<std::string>
    structure,  ///< std::optional<S>, S derived from Object
    structureList,  ///< std::vector<S>, S derived from Object
};

struct StructType;
struct EntityType;

/// The base of every generated struct: lets the tables reach members without knowing the type.
struct Object {
    Object() = default;
    Object(const Object &) = default;
    Object(Object &&) = default;
    Object &operator=(const Object &) = default;
    Object &operator=(Object &&) = default;
    virtual ~Object() = default;
    [[nodiscard]] virtual const StructType &structType() const = 0;
};

/// Reaches a std::vector<S> or std::optional<S> of a structure kind without knowing S. For optional<S> the size is 0 or
/// 1 and append engages it.
struct StructureAccess {
    std::size_t (*size)(const void *member);
    const Object &(*at)(const void *member, std::size_t index);
    Object &(*append)(void *member);
    void (*clear)(void *member);
};

/// Who may set a field.
enum class Writable : std::uint8_t {
    always,    ///< on create and update
    onCreate,  ///< on create only (an update that changes it is refused)
    never,     ///< set by the server; input is ignored when equal, refused when different
};

struct Field {
    std::string_view name;    ///< element and JSON member, lowerCamelCase
    std::string_view column;  ///< snake_case column of the entity's table; empty when it is not one
    Kind kind = Kind::text;
    Writable writable = Writable::always;
    bool required = false;    ///< must have a value in a stored record
    bool writeOnly = false;   ///< taken but never given back: a password
    bool searchable = false;  ///< part of full-text search
    bool personal = false;    ///< personal data in the sense of the GDPR
    bool unique = false;
    bool filterable = false;
    bool sortable = false;
    std::uint32_t minLength = 0;  ///< characters (code points)
    std::uint32_t maxLength = 0;  ///< characters (code points); 0 = no limit
    std::uint32_t maxItems = 0;   ///< of lists; 0 for scalars
    std::uint8_t totalDigits = 0;
    std::uint8_t fractionDigits = 0;
    std::int64_t minValue = std::numeric_limits<std::int64_t>::min();
    std::int64_t maxValue = std::numeric_limits<std::int64_t>::max();
    std::string_view pattern;                   ///< XSD pattern, anchored; empty = none
    std::span<const std::string_view> choices;  ///< closed enumeration; empty = any
    std::string_view references;  ///< entity name ("Account") that an id points to; "*" = any (polymorphic)
    std::string_view label;       ///< for people: "Annual revenue"
    std::string_view documentation;
    std::uint16_t level = 0;                    ///< minor API level that brought it: 0 = v1.0
    const StructType *structure = nullptr;      ///< of structure kinds
    const StructureAccess *items = nullptr;     ///< of structure kinds
    void *(*member)(Object &object) = nullptr;  ///< address of the member
};

struct StructType {
    std::string_view name;  ///< XSD type name, "Account"
    std::string_view targetNamespace;
    std::string_view documentation;
    std::span<const Field> fields;  ///< of a record: the common fields first
    std::unique_ptr<Object> (*create)() = nullptr;
    const EntityType *entity = nullptr;  ///< set when this type is an entity

    [[nodiscard]] const Field *find(std::string_view fieldName) const;  ///< nullptr when there is none
};

/// A record type that has a table, a REST collection and a place in the SOAP Records type.
struct EntityType {
    const StructType *type = nullptr;
    std::string_view name;          ///< "Account"
    std::string_view element;       ///< "account": element in Records
    std::string_view collection;    ///< "accounts": REST path and permission name
    std::string_view service;       ///< "contact"
    std::string_view table;         ///< "account", in the service's schema
    std::string_view label;         ///< "Account"
    std::string_view labelPlural;   ///< "Accounts"
    std::string_view displayField;  ///< name of the field that stands for the record in lists and references
    bool administrative = false;    ///< written by administrators only, has no owner (users, roles …)
    bool mergeable = false;         ///< its records can be merged; has the field mergedIntoId
};

/// One operation of a service: REST and SOAP call the same function by this name.
struct OperationType {
    std::string_view name;               ///< "createRecords"
    const StructType *input = nullptr;   ///< wrapper type, never nullptr
    const StructType *result = nullptr;  ///< type of <result>, nullptr when the response is empty
    std::string_view documentation;
};

struct ServiceContract {
    std::string_view name;  ///< "contact"
    std::string_view targetNamespace;
    std::string_view documentation;
    std::span<const EntityType *const> entities;  ///< in the order of the Records type
    std::span<const OperationType> operations;
    std::uint16_t level = 0;  ///< newest minor level

    [[nodiscard]] const EntityType *entityByName(std::string_view name) const;
    [[nodiscard]] const EntityType *entityByCollection(std::string_view collection) const;
};

/// Typed access to a member: the caller has looked at the kind.
template <typename T> T &memberAs(const Field &field, Object &object) {
    return *static_cast<T *>(field.member(object));
}
template <typename T> const T &memberAs(const Field &field, const Object &object) {
    return *static_cast<const T *>(field.member(const_cast<Object &>(object)));
}

/// True when the member holds nothing: an empty optional or an empty list.
[[nodiscard]] bool isEmpty(const Field &field, const Object &object);
/// Empties the member.
void clear(const Field &field, Object &object);

}  // namespace kontor
