#include "shared/soap/endpoint.h"

#include "shared/soap/locate.h"
#include "soap/namespaces.nsmap"

#include <algorithm>
#include <cstring>

namespace kontor::soap {

namespace {

constexpr std::size_t keptContexts = 64;  // about 100 KiB each
constexpr soap_mode inputMode = SOAP_XML_STRICT | SOAP_XML_TREE | SOAP_C_UTFSTRING | SOAP_ENC_PLAIN;
constexpr soap_mode outputMode = SOAP_IO_BUFFER | SOAP_ENC_PLAIN | SOAP_XML_TREE | SOAP_C_UTFSTRING;
// gSOAP gathers attachments while it counts, which it does for HTTP only; and SOAP_XML_TREE would drop them.
constexpr soap_mode multipartMode = SOAP_IO_BUFFER | SOAP_ENC_MTOM | SOAP_C_UTFSTRING;

struct ContextDeleter {
    void operator()(struct soap *context) const {
        soap_destroy(context);
        soap_end(context);
        soap_free(context);
    }
};
using Context = std::unique_ptr<struct soap, ContextDeleter>;

Context newContext() {
    Context context(soap_new2(inputMode, outputMode));
    soap_set_namespaces(context.get(), namespaces);
    context->maxlevel = static_cast<unsigned>(maximumDepth);
    context->maxlength = static_cast<long>(maximumEnvelope);
    context->recv_maxlength = maximumMultipart;
    context->max_keep_alive = 0;
    context->keep_alive = 0;
    return context;
}

std::string_view localName(std::string_view tag) { return tag.substr(tag.find(':') + 1); }

void showNamespaces(struct soap &context) {
    if (context.local_namespaces == nullptr) return;
    for (std::size_t i = 0; context.namespaces[i].id != nullptr; ++i) {
        context.local_namespaces[i].id = context.namespaces[i].id;
    }
}

}  // namespace

struct Endpoint::Slot {
    Context context;
    Exchange exchange;
    std::unique_ptr<Skeleton> skeleton;

    Slot(Context given, std::string_view service, auth::Authenticator &authenticator)
        : context(std::move(given)), exchange(context.get(), service, authenticator) {}
};

/// A slot for the time of one request.
class Endpoint::Lease {
  public:
    explicit Lease(Endpoint &endpoint) : endpoint_(endpoint), slot_(endpoint.take()) {}
    Lease(const Lease &) = delete;
    Lease &operator=(const Lease &) = delete;
    ~Lease() {
        struct soap *const context = slot_->context.get();
        showNamespaces(*context);
        soap_destroy(context);
        soap_end(context);
        slot_->exchange.end();
        endpoint_.giveBack(std::move(slot_));
    }
    Slot &operator*() { return *slot_; }

  private:
    Endpoint &endpoint_;
    std::unique_ptr<Slot> slot_;
};

Endpoint::Endpoint(const ServiceContract &contract, const Hosting &hosting, SkeletonFactory factory)
    : contract_(contract), hosting_(hosting), factory_(std::move(factory)) {}

Endpoint::~Endpoint() = default;

std::unique_ptr<Endpoint::Slot> Endpoint::take() {
    {
        std::lock_guard const lock(mutex_);
        if (!free_.empty()) {
            auto slot = std::move(free_.back());
            free_.pop_back();
            return slot;
        }
    }
    auto slot = std::make_unique<Slot>(newContext(), contract_.name, hosting_.authenticator);
    struct soap *const context = slot->context.get();
    slot->skeleton = factory_(context);
    // The skeleton's constructor sets gSOAP's defaults, so ours come after it.
    context->user = &slot->exchange;
    context->frecv = [](struct soap *from, char *buffer, std::size_t size) {
        std::string_view &unread = static_cast<Exchange *>(from->user)->unread_;
        std::size_t const count = unread.copy(buffer, size);
        unread.remove_prefix(count);
        return count;
    };
    context->fsend = [](struct soap *to, const char *bytes, std::size_t size) {
        static_cast<Exchange *>(to->user)->output_.append(bytes, size);
        return SOAP_OK;
    };
    context->fresponse = [](struct soap *, int, ULONG64) { return SOAP_OK; };  // the head is ours to write
    return slot;
}

void Endpoint::giveBack(std::unique_ptr<Slot> slot) {
    std::lock_guard const lock(mutex_);
    if (free_.size() < keptContexts) free_.push_back(std::move(slot));
}

namespace {

/// Reads and scans a request. Throws Error; what has been found out by then stays in `message`.
void receive(http::Request &request, Message &message) {
    message.media = readMediaType(request.header("Content-Type"));
    bool const multipart = message.media.multipart();
    message.body = request.body->readAll(multipart ? maximumMultipart : maximumEnvelope);
    std::string_view envelope = message.body;
    std::string_view charset = message.media.charset;
    if (multipart) {
        message.parts = splitMultipart(message.media, message.body);
        envelope = message.parts.front().data;
        if (envelope.size() > maximumEnvelope) throw Error(ErrorCode::tooLarge, "The envelope is over its limit.");
        charset = {};
    }
    message.scan = scanEnvelope(toUtf8(envelope, charset, message.transcoded));
}

Error versionMismatch() { return {ErrorCode::malformed, "The Envelope is neither of SOAP 1.1 nor of SOAP 1.2."}; }

}  // namespace

void Endpoint::handle(http::Request &request, http::Response &response, unsigned level) {
    Message message;
    FaultOptions options;
    options.traceId = traceIdOf(request.traceParent);
    std::string header;
    try {
        receive(request, message);
        if (message.scan.version == 0) {
            options.kind = FaultKind::versionMismatch;
            throw versionMismatch();
        }
        Lease lease(*this);
        Exchange &exchange = (*lease).exchange;
        exchange.begin(request, message, level);
        try {
            answer(*lease, response);
        } catch (const Error &) {
            options.kind = exchange.faultKind_;
            header = exchange.headerXml();
            throw;
        }
    } catch (const Error &error) {
        options.version = message.version();
        options.header = header;
        writeFault(error, options, response);
    }
}

void Endpoint::answer(Slot &slot, http::Response &response) const {
    struct soap *const context = slot.context.get();
    Exchange &exchange = slot.exchange;
    const std::vector<Part> &parts = exchange.message_->parts;
    bool const multipart = !parts.empty();
    soap_begin(context);
    context->imode = multipart ? inputMode | SOAP_ENC_MTOM : inputMode;
    context->omode = multipart ? multipartMode : outputMode;

    bool const opened = soap_begin_recv(context) == SOAP_OK && soap_envelope_begin_in(context) == SOAP_OK &&
                        soap_recv_header(context) == SOAP_OK && soap_body_begin_in(context) == SOAP_OK;
    // gSOAP does not parse the multipart body: it is given the parts, to match with what refers to them.
    for (std::size_t i = 1; opened && i < parts.size(); ++i) {
        soap_set_mime_attachment(context, parts[i].data.data(), parts[i].data.size(), SOAP_MIME_BINARY,
                                 std::string(parts[i].contentType).c_str(), std::string(parts[i].contentId).c_str(),
                                 nullptr, nullptr);
    }
    int const result = opened ? slot.skeleton->answer() : context->error;
    if (exchange.failure_) std::rethrow_exception(exchange.failure_);
    if (exchange.storedBody_) {
        response.contentType = mediaTypeOf(context->version);
        response.body = envelopeAround(exchange, *exchange.storedBody_);
        response.header("Idempotency-Replayed", "true");
    } else if (result != SOAP_OK) {
        throw parserError(exchange);
    } else {
        writeAnswer(exchange, response);
    }
}

void Endpoint::writeAnswer(Exchange &exchange, http::Response &response) const {
    struct soap *const context = exchange.context_;
    response.body = std::move(exchange.output_);
    exchange.output_.clear();
    if ((context->mode & SOAP_ENC_MIME) == 0 || context->mime.boundary == nullptr) {
        response.contentType = mediaTypeOf(context->version);
        while (response.body.ends_with('\n') || response.body.ends_with('\r')) response.body.pop_back();
        return;
    }
    response.contentType.append("multipart/related; boundary=\"").append(context->mime.boundary);
    response.contentType.append("\"; type=\"application/xop+xml\"; start=\"").append(context->mime.start);
    response.contentType.append("\"; start-info=\"");
    response.contentType.append(context->version == 2 ? "application/soap+xml\"" : "text/xml\"");
}

std::string Endpoint::envelopeAround(const Exchange &exchange, std::string_view body) const {
    std::string out;
    out.reserve(body.size() + 512);
    out.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<SOAP-ENV:Envelope xmlns:SOAP-ENV=\"");
    out.append(exchange.context_->version == 2 ? envelope12 : envelope11);
    for (const Namespace *entry = namespaces + 1; entry->id != nullptr; ++entry) {
        std::string_view const id = entry->id;
        if (id == "common" || id == contract_.name) {
            out.append("\" xmlns:").append(id).append("=\"").append(entry->ns);
        }
    }
    out.append("\">");
    std::string const header = exchange.headerXml();
    if (!header.empty()) out.append("<SOAP-ENV:Header>").append(header).append("</SOAP-ENV:Header>");
    out.append("<SOAP-ENV:Body>").append(body).append("</SOAP-ENV:Body></SOAP-ENV:Envelope>");
    return out;
}

const StructType *Endpoint::inputOf(std::string_view operation) const {
    auto const found = std::ranges::find(contract_.operations, operation, &OperationType::name);
    return found == contract_.operations.end() ? nullptr : found->input;
}

/// What gSOAP's parser found wrong, in our terms.
Error Endpoint::parserError(Exchange &exchange) const {
    struct soap *const context = exchange.context_;
    std::string const tag(localName(context->tag));
    auto const at = [&] {
        std::size_t const handed = exchange.message_->scan.xml.size() - exchange.unread_.size();
        std::size_t const ahead = context->buflen - context->bufidx;
        return pointerAt(exchange.message_->scan.xml, handed - std::min(ahead, handed),
                         inputOf(exchange.message_->scan.operation));
    };
    auto const wrong = [&](const char *code, const std::string &detail) {
        return Error(ErrorCode::validation, "1 field is not valid.", {{at(), code, detail}});
    };
    switch (context->error) {
    case SOAP_TAG_MISMATCH:
    case SOAP_NAMESPACE:
        return wrong("UNKNOWN_FIELD",
                     "The element " + tag + " is not known here, or not in this namespace, or stands twice.");
    case SOAP_TYPE:
        return wrong("WRONG_TYPE", "The value of " + tag + " is not of its type.");
    case SOAP_NULL:
        return wrong("WRONG_TYPE", "The element " + tag + " cannot be nil; leave it out, or name it in fieldsToNull.");
    case SOAP_OCCURS:
        return wrong("TOO_MANY_ITEMS", "There are more elements than the contract allows.");
    case SOAP_LENGTH:
        return wrong("TOO_LONG", "The value of " + tag + " is too long.");
    case SOAP_NO_METHOD:
        return {ErrorCode::notFound,
                "There is no operation \"" + tag + "\" in this service, or not in this namespace."};
    case SOAP_MUSTUNDERSTAND:
        exchange.faultKind_ = FaultKind::mustUnderstand;
        return {ErrorCode::malformed, "The header block \"" + tag + "\" must be understood and is not."};
    case SOAP_VERSIONMISMATCH:
        exchange.faultKind_ = FaultKind::versionMismatch;
        return versionMismatch();
    case SOAP_MIME_HREF:
    case SOAP_DIME_HREF:
        return {ErrorCode::malformed, "The message refers to an attachment that it does not bring."};
    case SOAP_EOM:
        return {ErrorCode::internal, "The message could not be handled."};
    default:
        return {ErrorCode::malformed, "The message cannot be read near the element \"" + tag + "\"."};
    }
}

}  // namespace kontor::soap
