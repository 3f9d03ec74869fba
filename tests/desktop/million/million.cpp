// Scrolling a million contacts in every way that people do, with a watch on the event loop and on memory.

#include "../demo.h"
#include "../loop_watch.h"

#include "desktop/api/local_store.h"
#include "desktop/views/list_view.h"
#include "desktop/views/look.h"
#include "desktop/views/main_window.h"

#include <QAbstractItemModel>
#include <QApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QScrollBar>
#include <QSettings>
#include <QTabWidget>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QWheelEvent>

using namespace kontor::desktop;

namespace {

constexpr int patience = 30'000;  // ms
constexpr qint64 longestBlock = 100;
constexpr qint64 mostMegabytes = 250;

qint64 megabytes() {
    QFile status("/proc/self/status");
    if (!status.open(QIODevice::ReadOnly)) return -1;
    for (const QByteArray &line : status.readAll().split('\n')) {
        if (line.startsWith("VmHWM:")) return line.simplified().split(' ').value(1).toLongLong() / 1024;
    }
    return -1;
}

}  // namespace

class Million : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void initTestCase() {
        QSettings().clear();
        look::apply(*qApp, look::Scheme::light);
        useDemo(server_);
        store_ = std::make_unique<LocalStore>("million", folder_.path());
        workspace_.setStore(store_.get());
        QVERIFY(isLoaded(workspace_));
        window_ = std::make_unique<MainWindow>(workspace_);
        window_->resize(1280, 800);
        window_->show();
        Q_EMIT workspace_.ready();
        window_->showScreen("list/contacts");
        auto *const list = qobject_cast<ListView *>(window_->findChild<QTabWidget *>("screens")->currentWidget());
        QVERIFY(list != nullptr);
        table_ = &list->table();
        model_ = &list->model();
        QTRY_VERIFY_WITH_TIMEOUT(model_->rowCount() > 0, patience);
        QTRY_VERIFY_WITH_TIMEOUT(model_->total().has_value(), patience);
        QVERIFY(*model_->total() > qEnvironmentVariable("KONTOR_CONTACTS").toLongLong() * 9 / 10);
        QTest::qWait(500);
        watch_ = std::make_unique<LoopWatch>();
    }
    void init() { watch_->begin(); }
    void cleanup() {
        qInfo("longest block %lld ms, %d rows, %lld MB at most", watch_->longest(), model_->rowCount(), megabytes());
        QVERIFY2(watch_->longest() <= longestBlock, qPrintable(QString::number(watch_->longest())));
        QVERIFY2(megabytes() < mostMegabytes, qPrintable(QString::number(megabytes())));
    }
    void cleanupTestCase() {
        watch_.reset();
        window_.reset();
    }

    void the_wheel() {
        for (int turn = 0; turn < 400; ++turn) {
            QPoint const place = table_->viewport()->rect().center();
            QWheelEvent wheel(place, table_->viewport()->mapToGlobal(place), {}, {0, -360}, Qt::NoButton,
                              Qt::NoModifier, Qt::NoScrollPhase, false);
            QApplication::sendEvent(table_->viewport(), &wheel);
            QTest::qWait(2);
        }
        QVERIFY(table_->verticalScrollBar()->value() > 1000);
    }
    void page_down_held() {
        table_->setFocus();
        for (int press = 0; press < 600; ++press) {
            QTest::keyClick(table_, Qt::Key_PageDown);
            QTest::qWait(2);
        }
        QVERIFY(model_->rowCount() > 5000);
    }
    /// To the end of what is there, again and again: more comes each time, until all of the million has been there.
    void to_the_end_of_all() {
        QElapsedTimer time;
        time.start();
        while (model_->canFetchMore({}) || model_->rowCount() < *model_->total()) {
            table_->verticalScrollBar()->setValue(table_->verticalScrollBar()->maximum());
            if (!QTest::qWaitFor(
                    [&] {
                        return !model_->canFetchMore({}) ||
                               table_->verticalScrollBar()->value() < table_->verticalScrollBar()->maximum();
                    },
                    patience))
                break;
            if (time.elapsed() > 200'000) break;
            QTest::qWait(0);
        }
        qInfo("%d rows after %lld s", model_->rowCount(), time.elapsed() / 1000);
        QVERIFY(model_->rowCount() > 100'000);
    }
    void the_bar_is_dragged_up_and_down() {
        QScrollBar &bar = *table_->verticalScrollBar();
        for (int step = 0; step < 300; ++step) {
            double const part = std::abs(std::sin(step / 17.0));
            bar.setValue(static_cast<int>(part * bar.maximum()));
            QTest::qWait(3);
        }
        bar.setValue(bar.maximum() / 2);
        int const row = table_->rowAt(20);
        QTRY_VERIFY_WITH_TIMEOUT(!model_->idAt(row).isEmpty(), patience);
    }
    void home() {
        QTest::keyClick(table_, Qt::Key_Home, Qt::ControlModifier);
        QTRY_VERIFY_WITH_TIMEOUT(!model_->idAt(0).isEmpty(), patience);
    }

  private:
    QTemporaryDir folder_;
    Server server_;
    Workspace workspace_{server_};
    std::unique_ptr<LocalStore> store_;
    std::unique_ptr<MainWindow> window_;
    QTableView *table_ = nullptr;
    RecordListModel *model_ = nullptr;
    std::unique_ptr<LoopWatch> watch_;
};

QTEST_MAIN(Million)
#include "million.moc"
