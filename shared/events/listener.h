#pragma once

// LISTEN and NOTIFY between the processes that share an outbox. Private to this folder.

#include "shared/fiber/loop.h"
#include "shared/postgres/postgres.h"

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>

struct pg_conn;

namespace kontor::events {

/// A connection that waits for other processes' announcements. Belongs to one loop.
class Listener {
  public:
    Listener(const postgres::Pool &service, std::function<void()> onAnnouncement);
    ~Listener();
    Listener(const Listener &) = delete;
    Listener &operator=(const Listener &) = delete;

    /// Listens until `stopping`; a connection that is lost is made anew.
    void run(const std::atomic<bool> &stopping);
    /// Makes run() look at `stopping` now.
    void interrupt();

  private:
    bool connect();
    void listen(const std::atomic<bool> &stopping);

    const postgres::Pool &service_;
    std::function<void()> onAnnouncement_;
    std::unique_ptr<pg_conn, void (*)(pg_conn *)> connection_;
    fiber::Event wake_;
};

/// Tells all processes that listen to the service's outbox, this one included.
void notifyOthers(postgres::Pool &service);

}  // namespace kontor::events
