#pragma once

// Faults: kontor::Error on the wire of SOAP 1.1 and 1.2, with the typed detail ApiFault. Written here and not by gSOAP,
// so that a request that never reached it is refused in the same form.

#include "shared/contract/error.h"
#include "shared/http/http.h"

#include <string>
#include <string_view>

namespace kontor::soap {

/// Faults that SOAP and WS-Security name themselves.
enum class FaultKind : std::uint8_t {
    ordinary,              ///< Client/Sender or Server/Receiver, by the error's code
    mustUnderstand,        ///< a header block that we do not know and must not ignore
    versionMismatch,       ///< an Envelope in an unknown namespace
    failedAuthentication,  ///< of a WS-Security UsernameToken
    messageExpired,        ///< of a WS-Security Timestamp
};

struct FaultOptions {
    int version = 1;  ///< 1 = SOAP 1.1, 2 = SOAP 1.2
    FaultKind kind = FaultKind::ordinary;
    std::string_view traceId;
    std::string_view header;  ///< content of the Header element, as XML; empty = none
};

[[nodiscard]] std::string faultEnvelope(const Error &error, const FaultOptions &options);

/// The whole answer: status, media type and envelope.
void writeFault(const Error &error, const FaultOptions &options, http::Response &response);

/// http::ErrorWriter of the SOAP routes: the version is that of the request's media type.
void writeFault(const http::Request &request, const Error &error, http::Response &response);

/// The trace id in a W3C traceparent; empty when it is not one.
[[nodiscard]] std::string_view traceIdOf(std::string_view traceParent);

/// Appends text as XML character data; what XML cannot hold is left out.
void appendText(std::string &out, std::string_view text);

[[nodiscard]] std::string_view mediaTypeOf(int version);

}  // namespace kontor::soap
