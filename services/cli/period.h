#pragma once

// Months as people write them.

#include <chrono>
#include <string>
#include <string_view>

namespace kontor::cli {

/// First days of months; `until` is the first one that is no longer meant.
struct Period {
    std::string from;   ///< "2026-10-01"
    std::string until;  ///< "2027-01-01"
};

/// "2026-11", "2026-Q4", "2026", or a first and a last of these: "2026-10..2027-Q1"; the quarter of `today` when the
/// text is empty. Failure(usage) for anything else.
[[nodiscard]] Period readPeriod(std::string_view text, std::chrono::year_month_day today);

}  // namespace kontor::cli
