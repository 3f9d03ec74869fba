#include "shared/entity/feed.h"

#include "shared/entity/access.h"
#include "shared/entity/cursor.h"
#include "shared/entity/operations_state.h"

#include <algorithm>
#include <charconv>

namespace kontor::entity {

using events::Position;
using postgres::Parameters;
using postgres::Rows;
using postgres::Statement;
using State = Operations::Implementation;

namespace {

// Rows whose transaction may still be overtaken by an older, running one are not shown yet: the order is that of
// commit, and no row ever appears behind a token that was given out.
const Statement selectFeed{
    "selectFeed",
    "SELECT entity, record_id, kind, version, at, xid::text, seq, owner_id, team_id, previous_owner_id,"
    " previous_team_id, user_id FROM outbox WHERE (xid, seq) > ($1::text::xid8, $2)"
    " AND xid < pg_snapshot_xmin(pg_current_snapshot()) AND entity = ANY($3) ORDER BY outbox.xid, outbox.seq LIMIT $4"};

// How far the outbox has been purged stands beside the positions of its consumers.
const Statement isPurged{"isPurged", "SELECT 1 FROM consumer_position WHERE consumer = '*' AND (xid, seq) >"
                                     " ($1::text::xid8, $2)"};

constexpr std::string_view purpose = "changes";

std::optional<std::string> optionalUuid(const Rows &rows, int row, int column) {
    if (rows.isNull(row, column)) return std::nullopt;
    return rows.uuid(row, column);
}

std::uint64_t transactionOf(std::string_view text) {
    std::uint64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

Parameters withPosition(Position position) {
    Parameters parameters;
    parameters.text(std::to_string(position.transaction)).integer(position.sequence);
    return parameters;
}

/// A record that has only what decides its visibility.
struct Ownership final : Record {
    [[nodiscard]] const StructType &structType() const override { return Record::contractType(); }
};

bool visible(const auth::Principal &principal, const EntityType &entity, std::optional<std::string> owner,
             std::optional<std::string> team) {
    Ownership record;
    record.ownerId = std::move(owner);
    record.teamId = std::move(team);
    return reaches(principal.rightsOn(entity.name).read, principal, entity, record);
}

std::string textOf(Position position) {
    return std::to_string(position.transaction) + ' ' + std::to_string(position.sequence);
}

Position positionOf(std::string_view text) {
    Position position;
    std::size_t const space = std::min(text.find(' '), text.size() - 1);
    position.transaction = transactionOf(text.substr(0, space));
    std::from_chars(text.data() + space + 1, text.data() + text.size(), position.sequence);
    return position;
}

}  // namespace

FeedPage readFeed(Operations &operations, const std::vector<std::string> &entities, Position after, int limit) {
    const ServiceContract &contract = operations.contract();
    Rows const rows =
        operations.pool().run(selectFeed, std::move(withPosition(after).textArray(entities).integer(limit + 1)));
    FeedPage page;
    page.reached = after;
    page.more = rows.size() > limit;
    int const count = std::min(rows.size(), limit);
    page.entries.reserve(static_cast<std::size_t>(count));
    for (int row = 0; row < count; ++row) {
        page.reached = {transactionOf(rows.text(row, 5)), rows.integer(row, 6)};
        FeedEntry entry;
        entry.position = page.reached;
        entry.change.entity = contract.entityByName(rows.text(row, 0));
        if (entry.change.entity == nullptr) continue;
        entry.change.id = rows.uuid(row, 1);
        entry.change.kind = rows.text(row, 2);
        entry.change.version = rows.integer(row, 3);
        entry.change.at = rows.timestamp(row, 4);
        entry.ownerId = optionalUuid(rows, row, 7);
        entry.teamId = optionalUuid(rows, row, 8);
        entry.previousOwnerId = optionalUuid(rows, row, 9);
        entry.previousTeamId = optionalUuid(rows, row, 10);
        if (!rows.isNull(row, 11)) entry.by = rows.uuid(row, 11);
        page.entries.push_back(std::move(entry));
    }
    return page;
}

std::optional<Change> changeFor(const auth::Principal &principal, const FeedEntry &entry) {
    const EntityType &entity = *entry.change.entity;
    bool const now = visible(principal, entity, entry.ownerId, entry.teamId);
    if (!now && !visible(principal, entity, entry.previousOwnerId, entry.previousTeamId)) return std::nullopt;
    Change change = entry.change;
    if (!now) change.kind = "hidden";
    return change;
}

void requireKept(Operations &operations, Position after) {
    if (operations.pool().run(isPurged, withPosition(after)).empty()) return;
    throw Error(ErrorCode::invalidCursor, "The feed no longer reaches back to this token: read the records anew and "
                                          "start without a token.");
}

std::vector<std::string> readableEntities(const Operations &operations, const auth::Caller &caller,
                                          const std::vector<const EntityType *> &entities) {
    std::vector<std::string> names;
    for (const EntityType *const entity : operations.contract().entities) {
        bool const wanted = entities.empty() || std::ranges::find(entities, entity) != entities.end();
        if (!wanted) continue;
        if (!entities.empty()) requireRead(caller, *entity);
        if (caller.principal->rightsOn(entity->name).read != auth::Scope::none) names.emplace_back(entity->name);
    }
    return names;
}

std::string sealPositions(Operations &operations, const FeedPositions &positions) {
    std::string payload;
    for (const auto &[service, position] : positions) {
        if (!payload.empty()) payload += ',';
        if (!service.empty()) payload += service + ':';
        payload += textOf(position);
    }
    return sealCursor(payload, operations.implementation().cursorKey, purpose);
}

FeedPositions openPositions(Operations &operations, const std::string &token) {
    std::string const payload = openCursor(token, operations.implementation().cursorKey, purpose);
    FeedPositions positions;
    for (std::string_view rest = payload; !rest.empty();) {
        std::string_view part = rest.substr(0, rest.find(','));
        rest.remove_prefix(std::min(part.size() + 1, rest.size()));
        std::size_t const colon = part.find(':');
        std::string name(colon == std::string_view::npos ? std::string_view{} : part.substr(0, colon));
        if (colon != std::string_view::npos) part.remove_prefix(colon + 1);
        positions.emplace(std::move(name), positionOf(part));
    }
    return positions;
}

Changes Operations::getChanges(const auth::Caller &caller, const std::vector<const EntityType *> &entities,
                               const std::string &resumeToken, int limit, bool onlyDeleted) {
    std::vector<std::string> const names = readableEntities(*this, caller, entities);
    Position start;
    if (!resumeToken.empty()) {
        FeedPositions const positions = openPositions(*this, resumeToken);
        auto found = positions.find(contract().name);
        if (found == positions.end()) found = positions.find("");
        if (found == positions.end()) {
            throw Error(ErrorCode::invalidCursor, "This token says nothing of these collections.");
        }
        start = found->second;
    }
    FeedPage const page = readFeed(*this, names, start, std::clamp(limit, 1, 2000));
    Changes result;
    for (const FeedEntry &entry : page.entries) {
        auto change = changeFor(*caller.principal, entry);
        if (!change || (onlyDeleted && change->kind != "deleted" && change->kind != "hidden")) continue;
        result.changes.push_back(std::move(*change));
    }
    // Read after the changes, so that a purge in between cannot go unnoticed.
    if (!resumeToken.empty()) requireKept(*this, start);
    result.more = page.more;
    result.resumeToken = sealPositions(*this, {{"", page.reached}});
    return result;
}

}  // namespace kontor::entity
