// What a filter finds, asked of a real PostgreSQL: the SQL is right for every kind of field, and means what it says.

#include "shared/entity/custom_fields.h"
#include "shared/entity/filter.h"
#include "shared/postgres/postgres.h"
#include "tests/unit/entity_sample.h"

#include <boost/test/unit_test.hpp>

#include <unistd.h>

#include <cstdlib>

using namespace kontor;
using namespace kontor::entity;
using sample::dealEntity;

namespace {

constexpr std::string_view tables = R"(
CREATE TABLE deal (
    id uuid PRIMARY KEY, deleted_at timestamptz, owner_id uuid, tags text[] NOT NULL DEFAULT '{}',
    custom_fields jsonb NOT NULL DEFAULT '{}', name text, stage text, currency text, probability bigint, amount numeric,
    won boolean, closed_at timestamptz, expected_on date, number text, account_id uuid, parent_id uuid, place jsonb,
    created_at timestamptz, version bigint NOT NULL DEFAULT 1))";
constexpr std::string_view childTable =
    "CREATE TABLE deal_email (deal_id uuid, address text, kind text, is_primary boolean, active boolean NOT NULL)";
constexpr std::string_view rows = R"(
INSERT INTO deal (id, deleted_at, tags, custom_fields, name, stage, probability, amount, won, closed_at, expected_on,
                  account_id, parent_id, place) VALUES
    ('00000000-0000-7000-8000-000000000001', NULL, '{vip,"big one"}', '{"budget": "100.50", "color": "red"}', 'Acme',
     'won', 90, 1000.00, true, '2026-11-23T00:00:00Z', '2026-12-01', '00000000-0000-7000-8000-0000000000aa', NULL,
     '[{"city": "Köln", "latitude": "50.94"}]'),
    ('00000000-0000-7000-8000-000000000002', NULL, '{}', '{"budget": "9"}', 'acme_two 100%', 'open', 10, -5.5, false,
     '2026-11-23T23:59:59.999999Z', '2026-11-30', NULL, '00000000-0000-7000-8000-000000000001', NULL),
    ('00000000-0000-7000-8000-000000000003', NULL, '{Vip}', '{}', 'Über*star', NULL, NULL, NULL, NULL, NULL, NULL, NULL,
     '00000000-0000-7000-8000-000000000002', NULL),
    ('00000000-0000-7000-8000-000000000004', '2026-01-01Z', '{vip}', '{}', 'gone', 'won', NULL, NULL, NULL,
     '2026-11-24T00:00:00Z', NULL, NULL, '00000000-0000-7000-8000-000000000003', NULL))";
constexpr std::string_view children = R"(
INSERT INTO deal_email VALUES
    ('00000000-0000-7000-8000-000000000001', 'ina@acme.example', 'work', true, true),
    ('00000000-0000-7000-8000-000000000001', 'old@acme.example', 'home', false, false),
    ('00000000-0000-7000-8000-000000000002', 'two@acme.example', 'home', true, true))";

const std::vector<CustomFieldType> customTypes = [] {
    std::vector<CustomFieldType> types(2);
    types[0].name = "budget";
    types[0].type = "decimal";
    types[1].name = "color";
    types[1].type = "choice";
    return types;
}();

const char *testDsn() { return std::getenv("KONTOR_TEST_DSN"); }

boost::test_tools::assertion_result databaseGiven(boost::unit_test::test_unit_id) { return testDsn() != nullptr; }

/// Tables of its own in a schema of its own, gone at the end.
class Fixture {
  public:
    Fixture() {
        run("CREATE SCHEMA " + schema_);
        for (std::string_view const sql : {tables, childTable, rows, children}) run(std::string(sql));
    }
    ~Fixture() { run("DROP SCHEMA " + schema_ + " CASCADE"); }
    Fixture(const Fixture &) = delete;
    Fixture &operator=(const Fixture &) = delete;

    /// The last digits of the ids that the filter finds, deleted rows included.
    std::string found(std::string_view filter) {
        SqlText query;
        query.sql = "SELECT right(t.id::text, 1) FROM deal t WHERE ";
        appendFilter(query, *parseFilter(filter), scope());
        query.sql += " ORDER BY t.id";
        return joined(pool_.run({"filter", query.sql}, query.parameters));
    }

    std::string sorted(std::string_view sort) {
        std::string sql = "SELECT right(t.id::text, 1) FROM deal t ORDER BY ";
        for (const SortKey &key : parseSort(sort, scope())) sql += key.expression + (key.descending ? " DESC, " : ", ");
        return joined(pool_.run({"sort", sql + "t.id"}));
    }

  private:
    void run(const std::string &sql) { pool_.run({"fixture", sql}); }

    static std::string joined(const postgres::Rows &result) {
        std::string all;
        for (int row = 0; row < result.size(); ++row) all += result.text(row, 0);
        return all;
    }

    static FilterScope scope() {
        FilterScope scope{.entity = dealEntity, .contract = sample::contract()};
        scope.customFields = &customTypes;
        scope.now = *DateTime::parse("2026-11-23T10:15:30Z");
        scope.child = [](const EntityType &, const Field &field) -> std::optional<FilterChild> {
            if (field.name == "emailAddresses") return FilterChild{"deal_email", "deal_id", "c.active", {}};
            if (field.name == "externalIds") {
                return FilterChild{{},
                                   {},
                                   {},
                                   "(SELECT jsonb_build_array(jsonb_build_object('system', 'erp', 'id',"
                                   " right(t.id::text, 1))))"};
            }
            return std::nullopt;
        };
        scope.readScope = [](SqlText &query, const EntityType &) {
            query.sql += " AND t.name <> " + query.next();
            query.parameters.text(std::string_view("Über*star"));
        };
        return scope;
    }

    std::string schema_ = "filter_test_" + std::to_string(::getpid());
    postgres::Pool pool_{{.connectionString = testDsn(), .maximumConnections = 2, .searchPath = schema_}};
};

}  // namespace

BOOST_AUTO_TEST_SUITE(entity_filter_sql, *boost::unit_test::precondition(databaseGiven))

BOOST_FIXTURE_TEST_CASE(filters_find_what_they_say, Fixture) {
    struct Case {
        std::string_view filter, ids;
    };
    for (auto const &[filter, ids] : std::initializer_list<Case>{
             {R"(name = "Acme")", "1"},
             {R"(name != "Acme")", "234"},
             {R"(stage != "won")", "23"},
             {R"(NOT stage = "won")", "23"},
             {R"(name : "acme*")", "12"},
             {R"(name : "*star")", "3"},
             {R"(name : "CME")", "12"},
             {R"(name : "*ACME*")", "12"},
             {R"(name : "100%")", "2"},
             {R"(name : "acme_*")", "2"},
             {R"(name : "%")", "2"},
             {R"(name : "r\*s")", "3"},
             {R"(name : "\*")", "3"},
             {R"(name = "' OR true --")", ""},
             {R"(name IN ("Acme", "gone", "x"))", "14"},
             {"probability >= 10 AND probability < 90", "2"},
             {"amount = 1000", "1"},
             {"amount < 0.0", "2"},
             {R"(amount = "1000.0000")", "1"},
             {"amount IN (1000, -5.5)", "12"},
             {"won = true", "1"},
             {"won != true", "234"},
             {"won:*", "12"},
             {"NOT won:* AND NOT amount:*", "34"},
             {"closedAt = 2026-11-23", "12"},
             {"closedAt = today", "12"},
             {"closedAt > today", "4"},
             {"closedAt >= tomorrow", "4"},
             {"closedAt <= today", "12"},
             {"closedAt < today", ""},
             {"closedAt <= now", "1"},
             {"closedAt > now-1d", "124"},
             {"closedAt IN (today, 2026-11-24T00:00:00Z)", "124"},
             {"closedAt = 2026-11-23T01:00:00+01:00", "1"},
             {"closedAt >= startOfWeek AND closedAt <= startOfWeek", "12"},
             {"expectedOn = 2026-12-01", "1"},
             {"expectedOn < startOfMonth+1mo", "2"},
             {"expectedOn = today+8d", "1"},
             {"expectedOn >= now", "12"},
             {R"(accountId = "00000000-0000-7000-8000-0000000000AA")", "1"},
             {R"(accountId IN ("00000000-0000-7000-8000-0000000000aa"))", "1"},
             {R"(tags : "vip")", "14"},
             {R"(tags : "vi*")", "134"},
             {R"(tags = "big one")", "1"},
             {R"(tags IN ("Vip", "big one"))", "13"},
             {R"(tags != "vip")", "23"},
             {"tags:*", "134"},
             {"NOT tags:*", "2"},
             {R"(parent.name : "acme*")", "23"},
             {R"(parent.name = "Über*star")", ""},  // may not be read
             {R"(parent.name != "Acme")", "134"},
             {R"(parent.stage:*)", "23"},
             {R"(parent.tags : "vip")", "2"},
             {R"(parent.createdAt > today)", ""},
             {R"(emailAddresses.address = "ina@acme.example")", "1"},
             {R"(emailAddresses.address = "old@acme.example")", ""},
             {R"(emailAddresses.address : "*@ACME.example")", "12"},
             {"emailAddresses.isPrimary = true", "12"},
             {R"(emailAddresses.kind != "home")", "134"},
             {"emailAddresses:*", "12"},
             {"NOT emailAddresses:*", "34"},
             {R"(externalIds.id = "3")", "3"},
             {R"(externalIds.system : "ERP")", "1234"},
             {R"(place.city = "Köln")", "1"},
             {"place.latitude > 50.9", "1"},
             {"place:*", "1"},
             {"NOT place:*", "234"},
             {"customFields.budget >= 9", "12"},
             {"customFields.budget = 100.5", "1"},
             {R"(customFields.color IN ("red", "blue"))", "1"},
             {"NOT customFields.color:*", "234"},
             {"customFields:*", "12"},
             {R"((stage = "won" OR won = false) AND NOT name : "gone")", "12"},
         }) {
        try {
            BOOST_TEST(found(filter) == ids, std::string(filter) + " found " + found(filter));
        } catch (const std::exception &failure) {
            BOOST_ERROR(std::string(filter) + ": " + failure.what());
        }
    }
}

BOOST_FIXTURE_TEST_CASE(sorts_order_as_they_say, Fixture) {
    BOOST_TEST(sorted("-probability,name") == "4312");
    BOOST_TEST(sorted("closedAt") == "1243");
    BOOST_TEST(sorted("customFields.budget") == "2134");
    BOOST_TEST(sorted("-customFields.color,-name").size() == 4);
}

BOOST_AUTO_TEST_SUITE_END()
