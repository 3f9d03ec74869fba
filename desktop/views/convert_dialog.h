#pragma once

#include "desktop/models/workspace.h"

#include <QDialog>

class QCheckBox;
class QFormLayout;
class QLabel;
class QPushButton;

namespace kontor::desktop {

class FieldEditor;
class RecordPicker;

/// A lead becomes an account and a contact, new ones or such as are there, and an opportunity if the user wants one.
class ConvertDialog : public QDialog {
    Q_OBJECT
  public:
    ConvertDialog(Workspace &workspace, const QJsonObject &lead, QWidget *parent);

  private:
    void makeOpportunity(QFormLayout &form);
    void convert();
    void ended(const Answer &answer);
    void showProblem(const QString &problem);

    Workspace &workspace_;
    QJsonObject lead_;
    RecordPicker *account_;
    RecordPicker *contact_;
    QCheckBox *wantsOpportunity_;
    QList<std::pair<QString, FieldEditor *>> opportunity_;  // member of the request and what is typed
    QLabel *message_;
    QPushButton *convert_;
};

}  // namespace kontor::desktop
