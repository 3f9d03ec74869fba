#include "shared/entity/store.h"

#include "shared/contract/uuid.h"
#include "shared/entity/access.h"
#include "shared/entity/custom_fields.h"
#include "shared/entity/json.h"
#include "shared/entity/members.h"
#include "shared/entity/validate.h"
#include "shared/events/outbox.h"

#include <algorithm>
#include <utility>

namespace kontor::entity {

using postgres::Batch;
using postgres::Parameters;
using postgres::Statement;

namespace {

const Behaviour noBehaviour{};

std::string join(const std::vector<std::string> &parts) {
    std::string text;
    for (const auto &part : parts) {
        if (!text.empty()) text += ", ";
        text += part;
    }
    return text;
}

ChildCollection externalIdsOf(const EntityType &entity) {
    std::string const name(entity.name);
    // The strings live as long as the process: one for each entity.
    static std::vector<std::unique_ptr<std::string>> texts;
    texts.push_back(std::make_unique<std::string>("(SELECT jsonb_agg(jsonb_build_object('system', x.system, 'id', "
                                                  "x.external_id) ORDER BY x.system, x.external_id)"
                                                  " FROM external_id x WHERE x.entity = '" +
                                                  name + "' AND x.record_id = t.id)"));
    return {"externalIds", *texts.back(),
            Statement{"replaceExternalIds",
                      "WITH gone AS (DELETE FROM external_id WHERE entity = '" + name +
                          "' AND record_id = $1 AND NOT (system, external_id) IN (SELECT i->>'system',"
                          " i->>'id' FROM jsonb_array_elements($2) i))"
                          " INSERT INTO external_id (entity, system, external_id, record_id)"
                          " SELECT '" +
                          name +
                          "', i->>'system', i->>'id', $1 FROM jsonb_array_elements($2) i"
                          " WHERE NOT EXISTS (SELECT FROM external_id x WHERE x.entity = '" +
                          name +
                          "' AND x.record_id = $1 AND x.system = i->>'system' AND x.external_id ="
                          " i->>'id')"}};
}

/// Set by the server on each write; they say nothing that the audit row itself does not.
bool isBookkeeping(std::string_view name) {
    return name == "id" || name == "version" || name == "createdAt" || name == "createdBy" || name == "updatedAt" ||
           name == "updatedBy";
}

/// What the columns of the outbox say of a record.
bool isOfEvent(std::string_view name) { return isBookkeeping(name) || name == "ownerId" || name == "teamId"; }

}  // namespace

EntityStore::EntityStore(const EntityType &type, const Behaviour *particular)
    : entity(type), behaviour(particular != nullptr ? *particular : noBehaviour), externalIds(externalIdsOf(type)) {
    std::vector<std::string> expressions;
    std::vector<std::string> columns;
    std::vector<std::string> placeholders;
    std::vector<std::string> assignments;
    storedMask.assign(type.type->fields.size(), false);
    for (const Field &field : type.type->fields) {
        StoredField stored{&field, {}, nullptr};
        for (const ChildCollection &child : behaviour.children) {
            if (child.field == field.name) stored.child = &child;
        }
        if (field.name == "externalIds") stored.child = &externalIds;
        if (stored.child != nullptr) {
            stored.expression = stored.child->readSql;
        } else if (!field.column.empty()) {
            stored.expression = "t." + std::string(field.column);
            columns.emplace_back(field.column);
            placeholders.push_back('$' + std::to_string(columns.size()));
            if (field.name != "id") {
                assignments.push_back(std::string(field.column) + " = $" + std::to_string(assignments.size() + 2));
            }
        } else {
            continue;
        }
        storedMask[static_cast<std::size_t>(&field - type.type->fields.data())] = true;
        searchable = searchable || field.searchable;
        expressions.push_back(stored.expression);
        fields.push_back(std::move(stored));
    }
    eventMask = creationMask = storedMask;
    for (std::size_t position = 0; position < storedMask.size(); ++position) {
        std::string_view const name = type.type->fields[position].name;
        if (!isOfEvent(name)) continue;
        creationMask[position] = false;
        if (!name.starts_with("created")) eventMask[position] = false;
    }
    selectList = join(expressions);
    std::string const table(entity.table);
    selectById = {"selectById",
                  "SELECT " + selectList + " FROM " + table + " t WHERE t.id = $1 AND t.deleted_at IS NULL"};
    selectForUpdate = {"selectForUpdate",
                       "SELECT " + selectList + " FROM " + table + " t WHERE t.id = ANY($1) ORDER BY t.id FOR UPDATE"};
    insertColumns = "(" + join(columns) + ")";
    insert = {"insert", "INSERT INTO " + table + " " + insertColumns + " VALUES (" + join(placeholders) + ")"};
    update = {"update", "UPDATE " + table + " SET " + join(assignments) + " WHERE id = $1"};
}

const StoredField *EntityStore::find(std::string_view name) const {
    auto const found =
        std::ranges::find_if(fields, [&](const StoredField &stored) { return stored.field->name == name; });
    return found == fields.end() ? nullptr : &*found;
}

void EntityStore::bindInsert(const Record &record, Parameters &parameters) const {
    parameters.reserve(fields.size());
    for (const StoredField &stored : fields) {
        if (stored.child == nullptr) bindMember(*stored.field, record, parameters);
    }
}

void EntityStore::bindUpdate(const Record &record, Parameters &parameters) const {
    parameters.reserve(fields.size());
    parameters.uuid(record.id);
    for (const StoredField &stored : fields) {
        if (stored.child == nullptr && stored.field->name != "id") bindMember(*stored.field, record, parameters);
    }
}

RecordPtr newRecord(const EntityType &entity) {
    return RecordPtr(static_cast<Record *>(entity.type->create().release()));
}

RecordPtr EntityStore::read(const postgres::Rows &rows, int row,
                            const std::vector<const StoredField *> &selected) const {
    RecordPtr record = newRecord(entity);
    if (selected.empty()) {
        for (int column = 0; const StoredField &stored : fields) {
            readMember(*stored.field, rows, row, column++, *record);
        }
    } else {
        for (int column = 0; const StoredField *stored : selected) {
            readMember(*stored->field, rows, row, column++, *record);
        }
    }
    return record;
}

namespace {

const Statement insertAudit{"insertAudit", "INSERT INTO audit_entry " + std::string(auditColumns) +
                                               " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"};

const Statement insertOutbox{"insertOutbox", "INSERT INTO outbox " + std::string(outboxColumns) +
                                                 " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"};

/// A member's value as the audit trail keeps it.
void writeMember(std::string &json, const Field &field, const Object &object) {
    if (field.kind == Kind::textList) {
        json += '[';
        for (bool first = true; const std::string &item : memberAs<std::vector<std::string>>(field, object)) {
            if (!std::exchange(first, false)) json += ',';
            writeJsonString(json, item);
        }
        json += ']';
    } else if (auto const text = memberText(field, object)) {
        bool const bare = field.kind == Kind::boolean || field.kind == Kind::integer;
        if (bare) {
            json += *text;
        } else {
            writeJsonString(json, *text);
        }
    } else {
        json += listToJson(field, object);
    }
}

}  // namespace

ChangeRows rowsOf(const ChangeRecord &change) {
    std::string changes = "{";
    std::vector<std::string> changed;
    auto const value = [&](const Field &field, const Record &record) {
        if (isEmpty(field, record)) {
            changes += "null";
        } else {
            writeMember(changes, field, record);
        }
    };
    for (const StoredField &stored : change.store.fields) {
        if (change.before == nullptr) break;  // the record and its later changes tell what it began with
        const Field &field = *stored.field;
        if (isBookkeeping(field.name) || field.writeOnly) continue;
        if (equalMember(field, *change.before, change.record)) continue;
        if (!changed.empty()) changes += ',';
        changed.emplace_back(field.name);
        writeJsonString(changes, field.name);
        changes += ":[";
        value(field, *change.before);
        changes += ',';
        value(field, change.record);
        changes += ']';
    }
    changes += '}';

    const Record &record = change.record;
    std::string_view const entity = change.store.entity.name;
    ChangeRows rows;
    rows.audit.reserve(9);
    rows.audit.timestamp(change.at)
        .text(entity)
        .uuid(record.id)
        .integer(record.version.value_or(0))
        .text(change.kind)
        .uuid(change.caller.principal->userId)
        .text(change.caller.interface)
        .text(change.caller.requestId)
        .json(changes);

    std::string payload;
    bool const isNew = change.kind == events::created;
    // Never a secret that is given out once. events::wholePayload adds what the other columns say.
    writeJson(payload, record, {.fields = isNew ? &change.store.creationMask : &change.store.eventMask});
    rows.outbox.reserve(12 + payload.size() / 16);
    rows.outbox.timestamp(change.at)
        .text(entity)
        .uuid(record.id)
        .integer(record.version.value_or(0))
        .text(change.kind)
        .uuid(change.caller.principal->userId)
        .textArray(changed)
        .text(payload)
        .uuid(record.ownerId)
        .uuid(record.teamId)
        .uuid(change.before != nullptr ? change.before->ownerId : std::nullopt)
        .uuid(change.before != nullptr ? change.before->teamId : std::nullopt);
    return rows;
}

void completeNew(const EntityStore &store, const WriteContext &context,
                 const std::vector<CustomFieldType> &customFields, Record &record) {
    const EntityType &entity = store.entity;
    const auth::Principal &principal = *context.caller.principal;
    if (!record.id) record.id = newId();
    if (!entity.administrative) {
        if (!record.ownerId) record.ownerId = principal.userId;
        if (!record.teamId && !principal.teamIds.empty()) record.teamId = principal.teamIds.front();
        if (record.ownerId != principal.userId && !principal.may("assign") &&
            !reaches(principal.rightsOn(entity.name).update, principal, entity, record)) {
            throw Error(ErrorCode::forbidden, "You may not give records to this owner.",
                        {{"/ownerId", "NOT_WRITABLE", "is not you, and you may not assign records"}});
        }
    }
    WriteContext own = context;
    if (store.behaviour.beforeWrite) store.behaviour.beforeWrite(own, record, nullptr);
    checkCustomFields(customFields, record);
    requireComplete(entity, record);
}

void stampNew(Record &record, const auth::Caller &caller, DateTime now) {
    record.fieldsToNull.clear();
    record.version = 1;
    record.createdAt = record.updatedAt = now;
    record.createdBy = record.updatedBy = caller.principal->userId;
}

void addChange(Batch &batch, const ChangeRecord &change) {
    ChangeRows rows = rowsOf(change);
    batch.add(insertAudit, std::move(rows.audit));
    batch.add(insertOutbox, std::move(rows.outbox));
}

}  // namespace kontor::entity
