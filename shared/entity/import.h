#pragma once

// Many records at once: validated like any other, written by COPY with their audit and outbox rows.

#include "shared/entity/operations.h"

#include <functional>
#include <span>
#include <string>
#include <vector>

namespace kontor::entity {

/// A record that a row refers to by its name; which one it is, is found out for many rows at once.
struct NamedReference {
    std::size_t column = 0;
    std::string name;
};

/// One row of the input. After the call, `errors` says why it was refused.
struct ImportRow {
    std::int64_t line = 0;
    RecordPtr record;
    std::vector<FieldError> errors;
    std::string source;                 ///< as it stood in the input
    std::vector<NamedReference> named;  ///< until they are resolved

    [[nodiscard]] bool refused() const { return !errors.empty(); }
};

/// Adds the statements that record how far an import is. `done` are the rows that this transaction settles, in order.
using ImportProgress = std::function<void(postgres::Batch &, std::span<const ImportRow> done)>;

/// Creates the rows' records, in one transaction where all can be; a row that cannot be written is refused, the others
/// stand. Duplicate external ids are refused, within the rows and against what is stored. What `progress` adds commits
/// with the rows it was told of, so that an import can go on after a crash with none lost and none twice.
void importNew(Operations &operations, const auth::Caller &caller, const EntityType &entity,
               std::vector<ImportRow> &rows, const ImportProgress &progress);

/// The errors of a row that failed as a whole.
[[nodiscard]] std::vector<FieldError> errorsOf(const Error &error);

}  // namespace kontor::entity
