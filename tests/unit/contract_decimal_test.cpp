#include "shared/contract/decimal.h"
#include "shared/contract/error.h"

#include <boost/test/unit_test.hpp>

#include <string>
#include <string_view>

using kontor::Decimal;
using namespace std::string_view_literals;

namespace kontor {
std::ostream &operator<<(std::ostream &out, const Decimal &value) { return out << value.toString(); }
}  // namespace kontor

namespace {

Decimal decimal(std::string_view text) {
    auto const value = Decimal::parse(text);
    BOOST_REQUIRE_MESSAGE(value, "not read: " << text);
    return *value;
}

std::string const nines(38, '9');

void checkTooLarge(const auto &calculation) {
    BOOST_CHECK_EXCEPTION(calculation(), kontor::Error,
                          [](const kontor::Error &error) { return error.code == kontor::ErrorCode::validation; });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(contract_decimal)

BOOST_AUTO_TEST_CASE(text_is_read_and_written_as_it_is) {
    for (std::string_view const text :
         {"0", "1", "-1", "10", "1234.50", "0.05", "-0.05", "0.00", "-12.3400", "922337203685477.5807"})
        BOOST_TEST(decimal(text).toString() == text);
}

BOOST_AUTO_TEST_CASE(other_spellings_become_canonical) {
    BOOST_TEST(decimal("+1.50").toString() == "1.50");
    BOOST_TEST(decimal(".5").toString() == "0.5");
    BOOST_TEST(decimal("5.").toString() == "5");
    BOOST_TEST(decimal("007").toString() == "7");
    BOOST_TEST(decimal("-0").toString() == "0");
    BOOST_TEST(decimal("-0.00").toString() == "0.00");
}

BOOST_AUTO_TEST_CASE(what_is_no_decimal_is_refused) {
    for (std::string_view const text :
         {""sv, "."sv, "-"sv, "+"sv, "-."sv, "abc"sv, "1e3"sv, "1E-2"sv, "1,5"sv, "1.2.3"sv, " 1"sv, "1 "sv, "--1"sv,
          "+-1"sv, "0x10"sv, "NaN"sv, "INF"sv, "1\0"sv, "١"sv})
        BOOST_CHECK_MESSAGE(!Decimal::parse(text), "was read: " << text);
}

BOOST_AUTO_TEST_CASE(thirty_eight_digits_are_the_limit) {
    BOOST_TEST(decimal(nines).toString() == nines);
    BOOST_TEST(decimal("-" + nines).toString() == "-" + nines);
    BOOST_TEST(decimal("0." + nines).toString() == "0." + nines);
    BOOST_TEST(decimal(std::string(100, '0') + nines).toString() == nines);
    BOOST_CHECK(!Decimal::parse(nines + "9"));
    BOOST_CHECK(!Decimal::parse(nines + ".0"));
    BOOST_CHECK(!Decimal::parse("0." + nines + "0"));
    BOOST_CHECK(!Decimal::parse(std::string(10'000, '9')));
}

BOOST_AUTO_TEST_CASE(digits_are_counted_without_zeros_that_mean_nothing) {
    BOOST_TEST(decimal("0").integerDigits() == 0);
    BOOST_TEST(decimal("0.99").integerDigits() == 0);
    BOOST_TEST(decimal("-123.40").integerDigits() == 3);
    BOOST_TEST(decimal(nines).integerDigits() == 38);
    BOOST_TEST(decimal("0.00").fractionDigits() == 0);
    BOOST_TEST(decimal("-123.40").fractionDigits() == 1);
    BOOST_TEST(decimal("100").fractionDigits() == 0);
    BOOST_TEST(decimal("0." + nines).fractionDigits() == 38);
}

BOOST_AUTO_TEST_CASE(comparison_is_by_value) {
    BOOST_TEST(decimal("1.50") == decimal("1.5"));
    BOOST_TEST(decimal("0") == decimal("-0.000"));
    BOOST_TEST(decimal("-2") < decimal("-1.99"));
    BOOST_TEST(decimal("-0.1") < decimal("0"));
    BOOST_TEST(decimal("1.499999") < decimal("1.5"));
    BOOST_TEST(decimal("10") > decimal("9.99"));
    // Brought to one scale these would overflow.
    BOOST_TEST(decimal(nines) > decimal("0." + nines));
    BOOST_TEST(decimal("-" + nines) < decimal("-0." + nines));
}

BOOST_AUTO_TEST_CASE(rounding_is_half_away_from_zero) {
    BOOST_TEST(decimal("1.005").rounded(2).toString() == "1.01");
    BOOST_TEST(decimal("1.004").rounded(2).toString() == "1.00");
    BOOST_TEST(decimal("-1.005").rounded(2).toString() == "-1.01");
    BOOST_TEST(decimal("-0.4").rounded(0).toString() == "0");
    BOOST_TEST(decimal("-0.5").rounded(0).toString() == "-1");
    BOOST_TEST(decimal("1.5").rounded(4).toString() == "1.5000");
    BOOST_TEST(decimal("0." + nines).rounded(0).toString() == "1");
    checkTooLarge([] { return decimal(nines).rounded(1); });
}

BOOST_AUTO_TEST_CASE(arithmetic_is_exact) {
    BOOST_TEST((decimal("0.1") + decimal("0.2")).toString() == "0.3");
    BOOST_TEST((decimal("1.50") + decimal("2")).toString() == "3.50");
    BOOST_TEST((decimal("1") - decimal("1.01")).toString() == "-0.01");
    BOOST_TEST((decimal("19.99") * decimal("3")).toString() == "59.97");
    BOOST_TEST((decimal("999999999999999.9999") * decimal("0.19")).toString() == "189999999999999.999981");
    BOOST_TEST((decimal("1.10") * decimal("2.0")).toString() == "2.2");
    BOOST_TEST((decimal("0." + nines) * decimal("0." + std::string(37, '0') + "1")).toString() ==
               "0." + std::string(37, '0') + "1");
}

BOOST_AUTO_TEST_CASE(a_result_that_has_no_room_is_an_error_and_never_a_wrong_number) {
    checkTooLarge([] { return decimal(nines) + decimal("1"); });
    checkTooLarge([] { return decimal("-" + nines) - decimal("1"); });
    checkTooLarge([] { return decimal(nines) + decimal(nines); });
    checkTooLarge([] { return decimal(nines) + decimal("0.1"); });
    checkTooLarge([] { return decimal(nines) * decimal("11"); });
    checkTooLarge([] { return decimal(nines) * decimal(nines); });
    BOOST_TEST((decimal(nines) - decimal(nines)).toString() == "0");
}

BOOST_AUTO_TEST_CASE(a_quotient_is_rounded_half_away_from_zero) {
    auto const quotient = [](const char *a, const char *b, int scale) {
        return Decimal::parse(a)->dividedBy(*Decimal::parse(b), scale).toString();
    };
    BOOST_TEST(quotient("100", "12", 2) == "8.33");
    BOOST_TEST(quotient("1", "8", 2) == "0.13");
    BOOST_TEST(quotient("-1", "8", 2) == "-0.13");
    BOOST_TEST(quotient("1", "-8", 2) == "-0.13");
    BOOST_TEST(quotient("10.50", "0.0002", 0) == "52500");
    BOOST_TEST(quotient("0.00000049", "1", 4) == "0.0000");
    BOOST_TEST(quotient("12345678.9999", "1000000", 1) == "12.3");
    BOOST_CHECK_THROW((void)quotient("1", "0.00", 2), kontor::Error);
}

BOOST_AUTO_TEST_SUITE_END()
