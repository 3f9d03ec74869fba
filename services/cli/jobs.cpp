#include "services/cli/commands.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <sstream>
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

/// Shows how far the job is until it is over. Failure when it did not succeed.
json::value finished(Client &client, const std::string &id, const std::string &what, ProgressBar &bar) {
    json::value job = waitFor(client, id, bar);
    bar.clear();
    if (textOf(job, "state") == "succeeded") return job;
    const auto *const error = job.as_object().if_contains("error");
    throw Failure(ExitCode::refused, error != nullptr && error->is_object()
                                         ? describeProblem(*error, 0)
                                         : "The " + what + ' ' + textOf(job, "state") + '.');
}

std::string jobPath(const std::string &id, const std::string &what = {}) {
    return "/api/v1/jobs/" + percentEncode(id) + what;
}

void download(Client &client, const std::string &path, const std::string &name) {
    std::ofstream file(name, std::ios::binary);
    if (!file) throw Failure(ExitCode::usage, "Cannot write " + name + '.');
    client.download(path, file, [](std::uint64_t, std::uint64_t) {});
    file.close();
    if (!file) throw Failure(ExitCode::usage, "Cannot write " + name + '.');
}

void tellUndo(const std::string &id) { std::cerr << "To take it back: kontor job undo " << printable(id) << '\n'; }

struct ImportOptions {
    std::string collection, file, mode = "create", system, key, errorFile;
    bool preview = false;
};

void tellImported(const json::value &job, bool preview) {
    std::uint64_t const failed = numberOf(job, "failed");
    std::uint64_t const processed = numberOf(job, "processed");
    if (preview) {
        std::cout << numberOf(job, "created") << " would be created, " << numberOf(job, "updated") << " updated, "
                  << failed << " refused\n";
        return;
    }
    std::cout << processed - std::min(failed, processed) << " imported, " << failed << " failed\n";
    if (failed < processed) tellUndo(textOf(job, "id"));
}

ExitCode importRecords(const ImportOptions &options) {
    std::error_code problem;
    std::uint64_t const size = std::filesystem::file_size(options.file, problem);
    std::ifstream file(options.file, std::ios::binary);
    if (problem || !file) throw Failure(ExitCode::usage, "Cannot read " + options.file + '.');
    if (options.mode == "upsert" && options.system.empty() && options.key.empty()) {
        throw Failure(ExitCode::usage,
                      "--mode upsert needs --key, such as email, or --system: whose external ids decide.");
    }
    Client client(readCredentials());
    std::string const query = queryString({{"object", options.collection},
                                           {"mode", options.mode},
                                           {"system", options.system},
                                           {"key", options.key},
                                           {"preview", options.preview ? "true" : ""}});
    ProgressBar bar("import");
    std::string const type = contentTypeOf(options.file);
    Answer const answer =
        client.upload("/api/v1/jobs/import" + query, file, size, type,
                      [&](std::uint64_t done, std::uint64_t total) { bar.show(done, total, "bytes"); });
    std::string const id = textOf(answer.json(), "id");
    json::value const job = waitFor(client, id, bar);
    bar.clear();
    tellImported(job, options.preview);
    (void)finished(client, id, "import", bar);
    if (numberOf(job, "failed") == 0) return ExitCode::success;
    std::string const ending = type == "text/csv" ? ".errors.csv" : ".errors.ndjson";
    std::string const name = options.errorFile.empty() ? options.file + ending : options.errorFile;
    download(client, jobPath(id, "/errors"), name);
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
    json::value const job = finished(client, id, "export", bar);
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

struct MassOptions {
    std::string collection, filter, q;
    std::vector<std::string> words, ids;

    [[nodiscard]] json::object body() const {
        bool const found = !filter.empty() || !q.empty();
        if (found != ids.empty()) throw Failure(ExitCode::usage, "Name the records by --filter and -q, or by --ids.");
        json::object body{{"object", collection}};
        if (!filter.empty()) body["filter"] = filter;
        if (!q.empty()) body["q"] = q;
        if (!ids.empty()) body["ids"] = json::array(ids.begin(), ids.end());
        return body;
    }
};

/// The refused records of a mass change or an undo, a line each.
void tellRefused(Client &client, const std::string &id) {
    std::stringstream lines;
    client.download(jobPath(id, "/errors"), lines, [](std::uint64_t, std::uint64_t) {});
    for (std::string line; std::getline(lines, line);) {
        json::value const error = json::parse(line);
        std::cerr << printable(textOf(error, "source")) << ": " << printable(textOf(error, "pointer")) << ' '
                  << printable(textOf(error, "detail")) << '\n';
    }
}

/// Says what a job that was started has done, once it has.
ExitCode seeThrough(Client &client, const json::value &started, const std::string &what) {
    ProgressBar bar(what);
    std::string const id = textOf(started, "id");
    json::value const job = finished(client, id, what, bar);
    std::uint64_t const failed = numberOf(job, "failed");
    for (std::string_view const done : {"created", "updated", "deleted"}) {
        if (numberOf(job, done) > 0) std::cout << numberOf(job, done) << ' ' << done << ", ";
    }
    std::cout << failed << " refused\n";
    if (textOf(job, "kind") != "undo" && failed < numberOf(job, "processed")) tellUndo(id);
    if (failed == 0) return ExitCode::success;
    tellRefused(client, id);
    return ExitCode::refused;
}

ExitCode changeMany(const MassOptions &options, bool update) {
    json::object body = options.body();
    Client client(readCredentials());
    if (update) body["changes"] = readAssignments(client, options.collection, options.words);
    std::string const path = update ? "/api/v1/jobs/massUpdate" : "/api/v1/jobs/massDelete";
    return seeThrough(client, client.sendJson("POST", path, body).json(), update ? "mass update" : "mass delete");
}

void addMassCommand(CLI::App &app, Plan &plan, bool update) {
    auto options = std::make_shared<MassOptions>();
    auto *const command = update ? app.add_subcommand("mass-update", "Change many records the same way")
                                 : app.add_subcommand("mass-delete", "Move many records to the recycle bin");
    command->add_option("collection", options->collection, "Such as contacts")->required();
    if (update) command->add_option("changes", options->words, "FIELD=VALUE words, as with update")->required();
    command->add_option("--filter", options->filter, "Of the records that it finds, as with list");
    command->add_option("-q", options->q, "Of the records that this full text finds");
    command->add_option("--ids", options->ids, "Of the records with these ids, separated by commas")->delimiter(',');
    command->callback(
        [&plan, options, update] { plan.action = [options, update] { return changeMany(*options, update); }; });
}

struct JobOptions {
    std::string id, file, limit;
    Format format = Format::table;
};

CLI::App *addJobCommand(CLI::App &jobs, const std::string &name, const std::string &what,
                        const std::shared_ptr<JobOptions> &options) {
    auto *const command = jobs.add_subcommand(name, what);
    command->add_option("id", options->id, "Id of the job")->required();
    return command;
}

ExitCode listJobs(const JobOptions &options) {
    Client client(readCredentials());
    RecordWriter writer(std::cout, options.format,
                        {"id", "kind", "object", "state", "processed", "failed", "createdAt"});
    std::string const query = queryString({{"limit", options.limit}});
    writer.writePage(client.getJson("/api/v1/jobs" + query).json().at("data").as_array());
    writer.finish();
    return ExitCode::success;
}

void addJobVerbs(CLI::App &app, Plan &plan) {
    auto *const jobs = app.add_subcommand("job", "Look at jobs, end them, take them back");
    jobs->require_subcommand(1);
    auto options = std::make_shared<JobOptions>();

    auto *const list = jobs->add_subcommand("list", "List your jobs, the newest first");
    list->add_option("--limit", options->limit, "How many; 50 unless given");
    addFormatOption(*list, options->format);
    list->callback([&plan, options] { plan.action = [options] { return listJobs(*options); }; });

    for (bool const cancels : {false, true}) {
        auto *const command = cancels ? addJobCommand(*jobs, "cancel", "End a job; what it has done stays", options)
                                      : addJobCommand(*jobs, "get", "Show how far a job is", options);
        addFormatOption(*command, options->format);
        command->callback([&plan, options, cancels] {
            plan.action = [options, cancels] {
                Client client(readCredentials());
                Answer const answer = cancels ? client.sendJson("POST", jobPath(options->id, "/cancel"), json::object{})
                                              : client.getJson(jobPath(options->id));
                writeRecord(std::cout, options->format, answer.json());
                return ExitCode::success;
            };
        });
    }

    auto *const undo = addJobCommand(*jobs, "undo", "Take back what a job has done", options);
    undo->callback([&plan, options] {
        plan.action = [options] {
            Client client(readCredentials());
            return seeThrough(client, client.sendJson("POST", jobPath(options->id, "/undo"), json::object{}).json(),
                              "undo");
        };
    });

    for (std::string const what : {"errors", "result"}) {
        auto *const command = addJobCommand(*jobs, what,
                                            what == "errors" ? "The rows or records that were refused"
                                                             : "The file of an export, or what a preview found",
                                            options);
        command->add_option("-o", options->file, "The file; standard output unless given");
        command->callback([&plan, options, what] {
            plan.action = [options, what] {
                Client client(readCredentials());
                std::string const path = jobPath(options->id, '/' + what);
                if (options->file.empty() || options->file == "-") {
                    client.download(path, std::cout, [](std::uint64_t, std::uint64_t) {});
                } else {
                    download(client, path, options->file);
                }
                return ExitCode::success;
            };
        });
    }
}

}  // namespace

void addJobCommands(CLI::App &app, Plan &plan) {
    auto in = std::make_shared<ImportOptions>();
    auto *const read = app.add_subcommand("import", "Read records from a CSV or NDJSON file");
    read->add_option("collection", in->collection, "Such as contacts")->required();
    read->add_option("file", in->file, "The file; .ndjson, .jsonl and .json hold a JSON object in each line")
        ->required();
    read->add_option("--mode", in->mode, "What to do with a row")
        ->check(CLI::IsMember({"create", "update", "upsert"}))
        ->capture_default_str();
    auto *const system = read->add_option("--system", in->system, "System whose external ids decide, such as erp");
    read->add_option("--key", in->key, "Field by which records are known, such as email")->excludes(system);
    read->add_flag("--preview", in->preview, "Say what would happen, and change nothing");
    read->add_option("--errors", in->errorFile, "File for rows that were refused; FILE.errors.csv unless given");
    read->callback([&plan, in] { plan.action = [in] { return importRecords(*in); }; });

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

    addMassCommand(app, plan, true);
    addMassCommand(app, plan, false);
    addJobVerbs(app, plan);
}

}  // namespace kontor::cli
