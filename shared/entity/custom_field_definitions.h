#pragma once

// The behaviour of the records by which administrators define fields; each service has an entity of its own for them.

#include "shared/entity/operations.h"
#include "shared/entity/validate.h"

#include <functional>

namespace kontor::entity {

/// `operations` gives the service's, once it is made.
template <typename Definition>
[[nodiscard]] Behaviour customFieldDefinitions(const ServiceContract &contract,
                                               std::function<Operations *()> operations) {
    Behaviour behaviour;
    behaviour.beforeWrite = [&contract](WriteContext &, Record &incoming, const Record *existing) {
        auto const &definition = static_cast<const Definition &>(incoming);
        if (definition.entity && contract.entityByName(*definition.entity) == nullptr) {
            refuse("/entity", "UNKNOWN_ENTITY", "is not an entity of this service");
        }
        if (existing == nullptr && definition.type == "choice" && definition.choices.empty()) {
            refuse("/choices", "REQUIRED", "a choice needs choices");
        }
    };
    behaviour.afterCommit = [operations = std::move(operations)](const Record &) {
        operations()->refreshCustomFields();
    };
    return behaviour;
}

}  // namespace kontor::entity
