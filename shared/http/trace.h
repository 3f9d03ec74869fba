#pragma once

// Names for requests: X-Request-Id, and the W3C trace context (traceparent, version 00).

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace kontor::http {

/// At most 64 of A-Z a-z 0-9 . _ -
[[nodiscard]] bool isRequestId(std::string_view text);

/// "00-<32 hex digits>-<16 hex digits>-<2 hex digits>", neither id all zero.
[[nodiscard]] bool isTraceParent(std::string_view text);

/// Random numbers for ids that need be unique but not secret (xoshiro256**). Not for sharing between threads.
class IdSource {
  public:
    IdSource();
    std::uint64_t next();

    /// 32 hex digits.
    void makeRequestId(std::string &out);
    /// A new span: in the trace of `parent` when there is one, else in a new trace.
    void makeTraceParent(std::string_view parent, std::string &out);

  private:
    std::array<std::uint64_t, 4> state_{};
};

}  // namespace kontor::http
