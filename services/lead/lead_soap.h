#pragma once

// SOAP for lead: /soap/v1/lead.

#include "services/lead/lead_service.h"
#include "shared/auth/principal.h"
#include "shared/http/http.h"
#include "shared/jobs/job_runner.h"

#include <string>

namespace kontor::lead {

/// WSDLs name `publicUrl` as the address.
void addLeadSoapRoutes(http::Router &router, LeadService &service, jobs::JobRunner &jobs,
                       auth::Authenticator &authenticator, const std::string &publicUrl);

}  // namespace kontor::lead
