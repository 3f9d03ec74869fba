#include "shared/http/problem.h"
#include "shared/telemetry/telemetry.h"

namespace kontor::telemetry {

void Readiness::add(std::string name, std::function<bool()> check) {
    std::lock_guard const lock(mutex_);
    checks_.emplace_back(std::move(name), std::move(check));
}

void Readiness::drain() {
    std::lock_guard const lock(mutex_);
    draining_ = true;
}

Readiness::Result Readiness::ask() const {
    Result result;
    std::vector<std::pair<std::string, std::function<bool()>>> checks;
    {
        std::lock_guard const lock(mutex_);  // not while checking: that may wait
        checks = checks_;
        result.ready = !draining_;
    }
    for (auto const &[name, check] : checks) {
        bool good = false;
        try {
            good = check();
        } catch (const std::exception &) {
            good = false;
        }
        result.checks.emplace_back(name, good);
        result.ready = result.ready && good;
    }
    return result;
}

void addOperationalRoutes(http::Router &router, const Metrics &metrics, const Readiness &readiness) {
    router.add("GET", "/metrics", "metrics", [&metrics](http::Request &, http::Response &response) {
        response.contentType = "text/plain; version=0.0.4; charset=utf-8";
        response.body = metrics.text();
    });
    router.add("GET", "/healthz", "health", [](http::Request &, http::Response &response) {
        response.contentType = "application/json";
        response.body = R"({"status":"ok"})";
    });
    router.add("GET", "/readyz", "readiness", [&readiness](http::Request &, http::Response &response) {
        auto const result = readiness.ask();
        response.status = result.ready ? 200 : 503;
        response.contentType = "application/json";
        response.body = result.ready ? R"({"status":"ready","checks":[)" : R"({"status":"notReady","checks":[)";
        bool first = true;
        for (auto const &[name, good] : result.checks) {
            response.body += first ? "{\"name\":" : ",{\"name\":";
            first = false;
            http::appendJsonString(response.body, name);
            response.body += good ? ",\"ok\":true}" : ",\"ok\":false}";
        }
        response.body += "]}";
    });
}

}  // namespace kontor::telemetry
