#include "shared/http/forwarded.h"

#include <boost/test/unit_test.hpp>

using namespace kontor::http;

namespace {

std::string client(const std::string &peer, std::initializer_list<const char *> forwarded) {
    Poco::Net::MessageHeader headers;
    for (const char *const value : forwarded) headers.add("x-forwarded-for", value);
    return clientBehind(peer, headers, {"127.0.0.1", "10.0.0.2", "2001:db8::5"});
}

}  // namespace

BOOST_AUTO_TEST_SUITE(http_forwarded)

BOOST_AUTO_TEST_CASE(what_a_stranger_says_of_itself_is_not_believed) {
    BOOST_TEST(client("203.0.113.7", {"198.51.100.1"}) == "203.0.113.7");
    BOOST_TEST(clientBehind("127.0.0.1", {}, {}) == "127.0.0.1");
}

BOOST_AUTO_TEST_CASE(a_proxy_says_who_asked_it_and_what_stands_before_is_hearsay) {
    BOOST_TEST(client("127.0.0.1", {"198.51.100.1"}) == "198.51.100.1");
    BOOST_TEST(client("127.0.0.1", {"1.1.1.1, 198.51.100.1"}) == "198.51.100.1");
    BOOST_TEST(client("127.0.0.1", {"1.1.1.1, 198.51.100.1 ,10.0.0.2"}) == "198.51.100.1");
    BOOST_TEST(client("127.0.0.1", {"1.1.1.1", "198.51.100.1"}) == "198.51.100.1");
    BOOST_TEST(client("2001:db8::5", {"[2001:DB8::9]:4711"}) == "2001:db8::9");
    BOOST_TEST(client("127.0.0.1", {"198.51.100.1:4711"}) == "198.51.100.1");
}

BOOST_AUTO_TEST_CASE(what_is_no_address_is_left_out) {
    for (const char *const bad : {"", " ", "unknown", "198.51.100.1, nonsense", "1.2.3.4.5", "[", "]", ",", "::::"}) {
        BOOST_TEST(client("127.0.0.1", {bad}) == "127.0.0.1", bad);
    }
    BOOST_TEST(client("127.0.0.1", {}) == "127.0.0.1");
    BOOST_TEST(client("127.0.0.1", {"nonsense, 10.0.0.2"}) == "10.0.0.2");
    BOOST_TEST(client("127.0.0.1", {std::string(30000, ',').c_str()}) == "127.0.0.1");
}

BOOST_AUTO_TEST_SUITE_END()
