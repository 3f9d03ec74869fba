// The window as a whole, against a real server: the palette finds a record, its form is edited, and an edit that meets
// a newer version is decided field by field.

#include "demo.h"
#include "loop_watch.h"

#include "desktop/views/command_palette.h"
#include "desktop/views/conflict_dialog.h"
#include "desktop/views/field_editor.h"
#include "desktop/views/look.h"
#include "desktop/views/main_window.h"
#include "desktop/views/record_view.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QRadioButton>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTest>
#include <QUuid>

#include <algorithm>

using namespace kontor::desktop;

namespace {

constexpr int patience = 15'000;  // ms

}  // namespace

class WindowTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() {
        look::apply(*qApp, look::Scheme::light);
        useDemo(server_);
        workspace_ = new Workspace(server_, this);
        window_ = new MainWindow(*workspace_);
        window_->show();
        QSignalSpy ready(workspace_, &Workspace::ready);
        workspace_->load();
        QVERIFY(ready.wait(patience));
        surname_ = "Zzyzx" + QUuid::createUuid().toString(QUuid::Id128).left(8);
        QJsonObject const made = answerOf({.method = "POST",
                                           .path = "contacts",
                                           .body = QJsonObject{{"firstName", "Wanda"}, {"lastName", surname_}}})
                                     .body;
        id_ = made["id"].toString();
        QVERIFY(!id_.isEmpty());
    }
    void init() { watch_.begin(); }
    void cleanup() { QVERIFY2(watch_.isQuick(), watch_.told()); }
    void cleanupTestCase() {
        if (QString const folder = qEnvironmentVariable("KONTOR_SCREENSHOTS"); !folder.isEmpty()) {
            window_->grab().save(folder + "/record.png");
        }
        window_->close();
        delete window_;
    }

    void the_navigation_has_what_the_user_may_see() {
        auto *const navigation = window_->findChild<QListWidget *>("navigation");
        QVERIFY(navigation != nullptr);
        QStringList texts;
        for (int row = 0; row < navigation->count(); ++row) texts.append(navigation->item(row)->text());
        QVERIFY2(texts.contains("Contacts") && texts.contains("Opportunities"), qPrintable(texts.join(", ")));
        QCOMPARE(window_->findChild<QTabWidget *>("screens")->count(), 1);
    }

    void the_palette_finds_a_record_and_opens_it() {
        window_->openPalette();
        auto *const palette = window_->findChild<CommandPalette *>("commandPalette");
        QVERIFY(palette != nullptr);
        auto *const input = palette->findChild<QLineEdit *>("paletteInput");
        auto *const list = palette->findChild<QListWidget *>("paletteList");
        QTest::keyClicks(input, surname_.left(8));
        auto const row = [&] {
            for (int index = 0; index < list->count(); ++index) {
                if (list->item(index)->text().contains(surname_)) return index;
            }
            return -1;
        };
        QTRY_VERIFY_WITH_TIMEOUT(row() >= 0, patience);
        list->setCurrentRow(row());
        QTest::keyClick(input, Qt::Key_Return);
        QTRY_VERIFY_WITH_TIMEOUT(form() != nullptr && titleOf(*form()).contains(surname_), patience);
    }

    void an_edit_is_saved_with_what_was_changed_only() {
        type("field-jobTitle", "Astronomer");
        QVERIFY(form()->hasUnsavedChanges());
        form()->save();
        QTRY_VERIFY_WITH_TIMEOUT(!form()->hasUnsavedChanges(), patience);
        QJsonObject const stored = answerOf({.path = "contacts/" + id_}).body;
        QCOMPARE(stored["jobTitle"].toString(), "Astronomer");
        QCOMPARE(stored["version"].toInteger(), 2);
    }

    void what_the_server_refuses_is_said_at_its_field() {
        type("field-language", "not a language");
        form()->save();
        auto *const message = form()->findChild<QWidget *>("field-language")->findChild<QLabel *>();
        QTRY_VERIFY_WITH_TIMEOUT(!message->text().isEmpty(), patience);
        QVERIFY(form()->hasUnsavedChanges());
        type("field-language", "");
        QVERIFY(!form()->hasUnsavedChanges());
    }

    void looking_changes_nothing() {
        QStringList tags;
        for (int n = 0; n < 20; ++n) tags.append("a-rather-long-tag-" + QString::number(n));
        QJsonObject const change{{"tags", QJsonArray::fromStringList(tags)}, {"department", " kept "}};
        Call call{.method = "PATCH", .path = "contacts/" + id_, .body = change};
        call.version = 2;
        QVERIFY(answerOf(call).ok());
        for (QAction *const action : form()->recordActions()) {
            if (action->shortcut() == QKeySequence(QKeySequence::Refresh)) action->trigger();
        }
        auto const shown = [this] {
            auto const labels = form()->findChild<QWidget *>("field-tags")->findChildren<QLabel *>();
            return std::ranges::any_of(labels, [](const QLabel *label) { return label->text().endsWith("tag-19"); });
        };
        QTRY_VERIFY_WITH_TIMEOUT(shown(), patience);
        QVERIFY(!form()->hasUnsavedChanges());
    }

    void what_two_have_changed_is_decided_by_field() {
        QJsonObject const theirs{{"jobTitle", "Their title"}, {"department", "Their department"}, {"source", "Theirs"}};
        Call call{.method = "PATCH", .path = "contacts/" + id_, .body = theirs};
        call.version = 3;
        type("field-jobTitle", "My title");
        type("field-department", "My department");
        QVERIFY(answerOf(call).ok());
        form()->save();
        QTRY_VERIFY_WITH_TIMEOUT(form()->findChild<ConflictDialog *>("conflict") != nullptr, patience);
        auto *const dialog = form()->findChild<ConflictDialog *>("conflict");
        dialog->findChild<QRadioButton *>("theirs-department")->click();
        dialog->accept();
        QTRY_COMPARE_WITH_TIMEOUT(answerOf({.path = "contacts/" + id_}).body["version"].toInteger(), 5, patience);
        QJsonObject const stored = answerOf({.path = "contacts/" + id_}).body;
        QCOMPARE(stored["jobTitle"].toString(), "My title");
        QCOMPARE(stored["department"].toString(), "Their department");
        QCOMPARE(stored["source"].toString(), "Theirs");
    }

    void going_back_and_forward_leads_through_the_screens() {
        auto *const tabs = window_->findChild<QTabWidget *>("screens");
        window_->showScreen("list/accounts");
        QCOMPARE(tabs->currentWidget()->property("key").toString(), "list/accounts");
        // Shortcuts need a window manager, which gives the keyboard to a window.
        auto const actions = window_->findChildren<QAction *>();
        auto const back = std::ranges::find(actions, QKeySequence(Qt::ALT | Qt::Key_Left), &QAction::shortcut);
        QVERIFY(back != actions.end());
        (*back)->trigger();
        QTRY_COMPARE(tabs->currentWidget()->property("key").toString(), "record/Contact/" + id_);
    }

    void a_new_record_becomes_its_own_view_in_its_place() {
        auto *const tabs = window_->findChild<QTabWidget *>("screens");
        Q_EMIT workspace_->createRequested("Contact", {{"firstName", "New"}});
        int const index = tabs->currentIndex();
        int const count = tabs->count();
        RecordView const *const blank = form();
        QVERIFY(blank != nullptr && blank->findChild<QWidget *>("timeline") == nullptr);
        QString const surname = "Made" + QUuid::createUuid().toString(QUuid::Id128).left(8);
        type("field-lastName", surname);
        QSignalSpy created(form(), &RecordView::created);
        QString atOnce;
        connect(form(), &RecordView::created, this, [&] {  // after the window has taken it: nothing was painted between
            atOnce = form()->findChild<QWidget *>("field-lastName")->findChild<QLineEdit *>()->text();
        });
        form()->save();
        QVERIFY(created.wait(patience));
        QString const key = "record/Contact/" + created[0][0].toString();
        QCOMPARE(tabs->currentWidget()->property("key").toString(), key);
        QCOMPARE(atOnce, surname);
        QCOMPARE(tabs->currentIndex(), index);
        QCOMPARE(tabs->count(), count);
        QVERIFY(form() != blank);
        QVERIFY(form()->findChild<QWidget *>("timeline") != nullptr);
        type("field-jobTitle", "Typed at once");  // what is read meanwhile does not take it away
        QTRY_VERIFY_WITH_TIMEOUT(titleOf(*form()).contains(surname), patience);
        QTest::qWait(300);
        QCOMPARE(form()->findChild<QWidget *>("field-jobTitle")->findChild<QLineEdit *>()->text(), "Typed at once");
        form()->save();
        QTRY_VERIFY_WITH_TIMEOUT(!form()->hasUnsavedChanges(), patience);
        // Back and forth: the way leads to the record, not to a form that is gone.
        window_->showScreen("list/accounts");
        auto const actions = window_->findChildren<QAction *>();
        auto const back = std::ranges::find(actions, QKeySequence(Qt::ALT | Qt::Key_Left), &QAction::shortcut);
        (*back)->trigger();
        QTRY_COMPARE(tabs->currentWidget()->property("key").toString(), key);
        (*back)->trigger();
        QTRY_VERIFY(tabs->currentWidget()->property("key").toString() != key);
        QVERIFY(!tabs->currentWidget()->property("key").toString().startsWith("new/"));
        QVERIFY(answerOf({.method = "DELETE", .path = "contacts/" + created[0][0].toString()}).ok());
    }

    void what_was_typed_outlives_a_session_and_missed_news() {
        Q_EMIT workspace_->openRequested("Contact", id_, false);
        QTRY_VERIFY_WITH_TIMEOUT(form() != nullptr && titleOf(*form()).contains(surname_), patience);
        type("field-jobTitle", "Typed before");
        QSignalSpy const out(&server_, &Server::signedOut);
        server_.setCredentials({"ended", "refused"});
        form()->save();
        QTRY_VERIFY_WITH_TIMEOUT(!out.isEmpty(), patience);
        auto const typed = [this] {
            return form()->findChild<QWidget *>("field-jobTitle")->findChild<QLineEdit *>()->text();
        };
        QCOMPARE(typed(), "Typed before");
        QVERIFY(form()->hasUnsavedChanges());
        server_.setCredentials({qgetenv("KONTOR_API_KEY"), {}});
        QJsonObject const theirs{{"source", "Changed while nobody listened"}};
        QVERIFY(answerOf({.method = "PATCH", .path = "contacts/" + id_, .body = theirs}).ok());
        auto const *const banner = form()->findChild<QLabel *>("recordBanner");
        Q_EMIT workspace_->outdated();
        QTRY_VERIFY_WITH_TIMEOUT(banner->isVisible() && banner->text().contains("meanwhile"), patience);
        QCOMPARE(typed(), "Typed before");
        form()->save();  // meets the newer version: another field, so nothing is asked
        QTRY_COMPARE_WITH_TIMEOUT(form()->findChild<QWidget *>("field-source")->findChild<QLineEdit *>()->text(),
                                  theirs["source"].toString(), patience);
        QCOMPARE(typed(), "Typed before");
        form()->save();
        QTRY_COMPARE_WITH_TIMEOUT(answerOf({.path = "contacts/" + id_}).body["jobTitle"].toString(), "Typed before",
                                  patience);
    }

    void what_is_pasted_into_a_line_stays_whole() {
        QString const text = "first\r\n  second\nthird " + QString(5000, 'x');
        QLineEdit line;
        keepWholeOnOneLine(line);
        line.setText("[]");
        line.setCursorPosition(1);
        QGuiApplication::clipboard()->setText(text);
        line.paste();
        QCOMPARE(line.text(), "[first second third " + QString(5000, 'x') + ']');
        QCOMPARE(line.cursorPosition(), static_cast<int>(line.text().size()) - 1);
    }

  private:
    [[nodiscard]] RecordView *form() const {
        return qobject_cast<RecordView *>(window_->findChild<QTabWidget *>("screens")->currentWidget());
    }
    [[nodiscard]] static QString titleOf(const RecordView &form) {
        return form.findChild<QLabel *>("recordTitle")->text();
    }
    void type(const QString &field, const QString &text) const {
        auto *const line = form()->findChild<QWidget *>(field)->findChild<QLineEdit *>();
        line->selectAll();
        QTest::keyClick(line, Qt::Key_Delete);
        QTest::keyClicks(line, text);
    }
    [[nodiscard]] Answer answerOf(const Call &call) {
        Answer result;
        bool there = false;
        server_.send(call, this, [&](const Answer &answer) {
            result = answer;
            there = true;
        });
        [&] { QTRY_VERIFY_WITH_TIMEOUT(there, patience); }();
        return result;
    }

    LoopWatch watch_;
    Server server_;
    Workspace *workspace_ = nullptr;
    MainWindow *window_ = nullptr;
    QString surname_;
    QString id_;
};

QTEST_MAIN(WindowTest)
#include "window_test.moc"
