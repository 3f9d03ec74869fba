#include "http_support.h"

#include "shared/fiber/loop.h"
#include "shared/http/client.h"

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/StreamSocket.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <thread>

using namespace http_test;
using namespace kontor::http;
using namespace std::chrono_literals;
using kontor::Error;
using kontor::ErrorCode;

BOOST_AUTO_TEST_SUITE(http_client)

namespace {

/// A folder with a certificate for localhost that nobody has signed but itself.
class Certificate {
  public:
    Certificate() {
        std::array<char, 32> pattern{"/tmp/kontor-tls-XXXXXX"};
        folder_ = ::mkdtemp(pattern.data());
        make();
    }
    ~Certificate() { std::filesystem::remove_all(folder_); }
    Certificate(const Certificate &) = delete;
    Certificate &operator=(const Certificate &) = delete;

    void make() const {
        std::string const command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 "
                                    "-subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout " +
                                    key() + " -out " + file() + " 2>/dev/null";
        BOOST_REQUIRE_EQUAL(std::system(command.c_str()), 0);
    }
    [[nodiscard]] std::string file() const { return folder_ + "/certificate.pem"; }
    [[nodiscard]] std::string key() const { return folder_ + "/key.pem"; }

  private:
    std::string folder_;
};

struct Routes {
    Routes() {
        router.add("POST", "/echo", "echo",
                   [](Request &request, Response &response) {
                       response.contentType = std::string(request.header("Content-Type"));
                       response.header("X-Secure", request.secure ? "yes" : "no");
                       response.header("X-Length",
                                       request.contentLength ? std::to_string(*request.contentLength) : "none");
                       response.body = request.body->readAll(64U << 20U);
                   },
                   {.bodyLimit = 64U << 20U});
        router.add("GET", "/api/{name}", "name", [](Request &request, Response &response) {
            response.body = request.pathParameters.at(0) + "?" + (request.query.empty() ? "" : request.query[0].second);
        });
        router.add("GET", "/stream", "stream", [](Request &, Response &response) {
            response.stream = [](Sink &sink) {
                std::string const piece(10'000, 'y');
                for (int i = 0; i < 1000; ++i) sink.write(piece);
            };
        });
        router.add("GET", "/broken", "broken", [](Request &, Response &response) {
            response.stream = [](Sink &sink) {
                sink.write(std::string(100'000, 'y'));
                sink.flush();
                throw Error(ErrorCode::unavailable, "gone");
            };
        });
        router.add("GET", "/slow", "slow", [](Request &, Response &) { kontor::fiber::sleep(400ms); });
    }
    Router router;
};

std::string addressOf(const TestServer &server, const char *scheme = "http") {
    return std::string(scheme) + "://localhost:" + std::to_string(server.port());
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_call_gives_status_headers_and_body) {
    Routes routes;
    TestServer server(routes.router);
    Client client(addressOf(server) + "/");
    auto const answer =
        client.send({.method = "POST", .path = "/echo", .contentType = "text/plain", .body = "hello there"});
    BOOST_TEST(answer.status == 200);
    BOOST_TEST(answer.body == "hello there");
    BOOST_TEST(answer.header("content-type") == "text/plain");
    BOOST_TEST(answer.header("X-Length") == "11");
    BOOST_TEST(client.send({.path = "/nowhere"}).status == 404);
    BOOST_TEST(server->connections() == 1U);
}

BOOST_AUTO_TEST_CASE(a_path_in_the_base_address_comes_first) {
    Routes routes;
    TestServer server(routes.router);
    Client client(addressOf(server) + "/api");
    BOOST_TEST(client.send({.path = "/x%20y?q=1"}).body == "x y?1");
}

BOOST_AUTO_TEST_CASE(bodies_stream_in_both_directions) {
    Routes routes;
    TestServer server(routes.router);
    Client client(addressOf(server));
    int left = 300;
    auto const answer = client.send({.method = "POST", .path = "/echo", .source = [&](char *buffer, std::size_t size) {
                                         if (left-- == 0) return std::size_t{0};
                                         std::fill_n(buffer, size, 'z');
                                         return std::min<std::size_t>(size, 10'000);
                                     }});
    BOOST_TEST(answer.header("X-Length") == "none");
    BOOST_TEST(answer.body.size() == 3'000'000U);
    std::size_t received = 0;
    auto const streamed = client.send({.path = "/stream"}, [&](std::string_view piece) { received += piece.size(); });
    BOOST_TEST(streamed.status == 200);
    BOOST_TEST(streamed.body.empty());
    BOOST_TEST(received == 10'000'000U);
    std::size_t ofError = 0;
    auto const missing = client.send({.path = "/nowhere"}, [&](std::string_view piece) { ofError += piece.size(); });
    BOOST_TEST(missing.status == 404);
    BOOST_TEST(ofError == 0U);
    BOOST_TEST(missing.body.find("NOT_FOUND") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_connection_that_the_server_closed_is_replaced) {
    Routes routes;
    TestServer server(routes.router, {.keepAliveTimeout = 50ms});
    Client client(addressOf(server));
    for (int i = 0; i < 3; ++i) {
        BOOST_TEST(client.send({.path = "/api/x"}).status == 200);
        for (int wait = 0; wait < 5000 && server->connections() > 0; ++wait) {
            std::this_thread::sleep_for(1ms);
        }
        BOOST_REQUIRE_EQUAL(server->connections(), 0U);
    }
}

BOOST_AUTO_TEST_CASE(what_prevents_a_response_is_unavailable) {
    auto const isUnavailable = [](const Error &error) { return error.code == ErrorCode::unavailable; };
    Routes routes;
    int port = 0;
    {
        TestServer server(routes.router);
        port = server.port();
        Client impatient(addressOf(server), {.timeout = 50ms});
        BOOST_CHECK_EXCEPTION(impatient.send({.path = "/slow"}), Error, isUnavailable);
        Client client(addressOf(server));
        std::size_t received = 0;
        BOOST_CHECK_EXCEPTION(
            client.send({.path = "/broken"}, [&](std::string_view piece) { received += piece.size(); }), Error,
            isUnavailable);
    }
    Client nobody("http://localhost:" + std::to_string(port), {.connectTimeout = 500ms});
    BOOST_CHECK_EXCEPTION(nobody.send({.path = "/"}), Error, isUnavailable);
    BOOST_CHECK_THROW(Client("ftp://localhost"), Error);
    BOOST_CHECK_THROW(Client("localhost:80"), Error);
}

BOOST_AUTO_TEST_CASE(a_chunked_response_that_breaks_off_between_two_chunks_is_noticed) {
    Poco::Net::ServerSocket listener(Poco::Net::SocketAddress("127.0.0.1", 0));
    std::jthread const peer([&] {
        auto connection = listener.acceptConnection();
        std::array<char, 4096> request{};
        connection.receiveBytes(request.data(), static_cast<int>(request.size()));
        std::string const half = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n";
        connection.sendBytes(half.data(), static_cast<int>(half.size()));
    });
    Client client("http://127.0.0.1:" + std::to_string(listener.address().port()));
    std::string received;
    BOOST_CHECK_EXCEPTION(client.send({.path = "/"}, [&](std::string_view piece) { received += piece; }), Error,
                          [](const Error &error) { return error.code == ErrorCode::unavailable; });
    BOOST_TEST(received == "hello");
}

BOOST_AUTO_TEST_CASE(inside_a_fiber_the_others_go_on_while_a_call_waits) {
    Routes routes;
    TestServer server(routes.router);
    Client client(addressOf(server));
    kontor::fiber::Loop loop;
    std::string order;
    loop.spawn([&] {
        client.send({.path = "/slow"});
        order += "slow";
    });
    loop.spawn([&] {
        kontor::fiber::sleep(5ms);
        order += "other ";
    });
    loop.stop();
    loop.run();
    BOOST_TEST(order == "other slow");
}

BOOST_AUTO_TEST_CASE(tls_works_with_a_certificate_that_is_trusted_and_not_without) {
    Certificate certificate;
    Routes routes;
    TestServer server(routes.router, {.certificateFile = certificate.file(), .privateKeyFile = certificate.key()});
    Client client(addressOf(server, "https"), {.authoritiesFile = certificate.file()});
    for (int i = 0; i < 3; ++i) {
        auto const answer = client.send({.method = "POST", .path = "/echo", .body = "over TLS"});
        BOOST_TEST(answer.status == 200);
        BOOST_TEST(answer.body == "over TLS");
        BOOST_TEST(answer.header("X-Secure") == "yes");
    }
    auto const large = std::string(5'000'000, 'L');
    BOOST_TEST((client.send({.method = "POST", .path = "/echo", .body = large}).body == large));
    std::size_t received = 0;
    client.send({.path = "/stream"}, [&](std::string_view piece) { received += piece.size(); });
    BOOST_TEST(received == 10'000'000U);

    Client distrustful(addressOf(server, "https"));
    BOOST_CHECK_THROW(distrustful.send({.path = "/api/x"}), Error);
    Client careless(addressOf(server, "https"), {.verifyCertificate = false});
    BOOST_TEST(careless.send({.path = "/api/x"}).status == 200);
    // Plain text at the TLS port, and a handshake that is never finished, harm nobody else.
    auto plain = server.client();
    plain.send(get("/api/x"));
    BOOST_TEST(plain.receive().status != 200);
    BOOST_TEST(client.send({.path = "/api/x"}).status == 200);
}

BOOST_AUTO_TEST_CASE(an_unfinished_handshake_times_out) {
    Certificate certificate;
    Routes routes;
    TestServer server(
        routes.router,
        {.headerTimeout = 100ms, .certificateFile = certificate.file(), .privateKeyFile = certificate.key()});
    auto client = server.client();
    client.send(std::string_view("\x16\x03\x01\x02\x00", 5));
    client.receiveExactly(1000);  // an alert, perhaps
    BOOST_TEST(client.ended());
}

BOOST_AUTO_TEST_CASE(pipelined_requests_over_tls_are_all_answered) {
    Certificate certificate;
    Routes routes;
    TestServer server(routes.router, {.certificateFile = certificate.file(), .privateKeyFile = certificate.key()});
    // openssl sends both requests in one record.
    std::string const command =
        "printf 'GET /api/one HTTP/1.1\\r\\nHost: a\\r\\n\\r\\nGET /api/two HTTP/1.1\\r\\nHost: "
        "a\\r\\nConnection: close\\r\\n\\r\\n' | openssl s_client -quiet -connect 127.0.0.1:" +
        std::to_string(server.port()) + " 2>/dev/null";
    std::FILE *pipe = ::popen(command.c_str(), "r");
    BOOST_REQUIRE(pipe != nullptr);
    std::array<char, 4096> output{};
    std::string all;
    while (auto const got = std::fread(output.data(), 1, output.size(), pipe)) all.append(output.data(), got);
    ::pclose(pipe);
    BOOST_TEST(all.find("one?") != std::string::npos);
    BOOST_TEST(all.find("two?") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(old_tls_versions_are_refused) {
    Certificate certificate;
    Routes routes;
    TestServer server(routes.router, {.certificateFile = certificate.file(), .privateKeyFile = certificate.key()});
    auto const connects = [&](const std::string &version) {
        return std::system(("openssl s_client -" + version + " -connect 127.0.0.1:" + std::to_string(server.port()) +
                            " </dev/null >/dev/null 2>&1")
                               .c_str()) == 0;
    };
    BOOST_TEST(connects("tls1_3"));
    BOOST_TEST(connects("tls1_2"));
    BOOST_TEST(!connects("tls1_1"));
}

BOOST_AUTO_TEST_CASE(a_renewed_certificate_is_taken_up_without_a_restart) {
    Certificate certificate;
    Routes routes;
    TestServer server(routes.router, {.certificateFile = certificate.file(), .privateKeyFile = certificate.key()});
    Client before(addressOf(server, "https"), {.authoritiesFile = certificate.file()});
    BOOST_TEST(before.send({.path = "/api/x"}).status == 200);
    certificate.make();
    server->reloadCertificate();
    Client after(addressOf(server, "https"), {.authoritiesFile = certificate.file()});
    BOOST_TEST(after.send({.path = "/api/x"}).status == 200);
    BOOST_TEST(before.send({.path = "/api/x"}).status == 200);  // on the connection it has
    std::ofstream(certificate.file()) << "no certificate";
    BOOST_CHECK_THROW(server->reloadCertificate(), std::exception);
    BOOST_TEST(after.send({.path = "/api/x"}).status == 200);
}

BOOST_AUTO_TEST_SUITE_END()
