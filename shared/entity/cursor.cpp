#include "shared/entity/cursor.h"

#include "shared/entity/base64.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

namespace kontor::entity {

namespace {

constexpr std::size_t signatureSize = 16;
constexpr std::size_t maximumCursorSize = 16384;  // a filter of 2 KiB and the last row's keys fit many times

std::string signature(std::string_view payload, std::string_view key, std::string_view purpose) {
    std::string message(purpose);
    message += '\0';
    message += payload;
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
         reinterpret_cast<const unsigned char *>(message.data()), message.size(), digest.data(), &size);
    return {reinterpret_cast<const char *>(digest.data()), signatureSize};
}

}  // namespace

std::string sealCursor(std::string_view payload, std::string_view key, std::string_view purpose) {
    return encodeBase64Url(std::string(payload) + signature(payload, key, purpose));
}

std::string openCursor(std::string_view cursor, std::string_view key, std::string_view purpose) {
    auto const refuse = [] {
        Error error(ErrorCode::invalidCursor, "This cursor was not given out by this server for this request.");
        error.parameter = "cursor";
        return error;
    };
    if (cursor.size() > maximumCursorSize) throw refuse();
    std::optional<std::string> bytes = decodeBase64Url(cursor);
    if (!bytes || bytes->size() < signatureSize) throw refuse();
    std::string const given = bytes->substr(bytes->size() - signatureSize);
    bytes->resize(bytes->size() - signatureSize);
    std::string const expected = signature(*bytes, key, purpose);
    if (CRYPTO_memcmp(given.data(), expected.data(), signatureSize) != 0) throw refuse();
    return std::move(*bytes);
}

}  // namespace kontor::entity
