#include "shared/jobs/import_references.h"

#include "shared/entity/json.h"
#include "shared/entity/validate.h"

#include <algorithm>
#include <set>

namespace kontor::jobs {

using entity::ImportRow;

namespace {

constexpr std::size_t mostKnown = 100'000;

std::string_view trimmed(std::string_view text) {
    auto const first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::optional<std::string> &idOf(const Field &field, ImportRow &row) {
    return memberAs<std::optional<std::string>>(field, *row.record);
}

}  // namespace

ImportReferences::ImportReferences(entity::Operations &operations, const auth::Caller &caller, const EntityType &entity)
    : operations_(operations), caller_(caller), entity_(entity) {
    for (const Field &field : entity.type->fields) {
        if (field.references.empty() || !field.name.ends_with("Id")) continue;
        beginnings_.push_back('"' + std::string(field.name.substr(0, field.name.size() - 2)) + '.');
    }
}

std::optional<std::size_t> ImportReferences::column(std::string_view name) {
    auto const known = std::ranges::find(columns_, name, &Column::name);
    if (known != columns_.end()) return static_cast<std::size_t>(known - columns_.begin());
    std::size_t const dot = name.find('.');
    if (dot == std::string_view::npos) return std::nullopt;
    Column column;
    column.field = entity_.type->find(std::string(name.substr(0, dot)) + "Id");
    if (column.field == nullptr || column.field->kind != Kind::id) return std::nullopt;
    column.target = operations_.contract().entityByName(column.field->references);
    if (column.target == nullptr) return std::nullopt;
    auto const by = entity::lookupField(operations_, caller_, *column.target, name.substr(dot + 1));
    if (!by) return std::nullopt;
    column.name = name;
    column.by = *by;
    columns_.push_back(std::move(column));
    return columns_.size() - 1;
}

bool ImportReferences::mayBeIn(std::string_view json) const {
    return std::ranges::any_of(
        beginnings_, [&](const std::string &beginning) { return json.find(beginning) != std::string_view::npos; });
}

void ImportReferences::take(std::size_t column, std::string_view text, ImportRow &row) const {
    if (!entity::hasLegalCharacters(text)) {
        row.errors.push_back({entity::pointerTo("", columns_[column].name), "INVALID_CHARACTER",
                              "holds bytes that are not text in UTF-8, or a control character"});
        return;
    }
    std::string_view const name = trimmed(text);
    if (!name.empty()) row.named.push_back({column, std::string(name)});
}

void ImportReferences::clear(std::size_t column, ImportRow &row) const {
    row.record->fieldsToNull.emplace_back(columns_[column].field->name);
}

void ImportReferences::refuseType(std::size_t column, ImportRow &row) const {
    row.errors.push_back({entity::pointerTo("", columns_[column].name), "WRONG_TYPE", "must be a string"});
}

void ImportReferences::resolve(std::span<ImportRow> rows) {
    for (std::size_t number = 0; number < columns_.size(); ++number) {
        Column &column = columns_[number];
        std::map<std::string, std::vector<std::string>> found;
        findUnknown(column, rows, number, found);
        for (ImportRow &row : rows) {
            std::optional<std::string> &id = idOf(*column.field, row);
            for (const entity::NamedReference &named : row.named) {
                if (named.column != number || id) continue;
                auto const known = column.known.find(named.name);
                if (known != column.known.end()) {
                    id = known->second;
                    continue;
                }
                bool const none = !found.contains(named.name);
                row.errors.push_back(
                    {entity::pointerTo("", column.name), none ? "NOT_FOUND" : "AMBIGUOUS",
                     named.name + (none ? " fits no record that you may see" : " fits several records")});
            }
        }
    }
}

/// Asks for the names that are not known yet. Those of exactly one record are known then.
void ImportReferences::findUnknown(Column &column, std::span<ImportRow> rows, std::size_t number,
                                   std::map<std::string, std::vector<std::string>> &found) const {
    if (column.known.size() > mostKnown) column.known.clear();
    std::set<std::string> unknown;
    for (ImportRow &row : rows) {
        if (idOf(*column.field, row)) continue;
        for (const entity::NamedReference &named : row.named) {
            if (named.column == number && !column.known.contains(named.name)) unknown.insert(named.name);
        }
    }
    if (unknown.empty()) return;
    found = entity::findByValues(operations_, caller_, *column.target, column.by,
                                 std::vector<std::string>(unknown.begin(), unknown.end()), entity::Letters::anyCase);
    for (const auto &[name, ids] : found) {
        if (ids.size() == 1) column.known.emplace(name, ids.front());
    }
}

}  // namespace kontor::jobs
