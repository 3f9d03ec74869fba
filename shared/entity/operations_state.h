#pragma once

// What the halves of Operations (write.cpp, read.cpp, changes.cpp) share. Private to this folder.

#include "shared/entity/access.h"
#include "shared/entity/custom_fields.h"
#include "shared/entity/operations.h"
#include "shared/entity/store.h"
#include "shared/fiber/gate.h"

#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace kontor::entity {

struct Operations::Implementation {
    Implementation(const ServiceContract &serviceContract, postgres::Pool &servicePool,
                   std::map<std::string, Behaviour> entityBehaviours, std::string key);

    [[nodiscard]] const EntityStore &storeOf(const EntityType &entity) const;

    const ServiceContract &contract;
    postgres::Pool &pool;
    std::map<std::string, Behaviour> behaviours;
    std::string cursorKey;
    std::map<const EntityType *, std::unique_ptr<EntityStore>> stores;
    CustomFields customFields;
    fiber::Gate copying;  ///< writes of many records
};

/// Adds " AND (…)" for the records that the caller may see, by scope and by the entity's own rule. Throws
/// Error(forbidden) when that is none.
void addVisibility(SqlText &query, const auth::Caller &caller, const EntityStore &store);

/// The member that a constraint is about, by PostgreSQL's own way of naming: table_column_key, table_column_fkey.
/// nullptr when it is about none.
[[nodiscard]] const Field *fieldOfConstraint(const EntityType &entity, std::string_view constraint);

}  // namespace kontor::entity
