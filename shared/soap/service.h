#pragma once

// What all SOAP services do alike, over gSOAP's class for a service: errors become faults, a call with an idempotency
// key is done once. Services with records derive from StandardService (standard_service.h).

#include "shared/entity/idempotency.h"
#include "shared/entity/operations.h"
#include "shared/entity/validate.h"
#include "shared/soap/exchange.h"
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

template <typename T> class Service : public T::Service, public Skeleton {
  public:
    /// The answers of idempotent calls are in the databases of `stores`.
    Service(struct soap *context, std::vector<entity::Operations *> stores)
        : T::Service(context), stores_(std::move(stores)) {}

    int answer() final { return T::Service::dispatch(); }

  protected:
    /// Adds the statement that stores the answer, to what commits with it.
    using Keep = std::function<void(postgres::Batch &)>;

    [[nodiscard]] Exchange &call() const { return exchangeOf(this->soap); }
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
    [[nodiscard]] static int limitOf(const std::optional<std::int64_t> &given, int unlessGiven, int maximum) {
        if (!given) return unlessGiven;
        if (*given < 1) {
            throw entity::validationError({{"/limit", "OUT_OF_RANGE", "The limit is 1 or more."}});
        }
        return static_cast<int>(std::min<std::int64_t>(*given, maximum));
    }

    /// Lets `perform` fill `out`, once for each idempotency key: it calls what it is given before it commits, so that
    /// the answer is stored with what was done, and given again. `input` is what makes a request the same one, `how`
    /// what header blocks add to it.
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
            for (entity::Operations *const store : stores_) {
                auto stored = entity::findAnswer(store->pool(), caller, key, hash);
                if (!stored) continue;
                call().answerWith(std::move(stored->body));
                return true;
            }
            return false;
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
    std::vector<entity::Operations *> stores_;
};

}  // namespace kontor::soap
