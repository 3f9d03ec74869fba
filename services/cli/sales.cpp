#include "services/cli/commands.h"
#include "services/cli/period.h"

#include <algorithm>
#include <chrono>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <set>

namespace kontor::cli {

namespace {

namespace json = boost::json;

/// The text of a member, empty when there is none.
std::string memberOf(const json::value &record, std::string_view name) {
    const auto *const member = record.as_object().if_contains(name);
    return member != nullptr ? cellText(*member) : std::string();
}

/// "system:id" as the id that the record has here.
std::string resolved(Client &client, const std::string &collection, const std::string &key) {
    if (key.find(':') == std::string::npos) return key;
    return memberOf(client.getJson(recordPath(collection, key) + "?fields=id").json(), "id");
}

// ---- convert

struct ConvertOptions {
    std::vector<std::string> leads;
    std::string account, contact, opportunity, pipeline, stage, amount, closeDate, owner, status;
    bool withoutOpportunity = false;
    Format format = Format::table;
};

/// What is the same for all leads.
json::object wanted(Client &client, const ConvertOptions &options) {
    json::object conversion;
    auto const put = [&](const char *member, const std::string &value) {
        if (!value.empty()) conversion[member] = value;
    };
    put("accountId", resolved(client, "accounts", options.account));
    put("contactId", resolved(client, "contacts", options.contact));
    put("opportunityName", options.opportunity);
    if (options.withoutOpportunity) conversion["createOpportunity"] = false;
    std::string const pipeline = idOrName(client, "pipelines", "name", options.pipeline);
    put("pipelineId", pipeline);
    put("stageId", idOrName(client, "stages", "name", options.stage,
                            pipeline.empty() ? "pipeline.isDefault = true" : "pipelineId = \"" + pipeline + '"'));
    put("amount", options.amount);
    put("closeDate", options.closeDate);
    put("ownerId", idOrName(client, "users", "userName", options.owner));
    put("statusId", idOrName(client, "leadStatuses", "name", options.status));
    return conversion;
}

/// Converts as many as fit into a call at a time.
json::array convertAll(Client &client, const ConvertOptions &options) {
    constexpr std::size_t mostInACall = 100;
    json::object const common = wanted(client, options);
    json::array conversions;
    for (const std::string &lead : options.leads) {
        json::object conversion = common;
        conversion["leadId"] = resolved(client, "leads", lead);
        conversions.push_back(std::move(conversion));
    }
    json::array results;
    for (std::size_t begin = 0; begin < conversions.size(); begin += mostInACall) {
        auto const from = conversions.begin() + static_cast<std::ptrdiff_t>(begin);
        std::size_t const count = std::min(mostInACall, conversions.size() - begin);
        json::object const body{{"conversion", json::array(from, from + static_cast<std::ptrdiff_t>(count))}};
        json::value const answer = client.sendJson("POST", "/api/v1/leads/convert", body).json();
        for (const auto &result : answer.at("result").as_array()) results.push_back(result);
    }
    return results;
}

/// What went wrong, as a Failure. When every lead failed for the same reason, its code says so.
void reportFailures(const json::array &results) {
    std::string text;
    std::set<ExitCode> codes;
    std::size_t failed = 0;
    for (const auto &result : results) {
        if (result.at("success").as_bool()) continue;
        ++failed;
        const json::value &error = result.at("error");
        codes.insert(exitCodeOfError(memberOf(error, "code")));
        text += '\n' + memberOf(result, "leadId") + ": " + describeError(error);
    }
    if (failed == 0) return;
    throw Failure(failed == results.size() && codes.size() == 1 ? *codes.begin() : ExitCode::refused,
                  std::to_string(failed) + " of " + std::to_string(results.size()) + " not converted" + text);
}

ExitCode convert(const ConvertOptions &options) {
    Client client(readCredentials());
    json::array const results = convertAll(client, options);
    RecordWriter writer(
        std::cout, options.format,
        options.format == Format::json
            ? std::vector<std::string>{}
            : std::vector<std::string>{"leadId", "success", "accountId", "contactId", "opportunityId", "error.code"});
    writer.writePage(results);
    writer.finish();
    reportFailures(results);
    return ExitCode::success;
}

void addConvert(CLI::App &app, Plan &plan) {
    auto options = std::make_shared<ConvertOptions>();
    auto *const command =
        app.add_subcommand("convert", "Make accounts, contacts and opportunities of leads; each lead for itself");
    command->add_option("leads", options->leads, "Ids, or system:id of external ids")->required();
    command->add_option("--account", options->account, "An account that there is; only what it lacks is filled");
    command->add_option("--contact", options->contact, "A contact that there is; only what it lacks is filled");
    auto *const name = command->add_option("--opportunity", options->opportunity, "Name of the opportunity");
    command->add_flag("--no-opportunity", options->withoutOpportunity, "Make no opportunity")->excludes(name);
    command->add_option("--pipeline", options->pipeline, "Of the opportunity: id or name");
    command->add_option("--stage", options->stage, "Of the opportunity: id or name");
    command->add_option("--amount", options->amount, "Of the opportunity");
    command->add_option("--close", options->closeDate, "When it may be won, such as 2026-12-31");
    command->add_option("--owner", options->owner, "Of what is made: user name or id; the lead's owner unless given");
    command->add_option("--status", options->status, "Status that the lead gets: id or name");
    addFormatOption(*command, options->format);
    command->callback([&plan, options] { plan.action = [options] { return convert(*options); }; });
}

// ---- move

struct MoveOptions {
    std::string opportunity, stage, after, lostReason;
    std::optional<std::int64_t> version;
    std::vector<std::string> words;
    Format format = Format::table;
};

/// The stage of that name in the pipeline that the opportunity goes through.
std::string stageNamed(Client &client, const std::string &opportunity, const std::string &name) {
    json::value const found = client.getJson(recordPath("opportunities", opportunity) + "?fields=pipelineId").json();
    std::string const inPipeline = "pipelineId = \"" + memberOf(found, "pipelineId") + '"';
    json::value const page =
        client
            .getJson("/api/v1/stages" +
                     queryString({{"filter", inPipeline}, {"sort", "position"}, {"fields", "name"}, {"limit", "2000"}}))
            .json();
    std::string names;
    for (const auto &stage : page.at("data").as_array()) {
        if (memberOf(stage, "name") == name) return memberOf(stage, "id");
        names += (names.empty() ? "" : ", ") + memberOf(stage, "name");
    }
    throw Failure(ExitCode::notFound, "The opportunity's pipeline has no stage " + name + "; it has: " + names + '.');
}

ExitCode move(const MoveOptions &options) {
    Client client(readCredentials());
    std::string const id = resolved(client, "opportunities", options.opportunity);
    json::object body{{"opportunityId", id},
                      {"stageId", isId(options.stage) ? options.stage : stageNamed(client, id, options.stage)}};
    if (!options.after.empty()) body["afterId"] = resolved(client, "opportunities", options.after);
    if (options.version) body["version"] = *options.version;
    if (!options.lostReason.empty()) {
        body["lostReasonId"] = idOrName(client, "lostReasons", "name", options.lostReason);
    }
    if (!options.words.empty()) body["fields"] = readAssignments(client, "opportunities", options.words);
    writeRecord(std::cout, options.format, client.sendJson("POST", "/api/v1/opportunities/move", body).json());
    return ExitCode::success;
}

void addMove(CLI::App &app, Plan &plan) {
    auto options = std::make_shared<MoveOptions>();
    auto *const command = app.add_subcommand("move", "Move an opportunity to a stage, to the top of its column");
    command->add_option("opportunity", options->opportunity, "Id, or system:id of an external id")->required();
    command->add_option("stage", options->stage, "Name of a stage of its pipeline, or id")->required();
    command->add_option("words", options->words, "What the stage asks for")->type_name("FIELD=VALUE");
    command->add_option("--lost-reason", options->lostReason, "Why it is lost: name or id");
    command->add_option("--after", options->after, "The card that it goes under");
    command->add_option("--version", options->version, "Refuse unless the opportunity still has this version");
    addFormatOption(*command, options->format);
    command->callback([&plan, options] { plan.action = [options] { return move(*options); }; });
}

// ---- forecast

struct ForecastOptions {
    std::string period, owner, team, pipeline;
    Format format = Format::table;
};

/// What people are called, by id; nothing of those whom the caller may not see.
std::map<std::string, std::string> namesOf(Client &client, const json::array &rows) {
    constexpr std::size_t mostInAFilter = 30;
    std::set<std::string> ids;
    for (const auto &row : rows) ids.insert(memberOf(row, "ownerId"));
    ids.erase("");
    std::map<std::string, std::string> names;
    while (!ids.empty()) {
        std::string filter;
        for (std::size_t i = 0; i < mostInAFilter && !ids.empty(); ++i) {
            filter += (filter.empty() ? "id IN (\"" : "\", \"") + *ids.begin();
            ids.erase(ids.begin());
        }
        Answer const answer =
            client.send("GET", "/api/v1/users" + queryString({{"filter", filter + "\")"}, {"fields", "displayName"}}));
        if (answer.status == 403) break;
        if (answer.status >= 400) throw failureOf(answer);
        json::value const page = answer.json();
        for (const auto &user : page.at("data").as_array()) names[memberOf(user, "id")] = memberOf(user, "displayName");
    }
    return names;
}

void writeForecast(Client &client, Format format, const json::value &forecast) {
    if (format == Format::json) {
        writePretty(std::cout, forecast);
        return;
    }
    json::array rows;
    if (const auto *const list = forecast.as_object().if_contains("row")) rows = list->as_array();
    auto const names = namesOf(client, rows);
    std::string const currency = memberOf(forecast, "currency");
    for (auto &row : rows) {
        json::object &figure = row.as_object();
        auto const name = names.find(memberOf(row, "ownerId"));
        figure["owner"] = name != names.end() ? name->second : memberOf(row, "ownerId");
        figure["currency"] = currency;
        if (format == Format::table) figure["period"] = memberOf(row, "period").substr(0, 7);
    }
    std::vector<std::string> columns{"period", "owner"};
    if (format == Format::csv) columns.insert(columns.end(), {"ownerId", "currency"});
    columns.insert(columns.end(),
                   {"category", "count", "amountBase", "weightedAmount", "submitted", "overridden", "target"});
    RecordWriter writer(std::cout, format, std::move(columns));
    writer.writePage(rows);
    writer.finish();
    if (format == Format::table) std::cerr << "Amounts in " << printable(currency) << ".\n";
}

ExitCode forecast(const ForecastOptions &options) {
    auto const today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
    Period const period = readPeriod(options.period, today);
    Client client(readCredentials());
    std::string const query = queryString({{"from", period.from},
                                           {"until", period.until},
                                           {"ownerId", idOrName(client, "users", "userName", options.owner)},
                                           {"teamId", idOrName(client, "teams", "name", options.team)},
                                           {"pipelineId", idOrName(client, "pipelines", "name", options.pipeline)}});
    writeForecast(client, options.format, client.getJson("/api/v1/forecast" + query).json());
    return ExitCode::success;
}

void addForecast(CLI::App &app, Plan &plan) {
    auto options = std::make_shared<ForecastOptions>();
    auto *const command = app.add_subcommand("forecast", "What is expected to be sold, by month, owner and category");
    command->add_option("period", options->period,
                        "2026-11, 2026-Q4, 2026, or a first and a last of these: 2026-10..2027-03; this quarter unless "
                        "given");
    command->add_option("--owner", options->owner, "Of one person: user name or id");
    command->add_option("--team", options->team, "Of one team: name or id");
    command->add_option("--pipeline", options->pipeline, "Of one pipeline: name or id");
    addFormatOption(*command, options->format);
    command->callback([&plan, options] { plan.action = [options] { return forecast(*options); }; });
}

}  // namespace

void addSalesCommands(CLI::App &app, Plan &plan) {
    addConvert(app, plan);
    addMove(app, plan);
    addForecast(app, plan);
}

}  // namespace kontor::cli
