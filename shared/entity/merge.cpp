#include "shared/entity/merge.h"

#include "shared/contract/uuid.h"
#include "shared/entity/access.h"
#include "shared/entity/combine.h"
#include "shared/entity/json.h"
#include "shared/entity/merge_children.h"
#include "shared/entity/validate.h"

#include <algorithm>
#include <set>

namespace kontor::entity {

using postgres::Batch;
using postgres::Parameters;
using postgres::Rows;
using postgres::Statement;
using postgres::Transaction;

namespace {

constexpr std::size_t maximumVictims = 50;  // as in common.xsd

const Statement insertJournal{
    "insertMerge",
    "INSERT INTO merge_journal (id, at, entity, master_id, victim_ids, user_id, interface, request_id,"
    " master_before, master_after, victims_before) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"};

std::string canonical(const std::string &id, const std::string &pointer) {
    auto const bytes = parseUuid(id);
    if (!bytes) throw validationError({{pointer, "PATTERN", "must be the id of a record"}});
    return uuidText(bytes->data());
}

class MergeCall {
  public:
    MergeCall(Operations::Implementation &state, const auth::Caller &caller, const RecordMerge &merge)
        : state_(state), caller_(caller), merge_(merge), store_(storeOf(state, merge)), entity_(store_.entity) {
        takeIds();
    }

    Merged attempt(MergeStep &step) {
        merged_ = {};
        merged_.mergeId = newId();
        takeRecords(lockRecords(step, store_, group_));
        RecordPtr const wanted = combined(step);
        ChildMover children(step, entity_.name, victimIds_, masterId_);
        children.moveAll();
        for (const RecordPtr &victim : victims_) removeVictim(step, *victim);
        RecordPtr const change = changeBetween(store_, *master_, *wanted);
        RecordPtr stored = updated(step, store_, *master_, *change);
        if (stored->version != master_->version) writeRecord(step, store_, *master_, std::move(stored), "updated");
        finish(step);
        children.keep(merged_.mergeId);
        merged_.children = children.moved();
        return std::move(merged_);
    }

  private:
    static const EntityStore &storeOf(const Operations::Implementation &state, const RecordMerge &merge) {
        std::string const name = merge.entity.value_or("");
        const EntityType *const entity = state.contract.entityByName(name);
        if (entity == nullptr) {
            throw validationError({{"/entity", "UNKNOWN_ENTITY", "is not an entity of this service: " + name}});
        }
        if (!entity->mergeable) {
            throw validationError({{"/entity", "NOT_MERGEABLE", std::string(entity->labelPlural) + " are not merged"}});
        }
        return state.storeOf(*entity);
    }

    void takeIds() {
        masterId_ = canonical(merge_.masterId.value_or(""), "/masterId");
        std::size_t const count = merge_.victimId.size();
        if (count == 0) throw validationError({{"/victimIds", "REQUIRED", "must have at least one item"}});
        if (count > maximumVictims) {
            throw validationError({{"/victimIds", "TOO_MANY_ITEMS", "must have at most 50 items"}});
        }
        std::set<std::string> seen{masterId_};
        std::vector<FieldError> errors;
        for (std::size_t i = 0; i < count; ++i) {
            std::string const pointer = "/victimIds/" + std::to_string(i);
            victimIds_.push_back(canonical(merge_.victimId[i], pointer));
            if (seen.insert(victimIds_.back()).second) continue;
            bool const master = victimIds_.back() == masterId_;
            errors.push_back({pointer, "DUPLICATE", master ? "is the master itself" : "is there twice"});
        }
        if (!errors.empty()) throw validationError(std::move(errors));
        group_ = victimIds_;
        group_.push_back(masterId_);
    }

    /// Who is merged must be there, and the caller must be allowed all of it.
    void takeRecords(std::map<std::string, RecordPtr> records) {
        auto const rights = caller_.principal->rightsOn(entity_.name);
        master_ = take(records[masterId_], "/masterId", rights.read);
        requireReach(rights.update, *master_, "change", "/masterId");
        victims_.clear();
        for (std::size_t i = 0; i < victimIds_.size(); ++i) {
            std::string const pointer = "/victimIds/" + std::to_string(i);
            victims_.push_back(take(records[victimIds_[i]], pointer, rights.read));
            requireReach(rights.update, *victims_.back(), "change", pointer);
            requireReach(rights.remove, *victims_.back(), "delete", pointer);
        }
        if (merge_.version && merge_.version != master_->version) throw stale();
    }

    RecordPtr take(RecordPtr &record, const std::string &pointer, auth::Scope read) const {
        if (record && !record->deletedAt && reaches(read, *caller_.principal, entity_, *record)) {
            return std::move(record);
        }
        throw Error(ErrorCode::notFound, "There is no such " + std::string(entity_.label) + ", or you may not see it.",
                    {{pointer, "UNKNOWN_REFERENCE", "points to no " + std::string(entity_.label) + " that you see"}});
    }

    void requireReach(auth::Scope scope, const Record &record, std::string_view verb,
                      const std::string &pointer) const {
        if (reaches(scope, *caller_.principal, entity_, record)) return;
        std::string const sentence = "You may not " + std::string(verb) + " this " + std::string(entity_.label) + ".";
        throw Error(ErrorCode::forbidden, sentence, {{pointer, "NOT_WRITABLE", sentence}});
    }

    [[nodiscard]] Error stale() const {
        Error error(ErrorCode::versionConflict, "The record was changed since version " +
                                                    std::to_string(*merge_.version) + "; it is at version " +
                                                    std::to_string(master_->version.value_or(0)) + ".");
        error.currentVersion = master_->version;
        error.conflictingId = master_->id;
        return error;
    }

    RecordPtr combined(MergeStep &step) {
        auto const customFields = state_.customFields.of(entity_.name);
        const auth::Principal &principal = *caller_.principal;
        return combine({.store = store_,
                        .master = *master_,
                        .victims = victims_,
                        .choices = merge_.choice,
                        .customFields = *customFields,
                        .mayWrite =
                            [&](const Field &field) {
                                return principal.rightOn(entity_.name, field.name) == auth::FieldRight::write;
                            },
                        .leadsBack =
                            [&](const Field &field, const std::string &id) {
                                auto const way = wayUp(step.transaction, entity_, field, id);
                                return std::ranges::find_first_of(way, group_) != way.end();
                            }});
    }

    void removeVictim(MergeStep &step, const Record &victim) {
        WriteContext context{caller_, entity_, step.transaction, nullptr};
        if (store_.behaviour.beforeDelete) store_.behaviour.beforeDelete(context, victim);
        RecordPtr after = nextOf(step, victim);
        after->deletedAt = step.now;
        memberAs<std::optional<std::string>>(*entity_.type->find(mergedIntoField), *after) = masterId_;
        writeRecord(step, store_, victim, std::move(after), "deleted");
    }

    /// The journal has the master as it is read, so that it can be compared with what is read later.
    void finish(MergeStep &step) {
        Rows const rows = step.transaction.run(store_.selectById, std::move(Parameters().uuid(masterId_)));
        RecordPtr stored = store_.read(rows, 0);
        std::string victims = "[";
        for (const RecordPtr &victim : victims_) {
            if (victims.size() > 1) victims += ',';
            victims += json(*victim);
        }
        step.transaction.run(insertJournal, std::move(Parameters()
                                                          .uuid(merged_.mergeId)
                                                          .timestamp(step.now)
                                                          .text(entity_.name)
                                                          .uuid(masterId_)
                                                          .uuidArray(victimIds_)
                                                          .uuid(caller_.principal->userId)
                                                          .text(caller_.interface)
                                                          .text(caller_.requestId)
                                                          .json(json(*master_))
                                                          .json(json(*stored))
                                                          .json(victims + ']')));
        RecordResult &result = merged_.master.emplace_back();
        result.entity = &entity_;
        result.id = masterId_;
        result.version = stored->version.value_or(0);
        hideFields(*caller_.principal, entity_, *stored);
        result.record = std::move(stored);
    }

    [[nodiscard]] std::string json(const Record &record) const {
        std::string text;
        writeJson(text, record, {.fields = &store_.storedMask});
        return text;
    }

    Operations::Implementation &state_;
    const auth::Caller &caller_;
    const RecordMerge &merge_;
    const EntityStore &store_;
    const EntityType &entity_;
    std::string masterId_;
    std::vector<std::string> victimIds_;
    std::vector<std::string> group_;  // victims and master
    RecordPtr master_;
    std::vector<RecordPtr> victims_;
    Merged merged_;
};

}  // namespace

Merged mergeRecords(Operations &operations, const auth::Caller &caller, const RecordMerge &merge,
                    const BeforeMergeCommit &beforeCommit) {
    requireMerging(caller);
    MergeCall call(operations.implementation(), caller, merge);
    Merged merged;
    inMergeTransaction(operations.implementation(), caller, [&](MergeStep &step) {
        merged = call.attempt(step);
        Batch batch;
        if (beforeCommit) beforeCommit(merged, batch);
        if (!batch.empty()) step.transaction.run(std::move(batch));
    });
    return merged;
}

void refuseMerged(Transaction &transaction, const Record &record) {
    const Field *const field = record.structType().find(mergedIntoField);
    if (field == nullptr || isEmpty(*field, record)) return;
    std::string const mergeId = mergeOf(transaction, record);
    throw Error(ErrorCode::conflict, "The record was merged into " +
                                         memberAs<std::optional<std::string>>(*field, record).value() +
                                         ". It comes back by taking the merge back: unmergeRecords, or POST"
                                         " /api/v1/merges/" +
                                         mergeId + "/undo.");
}

std::int64_t forgetMerges(Operations &operations) {
    // Of a victim that is still in the recycle bin it must be known that it was merged.
    static const Statement forget{
        "forgetMerges",
        "WITH old AS (SELECT id, undone_at IS NOT NULL OR master_before = 'null' AS over FROM merge_journal"
        " WHERE at < now() - make_interval(days => $1) AND (undone_at IS NOT NULL OR master_before <> '{}')),"
        " gone AS (DELETE FROM merge_journal j USING old WHERE j.id = old.id AND old.over),"
        " children AS (DELETE FROM merge_child c USING old WHERE c.merge_id = old.id AND NOT old.over),"
        " emptied AS (UPDATE merge_journal j SET master_before = '{}', master_after = '{}', victims_before = '[]'"
        " FROM old WHERE j.id = old.id AND NOT old.over) SELECT count(*) FROM old"};
    return operations.pool().run(forget, std::move(Parameters().integer4(unmergeDays))).integer(0, 0);
}

}  // namespace kontor::entity
