// A list with the keyboard alone: rows are chosen, cells changed in their place, deleted and brought back, copied.

#include "demo.h"

#include "desktop/views/list_view.h"
#include "desktop/views/look.h"

#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QCoreApplication>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMimeData>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>
#include <QUuid>

using namespace kontor::desktop;

namespace {

constexpr int patience = 15'000;  // ms
constexpr int rowsMade = 5;

}  // namespace

class ListKeyboardTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void initTestCase() {
        QCoreApplication::setOrganizationName("Kontor");
        QCoreApplication::setApplicationName("kontor-list-keyboard-test");
        look::apply(*qobject_cast<QApplication *>(QCoreApplication::instance()),
                    qEnvironmentVariable("KONTOR_SCHEME") == "dark" ? look::Scheme::dark : look::Scheme::light);
        QSettings().clear();
        useDemo(server_);
        QVERIFY(isLoaded(workspace_));
    }

    /// Accounts of this test alone, in the order of their names.
    void init() {
        mark_ = "Keys" + QUuid::createUuid().toString(QUuid::Id128).left(12);
        for (int number = 0; number < rowsMade; ++number) {
            QJsonObject const made = answered({.method = "POST",
                                               .path = "accounts",
                                               .body = QJsonObject{{"name", mark_ + ' ' + QString::number(number)},
                                                                   {"type", "customer"},
                                                                   {"employeeCount", 10 + number}}});
            QVERIFY(!made["id"].toString().isEmpty());
        }
        QSettings().setValue("lists/accounts/columns", QStringList{"name", "type", "employeeCount", "createdAt"});
        list_ = std::make_unique<ListView>(workspace_, *workspace_.descriptions().entity("Account"), nullptr);
        list_->resize(1000, 500);
        list_->show();
        QVERIFY(QTest::qWaitForWindowExposed(list_.get()));
        list_->activateWindow();
        auto &filter = *list_->findChild<QLineEdit *>("filter");
        filter.setText("name : \"" + mark_ + "*\"");
        QTest::keyClick(&filter, Qt::Key_Return);
        QTRY_VERIFY_WITH_TIMEOUT(list_->model().isComplete() && list_->model().rowCount() == rowsMade, patience);
        QSignalSpy const sorted(&list_->model(), &RecordListModel::loaded);
        Q_EMIT list_->table().horizontalHeader()->sectionClicked(0);
        QTRY_VERIFY_WITH_TIMEOUT(!sorted.isEmpty() && list_->model().rowCount() == rowsMade, patience);
        table().setFocus();
        QTRY_VERIFY_WITH_TIMEOUT(table().hasFocus(), patience);
        table().setCurrentIndex(list_->model().index(0, 0));
    }
    void cleanup() {
        list_.reset();
        QSettings().clear();
    }

    void rowsAreChosenWithTheKeyboard() {
        QCOMPARE(names(), QStringList{"0"});
        QTest::keyClick(&table(), Qt::Key_Down, Qt::ShiftModifier);
        QTest::keyClick(&table(), Qt::Key_Down, Qt::ShiftModifier);
        QCOMPARE(names(), (QStringList{"0", "1", "2"}));
        QTest::keyClick(&table(), Qt::Key_Up, Qt::ShiftModifier);
        QCOMPARE(names(), (QStringList{"0", "1"}));
        // One more that does not lie beside them.
        QTest::keyClick(&table(), Qt::Key_Down, Qt::ControlModifier);
        QTest::keyClick(&table(), Qt::Key_Down, Qt::ControlModifier);
        QTest::keyClick(&table(), Qt::Key_Space, Qt::ControlModifier);
        QCOMPARE(names(), (QStringList{"0", "1", "3"}));
        QTest::keyClick(&table(), Qt::Key_A, Qt::ControlModifier);
        QCOMPARE(names().size(), rowsMade);
        QTest::keyClick(&table(), Qt::Key_Up);
        QCOMPARE(names(), QStringList{"2"});
        QTest::keyClick(&table(), Qt::Key_PageDown, Qt::ShiftModifier);
        QCOMPARE(names(), (QStringList{"2", "3", "4"}));
    }

    void chosenRowsAreOpened() {
        QSignalSpy const opened(&workspace_, &Workspace::openRequested);
        QTest::keyClick(&table(), Qt::Key_Down, Qt::ShiftModifier);
        QTest::keyClick(&table(), Qt::Key_Return, Qt::ControlModifier);
        QCOMPARE(opened.size(), 2);
        QVERIFY(opened.last().at(2).toBool());
        QCOMPARE(opened.first().at(1).toString(), list_->model().idAt(0));
        QTest::keyClick(&table(), Qt::Key_Return);
        QVERIFY(!opened.last().at(2).toBool());
    }

    void chosenRowsAreDeletedAndBroughtBack() {
        QSignalSpy const said(&workspace_, &Workspace::said);
        QTest::keyClick(&table(), Qt::Key_Down, Qt::ShiftModifier);
        QStringList const ids = list_->chosenIds();
        QTest::keyClick(&table(), Qt::Key_Delete);
        QTRY_COMPARE_WITH_TIMEOUT(list_->model().rowCount(), rowsMade - 2, patience);
        QTRY_VERIFY_WITH_TIMEOUT(!said.isEmpty(), patience);
        for (const QString &id : ids) QVERIFY(answered({.path = "accounts/" + id}).value("id").isUndefined());
        said.last().at(1).value<std::function<void()>>()();
        QTRY_COMPARE_WITH_TIMEOUT(list_->model().rowCount(), rowsMade, patience);
        QCOMPARE(answered({.path = "accounts/" + ids[0]})["id"].toString(), ids[0]);
    }

    void aCellIsChangedInItsPlace() {
        QString const id = list_->model().idAt(1);
        edit(1, 2);
        QVERIFY(QApplication::focusWidget() != &table());
        type("4321");
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Return);
        QTRY_COMPARE_WITH_TIMEOUT(answered({.path = "accounts/" + id})["employeeCount"].toInt(), 4321, patience);
        QTRY_VERIFY_WITH_TIMEOUT(table().hasFocus(), patience);
        QCOMPARE(list_->model().index(1, 2).data(RecordListModel::valueRole).toInt(), 4321);
    }

    void escapeLeavesACellAsItWas() {
        QString const id = list_->model().idAt(1);
        edit(1, 2);
        type("999");
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Escape);
        QTRY_VERIFY_WITH_TIMEOUT(table().hasFocus(), patience);
        QCOMPARE(list_->model().index(1, 2).data(RecordListModel::valueRole).toInt(), 11);
        QCOMPARE(answered({.path = "accounts/" + id})["employeeCount"].toInt(), 11);
    }

    void whatIsRefusedStaysInTheCellAndSaysWhy() {
        QSignalSpy const refused(&list_->model(), &RecordListModel::changeRefused);
        QString const id = list_->model().idAt(2);
        edit(2, 2);
        type("many");
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Return);
        QTRY_VERIFY_WITH_TIMEOUT(!refused.isEmpty(), patience);
        QModelIndex const cell = list_->model().index(2, 2);
        QCOMPARE(cell.data(RecordListModel::valueRole).toJsonValue().toString(), QString("many"));
        QVERIFY(!cell.data(RecordListModel::problemRole).toString().isEmpty());
        QCOMPARE(answered({.path = "accounts/" + id}).value("employeeCount").toInt(), 12);
        table().setFocus();
        table().setCurrentIndex(cell);
        QTest::keyClick(&table(), Qt::Key_Escape);
        QCOMPARE(cell.data(RecordListModel::valueRole).toJsonValue().toInt(), 12);
    }

    void whatIsPastedIntoACellIsNotCut() {
        QSignalSpy const refused(&list_->model(), &RecordListModel::changeRefused);
        QString const id = list_->model().idAt(1);
        QString const kept = answered({.path = "accounts/" + id})["name"].toString();
        auto const paste = [this](const QString &text) {
            edit(1, 0);
            QApplication::clipboard()->setText(text);
            auto *const line = qobject_cast<QLineEdit *>(QApplication::focusWidget());
            QVERIFY(line != nullptr);
            line->selectAll();
            line->paste();
            QTest::keyClick(line, Qt::Key_Return);
        };
        QString const tooLong = mark_ + ' ' + QString(2000, 'x');
        paste(tooLong);
        QTRY_VERIFY_WITH_TIMEOUT(!refused.isEmpty(), patience);
        QModelIndex const cell = list_->model().index(1, 0);
        QCOMPARE(cell.data(RecordListModel::valueRole).toJsonValue().toString(), tooLong);
        QVERIFY(!cell.data(RecordListModel::problemRole).toString().isEmpty());
        QCOMPARE(answered({.path = "accounts/" + id})["name"].toString(), kept);
        table().setFocus();
        table().setCurrentIndex(cell);
        QTest::keyClick(&table(), Qt::Key_Escape);
        paste(mark_ + " of\r\n two\nlines");
        QTRY_COMPARE_WITH_TIMEOUT(answered({.path = "accounts/" + id})["name"].toString(), mark_ + " of two lines",
                                  patience);
    }

    void whatTheServerSetsIsNotEdited() {
        edit(0, 3);
        QCOMPARE(QApplication::focusWidget(), &table());
    }

    void rowsAreCopiedAsATable() {
        QTest::keyClick(&table(), Qt::Key_Down, Qt::ShiftModifier);
        QTest::keyClick(&table(), Qt::Key_C, Qt::ControlModifier);
        const QMimeData *const copied = QApplication::clipboard()->mimeData();
        QVERIFY(copied != nullptr);
        QStringList const lines = copied->text().split('\n');
        QCOMPARE(lines.size(), 3);
        QCOMPARE(lines[1].split('\t').value(0), mark_ + " 0");
        QCOMPARE(lines[2].split('\t').value(0), mark_ + " 1");
        QVERIFY(copied->html().contains("<td>" + mark_ + " 1</td>"));
        if (QByteArray const folder = qgetenv("KONTOR_SCREENSHOTS"); !folder.isEmpty()) {
            list_->findChild<QLineEdit *>("filter")->setText(
                "name : \"" + mark_ +
                "*\" AND (type = \"customer\" OR createdAt >= today-30d OR createdAt < 2027-01-31)");
            list_->findChild<QPushButton *>("filterButton")->click();
            QTest::keyClick(list_->findChild<QLineEdit *>("filter"), Qt::Key_Return);
            QTRY_VERIFY_WITH_TIMEOUT(!list_->model().isLoading(), patience);
            list_->grab().save(folder + "/list-filter.png");
        }
    }

    void theCountIsThereAndBlocksNothing() {
        auto &count = *list_->findChild<QLabel *>("count");
        QTRY_VERIFY_WITH_TIMEOUT(count.text().contains(QString::number(rowsMade)), patience);
        list_->findChild<QLineEdit *>("filter")->clear();
        QTRY_VERIFY_WITH_TIMEOUT(list_->model().rowCount() > rowsMade, patience);
        QTRY_VERIFY_WITH_TIMEOUT(count.text().startsWith("about "), patience);
        for (QAction *const action : list_->listActions()) {
            if (action->objectName() == "count") action->trigger();
        }
        QTRY_VERIFY_WITH_TIMEOUT(!count.text().isEmpty() && !count.text().startsWith("about "), patience);
    }

  private:
    [[nodiscard]] QTableView &table() const { return list_->table(); }
    /// F2 in a cell.
    void edit(int row, int column) {
        table().setCurrentIndex(list_->model().index(row, column));
        QTest::keyClick(&table(), Qt::Key_F2);
    }
    static void type(const QString &text) {
        auto *const line = qobject_cast<QLineEdit *>(QApplication::focusWidget());
        QVERIFY(line != nullptr);
        line->selectAll();
        QTest::keyClicks(line, text);
    }
    /// What follows the mark in the names of the chosen rows, from the top.
    [[nodiscard]] QStringList names() const {
        QStringList names;
        for (const QString &id : list_->chosenIds()) {
            names.append(list_->model().recordAt(list_->model().rowOf(id))["name"].toString().mid(mark_.size() + 1));
        }
        names.sort();
        return names;
    }
    QJsonObject answered(const Call &call) {
        std::optional<Answer> got;
        server_.send(call, &server_, [&got](const Answer &answer) { got = answer; });
        if (!QTest::qWaitFor([&got] { return got.has_value(); }, patience) || !got->ok()) return {};
        return got->body;
    }

    Server server_;
    Workspace workspace_{server_};
    std::unique_ptr<ListView> list_;
    QString mark_;
};

QTEST_MAIN(ListKeyboardTest)
#include "list_keyboard_test.moc"
