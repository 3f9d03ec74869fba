#pragma once

// Fibers: many requests on few threads, written as if each had a thread of its own. A fiber that waits for a socket
// gives its thread to the next one; code that runs outside a loop (the command line, a test) blocks instead, so that
// everything built on wait() works in both.
//
//     fiber::Loop loop;
//     loop.spawn([&] { auto rows = pool.run(selectContact, parameters); … });
//     loop.run();
//
// A std::mutex must not be held across anything that waits: the fiber that wants it next may be on the same thread.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

namespace kontor::fiber {

using Clock = std::chrono::steady_clock;
using Deadline = std::optional<Clock::time_point>;  ///< empty = wait for ever

enum class Interest : std::uint8_t { readable, writable, either };

/// One thread's event loop. All members but post() and stop() belong to the thread that calls run().
class Loop {
  public:
    Loop();
    ~Loop();
    Loop(const Loop &) = delete;
    Loop &operator=(const Loop &) = delete;

    /// Runs fibers until stop() was called and the last fiber has ended.
    void run();
    /// Starts a fiber on this loop, from its own thread.
    void spawn(std::function<void()> work);
    /// Starts a fiber on this loop, from any thread.
    void post(std::function<void()> work);
    /// Calls `onReadable` in a fresh fiber when the descriptor has something to read (or was closed by its peer). The
    /// watch is then off until rearm(); a waiting descriptor costs no fiber. The fiber may wait() on the descriptor.
    void watch(int descriptor, std::function<void()> onReadable);
    /// Turns the watch on again; fires at once when there is something to read already.
    void rearm(int descriptor);
    /// Ends the watch. Must be called before the descriptor is closed.
    void forget(int descriptor);
    /// Makes run() return once no fiber is left. Any thread.
    void stop();
    /// Calls `flush` each time before the loop looks for new events: the place to send what fibers have gathered. It
    /// runs outside any fiber and must not wait. Returns a number for removeBeforeWait.
    int beforeWait(std::function<void()> flush);
    void removeBeforeWait(int number);
    /// Unlike the address of a loop, never given twice.
    [[nodiscard]] std::uint64_t number() const { return number_; }
    /// Fibers that have started and not ended.
    [[nodiscard]] std::size_t fibers() const;

    /// The loop of this thread; nullptr when the thread runs none or no fiber is running.
    [[nodiscard]] static Loop *current();

    /// The loop that run() is executing on this thread, also outside its fibers (in a beforeWait function).
    [[nodiscard]] static Loop *ofThread();

    struct Implementation;
    Implementation &implementation() { return *implementation_; }

  private:
    std::uint64_t number_;
    std::unique_ptr<Implementation> implementation_;
};

/// Waits until the descriptor is ready. False when the deadline passed first. One waiter for each descriptor at a time.
[[nodiscard]] bool wait(int descriptor, Interest interest, Deadline deadline = {});

/// Lets the other fibers run for at least this long.
void sleep(Clock::duration time);

/// Runs something that blocks or computes for long (argon2, file system) on a helper thread while the fiber waits.
/// Exceptions come back to the caller.
void offload(const std::function<void()> &work);

/// Something that one fiber or thread waits for and another gives. Reusable after wait() has returned.
class Event {
  public:
    Event();
    ~Event();
    Event(const Event &) = delete;
    Event &operator=(const Event &) = delete;

    /// Wakes the waiter, now or when it comes. Any thread.
    void set();
    /// Waits until set; false when the deadline passed first. One waiter at a time.
    [[nodiscard]] bool wait(Deadline deadline = {});

  private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace kontor::fiber
