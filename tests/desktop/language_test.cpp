// German is whole where people look, and English knows one from many.

#include "demo.h"

#include "desktop/api/wording.h"
#include "desktop/models/display.h"
#include "desktop/views/cell_delegate.h"
#include "desktop/views/language.h"
#include "desktop/views/list_view.h"
#include "desktop/views/look.h"
#include "desktop/views/main_window.h"

#include <QAction>
#include <QDialogButtonBox>
#include <QDirIterator>
#include <QListWidget>
#include <QMenuBar>
#include <QPushButton>
#include <QRegularExpression>
#include <QSettings>
#include <QTabWidget>
#include <QTest>

using namespace kontor::desktop;

namespace {

constexpr int patience = 15'000;  // ms

}  // namespace

class LanguageTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void initTestCase() {
        look::apply(*qApp, look::Scheme::light);
        language::apply(*qApp, QLocale("en_US"));
        QCOMPARE(records(1), "1 record");
        QCOMPARE(records(2), "2 records");
        language::apply(*qApp, QLocale("de_DE"));
        QSettings().clear();
        useDemo(server_);
        QVERIFY(isLoaded(workspace_));
    }

    void plurals_and_placeholders() {
        QCOMPARE(records(1), "1 Datensatz");
        QCOMPARE(records(12), "12 Datensätze");
        QCOMPARE(MainWindow::tr("%1 – Kontor").arg("x"), "x – Kontor");
    }

    void what_the_contract_calls_things() {
        const EntityDescription *const account = workspace_.descriptions().entity("Account");
        QCOMPARE(account->labelPlural, "Firmen");
        QCOMPARE(account->field("annualRevenue")->label, "Jahresumsatz");
        QCOMPARE(displayText(workspace_, *account->field("type"), "customer"), "Kunde");
        QCOMPARE(displayText(workspace_, *account->field("name"), "customer"), "customer");
        for (const EntityDescription &entity : workspace_.descriptions().all()) {
            for (const FieldDescription &field : entity.fields) {
                if (field.isCustom) continue;
                QVERIFY2(isTranslated(field.name, field.label), qPrintable(entity.name + '.' + field.name));
            }
        }
    }

    void numbers_and_dates_are_german() {
        const EntityDescription *const account = workspace_.descriptions().entity("Account");
        QCOMPARE(displayText(workspace_, *account->field("employeeCount"), 1234567), "1.234.567");
        QCOMPARE(QLocale().firstDayOfWeek(), Qt::Monday);
    }

    void what_is_typed_into_cells_is_what_was_meant() {
        const EntityDescription *const deal = workspace_.descriptions().entity("Opportunity");
        FieldDescription const &amount = *deal->field("amount");
        FieldDescription const &day = *deal->field("closeDate");
        QCOMPARE(typedValue(amount, "1.234,50").toString(), "1234.50");
        QCOMPARE(typedValue(amount, "12,5").toString(), "12.5");
        QVERIFY2(typedValue(amount, "12.50").toString() != "1250", "refused, and not a hundred times as much");
        QCOMPARE(typedValue(day, "01.03.26").toString(), "2026-03-01");
        QCOMPARE(typedValue(day, "01.03.2026").toString(), "2026-03-01");
        QCOMPARE(typedValue(day, "01.03.99").toString(), "1999-03-01");
        QCOMPARE(typedValue(day, "2026-03-01").toString(), "2026-03-01");
        QCOMPARE(typedValue(day, "soon").toString(), "soon");
        QLocale::setDefault(QLocale("en_US"));
        QCOMPARE(typedValue(amount, "1,234.50").toString(), "1234.50");
        QCOMPARE(typedValue(day, "3/1/26").toString(), "2026-03-01");
        QLocale::setDefault(QLocale("de_DE"));
    }

    void what_the_server_refuses() {
        Answer const refused = answerOf(
            server_, {.method = "POST",
                      .path = "contacts",
                      .body = QJsonObject{{"lastName", QString(300, 'x')},
                                          {"source", 7},
                                          {"emailAddresses", QJsonArray{QJsonObject{{"address", "nobody"}}}}}});
        QVERIFY(!refused.ok());
        QCOMPARE(refused.problem->title, "Die Angaben sind nicht gültig");
        QHash<QString, QString> told;
        for (const FieldProblem &field : refused.problem->fields) told[field.pointer] = field.detail;
        if (told.contains("/source")) {  // what is of the wrong kind is told first, and alone
            QVERIFY2(told["/source"].startsWith("ist nicht von der richtigen Art"), qPrintable(told["/source"]));
        }
        QCOMPARE(wordedField("TOO_LONG", "must have at most 255 characters"), "darf höchstens 255 Zeichen haben");
        QCOMPARE(wordedField("PATTERN", "must match the pattern [^@\\s]+@[^@\\s]+\\.[^@\\s]+"),
                 "muss eine E-Mail-Adresse sein, etwa ana@example.com");
        QCOMPARE(wordedField("NOT_A_CHOICE", "must be open, won or lost"),
                 "muss eines davon sein: Offen, Gewonnen, Verloren");
        QCOMPARE(worded("There is no such record."), "Nicht vorhanden: record.");
        QCOMPARE(worded("Nobody has ever said this."), "Nobody has ever said this.");
    }
    /// A sentence that is new is told by its code, so that no code may be without a wording.
    void every_code_of_a_field_is_worded() {
        static const QRegularExpression named("(?:refuse|add|push_back|emplace_back)\\([^;]*?\"([A-Z][A-Z_]{4,})\"");
        QSet<QString> const methods{"DELETE", "OPTIONS", "PATCH"};
        QDir const root(KONTOR_SOURCE_FOLDER);
        QStringList unworded;
        int found = 0;
        for (const char *const folder :
             {"shared/entity", "shared/jobs", "services/contact", "services/lead", "services/identity"}) {
            QDirIterator files(root.filePath(folder), {"*.cpp"}, QDir::Files, QDirIterator::Subdirectories);
            while (files.hasNext()) {
                QFile file(files.next());
                QVERIFY(file.open(QIODevice::ReadOnly));
                auto matches = named.globalMatch(QString::fromUtf8(file.readAll()));
                while (matches.hasNext()) {
                    QString const code = matches.next().captured(1);
                    ++found;
                    if (!methods.contains(code) && wordedField(code, "?") == "?") unworded.append(code);
                }
            }
        }
        QVERIFY2(found > 100, qPrintable(QString::number(found)));
        unworded.removeDuplicates();
        QCOMPARE(unworded.join(' '), QString());
    }

    void menus_and_the_buttons_of_qt() {
        MainWindow window(workspace_);
        window.show();
        Q_EMIT workspace_.ready();
        QStringList menus;
        for (const QAction *const menu : window.menuBar()->actions()) menus.append(menu->text().remove('&'));
        QCOMPARE(menus, QStringList({"Datei", "Datensatz", "Gehe zu", "Ansicht", "Hilfe"}));
        QCOMPARE(window.findChild<QListWidget *>("navigation")->item(0)->text(), "Firmen");
        QDialogButtonBox const box(QDialogButtonBox::Cancel);
        QCOMPARE(box.button(QDialogButtonBox::Cancel)->text().remove('&'), "Abbrechen");
        window.resize(1280, 800);
        auto *const list = qobject_cast<ListView *>(window.findChild<QTabWidget *>("screens")->currentWidget());
        QVERIFY(list != nullptr);
        QTRY_VERIFY_WITH_TIMEOUT(list->model().rowCount() > 0, patience);
        for (const char *const screen : {"list/accounts", "board", "calendar", "forecast"}) {
            window.showScreen(screen);
            QTest::qWait(500);
            if (QString const folder = qEnvironmentVariable("KONTOR_SCREENSHOTS"); !folder.isEmpty()) {
                window.grab().save(folder + "/german-" + QString(screen).replace('/', '-') + ".png");
            }
        }
    }

    void the_choice_is_kept() {
        QCOMPARE(language::chosen(), "system");
        language::choose("de");
        QCOMPARE(language::chosen(), "de");
        QCOMPARE(language::localeOf("de").language(), QLocale::German);
        QCOMPARE(language::localeOf("en").language(), QLocale::English);
        QCOMPARE(language::localeOf("system"), QLocale::system());
    }

  private:
    static QString records(int count) {
        return QCoreApplication::translate("kontor::desktop::ListView", "%n record(s)", nullptr, count);
    }
    /// Some words are the same in both languages; a label of two words that is made from the name is not one of them.
    static bool isTranslated(const QString &name, const QString &label) {
        QString plain;
        for (QChar const letter : name) plain += letter.isUpper() ? QString(' ') + letter.toLower() : QString(letter);
        plain[0] = plain[0].toUpper();
        return !plain.contains(' ') || plain != label;
    }

    Server server_;
    Workspace workspace_{server_};
};

QTEST_MAIN(LanguageTest)
#include "language_test.moc"
