#include "shared/soap/locate.h"
#include "shared/soap/media.h"
#include "shared/soap/prescan.h"

#include "contract/contact.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <ostream>
#include <string>
#include <string_view>

using namespace kontor;
using namespace kontor::soap;
using namespace std::string_literals;
namespace data = boost::unit_test::data;

namespace {

/// A SOAP 1.1 message with this inside Body.
std::string envelope(std::string_view body, std::string_view header = "") {
    return R"(<?xml version="1.0" encoding="UTF-8"?><S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/">)"s +
           std::string(header) + "<S:Body>" + std::string(body) + "</S:Body></S:Envelope>";
}

/// What the scan says of a message that it refuses; empty when it accepts it.
std::string refusal(std::string_view xml) {
    try {
        (void)scanEnvelope(xml);
        return "";
    } catch (const Error &error) {
        BOOST_TEST(errorCodeName(error.code) == "MALFORMED");
        return error.detail;
    }
}

struct Bad {
    const char *name;
    std::string xml;
    const char *says;
    friend std::ostream &operator<<(std::ostream &out, const Bad &bad) { return out << bad.name; }
};

std::string repeated(std::size_t count, std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < count; ++i) out += text;
    return out;
}

std::string numbered(std::size_t count, std::string_view before, std::string_view after) {
    std::string out;
    for (std::size_t i = 0; i < count; ++i) out.append(before).append(std::to_string(i)).append(after);
    return out;
}

const Bad badMessages[] = {
    {"empty", "", "there is no element"},
    {"plain text", "hello", "text outside the Envelope"},
    {"JSON", "{\"a\":1}", "text outside the Envelope"},
    {"no Envelope", "<getAccount/>", "not an Envelope"},
    {"no Body", "<Envelope/>", "no Body"},
    {"empty Body", envelope(""), "no Body with an element"},
    {"text in Body", envelope("text<a/>"), "text between"},
    {"CDATA in Body", envelope("<![CDATA[x]]><a/>"), "text between"},
    {"two operations", envelope("<a/><b/>"), "more than one element"},
    {"second Body", "<E:Envelope xmlns:E=\"x\"><E:Body><a/></E:Body><E:Body><b/></E:Body></E:Envelope>",
     "not an Envelope"},
    {"element after Body", "<Envelope><Body><a/></Body><c/></Envelope>", "something follows the Body"},
    {"two Headers", "<Envelope><Header/><Header/><Body><a/></Body></Envelope>", "one Header and one Body"},
    {"stranger before Body", "<Envelope><c/><Body><a/></Body></Envelope>", "one Header and one Body"},
    {"junk after Envelope", envelope("<a/>") + "x", "text outside the Envelope"},
    {"second root", envelope("<a/>") + "<b/>", "something follows the Envelope"},
    {"document type", "<!DOCTYPE a><Envelope/>", "document type"},
    {"document type after the declaration",
     "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY x \"y\">]>" + envelope("<a>&x;</a>").substr(38), "document type"},
    {"entity declaration", envelope("<a><!ENTITY x \"y\"></a>"), "entity declaration"},
    {"undefined entity", envelope("<a>&x;</a>"), "entity is not defined"},
    {"bare ampersand", envelope("<a>a & b</a>"), "starts no reference"},
    {"endless reference", envelope("<a>&amp</a>"), "starts no reference"},
    {"processing instruction", envelope("<a><?php x?></a>"), "processing instruction"},
    {"processing instruction before", "<?pi x?><Envelope/>", "processing instruction"},
    {"NUL", envelope("<a>x\0y</a>"s), "not legal"},
    {"control character", envelope("<a>\x01</a>"), "not legal"},
    {"vertical tab", envelope("<a>\x0B</a>"), "not legal"},
    {"control character in an attribute", envelope("<a b=\"\x02\"/>"), "not legal"},
    {"control character in CDATA", envelope("<a><![CDATA[\x01]]></a>"), "not legal"},
    {"control character in a comment", envelope("<a><!-- \x01 --></a>"), "not legal"},
    {"reference to NUL", envelope("<a>&#0;</a>"), "names no legal character"},
    {"reference to a control character", envelope("<a>&#x1;</a>"), "names no legal character"},
    {"reference to a surrogate", envelope("<a>&#xD800;</a>"), "names no legal character"},
    {"reference past the end", envelope("<a>&#x110000;</a>"), "names no legal character"},
    {"reference over 32 bits", envelope("<a>&#x7FFFFFFFF;</a>"), "names no legal character"},
    {"reference in an attribute", envelope("<a b=\"&#0;\"/>"), "names no legal character"},
    {"reference without digits", envelope("<a>&#;</a>"), "not a number"},
    {"reference with letters", envelope("<a>&#12a;</a>"), "not a number"},
    {"U+FFFE", envelope("<a>\xEF\xBF\xBE</a>"), "not legal"},
    {"lone continuation byte", envelope("<a>\x80</a>"), "not UTF-8"},
    {"overlong slash", envelope("<a>\xC0\xAF</a>"), "not UTF-8"},
    {"overlong three bytes", envelope("<a>\xE0\x80\xAF</a>"), "not UTF-8"},
    {"encoded surrogate", envelope("<a>\xED\xA0\x80</a>"), "not UTF-8"},
    {"over U+10FFFF", envelope("<a>\xF4\x90\x80\x80</a>"), "not UTF-8"},
    {"Latin-1 byte", envelope("<a>caf\xE9</a>"), "not UTF-8"},
    {"truncated character at the end", "<Envelope><Body><a>\xE2\x82", "not UTF-8"},
    {"bad byte in a name", envelope("<a\xFF/>"), "not UTF-8"},
    {"65 attributes", envelope("<a" + numbered(65, " b", "=\"\"") + "/>"), "more than 64 attributes"},
    {"20,000 attributes", envelope("<a" + numbered(20000, " id", "=\"x\"") + "/>"), "more than 64 attributes"},
    {"attribute twice", envelope("<a b=\"1\" b=\"2\"/>"), "given twice"},
    {"attribute without value", envelope("<a b/>"), "has no value"},
    {"attribute without quotes", envelope("<a b=1/>"), "not quoted"},
    {"attributes without space", envelope("<a b=\"1\"c=\"2\"/>"), "not separated"},
    {"attribute with <", envelope("<a b=\"<\"/>"), "\"<\" in it"},
    {"65 namespaces over several elements",
     envelope("<a" + numbered(40, " xmlns:n", "=\"x\"") + "><b" + numbered(40, " xmlns:m", "=\"x\"") + "/></a>"),
     "more than 64 namespaces"},
    {"too deep", envelope(repeated(63, "<a>") + repeated(63, "</a>")), "deeper than 64"},
    {"much too deep", envelope(repeated(200000, "<a>")), "deeper than 64"},
    {"long name", envelope("<" + std::string(257, 'a') + "/>"), "longer than 256"},
    {"name with two colons", envelope("<a:b:c/>"), "two colons"},
    {"name that starts with a digit", envelope("<1a/>"), "name is expected"},
    {"mismatched tags", envelope("<a><b></a></b>"), "does not match"},
    {"truncated in a tag", "<Envelope><Body><a", "does not end"},
    {"truncated in an attribute", "<Envelope><Body><a b=\"x", "does not end"},
    {"truncated in text", "<Envelope><Body><a>text", "stops halfway"},
    {"truncated in CDATA", "<Envelope><Body><a><![CDATA[text", "does not end"},
    {"truncated in a comment", "<Envelope><Body><a><!-- text", "does not end"},
    {"two hyphens in a comment", envelope("<a><!-- a -- b --></a>"), "\"--\""},
    {"]]> in text", envelope("<a>x]]>y</a>"), "outside a CDATA section"},
    {"declaration not at the start", " <?xml version=\"1.0\"?><Envelope/>", "processing instruction"},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(soap_prescan)

BOOST_DATA_TEST_CASE(a_message_that_is_none_is_refused_and_says_why, data::make(badMessages), bad) {
    std::string const said = refusal(bad.xml);
    BOOST_TEST_CONTEXT("it says: " << said) {
        if (std::string_view(bad.name) == "second Body") {
            BOOST_TEST(said.find("something follows the Body") != std::string::npos);
        } else {
            BOOST_TEST(said.find(bad.says) != std::string::npos);
        }
    }
}

BOOST_AUTO_TEST_CASE(every_prefix_of_a_message_is_refused) {
    std::string const whole =
        envelope("<a:b xmlns:a=\"urn:x\" c=\"&amp;\"><!-- n --><![CDATA[<]]>\xE2\x82\xAC&#x20AC;</a:b>", "<S:Header/>");
    BOOST_TEST(refusal(whole) == "");
    for (std::size_t length = 0; length < whole.size(); ++length) {
        BOOST_TEST_CONTEXT(length) { BOOST_TEST(refusal(whole.substr(0, length)) != ""); }
    }
}

BOOST_AUTO_TEST_CASE(what_clients_send_passes) {
    BOOST_TEST(refusal(envelope("<a/>")) == "");
    BOOST_TEST(refusal(envelope("\n  <a>\r\n\t</a>\n")) == "");
    BOOST_TEST(refusal("<!-- x -->" + envelope("<a/>").substr(38) + "\n<!-- y -->\n") == "");
    BOOST_TEST(refusal(envelope("<a b='x' c = \"y\" ><d/></a >")) == "");
    BOOST_TEST(refusal(envelope("<a>&lt;&gt;&amp;&quot;&apos;&#9;&#10;&#13;&#x10FFFF;\x7F</a>")) == "");
    BOOST_TEST(refusal(envelope("<a>\xE2\x82\xAC\xF0\x9D\x84\x9E\xD7\xA9</a>")) == "");
    BOOST_TEST(refusal(envelope("<\xC3\xA4/>")) == "");
    BOOST_TEST(refusal(envelope("<a" + numbered(64, " b", "=\"\"") + "/>")) == "");
    BOOST_TEST(refusal(envelope(repeated(62, "<a>") + repeated(62, "</a>"))) == "");
    BOOST_TEST(refusal(envelope("<a>x]] ></a>")) == "");
    // Namespaces that are out of scope do not count.
    BOOST_TEST(refusal(envelope("<a>" + repeated(1000, "<b xmlns=\"x\" xmlns:c=\"y\"/>") + "</a>")) == "");
}

BOOST_AUTO_TEST_CASE(the_scan_tells_version_operation_and_where_it_stands) {
    std::string const first = envelope("<c:createRecords xmlns:c=\"x\"><c:records/></c:createRecords>", "<S:Header/>");
    Scan const scan = scanEnvelope(first);
    BOOST_TEST(scan.version == 1);
    BOOST_TEST(scan.operation == "createRecords");
    BOOST_TEST(scan.operationXml == "<c:createRecords xmlns:c=\"x\"><c:records/></c:createRecords>");
    BOOST_TEST(scan.xml.starts_with("<S:Envelope"));

    std::string const second =
        "<Envelope xmlns='http://www.w3.org/2003/05/soap-envelope'><Body><logout xmlns=\"y\"/></Body></Envelope>";
    BOOST_TEST(scanEnvelope(second).version == 2);
    BOOST_TEST(scanEnvelope(second).operationXml == "<logout xmlns=\"y\"/>");

    // The prefix decides, not any declaration.
    std::string const neither = "<E:Envelope xmlns:E=\"urn:x\" xmlns=\"http://www.w3.org/2003/05/soap-envelope\">"
                                "<E:Body><a/></E:Body></E:Envelope>";
    BOOST_TEST(scanEnvelope(neither).version == 0);
}

BOOST_AUTO_TEST_CASE(a_megabyte_takes_milliseconds) {
    std::string const flood = envelope("<a>" + repeated(40000, "<b id=\"x1\" href=\"#x1\"/>") + "</a>");
    auto const begin = std::chrono::steady_clock::now();
    BOOST_TEST(refusal(flood) == "");
    BOOST_TEST((std::chrono::steady_clock::now() - begin < std::chrono::seconds(2)));
}

BOOST_AUTO_TEST_CASE(other_encodings_become_utf_8) {
    std::string storage;
    BOOST_TEST(toUtf8("\xEF\xBB\xBF<a/>", "", storage) == "<a/>");
    BOOST_TEST(toUtf8("<a>\xE9</a>", "ISO-8859-1", storage) == "<a>\xC3\xA9</a>");
    BOOST_TEST(
        toUtf8("<?xml version='1.0' encoding='iso-8859-1'?><a>\xE9</a>", "", storage).ends_with("<a>\xC3\xA9</a>"));
    // Content-Type outranks the declaration (RFC 7303).
    BOOST_TEST(toUtf8("<?xml version='1.0' encoding='iso-8859-1'?>\xC3\xA9", "utf-8", storage).ends_with("\xC3\xA9"));
    BOOST_TEST(toUtf8("\xFF\xFE<\0a\0/\0>\0"s, "utf-16", storage) == "<a/>");
    BOOST_TEST(toUtf8("\xFE\xFF\0<\0a\0/\0>"s, "", storage) == "<a/>");
    BOOST_TEST(toUtf8("<\0a\0>\0\xAC\x20\x34\xD8\x1E\xDD"s, "UTF-16LE", storage) == "<a>\xE2\x82\xAC\xF0\x9D\x84\x9E");
}

BOOST_AUTO_TEST_CASE(bytes_that_are_not_in_their_encoding_are_refused) {
    auto const codeOf = [](const std::string &body, std::string_view charset) {
        std::string storage;
        try {
            (void)toUtf8(body, charset, storage);
            return "accepted"s;
        } catch (const Error &error) {
            return std::string(errorCodeName(error.code));
        }
    };
    BOOST_TEST(codeOf("\xFF\xFE<"s, "") == "MALFORMED");                 // half a unit
    BOOST_TEST(codeOf("\xFF\xFE\x34\xD8"s, "") == "MALFORMED");          // high surrogate at the end
    BOOST_TEST(codeOf("\xFF\xFE\x1E\xDD"s, "") == "MALFORMED");          // low surrogate alone
    BOOST_TEST(codeOf("\xFF\xFE\x34\xD8\x41\x00"s, "") == "MALFORMED");  // high surrogate and a letter
    BOOST_TEST(codeOf("<a/>", "ebcdic-cp-us") == "UNSUPPORTED_MEDIA_TYPE");
    BOOST_TEST(codeOf("<?xml version='1.0' encoding='utf-7'?>", "") == "UNSUPPORTED_MEDIA_TYPE");
}

BOOST_AUTO_TEST_CASE(a_place_in_a_message_has_a_json_pointer) {
    std::string const xml = "<E:Envelope><E:Header><h/></E:Header><E:Body><createRecords><records>"
                            "<account><name>A</name></account>"
                            "<contact><lastName>B</lastName></contact>"
                            "<contact><emailAddresses/><emailAddresses kind='>'><address>C</address></emailAddresses>"
                            "<!-- <x> --><tags>t</tags><tags>u</tags><ownerId>D</ownerId></contact>"
                            "</records></createRecords></E:Body></E:Envelope>";
    const StructType *const input = &contact::CreateRecords::contractType();
    auto const pointer = [&](std::string_view after) { return pointerAt(xml, xml.find(after) + after.size(), input); };
    BOOST_TEST(pointer("<account>") == "/records/account/0");
    BOOST_TEST(pointer("<name>A") == "/records/account/0/name");
    BOOST_TEST(pointer("<name>A<") == "/records/account/0/name");
    BOOST_TEST(pointer("<lastName>") == "/records/contact/0/lastName");
    BOOST_TEST(pointer("<address>C") == "/records/contact/1/emailAddresses/1/address");
    BOOST_TEST(pointer("<tags>u") == "/records/contact/1/tags/1");
    BOOST_TEST(pointer("<ownerId>") == "/records/contact/1/ownerId");
    BOOST_TEST(pointer("<createRecords>") == "");
    BOOST_TEST(pointerAt(xml, 0, input) == "");
    BOOST_TEST(pointerAt(xml, xml.size() + 100, input) == "");
}

BOOST_AUTO_TEST_CASE(media_types_are_read_with_their_parameters) {
    MediaType const plain = readMediaType("text/xml; charset=\"UTF-8\"");
    BOOST_TEST(plain.type == "text/xml");
    BOOST_TEST(plain.charset == "UTF-8");
    BOOST_TEST(plain.version() == 1);
    BOOST_TEST(readMediaType("Application/SOAP+XML;action=\"a;b\";charset=utf-8").version() == 2);
    BOOST_TEST(readMediaType("application/soap+xml;action=\"a;b\";charset=utf-8").charset == "utf-8");
    MediaType const multipart = readMediaType("multipart/related; boundary=\"a\\\"b\"; type=\"application/xop+xml\";"
                                              " start=\"<r@x>\"; start-info=\"application/soap+xml\"");
    BOOST_TEST(multipart.multipart());
    BOOST_TEST(multipart.boundary == "a\"b");
    BOOST_TEST(multipart.start == "r@x");
    BOOST_TEST(multipart.version() == 2);
    for (auto const *bad : {"", "application/json", "text/plain", "multipart/form-data; boundary=x", "text/xmlish"}) {
        BOOST_CHECK_EXCEPTION((void)readMediaType(bad), Error,
                              [](const Error &e) { return e.code == ErrorCode::unsupportedMediaType; });
    }
}

BOOST_AUTO_TEST_CASE(a_multipart_body_is_its_parts_root_first) {
    MediaType const type = readMediaType("multipart/related; boundary=bb; start=\"<root>\"");
    std::string const body = "preamble\r\n--bb\r\nContent-ID: <data>\r\nContent-Type: image/png\r\n"
                             "Content-Transfer-Encoding: binary\r\n\r\n\r\n--b\0\r\n--bbx\n\r\n--bb \t\r\n"
                             "content-id: <root>\r\n\r\n<a/>\r\n--bb--\r\nepilogue"s;
    auto const parts = splitMultipart(type, body);
    BOOST_REQUIRE_EQUAL(parts.size(), 2U);
    BOOST_TEST(parts[0].contentId == "root");
    BOOST_TEST(parts[0].data == "<a/>");
    BOOST_TEST(parts[1].contentId == "data");
    BOOST_TEST(parts[1].contentType == "image/png");
    BOOST_TEST(parts[1].data == "\r\n--b\0\r\n--bbx\n"s);
}

BOOST_AUTO_TEST_CASE(a_broken_multipart_body_is_refused) {
    auto const refused = [](const char *contentType, const std::string &body) {
        try {
            (void)splitMultipart(readMediaType(contentType), body);
            return false;
        } catch (const Error &error) {
            return error.code == ErrorCode::malformed;
        }
    };
    const char *const type = "multipart/related; boundary=b";
    BOOST_TEST(refused("multipart/related", "--b\r\n\r\nx\r\n--b--"));
    BOOST_TEST(refused(type, ""));
    BOOST_TEST(refused(type, "x"));
    BOOST_TEST(refused(type, "--b--"));
    BOOST_TEST(refused(type, "--b"));
    BOOST_TEST(refused(type, "--b\r\n\r\nx"));
    BOOST_TEST(refused(type, "--b\r\nContent-ID: x\r\n--b--"));
    BOOST_TEST(refused(type, "--b\r\nContent-Transfer-Encoding: base64\r\n\r\nx\r\n--b--"));
    BOOST_TEST(refused("multipart/related; boundary=b; start=\"<none>\"", "--b\r\n\r\nx\r\n--b--"));
    std::string many;
    for (int i = 0; i < 100; ++i) many += "--b\r\n\r\nx\r\n";
    BOOST_TEST(refused(type, many + "--b--"));
    BOOST_TEST(!refused(type, "--b\r\n\r\n\r\n--b--"));
}

BOOST_AUTO_TEST_SUITE_END()
