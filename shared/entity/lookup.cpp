#include "shared/entity/lookup.h"

#include "shared/entity/access.h"
#include "shared/entity/operations_state.h"

#include <algorithm>
#include <array>

namespace kontor::entity {

using postgres::Rows;

namespace {

/// Fields whose values services keep in lower case.
constexpr std::array<std::string_view, 3> lowerCased{"email", "address", "domain"};

std::string lowered(std::string text) {
    std::ranges::transform(text, text.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return text;
}

bool keepsLowerCase(const Field &field) { return std::ranges::find(lowerCased, field.name) != lowerCased.end(); }

/// Compared as it is, a column can be found by its index.
std::string matches(const std::string &column, const LookupField &field, Letters letters) {
    if (letters == Letters::exact) return column + " = v.value";
    return (field.lowerCase ? column : "lower(" + column + ")") + " = lower(v.value)";
}

std::string from(const EntityStore &store, const LookupField &field, Letters letters) {
    std::string const table(store.entity.table);
    if (field.member == nullptr) {
        return table + " t ON " + matches("t." + std::string(field.field->column), field, letters);
    }
    const ChildCollection &child = *store.find(field.field->name)->child;
    std::string const column = "c." + std::string(field.member->name);
    std::string sql = std::string(child.filterTable) + " c ON " + matches(column, field, letters);
    if (!child.filterCondition.empty()) sql += " AND " + std::string(child.filterCondition);
    return sql + " JOIN " + table + " t ON t.id = c." + std::string(child.filterParent);
}

}  // namespace

std::optional<LookupField> lookupField(Operations &operations, const auth::Caller &caller, const EntityType &entity,
                                       std::string_view name) {
    const EntityStore &store = operations.implementation().storeOf(entity);
    LookupField found;
    found.field = entity.type->find(name);
    if (found.field == nullptr && name == "email") found.field = entity.type->find("emailAddresses");
    if (found.field == nullptr) return std::nullopt;
    if (found.field->name == "emailAddresses" && found.field->kind == Kind::structureList) {
        const StoredField *const stored = store.find(found.field->name);
        found.member = found.field->structure->find("address");
        bool const kept = stored != nullptr && stored->child != nullptr && !stored->child->filterTable.empty();
        if (!kept || found.member == nullptr) return std::nullopt;
    } else if (found.field->kind != Kind::text || found.field->column.empty() || found.field->writeOnly) {
        return std::nullopt;
    }
    if (hidden(*caller.principal, entity, *found.field)) {
        throw Error(ErrorCode::forbidden, "You may not read " + std::string(found.field->name) + ".");
    }
    found.lowerCase = keepsLowerCase(found.member != nullptr ? *found.member : *found.field);
    return found;
}

std::vector<std::string> lookupValues(const LookupField &field, const Record &record) {
    std::vector<std::string> values;
    auto const add = [&](const Field &member, const Object &object) {
        auto const &text = memberAs<std::optional<std::string>>(member, object);
        if (!text || text->empty()) return;
        std::string value = field.lowerCase ? lowered(*text) : *text;
        if (std::ranges::find(values, value) == values.end()) values.push_back(std::move(value));
    };
    if (field.member == nullptr) {
        add(*field.field, record);
        return values;
    }
    const void *const list = field.field->member(const_cast<Record &>(record));
    for (std::size_t i = 0; i < field.field->items->size(list); ++i)
        add(*field.member, field.field->items->at(list, i));
    return values;
}

std::map<std::string, std::vector<std::string>> findByValues(Operations &operations, const auth::Caller &caller,
                                                             const EntityType &entity, const LookupField &field,
                                                             std::span<const std::string> values, Letters letters) {
    std::map<std::string, std::vector<std::string>> found;
    requireRead(caller, entity);
    if (values.empty()) return found;
    const EntityStore &store = operations.implementation().storeOf(entity);
    SqlText query;
    query.sql =
        "SELECT v.n, (array_agg(DISTINCT t.id))[1:10] FROM unnest($1::text[]) WITH ORDINALITY AS v (value, n) JOIN " +
        from(store, field, letters) + " WHERE t.deleted_at IS NULL";
    query.parameters.textArray(values);
    addVisibility(query, caller, store);
    query.sql += " GROUP BY v.n";
    Rows const rows = operations.pool().run({"findByValues", std::move(query.sql)}, std::move(query.parameters));
    for (int row = 0; row < rows.size(); ++row) {
        auto const index = static_cast<std::size_t>(rows.integer(row, 0) - 1);
        found.emplace(values[index], rows.uuidArray(row, 1));
    }
    return found;
}

}  // namespace kontor::entity
