#pragma once

// How busy sales people are: what assignment asks for with every new lead. Counted once a second at most, by one
// for all who ask, and kept up meanwhile with what this process assigns; another process's assignments are seen within
// that second.

#include "shared/postgres/postgres.h"

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace kontor::lead {

struct Load {
    std::int64_t open = 0;   ///< leads that are open or worked on; counting ends at 100,000
    std::int64_t today = 0;  ///< leads assigned within a day; counting ends at 100,000
};

class Loads {
  public:
    enum class For {
        limits,  ///< nobody gets more than he may have
        order,   ///< who has least: `today` is not counted, and counts of open leads are good for five seconds
    };
    /// In the order of the ids.
    [[nodiscard]] std::vector<Load> of(postgres::Pool &pool, const std::vector<std::string> &userIds, For purpose);
    /// Somebody gets a lead, unless that would be more than the limits allow: of those who ask at the same time each is
    /// counted for the next one.
    [[nodiscard]] bool take(const std::string &userId, std::optional<std::int64_t> capacity,
                            std::optional<std::int64_t> maximumPerDay);
    /// A lead of theirs was changed: they are counted anew.
    void forget(const std::string &userId);

  private:
    struct Counted {
        Load load;
        std::chrono::steady_clock::time_point at;
        std::chrono::steady_clock::time_point taken;  ///< what was given away last may not be committed yet
        bool hasToday = false;
        bool isCounting = false;   ///< somebody is at it: others take what is known
        bool isForgotten = false;  ///< changed meanwhile: that count is not to be trusted
    };

    static Load keep(Counted &counted, Load load, std::chrono::steady_clock::time_point now);

    std::mutex mutex_;  // never held while PostgreSQL is asked
    std::map<std::string, Counted> counted_;
};

}  // namespace kontor::lead
