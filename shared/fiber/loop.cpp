#include "shared/fiber/loop.h"

#include "shared/fiber/context.h"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cassert>
#include <cerrno>
#include <condition_variable>
#include <cstdlib>
#include <deque>
#include <map>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace kontor::fiber {

namespace {

[[noreturn]] void throwErrno(const char *what) { throw std::system_error(errno, std::system_category(), what); }

int millisecondsUntil(const Deadline &deadline) {
    if (!deadline) return -1;
    auto const left = std::chrono::ceil<std::chrono::milliseconds>(*deadline - Clock::now()).count();
    return left < 0 ? 0 : static_cast<int>(std::min<long>(left, 3'600'000));
}

}  // namespace

using Timers = std::multimap<Clock::time_point, Fiber *>;

/// A fiber and what it is waiting for.
struct Task final : Fiber {
    using Fiber::Fiber;
    bool timedOut = false;
    bool hasTimer = false;
    Timers::iterator timer;
};

/// What is known of one descriptor.
struct Registration {
    std::function<void()> onReadable;  // set for watched descriptors, which stay in the epoll set
    Task *waiter = nullptr;
    bool watched = false;
    bool armed = false;
    std::uint32_t mask = 0;  // what the epoll set holds for a watched descriptor
};

struct Loop::Implementation {
    explicit Implementation(Loop &loop) : owner(loop) {
        epoll = ::epoll_create1(EPOLL_CLOEXEC);
        if (epoll < 0) throwErrno("epoll_create1");
        wakeup = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        if (wakeup < 0) throwErrno("eventfd");
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.fd = wakeup;
        if (::epoll_ctl(epoll, EPOLL_CTL_ADD, wakeup, &event) != 0) throwErrno("epoll_ctl");
    }
    ~Implementation() {
        idle.clear();
        ::close(wakeup);
        ::close(epoll);
    }
    Implementation(const Implementation &) = delete;
    Implementation &operator=(const Implementation &) = delete;

    Loop &owner;
    int epoll = -1;
    int wakeup = -1;
    std::deque<Task *> ready;
    std::vector<std::unique_ptr<Task>> idle;  // finished fibers, to be used again
    std::size_t active = 0;
    Task *running = nullptr;
    Timers timers;
    std::vector<std::unique_ptr<Registration>> registrations;  // by descriptor
    std::map<int, std::function<void()>> flushes;
    int nextFlush = 1;
    std::atomic<bool> stopping{false};

    std::mutex postedMutex;  // guards the two below
    std::vector<std::function<void()>> posted;
    std::vector<Task *> woken;

    Registration &registrationOf(int descriptor) {
        auto const index = static_cast<std::size_t>(descriptor);
        if (index >= registrations.size()) registrations.resize(index * 2 + 16);
        if (!registrations[index]) registrations[index] = std::make_unique<Registration>();
        return *registrations[index];
    }

    void control(int descriptor, std::uint32_t mask) {
        epoll_event event{};
        event.events = mask;
        event.data.fd = descriptor;
        if (::epoll_ctl(epoll, EPOLL_CTL_MOD, descriptor, &event) == 0) return;
        if (errno != ENOENT || ::epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event) != 0) throwErrno("epoll_ctl");
    }

    void start(std::function<void()> work) {
        std::unique_ptr<Task> task;
        if (idle.empty()) {
            task = std::make_unique<Task>();
        } else {
            task = std::move(idle.back());
            idle.pop_back();
        }
        task->assign(std::move(work));
        ++active;
        ready.push_back(task.release());
    }

    void resume(Task *task) {
        running = task;
        task->resume();
        running = nullptr;
        if (task->finished()) {
            --active;
            std::unique_ptr<Task> owned(task);
            if (idle.size() < 64) idle.push_back(std::move(owned));
        }
    }

    void makeReady(Task *task) {
        if (task->hasTimer) {
            timers.erase(task->timer);
            task->hasTimer = false;
        }
        ready.push_back(task);
    }

    /// Suspends the running fiber; false when the deadline ended the wait.
    bool suspend(const Deadline &deadline) {
        Task *task = running;
        task->timedOut = false;
        if (deadline) {
            task->timer = timers.emplace(*deadline, task);
            task->hasTimer = true;
        }
        task->suspend();
        return !task->timedOut;
    }

    void handle(const epoll_event &event) {
        int const descriptor = event.data.fd;
        if (descriptor == wakeup) {
            std::uint64_t count = 0;
            [[maybe_unused]] auto const got = ::read(wakeup, &count, sizeof count);
            return;
        }
        Registration &registration = registrationOf(descriptor);
        if (registration.waiter != nullptr) {
            makeReady(std::exchange(registration.waiter, nullptr));
        } else if (registration.watched && registration.armed) {
            registration.armed = false;
            start(registration.onReadable);
        } else if (registration.watched) {
            // Bytes came for a request that is still being answered: look again when the watch is armed. Taken out
            // whole, because a hang-up is reported even to an empty mask.
            registration.mask = 0;
            ::epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, nullptr);
        }
    }

    void takePosted() {
        std::vector<std::function<void()>> works;
        std::vector<Task *> tasks;
        {
            std::lock_guard const lock(postedMutex);
            works.swap(posted);
            tasks.swap(woken);
        }
        for (auto &work : works) start(std::move(work));
        for (Task *task : tasks) makeReady(task);
    }

    void expireTimers() {
        if (timers.empty()) return;
        auto const now = Clock::now();
        while (!timers.empty() && timers.begin()->first <= now) {
            auto *task = static_cast<Task *>(timers.begin()->second);
            task->timedOut = true;
            makeReady(task);
        }
    }

    void signal() const {
        std::uint64_t const one = 1;
        [[maybe_unused]] auto const put = ::write(wakeup, &one, sizeof one);
    }

    /// From any thread.
    void wake(Task *task) {
        {
            std::lock_guard const lock(postedMutex);
            woken.push_back(task);
        }
        signal();
    }
};

namespace {
thread_local Loop *threadLoop = nullptr;
std::atomic<std::uint64_t> loops{0};
}  // namespace

Loop::Loop() : number_(++loops), implementation_(std::make_unique<Implementation>(*this)) {}
Loop::~Loop() = default;

Loop *Loop::current() {
    return threadLoop != nullptr && threadLoop->implementation().running != nullptr ? threadLoop : nullptr;
}
Loop *Loop::ofThread() { return threadLoop; }

void Loop::run() {
    Implementation &self = *implementation_;
    Loop *const outer = std::exchange(threadLoop, this);
    std::array<epoll_event, 256> events;
    while (true) {
        self.takePosted();
        while (!self.ready.empty()) {
            Task *task = self.ready.front();
            self.ready.pop_front();
            self.resume(task);
        }
        for (auto &[number, flush] : self.flushes) flush();
        if (!self.ready.empty()) continue;
        if (self.stopping.load() && self.active == 0) break;
        int const timeout = millisecondsUntil(self.timers.empty() ? Deadline{} : Deadline{self.timers.begin()->first});
        int const count = ::epoll_wait(self.epoll, events.data(), static_cast<int>(events.size()), timeout);
        if (count < 0 && errno != EINTR) throwErrno("epoll_wait");
        for (int i = 0; i < count; ++i) self.handle(events.at(static_cast<std::size_t>(i)));
        self.expireTimers();
    }
    threadLoop = outer;
}

void Loop::spawn(std::function<void()> work) { implementation_->start(std::move(work)); }

void Loop::post(std::function<void()> work) {
    {
        std::lock_guard const lock(implementation_->postedMutex);
        implementation_->posted.push_back(std::move(work));
    }
    implementation_->signal();
}

void Loop::stop() {
    implementation_->stopping.store(true);
    implementation_->signal();
}

int Loop::beforeWait(std::function<void()> flush) {
    int const number = implementation_->nextFlush++;
    implementation_->flushes.emplace(number, std::move(flush));
    return number;
}
void Loop::removeBeforeWait(int number) { implementation_->flushes.erase(number); }

std::size_t Loop::fibers() const { return implementation_->active; }

void Loop::watch(int descriptor, std::function<void()> onReadable) {
    Registration &registration = implementation_->registrationOf(descriptor);
    registration.onReadable = std::move(onReadable);
    registration.watched = true;
    registration.armed = true;
    registration.waiter = nullptr;
    registration.mask = EPOLLIN | EPOLLRDHUP;
    implementation_->control(descriptor, registration.mask);
}

void Loop::rearm(int descriptor) {
    Registration &registration = implementation_->registrationOf(descriptor);
    registration.armed = true;
    constexpr std::uint32_t wanted = EPOLLIN | EPOLLRDHUP;
    if (registration.mask == wanted) return;
    registration.mask = wanted;
    implementation_->control(descriptor, wanted);
}

void Loop::forget(int descriptor) {
    auto const index = static_cast<std::size_t>(descriptor);
    if (index >= implementation_->registrations.size() || !implementation_->registrations[index]) return;
    implementation_->registrations[index].reset();
    ::epoll_ctl(implementation_->epoll, EPOLL_CTL_DEL, descriptor, nullptr);
}

bool wait(int descriptor, Interest interest, Deadline deadline) {
    std::uint32_t mask = 0;
    if (interest != Interest::writable) mask |= EPOLLIN | EPOLLRDHUP;
    if (interest != Interest::readable) mask |= EPOLLOUT;

    Loop *const loop = Loop::current();
    if (loop == nullptr) {
        pollfd entry{descriptor, static_cast<short>(mask & (EPOLLIN | EPOLLOUT | EPOLLRDHUP)), 0};
        while (true) {
            int const count = ::poll(&entry, 1, millisecondsUntil(deadline));
            if (count > 0) return true;
            if (count == 0 && deadline && Clock::now() >= *deadline) return false;
            if (count < 0 && errno != EINTR) throwErrno("poll");
        }
    }

    Loop::Implementation &self = loop->implementation();
    Registration &registration = self.registrationOf(descriptor);
    assert(registration.waiter == nullptr);
    registration.waiter = self.running;
    bool const watched = registration.watched;
    if (!watched) {
        // Set anew each time: the number may have been given to another file since, or wait in another loop's set.
        self.control(descriptor, mask | EPOLLONESHOT);
    } else if (registration.mask != mask) {
        registration.mask = mask;
        self.control(descriptor, mask);
    }
    bool const ready = self.suspend(deadline);
    // The registration may have been forgotten and made anew meanwhile; look it up again.
    Registration &after = self.registrationOf(descriptor);
    if (!ready && after.waiter == self.running) after.waiter = nullptr;
    if (watched && after.watched && (after.mask & EPOLLOUT) != 0) {
        after.mask = EPOLLIN | EPOLLRDHUP;
        self.control(descriptor, after.mask);
    }
    return ready;
}

void sleep(Clock::duration time) {
    if (Loop *const loop = Loop::current()) {
        [[maybe_unused]] bool const woken = loop->implementation().suspend(Clock::now() + time);
    } else {
        std::this_thread::sleep_for(time);
    }
}

struct Event::State {
    std::mutex mutex;
    std::condition_variable condition;
    bool isSet = false;
    Loop *loop = nullptr;
    Task *waiter = nullptr;
};

Event::Event() : state_(std::make_shared<State>()) {}
Event::~Event() = default;

void Event::set() {
    std::shared_ptr<State> const state = state_;  // the waiter may destroy this Event as soon as it wakes
    Loop *loop = nullptr;
    Task *waiter = nullptr;
    {
        std::lock_guard const lock(state->mutex);
        state->isSet = true;
        loop = std::exchange(state->loop, nullptr);
        waiter = std::exchange(state->waiter, nullptr);
        if (waiter == nullptr) state->condition.notify_one();
    }
    if (waiter == nullptr) return;
    if (loop == threadLoop) {
        loop->implementation().makeReady(waiter);
    } else {
        loop->implementation().wake(waiter);
    }
}

bool Event::wait(Deadline deadline) {
    std::shared_ptr<State> const state = state_;
    std::unique_lock lock(state->mutex);
    Loop *const loop = Loop::current();
    if (loop == nullptr) {
        auto const isSet = [&] { return state->isSet; };
        if (deadline) {
            state->condition.wait_until(lock, *deadline, isSet);
        } else {
            state->condition.wait(lock, isSet);
        }
        return std::exchange(state->isSet, false);
    }
    if (std::exchange(state->isSet, false)) return true;
    Loop::Implementation &self = loop->implementation();
    state->loop = loop;
    state->waiter = self.running;
    lock.unlock();
    bool woken = self.suspend(deadline);
    lock.lock();
    if (!woken && state->waiter == nullptr) {
        // set() came between the timer and here and has queued a second wake-up for this fiber: take it.
        lock.unlock();
        self.suspend({});
        lock.lock();
        woken = true;
    }
    state->loop = nullptr;
    state->waiter = nullptr;
    state->isSet = false;
    return woken;
}

namespace {

/// Threads for what blocks; started with the first use and joined at exit.
class HelperThreads {
  public:
    HelperThreads() {
        for (int i = 0; i < 4; ++i) {
            threads_.emplace_back([this](const std::stop_token &stop) { work(stop); });
        }
    }
    void add(std::function<void()> job) {
        {
            std::lock_guard const lock(mutex_);
            jobs_.push_back(std::move(job));
        }
        condition_.notify_one();
    }

  private:
    void work(const std::stop_token &stop) {
        while (true) {
            std::function<void()> job;
            {
                std::unique_lock lock(mutex_);
                if (!condition_.wait(lock, stop, [this] { return !jobs_.empty(); })) return;
                job = std::move(jobs_.front());
                jobs_.pop_front();
            }
            job();
        }
    }
    std::mutex mutex_;
    std::condition_variable_any condition_;
    std::deque<std::function<void()>> jobs_;
    std::vector<std::jthread> threads_;
};

}  // namespace

void offload(const std::function<void()> &work) {
    if (Loop::current() == nullptr) {
        work();
        return;
    }
    static HelperThreads threads;
    Event done;
    std::exception_ptr failure;
    threads.add([&] {
        try {
            work();
        } catch (...) {
            failure = std::current_exception();
        }
        done.set();
    });
    [[maybe_unused]] bool const finished = done.wait();
    if (failure) std::rethrow_exception(failure);
}

}  // namespace kontor::fiber
