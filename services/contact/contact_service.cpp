#include "services/contact/contact_service.h"

#include "services/contact/contact_store.h"
#include "shared/contract/uuid.h"
#include "shared/entity/access.h"
#include "shared/entity/cursor.h"
#include "shared/entity/custom_field_definitions.h"
#include "shared/entity/members.h"

#include <algorithm>
#include <array>

namespace kontor::contact {

using entity::Behaviour;
using entity::refuse;
using entity::SqlText;
using entity::WriteContext;
using postgres::Parameters;
using postgres::Rows;
using postgres::Statement;

namespace {

const Statement findCycle{"findAccountCycle",
                          "WITH RECURSIVE up AS (SELECT id, parent_id, 1 AS depth FROM account WHERE id = $1 UNION ALL"
                          " SELECT a.id, a.parent_id, up.depth + 1 FROM account a JOIN up ON a.id = up.parent_id"
                          " WHERE up.depth < 100) SELECT 1 FROM up WHERE id = $2"};
const Statement findManagerCycle{
    "findContactCycle",
    "WITH RECURSIVE up AS (SELECT id, reports_to_id, 1 AS depth FROM contact WHERE id = $1 UNION ALL"
    " SELECT c.id, c.reports_to_id, up.depth + 1 FROM contact c JOIN up ON c.id = up.reports_to_id"
    " WHERE up.depth < 100) SELECT 1 FROM up WHERE id = $2"};

std::string lower(std::string text) {
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

/// "https://www.example.com:8080/x" → "example.com".
std::string domainOf(std::string_view website) {
    std::size_t const scheme = website.find("://");
    if (scheme != std::string_view::npos) website.remove_prefix(scheme + 3);
    website = website.substr(0, website.find_first_of("/?#"));
    website = website.substr(0, website.find(':'));
    std::string domain = lower(std::string(website));
    if (domain.starts_with("www.")) domain.erase(0, 4);
    return domain;
}

template <typename Item> void onePrimary(std::vector<Item> &items) {
    if (items.empty()) return;
    bool found = false;
    for (Item &item : items) {
        if (item.isPrimary.value_or(false) && !found) {
            found = true;
        } else {
            item.isPrimary = false;
        }
    }
    if (!found) items.front().isPrimary = true;
}

template <typename Reachable> void normaliseReachability(Reachable &record) {
    for (auto &email : record.emailAddresses) {
        if (email.address) email.address = lower(*email.address);
    }
    onePrimary(record.emailAddresses);
    onePrimary(record.phoneNumbers);
}

void beforeAccount(WriteContext &context, Record &incoming, const Record *existing) {
    auto &account = static_cast<Account &>(incoming);
    normaliseReachability(account);
    if (account.website && !account.domain) account.domain = domainOf(*account.website);
    if (account.domain) account.domain = lower(*account.domain);
    if (existing == nullptr && !account.status) account.status = "active";
    if (account.parentId && existing != nullptr) {
        bool const cycle =
            account.parentId == existing->id ||
            !context.transaction.run(findCycle, Parameters().uuid(account.parentId).uuid(existing->id)).empty();
        if (cycle) refuse("/parentId", "CYCLE", "would make the account its own ancestor");
    }
}

void beforeContact(WriteContext &context, Record &incoming, const Record *existing) {
    auto &contact = static_cast<Contact &>(incoming);
    const auto *const before = static_cast<const Contact *>(existing);
    normaliseReachability(contact);
    auto const effective = [&](const std::optional<std::string> &given, const std::optional<std::string> *old,
                               std::string_view name) -> std::string {
        if (given) return *given;
        if (old != nullptr && *old && !entity::isCleared(contact, name)) return **old;
        return {};
    };
    std::string const first =
        effective(contact.firstName, before != nullptr ? &before->firstName : nullptr, "firstName");
    std::string const last = effective(contact.lastName, before != nullptr ? &before->lastName : nullptr, "lastName");
    std::string name = first + (first.empty() || last.empty() ? "" : " ") + last;
    contact.displayName = name.empty() ? std::nullopt : std::optional(std::move(name));
    bool const agreed = before != nullptr && before->consentGiven.value_or(false);
    if (contact.consentGiven.value_or(false) && !agreed && !contact.consentAt) contact.consentAt = DateTime::now();
    if (contact.reportsToId && existing != nullptr) {
        bool const cycle =
            contact.reportsToId == existing->id ||
            !context.transaction.run(findManagerCycle, Parameters().uuid(contact.reportsToId).uuid(existing->id))
                 .empty();
        if (cycle) refuse("/reportsToId", "CYCLE", "would make the contact report to itself");
    }
}

/// A polymorphic reference has no foreign key: the record must exist in this service, or belong to another one.
void checkParent(WriteContext &context, const std::optional<std::string> &entityName,
                 const std::optional<std::string> &id) {
    if (!id && !entityName) return;
    if (!id || !entityName) refuse("/parentId", "REQUIRED", "parentEntity and parentId go together");
    const EntityType *const parent = serviceContract().entityByName(*entityName);
    if (parent == nullptr) return;
    Statement const exists{"parentExists",
                           "SELECT 1 FROM " + std::string(parent->table) + " WHERE id = $1 AND deleted_at IS NULL"};
    if (context.transaction.run(exists, Parameters().uuid(id)).empty()) {
        refuse("/parentId", "UNKNOWN_REFERENCE", "points to a record that does not exist");
    }
}

/// A reminder keeps its distance from what it is about, and what is done needs none; unless the caller says otherwise.
void carryReminder(Activity &activity, const Activity *before) {
    if (before == nullptr || !before->reminderAt || activity.reminderAt) return;
    static constexpr std::array<std::string_view, 4> ends{"held", "notHeld", "completed", "canceled"};
    if (entity::isCleared(activity, "reminderAt")) return;
    if (activity.status && std::ranges::find(ends, *activity.status) != ends.end()) {
        activity.fieldsToNull.emplace_back("reminderAt");
        return;
    }
    bool const isByDueAt = before->kind == "task" && before->dueAt;
    auto const &from = isByDueAt ? before->dueAt : before->startAt;
    auto const &to = isByDueAt ? activity.dueAt : activity.startAt;
    if (!from || !to || *from == *to) return;
    activity.reminderAt = DateTime{before->reminderAt->microseconds + to->microseconds - from->microseconds};
}

void beforeActivity(WriteContext &context, Record &incoming, const Record *existing) {
    auto &activity = static_cast<Activity &>(incoming);
    const auto *const before = static_cast<const Activity *>(existing);
    checkParent(context,
                activity.parentEntity                    ? activity.parentEntity
                : before != nullptr && activity.parentId ? before->parentEntity
                                                         : activity.parentEntity,
                activity.parentId                            ? activity.parentId
                : before != nullptr && activity.parentEntity ? before->parentId
                                                             : activity.parentId);
    if (existing == nullptr) {
        if (!activity.status) {
            activity.status = activity.kind == "task"                               ? "notStarted"
                              : activity.kind == "note" || activity.kind == "email" ? "completed"
                                                                                    : "planned";
        }
        if (!activity.priority) activity.priority = "normal";
        // An activity about a contact or an account is found from there too.
        if (activity.parentEntity == "Contact" && !activity.contactId) activity.contactId = activity.parentId;
        if (activity.parentEntity == "Account" && !activity.accountId) activity.accountId = activity.parentId;
    }
    static constexpr std::array<std::string_view, 3> meetingStates{"planned", "held", "notHeld"};
    static constexpr std::array<std::string_view, 5> taskStates{"notStarted", "started", "completed", "canceled",
                                                                "deferred"};
    std::string const kind = activity.kind.value_or(before != nullptr ? before->kind.value_or("") : "");
    if (activity.status && (kind == "call" || kind == "meeting") &&
        std::ranges::find(meetingStates, *activity.status) == meetingStates.end()) {
        refuse("/status", "NOT_A_CHOICE", "must be planned, held or notHeld");
    }
    if (activity.status && kind == "task" && std::ranges::find(taskStates, *activity.status) == taskStates.end()) {
        refuse("/status", "NOT_A_CHOICE", "must be notStarted, started, completed, canceled or deferred");
    }
    Activity const whole = entity::merged(activity, before);
    if (whole.startAt && whole.endAt && *whole.endAt < *whole.startAt)
        refuse("/endAt", "OUT_OF_RANGE", "must not be before startAt");
    bool const done = activity.status == "completed" || activity.status == "held";
    if (done && !activity.completedAt && (before == nullptr || !before->completedAt)) {
        activity.completedAt = DateTime::now();
    }
    carryReminder(activity, before);
}

void beforeAttachment(WriteContext &context, Record &incoming, const Record *existing) {
    auto &attachment = static_cast<Attachment &>(incoming);
    if (existing != nullptr) return;
    checkParent(context, attachment.parentEntity, attachment.parentId);
    if (!attachment.contentType) attachment.contentType = "application/octet-stream";
    if (!attachment.blobId) {
        throw Error(ErrorCode::conflict, "An attachment is created by uploading its content.");
    }
}

void beforeEmailAddress(WriteContext &, Record &incoming, const Record *existing) {
    auto &email = static_cast<EmailAddress &>(incoming);
    if (email.address) email.address = lower(*email.address);
    if (existing != nullptr) return;
    if (!email.status) email.status = "unverified";
    if (!email.optOut) email.optOut = false;
    if (!email.bounceCount) email.bounceCount = 0;
}

void beforePhoneNumber(WriteContext &, Record &incoming, const Record *existing) {
    auto &phone = static_cast<PhoneNumber &>(incoming);
    if (existing != nullptr) return;
    if (!phone.invalid) phone.invalid = false;
    if (!phone.optOut) phone.optOut = false;
}

std::map<std::string, Behaviour> behaviours() {
    std::map<std::string, Behaviour> all;
    all["Account"].children = reachability();
    all["Account"].beforeWrite = beforeAccount;
    all["Contact"].children = reachability();
    all["Contact"].beforeWrite = beforeContact;
    all["Activity"].beforeWrite = beforeActivity;
    all["Activity"].visibility = [](const auth::Caller &caller) -> std::string {
        if (caller.principal->administrator) return {};
        return "NOT coalesce(t.is_private, false) OR t.owner_id = '" + caller.principal->userId + "'";
    };
    all["Attachment"].beforeWrite = beforeAttachment;
    all["EmailAddress"].beforeWrite = beforeEmailAddress;
    all["PhoneNumber"].beforeWrite = beforePhoneNumber;
    return all;
}

}  // namespace

ContactService::ContactService(postgres::Pool &pool, std::string cursorKey)
    : pool_(pool), cursorKey_(cursorKey),
      operations_(
          serviceContract(), pool,
          [this] {
              auto all = behaviours();
              all["CustomFieldDefinition"] = entity::customFieldDefinitions<CustomFieldDefinition>(
                  serviceContract(), [this] { return &operations_; });
              return all;
          }(),
          std::move(cursorKey)) {}

Timeline ContactService::getTimeline(const auth::Caller &caller, const entity::RecordKey &key, int limit,
                                     const std::string &cursor) {
    entity::RecordPtr const record = operations_.retrieve(caller, key, {"id"});
    std::string const id = *record->id;
    entity::PagePosition position = entity::openPosition(cursor, id, limit, cursorKey_, "timeline");
    DateTime const before{std::min(position.before, std::numeric_limits<std::int64_t>::max() / 4)};
    int const wanted = std::clamp(position.limit, 1, 500);
    const EntityType &activity = *serviceContract().entityByName("Activity");
    const EntityType &attachment = *serviceContract().entityByName("Attachment");

    // What the caller may not list, it does not see here either. What one transaction has made is of one moment: among
    // that, the key says what the page before had.
    SqlText query;
    query.sql = "SELECT * FROM (";
    query.parameters.uuid(id).timestamp(before).text(position.key);
    bool any = false;
    if (caller.principal->rightsOn(activity.name).read != auth::Scope::none) {
        query.sql +=
            "(SELECT t.created_at AS at, 'Activity' AS entity, t.id, t.kind, t.subject, left(t.body, 500) AS body,"
            " t.owner_id AS by, t.id::text COLLATE \"C\" AS key FROM activity t"
            " WHERE (t.parent_id = $1 OR t.contact_id = $1 OR t.account_id = $1"
            " OR t.contact_id IN (SELECT c.id FROM contact c WHERE c.account_id = $1 AND c.deleted_at IS NULL))"
            " AND t.deleted_at IS NULL AND (t.created_at, t.id::text COLLATE \"C\") < ($2, $3)"
            " AND (NOT coalesce(t.is_private, false) OR t.owner_id = " +
            query.next() + ")";
        query.parameters.uuid(caller.principal->userId);
        entity::addReadScope(query, caller, activity);
        query.sql += " ORDER BY t.created_at DESC, key DESC LIMIT " + std::to_string(wanted + 1) + ")";
        any = true;
    }
    if (caller.principal->rightsOn(attachment.name).read != auth::Scope::none) {
        query.sql += any ? " UNION ALL " : "";
        query.sql +=
            "(SELECT t.created_at, 'Attachment', t.id, 'attachment', t.file_name, t.description, t.created_by,"
            " t.id::text COLLATE \"C\" AS key FROM attachment t WHERE t.parent_id = $1 AND t.deleted_at IS NULL"
            " AND (t.created_at, t.id::text COLLATE \"C\") < ($2, $3)";
        entity::addReadScope(query, caller, attachment);
        query.sql += " ORDER BY t.created_at DESC, key DESC LIMIT " + std::to_string(wanted + 1) + ")";
        any = true;
    }
    query.sql += any ? " UNION ALL " : "";
    query.sql +=
        "(SELECT a.at, a.entity, a.record_id, a.action, NULL, (SELECT string_agg(k, ', ') FROM"
        " jsonb_object_keys(a.changes) k), a.user_id, lpad(a.id::text, 20, '0') COLLATE \"C\" AS key"
        " FROM audit_entry a WHERE a.record_id = $1 AND (a.at, lpad(a.id::text, 20, '0') COLLATE \"C\") < ($2, $3)"
        " ORDER BY a.at DESC, key DESC LIMIT " +
        std::to_string(wanted + 1) + ")) e ORDER BY at DESC, key DESC LIMIT " + std::to_string(wanted + 1);
    Rows const rows = pool_.run({"timeline", std::move(query.sql)}, std::move(query.parameters));

    Timeline timeline;
    for (int row = 0; row < std::min(rows.size(), wanted); ++row) {
        TimelineEntry &entry = timeline.entry.emplace_back();
        entry.at = rows.timestamp(row, 0);
        entry.entity = std::string(rows.text(row, 1));
        entry.id = rows.uuid(row, 2);
        entry.kind = std::string(rows.text(row, 3));
        if (!rows.isNull(row, 4)) entry.title = std::string(rows.text(row, 4));
        if (!rows.isNull(row, 5)) entry.text = std::string(rows.text(row, 5));
        if (!rows.isNull(row, 6)) entry.by = rows.uuid(row, 6);
    }
    if (rows.size() > wanted) {
        position.before = timeline.entry.back().at->microseconds;
        position.key = rows.text(wanted - 1, 7);
        timeline.cursor = entity::sealPosition(id, position, cursorKey_, "timeline");
    }
    return timeline;
}

entity::RecordResult ContactService::uploadAttachment(const auth::Caller &caller,
                                                      std::unique_ptr<Attachment> attachment,
                                                      const std::function<std::size_t(char *, std::size_t)> &read,
                                                      entity::WriteOptions options) {
    entity::requireCreate(caller, *serviceContract().entityByName("Attachment"));
    if (attachment->parentId && attachment->parentEntity) {
        if (const EntityType *const parent = serviceContract().entityByName(*attachment->parentEntity)) {
            (void)operations_.retrieve(caller, {parent, *attachment->parentId, {}, {}, {}}, {"id"});
        }
    }
    postgres::BlobWriter writer(pool_);
    std::vector<char> buffer(64U << 10U);
    while (std::size_t const count = read(buffer.data(), buffer.size())) {
        if (writer.size() + static_cast<std::int64_t>(count) > maximumAttachmentBytes) {
            throw Error(ErrorCode::tooLarge, "An attachment has at most 100 MB.");
        }
        writer.write({buffer.data(), count});
    }
    // The content becomes permanent in the transaction of the record that refers to it.
    postgres::Batch permanent;
    writer.finish(permanent);
    options.beforeCommit = [&permanent, given = std::move(options.beforeCommit)](
                               const std::vector<entity::RecordResult> &results, postgres::Batch &batch) {
        batch.append(permanent);
        if (given) given(results, batch);
    };
    attachment->size = writer.size();
    attachment->sha256 = writer.sha256();
    attachment->blobId = writer.id();
    std::vector<entity::Write> writes(1);
    writes[0].record = std::move(attachment);
    writes[0].trusted = true;
    options.allOrNone = true;
    auto results = operations_.write(caller, std::move(writes), options);
    return std::move(results.at(0));
}

std::unique_ptr<Attachment> ContactService::attachment(const auth::Caller &caller, const std::string &id) {
    entity::RecordKey key;
    key.entity = serviceContract().entityByName("Attachment");
    key.id = id;
    return std::unique_ptr<Attachment>(static_cast<Attachment *>(operations_.retrieve(caller, key).release()));
}

void ContactService::readContent(const Attachment &attachment, std::int64_t offset,
                                 const std::function<bool(std::string_view)> &use) {
    postgres::readBlob(pool_, attachment.blobId.value_or(""), offset, use);
}

Tags ContactService::listTags(const auth::Caller &caller, const std::string &entityName) {
    const EntityType *const type = serviceContract().entityByName(entityName);
    if (type == nullptr) throw Error(ErrorCode::validation, "There is no entity " + entityName + " in this service.");
    SqlText query;
    query.sql = "SELECT tag, count(*) FROM " + std::string(type->table) +
                " t, unnest(t.tags) AS tag WHERE t.deleted_at IS NULL";
    entity::addReadScope(query, caller, *type);
    query.sql += " GROUP BY tag ORDER BY 2 DESC, 1 LIMIT 2000";
    Rows const rows = pool_.run({"listTags", std::move(query.sql)}, std::move(query.parameters));
    Tags tags;
    for (int row = 0; row < rows.size(); ++row) {
        Tag &tag = tags.tag.emplace_back();
        tag.name = std::string(rows.text(row, 0));
        tag.records = rows.integer(row, 1);
    }
    return tags;
}

}  // namespace kontor::contact
