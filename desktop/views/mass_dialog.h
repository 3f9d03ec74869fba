#pragma once

#include "desktop/models/workspace.h"

#include <QDialog>

#include <optional>

class QComboBox;
class QDialogButtonBox;
class QFormLayout;
class QLabel;
class QRadioButton;

namespace kontor::desktop {

class FieldEditor;

/// Which records of a list something is done to.
struct MassChoice {
    QStringList chosen;           ///< ids of the rows that are selected
    QString filter;               ///< of the list
    QString search;               ///< of the list; without both: all records
    std::optional<qint64> total;  ///< that match, as far as it is known; the dialog has them counted
};

/// Changes fields of many records at once, or deletes them.
class MassDialog : public QDialog {
    Q_OBJECT
  public:
    enum class Deed { change, remove };
    MassDialog(Workspace &workspace, const EntityDescription &entity, Deed deed, const MassChoice &choice,
               QWidget *parent);

    /// The job that does it.
    [[nodiscard]] Call call() const;
    [[nodiscard]] bool isForAll() const;

  private:
    void makeScope(QFormLayout &form);
    void showCount(qint64 count, bool isExact);
    void countExactly();
    void makeFields(QFormLayout &form);
    void addField();
    void showWhetherComplete();
    [[nodiscard]] QJsonObject changes() const;

    Workspace &workspace_;
    EntityDescription entity_;
    Deed deed_;
    MassChoice choice_;
    QRadioButton *forChosen_ = nullptr;
    QRadioButton *forAll_ = nullptr;
    QComboBox *fields_ = nullptr;
    QFormLayout *form_ = nullptr;
    QList<FieldEditor *> shown_;
    QDialogButtonBox *buttons_ = nullptr;
};

}  // namespace kontor::desktop
