#pragma once

// Cryptography of the identity service, on OpenSSL and libargon2: passwords, one-time passwords, random secrets,
// signatures, sealed values.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kontor::identity {

/// Random bytes from the system.
[[nodiscard]] std::string randomBytes(std::size_t count);
/// Raw digests.
[[nodiscard]] std::string sha256(std::string_view text);
[[nodiscard]] std::string hmacSha256(std::string_view key, std::string_view text);
/// Equal without telling by the time it takes where they differ.
[[nodiscard]] bool equalSecrets(std::string_view a, std::string_view b);

[[nodiscard]] std::string base64Url(std::string_view bytes);
[[nodiscard]] std::optional<std::string> fromBase64Url(std::string_view text);
[[nodiscard]] std::string base64(std::string_view bytes);
[[nodiscard]] std::optional<std::string> fromBase64(std::string_view text);
[[nodiscard]] std::string base32(std::string_view bytes);

/// Argon2id (RFC 9106) with its parameters in the text. Takes about 50 ms: call it through fiber::offload.
[[nodiscard]] std::string hashPassword(std::string_view password);
[[nodiscard]] bool verifyPassword(std::string_view password, const std::string &hash);

/// RFC 6238 with SHA-1, 30 seconds, six digits, as authenticator apps have it.
[[nodiscard]] std::string totpCode(std::string_view secret, std::int64_t step);
/// The time step that a code belongs to, one before to one after now and later than `lastStep`; empty when it is wrong.
[[nodiscard]] std::optional<std::int64_t> verifyTotp(std::string_view secret, std::string_view code,
                                                     std::int64_t unixSeconds, std::int64_t lastStep);

/// AES-256-GCM; the nonce comes first.
[[nodiscard]] std::string seal(std::string_view key, std::string_view plain);
[[nodiscard]] std::optional<std::string> unseal(std::string_view key, std::string_view sealed);

/// base64(SHA-1(nonce + created + secret)), WS-Security UsernameToken Profile 1.1 section 3.1.
[[nodiscard]] std::string passwordDigest(std::string_view nonce, std::string_view created, std::string_view secret);

/// S256 of RFC 7636.
[[nodiscard]] std::string codeChallenge(std::string_view verifier);

}  // namespace kontor::identity
