#include "shared/http/head.h"

#include "shared/http/trace.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace kontor::http {

namespace {

constexpr std::array<bool, 256> tokenCharacters = [] {
    std::array<bool, 256> table{};
    for (char c = 'a'; c <= 'z'; ++c) table.at(static_cast<unsigned char>(c)) = true;
    for (char c = 'A'; c <= 'Z'; ++c) table.at(static_cast<unsigned char>(c)) = true;
    for (char c = '0'; c <= '9'; ++c) table.at(static_cast<unsigned char>(c)) = true;
    for (char const c : std::string_view("!#$%&'*+-.^_`|~")) table.at(static_cast<unsigned char>(c)) = true;
    return table;
}();

bool isToken(std::string_view text) {
    return !text.empty() &&
           std::ranges::all_of(text, [](char c) { return tokenCharacters[static_cast<unsigned char>(c)]; });
}

bool isFieldValue(std::string_view text) {
    return std::ranges::all_of(text, [](char c) {
        auto const byte = static_cast<unsigned char>(c);
        return (byte >= 0x20 && byte != 0x7F) || byte == '\t';
    });
}

bool isTarget(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7F && c != '#'; });
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

std::string_view trim(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

/// Calls `use` with each element of a comma-separated list.
template <typename Use> void forEachElement(std::string_view list, Use use) {
    while (!list.empty()) {
        auto const comma = list.find(',');
        use(trim(list.substr(0, comma)));
        if (comma == std::string_view::npos) return;
        list.remove_prefix(comma + 1);
    }
}

/// Whether an Accept-Encoding value allows gzip.
bool allowsGzip(std::string_view value) {
    bool allowed = false;
    bool named = false;
    forEachElement(value, [&](std::string_view element) {
        auto const semicolon = element.find(';');
        auto const coding = trim(element.substr(0, semicolon));
        auto quality = semicolon == std::string_view::npos ? std::string_view() : trim(element.substr(semicolon + 1));
        // "q=0", "q=0.0" …: nothing but zeros after the q=
        bool const refused = quality.size() >= 3 && lower(quality[0]) == 'q' && quality[1] == '=' &&
                             quality.find_first_not_of("0.", 2) == std::string_view::npos;
        if (equalsIgnoringCase(coding, "gzip") || equalsIgnoringCase(coding, "x-gzip")) {
            allowed = !refused;
            named = true;
        } else if (coding == "*" && !named) {
            allowed = !refused;
        }
    });
    return allowed;
}

std::optional<std::uint64_t> parseLength(std::string_view text) {
    if (text.empty() || text.size() > 18) return std::nullopt;
    std::uint64_t value = 0;
    for (char const c : text) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + static_cast<std::uint64_t>(c - '0');
    }
    return value;
}

/// What the fields of one head say, gathered while they are read.
struct Framing {
    int hosts = 0;
    int lengths = 0;
    int transferEncodings = 0;
    bool close = false;
    bool keepAlive = false;
};

std::optional<HeadError> readField(std::string_view name, std::string_view value, Head &head, Framing &framing) {
    switch (name.size()) {
    case 4:
        if (equalsIgnoringCase(name, "host")) ++framing.hosts;
        break;
    case 6:
        if (equalsIgnoringCase(name, "expect")) {
            if (!equalsIgnoringCase(value, "100-continue")) return HeadError{417, "Expect is not supported"};
            head.expectContinue = head.version11;
        } else if (equalsIgnoringCase(name, "origin")) {
            head.hasOrigin = true;
        }
        break;
    case 10:
        if (equalsIgnoringCase(name, "connection")) {
            forEachElement(value, [&](std::string_view option) {
                if (equalsIgnoringCase(option, "close")) framing.close = true;
                if (equalsIgnoringCase(option, "keep-alive")) framing.keepAlive = true;
            });
        }
        break;
    case 11:
        if (equalsIgnoringCase(name, "traceparent") && isTraceParent(value)) head.traceParent = value;
        break;
    case 12:
        if (equalsIgnoringCase(name, "x-request-id") && isRequestId(value)) head.requestId = value;
        break;
    case 14:
        if (equalsIgnoringCase(name, "content-length")) {
            head.contentLength = parseLength(value);
            if (++framing.lengths > 1 || !head.contentLength) return HeadError{400, "Content-Length is not valid"};
        }
        break;
    case 15:
        if (equalsIgnoringCase(name, "accept-encoding")) head.acceptsGzip = allowsGzip(value);
        break;
    case 16:
        if (equalsIgnoringCase(name, "content-encoding")) {
            if (!head.contentEncoding.empty()) return HeadError{415, "one Content-Encoding at most"};
            head.contentEncoding = value;
        }
        break;
    case 17:
        if (equalsIgnoringCase(name, "transfer-encoding")) {
            if (++framing.transferEncodings > 1) return HeadError{400, "Transfer-Encoding is given twice"};
            if (!equalsIgnoringCase(value, "chunked"))
                return HeadError{501, "only the transfer coding chunked is read"};
            head.chunked = true;
        }
        break;
    default:
        break;
    }
    return std::nullopt;
}

std::optional<HeadError> readRequestLine(std::string_view line, Head &head) {
    auto const firstSpace = line.find(' ');
    auto const lastSpace = line.rfind(' ');
    if (firstSpace == std::string_view::npos || firstSpace == lastSpace) {
        return HeadError{400, "the request line is not METHOD TARGET VERSION"};
    }
    auto const method = line.substr(0, firstSpace);
    auto target = line.substr(firstSpace + 1, lastSpace - firstSpace - 1);
    auto const version = line.substr(lastSpace + 1);
    if (!isToken(method) || method.size() > 32) return HeadError{400, "the method is not valid"};
    if (version.size() != 8 || !version.starts_with("HTTP/")) return HeadError{400, "the HTTP version is not valid"};
    if (version == "HTTP/1.1") {
        head.version11 = true;
    } else if (version == "HTTP/1.0") {
        head.version11 = false;
    } else {
        return HeadError{505, "HTTP/1.1 and HTTP/1.0 are served here"};
    }
    if (!isTarget(target)) return HeadError{400, "the target holds a character that must be encoded"};
    if (!target.starts_with('/')) {
        // The absolute form, as sent to proxies; the authority is the Host header's affair.
        auto const scheme = target.find("://");
        bool const absolute = scheme == 4 ? equalsIgnoringCase(target.substr(0, 4), "http")
                                          : scheme == 5 && equalsIgnoringCase(target.substr(0, 5), "https");
        if (absolute) {
            auto const slash = target.find('/', scheme + 3);
            target = slash == std::string_view::npos ? std::string_view("/") : target.substr(slash);
        } else if (target != "*" || method != "OPTIONS") {
            return HeadError{400, "the target is not a path"};
        }
    }
    head.method = method;
    head.target = target;
    return std::nullopt;
}

}  // namespace

bool equalsIgnoringCase(std::string_view left, std::string_view right) {
    return left.size() == right.size() &&
           std::equal(left.begin(), left.end(), right.begin(), [](char a, char b) { return lower(a) == lower(b); });
}

void Head::clear() {
    method.clear();
    target.clear();
    version11 = true;
    keepAlive = true;
    chunked = false;
    expectContinue = false;
    acceptsGzip = false;
    hasOrigin = false;
    contentLength.reset();
    contentEncoding.clear();
    requestId.clear();
    traceParent.clear();
    headers.clear();
}

HeadSearch findHead(std::string_view bytes, std::size_t &scanned) {
    while (scanned < bytes.size()) {
        const void *found = std::memchr(bytes.data() + scanned, '\n', bytes.size() - scanned);
        if (found == nullptr) {
            scanned = bytes.size();
            break;
        }
        auto const at = static_cast<std::size_t>(static_cast<const char *>(found) - bytes.data());
        scanned = at + 1;
        if (at == 0 || bytes[at - 1] != '\r') return {.malformed = true};
        if (at >= 2 && bytes[at - 2] == '\n') return {.length = at + 1};
    }
    return {};
}

std::optional<HeadError> parseHead(std::string_view bytes, std::size_t maximumHeaders, Head &head) {
    head.clear();
    auto const lineEnd = bytes.find("\r\n");
    if (auto error = readRequestLine(bytes.substr(0, lineEnd), head)) return error;
    bytes.remove_prefix(lineEnd + 2);

    Framing framing;
    std::size_t count = 0;
    std::string name;
    std::string value;
    while (true) {
        auto const end = bytes.find("\r\n");
        auto const line = bytes.substr(0, end);
        if (line.empty()) break;
        bytes.remove_prefix(end + 2);
        if (++count > maximumHeaders) return HeadError{431, "too many headers"};
        auto const colon = line.find(':');
        // This refuses folded lines and a space before the colon, too: neither leaves a token.
        if (colon == std::string_view::npos || !isToken(line.substr(0, colon))) {
            return HeadError{400, "a header line is not valid"};
        }
        auto const text = trim(line.substr(colon + 1));
        if (!isFieldValue(text)) return HeadError{400, "a header holds a control character"};
        name = line.substr(0, colon);
        value = text;
        if (auto error = readField(name, value, head, framing)) return error;
        head.headers.add(name, value);
    }
    if (framing.hosts > 1 || (framing.hosts == 0 && head.version11))
        return HeadError{400, "exactly one Host is needed"};
    if (head.chunked && framing.lengths > 0) {
        return HeadError{400, "Content-Length and Transfer-Encoding exclude each other"};
    }
    if (head.chunked && !head.version11) return HeadError{400, "HTTP/1.0 has no Transfer-Encoding"};
    head.keepAlive = !framing.close && (head.version11 || framing.keepAlive);
    return std::nullopt;
}

}  // namespace kontor::http
