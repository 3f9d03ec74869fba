#include "shared/mail/mail.h"

#include "shared/contract/error.h"

#include <Poco/Base64Encoder.h>

#include <algorithm>
#include <sstream>

namespace kontor::mail {

namespace {

/// Bytes of text in one encoded word: 75 characters at most with their frame, a multiple of three.
constexpr std::size_t wordBytes = 45;

bool isControl(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

std::string withoutControls(std::string_view text) {
    std::string clean(text);
    std::ranges::replace_if(clean, isControl, ' ');
    return clean;
}

std::string base64(std::string_view bytes, int lineLength) {
    std::ostringstream out;
    Poco::Base64Encoder encoder(out);
    encoder.rdbuf()->setLineLength(lineLength);
    encoder.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    encoder.close();
    return out.str();
}

/// Where a piece of at most `limit` bytes ends without cutting a character.
std::size_t pieceOf(std::string_view text, std::size_t limit) {
    if (text.size() <= limit) return text.size();
    std::size_t end = limit;
    while (end > 1 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
    return end;
}

/// A name and an address for From and To.
std::string mailbox(const std::string &name, const std::string &address) {
    if (!isAddress(address)) throw Error(ErrorCode::validation, "The e-mail address is not valid.");
    std::string const plain = withoutControls(name);
    if (plain.empty()) return address;
    std::string shown = encodeHeader(plain);
    if (shown == plain) {
        shown = "\"";
        for (char const c : plain) {
            if (c == '"' || c == '\\') shown += '\\';
            shown += c;
        }
        shown += '"';
    }
    return shown + "\r\n <" + address + '>';
}

void appendPart(std::string &out, std::string_view type, std::string_view content) {
    out.append("Content-Type: ").append(type).append("; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n");
    out.append(base64(content, 76)).append("\r\n");
}

}  // namespace

bool isAddress(std::string_view address) {
    auto const at = address.find('@');
    if (address.size() > 254 || at == 0 || at == std::string_view::npos || at + 1 == address.size()) return false;
    if (address.find('@', at + 1) != std::string_view::npos) return false;
    return std::ranges::all_of(address, [](char c) {
        return static_cast<unsigned char>(c) > 0x20 && static_cast<unsigned char>(c) < 0x7F &&
               std::string_view("<>()[],;:\\\"").find(c) == std::string_view::npos;
    });
}

Address parseAddress(std::string_view text) {
    Address result;
    auto const open = text.find('<');
    if (open == std::string_view::npos) {
        result.address = text;
    } else if (text.ends_with('>')) {
        result.address = text.substr(open + 1, text.size() - open - 2);
        std::string_view name = text.substr(0, open);
        while (name.ends_with(' ')) name.remove_suffix(1);
        if (name.size() > 1 && name.starts_with('"') && name.ends_with('"')) name = name.substr(1, name.size() - 2);
        result.name = name;
    }
    if (!isAddress(result.address)) {
        throw Error(ErrorCode::validation, "This is no e-mail address: " + withoutControls(text));
    }
    return result;
}

std::string encodeHeader(std::string_view text) {
    std::string const clean = withoutControls(text);
    bool const plain = clean.size() <= 900 && clean.find("=?") == std::string::npos &&
                       std::ranges::all_of(clean, [](char c) { return static_cast<unsigned char>(c) < 0x7F; });
    if (plain) return clean;
    std::string encoded;
    for (std::string_view rest = clean; !rest.empty();) {
        std::size_t const piece = pieceOf(rest, wordBytes);
        if (!encoded.empty()) encoded += "\r\n ";
        encoded += "=?UTF-8?B?" + base64(rest.substr(0, piece), 0) + "?=";
        rest.remove_prefix(piece);
    }
    return encoded;
}

std::string format(const Message &message, const Address &from, std::string_view date, std::string_view id) {
    std::string out = "Date: " + withoutControls(date) + "\r\nFrom: " + mailbox(from.name, from.address) +
                      "\r\nTo: " + mailbox(message.toName, message.to) +
                      "\r\nSubject: " + encodeHeader(message.subject) + "\r\nMessage-ID: <" + withoutControls(id) +
                      ">\r\nMIME-Version: 1.0\r\nAuto-Submitted: auto-generated\r\n";
    if (!message.language.empty()) out += "Content-Language: " + withoutControls(message.language) + "\r\n";
    if (message.html.empty()) {
        appendPart(out, "text/plain", message.text);
        return out;
    }
    // Nothing in base64 looks like it: two hyphens do not occur there.
    std::string const boundary = "--kontor-part";
    out += "Content-Type: multipart/alternative; boundary=\"" + boundary + "\"\r\n\r\n";
    out += "--" + boundary + "\r\n";
    appendPart(out, "text/plain", message.text);
    out += "--" + boundary + "\r\n";
    appendPart(out, "text/html", message.html);
    out += "--" + boundary + "--\r\n";
    return out;
}

}  // namespace kontor::mail
