#include "shared/events/delivery.h"

#include <charconv>
#include <utility>

namespace kontor::events {

using postgres::Batch;
using postgres::Parameters;
using postgres::Rows;
using postgres::Statement;
using postgres::Transaction;

namespace {

const Statement selectPosition{"selectConsumerPosition",
                               "SELECT xid::text, seq FROM consumer_position WHERE consumer = $1"};
const Statement insertPosition{"insertConsumerPosition",
                               "INSERT INTO consumer_position (consumer, xid, seq) VALUES ($1, $2::text::xid8, $3)"
                               " ON CONFLICT (consumer) DO NOTHING"};
// Another process that is at it holds the row; it will go on with what comes.
const Statement lockPosition{"lockConsumerPosition", "SELECT xid::text, seq FROM consumer_position WHERE consumer = $1"
                                                     " FOR UPDATE SKIP LOCKED"};
const Statement movePosition{"moveConsumerPosition",
                             "UPDATE consumer_position SET xid = $2::text::xid8, seq = $3, updated_at = now()"
                             " WHERE consumer = $1"};
// Only from where it was read: another process may have gone further.
const Statement passPosition{"passConsumerPosition",
                             "UPDATE consumer_position SET xid = $2::text::xid8, seq = $3, updated_at = now()"
                             " WHERE consumer = $1 AND xid = $4::text::xid8 AND seq = $5"};
const Statement resetPosition{"resetConsumerPosition",
                              "INSERT INTO consumer_position (consumer, xid, seq) VALUES ($1, '0', 0) ON CONFLICT"
                              " (consumer) DO UPDATE SET xid = '0', seq = 0, updated_at = now()"};
constexpr std::chrono::seconds passInterval{1};

Position positionOf(const Rows &rows) {
    Position position;
    std::string_view const text = rows.text(0, 0);
    std::from_chars(text.data(), text.data() + text.size(), position.transaction);
    position.sequence = rows.integer(0, 1);
    return position;
}

Parameters withPosition(const std::string &consumer, Position position) {
    Parameters parameters;
    parameters.text(consumer).text(std::to_string(position.transaction)).integer(position.sequence);
    return parameters;
}

Position currentPosition(const Subscription &subscription) {
    Parameters name;
    name.text(subscription.consumer);
    Rows const rows = subscription.target.run(selectPosition, std::move(name));
    if (!rows.empty()) return positionOf(rows);
    Position const start = subscription.fromNow ? endOfOutbox(subscription.service) : Position{};
    subscription.target.run(insertPosition, withPosition(subscription.consumer, start));
    return start;
}

/// Nothing up to `end` was of interest.
void pass(const Subscription &subscription, Position stored, Position end, Looked *looked) {
    auto const now = std::chrono::steady_clock::now();
    if (looked == nullptr || now - looked->kept >= passInterval) {
        subscription.target.run(passPosition, std::move(withPosition(subscription.consumer, end)
                                                            .text(std::to_string(stored.transaction))
                                                            .integer(stored.sequence)));
        if (looked != nullptr) looked->kept = now;
    }
    if (looked == nullptr) return;
    looked->position = end;
    looked->stored = stored;
}

}  // namespace

std::size_t applyNext(const Subscription &subscription, Looked *looked) {
    // Most looks find nothing: no transaction is begun for those.
    Position const stored = currentPosition(subscription);
    Position const after = looked != nullptr && looked->stored == stored ? std::max(stored, looked->position) : stored;
    Reading const reading = readOutbox(subscription.service, after, subscription.batchSize, subscription.interest);
    if (reading.events.empty()) {
        if (after < reading.end) pass(subscription, stored, reading.end, looked);
        return 0;
    }
    std::size_t applied = 0;
    subscription.target.inTransaction([&](Transaction &transaction) {
        applied = 0;
        Parameters name;
        name.text(subscription.consumer);
        Rows const row = transaction.run(lockPosition, std::move(name));
        // Taken, or moved on, by another process meanwhile: it has applied these.
        if (row.empty() || positionOf(row) != stored) return;
        subscription.apply(transaction, reading.events);
        Batch batch;
        batch.add(movePosition, withPosition(subscription.consumer, reading.end));
        transaction.runAndCommit(std::move(batch));
        applied = reading.events.size();
    });
    return applied;
}

void replay(const Subscription &subscription) {
    subscription.target.run(resetPosition, std::move(Parameters().text(subscription.consumer)));
}

}  // namespace kontor::events
