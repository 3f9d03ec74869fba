// Many records at once, from a list: changed, deleted and exported as jobs of the server, and taken back.

#include "demo.h"
#include "loop_watch.h"

#include "desktop/views/export_dialog.h"
#include "desktop/views/field_editor.h"
#include "desktop/views/filter_chips.h"
#include "desktop/views/list_view.h"
#include "desktop/views/look.h"
#include "desktop/views/mass_dialog.h"

#include <QApplication>
#include <QComboBox>
#include <QCoreApplication>
#include <QDialogButtonBox>
#include <QFile>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QSettings>
#include <QSignalSpy>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>
#include <QTreeWidget>
#include <QUuid>

using namespace kontor::desktop;

namespace {

constexpr int patience = 20'000;  // ms
constexpr int rowsMade = 6;

}  // namespace

class MassTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void initTestCase() {
        QCoreApplication::setOrganizationName("Kontor");
        QCoreApplication::setApplicationName("kontor-mass-test");
        look::apply(*qobject_cast<QApplication *>(QCoreApplication::instance()),
                    qEnvironmentVariable("KONTOR_SCHEME") == "dark" ? look::Scheme::dark : look::Scheme::light);
        QSettings().clear();
        useDemo(server_);
        QVERIFY(isLoaded(workspace_));
    }
    void init() {
        watch_.begin();
        mark_ = "Mass" + QUuid::createUuid().toString(QUuid::Id128).left(12);
        ids_.clear();
        for (int number = 0; number < rowsMade; ++number) {
            ids_.append(answered({.method = "POST",
                                  .path = "accounts",
                                  .body = QJsonObject{{"name", mark_ + ' ' + QString::number(number)},
                                                      {"industry", "Mining"},
                                                      {"employeeCount", number}}})["id"]
                            .toString());
            QVERIFY(!ids_.last().isEmpty());
        }
        QSettings().setValue("lists/accounts/columns", QStringList{"name", "industry", "employeeCount"});
        list_ = std::make_unique<ListView>(workspace_, *workspace_.descriptions().entity("Account"), nullptr);
        list_->resize(1000, 560);
        list_->show();
        QVERIFY(QTest::qWaitForWindowExposed(list_.get()));
        narrow("name : \"" + mark_ + "*\"", rowsMade);
    }
    void cleanup() {
        QVERIFY2(watch_.isQuick(), watch_.told());
        list_.reset();
        QSettings().clear();
    }

    void chosenRowsAreChangedAndTakenBack() {
        QSignalSpy const said(&workspace_, &Workspace::said);
        choose(2);
        MassDialog *const dialog = open<MassDialog>("change");
        QVERIFY(dialog->findChild<QRadioButton *>("forChosen")->isChecked());
        QVERIFY(!button(*dialog)->isEnabled());  // there is nothing to change yet
        set(*dialog, "industry", "Farming");
        QVERIFY(button(*dialog)->isEnabled());
        shoot(*dialog, "mass-change");
        button(*dialog)->click();
        QTRY_VERIFY_WITH_TIMEOUT(!said.isEmpty(), patience);
        QVERIFY2(said.last().at(0).toString().startsWith("2 "), qPrintable(said.last().at(0).toString()));
        QCOMPARE(industries().count("Farming"), 2);
        QTRY_COMPARE_WITH_TIMEOUT(shown("Farming"), 2, patience);
        said.last().at(1).value<std::function<void()>>()();
        QTRY_COMPARE_WITH_TIMEOUT(said.last().at(0).toString(), QString("Taken back"), patience);
        QCOMPARE(industries().count("Mining"), rowsMade);
        QTRY_COMPARE_WITH_TIMEOUT(shown("Mining"), rowsMade, patience);
    }

    void allThatTheFilterFindsAreChanged() {
        QSignalSpy const said(&workspace_, &Workspace::said);
        narrow("name : \"" + mark_ + "*\" AND employeeCount >= 2", rowsMade - 2);
        MassDialog *const dialog = open<MassDialog>("change");
        auto *const all = dialog->findChild<QRadioButton *>("forAll");
        QTRY_VERIFY_WITH_TIMEOUT(all->text().endsWith(QString("(%1)").arg(rowsMade - 2)), patience);
        all->setChecked(true);
        set(*dialog, "industry", "Fishing");
        button(*dialog)->click();
        QTRY_VERIFY_WITH_TIMEOUT(!said.isEmpty(), patience);
        QCOMPARE(industries().count("Fishing"), rowsMade - 2);
        QCOMPARE(industries().count("Mining"), 2);
    }

    void allThatASearchFindsAreChangedAndAFieldIsEmptied() {
        QSignalSpy const said(&workspace_, &Workspace::said);
        list_->findChild<QLineEdit *>("filter")->setText("employeeCount < 3");
        list_->findChild<QLineEdit *>("search")->setText(mark_);
        QTest::keyClick(list_->findChild<QLineEdit *>("search"), Qt::Key_Return);
        QTRY_VERIFY_WITH_TIMEOUT(list_->model().isComplete() && list_->model().rowCount() == 3, patience);
        MassDialog *const dialog = open<MassDialog>("change");
        dialog->findChild<QRadioButton *>("forAll")->setChecked(true);
        set(*dialog, "industry", {});
        button(*dialog)->click();
        QTRY_VERIFY_WITH_TIMEOUT(!said.isEmpty(), patience);
        QCOMPARE(industries().count(QString()), 3);
        QCOMPARE(industries().count("Mining"), rowsMade - 3);
    }

    void whatIsRefusedIsToldByRecord() {
        QSignalSpy const said(&workspace_, &Workspace::said);
        QSignalSpy const opened(&workspace_, &Workspace::openRequested);
        // Its own number is unique: one gets it, the others do not.
        choose(3);
        MassDialog *const dialog = open<MassDialog>("change");
        set(*dialog, "number", mark_);
        button(*dialog)->click();
        QTRY_VERIFY_WITH_TIMEOUT(!said.isEmpty(), patience);
        QVERIFY2(said.last().at(0).toString().contains("2 refused"), qPrintable(said.last().at(0).toString()));
        QDialog *refusals = nullptr;
        QTRY_VERIFY_WITH_TIMEOUT((refusals = list_->findChild<QDialog *>("refusals")) != nullptr, patience);
        auto *const tree = refusals->findChild<QTreeWidget *>("refused");
        QTRY_COMPARE_WITH_TIMEOUT(tree->topLevelItemCount(), 2, patience);
        QTRY_VERIFY_WITH_TIMEOUT(tree->topLevelItem(0)->text(0).startsWith(mark_), patience);
        QVERIFY(!tree->topLevelItem(0)->text(2).isEmpty());
        shoot(*refusals, "mass-refused");
        refusals->findChild<QPushButton *>("open")->click();
        QCOMPARE(opened.size(), 1);
        QVERIFY(ids_.contains(opened.first().at(1).toString()));
    }

    void allThatTheFilterFindsAreDeletedAndBroughtBack() {
        QSignalSpy const said(&workspace_, &Workspace::said);
        MassDialog *const dialog = open<MassDialog>("deleteMany");
        dialog->findChild<QRadioButton *>("forAll")->setChecked(true);
        shoot(*dialog, "mass-delete");
        button(*dialog)->click();
        QTRY_VERIFY_WITH_TIMEOUT(!said.isEmpty(), patience);
        QTRY_COMPARE_WITH_TIMEOUT(list_->model().rowCount(), 0, patience);
        said.last().at(1).value<std::function<void()>>()();
        QTRY_COMPARE_WITH_TIMEOUT(said.last().at(0).toString(), QString("Taken back"), patience);
        QTRY_COMPARE_WITH_TIMEOUT(list_->model().rowCount(), rowsMade, patience);
    }

    void aJobIsCancelledAndWhatItHasDoneIsTold() {
        QSignalSpy const said(&workspace_, &Workspace::said);
        MassDialog *const dialog = open<MassDialog>("change");
        dialog->findChild<QRadioButton *>("forAll")->setChecked(true);
        set(*dialog, "industry", "Logging");
        button(*dialog)->click();
        auto *const strip = list_->findChild<QFrame *>("job");
        QVERIFY(strip->isVisible());
        auto *const cancel = strip->findChild<QToolButton *>("cancelJob");
        cancel->click();
        QVERIFY(!cancel->isEnabled());
        QTRY_VERIFY_WITH_TIMEOUT(!said.isEmpty(), patience);
        QVERIFY(!strip->isVisible());
        // It may have been over before the word came; what is said is true either way.
        QString const text = said.last().at(0).toString();
        QVERIFY2(text.contains(QString("%1 record").arg(industries().count("Logging"))), qPrintable(text));
    }

    void aListIsExportedAsItIsShown() {
        QSignalSpy const said(&workspace_, &Workspace::said);
        QTemporaryDir const folder;
        QString const file = folder.filePath("out.csv");
        ExportDialog *const dialog = open<ExportDialog>("export");
        shoot(*dialog, "export");
        Call const call = dialog->call({"name", "employeeCount"}, "-name");
        dialog->reject();
        list_->runExport(call, file);
        QTRY_VERIFY_WITH_TIMEOUT(!said.isEmpty(), patience);
        QFile written(file);
        QVERIFY(written.open(QIODevice::ReadOnly));
        QList<QByteArray> const lines = written.readAll().trimmed().replace("\r", "").split('\n');
        QCOMPARE(lines.size(), rowsMade + 1);
        QCOMPARE(lines[0], QByteArray("name,employeeCount"));
        QCOMPARE(QString(lines[1]), mark_ + " 5,5");
    }

    void conditionsAreShownAndRemovedOneByOne() {
        auto &line = *list_->findChild<QLineEdit *>("filter");
        auto &chips = *list_->findChild<FilterChips *>();
        narrow("name : \"" + mark_ + "*\" AND employeeCount >= 2 AND (industry : \"Min\" OR createdAt >= today-30d)",
               rowsMade - 2);
        QVERIFY(chips.isVisible());
        QTest::qWait(100);  // the chips before are gone
        QStringList told;
        for (QLabel *const label : chips.findChildren<QLabel *>()) told.append(label->text());
        QCOMPARE(told, (QStringList{"Name begins with " + mark_, "Employee count at least 2",
                                    "Industry contains Min or Created at since 30 days ago"}));
        shoot(*list_, "list-chips");
        chips.findChildren<QToolButton *>().value(1)->click();
        QTRY_COMPARE_WITH_TIMEOUT(list_->model().rowCount(), rowsMade, patience);
        QVERIFY(!line.text().contains("employeeCount"));
        // The rows of the builder say the same, and more.
        list_->findChild<QPushButton *>("filterButton")->click();
        QVERIFY(!chips.isVisible());
        list_->findChild<QPushButton *>("filterButton")->click();
        QVERIFY(chips.isVisible());
        line.clear();
        QTRY_VERIFY_WITH_TIMEOUT(!chips.isVisible(), patience);
    }

    void aRefusedJobIsToldAndTheListGoesOn() {
        QSignalSpy const said(&workspace_, &Workspace::said);
        list_->runExport(
            {.method = "POST", .path = "jobs/export", .body = QJsonObject{{"object", "accounts"}, {"filter", "x ="}}},
            "/nonexistent/x.csv");
        QTRY_VERIFY_WITH_TIMEOUT(!said.isEmpty(), patience);
        QVERIFY(!list_->findChild<QFrame *>("job")->isVisible());
        // And a file that cannot be written.
        list_->runExport({.method = "POST", .path = "jobs/export", .body = QJsonObject{{"object", "accounts"}}},
                         "/nonexistent/x.csv");
        QTRY_COMPARE_WITH_TIMEOUT(said.size(), 2, patience);
        QVERIFY(!QFile::exists("/nonexistent/x.csv"));
    }

  private:
    void narrow(const QString &filter, int rows) {
        auto &line = *list_->findChild<QLineEdit *>("filter");
        line.setText(filter);
        QTest::keyClick(&line, Qt::Key_Return);
        QTRY_VERIFY_WITH_TIMEOUT(list_->model().isComplete() && list_->model().rowCount() == rows, patience);
        list_->table().setFocus();
    }
    void choose(int rows) {
        QItemSelection const chosen(list_->model().index(0, 0), list_->model().index(rows - 1, 0));
        list_->table().selectionModel()->select(chosen,
                                                QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    }
    template <typename Dialog> Dialog *open(const char *name) {
        for (QAction *const action : list_->listActions()) {
            if (action->objectName() == name) action->trigger();
        }
        return list_->findChildren<Dialog *>().value(0);
    }
    static QAbstractButton *button(const MassDialog &dialog) { return dialog.findChild<QAbstractButton *>("run"); }
    static void set(MassDialog &dialog, const QString &field, const QJsonValue &value) {
        auto &fields = *dialog.findChild<QComboBox *>("fields");
        int const index = fields.findData(field);
        QVERIFY(index > 0);
        fields.setCurrentIndex(index);
        Q_EMIT fields.activated(index);
        auto *const editor = dialog.findChild<FieldEditor *>("value-" + field);
        QVERIFY(editor != nullptr);
        if (!value.isNull()) editor->setValue(value);
    }
    static void shoot(QWidget &widget, const char *name) {
        QByteArray const folder = qgetenv("KONTOR_SCREENSHOTS");
        if (folder.isEmpty()) return;
        QTest::qWait(300);  // until it is laid out and drawn
        widget.grab().save(folder + '/' + name + ".png");
    }
    /// Of the records of this test, as the server has them.
    QStringList industries() {
        QStringList all;
        for (const QString &id : ids_) all.append(answered({.path = "accounts/" + id}).value("industry").toString());
        return all;
    }
    [[nodiscard]] int shown(const QString &industry) const {
        int count = 0;
        for (int row = 0; row < list_->model().rowCount(); ++row) {
            count += list_->model().recordAt(row)["industry"].toString() == industry ? 1 : 0;
        }
        return count;
    }
    QJsonObject answered(const Call &call) {
        std::optional<Answer> got;
        server_.send(call, &server_, [&got](const Answer &answer) { got = answer; });
        if (!QTest::qWaitFor([&got] { return got.has_value(); }, patience) || !got->ok()) return {};
        return got->body;
    }

    LoopWatch watch_;
    Server server_;
    Workspace workspace_{server_};
    std::unique_ptr<ListView> list_;
    QString mark_;
    QStringList ids_;
};

QTEST_MAIN(MassTest)
#include "mass_test.moc"
