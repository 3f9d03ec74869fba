#pragma once

// Opaque tokens that carry their own content: list cursors, resume tokens of the change feed. Signed, so that what
// comes back is what was given out; not encrypted.

#include "shared/contract/error.h"

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

namespace kontor::entity {

/// base64url of payload and the first 16 bytes of HMAC-SHA256(key, purpose, payload). `purpose` ("list", "changes",
/// "history") keeps one kind of token from being used as another.
[[nodiscard]] std::string sealCursor(std::string_view payload, std::string_view key, std::string_view purpose = "list");

/// The payload. Throws Error(invalidCursor) with parameter "cursor" when this key did not seal it for this purpose.
[[nodiscard]] std::string openCursor(std::string_view cursor, std::string_view key, std::string_view purpose = "list");

/// Entries in a page where nobody has said how many. A cursor carries the number with the rest of its query, and a
/// number that is given beside a cursor wins.
constexpr int standardLimit = 50;

/// Where a page begins in what belongs to one record and is told newest first, and how long it is to be.
struct PagePosition {
    std::int64_t before = std::numeric_limits<std::int64_t>::max();
    int limit = standardLimit;
    std::string key;  ///< of the last entry, where several may have the same `before`; without spaces
};

[[nodiscard]] std::string sealPosition(std::string_view recordId, const PagePosition &position, std::string_view key,
                                       std::string_view purpose);
/// That of the first page when there is no cursor. `limit` 0: that of the cursor, or the standard one. Throws
/// Error(invalidCursor) when the cursor is none of ours for this purpose and record.
[[nodiscard]] PagePosition openPosition(std::string_view cursor, std::string_view recordId, int limit,
                                        std::string_view key, std::string_view purpose);

}  // namespace kontor::entity
