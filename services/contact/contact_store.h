#pragma once

// The tables that hang below accounts and contacts: e-mail addresses and phone numbers (each a record with a state of
// its own, shared by all who have it) and postal addresses.

#include "shared/entity/operations.h"

#include <string_view>
#include <vector>

namespace kontor::contact {

/// The child collections of an entity that has e-mail addresses, phone numbers and postal addresses.
[[nodiscard]] std::vector<entity::ChildCollection> reachability();

}  // namespace kontor::contact
