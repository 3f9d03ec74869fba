#include "shared/entity/access.h"

#include "contract/common.h"
#include "shared/contract/error.h"
#include "shared/entity/members.h"

#include <algorithm>

namespace kontor::entity {

using auth::FieldRight;
using auth::Principal;
using auth::Scope;

namespace {

[[noreturn]] void refuse(std::string_view verb, const EntityType &entity) {
    throw Error(ErrorCode::forbidden, "You may not " + std::string(verb) + " " + std::string(entity.labelPlural) + ".");
}

}  // namespace

void addReadScope(SqlText &query, const auth::Caller &caller, const EntityType &entity) {
    const Principal &principal = *caller.principal;
    switch (principal.rightsOn(entity.name).read) {
    case Scope::all:
        return;
    case Scope::none:
        refuse("read", entity);
    case Scope::own:
        query.sql += " AND t.owner_id = " + query.next();
        query.parameters.uuid(principal.userId);
        return;
    case Scope::team:
        query.sql += " AND (t.owner_id = " + query.next();
        query.parameters.uuid(principal.userId);
        query.sql += " OR t.team_id = ANY(" + query.next() + "))";
        query.parameters.uuidArray(principal.teamIds);
        return;
    }
}

bool reaches(Scope scope, const Principal &principal, const EntityType &, const Record &record) {
    switch (scope) {
    case Scope::all:
        return true;
    case Scope::none:
        return false;
    case Scope::team:
        if (record.teamId && std::ranges::find(principal.teamIds, *record.teamId) != principal.teamIds.end()) {
            return true;
        }
        [[fallthrough]];
    case Scope::own:
        return record.ownerId == principal.userId;
    }
    return false;
}

void requireCreate(const auth::Caller &caller, const EntityType &entity) {
    if (!caller.principal->rightsOn(entity.name).create) refuse("create", entity);
}

void requireRead(const auth::Caller &caller, const EntityType &entity) {
    if (caller.principal->rightsOn(entity.name).read == Scope::none) refuse("read", entity);
}

bool hidden(const Principal &principal, const EntityType &entity, const Field &field) {
    return !principal.fields.empty() && principal.rightOn(entity.name, field.name) == FieldRight::hidden;
}

void hideFields(const Principal &principal, const EntityType &entity, Record &record) {
    if (principal.fields.empty() || principal.administrator) return;
    for (const Field &field : entity.type->fields) {
        if (hidden(principal, entity, field)) clear(field, record);
    }
}

void requireWritableFields(const Principal &principal, const EntityType &entity, const Record &incoming) {
    if (principal.fields.empty() || principal.administrator) return;
    std::vector<FieldError> errors;
    for (const Field &field : entity.type->fields) {
        bool const touched = !isEmpty(field, incoming) || isCleared(incoming, field.name);
        if (touched && principal.rightOn(entity.name, field.name) != FieldRight::write) {
            errors.push_back({"/" + std::string(field.name), "NOT_WRITABLE", "You may not change this field."});
        }
    }
    if (!errors.empty()) throw Error(ErrorCode::forbidden, "You may not change some of these fields.", errors);
}

}  // namespace kontor::entity
