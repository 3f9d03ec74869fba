// The way back of a merge: see merge.h.

#include "shared/entity/access.h"
#include "shared/entity/combine.h"
#include "shared/entity/json.h"
#include "shared/entity/members.h"
#include "shared/entity/merge.h"
#include "shared/entity/merge_children.h"

#include "shared/contract/uuid.h"

#include <boost/json.hpp>

#include <algorithm>
#include <iterator>
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
const Statement findExternal{"findExternal", "SELECT system, external_id, record_id FROM external_id WHERE entity = $1"
                                             " AND system = ANY($2) AND external_id = ANY($3) AND active"};
const Statement findMerge{"findMerge", "SELECT 1 FROM merge_journal WHERE id = $1"};

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

class UnmergeCall {
  public:
    UnmergeCall(Operations::Implementation &state, const auth::Caller &caller, std::string mergeId)
        : state_(state), caller_(caller), mergeId_(std::move(mergeId)) {}

    UnmergeResult attempt(MergeStep &step) {
        result_ = {};
        readJournal(step);
        std::vector<std::string> group = victimIds_;
        group.push_back(masterId_);
        records_ = lockRecords(step, *store_, group);
        requireRights();
        refuseRepeated(step);
        chooseVictims();
        // The children first: only then it shows what stands above the master. The victims last: what is theirs alone
        // must have left the master.
        ReturnedChildren back = returnChildren(step, store_->entity.name, mergeId_, masterId_, restored_);
        result_.children = back.moved;
        std::ranges::move(back.conflicts, std::back_inserter(result_.conflict));
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
        bool const partly = store_->behaviour.visibility && !store_->behaviour.visibility(caller_).empty() &&
                            records_.size() <= victimIds_.size();
        if (partly) throw noSuchMerge();
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
        result_.conflict.push_back(conflictOf(entity, id, field, std::move(reason)));
    }

    /// Those of the records that were merged come before those of their children.
    void orderConflicts() {
        auto const isOwn = [&](const MergeConflict &conflict) { return records_.contains(conflict.id.value()); };
        std::stable_partition(result_.conflict.begin(), result_.conflict.end(), isOwn);
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
            addConflict(store_->entity, masterId_, field.name, changedSinceMerge);
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
                addConflict(store_->entity, masterId_, "customFields." + name, changedSinceMerge);
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
