#include "shared/rest/jobs.h"

#include "shared/contract/uuid.h"
#include "shared/entity/csv.h"
#include "shared/entity/import.h"
#include "shared/entity/json.h"
#include "shared/entity/operations_state.h"
#include "shared/entity/routes.h"
#include "shared/entity/validate.h"
#include "shared/postgres/blob.h"
#include "shared/rest/job_store.h"
#include "shared/rest/mass_change.h"
#include "shared/telemetry/logging.h"

#include <boost/json.hpp>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>

namespace kontor::rest {

using entity::ImportRow;
using entity::Operations;
using http::Request;
using http::Response;
using postgres::Batch;
using postgres::Parameters;
using postgres::Pool;
using postgres::Rows;
using postgres::Statement;

namespace {

/// Rows of an import that are written together.
constexpr std::size_t rowsAtOnce = 5000;
constexpr std::size_t writtenAtOnce = 200;
constexpr std::size_t maximumImportBytes = 8UL << 30U;
/// Rows of a preview that are shown with what would become of them.
constexpr int rowsShown = 200;
constexpr std::size_t maximumIds = 10'000;

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
// As addStep: the SQL state is lostToAnother when the job is no longer this runner's.
const Statement countExported{"countExported",
                              "UPDATE job SET processed = $2 / CASE WHEN runner = $3 THEN 1 ELSE 0 END,"
                              " updated_at = now() WHERE id = $1"};
// Without a runner: whoever works on it learns so with its next step.
const Statement endJob{"cancelJob",
                       "UPDATE job SET state = 'cancelled', runner = NULL, finished_at = now(), updated_at ="
                       " now() WHERE id = $1 AND finished_at IS NULL"};
const Statement restartJob{"restartJob",
                           "UPDATE job SET position = 0, processed = 0, created = 0, updated = 0, failed = 0"
                           " WHERE id = $1"};
const Statement forgetErrors{"forgetJobErrors", "DELETE FROM job_error WHERE job_id = $1"};
const Statement markUndone{"markJobUndone", "UPDATE job SET parameters = parameters || jsonb_build_object('undoneBy',"
                                            " $2::text) WHERE id = $1"};
const Statement selectErrors{"selectJobErrors", "SELECT line, code, field, detail, source FROM job_error WHERE job_id ="
                                                " $1 ORDER BY line LIMIT 100000"};

/// Bytes of a stored content on demand, so that only a piece is in memory.
class BlobInput {
  public:
    BlobInput(Pool &pool, std::string id) : pool_(pool), id_(std::move(id)) {}
    /// The next piece; empty at the end.
    std::string next() {
        std::string piece;
        postgres::readBlob(pool_, id_, offset_, [&](std::string_view bytes) {
            piece = bytes;
            return false;
        });
        offset_ += static_cast<std::int64_t>(piece.size());
        return piece;
    }
    [[nodiscard]] std::int64_t offset() const { return offset_; }

  private:
    Pool &pool_;
    std::string id_;
    std::int64_t offset_ = 0;
};

/// The rows of an import file, CSV or NDJSON, as records.
class ImportSource {
  public:
    ImportSource(Operations &operations, const EntityType &entity, const Job &job)
        : entity_(entity), input_(operations.pool(), job.inputBlob), csv_(parameterOf(job, "format") == "csv"),
          reader_('\0'), types_(operations.implementation().customFields.of(entity.name)) {}

    /// The next row; false at the end. Throws Error(malformed) where the file cannot be read on.
    bool next(ImportRow &row) { return csv_ ? nextCsv(row) : nextJson(row); }
    [[nodiscard]] std::int64_t position() const { return input_.offset(); }

  private:
    bool feed() {
        if (ended_) return false;
        std::string const piece = input_.next();
        ended_ = piece.empty();
        if (csv_) {
            if (ended_) {
                reader_.finish();
            } else {
                reader_.append(piece);
            }
        } else {
            pending_.erase(0, taken_);
            taken_ = 0;
            pending_ += piece;
        }
        return true;
    }

    bool nextCsvRow() {
        while (!reader_.next()) {
            if (!feed()) return false;
        }
        return true;
    }

    bool nextCsv(ImportRow &row) {
        if (!columns_) {
            if (!nextCsvRow()) return false;
            std::vector<std::string_view> names;
            for (std::size_t i = 0; i < reader_.row().size(); ++i) {
                // What an error file has in addition.
                bool const note = reader_.row()[i].starts_with('_');
                kept_.push_back(!note);
                if (!note) names.push_back(reader_.row()[i]);
            }
            columns_.emplace(entity_, names, types_.get());
        }
        if (!nextCsvRow()) return false;
        row.line = static_cast<std::int64_t>(reader_.line());
        row.source = reader_.source();
        row.record = entity::newRecord(entity_);
        cells_.clear();
        for (std::size_t i = 0; i < reader_.row().size(); ++i) {
            if (i >= kept_.size() || kept_[i]) cells_.push_back(reader_.row()[i]);
        }
        columns_->read(cells_, *row.record, row.errors);
        return true;
    }

    bool nextJson(ImportRow &row) {
        while (true) {
            std::size_t const end = pending_.find('\n', taken_);
            if (end == std::string::npos && !ended_) {
                feed();
                continue;
            }
            std::size_t const stop = end == std::string::npos ? pending_.size() : end;
            if (end == std::string::npos && taken_ >= pending_.size()) return false;
            std::string_view line = std::string_view(pending_).substr(taken_, stop - taken_);
            taken_ = end == std::string::npos ? pending_.size() : end + 1;
            ++line_;
            while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.remove_suffix(1);
            // The last line of our own exports says that the file is whole.
            if (line.empty() || line.starts_with("{\"_end\":")) continue;
            row.line = line_;
            row.source = line;
            row.record = entity::newRecord(entity_);
            try {
                entity::readJson(line, *row.record);
            } catch (const Error &error) {
                row.errors = entity::errorsOf(error);
            }
            return true;
        }
    }

    const EntityType &entity_;
    BlobInput input_;
    bool csv_;
    bool ended_ = false;
    entity::CsvReader reader_;
    std::optional<entity::CsvColumns> columns_;
    std::shared_ptr<const entity::CustomFields::Types> types_;
    std::vector<bool> kept_;
    std::vector<std::string_view> cells_;
    std::string pending_;
    std::size_t taken_ = 0;
    std::int64_t line_ = 0;
};

/// Thrown where a preview would commit.
struct NothingIsKept {};

/// The external ids that rows of a preview have given to new records: nothing of them is stored.
using Given = std::set<std::pair<std::string, std::string>>;

/// Rows of an import in the ordinary way, 200 at a time. They keep their place when they are refused.
class OrdinaryImport {
  public:
    OrdinaryImport(Operations &operations, const auth::Caller &caller, const Job &job)
        : operations_(operations), caller_(caller), job_(job), mode_(parameterOf(job, "mode")),
          system_(parameterOf(job, "system")) {}

    /// Writes the rows and how far the import is.
    void write(std::span<ImportRow> rows, std::int64_t position) {
        run(rows, false, [&](const std::vector<entity::RecordResult> &results, Batch &batch) {
            settle(rows, results, position, batch);
        });
    }

    /// Says what would become of the rows. The results are those of a write that is not committed.
    void preview(std::span<ImportRow> rows, std::int64_t position, std::string &shown, int room) {
        std::vector<std::size_t> sent;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            refuseGiven(rows[i]);
            if (!rows[i].refused()) sent.push_back(i);
        }
        std::vector<std::vector<ExternalId>> externalIds;
        for (const ImportRow &row : rows) externalIds.push_back(row.record->externalIds);
        Batch batch;
        try {
            run(rows, room > 0, [&](const std::vector<entity::RecordResult> &results, Batch &) {
                batch = {};
                auto const corrected = asIfKept(sent, externalIds, results);
                settle(rows, results, position, batch, corrected);
                for (std::size_t i = 0, next = 0; i < rows.size() && room > 0; ++i, --room) {
                    bool const was = next < sent.size() && sent[next] == i;
                    show(shown, rows[i], was ? &results[next] : nullptr, was && corrected[next]);
                    if (was) ++next;
                }
                throw NothingIsKept();
            });
        } catch (const NothingIsKept &) {
            operations_.pool().run(std::move(batch));
        }
    }

  private:
    using Decided = std::function<void(const std::vector<entity::RecordResult> &, Batch &)>;

    void run(std::span<ImportRow> rows, bool returnRecords, const Decided &decided) {
        std::vector<entity::Write> writes;
        open_.clear();
        for (ImportRow &row : rows) {
            if (row.refused()) continue;
            entity::Write write;
            write.action = mode_ == "create"   ? entity::Action::create
                           : mode_ == "upsert" ? entity::Action::upsert
                                               : entity::Action::update;
            if (mode_ != "create") write.key.externalSystem = system_;
            if (mode_ == "update" && !system_.empty()) write.key.externalId = idIn(row.record->externalIds);
            write.record = std::move(row.record);
            writes.push_back(std::move(write));
            open_.push_back(&row);
        }
        entity::WriteOptions options;
        options.returnRecords = returnRecords;
        options.beforeCommit = decided;
        operations_.write(caller_, std::move(writes), options);
    }

    void settle(std::span<ImportRow> rows, const std::vector<entity::RecordResult> &results, std::int64_t position,
                Batch &batch, const std::vector<bool> &knownBefore = {}) {
        JobStep step{.position = position, .processed = static_cast<std::int64_t>(rows.size())};
        for (std::size_t i = 0; i < results.size(); ++i) {
            if (results[i].error) {
                open_[i]->errors = entity::errorsOf(*results[i].error);
            } else {
                bool const created = results[i].created && (knownBefore.empty() || !knownBefore[i]);
                ++(created ? step.created : step.updated);
            }
        }
        step.failed = step.processed - step.created - step.updated;
        addErrors(batch, job_.id, rows);
        addStep(batch, job_, step);
    }

    [[nodiscard]] std::string idIn(const std::vector<ExternalId> &externalIds) const {
        for (const ExternalId &external : externalIds) {
            if (external.system == system_) return external.id.value_or("");
        }
        return {};
    }

    /// What the stored external ids would refuse if the rows before had been written.
    void refuseGiven(ImportRow &row) const {
        if (mode_ != "create" || row.refused()) return;
        for (const ExternalId &external : row.record->externalIds) {
            if (!given_.contains({external.system.value_or(""), external.id.value_or("")})) continue;
            row.errors.push_back({"/externalIds", "DUPLICATE_EXTERNAL_ID", "belongs to another record"});
        }
    }

    /// For each result: true where a row before would have made the record that this one would then update.
    std::vector<bool> asIfKept(const std::vector<std::size_t> &sent,
                               const std::vector<std::vector<ExternalId>> &externalIds,
                               const std::vector<entity::RecordResult> &results) {
        std::vector<bool> known(results.size());
        for (std::size_t i = 0; i < results.size(); ++i) {
            const std::vector<ExternalId> &ids = externalIds[sent[i]];
            if (results[i].error) continue;
            known[i] = mode_ == "upsert" && given_.contains({system_, idIn(ids)});
            for (const ExternalId &one : ids) given_.emplace(one.system.value_or(""), one.id.value_or(""));
        }
        return known;
    }

    static void show(std::string &out, const ImportRow &row, const entity::RecordResult *result, bool known) {
        bool const good = result != nullptr && !result->error;
        bool const created = good && result->created && !known;
        out += "{\"line\":" + std::to_string(row.line) + ",\"action\":";
        out += !good ? "\"refuse\"" : created ? "\"create\"" : "\"update\"";
        if (good && !result->created) out += ",\"id\":\"" + result->id + '"';
        if (good && result->record) {
            entity::FieldMask mask;
            for (const Field &field : result->record->structType().fields) mask.push_back(!isBookkeeping(field.name));
            out += ",\"record\":";
            entity::writeJson(out, *result->record, {.fields = &mask});
        }
        out += ",\"errors\":[";
        for (bool first = true; const FieldError &error : row.errors) {
            if (!std::exchange(first, false)) out += ',';
            out += "{\"pointer\":";
            entity::writeJsonString(out, error.pointer);
            out += ",\"code\":";
            entity::writeJsonString(out, error.code);
            out += ",\"detail\":";
            entity::writeJsonString(out, error.detail);
            out += '}';
        }
        out += "]}\n";
    }

    /// What a record gets by being written, which a preview does not do.
    static bool isBookkeeping(std::string_view name) {
        return name == "id" || name == "version" || name == "createdAt" || name == "createdBy" || name == "updatedAt" ||
               name == "updatedBy";
    }

    Operations &operations_;
    const auth::Caller &caller_;
    const Job &job_;
    std::string mode_;
    std::string system_;
    std::vector<ImportRow *> open_;
    Given given_;
};

/// Does with the next rows what `use` does, until the file ends.
void forRows(ImportSource &source, std::int64_t skip, const std::stop_token &stop,
             const std::function<void(std::vector<ImportRow> &)> &use) {
    std::vector<ImportRow> rows;
    bool more = true;
    while (more && !stop.stop_requested()) {
        rows.clear();
        while (rows.size() < rowsAtOnce) {
            ImportRow row;
            more = source.next(row);
            if (!more) break;
            if (skip > 0) {
                --skip;
                continue;
            }
            rows.push_back(std::move(row));
        }
        if (!rows.empty()) use(rows);
    }
}

void inTurn(std::vector<ImportRow> &rows, const std::stop_token &stop,
            const std::function<void(std::span<ImportRow>)> &use) {
    for (std::size_t start = 0; start < rows.size() && !stop.stop_requested(); start += writtenAtOnce) {
        use(std::span(rows).subspan(start, std::min(writtenAtOnce, rows.size() - start)));
    }
}

/// What an import would do, without doing it; the first rows in detail as the job's result, whose id it returns.
std::string runPreview(Operations &operations, const auth::Caller &caller, const Job &job, const EntityType &entity,
                       const std::stop_token &stop) {
    // A preview that was interrupted starts over: it has to know what the rows before would have done.
    Batch again;
    again.add(restartJob, Parameters().uuid(job.id));
    again.add(forgetErrors, Parameters().uuid(job.id));
    operations.pool().run(std::move(again));
    ImportSource source(operations, entity, job);
    OrdinaryImport import(operations, caller, job);
    std::string shown;
    int room = rowsShown;
    forRows(source, 0, stop, [&](std::vector<ImportRow> &rows) {
        inTurn(rows, stop, [&](std::span<ImportRow> part) {
            import.preview(part, source.position(), shown, room);
            room = std::max(0, room - static_cast<int>(part.size()));
        });
    });
    if (stop.stop_requested()) return {};
    postgres::BlobWriter blob(operations.pool());
    blob.write(shown);
    Batch batch;
    blob.finish(batch);
    operations.pool().run(std::move(batch));
    return blob.id();
}

void runImport(Operations &operations, const auth::Caller &caller, const Job &job, const EntityType &entity,
               const std::stop_token &stop) {
    ImportSource source(operations, entity, job);
    OrdinaryImport ordinary(operations, caller, job);
    forRows(source, job.processed, stop, [&](std::vector<ImportRow> &rows) {
        if (parameterOf(job, "mode") != "create") {
            inTurn(rows, stop, [&](std::span<ImportRow> part) { ordinary.write(part, source.position()); });
            return;
        }
        entity::importNew(operations, caller, entity, rows, [&](Batch &batch, std::span<const ImportRow> done) {
            JobStep step{.position = source.position(), .processed = static_cast<std::int64_t>(done.size())};
            step.failed = std::ranges::count_if(done, &ImportRow::refused);
            step.created = step.processed - step.failed;
            addErrors(batch, job.id, done);
            addStep(batch, job, step);
        });
    });
}

/// Stores the result; returns its id.
std::string runExport(Operations &operations, const auth::Caller &caller, const Job &job, const EntityType &entity,
                      const std::stop_token &stop) {
    Pool &pool = operations.pool();
    entity::Query query;
    query.entity = &entity;
    query.filter = parameterOf(job, "filter");
    query.sort = parameterOf(job, "sort");
    query.q = parameterOf(job, "q");
    std::vector<std::string> columns;
    if (const auto *const fields = job.parameters.if_contains("fields")) {
        columns = boost::json::value_to<std::vector<std::string>>(*fields);
    }
    bool const csv = parameterOf(job, "format") != "ndjson";
    auto const types = operations.implementation().customFields.of(entity.name);
    std::optional<entity::CsvColumns> writer;
    std::string buffer;
    if (csv) {
        if (columns.empty()) {
            entity::CsvExport choice;
            choice.hidden = [&](const Field &field) {
                return caller.principal->rightOn(entity.name, field.name) == auth::FieldRight::hidden;
            };
            columns = entity::standardColumns(entity, types.get(), choice);
        }
        std::vector<std::string_view> const names(columns.begin(), columns.end());
        writer.emplace(entity, names, types.get());
        writer->writeHeader(buffer);
    } else {
        query.fields = columns;
    }
    postgres::BlobWriter blob(pool);
    std::int64_t count = 0;
    operations.forEach(caller, query, [&](const Record &record) {
        if (csv) {
            writer->write(buffer, record);
        } else {
            entity::writeJson(buffer, record);
            buffer += '\n';
        }
        if (++count % 2000 == 0) {
            blob.write(buffer);
            buffer.clear();
            pool.run(countExported, Parameters().uuid(job.id).integer(count).uuid(job.runner));
        }
        return !stop.stop_requested();
    });
    if (stop.stop_requested()) return {};
    if (!csv) buffer += "{\"_end\":true,\"count\":" + std::to_string(count) + "}\n";
    blob.write(buffer);
    Batch batch;
    blob.finish(batch);
    batch.add(countExported, Parameters().uuid(job.id).integer(count).uuid(job.runner));
    pool.run(std::move(batch));
    return blob.id();
}

}  // namespace

struct JobRunner::Implementation {
    std::vector<Service> services;
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
            for (const Service &service : services) {
                try {
                    service.operations->pool().run(keepJob, Parameters().uuid(runner));
                } catch (const std::exception &) {
                    continue;  // the database is away; so is the job
                }
            }
        }
    }

    void work(const std::stop_token &stop) {
        while (!stop.stop_requested()) {
            bool found = false;
            for (const Service &service : services) found = runOne(*service.operations, stop) || found;
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

JobRunner::JobRunner(std::vector<Service> services, PrincipalOf principalOf)
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

// --- routes ----------------------------------------------------------------------------------------------------------

namespace {

Error badParameter(const std::string &name, std::string detail) {
    Error error(ErrorCode::invalidQuery, std::move(detail));
    error.parameter = name;
    error.position = 0;
    return error;
}

const Service &serviceOf(const std::vector<Service> &services, const std::string &collection,
                         const EntityType *&entity) {
    for (const Service &service : services) {
        entity = service.operations->contract().entityByCollection(collection);
        if (entity != nullptr) return service;
    }
    throw badParameter("object", "There is no collection " + collection + ".");
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

void writeJob(std::string &out, const Job &job, const EntityType *entity) {
    out += "{\"id\":\"" + job.id + "\",\"kind\":\"" + job.kind + "\",\"object\":";
    entity::writeJsonString(out, entity != nullptr ? entity->collection : std::string_view(job.entity));
    out += ",\"state\":\"" + job.state + "\",\"processed\":" + std::to_string(job.processed) +
           ",\"created\":" + std::to_string(job.created) + ",\"updated\":" + std::to_string(job.updated) +
           ",\"deleted\":" + std::to_string(job.deleted) + ",\"failed\":" + std::to_string(job.failed);
    if (auto const total = totalOf(job)) out += ",\"total\":" + std::to_string(*total);
    if (isPreview(job)) out += ",\"preview\":true";
    for (std::string_view const name : {"undoes", "undoneBy"}) {
        std::string const other = parameterOf(job, name);
        if (!other.empty()) out += ",\"" + std::string(name) + "\":\"" + other + '"';
    }
    out += ",\"createdAt\":\"" + job.createdAt.toString() + '"';
    if (job.finishedAt) out += ",\"finishedAt\":\"" + job.finishedAt->toString() + '"';
    if (!job.message.empty()) {
        out += ",\"error\":{\"type\":\"https://kontor.example/problems/validation\",\"title\":\"The job failed\","
               "\"status\":422,\"code\":\"VALIDATION\",\"detail\":";
        entity::writeJsonString(out, job.message);
        out += '}';
    }
    out += '}';
}

void accepted(const Job &job, const EntityType &entity, Response &response) {
    response.status = 202;
    response.header("Location", "/api/v1/jobs/" + job.id);
    response.header("Retry-After", "1");
    response.contentType = "application/json";
    writeJob(response.body, job, &entity);
}

void requirePermission(const auth::Caller &caller, std::string_view permission) {
    if (caller.principal->may(permission)) return;
    throw Error(ErrorCode::forbidden, "You may not " + std::string(permission) + ".");
}

Job newJob(std::string_view kind, const auth::Caller &caller, const EntityType &entity) {
    Job job;
    job.id = newId();
    job.kind = kind;
    job.entity = entity.name;
    job.state = "queued";
    job.createdBy = caller.principal->userId;
    job.createdAt = DateTime::now();
    return job;
}

void createImport(const std::vector<Service> &services, JobRunner &runner, Request &request, Response &response) {
    auth::Caller const caller = services.front().identify(request);
    requirePermission(caller, "import");
    allowParameters(request, {"object", "mode", "system", "preview"});
    const std::string *const object = request.parameter("object");
    if (object == nullptr) throw badParameter("object", "object must name a collection, such as contacts.");
    const EntityType *entity = nullptr;
    const Service &service = serviceOf(services, *object, entity);
    const std::string *const mode = request.parameter("mode");
    const std::string *const system = request.parameter("system");
    std::string const modeName = mode != nullptr ? *mode : "create";
    if (modeName != "create" && modeName != "update" && modeName != "upsert") {
        throw badParameter("mode", "mode must be create, update or upsert.");
    }
    if (modeName == "upsert" && system == nullptr) {
        throw badParameter("system", "An upsert needs the system whose external ids decide.");
    }
    const std::string *const preview = request.parameter("preview");
    if (preview != nullptr && *preview != "true" && *preview != "false") {
        throw badParameter("preview", "preview must be true or false.");
    }
    std::string_view const type = request.header("Content-Type");
    bool const csv = type.starts_with("text/csv");
    if (!csv && !type.starts_with("application/x-ndjson")) {
        throw Error(ErrorCode::unsupportedMediaType, "Send text/csv or application/x-ndjson.");
    }
    Pool &pool = service.operations->pool();
    postgres::BlobWriter blob(pool);
    std::vector<char> buffer(64U << 10U);
    while (std::size_t const count = request.body->read(buffer.data(), buffer.size())) {
        blob.write({buffer.data(), count});
    }
    if (blob.size() == 0) throw Error(ErrorCode::malformed, "The file is empty.");
    Job job = newJob("import", caller, *entity);
    job.parameters = {
        {"mode", modeName}, {"system", system != nullptr ? *system : ""}, {"format", csv ? "csv" : "ndjson"}};
    if (preview != nullptr && *preview == "true") job.parameters["preview"] = true;
    Batch batch;
    blob.finish(batch);
    job.inputBlob = blob.id();
    job.totalBytes = blob.size();
    addJob(batch, job);
    pool.run(std::move(batch));
    runner.wake();
    accepted(job, *entity, response);
}

void createExport(const std::vector<Service> &services, JobRunner &runner, Request &request, Response &response) {
    auth::Caller const caller = services.front().identify(request);
    requirePermission(caller, "export");
    allowParameters(request, {});
    boost::json::value const body = entity::parseJson(request.body->readAll(64U << 10U));
    if (!body.is_object()) throw Error(ErrorCode::malformed, "Send a JSON object.");
    std::vector<FieldError> errors;
    for (const auto &[name, value] : body.get_object()) {
        bool const known = name == "object" || name == "format" || name == "filter" || name == "sort" || name == "q" ||
                           name == "fields";
        if (!known) errors.push_back({"/" + std::string(name), "UNKNOWN_FIELD", "is not a member of an export"});
        if (known && name != "fields" && !value.is_string()) {
            errors.push_back({"/" + std::string(name), "WRONG_TYPE", "must be a string"});
        }
    }
    if (!errors.empty()) throw entity::validationError(std::move(errors));
    const auto *const object = body.get_object().if_contains("object");
    if (object == nullptr) throw entity::validationError({{"/object", "REQUIRED", "must name a collection"}});
    const EntityType *entity = nullptr;
    const Service &service = serviceOf(services, std::string(object->get_string()), entity);
    Job job = newJob("export", caller, *entity);
    job.parameters = body.get_object();
    // A query that does not parse is told at once, not by a job that fails.
    entity::Query probe;
    probe.entity = entity;
    probe.limit = 1;
    if (const auto *const filter = body.get_object().if_contains("filter")) probe.filter = filter->get_string();
    if (const auto *const q = body.get_object().if_contains("q")) probe.q = q->get_string();
    if (const auto *const sort = body.get_object().if_contains("sort")) probe.sort = sort->get_string();
    (void)service.operations->queryRecords(caller, probe);
    Batch batch;
    addJob(batch, job);
    service.operations->pool().run(std::move(batch));
    runner.wake();
    accepted(job, *entity, response);
}

/// A job of the caller; administrators see all.
Job findJob(const std::vector<Service> &services, const auth::Caller &caller, const std::string &id,
            const Service *&owner) {
    if (parseUuid(id)) {
        for (const Service &service : services) {
            Rows const rows = service.operations->pool().run(selectJob, Parameters().uuid(id));
            if (rows.empty()) continue;
            Job job = readJob(rows, 0);
            if (job.createdBy != caller.principal->userId && !caller.principal->administrator) break;
            owner = &service;
            return job;
        }
    }
    throw Error(ErrorCode::notFound, "There is no such job, or it is not yours.");
}

/// The body of a mass update or delete: {"object", "ids" or "filter" and "q", "changes"}. Throws Error(validation).
boost::json::object readMassChange(Request &request, bool update) {
    boost::json::value const body = entity::parseJson(request.body->readAll(1U << 20U));
    if (!body.is_object()) throw Error(ErrorCode::malformed, "Send a JSON object.");
    boost::json::object const &object = body.get_object();
    std::vector<FieldError> errors;
    for (const auto &[name, value] : object) {
        bool const text = name == "object" || name == "filter" || name == "q";
        bool const changes = update && name == "changes";
        std::string const pointer = entity::pointerTo("", name);
        if (!text && !changes && name != "ids") {
            errors.push_back({pointer, "UNKNOWN_FIELD", "is not a member of this job"});
        } else if ((text && !value.is_string()) || (changes && !value.is_object()) ||
                   (name == "ids" && !value.is_array())) {
            errors.push_back({pointer, "WRONG_TYPE", text ? "must be a string" : "has the wrong type"});
        } else if ((name == "filter" || name == "q") && value.get_string().empty()) {
            errors.push_back({pointer, "REQUIRED", "must say which records"});
        }
    }
    if (!object.contains("object")) errors.push_back({"/object", "REQUIRED", "must name a collection"});
    if (update && !object.contains("changes")) errors.push_back({"/changes", "REQUIRED", "must say what to change"});
    if ((object.contains("filter") || object.contains("q")) == object.contains("ids")) {
        errors.push_back({"/filter", "REQUIRED", "must be there, or q, or ids alone"});
    }
    if (!errors.empty()) throw entity::validationError(std::move(errors));
    return object;
}

/// The ids in the form that the job reads, each once.
std::string idLines(const boost::json::array &ids) {
    std::vector<FieldError> errors;
    std::set<std::string> seen;
    std::string lines;
    if (ids.empty() || ids.size() > maximumIds) {
        errors.push_back({"/ids", "TOO_MANY_ITEMS", "must hold 1 to " + std::to_string(maximumIds) + " ids"});
    }
    for (std::size_t i = 0; i < ids.size() && errors.size() < 20; ++i) {
        auto const id = ids[i].is_string() ? parseUuid(std::string(ids[i].get_string())) : std::nullopt;
        if (!id) {
            errors.push_back({"/ids/" + std::to_string(i), "INVALID_FORMAT", "is no id"});
        } else if (std::string const text = uuidText(id->data()); seen.insert(text).second) {
            lines += text + '\n';
        }
    }
    if (!errors.empty()) throw entity::validationError(std::move(errors));
    return lines;
}

void createMassChange(const std::vector<Service> &services, JobRunner &runner, Request &request, Response &response,
                      bool update) {
    auth::Caller const caller = services.front().identify(request);
    requirePermission(caller, "massUpdate");
    allowParameters(request, {});
    boost::json::object const body = readMassChange(request, update);
    const EntityType *entity = nullptr;
    const Service &service = serviceOf(services, std::string(body.at("object").get_string()), entity);
    auto const rights = caller.principal->rightsOn(entity->name);
    if ((update ? rights.update : rights.remove) == auth::Scope::none) {
        throw Error(ErrorCode::forbidden, "You may not " + std::string(update ? "change " : "delete ") +
                                              std::string(entity->labelPlural) + ".");
    }
    if (update) (void)readChanges(caller, *entity, body.at("changes"));
    Job job = newJob(update ? "massUpdate" : "massDelete", caller, *entity);
    if (update) job.parameters["changes"] = body.at("changes");
    Pool &pool = service.operations->pool();
    postgres::BlobWriter blob(pool);
    Batch batch;
    if (const auto *const ids = body.if_contains("ids")) {
        blob.write(idLines(ids->get_array()));
        blob.finish(batch);
        job.inputBlob = blob.id();
        job.totalBytes = blob.size();
    } else {
        // A filter that does not parse is told at once, not by a job that fails.
        entity::Query probe;
        probe.entity = entity;
        probe.limit = 1;
        for (auto const &[name, member] : {std::pair{"filter", &probe.filter}, std::pair{"q", &probe.q}}) {
            const auto *const given = body.if_contains(name);
            if (given == nullptr) continue;
            job.parameters[name] = *given;
            *member = given->get_string();
        }
        (void)service.operations->queryRecords(caller, probe);
    }
    addJob(batch, job);
    pool.run(std::move(batch));
    runner.wake();
    accepted(job, *entity, response);
}

/// Throws Error(conflict) for a job that cannot be taken back.
void requireUndoable(const Job &job) {
    if (job.kind == "export" || job.kind == "undo" || isPreview(job)) {
        throw Error(ErrorCode::conflict, "This job has changed nothing that could be taken back.");
    }
    if (!job.finishedAt) throw Error(ErrorCode::conflict, "The job is not finished yet.");
    if (!parameterOf(job, "undoneBy").empty()) throw Error(ErrorCode::conflict, "The job was taken back already.");
}

void undoJob(const std::vector<Service> &services, JobRunner &runner, Request &request, Response &response) {
    auth::Caller const caller = services.front().identify(request);
    allowParameters(request, {});
    const Service *owner = nullptr;
    Job const found = findJob(services, caller, request.pathParameters.at(0), owner);
    requirePermission(caller, found.kind == "import" ? "import" : "massUpdate");
    requireUndoable(found);
    const EntityType *const entity = owner->operations->contract().entityByName(found.entity);
    if (entity == nullptr) throw Error(ErrorCode::conflict, "There is no entity " + found.entity + " any more.");
    Job job = newJob("undo", caller, *entity);
    job.parameters["undoes"] = found.id;
    owner->operations->pool().inTransaction([&](postgres::Transaction &transaction) {
        Rows const locked = transaction.run(lockJob, std::move(Parameters().uuid(found.id)));
        if (!locked.empty()) requireUndoable(readJob(locked, 0));
        Batch batch;
        batch.add(markUndone, std::move(Parameters().uuid(found.id).text(job.id)));
        addJob(batch, job);
        transaction.runAndCommit(std::move(batch));
    });
    runner.wake();
    accepted(job, *entity, response);
}

void cancelJob(const std::vector<Service> &services, Request &request, Response &response) {
    auth::Caller const caller = services.front().identify(request);
    allowParameters(request, {});
    const Service *owner = nullptr;
    Job const found = findJob(services, caller, request.pathParameters.at(0), owner);
    if (found.finishedAt) throw Error(ErrorCode::conflict, "The job is " + found.state + " already.");
    owner->operations->pool().run(endJob, Parameters().uuid(found.id));
    Job const job = findJob(services, caller, found.id, owner);
    if (job.state != "cancelled") throw Error(ErrorCode::conflict, "The job is " + job.state + " already.");
    response.contentType = "application/json";
    writeJob(response.body, job, owner->operations->contract().entityByName(job.entity));
}

void getJob(const std::vector<Service> &services, Request &request, Response &response) {
    auth::Caller const caller = services.front().identify(request);
    const Service *owner = nullptr;
    Job const job = findJob(services, caller, request.pathParameters.at(0), owner);
    response.contentType = "application/json";
    writeJob(response.body, job, owner->operations->contract().entityByName(job.entity));
}

void listJobs(const std::vector<Service> &services, Request &request, Response &response) {
    auth::Caller const caller = services.front().identify(request);
    allowParameters(request, {"limit"});
    std::vector<std::pair<Job, const EntityType *>> jobs;
    for (const Service &service : services) {
        Rows const rows =
            service.operations->pool().run(selectJobs, Parameters().uuid(caller.principal->userId).integer(200));
        for (int row = 0; row < rows.size(); ++row) {
            Job job = readJob(rows, row);
            const EntityType *const entity = service.operations->contract().entityByName(job.entity);
            jobs.emplace_back(std::move(job), entity);
        }
    }
    std::ranges::sort(jobs, [](const auto &a, const auto &b) { return a.first.createdAt > b.first.createdAt; });
    response.contentType = "application/json";
    response.body = "{\"data\":[";
    for (bool first = true; const auto &[job, entity] : jobs) {
        if (!std::exchange(first, false)) response.body += ',';
        writeJob(response.body, job, entity);
    }
    response.body += "],\"page\":{\"size\":" + std::to_string(jobs.size()) + "}}";
}

void jobErrors(const std::vector<Service> &services, Request &request, Response &response) {
    auth::Caller const caller = services.front().identify(request);
    const Service *owner = nullptr;
    Job const job = findJob(services, caller, request.pathParameters.at(0), owner);
    Pool &pool = owner->operations->pool();
    Rows const rows = pool.run(selectErrors, Parameters().uuid(job.id));
    if (parameterOf(job, "format") != "csv") {
        response.contentType = "application/x-ndjson";
        for (int row = 0; row < rows.size(); ++row) {
            response.body += "{\"line\":" + std::to_string(rows.integer(row, 0)) + ",\"code\":";
            entity::writeJsonString(response.body, rows.text(row, 1));
            response.body += ",\"pointer\":";
            entity::writeJsonString(response.body, rows.text(row, 2));
            response.body += ",\"detail\":";
            entity::writeJsonString(response.body, rows.text(row, 3));
            response.body += ",\"source\":";
            entity::writeJsonString(response.body, rows.text(row, 4));
            response.body += "}\n";
        }
        return;
    }
    // The refused rows as they were, with the reasons behind them: mended, the file can be imported again.
    response.contentType = "text/csv; charset=utf-8";
    std::string head;
    postgres::readBlob(pool, job.inputBlob, 0, [&](std::string_view piece) {
        head = piece.substr(0, piece.find_first_of("\r\n"));
        return false;
    });
    if (head.starts_with("\xef\xbb\xbf")) head.erase(0, 3);
    response.body = head + ",_line,_error\r\n";
    for (int row = 0; row < rows.size();) {
        std::int64_t const line = rows.integer(row, 0);
        std::string const source(rows.text(row, 4));
        std::string reasons;
        for (; row < rows.size() && rows.integer(row, 0) == line; ++row) {
            reasons += (reasons.empty() ? "" : "; ") + std::string(rows.text(row, 2)) + ' ' +
                       std::string(rows.text(row, 1)) + ": " + std::string(rows.text(row, 3));
        }
        response.body += source + ',' + std::to_string(line) + ',';
        entity::appendCsvCell(response.body, reasons);
        response.body += "\r\n";
    }
}

void jobResult(const std::vector<Service> &services, Request &request, Response &response) {
    auth::Caller const caller = services.front().identify(request);
    const Service *owner = nullptr;
    Job const job = findJob(services, caller, request.pathParameters.at(0), owner);
    if (job.resultBlob.empty()) {
        throw Error(ErrorCode::conflict, job.finishedAt ? "The job has no result." : "The job is not finished yet.");
    }
    bool const csv = parameterOf(job, "format") != "ndjson" && !isPreview(job);
    response.contentType = csv ? "text/csv; charset=utf-8" : "application/x-ndjson";
    Pool *const pool = &owner->operations->pool();
    response.stream = [pool, id = job.resultBlob](http::Sink &sink) {
        postgres::readBlob(*pool, id, 0, [&](std::string_view piece) {
            sink.write(piece);
            return true;
        });
    };
}

}  // namespace

void addJobRoutes(http::Router &router, const std::vector<Service> &services, JobRunner &runner) {
    for (const entity::SharedRoute &route : entity::sharedRoutes()) {
        http::Handler handler;
        http::RouteOptions options;
        switch (route.action) {
        case entity::SharedAction::importJob:
            options.bodyLimit = maximumImportBytes;
            handler = [services, &runner](Request &request, Response &response) {
                createImport(services, runner, request, response);
            };
            break;
        case entity::SharedAction::exportJob:
            handler = [services, &runner](Request &request, Response &response) {
                createExport(services, runner, request, response);
            };
            break;
        case entity::SharedAction::massUpdateJob:
        case entity::SharedAction::massDeleteJob:
            handler = [services, &runner, update = route.action == entity::SharedAction::massUpdateJob](
                          Request &request, Response &response) {
                createMassChange(services, runner, request, response, update);
            };
            break;
        case entity::SharedAction::undoJob:
            handler = [services, &runner](Request &request, Response &response) {
                undoJob(services, runner, request, response);
            };
            break;
        case entity::SharedAction::cancelJob:
            handler = [services](Request &request, Response &response) { cancelJob(services, request, response); };
            break;
        case entity::SharedAction::listJobs:
            handler = [services](Request &request, Response &response) { listJobs(services, request, response); };
            break;
        case entity::SharedAction::getJob:
            handler = [services](Request &request, Response &response) { getJob(services, request, response); };
            break;
        case entity::SharedAction::jobErrors:
            handler = [services](Request &request, Response &response) { jobErrors(services, request, response); };
            break;
        case entity::SharedAction::jobResult:
            handler = [services](Request &request, Response &response) { jobResult(services, request, response); };
            break;
        default:
            continue;  // resources.cpp
        }
        router.add(route.method, route.path, std::string(route.operationId), std::move(handler), options);
    }
}

}  // namespace kontor::rest
