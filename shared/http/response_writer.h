#pragma once

// Responses on the wire: the head, and bodies that are streamed.

#include "shared/http/http.h"
#include "shared/http/transport.h"

namespace kontor::http {

/// What the head of a response says beside what the handler set.
struct ResponseFrame {
    std::string_view date;  ///< "Date: …\r\n"
    const Request &request;
    bool version11;
    bool close;
    bool chunked = false;
    bool gzip = false;
    bool varyEncoding = false;                   ///< another client might have got it compressed
    std::optional<std::uint64_t> contentLength;  ///< empty = none is sent
    std::string_view corsOrigin;                 ///< empty = no CORS headers
};

/// Appends status line, headers and the empty line.
void appendHead(std::string &out, const Response &response, const ResponseFrame &frame);

/// Responses with these have no body and say no length.
[[nodiscard]] inline bool hasNoBody(int status) { return status == 204 || status == 304 || status < 200; }

/// The body of a streamed response. Sends the head with the first bytes, so that a failure before them can still be
/// answered as an error.
class StreamSink final : public Sink {
  public:
    enum class Framing : std::uint8_t { chunked, length, untilClose };
    StreamSink(Transport &transport, std::string head, Framing framing, std::chrono::milliseconds timeout);

    void write(std::string_view bytes) override;
    void flush() override;
    [[nodiscard]] bool alive() const override;
    /// Sends what is left and the end of the body.
    void finish();

    [[nodiscard]] bool started() const { return started_; }
    [[nodiscard]] std::uint64_t written() const { return written_; }

  private:
    void send(std::string_view more, bool last);

    Transport &transport_;
    std::string head_;  // until it has been sent
    std::string gathered_;
    Framing framing_;
    std::chrono::milliseconds timeout_;
    std::uint64_t written_ = 0;
    bool started_ = false;
    bool lost_ = false;
};

}  // namespace kontor::http
