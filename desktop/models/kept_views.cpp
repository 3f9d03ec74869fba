#include "desktop/models/kept_views.h"

namespace kontor::desktop {

namespace {

constexpr int refreshMinutes = 30;
constexpr int afterStartMilliseconds = 3000;  // what the user looks at comes first

}  // namespace

KeptViews::KeptViews(Workspace &workspace, LocalStore &store, QObject *parent)
    : QObject(parent), workspace_(workspace), store_(store) {
    connect(&store_, &LocalStore::keptViewsChanged, this, &KeptViews::load);
    connect(&soon_, &QTimer::timeout, this, &KeptViews::refresh);
    connect(&workspace_.server(), &Server::onlineChanged, this, [this](bool online) {
        if (online) soon_.start(afterStartMilliseconds);
    });
    soon_.start(afterStartMilliseconds);
    load();
}

bool KeptViews::isKept(const QString &viewId) const {
    return std::ranges::any_of(views_, [&](const KeptView &view) { return view.id == viewId; });
}

void KeptViews::keep(const QString &viewId, const QString &collection) {
    store_.keepView({viewId, collection});
    soon_.start(0);
}

void KeptViews::drop(const QString &viewId) { store_.dropView(viewId); }

void KeptViews::load() {
    store_.loadKeptViews(this, [this](const QList<KeptView> &views) {
        views_ = views;
        Q_EMIT changed();
    });
}

void KeptViews::refresh() {
    soon_.start(refreshMinutes * 60'000);
    store_.loadKeptViews(this, [this](const QList<KeptView> &views) {
        views_ = views;
        waiting_ = views;
        if (!reading_) readNext();
    });
}

void KeptViews::readNext() {
    reading_ = !waiting_.isEmpty() && workspace_.server().isOnline();
    if (reading_) return readView(waiting_.takeFirst());
    if (waiting_.isEmpty()) Q_EMIT refreshed();
}

void KeptViews::readView(const KeptView &view) {
    workspace_.server().send({.path = "savedViews/" + view.id}, this, [this, view](const Answer &answer) {
        if (answer.ok() && !answer.isStored) return readRows(view, answer.body);
        if (answer.status == 404 || answer.status == 410) store_.dropView(view.id);
        readNext();
    });
}

/// The pages exactly as the list asks for them, so that it finds them.
void KeptViews::readRows(const KeptView &view, const QJsonObject &savedView) {
    const EntityDescription *const entity = workspace_.descriptions().collection(view.collection);
    if (entity == nullptr) return readNext();
    auto *const rows = new RecordListModel(workspace_, *entity, this);
    auto const end = [this, rows, view, filter = savedView["filter"].toString()] {
        rows->deleteLater();
        rows->disconnect(this);
        readRecords(view, filter, {}, 0);
    };
    connect(rows, &RecordListModel::loaded, this, [rows, end] {
        if (rows->rowCount() < mostRecords && rows->canFetchMore({})) return rows->fetchMore({});
        end();
    });
    connect(rows, &RecordListModel::failed, this, end);
    rows->setQuery(queryOf(savedView));
}

/// And the whole records, for those that are opened out of it.
void KeptViews::readRecords(const KeptView &view, const QString &filter, const QString &cursor, int sofar) {
    Call call{.path = view.collection};
    call.query = {{"limit", QString::number(RecordListModel::pageSize)}};
    if (!cursor.isEmpty()) {
        call.query.append({"cursor", cursor});
    } else if (!filter.isEmpty()) {
        call.query.append({"filter", filter});
    }
    workspace_.server().send(call, this, [this, view, filter, sofar](const Answer &answer) {
        QString const next = answer.body["page"].toObject()["nextCursor"].toString();
        int const now = sofar + static_cast<int>(answer.records().size());
        if (!answer.ok() || answer.isStored || next.isEmpty() || now >= mostRecords) return readNext();
        readRecords(view, filter, next, now);
    });
}

}  // namespace kontor::desktop
