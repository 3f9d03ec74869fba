#include "services/marketing/mail/bounce.h"
#include "tests/unit/marketing_mail_support.h"

#include <boost/test/unit_test.hpp>

#include <random>
#include <set>

using namespace kontor;
using namespace kontor::marketing;
using namespace kontor::marketing::testing;

namespace kontor::marketing {

std::ostream &operator<<(std::ostream &out, ReturnedKind kind) { return out << static_cast<int>(kind); }

}  // namespace kontor::marketing

namespace {

std::string const messageId = "01932f5e-7d1c-7a3b-8c4d-5e6f70819203";

VerpAddresses verp(std::vector<std::string> secrets = {"0123456789abcdef"}) {
    return {"bounce+", "acme.example", std::move(secrets)};
}

std::filesystem::path folder() { return KONTOR_SOURCE_FOLDER "/tests/data/bounces"; }

/// A message of the corpus, with the address of our message in it.
std::string sample(const std::string &name) {
    std::stringstream content;
    content << std::ifstream(folder() / (name + ".eml"), std::ios::binary).rdbuf();
    std::string text = content.str();
    BOOST_REQUIRE(!text.empty());
    std::string const placeholder = "bounce+@@VERP@@@acme.example";
    for (auto at = text.find(placeholder); at != std::string::npos; at = text.find(placeholder, at)) {
        text.replace(at, placeholder.size(), verp().encode(messageId));
    }
    return text;
}

struct Expected {
    std::string name;
    ReturnedKind kind;
    std::string reason;
    std::string recipient;
    std::string status;
};

std::vector<Expected> const corpus{
    {"postfix_user_unknown", ReturnedKind::hard, "MAILBOX_UNKNOWN", "nobody@example.com", "5.1.1"},
    {"postfix_host_not_found", ReturnedKind::hard, "DOMAIN_UNKNOWN", "anna@no-such-domain.example", "5.4.4"},
    {"postfix_delayed", ReturnedKind::soft, "DELAYED", "anna@slow.example", "4.4.1"},
    {"postfix_expired", ReturnedKind::soft, "NETWORK", "anna@slow.example", "4.4.1"},
    {"postfix_mailbox_full", ReturnedKind::soft, "MAILBOX_FULL", "full@example.com", "5.2.2"},
    {"postfix_delivered", ReturnedKind::unknown, "DELIVERED", "anna@example.com", "2.0.0"},
    {"postfix_two_recipients", ReturnedKind::hard, "MAILBOX_UNKNOWN", "two@example.com", "5.1.1"},
    {"gmail_no_such_user", ReturnedKind::hard, "MAILBOX_UNKNOWN", "nobody.at.all@gmail.example", "5.1.1"},
    {"gmail_inactive", ReturnedKind::hard, "MAILBOX_DISABLED", "old@gmail.example", "5.2.1"},
    {"gmail_unauthenticated", ReturnedKind::soft, "BLOCKED", "anna@gmail.example", "5.7.26"},
    {"exchange_not_found", ReturnedKind::hard, "MAILBOX_UNKNOWN", "ghost@contoso.example", "5.1.10"},
    {"exchange_access_denied", ReturnedKind::hard, "MAILBOX_UNKNOWN", "gone@contoso.example", "5.4.1"},
    {"exchange_blocked", ReturnedKind::soft, "BLOCKED", "anna@hotmail.example", "5.7.1"},
    {"exchange_undeliverable_german", ReturnedKind::hard, "MAILBOX_UNKNOWN", "weg@firma.example", "5.1.1"},
    {"sendmail_user_unknown", ReturnedKind::hard, "MAILBOX_UNKNOWN", "student@uni.example", "5.1.1"},
    {"exim_user_unknown", ReturnedKind::hard, "MAILBOX_UNKNOWN", "kunde@isp.example", ""},
    {"qmail_no_mailbox", ReturnedKind::hard, "MAILBOX_UNKNOWN", "karl@old.example", "5.1.1"},
    {"qmail_over_quota", ReturnedKind::soft, "MAILBOX_FULL", "karl@old.example", ""},
    {"text_only_german_provider", ReturnedKind::soft, "BLOCKED", "leer@freemail.example", ""},
    {"utf8_report", ReturnedKind::hard, "MAILBOX_UNKNOWN", "müller@example.com", "5.1.1"},
    {"arf_abuse", ReturnedKind::complaint, "ABUSE", "anna@isp.example", ""},
    {"arf_redacted", ReturnedKind::complaint, "OPT_OUT", "anna@isp.example", ""},
    {"arf_not_spam", ReturnedKind::unknown, "NOT_SPAM", "anna@isp.example", ""},
    {"arf_authentication", ReturnedKind::unknown, "NO_REPORT", "anna@isp.example", ""},
    {"absent_outlook", ReturnedKind::autoReply, "ABSENT", "bob@contoso.example", ""},
    {"absent_vacation", ReturnedKind::autoReply, "AUTOMATIC", "bob@uni.example", ""},
    {"read_receipt", ReturnedKind::autoReply, "READ_RECEIPT", "", ""},
    {"human_answer", ReturnedKind::unknown, "NO_REPORT", "", ""},
};

/// Holds whatever was read.
void checkLimits(const ReturnedMail &mail) {
    for (const std::string *text : {&mail.recipient, &mail.originalRecipient, &mail.envelopeId, &mail.originalMessageId,
                                    &mail.action, &mail.status, &mail.diagnostic, &mail.reportingServer}) {
        BOOST_REQUIRE(text->size() <= 500);
        BOOST_REQUIRE(text->find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos);
    }
    BOOST_REQUIRE(mail.addressedTo.size() <= 30);
    BOOST_REQUIRE(!mail.reason.empty());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(marketing_bounce)

BOOST_AUTO_TEST_CASE(each_message_of_the_corpus_is_understood) {
    std::set<std::string> known;
    for (const Expected &expected : corpus) {
        BOOST_TEST_CONTEXT(expected.name) {
            known.insert(expected.name + ".eml");
            ReturnedMail const mail = readReturnedMail(sample(expected.name));
            BOOST_TEST(mail.kind == expected.kind);
            BOOST_TEST(mail.reason == expected.reason);
            BOOST_TEST(mail.recipient == expected.recipient);
            BOOST_TEST(mail.status == expected.status);
            BOOST_TEST(mail.messageId(verp()).value_or("none") == messageId);
            checkLimits(mail);
        }
    }
    for (const auto &file : std::filesystem::directory_iterator(folder())) {
        BOOST_TEST(known.contains(file.path().filename().string()), file.path().filename() << " is not expected");
    }
}

BOOST_AUTO_TEST_CASE(all_that_a_report_says_is_read) {
    ReturnedMail const mail = readReturnedMail(sample("postfix_user_unknown"));
    BOOST_TEST(mail.action == "failed");
    BOOST_TEST(mail.diagnostic == "550 5.1.1 <nobody@example.com>: Recipient address rejected: User unknown in virtual "
                                  "mailbox table");
    BOOST_TEST(mail.envelopeId == "kontor-0190-7");
    BOOST_TEST(mail.originalRecipient == "nobody@example.com");
    BOOST_TEST(mail.reportingServer == "relay.acme.example");
    BOOST_TEST(mail.originalMessageId == "0190-7@acme.example");
    BOOST_TEST(readReturnedMail(sample("arf_abuse")).originalMessageId == "0190-7@acme.example");
    BOOST_TEST(readReturnedMail(sample("absent_vacation")).originalMessageId == "0190-7@acme.example");
}

BOOST_AUTO_TEST_CASE(line_ends_of_either_kind_are_read) {
    for (const Expected &expected : corpus) {
        std::string crlf;
        for (char const c : sample(expected.name)) {
            if (c == '\n') crlf += '\r';
            crlf += c;
        }
        ReturnedMail const mail = readReturnedMail(crlf);
        BOOST_TEST(mail.reason == expected.reason, expected.name);
        BOOST_TEST(mail.recipient == expected.recipient, expected.name);
    }
}

BOOST_AUTO_TEST_CASE(what_is_cut_off_anywhere_has_an_answer) {
    for (const Expected &expected : corpus) {
        std::string const whole = sample(expected.name);
        for (std::size_t length = 0; length < whole.size(); length += 13) {
            checkLimits(readReturnedMail(std::string_view(whole).substr(0, length)));
        }
    }
}

BOOST_AUTO_TEST_CASE(bytes_that_change_on_the_way_do_no_harm) {
    std::mt19937 random(64);
    for (const Expected &expected : corpus) {
        std::string const whole = sample(expected.name);
        for (int round = 0; round < 40; ++round) {
            std::string broken = whole;
            for (int change = 0; change < 30; ++change) broken[random() % broken.size()] = static_cast<char>(random());
            checkLimits(readReturnedMail(broken));
        }
    }
}

BOOST_AUTO_TEST_CASE(nothing_and_what_is_no_message_is_malformed) {
    for (const std::string &wrong :
         {std::string(), std::string("\r\n\r\n"), std::string(1000, '\0'), std::string("x")}) {
        ReturnedMail const mail = readReturnedMail(wrong);
        BOOST_TEST(mail.kind == ReturnedKind::unknown);
        BOOST_TEST((mail.reason == "MALFORMED" || mail.reason == "NO_REPORT"), mail.reason);
    }
}

BOOST_AUTO_TEST_CASE(a_bomb_of_parts_is_not_looked_at) {
    std::string nested = "From: mailer-daemon@x.example\nSubject: Undelivered\n";
    for (int level = 0; level < 20'000; ++level) {
        std::string const name = "b" + std::to_string(level);
        nested += "Content-Type: multipart/mixed; boundary=" + name + "\n\n--" + name + "\n";
    }
    BOOST_TEST(readReturnedMail(nested).reason == "TOO_COMPLEX");
    std::string messages = "Subject: x\n";
    for (int level = 0; level < 20'000; ++level) messages += "CONTENT-TYPE: message/rfc822\n\n";
    BOOST_TEST(readReturnedMail(messages).reason == "TOO_COMPLEX");
    std::string digests = "Subject: x\n";
    for (int level = 0; level < 40; ++level) {
        std::string const name = "d" + std::to_string(level);
        digests += "Content-Type : multipart/digest; boundary=" + name + "\n\n--" + name + "\n\n";
    }
    checkLimits(readReturnedMail(digests));
    std::string flat = "Subject: x\nContent-Type: multipart/report; boundary=b\n\n";
    for (int part = 0; part < 200'000; ++part) flat += "--b\n\nx\n";
    checkLimits(readReturnedMail(flat));
}

BOOST_AUTO_TEST_CASE(of_megabytes_the_beginning_counts) {
    std::string mail = sample("postfix_user_unknown");
    mail += std::string(20'000'000, 'x');
    BOOST_TEST(readReturnedMail(mail).reason == "MAILBOX_UNKNOWN");
    for (std::string const filler : {"X: y\n", " folded\n", "x", "To: a@b.example\n"}) {
        std::string head = "Subject: x\n";
        while (head.size() < 5'000'000) head += filler;
        checkLimits(readReturnedMail(head + "\n\nbody"));
    }
    std::string fields = "Subject: Undelivered\nContent-Type: message/delivery-status\n\n";
    while (fields.size() < 2'000'000) fields += "Final-Recipient: rfc822; a@b.example\nAction: failed\n\n";
    BOOST_TEST(readReturnedMail(fields).recipient == "a@b.example");
}

BOOST_AUTO_TEST_CASE(a_report_in_base64_is_read) {
    // Reporting-MTA: dns; x / Final-Recipient: rfc822; a@b.example / Action: failed / Status: 5.1.1
    std::string const mail = "Subject: x\nContent-Type: multipart/report; boundary=b\n\n--b\nContent-Type: "
                             "message/delivery-status\nContent-Transfer-Encoding: base64\n\n"
                             "UmVwb3J0aW5nLU1UQTogZG5zOyB4CgpGaW5hbC1SZWNpcGllbnQ6IHJmYzgyMjsgYUBiLmV4YW1w\n"
                             "bGUKQWN0aW9uOiBmYWlsZWQKU3RhdHVzOiA1LjEuMQo=\n--b--\n";
    ReturnedMail const read = readReturnedMail(mail);
    BOOST_TEST(read.recipient == "a@b.example");
    BOOST_TEST(read.reason == "MAILBOX_UNKNOWN");
}

BOOST_AUTO_TEST_CASE(hard_or_soft_is_the_fault_of_the_address_or_not) {
    struct Case {
        std::string status;
        std::string diagnostic;
        std::string reason;
    };
    for (const Case &one : std::vector<Case>{
             {"5.1.2", "", "DOMAIN_UNKNOWN"},
             {"5.1.3", "501 5.1.3 bad address syntax", "ADDRESS_REFUSED"},
             {"5.1.8", "550 5.1.8 sender rejected", "BLOCKED"},
             {"5.2.3", "", "TOO_LARGE"},
             {"5.3.0", "", "SYSTEM"},
             {"5.4.7", "", "EXPIRED"},
             {"5.4.6", "routing loop", "NETWORK"},
             {"5.6.1", "", "CONTENT"},
             {"5.7.1", "550 5.7.1 relaying denied", "BLOCKED"},
             {"5.7.1", "550 5.7.1 No such user!", "MAILBOX_UNKNOWN"},
             {"5.1.1", "550 5.1.1 <antispam@marble.example>: user unknown", "MAILBOX_UNKNOWN"},
             {"5.0.0", "550 <quota@spam.example> does not exist", "MAILBOX_UNKNOWN"},
             {"5.0.0", "550 Requested action not taken", "MAILBOX_UNKNOWN"},
             {"5.0.0", "552 Requested action aborted", "MAILBOX_FULL"},
             {"5.0.0", "554 Message refused", "UNCLEAR"},
             {"", "421 too many connections from your host", "RATE_LIMITED"},
             {"4.2.2", "452 4.2.2 user is over quota", "MAILBOX_FULL"},
             {"4.4.7", "", "EXPIRED"},
             {"4.7.1", "", "RATE_LIMITED"},
             {"4.1.1", "450 user unknown for now", "UNCLEAR"},
             {"", "", "UNCLEAR"},
             {"5.9.9", "", "UNCLEAR"},
         }) {
        Verdict const verdict =
            classifyFailure({.action = "failed", .status = one.status, .diagnostic = one.diagnostic});
        BOOST_TEST(verdict.reason == one.reason, one.status << " " << one.diagnostic << ": " << verdict.reason);
        bool const hard =
            one.reason == "MAILBOX_UNKNOWN" || one.reason == "DOMAIN_UNKNOWN" || one.reason == "ADDRESS_REFUSED";
        BOOST_TEST(verdict.kind == (hard ? ReturnedKind::hard : ReturnedKind::soft));
    }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(marketing_verp)

BOOST_AUTO_TEST_CASE(an_address_gives_back_its_message) {
    std::string const address = verp().encode(messageId);
    BOOST_TEST(address.size() == 7U + 42U + 13U);
    BOOST_TEST(verp().decode(address).value_or("") == messageId);
    BOOST_TEST(verp().encode("01932F5E-7D1C-7A3B-8C4D-5E6F70819203") == address);
}

BOOST_AUTO_TEST_CASE(what_servers_make_of_it_on_the_way_is_read) {
    std::string const address = verp().encode(messageId);
    std::string capitals = address;
    for (char &c : capitals) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    for (const std::string &changed :
         {capitals, "<" + address + ">", "prvs=1234abcd=" + address,
          "SRS0=xyz=4Q=acme.example=" + address.substr(0, address.find('@')) + "@forwarder.example",
          address.substr(0, address.find('@')) + "=acme.example@forwarder.example"}) {
        BOOST_TEST(verp().decode(changed).value_or("none") == messageId, changed);
    }
}

BOOST_AUTO_TEST_CASE(an_address_that_we_have_not_made_is_not_believed) {
    std::string const address = verp().encode(messageId);
    for (std::size_t at = 7; at < address.find('@'); ++at) {
        for (char const other : {'a', 'b', '7', '1', '@'}) {
            std::string forged = address;
            if (forged[at] == other) continue;
            forged[at] = other;
            BOOST_TEST(!verp().decode(forged), forged);
        }
    }
    BOOST_TEST(!VerpAddresses("bounce+", "acme.example", {"another secret..."}).decode(address));
    BOOST_TEST(!verp().decode(""));
    BOOST_TEST(!verp().decode("bounce+"));
    BOOST_TEST(!verp().decode("anna@example.com"));
    BOOST_TEST(!verp().decode(std::string(2'000'000, 'b')));
}

BOOST_AUTO_TEST_CASE(an_old_secret_is_believed_while_a_new_one_makes_addresses) {
    VerpAddresses const both = verp({"fedcba9876543210", "0123456789abcdef"});
    BOOST_TEST(both.decode(verp().encode(messageId)).value_or("") == messageId);
    BOOST_TEST(!verp().decode(both.encode(messageId)));
}

BOOST_AUTO_TEST_CASE(what_cannot_make_addresses_is_refused) {
    auto const made = [](std::string_view prefix, std::string_view domain, std::vector<std::string> secrets) {
        return fault([&] { VerpAddresses const one(prefix, domain, std::move(secrets)); });
    };
    for (std::string const wrong : {"", "a b", "a@b", ".a", "a..b", "a\r\n", "bounces-of-a-very-long-name+"}) {
        BOOST_TEST(made(wrong, "acme.example", {"0123456789abcdef"}) == "/prefix VERP_PREFIX", wrong);
    }
    BOOST_TEST(made("b+", "acme", {"0123456789abcdef"}) == "/domain ADDRESS_DOMAIN");
    BOOST_TEST(made("b+", "acme.example", {}) == "/secrets VERP_SECRET");
    BOOST_TEST(made("b+", "acme.example", {"short"}) == "/secrets VERP_SECRET");
    BOOST_TEST(fault([] { std::ignore = verp().encode("no id"); }) == "/messageId FORMAT");
}

BOOST_AUTO_TEST_SUITE_END()
