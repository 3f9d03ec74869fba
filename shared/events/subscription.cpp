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

}  // namespace

std::size_t applyNext(const Subscription &subscription) {
    // Most looks find nothing: no transaction is begun for those.
    Position const before = currentPosition(subscription);
    std::vector<Event> const events = readOutbox(subscription.service, before, subscription.batchSize);
    if (events.empty()) return 0;
    std::size_t applied = 0;
    subscription.target.inTransaction([&](Transaction &transaction) {
        applied = 0;
        Parameters name;
        name.text(subscription.consumer);
        Rows const row = transaction.run(lockPosition, std::move(name));
        // Taken, or moved on, by another process meanwhile: it has applied these.
        if (row.empty() || positionOf(row) != before) return;
        subscription.apply(transaction, events);
        Batch batch;
        batch.add(movePosition, withPosition(subscription.consumer, events.back().position));
        transaction.runAndCommit(std::move(batch));
        applied = events.size();
    });
    return applied;
}

}  // namespace kontor::events
