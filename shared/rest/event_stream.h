#pragma once

// GET /api/v1/events: the changes of all services of this process as server-sent events, to each caller what
// GET /changes would show it. One reader of each outbox serves all streams; a stream that is idle is a fiber that
// waits.

#include "shared/rest/resources.h"

#include <chrono>
#include <cstddef>
#include <memory>
#include <vector>

namespace kontor::rest {

struct EventStreamOptions {
    /// A comment is sent after so long a silence, and the caller's credentials are looked at again.
    std::chrono::milliseconds heartbeat{15'000};
    /// How often the outboxes are looked at while somebody listens.
    std::chrono::milliseconds interval{250};
};

/// The services must outlive it.
class EventStreams {
  public:
    explicit EventStreams(std::vector<Service> services, EventStreamOptions options = {});
    ~EventStreams();
    EventStreams(const EventStreams &) = delete;
    EventStreams &operator=(const EventStreams &) = delete;

    void addRoutes(http::Router &router);
    /// Ends all streams, and refuses new ones. To be called before the server stops.
    void stop();
    /// Streams that are open.
    [[nodiscard]] std::size_t open() const;

    struct Implementation;

  private:
    std::unique_ptr<Implementation> implementation_;
};

}  // namespace kontor::rest
