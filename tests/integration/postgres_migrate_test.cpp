#include "shared/postgres/migrate.h"
#include "tests/integration/scratch_database.h"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <fstream>
#include <sstream>
#include <thread>
#include <vector>

using namespace kontor;
using namespace kontor::postgres;
using namespace kontor::test;

namespace {

/// Roles belong to the whole cluster, so each run has its own names.
std::string serviceName(const char *name) { return "test_" + std::to_string(::getpid()) + "_" + name; }

struct Fixture {
    Fixture() {
        std::ifstream const file(KONTOR_SOURCE_FOLDER "/shared/entity/migrations/0001_common.sql");
        BOOST_REQUIRE(file);
        std::ostringstream text;
        text << file.rdbuf();
        common = text.str();
        all = {{"entity/0001_common.sql", common},
               {"a/0001_item.sql", "CREATE TABLE item (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text)"},
               {"a/0002_more.sql", "ALTER TABLE item ADD COLUMN more text; CREATE INDEX ON item (more)"}};
    }
    ~Fixture() {
        for (const std::string &service : {first, second}) {
            try {
                database.execute("DROP SCHEMA IF EXISTS " + service + " CASCADE; DROP OWNED BY kontor_" + service +
                                 "; DROP ROLE kontor_" + service);
            } catch (const std::exception &) {
                // Most tests make one service only.
            }
        }
    }
    int apply(const std::string &service, std::span<const Migration> migrations) {
        return migrate({database.dsn(), service, {}}, migrations);
    }
    PoolOptions asRole(const std::string &service) {
        PoolOptions options = database.options(2);
        options.connectionString = database.dsn({{"user", "kontor_" + service}});
        options.searchPath = service;
        return options;
    }
    static std::string stateOf(Pool &pool, const std::string &sql) {
        try {
            pool.run({"tried", sql});
        } catch (const DatabaseError &failure) {
            return failure.sqlState;
        }
        return "none";
    }

    ScratchDatabase database;
    std::string const first = serviceName("a");
    std::string const second = serviceName("b");
    std::string common;
    std::vector<Migration> all;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(postgres_migrate, Fixture)

BOOST_AUTO_TEST_CASE(missing_migrations_are_applied_once) {
    std::span<const Migration> const two(all.data(), 2);
    BOOST_TEST(apply(first, two) == 2);
    BOOST_TEST(apply(first, two) == 0);
    Pool pool(asRole(first));
    BOOST_TEST(pendingMigrations(pool, two) == 0);
    BOOST_TEST(pendingMigrations(pool, all) == 1);
    BOOST_TEST(apply(first, all) == 1);
    BOOST_TEST(pendingMigrations(pool, all) == 0);
    BOOST_TEST(pool.run({"names", "SELECT array_agg(name ORDER BY applied_at, name) FROM schema_migration"})
                   .textArray(0, 0)
                   .size() == 3);
}

BOOST_AUTO_TEST_CASE(nothing_applied_yet_is_all_pending) {
    Pool pool(database.options(1));
    BOOST_TEST(pendingMigrations(pool, all) == 3);
}

BOOST_AUTO_TEST_CASE(a_migration_that_was_edited_after_it_was_applied_is_refused_by_name) {
    apply(first, all);
    std::vector<Migration> edited = all;
    edited[1].sql = "CREATE TABLE item (id bigint PRIMARY KEY)";
    edited.push_back({"a/0003_new.sql", "CREATE TABLE never (id bigint)"});
    BOOST_CHECK_EXCEPTION(apply(first, edited), std::runtime_error, [](const std::runtime_error &error) {
        return std::string(error.what()).find("a/0001_item.sql") != std::string::npos;
    });
    BOOST_TEST(database.execute("SELECT to_regclass('" + first + ".never') IS NULL") == "t");
}

BOOST_AUTO_TEST_CASE(a_migration_that_fails_leaves_nothing_and_those_before_it_stay) {
    std::vector<Migration> broken = all;
    broken[2].sql = "CREATE TABLE half (id bigint); SELECT 1 / 0; CREATE TABLE other (id bigint)";
    BOOST_CHECK_EXCEPTION(apply(first, broken), DatabaseError, [](const DatabaseError &error) {
        return error.sqlState == "22012" && error.message.find("a/0002_more.sql") != std::string::npos;
    });
    BOOST_TEST(database.execute("SELECT to_regclass('" + first + ".half') IS NULL") == "t");
    BOOST_TEST(database.execute("SELECT count(*) FROM " + first + ".schema_migration") == "2");
    // Corrected, it goes on where it stopped.
    BOOST_TEST(apply(first, all) == 1);
}

BOOST_AUTO_TEST_CASE(servers_that_start_together_apply_each_migration_once) {
    std::atomic<int> applied{0};
    std::atomic<int> failures{0};
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 6; ++i) {
            threads.emplace_back([&, i] {
                try {
                    applied += apply(i % 2 == 0 ? first : second, all);
                } catch (const std::exception &) {
                    ++failures;
                }
            });
        }
    }
    BOOST_TEST(failures == 0);
    BOOST_TEST(applied == 6);
}

BOOST_AUTO_TEST_CASE(a_services_role_works_in_its_own_schema) {
    apply(first, all);
    Pool pool(asRole(first));
    BOOST_TEST(stateOf(pool, "INSERT INTO item (name) VALUES ('x')") == "none");
    BOOST_TEST(stateOf(pool, "UPDATE item SET name = 'y'") == "none");
    BOOST_TEST(stateOf(pool, "DELETE FROM item") == "none");
    BOOST_TEST(stateOf(pool, "INSERT INTO job (id, kind, entity, state, parameters, created_by) VALUES"
                             " (gen_random_uuid(), 'import', 'x', 'open', '{}', gen_random_uuid())") == "none");
    BOOST_TEST(stateOf(pool, "SELECT similarity('a', 'b')") == "none");
}

BOOST_AUTO_TEST_CASE(a_services_role_reaches_no_other_schema_and_changes_no_structure) {
    apply(first, all);
    apply(second, all);
    Pool pool(asRole(first));
    BOOST_TEST(stateOf(pool, "SELECT * FROM " + second + ".item") == "42501");
    BOOST_TEST(stateOf(pool, "INSERT INTO " + second + ".item (name) VALUES ('x')") == "42501");
    BOOST_TEST(stateOf(pool, "SELECT nextval('" + second + ".item_id_seq')") == "42501");
    for (const char *const sql :
         {"CREATE TABLE mine (id bigint)", "CREATE TABLE public.mine (id bigint)", "ALTER TABLE item ADD COLUMN x text",
          "DROP TABLE item", "TRUNCATE audit_entry", "CREATE SCHEMA mine", "CREATE ROLE mine",
          "UPDATE schema_migration SET checksum = ''", "DELETE FROM schema_migration", "SELECT * FROM pg_authid",
          "SET ROLE kontor_admin", "COPY item TO '/tmp/kontor_item'"}) {
        std::string const state = stateOf(pool, sql);
        BOOST_TEST((state == "42501" || state == "22023"), sql << " gave " << state);
    }
}

BOOST_AUTO_TEST_CASE(the_audit_trail_is_append_only_for_the_service) {
    apply(first, all);
    // Also after a later run of the migrations.
    apply(first, all);
    Pool pool(asRole(first));
    BOOST_TEST(
        stateOf(pool, "INSERT INTO audit_entry (at, entity, record_id, version, action, interface, request_id, changes)"
                      " VALUES (now(), 'item', gen_random_uuid(), 1, 'created', 'rest', 'r', '{}')") == "none");
    BOOST_TEST(pool.run({"audit", "SELECT count(*) FROM audit_entry"}).integer(0, 0) == 1);
    BOOST_TEST(stateOf(pool, "UPDATE audit_entry SET action = 'deleted'") == "42501");
    BOOST_TEST(stateOf(pool, "DELETE FROM audit_entry") == "42501");
}

BOOST_AUTO_TEST_CASE(a_password_is_set_when_given) {
    migrate({database.dsn(), first, "it's a 'secret'"}, all);
    BOOST_TEST(database.execute("SELECT rolpassword LIKE 'SCRAM-SHA-256$%' FROM pg_authid WHERE rolname = 'kontor_" +
                                first + "'") == "t");
}

BOOST_AUTO_TEST_SUITE_END()
