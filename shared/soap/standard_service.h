#pragma once

// The operations that every service has, over gSOAP's class for the service. What is particular to a service is added
// in a class of its own:
//
//     class ContactSoap final : public StandardService<ContactTypes> {
//       public:
//         using StandardService::StandardService;
//         void ContactV1Soap11Service_init(soap_mode, soap_mode) override {}
//         int listTags(contact__ListTags *in, contact__ListTagsResponse &out) override { … }
//     };
//
// gSOAP's own _init must do nothing: before each call it would set the context to SOAP 1.2.

#include "shared/entity/idempotency.h"
#include "shared/entity/json.h"
#include "shared/entity/operations.h"
#include "shared/entity/validate.h"
#include "shared/soap/answers.h"
#include "shared/soap/exchange.h"
#include "shared/soap/jobs.h"
#include "shared/soap/merges.h"
#include "shared/soap/soap.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kontor::soap {

/// An operation's input as the contract's structure, its facets checked.
template <typename Input, typename From> [[nodiscard]] Input takeInput(From *from) {
    Input input;
    if (from != nullptr) fromSoap(*from, input);
    entity::validate(input);
    return input;
}

template <typename T> class StandardService : public T::Service, public Skeleton {
  public:
    StandardService(struct soap *context, entity::Operations &operations, jobs::JobRunner &jobs)
        : T::Service(context), operations_(operations), jobs_(jobs) {}

    int answer() final { return T::Service::dispatch(); }

    int createRecords(typename T::CreateRecords *in, typename T::CreateRecordsResponse &out) override {
        return run([&](const auth::Caller &caller) {
            write(caller, takeRecords(entity::Action::create, in->records), out, "createRecordsResponse");
        });
    }
    int updateRecords(typename T::UpdateRecords *in, typename T::UpdateRecordsResponse &out) override {
        return run([&](const auth::Caller &caller) {
            write(caller, takeRecords(entity::Action::update, in->records), out, "updateRecordsResponse");
        });
    }
    int upsertRecords(typename T::UpsertRecords *in, typename T::UpsertRecordsResponse &out) override {
        return run([&](const auth::Caller &caller) {
            std::vector<entity::Write> writes = takeRecords(entity::Action::upsert, in->records);
            if (in->externalSystem) {
                for (entity::Write &write : writes) write.key.externalSystem = *in->externalSystem;
            }
            write(caller, std::move(writes), out, "upsertRecordsResponse");
        });
    }
    int deleteRecords(typename T::DeleteRecords *in, typename T::DeleteRecordsResponse &out) override {
        return run([&](const auth::Caller &caller) {
            auto input = takeInput<typename T::Contract::DeleteRecords>(in);
            write(caller, takeKeys(entity::Action::remove, input.key), out, "deleteRecordsResponse");
        });
    }
    int undeleteRecords(typename T::UndeleteRecords *in, typename T::UndeleteRecordsResponse &out) override {
        return run([&](const auth::Caller &caller) {
            auto input = takeInput<typename T::Contract::UndeleteRecords>(in);
            write(caller, takeKeys(entity::Action::undelete, input.key), out, "undeleteRecordsResponse");
        });
    }

    int mergeRecords(typename T::MergeRecords *in, typename T::MergeRecordsResponse &out) override {
        return run([&](const auth::Caller &caller) {
            auto input = takeInput<typename T::Contract::MergeRecords>(in);
            if (input.merge.empty()) throw missing("/merge");
            std::optional<CallKey> key;
            if (call().headers().idempotencyKey) {
                key = {entity::parseIdempotencyKey(*call().headers().idempotencyKey),
                       requestHash({}, call().operationXml())};
            }
            MergeResults results = mergeEach(operations_, caller, input.merge, key, call().traceId());
            out.result = toSoap(this->soap, results, call().level());
        });
    }
    int unmergeRecords(typename T::UnmergeRecords *in, typename T::UnmergeRecordsResponse &out) override {
        return run([&](const auth::Caller &caller) {
            auto input = takeInput<typename T::Contract::UnmergeRecords>(in);
            if (!input.mergeId) throw missing("/mergeId");
            onceKept(caller, {}, call().operationXml(), out, "unmergeRecordsResponse", [&](const Keep &keep) {
                auto const fill = [&](UnmergeResult result) {
                    out.result = toSoap(this->soap, result, call().level());
                };
                fill(entity::unmergeRecords(operations_, caller, *input.mergeId,
                                            [&](const UnmergeResult &result, postgres::Batch &batch) {
                                                fill(result);
                                                keep(batch);
                                            }));
            });
        });
    }

    int retrieveRecords(typename T::RetrieveRecords *in, typename T::RetrieveRecordsResponse &out) override {
        return run([&](const auth::Caller &caller) {
            auto input = takeInput<typename T::Contract::RetrieveRecords>(in);
            std::vector<entity::RecordKey> keys;
            keys.reserve(input.key.size());
            for (std::size_t i = 0; i < input.key.size(); ++i) {
                keys.push_back(takeKey(contract(), input.key[i], "/key/" + std::to_string(i)));
            }
            auto records = operations_.retrieveRecords(caller, keys, input.fields);
            out.result = T::newRetrieveResult(this->soap);
            out.result->results = giveResults(this->soap, found(keys, records), call().traceId());
            out.result->records = T::giveRecords(this->soap, records, call().level());
        });
    }

    int queryRecords(typename T::QueryRecords *in, typename T::QueryRecordsResponse &out) override {
        return run([&](const auth::Caller &caller) {
            auto input = takeInput<typename T::Contract::QueryRecords>(in);
            if (!input.query) throw missing("/query");
            out.result = page(operations_.queryRecords(caller, takeQuery(contract(), *input.query)));
        });
    }
    int queryMore(typename T::QueryMore *in, typename T::QueryMoreResponse &out) override {
        return run([&](const auth::Caller &caller) {
            auto input = takeInput<typename T::Contract::QueryMore>(in);
            if (!input.cursor || input.cursor->empty()) throw missing("/cursor");
            entity::Query query;
            query.cursor = std::move(*input.cursor);
            query.limit = limitOf(input.limit, 0, 2000);
            out.result = page(operations_.queryRecords(caller, query));
        });
    }

    int searchRecords(typename T::SearchRecords *in, typename T::SearchRecordsResponse &out) override {
        return run([&](const auth::Caller &caller) {
            auto input = takeInput<typename T::Contract::SearchRecords>(in);
            if (!input.q) throw missing("/q");
            auto hits = operations_.searchRecords(caller, *input.q, entitiesNamed(contract(), input.entity),
                                                  limitOf(input.limit, 20, 200));
            out.result = T::newSearchResult(this->soap);
            std::vector<entity::RecordPtr> records;
            for (entity::SearchHit &hit : hits) {
                out.result->hit.push_back(giveHit(this->soap, hit));
                records.push_back(std::move(hit.record));
            }
            out.result->records = T::giveRecords(this->soap, records, call().level());
        });
    }

    int getChanges(typename T::GetChanges *in, typename T::GetChangesResponse &out) override {
        return run([&](const auth::Caller &caller) {
            out.result = changes(caller, takeInput<typename T::Contract::GetChanges>(in), false);
        });
    }
    int getDeleted(typename T::GetDeleted *in, typename T::GetDeletedResponse &out) override {
        return run([&](const auth::Caller &caller) {
            out.result = changes(caller, takeInput<typename T::Contract::GetDeleted>(in), true);
        });
    }

    int describe(typename T::Describe *in, typename T::DescribeResponse &out) override {
        return run([&](const auth::Caller &caller) {
            auto input = takeInput<typename T::Contract::Describe>(in);
            auto entities = entitiesNamed(contract(), input.entity);
            if (entities.empty()) entities.assign(contract().entities.begin(), contract().entities.end());
            out.result = soap_new_common__DescribeResult(this->soap);
            for (const EntityType *const entity : entities) {
                DescribeEntity described = operations_.describe(caller, *entity);
                out.result->entity.push_back(toSoap(this->soap, described, call().level()));
            }
        });
    }
    int getHistory(typename T::GetHistory *in, typename T::GetHistoryResponse &out) override {
        return run([&](const auth::Caller &caller) {
            auto input = takeInput<typename T::Contract::GetHistory>(in);
            if (!input.key) throw missing("/key");
            auto history = operations_.history(caller, takeKey(contract(), *input.key, "/key"),
                                               limitOf(input.limit, 0, 500), input.cursor.value_or(""));
            out.result = giveHistory(this->soap, history, call().level());
        });
    }

    int createImport(typename T::CreateImport *in, typename T::CreateImportResponse &out) override {
        return run([&](const auth::Caller &caller) {
            auto input = takeInput<typename T::Contract::CreateImport>(in);
            jobs::ImportRequest request;
            request.collection = entityNamed(contract(), input.entity.value_or(""), "/entity").collection;
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
            startJob(caller, identity, out, "createImportResponse", [&](const jobs::WithJob &with) {
                auto const read = [unread = std::string_view(content)](char *to, std::size_t size) mutable {
                    std::size_t const count = unread.copy(to, size);
                    unread.remove_prefix(count);
                    return count;
                };
                return jobs::startImport(jobs_, caller, request, read, with);
            });
        });
    }
    int createExport(typename T::CreateExport *in, typename T::CreateExportResponse &out) override {
        return run([&](const auth::Caller &caller) {
            auto input = takeInput<typename T::Contract::CreateExport>(in);
            if (!input.query) throw missing("/query");
            auto const request = exportRequest(contract(), *input.query, input.format);
            startJob(caller, call().operationXml(), out, "createExportResponse",
                     [&](const jobs::WithJob &with) { return jobs::startExport(jobs_, caller, request, with); });
        });
    }
    int massUpdate(typename T::MassUpdate *in, typename T::MassUpdateResponse &out) override {
        return run([&](const auth::Caller &caller) {
            if (in->selection == nullptr) throw missing("/selection");
            if (in->changes == nullptr) throw missing("/changes");
            RecordSelection selection;
            fromSoap(*in->selection, selection);
            massChange(caller, massRequest(contract(), selection, T::takeRecords(*in->changes)), true, out,
                       "massUpdateResponse");
        });
    }
    int massDelete(typename T::MassDelete *in, typename T::MassDeleteResponse &out) override {
        return run([&](const auth::Caller &caller) {
            auto input = takeInput<typename T::Contract::MassDelete>(in);
            if (!input.selection) throw missing("/selection");
            massChange(caller, massRequest(contract(), *input.selection), false, out, "massDeleteResponse");
        });
    }
    int listJobs(typename T::ListJobs *in, typename T::ListJobsResponse &out) override {
        return operate<typename T::Contract::ListJobs>(in, out, [&](const auth::Caller &caller, auto input) {
            auto const jobs =
                jobs::listJobs(jobs_, caller, limitOf(input.limit, 0, 2000), input.cursor.value_or(""), &operations_);
            JobPage page;
            for (const jobs::FoundJob &found : jobs.jobs) page.job.push_back(jobs::statusOf(found));
            if (!jobs.nextCursor.empty()) page.cursor = jobs.nextCursor;
            return page;
        });
    }
    int getJob(typename T::GetJob *in, typename T::GetJobResponse &out) override {
        return operate<typename T::Contract::GetJob>(in, out, [&](const auth::Caller &caller, const auto &input) {
            return jobs::statusOf(findJob(caller, input.id));
        });
    }
    int cancelJob(typename T::CancelJob *in, typename T::CancelJobResponse &out) override {
        return operate<typename T::Contract::CancelJob>(in, out, [&](const auth::Caller &caller, const auto &input) {
            return jobs::statusOf(jobs::cancelJob(jobs_, caller, findJob(caller, input.id).job.id));
        });
    }
    int undoJob(typename T::UndoJob *in, typename T::UndoJobResponse &out) override {
        return run([&](const auth::Caller &caller) {
            auto input = takeInput<typename T::Contract::UndoJob>(in);
            std::string const id = findJob(caller, input.id).job.id;
            startJob(caller, call().operationXml(), out, "undoJobResponse",
                     [&](const jobs::WithJob &with) { return jobs::startUndo(jobs_, caller, id, with); });
        });
    }
    int getJobErrors(typename T::GetJobErrors *in, typename T::GetJobErrorsResponse &out) override {
        return operate<typename T::Contract::GetJobErrors>(in, out, [&](const auth::Caller &caller, const auto &input) {
            return jobErrors(findJob(caller, input.id));
        });
    }
    int getJobResult(typename T::GetJobResult *in, typename T::GetJobResultResponse &out) override {
        return operate<typename T::Contract::GetJobResult>(in, out, [&](const auth::Caller &caller, const auto &input) {
            return jobResult(findJob(caller, input.id));
        });
    }

  protected:
    /// Adds the statement that stores the answer, to what commits with it.
    using Keep = std::function<void(postgres::Batch &)>;

    [[nodiscard]] Exchange &call() const { return exchangeOf(this->soap); }
    [[nodiscard]] entity::Operations &operations() const { return operations_; }
    template <typename Work> int run(Work &&work) { return call().run(std::forward<Work>(work)); }
    template <typename Work> int runOpen(Work &&work) { return call().runOpen(std::forward<Work>(work)); }

    /// An operation of the domain: `work` makes the result from the caller and the input.
    template <typename Input, typename From, typename Response, typename Work>
    int operate(From *in, Response &out, Work &&work) {
        return run([&](const auth::Caller &caller) {
            auto result = work(caller, takeInput<Input>(in));
            out.result = toSoap(this->soap, result, call().level());
        });
    }
    /// One that writes a record: `work` gets the caller, the input and what to write with. What is wrong with the only
    /// record is a fault, wherever it was found, and leaves nothing behind: no answer for its idempotency key either.
    template <typename Input, typename From, typename Response, typename Work>
    int operateOnce(From *in, Response &out, const char *tag, Work &&work) {
        return run([&](const auth::Caller &caller) {
            auto input = takeInput<Input>(in);
            once(caller, call().operationXml(), out, tag, [&](const entity::WriteOptions &given) {
                entity::WriteOptions options = given;
                options.allOrNone = true;
                std::vector<entity::RecordResult> results;
                results.push_back(work(caller, input, options));
                if (results[0].error) throw *results[0].error;
                return results;
            });
        });
    }

    [[nodiscard]] static int limitOf(const std::optional<std::int64_t> &given, int unlessGiven, int maximum) {
        if (!given) return unlessGiven;
        if (*given < 1) {
            throw entity::validationError({{"/limit", "OUT_OF_RANGE", "The limit is 1 or more."}});
        }
        return static_cast<int>(std::min<std::int64_t>(*given, maximum));
    }

    template <typename Response>
    void write(const auth::Caller &caller, std::vector<entity::Write> writes, Response &out, const char *tag) {
        once(caller, call().operationXml(), out, tag, [&](const entity::WriteOptions &options) {
            return operations_.write(caller, std::move(writes), options);
        });
    }

    /// Lets `perform` write, once for each idempotency key: the answer is stored with what was written, and given
    /// again. `input` is what makes a request the same one.
    template <typename Response, typename Perform>
    void once(const auth::Caller &caller, std::string_view input, Response &out, const char *tag, Perform &&perform) {
        entity::WriteOptions options;
        options.allOrNone = call().headers().allOrNone;
        options.returnRecords = false;
        auto const fill = [&](const std::vector<entity::RecordResult> &results) {
            out.result = giveResults(this->soap, results, call().traceId());
        };
        std::string_view const how = options.allOrNone ? " allOrNone" : "";
        onceKept(caller, how, input, out, tag, [&](const Keep &keep) {
            if (call().headers().idempotencyKey) {
                options.beforeCommit = [&](const std::vector<entity::RecordResult> &results, postgres::Batch &batch) {
                    fill(results);
                    keep(batch);
                };
            }
            fill(perform(options));
        });
    }

    /// As `once`, for any answer: `perform` fills `out`, and calls what it is given before it commits. `how` is what
    /// header blocks add to the input.
    template <typename Response, typename Perform>
    void onceKept(const auth::Caller &caller, std::string_view how, std::string_view input, Response &out,
                  const char *tag, Perform &&perform) {
        if (!call().headers().idempotencyKey) {
            perform([](postgres::Batch &) {});
            return;
        }
        std::string const key = entity::parseIdempotencyKey(*call().headers().idempotencyKey);
        std::string const hash = requestHash(how, input);
        auto const replay = [&] {
            auto stored = entity::findAnswer(operations_.pool(), caller, key, hash);
            if (stored) call().answerWith(std::move(stored->body));
            return stored.has_value();
        };
        if (replay()) return;
        std::string const qualified = std::string(T::prefix).append(":").append(tag);
        try {
            perform([&](postgres::Batch &batch) {
                entity::StoredAnswer answer;
                answer.status = 200;
                answer.body = call().bodyXml(out, qualified.c_str());
                entity::storeAnswer(batch, caller, key, hash, answer);
            });
        } catch (const Error &error) {
            // The first request with this key has committed since we looked.
            if (error.code != ErrorCode::idempotencyRunning || !replay()) throw;
        }
    }

    /// What binds a key to this call.
    [[nodiscard]] std::string requestHash(std::string_view how, std::string_view input) const {
        std::string const name = std::string("soap ").append(T::prefix).append(".").append(call().operation());
        return entity::requestHash(name + std::string(how), input);
    }

  private:
    [[nodiscard]] static const ServiceContract &contract() { return T::contract(); }

    [[nodiscard]] std::vector<entity::Write> takeRecords(entity::Action action, typename T::Records *from) const {
        if (from == nullptr) throw missing("/records");
        std::vector<entity::RecordPtr> records = T::takeRecords(*from);
        if (records.empty()) throw missing("/records");
        std::vector<entity::Write> writes(records.size());
        for (std::size_t i = 0; i < writes.size(); ++i) {
            writes[i].action = action;
            writes[i].record = std::move(records[i]);
        }
        return writes;
    }

    /// A key that is none is the business of its own record.
    [[nodiscard]] std::vector<entity::Write> takeKeys(entity::Action action, std::vector<RecordKey> &keys) const {
        if (keys.empty()) throw missing("/key");
        std::vector<entity::Write> writes(keys.size());
        for (std::size_t i = 0; i < keys.size(); ++i) {
            writes[i].action = action;
            try {
                writes[i].key = takeKey(contract(), keys[i], "");
            } catch (const Error &error) {
                writes[i].error = error;
            }
        }
        return writes;
    }

    [[nodiscard]] std::vector<entity::RecordResult> found(const std::vector<entity::RecordKey> &keys,
                                                          const std::vector<entity::RecordPtr> &records) const {
        std::vector<entity::RecordResult> results(keys.size());
        for (std::size_t i = 0; i < keys.size(); ++i) {
            results[i].entity = keys[i].entity;
            results[i].id = keys[i].id;
            if (records[i] == nullptr) {
                results[i].error.emplace(ErrorCode::notFound,
                                         "There is no such " + std::string(keys[i].entity->label) + ".");
                continue;
            }
            if (records[i]->id) results[i].id = *records[i]->id;
            results[i].version = records[i]->version.value_or(0);
        }
        return results;
    }

    [[nodiscard]] typename T::QueryResult *page(entity::QueryResult result) const {
        typename T::QueryResult *const to = T::newQueryResult(this->soap);
        to->records = T::giveRecords(this->soap, result.records, call().level());
        if (!result.included.empty()) to->included = T::giveRecords(this->soap, result.included, call().level());
        to->done = result.nextCursor.empty();
        if (!result.nextCursor.empty()) to->cursor = std::move(result.nextCursor);
        if (result.total) to->total = *result.total;
        return to;
    }

    /// A job of this service: those of others are found through theirs.
    [[nodiscard]] jobs::FoundJob findJob(const auth::Caller &caller, const std::optional<std::string> &id) const {
        return jobs::findJob(jobs_, caller, id.value_or(""), &operations_);
    }
    /// Starts a job, once for each idempotency key.
    template <typename Response, typename Start>
    void startJob(const auth::Caller &caller, std::string_view input, Response &out, const char *tag, Start &&start) {
        auto const fill = [&](const jobs::FoundJob &found) {
            JobStatus status = jobs::statusOf(found);
            out.result = toSoap(this->soap, status, call().level());
        };
        onceKept(caller, {}, input, out, tag, [&](const Keep &keep) {
            fill(start([&](const jobs::FoundJob &found, postgres::Batch &batch) {
                fill(found);
                keep(batch);
            }));
        });
    }
    template <typename Response>
    void massChange(const auth::Caller &caller, const boost::json::value &request, bool update, Response &out,
                    const char *tag) {
        startJob(caller, call().operationXml(), out, tag, [&](const jobs::WithJob &with) {
            return pointingIntoInput([&] { return jobs::startMassChange(jobs_, caller, request, update, with); });
        });
    }

    template <typename Input>
    [[nodiscard]] common__Changes *changes(const auth::Caller &caller, const Input &input, bool onlyDeleted) {
        auto const result =
            operations_.getChanges(caller, entitiesNamed(contract(), input.entity), input.resumeToken.value_or(""),
                                   limitOf(input.limit, 200, 2000), onlyDeleted);
        return giveChanges(this->soap, result);
    }

    entity::Operations &operations_;
    jobs::JobRunner &jobs_;
};

}  // namespace kontor::soap
