#include "services/lead/capture_submission.h"

#include "shared/contract/uuid.h"
#include "shared/entity/cursor.h"
#include "shared/entity/json.h"
#include "shared/entity/members.h"
#include "shared/telemetry/logging.h"

#include <boost/json/serialize.hpp>
#include <openssl/sha.h>

#include <algorithm>
#include <array>

namespace kontor::lead {

using postgres::Batch;
using postgres::DatabaseError;
using postgres::Parameters;
using postgres::Rows;
using postgres::Statement;
using telemetry::Level;

namespace {

const Statement selectKey{"captureKey", "SELECT key FROM capture_key"};

const Statement findSameAddress{
    "leadsWithAddress",
    "SELECT id, coalesce(status_category, 'open') = 'converted', count(*) OVER () FROM lead"
    " WHERE email = $1 AND id <> $2 AND deleted_at IS NULL AND merged_into_id IS NULL"
    " ORDER BY coalesce(status_category, 'open') NOT IN ('open', 'working'), created_at DESC LIMIT 1"};
const Statement claimAddress{"claimLeadAddress", "SELECT claim_lead_address($1, $2, $3)"};
/// What claim_lead_address raises.
constexpr std::string_view addressRaced = "KT001";

const Statement tryTurn{"captureTurn", "SELECT pg_try_advisory_xact_lock(hashtextextended('capture turn', 0))"};
const Statement selectExpired{"expiredSubmissions", "SELECT id FROM capture_submission WHERE state = 'waiting'"
                                                    " AND deleted_at IS NULL AND expires_at < now() LIMIT 500"};
/// Younger ones are still in the hands of the request that brought them. In no order: one that fails each time must not
/// stand before the others for ever.
const Statement selectUnfinished{"unfinishedSubmissions",
                                 "SELECT id FROM capture_submission WHERE state = 'received' AND deleted_at IS NULL"
                                 " AND created_at < now() - interval '1 minute' ORDER BY random() LIMIT 100"};

constexpr int attempts = 5;

const EntityType &submissionEntity() { return *CaptureSubmission::contractType().entity; }

/// Services by their catalogue, which each has one of.
struct Registry {
    std::mutex mutex;
    std::map<const Catalogue *, std::shared_ptr<Capture>> all;
};
Registry &registry() {
    static Registry one;
    return one;
}

/// The id that belongs to something of a submission, always the same: a second attempt cannot make a second record.
std::string derivedId(const std::string &submissionId, std::string_view what) {
    auto const base = parseUuid(submissionId);
    if (!base) throw Error(ErrorCode::internal, "A submission has no id.");
    std::string const text = std::string(what) + ' ' + submissionId;
    std::array<std::uint8_t, SHA256_DIGEST_LENGTH> digest{};
    SHA256(reinterpret_cast<const unsigned char *>(text.data()), text.size(), digest.data());
    UuidBytes bytes = *base;  // the time stays, so that ids go on growing
    for (std::size_t i = 6; i < bytes.size(); ++i) bytes.at(i) = digest.at(i);
    bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0FU) | 0x70U);
    bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3FU) | 0x80U);
    return uuidText(bytes.data());
}

entity::Write createOf(entity::RecordPtr record) {
    entity::Write write;
    write.action = entity::Action::create;
    write.record = std::move(record);
    write.trusted = true;
    return write;
}

entity::Write updateOf(entity::RecordPtr record, const Record &existing) {
    entity::Write write;
    write.action = entity::Action::update;
    write.key.id = existing.id.value_or("");
    write.key.version = existing.version;
    write.record = std::move(record);
    write.trusted = true;
    return write;
}

std::optional<CaptureSubmission> load(Capture &capture, const auth::Caller &caller, const std::string &id) {
    auto records = capture.service().operations().retrieveRecords(caller, {{&submissionEntity(), id, "", "", {}}});
    if (records.empty() || records[0] == nullptr) return std::nullopt;
    return static_cast<CaptureSubmission &>(*records[0]);
}

std::optional<CaptureForm> loadForm(Capture &capture, const auth::Caller &caller, const CaptureSubmission &submission) {
    auto records = capture.service().operations().retrieveRecords(
        caller, {{CaptureForm::contractType().entity, submission.captureFormId.value_or(""), "", "", {}}});
    if (records.empty() || records[0] == nullptr) return std::nullopt;
    return static_cast<CaptureForm &>(*records[0]);
}

/// What a submission is to look like afterwards.
std::unique_ptr<CaptureSubmission> changeOf(std::string_view state, std::string_view reason = {}) {
    auto change = std::make_unique<CaptureSubmission>();
    change->state = std::string(state);
    if (!reason.empty()) change->reason = tidyText(reason, 255);
    return change;
}

/// Writes the state alone; false when somebody else was there first.
bool moveOn(Capture &capture, const auth::Caller &caller, CaptureSubmission &submission,
            std::unique_ptr<CaptureSubmission> change) {
    std::vector<entity::Write> writes;
    writes.push_back(updateOf(std::move(change), submission));
    auto results = capture.service().operations().write(caller, std::move(writes), {});
    if (!results.at(0).error) {
        submission = static_cast<CaptureSubmission &>(*results[0].record);
        return true;
    }
    if (results[0].error->code == ErrorCode::versionConflict) return false;
    throw *results[0].error;
}

/// What the server added to a payload.
std::string added(const boost::json::object &payload, std::string_view name) {
    const auto *const own = payload.if_contains(addedMember);
    if (own == nullptr || !own->is_object()) return {};
    const auto *const value = own->as_object().if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

/// The lead that a logged submission makes.
std::unique_ptr<Lead> leadOf(Capture &capture, const CaptureForm &form, const CaptureSubmission &submission) {
    auto const payload = entity::parseJson(submission.payload.value_or("{}")).as_object();
    Reading reading = readLead(form, *capture.customFields(), sentOf(payload));
    auto lead = std::make_unique<Lead>(std::move(reading.lead));
    lead->id = derivedId(*submission.id, "lead");
    lead->captureFormId = form.id;
    lead->source = form.source ? form.source : std::optional<std::string>("Web form");
    if (!lead->sourceDetail) lead->sourceDetail = form.name;
    lead->campaignId = form.campaignId;
    lead->queueId = form.queueId;
    if (lead->consentGiven.value_or(false)) {
        lead->consentAt = submission.createdAt;
        // What the visitor was shown, even if the form has another text by now.
        if (std::string shown = added(payload, "consentText"); !shown.empty()) lead->consentText = std::move(shown);
    }
    if (!lead->language) lead->language = added(payload, "language");
    if (submission.confirmedAt) lead->emailState = "ok";
    lead->allowDuplicates = true;  // the form says what becomes of duplicates
    return lead;
}

/// A lead with the same address, and how many there are.
struct Known {
    std::string id;
    bool converted = false;
    std::int64_t count = 0;
};

Known findKnown(Capture &capture, const Lead &lead) {
    Known known;
    if (!lead.email) return known;
    Rows const rows =
        capture.service().operations().pool().run(findSameAddress, Parameters().text(*lead.email).uuid(lead.id));
    if (rows.empty()) return known;
    known.id = rows.uuid(0, 0);
    known.converted = rows.boolean(0, 1);
    known.count = rows.integer(0, 2);
    return known;
}

entity::RecordPtr submittedEvent(const CaptureForm &form, const CaptureSubmission &submission,
                                 const std::string &leadId) {
    auto event = std::make_unique<LeadEvent>();
    event->id = derivedId(*submission.id, "event");
    event->leadId = leadId;
    event->kind = "submitted";
    event->at = DateTime::now();
    event->detail = form.name;
    event->count = 1;
    return event;
}

/// The members that the stored lead lacks, of what has just been sent.
std::unique_ptr<Lead> fillingOf(const Lead &stored, const Lead &sent) {
    auto filling = std::make_unique<Lead>();
    for (const Field &field : Lead::contractType().fields) {
        bool const typed = visitorField(field.name) != nullptr || field.name.starts_with("utm");
        if (typed && isEmpty(field, stored)) entity::copyMember(field, sent, *filling);
    }
    for (const CustomField &field : sent.customFields) {
        bool const there = std::ranges::any_of(stored.customFields,
                                               [&](const CustomField &f) { return f.name == field.name && f.value; });
        if (!there) filling->customFields.push_back(field);
    }
    if (sent.consentGiven.value_or(false) && !stored.consentGiven.value_or(false)) {
        filling->consentGiven = true;
        filling->consentAt = sent.consentAt;
        filling->consentText = sent.consentText;
    }
    filling->allowDuplicates = true;
    return filling;
}

/// The writes that finish a submission, all or none.
std::vector<entity::Write> finishingWrites(Capture &capture, const auth::Caller &caller, const CaptureForm &form,
                                           const CaptureSubmission &submission, std::unique_ptr<Lead> lead,
                                           const Known &known) {
    std::vector<entity::Write> writes;
    std::string const policy = form.onDuplicate.value_or("create");
    bool const create = known.id.empty() || policy == "create" || (policy == "update" && known.converted);
    std::string const leadId = create ? *lead->id : known.id;
    auto change = changeOf(create ? "accepted" : "duplicate");
    if (create) {
        if (!known.id.empty()) {
            lead->duplicateOfId = known.id;
            change->reason = "The lead is marked as a duplicate.";
        }
        writes.push_back(createOf(std::move(lead)));
    } else if (policy == "update") {
        entity::RecordPtr const stored =
            capture.service().operations().retrieve(caller, {Lead::contractType().entity, known.id, "", "", {}});
        writes.push_back(updateOf(fillingOf(static_cast<const Lead &>(*stored), *lead), *stored));
        change->reason = "There is a lead with this address; its empty fields were filled.";
    } else {
        change->reason = "There is a lead with this address.";
    }
    change->leadId = leadId;
    if (create || policy == "update") writes.push_back(createOf(submittedEvent(form, submission, leadId)));
    if (submission.confirmedAt) change->confirmedAt = submission.confirmedAt;
    writes.push_back(updateOf(std::move(change), submission));
    return writes;
}

/// The first failure of an all-or-none call that is not the failure of another one.
const entity::RecordResult *failureOf(const std::vector<entity::RecordResult> &results) {
    auto const failed =
        std::ranges::find_if(results, [](const auto &r) { return r.error && r.error->code != ErrorCode::rolledBack; });
    return failed == results.end() ? nullptr : &*failed;
}

/// True when another attempt may end otherwise without anybody doing anything.
bool passes(const Error &error) {
    return mappingOf(error.code).retryable || error.code == ErrorCode::versionConflict ||
           error.code == ErrorCode::internal;
}

enum class Step : std::uint8_t { done, again, elsewhere };

/// One attempt at finishing.
Step finishOnce(Capture &capture, const auth::Caller &caller, const CaptureForm &form, CaptureSubmission &submission) {
    auto lead = leadOf(capture, form, submission);
    Known const known = findKnown(capture, *lead);
    std::string const address = lead->email.value_or("");
    std::string const own = *lead->id;
    entity::WriteOptions options;
    options.allOrNone = true;
    if (!address.empty()) {
        options.beforeCommit = [&](const std::vector<entity::RecordResult> &, Batch &batch) {
            batch.add(claimAddress, Parameters().text(address).uuid(own).integer(known.count));
        };
    }
    std::vector<entity::RecordResult> results;
    try {
        results = capture.service().operations().write(
            caller, finishingWrites(capture, caller, form, submission, std::move(lead), known), options);
    } catch (const DatabaseError &failure) {
        if (failure.sqlState == addressRaced) return Step::again;
        throw;
    }
    const entity::RecordResult *const failure = failureOf(results);
    if (failure == nullptr) {
        submission = static_cast<CaptureSubmission &>(*results.back().record);
        return Step::done;
    }
    if (failure->error->code == ErrorCode::versionConflict) {
        return failure == &results.back() ? Step::elsewhere : Step::again;
    }
    throw *failure->error;
}

/// Makes the lead of a submission that is received or confirmed. A failure that will not pass is kept as its reason.
void finish(Capture &capture, const auth::Caller &caller, const CaptureForm &form, CaptureSubmission &submission) {
    std::optional<Error> failure;
    try {
        for (int attempt = 0; attempt < attempts; ++attempt) {
            Step const step = finishOnce(capture, caller, form, submission);
            if (step == Step::done) return;
            if (step == Step::again) continue;
            if (auto stored = load(capture, caller, *submission.id)) submission = std::move(*stored);
            return;
        }
        throw Error(ErrorCode::unavailable, "The address is in use by many submissions at once.");
    } catch (const Error &error) {
        if (passes(error)) throw;
        failure = error;
    }
    std::string reason = failure->detail;
    for (const FieldError &wrong : failure->fields) reason += ' ' + wrong.pointer + ' ' + wrong.detail + '.';
    telemetry::log(Level::warning, "submission refused",
                   {{"form", form.slug.value_or("")}, {"submission", *submission.id}, {"reason", reason}});
    auto change = changeOf("refused", reason);
    if (submission.confirmedAt) change->confirmedAt = submission.confirmedAt;
    moveOn(capture, caller, submission, std::move(change));
}

/// Asks the visitor to confirm. What cannot be sent now stays "received" and is tried again.
void askToConfirm(Capture &capture, const auth::Caller &caller, const CaptureForm &form,
                  CaptureSubmission &submission) {
    auto const payload = entity::parseJson(submission.payload.value_or("{}")).as_object();
    Reading const reading = readLead(form, *capture.customFields(), sentOf(payload));
    if (!capture.canMail() || !reading.lead.email) {
        throw Error(ErrorCode::unavailable, "No e-mail can be sent: smtp.url is not set.");
    }
    std::string const link =
        capture.options().publicUrl + "/forms/confirm/" + confirmationToken(capture, *submission.id);
    DateTime const until = submission.expiresAt.value_or(DateTime::now());
    Language const language = languageOf(added(payload, "language")).value_or(Language::english);
    std::string refusal;
    try {
        capture.options().mailer->send(confirmationMessage(form, language, *reading.lead.email, link, until));
    } catch (const Error &error) {
        if (error.code != ErrorCode::validation) throw;
        refusal = error.detail;
    }
    moveOn(capture, caller, submission, refusal.empty() ? changeOf("waiting") : changeOf("refused", refusal));
}

/// Takes a received submission its next step. What fails now and may go well later is left to expireSubmissions; false.
bool advance(Capture &capture, const auth::Caller &caller, const CaptureForm &form, CaptureSubmission &submission) {
    try {
        if (form.doubleOptIn.value_or(false)) {
            askToConfirm(capture, caller, form, submission);
        } else {
            finish(capture, caller, form, submission);
        }
        return true;
    } catch (const std::exception &problem) {
        telemetry::log(Level::warning, "submission put off",
                       {{"form", form.slug.value_or("")}, {"submission", *submission.id}, {"message", problem.what()}});
        return false;
    }
}

/// "email, lastName".
std::string namesOf(const std::vector<FieldError> &errors) {
    std::string names;
    for (const FieldError &error : errors) names += (names.empty() ? "" : ", ") + error.pointer.substr(1);
    return names;
}

std::unique_ptr<CaptureSubmission> recordOf(const CaptureForm &form, const Submission &submission,
                                            const std::vector<FieldError> &errors) {
    boost::json::object payload = submission.payload;
    boost::json::object own;
    own["language"] = languageCode(submission.language);
    if (form.consentText && errors.empty()) own["consentText"] = *form.consentText;
    payload[addedMember] = std::move(own);
    auto record = std::make_unique<CaptureSubmission>();
    record->id = submission.id;
    record->captureFormId = form.id;
    record->payload = boost::json::serialize(payload);
    record->clientAddress = tidyText(submission.clientAddress, 100);
    if (!submission.userAgent.empty()) record->userAgent = tidyText(submission.userAgent, 2000);
    if (!submission.origin.empty()) record->origin = tidyText(submission.origin, 255);
    if (!submission.pageUrl.empty()) record->pageUrl = tidyText(submission.pageUrl, 2000);
    record->state = "received";
    if (!submission.refusal.empty() || !errors.empty()) {
        record->state = "refused";
        record->reason = submission.refusal.empty() ? tidyText("Not valid: " + namesOf(errors), 255)
                                                    : tidyText(submission.refusal, 255);
    } else if (form.doubleOptIn.value_or(false)) {
        record->expiresAt = DateTime{DateTime::now().microseconds + confirmationHours(form) * 3'600'000'000};
    }
    return record;
}

/// Logs it under its id. Nullopt when the same page has been sent before with the same content, and `before` is what
/// became of that.
std::optional<CaptureSubmission> logSubmission(Capture &capture, const auth::Caller &caller,
                                               const CaptureSubmission &record, CaptureSubmission &before) {
    std::vector<entity::Write> writes;
    writes.push_back(createOf(std::make_unique<CaptureSubmission>(record)));
    auto results = capture.service().operations().write(caller, std::move(writes), {});
    if (!results.at(0).error) return static_cast<CaptureSubmission &>(*results[0].record);
    if (results[0].error->code != ErrorCode::duplicate) throw *results[0].error;
    auto const stored = load(capture, caller, *record.id);
    bool const same = stored && stored->payload == record.payload && stored->captureFormId == record.captureFormId;
    if (same && stored->state != "refused") {
        before = *stored;
        return std::nullopt;
    }
    CaptureSubmission another = record;
    another.id = newId();
    return logSubmission(capture, caller, another, before);
}

/// What a visitor may know of the state: not that somebody is known already, nor that we still work on it.
std::string publicState(const CaptureForm &form, const CaptureSubmission &submission) {
    std::string const state = submission.state.value_or("");
    if (state == "refused" || state == "expired" || state == "waiting") return state;
    return state == "received" && form.doubleOptIn.value_or(false) ? "waiting" : "accepted";
}

/// The submission that a token stands for.
std::optional<CaptureSubmission> opened(Capture &capture, const std::string &token, const auth::Caller &caller) {
    try {
        return load(capture, caller, entity::openCursor(token, capture.key(), "confirm"));
    } catch (const Error &error) {
        if (error.code == ErrorCode::invalidCursor) return std::nullopt;
        throw;
    }
}

Confirmation confirmationOf(Capture &capture, const auth::Caller &caller, const CaptureSubmission &submission) {
    Confirmation result;
    auto const payload = entity::parseJson(submission.payload.value_or("{}")).as_object();
    result.language = languageOf(added(payload, "language")).value_or(Language::english);
    result.form = loadForm(capture, caller, submission);
    std::string const state = submission.state.value_or("");
    bool const open = state == "waiting" || state == "received";
    if (state == "refused") {
        result.state = Say::notTaken;
    } else if (state == "expired" || (open && submission.expiresAt && *submission.expiresAt < DateTime::now())) {
        result.state = Say::confirmationExpired;
    } else if (open) {
        result.state = result.form ? Say::checkMail : Say::confirmationUnknown;
    } else {
        result.state = Say::confirmed;
    }
    return result;
}

void expire(Capture &capture, const auth::Caller &caller, const std::string &id) {
    auto submission = load(capture, caller, id);
    if (submission && submission->state == "waiting") moveOn(capture, caller, *submission, changeOf("expired"));
}

/// False when it is left for later once more.
bool takeUp(Capture &capture, const auth::Caller &caller, const std::string &id) {
    auto submission = load(capture, caller, id);
    if (!submission || submission->state != "received") return true;
    if (submission->expiresAt && *submission->expiresAt < DateTime::now()) {
        moveOn(capture, caller, *submission, changeOf("expired", "The e-mail could not be sent in time."));
        return true;
    }
    auto const form = loadForm(capture, caller, *submission);
    if (form) return advance(capture, caller, *form, *submission);
    moveOn(capture, caller, *submission, changeOf("refused", "The form is gone."));
    return true;
}

}  // namespace

std::shared_ptr<Capture> Capture::of(const Catalogue &catalogue) {
    std::lock_guard const lock(registry().mutex);
    auto const found = registry().all.find(&catalogue);
    return found == registry().all.end() ? nullptr : found->second;
}

std::shared_ptr<Capture> Capture::make(const Catalogue &catalogue) {
    auto fresh = std::make_shared<Capture>();
    std::lock_guard const lock(registry().mutex);
    registry().all[&catalogue] = fresh;
    return fresh;
}

void Capture::start(LeadService &service, CaptureOptions options) {
    options_ = std::move(options);
    while (options_.publicUrl.ends_with('/')) options_.publicUrl.pop_back();
    customFields_ = std::make_unique<entity::CustomFields>(service.operations().pool());
    service_ = &service;
}

std::string Capture::key() {
    {
        std::lock_guard const lock(mutex_);
        if (!key_.empty()) return key_;
    }
    Rows const rows = service_->operations().pool().read(selectKey);
    if (rows.empty()) throw Error(ErrorCode::internal, "The key of the forms is missing.");
    std::lock_guard const lock(mutex_);
    key_ = rows.bytes(0, 0);
    return key_;
}

CaptureForm findForm(Capture &capture, std::string_view slug, const std::string &requestId) {
    bool const plain = !slug.empty() && slug.size() <= 64 &&
                       std::ranges::all_of(slug, [](unsigned char c) { return std::isalnum(c) != 0; });
    entity::Query query;
    query.entity = CaptureForm::contractType().entity;
    query.filter = "slug = \"" + std::string(plain ? slug : "") + '"';
    query.limit = 1;
    entity::QueryResult found;
    if (plain) found = capture.service().operations().queryRecords(capture.system(requestId), query);
    if (found.records.empty() || !static_cast<CaptureForm &>(*found.records[0]).isActive.value_or(true)) {
        throw Error(ErrorCode::notFound, "There is no such form.");
    }
    return static_cast<CaptureForm &>(*found.records[0]);
}

Receipt submit(Capture &capture, const CaptureForm &form, Submission submission) {
    auth::Caller caller = capture.system(submission.requestId);
    caller.clientAddress = submission.clientAddress;
    if (submission.id.empty()) submission.id = newId();
    Reading const reading = readLead(form, *capture.customFields(), sentOf(submission.payload));
    auto const errors = submission.refusal.empty() ? reading.errors : std::vector<FieldError>{};
    CaptureSubmission before;
    auto logged = logSubmission(capture, caller, *recordOf(form, submission, errors), before);
    if (!logged) return {*before.id, publicState(form, before), {}};
    if (logged->state == "received") advance(capture, caller, form, *logged);
    return {*logged->id, publicState(form, *logged), errors};
}

std::string confirmationToken(Capture &capture, const std::string &submissionId) {
    return entity::sealCursor(submissionId, capture.key(), "confirm");
}

Confirmation lookUpConfirmation(Capture &capture, const std::string &token, const std::string &requestId) {
    auth::Caller const caller = capture.system(requestId);
    auto const submission = opened(capture, token, caller);
    return submission ? confirmationOf(capture, caller, *submission) : Confirmation();
}

Confirmation confirm(Capture &capture, const std::string &token, const std::string &requestId) {
    auth::Caller const caller = capture.system(requestId);
    auto submission = opened(capture, token, caller);
    if (!submission) return {};
    Confirmation result = confirmationOf(capture, caller, *submission);
    if (result.state == Say::confirmationExpired && submission->state == "waiting") {
        moveOn(capture, caller, *submission, changeOf("expired"));
    }
    if (result.state != Say::checkMail) return result;
    submission->confirmedAt = DateTime::now();
    finish(capture, caller, *result.form, *submission);
    return confirmationOf(capture, caller, *submission);
}

void expireSubmissions(LeadService &service) {
    auto const capture = Capture::of(service.catalogue());
    if (capture == nullptr || !capture->started()) return;
    auth::Caller const caller = capture->system("");
    postgres::Transaction turn(service.operations().pool());
    if (!turn.run(tryTurn).boolean(0, 0)) return;
    Rows const expired = turn.run(selectExpired);
    for (int row = 0; row < expired.size(); ++row) expire(*capture, caller, expired.uuid(row, 0));
    Rows const unfinished = turn.run(selectUnfinished);
    int failures = 0;  // a mail server that is away is away for all
    for (int row = 0; row < unfinished.size() && failures < 3; ++row) {
        if (!takeUp(*capture, caller, unfinished.uuid(row, 0))) ++failures;
    }
    turn.commit();
}

}  // namespace kontor::lead
