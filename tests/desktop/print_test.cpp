// Records and lists on paper: what is in the PDF, read by pdftotext.

#include "demo.h"

#include "desktop/views/look.h"
#include "desktop/views/main_window.h"
#include "desktop/views/print.h"

#include <QAction>
#include <QApplication>
#include <QFileDialog>
#include <QFileInfo>
#include <QLineEdit>
#include <QProcess>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QTest>
#include <QUuid>

using namespace kontor::desktop;

namespace {

constexpr int patience = 15'000;  // ms

QString textOf(const QString &file) {
    QProcess reader;
    reader.start("pdftotext", {"-layout", file, "-"});
    if (!reader.waitForFinished(patience)) return {};
    return QString::fromUtf8(reader.readAllStandardOutput());
}

QString about(const QString &file) {
    QProcess reader;
    reader.start("pdfinfo", {file});
    if (!reader.waitForFinished(patience)) return {};
    return QString::fromUtf8(reader.readAllStandardOutput());
}

}  // namespace

class PrintTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void initTestCase() {
        look::apply(*qApp, look::Scheme::dark);  // which must not be seen on paper
        useDemo(server_);
        QVERIFY(isLoaded(workspace_));
        surname_ = "Printz" + QUuid::createUuid().toString(QUuid::Id128).left(8);
    }

    void a_record_has_its_labels_and_values_and_the_server() {
        QJsonObject const record{
            {"displayName", "Ida <b>" + surname_}, {"firstName", "Ida & Co"}, {"jobTitle", "Führerin"}};
        QString const text =
            textOf(written(printableRecord(workspace_, *workspace_.descriptions().entity("Contact"), record)));
        QVERIFY2(text.contains("Ida <b>" + surname_), qPrintable(text));
        QVERIFY2(text.contains(QRegularExpression("Job title\\s+Führerin")), qPrintable(text));
        QVERIFY(text.contains("Ida & Co"));
        QVERIFY(text.contains(QUrl(qEnvironmentVariable("KONTOR_URL")).host()));
        QVERIFY(text.contains("Page 1 of 1"));
        QVERIFY2(!text.contains("Department"), "empty fields take no room");
    }

    void a_list_has_all_rows_and_its_heads_on_each_page() {
        ListQuery const query{R"(type = "customer")", {}, "name", {"name", "type", "industry", "ownerId"}};
        auto *const list = new PrintableList(workspace_, *workspace_.descriptions().entity("Account"), query, this);
        QSignalSpy const finished(list, &PrintableList::finished);
        QTRY_VERIFY_WITH_TIMEOUT(!finished.isEmpty(), patience);
        auto const printable = finished[0][0].value<Printable>();
        QString const text = textOf(written(printable));
        QRegularExpressionMatch const count = QRegularExpression("(\\d+) record").match(text);
        QVERIFY2(count.hasMatch(), qPrintable(text.left(500)));
        QVERIFY2(text.contains(R"(type = "customer")"), qPrintable(text.left(500)));
        int const pages = text.count(QRegularExpression("Page \\d+ of"));
        QVERIFY(pages > 1);
        QCOMPARE(text.count(QRegularExpression("^ *Name +Type", QRegularExpression::MultilineOption)), pages);
        QCOMPARE(text.count(QRegularExpression(" Customer ")), count.captured(1).toInt());
        QVERIFY2(text.contains("Jonas Brandt") || text.contains("Aoife Byrne"), "names stand for ids");
    }

    void what_the_server_refuses_is_said() {
        ListQuery const query{"nonsense =", {}, {}, {"name"}};
        auto *const list = new PrintableList(workspace_, *workspace_.descriptions().entity("Account"), query, this);
        QSignalSpy const failed(list, &PrintableList::failed);
        QTRY_VERIFY_WITH_TIMEOUT(!failed.isEmpty(), patience);
        QVERIFY(!failed[0][0].toString().isEmpty());
    }

    void a_file_that_cannot_be_written_is_said_and_leaves_nothing() {
        bool done = false;
        QString why;
        writePdf({.title = "Nowhere"}, folder_.filePath("not/there.pdf"), this, [&](const QString &told) {
            why = told;
            done = true;
        });
        QTRY_VERIFY_WITH_TIMEOUT(done, patience);
        QVERIFY(!why.isEmpty());
        QVERIFY(!QFileInfo::exists(folder_.filePath("not")));
    }

    void paper_is_what_the_country_has() {
        QCOMPARE(usualPaper(QLocale("de_DE")).id(), QPageSize::A4);
        QCOMPARE(usualPaper(QLocale("en_GB")).id(), QPageSize::A4);
        QCOMPARE(usualPaper(QLocale("en_US")).id(), QPageSize::Letter);
        QCOMPARE(usualPaper(QLocale("fr_CA")).id(), QPageSize::Letter);
        QVERIFY(about(written({.title = "Wide", .isWide = true})).contains(QRegularExpression("Page size:\\s+84[12]")));
    }

    void the_menu_saves_the_screen_as_a_pdf() {
        QCoreApplication::setAttribute(Qt::AA_DontUseNativeDialogs);
        MainWindow window(workspace_);
        window.show();
        Q_EMIT workspace_.ready();
        window.showScreen("list/accounts");
        QString const file = folder_.filePath("accounts.pdf");
        // The dialog of the file comes when the rows are there.
        auto const answer = [&] {
            for (QWidget *const top : QApplication::topLevelWidgets()) {
                auto *const dialog = qobject_cast<QFileDialog *>(top);
                if (dialog == nullptr || !dialog->isVisible()) continue;
                dialog->findChild<QLineEdit *>("fileNameEdit")->setText(file);
                static_cast<QDialog *>(dialog)->accept();
            }
        };
        QTimer asking;
        connect(&asking, &QTimer::timeout, this, answer);
        asking.start(50);
        for (QAction *const action : window.findChildren<QAction *>()) {
            if (action->text().contains("P&DF")) action->trigger();
        }
        QTRY_VERIFY_WITH_TIMEOUT(QFileInfo(file).size() > 0, patience);
        QVERIFY(textOf(file).contains("Accounts"));
    }

  private:
    /// The path of the finished PDF.
    [[nodiscard]] QString written(const Printable &printable) {
        QString const file = folder_.filePath(QUuid::createUuid().toString(QUuid::Id128) + ".pdf");
        bool done = false;
        writePdf(printable, file, this, [&](const QString &why) {
            if (!why.isEmpty()) qWarning("%s", qPrintable(why));
            done = true;
        });
        [&] { QTRY_VERIFY_WITH_TIMEOUT(done, patience); }();
        if (QString const kept = qEnvironmentVariable("KONTOR_SCREENSHOTS"); !kept.isEmpty()) {
            QFile::copy(file, kept + '/' + printable.title.left(8) + ".pdf");
        }
        return file;
    }

    Server server_;
    Workspace workspace_{server_};
    QTemporaryDir folder_;
    QString surname_;
};

QTEST_MAIN(PrintTest)
#include "print_test.moc"
