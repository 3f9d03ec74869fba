#include "services/marketing/mail/message.h"

#include "shared/contract/error.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <optional>

namespace kontor::marketing {

namespace {

constexpr std::size_t maximumLine = 76;            // of encoded lines (RFC 2045 and 2047), and where headers are folded
constexpr std::size_t maximumHeader = 900;         // of what cannot be folded; the limit of RFC 5322 is 998
constexpr std::size_t maximumText = 2000;          // of a subject or name
constexpr std::size_t wordBytes = 39;              // of text in one encoded word: 12 of frame and 52 of base64
constexpr std::string_view boundary = "=_kontor";  // quoted-printable never has "=_"

Error refusal(std::string_view pointer, std::string code, std::string sentence) {
    std::vector<FieldError> wrong{{std::string(pointer), std::move(code), sentence}};
    return {ErrorCode::validation, std::move(sentence), std::move(wrong)};
}

bool isControl(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }
bool isPrintable(char c) { return static_cast<unsigned char>(c) >= 0x20 && static_cast<unsigned char>(c) < 0x7F; }
bool isVisible(char c) { return isPrintable(c) && c != ' '; }
bool continues(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

/// How many bytes the character at `at` has; nothing when it is no UTF-8, overlong, a surrogate or beyond Unicode.
std::optional<std::size_t> characterAt(std::string_view text, std::size_t at) {
    auto const first = static_cast<unsigned char>(text[at]);
    if (first < 0x80) return 1;
    std::size_t const size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || at + size > text.size()) return {};
    auto const second = static_cast<unsigned char>(text[at + 1]);
    bool const wrongSecond = (first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F) ||
                             (first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F);
    if (wrongSecond || !std::ranges::all_of(text.substr(at + 1, size - 1), continues)) return {};
    return size;
}

bool isUtf8(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        auto const size = characterAt(text, at);
        if (!size) return false;
        at += *size;
    }
    return true;
}

/// What holds for every value that comes into a header.
void checkHeader(std::string_view value, std::string_view pointer) {
    if (std::ranges::any_of(value, isControl)) {
        throw refusal(pointer, "CONTROL_CHARACTER", "A header of a message has no line breaks or control characters.");
    }
    if (!isUtf8(value)) throw refusal(pointer, "NOT_UTF8", "The text is not UTF-8.");
    if (value.size() > maximumText) {
        throw refusal(pointer, "TOO_LONG", "A header of a message has at most 2000 bytes.");
    }
}

/// A value that machines read, and that cannot be encoded or folded.
void checkToken(std::string_view value, std::string_view pointer) {
    checkHeader(value, pointer);
    bool const fits = std::ranges::all_of(value, isVisible) && value.find_first_of("<>") == std::string_view::npos;
    if (!fits) throw refusal(pointer, "FORMAT", "Only printable ASCII without spaces and angle brackets may be here.");
    if (value.size() > maximumHeader) throw refusal(pointer, "TOO_LONG", "At most 900 bytes may be here.");
}

std::size_t wordEnd(std::string_view text) {
    if (text.size() <= wordBytes) return text.size();
    std::size_t end = wordBytes;
    while (end > 1 && continues(text[end])) --end;
    return end;
}

std::string base64(std::string_view bytes) {
    std::array<unsigned char, 4 * ((wordBytes + 2) / 3) + 1> encoded{};
    int const size = EVP_EncodeBlock(encoded.data(), reinterpret_cast<const unsigned char *>(bytes.data()),
                                     static_cast<int>(bytes.size()));
    return {encoded.begin(), encoded.begin() + size};
}

/// Encoded words (RFC 2047), one for each line.
std::string encodedWords(std::string_view text) {
    std::string encoded;
    for (std::string_view rest = text; !rest.empty();) {
        std::size_t const piece = wordEnd(rest);
        if (!encoded.empty()) encoded += "\r\n ";
        encoded += "=?UTF-8?B?" + base64(rest.substr(0, piece)) + "?=";
        rest.remove_prefix(piece);
    }
    return encoded;
}

/// Folds at spaces. Nothing when a word alone is too long for a line.
std::optional<std::string> folded(std::string_view text, std::size_t used) {
    std::string lines;
    for (std::size_t at = 0; at < text.size();) {
        auto const end = std::min(text.find(' ', at + 1), text.size());
        if (used + (end - at) > maximumLine) {
            if (at == 0 || end - at > maximumLine) return {};
            lines += "\r\n";
            used = 0;
        }
        lines.append(text, at, end - at);
        used += end - at;
        at = end;
    }
    return lines;
}

/// A name as a phrase (RFC 5322, 3.2.5).
std::string phrase(std::string_view name) {
    if (!std::ranges::all_of(name, isPrintable) || name.find("=?") != std::string_view::npos || name.size() > 60) {
        return encodedWords(name);
    }
    std::string quoted = "\"";
    for (char const c : name) {
        if (c == '"' || c == '\\') quoted += '\\';
        quoted += c;
    }
    return quoted + '"';
}

void appendMailbox(std::string &out, std::string_view header, const Mailbox &mailbox, const std::string &pointer) {
    checkHeader(mailbox.name, pointer + "/name");
    std::string const address = wireAddress(mailbox.address, pointer + "/address");
    out.append(header).append(": ");
    if (mailbox.name.empty()) {
        out.append(address).append("\r\n");
        return;
    }
    std::string const name = phrase(mailbox.name);
    bool const fits = name.find('\r') == std::string::npos && header.size() + name.size() + address.size() + 5 <= 78;
    out.append(name).append(fits ? " <" : "\r\n <").append(address).append(">\r\n");
}

void appendListHeaders(std::string &out, const MailingHead &head) {
    if (!head.listId.empty()) {
        checkToken(head.listId, "/listId");
        checkHeader(head.listName, "/listName");
        std::string const name = head.listName.empty() ? "" : phrase(head.listName) + "\r\n ";
        out.append("List-Id: ").append(name).append("<").append(head.listId).append(">\r\n");
    }
    if (!head.feedbackId.empty()) {
        checkToken(head.feedbackId, "/feedbackId");
        out.append("Feedback-ID: ").append(head.feedbackId).append("\r\n");
    }
}

void appendUnsubscribe(std::string &out, const Personal &personal) {
    if (personal.unsubscribeUrl.empty() && personal.unsubscribeMail.empty()) return;
    std::string places;
    if (!personal.unsubscribeUrl.empty()) {
        checkToken(personal.unsubscribeUrl, "/unsubscribeUrl");
        if (!personal.unsubscribeUrl.starts_with("https://") && !personal.unsubscribeUrl.starts_with("http://")) {
            throw refusal("/unsubscribeUrl", "FORMAT", "The address for unsubscribing must be one of the web.");
        }
        places = '<' + personal.unsubscribeUrl + '>';
    }
    if (!personal.unsubscribeMail.empty()) {
        if (!places.empty()) places += ",\r\n ";
        places += "<mailto:" + wireAddress(personal.unsubscribeMail, "/unsubscribeMail") + '>';
    }
    out.append("List-Unsubscribe: ").append(places).append("\r\n");
    // One click is for https alone (RFC 8058, 3.1).
    if (personal.unsubscribeUrl.starts_with("https://")) {
        out.append("List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n");
    }
}

/// RFC 5322, 3.3, in English whatever the process' language is.
void appendDate(std::string &out, std::chrono::sys_seconds when) {
    static constexpr std::array weekdays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    auto const day = std::chrono::floor<std::chrono::days>(when);
    std::chrono::year_month_day const date(day);
    std::chrono::hh_mm_ss const time(when - day);
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "Date: %s, %u %s %d %02d:%02d:%02d +0000\r\n",
                  weekdays[std::chrono::weekday(day).c_encoding()], static_cast<unsigned>(date.day()),
                  months[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                  static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                  static_cast<int>(time.seconds().count()));
    out += text.data();
}

void appendSubject(std::string &out, std::string_view subject) {
    checkHeader(subject, "/subject");
    out.append("Subject: ").append(encodedText(subject, 9)).append("\r\n");
}

void appendMessageId(std::string &out, std::string_view id) {
    checkToken(id, "/messageId");
    auto const at = id.find('@');
    bool const whole = at != std::string_view::npos && at > 0 && at + 1 < id.size() && id.find('@', at + 1) == id.npos;
    if (!whole) throw refusal("/messageId", "FORMAT", "A Message-ID has one @ with something on both sides.");
    out.append("Message-ID: <").append(id).append(">\r\n");
}

void appendPart(std::string &out, std::string_view type, std::string_view content) {
    out.append("Content-Type: ").append(type).append("; charset=utf-8\r\n");
    out.append("Content-Transfer-Encoding: quoted-printable\r\n\r\n");
    appendQuotedPrintable(out, content);
}

void appendContent(std::string &out, const Personal &personal) {
    if (!isUtf8(personal.html)) throw refusal("/html", "NOT_UTF8", "The text is not UTF-8.");
    if (!isUtf8(personal.text)) throw refusal("/text", "NOT_UTF8", "The text is not UTF-8.");
    if (personal.html.empty()) return appendPart(out, "text/plain", personal.text);
    if (personal.text.empty()) return appendPart(out, "text/html", personal.html);
    out.append("Content-Type: multipart/alternative; boundary=\"").append(boundary).append("\"\r\n\r\n");
    out.append("--").append(boundary).append("\r\n");
    appendPart(out, "text/plain", personal.text);
    out.append("--").append(boundary).append("\r\n");
    appendPart(out, "text/html", personal.html);
    out.append("--").append(boundary).append("--\r\n");
}

/// What stands as it is in quoted-printable, apart from spaces at the end of a line.
constexpr std::array<bool, 256> literal = [] {
    std::array<bool, 256> table{};
    for (std::size_t c = 0x20; c < 0x7F; ++c) table[c] = c != '=';
    table['\t'] = true;
    return table;
}();

void appendHexadecimal(std::string &out, char c) {
    static constexpr std::string_view digits = "0123456789ABCDEF";
    auto const byte = static_cast<unsigned char>(c);
    out += '=';
    out += digits[byte >> 4U];
    out += digits[byte & 15U];
}

/// One line without its end.
void appendQuotedLine(std::string &out, std::string_view line) {
    std::size_t used = 0;
    for (std::size_t at = 0; at < line.size();) {
        std::size_t end = at;
        while (end < line.size() && used + (end - at) < maximumLine - 1 &&
               literal[static_cast<unsigned char>(line[end])]) {
            ++end;
        }
        out.append(line, at, end - at);
        used += end - at;
        at = end;
        if (at == line.size()) break;
        bool const quoted = !literal[static_cast<unsigned char>(line[at])];
        if (used + (quoted ? 3 : 1) > maximumLine - 1) {
            out += "=\r\n";
            used = 0;
        } else if (quoted) {
            appendHexadecimal(out, line[at++]);
            used += 3;
        }
    }
    // Spaces at the end of a line get lost on the way.
    if (!line.empty() && (line.back() == ' ' || line.back() == '\t')) {
        out.pop_back();
        if (used + 2 > maximumLine) out += "=\r\n";
        appendHexadecimal(out, line.back());
    }
}

}  // namespace

std::string encodedText(std::string_view text, std::size_t used) {
    bool const plain = std::ranges::all_of(text, isPrintable) && text.find("=?") == std::string_view::npos &&
                       text.find("  ") == std::string_view::npos && !text.starts_with(' ') && !text.ends_with(' ');
    if (plain) {
        if (auto lines = folded(text, used)) return *lines;
    }
    return encodedWords(text);
}

void appendQuotedPrintable(std::string &out, std::string_view text) {
    out.reserve(out.size() + text.size() + text.size() / 16 + 16);
    while (!text.empty()) {
        auto const end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        if (end < text.size() && line.ends_with('\r')) line.remove_suffix(1);
        appendQuotedLine(out, line);
        out += "\r\n";
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

MessageForm::MessageForm(const MailingHead &head) {
    appendMailbox(constantHeaders_, "From", head.from, "/from");
    if (!head.replyTo.address.empty()) appendMailbox(constantHeaders_, "Reply-To", head.replyTo, "/replyTo");
    appendListHeaders(constantHeaders_, head);
    constantHeaders_ += "MIME-Version: 1.0\r\n";
}

std::string MessageForm::build(const Personal &personal) const {
    std::string out;
    std::size_t const content = personal.html.size() + personal.text.size();
    out.reserve(constantHeaders_.size() + content + content / 8 + 2048);
    appendDate(out, personal.date);
    appendMailbox(out, "To", personal.to, "/to");
    appendSubject(out, personal.subject);
    appendMessageId(out, personal.messageId);
    appendUnsubscribe(out, personal);
    out += constantHeaders_;
    appendContent(out, personal);
    return out;
}

}  // namespace kontor::marketing
