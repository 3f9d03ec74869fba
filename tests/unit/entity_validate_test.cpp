// Facets, who may set what, and the patterns of the contract.

#include "shared/entity/pattern.h"
#include "shared/entity/validate.h"
#include "tests/unit/entity_sample.h"

#include <boost/test/unit_test.hpp>

using namespace kontor;
using namespace kontor::entity;
using sample::Deal;
using sample::dealEntity;
using sample::failureOf;

namespace {

Deal valid() {
    Deal deal;
    deal.name = "Deal";
    return deal;
}

/// What is wrong with a record to be created that differs from a valid one by what `change` does.
template <typename Change> std::string creating(const Change &change) {
    Deal deal = valid();
    change(deal);
    return failureOf([&] { validateInput(dealEntity, deal, nullptr); });
}

template <typename Change> std::string updating(const Deal &existing, const Change &change) {
    Deal deal;
    change(deal);
    return failureOf([&] { validateInput(dealEntity, deal, &existing); });
}

std::string times(std::string_view text, int count) {
    std::string result;
    for (int i = 0; i < count; ++i) result += text;
    return result;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(entity_validate)

BOOST_AUTO_TEST_CASE(lengths_count_characters_not_bytes) {
    BOOST_TEST(creating([](Deal &d) { d.name = times("ä", 20); }) == "no error");
    BOOST_TEST(creating([](Deal &d) { d.name = times("😀", 20); }) == "no error");
    BOOST_TEST(creating([](Deal &d) { d.name = times("ä", 21); }) == "VALIDATION /name:TOO_LONG");
    BOOST_TEST(creating([](Deal &d) { d.name = "ä"; }) == "VALIDATION /name:TOO_SHORT");
}

BOOST_AUTO_TEST_CASE(each_facet_has_its_code) {
    BOOST_TEST(creating([](Deal &d) { d.stage = "Won"; }) == "VALIDATION /stage:NOT_A_CHOICE");
    BOOST_TEST(creating([](Deal &d) { d.currency = "EURO"; }) == "VALIDATION /currency:PATTERN");
    BOOST_TEST(creating([](Deal &d) { d.probability = 101; }) == "VALIDATION /probability:OUT_OF_RANGE");
    BOOST_TEST(creating([](Deal &d) { d.probability = -1; }) == "VALIDATION /probability:OUT_OF_RANGE");
    BOOST_TEST(creating([](Deal &d) { d.amount = Decimal::parse("1.00001"); }) == "VALIDATION /amount:DECIMAL_SCALE");
    BOOST_TEST(creating([](Deal &d) { d.amount = Decimal::parse("1.50000"); }) == "no error");
    BOOST_TEST(creating([](Deal &d) { d.amount = Decimal::parse("999999999999999.9999"); }) == "no error");
    BOOST_TEST(creating([](Deal &d) { d.amount = Decimal::parse("1000000000000000"); }) ==
               "VALIDATION /amount:DECIMAL_DIGITS");
    BOOST_TEST(creating([](Deal &d) { d.seal = "123456789"; }) == "VALIDATION /seal:TOO_LONG");
    BOOST_TEST(creating([](Deal &d) { d.accountId = "4711"; }) == "VALIDATION /accountId:WRONG_TYPE");
    BOOST_TEST(creating([](Deal &d) { d.name = "a\x01b"; }) == "VALIDATION /name:INVALID_CHARACTER");
    BOOST_TEST(creating([](Deal &d) { d.name = std::string("a\0b", 3); }) == "VALIDATION /name:INVALID_CHARACTER");
    BOOST_TEST(creating([](Deal &d) { d.tags.assign(51, "x"); }) == "VALIDATION /tags:TOO_MANY_ITEMS");
    BOOST_TEST(creating([](Deal &d) { d.tags = {"ok", times("x", 41)}; }) == "VALIDATION /tags/1:TOO_LONG");
}

BOOST_AUTO_TEST_CASE(structures_are_checked_inside) {
    BOOST_TEST(creating([](Deal &d) { d.place.emplace().latitude = Decimal::parse("91"); }) ==
               "VALIDATION /place/city:REQUIRED /place/latitude:OUT_OF_RANGE");
    BOOST_TEST(creating([](Deal &d) {
                   d.emailAddresses.emplace_back().address = "a@example.com";
                   d.emailAddresses.emplace_back();
                   d.emailAddresses.emplace_back().address = "nobody";
               }) == "VALIDATION /emailAddresses/1/address:REQUIRED /emailAddresses/2/address:PATTERN");
    // What the server sets in an item is no concern of the caller's.
    BOOST_TEST(creating([](Deal &d) {
                   auto &email = d.emailAddresses.emplace_back();
                   email.address = "a@example.com";
                   email.bounces = 3;
               }) == "no error");
    BOOST_TEST(
        creating([](Deal &d) { d.emailAddresses.resize(4); }).starts_with("VALIDATION /emailAddresses:TOO_MANY"));
}

BOOST_AUTO_TEST_CASE(custom_fields_are_named_in_pointers) {
    BOOST_TEST(creating([](Deal &d) {
                   d.customFields.emplace_back().value = "x";
                   auto &field = d.customFields.emplace_back();
                   field.name = "budget";
                   field.value = "\x02";
               }) == "VALIDATION /customFields/0/name:REQUIRED /customFields/budget:INVALID_CHARACTER");
}

BOOST_AUTO_TEST_CASE(all_errors_are_collected) {
    BOOST_TEST(creating([](Deal &d) {
                   d.name = "x";
                   d.stage = "x";
                   d.currency = "x";
                   d.probability = 1000;
                   d.total = "x";
               }) == "VALIDATION /name:TOO_SHORT /stage:NOT_A_CHOICE /currency:PATTERN /probability:OUT_OF_RANGE"
                     " /total:READ_ONLY");
    Error const error = validationError({{"/a", "REQUIRED", ""}, {"/b", "REQUIRED", ""}});
    BOOST_TEST(error.detail == "2 fields are not valid.");
}

BOOST_AUTO_TEST_CASE(what_the_server_sets_may_come_back_unchanged_only) {
    Deal existing = valid();
    existing.total = "100";
    existing.number = "N1";
    existing.createdAt = DateTime{5};
    BOOST_TEST(updating(existing, [](Deal &d) {
                   d.total = "100";
                   d.createdAt = DateTime{5};
                   d.number = "N1";
               }) == "no error");
    BOOST_TEST(updating(existing, [](Deal &d) {
                   d.total = "101";
                   d.createdAt = DateTime{6};
                   d.number = "N2";
               }) == "VALIDATION /createdAt:READ_ONLY /number:READ_ONLY /total:READ_ONLY");
    BOOST_TEST(creating([](Deal &d) { d.number = "N2"; }) == "no error");
    BOOST_TEST(creating([](Deal &d) { d.createdAt = DateTime{6}; }) == "VALIDATION /createdAt:READ_ONLY");
}

BOOST_AUTO_TEST_CASE(fieldsToNull_names_fields_that_may_be_emptied) {
    Deal existing = valid();
    existing.total = "100";
    BOOST_TEST(updating(existing, [](Deal &d) { d.fieldsToNull = {"stage", "tags", "place"}; }) == "no error");
    BOOST_TEST(
        updating(existing, [](Deal &d) {
            d.fieldsToNull = {"name", "nothing", "total", "fieldsToNull"};
        }) == "VALIDATION /name:REQUIRED /fieldsToNull/1:UNKNOWN_FIELD /total:READ_ONLY /fieldsToNull/3:UNKNOWN_FIELD");
    BOOST_TEST(updating(existing, [](Deal &d) {
                   d.stage = "won";
                   d.fieldsToNull = {"stage"};
               }) == "VALIDATION /stage:CONTRADICTION");
    // Emptying what the server has left empty changes nothing.
    BOOST_TEST(updating(valid(), [](Deal &d) { d.fieldsToNull = {"total"}; }) == "no error");
}

BOOST_AUTO_TEST_CASE(required_members_may_be_absent_from_input_but_not_from_a_record) {
    Deal deal;
    BOOST_CHECK_NO_THROW(validateInput(dealEntity, deal, nullptr));
    BOOST_TEST(failureOf([&] { requireComplete(dealEntity, deal); }) == "VALIDATION /name:REQUIRED");
    deal.name = "";
    BOOST_TEST(failureOf([&] { requireComplete(dealEntity, deal); }) == "VALIDATION /name:REQUIRED");
    BOOST_TEST(creating([](Deal &d) { d.name = ""; }) == "VALIDATION /name:REQUIRED");
    deal.name = "ok";
    BOOST_CHECK_NO_THROW(requireComplete(dealEntity, deal));
}

BOOST_AUTO_TEST_CASE(an_input_structure_must_be_complete) {
    sample::Place place;
    BOOST_TEST(failureOf([&] { validate(place); }) == "VALIDATION /city:REQUIRED");
    place.city = "Köln";
    BOOST_CHECK_NO_THROW(validate(place));
}

BOOST_AUTO_TEST_CASE(legal_characters_are_those_of_xml_in_valid_utf8) {
    for (std::string_view const text :
         {"", "abc\t\r\n", "\x7f", "ä€😀", "\xed\x9f\xbf", "\xee\x80\x80", "\xef\xbf\xbd", "\xf4\x8f\xbf\xbf"}) {
        BOOST_TEST(hasLegalCharacters(text), std::string(text));
    }
    for (std::string_view const text :
         {"\x01", "\x1f", "\x0b", "\x80", "\xc0\x80", "\xc1\xbf", "\xc3", "\xe0\x9f\xbf", "\xed\xa0\x80",
          "\xed\xbf\xbf", "\xef\xbf\xbe", "\xef\xbf\xbf", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80",
          "\xff", "\xe2\x82", "a\xc3(", "\xf0\x9f\x98"}) {
        BOOST_TEST(!hasLegalCharacters(text));
    }
    BOOST_TEST(!hasLegalCharacters(std::string_view("\0", 1)));
}

BOOST_AUTO_TEST_CASE(patterns_match_whole_texts) {
    struct Case {
        std::string_view pattern, text;
        bool matches;
    };
    for (auto const &[pattern, text, matches] : std::initializer_list<Case>{
             {"[A-Z]{3}", "EUR", true},
             {"[A-Z]{3}", "EURO", false},
             {"", "", true},
             {"", "a", false},
             {"a*", "", true},
             {"(ab|cd)+x?", "abcdx", true},
             {"(ab|cd)+x?", "abc", false},
             {"none|own|team|all", "team", true},
             {"none|own|team|all", "teamall", false},
             {R"([^@\s]+@[^@\s]+\.[^@\s]+)", "müller@exämple.de", true},
             {R"([^@\s]+@[^@\s]+\.[^@\s]+)", "a b@c.d", false},
             {"[a-z-[aeiou]]+", "bcd", true},
             {"[a-z-[aeiou]]+", "bad", false},
             {R"(\+?[0-9 ()./\-]{3,40})", "+49 (30) 12-3", true},
             {R"([\-a]+)", "-a", true},
             {"[-a]+", "-a", true},
             {"[a-]+", "-a", true},
             {".", "😀", true},
             {"..", "😀", false},
             {".", "\n", false},
             {R"(\p{L}+)", "Ünïcode", true},
             {R"(\d{1,3}(\.\d{1,3}){3})", "10.0.0.1", true},
             {"a{2,}", "a", false},
             {"a{2,}", "aaaa", true},
             {"(a|b)*abb", "babb", true},
             {"(a|b)*abb", "baba", false},
             {R"([A-Za-z][A-Za-z0-9_+\-]*(/[A-Za-z0-9_+\-]+)*)", "America/Port-au-Prince", true},
             {R"(https?://[^\s]+)", "https://example.com/a?b", true},
             {"(a*)*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac", false}}) {
        BOOST_TEST(Pattern(pattern).matches(text) == matches, std::string(pattern) + " on " + std::string(text));
    }
}

BOOST_AUTO_TEST_CASE(patterns_that_are_none_are_refused_when_compiled) {
    for (std::string_view const pattern : {"[", "(", ")", "a{", "a{3,1}", "\\q", "[z-a]", "*", "[]", "\\p{Xx}", "a**",
                                           "(((a{100}){100}){100})", "a{99999}", "\\", "[a", "[a-"}) {
        BOOST_CHECK_THROW(Pattern{pattern}, std::invalid_argument);
    }
}

BOOST_AUTO_TEST_SUITE_END()
