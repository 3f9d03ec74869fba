#include "soap_support.h"

#include "contract/served.h"
#include "shared/soap/fault.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <malloc.h>

#include <chrono>
#include <iterator>
#include <random>
#include <string>

using namespace kontor;
using namespace kontor::soap_test;
using namespace std::string_literals;

namespace {

const std::string contactNamespace = "http://api.kontor.example/contact/v1";
const std::string commonNamespace = "http://api.kontor.example/common/v1";

std::string message(std::string_view body, std::string_view header = "", int version = 1) {
    std::string const ns =
        version == 2 ? "http://www.w3.org/2003/05/soap-envelope" : "http://schemas.xmlsoap.org/soap/envelope/";
    std::string out = R"(<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s=")" + ns + R"(" xmlns:c=")" +
                      commonNamespace + R"(" xmlns:t=")" + contactNamespace + "\">";
    if (!header.empty()) out += "<s:Header>" + std::string(header) + "</s:Header>";
    return out + "<s:Body>" + std::string(body) + "</s:Body></s:Envelope>";
}

const std::string listTags = "<t:listTags><t:entity>Contact</t:entity></t:listTags>";
const std::string retrieve = "<t:retrieveRecords><t:key><c:entity>Contact</c:entity></t:key></t:retrieveRecords>";
const std::string queryMore = "<t:queryMore><t:cursor>x</t:cursor></t:queryMore>";
const std::string soap12Type = "application/soap+xml; charset=utf-8";

}  // namespace

BOOST_FIXTURE_TEST_SUITE(soap_hosting, Desk)

BOOST_AUTO_TEST_CASE(a_call_is_answered_in_its_own_soap_version) {
    Answer const first = post(message(listTags));
    BOOST_TEST(first.status == 200);
    BOOST_TEST(first.contentType == "text/xml; charset=utf-8");
    BOOST_TEST(first.body ==
               "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
               "<SOAP-ENV:Envelope xmlns:SOAP-ENV=\"http://schemas.xmlsoap.org/soap/envelope/\""
               " xmlns:common=\"http://api.kontor.example/common/v1\""
               " xmlns:contact=\"http://api.kontor.example/contact/v1\">"
               "<SOAP-ENV:Body><contact:listTagsResponse><contact:result><contact:tag><contact:name>Contact"
               "</contact:name><contact:records>9007199254740993</contact:records></contact:tag></contact:result>"
               "</contact:listTagsResponse></SOAP-ENV:Body></SOAP-ENV:Envelope>");

    Answer const second = post(message(listTags, "", 2), soap12Type);
    BOOST_TEST(second.status == 200);
    BOOST_TEST(second.contentType == "application/soap+xml; charset=utf-8");
    BOOST_TEST(second.has("<SOAP-ENV:Envelope xmlns:SOAP-ENV=\"http://www.w3.org/2003/05/soap-envelope\""));

    // And the first again, on the same context: nothing of SOAP 1.2 is left in it.
    BOOST_TEST(post(message(listTags)).body == first.body);
}

BOOST_AUTO_TEST_CASE(a_fault_in_soap_11_is_these_bytes) {
    Answer const answer = post(message(queryMore));
    BOOST_TEST(answer.status == 500);
    BOOST_TEST(answer.contentType == "text/xml; charset=utf-8");
    BOOST_TEST(answer.body ==
               "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
               "<SOAP-ENV:Envelope xmlns:SOAP-ENV=\"http://schemas.xmlsoap.org/soap/envelope/\"><SOAP-ENV:Body>"
               "<SOAP-ENV:Fault><faultcode>SOAP-ENV:Client</faultcode>"
               "<faultstring>Changed &lt;meanwhile&gt; &amp; \"so\".</faultstring><detail>"
               "<c:ApiFault xmlns:c=\"http://api.kontor.example/common/v1\"><c:code>CONFLICT_VERSION</c:code>"
               "<c:message>Changed &lt;meanwhile&gt; &amp; \"so\".</c:message>"
               "<c:traceId>0af7651916cd43dd8448eb211c80319c</c:traceId><c:retryable>false</c:retryable>"
               "<c:violation><c:field>/name</c:field><c:code>TOO_LONG</c:code>"
               "<c:reason>at most 5 &lt; 6 characters</c:reason></c:violation>"
               "<c:parameter>x</c:parameter><c:position>3</c:position><c:currentVersion>7</c:currentVersion>"
               "<c:conflictingId>id-1</c:conflictingId></c:ApiFault></detail></SOAP-ENV:Fault></SOAP-ENV:Body>"
               "</SOAP-ENV:Envelope>");
    BOOST_REQUIRE_EQUAL(answer.headers.size(), 1U);
    BOOST_TEST(answer.headers[0].first == "Retry-After");
    BOOST_TEST(answer.headers[0].second == "9");
}

BOOST_AUTO_TEST_CASE(a_fault_in_soap_12_is_these_bytes) {
    Answer const answer = post(message("<t:getTimeline/>", "", 2), soap12Type);
    BOOST_TEST(answer.status == 500);
    BOOST_TEST(answer.contentType == "application/soap+xml; charset=utf-8");
    BOOST_TEST(answer.body ==
               "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
               "<SOAP-ENV:Envelope xmlns:SOAP-ENV=\"http://www.w3.org/2003/05/soap-envelope\"><SOAP-ENV:Body>"
               "<SOAP-ENV:Fault><SOAP-ENV:Code><SOAP-ENV:Value>SOAP-ENV:Receiver</SOAP-ENV:Value></SOAP-ENV:Code>"
               "<SOAP-ENV:Reason><SOAP-ENV:Text xml:lang=\"en\">It broke.</SOAP-ENV:Text></SOAP-ENV:Reason>"
               "<SOAP-ENV:Detail><c:ApiFault xmlns:c=\"http://api.kontor.example/common/v1\"><c:code>INTERNAL</c:code>"
               "<c:message>It broke.</c:message><c:traceId>0af7651916cd43dd8448eb211c80319c</c:traceId>"
               "<c:retryable>false</c:retryable></c:ApiFault></SOAP-ENV:Detail></SOAP-ENV:Fault></SOAP-ENV:Body>"
               "</SOAP-ENV:Envelope>");
    // What the caller did wrong is 400 in SOAP 1.2, 500 in SOAP 1.1.
    BOOST_TEST(post(message(queryMore, "", 2), soap12Type).status == 400);
    BOOST_TEST(post(message(queryMore, "", 2), soap12Type).has("<SOAP-ENV:Value>SOAP-ENV:Sender</SOAP-ENV:Value>"));
}

BOOST_AUTO_TEST_CASE(a_defect_is_a_fault_without_its_text) {
    Answer const answer = post(message("<t:updateRecords/>"));
    BOOST_TEST(answer.status == 500);
    BOOST_TEST(answer.has("<faultcode>SOAP-ENV:Server</faultcode>"));
    BOOST_TEST(answer.has("<c:code>INTERNAL</c:code>"));
    BOOST_TEST(!answer.has("a defect"));
    BOOST_TEST(post(message(listTags)).status == 200);
}

BOOST_AUTO_TEST_CASE(credentials_never_come_back) {
    std::string const header =
        "<c:SessionHeader><c:sessionId>good</c:sessionId></c:SessionHeader>"
        "<w:Security xmlns:w=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd\""
        " s:mustUnderstand=\"1\"><w:UsernameToken><w:Username>ina</w:Username><w:Password>s3cret</w:Password>"
        "</w:UsernameToken></w:Security>";
    for (auto const &operation : {retrieve, queryMore, "<t:unknown/>"s, "<t:listTags><t:bad/></t:listTags>"s}) {
        Answer const answer = post(message(operation, header), "text/xml", "");
        BOOST_TEST(!answer.has("s3cret"));
        BOOST_TEST(!answer.has("good"));
        BOOST_TEST(!answer.has("sessionId"));
        BOOST_TEST(!answer.has("Header"));
    }
}

BOOST_AUTO_TEST_CASE(a_caller_signs_in_by_session_token_password_or_digest) {
    EchoService::records.clear();
    auto const security = [](std::string_view token) {
        return "<w:Security s:mustUnderstand=\"1\""
               " xmlns:w=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd\""
               " xmlns:u=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd\">" +
               std::string(token) + "</w:Security>";
    };
    std::string const session = "<c:SessionHeader><c:sessionId>good</c:sessionId></c:SessionHeader>";
    BOOST_TEST(post(message(retrieve, session), "text/xml", "").status == 200);
    BOOST_TEST(authenticator.last.bearerToken == "good");

    BOOST_TEST(post(message(retrieve), "text/xml", "bearer good").status == 200);
    BOOST_TEST(post(message(retrieve), "text/xml", "Basic aW5hOnMzY3JldA==").status == 200);
    BOOST_TEST(authenticator.last.userName == "ina");
    BOOST_TEST(authenticator.last.password == "s3cret");

    std::string const text =
        security("<w:UsernameToken u:Id=\"x\"><w:Username>ina</w:Username><w:Password "
                 "Type=\"http://docs.oasis-open.org/wss/2004/"
                 "01/oasis-200401-wss-username-token-profile-1.0#PasswordText\">s3cret</w:Password></w:UsernameToken>");
    BOOST_TEST(post(message(retrieve, text), "text/xml", "").status == 200);
    BOOST_TEST(authenticator.last.password == "s3cret");

    std::string const digest = security(
        "<w:UsernameToken><w:Username>ina</w:Username><w:Password Type=\"http://docs.oasis-open.org/wss/2004/01/"
        "oasis-200401-wss-username-token-profile-1.0#PasswordDigest\">dnHDDV80Icln4hQ9eNtkUPxKBHw=</w:Password>"
        "<w:Nonce EncodingType=\"x#Base64Binary\">MDEyMzQ1Njc4OWFiY2RlZg==</w:Nonce>"
        "<u:Created>2026-11-23T10:15:30Z</u:Created></w:UsernameToken>");
    BOOST_TEST(post(message(retrieve, digest), "text/xml", "").status == 200);
    BOOST_TEST(authenticator.last.password == "");
    BOOST_TEST(authenticator.last.nonce == "MDEyMzQ1Njc4OWFiY2RlZg==");
    BOOST_TEST(authenticator.last.created == "2026-11-23T10:15:30Z");

    secure = false;
    BOOST_TEST(post(message(retrieve, text), "text/xml", "").has("<faultcode>wsse:FailedAuthentication</faultcode>"));
    BOOST_TEST(post(message(retrieve), "text/xml", "Basic aW5hOnMzY3JldA==").has("INVALID_SESSION"));
    BOOST_TEST(post(message(retrieve, digest), "text/xml", "").status == 200);
}

BOOST_AUTO_TEST_CASE(wrong_or_missing_credentials_are_a_fault_and_never_401) {
    for (auto const *authorization : {"", "Bearer bad", "Basic !!!", "Basic aW5h", "Negotiate x"}) {
        Answer const answer = post(message(retrieve), "text/xml", authorization);
        BOOST_TEST(answer.status == 500);
        BOOST_TEST(answer.has("<c:code>INVALID_SESSION</c:code>"));
        BOOST_TEST(answer.has("<faultcode>SOAP-ENV:Client</faultcode>"));
    }
}

BOOST_AUTO_TEST_CASE(a_timestamp_is_checked_and_answered_with_one) {
    auto const stamped = [](std::int64_t createdAfter, std::int64_t expiresAfter) {
        std::int64_t const now = DateTime::now().microseconds;
        return "<w:Security s:mustUnderstand=\"1\""
               " xmlns:w=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd\""
               " xmlns:u=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd\">"
               "<u:Timestamp><u:Created>" +
               DateTime{now + createdAfter * 1'000'000}.toString() + "</u:Created><u:Expires>" +
               DateTime{now + expiresAfter * 1'000'000}.toString() + "</u:Expires></u:Timestamp></w:Security>";
    };
    Answer const good = post(message(listTags, stamped(0, 300)));
    BOOST_TEST(good.status == 200);
    BOOST_TEST(good.has("<wsu:Timestamp><wsu:Created>"));
    BOOST_TEST(good.has("xmlns:wsse=\"http://docs.oasis-open.org/wss/2004/01/"
                        "oasis-200401-wss-wssecurity-secext-1.0.xsd\""));
    BOOST_TEST(post(message(listTags, stamped(-590, -295))).status == 200);  // within the clocks' tolerance
    BOOST_TEST(post(message(listTags, stamped(295, 400))).status == 200);
    for (auto const &[created, expires] : {std::pair{-600, -305}, {305, 400}, {-800, 200}}) {
        Answer const answer = post(message(listTags, stamped(created, expires)));
        BOOST_TEST(answer.status == 500);
        BOOST_TEST(answer.has("<faultcode>wsse:MessageExpired</faultcode>"));
        BOOST_TEST(answer.has("<wsu:Timestamp"));
    }
    Answer const second = post(message(listTags, stamped(-800, 200), 2), soap12Type);
    BOOST_TEST(second.has("<SOAP-ENV:Subcode><SOAP-ENV:Value>wsse:MessageExpired</SOAP-ENV:Value></SOAP-ENV:Subcode>"));
    // The next one without is answered without.
    BOOST_TEST(!post(message(listTags)).has("wsu"));
}

BOOST_AUTO_TEST_CASE(header_blocks_that_must_be_understood_are) {
    std::string const address = " xmlns:a=\"http://www.w3.org/2005/08/addressing\"";
    Answer const answer = post(
        message(listTags, "<a:Action s:mustUnderstand=\"1\"" + address + ">urn:x</a:Action><a:MessageID" + address +
                              ">urn:uuid:1</a:MessageID><a:To s:mustUnderstand=\"1\"" + address + ">http://x</a:To>"));
    BOOST_TEST(answer.status == 200);
    BOOST_TEST(answer.has("<wsa5:RelatesTo>urn:uuid:1</wsa5:RelatesTo>"));
    BOOST_TEST(answer.has("<wsa5:Action>urn:xResponse</wsa5:Action>"));

    Answer const elsewhere =
        post(message(listTags, "<a:ReplyTo" + address + "><a:Address>http://10.0.0.1/</a:Address></a:ReplyTo>"));
    BOOST_TEST(elsewhere.status == 500);
    BOOST_TEST(elsewhere.has("anonymous"));

    std::string const stranger = "<x:Deal xmlns:x=\"urn:x\" s:mustUnderstand=\"1\">a</x:Deal>";
    Answer const refused = post(message(listTags, stranger));
    BOOST_TEST(refused.status == 500);
    BOOST_TEST(refused.has("<faultcode>SOAP-ENV:MustUnderstand</faultcode>"));
    BOOST_TEST(!refused.has("<detail>"));
    BOOST_TEST(post(message(listTags, stranger, 2), soap12Type).has("SOAP-ENV:MustUnderstand"));
    // One that need not be understood is passed over.
    BOOST_TEST(post(message(listTags, "<x:Deal xmlns:x=\"urn:x\"><y z=\"1\"/></x:Deal>")).status == 200);
}

BOOST_AUTO_TEST_CASE(what_is_no_soap_message_is_a_fault_in_the_version_of_its_media_type) {
    Answer const broken = post("<a>");
    BOOST_TEST(broken.status == 500);
    BOOST_TEST(broken.has("<c:code>MALFORMED</c:code>"));
    BOOST_TEST(post("<a>", soap12Type).status == 400);
    BOOST_TEST(post("<a>", soap12Type).has("http://www.w3.org/2003/05/soap-envelope"));
    Answer const json = post("{}", "application/json");
    BOOST_TEST(json.status == 415);
    BOOST_TEST(json.has("<c:code>UNSUPPORTED_MEDIA_TYPE</c:code>"));
    Answer const stranger =
        post("<s:Envelope xmlns:s=\"urn:soap-3\"><s:Body><t:a xmlns:t=\"x\"/></s:Body></s:Envelope>");
    BOOST_TEST(stranger.status == 500);
    BOOST_TEST(stranger.has("<faultcode>SOAP-ENV:VersionMismatch</faultcode>"));
    Answer const large =
        post(message("<t:listTags><t:entity>" + std::string(5U << 20U, 'x') + "</t:entity></t:listTags>"));
    BOOST_TEST(large.has("<c:code>TOO_LARGE</c:code>"));
}

BOOST_AUTO_TEST_CASE(what_the_contract_does_not_know_is_named) {
    struct Case {
        std::string body;
        const char *pointer, *code;
    };
    std::string const contacts = "<t:createRecords><t:records><t:contact/><t:contact>";
    std::string const end = "</t:contact></t:records></t:createRecords>";
    for (auto const &[body, pointer, code] : std::vector<Case>{
             {contacts + "<t:lastNam>x</t:lastNam>" + end, "/records/contact/1/lastNam", "UNKNOWN_FIELD"},
             {contacts + "<t:lastName>x</t:lastName><t:lastName>y</t:lastName>" + end, "/records/contact/1/lastName",
              "UNKNOWN_FIELD"},
             {contacts + "<lastName>x</lastName>" + end, "/records/contact/1/lastName", "UNKNOWN_FIELD"},
             {contacts + "<c:lastName>x</c:lastName>" + end, "/records/contact/1/lastName", "UNKNOWN_FIELD"},
             {contacts + "<c:version>many</c:version>" + end, "/records/contact/1/version", "WRONG_TYPE"},
             {contacts + "<c:version>99999999999999999999</c:version>" + end, "/records/contact/1/version",
              "WRONG_TYPE"},
             {contacts + "<c:createdAt>2026-11-23T05:00:00</c:createdAt>" + end, "/records/contact/1/createdAt",
              "WRONG_TYPE"},
             {contacts + "<t:birthDate>2026-02-30</t:birthDate>" + end, "/records/contact/1/birthDate", "WRONG_TYPE"},
             {contacts + "<t:doNotCall>maybe</t:doNotCall>" + end, "/records/contact/1/doNotCall", "WRONG_TYPE"},
             {"<t:createRecords><t:records><t:account><t:annualRevenue>1e5</t:annualRevenue></t:account></t:records>"
              "</t:createRecords>",
              "/records/account/0/annualRevenue", "WRONG_TYPE"},
             {"<t:createRecords><t:nothing/></t:createRecords>", "/nothing", "UNKNOWN_FIELD"},
         }) {
        Answer const answer = post(message(body));
        BOOST_TEST_CONTEXT(body << "\n" << answer.body) {
            BOOST_TEST(answer.status == 500);
            BOOST_TEST(answer.has("<c:code>VALIDATION</c:code>"));
            BOOST_TEST(answer.has("<c:field>" + std::string(pointer) + "</c:field>"));
            BOOST_TEST(answer.has("<c:code>" + std::string(code) + "</c:code>"));
        }
    }
    Answer const operation = post(message("<t:frobnicate/>"));
    BOOST_TEST(operation.has("<c:code>NOT_FOUND</c:code>"));
    BOOST_TEST(operation.has("frobnicate"));
    BOOST_TEST(post(message("<listTags/>")).has("<c:code>NOT_FOUND</c:code>"));
}

BOOST_AUTO_TEST_CASE(children_may_come_in_any_order_and_prefix) {
    std::string const body = "<createRecords xmlns=\"" + contactNamespace +
                             "\"><records><contact><lastName>B</lastName><q:id xmlns:q=\"" + commonNamespace +
                             "\">0190b2c4-0000-7000-8000-000000000001</q:id><firstName>A</firstName></contact>"
                             "</records></createRecords>";
    Answer const answer = post(message(body));
    BOOST_TEST(answer.status == 200);
    BOOST_TEST(answer.has("<common:id>0190b2c4-0000-7000-8000-000000000001</common:id>"));
}

BOOST_AUTO_TEST_CASE(results_are_positional_entity_by_entity) {
    Answer const answer =
        post(message("<t:createRecords><t:records><t:contact><c:id>c1</c:id></t:contact><t:account><c:id>a1</c:id>"
                     "</t:account><t:contact><c:id>c2</c:id></t:contact></t:records></t:createRecords>"));
    BOOST_TEST(answer.status == 200);
    auto const order = [&](std::string_view text) { return answer.body.find(text); };
    BOOST_TEST((order("a1") < order("c1") && order("c1") < order("c2")));
    BOOST_TEST(answer.has("<common:index>2</common:index><common:entity>Contact</common:entity><common:id>c2"
                          "</common:id><common:version>1</common:version><common:success>true</common:success>"
                          "<common:created>true</common:created>"));
}

BOOST_AUTO_TEST_CASE(a_stored_answer_is_the_same_answer) {
    auto const upsert = [](std::string_view system) {
        return "<t:upsertRecords><t:externalSystem>" + std::string(system) + "</t:externalSystem></t:upsertRecords>";
    };
    Answer const direct = post(message(upsert("direct")));
    BOOST_TEST(direct.status == 200);
    BOOST_TEST(direct.has("upsertRecordsResponse"));
    BOOST_TEST(post(message(upsert("stored"))).body == direct.body);
    BOOST_TEST(post(message(upsert("stored"), "", 2), soap12Type).body ==
               post(message(upsert("direct"), "", 2), soap12Type).body);
}

BOOST_AUTO_TEST_CASE(an_attachment_comes_through_inline_and_as_a_part) {
    std::string bytes;
    for (int i = 0; i < 300000; ++i) bytes.push_back(static_cast<char>(i * 31 + i / 256));
    auto const multipart = [&](std::string_view content, std::string_view id, bool rootFirst, int version = 1) {
        std::string const root =
            "--MIME\r\nContent-Type: application/xop+xml; charset=UTF-8; type=\"text/xml\"\r\n"
            "Content-Transfer-Encoding: 8bit\r\nContent-ID: <root@x>\r\n\r\n" +
            message("<t:uploadAttachment><t:content>" + std::string(content) + "</t:content></t:uploadAttachment>", "",
                    version) +
            "\r\n";
        std::string const part = "--MIME\r\nContent-Type: application/octet-stream\r\n"
                                 "Content-Transfer-Encoding: binary\r\nContent-ID: <" +
                                 std::string(id) + ">\r\n\r\n" + bytes + "\r\n";
        return (rootFirst ? root + part : part + root) + "--MIME--\r\n";
    };
    std::string const include = "<x:Include xmlns:x=\"http://www.w3.org/2004/08/xop/include\" href=\"cid:data%40x\"/>";
    std::string const type = "multipart/related; type=\"application/xop+xml\"; boundary=MIME; start=\"<root@x>\";"
                             " start-info=\"text/xml\"";
    for (bool const rootFirst : {true, false}) {
        EchoService::uploaded.clear();
        Answer const answer = post(multipart(include, "data@x", rootFirst), type);
        BOOST_TEST(answer.status == 200);
        BOOST_TEST(answer.contentType == "text/xml; charset=utf-8");
        BOOST_TEST((EchoService::uploaded == bytes));
    }
    EchoService::uploaded.clear();
    std::string const type12 = "multipart/related; type=\"application/xop+xml\"; boundary=MIME; start=\"<root@x>\";"
                               " start-info=\"application/soap+xml\"";
    BOOST_TEST(post(multipart(include, "data@x", true, 2), type12).status == 200);
    BOOST_TEST((EchoService::uploaded == bytes));

    // A reference to nothing is an error and not an empty file.
    EchoService::uploaded.clear();
    Answer const missing = post(multipart(include, "other@x", true), type);
    BOOST_TEST(missing.status == 500);
    BOOST_TEST(missing.has("<c:code>MALFORMED</c:code>"));

    EchoService::uploaded.clear();
    BOOST_TEST(post(message("<t:uploadAttachment><t:content>aGVs\n bG8=</t:content></t:uploadAttachment>")).status ==
               200);
    BOOST_TEST(EchoService::uploaded == "hello");
    BOOST_TEST(post(message("<t:uploadAttachment><t:content>a*b</t:content></t:uploadAttachment>")).has("WRONG_TYPE"));
    // Inline after multipart, on the same context.
    BOOST_TEST(post(message("<t:uploadAttachment><t:content/></t:uploadAttachment>")).status == 200);
    BOOST_TEST(EchoService::uploaded.empty());
}

BOOST_AUTO_TEST_CASE(an_answer_has_parts_only_for_who_sent_parts) {
    EchoService::uploaded = "a\0b\r\n--x"s;
    std::string const download = "<t:downloadAttachment><t:id>x</t:id></t:downloadAttachment>";
    Answer const plain = post(message(download));
    BOOST_TEST(plain.has("<contact:content>YQBiDQotLXg=</contact:content>"));
    BOOST_TEST(plain.contentType == "text/xml; charset=utf-8");

    std::string const root =
        "--MIME\r\nContent-Type: application/xop+xml\r\nContent-ID: <r>\r\n\r\n" + message(download) + "\r\n--MIME--";
    Answer const parts =
        post(root, "multipart/related; type=\"application/xop+xml\"; boundary=MIME; start-info=\"text/xml\"");
    BOOST_TEST(parts.status == 200);
    BOOST_TEST(parts.contentType.starts_with("multipart/related; boundary=\""));
    auto const media = soap::readMediaType(parts.contentType);
    auto const split = soap::splitMultipart(media, parts.body);
    BOOST_REQUIRE_EQUAL(split.size(), 2U);
    BOOST_TEST(split[0].data.find("xop:Include") != std::string_view::npos);
    BOOST_TEST(split[0].data.find(std::string("cid:").append(split[1].contentId)) != std::string_view::npos);
    BOOST_TEST(split[1].data == "a\0b\r\n--x"s);
    // Nothing of it is left for the next call.
    BOOST_TEST(post(message(download)).body == plain.body);
}

BOOST_AUTO_TEST_CASE(ids_and_references_cost_nothing) {
    std::string flood;
    for (int i = 0; i < 60000; ++i) {
        flood += "<t:contact id=\"i" + std::to_string(i) + "\" href=\"#i" + std::to_string(i + 1) + "\"/>";
        if (i % 2000 == 1999) break;  // as many as a list may have
    }
    auto const begin = std::chrono::steady_clock::now();
    BOOST_TEST(post(message("<t:createRecords><t:records>" + flood + "</t:records></t:createRecords>")).status == 200);
    std::string headers;
    for (int i = 0; i < 50000; ++i) headers += "<x:h xmlns:x=\"urn:x\" id=\"i" + std::to_string(i) + "\"/>";
    BOOST_TEST(post(message(listTags, headers)).status == 200);
    BOOST_TEST((std::chrono::steady_clock::now() - begin < std::chrono::seconds(3)));
    Answer const many =
        post(message("<t:createRecords><t:records>" + flood + flood + "</t:records></t:createRecords>"));
    BOOST_TEST(many.has("TOO_MANY_ITEMS"));
}

BOOST_AUTO_TEST_CASE(a_damaged_message_gets_an_answer) {
    std::string const whole =
        message("<t:createRecords><t:records><t:contact id=\"a\"><c:tags>x</c:tags><t:lastName>&#xE4;</t:lastName>"
                "<t:birthDate>2000-02-29</t:birthDate><t:emailAddresses><t:address>q</t:address></t:emailAddresses>"
                "</t:contact></t:records></t:createRecords>",
                "<c:AllOrNoneHeader><c:allOrNone>true</c:allOrNone></c:AllOrNoneHeader>");
    std::string const insertions[] = {"<", "/>", "\"", "&", " xmlns:t=\"\"", " href=\"#a\"", "<c:id/>", "]]>", "\xFF"};
    std::mt19937 random(20261123);  // the same damage each time
    for (int i = 0; i < 4000; ++i) {
        std::string damaged = whole;
        for (int changes = 0; changes < 3; ++changes) {
            std::size_t const at = random() % damaged.size();
            switch (random() % 3) {
            case 0:
                damaged.insert(at, insertions[random() % std::size(insertions)]);
                break;
            case 1:
                damaged.erase(at, 1 + random() % 8);
                break;
            default:
                damaged[at] = static_cast<char>(random());
            }
        }
        Answer const answer = post(damaged);
        bool const proper = answer.status == 200 || (answer.status == 500 && answer.has("<faultcode>"));
        BOOST_TEST_CONTEXT(damaged) { BOOST_REQUIRE(proper); }
    }
    BOOST_TEST(post(whole).status == 200);
}

BOOST_AUTO_TEST_CASE(memory_stays_flat) {
    std::string const create = message("<t:createRecords><t:records><t:contact><t:lastName>" + std::string(500, 'x') +
                                       "</t:lastName></t:contact></t:records></t:createRecords>");
    auto const round = [&] {
        for (int i = 0; i < 3000; ++i) {
            (void)post(create);
            (void)post(message(queryMore));
            (void)post(message("<t:createRecords><t:bad/></t:createRecords>"));
        }
        return ::mallinfo2().uordblks;
    };
    std::size_t const before = round();
    std::size_t const after = round();
    BOOST_TEST(after <= before + 4096);
}

BOOST_AUTO_TEST_CASE(wsdl_and_schemas_are_served_with_the_public_address) {
    auto const get = [&](const std::string &path, std::vector<std::pair<std::string, std::string>> query) {
        return send("GET", path, "", {}, std::move(query));
    };
    Answer const wsdl = get("/soap/v1/contact", {{"wsdl", ""}});
    BOOST_TEST(wsdl.status == 200);
    BOOST_TEST(wsdl.contentType == "text/xml; charset=utf-8");
    BOOST_TEST(wsdl.has("location=\"https://crm.example/soap/v1."));
    BOOST_TEST(!wsdl.has("localhost"));
    BOOST_TEST(wsdl.has("http://schemas.xmlsoap.org/wsdl/soap/"));
    Answer const second = get("/soap/v1.0/contact", {{"wsdl", ""}, {"version", "1.2"}});
    BOOST_TEST(second.has("http://schemas.xmlsoap.org/wsdl/soap12/"));
    BOOST_TEST(second.has("location=\"https://crm.example/soap/v1.0/contact\""));
    BOOST_TEST(get("/soap/v1/contact.xsd", {}).body == servedDocument(0, "contact.xsd"));
    BOOST_TEST(get("/soap/v1.0/common.xsd", {}).body == servedDocument(0, "common.xsd"));
    BOOST_TEST(get("/soap/v1/contact", {}).status == 405);
    BOOST_TEST(get("/soap/v1/contact", {{"wsdl", ""}, {"version", "2"}}).has("NOT_FOUND"));
    BOOST_TEST(get("/soap/v1.77/contact", {{"wsdl", ""}}).status == 404);
}

BOOST_AUTO_TEST_SUITE_END()
