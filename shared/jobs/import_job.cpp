#include "shared/jobs/import_job.h"

#include "shared/entity/json.h"
#include "shared/jobs/import_key.h"
#include "shared/jobs/import_source.h"
#include "shared/postgres/blob.h"

#include <algorithm>
#include <optional>
#include <set>

namespace kontor::jobs {

using entity::ImportRow;
using entity::Operations;
using postgres::Batch;
using postgres::Parameters;
using postgres::Statement;

namespace {

/// Rows of an import that are written together.
constexpr std::size_t rowsAtOnce = 5000;
constexpr std::size_t writtenAtOnce = 200;
/// Rows of a preview that are shown with what would become of them.
constexpr int rowsShown = 200;

const Statement restartJob{"restartJob",
                           "UPDATE job SET position = 0, processed = 0, created = 0, updated = 0, failed = 0"
                           " WHERE id = $1"};
const Statement forgetErrors{"forgetJobErrors", "DELETE FROM job_error WHERE job_id = $1"};

/// Thrown where a preview would commit.
struct NothingIsKept {};

/// The external ids that rows of a preview have given to new records: nothing of them is stored.
using Given = std::set<std::pair<std::string, std::string>>;

/// Rows of an import in the ordinary way, 200 at a time. They keep their place when they are refused.
class OrdinaryImport {
  public:
    OrdinaryImport(Operations &operations, const auth::Caller &caller, const Job &job, const EntityType &entity)
        : operations_(operations), caller_(caller), job_(job), mode_(parameterOf(job, "mode")),
          system_(parameterOf(job, "system")) {
        std::string key = parameterOf(job, "key");
        if (!key.empty()) key_.emplace(operations, caller, entity, mode_, std::move(key));
    }

    /// Writes the rows and how far the import is.
    void write(std::span<ImportRow> rows, std::int64_t position) {
        inParts(rows, [&](std::span<ImportRow> part) {
            run(part, false, [&](const std::vector<entity::RecordResult> &results, Batch &batch) {
                settle(part, results, position, batch);
            });
        });
    }

    /// Says what would become of the rows. The results are those of a write that is not committed.
    void preview(std::span<ImportRow> rows, std::int64_t position, std::string &shown, int &room) {
        inParts(rows, [&](std::span<ImportRow> part) {
            previewPart(part, position, shown, room);
            room = std::max(0, room - static_cast<int>(part.size()));
        });
    }

  private:
    using Decided = std::function<void(const std::vector<entity::RecordResult> &, Batch &)>;

    /// Rows with a key go together as far as none of them decides about another.
    template <typename Use> void inParts(std::span<ImportRow> rows, Use &&use) {
        while (!rows.empty()) {
            std::size_t const count = key_ ? key_->decide(rows) : rows.size();
            use(rows.first(count));
            rows = rows.subspan(count);
        }
    }

    void previewPart(std::span<ImportRow> rows, std::int64_t position, std::string &shown, int room) {
        std::vector<std::size_t> sent;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            refuseGiven(rows[i], i);
            if (!rows[i].refused()) sent.push_back(i);
        }
        std::vector<std::vector<ExternalId>> externalIds;
        for (const ImportRow &row : rows) externalIds.push_back(row.record->externalIds);
        Batch batch;
        try {
            run(rows, room > 0 || key_, [&](const std::vector<entity::RecordResult> &results, Batch &) {
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

    void run(std::span<ImportRow> rows, bool returnRecords, const Decided &decided) {
        std::vector<entity::Write> writes;
        open_.clear();
        for (std::size_t i = 0; i < rows.size(); ++i) {
            if (rows[i].refused()) continue;
            writes.push_back(key_ ? key_->writeOf(i, std::move(rows[i].record)) : writeOf(rows[i]));
            open_.push_back(&rows[i]);
        }
        entity::WriteOptions options;
        options.returnRecords = returnRecords;
        options.beforeCommit = decided;
        operations_.write(caller_, std::move(writes), options);
    }

    entity::Write writeOf(ImportRow &row) const {
        entity::Write write;
        write.action = mode_ == "create"   ? entity::Action::create
                       : mode_ == "upsert" ? entity::Action::upsert
                                           : entity::Action::update;
        if (mode_ != "create") write.key.externalSystem = system_;
        if (mode_ == "update" && !system_.empty()) write.key.externalId = idIn(row.record->externalIds);
        write.record = std::move(row.record);
        return write;
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
    void refuseGiven(ImportRow &row, std::size_t number) const {
        if (row.refused() || !(key_ ? key_->makesNew(number) : mode_ == "create")) return;
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
            known[i] =
                key_ ? key_->isAboutEarlier(sent[i]) : mode_ == "upsert" && given_.contains({system_, idIn(ids)});
            if (key_) key_->keep(sent[i], results[i]);
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
    std::optional<ImportKey> key_;
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
        if (rows.empty()) continue;
        source.resolve(rows);
        use(rows);
    }
}

void inTurn(std::vector<ImportRow> &rows, const std::stop_token &stop,
            const std::function<void(std::span<ImportRow>)> &use) {
    for (std::size_t start = 0; start < rows.size() && !stop.stop_requested(); start += writtenAtOnce) {
        use(std::span(rows).subspan(start, std::min(writtenAtOnce, rows.size() - start)));
    }
}

}  // namespace

std::string runPreview(Operations &operations, const auth::Caller &caller, const Job &job, const EntityType &entity,
                       const std::stop_token &stop) {
    // A preview that was interrupted starts over: it has to know what the rows before would have done.
    Batch again;
    again.add(restartJob, Parameters().uuid(job.id));
    again.add(forgetErrors, Parameters().uuid(job.id));
    operations.pool().run(std::move(again));
    ImportSource source(operations, caller, entity, job);
    OrdinaryImport import(operations, caller, job, entity);
    std::string shown;
    int room = rowsShown;
    forRows(source, 0, stop, [&](std::vector<ImportRow> &rows) {
        inTurn(rows, stop, [&](std::span<ImportRow> part) { import.preview(part, source.position(), shown, room); });
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
    ImportSource source(operations, caller, entity, job);
    OrdinaryImport ordinary(operations, caller, job, entity);
    forRows(source, job.processed, stop, [&](std::vector<ImportRow> &rows) {
        if (parameterOf(job, "mode") != "create" || !parameterOf(job, "key").empty()) {
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

}  // namespace kontor::jobs
