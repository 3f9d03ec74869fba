#include "services/lead/leads.h"

#include "services/lead/lead_service.h"
#include "services/lead/prices.h"
#include "shared/contract/uuid.h"
#include "shared/entity/access.h"
#include "shared/entity/evaluate.h"
#include "shared/entity/members.h"
#include "shared/entity/validate.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace kontor::lead {

using entity::refuse;
using entity::SqlText;
using entity::WriteContext;
using postgres::Batch;
using postgres::Parameters;
using postgres::Rows;
using postgres::Statement;

namespace {

constexpr int certain = 50;  // from this score on a candidate keeps a lead from being created
constexpr double microsecondsOfDay = 86'400e6;

const Statement selectEvents{"selectLeadEvents",
                             "SELECT kind, coalesce(at, created_at), coalesce(count, 1) FROM lead_event"
                             " WHERE lead_id = $1 AND deleted_at IS NULL"};
const Statement takeTurn{"takeAssignmentTurn",
                         "INSERT INTO assignment_turn (rule_id, turn) VALUES ($1, 0) ON CONFLICT (rule_id)"
                         " DO UPDATE SET turn = assignment_turn.turn + 1 RETURNING turn"};
const Statement withoutWaiting{"withoutWaiting", "SET LOCAL synchronous_commit = off"};
// Mail providers say nothing of the company.
constexpr std::array<std::string_view, 12> mailProviders{"gmail.com", "googlemail.com", "outlook.com", "hotmail.com",
                                                         "live.com",  "yahoo.com",      "icloud.com",  "gmx.de",
                                                         "gmx.net",   "web.de",         "aol.com",     "proton.me"};

std::string lower(std::string text) {
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

std::string digitsOf(const std::string &phone) {
    std::string digits;
    std::ranges::copy_if(phone, std::back_inserter(digits), [](unsigned char c) { return std::isdigit(c) != 0; });
    return digits;
}

/// "https://www.example.com/x" or "anna@example.com" → "example.com"; empty for a mail provider's.
std::string domainOf(std::string text) {
    text = lower(std::move(text));
    bool const address = text.find('@') != std::string::npos;
    if (address) text.erase(0, text.rfind('@') + 1);
    if (std::size_t const scheme = text.find("://"); scheme != std::string::npos) text.erase(0, scheme + 3);
    text.erase(std::min(text.find_first_of("/?#:"), text.size()));
    if (text.starts_with("www.")) text.erase(0, 4);
    return address && std::ranges::find(mailProviders, text) != mailProviders.end() ? "" : text;
}

// --- names and states

void nameLead(Lead &incoming, const Lead &lead) {
    std::string name = lead.firstName.value_or("");
    if (!name.empty() && lead.lastName) name += ' ';
    name += lead.lastName.value_or("");
    if (name.empty()) name = lead.companyName.value_or("");
    if (name.empty()) name = lead.email.value_or("");
    if (name.empty()) refuse("/lastName", "REQUIRED", "a lead has a name, a company or an e-mail address");
    incoming.displayName = std::move(name);
}

void normalise(Lead &incoming, const Lead *existing) {
    if (incoming.email) incoming.email = lower(*incoming.email);
    auto const lead = entity::merged(incoming, existing);
    nameLead(incoming, lead);
    if (!incoming.companyDomain && (incoming.website || (incoming.email && !lead.website))) {
        std::string domain = domainOf(lead.website.value_or(lead.email.value_or("")));
        if (!domain.empty()) incoming.companyDomain = std::move(domain);
    }
    if (existing == nullptr) {
        if (incoming.email && !incoming.emailState) incoming.emailState = "unverified";
    }
    bool const agreed = existing != nullptr && existing->consentGiven.value_or(false);
    if (incoming.consentGiven.value_or(false) && !agreed && !incoming.consentAt) incoming.consentAt = DateTime::now();
}

void setStatus(const Settings &settings, Lead &incoming, const Lead *existing) {
    if (existing == nullptr && !incoming.statusId) {
        if (const LeadStatus *const standard = settings.defaultStatus()) incoming.statusId = standard->id;
    }
    if (!incoming.statusId) return;
    const LeadStatus *const status = settings.status(incoming.statusId);
    if (status == nullptr) refuse("/statusId", "UNKNOWN_REFERENCE", "is not a lead status");
    auto const lead = entity::merged(incoming, existing);
    bool const converted = lead.convertedAt.has_value();
    if (status->category == "converted" && !converted) {
        refuse("/statusId", "CONVERT", "is reached by converting the lead");
    }
    if (converted && status->category != "converted") {
        throw Error(ErrorCode::conflict, "The lead has been converted; it cannot go back.");
    }
    incoming.statusCategory = status->category;
}

void measureResponse(Lead &incoming, const Lead *existing) {
    auto const lead = entity::merged(incoming, existing);
    if (!incoming.firstResponseAt) return;
    DateTime const created = lead.createdAt.value_or(DateTime::now());
    incoming.responseSeconds =
        std::max<std::int64_t>(0, (incoming.firstResponseAt->microseconds - created.microseconds) / 1'000'000);
}

// --- duplicates

contact::Likeness likenessOf(const Lead &lead) {
    contact::Likeness likeness;
    likeness.email = lead.email.value_or("");
    likeness.phone = digitsOf(lead.phone.value_or(lead.mobile.value_or("")));
    if (lead.phone && lead.mobile) likeness.otherPhone = digitsOf(*lead.mobile);
    likeness.firstName = lead.firstName.value_or("");
    likeness.lastName = lead.lastName.value_or("");
    likeness.companyName = lead.companyName.value_or("");
    likeness.companyDomain = lead.companyDomain.value_or("");
    return likeness;
}

/// Leads that are alike, of those that the caller sees. A branch for each way of being alike, none with OR: so
/// PostgreSQL plans it once, and not with each new lead.
void addLeadsLike(postgres::Pool &pool, const auth::Caller &caller, const Lead &lead, std::vector<Candidate> &found) {
    auto const likeness = likenessOf(lead);
    SqlText query;
    auto const look = [&](const char *way, const std::string &condition) {
        query.sql += query.sql.empty() ? "(" : " UNION ALL (";
        query.sql += std::string("SELECT t.id, t.display_name, '") + way + "' FROM lead t WHERE " + condition;
        query.sql += " AND t.deleted_at IS NULL AND t.id <> " + query.next();
        query.parameters.uuid(lead.id.value_or("00000000-0000-0000-0000-000000000000"));
        entity::addReadScope(query, caller, *Lead::contractType().entity);
        query.sql += " ORDER BY t.created_at, t.id LIMIT 20)";  // by id alone it would look along the primary key
    };
    auto const parameter = [&](const std::string &value) {
        std::string const place = query.next();
        query.parameters.text(value);
        return place;
    };
    if (!likeness.email.empty()) look("email", "t.email = " + parameter(likeness.email));
    for (const std::string *const phone : {&likeness.phone, &likeness.otherPhone}) {
        if (phone->size() <= 6) continue;  // extensions, which many people share
        for (const char *const column : {"phone", "mobile"}) {
            look("phone", std::string("regexp_replace(t.") + column + ", '[^0-9]', '', 'g') = " + parameter(*phone));
        }
    }
    if (!likeness.companyDomain.empty() && !likeness.lastName.empty()) {
        std::string const domain = parameter(likeness.companyDomain);
        look("name",
             "t.company_domain = " + domain + " AND lower(t.last_name) = " + parameter(lower(likeness.lastName)));
    }
    if (query.sql.empty()) return;
    Rows const rows = pool.run({"findLeadsLike", std::move(query.sql)}, std::move(query.parameters));
    std::vector<Candidate> alike;
    for (int row = 0; row < rows.size(); ++row) {
        std::string const id = rows.uuid(row, 0);
        std::string const way(rows.text(row, 2));
        auto candidate = std::ranges::find(alike, id, [](const Candidate &c) { return *c.id; });
        if (candidate == alike.end()) {
            candidate = alike.insert(alike.end(), Candidate{});
            candidate->entity = "Lead";
            candidate->id = id;
            candidate->name = std::string(rows.text(row, 1));
            candidate->score = way == "email" ? 100 : way == "phone" ? 80 : 60;
        }
        // The branches come in the order of their weight: what is known by its address is not told its name, too.
        if (way == "name" && candidate->matchedOn.empty()) candidate->matchedOn = {"companyDomain", "lastName"};
        if (way != "name" && std::ranges::find(candidate->matchedOn, way) == candidate->matchedOn.end()) {
            candidate->matchedOn.push_back(way);
        }
    }
    constexpr std::size_t most = 20;
    if (alike.size() > most) alike.resize(most);
    std::ranges::move(alike, std::back_inserter(found));
}

std::vector<Candidate> candidatesFor(postgres::Pool &pool, contact::ContactClient &contacts, const auth::Caller &caller,
                                     const Lead &lead) {
    std::vector<Candidate> found;
    if (caller.principal->rightsOn("Lead").read != auth::Scope::none) addLeadsLike(pool, caller, lead, found);
    std::ranges::move(contacts.findDuplicates(caller, likenessOf(lead)), std::back_inserter(found));
    std::ranges::stable_sort(found, std::greater<>{}, [](const Candidate &c) { return c.score.value_or(0); });
    return found;
}

void refuseDuplicates(postgres::Pool &pool, contact::ContactClient &contacts, const auth::Caller &caller,
                      const Lead &lead) {
    auto const found = candidatesFor(pool, contacts, caller, lead);
    // Another person of a company that is known is none the less a new lead.
    bool const person = lead.lastName || lead.firstName;
    bool const same = std::ranges::any_of(found, [&](const Candidate &candidate) {
        return *candidate.score >= certain && !(person && candidate.entity == "Account");
    });
    if (!same) return;
    Error error(ErrorCode::duplicatesDetected,
                "There are records like this lead. Send allowDuplicates to create it none the less.");
    error.conflictingId = found.front().id;
    for (const Candidate &candidate : found) {
        error.candidates.push_back({*candidate.entity, *candidate.id, candidate.name.value_or(""), candidate.matchedOn,
                                    static_cast<int>(*candidate.score)});
    }
    throw error;
}

// --- scores

struct LeadEvents {
    std::string kind;
    DateTime at;
    std::int64_t count = 1;
};

std::vector<LeadEvents> eventsOf(postgres::Transaction &transaction, const std::string &leadId) {
    Rows const rows = transaction.run(selectEvents, Parameters().uuid(leadId));
    std::vector<LeadEvents> events;
    for (int row = 0; row < rows.size(); ++row) {
        events.push_back({std::string(rows.text(row, 0)), rows.timestamp(row, 1), rows.integer(row, 2)});
    }
    return events;
}

/// What the events that a rule is about are worth now.
ScorePart behaviourPart(const ScoringRule &rule, const std::vector<LeadEvents> &events, DateTime now) {
    double points = 0;
    std::int64_t times = 0;
    for (const LeadEvents &event : events) {
        if (event.kind != rule.eventKind) continue;
        times += event.count;
        double const days = static_cast<double>(now.microseconds - event.at.microseconds) / microsecondsOfDay;
        double const weight = rule.halfLifeDays ? std::exp2(-days / static_cast<double>(*rule.halfLifeDays)) : 1.0;
        points += static_cast<double>(*rule.points) * static_cast<double>(event.count) * std::min(weight, 1.0);
    }
    auto rounded = static_cast<std::int64_t>(std::llround(points));
    bool const capped = rule.maximumPoints && std::llabs(rounded) > *rule.maximumPoints;
    if (capped) rounded = rounded < 0 ? -*rule.maximumPoints : *rule.maximumPoints;
    ScorePart part;
    part.points = rounded;
    part.reason = std::to_string(times) + " × " + rule.eventKind.value_or("") +
                  (rule.halfLifeDays ? ", halved every " + std::to_string(*rule.halfLifeDays) + " days" : "") +
                  (capped ? ", no more than " + std::to_string(*rule.maximumPoints) : "");
    return part;
}

std::string gradeOf(std::int64_t score) { return score >= 80 ? "A" : score >= 50 ? "B" : score >= 20 ? "C" : "D"; }

bool areSame(const std::vector<ScorePart> &left, const std::vector<ScorePart> &right) {
    return std::ranges::equal(left, right, [](const ScorePart &one, const ScorePart &other) {
        return one.ruleId == other.ruleId && one.rule == other.rule && one.points == other.points &&
               one.reason == other.reason;
    });
}

void scoreLead(const Settings &settings, Lead &incoming, const Lead *existing, const std::vector<LeadEvents> &events) {
    auto const lead = entity::merged(incoming, existing);
    DateTime const now = DateTime::now();
    std::vector<ScorePart> parts;
    std::int64_t score = 0;
    for (std::size_t i = 0; i < settings.scoringRules.size(); ++i) {
        const ScoringRule &rule = settings.scoringRules[i];
        const ParsedFilter &filter = settings.scoringFilters[i];
        ScorePart part;
        if (rule.kind == "behaviour") {
            part = behaviourPart(rule, events, now);
        } else if (!filter.broken && (!filter.node || entity::holds(*filter.node, lead, {}, now))) {
            part.points = rule.points;
            part.reason = rule.filter;
        }
        if (!part.points || *part.points == 0) continue;
        part.ruleId = rule.id;
        part.rule = rule.name;
        score += *part.points;
        parts.push_back(std::move(part));
    }
    if (existing != nullptr && existing->score == score && areSame(lead.scoreParts, parts)) return;
    incoming.score = score;
    incoming.grade = gradeOf(score);
    incoming.scoredAt = now;
    if (parts.empty() && existing != nullptr && !existing->scoreParts.empty()) {
        incoming.fieldsToNull.emplace_back("scoreParts");
    }
    incoming.scoreParts = std::move(parts);
}

// --- assignment

/// Decides who gets a lead, and writes down why.
class Assignment {
  public:
    Assignment(postgres::Pool &pool, Loads &loads, const Settings &settings, Lead &lead)
        : pool_(pool), loads_(loads), settings_(settings), lead_(lead) {}

    void decide() {
        for (std::size_t i = 0; i < settings_.assignmentRules.size(); ++i) {
            const AssignmentRule &rule = settings_.assignmentRules[i];
            const ParsedFilter &filter = settings_.assignmentFilters[i];
            bool const holds =
                !filter.broken && (!filter.node || entity::holds(*filter.node, lead_, {}, DateTime::now()));
            if (!holds) {
                note(rule, "notMatched", rule.filter.value_or(""));
            } else if (apply(rule)) {
                return;
            }
        }
    }

  private:
    struct Person {
        std::string id;
        std::int64_t open = 0;
        std::int64_t today = 0;
    };

    AssignmentStep &note(const AssignmentRule &rule, const char *outcome, std::string detail) {
        AssignmentStep &step = lead_.assignmentTrace.emplace_back();
        step.rule = rule.name;
        step.outcome = outcome;
        if (!detail.empty()) step.detail = std::move(detail);
        return step;
    }

    bool apply(const AssignmentRule &rule) {
        if (rule.mode == "queue") {
            lead_.queueId = rule.queueId;
            lead_.ownerId.reset();
            if (rule.leadTeamId) lead_.teamId = rule.leadTeamId;
            note(rule, "assigned", "put into the queue").queueId = rule.queueId;
            return true;
        }
        std::string why;
        std::optional<std::string> const chosen = find(rule, why);
        if (!chosen) {
            note(rule, "noneAvailable", why);
            return false;
        }
        lead_.ownerId = chosen;
        lead_.assignedAt = DateTime::now();
        if (rule.leadTeamId) lead_.teamId = rule.leadTeamId;
        note(rule, "assigned", why).userId = chosen;
        return true;
    }

    /// Somebody who is there and has room. Others may be quicker: then it is another one's turn.
    std::optional<std::string> find(const AssignmentRule &rule, std::string &why) {
        for (std::size_t attempt = 0; attempt <= rule.userIds.size(); ++attempt) {
            why.clear();
            std::vector<Person> const people = available(rule, why);
            if (people.empty()) return std::nullopt;
            const Person &chosen = choose(rule, people, why);
            const SalesPerson *const limits = settings_.salesPerson(chosen.id);
            if (limits == nullptr) {
                (void)loads_.take(chosen.id, {}, {});
                return chosen.id;
            }
            if (loads_.take(chosen.id, limits->capacity, limits->maximumPerDay)) return chosen.id;
        }
        return std::nullopt;
    }

    [[nodiscard]] static bool isOut(const SalesPerson &person) {
        DateTime const now = DateTime::now();
        bool const begun = !person.outFrom || *person.outFrom <= now;
        return (person.outFrom || person.outUntil) && begun && (!person.outUntil || now < *person.outUntil);
    }

    /// Those of the rule who can take a lead; whoever is out of office is stood in for.
    std::vector<Person> available(const AssignmentRule &rule, std::string &why) {
        std::vector<std::string> ids;
        for (const std::string &userId : rule.userIds) {
            if (auto const id = whoTakesPart(userId, why)) ids.push_back(*id);
        }
        return withRoom(rule, ids, why);
    }

    /// The user, or who stands in for him. Delegates may be out of office, too, and stand in for each other: nobody is
    /// asked twice.
    [[nodiscard]] std::optional<std::string> whoTakesPart(std::string userId, std::string &why) const {
        for (std::vector<std::string> asked; std::ranges::find(asked, userId) == asked.end();) {
            asked.push_back(userId);
            const SalesPerson *const person = settings_.salesPerson(userId);
            if (person == nullptr) return userId;
            if (!isOut(*person)) {
                if (person->isActive.value_or(true)) return userId;
                why += userId + " does not take part; ";
                return std::nullopt;
            }
            why += userId + " is out of office";
            if (person->delegateId) why += ", " + *person->delegateId + " stands in";
            why += "; ";
            if (!person->delegateId) return std::nullopt;
            userId = *person->delegateId;
        }
        return std::nullopt;
    }

    std::vector<Person> withRoom(const AssignmentRule &rule, const std::vector<std::string> &ids, std::string &why) {
        std::vector<Person> people;
        bool const limited = std::ranges::any_of(ids, [&](const std::string &id) {
            const SalesPerson *const person = settings_.salesPerson(id);
            return person != nullptr && (person->capacity || person->maximumPerDay);
        });
        for (const std::string &id : ids) people.push_back({.id = id});
        if (!limited && rule.mode != "leastBusy") return people;
        auto const loads = loads_.of(pool_, ids, limited ? Loads::For::limits : Loads::For::order);
        for (std::size_t i = 0; i < ids.size(); ++i) {
            people[i].open = loads[i].open;
            people[i].today = loads[i].today;
        }
        std::erase_if(people, [&](const Person &person) {
            const SalesPerson *const limits = settings_.salesPerson(person.id);
            if (limits == nullptr) return false;
            bool const full = limits->capacity && person.open >= *limits->capacity;
            bool const enough = limits->maximumPerDay && person.today >= *limits->maximumPerDay;
            if (full) why += person.id + " has " + std::to_string(person.open) + " open leads; ";
            if (!full && enough) why += person.id + " got " + std::to_string(person.today) + " in a day; ";
            return full || enough;
        });
        return people;
    }

    const Person &choose(const AssignmentRule &rule, const std::vector<Person> &people, std::string &why) {
        if (rule.mode == "leastBusy") {
            auto const least = std::ranges::min_element(people, {}, &Person::open);
            why += "least busy, with " + std::to_string(least->open) + " open leads";
            return *least;
        }
        if (rule.mode == "roundRobin") {
            Batch batch;
            batch.add(withoutWaiting, {});
            batch.add(takeTurn, Parameters().uuid(rule.id));
            auto const turn = static_cast<std::size_t>(pool_.run(std::move(batch)).back().integer(0, 0));
            why += "whose turn it is among " + std::to_string(people.size());
            return people[turn % people.size()];
        }
        why += "the first who is there";
        return people.front();
    }

    postgres::Pool &pool_;
    Loads &loads_;
    const Settings &settings_;
    Lead &lead_;
};

/// A new owner has it from now on, and it has left its queue.
void changeHands(const Settings &settings, const auth::Caller &caller, Lead &incoming, const Lead &existing) {
    if (!incoming.ownerId || incoming.ownerId == existing.ownerId) return;
    const LeadQueue *const queue = settings.queue(existing.queueId);
    bool const any = queue == nullptr || queue->memberIds.empty() || caller.principal->administrator;
    if (!any && std::ranges::find(queue->memberIds, *incoming.ownerId) == queue->memberIds.end()) {
        refuse("/ownerId", "NOT_A_MEMBER", "takes no leads from the queue " + queue->name.value_or(""));
    }
    incoming.assignedAt = DateTime::now();
    if (existing.queueId && !incoming.queueId) incoming.fieldsToNull.emplace_back("queueId");
}

/// From when it comes into a queue, the queue's time runs.
void setDeadline(const Settings &settings, Lead &incoming, const Lead *existing) {
    if (!incoming.queueId || (existing != nullptr && incoming.queueId == existing->queueId)) return;
    const LeadQueue *const queue = settings.queue(incoming.queueId);
    bool const answered = entity::merged(incoming, existing).firstResponseAt.has_value();
    if (queue != nullptr && queue->responseMinutes && !answered) {
        incoming.respondBy = DateTime{DateTime::now().microseconds + *queue->responseMinutes * 60'000'000};
    } else if (existing != nullptr && existing->respondBy) {
        incoming.fieldsToNull.emplace_back("respondBy");
    }
}

/// A lead comes from anywhere, so a currency without a rate is no reason to refuse it.
void valueLead(const Settings &settings, Lead &incoming, const Lead *existing) {
    auto const lead = entity::merged(incoming, existing);
    if (existing != nullptr && lead.estimatedAmount == existing->estimatedAmount &&
        lead.currency == existing->currency) {
        return;
    }
    std::optional<Decimal> base;
    if (lead.estimatedAmount && lead.currency) base = settings.toBase(*lead.estimatedAmount, *lead.currency, today());
    if (base && base->integerDigits() <= 15) {
        incoming.estimatedAmountBase = base->rounded(moneyDigits);
    } else if (existing != nullptr && existing->estimatedAmountBase) {
        incoming.fieldsToNull.emplace_back("estimatedAmountBase");
    }
}

void beforeLead(WriteContext &context, Lead &incoming, const Lead *existing, Catalogue &catalogue,
                contact::ContactClient &contacts) {
    auto const settings = catalogue.settings();
    postgres::Pool &pool = catalogue.operations().pool();
    normalise(incoming, existing);
    setStatus(*settings, incoming, existing);
    measureResponse(incoming, existing);
    valueLead(*settings, incoming, existing);
    bool const behaves =
        existing != nullptr &&
        std::ranges::any_of(settings->scoringRules, [](const ScoringRule &rule) { return rule.kind == "behaviour"; });
    if (existing != nullptr) {
        if (existing->ownerId) catalogue.loads().forget(*existing->ownerId);
        changeHands(*settings, context.caller, incoming, *existing);
        setDeadline(*settings, incoming, existing);
        scoreLead(*settings, incoming, existing,
                  behaves ? eventsOf(context.transaction, *existing->id) : std::vector<LeadEvents>{});
        return;
    }
    // An import brings what another system has already: its own external ids say what is the same.
    bool const imported = context.caller.interface == "import";
    if (!incoming.allowDuplicates.value_or(false) && !imported) {
        refuseDuplicates(pool, contacts, context.caller, incoming);
    }
    scoreLead(*settings, incoming, nullptr, {});
    bool const own = incoming.ownerId == context.caller.principal->userId && !incoming.queueId;
    if (incoming.assign.value_or(own && !imported)) Assignment(pool, catalogue.loads(), *settings, incoming).decide();
    if (incoming.ownerId && !incoming.assignedAt) incoming.assignedAt = DateTime::now();
    setDeadline(*settings, incoming, nullptr);
}

void beforeRule(const EntityType &about, const std::optional<std::string> &filter) {
    if (!filter || filter->empty()) return;
    try {
        auto const node = entity::parseFilter(*filter);
        if (node) entity::requireEvaluable(*node, about, {});
    } catch (const Error &error) {
        refuse("/filter", "INVALID_FILTER", error.detail);
    }
}

/// A rule about what rules compute would feed itself.
bool isAboutScore(const entity::FilterNode &node) {
    static constexpr std::array<std::string_view, 4> computed{"score", "grade", "scoreParts", "scoredAt"};
    if (!node.path.empty() && std::ranges::find(computed, node.path.front()) != computed.end()) return true;
    return std::ranges::any_of(node.children, isAboutScore);
}

void beforeScoringRule(WriteContext &, Record &incoming, const Record *existing) {
    auto const rule = entity::merged(static_cast<const ScoringRule &>(incoming), existing);
    beforeRule(*Lead::contractType().entity, rule.filter);
    if (rule.kind == "behaviour" && !rule.eventKind) refuse("/eventKind", "REQUIRED", "says which events count");
    if (rule.kind == "field" && !rule.filter) refuse("/filter", "REQUIRED", "says which leads get the points");
    if (!rule.filter) return;
    auto const node = entity::parseFilter(*rule.filter);
    if (node && isAboutScore(*node)) refuse("/filter", "LOOP", "must not be about the score itself");
}

void beforeAssignmentRule(WriteContext &, Record &incoming, const Record *existing) {
    auto const rule = entity::merged(static_cast<const AssignmentRule &>(incoming), existing);
    beforeRule(*Lead::contractType().entity, rule.filter);
    if (rule.mode == "queue" && !rule.queueId) refuse("/queueId", "REQUIRED", "says which queue");
    if (rule.mode != "queue" && rule.userIds.empty()) refuse("/userIds", "REQUIRED", "says who gets leads");
    for (std::size_t i = 0; i < rule.userIds.size(); ++i) {
        if (!parseUuid(rule.userIds[i])) refuse("/userIds/" + std::to_string(i), "PATTERN", "is not the id of a user");
    }
}

void beforeSalesPerson(WriteContext &, Record &incoming, const Record *existing) {
    auto const person = entity::merged(static_cast<const SalesPerson &>(incoming), existing);
    if (person.outFrom && person.outUntil && *person.outUntil < *person.outFrom) {
        refuse("/outUntil", "OUT_OF_RANGE", "must not be before outFrom");
    }
    if (person.delegateId && person.delegateId == person.userId) {
        refuse("/delegateId", "CYCLE", "must be somebody else");
    }
}

/// The score follows what happened. It is brought up to date once the event is stored; should that fail, the next
/// refresh does it.
void followEvent(Catalogue &catalogue, const LeadEvent &event) {
    auto principal = std::make_shared<auth::Principal>();
    principal->userId = event.createdBy.value_or("");
    principal->administrator = true;
    auth::Caller caller;
    caller.principal = std::move(principal);
    caller.interface = "system";
    std::vector<entity::Write> writes(1);
    writes[0].action = entity::Action::update;
    writes[0].key.entity = Lead::contractType().entity;
    auto lead = std::make_unique<Lead>();
    lead->id = event.leadId;
    writes[0].record = std::move(lead);
    writes[0].trusted = true;
    (void)catalogue.operations().write(caller, std::move(writes), {.returnRecords = false});
}

}  // namespace

void addLeadBehaviours(std::map<std::string, entity::Behaviour> &behaviours, Catalogue &catalogue,
                       contact::ContactClient &contacts) {
    behaviours["Lead"].beforeWrite = [&catalogue, &contacts](WriteContext &context, Record &incoming,
                                                             const Record *existing) {
        beforeLead(context, static_cast<Lead &>(incoming), static_cast<const Lead *>(existing), catalogue, contacts);
    };
    behaviours["Lead"].afterCommit = [&catalogue](const Record &record) {
        if (record.version != 1 && record.ownerId) catalogue.loads().forget(*record.ownerId);
    };
    behaviours["LeadEvent"].beforeWrite = [](WriteContext &, Record &incoming, const Record *existing) {
        auto &event = static_cast<LeadEvent &>(incoming);
        if (existing == nullptr && !event.at) event.at = DateTime::now();
        if (existing == nullptr && !event.count) event.count = 1;
    };
    behaviours["LeadEvent"].afterCommit = [&catalogue](const Record &record) {
        followEvent(catalogue, static_cast<const LeadEvent &>(record));
    };
    behaviours["ScoringRule"].beforeWrite = beforeScoringRule;
    behaviours["AssignmentRule"].beforeWrite = beforeAssignmentRule;
    behaviours["SalesPerson"].beforeWrite = beforeSalesPerson;
}

DuplicateCandidates findDuplicates(LeadService &service, const auth::Caller &caller, const Lead &lead) {
    entity::requireRead(caller, *Lead::contractType().entity);
    Lead like = lead;
    if (like.email) like.email = lower(*like.email);
    if (!like.companyDomain) like.companyDomain = domainOf(like.website.value_or(like.email.value_or("")));
    DuplicateCandidates candidates;
    candidates.candidate = candidatesFor(service.operations().pool(), service.contacts(), caller, like);
    return candidates;
}

std::int64_t refreshScores(LeadService &service, const auth::Caller &caller) {
    // Only what halves in time changes by itself, and not noticeably within an hour.
    static const Statement aged{
        "findAgedScores", "SELECT DISTINCT l.id FROM lead l JOIN lead_event e ON e.lead_id = l.id WHERE"
                          " l.deleted_at IS NULL AND l.status_category IN ('open', 'working', 'qualified') AND"
                          " e.deleted_at IS NULL AND (l.scored_at IS NULL OR l.scored_at < now() - interval '1 hour')"
                          " AND e.created_at > now() - interval '2 years' LIMIT 200"};
    Rows const rows = service.operations().pool().run(aged);
    if (rows.empty()) return 0;
    std::vector<entity::Write> writes;
    for (int row = 0; row < rows.size(); ++row) {
        entity::Write &write = writes.emplace_back();
        write.action = entity::Action::update;
        write.key.entity = Lead::contractType().entity;
        auto lead = std::make_unique<Lead>();
        lead->id = rows.uuid(row, 0);
        write.record = std::move(lead);
        write.trusted = true;
    }
    std::vector<std::string> looked;
    for (const entity::Write &write : writes) looked.push_back(*write.record->id);
    auto const results = service.operations().write(caller, std::move(writes), {.returnRecords = false});
    // When it was looked at is nobody's news.
    service.operations().pool().run({"markScored", "UPDATE lead SET scored_at = now() WHERE id = ANY($1)"},
                                    Parameters().uuidArray(looked));
    return std::ranges::count_if(results, &entity::RecordResult::success);
}

}  // namespace kontor::lead
