#pragma once

// Points in time and calendar dates as the contract has them: RFC 3339 in UTC with microseconds, a zone mandatory on
// input, years 0001 to 9999.

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kontor {

/// Microseconds since 1970-01-01T00:00:00Z, without leap seconds.
struct DateTime {
    std::int64_t microseconds = 0;

    [[nodiscard]] static DateTime now();
    /// Reads RFC 3339 / xs:dateTime with a zone ("Z" or ±hh:mm), up to 9 fraction digits (cut to 6). Empty when wrong.
    [[nodiscard]] static std::optional<DateTime> parse(std::string_view text);
    /// "2026-11-23T10:15:30.123456Z"; always six fraction digits.
    [[nodiscard]] std::string toString() const;

    friend auto operator<=>(const DateTime &, const DateTime &) = default;  // NOLINT(modernize-use-nullptr)
};

/// Days since 1970-01-01 in the proleptic Gregorian calendar.
struct Date {
    std::int32_t days = 0;

    /// Reads "YYYY-MM-DD"; a zone suffix, which xs:date allows, is dropped. Empty when wrong.
    [[nodiscard]] static std::optional<Date> parse(std::string_view text);
    [[nodiscard]] std::string toString() const;

    friend auto operator<=>(const Date &, const Date &) = default;  // NOLINT(modernize-use-nullptr)
};

}  // namespace kontor
