#pragma once

#include "desktop/models/workspace.h"

#include <QJsonValue>
#include <QWidget>

class QLabel;
class QLineEdit;

namespace kontor::desktop {

/// Edits the value of one field. What the server would refuse is said below it as one types.
class FieldEditor : public QWidget {
    Q_OBJECT
  public:
    explicit FieldEditor(const FieldDescription &field, QWidget *parent);

    [[nodiscard]] const FieldDescription &field() const { return field_; }
    /// Null when it is empty.
    [[nodiscard]] virtual QJsonValue value() const = 0;
    virtual void setValue(const QJsonValue &value) = 0;
    /// What is wrong with the value, by the description's limits; empty when nothing is.
    [[nodiscard]] virtual QString problem() const;
    /// What the server said of it; goes with the next change.
    void showProblem(const QString &text);
    /// The same of a part of the value: "0/address" of a list of structures.
    virtual void showProblemAt(const QString &pointer, const QString &text);

  Q_SIGNALS:
    void valueChanged();

  protected:
    /// The widget that is typed into.
    void setInput(QWidget *input);
    void changed();

  private:
    FieldDescription field_;
    QLabel *message_;
};

/// "1.234,50" as "1234.50" where that is how numbers are written. Signs in other places are left, so that the value is
/// refused and not made another one.
[[nodiscard]] QString plainNumber(const QString &text, const QLocale &locale);

/// Short, but with the whole year: 30 must not become 1930.
[[nodiscard]] QString shortDateFormat(const QLocale &locale);

/// What is pasted or dropped into the line stays one line, and all of it: ends of lines become spaces, and what is too
/// long is for the limits of the field to tell.
void keepWholeOnOneLine(QLineEdit &line);

/// The editor for the field's kind; structures that the contract does not know are shown, not edited.
[[nodiscard]] FieldEditor *makeFieldEditor(Workspace &workspace, const FieldDescription &field, QWidget *parent);

}  // namespace kontor::desktop
