#pragma once

// How the generated tables reach members, lists and optional members of structures. Used by generated code only.

#include "shared/contract/description.h"

#include <memory>
#include <optional>
#include <vector>

namespace kontor {

template <typename S> std::unique_ptr<Object> createObject() { return std::make_unique<S>(); }

template <typename S, typename T> S ownerOf(T S::*);  // of a pointer to member; never called

template <auto Member> void *memberAddress(Object &object) {
    using S = decltype(ownerOf(Member));
    return &(static_cast<S &>(object).*Member);
}

template <typename S>
inline constexpr StructureAccess listAccess{
    [](const void *member) { return static_cast<const std::vector<S> *>(member)->size(); },
    [](const void *member, std::size_t index) -> const Object & {
        return (*static_cast<const std::vector<S> *>(member))[index];
    },
    [](void *member) -> Object & { return static_cast<std::vector<S> *>(member)->emplace_back(); },
    [](void *member) { static_cast<std::vector<S> *>(member)->clear(); },
};

template <typename S>
inline constexpr StructureAccess optionalAccess{
    [](const void *member) {
        return static_cast<const std::optional<S> *>(member)->has_value() ? std::size_t{1} : std::size_t{0};
    },
    [](const void *member, std::size_t) -> const Object & { return **static_cast<const std::optional<S> *>(member); },
    [](void *member) -> Object & { return static_cast<std::optional<S> *>(member)->emplace(); },
    [](void *member) { static_cast<std::optional<S> *>(member)->reset(); },
};

}  // namespace kontor
