// The write half of Operations: any mixture of creates, updates, upserts, deletes and undeletes as one transaction.

#include "shared/entity/access.h"
#include "shared/entity/operations_state.h"

#include "shared/contract/uuid.h"
#include "shared/entity/members.h"
#include "shared/entity/merge.h"
#include "shared/entity/validate.h"
#include "shared/postgres/copy.h"

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <utility>

namespace kontor::entity {

using postgres::Batch;
using postgres::CopyIn;
using postgres::DatabaseError;
using postgres::Parameters;
using postgres::Rows;
using postgres::Statement;
using postgres::Transaction;

namespace {

constexpr std::size_t maximumWrites = 200;
/// From so many records on, new ones and the changes of all are written by COPY instead of by a statement each.
constexpr std::size_t worthCopying = 10;
constexpr std::chrono::seconds longestWait(30);
/// Failing records are taken out and the rest tried again this often; then each record gets a savepoint of its own.
constexpr int wholeAttempts = 4;
constexpr int serializationAttempts = 5;
/// DatabaseError::statementIndex of what commits beside the records.
constexpr auto ofNoRecord = std::numeric_limits<std::size_t>::max();

const Statement findExternal{"findExternal", "SELECT system, external_id, record_id FROM external_id WHERE entity = $1"
                                             " AND system = ANY($2) AND external_id = ANY($3) AND active"};
const Statement releaseExternalIds{"releaseExternalIds",
                                   "UPDATE external_id SET active = false WHERE entity = $1 AND record_id = $2"};
const Statement reclaimExternalIds{"reclaimExternalIds",
                                   "UPDATE external_id SET active = true WHERE entity = $1 AND record_id = $2"};

const Statement dropUniqueValues{"dropUniqueValues",
                                 "DELETE FROM custom_unique_value WHERE entity = $1 AND record_id = $2"};
const Statement insertUniqueValues{"insertUniqueValues",
                                   "INSERT INTO custom_unique_value (entity, field, value, record_id)"
                                   " SELECT $1, f, v, $2 FROM unnest($3::text[], $4::text[]) AS u (f, v)"};

/// One record's way through a call.
struct Item {
    Write write;
    const EntityStore *store = nullptr;
    Action action = Action::create;  // what an upsert turned out to be
    std::string id;
    RecordPtr existing;
    RecordPtr stored;  // after the change
    std::size_t firstStatement = 0;
    std::size_t endStatement = 0;
    bool checked = false;  // the input is valid by itself
    bool rereads = false;  // children are shown as stored: they have state of their own
    std::optional<Error> error;
    std::int64_t version = 0;

    [[nodiscard]] bool failed() const { return error.has_value(); }
};

std::string externalSystemOf(const Item &item) { return item.write.key.externalSystem; }

std::string externalIdOf(const Item &item) {
    if (!item.write.key.externalId.empty() || item.write.record == nullptr) return item.write.key.externalId;
    for (const ExternalId &external : item.write.record->externalIds) {
        if (external.system == item.write.key.externalSystem && external.id) return *external.id;
    }
    return {};
}

Error notFound(const EntityType &entity) {
    return {ErrorCode::notFound, "There is no such " + std::string(entity.label) + ", or you may not see it."};
}

}  // namespace

const Field *fieldOfConstraint(const EntityType &entity, std::string_view constraint) {
    std::string const prefix = std::string(entity.table) + '_';
    if (!constraint.starts_with(prefix)) return nullptr;
    std::string_view const rest = constraint.substr(prefix.size());
    auto const end = rest.rfind('_');
    if (end == std::string_view::npos) return nullptr;
    for (const Field &field : entity.type->fields) {
        if (!field.column.empty() && field.column == rest.substr(0, end)) return &field;
    }
    return nullptr;
}

/// The state of one call of Operations::write.
class WriteCall {
  public:
    WriteCall(Operations::Implementation &state, const auth::Caller &caller, const WriteOptions &options)
        : state_(state), caller_(caller), options_(options) {}

    std::vector<RecordResult> run(std::vector<Write> writes);

  private:
    void begin(std::vector<Write> writes);
    void attempt();
    void resolveKeys(Transaction &transaction);
    [[nodiscard]] Statement selectVisible(const EntityStore &store) const;
    void loadExisting(Transaction &transaction);
    void prepare(Item &item, Transaction &transaction, Batch &batch);
    void prepareCreate(Item &item, Transaction &transaction, Batch &batch);
    void prepareUpdate(Item &item, Transaction &transaction, Batch &batch);
    void prepareRemove(Item &item, Transaction &transaction, Batch &batch);
    void prepareUndelete(Item &item, Transaction &transaction, Batch &batch);
    [[nodiscard]] const Record &requireExisting(const Item &item, auth::Scope scope, std::string_view verb,
                                                bool deleted) const;
    Record &copyForChange(Item &item) const;
    static void storeChange(const Item &item, const Statement &externalIds, Batch &batch);
    static void checkInput(Item &item, const Record &input, const Record *existing);
    static void addChildren(Item &item, Batch &batch);
    void finish(Item &item, std::string_view kind, WriteContext &context, Batch &batch);
    void addUniqueValues(Item &item, Batch &batch);
    void copyRows(Transaction &transaction);
    void commit(Transaction &transaction, Batch batch);
    void reread(const std::function<Rows(const Statement &, Parameters)> &run);
    void rollBackAll();
    [[nodiscard]] bool anyFailed() const;
    [[nodiscard]] bool anyPending() const;
    Error describe(const DatabaseError &failure, const Item &item);
    std::vector<RecordResult> results();

    template <typename Work> void guarded(Item &item, Work &&work) {
        try {
            work();
        } catch (Error &error) {
            item.error = std::move(error);
        }
    }

    Operations::Implementation &state_;
    const auth::Caller &caller_;
    const WriteOptions &options_;
    std::vector<Item> items_;
    DateTime now_;
    bool savepoints_ = false;
    bool copies_ = false;
    std::vector<std::pair<const EntityStore *, std::vector<Parameters>>> newRows_;  // by store, when copies_
    std::vector<ChangeRows> changes_;                                               // when copies_
};

std::vector<RecordResult> Operations::write(const auth::Caller &caller, std::vector<Write> writes,
                                            const WriteOptions &options) {
    return WriteCall(*implementation_, caller, options).run(std::move(writes));
}

std::vector<RecordResult> WriteCall::run(std::vector<Write> writes) {
    begin(std::move(writes));
    if (options_.allOrNone && anyFailed()) {
        rollBackAll();
        return results();
    }
    int wholes = 0;
    int serializations = 0;
    copies_ = items_.size() >= worthCopying;
    std::optional<fiber::Place> place;
    if (copies_) {
        place.emplace(state_.copying, fiber::Clock::now() + longestWait);
        if (!place->entered()) throw Error(ErrorCode::unavailable, "Too much is being written; try again.");
    }
    while (true) {
        now_ = DateTime::now();
        try {
            attempt();
            break;
        } catch (const DatabaseError &failure) {
            if (failure.sqlState == "40001" || failure.sqlState == "40P01") {
                if (++serializations < serializationAttempts) continue;
                throw;
            }
            if (copies_ && (failure.sqlState.starts_with("22") || failure.sqlState.starts_with("23")) &&
                failure.statementIndex != ofNoRecord) {
                copies_ = false;  // a statement for each record tells which one it was
                continue;
            }
            auto const culprit = std::ranges::find_if(items_, [&](const Item &item) {
                return !item.failed() && failure.statementIndex >= item.firstStatement &&
                       failure.statementIndex < item.endStatement;
            });
            if (culprit == items_.end() || failure.sqlState.starts_with("08") || failure.sqlState.starts_with("57")) {
                if (failure.constraint == "idempotency_key_pkey") {
                    throw Error(ErrorCode::idempotencyRunning, "The first request with this key is still running.");
                }
                throw;
            }
            // An external id that another transaction has just taken: the upsert is an update now.
            bool const raced = culprit->write.action == Action::upsert && culprit->action == Action::create &&
                               failure.constraint.starts_with("external_id");
            if (raced && ++serializations < serializationAttempts) continue;
            culprit->error = describe(failure, *culprit);
            if (options_.allOrNone) break;
            copies_ = false;
            if (++wholes >= wholeAttempts) savepoints_ = true;
        }
        if (options_.allOrNone && anyFailed()) break;
    }
    place.reset();
    if (options_.allOrNone && anyFailed()) rollBackAll();
    for (const Item &item : items_) {
        if (!item.failed() && item.stored && item.store->behaviour.afterCommit) {
            item.store->behaviour.afterCommit(*item.stored);
        }
    }
    return results();
}

void WriteCall::begin(std::vector<Write> writes) {
    if (writes.size() > maximumWrites) {
        throw Error(ErrorCode::tooLarge, "At most " + std::to_string(maximumWrites) + " records in one call.");
    }
    std::map<std::string, std::size_t> seen;  // entity, system and external id of upserts
    for (Write &write : writes) {
        Item &item = items_.emplace_back();
        item.write = std::move(write);
        item.action = item.write.action;
        item.error = std::move(item.write.error);
        const EntityType *const entity =
            item.write.record != nullptr ? &entityOf(*item.write.record) : item.write.key.entity;
        if (entity == nullptr) {
            if (!item.error) item.error = Error(ErrorCode::validation, "There is no such entity.");
            continue;
        }
        item.write.key.entity = entity;
        item.store = &state_.storeOf(*entity);
        if (item.failed()) continue;
        if (item.write.record != nullptr && item.action != Action::create) {
            if (item.write.key.id.empty()) item.write.key.id = item.write.record->id.value_or("");
            if (!item.write.key.version) item.write.key.version = item.write.record->version;
        }
        if (item.action != Action::upsert || externalSystemOf(item).empty()) continue;
        std::string const external = externalIdOf(item);
        if (external.empty()) {
            item.error =
                Error(ErrorCode::validation, "An upsert needs an external id.",
                      {{"/externalIds", "REQUIRED", "must hold an id of the system " + externalSystemOf(item)}});
            continue;
        }
        item.write.key.externalId = external;
        auto const key = std::string(entity->name) + '\n' + externalSystemOf(item) + '\n' + external;
        auto const [first, isNew] = seen.emplace(key, items_.size() - 1);
        if (isNew) continue;
        Error const twice(ErrorCode::duplicate, "The same external id is twice in this call.",
                          {{"/externalIds", "DUPLICATE_EXTERNAL_ID", external + " is twice in this call"}});
        items_[first->second].error = twice;
        item.error = twice;
    }
}

void WriteCall::attempt() {
    if (!anyPending() && !options_.beforeCommit) return;
    newRows_.clear();
    changes_.clear();
    Transaction transaction(state_.pool);
    resolveKeys(transaction);
    loadExisting(transaction);

    Batch batch;
    for (Item &item : items_) {
        if (item.failed()) continue;
        if (savepoints_) {
            Batch own;
            transaction.savepoint();
            try {
                prepare(item, transaction, own);
                item.firstStatement = item.endStatement = 0;
                if (!item.failed() && !own.empty()) transaction.run(std::move(own));
            } catch (const DatabaseError &failure) {
                if (failure.sqlState.starts_with("08") || failure.sqlState.starts_with("40")) throw;
                transaction.rollbackToSavepoint();
                item.error = describe(failure, item);
            }
        } else {
            prepare(item, transaction, batch);
        }
        if (options_.allOrNone && item.failed()) return;  // rolled back by the transaction's end
    }
    if (options_.allOrNone && anyFailed()) return;
    commit(transaction, std::move(batch));
}

/// Finds the records that external ids stand for; decides what each upsert is.
void WriteCall::resolveKeys(Transaction &transaction) {
    std::map<const EntityStore *, std::pair<std::set<std::string>, std::set<std::string>>> wanted;
    for (Item &item : items_) {
        if (item.failed() || item.action == Action::create) continue;
        item.id = item.write.key.id;
        if (!item.write.key.externalId.empty()) {
            auto &[systems, ids] = wanted[item.store];
            systems.insert(item.write.key.externalSystem);
            ids.insert(item.write.key.externalId);
        }
    }
    for (const auto &[store, keys] : wanted) {
        std::vector<std::string> const systems(keys.first.begin(), keys.first.end());
        std::vector<std::string> const ids(keys.second.begin(), keys.second.end());
        Rows const rows =
            transaction.run(findExternal, Parameters().text(store->entity.name).textArray(systems).textArray(ids));
        std::map<std::pair<std::string, std::string>, std::string> found;
        for (int row = 0; row < rows.size(); ++row) {
            found[{std::string(rows.text(row, 0)), std::string(rows.text(row, 1))}] = rows.uuid(row, 2);
        }
        for (Item &item : items_) {
            if (item.failed() || item.store != store || item.write.key.externalId.empty()) continue;
            auto const match = found.find({item.write.key.externalSystem, item.write.key.externalId});
            if (match != found.end()) {
                item.id = match->second;
                if (item.write.action == Action::upsert) item.action = Action::update;
            } else if (item.write.action == Action::upsert) {
                item.action = Action::create;
            } else {
                item.error = notFound(store->entity);
            }
        }
    }
    for (Item &item : items_) {
        // An upsert by id is an update when there is such a record.
        if (item.failed() || item.write.action != Action::upsert || !item.write.key.externalId.empty()) continue;
        item.action = item.id.empty() ? Action::create : Action::update;
    }
}

/// The statement that locks records, without those that the entity's own rule hides from the caller.
Statement WriteCall::selectVisible(const EntityStore &store) const {
    std::string const rule = store.behaviour.visibility ? store.behaviour.visibility(caller_) : std::string{};
    if (rule.empty()) return store.selectForUpdate;
    Statement statement = store.selectForUpdate;
    statement.sql.insert(statement.sql.rfind(" ORDER BY "), " AND (" + rule + ")");
    return statement;
}

void WriteCall::loadExisting(Transaction &transaction) {
    std::map<const EntityStore *, std::vector<std::string>> wanted;
    for (Item &item : items_) {
        item.existing.reset();
        if (item.failed() || item.action == Action::create) continue;
        guarded(item, [&] {
            if (!parseUuid(item.id)) throw notFound(item.store->entity);
            wanted[item.store].push_back(item.id);
        });
    }
    for (const auto &[store, ids] : wanted) {
        Rows const rows = transaction.run(selectVisible(*store), Parameters().uuidArray(ids));
        for (int row = 0; row < rows.size(); ++row) {
            RecordPtr record = store->read(rows, row);
            for (Item &item : items_) {
                if (item.failed() || item.action == Action::create || item.store != store || item.existing) continue;
                if (parseUuid(item.id) != parseUuid(record->id.value_or(""))) continue;
                item.existing = newRecord(store->entity);
                for (const Field &field : store->entity.type->fields) copyMember(field, *record, *item.existing);
            }
        }
    }
    for (Item &item : items_) {
        if (item.failed() || item.write.action != Action::upsert || item.action != Action::update) continue;
        if (!item.existing && item.write.key.externalId.empty()) item.action = Action::create;
    }
}

void WriteCall::prepare(Item &item, Transaction &transaction, Batch &batch) {
    item.firstStatement = batch.size();
    item.rereads = false;
    guarded(item, [&] {
        Batch own;
        switch (item.action) {
        case Action::create:
            prepareCreate(item, transaction, own);
            break;
        case Action::update:
            prepareUpdate(item, transaction, own);
            break;
        case Action::remove:
            prepareRemove(item, transaction, own);
            break;
        case Action::undelete:
            prepareUndelete(item, transaction, own);
            break;
        case Action::upsert:
            break;
        }
        batch.append(std::move(own));
    });
    item.endStatement = batch.size();
}

/// The record that is to be changed, which the caller must see and may change, at the version that is asked for.
const Record &WriteCall::requireExisting(const Item &item, auth::Scope scope, std::string_view verb,
                                         bool deleted) const {
    const EntityType &entity = item.store->entity;
    const auth::Principal &principal = *caller_.principal;
    bool const seen = item.existing && reaches(principal.rightsOn(entity.name).read, principal, entity, *item.existing);
    if (!seen || (item.existing->deletedAt && !deleted)) throw notFound(entity);
    const Record &existing = *item.existing;
    if (!existing.deletedAt && deleted) throw Error(ErrorCode::conflict, "The record is not in the recycle bin.");
    if (!reaches(scope, principal, entity, existing)) {
        throw Error(ErrorCode::forbidden,
                    "You may not " + std::string(verb) + " this " + std::string(entity.label) + ".");
    }
    if (item.write.key.version && item.write.key.version != existing.version) {
        Error stale(ErrorCode::versionConflict, "The record was changed since version " +
                                                    std::to_string(*item.write.key.version) + "; it is at version " +
                                                    std::to_string(existing.version.value_or(0)) + ".");
        stale.currentVersion = existing.version;
        stale.conflictingId = existing.id;
        throw stale;
    }
    return existing;
}

/// A copy of the existing record as its next version.
Record &WriteCall::copyForChange(Item &item) const {
    const Record &existing = *item.existing;
    item.stored = newRecord(item.store->entity);
    for (const Field &field : item.store->entity.type->fields) copyMember(field, existing, *item.stored);
    item.stored->version = existing.version.value_or(0) + 1;
    item.stored->updatedAt = now_;
    item.stored->updatedBy = caller_.principal->userId;
    return *item.stored;
}

/// Adds the update, and what is to become of the external ids.
void WriteCall::storeChange(const Item &item, const Statement &externalIds, Batch &batch) {
    Parameters parameters;
    item.store->bindUpdate(*item.stored, parameters);
    batch.add(item.store->update, std::move(parameters));
    if (item.existing->externalIds.empty()) return;
    batch.add(externalIds, Parameters().text(item.store->entity.name).uuid(item.stored->id));
}

/// What is given is checked before defaults are filled in; a second attempt must not meet the first one's values.
void WriteCall::checkInput(Item &item, const Record &input, const Record *existing) {
    if (item.checked || item.write.trusted) return;
    validateInput(item.store->entity, input, existing);
    item.checked = true;
}

void WriteCall::prepareCreate(Item &item, Transaction &transaction, Batch &batch) {
    const EntityType &entity = item.store->entity;
    requireCreate(caller_, entity);
    if (item.write.action == Action::create) {
        if (item.write.record) item.stored = std::move(item.write.record);
    } else {
        // What was given is kept as it came: at the next attempt it may be an update.
        item.stored = newRecord(entity);
        for (const Field &field : entity.type->fields) copyMember(field, *item.write.record, *item.stored);
    }
    Record &stored = *item.stored;
    requireWritableFields(*caller_.principal, entity, stored);
    if (item.write.action == Action::upsert && !item.write.key.externalId.empty()) {
        bool const present = std::ranges::any_of(stored.externalIds, [&](const ExternalId &external) {
            return external.system == item.write.key.externalSystem && external.id == item.write.key.externalId;
        });
        if (!present) {
            ExternalId &external = stored.externalIds.emplace_back();
            external.system = item.write.key.externalSystem;
            external.id = item.write.key.externalId;
        }
    }

    checkInput(item, stored, nullptr);
    WriteContext context{caller_, entity, transaction, nullptr};
    completeNew(*item.store, context, *state_.customFields.of(entity.name), stored);
    item.id = *stored.id;
    scaleDecimals(*entity.type, stored);
    stampNew(stored, caller_, now_);

    Parameters parameters;
    item.store->bindInsert(stored, parameters);
    if (copies_) {
        auto rows = std::ranges::find(newRows_, item.store, [](const auto &entry) { return entry.first; });
        if (rows == newRows_.end()) {
            rows = newRows_.insert(rows, {item.store, {}});
            rows->second.reserve(items_.size());
        }
        rows->second.push_back(std::move(parameters));
    } else {
        batch.add(item.store->insert, std::move(parameters));
    }
    addChildren(item, batch);
    finish(item, "created", context, batch);
}

void WriteCall::prepareUpdate(Item &item, Transaction &transaction, Batch &batch) {
    const EntityType &entity = item.store->entity;
    const auth::Principal &principal = *caller_.principal;
    auto const rights = principal.rightsOn(entity.name);
    const Record &existing = requireExisting(item, rights.update, "change", false);
    Record &incoming = *item.write.record;
    incoming.id = existing.id;
    incoming.version.reset();
    requireWritableFields(principal, entity, incoming);
    checkInput(item, incoming, &existing);
    WriteContext context{caller_, entity, transaction, nullptr};
    if (item.store->behaviour.beforeWrite) item.store->behaviour.beforeWrite(context, incoming, &existing);

    item.stored = newRecord(entity);
    Record &stored = *item.stored;
    overlay(incoming, existing, stored);
    stored.fieldsToNull.clear();
    if (item.write.action == Action::upsert) {
        // The key that found the record stays, whatever list of external ids came with it.
        for (const ExternalId &kept : existing.externalIds) {
            bool const present = std::ranges::any_of(
                stored.externalIds, [&](const ExternalId &e) { return e.system == kept.system && e.id == kept.id; });
            if (!present) stored.externalIds.push_back(kept);
        }
    }
    scaleDecimals(*entity.type, stored);
    mergeCustomFields(existing, incoming, stored);
    checkCustomFields(*state_.customFields.of(entity.name), stored);
    requireComplete(entity, stored);
    if (stored.ownerId != existing.ownerId && !reaches(rights.update, principal, entity, stored) &&
        !principal.may("assign")) {
        throw Error(ErrorCode::forbidden, "You may not give records to this owner.",
                    {{"/ownerId", "NOT_WRITABLE", "is not you, and you may not assign records"}});
    }

    bool changed = false;
    for (const StoredField &field : item.store->fields) {
        changed = changed || !equalMember(*field.field, existing, stored);
    }
    item.version = existing.version.value_or(0);
    if (!changed) return;
    stored.version = item.version + 1;
    stored.updatedAt = now_;
    stored.updatedBy = principal.userId;
    Parameters parameters;
    item.store->bindUpdate(stored, parameters);
    batch.add(item.store->update, std::move(parameters));
    addChildren(item, batch);
    finish(item, "updated", context, batch);
}

void WriteCall::prepareRemove(Item &item, Transaction &transaction, Batch &batch) {
    const EntityType &entity = item.store->entity;
    const Record &existing = requireExisting(item, caller_.principal->rightsOn(entity.name).remove, "delete", false);
    WriteContext context{caller_, entity, transaction, nullptr};
    if (item.store->behaviour.beforeDelete) item.store->behaviour.beforeDelete(context, existing);
    Record &stored = copyForChange(item);
    stored.deletedAt = now_;
    storeChange(item, releaseExternalIds, batch);
    finish(item, "deleted", context, batch);
}

void WriteCall::prepareUndelete(Item &item, Transaction &transaction, Batch &batch) {
    const EntityType &entity = item.store->entity;
    const Record &existing = requireExisting(item, caller_.principal->rightsOn(entity.name).remove, "restore", true);
    refuseMerged(transaction, existing);
    Record &stored = copyForChange(item);
    stored.deletedAt.reset();
    WriteContext context{caller_, entity, transaction, nullptr};
    if (item.store->behaviour.beforeWrite) item.store->behaviour.beforeWrite(context, stored, &existing);
    storeChange(item, reclaimExternalIds, batch);
    finish(item, "undeleted", context, batch);
}

void WriteCall::addChildren(Item &item, Batch &batch) {
    const Record &stored = *item.stored;
    for (const StoredField &field : item.store->fields) {
        if (field.child == nullptr) continue;
        bool const same = item.action == Action::create ? isEmpty(*field.field, stored)
                                                        : equalMember(*field.field, *item.existing, stored);
        if (same) continue;
        batch.add(field.child->replace, Parameters().uuid(stored.id).json(listToJson(*field.field, stored)));
        item.rereads = true;
    }
}

void WriteCall::finish(Item &item, std::string_view kind, WriteContext &context, Batch &batch) {
    const Record *const before = item.action == Action::create ? nullptr : item.existing.get();
    addUniqueValues(item, batch);
    item.version = item.stored->version.value_or(0);
    if (item.store->behaviour.addStatements) {
        context.batch = &batch;
        item.store->behaviour.addStatements(context, *item.stored, before);
    }
    ChangeRecord const change{caller_, *item.store, kind, *item.stored, before, now_};
    if (copies_) {
        if (changes_.empty()) changes_.reserve(items_.size());
        changes_.push_back(rowsOf(change));
    } else {
        addChange(batch, change);
    }
}

/// New records come first: what the batch has of them refers to them.
void WriteCall::copyRows(Transaction &transaction) {
    for (const auto &[store, rows] : newRows_) {
        CopyIn copy(transaction, std::string(store->entity.table) + ' ' + store->insertColumns);
        for (const Parameters &row : rows) copy.row(row);
        copy.finish();
    }
    if (changes_.empty()) return;
    CopyIn audit(transaction, "audit_entry " + std::string(auditColumns));
    for (const ChangeRows &change : changes_) audit.row(change.audit);
    audit.finish();
    CopyIn outbox(transaction, "outbox " + std::string(outboxColumns));
    for (const ChangeRows &change : changes_) outbox.row(change.outbox);
    outbox.finish();
}

void WriteCall::commit(Transaction &transaction, Batch batch) {
    copyRows(transaction);
    if (options_.beforeCommit) {
        // Two round trips: the answer that is stored shows the records as they are after the write.
        if (!batch.empty()) transaction.run(std::move(batch));
        reread([&](const Statement &s, Parameters p) { return transaction.run(s, std::move(p)); });
        Batch last;
        options_.beforeCommit(results(), last);
        try {
            transaction.runAndCommit(std::move(last));
        } catch (DatabaseError &failure) {
            failure.statementIndex = ofNoRecord;
            throw;
        }
        return;
    }
    if (batch.empty()) {
        transaction.commit();
    } else {
        transaction.runAndCommit(std::move(batch));
    }
    reread([&](const Statement &s, Parameters p) { return state_.pool.run(s, std::move(p)); });
}

/// Shows children as stored (an e-mail address has a state that its record does not set).
void WriteCall::reread(const std::function<Rows(const Statement &, Parameters)> &run) {
    if (!options_.returnRecords) return;
    for (Item &item : items_) {
        if (item.failed() || !item.rereads) continue;
        Rows const rows = run(item.store->selectById, Parameters().uuid(item.id));
        if (!rows.empty()) item.stored = item.store->read(rows, 0);
        item.rereads = false;
    }
}

/// Values of custom fields that must be unique, in a table with a unique index; a deleted record holds none.
void WriteCall::addUniqueValues(Item &item, Batch &batch) {
    auto const types = state_.customFields.of(item.store->entity.name);
    if (std::ranges::none_of(*types, &CustomFieldType::unique)) return;
    std::vector<std::string> fields;
    std::vector<std::string> values;
    for (const CustomField &field : item.stored->customFields) {
        auto const type = std::ranges::find_if(*types, [&](const CustomFieldType &t) { return t.name == field.name; });
        if (item.stored->deletedAt || type == types->end() || !type->unique || !field.value) continue;
        fields.push_back(*field.name);
        values.push_back(*field.value);
    }
    batch.add(dropUniqueValues, Parameters().text(item.store->entity.name).uuid(item.stored->id));
    if (!fields.empty()) {
        batch.add(insertUniqueValues,
                  Parameters().text(item.store->entity.name).uuid(item.stored->id).textArray(fields).textArray(values));
    }
}

bool WriteCall::anyFailed() const { return std::ranges::any_of(items_, &Item::failed); }
bool WriteCall::anyPending() const {
    return std::ranges::any_of(items_, [](const Item &item) { return !item.failed(); });
}

void WriteCall::rollBackAll() {
    for (Item &item : items_) {
        if (!item.failed()) {
            item.error = Error(ErrorCode::rolledBack, "Not written, because another record of this call failed.");
        }
    }
}

Error WriteCall::describe(const DatabaseError &failure, const Item &item) {
    Error error = postgres::toError(failure);
    if (failure.constraint.starts_with("external_id")) {
        error.detail = "Another record has this external id.";
        error.fields = {{"/externalIds", "DUPLICATE_EXTERNAL_ID", "belongs to another record"}};
        for (const ExternalId &external : item.stored->externalIds) {
            Rows const rows =
                state_.pool.run(findExternal, Parameters()
                                                  .text(item.store->entity.name)
                                                  .textArray(std::vector<std::string>{external.system.value_or("")})
                                                  .textArray(std::vector<std::string>{external.id.value_or("")}));
            if (rows.empty() || rows.uuid(0, 2) == item.id) continue;
            error.conflictingId = rows.uuid(0, 2);
            error.detail = "Another record has the external id " + external.id.value_or("") + ".";
        }
        return error;
    }
    if (failure.constraint == "custom_unique_value_key") {
        error.detail = "Another record has this value in a custom field that must be unique.";
        error.fields = {{"/customFields", "DUPLICATE", "has a value that is taken"}};
        return error;
    }
    if (failure.constraint == std::string(item.store->entity.table) + "_pkey") {
        error.detail = "A record with this id exists.";
        error.fields = {{"/id", "DUPLICATE", "is taken"}};
        return error;
    }
    if (const Field *const field = fieldOfConstraint(item.store->entity, failure.constraint)) {
        bool const reference = failure.sqlState == "23503";
        error.fields = {{"/" + std::string(field->name), reference ? "UNKNOWN_REFERENCE" : "DUPLICATE",
                         reference ? "points to a record that does not exist" : "is taken by another record"}};
    }
    return error;
}

std::vector<RecordResult> WriteCall::results() {
    std::vector<RecordResult> all;
    all.reserve(items_.size());
    for (Item &item : items_) {
        RecordResult &result = all.emplace_back();
        result.entity = item.write.key.entity;
        result.error = item.error;
        if (item.failed()) {
            if (item.action != Action::create) result.id = item.id;
            continue;
        }
        result.id = item.id;
        result.version = item.version;
        result.created = item.action == Action::create;
        if (options_.returnRecords && item.stored && item.action != Action::remove) {
            result.record = newRecord(item.store->entity);
            for (const Field &field : item.store->entity.type->fields) copyMember(field, *item.stored, *result.record);
            hideFields(*caller_.principal, item.store->entity, *result.record);
            clearWriteOnly(*item.store->entity.type, *result.record);
        }
    }
    return all;
}

ApiFault faultOf(const Error &error) {
    auto const &mapping = mappingOf(error.code);
    ApiFault fault;
    fault.code = std::string(mapping.name);
    fault.message = error.detail;
    fault.retryable = mapping.retryable;
    for (const FieldError &field : error.fields) {
        Violation &violation = fault.violation.emplace_back();
        violation.field = field.pointer;
        violation.code = field.code;
        violation.reason = field.detail;
    }
    fault.parameter = error.parameter;
    if (error.position) fault.position = static_cast<std::int64_t>(*error.position);
    fault.currentVersion = error.currentVersion;
    fault.conflictingId = error.conflictingId;
    return fault;
}

void Operations::addNew(WriteContext &context, Record &record) {
    const EntityStore &store = implementation_->storeOf(entityOf(record));
    if (!record.id) record.id = newId();
    DateTime const now = DateTime::now();
    stampNew(record, context.caller, now);
    Parameters parameters;
    store.bindInsert(record, parameters);
    context.batch->add(store.insert, std::move(parameters));
    addChange(*context.batch, {context.caller, store, "created", record, nullptr, now});
}

std::vector<RecordResult> Operations::createRecords(const auth::Caller &caller, std::vector<RecordPtr> records,
                                                    const WriteOptions &options) {
    std::vector<Write> writes;
    for (RecordPtr &record : records) writes.push_back({.action = Action::create, .record = std::move(record)});
    return write(caller, std::move(writes), options);
}

std::vector<RecordResult> Operations::updateRecords(const auth::Caller &caller, std::vector<RecordPtr> records,
                                                    const WriteOptions &options) {
    std::vector<Write> writes;
    for (RecordPtr &record : records) writes.push_back({.action = Action::update, .record = std::move(record)});
    return write(caller, std::move(writes), options);
}

std::vector<RecordResult> Operations::upsertRecords(const auth::Caller &caller, const std::string &system,
                                                    std::vector<RecordPtr> records, const WriteOptions &options) {
    std::vector<Write> writes;
    for (RecordPtr &record : records) {
        RecordKey key;
        key.externalSystem = system;
        writes.push_back({.action = Action::upsert, .record = std::move(record), .key = std::move(key)});
    }
    return write(caller, std::move(writes), options);
}

std::vector<RecordResult> Operations::deleteRecords(const auth::Caller &caller, const std::vector<RecordKey> &keys,
                                                    const WriteOptions &options) {
    std::vector<Write> writes;
    for (const RecordKey &key : keys) writes.push_back({.action = Action::remove, .key = key});
    return write(caller, std::move(writes), options);
}

std::vector<RecordResult> Operations::undeleteRecords(const auth::Caller &caller, const std::vector<RecordKey> &keys,
                                                      const WriteOptions &options) {
    std::vector<Write> writes;
    for (const RecordKey &key : keys) writes.push_back({.action = Action::undelete, .key = key});
    return write(caller, std::move(writes), options);
}

}  // namespace kontor::entity
