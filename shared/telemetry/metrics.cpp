#include "shared/telemetry/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>
#include <unistd.h>

#include <array>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <sstream>
#include <unordered_map>
#include <vector>

namespace kontor::telemetry {

namespace {

const prometheus::Histogram::BucketBoundaries secondsBuckets{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                                             0.1,    0.25,  0.5,    1,     2.5,  5,     10};

/// The methods that have a label of their own; clients can send any word.
constexpr std::array<std::string_view, 7> methods{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};

std::size_t methodIndex(std::string_view method) {
    for (std::size_t i = 0; i < methods.size(); ++i) {
        if (methods.at(i) == method) return i;
    }
    return methods.size();
}

struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};
template <typename Value> using ByName = std::unordered_map<std::string, Value, TextHash, std::equal_to<>>;

struct Timing {
    prometheus::Counter *count = nullptr;
    prometheus::Histogram *seconds = nullptr;
};

/// One route: a slot for each method and status class.
using RouteTimings = std::array<std::array<Timing, 6>, methods.size() + 1>;

struct GaugeFunction {
    std::string name;
    std::string help;
    prometheus::MetricType type;
    std::vector<prometheus::ClientMetric::Label> labels;
    std::function<double()> read;
};

double residentBytes() {
    std::ifstream statm("/proc/self/statm");
    double total = 0;
    double resident = 0;
    statm >> total >> resident;
    return resident * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

double openDescriptors() {
    std::filesystem::directory_iterator const entries("/proc/self/fd");
    return static_cast<double>(std::distance(begin(entries), end(entries)) - 1);  // without the one just opened
}

double processorSeconds() {
    timespec time{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

}  // namespace

struct Metrics::Implementation {
    prometheus::Registry registry;
    prometheus::Family<prometheus::Counter> &requests =
        prometheus::BuildCounter().Name("kontor_http_requests_total").Help("Requests answered").Register(registry);
    prometheus::Family<prometheus::Histogram> &requestSeconds =
        prometheus::BuildHistogram().Name("kontor_http_request_seconds").Help("Time to answer").Register(registry);
    prometheus::Family<prometheus::Histogram> &statementSeconds =
        prometheus::BuildHistogram().Name("kontor_sql_seconds").Help("Time of a statement").Register(registry);
    prometheus::Family<prometheus::Counter> &statementFailures =
        prometheus::BuildCounter().Name("kontor_sql_failures_total").Help("Statements that failed").Register(registry);

    std::mutex mutex;  // guards the members below; held for a lookup
    ByName<std::unique_ptr<RouteTimings>> routes;
    ByName<Timing> statements;
    std::vector<GaugeFunction> gauges;

    Timing requestTiming(std::string_view route, std::string_view method, int status) {
        auto const methodAt = methodIndex(method);
        auto const statusClass = static_cast<std::size_t>(std::clamp(status / 100, 0, 5));
        std::lock_guard const lock(mutex);
        auto found = routes.find(route);
        if (found == routes.end()) found = routes.emplace(route, std::make_unique<RouteTimings>()).first;
        auto &timing = found->second->at(methodAt).at(statusClass);
        if (timing.count == nullptr) {
            prometheus::Labels const labels{
                {"route", std::string(route)},
                {"method", methodAt < methods.size() ? std::string(methods.at(methodAt)) : "other"},
                {"status", std::to_string(statusClass) + "xx"}};
            timing = {&requests.Add(labels), &requestSeconds.Add(labels, secondsBuckets)};
        }
        return timing;
    }

    Timing statementTiming(std::string_view name) {
        std::lock_guard const lock(mutex);
        auto found = statements.find(name);
        if (found == statements.end()) {
            prometheus::Labels const labels{{"statement", std::string(name)}};
            Timing const timing{&statementFailures.Add(labels), &statementSeconds.Add(labels, secondsBuckets)};
            found = statements.emplace(name, timing).first;
        }
        return found->second;
    }

    void add(const std::string &name, const std::string &help, prometheus::MetricType type, const Labels &labels,
             std::function<double()> read) {
        GaugeFunction gauge{name, help, type, {}, std::move(read)};
        for (auto const &[label, value] : labels) gauge.labels.push_back({label, value});
        std::lock_guard const lock(mutex);
        gauges.push_back(std::move(gauge));
    }

    /// The gauges' values now, those of one name together.
    std::vector<prometheus::MetricFamily> readGauges() {
        std::vector<GaugeFunction> functions;
        {
            std::lock_guard const lock(mutex);  // not while they are read: reading may wait
            functions = gauges;
        }
        std::map<std::string, prometheus::MetricFamily> families;
        for (auto const &function : functions) {
            prometheus::ClientMetric metric;
            metric.label = function.labels;
            try {
                metric.gauge.value = metric.counter.value = function.read();
            } catch (const std::exception &) {
                continue;
            }
            auto &family = families[function.name];
            family.name = function.name;
            family.help = function.help;
            family.type = function.type;
            family.metric.push_back(std::move(metric));
        }
        std::vector<prometheus::MetricFamily> list;
        for (auto &[name, family] : families) list.push_back(std::move(family));
        return list;
    }
};

Metrics::Metrics() : implementation_(std::make_unique<Implementation>()) {
    auto const started = static_cast<double>(std::time(nullptr));
    addGauge("process_resident_memory_bytes", "Resident memory", {}, residentBytes);
    addGauge("process_open_fds", "Open file descriptors", {}, openDescriptors);
    addGauge("process_start_time_seconds", "When the process started", {}, [started] { return started; });
    implementation_->add("process_cpu_seconds_total", "Processor time used", prometheus::MetricType::Counter, {},
                         processorSeconds);
}
Metrics::~Metrics() = default;

void Metrics::countRequest(const http::RequestRecord &record) {
    auto const timing = implementation_->requestTiming(record.routeName, record.request.method, record.status);
    timing.count->Increment();
    timing.seconds->Observe(record.seconds);
}

void Metrics::countStatement(std::string_view name, double seconds, bool failed) {
    auto const timing = implementation_->statementTiming(name);
    timing.seconds->Observe(seconds);
    if (failed) timing.count->Increment();
}

void Metrics::addGauge(const std::string &name, const std::string &help, const Labels &labels,
                       std::function<double()> read) {
    implementation_->add(name, help, prometheus::MetricType::Gauge, labels, std::move(read));
}

void Metrics::addServer(const http::Server &server) {
    addGauge("kontor_http_connections", "Open connections", {},
             [&server] { return static_cast<double>(server.connections()); });
}

prometheus::Registry &Metrics::registry() { return implementation_->registry; }

std::string Metrics::text() const {
    auto families = implementation_->registry.Collect();
    for (auto &family : implementation_->readGauges()) families.push_back(std::move(family));
    std::ostringstream out;
    prometheus::TextSerializer().Serialize(out, families);
    return std::move(out).str();
}

}  // namespace kontor::telemetry
