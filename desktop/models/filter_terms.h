#pragma once

// The filter language (docs/integrators-guide-rest.md, "Filters") as rows that people put together. What cannot be
// shown as a row is kept as it was written.

#include "desktop/api/description.h"

#include <QList>
#include <QString>

namespace kontor::desktop {

enum class Comparison {
    contains,
    beginsWith,
    endsWith,
    is,
    isNot,
    less,
    atMost,
    atLeast,
    more,
    daysAgo,    ///< since a number of days ago
    daysAhead,  ///< until a number of days from now
    isSet,
    isNotSet
};

struct FilterTerm {
    enum class Form { condition, group, written };
    Form form = Form::group;
    // Of a condition. The value is as JSON has it: text, "12.50", "true", "2026-11-23", a number of days.
    QString field;
    Comparison comparison = Comparison::is;
    QString value;
    QString text;  ///< of what was written by hand
    // Of a group.
    bool any = false;  ///< one of the terms is enough
    QList<FilterTerm> terms;

    bool operator==(const FilterTerm &) const = default;
};

/// What a field can be compared by, the most usual first.
[[nodiscard]] QList<Comparison> comparisonsOf(const FieldDescription &field);
[[nodiscard]] bool wantsValue(Comparison comparison);

/// A group, whatever the text is.
[[nodiscard]] FilterTerm parseFilterTerms(const EntityDescription &entity, const QString &text);
/// In the filter language; conditions that lack their value are left out.
[[nodiscard]] QString filterText(const EntityDescription &entity, const FilterTerm &term);
/// Conditions and what was written by hand, in all groups.
[[nodiscard]] int countOf(const FilterTerm &term);

}  // namespace kontor::desktop
