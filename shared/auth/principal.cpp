#include "shared/auth/principal.h"

namespace kontor::auth {

EntityRights Principal::rightsOn(std::string_view entity) const {
    if (administrator) return {true, Scope::all, Scope::all, Scope::all};
    auto const found = entities.find(entity);
    if (found != entities.end()) return found->second;
    auto const any = entities.find("*");
    return any == entities.end() ? EntityRights{} : any->second;
}

FieldRight Principal::rightOn(std::string_view entity, std::string_view field) const {
    if (administrator || fields.empty()) return FieldRight::write;
    std::string key(entity);
    key += '.';
    key += field;
    auto const found = fields.find(key);
    return found == fields.end() ? FieldRight::write : found->second;
}

bool Principal::may(std::string_view permission) const { return administrator || permissions.contains(permission); }

}  // namespace kontor::auth
