#pragma once

// What a caller may do with records: the one place where permissions are decided.

#include "shared/auth/principal.h"
#include "shared/contract/description.h"
#include "shared/postgres/postgres.h"

#include <string>

namespace kontor {
struct Record;
}

namespace kontor::entity {

/// SQL text and its parameters, growing together.
struct SqlText {
    std::string sql;
    postgres::Parameters parameters;

    /// The number of the parameter to be added next: "$3".
    [[nodiscard]] std::string next() const { return '$' + std::to_string(parameters.size() + 1); }
};

/// Adds " AND (…)" for the records that the caller may read. Throws Error(forbidden) when that is none.
void addReadScope(SqlText &query, const auth::Caller &caller, const EntityType &entity);

/// True when the scope reaches a record of this owner and team.
[[nodiscard]] bool reaches(auth::Scope scope, const auth::Principal &principal, const EntityType &entity,
                           const Record &record);

/// Throw Error(forbidden) with a sentence that names the entity.
void requireCreate(const auth::Caller &caller, const EntityType &entity);
void requireRead(const auth::Caller &caller, const EntityType &entity);

[[nodiscard]] bool hidden(const auth::Principal &principal, const EntityType &entity, const Field &field);
/// Empties the members that the caller may not see.
void hideFields(const auth::Principal &principal, const EntityType &entity, Record &record);
/// Throws Error(forbidden) naming the fields of `incoming` that the caller may not write.
void requireWritableFields(const auth::Principal &principal, const EntityType &entity, const Record &incoming);

}  // namespace kontor::entity
