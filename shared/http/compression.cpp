#include "shared/http/compression.h"

#include <new>

namespace kontor::http {

namespace {

constexpr int gzipWindow = 15 + 16;  // the largest window, gzip's framing
constexpr int level = 3;             // the last of zlib's fast levels
constexpr std::size_t step = 16384;

Bytef *bytesOf(std::string_view text) { return reinterpret_cast<Bytef *>(const_cast<char *>(text.data())); }

}  // namespace

bool isCompressible(std::string_view contentType) {
    auto const type = contentType.substr(0, contentType.find(';'));
    if (type == "text/event-stream") return false;
    return type.starts_with("text/") || type.ends_with("+json") || type.ends_with("+xml") ||
           type == "application/json" || type == "application/xml" || type == "application/javascript" ||
           type == "application/x-ndjson";
}

Deflater::Deflater() {
    if (deflateInit2(&stream_, level, Z_DEFLATED, gzipWindow, 8, Z_DEFAULT_STRATEGY) != Z_OK) throw std::bad_alloc();
}
Deflater::~Deflater() { deflateEnd(&stream_); }

void Deflater::compress(std::string_view bytes, std::string &out) {
    deflateReset(&stream_);
    out.clear();
    add(bytes, Z_FINISH, out);
}

void Deflater::add(std::string_view bytes, int mode, std::string &out) {
    stream_.next_in = bytesOf(bytes);
    stream_.avail_in = static_cast<uInt>(bytes.size());
    do {
        auto const used = out.size();
        out.resize(used + std::max(step, bytes.size() / 8));
        stream_.next_out = bytesOf(out) + used;
        stream_.avail_out = static_cast<uInt>(out.size() - used);
        deflate(&stream_, mode);
        out.resize(out.size() - stream_.avail_out);
    } while (stream_.avail_out == 0);
}

void GzipSink::write(std::string_view bytes) {
    constexpr std::size_t piece = 1U << 20U;
    while (!bytes.empty()) {
        compressed_.clear();
        deflater_.add(bytes.substr(0, piece), Z_NO_FLUSH, compressed_);
        bytes.remove_prefix(std::min(piece, bytes.size()));
        if (!compressed_.empty()) next_.write(compressed_);
    }
}

void GzipSink::flush() {
    compressed_.clear();
    deflater_.add({}, Z_SYNC_FLUSH, compressed_);
    if (!compressed_.empty()) next_.write(compressed_);
    next_.flush();
}

void GzipSink::finish() {
    compressed_.clear();
    deflater_.add({}, Z_FINISH, compressed_);
    next_.write(compressed_);
}

GunzipBody::GunzipBody(Body &source, std::size_t limit) : source_(source), limit_(limit) {
    if (inflateInit2(&stream_, gzipWindow) != Z_OK) throw std::bad_alloc();
}
GunzipBody::~GunzipBody() { inflateEnd(&stream_); }

void GunzipBody::refill() {
    input_.resize(step);
    auto const got = source_.read(input_.data(), input_.size());
    if (got == 0) throw Error(ErrorCode::malformed, "the gzip body ends too early");
    consumed_ += got;
    stream_.next_in = bytesOf(input_);
    stream_.avail_in = static_cast<uInt>(got);
}

void GunzipBody::end() {
    ended_ = true;
    char byte = 0;
    if (stream_.avail_in != 0 || source_.read(&byte, 1) != 0) {
        throw Error(ErrorCode::malformed, "something follows the gzip body");
    }
}

std::size_t GunzipBody::read(char *buffer, std::size_t size) {
    if (ended_ || size == 0) return 0;
    size = std::min<std::size_t>(size, 1U << 30U);
    stream_.next_out = reinterpret_cast<Bytef *>(buffer);
    stream_.avail_out = static_cast<uInt>(size);
    while (stream_.avail_out == size) {
        if (stream_.avail_in == 0) refill();
        int const result = inflate(&stream_, Z_NO_FLUSH);
        if (result == Z_STREAM_END) {
            end();
            break;
        }
        if (result != Z_OK) throw Error(ErrorCode::malformed, "the body is no valid gzip");
    }
    auto const got = size - stream_.avail_out;
    produced_ += got;
    // gzip reaches 1000:1 on zeros only; records stay far below 200:1.
    bool const bomb = produced_ > (8U << 20U) && produced_ / 200 > consumed_;
    if (produced_ > limit_ || bomb) {
        throw Error(ErrorCode::tooLarge, "the inflated body is larger than allowed");
    }
    return got;
}

}  // namespace kontor::http
