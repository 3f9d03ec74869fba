#include "shared/postgres/blob.h"

#include "shared/contract/uuid.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>

namespace kontor::postgres {

namespace {

constexpr std::size_t pieceSize = 256UL << 10U;

const Statement insertBlob{"insertBlob", "INSERT INTO blob (id, state) VALUES ($1, 'pending')"};
const Statement insertPiece{"insertBlobPiece", "INSERT INTO blob_chunk (blob_id, n, bytes) VALUES ($1, $2, $3)"};
const Statement finishBlob{"finishBlob", "UPDATE blob SET state = 'stored', size = $2, sha256 = $3 WHERE id = $1"};
const Statement deleteBlob{"deleteBlob", "DELETE FROM blob WHERE id = $1 AND state = 'pending'"};
// No row: no such content, or one that was never finished. No bytes: a piece is missing, or the end is passed.
const Statement selectPiece{"selectBlobPiece", "SELECT b.size, c.bytes FROM blob b"
                                               " LEFT JOIN blob_chunk c ON c.blob_id = b.id AND c.n = $2"
                                               " WHERE b.id = $1 AND b.state = 'stored'"};
const Statement sweep{"sweepBlobs",
                      "DELETE FROM blob WHERE state = 'pending' AND created_at < now() - interval '1 day'"};

}  // namespace

struct BlobWriter::Digest {
    Digest() : context(EVP_MD_CTX_new()) { EVP_DigestInit_ex(context, EVP_sha256(), nullptr); }
    ~Digest() { EVP_MD_CTX_free(context); }
    Digest(const Digest &) = delete;
    Digest &operator=(const Digest &) = delete;
    EVP_MD_CTX *context;
};

BlobWriter::BlobWriter(Pool &pool) : pool_(pool), id_(newId()), digest_(std::make_unique<Digest>()) {
    pool_.run(insertBlob, Parameters().uuid(id_));
}

BlobWriter::~BlobWriter() {
    if (finished_) return;
    try {
        pool_.run(deleteBlob, Parameters().uuid(id_));
    } catch (const std::exception &) {
        // The sweep takes what stays behind.
    }
}

void BlobWriter::write(std::string_view bytes) {
    EVP_DigestUpdate(digest_->context, bytes.data(), bytes.size());
    size_ += static_cast<std::int64_t>(bytes.size());
    buffer_ += bytes;
    std::size_t done = 0;
    for (; buffer_.size() - done >= pieceSize; done += pieceSize)
        store(std::string_view(buffer_).substr(done, pieceSize));
    buffer_.erase(0, done);
}

void BlobWriter::store(std::string_view piece) {
    pool_.run(insertPiece, Parameters().uuid(id_).integer4(pieces_++).bytes(piece));
}

void BlobWriter::finish(Batch &batch) {
    if (!buffer_.empty()) store(buffer_);
    buffer_.clear();
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int length = 0;
    EVP_DigestFinal_ex(digest_->context, digest.data(), &length);
    for (unsigned int i = 0; i < length; ++i) {
        constexpr std::string_view digits = "0123456789abcdef";
        sha256_ += digits[digest.at(i) >> 4U];
        sha256_ += digits[digest.at(i) & 15U];
    }
    batch.add(finishBlob, Parameters().uuid(id_).integer(size_).text(sha256_));
    finished_ = true;
}

void readBlob(Pool &pool, const std::string &id, std::int64_t offset,
              const std::function<bool(std::string_view)> &use) {
    constexpr auto step = static_cast<std::int64_t>(pieceSize);
    for (std::int64_t at = std::max<std::int64_t>(offset, 0);;) {
        Rows const rows = pool.run(selectPiece, Parameters().uuid(id).integer4(static_cast<std::int32_t>(at / step)));
        if (rows.empty()) throw Error(ErrorCode::notFound, "This content is not here.");
        if (at >= rows.integer(0, 0)) return;
        std::string_view bytes = rows.isNull(0, 1) ? std::string_view{} : rows.bytes(0, 1);
        bytes.remove_prefix(std::min(static_cast<std::size_t>(at % step), bytes.size()));
        if (bytes.empty()) throw Error(ErrorCode::internal, "This content is damaged.");
        at += static_cast<std::int64_t>(bytes.size());
        if (!use(bytes)) return;
    }
}

void sweepBlobs(Pool &pool) { pool.run(sweep); }

}  // namespace kontor::postgres
