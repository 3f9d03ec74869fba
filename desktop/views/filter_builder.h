#pragma once

// Puts a filter together from rows: field, comparison, value; all of them or any of them, in groups.

#include "desktop/models/filter_terms.h"
#include "desktop/models/workspace.h"

#include <QFrame>
#include <QTimer>

class QComboBox;
class QVBoxLayout;

namespace kontor::desktop {

/// One row.
class FilterRow : public QWidget {
    Q_OBJECT
  public:
    FilterRow(Workspace &workspace, const EntityDescription &entity, const FilterTerm &term, QWidget *parent);

    [[nodiscard]] FilterTerm term() const;

  Q_SIGNALS:
    void changed();
    void removeRequested();

  private:
    void makeCondition(const FilterTerm &term);
    void makeWritten(const FilterTerm &term);
    void showComparisons(Comparison chosen);
    void showInput(const QString &value);
    [[nodiscard]] const FieldDescription *field() const;
    [[nodiscard]] Comparison comparison() const;

    Workspace &workspace_;
    EntityDescription entity_;
    QComboBox *fields_ = nullptr;
    QComboBox *comparisons_ = nullptr;
    QWidget *input_ = nullptr;
    std::function<QString()> value_;
};

/// Rows and groups within it.
class FilterGroup : public QFrame {
    Q_OBJECT
  public:
    FilterGroup(Workspace &workspace, const EntityDescription &entity, int depth, QWidget *parent);

    void setTerm(const FilterTerm &group);
    [[nodiscard]] FilterTerm term() const;
    FilterRow *addRow(const FilterTerm &term);

  Q_SIGNALS:
    void changed();
    void removeRequested();

  private:
    void addGroup(const FilterTerm &group);
    void take(QWidget *part);

    Workspace &workspace_;
    EntityDescription entity_;
    int depth_;
    QComboBox *any_;
    QVBoxLayout *parts_;
};

/// For people: "Employee count at least 500"; what was written by hand as it is.
[[nodiscard]] QString filterTermTold(Workspace &workspace, const EntityDescription &entity, const FilterTerm &term);

class FilterBuilder : public QWidget {
    Q_OBJECT
  public:
    FilterBuilder(Workspace &workspace, const EntityDescription &entity, QWidget *parent);

    /// What the rows say already is left as it is, with the keyboard's place in it.
    void setFilter(const QString &text);
    [[nodiscard]] QString filter() const;
    /// A row to begin with, when there is none.
    void begin();

  Q_SIGNALS:
    /// Somebody has changed it, and has paused.
    void filterChanged(const QString &text);

  private:
    EntityDescription entity_;
    FilterGroup *group_;
    QTimer pause_;
};

}  // namespace kontor::desktop
