#pragma once

// The file of an import, row by row. Private to this folder.

#include "shared/entity/csv.h"
#include "shared/entity/custom_fields.h"
#include "shared/jobs/import_references.h"
#include "shared/jobs/job_store.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::jobs {

/// Bytes of a stored content on demand, so that only a piece is in memory.
class BlobInput {
  public:
    BlobInput(postgres::Pool &pool, std::string id) : pool_(pool), id_(std::move(id)) {}
    /// The next piece; empty at the end.
    std::string next();
    [[nodiscard]] std::int64_t offset() const { return offset_; }

  private:
    postgres::Pool &pool_;
    std::string id_;
    std::int64_t offset_ = 0;
};

/// Without the members that begin with _: what a file of refused rows has in addition.
[[nodiscard]] boost::json::object withoutNotes(const boost::json::object &object);

/// The rows of an import file, CSV or NDJSON, as records.
class ImportSource {
  public:
    ImportSource(entity::Operations &operations, const auth::Caller &caller, const EntityType &entity, const Job &job);

    /// The next row; false at the end. Throws Error(malformed) where the file cannot be read on.
    bool next(entity::ImportRow &row);
    /// Sets the references that the rows give by a name.
    void resolve(std::span<entity::ImportRow> rows) { references_.resolve(rows); }
    [[nodiscard]] std::int64_t position() const { return input_.offset(); }

  private:
    bool feed();
    bool nextCsvRow();
    void readHeader();
    bool nextCsv(entity::ImportRow &row);
    bool nextJson(entity::ImportRow &row);
    void readJson(std::string_view line, entity::ImportRow &row);

    const EntityType &entity_;
    BlobInput input_;
    bool csv_;
    bool ended_ = false;
    entity::CsvReader reader_;
    std::optional<entity::CsvColumns> columns_;
    std::shared_ptr<const entity::CustomFields::Types> types_;
    ImportReferences references_;
    std::vector<bool> kept_;                         ///< the columns that columns_ has
    std::vector<std::optional<std::size_t>> named_;  ///< and those that references_ has
    std::vector<std::string_view> cells_;
    std::string pending_;
    std::size_t taken_ = 0;
    std::int64_t line_ = 0;
};

}  // namespace kontor::jobs
