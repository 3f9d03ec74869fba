#pragma once

// Opaque tokens that carry their own content: list cursors, resume tokens of the change feed. Signed, so that what
// comes back is what was given out; not encrypted.

#include "shared/contract/error.h"

#include <string>
#include <string_view>

namespace kontor::entity {

/// base64url of payload and the first 16 bytes of HMAC-SHA256(key, purpose, payload). `purpose` ("list", "changes",
/// "history") keeps one kind of token from being used as another.
[[nodiscard]] std::string sealCursor(std::string_view payload, std::string_view key, std::string_view purpose = "list");

/// The payload. Throws Error(invalidCursor) with parameter "cursor" when this key did not seal it for this purpose.
[[nodiscard]] std::string openCursor(std::string_view cursor, std::string_view key, std::string_view purpose = "list");

}  // namespace kontor::entity
