#pragma once

// Exports. Private to this folder.

#include "shared/auth/principal.h"
#include "shared/jobs/job_store.h"

#include <stop_token>

namespace kontor::jobs {

/// Stores the result; returns its id.
std::string runExport(entity::Operations &operations, const auth::Caller &caller, const Job &job,
                      const EntityType &entity, const std::stop_token &stop);

}  // namespace kontor::jobs
