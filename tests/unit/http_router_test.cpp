#include "shared/http/http.h"

#include <stdexcept>

#include <boost/test/unit_test.hpp>

using namespace kontor::http;

BOOST_AUTO_TEST_SUITE(http_router)

namespace {
const Handler nothing = [](Request &, Response &) {};

std::string nameOf(const Router &router, std::string_view method, std::string_view path) {
    auto const match = router.match(method, path);
    return match.handler == nullptr ? "none" : std::string(match.name);
}
}  // namespace

BOOST_AUTO_TEST_CASE(a_parameter_takes_one_segment_and_comes_back_decoded) {
    Router router;
    router.add("GET", "/contacts/external/{system}/{id}", "get", nothing);
    auto const match = router.match("GET", "/contacts/external/erp/A%2F1%20%C3%A4");
    BOOST_REQUIRE(match.handler != nullptr);
    BOOST_REQUIRE_EQUAL(match.parameters.size(), 2U);
    BOOST_TEST(match.parameters[0] == "erp");
    BOOST_TEST(match.parameters[1] == "A/1 ä");
    BOOST_TEST(match.pattern == "/contacts/external/{system}/{id}");
    BOOST_TEST(nameOf(router, "GET", "/contacts/external/erp") == "none");
    BOOST_TEST(nameOf(router, "GET", "/contacts/external/erp/1/2") == "none");
    BOOST_TEST(nameOf(router, "GET", "/contacts/external/erp/") == "none");
}

BOOST_AUTO_TEST_CASE(a_literal_wins_over_a_parameter_and_the_search_goes_back_when_it_leads_nowhere) {
    Router router;
    router.add("GET", "/a/{id}", "byId", nothing);
    router.add("GET", "/a/batch", "batch", nothing);
    router.add("GET", "/a/batch/x", "batchX", nothing);
    router.add("GET", "/a/{id}/y", "y", nothing);
    BOOST_TEST(nameOf(router, "GET", "/a/batch") == "batch");
    BOOST_TEST(nameOf(router, "GET", "/a/%62atch") == "batch");
    BOOST_TEST(nameOf(router, "GET", "/a/1") == "byId");
    BOOST_TEST(nameOf(router, "GET", "/a/batch/y") == "y");
    BOOST_TEST(nameOf(router, "GET", "/a/batch/x") == "batchX");
}

BOOST_AUTO_TEST_CASE(the_remainder_takes_all_that_is_left) {
    Router router;
    router.add("GET", "/docs/{rest*}", "docs", nothing);
    router.add("GET", "/docs/index", "index", nothing);
    BOOST_TEST(router.match("GET", "/docs/a/b.css").parameters.at(0) == "a/b.css");
    BOOST_TEST(nameOf(router, "GET", "/docs/index") == "index");
    BOOST_TEST(nameOf(router, "GET", "/docs/index/more") == "docs");
    BOOST_TEST(nameOf(router, "GET", "/docs") == "none");
}

BOOST_AUTO_TEST_CASE(a_known_path_says_which_methods_it_has) {
    Router router;
    router.add("GET", "/a", "read", nothing);
    router.add("POST", "/a", "create", nothing);
    auto const match = router.match("DELETE", "/a");
    BOOST_TEST(match.handler == nullptr);
    BOOST_TEST(match.allowedMethods == "GET, HEAD, POST, OPTIONS");
    BOOST_TEST(router.match("DELETE", "/b").allowedMethods.empty());
    BOOST_TEST(nameOf(router, "HEAD", "/a") == "read");
}

BOOST_AUTO_TEST_CASE(the_root_is_a_path_too) {
    Router router;
    router.add("GET", "/", "root", nothing);
    BOOST_TEST(nameOf(router, "GET", "/") == "root");
    BOOST_TEST(nameOf(router, "GET", "") == "none");
    BOOST_TEST(nameOf(router, "GET", "//") == "none");
}

BOOST_AUTO_TEST_CASE(very_many_segments_are_just_not_found) {
    Router router;
    router.add("GET", "/a/{id}/{x}", "x", nothing);
    std::string path;
    for (int i = 0; i < 5000; ++i) path += "/a";
    BOOST_TEST(nameOf(router, "GET", path) == "none");
}

BOOST_AUTO_TEST_CASE(the_same_route_twice_is_a_mistake) {
    Router router;
    router.add("GET", "/a/{id}", "one", nothing);
    BOOST_CHECK_THROW(router.add("GET", "/a/{other}", "two", nothing), std::logic_error);
    BOOST_CHECK_THROW(router.add("GET", "no-slash", "three", nothing), std::logic_error);
    BOOST_CHECK_THROW(router.add("GET", "/{rest*}/more", "four", nothing), std::logic_error);
}

BOOST_AUTO_TEST_SUITE_END()
