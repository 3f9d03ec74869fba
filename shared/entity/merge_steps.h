#pragma once

// The steps that merging and taking back share: rows of records changed with all that belongs to a change, and
// references of many records at once. Private to this folder.

#include "shared/entity/operations_state.h"

#include <map>
#include <string>
#include <vector>

namespace kontor::entity {

/// What one call changes, within its transaction.
struct MergeStep {
    Operations::Implementation &state;
    const auth::Caller &caller;
    postgres::Transaction &transaction;
    DateTime now;
    std::vector<std::pair<const EntityStore *, RecordPtr>> changed{};  ///< for Behaviour::afterCommit
};

/// Caller may merge at all. Throws Error(forbidden).
void requireMerging(const auth::Caller &caller);
/// Reads and locks records, deleted ones too, in the order of their ids; those that the caller's eyes are kept from by
/// the entity's own rule are left out.
[[nodiscard]] std::map<std::string, RecordPtr> lockRecords(MergeStep &step, const EntityStore &store,
                                                           const std::vector<std::string> &ids);
[[nodiscard]] RecordPtr copyOf(const Record &record);
/// A copy as the next version, changed now by the caller.
[[nodiscard]] RecordPtr nextOf(const MergeStep &step, const Record &record);
/// What an update by this caller makes of a record, checked as an update is; a copy of it when nothing changes.
[[nodiscard]] RecordPtr updated(MergeStep &step, const EntityStore &store, const Record &existing, Record &change);

/// Writes a record's row, its lists, its unique values, its audit entry and its event. kind: "updated", "deleted" or
/// "undeleted".
void writeRecord(MergeStep &step, const EntityStore &store, const Record &before, RecordPtr after,
                 std::string_view kind);

/// The record of this id and all that it leads to through a field that refers to its own entity.
[[nodiscard]] std::vector<std::string> wayUp(postgres::Transaction &transaction, const EntityType &entity,
                                             const Field &field, const std::string &id);
/// The merge that a record in the recycle bin is a victim of; empty when there is none.
[[nodiscard]] std::string mergeOf(postgres::Transaction &transaction, const Record &victim);

/// A record's rows for this many ids at a time.
constexpr std::size_t mergeChunk = 1000;

/// A field that refers to records of an entity.
struct Reference {
    const Field *field = nullptr;
    const Field *entityField = nullptr;  ///< of a polymorphic reference: names the entity

    [[nodiscard]] const std::optional<std::string> &idIn(const Record &record) const;
    [[nodiscard]] bool pointsTo(std::string_view entity, const Record &record) const;
    void set(Record &record, const std::string &id) const;
};

/// An entity of the service whose records refer to records of another one, be it of another service, or to each other.
struct Referrer {
    const EntityStore *store = nullptr;
    std::vector<Reference> references;
    /// Fields that make a record a link between others: no two of them should be alike. Empty for what is none.
    std::vector<const Field *> link;

    [[nodiscard]] const Reference *find(std::string_view field) const;
};
[[nodiscard]] std::vector<Referrer> referrersOf(const Operations::Implementation &state, std::string_view entity);

/// A record whose references change.
struct Move {
    RecordPtr before, after;
    bool refused = false;  ///< a unique index does not allow it: nothing was changed
};
/// Writes the references, versions, audit entries and events of many records of one entity. Records in the recycle bin
/// are changed without an event.
void writeMoves(MergeStep &step, const Referrer &referrer, std::vector<Move> &moves);

/// Runs the work in a transaction, then tells the behaviours what has changed. What the database refuses becomes Error.
void inMergeTransaction(Operations::Implementation &state, const auth::Caller &caller,
                        const std::function<void(MergeStep &)> &work);

}  // namespace kontor::entity
