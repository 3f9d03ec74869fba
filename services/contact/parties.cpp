#include "services/contact/parties.h"

#include "shared/entity/access.h"
#include "shared/entity/json.h"
#include "shared/entity/members.h"
#include "shared/entity/validate.h"

#include <algorithm>

namespace kontor::contact {

using entity::Action;
using entity::SqlText;
using entity::Write;
using postgres::Rows;

namespace {

const EntityType &accountType() { return *Account::contractType().entity; }
const EntityType &contactType() { return *Contact::contractType().entity; }

constexpr int movedAtOnce = 200;

/// One way in which records can be alike.
struct Likely {
    const EntityType *entity;
    const char *sql;  ///< from the name of the record t to what is compared with the value
    const std::string &value;
    const char *matchedOn;
    int score;
};

/// The rows that were found in the way of this number.
void add(std::vector<Candidate> &found, const Rows &rows, std::int64_t number, const Likely &way) {
    for (int row = 0; row < rows.size(); ++row) {
        if (rows.integer(row, 0) != number) continue;
        std::string const id = rows.uuid(row, 1);
        if (std::ranges::any_of(found, [&](const Candidate &candidate) { return candidate.id == id; })) continue;
        Candidate &candidate = found.emplace_back();
        candidate.entity = std::string(way.entity->name);
        candidate.id = id;
        candidate.name = std::string(rows.text(row, 2));
        candidate.matchedOn = {way.matchedOn};
        candidate.score = way.score;
    }
}

std::vector<Likely> waysToLook(const auth::Caller &caller, const Likeness &likeness) {
    auto const sees = [&](const EntityType &entity) {
        return caller.principal->rightsOn(entity.name).read != auth::Scope::none;
    };
    std::vector<Likely> ways;
    if (sees(contactType()) && !likeness.email.empty()) {
        ways.push_back({&contactType(),
                        "t.display_name FROM email_address e JOIN record_email l ON l.email_address_id = e.id"
                        " JOIN contact t ON t.id = l.record_id WHERE e.address",
                        likeness.email, "email", 100});
    }
    for (const std::string *const phone : {&likeness.phone, &likeness.otherPhone}) {
        if (!sees(contactType()) || phone->size() <= 6) continue;
        ways.push_back({&contactType(),
                        "t.display_name FROM phone_number p JOIN record_phone l ON l.phone_number_id = p.id"
                        " JOIN contact t ON t.id = l.record_id WHERE regexp_replace(p.number, '[^0-9]', '', 'g')",
                        *phone, "phone", 80});
    }
    if (sees(accountType()) && !likeness.companyDomain.empty()) {
        ways.push_back(
            {&accountType(), "t.name FROM account t WHERE t.domain", likeness.companyDomain, "companyDomain", 70});
    }
    if (sees(accountType()) && !likeness.companyName.empty()) {
        ways.push_back({&accountType(), "t.name FROM account t WHERE t.name", likeness.companyName, "companyName", 60});
    }
    return ways;
}

/// What the target does not have yet, from what the lead has; fields that the caller may not write stay as they are.
template <typename T>
std::unique_ptr<T> completion(const auth::Caller &caller, const T &existing, const std::string &given,
                              bool overwriteSource) {
    T offered;
    entity::readJson(given, offered);
    auto change = std::make_unique<T>();
    bool any = false;
    for (const Field &field : T::contractType().fields) {
        if (field.writable != Writable::always || field.name == "ownerId" || field.name == "teamId") continue;
        if (isEmpty(field, offered)) continue;
        if (caller.principal->rightOn(T::contractType().entity->name, field.name) != auth::FieldRight::write) continue;
        bool const wanted = isEmpty(field, existing) || (field.name == "source" && overwriteSource);
        if (!wanted) continue;
        entity::copyMember(field, offered, *change);
        any = true;
    }
    if (!any) return nullptr;
    if constexpr (requires { change->consentGiven; }) {
        // What was agreed to, and when, tells nothing of an answer that the person has given elsewhere.
        if (existing.consentGiven) {
            change->consentAt.reset();
            change->consentText.reset();
        }
    }
    change->id = existing.id;
    return change;
}

void create(std::vector<Write> &writes, entity::RecordPtr record, const std::string &id, const Party &party) {
    record->id = id;
    record->ownerId = party.ownerId;
    record->teamId = party.teamId;
    Write &write = writes.emplace_back();
    write.record = std::move(record);
}

void update(std::vector<Write> &writes, entity::RecordPtr record) {
    if (record == nullptr) return;
    Write &write = writes.emplace_back();
    write.action = Action::update;
    write.record = std::move(record);
}

void requireUpdate(const auth::Caller &caller, const Record &record) {
    const EntityType &entity = *record.structType().entity;
    if (entity::reaches(caller.principal->rightsOn(entity.name).update, *caller.principal, entity, record)) return;
    throw Error(ErrorCode::forbidden, "You may not change this " + std::string(entity.label) + ".");
}

/// The next activities and attachments of a lead, on their way to its contact.
std::vector<Write> historyOf(postgres::Pool &pool, const Party &party) {
    static const postgres::Statement findHistory{
        "findLeadHistory",
        "SELECT 'Activity', id FROM activity WHERE parent_id = $1 AND deleted_at IS NULL UNION ALL"
        " SELECT 'Attachment', id FROM attachment WHERE parent_id = $1 AND deleted_at IS NULL LIMIT " +
            std::to_string(movedAtOnce)};
    Rows const found = pool.run(findHistory, postgres::Parameters().uuid(party.leadId));
    std::vector<Write> writes;
    for (int row = 0; row < found.size(); ++row) {
        Write &write = writes.emplace_back();
        write.action = Action::update;
        write.trusted = true;
        if (found.text(row, 0) == "Activity") {
            auto activity = std::make_unique<Activity>();
            activity->id = found.uuid(row, 1);
            activity->parentEntity = "Contact";
            activity->parentId = party.contactId;
            activity->contactId = party.contactId;
            activity->accountId = party.accountId;
            write.record = std::move(activity);
        } else {
            auto attachment = std::make_unique<Attachment>();
            attachment->id = found.uuid(row, 1);
            attachment->parentEntity = "Contact";
            attachment->parentId = party.contactId;
            write.record = std::move(attachment);
        }
    }
    return writes;
}

/// Throws what kept a record from being written.
void requireWritten(const std::vector<entity::RecordResult> &results) {
    for (const entity::RecordResult &result : results) {
        if (result.error && result.error->code != ErrorCode::rolledBack) throw *result.error;
    }
}

}  // namespace

std::vector<Candidate> Parties::findDuplicates(const auth::Caller &caller, const Likeness &likeness) {
    std::vector<Likely> const ways = waysToLook(caller, likeness);
    std::vector<Candidate> found;
    if (ways.empty()) return found;
    SqlText query;  // one statement, however many ways: each new lead asks
    for (std::size_t i = 0; i < ways.size(); ++i) {
        query.sql += (i == 0 ? "(SELECT " : " UNION ALL (SELECT ") + std::to_string(i) + ", t.id, " + ways[i].sql;
        query.sql += " = " + query.next() + " AND t.deleted_at IS NULL";
        query.parameters.text(ways[i].value);
        entity::addReadScope(query, caller, *ways[i].entity);
        query.sql += " ORDER BY t.id LIMIT 20)";
    }
    Rows const rows =
        service_.operations().pool().run({"findPartiesLike", std::move(query.sql)}, std::move(query.parameters));
    for (std::size_t i = 0; i < ways.size(); ++i) add(found, rows, static_cast<std::int64_t>(i), ways[i]);
    return found;
}

void Parties::checkParty(const auth::Caller &caller, Party &party) {
    entity::Operations &operations = service_.operations();
    if (!party.newContact) {
        auto const record = operations.retrieve(caller, {&contactType(), party.contactId, {}, {}, {}});
        const auto &contact = static_cast<const Contact &>(*record);
        requireUpdate(caller, contact);
        if (party.newAccount && contact.accountId) {
            party.accountId = *contact.accountId;
            party.newAccount = false;
        }
    }
    if (!party.newAccount) {
        requireUpdate(caller, *operations.retrieve(caller, {&accountType(), party.accountId, {}, {}, {}}));
    }
    if (party.newAccount) entity::requireCreate(caller, accountType());
    if (party.newContact) entity::requireCreate(caller, contactType());
    auto const check = [&](Record &record, const std::string &given, bool isNew) {
        entity::readJson(given, record);
        entity::validateInput(*record.structType().entity, record, nullptr);
        if (isNew) entity::requireWritableFields(*caller.principal, *record.structType().entity, record);
    };
    Account account;
    Contact contact;
    check(account, party.account, party.newAccount);
    check(contact, party.contact, party.newContact);
}

std::optional<std::string> Parties::accountName(const auth::Caller &caller, const std::string &id) {
    auto const records = service_.operations().retrieveRecords(caller, {{&accountType(), id, {}, {}, {}}}, {"name"});
    if (records.at(0) == nullptr) return std::nullopt;
    return static_cast<const Account &>(*records[0]).name;
}

void Parties::receiveParty(const auth::Caller &caller, const Party &party) {
    entity::Operations &operations = service_.operations();
    // The caller's rights on the parties were checked (checkParty); they may become those of others, whom the caller
    // does not see, and the lead's history goes with the person, whoever of the team has written it.
    auto everything = std::make_shared<auth::Principal>(*caller.principal);
    everything->administrator = true;
    auth::Caller mover = caller;
    mover.principal = std::move(everything);
    // What an earlier call has made is there already.
    auto const look = [&] {
        return operations.retrieveRecords(
            mover, {{&accountType(), party.accountId, {}, {}, {}}, {&contactType(), party.contactId, {}, {}, {}}});
    };
    auto const present = look();
    std::vector<Write> writes;
    if (present[0] == nullptr) {
        auto account = std::make_unique<Account>();
        entity::readJson(party.account, *account);
        create(writes, std::move(account), party.accountId, party);
    } else if (!party.newAccount) {
        update(writes,
               completion(caller, static_cast<const Account &>(*present[0]), party.account, party.overwriteSource));
    }
    if (present[1] == nullptr) {
        auto contact = std::make_unique<Contact>();
        entity::readJson(party.contact, *contact);
        contact->accountId = party.accountId;
        create(writes, std::move(contact), party.contactId, party);
    } else if (!party.newContact) {
        const auto &existing = static_cast<const Contact &>(*present[1]);
        auto change = completion(caller, existing, party.contact, party.overwriteSource);
        if (!existing.accountId) {
            if (change == nullptr) change = std::make_unique<Contact>();
            change->id = existing.id;
            change->accountId = party.accountId;
        }
        update(writes, std::move(change));
    }
    entity::WriteOptions const options{.allOrNone = true, .returnRecords = false};
    try {
        if (!writes.empty()) requireWritten(operations.write(mover, std::move(writes), options));
    } catch (const Error &error) {
        // Somebody else may be at the same party, such as a connection of a process that is dead: then it is there now.
        auto const now = look();
        if (error.code != ErrorCode::duplicate || !now[0] || !now[1]) throw;
    }
    while (true) {
        auto moves = historyOf(operations.pool(), party);
        if (moves.empty()) return;
        requireWritten(operations.write(mover, std::move(moves), options));
    }
}

}  // namespace kontor::contact
