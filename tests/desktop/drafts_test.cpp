// What was typed and not saved is there again after a restart, whatever has become of the record meanwhile.

#include "demo.h"

#include "desktop/views/conflict_dialog.h"
#include "desktop/views/field_editor.h"
#include "desktop/views/record_view.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QUuid>

using namespace kontor::desktop;

namespace {

constexpr int patience = 15'000;  // ms

}  // namespace

class DraftsTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void initTestCase() {
        useDemo(server_);
        QVERIFY(isLoaded(workspace_));
    }
    void init() {
        start();
        id_ = write("POST", "contacts", {{"lastName", "Draft " + QUuid::createUuid().toString(QUuid::Id128)}});
        QVERIFY(!id_.isEmpty());
    }
    void cleanup() { stop(); }

    void whatWasTypedIsThereAgain() {
        open();
        type("jobTitle", "Half a ti");
        restart();
        open();
        QTRY_COMPARE_WITH_TIMEOUT(shown("jobTitle"), QString("Half a ti"), patience);
        QVERIFY(form_->hasUnsavedChanges());
        QCOMPARE(stored("jobTitle"), QString());

        QSignalSpy const said(&workspace_, &Workspace::said);
        form_->save();
        QTRY_VERIFY_WITH_TIMEOUT(!said.isEmpty(), patience);
        QCOMPARE(stored("jobTitle"), QString("Half a ti"));
        restart();
        open();
        QTest::qWait(300);  // time in which a draft would come
        QVERIFY(!form_->hasUnsavedChanges());
    }

    void whatWasTakenBackIsGone() {
        open();
        type("jobTitle", "Rash");
        type("jobTitle", "");
        QVERIFY(!form_->hasUnsavedChanges());
        restart();
        open();
        QTest::qWait(300);
        QCOMPARE(shown("jobTitle"), QString());
    }

    void anotherFieldChangedMeanwhileIsShownToo() {
        open();
        type("jobTitle", "Mine");
        stop();
        write("PATCH", "contacts/" + id_, {{"department", "Theirs"}});
        start();
        open();
        QTRY_COMPARE_WITH_TIMEOUT(shown("jobTitle"), QString("Mine"), patience);
        QTRY_COMPARE_WITH_TIMEOUT(shown("department"), QString("Theirs"), patience);
        QVERIFY(form_->hasUnsavedChanges());
    }

    void theSameFieldChangedMeanwhileIsDecidedByTheUser() {
        open();
        type("jobTitle", "Mine");
        stop();
        write("PATCH", "contacts/" + id_, {{"jobTitle", "Theirs"}});
        start();
        open();
        ConflictDialog *dialog = nullptr;
        QTRY_VERIFY_WITH_TIMEOUT((dialog = form_->findChild<ConflictDialog *>()) != nullptr, patience);
        dialog->accept();
        QTRY_COMPARE_WITH_TIMEOUT(stored("jobTitle"), QString("Mine"), patience);
    }

    void aRecordThatWasNotMadeYetIsKeptToo() {
        form_ = std::make_unique<RecordView>(workspace_, "Account", QJsonObject());
        QString const draft = form_->draftId();
        QTest::qWait(200);  // that there is no draft is known
        type("name", "Begun and not");
        restart();
        QCOMPARE(begun(), QStringList({draft}));
        form_ = std::make_unique<RecordView>(workspace_, "Account", NewRecordDraft{draft});
        QTRY_COMPARE_WITH_TIMEOUT(shown("name"), QString("Begun and not"), patience);
        QSignalSpy const said(&workspace_, &Workspace::said);
        form_->save();
        QTRY_VERIFY_WITH_TIMEOUT(!said.isEmpty(), patience);
        restart();
        QCOMPARE(begun(), QStringList());
    }

  private:
    void start() {
        store_ = std::make_unique<LocalStore>("drafts", folder_.path());
        workspace_.setStore(store_.get());
    }
    void stop() {
        form_.reset();
        workspace_.setStore(nullptr);
        store_.reset();
    }
    void restart() {
        stop();
        start();
    }
    void open() {
        form_ = std::make_unique<RecordView>(workspace_, "Contact", id_);
        QTRY_VERIFY_WITH_TIMEOUT(!shown("lastName").isEmpty(), patience);
        QTest::qWait(200);  // the draft, or that there is none, is read
    }
    QStringList begun() {
        std::optional<QStringList> ids;
        store_->loadNewDrafts(store_.get(), [&ids](const QList<NewDraft> &drafts) {
            ids.emplace();
            for (const NewDraft &draft : drafts) ids->append(draft.id);
        });
        if (!QTest::qWaitFor([&ids] { return ids.has_value(); }, patience)) qFatal("no answer at all");
        return *ids;
    }
    FieldEditor *editor(const QString &name) const { return form_->findChild<FieldEditor *>("field-" + name); }
    QString shown(const QString &name) const { return editor(name)->value().toString(); }
    void type(const QString &name, const QString &text) const {
        editor(name)->setValue(text.isEmpty() ? QJsonValue(QJsonValue::Null) : QJsonValue(text));
        Q_EMIT editor(name)->valueChanged();
    }
    Answer ask(const Call &call) {
        std::optional<Answer> got;
        server_.send(call, &server_, [&got](const Answer &answer) { got = answer; });
        if (!QTest::qWaitFor([&got] { return got.has_value(); }, patience)) qFatal("no answer at all");
        return *got;
    }
    QString write(const QByteArray &method, const QString &path, const QJsonObject &values) {
        return ask({.method = method, .path = path, .body = values}).body["id"].toString();
    }
    QString stored(const QString &name) { return ask({.path = "contacts/" + id_}).body[name].toString(); }

    QTemporaryDir folder_;
    Server server_;
    Workspace workspace_{server_};
    std::unique_ptr<LocalStore> store_;
    std::unique_ptr<RecordView> form_;
    QString id_;
};

QTEST_MAIN(DraftsTest)
#include "drafts_test.moc"
