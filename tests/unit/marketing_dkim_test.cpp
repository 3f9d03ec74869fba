#include "services/marketing/mail/dkim.h"
#include "services/marketing/mail/message.h"
#include "tests/unit/marketing_mail_support.h"

#include <boost/test/unit_test.hpp>

#define _Bool bool  // a type of C that dkim.h uses
extern "C" {
#include <opendkim/dkim.h>
}
#undef _Bool

#include <cctype>
#include <vector>

using namespace kontor;
using namespace kontor::marketing;
using namespace kontor::marketing::testing;

namespace {

std::chrono::sys_seconds const signedAt{std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now())};

/// Both keys are made once: an RSA key takes its time.
struct Keys {
    DkimKey rsa = generateDkimKey(DkimAlgorithm::rsaSha256);
    DkimKey ed25519 = generateDkimKey(DkimAlgorithm::ed25519Sha256);

    static const Keys &get() {
        static const Keys keys;
        return keys;
    }
    /// The DNS of acme.example, in the form of both verifiers.
    [[nodiscard]] std::string records(char separator) const {
        return std::string("r1._domainkey.acme.example") + separator + rsa.dnsText + "\ne1._domainkey.acme.example" +
               separator + ed25519.dnsText + "\n";
    }
};

std::vector<DkimSigner> bothSigners() {
    std::vector<DkimSigner> signers;
    signers.emplace_back("acme.example", "r1", Keys::get().rsa.privateKey);
    signers.emplace_back("acme.example", "e1", Keys::get().ed25519.privateKey);
    return signers;
}

std::string sampleMessage(const std::string &text = "Hallo  Anna,\t \n\nviele   Grüße \n\n\n") {
    MessageForm const form({.from = {"Äcme, Inc.", "news@acme.example"},
                            .replyTo = {"", "office@acme.example"},
                            .listId = "news.acme.example",
                            .feedbackId = "m1:acme:news:kontor"});
    return form.build({.to = {"Anna Müller", "anna@example.com"},
                       .subject = "Grüße, und ein Betreff, der so lang ist, dass er auf mehr als eine Zeile geht",
                       .html = "<p>" + text + "</p>",
                       .text = text,
                       .messageId = "1@acme.example",
                       .date = signedAt,
                       .unsubscribeUrl = "https://acme.example/u/abc"});
}

std::string signedMessage(const std::string &message) {
    auto const signers = bothSigners();
    return dkimSignatures(signers, message, signedAt) + message;
}

/// What libopendkim says to each signature: "good", or why not.
std::vector<std::string> openDkim(const std::string &message) {
    TemporaryFile const records(Keys::get().records(' '));
    DKIM_LIB *library = dkim_init(nullptr, nullptr);
    dkim_query_t method = DKIM_QUERY_FILE;
    dkim_options(library, DKIM_OP_SETOPT, DKIM_OPTS_QUERYMETHOD, &method, sizeof method);
    std::string path = records.path();
    dkim_options(library, DKIM_OP_SETOPT, DKIM_OPTS_QUERYINFO, path.data(), path.size() + 1);
    DKIM_STAT status = 0;
    DKIM *one = dkim_verify(library, reinterpret_cast<const unsigned char *>("test"), nullptr, &status);
    std::string copy = message;
    status = dkim_chunk(one, reinterpret_cast<unsigned char *>(copy.data()), copy.size());
    if (status == DKIM_STAT_OK) status = dkim_chunk(one, nullptr, 0);
    bool key = false;
    if (status == DKIM_STAT_OK) status = dkim_eom(one, &key);
    std::vector<std::string> found;
    DKIM_SIGINFO **signatures = nullptr;
    int count = 0;
    if (dkim_getsiglist(one, &signatures, &count) == DKIM_STAT_OK) {
        for (int number = 0; number < count; ++number) {
            dkim_sig_process(one, signatures[number]);
            bool const good = (dkim_sig_getflags(signatures[number]) & DKIM_SIGFLAG_PASSED) != 0 &&
                              dkim_sig_getbh(signatures[number]) == DKIM_SIGBH_MATCH;
            const char *problem = dkim_sig_geterrorstr(dkim_sig_geterror(signatures[number]));
            found.emplace_back(good ? "good" : problem != nullptr ? problem : "bad");
        }
    }
    dkim_free(one);
    dkim_close(library);
    return found;
}

bool bothGood(const std::vector<std::string> &found) { return found == std::vector<std::string>{"good", "good"}; }

}  // namespace

BOOST_AUTO_TEST_SUITE(marketing_dkim)

BOOST_AUTO_TEST_CASE(libopendkim_finds_both_signatures_good) {
    auto const found = openDkim(signedMessage(sampleMessage()));
    BOOST_TEST(found.size() == 2U);
    for (const auto &one : found) BOOST_TEST(one == "good");
}

BOOST_AUTO_TEST_CASE(dkimpy_finds_both_signatures_good) {
    TemporaryFile const records(Keys::get().records('\t'));
    auto const answer = read(signedMessage(sampleMessage()), "verify '" + records.path() + "'");
    BOOST_TEST((answer.at("signatures") == boost::json::array{true, true}), answer);
}

BOOST_AUTO_TEST_CASE(bodies_of_every_shape_are_signed_as_others_read_them) {
    for (std::string const body : {"", "\r\n", "\r\n\r\n\r\n", "x", "x\r\n", " \t \r\n \r\n",
                                   "a  b\t\tc \r\n\r\n\r\nd\r\n \r\n", "no line break at the end  ", "\r\n\r\nx"}) {
        std::string const message = "From: a@acme.example\r\nSubject: \r\n\tx\r\n\r\n" + body;
        // SMTP ends the last line, if the message does not.
        auto const found = openDkim(signedMessage(message) + (message.ends_with("\r\n") ? "" : "\r\n"));
        BOOST_TEST(bothGood(found), "body of " << body.size() << ": " << found.at(0));
    }
}

BOOST_AUTO_TEST_CASE(spaces_that_change_on_the_way_do_not_matter) {
    std::string message = signedMessage(sampleMessage());
    auto const subject = message.find("\r\n", message.find("\r\nSubject:") + 4);
    message.insert(subject, "  ");
    BOOST_TEST(bothGood(openDkim(message + "\r\n\r\n")));
}

BOOST_AUTO_TEST_CASE(whatever_else_changes_breaks_the_signatures) {
    std::string const whole = signedMessage(sampleMessage());
    for (std::string const name : {"From", "To", "Subject", "Date", "Message-ID", "Reply-To", "Content-Type", "List-Id",
                                   "List-Unsubscribe", "List-Unsubscribe-Post", "Feedback-ID"}) {
        std::string changed = whole;
        auto const value = changed.find("\r\n" + name + ": ") + name.size() + 4;
        BOOST_REQUIRE(value < changed.size());
        changed[value] = changed[value] == 'x' ? 'y' : 'x';
        for (const auto &one : openDkim(changed)) BOOST_TEST(one != "good", name);
        changed = whole;
        changed.erase(value - name.size() - 2, changed.find("\r\n", value) + 2 - (value - name.size() - 2));
        if (name != "From") {
            for (const auto &one : openDkim(changed)) BOOST_TEST(one != "good", name << " taken away");
        }
    }
    std::string changed = whole;
    changed.replace(changed.find("Hallo"), 5, "hallo");
    for (const auto &one : openDkim(changed)) BOOST_TEST(one != "good");
    for (std::string const added : {"Subject: another\r\n", "To: b@example.com\r\n"}) {
        for (const auto &one : openDkim(added + whole)) BOOST_TEST(one != "good", added);
    }
}

BOOST_AUTO_TEST_CASE(a_domain_that_is_not_ascii_is_signed_in_its_ascii_form) {
    DkimSigner const signer("müller.example", "s1", Keys::get().ed25519.privateKey);
    std::string const header = dkimSignatures(std::span(&signer, 1), sampleMessage(), signedAt);
    BOOST_TEST(header.find("d=xn--mller-kva.example;") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(no_line_of_a_signature_is_too_long) {
    std::string const headers = dkimSignatures(bothSigners(), sampleMessage(), signedAt);
    for (std::size_t at = 0; at < headers.size();) {
        auto const end = headers.find("\r\n", at);
        BOOST_TEST(end - at <= 78);
        at = end + 2;
    }
}

BOOST_AUTO_TEST_CASE(the_record_for_dns_is_that_of_the_key) {
    BOOST_TEST(Keys::get().rsa.dnsText.starts_with("v=DKIM1; k=rsa; p=MIIB"));
    BOOST_TEST(Keys::get().ed25519.dnsText.starts_with("v=DKIM1; k=ed25519; p="));
    BOOST_TEST(Keys::get().ed25519.dnsText.size() == 22U + 44U);
    BOOST_TEST(dkimDnsText(Keys::get().rsa.privateKey) == Keys::get().rsa.dnsText);
    std::string const line = dkimZoneLine("acme.example", "s1", Keys::get().rsa.dnsText);
    BOOST_TEST(line.starts_with("s1._domainkey.acme.example. IN TXT ( \"v=DKIM1; k=rsa; p=MIIB"));
    std::string joined;
    for (std::size_t at = line.find('"'); at != std::string::npos; at = line.find('"', at)) {
        auto const end = line.find('"', at + 1);
        BOOST_TEST(end - at - 1 <= 255U);
        joined += line.substr(at + 1, end - at - 1);
        at = end + 1;
    }
    BOOST_TEST(joined == Keys::get().rsa.dnsText);
}

BOOST_AUTO_TEST_CASE(what_is_no_key_selector_or_domain_is_refused) {
    auto const made = [](std::string_view domain, std::string_view selector, std::string_view key) {
        return fault([&] { DkimSigner const signer(domain, selector, key); });
    };
    const std::string &key = Keys::get().ed25519.privateKey;
    BOOST_TEST(made("acme.example", "s1", key).empty());
    for (std::string const wrong : {"", "-a", "a b", "a.b", "a;b", "a\r\nX: y"}) {
        BOOST_TEST(made("acme.example", wrong, key) == "/selector DKIM_SELECTOR");
    }
    BOOST_TEST(made("acme example", "s1", key) == "/domain ADDRESS_DOMAIN");
    BOOST_TEST(made("acme.example", "s1", "") == "/privateKey DKIM_KEY");
    BOOST_TEST(made("acme.example", "s1", key.substr(0, key.size() / 2)) == "/privateKey DKIM_KEY");
    std::string const locked = "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
                               "MIGbMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAjLzB3oVqdSTgICCAAw\n"
                               "DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEOd0xJq7m0v9N3pM2qkHn0YEQGcA\n"
                               "-----END ENCRYPTED PRIVATE KEY-----\n";
    BOOST_TEST(made("acme.example", "s1", locked) == "/privateKey DKIM_KEY");
    BOOST_TEST(made("acme.example", "s1", std::string(1'000'000, 'x')) == "/privateKey DKIM_KEY");
}

BOOST_AUTO_TEST_CASE(what_is_no_message_is_refused) {
    auto const signers = bothSigners();
    for (std::string const wrong : {"", "From: a@acme.example", "From: a@acme.example\r\n", "no header\r\n\r\nx",
                                    "Subject: x\r\n\r\nx", "From: a@acme.example\n\nx"}) {
        BOOST_TEST(fault([&] { std::ignore = dkimSignatures(signers, wrong, signedAt); }) == "MALFORMED", wrong);
    }
    BOOST_TEST(dkimSignatures({}, sampleMessage(), signedAt).empty());
}

BOOST_AUTO_TEST_SUITE_END()
