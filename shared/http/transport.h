#pragma once

// A connected socket, plain or TLS, that waits by giving its thread to other fibers.

#include "shared/fiber/loop.h"

#include <Poco/Net/Context.h>
#include <Poco/Net/SecureStreamSocket.h>
#include <Poco/Net/StreamSocket.h>

#include <chrono>
#include <string>
#include <string_view>

namespace kontor::http {

class Transport {
  public:
    explicit Transport(const Poco::Net::StreamSocket &socket);
    /// The handshake is done with the first reads.
    Transport(const Poco::Net::StreamSocket &socket, const Poco::Net::Context::Ptr &context);

    [[nodiscard]] int descriptor() const { return descriptor_; }
    [[nodiscard]] bool secure() const { return secure_; }
    /// False while a TLS handshake is under way.
    [[nodiscard]] bool handshaken() const { return handshaken_; }

    static constexpr int wantsRead = -1;
    static constexpr int wantsWrite = -2;
    /// Bytes read, 0 when the client has closed (or the connection broke), or what must be waited for.
    int tryRead(char *buffer, std::size_t size);

    /// Both parts, in as few packets as can be. False when the client has gone, or has taken nothing for `timeout`.
    [[nodiscard]] bool write(std::string_view head, std::string_view body, std::chrono::milliseconds timeout);

    /// True when the client has closed its side.
    [[nodiscard]] bool closedByPeer() const;
    /// Ends the sending side; with TLS, says so first.
    void finishSending();
    /// The close to come shall be a reset: the client must not take what it has for the whole.
    void abort();

  private:
    [[nodiscard]] bool writePlain(std::string_view head, std::string_view body, std::chrono::milliseconds timeout);
    [[nodiscard]] bool writeSecure(std::string_view bytes, std::chrono::milliseconds timeout);

    Poco::Net::StreamSocket socket_;
    int descriptor_;
    bool secure_;
    bool handshaken_;
    bool broken_ = false;
};

/// A server's TLS settings: TLS 1.2 and up, forward secrecy, authenticated ciphers. Throws Poco::Exception when the
/// files do not load.
[[nodiscard]] Poco::Net::Context::Ptr makeServerContext(const std::string &certificateFile,
                                                        const std::string &privateKeyFile);

}  // namespace kontor::http
