#pragma once

// SOAP for identity: /soap/v1/identity.

#include "services/identity/identity_service.h"
#include "shared/http/http.h"

#include <string>

namespace kontor::identity {

/// WSDLs name `publicUrl` as the address.
void addIdentitySoapRoutes(http::Router &router, IdentityService &service, const std::string &publicUrl);

}  // namespace kontor::identity
