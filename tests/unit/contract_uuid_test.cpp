#include "shared/contract/uuid.h"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

using namespace kontor;
using namespace std::string_view_literals;

namespace {

std::uint64_t millisecondsOf(const UuidBytes &bytes) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < 6; ++i) value = value << 8U | bytes.at(i);
    return value;
}

std::uint64_t clockNow() {
    using namespace std::chrono;
    return static_cast<std::uint64_t>(duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(contract_uuid)

BOOST_AUTO_TEST_CASE(text_and_bytes_are_the_same_id) {
    auto const bytes = parseUuid("019ab3c4-1122-7abc-8def-0123456789ab");
    BOOST_REQUIRE(bytes);
    BOOST_TEST(bytes->front() == 0x01);
    BOOST_TEST(bytes->back() == 0xab);
    BOOST_TEST(uuidText(bytes->data()) == "019ab3c4-1122-7abc-8def-0123456789ab");
    BOOST_CHECK(parseUuid("019AB3C4-1122-7ABC-8DEF-0123456789AB") == bytes);
    BOOST_CHECK(parseUuid("00000000-0000-0000-0000-000000000000"));
    BOOST_CHECK(parseUuid("ffffffff-ffff-ffff-ffff-ffffffffffff"));
}

BOOST_AUTO_TEST_CASE(what_is_no_uuid_is_refused) {
    for (std::string_view const text :
         {""sv, "019ab3c4"sv, "019ab3c4-1122-7abc-8def-0123456789a"sv, "019ab3c4-1122-7abc-8def-0123456789abc"sv,
          "019ab3c411227abc8def0123456789ab"sv, "{19ab3c4-1122-7abc-8def-0123456789a}"sv,
          "019ab3c4-1122-7abc-8def-0123456789ag"sv, "019ab3c4_1122_7abc_8def_0123456789ab"sv,
          "019ab3c-41122-7abc-8def-0123456789ab"sv, "019ab3c4-1122-7abc-8def-0123456789 b"sv,
          "019ab3c4-1122-7abc-8def-0123456789a\0"sv, "019ab3c4-1122-7abc-8def--123456789ab"sv})
        BOOST_CHECK_MESSAGE(!parseUuid(text), "was read: " << text);
}

BOOST_AUTO_TEST_CASE(a_new_id_is_of_version_7_and_tells_its_time) {
    std::uint64_t const before = clockNow();
    std::string const id = newId();
    std::uint64_t const after = clockNow();
    auto const bytes = parseUuid(id);
    BOOST_REQUIRE(bytes);
    BOOST_TEST(id.size() == 36);
    BOOST_TEST(id[14] == '7');
    BOOST_TEST(("89ab"sv.find(id[19]) != std::string_view::npos));
    BOOST_TEST(millisecondsOf(*bytes) >= before);
    BOOST_TEST(millisecondsOf(*bytes) <= after);
    BOOST_TEST(std::ranges::none_of(id, [](char c) { return c >= 'A' && c <= 'Z'; }));
}

BOOST_AUTO_TEST_CASE(ids_grow_within_a_thread) {
    std::string before = newId();
    for (int i = 0; i < 200'000; ++i) {
        std::string id = newId();
        if (id <= before) BOOST_FAIL(id << " came after " << before);
        before = std::move(id);
    }
}

BOOST_AUTO_TEST_CASE(threads_never_make_the_same_id) {
    constexpr int threads = 4;
    constexpr int each = 50'000;
    std::vector<std::vector<std::string>> made(threads);
    {
        std::vector<std::jthread> running;
        running.reserve(threads);
        for (auto &mine : made)
            running.emplace_back([&mine] {
                mine.reserve(each);
                for (int i = 0; i < each; ++i) mine.push_back(newId());
            });
    }
    std::vector<std::string> all;
    for (const auto &mine : made) {
        BOOST_TEST(std::ranges::is_sorted(mine));
        all.insert(all.end(), mine.begin(), mine.end());
    }
    std::ranges::sort(all);
    // The time-ordered half alone tells them apart, whatever the random half does.
    BOOST_TEST((std::ranges::adjacent_find(all, [](const auto &a, const auto &b) {
                    return std::string_view(a).substr(0, 18) == std::string_view(b).substr(0, 18);
                }) == all.end()));
}

BOOST_AUTO_TEST_CASE(the_random_half_differs) {
    std::vector<std::string> tails;
    tails.reserve(10'000);
    for (int i = 0; i < 10'000; ++i) tails.push_back(newId().substr(19));
    std::ranges::sort(tails);
    BOOST_TEST((std::ranges::adjacent_find(tails) == tails.end()));
}

BOOST_AUTO_TEST_SUITE_END()
