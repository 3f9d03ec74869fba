#pragma once

// What stands before gSOAP: nothing reaches its parser that is not well-formed UTF-8 XML of legal characters, without
// document type, entities of its own, processing instructions, and within limits on depth, attributes, namespaces and
// names. gSOAP itself accepts or mangles much of that. One pass, no copies for UTF-8 input.

#include "shared/contract/error.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace kontor::soap {

/// Limits that the scan holds. gSOAP's cost grows with the square of attributes and of namespaces in scope.
inline constexpr std::size_t maximumDepth = 64;
inline constexpr std::size_t maximumAttributes = 64;
inline constexpr std::size_t maximumNamespaces = 64;  ///< declarations in scope at one point
inline constexpr std::size_t maximumNameLength = 256;

/// Namespaces of the two envelopes.
inline constexpr std::string_view envelope11 = "http://schemas.xmlsoap.org/soap/envelope/";
inline constexpr std::string_view envelope12 = "http://www.w3.org/2003/05/soap-envelope";

struct Scan {
    std::string_view xml;           ///< the document from the Envelope's start tag on
    int version = 0;                ///< 1 = SOAP 1.1, 2 = SOAP 1.2, 0 = an Envelope of a version that we do not know
    std::string_view operation;     ///< local name of the element in Body
    std::string_view operationXml;  ///< that element, from its start tag to its end tag
};

/// The document as UTF-8 without a byte order mark. `charset` is that of Content-Type, in any case; empty when absent.
/// UTF-16 and ISO-8859-1 are transcoded into `storage`. Throws Error(unsupportedMediaType) for any other charset,
/// Error(malformed) for bytes that are not in the one declared.
[[nodiscard]] std::string_view toUtf8(std::string_view body, std::string_view charset, std::string &storage);

/// Scans a whole envelope. Throws Error(malformed) naming what is wrong and at which byte.
[[nodiscard]] Scan scanEnvelope(std::string_view utf8);

}  // namespace kontor::soap
