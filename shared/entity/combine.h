#pragma once

// What the master of a merge becomes, field by field. No database here.

#include "shared/entity/custom_fields.h"
#include "shared/entity/store.h"

#include <functional>
#include <span>

namespace kontor::entity {

struct CombineInput {
    const EntityStore &store;
    const Record &master;
    std::span<const RecordPtr> victims;
    std::span<const MergeChoice> choices;
    const CustomFields::Types &customFields;  ///< the definitions; values without one are left behind
    /// False for fields that the caller may not change: they stay, and must not be chosen.
    std::function<bool(const Field &)> mayWrite;
    /// True when the record of this id, reached through this field, is one of those that are merged or leads back to
    /// one of them.
    std::function<bool(const Field &, const std::string &id)> leadsBack;
};

/// The master with what the victims bring. Throws Error(validation) with pointers below /choices, or to a field whose
/// lists are too long together.
[[nodiscard]] RecordPtr combine(const CombineInput &input);

/// True for a field that refers to records of its own entity, apart from mergedIntoId.
[[nodiscard]] bool refersToItsOwn(const EntityType &entity, const Field &field);

/// Equal in all that a caller can set: what only the server sets may have changed by itself.
[[nodiscard]] bool sameContent(const Field &field, const Object &a, const Object &b);

/// The change that makes `existing` into `wanted`, as an update would bring it.
[[nodiscard]] RecordPtr changeBetween(const EntityStore &store, const Record &existing, const Record &wanted);

}  // namespace kontor::entity
