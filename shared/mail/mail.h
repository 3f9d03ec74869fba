#pragma once

// E-mail: one message to one person, through an SMTP server.
//
//     mail::SmtpMailer mailer({.url = "smtp://crm:secret@mail.example.com:587", .from = "Acme <crm@example.com>"});
//     mailer.send({.to = "anna@example.com", .subject = "Grüße", .text = "…", .html = "<p>…</p>"});

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

namespace kontor::mail {

struct Message {
    std::string to;        ///< one address, ASCII: "anna@example.com"
    std::string toName;    ///< may be empty
    std::string subject;   ///< UTF-8; line breaks become spaces
    std::string text;      ///< plain text, UTF-8
    std::string html;      ///< the same as HTML; empty = text only
    std::string language;  ///< of the content, such as "de"; may be empty
};

/// Sends messages. Thread-safe; waits without holding a thread when it is called in a fiber.
class Mailer {
  public:
    Mailer() = default;
    Mailer(const Mailer &) = delete;
    Mailer &operator=(const Mailer &) = delete;
    virtual ~Mailer() = default;
    /// Returns once the server has taken the message. Throws Error(validation) when the address is none or the server
    /// refuses it for good, Error(unavailable) when another attempt may succeed.
    virtual void send(const Message &message) = 0;
};

struct SmtpOptions {
    /// smtp://user:password@host:587 (TLS by STARTTLS where the server has it, and always before a password goes to
    /// another machine) or smtps://user:password@host:465 (TLS from the beginning).
    std::string url;
    std::string from;                  ///< "crm@example.com" or "Acme <crm@example.com>"
    std::string authoritiesFile;       ///< PEM with the certificates to trust; empty = those of the system
    std::chrono::seconds timeout{10};  ///< of the connection, and of each answer
};

class SmtpMailer final : public Mailer {
  public:
    /// Throws std::runtime_error when the options cannot be right. Connects to nothing.
    explicit SmtpMailer(SmtpOptions options);
    ~SmtpMailer() override;
    void send(const Message &message) override;

  private:
    struct Implementation;
    std::unique_ptr<Implementation> implementation_;
};

/// A sender or recipient.
struct Address {
    std::string name;  ///< may be empty
    std::string address;
};

/// Reads "anna@example.com" or "Anna <anna@example.com>"; the name may be in quotes. Throws Error(validation).
[[nodiscard]] Address parseAddress(std::string_view text);
/// True for an address that may stand in an SMTP command: ASCII, one @, nothing that ends or parts it.
[[nodiscard]] bool isAddress(std::string_view address);

/// The message as it goes over the wire (RFC 5322, MIME): CRLF, 7 bit. `date` is that of the header, `id` is
/// Message-ID without its brackets. Throws Error(validation) when an address is none.
[[nodiscard]] std::string format(const Message &message, const Address &from, std::string_view date,
                                 std::string_view id);

/// Text for a header: as it is when it is printable ASCII, or as encoded words (RFC 2047), folded.
[[nodiscard]] std::string encodeHeader(std::string_view text);

}  // namespace kontor::mail
