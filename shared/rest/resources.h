#pragma once

// REST for any described record: one set of handlers behind every collection. What the paths and bodies look like is
// in docs/integrators-guide-rest.md; each operationId names the SOAP operation that does the same.

#include "shared/auth/principal.h"
#include "shared/entity/operations.h"
#include "shared/http/http.h"

#include <functional>
#include <string>
#include <vector>

namespace kontor::rest {

/// Who is calling, from a request's headers. Throws Error(unauthenticated).
using Identify = std::function<auth::Caller(const http::Request &)>;

/// One service as REST shows it.
struct Service {
    entity::Operations *operations = nullptr;
    Identify identify;
};

/// Routes below /api/v1/<collection> for every entity of the service.
void addResourceRoutes(http::Router &router, const Service &service);

/// Routes that span the services of this process: /api/v1/search, /changes, /deleted, /describe, /composite.
void addSharedRoutes(http::Router &router, const std::vector<Service> &services);

// For the routes that a service adds itself:

/// The body as a described structure; Error(validation) or Error(malformed) when it is not one.
void readBody(http::Request &request, Object &into, std::size_t limit = 4U << 20U);
/// 200 with the structure as JSON.
void writeBody(http::Response &response, const Object &object);
/// The query parameters as a described structure. Throws Error(invalidQuery) for those that it does not have and
/// Error(validation) for values that do not fit.
void readParameters(const http::Request &request, Object &into);
/// Runs what writes, once for each Idempotency-Key: `perform` gets what to write with, `answer` turns the results into
/// the response, which is stored with what was written and given again. `body` is what makes a request the same one.
void answerOnce(entity::Operations &operations, const auth::Caller &caller, http::Request &request,
                http::Response &response, const std::string &body, entity::WriteOptions options,
                const std::function<std::vector<entity::RecordResult>(const entity::WriteOptions &)> &perform,
                const std::function<void(const std::vector<entity::RecordResult> &, http::Response &)> &answer);
/// Refuses query parameters other than these.
void allowParameters(const http::Request &request, std::initializer_list<std::string_view> names);

}  // namespace kontor::rest
