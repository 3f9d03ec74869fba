#include "shared/http/client.h"

#include "shared/fiber/loop.h"
#include "shared/http/head.h"

#include <Poco/Buffer.h>
#include <Poco/Exception.h>
#include <Poco/Net/Context.h>
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/HTTPSClientSession.h>
#include <Poco/Net/NetException.h>
#include <Poco/URI.h>

#include <algorithm>
#include <charconv>
#include <mutex>
#include <ostream>

namespace kontor::http {

namespace {

using Poco::Net::HTTPClientSession;
using Poco::Net::HTTPRequest;
using Poco::Net::HTTPResponse;
using Session = std::unique_ptr<HTTPClientSession>;

constexpr std::size_t pieceSize = 64U << 10U;

Poco::Timespan timespanOf(std::chrono::milliseconds time) {
    return {std::chrono::duration_cast<std::chrono::microseconds>(time).count()};
}

bool mayRepeat(const ClientRequest &request) {
    if (request.source) return false;
    if (request.method != "POST" && request.method != "PATCH") return true;
    return std::ranges::any_of(request.headers,
                               [](const auto &header) { return equalsIgnoringCase(header.first, "Idempotency-Key"); });
}

void sendSource(const ClientRequest &request, std::ostream &out) {
    std::vector<char> piece(pieceSize);
    while (auto const got = request.source(piece.data(), piece.size())) {
        out.write(piece.data(), static_cast<std::streamsize>(got));
        if (!out) return;  // the server has answered already, or has gone: the response tells
    }
}

/// The body of a response, read from under POCO's streams: those end a chunked body that breaks off as if it were
/// whole.
class ResponseBody {
  public:
    ResponseBody(HTTPClientSession &session, const HTTPResponse &response) : session_(session) {
        session.drainBuffer(buffered_);
        if (response.getChunkedTransferEncoding()) {
            chunked_ = true;
        } else if (response.hasContentLength()) {
            remaining_ = static_cast<std::uint64_t>(response.getContentLength64());
        } else {
            untilClose_ = true;
        }
    }

    /// The next bytes; empty at the end.
    std::string_view next(std::vector<char> &piece) {
        if (untilClose_) return {piece.data(), receive(piece.data(), piece.size())};
        if (chunked_ && remaining_ == 0 && !ended_) readChunkSize();
        if (remaining_ == 0) return {};
        auto const got = receive(piece.data(), std::min<std::uint64_t>(piece.size(), remaining_));
        if (got == 0) breakOff();
        remaining_ -= got;
        if (chunked_ && remaining_ == 0 && !readLine().empty()) breakOff();
        return {piece.data(), got};
    }

  private:
    [[noreturn]] static void breakOff() { throw Error(ErrorCode::unavailable, "the response stops halfway"); }

    std::size_t receive(char *place, std::size_t size) {
        if (used_ < buffered_.size()) {
            auto const got = std::min(size, buffered_.size() - used_);
            std::copy_n(buffered_.begin() + used_, got, place);
            used_ += got;
            return got;
        }
        int const got = session_.socket().receiveBytes(place, static_cast<int>(size));
        return got > 0 ? static_cast<std::size_t>(got) : 0;
    }
    /// Through the buffer, which a byte at a time from the socket would be too slow without.
    char get() {
        if (used_ == buffered_.size()) {
            buffered_.resize(4096, false);
            used_ = buffered_.size();
            auto const got = receive(buffered_.begin(), buffered_.size());
            buffered_.resize(got);
            used_ = 0;
            if (got == 0) breakOff();
        }
        return buffered_[used_++];
    }
    std::string readLine() {
        std::string line;
        while (true) {
            char const c = get();
            if (c == '\n') break;
            line.push_back(c);
            if (line.size() > 4096) breakOff();
        }
        if (line.ends_with('\r')) line.pop_back();
        return line;
    }
    void readChunkSize() {
        auto const line = readLine();
        auto const [end, error] = std::from_chars(line.data(), line.data() + line.size(), remaining_, 16);
        if (error != std::errc() || end == line.data()) breakOff();
        if (remaining_ > 0) return;
        ended_ = true;
        while (!readLine().empty()) {
        }
    }

    HTTPClientSession &session_;
    Poco::Buffer<char> buffered_{0};
    std::size_t used_ = 0;
    std::uint64_t remaining_ = 0;
    bool chunked_ = false;
    bool untilClose_ = false;
    bool ended_ = false;
};

bool hasBody(const ClientRequest &request, int status) {
    return request.method != "HEAD" && status != 204 && status != 304;
}

}  // namespace

struct Client::Implementation {
    Implementation(const std::string &baseUrl, ClientOptions clientOptions) : options(std::move(clientOptions)) {
        try {
            url = Poco::URI(baseUrl);
        } catch (const Poco::Exception &) {
            throw Error(ErrorCode::malformed, "the server's address is not valid");
        }
        if ((url.getScheme() != "http" && url.getScheme() != "https") || url.getHost().empty()) {
            throw Error(ErrorCode::malformed, "the server's address starts with http:// or https://");
        }
        prefix = url.getPath();
        while (prefix.ends_with('/')) prefix.pop_back();
        if (url.getScheme() == "https") makeContext();
    }

    ClientOptions options;
    Poco::URI url;
    std::string prefix;
    Poco::Net::Context::Ptr context;
    std::mutex mutex;  // guards `kept`
    std::vector<Session> kept;

    void makeContext() {
        Poco::Net::Context::Params parameters;
        parameters.verificationMode =
            options.verifyCertificate ? Poco::Net::Context::VERIFY_STRICT : Poco::Net::Context::VERIFY_NONE;
        parameters.caLocation = options.authoritiesFile;
        parameters.loadDefaultCAs = options.authoritiesFile.empty();
        parameters.cipherList = "ECDHE+AESGCM:ECDHE+CHACHA20:!aNULL";
        try {
            context = new Poco::Net::Context(Poco::Net::Context::TLS_CLIENT_USE, parameters);
        } catch (const Poco::Exception &error) {
            throw Error(ErrorCode::unavailable, "TLS cannot be set up: " + error.displayText());
        }
        context->requireMinimumProtocol(Poco::Net::Context::PROTO_TLSV1_2);
        context->enableExtendedCertificateVerification(options.verifyCertificate);
    }

    Session open() {
        Session session;
        if (context.isNull()) {
            session = std::make_unique<HTTPClientSession>(url.getHost(), url.getPort());
        } else {
            session = std::make_unique<Poco::Net::HTTPSClientSession>(url.getHost(), url.getPort(), context);
        }
        session->setTimeout(timespanOf(options.connectTimeout), timespanOf(options.timeout),
                            timespanOf(options.timeout));
        session->setKeepAlive(true);
        session->setKeepAliveTimeout(Poco::Timespan(60, 0));
        return session;
    }

    /// A kept connection that the server has not closed; empty when there is none.
    Session takeKept() {
        std::lock_guard const lock(mutex);
        while (!kept.empty()) {
            Session session = std::move(kept.back());
            kept.pop_back();
            // Something to read before a question was asked can only be the end.
            if (session->connected() && !session->socket().poll(Poco::Timespan(), Poco::Net::Socket::SELECT_READ)) {
                return session;
            }
        }
        return nullptr;
    }

    void keep(Session session) {
        std::lock_guard const lock(mutex);
        if (kept.size() < options.keptConnections) kept.push_back(std::move(session));
    }

    void sendRequest(HTTPClientSession &session, const ClientRequest &request) const {
        HTTPRequest message(request.method, prefix + request.path, HTTPRequest::HTTP_1_1);
        message.setKeepAlive(true);
        for (auto const &[name, value] : request.headers) message.add(name, value);
        if (!request.contentType.empty()) message.setContentType(request.contentType);
        bool const expectsBody = request.method != "GET" && request.method != "HEAD" && request.method != "DELETE";
        if (request.source && !request.sourceLength) {
            message.setChunkedTransferEncoding(true);
        } else if (request.source) {
            message.setContentLength64(static_cast<Poco::Int64>(*request.sourceLength));
        } else if (!request.body.empty() || expectsBody) {
            message.setContentLength64(static_cast<Poco::Int64>(request.body.size()));
        }
        auto &out = session.sendRequest(message);
        if (request.source) {
            sendSource(request, out);
        } else {
            out.write(request.body.data(), static_cast<std::streamsize>(request.body.size()));
        }
        out.flush();
    }

    ClientResponse receiveResponse(HTTPClientSession &session, const ClientRequest &request,
                                   const std::function<void(std::string_view)> *receive, bool &reusable) const {
        HTTPResponse message;
        session.receiveResponse(message);
        ClientResponse response;
        response.status = message.getStatus();
        for (auto const &[name, value] : message) response.headers.emplace_back(name, value);
        bool const streamed = receive != nullptr && response.status >= 200 && response.status < 300;
        if (hasBody(request, response.status)) {
            ResponseBody body(session, message);
            std::vector<char> piece(pieceSize);
            for (auto bytes = body.next(piece); !bytes.empty(); bytes = body.next(piece)) {
                if (streamed) {
                    (*receive)(bytes);
                } else if (response.body.size() + bytes.size() > options.responseLimit) {
                    throw Error(ErrorCode::tooLarge, "the response is too large");
                } else {
                    response.body.append(bytes);
                }
            }
        }
        reusable = message.getKeepAlive() && (message.getChunkedTransferEncoding() || message.hasContentLength() ||
                                              !hasBody(request, response.status));
        return response;
    }

    ClientResponse exchange(Session session, const ClientRequest &request,
                            const std::function<void(std::string_view)> *receive, bool &started) {
        bool reusable = false;
        try {
            sendRequest(*session, request);
        } catch (const Poco::Net::ConnectionResetException &) {
            // The server may have refused a long body before its end; its answer can still be there.
        }
        ClientResponse response;
        auto const note = [&](std::string_view piece) {
            started = true;
            (*receive)(piece);
        };
        if (receive == nullptr) {
            response = receiveResponse(*session, request, nullptr, reusable);
        } else {
            std::function<void(std::string_view)> const noting = note;
            response = receiveResponse(*session, request, &noting, reusable);
        }
        if (reusable) keep(std::move(session));
        return response;
    }

    ClientResponse call(const ClientRequest &request, const std::function<void(std::string_view)> *receive) {
        bool started = false;
        try {
            if (auto session = takeKept()) {
                try {
                    return exchange(std::move(session), request, receive, started);
                } catch (const Poco::TimeoutException &) {
                    throw;
                } catch (const Poco::Exception &) {
                    if (started || !mayRepeat(request)) throw;
                }
            }
            return exchange(open(), request, receive, started);
        } catch (const Poco::TimeoutException &) {
            throw Error(ErrorCode::unavailable, url.getHost() + " did not answer in time");
        } catch (const Poco::Exception &error) {
            throw Error(ErrorCode::unavailable, url.getHost() + " cannot be reached: " + error.displayText());
        }
    }

    ClientResponse run(const ClientRequest &request, const std::function<void(std::string_view)> *receive) {
        ClientResponse response;
        fiber::offload([&] { response = call(request, receive); });
        return response;
    }
};

std::string_view ClientResponse::header(std::string_view name) const {
    for (auto const &[candidate, value] : headers) {
        if (equalsIgnoringCase(candidate, name)) return value;
    }
    return {};
}

Client::Client(const std::string &baseUrl, ClientOptions options)
    : implementation_(std::make_unique<Implementation>(baseUrl, std::move(options))) {}
Client::~Client() = default;

ClientResponse Client::send(const ClientRequest &request) { return implementation_->run(request, nullptr); }

ClientResponse Client::send(const ClientRequest &request, const std::function<void(std::string_view)> &receive) {
    return implementation_->run(request, &receive);
}

}  // namespace kontor::http
