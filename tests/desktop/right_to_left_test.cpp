// Where people read from right to left, the window is the other way round: navigation, days, stages, arrows.

#include "demo.h"
#include "loop_watch.h"

#include "desktop/models/display.h"
#include "desktop/views/board_view.h"
#include "desktop/views/calendar_view.h"
#include "desktop/views/field_editor.h"
#include "desktop/views/list_view.h"
#include "desktop/views/look.h"
#include "desktop/views/main_window.h"
#include "desktop/views/record_view.h"
#include "desktop/views/stage_column.h"

#include <QApplication>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QSettings>
#include <QTabWidget>
#include <QTableView>

using namespace kontor::desktop;

namespace {

int placeOf(const QWidget &widget, const QWidget &window) { return widget.mapTo(&window, widget.rect().center()).x(); }

QImage drawn(const QString &icon) { return look::icon(icon).pixmap(32, 32).toImage(); }

}  // namespace

class RightToLeftTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void initTestCase() {
        QSettings().clear();
        look::apply(*qApp, look::Scheme::light);
        forward_ = drawn("forward");
        star_ = drawn("star");
        QGuiApplication::setLayoutDirection(Qt::RightToLeft);
        useDemo(server_);
        QVERIFY(isLoaded(workspace_));
        window_ = std::make_unique<MainWindow>(workspace_);
        window_->resize(1280, 800);
        window_->show();
        Q_EMIT workspace_.ready();
    }
    void init() { watch_.begin(); }
    void cleanup() {
        if (QString const folder = qEnvironmentVariable("KONTOR_SCREENSHOTS"); !folder.isEmpty()) {
            window_->grab().save(folder + "/right-to-left-" + QTest::currentTestFunction() + ".png");
        }
        QVERIFY2(watch_.isQuick(), watch_.told());
    }
    void cleanupTestCase() { window_.reset(); }

    void the_navigation_is_at_the_right() {
        window_->showScreen("list/contacts");
        auto const *const list = window_->findChild<ListView *>();
        QTRY_VERIFY_WITH_TIMEOUT(list->model().rowCount() > 0, demoPatience);
        QVERIFY(placeOf(*window_->findChild<QListWidget *>("navigation"), *window_) > placeOf(*list, *window_));
        QVERIFY(placeOf(*list->findChild<QLineEdit *>("search"), *window_) >
                placeOf(*list->findChild<QLabel *>("count"), *window_));
        const QHeaderView &header = *list->table().horizontalHeader();
        QVERIFY(header.sectionViewportPosition(0) > header.sectionViewportPosition(1));
    }
    void arrows_point_the_other_way() {
        QImage const now = drawn("forward");
        int differing = 0;  // but for the smoothing of edges
        for (int y = 0; y < now.height(); ++y) {
            for (int x = 0; x < now.width(); ++x) {
                int const before = qAlpha(forward_.pixel(now.width() - 1 - x, y));
                differing += std::abs(qAlpha(now.pixel(x, y)) - before) > 100 ? 1 : 0;
            }
        }
        QVERIFY2(differing < 5, qPrintable(QString::number(differing)));
        QVERIFY(now != forward_);
        QCOMPARE(drawn("star"), star_);
    }
    void telephone_numbers_are_read_from_the_left() {
        const EntityDescription &contact = *workspace_.descriptions().entity("Contact");
        QJsonArray const numbers{QJsonObject{{"number", "+49 30 123"}}};
        QString const shown = displayText(workspace_, *contact.field("phoneNumbers"), numbers);
        QVERIFY2(shown.startsWith(QChar(leftToRightMark)) && shown.contains("+49 30 123"), qPrintable(shown));
        std::unique_ptr<FieldEditor> const editor(
            makeFieldEditor(workspace_, *workspace_.descriptions().entity("Account")->field("website"), nullptr));
        QCOMPARE(editor->findChild<QLineEdit *>()->layoutDirection(), Qt::LeftToRight);
    }
    void the_first_stage_is_at_the_right() {
        window_->showScreen("board");
        auto const *const board = window_->findChild<BoardView *>();
        QTRY_VERIFY_WITH_TIMEOUT(board->findChildren<StageColumn *>().size() > 2, demoPatience);
        auto const columns = board->findChildren<StageColumn *>();
        QTRY_VERIFY_WITH_TIMEOUT(placeOf(*columns[0], *window_) > placeOf(*columns[1], *window_), demoPatience);
    }
    void the_form_has_its_labels_at_the_right() {
        Call const call{.path = "contacts", .query = {{"limit", "1"}, {"fields", "displayName"}}};
        window_->openRecord("Contact", answerOf(server_, call).records().at(0)["id"].toString());
        auto const *const record =
            qobject_cast<RecordView *>(window_->findChild<QTabWidget *>("screens")->currentWidget());
        QTRY_VERIFY_WITH_TIMEOUT(!record->record().isEmpty(), demoPatience);
        auto const *const editor = record->findChild<FieldEditor *>("field-lastName");
        auto const *const side = record->findChild<QTabWidget *>();
        QVERIFY(placeOf(*editor, *window_) > placeOf(*side, *window_));
    }

  private:
    LoopWatch watch_;
    QImage forward_;
    QImage star_;
    Server server_;
    Workspace workspace_{server_};
    std::unique_ptr<MainWindow> window_;
};

QTEST_MAIN(RightToLeftTest)
#include "right_to_left_test.moc"
