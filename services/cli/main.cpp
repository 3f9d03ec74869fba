// kontor: the command line of Kontor, for scripts and administrators.

#include "services/cli/commands.h"

#include <algorithm>
#include <csignal>
#include <iostream>
#include <map>

namespace kontor::cli {

void addFormatOption(CLI::App &command, Format &format) {
    static const std::map<std::string, Format> formats{
        {"table", Format::table}, {"json", Format::json}, {"csv", Format::csv}};
    command.add_option("-o,--output", format, "table, json or csv")
        ->transform(CLI::CheckedTransformer(formats, CLI::ignore_case))
        ->default_str("table");
}

namespace {

constexpr const char *footer = R"(
Signing in: `kontor login URL` keeps a session in ~/.config/kontor/credentials; or set KONTOR_URL and KONTOR_API_KEY.

Exit codes: 0 done; 1 refused by the server, or some of many rows or leads were; 2 wrong command line; 3 no such record;
4 not signed in or not allowed; 5 changed by someone else, or a value that is taken; 6 server cannot be reached.)";

int run(int count, char **words) {
    // A connection that the server has closed is an error to report, not a reason to die.
    std::signal(SIGPIPE, SIG_IGN);
    CLI::App app("Kontor from the command line.", "kontor");
    app.set_version_flag("--version", KONTOR_VERSION);
    app.require_subcommand(1);
    app.footer(footer);
    Plan plan;
    addSessionCommands(app, plan);
    addRecordCommands(app, plan);
    addMergeCommands(app, plan);
    addSalesCommands(app, plan);
    addJobCommands(app, plan);
    addAdministrationCommands(app, plan);
    try {
        app.parse(count, words);
    } catch (const CLI::ParseError &problem) {
        return app.exit(problem) == 0 ? 0 : static_cast<int>(ExitCode::usage);
    }
    try {
        return static_cast<int>(plan.action());
    } catch (const Failure &failure) {
        std::cout.flush();
        std::string text = failure.what();
        std::ranges::replace_if(
            text, [](unsigned char c) { return (c < 0x20 && c != '\n') || c == 0x7F; }, ' ');
        std::cerr << "kontor: " << text << '\n';
        return static_cast<int>(failure.code);
    } catch (const std::exception &problem) {
        std::cerr << "kontor: unexpected answer: " << problem.what() << '\n';
        return static_cast<int>(ExitCode::unavailable);
    }
}

}  // namespace

}  // namespace kontor::cli

int main(int count, char **words) { return kontor::cli::run(count, words); }
