#include "services/marketing/mail/verp.h"

#include "services/marketing/mail/address.h"
#include "shared/contract/error.h"
#include "shared/contract/uuid.h"

#include <openssl/crypto.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <span>

namespace kontor::marketing {

namespace {

constexpr std::size_t idLetters = 26;     // of 16 bytes in base 32
constexpr std::size_t proofLetters = 16;  // of 10 bytes: 80 bits, for 50 years of guessing at a million a second
constexpr std::size_t proofBytes = 10;
constexpr std::string_view alphabet = "abcdefghijklmnopqrstuvwxyz234567";  // RFC 4648, 6; mail servers change the case

using Proof = std::array<std::uint8_t, proofBytes>;

Error refusal(std::string_view pointer, std::string code, std::string sentence) {
    std::vector<FieldError> wrong{{std::string(pointer), std::move(code), sentence}};
    return {ErrorCode::validation, std::move(sentence), std::move(wrong)};
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

void appendBase32(std::string &out, std::span<const std::uint8_t> bytes) {
    unsigned bits = 0;
    int count = 0;
    for (std::uint8_t const byte : bytes) {
        bits = (bits << 8U) | byte;
        for (count += 8; count >= 5; count -= 5) out += alphabet[(bits >> unsigned(count - 5)) & 31U];
    }
    if (count > 0) out += alphabet[(bits << unsigned(5 - count)) & 31U];
}

bool readBase32(std::string_view text, std::span<std::uint8_t> bytes) {
    unsigned bits = 0;
    int count = 0;
    std::size_t at = 0;
    for (char const c : text) {
        auto const value = alphabet.find(c);
        if (value == std::string_view::npos) return false;
        bits = (bits << 5U) | static_cast<unsigned>(value);
        count += 5;
        if (count < 8) continue;
        count -= 8;
        if (at == bytes.size()) return false;
        bytes[at++] = static_cast<std::uint8_t>(bits >> unsigned(count));
    }
    // What is left over must be zero: one id has one address.
    return at == bytes.size() && (bits & ((1U << unsigned(count)) - 1U)) == 0;
}

Proof proofOf(const std::string &secret, const UuidBytes &id) {
    static constexpr std::string_view purpose = "kontor verp 1";
    std::array<unsigned char, purpose.size() + std::tuple_size_v<UuidBytes>> input{};
    std::ranges::copy(id, std::ranges::copy(purpose, input.begin()).out);
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    if (HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), input.data(), input.size(), digest.data(),
             &size) == nullptr) {
        throw Error(ErrorCode::internal, "The cryptographic library has failed.");
    }
    Proof proof{};
    std::copy_n(digest.begin(), proofBytes, proof.begin());
    return proof;
}

}  // namespace

VerpAddresses::VerpAddresses(std::string_view prefix, std::string_view domain, std::vector<std::string> secrets)
    : domain_(wireDomain(domain)), secrets_(std::move(secrets)) {
    std::ranges::transform(prefix, std::back_inserter(prefix_), lower);
    bool const allowed = std::ranges::all_of(prefix_, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '_' || c == '.';
    });
    if (prefix_.empty() || prefix_.size() > 64 - idLetters - proofLetters || !allowed || prefix_.starts_with('.') ||
        prefix_.find("..") != std::string::npos) {
        throw refusal("/prefix", "VERP_PREFIX", "The beginning has 1 to 22 letters, digits, +, -, _ and single dots.");
    }
    if (secrets_.empty() || std::ranges::any_of(secrets_, [](const auto &secret) { return secret.size() < 16; })) {
        throw refusal("/secrets", "VERP_SECRET", "A secret has at least 16 bytes.");
    }
}

std::string VerpAddresses::encode(std::string_view messageId) const {
    auto const id = parseUuid(messageId);
    if (!id) throw refusal("/messageId", "FORMAT", "The id of a message is a UUID.");
    std::string address = prefix_;
    appendBase32(address, *id);
    appendBase32(address, proofOf(secrets_.front(), *id));
    return address + '@' + domain_;
}

std::optional<std::string> VerpAddresses::decode(std::string_view address) const {
    if (address.size() > 1000) return {};
    std::string text;
    std::ranges::transform(address, std::back_inserter(text), lower);
    // What is to be read ends at the first @ or, where a forwarder has moved the domain, at "=".
    for (auto at = text.find(prefix_); at != std::string::npos; at = text.find(prefix_, at + 1)) {
        std::string_view const rest = std::string_view(text).substr(at + prefix_.size());
        if (rest.size() < idLetters + proofLetters + 1) break;
        char const after = rest[idLetters + proofLetters];
        UuidBytes id{};
        Proof proof{};
        if ((after != '@' && after != '=') || !readBase32(rest.substr(0, idLetters), id) ||
            !readBase32(rest.substr(idLetters, proofLetters), proof)) {
            continue;
        }
        for (const std::string &secret : secrets_) {
            Proof const right = proofOf(secret, id);
            if (CRYPTO_memcmp(right.data(), proof.data(), proofBytes) == 0) return uuidText(id.data());
        }
    }
    return {};
}

}  // namespace kontor::marketing
