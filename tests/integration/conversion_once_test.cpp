#include "services/lead/conversion.h"
#include "shared/contract/uuid.h"
#include "tests/integration/services_fixture.h"

#include <thread>

using namespace kontor;
using namespace kontor::test;
using lead::Lead;
using lead::LeadConversion;
using lead::LeadConversionResult;

namespace {

struct Fixture {
    Services services;
    entity::Operations &operations = services.leads();
    const auth::Caller &admin = services.administrator;
    const std::string key = "conversion-of-today";

    Lead newLead(const std::string &name) {
        Lead lead;
        lead.lastName = name;
        lead.companyName = name + " AB";
        return services.create(operations, admin, lead);
    }
    static LeadConversion wishFor(const Lead &lead) {
        LeadConversion wish;
        wish.leadId = lead.id;
        return wish;
    }
    std::vector<LeadConversionResult> convert(std::vector<LeadConversion> wishes, const std::string &once) {
        lead::ConvertLeads input;
        input.conversion = std::move(wishes);
        return lead::convertLeads(*services.leadService, admin, input, once).result;
    }
    std::int64_t count(const char *table) {
        return services.leadPool->run({"count", std::string("SELECT count(*) FROM ") + table}).integer(0, 0);
    }
    static std::string codeOfResult(const LeadConversionResult &result) {
        return result.error ? result.error->code.value() : "success";
    }
};

void requireSame(const LeadConversionResult &one, const LeadConversionResult &other) {
    BOOST_TEST(one.success.value());
    BOOST_TEST(other.success.value());
    BOOST_TEST(one.leadId.value() == other.leadId.value());
    BOOST_TEST(one.accountId.value() == other.accountId.value());
    BOOST_TEST(one.contactId.value() == other.contactId.value());
    BOOST_TEST((one.opportunityId == other.opportunityId));
    BOOST_TEST(one.accountCreated.value() == other.accountCreated.value());
    BOOST_TEST(one.contactCreated.value() == other.contactCreated.value());
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(conversion_once, Fixture)

BOOST_AUTO_TEST_CASE(the_same_call_again_converts_nothing_and_has_the_same_results) {
    auto second = wishFor(newLead("Second"));
    second.createOpportunity = false;
    std::vector<LeadConversion> const wishes{wishFor(newLead("First")), second};
    auto const first = convert(wishes, key);
    auto const again = convert(wishes, key);
    BOOST_REQUIRE(again.size() == 2U);
    requireSame(first[0], again[0]);
    requireSame(first[1], again[1]);
    BOOST_TEST(!again[1].opportunityId.has_value());
    BOOST_TEST(count("conversion") == 2);
    BOOST_TEST(count("opportunity") == 1);
}

BOOST_AUTO_TEST_CASE(the_same_call_many_times_at_once_has_the_same_results_each_time) {
    for (int round = 0; round < 10; ++round) {
        LeadConversion const wish = wishFor(newLead("Impatient " + std::to_string(round)));
        std::string const once = key + std::to_string(round);
        std::vector<LeadConversionResult> results(6);
        {
            std::vector<std::jthread> threads;
            for (LeadConversionResult &result : results) {
                threads.emplace_back([&] { result = convert({wish}, once).at(0); });
            }
        }
        for (const LeadConversionResult &result : results) {
            BOOST_TEST_REQUIRE(codeOfResult(result) == "success");
            requireSame(results.front(), result);
        }
    }
    for (const char *const table :
         {"opportunity", "conversion WHERE state = 'done'", "lead WHERE converted_at IS NOT NULL"}) {
        BOOST_TEST(count(table) == 10, table);
    }
    BOOST_TEST(services.contactPool->run({"count", "SELECT count(*) FROM account"}).integer(0, 0) == 10);
    BOOST_TEST(services.contactPool->run({"count", "SELECT count(*) FROM contact"}).integer(0, 0) == 10);
}

BOOST_AUTO_TEST_CASE(without_a_key_or_with_another_one_the_lead_has_been_converted_already) {
    auto const wish = wishFor(newLead("Once"));
    BOOST_TEST(codeOfResult(convert({wish}, key)[0]) == "success");
    BOOST_TEST(codeOfResult(convert({wish}, "another-key")[0]) == "CONFLICT");
    BOOST_TEST(codeOfResult(convert({wish}, {})[0]) == "CONFLICT");
}

BOOST_AUTO_TEST_CASE(a_key_that_was_used_for_another_wish_is_refused) {
    auto wish = wishFor(newLead("Wish"));
    BOOST_TEST(codeOfResult(convert({wish}, key)[0]) == "success");
    wish.opportunityName = "Another one";
    BOOST_TEST(codeOfResult(convert({wish}, key)[0]) == "IDEMPOTENCY_MISMATCH");
    BOOST_TEST(codeOfResult(convert({wishFor(newLead("Else"))}, key)[0]) == "IDEMPOTENCY_MISMATCH");
    BOOST_TEST(count("conversion") == 1);
}

BOOST_AUTO_TEST_CASE(a_key_is_its_users_own) {
    auto const wish = wishFor(newLead("Own"));
    BOOST_TEST(codeOfResult(convert({wish}, key)[0]) == "success");
    auto other = std::make_shared<auth::Principal>(*admin.principal);
    other->userId = newId();
    auth::Caller caller = admin;
    caller.principal = std::move(other);
    lead::ConvertLeads input;
    input.conversion = {wish};
    BOOST_TEST(codeOfResult(lead::convertLeads(*services.leadService, caller, input, key).result.at(0)) == "CONFLICT");
}

BOOST_AUTO_TEST_CASE(what_was_refused_is_tried_again) {
    auto wish = wishFor(newLead("Refused"));
    wish.stageId = newId();
    BOOST_TEST(codeOfResult(convert({wish}, key)[0]) == "VALIDATION");
    wish.stageId.reset();
    BOOST_TEST(codeOfResult(convert({wish}, key)[0]) == "success");
}

BOOST_AUTO_TEST_CASE(what_broke_off_is_finished_by_the_same_call) {
    auto const wish = wishFor(newLead("Broken off"));
    auto const first = convert({wish}, key);
    // As a process leaves it that dies after the parties were written: everything but the last step.
    for (const char *const undo :
         {"UPDATE lead SET converted_at = NULL, converted_opportunity_id = NULL, status_category = 'open', status_id ="
          " (SELECT id FROM lead_status WHERE category = 'open')",
          "UPDATE conversion SET state = 'started', finished_at = NULL, opportunity_id = NULL",
          "DELETE FROM stage_change", "DELETE FROM opportunity"}) {
        services.leadPool->run({"undo", undo});
    }
    requireSame(first[0], convert({wish}, key)[0]);
    BOOST_TEST(count("opportunity") == 1);
    BOOST_TEST(count("conversion WHERE finished_at IS NOT NULL") == 1);
}

BOOST_AUTO_TEST_SUITE_END()
