// Filters answered in memory. That SQL gives the same answers is tests/integration/evaluate_test.cpp's.

#include "shared/entity/evaluate.h"
#include "tests/unit/entity_sample.h"

#include <boost/test/unit_test.hpp>

using namespace kontor;
using namespace kontor::entity;
using sample::Deal;
using sample::dealEntity;

namespace {

const std::vector<CustomFieldType> customTypes = [] {
    std::vector<CustomFieldType> types;
    for (auto const &[name, type] : std::initializer_list<std::pair<const char *, const char *>>{{"budget", "decimal"},
                                                                                                 {"seats", "integer"},
                                                                                                 {"renews", "boolean"},
                                                                                                 {"since", "date"},
                                                                                                 {"seenAt", "dateTime"},
                                                                                                 {"color", "choice"},
                                                                                                 {"note", "text"}}) {
        types.emplace_back();
        types.back().name = name;
        types.back().type = type;
    }
    return types;
}();

CustomField custom(const char *name, const char *value) {
    CustomField field;
    field.name = name;
    field.value = value;
    return field;
}

Deal fullDeal() {
    Deal deal;
    deal.id = "00000000-0000-7000-8000-000000000001";
    deal.name = "Ärger & Söhne 100%_*";
    deal.stage = "won";
    deal.probability = 90;
    deal.amount = Decimal::parse("1000.5000");
    deal.won = true;
    deal.closedAt = DateTime::parse("2026-11-23T00:00:00Z");
    deal.expectedOn = Date::parse("2026-12-01");
    deal.accountId = "00000000-0000-7000-8000-0000000000AA";
    deal.tags = {"vip", "Big one", "half*"};
    deal.customFields = {custom("budget", "100.50"),
                         custom("seats", "-3"),
                         custom("renews", "true"),
                         custom("since", "2026-11-23"),
                         custom("color", "red"),
                         custom("note", ""),
                         custom("seenAt", "2026-11-22T23:59:59.999999Z")};
    deal.place.emplace();
    deal.place->city = "Köln";
    deal.place->latitude = Decimal::parse("50.94");
    deal.emailAddresses.resize(2);
    deal.emailAddresses[0].address = "ina@acme.example";
    deal.emailAddresses[0].isPrimary = true;
    deal.emailAddresses[1].address = "two@acme.example";
    deal.emailAddresses[1].kind = "home";
    return deal;
}

DateTime now() { return *DateTime::parse("2026-11-23T10:15:30Z"); }

bool holdsFor(const Deal &deal, const std::string &filter) {
    return holds(*parseFilter(filter), deal, customTypes, now());
}

void refused(const std::string &filter, std::size_t position, const std::string &words) {
    try {
        requireEvaluable(*parseFilter(filter), dealEntity, customTypes);
        BOOST_ERROR("accepted: " + filter);
    } catch (const Error &error) {
        BOOST_TEST((error.code == ErrorCode::invalidQuery), filter);
        BOOST_TEST((error.parameter == "filter"));
        BOOST_TEST(error.position.value_or(999) == position, filter);
        BOOST_TEST(std::string(error.what()).find(words) != std::string::npos, filter + ": " + error.what());
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(entity_evaluate)

BOOST_AUTO_TEST_CASE(what_cannot_be_answered_in_memory_is_refused) {
    refused(R"(account.name = "Acme")", 0, "compare accountId itself");
    refused(R"(won = true AND parent.name : "a*")", 15, "compare parentId itself");
    refused(R"(nothing = "x")", 0, "Deal has no field nothing");
    refused(R"(nothing.name = "x")", 0, "no list or structure nothing");
    refused(R"(password = "x")", 0, "has no field password");
    refused(R"(seal = "x")", 0, "has no field seal");
    refused(R"(customFields.nothing = "x")", 0, "has no field customFields.nothing");
    refused(R"(emailAddresses = "x")", 0, "name a member behind a dot");
    refused(R"(emailAddresses.nothing = "x")", 0, "emailAddresses has no member nothing");
}

BOOST_AUTO_TEST_CASE(literals_that_do_not_fit_are_refused_wherever_they_stand) {
    refused("name = 5", 7, "expected text in quotes");
    refused("amount = \"much\"", 9, "expected a number");
    refused("probability = 1.5", 14, "expected a whole number");
    refused("probability IN (1, 2, true)", 22, "expected a whole number");
    refused("won = 1", 6, "expected true or false");
    refused("won < true", 6, "only = and != compare");
    refused("won : \"true\"", 0, ": is for text and lists");
    refused("expectedOn = 2026-11-23T10:15:30Z", 13, "a date");
    refused("closedAt = \"soon\"", 11, "a time such as");
    refused("accountId = \"acme\"", 12, "expected an id in quotes");
    refused("tags < \"a\"", 0, "asked for an item");
    refused("tags = 5", 7, "expected text in quotes");
    refused(R"(name : "a*b")", 7, "an asterisk at its ends only");
    refused("customFields.seats = 1.5", 21, "expected a whole number");
    refused("customFields.since = \"x\"", 21, "a date");
    refused(R"(won = true OR (NOT (name = "a" AND amount = false)))", 44, "expected a number");
}

BOOST_AUTO_TEST_CASE(what_is_wrong_with_a_filter_is_thrown_when_it_is_evaluated_too) {
    BOOST_CHECK_THROW(holdsFor(fullDeal(), R"(account.name = "Acme")"), Error);
    BOOST_CHECK_THROW(holdsFor(fullDeal(), "customFields.gone = 1"), Error);
}

BOOST_AUTO_TEST_CASE(what_fits_may_be_evaluated) {
    for (auto const *filter : {"name:*", "closedAt > now-7d", "customFields.budget IN (1, 2.5)", "place.latitude < 5",
                               R"(accountId = "00000000-0000-7000-8000-0000000000aa")", "createdAt >= today"}) {
        BOOST_CHECK_NO_THROW(requireEvaluable(*parseFilter(filter), dealEntity, customTypes));
    }
}

BOOST_AUTO_TEST_CASE(of_a_record_with_values_the_right_filters_hold) {
    Deal const deal = fullDeal();
    for (auto const *filter : {
             R"(name = "Ärger & Söhne 100%_*")",
             R"(name : "ÄRGER*")",
             R"(name : "SÖHNE")",
             R"(name : "*100%_\*")",
             R"(name : "*100%_\**")",
             R"(name > "Z")",  // by code point, as PostgreSQL does in C.UTF-8
             R"(stage IN ("open", "won"))",
             R"(stage != "Won")",
             "probability >= 90 AND probability <= 90 AND probability < 91",
             "amount = 1000.5",
             "amount > 1000.49999999",
             "amount IN (1, 1000.50)",
             "won = true",
             "won != false",
             "closedAt = today",
             "closedAt = 2026-11-23T01:00:00+01:00",
             "closedAt > yesterday",
             "closedAt <= today AND closedAt >= today",
             "closedAt < now",
             "closedAt IN (today, 2020-01-01)",
             "expectedOn = today+8d",
             "expectedOn = startOfMonth+1mo",
             "expectedOn > now",
             R"(accountId = "00000000-0000-7000-8000-0000000000aa")",
             R"(tags : "vip")",
             R"(tags : "big*")",
             R"(tags : "half\*")",
             R"(tags = "Big one")",
             R"(tags IN ("x", "vip"))",
             R"(tags != "VIP")",
             "tags:*",
             R"(emailAddresses.address = "two@acme.example")",
             R"(emailAddresses.address : "*@ACME.example")",
             "emailAddresses.isPrimary = true",
             R"(emailAddresses.kind != "work")",
             "emailAddresses:* AND place:* AND customFields:*",
             R"(place.city : "KÖLN")",
             "place.latitude > 50.9",
             "customFields.budget = 100.5",
             "customFields.budget > 20",
             "customFields.seats < 0",
             "customFields.renews = true",
             "customFields.since = today",
             "customFields.seenAt = yesterday",
             R"(customFields.color : "RE*")",
             "NOT customFields.note:*",
             R"((stage = "lost" OR won = true) AND NOT (name : "acme" OR tags : "cold"))",
         }) {
        BOOST_TEST(holdsFor(deal, filter), filter);
        BOOST_TEST(!holdsFor(deal, "NOT (" + std::string(filter) + ")"), filter);
    }
}

BOOST_AUTO_TEST_CASE(of_a_record_with_values_the_wrong_filters_do_not_hold) {
    Deal const deal = fullDeal();
    for (auto const *filter : {
             R"(name = "ärger & söhne 100%_*")",
             R"(name : "arger")",  // an accent is a letter of its own
             R"(name : "*söhne")",
             R"(name : "söhne*")",
             R"(name : "100_")",
             "amount = 1000.50001",
             "closedAt < today",
             "closedAt > today",
             "closedAt = yesterday",
             R"(tags : "VIP")",
             R"(tags : "half")",
             R"(tags : "big one")",
             R"(tags : "*x*")",
             "emailAddresses.isPrimary = false",
             "customFields.budget = 100.05",
             "customFields.seats > 0",
             R"(customFields.note = "")",
             "parentId:*",
         }) {
        BOOST_TEST(!holdsFor(deal, filter), filter);
        BOOST_TEST(holdsFor(deal, "NOT (" + std::string(filter) + ")"), filter);
    }
}

BOOST_AUTO_TEST_CASE(a_comparison_with_nothing_is_false_and_its_negation_true) {
    Deal const empty;
    for (auto const *filter : {R"(name = "a")",
                               R"(name < "a")",
                               R"(name : "a")",
                               "name:*",
                               "probability = 0",
                               "amount <= 0",
                               "won = false",
                               "closedAt < now",
                               "expectedOn >= today",
                               R"(accountId = "00000000-0000-7000-8000-0000000000aa")",
                               R"(tags = "a")",
                               R"(tags : "a*")",
                               "tags:*",
                               "place:*",
                               "place.latitude < 90",
                               "emailAddresses:*",
                               R"(emailAddresses.kind = "home")",
                               "emailAddresses.address:*",
                               "customFields:*",
                               "customFields.budget < 1",
                               "customFields.renews = false",
                               R"(name IN ("a", "b"))",
                               "closedAt IN (today, now)"}) {
        BOOST_TEST(!holdsFor(empty, filter), filter);
        BOOST_TEST(holdsFor(empty, "NOT " + std::string(filter)), filter);
    }
    BOOST_TEST(holdsFor(empty, R"(name != "a")"));
    BOOST_TEST(holdsFor(empty, R"(tags != "a")"));
    BOOST_TEST(holdsFor(empty, R"(emailAddresses.kind != "home")"));
}

BOOST_AUTO_TEST_CASE(a_custom_value_that_is_not_of_its_type_is_none) {
    Deal deal;
    deal.customFields = {custom("budget", "much"), custom("seats", "1.5"), custom("since", "soon")};
    BOOST_TEST(!holdsFor(deal, "customFields.budget:*"));
    BOOST_TEST(!holdsFor(deal, "customFields.seats >= 1"));
    BOOST_TEST(holdsFor(deal, "customFields.since != today"));
}

BOOST_AUTO_TEST_SUITE_END()
