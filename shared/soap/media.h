#pragma once

// The HTTP side of a SOAP message: its media type, and with MTOM the parts of the multipart body.

#include <string>
#include <string_view>
#include <vector>

namespace kontor::soap {

inline constexpr std::size_t maximumEnvelope = 4U << 20U;
inline constexpr std::size_t maximumFile = 25U << 20U;       ///< in an attachment, either way
inline constexpr std::size_t maximumMultipart = 26U << 20U;  ///< such a file and an envelope around it
inline constexpr std::size_t maximumParts = 64;

/// A Content-Type header's value.
struct MediaType {
    std::string type;  ///< lower case, "text/xml"
    std::string charset, boundary, start, startInfo;

    [[nodiscard]] bool multipart() const { return type == "multipart/related"; }
    /// The SOAP version that it announces.
    [[nodiscard]] int version() const;
};

/// Throws Error(unsupportedMediaType) unless it is text/xml, application/soap+xml or multipart/related.
[[nodiscard]] MediaType readMediaType(std::string_view header);

struct Part {
    std::string_view contentId;  ///< without angle brackets
    std::string_view contentType;
    std::string_view data;
};

/// A multipart body's parts, the root (the envelope) first. They point into `body`. Throws Error(malformed).
[[nodiscard]] std::vector<Part> splitMultipart(const MediaType &type, std::string_view body);

}  // namespace kontor::soap
