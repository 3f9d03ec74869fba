#include "shared/http/connection.h"

#include "shared/http/forwarded.h"
#include "shared/http/hooks.h"
#include "shared/http/problem.h"
#include "shared/http/response_writer.h"
#include "shared/http/target.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace kontor::http {

namespace {

constexpr std::size_t drainLimit = 64U << 10U;
constexpr std::size_t compressFrom = 1024;
const ErrorWriter problemWriter = writeProblem;

bool isLoopback(std::string_view address) {
    return address.starts_with("127.") || address == "::1" || address.starts_with("::ffff:127.");
}

/// "/a/../b" means one thing to us and another to a proxy.
bool hasDotSegment(std::string_view path) {
    for (auto at = path.find("/."); at != std::string_view::npos; at = path.find("/.", at + 1)) {
        auto const segment = path.substr(at + 1, path.find('/', at + 1) - at - 1);
        if (segment == "." || segment == "..") return true;
    }
    return false;
}

bool hasHeader(const Response &response, std::string_view name) {
    return std::ranges::any_of(response.headers,
                               [&](const auto &header) { return equalsIgnoringCase(header.first, name); });
}

void reset(Response &response) {
    response.status = 200;
    response.headers.clear();
    response.contentType.clear();
    response.body.clear();
    response.stream = nullptr;
    response.streamLength.reset();
}

}  // namespace

Connection::Connection(Worker &worker, Transport transport, std::string clientAddress)
    : worker_(worker), transport_(std::move(transport)), clientAddress_(std::move(clientAddress)),
      deadline_(fiber::Clock::now() + worker.state.options.keepAliveTimeout),
      trusted_(transport_.secure() || isLoopback(clientAddress_)) {
    worker_.lists().all.push_back(*this);
    worker_.lists().idle.push_back(*this);
    worker_.loop.watch(transport_.descriptor(), [this] { serve(); });
}

Connection::~Connection() { worker_.loop.forget(transport_.descriptor()); }

void Connection::serve() {
    parked.unlink();
    Next next = Next::close;
    try {
        next = answerRequests();
        if (next == Next::close && unreadInput_ && !lost_) linger();
        if (next == Next::close && transport_.secure() && !lost_) transport_.finishSending();
    } catch (...) {
        next = Next::close;  // out of memory, at worst
    }
    if (next == Next::park) {
        park();
    } else {
        worker_.destroy(*this);
    }
}

void Connection::park() {
    auto &lists = worker_.lists();
    auto const &options = worker_.state.options;
    if (!input_.empty() || !transport_.handshaken()) {
        if (!readingHead_) deadline_ = fiber::Clock::now() + options.headerTimeout;
        readingHead_ = true;
        lists.awaitingHead.push_back(*this);
    } else {
        readingHead_ = false;
        deadline_ = fiber::Clock::now() + options.keepAliveTimeout;
        worker_.giveBuffer(input_.release());
        lists.idle.push_back(*this);
    }
    if (worker_.state.stopping && !expired_) expire();
    worker_.loop.rearm(transport_.descriptor());
}

void Connection::expire() {
    expired_ = true;
    parked.unlink();
    // What has arrived already can still be read; after it comes the end.
    ::shutdown(transport_.descriptor(), SHUT_RD);
}

void Connection::interrupt() const { ::shutdown(transport_.descriptor(), SHUT_RDWR); }

Connection::Next Connection::answerRequests() {
    for (unsigned answered = 0;;) {
        while (scanned_ == 0 && input_.view().starts_with("\r\n")) input_.consume(2);  // RFC 9112, 2.2
        auto const head = findHead(input_.view(), scanned_);
        if (head.malformed) {
            refuse(400, "a line of the head does not end in CRLF");
            return Next::close;
        }
        auto const size = head.length > 0 ? head.length : input_.size();
        if (size > worker_.state.options.maximumHeaderBytes) {
            refuse(431, "the head is too large");
            return Next::close;
        }
        if (head.length == 0) {
            if (!input_.hasMemory()) input_.adopt(worker_.takeBuffer());
            auto const [place, room] = input_.room();
            int const got = transport_.tryRead(place, room);
            if (got > 0) {
                input_.added(static_cast<std::size_t>(got));
            } else if (got == Transport::wantsRead) {
                return Next::park;
            } else if (got == Transport::wantsWrite) {
                auto const deadline = fiber::Clock::now() + worker_.state.options.headerTimeout;
                if (!fiber::wait(transport_.descriptor(), fiber::Interest::writable, deadline)) return Next::close;
            } else {
                if (expired_ && !input_.empty() && !worker_.state.stopping) refuse(408, "the head stopped arriving");
                return Next::close;
            }
            continue;
        }
        scanned_ = 0;
        readingHead_ = false;
        auto exchange = worker_.takeExchange();
        bool const keepAlive = answer(*exchange, head.length);
        worker_.giveExchange(std::move(exchange));
        if (!keepAlive) return Next::close;
        // The next request is seldom there yet, and the loop tells when it is; but TLS may hold bytes already read.
        if (input_.empty() && !transport_.secure()) return Next::park;
        if (++answered % 32 == 0) fiber::sleep(fiber::Clock::duration::zero());
    }
}

bool Connection::prepare(Exchange &exchange) {
    auto const &head = exchange.head;
    auto &request = exchange.request;
    std::string_view const target = head.target;
    auto const question = target.find('?');
    request.method = head.method;
    request.headers = &head.headers;
    request.contentLength = head.chunked ? std::nullopt : head.contentLength;
    auto const &proxies = worker_.state.options.trustedProxies;
    request.clientAddress = proxies.empty() ? clientAddress_ : clientBehind(clientAddress_, head.headers, proxies);
    request.secure = trusted_;
    if (head.requestId.empty()) {
        worker_.ids.makeRequestId(request.requestId);
    } else {
        request.requestId = head.requestId;
    }
    worker_.ids.makeTraceParent(head.traceParent, request.traceParent);
    if (!decodePercent(target.substr(0, question), false, request.path) || hasDotSegment(request.path)) return false;
    return question == std::string_view::npos || decodeQuery(target.substr(question + 1), request.query);
}

bool Connection::answer(Exchange &exchange, std::size_t headLength) {
    auto const begin = fiber::Clock::now();
    auto const &options = worker_.state.options;
    auto const error = parseHead(input_.view().substr(0, headLength), options.maximumHeaders, exchange.head);
    if (error) {
        refuse(error->status, error->detail);
        return false;
    }
    input_.consume(headLength);
    if (!prepare(exchange)) {
        refuse(400, "the target is not valid");
        return false;
    }

    std::string_view const target = exchange.head.target;
    auto match = worker_.state.router.match(exchange.head.method, target.substr(0, target.find('?')));
    bool const known = match.handler != nullptr;
    exchange.request.pathParameters.swap(match.parameters);
    auto const bodyLimit = known ? match.options->bodyLimit : RouteOptions().bodyLimit;
    auto const &errors = known ? match.options->errors : problemWriter;

    MessageBody body(transport_, input_, exchange.head, bodyLimit,
                     {options.bodyIdleTimeout, options.bodyRateGrace, options.minimumBodyRate}, expired_);
    dispatch(exchange, body, match);

    bool keepAlive = exchange.head.keepAlive && !lost_ && !expired_ && !worker_.state.stopping;
    if (!body.drainable(drainLimit)) keepAlive = false;
    auto const sent = lost_ ? 0 : respond(exchange, errors, keepAlive);
    auto const seconds = std::chrono::duration<double>(fiber::Clock::now() - begin).count();
    std::string_view const name = known                                  ? match.name
                                  : exchange.request.method == "OPTIONS" ? std::string_view("options")
                                                                         : std::string_view("unmatched");
    notifyObserver({exchange.request, lost_ ? 499 : exchange.response.status, name, seconds, sent});

    if (keepAlive && !body.finished()) {
        try {
            body.drain();
        } catch (const Error &) {
            keepAlive = false;
        }
    }
    if (!keepAlive) unreadInput_ = !body.finished() || !input_.empty();
    return keepAlive;
}

void Connection::dispatch(Exchange &exchange, MessageBody &body, const Router::Match &match) {
    std::exception_ptr failure;
    try {
        invoke(exchange, body, match);
        return;
    } catch (const ConnectionLost &) {
        lost_ = true;
        return;
    } catch (...) {
        failure = std::current_exception();
    }
    // Out of the catch block: writing an error may wait.
    auto const error = toError(failure, exchange.request);
    reset(exchange.response);
    try {
        (match.options != nullptr ? match.options->errors : problemWriter)(exchange.request, error, exchange.response);
    } catch (...) {
        failure = std::current_exception();
        reset(exchange.response);
        writeProblem(exchange.request, toError(failure, exchange.request), exchange.response);
    }
    if (!match.allowedMethods.empty()) exchange.response.header("Allow", match.allowedMethods);
}

void Connection::invoke(Exchange &exchange, MessageBody &body, const Router::Match &match) {
    auto const &head = exchange.head;
    auto &request = exchange.request;
    request.body = &body;
    if (match.handler == nullptr) {
        if (head.method == "OPTIONS" && (head.target == "*" || !match.allowedMethods.empty())) {
            answerOptions(exchange, match);
            return;
        }
        if (match.allowedMethods.empty()) throw Error(ErrorCode::notFound, "there is nothing at this address");
        throw Error(ErrorCode::methodNotAllowed, "allowed here: " + match.allowedMethods);
    }
    auto const limit = match.options->bodyLimit;
    if (head.contentLength.value_or(0) > limit) {
        throw Error(ErrorCode::tooLarge, "the body is larger than " + std::to_string(limit) + " bytes");
    }
    if (head.contentEncoding.empty() || equalsIgnoringCase(head.contentEncoding, "identity")) {
        (*match.handler)(request, exchange.response);
        return;
    }
    if (!equalsIgnoringCase(head.contentEncoding, "gzip") && !equalsIgnoringCase(head.contentEncoding, "x-gzip")) {
        throw Error(ErrorCode::unsupportedMediaType, "the only Content-Encoding read here is gzip");
    }
    GunzipBody inflated(body, limit);
    if (!body.finished()) request.body = &inflated;
    request.contentLength.reset();
    (*match.handler)(request, exchange.response);
    request.body = &body;
}

void Connection::answerOptions(Exchange &exchange, const Router::Match &match) const {
    auto &response = exchange.response;
    response.status = 204;
    response.header("Allow", match.allowedMethods.empty() ? "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"
                                                          : match.allowedMethods);
    if (corsOrigin(exchange).empty() || exchange.request.header("Access-Control-Request-Method").empty()) return;
    response.header("Access-Control-Allow-Methods", match.allowedMethods);
    response.header("Access-Control-Allow-Headers", "Accept, Authorization, Content-Type, Idempotency-Key, If-Match, "
                                                    "If-None-Match, Prefer, X-Request-Id, traceparent");
    response.header("Access-Control-Max-Age", "600");
}

std::string_view Connection::corsOrigin(const Exchange &exchange) const {
    auto const &allowed = worker_.state.options.corsOrigins;
    if (allowed.empty() || !exchange.head.hasOrigin) return {};
    auto const origin = exchange.request.header("Origin");
    for (auto const &candidate : allowed) {
        if (candidate == "*" || candidate == origin) return candidate;
    }
    return {};
}

std::size_t Connection::respond(Exchange &exchange, const ErrorWriter &errors, bool &keepAlive) {
    auto const &response = exchange.response;
    if (response.stream && !hasNoBody(response.status) && exchange.head.method != "HEAD") {
        return respondStreamed(exchange, errors, keepAlive);
    }
    return respondWhole(exchange, keepAlive);
}

std::size_t Connection::respondWhole(Exchange &exchange, bool &keepAlive) {
    auto const &options = worker_.state.options;
    auto const &response = exchange.response;
    bool const bodiless = hasNoBody(response.status);
    std::string_view payload = response.body;
    ResponseFrame frame{.date = worker_.date(),
                        .request = exchange.request,
                        .version11 = exchange.head.version11,
                        .close = !keepAlive,
                        .corsOrigin = corsOrigin(exchange)};
    if (options.compress && payload.size() >= compressFrom && !bodiless && isCompressible(response.contentType) &&
        !hasHeader(response, "Content-Encoding")) {
        frame.varyEncoding = true;
        if (exchange.head.acceptsGzip) {
            worker_.deflater.compress(payload, exchange.compressed);
            payload = exchange.compressed;
            frame.gzip = true;
        }
    }
    if (!bodiless) frame.contentLength = response.stream ? response.streamLength : payload.size();
    appendHead(exchange.out, response, frame);
    if (bodiless || exchange.head.method == "HEAD") payload = {};
    if (!transport_.write(exchange.out, payload, options.bodyIdleTimeout)) {
        lost_ = true;
        keepAlive = false;
    }
    return payload.size();
}

std::size_t Connection::respondStreamed(Exchange &exchange, const ErrorWriter &errors, bool &keepAlive) {
    auto const &options = worker_.state.options;
    auto &response = exchange.response;
    bool const version11 = exchange.head.version11;
    bool const compressible = options.compress && version11 && isCompressible(response.contentType) &&
                              response.streamLength.value_or(compressFrom) >= compressFrom &&
                              !hasHeader(response, "Content-Encoding");
    bool const gzip = compressible && exchange.head.acceptsGzip;
    auto const length = gzip ? std::nullopt : response.streamLength;
    auto const framing = length      ? StreamSink::Framing::length
                         : version11 ? StreamSink::Framing::chunked
                                     : StreamSink::Framing::untilClose;
    if (framing == StreamSink::Framing::untilClose) keepAlive = false;
    appendHead(exchange.out, response,
               {.date = worker_.date(),
                .request = exchange.request,
                .version11 = version11,
                .close = !keepAlive,
                .chunked = framing == StreamSink::Framing::chunked,
                .gzip = gzip,
                .varyEncoding = compressible,
                .contentLength = length,
                .corsOrigin = corsOrigin(exchange)});
    StreamSink sink(transport_, exchange.out, framing, options.bodyIdleTimeout);
    exchange.out.clear();

    std::exception_ptr failure;
    try {
        if (gzip) {
            GzipSink compressor(sink);
            response.stream(compressor);
            compressor.finish();
        } else {
            response.stream(sink);
        }
        if (length && sink.written() != *length) throw std::logic_error("a stream is not as long as it said");
        sink.finish();
        return sink.written();
    } catch (const ConnectionLost &) {
        lost_ = true;
        keepAlive = false;
        return sink.written();
    } catch (...) {
        failure = std::current_exception();
    }
    auto const error = toError(failure, exchange.request);
    if (sink.started()) {
        // Too late for a status. The broken connection tells the client that the body is not whole.
        transport_.abort();
        lost_ = true;
        keepAlive = false;
        return sink.written();
    }
    reset(response);
    errors(exchange.request, error, response);
    return respondWhole(exchange, keepAlive);
}

void Connection::refuse(int status, const char *detail) {
    if (!transport_.handshaken()) return;
    auto exchange = worker_.takeExchange();
    auto &request = exchange->request;
    worker_.ids.makeRequestId(request.requestId);
    worker_.ids.makeTraceParent({}, request.traceParent);
    request.clientAddress = clientAddress_;
    request.secure = trusted_;
    auto const code = status == 408   ? ErrorCode::requestTimeout
                      : status == 431 ? ErrorCode::tooLarge
                      : status == 415 ? ErrorCode::unsupportedMediaType
                                      : ErrorCode::malformed;
    writeProblemAs(status, mappingOf(code).title, request, Error(code, detail), exchange->response);
    bool keepAlive = false;
    exchange->head.clear();
    auto const sent = respondWhole(*exchange, keepAlive);
    notifyObserver({request, status, "refused", 0, sent});
    worker_.giveExchange(std::move(exchange));
    unreadInput_ = true;
}

/// Closing a socket with unread bytes resets the connection, and the client may lose the response: takes what still
/// comes, for a short time.
void Connection::linger() {
    transport_.finishSending();
    auto const deadline = fiber::Clock::now() + std::chrono::seconds(1);
    std::array<char, 4096> scrap;
    for (std::size_t taken = 0; taken < (4U << 20U);) {
        auto const got = ::recv(transport_.descriptor(), scrap.data(), scrap.size(), MSG_DONTWAIT);
        if (got > 0) {
            taken += static_cast<std::size_t>(got);
        } else if (got == 0 || (errno != EAGAIN && errno != EINTR) ||
                   !fiber::wait(transport_.descriptor(), fiber::Interest::readable, deadline)) {
            return;
        }
    }
}

}  // namespace kontor::http
