#include "services/lead/forecast.h"

#include "services/lead/lead_service.h"
#include "shared/entity/access.h"
#include "shared/entity/members.h"
#include "shared/entity/validate.h"

#include <chrono>

namespace kontor::lead {

using entity::refuse;
using entity::SqlText;
using entity::WriteContext;
using postgres::Rows;

namespace {

constexpr int maximumMonths = 60;
constexpr int maximumRows = 2000;
constexpr std::int64_t microsecondsOfDay = 86'400'000'000;

std::chrono::year_month_day calendar(Date date) {
    return std::chrono::year_month_day{std::chrono::sys_days{std::chrono::days{date.days}}};
}

void requireFirstOfMonth(const char *pointer, Date date) {
    if (calendar(date).day() != std::chrono::day{1}) {
        refuse(pointer, "NOT_FIRST_OF_MONTH", "must be the first day of a month");
    }
}

const EntityType &entityOf(const StructType &type) { return *type.entity; }

// ---- what is stored

void beforeSubmission(WriteContext &context, Record &incoming, const Record *existing) {
    auto &given = static_cast<ForecastSubmission &>(incoming);
    const auto *const before = static_cast<const ForecastSubmission *>(existing);
    const auth::Principal &principal = *context.caller.principal;
    if (before == nullptr && !given.userId) given.userId = principal.userId;
    auto const submission = entity::merged(given, before);
    if (!submission.userId) refuse("/userId", "REQUIRED", "says whose figure it is");
    if (submission.period) requireFirstOfMonth("/period", *submission.period);
    auto const requireOwn = [&](const char *pointer, const std::optional<std::string> &user, bool changed) {
        if (!changed || !user || user == principal.userId || principal.may("forecast")) return;
        refuse(pointer, "NOT_YOURS", "is somebody else, which takes the permission forecast");
    };
    requireOwn("/userId", submission.userId, before == nullptr || before->userId != submission.userId);
    requireOwn("/overrideOf", submission.overrideOf, before == nullptr || before->overrideOf != submission.overrideOf);
}

void beforeTarget(WriteContext &, Record &incoming, const Record *existing) {
    auto const target = entity::merged(static_cast<const Target &>(incoming), static_cast<const Target *>(existing));
    if (target.period) requireFirstOfMonth("/period", *target.period);
    if (!target.userId && !target.targetTeamId) refuse("/userId", "REQUIRED", "must have a value, or targetTeamId");
    if (target.userId && target.targetTeamId) {
        refuse("/targetTeamId", "CONTRADICTION", "cannot be given together with userId");
    }
}

// ---- what is asked

/// Adds " AND expression = $n" when there is a value.
void addEqual(SqlText &query, const char *expression, const std::optional<std::string> &id) {
    if (!id) return;
    query.sql += std::string(" AND ") + expression + " = " + query.next();
    query.parameters.uuid(id);
}

void addPeriods(SqlText &query, const GetForecast &input) {
    query.sql += " AND t.period >= " + query.next();
    query.parameters.date(*input.from);
    query.sql += " AND t.period < " + query.next();
    query.parameters.date(*input.until);
}

/// As addReadScope, but who may read none is shown none.
void addScopeOrNothing(SqlText &query, const auth::Caller &caller, const EntityType &entity) {
    if (caller.principal->rightsOn(entity.name).read == auth::Scope::none) {
        query.sql += " AND false";
    } else {
        entity::addReadScope(query, caller, entity);
    }
}

bool sees(const auth::Caller &caller, const StructType &type, std::string_view field) {
    return !entity::hidden(*caller.principal, entityOf(type), *type.find(field));
}

/// A team and a pipeline have no people of their own here: those are meant who own their opportunities.
bool onlyOwners(const GetForecast &input) { return input.teamId || input.pipelineId; }

void addFigures(SqlText &query, const auth::Caller &caller, const GetForecast &input) {
    auto const between = [&](const std::string &column, auto &&bind) {
        query.sql += column + " >= " + query.next();
        bind(*input.from);
        query.sql += " AND " + column + " < " + query.next();
        bind(*input.until);
    };
    query.sql += "figure AS (SELECT date_trunc('month', CASE WHEN t.category = 'won' THEN (t.closed_at AT TIME ZONE"
                 " 'UTC')::date ELSE t.close_date END)::date AS period, t.owner_id, k.category, count(*) AS count,"
                 " sum(t.amount_base) AS amount_base, sum(t.weighted_amount) AS weighted_amount"
                 " FROM opportunity t LEFT JOIN stage s ON s.id = t.stage_id"
                 // What was won is closed, whatever was thought of it while it was open.
                 " CROSS JOIN LATERAL (SELECT CASE WHEN t.category = 'won' AND coalesce(t.forecast_category,"
                 " s.forecast_category, '') <> 'omitted' THEN 'closed' ELSE coalesce(t.forecast_category,"
                 " s.forecast_category, 'pipeline') END AS category) k"
                 " WHERE t.deleted_at IS NULL AND t.category <> 'lost' AND k.category <> 'omitted' AND"
                 " (t.category <> 'won' AND ";
    between("t.close_date", [&](Date date) { query.parameters.date(date); });
    query.sql += " OR t.category = 'won' AND ";
    between("t.closed_at", [&](Date date) { query.parameters.timestamp({date.days * microsecondsOfDay}); });
    query.sql += ')';
    addEqual(query, "t.owner_id", input.ownerId);
    addEqual(query, "t.team_id", input.teamId);
    addEqual(query, "t.pipeline_id", input.pipelineId);
    entity::addReadScope(query, caller, entityOf(Opportunity::contractType()));
    query.sql += " GROUP BY 1, 2, 3)";
}

void addSubmissions(SqlText &query, const auth::Caller &caller, const GetForecast &input) {
    constexpr const char *owner = "coalesce(t.override_of, t.user_id)";
    query.sql += std::string(", submission AS (SELECT DISTINCT ON (t.period, ") + owner +
                 ", t.category, t.override_of IS NOT NULL) t.period, " + owner +
                 " AS owner_id, t.category, t.override_of IS NOT NULL AS overrides, t.amount FROM forecast_submission t"
                 " WHERE t.deleted_at IS NULL";
    addPeriods(query, input);
    addEqual(query, owner, input.ownerId);
    if (onlyOwners(input)) query.sql += std::string(" AND ") + owner + " IN (SELECT owner_id FROM figure)";
    addScopeOrNothing(query, caller, entityOf(ForecastSubmission::contractType()));
    query.sql += std::string(" ORDER BY t.period, ") + owner +
                 ", t.category, t.override_of IS NOT NULL, t.created_at DESC, t.id DESC)";
}

void addTargets(SqlText &query, const auth::Caller &caller, const GetForecast &input) {
    query.sql += ", goal AS (SELECT t.period, t.user_id AS owner_id, sum(t.amount) AS amount FROM target t"
                 " WHERE t.deleted_at IS NULL AND (t.user_id IS NOT NULL";
    addEqual(query, "t.user_id", input.ownerId);
    if (onlyOwners(input)) query.sql += " AND t.user_id IN (SELECT owner_id FROM figure)";
    if (input.teamId && !input.ownerId) {
        query.sql += " OR t.target_team_id = " + query.next();
        query.parameters.uuid(input.teamId);
    }
    query.sql += ')';
    addPeriods(query, input);
    addScopeOrNothing(query, caller, entityOf(Target::contractType()));
    query.sql += " GROUP BY 1, 2)";
}

SqlText forecastQuery(const auth::Caller &caller, const GetForecast &input) {
    SqlText query;
    query.sql = "WITH ";
    addFigures(query, caller, input);
    addSubmissions(query, caller, input);
    addTargets(query, caller, input);
    query.sql += " SELECT period, owner_id, category, sum(count)::bigint, coalesce(sum(amount_base), 0.0000),"
                 " coalesce(sum(weighted_amount), 0.0000), sum(submitted), sum(overridden), sum(target)"
                 " FROM (SELECT period, owner_id, category, count, amount_base, weighted_amount, NULL::numeric AS"
                 " submitted, NULL::numeric AS overridden, NULL::numeric AS target FROM figure"
                 " UNION ALL SELECT period, owner_id, category, 0, NULL, NULL, CASE WHEN NOT overrides THEN amount END,"
                 " CASE WHEN overrides THEN amount END, NULL FROM submission"
                 " UNION ALL SELECT period, owner_id, 'closed', 0, NULL, NULL, NULL, NULL, amount FROM goal) parts"
                 " GROUP BY period, owner_id, category ORDER BY period, owner_id,"
                 " array_position(ARRAY['pipeline', 'bestCase', 'commit', 'closed'], category) LIMIT " +
                 std::to_string(maximumRows + 1);
    return query;
}

void requireMonths(const GetForecast &input) {
    if (!input.from) refuse("/from", "REQUIRED", "must have a value");
    if (!input.until) refuse("/until", "REQUIRED", "must have a value");
    requireFirstOfMonth("/from", *input.from);
    requireFirstOfMonth("/until", *input.until);
    auto const from = calendar(*input.from);
    auto const until = calendar(*input.until);
    auto const count = until.year() / until.month() - from.year() / from.month();
    if (count.count() < 1) refuse("/until", "OUT_OF_RANGE", "must be later than from");
    if (count.count() > maximumMonths) {
        refuse("/until", "OUT_OF_RANGE", "must be at most " + std::to_string(maximumMonths) + " months after from");
    }
}

// ---- differences

/// What an opportunity's stage changes say. It may be two things at once: created, and won already.
constexpr const char *stageDifferences =
    "SELECT t.id, t.name, k.kind, c.at, f.name AS before, s.name AS after, c.amount_base, NULL::bigint AS entry, "
    "k.place"
    " FROM stage_change c JOIN opportunity t ON t.id = c.opportunity_id"
    " LEFT JOIN stage f ON f.id = c.from_stage_id LEFT JOIN stage s ON s.id = c.to_stage_id"
    " CROSS JOIN LATERAL unnest(CASE"
    " WHEN c.from_stage_id IS NULL AND c.to_category IN ('won', 'lost') THEN ARRAY['created', c.to_category]"
    " WHEN c.from_stage_id IS NULL THEN ARRAY['created']"
    " WHEN c.to_category IN ('won', 'lost') AND c.to_category IS DISTINCT FROM c.from_category"
    " THEN ARRAY[c.to_category]"
    " WHEN c.to_category = 'open' AND c.from_category IN ('won', 'lost') THEN ARRAY['reopened']"
    " ELSE ARRAY['moved'] END) WITH ORDINALITY AS k(kind, place)"
    " WHERE c.deleted_at IS NULL";

/// What the audit trail says of fields, of which an array comes next. Where the same entry does not say what the amount
/// in the base currency became, `entry` names it.
constexpr const char *fieldDifferences =
    "SELECT t.id, t.name, k.field AS kind, a.at, a.changes -> k.field ->> 0 AS before,"
    " a.changes -> k.field ->> 1 AS after,"
    " CASE WHEN a.changes ? 'amountBase' THEN (a.changes -> 'amountBase' ->> 1)::numeric ELSE t.amount_base END"
    " AS amount_base, CASE WHEN NOT a.changes ? 'amountBase' THEN a.id END AS entry, 3 AS place"
    " FROM opportunity t JOIN audit_entry a ON a.record_id = t.id AND a.entity = 'Opportunity' AND a.action = 'updated'"
    " JOIN (VALUES ";

/// With the amount that an entry left as it was: what the next change found, or what it still is.
constexpr const char *differencesBegin =
    "SELECT d.id, d.name, d.kind, d.at, CASE d.kind WHEN 'amount' THEN trim_scale(d.before::numeric)::text ELSE"
    " d.before END, CASE d.kind WHEN 'amount' THEN trim_scale(d.after::numeric)::text ELSE d.after END,"
    " CASE WHEN n.found THEN n.amount::numeric ELSE d.amount_base END FROM (";
constexpr const char *differencesEnd =
    ") d LEFT JOIN LATERAL (SELECT true AS found, a.changes -> 'amountBase' ->> 0 AS amount FROM audit_entry a"
    " WHERE a.record_id = d.id AND a.id > d.entry AND a.changes ? 'amountBase' ORDER BY a.id LIMIT 1) n ON true"
    " ORDER BY d.at, d.id, d.place, d.kind";

class DifferenceQuery {
  public:
    DifferenceQuery(const auth::Caller &caller, const GetPipelineChanges &input) : caller_(caller), input_(input) {}

    SqlText build() {
        const StructType &type = Opportunity::contractType();
        entity::requireRead(caller_, entityOf(type));
        if (sees(caller_, type, "stageId") && sees(caller_, type, "category")) addStages();
        std::vector<std::string> fields{"amount", "closeDate"};
        std::erase_if(fields, [&](const std::string &field) { return !sees(caller_, type, field); });
        if (!fields.empty()) addFields(fields);
        if (!query_.sql.empty()) {
            query_.sql = differencesBegin + query_.sql + " ORDER BY at, id, place, kind LIMIT " +
                         std::to_string(maximumRows) + differencesEnd;
        }
        return std::move(query_);
    }

  private:
    void begin() {
        if (!query_.sql.empty()) query_.sql += " UNION ALL ";
    }

    void addStages() {
        begin();
        query_.sql += stageDifferences;
        addTimes("c.at");
        if (input_.pipelineId) {
            // Out of the pipeline into another one is a difference of both.
            query_.sql += " AND (t.pipeline_id = " + query_.next();
            query_.parameters.uuid(input_.pipelineId);
            query_.sql += " OR f.pipeline_id = " + query_.next() + ')';
            query_.parameters.uuid(input_.pipelineId);
        }
        addVisible();
    }

    void addFields(const std::vector<std::string> &fields) {
        begin();
        query_.sql += fieldDifferences;
        for (const std::string &field : fields)
            query_.sql += (&field == &fields.front() ? "('" : ", ('") + field + "')";
        query_.sql += ") AS k(field) ON a.changes ? k.field WHERE true";
        addTimes("a.at");
        // Whatever has changed since then was updated since then: the index of that finds it.
        query_.sql += " AND t.updated_at >= " + query_.next();
        query_.parameters.timestamp(*input_.since);
        addEqual(query_, "t.pipeline_id", input_.pipelineId);
        addVisible();
    }

    void addTimes(const std::string &column) {
        query_.sql += " AND " + column + " >= " + query_.next();
        query_.parameters.timestamp(*input_.since);
        if (!input_.until) return;
        query_.sql += " AND " + column + " < " + query_.next();
        query_.parameters.timestamp(*input_.until);
    }

    void addVisible() {
        query_.sql += " AND t.deleted_at IS NULL";
        entity::addReadScope(query_, caller_, entityOf(Opportunity::contractType()));
    }

    const auth::Caller &caller_;
    const GetPipelineChanges &input_;
    SqlText query_;
};

template <typename T> std::optional<T> valueAt(const Rows &rows, int row, int column, T (Rows::*read)(int, int) const) {
    if (rows.isNull(row, column)) return std::nullopt;
    return (rows.*read)(row, column);
}

std::optional<std::string> textAt(const Rows &rows, int row, int column) {
    if (rows.isNull(row, column)) return std::nullopt;
    return std::string(rows.text(row, column));
}

}  // namespace

void addForecastBehaviours(std::map<std::string, entity::Behaviour> &behaviours) {
    behaviours["ForecastSubmission"].beforeWrite = beforeSubmission;
    behaviours["Target"].beforeWrite = beforeTarget;
}

Forecast getForecast(LeadService &service, const auth::Caller &caller, const GetForecast &input) {
    requireMonths(input);
    SqlText const query = forecastQuery(caller, input);
    Rows const rows = service.operations().pool().run({"forecast", query.sql}, query.parameters);
    if (rows.size() > maximumRows) {
        refuse("/until", "TOO_MANY_ROWS",
               "makes more than " + std::to_string(maximumRows) + " rows; ask for fewer months or one owner");
    }
    Forecast forecast;
    forecast.currency = service.catalogue().settings()->baseCurrency();
    bool const seesAmount = sees(caller, Opportunity::contractType(), "amountBase");
    bool const seesWeighted = sees(caller, Opportunity::contractType(), "weightedAmount");
    bool const seesSubmitted = sees(caller, ForecastSubmission::contractType(), "amount");
    bool const seesTarget = sees(caller, Target::contractType(), "amount");
    for (int row = 0; row < rows.size(); ++row) {
        ForecastRow &figure = forecast.row.emplace_back();
        figure.period = rows.date(row, 0);
        figure.ownerId = valueAt(rows, row, 1, &Rows::uuid);
        figure.category = textAt(rows, row, 2);
        figure.count = rows.integer(row, 3);
        if (seesAmount) figure.amountBase = rows.numeric(row, 4);
        if (seesWeighted) figure.weightedAmount = rows.numeric(row, 5);
        if (seesSubmitted) figure.submitted = valueAt(rows, row, 6, &Rows::numeric);
        if (seesSubmitted) figure.overridden = valueAt(rows, row, 7, &Rows::numeric);
        if (seesTarget) figure.target = valueAt(rows, row, 8, &Rows::numeric);
    }
    return forecast;
}

PipelineDifferences getPipelineChanges(LeadService &service, const auth::Caller &caller,
                                       const GetPipelineChanges &input) {
    if (!input.since) refuse("/since", "REQUIRED", "must have a value");
    if (input.until && *input.until <= *input.since) refuse("/until", "OUT_OF_RANGE", "must be later than since");
    SqlText const query = DifferenceQuery(caller, input).build();
    PipelineDifferences differences;
    if (query.sql.empty()) return differences;
    Rows const rows = service.operations().pool().run({"pipelineChanges", query.sql}, query.parameters);
    bool const seesName = sees(caller, Opportunity::contractType(), "name");
    bool const seesAmount = sees(caller, Opportunity::contractType(), "amountBase");
    for (int row = 0; row < rows.size(); ++row) {
        PipelineDifference &difference = differences.difference.emplace_back();
        difference.opportunityId = rows.uuid(row, 0);
        if (seesName) difference.name = textAt(rows, row, 1);
        difference.kind = textAt(rows, row, 2);
        difference.at = rows.timestamp(row, 3);
        difference.from = textAt(rows, row, 4);
        difference.to = textAt(rows, row, 5);
        if (seesAmount) difference.amountBase = valueAt(rows, row, 6, &Rows::numeric);
    }
    return differences;
}

}  // namespace kontor::lead
