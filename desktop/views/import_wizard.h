#pragma once

// From a file to records in four steps: file, columns, preview, import. Nothing is written before the last.

#include "desktop/models/import_file.h"
#include "desktop/models/import_mapping.h"
#include "desktop/models/job.h"

#include <QDialog>
#include <QTemporaryDir>

class QComboBox;
class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;
class QStackedWidget;
class QTableWidget;

namespace kontor::desktop {

class ImportWizard : public QDialog {
    Q_OBJECT
  public:
    /// Begins with this collection; the user may choose another one.
    ImportWizard(Workspace &workspace, const QString &collection, QWidget *parent);

    void openFile(const QString &path);
    /// The rows that the import has refused, as they stand in the file, with the reasons.
    void saveErrorsTo(const QString &path);
    void reject() override;

  private:
    enum Page { filePage, columnsPage, previewPage, importPage };

    QWidget *makeFilePage();
    QWidget *makeColumnsPage();
    QWidget *makePreviewPage();
    QWidget *makeImportPage();
    void showPage(Page page);
    void next();
    void back();
    void complain(const QString &problem);
    void setBusy(const QString &what);
    void fillColumns();
    void offerFormats(int row);
    [[nodiscard]] QStringList mapping() const;
    [[nodiscard]] const ImportTarget *targetOf(int row) const;
    [[nodiscard]] QList<ImportColumn> columnsToSend() const;
    [[nodiscard]] QString problemOfMapping() const;
    [[nodiscard]] const EntityDescription *entity() const;
    void remember() const;
    void startPreview();
    void startJob(bool isPreview);
    void readPreview();
    void showPreview(const QByteArray &lines);
    void finishImport();
    void saveErrors();
    void takeUpErrors();

    Workspace &workspace_;
    ImportReader reader_;
    QTemporaryDir folder_;
    ImportTable table_;
    QList<ImportTarget> targets_;
    QString path_;
    Page page_ = filePage;
    bool isBusy_ = false;
    Job *job_ = nullptr;

    QLabel *title_ = nullptr;
    QLabel *step_ = nullptr;
    QLabel *problem_ = nullptr;
    QStackedWidget *pages_ = nullptr;
    QProgressBar *progress_ = nullptr;
    QComboBox *collections_ = nullptr;
    QLineEdit *file_ = nullptr;
    QLabel *about_ = nullptr;
    QTableWidget *columns_ = nullptr;
    QComboBox *mode_ = nullptr;
    QLineEdit *system_ = nullptr;
    QLabel *counts_ = nullptr;
    QTableWidget *rows_ = nullptr;
    QLabel *result_ = nullptr;
    QPushButton *saveErrors_ = nullptr;
    QPushButton *mend_ = nullptr;
    QPushButton *undo_ = nullptr;
    QPushButton *back_ = nullptr;
    QPushButton *next_ = nullptr;
    QPushButton *close_ = nullptr;
};

}  // namespace kontor::desktop
