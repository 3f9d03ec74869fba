#include "shared/entity/import.h"

#include "shared/entity/access.h"
#include "shared/entity/members.h"
#include "shared/entity/operations_state.h"
#include "shared/entity/validate.h"
#include "shared/postgres/copy.h"

#include <algorithm>
#include <map>
#include <set>

namespace kontor::entity {

using postgres::Batch;
using postgres::CopyIn;
using postgres::Parameters;
using postgres::Rows;
using postgres::Statement;
using postgres::Transaction;

namespace {

const Statement findTaken{
    "findTakenExternalIds",
    "SELECT external_id FROM external_id WHERE entity = $1 AND system = $2 AND external_id = ANY($3)"
    " AND active"};

/// Refuses rows whose external id is taken, or stands twice in the rows.
void refuseDuplicates(const EntityType &entity, std::vector<ImportRow> &rows, Transaction &transaction) {
    std::map<std::string, std::map<std::string, ImportRow *>> bySystem;
    auto const refuse = [](ImportRow &row, const std::string &id, const char *why) {
        row.errors.push_back({"/externalIds", "DUPLICATE_EXTERNAL_ID", id + why});
    };
    for (ImportRow &row : rows) {
        if (row.refused()) continue;
        for (const ExternalId &external : row.record->externalIds) {
            std::string const id = external.id.value_or("");
            auto const [other, isNew] = bySystem[external.system.value_or("")].emplace(id, &row);
            if (!isNew) refuse(row, id, " stands in an earlier row");
        }
    }
    for (const auto &[system, ids] : bySystem) {
        std::vector<std::string> wanted;
        wanted.reserve(ids.size());
        for (const auto &[id, row] : ids) wanted.push_back(id);
        Rows const taken = transaction.run(findTaken, Parameters().text(entity.name).text(system).textArray(wanted));
        for (int i = 0; i < taken.size(); ++i) {
            std::string const id(taken.text(i, 0));
            refuse(*ids.at(id), id, " belongs to another record");
        }
    }
}

template <typename Add>
void copyRows(Transaction &transaction, const std::string &target, const std::vector<ImportRow> &rows, Add &&add) {
    CopyIn copy(transaction, target);
    for (const ImportRow &row : rows) {
        if (!row.refused()) add(copy, *row.record);
    }
    copy.finish();
}

void copyAll(const EntityStore &store, const auth::Caller &caller, std::vector<ImportRow> &rows,
             Transaction &transaction, DateTime now, const ImportProgress &progress) {
    copyRows(transaction, std::string(store.entity.table) + " " + store.insertColumns, rows,
             [&](CopyIn &copy, const Record &record) {
                 Parameters values;
                 store.bindInsert(record, values);
                 copy.row(values);
             });
    copyRows(transaction, "external_id (entity, system, external_id, record_id)", rows,
             [&](CopyIn &copy, const Record &record) {
                 for (const ExternalId &external : record.externalIds) {
                     copy.row(
                         Parameters().text(store.entity.name).text(external.system).text(external.id).uuid(record.id));
                 }
             });
    std::vector<ChangeRows> changes;
    changes.reserve(rows.size());
    for (const ImportRow &row : rows) {
        if (row.refused()) continue;
        changes.push_back(rowsOf({caller, store, "created", *row.record, nullptr, now}));
    }
    {
        CopyIn copy(transaction, "audit_entry " + std::string(auditColumns));
        for (const ChangeRows &change : changes) copy.row(change.audit);
        copy.finish();
    }
    {
        CopyIn copy(transaction, "outbox " + std::string(outboxColumns));
        for (const ChangeRows &change : changes) copy.row(change.outbox);
        copy.finish();
    }
    Batch last;
    for (const StoredField &field : store.fields) {
        if (field.child == nullptr || field.child->insertMany.sql.empty()) continue;
        std::string json = "[";
        for (const ImportRow &row : rows) {
            if (row.refused() || isEmpty(*field.field, *row.record)) continue;
            if (json.size() > 1) json += ',';
            json += "{\"id\":\"" + *row.record->id + "\",\"items\":" + listToJson(*field.field, *row.record) + '}';
        }
        if (json.size() > 1) last.add(field.child->insertMany, Parameters().json(json + ']'));
    }
    progress(last, rows);
    transaction.runAndCommit(std::move(last));
}

/// Through the ordinary way, which says of each record why it is refused.
void writeSingly(Operations &operations, const auth::Caller &caller, std::vector<ImportRow> &rows,
                 const ImportProgress &progress) {
    for (std::size_t start = 0; start < rows.size(); start += 200) {
        auto const chunk = std::span(rows).subspan(start, std::min<std::size_t>(200, rows.size() - start));
        std::vector<Write> writes;
        std::vector<ImportRow *> open;
        for (ImportRow &row : chunk) {
            if (row.refused()) continue;
            Write &write = writes.emplace_back();
            write.record = newRecord(*row.record->structType().entity);
            for (const Field &field : row.record->structType().fields) copyMember(field, *row.record, *write.record);
            write.trusted = true;
            open.push_back(&row);
        }
        WriteOptions options;
        options.returnRecords = false;
        options.beforeCommit = [&](const std::vector<RecordResult> &results, Batch &batch) {
            for (std::size_t i = 0; i < results.size(); ++i) {
                open[i]->errors = results[i].error ? errorsOf(*results[i].error) : std::vector<FieldError>{};
            }
            progress(batch, chunk);
        };
        operations.write(caller, std::move(writes), options);
    }
}

}  // namespace

std::vector<FieldError> errorsOf(const Error &error) {
    if (!error.fields.empty()) return error.fields;
    return {{"", std::string(errorCodeName(error.code)), error.detail}};
}

void importNew(Operations &operations, const auth::Caller &caller, const EntityType &entity,
               std::vector<ImportRow> &rows, const ImportProgress &progress) {
    Operations::Implementation &state = operations.implementation();
    const EntityStore &store = state.storeOf(entity);
    requireCreate(caller, entity);
    auto const types = state.customFields.of(entity.name);
    DateTime const now = DateTime::now();
    bool const uniqueValues = std::ranges::any_of(*types, &CustomFieldType::unique);
    try {
        Transaction transaction(state.pool);
        for (ImportRow &row : rows) {
            if (row.refused()) continue;
            try {
                requireWritableFields(*caller.principal, entity, *row.record);
                validateInput(entity, *row.record, nullptr);
                completeNew(store, {caller, entity, transaction, nullptr}, *types, *row.record);
                stampNew(*row.record, caller, now);
            } catch (const Error &error) {
                row.errors = errorsOf(error);
            }
        }
        refuseDuplicates(entity, rows, transaction);
        // Behaviours with statements of their own, and unique custom fields, go the ordinary way.
        if (!store.behaviour.addStatements && !uniqueValues) {
            copyAll(store, caller, rows, transaction, now, progress);
            return;
        }
    } catch (const postgres::DatabaseError &failure) {
        // A constraint: which row it was is found out below. Anything else is not about the rows.
        if (!failure.sqlState.starts_with("23") && !failure.sqlState.starts_with("22")) throw;
    }
    writeSingly(operations, caller, rows, progress);
}

}  // namespace kontor::entity
