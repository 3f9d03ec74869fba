#pragma once

// The outbox of a service, read in the order in which its transactions became visible for good: by transaction id below
// the oldest one that still runs, then by sequence. What has been read is never overtaken by what commits late.

#include "shared/contract/date_time.h"
#include "shared/postgres/postgres.h"

#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace kontor::events {

/// A place in an outbox. The default stands before everything.
struct Position {
    std::uint64_t transaction = 0;
    std::int64_t sequence = 0;

    // clang-tidy 14 takes the comparison with 0 that the compiler writes here for a null pointer.
    friend auto operator<=>(const Position &, const Position &) = default;  // NOLINT(modernize-use-nullptr)
};

/// One change of one record.
struct Event {
    Position position;
    DateTime at;
    std::string entity;
    std::string recordId;
    std::int64_t version = 0;
    std::string kind;                  ///< "created", "updated", "deleted", "undeleted" …
    std::vector<std::string> changed;  ///< names of fields; none of a new record
    std::string payload;               ///< the record as JSON, after the change
    std::optional<std::string> ownerId;
    std::optional<std::string> teamId;
    std::optional<std::string> previousOwnerId;
    std::optional<std::string> previousTeamId;
};

/// The kind of event that a new record makes.
constexpr std::string_view created = "created";

/// The next events after a position, at most `limit`; as the service that owns the outbox. Throws Error(invalidCursor)
/// when events after that position have been purged: who reads has to start again from the records themselves.
[[nodiscard]] std::vector<Event> readOutbox(postgres::Pool &service, Position after, int limit);

/// Which events a reader wants; an empty list: all.
struct Interest {
    std::vector<std::string> entities;
    std::vector<std::string> kinds;
};

struct Reading {
    std::vector<Event> events;
    Position end;  ///< up to here, nothing else is of interest
};

/// As readOutbox; events without interest are passed over inside PostgreSQL, so that they cost next to nothing.
[[nodiscard]] Reading readOutbox(postgres::Pool &service, Position after, int limit, const Interest &interest);

/// The place behind all that can be read now.
[[nodiscard]] Position endOfOutbox(postgres::Pool &service);

/// How long the oldest event has been held back by a transaction that still runs; zero when none is.
[[nodiscard]] std::chrono::microseconds heldBack(postgres::Pool &service);

/// Removes events that are older than `keep`, some thousands at a time, so that no transaction is long. Returns how
/// many. A consumer that is further behind than that learns of it from readOutbox.
std::int64_t purgeOutbox(postgres::Pool &service, std::chrono::seconds keep);

}  // namespace kontor::events
