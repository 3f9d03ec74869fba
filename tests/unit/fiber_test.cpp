#include "shared/fiber/gate.h"
#include "shared/fiber/loop.h"

#include <boost/test/unit_test.hpp>

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <string>
#include <thread>

using namespace kontor::fiber;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(fiber)

namespace {
struct SocketPair {
    SocketPair() { BOOST_REQUIRE_EQUAL(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()), 0); }
    ~SocketPair() {
        ::close(ends[0]);
        ::close(ends[1]);
    }
    std::array<int, 2> ends{};
};
void put(int descriptor, char c) { BOOST_REQUIRE_EQUAL(::write(descriptor, &c, 1), 1); }
char take(int descriptor) {
    char c = 0;
    BOOST_REQUIRE_EQUAL(::read(descriptor, &c, 1), 1);
    return c;
}
}  // namespace

BOOST_AUTO_TEST_CASE(fibers_of_a_loop_take_turns_while_they_wait) {
    Loop loop;
    SocketPair pair;
    std::string order;
    loop.spawn([&] {
        order += 'a';
        BOOST_TEST(wait(pair.ends[0], Interest::readable));
        order += take(pair.ends[0]);
    });
    loop.spawn([&] {
        order += 'b';
        put(pair.ends[1], 'c');
    });
    loop.stop();
    loop.run();
    BOOST_TEST(order == "abc");
}

BOOST_AUTO_TEST_CASE(a_wait_ends_at_its_deadline) {
    Loop loop;
    SocketPair pair;
    bool ready = true;
    loop.spawn([&] { ready = wait(pair.ends[0], Interest::readable, Clock::now() + 20ms); });
    loop.stop();
    loop.run();
    BOOST_TEST(!ready);
}

BOOST_AUTO_TEST_CASE(outside_a_loop_wait_blocks_the_thread) {
    SocketPair pair;
    BOOST_TEST(!wait(pair.ends[0], Interest::readable, Clock::now() + 5ms));
    put(pair.ends[1], 'x');
    BOOST_TEST(wait(pair.ends[0], Interest::readable));
}

BOOST_AUTO_TEST_CASE(a_watch_starts_one_fiber_until_it_is_armed_again) {
    Loop loop;
    SocketPair pair;
    int calls = 0;
    loop.watch(pair.ends[0], [&] {
        ++calls;
        take(pair.ends[0]);
        if (calls == 1) {
            put(pair.ends[1], '2');  // comes while the first is being handled
            sleep(5ms);
            loop.rearm(pair.ends[0]);
        } else {
            loop.forget(pair.ends[0]);
            loop.stop();
        }
    });
    put(pair.ends[1], '1');
    loop.run();
    BOOST_TEST(calls == 2);
}

BOOST_AUTO_TEST_CASE(exceptions_being_handled_belong_to_their_fiber) {
    Loop loop;
    std::string first;
    std::string second;
    auto const thrower = [](std::string text, std::string &out, Clock::duration pause) {
        return [text = std::move(text), &out, pause] {
            try {
                throw std::runtime_error(text);
            } catch (const std::exception &) {
                sleep(pause);
                try {
                    throw;
                } catch (const std::exception &again) {
                    out = again.what();
                }
            }
        };
    };
    loop.spawn(thrower("one", first, 20ms));
    loop.spawn(thrower("two", second, 5ms));
    loop.stop();
    loop.run();
    BOOST_TEST(first == "one");
    BOOST_TEST(second == "two");
}

BOOST_AUTO_TEST_CASE(an_event_wakes_a_fiber_from_another_thread_and_a_thread_from_a_fiber) {
    Loop loop;
    Event toFiber;
    Event toThread;
    bool woken = false;
    loop.spawn([&] {
        woken = toFiber.wait();
        toThread.set();
    });
    loop.stop();
    std::jthread other([&] { toFiber.set(); });
    loop.run();
    BOOST_TEST(woken);
    BOOST_TEST(toThread.wait(Clock::now() + 1s));
}

BOOST_AUTO_TEST_CASE(an_event_that_nobody_sets_times_out_and_can_be_used_again) {
    Loop loop;
    Event event;
    bool first = true;
    bool second = false;
    loop.spawn([&] {
        first = event.wait(Clock::now() + 5ms);
        event.set();
        second = event.wait();
    });
    loop.stop();
    loop.run();
    BOOST_TEST(!first);
    BOOST_TEST(second);
}

BOOST_AUTO_TEST_CASE(offload_brings_results_and_exceptions_back) {
    Loop loop;
    std::thread::id worker;
    std::string message;
    loop.spawn([&] {
        offload([&] { worker = std::this_thread::get_id(); });
        try {
            offload([] { throw std::runtime_error("no"); });
        } catch (const std::exception &failure) {
            message = failure.what();
        }
    });
    loop.stop();
    loop.run();
    BOOST_TEST((worker != std::thread::id{} && worker != std::this_thread::get_id()));
    BOOST_TEST(message == "no");
}

BOOST_AUTO_TEST_CASE(posted_work_runs_in_a_fiber) {
    Loop loop;
    bool inFiber = false;
    std::jthread poster([&] {
        loop.post([&] { inFiber = Loop::current() == &loop; });
        loop.stop();
    });
    loop.run();
    BOOST_TEST(inFiber);
}

BOOST_AUTO_TEST_CASE(a_gate_lets_in_as_many_as_it_has_places_and_who_waits_longest_first) {
    Loop loop;
    Gate gate(2);
    Event go;
    std::string order;
    auto const work = [&](char name) {
        loop.spawn([&, name] {
            Place const place(gate);
            order += name;
            if (name == 'a') BOOST_TEST(go.wait());
        });
    };
    work('a');
    loop.spawn([&] {
        BOOST_TEST(gate.enter());
        loop.spawn([&] {
            BOOST_TEST(!gate.enter(Clock::now() + 5ms));
            order += '-';
            work('b');
            work('c');
            loop.spawn([&] {
                order += '|';
                gate.leave();
                go.set();
            });
        });
    });
    loop.stop();
    loop.run();
    BOOST_TEST(order == "a-|bc");
    BOOST_TEST((gate.enter() && gate.enter()));
    BOOST_TEST(!gate.enter(Clock::now()));
}

BOOST_AUTO_TEST_SUITE_END()
