#include "shared/entity/idempotency.h"

#include "shared/contract/error.h"

#include <openssl/evp.h>

#include <array>

namespace kontor::entity {

using postgres::Parameters;
using postgres::Statement;

namespace {

const Statement selectAnswer{"selectIdempotentAnswer",
                             "SELECT request_hash, status, headers, response FROM idempotency_key"
                             " WHERE client_id = $1 AND key = $2 AND expires_at > now()"};
// A key that has expired is used anew.
const Statement deleteExpired{"deleteExpiredAnswer", "DELETE FROM idempotency_key WHERE client_id = $1 AND key = $2"
                                                     " AND expires_at <= now()"};
const Statement insertAnswer{"insertIdempotentAnswer",
                             "INSERT INTO idempotency_key (client_id, key, request_hash, status, headers, response,"
                             " expires_at) VALUES ($1, $2, $3, $4, $5, $6, now() + interval '24 hours')"};

const std::string &scopeOf(const auth::Caller &caller) {
    return caller.clientId.empty() ? caller.principal->userId : caller.clientId;
}

}  // namespace

std::string parseIdempotencyKey(std::string_view header) {
    if (header.size() >= 2 && header.front() == '"' && header.back() == '"') {
        header = header.substr(1, header.size() - 2);
    }
    bool visible = !header.empty() && header.size() <= 128;
    for (char const c : header) visible = visible && c > ' ' && c < '\x7f';
    if (!visible) {
        throw Error(ErrorCode::validation, "An idempotency key is 1 to 128 visible ASCII characters.");
    }
    return std::string(header);
}

std::string requestHash(std::string_view operation, std::string_view body) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    EVP_MD_CTX *const context = EVP_MD_CTX_new();
    EVP_DigestInit_ex(context, EVP_sha256(), nullptr);
    EVP_DigestUpdate(context, operation.data(), operation.size());
    EVP_DigestUpdate(context, "\n", 1);
    EVP_DigestUpdate(context, body.data(), body.size());
    EVP_DigestFinal_ex(context, digest.data(), &size);
    EVP_MD_CTX_free(context);
    std::string hex;
    hex.reserve(std::size_t{size} * 2);
    for (unsigned int i = 0; i < size; ++i) {
        constexpr std::string_view digits = "0123456789abcdef";
        hex += digits[digest.at(i) >> 4U];
        hex += digits[digest.at(i) & 15U];
    }
    return hex;
}

std::optional<StoredAnswer> findAnswer(postgres::Pool &pool, const auth::Caller &caller, const std::string &key,
                                       const std::string &hash) {
    auto const rows = pool.run(selectAnswer, Parameters().text(scopeOf(caller)).text(key));
    if (rows.empty()) return std::nullopt;
    if (rows.text(0, 0) != hash) {
        throw Error(ErrorCode::idempotencyMismatch, "This idempotency key was used for another request.");
    }
    return StoredAnswer{static_cast<int>(rows.integer(0, 1)), std::string(rows.text(0, 2)),
                        std::string(rows.bytes(0, 3))};
}

void storeAnswer(postgres::Batch &batch, const auth::Caller &caller, const std::string &key, const std::string &hash,
                 const StoredAnswer &answer) {
    batch.add(deleteExpired, Parameters().text(scopeOf(caller)).text(key));
    batch.add(insertAnswer, Parameters()
                                .text(scopeOf(caller))
                                .text(key)
                                .text(hash)
                                .integer4(answer.status)
                                .text(answer.headers)
                                .bytes(answer.body));
}

}  // namespace kontor::entity
