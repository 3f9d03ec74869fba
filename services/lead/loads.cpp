#include "services/lead/loads.h"

#include <algorithm>

namespace kontor::lead {

namespace {

constexpr std::chrono::seconds goodFor{1};
constexpr std::chrono::seconds roughlyGoodFor{5};

// Counting ends where nobody's capacity goes: owners may have any number of leads.
const postgres::Statement selectLoads{
    "selectLeadLoads",
    "SELECT u.id, (SELECT count(*) FROM (SELECT FROM lead l WHERE l.owner_id = u.id AND l.deleted_at IS NULL AND"
    " l.status_category IN ('open', 'working') LIMIT 100000) o), (SELECT count(*) FROM (SELECT FROM lead l WHERE"
    " l.owner_id = u.id AND l.assigned_at > now() - interval '1 day' AND $2 LIMIT 100000) d) FROM unnest($1::uuid[])"
    " AS u (id)"};

}  // namespace

std::vector<Load> Loads::of(postgres::Pool &pool, const std::vector<std::string> &userIds, For purpose) {
    bool const exactly = purpose == For::limits;
    auto const now = std::chrono::steady_clock::now();
    std::vector<Load> loads(userIds.size());
    std::vector<std::string> stale;
    {
        std::lock_guard const lock(mutex_);
        for (std::size_t i = 0; i < userIds.size(); ++i) {
            auto const [found, isNew] = counted_.try_emplace(userIds[i]);
            Counted &counted = found->second;
            bool const isKnown =
                !isNew && counted.at != std::chrono::steady_clock::time_point{} && (counted.hasToday || !exactly);
            bool const isFresh = now - counted.at < (exactly ? goodFor : roughlyGoodFor);
            if (isKnown && (isFresh || counted.isCounting)) {
                loads[i] = counted.load;
                continue;
            }
            stale.push_back(userIds[i]);
            counted.isCounting = true;
            counted.isForgotten = false;
        }
    }
    if (stale.empty()) return loads;
    try {
        postgres::Rows const rows =
            pool.run(selectLoads, std::move(postgres::Parameters().uuidArray(stale).boolean(exactly)));
        std::lock_guard const lock(mutex_);
        for (int row = 0; row < rows.size(); ++row) {
            std::string const id = rows.uuid(row, 0);
            Counted &counted = counted_[id];
            Load const load = keep(counted, {.open = rows.integer(row, 1), .today = rows.integer(row, 2)}, now);
            counted.hasToday = exactly;
            for (std::size_t i = 0; i < userIds.size(); ++i) {
                if (userIds[i] == id) loads[i] = load;
            }
        }
    } catch (...) {
        std::lock_guard const lock(mutex_);
        for (const std::string &id : stale) counted_.erase(id);
        throw;
    }
    return loads;
}

Load Loads::keep(Counted &counted, Load load, std::chrono::steady_clock::time_point now) {
    if (now - counted.taken < goodFor) {
        load.open = std::max(load.open, counted.load.open);
        load.today = std::max(load.today, counted.load.today);
    }
    counted.load = load;
    counted.isCounting = false;
    if (!counted.isForgotten) counted.at = now;
    return load;
}

bool Loads::take(const std::string &userId, std::optional<std::int64_t> capacity,
                 std::optional<std::int64_t> maximumPerDay) {
    std::lock_guard const lock(mutex_);
    auto const found = counted_.find(userId);
    if (found == counted_.end()) return true;
    Load &load = found->second.load;
    if ((capacity && load.open >= *capacity) || (maximumPerDay && load.today >= *maximumPerDay)) return false;
    ++load.open;
    ++load.today;
    found->second.taken = std::chrono::steady_clock::now();
    return true;
}

void Loads::forget(const std::string &userId) {
    std::lock_guard const lock(mutex_);
    auto const found = counted_.find(userId);
    if (found == counted_.end()) return;
    found->second.at = {};
    found->second.taken = {};
    found->second.isForgotten = true;
}

}  // namespace kontor::lead
