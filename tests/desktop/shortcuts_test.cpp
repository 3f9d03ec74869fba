// docs/desktop.md names every shortcut of the window and its screens, and none that is not there.

#include "demo.h"

#include "desktop/views/look.h"
#include "desktop/views/main_window.h"

#include <QAction>
#include <QApplication>
#include <QFile>
#include <QRegularExpression>
#include <QSettings>
#include <QTabWidget>
#include <QTest>

using namespace kontor::desktop;

namespace {

constexpr int patience = 15'000;  // ms

}  // namespace

class ShortcutsTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void initTestCase() {
        QSettings().clear();
        look::apply(*qApp, look::Scheme::light);
        useDemo(server_);
        QVERIFY(isLoaded(workspace_));
        window_ = std::make_unique<MainWindow>(workspace_);
        window_->show();
        Q_EMIT workspace_.ready();
        for (const char *const screen : {"list/contacts", "board", "calendar"}) window_->showScreen(screen);
        for (auto const &[entity, collection] : {std::pair{"Contact", "contacts"}, std::pair{"Lead", "leads"},
                                                 std::pair{"Opportunity", "opportunities"}}) {
            QString id;
            workspace_.server().send({.path = collection, .query = {{"limit", "1"}, {"fields", "id"}}}, this,
                                     [&id](const Answer &answer) {
                                         for (const QJsonObject &record : answer.records())
                                             id = record["id"].toString();
                                     });
            QTRY_VERIFY_WITH_TIMEOUT(!id.isEmpty(), patience);
            window_->openRecord(entity, id);
        }
    }
    void cleanupTestCase() { window_.reset(); }

    void each_shortcut_is_in_the_table() {
        QSet<QString> const documented = inDocument();
        QVERIFY(documented.size() > 30);
        QStringList missing;
        for (const QString &key : inWindow()) {
            if (!documented.contains(key)) missing.append(key);
        }
        QVERIFY2(missing.isEmpty(), qPrintable(missing.join(", ")));
    }

    void the_table_has_no_other() {
        QSet<QString> there = inWindow();
        there += {"F1", "Ctrl+Alt+Z"};  // of the platform, of tables, of the button at the foot
        QStringList missing;
        for (const QString &key : inDocument()) {
            if (!there.contains(key)) missing.append(key);
        }
        QVERIFY2(missing.isEmpty(), qPrintable(missing.join(", ")));
    }

  private:
    static QSet<QString> inDocument() {
        QFile file(QString(QT_TESTCASE_SOURCEDIR) + "/../../docs/desktop.md");
        [&] { QVERIFY(file.open(QIODevice::ReadOnly)); }();
        QString const section = QString::fromUtf8(file.readAll()).section("## Shortcuts", 1).section("\n## ", 0, 0);
        QSet<QString> keys;
        static const QRegularExpression row("^\\| ([^|*]+) \\| [^|]+ \\|$", QRegularExpression::MultilineOption);
        for (auto match = row.globalMatch(section); match.hasNext();) {
            for (QString key : match.next().captured(1).split(", ")) {
                if (key.contains(" … ")) {  // Ctrl+1 … Ctrl+9
                    for (int digit = 1; digit <= 9; ++digit) keys.insert("Ctrl+" + QString::number(digit));
                } else {
                    keys.insert(key.trimmed());
                }
            }
        }
        return keys;
    }
    QSet<QString> inWindow() const {
        QSet<QString> keys;
        auto const add = [&keys](const QAction *action) {
            if (!action->shortcut().isEmpty()) keys.insert(action->shortcut().toString(QKeySequence::PortableText));
        };
        for (const QAction *const action : window_->findChildren<QAction *>(QString(), Qt::FindDirectChildrenOnly)) {
            add(action);
        }
        auto const *const tabs = window_->findChild<QTabWidget *>("screens");
        for (int index = 0; index < tabs->count(); ++index) {
            for (const QAction *const action : tabs->widget(index)->findChildren<QAction *>()) add(action);
        }
        return keys;
    }

    Server server_;
    Workspace workspace_{server_};
    std::unique_ptr<MainWindow> window_;
};

QTEST_MAIN(ShortcutsTest)
#include "shortcuts_test.moc"
