#pragma once

// SOAP for jobs: /soap/v1/jobs, for the services of this process, as /api/v1/jobs is.

#include "shared/auth/principal.h"
#include "shared/http/http.h"
#include "shared/jobs/job_runner.h"

#include <string>

namespace kontor::soap {

/// WSDLs name `publicUrl` as the address.
void addJobsSoapRoutes(http::Router &router, jobs::JobRunner &runner, auth::Authenticator &authenticator,
                       const std::string &publicUrl);

}  // namespace kontor::soap
