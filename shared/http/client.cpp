#include "shared/http/client.h"

#include "shared/fiber/loop.h"
#include "shared/http/head.h"

#include <Poco/Exception.h>
#include <Poco/Net/Context.h>
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/HTTPSClientSession.h>
#include <Poco/Net/NetException.h>
#include <Poco/URI.h>

#include <algorithm>
#include <istream>
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

void receiveBody(std::istream &in, const std::function<void(std::string_view)> &receive) {
    std::vector<char> piece(pieceSize);
    while (in) {
        in.read(piece.data(), static_cast<std::streamsize>(piece.size()));
        if (auto const got = in.gcount(); got > 0) receive({piece.data(), static_cast<std::size_t>(got)});
    }
    // The streams of POCO swallow what happened and are left bad.
    if (in.bad()) throw Error(ErrorCode::unavailable, "the response stops halfway");
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
        auto &in = session.receiveResponse(message);
        ClientResponse response;
        response.status = message.getStatus();
        for (auto const &[name, value] : message) response.headers.emplace_back(name, value);
        std::uint64_t received = 0;
        bool const success = response.status >= 200 && response.status < 300;
        receiveBody(in, [&](std::string_view piece) {
            received += piece.size();
            if (receive != nullptr && success) {
                (*receive)(piece);
                return;
            }
            if (received > options.responseLimit) throw Error(ErrorCode::tooLarge, "the response is too large");
            response.body.append(piece);
        });
        auto const length = message.hasContentLength() ? message.getContentLength64() : 0;
        if (request.method != "HEAD" && length > 0 && received < static_cast<std::uint64_t>(length)) {
            throw Error(ErrorCode::unavailable, "the response stops halfway");
        }
        reusable = message.getKeepAlive();
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
