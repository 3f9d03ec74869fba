#pragma once

// Merges as SOAP calls them: several in one call, each for itself.

#include "shared/entity/merge.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::soap {

/// What makes a call the same one when it is sent again.
struct CallKey {
    std::string key;
    std::string hash;
};

/// One result for each merge, in their order. With a key, a merge that was done by the same call before is not done
/// again, wherever that call has ended. Throws Error(idempotencyMismatch) for another call's key.
[[nodiscard]] MergeResults mergeEach(entity::Operations &operations, const auth::Caller &caller,
                                     const std::vector<RecordMerge> &merges, const std::optional<CallKey> &callKey,
                                     std::string_view traceId);

}  // namespace kontor::soap
