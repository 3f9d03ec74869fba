#pragma once

// Records found by what stands in one of their fields, many values with one statement: for imports, whose rows name
// records by an e-mail address or a name instead of an id.

#include "contract/common.h"
#include "shared/auth/principal.h"
#include "shared/contract/description.h"
#include "shared/entity/operations.h"

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::entity {

/// What records are found by: a field of text, or the e-mail addresses that they have.
struct LookupField {
    const Field *field = nullptr;
    const Field *member = nullptr;  ///< of the items of a list
    bool lowerCase = false;         ///< values are kept in lower case
};

/// The field of this name; "email" stands for the addresses where they are a list. Empty when there is none that
/// records could be found by. Throws Error(forbidden) for one that the caller may not see.
[[nodiscard]] std::optional<LookupField> lookupField(Operations &operations, const auth::Caller &caller,
                                                     const EntityType &entity, std::string_view name);

/// What the record has there, in the form that records are found by: no value, one, or several addresses.
[[nodiscard]] std::vector<std::string> lookupValues(const LookupField &field, const Record &record);

enum class Letters : std::uint8_t { exact, anyCase };

/// For each value that is found, the ids of the records that have it, in order; of many the first ten. Only records
/// that the caller may see and that are not in the recycle bin. Throws Error(forbidden) for a caller who sees none.
[[nodiscard]] std::map<std::string, std::vector<std::string>>
findByValues(Operations &operations, const auth::Caller &caller, const EntityType &entity, const LookupField &field,
             std::span<const std::string> values, Letters letters = Letters::exact);

}  // namespace kontor::entity
