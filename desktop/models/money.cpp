#include "desktop/models/money.h"

#include "desktop/api/answer.h"

#include <algorithm>

namespace kontor::desktop {

namespace {

constexpr int centDigits = 2;
constexpr qsizetype longestInteger = 18;  // digits that surely fit into 64 bits

}  // namespace

Decimal decimalOf(const QJsonValue &value) {
    return Decimal::parse(value.toString().toStdString()).value_or(Decimal());
}

QString decimalText(const Decimal &value, int decimals, const QLocale &locale) {
    Decimal const shown = value.rounded(std::max(decimals, value.fractionDigits()));
    QString const plain = QString::fromStdString(shown.toString());
    bool const isNegative = plain.startsWith('-');
    qsizetype const point = plain.indexOf('.');
    qsizetype const end = point < 0 ? plain.size() : point;
    QString const whole = plain.mid(isNegative ? 1 : 0, end - (isNegative ? 1 : 0));
    QString const zero = locale.zeroDigit();
    auto const digits = [&](const QString &latin) {
        QString text;
        for (QChar const digit : latin) text += QChar(zero.at(0).unicode() + digit.digitValue());
        return text;
    };
    QString text = whole.size() <= longestInteger ? locale.toString(whole.toLongLong()) : digits(whole);
    if (point >= 0) text += locale.decimalPoint() + digits(plain.mid(point + 1));
    return isNegative ? locale.negativeSign() + text : text;
}

QString moneyText(const Decimal &value, const QString &currency, const QLocale &locale) {
    QString const text = decimalText(value, centDigits, locale);
    return currency.isEmpty() ? text : text + QChar::Nbsp + lineOf(currency);
}

}  // namespace kontor::desktop
