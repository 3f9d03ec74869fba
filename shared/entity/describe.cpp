#include "shared/entity/describe.h"

#include <array>
#include <limits>

namespace kontor::entity {

using auth::FieldRight;
using auth::Scope;

namespace {

std::string_view scopeName(Scope scope) {
    static constexpr std::array<std::string_view, 4> names{"none", "own", "team", "all"};
    return names.at(static_cast<std::size_t>(scope));
}

std::string_view writableName(Writable writable, FieldRight right) {
    if (right != FieldRight::write) return "never";
    static constexpr std::array<std::string_view, 3> names{"always", "onCreate", "never"};
    return names.at(static_cast<std::size_t>(writable));
}

template <typename Number> std::optional<std::int64_t> unlessZero(Number value) {
    if (value == 0) return std::nullopt;
    return static_cast<std::int64_t>(value);
}

std::optional<std::string> unlessEmpty(std::string_view text) {
    if (text.empty()) return std::nullopt;
    return std::string(text);
}

DescribeField describeField(const Field &field, FieldRight right) {
    DescribeField described;
    described.name = field.name;
    described.label = field.label.empty() ? field.name : field.label;
    described.kind = kindName(field.kind);
    described.documentation = unlessEmpty(field.documentation);
    described.required = field.required;
    described.writable = writableName(field.writable, right);
    described.custom = false;
    described.unique = field.unique;
    described.filterable = field.filterable;
    described.sortable = field.sortable;
    described.searchable = field.searchable;
    described.personal = field.personal;
    described.minLength = unlessZero(field.minLength);
    described.maxLength = unlessZero(field.maxLength);
    described.maxItems = unlessZero(field.maxItems);
    described.totalDigits = unlessZero(field.totalDigits);
    if (field.totalDigits > 0) described.fractionDigits = field.fractionDigits;
    described.pattern = unlessEmpty(field.pattern);
    described.references = unlessEmpty(field.references);
    if (field.structure != nullptr) described.structure = field.structure->name;
    for (std::string_view const choice : field.choices) described.choices.emplace_back(choice);
    return described;
}

DescribeField describeCustom(const CustomFieldType &type, FieldRight right) {
    DescribeField described;
    described.name = type.name;
    described.label = type.label.empty() ? type.name : type.label;
    described.kind = type.type == "choice" ? "text" : type.type;
    described.required = type.required;
    described.writable = writableName(Writable::always, right);
    described.custom = true;
    described.unique = type.unique;
    described.filterable = true;
    described.sortable = true;
    described.searchable = false;
    described.personal = false;
    described.maxLength = unlessZero(type.maxLength);
    described.choices = type.choices;
    return described;
}

}  // namespace

std::string_view kindName(Kind kind) {
    static constexpr std::array<std::string_view, 11> names{"text",     "id",        "integer",      "decimal",
                                                            "boolean",  "dateTime",  "date",         "binary",
                                                            "textList", "structure", "structureList"};
    return names.at(static_cast<std::size_t>(kind));
}

DescribeEntity describeEntity(const EntityType &entity, const CustomFields::Types &customFields,
                              const auth::Principal &principal) {
    DescribeEntity described;
    described.name = entity.name;
    described.collection = entity.collection;
    described.service = entity.service;
    described.label = entity.label;
    described.labelPlural = entity.labelPlural;
    described.displayField = entity.displayField;
    described.documentation = unlessEmpty(entity.type->documentation);
    auth::EntityRights const rights = principal.rightsOn(entity.name);
    described.createable = rights.create;
    described.readable = scopeName(rights.read);
    described.updateable = scopeName(rights.update);
    described.deletable = scopeName(rights.remove);
    for (const Field &field : entity.type->fields) {
        if (field.name == "fieldsToNull") continue;
        FieldRight const right = principal.rightOn(entity.name, field.name);
        if (right == FieldRight::hidden) continue;
        if (field.name != "customFields") {
            described.field.push_back(describeField(field, right));
            continue;
        }
        for (const CustomFieldType &type : customFields) described.field.push_back(describeCustom(type, right));
    }
    return described;
}

}  // namespace kontor::entity
