#pragma once

// How the results of the record operations look in SOAP, and what comes in for them. For shared/soap and
// services/*/*_soap.cpp only.

#include "shared/entity/operations.h"
#include "shared/soap/gsoap/members.h"
#include "soap/mapping_common.h"

#include <string_view>
#include <vector>

namespace kontor::soap {

[[nodiscard]] common__ApiFault *giveFault(struct soap *soap, const Error &error, std::string_view traceId);
/// One entry for each result, numbered from 0.
[[nodiscard]] common__RecordResults *giveResults(struct soap *soap, const std::vector<entity::RecordResult> &results,
                                                 std::string_view traceId);
[[nodiscard]] common__Changes *giveChanges(struct soap *soap, const entity::Changes &changes);
[[nodiscard]] common__History *giveHistory(struct soap *soap, entity::History &history, unsigned level);
[[nodiscard]] common__SearchHit *giveHit(struct soap *soap, const entity::SearchHit &hit);

/// The entity of a name. Throws Error(validation) at `pointer` when the service has none.
[[nodiscard]] const EntityType &entityNamed(const ServiceContract &contract, std::string_view name,
                                            const std::string &pointer);
[[nodiscard]] std::vector<const EntityType *> entitiesNamed(const ServiceContract &contract,
                                                            const std::vector<std::string> &names);
/// Keys of records. Throws Error(validation) for a key of no entity, or that names neither id nor external id.
[[nodiscard]] entity::RecordKey takeKey(const ServiceContract &contract, RecordKey &from, const std::string &pointer);
[[nodiscard]] entity::Query takeQuery(const ServiceContract &contract, Query &from);

/// A missing member of an operation's input.
[[nodiscard]] Error missing(const std::string &pointer);

}  // namespace kontor::soap
