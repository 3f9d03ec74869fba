#include "shared/mail/mail.h"

#include "shared/contract/error.h"

#include <boost/test/unit_test.hpp>

#include <sstream>
#include <stdexcept>

using namespace kontor;
using namespace kontor::mail;

namespace {

std::string formatted(const Message &message) {
    return format(message, {"Acme", "crm@example.com"}, "Mon, 23 Nov 2026 08:00:00 +0000", "1@example.com");
}

bool refused(const std::string &address) {
    try {
        std::ignore = formatted({.to = address, .subject = "x", .text = "x"});
        return false;
    } catch (const Error &error) {
        return error.code == ErrorCode::validation;
    }
}

bool refusesOptions(SmtpOptions options) {
    try {
        SmtpMailer const mailer(std::move(options));
        return false;
    } catch (const std::runtime_error &) {
        return true;
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(mail_message)

BOOST_AUTO_TEST_CASE(addresses_that_could_end_a_command_or_a_header_are_refused) {
    for (const char *const bad :
         {"", "anna", "@example.com", "anna@", "a@b@c", "anna@example.com\r\nBcc: x@example.com", "anna @example.com",
          "anna@example.com>", "<anna@example.com", "a,b@example.com", "ännä@example.com", "\"a\"@example.com"}) {
        BOOST_TEST(refused(bad), bad);
    }
    BOOST_TEST(refused(std::string(250, 'a') + "@example.com"));
    BOOST_TEST(!refused("anna.o'neil+crm@mail.example.com"));
}

BOOST_AUTO_TEST_CASE(a_subject_and_a_name_cannot_start_a_header) {
    std::string const text = formatted({.to = "anna@example.com",
                                        .toName = "Anna\r\nBcc: x@example.com",
                                        .subject = "Hello\r\nBcc: y@example.com\n\nbody",
                                        .text = "x",
                                        .language = "de\r\nX: 1"});
    BOOST_TEST(text.find("\r\nBcc:") == std::string::npos);
    BOOST_TEST(text.find("\r\nX: 1") == std::string::npos);
    BOOST_TEST(text.find("\nbody") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_subject_in_plain_letters_stays_readable) {
    BOOST_TEST(encodeHeader("Please confirm, (now)") == "Please confirm, (now)");
    BOOST_TEST(encodeHeader("") == "");
}

BOOST_AUTO_TEST_CASE(other_letters_become_encoded_words_that_cut_no_character) {
    BOOST_TEST(encodeHeader("Grüße") == "=?UTF-8?B?R3LDvMOfZQ==?=");
    // Looks like an encoded word and is none: it is encoded, so that it is shown as it was written.
    BOOST_TEST(encodeHeader("=?UTF-8?B?eA==?=").starts_with("=?UTF-8?B?PT9V"));
    std::string longText;
    for (int i = 0; i < 60; ++i) longText += "ßx€";
    std::istringstream lines(encodeHeader(longText));
    for (std::string line; std::getline(lines, line);) BOOST_TEST(line.size() <= 77U);  // with the folding
}

BOOST_AUTO_TEST_CASE(text_and_html_are_alternatives_in_seven_bits_and_short_lines) {
    std::string const text =
        formatted({.to = "anna@example.com", .subject = "x", .text = std::string(500, 'a') + " ü", .html = "<p>ü</p>"});
    BOOST_TEST(text.find("multipart/alternative") != std::string::npos);
    BOOST_TEST(text.find("text/plain; charset=utf-8") < text.find("text/html; charset=utf-8"));
    BOOST_TEST(text.find("PHA+w7w8L3A+") != std::string::npos);
    std::size_t start = 0;
    for (auto end = text.find("\r\n"); end != std::string::npos; end = text.find("\r\n", start)) {
        BOOST_TEST(end - start <= 78U);
        start = end + 2;
    }
    BOOST_TEST(text.find_first_of("\x80\xff") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_sender_may_have_a_name) {
    BOOST_TEST(parseAddress("crm@example.com").name == "");
    Address const named = parseAddress("\"Acme, Inc.\" <crm@example.com>");
    BOOST_TEST(named.name == "Acme, Inc.");
    BOOST_TEST(named.address == "crm@example.com");
    BOOST_CHECK_THROW(std::ignore = parseAddress("Acme <crm@example.com"), Error);
    BOOST_TEST(format({.to = "a@b.c", .subject = "x"}, named, "d", "i").find("From: \"Acme, Inc.\"\r\n <crm@") !=
               std::string::npos);
}

BOOST_AUTO_TEST_CASE(settings_that_cannot_be_right_are_refused_at_once) {
    BOOST_TEST(refusesOptions({.url = "http://mail.example.com", .from = "a@b.c"}));
    BOOST_TEST(refusesOptions({.url = "smtp://", .from = "a@b.c"}));
    BOOST_TEST(refusesOptions({.url = "smtp://mail.example.com:587", .from = "nobody"}));
    BOOST_TEST(refusesOptions({.url = "smtp://mail.example.com:abc", .from = "a@b.c"}));
    BOOST_TEST(refusesOptions({.url = "smtp://u:p%4@mail.example.com", .from = "a@b.c"}));
    BOOST_TEST(!refusesOptions({.url = "smtps://u:p%40ss@mail.example.com", .from = "Acme <a@b.c>"}));
}

BOOST_AUTO_TEST_CASE(a_server_that_is_not_there_may_be_there_later) {
    SmtpMailer mailer({.url = "smtp://127.0.0.1:1", .from = "crm@example.com"});
    BOOST_CHECK_EXCEPTION(mailer.send({.to = "anna@example.com", .subject = "x", .text = "x"}), Error,
                          [](const Error &error) { return error.code == ErrorCode::unavailable; });
}

BOOST_AUTO_TEST_SUITE_END()
