#pragma once

// Idempotency keys: the answer to a write is stored in the write's own transaction, so that a blind retry gets the
// same answer and has no second effect. Used by REST (Idempotency-Key) and SOAP (IdempotencyHeader).

#include "shared/auth/principal.h"
#include "shared/postgres/postgres.h"

#include <optional>
#include <string>
#include <string_view>

namespace kontor::entity {

struct StoredAnswer {
    int status = 0;
    std::string headers;  ///< "Name: value" lines
    std::string body;
};

/// A key is 1 to 128 visible ASCII characters, quoted or bare. Throws Error(validation).
[[nodiscard]] std::string parseIdempotencyKey(std::string_view header);

/// What binds a key to a request: operation and body.
[[nodiscard]] std::string requestHash(std::string_view operation, std::string_view body);

/// The stored answer; empty when the key is new. Throws Error(idempotencyMismatch) for another request's key.
[[nodiscard]] std::optional<StoredAnswer> findAnswer(postgres::Pool &pool, const auth::Caller &caller,
                                                     const std::string &key, const std::string &hash);

/// Adds the statement that stores the answer. A concurrent request with the same key makes the batch fail with
/// DUPLICATE on constraint idempotency_key_pkey; Operations::write turns that into Error(idempotencyRunning).
void storeAnswer(postgres::Batch &batch, const auth::Caller &caller, const std::string &key, const std::string &hash,
                 const StoredAnswer &answer);

}  // namespace kontor::entity
