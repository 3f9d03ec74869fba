#include "services/cli/commands.h"

#include "shared/contract/uuid.h"

#include <algorithm>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <memory>

namespace kontor::cli {

namespace {

namespace json = boost::json;

constexpr int largestPage = 2000;

std::vector<std::string> splitNames(const std::string &text) {
    std::vector<std::string> names;
    std::size_t start = 0;
    while (start <= text.size() && !text.empty()) {
        std::size_t const end = std::min(text.find(',', start), text.size());
        std::string name = text.substr(start, end - start);
        name.erase(0, name.find_first_not_of(' '));
        name.erase(name.find_last_not_of(' ') + 1);
        if (!name.empty()) names.push_back(std::move(name));
        start = end + 1;
    }
    return names;
}

std::string collectionPath(const std::string &collection) { return "/api/v1/" + percentEncode(collection); }

json::value readJsonFrom(const std::string &file) {
    std::string text;
    if (file == "-") {
        text.assign(std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>());
    } else {
        std::ifstream stream(file);
        if (!stream) throw Failure(ExitCode::usage, "Cannot read " + file + '.');
        text.assign(std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>());
    }
    json::error_code problem;
    json::value value = json::parse(text, problem);
    if (problem) throw Failure(ExitCode::usage, (file == "-" ? "Standard input" : file) + " is not JSON.");
    return value;
}

struct ListOptions {
    std::string collection, filter, sort, fields, expand, q;
    int limit = 50;
    bool all = false, deleted = false;
    Format format = Format::table;
};

ExitCode list(const ListOptions &options) {
    Client client(readCredentials());
    RecordWriter writer(std::cout, options.format, splitNames(options.fields));
    std::string path = collectionPath(options.collection);
    int remaining = options.limit;
    std::string query =
        queryString({{"filter", options.filter},
                     {"sort", options.sort},
                     {"fields", options.fields},
                     {"expand", options.expand},
                     {"q", options.q},
                     {"deleted", options.deleted ? "true" : ""},
                     {"limit", std::to_string(options.all ? largestPage : std::min(remaining, largestPage))}});
    for (;;) {
        json::value const page = client.getJson(path + query).json();
        const json::array &records = page.at("data").as_array();
        writer.writePage(records);
        if (!std::cout) break;  // the reader has seen enough: kontor list … | head
        remaining -= static_cast<int>(records.size());
        const auto *const cursor = page.at("page").as_object().if_contains("nextCursor");
        if (cursor == nullptr || (!options.all && remaining <= 0)) break;
        int const limit = options.all ? largestPage : std::min(remaining, largestPage);
        query = queryString({{"cursor", std::string(cursor->as_string())}, {"limit", std::to_string(limit)}});
    }
    writer.finish();
    return ExitCode::success;
}

void addList(CLI::App &app, Plan &plan) {
    auto options = std::make_shared<ListOptions>();
    auto *const command = app.add_subcommand("list", "List records of a collection");
    command->add_option("collection", options->collection, "Such as contacts")->required();
    command->add_option("--filter", options->filter,
                        R"(Condition, such as: lastName = "Meyer" AND createdAt >= now-7d)");
    command->add_option("--sort", options->sort, "Fields, - for descending: -updatedAt,lastName");
    command->add_option("--fields", options->fields, "Fields wanted, separated by commas");
    command->add_option("--expand", options->expand, "References whose records are wanted too, such as account");
    command->add_option("--q", options->q, "Full text");
    command->add_option("--limit", options->limit, "At most this many records")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    command->add_flag("--all", options->all, "All records");
    command->add_flag("--deleted", options->deleted, "The recycle bin");
    addFormatOption(*command, options->format);
    command->callback([&plan, options] { plan.action = [options] { return list(*options); }; });
}

void addGet(CLI::App &app, Plan &plan) {
    struct Options {
        std::string collection, key, fields, expand;
        Format format = Format::table;
    };
    auto options = std::make_shared<Options>();
    auto *const command = app.add_subcommand("get", "Show one record");
    command->add_option("collection", options->collection, "Such as contacts")->required();
    command->add_option("key", options->key, "Id, or system:id of an external id")->required();
    command->add_option("--fields", options->fields, "Fields wanted, separated by commas");
    command->add_option("--expand", options->expand, "References whose records are wanted too, such as account");
    addFormatOption(*command, options->format);
    command->callback([&plan, options] {
        plan.action = [options] {
            Client client(readCredentials());
            writeRecord(std::cout, options->format,
                        client
                            .getJson(recordPath(options->collection, options->key) +
                                     queryString({{"fields", options->fields}, {"expand", options->expand}}))
                            .json());
            return ExitCode::success;
        };
    });
}

struct WriteOptions {
    std::string collection, key, file, version, upsert;
    std::vector<std::string> words;
    Format format = Format::table;

    [[nodiscard]] json::value body(Client &client) const {
        if (file.empty() == words.empty()) {
            throw Failure(ExitCode::usage, "Give either field=value words or --json.");
        }
        if (!file.empty()) return readJsonFrom(file);
        return readAssignments(client, collection, words);
    }
    [[nodiscard]] Headers conditions() const {
        if (version.empty()) return {};
        return {{"If-Match", '"' + version + '"'}};
    }
};

void addBody(CLI::App &command, WriteOptions &options) {
    command.add_option("words", options.words, "field=value, or field:=JSON")->type_name("FIELD=VALUE");
    command.add_option("--json", options.file, "Read the record from a file; - is standard input");
    addFormatOption(command, options.format);
}

/// What a write gave back; a 204 has no body to show.
void show(const Answer &answer, Format format) {
    if (!answer.body.empty()) writeRecord(std::cout, format, answer.json());
}

void addCreate(CLI::App &app, Plan &plan) {
    auto options = std::make_shared<WriteOptions>();
    auto *const command = app.add_subcommand("create", "Create a record");
    command->add_option("collection", options->collection, "Such as contacts")->required();
    addBody(*command, *options);
    command->callback([&plan, options] {
        plan.action = [options] {
            Client client(readCredentials());
            json::value const body = options->body(client);
            show(client.sendJson("POST", collectionPath(options->collection), body), options->format);
            return ExitCode::success;
        };
    });
}

void addUpdate(CLI::App &app, Plan &plan) {
    auto options = std::make_shared<WriteOptions>();
    auto upsert = std::make_shared<bool>(false);
    auto *const command = app.add_subcommand("update", "Change a record: fields that are not named stay as they are");
    command->add_option("collection", options->collection, "Such as contacts")->required();
    command->add_option("key", options->key, "Id, or system:id of an external id")->required();
    command->add_option("--version", options->version, "Refuse unless the record still has this version");
    command->add_flag("--upsert", *upsert, "Create the record when no one has this external id");
    addBody(*command, *options);
    command->callback([&plan, options, upsert] {
        plan.action = [options, upsert] {
            if (*upsert && options->key.find(':') == std::string::npos) {
                throw Failure(ExitCode::usage, "--upsert needs an external id, such as erp:4711.");
            }
            Client client(readCredentials());
            json::value const body = options->body(client);
            show(client.sendJson(*upsert ? "PUT" : "PATCH", recordPath(options->collection, options->key), body,
                                 options->conditions()),
                 options->format);
            return ExitCode::success;
        };
    });
}

void addDelete(CLI::App &app, Plan &plan) {
    struct Options {
        std::string collection, version;
        std::vector<std::string> keys;
    };
    auto options = std::make_shared<Options>();
    auto *const command = app.add_subcommand("delete", "Move records to the recycle bin");
    command->add_option("collection", options->collection, "Such as contacts")->required();
    command->add_option("keys", options->keys, "Ids, or system:id of external ids")->required();
    command->add_option("--version", options->version, "Refuse unless the record still has this version");
    command->callback([&plan, options] {
        plan.action = [options] {
            Client client(readCredentials());
            Headers conditions;
            if (!options->version.empty()) conditions.emplace_back("If-Match", '"' + options->version + '"');
            for (const std::string &key : options->keys) {
                client.expect("DELETE", recordPath(options->collection, key), {}, {}, conditions);
            }
            return ExitCode::success;
        };
    });
}

void addUndelete(CLI::App &app, Plan &plan) {
    struct Options {
        std::string collection;
        std::vector<std::string> ids;
    };
    auto options = std::make_shared<Options>();
    auto *const command = app.add_subcommand("undelete", "Take records out of the recycle bin");
    command->add_option("collection", options->collection, "Such as contacts")->required();
    command->add_option("ids", options->ids, "Ids")->required();
    command->callback([&plan, options] {
        plan.action = [options] {
            Client client(readCredentials());
            for (const std::string &id : options->ids) {
                client.expect("POST", collectionPath(options->collection) + '/' + percentEncode(id) + "/undelete");
            }
            return ExitCode::success;
        };
    });
}

void addSearch(CLI::App &app, Plan &plan) {
    struct Options {
        std::string text, in;
        int limit = 20;
        Format format = Format::table;
    };
    auto options = std::make_shared<Options>();
    auto *const command = app.add_subcommand("search", "Full-text search over collections");
    command->add_option("text", options->text, "What to look for")->required();
    command->add_option("--in", options->in, "Collections, separated by commas; all unless given");
    command->add_option("--limit", options->limit, "At most this many hits")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    addFormatOption(*command, options->format);
    command->callback([&plan, options] {
        plan.action = [options] {
            Client client(readCredentials());
            json::value const found =
                client
                    .getJson("/api/v1/search" + queryString({{"q", options->text},
                                                             {"in", options->in},
                                                             {"limit", std::to_string(options->limit)}}))
                    .json();
            bool const table = options->format == Format::table;
            RecordWriter writer(std::cout, options->format,
                                table ? std::vector<std::string>{"entity", "record.id", "snippet"}
                                      : std::vector<std::string>{});
            writer.writePage(found.at("data").as_array());
            writer.finish();
            return ExitCode::success;
        };
    });
}

void addDescribe(CLI::App &app, Plan &plan) {
    struct Options {
        std::string collection;
        Format format = Format::table;
    };
    auto options = std::make_shared<Options>();
    auto *const command = app.add_subcommand("describe", "Show the collections, or the fields of one");
    command->add_option("collection", options->collection, "Such as contacts");
    addFormatOption(*command, options->format);
    command->callback([&plan, options] {
        plan.action = [options] {
            Client client(readCredentials());
            bool const one = !options->collection.empty();
            json::value const answer =
                client.getJson("/api/v1/describe" + (one ? '/' + percentEncode(options->collection) : std::string()))
                    .json();
            if (options->format == Format::json) {
                writePretty(std::cout, one ? answer : answer.at("data"));
                return ExitCode::success;
            }
            RecordWriter writer(
                std::cout, options->format,
                one ? std::vector<std::string>{"name", "kind", "required", "writable", "maxLength", "references",
                                               "documentation"}
                    : std::vector<std::string>{"collection", "name", "service", "label", "readable", "documentation"});
            const auto *const list = answer.as_object().if_contains(one ? "field" : "data");
            if (list != nullptr) writer.writePage(list->as_array());
            writer.finish();
            return ExitCode::success;
        };
    });
}

/// Kinds of the fields of a collection, from its description.
std::map<std::string, std::string> kindsOf(Client &client, const std::string &collection) {
    std::map<std::string, std::string> kinds;
    json::value const description = client.getJson("/api/v1/describe/" + percentEncode(collection)).json();
    if (const auto *const fields = description.as_object().if_contains("field")) {
        for (const auto &field : fields->as_array()) {
            kinds[std::string(field.at("name").as_string())] = std::string(field.at("kind").as_string());
        }
    }
    return kinds;
}

json::value parsed(const std::string &text, const std::string &name) {
    json::error_code problem;
    json::value value = json::parse(text, problem);
    if (problem) throw Failure(ExitCode::usage, name + ": " + text + " is not JSON.");
    return value;
}

json::value typed(const std::string &kind, const std::string &name, const std::string &text) {
    if (text.empty()) return nullptr;
    bool const number = text.find_first_not_of("-0123456789") == std::string::npos;
    if (kind == "integer" && number) return parsed(text, name);
    if (kind == "boolean" && (text == "true" || text == "false")) return text == "true";
    if (kind == "structure") return parsed(text, name);
    if (kind == "textList") {
        json::array list;
        for (const std::string &item : splitNames(text)) list.emplace_back(item);
        return list;
    }
    if (kind == "structureList") {
        if (name != "externalIds" || text.front() == '[') return parsed(text, name);
        json::array list;
        for (const std::string &pair : splitNames(text)) {
            auto const colon = pair.find(':');
            if (colon == std::string::npos)
                throw Failure(ExitCode::usage, name + " wants system:id, such as erp:4711.");
            list.push_back(json::object{{"system", pair.substr(0, colon)}, {"id", pair.substr(colon + 1)}});
        }
        return list;
    }
    return json::value(text);
}

}  // namespace

std::string recordPath(const std::string &collection, const std::string &key) {
    auto const colon = key.find(':');
    if (colon == std::string::npos) return collectionPath(collection) + '/' + percentEncode(key);
    return collectionPath(collection) + "/external/" + percentEncode(key.substr(0, colon)) + '/' +
           percentEncode(key.substr(colon + 1));
}

bool isId(std::string_view text) { return parseUuid(text).has_value(); }

std::string idOf(Client &client, const std::string &collection, const std::string &field, const std::string &text,
                 const std::string &filter) {
    std::string condition = field + " = \"";
    for (char const c : text) {
        if (c == '"' || c == '\\') condition += '\\';
        condition += c;
    }
    condition += '"';
    if (!filter.empty()) condition += " AND " + filter;
    json::value const page =
        client.getJson(collectionPath(collection) + queryString({{"filter", condition}, {"limit", "2"}})).json();
    const json::array &found = page.at("data").as_array();
    std::string const described = "of " + collection + " has " + field + ' ' + text;
    if (found.empty()) throw Failure(ExitCode::notFound, "None " + described + '.');
    if (found.size() > 1) throw Failure(ExitCode::conflict, "More than one " + described + "; use the id.");
    return std::string(found[0].at("id").as_string());
}

std::string idOrName(Client &client, const std::string &collection, const std::string &field, const std::string &text,
                     const std::string &filter) {
    return text.empty() || isId(text) ? text : idOf(client, collection, field, text, filter);
}

json::object readAssignments(Client &client, const std::string &collection, const std::vector<std::string> &words) {
    std::map<std::string, std::string> const kinds = kindsOf(client, collection);
    json::object record;
    for (const std::string &word : words) {
        auto const equals = word.find('=');
        if (equals == std::string::npos || equals == 0) {
            throw Failure(ExitCode::usage, "Not field=value: " + word);
        }
        bool const raw = word[equals - 1] == ':';
        std::string name = word.substr(0, equals - (raw ? 1U : 0U));
        std::string const text = word.substr(equals + 1);
        auto const dot = name.find('.');
        json::object *into = &record;
        std::string kind;
        if (dot == std::string::npos) {
            auto const found = kinds.find(name);
            kind = found != kinds.end() ? found->second : "text";
        } else {
            // Values of custom fields are text on the wire, whatever their type.
            json::value &outer = record[name.substr(0, dot)];
            if (!outer.is_object()) outer = json::object{};
            into = &outer.get_object();
            name = name.substr(dot + 1);
        }
        (*into)[name] = raw ? parsed(text, name) : typed(kind, name, text);
    }
    return record;
}

void addRecordCommands(CLI::App &app, Plan &plan) {
    addList(app, plan);
    addGet(app, plan);
    addCreate(app, plan);
    addUpdate(app, plan);
    addDelete(app, plan);
    addUndelete(app, plan);
    addSearch(app, plan);
    addDescribe(app, plan);
}

}  // namespace kontor::cli
