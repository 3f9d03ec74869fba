#pragma once

#include "services/identity/identity_service.h"
#include "shared/entity/routes.h"
#include "shared/http/http.h"
#include "shared/rest/resources.h"

#include <vector>

namespace kontor::identity {

/// Sign-in, the caller's own settings, and OAuth 2 (RFC 6749, 7009, 7636, 7662, 8414); the records have generic routes.
void addIdentityRoutes(http::Router &router, IdentityService &service, const rest::Identify &identify);

/// How the operations are called by REST; for the OpenAPI document.
[[nodiscard]] std::vector<entity::OperationRoute> identityOperationRoutes();

}  // namespace kontor::identity
