// What is expected to be sold, what people say of it, and how the pipeline has changed.

#include "services/lead/forecast.h"
#include "shared/contract/uuid.h"
#include "tests/integration/services_fixture.h"

#include <chrono>

using namespace kontor;
using namespace kontor::lead;
using kontor::test::codeOf;
using kontor::test::Services;

namespace {

constexpr const char *prospecting = "01940000-0000-7000-8000-000000000301";  // pipeline
constexpr const char *proposal = "01940000-0000-7000-8000-000000000303";     // bestCase
constexpr const char *negotiation = "01940000-0000-7000-8000-000000000304";  // commit
constexpr const char *wonStage = "01940000-0000-7000-8000-000000000305";
constexpr const char *lostStage = "01940000-0000-7000-8000-000000000306";
constexpr const char *priceWasTheReason = "01940000-0000-7000-8000-000000000401";

struct SharedServices {
    Services services;
    static SharedServices &instance() {
        static SharedServices shared;
        return shared;
    }
};

Date day(const char *text) { return Date::parse(text).value(); }
Decimal money(const char *text) { return Decimal::parse(text).value(); }

Date firstOfMonth(DateTime time) { return day((time.toString().substr(0, 7) + "-01").c_str()); }

Date monthAfter(Date first) {
    using namespace std::chrono;
    year_month_day const date = year_month_day{sys_days{days{first.days}}} + months{1};
    return Date{static_cast<std::int32_t>(sys_days{date}.time_since_epoch().count())};
}

struct Fixture {
    Services &services = SharedServices::instance().services;
    entity::Operations &operations = services.leadService->operations();
    const auth::Caller &admin = services.administrator;
    std::string const team = newId();
    /// Those of a test see nothing of another's.
    auth::Caller const rep = callerWith(auth::Scope::own);
    auth::Caller const colleague = callerWith(auth::Scope::own);
    auth::Caller const manager = callerWith(auth::Scope::team, {"forecast"});

    [[nodiscard]] auth::Caller callerWith(auth::Scope scope,
                                          std::set<std::string, std::less<>> permissions = {}) const {
        auth::Principal principal;
        principal.userId = newId();
        principal.teamIds = {team};
        principal.permissions = std::move(permissions);
        principal.entities["Opportunity"] = {true, scope, scope, scope};
        principal.entities["ForecastSubmission"] = {true, scope, scope, scope};
        principal.entities["Target"] = {false, auth::Scope::all, auth::Scope::none, auth::Scope::none};
        auth::Caller caller;
        caller.principal = std::make_shared<auth::Principal>(std::move(principal));
        caller.requestId = "test";
        return caller;
    }
    static const std::string &idOf(const auth::Caller &caller) { return caller.principal->userId; }

    [[nodiscard]] Opportunity deal(const char *stage, const char *amount, const char *closeDate) const {
        Opportunity opportunity;
        opportunity.name = std::string("Deal of ") + amount;
        opportunity.stageId = stage;
        opportunity.amount = money(amount);
        opportunity.closeDate = day(closeDate);
        opportunity.teamId = team;
        if (std::string_view(stage) == lostStage) opportunity.lostReasonId = priceWasTheReason;
        return opportunity;
    }
    template <typename T> T save(const auth::Caller &caller, T record) {
        return services.create(operations, caller, std::move(record));
    }
    Opportunity change(const auth::Caller &caller, const Opportunity &opportunity, Opportunity fields) {
        fields.id = opportunity.id;
        auto result = services.update(operations, caller, std::move(fields));
        if (result.error) throw *result.error;
        return static_cast<Opportunity &>(*result.record);
    }
    Opportunity moveTo(const auth::Caller &caller, const Opportunity &opportunity, const char *stage) {
        Opportunity fields;
        fields.stageId = stage;
        if (std::string_view(stage) == lostStage) fields.lostReasonId = priceWasTheReason;
        return change(caller, opportunity, std::move(fields));
    }

    static ForecastSubmission figure(const char *category, const char *amount, const char *period = "2031-03-01") {
        ForecastSubmission submission;
        submission.category = category;
        submission.amount = money(amount);
        submission.period = day(period);
        return submission;
    }

    static GetForecast months(const char *from, const char *until) {
        GetForecast input;
        input.from = day(from);
        input.until = day(until);
        return input;
    }
    /// "2031-03 commit 2 x 1500.00 (1200.00) submitted 900", a line for each row; owners by their first letter.
    std::string forecast(const auth::Caller &caller, const GetForecast &input) {
        std::string text;
        for (const ForecastRow &row : getForecast(*services.leadService, caller, input).row) {
            text += text.empty() ? "" : "; ";
            text += row.period->toString().substr(0, 7) + ' ' + nameOf(row.ownerId) + ' ' + *row.category + ' ' +
                    std::to_string(*row.count);
            auto const add = [&](const char *label, const std::optional<Decimal> &value) {
                if (value && *value != Decimal()) text += label + value->rounded(0).toString();
            };
            add(" = ", row.amountBase);
            add(" weighted ", row.weightedAmount);
            add(" submitted ", row.submitted);
            add(" overridden ", row.overridden);
            add(" target ", row.target);
        }
        return text;
    }
    [[nodiscard]] std::string nameOf(const std::optional<std::string> &user) const {
        if (!user) return "nobody";
        if (user == idOf(rep)) return "rep";
        if (user == idOf(colleague)) return "colleague";
        return user == idOf(manager) ? "manager" : *user;
    }

    std::vector<PipelineDifference> changes(const auth::Caller &caller, const GetPipelineChanges &input) {
        return getPipelineChanges(*services.leadService, caller, input).difference;
    }
    std::string changesSince(const auth::Caller &caller, DateTime since) {
        GetPipelineChanges input;
        input.since = since;
        std::string text;
        for (const PipelineDifference &difference : changes(caller, input)) {
            text += text.empty() ? "" : "; ";
            text += *difference.kind;
            if (difference.from) text += " from " + *difference.from;
            if (difference.to) text += " to " + *difference.to;
            if (difference.amountBase) text += " at " + difference.amountBase->rounded(0).toString();
        }
        return text;
    }

    /// "OUT_OF_RANGE /until", or nothing.
    template <typename Work> static std::string refusal(Work &&work) {
        try {
            work();
        } catch (const Error &error) {
            std::string text;
            for (const FieldError &field : error.fields) text += field.code + ' ' + field.pointer;
            return text.empty() ? std::string(errorCodeName(error.code)) : text;
        }
        return {};
    }
    std::string refusalOf(const GetForecast &input) {
        return refusal([&] { static_cast<void>(getForecast(*services.leadService, admin, input)); });
    }
    template <typename T> std::string refusalOf(const auth::Caller &caller, T record) {
        return refusal([&] { save(caller, std::move(record)); });
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(forecast, Fixture)

BOOST_AUTO_TEST_CASE(months_that_are_none_are_refused) {
    BOOST_TEST(refusalOf(GetForecast{}) == "REQUIRED /from");
    BOOST_TEST(refusalOf(months("2031-03-02", "2031-04-01")) == "NOT_FIRST_OF_MONTH /from");
    BOOST_TEST(refusalOf(months("2031-03-01", "2031-04-30")) == "NOT_FIRST_OF_MONTH /until");
    BOOST_TEST(refusalOf(months("2031-03-01", "2031-03-01")) == "OUT_OF_RANGE /until");
    BOOST_TEST(refusalOf(months("2031-03-01", "2031-02-01")) == "OUT_OF_RANGE /until");
    BOOST_TEST(refusalOf(months("2031-03-01", "2036-04-01")) == "OUT_OF_RANGE /until");
    BOOST_TEST(refusalOf(months("2031-03-01", "2036-03-01")) == "");
}

BOOST_AUTO_TEST_CASE(who_may_not_read_opportunities_gets_no_forecast) {
    auto const stranger = callerWith(auth::Scope::none);
    BOOST_TEST(refusal([&] { forecast(stranger, months("2031-03-01", "2031-04-01")); }) == "FORBIDDEN");
    GetPipelineChanges input;
    input.since = DateTime::now();
    BOOST_TEST(refusal([&] { changes(stranger, input); }) == "FORBIDDEN");
}

BOOST_AUTO_TEST_CASE(opportunities_are_summed_by_month_owner_and_category) {
    save(rep, deal(prospecting, "100", "2031-03-01"));
    save(rep, deal(prospecting, "200", "2031-03-31"));
    save(rep, deal(negotiation, "1000", "2031-03-15"));
    save(rep, deal(prospecting, "50", "2031-04-01"));
    save(rep, deal(prospecting, "7", "2031-02-28"));  // before
    save(rep, deal(prospecting, "7", "2031-05-01"));  // after
    auto optimistic = deal(prospecting, "400", "2031-03-10");
    optimistic.forecastCategory = "bestCase";
    save(rep, optimistic);
    auto omitted = deal(negotiation, "7", "2031-03-10");
    omitted.forecastCategory = "omitted";
    save(rep, omitted);
    auto const lost = save(rep, deal(negotiation, "7", "2031-03-10"));
    moveTo(rep, lost, lostStage);
    BOOST_TEST(forecast(rep, months("2031-03-01", "2031-05-01")) ==
               "2031-03 rep pipeline 2 = 300 weighted 30; 2031-03 rep bestCase 1 = 400 weighted 40;"
               " 2031-03 rep commit 1 = 1000 weighted 800; 2031-04 rep pipeline 1 = 50 weighted 5");
}

BOOST_AUTO_TEST_CASE(sums_are_in_the_base_currency) {
    CurrencyRate rate;
    rate.currency = "USD";
    rate.date = day("2020-01-01");
    rate.rate = money("0.5");
    save(admin, rate);
    auto dollars = deal(negotiation, "1000", "2031-03-10");
    dollars.currency = "USD";
    save(rep, dollars);
    auto const result = getForecast(*services.leadService, rep, months("2031-03-01", "2031-04-01"));
    BOOST_TEST(result.currency.value() == "EUR");
    BOOST_REQUIRE_EQUAL(result.row.size(), 1U);
    BOOST_TEST((result.row[0].amountBase == money("500")));
    BOOST_TEST((result.row[0].weightedAmount == money("400")));
}

BOOST_AUTO_TEST_CASE(what_was_won_counts_as_closed_in_the_month_of_closing) {
    auto committed = deal(negotiation, "1000", "2031-03-10");
    committed.forecastCategory = "commit";
    auto const won = moveTo(rep, save(rep, committed), wonStage);
    BOOST_TEST(forecast(rep, months("2031-03-01", "2031-04-01")) == "");
    Date const month = firstOfMonth(won.closedAt.value());
    GetForecast input;
    input.from = month;
    input.until = monthAfter(month);
    BOOST_TEST(forecast(rep, input) == month.toString().substr(0, 7) + " rep closed 1 = 1000 weighted 1000");
}

BOOST_AUTO_TEST_CASE(only_what_the_caller_may_read_counts) {
    save(rep, deal(prospecting, "100", "2031-03-10"));
    save(colleague, deal(prospecting, "10", "2031-03-10"));
    auto elsewhere = deal(prospecting, "1", "2031-03-10");
    elsewhere.teamId = newId();
    save(colleague, elsewhere);
    auto const input = months("2031-03-01", "2031-04-01");
    BOOST_TEST(forecast(rep, input) == "2031-03 rep pipeline 1 = 100 weighted 10");
    BOOST_TEST(forecast(colleague, input) == "2031-03 colleague pipeline 2 = 11 weighted 1");
    BOOST_TEST(forecast(manager, input) ==
               "2031-03 rep pipeline 1 = 100 weighted 10; 2031-03 colleague pipeline 1 = 10 weighted 1");
}

BOOST_AUTO_TEST_CASE(a_deleted_opportunity_counts_no_more) {
    auto const gone = save(rep, deal(prospecting, "100", "2031-03-10"));
    auto const result = operations.deleteRecords(rep, {{gone.structType().entity, *gone.id, {}, {}, {}}}, {});
    BOOST_REQUIRE(result.at(0).success());
    BOOST_TEST(forecast(rep, months("2031-03-01", "2031-04-01")) == "");
}

BOOST_AUTO_TEST_CASE(a_field_that_is_hidden_stays_hidden_in_sums) {
    save(rep, deal(prospecting, "100", "2031-03-10"));
    auth::Principal blind = *rep.principal;
    blind.fields["Opportunity.amountBase"] = auth::FieldRight::hidden;
    blind.fields["Opportunity.amount"] = auth::FieldRight::hidden;
    auth::Caller caller = rep;
    caller.principal = std::make_shared<auth::Principal>(blind);
    auto const result = getForecast(*services.leadService, caller, months("2031-03-01", "2031-04-01"));
    BOOST_REQUIRE_EQUAL(result.row.size(), 1U);
    BOOST_TEST(!result.row[0].amountBase.has_value());
    BOOST_TEST(*result.row[0].count == 1);
    BOOST_TEST(changesSince(caller, {0}) == "created to Prospecting");
}

BOOST_AUTO_TEST_CASE(a_forecast_may_be_of_one_owner_or_one_pipeline) {
    Pipeline other;
    other.name = "Partners " + newId();
    other = save(admin, other);
    Stage stage;
    stage.name = "First";
    stage.pipelineId = other.id;
    stage.category = "open";
    stage = save(admin, stage);
    auto partners = deal(stage.id->c_str(), "5000", "2031-03-10");
    partners.pipelineId = other.id;
    save(colleague, partners);
    save(rep, deal(prospecting, "100", "2031-03-10"));
    save(rep, figure("commit", "900"));

    auto input = months("2031-03-01", "2031-04-01");
    input.ownerId = idOf(colleague);
    BOOST_TEST(forecast(admin, input) == "2031-03 colleague pipeline 1 = 5000 weighted 500");
    input.ownerId.reset();
    input.pipelineId = other.id;
    BOOST_TEST(forecast(admin, input) == "2031-03 colleague pipeline 1 = 5000 weighted 500");
    input.ownerId = idOf(rep);
    BOOST_TEST(forecast(admin, input) == "");
}

BOOST_AUTO_TEST_CASE(the_latest_submission_counts_and_an_override_beside_it) {
    save(rep, deal(negotiation, "1000", "2031-03-10"));
    save(rep, figure("commit", "700"));
    save(rep, figure("commit", "900"));
    save(rep, figure("bestCase", "50", "2031-04-01"));
    auto correction = figure("commit", "800");
    correction.overrideOf = idOf(rep);
    save(manager, correction);
    auto const input = months("2031-03-01", "2031-05-01");
    std::string const march = "2031-03 rep commit 1 = 1000 weighted 800 submitted 900";
    std::string const april = "; 2031-04 rep bestCase 0 submitted 50";
    // The correction is the manager's: who reads only what is the own does not see it.
    BOOST_TEST(forecast(rep, input) == march + april);
    BOOST_TEST(forecast(manager, input) == march + " overridden 800" + april);
}

BOOST_AUTO_TEST_CASE(targets_stand_on_the_row_of_what_is_closed) {
    auto const goal = [&](std::optional<std::string> user, std::optional<std::string> group, const char *amount) {
        Target target;
        target.userId = std::move(user);
        target.targetTeamId = std::move(group);
        target.period = day("2031-03-01");
        target.amount = money(amount);
        save(admin, target);
    };
    goal(idOf(rep), {}, "5000");
    goal(idOf(rep), {}, "1000");
    goal(idOf(colleague), {}, "77");
    goal({}, team, "9000");
    save(rep, deal(prospecting, "100", "2031-03-10"));
    auto input = months("2031-03-01", "2031-04-01");
    input.ownerId = idOf(rep);
    BOOST_TEST(forecast(rep, input) == "2031-03 rep pipeline 1 = 100 weighted 10; 2031-03 rep closed 0 target 6000");
    auto const closed = getForecast(*services.leadService, rep, input).row.back();
    BOOST_TEST(closed.amountBase->toString() == "0.0000");  // as all money
    BOOST_TEST(closed.weightedAmount->toString() == "0.0000");
    input.ownerId.reset();
    input.teamId = team;
    BOOST_TEST(forecast(manager, input) == "2031-03 rep pipeline 1 = 100 weighted 10; 2031-03 rep closed 0 target 6000;"
                                           " 2031-03 nobody closed 0 target 9000");
}

BOOST_AUTO_TEST_CASE(a_submission_is_ones_own_unless_one_may_forecast_for_others) {
    auto const own = save(rep, figure("commit", "10"));
    BOOST_TEST(own.userId.value() == idOf(rep));
    auto foreign = figure("commit", "10");
    foreign.userId = idOf(colleague);
    BOOST_TEST(refusalOf(rep, foreign) == "NOT_YOURS /userId");
    BOOST_TEST(refusalOf(manager, foreign) == "");
    BOOST_TEST(refusalOf(admin, foreign) == "");
    auto correction = figure("commit", "10");
    correction.overrideOf = idOf(colleague);
    BOOST_TEST(refusalOf(rep, correction) == "NOT_YOURS /overrideOf");

    ForecastSubmission handedOver;
    handedOver.id = own.id;
    handedOver.userId = idOf(colleague);
    auto result = services.update(operations, rep, handedOver);
    BOOST_REQUIRE(result.error);
    BOOST_TEST(result.error->fields.at(0).code == "NOT_YOURS");
    ForecastSubmission emptied;
    emptied.id = own.id;
    emptied.fieldsToNull = {"userId"};
    result = services.update(operations, rep, emptied);
    BOOST_REQUIRE(result.error);
    BOOST_TEST(result.error->fields.at(0).pointer == "/userId");
    ForecastSubmission raised;
    raised.id = own.id;
    raised.amount = money("20");
    BOOST_TEST(services.update(operations, rep, raised).success());
}

BOOST_AUTO_TEST_CASE(sales_managers_put_the_figures_of_sales_people_right) {
    auto const seller = services.newUser("forecast-seller", {*services.roleNamed("Sales").id});
    services.newUser("forecast-manager", {*services.roleNamed("Sales manager").id});
    auto correction = figure("commit", "10");
    correction.overrideOf = seller.id;
    BOOST_TEST(refusalOf(services.callerOf("forecast-manager", "correct horse"), correction) == "");
    correction.overrideOf = services.administrator.principal->userId;
    BOOST_TEST(refusalOf(services.callerOf("forecast-seller", "correct horse"), correction) == "NOT_YOURS /overrideOf");
}

BOOST_AUTO_TEST_CASE(a_submission_is_of_a_month_and_not_negative) {
    BOOST_TEST(refusalOf(rep, figure("commit", "10", "2031-03-02")) == "NOT_FIRST_OF_MONTH /period");
    BOOST_TEST(refusalOf(rep, figure("commit", "-0.01")) == "OUT_OF_RANGE /amount");
    BOOST_TEST(refusalOf(rep, figure("closed", "10")) == "NOT_A_CHOICE /category");
    BOOST_TEST(refusalOf(rep, figure("commit", "0")) == "");
}

BOOST_AUTO_TEST_CASE(a_target_is_of_one_user_or_one_team) {
    Target target;
    target.period = day("2031-03-01");
    target.amount = money("10");
    BOOST_TEST(refusalOf(admin, target) == "REQUIRED /userId");
    target.userId = idOf(rep);
    target.targetTeamId = team;
    BOOST_TEST(refusalOf(admin, target) == "CONTRADICTION /targetTeamId");
    target.targetTeamId.reset();
    target.period = day("2031-03-31");
    BOOST_TEST(refusalOf(admin, target) == "NOT_FIRST_OF_MONTH /period");
    target.period = day("2031-03-01");
    auto const kept = save(admin, target);
    Target both;
    both.id = kept.id;
    both.targetTeamId = team;
    BOOST_TEST(!services.update(operations, admin, both).success());
    both.fieldsToNull = {"userId"};
    BOOST_TEST(services.update(operations, admin, both).success());
}

BOOST_AUTO_TEST_CASE(what_changed_in_the_pipeline_is_told_in_its_order) {
    DateTime const since = DateTime::now();
    auto opportunity = save(rep, deal(prospecting, "1000", "2031-03-10"));
    opportunity = moveTo(rep, opportunity, negotiation);
    Opportunity larger;
    larger.amount = money("1500.50");
    opportunity = change(rep, opportunity, larger);
    Opportunity later;
    later.closeDate = day("2031-06-30");
    later.nextStep = "Call again";
    opportunity = change(rep, opportunity, later);
    Opportunity largest;
    largest.amount = money("2000");
    largest.closeDate = day("2031-07-01");
    opportunity = change(rep, opportunity, largest);
    opportunity = moveTo(rep, opportunity, lostStage);
    opportunity = moveTo(rep, opportunity, proposal);
    opportunity = moveTo(rep, opportunity, wonStage);
    Opportunity unimportant;
    unimportant.nextStep = "Thank them";
    change(rep, opportunity, unimportant);
    BOOST_TEST(changesSince(rep, since) ==
               "created to Prospecting at 1000; moved from Prospecting to Negotiation at 1000;"
               " amount from 1000 to 1500.5 at 1501; closeDate from 2031-03-10 to 2031-06-30 at 1501;"
               " amount from 1500.5 to 2000 at 2000; closeDate from 2031-06-30 to 2031-07-01 at 2000;"
               " lost from Negotiation to Lost at 2000; reopened from Lost to Proposal at 2000;"
               " won from Proposal to Won at 2000");
}

BOOST_AUTO_TEST_CASE(an_opportunity_may_be_won_at_once_and_have_no_amount) {
    DateTime const since = DateTime::now();
    auto bare = deal(wonStage, "1", "2031-03-10");
    bare.amount.reset();
    auto opportunity = save(rep, bare);
    Opportunity priced;
    priced.amount = money("5");
    opportunity = change(rep, opportunity, priced);
    Opportunity free;
    free.fieldsToNull = {"amount"};
    change(rep, opportunity, free);
    BOOST_TEST(changesSince(rep, since) == "created to Won; won to Won; amount to 5 at 5; amount from 5");
}

BOOST_AUTO_TEST_CASE(differences_are_of_the_time_asked_for) {
    GetPipelineChanges input;
    BOOST_TEST(refusal([&] { changes(rep, input); }) == "REQUIRED /since");
    auto const first = save(rep, deal(prospecting, "1", "2031-03-10"));
    auto const second = moveTo(rep, first, proposal);
    input.since = first.stageSince;
    input.until = input.since;
    BOOST_TEST(refusal([&] { changes(rep, input); }) == "OUT_OF_RANGE /until");
    input.until = second.stageSince;
    auto found = changes(rep, input);
    BOOST_REQUIRE_EQUAL(found.size(), 1U);
    BOOST_TEST(found[0].kind.value() == "created");
    BOOST_TEST(found[0].opportunityId.value() == *first.id);
    BOOST_TEST(found[0].name.value() == "Deal of 1");
    BOOST_TEST((found[0].at == first.stageSince));
    input.since = second.stageSince;
    input.until.reset();
    found = changes(rep, input);
    BOOST_REQUIRE_EQUAL(found.size(), 1U);
    BOOST_TEST(found[0].kind.value() == "moved");
}

BOOST_AUTO_TEST_CASE(differences_are_of_what_the_caller_may_read) {
    DateTime const since = DateTime::now();
    auto const own = save(rep, deal(prospecting, "1", "2031-03-10"));
    Opportunity larger;
    larger.amount = money("2");
    change(rep, own, larger);
    auto elsewhere = deal(prospecting, "7", "2031-03-10");
    elsewhere.teamId = newId();
    save(colleague, elsewhere);
    BOOST_TEST(changesSince(rep, since) == "created to Prospecting at 1; amount from 1 to 2 at 2");
    BOOST_TEST(changesSince(manager, since) == "created to Prospecting at 1; amount from 1 to 2 at 2");
    BOOST_TEST(changesSince(colleague, since) == "created to Prospecting at 7");
}

BOOST_AUTO_TEST_CASE(out_of_a_pipeline_is_a_difference_of_both) {
    Pipeline other;
    other.name = "Renewals " + newId();
    other = save(admin, other);
    Stage stage;
    stage.name = "Due";
    stage.pipelineId = other.id;
    stage.category = "open";
    stage = save(admin, stage);
    GetPipelineChanges input;
    input.since = DateTime::now();
    auto const opportunity = save(rep, deal(prospecting, "1", "2031-03-10"));
    Opportunity moved;
    moved.pipelineId = other.id;
    moved.stageId = stage.id;
    auto const now = change(rep, opportunity, moved);
    input.pipelineId = other.id;
    BOOST_TEST(changes(rep, input).size() == 2U);  // it is there now, with its history
    input.pipelineId = "01940000-0000-7000-8000-000000000201";
    auto const left = changes(rep, input);
    BOOST_REQUIRE_EQUAL(left.size(), 1U);
    BOOST_TEST(left[0].kind.value() == "moved");
    BOOST_TEST((left[0].at == now.stageSince));
}

BOOST_AUTO_TEST_CASE(no_more_differences_than_the_contract_allows) {
    auto const opportunity = save(rep, deal(prospecting, "1", "2031-03-10"));
    services.database.execute("INSERT INTO lead.stage_change (id, opportunity_id, from_stage_id, to_stage_id,"
                              " from_category, to_category, at) SELECT gen_random_uuid(), '" +
                              *opportunity.id + "', '" + prospecting + "', '" + proposal +
                              "', 'open', 'open', '2000-01-01Z'::timestamptz + n * interval '1 second'"
                              " FROM generate_series(1, 2100) AS n");
    GetPipelineChanges input;
    input.since = DateTime::parse("2000-01-01T00:00:00Z");
    auto found = changes(rep, input);
    BOOST_TEST(found.size() == 2000U);
    input.since = DateTime{found.back().at->microseconds + 1};
    BOOST_TEST(changes(rep, input).size() == 101U);
}

BOOST_AUTO_TEST_SUITE_END()
