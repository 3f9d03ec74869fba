#include "shared/entity/openapi.h"

#include "contract/common.h"
#include "contract/jobs.h"
#include "shared/entity/pattern.h"
#include "shared/entity/validate.h"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <set>

namespace kontor::entity {

namespace json = boost::json;

namespace {

constexpr std::string_view jsonType = "application/json";
constexpr std::string_view mergePatchType = "application/merge-patch+json";

json::object reference(std::string_view section, std::string_view name) {
    return {{"$ref", "#/components/" + std::string(section) + "/" + std::string(name)}};
}

json::object content(std::string_view type, json::value schema) {
    return {{type, json::object{{"schema", std::move(schema)}}}};
}

json::object described(std::string_view text) { return {{"description", text}}; }

// ---- schemas

/// What a schema is for.
enum class Use : std::uint8_t {
    answer,  ///< what the server gives
    create,  ///< what a caller gives for a new record, or for an operation
    patch,   ///< what a caller gives for a change: nothing is required, null empties
};

bool isCustomFields(const Field &field) {
    return field.kind == Kind::structureList && field.structure->name == "CustomField";
}

/// The pattern as JSON Schema has it (ECMA 262), or empty when it uses what only XSD knows.
std::string ecmaPattern(std::string_view pattern) {
    for (std::string_view const foreign : {"-[", "\\i", "\\c", "\\I", "\\C", "\\p", "\\P"}) {
        if (pattern.find(foreign) != std::string_view::npos) return {};
    }
    return "^(?:" + std::string(pattern) + ")$";
}

/// A value that the field takes; empty when none is known.
std::optional<json::value> exampleOf(const Field &field) {
    switch (field.kind) {
    case Kind::text: {
        if (!field.choices.empty()) return json::value(field.choices.front());
        std::string const plain = field.label.empty() ? "Example" : "Example " + std::string(field.label);
        for (std::string_view const text :
             {std::string_view(plain), std::string_view("EUR"), std::string_view("DE"),
              std::string_view("ina.meyer@example.com"), std::string_view("+49 30 901820"),
              std::string_view("https://www.example.com/"), std::string_view("en"), std::string_view("Europe/Berlin"),
              std::string_view("all")}) {
            bool const fits = countCharacters(text) >= field.minLength &&
                              (field.maxLength == 0 || countCharacters(text) <= field.maxLength) &&
                              (field.pattern.empty() || Pattern::of(field.pattern).matches(text));
            if (fits) return json::value(text);
        }
        return std::nullopt;
    }
    case Kind::id:
        return json::value("0192f7a0-5d1c-7c3e-9b7a-2f6f0e3c4d5e");
    case Kind::integer:
        return json::value(std::clamp<std::int64_t>(1, field.minValue, field.maxValue));
    case Kind::decimal:
        return json::value(std::clamp<std::int64_t>(10, field.minValue, field.maxValue) == 10 ? "10.00" : "0");
    case Kind::boolean:
        return json::value(false);
    case Kind::dateTime:
        return json::value("2026-11-23T10:15:30.123456Z");
    case Kind::date:
        return json::value("2026-11-23");
    default:
        return std::nullopt;
    }
}

class Document {
  public:
    Document(std::span<const OpenApiService> services, const OpenApiOptions &options)
        : services_(services), options_(options) {}

    std::string build() {
        json::array tags;
        for (const OpenApiService &service : services_) {
            for (const EntityType *const entity : service.contract->entities) {
                tags.push_back({{"name", entity->labelPlural},
                                {"description", textOr(entity->type->documentation, entity->labelPlural)}});
                addCollection(*service.contract, *entity);
            }
        }
        for (const OpenApiService &service : services_) {
            if (service.routes.empty()) continue;
            tags.push_back({{"name", service.contract->name},
                            {"description", textOr(service.contract->documentation, service.contract->name)}});
            for (const OperationRoute &route : service.routes) addOperation(*service.contract, route);
        }
        tags.push_back(
            {{"name", "Across collections"}, {"description", "Search, changes, descriptions, composite writes."}});
        tags.push_back({{"name", "Jobs"}, {"description", "Import and export of any size."}});
        for (const SharedRoute &route : sharedRoutes()) addShared(route);
        addCommonSchemas();

        json::object document{{"openapi", "3.1.0"}};
        document["info"] = json::object{
            {"title", "Kontor"},
            {"version", options_.version},
            {"description",
             "The REST interface of Kontor. Every operation has a twin in SOAP, named by x-soap-operation."},
            {"license", {{"name", "GPL-2.0-or-later"}, {"identifier", "GPL-2.0-or-later"}}}};
        document["servers"] = json::array{{{"url", options_.serverUrl}}};
        document["security"] = json::array{{{"oauth2", json::array{}}}, {{"bearer", json::array{}}}};
        document["tags"] = std::move(tags);
        document["paths"] = std::move(paths_);
        document["components"] = json::object{{"schemas", std::move(schemas_)},
                                              {"parameters", parameters()},
                                              {"headers", headers()},
                                              {"responses", responses()},
                                              {"securitySchemes", securitySchemes()}};
        return json::serialize(document);
    }

  private:
    static std::string_view textOr(std::string_view text, std::string_view other) {
        return text.empty() ? other : text;
    }

    // -- schemas

    json::object scalar(const Field &field, Use use) {
        json::object schema;
        auto const type = [&](std::string_view name) {
            if (use == Use::patch && !field.required) {
                schema["type"] = json::array{name, "null"};
            } else {
                schema["type"] = name;
            }
        };
        switch (field.kind) {
        case Kind::text:
            type("string");
            if (field.minLength > 0) schema["minLength"] = field.minLength;
            if (field.maxLength > 0) schema["maxLength"] = field.maxLength;
            if (!field.pattern.empty() && !ecmaPattern(field.pattern).empty())
                schema["pattern"] = ecmaPattern(field.pattern);
            if (!field.choices.empty()) {
                json::array choices(field.choices.begin(), field.choices.end());
                if (use == Use::patch && !field.required) choices.emplace_back(nullptr);
                schema["enum"] = std::move(choices);
            }
            break;
        case Kind::id:
            type("string");
            schema["format"] = "uuid";
            break;
        case Kind::integer:
            type("integer");
            schema["format"] = "int64";
            if (field.minValue != std::numeric_limits<std::int64_t>::min()) schema["minimum"] = field.minValue;
            if (field.maxValue != std::numeric_limits<std::int64_t>::max()) schema["maximum"] = field.maxValue;
            break;
        case Kind::decimal: {
            type("string");
            schema["format"] = "decimal";
            std::string fraction = "(\\.[0-9]+)?";
            if (field.totalDigits > 0 && field.fractionDigits == 0) fraction = "(\\.0+)?";
            schema["pattern"] = "^-?[0-9]+" + fraction + "$";
            break;
        }
        case Kind::boolean:
            type("boolean");
            break;
        case Kind::dateTime:
            type("string");
            schema["format"] = "date-time";
            break;
        case Kind::date:
            type("string");
            schema["format"] = "date";
            break;
        case Kind::binary:
            type("string");
            schema["contentEncoding"] = "base64";
            break;
        case Kind::textList:
            type("array");
            schema["items"] = items(field);
            if (field.maxItems > 0) schema["maxItems"] = field.maxItems;
            break;
        case Kind::structure:
        case Kind::structureList:
            break;
        }
        return schema;
    }

    static json::object items(const Field &field) {
        json::object item{{"type", "string"}};
        if (!field.references.empty()) item["format"] = "uuid";
        if (field.maxLength > 0) item["maxLength"] = field.maxLength;
        return item;
    }

    json::object member(const Field &field, Use use) {
        json::object schema;
        if (isCustomFields(field)) {
            schema["type"] = use == Use::patch ? json::value{"object", "null"} : json::value("object");
            schema["additionalProperties"] = {{"type", {"string", "integer", "boolean", "null"}}};
            schema["examples"] = json::array{{{"budget", "5.00"}}};
        } else if (field.kind == Kind::structure) {
            schema = schemaOf(*field.structure, use == Use::patch ? Use::create : use);
        } else if (field.kind == Kind::structureList) {
            schema["type"] = use == Use::patch && !field.required ? json::value{"array", "null"} : json::value("array");
            schema["items"] = schemaOf(*field.structure, use == Use::patch ? Use::create : use);
            if (field.maxItems > 0) schema["maxItems"] = field.maxItems;
        } else {
            schema = scalar(field, use);
        }
        std::string text(field.documentation);
        if (!field.references.empty() && field.references != "*") {
            text += (text.empty() ? "Id of a record: " : " Id of a record: ") + std::string(field.references) + ".";
        }
        if (!text.empty()) schema["description"] = text;
        if (use == Use::answer && field.writable == Writable::never) schema["readOnly"] = true;
        if (field.writeOnly) schema["writeOnly"] = true;
        return schema;
    }

    /// Wanted in a schema of this use?
    static bool belongs(const Field &field, Use use) {
        if (field.name == "fieldsToNull") return false;
        if (use == Use::answer) return !field.writeOnly;
        if (field.writable == Writable::never) return false;
        return use != Use::patch || field.writable == Writable::always;
    }

    /// A reference to the schema of a type, which is made when it is first wanted.
    json::object schemaOf(const StructType &type, Use use) {
        auto const key = std::pair(&type, use);
        auto const known = schemaNames_.find(key);
        if (known != schemaNames_.end()) return reference("schemas", known->second);
        std::string name(type.name);
        if (use == Use::create) name += "Input";
        if (use == Use::patch) name += "Patch";
        for (int number = 2; !usedNames_.insert(name).second; ++number)
            name = std::string(type.name) + std::to_string(number);
        schemaNames_[key] = name;

        json::object properties;
        json::array required;
        for (const Field &field : type.fields) {
            if (!belongs(field, use)) continue;
            properties[field.name] = member(field, use);
            bool const needed =
                use == Use::create ? field.required : use == Use::answer && field.name == "id" && type.entity;
            if (needed) required.emplace_back(field.name);
            if (use == Use::answer && type.entity != nullptr) addExpanded(field, properties);
        }
        json::object schema{{"type", "object"}};
        if (!type.documentation.empty()) schema["description"] = type.documentation;
        if (!required.empty()) schema["required"] = std::move(required);
        schema["properties"] = std::move(properties);
        if (use != Use::answer) schema["additionalProperties"] = false;
        schemas_[name] = std::move(schema);
        return reference("schemas", name);
    }

    /// "account" beside "accountId": there when it was asked for with expand.
    void addExpanded(const Field &field, json::object &properties) {
        if (field.kind != Kind::id || !field.name.ends_with("Id")) return;
        for (const OpenApiService &service : services_) {
            const EntityType *const target = service.contract->entityByName(field.references);
            std::string_view const name = field.name.substr(0, field.name.size() - 2);
            if (target == nullptr || name.empty() || properties.contains(name)) continue;
            properties[name] = schemaOf(*target->type, Use::answer);
        }
    }

    json::object exampleRecord(const EntityType &entity) {
        json::object example;
        for (const Field &field : entity.type->fields) {
            bool const telling = field.required || field.name == entity.displayField;
            if (!telling || !belongs(field, Use::create) || field.writeOnly) continue;
            if (auto const value = exampleOf(field)) example[field.name] = *value;
        }
        return example;
    }

    json::object listSchema(json::value item) {
        return {{"type", "object"},
                {"required", {"data", "page"}},
                {"properties",
                 {{"data", {{"type", "array"}, {"items", std::move(item)}}}, {"page", reference("schemas", "Page")}}}};
    }

    // -- operations

    void add(std::string_view path, std::string_view method, json::object operation) {
        std::string lower(method);
        std::ranges::transform(lower, lower.begin(), [](char c) { return static_cast<char>(c - 'A' + 'a'); });
        json::value &entry = paths_[path];
        if (entry.is_null()) entry = json::object{};
        entry.as_object()[lower] = std::move(operation);
    }

    static json::object operation(std::string_view tag, std::string_view id, std::string_view summary,
                                  std::string_view soapOperation) {
        json::object operation{{"operationId", id}, {"summary", summary}, {"tags", json::array{tag}}};
        if (soapOperation.empty()) {
            operation["description"] = std::string(summary) + ".";
            return operation;
        }
        operation["description"] = "In SOAP: " + std::string(soapOperation) + ".";
        if (soapOperation.find(' ') == std::string_view::npos) {
            operation["x-soap-operation"] = soapOperation;
            return operation;
        }
        json::array all;
        std::size_t start = 0;
        while (start < soapOperation.size()) {
            std::size_t const end = std::min(soapOperation.find(' ', start), soapOperation.size());
            all.emplace_back(soapOperation.substr(start, end - start));
            start = end + 1;
        }
        operation["x-soap-operation"] = std::move(all);
        return operation;
    }

    /// Names in braces as parameters; `input` says what they are, where it has them.
    json::array pathParameters(std::string_view path, const StructType *input) {
        json::array list;
        std::size_t open = path.find('{');
        while (open != std::string_view::npos) {
            std::size_t const close = path.find('}', open);
            std::string_view name = path.substr(open + 1, close - open - 1);
            if (name.ends_with('*')) name.remove_suffix(1);
            const Field *const field = input != nullptr ? input->find(name) : nullptr;
            json::object schema{{"type", "string"}};
            bool const external = path.find("/external/") != std::string_view::npos;
            if (field != nullptr) {
                schema = scalar(*field, Use::create);
            } else if (name == "id" && !external) {
                schema["format"] = "uuid";
            }
            std::string_view text = name == "entity" || name == "collection" ? "The collection, such as accounts"
                                    : name == "id"                           ? "Id of the record"
                                    : name == "system"                       ? "Name of the other system"
                                                                             : name;
            if (name == "id" && external) text = "The record's id in the other system";
            if (field != nullptr && !field->documentation.empty()) text = field->documentation;
            list.push_back(
                {{"name", name}, {"in", "path"}, {"required", true}, {"description", text}, {"schema", schema}});
            open = path.find('{', close);
        }
        return list;
    }

    static json::object answers(std::initializer_list<std::pair<std::string_view, json::object>> good,
                                std::initializer_list<std::string_view> bad) {
        json::object all;
        for (auto const &[status, response] : good) all[status] = response;
        for (std::string_view const status : bad) all[status] = reference("responses", "Problem");
        all["default"] = reference("responses", "Problem");
        return all;
    }

    static json::object recordAnswer(std::string_view text, json::value schema, bool location = false) {
        json::object response{{"description", text},
                              {"headers", {{"ETag", reference("headers", "ETag")}}},
                              {"content", content(jsonType, std::move(schema))}};
        if (location) response["headers"].as_object()["Location"] = reference("headers", "Location");
        return response;
    }

    static json::object jsonAnswer(std::string_view text, json::value schema) {
        return {{"description", text}, {"content", content(jsonType, std::move(schema))}};
    }

    static json::object minimalAnswer() {
        return {{"description", "Done; the record was not wanted (Prefer: return=minimal)."},
                {"headers", {{"ETag", reference("headers", "ETag")}}}};
    }

    static json::object body(json::object types) { return {{"required", true}, {"content", std::move(types)}}; }

    static void addParameters(json::array &list, std::initializer_list<std::string_view> names) {
        for (std::string_view const name : names) list.push_back(reference("parameters", name));
    }

    void addCollection(const ServiceContract &service, const EntityType &entity) {
        for (const ResourceRoute &route : resourceRoutes()) {
            if (!hasRoute(entity, route)) continue;
            std::string const path = pathOf(route, entity);
            json::object one = operation(entity.labelPlural, operationId(route, entity), summaryOf(route, entity),
                                         route.soapOperation);
            one["x-soap-service"] = service.name;
            json::array parameters = pathParameters(path, nullptr);
            describe(entity, route.action, one, parameters);
            if (!parameters.empty()) one["parameters"] = std::move(parameters);
            add(path, route.method, std::move(one));
        }
    }

    void describe(const EntityType &entity, ResourceAction action, json::object &one, json::array &parameters) {
        json::object const record = schemaOf(*entity.type, Use::answer);
        auto const write = [&](Use use) {
            json::object types = content(jsonType, schemaOf(*entity.type, use));
            json::object const example = exampleRecord(entity);
            if (use == Use::create && !example.empty()) types[jsonType].as_object()["example"] = example;
            return types;
        };
        switch (action) {
        case ResourceAction::list:
            addParameters(parameters,
                          {"filter", "sort", "q", "fields", "expand", "limit", "cursor", "count", "deleted"});
            one["responses"] = answers({{"200",
                                         {{"description", "A page of the list."},
                                          {"headers", {{"Link", reference("headers", "Link")}}},
                                          {"content", content(jsonType, listSchema(record))}}}},
                                       {"400", "401", "403"});
            break;
        case ResourceAction::create:
            addParameters(parameters, {"idempotencyKey", "prefer"});
            one["requestBody"] = body(write(Use::create));
            one["responses"] = answers({{"201", recordAnswer("The record as stored.", record, true)}},
                                       {"400", "401", "403", "409", "413", "415", "422"});
            break;
        case ResourceAction::get:
        case ResourceAction::getByExternalId:
            addParameters(parameters, {"fields", "expand", "ifNoneMatch"});
            one["responses"] = answers({{"200", recordAnswer("The record.", record)},
                                        {"304", described("The record is still the one of If-None-Match.")}},
                                       {"400", "401", "403", "404"});
            break;
        case ResourceAction::update:
        case ResourceAction::updateByExternalId: {
            addParameters(parameters, {"ifMatch", "prefer"});
            json::object types = write(Use::patch);
            types[mergePatchType] = types[jsonType];
            one["description"] = "In SOAP: updateRecords. Merge patch (RFC 7396): absent members stay, null empties, "
                                 "lists are replaced whole.";
            one["requestBody"] = body(std::move(types));
            one["responses"] =
                answers({{"200", recordAnswer("The record as stored.", record)}, {"204", minimalAnswer()}},
                        {"400", "401", "403", "404", "409", "412", "413", "415", "422"});
            break;
        }
        case ResourceAction::upsertByExternalId:
            addParameters(parameters, {"ifMatch", "prefer"});
            one["requestBody"] = body(write(Use::patch));
            one["responses"] = answers({{"200", recordAnswer("The record was changed.", record)},
                                        {"201", recordAnswer("The record was created.", record, true)},
                                        {"204", minimalAnswer()}},
                                       {"400", "401", "403", "409", "412", "413", "415", "422"});
            break;
        case ResourceAction::remove:
        case ResourceAction::removeByExternalId:
            addParameters(parameters, {"ifMatch"});
            one["responses"] = answers({{"204", described("The record is in the recycle bin.")}},
                                       {"400", "401", "403", "404", "409", "412"});
            break;
        case ResourceAction::undelete:
            addParameters(parameters, {"idempotencyKey", "prefer"});
            one["responses"] =
                answers({{"200", recordAnswer("The record as stored.", record)}, {"204", minimalAnswer()}},
                        {"400", "401", "403", "404", "409"});
            break;
        case ResourceAction::history:
            addParameters(parameters, {"limit", "cursor"});
            one["responses"] =
                answers({{"200", jsonAnswer("Changed fields, newest first.",
                                            listSchema(schemaOf(AuditEntry::contractType(), Use::answer)))}},
                        {"400", "401", "403", "404"});
            break;
        case ResourceAction::batch:
            addParameters(parameters, {"idempotencyKey", "prefer"});
            one["requestBody"] = body(content(jsonType, batchSchema(schemaOf(*entity.type, Use::patch), false)));
            addBatchAnswers(one);
            break;
        case ResourceAction::merge:
            addParameters(parameters, {"ifMatch", "idempotencyKey", "prefer"});
            one["description"] = "In SOAP: mergeRecords. Without choices the record keeps what it has, and what it has "
                                 "not comes from the victims in their order; lists are united.";
            one["requestBody"] = body(content(jsonType, mergeSchema()));
            one["responses"] = answers({{"200", mergeAnswer(record)}, {"204", minimalAnswer()}},
                                       {"400", "401", "403", "404", "409", "412", "413", "415", "422"});
            break;
        }
    }

    json::object mergeSchema() {
        json::object const id{{"type", "string"}, {"format", "uuid"}};
        return {{"type", "object"},
                {"required", {"victimIds"}},
                {"additionalProperties", false},
                {"properties",
                 {{"victimIds",
                   {{"type", "array"},
                    {"minItems", 1},
                    {"maxItems", 50},
                    {"description", "The records that go to the recycle bin."},
                    {"items", id}}},
                  {"choices",
                   {{"type", "array"},
                    {"maxItems", 200},
                    {"items", schemaOf(MergeChoice::contractType(), Use::create)}}}}}};
    }

    static json::object mergeAnswer(const json::object &record) {
        json::object const mergeId{
            {"type", "string"}, {"format", "uuid"}, {"description", "Names the merge, for taking it back."}};
        json::object answer = recordAnswer(
            "The record as it is now.",
            json::object{{"allOf", json::array{record, json::object{{"type", "object"},
                                                                    {"required", {"mergeId"}},
                                                                    {"properties", {{"mergeId", mergeId}}}}}}});
        answer["headers"].as_object()["Merge-Id"] = {{"description", "Names the merge, for taking it back."},
                                                     {"schema", {{"type", "string"}, {"format", "uuid"}}}};
        return answer;
    }

    static void addBatchAnswers(json::object &one) {
        one["responses"] = answers(
            {{"200", jsonAnswer("All operations succeeded (atomic).", reference("schemas", "BatchResult"))},
             {"207", jsonAnswer("One result for each operation, in order.", reference("schemas", "BatchResult"))}},
            {"400", "401", "403", "409", "412", "413", "415", "422"});
    }

    static json::object batchSchema(json::value record, bool composite) {
        json::object properties{
            {"op", {{"type", "string"}, {"enum", {"create", "update", "upsert", "delete", "undelete"}}}},
            {"ref",
             {{"type", "string"},
              {"description", "Names this operation in the results; \"@{ref.id}\" in a later body"
                              " is the id of the record that it creates."}}},
            {"id", {{"type", "string"}, {"description", "Which record; of update, delete, undelete."}}},
            {"ifMatch", {{"type", "string"}, {"description", "The version that the record must have."}}},
            {"externalId", reference("schemas", "ExternalIdInput")},
            {"body", std::move(record)}};
        json::array required{"op"};
        if (composite) {
            properties["entity"] = {{"type", "string"}, {"description", "The collection, such as accounts."}};
            required.emplace_back("entity");
        }
        return {{"type", "object"},
                {"required", {"operations"}},
                {"additionalProperties", false},
                {"properties",
                 {{"atomic", {{"type", "boolean"}, {"description", "True: all or none."}}},
                  {"operations",
                   {{"type", "array"},
                    {"maxItems", 200},
                    {"items",
                     {{"type", "object"},
                      {"required", std::move(required)},
                      {"additionalProperties", false},
                      {"properties", std::move(properties)}}}}}}}};
    }

    void addShared(const SharedRoute &route) {
        bool const isJob = route.path.starts_with("/api/v1/jobs");
        json::object one =
            operation(isJob ? "Jobs" : "Across collections", route.operationId, route.summary, route.soapOperation);
        if (isJob) one["x-soap-service"] = jobs::serviceContract().name;
        json::array parameters = pathParameters(route.path, nullptr);
        describeShared(route.action, one, parameters);
        if (!parameters.empty()) one["parameters"] = std::move(parameters);
        add(route.path, route.method, std::move(one));
    }

    void describeShared(SharedAction action, json::object &one, json::array &parameters) {
        auto const dataOf = [](json::value item) -> json::object {
            return {{"type", "object"},
                    {"required", {"data"}},
                    {"properties", {{"data", {{"type", "array"}, {"items", std::move(item)}}}}}};
        };
        auto const query = [&](std::string_view name, std::string_view text, bool required, json::object schema) {
            parameters.push_back({{"name", name},
                                  {"in", "query"},
                                  {"required", required},
                                  {"description", text},
                                  {"schema", std::move(schema)}});
        };
        json::object const text{{"type", "string"}};
        json::object const job = reference("schemas", "Job");
        json::object const accepted{{"description", "The job was taken on."},
                                    {"headers", {{"Location", reference("headers", "Location")}}},
                                    {"content", content(jsonType, job)}};
        switch (action) {
        case SharedAction::search:
            query("q", "Words, or parts of them.", true, text);
            query("in", "Collections, separated by commas; all when absent.", false, text);
            addParameters(parameters, {"limit"});
            one["responses"] = answers(
                {{"200", jsonAnswer("What was found, best first.", dataOf(reference("schemas", "FoundRecord")))}},
                {"400", "401", "403"});
            break;
        case SharedAction::changes:
        case SharedAction::deleted:
            query("in", "Collections of one service, separated by commas.", false, text);
            query("since", "The resumeToken of the answer before; absent: from the oldest change that is kept.", false,
                  text);
            addParameters(parameters, {"limit"});
            one["responses"] = answers({{"200", jsonAnswer("A page of the feed.", reference("schemas", "ChangePage"))}},
                                       {"400", "401", "403"});
            break;
        case SharedAction::events: {
            query("entities", "Names of entities, such as Contact,Lead; all that the caller may read when absent.",
                  false, text);
            query("after", "The id of the last event, or a resumeToken of getChanges; absent: from now on.", false,
                  text);
            parameters.push_back({{"name", "Last-Event-ID"},
                                  {"in", "header"},
                                  {"description", "As after; what a client sends that connects again."},
                                  {"schema", text}});
            json::object const stream{{"type", "string"},
                                      {"description", "Events named change, with entity, id, kind, version, at and by"
                                                      " as JSON; one named ready when the stream has begun."}};
            one["responses"] = answers({{"200",
                                         {{"description", "The stream; it ends with the credentials."},
                                          {"content", {{"text/event-stream", {{"schema", stream}}}}}}}},
                                       {"400", "401", "403"});
            break;
        }
        case SharedAction::describe:
            one["responses"] = answers(
                {{"200", jsonAnswer("All entities.", dataOf(schemaOf(DescribeEntity::contractType(), Use::answer)))}},
                {"401"});
            break;
        case SharedAction::describeCollection:
            one["responses"] =
                answers({{"200", jsonAnswer("The entity.", schemaOf(DescribeEntity::contractType(), Use::answer))}},
                        {"401", "404"});
            break;
        case SharedAction::composite:
            addParameters(parameters, {"idempotencyKey", "prefer"});
            one["requestBody"] = body(content(jsonType, batchSchema(json::object{{"type", "object"}}, true)));
            addBatchAnswers(one);
            break;
        case SharedAction::undoMerge:
            addParameters(parameters, {"idempotencyKey"});
            one["responses"] = answers({{"200", jsonAnswer("What is back, and what was left as it is.",
                                                           schemaOf(UnmergeResult::contractType(), Use::answer))}},
                                       {"401", "403", "404", "409"});
            break;
        case SharedAction::importJob: {
            query("object", "The collection, such as contacts.", true, text);
            query("mode", "What is done with each row; create when absent.", false,
                  {{"type", "string"}, {"enum", {"create", "update", "upsert"}}});
            query("system", "The system whose external ids decide which record a row is about.", false, text);
            query("key",
                  "The field whose value decides which record a row is about, such as email: with create a row that is "
                  "known already is refused. Instead of system; an upsert needs one of them.",
                  false, text);
            query("preview", "True: nothing is written; the job says what would be.", false,
                  {{"type", "boolean"}, {"default", false}});
            addParameters(parameters, {"idempotencyKey"});
            json::object const file{{"type", "string"}};
            one["requestBody"] = body({{"text/csv", {{"schema", file}}}, {"application/x-ndjson", {{"schema", file}}}});
            one["responses"] = answers({{"202", accepted}}, {"400", "401", "403", "413", "415", "422"});
            break;
        }
        case SharedAction::exportJob:
            addParameters(parameters, {"idempotencyKey"});
            one["requestBody"] = body(content(jsonType, reference("schemas", "ExportInput")));
            one["responses"] = answers({{"202", accepted}}, {"400", "401", "403", "422"});
            break;
        case SharedAction::massUpdateJob:
            addParameters(parameters, {"idempotencyKey"});
            one["requestBody"] = body(content(jsonType, reference("schemas", "MassUpdateInput")));
            one["responses"] = answers({{"202", accepted}}, {"400", "401", "403", "422"});
            break;
        case SharedAction::massDeleteJob:
            addParameters(parameters, {"idempotencyKey"});
            one["requestBody"] = body(content(jsonType, reference("schemas", "MassDeleteInput")));
            one["responses"] = answers({{"202", accepted}}, {"400", "401", "403", "422"});
            break;
        case SharedAction::undoJob:
            addParameters(parameters, {"idempotencyKey"});
            one["responses"] = answers({{"202", accepted}}, {"401", "403", "404", "409"});
            break;
        case SharedAction::cancelJob:
            one["responses"] = answers({{"200", jsonAnswer("The job, ended.", job)}}, {"401", "404", "409"});
            break;
        case SharedAction::listJobs:
            addParameters(parameters, {"limit", "cursor"});
            one["responses"] = answers({{"200", jsonAnswer("A page of the jobs.", listSchema(job))}}, {"400", "401"});
            break;
        case SharedAction::getJob:
            one["responses"] = answers({{"200", jsonAnswer("The job.", job)}}, {"401", "404"});
            break;
        case SharedAction::jobErrors:
        case SharedAction::jobResult: {
            json::object const file{{"type", "string"}};
            one["responses"] = answers(
                {{"200",
                  {{"description", "The file."},
                   {"content", {{"text/csv", {{"schema", file}}}, {"application/x-ndjson", {{"schema", file}}}}}}}},
                {"401", "404", "409"});
            break;
        }
        }
    }

    void addOperation(const ServiceContract &service, const OperationRoute &route) {
        auto const type = std::ranges::find(service.operations, route.operation, &OperationType::name);
        const StructType *const input = type != service.operations.end() ? type->input : nullptr;
        const StructType *const result = type != service.operations.end() ? type->result : nullptr;
        std::string_view const text = type != service.operations.end() ? type->documentation : std::string_view{};
        json::object one =
            operation(service.name, textOr(route.operationId, route.operation), textOr(text, route.operation),
                      input != nullptr ? route.operation : std::string_view{});
        one["x-soap-service"] = service.name;
        json::array parameters = pathParameters(route.path, input);
        if (route.method == "POST") addParameters(parameters, {"idempotencyKey"});
        bool const hasBody = route.method != "GET" && route.method != "DELETE";
        for (std::string_view rest = route.query; !rest.empty();) {
            std::size_t const end = std::min(rest.find(' '), rest.size());
            std::string_view name = rest.substr(0, end);
            bool const required = name.ends_with('!');
            if (required) name.remove_suffix(1);
            parameters.push_back({{"name", name},
                                  {"in", "query"},
                                  {"required", required},
                                  {"description", name},
                                  {"schema", {{"type", "string"}}}});
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
        if (!route.requestType.empty()) {
            one["requestBody"] = body(content(route.requestType, json::object{}));
        } else if (input != nullptr && hasBody && !input->fields.empty()) {
            one["requestBody"] = body(content(jsonType, schemaOf(*input, Use::create)));
        } else if (input != nullptr) {
            for (const Field &field : input->fields) {
                bool const inPath = route.path.find("{" + std::string(field.name) + "}") != std::string_view::npos;
                if (inPath || field.kind == Kind::structure || field.kind == Kind::structureList) continue;
                parameters.push_back({{"name", field.name},
                                      {"in", "query"},
                                      {"required", field.required},
                                      {"description", textOr(field.documentation, textOr(field.label, field.name))},
                                      {"schema", scalar(field, Use::create)}});
            }
        }
        if (!parameters.empty()) one["parameters"] = std::move(parameters);
        json::object done = described("Done.");
        const EntityType *const record = service.entityByName(route.entity);
        if (record != nullptr) {
            done["content"] = content(jsonType, schemaOf(*record->type, Use::answer));
        } else if (!route.responseType.empty()) {
            done["content"] = content(route.responseType, json::object{});
        } else if (result != nullptr && route.status != 204) {
            done["content"] = content(jsonType, schemaOf(*result, Use::answer));
        }
        int const status = route.status != 0 ? route.status : done.contains("content") ? 200 : 204;
        one["responses"] = answers({{std::to_string(status), done}}, {"400", "401", "403", "404", "422"});
        if (route.open) one["security"] = json::array{};
        add(route.path, route.method, std::move(one));
    }

    // -- what the operations share

    void addCommonSchemas() {
        (void)schemaOf(ExternalId::contractType(), Use::create);
        auto const text = [](std::string_view description) -> json::object {
            return {{"type", "string"}, {"description", description}};
        };
        json::object const number{{"type", "integer"}, {"format", "int64"}};
        schemas_["Page"] = {
            {"type", "object"},
            {"required", {"size"}},
            {"properties",
             {{"size", {{"type", "integer"}, {"description", "Records in this page."}}},
              {"nextCursor", text("Give it as cursor for the next page; absent on the last one.")},
              {"total",
               {{"type", "integer"}, {"format", "int64"}, {"description", "Records in all, when count was given."}}}}}};
        schemas_["Problem"] = {
            {"type", "object"},
            {"description", "A problem (RFC 9457)."},
            {"required", {"type", "title", "status", "code"}},
            {"properties",
             {{"type", {{"type", "string"}, {"format", "uri"}}},
              {"title", {{"type", "string"}}},
              {"status", {{"type", "integer"}}},
              {"detail", text("What happened, for a person.")},
              {"instance", text("The path of the request.")},
              {"code", text("Stable code, such as VALIDATION, NOT_FOUND or CONFLICT_VERSION; the same in SOAP.")},
              {"traceId", text("Names the request in the server's log.")},
              {"retryable", {{"type", "boolean"}, {"description", "True when the same request may succeed later."}}},
              {"errors", {{"type", "array"}, {"items", reference("schemas", "FieldProblem")}}},
              {"parameter", text("The query parameter at fault.")},
              {"position", {{"type", "integer"}, {"description", "Where in it, in bytes from 0."}}},
              {"currentVersion", number},
              {"conflictingId", text("The record that has the value.")},
              {"candidates", {{"type", "array"}, {"items", reference("schemas", "Candidate")}}}}}};
        schemas_["Candidate"] = {{"type", "object"},
                                 {"description", "A record that may be the same as the one that was to be created."},
                                 {"required", {"entity", "id", "score"}},
                                 {"properties",
                                  {{"entity", {{"type", "string"}}},
                                   {"id", {{"type", "string"}, {"format", "uuid"}}},
                                   {"name", {{"type", "string"}}},
                                   {"matchedOn", {{"type", "array"}, {"items", {{"type", "string"}}}}},
                                   {"score", {{"type", "integer"}, {"minimum", 0}, {"maximum", 100}}}}}};
        schemas_["FieldProblem"] = {{"type", "object"},
                                    {"required", {"pointer", "code", "detail"}},
                                    {"properties",
                                     {{"pointer", text("JSON pointer (RFC 6901) into the input, such as /name.")},
                                      {"code", text("REQUIRED, TOO_LONG, PATTERN, UNKNOWN_FIELD and so on.")},
                                      {"detail", text("A sentence for a person.")}}}};
        schemas_["BatchResult"] = {
            {"type", "object"},
            {"required", {"summary", "results"}},
            {"properties",
             {{"summary",
               {{"type", "object"},
                {"required", {"succeeded", "failed"}},
                {"properties", {{"succeeded", {{"type", "integer"}}}, {"failed", {{"type", "integer"}}}}}}},
              {"results",
               {{"type", "array"},
                {"items",
                 {{"type", "object"},
                  {"required", {"status"}},
                  {"properties",
                   {{"ref", {{"type", "string"}}},
                    {"status", {{"type", "integer"}}},
                    {"id", {{"type", "string"}}},
                    {"version", number},
                    {"record", {{"type", "object"}}},
                    {"error", reference("schemas", "Problem")}}}}}}}}}};
        schemas_["FoundRecord"] = {{"type", "object"},
                                   {"required", {"entity", "record"}},
                                   {"properties",
                                    {{"entity", {{"type", "string"}}},
                                     {"rank", {{"type", "number"}, {"description", "0 to 1, higher is nearer."}}},
                                     {"snippet", text("Text around the place.")},
                                     {"record", {{"type", "object"}}}}}};
        schemas_["ChangePage"] = {
            {"type", "object"},
            {"required", {"data", "resumeToken", "more"}},
            {"properties",
             {{"data", {{"type", "array"}, {"items", schemaOf(Change::contractType(), Use::answer)}}},
              {"resumeToken", text("Give it as since with the next request.")},
              {"more", {{"type", "boolean"}, {"description", "True when there is more right now."}}}}}};
        schemas_["ExportInput"] = {{"type", "object"},
                                   {"required", {"object"}},
                                   {"properties",
                                    {{"object", text("The collection, such as contacts.")},
                                     {"format", {{"type", "string"}, {"enum", {"csv", "ndjson"}}}},
                                     {"filter", {{"type", "string"}, {"maxLength", 2048}}},
                                     {"q", text("Full text, as in a list.")},
                                     {"sort", {{"type", "string"}}},
                                     {"fields", {{"type", "array"}, {"items", {{"type", "string"}}}}}}}};
        json::object const chosen{
            {"object", text("The collection, such as contacts.")},
            {"filter", {{"type", "string"}, {"maxLength", 2048}, {"description", "Which records; or ids."}}},
            {"q", text("Full text, as in a list: which records, with the filter or alone.")},
            {"ids",
             {{"type", "array"},
              {"maxItems", 10000},
              {"items", {{"type", "string"}, {"format", "uuid"}}},
              {"description", "Which records; or filter."}}}};
        schemas_["MassDeleteInput"] = {
            {"type", "object"}, {"required", {"object"}}, {"additionalProperties", false}, {"properties", chosen}};
        json::object changing = chosen;
        changing["changes"] = {{"type", "object"}, {"description", "What a PATCH of each record would send."}};
        schemas_["MassUpdateInput"] = {{"type", "object"},
                                       {"required", {"object", "changes"}},
                                       {"additionalProperties", false},
                                       {"properties", std::move(changing)}};
        json::object job{{"object", text("The collection.")}};
        for (const Field &field : jobs::JobStatus::contractType().fields) job[field.name] = member(field, Use::answer);
        job["error"] = reference("schemas", "Problem");
        schemas_["Job"] = {{"type", "object"}, {"required", {"id", "state"}}, {"properties", std::move(job)}};
    }

    static json::object parameters() {
        auto const parameter = [](std::string_view name, std::string_view in, std::string_view text,
                                  json::object schema) {
            return json::object{{"name", name}, {"in", in}, {"description", text}, {"schema", std::move(schema)}};
        };
        json::object const text{{"type", "string"}};
        json::object all;
        all["filter"] = parameter("filter", "query", "Condition, such as: name : \"acme*\" AND createdAt >= now-7d",
                                  {{"type", "string"}, {"maxLength", maximumFilterLength}});
        all["sort"] =
            parameter("sort", "query", "Fields, separated by commas, those with - in descending order.", text);
        all["sort"].as_object()["example"] = "-updatedAt";
        all["q"] = parameter("q", "query", "Full text.", text);
        all["fields"] = parameter("fields", "query", "The fields wanted, separated by commas; all when absent.", text);
        all["expand"] = parameter("expand", "query", "References whose records are wanted in place, at most 5.", text);
        all["limit"] = parameter("limit", "query", "Entries in a page; more than 2000 is 2000.",
                                 {{"type", "integer"}, {"minimum", 1}});
        all["cursor"] =
            parameter("cursor", "query", "nextCursor of the page before. It carries the query, limit included.", text);
        all["count"] = parameter("count", "query", "Whether page.total is wanted.",
                                 {{"type", "string"}, {"enum", {"none", "estimate", "exact"}}, {"default", "none"}});
        all["deleted"] =
            parameter("deleted", "query", "True lists the recycle bin.", {{"type", "boolean"}, {"default", false}});
        all["idempotencyKey"] = parameter("Idempotency-Key", "header",
                                          "Makes the request safe to send again: the same key gives the same answer.",
                                          {{"type", "string"}, {"maxLength", 130}});
        all["ifMatch"] = parameter("If-Match", "header", "The ETag that the record must have.", text);
        all["ifNoneMatch"] = parameter("If-None-Match", "header", "An ETag; 304 when the record still has it.", text);
        all["prefer"] = parameter("Prefer", "header",
                                  "return=minimal or return=representation (RFC 7240); allow-duplicates, of"
                                  " records that take allowDuplicates.",
                                  text);
        return all;
    }

    static json::object headers() {
        auto const header = [](std::string_view text) -> json::object {
            return {{"description", text}, {"schema", {{"type", "string"}}}};
        };
        return {{"ETag", header("The record's version in quotes.")},
                {"Location", header("The path of what was created.")},
                {"Link", header("The next page: rel=\"next\".")}};
    }

    static json::object responses() {
        json::object const example{
            {"type", "https://kontor.example/problems/validation"},
            {"title", "Request is not valid"},
            {"status", 422},
            {"detail", "1 field is not valid."},
            {"instance", "/api/v1/accounts"},
            {"code", "VALIDATION"},
            {"retryable", false},
            {"errors", {{{"pointer", "/name"}, {"code", "REQUIRED"}, {"detail", "must not be empty"}}}}};
        json::object types = content("application/problem+json", reference("schemas", "Problem"));
        types["application/problem+json"].as_object()["example"] = example;
        return {{"Problem", {{"description", "What went wrong."}, {"content", std::move(types)}}}};
    }

    [[nodiscard]] json::object securitySchemes() const {
        json::object const flow{{"tokenUrl", options_.serverUrl + "/oauth/token"},
                                {"refreshUrl", options_.serverUrl + "/oauth/token"},
                                {"scopes", {{"kontor", "All that the user may do"}}}};
        json::object withPage = flow;
        withPage["authorizationUrl"] = options_.serverUrl + "/oauth/authorize";
        return {{"oauth2",
                 {{"type", "oauth2"},
                  {"description", "Authorization code with PKCE for people, client credentials for programs."},
                  {"flows", {{"authorizationCode", withPage}, {"clientCredentials", flow}}}}},
                {"bearer",
                 {{"type", "http"},
                  {"scheme", "bearer"},
                  {"description", "An API key, or an access token that was obtained otherwise."}}}};
    }

    static constexpr int maximumFilterLength = 2048;

    std::span<const OpenApiService> services_;
    const OpenApiOptions &options_;
    json::object paths_;
    json::object schemas_;
    std::map<std::pair<const StructType *, Use>, std::string> schemaNames_;
    std::set<std::string> usedNames_{"Page",       "Problem",     "FieldProblem",    "BatchResult",     "FoundRecord",
                                     "ChangePage", "ExportInput", "MassUpdateInput", "MassDeleteInput", "Job"};
};

}  // namespace

std::string openApiDocument(std::span<const OpenApiService> services, const OpenApiOptions &options) {
    return Document(services, options).build();
}

}  // namespace kontor::entity
