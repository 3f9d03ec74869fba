#include "shared/telemetry/telemetry.h"

#include "shared/postgres/postgres.h"

namespace kontor::telemetry {

namespace {

void logAccess(const http::RequestRecord &record) {
    log(record.status >= 500 ? Level::error : Level::info, record.request, "request",
        {{"method", record.request.method},
         {"path", record.request.path},
         {"route", record.routeName},
         {"status", record.status},
         {"milliseconds", static_cast<std::int64_t>(record.seconds * 1e6) / 1e3},
         {"bytes", record.responseBytes},
         {"client", record.request.clientAddress}});
}

}  // namespace

void connectTelemetry(Metrics &metrics, TelemetryOptions options) {
    http::observeRequests([&metrics, accessLog = options.accessLog](const http::RequestRecord &record) {
        metrics.countRequest(record);
        if (accessLog) logAccess(record);
    });
    http::reportDefects([](const http::Request &request, std::string_view what) {
        log(Level::error, request, "a request failed unexpectedly",
            {{"method", request.method}, {"path", request.path}, {"error", what}});
    });
    postgres::observeStatements(
        [&metrics, slow = options.slowStatementSeconds](std::string_view name, double seconds, bool failed) {
            metrics.countStatement(name, seconds, failed);
            if (seconds >= slow)
                log(Level::warning, "a statement was slow", {{"statement", name}, {"seconds", seconds}});
        });
}

}  // namespace kontor::telemetry
