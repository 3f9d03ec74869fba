#include "services/marketing/mail/address.h"

#include "shared/contract/error.h"

#include <idn2.h>

#include <algorithm>
#include <memory>

namespace kontor::marketing {

namespace {

constexpr std::size_t maximumAddress = 254;  // RFC 5321, 4.5.3.1.3, without the brackets of the path
constexpr std::size_t maximumLocalPart = 64;

Error refusal(std::string_view pointer, std::string code, std::string sentence) {
    std::vector<FieldError> wrong{{std::string(pointer), std::move(code), sentence}};
    return {ErrorCode::validation, std::move(sentence), std::move(wrong)};
}

bool isAscii(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

bool isAlphanumeric(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

/// A character of a dot-atom (RFC 5322, 3.2.3). Quoted local parts are allowed there too, but nobody has one.
bool isAtom(char c) {
    return isAlphanumeric(c) ||
           (c != '\0' && std::string_view("!#$%&'*+-/=?^_`{|}~.").find(c) != std::string_view::npos);
}

void checkLocalPart(std::string_view local, std::string_view pointer) {
    if (local.size() > maximumLocalPart) {
        throw refusal(pointer, "ADDRESS_TOO_LONG", "The part of the address before the @ is longer than 64 bytes.");
    }
    if (!isAscii(local)) {
        throw refusal(pointer, "ADDRESS_NEEDS_SMTPUTF8",
                      "The part of the address before the @ has characters that mail servers without SMTPUTF8 refuse.");
    }
    bool const dots = local.starts_with('.') || local.ends_with('.') || local.find("..") != std::string_view::npos;
    if (dots || !std::ranges::all_of(local, isAtom)) {
        throw refusal(pointer, "ADDRESS_LOCAL_PART",
                      "The part of the address before the @ has characters or dots where none may be.");
    }
}

/// Letters, digits and hyphens, parted by single dots.
bool hasHostLabels(std::string_view domain) {
    char last = '.';
    for (char const c : domain) {
        bool const edge = (c == '-' && last == '.') || (c == '.' && (last == '.' || last == '-'));
        if (edge || !(isAlphanumeric(c) || c == '-' || c == '.')) return false;
        last = c;
    }
    return last != '-' && last != '.';
}

}  // namespace

std::string wireDomain(std::string_view domain, std::string_view pointer) {
    // libidn2 stops at NUL and drops spaces and signs: what is left may be somebody else's domain.
    bool const readable = domain.size() <= 1024 && std::ranges::all_of(domain, [](char c) {
                              return isAlphanumeric(c) || c == '-' || c == '.' || static_cast<unsigned char>(c) >= 0x80;
                          });
    char *converted = nullptr;
    int const status = readable ? idn2_to_ascii_8z(std::string(domain).c_str(), &converted, IDN2_NONTRANSITIONAL)
                                : static_cast<int>(IDN2_TOO_BIG_DOMAIN);
    std::unique_ptr<char, decltype(&idn2_free)> const owned(converted, &idn2_free);
    std::string ascii = status == IDN2_OK ? std::string(converted) : std::string();
    auto const lastDot = ascii.rfind('.');
    auto const topLevel = lastDot == std::string::npos ? std::string() : ascii.substr(lastDot + 1);
    bool const numeric = std::ranges::all_of(topLevel, [](char c) { return c >= '0' && c <= '9'; });
    if (topLevel.empty() || numeric || !hasHostLabels(ascii) || ascii.size() > 253) {
        throw refusal(pointer, "ADDRESS_DOMAIN", "The domain is none that mail can be sent to.");
    }
    std::ranges::transform(ascii, ascii.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
    return ascii;
}

std::string wireAddress(std::string_view address, std::string_view pointer) {
    auto const at = address.rfind('@');
    if (at == std::string_view::npos || at == 0 || at + 1 == address.size()) {
        throw refusal(pointer, "ADDRESS_MISSING", "This is no e-mail address: it needs a name, an @ and a domain.");
    }
    checkLocalPart(address.substr(0, at), pointer);
    std::string wire(address.substr(0, at + 1));
    wire += wireDomain(address.substr(at + 1), pointer);
    if (wire.size() > maximumAddress) {
        throw refusal(pointer, "ADDRESS_TOO_LONG", "The e-mail address is longer than 254 bytes.");
    }
    return wire;
}

}  // namespace kontor::marketing
