#include "services/cli/commands.h"

#include <iostream>
#include <memory>

namespace kontor::cli {

namespace {

namespace json = boost::json;

struct MergeOptions {
    std::string collection, master, version;
    std::vector<std::string> victims, choices;
    Format format = Format::table;

    [[nodiscard]] json::object body() const {
        json::object body{{"victimIds", json::array(victims.begin(), victims.end())}};
        json::array list;
        for (const std::string &choice : choices) {
            auto const equals = choice.find('=');
            if (equals == std::string::npos || equals == 0) {
                throw Failure(ExitCode::usage, "--take wants FIELD=ID, and not: " + choice);
            }
            list.push_back(json::object{{"field", choice.substr(0, equals)}, {"fromId", choice.substr(equals + 1)}});
        }
        if (!list.empty()) body["choices"] = std::move(list);
        return body;
    }
};

ExitCode merge(const MergeOptions &options) {
    Client client(readCredentials());
    Headers conditions;
    if (!options.version.empty()) conditions.emplace_back("If-Match", '"' + options.version + '"');
    json::value const merged =
        client
            .sendJson("POST",
                      "/api/v1/" + percentEncode(options.collection) + '/' + percentEncode(options.master) + "/merge",
                      options.body(), conditions)
            .json();
    writeRecord(std::cout, options.format, merged);
    if (options.format == Format::table) {
        std::cerr << "To take it back: kontor unmerge " << printable(merged.at("mergeId").as_string()) << '\n';
    }
    return ExitCode::success;
}

void addMerge(CLI::App &app, Plan &plan) {
    auto options = std::make_shared<MergeOptions>();
    auto *const command = app.add_subcommand("merge", "Merge records that are the same into one");
    command->add_option("collection", options->collection, "Such as accounts")->required();
    command->add_option("master", options->master, "Id of the record that stays")->required();
    command->add_option("victims", options->victims, "Ids of the records that go to the recycle bin")->required();
    command
        ->add_option("--take", options->choices, "Take a field from this record; otherwise empty ones are filled only")
        ->type_name("FIELD=ID")
        ->expected(1)
        ->take_all();
    command->add_option("--version", options->version, "Refuse unless the master still has this version");
    addFormatOption(*command, options->format);
    command->callback([&plan, options] { plan.action = [options] { return merge(*options); }; });
}

void addUnmerge(CLI::App &app, Plan &plan) {
    struct Options {
        std::string id;
        Format format = Format::table;
    };
    auto options = std::make_shared<Options>();
    auto *const command = app.add_subcommand("unmerge", "Take a merge back, up to 30 days after it");
    command->add_option("id", options->id, "Id of the merge")->required();
    addFormatOption(*command, options->format);
    command->callback([&plan, options] {
        plan.action = [options] {
            Client client(readCredentials());
            std::string const path = "/api/v1/merges/" + percentEncode(options->id) + "/undo";
            writeRecord(std::cout, options->format, client.sendJson("POST", path, json::object{}).json());
            return ExitCode::success;
        };
    });
}

}  // namespace

void addMergeCommands(CLI::App &app, Plan &plan) {
    addMerge(app, plan);
    addUnmerge(app, plan);
}

}  // namespace kontor::cli
