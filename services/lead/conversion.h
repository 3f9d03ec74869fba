#pragma once

// A lead becomes an account, a contact and an opportunity, although two services own the rows: docs/decisions/0007.

#include "contract/lead.h"
#include "shared/auth/principal.h"
#include "shared/entity/operations.h"

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>

namespace kontor::lead {

class LeadService;

/// No conversion begins whose lead is converted or deleted: Error(conflict), Error(notFound).
void addConversionBehaviours(std::map<std::string, entity::Behaviour> &behaviours);

/// Each lead for itself; one result for each, in order. Throws Error(tooLarge) for more than 100. With a `key`
/// (Idempotency-Key, IdempotencyHeader), a call that is sent again converts nothing twice, wherever the first one broke
/// off, and gets the results that it would have got; a lead that was refused is tried again.
[[nodiscard]] LeadConversionResults convertLeads(LeadService &service, const auth::Caller &caller,
                                                 const ConvertLeads &input, const std::string &key = {});

/// Takes up conversions that a process has left behind. Returns how many it finished.
int resumeConversions(
    LeadService &service,
    const std::function<std::shared_ptr<const auth::Principal>(const std::string &userId)> &principalOf,
    std::chrono::seconds silentFor);

}  // namespace kontor::lead
