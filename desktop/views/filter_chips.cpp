#include "desktop/views/filter_chips.h"

namespace kontor::desktop {

FilterChips::FilterChips(Workspace &workspace, const EntityDescription &entity, QWidget *parent)
    : Chips(parent), workspace_(workspace), entity_(entity) {
    setObjectName("filterChips");
    setAccessibleName(tr("Conditions of the filter"));
    hide();
    connect(this, &Chips::removeRequested, this, &FilterChips::remove);
    connect(&workspace_, &Workspace::namesCame, this, &FilterChips::showTerms);  // names of records in conditions
}

void FilterChips::setFilter(const QString &text) {
    terms_ = parseFilterTerms(entity_, text);
    showTerms();
}

void FilterChips::showTerms() {
    QStringList told;
    for (const FilterTerm &term : std::as_const(terms_.terms)) told.append(filterTermTold(workspace_, entity_, term));
    if (terms_.any && told.size() > 1) told = {told.join(tr(" or "))};
    setTexts(told);
}

void FilterChips::remove(const QString &told) {
    if (terms_.any) {
        terms_.terms.clear();  // it is shown as one
    } else {
        terms_.terms.removeIf(
            [&](const FilterTerm &term) { return filterTermTold(workspace_, entity_, term) == told; });
    }
    showTerms();
    Q_EMIT filterChanged(filterText(entity_, terms_));
}

}  // namespace kontor::desktop
