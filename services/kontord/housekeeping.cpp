#include "services/kontord/housekeeping.h"

#include "shared/events/outbox.h"
#include "shared/postgres/blob.h"
#include "shared/telemetry/logging.h"

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

void Housekeeping::work(const std::stop_token &stop) {
    std::chrono::seconds pause(60);
    while (true) {
        {
            std::unique_lock lock(mutex_);
            condition_.wait_for(lock, stop, pause, [] { return false; });
        }
        if (stop.stop_requested()) return;
        for (entity::Operations *const operations : options_.operations) {
            try {
                tidy(*operations, options_.recycleBinDays, options_.changesDays);
            } catch (const std::exception &problem) {
                telemetry::log(telemetry::Level::warning, "tidying failed",
                               {{"service", operations->contract().name}, {"message", problem.what()}});
            }
        }
        pause = std::chrono::hours(1);
    }
}

}  // namespace kontor::kontord
