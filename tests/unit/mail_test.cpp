#include "shared/mail/mail.h"

#include "shared/contract/error.h"

#include <Poco/Exception.h>
#include <Poco/Net/DialogSocket.h>
#include <Poco/Net/ServerSocket.h>
#include <boost/test/unit_test.hpp>

#include <map>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <thread>

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

/// Speaks SMTP with one client; what it says to a command is set by the command's first word.
class Server {
  public:
    explicit Server(std::map<std::string, std::string> answers) : answers_(std::move(answers)) {
        thread_ = std::jthread([this] { serve(); });
    }
    ~Server() { listener_.close(); }
    [[nodiscard]] std::string url() const { return "smtp://127.0.0.1:" + std::to_string(listener_.address().port()); }
    /// What the client has sent, once it has gone.
    std::string received() {
        thread_.join();
        return received_;
    }

  private:
    void serve() {
        if (!listener_.poll(Poco::Timespan(10, 0), Poco::Net::Socket::SELECT_READ)) return;
        Poco::Net::DialogSocket client(listener_.acceptConnection());
        client.setReceiveTimeout(Poco::Timespan(10, 0));
        try {
            client.sendMessage(answers_.contains("greeting") ? answers_["greeting"] : "220 here");
            std::string line;
            while (client.receiveMessage(line)) {
                received_ += line + '\n';
                std::string const word = line.substr(0, line.find(' '));
                if (answers_.contains(word)) {
                    if (answers_[word].empty()) continue;  // silence
                    client.sendMessage(answers_[word]);
                } else if (word == "DATA") {
                    client.sendMessage("354 go on");
                    while (client.receiveMessage(line) && line != ".") received_ += line + '\n';
                    client.sendMessage(answers_.contains("content") ? answers_["content"] : "250 taken");
                } else {
                    client.sendMessage(word == "QUIT" ? "221 bye" : "250 ok");
                }
            }
        } catch (const Poco::Exception &) {
            return;  // the client has gone
        }
    }

    Poco::Net::ServerSocket listener_{Poco::Net::SocketAddress("127.0.0.1", 0)};
    std::map<std::string, std::string> answers_;
    std::string received_;
    std::jthread thread_;
};

/// How sending ends with a server that answers so.
std::optional<ErrorCode> outcome(std::map<std::string, std::string> answers) {
    Server server(std::move(answers));
    SmtpMailer mailer({.url = server.url(), .from = "crm@example.com", .timeout = std::chrono::seconds(1)});
    try {
        mailer.send({.to = "anna@example.com", .subject = "x", .text = "x"});
        return std::nullopt;
    } catch (const Error &error) {
        return error.code;
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

BOOST_AUTO_TEST_CASE(a_message_is_given_to_the_server_with_its_sender_and_recipient) {
    Server server({});
    {
        SmtpMailer mailer({.url = server.url(), .from = "Acme <crm@example.com>"});
        mailer.send({.to = "anna@example.com", .subject = "Hello", .text = "x"});
    }
    std::string const received = server.received();
    BOOST_TEST(received.find("MAIL FROM:<crm@example.com>\n") != std::string::npos);
    BOOST_TEST(received.find("RCPT TO:<anna@example.com>\n") != std::string::npos);
    BOOST_TEST(received.find("Subject: Hello\n") != std::string::npos);
    BOOST_TEST(received.find("QUIT") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(refusals_are_for_good_where_the_address_is_meant) {
    BOOST_TEST((outcome({}) == std::nullopt));
    BOOST_TEST((outcome({{"RCPT", "550 nobody here"}}) == ErrorCode::validation));
    BOOST_TEST((outcome({{"RCPT", "451 try again"}}) == ErrorCode::unavailable));
    BOOST_TEST((outcome({{"MAIL", "550 not you"}}) == ErrorCode::unavailable));
    BOOST_TEST((outcome({{"content", "451 disk full"}}) == ErrorCode::unavailable));
    BOOST_TEST((outcome({{"content", "552 too large"}}) == ErrorCode::validation));
    BOOST_TEST((outcome({{"greeting", "554 closed"}}) == ErrorCode::unavailable));
    BOOST_TEST((outcome({{"DATA", ""}}) == ErrorCode::unavailable));  // says nothing
    BOOST_TEST((outcome({{"QUIT", "500 what?"}}) == std::nullopt));
}

BOOST_AUTO_TEST_CASE(a_server_that_is_not_there_may_be_there_later) {
    SmtpMailer mailer({.url = "smtp://127.0.0.1:1", .from = "crm@example.com"});
    BOOST_CHECK_EXCEPTION(mailer.send({.to = "anna@example.com", .subject = "x", .text = "x"}), Error,
                          [](const Error &error) { return error.code == ErrorCode::unavailable; });
}

BOOST_AUTO_TEST_SUITE_END()
