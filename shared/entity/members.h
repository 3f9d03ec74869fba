#pragma once

// A record's members by description: copied, compared, sent to PostgreSQL and read back.

#include "contract/common.h"
#include "shared/contract/description.h"
#include "shared/postgres/postgres.h"

namespace kontor::entity {

void copyMember(const Field &field, const Object &from, Object &to);
[[nodiscard]] bool equalMember(const Field &field, const Object &a, const Object &b);

/// Whether the change empties the member of this name.
[[nodiscard]] bool isCleared(const Record &incoming, std::string_view name);

/// What will be stored: what the incoming record brings or empties, over what is there.
void overlay(const Record &incoming, const Record &existing, Record &result);
template <typename T> [[nodiscard]] T merged(const T &incoming, const Record *existing) {
    if (existing == nullptr) return incoming;
    T result;
    overlay(incoming, *existing, result);
    return result;
}

/// Adds the member as the value of its column (NULL when empty; structures as jsonb; empty lists as empty arrays).
void bindMember(const Field &field, const Object &object, postgres::Parameters &parameters);

/// Reads a column, or a jsonb subquery for lists of structures, into the member.
void readMember(const Field &field, const postgres::Rows &rows, int row, int column, Object &object);

/// A scalar as text, as JSON and SOAP show it; empty when it has no value.
[[nodiscard]] std::optional<std::string> memberText(const Field &field, const Object &object);

/// Gives decimals the scale of their columns, so that what is answered to a write is what later reads will show.
void scaleDecimals(const StructType &type, Object &object);

/// Empties what is taken but never given back.
void clearWriteOnly(const StructType &type, Object &object);

/// A list of structures as a JSON array.
[[nodiscard]] std::string listToJson(const Field &field, const Object &object);

}  // namespace kontor::entity
