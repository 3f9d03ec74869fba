#pragma once

// Which column of a file is which field: a guess, and what the user has chosen before for such a file.

#include "desktop/api/description.h"
#include "desktop/models/import_file.h"

namespace kontor::desktop {

/// Where a column can go.
struct ImportTarget {
    QString column;  ///< as the server names it; "externalId" stands for that of the system that is chosen
    QString label;
    bool isRequired = false;
    Kind kind = Kind::text;
    QStringList choices;  ///< values that have labels
};

[[nodiscard]] QList<ImportTarget> importTargets(const EntityDescription &entity);
/// For each column of the table the target's column, or nothing; no target twice. By name, label, synonyms, content.
[[nodiscard]] QStringList guessMapping(const ImportTable &table, const QList<ImportTarget> &targets);
/// Kept between starts, for files with the same header.
[[nodiscard]] QStringList rememberedMapping(const QString &collection, const ImportTable &table,
                                            const QList<ImportTarget> &targets);
void rememberMapping(const QString &collection, const ImportTable &table, const QStringList &mapping);
/// How the values of a column are written, as far as it goes to this target: what its cells show; else what was chosen
/// for such a file before; else what is usual in the country.
[[nodiscard]] ImportFormat guessFormat(const QString &collection, const ImportTable &table, qsizetype column,
                                       const ImportTarget &target, const QLocale &locale);
void rememberFormat(const QString &collection, const ImportTable &table, qsizetype column, ImportFormat format);

}  // namespace kontor::desktop
