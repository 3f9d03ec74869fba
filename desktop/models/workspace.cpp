#include "desktop/models/workspace.h"

namespace kontor::desktop {

namespace {

constexpr int namesDelay = 20;    // ms: what one screen of a list wants is asked for in one go
constexpr int namesAtOnce = 100;  // keeps the address under 8 KB

}  // namespace

Workspace::Workspace(Server &server, QObject *parent) : QObject(parent), server_(server) {
    namesTimer_.setSingleShot(true);
    namesTimer_.setInterval(namesDelay);
    connect(&namesTimer_, &QTimer::timeout, this, &Workspace::askForNames);
}

void Workspace::load() {
    server_.send({.path = "me"}, this, [this](const Answer &answer) {
        if (!answer.ok()) {
            Q_EMIT failed(*answer.problem);
            return;
        }
        user_ = answer.body;
        server_.send({.path = "describe"}, this, [this](const Answer &described) {
            if (!described.ok()) {
                Q_EMIT failed(*described.problem);
                return;
            }
            descriptions_ = Descriptions::parse(described.body);
            Q_EMIT ready();
        });
    });
}

QString Workspace::nameOf(const QString &entity, const QString &id) {
    auto const ofEntity = names_.constFind(entity);
    if (ofEntity != names_.cend()) {
        auto const found = ofEntity->constFind(id);
        if (found != ofEntity->cend()) return *found;
    }
    if (!id.isEmpty() && descriptions_.entity(entity) != nullptr) {
        wanted_[entity].insert(id);
        if (!namesTimer_.isActive()) namesTimer_.start();
    }
    return {};
}

void Workspace::rememberName(const QString &entity, const QString &id, const QString &name) {
    names_[entity][id] = lineOf(name);
}

void Workspace::announceChange(const QString &entity, const QString &id, qint64 version, bool isDeleted) {
    auto const ofEntity = names_.find(entity);
    if (ofEntity != names_.end()) ofEntity->remove(id);
    Q_EMIT recordChanged(entity, id, version, isDeleted);
}

void Workspace::askForNames() {
    for (auto const &[entityName, ids] : std::exchange(wanted_, {}).asKeyValueRange()) {
        const EntityDescription *const entity = descriptions_.entity(entityName);
        QStringList const all(ids.begin(), ids.end());
        for (qsizetype first = 0; first < all.size(); first += namesAtOnce) {
            QStringList const some = all.mid(first, namesAtOnce);
            QStringList quoted;
            for (const QString &id : some) quoted.append(filterText(id));
            Call call;
            call.path = entity->collection;
            call.query = {{"filter", "id IN (" + quoted.join(", ") + ")"},
                          {"fields", entity->displayField},
                          {"limit", QString::number(namesAtOnce)}};
            ++namesAsked_;
            server_.send(call, this, [this, entityName, some, display = entity->displayField](const Answer &answer) {
                --namesAsked_;
                if (!answer.ok()) return;
                // Those that do not come are gone or not for this user; they are not asked for again.
                for (const QString &id : some) names_[entityName][id] = QString();
                for (const QJsonObject &record : answer.records()) {
                    names_[entityName][record["id"].toString()] = lineOf(record[display].toVariant().toString());
                }
                Q_EMIT namesCame();
            });
        }
    }
}

}  // namespace kontor::desktop
