// CSV as a stream of rows, and rows as records.

#include "shared/entity/csv.h"
#include "shared/entity/custom_fields.h"
#include "shared/entity/json.h"
#include "tests/unit/entity_sample.h"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <random>

using namespace kontor;
using namespace kontor::entity;
using sample::Deal;
using sample::dealEntity;

namespace {

using Cells = std::vector<std::vector<std::string>>;

/// All rows, the text given in pieces of `chunk` bytes.
Cells rowsOf(std::string_view text, std::size_t chunk = 1U << 20U, char delimiter = ',') {
    CsvReader reader(delimiter);
    Cells rows;
    auto const take = [&] {
        while (reader.next()) rows.emplace_back(reader.row().begin(), reader.row().end());
    };
    for (std::size_t i = 0; i < text.size(); i += chunk) {
        reader.append(text.substr(i, chunk));
        take();
    }
    reader.finish();
    take();
    return rows;
}

std::string failure(std::string_view text) {
    try {
        rowsOf(text);
    } catch (const Error &error) {
        BOOST_TEST(errorCodeName(error.code) == "MALFORMED");
        return error.detail;
    }
    return "no error";
}

const std::vector<CustomFieldType> customTypes = [] {
    std::vector<CustomFieldType> types(2);
    types[0].name = "budget";
    types[0].type = "decimal";
    types[1].name = "color";
    types[1].type = "choice";
    return types;
}();

CsvColumns columnsOf(std::initializer_list<std::string_view> header) {
    std::vector<std::string_view> const names(header);
    return {dealEntity, names, &customTypes};
}

Deal recordOf(const CsvColumns &columns, std::initializer_list<std::string_view> row, std::string *problems = nullptr) {
    std::vector<std::string_view> const cells(row);
    Deal deal;
    std::vector<FieldError> errors;
    columns.read(cells, deal, errors);
    std::string text;
    for (const FieldError &error : errors) text += (text.empty() ? "" : " ") + error.pointer + ":" + error.code;
    if (problems != nullptr) {
        *problems = text;
    } else {
        BOOST_TEST(text == "");
    }
    return deal;
}

std::string jsonOf(const Deal &deal) {
    std::string json;
    writeJson(json, deal);
    return json;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(entity_csv)

BOOST_AUTO_TEST_CASE(rows_are_the_same_however_the_text_is_cut) {
    std::string const text = "\xef\xbb\xbf"
                             "a,b,c\r\n"
                             "1,\"two, \"\"2\"\"\",3\n"
                             "\n"
                             "\"line\r\nbreak\",,\r"
                             "\r\n"
                             "ä,€,😀";
    Cells const expected{{"a", "b", "c"}, {"1", "two, \"2\"", "3"}, {"line\r\nbreak", "", ""}, {"ä", "€", "😀"}};
    for (std::size_t chunk = 1; chunk <= text.size(); ++chunk) BOOST_TEST((rowsOf(text, chunk) == expected), chunk);
}

BOOST_AUTO_TEST_CASE(edge_cases_of_rows) {
    BOOST_TEST((rowsOf("") == Cells{}));
    BOOST_TEST((rowsOf("\n\r\n\r") == Cells{}));
    BOOST_TEST((rowsOf("a") == Cells{{"a"}}));
    BOOST_TEST((rowsOf(",") == Cells{{"", ""}}));
    BOOST_TEST((rowsOf("\"\"") == Cells{{""}}));
    BOOST_TEST((rowsOf("\"\",") == Cells{{"", ""}}));
    BOOST_TEST((rowsOf("a;\"b;c\"\n", 1U << 20U, ';') == Cells{{"a", "b;c"}}));
    BOOST_TEST((rowsOf("\xef\xbb\xbf") == Cells{}));
}

BOOST_AUTO_TEST_CASE(the_delimiter_can_be_found_out) {
    Cells const expected{{"a", "b", "c,d"}, {"1", "2", "3"}};
    BOOST_TEST((rowsOf("a;b;c,d\n1;2;3\n", 3, '\0') == expected));
    BOOST_TEST((rowsOf("a\tb\tc,d\n1\t2\t3", 1, '\0') == expected));
    BOOST_TEST((rowsOf("a,b\n1,2", 1, '\0') == Cells{{"a", "b"}, {"1", "2"}}));
    BOOST_TEST((rowsOf("one", 1, '\0') == Cells{{"one"}}));
}

BOOST_AUTO_TEST_CASE(lines_and_source_are_known) {
    CsvReader reader;
    reader.append("h1,h2\r\n\"a\r\nb\",\"c\nd\"\r\n\r\nx,y");
    reader.finish();
    BOOST_TEST(reader.next());
    BOOST_TEST(reader.line() == 1);
    BOOST_TEST(reader.next());
    BOOST_TEST(reader.line() == 2);
    BOOST_TEST(reader.source() == "\"a\r\nb\",\"c\nd\"");
    BOOST_TEST(reader.next());
    BOOST_TEST(reader.line() == 6);
    BOOST_TEST(reader.source() == "x,y");
    BOOST_TEST(!reader.next());
}

BOOST_AUTO_TEST_CASE(what_is_no_csv_is_refused_with_its_line) {
    BOOST_TEST(failure("a\nb,\"c").find("line 2: a quote is never closed") != std::string::npos);
    BOOST_TEST(failure("a\nb,\"c\"d\n").find("line 2: something follows the quote that closes cell 2") !=
               std::string::npos);
    BOOST_TEST(failure("a\nb,c\"d\"\n").find("line 2: there is a quote inside of cell 2") != std::string::npos);
    BOOST_TEST(failure("\xff\xfe"
                       "a\0b")
                   .find("UTF-16") != std::string::npos);
    BOOST_TEST(failure(std::string(1000, ',')).find("1,000 cells") != std::string::npos);
    BOOST_TEST(failure("a\n\"" + std::string(2U << 20U, 'x')).find("1 MiB") != std::string::npos);
    BOOST_TEST(failure(std::string(2U << 20U, 'x')).find("1 MiB") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(random_bytes_never_crash_and_read_the_same_in_any_pieces) {
    std::mt19937 random(5);
    std::string const alphabet = "a,\"\r\n;\xc3\xff\xef\xbb\xbf\xfe";
    for (int round = 0; round < 20000; ++round) {
        std::string text;
        std::size_t const size = random() % 24;
        for (std::size_t i = 0; i < size; ++i) text += alphabet[random() % alphabet.size()];
        auto const outcome = [&](std::size_t chunk) {
            try {
                Cells const rows = rowsOf(text, chunk);
                std::string all;
                for (auto const &row : rows) {
                    for (auto const &cell : row) all += cell + "|";
                    all += "/";
                }
                return all;
            } catch (const Error &error) {
                return error.detail;
            }
        };
        std::string const whole = outcome(1000);
        BOOST_REQUIRE_EQUAL(outcome(1), whole);
        BOOST_REQUIRE_EQUAL(outcome(3), whole);
    }
}

BOOST_AUTO_TEST_CASE(cells_become_typed_members) {
    CsvColumns const columns = columnsOf({"name", " stage ", "probability", "amount", "won", "closedAt", "expectedOn",
                                          "tags", "place.city", "customFields.budget", "externalId.erp", "seal"});
    Deal const deal = recordOf(columns, {"Äcme", "won", "50", "1234.50", "TRUE", "2026-11-23T10:15:30+01:00",
                                         "2026-12-24", "a; b;;c", "Köln", "5.00", "4711", "AAE="});
    BOOST_TEST(jsonOf(deal) == R"({"tags":["a","b","c"],"externalIds":[{"system":"erp","id":"4711"}],)"
                               R"("customFields":{"budget":"5.00"},"name":"Äcme","stage":"won","probability":50,)"
                               R"("amount":"1234.50","won":true,"closedAt":"2026-11-23T09:15:30.000000Z",)"
                               R"("expectedOn":"2026-12-24","seal":"AAE=","place":{"city":"Köln"}})");
}

BOOST_AUTO_TEST_CASE(items_of_lists_come_in_the_order_of_their_numbers) {
    CsvColumns const columns = columnsOf({"emailAddresses.2.address", "emailAddresses.0.kind", "email",
                                          "emailAddresses.0.address", "emailAddresses.2.kind"});
    BOOST_TEST(
        jsonOf(recordOf(columns, {"c@x.y", "work", "p@x.y", "a@x.y", "home"})) ==
        R"({"emailAddresses":[{"address":"p@x.y"},{"address":"a@x.y","kind":"work"},{"address":"c@x.y","kind":"home"}]})");
    BOOST_TEST(jsonOf(recordOf(columns, {"c@x.y", "", "", "", ""})) == R"({"emailAddresses":[{"address":"c@x.y"}]})");
    BOOST_TEST(jsonOf(recordOf(columns, {"", "", "", "", ""})) == "{}");
}

BOOST_AUTO_TEST_CASE(backslash_N_clears_and_empty_leaves) {
    CsvColumns const columns = columnsOf({"name", "stage", "tags", "email", "customFields.color", "place.city"});
    Deal const deal = recordOf(columns, {"", "\\N", "\\N", "\\N", "\\N", "\\N"});
    std::vector<std::string> expected{"stage", "tags", "emailAddresses"};
    std::vector<std::string> names = deal.fieldsToNull;
    std::ranges::sort(names);
    std::ranges::sort(expected);
    BOOST_TEST(names == expected, boost::test_tools::per_element());
    BOOST_REQUIRE(deal.customFields.size() == 1);
    BOOST_TEST(!deal.customFields[0].value);
    BOOST_TEST(!deal.place);
}

BOOST_AUTO_TEST_CASE(columns_with_an_underscore_are_notes) {
    CsvColumns const columns = columnsOf({"_line", "name", "_error"});
    BOOST_TEST(jsonOf(recordOf(columns, {"\xff", "Deal", "/name TOO_LONG"})) == R"({"name":"Deal"})");
}

BOOST_AUTO_TEST_CASE(cells_that_do_not_fit_are_named) {
    CsvColumns const columns = columnsOf({"name", "probability", "amount", "won", "closedAt", "expectedOn", "seal",
                                          "emailAddresses.0.isPrimary", "customFields.color", "tags"});
    std::string problems;
    recordOf(columns, {"a\x01", "5 %", "1,5", "maybe", "23.11.2026", "2026-13-01", "*", "x", "\xff", "\xc3"},
             &problems);
    BOOST_TEST(problems == "/name:INVALID_CHARACTER /probability:WRONG_TYPE /amount:WRONG_TYPE /won:WRONG_TYPE"
                           " /closedAt:WRONG_TYPE /expectedOn:WRONG_TYPE /seal:WRONG_TYPE"
                           " /customFields.color:INVALID_CHARACTER /tags:INVALID_CHARACTER"
                           " /emailAddresses.0.isPrimary:WRONG_TYPE");
    recordOf(columns, {"too", "few"}, &problems);
    BOOST_TEST(problems == ":COLUMN_COUNT");
}

BOOST_AUTO_TEST_CASE(a_header_with_wrong_columns_is_refused_as_a_whole) {
    BOOST_TEST(sample::failureOf([] {
                   columnsOf({"name", "nmae", "name", "emailAddresses", "emailAddresses.0", "emailAddresses.3.address",
                              "emailAddresses.0.foo", "customFields.x", "place", "place.x", "fieldsToNull", "",
                              "externalId.", "name.x", "phone"});
               }) ==
               "VALIDATION /columns/1:UNKNOWN_FIELD /columns/2:CONTRADICTION /columns/3:UNKNOWN_FIELD"
               " /columns/4:UNKNOWN_FIELD /columns/5:UNKNOWN_FIELD /columns/6:UNKNOWN_FIELD /columns/7:UNKNOWN_FIELD"
               " /columns/8:UNKNOWN_FIELD /columns/9:UNKNOWN_FIELD /columns/10:UNKNOWN_FIELD /columns/11:UNKNOWN_FIELD"
               " /columns/12:UNKNOWN_FIELD /columns/13:UNKNOWN_FIELD /columns/14:UNKNOWN_FIELD");
    BOOST_CHECK_THROW(columnsOf({}), Error);
}

BOOST_AUTO_TEST_CASE(what_is_written_is_safe_in_a_spreadsheet_and_reads_back) {
    for (std::string_view const value : {"=1+1", "+49 30 1", "-2", "@x", "\tx", "\rx", "'quoted'", "'", "plain", "a'b",
                                         "a,b", "a\"b", "a\nb", "\\N", "'\\N", "=cmd|'/c calc'!A1", " =x", "\"=x\""}) {
        Deal deal;
        deal.name = value;
        std::string out;
        CsvColumns const columns = columnsOf({"name", "probability"});
        columns.writeHeader(out);
        columns.write(out, deal);
        Cells const rows = rowsOf(out);
        BOOST_REQUIRE(rows.size() == 2);
        BOOST_TEST(std::string_view("=+-@\t\r").find(rows[1][0].front()) == std::string_view::npos, out);
        Deal const back = recordOf(columns, {rows[1][0], rows[1][1]});
        BOOST_TEST(*back.name == value);
    }
    Deal deal;
    deal.probability = -5;
    std::string out;
    columnsOf({"probability"}).write(out, deal);
    BOOST_TEST(out == "-5\r\n");  // numbers are left as they are
    out.clear();
    columnsOf({"probability"}).write(out, Deal{});
    BOOST_TEST(out == "\"\"\r\n");
}

BOOST_AUTO_TEST_CASE(an_export_reads_back_the_same) {
    Deal deal;
    deal.id = "0192f7a0-0000-7000-8000-000000000001";
    deal.name = "-Ä,\"b\"\r\nc";
    deal.amount = Decimal::parse("-1234567890123.4500");
    deal.won = false;
    deal.closedAt = DateTime::parse("2026-11-23T10:15:30.123456Z");
    deal.tags = {"a", "=b"};
    deal.place.emplace().city = "Köln";
    deal.emailAddresses.emplace_back().address = "a@x.y";
    deal.password = "secret";
    auto &external = deal.externalIds.emplace_back();
    external.system = "erp";
    external.id = "47;11";
    auto &custom = deal.customFields.emplace_back();
    custom.name = "budget";
    custom.value = "-5.00";

    auto const names = standardColumns(dealEntity, &customTypes, {.externalSystems = {"erp", "shop"}});
    BOOST_TEST((std::ranges::find(names, "password") == names.end()));
    std::vector<std::string_view> const header(names.begin(), names.end());
    CsvColumns const columns(dealEntity, header, &customTypes);
    std::string out;
    columns.writeHeader(out, ';');
    columns.write(out, deal, ';');
    BOOST_TEST(out.find("secret") == std::string::npos);
    BOOST_TEST(out.find(";-5.00;") != std::string::npos);

    Cells const rows = rowsOf(out, 7, ';');
    BOOST_REQUIRE(rows.size() == 2);
    std::vector<std::string_view> const cells(rows[1].begin(), rows[1].end());
    Deal back;
    std::vector<FieldError> errors;
    columns.read(cells, back, errors);
    BOOST_TEST(errors.empty());
    BOOST_TEST(jsonOf(back) == jsonOf(deal));

    auto const fewer =
        standardColumns(dealEntity, nullptr, {.hidden = [](const Field &f) { return f.name == "amount"; }});
    BOOST_TEST((std::ranges::find(fewer, "amount") == fewer.end()));
    BOOST_TEST((std::ranges::find(fewer, "email") != fewer.end()));
}

BOOST_AUTO_TEST_SUITE_END()
