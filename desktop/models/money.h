#pragma once

// Amounts for people: exact decimals in the user's locale, never by way of a floating-point number.

#ifndef Q_MOC_RUN  // moc of Qt 6.4 stumbles over <concepts>
#include "shared/contract/decimal.h"
#endif

#include <QJsonValue>
#include <QLocale>
#include <QString>

namespace kontor::desktop {

/// A decimal of the wire, a string; zero when it is none.
[[nodiscard]] Decimal decimalOf(const QJsonValue &value);

/// "1.234,50" in German. Zeros at the end are left out beyond `decimals` digits; what is there is never rounded away.
[[nodiscard]] QString decimalText(const Decimal &value, int decimals = 0, const QLocale &locale = QLocale());

/// "1.234,50 EUR" in German, with a space that does not break; the code and not a sign, which would be ambiguous.
[[nodiscard]] QString moneyText(const Decimal &value, const QString &currency, const QLocale &locale = QLocale());

}  // namespace kontor::desktop
