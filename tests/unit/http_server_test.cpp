#include "http_support.h"

#include "shared/fiber/loop.h"
#include "shared/http/compression.h"

#include <atomic>
#include <filesystem>
#include <fstream>
#include <random>
#include <thread>

using namespace http_test;
using namespace kontor::http;
using namespace std::chrono_literals;
using kontor::Error;
using kontor::ErrorCode;

BOOST_AUTO_TEST_SUITE(http_server)

namespace {

/// The routes that most tests need.
struct Routes {
    Routes() {
        router.add("GET", "/hello/{name}", "hello", [](Request &request, Response &response) {
            response.contentType = "text/plain";
            response.body = "hello " + request.pathParameters.at(0);
        });
        router.add("POST", "/echo", "echo", [](Request &request, Response &response) {
            response.contentType = "application/octet-stream";
            response.body = request.body->readAll(1U << 20U);
        });
        router.add("POST", "/ignore", "ignore", [](Request &, Response &response) { response.status = 204; });
        router.add("GET", "/fail", "fail", [](Request &, Response &) { throw std::runtime_error("secret detail"); });
        router.add("GET", "/forbidden", "forbidden",
                   [](Request &, Response &) { throw Error(ErrorCode::forbidden, "not yours"); });
        router.add("GET", "/text", "text", [](Request &, Response &response) {
            response.contentType = "application/json";
            response.body = std::string(50'000, 'a');
        });
        router.add("GET", "/stream", "stream", [](Request &, Response &response) {
            response.contentType = "application/x-ndjson";
            response.stream = [](Sink &sink) {
                for (int i = 0; i < 10'000; ++i) sink.write("line " + std::to_string(i) + "\n");
            };
        });
        router.add("POST", "/count", "count",
                   [this](Request &request, Response &response) {
                       std::vector<char> piece(64U << 10U);
                       std::size_t total = 0;
                       while (auto const got = request.body->read(piece.data(), piece.size())) total += got;
                       response.body = std::to_string(total);
                       counted = total;
                   },
                   {.bodyLimit = 1U << 30U});
    }
    Router router;
    std::atomic<std::size_t> counted{0};
};

std::size_t residentBytes() {
    std::ifstream statm("/proc/self/statm");
    std::size_t total = 0;
    std::size_t resident = 0;
    statm >> total >> resident;
    return resident * 4096;
}

template <typename Condition> bool eventually(Condition condition) {
    for (int i = 0; i < 5000; ++i) {
        if (condition()) return true;
        std::this_thread::sleep_for(1ms);
    }
    return false;
}

std::string gzip(std::string_view text) {
    Deflater deflater;
    std::string out;
    deflater.compress(text, out);
    return out;
}

std::string gunzip(std::string compressed) {
    struct Source final : Body {
        std::string bytes;
        std::size_t read(char *buffer, std::size_t size) override {
            auto const got = bytes.copy(buffer, size);
            bytes.erase(0, got);
            return got;
        }
    } source;
    source.bytes = std::move(compressed);
    return GunzipBody(source, 1U << 30U).readAll(1U << 30U);
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_connection_answers_one_request_after_the_other) {
    Routes routes;
    TestServer server(routes.router);
    auto client = server.client();
    for (int i = 0; i < 100; ++i) {
        auto const answer = client.exchange(get("/hello/" + std::to_string(i)));
        BOOST_TEST(answer.status == 200);
        BOOST_TEST(answer.body == "hello " + std::to_string(i));
        BOOST_TEST(answer.header("Connection").empty());
    }
    BOOST_TEST(server->connections() == 1U);
}

BOOST_AUTO_TEST_CASE(every_response_carries_the_standard_headers) {
    Routes routes;
    TestServer server(routes.router);
    auto client = server.client();
    auto const answer = client.exchange(get("/hello/x"));
    BOOST_TEST(answer.header("Cache-Control") == "no-store");
    BOOST_TEST(answer.header("X-Content-Type-Options") == "nosniff");
    BOOST_TEST(answer.header("Content-Type") == "text/plain");
    BOOST_TEST(answer.header("X-Request-Id").size() == 32U);
    BOOST_TEST(answer.header("traceparent").size() == 55U);
    BOOST_TEST(answer.header("Date").ends_with(" GMT"));
    auto const second = client.exchange(get("/hello/x"));
    BOOST_TEST(answer.header("X-Request-Id") != second.header("X-Request-Id"));
}

BOOST_AUTO_TEST_CASE(request_ids_and_traces_of_the_client_are_taken_up_when_valid) {
    Routes routes;
    TestServer server(routes.router);
    auto client = server.client();
    std::string const trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    auto const good = client.exchange(
        get("/hello/x", "X-Request-Id: order-4711\r\ntraceparent: 00-" + trace + "-00f067aa0ba902b7-01\r\n"));
    BOOST_TEST(good.header("X-Request-Id") == "order-4711");
    BOOST_TEST(good.header("traceparent").substr(3, 32) == trace);
    BOOST_TEST(good.header("traceparent").substr(36, 16) != "00f067aa0ba902b7");
    auto const bad = client.exchange(get("/hello/x", "X-Request-Id: <b>\r\ntraceparent: nonsense\r\n"));
    BOOST_TEST(bad.header("X-Request-Id").size() == 32U);
    BOOST_TEST(bad.header("traceparent").size() == 55U);
}

BOOST_AUTO_TEST_CASE(pipelined_requests_are_answered_in_order) {
    Routes routes;
    TestServer server(routes.router);
    auto client = server.client();
    std::string all;
    for (int i = 0; i < 200; ++i) {
        all += i % 3 == 0 ? post("/echo", "body " + std::to_string(i)) : get("/hello/" + std::to_string(i));
    }
    std::jthread sender([&] { client.send(all); });
    for (int i = 0; i < 200; ++i) {
        BOOST_TEST(client.receive().body == (i % 3 == 0 ? "body " : "hello ") + std::to_string(i));
    }
    sender.join();
}

BOOST_AUTO_TEST_CASE(a_request_may_arrive_byte_by_byte) {
    Routes routes;
    TestServer server(routes.router);
    auto client = server.client();
    for (char const c : post("/echo", "slowly")) client.send(std::string_view(&c, 1));
    BOOST_TEST(client.receive().body == "slowly");
}

BOOST_AUTO_TEST_CASE(chunked_bodies_are_read) {
    Routes routes;
    TestServer server(routes.router);
    auto client = server.client();
    std::string const head = "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    auto const answer = client.exchange(
        head + "5\r\nhello\r\n1;ext=\"x\"\r\n \r\nA\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n" + get("/hello/next"));
    BOOST_TEST(answer.status == 200);
    BOOST_TEST(answer.body == "hello 0123456789");
    BOOST_TEST(client.receive().body == "hello next");
}

BOOST_AUTO_TEST_CASE(broken_chunks_end_the_connection_with_an_error) {
    Routes routes;
    TestServer server(routes.router);
    std::string const head = "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (std::string const body : {"x\r\n", "5\nhello\r\n", "-1\r\n", "5\r\nhelloX\r\n", "\r\n",
                                   "FFFFFFFFFFFFFFFFFFFF\r\n", "5 5\r\nhello\r\n", "0x5\r\nhello\r\n"}) {
        auto client = server.client();
        auto const answer = client.exchange(head + body);
        BOOST_TEST(answer.status == 400, body);
        BOOST_TEST(answer.header("Connection") == "close");
        BOOST_TEST(client.ended());
    }
    auto client = server.client();
    BOOST_TEST(client.exchange(head + "7FFFFFFF\r\n").status == 413);
}

BOOST_AUTO_TEST_CASE(ambiguous_requests_are_refused_and_nothing_after_them_is_read) {
    Routes routes;
    TestServer server(routes.router);
    for (std::string const head :
         {"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n",
          "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nContent-Length: 4\r\n\r\n",
          "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length : 4\r\n\r\n", "GET / HTTP/1.1\nHost: a\n\n",
          "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\n\r\n", "GET /a/../b HTTP/1.1\r\nHost: a\r\n\r\n",
          "GET /%00 HTTP/1.1\r\nHost: a\r\n\r\n", "GET /%ff HTTP/1.1\r\nHost: a\r\n\r\n"}) {
        auto client = server.client();
        auto const answer = client.exchange(head + get("/hello/smuggled"));
        BOOST_TEST(answer.status == 400, head);
        BOOST_TEST(answer.header("Content-Type") == "application/problem+json");
        BOOST_TEST(answer.body.find(R"("code":"MALFORMED")") != std::string::npos);
        BOOST_TEST(client.ended(), head);
    }
}

BOOST_AUTO_TEST_CASE(heads_have_a_limit) {
    Routes routes;
    TestServer server(routes.router, {.maximumHeaderBytes = 4096});
    auto client = server.client();
    auto const answer = client.exchange(get("/hello/x", "X: " + std::string(5000, 'x') + "\r\n"));
    BOOST_TEST(answer.status == 431);
    BOOST_TEST(client.ended());
    auto endless = server.client();
    endless.send("GET /" + std::string(5000, 'x'));
    BOOST_TEST(endless.receive().status == 431);
}

BOOST_AUTO_TEST_CASE(a_client_that_expects_it_is_told_to_continue) {
    Routes routes;
    TestServer server(routes.router);
    auto client = server.client();
    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
    BOOST_TEST(client.receive().status == 100);
    client.send("body");
    BOOST_TEST(client.receive().body == "body");
    // A body that is too large is refused before it is sent.
    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\nExpect: 100-continue\r\n\r\n");
    BOOST_TEST(client.receive().status == 413);
    BOOST_TEST(client.ended());
    auto other = server.client();
    BOOST_TEST(other.exchange(get("/hello/x", "Expect: miracles\r\n")).status == 417);
}

BOOST_AUTO_TEST_CASE(an_unread_body_does_not_disturb_the_next_request) {
    Routes routes;
    TestServer server(routes.router);
    auto client = server.client();
    BOOST_TEST(client.exchange(post("/ignore", std::string(50'000, 'x'))).status == 204);
    BOOST_TEST(client.exchange(get("/hello/again")).body == "hello again");
    // A long one is not worth waiting for.
    std::jthread sender([&] { client.send(post("/ignore", std::string(3'000'000, 'x'))); });
    auto const answer = client.receive();
    sender.join();
    BOOST_TEST(answer.status == 204);
    BOOST_TEST(answer.header("Connection") == "close");
}

BOOST_AUTO_TEST_CASE(http_1_0_closes_unless_asked_to_stay) {
    Routes routes;
    TestServer server(routes.router);
    auto client = server.client();
    auto const stays = client.exchange("GET /hello/x HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    BOOST_TEST(stays.header("Connection") == "keep-alive");
    auto const goes = client.exchange("GET /stream HTTP/1.0\r\n\r\n");
    BOOST_TEST(goes.header("Connection") == "close");
    BOOST_TEST(goes.header("Transfer-Encoding").empty());
    BOOST_TEST(goes.body.ends_with("line 9999\n"));
    BOOST_TEST(client.ended());
}

BOOST_AUTO_TEST_CASE(head_has_no_body_and_options_lists_methods) {
    Routes routes;
    TestServer server(routes.router);
    auto client = server.client();
    client.send("HEAD /hello/x HTTP/1.1\r\nHost: a\r\n\r\n");
    auto const head = client.receive(true);
    BOOST_TEST(head.status == 200);
    BOOST_TEST(head.header("Content-Length") == "7");
    client.send("HEAD /stream HTTP/1.1\r\nHost: a\r\n\r\n");
    BOOST_TEST(client.receive(true).status == 200);
    auto const options = client.exchange("OPTIONS /hello/x HTTP/1.1\r\nHost: a\r\n\r\n");
    BOOST_TEST(options.status == 204);
    BOOST_TEST(options.header("Allow") == "GET, HEAD, OPTIONS");
    BOOST_TEST(options.header("Content-Length").empty());
    BOOST_TEST(client.exchange("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n").status == 204);
    BOOST_TEST(client.exchange("OPTIONS /nowhere HTTP/1.1\r\nHost: a\r\n\r\n").status == 404);
}

BOOST_AUTO_TEST_CASE(unknown_paths_and_methods_are_problems) {
    Routes routes;
    TestServer server(routes.router);
    auto client = server.client();
    auto const missing = client.exchange(get("/nowhere"));
    BOOST_TEST(missing.status == 404);
    BOOST_TEST(missing.header("Content-Type") == "application/problem+json");
    auto const method = client.exchange("DELETE /hello/x HTTP/1.1\r\nHost: a\r\n\r\n");
    BOOST_TEST(method.status == 405);
    BOOST_TEST(method.header("Allow") == "GET, HEAD, OPTIONS");
}

BOOST_AUTO_TEST_CASE(exceptions_become_problems_without_inner_details) {
    Routes routes;
    std::string reported;
    reportDefects(
        [&](const Request &request, std::string_view what) { reported = request.path + ": " + std::string(what); });
    TestServer server(routes.router);
    auto client = server.client();
    BOOST_TEST(client.exchange(get("/forbidden")).status == 403);
    BOOST_TEST(reported.empty());
    auto const answer = client.exchange(get("/fail"));
    BOOST_TEST(answer.status == 500);
    BOOST_TEST(answer.body.find("secret") == std::string::npos);
    BOOST_TEST(answer.body.find(answer.header("traceparent").substr(3, 32)) != std::string::npos);
    BOOST_TEST(reported == "/fail: secret detail");
    BOOST_TEST(client.exchange(get("/hello/still")).status == 200);
    reportDefects(nullptr);
}

BOOST_AUTO_TEST_CASE(a_translator_gives_foreign_exceptions_a_meaning) {
    Routes routes;
    translateErrors([](const std::exception_ptr &exception) -> std::optional<Error> {
        try {
            std::rethrow_exception(exception);
        } catch (const std::runtime_error &) {
            return Error(ErrorCode::unavailable, "the database is away");
        } catch (...) {
            return std::nullopt;
        }
    });
    TestServer server(routes.router);
    auto client = server.client();
    auto const answer = client.exchange(get("/fail"));
    BOOST_TEST(answer.status == 503);
    BOOST_TEST(answer.body.find("the database is away") != std::string::npos);
    translateErrors(nullptr);
}

BOOST_AUTO_TEST_CASE(a_route_writes_its_errors_in_its_own_way) {
    Router router;
    router.add("POST", "/soap", "soap",
               [](Request &, Response &) { throw Error(ErrorCode::notFound, "no such thing"); },
               {.errors = [](const Request &, const Error &error, Response &response) {
                   response.status = 500;
                   response.contentType = "text/xml";
                   response.body = "<fault>" + error.detail + "</fault>";
               }});
    TestServer server(router);
    auto client = server.client();
    BOOST_TEST(client.exchange(post("/soap", "")).body == "<fault>no such thing</fault>");
}

BOOST_AUTO_TEST_CASE(large_text_is_compressed_for_those_who_accept_it) {
    Routes routes;
    TestServer server(routes.router);
    auto client = server.client();
    auto const plain = client.exchange(get("/text"));
    BOOST_TEST(plain.body.size() == 50'000U);
    BOOST_TEST(plain.header("Vary") == "Accept-Encoding");
    auto const packed = client.exchange(get("/text", "Accept-Encoding: gzip\r\n"));
    BOOST_TEST(packed.header("Content-Encoding") == "gzip");
    BOOST_TEST(packed.body.size() < 1000U);
    BOOST_TEST((gunzip(packed.body) == plain.body));
    BOOST_TEST(client.exchange(get("/hello/x", "Accept-Encoding: gzip\r\n")).header("Content-Encoding").empty());
    auto const stream = client.exchange(get("/stream", "Accept-Encoding: gzip\r\n"));
    BOOST_TEST(stream.header("Content-Encoding") == "gzip");
    BOOST_TEST(gunzip(stream.body).ends_with("line 9999\n"));
}

BOOST_AUTO_TEST_CASE(compressed_bodies_are_inflated_within_the_limit) {
    Routes routes;
    TestServer server(routes.router);
    auto client = server.client();
    BOOST_TEST(client.exchange(post("/echo", gzip("packed"), "Content-Encoding: gzip\r\n")).body == "packed");
    BOOST_TEST(client.exchange(post("/echo", "", "Content-Encoding: gzip\r\n")).body.empty());
    BOOST_TEST(client.exchange(post("/echo", "no gzip at all", "Content-Encoding: gzip\r\n")).status == 400);
    auto second = server.client();
    BOOST_TEST(second.exchange(post("/echo", gzip("packed").substr(0, 10), "Content-Encoding: gzip\r\n")).status ==
               400);
    auto third = server.client();
    BOOST_TEST(third.exchange(post("/echo", "x", "Content-Encoding: br\r\n")).status == 415);
    auto bomb = server.client();
    auto const zeros = gzip(std::string(200U << 20U, '\0'));
    BOOST_TEST(bomb.exchange(post("/echo", zeros, "Content-Encoding: gzip\r\n")).status == 413);
    auto streamedBomb = server.client();
    BOOST_TEST(streamedBomb.exchange(post("/count", zeros, "Content-Encoding: gzip\r\n")).status == 413);
}

BOOST_AUTO_TEST_CASE(bodies_over_the_limit_are_refused) {
    Routes routes;
    TestServer server(routes.router);
    auto client = server.client();
    auto const answer = client.exchange("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5000000\r\n\r\nsome of it");
    BOOST_TEST(answer.status == 413);
    BOOST_TEST(answer.body.find(R"("code":"TOO_LARGE")") != std::string::npos);
    auto second = server.client();
    BOOST_TEST(second.exchange(post("/echo", std::string((1U << 20U) + 1, 'x'))).status == 413);
}

BOOST_AUTO_TEST_CASE(a_large_upload_streams_through_without_being_held) {
    Routes routes;
    TestServer server(routes.router);
    auto client = server.client();
    auto const before = residentBytes();
    constexpr std::size_t size = 200U << 20U;
    client.send("POST /count HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n");
    std::string const piece(1U << 20U, 'x');
    std::size_t most = 0;
    for (std::size_t sent = 0; sent < size; sent += piece.size()) {
        BOOST_REQUIRE(client.send(piece));
        most = std::max(most, residentBytes());
    }
    BOOST_TEST(client.receive().body == std::to_string(size));
    BOOST_TEST(most < before + (20U << 20U));
}

BOOST_AUTO_TEST_CASE(a_stream_waits_for_a_slow_reader_without_gathering) {
    Router router;
    std::atomic<std::size_t> written{0};
    router.add("GET", "/endless", "endless", [&](Request &, Response &response) {
        response.contentType = "application/octet-stream";
        response.stream = [&](Sink &sink) {
            std::string const piece(64U << 10U, 'x');
            for (int i = 0; i < 2000; ++i) {
                sink.write(piece);
                written += piece.size();
            }
        };
    });
    TestServer server(router);
    auto client = server.client();
    client.send(get("/endless"));
    BOOST_TEST(client.receiveExactly(1000).size() == 1000U);
    // The socket buffers fill, then the writer waits.
    BOOST_TEST(eventually([&, last = std::size_t{0}, same = 0]() mutable {
        same = written == last && last > 0 ? same + 1 : 0;
        last = written;
        return same > 100;
    }));
    BOOST_TEST(written < 40U << 20U);
    auto other = server.client();
    BOOST_TEST(other.exchange(get("/nowhere")).status == 404);
}

BOOST_AUTO_TEST_CASE(a_stream_that_fails_early_is_an_error_and_later_a_broken_connection) {
    Router router;
    router.add("GET", "/early", "early", [](Request &, Response &response) {
        response.stream = [](Sink &sink) {
            sink.write("a little");
            throw Error(ErrorCode::conflict, "changed my mind");
        };
    });
    router.add("GET", "/late", "late", [](Request &, Response &response) {
        response.stream = [](Sink &sink) {
            sink.write(std::string(100'000, 'x'));
            throw Error(ErrorCode::conflict, "changed my mind");
        };
    });
    router.add("GET", "/fixed", "fixed", [](Request &, Response &response) {
        response.streamLength = 11;
        response.stream = [](Sink &sink) {
            sink.write("hello ");
            sink.flush();
            sink.write("world");
        };
    });
    TestServer server(router);
    auto client = server.client();
    BOOST_TEST(client.exchange(get("/early")).status == 409);
    auto const fixed = client.exchange(get("/fixed"));
    BOOST_TEST(fixed.header("Content-Length") == "11");
    BOOST_TEST(fixed.body == "hello world");
    BOOST_TEST(client.exchange(get("/late")).body.ends_with("<broken off>"));
}

BOOST_AUTO_TEST_CASE(a_writer_learns_that_its_client_has_gone) {
    Router router;
    std::atomic<bool> noticed{false};
    router.add("GET", "/events", "events", [&](Request &, Response &response) {
        response.contentType = "text/event-stream";
        response.stream = [&](Sink &sink) {
            sink.write("data: hello\n\n");
            sink.flush();
            while (sink.alive()) kontor::fiber::sleep(5ms);
            noticed = true;
        };
    });
    TestServer server(router);
    auto client = server.client();
    client.send(get("/events", "Accept-Encoding: gzip\r\n"));
    BOOST_TEST(client.receiveExactly(15).starts_with("HTTP/1.1 200 OK"));
    client.close();
    BOOST_TEST(eventually([&] { return noticed.load(); }));
    BOOST_TEST(eventually([&] { return server->connections() == 0; }));
}

BOOST_AUTO_TEST_CASE(a_head_that_never_ends_times_out) {
    Routes routes;
    TestServer server(routes.router, {.headerTimeout = 100ms});
    auto client = server.client();
    client.send("GET /hello/x HTTP/1.1\r\nHost: a\r\nX-");
    auto const answer = client.receive();
    BOOST_TEST(answer.status == 408);
    BOOST_TEST(client.ended());
    // Bytes that keep coming do not help.
    auto dripping = server.client();
    dripping.send("GET /hello/x HTTP/1.1\r\n");
    auto const start = std::chrono::steady_clock::now();
    std::jthread drip([&] {
        while (dripping.send("X: y\r\n") && std::chrono::steady_clock::now() - start < 5s) {
            std::this_thread::sleep_for(10ms);
        }
    });
    BOOST_TEST(dripping.receive().status == 408);
    BOOST_TEST((std::chrono::steady_clock::now() - start < 3s));
    drip.join();
}

BOOST_AUTO_TEST_CASE(a_body_that_stops_arriving_times_out) {
    Routes routes;
    TestServer server(routes.router, {.bodyIdleTimeout = 100ms});
    auto client = server.client();
    auto const answer = client.exchange("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf");
    BOOST_TEST(answer.status == 408);
    BOOST_TEST(answer.body.find(R"("code":"REQUEST_TIMEOUT")") != std::string::npos);
    BOOST_TEST(client.ended());
}

BOOST_AUTO_TEST_CASE(a_body_that_drips_is_refused_by_its_rate) {
    Routes routes;
    TestServer server(routes.router, {.minimumBodyRate = 10'000, .bodyRateGrace = 100ms});
    auto client = server.client();
    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n");
    std::jthread drip([&] {
        for (int i = 0; i < 500 && client.send("x"); ++i) std::this_thread::sleep_for(10ms);
    });
    BOOST_TEST(client.receive().status == 408);
    drip.join();
}

BOOST_AUTO_TEST_CASE(a_body_that_breaks_off_is_malformed) {
    Routes routes;
    TestServer server(routes.router);
    auto client = server.client();
    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf");
    client.endSending();
    BOOST_TEST(client.receive().status == 400);
    auto chunked = server.client();
    chunked.send("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel");
    chunked.endSending();
    BOOST_TEST(chunked.receive().status == 400);
    auto gone = server.client();
    gone.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf");
    gone.close();
    BOOST_TEST(eventually([&] { return server->connections() <= 2; }));
}

BOOST_AUTO_TEST_CASE(silent_connections_are_closed_after_a_while) {
    Routes routes;
    TestServer server(routes.router, {.keepAliveTimeout = 100ms});
    auto client = server.client();
    BOOST_TEST(client.exchange(get("/hello/x")).status == 200);
    BOOST_TEST(client.ended());
    auto silent = server.client();
    BOOST_TEST(silent.ended());
    BOOST_TEST(eventually([&] { return server->connections() == 0; }));
}

BOOST_AUTO_TEST_CASE(thousands_of_idle_connections_cost_little_and_disturb_nobody) {
    Routes routes;
    TestServer server(routes.router);
    std::vector<RawClient> idle;
    idle.reserve(5000);
    for (int i = 0; i < 500; ++i) {
        idle.push_back(server.client());
        BOOST_REQUIRE_EQUAL(idle.back().exchange(get("/hello/x")).status, 200);
    }
    [[maybe_unused]] auto const before = residentBytes();
    for (int i = 500; i < 5000; ++i) {
        idle.push_back(server.client());
        BOOST_REQUIRE_EQUAL(idle.back().exchange(get("/hello/x")).status, 200);
    }
    BOOST_TEST(server->connections() == 5000U);
    // The clients' own objects live in this process, too.
#if !defined(__SANITIZE_THREAD__) && !defined(__SANITIZE_ADDRESS__)
    BOOST_TEST(residentBytes() < before + std::size_t{4500} * 2048);
#endif
    auto client = server.client();
    BOOST_TEST(client.exchange(get("/hello/x")).status == 200);
    for (auto &each : idle) BOOST_REQUIRE_EQUAL(each.exchange(get("/hello/again")).status, 200);
    idle.clear();
    BOOST_TEST(eventually([&] { return server->connections() == 1; }));
}

BOOST_AUTO_TEST_CASE(too_many_connections_are_turned_away) {
    Routes routes;
    TestServer server(routes.router, {.maximumConnections = 3});
    std::vector<RawClient> clients;
    for (int i = 0; i < 3; ++i) {
        clients.push_back(server.client());
        BOOST_REQUIRE_EQUAL(clients.back().exchange(get("/hello/x")).status, 200);
    }
    auto extra = server.client();
    BOOST_TEST(extra.receive().status == 503);
    BOOST_TEST(extra.ended());
    clients.pop_back();
    BOOST_TEST(eventually([&] { return server->connections() == 2; }));
    BOOST_TEST(server.client().exchange(get("/hello/x")).status == 200);
}

BOOST_AUTO_TEST_CASE(connections_are_spread_evenly_over_the_threads) {
    Router router;
    std::mutex mutex;
    std::vector<std::thread::id> threads;
    router.add("GET", "/thread", "thread", [&](Request &, Response &) {
        std::lock_guard const lock(mutex);
        threads.push_back(std::this_thread::get_id());
    });
    TestServer server(router);
    std::vector<RawClient> clients;
    for (int i = 0; i < 16; ++i) {
        clients.push_back(server.client());
        BOOST_REQUIRE_EQUAL(clients.back().exchange(get("/thread")).status, 200);
    }
    BOOST_TEST(std::ranges::count(threads, threads.front()) == 8);
}

BOOST_AUTO_TEST_CASE(stopping_finishes_what_is_in_flight_and_closes_the_rest) {
    Router router;
    std::atomic<bool> started{false};
    std::atomic<bool> release{false};
    router.add("GET", "/slow", "slow", [&](Request &, Response &response) {
        started = true;
        while (!release) kontor::fiber::sleep(1ms);
        response.body = "done";
    });
    TestServer server(router);
    auto idle = server.client();
    BOOST_TEST(idle.exchange(get("/x")).status == 404);
    auto busy = server.client();
    busy.send(get("/slow"));
    BOOST_TEST(eventually([&] { return started.load(); }));
    bool finished = false;
    std::jthread stopper([&] { finished = server->stop(5s); });
    BOOST_TEST(idle.ended());
    int const port = server.port();
    BOOST_TEST(eventually([&] {
        try {
            return RawClient(port).ended();
        } catch (const std::runtime_error &) {
            return true;
        }
    }));
    release = true;
    auto const answer = busy.receive();
    BOOST_TEST(answer.body == "done");
    BOOST_TEST(answer.header("Connection") == "close");
    stopper.join();
    BOOST_TEST(finished);
}

BOOST_AUTO_TEST_CASE(stopping_breaks_clients_that_do_not_finish_in_time) {
    Routes routes;
    TestServer server(routes.router);
    auto client = server.client();
    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf");
    BOOST_TEST(eventually([&] { return server->connections() == 1; }));
    auto const start = std::chrono::steady_clock::now();
    BOOST_TEST(server->stop(100ms));
    BOOST_TEST((std::chrono::steady_clock::now() - start < 2s));
}

BOOST_AUTO_TEST_CASE(finished_requests_are_observed_with_their_route) {
    Routes routes;
    std::mutex mutex;
    std::vector<std::string> seen;
    observeRequests([&](const RequestRecord &record) {
        std::lock_guard const lock(mutex);
        seen.push_back(std::string(record.routeName) + " " + std::to_string(record.status) + " " +
                       std::to_string(record.responseBytes));
    });
    {
        TestServer server(routes.router);
        auto client = server.client();
        client.exchange(get("/hello/abc"));
        client.exchange(get("/nowhere"));
        client.exchange("rubbish\r\n\r\n");
    }
    observeRequests(nullptr);
    BOOST_REQUIRE_EQUAL(seen.size(), 3U);
    BOOST_TEST(seen[0] == "hello 200 9");
    BOOST_TEST(seen[1].starts_with("unmatched 404"));
    BOOST_TEST(seen[2].starts_with("refused 400"));
}

BOOST_AUTO_TEST_CASE(cors_is_answered_for_the_configured_origins_only) {
    Routes routes;
    TestServer server(routes.router, {.corsOrigins = {"https://app.example"}});
    auto client = server.client();
    auto const known = client.exchange(get("/hello/x", "Origin: https://app.example\r\n"));
    BOOST_TEST(known.header("Access-Control-Allow-Origin") == "https://app.example");
    BOOST_TEST(known.header("Vary") == "Origin");
    BOOST_TEST(client.exchange(get("/hello/x", "Origin: https://evil.example\r\n"))
                   .header("Access-Control-Allow-Origin")
                   .empty());
    auto const preflight = client.exchange("OPTIONS /echo HTTP/1.1\r\nHost: a\r\nOrigin: https://app.example\r\n"
                                           "Access-Control-Request-Method: POST\r\n\r\n");
    BOOST_TEST(preflight.status == 204);
    BOOST_TEST(preflight.header("Access-Control-Allow-Methods") == "POST, OPTIONS");
    BOOST_TEST(preflight.header("Access-Control-Allow-Headers").find("If-Match") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_header_value_cannot_start_another_header) {
    Router router;
    router.add("GET", "/set", "set",
               [](Request &request, Response &response) { response.header("X-Name", *request.parameter("name")); });
    TestServer server(router);
    auto client = server.client();
    auto const answer = client.exchange(get("/set?name=a%0d%0aX-Evil:%201"));
    BOOST_TEST(answer.header("X-Evil").empty());
    BOOST_TEST(answer.header("X-Name") == "a  X-Evil: 1");
}

BOOST_AUTO_TEST_CASE(damaged_requests_are_answered_or_closed_and_never_do_harm) {
    Routes routes;
    TestServer server(routes.router, {.headerTimeout = 50ms, .bodyIdleTimeout = 50ms});
    std::mt19937 random(4711);
    auto const below = [&](std::size_t limit) {
        return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random);
    };
    std::array<std::string, 3> const seeds{
        get("/hello/x?a=b", "Accept-Encoding: gzip\r\n"), post("/echo", "some body"),
        "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"};
    std::array<std::string, 9> const splinters{
        "\r\n", "\n", std::string(1, '\0'), "%", ":", " ", "99999999999999999999", "\xff", std::string(40'000, 'A')};
    for (int round = 0; round < 1000; ++round) {
        std::string bytes = seeds.at(below(seeds.size())) + seeds.at(below(seeds.size()));
        for (std::size_t damage = below(4) + 1; damage > 0; --damage) {
            auto const at = below(bytes.size());
            switch (below(3)) {
            case 0:
                bytes[at] = static_cast<char>(below(256));
                break;
            case 1:
                bytes.erase(at, below(5) + 1);
                break;
            default:
                bytes.insert(at, splinters.at(below(splinters.size())));
                break;
            }
            if (bytes.empty()) bytes = "x";
        }
        auto client = server.client();
        client.send(bytes);
        client.endSending();
        // No response, or valid ones; and in any case an end.
        while (auto const status = client.receive().status) BOOST_REQUIRE(status >= 100 && status < 600);
    }
    auto client = server.client();
    BOOST_TEST(client.exchange(get("/hello/still")).body == "hello still");
    BOOST_TEST(eventually([&] { return server->connections() == 1; }));
}

BOOST_AUTO_TEST_CASE(a_parameter_given_twice_is_an_error_that_names_it) {
    Router router;
    router.add("GET", "/list", "list", [](Request &request, Response &response) {
        auto const *limit = request.parameter("limit");
        response.body = limit == nullptr ? "none" : *limit;
    });
    TestServer server(router);
    auto client = server.client();
    BOOST_TEST(client.exchange(get("/list?limit=5")).body == "5");
    BOOST_TEST(client.exchange(get("/list")).body == "none");
    auto const twice = client.exchange(get("/list?limit=5&limit=6"));
    BOOST_TEST(twice.status == 400);
    BOOST_TEST(twice.body.find(R"("parameter":"limit")") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_port_that_another_server_has_is_refused) {
    Router router;
    ServerOptions options;
    options.port = 0;
    Server const first(options, router);
    options.port = first.port();
    BOOST_CHECK_THROW(Server(options, router), std::exception);
}

BOOST_AUTO_TEST_SUITE_END()
