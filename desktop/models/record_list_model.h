#pragma once

// A list of any length: what is looked at is in memory, the rest is on the server. Rows come by pages along the
// server's cursors while one scrolls; pages that have not been looked at for long are dropped and read again from the
// cursor that they began at.

#include "desktop/models/workspace.h"

#include <QAbstractTableModel>
#include <QElapsedTimer>

#include <optional>

namespace kontor::desktop {

/// What a list shows.
struct ListQuery {
    QString filter;  ///< in the filter language
    QString search;  ///< full text
    QString sort;    ///< "-amount,name"
    QStringList columns;

    bool operator==(const ListQuery &) const = default;
};

/// What a saved view shows.
[[nodiscard]] ListQuery queryOf(const QJsonObject &savedView);

/// Columns to begin with, from the description alone.
[[nodiscard]] QStringList defaultColumns(const EntityDescription &entity);

class RecordListModel : public QAbstractTableModel {
    Q_OBJECT
  public:
    enum Role { valueRole = Qt::UserRole + 1, idRole, recordRole, problemRole };

    static constexpr int pageSize = 200;
    static constexpr qsizetype pagesKept = 40;

    RecordListModel(Workspace &workspace, const EntityDescription &entity, QObject *parent);

    /// Reads from the start, unless nothing but the order of the columns is different.
    void setQuery(const ListQuery &query);
    [[nodiscard]] const ListQuery &query() const { return query_; }
    void reload();
    [[nodiscard]] const EntityDescription &entity() const { return entity_; }
    [[nodiscard]] const FieldDescription *columnField(int column) const;

    /// The number of all records is being counted exactly; totalChanged() follows.
    void countExactly();
    [[nodiscard]] std::optional<qint64> total() const { return total_; }
    [[nodiscard]] bool isTotalExact() const { return isTotalExact_; }
    /// Whether all rows have been seen, and rowCount() is the number of all.
    [[nodiscard]] bool isComplete() const { return isComplete_; }
    [[nodiscard]] bool isLoading() const { return loading_ > 0; }
    [[nodiscard]] qsizetype pagesInMemory() const;

    [[nodiscard]] QString idAt(int row) const;  ///< empty while the row is on its way
    [[nodiscard]] QJsonObject recordAt(int row) const;
    [[nodiscard]] int rowOf(const QString &id) const;  ///< -1: not in memory
    /// Takes the rows out at once, before the server is asked.
    void takeOut(const QStringList &ids);

    /// Sends the value of one cell to the server. The cell shows it at once; when it is refused, the cell keeps what
    /// was typed and tells why, until it is changed again or forgotten.
    void change(const QModelIndex &index, const QJsonValue &value);
    void forgetChange(const QModelIndex &index);
    [[nodiscard]] bool isEditable(const FieldDescription &field) const;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex &index) const override;
    [[nodiscard]] bool canFetchMore(const QModelIndex &parent) const override;
    void fetchMore(const QModelIndex &parent) override;

  Q_SIGNALS:
    void loadingChanged(bool isLoading);
    void loaded();
    void failed(const kontor::desktop::Problem &problem);
    void totalChanged();
    /// Records that the list would show have been created since it was read.
    void newRecordsChanged(int count);
    void changeRefused(const QString &text);

  private:
    struct Page {
        QString cursor;  // empty for the first
        int first = 0;
        int count = 0;
        bool isAsked = false;
        bool isThere = false;
        quint64 used = 0;
        QList<QJsonObject> records;
    };
    struct Change {
        QJsonValue value;
        QString problem;  // empty while it is on its way
    };

    [[nodiscard]] Call listCall(const QString &cursor) const;
    void ask(int page) const;
    void take(int page, const Answer &answer);
    void fill(int page, QList<QJsonObject> records);
    void follow(int page, const QString &nextCursor);
    void evict() const;
    void renumber(int from);
    void askForCount(const QString &kind);
    void setLoading(int change) const;
    [[nodiscard]] int pageOf(int row) const;
    [[nodiscard]] const QJsonObject *record(int row) const;
    void noticeChange(const QString &entity, const QString &id, qint64 version, bool isDeleted);
    void readAgain(const QString &id);
    void readPagesAgain();
    void replace(const QString &id, const QJsonObject &record);
    void lookForNew();
    void takeRow(int row);
    void finishChange(const QString &id, const QString &field, const Answer &answer);
    void rowChanged(const QString &id);
    [[nodiscard]] QVariant shown(const QJsonObject &record, const FieldDescription &field, int role) const;
    [[nodiscard]] QStringList members() const;

    Workspace &workspace_;
    EntityDescription entity_;
    ListQuery query_;
    QList<FieldDescription> columns_;
    mutable QList<Page> pages_;
    QString nextCursor_;  // after the last page
    bool isComplete_ = false;
    std::optional<qint64> total_;
    bool isTotalExact_ = false;
    mutable int loading_ = 0;
    mutable quint64 clock_ = 0;
    quint64 generation_ = 0;
    QHash<QString, QHash<QString, Change>> changes_;  // id → field
    QSet<QString> created_;
    QSet<QString> offered_;
    QTimer newTimer_;
};

}  // namespace kontor::desktop
