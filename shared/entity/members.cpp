#include "shared/entity/members.h"

#include "contract/common.h"
#include "shared/entity/json.h"

#include <boost/json.hpp>

#include <algorithm>

namespace kontor::entity {

namespace {

void copyStructure(const Object &from, Object &to) {
    for (const Field &field : from.structType().fields) copyMember(field, from, to);
}

bool equalStructure(const Object &a, const Object &b) {
    for (const Field &field : a.structType().fields) {
        if (!equalMember(field, a, b)) return false;
    }
    return true;
}

template <typename T> void copyAs(const Field &field, const Object &from, Object &to) {
    memberAs<T>(field, to) = memberAs<T>(field, from);
}
template <typename T> bool equalAs(const Field &field, const Object &a, const Object &b) {
    return memberAs<T>(field, a) == memberAs<T>(field, b);
}

/// Custom fields lie in their column as an object, name to text, so that a filter can reach one by its name.
bool isCustomFields(const Field &field) { return field.structure == &CustomField::contractType(); }

std::string customFieldsToJson(const Field &field, const Object &object) {
    std::string json = "{";
    for (const CustomField &custom : memberAs<std::vector<CustomField>>(field, object)) {
        if (json.size() > 1) json += ',';
        writeJsonString(json, custom.name.value_or(""));
        json += ':';
        writeJsonString(json, custom.value.value_or(""));
    }
    json += '}';
    return json;
}

void readCustomFields(const boost::json::object &values, std::vector<CustomField> &fields) {
    for (const auto &[name, value] : values) {
        CustomField &field = fields.emplace_back();
        field.name = std::string(name);
        field.value = std::string(value.as_string());
    }
}

}  // namespace

void copyMember(const Field &field, const Object &from, Object &to) {
    switch (field.kind) {
    case Kind::text:
    case Kind::id:
    case Kind::binary:
        return copyAs<std::optional<std::string>>(field, from, to);
    case Kind::integer:
        return copyAs<std::optional<std::int64_t>>(field, from, to);
    case Kind::decimal:
        return copyAs<std::optional<Decimal>>(field, from, to);
    case Kind::boolean:
        return copyAs<std::optional<bool>>(field, from, to);
    case Kind::dateTime:
        return copyAs<std::optional<DateTime>>(field, from, to);
    case Kind::date:
        return copyAs<std::optional<Date>>(field, from, to);
    case Kind::textList:
        return copyAs<std::vector<std::string>>(field, from, to);
    case Kind::structure:
    case Kind::structureList: {
        void *const target = field.member(to);
        const void *const source = field.member(const_cast<Object &>(from));
        field.items->clear(target);
        for (std::size_t i = 0; i < field.items->size(source); ++i) {
            copyStructure(field.items->at(source, i), field.items->append(target));
        }
    }
    }
}

bool equalMember(const Field &field, const Object &a, const Object &b) {
    switch (field.kind) {
    case Kind::text:
    case Kind::id:
    case Kind::binary:
        return equalAs<std::optional<std::string>>(field, a, b);
    case Kind::integer:
        return equalAs<std::optional<std::int64_t>>(field, a, b);
    case Kind::decimal:
        return equalAs<std::optional<Decimal>>(field, a, b);
    case Kind::boolean:
        return equalAs<std::optional<bool>>(field, a, b);
    case Kind::dateTime:
        return equalAs<std::optional<DateTime>>(field, a, b);
    case Kind::date:
        return equalAs<std::optional<Date>>(field, a, b);
    case Kind::textList:
        return equalAs<std::vector<std::string>>(field, a, b);
    case Kind::structure:
    case Kind::structureList: {
        const void *const left = field.member(const_cast<Object &>(a));
        const void *const right = field.member(const_cast<Object &>(b));
        std::size_t const size = field.items->size(left);
        if (size != field.items->size(right)) return false;
        for (std::size_t i = 0; i < size; ++i) {
            if (!equalStructure(field.items->at(left, i), field.items->at(right, i))) return false;
        }
        return true;
    }
    }
    return false;
}

std::optional<std::string> memberText(const Field &field, const Object &object) {
    auto const shown = [&]<typename T>(const std::optional<T> &value, auto &&show) -> std::optional<std::string> {
        if (!value) return std::nullopt;
        return show(*value);
    };
    auto const viaToString = [](const auto &value) { return value.toString(); };
    switch (field.kind) {
    case Kind::text:
    case Kind::id:
    case Kind::binary:
        return memberAs<std::optional<std::string>>(field, object);
    case Kind::integer:
        return shown(memberAs<std::optional<std::int64_t>>(field, object),
                     [](std::int64_t value) { return std::to_string(value); });
    case Kind::decimal:
        return shown(memberAs<std::optional<Decimal>>(field, object), viaToString);
    case Kind::boolean:
        return shown(memberAs<std::optional<bool>>(field, object),
                     [](bool value) -> std::string { return value ? "true" : "false"; });
    case Kind::dateTime:
        return shown(memberAs<std::optional<DateTime>>(field, object), viaToString);
    case Kind::date:
        return shown(memberAs<std::optional<Date>>(field, object), viaToString);
    case Kind::textList:
    case Kind::structure:
    case Kind::structureList:
        break;
    }
    return std::nullopt;
}

void scaleDecimals(const StructType &type, Object &object) {
    for (const Field &field : type.fields) {
        if (field.kind != Kind::decimal || field.column.empty() || field.totalDigits == 0) continue;
        auto &value = memberAs<std::optional<Decimal>>(field, object);
        if (value) *value = value->rounded(field.fractionDigits);
    }
}

void clearWriteOnly(const StructType &type, Object &object) {
    for (const Field &field : type.fields) {
        if (field.writeOnly) clear(field, object);
    }
}

std::string listToJson(const Field &field, const Object &object) {
    const void *const member = field.member(const_cast<Object &>(object));
    std::string json = "[";
    for (std::size_t i = 0; i < field.items->size(member); ++i) {
        if (i > 0) json += ',';
        writeJson(json, field.items->at(member, i));
    }
    json += ']';
    return json;
}

bool isCleared(const Record &incoming, std::string_view name) {
    return std::ranges::find(incoming.fieldsToNull, name) != incoming.fieldsToNull.end();
}

void overlay(const Record &incoming, const Record &existing, Record &result) {
    for (const Field &field : existing.structType().fields) {
        if (!isCleared(incoming, field.name)) copyMember(field, isEmpty(field, incoming) ? existing : incoming, result);
    }
}

void bindMember(const Field &field, const Object &object, postgres::Parameters &parameters) {
    auto const orNull = [&]<typename T>(const std::optional<T> &value, std::uint32_t type, auto &&bind) {
        if (value) {
            bind(*value);
        } else {
            parameters.null(type);
        }
    };
    switch (field.kind) {
    case Kind::text:
        parameters.text(memberAs<std::optional<std::string>>(field, object));
        break;
    case Kind::id:
        parameters.uuid(memberAs<std::optional<std::string>>(field, object));
        break;
    case Kind::binary:
        orNull(memberAs<std::optional<std::string>>(field, object), postgres::type::bytea,
               [&](const std::string &v) { parameters.bytes(v); });
        break;
    case Kind::integer:
        orNull(memberAs<std::optional<std::int64_t>>(field, object), postgres::type::bigint,
               [&](std::int64_t v) { parameters.integer(v); });
        break;
    case Kind::decimal:
        orNull(memberAs<std::optional<Decimal>>(field, object), postgres::type::numeric,
               [&](const Decimal &v) { parameters.numeric(v); });
        break;
    case Kind::boolean:
        orNull(memberAs<std::optional<bool>>(field, object), postgres::type::boolean,
               [&](bool v) { parameters.boolean(v); });
        break;
    case Kind::dateTime:
        orNull(memberAs<std::optional<DateTime>>(field, object), postgres::type::timestamptz,
               [&](DateTime v) { parameters.timestamp(v); });
        break;
    case Kind::date:
        orNull(memberAs<std::optional<Date>>(field, object), postgres::type::date, [&](Date v) { parameters.date(v); });
        break;
    case Kind::textList: {
        auto const &list = memberAs<std::vector<std::string>>(field, object);
        if (field.references.empty()) {
            parameters.textArray(list);
        } else {
            parameters.uuidArray(list);
        }
        break;
    }
    case Kind::structure:
    case Kind::structureList:
        parameters.json(isCustomFields(field) ? customFieldsToJson(field, object) : listToJson(field, object));
        break;
    }
}

void readMember(const Field &field, const postgres::Rows &rows, int row, int column, Object &object) {
    if (rows.isNull(row, column)) {
        clear(field, object);
        return;
    }
    switch (field.kind) {
    case Kind::text:
        memberAs<std::optional<std::string>>(field, object).emplace(rows.text(row, column));
        break;
    case Kind::id:
        memberAs<std::optional<std::string>>(field, object) = rows.uuid(row, column);
        break;
    case Kind::binary:
        memberAs<std::optional<std::string>>(field, object).emplace(rows.bytes(row, column));
        break;
    case Kind::integer:
        memberAs<std::optional<std::int64_t>>(field, object) = rows.integer(row, column);
        break;
    case Kind::decimal:
        memberAs<std::optional<Decimal>>(field, object) = rows.numeric(row, column);
        break;
    case Kind::boolean:
        memberAs<std::optional<bool>>(field, object) = rows.boolean(row, column);
        break;
    case Kind::dateTime:
        memberAs<std::optional<DateTime>>(field, object) = rows.timestamp(row, column);
        break;
    case Kind::date:
        memberAs<std::optional<Date>>(field, object) = rows.date(row, column);
        break;
    case Kind::textList:
        memberAs<std::vector<std::string>>(field, object) =
            field.references.empty() ? rows.textArray(row, column) : rows.uuidArray(row, column);
        break;
    case Kind::structure:
    case Kind::structureList: {
        void *const member = field.member(object);
        field.items->clear(member);
        std::string_view const text = rows.json(row, column);
        if (text == "[]") break;
        boost::json::value const list = boost::json::parse({text.data(), text.size()});
        if (list.is_object()) {
            readCustomFields(list.as_object(), memberAs<std::vector<CustomField>>(field, object));
            break;
        }
        for (const auto &item : list.as_array()) readJson(item, field.items->append(member));
    }
    }
}

}  // namespace kontor::entity
