#pragma once

#include "desktop/views/field_editor.h"

class QLineEdit;
class QStringListModel;

namespace kontor::desktop {

class Chips;

/// Edits the tags of a record: what is there as chips, a line that adds, with the tags in use offered as one types.
/// Enter or a comma adds, Backspace in the empty line takes the last one back.
class TagsEditor : public FieldEditor {
    Q_OBJECT
  public:
    TagsEditor(Workspace &workspace, const FieldDescription &field, QWidget *parent);

    [[nodiscard]] QJsonValue value() const override;
    void setValue(const QJsonValue &value) override;
    /// Whose tags are offered; asked for when the line is first entered.
    void setEntity(const QString &entity) { entity_ = entity; }
    bool eventFilter(QObject *watched, QEvent *event) override;

  private:
    void add();
    void showTags();
    void askForTags();

    Workspace &workspace_;
    QString entity_;
    QStringList tags_;
    QJsonValue given_ = QJsonValue::Null;
    Chips *chips_;
    QLineEdit *line_;
    QStringListModel *offered_;
    bool asked_ = false;
};

}  // namespace kontor::desktop
