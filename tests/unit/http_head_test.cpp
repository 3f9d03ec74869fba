#include "shared/http/head.h"
#include "shared/http/problem.h"
#include "shared/http/target.h"
#include "shared/http/trace.h"

#include <boost/test/unit_test.hpp>

using namespace kontor::http;

BOOST_AUTO_TEST_SUITE(http_head)

namespace {
/// The status that the head is refused with; 0 when it is right.
int refusal(std::string_view text, Head &head) {
    auto const error = parseHead(text, 100, head);
    return error ? error->status : 0;
}
int refusal(std::string_view text) {
    Head head;
    return refusal(text, head);
}
std::string withField(std::string_view line) {
    return "POST / HTTP/1.1\r\nHost: a\r\n" + std::string(line) + "\r\n\r\n";
}
}  // namespace

BOOST_AUTO_TEST_CASE(a_head_is_read_into_its_parts) {
    Head head;
    BOOST_REQUIRE_EQUAL(
        refusal("POST /a?b=c HTTP/1.1\r\nhOST: x\r\nContent-Length:  12 \r\nAccept-Encoding: br, gzip\r\n"
                "X-Thing: one\r\nx-thing: two\r\n\r\n",
                head),
        0);
    BOOST_TEST(head.method == "POST");
    BOOST_TEST(head.target == "/a?b=c");
    BOOST_TEST(head.contentLength.value() == 12U);
    BOOST_TEST(head.keepAlive);
    BOOST_TEST(head.acceptsGzip);
    BOOST_TEST(head.headers.get("HOST") == "x");
    BOOST_TEST(head.headers.get("X-Thing") == "one");
}

BOOST_AUTO_TEST_CASE(what_could_smuggle_a_request_is_refused) {
    BOOST_TEST(refusal(withField("Content-Length: 5\r\nTransfer-Encoding: chunked")) == 400);
    BOOST_TEST(refusal(withField("Transfer-Encoding: chunked\r\nContent-Length: 5")) == 400);
    BOOST_TEST(refusal(withField("Content-Length: 5\r\nContent-Length: 5")) == 400);
    BOOST_TEST(refusal(withField("Content-Length: 5, 5")) == 400);
    BOOST_TEST(refusal(withField("Content-Length: +5")) == 400);
    BOOST_TEST(refusal(withField("Content-Length: -1")) == 400);
    BOOST_TEST(refusal(withField("Content-Length: 0x10")) == 400);
    BOOST_TEST(refusal(withField("Content-Length: ")) == 400);
    BOOST_TEST(refusal(withField("Content-Length: 99999999999999999999")) == 400);
    BOOST_TEST(refusal(withField("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked")) == 400);
    BOOST_TEST(refusal(withField("Transfer-Encoding: identity, chunked")) == 501);
    BOOST_TEST(refusal(withField("Transfer-Encoding: xchunked")) == 501);
    BOOST_TEST(refusal(withField("Transfer-Encoding : chunked")) == 400);
    BOOST_TEST(refusal(withField(" Transfer-Encoding: chunked")) == 400);
    BOOST_TEST(refusal(withField("X: a\r\n folded")) == 400);
    BOOST_TEST(refusal(withField("no colon")) == 400);
    BOOST_TEST(refusal(withField(": no name")) == 400);
    BOOST_TEST(refusal(withField(std::string_view("X: a\0b", 6))) == 400);
    BOOST_TEST(refusal(withField("X: a\rb")) == 400);
    BOOST_TEST(refusal(withField("H\xC3\xA4: a")) == 400);
    BOOST_TEST(refusal("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n") == 400);
}

BOOST_AUTO_TEST_CASE(the_request_line_is_held_to_its_form) {
    BOOST_TEST(refusal("GET / HTTP/1.1\r\nHost: a\r\n\r\n") == 0);
    BOOST_TEST(refusal("GET  / HTTP/1.1\r\nHost: a\r\n\r\n") == 400);
    BOOST_TEST(refusal("GET /a b HTTP/1.1\r\nHost: a\r\n\r\n") == 400);
    BOOST_TEST(refusal("GET / HTTP/1.1 \r\nHost: a\r\n\r\n") == 400);
    BOOST_TEST(refusal("GET /\r\nHost: a\r\n\r\n") == 400);
    BOOST_TEST(refusal("G(T / HTTP/1.1\r\nHost: a\r\n\r\n") == 400);
    BOOST_TEST(refusal("GET / http/1.1\r\nHost: a\r\n\r\n") == 400);
    BOOST_TEST(refusal("GET / HTTP/2.0\r\nHost: a\r\n\r\n") == 505);
    BOOST_TEST(refusal("GET a HTTP/1.1\r\nHost: a\r\n\r\n") == 400);
    BOOST_TEST(refusal("GET /#x HTTP/1.1\r\nHost: a\r\n\r\n") == 400);
    BOOST_TEST(refusal("GET /\xC3\xA4 HTTP/1.1\r\nHost: a\r\n\r\n") == 400);
    BOOST_TEST(refusal("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n") == 0);
    BOOST_TEST(refusal("GET * HTTP/1.1\r\nHost: a\r\n\r\n") == 400);
    BOOST_TEST(refusal("GET / HTTP/1.1\r\n\r\n") == 400);
    BOOST_TEST(refusal("GET / HTTP/1.0\r\n\r\n") == 0);
    BOOST_TEST(refusal("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n") == 400);
    Head head;
    BOOST_TEST(refusal("GET http://h:80/p?q HTTP/1.1\r\nHost: a\r\n\r\n", head) == 0);
    BOOST_TEST(head.target == "/p?q");
}

BOOST_AUTO_TEST_CASE(too_many_headers_are_refused) {
    std::string text = "GET / HTTP/1.1\r\nHost: a\r\n";
    for (int i = 0; i < 200; ++i) text += "X-" + std::to_string(i) + ": 1\r\n";
    BOOST_TEST(refusal(text + "\r\n") == 431);
}

BOOST_AUTO_TEST_CASE(the_connection_header_decides_by_version) {
    Head head;
    auto const keeps = [&](const std::string &text) {
        BOOST_REQUIRE_EQUAL(refusal(text, head), 0);
        return head.keepAlive;
    };
    BOOST_TEST(keeps("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
    BOOST_TEST(!keeps("GET / HTTP/1.1\r\nHost: a\r\nConnection: foo, Close\r\n\r\n"));
    BOOST_TEST(!keeps("GET / HTTP/1.0\r\n\r\n"));
    BOOST_TEST(keeps("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n"));
}

BOOST_AUTO_TEST_CASE(accept_encoding_knows_qualities) {
    Head head;
    auto const accepts = [&](const std::string &value) {
        BOOST_REQUIRE_EQUAL(refusal(withField("Accept-Encoding: " + value), head), 0);
        return head.acceptsGzip;
    };
    BOOST_TEST(accepts("gzip"));
    BOOST_TEST(accepts("deflate, gzip;q=0.5"));
    BOOST_TEST(accepts("*"));
    BOOST_TEST(!accepts("gzip;q=0"));
    BOOST_TEST(!accepts("gzip;q=0.000, *"));
    BOOST_TEST(!accepts("br"));
    BOOST_TEST(!accepts("gzipped"));
}

BOOST_AUTO_TEST_CASE(the_end_of_a_head_is_found_over_several_reads) {
    std::string const text = "GET / HTTP/1.1\r\nHost: a\r\n\r\nrest";
    std::size_t scanned = 0;
    for (std::size_t size = 0; size < 27; ++size) {
        auto const search = findHead(std::string_view(text).substr(0, size), scanned);
        BOOST_TEST(search.length == 0U);
        BOOST_TEST(!search.malformed);
    }
    BOOST_TEST(findHead(text, scanned).length == 27U);
    scanned = 0;
    BOOST_TEST(findHead("GET / HTTP/1.1\nHost: a\n\n", scanned).malformed);
}

BOOST_AUTO_TEST_CASE(percent_escapes_decode_to_utf_8_or_not_at_all) {
    std::string out;
    BOOST_TEST(decodePercent("a%20b+c", false, out));
    BOOST_TEST(out == "a b+c");
    BOOST_TEST(decodePercent("a%20b+c", true, out));
    BOOST_TEST(out == "a b c");
    BOOST_TEST(!decodePercent("%", false, out));
    BOOST_TEST(!decodePercent("%2", false, out));
    BOOST_TEST(!decodePercent("%zz", false, out));
    BOOST_TEST(!decodePercent("%00", false, out));
    BOOST_TEST(!decodePercent("%ff", false, out));
    BOOST_TEST(!decodePercent("%ed%a0%80", false, out));
    BOOST_TEST(!decodePercent("%c0%af", false, out));
    BOOST_TEST(encodePercent("a/b ä") == "a%2Fb%20%C3%A4");
}

BOOST_AUTO_TEST_CASE(a_query_keeps_its_order_and_its_empty_values) {
    std::vector<std::pair<std::string, std::string>> query;
    BOOST_TEST(decodeQuery("b=1&&a=x%3Dy+z&c&d=", query));
    std::vector<std::pair<std::string, std::string>> const expected{{"b", "1"}, {"a", "x=y z"}, {"c", ""}, {"d", ""}};
    BOOST_TEST((query == expected));
    BOOST_TEST(!decodeQuery("a=%", query));
}

BOOST_AUTO_TEST_CASE(trace_contexts_are_checked_and_continued) {
    std::string const parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00";
    BOOST_TEST(isTraceParent(parent));
    BOOST_TEST(!isTraceParent("00-00000000000000000000000000000000-00f067aa0ba902b7-01"));
    BOOST_TEST(!isTraceParent("00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01"));
    BOOST_TEST(!isTraceParent("00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01"));
    BOOST_TEST(!isTraceParent("4bf92f3577b34da6a3ce929d0e0e4736"));
    IdSource ids;
    std::string span;
    ids.makeTraceParent(parent, span);
    BOOST_TEST(isTraceParent(span));
    BOOST_TEST(span.substr(0, 36) == parent.substr(0, 36));
    BOOST_TEST(span.substr(36, 16) != parent.substr(36, 16));
    BOOST_TEST(span.substr(52) == "-00");
    ids.makeTraceParent("", span);
    BOOST_TEST(isTraceParent(span));
}

BOOST_AUTO_TEST_CASE(a_problem_names_everything_that_the_error_knows) {
    Request request;
    request.path = "/api/v1/accounts";
    request.traceParent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    kontor::Error error(kontor::ErrorCode::validation, "1 field is \"invalid\"\n",
                        {{"/name", "REQUIRED", "must not be empty\x01"}});
    error.parameter = "filter";
    error.position = 17;
    Response response;
    writeProblem(request, error, response);
    BOOST_TEST(response.status == 422);
    BOOST_TEST(response.contentType == "application/problem+json");
    BOOST_TEST(response.body ==
               R"({"type":"https://kontor.example/problems/validation","title":"Request is not valid","status":422,)"
               R"("detail":"1 field is \"invalid\"\n","instance":"/api/v1/accounts","code":"VALIDATION",)"
               R"("traceId":"4bf92f3577b34da6a3ce929d0e0e4736","retryable":false,)"
               R"("errors":[{"pointer":"/name","code":"REQUIRED","detail":"must not be empty\u0001"}],)"
               R"("parameter":"filter","position":17})");
}

BOOST_AUTO_TEST_CASE(a_version_conflict_tells_the_current_version_and_a_limit_when_to_come_back) {
    Response response;
    kontor::Error stale(kontor::ErrorCode::versionConflict, "stale");
    stale.currentVersion = 7;
    writeProblem(Request(), stale, response);
    BOOST_TEST(response.status == 412);
    BOOST_TEST(response.body.find(R"("code":"CONFLICT_VERSION")") != std::string::npos);
    BOOST_TEST(response.body.find(R"("currentVersion":7)") != std::string::npos);

    kontor::Error limited(kontor::ErrorCode::rateLimited, "slow down");
    limited.retryAfterSeconds = 12;
    Response second;
    writeProblem(Request(), limited, second);
    BOOST_TEST((second.headers.at(0) == std::pair<std::string, std::string>("Retry-After", "12")));
}

BOOST_AUTO_TEST_SUITE_END()
