#pragma once

// How people and their programs write dates, numbers, yes and no, and choices; and the same as the server takes it.

#include "desktop/api/description.h"

#include <QDateTime>
#include <QHash>
#include <QLocale>
#include <QString>
#include <QStringList>
#include <QTimeZone>

#include <optional>

namespace kontor::desktop {

/// How the cells of a column are written.
enum class ImportFormat {
    asIs,
    dayMonthYear,
    monthDayYear,
    yearMonthDay,
    decimalComma,
    decimalPoint,
    yesNo,
    mark,  ///< an x is yes, an empty cell no
    labels,
};

/// What the cells of a column tell about how they are written; for the whole column, whatever it is mapped to.
struct ImportEvidence {
    qint64 filled = 0;
    qint64 dayFirst = 0;      ///< dates that can be read in this way only
    qint64 monthFirst = 0;    ///< the same
    qint64 yearFirst = 0;     ///< the same
    qint64 openDates = 0;     ///< dates with the day or the month in front
    qint64 decimalComma = 0;  ///< numbers that can be read in this way only
    qint64 decimalPoint = 0;  ///< the same
    qint64 marks = 0;         ///< x and ticks

    void look(QStringView cell);
};

/// How the cells of a column are read.
struct ImportReading {
    ImportFormat format = ImportFormat::asIs;
    Kind kind = Kind::text;
    QHash<QString, QString> words;                 ///< of labels: what people call a value, and the value
    QTimeZone zone = QTimeZone::systemTimeZone();  ///< of times without one
};

/// In which a field of this kind can be written; asIs is always the last. Empty where cells need no reading.
[[nodiscard]] QList<ImportFormat> importFormats(Kind kind, bool hasChoices);
/// The format that the cells show; nothing where they could be read in two ways.
[[nodiscard]] std::optional<ImportFormat> shownFormat(Kind kind, bool hasChoices, const ImportEvidence &evidence);
/// The format that people in this country write; asIs for what needs no reading.
[[nodiscard]] ImportFormat usualFormat(Kind kind, bool hasChoices, const QLocale &locale);
/// As the user is told it, with an example.
[[nodiscard]] QString formatText(ImportFormat format);
/// What people call these values: the values, their labels in English and in each language of the client.
[[nodiscard]] QHash<QString, QString> wordsOf(const QStringList &choices);
/// The cell as the server takes it; what does not fit stays as it is, so that the server can say what is wrong.
[[nodiscard]] QString wireText(const ImportReading &reading, const QString &cell);

/// What two spellings of a name have in common.
[[nodiscard]] QString bareName(const QString &name);

}  // namespace kontor::desktop
