#pragma once

// Many records at once: validated like any other, written by COPY with their audit and outbox rows.

#include "shared/entity/operations.h"

#include <string>
#include <vector>

namespace kontor::entity {

/// One row of the input. After the call, `errors` says why it was refused.
struct ImportRow {
    std::int64_t line = 0;
    RecordPtr record;
    std::vector<FieldError> errors;
    std::string source;  ///< as it stood in the input

    [[nodiscard]] bool refused() const { return !errors.empty(); }
};

/// Creates the rows' records in one transaction; a row that cannot be written is refused, the others stand. Duplicate
/// external ids are refused, within the rows and against what is stored. `progress` adds the statements that record how
/// far the import is; they commit with the rows.
void importNew(Operations &operations, const auth::Caller &caller, const EntityType &entity,
               std::vector<ImportRow> &rows, const std::function<void(postgres::Batch &)> &progress);

/// The errors of a row that failed as a whole.
[[nodiscard]] std::vector<FieldError> errorsOf(const Error &error);

}  // namespace kontor::entity
