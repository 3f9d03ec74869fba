#include "services/contact/contact_rest.h"

#include "shared/entity/json.h"
#include "shared/http/target.h"

#include <charconv>

namespace kontor::contact {

using http::Request;
using http::Response;

namespace {

/// 0 when it is not given: the page before knows.
int limitOf(const Request &request) {
    const std::string *const text = request.parameter("limit");
    if (text == nullptr) return 0;
    int limit = 0;
    auto const [end, problem] = std::from_chars(text->data(), text->data() + text->size(), limit);
    if (problem != std::errc{} || end != text->data() + text->size() || limit < 1) {
        Error error(ErrorCode::invalidQuery, "limit must be a whole number from 1 to 500.");
        error.parameter = "limit";
        error.position = 0;
        throw error;
    }
    return limit;
}

std::string textOf(const Request &request, std::string_view name) {
    const std::string *const text = request.parameter(name);
    return text != nullptr ? *text : std::string{};
}

void timeline(ContactService &service, const auth::Caller &caller, Request &request, Response &response) {
    rest::allowParameters(request, {"limit", "cursor"});
    entity::RecordKey key;
    key.entity = serviceContract().entityByCollection(request.pathParameters.at(0));
    if (key.entity == nullptr) throw Error(ErrorCode::notFound, "There is no such collection.");
    key.id = request.pathParameters.at(1);
    rest::writeBody(response, service.getTimeline(caller, key, limitOf(request), textOf(request, "cursor")));
}

/// The body is the file itself; what it belongs to is in the query.
void upload(ContactService &service, const auth::Caller &caller, Request &request, Response &response) {
    rest::allowParameters(request, {"parentEntity", "parentId", "fileName", "description"});
    auto attachment = std::make_unique<Attachment>();
    auto const take = [&](const char *name, std::optional<std::string> &into) {
        if (const std::string *const text = request.parameter(name)) into = *text;
    };
    take("parentEntity", attachment->parentEntity);
    take("parentId", attachment->parentId);
    take("fileName", attachment->fileName);
    take("description", attachment->description);
    std::string_view const type = request.header("Content-Type");
    if (!type.empty()) attachment->contentType = std::string(type);
    if (request.contentLength && *request.contentLength > static_cast<std::uint64_t>(maximumAttachmentBytes)) {
        throw Error(ErrorCode::tooLarge, "An attachment has at most 100 MB.");
    }
    entity::RecordResult const result =
        service.uploadAttachment(caller, std::move(attachment),
                                 [&](char *buffer, std::size_t size) { return request.body->read(buffer, size); });
    if (result.error) throw *result.error;
    response.status = 201;
    response.header("Location", "/api/v1/attachments/" + result.id);
    response.header("ETag", '"' + std::to_string(result.version) + '"');
    if (result.record) rest::writeBody(response, *result.record);
}

void download(ContactService &service, const auth::Caller &caller, Request &request, Response &response) {
    rest::allowParameters(request, {});
    std::shared_ptr<Attachment> const attachment = service.attachment(caller, request.pathParameters.at(0));
    // Never shown by the browser in our own name.
    response.contentType = attachment->contentType.value_or("application/octet-stream");
    response.header("Content-Disposition",
                    "attachment; filename*=UTF-8''" + http::encodePercent(attachment->fileName.value_or("file")));
    response.header("Content-Security-Policy", "sandbox; default-src 'none'");
    response.streamLength = static_cast<std::uint64_t>(attachment->size.value_or(0));
    response.stream = [&service, attachment](http::Sink &sink) {
        service.readContent(*attachment, 0, [&](std::string_view piece) {
            sink.write(piece);
            return true;
        });
    };
}

}  // namespace

std::vector<entity::OperationRoute> contactOperationRoutes() {
    return {
        {.operation = "getTimeline", .method = "GET", .path = "/api/v1/{entity}/{id}/timeline"},
        {.operation = "uploadAttachment",
         .method = "POST",
         .path = "/api/v1/attachments/content",
         .requestType = "application/octet-stream",
         .query = "parentEntity! parentId! fileName! description",
         .entity = "Attachment",
         .status = 201},
        {.operation = "downloadAttachment",
         .method = "GET",
         .path = "/api/v1/attachments/{id}/content",
         .responseType = "application/octet-stream"},
        {.operation = "listTags", .method = "GET", .path = "/api/v1/tags"},
    };
}

void addContactRoutes(http::Router &router, ContactService &service, const rest::Identify &identify) {
    auto const add = [&](std::string_view method, const std::string &path, std::string name, auto handler,
                         http::RouteOptions options = {}) {
        router.add(
            method, path, std::move(name),
            [&service, identify, handler](Request &request, Response &response) {
                handler(service, identify(request), request, response);
            },
            options);
    };
    for (const EntityType *const entity : serviceContract().entities) {
        std::string const collection(entity->collection);
        add("GET", "/api/v1/" + collection + "/{id}/timeline", "getTimeline",
            [collection](ContactService &s, const auth::Caller &caller, Request &request, Response &response) {
                request.pathParameters.insert(request.pathParameters.begin(), collection);
                timeline(s, caller, request, response);
            });
    }
    http::RouteOptions large;
    large.bodyLimit = static_cast<std::size_t>(maximumAttachmentBytes) + 1;
    add("POST", "/api/v1/attachments/content", "uploadAttachment", upload, large);
    add("GET", "/api/v1/attachments/{id}/content", "downloadAttachment", download);
    add("GET", "/api/v1/tags", "listTags",
        [](ContactService &s, const auth::Caller &caller, Request &request, Response &response) {
            rest::allowParameters(request, {"entity"});
            rest::writeBody(response, s.listTags(caller, textOf(request, "entity")));
        });
}

}  // namespace kontor::contact
