// The steps of a quote from a draft to an answer. Each is one write at the version that was looked at: of two people
// who act at once, one finds the quote changed, and what he wanted is looked at anew.

#include "services/lead/quote_steps.h"

#include "services/lead/prices.h"
#include "services/lead/quotes.h"
#include "shared/entity/access.h"
#include "shared/entity/base64.h"
#include "shared/entity/members.h"
#include "shared/entity/validate.h"
#include "shared/telemetry/logging.h"

#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <mutex>

namespace kontor::lead {

using entity::Action;
using entity::RecordResult;
using entity::refuse;
using entity::Write;
using entity::WriteOptions;
using postgres::Parameters;
using postgres::Rows;
using postgres::Statement;

namespace {

constexpr int attempts = 8;
constexpr std::size_t longestName = 255;
constexpr std::size_t longestAddress = 100;
constexpr std::string_view systemUser = "00000000-0000-7000-8000-000000000000";

const Statement selectByToken{"selectQuoteByToken",
                              "SELECT id FROM quote WHERE accept_token = $1 AND deleted_at IS NULL"};

struct Addresses {
    std::mutex mutex;
    std::map<const LeadService *, std::string> of;
};
Addresses &addresses() {
    static Addresses all;
    return all;
}

std::string addressOf(const LeadService &service) {
    std::lock_guard const lock(addresses().mutex);
    auto const found = addresses().of.find(&service);
    return found == addresses().of.end() ? std::string() : found->second;
}

const EntityType &quoteType() { return *Quote::contractType().entity; }

entity::RecordKey keyOf(const std::string &id, std::optional<std::int64_t> version = {}) {
    return {&quoteType(), id, {}, {}, version};
}

/// The rights that a step itself needs: the fields that only the server sets, and the opportunity of an accepted quote.
/// Whose quotes the caller sees and changes stays as it is.
auth::Caller forStep(const auth::Caller &caller) {
    auto principal = std::make_shared<auth::Principal>(*caller.principal);
    principal->fields.clear();
    principal->entities["Opportunity"] = {false, auth::Scope::all, auth::Scope::all, auth::Scope::none};
    auth::Caller step = caller;
    step.principal = std::move(principal);
    return step;
}

/// The customer has no user of his own; the server writes for him.
auth::Caller forCustomer(const std::string &requestId) {
    auto principal = std::make_shared<auth::Principal>();
    principal->userId = systemUser;
    principal->userName = "customer";
    principal->administrator = true;
    auth::Caller caller;
    caller.principal = std::move(principal);
    caller.interface = "page";
    caller.requestId = requestId;
    return caller;
}

/// 128 random bits.
std::string newToken() {
    std::array<unsigned char, 16> bytes{};
    if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
        throw Error(ErrorCode::internal, "There are no random numbers.");
    }
    return entity::encodeBase64Url({reinterpret_cast<const char *>(bytes.data()), bytes.size()});
}

/// The beginning of a text, in whole characters.
std::string cut(std::string text, std::size_t bytes) {
    if (text.size() <= bytes) return text;
    while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0U) == 0x80U) --bytes;
    text.resize(bytes);
    return text;
}

std::optional<std::string> unlessEmpty(std::string text) {
    return text.empty() ? std::nullopt : std::optional(std::move(text));
}

/// What a step writes.
struct Plan {
    std::unique_ptr<Quote> change = std::make_unique<Quote>();
    std::unique_ptr<Quote> successor;          ///< of a quote that is revised
    std::unique_ptr<Opportunity> opportunity;  ///< of a quote that is accepted
    std::optional<Error> afterwards;           ///< what the caller is told although something was written

    void empty(std::initializer_list<std::string_view> names) {
        for (std::string_view const name : names) change->fieldsToNull.emplace_back(name);
    }
};

/// Who takes the step, and with what.
struct Step {
    std::string action;
    std::optional<std::string> note;
    std::string acceptedBy;  ///< what acceptedByName and acceptedFrom become
    std::string acceptedFrom;
    std::string token;  ///< of the link that the customer has answered through; empty = the seller answers
    bool keepsOpportunity = false;
};

class Planning {
  public:
    Planning(LeadService &service, const auth::Caller &caller, const Quote &quote, const Step &step)
        : service_(service), caller_(caller), quote_(quote), step_(step) {}

    Plan plan() {
        static const std::map<std::string, void (Planning::*)(), std::less<>> actions{
            {"submit", &Planning::submit}, {"approve", &Planning::approve}, {"decline", &Planning::decline},
            {"send", &Planning::send},     {"recall", &Planning::recall},   {"accept", &Planning::accept},
            {"reject", &Planning::reject}, {"revise", &Planning::revise}};
        auto const found = actions.find(step_.action);
        if (found == actions.end()) {
            refuse("/action", "NOT_A_CHOICE",
                   "must be submit, approve, decline, send, recall, accept, reject or revise");
        }
        (this->*found->second)();
        return std::move(plan_);
    }

  private:
    void requireStage(std::initializer_list<std::string_view> allowed) const {
        std::string const stage = quote_.stage.value_or("draft");
        if (std::ranges::find(allowed, stage) != allowed.end()) return;
        std::string names;
        for (std::string_view const name : allowed) names += (names.empty() ? "" : " or ") + std::string(name);
        throw Error(ErrorCode::conflict,
                    "A quote must be " + names + " to " + step_.action + " it; this one is " + stage + ".");
    }

    void requireApprover() const {
        if (caller_.principal->may("approveQuotes")) return;
        throw Error(ErrorCode::forbidden, "You may not approve quotes.");
    }

    void becomes(const char *stage) { plan_.change->stage = stage; }

    void submit() {
        requireStage({"draft"});
        if (quote_.lines.empty()) refuse("/lines", "REQUIRED", "must not be empty: there is nothing to offer");
        becomes(quote_.approvalRequired.value_or(false) ? "inReview" : "approved");
        plan_.change->approvalNote = step_.note;
    }

    void approve() {
        requireApprover();
        requireStage({"inReview"});
        becomes("approved");
        plan_.change->approvedAt = DateTime::now();
        plan_.change->approvedBy = caller_.principal->userId;
        plan_.change->approvalNote = step_.note;
    }

    void decline() {
        requireApprover();
        requireStage({"inReview"});
        becomes("draft");
        plan_.change->approvalNote = step_.note;
    }

    void send() {
        requireStage({"approved"});
        if (isOver()) {
            throw Error(ErrorCode::conflict, "The quote was valid until " + quote_.validUntil->toString() +
                                                 ": recall it and choose another day.");
        }
        becomes("sent");
        plan_.change->sentAt = DateTime::now();
        plan_.change->acceptToken = newToken();
        plan_.change->acceptUrl = addressOf(service_) + "/q/" + *plan_.change->acceptToken;
    }

    void recall() {
        requireStage({"inReview", "approved", "sent"});
        becomes("draft");
        plan_.empty({"sentAt", "acceptToken", "acceptUrl", "approvedAt", "approvedBy"});
    }

    /// The customer answers what is on the page: after a recall the link is another one, and so is the offer.
    void requireWaiting() const {
        requireStage({"sent"});
        if (step_.token.empty() || quote_.acceptToken == step_.token) return;
        throw Error(ErrorCode::notFound, "There is no such quote.");
    }

    void accept() {
        requireWaiting();
        if (isOver()) {
            becomes("expired");
            plan_.afterwards = Error(ErrorCode::conflict, "The quote was valid until " + quote_.validUntil->toString() +
                                                              ": it has expired.");
            return;
        }
        becomes("accepted");
        plan_.change->acceptedAt = DateTime::now();
        plan_.change->acceptedByName = unlessEmpty(cut(step_.acceptedBy, longestName));
        plan_.change->acceptedFrom = unlessEmpty(cut(step_.acceptedFrom, longestAddress));
        if (!step_.keepsOpportunity) changeOpportunity();
    }

    void reject() {
        requireWaiting();
        becomes("rejected");
        plan_.change->rejectedAt = DateTime::now();
        plan_.change->rejectReason = step_.note;
    }

    /// What was agreed, without tax and shipping, is what the deal is worth.
    void changeOpportunity() {
        if (!quote_.opportunityId || !quote_.subtotal) return;
        auto const found = service_.operations().retrieveRecords(
            caller_, {{Opportunity::contractType().entity, *quote_.opportunityId, {}, {}, {}}});
        if (found.at(0) == nullptr) return;  // deleted meanwhile
        const auto &deal = static_cast<const Opportunity &>(*found[0]);
        auto change = std::make_unique<Opportunity>();
        change->id = deal.id;
        change->amount = *quote_.subtotal - quote_.discountTotal.value_or(Decimal());
        change->amountSource = "manual";
        if (deal.currency != quote_.currency) {
            change->currency = quote_.currency;
            if (deal.priceBookId) change->fieldsToNull.emplace_back("priceBookId");
        }
        plan_.opportunity = std::move(change);
    }

    void revise() {
        requireStage({"inReview", "approved", "sent", "accepted", "rejected", "expired"});
        static constexpr std::array<std::string_view, 24> offer{
            "number",          "name",           "opportunityId",  "accountId",
            "contactId",       "recipientName",  "recipientEmail", "billingAddress",
            "shippingAddress", "priceBookId",    "currency",       "lines",
            "discountPercent", "discountAmount", "shipping",       "shippingTaxPercent",
            "terms",           "paymentTerms",   "language",       "notes",
            "ownerId",         "teamId",         "tags",           "customFields"};
        auto next = std::make_unique<Quote>();
        for (std::string_view const name : offer) {
            entity::copyMember(*Quote::contractType().find(name), quote_, *next);
        }
        if (quote_.validUntil && !isOver()) next->validUntil = quote_.validUntil;
        next->revision = quote_.revision.value_or(1) + 1;
        next->supersedesId = quote_.id;
        plan_.successor = std::move(next);
        becomes("superseded");
    }

    [[nodiscard]] bool isOver() const { return quote_.validUntil && *quote_.validUntil < today(); }

    LeadService &service_;
    const auth::Caller &caller_;
    const Quote &quote_;
    const Step &step_;
    Plan plan_;
};

RecordResult copyOf(const RecordResult &result) {
    RecordResult copy;
    copy.entity = result.entity;
    copy.id = result.id;
    copy.version = result.version;
    copy.created = result.created;
    copy.error = result.error;
    if (result.record == nullptr) return copy;
    copy.record = entity::newRecord(*result.entity);
    for (const Field &field : result.entity->type->fields) entity::copyMember(field, *result.record, *copy.record);
    return copy;
}

/// The one result that the caller is to see, as the caller may see it: the new quote of a revision, or the quote.
RecordResult shown(const std::vector<RecordResult> &results, const auth::Caller &caller) {
    RecordResult result = copyOf(results.front());
    // The step is refused because of what else it would have changed.
    if (result.error && result.error->code == ErrorCode::rolledBack) {
        for (const RecordResult &other : results) {
            if (other.error && other.error->code != ErrorCode::rolledBack) result.error = other.error;
        }
    }
    if (result.record != nullptr) entity::hideFields(*caller.principal, quoteType(), *result.record);
    return result;
}

Write updateOf(const EntityType &type, entity::RecordPtr record, std::optional<std::int64_t> version) {
    Write write;
    write.action = Action::update;
    write.key = {&type, *record->id, {}, {}, version};
    write.record = std::move(record);
    write.trusted = true;
    return write;
}

std::vector<Write> writesOf(Plan plan, const Quote &quote) {
    std::vector<Write> writes;
    if (plan.successor) {
        Write create;
        create.action = Action::create;
        create.record = std::move(plan.successor);
        create.trusted = true;
        writes.push_back(std::move(create));
    }
    plan.change->id = quote.id;
    writes.push_back(updateOf(quoteType(), std::move(plan.change), quote.version));
    if (plan.opportunity) {
        writes.push_back(updateOf(*Opportunity::contractType().entity, std::move(plan.opportunity), {}));
    }
    return writes;
}

RecordResult writePlan(LeadService &service, const auth::Caller &caller, const auth::Caller &stepCaller, Plan plan,
                       const Quote &quote, const WriteOptions &options) {
    WriteOptions own = options;
    own.allOrNone = true;
    if (plan.afterwards) own.beforeCommit = {};  // the answer is the error, and that is not kept
    if (own.beforeCommit) {
        own.beforeCommit = [&](const std::vector<RecordResult> &results, postgres::Batch &batch) {
            std::vector<RecordResult> one;
            one.push_back(shown(results, caller));
            options.beforeCommit(one, batch);
        };
    }
    return shown(service.operations().write(stepCaller, writesOf(std::move(plan), quote), own), caller);
}

std::unique_ptr<Quote> read(LeadService &service, const auth::Caller &caller, const std::string &id) {
    entity::RecordPtr record = service.operations().retrieve(caller, keyOf(id));
    return std::unique_ptr<Quote>(static_cast<Quote *>(record.release()));
}

void requireUpdate(const auth::Caller &caller, const Quote &quote) {
    const auth::Principal &principal = *caller.principal;
    if (entity::reaches(principal.rightsOn("Quote").update, principal, quoteType(), quote)) return;
    throw Error(ErrorCode::forbidden, "You may not change this quote.");
}

Error staleVersion(const Quote &quote, std::int64_t version) {
    Error stale(ErrorCode::versionConflict, "The record was changed since version " + std::to_string(version) +
                                                "; it is at version " + std::to_string(quote.version.value_or(0)) +
                                                ".");
    stale.currentVersion = quote.version;
    stale.conflictingId = quote.id;
    return stale;
}

/// Takes the step on the quote as it is now; again, when somebody else was quicker and the caller did not say which
/// version is meant.
RecordResult take(LeadService &service, const auth::Caller &caller, const std::string &id, const Step &step,
                  std::optional<std::int64_t> version, const WriteOptions &options) {
    auth::Caller const stepCaller = forStep(caller);
    for (int attempt = 1;; ++attempt) {
        auto const quote = read(service, stepCaller, id);
        requireUpdate(caller, *quote);
        if (version && version != quote->version) throw staleVersion(*quote, *version);
        Plan plan = Planning(service, stepCaller, *quote, step).plan();
        auto const afterwards = plan.afterwards;
        RecordResult result = writePlan(service, caller, stepCaller, std::move(plan), *quote, options);
        bool const overtaken = result.error && result.error->code == ErrorCode::versionConflict;
        if (overtaken && !version && attempt < attempts) continue;
        if (afterwards && !result.error) throw Error(*afterwards);
        return result;
    }
}

}  // namespace

void publishQuotesAt(const LeadService &service, std::string publicUrl) {
    while (publicUrl.ends_with('/')) publicUrl.pop_back();
    std::lock_guard const lock(addresses().mutex);
    addresses().of[&service] = std::move(publicUrl);
}

bool isPast(const Quote &quote) { return quote.stage == "sent" && quote.validUntil && *quote.validUntil < today(); }

RecordResult advanceQuote(LeadService &service, const auth::Caller &caller, const AdvanceQuote &input,
                          WriteOptions options) {
    Step step;
    step.action = input.action.value_or("");
    step.note = input.note;
    step.acceptedBy = input.note.value_or("");
    step.acceptedFrom = caller.principal->userName;
    return take(service, caller, input.quoteId.value_or(""), step, input.version, options);
}

std::optional<Quote> findOfferedQuote(LeadService &service, const std::string &token, const std::string &requestId) {
    Rows const rows = service.operations().pool().read(selectByToken, Parameters().text(token));
    if (rows.empty()) return std::nullopt;
    auto const found = service.operations().retrieveRecords(forCustomer(requestId), {keyOf(rows.uuid(0, 0))});
    if (found.at(0) == nullptr) return std::nullopt;
    return static_cast<const Quote &>(*found[0]);
}

void answerQuote(LeadService &service, const std::string &token, const CustomerAnswer &answer) {
    auto const quote = findOfferedQuote(service, token, answer.requestId);
    if (!quote) throw Error(ErrorCode::notFound, "There is no such quote.");
    Step step;
    step.action = answer.accepts ? "accept" : "reject";
    if (!answer.accepts) step.note = unlessEmpty(answer.reason);
    step.acceptedBy = answer.name;
    step.acceptedFrom = answer.from;
    step.token = token;
    auth::Caller const caller = forCustomer(answer.requestId);
    RecordResult result = take(service, caller, *quote->id, step, {}, {.allOrNone = true});
    if (result.error && result.error->code == ErrorCode::validation) {
        // The customer's word counts, whatever stands against a change of the opportunity.
        telemetry::log(telemetry::Level::warning, "an accepted quote could not change its opportunity",
                       {{"quote", *quote->id}, {"why", result.error->detail}});
        step.keepsOpportunity = true;
        result = take(service, caller, *quote->id, step, {}, {.allOrNone = true});
    }
    if (result.error) throw Error(*result.error);
}

}  // namespace kontor::lead
