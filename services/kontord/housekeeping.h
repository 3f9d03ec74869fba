#pragma once

// What nobody waits for: the recycle bin, old events, answers of idempotency keys, contents that were never finished.

#include "shared/entity/operations.h"

#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

namespace kontor::kontord {

struct HousekeepingOptions {
    std::vector<entity::Operations *> operations;
    int recycleBinDays = 30;
    int changesDays = 90;
};

/// Goes through all services once an hour, first a minute after the start, on a thread of its own.
class Housekeeping {
  public:
    explicit Housekeeping(HousekeepingOptions options);
    ~Housekeeping();
    Housekeeping(const Housekeeping &) = delete;
    Housekeeping &operator=(const Housekeeping &) = delete;

    void stop();

  private:
    void work(const std::stop_token &stop);

    HousekeepingOptions options_;
    std::mutex mutex_;
    std::condition_variable_any condition_;
    std::jthread thread_;
};

/// One round over one service.
void tidy(entity::Operations &operations, int recycleBinDays, int changesDays);

}  // namespace kontor::kontord
