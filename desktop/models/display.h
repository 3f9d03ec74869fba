#pragma once

// Values as people read them, by kind of field and by locale. What is not there yet (the name behind an id) is empty,
// and comes with Workspace::namesCame.

#include "desktop/models/workspace.h"

#include <QJsonValue>
#include <QLocale>
#include <QString>

namespace kontor::desktop {

/// Before a telephone number where letters go from right to left; no part of what is copied.
constexpr char16_t leftToRightMark = 0x200E;

/// The value as text: dates, numbers and amounts by locale, references by name, lists parted by commas.
[[nodiscard]] QString displayText(Workspace &workspace, const FieldDescription &field, const QJsonValue &value);

/// The same for a member of a whole record: an amount is followed by the record's currency.
[[nodiscard]] QString displayText(Workspace &workspace, const EntityDescription &entity, const FieldDescription &field,
                                  const QJsonObject &record);

/// A choice of the contract, translated where there is a translation: "bestCase" is "Best case".
[[nodiscard]] QString choiceText(const QString &choice);

/// The member that holds the currency of this amount; empty when the field is no amount, or of the base currency.
[[nodiscard]] QString currencyMember(const EntityDescription &entity, const FieldDescription &field);

/// Whether values are set to the side where numbers end.
[[nodiscard]] bool isNumber(const FieldDescription &field);

}  // namespace kontor::desktop
