#pragma once

// The REST routes of jobs: importing, exporting, mass updates and deletes, and taking them back.

#include "shared/http/http.h"
#include "shared/jobs/job_runner.h"
#include "shared/rest/resources.h"

namespace kontor::rest {

void addJobRoutes(http::Router &router, const Identify &identify, jobs::JobRunner &runner);

}  // namespace kontor::rest
