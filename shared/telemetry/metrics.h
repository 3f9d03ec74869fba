#pragma once

// What Prometheus scrapes at /metrics.

#include "shared/http/http.h"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace prometheus {
class Registry;
}
namespace kontor::postgres {
class Pool;
}

namespace kontor::telemetry {

/// The metrics of one process. Thread-safe. The metric of a route or statement is looked up by its name once per
/// event, without building labels.
class Metrics {
  public:
    Metrics();
    ~Metrics();
    Metrics(const Metrics &) = delete;
    Metrics &operator=(const Metrics &) = delete;

    /// kontor_http_requests_total and kontor_http_request_seconds, by route, method and status class.
    void countRequest(const http::RequestRecord &record);
    /// kontor_sql_seconds by statement, and kontor_sql_failures_total.
    void countStatement(std::string_view name, double seconds, bool failed);

    using Labels = std::map<std::string, std::string>;
    /// A value that is read at each scrape, in the fiber that answers it; left out when reading throws.
    void addGauge(const std::string &name, const std::string &help, const Labels &labels, std::function<double()> read);
    /// kontor_pool_connections by service and state (open, busy) and kontor_pool_waiting. The pool must outlive this.
    void addPool(const std::string &service, const postgres::Pool &pool);
    /// kontor_http_connections. The server must outlive this.
    void addServer(const http::Server &server);

    /// For counters of one's own.
    [[nodiscard]] prometheus::Registry &registry();
    /// Prometheus text format 0.0.4.
    [[nodiscard]] std::string text() const;

  private:
    struct Implementation;
    std::unique_ptr<Implementation> implementation_;
};

}  // namespace kontor::telemetry
