// The list of an entity against a real server: columns, sorting, saved views.

#include "demo.h"
#include "loop_watch.h"

#include "desktop/models/filter_terms.h"
#include "desktop/views/filter_builder.h"
#include "desktop/views/list_view.h"
#include "desktop/views/views_menu.h"

#include <QComboBox>
#include <QCoreApplication>
#include <QHeaderView>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>
#include <QToolButton>
#include <QUuid>

using namespace kontor::desktop;

namespace {

constexpr int patience = 15'000;  // ms

QString quoted(const char *text) { return QString(text).replace('\'', '"'); }

}  // namespace

class ListTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void initTestCase() {
        QCoreApplication::setOrganizationName("Kontor");
        QCoreApplication::setApplicationName("kontor-list-test");
        QSettings().clear();
        useDemo(server_);
        QVERIFY(isLoaded(workspace_));
    }
    void init() {
        watch_.begin();
        list_ = std::make_unique<ListView>(workspace_, *workspace_.descriptions().entity("Account"), nullptr);
        list_->resize(1200, 700);
        list_->show();
        QTRY_VERIFY_WITH_TIMEOUT(list_->model().rowCount() > 0, patience);
    }
    void cleanup() {
        QVERIFY2(watch_.isQuick(), watch_.told());
        list_.reset();
        QSettings().clear();
    }

    void aColumnThatWasDraggedStaysThere() {
        QHeaderView &header = *list_->table().horizontalHeader();
        QString const first = shownAt(0);
        QString const second = shownAt(1);
        header.moveSection(0, 1);
        QCOMPARE(shownAt(0), second);
        header.resizeSection(header.logicalIndex(0), 321);
        sort(second);  // asks anew
        QCOMPARE(shownAt(0), second);
        QCOMPARE(shownAt(1), first);
        QCOMPARE(header.sectionSize(header.logicalIndex(0)), 321);
        // And in the next list.
        cleanupList();
        QCOMPARE(shownAt(0), second);
        QCOMPARE(shownAt(1), first);
    }

    void anArrowShowsWhatItIsSortedBy() {
        sort("name");
        QCOMPARE(sortedBy(), QString("name"));
        QStringList const names = column("name");
        QVERIFY(names.size() > 3);
        sort("name");
        QCOMPARE(sortedBy(), QString("-name"));
        QVERIFY(column("name") != names);
    }

    void aViewIsSavedChosenChangedAndRemoved() {
        auto &views = *list_->findChild<ViewsMenu *>("views");
        QSignalSpy const said(&workspace_, &Workspace::said);
        auto const hears = [&said](const QString &text) {
            return QTest::qWaitFor(
                [&] { return std::ranges::any_of(said, [&](const auto &word) { return word.at(0) == text; }); },
                patience);
        };
        QString const name = "Mine & yours " + QUuid::createUuid().toString(QUuid::Id128);
        list_->findChild<QLineEdit *>("filter")->setText("name : *");
        sort("name");
        sort("name");
        views.saveAs(name, true);
        QVERIFY(hears("View saved"));

        cleanupList();
        auto &menu = *list_->findChild<ViewsMenu *>("views");
        choose(menu, name);
        QCOMPARE(list_->findChild<QLineEdit *>("filter")->text(), QString("name : *"));
        QTRY_COMPARE_WITH_TIMEOUT(sortedBy(), QString("-name"), patience);
        QVERIFY(menu.text().contains("Mine && yours"));

        sort("name");
        QCOMPARE(sortedBy(), QString("name"));
        menu.saveChanges();
        QTRY_COMPARE_WITH_TIMEOUT(stored(name)["sort"].toString(), QString("name"), patience);

        QSignalSpy const removed(&workspace_, &Workspace::said);
        menu.remove();
        QTRY_VERIFY_WITH_TIMEOUT(!removed.isEmpty(), patience);
        QCOMPARE(removed.last().at(0).toString(), QString("View removed"));
        QVERIFY(stored(name).isEmpty());
        auto const undo = removed.last().at(1).value<std::function<void()>>();
        QVERIFY(undo);
        undo();
        QTRY_VERIFY_WITH_TIMEOUT(!stored(name).isEmpty(), patience);
    }

    void filtersComeBackAsTheyWere_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("count");
        QTest::addColumn<bool>("byHand");
        QTest::newRow("nothing") << "" << 0 << false;
        QTest::newRow("contains") << quoted("name : 'a\\'b\\\\*'") << 1 << false;
        QTest::newRow("begins, ends") << quoted("name : 'acme*' OR name : '*gmbh'") << 2 << false;
        QTest::newRow("choice, number") << quoted("type = 'customer' AND employeeCount >= 500") << 2 << false;
        QTest::newRow("not") << quoted("NOT type = 'customer' AND NOT industry : * AND website : *") << 3 << false;
        QTest::newRow("list") << quoted("tags : 'vip' AND NOT tags : 'slow-payer'") << 2 << false;
        QTest::newRow("days") << quoted("createdAt >= today-30d AND updatedAt <= today+7d AND createdAt < 2030-01-31")
                              << 3 << false;
        QTest::newRow("groups") << quoted("name : 'a' AND (employeeCount > 5 OR (creditHold = true AND name : 'b'))")
                                << 4 << false;
        QTest::newRow("another record's") << quoted("parent.name : 'acme*' AND name : 'b'") << 2 << true;
        QTest::newRow("in") << quoted("type IN ('customer', 'partner') AND name : 'b'") << 2 << true;
        QTest::newRow("not a group") << quoted("NOT (name : 'a' OR name : 'b')") << 1 << true;
        QTest::newRow("broken") << quoted("name = AND (") << 2 << true;
    }
    void filtersComeBackAsTheyWere() {
        QFETCH(QString, text);
        QFETCH(int, count);
        QFETCH(bool, byHand);
        const EntityDescription &entity = *workspace_.descriptions().entity("Account");
        FilterTerm const terms = parseFilterTerms(entity, text);
        QCOMPARE(countOf(terms), count);
        bool const written = std::ranges::any_of(
            terms.terms, [](const FilterTerm &term) { return term.form == FilterTerm::Form::written; });
        QCOMPARE(written, byHand);
        QCOMPARE(filterText(entity, terms), text);
        QVERIFY(parseFilterTerms(entity, filterText(entity, terms)) == terms);
    }

    void aFilterIsPutTogetherFromRows() {
        auto &button = *list_->findChild<QPushButton *>("filterButton");
        auto &builder = *list_->findChild<FilterBuilder *>();
        auto &line = *list_->findChild<QLineEdit *>("filter");
        QVERIFY(!builder.isVisible());
        button.click();
        QVERIFY(builder.isVisible());
        auto rows = builder.findChildren<FilterRow *>();
        QCOMPARE(rows.size(), 1);
        choose(*rows[0], "field", "employeeCount");
        chooseComparison(*rows[0], Comparison::atLeast);
        auto *const value = rows[0]->findChild<QWidget *>("value");
        QVERIFY(value != nullptr);
        QTest::keyClicks(value->findChild<QLineEdit *>(), "500");
        QTRY_COMPARE_WITH_TIMEOUT(line.text(), QString("employeeCount >= 500"), patience);
        QTRY_VERIFY_WITH_TIMEOUT(!list_->model().isLoading() && list_->model().rowCount() > 0, patience);
        QTRY_COMPARE_WITH_TIMEOUT(button.text(), QString("Filter (1)"), patience);
        for (int row = 0; row < std::min(20, list_->model().rowCount()); ++row) {
            if (QJsonObject const record = list_->model().recordAt(row); !record.isEmpty()) {
                QVERIFY(record["employeeCount"].toInt(500) >= 500);
            }
        }
        // A second condition, in a group of its own, and what was typed by hand is shown as rows.
        builder.findChild<QPushButton *>("addGroup")->click();
        rows = builder.findChildren<FilterRow *>();
        QCOMPARE(rows.size(), 2);
        choose(*rows[1], "field", "type");
        chooseComparison(*rows[1], Comparison::isSet);
        QTRY_COMPARE_WITH_TIMEOUT(line.text(), QString("employeeCount >= 500 AND type : *"), patience);
        line.setText("name : \"a\" OR name : \"b\"");
        QTest::keyClick(&line, Qt::Key_Return);
        rows = builder.findChildren<FilterRow *>();
        QCOMPARE(rows.size(), 2);
        QCOMPARE(builder.filter(), line.text());
        rows[0]->findChild<QToolButton *>("remove")->click();
        QTRY_COMPARE_WITH_TIMEOUT(line.text(), QString("name : \"b\""), patience);
        if (QByteArray const folder = qgetenv("KONTOR_SCREENSHOTS"); !folder.isEmpty()) {
            line.setText(
                "employeeCount >= 500 AND (type = \"customer\" OR createdAt >= today-30d) AND parent.name : \"a*\"");
            QTest::keyClick(&line, Qt::Key_Return);
            QTest::qWait(500);
            list_->grab().save(folder + "/filter.png");
        }
    }

  private:
    static void choose(FilterRow &row, const char *box, const QString &data) {
        auto &combo = *row.findChild<QComboBox *>(box);
        int const index = combo.findData(data);
        QVERIFY2(index >= 0, qPrintable(data));
        combo.setCurrentIndex(index);
    }
    static void chooseComparison(FilterRow &row, Comparison comparison) {
        auto &combo = *row.findChild<QComboBox *>("comparison");
        int const index = combo.findData(static_cast<int>(comparison));
        QVERIFY(index >= 0);
        combo.setCurrentIndex(index);
    }
    void cleanupList() {
        list_.reset();
        init();
    }
    QString shownAt(int position) const {
        int const column = list_->table().horizontalHeader()->logicalIndex(position);
        const FieldDescription *const field = list_->model().columnField(column);
        return field == nullptr ? QString() : field->name;
    }
    int columnOf(const QString &name) const {
        for (int column = 0; column < list_->model().columnCount(); ++column) {
            if (list_->model().columnField(column)->name == name) return column;
        }
        return -1;
    }
    QStringList column(const QString &name) const {
        QStringList all;
        for (int row = 0; row < std::min(20, list_->model().rowCount()); ++row) {
            all.append(list_->model().index(row, columnOf(name)).data().toString());
        }
        return all;
    }
    /// As a click on the column's head does.
    void sort(const QString &name) {
        QSignalSpy const loaded(&list_->model(), &RecordListModel::loaded);
        Q_EMIT list_->table().horizontalHeader()->sectionClicked(columnOf(name));
        QTRY_VERIFY_WITH_TIMEOUT(!loaded.isEmpty(), patience);
    }
    QString sortedBy() const {
        QHeaderView const &header = *list_->table().horizontalHeader();
        const FieldDescription *const field = list_->model().columnField(header.sortIndicatorSection());
        if (field == nullptr) return {};
        return (header.sortIndicatorOrder() == Qt::DescendingOrder ? "-" : "") + field->name;
    }
    void choose(ViewsMenu &views, const QString &name) {
        QAction *found = nullptr;
        Q_EMIT views.menu()->aboutToShow();
        QTRY_VERIFY_WITH_TIMEOUT((found = actionOf(views, name)) != nullptr, patience);
        found->trigger();
    }
    static QAction *actionOf(const ViewsMenu &views, const QString &name) {
        for (QAction *const action : views.menu()->actions()) {
            if (QString(action->text()).replace("&&", "&") == name) return action;
        }
        return nullptr;
    }
    QJsonObject stored(const QString &name) {
        Call call;
        call.path = "savedViews";
        call.query = {{"filter", "name = \"" + name + "\""}};
        std::optional<Answer> got;
        server_.send(call, &server_, [&got](const Answer &answer) { got = answer; });
        if (!QTest::qWaitFor([&got] { return got.has_value(); }, patience)) return {};
        return got->records().value(0);
    }

    LoopWatch watch_;
    Server server_;
    Workspace workspace_{server_};
    std::unique_ptr<ListView> list_;
};

QTEST_MAIN(ListTest)
#include "list_test.moc"
