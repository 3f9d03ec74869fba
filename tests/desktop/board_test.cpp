// The pipeline board against a real server: totals, moves by key and by dropping, what a stage asks for, refusals,
// undo, changes by others, and two thousand cards.

#include "demo.h"
#include "loop_watch.h"

#include "desktop/views/board_view.h"
#include "desktop/views/stage_column.h"

#include <QApplication>
#include <QDialog>
#include <QDialogButtonBox>
#include <QDropEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMimeData>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTest>
#include <QUuid>

using namespace kontor::desktop;

namespace {

constexpr int patience = 15'000;  // ms that the server may take

}  // namespace

class BoardTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void totalsAreExact();
    void amountsAreWrittenByLocale();
    void arrowsSelectAcrossColumns();
    void keysMoveACardToTheNextStage();
    void keysMoveACardWithinItsStage();
    void aDroppedCardGoesUnderTheOneAbove();
    void aCardIsDroppedWhereThePointerIs();
    void undoTakesAMoveBack();
    void aStageAsksForWhatItNeeds();
    void givingUpPutsTheCardBack();
    void losingAsksWhy();
    void aMoveOfAnOldVersionIsPutBack();
    void manyMovesInARowAllArrive();
    void changesOfOthersAreShown();
    void aFilterIsAppliedOrItsFaultIsTold();
    void twoThousandCardsDoNotBlock();
    void aLyingServerDoesNoHarm();

  private:
    Answer ask(Call call);
    QString create(const QString &collection, const QJsonObject &record);
    QJsonObject read(const QString &id);
    QString addCard(const QString &name, const QString &stage, const QString &amount, const QJsonObject &more = {});
    void open();
    [[nodiscard]] StageModel &stage(const QString &id) const { return *view_->model().stage(id); }
    [[nodiscard]] StageList &list(const QString &name) const { return *view_->findChild<StageList *>("stage-" + name); }
    void focus(const QString &stageName, int row);

    QTemporaryDir settings_;
    LoopWatch watch_;
    Server server_;
    std::unique_ptr<Workspace> workspace_;
    std::unique_ptr<BoardView> view_;
    QString pipeline_, first_, second_, asking_, lost_;
    QStringList said_;
    std::function<void()> undo_;
};

void BoardTest::initTestCase() {
    QVERIFY2(qEnvironmentVariableIsSet("KONTOR_URL"), "KONTOR_URL and KONTOR_API_KEY name the server");
    QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, settings_.path());
    QCoreApplication::setOrganizationName("KontorTest");
    QLocale::setDefault(QLocale("de_DE"));
    useDemo(server_);
    workspace_ = std::make_unique<Workspace>(server_);
    connect(workspace_.get(), &Workspace::said, this, [this](const QString &text, const std::function<void()> &undo) {
        said_.append(text);
        undo_ = undo;
    });
    QSignalSpy ready(workspace_.get(), &Workspace::ready);
    workspace_->load();
    QVERIFY(ready.wait(patience));
}

/// Each test has a pipeline of its own.
void BoardTest::init() {
    watch_.begin();
    said_.clear();
    undo_ = {};
    pipeline_ = create("pipelines", {{"name", "Test " + QUuid::createUuid().toString()}, {"isActive", true}});
    auto const addStage = [&](const QString &name, int position, const QString &category, const QJsonArray &wants) {
        return create("stages", {{"pipelineId", pipeline_},
                                 {"name", name},
                                 {"position", position},
                                 {"category", category},
                                 {"probability", 10 * position},
                                 {"requirements", wants}});
    };
    first_ = addStage("First", 1, "open", {});
    second_ = addStage("Second", 2, "open", {});
    asking_ = addStage("Asking", 3, "open",
                       {QJsonObject{{"filter", "nextStep:*"}, {"field", "nextStep"}, {"message", "What comes next?"}}});
    lost_ = addStage("Gone", 4, "lost", {});
}

void BoardTest::cleanup() {
    QVERIFY2(watch_.isQuick(), watch_.told());
    view_.reset();
}

Answer BoardTest::ask(Call call) {
    std::optional<Answer> came;
    call.timeoutSeconds = patience / 1000;
    server_.send(call, this, [&](const Answer &answer) { came = answer; });
    [&] { QTRY_VERIFY_WITH_TIMEOUT(came.has_value(), patience); }();
    return came.value_or(Answer{});
}

QString BoardTest::create(const QString &collection, const QJsonObject &record) {
    Answer const answer = ask({.method = "POST", .path = collection, .body = record});
    if (!answer.ok()) qWarning("%s: %s", qPrintable(collection), qPrintable(answer.problem->detail));
    return answer.body["id"].toString();
}

QJsonObject BoardTest::read(const QString &id) { return ask({.path = "opportunities/" + id}).body; }

QString BoardTest::addCard(const QString &name, const QString &stageId, const QString &amount,
                           const QJsonObject &more) {
    QJsonObject record{{"name", name},       {"pipelineId", pipeline_},
                       {"stageId", stageId}, {"amount", amount},
                       {"currency", "EUR"},  {"closeDate", QDate::currentDate().addDays(30).toString(Qt::ISODate)}};
    for (auto member = more.begin(); member != more.end(); ++member) record[member.key()] = member.value();
    return create("opportunities", record);
}

void BoardTest::open() {
    QSettings().setValue("board/pipeline", pipeline_);
    view_ = std::make_unique<BoardView>(*workspace_, nullptr);
    view_->resize(1200, 700);
    view_->show();
    QSignalSpy loaded(&view_->model(), &BoardModel::loaded);
    QVERIFY(loaded.wait(patience));
    view_->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(view_.get()));
    QTRY_COMPARE_WITH_TIMEOUT(view_->model().baseCurrency(), QString("EUR"), patience);
}

void BoardTest::focus(const QString &stageName, int row) {
    StageList &cards = list(stageName);
    cards.setFocus();
    cards.setCurrentIndex(cards.model()->index(row, 0));
    QVERIFY(cards.hasFocus());
}

void BoardTest::totalsAreExact() {
    // As binary fractions, 0.10 three times is not 0.30.
    for (int number = 0; number < 3; ++number) addCard("Deal", first_, "0.10");
    addCard("Deal", first_, "123456789012.34");
    open();
    QCOMPARE(stage(first_).count(), 4);
    QCOMPARE(QString::fromStdString(stage(first_).total().rounded(2).toString()), QString("123456789012.64"));
    QCOMPARE(stage(second_).count(), 0);
    QCOMPARE(view_->findChild<QLabel *>("total")->text(), QString("123.456.789.012,64") + QChar::Nbsp + "EUR");
}

void BoardTest::amountsAreWrittenByLocale() {
    using kontor::Decimal;
    QCOMPARE(moneyText(*Decimal::parse("-1234567.5"), "EUR", QLocale("en_US")), QString("-1,234,567.50\u00a0EUR"));
    QCOMPARE(moneyText(*Decimal::parse("0.0050"), "EUR", QLocale("de_DE")), QString("0,005\u00a0EUR"));
    QCOMPARE(moneyText(*Decimal::parse("-0.50"), "", QLocale("en_US")), QString("-0.50"));
    QCOMPARE(decimalText(*Decimal::parse("123456"), 0, QLocale("en_IN")), QLocale("en_IN").toString(123456));
    QCOMPARE(decimalText(*Decimal::parse("12.5"), 2, QLocale("ar_EG")), QLocale("ar_EG").toString(12.5, 'f', 2));
    QCOMPARE(decimalOf(QJsonValue(12.5)), Decimal());
    QCOMPARE(decimalOf(QJsonValue("money")), Decimal());
}

void BoardTest::arrowsSelectAcrossColumns() {
    addCard("One", first_, "1");
    addCard("Two", asking_, "1", {{"nextStep", "Call"}});
    open();
    focus("First", 0);
    QTest::keyClick(&list("First"), Qt::Key_Right);  // the empty column between is left out
    QVERIFY(list("Asking").hasFocus());
    QCOMPARE(list("Asking").currentIndex().data().toString(), QString("Two"));
    QTest::keyClick(&list("Asking"), Qt::Key_Left);
    QVERIFY(list("First").hasFocus());
    QSignalSpy opened(workspace_.get(), &Workspace::openRequested);
    QTest::keyClick(&list("First"), Qt::Key_Return);
    QCOMPARE(opened.size(), 1);
    QCOMPARE(opened[0][0].toString(), QString("Opportunity"));
}

void BoardTest::keysMoveACardToTheNextStage() {
    QString const id = addCard("Mover", first_, "1000.50");
    open();
    focus("First", 0);
    QSignalSpy saved(&view_->model(), &BoardModel::saved);
    QTest::keyClick(&list("First"), Qt::Key_Right, Qt::ControlModifier);
    QCOMPARE(stage(second_).rowOf(id), 0);  // at once
    QCOMPARE(stage(first_).count(), 0);
    QCOMPARE(QString::fromStdString(stage(second_).total().rounded(2).toString()), QString("1000.50"));
    QVERIFY(saved.wait(patience));
    QCOMPARE(read(id)["stageId"].toString(), second_);
    // The stage's probability is 20 percent: the weight is the server's.
    QCOMPARE(QString::fromStdString(stage(second_).weighted().rounded(2).toString()), QString("200.10"));
    QVERIFY(list("Second").hasFocus());
}

void BoardTest::keysMoveACardWithinItsStage() {
    QString const a = addCard("A", first_, "1");
    QString const b = addCard("B", first_, "1");
    open();
    QCOMPARE(stage(first_).rowOf(a), 0);
    focus("First", 0);
    QSignalSpy saved(&view_->model(), &BoardModel::saved);
    QTest::keyClick(&list("First"), Qt::Key_Down, Qt::ControlModifier);
    QCOMPARE(stage(first_).rowOf(a), 1);
    QVERIFY(saved.wait(patience));
    QVERIFY(read(a)["boardPosition"].toString() > read(b)["boardPosition"].toString());
    QTest::keyClick(&list("First"), Qt::Key_Up, Qt::ControlModifier);
    QVERIFY(saved.wait(patience));
    QVERIFY(read(a)["boardPosition"].toString() < read(b)["boardPosition"].toString());
}

void BoardTest::aDroppedCardGoesUnderTheOneAbove() {
    QString const moved = addCard("Dropped", first_, "1");
    QString const above = addCard("Above", second_, "1");
    QString const below = addCard("Below", second_, "1");
    open();
    std::unique_ptr<QMimeData> const data(stage(first_).mimeData({stage(first_).index(0)}));
    QMimeData foreign;
    foreign.setText("something else");
    QVERIFY(!stage(second_).canDropMimeData(&foreign, Qt::MoveAction, 1, 0, {}));
    QSignalSpy saved(&view_->model(), &BoardModel::saved);
    QVERIFY(stage(second_).dropMimeData(data.get(), Qt::MoveAction, 1, 0, {}));
    QVERIFY(saved.wait(patience));
    QCOMPARE(stage(second_).rowOf(moved), 1);
    QString const position = read(moved)["boardPosition"].toString();
    QVERIFY(read(above)["boardPosition"].toString() < position);
    QVERIFY(position < read(below)["boardPosition"].toString());
}

void BoardTest::aCardIsDroppedWhereThePointerIs() {
    QString const moved = addCard("Dragged", first_, "1");
    addCard("Above", second_, "1");
    addCard("Below", second_, "1");
    open();
    // As the window system would: enter, move, drop. The drag itself is the window system's.
    std::unique_ptr<QMimeData> const data(stage(first_).mimeData({stage(first_).index(0)}));
    QWidget *const to = list("Second").viewport();
    QRect const above = list("Second").visualRect(stage(second_).index(0));
    QPoint const end(above.center().x(), above.bottom() - 1);
    QDragEnterEvent enter(end, Qt::MoveAction, data.get(), Qt::LeftButton, {});
    QDragMoveEvent over(end, Qt::MoveAction, data.get(), Qt::LeftButton, {});
    QDropEvent drop(end, Qt::MoveAction, data.get(), Qt::LeftButton, {});
    QSignalSpy saved(&view_->model(), &BoardModel::saved);
    QCoreApplication::sendEvent(to, &enter);
    QVERIFY(enter.isAccepted());
    QCoreApplication::sendEvent(to, &over);
    QVERIFY(over.isAccepted());
    QCoreApplication::sendEvent(to, &drop);
    QVERIFY(saved.wait(patience));
    QCOMPARE(stage(second_).rowOf(moved), 1);
    QCOMPARE(read(moved)["stageId"].toString(), second_);
}

void BoardTest::undoTakesAMoveBack() {
    QString const id = addCard("There and back", first_, "5");
    open();
    QSignalSpy saved(&view_->model(), &BoardModel::saved);
    view_->model().move(id, second_, 0);
    QVERIFY(saved.wait(patience));
    QVERIFY(undo_);
    undo_();
    QVERIFY(saved.wait(patience));
    QCOMPARE(stage(first_).rowOf(id), 0);
    QCOMPARE(read(id)["stageId"].toString(), first_);
    QVERIFY(!undo_);  // an undo is not undone again
}

void BoardTest::aStageAsksForWhatItNeeds() {
    QString const id = addCard("Asked", first_, "5");
    open();
    QSignalSpy saved(&view_->model(), &BoardModel::saved);
    view_->model().move(id, asking_, 0);
    QTRY_VERIFY_WITH_TIMEOUT(view_->findChild<QDialog *>("stageFields") != nullptr, patience);
    auto *const dialog = view_->findChild<QDialog *>("stageFields");
    auto *const accept = dialog->findChild<QDialogButtonBox *>()->button(QDialogButtonBox::Ok);
    QVERIFY(!accept->isEnabled());  // nothing given yet
    auto *const editor = dialog->findChild<QWidget *>("field-nextStep");
    QVERIFY(editor != nullptr);
    editor->setFocus();
    QWidget *const input = dialog->focusWidget();
    QVERIFY(input != nullptr);
    QTest::keyClicks(input, "Visit them");
    QTRY_VERIFY(accept->isEnabled());
    QTest::mouseClick(accept, Qt::LeftButton);
    QVERIFY(saved.wait(patience));
    QJsonObject const now = read(id);
    QCOMPARE(now["stageId"].toString(), asking_);
    QCOMPARE(now["nextStep"].toString(), QString("Visit them"));
    undo_();
    QVERIFY(saved.wait(patience));
    QVERIFY(!read(id).contains("nextStep"));
}

void BoardTest::givingUpPutsTheCardBack() {
    QString const other = addCard("Other", first_, "5");
    QString const id = addCard("Stays", first_, "5");
    open();
    view_->model().move(id, asking_, 0);
    QCOMPARE(stage(asking_).rowOf(id), 0);
    QTRY_VERIFY_WITH_TIMEOUT(view_->findChild<QDialog *>("stageFields") != nullptr, patience);
    view_->findChild<QDialog *>("stageFields")->reject();
    QCOMPARE(stage(first_).rowOf(id), 1);
    QCOMPARE(stage(first_).rowOf(other), 0);
    QCOMPARE(stage(first_).count(), 2);
    QCOMPARE(stage(asking_).count(), 0);
    QCOMPARE(read(id)["stageId"].toString(), first_);
}

void BoardTest::losingAsksWhy() {
    QString const reason = ask({.path = "lostReasons", .query = {{"limit", "1"}}}).records().value(0)["id"].toString();
    QVERIFY(!reason.isEmpty());
    QString const id = addCard("Loser", first_, "5");
    open();
    QSignalSpy wanted(&view_->model(), &BoardModel::fieldsWanted);
    QSignalSpy saved(&view_->model(), &BoardModel::saved);
    view_->model().move(id, lost_, 0);
    QVERIFY(wanted.wait(patience));
    auto const fields = wanted[0][1].value<QList<FieldProblem>>();
    QCOMPARE(fields.size(), 1);
    QCOMPARE(fields[0].pointer, QString("/lostReasonId"));
    auto *const dialog = view_->findChild<QDialog *>("stageFields");
    QVERIFY(dialog != nullptr && dialog->findChild<QWidget *>("field-lostReasonId") != nullptr);
    QVERIFY(dialog->findChild<QWidget *>("field-lostNote") != nullptr);
    view_->model().moveWith(wanted[0][0].value<BoardMove>(), {{"lostReasonId", reason}, {"lostNote", "Too dear"}});
    QVERIFY(saved.wait(patience));
    QJsonObject const now = read(id);
    QCOMPARE(now["category"].toString(), QString("lost"));
    QCOMPARE(now["lostNote"].toString(), QString("Too dear"));
    QVERIFY(undo_);
    undo_();
    QVERIFY(saved.wait(patience));
    QCOMPARE(read(id)["category"].toString(), QString("open"));
    QVERIFY(!read(id).contains("lostReasonId"));
}

void BoardTest::aMoveOfAnOldVersionIsPutBack() {
    QString const id = addCard("Old", first_, "5");
    open();
    Call change;
    change.method = "PATCH";
    change.path = "opportunities/" + id;
    change.version = 1;
    change.body = QJsonObject{{"name", "New"}};
    QVERIFY(ask(change).ok());
    QSignalSpy refused(&view_->model(), &BoardModel::refused);
    view_->model().move(id, second_, 0);
    QCOMPARE(stage(second_).rowOf(id), 0);
    QVERIFY(refused.wait(patience));
    QCOMPARE(stage(first_).rowOf(id), 0);
    QCOMPARE(said_.size(), 1);
    QTRY_COMPARE_WITH_TIMEOUT(stage(first_).index(0).data().toString(), QString("New"), patience);
    QCOMPARE(stage(first_).count(), 1);
}

void BoardTest::manyMovesInARowAllArrive() {
    QStringList ids;
    for (int number = 0; number < 5; ++number) ids.append(addCard(QString::number(number), first_, "1"));
    open();
    // None waits for the one before: each goes under a card that is itself still on its way.
    for (const QString &id : ids) view_->model().move(id, second_, stage(second_).rowCount());
    QSignalSpy saved(&view_->model(), &BoardModel::saved);
    QTRY_COMPARE_WITH_TIMEOUT(saved.size(), ids.size(), patience);
    QString before;
    for (const QString &id : ids) {
        QJsonObject const now = read(id);
        QCOMPARE(now["stageId"].toString(), second_);
        QVERIFY(now["boardPosition"].toString() > before);
        before = now["boardPosition"].toString();
    }
}

void BoardTest::changesOfOthersAreShown() {
    QString const id = addCard("Before", first_, "5");
    open();
    Call change;
    change.method = "PATCH";
    change.path = "opportunities/" + id;
    change.version = 1;
    change.body = QJsonObject{{"name", "After"}, {"stageId", second_}, {"amount", "7.25"}};
    QVERIFY(ask(change).ok());
    workspace_->announceChange("Opportunity", id, 2);
    QTRY_COMPARE_WITH_TIMEOUT(stage(second_).rowOf(id), 0, patience);
    QCOMPARE(stage(second_).index(0).data().toString(), QString("After"));
    QCOMPARE(QString::fromStdString(stage(second_).total().rounded(2).toString()), QString("7.25"));
    QCOMPARE(stage(first_).count(), 0);
    QString const late = addCard("Late", first_, "1");
    workspace_->announceChange("Opportunity", late, 1);
    QTRY_COMPARE_WITH_TIMEOUT(stage(first_).rowOf(late), 0, patience);
    workspace_->announceChange("Opportunity", id, 3, true);
    QCOMPARE(stage(second_).count(), 0);
}

void BoardTest::aFilterIsAppliedOrItsFaultIsTold() {
    addCard("Cheap", first_, "5");
    addCard("Dear", first_, "5000");
    open();
    auto *const edit = view_->findChild<QLineEdit *>("filter");
    QSignalSpy loaded(&view_->model(), &BoardModel::loaded);
    edit->setText("amount > 1000");
    QVERIFY(loaded.wait(patience));
    QCOMPARE(stage(first_).count(), 1);
    edit->setText("chea");  // no filter: words
    QVERIFY(loaded.wait(patience));
    QCOMPARE(stage(first_).count(), 1);
    QCOMPARE(stage(first_).index(0).data().toString(), QString("Cheap"));
    QSignalSpy failed(&view_->model(), &BoardModel::failed);
    edit->setText("amount >");
    QVERIFY(failed.wait(patience));
    QVERIFY(view_->findChild<QLabel *>("filterProblem")->isVisible());
    QCOMPARE(edit->text(), QString("amount >"));
    edit->clear();
    QVERIFY(loaded.wait(patience));
    QVERIFY(!view_->findChild<QLabel *>("filterProblem")->isVisible());
    QCOMPARE(stage(first_).count(), 2);
}

void BoardTest::twoThousandCardsDoNotBlock() {
    constexpr int atOnce = 200;
    for (int batch = 0; batch < 10; ++batch) {
        QJsonArray operations;
        for (int number = 0; number < atOnce; ++number) {
            QJsonObject const record{{"name", QString("Deal %1").arg(batch * atOnce + number)},
                                     {"pipelineId", pipeline_},
                                     {"stageId", number % 2 == 0 ? first_ : second_},
                                     {"amount", "10"},
                                     {"currency", "EUR"},
                                     {"closeDate", QDate::currentDate().toString(Qt::ISODate)}};
            operations.append(QJsonObject{{"op", "create"}, {"body", record}});
        }
        Answer const answer =
            ask({.method = "POST", .path = "opportunities/batch", .body = QJsonObject{{"operations", operations}}});
        QVERIFY2(answer.ok(), qPrintable(answer.problem ? answer.problem->detail : QString()));
    }
    QElapsedTimer since;
    qint64 longest = 0;
    QTimer heart;
    connect(&heart, &QTimer::timeout, this, [&] { longest = std::max(longest, since.restart()); });
    heart.start(5);
    since.start();
    open();
    QCOMPARE(stage(first_).rowCount() + stage(second_).rowCount(), 2000);
    qint64 const loading = std::exchange(longest, 0);
    StageList &cards = list("First");
    focus("First", 0);
    since.restart();
    for (int page = 0; page < 100; ++page) {
        QTest::keyClick(&cards, Qt::Key_PageDown);
        QCoreApplication::processEvents();
    }
    qint64 const scrolling = longest;
    QVERIFY2(loading < 250, qPrintable(QString("loading blocked for %1 ms").arg(loading)));
    QVERIFY2(scrolling < 100, qPrintable(QString("scrolling blocked for %1 ms").arg(scrolling)));
    qInfo("longest block: %lld ms loading, %lld ms scrolling", static_cast<long long>(loading),
          static_cast<long long>(scrolling));
}

void BoardTest::aLyingServerDoesNoHarm() {
    QTcpServer liar;
    QVERIFY(liar.listen(QHostAddress::LocalHost));
    connect(&liar, &QTcpServer::newConnection, this, [&] {
        QTcpSocket *const socket = liar.nextPendingConnection();
        connect(socket, &QTcpSocket::readyRead, socket, [socket] {
            QByteArray const asked = socket->readAll();
            QByteArray body = R"({"data":[{"id":"p","name":7,"isDefault":"yes"},5,null,[]]})";
            if (asked.contains("/board")) {
                body = R"({"column":[1,{"stageId":5},{"stageId":"s","count":"many","amountBase":12},{"stageId":"s"}],)"
                       R"("card":[null,{"id":3},{"id":"c","stageId":"s","amount":1e99,"closeDate":"soon",)"
                       R"("version":"x","stageSince":{}},{"id":"d","stageId":"nowhere"}]})";
            }
            socket->write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: " +
                          QByteArray::number(body.size()) + "\r\n\r\n" + body);
            socket->disconnectFromHost();
        });
    });
    Server server;
    server.setAddress(QUrl(QString("http://127.0.0.1:%1").arg(liar.serverPort())));
    server.setCredentials({"key", {}});
    Workspace workspace(server);
    BoardView view(workspace, nullptr);
    view.resize(900, 600);
    view.show();
    QSignalSpy loaded(&view.model(), &BoardModel::loaded);
    QVERIFY(loaded.wait(patience));
    QVERIFY(!view.grab().isNull());
    StageModel *const stage = view.model().stage("s");
    QVERIFY(stage != nullptr);
    QCOMPARE(stage->rowCount(), 1);
    view.model().move("c", "s", 5);
    view.model().move("d", "s", 0);
    view.model().move("c", "nowhere", 0);
    QVERIFY(!view.grab().isNull());
}

QTEST_MAIN(BoardTest)
#include "board_test.moc"
