#include "shared/soap/jobs.h"

#include "shared/entity/json.h"
#include "shared/entity/validate.h"
#include "shared/postgres/blob.h"
#include "shared/soap/answers.h"
#include "shared/soap/media.h"

#include <array>

namespace kontor::soap {

namespace json = boost::json;
using jobs::FoundJob;

namespace {

void refuseOthers(const Query &query) {
    std::vector<FieldError> errors;
    auto const refuse = [&](std::string_view name, bool isGiven) {
        if (isGiven) errors.push_back({"/query/" + std::string(name), "UNKNOWN_FIELD", "is not a member of an export"});
    };
    refuse("expand", !query.expand.empty());
    refuse("limit", query.limit.has_value());
    refuse("count", query.count.has_value());
    refuse("deleted", query.deleted.has_value());
    if (!errors.empty()) throw entity::validationError(std::move(errors));
}

void put(json::object &request, std::string_view name, const std::optional<std::string> &text) {
    if (text) request[name] = *text;
}

/// A record as a PATCH of it would be sent.
json::object changesOf(const Record &record) {
    std::string text;
    entity::writeJson(text, record);
    json::object changes = json::parse(text).as_object();
    changes.erase("fieldsToNull");
    for (const std::string &name : record.fieldsToNull) changes[name] = nullptr;
    return changes;
}

void append(std::string &text, std::string_view piece) {
    if (text.size() + piece.size() > maximumFile) {
        throw Error(ErrorCode::tooLarge, "SOAP carries files of at most 25 MB; take REST for more.");
    }
    text += piece;
}

}  // namespace

std::string formatOf(const std::optional<std::string> &given) {
    std::string const format = given.value_or("csv");
    if (format != "csv" && format != "ndjson") {
        throw entity::validationError({{"/format", "INVALID_FORMAT", "must be csv or ndjson"}});
    }
    return format;
}

json::value exportRequest(const ServiceContract &contract, const Query &query,
                          const std::optional<std::string> &format) {
    refuseOthers(query);
    json::object request{{"object", entityNamed(contract, query.entity.value_or(""), "/query/entity").collection},
                         {"format", formatOf(format)}};
    put(request, "filter", query.filter);
    put(request, "sort", query.sort);
    put(request, "q", query.q);
    if (!query.fields.empty()) request["fields"] = json::array(query.fields.begin(), query.fields.end());
    return request;
}

json::value massRequest(const ServiceContract &contract, const RecordSelection &selection) {
    json::object request{
        {"object", entityNamed(contract, selection.entity.value_or(""), "/selection/entity").collection}};
    put(request, "filter", selection.filter);
    put(request, "q", selection.q);
    if (!selection.id.empty()) request["ids"] = json::array(selection.id.begin(), selection.id.end());
    return request;
}

json::value massRequest(const ServiceContract &contract, const RecordSelection &selection,
                        const std::vector<std::unique_ptr<Record>> &changes) {
    json::value request = massRequest(contract, selection);
    const EntityType &entity = entityNamed(contract, selection.entity.value_or(""), "/selection/entity");
    if (changes.size() != 1 || changes[0]->structType().entity != &entity) {
        throw entity::validationError(
            {{"/changes", "WRONG_TYPE", "must hold one record, of the entity " + std::string(entity.name)}});
    }
    request.as_object()["changes"] = changesOf(*changes[0]);
    return request;
}

void pointIntoInput(Error &error) {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 3> names{
        {{"/ids", "/selection/id"}, {"/filter", "/selection/filter"}, {"/q", "/selection/q"}}};
    for (FieldError &field : error.fields) {
        for (const auto &[member, element] : names) {
            if (field.pointer != member && !field.pointer.starts_with(std::string(member) + "/")) continue;
            field.pointer.replace(0, member.size(), element);
            break;
        }
    }
}

JobFile jobErrors(const FoundJob &found) {
    JobFile file;
    file.contentType = jobs::errorsType(found.job);
    jobs::writeErrors(found, [&content = file.content.emplace()](std::string_view piece) { append(content, piece); });
    return file;
}

JobFile jobResult(const FoundJob &found) {
    jobs::requireResult(found.job);
    JobFile file;
    file.contentType = jobs::resultType(found.job);
    postgres::readBlob(found.service->pool(), found.job.resultBlob, 0,
                       [&content = file.content.emplace()](std::string_view piece) {
                           append(content, piece);
                           return true;
                       });
    return file;
}

}  // namespace kontor::soap
