#include "services/contact/contact_soap.h"

#include "shared/entity/json.h"
#include "shared/soap/standard_service.h"
#include "soap/mapping_contact.h"

#include <algorithm>
#include <cstring>

namespace kontor::contact {

namespace {

Error tooLarge() { return {ErrorCode::tooLarge, "SOAP carries attachments of at most 25 MB; take REST for more."}; }

class ContactSoap final : public soap::StandardService<soap::ContactTypes> {
  public:
    ContactSoap(struct soap *context, ContactService &service)
        : StandardService(context, service.operations()), service_(service) {}
    ContactV1Soap11Service *copy() override { return nullptr; }  // a skeleton stays with its context
    void ContactV1Soap11Service_init(soap_mode, soap_mode) override {}

    int getTimeline(contact__GetTimeline *in, contact__GetTimelineResponse &out) override {
        return run([&](const auth::Caller &caller) {
            auto input = soap::takeInput<GetTimeline>(in);
            if (!input.key) throw soap::missing("/key");
            Timeline result = service_.getTimeline(caller, soap::takeKey(serviceContract(), *input.key, "/key"),
                                                   limitOf(input.limit, 0, 500), input.cursor.value_or(""));
            out.result = toSoap(this->soap, result, call().level());
        });
    }

    int uploadAttachment(contact__UploadAttachment *in, contact__UploadAttachmentResponse &out) override {
        return run([&](const auth::Caller &caller) {
            if (in->attachment == nullptr) throw soap::missing("/attachment");
            if (in->content == nullptr) throw soap::missing("/content");
            auto attachment = std::make_unique<Attachment>();
            fromSoap(*in->attachment, *attachment);
            entity::validateInput(*Attachment::contractType().entity, *attachment, nullptr);
            std::string_view unread(reinterpret_cast<const char *>(in->content->__ptr),
                                    static_cast<std::size_t>(in->content->__size));
            if (unread.size() > static_cast<std::size_t>(maximumInlineBytes)) throw tooLarge();
            // By what the file is: how it was attached may differ from one try to the next.
            std::string input;
            if (call().headers().idempotencyKey) {
                entity::writeJson(input, *attachment);
                input.append("\n").append(unread);
            }
            once(caller, input, out, "uploadAttachmentResponse", [&](const entity::WriteOptions &options) {
                auto const read = [&](char *to, std::size_t size) {
                    std::size_t const count = unread.copy(to, size);
                    unread.remove_prefix(count);
                    return count;
                };
                std::vector<entity::RecordResult> results;
                results.push_back(service_.uploadAttachment(caller, std::move(attachment), read, options));
                return results;
            });
        });
    }

    int downloadAttachment(contact__DownloadAttachment *in, contact__DownloadAttachmentResponse &out) override {
        return run([&](const auth::Caller &caller) {
            auto const input = soap::takeInput<DownloadAttachment>(in);
            if (!input.id) throw soap::missing("/id");
            auto const attachment = service_.attachment(caller, *input.id);
            out.result = soap_new_contact__AttachmentContent(this->soap);
            out.result->content = content(*attachment);
            out.result->attachment = toSoap(this->soap, *attachment, call().level());
        });
    }

    int listTags(contact__ListTags *in, contact__ListTagsResponse &out) override {
        return run([&](const auth::Caller &caller) {
            auto const input = soap::takeInput<ListTags>(in);
            if (!input.entity) throw soap::missing("/entity");
            Tags result = service_.listTags(caller, *input.entity);
            out.result = toSoap(this->soap, result, call().level());
        });
    }

  private:
    /// Read straight into the memory that gSOAP sends from.
    [[nodiscard]] xsd__base64Binary *content(const Attachment &attachment) {
        std::int64_t const size = attachment.size.value_or(0);
        if (size > maximumInlineBytes) throw tooLarge();
        auto const room = static_cast<std::size_t>(size);
        auto *const buffer = static_cast<char *>(soap_malloc(this->soap, std::max<std::size_t>(room, 1)));
        std::size_t filled = 0;
        service_.readContent(attachment, 0, [&](std::string_view piece) {
            std::size_t const count = std::min(piece.size(), room - filled);
            std::memcpy(buffer + filled, piece.data(), count);
            filled += count;
            return filled < room;
        });
        return soap::newBinary(this->soap, {buffer, filled});
    }

    ContactService &service_;
};

}  // namespace

void addContactSoapRoutes(http::Router &router, ContactService &service, auth::Authenticator &authenticator,
                          const std::string &publicUrl) {
    soap::host(router, serviceContract(), {authenticator, publicUrl},
               [&service](struct soap *context) { return std::make_unique<ContactSoap>(context, service); });
}

}  // namespace kontor::contact
