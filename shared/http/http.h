#pragma once

// HTTP/1.1 on POCO's sockets and messages, one fiber for each request. A connection without a request in progress
// holds no fiber and no thread.

#include "shared/contract/error.h"

#include <Poco/Net/HTTPMessage.h>

#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kontor::http {

/// The body as it arrives. Waits for the client; throws Error(requestTimeout) when it is too slow, Error(malformed)
/// when it stops halfway, Error(tooLarge) past the limit.
class Body {
  public:
    virtual ~Body() = default;
    /// Up to `size` bytes; 0 at the end.
    virtual std::size_t read(char *buffer, std::size_t size) = 0;
    /// Everything, at most `limit` bytes.
    std::string readAll(std::size_t limit);
};

struct Request {
    std::string method;
    std::string path;                                        ///< decoded, without the query
    std::vector<std::pair<std::string, std::string>> query;  ///< decoded, in order
    const Poco::Net::MessageHeader *headers = nullptr;
    Body *body = nullptr;                        ///< never nullptr
    std::optional<std::uint64_t> contentLength;  ///< empty when there is no body or it is chunked
    std::string clientAddress;
    bool secure = false;                      ///< came through TLS, or from loopback
    std::string requestId;                    ///< X-Request-Id: the client's when valid, or new
    std::string traceParent;                  ///< W3C trace context of this request's own span
    std::vector<std::string> pathParameters;  ///< values of the {…} in the route, in order

    /// A header's value; empty when it is absent.
    [[nodiscard]] std::string_view header(const std::string &name) const;
    /// A query parameter's value; nullptr when it is absent. Throws Error(malformed) when it is given twice.
    [[nodiscard]] const std::string *parameter(std::string_view name) const;
};

/// The client went away while it was being answered. A handler lets it pass.
class ConnectionLost : public std::exception {
  public:
    [[nodiscard]] const char *what() const noexcept override { return "the client closed the connection"; }
};

/// Where a streamed response goes. Each write waits for the client as needed; throws ConnectionLost when it has gone.
class Sink {
  public:
    virtual ~Sink() = default;
    virtual void write(std::string_view bytes) = 0;
    /// Sends what has been gathered.
    virtual void flush() = 0;
    /// False once the client has gone.
    [[nodiscard]] virtual bool alive() const = 0;
};

struct Response {
    int status = 200;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string contentType;
    std::string body;
    /// When set, the body is what this writes (chunked, or `streamLength` bytes); `body` is not used.
    std::function<void(Sink &)> stream;
    std::optional<std::uint64_t> streamLength;

    void header(std::string name, std::string value) { headers.emplace_back(std::move(name), std::move(value)); }
};

using Handler = std::function<void(Request &, Response &)>;

/// Turns an exception into a response; REST and SOAP have one each.
using ErrorWriter = std::function<void(const Request &, const Error &, Response &)>;

/// problem+json (RFC 9457).
void writeProblem(const Request &request, const Error &error, Response &response);

/// What one route allows.
struct RouteOptions {
    ErrorWriter errors = writeProblem;
    std::size_t bodyLimit = 4U << 20U;
};

/// Method and path pattern to handler: "/api/v1/accounts/{id}". `{id}` is one segment; `{rest*}` is the remainder. A
/// literal segment wins over a parameter. HEAD is answered through GET. A path that is known under other methods
/// gives 405 with Allow; OPTIONS is answered.
class Router {
  public:
    Router();
    ~Router();
    /// `name` is the label in metrics and logs: the operationId.
    void add(std::string_view method, std::string_view pattern, std::string name, Handler handler,
             RouteOptions options = {});
    struct Match {
        const Handler *handler = nullptr;
        const RouteOptions *options = nullptr;
        std::string_view name;
        std::string_view pattern;
        std::vector<std::string> parameters;
        std::string allowedMethods;  ///< when the path is known but not the method
    };
    /// `path` is percent-encoded as on the wire, so that "%2F" can stand inside one segment; the values of parameters
    /// come back decoded.
    [[nodiscard]] Match match(std::string_view method, std::string_view path) const;

  private:
    struct Node;
    std::unique_ptr<Node> root_;
};

struct ServerOptions {
    std::string address = "127.0.0.1";
    int port = 8080;                                    ///< 0 = any free one
    int threads = 0;                                    ///< 0 = one for each core
    std::chrono::milliseconds headerTimeout{10'000};    ///< from the first byte of a request to the end of its head
    std::chrono::milliseconds bodyIdleTimeout{30'000};  ///< longest silence inside a body, in either direction
    int minimumBodyRate = 256;  ///< bytes a second of waiting for the client, after bodyRateGrace
    std::chrono::milliseconds bodyRateGrace{10'000};
    std::chrono::milliseconds keepAliveTimeout{300'000};
    std::size_t maximumHeaderBytes = 32768;
    std::size_t maximumHeaders = 100;
    int maximumConnections = 20000;  ///< the next one is told 503
    std::string certificateFile;     ///< PEM; empty = no TLS
    std::string privateKeyFile;
    std::vector<std::string> corsOrigins;     ///< "https://app.example"; "*" = every origin; empty = no CORS
    std::vector<std::string> trustedProxies;  ///< addresses whose X-Forwarded-For is believed
    bool compress = true;                     ///< gzip for clients that accept it
};

/// Listens from the constructor on. stop() finishes what is in flight, at most `grace`.
class Server {
  public:
    Server(ServerOptions options, const Router &router);
    ~Server();
    [[nodiscard]] int port() const;
    void start();
    /// Takes no new connection, closes the idle ones and finishes what is in flight. False when a handler was still
    /// running after `grace`: its thread is left behind, and the process should end without tearing down what it uses.
    bool stop(std::chrono::milliseconds grace);
    [[nodiscard]] std::size_t connections() const;
    /// Reads the certificate and key again for connections to come. Throws, and keeps the old, when they do not load.
    void reloadCertificate();

  private:
    struct Implementation;
    std::unique_ptr<Implementation> implementation_;
};

/// Told of each finished request (logs and metrics); set once at start.
struct RequestRecord {
    const Request &request;
    int status;
    std::string_view routeName;
    double seconds;
    std::size_t responseBytes;
};
void observeRequests(std::function<void(const RequestRecord &)> observer);

/// Gives exceptions that are no Error a meaning (a database error, for one); set once at start. What it does not know
/// is a defect: reported, and answered as internal.
using ErrorTranslator = std::function<std::optional<Error>(const std::exception_ptr &)>;
void translateErrors(ErrorTranslator translator);

/// Told of each exception that nobody gave a meaning; set once at start. Writes to stderr until then.
void reportDefects(std::function<void(const Request &, std::string_view what)> reporter);

}  // namespace kontor::http
