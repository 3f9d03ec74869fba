#pragma once

// A SOAP service without a socket or a database: requests are handed to the router as the server does it.

#include "shared/entity/operations.h"
#include "shared/http/http.h"
#include "shared/soap/endpoint.h"
#include "shared/soap/standard_service.h"
#include "soap/mapping_contact.h"

#include <Poco/Net/MessageHeader.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::soap_test {

class MemoryBody final : public http::Body {
  public:
    explicit MemoryBody(std::string_view bytes) : unread_(bytes) {}
    std::size_t read(char *buffer, std::size_t size) override {
        // In small pieces, as from a socket.
        std::size_t const count = unread_.copy(buffer, std::min<std::size_t>(size, 1460));
        unread_.remove_prefix(count);
        return count;
    }

  private:
    std::string_view unread_;
};

/// Knows one session and one user; remembers what it was asked.
class FakeAuthenticator final : public auth::Authenticator {
  public:
    Identified authenticate(const auth::Credentials &credentials) override {
        last = credentials;
        bool const known = credentials.bearerToken == "good" ||
                           (credentials.userName == "ina" &&
                            (credentials.password == "s3cret" || credentials.digest == "dnHDDV80Icln4hQ9eNtkUPxKBHw="));
        if (!known) throw Error(ErrorCode::unauthenticated, "The session is not known or has ended.");
        auto principal = std::make_shared<auth::Principal>();
        principal->userName = "ina";
        principal->administrator = true;
        return {std::move(principal), credentials.bearerToken, {}};
    }
    auth::Credentials last;
};

/// Echoes what it is sent, so that a test sees what came through.
class EchoService final : public soap::StandardService<soap::ContactTypes> {
  public:
    using StandardService::StandardService;
    ContactV1Soap11Service *copy() override { return nullptr; }
    void ContactV1Soap11Service_init(soap_mode, soap_mode) override {}

    int createRecords(contact__CreateRecords *in, contact__CreateRecordsResponse &out) override {
        return run([&](const auth::Caller &) {
            if (in->records == nullptr) throw soap::missing("/records");
            received = soap::ContactTypes::takeRecords(*in->records);
            std::vector<entity::RecordResult> results(received.size());
            for (std::size_t i = 0; i < received.size(); ++i) {
                results[i].entity = received[i]->structType().entity;
                results[i].id = received[i]->id.value_or("");
                results[i].version = 1;
                results[i].created = true;
            }
            out.result = soap::giveResults(this->soap, results, call().traceId());
        });
    }
    int updateRecords(contact__UpdateRecords *, contact__UpdateRecordsResponse &) override {
        return run([&](const auth::Caller &) { throw std::runtime_error("a defect"); });
    }
    int upsertRecords(contact__UpsertRecords *in, contact__UpsertRecordsResponse &out) override {
        return run([&](const auth::Caller &) {
            out.result = soap::giveResults(this->soap, {}, "");
            if (in->externalSystem == "stored") {
                std::string body = call().bodyXml(out, "contact:upsertRecordsResponse");
                call().answerWith(std::move(body));
            }
        });
    }
    int retrieveRecords(contact__RetrieveRecords *, contact__RetrieveRecordsResponse &out) override {
        return run([&](const auth::Caller &) {
            out.result = soap::ContactTypes::newRetrieveResult(this->soap);
            out.result->records = soap::ContactTypes::giveRecords(this->soap, records, call().level());
        });
    }
    int queryMore(contact__QueryMore *in, contact__QueryMoreResponse &) override {
        return run([&](const auth::Caller &) {
            Error error(ErrorCode::versionConflict, "Changed <meanwhile> & \"so\".",
                        {{"/name", "TOO_LONG", "at most 5 < 6 characters"}});
            error.currentVersion = 7;
            error.conflictingId = "id-1";
            error.parameter = in->cursor;
            error.position = 3;
            error.retryAfterSeconds = 9;
            throw error;
        });
    }
    int getTimeline(contact__GetTimeline *, contact__GetTimelineResponse &) override {
        return run([&](const auth::Caller &) { throw Error(ErrorCode::internal, "It broke."); });
    }
    int uploadAttachment(contact__UploadAttachment *in, contact__UploadAttachmentResponse &out) override {
        return run([&](const auth::Caller &) {
            if (in->content == nullptr) throw soap::missing("/content");
            uploaded.assign(reinterpret_cast<const char *>(in->content->__ptr),
                            static_cast<std::size_t>(in->content->__size));
            out.result = soap::giveResults(this->soap, std::vector<entity::RecordResult>(1), "");
        });
    }
    int downloadAttachment(contact__DownloadAttachment *, contact__DownloadAttachmentResponse &out) override {
        return run([&](const auth::Caller &) {
            out.result = soap_new_contact__AttachmentContent(this->soap);
            out.result->content = soap::newBinary(this->soap, uploaded);
        });
    }
    int listTags(contact__ListTags *in, contact__ListTagsResponse &out) override {
        return runOpen([&](const auth::Caller &) {
            contact::Tags tags;
            tags.tag.emplace_back().name = in->entity;
            tags.tag.back().records = 9007199254740993;
            out.result = toSoap(this->soap, tags, call().level());
        });
    }

    static inline std::string uploaded;                     ///< what downloads give, and uploads leave
    static inline std::vector<entity::RecordPtr> records;   ///< what retrieveRecords gives
    static inline std::vector<entity::RecordPtr> received;  ///< what createRecords was sent
};

struct Answer {
    int status = 0;
    std::string contentType, body;
    std::vector<std::pair<std::string, std::string>> headers;

    [[nodiscard]] bool has(std::string_view text) const { return body.find(text) != std::string::npos; }
};

class Desk {
  public:
    Desk() : pool_({}), operations_(contact::serviceContract(), pool_, {}, "key") {
        soap::host(router, contact::serviceContract(), {authenticator, "https://crm.example"},
                   [this](struct soap *context) { return std::make_unique<EchoService>(context, operations_); });
    }

    Answer send(const std::string &method, const std::string &path, const std::string &body,
                const std::vector<std::pair<std::string, std::string>> &headers,
                std::vector<std::pair<std::string, std::string>> query = {}) {
        Poco::Net::MessageHeader head;
        for (auto const &[name, value] : headers) head.set(name, value);
        MemoryBody bytes(body);
        http::Request request;
        request.method = method;
        request.path = path;
        request.query = std::move(query);
        request.headers = &head;
        request.body = &bytes;
        request.secure = secure;
        request.requestId = "request-1";
        request.traceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        http::Response response;
        auto const match = router.match(method, path);
        if (match.handler == nullptr) return {404, {}, {}, {}};
        try {
            (*match.handler)(request, response);
        } catch (const Error &error) {
            response = {};
            match.options->errors(request, error, response);
        } catch (const std::exception &) {
            response = {};
            match.options->errors(request, Error(ErrorCode::internal, "Something went wrong here."), response);
        }
        return {response.status, response.contentType, response.body, response.headers};
    }

    Answer post(const std::string &body, const std::string &contentType = "text/xml; charset=utf-8",
                const std::string &authorization = "Bearer good") {
        return send("POST", "/soap/v1/contact", body,
                    {{"Content-Type", contentType}, {"Authorization", authorization}});
    }

    http::Router router;
    FakeAuthenticator authenticator;
    bool secure = true;

  private:
    postgres::Pool pool_;
    entity::Operations operations_;
};

}  // namespace kontor::soap_test
