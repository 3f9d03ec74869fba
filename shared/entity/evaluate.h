#pragma once

// A filter (filter.h) answered for one record in memory, with the result that SQL would give for its row: for the
// conditions of rules, which are looked at while a record is being written.

#include "contract/common.h"
#include "shared/entity/custom_fields.h"
#include "shared/entity/filter.h"

#include <vector>

namespace kontor::entity {

/// True when the filter holds for the record, as it would in SQL: a comparison with what has no value is false and its
/// negation true, "=" tells cases apart and ":" does not, a day stands for the whole of it, one item of a list is
/// enough. `customFields` are the definitions of the record's entity. Throws as requireEvaluable does, when what it
/// was checked against has changed since.
[[nodiscard]] bool holds(const FilterNode &filter, const Record &record,
                         const std::vector<CustomFieldType> &customFields, DateTime now);

/// Throws Error(invalidQuery) when the filter names what only SQL can answer (a path through a reference to another
/// record), an unknown field, or a literal that does not fit. For rules that are evaluated in memory: checked when the
/// rule is saved.
void requireEvaluable(const FilterNode &filter, const EntityType &entity,
                      const std::vector<CustomFieldType> &customFields);

}  // namespace kontor::entity
