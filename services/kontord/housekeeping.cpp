#include "services/kontord/housekeeping.h"

#include "shared/events/outbox.h"
#include "shared/postgres/blob.h"
#include "shared/telemetry/logging.h"

#include <algorithm>
#include <chrono>

namespace kontor::kontord {

namespace {

const postgres::Statement forgetAnswers{"forgetAnswers", "DELETE FROM idempotency_key WHERE expires_at < now()"};

}  // namespace

void tidy(entity::Operations &operations, int recycleBinDays, int changesDays) {
    postgres::Pool &pool = operations.pool();
    std::int64_t const removed = operations.emptyRecycleBin(recycleBinDays);
    std::int64_t const purged = events::purgeOutbox(pool, std::chrono::hours(24L * changesDays));
    pool.run(forgetAnswers);
    postgres::sweepBlobs(pool);
    if (removed + purged > 0) {
        telemetry::log(telemetry::Level::info, "tidied",
                       {{"service", operations.contract().name}, {"records", removed}, {"events", purged}});
    }
}

Housekeeping::Housekeeping(HousekeepingOptions options)
    : options_(std::move(options)), thread_([this](const std::stop_token &stop) { work(stop); }) {}
Housekeeping::~Housekeeping() { stop(); }

void Housekeeping::stop() {
    if (!thread_.joinable()) return;
    thread_.request_stop();
    thread_.join();
}

void Housekeeping::run(const std::string &name, const std::function<void()> &work) {
    try {
        work();
    } catch (const std::exception &problem) {
        telemetry::log(telemetry::Level::warning, "housekeeping failed",
                       {{"chore", name}, {"message", problem.what()}});
    }
}

void Housekeeping::tidyAll() {
    for (entity::Operations *const operations : options_.operations) {
        run("tidy " + std::string(operations->contract().name),
            [&] { tidy(*operations, options_.recycleBinDays, options_.changesDays); });
    }
}

void Housekeeping::work(const std::stop_token &stop) {
    using Clock = std::chrono::steady_clock;
    options_.chores.push_back({"tidy", std::chrono::hours(1), [this] { tidyAll(); }});
    std::vector<Clock::time_point> due(options_.chores.size(), Clock::now());
    due.back() += std::chrono::minutes(1);
    while (true) {
        {
            std::unique_lock lock(mutex_);
            condition_.wait_until(lock, stop, *std::ranges::min_element(due), [] { return false; });
        }
        for (std::size_t i = 0; i < due.size(); ++i) {
            if (stop.stop_requested()) return;
            if (Clock::now() < due[i]) continue;
            run(options_.chores[i].name, options_.chores[i].work);
            due[i] = Clock::now() + options_.chores[i].every;
        }
    }
}

}  // namespace kontor::kontord
