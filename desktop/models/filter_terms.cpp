#include "desktop/models/filter_terms.h"

#include <QRegularExpression>
#include <QStringList>

#include <algorithm>
#include <utility>

namespace kontor::desktop {

namespace {

struct Token {
    QString text;  // of a string, without its quotes
    qsizetype from = 0;
    qsizetype to = 0;
    bool isQuoted = false;

    [[nodiscard]] bool is(const char *word) const { return !isQuoted && text == QLatin1String(word); }
};

QList<Token> tokensOf(const QString &text) {
    static const QRegularExpression pattern(R"re(\s*("(?:[^"\\]|\\.)*"|[(),]|<=|>=|!=|[<>=:*]|[^\s(),<>=:!"*]+))re");
    QList<Token> tokens;
    qsizetype at = 0;
    while (at < text.size()) {
        auto const match =
            pattern.match(text, at, QRegularExpression::NormalMatch, QRegularExpression::AnchorAtOffsetMatchOption);
        if (!match.hasMatch()) {
            // What this is, the server will say.
            if (!text.mid(at).trimmed().isEmpty()) tokens.append({text.mid(at), at, text.size()});
            break;
        }
        Token token{match.captured(1), match.capturedStart(1), match.capturedEnd(1)};
        if (token.text.startsWith('"')) {
            token.isQuoted = true;
            token.text = token.text.mid(1, token.text.size() - 2);
        }
        tokens.append(token);
        at = match.capturedEnd();
    }
    return tokens;
}

bool isText(const FieldDescription &field) { return field.kind == Kind::text && field.choices.isEmpty(); }

bool isDay(const FieldDescription &field) { return field.kind == Kind::date || field.kind == Kind::dateTime; }

bool isQuoted(const FieldDescription &field) {
    return field.kind == Kind::text || field.kind == Kind::id || field.kind == Kind::textList;
}

/// Without its backslashes; empty when an asterisk in it stands for anything.
std::optional<QString> unescaped(const QString &text) {
    QString plain;
    for (qsizetype i = 0; i < text.size(); ++i) {
        if (text[i] == '*') return std::nullopt;
        if (text[i] == '\\' && i + 1 < text.size()) ++i;
        plain += text[i];
    }
    return plain;
}

/// In an asterisk that stands for anything: one that is meant has an odd number of backslashes before it.
bool endsInAsterisk(const QString &text) {
    static const QRegularExpression pattern(R"((?<!\\)(?:\\\\)*\*$)");
    return pattern.match(text).hasMatch();
}

QString escaped(QString text, bool isPattern) {
    text.replace('\\', QLatin1String("\\\\")).replace('"', QLatin1String("\\\""));
    if (isPattern) text.replace('*', QLatin1String("\\*"));
    return text;
}

class Parser {
  public:
    Parser(const EntityDescription &entity, const QString &text)
        : entity_(entity), text_(text), tokens_(tokensOf(text)) {}

    FilterTerm whole() {
        FilterTerm group = terms();
        if (position_ < tokens_.size()) return {.terms = {written(0, tokens_.size())}};
        return group;
    }

  private:
    [[nodiscard]] const Token *next(qsizetype ahead = 0) const {
        return position_ + ahead < tokens_.size() ? &tokens_[position_ + ahead] : nullptr;
    }
    [[nodiscard]] bool nextIs(const char *word, qsizetype ahead = 0) const {
        const Token *const token = next(ahead);
        return token != nullptr && token->is(word);
    }

    [[nodiscard]] FilterTerm written(qsizetype from, qsizetype to) const {
        FilterTerm term{.form = FilterTerm::Form::written};
        if (from < to) term.text = text_.mid(tokens_[from].from, tokens_[to - 1].to - tokens_[from].from);
        return term;
    }

    FilterTerm terms() {
        FilterTerm group;
        while (next() != nullptr && !nextIs(")")) {
            qsizetype const before = position_;
            group.terms.append(term());
            if (nextIs("AND") || nextIs("OR")) {
                group.any = nextIs("OR");
                ++position_;
            } else if (position_ == before) {
                break;
            }
        }
        return group;
    }

    FilterTerm term() {
        qsizetype const begin = position_;
        bool const isNegated = nextIs("NOT");
        if (isNegated) ++position_;
        if (nextIs("(") && !isNegated) {
            ++position_;
            FilterTerm group = terms();
            if (nextIs(")")) {
                ++position_;
                return group;
            }
        } else if (auto found = condition(isNegated)) {
            const Token *const after = next();
            if (after == nullptr || after->is("AND") || after->is("OR") || after->is(")")) return std::move(*found);
        }
        position_ = begin;
        skip();
        return written(begin, position_);
    }

    /// To the end of a term that no row can show.
    void skip() {
        int depth = 0;
        while (const Token *const token = next()) {
            bool const isEnd = token->is("AND") || token->is("OR") || token->is(")");
            if (depth == 0 && isEnd) return;
            if (token->is("(")) ++depth;
            if (token->is(")")) --depth;
            ++position_;
        }
    }

    std::optional<FilterTerm> condition(bool isNegated) {
        const Token *const name = next();
        const Token *const sign = next(1);
        const Token *const literal = next(2);
        if (name == nullptr || sign == nullptr || literal == nullptr || name->isQuoted || sign->isQuoted) return {};
        const FieldDescription *const field = entity_.field(name->text);
        if (field == nullptr || !field->isFilterable) return {};
        FilterTerm term{.form = FilterTerm::Form::condition, .field = name->text};
        position_ += 3;
        if (sign->is(":")) return matched(*field, std::move(term), *literal, isNegated);
        static const QList<std::pair<QString, Comparison>> signs{{"=", Comparison::is},
                                                                 {"<", Comparison::less},
                                                                 {"<=", Comparison::atMost},
                                                                 {">", Comparison::more},
                                                                 {">=", Comparison::atLeast}};
        auto const found = std::ranges::find(signs, sign->text, [](const auto &each) { return each.first; });
        if (found == signs.end() || literal->isQuoted != isQuoted(*field)) return {};
        term.comparison = found->second;
        if (isNegated && term.comparison != Comparison::is) return {};
        if (isNegated) term.comparison = Comparison::isNot;
        if (!comparisonsOf(*field).contains(term.comparison)) return {};
        return valued(*field, std::move(term), *literal);
    }

    static std::optional<FilterTerm> valued(const FieldDescription &field, FilterTerm term, const Token &literal) {
        static const QRegularExpression days(R"(^today([-+])(\d{1,5})d$)");
        static const QRegularExpression date(R"(^\d{4}-\d\d-\d\d$)");
        if (literal.isQuoted) {
            term.value = literal.text;
            term.value.replace(QRegularExpression(R"(\\(.))"), QStringLiteral("\\1"));
            return term;
        }
        term.value = literal.text;
        if (!isDay(field) || date.match(literal.text).hasMatch()) return term;
        auto const match = days.match(literal.text);
        bool const isAgo = match.captured(1) == '-' && term.comparison == Comparison::atLeast;
        bool const isAhead = match.captured(1) == '+' && term.comparison == Comparison::atMost;
        if (!isAgo && !isAhead) return {};
        term.comparison = isAgo ? Comparison::daysAgo : Comparison::daysAhead;
        term.value = match.captured(2);
        return term;
    }

    static std::optional<FilterTerm> matched(const FieldDescription &field, FilterTerm term, const Token &literal,
                                             bool isNegated) {
        if (literal.is("*")) {
            term.comparison = isNegated ? Comparison::isNotSet : Comparison::isSet;
            return term;
        }
        if (!literal.isQuoted || (field.kind != Kind::text && field.kind != Kind::textList)) return {};
        QString text = literal.text;
        if (field.kind == Kind::textList) {
            term.comparison = isNegated ? Comparison::isNot : Comparison::is;
        } else if (isNegated || !isText(field)) {
            return {};
        } else if (text.startsWith('*')) {
            term.comparison = Comparison::endsWith;
            text.remove(0, 1);
        } else if (endsInAsterisk(text)) {
            term.comparison = Comparison::beginsWith;
            text.chop(1);
        } else {
            term.comparison = Comparison::contains;
        }
        auto const plain = unescaped(text);
        if (!plain) return {};
        term.value = *plain;
        return term;
    }

    const EntityDescription &entity_;
    const QString &text_;
    QList<Token> tokens_;
    qsizetype position_ = 0;
};

QString conditionText(const FieldDescription &field, const FilterTerm &term) {
    QString const &name = field.name;
    if (term.comparison == Comparison::isSet) return name + " : *";
    if (term.comparison == Comparison::isNotSet) return "NOT " + name + " : *";
    if (term.value.isEmpty()) return {};
    QString const plain = isQuoted(field) ? '"' + escaped(term.value, false) + '"' : term.value;
    QString const pattern = escaped(term.value, true);
    QString const equals = field.kind == Kind::textList ? name + " : \"" + pattern + '"' : name + " = " + plain;
    switch (term.comparison) {
    case Comparison::contains:
        return name + " : \"" + pattern + '"';
    case Comparison::beginsWith:
        return name + " : \"" + pattern + "*\"";
    case Comparison::endsWith:
        return name + " : \"*" + pattern + '"';
    case Comparison::is:
        return equals;
    case Comparison::isNot:
        return "NOT " + equals;
    case Comparison::less:
        return name + " < " + plain;
    case Comparison::atMost:
        return name + " <= " + plain;
    case Comparison::atLeast:
        return name + " >= " + plain;
    case Comparison::more:
        return name + " > " + plain;
    case Comparison::daysAgo:
        return name + " >= today-" + term.value + 'd';
    case Comparison::daysAhead:
        return name + " <= today+" + term.value + 'd';
    case Comparison::isSet:
    case Comparison::isNotSet:
        break;
    }
    return {};
}

}  // namespace

QList<Comparison> comparisonsOf(const FieldDescription &field) {
    using enum Comparison;
    if (isText(field)) return {contains, beginsWith, endsWith, is, isNot, isSet, isNotSet};
    if (isDay(field)) return {is, less, atLeast, atMost, more, daysAgo, daysAhead, isSet, isNotSet};
    switch (field.kind) {
    case Kind::integer:
    case Kind::decimal:
        return {is, less, atMost, atLeast, more, isNot, isSet, isNotSet};
    case Kind::structure:
    case Kind::structureList:
    case Kind::binary:
        return {isSet, isNotSet};
    default:
        return {is, isNot, isSet, isNotSet};
    }
}

bool wantsValue(Comparison comparison) { return comparison != Comparison::isSet && comparison != Comparison::isNotSet; }

FilterTerm parseFilterTerms(const EntityDescription &entity, const QString &text) {
    return Parser(entity, text).whole();
}

QString filterText(const EntityDescription &entity, const FilterTerm &term) {
    if (term.form == FilterTerm::Form::written) return term.text.trimmed();
    if (term.form == FilterTerm::Form::condition) {
        const FieldDescription *const field = entity.field(term.field);
        return field != nullptr ? conditionText(*field, term) : QString();
    }
    QStringList parts;
    for (const FilterTerm &part : term.terms) {
        QString text = filterText(entity, part);
        if (text.isEmpty()) continue;
        bool const isOne = !text.contains(QLatin1String(" AND ")) && !text.contains(QLatin1String(" OR "));
        if (part.form != FilterTerm::Form::condition && !isOne && term.terms.size() > 1) text = '(' + text + ')';
        parts.append(text);
    }
    return parts.join(QLatin1String(term.any ? " OR " : " AND "));
}

int countOf(const FilterTerm &term) {
    if (term.form != FilterTerm::Form::group) return 1;
    int count = 0;
    for (const FilterTerm &part : term.terms) count += countOf(part);
    return count;
}

}  // namespace kontor::desktop
