#pragma once

// Jobs as their users know them, whatever they speak: asking for one, looking at it, ending it, taking it back.
// Imports, exports, mass updates and mass deletes go on in the background (job_runner.h).

#include "contract/jobs.h"
#include "shared/auth/principal.h"
#include "shared/contract/description.h"
#include "shared/jobs/job_runner.h"
#include "shared/jobs/job_store.h"

#include <boost/json.hpp>

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::jobs {

/// A job and the service that it belongs to.
struct FoundJob {
    Job job;
    entity::Operations *service = nullptr;
    const EntityType *entity = nullptr;  ///< null when there is no such entity any more
};

/// How large the file of an import may be.
constexpr std::size_t maximumImportBytes = 8UL << 30U;

struct ImportRequest {
    std::string collection;
    std::string mode = "create";        ///< create, update or upsert
    std::optional<std::string> system;  ///< whose external ids decide; an upsert needs one, or a key
    std::optional<std::string> key;     ///< field of text, or "email", by which a record is known; without system
    std::string format;                 ///< csv or ndjson
    bool preview = false;               ///< say what would happen, and do nothing
};
/// Bytes of a file: how many were put into the buffer; 0 at its end.
using ReadFile = std::function<std::size_t(char *buffer, std::size_t size)>;
/// Receives a file piece by piece.
using WriteFile = std::function<void(std::string_view)>;

/// Adds to what commits with a new job. What it throws keeps the job from being made.
using WithJob = std::function<void(const FoundJob &, postgres::Batch &)>;

// Each throws Error(forbidden) for a caller who may not, and the error of what is wrong with the request.

FoundJob startImport(JobRunner &runner, const auth::Caller &caller, const ImportRequest &request, const ReadFile &read,
                     const WithJob &with = {});
/// {"object", "format", "filter", "sort", "q", "fields"}.
FoundJob startExport(JobRunner &runner, const auth::Caller &caller, const boost::json::value &request,
                     const WithJob &with = {});
/// {"object", "ids" or "filter" and "q", "changes"}; changes for an update only.
FoundJob startMassChange(JobRunner &runner, const auth::Caller &caller, const boost::json::value &request, bool update,
                         const WithJob &with = {});
/// The changes of a mass update from columns as an import has them. Throws Error(validation), with "/changes/field".
[[nodiscard]] boost::json::object changesOf(const JobRunner &runner, std::string_view collection,
                                            std::span<const FieldChange> changes);
/// Takes a job back, as a job of its own. Throws Error(conflict) for one that cannot be taken back.
FoundJob startUndo(JobRunner &runner, const auth::Caller &caller, const std::string &id, const WithJob &with = {});

/// A job of the caller; administrators see all. Throws Error(notFound).
[[nodiscard]] FoundJob findJob(const JobRunner &runner, const auth::Caller &caller, const std::string &id);
struct JobPage {
    std::vector<FoundJob> jobs;
    std::string nextCursor;  ///< empty on the last page
};
/// The caller's jobs, the newest first. `limit` 0: that of the cursor, or the standard one. Throws
/// Error(invalidCursor).
[[nodiscard]] JobPage listJobs(const JobRunner &runner, const auth::Caller &caller, int limit,
                               const std::string &cursor);
/// Ends a job, with what it has done so far. Throws Error(conflict) for one that is over.
FoundJob cancelJob(const JobRunner &runner, const auth::Caller &caller, const std::string &id);

/// How far a job is, as the contract has it.
[[nodiscard]] JobStatus statusOf(const FoundJob &found);

/// The media type of a job's errors.
[[nodiscard]] std::string_view errorsType(const Job &job);
/// Of an import the refused rows as they were, with their lines and the reasons behind them, as CSV or NDJSON as the
/// file was: mended, it can be imported again. Of other jobs a JSON object for each error.
void writeErrors(const FoundJob &found, const WriteFile &write);
/// Throws Error(conflict) for a job that has no result, or none yet.
void requireResult(const Job &job);
[[nodiscard]] std::string_view resultType(const Job &job);

}  // namespace kontor::jobs
