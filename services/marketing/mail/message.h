#pragma once

// Messages of a mailing, as they go over the wire (RFC 5322, MIME). What all of them share is prepared once:
//
//     MessageForm form({.from = {"Acme", "news@acme.example"}, .listId = "news.acme.example"});
//     for (const Recipient &one : recipients) {
//         std::string message = form.build({.to = {one.name, one.address}, .subject = "Grüße", .html = …, .text = …,
//                                           .messageId = one.id + "@acme.example", .date = now});
//         sender.send(one.address, dkimSignatures(keys, message, now) + message);
//     }
//
// There is no header Precedence: mailing lists had it, receivers judge by List-Unsubscribe, and "bulk" silences the
// notices of absence that tell of an address that is no longer read.

#include "services/marketing/mail/address.h"

#include <chrono>
#include <string>
#include <vector>

namespace kontor::marketing {

/// What all messages of a mailing share.
struct MailingHead {
    Mailbox from;
    Mailbox replyTo;         ///< empty address = answers go to `from`
    std::string listId;      ///< List-Id (RFC 2919): "news.acme.example"; empty = none
    std::string listName;    ///< what List-Id is called for a person: "News of Acme"; may be empty
    std::string feedbackId;  ///< Feedback-ID, by which Google reports complaints: "mailing:customer:kind:sender"
};

/// What is this recipient's alone.
struct Personal {
    Mailbox to;
    std::string subject;    ///< UTF-8
    std::string html;       ///< UTF-8; empty = text only
    std::string text;       ///< UTF-8; empty = HTML only
    std::string messageId;  ///< without brackets: "0190…@acme.example"; the same at each attempt
    std::chrono::sys_seconds date;
    std::string unsubscribeUrl;   ///< where a POST unsubscribes (RFC 8058) when it is https; empty = none
    std::string unsubscribeMail;  ///< address that unsubscribes whoever writes to it; empty = none
};

/// Throws Error(validation) whenever a value cannot stand in a header: with line breaks, NUL or another control
/// character (CONTROL_CHARACTER, so nobody brings in headers), no UTF-8 (NOT_UTF8), too long (TOO_LONG), of the wrong
/// form (FORMAT), or for addresses the reasons of wireAddress. Error::fields tells which: "/to/address", "/subject" …
class MessageForm {
  public:
    explicit MessageForm(const MailingHead &head);

    /// The message, with CRLF: 7 bit, no line over 998 bytes and none over 76 in the parts. Thread-safe.
    [[nodiscard]] std::string build(const Personal &personal) const;

  private:
    std::string constantHeaders_;
};

/// Text for a header that begins after `used` bytes of its line: as it is, or as encoded words (RFC 2047), folded.
/// What has control characters or is no UTF-8 must not come here.
[[nodiscard]] std::string encodedText(std::string_view text, std::size_t used);

/// Quoted-printable (RFC 2045, 6.7) of UTF-8 text, whose lines may end in LF or CRLF; ends in CRLF.
void appendQuotedPrintable(std::string &out, std::string_view text);

}  // namespace kontor::marketing
