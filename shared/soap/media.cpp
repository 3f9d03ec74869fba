#include "shared/soap/media.h"

#include "shared/contract/error.h"

#include <algorithm>
#include <cstring>

namespace kontor::soap {

namespace {

std::string lower(std::string_view text) {
    std::string out(text);
    for (char &c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    }
    return out;
}

std::string_view trim(std::string_view text) {
    auto const first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::string_view withoutBrackets(std::string_view id) {
    if (id.size() >= 2 && id.front() == '<' && id.back() == '>') return id.substr(1, id.size() - 2);
    return id;
}

/// Takes `name=value` or `name="value"` off the front of a header's parameters.
std::pair<std::string, std::string> takeParameter(std::string_view &rest) {
    auto const equals = rest.find('=');
    if (equals == std::string_view::npos) {
        rest = {};
        return {};
    }
    std::string name = lower(trim(rest.substr(0, equals)));
    rest = trim(rest.substr(equals + 1));
    std::string value;
    if (rest.starts_with('"')) {
        std::size_t i = 1;
        for (; i < rest.size() && rest[i] != '"'; ++i) {
            if (rest[i] == '\\' && i + 1 < rest.size()) ++i;
            value.push_back(rest[i]);
        }
        rest.remove_prefix(std::min(i + 1, rest.size()));
    }
    auto const semicolon = rest.find(';');
    if (value.empty()) value = trim(rest.substr(0, semicolon));
    rest = semicolon == std::string_view::npos ? std::string_view{} : rest.substr(semicolon + 1);
    return {std::move(name), std::move(value)};
}

[[noreturn]] void broken(const char *what) {
    throw Error(ErrorCode::malformed, std::string("The multipart message cannot be read: ") + what + ".");
}

/// True for what may stand behind a boundary: the end of the line, padding, or the two hyphens of the last one.
bool endsDelimiter(std::string_view after) {
    return after.empty() || after.starts_with("--") ||
           std::string_view(" \t\r\n").find(after.front()) != std::string_view::npos;
}

/// Where the next delimiter line begins, npos when there is none.
std::size_t findDelimiter(std::string_view body, std::string_view delimiter, std::size_t from) {
    while (from < body.size()) {
        const void *found = ::memmem(body.data() + from, body.size() - from, delimiter.data(), delimiter.size());
        if (found == nullptr) return std::string_view::npos;
        auto const at = static_cast<std::size_t>(static_cast<const char *>(found) - body.data());
        if ((at == 0 || body[at - 1] == '\n') && endsDelimiter(body.substr(at + delimiter.size()))) return at;
        from = at + 1;
    }
    return std::string_view::npos;
}

Part readPart(std::string_view text) {
    Part part;
    for (;;) {
        auto const end = text.find('\n');
        if (end == std::string_view::npos) broken("the head of a part does not end");
        std::string_view line = text.substr(0, end);
        if (line.ends_with('\r')) line.remove_suffix(1);
        text.remove_prefix(end + 1);
        if (line.empty()) break;
        auto const colon = line.find(':');
        if (colon == std::string_view::npos) continue;
        std::string const name = lower(line.substr(0, colon));
        std::string_view const value = trim(line.substr(colon + 1));
        if (name == "content-id") part.contentId = withoutBrackets(value);
        if (name == "content-type") part.contentType = value;
        if (name == "content-transfer-encoding") {
            std::string const encoding = lower(value);
            if (encoding != "binary" && encoding != "8bit" && encoding != "7bit") {
                broken("a part's Content-Transfer-Encoding is neither binary nor 8bit");
            }
        }
    }
    part.data = text;
    return part;
}

}  // namespace

int MediaType::version() const {
    if (multipart()) return startInfo.starts_with("application/soap+xml") ? 2 : 1;
    return type == "application/soap+xml" ? 2 : 1;
}

MediaType readMediaType(std::string_view header) {
    MediaType media;
    auto const semicolon = header.find(';');
    media.type = lower(trim(header.substr(0, semicolon)));
    if (media.type != "text/xml" && media.type != "application/soap+xml" && media.type != "multipart/related") {
        throw Error(ErrorCode::unsupportedMediaType,
                    "A SOAP message is text/xml, application/soap+xml or, with attachments, multipart/related.");
    }
    std::string_view rest = semicolon == std::string_view::npos ? std::string_view{} : header.substr(semicolon + 1);
    while (!trim(rest).empty()) {
        auto [name, value] = takeParameter(rest);
        std::string *const into = name == "charset"      ? &media.charset
                                  : name == "boundary"   ? &media.boundary
                                  : name == "start"      ? &media.start
                                  : name == "start-info" ? &media.startInfo
                                                         : nullptr;
        if (into != nullptr) *into = std::move(value);
    }
    media.start = std::string(withoutBrackets(media.start));
    media.startInfo = lower(media.startInfo);
    return media;
}

std::vector<Part> splitMultipart(const MediaType &type, std::string_view body) {
    if (type.boundary.empty() || type.boundary.size() > 70) broken("its Content-Type names no boundary");
    std::string const delimiter = "--" + type.boundary;
    std::vector<Part> parts;
    std::size_t at = findDelimiter(body, delimiter, 0);
    if (at == std::string_view::npos) broken("it has no parts");
    for (;;) {
        std::size_t const after = at + delimiter.size();
        if (body.substr(after).starts_with("--")) break;
        auto const lineEnd = body.find('\n', after);
        if (lineEnd == std::string_view::npos) broken("it stops halfway");
        if (parts.size() == maximumParts) broken("it has too many parts");
        at = findDelimiter(body, delimiter, lineEnd);
        if (at == std::string_view::npos) broken("it stops halfway");
        // The line break before a delimiter belongs to it, not to the part.
        std::size_t end = at - 1;
        if (end > lineEnd && body[end - 1] == '\r') --end;
        std::size_t const start = lineEnd + 1;
        parts.push_back(readPart(body.substr(start, end > start ? end - start : 0)));
    }
    if (parts.empty()) broken("it has no parts");
    if (!type.start.empty()) {
        auto const root = std::ranges::find(parts, std::string_view(type.start), &Part::contentId);
        if (root == parts.end()) broken("the part that \"start\" names is not there");
        std::rotate(parts.begin(), root, root + 1);
    }
    return parts;
}

}  // namespace kontor::soap
