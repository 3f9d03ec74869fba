#pragma once

// Records that are the same become one: the master stays, the victims go to the recycle bin, and what belonged to them
// belongs to the master. A journal of it is kept, so that a merge can be taken back for some time.
//
// Works for every entity that the contract marks with k:mergeable. What belongs to a record: whatever of the service
// refers to it by a field with k:references, polymorphic references (parentEntity, parentId) included.

#include "shared/entity/operations.h"
#include "shared/events/delivery.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::entity {

/// For so long a merge can be taken back.
constexpr int unmergeDays = 30;
/// The field of a victim that has the master's id as long as it is merged.
constexpr std::string_view mergedIntoField = "mergedIntoId";

struct Merged {
    std::string mergeId;
    std::int64_t children = 0;         ///< records that belong to the master now
    std::vector<RecordResult> master;  ///< one: as it is now, as the caller may see it
};

/// Adds statements that commit with a merge: where an idempotency key's answer is stored.
using BeforeMergeCommit = std::function<void(const Merged &, postgres::Batch &)>;
using BeforeUnmergeCommit = std::function<void(const UnmergeResult &, postgres::Batch &)>;

/// Merges records, in one transaction. Without choices the master's values stay and empty ones are filled from the
/// victims in their order; lists are united. Throws Error with pointers into {masterId, victimIds, choices}; nothing
/// has changed then.
Merged mergeRecords(Operations &operations, const auth::Caller &caller, const RecordMerge &merge,
                    const BeforeMergeCommit &beforeCommit = {});

/// Takes a merge back: the victims return with what belonged to them, and the master's fields become what they were,
/// unless they have been changed since. What was left as it is, the result names. Throws Error(notFound) for a merge
/// that there is not in this service, Error(conflict) for one that is too old or was taken back before.
UnmergeResult unmergeRecords(Operations &operations, const auth::Caller &caller, const std::string &mergeId,
                             const BeforeUnmergeCommit &beforeCommit = {});

/// True when this service has made the merge.
[[nodiscard]] bool hasMerge(Operations &operations, const std::string &mergeId);

/// Throws Error(conflict), which names the merge, for a record that is in the recycle bin because it was merged.
void refuseMerged(postgres::Transaction &transaction, const Record &record);

/// Keeps the references of one service right when another one merges records or takes merges back: what refers to a
/// victim here moves to the master, soon after, and returns with it. `caller` is who the audit trail names. Both must
/// outlive the subscription.
[[nodiscard]] events::Subscription followMerges(Operations &here, Operations &there, auth::Caller caller);
/// Those that the services of a process need among them.
[[nodiscard]] std::vector<events::Subscription> followMerges(const std::vector<Operations *> &services,
                                                             const auth::Caller &caller);

/// Forgets what can no longer be taken back. Returns how many merges that were.
std::int64_t forgetMerges(Operations &operations);

}  // namespace kontor::entity
