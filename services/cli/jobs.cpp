#include "services/cli/commands.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <thread>

namespace kontor::cli {

namespace {

namespace json = boost::json;

std::string textOf(const json::value &job, std::string_view name) {
    const auto *const member = job.as_object().if_contains(name);
    return member != nullptr && member->is_string() ? std::string(member->get_string()) : std::string();
}

std::uint64_t numberOf(const json::value &job, std::string_view name) {
    const auto *const member = job.as_object().if_contains(name);
    if (member == nullptr || !member->is_number()) return 0;
    return member->to_number<std::uint64_t>();
}

bool isOver(const std::string &state) { return state == "succeeded" || state == "failed" || state == "cancelled"; }

/// Asks for the job until it is over; the pauses grow from a tenth of a second to one second.
json::value waitFor(Client &client, const std::string &id, ProgressBar &bar) {
    auto pause = std::chrono::milliseconds(100);
    for (;;) {
        json::value job = client.getJson("/api/v1/jobs/" + id).json();
        if (isOver(textOf(job, "state"))) return job;
        bar.show(numberOf(job, "processed"), numberOf(job, "total"), "records");
        std::this_thread::sleep_for(pause);
        pause = std::min(pause * 3 / 2, std::chrono::milliseconds(1000));
    }
}

std::string contentTypeOf(const std::string &file) {
    std::string const extension = std::filesystem::path(file).extension();
    return extension == ".ndjson" || extension == ".jsonl" || extension == ".json" ? "application/x-ndjson"
                                                                                   : "text/csv";
}

struct ImportOptions {
    std::string collection, file, mode = "create", system, errorFile;
};

ExitCode import(const ImportOptions &options) {
    std::error_code problem;
    std::uint64_t const size = std::filesystem::file_size(options.file, problem);
    std::ifstream file(options.file, std::ios::binary);
    if (problem || !file) throw Failure(ExitCode::usage, "Cannot read " + options.file + '.');
    if (options.mode == "upsert" && options.system.empty()) {
        throw Failure(ExitCode::usage, "--mode upsert needs --system: whose external ids decide.");
    }
    Client client(readCredentials());
    std::string const query =
        queryString({{"object", options.collection}, {"mode", options.mode}, {"system", options.system}});
    ProgressBar bar("import");
    Answer const answer =
        client.upload("/api/v1/jobs/import" + query, file, size, contentTypeOf(options.file),
                      [&](std::uint64_t done, std::uint64_t total) { bar.show(done, total, "bytes"); });
    std::string const id = textOf(answer.json(), "id");
    json::value const job = waitFor(client, id, bar);
    bar.clear();

    std::uint64_t const failed = numberOf(job, "failed");
    std::uint64_t const processed = numberOf(job, "processed");
    std::cout << processed - std::min(failed, processed) << " imported, " << failed << " failed\n";
    if (textOf(job, "state") != "succeeded") {
        const auto *const error = job.as_object().if_contains("error");
        throw Failure(ExitCode::refused, error != nullptr && error->is_object()
                                             ? describeProblem(*error, 0)
                                             : "The import " + textOf(job, "state") + '.');
    }
    if (failed == 0) return ExitCode::success;
    std::string const name = options.errorFile.empty() ? options.file + ".errors.csv" : options.errorFile;
    std::ofstream errors(name, std::ios::binary);
    if (!errors) throw Failure(ExitCode::usage, "Cannot write " + name + '.');
    client.download("/api/v1/jobs/" + id + "/errors", errors, [](std::uint64_t, std::uint64_t) {});
    throw Failure(ExitCode::refused, "Rows that were refused, with the reasons, are in " + name + '.');
}

struct ExportOptions {
    std::string collection, file, format = "csv", filter, fields;
};

ExitCode exportRecords(const ExportOptions &options) {
    Client client(readCredentials());
    json::object body{{"object", options.collection}, {"format", options.format}};
    if (!options.filter.empty()) body["filter"] = options.filter;
    if (!options.fields.empty()) {
        json::array fields;
        std::size_t start = 0;
        while (start <= options.fields.size()) {
            std::size_t const end = std::min(options.fields.find(',', start), options.fields.size());
            fields.emplace_back(options.fields.substr(start, end - start));
            start = end + 1;
        }
        body["fields"] = std::move(fields);
    }
    ProgressBar bar("export");
    std::string const id = textOf(client.sendJson("POST", "/api/v1/jobs/export", body).json(), "id");
    json::value const job = waitFor(client, id, bar);
    if (textOf(job, "state") != "succeeded") {
        const auto *const error = job.as_object().if_contains("error");
        throw Failure(ExitCode::refused, error != nullptr && error->is_object()
                                             ? describeProblem(*error, 0)
                                             : "The export " + textOf(job, "state") + '.');
    }
    auto const progress = [&](std::uint64_t done, std::uint64_t total) { bar.show(done, total, "bytes"); };
    std::string const path = "/api/v1/jobs/" + id + "/result";
    if (options.file.empty() || options.file == "-") {
        client.download(path, std::cout, progress);
        std::cout.flush();
        return ExitCode::success;
    }
    // Whole or not at all: a file that looks finished is finished.
    std::string const temporary = options.file + ".part";
    {
        std::ofstream file(temporary, std::ios::binary);
        if (!file) throw Failure(ExitCode::usage, "Cannot write " + options.file + '.');
        client.download(path, file, progress);
        file.close();
        if (!file) throw Failure(ExitCode::usage, "Cannot write " + options.file + '.');
    }
    std::filesystem::rename(temporary, options.file);
    bar.clear();
    std::cerr << numberOf(job, "processed") << " records in " << options.file << '\n';
    return ExitCode::success;
}

}  // namespace

void addJobCommands(CLI::App &app, Plan &plan) {
    auto in = std::make_shared<ImportOptions>();
    auto *const import = app.add_subcommand("import", "Read records from a CSV or NDJSON file");
    import->add_option("collection", in->collection, "Such as contacts")->required();
    import->add_option("file", in->file, "The file; .ndjson, .jsonl and .json hold a JSON object in each line")
        ->required();
    import->add_option("--mode", in->mode, "What to do with a row")
        ->check(CLI::IsMember({"create", "update", "upsert"}))
        ->capture_default_str();
    import->add_option("--system", in->system, "System whose external ids decide, such as erp");
    import->add_option("--errors", in->errorFile, "File for rows that were refused; FILE.errors.csv unless given");
    import->callback([&plan, in] { plan.action = [in] { return cli::import(*in);
};
}  // namespace kontor::cli
);

auto out = std::make_shared<ExportOptions>();
auto *const write = app.add_subcommand("export", "Write records to a CSV or NDJSON file");
write->add_option("collection", out->collection, "Such as contacts")->required();
write->add_option("-o", out->file, "The file; standard output unless given");
write->add_option("--format", out->format, "Format of the file")
    ->check(CLI::IsMember({"csv", "ndjson"}))
    ->capture_default_str();
write->add_option("--filter", out->filter, "Condition, as with list");
write->add_option("--fields", out->fields, "Columns, separated by commas");
write->callback([&plan, out] { plan.action = [out] { return exportRecords(*out); }; });
}

}  // namespace kontor::cli
