#pragma once

// The paths that every collection has, as one table: shared/rest serves it and openapi.cpp describes it, so that the
// two cannot drift apart.

#include "shared/contract/description.h"

#include <span>
#include <string>
#include <string_view>

namespace kontor::entity {

constexpr std::string_view apiRoot = "/api/v1/";

/// What a route of a collection does.
enum class ResourceAction : std::uint8_t {
    list,
    create,
    get,
    update,
    remove,
    undelete,
    history,
    getByExternalId,
    upsertByExternalId,
    updateByExternalId,
    removeByExternalId,
    batch,
    merge,  ///< of entities whose records can be merged
};

struct ResourceRoute {
    ResourceAction action;
    std::string_view method;
    std::string_view path;           ///< behind /api/v1/<collection>
    std::string_view operationId;    ///< {One} = "Account", {Many} = "Accounts"
    std::string_view soapOperation;  ///< the operation of the service that does the same
    std::string_view summary;        ///< {one} = "account", {many} = "accounts" (labels)
};
[[nodiscard]] std::span<const ResourceRoute> resourceRoutes();
/// False for a route that the entity's collection has not.
[[nodiscard]] bool hasRoute(const EntityType &entity, const ResourceRoute &route);
[[nodiscard]] std::string operationId(const ResourceRoute &route, const EntityType &entity);
[[nodiscard]] std::string pathOf(const ResourceRoute &route, const EntityType &entity);
[[nodiscard]] std::string summaryOf(const ResourceRoute &route, const EntityType &entity);

/// Routes that span the collections of a process.
enum class SharedAction : std::uint8_t {
    search,
    changes,
    deleted,
    events,
    describe,
    describeCollection,
    composite,
    undoMerge,
    importJob,
    exportJob,
    massUpdateJob,
    massDeleteJob,
    undoJob,
    cancelJob,
    listJobs,
    getJob,
    jobErrors,
    jobResult,
};

struct SharedRoute {
    SharedAction action;
    std::string_view method;
    std::string_view path;  ///< whole
    std::string_view operationId;
    std::string_view soapOperation;  ///< empty when SOAP has no twin
    std::string_view summary;
};
[[nodiscard]] std::span<const SharedRoute> sharedRoutes();

/// How an operation of the domain is called by REST; a service keeps a table of these next to its handlers.
struct OperationRoute {
    std::string_view operation;  ///< name in ServiceContract::operations: the SOAP twin, and the operationId
    std::string_view method;
    std::string_view path;          ///< whole: "/api/v1/contacts/{id}/merge"
    bool open = false;              ///< needs no credentials
    std::string_view operationId;   ///< when the operation has several routes; empty = operation
    std::string_view requestType;   ///< media type of the body when it is not the input as JSON
    std::string_view responseType;  ///< media type of the answer when it is not the result as JSON
    /// Query parameters besides the input's members, separated by blanks; those with ! behind them must be given.
    std::string_view query;
    std::string_view entity;  ///< the answer is a record of this entity and not the result
    int status = 0;           ///< of success; 0 = 200 with a result, 204 without
};

}  // namespace kontor::entity
