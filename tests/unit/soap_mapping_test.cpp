#include "soap_support.h"

#include "shared/entity/json.h"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

using namespace kontor;
using namespace kontor::soap_test;

namespace {

/// Gives every member of a structure a value that no other member has.
void fill(Object &object, int &counter) {
    for (const Field &field : object.structType().fields) {
        int const number = ++counter;
        std::string const text = "<" + std::to_string(number) + "> & \xC3\xA4\xE2\x82\xAC\xF0\x9D\x84\x9E ]]>";
        switch (field.kind) {
        case Kind::text:
        case Kind::id:
            memberAs<std::optional<std::string>>(field, object) = text;
            break;
        case Kind::binary:
            memberAs<std::optional<std::string>>(field, object) = std::string("\0\xFF", 2) + text;
            break;
        case Kind::integer:
            memberAs<std::optional<std::int64_t>>(field, object) = INT64_MAX - number;
            break;
        case Kind::decimal:
            memberAs<std::optional<Decimal>>(field, object) =
                Decimal::parse("-123456789012345." + std::to_string(1000 + number % 9000));
            break;
        case Kind::boolean:
            memberAs<std::optional<bool>>(field, object) = number % 2 == 0;
            break;
        case Kind::dateTime:
            memberAs<std::optional<DateTime>>(field, object) =
                DateTime::parse(number % 2 == 0 ? "9999-12-31T23:59:59.999999Z" : "0001-01-01T00:00:00.000001Z");
            break;
        case Kind::date:
            memberAs<std::optional<Date>>(field, object) = Date{number % 2 == 0 ? 2932896 : -719162};
            break;
        case Kind::textList:
            memberAs<std::vector<std::string>>(field, object) = {text, "", text + "2"};
            break;
        case Kind::structure:
        case Kind::structureList:
            fill(field.items->append(field.member(object)), counter);
            if (field.kind == Kind::structureList) fill(field.items->append(field.member(object)), counter);
            break;
        }
    }
}

std::string json(const Object &object) {
    std::string out;
    entity::writeJson(out, object);
    return out;
}

std::string between(const std::string &text, const std::string &begin, const std::string &end) {
    auto const from = text.find(begin) + begin.size();
    return text.substr(from, text.find(end, from) - from);
}

/// Records as they go out in an answer, come in again in a request.
std::vector<std::string> throughTheWire(Desk &desk, std::vector<entity::RecordPtr> records) {
    EchoService::records = std::move(records);
    Answer const answer =
        desk.post("<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>"
                  "<t:retrieveRecords xmlns:t=\"http://api.kontor.example/contact/v1\"/></s:Body></s:Envelope>");
    BOOST_REQUIRE_EQUAL(answer.status, 200);
    std::string const body = between(answer.body, "<contact:records>", "</contact:records>");
    Answer const created = desk.post(
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\""
        " xmlns:common=\"http://api.kontor.example/common/v1\" xmlns:contact=\"http://api.kontor.example/contact/v1\">"
        "<s:Body><contact:createRecords><contact:records>" +
        body + "</contact:records></contact:createRecords></s:Body></s:Envelope>");
    BOOST_TEST_CONTEXT(created.body) { BOOST_REQUIRE_EQUAL(created.status, 200); }
    std::vector<std::string> texts;
    for (auto const &record : EchoService::received) texts.push_back(json(*record));
    return texts;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(soap_mapping, Desk)

BOOST_AUTO_TEST_CASE(every_member_of_every_record_comes_through) {
    std::vector<entity::RecordPtr> records;
    std::vector<std::string> expected;
    int counter = 0;
    for (const EntityType *const entity : contact::serviceContract().entities) {
        for (int i = 0; i < 2; ++i) {
            auto record = entity::newRecord(*entity);
            fill(*record, counter);
            expected.push_back(json(*record));
            records.push_back(std::move(record));
        }
    }
    BOOST_TEST(throughTheWire(*this, std::move(records)) == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(an_empty_record_stays_empty_and_an_empty_text_stays_a_text) {
    std::vector<entity::RecordPtr> records;
    records.push_back(std::make_unique<contact::Contact>());
    auto named = std::make_unique<contact::Contact>();
    named->lastName = "";
    named->firstName = " two  spaces\tand\na line ";
    records.push_back(std::move(named));
    auto const texts = throughTheWire(*this, std::move(records));
    BOOST_REQUIRE_EQUAL(texts.size(), 2U);
    BOOST_TEST(texts[0] == "{}");
    BOOST_TEST(texts[1].find("\"lastName\":\"\"") != std::string::npos);
    BOOST_TEST(texts[1].find("\" two  spaces\\tand\\na line \"") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(records_of_different_entities_are_sorted_by_entity) {
    std::vector<entity::RecordPtr> records;
    auto const add = [&](entity::RecordPtr record, const char *id) {
        record->id = id;
        records.push_back(std::move(record));
    };
    add(std::make_unique<contact::Activity>(), "x1");
    add(std::make_unique<contact::Account>(), "a1");
    add(std::make_unique<contact::Contact>(), "c1");
    add(std::make_unique<contact::Account>(), "a2");
    std::vector<std::string> const expected{R"({"id":"a1"})", R"({"id":"a2"})", R"({"id":"c1"})", R"({"id":"x1"})"};
    BOOST_TEST(throughTheWire(*this, std::move(records)) == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_nil_is_not_taken_for_an_empty_record) {
    std::string const nil = " xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\" i:nil=\"true\"/>";
    auto const sent = [&](const std::string &records) {
        return post("<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\""
                    " xmlns:t=\"http://api.kontor.example/contact/v1\"><s:Body><t:createRecords><t:records>" +
                    records + "</t:records></t:createRecords></s:Body></s:Envelope>");
    };
    Answer const item = sent("<t:contact" + nil);
    BOOST_TEST(item.status == 500);
    BOOST_TEST(item.has("<c:field>/records/contact/0</c:field>"));
    Answer const nested = sent("<t:contact><t:emailAddresses" + nil + "</t:contact>");
    BOOST_TEST(nested.status == 500);
    Answer const text = sent("<t:contact><t:lastName" + nil + "</t:contact>");
    BOOST_TEST((text.status == 500 || json(*EchoService::received.at(0)) == "{}"));
}

BOOST_AUTO_TEST_SUITE_END()
