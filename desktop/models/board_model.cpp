#include "desktop/models/board_model.h"

#include <QDateTime>
#include <QMimeData>

#include <algorithm>

namespace kontor::desktop {

namespace {

constexpr auto cardType = "application/x-kontor-opportunity";
constexpr int changedDelay = 100;   // ms: a flurry of news is one question
constexpr int changedAtOnce = 100;  // more than that, and the whole board is asked for

QString idOf(const QJsonObject &record) { return record["id"].toString(); }

}  // namespace

StageModel::StageModel(BoardModel &board, const QJsonObject &stage)
    : board_(board), stageId_(stage["id"].toString()), name_(lineOf(stage["name"].toString())),
      category_(stage["category"].toString()), guidance_(stage["guidance"].toString()),
      rottingDays_(stage["rottingDays"].toInteger()) {}

QString StageModel::idAt(int row) const {
    return row >= 0 && row < rowCount() ? idOf(cards_[static_cast<std::size_t>(row)].record) : QString();
}

int StageModel::rowOf(const QString &id) const {
    auto const found = std::ranges::find_if(cards_, [&](const Card &card) { return idOf(card.record) == id; });
    return found == cards_.end() ? -1 : static_cast<int>(found - cards_.begin());
}

qint64 StageModel::rotting() const {
    return rottingElsewhere_ + std::ranges::count_if(cards_, [this](const Card &card) {
               return rottingDays_ > 0 && daysHere(card.record) > rottingDays_;
           });
}

int StageModel::rowCount(const QModelIndex &parent) const {
    return parent.isValid() ? 0 : static_cast<int>(cards_.size());
}

QVariant StageModel::data(const QModelIndex &index, int role) const {
    if (!index.isValid() || index.row() >= rowCount()) return {};
    const Card &card = cards_[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        return lineOf(card.record["name"].toString());
    case Qt::AccessibleTextRole:
    case Qt::ToolTipRole:
        return spokenText(card);
    case idRole:
        return idOf(card.record);
    case recordRole:
        return card.record;
    case daysRole:
        return daysHere(card.record);
    case rottingRole:
        return rottingDays_ > 0 && daysHere(card.record) > rottingDays_;
    case pendingRole:
        return card.isPending;
    default:
        return {};
    }
}

/// All of a card in a sentence: what a screen reader says, and what is too long for the card.
QString StageModel::spokenText(const Card &card) const {
    QLocale const locale;
    QStringList parts{lineOf(card.record["name"].toString())};
    auto const say = [&](const QString &text) {
        if (!text.isEmpty()) parts.append(text);
    };
    say(lineOf(card.record["accountName"].toString()));
    if (card.record["amount"].isString()) {
        say(moneyText(decimalOf(card.record["amount"]), card.record["currency"].toString(), locale));
    }
    QDate const closes = QDate::fromString(card.record["closeDate"].toString(), Qt::ISODate);
    if (closes.isValid()) say(tr("Closes on %1").arg(locale.toString(closes, QLocale::ShortFormat)));
    QString const next = lineOf(card.record["nextStep"].toString());
    if (!next.isEmpty()) say(tr("Next: %1").arg(next));
    qint64 const days = daysHere(card.record);
    bool const isRotting = rottingDays_ > 0 && days > rottingDays_;
    QString const since = locale.toString(QDate::currentDate().addDays(-days), QLocale::ShortFormat);
    say(isRotting ? tr("In this stage since %1, longer than it should be").arg(since)
                  : tr("In this stage since %1").arg(since));
    return parts.join('\n');
}

Qt::ItemFlags StageModel::flags(const QModelIndex &index) const {
    if (!index.isValid()) return Qt::ItemIsDropEnabled;
    Qt::ItemFlags const common = Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemNeverHasChildren;
    return data(index, pendingRole).toBool() ? common : common | Qt::ItemIsDragEnabled;
}

QStringList StageModel::mimeTypes() const { return {cardType}; }

QMimeData *StageModel::mimeData(const QModelIndexList &indexes) const {
    if (indexes.isEmpty()) return nullptr;
    auto data = std::make_unique<QMimeData>();
    data->setData(cardType, idAt(indexes[0].row()).toUtf8());
    return data.release();
}

bool StageModel::canDropMimeData(const QMimeData *data, Qt::DropAction action, int, int, const QModelIndex &) const {
    return action == Qt::MoveAction && data != nullptr && data->hasFormat(cardType);
}

bool StageModel::dropMimeData(const QMimeData *data, Qt::DropAction action, int row, int column,
                              const QModelIndex &parent) {
    if (!canDropMimeData(data, action, row, column, parent)) return false;
    QString const id = QString::fromUtf8(data->data(cardType));
    int const before = row < 0 ? rowCount() : row;
    // The view that the card was dragged from is still busy with the drag: the rows must not change under it.
    QTimer::singleShot(0, &board_, [this, id, before] { board_.move(id, stageId_, before); });
    return true;
}

void StageModel::fill(const QJsonObject &column, std::vector<Card> cards) {
    beginResetModel();
    cards_ = std::move(cards);
    name_ = column["name"].toString(name_);
    category_ = column["category"].toString(category_);
    count_ = column["count"].toInteger();
    total_ = decimalOf(column["amountBase"]);
    weighted_ = decimalOf(column["weightedAmount"]);
    rottingElsewhere_ = 0;
    // The server has counted all of them; the cards in hand are counted as time goes on.
    if (static_cast<qint64>(cards_.size()) < count_) {
        rottingElsewhere_ = std::max<qint64>(0, column["rotting"].toInteger() - rotting());
    }
    endResetModel();
    Q_EMIT totalsChanged();
}

void StageModel::add(const QJsonObject &record, int sign) {
    Decimal const factor(sign, 0);
    count_ += sign;
    total_ = total_ + decimalOf(record["amountBase"]) * factor;
    weighted_ = weighted_ + decimalOf(record["weightedAmount"]) * factor;
}

void StageModel::insert(int row, const Card &card) {
    int const at = std::clamp(row, 0, rowCount());
    beginInsertRows({}, at, at);
    cards_.insert(cards_.begin() + at, card);
    add(card.record, 1);
    endInsertRows();
    Q_EMIT totalsChanged();
}

StageModel::Card StageModel::take(int row) {
    beginRemoveRows({}, row, row);
    Card const card = cards_[static_cast<std::size_t>(row)];
    cards_.erase(cards_.begin() + row);
    add(card.record, -1);
    endRemoveRows();
    Q_EMIT totalsChanged();
    return card;
}

void StageModel::replace(int row, const QJsonObject &record) {
    Card &card = cards_[static_cast<std::size_t>(row)];
    add(card.record, -1);
    card.record = record;
    add(card.record, 1);
    Q_EMIT dataChanged(index(row), index(row));
    Q_EMIT totalsChanged();
}

void StageModel::setPending(int row, bool isPending) {
    cards_[static_cast<std::size_t>(row)].isPending = isPending;
    Q_EMIT dataChanged(index(row), index(row));
}

int StageModel::rowFor(const QJsonObject &record) const {
    QString const position = record["boardPosition"].toString();
    auto const after = std::ranges::find_if(cards_, [&](const Card &card) {
        return !card.isPending && card.record["boardPosition"].toString() > position;
    });
    return static_cast<int>(after - cards_.begin());
}

qint64 StageModel::daysHere(const QJsonObject &record) const {
    QDateTime const since = QDateTime::fromString(record["stageSince"].toString(), Qt::ISODateWithMs);
    return since.isValid() ? std::max<qint64>(0, since.daysTo(QDateTime::currentDateTimeUtc())) : 0;
}

BoardModel::BoardModel(Workspace &workspace, QObject *parent) : QObject(parent), workspace_(workspace) {
    changedTimer_.setSingleShot(true);
    changedTimer_.setInterval(changedDelay);
    connect(&changedTimer_, &QTimer::timeout, this, &BoardModel::fetchChanged);
    connect(&workspace_, &Workspace::recordChanged, this, &BoardModel::noteChange);
    connect(&workspace_, &Workspace::outdated, this, [this] {
        if (!pipelineId_.isEmpty()) reload();
    });
    workspace_.server().send({.path = "currencies", .query = {{"filter", "isBase = true"}}}, this,
                             [this](const Answer &answer) {
                                 if (!answer.ok() || answer.records().isEmpty()) return;
                                 baseCurrency_ = answer.records()[0]["code"].toString();
                                 for (const auto &column : columns_) Q_EMIT column->totalsChanged();
                             });
}

BoardModel::~BoardModel() = default;

StageModel *BoardModel::column(int index) const {
    return index >= 0 && index < columnCount() ? columns_[static_cast<std::size_t>(index)].get() : nullptr;
}

StageModel *BoardModel::stage(const QString &stageId) const {
    auto const found = std::ranges::find_if(columns_, [&](const auto &column) { return column->stageId() == stageId; });
    return found == columns_.end() ? nullptr : found->get();
}

StageModel *BoardModel::stageOfCard(const QString &id) const {
    auto const found = std::ranges::find_if(columns_, [&](const auto &column) { return column->rowOf(id) >= 0; });
    return found == columns_.end() ? nullptr : found->get();
}

int BoardModel::indexOf(const StageModel *column) const {
    auto const found = std::ranges::find_if(columns_, [&](const auto &each) { return each.get() == column; });
    return found == columns_.end() ? -1 : static_cast<int>(found - columns_.begin());
}

bool BoardModel::isEmpty() const {
    return std::ranges::all_of(columns_, [](const auto &column) { return column->rowCount() == 0; });
}

void BoardModel::load(const QString &pipelineId, const QString &filter, QDate closedSince) {
    pipelineId_ = pipelineId;
    filter_ = filter;
    closedSince_ = closedSince;
    if (pipelineId.isEmpty()) return;
    quint64 const number = ++loading_;
    Q_EMIT loading();
    Call stages;
    stages.path = "stages";
    stages.query = {{"filter", "pipelineId = " + filterText(pipelineId)}, {"limit", "200"}};
    workspace_.server().send(stages, this, [this, number](const Answer &answer) {
        if (number != loading_) return;
        QHash<QString, QJsonObject> byId;
        if (answer.ok()) {
            for (const QJsonObject &stage : answer.records()) byId.insert(idOf(stage), stage);
        }
        Call board;
        board.path = "pipelines/" + pipelineId_ + "/board";
        if (!filter_.isEmpty()) board.query.append({"filter", filter_});
        if (closedSince_.isValid()) board.query.append({"closedSince", closedSince_.toString(Qt::ISODate)});
        workspace_.server().send(board, this, [this, number, byId](const Answer &came) {
            if (number != loading_) return;
            if (came.ok()) {
                show(came.body, byId);
            } else {
                Q_EMIT failed(*came.problem);
            }
        });
    });
}

void BoardModel::show(const QJsonObject &board, const QHash<QString, QJsonObject> &stages) {
    QHash<QString, std::vector<StageModel::Card>> cards;
    for (const auto &value : board["card"].toArray()) {
        QJsonObject const record = value.toObject();
        if (!idOf(record).isEmpty()) cards[record["stageId"].toString()].push_back({record, false});
    }
    std::vector<std::unique_ptr<StageModel>> before = std::exchange(columns_, {});
    for (const auto &value : board["column"].toArray()) {
        QJsonObject const column = value.toObject();
        QString const id = column["stageId"].toString();
        // A stage that is on the screen keeps its model, and so its selection and its place.
        auto const kept = std::ranges::find_if(before, [&](const auto &each) { return each && each->stageId() == id; });
        if (kept != before.end()) {
            columns_.push_back(std::move(*kept));
        } else {
            QJsonObject stage = stages.value(id);
            stage["id"] = id;
            columns_.push_back(std::make_unique<StageModel>(*this, stage));
        }
        columns_.back()->fill(column, std::move(cards[id]));
    }
    Q_EMIT loaded();
}

void BoardModel::move(const QString &id, const QString &stageId, int row) {
    StageModel *const from = stageOfCard(id);
    StageModel *const to = stage(stageId);
    if (from == nullptr || to == nullptr || isMoving(id)) return;
    int const was = from->rowOf(id);
    if (from == to && (row == was || row == was + 1)) return;
    QString const above = to->idAt(row - 1);
    start({id, stageId, above, from->stageId(), from->idAt(was - 1), {}, false});
}

void BoardModel::start(const BoardMove &move) {
    StageModel *const from = stageOfCard(move.id);
    StageModel *const to = stage(move.stageId);
    if (from == nullptr || to == nullptr) return;
    StageModel::Card card = from->take(from->rowOf(move.id));
    card.isPending = true;
    to->insert(move.aboveId.isEmpty() ? 0 : to->rowOf(move.aboveId) + 1, card);
    Q_EMIT moved(move.id, move.stageId);
    waiting_.append(move);
    sendNext();
}

/// One at a time: a move may be under a card that has been moved just before.
void BoardModel::sendNext() {
    if (isUnderWay_ || waiting_.isEmpty()) return;
    BoardMove const move = waiting_.first();
    StageModel *const stage = stageOfCard(move.id);
    if (stage == nullptr) {  // deleted meanwhile, or another pipeline is shown
        waiting_.removeFirst();
        sendNext();
        return;
    }
    isUnderWay_ = true;
    QJsonObject const before = stage->cards_[static_cast<std::size_t>(stage->rowOf(move.id))].record;
    QJsonObject body{{"opportunityId", move.id}, {"stageId", move.stageId}, {"version", before["version"].toInteger()}};
    if (!move.aboveId.isEmpty()) body["afterId"] = move.aboveId;
    if (!move.fields.isEmpty()) body["fields"] = move.fields;
    workspace_.server().send({.method = "POST", .path = "opportunities/move", .body = body}, this,
                             [this, move, before](const Answer &answer) { answered(move, before, answer); });
}

void BoardModel::answered(const BoardMove &move, const QJsonObject &before, const Answer &answer) {
    isUnderWay_ = false;
    if (!waiting_.isEmpty()) waiting_.removeFirst();
    if (answer.ok()) {
        StageModel *const stage = stageOfCard(move.id);
        if (stage != nullptr && idOf(answer.body) == move.id) {
            int const row = stage->rowOf(move.id);
            stage->setPending(row, false);
            if (stage->stageId() == answer.body["stageId"].toString()) {
                stage->replace(row, answer.body);
            } else {  // the board was loaded anew in between
                showRecord(answer.body);
            }
        }
        workspace_.announceChange("Opportunity", move.id, answer.body["version"].toInteger());
        Q_EMIT saved(move, before);
    } else {
        QList<FieldProblem> wanted;
        const EntityDescription *const entity = workspace_.descriptions().entity("Opportunity");
        for (FieldProblem field : answer.problem->fields) {
            if (field.pointer.startsWith("/fields/")) field.pointer.remove(0, QString("/fields").size());
            const FieldDescription *const known = entity != nullptr ? entity->field(field.pointer.mid(1)) : nullptr;
            bool const isPlace = field.pointer == "/stageId" || field.pointer == "/pipelineId";
            if (known != nullptr && !isPlace && known->writable == Writable::always) wanted.append(field);
        }
        if (!wanted.isEmpty() && stageOfCard(move.id) != nullptr) {
            asked_.insert(move.id);
            Q_EMIT fieldsWanted(move, wanted);
        } else {
            putBack(move);
            QString const why =
                answer.problem->code == "CONFLICT_VERSION"
                    ? tr("somebody else has changed it. It has been brought up to date")
                    : QString(answer.problem->detail.isEmpty() ? answer.problem->title : answer.problem->detail);
            QStringList details;
            for (const FieldProblem &field : answer.problem->fields) details.append(field.detail);
            Q_EMIT refused(tr("%1 was not moved: %2")
                               .arg(before["name"].toString(), details.isEmpty() ? why : details.join(", ")));
            if (answer.problem->kind == Problem::Kind::refused) {
                changed_.insert(move.id);
                changedTimer_.start();
            }
        }
    }
    if (changed_.contains(move.id)) changedTimer_.start();
    sendNext();
}

void BoardModel::moveWith(const BoardMove &move, const QJsonObject &fields) {
    if (!asked_.remove(move.id)) return;
    BoardMove again = move;
    for (auto field = fields.begin(); field != fields.end(); ++field) again.fields[field.key()] = field.value();
    waiting_.append(again);
    sendNext();
}

void BoardModel::giveUp(const BoardMove &move) {
    if (asked_.remove(move.id)) putBack(move);
}

void BoardModel::undo(const BoardMove &move, const QJsonObject &before) {
    StageModel *const now = stageOfCard(move.id);
    StageModel *const origin = stage(move.fromStageId);
    if (now == nullptr || origin == nullptr || isMoving(move.id)) return;
    BoardMove back{move.id, move.fromStageId, move.fromAboveId, now->stageId(), now->idAt(now->rowOf(move.id) - 1), {},
                   true};
    for (const QString &field : move.fields.keys()) {
        back.fields[field] = before.contains(field) ? before[field] : QJsonValue(QJsonValue::Null);
    }
    if (!back.aboveId.isEmpty() && origin->rowOf(back.aboveId) < 0) {
        back.aboveId = origin->idAt(origin->rowFor(before) - 1);
    }
    start(back);
}

void BoardModel::putBack(const BoardMove &move) {
    StageModel *const now = stageOfCard(move.id);
    StageModel *const origin = stage(move.fromStageId);
    if (now == nullptr || origin == nullptr) return;
    StageModel::Card card = now->take(now->rowOf(move.id));
    card.isPending = false;
    int const above = move.fromAboveId.isEmpty() ? -1 : origin->rowOf(move.fromAboveId);
    bool const isAboveGone = above < 0 && !move.fromAboveId.isEmpty();
    origin->insert(isAboveGone ? origin->rowFor(card.record) : above + 1, card);
    Q_EMIT moved(move.id, move.fromStageId);
}

bool BoardModel::isMoving(const QString &id) const {
    return asked_.contains(id) || std::ranges::any_of(waiting_, [&](const BoardMove &move) { return move.id == id; });
}

void BoardModel::noteChange(const QString &entity, const QString &id, qint64 version, bool isDeleted) {
    if (entity != "Opportunity" || pipelineId_.isEmpty()) return;
    if (isDeleted) {
        drop(id);
        return;
    }
    const StageModel *const shown = stageOfCard(id);
    if (shown != nullptr) {
        QJsonObject const record = shown->cards_[static_cast<std::size_t>(shown->rowOf(id))].record;
        if (version > 0 && record["version"].toInteger() >= version) return;
    }
    changed_.insert(id);
    changedTimer_.start();
}

QString BoardModel::wholeFilter() const {
    QString filter = "pipelineId = " + filterText(pipelineId_) + " AND ";
    filter += closedSince_.isValid() ? "(category = \"open\" OR closedAt >= " + closedSince_.toString(Qt::ISODate) + ")"
                                     : QString("category = \"open\"");
    if (!filter_.isEmpty()) filter += " AND (" + filter_ + ")";
    return filter;
}

void BoardModel::fetchChanged() {
    QStringList ids;
    for (const QString &id : std::as_const(changed_)) {
        if (!isMoving(id)) ids.append(id);
    }
    for (const QString &id : ids) changed_.remove(id);
    if (ids.isEmpty()) return;
    if (ids.size() > changedAtOnce) {
        reload();
        return;
    }
    QStringList quoted;
    for (const QString &id : ids) quoted.append(filterText(id));
    Call call;
    call.path = "opportunities";
    call.query = {{"filter", "id IN (" + quoted.join(", ") + ") AND " + wholeFilter()},
                  {"limit", QString::number(changedAtOnce)}};
    workspace_.server().send(call, this, [this, ids, number = loading_](const Answer &answer) {
        if (!answer.ok() || number != loading_) return;
        QSet<QString> gone(ids.begin(), ids.end());
        for (const QJsonObject &record : answer.records()) {
            gone.remove(idOf(record));
            if (!isMoving(idOf(record))) showRecord(record);
        }
        for (const QString &id : gone) drop(id);
    });
}

/// Brings a card to what it is on the server, be it here, elsewhere on the board or new.
void BoardModel::showRecord(const QJsonObject &record) {
    StageModel *const now = stageOfCard(idOf(record));
    StageModel *const to = stage(record["stageId"].toString());
    if (now != nullptr) {
        int const row = now->rowOf(idOf(record));
        QJsonObject const shown = now->cards_[static_cast<std::size_t>(row)].record;
        if (shown["version"].toInteger() > record["version"].toInteger()) return;
        if (now == to && shown["boardPosition"] == record["boardPosition"]) {
            now->replace(row, record);
            return;
        }
        now->take(row);
    }
    if (to != nullptr) to->insert(to->rowFor(record), {record, false});
}

void BoardModel::drop(const QString &id) {
    StageModel *const stage = stageOfCard(id);
    if (stage != nullptr && !isMoving(id)) stage->take(stage->rowOf(id));
}

}  // namespace kontor::desktop
