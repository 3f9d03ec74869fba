// Everybody can use it: whatever can have the focus says what it is, to those who do not see it as well.

#include "demo.h"

#include "desktop/views/convert_dialog.h"
#include "desktop/views/export_dialog.h"
#include "desktop/views/import_wizard.h"
#include "desktop/views/list_view.h"
#include "desktop/views/look.h"
#include "desktop/views/main_window.h"
#include "desktop/views/merge_dialog.h"
#include "desktop/views/record_view.h"
#include "desktop/views/sign_in_dialog.h"

#include <QAccessible>
#include <QApplication>
#include <QPushButton>
#include <QSettings>
#include <QTabWidget>
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

QStringList nameless(const QWidget &top) {
    QStringList found;
    for (QWidget *const widget : top.findChildren<QWidget *>()) {
        if (!widget->isVisibleTo(&top) || !(widget->focusPolicy() & Qt::TabFocus)) continue;
        if (widget->focusProxy() != nullptr || qobject_cast<QTabWidget *>(widget) != nullptr) continue;
        QAccessibleInterface *const said = QAccessible::queryAccessibleInterface(widget);
        QString const name = said != nullptr ? said->text(QAccessible::Name) : QString();
        if (name.trimmed().isEmpty()) found.append(placeOf(*widget));
    }
    found.removeDuplicates();
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
        QCOMPARE(nameless(*window_).join("; "), QString());
    }

    void the_filter_builder() {
        window_->showScreen("list/contacts");
        auto *const list = window_->findChild<QTabWidget *>("screens")->currentWidget();
        list->findChild<QPushButton *>("filterButton")->setChecked(true);
        QTest::qWait(200);
        QCOMPARE(nameless(*window_).join("; "), QString());
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
        QCOMPARE(nameless(form).join("; "), QString());
        QString const id = anyOf(entity);
        if (id.isEmpty()) return;
        RecordView record(workspace_, entity, id);
        record.show();
        QTRY_VERIFY_WITH_TIMEOUT(!record.record().isEmpty(), patience);
        QCOMPARE(nameless(record).join("; "), QString());
    }

    void dialogs() {
        const EntityDescription &contact = *workspace_.descriptions().entity("Contact");
        QJsonObject const lead{{"id", anyOf("Lead")}, {"displayName", "x"}};
        Server other;
        SignInDialog signIn(other);
        ImportWizard import(workspace_, "contacts", nullptr);
        MergeDialog merge(workspace_, contact, QJsonObject{{"id", anyOf("Contact")}}, nullptr);
        ConvertDialog convert(workspace_, lead, nullptr);
        ExportDialog toFile(contact, {}, {}, nullptr);
        for (QDialog *const dialog : std::initializer_list<QDialog *>{&signIn, &import, &merge, &convert, &toFile}) {
            dialog->QWidget::show();
            QTest::qWait(100);
            QVERIFY2(nameless(*dialog).isEmpty(), qPrintable(nameless(*dialog).join("; ")));
            dialog->QWidget::hide();
        }
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
