// What describe tells different callers about one entity.

#include "shared/entity/describe.h"
#include "shared/entity/routes.h"
#include "tests/unit/entity_sample.h"

#include <boost/test/unit_test.hpp>

#include <algorithm>

using namespace kontor;
using namespace kontor::entity;
using sample::dealEntity;

namespace {

const CustomFields::Types customTypes = [] {
    CustomFields::Types types(1);
    types[0].name = "color";
    types[0].label = "Color";
    types[0].type = "choice";
    types[0].choices = {"red", "blue"};
    types[0].required = true;
    return types;
}();

const DescribeField *find(const DescribeEntity &entity, std::string_view name) {
    auto const found =
        std::ranges::find_if(entity.field, [&](const DescribeField &field) { return field.name == name; });
    return found == entity.field.end() ? nullptr : &*found;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(entity_describe)

BOOST_AUTO_TEST_CASE(an_administrator_is_told_everything) {
    auth::Principal administrator;
    administrator.administrator = true;
    DescribeEntity const deal = describeEntity(dealEntity, customTypes, administrator);
    BOOST_TEST(*deal.name == "Deal");
    BOOST_TEST(*deal.collection == "deals");
    BOOST_TEST(*deal.createable);
    BOOST_TEST(*deal.deletable == "all");
    BOOST_TEST(find(deal, "fieldsToNull") == nullptr);
    BOOST_TEST(find(deal, "customFields") == nullptr);

    const DescribeField *const amount = find(deal, "amount");
    BOOST_REQUIRE(amount != nullptr);
    BOOST_TEST(*amount->kind == "decimal");
    BOOST_TEST(*amount->totalDigits == 19);
    BOOST_TEST(*amount->fractionDigits == 4);
    BOOST_TEST(*amount->writable == "always");
    BOOST_TEST(*find(deal, "number")->writable == "onCreate");
    BOOST_TEST(*find(deal, "createdAt")->writable == "never");
    BOOST_TEST(find(deal, "stage")->choices.size() == 3);
    BOOST_TEST(*find(deal, "accountId")->references == "Account");
    BOOST_TEST(*find(deal, "emailAddresses")->structure == "Address");
    BOOST_TEST(*find(deal, "emailAddresses")->maxItems == 3);

    const DescribeField *const color = find(deal, "color");
    BOOST_REQUIRE(color != nullptr);
    BOOST_TEST(*color->custom);
    BOOST_TEST(*color->required);
    BOOST_TEST(*color->kind == "text");
    BOOST_TEST(color->choices.size() == 2);
}

BOOST_AUTO_TEST_CASE(hidden_fields_are_not_there_and_read_only_ones_say_so) {
    auth::Principal principal;
    principal.entities["Deal"] = {true, auth::Scope::team, auth::Scope::own, auth::Scope::none};
    principal.fields["Deal.amount"] = auth::FieldRight::hidden;
    principal.fields["Deal.name"] = auth::FieldRight::readOnly;
    principal.fields["Deal.customFields"] = auth::FieldRight::hidden;
    DescribeEntity const deal = describeEntity(dealEntity, customTypes, principal);
    BOOST_TEST(*deal.readable == "team");
    BOOST_TEST(*deal.updateable == "own");
    BOOST_TEST(*deal.deletable == "none");
    BOOST_TEST(find(deal, "amount") == nullptr);
    BOOST_TEST(find(deal, "color") == nullptr);
    BOOST_TEST(*find(deal, "name")->writable == "never");
}

BOOST_AUTO_TEST_CASE(routes_are_named_after_the_entity) {
    auto const routes = resourceRoutes();
    BOOST_TEST(operationId(routes[0], dealEntity) == "listDeals");
    BOOST_TEST(pathOf(routes[2], dealEntity) == "/api/v1/deals/{id}");
    BOOST_TEST(summaryOf(routes[0], dealEntity) == "Lists Deals");
}

BOOST_AUTO_TEST_SUITE_END()
