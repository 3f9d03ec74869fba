#include "http_support.h"

#include "shared/telemetry/telemetry.h"

#include <array>
#include <cmath>
#include <filesystem>
#include <fstream>

#include <thread>

using namespace kontor;
using namespace kontor::telemetry;
using http_test::get;
using http_test::TestServer;

BOOST_AUTO_TEST_SUITE(telemetry_)

namespace {

/// The log in a file of its own, while it lives.
class LogFile {
  public:
    explicit LogFile(Level level = Level::info) {
        std::array<char, 32> pattern{"/tmp/kontor-log-XXXXXX"};
        ::close(::mkstemp(pattern.data()));
        file_ = pattern.data();
        startLogging({.level = level, .file = file_, .service = "test"});
    }
    ~LogFile() {
        stopLogging();
        std::filesystem::remove(file_);
    }
    LogFile(const LogFile &) = delete;
    LogFile &operator=(const LogFile &) = delete;

    /// Everything logged so far; ends logging.
    [[nodiscard]] std::vector<std::string> lines() const {
        stopLogging();
        std::ifstream in(file_);
        std::vector<std::string> lines;
        for (std::string line; std::getline(in, line);) lines.push_back(line);
        return lines;
    }
    [[nodiscard]] const std::string &file() const { return file_; }

  private:
    std::string file_;
};

bool holds(const std::string &text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

BOOST_AUTO_TEST_CASE(a_line_is_one_json_object_with_time_level_and_fields) {
    LogFile file;
    log(Level::warning, "a \"quoted\"\nmessage",
        {{"count", 3}, {"ratio", 0.5}, {"good", true}, {"name", std::string("ä")}, {"none", std::nan("")}});
    auto const lines = file.lines();
    BOOST_REQUIRE_EQUAL(lines.size(), 1U);
    auto const &line = lines[0];
    BOOST_TEST(line.starts_with(R"({"time":"20)"));
    BOOST_TEST(line.substr(9 + 26, 2) == "Z\"");
    BOOST_TEST(line.ends_with(R"(,"level":"warning","service":"test","message":"a \"quoted\"\nmessage",)"
                              R"("count":3,"ratio":0.5,"good":true,"name":"ä","none":null})"));
}

BOOST_AUTO_TEST_CASE(lower_levels_are_left_out) {
    LogFile file(Level::warning);
    BOOST_TEST(!isLogged(Level::info));
    log(Level::info, "quiet");
    log(Level::error, "loud");
    BOOST_TEST(file.lines().size() == 1U);
    BOOST_TEST((parseLevel("debug") == Level::debug));
    BOOST_TEST(!parseLevel("verbose"));
}

BOOST_AUTO_TEST_CASE(a_request_gives_its_id_and_trace) {
    LogFile file;
    http::Request request;
    request.requestId = "order-1";
    request.traceParent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    log(Level::info, request, "hello");
    auto const line = file.lines().at(0);
    BOOST_TEST(holds(line, R"("requestId":"order-1","traceId":"4bf92f3577b34da6a3ce929d0e0e4736")"));
}

BOOST_AUTO_TEST_CASE(lines_of_many_threads_stay_whole) {
    LogFile file;
    {
        std::vector<std::jthread> threads;
        for (int thread = 0; thread < 4; ++thread) {
            threads.emplace_back([] {
                for (int i = 0; i < 1000; ++i) log(Level::info, "line", {{"i", i}});
            });
        }
    }
    auto const lines = file.lines();
    BOOST_TEST(lines.size() == 4000U);
    for (auto const &line : lines) BOOST_REQUIRE(line.starts_with('{') && line.ends_with('}'));
}

BOOST_AUTO_TEST_CASE(a_log_that_was_moved_away_is_opened_anew) {
    LogFile file;
    log(Level::error, "before");
    auto const moved = file.file() + ".1";
    std::filesystem::rename(file.file(), moved);
    reopenLog();
    for (int i = 0; i < 5000 && !std::filesystem::exists(file.file()); ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    log(Level::info, "after");
    auto const lines = file.lines();
    std::filesystem::remove(moved);
    BOOST_REQUIRE_EQUAL(lines.size(), 1U);
    BOOST_TEST(holds(lines[0], "after"));
}

BOOST_AUTO_TEST_CASE(credentials_are_masked) {
    BOOST_TEST(redact("Authorization: Bearer abc.def-ghi rest") == "Authorization: Bearer *** rest");
    BOOST_TEST(redact("sent basic dXNlcjpwYXNz") == "sent basic ***");
    BOOST_TEST(redact("host=db password=s3cret user=x") == "host=db password=*** user=x");
    BOOST_TEST(redact("password = 's3cret' next") == "password = '***' next");
    BOOST_TEST(redact(R"({"access_token":"abc","client_secret": "def","n":1})") ==
               R"({"access_token":"***","client_secret": "***","n":1})");
    BOOST_TEST(redact("postgres://admin:s3cret@host/db?x=1") == "postgres://admin:***@host/db?x=1");
    BOOST_TEST(redact("/callback?token=abc&x=1") == "/callback?token=***&x=1");
    BOOST_TEST(redact("https://host:8080/path") == "https://host:8080/path");
    BOOST_TEST(redact("the password is wrong") == "the password is wrong");
    BOOST_TEST(redact("") == "");
    LogFile file;
    log(Level::info, "sign-in", {{"userPassword", "s3cret"}, {"apiKey", "k"}, {"error", "token=abc failed"}});
    auto const line = file.lines().at(0);
    BOOST_TEST(holds(line, R"("userPassword":"***","apiKey":"***","error":"token=*** failed")"));
}

BOOST_AUTO_TEST_CASE(metrics_count_requests_by_route_method_and_status) {
    Metrics metrics;
    http::Request request;
    request.method = "GET";
    for (int i = 0; i < 3; ++i) metrics.countRequest({request, 200, "getAccount", 0.002, 10});
    metrics.countRequest({request, 404, "getAccount", 0.002, 10});
    request.method = "BREW";
    metrics.countRequest({request, 200, "getAccount", 0.002, 10});
    auto const text = metrics.text();
    BOOST_TEST(holds(text, R"(kontor_http_requests_total{method="GET",route="getAccount",status="2xx"} 3)"));
    BOOST_TEST(holds(text, R"(kontor_http_requests_total{method="GET",route="getAccount",status="4xx"} 1)"));
    BOOST_TEST(holds(text, R"(kontor_http_requests_total{method="other",route="getAccount",status="2xx"} 1)"));
    BOOST_TEST(holds(
        text, R"(kontor_http_request_seconds_bucket{method="GET",route="getAccount",status="2xx",le="0.001"} 0)"));
    BOOST_TEST(holds(
        text, R"(kontor_http_request_seconds_bucket{method="GET",route="getAccount",status="2xx",le="0.0025"} 3)"));
}

BOOST_AUTO_TEST_CASE(metrics_time_statements_and_read_gauges_when_asked) {
    Metrics metrics;
    metrics.countStatement("selectAccount", 0.01, false);
    metrics.countStatement("selectAccount", 0.01, true);
    double lag = 1;
    metrics.addGauge("kontor_outbox_lag_seconds", "Age of the oldest event", {{"service", "contact"}},
                     [&] { return lag; });
    metrics.addGauge("kontor_outbox_lag_seconds", "Age of the oldest event", {{"service", "broken"}},
                     []() -> double { throw std::runtime_error("away"); });
    lag = 7;
    auto const text = metrics.text();
    BOOST_TEST(holds(text, R"(kontor_sql_seconds_count{statement="selectAccount"} 2)"));
    BOOST_TEST(holds(text, R"(kontor_sql_failures_total{statement="selectAccount"} 1)"));
    BOOST_TEST(holds(text, R"(kontor_outbox_lag_seconds{service="contact"} 7)"));
    BOOST_TEST(!holds(text, "broken"));
    BOOST_TEST(holds(text, "process_resident_memory_bytes "));
    BOOST_TEST(holds(text, "process_open_fds "));
}

BOOST_AUTO_TEST_CASE(the_operational_routes_tell_the_state_of_the_process) {
    Metrics metrics;
    Readiness readiness;
    std::atomic<bool> database{false};
    readiness.add("database", [&] { return database.load(); });
    http::Router router;
    addOperationalRoutes(router, metrics, readiness);
    TestServer server(router);
    auto client = server.client();
    BOOST_TEST(client.exchange(get("/healthz")).body == R"({"status":"ok"})");
    auto const away = client.exchange(get("/readyz"));
    BOOST_TEST(away.status == 503);
    BOOST_TEST(away.body == R"({"status":"notReady","checks":[{"name":"database","ok":false}]})");
    database = true;
    BOOST_TEST(client.exchange(get("/readyz")).body ==
               R"({"status":"ready","checks":[{"name":"database","ok":true}]})");
    readiness.drain();
    BOOST_TEST(client.exchange(get("/readyz")).status == 503);
    auto const scraped = client.exchange(get("/metrics"));
    BOOST_TEST(scraped.header("Content-Type").starts_with("text/plain; version=0.0.4"));
    BOOST_TEST(holds(scraped.body, "process_cpu_seconds_total"));
}

BOOST_AUTO_TEST_SUITE_END()
