#pragma once

// What comes back: reports of delivery (RFC 3464), complaints (RFC 5965), notices of absence, and what older servers
// write for people alone. Anybody can write such a message, so what it says about a recipient is believed only when
// VerpAddresses or the mailing's own records tie it to a message that was sent.

#include "services/marketing/mail/verp.h"

#include <string>
#include <string_view>
#include <vector>

namespace kontor::marketing {

enum class ReturnedKind : std::uint8_t {
    hard,       ///< the address takes no mail and will take none
    soft,       ///< this message was not taken; a later one may be
    complaint,  ///< the person called it spam
    autoReply,  ///< absent, or another answer of a machine
    unknown,    ///< none of these, or not to be read; also reports of success
};

/// What a returned message says; texts are UTF-8, without control characters, at most 500 bytes each.
struct ReturnedMail {
    ReturnedKind kind = ReturnedKind::unknown;
    /// Why, as a stable code. hard: MAILBOX_UNKNOWN, MAILBOX_DISABLED, DOMAIN_UNKNOWN, ADDRESS_REFUSED; soft:
    /// MAILBOX_FULL, TOO_LARGE, BLOCKED, CONTENT, DELAYED, EXPIRED, NETWORK, SYSTEM, RATE_LIMITED, UNCLEAR; complaint:
    /// the Feedback-Type in capitals (ABUSE, FRAUD, OPT_OUT …); autoReply: ABSENT, AUTOMATIC, READ_RECEIPT; unknown:
    /// DELIVERED, NOT_SPAM, NO_REPORT, MALFORMED, TOO_COMPLEX.
    std::string reason;
    std::string recipient;          ///< the one for whom it failed, as the reporting server has written the address
    std::string originalRecipient;  ///< to whom we had sent, where a forwarder tells
    std::string envelopeId;         ///< ENVID that we had given (RFC 3461)
    std::string originalMessageId;  ///< Message-ID of what came back, without brackets
    std::string action;             ///< failed, delayed, delivered, relayed, expanded
    std::string status;             ///< "5.1.1"
    std::string diagnostic;         ///< what the server said: "550 5.1.1 user unknown"
    std::string reportingServer;
    std::vector<std::string> addressedTo;  ///< to whom the report itself was sent: the place of VERP addresses

    /// The message that came back, by the first address in addressedTo that we have made.
    [[nodiscard]] std::optional<std::string> messageId(const VerpAddresses &verp) const;
};

/// Reads a message as it came. Whatever the bytes are, there is an answer; of a long message only the first MiB counts,
/// and one that is nested or parted beyond reason is TOO_COMPLEX.
[[nodiscard]] ReturnedMail readReturnedMail(std::string_view raw);

/// What is known of one failure, for classifyFailure.
struct Failure {
    std::string_view action;
    std::string_view status;
    std::string_view diagnostic;
};
struct Verdict {
    ReturnedKind kind;
    std::string_view reason;
};
/// Hard or soft, by the status code (RFC 3463) and by what servers say where their codes are too coarse.
[[nodiscard]] Verdict classifyFailure(const Failure &failure);

}  // namespace kontor::marketing
