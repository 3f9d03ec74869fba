#include "shared/entity/merge_steps.h"

#include "shared/contract/uuid.h"
#include "shared/entity/access.h"
#include "shared/entity/custom_fields.h"
#include "shared/entity/json.h"
#include "shared/entity/members.h"
#include "shared/entity/merge.h"
#include "shared/entity/validate.h"
#include "shared/postgres/copy.h"

#include <algorithm>

namespace kontor::entity {

using postgres::Batch;
using postgres::CopyIn;
using postgres::DatabaseError;
using postgres::Parameters;
using postgres::Rows;
using postgres::Statement;
using postgres::Transaction;

namespace {

constexpr std::string_view uniqueViolation = "23505";
/// Stands for "as it is" among the new values of many rows: an array of ids holds no NULL.
constexpr std::string_view unchanged = "00000000-0000-0000-0000-000000000000";

const Statement releaseExternalIds{"releaseExternalIds",
                                   "UPDATE external_id SET active = false WHERE entity = $1 AND record_id = $2"};
const Statement reclaimExternalIds{"reclaimExternalIds",
                                   "UPDATE external_id SET active = true WHERE entity = $1 AND record_id = $2"};
const Statement dropUniqueValues{"dropUniqueValues",
                                 "DELETE FROM custom_unique_value WHERE entity = $1 AND record_id = $2"};
const Statement insertUniqueValues{"insertUniqueValues",
                                   "INSERT INTO custom_unique_value (entity, field, value, record_id)"
                                   " SELECT $1, f, v, $2 FROM unnest($3::text[], $4::text[]) AS u (f, v)"};

void addUniqueValues(const MergeStep &step, const EntityStore &store, const Record &record, Batch &batch) {
    auto const types = step.state.customFields.of(store.entity.name);
    if (std::ranges::none_of(*types, &CustomFieldType::unique)) return;
    std::vector<std::string> fields;
    std::vector<std::string> values;
    for (const CustomField &field : record.customFields) {
        auto const type = std::ranges::find_if(*types, [&](const CustomFieldType &t) { return t.name == field.name; });
        if (record.deletedAt || type == types->end() || !type->unique || !field.value) continue;
        fields.push_back(*field.name);
        values.push_back(*field.value);
    }
    batch.add(dropUniqueValues, Parameters().text(store.entity.name).uuid(record.id));
    if (fields.empty()) return;
    batch.add(insertUniqueValues,
              Parameters().text(store.entity.name).uuid(record.id).textArray(fields).textArray(values));
}

bool isLink(const Field &field) {
    return field.required && field.writable == Writable::onCreate && field.kind == Kind::id &&
           !field.references.empty() && !field.column.empty();
}

/// New values of the references of many rows, a column of ids for each reference.
Statement moveStatement(const Referrer &referrer) {
    std::string assignments;
    std::string arrays = "$1::uuid[]";
    std::string names = "id";
    for (std::size_t i = 0; i < referrer.references.size(); ++i) {
        std::string const column(referrer.references[i].field->column);
        std::string const given = "u.v" + std::to_string(i);
        assignments += column + " = CASE WHEN " + given + " = '" + std::string(unchanged) + "' THEN t." + column +
                       " ELSE " + given + " END, ";
        arrays += ", $" + std::to_string(i + 4) + "::uuid[]";
        names += ", v" + std::to_string(i);
    }
    return {"moveReferences", "UPDATE " + std::string(referrer.store->entity.table) + " t SET " + assignments +
                                  "version = t.version + 1, updated_at = $2, updated_by = $3 FROM unnest(" + arrays +
                                  ") AS u (" + names + ") WHERE t.id = u.id RETURNING t.id"};
}

Parameters moveParameters(const MergeStep &step, const Referrer &referrer, const std::vector<Move *> &moves) {
    std::vector<std::string> ids;
    for (const Move *const move : moves) ids.push_back(move->after->id.value());
    Parameters parameters;
    parameters.uuidArray(ids).timestamp(step.now).uuid(step.caller.principal->userId);
    for (const Reference &reference : referrer.references) {
        std::vector<std::string> values;
        for (const Move *const move : moves) {
            auto const &now = reference.idIn(*move->after);
            bool const same = now == reference.idIn(*move->before);
            values.push_back(same ? std::string(unchanged) : now.value_or(std::string(unchanged)));
        }
        parameters.uuidArray(values);
    }
    return parameters;
}

bool tryMoves(MergeStep &step, const Referrer &referrer, const std::vector<Move *> &moves) {
    step.transaction.savepoint();
    try {
        (void)step.transaction.run(moveStatement(referrer), moveParameters(step, referrer, moves));
        return true;
    } catch (const DatabaseError &failure) {
        if (failure.sqlState != uniqueViolation) throw;
        step.transaction.rollbackToSavepoint();
        return false;
    }
}

/// Changes are told as an update of each would tell them.
void tellMoves(MergeStep &step, const EntityStore &store, const std::vector<Move *> &moves) {
    std::vector<ChangeRows> rows;
    for (const Move *const move : moves) {
        rows.push_back(rowsOf({step.caller, store, "updated", *move->after, move->before.get(), step.now}));
    }
    CopyIn audit(step.transaction, "audit_entry " + std::string(auditColumns));
    for (const ChangeRows &change : rows) audit.row(change.audit);
    audit.finish();
    CopyIn outbox(step.transaction, "outbox " + std::string(outboxColumns));
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (!moves[i]->after->deletedAt) outbox.row(rows[i].outbox);
    }
    outbox.finish();
}

}  // namespace

void requireMerging(const auth::Caller &caller) {
    if (!caller.principal->may("merge")) throw Error(ErrorCode::forbidden, "You may not merge records.");
}

std::map<std::string, RecordPtr> lockRecords(MergeStep &step, const EntityStore &store,
                                             const std::vector<std::string> &ids) {
    Statement select = store.selectForUpdate;
    std::string const rule = store.behaviour.visibility ? store.behaviour.visibility(step.caller) : std::string{};
    if (!rule.empty()) select.sql.insert(select.sql.rfind(" ORDER BY "), " AND (" + rule + ")");
    Rows const rows = step.transaction.run(select, std::move(Parameters().uuidArray(ids)));
    std::map<std::string, RecordPtr> records;
    for (int row = 0; row < rows.size(); ++row) {
        RecordPtr record = store.read(rows, row);
        std::string const id = record->id.value();
        records[id] = std::move(record);
    }
    return records;
}

RecordPtr copyOf(const Record &record) {
    RecordPtr copy = newRecord(entityOf(record));
    for (const Field &field : record.structType().fields) copyMember(field, record, *copy);
    return copy;
}

RecordPtr nextOf(const MergeStep &step, const Record &record) {
    RecordPtr next = copyOf(record);
    next->version = record.version.value_or(0) + 1;
    next->updatedAt = step.now;
    next->updatedBy = step.caller.principal->userId;
    return next;
}

RecordPtr updated(MergeStep &step, const EntityStore &store, const Record &existing, Record &change) {
    const EntityType &entity = store.entity;
    const auth::Principal &principal = *step.caller.principal;
    requireWritableFields(principal, entity, change);
    WriteContext context{step.caller, entity, step.transaction, nullptr};
    if (store.behaviour.beforeWrite) store.behaviour.beforeWrite(context, change, &existing);
    RecordPtr stored = newRecord(entity);
    overlay(change, existing, *stored);
    stored->fieldsToNull.clear();
    mergeCustomFields(existing, change, *stored);
    checkCustomFields(*step.state.customFields.of(entity.name), *stored);
    for (CustomField &field : stored->customFields) field.type.reset();  // no part of what is stored
    requireComplete(entity, *stored);
    if (stored->ownerId != existing.ownerId && !principal.may("assign") &&
        !reaches(principal.rightsOn(entity.name).update, principal, entity, *stored)) {
        throw Error(ErrorCode::forbidden, "You may not give records to this owner.",
                    {{"/ownerId", "NOT_WRITABLE", "is not you, and you may not assign records"}});
    }
    bool const changed = std::ranges::any_of(
        store.fields, [&](const StoredField &field) { return !equalMember(*field.field, existing, *stored); });
    return changed ? nextOf(step, *stored) : std::move(stored);
}

void writeRecord(MergeStep &step, const EntityStore &store, const Record &before, RecordPtr after,
                 std::string_view kind) {
    Batch batch;
    Parameters parameters;
    store.bindUpdate(*after, parameters);
    batch.add(store.update, std::move(parameters));
    for (const StoredField &stored : store.fields) {
        if (stored.child == nullptr || equalMember(*stored.field, before, *after)) continue;
        batch.add(stored.child->replace,
                  std::move(Parameters().uuid(after->id).json(listToJson(*stored.field, *after))));
    }
    if (kind != "updated" && !before.externalIds.empty()) {
        batch.add(kind == "deleted" ? releaseExternalIds : reclaimExternalIds,
                  std::move(Parameters().text(store.entity.name).uuid(after->id)));
    }
    addUniqueValues(step, store, *after, batch);
    if (store.behaviour.addStatements) {
        WriteContext context{step.caller, store.entity, step.transaction, &batch};
        store.behaviour.addStatements(context, *after, &before);
    }
    addChange(batch, {step.caller, store, kind, *after, &before, step.now});
    step.transaction.run(std::move(batch));
    if (store.behaviour.afterCommit) step.changed.emplace_back(&store, std::move(after));
}

std::vector<std::string> wayUp(Transaction &transaction, const EntityType &entity, const Field &field,
                               const std::string &id) {
    std::string const table(entity.table);
    std::string const column(field.column);
    // UNION and not UNION ALL: a circle that is there already ends.
    Statement const way{"wayUp", "WITH RECURSIVE way AS (SELECT t.id, t." + column + " AS next FROM " + table +
                                     " t WHERE t.id = $1 UNION SELECT t.id, t." + column + " FROM " + table +
                                     " t JOIN way ON t.id = way.next) SELECT id FROM way"};
    Rows const rows = transaction.run(way, std::move(Parameters().uuid(id)));
    std::vector<std::string> ids;
    for (int row = 0; row < rows.size(); ++row) ids.push_back(rows.uuid(row, 0));
    return ids;
}

std::string mergeOf(Transaction &transaction, const Record &victim) {
    static const Statement select{"mergeOf", "SELECT id FROM merge_journal WHERE entity = $1 AND victim_ids @> $2 AND"
                                             " undone_at IS NULL ORDER BY at DESC LIMIT 1"};
    std::vector<std::string> const ids{victim.id.value()};
    Rows const rows = transaction.run(select, std::move(Parameters().text(entityOf(victim).name).uuidArray(ids)));
    return rows.empty() ? std::string{} : rows.uuid(0, 0);
}

const std::optional<std::string> &Reference::idIn(const Record &record) const {
    return memberAs<std::optional<std::string>>(*field, record);
}

bool Reference::pointsTo(std::string_view entity, const Record &record) const {
    if (entityField == nullptr) return true;
    return memberAs<std::optional<std::string>>(*entityField, record) == entity;
}

void Reference::set(Record &record, const std::string &id) const {
    memberAs<std::optional<std::string>>(*field, record) = id;
}

const Reference *Referrer::find(std::string_view name) const {
    auto const found =
        std::ranges::find_if(references, [&](const Reference &reference) { return reference.field->name == name; });
    return found == references.end() ? nullptr : &*found;
}

std::vector<Referrer> referrersOf(const Operations::Implementation &state, std::string_view entity) {
    std::vector<Referrer> all;
    for (const EntityType *const type : state.contract.entities) {
        Referrer referrer{&state.storeOf(*type), {}, {}};
        for (const Field &field : type->type->fields) {
            if (field.kind != Kind::id || field.column.empty() || field.name == mergedIntoField) continue;
            if (isLink(field)) referrer.link.push_back(&field);
            if (field.references == entity) referrer.references.push_back({&field, nullptr});
            if (field.references != "*" || !field.name.ends_with("Id")) continue;
            // parentId goes with parentEntity.
            std::string const name = std::string(field.name.substr(0, field.name.size() - 2)) + "Entity";
            const Field *const entityField = type->type->find(name);
            if (entityField != nullptr && !entityField->column.empty()) {
                referrer.references.push_back({&field, entityField});
            }
        }
        if (referrer.link.size() < 2) referrer.link.clear();
        if (!referrer.references.empty()) all.push_back(std::move(referrer));
    }
    return all;
}

void writeMoves(MergeStep &step, const Referrer &referrer, std::vector<Move> &moves) {
    const EntityStore &store = *referrer.store;
    std::vector<Move *> done;
    for (Move &move : moves) done.push_back(&move);
    if (done.empty()) return;
    if (!tryMoves(step, referrer, done)) {
        // One of them would be twice: each for itself.
        for (Move &move : moves) move.refused = !tryMoves(step, referrer, {&move});
        std::erase_if(done, [](const Move *move) { return move->refused; });
        if (done.empty()) return;
    }
    tellMoves(step, store, done);
    if (store.behaviour.addStatements) {
        Batch batch;
        WriteContext context{step.caller, store.entity, step.transaction, &batch};
        for (const Move *const move : done) store.behaviour.addStatements(context, *move->after, move->before.get());
        if (!batch.empty()) step.transaction.run(std::move(batch));
    }
    if (!store.behaviour.afterCommit) return;
    for (const Move *const move : done) step.changed.emplace_back(&store, copyOf(*move->after));
}

void inMergeTransaction(Operations::Implementation &state, const auth::Caller &caller,
                        const std::function<void(MergeStep &)> &work) {
    std::vector<std::pair<const EntityStore *, RecordPtr>> changed;
    try {
        state.pool.inTransaction([&](Transaction &transaction) {
            MergeStep step{state, caller, transaction, DateTime::now()};
            work(step);
            changed = std::move(step.changed);
        });
    } catch (const DatabaseError &failure) {
        if (failure.constraint == "idempotency_key_pkey") {
            throw Error(ErrorCode::idempotencyRunning, "The first request with this key is still running.");
        }
        throw postgres::toError(failure);
    }
    for (const auto &[store, record] : changed) store->behaviour.afterCommit(*record);
}

}  // namespace kontor::entity
