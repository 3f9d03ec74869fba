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
#include "shared/entity/operations.h"
#include "shared/soap/answers.h"
#include "shared/soap/merges.h"
#include "shared/soap/service.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kontor::soap {

template <typename T> class StandardService : public Service<T> {
    using Base = Service<T>;

  public:
    StandardService(struct soap *context, entity::Operations &operations)
        : Base(context, {&operations}), operations_(operations) {}

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
                       this->requestHash({}, call().operationXml())};
            }
            MergeResults results = mergeEach(operations_, caller, input.merge, key, call().traceId());
            out.result = toSoap(this->soap, results, call().level());
        });
    }
    int unmergeRecords(typename T::UnmergeRecords *in, typename T::UnmergeRecordsResponse &out) override {
        return run([&](const auth::Caller &caller) {
            auto input = takeInput<typename T::Contract::UnmergeRecords>(in);
            if (!input.mergeId) throw missing("/mergeId");
            this->onceKept(caller, {}, call().operationXml(), out, "unmergeRecordsResponse", [&](const Keep &keep) {
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

  protected:
    using Base::call;
    using Base::limitOf;
    using Base::operate;
    using Base::run;
    using Base::runOpen;
    using typename Base::Keep;

    [[nodiscard]] entity::Operations &operations() const { return operations_; }

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
        this->onceKept(caller, how, input, out, tag, [&](const Keep &keep) {
            if (call().headers().idempotencyKey) {
                options.beforeCommit = [&](const std::vector<entity::RecordResult> &results, postgres::Batch &batch) {
                    fill(results);
                    keep(batch);
                };
            }
            fill(perform(options));
        });
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

    template <typename Input>
    [[nodiscard]] common__Changes *changes(const auth::Caller &caller, const Input &input, bool onlyDeleted) {
        auto const result =
            operations_.getChanges(caller, entitiesNamed(contract(), input.entity), input.resumeToken.value_or(""),
                                   limitOf(input.limit, 200, 2000), onlyDeleted);
        return giveChanges(this->soap, result);
    }

    entity::Operations &operations_;
};

}  // namespace kontor::soap
