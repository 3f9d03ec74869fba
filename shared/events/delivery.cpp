#include "shared/events/delivery.h"

#include "shared/events/listener.h"
#include "shared/fiber/loop.h"

#include <algorithm>
#include <atomic>
#include <deque>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

namespace kontor::events {

namespace {

constexpr std::chrono::milliseconds firstPause{200};
constexpr std::chrono::milliseconds longestPause{60'000};

/// Waits for the event, for at most this long, so that stop() is never far.
void waitFor(fiber::Event &event, std::chrono::milliseconds time) {
    [[maybe_unused]] bool const woken = event.wait(fiber::Clock::now() + time);
}

}  // namespace

struct Delivery::Implementation {
    explicit Implementation(DeliveryOptions given) : options(std::move(given)) {
        thread = std::thread([this] { loop.run(); });
    }

    struct Worker {
        explicit Worker(Subscription given) : subscription(std::move(given)) {}
        Subscription subscription;
        Looked looked;
        fiber::Event wake;
        std::atomic<std::int64_t> oldest{0};  // when the oldest event happened that is not applied; 0 = there is none
    };
    /// What is known of one outbox that somebody subscribes to or announces.
    struct Source {
        Source(postgres::Pool &from, std::function<void()> wake) : pool(from), listener(from, std::move(wake)) {}
        postgres::Pool &pool;
        Listener listener;
        std::vector<Worker *> workers;  // touched on the loop's thread only
        std::atomic<bool> announced{false};
    };

    DeliveryOptions options;
    fiber::Loop loop;
    std::atomic<bool> stopping{false};
    mutable std::mutex mutex;  // guards what follows; never held while waiting
    std::deque<Worker> workers;
    std::map<postgres::Pool *, std::unique_ptr<Source>> sources;
    std::thread thread;  // last: starts when all else is there

    Source &sourceOf(postgres::Pool &pool) {
        std::lock_guard const lock(mutex);
        std::unique_ptr<Source> &slot = sources[&pool];
        if (!slot) {
            slot = std::make_unique<Source>(pool, [this, &pool] { wake(pool); });
            loop.post([this, source = slot.get()] { source->listener.run(stopping); });
        }
        return *slot;
    }

    /// On the loop's thread.
    void wake(postgres::Pool &pool) {
        for (Worker *const worker : sourceOf(pool).workers) worker->wake.set();
    }

    void work(Worker &worker) {
        std::chrono::milliseconds pause = firstPause;
        while (!stopping) {
            std::size_t applied = 0;
            try {
                applied = step(worker);
                pause = firstPause;
            } catch (const std::exception &failure) {
                if (options.onFailure) options.onFailure(worker.subscription.consumer, failure.what());
                if (!stopping) waitFor(worker.wake, pause);
                pause = std::min(pause * 2, longestPause);
                continue;
            }
            if (applied == 0 && !stopping) waitFor(worker.wake, options.interval);
        }
    }

    /// Notes on the way to the consumer what is not applied: for as long as that takes, and while it fails.
    static std::size_t step(Worker &worker) {
        Subscription measured = worker.subscription;
        measured.apply = [&](postgres::Transaction &transaction, std::span<const Event> events) {
            worker.oldest = events.front().at.microseconds;
            worker.subscription.apply(transaction, events);
        };
        std::size_t const applied = applyNext(measured, &worker.looked);
        if (applied == 0) worker.oldest = 0;
        return applied;
    }
};

Delivery::Delivery(DeliveryOptions options) : implementation_(std::make_unique<Implementation>(std::move(options))) {}

Delivery::~Delivery() {
    Implementation &self = *implementation_;
    self.stopping = true;
    self.loop.post([&self] {
        std::vector<Implementation::Source *> all;
        {
            std::lock_guard const lock(self.mutex);
            for (auto &[pool, source] : self.sources) all.push_back(source.get());
            for (auto &worker : self.workers) worker.wake.set();
        }
        for (auto *source : all) source->listener.interrupt();
    });
    self.loop.stop();
    self.thread.join();
}

void Delivery::subscribe(Subscription subscription) {
    Implementation &self = *implementation_;
    auto &source = self.sourceOf(subscription.service);
    Implementation::Worker *worker = nullptr;
    {
        std::lock_guard const lock(self.mutex);
        worker = &self.workers.emplace_back(std::move(subscription));
    }
    self.loop.post([&self, &source, worker] {
        source.workers.push_back(worker);
        self.work(*worker);
    });
}

void Delivery::announce(postgres::Pool &service) {
    Implementation &self = *implementation_;
    auto &source = self.sourceOf(service);
    if (source.announced.exchange(true)) return;  // one is on its way and covers this commit too
    self.loop.post([&self, &source] {
        for (auto *const worker : source.workers) worker->wake.set();
        if (!self.stopping) fiber::sleep(self.options.announceInterval);
        source.announced = false;
        for (auto *const worker : source.workers) worker->wake.set();
        try {
            notifyOthers(source.pool);
        } catch (const std::exception &) {
            // They look by themselves from time to time.
        }
    });
}

std::vector<Delivery::Lag> Delivery::lags() const {
    std::lock_guard const lock(implementation_->mutex);
    std::vector<Lag> all;
    std::int64_t const now = DateTime::now().microseconds;
    for (const auto &worker : implementation_->workers) {
        std::int64_t const oldest = worker.oldest;
        std::int64_t const age = oldest == 0 ? 0 : std::max<std::int64_t>(now - oldest, 1);
        all.push_back({worker.subscription.consumer, static_cast<double>(age) / 1e6});
    }
    return all;
}

}  // namespace kontor::events
