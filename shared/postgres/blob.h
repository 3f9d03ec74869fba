#pragma once

// Large contents (attachments, import files, job results) in pieces of 256 KiB, so that none is ever in memory whole.

#include "shared/postgres/postgres.h"

#include <functional>
#include <string>
#include <string_view>

namespace kontor::postgres {

/// Stores a content piece by piece. Until the statement of finish() commits, it is pending, and swept after a day;
/// destroyed before that, it removes what it has stored.
class BlobWriter {
  public:
    explicit BlobWriter(Pool &pool);
    ~BlobWriter();
    BlobWriter(const BlobWriter &) = delete;
    BlobWriter &operator=(const BlobWriter &) = delete;

    void write(std::string_view bytes);
    /// Stores the rest. Adds the statement that makes the content permanent to the batch of the record that refers to
    /// it.
    void finish(Batch &batch);

    [[nodiscard]] const std::string &id() const { return id_; }
    [[nodiscard]] std::int64_t size() const { return size_; }
    /// Lower-case hexadecimal, after finish().
    [[nodiscard]] const std::string &sha256() const { return sha256_; }

  private:
    void store(std::string_view piece);

    Pool &pool_;
    std::string id_;
    std::string buffer_;
    std::string sha256_;
    std::int64_t size_ = 0;
    int pieces_ = 0;
    bool finished_ = false;
    struct Digest;
    std::unique_ptr<Digest> digest_;
};

/// Passes the content on, piece by piece, from the byte `offset`, until the end or until `use` returns false. Throws
/// Error(notFound) when there is none with this id or it was never finished.
void readBlob(Pool &pool, const std::string &id, std::int64_t offset, const std::function<bool(std::string_view)> &use);

/// Removes contents that were never finished and are older than a day.
void sweepBlobs(Pool &pool);

}  // namespace kontor::postgres
