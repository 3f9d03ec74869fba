#include "shared/http/input.h"

#include "shared/http/head.h"

#include <algorithm>
#include <cstring>

namespace kontor::http {

std::pair<char *, std::size_t> InputBuffer::room() {
    if (begin_ == end_) begin_ = end_ = 0;
    if (end_ == capacity_) {
        if (begin_ > 0) {
            std::memmove(bytes_.get(), bytes_.get() + begin_, end_ - begin_);
            end_ -= begin_;
            begin_ = 0;
        } else {
            auto const capacity = std::max(initialCapacity, capacity_ * 2);
            auto larger = std::make_unique_for_overwrite<char[]>(capacity);
            if (end_ > 0) std::memcpy(larger.get(), bytes_.get(), end_);
            bytes_ = std::move(larger);
            capacity_ = capacity;
        }
    }
    return {bytes_.get() + end_, capacity_ - end_};
}

void InputBuffer::adopt(std::unique_ptr<char[]> memory) {
    bytes_ = std::move(memory);
    capacity_ = initialCapacity;
    begin_ = end_ = 0;
}

std::unique_ptr<char[]> InputBuffer::release() {
    bool const usual = capacity_ == initialCapacity;
    capacity_ = begin_ = end_ = 0;
    auto memory = std::move(bytes_);
    return usual ? std::move(memory) : nullptr;
}

MessageBody::MessageBody(Transport &transport, InputBuffer &input, const Head &head, std::size_t limit, BodyTimes times,
                         bool expired)
    : transport_(transport), input_(input), limit_(limit), times_(times), expired_(expired),
      state_(head.chunked                         ? State::chunkSize
             : head.contentLength.value_or(0) > 0 ? State::data
                                                  : State::finished),
      chunked_(head.chunked), continueWanted_(head.expectContinue && state_ != State::finished),
      remaining_(head.contentLength.value_or(0)) {}

void MessageBody::fail(ErrorCode code, const char *detail) {
    failed_ = true;
    throw Error(code, detail);
}

bool MessageBody::drainable(std::size_t count) const {
    return finished() || (!failed_ && !continueWanted_ && !chunked_ && remaining_ <= count);
}

void MessageBody::drain() {
    while (!finished()) {
        auto const room = input_.empty() ? 0 : std::min<std::uint64_t>(input_.size(), remaining_);
        if (room > 0 && !chunked_) {
            input_.consume(room);
            remaining_ -= room;
            if (remaining_ == 0) state_ = State::finished;
            continue;
        }
        std::string rest(std::min<std::uint64_t>(remaining_, 4096), '\0');
        read(rest.data(), rest.size());
    }
}

void MessageBody::sendContinue() {
    continueWanted_ = false;
    if (!input_.empty()) return;  // it did not wait for the invitation
    if (!transport_.write("HTTP/1.1 100 Continue\r\n\r\n", {}, times_.idle)) {
        fail(ErrorCode::malformed, "the client closed the connection");
    }
}

void MessageBody::wait(fiber::Interest interest) {
    auto const begin = fiber::Clock::now();
    if (!fiber::wait(transport_.descriptor(), interest, begin + times_.idle)) {
        fail(ErrorCode::requestTimeout, "the body stopped arriving");
    }
    waited_ += fiber::Clock::now() - begin;
    if (waited_ < times_.rateGrace) return;
    auto const seconds = std::chrono::duration<double>(waited_).count();
    if (static_cast<double>(received_) < seconds * times_.minimumRate) {
        fail(ErrorCode::requestTimeout, "the body arrives too slowly");
    }
}

/// At least one byte from the socket.
std::size_t MessageBody::receive(char *buffer, std::size_t size) {
    while (true) {
        int const got = transport_.tryRead(buffer, size);
        if (got > 0) {
            received_ += static_cast<std::uint64_t>(got);
            return static_cast<std::size_t>(got);
        }
        if (got == 0 && expired_) fail(ErrorCode::unavailable, "the connection was being closed; send it again");
        if (got == 0) fail(ErrorCode::malformed, "the body stops halfway");
        wait(got == Transport::wantsRead ? fiber::Interest::readable : fiber::Interest::writable);
    }
}

std::size_t MessageBody::readData(char *buffer, std::size_t size) {
    size = std::min<std::uint64_t>(size, remaining_);
    if (input_.empty() && size < 4096) {
        auto const [place, room] = input_.room();
        input_.added(receive(place, room));
    }
    std::size_t got = 0;
    if (!input_.empty()) {
        got = std::min(size, input_.size());
        std::memcpy(buffer, input_.view().data(), got);
        input_.consume(got);
    } else {
        got = receive(buffer, size);
    }
    remaining_ -= got;
    return got;
}

std::string_view MessageBody::line() {
    constexpr std::size_t maximumLine = 8192;
    std::size_t scanned = 0;
    while (true) {
        auto const bytes = input_.view();
        auto const end = bytes.find('\n', scanned);
        if (end != std::string_view::npos) {
            if (end == 0 || bytes[end - 1] != '\r')
                fail(ErrorCode::malformed, "a line of the chunked body has no CRLF");
            return bytes.substr(0, end - 1);
        }
        scanned = bytes.size();
        if (scanned > maximumLine) fail(ErrorCode::malformed, "a line of the chunked body is too long");
        auto const [place, room] = input_.room();
        input_.added(receive(place, room));
    }
}

void MessageBody::readChunkSize() {
    auto const text = line();
    auto digits = text.substr(0, text.find(';'));
    while (!digits.empty() && (digits.back() == ' ' || digits.back() == '\t')) digits.remove_suffix(1);
    if (digits.empty() || digits.size() > 15) fail(ErrorCode::malformed, "a chunk's size is not valid");
    std::uint64_t size = 0;
    for (char const c : digits) {
        int const digit = c >= '0' && c <= '9'   ? c - '0'
                          : c >= 'a' && c <= 'f' ? c - 'a' + 10
                          : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                                 : -1;
        if (digit < 0) fail(ErrorCode::malformed, "a chunk's size is not valid");
        size = size * 16 + static_cast<std::uint64_t>(digit);
    }
    endLine(text.size());
    remaining_ = size;
    state_ = size == 0 ? State::trailers : State::data;
    if (size > limit_) fail(ErrorCode::tooLarge, "the body is larger than allowed");
    limit_ -= size;
}

void MessageBody::readTrailers() {
    for (int count = 0; count < 32; ++count) {
        auto const text = line();
        endLine(text.size());
        if (text.empty()) {
            state_ = State::finished;
            return;
        }
    }
    fail(ErrorCode::malformed, "too many trailers");
}

std::size_t MessageBody::read(char *buffer, std::size_t size) {
    if (size == 0) return 0;
    if (failed_) throw Error(ErrorCode::malformed, "the body could not be read");
    if (continueWanted_) sendContinue();
    while (true) {
        switch (state_) {
        case State::finished:
            return 0;
        case State::data: {
            auto const got = readData(buffer, size);
            if (remaining_ == 0) state_ = chunked_ ? State::chunkEnd : State::finished;
            return got;
        }
        case State::chunkEnd: {
            auto const text = line();
            if (!text.empty()) fail(ErrorCode::malformed, "a chunk is longer than its size");
            endLine(0);
            state_ = State::chunkSize;
            break;
        }
        case State::chunkSize:
            readChunkSize();
            break;
        case State::trailers:
            readTrailers();
            break;
        }
    }
}

}  // namespace kontor::http
