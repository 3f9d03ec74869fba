// The server goes away: what was seen can be read, what is changed waits, and is on the server once when it is back.

#include "cut_proxy.h"

#include "desktop/models/event_stream.h"
#include "desktop/models/kept_views.h"
#include "desktop/models/record_list_model.h"
#include "desktop/models/write_queue.h"
#include "desktop/views/conflict_dialog.h"
#include "desktop/views/field_editor.h"
#include "desktop/views/forecast_view.h"
#include "desktop/views/list_view.h"
#include "desktop/views/look.h"
#include "desktop/views/main_window.h"
#include "desktop/views/queue_dialog.h"
#include "desktop/views/record_view.h"

#include <QApplication>
#include <QComboBox>
#include <QFileInfo>
#include <QLabel>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>
#include <QTreeWidget>
#include <QUuid>

using namespace kontor::desktop;

namespace {

constexpr int patience = 20'000;  // ms

QString unique(const QString &name) { return name + ' ' + QUuid::createUuid().toString(QUuid::Id128).left(12); }

Answer ask(Server &server, const Call &call) {
    std::optional<Answer> got;
    server.send(call, &server, [&got](const Answer &answer) { got = answer; });
    if (!QTest::qWaitFor([&got] { return got.has_value(); }, 2 * patience)) qFatal("no answer at all");
    return *got;
}

/// The client, from its start to its end.
struct Client {
    Client(const QUrl &url, const QString &folder, const QString &name) : store(name, folder) {
        server.setAddress(url);
        server.setCredentials({qgetenv("KONTOR_API_KEY"), {}});
        workspace.setStore(&store);
        QSignalSpy const ready(&workspace, &Workspace::ready);
        workspace.load();
        if (!QTest::qWaitFor([&] { return !ready.isEmpty(); }, patience)) qFatal("not ready");
        queue = std::make_unique<WriteQueue>(workspace, store);
        events.start();
    }
    Answer ask(const Call &call) { return ::ask(server, call); }
    [[nodiscard]] bool isEmpty() const { return queue->writes().isEmpty(); }

    LocalStore store;
    Server server;
    Workspace workspace{server};
    EventStream events{workspace};
    std::unique_ptr<WriteQueue> queue;
};

}  // namespace

class OfflineTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void initTestCase() {
        look::apply(*qApp, look::Scheme::light);
        direct_.setAddress(QUrl(qEnvironmentVariable("KONTOR_URL")));
        direct_.setCredentials({qgetenv("KONTOR_API_KEY"), {}});
    }
    void init() {
        proxy_ = std::make_unique<CutProxy>(QUrl(qEnvironmentVariable("KONTOR_URL")));
        name_ = QUuid::createUuid().toString(QUuid::Id128);
        start();
    }
    void cleanup() {
        client_.reset();
        proxy_.reset();
    }

    void what_was_seen_can_be_read_also_after_a_restart() {
        QString const id = make("contacts", {{"lastName", unique("Seen")}, {"jobTitle", "Clerk"}});
        Call const list{.path = "contacts",
                        .query = {{"limit", "5"}, {"sort", "-createdAt"}, {"fields", "displayName"}}};
        auto const seen = client_->ask(list).records();
        QCOMPARE(seen.size(), 5);
        QCOMPARE(client_->ask({.path = "contacts/" + id}).body["jobTitle"].toString(), "Clerk");
        for (bool const restarts : {false, true}) {
            cut();
            if (restarts) start();
            Answer const again = client_->ask(list);
            QVERIFY(again.ok() && again.isStored);
            QCOMPARE(again.records().size(), 5);
            QCOMPARE(again.records()[0]["id"], seen[0]["id"]);
            Answer const record = client_->ask({.path = "contacts/" + id});
            QVERIFY(record.isStored);
            QCOMPARE(record.body["jobTitle"].toString(), "Clerk");
            // Out of a list: as far as its fields were there.
            QString const other = seen[1]["id"].toString();
            QCOMPARE(client_->ask({.path = "contacts/" + other}).body["displayName"], seen[1]["displayName"]);
            QVERIFY2(!client_->ask({.path = "accounts/" + id}).ok(), "what was never seen is not made up");
        }
        mend();
        QVERIFY(!client_->ask(list).isStored);
    }

    void changes_wait_are_seen_and_arrive_once() {
        QString const changed = make("contacts", {{"lastName", unique("Changed")}});
        QString const deleted = make("contacts", {{"lastName", unique("Deleted")}});
        qint64 const version = client_->ask({.path = "contacts/" + changed}).body["version"].toInteger();
        client_->ask({.path = "contacts/" + deleted});
        QString const surname = unique("Made");
        cut();
        for (const char *const title : {"First", "Second"}) {
            Call change{.method = "PATCH", .path = "contacts/" + changed, .body = QJsonObject{{"jobTitle", title}}};
            change.version = version;
            Answer const answer = client_->ask(change);
            QVERIFY(answer.ok() && answer.isQueued);
            QCOMPARE(answer.body["jobTitle"].toString(), QString(title));
        }
        Answer const made = client_->ask(
            {.method = "POST", .path = "contacts", .body = QJsonObject{{"firstName", "Ada"}, {"lastName", surname}}});
        QVERIFY(made.isQueued);
        QCOMPARE(made.body["displayName"].toString(), "Ada " + surname);
        QString const temporary = made.body["id"].toString();
        QVERIFY(client_
                    ->ask({.method = "POST",
                           .path = "activities",
                           .body = QJsonObject{{"kind", "note"},
                                               {"subject", "Of " + surname},
                                               {"parentEntity", "Contact"},
                                               {"parentId", temporary},
                                               {"contactId", temporary}}})
                    .isQueued);
        Call rename{.method = "PATCH", .path = "contacts/" + temporary, .body = QJsonObject{{"jobTitle", "New"}}};
        rename.version = 0;
        QVERIFY(client_->ask(rename).isQueued);
        QVERIFY(client_->ask({.method = "DELETE", .path = "contacts/" + deleted}).isQueued);

        QCOMPARE(client_->ask({.path = "contacts/" + changed}).body["jobTitle"].toString(), "Second");
        QCOMPARE(client_->ask({.path = "contacts/" + temporary}).body["jobTitle"].toString(), "New");
        QVERIFY(!client_->ask({.path = "contacts/" + deleted}).ok());
        Answer const timeline = client_->ask({.path = "contacts/" + temporary + "/timeline"});
        QCOMPARE(timeline.body["entry"].toArray()[0].toObject()["title"].toString(), "Of " + surname);

        start();  // a new process, still without the server
        QTRY_COMPARE_WITH_TIMEOUT(client_->queue->writes().size(), 6, patience);
        QSignalSpy const renamed(&client_->workspace, &Workspace::recordRenamed);
        mend();
        QTRY_VERIFY_WITH_TIMEOUT(client_->isEmpty(), patience);
        QCOMPARE(stored("contacts/" + changed)["jobTitle"].toString(), "Second");
        QVERIFY(stored("contacts/" + deleted).isEmpty());
        auto const found =
            ask(direct_, {.path = "contacts", .query = {{"filter", "lastName = " + filterText(surname)}}});
        QCOMPARE(found.records().size(), 1);
        QString const id = found.records()[0]["id"].toString();
        QCOMPARE(found.records()[0]["jobTitle"].toString(), "New");
        QCOMPARE(renamed.size(), 2);  // the contact and its note
        QCOMPARE(renamed[0][2].toString(), id);
        auto const notes = ask(direct_, {.path = "activities", .query = {{"filter", "parentId = " + filterText(id)}}});
        QCOMPARE(notes.records().size(), 1);
        QCOMPARE(notes.records()[0]["subject"].toString(), "Of " + surname);
    }

    void a_write_whose_answer_was_lost_is_not_made_twice() {
        QString const surname = unique("Lost");
        proxy_->cutAtNextAnswer();
        Answer const made =
            client_->ask({.method = "POST", .path = "contacts", .body = QJsonObject{{"lastName", surname}}});
        QVERIFY(made.isQueued);
        mend();
        QTRY_VERIFY_WITH_TIMEOUT(client_->isEmpty(), patience);
        auto const found =
            ask(direct_, {.path = "contacts", .query = {{"filter", "lastName = " + filterText(surname)}}});
        QCOMPARE(found.records().size(), 1);
        QString const id = found.records()[0]["id"].toString();
        Call change{.method = "PATCH", .path = "contacts/" + id, .body = QJsonObject{{"jobTitle", "Once"}}};
        change.version = found.records()[0]["version"].toInteger();
        client_->ask({.path = "contacts/" + id});
        proxy_->cutAtNextAnswer();
        QVERIFY(client_->ask(change).isQueued);
        mend();
        QTRY_VERIFY_WITH_TIMEOUT(client_->isEmpty(), patience);  // no conflict with itself
        QCOMPARE(stored("contacts/" + id)["version"].toInteger(), *change.version + 1);
    }

    void what_was_made_and_deleted_off_line_never_was() {
        cut();
        Answer const made =
            client_->ask({.method = "POST", .path = "contacts", .body = QJsonObject{{"lastName", unique("Never")}}});
        QTRY_COMPARE_WITH_TIMEOUT(client_->queue->writes().size(), 1, patience);
        QVERIFY(client_->ask({.method = "DELETE", .path = "contacts/" + made.body["id"].toString()}).ok());
        QTRY_VERIFY_WITH_TIMEOUT(client_->isEmpty(), patience);
    }

    void a_record_that_others_have_changed_waits_for_the_user() {
        QString const id = make("contacts", {{"lastName", unique("Fought")}, {"jobTitle", "Clerk"}});
        Call change{.method = "PATCH", .path = "contacts/" + id, .body = QJsonObject{{"jobTitle", "Mine"}}};
        change.version = client_->ask({.path = "contacts/" + id}).body["version"].toInteger();
        cut();
        QVERIFY(client_->ask(change).isQueued);
        ask(direct_, {.method = "PATCH", .path = "contacts/" + id, .body = QJsonObject{{"jobTitle", "Theirs"}}});
        mend();
        QTRY_COMPARE_WITH_TIMEOUT(client_->queue->undecided(), 1, patience);
        QCOMPARE(stored("contacts/" + id)["jobTitle"].toString(), "Theirs");
        QCOMPARE(client_->queue->writes()[0].state, QueuedWrite::State::conflict);

        client_->queue->openAsForm(client_->queue->writes()[0].number);
        RecordView form(client_->workspace, "Contact", id);
        ConflictDialog *dialog = nullptr;
        QTRY_VERIFY_WITH_TIMEOUT((dialog = form.findChild<ConflictDialog *>()) != nullptr, patience);
        QVERIFY(client_->isEmpty());
        dialog->accept();
        QTRY_COMPARE_WITH_TIMEOUT(stored("contacts/" + id)["jobTitle"].toString(), QString("Mine"), patience);
    }

    void what_is_refused_is_told_and_can_be_mended_or_dropped() {
        QString const id = make("contacts", {{"lastName", unique("Refused")}});
        client_->ask({.path = "contacts/" + id});
        cut();
        client_->ask({.method = "PATCH", .path = "contacts/" + id, .body = QJsonObject{{"birthDate", "yesterday"}}});
        client_->ask({.method = "PATCH", .path = "contacts/" + id, .body = QJsonObject{{"jobTitle", "After"}}});
        client_->ask({.method = "POST", .path = "contacts", .body = QJsonObject{{"jobTitle", "Without a name"}}});
        mend();
        QTRY_COMPARE_WITH_TIMEOUT(client_->queue->undecided(), 2, patience);
        QCOMPARE(client_->queue->writes().size(), 3);  // what comes after it waits with it
        QVERIFY2(client_->queue->writes()[0].reason.contains("birthDate"),
                 qPrintable(client_->queue->writes()[0].reason));

        QSignalSpy const forms(client_->queue.get(), &WriteQueue::formWanted);
        client_->queue->openAsForm(client_->queue->writes()[2].number);
        QCOMPARE(forms.size(), 1);
        RecordView form(client_->workspace, "Contact", NewRecordDraft{forms[0][1].toString()});
        QTRY_COMPARE_WITH_TIMEOUT(form.findChild<FieldEditor *>("field-jobTitle")->value().toString(),
                                  QString("Without a name"), patience);
        QTRY_COMPARE_WITH_TIMEOUT(client_->queue->writes().size(), 2, patience);

        client_->queue->discard(client_->queue->writes()[0].number);
        QTRY_VERIFY_WITH_TIMEOUT(client_->isEmpty(), patience);
        QCOMPARE(stored("contacts/" + id)["jobTitle"].toString(), "After");
    }

    void a_view_that_is_kept_can_be_read_whole() {
        QString const company = unique("Kept");
        for (int i = 0; i < 3; ++i) {
            make("leads", {{"lastName", QString("Kept %1").arg(i)},
                           {"companyName", company},
                           {"jobTitle", "Buyer"},
                           {"allowDuplicates", true}});
        }
        QString const filter = "companyName = " + filterText(company);
        QString const view = make("savedViews", {{"name", company},
                                                 {"entity", "Lead"},
                                                 {"filter", filter},
                                                 {"sort", "lastName"},
                                                 {"columns", QJsonArray{"displayName", "companyName"}}});
        KeptViews kept(client_->workspace, client_->store);
        QSignalSpy const read(&kept, &KeptViews::refreshed);
        kept.keep(view, "leads");
        QTRY_VERIFY_WITH_TIMEOUT(kept.isKept(view) && !read.isEmpty(), patience);
        cut();
        start();
        RecordListModel rows(client_->workspace, *client_->workspace.descriptions().entity("Lead"), this);
        rows.setQuery({filter, {}, "lastName", {"displayName", "companyName"}});
        QTRY_COMPARE_WITH_TIMEOUT(rows.rowCount(), 3, patience);
        QCOMPARE(rows.index(2, 1).data().toString(), company);
        QCOMPARE(client_->ask({.path = "leads/" + rows.idAt(2)}).body["jobTitle"].toString(), "Buyer");
    }

    void the_window_goes_on_and_says_what_waits() {
        QString const id = make("contacts", {{"lastName", unique("Window")}, {"jobTitle", "Clerk"}});
        QSettings().clear();
        client_->events.stop();  // the window has its own
        MainWindow window(client_->workspace);
        window.show();
        Q_EMIT client_->workspace.ready();
        window.openRecord("Contact", id);
        auto *const tabs = window.findChild<QTabWidget *>("screens");
        auto *const form = qobject_cast<RecordView *>(tabs->currentWidget());
        QTRY_VERIFY_WITH_TIMEOUT(!form->record().isEmpty(), patience);
        auto *const mark = window.findChild<QToolButton *>("connection");
        QTRY_COMPARE_WITH_TIMEOUT(mark->text(), QString("Live"), patience);
        cut();
        QTRY_VERIFY2_WITH_TIMEOUT(mark->text().startsWith("Off line"), qPrintable(mark->text()), patience);
        auto *const editor = form->findChild<FieldEditor *>("field-jobTitle");
        editor->setValue("Chief");
        Q_EMIT editor->valueChanged();
        form->save();
        QTRY_VERIFY2_WITH_TIMEOUT(mark->text().contains('1'), qPrintable(mark->text()), patience);
        QTRY_COMPARE_WITH_TIMEOUT(form->record()["jobTitle"].toString(), "Chief", patience);

        mark->click();
        auto *const dialog = window.findChild<QueueDialog *>();
        QVERIFY(dialog != nullptr);
        auto *const writes = dialog->findChild<QTreeWidget *>("writes");
        QTRY_COMPARE_WITH_TIMEOUT(writes->topLevelItemCount(), 1, patience);
        QVERIFY2(writes->topLevelItem(0)->text(2).startsWith("Window"), qPrintable(writes->topLevelItem(0)->text(2)));
        for (bool const dark : {false, true}) {
            look::apply(*qApp, dark ? look::Scheme::dark : look::Scheme::light);
            QTest::qWait(100);
            shoot(window, dark ? "offline-dark" : "offline");
            shoot(*dialog, dark ? "queue-dark" : "queue");
        }
        look::apply(*qApp, look::Scheme::light);
        mend();
        QTRY_COMPARE_WITH_TIMEOUT(writes->topLevelItemCount(), 0, patience);
        QTRY_COMPARE_WITH_TIMEOUT(mark->text(), QString("Live"), patience);
        QCOMPARE(stored("contacts/" + id)["jobTitle"].toString(), "Chief");
    }

    void two_new_records_that_were_begun_are_open_again() {
        QSettings().clear();
        client_->events.stop();
        {
            MainWindow window(client_->workspace);
            Q_EMIT client_->workspace.ready();
            for (const char *const name : {"Half one", "Half two"}) {
                Q_EMIT client_->workspace.createRequested("Account", {});
                auto *const form =
                    qobject_cast<RecordView *>(window.findChild<QTabWidget *>("screens")->currentWidget());
                QTest::qWait(300);  // that there is no draft is known
                auto *const editor = form->findChild<FieldEditor *>("field-name");
                editor->setValue(QString(name));
                Q_EMIT editor->valueChanged();
            }
        }
        start();
        client_->events.stop();
        MainWindow window(client_->workspace);
        Q_EMIT client_->workspace.ready();
        auto const names = [&] {
            QStringList found;
            for (RecordView *const form : window.findChildren<RecordView *>()) {
                if (!form->draftId().isEmpty()) {
                    found.append(form->findChild<FieldEditor *>("field-name")->value().toString());
                }
            }
            found.sort();
            return found;
        };
        QTRY_COMPARE_WITH_TIMEOUT(names(), QStringList({"Half one", "Half two"}), patience);
    }
    void screens_that_could_not_be_read_are_there_when_the_server_is_back() {
        MainWindow window(client_->workspace);
        window.resize(1200, 800);
        window.show();
        Q_EMIT client_->workspace.ready();
        cut();
        for (const char *const screen : {"list/leads", "board", "forecast"}) window.showScreen(screen);
        auto const *const list = window.findChild<ListView *>();
        auto const *const problem = window.findChild<QLabel *>("problem");
        QVERIFY(list != nullptr && problem != nullptr);
        QTRY_VERIFY_WITH_TIMEOUT(problem->text().contains("was not open before"), patience);
        QCOMPARE(list->model().rowCount(), 0);
        QCOMPARE(window.findChild<QComboBox *>("pipeline")->count(), 0);
        auto const *const forecast = window.findChild<ForecastView *>()->findChild<QTableView *>()->model();
        QCOMPARE(forecast->rowCount(), 0);
        mend();
        QTRY_VERIFY_WITH_TIMEOUT(list->model().rowCount() > 0, patience);
        QTRY_VERIFY_WITH_TIMEOUT(problem->isHidden(), patience);
        QTRY_VERIFY_WITH_TIMEOUT(window.findChild<QComboBox *>("pipeline")->count() > 0, patience);
        QTRY_VERIFY_WITH_TIMEOUT(forecast->rowCount() > 0, patience);
    }

  private:
    void start() {
        client_.reset();
        client_ = std::make_unique<Client>(proxy_->url(), folder_.path(), name_);
    }
    /// The client knows it from the next thing that it asks.
    void cut() {
        proxy_->cut();
        client_->ask({.path = "me"});
        QTRY_VERIFY_WITH_TIMEOUT(!client_->server.isOnline(), patience);
    }
    void mend() {
        QVERIFY(proxy_->mend());
        QTRY_VERIFY_WITH_TIMEOUT(client_->server.isOnline(), patience);
    }
    QString make(const QString &collection, const QJsonObject &values) {
        Answer const answer = ask(direct_, {.method = "POST", .path = collection, .body = values});
        if (!answer.ok()) qWarning("%s", qPrintable(answer.problem->told()));
        return answer.body["id"].toString();
    }
    /// As the server has it; empty when it has not.
    QJsonObject stored(const QString &path) {
        Answer const answer = ask(direct_, {.path = path});
        return answer.ok() ? answer.body : QJsonObject();
    }
    static void shoot(QWidget &widget, const QString &name) {
        QString const folder = qEnvironmentVariable("KONTOR_SCREENSHOTS");
        if (!folder.isEmpty()) widget.grab().save(folder + '/' + name + ".png");
    }

    QTemporaryDir folder_;
    Server direct_;
    std::unique_ptr<CutProxy> proxy_;
    QString name_;
    std::unique_ptr<Client> client_;
};

QTEST_MAIN(OfflineTest)
#include "offline_test.moc"
