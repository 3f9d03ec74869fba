#include "tests/integration/scratch_database.h"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <thread>
#include <vector>

using namespace kontor;
using namespace kontor::postgres;
using namespace kontor::test;

namespace {

const Statement insertItem{"insertItem", "INSERT INTO item (id, name) VALUES ($1, $2)"};
const Statement countItems{"countItems", "SELECT count(*) FROM item"};
const Statement backend{"backend", "SELECT pg_backend_pid()"};

struct Fixture {
    Fixture() {
        database.execute("CREATE TABLE item (id bigint PRIMARY KEY, name text CHECK (name <> 'bad'));"
                         "CREATE TABLE late (id bigint UNIQUE DEFERRABLE INITIALLY DEFERRED)");
    }
    ScratchDatabase database;
    Pool pool{database.options()};

    Parameters item(std::int64_t id, const char *name = "name") {
        return std::move(Parameters().integer(id).text(name));
    }
    std::int64_t count() { return pool.run(countItems).integer(0, 0); }
    void terminateAll() {
        database.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'");
    }
};

std::string stateOf(const std::function<void()> &work) {
    try {
        work();
    } catch (const DatabaseError &failure) {
        return failure.sqlState;
    }
    return "none";
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(postgres_pool, Fixture)

BOOST_AUTO_TEST_CASE(a_batch_gives_each_statements_rows_in_order) {
    Batch batch;
    batch.add(insertItem, item(1));
    batch.add(countItems, {});
    batch.add(insertItem, item(2));
    batch.add(countItems, {});
    auto const results = pool.run(std::move(batch));
    BOOST_REQUIRE_EQUAL(results.size(), 4);
    BOOST_TEST(results[0].affected() == 1);
    BOOST_TEST(results[1].integer(0, 0) == 1);
    BOOST_TEST(results[3].integer(0, 0) == 2);
}

BOOST_AUTO_TEST_CASE(a_batch_is_all_or_none_and_names_the_statement_that_failed) {
    Batch batch;
    batch.add(insertItem, item(1));
    batch.add(insertItem, item(2));
    batch.add(insertItem, item(1));
    batch.add({"neverPrepared", "SELECT id FROM item WHERE name = $1"}, std::move(Parameters().text("x")));
    try {
        pool.run(std::move(batch));
        BOOST_ERROR("was accepted");
    } catch (const DatabaseError &failure) {
        BOOST_TEST(failure.sqlState == "23505");
        BOOST_TEST(failure.statementIndex == 2);
        BOOST_TEST(failure.constraint == "item_pkey");
        BOOST_TEST((toError(failure).code == ErrorCode::duplicate));
    }
    BOOST_TEST(count() == 0);
    // What was not prepared because of the error is prepared now.
    BOOST_TEST(
        pool.run({"neverPrepared", "SELECT id FROM item WHERE name = $1"}, std::move(Parameters().text("x"))).empty());
}

BOOST_AUTO_TEST_CASE(an_error_in_a_statements_text_fails_the_batch_and_only_it) {
    for (int i = 0; i < 2; ++i) {
        Batch batch;
        batch.add(insertItem, item(1));
        batch.add({"wrong", "SELECT nothing FROM nowhere"}, {});
        BOOST_TEST(stateOf([&] { pool.run(std::move(batch)); }) == "42P01");
    }
    pool.run(insertItem, item(1));
    BOOST_TEST(count() == 1);
}

BOOST_AUTO_TEST_CASE(a_constraint_that_is_checked_at_the_commit_fails_the_call) {
    Statement const insertLate{"insertLate", "INSERT INTO late (id) VALUES (1)"};
    pool.run(insertLate);
    BOOST_TEST(stateOf([&] { pool.run(insertLate); }) == "23505");
    Transaction transaction(pool);
    transaction.run(insertLate);
    BOOST_TEST(stateOf([&] { transaction.commit(); }) == "23505");
    BOOST_TEST(pool.run({"countLate", "SELECT count(*) FROM late"}).integer(0, 0) == 1);
}

BOOST_AUTO_TEST_CASE(violated_constraints_become_what_a_caller_may_be_told) {
    auto const codeOf = [&](const Statement &statement, Parameters parameters) {
        try {
            pool.run(statement, std::move(parameters));
        } catch (const DatabaseError &failure) {
            Error const error = toError(failure);
            BOOST_TEST(error.detail.find("item") == std::string::npos);
            return error.code;
        }
        throw std::runtime_error("was accepted");
    };
    BOOST_TEST((codeOf(insertItem, item(1, "bad")) == ErrorCode::validation));
    BOOST_TEST(
        (codeOf({"overflow", "SELECT $1 + 1"}, std::move(Parameters().integer(INT64_MAX))) == ErrorCode::validation));
    BOOST_TEST((codeOf({"wrong", "SELECT FROM no_item"}, {}) == ErrorCode::internal));
}

BOOST_AUTO_TEST_CASE(a_large_batch_neither_blocks_nor_loses_a_row) {
    // Answers large enough that the server stops reading until we do.
    Statement const wide{"wide", "SELECT repeat('x', 20000) || $1::text"};
    auto const work = [&] {
        Batch batch;
        for (int i = 0; i < 2000; ++i)
            batch.add(wide, std::move(Parameters().text(std::string(5000, 'a') + std::to_string(i))));
        auto const results = pool.run(std::move(batch));
        BOOST_REQUIRE_EQUAL(results.size(), 2000);
        for (int i = 0; i < 2000; ++i) {
            BOOST_REQUIRE(results[static_cast<std::size_t>(i)].text(0, 0).ends_with("a" + std::to_string(i)));
        }
    };
    work();
    inLoop(work);
}

BOOST_AUTO_TEST_CASE(statements_beyond_the_cache_are_prepared_again) {
    Pool one(database.options(1));
    for (int round = 0; round < 2; ++round) {
        for (int i = 0; i < 700; ++i) {
            Rows const rows = one.run({"many", "SELECT $1 + " + std::to_string(i)}, std::move(Parameters().integer(1)));
            BOOST_REQUIRE_EQUAL(rows.integer(0, 0), 1 + i);
        }
    }
    BOOST_TEST(one.run({"prepared", "SELECT count(*) FROM pg_prepared_statements"}).integer(0, 0) <= 501);
    // More than the cache in one batch, and an error in its middle.
    for (bool const fails : {true, false}) {
        Batch batch;
        for (int i = 0; i < 1200; ++i) {
            batch.add({"many", (fails && i == 600 ? "SELECT 1 / 0 + $1 + 1" : "SELECT $1 - ") + std::to_string(i)},
                      std::move(Parameters().integer(1)));
        }
        BOOST_TEST(stateOf([&] { one.run(std::move(batch)); }) == (fails ? "22012" : "none"));
    }
    BOOST_TEST(one.run({"after", "SELECT 7"}).integer(0, 0) == 7);
}

BOOST_AUTO_TEST_CASE(a_changed_table_outdates_plans_and_nobody_notices) {
    Statement const all{"all", "SELECT * FROM item"};
    pool.run(insertItem, item(1));
    BOOST_TEST(pool.run(all).columns() == 2);
    database.execute("ALTER TABLE item ADD COLUMN extra text DEFAULT 'x'");
    BOOST_TEST(pool.run(all).columns() == 3);
    inLoop([&] { BOOST_TEST(pool.read(all).columns() == 3); });
    database.execute("ALTER TABLE item DROP COLUMN extra");
    Batch batch;
    batch.add(insertItem, item(2));
    batch.add(all, {});
    BOOST_TEST(pool.run(std::move(batch)).at(1).columns() == 2);
    BOOST_TEST(count() == 2);
    database.execute("ALTER TABLE item ADD COLUMN extra text");
    pool.inTransaction([&](Transaction &transaction) { BOOST_TEST(transaction.run(all).columns() == 3); });
}

BOOST_AUTO_TEST_CASE(statements_that_the_server_has_lost_are_prepared_again) {
    Pool one(database.options(1));
    one.run(insertItem, item(1));
    one.run({"discard", "DEALLOCATE ALL"});
    one.run(insertItem, item(2));
    BOOST_TEST(count() == 2);
}

BOOST_AUTO_TEST_CASE(a_transaction_keeps_what_it_commits_and_nothing_else) {
    {
        Transaction transaction(pool);
        transaction.run(insertItem, item(1));
        BOOST_TEST(count() == 0);
        transaction.commit();
    }
    {
        Transaction transaction(pool);
        transaction.run(insertItem, item(2));
    }
    {
        Transaction transaction(pool);
        transaction.run(insertItem, item(3));
        transaction.rollback();
    }
    {
        Transaction transaction(pool);
        transaction.run(insertItem, item(4));
        Batch batch;
        batch.add(insertItem, item(5));
        transaction.runAndCommit(std::move(batch));
    }
    {
        Transaction transaction(pool);
        Batch batch;
        batch.add(insertItem, item(6));
        transaction.runAndCommit(std::move(batch));
    }
    { Transaction const unused(pool); }
    BOOST_TEST(pool.run({"ids", "SELECT array_agg(id::text ORDER BY id) FROM item"}).textArray(0, 0) ==
                   (std::vector<std::string>{"1", "4", "5", "6"}),
               boost::test_tools::per_element());
    BOOST_TEST(pool.usage().busy == 0);
}

BOOST_AUTO_TEST_CASE(a_savepoint_undoes_what_came_after_it) {
    Transaction transaction(pool);
    transaction.run(insertItem, item(1));
    transaction.savepoint();
    BOOST_TEST(stateOf([&] { transaction.run(insertItem, item(1)); }) == "23505");
    BOOST_TEST(stateOf([&] { transaction.run(insertItem, item(2)); }) == "25P02");
    transaction.rollbackToSavepoint();
    transaction.run(insertItem, item(3));
    transaction.savepoint();
    transaction.run(insertItem, item(4));
    transaction.rollbackToSavepoint();
    transaction.commit();
    BOOST_TEST(count() == 2);
}

BOOST_AUTO_TEST_CASE(the_commit_of_a_failed_transaction_is_an_error) {
    Transaction transaction(pool);
    transaction.run(insertItem, item(1));
    BOOST_TEST(stateOf([&] { transaction.run(insertItem, item(1)); }) == "23505");
    BOOST_TEST(stateOf([&] { transaction.commit(); }) == "25P02");
    transaction.rollback();
    BOOST_TEST(count() == 0);
}

BOOST_AUTO_TEST_CASE(serialization_failures_are_tried_again) {
    pool.run(insertItem, item(1, "0"));
    Statement const serializable{"serializable", "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE"};
    Statement const readItem{"readItem", "SELECT name FROM item WHERE id = 1"};
    Statement const writeItem{"writeItem", "UPDATE item SET name = $1 WHERE id = 1"};
    std::atomic<int> runs{0};
    auto const increment = [&] {
        pool.inTransaction([&](Transaction &transaction) {
            ++runs;
            transaction.run(serializable);
            int const value = std::stoi(std::string(transaction.run(readItem).text(0, 0)));
            // Another commits in between, the first time.
            if (runs == 1) pool.run(writeItem, std::move(Parameters().text("10")));
            transaction.run(writeItem, std::move(Parameters().text(std::to_string(value + 1))));
        });
    };
    increment();
    BOOST_TEST(pool.run(readItem).text(0, 0) == "11");
    BOOST_TEST(runs == 2);
}

BOOST_AUTO_TEST_CASE(other_failures_are_not_tried_again) {
    int runs = 0;
    BOOST_TEST(stateOf([&] {
                   pool.inTransaction([&](Transaction &transaction) {
                       ++runs;
                       transaction.run(insertItem, item(1));
                       transaction.run(insertItem, item(1));
                   });
               }) == "23505");
    BOOST_TEST(runs == 1);
}

BOOST_AUTO_TEST_CASE(deadlocks_are_resolved) {
    pool.run(insertItem, item(1, "0"));
    pool.run(insertItem, item(2, "0"));
    database.execute("ALTER DATABASE " + database.name() + " SET deadlock_timeout = '20ms'");
    Pool fresh(database.options());
    Statement const update{"update", "UPDATE item SET name = (name::int + 1)::text WHERE id = $1"};
    inLoop([&] {
        fiber::Event first;
        fiber::Event second;
        fiber::Event done;
        int runs = 0;
        fiber::Loop::current()->spawn([&] {
            fresh.inTransaction([&](Transaction &transaction) {
                transaction.run(update, std::move(Parameters().integer(1)));
                if (++runs <= 2) {
                    first.set();
                    BOOST_TEST(second.wait(fiber::Clock::now() + std::chrono::seconds(2)));
                }
                transaction.run(update, std::move(Parameters().integer(2)));
            });
            done.set();
        });
        fresh.inTransaction([&](Transaction &transaction) {
            transaction.run(update, std::move(Parameters().integer(2)));
            if (++runs <= 2) {
                second.set();
                BOOST_TEST(first.wait(fiber::Clock::now() + std::chrono::seconds(2)));
            }
            transaction.run(update, std::move(Parameters().integer(1)));
        });
        BOOST_TEST(done.wait(fiber::Clock::now() + std::chrono::seconds(5)));
        BOOST_TEST(runs >= 3);  // one of the two, at times both, had to begin again
    });
    BOOST_TEST(pool.run({"sum", "SELECT sum(name::int) FROM item"}).integer(0, 0) == 4);
}

BOOST_AUTO_TEST_CASE(connections_that_died_while_idle_are_replaced) {
    auto const work = [&] {
        auto const before = pool.run(backend).integer(0, 0);
        inLoop([&] { BOOST_TEST(!pool.read(countItems).empty()); });
        terminateAll();
        BOOST_TEST(pool.run(backend).integer(0, 0) != before);
        BOOST_TEST(pool.usage().open == 1);
    };
    work();
    work();
    terminateAll();
    pool.run(insertItem, item(1));
    BOOST_TEST(count() == 1);
}

BOOST_AUTO_TEST_CASE(a_write_on_a_connection_that_breaks_says_so_and_is_not_repeated) {
    Statement const suicide{"suicide", "WITH w AS (INSERT INTO item (id) VALUES ($1) RETURNING id)"
                                       " SELECT pg_terminate_backend(pg_backend_pid()) FROM w"};
    for (bool const fiber : {false, true}) {
        std::string state;
        auto const work = [&] { state = stateOf([&] { pool.run(suicide, std::move(Parameters().integer(1))); }); };
        if (fiber) {
            inLoop(work);
        } else {
            work();
        }
        BOOST_TEST((state == "57P01" || state == "08006"), state);
        BOOST_TEST(count() == 0);
    }
    BOOST_TEST((toError(DatabaseError("08006", "", "", "", 0)).code == ErrorCode::unavailable));
}

BOOST_AUTO_TEST_CASE(a_transaction_that_lost_its_connection_before_the_commit_is_run_again) {
    int runs = 0;
    pool.inTransaction([&](Transaction &transaction) {
        transaction.run(insertItem, item(1));
        if (++runs == 1) terminateAll();
        transaction.run(insertItem, item(2));
    });
    BOOST_TEST(runs == 2);
    BOOST_TEST(count() == 2);
}

BOOST_AUTO_TEST_CASE(fibers_wait_for_a_connection_in_the_order_in_which_they_came) {
    Pool small(database.options(2));
    Statement const nap{"nap", "SELECT pg_sleep(0.01), pg_backend_pid()"};
    std::vector<int> order;
    std::vector<std::int64_t> backends;
    fiber::Loop loop;
    for (int i = 0; i < 20; ++i) {
        loop.spawn([&, i] {
            backends.push_back(small.run(nap).integer(0, 1));
            order.push_back(i);
            if (order.size() == 20) loop.stop();
        });
    }
    loop.run();
    std::ranges::sort(backends);
    BOOST_TEST(std::ranges::distance(backends.begin(), std::ranges::unique(backends).begin()) == 2);
    // Two run side by side and may end in either order.
    for (int i = 0; i < 20; ++i) BOOST_TEST(std::abs(order[static_cast<std::size_t>(i)] - i) <= 1);
    BOOST_TEST(small.usage().open == 2);
    BOOST_TEST(small.usage().waiting == 0);
}

BOOST_AUTO_TEST_CASE(threads_share_the_pool_with_fibers) {
    Pool small(database.options(3));
    std::atomic<int> done{0};
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back([&, i] {
                auto const work = [&] {
                    for (int n = 0; n < 50; ++n) done += static_cast<int>(small.run({"one", "SELECT 1"}).integer(0, 0));
                };
                if (i % 2 == 0) {
                    work();
                } else {
                    inLoop(work);
                }
            });
        }
    }
    BOOST_TEST(done == 200);
    BOOST_TEST(small.usage().busy == 0);
    BOOST_TEST(small.usage().open <= 3);
}

BOOST_AUTO_TEST_CASE(who_waits_too_long_is_told_that_the_database_is_busy) {
    PoolOptions options = database.options(1);
    options.waitTimeoutSeconds = 0;
    Pool small(options);
    auto const work = [&] {
        Transaction holder(small);
        holder.run(countItems);
        try {
            small.run(countItems);
            BOOST_ERROR("was answered");
        } catch (const Error &error) {
            BOOST_TEST((error.code == ErrorCode::unavailable));
        }
        BOOST_TEST(small.usage().waiting == 0);
    };
    work();
    inLoop(work);
    BOOST_TEST(!small.run(countItems).empty());
}

BOOST_AUTO_TEST_CASE(no_connection_is_lost_when_none_can_be_made) {
    PoolOptions options = database.options(2);
    options.connectionString = database.dsn({{"dbname", "kontor_no_such_database"}});
    Pool broken(options);
    auto const work = [&] {
        for (int i = 0; i < 5; ++i) BOOST_TEST(stateOf([&] { broken.run(countItems); }) == "08001");
        BOOST_TEST(!broken.ping());
    };
    work();
    inLoop(work);
    inLoop([&] { BOOST_TEST(stateOf([&] { (void)broken.read(countItems); }) == "08001"); });
    BOOST_TEST(broken.usage().open == 0);
    BOOST_TEST(pool.ping());
}

BOOST_AUTO_TEST_CASE(the_first_host_that_answers_and_may_be_written_is_taken) {
    PoolOptions options = database.options(1);
    std::map<std::string, std::string> changes{{"target_session_attrs", "read-write"}};
    std::string const host =
        database.execute("SELECT coalesce(host(inet_server_addr()), current_setting('unix_socket_directories'))");
    std::string const port = database.execute("SELECT current_setting('port')");
    changes["host"] = "127.0.0.1," + host;
    changes["port"] = "1," + port;
    options.connectionString = database.dsn(changes);
    Pool pair(options);
    inLoop([&] { BOOST_TEST(pair.ping()); });
}

BOOST_AUTO_TEST_CASE(sessions_have_the_search_path_the_name_and_the_timeout_of_the_pool) {
    database.execute("CREATE SCHEMA contact; CREATE TABLE contact.here (id int)");
    PoolOptions options = database.options(1);
    options.searchPath = "contact";
    options.applicationName = "kontor test";
    options.statementTimeoutSeconds = 1;
    Pool named(options);
    BOOST_TEST(named.run({"here", "SELECT count(*) FROM here"}).integer(0, 0) == 0);
    BOOST_TEST(named.run({"name", "SELECT current_setting('application_name')"}).text(0, 0) == "kontor test");
    try {
        named.run({"slow", "SELECT pg_sleep(20)"});
        BOOST_ERROR("was not cancelled");
    } catch (const DatabaseError &failure) {
        BOOST_TEST(failure.sqlState == "57014");
        BOOST_TEST((toError(failure).code == ErrorCode::unavailable));
    }
}

BOOST_AUTO_TEST_SUITE_END()
