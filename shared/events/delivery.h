#pragma once

// Hands the events of services' outboxes to those who subscribe to them.
//
//     Delivery delivery;
//     delivery.subscribe({.consumer = "reporting.contact", .service = contactPool, .target = reportingPool,
//                         .apply = [](Transaction &transaction, std::span<const Event> events) { … }});
//     …
//     delivery.announce(contactPool);  // after a commit
//
// How far a consumer has come is kept in its own schema and moved in the very transaction in which it applies the
// events, so that each has its effect once, in order, however often a process dies.

#include "shared/events/outbox.h"

#include <chrono>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace kontor::events {

struct Subscription {
    std::string consumer;     ///< names the position; several processes may run the same, one of them works at a time
    postgres::Pool &service;  ///< whose outbox is read, by its own role
    postgres::Pool &target;   ///< the consumer's own schema, which has the table consumer_position
    /// Applies events within the transaction. What it throws rolls back, and the same events come again, later and
    /// later.
    std::function<void(postgres::Transaction &, std::span<const Event>)> apply;
    Interest interest{};   ///< what else happens is passed over
    bool fromNow = false;  ///< a consumer that is new begins with what comes, not with what the outbox still has
    int batchSize = 500;
};

/// How far a subscription has looked without finding anything. The stored position follows about once a second, since
/// each move of it is a write.
struct Looked {
    Position position;
    Position stored;  ///< where the stored position was then: once it is elsewhere, this no longer counts
    std::chrono::steady_clock::time_point kept{};
};

/// Applies the next events of a subscription in one transaction, if there are any and no other process is at it.
/// Returns how many. With `looked`, what was passed over is not looked at again.
std::size_t applyNext(const Subscription &subscription, Looked *looked = nullptr);

/// From the beginning once more: all that the outbox still has is applied again, as to a consumer that is new. Also
/// while a Delivery runs it, here or elsewhere.
void replay(const Subscription &subscription);

struct DeliveryOptions {
    /// How often to look without being told: announcements are not durable.
    std::chrono::milliseconds interval{2000};
    /// Announcements to other processes are gathered for this long: each takes a lock that all commits share.
    std::chrono::milliseconds announceInterval{100};
    /// Told of each failure to apply events; the delivery goes on.
    std::function<void(const std::string &consumer, const std::string &what)> onFailure;
};

/// Runs subscriptions on a thread of its own. The pools must outlive it.
class Delivery {
  public:
    explicit Delivery(DeliveryOptions options = {});
    /// Ends after the batches under way.
    ~Delivery();
    Delivery(const Delivery &) = delete;
    Delivery &operator=(const Delivery &) = delete;

    void subscribe(Subscription subscription);
    /// Something was committed to the service's outbox: wakes subscribers here at once and those of other processes
    /// soon. Cheap; any thread.
    void announce(postgres::Pool &service);

    struct Lag {
        std::string consumer;
        double seconds = 0;  ///< age of the oldest event known that is not applied; 0 = none
    };
    [[nodiscard]] std::vector<Lag> lags() const;

  private:
    struct Implementation;
    std::unique_ptr<Implementation> implementation_;
};

}  // namespace kontor::events
