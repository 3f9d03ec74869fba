#include "desktop/models/record_list_model.h"

#include "desktop/models/display.h"

#include <QColor>
#include <QFont>

#include <algorithm>
#include <array>

namespace kontor::desktop {

namespace {

constexpr int newDelay = 500;  // ms: an import of thousands is asked about once, not thousands of times
constexpr qsizetype newAtOnce = 100;
constexpr int columnsAtFirst = 8;

/// What people look for first, in this order, where an entity has it.
constexpr std::array<const char *, 26> telling{
    "subject",   "company",        "type",         "status",   "stageId",  "category", "accountId",
    "jobTitle",  "emailAddresses", "phoneNumbers", "email",    "phone",    "amount",   "total",
    "closeDate", "probability",    "dueAt",        "priority", "industry", "rating",   "sku",
    "unitPrice", "entity",         "ownerId",      "isActive", "updatedAt"};

QString toldBy(const Problem &problem) {
    if (!problem.fields.isEmpty()) return problem.fields.first().detail;
    return problem.detail.isEmpty() ? problem.title : problem.detail;
}

}  // namespace

QStringList defaultColumns(const EntityDescription &entity) {
    QStringList columns;
    auto const add = [&](const QString &name) {
        if (columns.size() < columnsAtFirst && !columns.contains(name) && entity.field(name) != nullptr) {
            columns.append(name);
        }
    };
    add(entity.displayField);
    for (const char *const name : telling) add(QLatin1String(name));
    for (const FieldDescription &field : entity.fields) {
        bool const isPlain = field.writable == Writable::always && field.kind != Kind::binary &&
                             field.name != "version" && field.kind != Kind::structure &&
                             field.kind != Kind::structureList;
        if (columns.size() < columnsAtFirst - 2 && isPlain) add(field.name);
    }
    return columns;
}

ListQuery queryOf(const QJsonObject &savedView) {
    ListQuery query;
    query.filter = savedView["filter"].toString();
    query.sort = savedView["sort"].toString();
    for (const auto &column : savedView["columns"].toArray()) query.columns.append(column.toString());
    return query;
}

RecordListModel::RecordListModel(Workspace &workspace, const EntityDescription &entity, QObject *parent)
    : QAbstractTableModel(parent), workspace_(workspace), entity_(entity) {
    newTimer_.setSingleShot(true);
    newTimer_.setInterval(newDelay);
    connect(&newTimer_, &QTimer::timeout, this, &RecordListModel::lookForNew);
    connect(&workspace_, &Workspace::recordChanged, this, &RecordListModel::noticeChange);
    connect(&workspace_, &Workspace::outdated, this, &RecordListModel::readPagesAgain);
    connect(&workspace_, &Workspace::recordRenamed, this, [this](const QString &renamed) {
        if (renamed == entity_.name) readPagesAgain();
    });
    connect(&workspace_, &Workspace::namesCame, this, [this] {
        if (rowCount() > 0)
            Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1), {Qt::DisplayRole});
    });
}

void RecordListModel::setQuery(const ListQuery &query) {
    bool const isSame = query.filter == query_.filter && query.search == query_.search && query.sort == query_.sort;
    QStringList before = members();
    ListQuery const old = std::exchange(query_, query);
    if (query_.columns.isEmpty()) query_.columns = defaultColumns(entity_);
    QList<FieldDescription> columns;
    for (const QString &name : query_.columns) {
        if (const FieldDescription *const field = entity_.field(name)) columns.append(*field);
    }
    bool const hasAll = isSame && std::ranges::all_of(columns, [&](const FieldDescription &field) {
                            return before.contains(field.name);
                        });
    if (hasAll && !pages_.isEmpty()) {
        // The records in memory have what is wanted; pages to come are asked for by cursors with the old columns.
        bool const needsMore = !std::ranges::all_of(columns, [&](const FieldDescription &field) {
            return old.columns.contains(field.name) || field.name == entity_.displayField;
        });
        if (!needsMore) {
            beginResetModel();
            columns_ = columns;
            endResetModel();
            return;
        }
    }
    beginResetModel();
    columns_ = columns;
    pages_.clear();
    endResetModel();
    reload();
}

void RecordListModel::reload() {
    ++generation_;
    beginResetModel();
    pages_.clear();
    nextCursor_.clear();
    isComplete_ = false;
    total_.reset();
    isTotalExact_ = false;
    created_.clear();
    offered_.clear();
    endResetModel();
    Q_EMIT newRecordsChanged(0);
    if (loading_ > 0) {
        loading_ = 0;  // those of the generation before are not heard any more
    }
    pages_.append(Page{});
    ask(0);
    askForCount("estimate");
}

const FieldDescription *RecordListModel::columnField(int column) const {
    return column >= 0 && column < columns_.size() ? &columns_[column] : nullptr;
}

QStringList RecordListModel::members() const {
    QStringList names;
    auto const add = [&](const QString &name) {
        if (!name.isEmpty() && !names.contains(name)) names.append(name);
    };
    add(entity_.displayField);
    for (const FieldDescription &field : columns_) {
        add(field.name);
        add(currencyMember(entity_, field));
    }
    return names;
}

Call RecordListModel::listCall(const QString &cursor) const {
    Call call;
    call.path = entity_.collection;
    call.query = {{"limit", QString::number(pageSize)}};
    if (!cursor.isEmpty()) {
        call.query.append({"cursor", cursor});
        return call;
    }
    call.query.append({"fields", members().join(',')});
    if (!query_.filter.isEmpty()) call.query.append({"filter", query_.filter});
    if (!query_.search.isEmpty()) call.query.append({"q", query_.search});
    if (!query_.sort.isEmpty()) call.query.append({"sort", query_.sort});
    return call;
}

void RecordListModel::setLoading(int change) const {
    bool const before = loading_ > 0;
    loading_ = std::max(0, loading_ + change);
    if (before != (loading_ > 0)) Q_EMIT const_cast<RecordListModel *>(this)->loadingChanged(loading_ > 0);
}

void RecordListModel::ask(int page) const {
    Page &wanted = pages_[page];
    if (wanted.isAsked) return;
    wanted.isAsked = true;
    setLoading(1);
    auto *const self = const_cast<RecordListModel *>(this);
    quint64 const generation = generation_;
    workspace_.server().send(listCall(wanted.cursor), self, [self, page, generation](const Answer &answer) {
        if (generation != self->generation_) return;
        self->setLoading(-1);
        self->take(page, answer);
    });
}

void RecordListModel::take(int page, const Answer &answer) {
    if (page >= pages_.size()) return;
    pages_[page].isAsked = false;
    if (!answer.ok()) {
        // An empty page at the end would be asked for without end.
        if (page > 0 && page == pages_.size() - 1 && pages_[page].count == 0) {
            nextCursor_ = pages_[page].cursor;
            pages_.removeLast();
        }
        Q_EMIT failed(*answer.problem);
        return;
    }
    fill(page, answer.records());
    follow(page, answer.body["page"].toObject()["nextCursor"].toString());
    evict();
    Q_EMIT loaded();
}

/// Puts the records into the page, which grows or shrinks to their number.
void RecordListModel::fill(int page, QList<QJsonObject> records) {
    if (records.size() > pageSize) records.resize(pageSize);
    int const before = pages_[page].count;
    auto const now = static_cast<int>(records.size());
    int const first = pages_[page].first;
    auto const put = [&] {
        Page &target = pages_[page];
        target.records = std::move(records);
        target.count = now;
        target.isThere = true;
        target.used = ++clock_;
        renumber(page);
    };
    if (now > before) {
        beginInsertRows({}, first + before, first + now - 1);
        put();
        endInsertRows();
    } else if (now < before) {
        beginRemoveRows({}, first + now, first + before - 1);
        put();
        endRemoveRows();
    } else {
        put();
    }
    int const common = std::min(before, now);
    if (common > 0) Q_EMIT dataChanged(index(first, 0), index(first + common - 1, columnCount() - 1));
}

/// What comes after the page: the next one starts elsewhere when records have come or gone in this one.
void RecordListModel::follow(int page, const QString &nextCursor) {
    if (page == pages_.size() - 1) {
        nextCursor_ = nextCursor;
        bool const wasComplete = std::exchange(isComplete_, nextCursor.isEmpty());
        if (isComplete_) {
            total_ = rowCount();
            isTotalExact_ = true;
        }
        if (isComplete_ || wasComplete) Q_EMIT totalChanged();
        return;
    }
    Page &next = pages_[page + 1];
    if (next.cursor == nextCursor) return;
    if (nextCursor.isEmpty()) {  // nothing follows any more
        int const first = next.first;
        int const last = rowCount() - 1;
        if (last >= first) beginRemoveRows({}, first, last);
        pages_.resize(page + 1);
        if (last >= first) endRemoveRows();
        follow(page, nextCursor);
        return;
    }
    bool const wasThere = next.isThere;
    next.cursor = nextCursor;
    next.isThere = false;
    next.isAsked = false;
    if (wasThere) ask(page + 1);
}

void RecordListModel::renumber(int from) {
    for (qsizetype page = from + 1; page < pages_.size(); ++page) {
        pages_[page].first = pages_[page - 1].first + pages_[page - 1].count;
    }
}

void RecordListModel::evict() const {
    while (pagesInMemory() > pagesKept) {
        Page *oldest = nullptr;
        for (Page &page : pages_) {
            if (page.isThere && (oldest == nullptr || page.used < oldest->used)) oldest = &page;
        }
        oldest->isThere = false;
        oldest->records = {};
    }
}

qsizetype RecordListModel::pagesInMemory() const { return std::ranges::count_if(pages_, &Page::isThere); }

void RecordListModel::askForCount(const QString &kind) {
    Call call;
    call.path = entity_.collection;
    call.query = {{"limit", "1"}, {"fields", "id"}, {"count", kind}};
    if (!query_.filter.isEmpty()) call.query.append({"filter", query_.filter});
    if (!query_.search.isEmpty()) call.query.append({"q", query_.search});
    quint64 const generation = generation_;
    workspace_.server().send(call, this, [this, generation, kind](const Answer &answer) {
        if (generation != generation_ || isComplete_ || !answer.ok()) return;
        QJsonValue const total = answer.body["page"].toObject()["total"];
        if (!total.isDouble()) return;
        total_ = total.toInteger();
        isTotalExact_ = kind == "exact";
        Q_EMIT totalChanged();
    });
}

void RecordListModel::countExactly() {
    if (!isTotalExact_) askForCount("exact");
}

int RecordListModel::pageOf(int row) const {
    auto const after = std::ranges::upper_bound(pages_, row, {}, &Page::first);
    auto page = static_cast<int>(after - pages_.begin()) - 1;
    while (page >= 0 && pages_[page].count == 0) --page;  // empty pages begin where others do
    return page;
}

const QJsonObject *RecordListModel::record(int row) const {
    int const number = pageOf(row);
    if (number < 0) return nullptr;
    Page &page = pages_[number];
    if (!page.isThere) {
        ask(number);
        return nullptr;
    }
    page.used = ++clock_;
    int const at = row - page.first;
    return at < page.records.size() ? &page.records.at(at) : nullptr;
}

QString RecordListModel::idAt(int row) const {
    const QJsonObject *const found = record(row);
    return found == nullptr ? QString() : (*found)["id"].toString();
}

QJsonObject RecordListModel::recordAt(int row) const {
    const QJsonObject *const found = record(row);
    return found == nullptr ? QJsonObject() : *found;
}

int RecordListModel::rowOf(const QString &id) const {
    for (const Page &page : pages_) {
        for (qsizetype at = 0; at < page.records.size(); ++at) {
            if (page.records[at]["id"].toString() == id) return page.first + static_cast<int>(at);
        }
    }
    return -1;
}

void RecordListModel::takeRow(int row) {
    int const number = pageOf(row);
    beginRemoveRows({}, row, row);
    Page &page = pages_[number];
    page.records.removeAt(row - page.first);
    --page.count;
    renumber(number);
    endRemoveRows();
    if (total_) --*total_;
    Q_EMIT totalChanged();
}

void RecordListModel::takeOut(const QStringList &ids) {
    for (const QString &id : ids) {
        int const row = rowOf(id);
        if (row >= 0) takeRow(row);
    }
}

void RecordListModel::noticeChange(const QString &entity, const QString &id, qint64 version, bool isDeleted) {
    if (entity != entity_.name) return;
    int const row = rowOf(id);
    if (isDeleted) {
        if (row >= 0) takeRow(row);
        created_.remove(id);
        return;
    }
    if (row < 0) {
        created_.insert(id);
        if (!newTimer_.isActive()) newTimer_.start();
        return;
    }
    // A write that waits for the server has no version of its own.
    bool const isKnown = version > 0 && recordAt(row)["version"].toInteger() >= version;
    if (isKnown && workspace_.server().isOnline()) return;
    readAgain(id);
}

/// The rows stay where they are until the answers are there.
void RecordListModel::readPagesAgain() {
    bool const nothingCame = pages_.isEmpty() || (!pages_.first().isThere && pages_.first().count == 0);
    if (nothingCame) return reload();
    for (int page = 0; page < pages_.size(); ++page) {
        if (pages_[page].isThere) ask(page);
    }
}

void RecordListModel::readAgain(const QString &id) {
    Call call;
    call.path = entity_.collection + '/' + id;
    call.query = {{"fields", members().join(',')}};
    quint64 const generation = generation_;
    workspace_.server().send(call, this, [this, id, generation](const Answer &answer) {
        if (generation != generation_) return;
        if (answer.ok()) {
            replace(id, answer.body);
        } else if (answer.status == 404 || answer.status == 410) {
            takeOut({id});
        }
    });
}

void RecordListModel::replace(const QString &id, const QJsonObject &newer) {
    int const row = rowOf(id);
    if (row < 0) return;
    Page &page = pages_[pageOf(row)];
    QJsonObject &mine = page.records[row - page.first];
    if (newer["version"].toInteger() < mine["version"].toInteger()) return;
    // Only what the list shows is kept: an answer to a write is the whole record.
    QJsonObject kept{{"id", id}, {"version", newer["version"]}};
    for (const QString &name : members()) {
        QJsonValue const value = memberOf(newer, name);
        if (!value.isUndefined()) setMember(kept, name, value);
    }
    mine = kept;
    rowChanged(id);
}

void RecordListModel::rowChanged(const QString &id) {
    int const row = rowOf(id);
    if (row >= 0) Q_EMIT dataChanged(index(row, 0), index(row, columnCount() - 1));
}

/// Which of the changed records that are not in memory are new, and such as this list shows.
void RecordListModel::lookForNew() {
    QStringList quoted;
    for (const QString &id : std::exchange(created_, {})) {
        if (quoted.size() < newAtOnce) quoted.append(filterText(id));
    }
    if (quoted.isEmpty()) return;
    QString filter = "id IN (" + quoted.join(", ") + ") AND version = 1";
    if (!query_.filter.isEmpty()) filter = '(' + query_.filter + ") AND " + filter;
    Call call;
    call.path = entity_.collection;
    call.query = {{"filter", filter}, {"fields", "id"}, {"limit", QString::number(newAtOnce)}};
    if (!query_.search.isEmpty()) call.query.append({"q", query_.search});
    quint64 const generation = generation_;
    workspace_.server().send(call, this, [this, generation](const Answer &answer) {
        if (generation != generation_ || !answer.ok()) return;
        for (const QJsonObject &found : answer.records()) {
            QString const id = found["id"].toString();
            if (rowOf(id) < 0) offered_.insert(id);
        }
        if (!offered_.isEmpty()) Q_EMIT newRecordsChanged(static_cast<int>(offered_.size()));
    });
}

bool RecordListModel::isEditable(const FieldDescription &field) const {
    if (!entity_.isUpdateable || field.writable != Writable::always || field.name == "version") return false;
    return field.kind != Kind::binary && field.kind != Kind::structure && field.kind != Kind::structureList;
}

void RecordListModel::change(const QModelIndex &index, const QJsonValue &value) {
    const FieldDescription *const field = columnField(index.column());
    const QJsonObject *const before = record(index.row());
    if (field == nullptr || before == nullptr) return;
    QString const id = (*before)["id"].toString();
    bool const wasRefused = changes_.value(id).contains(field->name);
    if (!wasRefused && memberOf(*before, field->name) == value) return;
    if (!wasRefused && value.isNull() && memberOf(*before, field->name).isUndefined()) return;
    changes_[id][field->name] = {value, {}};
    rowChanged(id);
    QJsonObject patch;
    setMember(patch, field->name, value);
    Call call{.method = "PATCH", .path = entity_.collection + '/' + id, .body = patch};
    call.version = (*before)["version"].toInteger();
    workspace_.server().send(call, this,
                             [this, id, name = field->name](const Answer &answer) { finishChange(id, name, answer); });
}

void RecordListModel::finishChange(const QString &id, const QString &field, const Answer &answer) {
    if (answer.ok()) {
        changes_[id].remove(field);
        if (changes_[id].isEmpty()) changes_.remove(id);
        replace(id, answer.body);
        workspace_.announceChange(entity_.name, id, answer.body["version"].toInteger());
        return;
    }
    QString text = toldBy(*answer.problem);
    if (answer.problem->code == "CONFLICT_VERSION") {
        text =
            tr("Somebody has changed this record meanwhile. Edit the cell and press Enter to save your value over it, "
               "or Escape to drop it.");
        readAgain(id);
    }
    if (changes_.contains(id) && changes_[id].contains(field)) changes_[id][field].problem = text;
    rowChanged(id);
    Q_EMIT changeRefused(text);
}

void RecordListModel::forgetChange(const QModelIndex &index) {
    const FieldDescription *const field = columnField(index.column());
    QString const id = idAt(index.row());
    auto const found = changes_.find(id);
    if (field == nullptr || found == changes_.end()) return;
    auto const change = found->find(field->name);
    if (change == found->end() || change->problem.isEmpty()) return;
    found->erase(change);
    if (found->isEmpty()) changes_.erase(found);
    rowChanged(id);
}

int RecordListModel::rowCount(const QModelIndex &parent) const {
    return parent.isValid() || pages_.isEmpty() ? 0 : pages_.last().first + pages_.last().count;
}

int RecordListModel::columnCount(const QModelIndex &parent) const {
    return parent.isValid() ? 0 : static_cast<int>(columns_.size());
}

QVariant RecordListModel::data(const QModelIndex &index, int role) const {
    const FieldDescription *const field = columnField(index.column());
    if (!index.isValid() || field == nullptr || index.row() >= rowCount()) return {};
    if (role == Qt::TextAlignmentRole) {
        return QVariant((isNumber(*field) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    }
    const QJsonObject *const found = record(index.row());
    if (found == nullptr)
        return role == Qt::DisplayRole && index.column() == 0 ? QVariant(QString(QChar(0x2026))) : QVariant();
    return shown(*found, *field, role);
}

QVariant RecordListModel::shown(const QJsonObject &record, const FieldDescription &field, int role) const {
    QString const id = record["id"].toString();
    auto const changes = changes_.constFind(id);
    const Change *change = nullptr;
    if (changes != changes_.cend() && changes->contains(field.name)) change = &*changes->constFind(field.name);
    switch (role) {
    case Qt::DisplayRole: {
        if (change == nullptr) return lineOf(displayText(workspace_, entity_, field, record));
        QJsonObject changed = record;
        setMember(changed, field.name, change->value);
        return lineOf(displayText(workspace_, entity_, field, changed));
    }
    case valueRole:
        return change == nullptr ? memberOf(record, field.name) : change->value;
    case Qt::ToolTipRole:
    case problemRole:
        return change == nullptr || change->problem.isEmpty() ? QVariant() : QVariant(change->problem);
    case Qt::FontRole: {
        if (change == nullptr) return {};
        QFont font;
        font.setItalic(true);
        return font;
    }
    case idRole:
        return id;
    case recordRole:
        return record;
    default:
        return {};
    }
}

QVariant RecordListModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal) return {};
    const FieldDescription *const field = columnField(section);
    if (field == nullptr) return {};
    if (role == Qt::DisplayRole) return field->label;
    if (role == Qt::ToolTipRole) return field->documentation;
    if (role == Qt::TextAlignmentRole) {
        return QVariant((isNumber(*field) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    }
    return {};
}

Qt::ItemFlags RecordListModel::flags(const QModelIndex &index) const {
    const FieldDescription *const field = columnField(index.column());
    Qt::ItemFlags flags = QAbstractTableModel::flags(index);
    if (field != nullptr && isEditable(*field)) flags |= Qt::ItemIsEditable;
    return flags;
}

bool RecordListModel::canFetchMore(const QModelIndex &parent) const {
    return !parent.isValid() && !pages_.isEmpty() && !isComplete_ && !nextCursor_.isEmpty() && !pages_.last().isAsked;
}

void RecordListModel::fetchMore(const QModelIndex &parent) {
    if (!canFetchMore(parent)) return;
    Page page;
    page.cursor = std::exchange(nextCursor_, {});
    page.first = rowCount();
    pages_.append(page);
    ask(static_cast<int>(pages_.size()) - 1);
}

}  // namespace kontor::desktop
