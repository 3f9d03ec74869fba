#include "shared/rest/jobs.h"

#include "shared/entity/idempotency.h"
#include "shared/entity/json.h"
#include "shared/entity/routes.h"
#include "shared/jobs/jobs.h"
#include "shared/postgres/blob.h"
#include "shared/rest/answers.h"

#include <openssl/evp.h>

#include <array>
#include <memory>

namespace kontor::rest {

using http::Request;
using http::Response;
using jobs::FoundJob;
using jobs::JobRunner;

namespace {

void writeJob(std::string &out, const FoundJob &found) {
    jobs::JobStatus status = jobs::statusOf(found);
    auto const error = std::exchange(status.error, std::nullopt);
    entity::writeJson(out, status);
    out.back() = ',';
    out += "\"object\":";
    entity::writeJsonString(out, found.entity != nullptr ? found.entity->collection : std::string_view(*status.entity));
    if (error) {
        out += ",\"error\":{\"type\":\"https://kontor.example/problems/validation\",\"title\":\"The job failed\","
               "\"status\":422,\"code\":\"VALIDATION\",\"detail\":";
        entity::writeJsonString(out, error->message.value_or(""));
        out += '}';
    }
    out += '}';
}

void give(const FoundJob &found, Response &response) {
    response.contentType = "application/json";
    writeJob(response.body, found);
}

void accept(const FoundJob &found, Response &response) {
    response.status = 202;
    response.header("Location", "/api/v1/jobs/" + found.job.id);
    response.header("Retry-After", "1");
    give(found, response);
}

/// SHA-256 of a body that is read piece by piece.
class Digest {
  public:
    Digest() { EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr); }
    void add(std::string_view piece) { EVP_DigestUpdate(context_.get(), piece.data(), piece.size()); }
    std::string finish() {
        std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
        unsigned size = 0;
        EVP_DigestFinal_ex(context_.get(), digest.data(), &size);
        return {digest.begin(), digest.begin() + size};
    }

  private:
    std::unique_ptr<EVP_MD_CTX, decltype([](EVP_MD_CTX *context) { EVP_MD_CTX_free(context); })> context_{
        EVP_MD_CTX_new()};
};

/// A request that was answered before.
struct Answered {
    entity::StoredAnswer answer;
};

/// Starts a job, once for each Idempotency-Key: its answer is stored with it, and given again.
class StartOnce {
  public:
    StartOnce(const JobRunner &runner, const auth::Caller &caller, const Request &request)
        : runner_(runner), caller_(caller), operation_(request.method + ' ' + request.path) {
        std::string_view const header = request.header("Idempotency-Key");
        if (!header.empty()) key_ = entity::parseIdempotencyKey(header);
    }

    /// `body` is what makes a request the same one: where it is known before the job is made, the answer that there
    /// is comes first.
    void knowBody(std::string_view body) {
        if (key_.empty()) return;
        hash_ = entity::requestHash(operation_, body);
        throwAnswered();
    }
    /// What is to commit with the job.
    [[nodiscard]] jobs::WithJob keep() const {
        if (key_.empty()) return {};
        return [this](const FoundJob &found, postgres::Batch &batch) {
            Response response;
            accept(found, response);
            entity::storeAnswer(batch, caller_, key_, hash_, storedAnswer(response));
        };
    }
    void run(Response &response, const std::function<FoundJob()> &start) const {
        try {
            try {
                accept(start(), response);
            } catch (const Error &error) {
                // The first request with this key has committed since we looked.
                if (error.code == ErrorCode::idempotencyRunning) throwAnswered();
                throw;
            }
        } catch (const Answered &before) {
            replayAnswer(before.answer, response);
        }
    }

  private:
    void throwAnswered() const {
        for (entity::Operations *const service : runner_.services()) {
            auto answer = entity::findAnswer(service->pool(), caller_, key_, hash_);
            if (answer) throw Answered{std::move(*answer)};
        }
    }

    const JobRunner &runner_;
    const auth::Caller &caller_;
    std::string operation_;
    std::string key_;
    std::string hash_;
};

jobs::ImportRequest readImport(const Request &request) {
    allowParameters(request, {"object", "mode", "system", "key", "preview"});
    const std::string *const object = request.parameter("object");
    if (object == nullptr) throw badParameter("object", "object must name a collection, such as contacts.");
    jobs::ImportRequest wanted{.collection = *object};
    if (const std::string *const mode = request.parameter("mode")) wanted.mode = *mode;
    if (const std::string *const system = request.parameter("system")) wanted.system = *system;
    if (const std::string *const key = request.parameter("key")) wanted.key = *key;
    if (const std::string *const preview = request.parameter("preview")) {
        if (*preview != "true" && *preview != "false") {
            throw badParameter("preview", "preview must be true or false.");
        }
        wanted.preview = *preview == "true";
    }
    std::string_view const type = request.header("Content-Type");
    wanted.format = type.starts_with("text/csv") ? "csv" : type.starts_with("application/x-ndjson") ? "ndjson" : "";
    if (wanted.format.empty()) {
        throw Error(ErrorCode::unsupportedMediaType, "Send text/csv or application/x-ndjson.");
    }
    return wanted;
}

void createImport(JobRunner &runner, const auth::Caller &caller, Request &request, Response &response) {
    jobs::ImportRequest const wanted = readImport(request);
    StartOnce once(runner, caller, request);
    Digest digest;
    for (const auto &[name, value] : request.query) digest.add(name + '=' + value + '\n');
    digest.add(wanted.format + '\n');
    auto const read = [&](char *buffer, std::size_t size) {
        std::size_t const count = request.body->read(buffer, size);
        digest.add({buffer, count});
        return count;
    };
    // The file is what makes the request the same one: that is known when it has been read.
    auto const with = [&, keep = once.keep()](const FoundJob &found, postgres::Batch &batch) {
        once.knowBody(digest.finish());
        if (keep) keep(found, batch);
    };
    once.run(response, [&] { return jobs::startImport(runner, caller, wanted, read, with); });
}

/// A job whose request is JSON.
using Start = std::function<FoundJob(const boost::json::value &, const jobs::WithJob &)>;
void createFromJson(JobRunner &runner, const auth::Caller &caller, Request &request, Response &response,
                    std::size_t limit, const Start &start) {
    allowParameters(request, {});
    StartOnce once(runner, caller, request);
    std::string const body = request.body->readAll(limit);
    once.run(response, [&] {
        once.knowBody(body);
        return start(entity::parseJson(body), once.keep());
    });
}

void createUndo(JobRunner &runner, const auth::Caller &caller, Request &request, Response &response) {
    allowParameters(request, {});
    StartOnce once(runner, caller, request);
    once.run(response, [&] {
        once.knowBody({});
        return jobs::startUndo(runner, caller, request.pathParameters.at(0), once.keep());
    });
}

void listJobs(const JobRunner &runner, const auth::Caller &caller, Request &request, Response &response) {
    allowParameters(request, {"limit", "cursor"});
    const std::string *const cursor = request.parameter("cursor");
    auto const page = jobs::listJobs(runner, caller, limitOf(request, 0), cursor != nullptr ? *cursor : "");
    response.contentType = "application/json";
    response.body = "{\"data\":[";
    for (bool first = true; const FoundJob &found : page.jobs) {
        if (!std::exchange(first, false)) response.body += ',';
        writeJob(response.body, found);
    }
    response.body += "],\"page\":{\"size\":" + std::to_string(page.jobs.size());
    if (!page.nextCursor.empty()) {
        response.body += ",\"nextCursor\":";
        entity::writeJsonString(response.body, page.nextCursor);
        response.header("Link", "<" + request.path + "?cursor=" + page.nextCursor + ">; rel=\"next\"");
    }
    response.body += "}}";
}

void jobErrors(const FoundJob &found, Response &response) {
    response.contentType = jobs::errorsType(found.job);
    response.stream = [found](http::Sink &sink) {
        jobs::writeErrors(found, [&](std::string_view piece) { sink.write(piece); });
    };
}

void jobResult(const FoundJob &found, Response &response) {
    jobs::requireResult(found.job);
    response.contentType = jobs::resultType(found.job);
    response.stream = [pool = &found.service->pool(), id = found.job.resultBlob](http::Sink &sink) {
        postgres::readBlob(*pool, id, 0, [&](std::string_view piece) {
            sink.write(piece);
            return true;
        });
    };
}

/// What a route does; none for those of resources.cpp.
using Work = std::function<void(const auth::Caller &, Request &, Response &)>;
Work workOf(entity::SharedAction action, JobRunner &runner) {
    using entity::SharedAction;
    switch (action) {
    case SharedAction::importJob:
        return [&](const auth::Caller &caller, Request &request, Response &response) {
            createImport(runner, caller, request, response);
        };
    case SharedAction::exportJob:
        return [&](const auth::Caller &caller, Request &request, Response &response) {
            createFromJson(runner, caller, request, response, 64U << 10U,
                           [&](const boost::json::value &body, const jobs::WithJob &with) {
                               return jobs::startExport(runner, caller, body, with);
                           });
        };
    case SharedAction::massUpdateJob:
    case SharedAction::massDeleteJob:
        return [&runner, update = action == SharedAction::massUpdateJob](const auth::Caller &caller, Request &request,
                                                                         Response &response) {
            createFromJson(runner, caller, request, response, 1U << 20U,
                           [&](const boost::json::value &body, const jobs::WithJob &with) {
                               return jobs::startMassChange(runner, caller, body, update, with);
                           });
        };
    case SharedAction::undoJob:
        return [&](const auth::Caller &caller, Request &request, Response &response) {
            createUndo(runner, caller, request, response);
        };
    case SharedAction::cancelJob:
        return [&](const auth::Caller &caller, Request &request, Response &response) {
            allowParameters(request, {});
            give(jobs::cancelJob(runner, caller, request.pathParameters.at(0)), response);
        };
    case SharedAction::listJobs:
        return [&](const auth::Caller &caller, Request &request, Response &response) {
            listJobs(runner, caller, request, response);
        };
    case SharedAction::getJob:
        return [&](const auth::Caller &caller, Request &request, Response &response) {
            give(jobs::findJob(runner, caller, request.pathParameters.at(0)), response);
        };
    case SharedAction::jobErrors:
        return [&](const auth::Caller &caller, Request &request, Response &response) {
            jobErrors(jobs::findJob(runner, caller, request.pathParameters.at(0)), response);
        };
    case SharedAction::jobResult:
        return [&](const auth::Caller &caller, Request &request, Response &response) {
            jobResult(jobs::findJob(runner, caller, request.pathParameters.at(0)), response);
        };
    default:
        return {};
    }
}

}  // namespace

void addJobRoutes(http::Router &router, const Identify &identify, JobRunner &runner) {
    for (const entity::SharedRoute &route : entity::sharedRoutes()) {
        Work work = workOf(route.action, runner);
        if (!work) continue;
        http::RouteOptions options;
        if (route.action == entity::SharedAction::importJob) options.bodyLimit = jobs::maximumImportBytes;
        router.add(
            route.method, route.path, std::string(route.operationId),
            [identify, work = std::move(work)](Request &request, Response &response) {
                work(identify(request), request, response);
            },
            options);
    }
}

}  // namespace kontor::rest
