#pragma once

// Asks for what a stage wants of an opportunity that enters it.

#include "desktop/models/workspace.h"

#include <QDialog>

class QDialogButtonBox;

namespace kontor::desktop {

class FieldEditor;

class StageFieldsDialog : public QDialog {
    Q_OBJECT
  public:
    /// `fields` are those that the server has named, with its words for why.
    StageFieldsDialog(Workspace &workspace, const QString &stage, const QJsonObject &record,
                      const QList<FieldProblem> &fields, QWidget *parent);

    /// What has been given, by member.
    [[nodiscard]] QJsonObject values() const;

  private:
    void showWhetherComplete();

    QList<std::pair<QString, FieldEditor *>> editors_;
    QDialogButtonBox *buttons_ = nullptr;
    qsizetype required_ = 0;  // the first so many
};

}  // namespace kontor::desktop
