// The detail of a record, against a real server: structures in its form, timeline with quick entry, related records,
// files, tags, history, duplicates, merge, conversion and stages.

#include "demo.h"
#include "loop_watch.h"

#include "desktop/models/attachments_model.h"
#include "desktop/views/convert_dialog.h"
#include "desktop/views/duplicates_dialog.h"
#include "desktop/views/look.h"
#include "desktop/views/merge_dialog.h"
#include "desktop/views/record_picker.h"
#include "desktop/views/record_side.h"
#include "desktop/views/record_view.h"
#include "desktop/views/stage_bar.h"
#include "desktop/views/stage_fields_dialog.h"
#include "desktop/views/structure_editor.h"

#include <QAction>
#include <QApplication>
#include <QDropEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QMimeData>
#include <QPushButton>
#include <QRadioButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>
#include <QTreeWidget>
#include <QUuid>

#include <algorithm>

using namespace kontor::desktop;

namespace {

constexpr int patience = 15'000;  // ms

}  // namespace

class RecordTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() {
        look::apply(*qApp, look::Scheme::light);
        useDemo(server_);
        workspace_ = new Workspace(server_, this);
        QSignalSpy ready(workspace_, &Workspace::ready);
        workspace_->load();
        QVERIFY(ready.wait(patience));
        connect(workspace_, &Workspace::said, this, [this](const QString &text, const std::function<void()> &undo) {
            said_ = text;
            undo_ = undo;
        });
        suffix_ = QUuid::createUuid().toString(QUuid::Id128).left(8);
        account_ = create("accounts", {{"name", "Detail " + suffix_},
                                       {"emailAddresses", QJsonArray{QJsonObject{{"address", "a@detail.example"}}}}});
        contact_ = create("contacts", {{"lastName", "Zzdetail" + suffix_}, {"accountId", account_}});
    }
    void init() { watch_.begin(); }
    void cleanup() {
        QVERIFY2(watch_.isQuick(), watch_.told());
        if (view_ != nullptr) picture(QTest::currentTestFunction());
        delete view_;
        view_ = nullptr;
        undo_ = {};
    }

    void structures_are_added_changed_moved_and_removed() {
        open("Account", account_);
        StructureEditor *const mails = structure("emailAddresses");
        QTRY_COMPARE_WITH_TIMEOUT(mails->count(), 1, patience);
        QVERIFY(!view_->hasUnsavedChanges());
        mails->findChild<QToolButton *>("add")->click();
        QVERIFY(!view_->hasUnsavedChanges());  // an empty line is nothing
        type(member(*mails, "address", 1), "b@detail.example");
        press("Alt+Up", member(*mails, "address", 1));
        QCOMPARE(lineOf(member(*mails, "address", 0))->text(), "b@detail.example");
        StructureEditor *const places = structure("postalAddresses");
        places->findChild<QToolButton *>("add")->click();
        type(member(*places, "street", 0), "Elbchaussee 1");
        type(member(*places, "city", 0), "Hamburg");
        view_->save();
        QTRY_VERIFY_WITH_TIMEOUT(!view_->hasUnsavedChanges(), patience);
        QJsonObject stored = record("accounts", account_);
        QCOMPARE(stored["emailAddresses"][0]["address"].toString(), "b@detail.example");
        QCOMPARE(stored["emailAddresses"].toArray().size(), 2);
        QCOMPARE(stored["postalAddresses"][0]["city"].toString(), "Hamburg");
        press("Alt+Del", member(*mails, "address", 0));
        view_->save();
        QTRY_COMPARE_WITH_TIMEOUT(record("accounts", account_)["emailAddresses"].toArray().size(), 1, patience);
    }

    void what_is_wrong_in_a_structure_is_said_at_its_member() {
        open("Account", account_);
        StructureEditor *const places = structure("postalAddresses");
        QTRY_COMPARE_WITH_TIMEOUT(places->count(), 1, patience);
        type(member(*places, "country", 0), "Nowhere");
        view_->save();
        QVERIFY(view_->hasUnsavedChanges());
        QVERIFY(!member(*places, "country", 0)->problem().isEmpty());
    }

    void a_line_in_the_timeline_logs_and_is_taken_back() {
        open("Account", account_);
        auto *const list = view_->findChild<QListView *>("timelineList");
        auto *const line = view_->findChild<QLineEdit *>("quickEntry");
        for (const char *const kind : {"note", "call", "task", "meeting"}) {
            view_->findChild<QAction *>(QLatin1String("kind-") + kind)->trigger();
            QString const subject = QString("A %1 %2").arg(QLatin1String(kind), suffix_);
            QTest::keyClicks(line, subject);
            QTest::keyClick(line, Qt::Key_Return);
            QTRY_VERIFY_WITH_TIMEOUT(shows(*list, subject), patience);
            QTRY_VERIFY_WITH_TIMEOUT(line->text().isEmpty(), patience);
        }
        QCOMPARE(activities("kind = \"call\" AND status = \"held\"").size(), 1);
        QCOMPARE(activities("kind = \"task\"").value(0)["accountId"].toString(), account_);
        QVERIFY(undo_ != nullptr);
        undo_();
        QTRY_COMPARE_WITH_TIMEOUT(activities("kind = \"meeting\"").size(), 0, patience);
        QTRY_VERIFY_WITH_TIMEOUT(!shows(*list, "A meeting " + suffix_), patience);
        QSignalSpy opened(workspace_, &Workspace::openRequested);
        QTest::keyClicks(line, "Opened at once");
        QTest::keyClick(line, Qt::Key_Return, Qt::ControlModifier);
        QTRY_COMPARE_WITH_TIMEOUT(opened.size(), 1, patience);
        QCOMPARE(opened[0][0].toString(), "Activity");
    }

    void a_line_that_is_refused_stays() {
        open("Account", account_);
        auto *const line = view_->findChild<QLineEdit *>("quickEntry");
        line->setMaxLength(5000);
        line->setText(QString(4000, 'x'));
        QTest::keyClick(line, Qt::Key_Return);
        QTRY_VERIFY_WITH_TIMEOUT(!line->isReadOnly(), patience);
        QCOMPARE(line->text().size(), 4000);
    }

    void related_records_are_shown_opened_and_made() {
        open("Account", account_);
        view_->findChild<RecordSide *>("recordSide")->showRelated();
        auto *const tree = view_->findChild<QTreeWidget *>("relatedTree");
        auto const found = [&] {
            return tree->findItems("Zzdetail" + suffix_, Qt::MatchContains | Qt::MatchRecursive);
        };
        QTRY_COMPARE_WITH_TIMEOUT(found().size(), 1, patience);
        QSignalSpy opened(workspace_, &Workspace::openRequested);
        Q_EMIT tree->itemActivated(found().constFirst(), 0);
        QCOMPARE(opened.value(0).value(1).toString(), contact_);
        QSignalSpy asked(workspace_, &Workspace::createRequested);
        tree->setCurrentItem(found().constFirst());
        press("Ins", tree);
        QCOMPARE(asked.value(0).value(0).toString(), "Contact");
        QCOMPARE(asked.value(0).value(1).toJsonObject()["accountId"].toString(), account_);
    }

    void files_are_dropped_saved_and_removed() {
        QTemporaryDir folder;
        QFile file(folder.filePath("offer.txt"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        QByteArray const content(3'000'000, 'k');
        file.write(content);
        file.close();
        open("Account", account_);
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(file.fileName())});
        QDragEnterEvent enter(QPoint(50, 50), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(view_, &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent drop(QPointF(50, 50), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(view_, &drop);
        auto *const table = view_->findChild<QTableView *>("attachmentsTable");
        auto const name = [&](int row) { return table->model()->index(row, 0).data().toString(); };
        QTRY_COMPARE_WITH_TIMEOUT(said_, "offer.txt was added.", patience);
        QTRY_COMPARE_WITH_TIMEOUT(name(0), "offer.txt", patience);
        auto *const model = qobject_cast<AttachmentsModel *>(table->model());
        model->download(0, folder.filePath("copy.txt"));
        QTRY_VERIFY_WITH_TIMEOUT(said_.startsWith("Saved as"), patience);
        QFile copy(folder.filePath("copy.txt"));
        QVERIFY(copy.open(QIODevice::ReadOnly));
        QVERIFY(copy.readAll() == content);
        picture("files");
        model->remove(0);
        QTRY_COMPARE_WITH_TIMEOUT(table->model()->rowCount(), 0, patience);
        QTRY_VERIFY_WITH_TIMEOUT(undo_ != nullptr, patience);
        undo_();
        QTRY_COMPARE_WITH_TIMEOUT(name(0), "offer.txt", patience);
    }

    void a_file_on_its_way_is_stopped() {
        QTemporaryDir folder;
        QFile file(folder.filePath("large.bin"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        QVERIFY(file.resize(90'000'000));
        file.close();
        open("Account", account_);
        view_->findChild<RecordSide *>("recordSide")->upload({file.fileName()});
        auto *const table = view_->findChild<QTableView *>("attachmentsTable");
        auto *const model = qobject_cast<AttachmentsModel *>(table->model());
        QCOMPARE(model->fileName(0), "large.bin");
        model->cancel(0);
        QTRY_COMPARE_WITH_TIMEOUT(said_, "large.bin: stopped.", patience);
        QVERIFY(model->fileName(0) != "large.bin");
        view_->findChild<RecordSide *>("recordSide")->upload({folder.filePath("not-there")});
        QVERIFY(said_.contains("cannot be read"));
    }

    void tags_are_added_and_taken() {
        open("Contact", contact_);
        auto *const editor = view_->findChild<FieldEditor *>("field-tags");
        auto *const line = editor->findChild<QLineEdit *>();
        QTest::keyClicks(line, "vip");
        QTest::keyClick(line, Qt::Key_Return);
        QTest::keyClicks(line, "fair,");
        QCOMPARE(editor->value().toArray(), (QJsonArray{"vip", "fair"}));
        QTest::keyClick(line, Qt::Key_Backspace);
        view_->save();
        QTRY_COMPARE_WITH_TIMEOUT(record("contacts", contact_)["tags"].toArray(), QJsonArray{"vip"}, patience);
        auto *const list = view_->findChild<QListView *>("timelineList");  // the change is told there
        QTRY_COMPARE_WITH_TIMEOUT(list->model()->rowCount(), 2, patience);
    }

    void the_history_of_a_field_tells_who_and_what() {
        open("Contact", contact_);
        auto *const title = view_->findChild<FieldEditor *>("field-jobTitle");
        for (const char *const text : {"Buyer", "Head buyer"}) {
            type(title, QLatin1String(text));
            view_->save();
            QTRY_VERIFY_WITH_TIMEOUT(!view_->hasUnsavedChanges(), patience);
        }
        for (QAction *const action : view_->recordActions()) {
            lineOf(title)->setFocus();
            if (action->shortcut() == QKeySequence(Qt::ALT | Qt::Key_H)) action->trigger();
        }
        auto *const note = view_->findChild<QFrame *>("fieldHistory");
        QVERIFY(note != nullptr);
        auto *const tree = note->findChild<QTreeWidget *>();
        QTRY_COMPARE_WITH_TIMEOUT(tree->topLevelItemCount(), 2, patience);
        QCOMPARE(tree->topLevelItem(0)->text(2), "Buyer");
        QCOMPARE(tree->topLevelItem(0)->text(3), "Head buyer");
        QTRY_VERIFY_WITH_TIMEOUT(!tree->topLevelItem(0)->text(1).isEmpty(), patience);
        shot(*note, "history");
        note->close();
    }

    void what_is_like_a_new_lead_is_shown_before_it_is_made() {
        QString const address = "like" + suffix_ + "@detail.example";
        QString const first = create("leads", {{"lastName", "First" + suffix_}, {"email", address}});
        QVERIFY(!first.isEmpty());
        view_ = new RecordView(*workspace_, "Lead", QJsonObject{{"lastName", "Second" + suffix_}, {"email", address}});
        view_->resize(1180, 820);
        view_->show();
        view_->save();
        QTRY_VERIFY_WITH_TIMEOUT(view_->findChild<DuplicatesDialog *>() != nullptr, patience);
        auto *dialog = view_->findChild<DuplicatesDialog *>();
        shot(*dialog, "duplicates-dialog");
        QCOMPARE(dialog->findChild<QTreeWidget *>()->topLevelItem(0)->text(0), "First" + suffix_);
        QSignalSpy opened(workspace_, &Workspace::openRequested);
        dialog->findChild<QPushButton *>("open")->click();
        QCOMPARE(opened.value(0).value(1).toString(), first);
        QVERIFY(view_->hasUnsavedChanges());
        QTRY_VERIFY_WITH_TIMEOUT(view_->findChild<DuplicatesDialog *>() == nullptr, patience);
        view_->save();
        QTRY_VERIFY_WITH_TIMEOUT(view_->findChild<DuplicatesDialog *>() != nullptr, patience);
        dialog = view_->findChild<DuplicatesDialog *>();
        dialog->findChild<QPushButton *>("createAnyway")->click();
        QTRY_VERIFY_WITH_TIMEOUT(said_.startsWith("Second"), patience);
        QVERIFY(!view_->hasUnsavedChanges());
        delete view_;
        open("Lead", first);
        auto const hint = [&] {
            auto const actions = view_->recordActions();
            return std::ranges::any_of(actions, [](const QAction *one) { return one->text().startsWith("1 record"); });
        };
        QTRY_VERIFY_WITH_TIMEOUT(hint(), patience);
    }

    void records_are_merged_by_field_and_parted_again() {
        QJsonObject const one{{"name", "Merge one " + suffix_}, {"rating", "hot"}, {"industry", "Trade"}};
        QJsonObject const two{{"name", "Merge two " + suffix_}, {"rating", "cold"}, {"tier", "gold"}};
        QString const master = create("accounts", one);
        QString const victim = create("accounts", two);
        open("Account", master);
        trigger("Ctrl+Alt+G");
        auto *const dialog = view_->findChild<MergeDialog *>();
        QVERIFY(dialog != nullptr);
        QVERIFY(!dialog->findChild<QPushButton *>("mergeNow")->isEnabled());
        dialog->addRecord(victim);
        auto const button = [&](const char *name) { return dialog->findChild<QRadioButton *>(QLatin1String(name)); };
        QTRY_VERIFY_WITH_TIMEOUT(button("tier-1") != nullptr, patience);
        QVERIFY(button("name-0")->isChecked());
        QVERIFY(button("tier-1")->isChecked());  // what is empty is filled
        button("rating-1")->click();
        shot(*dialog, "merge-dialog");
        dialog->findChild<QPushButton *>("mergeNow")->click();
        QTRY_VERIFY_WITH_TIMEOUT(undo_ != nullptr, patience);
        QJsonObject stored = record("accounts", master);
        QCOMPARE(stored["name"].toString(), "Merge one " + suffix_);
        QCOMPARE(stored["rating"].toString(), "cold");
        QCOMPARE(stored["tier"].toString(), "gold");
        Call change{.method = "PATCH", .path = "accounts/" + master, .body = QJsonObject{{"tier", "silver"}}};
        QVERIFY(answerOf(change).ok());
        undo_();
        QTRY_VERIFY_WITH_TIMEOUT(said_.contains("left as it is: Tier"), patience);
        stored = record("accounts", master);
        QCOMPARE(stored["rating"].toString(), "hot");
        QCOMPARE(stored["tier"].toString(), "silver");
        QCOMPARE(record("accounts", victim)["tier"].toString(), "gold");
    }

    void a_lead_is_converted_into_an_account_that_is_there() {
        QString const lead =
            create("leads", {{"lastName", "Convert" + suffix_}, {"companyName", "Convert Ltd " + suffix_}});
        open("Lead", lead);
        trigger("Ctrl+Alt+V");
        auto *const dialog = view_->findChild<ConvertDialog *>();
        QVERIFY(dialog != nullptr);
        dialog->findChild<RecordPicker *>("convertAccount")->setRecordId(account_);
        type(dialog->findChild<QWidget *>("convert-amount"), "1234.50");
        shot(*dialog, "convert-dialog");
        QSignalSpy opened(workspace_, &Workspace::openRequested);
        dialog->findChild<QPushButton *>("convertNow")->click();
        QTRY_COMPARE_WITH_TIMEOUT(opened.size(), 1, patience);
        QCOMPARE(opened[0][0].toString(), "Opportunity");
        QJsonObject const deal = record("opportunities", opened[0][1].toString());
        QCOMPARE(deal["accountId"].toString(), account_);
        QVERIFY(deal["amount"].toString().startsWith("1234.5"));
        QVERIFY(!record("leads", lead)["convertedAt"].toString().isEmpty());
    }

    void an_opportunity_moves_on_and_back_and_its_lines_are_summed() {
        QString const deal = create("opportunities", {{"name", "Deal " + suffix_}, {"closeDate", "2030-01-31"}});
        QString const product = create("products", {{"sku", "S" + suffix_},
                                                    {"name", "Thing " + suffix_},
                                                    {"listPrice", "10"},
                                                    {"currency", "EUR"},
                                                    {"isActive", true}});
        open("Opportunity", deal);
        QString const before = record("opportunities", deal)["stageId"].toString();
        auto *const bar = view_->findChild<StageBar *>("stageBar");
        auto const isIn = [&](const QString &stage) {
            for (QToolButton const *const button : bar->findChildren<QToolButton *>("stage-" + stage)) {
                if (button->isChecked()) return true;
            }
            return false;
        };
        QTRY_VERIFY_WITH_TIMEOUT(isIn(before), patience);
        trigger("Ctrl+Alt+Right");
        QTRY_VERIFY_WITH_TIMEOUT(undo_ != nullptr, patience);
        QString const after = record("opportunities", deal)["stageId"].toString();
        QVERIFY(after != before);
        QVERIFY(isIn(after));
        undo_();
        QTRY_VERIFY_WITH_TIMEOUT(isIn(before), patience);
        StructureEditor *const lines = structure("lines");
        lines->findChild<QToolButton *>("add")->click();
        auto *const picker = member(*lines, "productId", 0)->findChild<RecordPicker *>();
        QVERIFY(picker != nullptr);
        picker->setRecordId(product);
        Q_EMIT picker->recordChanged();
        type(member(*lines, "quantity", 0), "3");
        type(member(*lines, "unitPrice", 0), "12.50");
        QTest::qWait(300);
        view_->save();
        QTRY_VERIFY_WITH_TIMEOUT(!view_->hasUnsavedChanges(), patience);
        QCOMPARE(record("opportunities", deal)["lines"][0]["total"].toString(), "37.50");
        QTRY_COMPARE_WITH_TIMEOUT(lineOf(member(*lines, "total", 0))->text(), "37.5", patience);
        lines->setFocus();
    }

    void a_lost_opportunity_asks_why() {
        QString const deal = create("opportunities", {{"name", "Lost " + suffix_}, {"closeDate", "2030-01-31"}});
        open("Opportunity", deal);
        QString const pipeline = record("opportunities", deal)["pipelineId"].toString();
        Call call{.path = "stages"};
        call.query = {{"filter", "category = \"lost\" AND pipelineId = \"" + pipeline + '"'}};
        QString const lost = answerOf(call).records().value(0)["id"].toString();
        auto *const bar = view_->findChild<StageBar *>("stageBar");
        auto const button = [&] { return bar->findChild<QToolButton *>("stage-" + lost); };
        QTRY_VERIFY_WITH_TIMEOUT(button() != nullptr, patience);
        button()->click();
        QTRY_VERIFY_WITH_TIMEOUT(bar->findChild<StageFieldsDialog *>() != nullptr, patience);
        auto *const dialog = bar->findChild<StageFieldsDialog *>();
        QString const reason = answerOf({.path = "lostReasons"}).records().value(0)["id"].toString();
        auto *const picker = dialog->findChild<QWidget *>("field-lostReasonId")->findChild<RecordPicker *>();
        picker->setRecordId(reason);
        Q_EMIT picker->recordChanged();
        dialog->accept();
        QTRY_COMPARE_WITH_TIMEOUT(record("opportunities", deal)["stageId"].toString(), lost, patience);
        QCOMPARE(record("opportunities", deal)["lostReasonId"].toString(), reason);
    }

  private:
    void trigger(const QString &keys) const {
        for (QAction *const action : view_->recordActions()) {
            if (action->shortcut() == QKeySequence(keys)) return action->trigger();
        }
        QFAIL(qPrintable("no shortcut " + keys));
    }
    void open(const QString &entity, const QString &id) {
        view_ = new RecordView(*workspace_, entity, id);
        view_->resize(1180, 820);
        view_->show();
        view_->activateWindow();
        auto *const title = view_->findChild<QLabel *>("recordTitle");
        QString const label = workspace_->descriptions().entity(entity)->label;
        [&] { QTRY_VERIFY_WITH_TIMEOUT(title->text() != label, patience); }();
    }
    [[nodiscard]] StructureEditor *structure(const QString &field) const {
        return view_->findChild<StructureEditor *>("field-" + field);
    }
    [[nodiscard]] static FieldEditor *member(const StructureEditor &editor, const QString &name, int row) {
        QList<FieldEditor *> found;
        for (FieldEditor *const candidate : editor.findChildren<FieldEditor *>("member-" + name)) {
            if (!candidate->isHidden()) found.append(candidate);
        }
        std::ranges::sort(found, {}, [](const FieldEditor *one) { return one->y(); });
        return found.value(row);
    }
    [[nodiscard]] static QLineEdit *lineOf(const QWidget *editor) { return editor->findChild<QLineEdit *>(); }
    static void type(const QWidget *editor, const QString &text) {
        if (QLineEdit *const line = lineOf(editor)) {
            line->selectAll();
            QTest::keyClicks(line, text);
        }
        QCoreApplication::processEvents();
    }
    /// Shortcuts need a window manager, which gives the keyboard to a window: their action is triggered.
    static void press(const QString &keys, QWidget *place) {
        QWidget *const target = lineOf(place) != nullptr ? lineOf(place) : place;
        target->setFocus();
        for (QWidget *widget = target; widget != nullptr; widget = widget->parentWidget()) {
            for (QAction *const action : widget->actions()) {
                if (action->shortcut() == QKeySequence(keys)) {
                    action->trigger();
                    QCoreApplication::processEvents();
                    return;
                }
            }
        }
        QFAIL(qPrintable("no shortcut " + keys));
    }
    [[nodiscard]] static bool shows(const QListView &list, const QString &title) {
        for (int row = 0; row < list.model()->rowCount(); ++row) {
            if (list.model()->index(row, 0).data().toString() == title) return true;
        }
        return false;
    }
    [[nodiscard]] QList<QJsonObject> activities(const QString &filter) {
        Call call{.path = "activities"};
        call.query = {{"filter", "parentId = \"" + account_ + "\" AND " + filter}};
        return answerOf(call).records();
    }
    [[nodiscard]] QString create(const QString &collection, const QJsonObject &values) {
        return answerOf({.method = "POST", .path = collection, .body = values}).body["id"].toString();
    }
    [[nodiscard]] QJsonObject record(const QString &collection, const QString &id) {
        return answerOf({.path = collection + '/' + id}).body;
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
    void picture(const QString &name) const { shot(*view_, name); }
    static void shot(QWidget &widget, const QString &name) {
        QString const folder = qEnvironmentVariable("KONTOR_SCREENSHOTS");
        if (folder.isEmpty()) return;
        widget.grab().save(folder + "/record-" + name + ".png");
        look::apply(*qApp, look::Scheme::dark);
        QCoreApplication::processEvents();
        widget.grab().save(folder + "/record-" + name + "-dark.png");
        look::apply(*qApp, look::Scheme::light);
    }

    LoopWatch watch_;
    Server server_;
    Workspace *workspace_ = nullptr;
    RecordView *view_ = nullptr;
    QString said_;
    std::function<void()> undo_;
    QString suffix_;
    QString account_;
    QString contact_;
};

QTEST_MAIN(RecordTest)
#include "record_test.moc"
