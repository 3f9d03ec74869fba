// The list of an entity against a real server: columns, sorting, saved views.

#include "desktop/views/list_view.h"
#include "desktop/views/views_menu.h"

#include <QCoreApplication>
#include <QHeaderView>
#include <QLineEdit>
#include <QMenu>
#include <QSettings>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>
#include <QUuid>

using namespace kontor::desktop;

namespace {

constexpr int patience = 15'000;  // ms

}  // namespace

class ListTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void initTestCase() {
        QCoreApplication::setOrganizationName("Kontor");
        QCoreApplication::setApplicationName("kontor-list-test");
        QSettings().clear();
        server_.setAddress(QUrl(qEnvironmentVariable("KONTOR_URL")));
        server_.setCredentials({qgetenv("KONTOR_API_KEY"), {}});
        QSignalSpy const ready(&workspace_, &Workspace::ready);
        workspace_.load();
        QTRY_VERIFY_WITH_TIMEOUT(!ready.isEmpty(), patience);
    }
    void init() {
        list_ = std::make_unique<ListView>(workspace_, *workspace_.descriptions().entity("Account"), nullptr);
        list_->resize(1200, 700);
        list_->show();
        QTRY_VERIFY_WITH_TIMEOUT(list_->model().rowCount() > 0, patience);
    }
    void cleanup() {
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

  private:
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

    Server server_;
    Workspace workspace_{server_};
    std::unique_ptr<ListView> list_;
};

QTEST_MAIN(ListTest)
#include "list_test.moc"
