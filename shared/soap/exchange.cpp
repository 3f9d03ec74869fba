#include "shared/soap/exchange.h"

#include "shared/contract/date_time.h"
#include "shared/entity/base64.h"

#include <algorithm>

namespace kontor::soap {

namespace {

constexpr std::string_view wssePrefix = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-";
constexpr std::string_view anonymousAddress = "http://www.w3.org/2005/08/addressing/anonymous";
constexpr std::int64_t second = 1'000'000;
constexpr std::int64_t clockSkew = 300 * second;
constexpr std::int64_t maximumLifetime = 900 * second;

std::string_view viewOf(const char *text) { return text == nullptr ? std::string_view{} : std::string_view(text); }

std::string_view viewOf(const std::optional<std::string> &text) { return text ? std::string_view(*text) : ""; }

/// xs:dateTime with milliseconds, as WS-Security asks for at most.
std::string instant(DateTime time) {
    std::string text = time.toString();
    text.erase(text.size() - 4, 3);
    return text;
}

void readUsernameToken(const wsse__UsernameToken &from, HeaderBlocks &to) {
    auto &token = to.usernameToken.emplace();
    token.userName = viewOf(from.wsse__Username);
    token.created = viewOf(from.wsu__Created);
    if (from.wsse__Password != nullptr) {
        token.password = viewOf(from.wsse__Password->__item);
        token.passwordType = viewOf(from.wsse__Password->Type);
    }
    if (from.wsse__Nonce != nullptr) token.nonce = viewOf(from.wsse__Nonce->__item);
}

void readHeader(const SOAP_ENV__Header &from, HeaderBlocks &to) {
    if (from.common__SessionHeader_ != nullptr) to.sessionId = viewOf(from.common__SessionHeader_->sessionId);
    if (from.common__IdempotencyHeader_ != nullptr) to.idempotencyKey = viewOf(from.common__IdempotencyHeader_->key);
    if (from.common__AllOrNoneHeader_ != nullptr)
        to.allOrNone = from.common__AllOrNoneHeader_->allOrNone.value_or(false);
    if (const auto *const security = from.wsse__Security) {
        if (security->wsse__UsernameToken != nullptr) readUsernameToken(*security->wsse__UsernameToken, to);
        if (const auto *const timestamp = security->wsu__Timestamp) {
            to.timestamp = {viewOf(timestamp->wsu__Created), viewOf(timestamp->wsu__Expires)};
        }
    }
    to.messageId = viewOf(from.wsa5__MessageID);
    to.action = viewOf(from.wsa5__Action);
    if (from.wsa5__ReplyTo != nullptr) to.replyTo = viewOf(from.wsa5__ReplyTo->wsa5__Address);
}

/// "Basic dXNlcjpwYXNz" → user name and password.
void readBasic(std::string_view encoded, auth::Credentials &to) {
    auto const decoded = entity::decodeBase64(encoded);
    auto const colon = decoded ? decoded->find(':') : std::string::npos;
    if (colon == std::string::npos) throw Error(ErrorCode::unauthenticated, "The Authorization header cannot be read.");
    to.userName = decoded->substr(0, colon);
    to.password = decoded->substr(colon + 1);
}

/// Answers declare what they use: the service's namespace and the common one, and those of the header if there is one.
void hideNamespaces(struct soap &context, std::string_view service) {
    for (Namespace *entry = context.local_namespaces + 1; entry->id != nullptr; ++entry) {
        std::string_view const id = entry->id;
        bool const used = id == service || id == "common" ||
                          (context.header != nullptr && (id == "wsse" || id == "wsu" || id == "wsa5"));
        if (!used) entry->id = "";
    }
}

bool startsWithIgnoringCase(std::string_view text, std::string_view prefix) {
    auto const lower = [](char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c); };
    return text.size() >= prefix.size() && std::ranges::equal(text.substr(0, prefix.size()), prefix, {}, lower, lower);
}

}  // namespace

void Exchange::begin(http::Request &request, const Message &message, unsigned level) {
    request_ = &request;
    message_ = &message;
    unread_ = message.scan.xml;
    level_ = level;
}

void Exchange::end() {
    output_ = {};
    request_ = nullptr;
    message_ = nullptr;
    unread_ = {};
    headers_ = {};
    faultKind_ = FaultKind::ordinary;
    failure_ = nullptr;
    storedBody_.reset();
}

void Exchange::takeHeader() {
    if (context_->header != nullptr) readHeader(*context_->header, headers_);
    // gSOAP would send the request's header back, password and session id in it.
    context_->header = nullptr;
    if (!headers_.replyTo.empty() && headers_.replyTo != anonymousAddress) {
        throw Error(ErrorCode::malformed, "Answers go to the sender only: wsa:ReplyTo must be anonymous.");
    }
    if (headers_.timestamp) checkTimestamp();
}

void Exchange::checkTimestamp() {
    auto const &given = *headers_.timestamp;
    auto const created = DateTime::parse(given.created);
    auto const expires = given.expires.empty() ? created : DateTime::parse(given.expires);
    std::int64_t const now = DateTime::now().microseconds;
    bool const valid = created && expires && created->microseconds < now + clockSkew &&
                       expires->microseconds > now - clockSkew &&
                       expires->microseconds - created->microseconds <= maximumLifetime;
    if (valid) return;
    faultKind_ = FaultKind::messageExpired;
    throw Error(ErrorCode::unauthenticated, "The message's wsu:Timestamp is not of now.");
}

void Exchange::giveHeader() {
    if (headers_.timestamp || !headers_.messageId.empty()) context_->header = answerHeader();
    hideNamespaces(*context_, service_);
}

SOAP_ENV__Header *Exchange::answerHeader() const {
    SOAP_ENV__Header *const header = soap_new_SOAP_ENV__Header(context_);
    soap_default_SOAP_ENV__Header(context_, header);
    auto const text = [this](std::string_view value) { return soap_strdup(context_, std::string(value).c_str()); };
    if (headers_.timestamp) {
        DateTime const now = DateTime::now();
        header->wsse__Security = soap_new_wsse__Security(context_);
        soap_default_wsse__Security(context_, header->wsse__Security);
        auto *const timestamp = header->wsse__Security->wsu__Timestamp = soap_new_wsu__Timestamp(context_);
        timestamp->wsu__Created = text(instant(now));
        timestamp->wsu__Expires = text(instant({now.microseconds + clockSkew}));
    }
    if (!headers_.messageId.empty()) header->wsa5__RelatesTo = text(headers_.messageId);
    if (!headers_.messageId.empty() && !headers_.action.empty()) {
        header->wsa5__Action = text(std::string(headers_.action).append("Response"));
    }
    return header;
}

std::string Exchange::headerXml() const {
    std::string out;
    if (headers_.timestamp) {
        DateTime const now = DateTime::now();
        out.append("<wsse:Security xmlns:wsse=\"").append(wssePrefix).append("wssecurity-secext-1.0.xsd\"");
        out.append("><wsu:Timestamp xmlns:wsu=\"").append(wssePrefix).append("wssecurity-utility-1.0.xsd\">");
        out.append("<wsu:Created>").append(instant(now)).append("</wsu:Created><wsu:Expires>");
        out.append(instant({now.microseconds + clockSkew})).append("</wsu:Expires></wsu:Timestamp></wsse:Security>");
    }
    if (!headers_.messageId.empty()) {
        out.append("<wsa:RelatesTo xmlns:wsa=\"http://www.w3.org/2005/08/addressing\">");
        appendText(out, headers_.messageId);
        out.append("</wsa:RelatesTo>");
    }
    return out;
}

auth::Caller Exchange::anonymous() const {
    auth::Caller caller;
    caller.interface = "soap";
    caller.requestId = request_->requestId;
    caller.traceParent = request_->traceParent;
    caller.clientAddress = request_->clientAddress;
    return caller;
}

auth::Credentials Exchange::credentials() const {
    auth::Credentials to;
    to.clientAddress = request_->clientAddress;
    to.secure = request_->secure;
    std::string_view const authorization = request_->headers == nullptr ? "" : request_->header("Authorization");
    if (!headers_.sessionId.empty()) {
        to.bearerToken = headers_.sessionId;
    } else if (headers_.usernameToken) {
        auto const &token = *headers_.usernameToken;
        to.userName = token.userName;
        if (token.passwordType.ends_with("#PasswordDigest")) {
            to.digest = token.password;
            to.nonce = token.nonce;
            to.created = token.created;
        } else {
            to.password = token.password;
        }
    } else if (startsWithIgnoringCase(authorization, "Bearer ")) {
        to.bearerToken = authorization.substr(7);
    } else if (startsWithIgnoringCase(authorization, "Basic ")) {
        readBasic(authorization.substr(6), to);
    } else {
        throw Error(ErrorCode::unauthenticated,
                    "Sign in first: call login of the identity service and send its sessionId in SessionHeader.");
    }
    if (!to.password.empty() && !to.secure) {
        throw Error(ErrorCode::unauthenticated, "A password is taken through TLS only.");
    }
    return to;
}

auth::Caller Exchange::authenticate() {
    bool const byToken = headers_.usernameToken && headers_.sessionId.empty();
    if (byToken) faultKind_ = FaultKind::failedAuthentication;
    auth::Authenticator::Identified identified = authenticator_.authenticate(credentials());
    faultKind_ = FaultKind::ordinary;
    auth::Caller caller = anonymous();
    caller.principal = std::move(identified.principal);
    caller.sessionId = std::move(identified.sessionId);
    caller.clientId = std::move(identified.clientId);
    return caller;
}

void Exchange::beginFragment() {
    context_->omode = SOAP_IO_BUFFER | SOAP_ENC_PLAIN | SOAP_XML_TREE | SOAP_C_UTFSTRING;
    context_->encodingStyle = nullptr;
    output_.clear();
    if (soap_begin_count(context_) != SOAP_OK || soap_end_count(context_) != SOAP_OK ||
        soap_begin_send(context_) != SOAP_OK) {
        throw Error(ErrorCode::internal, "No answer could be written.");
    }
    context_->ns = 1;  // its prefixes are declared on the envelope that it will stand in
}

std::string Exchange::endFragment() {
    if (soap_end_send(context_) != SOAP_OK) throw Error(ErrorCode::internal, "No answer could be written.");
    return std::exchange(output_, {});
}

}  // namespace kontor::soap
