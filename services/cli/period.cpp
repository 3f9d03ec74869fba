#include "services/cli/period.h"

#include "services/cli/client.h"

#include <charconv>
#include <cstdio>

namespace kontor::cli {

namespace {

struct Months {
    int first;  // counted from the year 0
    int count;
};

Failure notAPeriod(std::string_view text) {
    return {ExitCode::usage,
            "Not a period: " + std::string(text) + "; such as 2026-11, 2026-Q4, 2026 or 2026-10..2027-03."};
}

/// A number of exactly so many digits.
int numberOf(std::string_view digits, std::size_t length, std::string_view whole) {
    int number = 0;
    auto const [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    bool const all = problem == std::errc{} && end == digits.data() + digits.size() && digits.front() != '-';
    if (digits.size() != length || !all) throw notAPeriod(whole);
    return number;
}

Months monthsOf(std::string_view text, std::string_view whole) {
    if (text.size() < 4) throw notAPeriod(whole);
    int const year = numberOf(text.substr(0, 4), 4, whole);
    if (text.size() == 4) return {year * 12, 12};
    if (text.size() != 7 || text[4] != '-') throw notAPeriod(whole);
    if (text[5] == 'Q' || text[5] == 'q') {
        int const quarter = numberOf(text.substr(6), 1, whole);
        if (quarter < 1 || quarter > 4) throw notAPeriod(whole);
        return {year * 12 + (quarter - 1) * 3, 3};
    }
    int const month = numberOf(text.substr(5), 2, whole);
    if (month < 1 || month > 12) throw notAPeriod(whole);
    return {year * 12 + month - 1, 1};
}

std::string firstDayOf(int month) {
    char text[32];
    std::snprintf(text, sizeof text, "%04d-%02d-01", month / 12, month % 12 + 1);
    return text;
}

}  // namespace

Period readPeriod(std::string_view text, std::chrono::year_month_day today) {
    if (text.empty()) {
        int const month = static_cast<int>(static_cast<unsigned>(today.month())) - 1;
        int const first = static_cast<int>(today.year()) * 12 + month - month % 3;
        return {firstDayOf(first), firstDayOf(first + 3)};
    }
    auto const dots = text.find("..");
    Months const begin = monthsOf(text.substr(0, dots), text);
    Months const last = dots == std::string_view::npos ? begin : monthsOf(text.substr(dots + 2), text);
    if (last.first < begin.first) throw notAPeriod(text);
    return {firstDayOf(begin.first), firstDayOf(last.first + last.count)};
}

}  // namespace kontor::cli
