#include "shared/contract/uuid.h"
#include "shared/postgres/copy.h"
#include "tests/integration/scratch_database.h"

#include <boost/test/unit_test.hpp>

#include <fstream>

using namespace kontor;
using namespace kontor::postgres;
using namespace kontor::test;

namespace {

struct Fixture {
    Fixture() {
        database.execute(
            "CREATE TABLE item (id uuid PRIMARY KEY, n bigint CHECK (n >= 0), name text, price numeric(19, 4),"
            " at timestamptz, tags text[], custom jsonb)");
    }
    static Parameters row(std::int64_t n, const std::string &id = newId()) {
        std::vector<std::string> const tags{"a", "b"};
        Parameters values;
        values.uuid(id)
            .integer(n)
            .text("Grüße " + std::to_string(n))
            .numeric(*Decimal::parse("12.34"))
            .timestamp(*DateTime::parse("2026-11-23T10:15:30.123456Z"))
            .textArray(tags)
            .json("{\"n\": 1}");
        return values;
    }
    std::int64_t count() { return pool.run({"count", "SELECT count(*) FROM item"}).integer(0, 0); }
    ScratchDatabase database;
    Pool pool{database.options(2)};
    std::string const columns = "item (id, n, name, price, at, tags, custom)";
};

std::string stateOf(const std::function<void()> &work) {
    try {
        work();
    } catch (const DatabaseError &failure) {
        return failure.sqlState;
    }
    return "none";
}

/// Resident memory of this process in KiB.
long resident() {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("VmRSS:")) return std::stol(line.substr(6));
    }
    return 0;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(postgres_copy, Fixture)

BOOST_AUTO_TEST_CASE(copied_rows_are_the_same_as_inserted_ones) {
    auto const work = [&] {
        Transaction transaction(pool);
        transaction.run({"clear", "DELETE FROM item"});
        CopyIn copy(transaction, columns);
        for (int n = 0; n < 20'000; ++n) copy.row(row(n));
        BOOST_TEST(copy.finish() == 20'000);
        // The transaction goes on.
        BOOST_TEST(transaction.run({"count", "SELECT count(*) FROM item"}).integer(0, 0) == 20'000);
        transaction.commit();
    };
    work();
    inLoop(work);
    Rows const rows =
        pool.run({"one", "SELECT name, price::text, tags[2], custom->>'n', at FROM item WHERE n = 19999"});
    BOOST_TEST(rows.text(0, 0) == "Grüße 19999");
    BOOST_TEST(rows.text(0, 1) == "12.3400");
    BOOST_TEST(rows.text(0, 2) == "b");
    BOOST_TEST(rows.text(0, 3) == "1");
    BOOST_TEST(rows.timestamp(0, 4).toString() == "2026-11-23T10:15:30.123456Z");
}

BOOST_AUTO_TEST_CASE(a_refused_row_is_named_by_its_reason_however_much_follows) {
    auto const work = [&] {
        for (int const rows : {2, 100'000}) {
            std::string const state = stateOf([&] {
                Transaction transaction(pool);
                CopyIn copy(transaction, columns);
                copy.row(row(-1));
                for (int n = 0; n < rows; ++n) copy.row(row(n));
                copy.finish();
                transaction.commit();
            });
            BOOST_TEST(state == "23514");
            BOOST_TEST(count() == 0);
        }
    };
    work();
    inLoop(work);
    BOOST_TEST(pool.usage().busy == 0);
}

BOOST_AUTO_TEST_CASE(a_copy_that_is_abandoned_leaves_nothing_and_a_usable_connection) {
    auto const work = [&] {
        {
            Transaction transaction(pool);
            CopyIn copy(transaction, columns);
            for (int n = 0; n < 10'000; ++n) copy.row(row(n));
        }
        BOOST_TEST(count() == 0);
    };
    work();
    inLoop(work);
    BOOST_TEST(pool.usage().open == 1);
}

BOOST_AUTO_TEST_CASE(a_copy_into_what_is_not_there_fails_at_once) {
    Transaction transaction(pool);
    BOOST_TEST(stateOf([&] { CopyIn const copy(transaction, "nowhere (id)"); }) == "42P01");
    transaction.rollback();
    BOOST_TEST(count() == 0);
}

BOOST_AUTO_TEST_CASE(a_lost_connection_ends_the_copy) {
    inLoop([&] {
        Transaction transaction(pool);
        auto const backend = transaction.run({"backend", "SELECT pg_backend_pid()"}).integer(0, 0);
        CopyIn copy(transaction, columns);
        copy.row(row(1));
        database.execute("SELECT pg_terminate_backend(" + std::to_string(backend) + ", 5000)");
        std::string const state = stateOf([&] {
            for (int n = 0; n < 100'000; ++n) copy.row(row(n));
            copy.finish();
        });
        BOOST_TEST((state == "57P01" || state == "08006"), state);
    });
    BOOST_TEST(count() == 0);
}

BOOST_AUTO_TEST_CASE(a_cursor_gives_all_rows_in_constant_memory) {
    database.execute("INSERT INTO item (id, n, name) SELECT gen_random_uuid(), i, repeat('x', 500)"
                     " FROM generate_series(1, 200000) i");
    inLoop([&] {
        Transaction transaction(pool);
        Cursor cursor(transaction, {"all", "SELECT n, name FROM item WHERE n > $1 ORDER BY n"},
                      std::move(Parameters().integer(100)), 500);
        std::int64_t expected = 100;
        long const before = resident();
        for (Rows rows = cursor.next(); !rows.empty(); rows = cursor.next()) {
            // One check for each piece: the log of a check for each row would be what grows.
            bool inOrder = true;
            for (int i = 0; i < rows.size(); ++i) inOrder = inOrder && rows.integer(i, 0) == ++expected;
            BOOST_REQUIRE(inOrder);
        }
        BOOST_TEST(expected == 200'000);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // they keep what was freed
        BOOST_TEST(resident() - before < 20'000);                    // 100 MB have passed
#else
        (void)before;
#endif
        BOOST_TEST(cursor.next().empty());
    });
}

BOOST_AUTO_TEST_CASE(a_cursor_keeps_the_moment_of_its_opening_and_lets_others_work) {
    Transaction transaction(pool);
    transaction.run({"fill", "INSERT INTO item (id, n) SELECT gen_random_uuid(), i FROM generate_series(1, 10) i"});
    Cursor first(transaction, {"all", "SELECT n FROM item ORDER BY n"}, {}, 5);
    Cursor second(transaction, {"all", "SELECT n FROM item ORDER BY n DESC"}, {}, 10);
    transaction.run({"clear", "DELETE FROM item"});
    BOOST_TEST(first.next().size() == 5);
    BOOST_TEST(second.next().integer(0, 0) == 10);
    BOOST_TEST(first.next().integer(4, 0) == 10);
    BOOST_TEST(first.next().empty());
    BOOST_TEST(second.next().empty());
    Cursor none(transaction, {"none", "SELECT n FROM item"}, {});
    BOOST_TEST(none.next().empty());
    BOOST_TEST(stateOf([&] { Cursor const wrong(transaction, {"wrong", "SELECT x FROM item"}, {}); }) == "42703");
}

BOOST_AUTO_TEST_SUITE_END()
