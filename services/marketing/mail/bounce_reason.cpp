// Whether a failure is the address' own, and stays, or passes.

#include "services/marketing/mail/bounce.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace kontor::marketing {

namespace {

/// A phrase of servers in lower case, and what it means. The first one that is found decides.
struct Phrase {
    std::string_view text;
    Verdict verdict;
};

constexpr Verdict full{ReturnedKind::soft, "MAILBOX_FULL"};
constexpr Verdict blocked{ReturnedKind::soft, "BLOCKED"};
constexpr Verdict limited{ReturnedKind::soft, "RATE_LIMITED"};
constexpr Verdict large{ReturnedKind::soft, "TOO_LARGE"};
constexpr Verdict nobody{ReturnedKind::hard, "MAILBOX_UNKNOWN"};
constexpr Verdict disabled{ReturnedKind::hard, "MAILBOX_DISABLED"};
constexpr Verdict nowhere{ReturnedKind::hard, "DOMAIN_UNKNOWN"};

// Full mailboxes and blocks come first: their texts often also say that the message "was rejected" or "is unavailable".
constexpr std::array phrases{
    Phrase{"quota", full},
    Phrase{"mailbox full", full},
    Phrase{"mailbox is full", full},
    Phrase{"inbox is full", full},
    Phrase{"out of storage", full},
    Phrase{"insufficient storage", full},
    Phrase{"exceeded storage", full},
    Phrase{"message size exceeds", large},
    Phrase{"message too large", large},
    Phrase{"message too big", large},
    Phrase{"rate limit", limited},
    Phrase{"too many messages", limited},
    Phrase{"too many connections", limited},
    Phrase{"receiving mail at a rate", limited},
    Phrase{"greylist", limited},
    Phrase{"graylist", limited},
    Phrase{"spam", blocked},
    Phrase{"unsolicited", blocked},
    Phrase{"blacklist", blocked},
    Phrase{"black list", blocked},
    Phrase{"blocklist", blocked},
    Phrase{"block list", blocked},
    Phrase{"dnsbl", blocked},
    Phrase{"rbl", blocked},
    Phrase{"blocked", blocked},
    Phrase{"reputation", blocked},
    Phrase{"dmarc", blocked},
    Phrase{"dkim", blocked},
    Phrase{"spf", blocked},
    Phrase{"unauthenticated", blocked},
    Phrase{"banned", blocked},
    Phrase{"virus", blocked},
    Phrase{"user unknown", nobody},
    Phrase{"unknown user", nobody},
    Phrase{"no such user", nobody},
    Phrase{"no such recipient", nobody},
    Phrase{"no such mailbox", nobody},
    Phrase{"no mailbox", nobody},
    Phrase{"no mail-box", nobody},
    Phrase{"not found by smtp address lookup", nobody},  // Exchange with 5.1.10, which means another thing elsewhere
    Phrase{"recipient not found", nobody},
    Phrase{"recipient unknown", nobody},
    Phrase{"unknown recipient", nobody},
    Phrase{"invalid recipient", nobody},
    Phrase{"invalid mailbox", nobody},
    Phrase{"user not found", nobody},
    Phrase{"mailbox not found", nobody},
    Phrase{"mailbox unknown", nobody},
    Phrase{"address unknown", nobody},
    Phrase{"unknown address", nobody},
    Phrase{"does not exist", nobody},
    Phrase{"doesn't exist", nobody},
    Phrase{"not a valid", nobody},
    Phrase{"recipient address rejected: access denied", nobody},  // Exchange Online of addresses that it does not know
    Phrase{"undeliverable address", nobody},
    Phrase{"does not have an account", nobody},
    Phrase{"not have a yahoo", nobody},
    Phrase{"disabled", disabled},
    Phrase{"inactive", disabled},
    Phrase{"deactivated", disabled},
    Phrase{"suspended", disabled},
    Phrase{"account closed", disabled},
    Phrase{"no longer available", disabled},
    Phrase{"no longer valid", disabled},
    Phrase{"no longer in use", disabled},
    Phrase{"no longer active", disabled},
    Phrase{"no longer accept", disabled},
    Phrase{"host or domain name not found", nowhere},
    Phrase{"host not found", nowhere},
    Phrase{"domain not found", nowhere},
    Phrase{"unrouteable", nowhere},
    Phrase{"does not accept mail", nowhere},
    Phrase{"couldn't find any host", nowhere},
};

struct StatusMeaning {
    std::string_view status;  ///< from the second number on; "1." is all of a subject
    Verdict verdict;
};

/// Of permanent failures (RFC 3463 and its register). What is not here is not the address' fault.
constexpr std::array meanings{
    StatusMeaning{"1.2", nowhere},
    StatusMeaning{"1.3", {ReturnedKind::hard, "ADDRESS_REFUSED"}},
    StatusMeaning{"1.4", {ReturnedKind::hard, "ADDRESS_REFUSED"}},
    StatusMeaning{"1.7", blocked},  // the sender's address
    StatusMeaning{"1.8", blocked},
    StatusMeaning{"1.9", blocked},
    StatusMeaning{"1.10", nowhere},  // the domain takes no mail
    StatusMeaning{"1.", nobody},
    StatusMeaning{"2.1", disabled},
    StatusMeaning{"2.2", full},
    StatusMeaning{"2.3", large},
    StatusMeaning{"3.4", large},
    StatusMeaning{"3.", {ReturnedKind::soft, "SYSTEM"}},
    StatusMeaning{"4.4", nowhere},
    StatusMeaning{"4.7", {ReturnedKind::soft, "EXPIRED"}},
    StatusMeaning{"4.", {ReturnedKind::soft, "NETWORK"}},
    StatusMeaning{"6.", {ReturnedKind::soft, "CONTENT"}},
    StatusMeaning{"7.", blocked},
};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool isWord(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c & '\x80') != 0;
}

/// In lower case and without what has an @ or a dot within: a person at antispam@marble.example is not called a
/// spammer.
std::string plainWords(std::string_view text) {
    std::string words;
    while (!text.empty()) {
        auto const end = std::min(text.find_first_of(" \t<>()[]\"',;:"), text.size());
        std::string_view token = text.substr(0, end);
        bool const name = token.find('@') != std::string_view::npos ||
                          token.substr(0, token.size() - 1).find('.') != std::string_view::npos;
        if (!name) std::ranges::transform(token, std::back_inserter(words), lower);
        if (end < text.size()) words += text[end];
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return words;
}

/// A phrase that begins a word.
bool contains(std::string_view words, std::string_view phrase) {
    for (auto at = words.find(phrase); at != std::string_view::npos; at = words.find(phrase, at + 1)) {
        if (at == 0 || !isWord(words[at - 1])) return true;
    }
    return false;
}

/// The three digits of SMTP with which a text begins, or 0.
int replyCode(std::string_view text) {
    auto const digit = [&](std::size_t at) { return at < text.size() && text[at] >= '0' && text[at] <= '9'; };
    if (!digit(0) || !digit(1) || !digit(2) || digit(3)) return 0;
    return (text[0] - '0') * 100 + (text[1] - '0') * 10 + (text[2] - '0');
}

Verdict passing(std::string_view status, std::string_view words) {
    if (status == "4.4.7" || contains(words, "expired")) return {ReturnedKind::soft, "EXPIRED"};
    for (const Phrase &phrase : phrases) {
        if (phrase.verdict.kind == ReturnedKind::soft && contains(words, phrase.text)) return phrase.verdict;
    }
    if (status == "4.2.2") return full;
    if (status.starts_with("4.7.")) return limited;
    if (status.starts_with("4.4.")) return {ReturnedKind::soft, "NETWORK"};
    if (status.starts_with("4.3.")) return {ReturnedKind::soft, "SYSTEM"};
    return {ReturnedKind::soft, "UNCLEAR"};
}

}  // namespace

Verdict classifyFailure(const Failure &failure) {
    if (failure.action == "delivered" || failure.action == "relayed" || failure.action == "expanded") {
        return {ReturnedKind::unknown, "DELIVERED"};
    }
    if (failure.action == "delayed") return {ReturnedKind::soft, "DELAYED"};
    int const code = replyCode(failure.diagnostic);
    std::string const words = plainWords(failure.diagnostic);
    bool const coarse = failure.status.empty() || failure.status == "5.0.0";
    if (failure.status.starts_with("4.") || (coarse && code / 100 == 4)) return passing(failure.status, words);
    for (const Phrase &phrase : phrases) {
        if (contains(words, phrase.text)) return phrase.verdict;
    }
    for (const StatusMeaning &meaning : meanings) {
        bool const whole = !meaning.status.ends_with('.');
        std::string_view const rest = failure.status.starts_with("5.") ? failure.status.substr(2) : "";
        if (whole ? rest == meaning.status : rest.starts_with(meaning.status)) return meaning.verdict;
    }
    if (code == 550 || code == 551 || code == 553) return nobody;
    if (code == 552) return full;
    return {ReturnedKind::soft, "UNCLEAR"};
}

}  // namespace kontor::marketing
