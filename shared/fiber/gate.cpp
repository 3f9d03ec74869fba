#include "shared/fiber/gate.h"

#include <deque>
#include <mutex>

namespace kontor::fiber {

struct Gate::State {
    std::mutex mutex;  // guards what follows; never held while waiting
    int free = 0;
    std::deque<Event *> waiters;
};

Gate::Gate(int places) : state_(std::make_unique<State>()) { state_->free = places; }

Gate::~Gate() = default;

bool Gate::enter(Deadline deadline) {
    Event mine;
    {
        std::lock_guard const lock(state_->mutex);
        if (state_->free > 0) {
            --state_->free;
            return true;
        }
        state_->waiters.push_back(&mine);
    }
    if (mine.wait(deadline)) return true;
    // Given in the moment in which the wait ended counts too.
    std::lock_guard const lock(state_->mutex);
    return std::erase(state_->waiters, &mine) == 0;
}

void Gate::leave() {
    std::lock_guard const lock(state_->mutex);
    if (state_->waiters.empty()) {
        ++state_->free;
    } else {
        state_->waiters.front()->set();
        state_->waiters.pop_front();
    }
}

}  // namespace kontor::fiber
