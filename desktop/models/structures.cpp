#include "desktop/models/structures.h"

#include "shared/contract/decimal.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QRegularExpression>

#include <algorithm>

namespace kontor::desktop {

namespace {

QString textOf(std::string_view text) { return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())); }

/// "postalCode" is "Postal code", "productId" is "Product".
QString labelOf(const Field &member) {
    QString plain = textOf(member.label);
    if (plain.isEmpty()) {
        for (QChar const letter : textOf(member.name)) {
            if (letter.isUpper()) plain += ' ';
            plain += plain.isEmpty() ? letter.toUpper() : letter.toLower();
        }
    }
    if (plain.endsWith(" id")) plain.chop(3);
    return QCoreApplication::translate("contract", plain.toUtf8().constData());
}

/// The contract does not say of ids in structures what they point to; their names do.
QString referenceOf(const Workspace &workspace, const Field &member) {
    if (!member.references.empty()) return textOf(member.references);
    QString stem = textOf(member.name);
    if (member.kind != Kind::id || !stem.endsWith("Id")) return {};
    stem.chop(2);
    stem[0] = stem[0].toUpper();
    return workspace.descriptions().entity(stem) != nullptr ? stem : QString();
}

}  // namespace

QList<FieldDescription> structureMembers(const Workspace &workspace, const StructType &structure) {
    QList<FieldDescription> members;
    for (const Field &member : structure.fields) {
        FieldDescription field;
        field.name = textOf(member.name);
        field.label = labelOf(member);
        field.documentation = textOf(member.documentation);
        field.kind = member.kind;
        field.writable = member.writable;
        field.isRequired = member.required;
        field.minLength = static_cast<int>(member.minLength);
        field.maxLength = static_cast<int>(member.maxLength);
        field.maxItems = static_cast<int>(member.maxItems);
        field.totalDigits = member.totalDigits;
        field.fractionDigits = member.fractionDigits;
        field.pattern = textOf(member.pattern);
        for (std::string_view const choice : member.choices) field.choices.append(textOf(choice));
        field.references = referenceOf(workspace, member);
        field.structure = member.structure;
        if (isMadeByServer(field)) field.writable = Writable::never;
        members.append(field);
    }
    return members;
}

bool isMadeByServer(const FieldDescription &member) {
    static const QStringList sums{"net", "tax", "total"};
    return member.kind == Kind::decimal && sums.contains(member.name);
}

QStringList leadingMembers(const StructType &structure, const QList<FieldDescription> &members) {
    static const QHash<QString, QStringList> chosen{
        {"PostalAddress", {"kind", "street", "postalCode", "city", "country"}},
        {"QuoteLine", {"productId", "quantity", "unitPrice", "discountPercent", "total"}},
        {"OpportunityLine", {"productId", "quantity", "unitPrice", "discountPercent", "total"}},
        {"Attendee", {"name", "email", "role", "response"}}};
    auto const found = chosen.constFind(textOf(structure.name));
    if (found != chosen.cend()) return *found;
    constexpr qsizetype most = 4;
    QStringList leading;
    for (const FieldDescription &member : members) {
        if (member.writable != Writable::never && leading.size() < most) leading.append(member.name);
    }
    return leading;
}

QStringList usualValues(const FieldDescription &field) {
    constexpr int longest = 40;
    if (field.kind != Kind::text || !field.choices.isEmpty() || field.maxLength == 0 || field.maxLength > longest) {
        return {};
    }
    static QHash<QString, QStringList> known;  // asked for with each cell of a list
    auto const found = known.constFind(field.documentation);
    if (found != known.cend()) return *found;
    static const QRegularExpression list("^([a-z][A-Za-z]*(?:, [a-z][A-Za-z]*)* or [a-z][A-Za-z]*)\\.?$");
    QRegularExpressionMatch const match = list.match(field.documentation);
    QStringList const values = match.hasMatch() ? match.captured(1).replace(" or ", ", ").split(", ") : QStringList();
    known.insert(field.documentation, values);
    return values;
}

bool sameValue(const FieldDescription &field, const QJsonValue &one, const QJsonValue &other) {
    auto const isNone = [](const QJsonValue &value) {
        return value.isNull() || value.isUndefined() || (value.isArray() && value.toArray().isEmpty());
    };
    if (isNone(one) || isNone(other)) return isNone(one) == isNone(other);
    if (field.kind == Kind::decimal) {
        auto const left = Decimal::parse(one.toString().toStdString());
        auto const right = Decimal::parse(other.toString().toStdString());
        if (left && right) return *left == *right;
    }
    if (field.kind == Kind::dateTime) {  // seconds are not shown, and not changed by looking
        auto const minutes = [](const QJsonValue &value) {
            return QDateTime::fromString(value.toString(), Qt::ISODateWithMs).toSecsSinceEpoch() / 60;
        };
        return minutes(one) == minutes(other);
    }
    return one == other;
}

}  // namespace kontor::desktop
