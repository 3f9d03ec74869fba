// The filter language: what parses to what, what SQL comes of it, and what is refused where.

#include "shared/entity/custom_fields.h"
#include "shared/entity/filter.h"
#include "tests/unit/entity_sample.h"

#include <boost/test/unit_test.hpp>

#include <random>

using namespace kontor;
using namespace kontor::entity;
using sample::dealEntity;

namespace {

const std::vector<CustomFieldType> customTypes = [] {
    std::vector<CustomFieldType> types(3);
    types[0].name = "budget";
    types[0].type = "decimal";
    types[1].name = "color";
    types[1].type = "choice";
    types[2].name = "renewedAt";
    types[2].type = "dateTime";
    return types;
}();

FilterScope scope() {
    FilterScope scope{.entity = dealEntity, .contract = sample::contract()};
    scope.customFields = &customTypes;
    scope.now = *DateTime::parse("2026-11-23T10:15:30.123456Z");  // a Monday
    scope.child = [](const EntityType &, const Field &field) -> std::optional<FilterChild> {
        if (field.name == "emailAddresses") return FilterChild{"deal_email", "deal_id", "c.active", {}};
        if (field.name == "externalIds") return FilterChild{{}, {}, {}, "(SELECT x)"};
        return std::nullopt;
    };
    scope.readScope = [](SqlText &query, const EntityType &) {
        query.sql += " AND t.owner_id = " + query.next();
        query.parameters.uuid(std::string_view("0192f7a0-0000-7000-8000-000000000009"));
    };
    return scope;
}

std::string sqlOf(std::string_view text) {
    SqlText query;
    appendFilter(query, *parseFilter(text), scope());
    return query.sql;
}

/// "position: sentence" of the error.
std::string refusal(std::string_view text) {
    try {
        if (auto const node = parseFilter(text)) {
            SqlText query;
            appendFilter(query, *node, scope());
        }
    } catch (const Error &error) {
        BOOST_TEST(errorCodeName(error.code) == "INVALID_QUERY");
        BOOST_TEST(error.parameter.value_or("") == "filter");
        BOOST_TEST((error.position && *error.position <= text.size()));
        return std::to_string(error.position.value_or(9999)) + ": " + error.detail;
    }
    return "no error";
}

void refusedAt(std::string_view text, std::size_t position, std::string_view sentence) {
    std::string const what = refusal(text);
    BOOST_TEST(what.starts_with(std::to_string(position) + ": "), std::string(text) + " gave " + what);
    BOOST_TEST(what.find(sentence) != std::string::npos, std::string(text) + " gave " + what);
}

std::string printed(std::string_view text) { return printFilter(*parseFilter(text)); }

/// A filter made at random, valid in form.
class Generator {
  public:
    explicit Generator(unsigned seed) : random_(seed) {}

    FilterNode node(int depth) {
        unsigned const kind = depth > 4 ? 3 : random_() % 6;
        if (kind < 2 && terms_ < 12) {
            FilterNode group{kind == 0 ? FilterNode::Type::all : FilterNode::Type::any, {}, {}, {}, {}, 0};
            std::size_t const children = 2 + random_() % 2;
            for (std::size_t i = 0; i < children; ++i) group.children.push_back(node(depth + 1));
            return group;
        }
        if (kind == 2) {
            FilterNode negation{FilterNode::Type::negation, {}, {}, {}, {}, 0};
            negation.children.push_back(node(depth + 1));
            return negation;
        }
        return comparison();
    }

  private:
    FilterNode comparison() {
        ++terms_;
        FilterNode node{FilterNode::Type::comparison, {}, {}, {}, {}, 0};
        node.path.push_back(pick({"name", "a", "x_1", "ANDROID", "customFields", "NOTE"}));
        if (random_() % 3 == 0) node.path.push_back(pick({"name", "INSIDE", "z9"}));
        node.operation = static_cast<FilterOperator>(random_() % 9);
        if (node.operation == FilterOperator::isSet) return node;
        if (node.operation == FilterOperator::has) {
            node.literals.push_back({true, pick({"a*", "*b", "*c*", "\\*", "x\\\\", "say \"hi\"", "ü%_"}), 0});
            return node;
        }
        std::size_t const count = node.operation == FilterOperator::in ? 1 + random_() % 3 : 1;
        for (std::size_t i = 0; i < count; ++i) {
            if (random_() % 2 == 0) {
                node.literals.push_back({true, pick({"", "\\", "\"", "a\\\"b", "AND", "日本", "* % _", "\n"}), 0});
            } else {
                node.literals.push_back({false,
                                         pick({"0", "-12.50", "true", "false", "2026-11-23", "now", "today-7d",
                                               "startOfMonth+1mo", "2026-11-23T10:15:30.5+01:00"}),
                                         0});
            }
        }
        return node;
    }

    std::string pick(std::initializer_list<const char *> choices) {
        return *(choices.begin() + random_() % choices.size());
    }

    std::mt19937 random_;
    int terms_ = 0;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(entity_filter)

BOOST_AUTO_TEST_CASE(blank_text_selects_all) {
    BOOST_TEST(!parseFilter(""));
    BOOST_TEST(!parseFilter(" \t\n"));
}

BOOST_AUTO_TEST_CASE(printing_normalises) {
    BOOST_TEST(printed("name=\"a\"AND(stage = \"b\")") == R"(name = "a" AND stage = "b")");
    BOOST_TEST(printed("  NOT ( a.b:* )  ") == "NOT a.b:*");
    BOOST_TEST(printed("(a = 1 OR b = 2) AND c IN ( \"x\" ,\"y\" )") == R"((a = 1 OR b = 2) AND c IN ("x", "y"))");
    BOOST_TEST(printed("((((a = 1))))") == "a = 1");
    BOOST_TEST(printed(R"(a : "x\"\\\**")") == R"(a : "x\"\\\**")");
}

BOOST_AUTO_TEST_CASE(any_tree_prints_to_text_that_parses_to_the_same_tree) {
    for (unsigned seed = 0; seed < 20000; ++seed) {
        FilterNode const node = Generator(seed).node(0);
        std::string const text = printFilter(node);
        if (text.size() > maximumFilterBytes) continue;
        std::optional<FilterNode> parsed;
        try {
            parsed = parseFilter(text);
        } catch (const Error &error) {
            if (error.detail.find("at most 32") != std::string::npos) continue;
            BOOST_FAIL(text + ": " + error.detail);
        }
        BOOST_REQUIRE_MESSAGE(parsed && *parsed == node, text);
    }
}

BOOST_AUTO_TEST_CASE(random_text_never_crashes) {
    std::mt19937 random(3);
    static constexpr std::array<std::string_view, 34> pieces{
        "name",    "stage",  " = ",   "!=",   "<",          ">=",   ":",    "*",    "\"",           "\\",
        "(",       ")",      " AND ", " OR ", "NOT ",       " IN ", ",",    ".",    "customFields", "emailAddresses",
        "account", "parent", "today", "-7d",  "2026-11-23", "12",   "true", "\xff", "\x01",         "ü",
        "null",    "+",      "\n",    "tags"};
    for (int round = 0; round < 100000; ++round) {
        std::string text;
        std::size_t const count = random() % 12;
        for (std::size_t i = 0; i < count; ++i) {
            if (random() % 8 == 0) {
                text += static_cast<char>(random() % 256);
            } else {
                text += pieces[random() % pieces.size()];
            }
        }
        try {
            if (auto const node = parseFilter(text)) {
                BOOST_REQUIRE_MESSAGE(parseFilter(printFilter(*node)) == node, text);
                SqlText query;
                appendFilter(query, *node, scope());
            }
        } catch (const Error &error) {
            BOOST_REQUIRE_MESSAGE(error.position.value_or(0) <= text.size(), text);
        }
    }
}

BOOST_AUTO_TEST_CASE(comparisons_become_parameters) {
    BOOST_TEST(sqlOf(R"(name = "x'; DROP TABLE deal; --")") == "(t.name = $1)");
    BOOST_TEST(sqlOf(R"(name != "x")") == "((t.name = $1) IS NOT TRUE)");
    BOOST_TEST(sqlOf("probability >= 50 AND amount < -1.50") == "((t.probability >= $1) AND (t.amount < $2))");
    BOOST_TEST(sqlOf(R"(stage IN ("open", "won"))") == "(t.stage IN ($1, $2))");
    BOOST_TEST(sqlOf("won = true") == "(t.won = $1)");
    BOOST_TEST(sqlOf("NOT closedAt:*") == "((t.closed_at IS NOT NULL) IS NOT TRUE)");
    BOOST_TEST(sqlOf(R"(accountId = "0192f7a0-0000-7000-8000-000000000009")") == "(t.account_id = $1)");
    BOOST_TEST(sqlOf(R"((won = true OR won = false) AND NOT stage = "x")") ==
               "(((t.won = $1) OR (t.won = $2)) AND ((t.stage = $3) IS NOT TRUE))");
}

BOOST_AUTO_TEST_CASE(has_ignores_case_and_asks_lists_for_items) {
    BOOST_TEST(sqlOf(R"(name : "acme*")") == "(t.name ILIKE $1)");
    BOOST_TEST(sqlOf(R"(tags : "vip")") == "((t.tags <> '{}' AND t.tags @> $1))");
    BOOST_TEST(sqlOf(R"(tags : "vi*")") == "(EXISTS (SELECT FROM unnest(t.tags) AS i(item) WHERE i.item ILIKE $1))");
    BOOST_TEST(sqlOf(R"(tags : "\*")") == "((t.tags <> '{}' AND t.tags @> $1))");
    BOOST_TEST(sqlOf(R"(tags IN ("a","b"))") == "((t.tags <> '{}' AND t.tags && $1))");
    BOOST_TEST(sqlOf("tags:*") == "(cardinality(t.tags) > 0)");
}

BOOST_AUTO_TEST_CASE(days_stand_for_the_whole_day) {
    BOOST_TEST(sqlOf("closedAt = 2026-11-23") == "((t.closed_at >= $1 AND t.closed_at < $2))");
    BOOST_TEST(sqlOf("closedAt > today") == "(t.closed_at >= $1)");
    BOOST_TEST(sqlOf("closedAt <= yesterday") == "(t.closed_at < $1)");
    BOOST_TEST(sqlOf("closedAt > now-7d") == "(t.closed_at > $1)");
    BOOST_TEST(sqlOf("closedAt = 2026-11-23T10:15:30Z") == "(t.closed_at = $1)");
    BOOST_TEST(sqlOf("closedAt != today") == "(((t.closed_at >= $1 AND t.closed_at < $2)) IS NOT TRUE)");
    BOOST_TEST(sqlOf("expectedOn >= startOfQuarter-1y") == "(t.expected_on >= $1)");
    BOOST_TEST(sqlOf("expectedOn < now") == "(t.expected_on < $1)");
    BOOST_TEST(sqlOf(R"(closedAt >= "2026-11-23T10:15:30+05:30")") == "(t.closed_at >= $1)");
}

BOOST_AUTO_TEST_CASE(paths_reach_references_lists_structures_and_custom_fields) {
    BOOST_TEST(sqlOf(R"(parent.name : "a*")") ==
               "(t.parent_id IN (SELECT t.id FROM deal t WHERE t.deleted_at IS NULL AND t.owner_id = $1"
               " AND t.name ILIKE $2))");
    BOOST_TEST(sqlOf(R"(emailAddresses.address = "a@b.c")") ==
               "(EXISTS (SELECT FROM deal_email c WHERE c.deal_id = t.id AND (c.active) AND c.address = $1))");
    BOOST_TEST(sqlOf("emailAddresses.isPrimary = true") ==
               "(EXISTS (SELECT FROM deal_email c WHERE c.deal_id = t.id AND (c.active) AND c.is_primary = $1))");
    BOOST_TEST(sqlOf("NOT emailAddresses:*") ==
               "((EXISTS (SELECT FROM deal_email c WHERE c.deal_id = t.id AND (c.active) AND true)) IS NOT TRUE)");
    BOOST_TEST(sqlOf(R"(externalIds.id = "4711")") ==
               "(EXISTS (SELECT FROM jsonb_array_elements((SELECT x)) AS c(item) WHERE (c.item->>'id') = $1))");
    BOOST_TEST(sqlOf("place.latitude > 50") == "(EXISTS (SELECT FROM jsonb_array_elements(t.place) AS c(item) WHERE"
                                               " (c.item->>'latitude')::numeric > $1))");
    BOOST_TEST(sqlOf("customFields.budget >= 5") == "((t.custom_fields->>'budget')::numeric >= $1)");
    BOOST_TEST(sqlOf(R"(customFields.color IN ("red"))") == "((t.custom_fields->>'color') IN ($1))");
    BOOST_TEST(sqlOf("customFields.renewedAt = today") == "(((t.custom_fields->>'renewedAt')::timestamptz >= $1 AND"
                                                          " (t.custom_fields->>'renewedAt')::timestamptz < $2))");
}

BOOST_AUTO_TEST_CASE(what_does_not_parse_is_refused_at_its_place) {
    refusedAt("name", 4, "expected =, !=");
    refusedAt("name =", 6, "expected text in quotes");
    refusedAt("name = won", 7, "expected text in quotes");
    refusedAt("name = null", 7, "NOT field:*");
    refusedAt("name = \"a", 7, "not closed");
    refusedAt("= 1", 0, "name of a field");
    refusedAt("name = \"a\" stage = \"b\"", 11, "expected AND, OR or the end");
    refusedAt("name = \"a\" AND", 14, "name of a field");
    refusedAt("name = \"a\" and stage = \"b\"", 11, "expected AND");
    refusedAt("won = true AND won = true OR won = true", 26, "parentheses");
    refusedAt("(won = true", 11, "expected AND, OR or )");
    refusedAt("won = true)", 10, "has no (");
    refusedAt("()", 1, "name of a field");
    refusedAt("name : acme", 7, "text in quotes");
    refusedAt("stage IN \"a\"", 9, "expected (");
    refusedAt("stage IN ()", 10, "expected text in quotes");
    refusedAt("stage IN (\"a\"", 13, "expected , or )");
    refusedAt("parent.parent.name = \"a\"", 13, "one dot");
    refusedAt("name = \"\\n\"", 8, "expected \\\"");
    refusedAt("AND = 1", 0, "name of a field");
    refusedAt("name == \"a\"", 6, "expected text in quotes");
    refusedAt("closedAt > now-7x", 11, "expected text in quotes");
    refusedAt("closedAt > today-7min", 11, "expected text in quotes");
    refusedAt("name = \"\xff\"", 0, "not allowed");
    refusedAt("closedAt > 2026-02-30", 11, "expected text in quotes");
    refusedAt("closedAt > 2026-11-23T10:15:30", 11, "time with its zone");
}

BOOST_AUTO_TEST_CASE(names_and_types_that_do_not_fit_are_refused_at_their_place) {
    refusedAt("nmae = \"a\"", 0, "Deal has no field nmae");
    refusedAt("won = true AND password = \"a\"", 15, "no field password");
    refusedAt("seal = \"a\"", 0, "no field seal");
    refusedAt("fieldsToNull : \"a\"", 0, "no field");
    refusedAt("name = 5", 7, "text in quotes");
    refusedAt("probability = \"x\"", 14, "a whole number");
    refusedAt("probability = 1.5", 14, "a whole number");
    refusedAt("probability = 99999999999999999999", 14, "a whole number");
    refusedAt("probability : \"5*\"", 0, ": is for text");
    refusedAt("won = 1", 6, "true or false");
    refusedAt("won > true", 6, "only = and !=");
    refusedAt("accountId = \"4711\"", 12, "an id in quotes");
    refusedAt("accountId = 4711", 12, "an id in quotes");
    refusedAt("expectedOn = 2026-11-23T10:15:30Z", 13, "a date");
    refusedAt("closedAt = 5", 11, "a time");
    refusedAt("closedAt > now+9999y", 11, "years 1 to 9999");
    refusedAt("tags > \"a\"", 0, "asked for an item");
    refusedAt("name : \"a*b\"", 7, "asterisk");
    refusedAt("name : \"*\"", 7, "asterisk");
    refusedAt("name : \"\"", 7, "asterisk");
    refusedAt("account.name = \"a\"", 0, "another service");
    refusedAt("emailAddresses = \"a\"", 0, "behind a dot");
    refusedAt("emailAddresses.foo = \"a\"", 0, "no member foo");
    refusedAt("place.city.x = 1", 10, "one dot");
    refusedAt("name.x = 1", 0, "no reference, list or structure name");
    refusedAt("customFields.nothing = 1", 0, "customFields.nothing");
    refusedAt("parent.emailAddresses = \"x\"", 0, "not two");
}

BOOST_AUTO_TEST_CASE(size_terms_and_depth_are_limited) {
    std::string const long_ = "name = \"" + std::string(3000, 'x') + "\"";
    refusedAt(long_, 2048, "2048 bytes");
    std::string terms = "won = true";
    for (int i = 1; i < 32; ++i) terms += " OR won = true";
    BOOST_TEST(refusal(terms) == "no error");
    refusedAt(terms + " OR won = true", terms.size() + 4, "32 comparisons");
    BOOST_TEST(refusal(std::string(31, '(') + "won = true" + std::string(31, ')')) == "no error");
    refusedAt(std::string(32, '(') + "won = true" + std::string(32, ')'), 32, "32 levels");
    refusedAt(std::string(2000, '('), 32, "32 levels");
    std::string nots;
    for (int i = 0; i < 40; ++i) nots += "NOT ";
    refusedAt(nots + "won = true", 128, "32 levels");
}

BOOST_AUTO_TEST_CASE(hidden_fields_are_forbidden_however_they_are_named) {
    FilterScope blind = scope();
    blind.hidden = [](const EntityType &, const Field &field) {
        return field.name == "amount" || field.name == "customFields" || field.name == "parentId";
    };
    for (std::string_view const text : {"amount > 1", "amount:*", "won = true OR NOT amount = 5",
                                        "customFields.budget = 1", "parent.name = \"x\"", "parentId:*"}) {
        SqlText query;
        BOOST_CHECK_EXCEPTION(appendFilter(query, *parseFilter(text), blind), Error,
                              [](const Error &error) { return error.code == ErrorCode::forbidden; });
    }
    BOOST_CHECK_EXCEPTION(parseSort("-amount", blind), Error,
                          [](const Error &error) { return error.code == ErrorCode::forbidden; });
    BOOST_CHECK_EXCEPTION(parseSort("customFields.budget", blind), Error,
                          [](const Error &error) { return error.code == ErrorCode::forbidden; });
    BOOST_TEST(parseFields({"amount", "name"}, blind).size() == 3);  // id, version, name
}

BOOST_AUTO_TEST_CASE(sort_is_a_list_of_fields) {
    auto const keys = parseSort("-closedAt, name,customFields.budget", scope());
    BOOST_REQUIRE(keys.size() == 3);
    BOOST_TEST(keys[0].descending);
    BOOST_TEST(keys[0].expression == "t.closed_at");
    BOOST_TEST(!keys[1].descending);
    BOOST_TEST(keys[2].expression == "(t.custom_fields->>'budget')::numeric");
    BOOST_TEST((keys[2].kind == Kind::decimal));
    BOOST_TEST(parseSort("", scope()).empty());
    for (auto const &[text, position] : std::initializer_list<std::pair<std::string_view, std::size_t>>{
             {"name,", 4},
             {",name", 0},
             {"-", 0},
             {"name,-name", 5},
             {"nothing", 0},
             {"name, tags", 6},
             {"password", 0},
             {"customFields.x", 0},
             {"id;drop", 0},
             {"name,stage,currency,probability,amount,won", 39}}) {
        try {
            (void)parseSort(text, scope());
            BOOST_ERROR("no error for " + std::string(text));
        } catch (const Error &error) {
            BOOST_TEST(errorCodeName(error.code) == "INVALID_QUERY");
            BOOST_TEST(*error.parameter == "sort");
            BOOST_TEST(*error.position == position, std::string(text));
        }
    }
}

BOOST_AUTO_TEST_CASE(fields_and_expand_take_known_names) {
    auto const fields = parseFields({"stage", "name"}, scope());
    BOOST_REQUIRE(fields.size() == 4);
    BOOST_TEST(fields[0]->name == "id");
    BOOST_TEST(fields[2]->name == "name");
    BOOST_CHECK_THROW(parseFields({"x"}, scope()), Error);
    BOOST_CHECK_THROW(parseFields({"password"}, scope()), Error);
    auto const paths = parseExpand({"parent", "parent"}, scope());
    BOOST_REQUIRE(paths.size() == 1);
    BOOST_TEST(paths[0].target == &dealEntity);
    BOOST_CHECK_THROW(parseExpand({"account"}, scope()), Error);  // of another service
    BOOST_CHECK_THROW(parseExpand({"name"}, scope()), Error);
    BOOST_CHECK_THROW(parseExpand({"a", "b", "c", "d", "e", "f"}, scope()), Error);
    std::vector<std::string> const names{"a", "b"};
    BOOST_TEST(splitNames(" a,, b ,") == names, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
