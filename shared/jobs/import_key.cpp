#include "shared/jobs/import_key.h"

#include "shared/entity/custom_fields.h"
#include "shared/entity/json.h"
#include "shared/entity/members.h"

#include <algorithm>
#include <utility>

namespace kontor::jobs {

using entity::Action;
using entity::ImportRow;
using entity::LookupField;
using entity::Operations;
using entity::RecordPtr;
using entity::RecordResult;
using entity::Write;

namespace {

/// By now the field may be gone or hidden: the job was asked for earlier.
LookupField requireField(Operations &operations, const auth::Caller &caller, const EntityType &entity,
                         const std::string &name) {
    auto const field = entity::lookupField(operations, caller, entity, name);
    if (field) return *field;
    throw Error(ErrorCode::validation, std::string(entity.labelPlural) + " cannot be known by " + name + ".");
}

const std::optional<std::string> &textOf(const Field &field, const Object &item) {
    return memberAs<std::optional<std::string>>(field, item);
}

bool sameText(const std::optional<std::string> &a, const std::optional<std::string> &b) {
    return a && b && std::ranges::equal(*a, *b, [](unsigned char x, unsigned char y) {
               return std::tolower(x) == std::tolower(y);
           });
}

/// What the given item says, over the other; true when that changes something.
bool overlayItem(const Object &given, Object &item, const Field &key) {
    bool changed = false;
    for (const Field &member : item.structType().fields) {
        if (member.writable == Writable::never || &member == &key || isEmpty(member, given)) continue;
        if (entity::equalMember(member, given, item)) continue;
        entity::copyMember(member, given, item);
        changed = true;
    }
    return changed;
}

Object *itemAt(const Field &list, Object &record, const Field &key, const std::optional<std::string> &value) {
    void *const items = list.member(record);
    for (std::size_t i = 0; i < list.items->size(items); ++i) {
        auto &item = const_cast<Object &>(list.items->at(items, i));
        if (sameText(textOf(key, item), value)) return &item;
    }
    return nullptr;
}

}  // namespace

ImportKey::ImportKey(Operations &operations, const auth::Caller &caller, const EntityType &entity, std::string mode,
                     std::string name)
    : operations_(operations), caller_(caller), entity_(entity), mode_(std::move(mode)), name_(std::move(name)),
      field_(requireField(operations, caller, entity, name_)) {}

std::size_t ImportKey::decide(std::span<ImportRow> rows) {
    decisions_.clear();
    decisions_.resize(rows.size());
    Found const found = find(rows);
    std::set<std::string> touched;  // values and records of the rows before
    std::size_t count = 0;
    for (; count < rows.size(); ++count) {
        ImportRow &row = rows[count];
        if (row.refused()) continue;
        Decision &decision = decisions_[count];
        auto const ids = matches(found, decision);
        auto const isTouched = [&](const std::string &one) { return touched.contains(one); };
        if (std::ranges::any_of(decision.values, isTouched) || std::ranges::any_of(ids, isTouched)) break;
        judge(row, decision, ids);
        if (row.refused()) continue;
        touched.insert(decision.values.begin(), decision.values.end());
        if (!decision.id.empty()) touched.insert(decision.id);
    }
    decisions_.resize(count);
    loadExisting();
    return count;
}

ImportKey::Found ImportKey::find(std::span<ImportRow> rows) {
    std::set<std::string> values;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (rows[i].refused()) continue;
        decisions_[i].values = entity::lookupValues(field_, *rows[i].record);
        values.insert(decisions_[i].values.begin(), decisions_[i].values.end());
    }
    return entity::findByValues(operations_, caller_, entity_, field_,
                                std::vector<std::string>(values.begin(), values.end()));
}

/// The records that have one of the values: those stored, and as the rows before a preview's row would have left them.
std::set<std::string> ImportKey::matches(const Found &found, const Decision &decision) const {
    std::set<std::string> ids;
    for (const std::string &value : decision.values) {
        if (auto const stored = found.find(value); stored != found.end()) {
            for (const std::string &id : stored->second) {
                if (!valuesNow_.contains(id)) ids.insert(id);
            }
        }
        if (auto const now = idsNow_.find(value); now != idsNow_.end())
            ids.insert(now->second.begin(), now->second.end());
    }
    return ids;
}

void ImportKey::judge(ImportRow &row, Decision &decision, const std::set<std::string> &ids) const {
    if (decision.values.empty()) {
        if (mode_ != "create") refuse(row, "REQUIRED", "must not be empty");
        return;
    }
    std::string const &value = decision.values.front();
    if (mode_ == "create") {
        if (ids.empty()) return;
        std::string const &id = *ids.begin();
        refuse(row, "DUPLICATE",
               kept_.contains(id) ? value + " stands in an earlier row" : value + " belongs to the record " + id);
    } else if (ids.size() > 1) {
        refuse(row, "AMBIGUOUS", value + " fits several records");
    } else if (ids.size() == 1) {
        decision.id = *ids.begin();
    } else if (mode_ == "update") {
        refuse(row, "NOT_FOUND", value + " fits no record that you may see");
    }
}

void ImportKey::refuse(ImportRow &row, const char *code, std::string detail) const {
    row.errors.push_back({entity::pointerTo("", name_), code, std::move(detail)});
}

/// What rows that name records by one of several addresses have to know of the others.
void ImportKey::loadExisting() {
    if (field_.member == nullptr) return;
    std::vector<entity::RecordKey> keys;
    std::vector<std::size_t> rows;
    for (std::size_t i = 0; i < decisions_.size(); ++i) {
        Decision &decision = decisions_[i];
        if (decision.id.empty() || kept_.contains(decision.id)) continue;
        keys.push_back({&entity_, decision.id, {}, {}, {}});
        rows.push_back(i);
    }
    auto records = operations_.retrieveRecords(caller_, keys, {std::string(field_.field->name)});
    for (std::size_t i = 0; i < records.size(); ++i) decisions_[rows[i]].existing = std::move(records[i]);
}

Write ImportKey::writeOf(std::size_t row, RecordPtr record) const {
    const Decision &decision = decisions_[row];
    Write write;
    if (decision.id.empty()) {
        write.record = std::move(record);
        return write;
    }
    bool const earlier = isAboutEarlier(row);
    RecordPtr const before = earlier ? keptRecord(decision.id) : nullptr;
    const Record *const existing = earlier ? before.get() : decision.existing.get();
    if (field_.member == nullptr) {
        clear(*field_.field, *record);  // it is what found the record, and stays
    } else if (existing != nullptr) {
        keepItems(*existing, *record);
    }
    if (!earlier) {
        write.action = Action::update;
        write.key.id = decision.id;
        write.record = std::move(record);
        return write;
    }
    // The record is not there to be changed: the preview creates it as it would be then.
    write.record = entity::newRecord(entity_);
    entity::overlay(*record, *before, *write.record);
    entity::mergeCustomFields(*before, *record, *write.record);
    write.record->fieldsToNull.clear();
    write.record->id.reset();
    write.record->version.reset();
    return write;
}

/// A record keeps the addresses that it has: those of the row are added to them.
void ImportKey::keepItems(const Record &existing, Record &record) const {
    const Field &list = *field_.field;
    const Field &key = *field_.member;
    auto const kept = entity::newRecord(entity_);
    auto const append = [&](const Object &item) {
        Object &added = list.items->append(list.member(*kept));
        for (const Field &member : item.structType().fields) {
            if (member.writable != Writable::never) entity::copyMember(member, item, added);
        }
    };
    const void *const before = list.member(const_cast<Record &>(existing));
    for (std::size_t i = 0; i < list.items->size(before); ++i) append(list.items->at(before, i));
    bool changed = false;
    const void *const given = list.member(record);
    for (std::size_t i = 0; i < list.items->size(given); ++i) {
        const Object &item = list.items->at(given, i);
        Object *const known = itemAt(list, *kept, key, textOf(key, item));
        if (known == nullptr) append(item);
        changed = known == nullptr || overlayItem(item, *known, key) || changed;
    }
    if (changed) {
        entity::copyMember(list, *kept, record);
    } else {
        clear(list, record);
    }
}

RecordPtr ImportKey::keptRecord(const std::string &id) const {
    auto record = entity::newRecord(entity_);
    entity::readJson(std::string_view(kept_.at(id)), *record);
    for (const Field &field : record->structType().fields) {
        if (field.writable == Writable::never) clear(field, *record);
    }
    return record;
}

void ImportKey::keep(std::size_t row, const RecordResult &result) {
    const Decision &decision = decisions_[row];
    bool const made = decision.id.empty() || isAboutEarlier(row);
    std::string const &id = decision.id.empty() ? result.id : decision.id;
    for (const std::string &value : valuesNow_[id]) idsNow_[value].erase(id);
    auto &values = valuesNow_[id] = entity::lookupValues(field_, *result.record);
    for (const std::string &value : values) idsNow_[value].insert(id);
    if (!made) return;
    std::string &json = kept_[id];
    json.clear();
    if (mode_ == "upsert") entity::writeJson(json, *result.record);  // only there are they changed again
}

}  // namespace kontor::jobs
