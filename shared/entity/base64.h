#pragma once

// Base64 (RFC 4648): the standard alphabet with padding for binary values, the URL alphabet without for cursors.

#include <optional>
#include <string>
#include <string_view>

namespace kontor::entity {

void appendBase64(std::string &out, std::string_view bytes);
/// Padding is mandatory, white space is not allowed. Empty when it is not base64.
[[nodiscard]] std::optional<std::string> decodeBase64(std::string_view text);

[[nodiscard]] std::string encodeBase64Url(std::string_view bytes);
/// Without padding. Refuses text that is not the one way to write these bytes.
[[nodiscard]] std::optional<std::string> decodeBase64Url(std::string_view text);

}  // namespace kontor::entity
