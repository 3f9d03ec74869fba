#pragma once

// Imports, and what they would do. Private to this folder.

#include "shared/auth/principal.h"
#include "shared/jobs/job_store.h"

#include <stop_token>

namespace kontor::jobs {

/// What an import would do, without doing it; the first rows in detail as the job's result, whose id it returns.
std::string runPreview(entity::Operations &operations, const auth::Caller &caller, const Job &job,
                       const EntityType &entity, const std::stop_token &stop);

/// Goes on where the job has been left.
void runImport(entity::Operations &operations, const auth::Caller &caller, const Job &job, const EntityType &entity,
               const std::stop_token &stop);

}  // namespace kontor::jobs
