#include "shared/contract/description.h"

#include <algorithm>

namespace kontor {

const Field *StructType::find(std::string_view fieldName) const {
    auto const found = std::ranges::find(fields, fieldName, &Field::name);
    return found == fields.end() ? nullptr : &*found;
}

const EntityType *ServiceContract::entityByName(std::string_view wanted) const {
    auto const found = std::ranges::find_if(entities, [&](const EntityType *e) { return e->name == wanted; });
    return found == entities.end() ? nullptr : *found;
}

const EntityType *ServiceContract::entityByCollection(std::string_view wanted) const {
    auto const found = std::ranges::find_if(entities, [&](const EntityType *e) { return e->collection == wanted; });
    return found == entities.end() ? nullptr : *found;
}

bool isEmpty(const Field &field, const Object &object) {
    switch (field.kind) {
    case Kind::text:
    case Kind::id:
    case Kind::binary:
        return !memberAs<std::optional<std::string>>(field, object);
    case Kind::integer:
        return !memberAs<std::optional<std::int64_t>>(field, object);
    case Kind::decimal:
        return !memberAs<std::optional<Decimal>>(field, object);
    case Kind::boolean:
        return !memberAs<std::optional<bool>>(field, object);
    case Kind::dateTime:
        return !memberAs<std::optional<DateTime>>(field, object);
    case Kind::date:
        return !memberAs<std::optional<Date>>(field, object);
    case Kind::textList:
        return memberAs<std::vector<std::string>>(field, object).empty();
    case Kind::structure:
    case Kind::structureList:
        return field.items->size(field.member(const_cast<Object &>(object))) == 0;
    }
    return true;
}

void clear(const Field &field, Object &object) {
    switch (field.kind) {
    case Kind::text:
    case Kind::id:
    case Kind::binary:
        memberAs<std::optional<std::string>>(field, object).reset();
        break;
    case Kind::integer:
        memberAs<std::optional<std::int64_t>>(field, object).reset();
        break;
    case Kind::decimal:
        memberAs<std::optional<Decimal>>(field, object).reset();
        break;
    case Kind::boolean:
        memberAs<std::optional<bool>>(field, object).reset();
        break;
    case Kind::dateTime:
        memberAs<std::optional<DateTime>>(field, object).reset();
        break;
    case Kind::date:
        memberAs<std::optional<Date>>(field, object).reset();
        break;
    case Kind::textList:
        memberAs<std::vector<std::string>>(field, object).clear();
        break;
    case Kind::structure:
    case Kind::structureList:
        field.items->clear(field.member(object));
        break;
    }
}

}  // namespace kontor
