// The reading half of Operations: by key, lists, search, export, changes, history.

#include "shared/entity/access.h"
#include "shared/entity/cursor.h"
#include "shared/entity/describe.h"
#include "shared/entity/filter.h"
#include "shared/entity/json.h"
#include "shared/entity/members.h"
#include "shared/entity/merge.h"
#include "shared/entity/operations_state.h"

#include "shared/contract/uuid.h"

#include <boost/json.hpp>

#include <algorithm>
#include <set>
#include <thread>

namespace kontor::entity {

using postgres::Parameters;
using postgres::Rows;
using postgres::Statement;
using State = Operations::Implementation;

Operations::Implementation::Implementation(const ServiceContract &serviceContract, postgres::Pool &servicePool,
                                           std::map<std::string, Behaviour> entityBehaviours, std::string key)
    : contract(serviceContract), pool(servicePool), behaviours(std::move(entityBehaviours)), cursorKey(std::move(key)),
      customFields(servicePool),
      // More at once only wait for each other: for the ends of the tables and for the processors.
      copying(4 * static_cast<int>(std::max(1U, std::thread::hardware_concurrency()))) {
    for (const EntityType *const entity : contract.entities) {
        auto const found = behaviours.find(std::string(entity->name));
        stores.emplace(entity,
                       std::make_unique<EntityStore>(*entity, found == behaviours.end() ? nullptr : &found->second));
    }
}

const EntityStore &Operations::Implementation::storeOf(const EntityType &entity) const {
    auto const found = stores.find(&entity);
    if (found == stores.end()) {
        throw Error(ErrorCode::validation,
                    std::string(entity.name) + " is not a record of the service " + std::string(contract.name) + ".");
    }
    return *found->second;
}

Operations::Operations(const ServiceContract &contract, postgres::Pool &pool,
                       std::map<std::string, Behaviour> behaviours, std::string cursorKey)
    : implementation_(std::make_unique<Implementation>(contract, pool, std::move(behaviours), std::move(cursorKey))) {}
Operations::~Operations() = default;

const ServiceContract &Operations::contract() const { return implementation_->contract; }
postgres::Pool &Operations::pool() const { return implementation_->pool; }
std::int64_t Operations::emptyRecycleBin(int days) {
    State &state = *implementation_;
    std::int64_t removed = 0;
    for (const auto &[entity, store] : state.stores) {
        // What other records still point to stays; the next time it may be free. So does what an unmerge may want back.
        std::string const wanted = !entity->mergeable
                                       ? std::string{}
                                       : " AND NOT EXISTS (SELECT FROM merge_journal j WHERE j.undone_at IS NULL"
                                         " AND j.victim_ids @> ARRAY[t.id] AND j.at > now() - make_interval(days => " +
                                             std::to_string(unmergeDays) + "))";
        Statement const select{"selectExpired", "SELECT t.id FROM " + std::string(entity->table) +
                                                    " t WHERE t.deleted_at < now() - make_interval(days => $1)" +
                                                    wanted + " LIMIT 1000"};
        Statement const remove{"removeExpired", "DELETE FROM " + std::string(entity->table) + " WHERE id = $1"};
        static const Statement removeIds{"removeExternalIds",
                                         "DELETE FROM external_id WHERE entity = $1 AND record_id ="
                                         " $2"};
        Rows const rows = state.pool.run(select, Parameters().integer4(days));
        for (int row = 0; row < rows.size(); ++row) {
            std::string const id = rows.uuid(row, 0);
            postgres::Batch batch;
            batch.add(remove, Parameters().uuid(id));
            batch.add(removeIds, Parameters().text(entity->name).uuid(id));
            try {
                state.pool.run(std::move(batch));
                ++removed;
            } catch (const postgres::DatabaseError &failure) {
                if (failure.sqlState != "23503") throw;
            }
        }
    }
    forgetMerges(*this);
    return removed;
}

double Operations::outboxRows() {
    static const Statement statement{"outboxRows", "SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = "
                                                   "'outbox'::regclass"};
    return static_cast<double>(implementation_->pool.run(statement).integer(0, 0));
}

std::vector<RecordPtr> Operations::all(const EntityType &entity) {
    const EntityStore &store = implementation_->storeOf(entity);
    Rows const rows =
        implementation_->pool.run({"selectAll", "SELECT " + store.selectList + " FROM " + std::string(entity.table) +
                                                    " t WHERE t.deleted_at IS NULL ORDER BY t.id"});
    std::vector<RecordPtr> records;
    for (int row = 0; row < rows.size(); ++row) records.push_back(store.read(rows, row));
    return records;
}

void addVisibility(SqlText &query, const auth::Caller &caller, const EntityStore &store) {
    addReadScope(query, caller, store.entity);
    if (!store.behaviour.visibility) return;
    std::string const predicate = store.behaviour.visibility(caller);
    if (!predicate.empty()) query.sql += " AND (" + predicate + ")";
}

void Operations::refreshCustomFields() { implementation_->customFields.refresh(); }

namespace {

/// The types that values of custom fields are to be shown with.
void nameCustomTypes(State &state, const EntityStore &store, Record &record) {
    if (record.customFields.empty()) return;
    auto const types = state.customFields.of(store.entity.name);
    for (CustomField &field : record.customFields) {
        auto const type = std::ranges::find_if(*types, [&](const CustomFieldType &t) { return t.name == field.name; });
        field.type = type == types->end() ? "text" : type->type;
    }
}

/// A record as this caller may see it.
RecordPtr shown(State &state, const auth::Caller &caller, const EntityStore &store, RecordPtr record) {
    hideFields(*caller.principal, store.entity, *record);
    nameCustomTypes(state, store, *record);
    return record;
}

/// Names to stored fields; the id and the version always come with them. Empty = all.
std::vector<const StoredField *> select(const auth::Caller &caller, const EntityStore &store,
                                        const std::vector<std::string> &names) {
    std::vector<const StoredField *> fields;
    if (names.empty()) return fields;
    auto const add = [&](const StoredField *field) {
        if (std::ranges::find(fields, field) == fields.end()) fields.push_back(field);
    };
    add(store.find("id"));
    add(store.find("version"));
    for (const std::string &name : names) {
        const StoredField *const field = store.find(name);
        if (field == nullptr || field->field->writeOnly) {
            Error error(ErrorCode::invalidQuery, std::string(store.entity.name) + " has no field " + name + ".");
            error.parameter = "fields";
            error.position = 0;
            throw error;
        }
        if (!hidden(*caller.principal, store.entity, *field->field)) add(field);
    }
    return fields;
}

std::string expressions(const EntityStore &store, const std::vector<const StoredField *> &fields) {
    if (fields.empty()) return store.selectList;
    std::string list;
    for (const StoredField *field : fields) list += (list.empty() ? "" : ", ") + field->expression;
    return list;
}

Error notFound(const EntityType &entity) {
    return {ErrorCode::notFound, "There is no such " + std::string(entity.label) + ", or you may not see it."};
}

constexpr std::string_view byExternalId = "t.id = (SELECT x.record_id FROM external_id x WHERE x.entity = ";

}  // namespace

RecordPtr Operations::retrieve(const auth::Caller &caller, const RecordKey &key,
                               const std::vector<std::string> &fields) {
    State &state = *implementation_;
    const EntityStore &store = state.storeOf(*key.entity);
    auto const selected = select(caller, store, fields);
    SqlText query;
    query.sql = "SELECT " + expressions(store, selected) + " FROM " + std::string(store.entity.table) + " t WHERE ";
    if (key.externalSystem.empty()) {
        if (!parseUuid(key.id)) throw notFound(store.entity);
        query.sql += "t.id = $1";
        query.parameters.uuid(key.id);
    } else {
        query.sql += std::string(byExternalId) + "$1 AND x.system = $2 AND x.external_id = $3 AND x.active)";
        query.parameters.text(store.entity.name).text(key.externalSystem).text(key.externalId);
    }
    query.sql += " AND t.deleted_at IS NULL";
    addVisibility(query, caller, store);
    Rows const rows = state.pool.read({"retrieve", std::move(query.sql)}, std::move(query.parameters));
    if (rows.empty()) throw notFound(store.entity);
    return shown(state, caller, store, store.read(rows, 0, selected));
}

std::vector<RecordPtr> Operations::retrieveRecords(const auth::Caller &caller, const std::vector<RecordKey> &keys,
                                                   const std::vector<std::string> &fields) {
    State &state = *implementation_;
    if (keys.size() > 2000) throw Error(ErrorCode::tooLarge, "At most 2000 records in one call.");
    std::vector<RecordPtr> records(keys.size());
    std::map<const EntityType *, std::vector<std::string>> wanted;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        const RecordKey &key = keys[i];
        if (keys.size() == 1 || !key.externalSystem.empty()) {
            try {
                records[i] = retrieve(caller, key, fields);
            } catch (const Error &error) {
                if (error.code != ErrorCode::notFound) throw;
            }
        } else if (parseUuid(key.id)) {
            wanted[key.entity].push_back(key.id);
        }
    }
    for (const auto &[entity, ids] : wanted) {
        const EntityStore &store = state.storeOf(*entity);
        auto const selected = select(caller, store, fields);
        SqlText query;
        query.sql = "SELECT " + expressions(store, selected) + " FROM " + std::string(entity->table) +
                    " t WHERE t.id = ANY($1) AND t.deleted_at IS NULL";
        query.parameters.uuidArray(ids);
        addVisibility(query, caller, store);
        Rows const rows = state.pool.run({"retrieveMany", std::move(query.sql)}, std::move(query.parameters));
        std::map<UuidBytes, int> byId;
        auto const idColumn =
            static_cast<int>(selected.empty() ? std::distance(store.fields.data(), store.find("id")) : 0);
        for (int row = 0; row < rows.size(); ++row) byId[*parseUuid(rows.uuid(row, idColumn))] = row;
        for (std::size_t i = 0; i < keys.size(); ++i) {
            auto const id = parseUuid(keys[i].id);
            if (keys[i].entity != entity || !keys[i].externalSystem.empty() || !id) continue;
            auto const found = byId.find(*id);
            if (found != byId.end())
                records[i] = shown(state, caller, store, store.read(rows, found->second, selected));
        }
    }
    return records;
}

std::vector<RecordPtr> Operations::expand(const auth::Caller &caller, const Record &record,
                                          const std::vector<std::string> &names) {
    std::vector<const Record *> const one{&record};
    return expandAll(caller, one, names);
}

std::vector<RecordPtr> Operations::expandAll(const auth::Caller &caller, const std::vector<const Record *> &records,
                                             const std::vector<std::string> &names) {
    if (names.empty() || records.empty()) return {};
    const EntityType &entity = entityOf(*records.front());
    std::vector<RecordKey> keys;
    std::set<std::string> seen;
    for (const std::string &name : names) {
        const Field *const field = entity.type->find(name + "Id");
        const EntityType *const target =
            field == nullptr ? nullptr : implementation_->contract.entityByName(field->references);
        if (target == nullptr || hidden(*caller.principal, entity, *field)) {
            Error error(ErrorCode::invalidQuery,
                        std::string(entity.name) + " has no reference " + name + " to a record of this service.");
            error.parameter = "expand";
            error.position = 0;
            throw error;
        }
        if (caller.principal->rightsOn(target->name).read == auth::Scope::none) continue;
        for (const Record *record : records) {
            auto const &id = memberAs<std::optional<std::string>>(*field, *record);
            if (id && seen.insert(*id).second) keys.push_back({target, *id, {}, {}, {}});
        }
    }
    std::vector<RecordPtr> found;
    for (std::size_t start = 0; start < keys.size(); start += 2000) {
        std::size_t const end = std::min(keys.size(), start + 2000);
        for (RecordPtr &other : retrieveRecords(caller, {keys.begin() + static_cast<std::ptrdiff_t>(start),
                                                         keys.begin() + static_cast<std::ptrdiff_t>(end)})) {
            if (other) found.push_back(std::move(other));
        }
    }
    return found;
}

namespace {

/// A sort key's value in a record, as it goes into the cursor.
std::optional<std::string> keyValue(const SortKey &key, const Record &record) {
    if (key.customField.empty()) return memberText(*key.field, record);
    for (const CustomField &field : record.customFields) {
        if (field.name == key.customField) return field.value;
    }
    return std::nullopt;
}

bool neverNull(const SortKey &key) {
    if (!key.customField.empty()) return false;
    return key.field->required || key.field->name == "createdAt" || key.field->name == "updatedAt" ||
           key.field->name == "version";
}

/// A list query with its cursor taken apart.
struct Listing {
    Query query;
    bool resumed = false;
    std::vector<std::optional<std::string>> values;  // of the sort keys in the last row of the page before
    std::string lastId;
};

std::string cursorOf(const Listing &listing, const std::vector<SortKey> &keys, const Record &last) {
    boost::json::object payload;
    const Query &query = listing.query;
    payload["e"] = query.entity->name;
    if (!query.filter.empty()) payload["f"] = query.filter;
    if (!query.sort.empty()) payload["s"] = query.sort;
    if (!query.q.empty()) payload["q"] = query.q;
    if (!query.fields.empty()) payload["c"] = boost::json::value_from(query.fields);
    if (!query.expand.empty()) payload["x"] = boost::json::value_from(query.expand);
    if (query.onlyDeleted) payload["d"] = true;
    payload["l"] = query.limit;
    boost::json::array values;
    for (const SortKey &key : keys) {
        if (auto const value = keyValue(key, last)) {
            values.emplace_back(*value);
        } else {
            values.emplace_back(nullptr);
        }
    }
    payload["v"] = std::move(values);
    payload["i"] = *last.id;
    return boost::json::serialize(payload);
}

Error cursorMismatch() {
    Error error(ErrorCode::invalidCursor, "The cursor belongs to another query; it carries the query itself.");
    error.parameter = "cursor";
    return error;
}

/// The query that a cursor carries. What is given beside the cursor must be the same.
Listing openListing(const State &state, const Query &given) {
    Listing listing{given, false, {}, {}};
    if (given.cursor.empty()) {
        if (given.limit == 0) listing.query.limit = standardLimit;
        return listing;
    }
    boost::json::object const payload =
        boost::json::parse(openCursor(given.cursor, state.cursorKey, "list")).as_object();
    auto const text = [&](const char *name) {
        const auto *const member = payload.if_contains(name);
        return member != nullptr ? std::string(member->as_string()) : std::string{};
    };
    auto const names = [&](const char *name) {
        std::vector<std::string> list;
        if (const auto *const member = payload.if_contains(name)) {
            list = boost::json::value_to<std::vector<std::string>>(*member);
        }
        return list;
    };
    Query &query = listing.query;
    if (query.entity == nullptr) query.entity = state.contract.entityByName(text("e"));
    if (query.entity == nullptr || text("e") != query.entity->name) throw cursorMismatch();
    if (query.limit == 0) query.limit = static_cast<int>(payload.at("l").as_int64());
    query.filter = text("f");
    query.sort = text("s");
    query.q = text("q");
    query.fields = names("c");
    query.expand = names("x");
    query.onlyDeleted = payload.contains("d");
    if ((!given.filter.empty() && given.filter != query.filter) || (!given.sort.empty() && given.sort != query.sort) ||
        (!given.q.empty() && given.q != query.q) || (!given.fields.empty() && given.fields != query.fields) ||
        (!given.expand.empty() && given.expand != query.expand) || (given.onlyDeleted && !query.onlyDeleted)) {
        throw cursorMismatch();
    }
    listing.resumed = true;
    for (const auto &value : payload.at("v").as_array()) {
        listing.values.push_back(value.is_null() ? std::nullopt : std::optional(std::string(value.as_string())));
    }
    listing.lastId = std::string(payload.at("i").as_string());
    return listing;
}

void bindText(SqlText &query, Kind kind, const std::string &text) {
    switch (kind) {
    case Kind::integer:
        query.parameters.integer(std::stoll(text));
        break;
    case Kind::decimal:
        query.parameters.numeric(Decimal::parse(text).value_or(Decimal{}));
        break;
    case Kind::boolean:
        query.parameters.boolean(text == "true");
        break;
    case Kind::dateTime:
        query.parameters.timestamp(DateTime::parse(text).value_or(DateTime{}));
        break;
    case Kind::date:
        query.parameters.date(Date::parse(text).value_or(Date{}));
        break;
    case Kind::id:
        query.parameters.uuid(text);
        break;
    default:
        query.parameters.text(text);
    }
}

/// " AND (…)" for the rows behind the last one. PostgreSQL's own order of nulls: last when ascending, first when
/// descending, so that one index serves both directions.
void addKeyset(SqlText &query, const std::vector<SortKey> &keys, const Listing &listing, bool idDescending) {
    std::string alternatives;
    std::string equal;
    std::string const first = query.next();
    for (std::size_t i = 0; i < keys.size(); ++i) {
        std::string const &column = keys[i].expression;
        bool const descending = keys[i].descending;
        std::string behind;
        std::string same;
        if (listing.values.at(i)) {
            std::string const parameter = query.next();
            bindText(query, keys[i].kind, *listing.values[i]);
            behind = column + (descending ? " < " : " > ") + parameter;
            if (!descending && !neverNull(keys[i])) behind = "(" + behind + " OR " + column + " IS NULL)";
            same = column + " = " + parameter;
        } else {
            behind = descending ? column + " IS NOT NULL" : "false";
            same = column + " IS NULL";
        }
        alternatives += (alternatives.empty() ? "" : " OR ") + ("(" + equal + behind + ")");
        equal += same + " AND ";
    }
    std::string const parameter = query.next();
    query.parameters.uuid(listing.lastId);
    std::string const last = "(" + equal + "t.id" + (idDescending ? " < " : " > ") + parameter + ")";
    if (keys.size() == 1 && neverNull(keys[0]) && listing.values[0] && keys[0].descending == idDescending) {
        // The row comparison is what an index on (column, id) answers in one step.
        query.sql += " AND (" + keys[0].expression + ", t.id) " + (idDescending ? "<" : ">") + " (" + first + ", " +
                     parameter + ")";
        return;
    }
    query.sql += " AND (" + alternatives + (alternatives.empty() ? "" : " OR ") + last + ")";
}

/// What is between the spaces of a search. Signs that stand alone ("Smith & Co") are no words, unless there is no
/// other.
std::vector<std::string_view> wordsOf(std::string_view q) {
    std::vector<std::string_view> words;
    constexpr std::string_view spaces = " \t\r\n";
    for (auto start = q.find_first_not_of(spaces); start != std::string_view::npos;) {
        auto const end = std::min(q.find_first_of(spaces, start), q.size());
        words.push_back(q.substr(start, end - start));
        start = q.find_first_not_of(spaces, end);
    }
    auto const signs = [](std::string_view word) {
        return std::ranges::none_of(word, [](unsigned char c) { return c >= 0x80U || std::isalnum(c) != 0; });
    };
    if (!std::ranges::all_of(words, signs)) std::erase_if(words, signs);
    return words;
}

/// The word as LIKE takes it literally.
std::string escaped(std::string_view word) {
    std::string pattern;
    for (char const c : word) {
        if (c == '%' || c == '_' || c == '\\') pattern += '\\';
        pattern += c;
    }
    return pattern;
}

/// Code points of UTF-8.
std::ptrdiff_t lettersOf(std::string_view text) {
    return std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
}

/// " AND …" for full text: every word, wherever it stands.
void addSearch(SqlText &query, const EntityStore &store, const std::string &q) {
    if (!store.searchable) {
        Error error(ErrorCode::invalidQuery, std::string(store.entity.labelPlural) + " have no full-text search.");
        error.parameter = "q";
        error.position = 0;
        throw error;
    }
    auto const contains = [&](const std::string &pattern) {
        query.sql += "t.search_text LIKE public.kontor_fold(" + query.next() + ")";
        query.parameters.text(pattern);
    };
    for (std::string_view const word : wordsOf(q)) {
        query.sql += " AND (";
        if (lettersOf(word) > 2) {
            contains('%' + escaped(word) + '%');
        } else {
            // Two letters are in most texts, and no index of trigrams finds them: they have to begin a word.
            contains(escaped(word) + '%');
            query.sql += " OR ";
            contains("% " + escaped(word) + '%');
        }
        query.sql += ")";
    }
}

std::int64_t estimate(postgres::Pool &pool, const std::string &where, const Parameters &parameters) {
    // The planner's own guess: right for the whole table within autovacuum's reach, and free.
    Rows const rows = pool.run({"countEstimate", "EXPLAIN (FORMAT JSON) SELECT 1" + where}, parameters);
    boost::json::value const plan = boost::json::parse(std::string_view(rows.text(0, 0)));
    return static_cast<std::int64_t>(plan.at(0).at("Plan").at("Plan Rows").to_number<double>());
}

std::string snippet(std::string_view text, std::string_view q) {
    std::string lower(q);
    std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    std::size_t const at = std::min(text.find(lower), text.size());
    std::size_t begin = at == text.size() || at < 40 ? 0 : at - 40;
    std::size_t end = std::min(text.size(), begin + 120);
    auto const inside = [&](std::size_t position) {
        return position < text.size() && (static_cast<unsigned char>(text[position]) & 0xC0U) == 0x80U;
    };
    while (inside(begin)) ++begin;
    while (inside(end)) ++end;
    return std::string(text.substr(begin, end - begin));
}

/// What names mean in this entity's filters, for this caller. `types` must outlive it.
FilterScope filterScope(State &state, const auth::Caller &caller, const EntityStore &store,
                        const CustomFields::Types &types) {
    FilterScope scope{.entity = store.entity, .contract = state.contract};
    scope.customFields = &types;
    scope.hidden = [&caller](const EntityType &entity, const Field &field) {
        return hidden(*caller.principal, entity, field);
    };
    scope.readScope = [&caller](SqlText &query, const EntityType &entity) { addReadScope(query, caller, entity); };
    scope.child = [&state](const EntityType &entity, const Field &field) -> std::optional<FilterChild> {
        const StoredField *const stored = state.storeOf(entity).find(field.name);
        if (stored == nullptr || stored->child == nullptr) return std::nullopt;
        FilterChild child;
        child.table = stored->child->filterTable;
        child.parentColumn = stored->child->filterParent;
        child.condition = stored->child->filterCondition;
        if (child.table.empty()) child.json = stored->expression;
        return child;
    };
    return scope;
}

}  // namespace

QueryResult Operations::queryRecords(const auth::Caller &caller, const Query &given) {
    State &state = *implementation_;
    Listing listing = openListing(state, given);
    const Query &query = listing.query;
    const EntityStore &store = state.storeOf(*query.entity);
    requireRead(caller, store.entity);
    int const limit = std::clamp(query.limit, 1, 2000);
    auto const types = state.customFields.of(store.entity.name);
    FilterScope const scope = filterScope(state, caller, store, *types);
    std::vector<SortKey> keys = parseSort(query.sort, scope);
    std::erase_if(keys, [](const SortKey &key) { return key.field->name == "id"; });  // always the last key
    bool const idDescending = keys.empty() ? query.sort == "-id" : keys.front().descending;

    // The sort keys are read even when they were not asked for: the cursor is made of them.
    auto selected = select(caller, store, query.fields);
    std::vector<const StoredField *> extra;
    if (!selected.empty()) {
        for (const SortKey &key : keys) {
            const StoredField *const field = store.find(key.field->name);
            if (std::ranges::find(selected, field) != selected.end()) continue;
            selected.push_back(field);
            extra.push_back(field);
        }
    }

    SqlText where;
    where.sql = " FROM " + std::string(store.entity.table) + " t WHERE t.deleted_at IS " +
                (query.onlyDeleted ? "NOT NULL" : "NULL");
    addVisibility(where, caller, store);
    if (auto const filter = parseFilter(query.filter)) {
        where.sql += " AND ";
        appendFilter(where, *filter, scope);
    }
    if (!query.q.empty()) addSearch(where, store, query.q);

    QueryResult result;
    result.expand = query.expand;
    if (query.count != Count::none) {
        if (query.count == Count::exact) {
            Rows const rows = state.pool.run({"countExactly", "SELECT count(*)" + where.sql}, where.parameters);
            result.total = rows.integer(0, 0);
        } else {
            result.total = estimate(state.pool, where.sql, where.parameters);
        }
    }

    SqlText page = std::move(where);
    if (listing.resumed) addKeyset(page, keys, listing, idDescending);
    page.sql = "SELECT " + expressions(store, selected) + page.sql + " ORDER BY ";
    for (const SortKey &key : keys) page.sql += key.expression + (key.descending ? " DESC, " : ", ");
    page.sql += idDescending ? "t.id DESC" : "t.id";
    page.sql += " LIMIT " + page.next();
    page.parameters.integer(limit + 1);
    Rows const rows = state.pool.run({"list", std::move(page.sql)}, std::move(page.parameters));

    int const count = std::min(rows.size(), limit);
    result.records.reserve(static_cast<std::size_t>(count));
    for (int row = 0; row < count; ++row) result.records.push_back(store.read(rows, row, selected));
    if (rows.size() > limit) {
        result.nextCursor = sealCursor(cursorOf(listing, keys, *result.records.back()), state.cursorKey, "list");
    }
    for (RecordPtr &record : result.records) {
        for (const StoredField *field : extra) clear(*field->field, *record);
        record = shown(state, caller, store, std::move(record));
    }
    if (!query.expand.empty()) {
        std::vector<const Record *> records;
        for (const RecordPtr &record : result.records) records.push_back(record.get());
        result.included = expandAll(caller, records, query.expand);
    }
    return result;
}

void Operations::forEach(const auth::Caller &caller, const Query &given, const std::function<bool(Record &)> &visit) {
    Query query = given;
    query.limit = 2000;
    while (true) {
        QueryResult page = queryRecords(caller, query);
        for (RecordPtr &record : page.records) {
            if (!visit(*record)) return;
            record.reset();
        }
        if (page.nextCursor.empty()) return;
        query.cursor = page.nextCursor;
    }
}

std::vector<SearchHit> Operations::searchRecords(const auth::Caller &caller, const std::string &q,
                                                 const std::vector<const EntityType *> &entities, int limit) {
    State &state = *implementation_;
    if (q.size() > 500) throw Error(ErrorCode::tooLarge, "A search has at most 500 bytes.");
    std::vector<const EntityType *> const &wanted =
        entities.empty()
            ? std::vector<const EntityType *>(state.contract.entities.begin(), state.contract.entities.end())
            : entities;
    std::vector<SearchHit> hits;
    // What holds the words; only when nothing does, what resembles them.
    for (bool const similar : {false, true}) {
        for (const EntityType *const entity : wanted) {
            const EntityStore &store = state.storeOf(*entity);
            if (!store.searchable) continue;
            if (caller.principal->rightsOn(entity->name).read == auth::Scope::none) {
                if (entities.empty()) continue;
                requireRead(caller, *entity);
            }
            SqlText query;
            std::string const rank = "word_similarity(public.kontor_fold(" + query.next() + "), t.search_text)";
            query.parameters.text(q);
            query.sql = "SELECT " + store.selectList + ", " + rank +
                        "::float8::numeric, left(t.search_text, 400) FROM " + std::string(entity->table) +
                        " t WHERE t.deleted_at IS NULL";
            addVisibility(query, caller, store);
            if (similar) {
                query.sql += " AND public.kontor_fold($1) <% t.search_text";
            } else {
                addSearch(query, store, q);
            }
            query.sql += " ORDER BY " + rank + " DESC, t.id LIMIT " + query.next();
            query.parameters.integer(std::clamp(limit, 1, 200));
            Rows const rows = state.pool.run({similar ? "searchSimilar" : "search", std::move(query.sql)},
                                             std::move(query.parameters));
            auto const columns = static_cast<int>(store.fields.size());
            for (int row = 0; row < rows.size(); ++row) {
                SearchHit &hit = hits.emplace_back();
                hit.record = shown(state, caller, store, store.read(rows, row));
                hit.rank = std::stod(rows.numeric(row, columns).toString());
                hit.snippet = snippet(rows.text(row, columns + 1), q);
            }
        }
        if (!hits.empty()) break;
    }
    std::ranges::stable_sort(hits, std::ranges::greater{}, &SearchHit::rank);
    if (hits.size() > static_cast<std::size_t>(limit)) hits.resize(static_cast<std::size_t>(limit));
    return hits;
}

namespace {

const Statement selectHistory{"selectHistory",
                              "SELECT id, at, user_id, interface, action, version, changes, request_id FROM audit_entry"
                              " WHERE entity = $1 AND record_id = $2 AND id < $3 ORDER BY id DESC LIMIT $4"};

constexpr std::size_t largestHistory = 2000;  // maxOccurs of History.entry

std::string valueText(const boost::json::value &value) {
    return value.is_string() ? std::string(value.get_string()) : boost::json::serialize(value);
}

}  // namespace

History Operations::history(const auth::Caller &caller, const RecordKey &key, int limit, const std::string &cursor) {
    State &state = *implementation_;
    const EntityStore &store = state.storeOf(*key.entity);
    RecordPtr const record = retrieve(caller, key, {"id"});
    PagePosition position = openPosition(cursor, *record->id, limit, state.cursorKey, "history");
    int const wanted = std::clamp(position.limit, 1, 500);
    Rows const rows = state.pool.run(
        selectHistory,
        Parameters().text(store.entity.name).uuid(*record->id).integer(position.before).integer(wanted + 1));
    History page;
    int row = 0;
    for (; row < std::min(rows.size(), wanted); ++row) {
        boost::json::value const changes = boost::json::parse(std::string_view(rows.json(row, 6)));
        // What a page may hold is in the contract, and strict clients refuse more. A change is not split between pages.
        if (row > 0 && page.entries.size() + std::max<std::size_t>(changes.get_object().size(), 1) > largestHistory)
            break;
        position.before = rows.integer(row, 0);
        auto const entry = [&]() -> AuditEntry & {
            AuditEntry &added = page.entries.emplace_back();
            added.at = rows.timestamp(row, 1);
            if (!rows.isNull(row, 2)) added.by = rows.uuid(row, 2);
            added.via = std::string(rows.text(row, 3));
            added.action = std::string(rows.text(row, 4));
            added.version = rows.integer(row, 5);
            return added;
        };
        if (changes.get_object().empty()) entry();
        for (const auto &[name, values] : changes.get_object()) {
            const Field *const field = store.entity.type->find(std::string_view(name));
            if (field != nullptr && hidden(*caller.principal, store.entity, *field)) continue;
            AuditEntry &added = entry();
            added.field = std::string(name);
            if (!values.at(0).is_null()) added.oldValue = valueText(values.at(0));
            if (!values.at(1).is_null()) added.newValue = valueText(values.at(1));
        }
    }
    if (rows.size() > row) {
        page.nextCursor = sealPosition(*record->id, position, state.cursorKey, "history");
    }
    return page;
}

DescribeEntity Operations::describe(const auth::Caller &caller, const EntityType &entity) {
    State &state = *implementation_;
    requireRead(caller, entity);
    return describeEntity(entity, *state.customFields.of(entity.name), *caller.principal);
}

}  // namespace kontor::entity
