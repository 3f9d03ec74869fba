#pragma once

#include "services/lead/lead_service.h"
#include "shared/entity/routes.h"
#include "shared/http/http.h"
#include "shared/rest/resources.h"

#include <vector>

namespace kontor::lead {

/// Conversion, duplicates, the board, forecasts and quotes; the records have generic routes.
void addLeadRoutes(http::Router &router, LeadService &service, const rest::Identify &identify);

/// How the operations are called by REST; for the OpenAPI document.
[[nodiscard]] std::vector<entity::OperationRoute> leadOperationRoutes();

}  // namespace kontor::lead
