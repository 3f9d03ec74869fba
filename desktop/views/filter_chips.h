#pragma once

#include "desktop/views/chips.h"
#include "desktop/views/filter_builder.h"

namespace kontor::desktop {

/// The conditions of a filter side by side, each with a button that removes it. Hidden while there are none.
class FilterChips : public Chips {
    Q_OBJECT
  public:
    FilterChips(Workspace &workspace, const EntityDescription &entity, QWidget *parent);

    void setFilter(const QString &text);

  Q_SIGNALS:
    void filterChanged(const QString &text);

  private:
    void showTerms();
    void remove(const QString &told);

    Workspace &workspace_;
    EntityDescription entity_;
    FilterTerm terms_;
};

}  // namespace kontor::desktop
