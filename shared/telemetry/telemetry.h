#pragma once

// Wires requests, statements and defects to the log and the metrics, and serves /metrics, /healthz and /readyz.

#include "shared/telemetry/logging.h"
#include "shared/telemetry/metrics.h"

#include <functional>
#include <mutex>
#include <string>
#include <vector>

namespace kontor::telemetry {

struct TelemetryOptions {
    bool accessLog = true;
    double slowStatementSeconds = 1.0;  ///< from here on a statement is logged with its name
};

/// Once, at start. `metrics` must outlive the servers.
void connectTelemetry(Metrics &metrics, TelemetryOptions options = {});

/// Whether the process can serve: named checks, asked at each /readyz.
class Readiness {
  public:
    /// `check` is false, or throws, while what it stands for is not usable. It may wait.
    void add(std::string name, std::function<bool()> check);
    /// Not ready from now on, so that load balancers look elsewhere.
    void drain();

    struct Result {
        bool ready = true;
        std::vector<std::pair<std::string, bool>> checks;
    };
    [[nodiscard]] Result ask() const;

  private:
    mutable std::mutex mutex_;
    std::vector<std::pair<std::string, std::function<bool()>>> checks_;
    bool draining_ = false;
};

/// Both must outlive the router.
void addOperationalRoutes(http::Router &router, const Metrics &metrics, const Readiness &readiness);

}  // namespace kontor::telemetry
