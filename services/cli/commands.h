#pragma once

// The verbs of the command line. Each function adds its subcommands; what runs is stored in `Plan::action`, so that
// nothing happens before the whole command line has been read.

#include "services/cli/client.h"
#include "services/cli/output.h"

#include <CLI/CLI.hpp>

#include <functional>
#include <string>
#include <vector>

namespace kontor::cli {

struct Plan {
    std::function<ExitCode()> action;
};

void addSessionCommands(CLI::App &app, Plan &plan);  ///< login, logout
void addRecordCommands(CLI::App &app, Plan &plan);   ///< list, get, create, update, delete, undelete, search, describe
void addMergeCommands(CLI::App &app, Plan &plan);    ///< merge, unmerge
void addSalesCommands(CLI::App &app, Plan &plan);    ///< convert, move, forecast
void addJobCommands(CLI::App &app, Plan &plan);      ///< import, export, mass-update, mass-delete, job
void addAdministrationCommands(CLI::App &app, Plan &plan);  ///< user, key, migrate

/// -o table|json|csv
void addFormatOption(CLI::App &command, Format &format);
/// A line from the terminal without echo, or the first line of standard input when it is none.
[[nodiscard]] std::string readSecret(const std::string &prompt);
/// "/api/v1/contacts/<id>", or ".../external/erp/4711" for "erp:4711".
[[nodiscard]] std::string recordPath(const std::string &collection, const std::string &key);
/// Whether it is the id of a record rather than a name.
[[nodiscard]] bool isId(std::string_view text);
/// The id of the only record of a collection whose field is that, among those that a filter leaves.
/// Failure(notFound) when there is none, Failure(conflict) when there are several.
[[nodiscard]] std::string idOf(Client &client, const std::string &collection, const std::string &field,
                               const std::string &text, const std::string &filter = {});
/// The text when it is an id or empty, otherwise idOf.
[[nodiscard]] std::string idOrName(Client &client, const std::string &collection, const std::string &field,
                                   const std::string &text, const std::string &filter = {});
/// The JSON object that "field=value" words describe, typed as the collection's description says; "field:=json" is
/// taken as it is, "a.b=c" goes into a structure, and an empty value is null.
[[nodiscard]] boost::json::object readAssignments(Client &client, const std::string &collection,
                                                  const std::vector<std::string> &words);

}  // namespace kontor::cli
