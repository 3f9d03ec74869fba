#pragma once

// What nobody waits for: the recycle bin, old events, answers of idempotency keys, contents that were never finished.

#include "shared/entity/operations.h"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace kontor::kontord {

/// What a service wants done every so often.
struct Chore {
    std::string name;
    std::chrono::seconds every{60};
    std::function<void()> work;
};

struct HousekeepingOptions {
    std::vector<entity::Operations *> operations;
    std::vector<Chore> chores;  ///< besides
    int recycleBinDays = 30;
    int changesDays = 90;
};

/// Goes through all services once an hour, first a minute after the start, and through the chores at their times, first
/// at once, on a thread of its own.
class Housekeeping {
  public:
    explicit Housekeeping(HousekeepingOptions options);
    ~Housekeeping();
    Housekeeping(const Housekeeping &) = delete;
    Housekeeping &operator=(const Housekeeping &) = delete;

    void stop();

  private:
    void work(const std::stop_token &stop);
    void tidyAll();
    static void run(const std::string &name, const std::function<void()> &work);

    HousekeepingOptions options_;
    std::mutex mutex_;
    std::condition_variable_any condition_;
    std::jthread thread_;
};

/// One round over one service.
void tidy(entity::Operations &operations, int recycleBinDays, int changesDays);

}  // namespace kontor::kontord
