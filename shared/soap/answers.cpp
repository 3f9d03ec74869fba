#include "shared/soap/answers.h"

#include "shared/entity/validate.h"

#include <algorithm>
#include <cmath>

namespace kontor::soap {

namespace {

constexpr std::size_t maximumViolations = 500;  // as in common.xsd

Error invalid(const std::string &pointer, const char *code, std::string detail) {
    return entity::validationError({{pointer, code, std::move(detail)}});
}

}  // namespace

Error missing(const std::string &pointer) { return invalid(pointer, "REQUIRED", "This is required."); }

common__ApiFault *giveFault(struct soap *soap, const Error &error, std::string_view traceId) {
    auto const &mapping = mappingOf(error.code);
    common__ApiFault &to = *soap_new_common__ApiFault(soap);
    to.code = mapping.name;
    to.message = error.detail;
    if (!traceId.empty()) to.traceId = traceId;
    to.retryable = mapping.retryable;
    for (std::size_t i = 0; i < std::min(error.fields.size(), maximumViolations); ++i) {
        common__Violation *const violation = soap_new_common__Violation(soap);
        violation->field = error.fields[i].pointer;
        violation->code = error.fields[i].code;
        violation->reason = error.fields[i].detail;
        to.violation.push_back(violation);
    }
    to.parameter = error.parameter;
    if (error.position) to.position = static_cast<LONG64>(*error.position);
    if (error.currentVersion) to.currentVersion = *error.currentVersion;
    to.conflictingId = error.conflictingId;
    for (const DuplicateCandidate &candidate : error.candidates) {
        common__Candidate *const entry = soap_new_common__Candidate(soap);
        entry->entity = candidate.entity;
        entry->id = candidate.id;
        entry->name = candidate.name;
        entry->matchedOn = candidate.matchedOn;
        entry->score = candidate.score;
        to.candidate.push_back(entry);
    }
    return &to;
}

common__RecordResults *giveResults(struct soap *soap, const std::vector<entity::RecordResult> &results,
                                   std::string_view traceId) {
    common__RecordResults &to = *soap_new_common__RecordResults(soap);
    to.record.reserve(results.size());
    for (const entity::RecordResult &result : results) {
        common__RecordResult &entry = *soap_new_common__RecordResult(soap);
        entry.index = static_cast<LONG64>(to.record.size());
        if (result.entity != nullptr) entry.entity = result.entity->name;
        if (!result.id.empty()) entry.id = result.id;
        if (result.version > 0) entry.version = result.version;
        entry.success = result.success();
        entry.created = result.created;
        if (result.error) entry.error = giveFault(soap, *result.error, traceId);
        to.record.push_back(&entry);
    }
    return &to;
}

common__Changes *giveChanges(struct soap *soap, const entity::Changes &changes) {
    common__Changes &to = *soap_new_common__Changes(soap);
    to.change.reserve(changes.changes.size());
    for (const entity::Change &change : changes.changes) {
        common__Change &entry = *soap_new_common__Change(soap);
        if (change.entity != nullptr) entry.entity = change.entity->name;
        entry.id = change.id;
        entry.kind = change.kind;
        entry.version = change.version;
        entry.at = change.at;
        to.change.push_back(&entry);
    }
    to.resumeToken = changes.resumeToken;
    to.more = changes.more;
    return &to;
}

common__History *giveHistory(struct soap *soap, entity::History &history, unsigned level) {
    common__History &to = *soap_new_common__History(soap);
    to.entry.reserve(history.entries.size());
    for (AuditEntry &entry : history.entries) to.entry.push_back(toSoap(soap, entry, level));
    if (!history.nextCursor.empty()) to.cursor = history.nextCursor;
    return &to;
}

common__SearchHit *giveHit(struct soap *soap, const entity::SearchHit &hit) {
    common__SearchHit &to = *soap_new_common__SearchHit(soap);
    to.entity = entity::entityOf(*hit.record).name;
    to.id = hit.record->id.value_or("");
    to.rank = Decimal(static_cast<std::int64_t>(std::llround(hit.rank * 10000)), 4);
    if (!hit.snippet.empty()) to.snippet = hit.snippet;
    return &to;
}

const EntityType &entityNamed(const ServiceContract &contract, std::string_view name, const std::string &pointer) {
    const EntityType *const entity = contract.entityByName(name);
    if (entity == nullptr) {
        throw invalid(pointer, "NOT_A_CHOICE", "This service has no entity \"" + std::string(name) + "\".");
    }
    return *entity;
}

std::vector<const EntityType *> entitiesNamed(const ServiceContract &contract, const std::vector<std::string> &names) {
    std::vector<const EntityType *> entities;
    entities.reserve(names.size());
    for (std::size_t i = 0; i < names.size(); ++i) {
        entities.push_back(&entityNamed(contract, names[i], "/entity/" + std::to_string(i)));
    }
    return entities;
}

entity::RecordKey takeKey(const ServiceContract &contract, RecordKey &from, const std::string &pointer) {
    entity::RecordKey to;
    to.entity = &entityNamed(contract, from.entity.value_or(""), pointer + "/entity");
    if (from.id) {
        to.id = std::move(*from.id);
    } else if (from.externalSystem && from.externalId) {
        to.externalSystem = std::move(*from.externalSystem);
        to.externalId = std::move(*from.externalId);
    } else {
        throw invalid(pointer, "REQUIRED", "A key has an id, or an externalSystem and an externalId.");
    }
    to.version = from.version;
    return to;
}

entity::Query takeQuery(const ServiceContract &contract, Query &from) {
    entity::Query to;
    to.entity = &entityNamed(contract, from.entity.value_or(""), "/query/entity");
    to.filter = std::move(from.filter).value_or("");
    to.sort = std::move(from.sort).value_or("");
    to.q = std::move(from.q).value_or("");
    to.fields = std::move(from.fields);
    to.expand = std::move(from.expand);
    if (from.limit) {
        if (*from.limit < 1) throw invalid("/query/limit", "OUT_OF_RANGE", "The limit is 1 or more.");
        to.limit = static_cast<int>(std::min<std::int64_t>(*from.limit, 2000));
    }
    std::string_view const count = from.count ? std::string_view(*from.count) : "none";
    if (count == "exact") {
        to.count = entity::Count::exact;
    } else if (count == "estimate") {
        to.count = entity::Count::estimate;
    } else if (count != "none") {
        throw invalid("/query/count", "NOT_A_CHOICE", "The count is none, estimate or exact.");
    }
    to.onlyDeleted = from.deleted.value_or(false);
    return to;
}

}  // namespace kontor::soap
