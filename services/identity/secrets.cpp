#include "services/identity/secrets.h"

#include "shared/contract/error.h"

#include <argon2.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <memory>

namespace kontor::identity {

namespace {

constexpr std::uint32_t argonPasses = 3;
constexpr std::uint32_t argonKibibytes = 19456;
constexpr std::uint32_t argonLanes = 1;
constexpr std::size_t sealNonce = 12;
constexpr std::size_t sealTag = 16;

const unsigned char *bytesOf(std::string_view text) { return reinterpret_cast<const unsigned char *>(text.data()); }
unsigned char *bytesOf(std::string &text) { return reinterpret_cast<unsigned char *>(text.data()); }

std::string digest(const EVP_MD *algorithm, std::string_view text) {
    std::string out(EVP_MAX_MD_SIZE, '\0');
    unsigned int size = 0;
    EVP_Digest(text.data(), text.size(), bytesOf(out), &size, algorithm, nullptr);
    out.resize(size);
    return out;
}

std::string hmac(const EVP_MD *algorithm, std::string_view key, std::string_view text) {
    std::string out(EVP_MAX_MD_SIZE, '\0');
    unsigned int size = 0;
    HMAC(algorithm, key.data(), static_cast<int>(key.size()), bytesOf(text), text.size(), bytesOf(out), &size);
    out.resize(size);
    return out;
}

using Cipher = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

}  // namespace

std::string randomBytes(std::size_t count) {
    std::string bytes(count, '\0');
    if (RAND_bytes(bytesOf(bytes), static_cast<int>(count)) != 1) {
        throw Error(ErrorCode::internal, "The system has no random numbers.");
    }
    return bytes;
}

std::string sha256(std::string_view text) { return digest(EVP_sha256(), text); }
std::string hmacSha256(std::string_view key, std::string_view text) { return hmac(EVP_sha256(), key, text); }
bool equalSecrets(std::string_view a, std::string_view b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string base64(std::string_view bytes) {
    std::string out((bytes.size() + 2) / 3 * 4 + 1, '\0');
    int const size = EVP_EncodeBlock(bytesOf(out), bytesOf(bytes), static_cast<int>(bytes.size()));
    out.resize(static_cast<std::size_t>(size));
    return out;
}

std::optional<std::string> fromBase64(std::string_view text) {
    if (text.size() % 4 != 0) return std::nullopt;
    std::string out(text.size() / 4 * 3 + 1, '\0');
    int const size = EVP_DecodeBlock(bytesOf(out), bytesOf(text), static_cast<int>(text.size()));
    if (size < 0) return std::nullopt;
    std::size_t padding = 0;
    while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
    out.resize(static_cast<std::size_t>(size) - padding);
    return out;
}

std::string base64Url(std::string_view bytes) {
    std::string text = base64(bytes);
    while (!text.empty() && text.back() == '=') text.pop_back();
    for (char &c : text) {
        if (c == '+') c = '-';
        if (c == '/') c = '_';
    }
    return text;
}

std::optional<std::string> fromBase64Url(std::string_view text) {
    std::string plain(text);
    for (char &c : plain) {
        if (c == '-') c = '+';
        if (c == '_') c = '/';
    }
    while (plain.size() % 4 != 0) plain += '=';
    return fromBase64(plain);
}

std::string base32(std::string_view bytes) {
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    std::string out;
    unsigned int buffer = 0;
    int bits = 0;
    for (char const c : bytes) {
        buffer = (buffer << 8U) | static_cast<unsigned char>(c);
        for (bits += 8; bits >= 5; bits -= 5) out += alphabet[(buffer >> static_cast<unsigned>(bits - 5)) & 31U];
    }
    if (bits > 0) out += alphabet[(buffer << static_cast<unsigned>(5 - bits)) & 31U];
    return out;
}

std::string hashPassword(std::string_view password) {
    std::string const salt = randomBytes(16);
    std::string encoded(argon2_encodedlen(argonPasses, argonKibibytes, argonLanes, 16, 32, Argon2_id), '\0');
    int const status = argon2id_hash_encoded(argonPasses, argonKibibytes, argonLanes, password.data(), password.size(),
                                             salt.data(), salt.size(), 32, encoded.data(), encoded.size());
    if (status != ARGON2_OK) throw Error(ErrorCode::internal, "A password could not be hashed.");
    encoded.resize(encoded.find('\0'));
    return encoded;
}

bool verifyPassword(std::string_view password, const std::string &hash) {
    return argon2id_verify(hash.c_str(), password.data(), password.size()) == ARGON2_OK;
}

std::string totpCode(std::string_view secret, std::int64_t step) {
    std::string counter(8, '\0');
    for (std::size_t i = 0; i < 8; ++i) counter[i] = static_cast<char>(step >> (56 - 8 * i));
    std::string const mac = hmac(EVP_sha1(), secret, counter);
    auto const at = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(mac[i])); };
    std::size_t const offset = at(19) & 15U;
    std::uint32_t const number =
        ((at(offset) & 0x7fU) << 24U) | (at(offset + 1) << 16U) | (at(offset + 2) << 8U) | at(offset + 3);
    std::string code = std::to_string(number % 1'000'000);
    return std::string(6 - code.size(), '0') + code;
}

std::optional<std::int64_t> verifyTotp(std::string_view secret, std::string_view code, std::int64_t unixSeconds,
                                       std::int64_t lastStep) {
    std::int64_t const now = unixSeconds / 30;
    for (std::int64_t step = now - 1; step <= now + 1; ++step) {
        if (step > lastStep && equalSecrets(totpCode(secret, step), code)) return step;
    }
    return std::nullopt;
}

std::string seal(std::string_view key, std::string_view plain) {
    Cipher const cipher(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
    std::string const nonce = randomBytes(sealNonce);
    std::string body(plain.size(), '\0');
    std::string tag(sealTag, '\0');
    int size = 0;
    EVP_EncryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, bytesOf(key), bytesOf(std::string_view(nonce)));
    EVP_EncryptUpdate(cipher.get(), bytesOf(body), &size, bytesOf(plain), static_cast<int>(plain.size()));
    EVP_EncryptFinal_ex(cipher.get(), bytesOf(body) + size, &size);
    EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, sealTag, tag.data());
    return nonce + tag + body;
}

std::optional<std::string> unseal(std::string_view key, std::string_view sealed) {
    if (sealed.size() < sealNonce + sealTag) return std::nullopt;
    Cipher const cipher(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
    std::string tag(sealed.substr(sealNonce, sealTag));
    std::string_view const body = sealed.substr(sealNonce + sealTag);
    std::string plain(body.size(), '\0');
    int size = 0;
    EVP_DecryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, bytesOf(key), bytesOf(sealed));
    EVP_DecryptUpdate(cipher.get(), bytesOf(plain), &size, bytesOf(body), static_cast<int>(body.size()));
    EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, sealTag, tag.data());
    if (EVP_DecryptFinal_ex(cipher.get(), bytesOf(plain) + size, &size) != 1) return std::nullopt;
    return plain;
}

std::string passwordDigest(std::string_view nonce, std::string_view created, std::string_view secret) {
    std::string text(nonce);
    text += created;
    text += secret;
    return base64(digest(EVP_sha1(), text));
}

std::string codeChallenge(std::string_view verifier) { return base64Url(sha256(verifier)); }

}  // namespace kontor::identity
