#include "shared/events/outbox.h"

#include <algorithm>
#include <charconv>

namespace kontor::events {

using postgres::Batch;
using postgres::Parameters;
using postgres::Rows;
using postgres::Statement;

namespace {

// xid8 has no cast from bigint, so it travels as text. The primary key gives the order.
const Statement selectEvents{
    "selectEvents", "SELECT xid::text, seq, at, entity, record_id, version, kind, changed, payload, owner_id, team_id,"
                    " previous_owner_id, previous_team_id, user_id FROM outbox"
                    " WHERE (xid, seq) > ($1::text::xid8, $2)"
                    " AND xid < pg_snapshot_xmin(pg_current_snapshot())"
                    " AND (cardinality($4::text[]) = 0 OR entity = ANY ($4))"
                    " AND (cardinality($5::text[]) = 0 OR kind = ANY ($5))"
                    " ORDER BY outbox.xid, outbox.seq LIMIT $3"};

const Statement selectEnd{"selectEndOfOutbox", "SELECT xid::text, seq FROM outbox"
                                               " WHERE xid < pg_snapshot_xmin(pg_current_snapshot())"
                                               " ORDER BY outbox.xid DESC, outbox.seq DESC LIMIT 1"};

const Statement selectHeldBack{"selectHeldBack",
                               "SELECT coalesce(extract(epoch FROM now() - min(at)) * 1000000, 0)::bigint FROM outbox"
                               " WHERE xid >= pg_snapshot_xmin(pg_current_snapshot())"};

// How far events have been purged stands beside the consumers' positions, under a name that no consumer may have.
const Statement selectPurged{"selectPurged", "SELECT xid::text, seq FROM consumer_position WHERE consumer = '*'"};

// Only the front is looked at: it holds the oldest, give or take what committed out of turn.
const Statement purgeFront{
    "purgeOutbox", "WITH front AS (SELECT xid, seq, at FROM outbox"
                   " WHERE xid < pg_snapshot_xmin(pg_current_snapshot()) ORDER BY xid, seq LIMIT 5000),"
                   " gone AS (DELETE FROM outbox o USING front f WHERE o.xid = f.xid AND o.seq = f.seq"
                   " AND f.at < now() - make_interval(secs => $1) RETURNING o.xid, o.seq),"
                   " last AS (INSERT INTO consumer_position AS p (consumer, xid, seq)"
                   " SELECT '*', xid, seq FROM gone ORDER BY xid DESC, seq DESC LIMIT 1"
                   " ON CONFLICT (consumer) DO UPDATE SET xid = excluded.xid, seq = excluded.seq, updated_at = now()"
                   " WHERE (p.xid, p.seq) < (excluded.xid, excluded.seq))"
                   " SELECT count(*) FROM gone"};

Position positionOf(const Rows &rows, int row) {
    Position position;
    std::string_view const text = rows.text(row, 0);
    std::from_chars(text.data(), text.data() + text.size(), position.transaction);
    position.sequence = rows.integer(row, 1);
    return position;
}

std::optional<std::string> optionalUuid(const Rows &rows, int row, int column) {
    if (rows.isNull(row, column)) return std::nullopt;
    return rows.uuid(row, column);
}

/// What is stored, with what the columns say. A new record's times and users are those of the event.
std::string wholePayload(const Rows &rows, int row) {
    std::string json = R"({"id":")" + rows.uuid(row, 4) + R"(","version":)" + std::to_string(rows.integer(row, 5));
    auto const add = [&](std::string_view name, const std::string &value) {
        json.append(",\"").append(name).append("\":\"").append(value).append("\"");
    };
    auto const addUuid = [&](std::string_view name, int column) {
        if (!rows.isNull(row, column)) add(name, rows.uuid(row, column));
    };
    std::string const at = rows.timestamp(row, 2).toString();
    if (rows.text(row, 6) == created) {
        add("createdAt", at);
        addUuid("createdBy", 13);
    }
    add("updatedAt", at);
    addUuid("updatedBy", 13);
    addUuid("ownerId", 9);
    addUuid("teamId", 10);
    std::string_view const rest = rows.text(row, 8).substr(1);  // behind its brace
    if (rest != "}") json += ',';
    return json.append(rest);
}

Event eventOf(const Rows &rows, int row) {
    return {.position = positionOf(rows, row),
            .at = rows.timestamp(row, 2),
            .entity = std::string(rows.text(row, 3)),
            .recordId = rows.uuid(row, 4),
            .version = rows.integer(row, 5),
            .kind = std::string(rows.text(row, 6)),
            .changed = rows.textArray(row, 7),
            .payload = wholePayload(rows, row),
            .ownerId = optionalUuid(rows, row, 9),
            .teamId = optionalUuid(rows, row, 10),
            .previousOwnerId = optionalUuid(rows, row, 11),
            .previousTeamId = optionalUuid(rows, row, 12)};
}

}  // namespace

std::vector<Event> readOutbox(postgres::Pool &service, Position after, int limit) {
    return readOutbox(service, after, limit, {}).events;
}

Reading readOutbox(postgres::Pool &service, Position after, int limit, const Interest &interest) {
    // The end is taken before the events, and what was purged after them, so that what happens in between cannot go
    // unnoticed.
    Batch batch;
    batch.add(selectEnd, {});
    batch.add(selectEvents, std::move(Parameters()
                                          .text(std::to_string(after.transaction))
                                          .integer(after.sequence)
                                          .integer(std::max(limit, 1))
                                          .textArray(interest.entities)
                                          .textArray(interest.kinds)));
    batch.add(selectPurged, {});
    std::vector<Rows> const results = service.run(std::move(batch));
    if (after != Position{} && !results[2].empty() && after < positionOf(results[2], 0)) {
        throw Error(ErrorCode::invalidCursor, "Events after this position are no longer kept; read the records anew.");
    }
    const Rows &rows = results[1];
    Reading reading{.events = std::vector<Event>(static_cast<std::size_t>(rows.size())), .end = after};
    for (int row = 0; row < rows.size(); ++row) reading.events[static_cast<std::size_t>(row)] = eventOf(rows, row);
    if (!reading.events.empty()) reading.end = reading.events.back().position;
    if (rows.size() < limit && !results[0].empty()) reading.end = std::max(reading.end, positionOf(results[0], 0));
    return reading;
}

Position endOfOutbox(postgres::Pool &service) {
    Batch batch;
    batch.add(selectEnd, {});
    batch.add(selectPurged, {});
    std::vector<Rows> const results = service.run(std::move(batch));
    // An outbox that was purged to the last event still ends where that was.
    Position const last = results[0].empty() ? Position{} : positionOf(results[0], 0);
    Position const purged = results[1].empty() ? Position{} : positionOf(results[1], 0);
    return std::max(last, purged);
}

std::chrono::microseconds heldBack(postgres::Pool &service) {
    return std::chrono::microseconds(std::max<std::int64_t>(service.run(selectHeldBack).integer(0, 0), 0));
}

std::int64_t purgeOutbox(postgres::Pool &service, std::chrono::seconds keep) {
    std::int64_t total = 0;
    while (true) {
        std::int64_t const gone = service.run(purgeFront, std::move(Parameters().integer(keep.count()))).integer(0, 0);
        total += gone;
        if (gone == 0) return total;
    }
}

}  // namespace kontor::events
