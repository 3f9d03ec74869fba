#include "shared/entity/cursor.h"

#include "shared/entity/base64.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <charconv>

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

Error notGivenOut() {
    Error error(ErrorCode::invalidCursor, "This cursor was not given out by this server for this request.");
    error.parameter = "cursor";
    return error;
}

/// Takes a number and one character behind it off the front.
template <typename Number> Number takeNumber(std::string_view &text) {
    Number number{};
    auto const [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (problem != std::errc{}) throw notGivenOut();
    text.remove_prefix(std::min<std::size_t>(static_cast<std::size_t>(end - text.data()) + 1, text.size()));
    return number;
}

}  // namespace

std::string sealCursor(std::string_view payload, std::string_view key, std::string_view purpose) {
    return encodeBase64Url(std::string(payload) + signature(payload, key, purpose));
}

std::string openCursor(std::string_view cursor, std::string_view key, std::string_view purpose) {
    if (cursor.size() > maximumCursorSize) throw notGivenOut();
    std::optional<std::string> bytes = decodeBase64Url(cursor);
    if (!bytes || bytes->size() < signatureSize) throw notGivenOut();
    std::string const given = bytes->substr(bytes->size() - signatureSize);
    bytes->resize(bytes->size() - signatureSize);
    std::string const expected = signature(*bytes, key, purpose);
    if (CRYPTO_memcmp(given.data(), expected.data(), signatureSize) != 0) throw notGivenOut();
    return std::move(*bytes);
}

std::string sealPosition(std::string_view recordId, const PagePosition &position, std::string_view key,
                         std::string_view purpose) {
    return sealCursor(std::string(recordId) + ' ' + std::to_string(position.before) + ' ' +
                          std::to_string(position.limit) + ' ' + position.key,
                      key, purpose);
}

PagePosition openPosition(std::string_view cursor, std::string_view recordId, int limit, std::string_view key,
                          std::string_view purpose) {
    PagePosition position;
    if (!cursor.empty()) {
        std::string const payload = openCursor(cursor, key, purpose);
        std::string_view rest = payload;
        if (!rest.starts_with(std::string(recordId) + ' ')) throw notGivenOut();
        rest.remove_prefix(recordId.size() + 1);
        position.before = takeNumber<std::int64_t>(rest);
        position.limit = takeNumber<int>(rest);
        position.key = rest;
    }
    if (limit > 0) position.limit = limit;
    return position;
}

}  // namespace kontor::entity
