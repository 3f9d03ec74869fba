#pragma once

// What a client sends: bytes gathered in a buffer, and the body of a request read out of it.

#include "shared/http/http.h"
#include "shared/http/transport.h"

#include <memory>

namespace kontor::http {

struct Head;

/// Bytes received and not used yet. Holds no memory while empty and released.
class InputBuffer {
  public:
    static constexpr std::size_t initialCapacity = 8192;

    [[nodiscard]] std::string_view view() const { return {bytes_.get() + begin_, end_ - begin_}; }
    [[nodiscard]] std::size_t size() const { return end_ - begin_; }
    [[nodiscard]] bool empty() const { return begin_ == end_; }
    [[nodiscard]] bool hasMemory() const { return bytes_ != nullptr; }
    void consume(std::size_t count) { begin_ += count; }
    /// Room at the end, at least one byte; grows.
    [[nodiscard]] std::pair<char *, std::size_t> room();
    void added(std::size_t count) { end_ += count; }
    void adopt(std::unique_ptr<char[]> memory);
    /// Gives up the memory, when it has the initial size, for another connection; else frees it.
    [[nodiscard]] std::unique_ptr<char[]> release();

  private:
    std::unique_ptr<char[]> bytes_;
    std::size_t capacity_ = 0;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

struct BodyTimes {
    std::chrono::milliseconds idle;
    std::chrono::milliseconds rateGrace;
    int minimumRate;
};

/// The body of one request: with a length, chunked, or empty.
class MessageBody final : public Body {
  public:
    /// `expired`: the server itself has stopped reading the connection, which was idle when the request came.
    MessageBody(Transport &transport, InputBuffer &input, const Head &head, std::size_t limit, BodyTimes times,
                bool expired);

    std::size_t read(char *buffer, std::size_t size) override;

    [[nodiscard]] bool finished() const { return state_ == State::finished; }
    /// What is left is at most `count` bytes, as far as one can know, and the client sends it unasked.
    [[nodiscard]] bool drainable(std::size_t count) const;
    /// Reads what is left. Throws as read() does.
    void drain();
    /// The client broke off, was too slow, or sent no valid chunks: nothing can be read from it any more.
    [[nodiscard]] bool failed() const { return failed_; }
    [[nodiscard]] std::uint64_t received() const { return received_; }

  private:
    enum class State : std::uint8_t { data, chunkSize, chunkEnd, trailers, finished };

    [[noreturn]] void fail(ErrorCode code, const char *detail);
    void sendContinue();
    std::size_t readData(char *buffer, std::size_t size);
    std::size_t receive(char *buffer, std::size_t size);
    void wait(fiber::Interest interest);
    /// The next line without its CRLF; waits for it.
    std::string_view line();
    void endLine(std::size_t length) { input_.consume(length + 2); }
    void readChunkSize();
    void readTrailers();

    Transport &transport_;
    InputBuffer &input_;
    std::size_t limit_;
    BodyTimes times_;
    bool expired_;
    State state_;
    bool chunked_;
    bool continueWanted_;
    bool failed_ = false;
    std::uint64_t remaining_;  // of the body, or of the chunk
    std::uint64_t received_ = 0;
    fiber::Clock::duration waited_{};
};

}  // namespace kontor::http
