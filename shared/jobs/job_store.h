#pragma once

// Jobs as they stand in the database, and how far they are. Private to this folder.

#include "shared/contract/date_time.h"
#include "shared/entity/import.h"
#include "shared/entity/operations.h"
#include "shared/postgres/postgres.h"

#include <boost/json.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace kontor::jobs {

struct Job {
    std::string id, kind, entity, state, createdBy, message, resultBlob, inputBlob;
    DateTime createdAt;
    std::optional<DateTime> finishedAt;
    std::int64_t totalBytes = 0, position = 0, processed = 0, created = 0, updated = 0, deleted = 0, failed = 0;
    boost::json::object parameters;
    std::string runner;  ///< of this process
};

extern const postgres::Statement selectJob;   ///< $1 id
extern const postgres::Statement selectJobs;  ///< $1 user, before $2 time and $3 id, $4 how many
extern const postgres::Statement lockJob;     ///< $1 id; within the transaction that decides on it
[[nodiscard]] Job readJob(const postgres::Rows &rows, int row);

/// A text among the job's parameters; empty when there is none.
[[nodiscard]] std::string parameterOf(const Job &job, std::string_view name);
[[nodiscard]] bool isPreview(const Job &job);

/// Adds the statement that stores a new job; its input must be there already, or come with the same batch.
void addJob(postgres::Batch &batch, const Job &job);

/// What a step of a job has done.
struct JobStep {
    std::int64_t position = 0;  ///< of the input, in bytes
    std::int64_t processed = 0, created = 0, updated = 0, deleted = 0, failed = 0;
};
/// Adds the statement that commits with the step. It undoes the step where the job was taken up by another runner
/// meanwhile: the call then fails with the SQL state lostToAnother.
void addStep(postgres::Batch &batch, const Job &job, const JobStep &step);
constexpr std::string_view lostToAnother = "22012";  // division_by_zero

/// Adds the errors of those rows that were refused.
void addErrors(postgres::Batch &batch, const std::string &jobId, std::span<const entity::ImportRow> rows);

}  // namespace kontor::jobs
