#include "shared/contract/date_time.h"

#include <array>
#include <chrono>
#include <ctime>

namespace kontor {

namespace {

using std::chrono::sys_days;
using std::chrono::year_month_day;

/// Takes exactly `count` digits off the front; -1 when there are not as many.
int digits(std::string_view &text, std::size_t count) {
    if (text.size() < count) return -1;
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
        if (text[i] < '0' || text[i] > '9') return -1;
        value = value * 10 + (text[i] - '0');
    }
    text.remove_prefix(count);
    return value;
}

bool take(std::string_view &text, char c) {
    if (text.empty() || text.front() != c) return false;
    text.remove_prefix(1);
    return true;
}

std::optional<std::int32_t> takeDate(std::string_view &text) {
    int const year = digits(text, 4);
    if (year < 1 || !take(text, '-')) return std::nullopt;
    int const month = digits(text, 2);
    if (month < 1 || !take(text, '-')) return std::nullopt;
    int const day = digits(text, 2);
    if (day < 1) return std::nullopt;
    year_month_day const date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                              std::chrono::day(static_cast<unsigned>(day))};
    if (!date.ok()) return std::nullopt;
    return static_cast<std::int32_t>(sys_days(date).time_since_epoch().count());
}

/// Minutes east of UTC.
std::optional<int> takeZone(std::string_view &text) {
    if (take(text, 'Z') || take(text, 'z')) return 0;
    if (text.empty() || (text.front() != '+' && text.front() != '-')) return std::nullopt;
    int const sign = text.front() == '-' ? -1 : 1;
    text.remove_prefix(1);
    int const hours = digits(text, 2);
    if (hours < 0 || hours > 14 || !take(text, ':')) return std::nullopt;
    int const minutes = digits(text, 2);
    if (minutes < 0 || minutes > 59 || (hours == 14 && minutes > 0)) return std::nullopt;
    return sign * (hours * 60 + minutes);
}

void put(char *&out, int value, int count) {
    for (int i = count - 1; i >= 0; --i) {
        out[i] = static_cast<char>('0' + value % 10);
        value /= 10;
    }
    out += count;
}

void putDate(char *&out, std::int32_t sinceEpoch) {
    year_month_day const date{sys_days(std::chrono::days(sinceEpoch))};
    put(out, static_cast<int>(date.year()), 4);
    *out++ = '-';
    put(out, static_cast<int>(static_cast<unsigned>(date.month())), 2);
    *out++ = '-';
    put(out, static_cast<int>(static_cast<unsigned>(date.day())), 2);
}

constexpr std::int64_t microsecondsOfDay = 86'400'000'000;
// 0001-01-01T00:00:00Z and 9999-12-31T23:59:59.999999Z
constexpr std::int64_t earliest = -62'135'596'800'000'000;
constexpr std::int64_t latest = 253'402'300'799'999'999;

}  // namespace

DateTime DateTime::now() {
    return {std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::system_clock::now().time_since_epoch())
                .count()};
}

std::optional<DateTime> DateTime::parse(std::string_view text) {
    auto const date = takeDate(text);
    if (!date || (!take(text, 'T') && !take(text, 't'))) return std::nullopt;
    int const hours = digits(text, 2);
    if (hours < 0 || !take(text, ':')) return std::nullopt;
    int const minutes = digits(text, 2);
    if (minutes < 0 || minutes > 59 || !take(text, ':')) return std::nullopt;
    int const seconds = digits(text, 2);
    if (seconds < 0 || seconds > 59) return std::nullopt;
    int fraction = 0;
    if (take(text, '.')) {
        int count = 0;
        for (; !text.empty() && text.front() >= '0' && text.front() <= '9'; ++count) {
            if (count < 6) fraction = fraction * 10 + (text.front() - '0');
            text.remove_prefix(1);
        }
        if (count == 0 || count > 9) return std::nullopt;
        for (; count < 6; ++count) fraction *= 10;
    }
    // 24:00:00 is the end of the day in xs:dateTime.
    if (hours > 24 || (hours == 24 && (minutes != 0 || seconds != 0 || fraction != 0))) return std::nullopt;
    auto const zone = takeZone(text);
    if (!zone || !text.empty()) return std::nullopt;
    std::int64_t const value =
        *date * microsecondsOfDay + ((hours * 60LL + minutes - *zone) * 60 + seconds) * 1'000'000 + fraction;
    if (value < earliest || value > latest) return std::nullopt;
    return DateTime{value};
}

std::string DateTime::toString() const {
    std::array<char, 32> buffer{};
    char *out = buffer.data();
    std::int64_t day = microseconds / microsecondsOfDay;
    std::int64_t rest = microseconds % microsecondsOfDay;
    if (rest < 0) {
        rest += microsecondsOfDay;
        --day;
    }
    putDate(out, static_cast<std::int32_t>(day));
    auto const seconds = static_cast<int>(rest / 1'000'000);
    *out++ = 'T';
    put(out, seconds / 3600, 2);
    *out++ = ':';
    put(out, seconds / 60 % 60, 2);
    *out++ = ':';
    put(out, seconds % 60, 2);
    *out++ = '.';
    put(out, static_cast<int>(rest % 1'000'000), 6);
    *out++ = 'Z';
    return {buffer.data(), out};
}

std::optional<Date> Date::parse(std::string_view text) {
    auto const date = takeDate(text);
    if (!date) return std::nullopt;
    if (!text.empty() && (!takeZone(text) || !text.empty())) return std::nullopt;
    return Date{*date};
}

std::string Date::toString() const {
    std::array<char, 16> buffer{};
    char *out = buffer.data();
    putDate(out, days);
    return {buffer.data(), out};
}

}  // namespace kontor
