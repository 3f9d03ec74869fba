#include "services/marketing/mail/bounce.h"

#include "services/marketing/mail/bounce_mime.h"

#include <algorithm>
#include <array>

namespace kontor::marketing {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

std::string lowered(std::string_view text) {
    std::string out;
    std::ranges::transform(text, std::back_inserter(out), lower);
    return out;
}

bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

std::string_view trimmed(std::string_view text) {
    auto const begin = text.find_first_not_of(" \t");
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

/// What stands after the type: "rfc822; anna@example.com" is the address.
std::string_view afterType(std::string_view value) {
    auto const semicolon = value.find(';');
    return trimmed(semicolon == std::string_view::npos ? value : value.substr(semicolon + 1));
}

std::string addressIn(std::string_view value) {
    value = afterType(value);
    if (auto const open = value.find('<'); open != std::string_view::npos) {
        value.remove_prefix(open + 1);
        value = value.substr(0, value.find('>'));
    }
    value = trimmed(value.substr(0, 320));
    return value.find('@') == std::string_view::npos || contains(value, " ") ? std::string() : std::string(value);
}

bool isDigit(char c) { return c >= '0' && c <= '9'; }

/// A status code (RFC 3463) at the beginning of a text, or nothing.
std::string statusAt(std::string_view text) {
    std::size_t at = 0;
    for (int number = 0; number < 3; ++number) {
        std::size_t const begin = at;
        while (at < text.size() && isDigit(text[at]) && at - begin < 3) ++at;
        if (at == begin) return {};
        if (number < 2 && (at == text.size() || text[at++] != '.')) return {};
    }
    bool const whole = at == text.size() ||
                       (!isDigit(text[at]) && !(text[at] == '.' && at + 1 < text.size() && isDigit(text[at + 1])));
    bool const known = (text[0] == '2' || text[0] == '4' || text[0] == '5') && text[1] == '.';
    return whole && known ? std::string(text.substr(0, at)) : std::string();
}

/// The first status code anywhere in a text.
std::string findStatus(std::string_view text) {
    for (std::size_t at = 0; at < text.size(); ++at) {
        bool const begins = isDigit(text[at]) && (at == 0 || (!isDigit(text[at - 1]) && text[at - 1] != '.'));
        if (!begins) continue;
        if (auto status = statusAt(text.substr(at)); !status.empty()) return status;
    }
    return {};
}

/// From the first reply of SMTP in a text to the end of its line: "550 5.1.1 user unknown".
std::string_view findReply(std::string_view text) {
    for (std::size_t at = 0; at + 4 < text.size(); ++at) {
        bool const code = (text[at] == '4' || text[at] == '5') && text[at + 1] >= '0' && text[at + 1] <= '5' &&
                          isDigit(text[at + 2]) && (text[at + 3] == ' ' || text[at + 3] == '-');
        bool const alone = at == 0 || (!isDigit(text[at - 1]) && text[at - 1] != '.' && text[at - 1] != '-');
        if (code && alone) return text.substr(at, text.find('\n', at) - at);
    }
    return {};
}

void judge(ReturnedMail &mail) {
    Verdict const verdict =
        classifyFailure({.action = mail.action, .status = mail.status, .diagnostic = mail.diagnostic});
    mail.kind = verdict.kind;
    mail.reason = verdict.reason;
}

/// How bad it is, so that of several recipients the worst decides.
int weightOf(std::string_view action) {
    if (action == "failed") return 3;
    if (action == "delayed") return 2;
    return action.empty() ? 0 : 1;
}

/// Exchange and others put nothing between the groups: a second Final-Recipient begins the next one.
std::vector<Fields> byRecipient(const std::vector<Fields> &groups) {
    std::vector<Fields> recipients;
    for (const Fields &group : groups) {
        bool open = false;
        for (const Field &field : group) {
            bool const begins = field.name == "final-recipient" || field.name == "original-recipient";
            if (begins && (!open || !valueOf(recipients.back(), field.name).empty())) {
                recipients.emplace_back();
                open = true;
            }
            if (open) recipients.back().push_back(field);
        }
    }
    return recipients;
}

/// message/delivery-status (RFC 3464).
bool readDeliveryStatus(ReturnedMail &mail, const std::string &report) {
    auto const groups = readFieldGroups(report);
    for (const Fields &group : groups) {
        if (mail.envelopeId.empty()) mail.envelopeId = valueOf(group, "original-envelope-id");
        if (mail.reportingServer.empty()) mail.reportingServer = afterType(valueOf(group, "reporting-mta"));
    }
    auto const recipients = byRecipient(groups);
    const Fields *worst = nullptr;
    int weight = -1;
    for (const Fields &one : recipients) {
        int const own = weightOf(lowered(valueOf(one, "action")));
        if (own > weight) {
            weight = own;
            worst = &one;
        }
    }
    if (worst == nullptr) return false;
    mail.recipient = addressIn(valueOf(*worst, "final-recipient"));
    mail.originalRecipient = addressIn(valueOf(*worst, "original-recipient"));
    if (mail.recipient.empty()) mail.recipient = mail.originalRecipient;
    mail.action = lowered(valueOf(*worst, "action"));
    mail.action.resize(std::min(mail.action.size(), mail.action.find_first_of(" (;")));
    mail.status = findStatus(valueOf(*worst, "status"));
    mail.diagnostic = afterType(valueOf(*worst, "diagnostic-code"));
    // Servers that answer only "5.0.0" often have the true one in the answer that they were given.
    if (mail.status.empty() || mail.status.ends_with(".0.0")) {
        if (auto told = findStatus(mail.diagnostic); !told.empty()) mail.status = std::move(told);
    }
    judge(mail);
    return true;
}

/// message/feedback-report (RFC 5965).
void readFeedback(ReturnedMail &mail, const std::string &report, const Fields &original) {
    Fields all;
    for (Fields &group : readFieldGroups(report)) std::ranges::move(group, std::back_inserter(all));
    mail.recipient = addressIn(valueOf(all, "original-rcpt-to"));
    if (mail.recipient.empty()) mail.recipient = addressIn(valueOf(original, "to"));
    mail.envelopeId = valueOf(all, "original-envelope-id");
    mail.reportingServer = afterType(valueOf(all, "reporting-mta"));
    if (auto const sender = addressIn(valueOf(all, "original-mail-from")); !sender.empty()) {
        mail.addressedTo.push_back(sender);
    }
    std::string type = lowered(valueOf(all, "feedback-type"));
    static constexpr std::array complaints{"abuse",   "fraud",        "virus",         "other",
                                           "opt-out", "opt-out-list", "miscategorized"};
    bool const known = std::ranges::find(complaints, type) != complaints.end();
    mail.kind = known ? ReturnedKind::complaint : ReturnedKind::unknown;
    std::ranges::transform(type, type.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : '_'; });
    mail.reason = known ? type : type == "NOT_SPAM" ? "NOT_SPAM" : "NO_REPORT";
}

bool fromMailer(const ReturnedParts &parts) {
    std::string const from = lowered(valueOf(parts.head, "from"));
    std::string const path(trimmed(valueOf(parts.head, "return-path")));
    return path == "<>" || contains(from, "mailer-daemon") || contains(from, "postmaster") ||
           contains(from, "mail delivery");
}

bool hasReturnSubject(std::string_view subject) {
    static constexpr std::array words{"undeliver",           "failure notice", "returned mail",
                                      "delivery status",     "delivery fail",  "delivery failure",
                                      "delivery has failed", "not delivered",  "could not be delivered",
                                      "returned to sender",  "unzustellbar",   "delayed"};
    return std::ranges::any_of(words, [&](std::string_view word) { return contains(subject, word); });
}

/// The address that a report for people names first; our own are not meant.
std::string addressInText(std::string_view text, const ReturnedMail &mail) {
    for (auto at = text.find('@'); at != std::string_view::npos; at = text.find('@', at + 1)) {
        auto const begin = text.substr(0, at).find_last_of(" \t\r\n<>()[]\"',;:=") + 1;  // npos + 1 = 0
        auto const end = std::min(text.find_first_of(" \t\r\n<>()[]\"',;:", at), text.size());
        std::string_view address = text.substr(begin, end - begin);
        while (address.ends_with('.')) address.remove_suffix(1);
        bool const fits = address.size() < 255 && address.find('@') > 0 && !address.ends_with('@') &&
                          contains(address.substr(address.find('@')), ".");
        if (fits && std::ranges::find(mail.addressedTo, address) == mail.addressedTo.end()) return cleanText(address);
    }
    return {};
}

/// What servers without RFC 3464 write: qmail, older Exim, Sendmail and Exchange.
bool readText(ReturnedMail &mail, const ReturnedParts &parts) {
    std::string_view text = parts.text;
    std::string const subject = lowered(valueOf(parts.head, "subject"));
    std::string const failed = addressIn(valueOf(parts.head, "x-failed-recipients"));
    bool const qmail =
        contains(text, "This is the qmail-send program") || contains(text, "--- Below this line is a copy");
    if (failed.empty() && !qmail && !(fromMailer(parts) && hasReturnSubject(subject))) return false;
    // What follows is the message itself, which may say anything.
    for (std::string_view const mark : {"--- Below this line is a copy", "------ This is a copy of the message",
                                        "----- Original message", "-----Original Message", "--- Original message"}) {
        text = text.substr(0, text.find(mark));
    }
    if (auto const named = text.find("following address"); named != std::string_view::npos) text.remove_prefix(named);
    mail.recipient = failed.empty() ? addressInText(text, mail) : failed;
    std::string_view const reply = findReply(text);
    mail.status = findStatus(reply.empty() ? text : reply);
    mail.diagnostic = cleanText(reply.empty() ? text : reply);
    bool const delayed = contains(subject, "delayed") || contains(subject, "warning");
    mail.action = delayed ? "delayed" : "failed";
    judge(mail);
    // One line of an answer may say less than the sentences around it.
    if (mail.reason == "UNCLEAR" && !reply.empty()) {
        Verdict const verdict = classifyFailure({.action = mail.action, .status = mail.status, .diagnostic = text});
        mail.kind = verdict.kind;
        mail.reason = verdict.reason;
    }
    return true;
}

bool isAbsence(std::string_view subject) {
    static constexpr std::array beginnings{"out of office",
                                           "out of the office",
                                           "automatic reply",
                                           "auto reply",
                                           "autoreply",
                                           "auto-reply",
                                           "automatische antwort",
                                           "abwesen",
                                           "abwesenheit",
                                           "autosvar",
                                           "frånvaro",
                                           "frånvarande",

                                           "réponse automatique",
                                           "absence",
                                           "respuesta automática",
                                           "risposta automatica",
                                           "on vacation",
                                           "vacation reply"};
    return std::ranges::any_of(beginnings, [&](std::string_view one) { return subject.starts_with(one); });
}

bool readAutoReply(ReturnedMail &mail, const ReturnedParts &parts, bool absent) {
    std::string const automatic = lowered(valueOf(parts.head, "auto-submitted"));
    std::string const precedence = lowered(valueOf(parts.head, "precedence"));
    bool const declared = automatic.starts_with("auto-replied") || automatic.starts_with("auto-notified") ||
                          !valueOf(parts.head, "x-autoreply").empty() ||
                          !valueOf(parts.head, "x-autorespond").empty() || precedence == "auto_reply";
    if (!declared && !absent) return false;
    mail.kind = ReturnedKind::autoReply;
    mail.reason = absent ? "ABSENT" : "AUTOMATIC";
    mail.recipient = addressIn(valueOf(parts.head, "from"));
    return true;
}

void appendAddresses(std::vector<std::string> &addresses, std::string_view list) {
    while (!list.empty() && addresses.size() < 20) {
        auto const comma = std::min(list.find(','), list.size());
        addresses.push_back(addressIn(list.substr(0, comma)));
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
}

/// Where the report has come to, and what it is about.
void readHeads(ReturnedMail &mail, const ReturnedParts &parts) {
    for (std::string_view const name : {"x-original-to", "delivered-to", "envelope-to", "x-envelope-to", "to"}) {
        for (const Field &field : parts.head) {
            if (field.name == name) appendAddresses(mail.addressedTo, field.value);
        }
    }
    // Complaints come to a mailbox of their own; ours stands in what came back.
    if (auto path = addressIn(valueOf(parts.original, "return-path")); !path.empty()) mail.addressedTo.push_back(path);
    std::erase(mail.addressedTo, "");
    std::string_view id = trimmed(valueOf(parts.original, "message-id"));
    if (id.empty()) id = trimmed(valueOf(parts.head, "in-reply-to"));
    if (id.starts_with('<')) id = id.substr(1, id.find('>') - 1);
    mail.originalMessageId = id;
}

}  // namespace

std::optional<std::string> ReturnedMail::messageId(const VerpAddresses &verp) const {
    for (const std::string &address : addressedTo) {
        if (auto id = verp.decode(address)) return id;
    }
    return {};
}

ReturnedMail readReturnedMail(std::string_view raw) {
    ReturnedMail mail;
    ReturnedParts const parts = readParts(raw);
    mail.reason = parts.tooComplex ? "TOO_COMPLEX" : parts.readable ? "NO_REPORT" : "MALFORMED";
    if (parts.tooComplex || !parts.readable) return mail;
    readHeads(mail, parts);
    if (!parts.feedback.empty()) {
        readFeedback(mail, parts.feedback, parts.original);
    } else if (!parts.deliveryStatus.empty() && readDeliveryStatus(mail, parts.deliveryStatus)) {
        return mail;
    } else if (parts.readReceipt) {
        mail.kind = ReturnedKind::autoReply;
        mail.reason = "READ_RECEIPT";
    } else {
        bool const absent = isAbsence(lowered(valueOf(parts.head, "subject")));
        if (absent || !readText(mail, parts)) readAutoReply(mail, parts, absent);
    }
    return mail;
}

}  // namespace kontor::marketing
