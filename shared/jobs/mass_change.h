#pragma once

// Jobs that change many records the same way, and the job that takes another job back. Each record is written in the
// ordinary way, with the rights of the user whose job it is. Private to this folder.

#include "shared/auth/principal.h"
#include "shared/jobs/job_store.h"

#include <stop_token>

namespace kontor::jobs {

/// The name of audit entries that these jobs write; an import's are "import".
constexpr std::string_view jobInterface = "job";
/// An id and a line feed.
constexpr std::int64_t bytesOfAnId = 37;

/// Updates or deletes the records of job.inputBlob, an id a line; finds them by the job's filter first where they have
/// not been found yet, so that what the changes do to the filter changes nothing.
void runMassChange(entity::Operations &operations, const auth::Caller &caller, Job job, const EntityType &entity,
                   const std::stop_token &stop);

/// Takes back what the job of the parameter "undoes" has done: deletes what it created, restores what it deleted, and
/// gives what it updated its earlier values. A record that somebody changed since is left and told as an error.
void runUndo(entity::Operations &operations, const auth::Caller &caller, const Job &job, const EntityType &entity,
             const std::stop_token &stop);

/// What a mass update is to change. Throws Error(validation) for what an update of one record would refuse.
[[nodiscard]] entity::RecordPtr readChanges(const auth::Caller &caller, const EntityType &entity,
                                            const boost::json::value &changes);

}  // namespace kontor::jobs
