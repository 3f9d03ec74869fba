// A server that is slow, fails or lies: the window neither freezes nor falls, nothing typed is lost, and it works again
// as soon as the server does.

#include "demo.h"
#include "loop_watch.h"
#include "lying_proxy.h"

#include "desktop/api/local_store.h"
#include "desktop/models/write_queue.h"
#include "desktop/views/command_palette.h"
#include "desktop/views/field_editor.h"
#include "desktop/views/list_view.h"
#include "desktop/views/look.h"
#include "desktop/views/main_window.h"
#include "desktop/views/record_view.h"

#include <QAbstractItemView>
#include <QApplication>
#include <QHeaderView>
#include <QLineEdit>
#include <QScrollBar>
#include <QSettings>
#include <QTabWidget>
#include <QTableView>
#include <QTemporaryDir>
#include <QUuid>

using namespace kontor::desktop;

namespace {

constexpr int patience = 30'000;  // ms

constexpr std::array screens{"list/accounts", "list/contacts", "list/activities", "list/leads", "list/opportunities",
                             "list/quotes",   "board",         "calendar",        "forecast"};

}  // namespace

class LyingServerTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void initTestCase() {
        QSettings().clear();
        look::apply(*qApp, look::Scheme::light);
        useDemo(direct_);
        proxy_ = std::make_unique<LyingProxy>(direct_.address());
        watch_ = std::make_unique<LoopWatch>();
        Answer const made = answerOf(
            direct_, {.method = "POST",
                      .path = "contacts",
                      .body = QJsonObject{{"lastName", "Lied to " + QUuid::createUuid().toString(QUuid::Id128)}}});
        QVERIFY(made.ok());
        contactId_ = made.body["id"].toString();
    }
    void cleanupTestCase() {
        watch_.reset();
        proxy_.reset();
    }

    void a_window_in_use_data() {
        QTest::addColumn<Lie>("lie");
        QTest::newRow("late") << Lie::delays;
        QTest::newRow("dropped") << Lie::drops;
        QTest::newRow("broken off") << Lie::breaksOff;
        QTest::newRow("a page instead") << Lie::html500;
        QTest::newRow("unavailable") << Lie::unavailable;
        QTest::newRow("no body") << Lie::nothing;
        QTest::newRow("truncated") << Lie::truncated;
        QTest::newRow("wrong types") << Lie::wrongTypes;
        QTest::newRow("members lost") << Lie::lostMembers;
        QTest::newRow("huge values") << Lie::hugeValues;
        QTest::newRow("deep") << Lie::deep;
        QTest::newRow("not UTF-8") << Lie::notUtf8;
        QTest::newRow("without end") << Lie::endless;
        QTest::newRow("absurd totals") << Lie::absurdTotals;
        QTest::newRow("another document") << Lie::anotherDocument;
    }
    void a_window_in_use() {
        QFETCH(Lie, lie);
        proxy_->tell(Lie::none);
        Server server;
        server.setAddress(proxy_->url());
        server.setCredentials({qgetenv("KONTOR_API_KEY"), {}});
        Workspace workspace(server);
        QVERIFY(isLoaded(workspace));
        MainWindow window(workspace);
        window.resize(1280, 800);
        window.show();
        Q_EMIT workspace.ready();
        window.openRecord("Contact", contactId_);
        auto *const tabs = window.findChild<QTabWidget *>("screens");
        auto *const form = qobject_cast<RecordView *>(tabs->currentWidget());
        QTRY_VERIFY_WITH_TIMEOUT(form != nullptr && !form->record().isEmpty(), patience);
        QString const typed = "Typed " + QUuid::createUuid().toString(QUuid::Id128);
        watch_->begin();

        proxy_->tell(lie);
        type(*form, typed);
        form->save();
        walk(window);
        // Whatever became of it, it is in the form or on the server.
        QTest::qWait(lie == Lie::delays ? 1500 : 100);
        auto const isKept = [&] {
            return form->findChild<FieldEditor *>("field-jobTitle")->value().toString() == typed ||
                   answerOf(direct_, {.path = "contacts/" + contactId_}).body["jobTitle"].toString() == typed;
        };
        QVERIFY(isKept());
        QVERIFY2(watch_->isQuick(), watch_->told());

        proxy_->tell(Lie::none);
        Q_EMIT workspace.outdated();
        window.showScreen("list/accounts");
        auto *const list = qobject_cast<ListView *>(tabs->currentWidget());
        QVERIFY(list != nullptr);
        list->model().reload();
        QTRY_VERIFY_WITH_TIMEOUT(list->model().rowCount() > 10, patience);
        QTRY_VERIFY_WITH_TIMEOUT(!list->model().index(0, 0).data().toString().isEmpty(), patience);
        QVERIFY(isKept());
        QVERIFY2(watch_->isQuick(), watch_->told());
    }

    void a_start_data() { a_window_in_use_data(); }
    /// The description of everything is a lie as well.
    void a_start() {
        QFETCH(Lie, lie);
        watch_->begin();
        bool const differs = lie == Lie::wrongTypes || lie == Lie::lostMembers;
        for (quint32 seed = 1; seed <= (differs ? 4 : 1); ++seed) {
            proxy_->tell(lie, 1000 * seed);
            Server server;
            server.setAddress(proxy_->url());
            server.setCredentials({qgetenv("KONTOR_API_KEY"), {}});
            Workspace workspace(server);
            MainWindow window(workspace);
            window.show();
            QSignalSpy const ready(&workspace, &Workspace::ready);
            QSignalSpy const failed(&workspace, &Workspace::failed);
            workspace.load();
            QTRY_VERIFY_WITH_TIMEOUT(!ready.isEmpty() || !failed.isEmpty(), patience);
            walk(window);
        }
        proxy_->tell(Lie::none);
        QVERIFY2(watch_->isQuick(), watch_->told());
    }

    void a_change_that_waits_is_sent_when_the_server_works_again() {
        proxy_->tell(Lie::none);
        Server server;
        server.setAddress(proxy_->url());
        server.setCredentials({qgetenv("KONTOR_API_KEY"), {}});
        QTemporaryDir const folder;
        LocalStore store("lies", folder.path());
        Workspace workspace(server);
        workspace.setStore(&store);
        QVERIFY(isLoaded(workspace));
        proxy_->tell(Lie::unavailable);
        WriteQueue queue(workspace, store);
        QString const title = "Late " + QUuid::createUuid().toString(QUuid::Id128);
        Call change{.method = "PATCH", .path = "contacts/" + contactId_, .body = QJsonObject{{"jobTitle", title}}};
        change.version = answerOf(direct_, {.path = change.path}).body["version"].toInteger();
        int const told = proxy_->told();
        store.queue(change, this, [](const std::optional<QJsonObject> &) {});
        QTRY_VERIFY_WITH_TIMEOUT(queue.writes().size() == 1 && proxy_->told() > told, patience);
        QCOMPARE(queue.undecided(), 0);
        proxy_->tell(Lie::none);  // and nothing else happens: the server was never off line
        QTRY_VERIFY_WITH_TIMEOUT(queue.writes().isEmpty(), patience);
        QCOMPARE(answerOf(direct_, {.path = change.path}).body["jobTitle"].toString(), title);
    }

  private:
    static void type(RecordView &form, const QString &text) {
        auto *const editor = form.findChild<FieldEditor *>("field-jobTitle");
        auto *const line = editor->findChild<QLineEdit *>();
        line->setFocus();
        line->selectAll();
        QTest::keyClicks(line, text);
    }

    /// Through all screens, as somebody in a hurry.
    void walk(MainWindow &window) {
        auto *const tabs = window.findChild<QTabWidget *>("screens");
        for (const char *const screen : screens) {
            window.showScreen(screen);
            QTest::qWait(60);
            auto *const list = qobject_cast<ListView *>(tabs->currentWidget());
            if (list == nullptr) continue;
            auto *const view = list->findChild<QAbstractItemView *>();
            for (int step = 0; step < 3; ++step) {
                view->verticalScrollBar()->setValue(view->verticalScrollBar()->maximum());
                QTest::qWait(10);
            }
            if (list->model().columnCount() > 0) list->table().horizontalHeader()->resizeSection(0, 200);
            QString const id = list->model().idAt(0);
            if (!id.isEmpty()) window.openRecord(list->model().entity().name, id);
            QTest::qWait(20);
        }
        for (const char *const entity : {"Contact", "Activity", "Lead", "Opportunity", "Quote"}) {
            window.openRecord(entity, contactId_);
            QTest::qWait(20);
        }
        QTest::keyClick(&window, Qt::Key_K, Qt::ControlModifier);
        if (auto *const palette = window.findChild<CommandPalette *>()) {
            QTest::keyClicks(palette->findChild<QLineEdit *>(), "na");
            QTest::qWait(250);
            palette->close();
        }
        QTest::qWait(100);
    }

    Server direct_;
    std::unique_ptr<LyingProxy> proxy_;
    std::unique_ptr<LoopWatch> watch_;
    QString contactId_;
};

QTEST_MAIN(LyingServerTest)
#include "lying_server_test.moc"
