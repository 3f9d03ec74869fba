#include "shared/contract/date_time.h"

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <ctime>
#include <string>
#include <string_view>

using kontor::Date;
using kontor::DateTime;
using namespace std::string_view_literals;

namespace {

std::string instant(std::string_view text) {
    auto const value = DateTime::parse(text);
    return value ? value->toString() : "refused";
}

std::string day(std::string_view text) {
    auto const value = Date::parse(text);
    return value ? value->toString() : "refused";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(contract_date_time)

BOOST_AUTO_TEST_CASE(an_instant_comes_back_in_utc_with_microseconds) {
    BOOST_TEST(instant("2026-11-23T10:15:30Z") == "2026-11-23T10:15:30.000000Z");
    BOOST_TEST(instant("2026-11-23T10:15:30.123456Z") == "2026-11-23T10:15:30.123456Z");
    BOOST_TEST(instant("2026-11-23t10:15:30z") == "2026-11-23T10:15:30.000000Z");
    BOOST_TEST(instant("2026-11-23T10:15:30.5+02:00") == "2026-11-23T08:15:30.500000Z");
    BOOST_TEST(instant("2026-01-01T00:30:00+05:30") == "2025-12-31T19:00:00.000000Z");
    BOOST_TEST(instant("2025-12-31T23:30:00-14:00") == "2026-01-01T13:30:00.000000Z");
    BOOST_TEST(instant("2026-11-23T10:15:30-00:00") == "2026-11-23T10:15:30.000000Z");
}

BOOST_AUTO_TEST_CASE(fractions_beyond_microseconds_are_cut_not_rounded) {
    BOOST_TEST(instant("2026-11-23T10:15:30.123456789Z") == "2026-11-23T10:15:30.123456Z");
    BOOST_TEST(instant("2026-12-31T23:59:59.999999999Z") == "2026-12-31T23:59:59.999999Z");
    BOOST_TEST(instant("2026-11-23T10:15:30.1234567890Z") == "refused");
    BOOST_TEST(instant("2026-11-23T10:15:30.Z") == "refused");
}

BOOST_AUTO_TEST_CASE(known_instants_are_counted_right) {
    BOOST_TEST(DateTime::parse("1970-01-01T00:00:00Z")->microseconds == 0);
    BOOST_TEST(DateTime::parse("1969-12-31T23:59:59.999999Z")->microseconds == -1);
    BOOST_TEST(DateTime::parse("2001-09-09T01:46:40Z")->microseconds == 1'000'000'000'000'000);
    BOOST_TEST(DateTime::parse("2038-01-19T03:14:08Z")->microseconds == 2'147'483'648'000'000);
}

BOOST_AUTO_TEST_CASE(the_years_1_and_9999_are_the_ends) {
    BOOST_TEST(instant("0001-01-01T00:00:00Z") == "0001-01-01T00:00:00.000000Z");
    BOOST_TEST(instant("9999-12-31T23:59:59.999999Z") == "9999-12-31T23:59:59.999999Z");
    BOOST_TEST(instant("2262-04-12T00:00:00Z") == "2262-04-12T00:00:00.000000Z");
    BOOST_TEST(instant("0001-01-01T00:00:00+00:01") == "refused");
    BOOST_TEST(instant("9999-12-31T23:59:59-00:01") == "refused");
    BOOST_TEST(instant("9999-12-31T24:00:00Z") == "refused");
    BOOST_TEST(instant("0000-01-01T00:00:00Z") == "refused");
    BOOST_TEST(instant("10000-01-01T00:00:00Z") == "refused");
    BOOST_TEST(instant("-0001-01-01T00:00:00Z") == "refused");
}

BOOST_AUTO_TEST_CASE(a_zone_is_mandatory) {
    BOOST_TEST(instant("2026-11-23T10:15:30") == "refused");
    BOOST_TEST(instant("2026-11-23T10:15:30.5") == "refused");
    BOOST_TEST(instant("2026-11-23T10:15:30 Europe/Berlin") == "refused");
    BOOST_TEST(instant("2026-11-23T10:15:30+0100") == "refused");
    BOOST_TEST(instant("2026-11-23T10:15:30+1") == "refused");
    BOOST_TEST(instant("2026-11-23T10:15:30+14:01") == "refused");
    BOOST_TEST(instant("2026-11-23T10:15:30+15:00") == "refused");
    BOOST_TEST(instant("2026-11-23T10:15:30+01:60") == "refused");
    BOOST_TEST(instant("2026-11-23T10:15:30ZZ") == "refused");
}

BOOST_AUTO_TEST_CASE(the_servers_own_zone_changes_nothing) {
    const char *const before = std::getenv("TZ");
    std::string const kept = before == nullptr ? "" : before;
    setenv("TZ", "America/New_York", 1);
    tzset();
    BOOST_TEST(instant("2026-07-01T05:00:00Z") == "2026-07-01T05:00:00.000000Z");
    BOOST_TEST(day("2026-07-01") == "2026-07-01");
    before == nullptr ? unsetenv("TZ") : setenv("TZ", kept.c_str(), 1);
    tzset();
}

BOOST_AUTO_TEST_CASE(times_that_no_clock_shows_are_refused) {
    BOOST_TEST(instant("2026-11-23T24:00:00Z") == "2026-11-24T00:00:00.000000Z");
    for (std::string_view const text :
         {"2026-11-23T24:00:01Z", "2026-11-23T24:00:00.1Z", "2026-11-23T25:00:00Z", "2026-11-23T10:60:00Z",
          "2026-11-23T10:15:60Z", "2026-11-23T10:15Z", "2026-11-23T1:15:30Z", "2026-11-23 10:15:30Z", "2026-11-23",
          "10:15:30Z", "", "T", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z",
          "2026-11-23T-1:15:30Z", "26-11-23T10:15:30Z", " 2026-11-23T10:15:30Z", "2026-11-23T10:15:30Z "})
        BOOST_CHECK_MESSAGE(!DateTime::parse(text), "was read: " << text);
}

BOOST_AUTO_TEST_CASE(leap_years_follow_the_gregorian_calendar) {
    BOOST_TEST(day("2024-02-29") == "2024-02-29");
    BOOST_TEST(day("2000-02-29") == "2000-02-29");
    BOOST_TEST(day("2023-02-29") == "refused");
    BOOST_TEST(day("1900-02-29") == "refused");
    BOOST_TEST(day("2100-02-29") == "refused");
    BOOST_TEST(day("2026-04-31") == "refused");
    BOOST_TEST(instant("2023-02-29T00:00:00Z") == "refused");
}

BOOST_AUTO_TEST_CASE(a_date_is_a_day_and_its_zone_is_dropped) {
    BOOST_TEST(Date::parse("1970-01-01")->days == 0);
    BOOST_TEST(Date::parse("1969-12-31")->days == -1);
    BOOST_TEST(day("2026-11-23Z") == "2026-11-23");
    BOOST_TEST(day("2026-11-23+14:00") == "2026-11-23");
    BOOST_TEST(day("2026-11-23-05:00") == "2026-11-23");
    BOOST_TEST(day("0001-01-01") == "0001-01-01");
    BOOST_TEST(day("9999-12-31") == "9999-12-31");
    for (std::string_view const text :
         {""sv, "junk"sv, "0000-01-01"sv, "10000-01-01"sv, "2026-1-1"sv, "2026-11-23T"sv, "2026-11-23T00:00:00Z"sv,
          "23.11.2026"sv, "2026-11-23+15:00"sv, "2026-11-2\0"sv})
        BOOST_CHECK_MESSAGE(!Date::parse(text), "was read: " << text);
}

BOOST_AUTO_TEST_CASE(every_day_of_four_centuries_comes_back) {
    std::string before;
    for (int days = Date::parse("1800-01-01")->days; days <= Date::parse("2200-12-31")->days; ++days) {
        std::string const text = Date{days}.toString();
        if (!Date::parse(text) || Date::parse(text)->days != days || text <= before)
            BOOST_FAIL("day " << days << " is written " << text);
        before = text;
    }
}

BOOST_AUTO_TEST_CASE(now_is_between_two_looks_at_the_clock) {
    std::time_t const before = std::time(nullptr);
    DateTime const now = DateTime::now();
    std::time_t const after = std::time(nullptr);
    BOOST_TEST(now.microseconds >= before * 1'000'000);
    BOOST_TEST(now.microseconds < (after + 1) * 1'000'000);
    BOOST_TEST(instant(now.toString()) == now.toString());
}

BOOST_AUTO_TEST_SUITE_END()
