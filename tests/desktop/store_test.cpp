// What is kept on this computer: drafts outlive the program, and nobody else can read them.

#include "desktop/api/local_store.h"

#include <QFile>
#include <QFileInfo>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace kontor::desktop;

namespace {

constexpr int patience = 15'000;  // ms

std::optional<DraftContent> stored(LocalStore &store, const QString &entity, const QString &id) {
    bool there = false;
    std::optional<DraftContent> content;
    store.loadDraft(entity, id, &store, [&](const std::optional<DraftContent> &found) {
        content = found;
        there = true;
    });
    if (!QTest::qWaitFor([&] { return there; }, patience)) qFatal("no answer at all");
    return content;
}

}  // namespace

class StoreTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void a_draft_outlives_the_program() {
        DraftContent const typed{{{"lastName", "Grün"}}, {{"lastName", "Gruen"}, {"version", 3}}};
        {
            LocalStore store("profile", folder_.path());
            store.saveDraft("Contact", "1", typed);
        }
        LocalStore store("profile", folder_.path());
        auto const found = stored(store, "Contact", "1");
        QVERIFY(found.has_value());
        QCOMPARE(found->changes, typed.changes);
        QCOMPARE(found->base, typed.base);
        QVERIFY(!stored(store, "Contact", "2").has_value());
        QVERIFY(!stored(store, "Account", "1").has_value());
        store.discardDraft("Contact", "1");
        QVERIFY(!stored(store, "Contact", "1").has_value());
    }

    void what_was_typed_last_is_written_when_the_form_goes() {
        LocalStore store("profile", folder_.path());
        {
            Draft draft(store, "Contact", "new-1");
            draft.save({{{"lastName", "A"}}, {}});
            draft.save({{{"lastName", "Ab"}}, {}});
        }
        auto const found = stored(store, "Contact", "new-1");
        QVERIFY(found.has_value());
        QCOMPARE(found->changes["lastName"].toString(), "Ab");
        {
            Draft draft(store, "Contact", "new-1");
            draft.save({{{"lastName", "Abc"}}, {}});
            draft.discard();
        }
        QVERIFY(!stored(store, "Contact", "new-1").has_value());
    }

    void only_its_user_can_read_it() {
        LocalStore store("private", folder_.path());
        store.saveDraft("Contact", "1", {{{"lastName", "Secret"}}, {}});
        QVERIFY(stored(store, "Contact", "1").has_value());
        auto const others = QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther;
        for (const char *const end : {"", "-wal"}) {
            QFileInfo const file(folder_.filePath("private.sqlite") + end);
            QVERIFY(file.exists());
            QVERIFY(!(file.permissions() & others));
        }
    }

    void a_broken_file_is_told_and_keeps_nothing() {
        QFile file(folder_.filePath("broken.sqlite"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QByteArray(8192, 'x'));
        file.close();
        LocalStore store("broken", folder_.path());
        QSignalSpy failed(&store, &LocalStore::failed);
        QVERIFY(failed.wait(patience));
        store.saveDraft("Contact", "1", {{{"lastName", "X"}}, {}});
        QVERIFY(!stored(store, "Contact", "1").has_value());
    }

    void a_caller_that_is_gone_is_not_called() {
        LocalStore store("profile", folder_.path());
        bool called = false;
        {
            QObject context;
            store.loadDraft("Contact", "1", &context, [&](const std::optional<DraftContent> &) { called = true; });
        }
        stored(store, "Contact", "1");
        QVERIFY(!called);
    }

  private:
    QTemporaryDir folder_;
};

QTEST_GUILESS_MAIN(StoreTest)
#include "store_test.moc"
