#pragma once

// The SQL of one entity, composed once from its description: column lists, select, insert, update, and the
// statements of what goes with each write (child collections, audit trail, outbox).

#include "shared/entity/operations.h"

#include <string>
#include <string_view>
#include <vector>

namespace kontor::entity {

struct CustomFieldType;

/// A field and the SQL expression that reads it.
struct StoredField {
    const Field *field = nullptr;
    std::string expression;                  ///< "t.name" or a subquery giving jsonb
    const ChildCollection *child = nullptr;  ///< set when the field lives in tables of its own
};

struct EntityStore {
    EntityStore(const EntityType &entity, const Behaviour *behaviour);
    EntityStore(const EntityStore &) = delete;
    EntityStore &operator=(const EntityStore &) = delete;

    const EntityType &entity;
    const Behaviour &behaviour;
    std::vector<StoredField> fields;      ///< all that can be read, in the order of the description
    std::string selectList;               ///< expressions of all fields
    postgres::Statement selectById;       ///< $1 id, not deleted, no scope
    postgres::Statement selectForUpdate;  ///< $1 uuid[]; deleted ones too; locked in id order
    std::string insertColumns;            ///< "(id, version, …)"
    postgres::Statement insert;
    postgres::Statement update;      ///< $1 is the id, then every column but the id
    std::vector<bool> storedMask;    ///< by position in the description: fields that are kept
    std::vector<bool> eventMask;     ///< those of them that the outbox has no column for
    std::vector<bool> creationMask;  ///< and of a new record, whose times and users are those of the event
    bool searchable = false;         ///< has the column search_text

    /// The stored field of this name; nullptr when there is none.
    [[nodiscard]] const StoredField *find(std::string_view name) const;

    void bindInsert(const Record &record, postgres::Parameters &parameters) const;
    void bindUpdate(const Record &record, postgres::Parameters &parameters) const;
    /// Fills a new record from a row of `selected` (all fields when empty).
    [[nodiscard]] RecordPtr read(const postgres::Rows &rows, int row,
                                 const std::vector<const StoredField *> &selected = {}) const;

    ChildCollection externalIds;  ///< the collection that every entity has
};

/// Fills in what a new record has without being told (id, owner, team), asks the entity's behaviour, and refuses what
/// is then not complete. Throws Error(forbidden) for an owner that the caller may not give records to.
void completeNew(const EntityStore &store, const WriteContext &context,
                 const std::vector<CustomFieldType> &customFields, Record &record);
/// Version, times and users of a record that is about to be stored for the first time.
void stampNew(Record &record, const auth::Caller &caller, DateTime now);

/// What goes into the audit trail and the outbox.
struct ChangeRecord {
    const auth::Caller &caller;
    const EntityStore &store;
    std::string_view kind;           ///< "created", "updated", "deleted", "undeleted"
    const Record &record;            ///< after the change
    const Record *before = nullptr;  ///< nullptr on create
    DateTime at;                     ///< when the record was updated, too
};

/// The rows of a change, for COPY or for the statements of addChange.
struct ChangeRows {
    postgres::Parameters audit;
    postgres::Parameters outbox;
};
constexpr std::string_view auditColumns =
    "(at, entity, record_id, version, action, user_id, interface, request_id, changes)";
constexpr std::string_view outboxColumns = "(at, entity, record_id, version, kind, user_id, changed, payload, owner_id,"
                                           " team_id, previous_owner_id, previous_team_id)";
[[nodiscard]] ChangeRows rowsOf(const ChangeRecord &change);

/// Adds the audit row and the outbox row of a change.
void addChange(postgres::Batch &batch, const ChangeRecord &change);

}  // namespace kontor::entity
