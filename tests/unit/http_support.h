#pragma once

// A client that writes raw bytes, and a server around a few routes.

#include "shared/http/head.h"
#include "shared/http/http.h"

#include <boost/test/unit_test.hpp>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <stdexcept>
#include <string>

namespace http_test {

struct Answer {
    int status = 0;
    std::string head;
    std::string body;

    [[nodiscard]] std::string header(std::string_view name) const {
        std::size_t at = 0;
        while ((at = head.find("\r\n", at)) != std::string::npos) {
            at += 2;
            auto const colon = head.find(':', at);
            if (colon == std::string::npos) break;
            if (kontor::http::equalsIgnoringCase(std::string_view(head).substr(at, colon - at), name)) {
                return head.substr(colon + 2, head.find("\r\n", colon) - colon - 2);
            }
        }
        return {};
    }
};

/// One connection. Reads give up after ten seconds, so that a failing test ends.
class RawClient {
  public:
    explicit RawClient(int port) : descriptor_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(static_cast<std::uint16_t>(port));
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        timeval const limit{.tv_sec = 10, .tv_usec = 0};
        ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        ::setsockopt(descriptor_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
        if (::connect(descriptor_, reinterpret_cast<sockaddr *>(&address), sizeof address) != 0) {
            throw std::runtime_error("cannot connect");
        }
    }
    ~RawClient() { close(); }
    RawClient(RawClient &&other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    RawClient(const RawClient &) = delete;
    RawClient &operator=(const RawClient &) = delete;

    void close() {
        if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
    }
    void endSending() const { ::shutdown(descriptor_, SHUT_WR); }
    [[nodiscard]] int descriptor() const { return descriptor_; }

    bool send(std::string_view bytes) const {
        while (!bytes.empty()) {
            auto const sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) return false;
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
        return true;
    }

    /// The next response; status 0 when the connection ends first.
    Answer receive(bool toHead = false) {
        Answer answer;
        std::size_t end = 0;
        while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
            if (!more()) return answer;
        }
        answer.head = take(end + 4);
        answer.status = std::atoi(answer.head.c_str() + 9);
        if (toHead || answer.status == 204 || answer.status == 304 || answer.status < 200) return answer;
        if (answer.header("Transfer-Encoding") == "chunked") {
            receiveChunks(answer.body);
        } else if (auto const length = answer.header("Content-Length"); !length.empty()) {
            answer.body = receiveExactly(std::stoul(length));
        } else {
            while (more()) {
            }
            answer.body = take(buffer_.size());
        }
        return answer;
    }

    Answer exchange(std::string_view request) {
        send(request);
        return receive();
    }

    /// True when the server has closed and nothing is left to read.
    bool ended() { return buffer_.empty() && !more(); }

    std::string receiveExactly(std::size_t size) {
        while (buffer_.size() < size && more()) {
        }
        return take(std::min(size, buffer_.size()));
    }

  private:
    bool more() {
        char piece[16384];
        auto const got = ::recv(descriptor_, piece, sizeof piece, 0);
        if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) throw std::runtime_error("the server is silent");
        if (got <= 0) return false;
        buffer_.append(piece, static_cast<std::size_t>(got));
        return true;
    }
    std::string take(std::size_t size) {
        auto taken = buffer_.substr(0, size);
        buffer_.erase(0, size);
        return taken;
    }
    void receiveChunks(std::string &body) {
        while (true) {
            std::size_t end = 0;
            while ((end = buffer_.find("\r\n")) == std::string::npos) {
                if (!more()) {
                    body += "<broken off>";
                    return;
                }
            }
            auto const size = std::stoul(take(end + 2), nullptr, 16);
            body += receiveExactly(size);
            receiveExactly(2);
            if (size == 0) return;
        }
    }

    int descriptor_;
    std::string buffer_;
};

/// A server on a free port with the routes of a test.
class TestServer {
  public:
    explicit TestServer(const kontor::http::Router &router, kontor::http::ServerOptions options = {})
        : server_(onFreePort(std::move(options)), router) {
        server_.start();
    }
    [[nodiscard]] int port() const { return server_.port(); }
    [[nodiscard]] RawClient client() const { return RawClient(server_.port()); }
    kontor::http::Server &operator*() { return server_; }
    kontor::http::Server *operator->() { return &server_; }

  private:
    static kontor::http::ServerOptions onFreePort(kontor::http::ServerOptions options) {
        options.port = 0;
        if (options.threads == 0) options.threads = 2;
        return options;
    }
    kontor::http::Server server_;
};

/// "GET /path HTTP/1.1" with a Host, and more header lines when given.
inline std::string get(std::string_view path, std::string_view headers = "") {
    return "GET " + std::string(path) + " HTTP/1.1\r\nHost: test\r\n" + std::string(headers) + "\r\n";
}

inline std::string post(std::string_view path, std::string_view body, std::string_view headers = "") {
    return "POST " + std::string(path) + " HTTP/1.1\r\nHost: test\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n" + std::string(headers) + "\r\n" + std::string(body);
}

}  // namespace http_test
