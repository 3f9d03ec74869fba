#pragma once

// Columns of an import that name the record that a row refers to by what stands in one of its fields: "account.name"
// instead of "accountId". Private to this folder.

#include "shared/entity/import.h"
#include "shared/entity/lookup.h"
#include "shared/entity/operations.h"

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::jobs {

class ImportReferences {
  public:
    ImportReferences(entity::Operations &operations, const auth::Caller &caller, const EntityType &entity);

    /// The number of the column of this name; empty when it names no record of this service. Throws Error(forbidden)
    /// for what the caller may not see.
    [[nodiscard]] std::optional<std::size_t> column(std::string_view name);
    /// Whether a JSON object in this text may have such members.
    [[nodiscard]] bool mayBeIn(std::string_view json) const;
    // What a row has in the column: a name, which is kept until resolve; that there is none; or what is no text.
    void take(std::size_t column, std::string_view text, entity::ImportRow &row) const;
    void clear(std::size_t column, entity::ImportRow &row) const;
    void refuseType(std::size_t column, entity::ImportRow &row) const;
    /// Sets the references of all rows, or says why one cannot be set. An id that the row has itself stays.
    void resolve(std::span<entity::ImportRow> rows);

  private:
    struct Column {
        std::string name;
        const Field *field = nullptr;  ///< accountId
        const EntityType *target = nullptr;
        entity::LookupField by;
        std::map<std::string, std::string> known;  ///< ids by names: the same ones come again and again
    };
    void findUnknown(Column &column, std::span<entity::ImportRow> rows, std::size_t number,
                     std::map<std::string, std::vector<std::string>> &found) const;

    entity::Operations &operations_;
    const auth::Caller &caller_;
    const EntityType &entity_;
    std::vector<Column> columns_;
    std::vector<std::string> beginnings_;  ///< of members of JSON: "account.
};

}  // namespace kontor::jobs
