#pragma once

// What refers to records that are merged: moved to the master, and back. The records may be those of another service;
// only their ids and the name of their entity matter. Private to this folder.

#include "shared/entity/merge_steps.h"

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::entity {

class ChildMover {
  public:
    ChildMover(MergeStep &step, std::string_view entity, std::vector<std::string> victimIds, std::string masterId);

    /// All that refers to a victim, of every entity of this service. What would then be there twice goes to the recycle
    /// bin as it is.
    void moveAll();
    /// Writes down what was moved, for a merge that is in the journal.
    void keep(const std::string &mergeId) const;
    /// How many refer to the master now.
    [[nodiscard]] std::int64_t moved() const { return moved_; }
    [[nodiscard]] bool touchedAny() const { return !rows_.empty(); }

  private:
    struct Row {
        std::string_view entity;
        std::string id;
        std::int64_t version = 0;
        std::string fields;
    };

    void moveAll(const Referrer &referrer);
    void moveSome(const Referrer &referrer, const std::vector<std::string> &ids);
    [[nodiscard]] bool isVictims(const Reference &reference, const Record &record) const;
    [[nodiscard]] std::set<std::string> alike(const Referrer &referrer, const std::vector<std::string> &ids) const;
    void removeTwice(const EntityStore &store, const Record &record);
    void remember(const Referrer &referrer, const Move &move);

    MergeStep &step_;
    std::string entity_;
    std::vector<std::string> victimIds_;
    std::string masterId_;
    std::vector<std::string> group_;  // victims and master
    std::vector<Row> rows_;
    std::int64_t moved_ = 0;
};

struct ReturnedChildren {
    std::int64_t moved = 0;
    std::vector<MergeConflict> conflicts;
};

/// Moves back what a merge has moved, to those of its victims that are back; what has been changed since stays.
[[nodiscard]] ReturnedChildren returnChildren(MergeStep &step, std::string_view entity, const std::string &mergeId,
                                              const std::string &masterId, const std::vector<std::string> &restored);

[[nodiscard]] MergeConflict conflictOf(const EntityType &entity, const std::string &id, std::string_view field,
                                       std::string reason);

constexpr const char *changedSinceMerge = "has been changed since the merge";

}  // namespace kontor::entity
