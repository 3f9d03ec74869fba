#include "services/lead/conversion.h"

#include "services/lead/lead_service.h"
#include "shared/contract/uuid.h"
#include "shared/entity/access.h"
#include "shared/entity/idempotency.h"
#include "shared/entity/json.h"
#include "shared/entity/members.h"
#include "shared/entity/validate.h"

#include <boost/json.hpp>

#include <algorithm>

namespace kontor::lead {

using entity::Action;
using entity::Write;
using postgres::Parameters;
using postgres::Rows;
using postgres::Statement;

namespace {

constexpr std::size_t maximumLeads = 100;
constexpr std::int32_t daysToClose = 30;

const Statement takeUp{
    "takeUpConversion",
    "UPDATE conversion SET updated_at = now() WHERE id = (SELECT id FROM conversion WHERE finished_at IS"
    " NULL AND deleted_at IS NULL AND updated_at < now() - make_interval(secs => $1::bigint) ORDER BY"
    " created_at LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING id, created_by"};

/// Waits for a conversion of the lead that is about to commit, and keeps others from it until this one has.
const Statement holdLead{"holdLeadToConvert",
                         "SELECT converted_at IS NOT NULL, converted_contact_id FROM lead WHERE id = $1 AND deleted_at"
                         " IS NULL FOR SHARE"};

Error alreadyConverted(std::optional<std::string> contactId) {
    Error error(ErrorCode::conflict, "The lead has been converted already.");
    error.conflictingId = std::move(contactId);
    return error;
}

/// The lead may have been converted or deleted since it was looked at.
void beforeConversion(entity::WriteContext &context, const Conversion &conversion) {
    if (!conversion.leadId) entity::refuse("/leadId", "REQUIRED", "must have a value");
    Rows const rows = context.transaction.run(holdLead, Parameters().uuid(*conversion.leadId));
    if (rows.empty()) throw Error(ErrorCode::notFound, "There is no such lead any more.");
    if (!rows.boolean(0, 0)) return;
    throw alreadyConverted(rows.isNull(0, 1) ? std::nullopt : std::optional(rows.uuid(0, 1)));
}

/// All that a conversion needs to go on in another process; kept as JSON in Conversion::request.
struct Plan {
    std::string conversionId;
    std::int64_t leadVersion = 0;
    std::string statusId;
    contact::Party party;
    std::string opportunity;  ///< as JSON; empty when there is to be none
    std::string opportunityId;
    std::string wishHash;  ///< what was wished for
};

std::string toJson(const Plan &plan) {
    boost::json::object const object{
        {"leadVersion", plan.leadVersion},
        {"statusId", plan.statusId},
        {"leadId", plan.party.leadId},
        {"accountId", plan.party.accountId},
        {"newAccount", plan.party.newAccount},
        {"contactId", plan.party.contactId},
        {"newContact", plan.party.newContact},
        {"ownerId", plan.party.ownerId.value_or("")},
        {"teamId", plan.party.teamId.value_or("")},
        {"account", plan.party.account},
        {"contact", plan.party.contact},
        {"overwriteSource", plan.party.overwriteSource},
        {"opportunity", plan.opportunity},
        {"opportunityId", plan.opportunityId},
        {"wishHash", plan.wishHash},
    };
    return boost::json::serialize(object);
}

Plan fromJson(const Conversion &conversion) {
    auto const object = boost::json::parse(conversion.request.value_or("{}")).as_object();
    auto const text = [&](const char *name) { return std::string(object.at(name).as_string()); };
    auto const optional = [&](const char *name) {
        std::string value = text(name);
        return value.empty() ? std::nullopt : std::optional(std::move(value));
    };
    Plan plan;
    plan.conversionId = *conversion.id;
    plan.leadVersion = object.at("leadVersion").as_int64();
    plan.statusId = text("statusId");
    plan.party.conversionId = plan.conversionId;
    plan.party.leadId = text("leadId");
    plan.party.accountId = text("accountId");
    plan.party.newAccount = object.at("newAccount").as_bool();
    plan.party.contactId = text("contactId");
    plan.party.newContact = object.at("newContact").as_bool();
    plan.party.ownerId = optional("ownerId");
    plan.party.teamId = optional("teamId");
    plan.party.account = text("account");
    plan.party.contact = text("contact");
    plan.party.overwriteSource = object.at("overwriteSource").as_bool();
    plan.opportunity = text("opportunity");
    plan.opportunityId = text("opportunityId");
    if (object.contains("wishHash")) plan.wishHash = text("wishHash");
    return plan;
}

/// The rights that the steps after the decision need; the decision was made with the caller's own.
auth::Caller asService(const auth::Caller &caller) {
    auto principal = std::make_shared<auth::Principal>(*caller.principal);
    principal->administrator = true;
    auth::Caller service = caller;
    service.principal = std::move(principal);
    return service;
}

entity::RecordKey keyOf(const EntityType &entity, const std::string &id) { return {&entity, id, {}, {}, {}}; }

// --- what goes where

/// The lead's values under the names that the mapping gives them.
std::string mapped(const Settings &settings, const Lead &lead, std::string_view target) {
    std::string text;
    entity::writeJson(text, lead);
    auto const source = boost::json::parse(text).as_object();
    boost::json::object result;
    for (const ConversionField &field : settings.conversionFields) {
        if (field.target != target) continue;
        std::string const from = field.leadField.value_or("");
        const boost::json::value *value = nullptr;
        if (from.starts_with("customFields.")) {
            const auto *const custom = source.if_contains("customFields");
            if (custom != nullptr && custom->is_object()) value = custom->get_object().if_contains(from.substr(13));
        } else {
            value = source.if_contains(from);
        }
        if (value == nullptr) continue;
        std::string const to = field.targetField.value_or("");
        if (to.starts_with("customFields.")) {
            boost::json::value &custom = result["customFields"];
            if (!custom.is_object()) custom.emplace_object();
            custom.get_object()[to.substr(13)] = *value;
        } else {
            result[to] = *value;
        }
    }
    return boost::json::serialize(result);
}

/// What a lead has as one value, and accounts and contacts as lists.
void addReachability(const Lead &lead, boost::json::object &record) {
    boost::json::array emails;
    if (lead.email) emails.push_back({{"address", *lead.email}, {"kind", "work"}, {"isPrimary", true}});
    if (!emails.empty()) record["emailAddresses"] = std::move(emails);
    boost::json::array phones;
    if (lead.phone) phones.push_back({{"number", *lead.phone}, {"type", "work"}, {"isPrimary", true}});
    if (lead.mobile) phones.push_back({{"number", *lead.mobile}, {"type", "mobile"}});
    if (!phones.empty()) record["phoneNumbers"] = std::move(phones);
}

void addAddress(const Lead &lead, boost::json::object &record) {
    boost::json::object address{{"kind", "billing"}};
    auto const add = [&](const char *name, const std::optional<std::string> &value) {
        if (value) address[name] = *value;
    };
    add("street", lead.street);
    add("city", lead.city);
    add("subdivision", lead.subdivision);
    add("postalCode", lead.postalCode);
    add("country", lead.country);
    if (address.size() > 1) record["postalAddresses"] = boost::json::array{std::move(address)};
}

contact::Party partyOf(const Settings &settings, const Lead &lead, const LeadConversion &wish) {
    contact::Party party;
    party.leadId = *lead.id;
    party.ownerId = wish.ownerId ? wish.ownerId : lead.ownerId;
    party.teamId = lead.teamId;
    party.newAccount = !wish.accountId;
    party.accountId = wish.accountId.value_or(newId());
    party.newContact = !wish.contactId;
    party.contactId = wish.contactId.value_or(newId());
    party.overwriteSource = wish.overwriteSource.value_or(false);
    auto account = boost::json::parse(mapped(settings, lead, "Account")).as_object();
    if (!account.contains("name")) account["name"] = lead.companyName.value_or(lead.displayName.value_or("Unknown"));
    addAddress(lead, account);
    auto contact = boost::json::parse(mapped(settings, lead, "Contact")).as_object();
    if (!contact.contains("lastName"))
        contact["lastName"] = lead.lastName.value_or(lead.displayName.value_or("Unknown"));
    addReachability(lead, contact);
    party.account = boost::json::serialize(account);
    party.contact = boost::json::serialize(contact);
    return party;
}

std::string opportunityOf(const Settings &settings, const Lead &lead, const LeadConversion &wish, Plan &plan) {
    Opportunity opportunity;
    entity::readJson(mapped(settings, lead, "Opportunity"), opportunity);
    opportunity.name = wish.opportunityName ? wish.opportunityName
                       : lead.companyName   ? lead.companyName
                                            : lead.displayName;
    opportunity.pipelineId = wish.pipelineId;
    opportunity.stageId = wish.stageId;
    if (wish.amount) opportunity.amount = wish.amount;
    Date const today{static_cast<std::int32_t>(DateTime::now().microseconds / 86'400'000'000)};
    opportunity.closeDate = wish.closeDate ? *wish.closeDate : Date{today.days + daysToClose};
    opportunity.ownerId = plan.party.ownerId;
    opportunity.teamId = plan.party.teamId;
    opportunity.tags = lead.tags;
    // What was wished for and mapped is held to the contract; from here on the server writes.
    entity::validateInput(*Opportunity::contractType().entity, opportunity, nullptr);
    plan.opportunityId = newId();
    std::string text;
    entity::writeJson(text, opportunity);
    return text;
}

// --- the steps

std::unique_ptr<Opportunity> plannedOpportunity(const Plan &plan) {
    auto opportunity = std::make_unique<Opportunity>();
    entity::readJson(plan.opportunity, *opportunity);
    opportunity->id = plan.opportunityId;
    opportunity->accountId = plan.party.accountId;
    opportunity->primaryContactId = plan.party.contactId;
    opportunity->leadId = plan.party.leadId;
    return opportunity;
}

struct Rehearsed {};

/// The opportunity is written and rolled back, so that what would keep it from being made is known before anything is.
void rehearse(LeadService &service, const auth::Caller &caller, const Plan &plan) {
    if (plan.opportunity.empty()) return;
    entity::requireCreate(caller, *Opportunity::contractType().entity);
    std::vector<Write> writes(1);
    auto opportunity = plannedOpportunity(plan);
    opportunity->accountId.reset();  // not there yet
    writes[0].record = std::move(opportunity);
    writes[0].trusted = true;
    entity::WriteOptions options;
    std::optional<Error> problem;
    options.beforeCommit = [&](const std::vector<entity::RecordResult> &results, postgres::Batch &) {
        problem = results.at(0).error;
        throw Rehearsed();
    };
    try {
        (void)service.operations().write(caller, std::move(writes), options);
    } catch (const Rehearsed &) {
        if (problem) throw *problem;
    }
}

/// From here on the conversion is finished, by this process or by another.
void decide(LeadService &service, const auth::Caller &caller, const Plan &plan) {
    auto conversion = std::make_unique<Conversion>();
    conversion->id = plan.conversionId;
    conversion->leadId = plan.party.leadId;
    conversion->state = "started";
    conversion->request = toJson(plan);
    conversion->accountId = plan.party.accountId;
    conversion->contactId = plan.party.contactId;
    conversion->accountCreated = plan.party.newAccount;
    conversion->contactCreated = plan.party.newContact;
    std::vector<Write> writes(1);
    writes[0].record = std::move(conversion);
    writes[0].trusted = true;
    auto const results = service.operations().write(asService(caller), std::move(writes), {});
    if (!results.at(0).error) return;
    if (results[0].error->code == ErrorCode::duplicate) {
        throw Error(ErrorCode::conflict, "The lead is being converted by somebody else at this moment.");
    }
    throw *results[0].error;
}

/// The lead, its opportunity and the conversion in one transaction. Returns the errors, if there are any.
std::optional<Error> settle(LeadService &service, const auth::Caller &caller, const Plan &plan, bool withOpportunity,
                            const std::string &message) {
    std::vector<Write> writes;
    if (withOpportunity) {
        Write &write = writes.emplace_back();
        write.record = plannedOpportunity(plan);
        write.trusted = true;
    }
    DateTime const now = DateTime::now();
    auto lead = std::make_unique<Lead>();
    lead->id = plan.party.leadId;
    lead->statusId = plan.statusId;
    lead->convertedAt = now;
    lead->convertedBy = caller.principal->userId;
    lead->convertedAccountId = plan.party.accountId;
    lead->convertedContactId = plan.party.contactId;
    if (withOpportunity) lead->convertedOpportunityId = plan.opportunityId;
    auto conversion = std::make_unique<Conversion>();
    conversion->id = plan.conversionId;
    conversion->state = "done";
    conversion->finishedAt = now;
    if (withOpportunity) conversion->opportunityId = plan.opportunityId;
    if (!message.empty()) conversion->message = message;
    Write &changeLead = writes.emplace_back();
    changeLead.action = Action::update;
    changeLead.record = std::move(lead);
    changeLead.trusted = true;
    Write &changeConversion = writes.emplace_back();
    changeConversion.action = Action::update;
    changeConversion.record = std::move(conversion);
    changeConversion.trusted = true;
    auto const results =
        service.operations().write(asService(caller), std::move(writes), {.allOrNone = true, .returnRecords = false});
    for (const entity::RecordResult &result : results) {
        if (result.error && result.error->code != ErrorCode::rolledBack) return result.error;
    }
    return std::nullopt;
}

void fail(LeadService &service, const auth::Caller &caller, const Plan &plan, const Error &error) {
    auto conversion = std::make_unique<Conversion>();
    conversion->id = plan.conversionId;
    conversion->state = "failed";
    conversion->finishedAt = DateTime::now();
    conversion->message = error.detail;
    std::vector<Write> writes(1);
    writes[0].action = Action::update;
    writes[0].record = std::move(conversion);
    writes[0].trusted = true;
    (void)service.operations().write(asService(caller), std::move(writes), {.returnRecords = false});
}

bool isDone(LeadService &service, const Plan &plan) {
    return !service.operations()
                .pool()
                .run({"conversionDone", "SELECT 1 FROM conversion WHERE id = $1 AND finished_at IS NOT NULL"},
                     Parameters().uuid(plan.conversionId))
                .empty();
}

/// The steps after the decision; each may be repeated. Returns whether there is an opportunity.
bool finish(LeadService &service, const auth::Caller &caller, const Plan &plan) {
    try {
        service.contacts().receiveParty(caller, plan.party);
    } catch (const Error &error) {
        // Nothing has been written on that side: the lead stays as it was.
        if (error.code != ErrorCode::unavailable) fail(service, caller, plan, error);
        throw;
    }
    bool const wanted = !plan.opportunity.empty();
    auto problem = settle(service, caller, plan, wanted, "");
    if (problem && isDone(service, plan)) return wanted;  // another process was quicker
    if (problem && problem->code == ErrorCode::unavailable) throw *problem;
    if (problem && wanted) {
        // Rehearsed, and yet refused: a stage or price book is gone meanwhile. The parties are there, so the lead is
        // converted, and the conversion says what it lacks.
        problem = settle(service, caller, plan, false, "Without an opportunity: " + problem->detail);
        if (!problem) return false;
    }
    // The lead was deleted in between: there is nothing left that could be settled later.
    if (problem && problem->code == ErrorCode::notFound) fail(service, caller, plan, *problem);
    if (problem) throw *problem;
    return wanted;
}

// --- once and only once

std::string hashOf(const LeadConversion &wish) {
    std::string text;
    entity::writeJson(text, wish);
    return entity::requestHash("convertLeads", text);
}

/// The id that a conversion has by the key and the place in its call, so that the same call finds it again.
std::string conversionIdOf(const auth::Caller &caller, const std::string &key, std::size_t place) {
    std::string id = entity::requestHash("conversion " + caller.principal->userId, key + '#' + std::to_string(place));
    id.resize(32);
    for (std::size_t const dash : {8U, 13U, 18U, 23U}) id.insert(dash, 1, '-');
    id[14] = '8';  // a version of our own (RFC 9562), and its variant
    id[19] = 'a';
    return id;
}

LeadConversionResult resultOf(const Conversion &conversion) {
    LeadConversionResult result;
    result.success = true;
    result.accountId = conversion.accountId;
    result.contactId = conversion.contactId;
    result.opportunityId = conversion.opportunityId;
    result.accountCreated = conversion.accountCreated;
    result.contactCreated = conversion.contactCreated;
    return result;
}

/// What became of a conversion that the same call has decided on before; empty when it has not. What a process has left
/// behind is finished.
std::optional<LeadConversionResult> earlier(LeadService &service, const auth::Caller &caller, const std::string &id,
                                            const LeadConversion &wish) {
    static const Statement known{"findConversion", "SELECT 1 FROM conversion WHERE id = $1 AND deleted_at IS NULL"};
    if (service.operations().pool().run(known, Parameters().uuid(id)).empty()) return std::nullopt;
    entity::RecordKey const key = keyOf(*Conversion::contractType().entity, id);
    auto record = service.operations().retrieve(asService(caller), key);
    Plan const plan = fromJson(static_cast<const Conversion &>(*record));
    if (plan.wishHash != hashOf(wish)) {
        throw Error(ErrorCode::idempotencyMismatch, "The key was used for another conversion.");
    }
    if (!static_cast<const Conversion &>(*record).finishedAt) {
        (void)finish(service, caller, plan);
        record = service.operations().retrieve(asService(caller), key);
    }
    const auto &conversion = static_cast<const Conversion &>(*record);
    if (conversion.state == "failed") {
        throw Error(ErrorCode::conflict, conversion.message.value_or("The conversion has failed."));
    }
    return resultOf(conversion);
}

/// What is made may be given to those to whom the lead might be.
void requireOwner(const auth::Caller &caller, const Lead &lead, const LeadConversion &wish) {
    if (!wish.ownerId || wish.ownerId == lead.ownerId || caller.principal->may("assign")) return;
    const EntityType &leadType = *Lead::contractType().entity;
    Lead given;
    given.ownerId = wish.ownerId;
    given.teamId = lead.teamId;
    if (entity::reaches(caller.principal->rightsOn("Lead").update, *caller.principal, leadType, given)) return;
    throw Error(ErrorCode::forbidden, "You may not give records to this owner.",
                {{"/ownerId", "NOT_WRITABLE", "is not you, and you may not assign records"}});
}

/// Looks at everything that can be refused, and decides: from then on the conversion will be, whatever happens to this
/// process.
Plan decideOn(LeadService &service, const auth::Caller &caller, const LeadConversion &wish, const std::string &id) {
    const EntityType &leadType = *Lead::contractType().entity;
    auto const found = service.operations().retrieve(caller, keyOf(leadType, *wish.leadId));
    const auto &lead = static_cast<const Lead &>(*found);
    if (!entity::reaches(caller.principal->rightsOn("Lead").update, *caller.principal, leadType, lead)) {
        throw Error(ErrorCode::forbidden, "You may not change this lead.");
    }
    if (lead.convertedAt) throw alreadyConverted(lead.convertedContactId);
    requireOwner(caller, lead, wish);
    auto const settings = service.catalogue().settings();
    const LeadStatus *const status =
        wish.statusId ? settings->status(wish.statusId) : settings->firstStatus("converted");
    if (status == nullptr || status->category != "converted") {
        entity::refuse("/statusId", "NOT_CONVERTED", "must be a status of the category converted");
    }
    Plan plan;
    plan.conversionId = id;
    plan.wishHash = hashOf(wish);
    plan.leadVersion = lead.version.value_or(0);
    plan.statusId = *status->id;
    plan.party = partyOf(*settings, lead, wish);
    plan.party.conversionId = plan.conversionId;
    service.contacts().checkParty(caller, plan.party);
    if (wish.createOpportunity.value_or(true)) plan.opportunity = opportunityOf(*settings, lead, wish, plan);
    rehearse(service, caller, plan);
    decide(service, caller, plan);
    return plan;
}

/// `id` is that of the conversion when its call has a key, otherwise empty.
LeadConversionResult convert(LeadService &service, const auth::Caller &caller, const LeadConversion &wish,
                             const std::string &id) {
    if (!caller.principal->may("convertLead")) throw Error(ErrorCode::forbidden, "You may not convert leads.");
    if (!id.empty()) {
        if (auto before = earlier(service, caller, id, wish)) return *before;
    }
    Plan plan;
    try {
        plan = decideOn(service, caller, wish, id.empty() ? newId() : id);
    } catch (const Error &) {
        // The same call may be at it a second time, at the same moment, and have done it meanwhile.
        if (id.empty()) throw;
        if (auto before = earlier(service, caller, id, wish)) return *before;
        throw;
    }
    bool const withOpportunity = finish(service, caller, plan);

    LeadConversionResult result;
    result.success = true;
    result.accountId = plan.party.accountId;
    result.contactId = plan.party.contactId;
    if (withOpportunity) result.opportunityId = plan.opportunityId;
    result.accountCreated = plan.party.newAccount;
    result.contactCreated = plan.party.newContact;
    return result;
}

bool isCustom(const std::string &name) { return name.starts_with("customFields."); }

/// A field that is not there would be missed in silence. Those of accounts and contacts are known to their own service,
/// which looks at each conversion.
void beforeConversionField(entity::WriteContext &, Record &incoming, const Record *existing) {
    auto const mapping = entity::merged(static_cast<const ConversionField &>(incoming), existing);
    std::string const from = mapping.leadField.value_or("");
    std::string const to = mapping.targetField.value_or("");
    if (from.empty() || to.empty() || isCustom(from)) return;
    const Field *const source = Lead::contractType().find(from);
    if (source == nullptr || source->writeOnly) {
        entity::refuse("/leadField", "UNKNOWN_FIELD", "there is no such field of leads");
    }
    if (mapping.target != "Opportunity" || isCustom(to)) return;
    const Field *const target = Opportunity::contractType().find(to);
    if (target == nullptr) entity::refuse("/targetField", "UNKNOWN_FIELD", "there is no such field of opportunities");
    if (target->writable != Writable::always) entity::refuse("/targetField", "READ_ONLY", "is for the server to set");
    if (target->kind != source->kind) entity::refuse("/targetField", "WRONG_TYPE", "is of another type than " + from);
}

}  // namespace

void addConversionBehaviours(std::map<std::string, entity::Behaviour> &behaviours) {
    behaviours["ConversionField"].beforeWrite = beforeConversionField;
    behaviours["Conversion"].beforeWrite = [](entity::WriteContext &context, Record &incoming, const Record *existing) {
        if (existing == nullptr) beforeConversion(context, static_cast<const Conversion &>(incoming));
    };
}

LeadConversionResults convertLeads(LeadService &service, const auth::Caller &caller, const ConvertLeads &input,
                                   const std::string &key) {
    if (input.conversion.empty()) entity::refuse("/conversion", "REQUIRED", "names the leads to convert");
    if (input.conversion.size() > maximumLeads) {
        throw Error(ErrorCode::tooLarge, "At most " + std::to_string(maximumLeads) + " leads in one call.");
    }
    LeadConversionResults results;
    for (const LeadConversion &wish : input.conversion) {
        LeadConversionResult result;
        try {
            std::string const id = key.empty() ? std::string{} : conversionIdOf(caller, key, results.result.size());
            result = convert(service, caller, wish, id);
        } catch (const Error &error) {
            result.success = false;
            result.error = entity::faultOf(error);
        } catch (const postgres::DatabaseError &failure) {
            result.success = false;
            result.error = entity::faultOf(postgres::toError(failure));
        }
        result.leadId = wish.leadId;
        results.result.push_back(std::move(result));
    }
    return results;
}

int resumeConversions(
    LeadService &service,
    const std::function<std::shared_ptr<const auth::Principal>(const std::string &userId)> &principalOf,
    std::chrono::seconds silentFor) {
    int finished = 0;
    for (int attempts = 0; attempts < 1000; ++attempts) {
        Rows const rows = service.operations().pool().run(takeUp, Parameters().integer(silentFor.count()));
        if (rows.empty()) return finished;
        auth::Caller caller;
        caller.principal = principalOf(rows.uuid(0, 1));
        caller.interface = "system";
        caller.requestId = rows.uuid(0, 0);
        try {
            auto const record = service.operations().retrieve(
                asService(caller), keyOf(*Conversion::contractType().entity, rows.uuid(0, 0)));
            (void)finish(service, caller, fromJson(static_cast<const Conversion &>(*record)));
            ++finished;
        } catch (const Error &) {
            continue;  // it has been marked as failed, or comes again later
        }
    }
    return finished;
}

}  // namespace kontor::lead
