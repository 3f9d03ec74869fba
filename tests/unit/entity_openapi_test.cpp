// The OpenAPI document: complete, consistent in itself, and true to the contract.

#include "contract/contact.h"
#include "contract/identity.h"
#include "contract/jobs.h"
#include "shared/entity/openapi.h"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <set>

using namespace kontor;
using namespace kontor::entity;
namespace json = boost::json;

namespace {

const json::value &document() {
    static const json::value value = [] {
        std::vector<OpenApiService> services(2);
        services[0].contract = &identity::serviceContract();
        services[0].routes = {{.operation = "login", .method = "POST", .path = "/api/v1/session", .open = true},
                              {.operation = "logout", .method = "DELETE", .path = "/api/v1/session"},
                              {.operation = "getUserInfo", .method = "GET", .path = "/api/v1/me"}};
        services[1].contract = &contact::serviceContract();
        services[1].routes = {{.operation = "getTimeline", .method = "GET", .path = "/api/v1/{entity}/{id}/timeline"},
                              {.operation = "uploadAttachment",
                               .method = "POST",
                               .path = "/api/v1/attachments/content",
                               .requestType = "application/octet-stream",
                               .query = "parentEntity! description",
                               .entity = "Attachment",
                               .status = 201},
                              {.operation = "downloadAttachment",
                               .method = "GET",
                               .path = "/api/v1/attachments/{id}/content",
                               .responseType = "application/octet-stream"}};
        std::string const text = openApiDocument(services, {.serverUrl = "https://crm.example.org"});
        if (const char *const file = std::getenv("KONTOR_OPENAPI_OUT")) std::ofstream(file) << text;
        return json::parse(text);
    }();
    return value;
}

template <typename Visit> void eachOperation(const Visit &visit) {
    for (const auto &path : document().at("paths").as_object()) {
        for (const auto &operation : path.value().as_object()) {
            visit(std::string(path.key()), std::string(operation.key()), operation.value().as_object());
        }
    }
}

template <typename Visit> void eachReference(const json::value &value, const Visit &visit) {
    if (const auto *const array = value.if_array()) {
        for (const auto &item : *array) eachReference(item, visit);
    } else if (const auto *const object = value.if_object()) {
        for (const auto &member : *object) {
            if (member.key() == "$ref") visit(std::string(member.value().as_string()));
            eachReference(member.value(), visit);
        }
    }
}

const json::value &schema(std::string_view name) { return document().at("components").at("schemas").at(name); }

}  // namespace

BOOST_AUTO_TEST_SUITE(entity_openapi)

BOOST_AUTO_TEST_CASE(every_collection_has_every_route) {
    const json::object &paths = document().at("paths").as_object();
    for (const ServiceContract *const service : {&identity::serviceContract(), &contact::serviceContract()}) {
        for (const EntityType *const entity : service->entities) {
            for (const ResourceRoute &route : resourceRoutes()) {
                if (route.action == ResourceAction::merge && !entity->mergeable) continue;
                auto const *const path = paths.if_contains(pathOf(route, *entity));
                BOOST_REQUIRE_MESSAGE(path != nullptr, pathOf(route, *entity));
                std::string method(route.method);
                std::ranges::transform(method, method.begin(), [](char c) { return static_cast<char>(c | 0x20); });
                BOOST_REQUIRE_MESSAGE(path->as_object().contains(method), pathOf(route, *entity) + " " + method);
                BOOST_TEST(path->at(method).at("operationId").as_string() == operationId(route, *entity));
            }
        }
    }
    for (const SharedRoute &route : sharedRoutes()) BOOST_TEST(paths.contains(route.path), std::string(route.path));
    BOOST_TEST(document().at("paths").at("/api/v1/accounts").at("post").at("operationId").as_string() ==
               "createAccount");
    BOOST_TEST(document().at("paths").at("/api/v1/accounts").at("get").at("operationId").as_string() == "listAccounts");
}

BOOST_AUTO_TEST_CASE(operation_ids_are_unique) {
    std::set<std::string> ids;
    eachOperation([&](const std::string &path, const std::string &, const json::object &operation) {
        BOOST_TEST(ids.insert(std::string(operation.at("operationId").as_string())).second, path);
    });
}

BOOST_AUTO_TEST_CASE(soap_twins_exist_in_the_contract) {
    std::set<std::string> known;
    for (const ServiceContract *const service :
         {&identity::serviceContract(), &contact::serviceContract(), &jobs::serviceContract()}) {
        for (const OperationType &type : service->operations) known.emplace(type.name);
    }
    eachOperation([&](const std::string &path, const std::string &, const json::object &operation) {
        const auto *const twin = operation.if_contains("x-soap-operation");
        if (twin == nullptr) return;
        if (twin->is_string()) BOOST_TEST(known.contains(std::string(twin->as_string())), path);
        if (twin->is_array()) {
            for (const auto &name : twin->as_array()) BOOST_TEST(known.contains(std::string(name.as_string())), path);
        }
    });
}

BOOST_AUTO_TEST_CASE(references_lead_somewhere) {
    eachReference(document(), [&](const std::string &reference) {
        BOOST_REQUIRE(reference.starts_with("#/"));
        json::error_code error;
        BOOST_TEST((document().find_pointer(reference.substr(1), error) != nullptr), reference);
    });
}

BOOST_AUTO_TEST_CASE(path_parameters_are_described) {
    eachOperation([&](const std::string &path, const std::string &, const json::object &operation) {
        std::size_t const wanted = static_cast<std::size_t>(std::ranges::count(path, '{'));
        std::size_t found = 0;
        if (const auto *const parameters = operation.if_contains("parameters")) {
            for (const auto &parameter : parameters->as_array()) {
                const auto *const in = parameter.as_object().if_contains("in");
                found += in != nullptr && in->as_string() == "path" ? 1U : 0U;
            }
        }
        BOOST_TEST(found == wanted, path);
    });
}

BOOST_AUTO_TEST_CASE(schemas_hold_the_facets) {
    const json::value &account = schema("Account").at("properties");
    BOOST_TEST(account.at("name").at("maxLength").as_int64() == 255);
    BOOST_TEST(account.at("createdAt").at("readOnly").as_bool());
    BOOST_TEST(account.at("createdAt").at("format").as_string() == "date-time");
    BOOST_TEST(account.at("annualRevenue").at("type").as_string() == "string");
    BOOST_TEST(account.at("currency").at("pattern").as_string() == "^(?:[A-Z]{3})$");
    BOOST_TEST(account.at("employeeCount").at("minimum").as_int64() == 0);
    BOOST_TEST(!account.as_object().contains("fieldsToNull"));

    const json::value &input = schema("AccountInput");
    BOOST_TEST(!input.at("additionalProperties").as_bool());
    BOOST_TEST(!input.at("properties").as_object().contains("createdAt"));
    BOOST_TEST(std::ranges::count(input.at("required").as_array(), json::value("name")) == 1);

    const json::value &patch = schema("AccountPatch");
    BOOST_TEST(!patch.as_object().contains("required"));
    BOOST_TEST((patch.at("properties").at("website").at("type") == json::value{"string", "null"}));
    BOOST_TEST((patch.at("properties").at("name").at("type") == json::value("string")));
}

BOOST_AUTO_TEST_CASE(operations_of_the_domain_say_what_goes_in_and_out) {
    const json::value &upload = document().at("paths").at("/api/v1/attachments/content").at("post");
    BOOST_TEST(upload.at("requestBody").at("content").as_object().contains("application/octet-stream"));
    BOOST_TEST(
        upload.at("responses").at("201").at("content").at("application/json").at("schema").at("$ref").as_string() ==
        "#/components/schemas/Attachment");
    BOOST_TEST(upload.at("parameters").as_array().size() == 3);  // two of the query, Idempotency-Key
    const json::value &timeline = document().at("paths").at("/api/v1/{entity}/{id}/timeline").at("get");
    BOOST_TEST(timeline.at("x-soap-operation").as_string() == "getTimeline");
    BOOST_TEST(timeline.at("parameters").as_array().size() == 4);  // entity, id, limit, cursor
    BOOST_TEST(document().at("paths").at("/api/v1/session").at("delete").at("responses").as_object().contains("204"));
}

BOOST_AUTO_TEST_CASE(what_needs_no_credentials_says_so) {
    BOOST_TEST(document().at("paths").at("/api/v1/session").at("post").at("security").as_array().empty());
    BOOST_TEST(!document().at("paths").at("/api/v1/me").at("get").as_object().contains("security"));
    BOOST_TEST(document().at("security").as_array().size() == 2);
}

BOOST_AUTO_TEST_SUITE_END()
