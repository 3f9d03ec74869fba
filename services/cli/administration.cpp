#include "services/cli/commands.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <memory>

namespace kontor::cli {

namespace {

namespace json = boost::json;

void writeAll(Client &client, const std::string &collection, std::vector<std::string> columns, Format format) {
    RecordWriter writer(std::cout, format, std::move(columns));
    std::string const path = "/api/v1/" + collection;
    std::string query = "?limit=2000";
    for (;;) {
        json::value const page = client.getJson(path + query).json();
        writer.writePage(page.at("data").as_array());
        const auto *const cursor = page.at("page").as_object().if_contains("nextCursor");
        if (cursor == nullptr) break;
        query = queryString({{"cursor", std::string(cursor->as_string())}, {"limit", "2000"}});
    }
    writer.finish();
}

struct Options {
    std::string name;
    std::vector<std::string> words;
    Format format = Format::table;
};

void addUserCommands(CLI::App &app, Plan &plan) {
    auto *const user = app.add_subcommand("user", "Manage users");
    user->require_subcommand(1);
    auto options = std::make_shared<Options>();

    auto *const list = user->add_subcommand("list", "List users");
    addFormatOption(*list, options->format);
    list->callback([&plan, options] {
        plan.action = [options] {
            Client client(readCredentials());
            writeAll(client, "users", {"id", "userName", "displayName", "status", "isAdministrator", "lastAccessAt"},
                     options->format);
            return ExitCode::success;
        };
    });

    auto *const create =
        user->add_subcommand("create", "Create a user; the password is asked for, or read from standard input");
    create->add_option("name", options->name, "Name for signing in")->required();
    create->add_option("words", options->words, "Further fields: displayName=… email=… isAdministrator=true")
        ->type_name("FIELD=VALUE");
    addFormatOption(*create, options->format);
    create->callback([&plan, options] {
        plan.action = [options] {
            Client client(readCredentials());
            json::object body = readAssignments(client, "users", options->words);
            body["userName"] = options->name;
            if (!body.contains("displayName")) body["displayName"] = options->name;
            body["password"] = readSecret("Password of " + options->name + ": ");
            writeRecord(std::cout, options->format, client.sendJson("POST", "/api/v1/users", body).json());
            return ExitCode::success;
        };
    });

    auto *const password =
        user->add_subcommand("set-password", "Set a password; it is asked for, or read from standard input");
    password->add_option("name", options->name, "Name for signing in; yourself unless given");
    password->callback([&plan, options] {
        plan.action = [options] {
            Client client(readCredentials());
            json::object body;
            if (options->name.empty()) {
                body["currentPassword"] = readSecret("Current password: ");
            } else {
                body["userId"] = idOf(client, "users", "userName", options->name);
            }
            body["newPassword"] = readSecret("New password: ");
            client.sendJson("POST", "/api/v1/me/password", body);
            return ExitCode::success;
        };
    });

    auto *const deactivate = user->add_subcommand("deactivate", "Keep a user from signing in");
    deactivate->add_option("name", options->name, "Name for signing in")->required();
    deactivate->callback([&plan, options] {
        plan.action = [options] {
            Client client(readCredentials());
            std::string const id = idOf(client, "users", "userName", options->name);
            client.sendJson("PATCH", "/api/v1/users/" + id, json::object{{"status", "inactive"}});
            return ExitCode::success;
        };
    });
}

void addKeyCommands(CLI::App &app, Plan &plan) {
    auto *const key = app.add_subcommand("key", "Manage API keys");
    key->require_subcommand(1);
    auto options = std::make_shared<Options>();

    auto *const create = key->add_subcommand("create", "Create a key; it is printed once and cannot be shown again");
    create->add_option("name", options->name, "What the key is for")->required();
    create
        ->add_option("words", options->words,
                     "Further fields: expiresAt=2027-01-01T00:00:00Z userId=… allowDigest=true")
        ->type_name("FIELD=VALUE");
    addFormatOption(*create, options->format);
    create->callback([&plan, options] {
        plan.action = [options] {
            Client client(readCredentials());
            json::object body = readAssignments(client, "apiKeys", options->words);
            body["name"] = options->name;
            json::value const created = client.sendJson("POST", "/api/v1/apiKeys", body).json();
            if (options->format == Format::table) {
                std::cout << std::string(created.at("key").as_string()) << '\n';
            } else {
                writeRecord(std::cout, options->format, created);
            }
            return ExitCode::success;
        };
    });

    auto *const list = key->add_subcommand("list", "List keys");
    addFormatOption(*list, options->format);
    list->callback([&plan, options] {
        plan.action = [options] {
            Client client(readCredentials());
            writeAll(client, "apiKeys", {"id", "name", "prefix", "userId", "expiresAt", "lastUsedAt"}, options->format);
            return ExitCode::success;
        };
    });

    auto *const revoke = key->add_subcommand("revoke", "Make a key useless at once");
    revoke->add_option("key", options->name, "Id or name of the key")->required();
    revoke->callback([&plan, options] {
        plan.action = [options] {
            Client client(readCredentials());
            bool const isId = options->name.size() == 36 && options->name[8] == '-' && options->name[13] == '-';
            std::string const id = isId ? options->name : idOf(client, "apiKeys", "name", options->name);
            client.expect("DELETE", "/api/v1/apiKeys/" + id);
            return ExitCode::success;
        };
    });
}

/// Becomes `kontord --migrate`, from the same folder as this program.
ExitCode migrate(const std::vector<std::string> &words) {
    std::filesystem::path const folder = std::filesystem::read_symlink("/proc/self/exe").parent_path();
    std::filesystem::path server = folder / "kontord";
    if (!std::filesystem::is_regular_file(server))
        server = folder.parent_path() / "kontord" / "kontord";  // a build folder
    if (!std::filesystem::is_regular_file(server)) {
        throw Failure(ExitCode::usage, "There is no kontord beside this program (in " + folder.string() + ").");
    }
    std::vector<std::string> arguments{server.string(), "--migrate"};
    arguments.insert(arguments.end(), words.begin(), words.end());
    std::vector<char *> pointers;
    pointers.reserve(arguments.size() + 1);
    for (std::string &argument : arguments) pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    ::execv(server.c_str(), pointers.data());
    throw Failure(ExitCode::usage, "Cannot start " + server.string() + ": " + std::strerror(errno));
}

}  // namespace

void addAdministrationCommands(CLI::App &app, Plan &plan) {
    addUserCommands(app, plan);
    addKeyCommands(app, plan);
    auto options = std::make_shared<std::vector<std::string>>();
    auto *const command = app.add_subcommand(
        "migrate",
        "Bring the database to this version: runs kontord --migrate with the same options (--config, --set)");
    command->prefix_command();
    command->callback([&plan, command] { plan.action = [words = command->remaining()] { return migrate(words); }; });
}

}  // namespace kontor::cli
