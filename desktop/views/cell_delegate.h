#pragma once

// Edits a cell of a list in place, and marks cells whose change was refused.

#include "desktop/api/description.h"

#include <QJsonValue>
#include <QStyledItemDelegate>

namespace kontor::desktop {

/// What was typed into a cell as the value for the server, as numbers and dates are written here. What has no such form
/// is left as it is, for the server to refuse.
[[nodiscard]] QJsonValue typedValue(const FieldDescription &field, const QString &typed);

class CellDelegate : public QStyledItemDelegate {
    Q_OBJECT
  public:
    using QStyledItemDelegate::QStyledItemDelegate;

    QWidget *createEditor(QWidget *parent, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    void setEditorData(QWidget *editor, const QModelIndex &index) const override;
    void setModelData(QWidget *editor, QAbstractItemModel *model, const QModelIndex &index) const override;

  protected:
    void initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const override;
};

}  // namespace kontor::desktop
