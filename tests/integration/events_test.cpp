#include "shared/contract/uuid.h"
#include "shared/events/delivery.h"
#include "tests/integration/scratch_database.h"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <fstream>
#include <mutex>
#include <sstream>

using namespace kontor;
using namespace kontor::events;
using namespace kontor::postgres;
using namespace kontor::test;

namespace {

const Statement insertEvent{"insertEvent",
                            "INSERT INTO outbox (at, entity, record_id, version, kind, changed, payload)"
                            " VALUES (now(), 'account', $1, $2, 'updated', '{name}', '{\"name\": \"x\"}')"};

/// Two services, each with its schema, as the migrations make them.
struct Fixture {
    Fixture() {
        std::ifstream const file(KONTOR_SOURCE_FOLDER "/shared/entity/migrations/0001_common.sql");
        BOOST_REQUIRE(file);
        std::ostringstream common;
        common << file.rdbuf();
        for (const char *const schema : {"contact", "reporting"}) {
            database.execute(std::string("CREATE SCHEMA ") + schema + "; SET search_path = " + schema + ";" +
                             common.str());
        }
        database.execute("CREATE TABLE reporting.applied (n bigint GENERATED ALWAYS AS IDENTITY, version bigint)");
    }
    PoolOptions of(const char *schema) {
        PoolOptions options = database.options(6);
        options.searchPath = schema;
        return options;
    }
    static Parameters event(std::int64_t version, const std::string &id = newId()) {
        return std::move(Parameters().uuid(id).integer(version));
    }
    /// Until the event can be read: the cluster's other databases have running transactions too.
    void settle() {
        BOOST_REQUIRE(eventually([&] {
            return contact
                       .run({"heldBackCount", "SELECT count(*) FROM outbox"
                                              " WHERE xid >= pg_snapshot_xmin(pg_current_snapshot())"})
                       .integer(0, 0) == 0;
        }));
    }
    void write(std::int64_t version) {
        contact.run(insertEvent, event(version));
        settle();
    }
    Subscription subscription() {
        return {.consumer = "test",
                .service = contact,
                .target = reporting,
                .apply =
                    [](Transaction &transaction, std::span<const Event> events) {
                        static const Statement insert{"insertApplied", "INSERT INTO applied (version) VALUES ($1)"};
                        for (const Event &each : events)
                            transaction.run(insert, std::move(Parameters().integer(each.version)));
                    },
                .fromNow = false,
                .batchSize = 500};
    }
    std::vector<std::string> applied() {
        return reporting.run({"applied", "SELECT coalesce(array_agg(version::text ORDER BY n), '{}') FROM applied"})
            .textArray(0, 0);
    }
    static std::vector<std::int64_t> versions(const std::vector<Event> &events) {
        std::vector<std::int64_t> all;
        for (const Event &each : events) all.push_back(each.version);
        return all;
    }

    ScratchDatabase database;
    Pool contact{of("contact")};
    Pool reporting{of("reporting")};
};

using Versions = std::vector<std::int64_t>;
using Texts = std::vector<std::string>;

}  // namespace

BOOST_FIXTURE_TEST_SUITE(events, Fixture)

BOOST_AUTO_TEST_CASE(an_event_is_read_as_it_was_written) {
    std::string const record = newId();
    std::string const owner = newId();
    std::string const user = newId();
    contact.run({"full",
                 "INSERT INTO outbox (at, entity, record_id, version, kind, changed, payload, owner_id, user_id)"
                 " VALUES ('2026-11-23T10:15:30.123456Z', 'contact', $1, 7, 'created', '{a,b}', '{\"a\":1}', $2, $3)"},
                std::move(Parameters().uuid(record).uuid(owner).uuid(user)));
    settle();
    auto const all = readOutbox(contact, {}, 10);
    BOOST_REQUIRE_EQUAL(all.size(), 1);
    BOOST_TEST(all[0].entity == "contact");
    BOOST_TEST(all[0].recordId == record);
    BOOST_TEST(all[0].version == 7);
    BOOST_TEST(all[0].kind == "created");
    BOOST_TEST(all[0].at.toString() == "2026-11-23T10:15:30.123456Z");
    BOOST_TEST(all[0].changed == (Texts{"a", "b"}), boost::test_tools::per_element());
    std::string const time = "\"2026-11-23T10:15:30.123456Z\"";
    BOOST_TEST(all[0].payload == "{\"id\":\"" + record + "\",\"version\":7,\"createdAt\":" + time +
                                     ",\"createdBy\":\"" + user + "\",\"updatedAt\":" + time + ",\"updatedBy\":\"" +
                                     user + "\",\"ownerId\":\"" + owner + "\",\"a\":1}");
    BOOST_TEST(all[0].ownerId.value_or("") == owner);
    BOOST_TEST(!all[0].teamId);
    BOOST_TEST((endOfOutbox(contact) == all[0].position));
    BOOST_TEST(readOutbox(contact, all[0].position, 10).empty());
}

BOOST_AUTO_TEST_CASE(a_transaction_that_commits_late_is_not_overtaken) {
    Transaction slow(contact);
    slow.run(insertEvent, event(1));
    contact.run(insertEvent, event(2));
    contact.run(insertEvent, event(3));
    // The later ones are committed, and wait for the one that began before them.
    BOOST_TEST(readOutbox(contact, {}, 10).empty());
    BOOST_TEST((endOfOutbox(contact) == Position{}));
    BOOST_TEST(heldBack(contact).count() > 0);
    slow.run(insertEvent, event(4));
    slow.commit();
    settle();
    auto const all = readOutbox(contact, {}, 10);
    BOOST_TEST(versions(all) == (Versions{1, 4, 2, 3}), boost::test_tools::per_element());
    BOOST_TEST(heldBack(contact).count() == 0);
    // In pages nothing is lost or doubled.
    Versions paged;
    for (Position at;;) {
        auto const page = readOutbox(contact, at, 1);
        if (page.empty()) break;
        paged.push_back(page[0].version);
        at = page[0].position;
    }
    BOOST_TEST(paged == (Versions{1, 4, 2, 3}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_was_rolled_back_is_never_seen) {
    {
        Transaction lost(contact);
        lost.run(insertEvent, event(1));
    }
    write(2);
    BOOST_TEST(versions(readOutbox(contact, {}, 10)) == (Versions{2}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(readers_among_many_writers_miss_nothing_and_see_each_record_in_order) {
    constexpr int writers = 4;
    constexpr int each = 100;
    std::vector<std::string> const records{newId(), newId(), newId(), newId()};
    std::atomic<int> running{writers};
    std::vector<std::jthread> threads;
    for (int w = 0; w < writers; ++w) {
        threads.emplace_back([&, w] {
            for (int n = 1; n <= each; ++n) {
                Transaction transaction(contact);
                transaction.run(insertEvent, event(n, records[static_cast<std::size_t>(w)]));
                if (n % 3 == 0) std::this_thread::yield();
                transaction.commit();
            }
            --running;
        });
    }
    std::map<std::string, std::int64_t> latest;
    int seen = 0;
    Position at;
    for (bool last = false; !last;) {
        last = running == 0;
        for (auto page = readOutbox(contact, at, 7); !page.empty(); page = readOutbox(contact, at, 7)) {
            for (const Event &one : page) {
                BOOST_REQUIRE_EQUAL(one.version, ++latest[one.recordId]);
                BOOST_REQUIRE((at < one.position));
                at = one.position;
                ++seen;
            }
        }
    }
    threads.clear();
    settle();
    seen += static_cast<int>(readOutbox(contact, at, 1000).size());
    BOOST_TEST(seen == writers * each);
}

BOOST_AUTO_TEST_CASE(purged_events_are_missed_by_name) {
    write(1);
    write(2);
    auto const first = readOutbox(contact, {}, 1).at(0).position;
    contact.run({"age", "UPDATE outbox SET at = at - interval '8 days'"});
    write(3);
    BOOST_TEST(purgeOutbox(contact, std::chrono::days(7)) == 2);
    BOOST_TEST(purgeOutbox(contact, std::chrono::days(7)) == 0);
    BOOST_CHECK_EXCEPTION((void)readOutbox(contact, first, 10), Error,
                          [](const Error &error) { return error.code == ErrorCode::invalidCursor; });
    // A new reader takes what there is.
    BOOST_TEST(versions(readOutbox(contact, {}, 10)) == (Versions{3}), boost::test_tools::per_element());
    auto const end = endOfOutbox(contact);
    BOOST_TEST(purgeOutbox(contact, std::chrono::seconds(-1)) == 1);
    BOOST_TEST((endOfOutbox(contact) == end));
    BOOST_TEST(readOutbox(contact, end, 10).empty());
}

BOOST_AUTO_TEST_CASE(a_subscription_applies_each_event_once_in_order) {
    for (int version = 1; version <= 5; ++version) write(version);
    Subscription pages = subscription();
    pages.batchSize = 2;
    BOOST_TEST(applyNext(pages) == 2);
    BOOST_TEST(applyNext(pages) == 2);
    BOOST_TEST(applyNext(pages) == 1);
    BOOST_TEST(applyNext(pages) == 0);
    BOOST_TEST(applied() == (Texts{"1", "2", "3", "4", "5"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_fails_is_rolled_back_and_comes_again) {
    write(1);
    write(2);
    Subscription failing = subscription();
    auto const apply = failing.apply;
    failing.apply = [&](Transaction &transaction, std::span<const Event> all) {
        apply(transaction, all);
        throw std::runtime_error("out of order");
    };
    BOOST_CHECK_THROW(applyNext(failing), std::runtime_error);
    BOOST_TEST(applied().empty());
    BOOST_TEST(applyNext(subscription()) == 2);
    BOOST_TEST(applied() == (Texts{"1", "2"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_new_consumer_may_begin_with_what_comes) {
    write(1);
    Subscription late = subscription();
    late.fromNow = true;
    BOOST_TEST(applyNext(late) == 0);
    write(2);
    BOOST_TEST(applyNext(late) == 1);
    BOOST_TEST(applied() == (Texts{"2"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_replay_begins_again_while_a_delivery_runs) {
    DeliveryOptions options;
    options.interval = std::chrono::milliseconds(20);
    Subscription interested = subscription();
    interested.interest.entities = {"account"};
    Delivery delivery(options);
    delivery.subscribe(interested);
    for (int version = 1; version <= 3; ++version) write(version);
    // What is passed over moves how far the delivery has looked, ahead of what is stored.
    for (int version = 4; version <= 6; ++version) {
        contact.run({"other", "INSERT INTO outbox (at, entity, record_id, version, kind, changed, payload)"
                              " VALUES (now(), 'contact', $1, $2, 'updated', '{name}', '{}')"},
                    event(version));
    }
    settle();
    BOOST_TEST(eventually([&] { return applied() == Texts{"1", "2", "3"}; }));
    replay(interested);
    BOOST_TEST(eventually([&] { return applied() == Texts{"1", "2", "3", "1", "2", "3"}; }));
    write(7);
    BOOST_TEST(eventually([&] { return applied().back() == "7"; }));
    BOOST_TEST(applied().size() == 7U);
    // Also one that is new and wants only what comes begins with what there was, when asked to.
    Subscription late = subscription();
    late.consumer = "late";
    late.fromNow = true;
    BOOST_TEST(applyNext(late) == 0);
    replay(late);
    BOOST_TEST(applyNext(late) == 7);
}

BOOST_AUTO_TEST_CASE(the_lag_grows_while_events_are_not_applied) {
    std::atomic<bool> able = false;
    DeliveryOptions options;
    options.interval = std::chrono::milliseconds(20);
    Subscription stuck = subscription();
    auto const apply = stuck.apply;
    stuck.apply = [&, apply](Transaction &transaction, std::span<const Event> all) {
        if (!able) throw std::runtime_error("not yet");
        apply(transaction, all);
    };
    Delivery delivery(options);
    delivery.subscribe(stuck);
    auto const lag = [&] { return delivery.lags().at(0).seconds; };
    BOOST_TEST(lag() == 0);
    write(1);
    BOOST_TEST(eventually([&] { return lag() > 0; }));
    double const before = lag();
    BOOST_TEST(eventually([&] { return lag() > before + 0.05; }));
    able = true;
    BOOST_TEST(eventually([&] { return lag() == 0; }));
    BOOST_TEST(applied() == (Texts{"1"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(of_two_processes_with_one_consumer_one_works_at_a_time) {
    for (int version = 1; version <= 200; ++version) write(version);
    Pool other(of("reporting"));
    auto const drain = [&](Pool &target) {
        Subscription mine{.consumer = "test",
                          .service = contact,
                          .target = target,
                          .apply = subscription().apply,
                          .fromNow = false,
                          .batchSize = 3};
        for (int idle = 0; idle < 20;) {
            idle = applyNext(mine) == 0 ? idle + 1 : 0;
        }
    };
    {
        std::jthread const second([&] { drain(other); });
        drain(reporting);
    }
    drain(reporting);
    Texts expected;
    for (int version = 1; version <= 200; ++version) expected.push_back(std::to_string(version));
    BOOST_TEST(applied() == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(an_announcement_wakes_subscribers_here_and_in_other_processes) {
    // Nothing would be found by looking alone: it comes once an hour.
    DeliveryOptions options;
    options.interval = std::chrono::hours(1);
    options.announceInterval = std::chrono::milliseconds(10);
    Pool otherContact(of("contact"));
    std::atomic<int> received{0};
    Delivery here(options);
    Delivery there(options);
    auto const counting = [&](const char *name, Pool &service) {
        return Subscription{
            .consumer = name,
            .service = service,
            .target = reporting,
            .apply = [&](Transaction &, std::span<const Event> all) { received += static_cast<int>(all.size()); },
            .fromNow = false,
            .batchSize = 500};
    };
    here.subscribe(counting("here", contact));
    there.subscribe(counting("there", otherContact));
    BOOST_REQUIRE(eventually([&] {
        return database.execute("SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"
                                " AND datname = current_database()") == "2" &&
               reporting.run({"positions", "SELECT count(*) FROM consumer_position"}).integer(0, 0) == 2;
    }));
    write(1);
    here.announce(contact);
    BOOST_TEST(eventually([&] { return received == 2; }));
    for (int version = 2; version <= 10; ++version) {
        write(version);
        here.announce(contact);
    }
    BOOST_TEST(eventually([&] { return received == 20; }));
    BOOST_TEST(here.lags().size() == 1);
    BOOST_TEST(eventually([&] { return here.lags().at(0).seconds == 0; }));
}

BOOST_AUTO_TEST_CASE(a_delivery_goes_on_after_failures_and_lost_connections) {
    std::atomic<int> failures{0};
    DeliveryOptions options;
    options.interval = std::chrono::milliseconds(20);
    options.onFailure = [&](const std::string &consumer, const std::string &) {
        BOOST_TEST(consumer == "test");
        ++failures;
    };
    Subscription flaky = subscription();
    auto const apply = flaky.apply;
    flaky.apply = [&, apply](Transaction &transaction, std::span<const Event> all) {
        apply(transaction, all);
        if (failures == 0) throw std::runtime_error("not today");
    };
    Delivery delivery(options);
    delivery.subscribe(flaky);
    write(1);
    BOOST_TEST(eventually([&] { return applied() == Texts{"1"}; }));
    BOOST_TEST(failures == 1);
    database.execute(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'");
    write(2);
    BOOST_TEST(eventually([&] { return applied() == Texts{"1", "2"}; }));
}

BOOST_AUTO_TEST_SUITE_END()
