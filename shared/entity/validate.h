#pragma once

// The facets of the contract, held for every interface alike: lengths in characters, patterns, digits, ranges,
// choices, list sizes, legal characters, who may set a field.
//
// Codes: REQUIRED, TOO_LONG, TOO_SHORT, PATTERN, OUT_OF_RANGE, NOT_A_CHOICE, READ_ONLY, UNKNOWN_FIELD, WRONG_TYPE,
// TOO_MANY_ITEMS, INVALID_CHARACTER, DECIMAL_SCALE, DECIMAL_DIGITS, CONTRADICTION (set and in fieldsToNull).

#include "shared/contract/description.h"
#include "shared/contract/error.h"

#include <string>
#include <string_view>
#include <vector>

namespace kontor::entity {

/// What a caller sent for a record, before defaults are filled in: facets of what is set, at every depth; what must not
/// be set (Writable) when it differs from `existing` (nullptr on create); fieldsToNull. Members that a record must have
/// are requireComplete's. Throws Error(validation) with all that is wrong.
void validateInput(const EntityType &entity, const Object &incoming, const Object *existing);

/// Throws Error(validation) unless every required member of the record has a value.
void requireComplete(const EntityType &entity, const Object &record);

/// An input structure of an operation: facets and required members at every depth. Throws Error(validation).
void validate(const Object &object);

/// Adds what is wrong with one member that is set; `pointer` is the member's.
void checkFacets(const Field &field, const Object &object, const std::string &pointer, std::vector<FieldError> &errors);

/// True for valid UTF-8 of characters that XML 1.0 and PostgreSQL can hold: no control characters but tab, line feed
/// and carriage return, no surrogates, no U+FFFE and U+FFFF.
[[nodiscard]] bool hasLegalCharacters(std::string_view text);

/// Characters (code points) of valid UTF-8.
[[nodiscard]] std::size_t countCharacters(std::string_view text);

/// Throws Error(validation) for one field.
[[noreturn]] void refuse(std::string pointer, std::string code, std::string detail);

/// Error(validation) whose detail counts the errors: "2 fields are not valid."
[[nodiscard]] Error validationError(std::vector<FieldError> errors);

}  // namespace kontor::entity
