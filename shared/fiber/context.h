#pragma once

// One stackful fiber on Boost.Context: a stack that can be entered and left. Loop schedules them; nothing else uses
// this header.

#include <boost/context/fiber.hpp>

#include <functional>

namespace kontor::fiber {

/// Runs one piece of work after the other on its own stack. resume() belongs to the loop, suspend() to the work.
class Fiber {
  public:
    Fiber();
    ~Fiber();
    Fiber(const Fiber &) = delete;
    Fiber &operator=(const Fiber &) = delete;

    /// Gives a finished fiber its next work.
    void assign(std::function<void()> work);
    /// Enters the fiber; returns when it suspends or its work is done.
    void resume();
    /// Leaves the fiber, from inside.
    void suspend();
    [[nodiscard]] bool finished() const { return finished_; }

  private:
    /// The C++ runtime keeps the exceptions being handled for each thread; each fiber needs its own, or a fiber that
    /// waits inside a catch block would share them with the next. Layout of __cxa_eh_globals, Itanium C++ ABI 2.2.2.
    struct ExceptionState {
        void *caught = nullptr;
        unsigned int uncaught = 0;
    };

    boost::context::fiber main(boost::context::fiber &&caller);
    void swapExceptionState();

    boost::context::fiber context_;
    boost::context::fiber caller_;
    std::function<void()> work_;
    ExceptionState exceptions_;
    bool finished_ = true;
    bool ending_ = false;

    // For the sanitizers, which must be told of each switch of stacks.
    [[maybe_unused]] void *stackBottom_ = nullptr;
    [[maybe_unused]] std::size_t stackSize_ = 0;
    [[maybe_unused]] const void *callerBottom_ = nullptr;
    [[maybe_unused]] std::size_t callerSize_ = 0;
    [[maybe_unused]] void *threadFiber_ = nullptr;
    [[maybe_unused]] void *callerThreadFiber_ = nullptr;
};

}  // namespace kontor::fiber
