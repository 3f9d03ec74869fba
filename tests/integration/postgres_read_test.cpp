#include "tests/integration/scratch_database.h"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <thread>
#include <vector>

using namespace kontor;
using namespace kontor::postgres;
using namespace kontor::test;

namespace {

const Statement selectItem{"selectItem", "SELECT id, name FROM item WHERE id = $1"};

struct Fixture {
    Fixture() {
        database.execute(
            "CREATE TABLE item AS SELECT i::bigint AS id, 'name ' || i AS name FROM generate_series(1, 1000) i;"
            "CREATE UNIQUE INDEX ON item (id)");
    }
    Parameters id(std::int64_t value) { return std::move(Parameters().integer(value)); }
    void check(std::int64_t value) {
        Rows const rows = pool.read(selectItem, id(value));
        BOOST_REQUIRE_EQUAL(rows.size(), 1);
        BOOST_REQUIRE_EQUAL(rows.integer(0, 0), value);
        BOOST_REQUIRE_EQUAL(rows.text(0, 1), "name " + std::to_string(value));
    }
    /// Runs the fibers on one loop until all have ended; the first exception comes out.
    void together(const std::vector<std::function<void()>> &works) {
        fiber::Loop loop;
        std::exception_ptr failure;
        for (const auto &work : works) {
            loop.spawn([&] {
                try {
                    work();
                } catch (...) {
                    failure = std::current_exception();
                }
            });
        }
        loop.stop();
        loop.run();
        if (failure) std::rethrow_exception(failure);
    }
    ScratchDatabase database;
    Pool pool{database.options()};
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

BOOST_FIXTURE_TEST_SUITE(postgres_read, Fixture)

BOOST_AUTO_TEST_CASE(each_fiber_gets_its_own_rows) {
    std::vector<std::function<void()>> works;
    for (int fiber = 0; fiber < 50; ++fiber) {
        works.emplace_back([this, fiber] {
            for (int i = 0; i < 40; ++i) check((fiber * 37 + i * 11) % 1000 + 1);
        });
    }
    together(works);
    // The first ones came while the reader's connection was being made, and went the ordinary way.
    BOOST_TEST(pool.usage().open <= 4);
}

BOOST_AUTO_TEST_CASE(outside_a_loop_it_is_an_ordinary_statement) {
    check(7);
    BOOST_TEST(pool.usage().open == 1);
}

BOOST_AUTO_TEST_CASE(loops_on_several_threads_do_not_meet) {
    std::atomic<int> right{0};
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 3; ++thread) {
        threads.emplace_back([&, thread] {
            inLoop([&] {
                for (int i = 1; i <= 200; ++i)
                    right += pool.read(selectItem, id(i + thread)).integer(0, 0) == i + thread ? 1 : 0;
            });
        });
    }
    threads.clear();
    BOOST_TEST(right == 600);
}

BOOST_AUTO_TEST_CASE(a_neighbours_error_is_only_its_own) {
    Statement const dividing{"dividing", "SELECT 1 / $1"};
    Statement const wrong{"wrong", "SELECT nothing FROM nowhere WHERE $1 = 1"};
    std::vector<std::function<void()>> works;
    int failed = 0;
    works.emplace_back([this] { check(1); });  // makes the connection
    for (int fiber = 0; fiber < 30; ++fiber) {
        works.emplace_back([&, fiber] {
            check(fiber + 1);  // from here on all are in step
            for (int i = 0; i < 10; ++i) {
                if (fiber % 10 == 3) {
                    BOOST_REQUIRE_EQUAL(stateOf([&] { (void)pool.read(dividing, id(0)); }), "22012");
                    ++failed;
                } else if (fiber % 10 == 7) {
                    BOOST_REQUIRE_EQUAL(stateOf([&] { (void)pool.read(wrong, id(0)); }), "42P01");
                    ++failed;
                } else {
                    check(i * 13 + fiber + 1);
                }
            }
        });
    }
    together(works);
    BOOST_TEST(failed == 60);
}

BOOST_AUTO_TEST_CASE(a_lost_connection_is_not_noticed) {
    inLoop([&] {
        check(1);
        for (int round = 0; round < 3; ++round) {
            database.execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname ="
                             " current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'");
            check(round + 2);
            check(round + 3);
        }
    });
    // While others wait for it, too.
    std::vector<std::function<void()>> works;
    for (int fiber = 0; fiber < 20; ++fiber) {
        works.emplace_back([this, fiber] {
            for (int i = 0; i < 20; ++i) {
                if (fiber == 0 && i % 5 == 4) {
                    Statement const farewell{"farewell", "SELECT pg_terminate_backend(pg_backend_pid()), $1::bigint"};
                    (void)stateOf([&] { (void)pool.read(farewell, id(0)); });
                } else {
                    check(fiber + i + 1);
                }
            }
        });
    }
    together(works);
}

BOOST_AUTO_TEST_CASE(more_statements_than_are_kept_prepared) {
    std::vector<std::function<void()>> works;
    for (int fiber = 0; fiber < 8; ++fiber) {
        works.emplace_back([this, fiber] {
            for (int i = 0; i < 300; ++i) {
                int const number = fiber * 300 + i;
                Statement const built{"built", "SELECT $1 + " + std::to_string(number)};
                BOOST_REQUIRE_EQUAL(pool.read(built, id(1)).integer(0, 0), number + 1);
            }
        });
    }
    together(works);
    inLoop([&] {
        for (int i = 0; i < 600; ++i) (void)pool.read({"built", "SELECT $1 - " + std::to_string(i)}, id(1));
        BOOST_TEST(pool.read({"prepared", "SELECT count(*) FROM pg_prepared_statements"}).integer(0, 0) <= 502);
    });
}

BOOST_AUTO_TEST_CASE(answers_and_questions_larger_than_a_socket_takes) {
    std::vector<std::function<void()>> works;
    for (int fiber = 0; fiber < 20; ++fiber) {
        works.emplace_back([this, fiber] {
            Statement const echo{"echo", "SELECT $1 || 'x'"};
            std::string const large(1'000'000, static_cast<char>('a' + fiber));
            for (int i = 0; i < 3; ++i) {
                Rows const rows = pool.read(echo, std::move(Parameters().text(large)));
                BOOST_REQUIRE((rows.text(0, 0) == large + "x"));
            }
        });
    }
    together(works);
}

BOOST_AUTO_TEST_CASE(a_read_sees_what_the_same_fiber_has_written) {
    inLoop([&] {
        for (int i = 1; i <= 50; ++i) {
            std::string const name = "new " + std::to_string(i);
            pool.run({"rename", "UPDATE item SET name = $1 WHERE id = 1"}, std::move(Parameters().text(name)));
            BOOST_REQUIRE_EQUAL(pool.read(selectItem, id(1)).text(0, 1), name);
        }
    });
}

BOOST_AUTO_TEST_SUITE_END()
