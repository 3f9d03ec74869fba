#pragma once

// SOAP for lead: /soap/v1/lead.

#include "services/lead/lead_service.h"
#include "shared/auth/principal.h"
#include "shared/http/http.h"

#include <string>

namespace kontor::lead {

/// WSDLs name `publicUrl` as the address.
void addLeadSoapRoutes(http::Router &router, LeadService &service, auth::Authenticator &authenticator,
                       const std::string &publicUrl);

}  // namespace kontor::lead
