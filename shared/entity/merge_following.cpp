// References across services: see followMerges in merge.h.

#include "shared/contract/uuid.h"
#include "shared/entity/json.h"
#include "shared/entity/merge.h"
#include "shared/entity/merge_children.h"

#include <boost/json.hpp>

#include <algorithm>
#include <span>
#include <utility>

namespace kontor::entity {

using postgres::Parameters;
using postgres::Rows;
using postgres::Statement;
using postgres::Transaction;

namespace {

// master_before null: a merge of another service, which only that one can take back.
const Statement insertFollowed{
    "insertFollowedMerge",
    "INSERT INTO merge_journal (id, at, entity, master_id, victim_ids, user_id, interface, request_id, master_before,"
    " master_after, victims_before) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'null', 'null', '[]')"};
const Statement findFollowed{"findFollowedMerge",
                             "SELECT id, master_id FROM merge_journal WHERE entity = $1 AND victim_ids @> $2 AND"
                             " undone_at IS NULL AND master_before = 'null' ORDER BY at DESC LIMIT 1 FOR UPDATE"};
const Statement endFollowed{"endFollowedMerge",
                            "UPDATE merge_journal SET undone_at = $2, undone_by = $3 WHERE id = $1"};

void follow(MergeStep &step, const std::string &entity, const std::string &victimId, const std::string &masterId) {
    ChildMover children(step, entity, {victimId}, masterId);
    children.moveAll();
    if (!children.touchedAny()) return;
    std::string const mergeId = newId();
    std::vector<std::string> const victims{victimId};
    step.transaction.run(insertFollowed, std::move(Parameters()
                                                       .uuid(mergeId)
                                                       .timestamp(step.now)
                                                       .text(entity)
                                                       .uuid(masterId)
                                                       .uuidArray(victims)
                                                       .uuid(step.caller.principal->userId)
                                                       .text(step.caller.interface)
                                                       .text(step.caller.requestId)));
    children.keep(mergeId);
}

void followBack(MergeStep &step, const std::string &entity, const std::string &victimId) {
    std::vector<std::string> const victims{victimId};
    Rows const rows = step.transaction.run(findFollowed, std::move(Parameters().text(entity).uuidArray(victims)));
    if (rows.empty()) return;
    std::string const mergeId = rows.uuid(0, 0);
    (void)returnChildren(step, entity, mergeId, rows.uuid(0, 1), victims);  // what was changed since stays
    step.transaction.run(endFollowed,
                         std::move(Parameters().uuid(mergeId).timestamp(step.now).uuid(step.caller.principal->userId)));
}

/// The master of a victim, from the event of its deletion; empty for a deletion of another kind.
std::string masterIn(const events::Event &event) {
    boost::json::value const record = parseJson(event.payload);
    const auto *const id = record.as_object().if_contains(mergedIntoField);
    return id != nullptr && id->is_string() ? std::string(id->get_string()) : std::string{};
}

void apply(MergeStep &step, const events::Event &event) {
    if (event.kind == "undeleted") return followBack(step, event.entity, event.recordId);
    if (event.kind != "deleted") return;
    std::string const masterId = masterIn(event);
    if (!masterId.empty()) follow(step, event.entity, event.recordId, masterId);
}

bool refersTo(const Operations::Implementation &here, const ServiceContract &there) {
    return std::ranges::any_of(there.entities, [&](const EntityType *entity) {
        return entity->mergeable && !referrersOf(here, entity->name).empty();
    });
}

}  // namespace

events::Subscription followMerges(Operations &here, Operations &there, auth::Caller caller) {
    return {.consumer = "merges." + std::string(there.contract().name),
            .service = there.pool(),
            .target = here.pool(),
            .apply =
                [&here, &there, caller = std::move(caller)](Transaction &transaction,
                                                            std::span<const events::Event> happened) {
                    MergeStep step{here.implementation(), caller, transaction, DateTime::now()};
                    for (const events::Event &event : happened) {
                        const EntityType *const entity = there.contract().entityByName(event.entity);
                        if (entity != nullptr && entity->mergeable) apply(step, event);
                    }
                    for (const auto &[store, record] : step.changed) store->behaviour.afterCommit(*record);
                },
            .interest = {.entities = {}, .kinds = {"deleted", "undeleted"}}};
}

std::vector<events::Subscription> followMerges(const std::vector<Operations *> &services, const auth::Caller &caller) {
    std::vector<events::Subscription> all;
    for (Operations *const here : services) {
        for (Operations *const there : services) {
            bool const needed = here != there && refersTo(here->implementation(), there->contract());
            if (needed) all.push_back(followMerges(*here, *there, caller));
        }
    }
    return all;
}

}  // namespace kontor::entity
