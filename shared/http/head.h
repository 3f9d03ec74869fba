#pragma once

// The head of a request (RFC 9112), read strictly: what two parsers could understand in two ways is refused, because
// that is what request smuggling is made of.

#include <Poco/Net/MessageHeader.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kontor::http {

struct Head {
    std::string method;
    std::string target;  ///< path and query as on the wire; "*" for OPTIONS
    bool version11 = true;
    bool keepAlive = true;
    bool chunked = false;
    bool expectContinue = false;
    bool acceptsGzip = false;
    bool hasOrigin = false;
    std::optional<std::uint64_t> contentLength;
    std::string contentEncoding;
    std::string requestId;    ///< the client's, when it is valid
    std::string traceParent;  ///< likewise
    Poco::Net::MessageHeader headers;

    /// Ready for the next request; keeps its memory.
    void clear();
};

/// Why a head is refused.
struct HeadError {
    int status;
    const char *detail;
};

struct HeadSearch {
    std::size_t length = 0;  ///< including the empty line; 0 = not complete
    bool malformed = false;  ///< a line ends without CR
};

/// Looks for the end of a head. `scanned` is how far an earlier call has looked, and is moved on.
[[nodiscard]] HeadSearch findHead(std::string_view bytes, std::size_t &scanned);

/// Reads a complete head. Empty when it is right.
[[nodiscard]] std::optional<HeadError> parseHead(std::string_view bytes, std::size_t maximumHeaders, Head &head);

/// Letters without regard to case, ASCII only.
[[nodiscard]] bool equalsIgnoringCase(std::string_view left, std::string_view right);

}  // namespace kontor::http
