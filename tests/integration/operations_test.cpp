#include "shared/entity/idempotency.h"
#include "shared/entity/json.h"
#include "shared/events/outbox.h"
#include "tests/integration/services_fixture.h"

#include <algorithm>
#include <set>

using namespace kontor;
using namespace kontor::test;
using contact::Account;
using contact::Activity;
using contact::Contact;
using entity::RecordPtr;
using entity::Write;

namespace {

struct SharedServices {
    Services services;
    static SharedServices &instance() {
        static SharedServices shared;
        return shared;
    }
};

struct Fixture {
    Services &services = SharedServices::instance().services;
    entity::Operations &operations = services.contacts();
    const auth::Caller &admin = services.administrator;

    Contact newContact(const std::string &lastName) {
        Contact contact;
        contact.lastName = lastName;
        return services.create(operations, admin, contact);
    }
    static entity::RecordKey keyOf(const Record &record) {
        return {record.structType().entity, *record.id, {}, {}, {}};
    }
    static entity::Query queryOf(std::string_view entity, std::string filter = {}) {
        entity::Query query;
        query.entity = &Services::entity(entity);
        query.filter = std::move(filter);
        return query;
    }
};

ExternalId externalId(const std::string &system, const std::string &id) {
    ExternalId external;
    external.system = system;
    external.id = id;
    return external;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(record_operations, Fixture)

BOOST_AUTO_TEST_CASE(a_record_comes_back_as_it_was_given) {
    Account account;
    account.name = "Ärger & Söhne 株式会社";
    account.annualRevenue = Decimal::parse("999999999999999.9999");
    account.tags = {"a", "ü"};
    account.externalIds = {externalId("erp", "round-trip")};
    contact::PostalAddress address;
    address.kind = "billing";
    address.city = "Αθήνα";
    address.country = "GR";
    account.postalAddresses = {address};
    auto const made = services.create(operations, admin, account);
    auto const read = operations.retrieve(admin, keyOf(made));
    const auto &back = static_cast<const Account &>(*read);
    BOOST_TEST(*back.name == *account.name);
    BOOST_TEST((back.annualRevenue == account.annualRevenue));
    BOOST_TEST(back.tags == account.tags, boost::test_tools::per_element());
    BOOST_TEST(*back.externalIds.at(0).id == "round-trip");
    BOOST_TEST(*back.postalAddresses.at(0).city == "Αθήνα");
    BOOST_TEST((back.createdAt == made.createdAt));
    BOOST_TEST(*back.version == 1);
}

BOOST_AUTO_TEST_CASE(an_update_changes_what_is_given_and_empties_what_is_named) {
    Contact contact;
    contact.firstName = "Ada";
    contact.lastName = "Lovelace";
    contact.jobTitle = "Countess";
    auto const made = services.create(operations, admin, contact);
    Contact change;
    change.id = made.id;
    change.version = 1;
    change.department = "Engines";
    change.fieldsToNull = {"jobTitle"};
    auto const result = services.update(operations, admin, change);
    BOOST_REQUIRE(result.success());
    BOOST_TEST(result.version == 2);
    auto const read = operations.retrieve(admin, keyOf(made));
    const auto &back = static_cast<const Contact &>(*read);
    BOOST_TEST(*back.firstName == "Ada");
    BOOST_TEST(*back.department == "Engines");
    BOOST_TEST(!back.jobTitle.has_value());
    BOOST_TEST(*back.displayName == "Ada Lovelace");
}

BOOST_AUTO_TEST_CASE(a_stale_version_is_refused_and_changes_nothing) {
    auto const made = newContact("Stale");
    Contact change;
    change.id = made.id;
    change.version = 1;
    change.jobTitle = "first";
    BOOST_TEST(services.update(operations, admin, change).success());
    change.jobTitle = "second";
    auto const refused = services.update(operations, admin, change);
    BOOST_REQUIRE(!refused.success());
    BOOST_TEST((refused.error->code == ErrorCode::versionConflict));
    BOOST_TEST(*refused.error->currentVersion == 2);
    auto const read = operations.retrieve(admin, keyOf(made));
    BOOST_TEST(*static_cast<const Contact &>(*read).jobTitle == "first");
}

BOOST_AUTO_TEST_CASE(an_update_that_changes_nothing_makes_no_version) {
    auto const made = newContact("Same");
    Contact change;
    change.id = made.id;
    change.lastName = "Same";
    BOOST_TEST(services.update(operations, admin, change).version == 1);
}

BOOST_AUTO_TEST_CASE(wrong_fields_are_all_named) {
    Account account;
    account.currency = "euro";
    account.annualRevenue = Decimal::parse("1.23456");
    account.website = "no address";
    try {
        services.create(operations, admin, account);
        BOOST_TEST(false, "it was created");
    } catch (const Error &error) {
        BOOST_TEST((error.code == ErrorCode::validation));
        std::set<std::string> pointers;
        for (const FieldError &field : error.fields) pointers.insert(field.pointer);
        BOOST_TEST(pointers.contains("/currency"));
        BOOST_TEST(pointers.contains("/annualRevenue"));
        BOOST_TEST(pointers.contains("/website"));
    }
    BOOST_TEST((codeOf([&] { services.create(operations, admin, Account{}); }) == ErrorCode::validation));
}

BOOST_AUTO_TEST_CASE(of_several_records_the_right_ones_are_written) {
    std::vector<RecordPtr> records;
    for (const char *name : {"Good one", "", "Good two"}) {
        auto account = std::make_unique<Account>();
        if (*name != '\0') account->name = name;
        account->externalIds = {externalId("mixed", std::string("m-") + name)};
        records.push_back(std::move(account));
    }
    auto const results = operations.createRecords(admin, std::move(records), {});
    BOOST_REQUIRE_EQUAL(results.size(), 3U);
    BOOST_TEST(results[0].success());
    BOOST_TEST(!results[1].success());
    BOOST_TEST(results[2].success());
    BOOST_TEST(
        operations.retrieveRecords(admin, {{&Services::entity("Account"), {}, "mixed", "m-Good two", {}}}).at(0) !=
        nullptr);
}

BOOST_AUTO_TEST_CASE(of_many_records_each_has_its_own_result_and_its_own_traces) {
    Account account;
    account.name = "Of many";
    account.number = "M-1";
    auto const company = services.create(operations, admin, account);
    std::vector<Write> writes;
    for (int i = 0; i < 60; ++i) {
        Write &write = writes.emplace_back();
        if (i == 30) {
            auto change = std::make_unique<Account>();
            change->id = company.id;
            change->description = "changed between";
            write.action = entity::Action::update;
            write.record = std::move(change);
        } else if (i == 40) {
            auto taken = std::make_unique<Account>();
            taken->name = "Second of that number";
            taken->number = "M-1";
            write.record = std::move(taken);
        } else {
            auto contact = std::make_unique<Contact>();
            contact->lastName = "Many " + std::to_string(i);
            contact->accountId = i == 20 ? "01900000-0000-7000-8000-00000000dead" : *company.id;
            contact->emailAddresses.resize(1);
            contact->emailAddresses[0].address = "many" + std::to_string(i) + "@of.example";
            write.record = std::move(contact);
        }
    }
    auto const results = operations.write(admin, std::move(writes), {});
    BOOST_REQUIRE_EQUAL(results.size(), 60U);
    for (int i = 0; i < 60; ++i) {
        auto const &result = results.at(static_cast<std::size_t>(i));
        BOOST_TEST(result.success() == (i != 20 && i != 40), "record " << i);
    }
    BOOST_TEST((results[20].error->code == ErrorCode::validation));
    BOOST_TEST(results[20].error->fields.at(0).pointer == "/accountId");
    BOOST_TEST((results[40].error->code == ErrorCode::duplicate));
    BOOST_TEST(results[40].error->fields.at(0).pointer == "/number");
    BOOST_TEST(results[30].version == 2);
    auto const stored = operations.queryRecords(
        admin, queryOf("Contact", "lastName : \"Many*\" AND emailAddresses.address : \"*@of.example\""));
    BOOST_TEST(stored.records.size() == 50U);  // a page
    auto const count = [&](const std::string &table) {
        return operations.pool()
            .run({"count", "SELECT count(*), count(DISTINCT record_id) FROM " + table +
                               " WHERE record_id IN (SELECT id FROM contact WHERE last_name LIKE 'Many %')"})
            .integer(0, 0);
    };
    BOOST_TEST(count("audit_entry") == 57);
    BOOST_TEST(count("outbox") == 57);
}

BOOST_AUTO_TEST_CASE(all_or_none_writes_none_and_says_which_was_to_blame) {
    std::vector<RecordPtr> records;
    for (int i = 0; i < 3; ++i) {
        auto contact = std::make_unique<Contact>();
        contact->lastName = "None" + std::to_string(i);
        contact->externalIds = {externalId("none", i == 2 ? "0" : std::to_string(i))};
        records.push_back(std::move(contact));
    }
    auto const results = operations.createRecords(admin, std::move(records), {.allOrNone = true});
    BOOST_TEST((results[0].error->code == ErrorCode::rolledBack || results[0].error->code == ErrorCode::duplicate));
    BOOST_TEST((results[1].error->code == ErrorCode::rolledBack));
    BOOST_TEST((results[2].error->code == ErrorCode::duplicate));
    BOOST_TEST(operations.queryRecords(admin, queryOf("Contact", "lastName : \"None*\"")).records.empty());
}

BOOST_AUTO_TEST_CASE(an_external_id_belongs_to_one_record) {
    Contact first;
    first.lastName = "Holder";
    first.externalIds = {externalId("erp", "taken")};
    auto const holder = services.create(operations, admin, first);
    Contact second;
    second.lastName = "Late";
    second.externalIds = {externalId("erp", "taken")};
    try {
        services.create(operations, admin, second);
        BOOST_TEST(false, "the external id was given twice");
    } catch (const Error &error) {
        BOOST_TEST((error.code == ErrorCode::duplicate));
        BOOST_TEST(error.fields.at(0).code == "DUPLICATE_EXTERNAL_ID");
        BOOST_TEST(error.conflictingId.value_or("") == *holder.id);
    }
    // A deleted record lets go of it, and finds it taken when it comes back.
    operations.deleteRecords(admin, {keyOf(holder)}, {});
    services.create(operations, admin, second);
    auto const back = operations.undeleteRecords(admin, {keyOf(holder)}, {});
    BOOST_TEST((back.at(0).error->code == ErrorCode::duplicate));
}

BOOST_AUTO_TEST_CASE(upsert_creates_then_updates_and_refuses_twins_in_one_call) {
    auto const upsert = [&](std::initializer_list<std::pair<const char *, const char *>> rows) {
        std::vector<RecordPtr> records;
        for (const auto &[id, name] : rows) {
            auto account = std::make_unique<Account>();
            account->name = name;
            account->externalIds = {externalId("sap", id)};
            records.push_back(std::move(account));
        }
        return operations.upsertRecords(admin, "sap", std::move(records), {});
    };
    auto const created = upsert({{"u1", "One"}, {"u2", "Two"}});
    BOOST_TEST(created[0].created);
    auto const updated = upsert({{"u2", "Two again"}, {"u3", "Three"}});
    BOOST_TEST(!updated[0].created);
    BOOST_TEST(updated[0].id == created[1].id);
    BOOST_TEST(updated[0].version == 2);
    BOOST_TEST(updated[1].created);
    auto const twins = upsert({{"u9", "A"}, {"u9", "B"}});
    BOOST_TEST((twins[0].error->code == ErrorCode::duplicate));
    BOOST_TEST((twins[1].error->code == ErrorCode::duplicate));
}

BOOST_AUTO_TEST_CASE(a_deleted_record_is_in_the_recycle_bin_until_it_is_taken_out) {
    auto const made = newContact("Bin");
    BOOST_TEST(operations.deleteRecords(admin, {keyOf(made)}, {}).at(0).success());
    BOOST_TEST((codeOf([&] { operations.retrieve(admin, keyOf(made)); }) == ErrorCode::notFound));
    entity::Query bin = queryOf("Contact", "lastName = \"Bin\"");
    BOOST_TEST(operations.queryRecords(admin, bin).records.empty());
    bin.onlyDeleted = true;
    BOOST_TEST(operations.queryRecords(admin, bin).records.size() == 1U);
    BOOST_TEST(operations.undeleteRecords(admin, {keyOf(made)}, {}).at(0).success());
    BOOST_TEST(operations.retrieve(admin, keyOf(made)) != nullptr);
    BOOST_TEST((operations.undeleteRecords(admin, {keyOf(made)}, {}).at(0).error->code == ErrorCode::conflict));
}

BOOST_AUTO_TEST_CASE(pages_hold_every_record_once_whatever_the_order_and_however_many_are_empty) {
    std::vector<RecordPtr> records;
    for (int i = 0; i < 37; ++i) {
        auto account = std::make_unique<Account>();
        account->name = "Page " + std::to_string(i % 5);
        account->tags = {"paging"};
        if (i % 3 != 0) account->industry = "Industry " + std::to_string(i % 4);
        if (i % 2 == 0) account->employeeCount = i % 7;
        records.push_back(std::move(account));
    }
    operations.createRecords(admin, std::move(records), {});
    for (const char *const sort : {"", "name", "-name", "industry", "-industry", "industry,-employeeCount",
                                   "-employeeCount,name", "-createdAt", "-id"}) {
        entity::Query query = queryOf("Account", "tags : \"paging\"");
        query.sort = sort;
        query.limit = 1000;
        auto const whole = operations.queryRecords(admin, query);
        BOOST_TEST(whole.records.size() == 37U);
        query.limit = 4;
        std::vector<std::string> paged;
        while (true) {
            auto const page = operations.queryRecords(admin, query);
            for (const RecordPtr &record : page.records) paged.push_back(*record->id);
            if (page.nextCursor.empty()) break;
            query = queryOf("Account");
            query.limit = 4;
            query.cursor = page.nextCursor;
        }
        std::vector<std::string> expected;
        for (const RecordPtr &record : whole.records) expected.push_back(*record->id);
        BOOST_TEST_CONTEXT("sort " << sort) { BOOST_TEST(paged == expected, boost::test_tools::per_element()); }
    }
}

BOOST_AUTO_TEST_CASE(a_cursor_that_was_tampered_with_or_is_of_another_query_is_refused) {
    for (int i = 0; i < 3; ++i) newContact("Cursor");
    entity::Query query = queryOf("Contact", "lastName = \"Cursor\"");
    query.limit = 1;
    std::string const cursor = operations.queryRecords(admin, query).nextCursor;
    BOOST_REQUIRE(!cursor.empty());
    entity::Query tampered = queryOf("Contact");
    tampered.cursor = cursor;
    tampered.cursor[3] = tampered.cursor[3] == 'A' ? 'B' : 'A';
    BOOST_TEST((codeOf([&] { operations.queryRecords(admin, tampered); }) == ErrorCode::invalidCursor));
    entity::Query other = queryOf("Account");
    other.cursor = cursor;
    BOOST_TEST((codeOf([&] { operations.queryRecords(admin, other); }) == ErrorCode::invalidCursor));
    entity::Query changed = queryOf("Contact", "lastName = \"Else\"");
    changed.cursor = cursor;
    BOOST_TEST((codeOf([&] { operations.queryRecords(admin, changed); }) == ErrorCode::invalidCursor));
    BOOST_TEST((codeOf([&] { operations.getChanges(admin, {}, cursor, 10); }) == ErrorCode::invalidCursor));
}

BOOST_AUTO_TEST_CASE(counts_and_expansion_come_on_request) {
    Account account;
    account.name = "Expanded";
    auto const parent = services.create(operations, admin, account);
    for (int i = 0; i < 3; ++i) {
        Contact contact;
        contact.lastName = "Expand";
        contact.accountId = parent.id;
        services.create(operations, admin, contact);
    }
    entity::Query query = queryOf("Contact", "account.name = \"Expanded\"");
    query.expand = {"account"};
    query.count = entity::Count::exact;
    auto const page = operations.queryRecords(admin, query);
    BOOST_TEST(page.total.value() == 3);
    BOOST_REQUIRE_EQUAL(page.included.size(), 1U);
    BOOST_TEST(*static_cast<const Account &>(*page.included[0]).name == "Expanded");
}

BOOST_AUTO_TEST_CASE(search_finds_words_parts_of_words_and_what_resembles_them) {
    Account account;
    account.name = "Zephyrhausen Maschinenbau";
    services.create(operations, admin, account);
    Contact contact;
    contact.firstName = "明美";
    contact.lastName = "佐藤";
    services.create(operations, admin, contact);
    auto const found = [&](const std::string &q) { return operations.searchRecords(admin, q, {}, 10).size(); };
    BOOST_TEST(found("maschinen") == 1U);
    BOOST_TEST(found("zephyr masch") == 1U);
    BOOST_TEST(found("yrhaus") == 1U);
    BOOST_TEST(found("Zephirhausen") == 1U);
    account.name = "Crédit Générâl Łódź";
    services.create(operations, admin, account);
    BOOST_TEST(found("credit general") == 1U);
    BOOST_TEST(found("LODZ") == 1U);
    BOOST_TEST(found("générâl") == 1U);
    BOOST_TEST(found("佐藤") == 1U);
    BOOST_TEST(found("cr & Łódź") == 1U);       // two letters begin a word; signs are none
    BOOST_TEST(found("ge") == 1U);              // not only the first
    BOOST_TEST(found("general Credit") == 1U);  // in any order
    BOOST_TEST(found("credit warsaw") == 0U);   // but every one
    BOOST_TEST(found("100% \\ _ ' quite nothing like it") == 0U);
}

BOOST_AUTO_TEST_CASE(the_history_of_a_record_names_each_changed_field) {
    auto const made = newContact("History");
    Contact change;
    change.id = made.id;
    change.jobTitle = "Chronicler";
    services.update(operations, admin, change);
    auto const history = operations.history(admin, keyOf(made), 50, "");
    auto const entry = std::ranges::find_if(history.entries, [](const AuditEntry &e) { return e.field == "jobTitle"; });
    BOOST_REQUIRE(entry != history.entries.end());
    BOOST_TEST(*entry->newValue == "Chronicler");
    // That it was made is one entry: what it began with is what it holds, or the old value of a field's first change.
    BOOST_TEST(*history.entries.back().action == "created");
    BOOST_TEST(!history.entries.back().field.has_value());
    BOOST_TEST(std::ranges::count(history.entries, std::optional<std::string>("created"), &AuditEntry::action) == 1);
    BOOST_TEST(*entry->by == admin.principal->userId);
    BOOST_TEST(*entry->action == "updated");
    BOOST_TEST(!entry->oldValue.has_value());
    BOOST_CHECK_THROW(services.contactPool->run({"forge", "UPDATE audit_entry SET action = 'forged'"}),
                      postgres::DatabaseError);
}

BOOST_AUTO_TEST_CASE(custom_fields_are_checked_filtered_and_unique) {
    contact::CustomFieldDefinition definition;
    definition.entity = "Contact";
    definition.name = "loyaltyPoints";
    definition.label = "Loyalty points";
    definition.type = "integer";
    definition.isUnique = true;
    services.create(operations, admin, definition);
    auto const with = [](const std::string &lastName, const std::string &name, const std::string &value) {
        Contact contact;
        contact.lastName = lastName;
        CustomField field;
        field.name = name;
        field.value = value;
        contact.customFields = {field};
        return contact;
    };
    auto const made = services.create(operations, admin, with("Points", "loyaltyPoints", "0042"));
    BOOST_TEST(*made.customFields.at(0).value == "42");
    BOOST_TEST((codeOf([&] { services.create(operations, admin, with("Bad", "loyaltyPoints", "many")); }) ==
                ErrorCode::validation));
    BOOST_TEST((codeOf([&] { services.create(operations, admin, with("Bad", "unknownField", "1")); }) ==
                ErrorCode::validation));
    BOOST_TEST((codeOf([&] { services.create(operations, admin, with("Twin", "loyaltyPoints", "42")); }) ==
                ErrorCode::duplicate));
    auto const page = operations.queryRecords(admin, queryOf("Contact", "customFields.loyaltyPoints > 41"));
    BOOST_TEST(page.records.size() == 1U);
    auto const description = operations.describe(admin, Services::entity("Contact"));
    BOOST_TEST(std::ranges::any_of(description.field, [](const DescribeField &f) {
        return f.custom.value_or(false) && f.name.value_or("").find("loyaltyPoints") != std::string::npos;
    }));
}

BOOST_AUTO_TEST_CASE(a_reference_must_point_to_something) {
    Contact contact;
    contact.lastName = "Dangling";
    contact.accountId = "01900000-0000-7000-8000-00000000dead";
    try {
        services.create(operations, admin, contact);
        BOOST_TEST(false, "it was created");
    } catch (const Error &error) {
        BOOST_TEST((error.code == ErrorCode::validation));
        BOOST_TEST(error.fields.at(0).pointer == "/accountId");
        BOOST_TEST(error.fields.at(0).code == "UNKNOWN_REFERENCE");
    }
    Activity activity;
    activity.kind = "task";
    activity.subject = "Nowhere";
    activity.parentEntity = "Contact";
    activity.parentId = contact.accountId;
    BOOST_TEST((codeOf([&] { services.create(operations, admin, activity); }) == ErrorCode::validation));
}

BOOST_AUTO_TEST_CASE(an_account_cannot_be_its_own_ancestor) {
    Account account;
    account.name = "Grandparent";
    auto const top = services.create(operations, admin, account);
    account.name = "Parent";
    account.parentId = top.id;
    auto const middle = services.create(operations, admin, account);
    Account change;
    change.id = top.id;
    change.parentId = middle.id;
    auto const result = services.update(operations, admin, change);
    BOOST_REQUIRE(!result.success());
    BOOST_TEST(result.error->fields.at(0).code == "CYCLE");
}

BOOST_AUTO_TEST_CASE(the_change_feed_has_every_change_once_in_order) {
    std::string token = operations.getChanges(admin, {}, "", 2000).resumeToken;
    while (true) {
        auto const page = operations.getChanges(admin, {}, token, 2000);
        token = page.resumeToken;
        if (!page.more) break;
    }
    auto const made = newContact("Feed");
    Contact change;
    change.id = made.id;
    change.jobTitle = "Fed";
    services.update(operations, admin, change);
    operations.deleteRecords(admin, {keyOf(made)}, {});
    std::vector<std::string> kinds;
    BOOST_TEST(eventually([&] {
        auto const page = operations.getChanges(admin, {&Services::entity("Contact")}, token, 1);
        for (const auto &one : page.changes) {
            if (one.id == made.id) kinds.push_back(one.kind);  // earlier tests may be held back
        }
        token = page.resumeToken;
        return kinds.size() >= 3;
    }));
    std::vector<std::string> const expected{"created", "updated", "deleted"};
    BOOST_TEST(kinds == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_token_from_before_a_purge_is_refused_and_the_bin_is_emptied_in_time) {
    Services own;  // the purge takes everything
    entity::Operations &all = own.contacts();
    Contact contact;
    contact.lastName = "Forgotten";
    auto const made = own.create(all, own.administrator, contact);
    std::string const token = all.getChanges(own.administrator, {}, "", 10).resumeToken;
    all.deleteRecords(own.administrator, {keyOf(made)}, {});
    BOOST_TEST(all.emptyRecycleBin(30) == 0);
    BOOST_TEST(all.emptyRecycleBin(0) == 1);
    entity::Query bin = queryOf("Contact");
    bin.onlyDeleted = true;
    BOOST_TEST(all.queryRecords(own.administrator, bin).records.empty());
    BOOST_TEST(eventually([&] { return events::purgeOutbox(*own.contactPool, std::chrono::seconds(0)) > 0; }));
    BOOST_TEST(eventually([&] {
        events::purgeOutbox(*own.contactPool, std::chrono::seconds(0));
        return codeOf([&] { all.getChanges(own.administrator, {}, token, 10); }) == ErrorCode::invalidCursor;
    }));
    BOOST_TEST(!codeOf([&] { all.getChanges(own.administrator, {}, "", 10); }));
}

BOOST_AUTO_TEST_CASE(an_event_holds_the_record_as_it_was_then) {
    auto const jsonOf = [&](const Record &record) {
        std::string json;
        entity::writeJson(json, record);
        return entity::parseJson(json);
    };
    auto const before = events::endOfOutbox(*services.contactPool);
    Contact contact;
    contact.lastName = "Óttarsson";
    contact.teamId = "01920000-0000-7000-8000-000000000077";
    contact.tags = {"north"};
    auto const made = services.create(operations, admin, contact);
    auto const created = jsonOf(*operations.retrieve(admin, keyOf(made)));
    Contact change;
    change.id = made.id;
    change.jobTitle = "Skipper";
    BOOST_TEST(!services.update(operations, admin, change).error);
    auto const updated = jsonOf(*operations.retrieve(admin, keyOf(made)));
    std::vector<events::Event> found;
    BOOST_REQUIRE(kontor::test::eventually([&] {
        found = events::readOutbox(*services.contactPool, before, 10);
        return found.size() == 2;
    }));
    BOOST_TEST(entity::parseJson(found[0].payload) == created);
    BOOST_TEST(entity::parseJson(found[1].payload) == updated);
    BOOST_TEST(found[1].changed == std::vector<std::string>{"jobTitle"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_change_whose_transaction_commits_late_is_not_passed_over) {
    std::string const token = operations.getChanges(admin, {}, "", 2000).resumeToken;
    auto const insert = [](postgres::Transaction &transaction, const std::string &id) {
        transaction.run({"lateChange", "INSERT INTO outbox (at, entity, record_id, version, kind, changed, payload)"
                                       " VALUES (now(), 'Contact', $1, 1, 'created', '{}', '{}')"},
                        postgres::Parameters().uuid(id));
    };
    std::string const early = "01900000-0000-7000-8000-000000000001";
    std::string const late = "01900000-0000-7000-8000-000000000002";
    std::vector<std::string> seen;
    auto const read = [&](std::string &from) {
        auto const page = operations.getChanges(admin, {}, from, 2000);
        for (const auto &one : page.changes) {
            if (one.id == early || one.id == late) seen.push_back(one.id);
        }
        from = page.resumeToken;
    };
    std::string position = token;
    {
        postgres::Transaction slow(*services.contactPool);
        insert(slow, early);
        postgres::Transaction quick(*services.contactPool);
        insert(quick, late);
        quick.commit();
        read(position);
        BOOST_TEST(seen.empty());
        slow.commit();
    }
    BOOST_TEST(eventually([&] {
        read(position);
        return seen.size() >= 2;
    }));
    BOOST_TEST((seen == std::vector<std::string>{early, late}));
}

BOOST_AUTO_TEST_CASE(an_idempotency_key_gives_the_first_answer_again_and_no_second_record) {
    std::string const hash = entity::requestHash("create", "body");
    auto const write = [&] {
        std::vector<Write> writes(1);
        auto contact = std::make_unique<Contact>();
        contact->lastName = "Once";
        writes[0].record = std::move(contact);
        entity::WriteOptions options;
        options.beforeCommit = [&](const std::vector<entity::RecordResult> &results, postgres::Batch &batch) {
            entity::storeAnswer(batch, admin, "key-1", hash, {201, "", results.at(0).id});
        };
        return operations.write(admin, std::move(writes), options);
    };
    auto const first = write();
    auto const stored = entity::findAnswer(operations.pool(), admin, "key-1", hash);
    BOOST_REQUIRE(stored.has_value());
    BOOST_TEST(stored->body == first.at(0).id);
    BOOST_TEST((codeOf(write) == ErrorCode::idempotencyRunning));
    BOOST_TEST(operations.queryRecords(admin, queryOf("Contact", "lastName = \"Once\"")).records.size() == 1U);
    BOOST_TEST((codeOf([&] { (void)entity::findAnswer(operations.pool(), admin, "key-1", "other"); }) ==
                ErrorCode::idempotencyMismatch));
    // After its time a key is free again.
    operations.pool().run({"expire", "UPDATE idempotency_key SET expires_at = now() WHERE key = 'key-1'"});
    BOOST_TEST(!entity::findAnswer(operations.pool(), admin, "key-1", hash).has_value());
    BOOST_TEST(!write().at(0).error.has_value());
}

BOOST_AUTO_TEST_CASE(a_timeline_shows_what_happened_around_an_account_and_its_contacts) {
    Account account;
    account.name = "Timeline";
    auto const made = services.create(operations, admin, account);
    Contact contact;
    contact.lastName = "Member";
    contact.accountId = made.id;
    auto const member = services.create(operations, admin, contact);
    Activity call;
    call.kind = "call";
    call.subject = "With the member";
    call.parentEntity = "Contact";
    call.parentId = member.id;
    services.create(operations, admin, call);
    auto const timeline = services.contactService->getTimeline(admin, keyOf(made), 10, "");
    BOOST_TEST(std::ranges::any_of(timeline.entry, [](const auto &e) { return e.title == "With the member"; }));
    BOOST_TEST(std::ranges::any_of(timeline.entry, [](const auto &e) { return e.kind == "created"; }));
}

BOOST_AUTO_TEST_CASE(a_reminder_moves_with_the_meeting_and_goes_when_it_is_done) {
    auto const at = [](const char *text) { return DateTime::parse(text); };
    Activity meeting;
    meeting.kind = "meeting";
    meeting.subject = "Remind me";
    meeting.startAt = at("2031-03-03T10:00:00Z");
    meeting.endAt = at("2031-03-03T11:00:00Z");
    meeting.reminderAt = at("2031-03-03T09:50:00Z");
    auto const made = services.create(operations, admin, meeting);
    auto const change = [&](auto &&set) {
        Activity wanted;
        wanted.id = made.id;
        set(wanted);
        BOOST_REQUIRE(services.update(operations, admin, wanted).success());
        auto const now = services.contacts().retrieve(admin, {&Services::entity("Activity"), *made.id, {}, {}, {}});
        return static_cast<Activity &>(*now).reminderAt;
    };
    BOOST_TEST((change([&](Activity &now) {
                    now.startAt = at("2031-03-04T12:30:00Z");
                    now.endAt = at("2031-03-04T13:00:00Z");
                }) == at("2031-03-04T12:20:00Z")));
    BOOST_TEST((change([&](Activity &now) { now.subject = "The same time"; }) == at("2031-03-04T12:20:00Z")));
    BOOST_TEST((change([&](Activity &now) {  // what the caller says wins
                    now.startAt = at("2031-03-04T12:00:00Z");
                    now.reminderAt = at("2031-03-04T11:00:00Z");
                }) == at("2031-03-04T11:00:00Z")));
    BOOST_TEST(!change([](Activity &now) { now.status = "held"; }));
    BOOST_TEST(!change([&](Activity &now) {
        now.startAt = at("2031-03-05T12:00:00Z");
        now.fieldsToNull = {"endAt"};
    }));

    Activity task;
    task.kind = "task";
    task.subject = "Due";
    task.dueAt = at("2031-03-03T17:00:00Z");
    task.reminderAt = at("2031-03-03T09:00:00Z");
    auto const due = services.create(operations, admin, task);
    Activity later;
    later.id = due.id;
    later.dueAt = at("2031-03-10T17:00:00Z");
    BOOST_REQUIRE(services.update(operations, admin, later).success());
    auto const now = services.contacts().retrieve(admin, {&Services::entity("Activity"), *due.id, {}, {}, {}});
    BOOST_TEST((static_cast<Activity &>(*now).reminderAt == at("2031-03-10T09:00:00Z")));
}

BOOST_AUTO_TEST_CASE(an_upload_that_breaks_off_leaves_nothing) {
    auto const made = newContact("Upload");
    auto const count = [&] { return services.database.execute("SELECT count(*) FROM contact.blob_chunk"); };
    std::string const before = count();
    auto attachment = std::make_unique<contact::Attachment>();
    attachment->parentEntity = "Contact";
    attachment->parentId = made.id;
    attachment->fileName = "broken.bin";
    int calls = 0;
    BOOST_TEST((codeOf([&] {
                    services.contactService->uploadAttachment(
                        admin, std::move(attachment), [&](char *buffer, std::size_t size) -> std::size_t {
                            if (++calls > 20) throw Error(ErrorCode::malformed, "The body stops halfway.");
                            std::fill_n(buffer, size, 'x');
                            return size;
                        });
                }) == ErrorCode::malformed));
    BOOST_TEST(count() == before);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(record_permissions, Fixture)

namespace {

identity::EntityRight right(const std::string &entity, bool create, const std::string &read, const std::string &update,
                            const std::string &remove) {
    identity::EntityRight made;
    made.entity = entity;
    made.create = create;
    made.read = read;
    made.update = update;
    made.remove = remove;
    return made;
}

}  // namespace

BOOST_AUTO_TEST_CASE(own_team_and_all_decide_what_is_seen_and_changed) {
    identity::Team team;
    team.name = "North";
    auto const north = services.create(services.identities(), admin, team);
    identity::Role role;
    role.name = "Team reader";
    role.entityRights = {right("Contact", true, "team", "own", "own")};
    auto const teamReader = services.create(services.identities(), admin, role);
    services.newUser("north1", {*teamReader.id}, {*north.id});
    services.newUser("north2", {*teamReader.id}, {*north.id});
    services.newUser("south", {*teamReader.id});
    auto const one = services.callerOf("north1", "correct horse");
    auto const two = services.callerOf("north2", "correct horse");
    auto const south = services.callerOf("south", "correct horse");

    Contact contact;
    contact.lastName = "Northern";
    auto const made = services.create(operations, one, contact);
    BOOST_TEST(*made.ownerId == one.principal->userId);
    BOOST_TEST(*made.teamId == *north.id);
    auto const filter = queryOf("Contact", "lastName = \"Northern\"");
    BOOST_TEST(operations.queryRecords(two, filter).records.size() == 1U);
    BOOST_TEST(operations.queryRecords(south, filter).records.empty());
    BOOST_TEST((codeOf([&] { operations.retrieve(south, keyOf(made)); }) == ErrorCode::notFound));

    Contact change;
    change.id = made.id;
    change.jobTitle = "Changed";
    BOOST_TEST((services.update(operations, two, change).error->code == ErrorCode::forbidden));
    BOOST_TEST((services.update(operations, south, change).error->code == ErrorCode::notFound));
    BOOST_TEST(services.update(operations, one, change).success());
    BOOST_TEST((operations.deleteRecords(two, {keyOf(made)}, {}).at(0).error->code == ErrorCode::forbidden));
    // Giving it away is for those who may assign.
    change.jobTitle.reset();
    change.ownerId = two.principal->userId;
    change.teamId = "01900000-0000-7000-8000-00000000beef";
    BOOST_TEST((services.update(operations, one, change).error->code == ErrorCode::forbidden));
}

BOOST_AUTO_TEST_CASE(who_loses_sight_of_a_record_is_told_that_it_is_hidden) {
    identity::Role role;
    role.name = "Own only";
    role.entityRights = {right("Contact", true, "own", "own", "own")};
    auto const own = services.create(services.identities(), admin, role);
    services.newUser("watcher", {*own.id});
    auto const watcher = services.callerOf("watcher", "correct horse");
    Contact contact;
    contact.lastName = "Reassigned";
    auto const made = services.create(operations, watcher, contact);
    Contact change;
    change.id = made.id;
    change.ownerId = admin.principal->userId;
    BOOST_TEST(services.update(operations, admin, change).success());
    std::string token;
    std::vector<std::string> kinds;
    BOOST_TEST(eventually([&] {
        auto const page = operations.getChanges(watcher, {}, token, 2000);
        token = page.resumeToken;
        for (const auto &one : page.changes) {
            if (one.id == *made.id) kinds.push_back(one.kind);
        }
        return kinds.size() >= 2;
    }));
    BOOST_TEST((kinds == std::vector<std::string>{"created", "hidden"}));
}

BOOST_AUTO_TEST_CASE(hidden_fields_cannot_be_read_filtered_or_written_and_read_only_ones_not_written) {
    identity::Role role;
    role.name = "Restricted";
    role.entityRights = {right("Account", true, "all", "all", "all")};
    identity::FieldRight hidden;
    hidden.entity = "Account";
    hidden.field = "annualRevenue";
    hidden.right = "hidden";
    identity::FieldRight readOnly = hidden;
    readOnly.field = "creditHold";
    readOnly.right = "readOnly";
    role.fieldRights = {hidden, readOnly};
    auto const restricted = services.create(services.identities(), admin, role);
    services.newUser("restricted", {*restricted.id});
    auto const caller = services.callerOf("restricted", "correct horse");

    Account account;
    account.name = "Secretive";
    account.annualRevenue = Decimal(5, 0);
    account.creditHold = true;
    auto const made = services.create(operations, admin, account);
    auto const read = operations.retrieve(caller, keyOf(made));
    BOOST_TEST(!static_cast<const Account &>(*read).annualRevenue.has_value());
    BOOST_TEST(static_cast<const Account &>(*read).creditHold.value());
    BOOST_TEST((codeOf([&] { operations.queryRecords(caller, queryOf("Account", "annualRevenue > 1")); }) ==
                ErrorCode::forbidden));
    entity::Query sorted = queryOf("Account");
    sorted.sort = "annualRevenue";
    BOOST_TEST((codeOf([&] { operations.queryRecords(caller, sorted); }) == ErrorCode::forbidden));
    Account change;
    change.id = made.id;
    change.annualRevenue = Decimal(6, 0);
    BOOST_TEST((services.update(operations, caller, change).error->code == ErrorCode::forbidden));
    change.annualRevenue.reset();
    change.creditHold = false;
    BOOST_TEST((services.update(operations, caller, change).error->code == ErrorCode::forbidden));
    change.creditHold.reset();
    change.industry = "Allowed";
    BOOST_TEST(services.update(operations, caller, change).success());
    change.industry.reset();
    change.annualRevenue = Decimal(6, 0);
    BOOST_TEST(services.update(operations, admin, change).success());
    auto const history = operations.history(caller, keyOf(made), 50, "");
    BOOST_TEST(std::ranges::any_of(history.entries, [](const AuditEntry &e) { return e.field == "industry"; }));
    BOOST_TEST(std::ranges::none_of(history.entries, [](const AuditEntry &e) { return e.field == "annualRevenue"; }));
}

BOOST_AUTO_TEST_CASE(without_rights_nothing_goes) {
    services.newUser("nothing", {});
    auto const caller = services.callerOf("nothing", "correct horse");
    Contact contact;
    contact.lastName = "Forbidden";
    BOOST_TEST((codeOf([&] { services.create(operations, caller, contact); }) == ErrorCode::forbidden));
    BOOST_TEST((codeOf([&] { operations.queryRecords(caller, queryOf("Contact")); }) == ErrorCode::forbidden));
    BOOST_TEST((codeOf([&] { operations.describe(caller, Services::entity("Contact")); }) == ErrorCode::forbidden));
    BOOST_TEST(operations.searchRecords(caller, "anything", {}, 10).empty());
    for (const auto &change : operations.getChanges(caller, {}, "", 2000).changes) {
        BOOST_TEST(change.entity->name == "CustomFieldDefinition");  // what everyone may see
    }
}

BOOST_AUTO_TEST_CASE(a_private_activity_is_its_owners_alone) {
    auto const seller = services.newUser("seller", {*services.roleNamed("Sales manager").id});
    auto const caller = services.callerOf("seller", "correct horse");
    auto const other = services.newUser("colleague", {*services.roleNamed("Sales manager").id});
    auto const colleague = services.callerOf("colleague", "correct horse");
    Activity note;
    note.kind = "note";
    note.subject = "My own thoughts";
    note.isPrivate = true;
    auto const made = services.create(operations, caller, note);
    BOOST_TEST(operations.retrieve(caller, keyOf(made)) != nullptr);
    BOOST_TEST((codeOf([&] { operations.retrieve(colleague, keyOf(made)); }) == ErrorCode::notFound));
    Activity change;
    change.id = made.id;
    change.subject = "Not yours";
    BOOST_TEST((services.update(operations, colleague, change).error->code == ErrorCode::notFound));
    BOOST_TEST((operations.deleteRecords(colleague, {keyOf(made)}, {}).at(0).error->code == ErrorCode::notFound));
}

BOOST_AUTO_TEST_CASE(each_service_has_its_own_role_which_reaches_no_other_schema) {
    for (const auto &[service, other] :
         {std::pair{"contact", "identity.app_user"}, std::pair{"identity", "contact.contact"}}) {
        postgres::Pool pool(services.poolOptions(service));
        try {
            pool.run({"trespass", std::string("SELECT 1 FROM ") + other + " LIMIT 1"});
            BOOST_TEST(false, "kontor_" << service << " can read " << other);
        } catch (const postgres::DatabaseError &failure) {
            BOOST_TEST(failure.sqlState == "42501");
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
