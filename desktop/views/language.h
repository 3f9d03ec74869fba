#pragma once

// The language of the client: that of the system, or the one that the user has chosen. Dates, numbers and money follow
// the system's country all the same.

#include <QLocale>
#include <QString>

class QCoreApplication;

namespace kontor::desktop::language {

/// "system", "en" or "de"; a choice takes effect at the next start.
[[nodiscard]] QString chosen();
void choose(const QString &name);

/// What the choice means on this computer.
[[nodiscard]] QLocale localeOf(const QString &name);
/// Texts of Qt and of the client, and the locale of dates and numbers. To be called before any window is made.
void apply(QCoreApplication &application, const QLocale &locale);

}  // namespace kontor::desktop::language
