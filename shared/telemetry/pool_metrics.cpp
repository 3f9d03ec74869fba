#include "shared/postgres/postgres.h"
#include "shared/telemetry/metrics.h"

namespace kontor::telemetry {

void Metrics::addPool(const std::string &service, const postgres::Pool &pool) {
    auto const connections = [&](const char *state, int postgres::Pool::Usage::*count) {
        addGauge("kontor_pool_connections", "Database connections", {{"service", service}, {"state", state}},
                 [&pool, count] { return static_cast<double>(pool.usage().*count); });
    };
    connections("open", &postgres::Pool::Usage::open);
    connections("busy", &postgres::Pool::Usage::busy);
    addGauge("kontor_pool_waiting", "Requests that wait for a database connection", {{"service", service}},
             [&pool] { return static_cast<double>(pool.usage().waiting); });
}

}  // namespace kontor::telemetry
