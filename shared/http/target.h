#pragma once

// The request target: percent-decoding of paths and queries.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kontor::http {

/// Decodes %XX (and, in queries, '+' as space). False when an escape is broken, or the result holds a NUL or is no
/// UTF-8.
[[nodiscard]] bool decodePercent(std::string_view text, bool plusIsSpace, std::string &out);

/// Decodes "a=1&b=2" in order. False as above.
[[nodiscard]] bool decodeQuery(std::string_view text, std::vector<std::pair<std::string, std::string>> &out);

[[nodiscard]] bool isUtf8(std::string_view text);

/// Encodes all but the unreserved characters of RFC 3986.
[[nodiscard]] std::string encodePercent(std::string_view text);

}  // namespace kontor::http
