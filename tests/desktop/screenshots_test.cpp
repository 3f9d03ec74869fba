// The pictures of the documentation: the main screens with the demo's data, light and dark, written to the folder
// KONTOR_IMAGES (`./run screenshots`: docs/images). Without it they are made all the same, so that they can be made.

#include "demo.h"

#include "desktop/models/forecast_model.h"
#include "desktop/views/board_view.h"
#include "desktop/views/calendar_view.h"
#include "desktop/views/command_palette.h"
#include "desktop/views/conflict_dialog.h"
#include "desktop/views/convert_dialog.h"
#include "desktop/views/field_editor.h"
#include "desktop/views/forecast_view.h"
#include "desktop/views/import_wizard.h"
#include "desktop/views/language.h"
#include "desktop/views/list_view.h"
#include "desktop/views/look.h"
#include "desktop/views/main_window.h"
#include "desktop/views/record_view.h"
#include "desktop/views/sign_in_dialog.h"

#include <QApplication>
#include <QComboBox>
#include <QLineEdit>
#include <QPainter>
#include <QPushButton>
#include <QSettings>
#include <QTabBar>
#include <QTabWidget>
#include <QTableWidget>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>
#include <QUuid>

using namespace kontor::desktop;

namespace {

constexpr int patience = 20'000;  // ms
constexpr QSize size(1280, 800);

const char *const people = "First name,Last name,E-mail,Job title,City\n"
                           "Marta,Lindqvist,marta.lindqvist@example.com,Head of purchasing,Uppsala\n"
                           "Piet,van Dam,piet@van-dam.example,Workshop manager,Utrecht\n"
                           "Sofia,,sofia@example.com,Engineer,Porto\n"
                           "Aino,Korhonen,aino.korhonen(at)example.com,Buyer,Tampere\n"
                           "Tom,Ashworth,tom.ashworth@example.com,Director,Leeds\n"
                           "Clara,Weiß,clara weiss,Head of production,Jena\n"
                           "Jean,Dupont,jean.dupont@example.com,Buyer,Lyon\n";

}  // namespace

class ScreenshotsTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void initTestCase() {
        QCoreApplication::setOrganizationName("Kontor");
        QCoreApplication::setApplicationName("kontor-screenshots");
        language::apply(*qApp, QLocale("en_GB"));
        folder_ = qEnvironmentVariable("KONTOR_IMAGES", scratch_.path());
        QSettings().clear();
        useDemo(server_);
        QVERIFY(isLoaded(workspace_));
    }
    void all_screens_data() {
        QTest::addColumn<bool>("dark");
        QTest::newRow("light") << false;
        QTest::newRow("dark") << true;
    }
    void all_screens() {
        QFETCH(bool, dark);
        scheme_ = dark ? "dark" : "light";
        look::apply(*qApp, dark ? look::Scheme::dark : look::Scheme::light);
        QSettings().clear();
        signIn();
        window_ = std::make_unique<MainWindow>(workspace_);
        window_->resize(size);
        window_->show();
        Q_EMIT workspace_.ready();
        window_->resize(size);
        for (auto const &screen : {&ScreenshotsTest::contacts, &ScreenshotsTest::filter, &ScreenshotsTest::palette,
                                   &ScreenshotsTest::account, &ScreenshotsTest::board, &ScreenshotsTest::calendar,
                                   &ScreenshotsTest::forecast, &ScreenshotsTest::quote, &ScreenshotsTest::import,
                                   &ScreenshotsTest::convert, &ScreenshotsTest::conflict}) {
            auto *const tabs = window_->findChild<QTabWidget *>("screens");
            while (tabs->count() > 3) {
                qobject_cast<QToolButton *>(tabs->tabBar()->tabButton(0, QTabBar::RightSide))->click();
            }
            window_->findChild<QFrame *>("message")->hide();
            (this->*screen)();
            if (QTest::currentTestFailed()) return;
        }
        window_.reset();
    }

  private:
    void signIn() {
        Server server;
        SignInDialog dialog(server);
        dialog.show();
        for (QLineEdit *const line : dialog.findChildren<QLineEdit *>()) {
            if (line->objectName() == "address") line->setText("https://crm.example.com");
            if (line->objectName() == "user-name") line->setText("aoife.byrne");
        }
        settle();
        keep(dialog.grab().toImage(), "sign-in");
    }
    void contacts() {
        ListView &list = listOf("contacts");
        list.table().selectRow(2);
        settle();
        keep("contacts");
    }
    void filter() {
        ListView &list = listOf("opportunities");
        auto *const line = list.findChild<QLineEdit *>("filter");
        line->setText(R"(stage.category = "open" AND (amount > 20000 OR nextStepAt < now))");
        Q_EMIT line->returnPressed();
        list.findChild<QPushButton *>("filterButton")->setChecked(true);
        settle();
        keep("filter");
        list.findChild<QPushButton *>("filterButton")->setChecked(false);
    }
    void palette() {
        window_->openPalette();
        auto *const palette = window_->findChild<CommandPalette *>();
        QVERIFY(palette != nullptr);
        QTest::keyClicks(palette->findChild<QLineEdit *>("paletteInput"), "ma");
        settle();
        keep(with(*palette, QPoint((size.width() - palette->width()) / 2, 64)), "palette");
        palette->close();
        delete palette;
    }
    /// The company that most has happened to.
    void account() {
        QHash<QString, int> count;
        for (const QJsonObject &activity :
             ask({.path = "activities", .query = {{"limit", "200"}, {"filter", "accountId:*"}}}).records()) {
            ++count[activity["accountId"].toString()];
        }
        QString busiest = count.keys().value(0);
        for (auto const &[id, times] : count.asKeyValueRange()) {
            if (times > count[busiest] || (times == count[busiest] && id < busiest)) busiest = id;
        }
        (void)record("Account", busiest);
        keep("account");
    }
    void board() {
        window_->showScreen("board");
        settle();
        keep("board");
    }
    void calendar() {
        window_->showScreen("calendar");
        auto &calendar = current<CalendarView>();
        auto *const owners = calendar.findChild<QComboBox *>("owner");
        owners->setCurrentIndex(1);
        Q_EMIT owners->activated(1);
        settle();
        keep("calendar");
    }
    void forecast() {
        window_->showScreen("forecast");
        settle();
        keep("forecast");
    }
    void quote() {
        QList<QJsonObject> const quotes =
            ask({.path = "opportunities", .query = {{"limit", "1"}, {"sort", "-amount"}}}).records();
        QVERIFY(!quotes.isEmpty());
        (void)record("Opportunity", quotes[0]["id"].toString());
        keep("opportunity");
    }
    void import() {
        QString const path = scratch_.filePath("people.csv");
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(people);
        file.close();
        ImportWizard wizard(workspace_, "contacts", window_.get());
        wizard.QWidget::show();
        wizard.openFile(path);
        auto *const next = wizard.findChild<QPushButton *>("next");
        QTRY_VERIFY_WITH_TIMEOUT(next->isEnabled(), patience);
        next->click();
        next->click();
        QTRY_COMPARE_WITH_TIMEOUT(wizard.findChild<QTableWidget *>("rows")->rowCount(), 7, patience);
        QTRY_VERIFY_WITH_TIMEOUT(next->isEnabled(), patience);
        settle();
        keep(with(wizard), "import");
    }
    void convert() {
        QList<QJsonObject> const leads =
            ask({.path = "leads",
                 .query = {{"limit", "1"}, {"sort", "-score"}, {"filter", "NOT convertedAt:* AND companyName:*"}}})
                .records();
        QVERIFY(!leads.isEmpty());
        RecordView &form = record("Lead", leads[0]["id"].toString());
        ConvertDialog dialog(workspace_, form.record(), window_.get());
        dialog.QWidget::show();
        settle();
        keep(with(dialog), "convert");
    }
    void conflict() {
        Call make{.method = "POST",
                  .path = "contacts",
                  .body = QJsonObject{{"firstName", "Marta"},
                                      {"lastName", "Lindqvist " + QUuid::createUuid().toString(QUuid::Id128).left(4)},
                                      {"jobTitle", "Buyer"},
                                      {"department", "Purchasing"}}};
        QString const id = ask(make).body["id"].toString();
        RecordView &form = record("Contact", id);
        for (auto const &[name, text] :
             {std::pair{"jobTitle", "Head of purchasing"}, std::pair{"department", "Supply"}}) {
            auto *const editor = form.findChild<FieldEditor *>(QString("field-") + name);
            editor->setValue(QString(text));
            Q_EMIT editor->valueChanged();
        }
        server_.send({.method = "PATCH",
                      .path = "contacts/" + id,
                      .body = QJsonObject{{"jobTitle", "Senior buyer"}, {"department", "Logistics"}}},
                     &server_, [](const Answer &) {});
        QTRY_COMPARE_WITH_TIMEOUT(ask({.path = "contacts/" + id}).body["jobTitle"].toString(), "Senior buyer",
                                  patience);
        form.save();
        ConflictDialog *dialog = nullptr;
        QTRY_VERIFY_WITH_TIMEOUT((dialog = form.findChild<ConflictDialog *>()) != nullptr, patience);
        settle();
        keep(with(*dialog), "conflict");
        delete dialog;
        ask({.method = "DELETE", .path = "contacts/" + id});
    }

    ListView &listOf(const QString &collection) {
        window_->showScreen("list/" + collection);
        auto &list = current<ListView>();
        [&] { QTRY_VERIFY_WITH_TIMEOUT(list.model().rowCount() > 0, patience); }();
        return list;
    }
    RecordView &record(const QString &entity, const QString &id) {
        window_->openRecord(entity, id);
        auto &form = current<RecordView>();
        [&] { QTRY_VERIFY_WITH_TIMEOUT(!form.record().isEmpty(), patience); }();
        settle();
        return form;
    }
    template <typename Screen> Screen &current() {
        auto *const screen = qobject_cast<Screen *>(window_->findChild<QTabWidget *>("screens")->currentWidget());
        if (screen == nullptr) qFatal("another screen");
        return *screen;
    }
    Answer ask(const Call &call) {
        std::optional<Answer> got;
        server_.send(call, &server_, [&got](const Answer &answer) { got = answer; });
        if (!QTest::qWaitFor([&got] { return got.has_value(); }, patience)) qFatal("no answer at all");
        return *got;
    }
    /// Names behind ids, pictures and counts come after the rows.
    static void settle() { QTest::qWait(900); }

    /// A window over the main window, as the screen shows it.
    QImage with(QWidget &top, std::optional<QPoint> at = {}) {
        QImage image = window_->grab().toImage();
        QPainter painter(&image);
        painter.fillRect(image.rect(), QColor(0, 0, 0, 70));
        QPoint const place = at.value_or(QPoint((size.width() - top.width()) / 2, (size.height() - top.height()) / 2));
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(QColor(0, 0, 0, 5));
        for (int edge = 24; edge > 0; --edge) {
            painter.drawRoundedRect(QRect(place, top.size()).adjusted(-edge, 8 - edge, edge, 8 + edge), edge, edge);
        }
        painter.drawPixmap(place, top.grab());
        return image;
    }
    void keep(const QString &name) { keep(window_->grab().toImage(), name); }
    void keep(const QImage &image, const QString &name) {
        QVERIFY2(image.width() > 200 && image.height() > 100, qPrintable(name));
        QSet<QRgb> colours;
        for (int y = 0; y < image.height(); y += 4) {
            for (int x = 0; x < image.width(); x += 4) colours.insert(image.pixel(x, y));
        }
        QVERIFY2(colours.size() > 8, qPrintable(name));
        constexpr int smallest = 0;  // the file, not the picture
        QVERIFY(image.convertToFormat(QImage::Format_RGB888)
                    .save(folder_ + '/' + name + '-' + scheme_ + ".png", "PNG", smallest));
    }

    QTemporaryDir scratch_;
    QString folder_;
    QString scheme_;
    Server server_;
    Workspace workspace_{server_};
    std::unique_ptr<MainWindow> window_;
};

QTEST_MAIN(ScreenshotsTest)
#include "screenshots_test.moc"
