#include "shared/jobs/job_runner.h"

#include "shared/contract/uuid.h"
#include "shared/jobs/export_job.h"
#include "shared/jobs/import_job.h"
#include "shared/jobs/mass_change.h"
#include "shared/telemetry/logging.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace kontor::jobs {

using entity::Operations;
using postgres::Parameters;
using postgres::Pool;
using postgres::Rows;
using postgres::Statement;

namespace {

// A live runner writes every few seconds: a job that is silent has lost its process, and is taken up by another one.
const Statement claimJob{"claimJob",
                         "UPDATE job SET state = 'running', runner = $1, updated_at = now() WHERE id = (SELECT id FROM"
                         " job WHERE finished_at IS NULL AND (state = 'queued' OR updated_at < now() - interval '10"
                         " seconds') ORDER BY created_at LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING id"};
const Statement keepJob{"keepJob", "UPDATE job SET updated_at = now() WHERE runner = $1 AND state = 'running'"};
const Statement releaseJob{"releaseJob", "UPDATE job SET state = 'queued' WHERE id = $1 AND runner = $2 AND state ="
                                         " 'running'"};
const Statement finishJob{"finishJob",
                          "UPDATE job SET state = $2, message = $3, result_blob_id = $4, finished_at = now(),"
                          " updated_at = now() WHERE id = $1 AND runner = $5 AND state = 'running'"};

}  // namespace

struct JobRunner::Implementation {
    std::vector<Operations *> services;
    PrincipalOf principalOf;
    std::mutex mutex;
    std::condition_variable_any condition;
    bool woken = false;
    std::string const runner = newId();
    std::jthread thread;
    std::jthread keeper;

    /// Shows that this process lives, also during a piece of work that takes long.
    void keep(const std::stop_token &stop) {
        std::mutex unused;
        std::unique_lock lock(unused);
        std::condition_variable_any never;
        while (!never.wait_for(lock, stop, std::chrono::seconds(2), [&] { return stop.stop_requested(); })) {
            for (Operations *const service : services) {
                try {
                    service->pool().run(keepJob, Parameters().uuid(runner));
                } catch (const std::exception &) {
                    continue;  // the database is away; so is the job
                }
            }
        }
    }

    void work(const std::stop_token &stop) {
        while (!stop.stop_requested()) {
            bool found = false;
            for (Operations *const service : services) found = runOne(*service, stop) || found;
            if (found) continue;
            std::unique_lock lock(mutex);
            condition.wait_for(lock, stop, std::chrono::seconds(5), [this] { return woken; });
            woken = false;
        }
    }

    /// Leaves a job to whoever claims it next; always false.
    bool comeBackTo(Pool &pool, const std::string &id) const {
        try {
            pool.run(releaseJob, Parameters().uuid(id).uuid(runner));
        } catch (const std::exception &) {
            return false;  // the database is away: the job is found by its silence
        }
        return false;
    }

    /// Returns the id of the result; empty when the job has none.
    static std::string run(Operations &operations, const auth::Caller &caller, const Job &job, const EntityType &entity,
                           const std::stop_token &stop) {
        if (job.kind == "export") return runExport(operations, caller, job, entity, stop);
        if (job.kind == "import" && isPreview(job)) return runPreview(operations, caller, job, entity, stop);
        if (job.kind == "import") {
            runImport(operations, caller, job, entity, stop);
        } else if (job.kind == "undo") {
            runUndo(operations, caller, job, entity, stop);
        } else {
            runMassChange(operations, caller, job, entity, stop);
        }
        return {};
    }

    bool runOne(Operations &operations, const std::stop_token &stop) {
        Pool &pool = operations.pool();
        std::string id;
        try {
            Rows const claimed = pool.run(claimJob, Parameters().uuid(runner));
            if (claimed.empty()) return false;
            id = claimed.uuid(0, 0);
        } catch (const std::exception &) {
            return false;  // the database is away; asked again soon
        }
        std::string message;
        std::string result;
        try {
            Rows const rows = pool.run(selectJob, Parameters().uuid(id));
            Job job = readJob(rows, 0);
            job.runner = runner;
            const EntityType *const entity = operations.contract().entityByName(job.entity);
            if (entity == nullptr) throw Error(ErrorCode::validation, "There is no entity " + job.entity + ".");
            auth::Caller caller;
            caller.principal = principalOf(job.createdBy);
            caller.interface = job.kind == "import" ? "import" : jobInterface;
            caller.requestId = job.id;
            result = run(operations, caller, job, *entity, stop);
        } catch (const Error &error) {
            if (error.code == ErrorCode::unavailable) return comeBackTo(pool, id);
            message = error.detail;
            for (const FieldError &field : error.fields) message += " " + field.pointer + ": " + field.detail + ".";
        } catch (const postgres::DatabaseError &failure) {
            if (failure.sqlState == lostToAnother) return true;
            bool const tooSlow = failure.sqlState == "57014";  // and would be again
            if (!tooSlow && postgres::toError(failure).code == ErrorCode::unavailable) return comeBackTo(pool, id);
            telemetry::log(telemetry::Level::error, "job failed", {{"job", id}, {"message", failure.message}});
            message = postgres::toError(failure).detail;
        } catch (const std::exception &failure) {
            telemetry::log(telemetry::Level::error, "job failed", {{"job", id}, {"message", failure.what()}});
            message = "Something went wrong on the server. The log has the details.";
        }
        try {
            if (stop.stop_requested() && message.empty()) {
                return comeBackTo(pool, id);
            }
            Parameters parameters;
            parameters.uuid(id).text(message.empty() ? "succeeded" : "failed").text(message);
            parameters.uuid(result.empty() ? std::nullopt : std::optional(result)).uuid(runner);
            pool.run(finishJob, std::move(parameters));
        } catch (const std::exception &) {
            return false;  // taken up again when the database is back
        }
        return true;
    }
};

JobRunner::JobRunner(std::vector<Operations *> services, PrincipalOf principalOf)
    : implementation_(std::make_unique<Implementation>()) {
    implementation_->services = std::move(services);
    implementation_->principalOf = std::move(principalOf);
}
JobRunner::~JobRunner() { stop(); }

void JobRunner::start() {
    implementation_->thread = std::jthread([this](const std::stop_token &stop) { implementation_->work(stop); });
    implementation_->keeper = std::jthread([this](const std::stop_token &stop) { implementation_->keep(stop); });
}
void JobRunner::stop() {
    if (!implementation_->thread.joinable()) return;
    implementation_->thread.request_stop();
    implementation_->thread.join();
    implementation_->keeper.request_stop();
    implementation_->keeper.join();
}
void JobRunner::wake() {
    {
        std::lock_guard const lock(implementation_->mutex);
        implementation_->woken = true;
    }
    implementation_->condition.notify_all();
}
const std::vector<Operations *> &JobRunner::services() const { return implementation_->services; }

}  // namespace kontor::jobs
