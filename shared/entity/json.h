#pragma once

// Described objects as JSON, both ways.
//
//     std::string body;
//     writeJson(body, account);
//     readJson(body, other);
//
// Absent members are left out; decimals are strings; binary is base64; times are RFC 3339 in UTC. customFields is an
// object ({"budget": "5"}) although the contract has a list of name, type and value. A null, or [] for a list, puts the
// member's name into fieldsToNull where the type has that member (records); elsewhere it is the same as absence.

#include "shared/contract/description.h"
#include "shared/contract/error.h"

#include <boost/json/value.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace kontor::entity {

/// By position in StructType::fields: true = written.
using FieldMask = std::vector<bool>;

struct JsonOptions {
    const FieldMask *fields = nullptr;  ///< of the outermost object; nullptr = all
    /// Fields of a newer minor level are left out.
    std::uint16_t level = 0xffff;
};

/// Appends the object. Members that are write-only, and fieldsToNull, are never written.
void writeJson(std::string &out, const Object &object, const JsonOptions &options = {});

/// Appends a string in quotes.
void writeJsonString(std::string &out, std::string_view text);

/// Strict: one value, valid UTF-8, no name twice in an object, at most 32 levels. Throws Error(malformed) with the
/// position in bytes.
[[nodiscard]] boost::json::value parseJson(std::string_view text);

/// Reads into an object that was empty. Throws Error(malformed) for text that is no JSON, Error(validation) with all
/// of: unknown members, wrong types, characters that no text may hold. Facets are validate.h's.
void readJson(std::string_view text, Object &object);
inline void readJson(const char *text, Object &object) { readJson(std::string_view(text), object); }
/// `pointer` goes before the pointers of the errors: "/operations/3/body".
void readJson(const boost::json::value &value, Object &object, std::string_view pointer = {});

/// A name as part of a JSON pointer (RFC 6901): "~" and "/" escaped.
[[nodiscard]] std::string pointerTo(std::string_view parent, std::string_view name);

}  // namespace kontor::entity
