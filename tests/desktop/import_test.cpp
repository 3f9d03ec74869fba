// The import wizard against a real server: a file with three bad rows, its mending, undo, and what cannot be read.

#include "demo.h"
#include "loop_watch.h"

#include "desktop/views/import_wizard.h"
#include "desktop/views/look.h"

#include <QApplication>
#include <QComboBox>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSettings>
#include <QTableWidget>
#include <QTemporaryDir>
#include <QTest>
#include <QUuid>

using namespace kontor::desktop;

namespace {

constexpr int patience = 20'000;  // ms

}  // namespace

class ImportTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void initTestCase() {
        QCoreApplication::setOrganizationName("Kontor");
        QCoreApplication::setApplicationName("kontor-import-test");
        look::apply(*qobject_cast<QApplication *>(QCoreApplication::instance()),
                    qEnvironmentVariable("KONTOR_SCHEME") == "dark" ? look::Scheme::dark : look::Scheme::light);
        QSettings().clear();
        useDemo(server_);
        QVERIFY(isLoaded(workspace_));
    }
    void init() {
        watch_.begin();
        QSettings().clear();
        mark_ = "Import" + QUuid::createUuid().toString(QUuid::Id128).left(12);
    }

    void cleanup() { QVERIFY2(watch_.isQuick(), watch_.told()); }

    void encodingsAndDelimitersAreFound_data() {
        QTest::addColumn<QByteArray>("content");
        QTest::newRow("UTF-8, comma") << QByteArray("Name,City\nM\xc3\xbcller,K\xc3\xb6ln\n");
        QTest::newRow("byte order mark, semicolon")
            << QByteArray("\xef\xbb\xbfName;City\r\nM\xc3\xbcller;K\xc3\xb6ln\r\n");
        QTest::newRow("Windows-1252, tab, no line end") << QByteArray("Name\tCity\rM\xfcller\tK\xf6ln");
        QTest::newRow("UTF-16") << QByteArray(
            "\xff\xfeN\0a\0m\0e\0,\0C\0i\0t\0y\0\n\0M\0\xfc\0l\0l\0e\0r\0,\0K\0\xf6\0l\0n\0", 44);
        QTest::newRow("quoted") << QByteArray("\"Name\";\"City\"\n\"M\xfcller\";\"K\xf6ln\"\n");
    }
    void encodingsAndDelimitersAreFound() {
        QFETCH(QByteArray, content);
        ImportTable const table = examineImport(file("a.csv", content), false);
        QCOMPARE(table.problem, QString());
        QCOMPARE(table.header, (QStringList{"Name", "City"}));
        QCOMPARE(table.sample,
                 (QList<QStringList>{{QString::fromUtf8("M\xc3\xbcller"), QString::fromUtf8("K\xc3\xb6ln")}}));
    }
    void whatIsNoTableIsRefused() {
        QVERIFY(!examineImport(file("b.csv", ""), false).problem.isEmpty());
        QVERIFY(!examineImport(file("b.csv", "Name\n"), false).problem.isEmpty());
        QVERIFY(!examineImport(file("b.csv", "Name\n\"never closed\nand so on"), false).problem.isEmpty());
        QVERIFY(!examineImport(file("b.csv", QByteArray("PK\3\4\0\0\0", 7)), false).problem.isEmpty());
        QVERIFY(!examineImport("/nowhere/b.csv", false).problem.isEmpty());
    }
    void vCardsAreRead() {
        QByteArray const cards = "BEGIN:VCARD\r\nVERSION:3.0\r\nN:N\xc3\xba\xc3\xb1"
                                 "ez;Jos\xc3\xa9;;Dr.;\r\nFN:x\r\n"
                                 "item1.EMAIL;TYPE=work:jose@exam\r\n ple.com\r\nTEL;TYPE=CELL:+34 600 100 200\r\n"
                                 "NOTE:one\\, two\\nthree\r\nEND:VCARD\r\n"
                                 "BEGIN:VCARD\nVERSION:4.0\nFN:Ada King Lovelace\nTEL;VALUE=uri:tel:+44-1-2\nEND:VCARD";
        ImportTable const table = examineImport(file("c.vcf", cards), false);
        QVERIFY(table.isVCard);
        QCOMPARE(table.rows, 2);
        auto const cell = [&](int row, const char *column) {
            return table.sample.value(row).value(vCardHeader().indexOf(QLatin1String(column)));
        };
        QCOMPARE(cell(0, "lastName"), QString::fromUtf8("N\xc3\xba\xc3\xb1"
                                                        "ez"));
        QCOMPARE(cell(0, "salutation"), QString("Dr."));
        QCOMPARE(cell(0, "emailAddresses.0.address"), QString("jose@example.com"));
        QCOMPARE(cell(0, "phoneNumbers.0.kind"), QString("mobile"));
        QCOMPARE(cell(0, "description"), QString("one, two\nthree"));
        QCOMPARE(cell(1, "firstName"), QString("Ada King"));
        QCOMPARE(cell(1, "lastName"), QString("Lovelace"));
        QCOMPARE(cell(1, "phoneNumbers.0.number"), QString("+44-1-2"));
    }

    void badRowsAreMendedAndTakenUpAndTheImportTakenBack() {
        QByteArray const mark = mark_.toLatin1();
        ImportWizard wizard(workspace_, "contacts", nullptr);
        wizard.QWidget::show();
        picture(wizard, "file");
        // Semicolons, Windows-1252, headers of people; what is an e-mail address is seen by the content.
        open(wizard,
             file("people.csv", "Vorname;Nachname;Kontakt;_note\r\nJ\xfcrgen;" + mark + ";j@example.com;\r\nAda;" +
                                    mark + ";a@example.com;\r\nEve;;e@example.com;\r\nTom;" + mark +
                                    ";no address;\r\nUte;" + mark + ";also none;\r\n"));
        click(wizard, "next");
        auto *const columns = wizard.findChild<QTableWidget *>("columns");
        QStringList chosen;
        for (int row = 0; row < columns->rowCount(); ++row) {
            chosen.append(qobject_cast<QComboBox *>(columns->cellWidget(row, 2))->currentData().toString());
        }
        QCOMPARE(chosen, (QStringList{"firstName", "lastName", "email", ""}));
        picture(wizard, "columns");
        click(wizard, "next");
        auto *const rows = wizard.findChild<QTableWidget *>("rows");
        QTRY_COMPARE_WITH_TIMEOUT(rows->rowCount(), 5, patience);
        QCOMPARE(text(wizard, "counts"), QString("2 would be created, 0 updated, 3 refused."));
        QCOMPARE(found(), 0);
        picture(wizard, "preview");
        QTRY_VERIFY_WITH_TIMEOUT(wizard.findChild<QPushButton *>("next")->isEnabled(), patience);
        click(wizard, "next");
        QTRY_VERIFY2_WITH_TIMEOUT(text(wizard, "result").startsWith("2 created, 0 updated, 3 refused."),
                                  qPrintable(text(wizard, "result")), patience);
        QCOMPARE(found(), 2);
        picture(wizard, "result");
        mendAndTakeUp(wizard);
        if (QTest::currentTestFailed()) return;
        QCOMPARE(found(), 5);
        click(wizard, "undo");
        QTRY_COMPARE_WITH_TIMEOUT(found(), 2, patience);
    }
    void valuesAreReadAsTheyAreWritten() {
        QByteArray const mark = mark_.toLatin1();
        ImportWizard wizard(workspace_, "contacts", nullptr);
        wizard.QWidget::show();
        // Only the second row says which number is the day, and that the cells are no American dates.
        open(wizard, file("written.csv", "Vorname;Nachname;Geburtstag;doNotCall;preferredChannel\r\n"
                                         "\"Ada\r\nMaria\";" +
                                             mark + ";3/12/1980;x;E-mail\r\n\r\nBo;" + mark +
                                             ";13/12/1980;;Telefon\r\nCy;" + mark + ";31/2/1980;;Phone\r\n"));
        click(wizard, "next");
        QCOMPARE(written(wizard, 2)->currentData().toInt(), static_cast<int>(ImportFormat::dayMonthYear));
        QCOMPARE(written(wizard, 3)->currentData().toInt(), static_cast<int>(ImportFormat::mark));
        QVERIFY(written(wizard, 0) == nullptr);
        picture(wizard, "written");
        click(wizard, "next");
        QTRY_COMPARE_WITH_TIMEOUT(text(wizard, "counts"), QString("2 would be created, 0 updated, 1 refused."),
                                  patience);
        // The line that an editor shows.
        QCOMPARE(wizard.findChild<QTableWidget *>("rows")->item(2, 0)->text(), QString("6"));
        click(wizard, "next");
        QTRY_VERIFY2_WITH_TIMEOUT(text(wizard, "result").startsWith("2 created"), qPrintable(text(wizard, "result")),
                                  patience);
        QMap<QString, QJsonObject> byName;
        for (const QJsonValue &one : records()) byName.insert(one["firstName"].toString().left(2), one.toObject());
        QCOMPARE(byName["Ad"]["birthDate"].toString(), QString("1980-12-03"));
        QCOMPARE(byName["Ad"]["doNotCall"].toBool(), true);
        QCOMPARE(byName["Ad"]["preferredChannel"].toString(), QString("email"));
        QCOMPARE(byName["Bo"]["birthDate"].toString(), QString("1980-12-13"));
        QCOMPARE(byName["Bo"]["doNotCall"].toBool(), false);
        QCOMPARE(byName["Bo"]["preferredChannel"].toString(), QString("phone"));
        QByteArray const refused = saved(wizard);
        QVERIFY2(refused.contains("\r\nCy;" + mark + ";31/2/1980;;Phone;6;"), refused.constData());
        QCOMPARE(refused.count("\r\n"), 2);
    }
    void aFormatThatIsChosenIsKeptWhereTheCellsDoNotTell() {
        QByteArray const mark = mark_.toLatin1();
        for (auto const &[expected, chosen] : {std::pair("1980-03-04", 1), std::pair("1980-04-03", 0)}) {
            ImportWizard wizard(workspace_, "contacts", nullptr);
            wizard.QWidget::show();
            open(wizard, file("open.csv", "lastName,birthDate\n" + mark + ",3/4/1980\n"));
            click(wizard, "next");
            written(wizard, 1)->setCurrentIndex(chosen);
            click(wizard, "next");
            QTRY_VERIFY_WITH_TIMEOUT(wizard.findChild<QTableWidget *>("rows")->rowCount() == 1, patience);
            QString const told = wizard.findChild<QTableWidget *>("rows")->item(0, 2)->text();
            QVERIFY2(told.contains(expected), qPrintable(told));
        }
        ImportWizard wizard(workspace_, "contacts", nullptr);
        open(wizard, file("open.csv", "lastName,birthDate\n" + mark + ",3/4/1980\n"));
        click(wizard, "next");
        QCOMPARE(written(wizard, 1)->currentIndex(), 0);
    }
    void aFileThatHasChangedSinceIsNotMixedWithTheReasons() {
        QString const path = file("changed.csv", "Name,Geburtstag\nA,1.1.1980\n");
        ImportTable const table = examineImport(path, false);
        QString const errors = file("errors.csv", "lastName,birthDate,_line,_error\r\nA,1980-01-01,2,why\r\n");
        QString const target = folder_.filePath("out.csv");
        QCOMPARE(writeRefused(path, table, errors, target, false), QString());
        QCOMPARE(content(target), QByteArray("\xef\xbb\xbfName,Geburtstag,_line,_error\r\nA,1.1.1980,2,why\r\n"));
        file("changed.csv", "Name,Geburtstag\nSomebody else,2.1.1980\n");
        QCOMPARE(writeRefused(path, table, errors, target, false), QString());
        QCOMPARE(content(target), content(errors));
        QVERIFY(!writeRefused(path, table, "/nowhere.csv", target, false).isEmpty());
    }
    void aColumnThatIsRequiredIsAskedFor() {
        ImportWizard wizard(workspace_, "contacts", nullptr);
        wizard.QWidget::show();
        open(wizard, file("d.csv", "Vorname\nAda\n"));
        click(wizard, "next");
        click(wizard, "next");
        QVERIFY(wizard.findChild<QLabel *>("problem")->isVisible());
    }
    void aMappingIsRememberedForFilesOfTheSameHeader() {
        ImportTable table;
        table.header = {"A", "B"};
        auto const targets = importTargets(*workspace_.descriptions().entity("Contact"));
        QVERIFY(rememberedMapping("contacts", table, targets).isEmpty());
        rememberMapping("contacts", table, {"lastName", "gone"});
        QCOMPARE(rememberedMapping("contacts", table, targets), (QStringList{"lastName", ""}));
    }

  private:
    /// What a person does: saves the refused rows, mends them in the file, and opens that one.
    void mendAndTakeUp(ImportWizard &wizard) {
        QByteArray content = saved(wizard);
        // The file as the user knows it, with the reasons.
        QVERIFY2(
            content.startsWith("\xef\xbb\xbfVorname;Nachname;Kontakt;_note;_line;_error\r\nEve;;e@example.com;;4;"),
            content.constData());
        content.replace("Eve;;", "Eve;" + mark_.toLatin1() + ';').replace("no address", "t@example.com");
        content.replace("also none", "u@example.com");
        open(wizard, file("refused.csv", content));
        click(wizard, "next");
        click(wizard, "next");
        QTRY_COMPARE_WITH_TIMEOUT(text(wizard, "counts"), QString("3 would be created, 0 updated, 0 refused."),
                                  patience);
        click(wizard, "next");
        QTRY_VERIFY2_WITH_TIMEOUT(text(wizard, "result").startsWith("3 created, 0 updated, 0 refused."),
                                  qPrintable(text(wizard, "result")), patience);
    }
    /// What the wizard writes as the file of refused rows.
    QByteArray saved(ImportWizard &wizard) {
        QString const path = folder_.filePath("refused.csv");
        QFile::remove(path);
        wizard.saveErrorsTo(path);
        [&] { QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(path), patience); }();
        return content(path);
    }
    static QByteArray content(const QString &path) {
        QFile in(path);
        return in.open(QIODevice::ReadOnly) ? in.readAll() : QByteArray();
    }
    static QComboBox *written(ImportWizard &wizard, int row) {
        return qobject_cast<QComboBox *>(wizard.findChild<QTableWidget *>("columns")->cellWidget(row, 3));
    }
    QString file(const QString &name, const QByteArray &content) {
        QFile out(folder_.filePath(name));
        if (!out.open(QIODevice::WriteOnly) || out.write(content) != content.size()) qFatal("no file");
        return out.fileName();
    }
    static void open(ImportWizard &wizard, const QString &path) {
        wizard.openFile(path);
        QTRY_VERIFY_WITH_TIMEOUT(wizard.findChild<QPushButton *>("next")->isEnabled(), patience);
    }
    static void click(ImportWizard &wizard, const char *name) { wizard.findChild<QPushButton *>(name)->click(); }
    static QString text(ImportWizard &wizard, const char *name) { return wizard.findChild<QLabel *>(name)->text(); }
    static void picture(ImportWizard &wizard, const char *name) {
        QString const folder = qEnvironmentVariable("KONTOR_PICTURES");
        if (!folder.isEmpty()) wizard.grab().save(folder + '/' + name + ".png");
    }
    qsizetype found() { return records().size(); }
    QJsonArray records() {
        QJsonArray all;
        bool isThere = false;
        Call const call{.path = "contacts", .query = {{"filter", "lastName = " + filterText(mark_)}}};
        server_.send(call, this, [&](const Answer &answer) {
            for (const QJsonObject &one : answer.records()) all.append(one);
            isThere = answer.ok();
        });
        [&] { QTRY_VERIFY_WITH_TIMEOUT(isThere, patience); }();
        return all;
    }

    LoopWatch watch_;
    Server server_;
    Workspace workspace_{server_};
    QTemporaryDir folder_;
    QString mark_;
};

QTEST_MAIN(ImportTest)
#include "import_test.moc"
