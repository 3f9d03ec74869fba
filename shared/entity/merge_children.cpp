#include "shared/entity/merge_children.h"

#include "shared/entity/json.h"
#include "shared/postgres/copy.h"

#include <boost/json.hpp>

#include <algorithm>

namespace kontor::entity {

using postgres::CopyIn;
using postgres::DatabaseError;
using postgres::Parameters;
using postgres::Rows;
using postgres::Statement;

namespace {

const Statement selectMoved{"selectMerged", "SELECT entity, record_id, version, fields FROM merge_child WHERE"
                                            " merge_id = $1 ORDER BY entity, record_id"};

/// The condition of a record that refers to one of $1.
std::string refersToVictim(const Referrer &referrer, std::string_view entity) {
    std::string condition;
    for (const Reference &reference : referrer.references) {
        if (!condition.empty()) condition += " OR ";
        std::string const points = "t." + std::string(reference.field->column) + " = ANY($1)";
        condition += reference.entityField == nullptr ? points
                                                      : "(t." + std::string(reference.entityField->column) + " = '" +
                                                            std::string(entity) + "' AND " + points + ")";
    }
    return condition;
}

/// Links that would be alike when all of $2 (the records that are merged) are one: those of $1 that say nothing that
/// another link does not. Of two that would be moved ($3: the victims) the older one stays.
Statement selectTwice(const Referrer &referrer, std::string_view entity) {
    std::string const table(referrer.store->entity.table);
    std::string condition;
    std::string stays;
    for (const Field *const field : referrer.link) {
        std::string const column(field->column);
        std::string const same = "o." + column + " = t." + column;
        bool const merged = field->references == entity;
        condition +=
            " AND " + (merged ? "(" + same + " OR (t." + column + " = ANY($2) AND o." + column + " = ANY($2)))" : same);
        if (merged) stays += (stays.empty() ? "" : " AND ") + ("o." + column + " <> ALL($3)");
    }
    std::size_t const common = Record::contractType().fields.size();
    for (const Field &field : referrer.store->entity.type->fields.subspan(common)) {
        if (field.column.empty() || std::ranges::find(referrer.link, &field) != referrer.link.end()) continue;
        std::string const column(field.column);
        bool const list = field.kind == Kind::textList;
        condition += list ? " AND t." + column + " <@ o." + column
                          : " AND (t." + column + " IS NULL OR t." + column + " = o." + column + ")";
    }
    return {"selectTwice", "SELECT t.id FROM " + table +
                               " t WHERE t.id = ANY($1) AND t.deleted_at IS NULL AND EXISTS"
                               " (SELECT FROM " +
                               table + " o WHERE o.deleted_at IS NULL AND o.id <> t.id" + condition +
                               " AND t.tags <@ o.tags AND t.custom_fields <@ o.custom_fields AND ((" + stays +
                               ") OR o.id < t.id))"};
}

}  // namespace

ChildMover::ChildMover(MergeStep &step, std::string_view entity, std::vector<std::string> victimIds,
                       std::string masterId)
    : step_(step), entity_(entity), victimIds_(std::move(victimIds)), masterId_(std::move(masterId)),
      group_(victimIds_) {
    group_.push_back(masterId_);
}

void ChildMover::moveAll() {
    for (const Referrer &referrer : referrersOf(step_.state, entity_)) moveAll(referrer);
}

void ChildMover::moveAll(const Referrer &referrer) {
    Statement const select{"selectChildren", "SELECT t.id FROM " + std::string(referrer.store->entity.table) +
                                                 " t WHERE (" + refersToVictim(referrer, entity_) +
                                                 ") AND t.id <> ALL($2) ORDER BY t.id"};
    Rows const rows = step_.transaction.run(select, std::move(Parameters().uuidArray(victimIds_).uuidArray(group_)));
    std::vector<std::string> ids;
    for (int row = 0; row < rows.size(); ++row) {
        ids.push_back(rows.uuid(row, 0));
        if (ids.size() < mergeChunk && row + 1 < rows.size()) continue;
        moveSome(referrer, ids);
        ids.clear();
    }
}

void ChildMover::moveSome(const Referrer &referrer, const std::vector<std::string> &ids) {
    const EntityStore &store = *referrer.store;
    Rows const rows = step_.transaction.run(store.selectForUpdate, std::move(Parameters().uuidArray(ids)));
    std::set<std::string> const twice = alike(referrer, ids);
    std::vector<Move> moves;
    for (int row = 0; row < rows.size(); ++row) {
        Move move{store.read(rows, row), {}};
        move.after = nextOf(step_, *move.before);
        bool any = false;
        for (const Reference &reference : referrer.references) {
            if (!isVictims(reference, *move.before)) continue;
            reference.set(*move.after, masterId_);
            any = true;
        }
        if (!any) continue;  // changed since it was found
        if (twice.contains(move.before->id.value())) {
            removeTwice(store, *move.before);
        } else {
            moves.push_back(std::move(move));
        }
    }
    writeMoves(step_, referrer, moves);
    for (const Move &move : moves) {
        if (move.refused) {
            removeTwice(store, *move.before);
        } else {
            remember(referrer, move);
        }
    }
}

bool ChildMover::isVictims(const Reference &reference, const Record &record) const {
    auto const &id = reference.idIn(record);
    return id && reference.pointsTo(entity_, record) && std::ranges::find(victimIds_, *id) != victimIds_.end();
}

std::set<std::string> ChildMover::alike(const Referrer &referrer, const std::vector<std::string> &ids) const {
    std::set<std::string> found;
    bool const linked =
        std::ranges::any_of(referrer.link, [&](const Field *field) { return field->references == entity_; });
    if (!linked) return found;
    Rows const rows = step_.transaction.run(
        selectTwice(referrer, entity_), std::move(Parameters().uuidArray(ids).uuidArray(group_).uuidArray(victimIds_)));
    for (int row = 0; row < rows.size(); ++row) found.insert(rows.uuid(row, 0));
    return found;
}

void ChildMover::removeTwice(const EntityStore &store, const Record &record) {
    RecordPtr after = nextOf(step_, record);
    after->deletedAt = step_.now;
    rows_.push_back({store.entity.name, after->id.value(), after->version.value_or(0), "{}"});
    writeRecord(step_, store, record, std::move(after), "deleted");
}

void ChildMover::remember(const Referrer &referrer, const Move &move) {
    std::string fields = "{";
    for (const Reference &reference : referrer.references) {
        auto const &before = reference.idIn(*move.before);
        if (before == reference.idIn(*move.after)) continue;
        if (fields.size() > 1) fields += ',';
        writeJsonString(fields, reference.field->name);
        fields += ":\"" + before.value() + '"';
    }
    const Record &after = *move.after;
    rows_.push_back({referrer.store->entity.name, after.id.value(), after.version.value_or(0), fields + '}'});
    ++moved_;
}

void ChildMover::keep(const std::string &mergeId) const {
    if (rows_.empty()) return;
    CopyIn copy(step_.transaction, "merge_child (merge_id, entity, record_id, version, fields)");
    for (const Row &row : rows_) {
        copy.row(Parameters().uuid(mergeId).text(row.entity).uuid(row.id).integer(row.version).json(row.fields));
    }
    copy.finish();
}

MergeConflict conflictOf(const EntityType &entity, const std::string &id, std::string_view field, std::string reason) {
    MergeConflict conflict;
    conflict.entity = std::string(entity.name);
    conflict.id = id;
    if (!field.empty()) conflict.field = std::string(field);
    conflict.reason = std::move(reason);
    return conflict;
}

namespace {

/// A row of merge_child.
struct Moved {
    std::string id;
    std::int64_t version = 0;
    std::map<std::string, std::string> fields;  // name to victim; none = put into the recycle bin
};

class ChildReturner {
  public:
    ChildReturner(MergeStep &step, std::string_view entity, const std::string &masterId,
                  const std::vector<std::string> &restored)
        : step_(step), entity_(entity), masterId_(masterId), restored_(restored) {}

    ReturnedChildren run(const std::string &mergeId) {
        Rows const rows = step_.transaction.run(selectMoved, std::move(Parameters().uuid(mergeId)));
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
            moveSome(rows.text(row, 0), some);
            some.clear();
        }
        return std::move(result_);
    }

  private:
    void addConflict(const EntityType &entity, const std::string &id, std::string_view field, std::string reason) {
        result_.conflicts.push_back(conflictOf(entity, id, field, std::move(reason)));
    }

    void moveSome(std::string_view name, const std::vector<Moved> &some) {
        auto const referrers = referrersOf(step_.state, entity_);
        auto const referrer = std::ranges::find_if(
            referrers, [&](const Referrer &candidate) { return candidate.store->entity.name == name; });
        if (referrer == referrers.end()) return;
        const EntityStore &store = *referrer->store;
        std::map<std::string, RecordPtr> records = read(store, some);
        std::vector<Move> moves;
        for (const Moved &moved : some) {
            auto const found = records.find(moved.id);
            if (found == records.end()) {
                addConflict(store.entity, moved.id, {}, "is no longer there");
            } else if (moved.fields.empty()) {
                restore(store, moved, *found->second);
            } else {
                prepare(*referrer, moved, std::move(found->second), moves);
            }
        }
        writeMoves(step_, *referrer, moves);
        for (const Move &move : moves) {
            if (move.refused) {
                addConflict(store.entity, *move.before->id, {}, "would be there twice");
            } else {
                ++result_.moved;
            }
        }
    }

    std::map<std::string, RecordPtr> read(const EntityStore &store, const std::vector<Moved> &some) {
        std::vector<std::string> ids;
        for (const Moved &moved : some) ids.push_back(moved.id);
        Rows const rows = step_.transaction.run(store.selectForUpdate, std::move(Parameters().uuidArray(ids)));
        std::map<std::string, RecordPtr> records;
        for (int row = 0; row < rows.size(); ++row) {
            RecordPtr record = store.read(rows, row);
            std::string const id = record->id.value();
            records[id] = std::move(record);
        }
        return records;
    }

    /// What would have been there twice comes out of the recycle bin.
    void restore(const EntityStore &store, const Moved &moved, const Record &current) {
        if (!current.deletedAt || current.version != moved.version) {
            return addConflict(store.entity, moved.id, {}, changedSinceMerge);
        }
        RecordPtr after = nextOf(step_, current);
        after->deletedAt.reset();
        step_.transaction.savepoint();
        try {
            writeRecord(step_, store, current, std::move(after), "undeleted");
        } catch (const DatabaseError &failure) {
            if (failure.sqlState != "23505") throw;
            step_.transaction.rollbackToSavepoint();
            addConflict(store.entity, moved.id, {}, "would be there twice");
        }
    }

    void prepare(const Referrer &referrer, const Moved &moved, RecordPtr current, std::vector<Move> &moves) {
        const EntityType &entity = referrer.store->entity;
        RecordPtr after = nextOf(step_, *current);
        bool any = false;
        for (const auto &[name, victimId] : moved.fields) {
            const Reference *const reference = referrer.find(name);
            bool const still = reference != nullptr && reference->idIn(*current) == masterId_ &&
                               reference->pointsTo(entity_, *current);
            if (!still) {
                addConflict(entity, moved.id, name, changedSinceMerge);
            } else if (std::ranges::find(restored_, victimId) == restored_.end()) {
                addConflict(entity, moved.id, name, "belonged to a record that is not back");
            } else if (entity.name == entity_ && isAbove(entity, *reference->field, moved.id, victimId)) {
                addConflict(entity, moved.id, name, "would make the record its own ancestor now");
            } else {
                reference->set(*after, victimId);
                any = true;
            }
        }
        if (any) moves.push_back({std::move(current), std::move(after)});
    }

    bool isAbove(const EntityType &entity, const Field &field, const std::string &id, const std::string &victimId) {
        auto const [way, isNew] = ways_.try_emplace({std::string(field.name), victimId});
        if (isNew) way->second = wayUp(step_.transaction, entity, field, victimId);
        return std::ranges::find(way->second, id) != way->second.end();
    }

    MergeStep &step_;
    std::string_view entity_;
    const std::string &masterId_;
    const std::vector<std::string> &restored_;
    std::map<std::pair<std::string, std::string>, std::vector<std::string>> ways_;  // by field and victim
    ReturnedChildren result_;
};

}  // namespace

ReturnedChildren returnChildren(MergeStep &step, std::string_view entity, const std::string &mergeId,
                                const std::string &masterId, const std::vector<std::string> &restored) {
    return ChildReturner(step, entity, masterId, restored).run(mergeId);
}

}  // namespace kontor::entity
