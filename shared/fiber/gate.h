#pragma once

// A number of places for work that gets slower when more is done at once than there are processors to do it.

#include "shared/fiber/loop.h"

#include <memory>

namespace kontor::fiber {

/// Whoever waits longest is next. For fibers and threads.
class Gate {
  public:
    explicit Gate(int places);
    ~Gate();
    Gate(const Gate &) = delete;
    Gate &operator=(const Gate &) = delete;

    /// Waits for a place; false when the deadline passed first.
    [[nodiscard]] bool enter(Deadline deadline = {});
    /// Gives the place to the next. Once for each enter() that was true.
    void leave();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

/// A place for the time of a scope.
class Place {
  public:
    explicit Place(Gate &gate, Deadline deadline = {}) : gate_(gate), entered_(gate.enter(deadline)) {}
    ~Place() {
        if (entered_) gate_.leave();
    }
    Place(const Place &) = delete;
    Place &operator=(const Place &) = delete;
    /// False when the deadline passed first.
    [[nodiscard]] bool entered() const { return entered_; }

  private:
    Gate &gate_;
    bool entered_;
};

}  // namespace kontor::fiber
