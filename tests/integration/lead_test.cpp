// Leads: states, duplicates, scores, assignment, conversion; opportunities: stages, history, the board.

#include "services/lead/conversion.h"
#include "services/lead/leads.h"
#include "services/lead/opportunities.h"
#include "services/lead/responses.h"
#include "shared/contract/uuid.h"
#include "tests/integration/services_fixture.h"

#include <set>
#include <thread>

using namespace kontor;
using namespace kontor::lead;
using kontor::test::codeOf;
using kontor::test::eventually;
using kontor::test::Services;

namespace {

struct Fixture {
    Services services;
    entity::Operations &operations = services.leads();
    auth::Caller admin = services.administrator;

    template <typename T> T create(T record) { return services.create(operations, admin, std::move(record)); }
    template <typename T> T get(const std::string &id) {
        return std::move(static_cast<T &>(*operations.retrieve(admin, {T::contractType().entity, id, {}, {}, {}})));
    }
    Lead newLead(const std::string &lastName, const std::string &email = {}) {
        Lead lead;
        lead.lastName = lastName;
        if (!email.empty()) lead.email = email;
        return create(std::move(lead));
    }
    Opportunity newOpportunity(const std::string &name, const char *amount = "1000.00") {
        Opportunity opportunity;
        opportunity.name = name;
        opportunity.amount = Decimal::parse(amount);
        opportunity.closeDate = Date::parse("2027-03-31");
        return create(std::move(opportunity));
    }
    std::string stageNamed(const std::string &name) {
        for (const Stage &stage : services.leadService->catalogue().settings()->stages) {
            if (stage.name == name) return *stage.id;
        }
        throw std::runtime_error("no stage " + name);
    }
    std::optional<Error> change(Opportunity change) {
        auto result = services.update(operations, admin, std::move(change));
        return result.error;
    }
    std::vector<Opportunity> cards(const std::string &stageId) {
        GetBoard input;
        input.pipelineId = services.leadService->catalogue().settings()->defaultPipeline()->id;
        std::vector<Opportunity> found;
        for (const Opportunity &card : getBoard(*services.leadService, admin, input).card) {
            if (card.stageId == stageId) found.push_back(card);
        }
        return found;
    }
    LeadConversionResult convert(LeadConversion wish) {
        ConvertLeads input;
        input.conversion.push_back(std::move(wish));
        return convertLeads(*services.leadService, admin, input).result.at(0);
    }
    LeadConversionResult convertAs(const auth::Caller &caller, LeadConversion wish) {
        ConvertLeads input;
        input.conversion.push_back(std::move(wish));
        return convertLeads(*services.leadService, caller, input).result.at(0);
    }
    /// Somebody with a role of these rights on all that is sold and bought with.
    auth::Caller sellerWith(const std::string &name, const std::string &scope, std::vector<std::string> teams = {}) {
        identity::Role role;
        role.name = "Role of " + name;
        role.permissions = {"convertLead"};
        for (const char *const entity : {"Lead", "Opportunity", "Account", "Contact"}) {
            identity::EntityRight &right = role.entityRights.emplace_back();
            right.entity = entity;
            right.create = true;
            right.read = right.update = right.remove = scope;
        }
        auto const stored = services.create(services.identities(), admin, role);
        services.newUser(name, {*stored.id}, std::move(teams));
        return services.callerOf(name, "correct horse");
    }
    identity::Team newTeam(const std::string &name) {
        identity::Team team;
        team.name = name;
        return services.create(services.identities(), admin, team);
    }
    std::int64_t count(const std::string &sql) { return services.leadPool->run({"count", sql}).integer(0, 0); }
};

bool has(const std::optional<Error> &error, std::string_view pointer, std::string_view code) {
    return error && std::ranges::any_of(error->fields, [&](const FieldError &field) {
               return field.pointer == pointer && field.code == code;
           });
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(leads, Fixture)

BOOST_AUTO_TEST_CASE(a_lead_is_named_normalised_and_given_its_status) {
    Lead lead;
    lead.firstName = "Åsa";
    lead.lastName = "Öberg";
    lead.email = "Asa.Oberg@Acme.Example";
    auto const stored = create(lead);
    BOOST_TEST(*stored.displayName == "Åsa Öberg");
    BOOST_TEST(*stored.email == "asa.oberg@acme.example");
    BOOST_TEST(*stored.companyDomain == "acme.example");
    BOOST_TEST(*stored.statusCategory == "open");
    BOOST_TEST(*stored.emailState == "unverified");
    BOOST_TEST((codeOf([&] { create(Lead{}); }) == ErrorCode::validation));
    Lead provider;
    provider.email = "somebody@gmail.com";
    BOOST_TEST(!create(provider).companyDomain.has_value());
    Lead converted;
    converted.lastName = "Early";
    converted.statusId = services.leadService->catalogue().settings()->firstStatus("converted")->id;
    BOOST_TEST((codeOf([&] { create(converted); }) == ErrorCode::validation));
}

BOOST_AUTO_TEST_CASE(what_a_lead_may_bring_is_valued_where_there_is_a_rate) {
    Lead lead;
    lead.lastName = "Dahl";
    lead.estimatedAmount = Decimal::parse("1000");
    lead.currency = "EUR";
    auto const stored = create(lead);
    BOOST_TEST(stored.estimatedAmountBase->toString() == "1000.0000");
    Lead change;
    change.id = stored.id;
    change.currency = "SEK";
    BOOST_TEST(!services.update(operations, admin, change).error);
    BOOST_TEST(!get<Lead>(*stored.id).estimatedAmountBase);
    CurrencyRate rate;
    rate.currency = "SEK";
    rate.date = Date::parse("2026-01-01");
    rate.rate = Decimal::parse("0.0895");
    create(rate);
    change.estimatedAmount = Decimal::parse("2000");
    BOOST_TEST(!services.update(operations, admin, change).error);
    BOOST_TEST(get<Lead>(*stored.id).estimatedAmountBase->toString() == "179.0000");
}

BOOST_AUTO_TEST_CASE(records_like_a_new_lead_are_named_and_it_can_be_created_none_the_less) {
    auto const first = newLead("Berg", "anna@twin.example");
    contact::Contact person;
    person.lastName = "Bergh";
    person.emailAddresses.resize(1);
    person.emailAddresses[0].address = "anna@twin.example";
    auto const known = services.create(services.contacts(), admin, person);
    Lead again;
    again.lastName = "B.";
    again.email = "ANNA@twin.example";
    try {
        create(again);
        BOOST_TEST(false, "the duplicate was not noticed");
    } catch (const Error &error) {
        BOOST_TEST((error.code == ErrorCode::duplicatesDetected));
        std::set<std::string> ids;
        for (auto const &candidate : error.candidates) ids.insert(candidate.id);
        BOOST_TEST(ids.contains(*first.id));
        BOOST_TEST(ids.contains(*known.id));
    }
    again.allowDuplicates = true;
    BOOST_TEST(!create(again).allowDuplicates.has_value());
    // By phone, however it is written.
    Lead caller;
    caller.lastName = "Caller";
    caller.phone = "+46 8 123 45 67";
    create(caller);
    Lead same;
    same.lastName = "Someone else";
    same.phone = "+468-1234567";
    BOOST_TEST((codeOf([&] { create(same); }) == ErrorCode::duplicatesDetected));
    // Either of two numbers counts, among leads and among contacts.
    contact::Contact reached;
    reached.lastName = "Reached";
    reached.phoneNumbers.resize(1);
    reached.phoneNumbers[0].number = "0046 70 765 43 21";
    services.create(services.contacts(), admin, reached);
    Lead both;
    both.lastName = "Both";
    both.phone = "+46 8 999 99 99";
    both.mobile = "+46 (8) 123 45 67";
    BOOST_TEST((codeOf([&] { create(both); }) == ErrorCode::duplicatesDetected));
    both.mobile = "0046707654321";
    BOOST_TEST((codeOf([&] { create(both); }) == ErrorCode::duplicatesDetected));
    both.mobile = "123456";  // an extension
    BOOST_TEST(create(both).id.has_value());
    Lead sharing = both;
    sharing.phone.reset();
    BOOST_TEST(create(sharing).id.has_value());
    // A colleague is no duplicate.
    BOOST_TEST(newLead("Colleague", "other@twin.example").id.has_value());
}

BOOST_AUTO_TEST_CASE(a_company_that_is_known_is_named) {
    contact::Account account;
    account.name = "Trillium Oy";
    account.website = "https://www.trillium.example/fi";
    auto const known = services.create(services.contacts(), admin, account);
    auto const refused = [&](const Lead &lead) {
        try {
            create(lead);
        } catch (const Error &error) {
            BOOST_TEST((error.code == ErrorCode::duplicatesDetected));
            BOOST_REQUIRE_EQUAL(error.candidates.size(), 1U);
            BOOST_TEST(error.candidates[0].entity == "Account");
            BOOST_TEST(error.candidates[0].id == *known.id);
            return error.candidates[0].matchedOn.at(0);
        }
        return std::string("nothing");
    };
    Lead byName;
    byName.companyName = "Trillium Oy";
    BOOST_TEST(refused(byName) == "companyName");
    Lead byDomain;
    byDomain.companyName = "Trillium";
    byDomain.website = "http://trillium.example";
    BOOST_TEST(refused(byDomain) == "companyDomain");
    // Its people are leads none the less, and who asks is told of the company.
    Lead person = byDomain;
    person.lastName = "Lehto";
    auto const found = findDuplicates(*services.leadService, admin, person).candidate;
    BOOST_REQUIRE_EQUAL(found.size(), 1U);
    BOOST_TEST(*found[0].id == *known.id);
    create(person);
    byName.allowDuplicates = true;
    BOOST_TEST(create(byName).id.has_value());
}

BOOST_AUTO_TEST_CASE(who_may_not_see_a_record_is_not_told_of_it) {
    newLead("Hidden", "hidden@twin.example");
    auto const user = services.newUser("capturer", {});
    identity::Role role;
    role.name = "Own leads";
    role.entityRights.resize(1);
    role.entityRights[0].entity = "Lead";
    role.entityRights[0].create = true;
    role.entityRights[0].read = "own";
    role.entityRights[0].update = "own";
    auto const own = services.create(services.identities(), admin, role);
    identity::User change;
    change.id = user.id;
    change.roleIds = {*own.id};
    BOOST_REQUIRE(services.update(services.identities(), admin, change).success());
    auto const caller = services.callerOf("capturer", "correct horse");
    Lead lead;
    lead.lastName = "Hidden";
    lead.email = "hidden@twin.example";
    BOOST_TEST(services.create(operations, caller, lead).id.has_value());
}

BOOST_AUTO_TEST_CASE(a_score_is_the_sum_of_parts_that_say_why) {
    ScoringRule swedish;
    swedish.name = "From Sweden";
    swedish.kind = "field";
    swedish.filter = "country = \"SE\" AND employeeCount >= 100";
    swedish.points = 30;
    create(swedish);
    ScoringRule opened;
    opened.name = "Opened a mail";
    opened.kind = "behaviour";
    opened.eventKind = "opened";
    opened.points = 10;
    opened.halfLifeDays = 30;
    opened.maximumPoints = 25;
    create(opened);
    Lead lead;
    lead.lastName = "Scored";
    lead.country = "SE";
    lead.employeeCount = 250;
    auto const stored = create(lead);
    BOOST_TEST(*stored.score == 30);
    BOOST_TEST(*stored.grade == "C");
    BOOST_REQUIRE_EQUAL(stored.scoreParts.size(), 1U);
    BOOST_TEST(*stored.scoreParts[0].rule == "From Sweden");
    LeadEvent recent;
    recent.leadId = stored.id;
    recent.kind = "opened";
    create(recent);
    LeadEvent old = recent;
    old.at = DateTime{DateTime::now().microseconds - 30LL * 86'400'000'000};
    create(old);
    auto scored = get<Lead>(*stored.id);
    BOOST_TEST(*scored.score == 45);  // 30 + 10 + 5
    LeadEvent many = recent;
    many.count = 7;
    create(many);
    scored = get<Lead>(*stored.id);
    BOOST_TEST(*scored.score == 55);  // no more than 25
    BOOST_TEST(*scored.grade == "B");
    BOOST_REQUIRE_EQUAL(scored.scoreParts.size(), 2U);
    BOOST_TEST(scored.scoreParts[1].reason->find("opened") != std::string::npos);
    // What the rule asked for is gone, and so are its points.
    Lead moved;
    moved.id = stored.id;
    moved.country = "NO";
    BOOST_REQUIRE(services.update(operations, admin, moved).success());
    BOOST_TEST(*get<Lead>(*stored.id).score == 25);
}

BOOST_AUTO_TEST_CASE(the_parts_follow_where_their_sum_stays) {
    for (const char *const country : {"SE", "NO"}) {
        ScoringRule rule;
        rule.name = std::string("From ") + country;
        rule.kind = "field";
        rule.filter = std::string("country = \"") + country + "\"";
        rule.points = 30;
        create(rule);
    }
    Lead lead;
    lead.lastName = "Moves";
    lead.country = "SE";
    auto const stored = create(lead);
    BOOST_TEST(*stored.scoreParts.at(0).rule == "From SE");
    Lead moved;
    moved.id = stored.id;
    moved.country = "NO";
    BOOST_REQUIRE(services.update(operations, admin, moved).success());
    auto const after = get<Lead>(*stored.id);
    BOOST_TEST(*after.score == 30);
    BOOST_REQUIRE_EQUAL(after.scoreParts.size(), 1U);
    BOOST_TEST(*after.scoreParts[0].rule == "From NO");
}

BOOST_AUTO_TEST_CASE(scores_fade_while_nobody_touches_the_lead) {
    ScoringRule opened;
    opened.name = "Opened a mail";
    opened.kind = "behaviour";
    opened.eventKind = "opened";
    opened.points = 40;
    opened.halfLifeDays = 10;
    create(opened);
    auto const lead = newLead("Fades");
    LeadEvent event;
    event.leadId = lead.id;
    event.kind = "opened";
    create(event);
    auto const fresh = get<Lead>(*lead.id);
    BOOST_TEST(*fresh.score == 40);
    BOOST_TEST(refreshScores(*services.leadService, admin) == 0);  // looked at within the hour
    auto const pass = [&](int days) {
        services.leadPool->run({"age", "UPDATE lead_event SET at = at - make_interval(days => $1::int)"},
                               std::move(postgres::Parameters().integer(days)));
        services.leadPool->run({"ageScore", "UPDATE lead SET scored_at = scored_at - interval '2 hours'"});
        BOOST_TEST(refreshScores(*services.leadService, admin) == 1);
        return *get<Lead>(*lead.id).score;
    };
    BOOST_TEST(pass(10) == 20);
    BOOST_TEST(pass(10) == 10);
    auto const faded = get<Lead>(*lead.id);
    BOOST_TEST(*faded.grade == "D");
    BOOST_TEST(*faded.scoreParts.at(0).points == 10);
    BOOST_TEST(faded.scoreParts[0].reason->find("halved every 10 days") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(rules_that_cannot_work_are_refused) {
    ScoringRule rule;
    rule.name = "Feeds itself";
    rule.kind = "field";
    rule.points = 1;
    rule.filter = "score > 10";
    BOOST_TEST((codeOf([&] { create(rule); }) == ErrorCode::validation));
    rule.filter = "country = \"SE\" AND (NOT scoreParts.points > 1 OR grade = \"A\")";
    BOOST_TEST((codeOf([&] { create(rule); }) == ErrorCode::validation));
    rule.filter = "country =";
    BOOST_TEST((codeOf([&] { create(rule); }) == ErrorCode::validation));
    rule.filter = "nosuchfield = 1";
    BOOST_TEST((codeOf([&] { create(rule); }) == ErrorCode::validation));
    AssignmentRule assignment;
    assignment.name = "Nobody";
    assignment.mode = "roundRobin";
    BOOST_TEST((codeOf([&] { create(assignment); }) == ErrorCode::validation));
    assignment.mode = "queue";
    BOOST_TEST((codeOf([&] { create(assignment); }) == ErrorCode::validation));
    SalesPerson person;
    person.userId = admin.principal->userId;
    person.delegateId = person.userId;
    BOOST_TEST((codeOf([&] { create(person); }) == ErrorCode::validation));
}

BOOST_AUTO_TEST_CASE(a_rule_may_speak_of_scores_that_are_not_its_own) {
    ScoringRule rule;
    rule.name = "Football";
    rule.kind = "field";
    rule.points = 7;
    rule.filter = "sourceDetail : \"score\"";
    create(rule);
    Lead lead;
    lead.lastName = "Goal";
    lead.sourceDetail = "scoreboard";
    BOOST_TEST(*create(lead).score == 7);
}

BOOST_AUTO_TEST_CASE(delegates_who_are_away_are_stood_in_for_and_a_circle_of_them_ends) {
    std::vector<std::string> people;
    for (const char *name : {"ada", "bo", "cy"}) people.push_back(*services.newUser(name, {}).id);
    AssignmentRule rule;
    rule.name = "Ada";
    rule.mode = "user";
    rule.userIds = {people[0]};
    create(rule);
    std::vector<SalesPerson> away;
    for (std::size_t i = 0; i < people.size(); ++i) {
        SalesPerson person;
        person.userId = people[i];
        person.delegateId = people[(i + 1) % people.size()];
        if (i < 2) person.outFrom = DateTime{DateTime::now().microseconds - 1'000'000};
        away.push_back(create(person));
    }
    BOOST_TEST(*newLead("For Cy").ownerId == people[2]);
    SalesPerson last;
    last.id = away[2].id;
    last.outFrom = away[0].outFrom;
    BOOST_REQUIRE(services.update(operations, admin, last).success());
    auto const lead = newLead("For nobody of them");
    BOOST_TEST(*lead.ownerId == admin.principal->userId);
    BOOST_TEST(*lead.assignmentTrace.at(0).outcome == "noneAvailable");
}

BOOST_AUTO_TEST_CASE(leads_go_round_among_those_who_are_there) {
    std::vector<std::string> people;
    for (const char *name : {"rita", "rolf", "runa"}) people.push_back(*services.newUser(name, {}).id);
    AssignmentRule norwegian;
    norwegian.name = "Norway";
    norwegian.position = 1;
    norwegian.filter = "country = \"NO\"";
    norwegian.mode = "user";
    norwegian.userIds = {people[2]};
    create(norwegian);
    AssignmentRule rest;
    rest.name = "Everybody";
    rest.position = 2;
    rest.mode = "roundRobin";
    rest.userIds = people;
    create(rest);
    std::map<std::string, int> got;
    for (int i = 0; i < 9; ++i) ++got[*newLead("Round " + std::to_string(i)).ownerId];
    for (const std::string &person : people) BOOST_TEST(got[person] == 3);
    Lead lead;
    lead.lastName = "Nordmann";
    lead.country = "NO";
    auto const nordmann = create(lead);
    BOOST_TEST(*nordmann.ownerId == people[2]);
    BOOST_TEST(nordmann.assignedAt.has_value());
    BOOST_TEST(*nordmann.assignmentTrace.at(0).outcome == "assigned");
    BOOST_TEST(*get<Lead>(*newLead("Traced").id).assignmentTrace.at(0).outcome == "notMatched");
    // Out of office, with and without somebody who stands in; full.
    SalesPerson away;
    away.userId = people[0];
    away.outUntil = DateTime{DateTime::now().microseconds + 3'600'000'000};
    away.delegateId = people[1];
    create(away);
    SalesPerson full;
    full.userId = people[2];
    full.capacity = 4;
    create(full);
    got.clear();
    for (int i = 0; i < 4; ++i) ++got[*newLead("Later " + std::to_string(i)).ownerId];
    BOOST_TEST(got[people[0]] == 0);
    BOOST_TEST(got[people[1]] == 4);
    BOOST_TEST(got[people[2]] == 0);
    // So do those of somebody who sees no others' and may give none away.
    auto const own = sellerWith("own", "own");
    lead.lastName = "Passed on";
    BOOST_TEST(*services.create(operations, own, lead).ownerId != own.principal->userId);
    // Whoever names an owner means it.
    lead.lastName = "Given";
    lead.ownerId = people[0];
    BOOST_TEST(*create(lead).ownerId == people[0]);
}

BOOST_AUTO_TEST_CASE(nobody_gets_more_than_enough_nor_while_away) {
    std::vector<std::string> people;
    for (const char *name : {"mia", "nils", "olle"}) people.push_back(*services.newUser(name, {}).id);
    auto const limit = [&](std::size_t who, auto &&change) {
        SalesPerson person;
        person.userId = people[who];
        change(person);
        return create(person);
    };
    auto const inHours = [](int hours) { return DateTime{DateTime::now().microseconds + hours * 3'600'000'000LL}; };
    limit(0, [](SalesPerson &p) { p.maximumPerDay = 2; });
    auto const nils = limit(1, [](SalesPerson &p) { p.capacity = 1; });
    // Not away yet, and no longer; nobody stands in when he is.
    auto const olle = limit(2, [&](SalesPerson &p) { p.outFrom = inHours(24), p.outUntil = inHours(48); });
    for (const char *const mode : {"roundRobin", "leastBusy", "user"}) {
        services.leadPool->run({"forget", "UPDATE lead SET assigned_at = NULL, status_category = 'disqualified'"});
        services.leadPool->run({"noRules", "UPDATE assignment_rule SET is_active = false"});
        SalesPerson there;
        there.id = olle.id;
        there.outFrom = inHours(24);
        there.outUntil = inHours(48);
        BOOST_REQUIRE(services.update(operations, admin, there).success());
        for (const std::string &person : people) services.leadService->catalogue().loads().forget(person);
        AssignmentRule rule;
        rule.name = std::string("By ") + mode;
        rule.mode = mode;
        rule.userIds = people;
        create(rule);
        std::map<std::string, int> got;
        for (int i = 0; i < 6; ++i) ++got[*newLead(std::string(mode) + std::to_string(i)).ownerId];
        BOOST_TEST(got[people[0]] == 2, mode << " gives " << got[people[0]] << " a day");
        BOOST_TEST(got[people[1]] == 1, mode << " gives " << got[people[1]] << " open ones");
        BOOST_TEST(got[people[2]] == 3);
        there.outFrom = inHours(-1);
        BOOST_REQUIRE(services.update(operations, admin, there).success());
        auto const left = newLead(std::string("Nobody's by ") + mode);
        BOOST_TEST(*left.ownerId == admin.principal->userId);
        const AssignmentStep &why = left.assignmentTrace.back();
        BOOST_TEST(*why.outcome == "noneAvailable");
        BOOST_TEST(why.detail->find(people[0] + " got 2 in a day") != std::string::npos);
        BOOST_TEST(why.detail->find(people[1] + " has 1 open leads") != std::string::npos);
        BOOST_TEST(why.detail->find(people[2] + " is out of office") != std::string::npos);
    }
    // A lead that is done with makes room.
    services.leadPool->run({"done", "UPDATE lead SET status_category = 'disqualified' WHERE owner_id = $1"},
                           std::move(postgres::Parameters().uuid(people[1])));
    services.leadService->catalogue().loads().forget(people[1]);
    BOOST_TEST(*newLead("Room again").ownerId == people[1]);
    SalesPerson aside;
    aside.id = nils.id;
    aside.isActive = false;
    aside.fieldsToNull = {"capacity"};
    BOOST_REQUIRE(services.update(operations, admin, aside).success());
    BOOST_TEST(*newLead("Takes no part").ownerId == admin.principal->userId);
}

BOOST_AUTO_TEST_CASE(nobody_gets_more_than_enough_of_what_comes_at_once) {
    std::vector<std::string> people;
    for (const char *name : {"petra", "quentin", "rosa"}) people.push_back(*services.newUser(name, {}).id);
    for (std::size_t i = 0; i < 2; ++i) {
        SalesPerson person;
        person.userId = people[i];
        if (i == 0) person.capacity = 5;
        if (i == 1) person.maximumPerDay = 7;
        create(person);
    }
    AssignmentRule rule;
    rule.name = "All at once";
    rule.mode = "roundRobin";
    rule.userIds = people;
    create(rule);
    {
        std::vector<std::jthread> threads;
        for (int thread = 0; thread < 6; ++thread) {
            threads.emplace_back([&, thread] {
                for (int i = 0; i < 8; ++i) newLead("At once " + std::to_string(thread) + "-" + std::to_string(i));
            });
        }
    }
    auto const owned = [&](const std::string &user) {
        return services.leadPool
            ->run({"owned", "SELECT count(*) FROM lead WHERE owner_id = $1"},
                  std::move(postgres::Parameters().uuid(user)))
            .integer(0, 0);
    };
    BOOST_TEST(owned(people[0]) == 5);
    BOOST_TEST(owned(people[1]) == 7);
    BOOST_TEST(owned(people[2]) == 36);
}

BOOST_AUTO_TEST_CASE(a_queue_has_its_members_and_its_time) {
    auto const caller = sellerWith("member", "all");
    auto const stranger = sellerWith("stranger", "all");
    LeadQueue queue;
    queue.name = "Hotline";
    queue.memberIds = {caller.principal->userId};
    queue.responseMinutes = 15;
    auto const hotline = create(queue);
    Lead lead;
    lead.lastName = "Waits";
    lead.queueId = hotline.id;
    lead.assign = false;
    auto const waiting = create(lead);
    BOOST_REQUIRE(waiting.respondBy.has_value());
    auto const seconds = (waiting.respondBy->microseconds - waiting.createdAt->microseconds) / 1'000'000;
    BOOST_TEST(std::abs(seconds - 900) <= 60);
    Lead take;
    take.id = waiting.id;
    take.ownerId = stranger.principal->userId;
    auto const refused = services.update(operations, stranger, take);
    BOOST_TEST(has(refused.error, "/ownerId", "NOT_A_MEMBER"));
    BOOST_TEST(*get<Lead>(*waiting.id).queueId == *hotline.id);
    take.ownerId = caller.principal->userId;
    BOOST_REQUIRE(services.update(operations, caller, take).success());
    auto const taken = get<Lead>(*waiting.id);
    BOOST_TEST(!taken.queueId.has_value());
    BOOST_TEST((taken.respondBy == waiting.respondBy));  // whoever has it, it is to be answered by then
    // Those that are late are found.
    services.leadPool->run({"late", "UPDATE lead SET respond_by = now() - interval '1 minute'"});
    entity::Query query;
    query.entity = Lead::contractType().entity;
    query.filter = "respondBy < now AND NOT firstResponseAt : *";
    BOOST_TEST(operations.queryRecords(admin, query).records.size() == 1U);
    LeadQueue patient;
    patient.name = "Some day";
    Lead moved;
    moved.id = waiting.id;
    moved.queueId = create(patient).id;
    BOOST_REQUIRE(services.update(operations, admin, moved).success());
    BOOST_TEST(!get<Lead>(*waiting.id).respondBy.has_value());
}

BOOST_AUTO_TEST_CASE(the_least_busy_gets_it_and_a_queue_keeps_it) {
    std::vector<std::string> people;
    for (const char *name : {"busy", "idle"}) people.push_back(*services.newUser(name, {}).id);
    Lead burden;
    burden.lastName = "Burden";
    burden.ownerId = people[0];
    create(burden);
    AssignmentRule rule;
    rule.name = "Least busy";
    rule.mode = "leastBusy";
    rule.userIds = people;
    auto const stored = create(rule);
    BOOST_TEST(*newLead("For idle").ownerId == people[1]);
    LeadQueue queue;
    queue.name = "Inbox";
    auto const inbox = create(queue);
    AssignmentRule change;
    change.id = stored.id;
    change.mode = "queue";
    change.queueId = inbox.id;
    BOOST_REQUIRE(services.update(operations, admin, change).success());
    auto const waiting = newLead("Waiting");
    BOOST_TEST(!waiting.ownerId.has_value());
    BOOST_TEST(*waiting.queueId == *inbox.id);
    // Taking it ends the waiting.
    Lead take;
    take.id = waiting.id;
    take.ownerId = people[1];
    BOOST_REQUIRE(services.update(operations, admin, take).success());
    auto const taken = get<Lead>(*waiting.id);
    BOOST_TEST(!taken.queueId.has_value());
    BOOST_TEST(taken.assignedAt.has_value());
}

BOOST_AUTO_TEST_CASE(the_clock_of_the_first_response_is_stopped_by_hand) {
    auto const lead = newLead("Clock");
    Lead change;
    change.id = lead.id;
    change.firstResponseAt = DateTime{lead.createdAt->microseconds + 90'000'000};
    BOOST_REQUIRE(services.update(operations, admin, change).success());
    BOOST_TEST(*get<Lead>(*lead.id).responseSeconds == 90);
}

BOOST_AUTO_TEST_CASE(the_first_answer_stops_the_clock) {
    auto const lead = newLead("Answered");
    auto const subscription = responseSubscription(*services.leadService, *services.contactPool);
    // The cluster's other databases hold back what is new for a moment.
    auto const settle = [&] {
        BOOST_REQUIRE(eventually([&] { return events::heldBack(subscription.service).count() == 0; }));
        while (events::applyNext(subscription) > 0) continue;
    };
    auto const log = [&](const char *kind, const char *status, const char *direction, int minutes) {
        contact::Activity activity;
        activity.kind = kind;
        activity.subject = "About the lead";
        activity.status = status;
        if (*direction != '\0') activity.direction = direction;
        activity.startAt = DateTime{lead.createdAt->microseconds + minutes * 60'000'000LL};
        activity.parentEntity = "Lead";
        activity.parentId = lead.id;
        services.create(services.contacts(), admin, activity);
    };
    log("note", "completed", "", 1);
    log("email", "completed", "in", 2);
    log("call", "planned", "out", 3);
    settle();
    BOOST_TEST(!get<Lead>(*lead.id).firstResponseAt.has_value());
    log("call", "held", "out", 5);
    log("meeting", "held", "", 90);
    settle();
    auto const answered = get<Lead>(*lead.id);
    BOOST_REQUIRE(answered.responseSeconds.has_value());
    BOOST_TEST(*answered.responseSeconds == 300);
    // From the beginning once more: nothing changes.
    std::size_t seen = 0;
    auto counting = subscription;
    counting.apply = [&](postgres::Transaction &transaction, std::span<const events::Event> happened) {
        seen += happened.size();
        subscription.apply(transaction, happened);
    };
    events::Looked looked;
    BOOST_TEST(events::applyNext(counting, &looked) == 0);
    events::replay(counting);
    while (events::applyNext(counting, &looked) > 0) continue;
    BOOST_TEST(seen == 5U);
    BOOST_TEST(*get<Lead>(*lead.id).version == *answered.version);
}

BOOST_AUTO_TEST_CASE(a_lead_becomes_an_account_a_contact_and_an_opportunity) {
    Lead lead;
    lead.firstName = "Kaarina";
    lead.lastName = "Virtanen";
    lead.companyName = "Virtanen Oy";
    lead.email = "kaarina@virtanen.example";
    lead.phone = "+358 9 123456";
    lead.city = "Helsinki";
    lead.estimatedAmount = Decimal::parse("12500.00");
    lead.source = "Trade fair";
    lead.utmTerm = "pumps";
    lead.utmContent = "banner 2";
    auto const stored = create(lead);
    contact::Activity note;
    note.kind = "note";
    note.subject = "Met at the fair";
    note.parentEntity = "Lead";
    note.parentId = stored.id;
    auto const activity = services.create(services.contacts(), admin, note);

    LeadConversion wish;
    wish.leadId = stored.id;
    auto const result = convert(wish);
    BOOST_REQUIRE_MESSAGE(*result.success, (result.error ? *result.error->message : ""));
    auto const account =
        services.contacts().retrieve(admin, {&Services::entity("Account"), *result.accountId, {}, {}, {}});
    BOOST_TEST(*static_cast<contact::Account &>(*account).name == "Virtanen Oy");
    BOOST_TEST(*static_cast<contact::Account &>(*account).postalAddresses.at(0).city == "Helsinki");
    auto const person =
        services.contacts().retrieve(admin, {&Services::entity("Contact"), *result.contactId, {}, {}, {}});
    auto const &kaarina = static_cast<contact::Contact &>(*person);
    BOOST_TEST(*kaarina.displayName == "Kaarina Virtanen");
    BOOST_TEST(*kaarina.accountId == *result.accountId);
    BOOST_TEST(*kaarina.emailAddresses.at(0).address == "kaarina@virtanen.example");
    auto const deal = get<Opportunity>(*result.opportunityId);
    BOOST_TEST(*deal.name == "Virtanen Oy");
    BOOST_TEST(deal.amount->toString() == "12500.0000");
    BOOST_TEST(*deal.primaryContactId == *result.contactId);
    BOOST_TEST(*deal.leadId == *stored.id);
    BOOST_TEST(*deal.source == "Trade fair");
    BOOST_TEST(*deal.utmTerm == "pumps");
    BOOST_TEST(*deal.utmContent == "banner 2");
    auto const moved = services.contacts().retrieve(admin, {&Services::entity("Activity"), *activity.id, {}, {}, {}});
    BOOST_TEST(*static_cast<contact::Activity &>(*moved).parentId == *result.contactId);
    auto const converted = get<Lead>(*stored.id);
    BOOST_TEST(*converted.statusCategory == "converted");
    BOOST_TEST(*converted.convertedOpportunityId == *result.opportunityId);
    BOOST_TEST(count("SELECT count(*) FROM conversion WHERE state = 'done' AND finished_at IS NOT NULL") == 1);
    // Once only, and there is no way back.
    auto const again = convert(wish);
    BOOST_TEST(!*again.success);
    BOOST_TEST(*again.error->code == "CONFLICT");
    Lead back;
    back.id = stored.id;
    back.statusId = services.leadService->catalogue().settings()->defaultStatus()->id;
    BOOST_TEST((services.update(operations, admin, back).error->code == ErrorCode::conflict));
}

BOOST_AUTO_TEST_CASE(of_parties_that_are_there_only_the_gaps_are_filled) {
    contact::Account account;
    account.name = "Known Ltd";
    account.industry = "Steel";
    auto const known = services.create(services.contacts(), admin, account);
    contact::Contact person;
    person.lastName = "Known";
    person.jobTitle = "Director";
    person.accountId = known.id;
    auto const contact = services.create(services.contacts(), admin, person);
    Lead lead;
    lead.lastName = "Other spelling";
    lead.companyName = "Known Limited";
    lead.industry = "Paper";
    lead.website = "https://known.example";
    lead.jobTitle = "Intern";
    lead.salutation = "Dr";
    LeadConversion wish;
    wish.leadId = create(lead).id;
    wish.contactId = contact.id;
    wish.createOpportunity = false;
    auto const result = convert(wish);
    BOOST_REQUIRE_MESSAGE(*result.success, (result.error ? *result.error->message : ""));
    BOOST_TEST(*result.accountId == *known.id);
    BOOST_TEST(!*result.accountCreated);
    BOOST_TEST(!*result.contactCreated);
    BOOST_TEST(!result.opportunityId.has_value());
    auto const after = services.contacts().retrieve(admin, {&Services::entity("Account"), *known.id, {}, {}, {}});
    BOOST_TEST(*static_cast<contact::Account &>(*after).name == "Known Ltd");
    BOOST_TEST(*static_cast<contact::Account &>(*after).industry == "Steel");
    BOOST_TEST(*static_cast<contact::Account &>(*after).website == "https://known.example");
    auto const same = services.contacts().retrieve(admin, {&Services::entity("Contact"), *contact.id, {}, {}, {}});
    BOOST_TEST(*static_cast<contact::Contact &>(*same).jobTitle == "Director");
    BOOST_TEST(*static_cast<contact::Contact &>(*same).salutation == "Dr");
}

BOOST_AUTO_TEST_CASE(gaps_that_the_caller_may_not_fill_stay) {
    auto caller = sellerWith("narrow", "all");
    auto narrow = std::make_shared<auth::Principal>(*caller.principal);
    narrow->fields["Account.website"] = auth::FieldRight::readOnly;
    narrow->fields["Contact.salutation"] = auth::FieldRight::hidden;
    caller.principal = narrow;
    contact::Account account;
    account.name = "Narrow Ltd";
    auto const known = services.create(services.contacts(), admin, account);
    contact::Contact person;
    person.lastName = "Narrow";
    person.accountId = known.id;
    auto const there = services.create(services.contacts(), admin, person);
    Lead lead;
    lead.lastName = "Narrow";
    lead.website = "https://narrow.example";
    lead.industry = "Paper";
    lead.salutation = "Dr";
    lead.jobTitle = "Buyer";
    LeadConversion wish;
    wish.leadId = create(lead).id;
    wish.contactId = there.id;
    wish.createOpportunity = false;
    auto const result = convertAs(caller, wish);
    BOOST_REQUIRE_MESSAGE(*result.success, (result.error ? *result.error->message : ""));
    auto const company = services.contacts().retrieve(admin, {&Services::entity("Account"), *known.id, {}, {}, {}});
    BOOST_TEST(!static_cast<contact::Account &>(*company).website.has_value());
    BOOST_TEST(*static_cast<contact::Account &>(*company).industry == "Paper");
    auto const same = services.contacts().retrieve(admin, {&Services::entity("Contact"), *there.id, {}, {}, {}});
    BOOST_TEST(!static_cast<contact::Contact &>(*same).salutation.has_value());
    BOOST_TEST(*static_cast<contact::Contact &>(*same).jobTitle == "Buyer");
}

BOOST_AUTO_TEST_CASE(the_mapping_says_which_field_goes_where) {
    auto const map = [&](const char *from, const char *target, const char *to) {
        ConversionField field;
        field.leadField = from;
        field.target = target;
        field.targetField = to;
        return create(field);
    };
    map("sourceDetail", "Contact", "department");
    map("description", "Opportunity", "nextStep");
    map("referredBy", "Account", "description");
    // What is not mapped stays behind.
    entity::Query query;
    query.entity = ConversionField::contractType().entity;
    query.filter = "leadField = \"industry\" AND target = \"Account\"";
    auto const standard = operations.queryRecords(admin, query);
    BOOST_REQUIRE_EQUAL(standard.records.size(), 1U);
    std::string const industry = *standard.records[0]->id;
    BOOST_REQUIRE(operations.deleteRecords(admin, {{query.entity, industry, {}, {}, {}}}, {}).at(0).success());
    Lead lead;
    lead.lastName = "Mapped";
    lead.sourceDetail = "Hall 4";
    lead.description = "Send samples";
    lead.referredBy = "A neighbour";
    lead.industry = "Steel";
    LeadConversion wish;
    wish.leadId = create(lead).id;
    auto const result = convert(wish);
    BOOST_REQUIRE_MESSAGE(*result.success, (result.error ? *result.error->message : ""));
    auto const person =
        services.contacts().retrieve(admin, {&Services::entity("Contact"), *result.contactId, {}, {}, {}});
    BOOST_TEST(static_cast<contact::Contact &>(*person).department.value_or("") == "Hall 4");
    auto const company =
        services.contacts().retrieve(admin, {&Services::entity("Account"), *result.accountId, {}, {}, {}});
    BOOST_TEST(static_cast<contact::Account &>(*company).description.value_or("") == "A neighbour");
    BOOST_TEST(!static_cast<contact::Account &>(*company).industry.has_value());
    BOOST_TEST(get<Opportunity>(*result.opportunityId).nextStep.value_or("") == "Send samples");
}

BOOST_AUTO_TEST_CASE(consent_activities_and_files_go_with_the_person) {
    Lead lead;
    lead.lastName = "Agreed";
    lead.consentGiven = true;
    lead.consentAt = DateTime::parse("2026-05-01T08:00:00.000000Z");
    lead.consentText = "I want to hear of pumps.";
    auto const stored = create(lead);
    for (int i = 0; i < 3; ++i) {
        contact::Activity note;
        note.kind = "note";
        note.subject = "Note " + std::to_string(i);
        note.parentEntity = "Lead";
        note.parentId = stored.id;
        services.create(services.contacts(), admin, note);
    }
    auto attachment = std::make_unique<contact::Attachment>();
    attachment->parentEntity = "Lead";
    attachment->parentId = stored.id;
    attachment->fileName = "card.txt";
    bool sent = false;
    auto const upload = services.contactService->uploadAttachment(admin, std::move(attachment),
                                                                  [&](char *buffer, std::size_t) -> std::size_t {
                                                                      if (std::exchange(sent, true)) return 0;
                                                                      std::copy_n("visiting card", 13, buffer);
                                                                      return 13;
                                                                  });
    BOOST_REQUIRE(upload.success());
    LeadConversion wish;
    wish.leadId = stored.id;
    auto const result = convert(wish);
    BOOST_REQUIRE_MESSAGE(*result.success, (result.error ? *result.error->message : ""));
    auto const personOf = [&](const std::string &id) {
        return std::move(static_cast<contact::Contact &>(
            *services.contacts().retrieve(admin, {&Services::entity("Contact"), id, {}, {}, {}})));
    };
    auto const person = personOf(*result.contactId);
    BOOST_TEST(person.consentGiven.value_or(false));
    BOOST_TEST((person.consentAt == lead.consentAt));
    BOOST_TEST(person.consentText.value_or("") == *lead.consentText);
    BOOST_TEST(
        services.contactPool
            ->run({"moved", "SELECT count(*) FROM activity WHERE parent_entity = 'Contact' AND parent_id = $1 AND"
                            " contact_id = $1 AND account_id = $2"},
                  std::move(postgres::Parameters().uuid(*result.contactId).uuid(*result.accountId)))
            .integer(0, 0) == 3);
    auto const file = services.contactService->attachment(admin, upload.id);
    BOOST_TEST(*file->parentEntity == "Contact");
    BOOST_TEST(*file->parentId == *result.contactId);
    // Who has said no elsewhere has said no; who has said nothing is asked no more.
    auto const convertInto = [&](std::optional<bool> before) {
        contact::Contact known;
        known.lastName = "Known";
        known.consentGiven = before;
        auto const there = services.create(services.contacts(), admin, known);
        Lead again = lead;
        again.allowDuplicates = true;
        LeadConversion into;
        into.leadId = create(again).id;
        into.contactId = there.id;
        into.createOpportunity = false;
        BOOST_TEST(*convert(into).success);
        return personOf(*there.id);
    };
    auto const refused = convertInto(false);
    BOOST_TEST(!refused.consentGiven.value_or(true));
    BOOST_TEST(!refused.consentAt.has_value());
    BOOST_TEST(!refused.consentText.has_value());
    auto const silent = convertInto(std::nullopt);
    BOOST_TEST(silent.consentGiven.value_or(false));
    BOOST_TEST((silent.consentAt == lead.consentAt));
}

BOOST_AUTO_TEST_CASE(a_conversion_for_somebody_else_is_finished_though_its_parties_are_not_ones_own) {
    auto caller = sellerWith("hander", "own");
    auto const other = services.newUser("receiver", {});
    Lead lead;
    lead.lastName = "Handed over";
    auto const stored = services.create(operations, caller, lead);
    LeadConversion wish;
    wish.leadId = stored.id;
    wish.ownerId = other.id;
    wish.createOpportunity = false;
    auto const refused = convertAs(caller, wish);
    BOOST_TEST(*refused.error->code == "FORBIDDEN");
    BOOST_TEST(*refused.error->violation.at(0).field == "/ownerId");
    BOOST_TEST(services.contactPool->run({"count", "SELECT count(*) FROM account"}).integer(0, 0) == 0);
    auto allowed = std::make_shared<auth::Principal>(*caller.principal);
    allowed->permissions.insert("assign");
    caller.principal = allowed;
    wish.createOpportunity.reset();
    auto const result = convertAs(caller, wish);
    BOOST_REQUIRE_MESSAGE(*result.success, (result.error ? *result.error->message : ""));
    // As a process leaves it that dies after the parties were written.
    services.leadPool->run({"undo",
                            "UPDATE lead SET converted_at = NULL, converted_opportunity_id = NULL, status_category ="
                            " 'open', status_id = (SELECT id FROM lead_status WHERE category = 'open')"});
    services.leadPool->run(
        {"undo", "UPDATE conversion SET state = 'started', finished_at = NULL, opportunity_id = NULL"});
    services.leadPool->run({"undo", "DELETE FROM stage_change"});
    services.leadPool->run({"undo", "DELETE FROM opportunity"});
    auto const principalOf = [&](const std::string &) { return caller.principal; };
    BOOST_TEST(resumeConversions(*services.leadService, principalOf, std::chrono::seconds(0)) == 1);
    BOOST_TEST(count("SELECT count(*) FROM conversion WHERE state = 'done'") == 1);
    BOOST_TEST(get<Lead>(*stored.id).convertedOpportunityId.has_value());
    BOOST_TEST(services.contactPool->run({"count", "SELECT count(*) FROM contact"}).integer(0, 0) == 1);
}

BOOST_AUTO_TEST_CASE(a_conversion_that_cannot_be_changes_nothing) {
    auto const lead = newLead("Stays");
    LeadConversion wish;
    wish.leadId = lead.id;
    wish.stageId = stageNamed("Lost");  // needs a reason
    auto result = convert(wish);
    BOOST_TEST(!*result.success);
    BOOST_TEST(*result.error->code == "VALIDATION");
    wish.stageId.reset();
    wish.accountId = "01900000-0000-7000-8000-00000000dead";
    BOOST_TEST(*convert(wish).error->code == "NOT_FOUND");
    wish.accountId.reset();
    wish.statusId = services.leadService->catalogue().settings()->defaultStatus()->id;
    BOOST_TEST(*convert(wish).error->code == "VALIDATION");
    wish.statusId.reset();
    wish.amount = Decimal(-1, 2);
    result = convert(wish);
    BOOST_TEST(*result.error->code == "VALIDATION");
    BOOST_TEST(*result.error->violation.at(0).field == "/amount");
    BOOST_TEST(!get<Lead>(*lead.id).convertedAt.has_value());
    BOOST_TEST(count("SELECT count(*) FROM opportunity") == 0);
    BOOST_TEST(services.contactPool->run({"count", "SELECT count(*) FROM account"}).integer(0, 0) == 0);
    ConvertLeads many;
    many.conversion.resize(101);
    BOOST_TEST((codeOf([&] { (void)convertLeads(*services.leadService, admin, many); }) == ErrorCode::tooLarge));
    LeadConversion gone;
    gone.leadId = newLead("Gone").id;
    BOOST_REQUIRE(
        operations.deleteRecords(admin, {{&Services::entity("Lead"), *gone.leadId, {}, {}, {}}}, {}).at(0).success());
    BOOST_TEST(*convert(gone).error->code == "NOT_FOUND");
}

BOOST_AUTO_TEST_CASE(a_lead_is_converted_by_one_of_two_at_the_same_time) {
    auto const lead = newLead("Contended");
    std::vector<LeadConversionResult> results(4);
    {
        std::vector<std::jthread> threads;
        for (auto &result : results) {
            threads.emplace_back([&] {
                LeadConversion wish;
                wish.leadId = lead.id;
                result = convert(wish);
            });
        }
    }
    BOOST_TEST(std::ranges::count_if(results, [](auto const &r) { return *r.success; }) == 1);
    BOOST_TEST(count("SELECT count(*) FROM opportunity") == 1);
    BOOST_TEST(services.contactPool->run({"count", "SELECT count(*) FROM contact"}).integer(0, 0) == 1);
}

BOOST_AUTO_TEST_CASE(a_conversion_that_was_planned_before_another_was_done_is_refused) {
    LeadConversion wish;
    wish.leadId = newLead("Overtaken").id;
    auto const done = convert(wish);
    BOOST_REQUIRE(*done.success);
    auto const begin = [&](const std::string &leadId) {
        std::vector<entity::Write> writes(1);
        auto late = std::make_unique<Conversion>();
        late->leadId = leadId;
        writes[0].record = std::move(late);
        writes[0].trusted = true;
        return operations.write(admin, std::move(writes), {}).at(0).error.value();
    };
    Error const refused = begin(*wish.leadId);
    BOOST_TEST((refused.code == ErrorCode::conflict));
    BOOST_TEST(refused.conflictingId.value() == *done.contactId);
    BOOST_TEST((begin(kontor::newId()).code == ErrorCode::notFound));
}

BOOST_AUTO_TEST_CASE(what_a_process_has_left_behind_is_finished_by_another) {
    auto const lead = newLead("Left behind");
    LeadConversion wish;
    wish.leadId = lead.id;
    BOOST_REQUIRE(*convert(wish).success);
    // As a process leaves it that dies after the parties were written: everything but the last step.
    services.leadPool->run({"undo",
                            "UPDATE lead SET converted_at = NULL, converted_opportunity_id = NULL, status_category ="
                            " 'open', status_id = (SELECT id FROM lead_status WHERE category = 'open')"});
    services.leadPool->run(
        {"undo", "UPDATE conversion SET state = 'started', finished_at = NULL, opportunity_id = NULL"});
    services.leadPool->run({"undo", "DELETE FROM stage_change"});
    services.leadPool->run({"undo", "DELETE FROM opportunity"});
    auto const principalOf = [&](const std::string &) { return admin.principal; };
    BOOST_TEST(resumeConversions(*services.leadService, principalOf, std::chrono::seconds(3600)) == 0);
    BOOST_TEST(resumeConversions(*services.leadService, principalOf, std::chrono::seconds(0)) == 1);
    BOOST_TEST(get<Lead>(*lead.id).convertedOpportunityId.has_value());
    BOOST_TEST(count("SELECT count(*) FROM opportunity") == 1);
    BOOST_TEST(services.contactPool->run({"count", "SELECT count(*) FROM contact"}).integer(0, 0) == 1);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(opportunities, Fixture)

BOOST_AUTO_TEST_CASE(an_opportunity_starts_in_the_first_stage_of_the_default_pipeline) {
    auto const deal = newOpportunity("First", "1000.00");
    BOOST_TEST(*deal.stageId == stageNamed("Prospecting"));
    BOOST_TEST(*deal.category == "open");
    BOOST_TEST(*deal.probability == 10);
    BOOST_TEST(*deal.currency == "EUR");
    BOOST_TEST(deal.amountBase->toString() == "1000.0000");
    BOOST_TEST(deal.weightedAmount->toString() == "100.0000");
    BOOST_TEST(count("SELECT count(*) FROM stage_change") == 1);
}

BOOST_AUTO_TEST_CASE(each_stage_leaves_its_trace) {
    auto const deal = newOpportunity("Traced", "500.00");
    Opportunity forward;
    forward.id = deal.id;
    forward.stageId = stageNamed("Negotiation");
    BOOST_REQUIRE(!change(forward));
    auto const moved = get<Opportunity>(*deal.id);
    BOOST_TEST(*moved.probability == 80);
    BOOST_TEST(moved.weightedAmount->toString() == "400.0000");
    Opportunity won;
    won.id = deal.id;
    won.stageId = stageNamed("Won");
    BOOST_REQUIRE(!change(won));
    auto const closed = get<Opportunity>(*deal.id);
    BOOST_TEST(*closed.category == "won");
    BOOST_TEST(*closed.probability == 100);
    BOOST_TEST(closed.closedAt.has_value());
    BOOST_TEST(*closed.lastOpenStageId == stageNamed("Negotiation"));
    entity::Query query;
    query.entity = StageChange::contractType().entity;
    query.filter = "opportunityId = \"" + *deal.id + "\"";
    query.sort = "at";
    auto const history = operations.queryRecords(admin, query);
    BOOST_REQUIRE_EQUAL(history.records.size(), 3U);
    const auto &last = static_cast<const StageChange &>(*history.records.back());
    BOOST_TEST(*last.fromStageId == stageNamed("Negotiation"));
    BOOST_TEST(*last.toCategory == "won");
    BOOST_TEST(last.amount->toString() == "500.0000");
    BOOST_TEST(*last.secondsInFrom >= 0);
    BOOST_TEST(*last.by == admin.principal->userId);
    BOOST_TEST((last.at == closed.stageSince));
    BOOST_TEST(last.amountBase->toString() == "500.0000");
    BOOST_TEST(*last.probability == 100);
    // What it was then stays so.
    BOOST_TEST(last.closeDate->toString() == "2027-03-31");
    services.leadPool->run({"wait", "UPDATE opportunity SET stage_since = stage_since - interval '90 seconds'"});
    // Opened again.
    Opportunity reopened;
    reopened.id = deal.id;
    reopened.stageId = stageNamed("Proposal");
    BOOST_REQUIRE(!change(reopened));
    BOOST_TEST(!get<Opportunity>(*deal.id).closedAt.has_value());
    Opportunity changed;
    changed.id = deal.id;
    changed.amount = Decimal::parse("750");
    changed.closeDate = Date::parse("2028-01-01");
    BOOST_REQUIRE(!change(changed));
    auto const later = operations.queryRecords(admin, query);
    BOOST_REQUIRE_EQUAL(later.records.size(), 4U);
    const auto &back = static_cast<const StageChange &>(*later.records.back());
    BOOST_TEST((*back.secondsInFrom >= 90 && *back.secondsInFrom < 150));
    BOOST_TEST(back.amount->toString() == "500.0000");
    BOOST_TEST(back.closeDate->toString() == "2027-03-31");
    BOOST_TEST(*back.fromCategory == "won");
    // Nobody writes history but the server.
    StageChange forged;
    forged.opportunityId = deal.id;
    BOOST_TEST(codeOf([&] { create(forged); }).has_value());
}

BOOST_AUTO_TEST_CASE(a_stage_asks_for_what_it_needs) {
    Stage gate;
    gate.id = stageNamed("Proposal");
    gate.requirements.resize(2);
    gate.requirements[0].filter = "amount >= 100";
    gate.requirements[0].message = "A proposal needs an amount";
    gate.requirements[0].field = "amount";
    gate.requirements[1].filter = "nextStep : *";
    gate.requirements[1].field = "nextStep";
    BOOST_REQUIRE(services.update(operations, admin, gate).success());
    Opportunity deal;
    deal.name = "Gated";
    deal.closeDate = Date::parse("2027-01-31");
    auto const stored = create(deal);
    Opportunity forward;
    forward.id = stored.id;
    forward.stageId = stageNamed("Proposal");
    auto const refused = change(forward);
    BOOST_TEST(has(refused, "/amount", "STAGE_REQUIREMENT"));
    BOOST_TEST(has(refused, "/nextStep", "STAGE_REQUIREMENT"));
    BOOST_TEST(*get<Opportunity>(*stored.id).stageId == stageNamed("Prospecting"));
    forward.amount = Decimal::parse("100");
    forward.nextStep = "Call";
    BOOST_TEST(!change(forward));
    Stage broken;
    broken.id = stageNamed("Negotiation");
    broken.requirements.resize(1);
    broken.requirements[0].filter = "amount >=";
    BOOST_TEST(has(services.update(operations, admin, broken).error, "/requirements/0/filter", "INVALID_FILTER"));
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_is_refused) {
    Opportunity deal;
    deal.name = "Wrong";
    deal.closeDate = Date::parse("2027-01-31");
    deal.currency = "XTS";
    BOOST_TEST((codeOf([&] { create(deal); }) == ErrorCode::validation));
    deal.currency = "SEK";
    deal.amount = Decimal::parse("10");
    BOOST_TEST((codeOf([&] { create(deal); }) == ErrorCode::validation));  // no rate
    CurrencyRate rate;
    rate.currency = "SEK";
    rate.date = Date::parse("2026-01-01");
    rate.rate = Decimal::parse("0.0895");
    create(rate);
    BOOST_TEST(create(deal).amountBase->toString() == "0.9000");  // 0.895, rounded to cents
    rate.rate = Decimal::parse("0");
    rate.date = Date::parse("2026-02-01");
    BOOST_TEST((codeOf([&] { create(rate); }) == ErrorCode::validation));
    deal.amount = Decimal::parse("-1");
    BOOST_TEST((codeOf([&] { create(deal); }) == ErrorCode::validation));
    deal.amount = Decimal::parse("99999999999999999999");
    BOOST_TEST((codeOf([&] { create(deal); }) == ErrorCode::validation));
    deal.amount.reset();
    deal.team.resize(2);
    deal.team[0].userId = deal.team[1].userId = admin.principal->userId;
    deal.team[0].splitPercent = deal.team[1].splitPercent = Decimal::parse("50.01");
    BOOST_TEST((codeOf([&] { create(deal); }) == ErrorCode::validation));
    deal.team[0].splitPercent = deal.team[1].splitPercent = Decimal::parse("49.99");
    BOOST_TEST((codeOf([&] { create(deal); }) == ErrorCode::validation));
    deal.team[1].splitPercent.reset();
    BOOST_TEST((codeOf([&] { create(deal); }) == ErrorCode::validation));
    deal.team[1].splitPercent = Decimal::parse("50.01");
    BOOST_TEST(create(deal).team.size() == 2U);
    deal.team[0].splitPercent.reset();
    deal.team[1].splitPercent.reset();
    BOOST_TEST(create(deal).team.size() == 2U);  // who helps need not have a part
    auto const open = newOpportunity("To be lost");
    Opportunity lost;
    lost.id = open.id;
    lost.stageId = stageNamed("Lost");
    BOOST_TEST(has(change(lost), "/lostReasonId", "REQUIRED"));
    Pipeline pipeline;
    pipeline.name = "Other";
    auto const other = create(pipeline);
    Stage stage;
    stage.pipelineId = other.id;
    stage.name = "Elsewhere";
    stage.category = "open";
    auto const elsewhere = create(stage);
    Opportunity jump;
    jump.id = open.id;
    jump.stageId = elsewhere.id;
    BOOST_TEST(has(change(jump), "/stageId", "OTHER_PIPELINE"));
    BOOST_TEST(
        (operations.deleteRecords(admin, {{&Services::entity("Stage"), stageNamed("Prospecting"), {}, {}, {}}}, {})
             .at(0)
             .error->code == ErrorCode::conflict));
}

BOOST_AUTO_TEST_CASE(who_won_it_instead_is_asked_where_that_is_wanted) {
    Stage lost;
    lost.id = stageNamed("Lost");
    lost.requirements.resize(1);
    lost.requirements[0].filter = "competitorIds : * OR lostNote : *";
    lost.requirements[0].field = "competitorIds";
    lost.requirements[0].message = "Say who won it.";
    BOOST_REQUIRE(services.update(operations, admin, lost).success());
    auto const deal = newOpportunity("Goes elsewhere");
    LostReason reason;
    reason.name = "Features";
    Opportunity end;
    end.id = deal.id;
    end.stageId = lost.id;
    BOOST_TEST(has(change(end), "/lostReasonId", "REQUIRED"));
    end.lostReasonId = create(reason).id;
    BOOST_TEST(has(change(end), "/competitorIds", "STAGE_REQUIREMENT"));
    MoveOpportunity move;
    move.opportunityId = deal.id;
    move.stageId = lost.id;
    move.lostReasonId = end.lostReasonId;
    auto const refused = moveOpportunity(*services.leadService, admin, move, {});
    BOOST_TEST(has(refused.error, "/competitorIds", "STAGE_REQUIREMENT"));
    Competitor competitor;
    competitor.name = "Rival AG";
    end.competitorIds = {*create(competitor).id};
    BOOST_TEST(!change(end));
    BOOST_TEST(*get<Opportunity>(*deal.id).category == "lost");
    // The reason may be another one, but not gone.
    Opportunity forgets;
    forgets.id = deal.id;
    forgets.fieldsToNull = {"lostReasonId"};
    BOOST_TEST(has(change(forgets), "/lostReasonId", "REQUIRED"));
    reason.name = "Timing";
    forgets.fieldsToNull.clear();
    forgets.lostReasonId = create(reason).id;
    BOOST_TEST(!change(forgets));
}

BOOST_AUTO_TEST_CASE(a_pipeline_with_teams_is_theirs_on_every_way) {
    auto const north = newTeam("North");
    auto const south = newTeam("South");
    auto const theirs = sellerWith("northerner", "all", {*north.id});
    auto const others = sellerWith("southerner", "all", {*south.id});
    Pipeline pipeline;
    pipeline.name = "Northern";
    pipeline.teamIds = {*north.id};
    auto const northern = create(pipeline);
    std::vector<std::string> stages;
    for (const char *const name : {"First", "Second"}) {
        Stage stage;
        stage.pipelineId = northern.id;
        stage.name = name;
        stage.category = "open";
        stage.position = static_cast<std::int64_t>(stages.size());
        stages.push_back(*create(stage).id);
    }
    Opportunity deal;
    deal.name = "Cold deal";
    deal.closeDate = Date::parse("2027-03-31");
    deal.pipelineId = northern.id;
    auto const write = [&](const auth::Caller &caller, entity::Action action, Opportunity record) {
        std::vector<entity::Write> writes(1);
        writes[0].action = action;
        if (action == entity::Action::upsert)
            writes[0].key = {Opportunity::contractType().entity, {}, "erp", "cold", {}};
        writes[0].record = std::make_unique<Opportunity>(std::move(record));
        return std::move(operations.write(caller, std::move(writes), {}).at(0));
    };
    auto const notOurs = [](const std::optional<Error> &error) {
        return has(error, "/pipelineId", "OTHER_TEAM") || has(error, "/stageId", "OTHER_TEAM");
    };
    BOOST_TEST(notOurs(write(others, entity::Action::create, deal).error));
    BOOST_TEST(notOurs(write(others, entity::Action::upsert, deal).error));
    Opportunity byStage = deal;
    byStage.pipelineId.reset();
    byStage.stageId = stages[1];
    BOOST_TEST(notOurs(write(others, entity::Action::create, byStage).error));
    // An import is written the same way.
    auth::Caller importing = others;
    importing.interface = "import";
    BOOST_TEST(notOurs(write(importing, entity::Action::create, deal).error));
    // Into it, and within it.
    auto const plain = services.create(operations, others, [&] {
        Opportunity record = deal;
        record.pipelineId.reset();
        return record;
    }());
    Opportunity into;
    into.id = plain.id;
    into.pipelineId = northern.id;
    BOOST_TEST(notOurs(services.update(operations, others, into).error));
    auto const cold = write(theirs, entity::Action::create, deal);
    BOOST_REQUIRE(cold.success());
    Opportunity within;
    within.id = cold.id;
    within.stageId = stages[1];
    BOOST_TEST(notOurs(services.update(operations, others, within).error));
    MoveOpportunity move;
    move.opportunityId = cold.id;
    move.stageId = stages[1];
    BOOST_TEST(notOurs(moveOpportunity(*services.leadService, others, move, {}).error));
    move.opportunityId = plain.id;
    move.fields.emplace();
    move.fields->pipelineId = northern.id;
    BOOST_TEST(notOurs(moveOpportunity(*services.leadService, others, move, {}).error));
    LeadConversion wish;
    wish.leadId = newLead("Cold lead").id;
    wish.pipelineId = northern.id;
    auto const converted = convertAs(others, wish);
    BOOST_TEST(!*converted.success);
    BOOST_TEST(*converted.error->violation.at(0).code == "OTHER_TEAM");
    BOOST_TEST(!get<Lead>(*wish.leadId).convertedAt.has_value());
    // What does not concern the pipeline may be changed, and the team itself does as it likes.
    Opportunity next;
    next.id = cold.id;
    next.nextStep = "Call";
    BOOST_TEST(services.update(operations, others, next).success());
    BOOST_TEST(services.update(operations, theirs, within).success());
    move.opportunityId = plain.id;
    BOOST_TEST(moveOpportunity(*services.leadService, theirs, move, {}).success());
    BOOST_TEST(*convertAs(theirs, wish).success);
    BOOST_TEST(
        count("SELECT count(*) FROM opportunity o JOIN pipeline p ON p.id = o.pipeline_id WHERE p.name = 'Northern'") ==
        3);
    // A default pipeline of other teams is nobody's default.
    Pipeline standard;
    standard.id = services.leadService->catalogue().settings()->defaultPipeline()->id;
    standard.teamIds = {*south.id};
    BOOST_REQUIRE(services.update(operations, admin, standard).success());
    deal.pipelineId.reset();
    BOOST_TEST(*services.create(operations, theirs, deal).pipelineId == *northern.id);
    BOOST_TEST(*services.create(operations, others, deal).pipelineId == *standard.id);
}

BOOST_AUTO_TEST_CASE(a_probability_that_is_somebodys_own_stays_until_the_end) {
    Opportunity deal;
    deal.name = "Sure";
    deal.closeDate = Date::parse("2027-01-31");
    deal.probability = 95;
    deal.probabilityManual = true;
    auto const stored = create(deal);
    BOOST_TEST(*stored.probability == 95);
    auto const moved = [&](const char *stage) {
        Opportunity step;
        step.id = stored.id;
        step.stageId = stageNamed(stage);
        BOOST_REQUIRE(!change(step));
        return *get<Opportunity>(*stored.id).probability;
    };
    BOOST_TEST(moved("Negotiation") == 95);
    BOOST_TEST(moved("Won") == 100);
}

BOOST_AUTO_TEST_CASE(recurring_amounts_are_a_months) {
    Opportunity deal;
    deal.name = "Subscription";
    deal.closeDate = Date::parse("2027-01-31");
    deal.recurringAmount = Decimal::parse("100");
    deal.recurringMonths = 12;
    BOOST_TEST(create(deal).monthlyRecurring->toString() == "8.3300");
}

BOOST_AUTO_TEST_CASE(cards_keep_the_order_they_are_put_in) {
    auto const a = newOpportunity("a");
    auto const b = newOpportunity("b");
    auto const c = newOpportunity("c");
    std::string const column = stageNamed("Prospecting");
    auto const names = [&] {
        std::string text;
        for (const Opportunity &card : cards(column)) text += *card.name;
        return text;
    };
    BOOST_TEST(names() == "abc");
    MoveOpportunity move;
    move.opportunityId = c.id;
    move.stageId = column;
    BOOST_REQUIRE(moveOpportunity(*services.leadService, admin, move, {}).success());
    BOOST_TEST(names() == "cab");
    move.opportunityId = b.id;
    move.afterId = c.id;
    BOOST_REQUIRE(moveOpportunity(*services.leadService, admin, move, {}).success());
    BOOST_TEST(names() == "cba");
    // Many times into the same gap.
    for (int i = 0; i < 60; ++i) {
        move.opportunityId = i % 2 == 0 ? a.id : b.id;
        BOOST_REQUIRE(moveOpportunity(*services.leadService, admin, move, {}).success());
        BOOST_TEST(names() == (i % 2 == 0 ? "cab" : "cba"));
    }
    // To another stage, under a card that is not there.
    move.stageId = stageNamed("Qualification");
    BOOST_TEST(
        (codeOf([&] { (void)moveOpportunity(*services.leadService, admin, move, {}); }) == ErrorCode::validation));
    move.afterId.reset();
    BOOST_REQUIRE(moveOpportunity(*services.leadService, admin, move, {}).success());
    BOOST_TEST(names() == "ca");
}

BOOST_AUTO_TEST_CASE(two_people_move_the_same_card) {
    auto const card = newOpportunity("contended");
    MoveOpportunity first;
    first.opportunityId = card.id;
    first.stageId = stageNamed("Qualification");
    first.version = card.version;
    MoveOpportunity second = first;
    second.stageId = stageNamed("Proposal");
    BOOST_TEST(moveOpportunity(*services.leadService, admin, first, {}).success());
    auto const late = moveOpportunity(*services.leadService, admin, second, {});
    BOOST_REQUIRE(late.error.has_value());
    BOOST_TEST((late.error->code == ErrorCode::versionConflict));
    BOOST_TEST(*get<Opportunity>(*card.id).stageId == stageNamed("Qualification"));
    // And many move many at once: every card is there once, in an order that is the same for all.
    std::vector<std::string> ids;
    for (int i = 0; i < 12; ++i) ids.push_back(*newOpportunity("card " + std::to_string(i)).id);
    {
        std::vector<std::jthread> threads;
        for (int thread = 0; thread < 4; ++thread) {
            threads.emplace_back([&, thread] {
                for (int i = 0; i < 12; ++i) {
                    MoveOpportunity move;
                    move.opportunityId = ids[static_cast<std::size_t>((i * 5 + thread) % 12)];
                    move.stageId = stageNamed("Qualification");
                    (void)moveOpportunity(*services.leadService, admin, move, {});
                }
            });
        }
    }
    auto const column = cards(stageNamed("Qualification"));
    std::set<std::string> positions;
    for (const Opportunity &one : column) positions.insert(*one.boardPosition);
    BOOST_TEST(column.size() == 13U);
    BOOST_TEST(positions.size() == 13U);
}

BOOST_AUTO_TEST_CASE(cards_that_stay_too_long_are_counted) {
    Stage stage;
    stage.id = stageNamed("Prospecting");
    stage.rottingDays = 5;
    BOOST_REQUIRE(services.update(operations, admin, stage).success());
    auto const old = newOpportunity("old");
    newOpportunity("new");
    services.leadPool->run(
        {"age", "UPDATE opportunity SET stage_since = now() - interval '5 days 1 minute' WHERE id = $1"},
        std::move(postgres::Parameters().uuid(old.id)));
    GetBoard input;
    input.pipelineId = services.leadService->catalogue().settings()->defaultPipeline()->id;
    auto const rotting = [&] { return *getBoard(*services.leadService, admin, input).column.at(0).rotting; };
    BOOST_TEST(rotting() == 1);
    // Another stage begins anew, and a stage may have all the time in the world.
    MoveOpportunity move;
    move.opportunityId = old.id;
    move.stageId = stageNamed("Qualification");
    BOOST_REQUIRE(moveOpportunity(*services.leadService, admin, move, {}).success());
    BOOST_TEST(rotting() == 0);
    BOOST_TEST(*getBoard(*services.leadService, admin, input).column.at(1).rotting == 0);
    services.leadPool->run({"age", "UPDATE opportunity SET stage_since = now() - interval '9 days'"});
    stage.rottingDays.reset();
    stage.fieldsToNull = {"rottingDays"};
    BOOST_REQUIRE(services.update(operations, admin, stage).success());
    BOOST_TEST(rotting() == 0);
}

BOOST_AUTO_TEST_CASE(a_board_has_its_sums) {
    newOpportunity("one", "100.00");
    newOpportunity("two", "250.50");
    GetBoard input;
    input.pipelineId = services.leadService->catalogue().settings()->defaultPipeline()->id;
    input.limit = 1;
    auto board = getBoard(*services.leadService, admin, input);
    BOOST_TEST(*board.column.at(0).count == 2);
    BOOST_TEST((*board.column.at(0).amountBase == *Decimal::parse("350.50")));
    BOOST_TEST((*board.column.at(0).weightedAmount == *Decimal::parse("35.05")));
    BOOST_TEST(board.card.size() == 1U);
    input.filter = "amount > 200";
    board = getBoard(*services.leadService, admin, input);
    BOOST_TEST(*board.column.at(0).count == 1);
    input.filter = "amount >";
    BOOST_TEST((codeOf([&] { (void)getBoard(*services.leadService, admin, input); }) == ErrorCode::invalidQuery));
    input.pipelineId = "01900000-0000-7000-8000-00000000dead";
    BOOST_TEST((codeOf([&] { (void)getBoard(*services.leadService, admin, input); }) == ErrorCode::notFound));
}

BOOST_AUTO_TEST_SUITE_END()
