#pragma once

// What a caller is told about an entity: its fields as this caller may use them, those made at run time among them.

#include "contract/common.h"
#include "shared/auth/principal.h"
#include "shared/contract/description.h"
#include "shared/entity/custom_fields.h"

#include <string_view>

namespace kontor::entity {

/// Hidden fields are left out; fields that the caller may not change are described as never writable.
[[nodiscard]] DescribeEntity describeEntity(const EntityType &entity, const CustomFields::Types &customFields,
                                            const auth::Principal &principal);

/// "text", "dateTime" …: the names of the contract's kinds, as describe gives them.
[[nodiscard]] std::string_view kindName(Kind kind);

}  // namespace kontor::entity
