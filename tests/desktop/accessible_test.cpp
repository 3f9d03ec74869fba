// Everybody can use it: whatever can have the focus says what it is, to those who do not see it as well.

#include "demo.h"

#include "desktop/api/local_store.h"
#include "desktop/models/write_queue.h"
#include "desktop/views/command_palette.h"
#include "desktop/views/conflict_dialog.h"
#include "desktop/views/convert_dialog.h"
#include "desktop/views/duplicates_dialog.h"
#include "desktop/views/export_dialog.h"
#include "desktop/views/import_wizard.h"
#include "desktop/views/language.h"
#include "desktop/views/list_view.h"
#include "desktop/views/look.h"
#include "desktop/views/main_window.h"
#include "desktop/views/mass_dialog.h"
#include "desktop/views/merge_dialog.h"
#include "desktop/views/queue_dialog.h"
#include "desktop/views/record_view.h"
#include "desktop/views/sign_in_dialog.h"
#include "desktop/views/stage_fields_dialog.h"

#include <QAccessible>
#include <QApplication>
#include <QLabel>
#include <QPushButton>
#include <QRadioButton>
#include <QSettings>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QTest>

using namespace kontor::desktop;

namespace {

constexpr int patience = 15'000;  // ms

/// Where a widget is, for whoever has to mend it.
QString placeOf(const QWidget &widget) {
    QStringList names;
    for (const QWidget *each = &widget; each != nullptr && names.size() < 4; each = each->parentWidget()) {
        names.prepend(QString(each->metaObject()->className()).section(':', -1) + '#' + each->objectName());
    }
    return names.join('/');
}

/// What the key Tab is to come to.
QWidgetList stopsOf(const QWidget &top) {
    QWidgetList found;
    for (QWidget *const widget : top.findChildren<QWidget *>()) {
        if (!widget->isVisibleTo(&top) || !(widget->focusPolicy() & Qt::TabFocus)) continue;
        if (widget->focusProxy() != nullptr || qobject_cast<QTabWidget *>(widget) != nullptr) continue;
        if (widget->window() == &top || !widget->window()->isWindow()) found.append(widget);
    }
    return found;
}

/// Where the key Tab does not come to, or does not come away from.
QStringList unreachable(QWidget &top) {
    QWidgetList missed = stopsOf(top);
    missed.removeIf([](const QWidget *widget) {
        auto const *const radio = qobject_cast<const QRadioButton *>(widget);  // the arrows go to the others of a group
        return !widget->isEnabled() || (radio != nullptr && !radio->isChecked());
    });
    if (missed.isEmpty()) return {};
    missed.first()->setFocus(Qt::TabFocusReason);
    qsizetype const most = 3 * missed.size() + 20;
    QWidget const *before = nullptr;
    for (qsizetype step = 0; step < most && !missed.isEmpty(); ++step) {
        QWidget *const now = top.focusWidget();
        if (now == nullptr) break;
        if (now == before) return {"stays at " + placeOf(*now)};
        missed.removeAll(now);
        before = now;
        QTest::keyClick(now, Qt::Key_Tab);
    }
    QStringList places;
    for (const QWidget *const widget : std::as_const(missed)) places.append(placeOf(*widget));
    return places;
}

/// Letters that two things in the same window want with Alt.
QStringList ambiguous(const QWidget &top) {
    QHash<QString, QStringList> wanted;
    auto const note = [&](const QString &text) {
        QKeySequence const keys = QKeySequence::mnemonic(text);
        if (!keys.isEmpty()) wanted[keys.toString()].append(text);
    };
    for (const QWidget *const widget : top.findChildren<QWidget *>()) {
        if (!widget->isVisibleTo(&top) || !widget->isEnabled()) continue;
        if (auto const *const button = qobject_cast<const QAbstractButton *>(widget)) note(button->text());
        if (auto const *const label = qobject_cast<const QLabel *>(widget);
            label != nullptr && label->buddy() != nullptr)
            note(label->text());
    }
    QStringList found;
    for (auto const &[keys, texts] : wanted.asKeyValueRange()) {
        if (texts.size() > 1) found.append(keys + ": " + texts.join(", "));
    }
    return found;
}

QStringList nameless(const QWidget &top) {
    QStringList found;
    for (QWidget *const widget : stopsOf(top)) {
        QAccessibleInterface *const said = QAccessible::queryAccessibleInterface(widget);
        QString const name = said != nullptr ? said->text(QAccessible::Name) : QString();
        if (name.trimmed().isEmpty()) found.append(placeOf(*widget));
    }
    found.removeDuplicates();
    return found;
}

/// All that is wrong with it for whoever does not see it, or has no mouse.
QStringList barriers(QWidget &top) {
    QStringList found;
    for (const QString &place : nameless(top)) found.append("without a name: " + place);
    for (const QString &place : unreachable(top)) found.append("not reached with Tab: " + place);
    for (const QString &letter : ambiguous(top)) found.append("twice: " + letter);
    return found;
}

}  // namespace

class AccessibleTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void initTestCase() {
        QSettings().clear();
        look::apply(*qApp, look::Scheme::light);
        useDemo(server_);
        QVERIFY(isLoaded(workspace_));
        window_ = std::make_unique<MainWindow>(workspace_);
        window_->resize(1280, 800);
        window_->show();
        Q_EMIT workspace_.ready();
    }
    void cleanupTestCase() { window_.reset(); }

    void screens_data() {
        QTest::addColumn<QString>("screen");
        for (const char *const screen : {"list/contacts", "list/opportunities", "board", "calendar", "forecast"}) {
            QTest::newRow(screen) << QString(screen);
        }
    }
    void screens() {
        QFETCH(QString, screen);
        window_->showScreen(screen);
        QTest::qWait(500);
        QCOMPARE(barriers(*window_).join("; "), QString());
    }

    void the_filter_builder() {
        window_->showScreen("list/contacts");
        auto *const list = window_->findChild<QTabWidget *>("screens")->currentWidget();
        list->findChild<QPushButton *>("filterButton")->setChecked(true);
        QTest::qWait(200);
        QCOMPARE(barriers(*window_).join("; "), QString());
        list->findChild<QPushButton *>("filterButton")->setChecked(false);
    }

    void records_data() {
        QTest::addColumn<QString>("entity");
        for (const EntityDescription &entity : workspace_.descriptions().all()) {
            QTest::newRow(qPrintable(entity.name)) << entity.name;
        }
    }
    void records() {
        QFETCH(QString, entity);
        RecordView form(workspace_, entity, QJsonObject());
        form.show();
        QTest::qWait(20);
        QCOMPARE(barriers(form).join("; "), QString());
        QString const id = anyOf(entity);
        if (id.isEmpty()) return;
        RecordView record(workspace_, entity, id);
        record.show();
        QTRY_VERIFY_WITH_TIMEOUT(!record.record().isEmpty(), patience);
        QCOMPARE(barriers(record).join("; "), QString());
    }

    void dialogs_data() {
        QTest::addColumn<bool>("isGerman");
        QTest::newRow("English") << false;
        QTest::newRow("German") << true;
    }
    void dialogs() {
        QFETCH(bool, isGerman);
        QLocale const before;
        if (isGerman) language::apply(*qApp, QLocale("de_DE"));
        const EntityDescription &contact = *workspace_.descriptions().entity("Contact");
        QJsonObject const lead{{"id", anyOf("Lead")}, {"displayName", "x"}};
        QJsonObject const person{{"id", anyOf("Contact")}, {"displayName", "x"}};
        QTemporaryDir const folder;
        LocalStore store("accessible", folder.path());
        WriteQueue queue(workspace_, store);
        Server other;
        std::vector<std::unique_ptr<QDialog>> all;
        auto const add = [&all]<typename Dialog, typename... Given>(std::type_identity<Dialog>, Given &&...given) {
            all.push_back(std::make_unique<Dialog>(std::forward<Given>(given)...));
            all.back()->setAttribute(Qt::WA_DeleteOnClose, false);
        };
        add(std::type_identity<SignInDialog>(), other);
        add(std::type_identity<ImportWizard>(), workspace_, "contacts", nullptr);
        add(std::type_identity<MergeDialog>(), workspace_, contact, person, nullptr);
        add(std::type_identity<ConvertDialog>(), workspace_, lead, nullptr);
        add(std::type_identity<ExportDialog>(), contact, QString(), QString(), nullptr);
        MassChoice const some{{person["id"].toString()}, "lastName : \"A*\"", {}, 12};
        add(std::type_identity<MassDialog>(), workspace_, contact, MassDialog::Deed::change, some, nullptr);
        add(std::type_identity<MassDialog>(), workspace_, contact, MassDialog::Deed::remove, some, nullptr);
        add(std::type_identity<QueueDialog>(), workspace_, queue, nullptr);
        add(std::type_identity<DuplicatesDialog>(), workspace_, QJsonArray{person}, true, nullptr);
        QList<ConflictDialog::Row> const rows{{*contact.field("jobTitle"), "Clerk", "Chief", "Boss"},
                                              {*contact.field("birthDate"), "1980-01-01", "1981-01-01", {}}};
        add(std::type_identity<ConflictDialog>(), workspace_, rows, nullptr);
        QList<FieldProblem> const asked{{"/nextStep", "STAGE_REQUIREMENT", "What comes next?"}};
        add(std::type_identity<StageFieldsDialog>(), workspace_, "Won", QJsonObject{{"name", "Deal"}}, asked, nullptr);
        add(std::type_identity<CommandPalette>(), workspace_, QList<QAction *>(), QList<RecentRecord>(), nullptr);
        for (auto const &dialog : all) {
            dialog->QWidget::show();
            QTest::qWait(100);
            QStringList const found = barriers(*dialog);
            QVERIFY2(found.isEmpty(), qPrintable(dialog->objectName() + ": " + found.join("; ")));
            dialog->QWidget::hide();
        }
        if (isGerman) language::apply(*qApp, before);
    }

  private:
    QString anyOf(const QString &entity) {
        std::optional<QString> id;
        Call const call{.path = workspace_.descriptions().entity(entity)->collection, .query = {{"limit", "1"}}};
        server_.send(call, &server_, [&id](const Answer &answer) {
            id = answer.records().isEmpty() ? QString() : answer.records()[0]["id"].toString();
        });
        if (!QTest::qWaitFor([&id] { return id.has_value(); }, patience)) qFatal("no answer at all");
        return *id;
    }

    Server server_;
    Workspace workspace_{server_};
    std::unique_ptr<MainWindow> window_;
};

QTEST_MAIN(AccessibleTest)
#include "accessible_test.moc"
