#pragma once

// What can be done with the records of any service: the operations behind both REST and SOAP. A service lists its
// entities and what is particular to each (Behaviour); everything else here is driven by the contract's descriptions.
// Permissions (entity, record scope, field) are enforced here and nowhere else.

#include "contract/common.h"
#include "shared/auth/principal.h"
#include "shared/contract/description.h"
#include "shared/contract/error.h"
#include "shared/postgres/postgres.h"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace kontor::entity {

using RecordPtr = std::unique_ptr<Record>;

/// An error as a part of an answer.
[[nodiscard]] ApiFault faultOf(const Error &error);

/// A new, empty record of the entity.
[[nodiscard]] RecordPtr newRecord(const EntityType &entity);
[[nodiscard]] inline const EntityType &entityOf(const Record &record) { return *record.structType().entity; }

/// Columns of a child table (e-mail addresses of a contact …) read and written with its parent's row. Lists in the
/// contract with no entry here are columns of the row itself.
struct ChildCollection {
    std::string_view field;       ///< "emailAddresses"
    std::string_view readSql;     ///< scalar subquery giving jsonb, the parent's row being `t`
    postgres::Statement replace;  ///< $1 parent id uuid, $2 jsonb array of the new items
    std::string_view filterTable, filterParent, filterCondition;  ///< see FilterChild; without a table: readSql
    /// For many new records at once (import): $1 jsonb array of {"id": parent, "items": […]}.
    postgres::Statement insertMany;
};

struct WriteContext {
    const auth::Caller &caller;
    const EntityType &entity;
    postgres::Transaction &transaction;  ///< for reads that must see what this call has locked
    postgres::Batch *batch;              ///< in addStatements: what is added here commits with the record
};

/// What is particular to an entity. Every member may be empty.
struct Behaviour {
    std::vector<ChildCollection> children;
    /// Before validation of a create (existing == nullptr) or update: fills defaults, normalises, refuses.
    std::function<void(WriteContext &, Record &incoming, const Record *existing)> beforeWrite;
    std::function<void(WriteContext &, const Record &existing)> beforeDelete;
    /// After the record's own statement is in the batch.
    std::function<void(WriteContext &, const Record &record, const Record *existing)> addStatements;
    /// Once the write is durable: what the process has cached of the record is out of date.
    std::function<void(const Record &record)> afterCommit;
    /// Extra SQL predicate on `t` for what the caller may see, besides scope; empty = none. $n parameters are not
    /// available; the caller's id may be spliced as a quoted UUID.
    std::function<std::string(const auth::Caller &)> visibility;
};

enum class Action : std::uint8_t { create, update, upsert, remove, undelete };

/// Points to an existing record: by id, or by (system, key) of an external id.
struct RecordKey {
    const EntityType *entity = nullptr;
    std::string id;
    std::string externalSystem, externalId;
    std::optional<std::int64_t> version;  ///< when set, a different stored version is refused (versionConflict)
};

/// One record's part of a call.
struct Write {
    Action action = Action::create;
    RecordPtr record;  ///< create, update, upsert
    RecordKey key;     ///< update, remove, undelete: which one (update may carry id and version in the record instead);
                       ///< upsert: externalSystem and externalId, or only the system (the record's externalIds decide)
    /// Made by the service itself: fields that only the server sets may be set.
    bool trusted = false;
    /// Refused before it came here (its body did not decode): takes its place in the results.
    std::optional<Error> error;
};

struct RecordResult;

struct WriteOptions {
    bool allOrNone = false;
    bool returnRecords = true;  ///< fill RecordResult::record
    /// Called once everything is decided and written but not committed; statements added to the batch commit with the
    /// rest. Where an idempotency key's response is stored.
    std::function<void(const std::vector<RecordResult> &, postgres::Batch &)> beforeCommit;
};

/// One result for each record of a call, in the order of the input.
struct RecordResult {
    const EntityType *entity = nullptr;
    std::string id;  ///< empty when the record was not created
    std::int64_t version = 0;
    bool created = false;
    std::optional<Error> error;  ///< empty = success
    RecordPtr record;            ///< as stored, when asked for and successful
    [[nodiscard]] bool success() const { return !error; }
};

enum class Count : std::uint8_t { none, estimate, exact };

struct Query {
    const EntityType *entity = nullptr;  ///< nullptr = that of the cursor
    std::string filter, sort, q;
    std::vector<std::string> fields;  ///< empty = all that the caller may read
    std::vector<std::string> expand;  ///< reference fields without their Id ("account")
    int limit = 0;                    ///< 1 … 2000; larger is coerced; 0 = that of the cursor, without one 50
    std::string cursor;               ///< of an earlier page; carries the query, other members must be empty or equal
    Count count = Count::none;
    bool onlyDeleted = false;  ///< list the recycle bin
};

struct QueryResult {
    std::vector<RecordPtr> records;
    std::vector<RecordPtr> included;    ///< expanded records, each once
    std::string nextCursor;             ///< empty on the last page
    std::optional<std::int64_t> total;  ///< when a count was asked for
    std::vector<std::string> expand;    ///< what was expanded (from the cursor, on a later page)
};

struct SearchHit {
    RecordPtr record;
    double rank = 0;
    std::string snippet;  ///< plain text around the match
};

struct Change {
    const EntityType *entity = nullptr;
    std::string id;
    std::string kind;  ///< "created", "updated", "deleted", "undeleted", "hidden" (no longer visible)
    std::int64_t version = 0;
    DateTime at;
};

struct Changes {
    std::vector<Change> changes;
    std::string resumeToken;  ///< where to go on, always set
    bool more = false;        ///< ask again at once
};

struct History {
    std::vector<AuditEntry> entries;
    std::string nextCursor;
};

/// The operations of one service.
class Operations {
  public:
    Operations(const ServiceContract &contract, postgres::Pool &pool, std::map<std::string, Behaviour> behaviours,
               std::string cursorKey);
    ~Operations();

    [[nodiscard]] const ServiceContract &contract() const;
    [[nodiscard]] postgres::Pool &pool() const;

    /// Any mixture of writes, at most 200, in one transaction; results positional. Without allOrNone a record that
    /// fails leaves the others untouched.
    std::vector<RecordResult> write(const auth::Caller &, std::vector<Write>, const WriteOptions &);
    std::vector<RecordResult> createRecords(const auth::Caller &, std::vector<RecordPtr>, const WriteOptions &);
    /// A record's `version`, when set, must be the stored one. Absent members stay; those in fieldsToNull are emptied.
    std::vector<RecordResult> updateRecords(const auth::Caller &, std::vector<RecordPtr>, const WriteOptions &);
    /// By the first of externalIds of the system named, or, when `system` is empty, by id.
    std::vector<RecordResult> upsertRecords(const auth::Caller &, const std::string &system, std::vector<RecordPtr>,
                                            const WriteOptions &);
    std::vector<RecordResult> deleteRecords(const auth::Caller &, const std::vector<RecordKey> &, const WriteOptions &);
    std::vector<RecordResult> undeleteRecords(const auth::Caller &, const std::vector<RecordKey> &,
                                              const WriteOptions &);
    /// Positional; an empty pointer where the caller sees no such record. Deleted records are not found.
    std::vector<RecordPtr> retrieveRecords(const auth::Caller &, const std::vector<RecordKey> &,
                                           const std::vector<std::string> &fields = {});
    /// One record; throws Error(notFound).
    RecordPtr retrieve(const auth::Caller &, const RecordKey &, const std::vector<std::string> &fields = {});
    QueryResult queryRecords(const auth::Caller &, const Query &);
    std::vector<SearchHit> searchRecords(const auth::Caller &, const std::string &q,
                                         const std::vector<const EntityType *> &entities, int limit);
    /// In commit order, all entities of the service when none is named. An empty token starts at the oldest change
    /// that is kept. With `onlyDeleted`, what was deleted or is no longer visible.
    Changes getChanges(const auth::Caller &, const std::vector<const EntityType *> &entities,
                       const std::string &resumeToken, int limit, bool onlyDeleted = false);
    /// The records that the named references of a record point to.
    std::vector<RecordPtr> expand(const auth::Caller &, const Record &, const std::vector<std::string> &names);
    /// The entity for this caller: custom fields included, hidden fields left out.
    DescribeEntity describe(const auth::Caller &, const EntityType &);
    /// Each record, which `visit` may move from, until it returns false; in pages, so that any number fits.
    void forEach(const auth::Caller &, const Query &, const std::function<bool(Record &)> &visit);
    /// Every record of an entity that has few, as the service itself sees them: no caller, no scope, in order of id.
    std::vector<RecordPtr> all(const EntityType &);
    /// Adds a record that the service makes itself to what commits: its row, its audit entry and its event. Its id is
    /// chosen when it has none; what only the server sets may be set. For Behaviour::addStatements.
    void addNew(WriteContext &, Record &);
    /// Definitions of fields made at run time have changed.
    void refreshCustomFields();
    /// The field history of a record, newest first: one entry for each changed field. At most `limit` changes, 500 at
    /// most; 0 = as many as the page before, at first 50.
    History history(const auth::Caller &, const RecordKey &, int limit, const std::string &cursor);

    /// Removes for good what has been in the recycle bin for longer; at most 1,000 records of each entity in a call.
    /// Records that others point to stay. Returns how many are gone.
    std::int64_t emptyRecycleBin(int days);
    /// Events in the outbox, as PostgreSQL's statistics have it.
    [[nodiscard]] double outboxRows();

    struct Implementation;  ///< of this folder (operations_state.h)
    Implementation &implementation() { return *implementation_; }

  private:
    std::vector<RecordPtr> expandAll(const auth::Caller &, const std::vector<const Record *> &,
                                     const std::vector<std::string> &names);

    std::unique_ptr<Implementation> implementation_;
};

}  // namespace kontor::entity
