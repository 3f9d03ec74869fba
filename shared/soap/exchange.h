#pragma once

// One SOAP call on its way through a gSOAP context. For shared/soap and services/*/*_soap.cpp only: it includes gSOAP.

#include "shared/auth/principal.h"
#include "shared/contract/error.h"
#include "shared/http/http.h"
#include "shared/soap/fault.h"
#include "shared/soap/media.h"
#include "shared/soap/prescan.h"
#include "soap/soapH.h"

#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::soap {

/// The header blocks that we understand. Texts point into the context's memory, which lasts as long as the call.
struct HeaderBlocks {
    std::string_view sessionId;
    std::optional<std::string_view> idempotencyKey;
    bool allOrNone = false;
    struct UsernameToken {
        std::string_view userName, password, passwordType, nonce, created;
    };
    std::optional<UsernameToken> usernameToken;
    struct Timestamp {
        std::string_view created, expires;
    };
    std::optional<Timestamp> timestamp;
    std::string_view messageId, action, replyTo;  ///< WS-Addressing
};

/// A request before gSOAP sees it: read whole and scanned.
struct Message {
    MediaType media;
    std::string body, transcoded;
    std::vector<Part> parts;  ///< of a multipart body, the envelope first
    Scan scan;

    [[nodiscard]] int version() const { return scan.version != 0 ? scan.version : media.version(); }
};

class Exchange {
  public:
    Exchange(struct soap *context, std::string_view service, auth::Authenticator &authenticator)
        : context_(context), service_(service), authenticator_(authenticator) {}

    /// Takes what `work` does as the operation's outcome: what it throws becomes a fault.
    /// `work` is given the caller, whose credentials have been checked.
    template <typename Work> int run(Work &&work) {
        return guard([&] { work(authenticate()); });
    }
    /// As run, without credentials: sign-in itself.
    template <typename Work> int runOpen(Work &&work) {
        return guard([&] { work(anonymous()); });
    }

    [[nodiscard]] struct soap *context() const { return context_; }
    [[nodiscard]] unsigned level() const { return level_; }
    [[nodiscard]] const HeaderBlocks &headers() const { return headers_; }
    [[nodiscard]] http::Request &request() const { return *request_; }
    /// Local name of the operation's element, and the element as it was sent.
    [[nodiscard]] std::string_view operation() const { return message_->scan.operation; }
    [[nodiscard]] std::string_view operationXml() const { return message_->scan.operationXml; }
    [[nodiscard]] std::string_view traceId() const { return traceIdOf(request_->traceParent); }

    /// A response as the XML that stands in the Body; for answers that are stored.
    template <typename Response> std::string bodyXml(const Response &response, const char *tag) {
        beginFragment();
        const_cast<Response &>(response).soap_serialize(context_);
        if (response.soap_put(context_, tag, "") != SOAP_OK)
            throw Error(ErrorCode::internal, "No answer could be written.");
        return endFragment();
    }
    /// Answers with this Body instead of what the operation returns.
    void answerWith(std::string bodyXml) { storedBody_ = std::move(bodyXml); }

  private:
    friend class Endpoint;

    template <typename Work> int guard(Work &&work) {
        try {
            takeHeader();
            work();
            if (storedBody_) return context_->error = SOAP_STOP;
            giveHeader();
            return SOAP_OK;
        } catch (...) {
            failure_ = std::current_exception();
        }
        return context_->error = SOAP_FAULT;
    }

    void begin(http::Request &request, const Message &message, unsigned level);
    void end();
    void takeHeader();
    void giveHeader();
    [[nodiscard]] SOAP_ENV__Header *answerHeader() const;
    [[nodiscard]] std::string headerXml() const;
    [[nodiscard]] auth::Caller anonymous() const;
    [[nodiscard]] auth::Caller authenticate();
    [[nodiscard]] auth::Credentials credentials() const;
    void checkTimestamp();
    void beginFragment();
    std::string endFragment();

    struct soap *context_;
    std::string_view service_;  // name of the contract, which lives for ever
    auth::Authenticator &authenticator_;
    http::Request *request_ = nullptr;
    unsigned level_ = 0;
    const Message *message_ = nullptr;
    std::string_view unread_;  // what gSOAP has not taken yet
    HeaderBlocks headers_;
    FaultKind faultKind_ = FaultKind::ordinary;
    std::exception_ptr failure_;
    std::string output_;
    std::optional<std::string> storedBody_;
};

/// The call that a context is in.
[[nodiscard]] inline Exchange &exchangeOf(struct soap *context) { return *static_cast<Exchange *>(context->user); }

}  // namespace kontor::soap
