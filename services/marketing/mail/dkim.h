#pragma once

// DKIM (RFC 6376, and RFC 8463 for Ed25519): messages say by a signature which domain stands for them.
//
// The signatures are made here with OpenSSL, which libopendkim also does, because libopendkim reads the key anew for
// each message: 1.2 ms for RSA with 2048 bits instead of 0.3 ms, less than what a mailing must reach. The tests verify
// them with libopendkim and with dkimpy.

#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace kontor::marketing {

enum class DkimAlgorithm : std::uint8_t { rsaSha256, ed25519Sha256 };

/// A key and what the world must know of it.
struct DkimKey {
    std::string privateKey;  ///< PEM (PKCS #8); a secret
    std::string dnsText;     ///< TXT record at <selector>._domainkey.<domain>: "v=DKIM1; k=rsa; p=…"
};

/// RSA has 2048 bits: more do not fit into one answer of DNS everywhere, fewer are refused by receivers.
[[nodiscard]] DkimKey generateDkimKey(DkimAlgorithm algorithm);

/// The TXT record for a private key in PEM. Throws Error(validation) when it is no key that mail can be signed with.
[[nodiscard]] std::string dkimDnsText(std::string_view privateKey);

/// The same as a line of a zone file, in pieces of 255 bytes at most:
/// `s1._domainkey.acme.example. IN TXT ( "v=DKIM1; …" "…" )`.
[[nodiscard]] std::string dkimZoneLine(std::string_view domain, std::string_view selector, std::string_view dnsText);

/// Signs for one domain with one key. The key is read once; signing is thread-safe.
class DkimSigner {
  public:
    /// `domain` may be internationalised. Throws Error(validation): DKIM_KEY (no key, or RSA below 1024 bits),
    /// DKIM_SELECTOR or ADDRESS_DOMAIN.
    DkimSigner(std::string_view domain, std::string_view selector, std::string_view privateKey);
    DkimSigner(DkimSigner &&) noexcept;
    DkimSigner &operator=(DkimSigner &&) noexcept;
    ~DkimSigner();

    [[nodiscard]] DkimAlgorithm algorithm() const;

  private:
    friend std::string dkimSignatures(std::span<const DkimSigner> signers, std::string_view message,
                                      std::chrono::sys_seconds when);
    struct Implementation;
    std::unique_ptr<const Implementation> implementation_;
};

/// One header DKIM-Signature for each signer, each with CRLF, to be put before the message: relaxed/relaxed, over the
/// whole body and the headers that make the message what it is. From, To and Subject are signed once more than they
/// occur, so that nobody adds another one. Throws Error(malformed) when the message has no From or no end of its head.
[[nodiscard]] std::string dkimSignatures(std::span<const DkimSigner> signers, std::string_view message,
                                         std::chrono::sys_seconds when);

}  // namespace kontor::marketing
