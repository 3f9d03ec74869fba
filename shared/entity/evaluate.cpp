#include "shared/entity/evaluate.h"

#include "shared/contract/uuid.h"
#include "shared/entity/filter_values.h"

#include <algorithm>
#include <charconv>
#include <clocale>
#include <cwctype>
#include <stdexcept>
#include <utility>
#include <variant>

namespace kontor::entity {

namespace {

// ---- text, whatever its case

locale_t unicodeLocale() {
    // The tables by which PostgreSQL lowers letters for ILIKE.
    static locale_t const locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    if (locale == nullptr) throw std::runtime_error("the locale C.UTF-8 is missing");
    return locale;
}

void appendUtf8(std::string &text, std::uint32_t point) {
    auto const put = [&](std::uint32_t byte) { text += static_cast<char>(byte); };
    if (point < 0x80) return put(point);
    if (point < 0x800) {
        put(0xC0U | point >> 6U);
    } else {
        if (point < 0x10000) {
            put(0xE0U | point >> 12U);
        } else {
            put(0xF0U | point >> 18U);
            put(0x80U | (point >> 12U & 0x3FU));
        }
        put(0x80U | (point >> 6U & 0x3FU));
    }
    put(0x80U | (point & 0x3FU));
}

/// In lower case, letter by letter. Records hold valid UTF-8.
std::string lowered(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    for (std::size_t i = 0; i < text.size();) {
        auto const first = static_cast<unsigned char>(text[i++]);
        if (first < 0x80) {
            result += static_cast<char>(first >= 'A' && first <= 'Z' ? first - 'A' + 'a' : first);
            continue;
        }
        std::uint32_t point = first >= 0xF0 ? first & 0x07U : first >= 0xE0 ? first & 0x0FU : first & 0x1FU;
        while (i < text.size() && (static_cast<unsigned char>(text[i]) & 0xC0U) == 0x80U) {
            point = point << 6U | (static_cast<unsigned char>(text[i++]) & 0x3FU);
        }
        appendUtf8(result, static_cast<std::uint32_t>(towlower_l(static_cast<wint_t>(point), unicodeLocale())));
    }
    return result;
}

bool matches(const TextPattern &pattern, std::string_view text) {
    std::string const value = lowered(text);
    std::string const wanted = lowered(pattern.text);
    if (pattern.anchoredAtStart) return value.starts_with(wanted);
    if (pattern.anchoredAtEnd) return value.ends_with(wanted);
    return value.find(wanted) != std::string::npos;
}

// ---- values

/// Of a member or a literal; std::monostate: it has none. Ids are text in lower case.
using Value = std::variant<std::monostate, std::string, std::int64_t, Decimal, bool, DateTime, Date>;

bool hasValue(const Value &value) { return !std::holds_alternative<std::monostate>(value); }

template <typename T> Value valueOf(const Field &field, const Object &object) {
    auto const &member = memberAs<std::optional<T>>(field, object);
    return member ? Value(*member) : Value();
}

Value idValue(const Field &field, const Object &object) {
    auto const &member = memberAs<std::optional<std::string>>(field, object);
    auto const bytes = member ? parseUuid(*member) : std::nullopt;
    return bytes ? Value(uuidText(bytes->data())) : Value();
}

Value memberValue(const Field &field, const Object &object) {
    switch (field.kind) {
    case Kind::text:
        return valueOf<std::string>(field, object);
    case Kind::id:
        return idValue(field, object);
    case Kind::integer:
        return valueOf<std::int64_t>(field, object);
    case Kind::decimal:
        return valueOf<Decimal>(field, object);
    case Kind::boolean:
        return valueOf<bool>(field, object);
    case Kind::dateTime:
        return valueOf<DateTime>(field, object);
    case Kind::date:
        return valueOf<Date>(field, object);
    default:
        return {};
    }
}

template <typename T> Value parsed(const std::string &text) {
    auto const value = T::parse(text);
    return value ? Value(*value) : Value();
}

Value customValue(Kind kind, const std::string &text) {
    switch (kind) {
    case Kind::integer: {
        std::int64_t number = 0;
        const char *const end = text.data() + text.size();
        auto const [last, error] = std::from_chars(text.data(), end, number);
        return error == std::errc{} && last == end ? Value(number) : Value();
    }
    case Kind::decimal:
        return parsed<Decimal>(text);
    case Kind::boolean:
        return text == "true" || text == "1";
    case Kind::dateTime:
        return parsed<DateTime>(text);
    case Kind::date:
        return parsed<Date>(text);
    default:
        return text;
    }
}

Value customValue(const CustomFieldType &type, const Record &record) {
    auto const found = std::ranges::find(record.customFields, type.name, &CustomField::name);
    bool const present = found != record.customFields.end() && found->value && !found->value->empty();
    return present ? customValue(kindOf(type), *found->value) : Value();
}

/// What a value is compared with; of a whole day: its start, and the next day's.
struct Literal {
    Value value;
    Value end;
};

Literal literalOf(const FilterLiteral &literal, Kind kind, DateTime now) {
    switch (kind) {
    case Kind::id:
        return {idOf(literal), {}};
    case Kind::integer:
        return {integerOf(literal), {}};
    case Kind::decimal:
        return {decimalOf(literal), {}};
    case Kind::boolean:
        return {booleanOf(literal), {}};
    case Kind::date:
        return {dateOf(literal, now), {}};
    case Kind::dateTime: {
        Moment const moment = momentOf(literal, now);
        return {moment.start, moment.wholeDay ? Value(moment.end()) : Value()};
    }
    default:
        return {textOf(literal), {}};
    }
}

/// Both of the same kind.
bool compare(const Value &value, FilterOperator operation, const Literal &literal) {
    if (!hasValue(value)) return false;
    bool const wholeDay = hasValue(literal.end);
    switch (operation) {
    case FilterOperator::less:
        return value < literal.value;
    case FilterOperator::lessOrEqual:
        return wholeDay ? value < literal.end : value <= literal.value;
    case FilterOperator::greater:
        return wholeDay ? value >= literal.end : value > literal.value;
    case FilterOperator::greaterOrEqual:
        return value >= literal.value;
    default:
        return wholeDay ? value >= literal.value && value < literal.end : value == literal.value;
    }
}

// ---- comparisons

/// A comparison with its names looked up and its literals read, so that whatever is wrong with it is known.
class Comparison {
  public:
    Comparison(const FilterNode &node, const EntityType &entity, const std::vector<CustomFieldType> &customFields,
               DateTime now)
        : node_(node) {
        if (node.path.size() == 1) {
            simple(entity);
        } else if (node.path[0] == customFieldsMember) {
            custom_ = &filterCustomField(node, entity, &customFields);
            kind_ = kindOf(*custom_);
        } else {
            dotted(entity);
        }
        if (isStructured(kind_)) return;
        requireOperator(node, kind_);
        readLiterals(now);
    }

    [[nodiscard]] bool holds(const Record &record) const {
        // Defined as the negation of =, through lists too.
        return node_.operation == FilterOperator::notEqual ? !isTrue(record) : isTrue(record);
    }

  private:
    void simple(const EntityType &entity) {
        field_ = &filterField(node_, entity, node_.path[0]);
        kind_ = field_->kind;
        ids_ = !field_->references.empty();
        if (isStructured(kind_)) requireSetOnly(node_, *field_);
    }

    void dotted(const EntityType &entity) {
        std::string const &first = node_.path[0];
        const Field *const field = entity.type->find(first);
        if (field != nullptr && isStructured(field->kind)) {
            structured_ = &filterField(node_, entity, first);
            field_ = &filterMember(node_, *structured_);
            kind_ = field_->kind;
            return;
        }
        const Field *const reference = entity.type->find(first + "Id");
        if (reference == nullptr || reference->kind != Kind::id) {
            failFilter(node_.position, std::string(entity.name) + " has no list or structure " + first);
        }
        failFilter(node_.position, first + " is another record, which is not looked at here; compare " +
                                       std::string(reference->name) + " itself");
    }

    void readLiterals(DateTime now) {
        bool const list = kind_ == Kind::textList;
        if (node_.operation == FilterOperator::has && (!list || (!ids_ && isPattern(node_.literals.front())))) {
            pattern_ = patternOf(node_.literals.front());
            return;
        }
        Kind const kind = !list ? kind_ : ids_ ? Kind::id : Kind::text;
        for (const FilterLiteral &literal : node_.literals) {
            bool const escaped = node_.operation == FilterOperator::has;
            literals_.push_back(literalOf(escaped ? withoutEscapes(literal) : literal, kind, now));
        }
    }

    [[nodiscard]] bool isTrue(const Record &record) const {
        if (custom_ != nullptr) return isTrueOf(customValue(*custom_, record));
        if (isStructured(kind_)) return isSet(record);
        if (structured_ == nullptr) return isTrueOf(*field_, record);
        const void *const items = structured_->member(const_cast<Record &>(record));
        for (std::size_t i = 0; i < structured_->items->size(items); ++i) {
            if (isTrueOf(*field_, structured_->items->at(items, i))) return true;
        }
        return false;
    }

    [[nodiscard]] bool isSet(const Record &record) const {
        if (field_->name != customFieldsMember) return !isEmpty(*field_, record);
        return std::ranges::any_of(record.customFields,
                                   [](const CustomField &field) { return field.value && !field.value->empty(); });
    }

    [[nodiscard]] bool isTrueOf(const Field &field, const Object &object) const {
        if (kind_ != Kind::textList) return isTrueOf(memberValue(field, object));
        return std::ranges::any_of(memberAs<std::vector<std::string>>(field, object), [&](const std::string &item) {
            auto const id = ids_ ? parseUuid(item) : std::nullopt;
            return isTrueOf(Value(id ? uuidText(id->data()) : item));
        });
    }

    [[nodiscard]] bool isTrueOf(const Value &value) const {
        if (node_.operation == FilterOperator::isSet) return hasValue(value);
        if (pattern_) {
            const auto *const text = std::get_if<std::string>(&value);
            return text != nullptr && matches(*pattern_, *text);
        }
        return std::ranges::any_of(literals_,
                                   [&](const Literal &literal) { return compare(value, node_.operation, literal); });
    }

    const FilterNode &node_;
    const Field *structured_ = nullptr;        // a list or structure whose items have the field
    const Field *field_ = nullptr;             // nullptr with custom_
    const CustomFieldType *custom_ = nullptr;  // nullptr with field_
    Kind kind_ = Kind::text;
    bool ids_ = false;  // of a list: its items are ids
    std::vector<Literal> literals_;
    std::optional<TextPattern> pattern_;
};

}  // namespace

bool holds(const FilterNode &filter, const Record &record, const std::vector<CustomFieldType> &customFields,
           DateTime now) {
    auto const holdsToo = [&](const FilterNode &child) { return holds(child, record, customFields, now); };
    switch (filter.type) {
    case FilterNode::Type::all:
        return std::ranges::all_of(filter.children, holdsToo);
    case FilterNode::Type::any:
        return std::ranges::any_of(filter.children, holdsToo);
    case FilterNode::Type::negation:
        return !holdsToo(filter.children.front());
    case FilterNode::Type::comparison:
        break;
    }
    return Comparison(filter, *record.structType().entity, customFields, now).holds(record);
}

void requireEvaluable(const FilterNode &filter, const EntityType &entity,
                      const std::vector<CustomFieldType> &customFields) {
    if (filter.type == FilterNode::Type::comparison) {
        static_cast<void>(Comparison(filter, entity, customFields, DateTime::now()));
    }
    for (const FilterNode &child : filter.children) requireEvaluable(child, entity, customFields);
}

}  // namespace kontor::entity
