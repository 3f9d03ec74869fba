#include "shared/soap/jobs.h"

#include "shared/entity/json.h"
#include "shared/jobs/jobs.h"
#include "shared/postgres/blob.h"
#include "shared/soap/answers.h"
#include "shared/soap/service.h"
#include "soap/mapping_jobs.h"

#include <array>

namespace kontor::soap {

namespace json = boost::json;
using jobs::FoundJob;
using jobs::WithJob;

namespace {

// -- what comes in, as jobs.h takes it

std::string formatOf(const std::optional<std::string> &given) {
    std::string format = given.value_or("csv");
    if (format != "csv" && format != "ndjson") {
        throw entity::validationError({{"/format", "INVALID_FORMAT", "must be csv or ndjson"}});
    }
    return format;
}

/// The collection of an entity of any service of this process.
std::string_view collectionOf(const jobs::JobRunner &runner, const std::optional<std::string> &entity,
                              const std::string &pointer) {
    for (const entity::Operations *const service : runner.services()) {
        const EntityType *const type = service->contract().entityByName(entity.value_or(""));
        if (type != nullptr) return type->collection;
    }
    throw entity::validationError({{pointer, "UNKNOWN_ENTITY", "is no entity of this server"}});
}

void put(json::object &request, std::string_view name, const std::optional<std::string> &text) {
    if (text) request[name] = *text;
}

void refuseWhatNoExportHas(const Query &query) {
    std::vector<FieldError> errors;
    auto const refuse = [&](std::string_view name, bool isGiven) {
        if (isGiven) errors.push_back({"/query/" + std::string(name), "UNKNOWN_FIELD", "is not a member of an export"});
    };
    refuse("expand", !query.expand.empty());
    refuse("limit", query.limit.has_value());
    refuse("count", query.count.has_value());
    refuse("deleted", query.deleted.has_value());
    if (!errors.empty()) throw entity::validationError(std::move(errors));
}

json::object exportRequest(const jobs::JobRunner &runner, const jobs::CreateExport &input) {
    if (!input.query) throw missing("/query");
    const Query &query = *input.query;
    refuseWhatNoExportHas(query);
    json::object request{{"object", collectionOf(runner, query.entity, "/query/entity")},
                         {"format", formatOf(input.format)}};
    put(request, "filter", query.filter);
    put(request, "sort", query.sort);
    put(request, "q", query.q);
    if (!query.fields.empty()) request["fields"] = json::array(query.fields.begin(), query.fields.end());
    return request;
}

json::object massRequest(const jobs::JobRunner &runner, const std::optional<jobs::RecordSelection> &selection) {
    if (!selection) throw missing("/selection");
    json::object request{{"object", collectionOf(runner, selection->entity, "/selection/entity")}};
    put(request, "filter", selection->filter);
    put(request, "q", selection->q);
    if (!selection->id.empty()) request["ids"] = json::array(selection->id.begin(), selection->id.end());
    return request;
}

/// Errors of what jobs.h was given as errors of the operation's input.
void pointIntoInput(Error &error, const std::vector<jobs::FieldChange> &changes) {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 5> names{
        {{"/ids", "/selection/id"},
         {"/filter", "/selection/filter"},
         {"/q", "/selection/q"},
         {"/changes", "/change"},
         {"/columns", "/change"}}};
    for (FieldError &field : error.fields) {
        for (const auto &[member, element] : names) {
            if (field.pointer != member && !field.pointer.starts_with(std::string(member) + "/")) continue;
            field.pointer.replace(0, member.size(), element);
            break;
        }
        for (std::size_t i = 0; i < changes.size(); ++i) {
            if (field.pointer != "/change/" + changes[i].field.value_or("")) continue;
            field.pointer = "/change/" + std::to_string(i) + "/value";
            break;
        }
    }
}

void append(std::string &text, std::string_view piece) {
    if (text.size() + piece.size() > maximumFile) {
        throw Error(ErrorCode::tooLarge, "SOAP carries files of at most 25 MB; take REST for more.");
    }
    text += piece;
}

class JobsSoap final : public Service<JobsTypes> {
  public:
    JobsSoap(struct soap *context, jobs::JobRunner &runner) : Service(context, runner.services()), runner_(runner) {}
    JobsV1Soap11Service *copy() override { return nullptr; }  // a skeleton stays with its context
    void JobsV1Soap11Service_init(soap_mode, soap_mode) override {}

    int createImport(jobs__CreateImport *in, jobs__CreateImportResponse &out) override {
        return run([&](const auth::Caller &caller) {
            auto input = takeInput<jobs::CreateImport>(in);
            if (!input.content) throw missing("/content");
            jobs::ImportRequest request;
            request.collection = collectionOf(runner_, input.entity, "/entity");
            request.mode = input.mode.value_or("create");
            request.system = input.externalSystem;
            request.key = input.key;
            request.format = formatOf(input.format);
            request.preview = input.preview.value_or(false);
            std::string const content = std::move(*std::exchange(input.content, std::nullopt));
            // By what the file is: how it was attached may differ from one try to the next.
            std::string identity;
            entity::writeJson(identity, input);
            identity.append("\n").append(content);
            start(caller, identity, out, "createImportResponse", [&](const WithJob &with) {
                auto const read = [unread = std::string_view(content)](char *to, std::size_t size) mutable {
                    std::size_t const count = unread.copy(to, size);
                    unread.remove_prefix(count);
                    return count;
                };
                return jobs::startImport(runner_, caller, request, read, with);
            });
        });
    }
    int createExport(jobs__CreateExport *in, jobs__CreateExportResponse &out) override {
        return run([&](const auth::Caller &caller) {
            json::value const request = exportRequest(runner_, takeInput<jobs::CreateExport>(in));
            start(caller, call().operationXml(), out, "createExportResponse",
                  [&](const WithJob &with) { return jobs::startExport(runner_, caller, request, with); });
        });
    }
    int massUpdate(jobs__MassUpdate *in, jobs__MassUpdateResponse &out) override {
        return run([&](const auth::Caller &caller) {
            auto const input = takeInput<jobs::MassUpdate>(in);
            json::object request = massRequest(runner_, input.selection);
            massChange(caller, out, "massUpdateResponse", input.change, [&](const WithJob &with) {
                request["changes"] = jobs::changesOf(runner_, request.at("object").as_string(), input.change);
                return jobs::startMassChange(runner_, caller, request, true, with);
            });
        });
    }
    int massDelete(jobs__MassDelete *in, jobs__MassDeleteResponse &out) override {
        return run([&](const auth::Caller &caller) {
            json::value const request = massRequest(runner_, takeInput<jobs::MassDelete>(in).selection);
            massChange(caller, out, "massDeleteResponse", {}, [&](const WithJob &with) {
                return jobs::startMassChange(runner_, caller, request, false, with);
            });
        });
    }

    int listJobs(jobs__ListJobs *in, jobs__ListJobsResponse &out) override {
        return operate<jobs::ListJobs>(in, out, [&](const auth::Caller &caller, const jobs::ListJobs &input) {
            auto const page = jobs::listJobs(runner_, caller, limitOf(input.limit, 0, 2000), input.cursor.value_or(""));
            jobs::Jobs result;
            for (const FoundJob &found : page.jobs) result.job.push_back(jobs::statusOf(found));
            if (!page.nextCursor.empty()) result.cursor = page.nextCursor;
            return result;
        });
    }
    int getJob(jobs__GetJob *in, jobs__GetJobResponse &out) override {
        return operate<jobs::GetJob>(in, out, [&](const auth::Caller &caller, const jobs::GetJob &input) {
            return jobs::statusOf(jobs::findJob(runner_, caller, input.id.value_or("")));
        });
    }
    int cancelJob(jobs__CancelJob *in, jobs__CancelJobResponse &out) override {
        return operate<jobs::CancelJob>(in, out, [&](const auth::Caller &caller, const jobs::CancelJob &input) {
            return jobs::statusOf(jobs::cancelJob(runner_, caller, input.id.value_or("")));
        });
    }
    int undoJob(jobs__UndoJob *in, jobs__UndoJobResponse &out) override {
        return run([&](const auth::Caller &caller) {
            auto const input = takeInput<jobs::UndoJob>(in);
            start(caller, call().operationXml(), out, "undoJobResponse",
                  [&](const WithJob &with) { return jobs::startUndo(runner_, caller, input.id.value_or(""), with); });
        });
    }
    int getJobErrors(jobs__GetJobErrors *in, jobs__GetJobErrorsResponse &out) override {
        return operate<jobs::GetJobErrors>(in, out, [&](const auth::Caller &caller, const jobs::GetJobErrors &input) {
            FoundJob const found = jobs::findJob(runner_, caller, input.id.value_or(""));
            jobs::JobFile file;
            file.contentType = jobs::errorsType(found.job);
            std::string &content = file.content.emplace();
            jobs::writeErrors(found, [&](std::string_view piece) { append(content, piece); });
            return file;
        });
    }
    int getJobResult(jobs__GetJobResult *in, jobs__GetJobResultResponse &out) override {
        return operate<jobs::GetJobResult>(in, out, [&](const auth::Caller &caller, const jobs::GetJobResult &input) {
            FoundJob const found = jobs::findJob(runner_, caller, input.id.value_or(""));
            jobs::requireResult(found.job);
            jobs::JobFile file;
            file.contentType = jobs::resultType(found.job);
            std::string &content = file.content.emplace();
            postgres::readBlob(found.service->pool(), found.job.resultBlob, 0, [&](std::string_view piece) {
                append(content, piece);
                return true;
            });
            return file;
        });
    }

  private:
    /// Starts a job, once for each idempotency key. `input` is what makes a request the same one.
    template <typename Response, typename Start>
    void start(const auth::Caller &caller, std::string_view input, Response &out, const char *tag, Start &&work) {
        auto const fill = [&](const FoundJob &found) {
            jobs::JobStatus status = jobs::statusOf(found);
            out.result = toSoap(this->soap, status, call().level());
        };
        onceKept(caller, {}, input, out, tag, [&](const Keep &keep) {
            fill(work([&](const FoundJob &found, postgres::Batch &batch) {
                fill(found);
                keep(batch);
            }));
        });
    }
    template <typename Response, typename Start>
    void massChange(const auth::Caller &caller, Response &out, const char *tag,
                    const std::vector<jobs::FieldChange> &changes, Start &&work) {
        try {
            start(caller, call().operationXml(), out, tag, std::forward<Start>(work));
        } catch (Error &error) {
            pointIntoInput(error, changes);
            throw;
        }
    }

    jobs::JobRunner &runner_;
};

}  // namespace

void addJobsSoapRoutes(http::Router &router, jobs::JobRunner &runner, auth::Authenticator &authenticator,
                       const std::string &publicUrl) {
    host(router, jobs::serviceContract(), {authenticator, publicUrl},
         [&runner](struct soap *context) { return std::make_unique<JobsSoap>(context, runner); });
}

}  // namespace kontor::soap
