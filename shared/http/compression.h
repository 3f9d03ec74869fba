#pragma once

// gzip, in both directions.

#include "shared/http/http.h"

#include <zlib.h>

namespace kontor::http {

/// Text that shrinks. Not event streams, which must arrive at once.
[[nodiscard]] bool isCompressible(std::string_view contentType);

/// Compresses piece by piece.
class Deflater {
  public:
    Deflater();
    ~Deflater();
    Deflater(const Deflater &) = delete;
    Deflater &operator=(const Deflater &) = delete;

    /// One whole body.
    void compress(std::string_view bytes, std::string &out);
    /// Appends what comes out of these bytes. `mode` is zlib's Z_NO_FLUSH, Z_SYNC_FLUSH or Z_FINISH.
    void add(std::string_view bytes, int mode, std::string &out);

  private:
    z_stream stream_{};
};

/// A sink that compresses what is written to another one. finish() ends the stream.
class GzipSink final : public Sink {
  public:
    explicit GzipSink(Sink &next) : next_(next) {}
    void write(std::string_view bytes) override;
    void flush() override;
    [[nodiscard]] bool alive() const override { return next_.alive(); }
    void finish();

  private:
    Sink &next_;
    Deflater deflater_;
    std::string compressed_;
};

/// A gzip body, inflated while it is read. Throws Error(tooLarge) when more than `limit` bytes come out, or when a
/// little turns into suspiciously much; Error(malformed) when it is no gzip.
class GunzipBody final : public Body {
  public:
    GunzipBody(Body &source, std::size_t limit);
    ~GunzipBody() override;
    GunzipBody(const GunzipBody &) = delete;
    GunzipBody &operator=(const GunzipBody &) = delete;
    std::size_t read(char *buffer, std::size_t size) override;

  private:
    void refill();
    void end();

    Body &source_;
    std::size_t limit_;
    z_stream stream_{};
    std::string input_;
    std::uint64_t consumed_ = 0;
    std::uint64_t produced_ = 0;
    bool ended_ = false;
};

}  // namespace kontor::http
