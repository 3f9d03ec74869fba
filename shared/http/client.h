#pragma once

// A small HTTP(S) client over POCO's sessions, for calls between services and for the command line. It blocks; inside a
// fiber the call runs on a helper thread while the fiber waits.
//
//     http::Client client("https://crm.example");
//     auto response = client.send({.method = "GET", .path = "/api/v1/accounts?limit=5"});

#include "shared/http/http.h"

#include <functional>
#include <iosfwd>

namespace kontor::http {

struct ClientOptions {
    std::chrono::milliseconds connectTimeout{5'000};
    std::chrono::milliseconds timeout{60'000};  ///< longest silence of the server
    std::size_t responseLimit = 64U << 20U;     ///< of a body that is held in memory
    bool verifyCertificate = true;
    std::string authoritiesFile;  ///< PEM; empty = the system's
    std::size_t keptConnections = 8;
};

struct ClientRequest {
    std::string method = "GET";
    std::string path;  ///< encoded, with the query
    std::vector<std::pair<std::string, std::string>> headers;
    std::string contentType;
    std::string body;
    /// When set, the body is read from here: up to `size` bytes into the buffer, 0 at the end. Sent chunked unless
    /// `sourceLength` says how much there is.
    std::function<std::size_t(char *buffer, std::size_t size)> source;
    std::optional<std::uint64_t> sourceLength;
};

struct ClientResponse {
    int status = 0;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;  ///< empty when it went to a receiver

    /// A header's value without regard to case; empty when it is absent.
    [[nodiscard]] std::string_view header(std::string_view name) const;
};

/// Calls to one server. Thread-safe; keeps connections. Any status is a response; what prevents one is thrown as
/// Error(unavailable).
class Client {
  public:
    /// "http://host:port" or "https://host"; a path in it is put before that of each request. Throws
    /// Error(malformed).
    explicit Client(const std::string &baseUrl, ClientOptions options = {});
    ~Client();
    Client(const Client &) = delete;
    Client &operator=(const Client &) = delete;

    /// A request is sent a second time when a kept connection turns out to be closed, and only if nothing can have
    /// happened twice: its method is idempotent or it carries an Idempotency-Key, and its body is no source.
    ClientResponse send(const ClientRequest &request);

    /// The body of a 2xx response goes to `receive` as it arrives; another one is held in the response.
    ClientResponse send(const ClientRequest &request, const std::function<void(std::string_view)> &receive);

  private:
    struct Implementation;
    std::unique_ptr<Implementation> implementation_;
};

}  // namespace kontor::http
