#pragma once

// Record ids: UUID version 7 (RFC 9562), time-ordered, so that new rows go to the end of the index.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kontor {

using UuidBytes = std::array<std::uint8_t, 16>;

/// A new UUIDv7 in lower-case text. Monotonic within a process.
[[nodiscard]] std::string newId();
/// The 16 bytes of a UUID in text (8-4-4-4-12, any case). Empty when it is not one.
[[nodiscard]] std::optional<UuidBytes> parseUuid(std::string_view text);
[[nodiscard]] std::string uuidText(const std::uint8_t *bytes);

}  // namespace kontor
