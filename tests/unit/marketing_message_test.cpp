#include "services/marketing/mail/message.h"
#include "tests/unit/marketing_mail_support.h"

#include <boost/test/unit_test.hpp>

#include <algorithm>

using namespace kontor;
using namespace kontor::marketing;
using namespace kontor::marketing::testing;

namespace {

std::chrono::sys_seconds const morning{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23} +
                                       std::chrono::hours{8}};

Personal anna() {
    return {.to = {"Anna Müller", "anna@example.com"},
            .subject = "Grüße",
            .html = "<p>Hallo Anna,<br>schöne Grüße</p>\n",
            .text = "Hallo Anna,\nschöne Grüße\n",
            .messageId = "0190-1@acme.example",
            .date = morning,
            .unsubscribeUrl = "https://acme.example/u/abc",
            .unsubscribeMail = "leave@acme.example"};
}

MailingHead acme() {
    return {.from = {"Acme, Inc.", "news@acme.example"},
            .replyTo = {"", "office@acme.example"},
            .listId = "news.acme.example",
            .listName = "News of Acme",
            .feedbackId = "m1:acme:news:kontor"};
}

std::string built(const Personal &personal) { return MessageForm(acme()).build(personal); }

std::string header(const boost::json::object &message, std::string_view name) {
    for (const auto &one : message.at("headers").as_array()) {
        if (one.at(0).as_string() == name) return std::string(one.at(1).as_string());
    }
    return {};
}

/// Of a part, without its last line break, which is the boundary's.
std::string content(const boost::json::object &message, std::size_t part) {
    return std::string(message.at("parts").at(part).at("content").as_string());
}

boost::json::array list(std::initializer_list<std::string_view> texts) {
    boost::json::array result;
    for (auto const text : texts) result.emplace_back(text);
    return result;
}

std::size_t differsAt(const std::string &left, const std::string &right) {
    return static_cast<std::size_t>(std::ranges::mismatch(left, right).in1 - left.begin());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(marketing_message)

BOOST_AUTO_TEST_CASE(a_message_is_read_by_another_library_as_it_was_meant) {
    auto const message = read(built(anna()));
    BOOST_TEST(message.at("defects").as_array().empty(), message.at("defects"));
    BOOST_TEST(message.at("type").as_string() == "multipart/alternative");
    BOOST_TEST(message.at("bare").as_int64() == 0);
    BOOST_TEST(header(message, "Subject") == "Grüße");
    BOOST_TEST(header(message, "Date") == "Mon, 23 Nov 2026 08:00:00 +0000");
    BOOST_TEST(header(message, "Message-ID") == "<0190-1@acme.example>");
    BOOST_TEST(header(message, "List-Id") == "\"News of Acme\" <news.acme.example>");
    BOOST_TEST(header(message, "List-Unsubscribe") == "<https://acme.example/u/abc>, <mailto:leave@acme.example>");
    BOOST_TEST(header(message, "List-Unsubscribe-Post") == "List-Unsubscribe=One-Click");
    BOOST_TEST(header(message, "Feedback-ID") == "m1:acme:news:kontor");
    BOOST_TEST(header(message, "Precedence").empty());
    const auto &addresses = message.at("addresses").as_object();
    BOOST_TEST(addresses.at("To").at(0).as_array() == list({"Anna Müller", "anna@example.com"}));
    BOOST_TEST(addresses.at("From").at(0).as_array() == list({"Acme, Inc.", "news@acme.example"}));
    BOOST_TEST(addresses.at("Reply-To").at(0).as_array() == list({"", "office@acme.example"}));
    BOOST_TEST(message.at("parts").as_array().size() == 2U);
    BOOST_TEST(content(message, 0) == "Hallo Anna,\nschöne Grüße");
    BOOST_TEST(content(message, 1) == "<p>Hallo Anna,<br>schöne Grüße</p>");
}

BOOST_AUTO_TEST_CASE(without_html_or_without_text_there_is_one_part) {
    Personal personal = anna();
    personal.html.clear();
    BOOST_TEST(read(built(personal)).at("type").as_string() == "text/plain");
    personal.html = "<p>x</p>";
    personal.text.clear();
    BOOST_TEST(read(built(personal)).at("type").as_string() == "text/html");
}

BOOST_AUTO_TEST_CASE(one_click_is_offered_for_https_alone) {
    Personal personal = anna();
    personal.unsubscribeUrl = "http://acme.example/u/abc";
    BOOST_TEST(built(personal).find("List-Unsubscribe-Post") == std::string::npos);
    personal.unsubscribeUrl = "javascript:alert(1)";
    BOOST_TEST(fault([&] { std::ignore = built(personal); }) == "/unsubscribeUrl FORMAT");
    personal.unsubscribeUrl.clear();
    personal.unsubscribeMail.clear();
    BOOST_TEST(built(personal).find("List-Unsubscribe") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(any_text_comes_through_quoted_printable) {
    std::string every;
    for (int length = 0; length < 200; ++length) every += std::string(static_cast<std::size_t>(length), 'x') + " \n";
    std::string dense;
    for (int i = 0; i < 300; ++i) dense += "ü=";
    std::string const tricky = every + dense + "\t\n.\nFrom here\n=20\n--=_kontor--\n" + std::string(5000, ' ') +
                               "\n日本語のテキスト😀 ends without a line break";
    Personal personal = anna();
    personal.text = tricky;
    auto const message = read(built(personal));
    BOOST_TEST(message.at("longest").as_int64() <= 78);
    BOOST_TEST(message.at("defects").as_array().empty());
    BOOST_TEST((content(message, 0) == tricky), "differs at " << differsAt(content(message, 0), tricky));
    BOOST_TEST(message.at("parts").as_array().size() == 2U);
}

BOOST_AUTO_TEST_CASE(lines_of_every_length_stay_within_76_bytes) {
    for (std::size_t length = 60; length < 170; ++length) {
        for (const std::string &tail : {std::string(), std::string(" "), std::string("ü"), std::string("=\t")}) {
            std::string out;
            appendQuotedPrintable(out, std::string(length, 'x') + tail);
            for (std::size_t at = 0; at < out.size();) {
                auto const end = out.find("\r\n", at);
                BOOST_REQUIRE(end != std::string::npos);
                BOOST_REQUIRE(end - at <= 76);
                at = end + 2;
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(subjects_of_every_length_come_through) {
    for (std::string const word : {"wort ", "wörter ", "日本語", "=?utf-8?q?x?= ", "x", "\"(a)\" "}) {
        std::string subject;
        while (subject.size() < 700) subject += word;
        while (subject.ends_with(' ')) subject.pop_back();
        Personal personal = anna();
        personal.subject = subject;
        personal.to.name = subject;
        auto const message = read(built(personal));
        BOOST_TEST(message.at("longest").as_int64() <= 78);
        BOOST_TEST(header(message, "Subject") == subject);
        BOOST_TEST(message.at("addresses").at("To").at(0).at(0).as_string() == subject);
        BOOST_TEST(message.at("defects").as_array().empty(), message.at("defects"));
    }
}

BOOST_AUTO_TEST_CASE(no_value_brings_in_headers) {
    for (const std::string &evil :
         {std::string("x\r\nBcc: all@example.com"), std::string("x\nBcc: a@example.com"),
          std::string("x\rBcc: a@example.com"), std::string("x\0y", 3), std::string("\x7f")}) {
        Personal personal = anna();
        personal.subject = evil;
        BOOST_TEST(fault([&] { std::ignore = built(personal); }) == "/subject CONTROL_CHARACTER");
        personal = anna();
        personal.to.name = evil;
        BOOST_TEST(fault([&] { std::ignore = built(personal); }) == "/to/name CONTROL_CHARACTER");
        personal = anna();
        personal.to.address = evil + "@example.com";
        BOOST_TEST(fault([&] { std::ignore = built(personal); }) == "/to/address ADDRESS_LOCAL_PART");
        personal.to.address = "a@x" + evil.substr(0, evil.find('@')) + ".com";
        BOOST_TEST(fault([&] { std::ignore = built(personal); }) == "/to/address ADDRESS_DOMAIN");
        personal = anna();
        personal.messageId = evil + "@x";
        BOOST_TEST(fault([&] { std::ignore = built(personal); }) == "/messageId CONTROL_CHARACTER");
        personal = anna();
        personal.unsubscribeUrl = "https://x/" + evil;
        BOOST_TEST(fault([&] { std::ignore = built(personal); }) == "/unsubscribeUrl CONTROL_CHARACTER");
        MailingHead head = acme();
        head.listId = evil;
        BOOST_TEST(fault([&] { MessageForm const form(head); }) == "/listId CONTROL_CHARACTER");
        head = acme();
        head.feedbackId = evil;
        BOOST_TEST(fault([&] { MessageForm const form(head); }) == "/feedbackId CONTROL_CHARACTER");
        head = acme();
        head.from.name = evil;
        BOOST_TEST(fault([&] { MessageForm const form(head); }) == "/from/name CONTROL_CHARACTER");
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_text_or_too_long_is_refused) {
    Personal personal = anna();
    personal.subject = "\xC3\x28";
    BOOST_TEST(fault([&] { std::ignore = built(personal); }) == "/subject NOT_UTF8");
    for (std::string const wrong : {"\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xFF", "\xE2\x82", "\x80"}) {
        personal = anna();
        personal.html = "<p>" + wrong;
        BOOST_TEST(fault([&] { std::ignore = built(personal); }) == "/html NOT_UTF8");
    }
    personal = anna();
    personal.subject = std::string(2001, 'x');
    BOOST_TEST(fault([&] { std::ignore = built(personal); }) == "/subject TOO_LONG");
    personal = anna();
    personal.messageId = "two@ats@example.com";
    BOOST_TEST(fault([&] { std::ignore = built(personal); }) == "/messageId FORMAT");
    personal.messageId = "a>b@example.com";
    BOOST_TEST(fault([&] { std::ignore = built(personal); }) == "/messageId FORMAT");
}

BOOST_AUTO_TEST_CASE(domains_become_ascii) {
    BOOST_TEST(wireAddress("Anna.Maria+news@Example.COM") == "Anna.Maria+news@example.com");
    BOOST_TEST(wireAddress("anna@müller.example") == "anna@xn--mller-kva.example");
    BOOST_TEST(wireAddress("anna@STRASSE.example") == "anna@strasse.example");
    BOOST_TEST(wireAddress("anna@straße.example") == "anna@xn--strae-oqa.example");
    BOOST_TEST(wireAddress("x@例え.テスト") == "x@xn--r8jz45g.xn--zckzah");
}

BOOST_AUTO_TEST_CASE(each_address_that_is_none_has_its_reason) {
    auto const reason = [](const std::string &address) { return fault([&] { std::ignore = wireAddress(address); }); };
    for (std::string const wrong : {"", "anna", "@", "@example.com", "anna@"}) {
        BOOST_TEST(reason(wrong) == "/address ADDRESS_MISSING", wrong);
    }
    for (std::string const wrong : {"a b@example.com", ".a@example.com", "a.@example.com", "a..b@example.com",
                                    "a@b@example.com", "<a@example.com", "\"a b\"@example.com", "a,b@example.com"}) {
        BOOST_TEST(reason(wrong) == "/address ADDRESS_LOCAL_PART", wrong);
    }
    for (std::string const wrong :
         {"a@localhost", "a@example..com", "a@.example.com", "a@-example.com", "a@exa mple.com", "a@127.0.0.1",
          "a@[127.0.0.1]", "a@example.com.", "a@exa_mple.com", "a@example.com>", "a@xn--\xC3\xBC.com", "a@\xFF.com"}) {
        BOOST_TEST(reason(wrong) == "/address ADDRESS_DOMAIN", wrong);
    }
    BOOST_TEST(reason("a@" + std::string(64, 'x') + ".com") == "/address ADDRESS_DOMAIN");
    BOOST_TEST(reason("müller@example.com") == "/address ADDRESS_NEEDS_SMTPUTF8");
    BOOST_TEST(reason(std::string(65, 'x') + "@example.com") == "/address ADDRESS_TOO_LONG");
    std::string long_domain = "com";
    while (long_domain.size() < 230) long_domain = "aaaaaaaaa." + long_domain;
    BOOST_TEST(reason(std::string(60, 'x') + "@" + long_domain) == "/address ADDRESS_TOO_LONG");
    BOOST_TEST(reason("a@" + std::string(1'000'000, 'x')) == "/address ADDRESS_DOMAIN");
}

BOOST_AUTO_TEST_SUITE_END()
