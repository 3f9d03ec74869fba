#pragma once

// SOAP for identity: /soap/v1/identity.

#include "services/identity/identity_service.h"
#include "shared/soap/soap.h"

namespace kontor::identity {

void addSoapRoutes(http::Router &router, IdentityService &service, const soap::Hosting &hosting);

}  // namespace kontor::identity
