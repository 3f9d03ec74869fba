#include "shared/entity/filter.h"

#include "shared/entity/custom_fields.h"
#include "shared/entity/filter_values.h"
#include "shared/entity/validate.h"

#include <algorithm>
#include <utility>

namespace kontor::entity {

namespace {

constexpr std::size_t maximumSortKeys = 5;
constexpr std::size_t maximumExpandPaths = 5;

[[noreturn]] void fail(std::string_view parameter, std::size_t position, const std::string &sentence) {
    Error error(ErrorCode::invalidQuery, sentence);
    error.parameter = std::string(parameter);
    error.position = position;
    throw error;
}

bool isDigit(char c) { return c >= '0' && c <= '9'; }
bool isLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool isBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

bool isName(std::string_view text) {
    if (text.empty() || !isLetter(text.front())) return false;
    return std::ranges::all_of(text, [](char c) { return isLetter(c) || isDigit(c) || c == '_'; });
}

bool isKeyword(std::string_view word) { return word == "AND" || word == "OR" || word == "NOT" || word == "IN"; }

// ---- the parser

bool isNumber(std::string_view text) {
    if (text.starts_with('-')) text.remove_prefix(1);
    std::size_t const point = text.find('.');
    auto const digits = [](std::string_view part) { return !part.empty() && std::ranges::all_of(part, isDigit); };
    if (point == std::string_view::npos) return digits(text);
    return digits(text.substr(0, point)) && digits(text.substr(point + 1));
}

bool isBareLiteral(std::string_view text) {
    return text == "true" || text == "false" || isNumber(text) || Date::parse(text) || DateTime::parse(text) ||
           isDayInWords(text);
}

class FilterParser {
  public:
    explicit FilterParser(std::string_view text) : text_(text) {}

    std::optional<FilterNode> parse() {
        if (text_.size() > maximumFilterBytes) {
            failFilter(maximumFilterBytes, "it must have at most " + std::to_string(maximumFilterBytes) + " bytes");
        }
        if (!hasLegalCharacters(text_)) failFilter(0, "it holds a character that is not allowed in text");
        skipBlanks();
        if (atEnd()) return std::nullopt;
        FilterNode node = expression();
        if (!atEnd()) failFilter(position_, at(')') ? "this ) has no (" : "expected AND, OR or the end");
        return node;
    }

  private:
    [[nodiscard]] bool atEnd() const { return position_ >= text_.size(); }
    [[nodiscard]] bool at(char c) const { return !atEnd() && text_[position_] == c; }
    void skipBlanks() {
        while (!atEnd() && isBlank(text_[position_])) ++position_;
    }
    bool take(std::string_view token) {
        if (!text_.substr(position_).starts_with(token)) return false;
        position_ += token.size();
        skipBlanks();
        return true;
    }
    /// The letters, digits and underscores from here on.
    [[nodiscard]] std::string_view word() const {
        std::size_t end = position_;
        while (end < text_.size() && (isLetter(text_[end]) || isDigit(text_[end]) || text_[end] == '_')) ++end;
        return text_.substr(position_, end - position_);
    }
    bool takeWord(std::string_view keyword) {
        if (word() != keyword) return false;
        return take(keyword);
    }

    FilterNode expression() {
        std::size_t const start = position_;
        FilterNode first = term();
        bool const conjunction = word() == "AND";
        std::string_view const keyword = conjunction ? "AND" : "OR";
        if (word() != keyword) return first;
        FilterNode node{conjunction ? FilterNode::Type::all : FilterNode::Type::any, {}, {}, {}, {}, start};
        node.children.push_back(std::move(first));
        while (takeWord(keyword)) node.children.push_back(term());
        if (word() == "AND" || word() == "OR") {
            failFilter(position_, "AND and OR together need parentheses, such as (a AND b) OR c");
        }
        return node;
    }

    FilterNode term() {
        if (++depth_ > maximumFilterDepth) {
            failFilter(position_, "it is nested deeper than " + std::to_string(maximumFilterDepth) + " levels");
        }
        FilterNode node;
        std::size_t const start = position_;
        if (takeWord("NOT")) {
            node = {FilterNode::Type::negation, {}, {}, {}, {}, start};
            node.children.push_back(term());
        } else if (take("(")) {
            node = expression();
            if (!at(')')) failFilter(position_, "expected AND, OR or )");
            take(")");
        } else {
            node = comparison();
        }
        --depth_;
        return node;
    }

    FilterNode comparison() {
        if (++terms_ > maximumFilterTerms) {
            failFilter(position_, "it must have at most " + std::to_string(maximumFilterTerms) + " comparisons");
        }
        FilterNode node{FilterNode::Type::comparison, {}, {}, {}, {}, position_};
        node.path.push_back(name());
        if (at('.')) {
            ++position_;
            node.path.push_back(name());
        }
        if (at('.')) failFilter(position_, "a path has one dot at most");
        skipBlanks();
        node.operation = comparisonOperator();
        switch (node.operation) {
        case FilterOperator::has:
            if (take("*")) {
                node.operation = FilterOperator::isSet;
            } else if (at('"')) {
                node.literals.push_back(quoted(true));
            } else {
                failFilter(position_, "expected text in quotes, or * for any value, after :");
            }
            break;
        case FilterOperator::in:
            if (!take("(")) failFilter(position_, "expected ( after IN");
            do node.literals.push_back(literal());
            while (take(","));
            if (!take(")")) failFilter(position_, "expected , or )");
            break;
        default:
            node.literals.push_back(literal());
        }
        return node;
    }

    std::string name() {
        std::string_view const text = word();
        if (atEnd()) failFilter(position_, "expected the name of a field, not the end");
        if (!isName(text) || isKeyword(text)) failFilter(position_, "expected the name of a field");
        position_ += text.size();
        return std::string(text);
    }

    FilterOperator comparisonOperator() {
        if (take("!=")) return FilterOperator::notEqual;
        if (take("<=")) return FilterOperator::lessOrEqual;
        if (take(">=")) return FilterOperator::greaterOrEqual;
        if (take("<")) return FilterOperator::less;
        if (take(">")) return FilterOperator::greater;
        if (take("=")) return FilterOperator::equal;
        if (take(":")) return FilterOperator::has;
        if (takeWord("IN")) return FilterOperator::in;
        failFilter(position_, "expected =, !=, <, <=, >, >=, : or IN");
    }

    FilterLiteral literal() {
        if (at('"')) return quoted(false);
        std::size_t end = position_;
        while (end < text_.size() && (isLetter(text_[end]) || isDigit(text_[end]) ||
                                      std::string_view("_.:+-").find(text_[end]) != std::string_view::npos)) {
            ++end;
        }
        FilterLiteral literal{false, std::string(text_.substr(position_, end - position_)), position_};
        if (literal.text == "null") failFilter(position_, "fields without a value are found by NOT field:*");
        if (!isBareLiteral(literal.text)) {
            failFilter(position_,
                       "expected text in quotes, a number, true, false, a date, a time with its zone, or a day"
                       " such as today or now-7d");
        }
        position_ = end;
        skipBlanks();
        return literal;
    }

    FilterLiteral quoted(bool pattern) {
        FilterLiteral literal{true, {}, position_};
        for (std::size_t i = position_ + 1; i < text_.size(); ++i) {
            char const c = text_[i];
            if (c == '"') {
                position_ = i + 1;
                skipBlanks();
                return literal;
            }
            if (c != '\\') {
                literal.text += c;
                continue;
            }
            char const escaped = i + 1 < text_.size() ? text_[i + 1] : '\0';
            bool const keepsBackslash = pattern && (escaped == '*' || escaped == '\\');
            if (escaped != '"' && escaped != '\\' && !keepsBackslash) {
                failFilter(i, pattern ? R"(expected \", \\ or \*)" : R"(expected \" or \\)");
            }
            if (keepsBackslash) literal.text += '\\';
            literal.text += escaped;
            ++i;
        }
        failFilter(position_, "this quote is not closed");
    }

    std::string_view text_;
    std::size_t position_ = 0;
    std::size_t terms_ = 0;
    int depth_ = 0;
};

// ---- printing

std::string_view operatorText(FilterOperator operation) {
    switch (operation) {
    case FilterOperator::equal:
        return " = ";
    case FilterOperator::notEqual:
        return " != ";
    case FilterOperator::less:
        return " < ";
    case FilterOperator::lessOrEqual:
        return " <= ";
    case FilterOperator::greater:
        return " > ";
    case FilterOperator::greaterOrEqual:
        return " >= ";
    case FilterOperator::has:
        return " : ";
    case FilterOperator::isSet:
        return ":*";
    case FilterOperator::in:
        return " IN (";
    }
    return {};
}

void printLiteral(std::string &out, const FilterLiteral &literal, bool pattern) {
    if (!literal.quoted) {
        out += literal.text;
        return;
    }
    out += '"';
    for (char const c : literal.text) {
        if (c == '"' || (c == '\\' && !pattern)) out += '\\';
        out += c;
    }
    out += '"';
}

void print(std::string &out, const FilterNode &node, bool nested) {
    switch (node.type) {
    case FilterNode::Type::negation:
        out += "NOT ";
        print(out, node.children.front(), true);
        return;
    case FilterNode::Type::all:
    case FilterNode::Type::any:
        if (nested) out += '(';
        for (std::size_t i = 0; i < node.children.size(); ++i) {
            if (i > 0) out += node.type == FilterNode::Type::all ? " AND " : " OR ";
            print(out, node.children[i], true);
        }
        if (nested) out += ')';
        return;
    case FilterNode::Type::comparison:
        break;
    }
    for (std::size_t i = 0; i < node.path.size(); ++i) {
        if (i > 0) out += '.';
        out += node.path[i];
    }
    out += operatorText(node.operation);
    for (std::size_t i = 0; i < node.literals.size(); ++i) {
        if (i > 0) out += ", ";
        printLiteral(out, node.literals[i], node.operation == FilterOperator::has);
    }
    if (node.operation == FilterOperator::in) out += ')';
}

// ---- SQL

/// A text constant of the contract or of a definition (never of a request).
std::string sqlConstant(std::string_view text) {
    std::string constant = "'";
    for (char const c : text) {
        if (c == '\'') constant += '\'';
        constant += c;
    }
    return constant + '\'';
}

std::string snakeCase(std::string_view name) {
    std::string column;
    for (char const c : name) {
        if (c >= 'A' && c <= 'Z') {
            if (!column.empty()) column += '_';
            column += static_cast<char>(c - 'A' + 'a');
        } else {
            column += c;
        }
    }
    return column;
}

std::string_view castOf(Kind kind) {
    switch (kind) {
    case Kind::integer:
        return "::bigint";
    case Kind::decimal:
        return "::numeric";
    case Kind::boolean:
        return "::boolean";
    case Kind::dateTime:
        return "::timestamptz";
    case Kind::date:
        return "::date";
    case Kind::id:
        return "::uuid";
    default:
        return {};
    }
}

/// A member of a jsonb value, in its own type.
std::string jsonMember(const std::string &value, std::string_view name, Kind kind) {
    return "(" + value + "->>" + sqlConstant(name) + ")" + std::string(castOf(kind));
}

std::string customFieldExpression(const CustomFieldType &type) {
    return jsonMember("t.custom_fields", type.name, kindOf(type));
}

/// The pattern of ILIKE for what stands behind ":".
std::string likePattern(const FilterLiteral &literal) {
    TextPattern const pattern = patternOf(literal);
    std::string like = pattern.anchoredAtStart ? "" : "%";
    for (char const c : pattern.text) {
        if (c == '%' || c == '_' || c == '\\') like += '\\';
        like += c;
    }
    return pattern.anchoredAtEnd ? like : like + '%';
}

/// What a comparison compares: an SQL expression of a kind.
struct Operand {
    std::string expression;
    Kind kind = Kind::text;
    bool ids = false;  // of a list: its items are ids
};

class Compiler {
  public:
    Compiler(SqlText &query, const FilterScope &scope) : query_(query), scope_(scope) {}

    void condition(const FilterNode &node) {
        query_.sql += '(';
        switch (node.type) {
        case FilterNode::Type::negation:
            condition(node.children.front());
            query_.sql += " IS NOT TRUE";
            break;
        case FilterNode::Type::all:
        case FilterNode::Type::any:
            for (std::size_t i = 0; i < node.children.size(); ++i) {
                if (i > 0) query_.sql += node.type == FilterNode::Type::all ? " AND " : " OR ";
                condition(node.children[i]);
            }
            break;
        case FilterNode::Type::comparison:
            if (node.operation == FilterOperator::notEqual) {
                // Defined as the negation of =, through lists and references too.
                FilterNode equal = node;
                equal.operation = FilterOperator::equal;
                condition(equal);
                query_.sql += " IS NOT TRUE";
            } else if (node.path.size() == 1) {
                simple(node);
            } else {
                dotted(node);
            }
            break;
        }
        query_.sql += ')';
    }

  private:
    // -- names

    void requireVisible(const EntityType &entity, const Field &field) const {
        if (!scope_.hidden || !scope_.hidden(entity, field)) return;
        Error error(ErrorCode::forbidden, "You may not see the field " + std::string(field.name) + ".");
        error.parameter = "filter";
        throw error;
    }

    const Field &fieldOf(const FilterNode &node, const EntityType &entity, std::string_view name) const {
        const Field &field = filterField(node, entity, name);
        requireVisible(entity, field);
        return field;
    }

    void simple(const FilterNode &node) {
        const Field &field = fieldOf(node, scope_.entity, node.path[0]);
        if (isStructured(field.kind)) {
            requireSetOnly(node, field);
            if (field.name == customFieldsMember) {
                query_.sql += "t.custom_fields <> '{}'";
            } else {
                throughItems(field, [&](const auto &) { query_.sql += "true"; });
            }
            return;
        }
        compare({"t." + std::string(field.column), field.kind, !field.references.empty()}, node);
    }

    void dotted(const FilterNode &node) {
        std::string const &first = node.path[0];
        if (first == customFieldsMember) return customField(node);
        if (const Field *const field = scope_.entity.type->find(first); field != nullptr && isStructured(field->kind)) {
            return structured(node, fieldOf(node, scope_.entity, first));
        }
        const Field *const reference = scope_.entity.type->find(first + "Id");
        if (reference == nullptr || reference->kind != Kind::id || reference->references.empty()) {
            failFilter(node.position,
                       std::string(scope_.entity.name) + " has no reference, list or structure " + first);
        }
        related(node, fieldOf(node, scope_.entity, reference->name));
    }

    void customField(const FilterNode &node) {
        const Field *const field = scope_.entity.type->find(customFieldsMember);
        if (field == nullptr) failUnknown(node, scope_.entity, customFieldsMember);
        requireVisible(scope_.entity, *field);
        const CustomFieldType &type = filterCustomField(node, scope_.entity, scope_.customFields);
        compare({customFieldExpression(type), kindOf(type)}, node);
    }

    void structured(const FilterNode &node, const Field &field) {
        const Field &member = filterMember(node, field);
        throughItems(field, [&](const auto &expressionOf) { compare({expressionOf(member), member.kind}, node); });
    }

    /// Emits "there is an item of the list such that …"; a structure is a list of at most one.
    template <typename Emit> void throughItems(const Field &field, const Emit &emit) {
        std::optional<FilterChild> child;
        if (scope_.child) child = scope_.child(scope_.entity, field);
        if (!child && field.column.empty()) {
            failFilter(0, std::string(field.name) + " cannot be used in a filter");
        }
        if (child && !child->table.empty()) {
            query_.sql += "EXISTS (SELECT FROM " + child->table + " c WHERE c." + child->parentColumn + " = t.id AND ";
            if (!child->condition.empty()) query_.sql += "(" + child->condition + ") AND ";
            emit([](const Field &member) {
                return "c." + (member.column.empty() ? snakeCase(member.name) : std::string(member.column));
            });
        } else {
            std::string const list = child ? child->json : "t." + std::string(field.column);
            query_.sql += "EXISTS (SELECT FROM jsonb_array_elements(" + list + ") AS c(item) WHERE ";
            emit([](const Field &member) { return jsonMember("c.item", member.name, member.kind); });
        }
        query_.sql += ')';
    }

    /// The row that is referred to has the same alias inside, so that what is written for one row fits both.
    void related(const FilterNode &node, const Field &reference) {
        if (reference.references == "*") {
            failFilter(node.position, node.path[0] + " may be a record of any kind; compare " +
                                          std::string(reference.name) + " itself");
        }
        const EntityType *const target = scope_.contract.entityByName(reference.references);
        if (target == nullptr) {
            failFilter(node.position, node.path[0] + " is a record of another service; compare " +
                                          std::string(reference.name) + " itself");
        }
        const Field &field = fieldOf(node, *target, node.path[1]);
        if (isStructured(field.kind)) failFilter(node.position, "a path goes through one reference or list, not two");
        query_.sql += "t." + std::string(reference.column) + " IN (SELECT t.id FROM " + std::string(target->table) +
                      " t WHERE t.deleted_at IS NULL";
        if (scope_.readScope) scope_.readScope(query_, *target);
        query_.sql += " AND ";
        compare({"t." + std::string(field.column), field.kind, !field.references.empty()}, node);
        query_.sql += ')';
    }

    // -- comparisons

    void compare(const Operand &operand, const FilterNode &node) {
        requireOperator(node, operand.kind);
        if (operand.kind == Kind::textList) return compareList(operand, node);
        switch (node.operation) {
        case FilterOperator::isSet:
            query_.sql += operand.expression + " IS NOT NULL";
            return;
        case FilterOperator::has:
            return like(operand.expression, node.literals.front());
        case FilterOperator::in:
            return compareIn(operand, node);
        default:
            compareOne(operand, node.operation, node.literals.front());
        }
    }

    void like(const std::string &expression, const FilterLiteral &literal) {
        query_.sql += expression + " ILIKE " + query_.next();
        query_.parameters.text(likePattern(literal));
    }

    void compareIn(const Operand &operand, const FilterNode &node) {
        bool const plain = operand.kind != Kind::dateTime;  // a day is a range
        query_.sql += plain ? operand.expression + " IN (" : "(";
        for (std::size_t i = 0; i < node.literals.size(); ++i) {
            if (i > 0) query_.sql += plain ? ", " : " OR ";
            if (plain) {
                query_.sql += query_.next();
                bind(operand, node.literals[i]);
            } else {
                compareOne(operand, FilterOperator::equal, node.literals[i]);
            }
        }
        query_.sql += ')';
    }

    void compareOne(const Operand &operand, FilterOperator operation, const FilterLiteral &literal) {
        if (operand.kind == Kind::dateTime) {
            Moment const moment = momentOf(literal, scope_.now);
            if (moment.wholeDay) return compareDay(operand, operation, moment);
        }
        query_.sql += operand.expression + std::string(operatorText(operation)) + query_.next();
        bind(operand, literal);
    }

    void compareDay(const Operand &operand, FilterOperator operation, const Moment &day) {
        auto const emit = [&](std::string_view comparison, DateTime time) {
            query_.sql += operand.expression + std::string(comparison) + query_.next();
            query_.parameters.timestamp(time);
        };
        switch (operation) {
        case FilterOperator::less:
            return emit(" < ", day.start);
        case FilterOperator::lessOrEqual:
            return emit(" < ", day.end());
        case FilterOperator::greater:
            return emit(" >= ", day.end());
        case FilterOperator::greaterOrEqual:
            return emit(" >= ", day.start);
        default:
            break;
        }
        query_.sql += '(';
        emit(" >= ", day.start);
        query_.sql += " AND ";
        emit(" < ", day.end());
        query_.sql += ')';
    }

    void compareList(const Operand &operand, const FilterNode &node) {
        switch (node.operation) {
        case FilterOperator::isSet:
            query_.sql += "cardinality(" + operand.expression + ") > 0";
            return;
        case FilterOperator::in:
            return overlap(operand, " && ", node.literals);
        case FilterOperator::equal:
            return overlap(operand, " @> ", node.literals);
        default:
            break;
        }
        const FilterLiteral &literal = node.literals.front();
        if (!operand.ids && isPattern(literal)) {
            query_.sql += "EXISTS (SELECT FROM unnest(" + operand.expression + ") AS i(item) WHERE ";
            like("i.item", literal);
            query_.sql += ')';
            return;
        }
        overlap(operand, " @> ", {withoutEscapes(literal)});
    }

    void overlap(const Operand &operand, std::string_view comparison, const std::vector<FilterLiteral> &literals) {
        std::vector<std::string> items;
        for (const FilterLiteral &literal : literals) {
            items.push_back(operand.ids ? idOf(literal) : textOf(literal));
        }
        // Indexes leave out the many rows whose list is empty; saying so lets PostgreSQL use them.
        query_.sql += '(' + operand.expression + " <> '{}' AND " + operand.expression + std::string(comparison) +
                      query_.next() + ')';
        if (operand.ids) {
            query_.parameters.uuidArray(items);
        } else {
            query_.parameters.textArray(items);
        }
    }

    // -- values

    void bind(const Operand &operand, const FilterLiteral &literal) {
        switch (operand.kind) {
        case Kind::integer:
            query_.parameters.integer(integerOf(literal));
            return;
        case Kind::decimal:
            query_.parameters.numeric(decimalOf(literal));
            return;
        case Kind::boolean:
            query_.parameters.boolean(booleanOf(literal));
            return;
        case Kind::dateTime:
            query_.parameters.timestamp(momentOf(literal, scope_.now).start);
            return;
        case Kind::date:
            query_.parameters.date(dateOf(literal, scope_.now));
            return;
        case Kind::id:
            query_.parameters.uuid(std::string_view(idOf(literal)));
            return;
        default:
            query_.parameters.text(std::string_view(textOf(literal)));
        }
    }

    SqlText &query_;
    const FilterScope &scope_;
};

// ---- sort, fields, expand

const Field &namedField(std::string_view parameter, std::size_t position, std::string_view name,
                        const FilterScope &scope) {
    const Field *const field = scope.entity.type->find(name);
    if (field == nullptr || field->writeOnly || name == "fieldsToNull") {
        fail(parameter, position, std::string(scope.entity.name) + " has no field " + std::string(name) + ".");
    }
    return *field;
}

void requireVisible(std::string_view parameter, const Field &field, const FilterScope &scope) {
    if (!scope.hidden || !scope.hidden(scope.entity, field)) return;
    Error error(ErrorCode::forbidden, "You may not see the field " + std::string(field.name) + ".");
    error.parameter = std::string(parameter);
    throw error;
}

SortKey sortKey(std::string_view name, std::size_t position, const FilterScope &scope) {
    constexpr std::string_view customPrefix = "customFields.";
    SortKey key;
    if (name.starts_with(customPrefix)) {
        key.field = &namedField("sort", position, customFieldsMember, scope);
        requireVisible("sort", *key.field, scope);
        key.customField = name.substr(customPrefix.size());
        if (scope.customFields != nullptr) {
            for (const CustomFieldType &type : *scope.customFields) {
                if (type.name != key.customField) continue;
                key.kind = kindOf(type);
                key.expression = customFieldExpression(type);
                return key;
            }
        }
        fail("sort", position, std::string(scope.entity.name) + " has no field " + std::string(name) + ".");
    }
    key.field = &namedField("sort", position, name, scope);
    requireVisible("sort", *key.field, scope);
    if (!key.field->sortable) fail("sort", position, "Lists cannot be sorted by " + std::string(name) + ".");
    key.kind = key.field->kind;
    key.expression = "t." + std::string(key.field->column);
    return key;
}

}  // namespace

std::optional<FilterNode> parseFilter(std::string_view text) { return FilterParser(text).parse(); }

std::string printFilter(const FilterNode &node) {
    std::string text;
    print(text, node, false);
    return text;
}

void appendFilter(SqlText &query, const FilterNode &filter, const FilterScope &scope) {
    Compiler(query, scope).condition(filter);
}

std::vector<SortKey> parseSort(std::string_view text, const FilterScope &scope) {
    std::vector<SortKey> keys;
    std::size_t start = 0;
    while (start < text.size()) {
        std::size_t const end = std::min(text.find(',', start), text.size());
        std::size_t position = start;
        std::string_view name = text.substr(start, end - start);
        while (!name.empty() && isBlank(name.front())) {
            name.remove_prefix(1);
            ++position;
        }
        while (!name.empty() && isBlank(name.back())) name.remove_suffix(1);
        bool const descending = name.starts_with('-');
        if (descending) name.remove_prefix(1);
        if (name.empty()) fail("sort", position, "Expected the name of a field, or - and a name.");
        if (keys.size() == maximumSortKeys) {
            fail("sort", position, "A list is sorted by at most " + std::to_string(maximumSortKeys) + " fields.");
        }
        SortKey key = sortKey(name, position, scope);
        key.descending = descending;
        bool const twice = std::ranges::any_of(keys, [&](const SortKey &other) {
            return other.field == key.field && other.customField == key.customField;
        });
        if (twice) fail("sort", position, "The field " + std::string(name) + " is twice in sort.");
        keys.push_back(std::move(key));
        start = end + 1;
        if (end + 1 == text.size()) fail("sort", end, "Expected the name of a field after the comma.");
    }
    return keys;
}

std::vector<const Field *> parseFields(const std::vector<std::string> &names, const FilterScope &scope) {
    std::vector<const Field *> named{scope.entity.type->find("id"), scope.entity.type->find("version")};
    for (const std::string &name : names) named.push_back(&namedField("fields", 0, name, scope));
    std::vector<const Field *> ordered;
    for (const Field &field : scope.entity.type->fields) {
        bool const wanted = std::ranges::find(named, &field) != named.end();
        if (wanted && !(scope.hidden && scope.hidden(scope.entity, field))) ordered.push_back(&field);
    }
    return ordered;
}

std::vector<ExpandPath> parseExpand(const std::vector<std::string> &names, const FilterScope &scope) {
    if (names.size() > maximumExpandPaths) {
        fail("expand", 0, "At most " + std::to_string(maximumExpandPaths) + " references are expanded.");
    }
    std::vector<ExpandPath> paths;
    for (const std::string &name : names) {
        const Field *const field = scope.entity.type->find(name + "Id");
        if (field == nullptr || field->kind != Kind::id || field->references.empty()) {
            fail("expand", 0, std::string(scope.entity.name) + " has no reference " + name + ".");
        }
        requireVisible("expand", *field, scope);
        const EntityType *const target = scope.contract.entityByName(field->references);
        if (target == nullptr) fail("expand", 0, name + " is not a record of this service and cannot be expanded.");
        bool const twice = std::ranges::any_of(paths, [&](const ExpandPath &path) { return path.field == field; });
        if (!twice) paths.push_back({name, field, target});
    }
    return paths;
}

std::vector<std::string> splitNames(std::string_view text) {
    std::vector<std::string> names;
    std::size_t start = 0;
    while (start <= text.size()) {
        std::size_t const end = std::min(text.find(',', start), text.size());
        std::string_view name = text.substr(start, end - start);
        while (!name.empty() && isBlank(name.front())) name.remove_prefix(1);
        while (!name.empty() && isBlank(name.back())) name.remove_suffix(1);
        if (!name.empty()) names.emplace_back(name);
        start = end + 1;
    }
    return names;
}

}  // namespace kontor::entity
