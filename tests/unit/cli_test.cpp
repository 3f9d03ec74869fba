#include "services/cli/client.h"
#include "services/cli/output.h"
#include "services/cli/period.h"

#include <boost/test/unit_test.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace {

using namespace kontor::cli;
namespace json = boost::json;

/// A configuration folder of its own, and an environment without Kontor's variables.
struct Home {
    std::filesystem::path folder;
    Home() : folder(std::filesystem::temp_directory_path() / ("kontor-cli-test-" + std::to_string(::getpid()))) {
        ::setenv("XDG_CONFIG_HOME", folder.c_str(), 1);
        ::unsetenv("KONTOR_URL");
        ::unsetenv("KONTOR_API_KEY");
    }
    ~Home() {
        std::filesystem::remove_all(folder);
        ::unsetenv("XDG_CONFIG_HOME");
        ::unsetenv("KONTOR_URL");
        ::unsetenv("KONTOR_API_KEY");
    }
    Home(const Home &) = delete;
    Home &operator=(const Home &) = delete;
};

bool isNotAllowed(const Failure &failure) { return failure.code == ExitCode::notAllowed; }
bool isUsage(const Failure &failure) { return failure.code == ExitCode::usage; }

std::string periodOf(std::string_view text) {
    using namespace std::chrono;
    Period const period = readPeriod(text, year_month_day{2026y / November / 23d});
    return period.from + ' ' + period.until;
}

std::string tableOf(const json::array &records, std::vector<std::string> columns) {
    std::ostringstream out;
    RecordWriter writer(out, Format::table, std::move(columns));
    writer.writePage(records);
    writer.finish();
    return out.str();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(cli)

BOOST_AUTO_TEST_CASE(text_is_as_wide_as_a_terminal_shows_it) {
    BOOST_TEST(displayWidth("Meyer") == 5U);
    BOOST_TEST(displayWidth("Žluťoučký") == 9U);
    BOOST_TEST(displayWidth("株式会社") == 8U);
    BOOST_TEST(displayWidth("e\u0301") == 1U);
    BOOST_TEST(displayWidth("\xE6\xA0") == 2U);  // a character that was cut off: one column for each byte
    BOOST_TEST(cutToWidth("株式会社", 8) == "株式会社");
    BOOST_TEST(cutToWidth("株式会社", 6) == "株式…");
    BOOST_TEST(cutToWidth("Meyer", 3) == "Me…");
}

BOOST_AUTO_TEST_CASE(columns_are_aligned_whatever_the_script) {
    std::string const table =
        tableOf({{{"name", "株式会社"}, {"city", "東京"}}, {{"name", "Acme"}, {"city", "Köln"}}}, {"name", "city"});
    BOOST_TEST(table == "name      city\n株式会社  東京\nAcme      Köln\n");
}

BOOST_AUTO_TEST_CASE(columns_are_chosen_from_what_the_records_hold) {
    std::string const table = tableOf({{{"id", "1"}, {"version", 3}, {"name", "a"}, {"tags", {"x"}}}}, {});
    BOOST_TEST(table == "id  name\n1   a\n");
    BOOST_TEST(tableOf({{{"id", "1"}, {"last", "c"}}, {{"id", "2"}, {"first", "b"}, {"last", "d"}}}, {}) ==
               "id  first  last\n1          c\n2   b      d\n");
    BOOST_TEST(tableOf({{{"address", {{"city", "Köln"}}}}}, {"address.city"}) == "address.city\nKöln\n");
}

BOOST_AUTO_TEST_CASE(what_a_server_sends_does_not_steer_the_terminal) {
    BOOST_TEST(printable("a\033[2Jb\nc\x7F\u009Bd") == "a [2Jb c  d");
}

BOOST_AUTO_TEST_CASE(csv_cells_are_quoted_and_run_no_formulas) {
    BOOST_TEST(csvCell("plain") == "plain");
    BOOST_TEST(csvCell("a,\"b\"\n") == "\"a,\"\"b\"\"\n\"");
    BOOST_TEST(csvCell("=1+1") == "'=1+1");
    BOOST_TEST(csvCell("@cmd") == "'@cmd");
    BOOST_TEST(csvCell("-5.00") == "-5.00");
    BOOST_TEST(csvCell("-cmd") == "'-cmd");
}

BOOST_AUTO_TEST_CASE(an_empty_list_is_valid_in_each_format) {
    std::ostringstream out;
    RecordWriter writer(out, Format::json, {});
    writer.writePage({});
    writer.finish();
    BOOST_TEST(out.str() == "[]\n");
    BOOST_TEST(tableOf({}, {}) == "");
}

BOOST_AUTO_TEST_CASE(a_problem_is_one_line_and_one_for_each_field) {
    json::value const problem = json::parse(R"({"title":"Request is not valid","detail":"2 fields are wrong",
        "code":"VALIDATION","errors":[{"pointer":"/name","code":"REQUIRED","detail":"is missing"},
        {"pointer":"/currency","code":"PATTERN","detail":"must be three letters"}]})");
    BOOST_TEST(describeProblem(problem, 422) ==
               "Request is not valid: 2 fields are wrong [VALIDATION]\n  /name: is missing [REQUIRED]\n"
               "  /currency: must be three letters [PATTERN]");
    json::value const query =
        json::parse(R"({"title":"Query is not valid","code":"INVALID_QUERY","parameter":"filter","position":7})");
    BOOST_TEST(describeProblem(query, 400) == "Query is not valid [INVALID_QUERY] (parameter filter, at character 7)");
    json::value const stale = json::parse(
        R"({"title":"Record was changed","code":"CONFLICT_VERSION","currentVersion":3,"conflictingId":"7"})");
    BOOST_TEST(describeProblem(stale, 412) == "Record was changed [CONFLICT_VERSION] (now at version 3)");
    json::value const taken = json::parse(R"({"title":"Taken","code":"DUPLICATE","conflictingId":"7"})");
    BOOST_TEST(describeProblem(taken, 409) == "Taken [DUPLICATE] (held by 7)");
    BOOST_TEST(describeProblem(json::value(), 502) == "The server answered with status 502.");
}

BOOST_AUTO_TEST_CASE(records_that_may_be_the_same_have_a_line_each) {
    json::value const problem = json::parse(R"({"title":"There are records like it","code":"DUPLICATES_DETECTED",
        "conflictingId":"7","candidates":[{"entity":"Lead","id":"7","name":"Nils Holm","matchedOn":["email"],"score":100}]})");
    BOOST_TEST(describeProblem(problem, 409) == "There are records like it [DUPLICATES_DETECTED]\n  Lead 7: Nils Holm");
}

BOOST_AUTO_TEST_CASE(an_error_of_one_among_several_names_its_fields) {
    json::value const error =
        json::parse(R"({"code":"VALIDATION","message":"The record is not valid.","retryable":false,
        "violation":[{"field":"/accountId","code":"REQUIRED","reason":"must have a value"}]})");
    BOOST_TEST(describeError(error) ==
               "The record is not valid. [VALIDATION]\n  /accountId: must have a value [REQUIRED]");
    BOOST_TEST(static_cast<int>(exitCodeOfError("NOT_FOUND")) == 3);
    BOOST_TEST(static_cast<int>(exitCodeOfError("FORBIDDEN")) == 4);
    BOOST_TEST(static_cast<int>(exitCodeOfError("CONFLICT")) == 5);
    BOOST_TEST(static_cast<int>(exitCodeOfError("VALIDATION")) == 1);
    BOOST_TEST(static_cast<int>(exitCodeOfError("OF_A_LATER_SERVER")) == 1);
}

BOOST_AUTO_TEST_CASE(a_period_is_a_month_a_quarter_a_year_or_from_one_to_another) {
    BOOST_TEST(periodOf("2026-11") == "2026-11-01 2026-12-01");
    BOOST_TEST(periodOf("2026-12") == "2026-12-01 2027-01-01");
    BOOST_TEST(periodOf("2026-Q1") == "2026-01-01 2026-04-01");
    BOOST_TEST(periodOf("2026-q4") == "2026-10-01 2027-01-01");
    BOOST_TEST(periodOf("2026") == "2026-01-01 2027-01-01");
    BOOST_TEST(periodOf("2026-11..2027-Q1") == "2026-11-01 2027-04-01");
    BOOST_TEST(periodOf("") == "2026-10-01 2027-01-01");
}

BOOST_AUTO_TEST_CASE(what_is_no_period_is_a_wrong_command_line) {
    for (const char *const text : {"2026-13", "2026-00", "2026-Q5", "2026-1", "26", "2026-11-01", "-026", "2026-+1",
                                   "..", "2026..", "2026-05..2026-04", "today"}) {
        BOOST_TEST_CONTEXT(text) { BOOST_CHECK_EXCEPTION(periodOf(text), Failure, isUsage); }
    }
}

BOOST_AUTO_TEST_CASE(exit_codes_follow_the_status) {
    auto const code = [](int status) { return static_cast<int>(exitCodeOf(status)); };
    BOOST_TEST(code(201) == 0);
    BOOST_TEST(code(400) == 1);
    BOOST_TEST(code(422) == 1);
    BOOST_TEST(code(404) == 3);
    BOOST_TEST(code(401) == 4);
    BOOST_TEST(code(403) == 4);
    BOOST_TEST(code(409) == 5);
    BOOST_TEST(code(412) == 5);
    BOOST_TEST(code(429) == 6);
    BOOST_TEST(code(503) == 6);
}

BOOST_AUTO_TEST_CASE(credentials_are_for_the_user_alone) {
    Home const home;
    BOOST_CHECK_EXCEPTION(readCredentials(), Failure, isNotAllowed);
    writeCredentials(
        {.url = "https://crm.example", .user = "ina", .apiKey = "never", .accessToken = "t", .refreshToken = ""});
    struct stat status {};
    BOOST_REQUIRE(::stat(credentialsFile().c_str(), &status) == 0);
    BOOST_TEST((status.st_mode & 0777U) == 0600U);
    Credentials const read = readCredentials();
    BOOST_TEST(read.url == "https://crm.example");
    BOOST_TEST(read.accessToken == "t");
    BOOST_TEST(read.apiKey == "");
    removeCredentials();
    BOOST_CHECK_EXCEPTION(readCredentials(), Failure, isNotAllowed);
}

BOOST_AUTO_TEST_CASE(a_session_is_not_given_to_another_server) {
    Home const home;
    writeCredentials(
        {.url = "https://crm.example", .user = "ina", .apiKey = "", .accessToken = "t", .refreshToken = ""});
    ::setenv("KONTOR_URL", "https://other.example/", 1);
    BOOST_CHECK_EXCEPTION(readCredentials(), Failure, isNotAllowed);
    ::setenv("KONTOR_API_KEY", "key", 1);
    BOOST_TEST(readCredentials().url == "https://other.example");
    BOOST_TEST(readCredentials().accessToken == "");
}

BOOST_AUTO_TEST_CASE(damaged_credentials_ask_for_another_sign_in) {
    Home const home;
    std::filesystem::create_directories(home.folder / "kontor");
    std::ofstream(credentialsFile()) << "{\"url\":";
    BOOST_CHECK_EXCEPTION(readCredentials(), Failure, isNotAllowed);
}

BOOST_AUTO_TEST_CASE(paths_and_queries_are_encoded) {
    BOOST_TEST(percentEncode("a b/ü?") == "a%20b%2F%C3%BC%3F");
    BOOST_TEST(queryString({{"filter", "name = \"x\""}, {"sort", ""}, {"limit", "5"}}) ==
               "?filter=name%20%3D%20%22x%22&limit=5");
    BOOST_TEST(queryString({{"q", ""}}) == "");
}

BOOST_AUTO_TEST_SUITE_END()
