#include "shared/entity/routes.h"

#include <array>

namespace kontor::entity {

namespace {

constexpr std::array<ResourceRoute, 13> collectionRoutes{{
    {ResourceAction::list, "GET", "", "list{Many}", "queryRecords", "Lists {many}"},
    {ResourceAction::create, "POST", "", "create{One}", "createRecords", "Creates a record: {one}"},
    {ResourceAction::get, "GET", "/{id}", "get{One}", "retrieveRecords", "Reads one record: {one}"},
    {ResourceAction::update, "PATCH", "/{id}", "update{One}", "updateRecords", "Changes a record: {one}"},
    {ResourceAction::remove, "DELETE", "/{id}", "delete{One}", "deleteRecords",
     "Moves a record to the recycle bin: {one}"},
    {ResourceAction::undelete, "POST", "/{id}/undelete", "undelete{One}", "undeleteRecords",
     "Takes a record out of the recycle bin: {one}"},
    {ResourceAction::history, "GET", "/{id}/history", "get{One}History", "getHistory",
     "Who changed what, newest first: {one}"},
    {ResourceAction::getByExternalId, "GET", "/external/{system}/{id}", "get{One}ByExternalId", "retrieveRecords",
     "Reads one record by its id in another system: {one}"},
    {ResourceAction::upsertByExternalId, "PUT", "/external/{system}/{id}", "upsert{One}", "upsertRecords",
     "Creates or changes a record by its id in another system: {one}"},
    {ResourceAction::updateByExternalId, "PATCH", "/external/{system}/{id}", "update{One}ByExternalId", "updateRecords",
     "Changes a record by its id in another system: {one}"},
    {ResourceAction::removeByExternalId, "DELETE", "/external/{system}/{id}", "delete{One}ByExternalId",
     "deleteRecords", "Moves a record to the recycle bin by its id in another system: {one}"},
    {ResourceAction::batch, "POST", "/batch", "batch{Many}",
     "createRecords updateRecords upsertRecords deleteRecords undeleteRecords", "Up to 200 writes in one call: {many}"},
    {ResourceAction::merge, "POST", "/{id}/merge", "merge{Many}", "mergeRecords",
     "Merges other records into this one: {one}"},
}};

constexpr std::array<SharedRoute, 18> processRoutes{{
    {SharedAction::search, "GET", "/api/v1/search", "searchRecords", "searchRecords",
     "Full-text search over collections"},
    {SharedAction::changes, "GET", "/api/v1/changes", "getChanges", "getChanges",
     "What was created, changed, deleted or hidden since a token, in the order of commit"},
    {SharedAction::deleted, "GET", "/api/v1/deleted", "getDeleted", "getDeleted",
     "What was deleted or hidden since a token"},
    {SharedAction::events, "GET", "/api/v1/events", "streamEvents", "",
     "The change feed of all services as server-sent events, from now or from a token on"},
    {SharedAction::describe, "GET", "/api/v1/describe", "describe", "describe",
     "Entities and fields, as the caller may use them"},
    {SharedAction::describeCollection, "GET", "/api/v1/describe/{collection}", "describeCollection", "describe",
     "One entity and its fields, as the caller may use them"},
    {SharedAction::composite, "POST", "/api/v1/composite", "composite", "",
     "Writes to several collections of a service in one transaction, later ones referring to earlier ones"},
    {SharedAction::undoMerge, "POST", "/api/v1/merges/{mergeId}/undo", "unmergeRecords", "unmergeRecords",
     "Takes a merge back, up to 30 days after it"},
    {SharedAction::importJob, "POST", "/api/v1/jobs/import", "createImportJob", "createImport",
     "Imports CSV or NDJSON of any size"},
    {SharedAction::exportJob, "POST", "/api/v1/jobs/export", "createExportJob", "createExport",
     "Exports a list as CSV or NDJSON"},
    {SharedAction::massUpdateJob, "POST", "/api/v1/jobs/massUpdate", "createMassUpdateJob", "massUpdate",
     "Makes the same changes to all records of a filter or a list"},
    {SharedAction::massDeleteJob, "POST", "/api/v1/jobs/massDelete", "createMassDeleteJob", "massDelete",
     "Puts all records of a filter or a list into the recycle bin"},
    {SharedAction::undoJob, "POST", "/api/v1/jobs/{id}/undo", "createUndoJob", "undoJob",
     "Takes back what an import, a mass update or a mass delete did to records that nobody has changed since"},
    {SharedAction::cancelJob, "POST", "/api/v1/jobs/{id}/cancel", "cancelJob", "cancelJob",
     "Ends a job before its end; what it has done by then stays, and can be taken back"},
    {SharedAction::listJobs, "GET", "/api/v1/jobs", "listJobs", "listJobs", "The caller's jobs, newest first"},
    {SharedAction::getJob, "GET", "/api/v1/jobs/{id}", "getJob", "getJob", "How far a job is"},
    {SharedAction::jobErrors, "GET", "/api/v1/jobs/{id}/errors", "getJobErrors", "getJobErrors",
     "The rows that an import refused, and why"},
    {SharedAction::jobResult, "GET", "/api/v1/jobs/{id}/result", "getJobResult", "getJobResult",
     "The file that an export made"},
}};

std::string replaced(std::string_view pattern, std::string_view placeholder, std::string_view value) {
    std::string text(pattern);
    std::size_t const at = text.find(placeholder);
    if (at != std::string::npos) text.replace(at, placeholder.size(), value);
    return text;
}

/// "accountContacts" as "AccountContacts".
std::string capitalised(std::string_view name) {
    std::string text(name);
    if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
    return text;
}

}  // namespace

std::span<const ResourceRoute> resourceRoutes() { return collectionRoutes; }
bool hasRoute(const EntityType &entity, const ResourceRoute &route) {
    return route.action != ResourceAction::merge || entity.mergeable;
}
std::span<const SharedRoute> sharedRoutes() { return processRoutes; }

std::string operationId(const ResourceRoute &route, const EntityType &entity) {
    return replaced(replaced(route.operationId, "{One}", entity.name), "{Many}", capitalised(entity.collection));
}

std::string pathOf(const ResourceRoute &route, const EntityType &entity) {
    return std::string(apiRoot) + std::string(entity.collection) + std::string(route.path);
}

std::string summaryOf(const ResourceRoute &route, const EntityType &entity) {
    return replaced(replaced(route.summary, "{one}", entity.label), "{many}", entity.labelPlural);
}

}  // namespace kontor::entity
