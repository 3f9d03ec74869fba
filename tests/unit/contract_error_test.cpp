#include "shared/contract/error.h"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <set>
#include <string_view>

using namespace kontor;

namespace {

std::vector<ErrorCode> codes() {
    std::vector<ErrorCode> all;
    for (int i = 0; i <= static_cast<int>(ErrorCode::internal); ++i) all.push_back(static_cast<ErrorCode>(i));
    return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(contract_error)

BOOST_AUTO_TEST_CASE(each_code_has_a_name_of_its_own) {
    std::set<std::string_view> names;
    for (ErrorCode const code : codes()) {
        std::string_view const name = errorCodeName(code);
        BOOST_TEST(names.insert(name).second, name << " is there twice");
        BOOST_TEST(std::ranges::all_of(name, [](char c) { return c == '_' || (c >= 'A' && c <= 'Z'); }), name);
        BOOST_TEST(!mappingOf(code).title.empty());
    }
}

BOOST_AUTO_TEST_CASE(the_names_that_clients_rely_on_stay) {
    BOOST_TEST(errorCodeName(ErrorCode::validation) == "VALIDATION");
    BOOST_TEST(errorCodeName(ErrorCode::malformed) == "MALFORMED");
    BOOST_TEST(errorCodeName(ErrorCode::unauthenticated) == "INVALID_SESSION");
    BOOST_TEST(errorCodeName(ErrorCode::forbidden) == "FORBIDDEN");
    BOOST_TEST(errorCodeName(ErrorCode::notFound) == "NOT_FOUND");
    BOOST_TEST(errorCodeName(ErrorCode::versionConflict) == "CONFLICT_VERSION");
    BOOST_TEST(errorCodeName(ErrorCode::duplicate) == "DUPLICATE");
    BOOST_TEST(errorCodeName(ErrorCode::idempotencyMismatch) == "IDEMPOTENCY_MISMATCH");
    BOOST_TEST(errorCodeName(ErrorCode::rateLimited) == "RATE_LIMITED");
    BOOST_TEST(errorCodeName(ErrorCode::unavailable) == "UNAVAILABLE");
    BOOST_TEST(errorCodeName(ErrorCode::internal) == "INTERNAL");
}

BOOST_AUTO_TEST_CASE(status_and_fault_code_blame_the_same_side) {
    for (ErrorCode const code : codes()) {
        const ErrorMapping &mapping = mappingOf(code);
        BOOST_TEST(mapping.clientFault == (mapping.httpStatus < 500), mapping.name);
        BOOST_TEST((mapping.httpStatus >= 400 && mapping.httpStatus < 600), mapping.name);
    }
    BOOST_TEST(mappingOf(ErrorCode::unavailable).retryable);
    BOOST_TEST(mappingOf(ErrorCode::rateLimited).retryable);
    BOOST_TEST(!mappingOf(ErrorCode::validation).retryable);
    BOOST_TEST(!mappingOf(ErrorCode::internal).retryable);
}

BOOST_AUTO_TEST_CASE(an_error_says_what_is_wrong) {
    Error const error(ErrorCode::validation, "1 field is not valid.", {{"/name", "REQUIRED", "must not be empty"}});
    BOOST_TEST(std::string_view(error.what()) == "1 field is not valid.");
    BOOST_REQUIRE_EQUAL(error.fields.size(), 1U);
    BOOST_TEST(error.fields[0].pointer == "/name");
    BOOST_TEST(!error.position.has_value());
}

BOOST_AUTO_TEST_SUITE_END()
