#include "shared/entity/custom_fields.h"

#include "shared/contract/error.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <optional>

namespace kontor::entity {

namespace {

const postgres::Statement selectDefinitions{
    "selectCustomFields", "SELECT id, entity, name, label, type, required, is_unique, choices, max_length"
                          " FROM custom_field_definition WHERE deleted_at IS NULL ORDER BY entity, name"};

std::int64_t milliseconds() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

/// The value in canonical form; empty when it does not fit the type.
std::optional<std::string> canonical(const CustomFieldType &type, const std::string &value) {
    if (type.type == "integer") {
        std::int64_t number = 0;
        auto const [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
        if (error != std::errc{} || end != value.data() + value.size()) return std::nullopt;
        return std::to_string(number);
    }
    if (type.type == "decimal") {
        auto const number = Decimal::parse(value);
        if (!number) return std::nullopt;
        return number->toString();
    }
    if (type.type == "boolean") {
        if (value == "true" || value == "1") return "true";
        if (value == "false" || value == "0") return "false";
        return std::nullopt;
    }
    if (type.type == "date") {
        auto const date = Date::parse(value);
        if (!date) return std::nullopt;
        return date->toString();
    }
    if (type.type == "dateTime") {
        auto const time = DateTime::parse(value);
        if (!time) return std::nullopt;
        return time->toString();
    }
    return value;
}

std::size_t codePoints(std::string_view text) {
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::optional<FieldError> check(const CustomFieldType &type, CustomField &field) {
    std::string const pointer = "/customFields/" + type.name;
    auto value = canonical(type, field.value.value_or(""));
    if (!value) return FieldError{pointer, "WRONG_TYPE", "must be of type " + type.type};
    if (type.type == "choice" && std::ranges::find(type.choices, *value) == type.choices.end()) {
        return FieldError{pointer, "NOT_A_CHOICE", "is not one of the choices"};
    }
    if (type.maxLength > 0 && codePoints(*value) > static_cast<std::size_t>(type.maxLength)) {
        return FieldError{pointer, "TOO_LONG", "must have at most " + std::to_string(type.maxLength) + " characters"};
    }
    field.value = std::move(value);
    field.type = type.type;
    return std::nullopt;
}

}  // namespace

std::shared_ptr<const std::map<std::string, CustomFields::Types, std::less<>>> CustomFields::all() {
    std::int64_t const now = milliseconds();
    if (now < validUntil_) {
        std::lock_guard const lock(mutex_);
        if (current_) return current_;
    }
    auto fresh = std::make_shared<std::map<std::string, Types, std::less<>>>();
    postgres::Rows const rows = pool_.run(selectDefinitions);
    for (int row = 0; row < rows.size(); ++row) {
        CustomFieldType type;
        type.id = rows.uuid(row, 0);
        type.entity = rows.text(row, 1);
        type.name = rows.text(row, 2);
        type.label = rows.isNull(row, 3) ? type.name : std::string(rows.text(row, 3));
        type.type = rows.text(row, 4);
        type.required = !rows.isNull(row, 5) && rows.boolean(row, 5);
        type.unique = !rows.isNull(row, 6) && rows.boolean(row, 6);
        if (!rows.isNull(row, 7)) type.choices = rows.textArray(row, 7);
        type.maxLength = rows.isNull(row, 8) ? 0 : rows.integer(row, 8);
        (*fresh)[type.entity].push_back(std::move(type));
    }
    std::lock_guard const lock(mutex_);
    current_ = std::move(fresh);
    validUntil_ = now + 2000;
    return current_;
}

std::shared_ptr<const CustomFields::Types> CustomFields::of(std::string_view entity) {
    static auto const none = std::make_shared<const Types>();
    auto const types = all();
    auto const found = types->find(entity);
    if (found == types->end()) return none;
    return {types, &found->second};
}

void mergeCustomFields(const Record &existing, const Record &incoming, Record &stored) {
    if (incoming.customFields.empty()) return;
    stored.customFields = existing.customFields;
    for (const CustomField &given : incoming.customFields) {
        std::erase_if(stored.customFields, [&](const CustomField &kept) { return kept.name == given.name; });
        if (given.value && !given.value->empty()) stored.customFields.push_back(given);
    }
}

void checkCustomFields(const CustomFields::Types &types, Record &record) {
    if (record.customFields.empty() && types.empty()) return;
    std::vector<FieldError> errors;
    std::erase_if(record.customFields, [](const CustomField &field) { return !field.value || field.value->empty(); });
    for (CustomField &field : record.customFields) {
        auto const type =
            std::ranges::find_if(types, [&](const CustomFieldType &known) { return known.name == field.name; });
        if (type == types.end()) {
            errors.push_back({"/customFields/" + field.name.value_or(""), "UNKNOWN_FIELD", "is not defined"});
        } else if (auto wrong = check(*type, field)) {
            errors.push_back(std::move(*wrong));
        }
    }
    for (const CustomFieldType &type : types) {
        bool const present =
            std::ranges::any_of(record.customFields, [&](const CustomField &f) { return f.name == type.name; });
        if (type.required && !present)
            errors.push_back({"/customFields/" + type.name, "REQUIRED", "must have a value"});
    }
    if (!errors.empty()) throw Error(ErrorCode::validation, "Some custom fields are not valid.", std::move(errors));
    std::ranges::sort(record.customFields, {}, &CustomField::name);
}

}  // namespace kontor::entity
