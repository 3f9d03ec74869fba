#include "shared/contract/uuid.h"
#include "shared/entity/csv.h"
#include "shared/entity/json.h"
#include "shared/entity/lookup.h"
#include "shared/entity/operations_state.h"
#include "shared/entity/validate.h"
#include "shared/jobs/jobs.h"
#include "shared/jobs/mass_change.h"
#include "shared/postgres/blob.h"

#include <algorithm>
#include <set>

namespace kontor::jobs {

using entity::Operations;
using postgres::Batch;
using postgres::Parameters;
using postgres::Rows;
using postgres::Statement;

namespace {

constexpr std::size_t maximumIds = 10'000;

const Statement markUndone{"markJobUndone", "UPDATE job SET parameters = parameters || jsonb_build_object('undoneBy',"
                                            " $2::text) WHERE id = $1"};

Error badParameter(const std::string &name, std::string detail) {
    Error error(ErrorCode::invalidQuery, std::move(detail));
    error.parameter = name;
    error.position = 0;
    return error;
}

Operations &serviceOf(const JobRunner &runner, const std::string &collection, const EntityType *&entity) {
    for (Operations *const service : runner.services()) {
        entity = service->contract().entityByCollection(collection);
        if (entity != nullptr) return *service;
    }
    throw badParameter("object", "There is no collection " + collection + ".");
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

/// Runs what makes a job, which may be kept for an idempotency key with it.
template <typename Make> void make(JobRunner &runner, Make &&run) {
    try {
        run();
    } catch (const postgres::DatabaseError &failure) {
        if (failure.constraint != "idempotency_key_pkey") throw;
        throw Error(ErrorCode::idempotencyRunning, "The first request with this key is still running.");
    }
    runner.wake();
}

FoundJob add(JobRunner &runner, FoundJob found, const WithJob &with, Batch batch = {}) {
    addJob(batch, found.job);
    if (with) with(found, batch);
    make(runner, [&] { found.service->pool().run(std::move(batch)); });
    return found;
}

/// The body of a mass update or delete: {"object", "ids" or "filter" and "q", "changes"}. Throws Error(validation).
const boost::json::object &readMassChange(const boost::json::value &body, bool update) {
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

void requireFormat(const boost::json::object &request, std::vector<FieldError> &errors) {
    const auto *const format = request.if_contains("format");
    if (format == nullptr || !format->is_string()) return;
    if (format->get_string() != "csv" && format->get_string() != "ndjson") {
        errors.push_back({"/format", "INVALID_FORMAT", "must be csv or ndjson"});
    }
}

void requireNames(const boost::json::object &request, std::vector<FieldError> &errors) {
    const auto *const fields = request.if_contains("fields");
    if (fields == nullptr) return;
    bool const names = fields->is_array() && std::ranges::all_of(fields->get_array(), &boost::json::value::is_string);
    if (!names) errors.push_back({"/fields", "WRONG_TYPE", "must be a list of names"});
}

/// What decides whether a record is known already. Throws Error(invalidQuery, forbidden).
void requireKey(Operations &service, const auth::Caller &caller, const EntityType &entity,
                const ImportRequest &request) {
    if (request.key && request.system) {
        throw badParameter("key", "Give key or system, not both: one of them decides which records are known.");
    }
    if (request.mode == "upsert" && !request.key && !request.system) {
        throw badParameter("system", "An upsert needs the system whose external ids decide, or a field as key.");
    }
    if (!request.key) return;
    if (!entity::lookupField(service, caller, entity, *request.key)) {
        throw badParameter("key", std::string(entity.labelPlural) + " cannot be known by " + *request.key +
                                      ": key must be a field of text, or email where they have one.");
    }
    entity::requireRead(caller, entity);
}

/// Throws Error(conflict) for a job that cannot be taken back.
void requireUndoable(const Job &job) {
    if (job.kind == "export" || job.kind == "undo" || isPreview(job)) {
        throw Error(ErrorCode::conflict, "This job has changed nothing that could be taken back.");
    }
    if (!job.finishedAt) throw Error(ErrorCode::conflict, "The job is not finished yet.");
    if (!parameterOf(job, "undoneBy").empty()) throw Error(ErrorCode::conflict, "The job was taken back already.");
}

}  // namespace

FoundJob startImport(JobRunner &runner, const auth::Caller &caller, const ImportRequest &request, const ReadFile &read,
                     const WithJob &with) {
    requirePermission(caller, "import");
    const EntityType *entity = nullptr;
    Operations &service = serviceOf(runner, request.collection, entity);
    if (request.mode != "create" && request.mode != "update" && request.mode != "upsert") {
        throw badParameter("mode", "mode must be create, update or upsert.");
    }
    requireKey(service, caller, *entity, request);
    postgres::BlobWriter blob(service.pool());
    std::vector<char> buffer(64U << 10U);
    while (std::size_t const count = read(buffer.data(), buffer.size())) blob.write({buffer.data(), count});
    if (blob.size() == 0) throw Error(ErrorCode::malformed, "The file is empty.");
    Job job = newJob("import", caller, *entity);
    job.parameters = {{"mode", request.mode}, {"system", request.system.value_or("")}, {"format", request.format}};
    if (request.key) job.parameters["key"] = *request.key;
    if (request.preview) job.parameters["preview"] = true;
    Batch batch;
    blob.finish(batch);
    job.inputBlob = blob.id();
    job.totalBytes = blob.size();
    return add(runner, {std::move(job), &service, entity}, with, std::move(batch));
}

FoundJob startExport(JobRunner &runner, const auth::Caller &caller, const boost::json::value &request,
                     const WithJob &with) {
    requirePermission(caller, "export");
    if (!request.is_object()) throw Error(ErrorCode::malformed, "Send a JSON object.");
    std::vector<FieldError> errors;
    for (const auto &[name, value] : request.get_object()) {
        bool const known = name == "object" || name == "format" || name == "filter" || name == "sort" || name == "q" ||
                           name == "fields";
        if (!known) errors.push_back({"/" + std::string(name), "UNKNOWN_FIELD", "is not a member of an export"});
        if (known && name != "fields" && !value.is_string()) {
            errors.push_back({"/" + std::string(name), "WRONG_TYPE", "must be a string"});
        }
    }
    requireFormat(request.get_object(), errors);
    requireNames(request.get_object(), errors);
    if (!errors.empty()) throw entity::validationError(std::move(errors));
    const auto *const object = request.get_object().if_contains("object");
    if (object == nullptr) throw entity::validationError({{"/object", "REQUIRED", "must name a collection"}});
    const EntityType *entity = nullptr;
    Operations &service = serviceOf(runner, std::string(object->get_string()), entity);
    Job job = newJob("export", caller, *entity);
    job.parameters = request.get_object();
    // A query that does not parse is told at once, not by a job that fails.
    entity::Query probe;
    probe.entity = entity;
    probe.limit = 1;
    if (const auto *const filter = request.get_object().if_contains("filter")) probe.filter = filter->get_string();
    if (const auto *const q = request.get_object().if_contains("q")) probe.q = q->get_string();
    if (const auto *const sort = request.get_object().if_contains("sort")) probe.sort = sort->get_string();
    (void)service.queryRecords(caller, probe);
    return add(runner, {std::move(job), &service, entity}, with);
}

FoundJob startMassChange(JobRunner &runner, const auth::Caller &caller, const boost::json::value &request, bool update,
                         const WithJob &with) {
    requirePermission(caller, "massUpdate");
    boost::json::object const &body = readMassChange(request, update);
    const EntityType *entity = nullptr;
    Operations &service = serviceOf(runner, std::string(body.at("object").get_string()), entity);
    auto const rights = caller.principal->rightsOn(entity->name);
    if ((update ? rights.update : rights.remove) == auth::Scope::none) {
        throw Error(ErrorCode::forbidden, "You may not " + std::string(update ? "change " : "delete ") +
                                              std::string(entity->labelPlural) + ".");
    }
    if (update) (void)readChanges(caller, *entity, body.at("changes"));
    Job job = newJob(update ? "massUpdate" : "massDelete", caller, *entity);
    if (update) job.parameters["changes"] = body.at("changes");
    postgres::BlobWriter blob(service.pool());
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
        (void)service.queryRecords(caller, probe);
    }
    return add(runner, {std::move(job), &service, entity}, with, std::move(batch));
}

boost::json::object changesOf(const JobRunner &runner, std::string_view collection,
                              std::span<const FieldChange> changes) {
    const EntityType *entity = nullptr;
    Operations &service = serviceOf(runner, std::string(collection), entity);
    std::vector<std::string_view> names;
    std::vector<std::string_view> cells;
    for (const FieldChange &change : changes) {
        names.push_back(*change.field);
        cells.push_back(change.value ? std::string_view(*change.value) : std::string_view{});
    }
    auto const record = entity::newRecord(*entity);
    auto const types = service.implementation().customFields.of(entity->name);
    std::vector<FieldError> errors;
    entity::CsvColumns(*entity, names, types.get()).read(cells, *record, errors);
    for (FieldError &field : errors) field.pointer.insert(0, "/changes");
    if (!errors.empty()) throw entity::validationError(std::move(errors));
    std::string text;
    entity::writeJson(text, *record);
    boost::json::object wanted = boost::json::parse(text).as_object();
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (cells[i].empty()) wanted[names[i]] = nullptr;
    }
    return wanted;
}

FoundJob startUndo(JobRunner &runner, const auth::Caller &caller, const std::string &id, const WithJob &with) {
    FoundJob const undone = findJob(runner, caller, id);
    requirePermission(caller, undone.job.kind == "import" ? "import" : "massUpdate");
    requireUndoable(undone.job);
    if (undone.entity == nullptr) {
        throw Error(ErrorCode::conflict, "There is no entity " + undone.job.entity + " any more.");
    }
    Job job = newJob("undo", caller, *undone.entity);
    job.parameters["undoes"] = undone.job.id;
    FoundJob found{std::move(job), undone.service, undone.entity};
    make(runner, [&] {
        undone.service->pool().inTransaction([&](postgres::Transaction &transaction) {
            Rows const locked = transaction.run(lockJob, std::move(Parameters().uuid(undone.job.id)));
            if (!locked.empty()) requireUndoable(readJob(locked, 0));
            Batch batch;
            batch.add(markUndone, std::move(Parameters().uuid(undone.job.id).text(found.job.id)));
            addJob(batch, found.job);
            if (with) with(found, batch);
            transaction.runAndCommit(std::move(batch));
        });
    });
    return found;
}

}  // namespace kontor::jobs
