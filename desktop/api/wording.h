#pragma once

// What the server says to people comes in English (RFC 9457 `title` and `detail`); here it is said in the user's
// language. A text that is not known stays as it came.

#include <QString>

namespace kontor::desktop {

/// A title or a detail of a problem document.
[[nodiscard]] QString worded(const QString &text);

/// The detail of one field's error, by its sentence or else by its stable code; a pattern is told in words.
[[nodiscard]] QString wordedField(const QString &code, const QString &detail);

}  // namespace kontor::desktop
