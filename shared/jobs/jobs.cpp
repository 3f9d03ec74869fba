#include "shared/jobs/jobs.h"

#include "shared/contract/uuid.h"
#include "shared/entity/cursor.h"
#include "shared/entity/operations_state.h"
#include "shared/jobs/mass_change.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace kontor::jobs {

using entity::Operations;
using postgres::Parameters;
using postgres::Rows;
using postgres::Statement;

namespace {

// Without a runner: whoever works on it learns so with its next step.
const Statement endJob{"cancelJob",
                       "UPDATE job SET state = 'cancelled', runner = NULL, finished_at = now(), updated_at ="
                       " now() WHERE id = $1 AND finished_at IS NULL"};

const DateTime latest = *DateTime::parse("9999-12-31T00:00:00Z");
constexpr std::string_view greatestId = "ffffffff-ffff-ffff-ffff-ffffffffffff";

FoundJob found(Job job, Operations &service) {
    const EntityType *const entity = service.contract().entityByName(job.entity);
    return {std::move(job), &service, entity};
}

/// How many records there are to go through, as far as it is known.
std::optional<std::int64_t> totalOf(const Job &job) {
    if (job.kind == "undo") return job.totalBytes;
    if (job.kind.starts_with("mass")) {
        if (job.inputBlob.empty()) return std::nullopt;
        return job.totalBytes / bytesOfAnId;
    }
    if (job.kind != "import" || job.position == 0 || job.processed == 0) return std::nullopt;
    // How many rows the file has is known at its end; until then it is judged by the bytes.
    if (job.finishedAt) return job.processed;
    return std::max(job.processed,
                    static_cast<std::int64_t>(static_cast<double>(job.processed) * static_cast<double>(job.totalBytes) /
                                              static_cast<double>(job.position)));
}

}  // namespace

JobStatus statusOf(const FoundJob &found) {
    const Job &job = found.job;
    auto const parameter = [&](std::string_view name) {
        std::string text = parameterOf(job, name);
        return text.empty() ? std::nullopt : std::optional(std::move(text));
    };
    JobStatus status;
    status.id = job.id;
    status.kind = job.kind;
    status.entity = job.entity;
    status.state = job.state;
    status.processed = job.processed;
    status.created = job.created;
    status.updated = job.updated;
    status.deleted = job.deleted;
    status.failed = job.failed;
    status.total = totalOf(job);
    if (isPreview(job)) status.preview = true;
    status.undoes = parameter("undoes");
    status.undoneBy = parameter("undoneBy");
    status.createdAt = job.createdAt;
    status.finishedAt = job.finishedAt;
    if (!job.message.empty()) status.error = entity::faultOf(Error(ErrorCode::validation, job.message));
    return status;
}

FoundJob findJob(const JobRunner &runner, const auth::Caller &caller, const std::string &id) {
    if (parseUuid(id)) {
        for (Operations *const service : runner.services()) {
            Rows const rows = service->pool().run(selectJob, Parameters().uuid(id));
            if (rows.empty()) continue;
            Job job = readJob(rows, 0);
            if (job.createdBy != caller.principal->userId && !caller.principal->administrator) break;
            return found(std::move(job), *service);
        }
    }
    throw Error(ErrorCode::notFound, "There is no such job, or it is not yours.");
}

JobPage listJobs(const JobRunner &runner, const auth::Caller &caller, int limit, const std::string &cursor) {
    // One key for all: a cursor spans the services.
    std::string const &key = runner.services().front()->implementation().cursorKey;
    std::string const &user = caller.principal->userId;
    entity::PagePosition position = entity::openPosition(cursor, user, limit, key, "jobs");
    auto const size = static_cast<std::size_t>(position.limit);
    JobPage page;
    for (Operations *const service : runner.services()) {
        Parameters parameters;
        parameters.uuid(user);
        parameters.timestamp(cursor.empty() ? latest : DateTime{position.before});
        parameters.uuid(cursor.empty() ? std::string(greatestId) : position.key).integer(position.limit + 1);
        Rows const rows = service->pool().run(selectJobs, std::move(parameters));
        for (int row = 0; row < rows.size(); ++row) page.jobs.push_back(found(readJob(rows, row), *service));
    }
    std::ranges::sort(page.jobs, std::greater{},
                      [](const FoundJob &one) { return std::pair(one.job.createdAt.microseconds, one.job.id); });
    if (page.jobs.size() > size) {
        page.jobs.resize(size);
        position.before = page.jobs.back().job.createdAt.microseconds;
        position.key = page.jobs.back().job.id;
        page.nextCursor = entity::sealPosition(user, position, key, "jobs");
    }
    return page;
}

FoundJob cancelJob(const JobRunner &runner, const auth::Caller &caller, const std::string &id) {
    FoundJob const before = findJob(runner, caller, id);
    if (before.job.finishedAt) throw Error(ErrorCode::conflict, "The job is " + before.job.state + " already.");
    before.service->pool().run(endJob, Parameters().uuid(before.job.id));
    FoundJob after = findJob(runner, caller, before.job.id);
    if (after.job.state != "cancelled") {
        throw Error(ErrorCode::conflict, "The job is " + after.job.state + " already.");
    }
    return after;
}

}  // namespace kontor::jobs
