#pragma once

#include "desktop/models/workspace.h"

#include <QDialog>

class QRadioButton;

namespace kontor::desktop {

/// What of a list is written to a file, and in which form.
class ExportDialog : public QDialog {
    Q_OBJECT
  public:
    ExportDialog(const EntityDescription &entity, const QString &filter, const QString &search, QWidget *parent);

    [[nodiscard]] bool isJson() const;
    /// The job that makes the file: the columns that are shown, or all fields.
    [[nodiscard]] Call call(const QStringList &columns, const QString &sort) const;

  private:
    QString collection_;
    QString filter_;
    QString search_;
    QRadioButton *csv_;
    QRadioButton *json_;
    QRadioButton *shown_;
    QRadioButton *everything_;
};

}  // namespace kontor::desktop
