#include "shared/jobs/mass_change.h"

#include "shared/entity/access.h"
#include "shared/entity/json.h"
#include "shared/entity/validate.h"
#include "shared/postgres/blob.h"

#include <algorithm>
#include <map>

namespace kontor::jobs {

using entity::Action;
using entity::ImportRow;
using entity::Operations;
using entity::RecordResult;
using entity::Write;
using postgres::Batch;
using postgres::Parameters;
using postgres::Rows;
using postgres::Statement;

namespace {

constexpr std::size_t recordsAtOnce = 200;

const Statement setInput{"setJobInput", "UPDATE job SET input_blob_id = $2, total_bytes = $3, updated_at = now()"
                                        " WHERE id = $1"};
// What one job did to each record: the versions that it made of it, and each change in turn.
const Statement selectDone{
    "selectDoneByJob",
    "SELECT record_id, min(version), max(version), count(*), (array_agg(action ORDER BY id))[1],"
    " jsonb_agg(changes ORDER BY id) FROM audit_entry WHERE request_id = $1 AND interface IN ('import', 'job')"
    " AND entity = $2 AND record_id > $3 GROUP BY record_id ORDER BY record_id OFFSET $4 LIMIT 200"};
const Statement setTotal{"setJobTotal",
                         "UPDATE job SET total_bytes = (SELECT count(DISTINCT record_id) FROM audit_entry WHERE"
                         " request_id = $2 AND interface IN ('import', 'job') AND entity = $3) WHERE id = $1"};

/// Writes with one error for each record that is refused, and the step that counts them.
void writeStep(Operations &operations, const auth::Caller &caller, const Job &job, std::vector<Write> writes,
               std::vector<ImportRow> rows, std::int64_t position) {
    std::vector<Action> actions;
    for (const Write &write : writes) actions.push_back(write.action);
    entity::WriteOptions options;
    options.returnRecords = false;
    options.beforeCommit = [&](const std::vector<RecordResult> &results, Batch &batch) {
        JobStep step{.position = position, .processed = static_cast<std::int64_t>(results.size())};
        for (std::size_t i = 0; i < results.size(); ++i) {
            rows[i].errors = results[i].error ? entity::errorsOf(*results[i].error) : std::vector<FieldError>{};
            if (results[i].error) {
                ++step.failed;
            } else if (actions[i] == Action::remove) {
                ++step.deleted;
            } else {
                ++(actions[i] == Action::update ? step.updated : step.created);
            }
        }
        addErrors(batch, job.id, rows);
        addStep(batch, job, step);
    };
    operations.write(caller, std::move(writes), options);
}

/// Stores the ids of the records that the filter finds now.
void findRecords(Operations &operations, const auth::Caller &caller, Job &job, const EntityType &entity,
                 const std::stop_token &stop) {
    entity::Query query;
    query.entity = &entity;
    query.filter = parameterOf(job, "filter");
    query.q = parameterOf(job, "q");
    query.fields = {"id"};
    postgres::BlobWriter blob(operations.pool());
    operations.forEach(caller, query, [&](const Record &record) {
        blob.write(*record.id + '\n');
        return !stop.stop_requested();
    });
    if (stop.stop_requested()) return;
    Batch batch;
    blob.finish(batch);
    batch.add(setInput, Parameters().uuid(job.id).uuid(blob.id()).integer(blob.size()));
    operations.pool().run(std::move(batch));
    job.inputBlob = blob.id();
    job.totalBytes = blob.size();
}

/// The earlier values of the fields that a job's changes to a record have touched. What the server sets by itself it
/// sets again.
entity::RecordPtr earlierValues(const EntityType &entity, const boost::json::array &changes) {
    std::map<std::string, boost::json::value, std::less<>> earlier;
    std::map<std::string, boost::json::value, std::less<>> later;
    for (const boost::json::value &change : changes) {
        for (const auto &[name, values] : change.as_object()) {
            earlier.try_emplace(std::string(name), values.at(0));
            later[std::string(name)] = values.at(1);
        }
    }
    auto record = entity::newRecord(entity);
    boost::json::object members;
    for (const auto &[name, value] : earlier) {
        const Field *const field = entity.type->find(name);
        if (field == nullptr || field->writable == Writable::never) continue;
        if (name != "customFields") {
            members[name] = value;
            continue;
        }
        boost::json::object custom;
        const boost::json::value &added = later.find(name)->second;
        for (const boost::json::value *const list : {&added, &value}) {
            if (!list->is_array()) continue;
            for (const boost::json::value &one : list->get_array()) {
                bool const before = list == &value;
                const auto *const text = one.as_object().if_contains("value");
                custom[one.at("name").as_string()] = before && text != nullptr ? *text : boost::json::value();
            }
        }
        members[name] = std::move(custom);
    }
    entity::readJson(boost::json::value(std::move(members)), *record);
    return record;
}

/// How one record is taken back; an error where that would lose somebody's work.
Write undoOf(const EntityType &entity, const Rows &rows, int row) {
    Write write;
    write.key.entity = &entity;
    write.key.id = rows.uuid(row, 0);
    write.key.version = rows.integer(row, 2);
    std::string_view const first = rows.text(row, 4);
    write.action = first == "created" ? Action::remove : first == "deleted" ? Action::undelete : Action::update;
    if (rows.integer(row, 3) != rows.integer(row, 2) - rows.integer(row, 1) + 1) {
        write.error = Error(ErrorCode::versionConflict, "Others changed the record while the job ran.");
    } else if (write.action == Action::update) {
        boost::json::value const changes = boost::json::parse(std::string_view(rows.json(row, 5)));
        write.record = earlierValues(entity, changes.as_array());
        write.trusted = true;  // these values have been the record's own; rights are looked at all the same
    }
    return write;
}

}  // namespace

entity::RecordPtr readChanges(const auth::Caller &caller, const EntityType &entity, const boost::json::value &changes) {
    auto record = entity::newRecord(entity);
    entity::readJson(changes, *record, "/changes");
    std::vector<FieldError> errors;
    for (std::string_view const name : {"id", "version", "externalIds"}) {
        if (changes.is_object() && changes.get_object().contains(name)) {
            errors.push_back({"/changes/" + std::string(name), "NOT_WRITABLE", "is each record's own"});
        }
    }
    if (changes.is_object() && changes.get_object().empty()) {
        errors.push_back({"/changes", "REQUIRED", "must change something"});
    }
    if (!errors.empty()) throw entity::validationError(std::move(errors));
    entity::requireWritableFields(*caller.principal, entity, *record);
    try {
        auto const nothing = entity::newRecord(entity);
        entity::validateInput(entity, *record, nothing.get());
    } catch (Error &error) {
        for (FieldError &field : error.fields) field.pointer.insert(0, "/changes");
        throw;
    }
    return record;
}

void runMassChange(Operations &operations, const auth::Caller &caller, Job job, const EntityType &entity,
                   const std::stop_token &stop) {
    if (job.inputBlob.empty()) findRecords(operations, caller, job, entity, stop);
    bool const removes = job.kind == "massDelete";
    std::string ids;
    std::int64_t line = job.processed;  // done before a restart
    std::int64_t const total = job.totalBytes / bytesOfAnId;
    std::int64_t const piece = static_cast<std::int64_t>(recordsAtOnce) * bytesOfAnId;
    while (line < total && !stop.stop_requested()) {
        ids.clear();
        postgres::readBlob(operations.pool(), job.inputBlob, line * bytesOfAnId, [&](std::string_view bytes) {
            ids += bytes.substr(0, static_cast<std::size_t>(piece) - ids.size());
            return static_cast<std::int64_t>(ids.size()) < piece;
        });
        std::vector<Write> writes;
        std::vector<ImportRow> rows;
        for (std::size_t at = 0; at + bytesOfAnId <= ids.size(); at += bytesOfAnId) {
            Write &write = writes.emplace_back();
            write.action = removes ? Action::remove : Action::update;
            write.key.entity = &entity;
            write.key.id = ids.substr(at, bytesOfAnId - 1);
            if (!removes) {
                write.record = entity::newRecord(entity);
                entity::readJson(job.parameters.at("changes"), *write.record);
            }
            rows.push_back({++line, nullptr, {}, write.key.id});
        }
        if (writes.empty()) throw std::runtime_error("the list of a job's records ends too soon");
        writeStep(operations, caller, job, std::move(writes), std::move(rows), line * bytesOfAnId);
    }
}

void runUndo(Operations &operations, const auth::Caller &caller, const Job &job, const EntityType &entity,
             const std::stop_token &stop) {
    std::string const undone = parameterOf(job, "undoes");
    operations.pool().run(setTotal, std::move(Parameters().uuid(job.id).text(undone).text(entity.name)));
    std::string last = "00000000-0000-0000-0000-000000000000";
    std::int64_t line = job.processed;  // done before a restart
    std::int64_t skip = line;
    while (!stop.stop_requested()) {
        Rows const done = operations.pool().run(
            selectDone, std::move(Parameters().text(undone).text(entity.name).uuid(last).integer(skip)));
        skip = 0;
        if (done.empty()) return;
        std::vector<Write> writes;
        std::vector<ImportRow> rows;
        for (int row = 0; row < done.size(); ++row) {
            writes.push_back(undoOf(entity, done, row));
            rows.push_back({++line, nullptr, {}, writes.back().key.id});
        }
        last = writes.back().key.id;
        writeStep(operations, caller, job, std::move(writes), std::move(rows), line);
    }
}

}  // namespace kontor::jobs
