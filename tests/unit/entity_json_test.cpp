// Described objects as JSON: what is written, what is read back, and what is refused and how.

#include "shared/entity/base64.h"
#include "shared/entity/cursor.h"
#include "shared/entity/json.h"
#include "tests/unit/entity_sample.h"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include <random>

using namespace kontor;
using namespace kontor::entity;
using sample::Deal;
using sample::failureOf;

namespace {

std::string written(const Object &object, const JsonOptions &options = {}) {
    std::string out;
    writeJson(out, object, options);
    return out;
}

Deal read(std::string_view text) {
    Deal deal;
    readJson(text, deal);
    return deal;
}

std::string refusal(std::string_view text) {
    return failureOf([&] { read(text); });
}

Deal everything() {
    Deal deal;
    deal.id = "0192f7a0-0000-7000-8000-000000000001";
    deal.version = 7;
    deal.createdAt = DateTime::parse("2026-11-23T10:15:30.123456Z");
    deal.tags = {"vip", "a\"b"};
    deal.name = "Äcme \\ \"quoted\"\n\t\x01/";
    deal.probability = -50;
    deal.amount = Decimal::parse("999999999999999.9999");
    deal.won = false;
    deal.closedAt = DateTime::parse("2026-01-02T03:04:05Z");
    deal.expectedOn = Date::parse("2026-12-31");
    deal.seal = std::string("\0\xff\x10", 3);
    deal.accountId = "0192f7a0-0000-7000-8000-000000000002";
    deal.place.emplace().city = "Köln";
    deal.emailAddresses.emplace_back().address = "a@example.com";
    deal.emailAddresses.emplace_back().isPrimary = true;
    return deal;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(entity_json)

BOOST_AUTO_TEST_CASE(every_kind_is_written_and_absent_members_are_left_out) {
    BOOST_TEST(written(everything()) ==
               R"({"id":"0192f7a0-0000-7000-8000-000000000001","version":7,"createdAt":"2026-11-23T10:15:30.123456Z",)"
               R"("tags":["vip","a\"b"],"name":"Äcme \\ \"quoted\"\n\t\u0001/","probability":-50,)"
               R"("amount":"999999999999999.9999","won":false,"closedAt":"2026-01-02T03:04:05.000000Z",)"
               R"("expectedOn":"2026-12-31","seal":"AP8Q","accountId":"0192f7a0-0000-7000-8000-000000000002",)"
               R"("place":{"city":"Köln"},"emailAddresses":[{"address":"a@example.com"},{"isPrimary":true}]})");
    BOOST_TEST(written(Deal{}) == "{}");
}

BOOST_AUTO_TEST_CASE(what_was_written_reads_back_the_same) {
    Deal deal = everything();
    deal.name = "Äcme \\ \"quoted\"\n\t / 日本 😀";
    BOOST_TEST(written(read(written(deal))) == written(deal));
}

BOOST_AUTO_TEST_CASE(a_password_and_fieldsToNull_are_never_written) {
    Deal deal;
    deal.password = "secret";
    deal.fieldsToNull = {"name"};
    BOOST_TEST(written(deal) == "{}");
}

BOOST_AUTO_TEST_CASE(a_mask_chooses_members) {
    Deal deal = everything();
    FieldMask mask(Deal::contractType().fields.size(), false);
    mask[0] = true;
    for (std::size_t i = 0; i < mask.size(); ++i) mask[i] = mask[i] || Deal::contractType().fields[i].name == "place";
    BOOST_TEST(written(deal, {.fields = &mask}) ==
               R"({"id":"0192f7a0-0000-7000-8000-000000000001","place":{"city":"Köln"}})");
}

BOOST_AUTO_TEST_CASE(custom_fields_are_an_object_with_values_of_their_types) {
    Deal deal;
    auto const add = [&](const char *name, const char *type, const char *value) {
        CustomField &field = deal.customFields.emplace_back();
        field.name = name;
        if (type != nullptr) field.type = type;
        field.value = value;
    };
    add("count", "integer", "-12");
    add("vip", "boolean", "true");
    add("budget", "decimal", "12.50");
    add("odd", "integer", "0x10");  // not what JSON calls a number
    add("plain", nullptr, "5");
    deal.customFields.emplace_back().name = "empty";
    BOOST_TEST(written(deal) ==
               R"({"customFields":{"count":-12,"vip":true,"budget":"12.50","odd":"0x10","plain":"5"}})");

    Deal const back = read(R"({"customFields":{"count":-12,"vip":true,"budget":"12.50","gone":null}})");
    BOOST_REQUIRE(back.customFields.size() == 4);
    BOOST_TEST(*back.customFields[0].value == "-12");
    BOOST_TEST(*back.customFields[1].value == "true");
    BOOST_TEST(*back.customFields[2].value == "12.50");
    BOOST_TEST(*back.customFields[3].name == "gone");
    BOOST_TEST(!back.customFields[3].value);
}

BOOST_AUTO_TEST_CASE(null_and_an_empty_list_empty_a_field_of_a_record) {
    Deal const deal = read(R"({"name":null,"tags":[],"emailAddresses":[],"place":null,"stage":"open"})");
    std::vector<std::string> const expected{"name", "tags", "emailAddresses", "place"};
    BOOST_TEST(deal.fieldsToNull == expected, boost::test_tools::per_element());
    BOOST_TEST(!deal.name);
}

BOOST_AUTO_TEST_CASE(null_is_absence_in_what_is_no_record) {
    sample::Address address;
    readJson(R"({"address":null,"kind":"work"})", address);
    BOOST_TEST(!address.address);
    BOOST_TEST(*address.kind == "work");
}

BOOST_AUTO_TEST_CASE(all_that_is_wrong_is_said_at_once_with_pointers) {
    BOOST_TEST(
        refusal(R"({"nmae":"x","name":5,"probability":"5","amount":12.5,"won":"yes","closedAt":"2026-01-01T00:00:00",)"
                R"("expectedOn":"31.12.2026","seal":"*","tags":["a",7],"place":[],"emailAddresses":{},)"
                R"("customFields":[]})") ==
        "VALIDATION /nmae:UNKNOWN_FIELD /name:WRONG_TYPE /probability:WRONG_TYPE /amount:WRONG_TYPE"
        " /won:WRONG_TYPE /closedAt:WRONG_TYPE /expectedOn:WRONG_TYPE /seal:WRONG_TYPE /tags/1:WRONG_TYPE"
        " /place:WRONG_TYPE /emailAddresses:WRONG_TYPE /customFields:WRONG_TYPE");
}

BOOST_AUTO_TEST_CASE(values_that_could_be_read_are_judged_along_with_what_could_not) {
    BOOST_TEST(refusal(R"({"foo":1,"name":"x","currency":"euro","place":{"city":5,"latitude":"91"},"stage":"won"})") ==
               "VALIDATION /foo:UNKNOWN_FIELD /place/city:WRONG_TYPE /name:TOO_SHORT /currency:PATTERN"
               " /place/latitude:OUT_OF_RANGE");
}

BOOST_AUTO_TEST_CASE(pointers_reach_into_lists_and_escape_names) {
    BOOST_TEST(refusal(R"({"emailAddresses":[{"address":"a@b.c"},{"adress":1,"isPrimary":1},7],"a/b~c":1})") ==
               "VALIDATION /emailAddresses/1/adress:UNKNOWN_FIELD /emailAddresses/1/isPrimary:WRONG_TYPE"
               " /emailAddresses/2:WRONG_TYPE /a~1b~0c:UNKNOWN_FIELD /emailAddresses/1/address:REQUIRED");
    Deal deal;
    BOOST_TEST(failureOf([&] { readJson(parseJson(R"({"name":1})"), deal, "/operations/3/body"); }) ==
               "VALIDATION /operations/3/body/name:WRONG_TYPE");
}

BOOST_AUTO_TEST_CASE(numbers_that_do_not_fit_are_refused) {
    BOOST_TEST(refusal(R"({"probability":9223372036854775808})") == "VALIDATION /probability:OUT_OF_RANGE");
    BOOST_TEST(refusal(R"({"probability":1.0})") == "VALIDATION /probability:WRONG_TYPE");
    BOOST_TEST(refusal(R"({"probability":1e3})") == "VALIDATION /probability:WRONG_TYPE");
    BOOST_TEST(refusal(R"({"amount":"1e3"})") == "VALIDATION /amount:WRONG_TYPE");
    BOOST_TEST(refusal(R"({"amount":"NaN"})") == "VALIDATION /amount:WRONG_TYPE");
    BOOST_TEST(*read(R"({"probability":-9223372036854775808})").probability ==
               std::numeric_limits<std::int64_t>::min());
}

BOOST_AUTO_TEST_CASE(characters_that_no_text_may_hold_are_refused) {
    BOOST_TEST(refusal(R"({"name":"a\u0000b"})") == "VALIDATION /name:INVALID_CHARACTER");
    BOOST_TEST(refusal(R"({"name":"a\u0007b"})") == "VALIDATION /name:INVALID_CHARACTER");
    BOOST_TEST(refusal(R"({"name":"\uffff"})") == "VALIDATION /name:INVALID_CHARACTER");
    BOOST_TEST(refusal(R"({"tags":["ok","\u0001"]})") == "VALIDATION /tags/1:INVALID_CHARACTER");
    BOOST_TEST(refusal(R"({"customFields":{"x":"\u0000"}})") == "VALIDATION /customFields/x:INVALID_CHARACTER");
    BOOST_TEST(refusal(R"({"na\u0000me":1})") == "VALIDATION :INVALID_CHARACTER");
}

BOOST_AUTO_TEST_CASE(lists_longer_than_allowed_are_not_even_read) {
    BOOST_TEST(refusal(R"({"emailAddresses":[{},{},{},{}]})") == "VALIDATION /emailAddresses:TOO_MANY_ITEMS");
}

BOOST_AUTO_TEST_CASE(fieldsToNull_is_no_member_in_json) {
    BOOST_TEST(refusal(R"({"fieldsToNull":["name"]})") == "VALIDATION /fieldsToNull:UNKNOWN_FIELD");
}

BOOST_AUTO_TEST_CASE(text_that_is_no_json_is_malformed_with_its_position) {
    auto const positionOf = [](std::string_view text) -> std::int64_t {
        try {
            read(text);
        } catch (const Error &error) {
            BOOST_TEST(errorCodeName(error.code) == "MALFORMED", std::string(text));
            return error.position ? static_cast<std::int64_t>(*error.position) : -1;
        }
        BOOST_ERROR("no error for " + std::string(text));
        return -2;
    };
    BOOST_TEST(positionOf("") == 0);
    BOOST_TEST(positionOf("{\"name\":\"x\"") == 11);
    BOOST_TEST(positionOf("{\"name\" \"x\"}") == 8);
    BOOST_TEST(positionOf("{\"a\":1} x") == 8);
    for (std::string_view const text : {"{name:1}",
                                        "{'name':1}",
                                        "{\"name\":tru}",
                                        "[1,]",
                                        "{\"a\":1,}",
                                        "// x\n{}",
                                        "{\"a\":01}",
                                        "{\"a\":+1}",
                                        "{\"a\":.5}",
                                        "{\"a\":NaN}",
                                        "{\"name\":\"\\x\"}",
                                        "{\"name\":\"\\ud800\"}",
                                        "{\"name\":\"\\udc00x\"}",
                                        "{\"name\":\"\xff\"}",
                                        "{\"name\":\"\xc0\x80\"}",
                                        "{\"name\":\"\xed\xa0\x80\"}",
                                        "{\"name\":\"a\nb\"}",
                                        "\xef\xbb\xbf{}",
                                        "{\"name\":\"\xf0\x9f\x98\"}",
                                        "nul",
                                        "\"",
                                        "{\"a\":1}{"}) {
        BOOST_TEST(positionOf(text) >= 0, std::string(text));
    }
    BOOST_TEST(refusal("[]") == "VALIDATION :WRONG_TYPE");
    BOOST_TEST(refusal("null") == "VALIDATION :WRONG_TYPE");
}

BOOST_AUTO_TEST_CASE(a_name_that_is_twice_is_refused_at_any_depth) {
    for (std::string_view const text : {R"({"name":"a","name":"b"})", R"({"name":"a","n\u0061me":"b"})",
                                        R"({"a":[{"x":{"k":1,"z":2,"k":3}}]})", R"({"b":{"b":1},"a":1,"b":2})"}) {
        BOOST_CHECK_EXCEPTION(parseJson(text), Error, [](const Error &error) {
            return error.code == ErrorCode::malformed && error.detail.find("twice") != std::string::npos;
        });
    }
    BOOST_CHECK_NO_THROW(parseJson(R"({"a":{"a":{"a":1},"b":1},"b":[{"a":1},{"a":1}]})"));
}

BOOST_AUTO_TEST_CASE(nesting_ends_at_32_levels) {
    auto const nested = [](int levels) {
        std::string const depth(static_cast<std::size_t>(levels), '[');
        return depth + std::string(static_cast<std::size_t>(levels), ']');
    };
    BOOST_CHECK_NO_THROW(parseJson(nested(32)));
    BOOST_CHECK_EXCEPTION(parseJson(nested(33)), Error,
                          [](const Error &error) { return error.detail.find("32") != std::string::npos; });
    BOOST_CHECK_THROW(parseJson(std::string(1U << 20U, '[')), Error);
    BOOST_CHECK_THROW(parseJson("{\"a\":" + nested(33) + "}"), Error);
}

BOOST_AUTO_TEST_CASE(a_flood_of_errors_is_cut) {
    std::string text = "{";
    for (int i = 0; i < 5000; ++i) text += (i == 0 ? "\"x" : ",\"x") + std::to_string(i) + "\":1";
    try {
        read(text + "}");
        BOOST_ERROR("no error");
    } catch (const Error &error) {
        BOOST_TEST(error.fields.size() == 100);
    }
}

BOOST_AUTO_TEST_CASE(random_bytes_never_crash_the_reader) {
    std::mt19937 random(7);
    std::string const alphabet = "{}[]\",:\\u0001e-+.tfnamergss\xc3\xa4\xff\x01 ";
    for (int round = 0; round < 20000; ++round) {
        std::string text = round % 2 == 0 ? "" : written(everything());
        std::size_t const changes = round % 2 == 0 ? random() % 40 : 1 + random() % 4;
        for (std::size_t i = 0; i < changes; ++i) {
            char const c = alphabet[random() % alphabet.size()];
            if (round % 2 == 0) {
                text += c;
            } else {
                text[random() % text.size()] = c;
            }
        }
        try {
            read(text);
        } catch (const Error &) {  // expected for nearly all
        }
    }
}

BOOST_AUTO_TEST_CASE(base64_round_trips_and_refuses_what_is_not_canonical) {
    for (std::string_view const bytes : {"", "f", "fo", "foo", "foob", "fooba", "foobar"}) {
        std::string text;
        appendBase64(text, bytes);
        BOOST_TEST(*decodeBase64(text) == bytes);
        BOOST_TEST(*decodeBase64Url(encodeBase64Url(bytes)) == bytes);
    }
    for (std::string_view const text : {"Zg=", "Zg", "Z===", "Zh==", "Zm9=", "Zm9v\n", "====", "Zg==Zg==", "Z"}) {
        BOOST_TEST(!decodeBase64(text), std::string(text));
    }
    BOOST_TEST(encodeBase64Url("\xff\xfe\xfd") == "__79");
}

BOOST_AUTO_TEST_CASE(a_cursor_opens_only_as_it_was_sealed) {
    std::string const cursor = sealCursor("payload\0x", "key");
    BOOST_TEST(openCursor(cursor, "key") == "payload");
    BOOST_CHECK_THROW(openCursor(cursor, "other key"), Error);
    BOOST_CHECK_THROW(openCursor(cursor, "key", "changes"), Error);
    BOOST_CHECK_THROW(openCursor("", "key"), Error);
    BOOST_CHECK_THROW(openCursor("%%%", "key"), Error);
    BOOST_CHECK_THROW(openCursor(std::string(100000, 'A'), "key"), Error);
    for (std::size_t i = 0; i < cursor.size(); ++i) {
        std::string forged = cursor;
        forged[i] = forged[i] == 'A' ? 'B' : 'A';
        BOOST_CHECK_EXCEPTION(openCursor(forged, "key"), Error, [](const Error &error) {
            return error.code == ErrorCode::invalidCursor && error.parameter == "cursor";
        });
        BOOST_CHECK_THROW(openCursor(cursor.substr(0, i), "key"), Error);
    }
    BOOST_CHECK_THROW(openCursor(cursor + "AAAA", "key"), Error);
}

BOOST_AUTO_TEST_SUITE_END()
