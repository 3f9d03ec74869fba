// The way back of a merge: see merge.h.

#include "shared/entity/access.h"
#include "shared/entity/combine.h"
#include "shared/entity/json.h"
#include "shared/entity/members.h"
#include "shared/entity/merge.h"
#include "shared/entity/merge_steps.h"

#include "shared/contract/uuid.h"

#include <boost/json.hpp>

#include <algorithm>
#include <set>

namespace kontor::entity {

using postgres::Batch;
using postgres::DatabaseError;
using postgres::Parameters;
using postgres::Rows;
using postgres::Statement;

namespace {

constexpr std::size_t maximumConflicts = 500;  // as in common.xsd
constexpr std::int64_t microsecondsPerDay = 86'400'000'000;

const Statement selectJournal{"selectMerge",
                              "SELECT entity, master_id, victim_ids, at, undone_at IS NOT NULL, master_before,"
                              " master_after, victims_before FROM merge_journal WHERE id = $1 FOR UPDATE"};
const Statement markUndone{"undoMerge", "UPDATE merge_journal SET undone_at = $2, undone_by = $3 WHERE id = $1"};
const Statement selectMoved{"selectMerged", "SELECT entity, record_id, version, fields FROM merge_child WHERE"
                                            " merge_id = $1 ORDER BY entity, record_id"};
const Statement findExternal{"findExternal", "SELECT system, external_id, record_id FROM external_id WHERE entity = $1"
                                             " AND system = ANY($2) AND external_id = ANY($3) AND active"};
const Statement findMerge{"findMerge", "SELECT 1 FROM merge_journal WHERE id = $1"};

constexpr const char *changedSince = "has been changed since the merge";

Error noSuchMerge() { return {ErrorCode::notFound, "There is no such merge, or you may not see it."}; }

std::optional<std::string> customValue(const Record &record, const std::string &name) {
    auto const found =
        std::ranges::find_if(record.customFields, [&](const CustomField &field) { return field.name == name; });
    return found == record.customFields.end() ? std::nullopt : found->value;
}

bool holds(const std::vector<ExternalId> &list, const ExternalId &wanted) {
    return std::ranges::any_of(
        list, [&](const ExternalId &one) { return one.system == wanted.system && one.id == wanted.id; });
}

/// A row of merge_child.
struct Moved {
    std::string id;
    std::int64_t version = 0;
    std::map<std::string, std::string> fields;  // name to victim; none = put into the recycle bin
};

class UnmergeCall {
  public:
    UnmergeCall(Operations::Implementation &state, const auth::Caller &caller, std::string mergeId)
        : state_(state), caller_(caller), mergeId_(std::move(mergeId)) {}

    UnmergeResult attempt(MergeStep &step) {
        result_ = {};
        ways_.clear();
        result_.children = 0;
        readJournal(step);
        std::vector<std::string> group = victimIds_;
        group.push_back(masterId_);
        records_ = lockRecords(step, *store_, group);
        requireRights();
        refuseRepeated(step);
        chooseVictims();
        // The children first: only then it shows what stands above the master. The victims last: what is theirs alone
        // must have left the master.
        moveChildrenBack(step);
        setMasterBack(step);
        for (const std::string &id : restored_) restoreVictim(step, *records_.at(id));
        step.transaction.run(
            markUndone, std::move(Parameters().uuid(mergeId_).timestamp(step.now).uuid(caller_.principal->userId)));
        result_.mergeId = mergeId_;
        result_.entity = std::string(store_->entity.name);
        result_.masterId = masterId_;
        result_.victimId = restored_;
        orderConflicts();
        return std::move(result_);
    }

  private:
    void readJournal(MergeStep &step) {
        Rows const rows = step.transaction.run(selectJournal, std::move(Parameters().uuid(mergeId_)));
        if (rows.empty()) throw noSuchMerge();
        const EntityType *const entity = state_.contract.entityByName(rows.text(0, 0));
        if (entity == nullptr) throw noSuchMerge();
        store_ = &state_.storeOf(*entity);
        masterId_ = rows.uuid(0, 1);
        victimIds_ = rows.uuidArray(0, 2);
        at_ = rows.timestamp(0, 3);
        undone_ = rows.boolean(0, 4);
        before_ = read(parseJson(rows.json(0, 5)));
        after_ = read(parseJson(rows.json(0, 6)));
    }

    [[nodiscard]] RecordPtr read(const boost::json::value &json) const {
        RecordPtr record = newRecord(store_->entity);
        readJson(json, *record);
        return record;
    }

    /// As for the merge itself. Whoever does not see the master learns nothing of the merge.
    void requireRights() {
        const auth::Principal &principal = *caller_.principal;
        const EntityType &entity = store_->entity;
        auto const rights = principal.rightsOn(entity.name);
        for (const auto &[id, record] : records_) {
            if (!reaches(rights.read, principal, entity, *record)) throw noSuchMerge();
        }
        for (const auto &[id, record] : records_) {
            bool const allowed = reaches(rights.update, principal, entity, *record) &&
                                 (id == masterId_ || reaches(rights.remove, principal, entity, *record));
            if (!allowed) {
                throw Error(ErrorCode::forbidden,
                            "You may not change all of the records that this merge was about: " + id + ".");
            }
        }
        if (records_.empty()) throw noSuchMerge();
    }

    void refuseRepeated(MergeStep &step) {
        if (undone_) throw Error(ErrorCode::conflict, "This merge has been taken back already.");
        if (step.now.microseconds - at_.microseconds > unmergeDays * microsecondsPerDay) {
            throw Error(ErrorCode::conflict, "A merge can be taken back for " + std::to_string(unmergeDays) + " days.");
        }
        auto const master = records_.find(masterId_);
        if (master == records_.end() || !master->second->deletedAt) return;
        std::string const later = mergeOf(step.transaction, *master->second);
        throw Error(ErrorCode::conflict, later.empty()
                                             ? "The master is in the recycle bin; take it out first."
                                             : "The master was merged itself; take that merge back first: " + later);
    }

    void addConflict(const EntityType &entity, const std::string &id, std::string_view field, std::string reason) {
        MergeConflict &conflict = result_.conflict.emplace_back();
        conflict.entity = std::string(entity.name);
        conflict.id = id;
        if (!field.empty()) conflict.field = std::string(field);
        conflict.reason = std::move(reason);
    }

    /// Those of the records that were merged come before those of their children.
    void orderConflicts() {
        auto const isOwn = [&](const MergeConflict &conflict) { return records_.contains(conflict.id.value()); };
        std::ranges::stable_partition(result_.conflict, isOwn);
        result_.conflicts = static_cast<std::int64_t>(result_.conflict.size());
        if (result_.conflict.size() > maximumConflicts) result_.conflict.resize(maximumConflicts);
    }

    // -- the master

    void setMasterBack(MergeStep &step) {
        auto const found = records_.find(masterId_);
        if (found == records_.end()) {
            addConflict(store_->entity, masterId_, {}, "is no longer there");
            return;
        }
        const Record &current = *found->second;
        RecordPtr wanted = copyOf(current);
        for (const StoredField &stored : store_->fields) {
            const Field &field = *stored.field;
            if (field.writable == Writable::never || field.name == "id" || field.name == "version") continue;
            if (field.name == "customFields") {
                setCustomFieldsBack(current, *wanted);
            } else if (field.name == "externalIds") {
                setExternalIdsBack(*wanted);
            } else {
                setBack(step, field, current, *wanted);
            }
        }
        RecordPtr const change = changeBetween(*store_, current, *wanted);
        RecordPtr next = updated(step, *store_, current, *change);
        result_.version = next->version;
        if (next->version == current.version) return;
        writeUnlessTaken(step, *store_, current, std::move(next), "updated");
    }

    void setBack(MergeStep &step, const Field &field, const Record &current, Record &wanted) {
        if (sameContent(field, *before_, *after_) || sameContent(field, current, *before_)) return;
        if (!sameContent(field, current, *after_)) {
            addConflict(store_->entity, masterId_, field.name, changedSince);
        } else if (refersToItsOwn(store_->entity, field) && leadsToMaster(step, field)) {
            addConflict(store_->entity, masterId_, field.name, "would make the record its own ancestor now");
        } else {
            copyMember(field, *before_, wanted);
        }
    }

    bool leadsToMaster(MergeStep &step, const Field &field) {
        auto const &id = memberAs<std::optional<std::string>>(field, *before_);
        return id && std::ranges::count(wayUp(step.transaction, store_->entity, field, *id), masterId_) > 0;
    }

    void setCustomFieldsBack(const Record &current, Record &wanted) {
        std::set<std::string> names;
        for (const Record *record : {before_.get(), after_.get()}) {
            for (const CustomField &field : record->customFields) names.insert(field.name.value_or(""));
        }
        for (const std::string &name : names) {
            auto const before = customValue(*before_, name);
            auto const now = customValue(current, name);
            if (before == customValue(*after_, name) || now == before) continue;
            if (now != customValue(*after_, name)) {
                addConflict(store_->entity, masterId_, "customFields." + name, changedSince);
                continue;
            }
            std::erase_if(wanted.customFields, [&](const CustomField &field) { return field.name == name; });
            if (!before) continue;
            CustomField &field = wanted.customFields.emplace_back();
            field.name = name;
            field.value = before;
        }
    }

    /// Ids go back to the victims one by one, whatever else has become of the list.
    void setExternalIdsBack(Record &wanted) const {
        std::erase_if(wanted.externalIds, [&](const ExternalId &id) {
            return holds(after_->externalIds, id) && !holds(before_->externalIds, id);
        });
        for (const ExternalId &id : before_->externalIds) {
            if (!holds(after_->externalIds, id) && !holds(wanted.externalIds, id)) wanted.externalIds.push_back(id);
        }
    }

    /// A unique value that another record has taken since is left out, and named.
    void writeUnlessTaken(MergeStep &step, const EntityStore &store, const Record &before, RecordPtr after,
                          std::string_view kind) {
        while (true) {
            step.transaction.savepoint();
            try {
                writeRecord(step, store, before, copyOf(*after), kind);
                return;
            } catch (const DatabaseError &failure) {
                const Field *const field = fieldOfConstraint(store.entity, failure.constraint);
                bool const custom = failure.constraint == "custom_unique_value_key" && !after->customFields.empty();
                bool const optional = field != nullptr && !field->required && !isEmpty(*field, *after);
                if (failure.sqlState != "23505" || !(custom || optional)) throw;
                step.transaction.rollbackToSavepoint();
                leaveOut(store, custom ? nullptr : field, before, *after, kind);
            }
        }
    }

    void leaveOut(const EntityStore &store, const Field *field, const Record &before, Record &after,
                  std::string_view kind) {
        bool const keep = kind == "updated";  // what the record has now; one from the recycle bin has nothing
        if (field != nullptr) {
            addConflict(store.entity, *after.id, field->name, "is the value of another record now");
            if (keep && !equalMember(*field, before, after)) {
                copyMember(*field, before, after);
            } else {
                clear(*field, after);
            }
            return;
        }
        auto const types = state_.customFields.of(store.entity.name);
        addConflict(store.entity, *after.id, "customFields", "has a unique value of another record now");
        std::erase_if(after.customFields, [&](const CustomField &custom) {
            return std::ranges::any_of(
                *types, [&](const CustomFieldType &type) { return type.unique && type.name == custom.name; });
        });
    }

    // -- the victims

    void chooseVictims() {
        const EntityType &entity = store_->entity;
        const Field &mergedInto = *entity.type->find(mergedIntoField);
        restored_.clear();
        for (const std::string &id : victimIds_) {
            auto const found = records_.find(id);
            if (found == records_.end()) {
                addConflict(entity, id, {}, "is no longer there");
            } else if (memberAs<std::optional<std::string>>(mergedInto, *found->second) != masterId_) {
                addConflict(entity, id, {}, "is not in the recycle bin because of this merge");
            } else {
                restored_.push_back(id);
            }
        }
    }

    void restoreVictim(MergeStep &step, const Record &current) {
        RecordPtr after = nextOf(step, current);
        after->deletedAt.reset();
        clear(*store_->entity.type->find(mergedIntoField), *after);
        leaveTakenIds(step, *after);
        WriteContext context{caller_, store_->entity, step.transaction, nullptr};
        if (store_->behaviour.beforeWrite) store_->behaviour.beforeWrite(context, *after, &current);
        writeUnlessTaken(step, *store_, current, std::move(after), "undeleted");
    }

    void leaveTakenIds(MergeStep &step, Record &victim) {
        if (victim.externalIds.empty()) return;
        std::vector<std::string> systems;
        std::vector<std::string> ids;
        for (const ExternalId &external : victim.externalIds) {
            systems.push_back(external.system.value_or(""));
            ids.push_back(external.id.value_or(""));
        }
        Rows const rows = step.transaction.run(
            findExternal, std::move(Parameters().text(store_->entity.name).textArray(systems).textArray(ids)));
        std::set<std::pair<std::string, std::string>> taken;
        for (int row = 0; row < rows.size(); ++row) taken.emplace(rows.text(row, 0), rows.text(row, 1));
        std::erase_if(victim.externalIds, [&](const ExternalId &external) {
            if (!taken.contains({external.system.value_or(""), external.id.value_or("")})) return false;
            addConflict(store_->entity, *victim.id, "externalIds",
                        external.system.value_or("") + ":" + external.id.value_or("") +
                            " belongs to another record now");
            return true;
        });
    }

    // -- the children

    void moveChildrenBack(MergeStep &step) {
        Rows const rows = step.transaction.run(selectMoved, std::move(Parameters().uuid(mergeId_)));
        std::vector<Moved> some;
        for (int row = 0; row < rows.size(); ++row) {
            Moved &moved = some.emplace_back();
            moved.id = rows.uuid(row, 1);
            moved.version = rows.integer(row, 2);
            boost::json::value const fields = parseJson(rows.json(row, 3));
            for (const auto &[name, id] : fields.as_object()) {
                moved.fields[std::string(name)] = std::string(id.as_string());
            }
            bool const last = row + 1 == rows.size() || rows.text(row + 1, 0) != rows.text(row, 0);
            if (some.size() < mergeChunk && !last) continue;
            moveSomeBack(step, std::string(rows.text(row, 0)), some);
            some.clear();
        }
    }

    void moveSomeBack(MergeStep &step, const std::string &name, const std::vector<Moved> &some) {
        const EntityType *const entity = state_.contract.entityByName(name);
        auto const referrers = referrersOf(state_, store_->entity);
        auto const referrer = std::ranges::find_if(
            referrers, [&](const Referrer &candidate) { return &candidate.store->entity == entity; });
        if (referrer == referrers.end()) return;
        std::vector<std::string> ids;
        for (const Moved &moved : some) ids.push_back(moved.id);
        const EntityStore &store = *referrer->store;
        Rows const rows = step.transaction.run(store.selectForUpdate, std::move(Parameters().uuidArray(ids)));
        std::map<std::string, RecordPtr> records;
        for (int row = 0; row < rows.size(); ++row) {
            RecordPtr record = store.read(rows, row);
            std::string const id = record->id.value();
            records[id] = std::move(record);
        }
        std::vector<Move> moves;
        for (const Moved &moved : some) {
            auto const found = records.find(moved.id);
            if (found == records.end()) {
                addConflict(*entity, moved.id, {}, "is no longer there");
            } else if (moved.fields.empty()) {
                restoreTwice(step, store, moved, *found->second);
            } else {
                prepare(step, *referrer, moved, std::move(found->second), moves);
            }
        }
        writeMoves(step, *referrer, moves);
        for (const Move &move : moves) {
            if (move.refused) {
                addConflict(*entity, *move.before->id, {}, "would be there twice");
            } else {
                result_.children = result_.children.value_or(0) + 1;
            }
        }
    }

    void restoreTwice(MergeStep &step, const EntityStore &store, const Moved &moved, const Record &current) {
        if (!current.deletedAt || current.version != moved.version) {
            return addConflict(store.entity, moved.id, {}, changedSince);
        }
        RecordPtr after = nextOf(step, current);
        after->deletedAt.reset();
        writeUnlessTaken(step, store, current, std::move(after), "undeleted");
    }

    void prepare(MergeStep &step, const Referrer &referrer, const Moved &moved, RecordPtr current,
                 std::vector<Move> &moves) {
        const EntityType &entity = referrer.store->entity;
        RecordPtr after = nextOf(step, *current);
        bool any = false;
        for (const auto &[name, victimId] : moved.fields) {
            const Reference *const reference = referrer.find(name);
            bool const still = reference != nullptr && reference->idIn(*current) == masterId_ &&
                               reference->pointsTo(store_->entity, *current);
            if (!still) {
                addConflict(entity, moved.id, name, changedSince);
            } else if (std::ranges::find(restored_, victimId) == restored_.end()) {
                addConflict(entity, moved.id, name, "belonged to a record that is not back");
            } else if (&entity == &store_->entity && isAbove(step, *reference->field, moved.id, victimId)) {
                addConflict(entity, moved.id, name, "would make the record its own ancestor now");
            } else {
                reference->set(*after, victimId);
                any = true;
            }
        }
        if (any) moves.push_back({std::move(current), std::move(after)});
    }

    bool isAbove(MergeStep &step, const Field &field, const std::string &id, const std::string &victimId) {
        auto const [way, isNew] = ways_.try_emplace({std::string(field.name), victimId});
        if (isNew) way->second = wayUp(step.transaction, store_->entity, field, victimId);
        return std::ranges::find(way->second, id) != way->second.end();
    }

    Operations::Implementation &state_;
    const auth::Caller &caller_;
    std::string mergeId_;
    const EntityStore *store_ = nullptr;
    std::string masterId_;
    std::vector<std::string> victimIds_;
    DateTime at_;
    bool undone_ = false;
    RecordPtr before_, after_;  // the master, before and after the merge
    std::map<std::string, RecordPtr> records_;
    std::vector<std::string> restored_;
    std::map<std::pair<std::string, std::string>, std::vector<std::string>> ways_;  // by field and victim
    UnmergeResult result_;
};

}  // namespace

UnmergeResult unmergeRecords(Operations &operations, const auth::Caller &caller, const std::string &mergeId,
                             const BeforeUnmergeCommit &beforeCommit) {
    requireMerging(caller);
    if (!parseUuid(mergeId)) throw noSuchMerge();
    UnmergeCall call(operations.implementation(), caller, mergeId);
    UnmergeResult result;
    inMergeTransaction(operations.implementation(), caller, [&](MergeStep &step) {
        result = call.attempt(step);
        Batch batch;
        if (beforeCommit) beforeCommit(result, batch);
        if (!batch.empty()) step.transaction.run(std::move(batch));
    });
    return result;
}

bool hasMerge(Operations &operations, const std::string &mergeId) {
    return parseUuid(mergeId) && !operations.pool().run(findMerge, std::move(Parameters().uuid(mergeId))).empty();
}

}  // namespace kontor::entity
