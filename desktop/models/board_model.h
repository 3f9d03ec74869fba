#pragma once

// A pipeline as a board: a list model for each stage, with exact totals. Moves are shown at once and sent one after the
// other; one that is refused is put back.

#include "desktop/models/money.h"
#include "desktop/models/workspace.h"

#include <QAbstractListModel>
#include <QDate>
#include <QPointer>
#include <QTimer>

#include <memory>
#include <vector>

namespace kontor::desktop {

class BoardModel;

/// The cards of a stage, in their order.
class StageModel : public QAbstractListModel {
    Q_OBJECT
  public:
    enum Role { idRole = Qt::UserRole, recordRole, daysRole, rottingRole, pendingRole };

    StageModel(BoardModel &board, const QJsonObject &stage);

    [[nodiscard]] QString stageId() const { return stageId_; }
    [[nodiscard]] QString name() const { return name_; }
    [[nodiscard]] QString category() const { return category_; }
    [[nodiscard]] QString guidance() const { return guidance_; }
    [[nodiscard]] qint64 count() const { return count_; }
    [[nodiscard]] qint64 rotting() const;
    [[nodiscard]] const Decimal &total() const { return total_; }
    [[nodiscard]] const Decimal &weighted() const { return weighted_; }
    [[nodiscard]] QString idAt(int row) const;
    [[nodiscard]] int rowOf(const QString &id) const;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex &index) const override;
    [[nodiscard]] QStringList mimeTypes() const override;
    [[nodiscard]] QMimeData *mimeData(const QModelIndexList &indexes) const override;
    [[nodiscard]] Qt::DropActions supportedDropActions() const override { return Qt::MoveAction; }
    bool canDropMimeData(const QMimeData *data, Qt::DropAction action, int row, int column,
                         const QModelIndex &parent) const override;
    bool dropMimeData(const QMimeData *data, Qt::DropAction action, int row, int column,
                      const QModelIndex &parent) override;

  Q_SIGNALS:
    void totalsChanged();

  private:
    friend class BoardModel;
    struct Card {
        QJsonObject record;
        bool isPending = false;  ///< moved here, and the server has not said yes so far
    };

    void fill(const QJsonObject &column, std::vector<Card> cards);
    void insert(int row, const Card &card);
    Card take(int row);
    void replace(int row, const QJsonObject &record);
    void setPending(int row, bool isPending);
    void add(const QJsonObject &record, int sign);
    /// Where a card with this record belongs by its place on the server.
    [[nodiscard]] int rowFor(const QJsonObject &record) const;
    [[nodiscard]] qint64 daysHere(const QJsonObject &record) const;
    [[nodiscard]] QString spokenText(const Card &card) const;

    BoardModel &board_;
    QString stageId_;
    QString name_;
    QString category_;
    QString guidance_;
    qint64 rottingDays_ = 0;  // 0: cards may stay for ever
    qint64 count_ = 0;        // with those that did not fit into the answer
    qint64 rottingElsewhere_ = 0;
    Decimal total_;
    Decimal weighted_;
    std::vector<Card> cards_;
};

/// A card's way, there and back.
struct BoardMove {
    QString id;
    QString stageId;
    QString aboveId;  ///< the card that it goes under; empty: on top
    QString fromStageId;
    QString fromAboveId;
    QJsonObject fields;  ///< what the stage asks for
    bool isUndo = false;
};

class BoardModel : public QObject {
    Q_OBJECT
  public:
    explicit BoardModel(Workspace &workspace, QObject *parent = nullptr);
    ~BoardModel() override;

    /// Shows a pipeline; `filter` in the filter language, `closedSince` for what was won and lost (invalid: only open).
    void load(const QString &pipelineId, const QString &filter, QDate closedSince);
    void reload() { load(pipelineId_, filter_, closedSince_); }

    [[nodiscard]] Workspace &workspace() const { return workspace_; }
    [[nodiscard]] int columnCount() const { return static_cast<int>(columns_.size()); }
    [[nodiscard]] StageModel *column(int index) const;
    [[nodiscard]] StageModel *stage(const QString &stageId) const;
    [[nodiscard]] StageModel *stageOfCard(const QString &id) const;
    [[nodiscard]] int indexOf(const StageModel *column) const;
    [[nodiscard]] QString baseCurrency() const { return baseCurrency_; }
    [[nodiscard]] bool isEmpty() const;

    /// Puts a card into a stage, before the card that is at `row` there now. The server is told; moved() or refused()
    /// or fieldsWanted() follows.
    void move(const QString &id, const QString &stageId, int row);
    /// After fieldsWanted(): tries again with what was typed, or gives up.
    void moveWith(const BoardMove &move, const QJsonObject &fields);
    void giveUp(const BoardMove &move);
    /// Back to where the card was, with the fields as they were.
    void undo(const BoardMove &move, const QJsonObject &before);

  Q_SIGNALS:
    void loading();
    void loaded();                                          ///< the columns are there, or others
    void failed(const kontor::desktop::Problem &problem);   ///< of loading
    void moved(const QString &id, const QString &stageId);  ///< shown; the server may still refuse
    void saved(const kontor::desktop::BoardMove &move, const QJsonObject &before);
    void refused(const QString &text);  ///< the card is where it was
    /// The stage asks for these members; answer with moveWith() or giveUp().
    void fieldsWanted(const kontor::desktop::BoardMove &move, const QList<kontor::desktop::FieldProblem> &fields);

  private:
    void show(const QJsonObject &board, const QHash<QString, QJsonObject> &stages);
    void start(const BoardMove &move);
    void sendNext();
    void answered(const BoardMove &move, const QJsonObject &before, const Answer &answer);
    void putBack(const BoardMove &move);
    void noteChange(const QString &entity, const QString &id, qint64 version, bool isDeleted);
    void fetchChanged();
    void showRecord(const QJsonObject &record);
    void drop(const QString &id);
    [[nodiscard]] QString wholeFilter() const;
    [[nodiscard]] bool isMoving(const QString &id) const;

    Workspace &workspace_;
    std::vector<std::unique_ptr<StageModel>> columns_;
    QString pipelineId_;
    QString filter_;
    QDate closedSince_;
    QString baseCurrency_;
    QList<BoardMove> waiting_;  // the first one is under way
    bool isUnderWay_ = false;
    QSet<QString> asked_;    // cards whose fields are being asked for
    QSet<QString> changed_;  // by others, to be fetched
    QTimer changedTimer_;
    quint64 loading_ = 0;
};

}  // namespace kontor::desktop

Q_DECLARE_METATYPE(kontor::desktop::BoardMove)
