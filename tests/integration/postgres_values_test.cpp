#include "shared/contract/uuid.h"
#include "tests/integration/scratch_database.h"

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <limits>

using namespace kontor;
using namespace kontor::postgres;
using namespace kontor::test;

namespace {

struct Fixture {
    ScratchDatabase database;
    Pool pool{database.options()};

    Rows back(const std::string &type, Parameters parameters) {
        return pool.run({"back", "SELECT $1::" + type + ", $1::" + type + "::text"}, std::move(parameters));
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(postgres_values, Fixture)

BOOST_AUTO_TEST_CASE(integers_come_back_up_to_their_extremes) {
    using Limits = std::numeric_limits<std::int64_t>;
    for (std::int64_t const value : {Limits::min(), Limits::max(), std::int64_t{0}, std::int64_t{-1}}) {
        Rows const rows = back("bigint", Parameters().integer(value));
        BOOST_TEST(rows.integer(0, 0) == value);
        BOOST_TEST(rows.text(0, 1) == std::to_string(value));
    }
    BOOST_TEST(back("int", Parameters().integer4(-2'147'483'648)).integer(0, 0) == -2'147'483'648LL);
    BOOST_TEST(pool.run({"small", "SELECT (-32768)::int2"}).integer(0, 0) == -32768);
}

BOOST_AUTO_TEST_CASE(decimals_keep_every_digit_and_their_scale) {
    for (const char *const text :
         {"0", "0.00", "1", "-1", "10000", "100000000", "0.1", "0.0001", "0.00001", "-0.000000000001", "123456.789",
          "9999999999999999.99", "1234567890123456789", "-99999999999999999999999999999999999999",
          "0.00000000000000000000000000000000000001", "1000000000000000000000000000000.5", "12.3400", "70000.0007"}) {
        auto const value = Decimal::parse(text);
        BOOST_REQUIRE_MESSAGE(value, text);
        Rows const rows = back("numeric", Parameters().numeric(*value));
        BOOST_TEST(rows.text(0, 1) == text);
        BOOST_TEST(rows.numeric(0, 0).toString() == text);
    }
}

BOOST_AUTO_TEST_CASE(decimals_that_no_decimal_can_hold_are_refused) {
    BOOST_CHECK_THROW((void)pool.run({"nan", "SELECT 'NaN'::numeric"}).numeric(0, 0), Error);
    BOOST_CHECK_THROW((void)pool.run({"infinite", "SELECT 'Infinity'::numeric"}).numeric(0, 0), Error);
    BOOST_CHECK_THROW((void)pool.run({"long", "SELECT 10::numeric ^ 60"}).numeric(0, 0), Error);
    // More digits behind the point than fit are rounded: averages come so.
    BOOST_TEST(pool.run({"third", "SELECT 1::numeric(50, 45) / 3"}).numeric(0, 0).toString() ==
               "0.33333333333333333333333333333333333333");
}

BOOST_AUTO_TEST_CASE(times_and_dates_come_back_to_the_microsecond) {
    for (const char *const text :
         {"0001-01-01T00:00:00.000000Z", "1969-12-31T23:59:59.999999Z", "1999-12-31T23:59:59.999999Z",
          "2000-01-01T00:00:00.000000Z", "2026-11-23T10:15:30.123456Z", "9999-12-31T23:59:59.999999Z"}) {
        auto const value = DateTime::parse(text);
        BOOST_REQUIRE(value);
        Rows const rows =
            pool.run({"time", "SELECT $1, to_char($1 AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"},
                     Parameters().timestamp(*value));
        BOOST_TEST(rows.timestamp(0, 0).toString() == text);
        BOOST_TEST(rows.text(0, 1) == text);
    }
    for (const char *const text : {"0001-01-01", "1970-01-01", "2000-02-29", "9999-12-31"}) {
        Rows const rows = back("date", Parameters().date(*Date::parse(text)));
        BOOST_TEST(rows.date(0, 0).toString() == text);
        BOOST_TEST(rows.text(0, 1) == text);
    }
}

BOOST_AUTO_TEST_CASE(texts_bytes_and_documents_come_back_unchanged) {
    std::string const text = "Grüße, Łódź, 東京, \xF0\x9F\x98\x80, 'quote' \\ $1 %s";
    BOOST_TEST(back("text", Parameters().text(text)).text(0, 0) == text);
    BOOST_TEST(back("text", Parameters().text("")).text(0, 0) == "");
    BOOST_TEST(!back("text", Parameters().text("")).isNull(0, 0));
    std::string bytes;
    for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
    BOOST_TEST(back("bytea", Parameters().bytes(bytes)).bytes(0, 0) == bytes);
    BOOST_TEST(back("jsonb", Parameters().json(R"({"b": [1, null], "a": "ü"})")).json(0, 0) ==
               R"({"a": "ü", "b": [1, null]})");
    std::string const large(3'000'000, 'x');
    BOOST_TEST((back("text", Parameters().text(large)).text(0, 0) == large));
    BOOST_TEST(back("boolean", Parameters().boolean(true)).boolean(0, 0));
    BOOST_TEST(!back("boolean", Parameters().boolean(false)).boolean(0, 0));
}

BOOST_AUTO_TEST_CASE(text_that_is_no_utf8_is_the_callers_fault) {
    for (std::string const &wrong : {std::string("\xFF\xFE"), std::string("a\0b", 3), std::string("\xED\xA0\x80")}) {
        try {
            back("text", Parameters().text(wrong));
            BOOST_ERROR("was accepted");
        } catch (const DatabaseError &failure) {
            BOOST_TEST((toError(failure).code == ErrorCode::validation));
        }
    }
}

BOOST_AUTO_TEST_CASE(ids_and_arrays_come_back) {
    std::string const id = newId();
    BOOST_TEST(back("uuid", Parameters().uuid(id)).uuid(0, 0) == id);
    BOOST_CHECK_THROW(Parameters().uuid(std::string("4711")), Error);
    std::vector<std::string> const texts{"", "a,b", "{}", "\"", "NULL", "ü"};
    BOOST_TEST(back("text[]", Parameters().textArray(texts)).textArray(0, 0) == texts,
               boost::test_tools::per_element());
    std::vector<std::string> const none;
    BOOST_TEST(back("text[]", Parameters().textArray(none)).textArray(0, 0).empty());
    std::vector<std::string> const ids{newId(), newId()};
    BOOST_TEST(back("uuid[]", Parameters().uuidArray(ids)).uuidArray(0, 0) == ids, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(null_is_told_from_empty) {
    Rows const rows = pool.run({"nulls", "SELECT $1::text, $2::uuid, $3::numeric, $4::text"},
                               Parameters()
                                   .text(std::optional<std::string>())
                                   .uuid(std::optional<std::string>())
                                   .null(type::numeric)
                                   .text(std::optional<std::string>("")));
    BOOST_TEST(rows.isNull(0, 0));
    BOOST_TEST(rows.isNull(0, 1));
    BOOST_TEST(rows.isNull(0, 2));
    BOOST_TEST(!rows.isNull(0, 3));
    BOOST_TEST(Rows().empty());
    BOOST_TEST(Rows().affected() == 0);
}

BOOST_AUTO_TEST_SUITE_END()
