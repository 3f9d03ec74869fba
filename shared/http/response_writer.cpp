#include "shared/http/response_writer.h"

#include "shared/http/head.h"
#include "shared/http/problem.h"

#include <array>
#include <charconv>

namespace kontor::http {

namespace {

constexpr std::size_t gatherSize = 16384;

void appendNumber(std::string &out, std::uint64_t value, int base = 10) {
    std::array<char, 20> text;
    auto const end = std::to_chars(text.data(), text.data() + text.size(), value, base).ptr;
    out.append(text.data(), end);
}

/// A header line. A line break inside the value would start a header of the attacker's choice.
void appendField(std::string &out, std::string_view name, std::string_view value) {
    out.append(name).append(": ");
    auto const start = out.size();
    out.append(value);
    for (auto at = start; at < out.size(); ++at) {
        auto const byte = static_cast<unsigned char>(out[at]);
        if ((byte < 0x20 && byte != '\t') || byte == 0x7F) out[at] = ' ';
    }
    out.append("\r\n");
}

void appendCors(std::string &out, std::string_view origin) {
    appendField(out, "Access-Control-Allow-Origin", origin);
    out.append("Access-Control-Expose-Headers: ETag, Link, Location, Retry-After, RateLimit, RateLimit-Policy, "
               "X-Request-Id, traceparent\r\n");
    if (origin != "*") out.append("Vary: Origin\r\n");
}

}  // namespace

void appendHead(std::string &out, const Response &response, const ResponseFrame &frame) {
    if (response.status == 200) {
        out.append("HTTP/1.1 200 OK\r\n");
    } else {
        out.append("HTTP/1.1 ");
        appendNumber(out, static_cast<std::uint64_t>(response.status));
        out.push_back(' ');
        out.append(reasonPhrase(response.status)).append("\r\n");
    }
    out.append(frame.date);
    if (!response.contentType.empty()) appendField(out, "Content-Type", response.contentType);
    if (frame.contentLength) {
        out.append("Content-Length: ");
        appendNumber(out, *frame.contentLength);
        out.append("\r\n");
    }
    if (frame.chunked) out.append("Transfer-Encoding: chunked\r\n");
    if (frame.gzip) out.append("Content-Encoding: gzip\r\n");
    if (frame.varyEncoding) out.append("Vary: Accept-Encoding\r\n");
    bool cacheControl = false;
    bool ownCors = false;  // a route that has origins of its own
    for (auto const &[name, value] : response.headers) {
        appendField(out, name, value);
        if (name.size() == 13 && equalsIgnoringCase(name, "Cache-Control")) cacheControl = true;
        if (name.size() == 27 && equalsIgnoringCase(name, "Access-Control-Allow-Origin")) ownCors = true;
    }
    if (!cacheControl) out.append("Cache-Control: no-store\r\n");
    out.append("X-Content-Type-Options: nosniff\r\nX-Request-Id: ").append(frame.request.requestId);
    out.append("\r\ntraceparent: ").append(frame.request.traceParent).append("\r\n");
    if (!frame.corsOrigin.empty() && !ownCors) appendCors(out, frame.corsOrigin);
    if (frame.close) {
        out.append("Connection: close\r\n");
    } else if (!frame.version11) {
        out.append("Connection: keep-alive\r\n");
    }
    out.append("\r\n");
}

StreamSink::StreamSink(Transport &transport, std::string head, Framing framing, std::chrono::milliseconds timeout)
    : transport_(transport), head_(std::move(head)), framing_(framing), timeout_(timeout) {}

bool StreamSink::alive() const { return !lost_ && !transport_.closedByPeer(); }

void StreamSink::send(std::string_view more, bool last) {
    if (lost_) throw ConnectionLost();
    std::string out;
    if (!started_) out.swap(head_);
    started_ = true;
    auto const size = gathered_.size() + more.size();
    bool const chunk = framing_ == Framing::chunked && size > 0;
    if (chunk) {
        appendNumber(out, size, 16);
        out.append("\r\n");
    }
    out.append(gathered_);
    gathered_.clear();
    std::string_view const end = framing_ != Framing::chunked ? ""
                                 : last && chunk              ? "\r\n0\r\n\r\n"
                                 : last                       ? "0\r\n\r\n"
                                 : chunk                      ? "\r\n"
                                                              : "";
    bool sent = false;
    if (more.size() < gatherSize) {
        out.append(more).append(end);
        sent = transport_.write(out, {}, timeout_);
    } else {
        sent = transport_.write(out, more, timeout_) && transport_.write(end, {}, timeout_);
    }
    if (!sent) {
        lost_ = true;
        throw ConnectionLost();
    }
}

void StreamSink::write(std::string_view bytes) {
    if (lost_) throw ConnectionLost();
    written_ += bytes.size();
    if (gathered_.size() + bytes.size() < gatherSize) {
        gathered_.append(bytes);
    } else {
        send(bytes, false);
    }
}

void StreamSink::flush() {
    if (!started_ || !gathered_.empty()) send({}, false);
}

void StreamSink::finish() { send({}, true); }

}  // namespace kontor::http
