#include "services/marketing/mail/dkim.h"

#include "services/marketing/mail/address.h"
#include "shared/contract/error.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <vector>

namespace kontor::marketing {

namespace {

template <auto release> struct Release {
    template <typename T> void operator()(T *object) const { release(object); }
};
using Key = std::unique_ptr<EVP_PKEY, Release<EVP_PKEY_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Release<EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Release<EVP_MD_CTX_free>>;
using Memory = std::unique_ptr<BIO, Release<BIO_free_all>>;
using Digest = std::array<unsigned char, 32>;

/// Signed once for each that is there; the first three also once more (over-signed).
constexpr std::array<std::string_view, 14> signedHeaders{"From",
                                                         "To",
                                                         "Subject",
                                                         "Date",
                                                         "Message-ID",
                                                         "Reply-To",
                                                         "MIME-Version",
                                                         "Content-Type",
                                                         "Content-Transfer-Encoding",
                                                         "List-Id",
                                                         "List-Unsubscribe",
                                                         "List-Unsubscribe-Post",
                                                         "Feedback-ID",
                                                         "Auto-Submitted"};
constexpr std::size_t overSigned = 3;

Error refusal(std::string_view pointer, std::string code, std::string sentence) {
    std::vector<FieldError> wrong{{std::string(pointer), std::move(code), sentence}};
    return {ErrorCode::validation, std::move(sentence), std::move(wrong)};
}

void require(bool done) {
    if (!done) throw Error(ErrorCode::internal, "The cryptographic library has failed.");
}

std::string base64(const unsigned char *bytes, std::size_t size) {
    std::string encoded(4 * ((size + 2) / 3) + 1, '\0');
    int const length =
        EVP_EncodeBlock(reinterpret_cast<unsigned char *>(encoded.data()), bytes, static_cast<int>(size));
    encoded.resize(static_cast<std::size_t>(length));
    return encoded;
}

Digest sha256(std::string_view bytes) {
    Digest digest{};
    require(EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha256(), nullptr) == 1);
    return digest;
}

Key readKey(std::string_view pem) {
    Key key;
    if (pem.size() <= 64UL * 1024) {
        Memory const memory(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
        // A key with a password must not make OpenSSL ask for it at the terminal.
        auto const noPassword = [](char *, int, int, void *) { return -1; };
        key.reset(PEM_read_bio_PrivateKey(memory.get(), nullptr, noPassword, nullptr));
    }
    bool const rsa = key && EVP_PKEY_get_base_id(key.get()) == EVP_PKEY_RSA;
    bool const fits = (rsa && EVP_PKEY_get_bits(key.get()) >= 1024 && EVP_PKEY_get_bits(key.get()) <= 8192) ||
                      (key && EVP_PKEY_get_base_id(key.get()) == EVP_PKEY_ED25519);
    if (!fits) {
        throw refusal("/privateKey", "DKIM_KEY",
                      "This is no private key (PEM) for Ed25519 or RSA with 1024 to 8192 bits.");
    }
    return key;
}

bool isRsa(const Key &key) { return EVP_PKEY_get_base_id(key.get()) == EVP_PKEY_RSA; }

std::string publicKeyOf(const Key &key) {
    if (!isRsa(key)) {
        std::array<unsigned char, 32> raw{};
        std::size_t size = raw.size();
        require(EVP_PKEY_get_raw_public_key(key.get(), raw.data(), &size) == 1);
        return base64(raw.data(), size);
    }
    unsigned char *encoded = nullptr;
    int const size = i2d_PUBKEY(key.get(), &encoded);
    require(size > 0);
    std::string text = base64(encoded, static_cast<std::size_t>(size));
    OPENSSL_free(encoded);
    return text;
}

bool isSpace(char c) { return c == ' ' || c == '\t'; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool sameName(std::string_view left, std::string_view right) {
    return std::ranges::equal(left, right, [](char a, char b) { return lower(a) == lower(b); });
}

/// Relaxed form of the body (RFC 6376, 3.4.4): runs of spaces become one, those at the end of a line and empty lines at
/// the end of the body go.
std::string relaxedBody(std::string_view body) {
    std::string out;
    out.reserve(body.size() + 2);
    std::size_t emptyLines = 0;
    while (!body.empty()) {
        auto const end = std::min(body.find("\r\n"), body.size());
        std::string_view line = body.substr(0, end);
        while (!line.empty() && isSpace(line.back())) line.remove_suffix(1);
        if (line.empty()) {
            ++emptyLines;
        } else {
            for (; emptyLines > 0; --emptyLines) out += "\r\n";
            for (std::size_t at = 0; at < line.size();) {
                std::size_t next = at;
                while (next < line.size() && !isSpace(line[next])) ++next;
                out.append(line, at, next - at);
                if (next < line.size()) out += ' ';
                while (next < line.size() && isSpace(line[next])) ++next;
                at = next;
            }
            out += "\r\n";
        }
        body.remove_prefix(std::min(end + 2, body.size()));
    }
    return out;
}

struct Header {
    std::string_view name;
    std::string_view value;  ///< as it stands after the colon, with its folds
};

/// Relaxed form of a header (RFC 6376, 3.4.2), without the line's end.
void appendRelaxed(std::string &out, const Header &header) {
    std::ranges::transform(header.name, std::back_inserter(out), lower);
    out += ':';
    bool space = false;
    bool first = true;
    for (char const c : header.value) {
        if (isSpace(c) || c == '\r' || c == '\n') {
            space = true;
            continue;
        }
        if (space && !first) out += ' ';
        out += c;
        space = first = false;
    }
}

/// The head; `message` becomes the body.
std::vector<Header> readHead(std::string_view &message) {
    std::vector<Header> headers;
    while (!message.starts_with("\r\n")) {
        std::size_t end = message.find("\r\n");
        while (end != std::string_view::npos && end + 2 < message.size() && isSpace(message[end + 2])) {
            end = message.find("\r\n", end + 2);
        }
        auto const colon = message.substr(0, end).find(':');
        if (end == std::string_view::npos || colon == std::string_view::npos) {
            throw Error(ErrorCode::malformed, "The head of the message has no end, or a line that is no header.");
        }
        std::string_view name = message.substr(0, colon);
        while (!name.empty() && isSpace(name.back())) name.remove_suffix(1);
        headers.push_back({name, message.substr(colon + 1, end - colon - 1)});
        message.remove_prefix(end + 2);
    }
    message.remove_prefix(2);
    return headers;
}

struct Selection {
    std::string names;      ///< for the tag h
    std::string canonical;  ///< what is signed of them
};

/// The headers to sign, each name from the last one up (RFC 6376, 5.4.2).
Selection select(const std::vector<Header> &headers) {
    Selection result;
    std::size_t lineLength = 0;
    auto const add = [&](std::string_view name) {
        if (!result.names.empty()) result.names += ':';
        if (lineLength + name.size() > 60) {
            result.names += "\r\n\t ";
            lineLength = 0;
        }
        result.names += name;
        lineLength += name.size() + 1;
    };
    for (std::size_t number = 0; number < signedHeaders.size(); ++number) {
        std::string_view const name = signedHeaders[number];
        for (auto header = headers.rbegin(); header != headers.rend(); ++header) {
            if (!sameName(header->name, name)) continue;
            appendRelaxed(result.canonical, *header);
            result.canonical += "\r\n";
            add(name);
        }
        if (number < overSigned) add(name);
    }
    return result;
}

std::string signature(EVP_PKEY *key, bool rsa, const Digest &digest) {
    std::array<unsigned char, 1024> bytes{};
    std::size_t size = bytes.size();
    if (rsa) {
        KeyContext const context(EVP_PKEY_CTX_new(key, nullptr));
        require(context && EVP_PKEY_sign_init(context.get()) == 1 &&
                EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING) == 1 &&
                EVP_PKEY_CTX_set_signature_md(context.get(), EVP_sha256()) == 1 &&
                EVP_PKEY_sign(context.get(), bytes.data(), &size, digest.data(), digest.size()) == 1);
    } else {
        // Ed25519 signs the digest as if it were the message (RFC 8463, 3).
        DigestContext const context(EVP_MD_CTX_new());
        require(context && EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key) == 1 &&
                EVP_DigestSign(context.get(), bytes.data(), &size, digest.data(), digest.size()) == 1);
    }
    return base64(bytes.data(), size);
}

bool isSelector(std::string_view selector) {
    return !selector.empty() && selector.size() <= 63 && !selector.starts_with('-') && !selector.ends_with('-') &&
           std::ranges::all_of(selector, [](char c) {
               return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') || c == '-';
           });
}

}  // namespace

struct DkimSigner::Implementation {
    Key key;
    bool rsa = false;
    std::string beginning;  ///< of the header's value: all tags that never change
};

DkimKey generateDkimKey(DkimAlgorithm algorithm) {
    Key const key(algorithm == DkimAlgorithm::rsaSha256
                      ? EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", static_cast<std::size_t>(2048))
                      : EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
    require(key != nullptr);
    Memory const memory(BIO_new(BIO_s_mem()));
    require(PEM_write_bio_PKCS8PrivateKey(memory.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1);
    char *text = nullptr;
    long const size = BIO_get_mem_data(memory.get(), &text);
    std::string pem(text, static_cast<std::size_t>(size));
    std::string record = dkimDnsText(pem);
    return {std::move(pem), std::move(record)};
}

std::string dkimDnsText(std::string_view privateKey) {
    Key const key = readKey(privateKey);
    return std::string("v=DKIM1; k=") + (isRsa(key) ? "rsa" : "ed25519") + "; p=" + publicKeyOf(key);
}

std::string dkimZoneLine(std::string_view domain, std::string_view selector, std::string_view dnsText) {
    std::string line = std::string(selector) + "._domainkey." + wireDomain(domain) + ". IN TXT (";
    for (; !dnsText.empty(); dnsText.remove_prefix(std::min<std::size_t>(255, dnsText.size()))) {
        line.append(" \"").append(dnsText.substr(0, 255)).append("\"");
    }
    return line + " )";
}

DkimSigner::DkimSigner(std::string_view domain, std::string_view selector, std::string_view privateKey) {
    if (!isSelector(selector)) {
        throw refusal("/selector", "DKIM_SELECTOR", "A selector has 1 to 63 letters, digits and hyphens.");
    }
    auto implementation = std::make_unique<Implementation>();
    implementation->key = readKey(privateKey);
    implementation->rsa = isRsa(implementation->key);
    implementation->beginning = std::string(" v=1; a=") + (implementation->rsa ? "rsa" : "ed25519") +
                                "-sha256; c=relaxed/relaxed;\r\n\td=" + wireDomain(domain) +
                                ";\r\n\ts=" + std::string(selector);
    implementation_ = std::move(implementation);
}

DkimSigner::DkimSigner(DkimSigner &&) noexcept = default;
DkimSigner &DkimSigner::operator=(DkimSigner &&) noexcept = default;
DkimSigner::~DkimSigner() = default;

DkimAlgorithm DkimSigner::algorithm() const {
    return implementation_->rsa ? DkimAlgorithm::rsaSha256 : DkimAlgorithm::ed25519Sha256;
}

std::string dkimSignatures(std::span<const DkimSigner> signers, std::string_view message,
                           std::chrono::sys_seconds when) {
    if (signers.empty()) return {};
    auto const headers = readHead(message);
    if (std::ranges::none_of(headers, [](const Header &header) { return sameName(header.name, "From"); })) {
        throw Error(ErrorCode::malformed, "The message has no sender.");
    }
    Selection const selected = select(headers);
    Digest const bodyDigest = sha256(relaxedBody(message));
    std::string const common = "; t=" + std::to_string(when.time_since_epoch().count()) + ";\r\n\th=" + selected.names +
                               ";\r\n\tbh=" + base64(bodyDigest.data(), bodyDigest.size()) + ";\r\n\tb=";
    std::string out;
    for (const DkimSigner &signer : signers) {
        std::string const value = signer.implementation_->beginning + common;
        std::string toSign = selected.canonical;
        appendRelaxed(toSign, {"DKIM-Signature", value});
        std::string const signedValue =
            signature(signer.implementation_->key.get(), signer.implementation_->rsa, sha256(toSign));
        out.append("DKIM-Signature:").append(value);
        for (std::size_t at = 0; at < signedValue.size(); at += 72) {
            out.append(at == 0 ? "" : "\r\n\t ").append(signedValue, at, 72);
        }
        out += "\r\n";
    }
    return out;
}

}  // namespace kontor::marketing
