#include "desktop/models/display.h"

#include "desktop/models/money.h"
#include "desktop/models/structures.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QGuiApplication>
#include <QJsonArray>

#include <array>

namespace kontor::desktop {

namespace {

QString yesOrNo(bool value) {
    return value ? QCoreApplication::translate("display", "Yes") : QCoreApplication::translate("display", "No");
}

/// What stands for an item of a list of structures: its address, number or name, or all its texts.
QString structureText(const StructType *structure, const QJsonObject &object) {
    static constexpr std::array<const char *, 5> tellers{"address", "number", "displayName", "name", "id"};
    for (const char *const teller : tellers) {
        QString const text = object[QLatin1String(teller)].toString();
        if (!text.isEmpty()) return text;
    }
    QStringList parts;
    if (structure != nullptr) {
        for (const Field &member : structure->fields) {
            if (member.kind != Kind::text || !member.choices.empty()) continue;
            auto const name = QString::fromUtf8(member.name.data(), static_cast<qsizetype>(member.name.size()));
            QString const text = object[name].toString();
            if (!text.isEmpty()) parts.append(text);
        }
    } else {
        for (const QJsonValue &member : object) {
            if (member.isString()) parts.append(member.toString());
        }
    }
    return parts.join(QLatin1String(", "));
}

QString listText(const FieldDescription &field, const QJsonArray &list) {
    QStringList parts;
    for (const QJsonValue &item : list) {
        QString const text = item.isObject() ? structureText(field.structure, item.toObject()) : item.toString();
        if (text.isEmpty()) continue;
        if (item.toObject()["isPrimary"].toBool()) {
            parts.prepend(text);
        } else {
            parts.append(text);
        }
    }
    return parts.join(QLatin1String(", "));
}

QString integerText(const QJsonValue &value) {
    if (value.isString()) return value.toString();
    return value.isDouble() ? QLocale().toString(value.toInteger()) : QString();
}

QString dateTimeText(const QString &wire) {
    QDateTime const time = QDateTime::fromString(wire, Qt::ISODateWithMs);
    return time.isValid() ? QLocale().toString(time.toLocalTime(), QLocale::ShortFormat) : wire;
}

QString dateText(const QString &wire) {
    QDate const date = QDate::fromString(wire, Qt::ISODate);
    return date.isValid() ? QLocale().toString(date, QLocale::ShortFormat) : wire;
}

/// A telephone number is read from left to right also where letters are not.
QString fromLeft(const QString &text) {
    bool const isNumber = text.startsWith('+') || (!text.isEmpty() && text.at(0).isDigit());
    return isNumber && QGuiApplication::isRightToLeft() ? QChar(leftToRightMark) + text : text;
}

}  // namespace

QString displayText(Workspace &workspace, const FieldDescription &field, const QJsonValue &value) {
    if (value.isNull() || value.isUndefined()) return {};
    switch (field.kind) {
    case Kind::text:
        if (!field.choices.isEmpty() || usualValues(field).contains(value.toString()))
            return choiceText(value.toString());
        return fromLeft(value.toString());
    case Kind::id:
        if (field.references.isEmpty() || field.references == QLatin1String("*")) return value.toString();
        return workspace.nameOf(field.references, value.toString());
    case Kind::integer:
        return integerText(value);
    case Kind::decimal:
        return value.isString() ? decimalText(decimalOf(value)) : QString();
    case Kind::boolean:
        return value.isBool() ? yesOrNo(value.toBool()) : QString();
    case Kind::dateTime:
        return dateTimeText(value.toString());
    case Kind::date:
        return dateText(value.toString());
    case Kind::binary:
        return {};
    case Kind::textList:
    case Kind::structureList:
        return fromLeft(listText(field, value.toArray()));
    case Kind::structure:
        return structureText(field.structure, value.toObject());
    }
    return {};
}

QString displayText(Workspace &workspace, const EntityDescription &entity, const FieldDescription &field,
                    const QJsonObject &record) {
    QJsonValue const value = memberOf(record, field.name);
    QString const currency = currencyMember(entity, field);
    if (currency.isEmpty() || !value.isString()) return displayText(workspace, field, value);
    return moneyText(decimalOf(value), memberOf(record, currency).toString());
}

QString choiceText(const QString &choice) {
    QString const translated = QCoreApplication::translate("contract", choice.toUtf8().constData());
    if (translated != choice || choice.isEmpty()) return translated;
    QString text(choice.at(0).toUpper());
    for (QChar const letter : QStringView(choice).mid(1)) {
        bool const startsWord = letter.isUpper() && !text.back().isUpper();
        if (startsWord) text += ' ';
        text += startsWord ? letter.toLower() : letter;
    }
    return text;
}

QString currencyMember(const EntityDescription &entity, const FieldDescription &field) {
    static constexpr std::array<const char *, 7> amounts{"amount", "price", "total", "revenue",
                                                         "budget", "cost",  "value"};
    if (field.kind != Kind::decimal || field.name.endsWith(QLatin1String("Base"))) return {};
    bool isAmount = false;
    for (const char *const word : amounts) isAmount |= field.name.contains(QLatin1String(word), Qt::CaseInsensitive);
    if (!isAmount || field.isCustom) return {};
    for (const char *const name : {"currency", "currencyCode"}) {
        if (entity.field(QLatin1String(name)) != nullptr) return QLatin1String(name);
    }
    return {};
}

bool isNumber(const FieldDescription &field) { return field.kind == Kind::integer || field.kind == Kind::decimal; }

}  // namespace kontor::desktop
