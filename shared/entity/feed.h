#pragma once

// The change feed of a service: the rows of its outbox without their content, and what a caller may see of them.

#include "shared/entity/operations.h"
#include "shared/events/outbox.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace kontor::entity {

/// One entry of the feed, before it is known who asks.
struct FeedEntry {
    events::Position position;
    Change change;
    std::string by;  ///< id of the user; empty when the change was nobody's
    std::optional<std::string> ownerId, teamId, previousOwnerId, previousTeamId;
};

/// The entries after a position, in the order of commit: none is ever added in front of one that was read. Of the
/// entities named; a row of an entity that the service no longer has is left out, so that fewer may come than asked
/// for.
struct FeedPage {
    std::vector<FeedEntry> entries;
    events::Position reached;  ///< of the last row, or where it began
    bool more = false;
};
[[nodiscard]] FeedPage readFeed(Operations &operations, const std::vector<std::string> &entities,
                                events::Position after, int limit);

/// The change as the caller sees it; empty when it does not.
[[nodiscard]] std::optional<Change> changeFor(const auth::Principal &principal, const FeedEntry &entry);

/// Throws Error(invalidCursor) when entries after the position are no longer kept.
void requireKept(Operations &operations, events::Position after);

/// Names of those entities that the caller may read; of all when none is named. Throws Error(forbidden) for one that is
/// named and that the caller may not read.
[[nodiscard]] std::vector<std::string> readableEntities(const Operations &operations, const auth::Caller &caller,
                                                        const std::vector<const EntityType *> &entities);

/// Where a reader stands in the feeds of several services, by their names.
using FeedPositions = std::map<std::string, events::Position, std::less<>>;
/// A resume token for GET /changes and GET /events alike.
[[nodiscard]] std::string sealPositions(Operations &operations, const FeedPositions &positions);
/// What a token of either says. One of /changes is of one service and does not say which: it stands under "". Throws
/// Error(invalidCursor).
[[nodiscard]] FeedPositions openPositions(Operations &operations, const std::string &token);

}  // namespace kontor::entity
