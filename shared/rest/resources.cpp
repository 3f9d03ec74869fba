#include "shared/rest/resources.h"

#include "shared/contract/uuid.h"
#include "shared/entity/filter.h"
#include "shared/entity/idempotency.h"
#include "shared/entity/json.h"
#include "shared/entity/merge.h"
#include "shared/entity/routes.h"
#include "shared/entity/validate.h"
#include "shared/rest/answers.h"

#include <boost/json.hpp>

#include <algorithm>
#include <charconv>
#include <set>

namespace kontor::rest {

using entity::Action;
using entity::RecordKey;
using entity::RecordPtr;
using entity::RecordResult;
using entity::Write;
using entity::WriteOptions;
using http::Request;
using http::Response;

namespace {

constexpr std::string_view root = entity::apiRoot;

std::vector<std::string> namesOf(const std::string *text) {
    return text == nullptr ? std::vector<std::string>{} : entity::splitNames(*text);
}

entity::Count countOf(const Request &request) {
    const std::string *const text = request.parameter("count");
    if (text == nullptr || *text == "none") return entity::Count::none;
    if (*text == "exact") return entity::Count::exact;
    if (*text == "estimate") return entity::Count::estimate;
    throw badParameter("count", "count must be none, estimate or exact.");
}

bool flagOf(const Request &request, std::string_view name) {
    const std::string *const text = request.parameter(name);
    if (text == nullptr || *text == "false") return false;
    if (*text == "true") return true;
    throw badParameter(std::string(name), std::string(name) + " must be true or false.");
}

RecordKey keyFromPath(const Request &request, const EntityType &entity) {
    RecordKey key;
    key.entity = &entity;
    if (request.pathParameters.size() == 1) {
        key.id = request.pathParameters[0];
    } else {
        key.externalSystem = request.pathParameters[0];
        key.externalId = request.pathParameters[1];
    }
    return key;
}

/// Record as JSON, its expanded references inside it.
void writeRecord(std::string &out, const Record &record, const std::vector<std::string> &expand,
                 const std::vector<RecordPtr> &included) {
    entity::writeJson(out, record);
    for (const std::string &name : expand) {
        const Field *const field = record.structType().find(name + "Id");
        if (field == nullptr || isEmpty(*field, record)) continue;
        auto const &id = memberAs<std::optional<std::string>>(*field, record);
        auto const found = std::ranges::find_if(included, [&](const RecordPtr &other) { return other->id == id; });
        if (found == included.end()) continue;
        out.pop_back();
        if (out.back() != '{') out += ',';
        entity::writeJsonString(out, name);
        out += ':';
        entity::writeJson(out, **found);
        out += '}';
    }
}

void list(const Service &service, const EntityType &entity, Request &request, Response &response) {
    auth::Caller const caller = service.identify(request);
    allowParameters(request, {"filter", "sort", "q", "fields", "expand", "limit", "cursor", "count", "deleted"});
    entity::Query query;
    query.entity = &entity;
    auto const take = [&](const char *name, std::string &into) {
        if (const std::string *const text = request.parameter(name)) into = *text;
    };
    take("filter", query.filter);
    take("sort", query.sort);
    take("q", query.q);
    take("cursor", query.cursor);
    query.fields = namesOf(request.parameter("fields"));
    query.expand = namesOf(request.parameter("expand"));
    query.limit = limitOf(request, 0);
    query.count = countOf(request);
    query.onlyDeleted = flagOf(request, "deleted");
    entity::QueryResult const result = service.operations->queryRecords(caller, query);

    std::string &out = response.body;
    out.reserve(result.records.size() * 512 + 128);
    out += "{\"data\":[";
    for (bool first = true; const RecordPtr &record : result.records) {
        if (!std::exchange(first, false)) out += ',';
        writeRecord(out, *record, result.expand, result.included);
    }
    out += "],\"page\":{\"size\":" + std::to_string(result.records.size());
    if (!result.nextCursor.empty()) {
        out += ",\"nextCursor\":";
        entity::writeJsonString(out, result.nextCursor);
        response.header("Link", "<" + request.path + "?cursor=" + result.nextCursor + ">; rel=\"next\"");
    }
    if (result.total) out += ",\"total\":" + std::to_string(*result.total);
    out += "}}";
    response.contentType = "application/json";
}

void get(const Service &service, const EntityType &entity, Request &request, Response &response) {
    auth::Caller const caller = service.identify(request);
    if (!request.query.empty()) allowParameters(request, {"fields", "expand"});
    std::vector<std::string> const fields = namesOf(request.parameter("fields"));
    std::vector<std::string> const expand = namesOf(request.parameter("expand"));
    RecordPtr const record = service.operations->retrieve(caller, keyFromPath(request, entity), fields);
    if (fields.empty() && expand.empty()) {
        std::string tag = etag(*record);
        if (matches(request.header("If-None-Match"), tag)) {
            response.status = 304;
            response.header("ETag", std::move(tag));
            return;
        }
        response.header("ETag", std::move(tag));
        entity::writeJson(response.body, *record);
    } else {
        std::vector<RecordPtr> const included = service.operations->expand(caller, *record, expand);
        writeRecord(response.body, *record, expand, included);
    }
    response.contentType = "application/json";
}

/// The version that If-Match demands; empty when there is none or it is "*".
std::optional<std::int64_t> demandedVersion(std::string_view header) {
    if (header.empty() || header == "*") return std::nullopt;
    std::string_view text = header;
    if (text.size() >= 2 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
    std::int64_t version = 0;
    auto const [end, problem] = std::from_chars(text.data(), text.data() + text.size(), version);
    if (problem != std::errc{} || end != text.data() + text.size()) {
        throw Error(ErrorCode::malformed, "If-Match must be an ETag that this server gave, such as \"7\".");
    }
    return version;
}

void requireJson(const Request &request, std::initializer_list<std::string_view> types) {
    std::string_view type = request.header("Content-Type");
    type = type.substr(0, type.find(';'));
    while (!type.empty() && type.back() == ' ') type.remove_suffix(1);
    if (std::ranges::find(types, type) != types.end()) return;
    std::string expected;
    for (std::string_view const one : types) expected += (expected.empty() ? "" : " or ") + std::string(one);
    throw Error(ErrorCode::unsupportedMediaType, "Send " + expected + ".");
}

void answerWrites(const Service &service, const auth::Caller &caller, Request &request, Response &response,
                  const std::string &body, std::vector<Write> writes, const WriteOptions &options,
                  const std::function<void(const std::vector<RecordResult> &, Response &)> &answer) {
    answerOnce(
        *service.operations, caller, request, response, body, options,
        [&](const WriteOptions &chosen) { return service.operations->write(caller, std::move(writes), chosen); },
        answer);
}

void requireSuccess(const RecordResult &result) {
    if (result.error) throw *result.error;
}

void create(const Service &service, const EntityType &entity, Request &request, Response &response) {
    auth::Caller const caller = service.identify(request);
    allowParameters(request, {});
    requireJson(request, {"application/json"});
    std::string const body = request.body->readAll(4U << 20U);
    Preference const preference = preferenceOf(request);
    std::vector<Write> writes(1);
    writes[0].record = entity::newRecord(entity);
    entity::readJson(body, *writes[0].record);
    applyPreference(preference, *writes[0].record);
    WriteOptions options;
    options.allOrNone = true;
    options.returnRecords = !preference.minimal;
    answerWrites(service, caller, request, response, body, std::move(writes), options,
                 [&](const std::vector<RecordResult> &results, Response &out) {
                     const RecordResult &result = results.at(0);
                     requireSuccess(result);
                     out.status = 201;
                     out.header("Location", std::string(root) + std::string(entity.collection) + '/' + result.id);
                     writeResult(result, preference, out);
                 });
}

/// PATCH and PUT: one record, found by the path.
void change(const Service &service, const EntityType &entity, Action action, Request &request, Response &response) {
    auth::Caller const caller = service.identify(request);
    allowParameters(request, {});
    if (request.header("Content-Type").find("json") == std::string_view::npos) {
        response.header("Accept-Patch", "application/merge-patch+json");
    }
    requireJson(request, {"application/merge-patch+json", "application/json"});
    std::string const body = request.body->readAll(4U << 20U);
    Preference const preference = preferenceOf(request);
    std::vector<Write> writes(1);
    writes[0].action = action;
    writes[0].record = entity::newRecord(entity);
    writes[0].key = keyFromPath(request, entity);
    entity::readJson(body, *writes[0].record);
    applyPreference(preference, *writes[0].record);
    if (auto const version = demandedVersion(request.header("If-Match"))) writes[0].key.version = version;
    WriteOptions options;
    options.allOrNone = true;
    options.returnRecords = !preference.minimal;
    auto const results = service.operations->write(caller, std::move(writes), options);
    requireSuccess(results.at(0));
    if (results[0].created) {
        response.status = 201;
        response.header("Location", std::string(root) + std::string(entity.collection) + '/' + results[0].id);
    }
    writeResult(results[0], preference, response);
}

void update(const Service &service, const EntityType &entity, Request &request, Response &response) {
    change(service, entity, Action::update, request, response);
}

void upsert(const Service &service, const EntityType &entity, Request &request, Response &response) {
    change(service, entity, Action::upsert, request, response);
}

void remove(const Service &service, const EntityType &entity, Request &request, Response &response) {
    auth::Caller const caller = service.identify(request);
    allowParameters(request, {});
    RecordKey key = keyFromPath(request, entity);
    key.version = demandedVersion(request.header("If-Match"));
    requireSuccess(service.operations->deleteRecords(caller, {key}, {.allOrNone = true, .returnRecords = false}).at(0));
    response.status = 204;
}

void undelete(const Service &service, const EntityType &entity, Request &request, Response &response) {
    auth::Caller const caller = service.identify(request);
    allowParameters(request, {});
    std::vector<Write> writes(1);
    writes[0].action = Action::undelete;
    writes[0].key = keyFromPath(request, entity);
    Preference const preference = preferenceOf(request);
    answerWrites(service, caller, request, response, {}, std::move(writes), {.allOrNone = true},
                 [&](const std::vector<RecordResult> &results, Response &out) {
                     requireSuccess(results.at(0));
                     writeResult(results[0], preference, out);
                 });
}

void history(const Service &service, const EntityType &entity, Request &request, Response &response) {
    auth::Caller const caller = service.identify(request);
    allowParameters(request, {"limit", "cursor"});
    const std::string *const cursor = request.parameter("cursor");
    auto const page = service.operations->history(caller, keyFromPath(request, entity), limitOf(request, 0),
                                                  cursor != nullptr ? *cursor : "");
    response.contentType = "application/json";
    response.body = "{\"data\":[";
    for (bool first = true; const AuditEntry &entry : page.entries) {
        if (!std::exchange(first, false)) response.body += ',';
        entity::writeJson(response.body, entry);
    }
    response.body += "],\"page\":{\"size\":" + std::to_string(page.entries.size());
    if (!page.nextCursor.empty()) {
        response.body += ",\"nextCursor\":";
        entity::writeJsonString(response.body, page.nextCursor);
    }
    response.body += "}}";
}

/// Replaces "@{ref.id}" by the id that was chosen for the operation called ref.
void resolveReferences(boost::json::value &value, const std::map<std::string, std::string, std::less<>> &ids) {
    if (auto *const object = value.if_object()) {
        for (auto &[name, member] : *object) resolveReferences(member, ids);
    } else if (auto *const array = value.if_array()) {
        for (auto &item : *array) resolveReferences(item, ids);
    } else if (auto *const text = value.if_string()) {
        std::string_view const reference(text->data(), text->size());
        if (!reference.starts_with("@{") || !reference.ends_with(".id}")) return;
        auto const found = ids.find(reference.substr(2, reference.size() - 6));
        if (found == ids.end()) {
            throw Error(ErrorCode::validation, "There is no earlier create with this ref: " + std::string(reference));
        }
        *text = found->second;
    }
}

std::string textMember(const boost::json::object &object, std::string_view name) {
    const auto *const member = object.if_contains(name);
    if (member == nullptr) return {};
    if (!member->is_string()) {
        throw Error(ErrorCode::validation, "The operation is not valid.",
                    {{"/" + std::string(name), "WRONG_TYPE", "must be a string"}});
    }
    return std::string(member->get_string());
}

Action actionOf(const std::string &name) {
    static const std::map<std::string, Action, std::less<>> actions{{"create", Action::create},
                                                                    {"update", Action::update},
                                                                    {"upsert", Action::upsert},
                                                                    {"delete", Action::remove},
                                                                    {"undelete", Action::undelete}};
    auto const found = actions.find(name);
    if (found == actions.end()) {
        throw Error(ErrorCode::validation, "The operation is not valid.",
                    {{"/op", "NOT_A_CHOICE", "must be create, update, upsert, delete or undelete"}});
    }
    return found->second;
}

/// One operation of a batch. `entity` is the collection's; nullptr in a composite, where each names its own.
Write readOperation(const boost::json::value &value, const EntityType *entity, const ServiceContract &contract,
                    std::map<std::string, std::string, std::less<>> &ids) {
    Write write;
    if (!value.is_object()) {
        throw Error(ErrorCode::validation, "An operation must be an object.");
    }
    const boost::json::object &operation = value.get_object();
    for (const auto &member : operation) {
        static const std::set<std::string_view> known{"op", "ref", "id", "ifMatch", "externalId", "body", "entity"};
        if (!known.contains(std::string_view(member.key()))) {
            throw Error(ErrorCode::validation, "The operation is not valid.",
                        {{"/" + std::string(member.key()), "UNKNOWN_FIELD", "is not a member of an operation"}});
        }
    }
    write.action = actionOf(textMember(operation, "op"));
    if (entity == nullptr) {
        std::string const collection = textMember(operation, "entity");
        entity = contract.entityByCollection(collection);
        if (entity == nullptr) {
            throw Error(ErrorCode::validation, "The operation is not valid.",
                        {{"/entity", "UNKNOWN_ENTITY", "there is no collection " + collection}});
        }
    }
    write.key.entity = entity;
    boost::json::value id(textMember(operation, "id"));
    resolveReferences(id, ids);
    write.key.id = std::string(id.get_string());
    write.key.version = demandedVersion(textMember(operation, "ifMatch"));
    if (const auto *const external = operation.if_contains("externalId")) {
        ExternalId key;
        entity::readJson(*external, key);
        write.key.externalSystem = key.system.value_or("");
        write.key.externalId = key.id.value_or("");
    }
    bool const needsBody = write.action != Action::remove && write.action != Action::undelete;
    const auto *const body = operation.if_contains("body");
    if (needsBody) {
        if (body == nullptr) {
            throw Error(ErrorCode::validation, "The operation is not valid.", {{"/body", "REQUIRED", "is missing"}});
        }
        write.record = entity::newRecord(*entity);
        boost::json::value copy = *body;
        resolveReferences(copy, ids);
        entity::readJson(copy, *write.record);
    }
    std::string const reference = textMember(operation, "ref");
    if (!reference.empty() && write.action == Action::create) {
        if (!write.record->id) write.record->id = newId();
        ids[reference] = *write.record->id;
    }
    return write;
}

/// Body of /<collection>/batch and /composite.
void batch(const Service &service, const EntityType *entity, Request &request, Response &response,
           std::optional<std::string> read = {}) {
    auth::Caller const caller = service.identify(request);
    allowParameters(request, {});
    requireJson(request, {"application/json"});
    std::string const body = read ? std::move(*read) : request.body->readAll(16U << 20U);
    boost::json::value const document = entity::parseJson(body);
    const boost::json::object *const object = document.if_object();
    const boost::json::value *const list = object != nullptr ? object->if_contains("operations") : nullptr;
    if (list == nullptr || !list->is_array()) {
        throw Error(ErrorCode::validation, "The batch is not valid.",
                    {{"/operations", "REQUIRED", "must be a list of operations"}});
    }
    bool atomic = entity == nullptr;
    for (const auto &member : *object) {
        if (member.key() == "operations") continue;
        if (member.key() == "atomic" && member.value().is_bool()) {
            atomic = member.value().get_bool();
            continue;
        }
        throw Error(ErrorCode::validation, "The batch is not valid.",
                    {{"/" + std::string(member.key()), "UNKNOWN_FIELD", "is not a member of a batch"}});
    }
    if (list->get_array().size() > 200) throw Error(ErrorCode::tooLarge, "At most 200 operations in one call.");

    std::vector<Write> writes;
    std::vector<std::string> references;
    std::map<std::string, std::string, std::less<>> ids;
    for (const boost::json::value &operation : list->get_array()) {
        const auto *const members = operation.if_object();
        const auto *const reference = members != nullptr ? members->if_contains("ref") : nullptr;
        references.push_back(reference != nullptr && reference->is_string() ? std::string(reference->get_string())
                                                                            : "");
        try {
            writes.push_back(readOperation(operation, entity, service.operations->contract(), ids));
        } catch (Error &error) {
            Write refused;
            refused.key.entity = entity;
            refused.error = std::move(error);
            writes.push_back(std::move(refused));
        }
    }
    std::vector<Action> actions;
    for (const Write &write : writes) actions.push_back(write.action);
    Preference const preference = preferenceOf(request);
    for (const Write &write : writes) {
        if (write.record) applyPreference(preference, *write.record);
    }
    WriteOptions options;
    options.allOrNone = atomic;
    options.returnRecords = preference.explicitRepresentation;
    answerWrites(service, caller, request, response, body, std::move(writes), options,
                 [&](const std::vector<RecordResult> &results, Response &out) {
                     writeBatch(request, results, actions, references, atomic, out);
                 });
}

/// Body of /<collection>/{id}/merge.
void readMerge(const std::string &body, RecordMerge &merge) {
    boost::json::value const document = entity::parseJson(body);
    const boost::json::object *const object = document.if_object();
    if (object == nullptr) throw entity::validationError({{"", "WRONG_TYPE", "must be an object"}});
    auto const items = [](const boost::json::value &list, std::string_view name) -> const boost::json::array & {
        if (list.is_array()) return list.get_array();
        throw entity::validationError({{"/" + std::string(name), "WRONG_TYPE", "must be a list"}});
    };
    for (const auto &member : *object) {
        std::string_view const name(member.key());
        if (name == "victimIds") {
            for (const auto &id : items(member.value(), name)) {
                bool const text = id.is_string();
                merge.victimId.emplace_back(text ? std::string_view(id.get_string()) : std::string_view{});
            }
        } else if (name == "choices") {
            for (const auto &choice : items(member.value(), name)) {
                entity::readJson(choice, merge.choice.emplace_back(),
                                 "/choices/" + std::to_string(merge.choice.size() - 1));
            }
        } else {
            throw entity::validationError({{"/" + std::string(name), "UNKNOWN_FIELD", "is not a member of a merge"}});
        }
    }
    if (merge.choice.size() > 200) {
        throw entity::validationError({{"/choices", "TOO_MANY_ITEMS", "must have at most 200 items"}});
    }
}

void merge(const Service &service, const EntityType &entity, Request &request, Response &response) {
    auth::Caller const caller = service.identify(request);
    allowParameters(request, {});
    requireJson(request, {"application/json"});
    std::string const body = request.body->readAll(1U << 20U);
    Preference const preference = preferenceOf(request);
    RecordMerge wanted;
    readMerge(body, wanted);
    wanted.entity = std::string(entity.name);
    wanted.masterId = request.pathParameters.at(0);
    wanted.version = demandedVersion(request.header("If-Match"));
    std::string mergeId;
    answerOnce(
        *service.operations, caller, request, response, body, {},
        [&](const WriteOptions &options) {
            auto const keep = [&](const entity::Merged &merged, postgres::Batch &batch) {
                mergeId = merged.mergeId;
                if (options.beforeCommit) options.beforeCommit(merged.master, batch);
            };
            return std::move(entity::mergeRecords(*service.operations, caller, wanted, keep).master);
        },
        [&](const std::vector<RecordResult> &results, Response &out) {
            out.header("Merge-Id", mergeId);
            writeResult(results.at(0), preference, out);
            if (out.body.empty()) return;
            out.body.pop_back();
            out.body += ",\"mergeId\":\"" + mergeId + "\"}";
        });
}

/// A merge is known to the service that has made it, and to no other.
void undoMerge(const std::vector<Service> &services, Request &request, Response &response) {
    auth::Caller const caller = services.front().identify(request);
    allowParameters(request, {});
    std::string const &mergeId = request.pathParameters.at(0);
    auto const service =
        std::ranges::find_if(services, [&](const Service &one) { return entity::hasMerge(*one.operations, mergeId); });
    if (service == services.end()) throw Error(ErrorCode::notFound, "There is no such merge, or you may not see it.");
    UnmergeResult result;
    answerOnce(
        *service->operations, caller, request, response, {}, {},
        [&](const WriteOptions &options) {
            result = entity::unmergeRecords(*service->operations, caller, mergeId,
                                            [&](const UnmergeResult &undone, postgres::Batch &batch) {
                                                result = undone;
                                                if (options.beforeCommit) options.beforeCommit({}, batch);
                                            });
            return std::vector<RecordResult>{};
        },
        [&](const std::vector<RecordResult> &, Response &out) { writeBody(out, result); });
}

/// The service that owns a collection; a composite stays within one, because one transaction does.
const Service &serviceOf(const std::vector<Service> &services, std::string_view collection, const EntityType *&entity) {
    for (const Service &service : services) {
        entity = service.operations->contract().entityByCollection(collection);
        if (entity != nullptr) return service;
    }
    throw badParameter("in", "There is no collection " + std::string(collection) + ".");
}

/// The collections that `in` names, by service; all when it is absent.
std::vector<std::pair<const Service *, std::vector<const EntityType *>>> chosen(const std::vector<Service> &services,
                                                                                const Request &request) {
    std::vector<std::pair<const Service *, std::vector<const EntityType *>>> all;
    for (const Service &service : services) all.emplace_back(&service, std::vector<const EntityType *>{});
    std::vector<std::string> const names = namesOf(request.parameter("in"));
    for (const std::string &name : names) {
        const EntityType *entity = nullptr;
        const Service &service = serviceOf(services, name, entity);
        all[static_cast<std::size_t>(&service - services.data())].second.push_back(entity);
    }
    if (!names.empty()) std::erase_if(all, [](const auto &entry) { return entry.second.empty(); });
    return all;
}

void composite(const std::vector<Service> &services, Request &request, Response &response) {
    std::string const body = request.body->readAll(16U << 20U);
    boost::json::value const document = entity::parseJson(body);
    const Service *chosenService = &services.front();
    if (const auto *const object = document.if_object()) {
        const auto *const list = object->if_contains("operations");
        if (list != nullptr && list->is_array() && !list->get_array().empty() && list->at(0).is_object()) {
            const EntityType *entity = nullptr;
            chosenService = &serviceOf(services, textMember(list->at(0).get_object(), "entity"), entity);
        }
    }
    batch(*chosenService, nullptr, request, response, body);
}

void search(const std::vector<Service> &services, Request &request, Response &response) {
    auth::Caller const caller = services.front().identify(request);
    allowParameters(request, {"q", "in", "limit"});
    const std::string *const q = request.parameter("q");
    if (q == nullptr || q->empty()) throw badParameter("q", "q must hold what to look for.");
    std::vector<entity::SearchHit> hits;
    int const limit = limitOf(request, 20);
    for (const auto &[service, entities] : chosen(services, request)) {
        for (auto &hit : service->operations->searchRecords(caller, *q, entities, limit))
            hits.push_back(std::move(hit));
    }
    std::ranges::stable_sort(hits, std::ranges::greater{}, &entity::SearchHit::rank);
    if (hits.size() > static_cast<std::size_t>(limit)) hits.resize(static_cast<std::size_t>(limit));
    std::string &out = response.body;
    out = "{\"data\":[";
    for (bool first = true; const auto &hit : hits) {
        if (!std::exchange(first, false)) out += ',';
        out += "{\"entity\":";
        entity::writeJsonString(out, entity::entityOf(*hit.record).name);
        out += ",\"rank\":" + std::to_string(hit.rank) + ",\"snippet\":";
        entity::writeJsonString(out, hit.snippet);
        out += ",\"record\":";
        entity::writeJson(out, *hit.record);
        out += '}';
    }
    out += "]}";
    response.contentType = "application/json";
}

void changes(const std::vector<Service> &services, Request &request, Response &response, bool onlyDeleted) {
    auth::Caller const caller = services.front().identify(request);
    allowParameters(request, {"in", "since", "limit"});
    auto const parts = chosen(services, request);
    if (parts.size() != 1) {
        throw badParameter("in", "in must name collections of one service: each service has its own order of changes.");
    }
    const std::string *const since = request.parameter("since");
    entity::Changes const page = parts[0].first->operations->getChanges(
        caller, parts[0].second, since != nullptr ? *since : "", limitOf(request, 1000), onlyDeleted);
    std::string &out = response.body;
    out = "{\"data\":[";
    for (bool first = true; const entity::Change &change : page.changes) {
        if (!std::exchange(first, false)) out += ',';
        out += "{\"entity\":";
        entity::writeJsonString(out, change.entity->name);
        out += ",\"id\":\"" + change.id + "\",\"kind\":\"" + change.kind +
               "\",\"version\":" + std::to_string(change.version) + ",\"at\":\"" + change.at.toString() + "\"}";
    }
    out += "],\"resumeToken\":";
    entity::writeJsonString(out, page.resumeToken);
    out += page.more ? ",\"more\":true}" : ",\"more\":false}";
    response.contentType = "application/json";
}

void describe(const std::vector<Service> &services, Request &request, Response &response) {
    auth::Caller const caller = services.front().identify(request);
    allowParameters(request, {});
    response.contentType = "application/json";
    if (!request.pathParameters.empty()) {
        for (const Service &service : services) {
            const EntityType *const type = service.operations->contract().entityByCollection(request.pathParameters[0]);
            if (type == nullptr) continue;
            entity::writeJson(response.body, service.operations->describe(caller, *type));
            return;
        }
        throw Error(ErrorCode::notFound, "There is no collection " + request.pathParameters[0] + ".");
    }
    response.body = "{\"data\":[";
    bool first = true;
    for (const Service &service : services) {
        for (const EntityType *type : service.operations->contract().entities) {
            if (!std::exchange(first, false)) response.body += ',';
            entity::writeJson(response.body, service.operations->describe(caller, *type));
        }
    }
    response.body += "]}";
}

}  // namespace

void allowParameters(const Request &request, std::initializer_list<std::string_view> names) {
    for (const auto &[name, value] : request.query) {
        if (std::ranges::find(names, name) == names.end()) {
            throw badParameter(name, "There is no query parameter " + name + " here.");
        }
    }
}

void answerOnce(entity::Operations &operations, const auth::Caller &caller, Request &request, Response &response,
                const std::string &body, WriteOptions options,
                const std::function<std::vector<RecordResult>(const WriteOptions &)> &perform,
                const std::function<void(const std::vector<RecordResult> &, Response &)> &answer) {
    std::string_view const header = request.method == "POST" ? request.header("Idempotency-Key") : std::string_view{};
    if (header.empty()) {
        answer(perform(options), response);
        return;
    }
    std::string const key = entity::parseIdempotencyKey(header);
    std::string const hash = entity::requestHash(request.method + ' ' + request.path, body);
    auto const replay = [&] {
        auto const stored = entity::findAnswer(operations.pool(), caller, key, hash);
        if (stored) replayAnswer(*stored, response);
        return stored.has_value();
    };
    if (replay()) return;
    bool stored = false;
    options.beforeCommit = [&](const std::vector<RecordResult> &results, postgres::Batch &batch) {
        response = Response{};
        answer(results, response);
        entity::storeAnswer(batch, caller, key, hash, storedAnswer(response));
        stored = true;
    };
    try {
        auto const results = perform(options);
        if (!stored) answer(results, response);  // nothing was written: a later try may succeed
    } catch (const Error &error) {
        // The first request with this key has committed since we looked.
        if (error.code != ErrorCode::idempotencyRunning || !replay()) throw;
    }
}

void readParameters(const Request &request, Object &into) {
    boost::json::object members;
    for (const auto &[name, value] : request.query) {
        auto const field = std::ranges::find(into.structType().fields, name, &Field::name);
        if (field == into.structType().fields.end()) {
            Error error(ErrorCode::invalidQuery, "There is no parameter " + name + ".");
            error.parameter = name;
            error.position = 0;
            throw error;
        }
        std::int64_t number = 0;
        auto const [end, problem] = std::from_chars(value.data(), value.data() + value.size(), number);
        if (field->kind == Kind::integer && problem == std::errc{} && end == value.data() + value.size()) {
            members[name] = number;
        } else if (field->kind == Kind::boolean && (value == "true" || value == "false")) {
            members[name] = value == "true";
        } else {
            members[name] = value;  // what does not fit is told as in a body
        }
    }
    entity::readJson(boost::json::value(std::move(members)), into);
    entity::validate(into);
}

void readBody(Request &request, Object &into, std::size_t limit) {
    requireJson(request, {"application/json"});
    entity::readJson(request.body->readAll(limit), into);
}

void writeBody(Response &response, const Object &object) {
    response.contentType = "application/json";
    entity::writeJson(response.body, object);
}

namespace {

using ResourceHandler = void (*)(const Service &, const EntityType &, Request &, Response &);

void batchOfOne(const Service &service, const EntityType &entity, Request &request, Response &response) {
    batch(service, &entity, request, response);
}

ResourceHandler handlerOf(entity::ResourceAction action) {
    using enum entity::ResourceAction;
    switch (action) {
    case entity::ResourceAction::list:
        return rest::list;
    case entity::ResourceAction::create:
        return rest::create;
    case get:
    case getByExternalId:
        return rest::get;
    case entity::ResourceAction::update:
    case updateByExternalId:
        return rest::update;
    case entity::ResourceAction::remove:
    case removeByExternalId:
        return rest::remove;
    case entity::ResourceAction::undelete:
        return rest::undelete;
    case entity::ResourceAction::history:
        return rest::history;
    case upsertByExternalId:
        return upsert;
    case entity::ResourceAction::batch:
        return batchOfOne;
    case entity::ResourceAction::merge:
        return rest::merge;
    }
    return nullptr;
}

}  // namespace

void addResourceRoutes(http::Router &router, const Service &service) {
    for (const EntityType *const type : service.operations->contract().entities) {
        for (const entity::ResourceRoute &route : entity::resourceRoutes()) {
            if (!entity::hasRoute(*type, route)) continue;
            http::RouteOptions options;
            options.bodyLimit = 16U << 20U;
            router.add(
                route.method, entity::pathOf(route, *type), entity::operationId(route, *type),
                [service, type, handler = handlerOf(route.action)](Request &request, Response &response) {
                    handler(service, *type, request, response);
                },
                options);
        }
    }
}

void addSharedRoutes(http::Router &router, const std::vector<Service> &services) {
    for (const entity::SharedRoute &route : entity::sharedRoutes()) {
        http::Handler handler;
        switch (route.action) {
        case entity::SharedAction::search:
            handler = [services](Request &request, Response &response) { search(services, request, response); };
            break;
        case entity::SharedAction::changes:
            handler = [services](Request &request, Response &response) { changes(services, request, response, false); };
            break;
        case entity::SharedAction::deleted:
            handler = [services](Request &request, Response &response) { changes(services, request, response, true); };
            break;
        case entity::SharedAction::describe:
        case entity::SharedAction::describeCollection:
            handler = [services](Request &request, Response &response) { describe(services, request, response); };
            break;
        case entity::SharedAction::composite:
            handler = [services](Request &request, Response &response) { composite(services, request, response); };
            break;
        case entity::SharedAction::undoMerge:
            handler = [services](Request &request, Response &response) { undoMerge(services, request, response); };
            break;
        default:
            continue;  // jobs have routes of their own (jobs.h)
        }
        router.add(route.method, route.path, std::string(route.operationId), std::move(handler));
    }
}

}  // namespace kontor::rest
