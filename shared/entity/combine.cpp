#include "shared/entity/combine.h"

#include "shared/contract/uuid.h"
#include "shared/entity/members.h"
#include "shared/entity/merge.h"
#include "shared/entity/validate.h"

#include <algorithm>
#include <map>
#include <set>

namespace kontor::entity {

namespace {

constexpr std::string_view customPrefix = "customFields.";

bool isList(const Field &field) { return field.kind == Kind::textList || field.kind == Kind::structureList; }

/// An amount of money, which means nothing without its currency.
bool isAmount(const Field &field) {
    return field.kind == Kind::decimal && field.totalDigits == 19 && field.fractionDigits == 4;
}

const Field *currencyOf(const EntityType &entity) {
    const Field *const field = entity.type->find("currency");
    return field != nullptr && field->kind == Kind::text ? field : nullptr;
}

/// Two items of a list that stand for the same: alike in what an item must have, or in all, where that is nothing.
bool sameItem(const Object &a, const Object &b) {
    bool keyed = false;
    for (const Field &field : a.structType().fields) {
        if (!field.required) continue;
        keyed = true;
        if (!equalMember(field, a, b)) return false;
    }
    if (keyed) return true;
    return std::ranges::all_of(a.structType().fields, [&](const Field &field) {
        return field.writable == Writable::never || equalMember(field, a, b);
    });
}

void copyItem(const Object &from, Object &to) {
    for (const Field &field : from.structType().fields) copyMember(field, from, to);
}

void uniteStructures(const Field &field, const Object &from, Object &into) {
    void *const target = field.member(into);
    const void *const source = field.member(const_cast<Object &>(from));
    for (std::size_t i = 0; i < field.items->size(source); ++i) {
        const Object &item = field.items->at(source, i);
        bool known = false;
        for (std::size_t j = 0; j < field.items->size(target) && !known; ++j) {
            known = sameItem(field.items->at(target, j), item);
        }
        if (!known) copyItem(item, field.items->append(target));
    }
}

void unite(const Field &field, const Object &from, Object &into) {
    if (field.kind == Kind::structureList) return uniteStructures(field, from, into);
    auto &list = memberAs<std::vector<std::string>>(field, into);
    for (const std::string &item : memberAs<std::vector<std::string>>(field, from)) {
        if (std::ranges::find(list, item) == list.end()) list.push_back(item);
    }
}

std::size_t sizeOf(const Field &field, const Object &object) {
    if (field.kind == Kind::textList) return memberAs<std::vector<std::string>>(field, object).size();
    return field.items->size(field.member(const_cast<Object &>(object)));
}

void setCustomField(Record &record, const std::string &name, const Record &from) {
    std::erase_if(record.customFields, [&](const CustomField &field) { return field.name == name; });
    auto const found =
        std::ranges::find_if(from.customFields, [&](const CustomField &field) { return field.name == name; });
    if (found != from.customFields.end()) record.customFields.push_back(*found);
}

class Combination {
  public:
    explicit Combination(const CombineInput &input)
        : input_(input), entity_(input.store.entity), result_(newRecord(input.store.entity)) {}

    RecordPtr make() {
        copyItem(input_.master, *result_);
        dropOwnCircles();
        takeChoices();
        for (const StoredField &stored : input_.store.fields) {
            if (isOpen(*stored.field)) fill(*stored.field);
        }
        fillAmounts();
        fillCurrency();
        checkSizes();
        if (!errors_.empty()) throw validationError(std::move(errors_));
        return std::move(result_);
    }

  private:
    void refuse(std::size_t choice, std::string_view member, std::string code, std::string detail) {
        errors_.push_back(
            {"/choices/" + std::to_string(choice) + '/' + std::string(member), std::move(code), std::move(detail)});
    }

    /// Open to being filled: writable for everybody and for this caller, and not chosen.
    [[nodiscard]] bool isOpen(const Field &field) const {
        static const std::set<std::string_view> own{"id", "version", "ownerId", "teamId", "fieldsToNull"};
        return field.writable != Writable::never && !own.contains(field.name) && !chosen_.contains(field.name) &&
               !isAmount(field) && &field != currencyOf(entity_) && input_.mayWrite(field);
    }

    /// A master below one of its victims takes that one's place.
    void dropOwnCircles() {
        for (const StoredField &stored : input_.store.fields) {
            if (refersToItsOwn(entity_, *stored.field) && leadsBack(*stored.field, *result_)) {
                clear(*stored.field, *result_);
            }
        }
    }

    [[nodiscard]] bool leadsBack(const Field &field, const Record &record) const {
        auto const &id = memberAs<std::optional<std::string>>(field, record);
        return id && input_.leadsBack(field, *id);
    }

    [[nodiscard]] const Record *recordOf(const std::string &id) const {
        auto const wanted = parseUuid(id);
        if (wanted && wanted == parseUuid(input_.master.id.value_or(""))) return &input_.master;
        for (const RecordPtr &victim : input_.victims) {
            if (wanted && wanted == parseUuid(victim->id.value_or(""))) return victim.get();
        }
        return nullptr;
    }

    void takeChoices() {
        for (std::size_t i = 0; i < input_.choices.size(); ++i) {
            const MergeChoice &choice = input_.choices[i];
            std::string const name = choice.field.value_or("");
            const Record *const from = recordOf(choice.fromId.value_or(""));
            if (from == nullptr) {
                refuse(i, "fromId", "UNKNOWN_REFERENCE", "is not one of the records that are merged");
            } else if (name.starts_with(customPrefix)) {
                takeCustomField(i, name.substr(customPrefix.size()), *from);
            } else {
                takeField(i, name, *from);
            }
        }
        takeAmounts();
    }

    void takeCustomField(std::size_t index, const std::string &name, const Record &from) {
        if (!isDefined(name)) return refuse(index, "field", "UNKNOWN_FIELD", "is not defined");
        if (!input_.mayWrite(*entity_.type->find("customFields"))) {
            return refuse(index, "field", "NOT_WRITABLE", "You may not change this field.");
        }
        if (!customChosen_.insert(name).second) return refuse(index, "field", "DUPLICATE", "is chosen twice");
        setCustomField(*result_, name, from);
    }

    void takeField(std::size_t index, const std::string &name, const Record &from) {
        const StoredField *const stored = input_.store.find(name);
        if (stored == nullptr) return refuse(index, "field", "UNKNOWN_FIELD", "is not a field of this entity");
        const Field &field = *stored->field;
        if (field.writable != Writable::always || name == "version") {
            return refuse(index, "field", "READ_ONLY", "is set by the server, or once for all");
        }
        if (!input_.mayWrite(field)) {
            return refuse(index, "field", "NOT_WRITABLE", "You may not change this field.");
        }
        if (!chosen_.emplace(field.name, std::pair{index, &from}).second) {
            return refuse(index, "field", "DUPLICATE", "is chosen twice");
        }
        if (refersToItsOwn(entity_, field) && &from != &input_.master && leadsBack(field, from)) {
            return refuse(index, "field", "CYCLE", "would make the record its own ancestor");
        }
        if (&from != &input_.master) copyMember(field, from, *result_);
    }

    /// Of the currency that a chosen amount is in, if that is not chosen and no other amount is in another.
    void takeAmounts() {
        const Field *const currency = currencyOf(entity_);
        if (currency == nullptr) return;
        for (const auto &[name, choice] : chosen_) {
            const Field &field = *entity_.type->find(name);
            if (!isAmount(field) || isEmpty(field, *choice.second)) continue;
            if (!chosen_.contains(currency->name) && !hasAmount(true)) {
                copyMember(*currency, *choice.second, *result_);
            }
            if (!equalMember(*currency, *choice.second, *result_)) {
                refuse(choice.first, "field", "CONTRADICTION",
                       "is in another currency there; choose the currency from there too");
            }
        }
    }

    [[nodiscard]] bool hasAmount(bool unchosenOnly) const {
        return std::ranges::any_of(input_.store.fields, [&](const StoredField &stored) {
            return isAmount(*stored.field) && !isEmpty(*stored.field, *result_) &&
                   !(unchosenOnly && chosen_.contains(stored.field->name));
        });
    }

    void fill(const Field &field) {
        for (const RecordPtr &victim : input_.victims) {
            if (field.name == "customFields") {
                fillCustomFields(*victim);
            } else if (isList(field)) {
                unite(field, *victim, *result_);
            } else if (isEmpty(field, *result_) && !isEmpty(field, *victim)) {
                if (!refersToItsOwn(entity_, field) || !leadsBack(field, *victim)) copyMember(field, *victim, *result_);
            }
        }
    }

    [[nodiscard]] bool isDefined(const std::string &customField) const {
        return std::ranges::any_of(input_.customFields,
                                   [&](const CustomFieldType &type) { return type.name == customField; });
    }

    void fillCustomFields(const Record &victim) {
        for (const CustomField &field : victim.customFields) {
            bool const known = customChosen_.contains(field.name.value_or("")) || !isDefined(field.name.value_or("")) ||
                               std::ranges::any_of(result_->customFields,
                                                   [&](const CustomField &own) { return own.name == field.name; });
            if (!known) result_->customFields.push_back(field);
        }
    }

    /// An amount comes from a victim only when it is in the master's currency, or brings its own because there is none.
    void fillAmounts() {
        const Field *const currency = currencyOf(entity_);
        for (const StoredField &stored : input_.store.fields) {
            const Field &field = *stored.field;
            if (!isAmount(field) || field.writable == Writable::never || chosen_.contains(field.name) ||
                !input_.mayWrite(field)) {
                continue;
            }
            for (const RecordPtr &victim : input_.victims) {
                if (!isEmpty(field, *result_)) break;
                if (isEmpty(field, *victim)) continue;
                bool const free = currency != nullptr && !hasAmount(false) && !chosen_.contains(currency->name) &&
                                  input_.mayWrite(*currency);
                if (free) copyMember(*currency, *victim, *result_);
                if (currency == nullptr || equalMember(*currency, *victim, *result_)) {
                    copyMember(field, *victim, *result_);
                }
            }
        }
    }

    void fillCurrency() {
        const Field *const currency = currencyOf(entity_);
        if (currency == nullptr || chosen_.contains(currency->name) || hasAmount(false)) return;
        if (currency->writable != Writable::never && input_.mayWrite(*currency)) fill(*currency);
    }

    void checkSizes() {
        for (const StoredField &stored : input_.store.fields) {
            const Field &field = *stored.field;
            if (!isList(field) || field.maxItems == 0) continue;
            std::size_t const size = sizeOf(field, *result_);
            if (size <= field.maxItems || size <= sizeOf(field, input_.master)) continue;
            errors_.push_back({'/' + std::string(field.name), "TOO_MANY_ITEMS",
                               "would have " + std::to_string(size) + " items of at most " +
                                   std::to_string(field.maxItems) + "; choose from which record to take them"});
        }
    }

    const CombineInput &input_;
    const EntityType &entity_;
    RecordPtr result_;
    std::map<std::string_view, std::pair<std::size_t, const Record *>> chosen_;  // by field: which choice, from where
    std::set<std::string> customChosen_;
    std::vector<FieldError> errors_;
};

}  // namespace

RecordPtr combine(const CombineInput &input) { return Combination(input).make(); }

bool refersToItsOwn(const EntityType &entity, const Field &field) {
    return field.kind == Kind::id && !field.column.empty() && field.references == entity.name &&
           field.name != mergedIntoField;
}

bool sameContent(const Field &field, const Object &a, const Object &b) {
    if (field.kind != Kind::structureList && field.kind != Kind::structure) return equalMember(field, a, b);
    bool const custom = field.structure == &CustomField::contractType();
    const void *const left = field.member(const_cast<Object &>(a));
    const void *const right = field.member(const_cast<Object &>(b));
    if (field.items->size(left) != field.items->size(right)) return false;
    for (std::size_t i = 0; i < field.items->size(left); ++i) {
        const Object &one = field.items->at(left, i);
        const Object &other = field.items->at(right, i);
        for (const Field &member : one.structType().fields) {
            bool const ignored = member.writable == Writable::never || (custom && member.name == "type");
            if (!ignored && !sameContent(member, one, other)) return false;
        }
    }
    return true;
}

RecordPtr changeBetween(const EntityStore &store, const Record &existing, const Record &wanted) {
    RecordPtr change = newRecord(store.entity);
    change->id = existing.id;
    for (const StoredField &stored : store.fields) {
        const Field &field = *stored.field;
        if (field.writable == Writable::never || field.name == "id" || field.name == "version") continue;
        if (field.name == "customFields") {
            for (const CustomField &custom : existing.customFields) {
                bool const kept = std::ranges::any_of(
                    wanted.customFields, [&](const CustomField &other) { return other.name == custom.name; });
                if (kept) continue;
                CustomField &cleared = change->customFields.emplace_back();
                cleared.name = custom.name;
                cleared.value = "";
            }
            for (const CustomField &custom : wanted.customFields) {
                bool const same = std::ranges::any_of(existing.customFields, [&](const CustomField &other) {
                    return other.name == custom.name && other.value == custom.value;
                });
                if (!same) change->customFields.push_back(custom);
            }
        } else if (!sameContent(field, existing, wanted)) {
            if (isEmpty(field, wanted)) {
                change->fieldsToNull.emplace_back(field.name);
            } else {
                copyMember(field, wanted, *change);
            }
        }
    }
    return change;
}

}  // namespace kontor::entity
