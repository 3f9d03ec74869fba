#include "shared/http/transport.h"

#include <Poco/Exception.h>
#include <Poco/Net/SecureStreamSocketImpl.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace kontor::http {

using Poco::Net::Context;
using Poco::Net::SecureStreamSocket;
using Poco::Net::SecureStreamSocketImpl;
using Poco::Net::StreamSocket;

Transport::Transport(const StreamSocket &socket)
    : socket_(socket), descriptor_(socket.impl()->sockfd()), secure_(false), handshaken_(true) {}

namespace {
/// The inner socket is the one that POCO asks whether it may block.
StreamSocket nonBlocking(StreamSocket socket) {
    socket.setBlocking(false);
    return socket;
}
}  // namespace

Transport::Transport(const StreamSocket &socket, const Context::Ptr &context)
    : socket_(SecureStreamSocket::attach(nonBlocking(socket), context)), descriptor_(socket.impl()->sockfd()),
      secure_(true), handshaken_(false) {
    socket_.setBlocking(false);
}

int Transport::tryRead(char *buffer, std::size_t size) {
    if (broken_) return 0;
    if (!secure_) {
        while (true) {
            auto const got = ::recv(descriptor_, buffer, size, MSG_DONTWAIT);
            if (got >= 0) return static_cast<int>(got);
            if (errno == EAGAIN) return wantsRead;
            if (errno != EINTR) return 0;
        }
    }
    try {
        if (!handshaken_) {
            int const done = static_cast<SecureStreamSocketImpl *>(socket_.impl())->completeHandshake();
            if (done == SecureStreamSocket::ERR_SSL_WANT_READ) return wantsRead;
            if (done == SecureStreamSocket::ERR_SSL_WANT_WRITE) return wantsWrite;
            if (done != 1) {
                broken_ = true;
                return 0;
            }
            handshaken_ = true;
        }
        int const got = socket_.receiveBytes(buffer, static_cast<int>(std::min<std::size_t>(size, 1U << 20U)));
        if (got == SecureStreamSocket::ERR_SSL_WANT_READ) return wantsRead;
        if (got == SecureStreamSocket::ERR_SSL_WANT_WRITE) return wantsWrite;
        return got < 0 ? 0 : got;
    } catch (const Poco::Exception &) {
        broken_ = true;  // a failed handshake, or a connection cut short
        return 0;
    }
}

bool Transport::write(std::string_view head, std::string_view body, std::chrono::milliseconds timeout) {
    if (broken_) return false;
    if (!secure_) return writePlain(head, body, timeout);
    constexpr std::size_t oneRecord = 16384;
    if (!body.empty() && head.size() + body.size() <= oneRecord) {
        std::string both;
        both.reserve(head.size() + body.size());
        both.append(head).append(body);
        return writeSecure(both, timeout);
    }
    return writeSecure(head, timeout) && writeSecure(body, timeout);
}

bool Transport::writePlain(std::string_view head, std::string_view body, std::chrono::milliseconds timeout) {
    while (!head.empty() || !body.empty()) {
        std::array<iovec, 2> parts{
            {{const_cast<char *>(head.data()), head.size()}, {const_cast<char *>(body.data()), body.size()}}};
        msghdr message{};
        message.msg_iov = head.empty() ? &parts[1] : parts.data();
        message.msg_iovlen = head.empty() || body.empty() ? 1 : 2;
        auto const sent = ::sendmsg(descriptor_, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0) {
            if (errno == EINTR) continue;
            if (errno != EAGAIN) return false;
            auto const deadline = fiber::Clock::now() + timeout;
            if (!fiber::wait(descriptor_, fiber::Interest::writable, deadline)) return false;
            continue;
        }
        auto const ofHead = std::min(static_cast<std::size_t>(sent), head.size());
        head.remove_prefix(ofHead);
        body.remove_prefix(static_cast<std::size_t>(sent) - ofHead);
    }
    return true;
}

bool Transport::writeSecure(std::string_view bytes, std::chrono::milliseconds timeout) {
    try {
        while (!bytes.empty()) {
            auto const size = static_cast<int>(std::min<std::size_t>(bytes.size(), 1U << 20U));
            int const sent = socket_.sendBytes(bytes.data(), size);
            if (sent > 0) {
                bytes.remove_prefix(static_cast<std::size_t>(sent));
                continue;
            }
            auto const interest =
                sent == SecureStreamSocket::ERR_SSL_WANT_READ ? fiber::Interest::readable : fiber::Interest::writable;
            if (!fiber::wait(descriptor_, interest, fiber::Clock::now() + timeout)) return false;
        }
        return true;
    } catch (const Poco::Exception &) {
        broken_ = true;
        return false;
    }
}

bool Transport::closedByPeer() const {
    if (broken_) return true;
    char byte = 0;
    auto const got = ::recv(descriptor_, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR);
}

void Transport::finishSending() {
    if (secure_ && !broken_) {
        try {
            socket_.shutdown();  // close_notify
        } catch (const Poco::Exception &) {
            broken_ = true;
        }
    }
    ::shutdown(descriptor_, SHUT_WR);
}

void Transport::abort() {
    broken_ = true;
    linger const atOnce{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &atOnce, sizeof atOnce);
}

Context::Ptr makeServerContext(const std::string &certificateFile, const std::string &privateKeyFile) {
    Context::Params parameters;
    parameters.certificateFile = certificateFile;
    parameters.privateKeyFile = privateKeyFile;
    parameters.verificationMode = Context::VERIFY_NONE;
    parameters.cipherList = "ECDHE+AESGCM:ECDHE+CHACHA20:!aNULL";
    Context::Ptr context = new Context(Context::TLS_SERVER_USE, parameters);
    context->requireMinimumProtocol(Context::PROTO_TLSV1_2);
    context->disableStatelessSessionResumption();
    // Idle connections give their buffers back; without the last two, a repeated write had to be from the same place
    // and of the same size.
    SSL_CTX_set_mode(context->sslContext(),
                     SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_options(context->sslContext(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    return context;
}

}  // namespace kontor::http
