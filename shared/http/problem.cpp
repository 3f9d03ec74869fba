#include "shared/http/problem.h"

#include "shared/http/target.h"

#include <array>

namespace kontor::http {

namespace {

/// "CONFLICT_VERSION" → "conflict-version"
void appendSlug(std::string &out, std::string_view name) {
    for (char const c : name) out.push_back(c == '_' ? '-' : static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c));
}

void appendMember(std::string &out, std::string_view name, std::string_view value) {
    out.append(",\"").append(name).append("\":");
    appendJsonString(out, value);
}

void appendNumber(std::string &out, std::string_view name, std::int64_t value) {
    out.append(",\"").append(name).append("\":").append(std::to_string(value));
}

void appendCandidates(std::string &out, const std::vector<DuplicateCandidate> &candidates) {
    if (candidates.empty()) return;
    out += ",\"candidates\":[";
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        out += i == 0 ? "{\"entity\":" : ",{\"entity\":";
        appendJsonString(out, candidates[i].entity);
        appendMember(out, "id", candidates[i].id);
        appendMember(out, "name", candidates[i].name);
        out += ",\"matchedOn\":[";
        for (std::size_t j = 0; j < candidates[i].matchedOn.size(); ++j) {
            if (j > 0) out += ',';
            appendJsonString(out, candidates[i].matchedOn[j]);
        }
        out += ']';
        appendNumber(out, "score", candidates[i].score);
        out += '}';
    }
    out += ']';
}

void appendFields(std::string &out, const std::vector<FieldError> &fields) {
    if (fields.empty()) return;
    out.append(",\"errors\":[");
    for (std::size_t i = 0; i < fields.size(); ++i) {
        out.append(i == 0 ? "{\"pointer\":" : ",{\"pointer\":");
        appendJsonString(out, fields[i].pointer);
        appendMember(out, "code", fields[i].code);
        appendMember(out, "detail", fields[i].detail);
        out.push_back('}');
    }
    out.push_back(']');
}

void appendEscaped(std::string &out, unsigned char c) {
    constexpr std::string_view digits = "0123456789abcdef";
    switch (c) {
    case '"':
        out.append("\\\"");
        break;
    case '\\':
        out.append("\\\\");
        break;
    case '\n':
        out.append("\\n");
        break;
    case '\r':
        out.append("\\r");
        break;
    case '\t':
        out.append("\\t");
        break;
    default:
        out.append("\\u00");
        out.push_back(digits[c >> 4U]);
        out.push_back(digits[c & 15U]);
    }
}

}  // namespace

void appendJsonString(std::string &out, std::string_view text) {
    out.push_back('"');
    bool const valid = isUtf8(text);
    for (char const c : text) {
        auto const byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || c == '"' || c == '\\') {
            appendEscaped(out, byte);
        } else if (byte >= 0x80 && !valid) {
            out.append("\xEF\xBF\xBD");
        } else {
            out.push_back(c);
        }
    }
    out.push_back('"');
}

void writeProblemAs(int status, std::string_view title, const Request &request, const Error &error,
                    Response &response) {
    auto const &mapping = mappingOf(error.code);
    std::string &out = response.body;
    out.clear();
    if (error.code == ErrorCode::rateLimited) {
        out.append(R"({"type":"https://iana.org/assignments/http-problem-types#quota-exceeded)");
    } else {
        out.append(R"({"type":"https://kontor.example/problems/)");
        appendSlug(out, mapping.name);
    }
    out.push_back('"');
    appendMember(out, "title", title);
    appendNumber(out, "status", status);
    appendMember(out, "detail", error.detail);
    if (!request.path.empty()) appendMember(out, "instance", request.path);
    appendMember(out, "code", mapping.name);
    if (request.traceParent.size() == 55) appendMember(out, "traceId", request.traceParent.substr(3, 32));
    out.append(mapping.retryable ? ",\"retryable\":true" : ",\"retryable\":false");
    appendFields(out, error.fields);
    if (error.parameter) appendMember(out, "parameter", *error.parameter);
    if (error.position) appendNumber(out, "position", static_cast<std::int64_t>(*error.position));
    if (error.currentVersion) appendNumber(out, "currentVersion", *error.currentVersion);
    if (error.conflictingId) appendMember(out, "conflictingId", *error.conflictingId);
    appendCandidates(out, error.candidates);
    out.push_back('}');

    response.status = status;
    response.contentType = "application/problem+json";
    response.stream = nullptr;
    response.streamLength.reset();
    if (error.retryAfterSeconds) response.header("Retry-After", std::to_string(*error.retryAfterSeconds));
    if (status == 401) response.header("WWW-Authenticate", R"(Bearer realm="kontor")");
}

void writeProblem(const Request &request, const Error &error, Response &response) {
    auto const &mapping = mappingOf(error.code);
    writeProblemAs(mapping.httpStatus, mapping.title, request, error, response);
}

std::string_view reasonPhrase(int status) {
    switch (status) {
    case 200:
        return "OK";
    case 201:
        return "Created";
    case 202:
        return "Accepted";
    case 204:
        return "No Content";
    case 206:
        return "Partial Content";
    case 207:
        return "Multi-Status";
    case 301:
        return "Moved Permanently";
    case 302:
        return "Found";
    case 303:
        return "See Other";
    case 304:
        return "Not Modified";
    case 307:
        return "Temporary Redirect";
    case 308:
        return "Permanent Redirect";
    case 400:
        return "Bad Request";
    case 401:
        return "Unauthorized";
    case 403:
        return "Forbidden";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 406:
        return "Not Acceptable";
    case 408:
        return "Request Timeout";
    case 409:
        return "Conflict";
    case 410:
        return "Gone";
    case 411:
        return "Length Required";
    case 412:
        return "Precondition Failed";
    case 413:
        return "Content Too Large";
    case 414:
        return "URI Too Long";
    case 415:
        return "Unsupported Media Type";
    case 416:
        return "Range Not Satisfiable";
    case 417:
        return "Expectation Failed";
    case 422:
        return "Unprocessable Content";
    case 428:
        return "Precondition Required";
    case 429:
        return "Too Many Requests";
    case 431:
        return "Request Header Fields Too Large";
    case 500:
        return "Internal Server Error";
    case 501:
        return "Not Implemented";
    case 502:
        return "Bad Gateway";
    case 503:
        return "Service Unavailable";
    case 504:
        return "Gateway Timeout";
    case 505:
        return "HTTP Version Not Supported";
    default:
        return "Unknown";
    }
}

}  // namespace kontor::http
