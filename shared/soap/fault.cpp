#include "shared/soap/fault.h"

#include "shared/soap/prescan.h"

#include <algorithm>

namespace kontor::soap {

namespace {

constexpr std::string_view commonNamespace = "http://api.kontor.example/common/v1";
constexpr std::string_view wsseNamespace =
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";
constexpr std::size_t maximumViolations = 500;  // as in common.xsd

void appendElement(std::string &out, std::string_view name, std::string_view text) {
    out.append("<c:").append(name).append(">");
    appendText(out, text);
    out.append("</c:").append(name).append(">");
}

void appendDetail(std::string &out, const Error &error, std::string_view traceId) {
    auto const &mapping = mappingOf(error.code);
    out.append("<c:ApiFault xmlns:c=\"").append(commonNamespace).append("\">");
    appendElement(out, "code", mapping.name);
    appendElement(out, "message", error.detail);
    if (!traceId.empty()) appendElement(out, "traceId", traceId);
    appendElement(out, "retryable", mapping.retryable ? "true" : "false");
    for (std::size_t i = 0; i < std::min(error.fields.size(), maximumViolations); ++i) {
        out.append("<c:violation>");
        appendElement(out, "field", error.fields[i].pointer);
        appendElement(out, "code", error.fields[i].code);
        appendElement(out, "reason", error.fields[i].detail);
        out.append("</c:violation>");
    }
    if (error.parameter) appendElement(out, "parameter", *error.parameter);
    if (error.position) appendElement(out, "position", std::to_string(*error.position));
    if (error.currentVersion) appendElement(out, "currentVersion", std::to_string(*error.currentVersion));
    if (error.conflictingId) appendElement(out, "conflictingId", *error.conflictingId);
    for (const DuplicateCandidate &candidate : error.candidates) {
        out.append("<c:candidate>");
        appendElement(out, "entity", candidate.entity);
        appendElement(out, "id", candidate.id);
        appendElement(out, "name", candidate.name);
        for (const std::string &field : candidate.matchedOn) appendElement(out, "matchedOn", field);
        appendElement(out, "score", std::to_string(candidate.score));
        out.append("</c:candidate>");
    }
    out.append("</c:ApiFault>");
}

bool isSecurityFault(FaultKind kind) {
    return kind == FaultKind::failedAuthentication || kind == FaultKind::messageExpired;
}

std::string_view securityCode(FaultKind kind) {
    return kind == FaultKind::messageExpired ? "wsse:MessageExpired" : "wsse:FailedAuthentication";
}

std::string_view code11(FaultKind kind, bool clientFault) {
    switch (kind) {
    case FaultKind::mustUnderstand:
        return "SOAP-ENV:MustUnderstand";
    case FaultKind::versionMismatch:
        return "SOAP-ENV:VersionMismatch";
    case FaultKind::failedAuthentication:
    case FaultKind::messageExpired:
        return securityCode(kind);
    case FaultKind::ordinary:
        break;
    }
    return clientFault ? "SOAP-ENV:Client" : "SOAP-ENV:Server";
}

std::string_view code12(FaultKind kind, bool clientFault) {
    if (kind == FaultKind::mustUnderstand) return "SOAP-ENV:MustUnderstand";
    if (kind == FaultKind::versionMismatch) return "SOAP-ENV:VersionMismatch";
    return clientFault ? "SOAP-ENV:Sender" : "SOAP-ENV:Receiver";
}

/// The detail speaks of the Body only: a fault in the header has none (SOAP 1.1, 4.4).
bool hasDetail(FaultKind kind) { return kind == FaultKind::ordinary || isSecurityFault(kind); }

void appendFault11(std::string &out, const Error &error, const FaultOptions &options) {
    bool const clientFault = mappingOf(error.code).clientFault;
    out.append("<SOAP-ENV:Fault><faultcode>").append(code11(options.kind, clientFault));
    out.append("</faultcode><faultstring>");
    appendText(out, error.detail);
    out.append("</faultstring>");
    if (hasDetail(options.kind)) {
        out.append("<detail>");
        appendDetail(out, error, options.traceId);
        out.append("</detail>");
    }
    out.append("</SOAP-ENV:Fault>");
}

void appendFault12(std::string &out, const Error &error, const FaultOptions &options) {
    bool const clientFault = mappingOf(error.code).clientFault;
    out.append("<SOAP-ENV:Fault><SOAP-ENV:Code><SOAP-ENV:Value>").append(code12(options.kind, clientFault));
    out.append("</SOAP-ENV:Value>");
    if (isSecurityFault(options.kind)) {
        out.append("<SOAP-ENV:Subcode><SOAP-ENV:Value>").append(securityCode(options.kind));
        out.append("</SOAP-ENV:Value></SOAP-ENV:Subcode>");
    }
    out.append("</SOAP-ENV:Code><SOAP-ENV:Reason><SOAP-ENV:Text xml:lang=\"en\">");
    appendText(out, error.detail);
    out.append("</SOAP-ENV:Text></SOAP-ENV:Reason>");
    if (hasDetail(options.kind)) {
        out.append("<SOAP-ENV:Detail>");
        appendDetail(out, error, options.traceId);
        out.append("</SOAP-ENV:Detail>");
    }
    out.append("</SOAP-ENV:Fault>");
}

/// SOAP keeps 500 for what a client library is to read as a fault; a proxy would hide one under 401.
int statusOf(const Error &error, int version) {
    if (error.code == ErrorCode::unsupportedMediaType) return 415;
    return version == 2 && mappingOf(error.code).clientFault ? 400 : 500;
}

}  // namespace

std::string_view mediaTypeOf(int version) {
    return version == 2 ? "application/soap+xml; charset=utf-8" : "text/xml; charset=utf-8";
}

std::string_view traceIdOf(std::string_view traceParent) {
    return traceParent.size() == 55 ? traceParent.substr(3, 32) : std::string_view{};
}

void appendText(std::string &out, std::string_view text) {
    for (char const c : text) {
        switch (c) {
        case '&':
            out.append("&amp;");
            break;
        case '<':
            out.append("&lt;");
            break;
        case '>':
            out.append("&gt;");
            break;
        case '\r':
            out.append("&#xD;");
            break;
        default:
            if (static_cast<unsigned char>(c) >= 0x20 || c == '\t' || c == '\n') out.push_back(c);
        }
    }
}

std::string faultEnvelope(const Error &error, const FaultOptions &options) {
    std::string out;
    out.reserve(1024);
    out.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<SOAP-ENV:Envelope xmlns:SOAP-ENV=\"");
    out.append(options.version == 2 ? envelope12 : envelope11).append("\"");
    if (isSecurityFault(options.kind)) out.append(" xmlns:wsse=\"").append(wsseNamespace).append("\"");
    out.append(">");
    if (!options.header.empty()) {
        out.append("<SOAP-ENV:Header>").append(options.header).append("</SOAP-ENV:Header>");
    }
    out.append("<SOAP-ENV:Body>");
    if (options.version == 2) {
        appendFault12(out, error, options);
    } else {
        appendFault11(out, error, options);
    }
    out.append("</SOAP-ENV:Body></SOAP-ENV:Envelope>");
    return out;
}

void writeFault(const Error &error, const FaultOptions &options, http::Response &response) {
    response.status = statusOf(error, options.version);
    response.contentType = mediaTypeOf(options.version);
    response.body = faultEnvelope(error, options);
    response.stream = nullptr;
    response.streamLength.reset();
    if (error.retryAfterSeconds) response.header("Retry-After", std::to_string(*error.retryAfterSeconds));
}

void writeFault(const http::Request &request, const Error &error, http::Response &response) {
    FaultOptions options;
    if (request.headers != nullptr) {
        std::string_view const type = request.header("Content-Type");
        options.version = type.find("application/soap+xml") != std::string_view::npos ? 2 : 1;
    }
    options.traceId = traceIdOf(request.traceParent);
    writeFault(error, options, response);
}

}  // namespace kontor::soap
