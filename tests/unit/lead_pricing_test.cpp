// The sums of quotes: rounding, the spread of discounts, taxes, limits. The examples are those of
// docs/decisions/0006-rounding-of-quotes.md.

#include "services/lead/pricing.h"
#include "shared/contract/error.h"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <functional>
#include <random>

using namespace kontor;
using namespace kontor::lead;

namespace {

Decimal number(const std::string &text) { return Decimal::parse(text).value(); }

QuoteLine line(const std::string &quantity, const std::string &unitPrice, const std::string &taxPercent = {}) {
    QuoteLine line;
    line.quantity = number(quantity);
    line.unitPrice = number(unitPrice);
    if (!taxPercent.empty()) line.taxPercent = number(taxPercent);
    return line;
}

Quote quoteOf(std::vector<QuoteLine> lines, int decimals = 2) {
    Quote quote;
    quote.lines = std::move(lines);
    computeQuote(quote, {decimals});
    return quote;
}

std::string text(const std::optional<Decimal> &value) { return value ? value->toString() : "none"; }

/// "pointer CODE" of each error that the work throws, in order.
std::vector<std::string> errorsOf(const std::function<void()> &work) {
    std::vector<std::string> found;
    try {
        work();
    } catch (const Error &error) {
        BOOST_TEST((error.code == ErrorCode::validation));
        for (const FieldError &field : error.fields) found.push_back(field.pointer + ' ' + field.code);
        if (error.fields.empty()) found.emplace_back("without a field");
    }
    return found;
}

std::vector<std::string> errorsOf(QuoteLine line, const std::function<void(Quote &)> &change = {}) {
    return errorsOf([&] {
        Quote quote;
        quote.lines = {std::move(line)};
        if (change) change(quote);
        computeQuote(quote, {2});
    });
}

using Texts = std::vector<std::string>;

}  // namespace

BOOST_AUTO_TEST_SUITE(lead_pricing)

BOOST_AUTO_TEST_CASE(wrong_numbers_are_refused_with_pointers) {
    BOOST_TEST(errorsOf(line("-1", "10")) == Texts{"/lines/0/quantity OUT_OF_RANGE"}, boost::test_tools::per_element());
    BOOST_TEST(errorsOf(line("1", "-0.01")) == Texts{"/lines/0/unitPrice OUT_OF_RANGE"},
               boost::test_tools::per_element());
    QuoteLine wrong = line("1", "10");
    wrong.discountPercent = number("100.0001");
    BOOST_TEST(errorsOf(wrong) == Texts{"/lines/0/discountPercent OUT_OF_RANGE"}, boost::test_tools::per_element());
    wrong.discountPercent = number("-1");
    BOOST_TEST(errorsOf(wrong) == Texts{"/lines/0/discountPercent OUT_OF_RANGE"}, boost::test_tools::per_element());
    wrong.discountPercent = number("10");
    wrong.discountAmount = number("1");
    BOOST_TEST(errorsOf(wrong) == Texts{"/lines/0/discountAmount CONTRADICTION"}, boost::test_tools::per_element());
    wrong.discountPercent.reset();
    wrong.discountAmount = number("10.01");
    BOOST_TEST(errorsOf(wrong) == Texts{"/lines/0/discountAmount OUT_OF_RANGE"}, boost::test_tools::per_element());
    BOOST_TEST(errorsOf(line("1", "10", "101")) == Texts{"/lines/0/taxPercent OUT_OF_RANGE"},
               boost::test_tools::per_element());
    BOOST_TEST(errorsOf(QuoteLine()) == Texts{"/lines/0/unitPrice REQUIRED"}, boost::test_tools::per_element());
    QuoteLine recurring = line("1", "10");
    recurring.recurringMonths = 0;
    BOOST_TEST(errorsOf(recurring) == Texts{"/lines/0/recurringMonths OUT_OF_RANGE"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(all_that_is_wrong_is_told_at_once) {
    auto const found = errorsOf([] {
        Quote quote;
        quote.lines = {line("1", "10"), line("-1", "10"), line("1", "10", "-5"), QuoteLine()};
        quote.discountPercent = number("120");
        computeQuote(quote, {2});
    });
    BOOST_TEST(found == (Texts{"/discountPercent OUT_OF_RANGE", "/lines/1/quantity OUT_OF_RANGE",
                               "/lines/2/taxPercent OUT_OF_RANGE", "/lines/3/unitPrice REQUIRED"}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_whole_that_is_wrong_is_refused) {
    QuoteLine const ten = line("1", "10");
    BOOST_TEST(errorsOf(ten, [](Quote &q) { q.discountAmount = number("10.01"); }) ==
                   Texts{"/discountAmount OUT_OF_RANGE"},
               boost::test_tools::per_element());
    BOOST_TEST(errorsOf(ten,
                        [](Quote &q) {
                            q.discountAmount = number("1");
                            q.discountPercent = number("1");
                        }) == Texts{"/discountAmount CONTRADICTION"},
               boost::test_tools::per_element());
    BOOST_TEST(errorsOf(ten, [](Quote &q) { q.shipping = number("-1"); }) == Texts{"/shipping OUT_OF_RANGE"},
               boost::test_tools::per_element());
    BOOST_TEST(errorsOf(ten, [](Quote &q) { q.shippingTaxPercent = number("100.5"); }) ==
                   Texts{"/shippingTaxPercent OUT_OF_RANGE"},
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(amounts_that_no_column_holds_are_refused) {
    std::string const most = "999999999999999.9999";
    BOOST_TEST(errorsOf(line("2", most)) == Texts{"/lines/0/quantity OUT_OF_RANGE"}, boost::test_tools::per_element());
    BOOST_TEST(errorsOf(line("99999999999.9999", most)) == Texts{"/lines/0/quantity OUT_OF_RANGE"},
               boost::test_tools::per_element());
    BOOST_TEST(errorsOf(line("1", "1000000000000000")) == Texts{"/lines/0/unitPrice OUT_OF_RANGE"},
               boost::test_tools::per_element());
    BOOST_TEST(errorsOf(line("100000000000", "0")) == Texts{"/lines/0/quantity OUT_OF_RANGE"},
               boost::test_tools::per_element());
    BOOST_TEST(errorsOf(line("1", "0.00001")) == Texts{"/lines/0/unitPrice OUT_OF_RANGE"},
               boost::test_tools::per_element());
    // Rounding up makes a digit more.
    BOOST_TEST(errorsOf(line("1", most)) == Texts{"/lines/0/quantity OUT_OF_RANGE"}, boost::test_tools::per_element());
    BOOST_TEST(errorsOf(line("1", "999999999999999.99", "1")) == Texts{"/lines/0/quantity OUT_OF_RANGE"},
               boost::test_tools::per_element());
    // Each fits, their sum does not.
    auto const two = errorsOf([] { (void)quoteOf({line("1", "999999999999999.99"), line("1", "0.01")}); });
    BOOST_TEST(two == Texts{"/lines OUT_OF_RANGE"}, boost::test_tools::per_element());
    BOOST_TEST(errorsOf(line("1", "999999999999999.99"), [](Quote &q) { q.shipping = number("0.01"); }) ==
                   (Texts{"/shipping OUT_OF_RANGE", "/lines OUT_OF_RANGE"}),
               boost::test_tools::per_element());
    BOOST_TEST(text(quoteOf({line("1", "999999999999999.99")}).total) == "999999999999999.99");
    QuoteLine far = line("99999999999", "1");
    far.listPrice = number(most);
    BOOST_TEST(errorsOf(far) == Texts{"/lines/0/quantity OUT_OF_RANGE"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(an_empty_quote_is_nothing) {
    Quote const quote = quoteOf({});
    BOOST_TEST(text(quote.subtotal) == "0.00");
    BOOST_TEST(text(quote.total) == "0.00");
    BOOST_TEST(quote.taxes.empty());
    BOOST_TEST(quote.groups.empty());
}

BOOST_AUTO_TEST_CASE(lines_are_rounded_half_away_from_zero_before_they_are_summed) {
    // Example 1: 3 × 0.335 = 1.005 → 1.01, each; the sum is 2.02, not 2.01.
    Quote const quote = quoteOf({line("3", "0.335"), line("3", "0.335")});
    BOOST_TEST(text(quote.lines[0].net) == "1.01");
    BOOST_TEST(text(quote.subtotal) == "2.02");
    BOOST_TEST(text(quoteOf({line("1", "1.0049")}).subtotal) == "1.00");
    BOOST_TEST(text(quoteOf({line("1", "2.5")}, 0).subtotal) == "3");
    BOOST_TEST(text(quoteOf({line("0.3333", "0.3333")}, 4).subtotal) == "0.1111");
}

BOOST_AUTO_TEST_CASE(a_line_takes_its_discount_off_before_rounding) {
    QuoteLine percent = line("7", "9.99", "19");
    percent.discountPercent = number("12.5");
    QuoteLine amount = line("7", "9.99", "19");
    amount.discountAmount = number("8.74");
    Quote const quote = quoteOf({percent, amount});
    BOOST_TEST(text(quote.lines[0].net) == "61.19");  // 69.93 × 0.875 = 61.18875
    BOOST_TEST(text(quote.lines[0].tax) == "11.63");
    BOOST_TEST(text(quote.lines[0].total) == "72.82");
    BOOST_TEST(text(quote.lines[1].net) == "61.19");
    QuoteLine all = line("1", "10");
    all.discountPercent = number("100");
    BOOST_TEST(text(quoteOf({all}).total) == "0.00");
}

BOOST_AUTO_TEST_CASE(tax_is_rounded_once_for_each_percentage) {
    // Example 2: three lines of 0.50 at 7 %: 0.035 each would round to 0.04, together 0.12; on 1.50 it is 0.105 → 0.11.
    Quote const quote = quoteOf({line("1", "0.50", "7"), line("1", "0.50", "7"), line("1", "0.50", "7.00")});
    BOOST_TEST_REQUIRE(quote.taxes.size() == 1U);
    BOOST_TEST(text(quote.lines[0].tax) == "0.04");
    BOOST_TEST(text(quote.taxes[0].taxable) == "1.50");
    BOOST_TEST(text(quote.taxTotal) == "0.11");
    BOOST_TEST(text(quote.total) == "1.61");
}

BOOST_AUTO_TEST_CASE(a_discount_of_the_whole_is_spread_over_the_taxes_to_the_cent) {
    // Example 3: 10.00 off 33.33 at each of 0, 7 and 19 %: 3.33 each, and the cent that is left to the first.
    Quote quote;
    quote.lines = {line("1", "33.33", "0"), line("1", "33.33", "7"), line("1", "33.33", "19")};
    quote.discountAmount = number("10");
    computeQuote(quote, {2});
    BOOST_TEST_REQUIRE(quote.taxes.size() == 3U);
    BOOST_TEST(text(quote.subtotal) == "99.99");
    BOOST_TEST(text(quote.discountTotal) == "10.00");
    BOOST_TEST(text(quote.taxes[0].taxable) == "29.99");
    BOOST_TEST(text(quote.taxes[1].taxable) == "30.00");
    BOOST_TEST(text(quote.taxes[2].taxable) == "30.00");
    BOOST_TEST(text(quote.taxes[1].amount) == "2.10");
    BOOST_TEST(text(quote.taxes[2].amount) == "5.70");
    BOOST_TEST(text(quote.total) == "97.79");
}

BOOST_AUTO_TEST_CASE(the_largest_remainder_gets_the_cent) {
    // Example 4: 1.00 off 10.00, 20.00 and 40.01: 0.1428…, 0.2856…, 0.5714… → 0.14, 0.29, 0.57.
    Quote quote;
    quote.lines = {line("1", "10", "5"), line("1", "20", "10"), line("1", "40.01", "20")};
    quote.discountAmount = number("1");
    computeQuote(quote, {2});
    BOOST_TEST(text(quote.taxes[0].taxable) == "9.86");
    BOOST_TEST(text(quote.taxes[1].taxable) == "19.71");
    BOOST_TEST(text(quote.taxes[2].taxable) == "39.44");
}

BOOST_AUTO_TEST_CASE(shipping_is_taxed_but_not_discounted) {
    // Example 5.
    Quote quote;
    quote.lines = {line("2", "50", "25")};
    quote.discountPercent = number("10");
    quote.shipping = number("12.345");
    quote.shippingTaxPercent = number("25");
    computeQuote(quote, {2});
    BOOST_TEST_REQUIRE(quote.taxes.size() == 1U);
    BOOST_TEST(text(quote.taxes[0].taxable) == "102.35");
    BOOST_TEST(text(quote.taxTotal) == "25.59");
    BOOST_TEST(text(quote.total) == "127.94");
}

BOOST_AUTO_TEST_CASE(optional_lines_are_computed_but_not_summed) {
    QuoteLine optional = line("1", "1000", "19");
    optional.isOptional = true;
    optional.group = "Extras";
    optional.recurringMonths = 1;
    QuoteLine counted = line("1", "100", "19");
    counted.group = "Base";
    Quote const quote = quoteOf({optional, counted});
    BOOST_TEST(text(quote.lines[0].total) == "1190.00");
    BOOST_TEST(text(quote.subtotal) == "100.00");
    BOOST_TEST(text(quote.taxTotal) == "19.00");
    BOOST_TEST(text(quote.recurringTotal) == "0.00");
    BOOST_TEST_REQUIRE(quote.groups.size() == 2U);
    BOOST_TEST(text(quote.groups[0].subtotal) == "0.00");
    BOOST_TEST(text(quote.groups[1].subtotal) == "100.00");
}

BOOST_AUTO_TEST_CASE(groups_keep_the_order_of_their_first_line) {
    std::vector<QuoteLine> lines{line("1", "1"), line("1", "2"), line("1", "4"), line("1", "8")};
    lines[0].group = "B";
    lines[1].group = "A";
    lines[2].group = "B";
    Quote const quote = quoteOf(lines);
    BOOST_TEST_REQUIRE(quote.groups.size() == 2U);
    BOOST_TEST(*quote.groups[0].name == "B");
    BOOST_TEST(text(quote.groups[0].subtotal) == "5.00");
    BOOST_TEST(text(quote.groups[1].subtotal) == "2.00");
    BOOST_TEST(text(quote.subtotal) == "15.00");
    std::vector<QuoteLine> many;
    for (int i = 0; i < 51; ++i) many.push_back(line("1", "1"));
    for (std::size_t i = 0; i < many.size(); ++i) many[i].group = "G" + std::to_string(i);
    BOOST_TEST(errorsOf([&] { (void)quoteOf(many); }) == Texts{"/lines/50/group TOO_MANY_ITEMS"},
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_recurs_counts_by_the_month) {
    // Example 6: 100.00 a year is 8.33 a month; with 20.00 a month 28.33.
    std::vector<QuoteLine> lines{line("1", "100"), line("1", "20"), line("1", "500")};
    lines[0].recurringMonths = 12;
    lines[1].recurringMonths = 1;
    BOOST_TEST(text(quoteOf(lines).recurringTotal) == "28.33");
}

BOOST_AUTO_TEST_CASE(what_is_not_given_has_a_value) {
    QuoteLine listed;
    listed.listPrice = number("12.50");
    Quote const quote = quoteOf({listed});
    BOOST_TEST(text(quote.lines[0].quantity) == "1");
    BOOST_TEST(text(quote.lines[0].unitPrice) == "12.50");
    BOOST_TEST(text(quote.total) == "12.50");
}

BOOST_AUTO_TEST_CASE(what_a_line_takes_off_its_list_price) {
    auto const off = [](QuoteLine line, const char *listPrice) {
        line.listPrice = number(listPrice);
        return discountOf(quoteOf({line}).lines[0]);
    };
    QuoteLine fifth = line("1", "0.33");
    fifth.discountPercent = number("20");
    BOOST_TEST((off(fifth, "0.33") == number("20")));  // though 0.26 is less than 80 % of 0.33
    BOOST_TEST((off(line("2", "75"), "100") == number("25")));
    BOOST_TEST((off(line("2", "125"), "100") == number("0")));
    BOOST_TEST((off(line("2", "75"), "0") == number("0")));
    BOOST_TEST((discountOf(quoteOf({line("2", "75")}).lines[0]) == number("0")));
}

BOOST_AUTO_TEST_CASE(parts_always_add_up) {
    std::mt19937 random(20261123);  // NOLINT: the same every time
    auto const upTo = [&](int most) { return static_cast<int>(random() % static_cast<unsigned>(most + 1)); };
    for (int run = 0; run < 2000; ++run) {
        int const decimals = upTo(4);
        Quote quote;
        for (int i = upTo(8); i >= 0; --i) {
            QuoteLine each;
            each.quantity = Decimal(upTo(100000), upTo(4));
            each.unitPrice = Decimal(upTo(1000000), upTo(4));
            each.taxPercent = Decimal(upTo(5) * 5, 0);
            if (upTo(2) == 0) each.discountPercent = Decimal(upTo(10000), 2);
            quote.lines.push_back(each);
        }
        quote.discountPercent = Decimal(upTo(10000), 2);
        quote.shipping = Decimal(upTo(10000), 2);
        computeQuote(quote, {decimals});
        Decimal bases;
        Decimal taxes;
        for (const QuoteTax &tax : quote.taxes) {
            bases = bases + *tax.taxable;
            taxes = taxes + *tax.amount;
            BOOST_TEST((*tax.taxable >= Decimal()));
        }
        Decimal const net = *quote.subtotal - *quote.discountTotal + quote.shipping->rounded(decimals);
        BOOST_TEST((bases == net));
        BOOST_TEST((taxes == *quote.taxTotal));
        BOOST_TEST((*quote.total == net + taxes));
    }
}

BOOST_AUTO_TEST_CASE(the_largest_amounts_are_spread_exactly) {
    Quote quote;
    quote.lines = {line("1", "499999999999999.9999", "0"), line("1", "499999999999999.9999", "1")};
    quote.lines[1].discountPercent = number("1.5");
    quote.discountPercent = number("99.9999");
    computeQuote(quote, {4});
    BOOST_TEST((*quote.taxes[0].taxable + *quote.taxes[1].taxable == *quote.subtotal - *quote.discountTotal));
}

BOOST_AUTO_TEST_CASE(lines_of_an_opportunity) {
    std::vector<OpportunityLine> lines(2);
    lines[0].unitPrice = number("9.995");
    lines[1].unitPrice = number("100");
    lines[1].quantity = number("1.5");
    lines[1].discountPercent = number("10");
    computeOpportunityLines(lines, 2);
    BOOST_TEST(text(lines[0].quantity) == "1");
    BOOST_TEST(text(lines[0].total) == "10.00");
    BOOST_TEST(text(lines[1].total) == "135.00");
    BOOST_TEST(sumOf(lines).toString() == "145.00");
    BOOST_TEST((sumOf({}) == Decimal()));

    lines[0].unitPrice.reset();
    lines[1].quantity = number("-1");
    BOOST_TEST(errorsOf([&] { computeOpportunityLines(lines, 2); }) ==
                   (Texts{"/lines/0/unitPrice REQUIRED", "/lines/1/quantity OUT_OF_RANGE"}),
               boost::test_tools::per_element());
    std::vector<OpportunityLine> large(2);
    for (OpportunityLine &each : large) each.total = number("999999999999999.99");
    BOOST_TEST(errorsOf([&] { (void)sumOf(large); }) == Texts{"/lines OUT_OF_RANGE"}, boost::test_tools::per_element());
    large[0].unitPrice = number("999999999999999.99");
    large[0].quantity = number("99999999999");
    large[1].unitPrice = number("1");
    BOOST_TEST(errorsOf([&] { computeOpportunityLines(large, 2); }) == Texts{"/lines/0/quantity OUT_OF_RANGE"},
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
