#include "shared/entity/validate.h"

#include "shared/contract/uuid.h"
#include "shared/entity/json.h"
#include "shared/entity/members.h"
#include "shared/entity/pattern.h"

#include <algorithm>
#include <cstring>
#include <limits>

namespace kontor::entity {

namespace {

constexpr std::size_t maximumErrors = 100;
constexpr std::string_view nulledMember = "fieldsToNull";

/// Collects errors about one member.
class Findings {
  public:
    Findings(std::vector<FieldError> &errors, const std::string &pointer) : errors_(errors), pointer_(pointer) {}

    void add(std::string_view code, std::string detail) const {
        if (errors_.size() < maximumErrors) errors_.push_back({pointer_, std::string(code), std::move(detail)});
    }

  private:
    std::vector<FieldError> &errors_;
    const std::string &pointer_;
};

bool isCustomFields(const Field &field) {
    return field.kind == Kind::structureList && field.structure != nullptr && field.structure->name == "CustomField";
}

std::string listed(std::span<const std::string_view> choices) {
    std::string text;
    for (std::size_t i = 0; i < choices.size(); ++i) {
        if (i > 0) text += i + 1 == choices.size() ? " or " : ", ";
        text += choices[i];
    }
    return text;
}

void checkText(const Field &field, std::string_view text, const Findings &findings) {
    if (!hasLegalCharacters(text)) {
        return findings.add("INVALID_CHARACTER", "holds a character that is not allowed in text");
    }
    // Bytes are an upper bound for characters: most texts need no count.
    if (field.maxLength > 0 && text.size() > field.maxLength && countCharacters(text) > field.maxLength) {
        return findings.add("TOO_LONG", "must have at most " + std::to_string(field.maxLength) + " characters");
    }
    if (field.minLength > 0 && countCharacters(text) < field.minLength) {
        return findings.add("TOO_SHORT", field.minLength == 1
                                             ? "must not be empty"
                                             : "must have at least " + std::to_string(field.minLength) + " characters");
    }
    if (!field.choices.empty() && std::ranges::find(field.choices, text) == field.choices.end()) {
        return findings.add("NOT_A_CHOICE", "must be " + listed(field.choices));
    }
    if (!field.pattern.empty() && !Pattern::of(field.pattern).matches(text)) {
        findings.add("PATTERN", "must match the pattern " + std::string(field.pattern));
    }
}

template <typename Value> void checkRange(const Field &field, const Value &value, const Findings &findings) {
    auto const bound = [](std::int64_t limit) {
        if constexpr (std::is_same_v<Value, Decimal>) {
            return Decimal(limit, 0);
        } else {
            return limit;
        }
    };
    if (field.minValue != std::numeric_limits<std::int64_t>::min() && value < bound(field.minValue)) {
        findings.add("OUT_OF_RANGE", "must be at least " + std::to_string(field.minValue));
    } else if (field.maxValue != std::numeric_limits<std::int64_t>::max() && value > bound(field.maxValue)) {
        findings.add("OUT_OF_RANGE", "must be at most " + std::to_string(field.maxValue));
    }
}

void checkDecimal(const Field &field, const Decimal &value, const Findings &findings) {
    bool const limited = field.totalDigits > 0 || field.fractionDigits > 0;
    if (limited && value.fractionDigits() > field.fractionDigits) {
        findings.add("DECIMAL_SCALE", "must have at most " + std::to_string(field.fractionDigits) + " decimals");
    }
    int const whole = field.totalDigits - field.fractionDigits;
    if (field.totalDigits > 0 && value.integerDigits() > whole) {
        findings.add("DECIMAL_DIGITS",
                     "must have at most " + std::to_string(whole) + " digits before the decimal point");
    }
    checkRange(field, value, findings);
}

void checkItemCount(const Field &field, std::size_t size, const Findings &findings) {
    if (field.maxItems > 0 && size > field.maxItems) {
        findings.add("TOO_MANY_ITEMS", "must have at most " + std::to_string(field.maxItems) + " items");
    }
}

bool isMissing(const Field &field, const Object &object) {
    if (isEmpty(field, object)) return true;
    return field.kind == Kind::text && memberAs<std::optional<std::string>>(field, object)->empty();
}

void addRequired(const Field &field, const std::string &pointer, std::vector<FieldError> &errors) {
    bool const list = field.kind == Kind::textList || field.kind == Kind::structureList;
    Findings(errors, pointer).add("REQUIRED", list ? "must have at least one item" : "must not be empty");
}

void checkStructure(const Object &object, const std::string &pointer, std::vector<FieldError> &errors) {
    for (const Field &field : object.structType().fields) {
        if (field.required && isMissing(field, object)) {
            addRequired(field, pointerTo(pointer, field.name), errors);
        } else if (!isEmpty(field, object)) {
            checkFacets(field, object, pointerTo(pointer, field.name), errors);
        }
    }
}

/// Their names stand in the pointer, as they do in JSON. What the values must be is checked with the definitions.
void checkCustomField(const Object &item, const std::string &pointer, std::size_t index,
                      std::vector<FieldError> &errors) {
    const Field &nameField = *item.structType().find("name");
    const Field &valueField = *item.structType().find("value");
    auto const &name = memberAs<std::optional<std::string>>(nameField, item);
    if (!name || name->empty() || !hasLegalCharacters(*name)) {
        std::string const position = pointer + '/' + std::to_string(index) + "/name";
        return Findings(errors, position).add("REQUIRED", "must be the name of a custom field");
    }
    auto const &value = memberAs<std::optional<std::string>>(valueField, item);
    std::string const position = pointerTo(pointer, *name);
    if (value && !value->empty()) checkText(valueField, *value, Findings(errors, position));
}

void checkStructures(const Field &field, const Object &object, const std::string &pointer,
                     std::vector<FieldError> &errors) {
    const void *const list = field.member(const_cast<Object &>(object));
    std::size_t const size = field.items->size(list);
    if (field.structure->entity != nullptr) return;  // records inside of an operation's input: validateInput's
    if (field.kind == Kind::structure) return checkStructure(field.items->at(list, 0), pointer, errors);
    checkItemCount(field, size, Findings(errors, pointer));
    for (std::size_t i = 0; i < size && errors.size() < maximumErrors; ++i) {
        const Object &item = field.items->at(list, i);
        if (isCustomFields(field)) {
            checkCustomField(item, pointer, i, errors);
        } else {
            checkStructure(item, pointer + '/' + std::to_string(i), errors);
        }
    }
}

bool mayNotChange(const Field &field, const Object *existing) {
    return field.writable == Writable::never || (field.writable == Writable::onCreate && existing != nullptr);
}

void checkNulled(const StructType &type, const Object &incoming, const Object *existing,
                 std::vector<FieldError> &errors) {
    const Field *const nulled = type.find(nulledMember);
    if (nulled == nullptr) return;
    auto const &names = memberAs<std::vector<std::string>>(*nulled, incoming);
    for (std::size_t i = 0; i < names.size() && errors.size() < maximumErrors; ++i) {
        const Field *const field = type.find(names[i]);
        if (field == nullptr || field == nulled) {
            std::string const pointer = "/fieldsToNull/" + std::to_string(i);
            Findings(errors, pointer).add("UNKNOWN_FIELD", "is not the name of a field");
            continue;
        }
        std::string const pointer = pointerTo("", field->name);
        Findings const findings(errors, pointer);
        if (!isEmpty(*field, incoming)) {
            findings.add("CONTRADICTION", "is set and in fieldsToNull at once");
        } else if (mayNotChange(*field, existing)) {
            if (existing != nullptr && !isEmpty(*field, *existing)) findings.add("READ_ONLY", "cannot be emptied");
        } else if (field->required) {
            findings.add("REQUIRED", "must not be empty");
        }
    }
}

}  // namespace

void checkFacets(const Field &field, const Object &object, const std::string &pointer,
                 std::vector<FieldError> &errors) {
    Findings const findings(errors, pointer);
    switch (field.kind) {
    case Kind::text:
        return checkText(field, *memberAs<std::optional<std::string>>(field, object), findings);
    case Kind::id:
        if (!parseUuid(*memberAs<std::optional<std::string>>(field, object))) {
            findings.add("WRONG_TYPE", "must be an id: a UUID in text");
        }
        return;
    case Kind::integer:
        return checkRange(field, *memberAs<std::optional<std::int64_t>>(field, object), findings);
    case Kind::decimal:
        return checkDecimal(field, *memberAs<std::optional<Decimal>>(field, object), findings);
    case Kind::binary: {
        std::size_t const size = memberAs<std::optional<std::string>>(field, object)->size();
        if (field.maxLength > 0 && size > field.maxLength) {
            findings.add("TOO_LONG", "must have at most " + std::to_string(field.maxLength) + " bytes");
        }
        return;
    }
    case Kind::textList: {
        auto const &list = memberAs<std::vector<std::string>>(field, object);
        checkItemCount(field, list.size(), findings);
        for (std::size_t i = 0; i < list.size() && errors.size() < maximumErrors; ++i) {
            std::string const position = pointer + '/' + std::to_string(i);
            Findings const one(errors, position);
            if (!field.references.empty() && !parseUuid(list[i])) {
                one.add("WRONG_TYPE", "must be an id: a UUID in text");
            } else {
                checkText(field, list[i], one);
            }
        }
        return;
    }
    case Kind::structure:
    case Kind::structureList:
        return checkStructures(field, object, pointer, errors);
    case Kind::boolean:
    case Kind::dateTime:
    case Kind::date:
        return;
    }
}

void validateInput(const EntityType &entity, const Object &incoming, const Object *existing) {
    std::vector<FieldError> errors;
    for (const Field &field : entity.type->fields) {
        if (isEmpty(field, incoming) || (field.kind == Kind::textList && field.name == nulledMember)) continue;
        std::string const pointer = pointerTo("", field.name);
        if (mayNotChange(field, existing)) {
            if (existing == nullptr || !equalMember(field, incoming, *existing)) {
                Findings(errors, pointer)
                    .add("READ_ONLY", field.writable == Writable::never ? "is set by the server"
                                                                        : "cannot be changed once it is set");
            }
        } else if (field.required && isMissing(field, incoming)) {
            addRequired(field, pointer, errors);
        } else {
            checkFacets(field, incoming, pointer, errors);
        }
    }
    checkNulled(*entity.type, incoming, existing, errors);
    if (!errors.empty()) throw validationError(std::move(errors));
}

void requireComplete(const EntityType &entity, const Object &record) {
    std::vector<FieldError> errors;
    for (const Field &field : entity.type->fields) {
        if (!field.required || field.writable == Writable::never || !isMissing(field, record)) continue;
        addRequired(field, pointerTo("", field.name), errors);
    }
    if (!errors.empty()) throw validationError(std::move(errors));
}

void validate(const Object &object) {
    std::vector<FieldError> errors;
    checkStructure(object, "", errors);
    if (!errors.empty()) throw validationError(std::move(errors));
}

bool hasLegalCharacters(std::string_view text) {
    auto const byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    auto const follows = [&](std::size_t i, unsigned char first, unsigned char last) {
        return i < text.size() && byte(i) >= first && byte(i) <= last;
    };
    std::size_t i = 0;
    while (i < text.size()) {
        unsigned char const c = byte(i);
        if (c < 0x80) {
            if (c < 0x20 && c != '\t' && c != '\n' && c != '\r') return false;
            ++i;
        } else if (c >= 0xc2 && c <= 0xdf) {
            if (!follows(i + 1, 0x80, 0xbf)) return false;
            i += 2;
        } else if (c >= 0xe0 && c <= 0xef) {
            unsigned char const low = c == 0xe0 ? 0xa0 : 0x80;   // no longer than needed
            unsigned char const high = c == 0xed ? 0x9f : 0xbf;  // no surrogates
            if (!follows(i + 1, low, high) || !follows(i + 2, 0x80, 0xbf)) return false;
            if (c == 0xef && byte(i + 1) == 0xbf && byte(i + 2) >= 0xbe) return false;  // U+FFFE, U+FFFF
            i += 3;
        } else if (c >= 0xf0 && c <= 0xf4) {
            unsigned char const low = c == 0xf0 ? 0x90 : 0x80;
            unsigned char const high = c == 0xf4 ? 0x8f : 0xbf;  // up to U+10FFFF
            if (!follows(i + 1, low, high) || !follows(i + 2, 0x80, 0xbf) || !follows(i + 3, 0x80, 0xbf)) return false;
            i += 4;
        } else {
            return false;
        }
    }
    return true;
}

std::size_t countCharacters(std::string_view text) {
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }));
}

void refuse(std::string pointer, std::string code, std::string detail) {
    throw Error(ErrorCode::validation, "The record is not valid.",
                {{std::move(pointer), std::move(code), std::move(detail)}});
}

Error validationError(std::vector<FieldError> errors) {
    std::string detail =
        errors.size() == 1 ? "1 field is not valid." : std::to_string(errors.size()) + " fields are not valid.";
    return {ErrorCode::validation, std::move(detail), std::move(errors)};
}

}  // namespace kontor::entity
