#pragma once

#include "services/contact/contact_service.h"
#include "shared/entity/routes.h"
#include "shared/http/http.h"
#include "shared/rest/resources.h"

#include <vector>

namespace kontor::contact {

/// Timelines, attachments' contents and tags; the records have generic routes.
void addContactRoutes(http::Router &router, ContactService &service, const rest::Identify &identify);

/// How the operations are called by REST; for the OpenAPI document.
[[nodiscard]] std::vector<entity::OperationRoute> contactOperationRoutes();

}  // namespace kontor::contact
