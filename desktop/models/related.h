#pragma once

// Which entities point at records of another one, from the descriptions: an account's contacts, opportunities, quotes.

#include "desktop/models/workspace.h"

namespace kontor::desktop {

struct Relation {
    const EntityDescription *entity = nullptr;  ///< whose records point
    const FieldDescription *field = nullptr;    ///< by this reference
    QString label;                              ///< with the field's name where one entity points in several ways
};

/// In the order of the descriptions; without what only keeps books of a record (who has written it).
[[nodiscard]] QList<Relation> relationsTo(const Descriptions &descriptions, const QString &entity);

}  // namespace kontor::desktop
