#include "shared/contract/uuid.h"
#include "shared/entity/merge.h"
#include "shared/soap/merges.h"
#include "tests/integration/services_fixture.h"

#include <algorithm>
#include <functional>
#include <set>
#include <thread>

using namespace kontor;
using namespace kontor::test;
using contact::Account;
using contact::AccountContact;
using contact::Activity;
using contact::Contact;
using entity::Merged;
using entity::RecordPtr;

namespace {

struct SharedServices {
    Services services;
    static SharedServices &instance() {
        static SharedServices shared;
        return shared;
    }
};

ExternalId externalId(const std::string &system, const std::string &id) {
    ExternalId external;
    external.system = system;
    external.id = id;
    return external;
}

struct Fixture {
    Services &services = SharedServices::instance().services;
    entity::Operations &operations = services.contacts();
    const auth::Caller &admin = services.administrator;

    Account newAccount(const std::string &name, const std::function<void(Account &)> &fill = {}) {
        Account account;
        account.name = name;
        if (fill) fill(account);
        return services.create(operations, admin, account);
    }
    Contact newContact(const std::string &lastName, const std::function<void(Contact &)> &fill = {}) {
        Contact contact;
        contact.lastName = lastName;
        if (fill) fill(contact);
        return services.create(operations, admin, contact);
    }
    AccountContact newLink(const Account &account, const Contact &contact, const std::string &role = {}) {
        AccountContact link;
        link.accountId = account.id;
        link.contactId = contact.id;
        if (!role.empty()) link.role = role;
        return services.create(operations, admin, link);
    }
    /// Many at once, as an import would.
    void newContacts(const Account &account, int count) {
        for (int made = 0; made < count; made += 200) {
            std::vector<RecordPtr> records;
            for (int i = made; i < std::min(made + 200, count); ++i) {
                auto contact = std::make_unique<Contact>();
                contact->lastName = "Child " + std::to_string(i);
                contact->accountId = account.id;
                records.push_back(std::move(contact));
            }
            for (const auto &result : operations.createRecords(admin, std::move(records), {})) {
                BOOST_REQUIRE(result.success());
            }
        }
    }

    static entity::RecordKey keyOf(const Record &record) {
        return {record.structType().entity, *record.id, {}, {}, {}};
    }
    template <typename T> std::optional<T> read(const T &record) {
        auto found = operations.retrieveRecords(admin, {keyOf(record)});
        if (found.at(0) == nullptr) return std::nullopt;
        return static_cast<T &>(*found[0]);
    }
    template <typename T> T now(const T &record) {
        auto found = read(record);
        BOOST_REQUIRE(found.has_value());
        return *found;
    }
    bool isDeleted(const Record &record) { return operations.retrieveRecords(admin, {keyOf(record)}).at(0) == nullptr; }
    template <typename T> entity::RecordResult change(const T &record, const std::function<void(T &)> &edit) {
        T update;
        update.id = record.id;
        edit(update);
        return services.update(operations, admin, update);
    }
    void remove(const Record &record) {
        BOOST_REQUIRE(operations.deleteRecords(admin, {keyOf(record)}, {}).at(0).success());
    }

    static RecordMerge mergeOf(const Record &master, const std::vector<const Record *> &victims) {
        RecordMerge merge;
        merge.entity = std::string(master.structType().entity->name);
        merge.masterId = master.id;
        for (const Record *victim : victims) merge.victimId.push_back(*victim->id);
        return merge;
    }
    static void choose(RecordMerge &merge, const std::string &field, const Record &from) {
        MergeChoice &choice = merge.choice.emplace_back();
        choice.field = field;
        choice.fromId = from.id;
    }
    Merged merge(const Record &master, const std::vector<const Record *> &victims) {
        return entity::mergeRecords(operations, admin, mergeOf(master, victims));
    }
    UnmergeResult unmerge(const Merged &merged) { return entity::unmergeRecords(operations, admin, merged.mergeId); }
    /// "field: code" of each error, or the code of the error.
    std::string failureOf(const RecordMerge &merge, const auth::Caller &caller) {
        try {
            (void)entity::mergeRecords(operations, caller, merge);
        } catch (const Error &error) {
            std::string text(errorCodeName(error.code));
            for (const FieldError &field : error.fields) text += ' ' + field.pointer + ':' + field.code;
            return text;
        }
        return "no error";
    }
    std::string failureOf(const RecordMerge &merge) { return failureOf(merge, admin); }

    std::int64_t count(const std::string &sql, const std::string &id) {
        return services.contactPool->run({"count", sql}, std::move(postgres::Parameters().uuid(id))).integer(0, 0);
    }
    std::vector<std::string> eventsOf(const Record &record) {
        auto const rows =
            services.contactPool->run({"events", "SELECT kind FROM outbox WHERE record_id = $1 ORDER BY version"},
                                      std::move(postgres::Parameters().uuid(record.id)));
        std::vector<std::string> kinds;
        for (int row = 0; row < rows.size(); ++row) kinds.emplace_back(rows.text(row, 0));
        return kinds;
    }
    /// Applies all events so far: the cluster's other databases hold back what is new for a moment.
    static void catchUp(const events::Subscription &subscription) {
        BOOST_REQUIRE(eventually([&] { return events::heldBack(subscription.service).count() == 0; }));
        while (events::applyNext(subscription) > 0) continue;
    }
    /// A user of a role that is made for it.
    auth::Caller callerWith(const std::string &name, std::vector<std::string> permissions, const std::string &read,
                            const std::string &update, const std::string &remove) {
        identity::Role role;
        role.name = "Role of " + name;
        role.permissions = std::move(permissions);
        identity::EntityRight right;
        right.entity = "Account";
        right.create = true;
        right.read = read;
        right.update = update;
        right.remove = remove;
        role.entityRights = {right};
        auto const made = services.create(services.identities(), admin, role);
        services.newUser(name, {*made.id});
        return services.callerOf(name, "correct horse");
    }
};

CustomField customField(const std::string &name, const std::string &value) {
    CustomField field;
    field.name = name;
    field.value = value;
    return field;
}

std::string customValue(const Record &record, const std::string &name) {
    for (const CustomField &field : record.customFields) {
        if (field.name == name) return field.value.value_or("");
    }
    return {};
}

std::vector<std::string> strings(std::initializer_list<const char *> list) { return {list.begin(), list.end()}; }

}  // namespace

BOOST_FIXTURE_TEST_SUITE(merge_records, Fixture)

BOOST_AUTO_TEST_CASE(the_master_keeps_what_it_has_and_gets_what_it_has_not) {
    auto const master = newAccount("Acme", [](Account &a) { a.industry = "Steel"; });
    auto const first = newAccount("Acme Ltd", [](Account &a) {
        a.industry = "Iron";
        a.number = "MERGE-1";
    });
    auto const second = newAccount("ACME", [](Account &a) {
        a.number = "MERGE-2";
        a.website = "https://acme.example";
    });
    auto const merged = merge(master, {&first, &second});
    BOOST_TEST(merged.master.at(0).version == 2);
    auto const after = now(master);
    BOOST_TEST(*after.name == "Acme");
    BOOST_TEST(*after.industry == "Steel");
    BOOST_TEST(*after.number == "MERGE-1");
    BOOST_TEST(*after.website == "https://acme.example");
    BOOST_TEST(*after.domain == "acme.example");
    BOOST_TEST(isDeleted(first));
    BOOST_TEST(isDeleted(second));
    BOOST_TEST(eventsOf(master) == strings({"created", "updated"}), boost::test_tools::per_element());
    BOOST_TEST(eventsOf(first) == strings({"created", "deleted"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_chosen_field_comes_from_the_record_that_is_named) {
    auto const master = newAccount("Chosen", [](Account &a) {
        a.description = "short";
        a.tags = {"old"};
    });
    auto const victim = newAccount("Chosen from", [](Account &a) {
        a.description = "long";
        a.tags = {"new"};
        a.rating = "hot";
    });
    auto wanted = mergeOf(master, {&victim});
    choose(wanted, "name", victim);
    choose(wanted, "description", victim);
    choose(wanted, "tags", victim);
    choose(wanted, "rating", master);
    (void)entity::mergeRecords(operations, admin, wanted);
    auto const after = now(master);
    BOOST_TEST(*after.name == "Chosen from");
    BOOST_TEST(*after.description == "long");
    BOOST_TEST(after.tags == strings({"new"}), boost::test_tools::per_element());
    BOOST_TEST(!after.rating.has_value());
}

BOOST_AUTO_TEST_CASE(lists_are_united_without_what_is_there_already) {
    auto const fill = [](Contact &c, std::vector<std::string> tags, std::vector<std::string> addresses) {
        c.tags = std::move(tags);
        for (const std::string &address : addresses) c.emailAddresses.emplace_back().address = address;
    };
    auto const master = newContact("United", [&](Contact &c) {
        fill(c, {"a", "b"}, {"one@united.example", "two@united.example"});
    });
    auto const victim = newContact("Unites", [&](Contact &c) {
        fill(c, {"b", "c"}, {"two@united.example", "three@united.example"});
    });
    auto const merged = merge(master, {&victim});
    auto const after = now(master);
    BOOST_TEST(after.tags == strings({"a", "b", "c"}), boost::test_tools::per_element());
    BOOST_REQUIRE_EQUAL(after.emailAddresses.size(), 3U);
    BOOST_TEST(*after.emailAddresses[0].address == "one@united.example");
    BOOST_TEST(*after.emailAddresses[0].isPrimary);
    BOOST_TEST(*after.emailAddresses[2].address == "three@united.example");
    BOOST_TEST(!*after.emailAddresses[2].isPrimary);

    auto const undone = unmerge(merged);
    BOOST_TEST(*undone.conflicts == 0);
    BOOST_TEST(now(master).tags == strings({"a", "b"}), boost::test_tools::per_element());
    BOOST_TEST(now(master).emailAddresses.size() == 2U);
    BOOST_TEST(now(victim).emailAddresses.size() == 2U);
}

BOOST_AUTO_TEST_CASE(an_amount_comes_with_its_currency_or_not_at_all) {
    auto const amount = [](Account &a, const char *value, const char *currency) {
        if (value != nullptr) a.annualRevenue = Decimal::parse(value);
        if (currency != nullptr) a.currency = currency;
    };
    auto const empty = newAccount("No money", [&](Account &a) { amount(a, nullptr, "EUR"); });
    auto const dollars = newAccount("Dollars", [&](Account &a) { amount(a, "5.00", "USD"); });
    (void)merge(empty, {&dollars});
    BOOST_TEST(*now(empty).currency == "USD");
    BOOST_TEST((now(empty).annualRevenue == Decimal::parse("5.00")));

    auto const euros = newAccount("Euros", [&](Account &a) { amount(a, "7.00", "EUR"); });
    auto const pounds = newAccount("Pounds", [&](Account &a) { amount(a, "9.00", "GBP"); });
    auto wanted = mergeOf(euros, {&pounds});
    choose(wanted, "currency", euros);
    choose(wanted, "annualRevenue", pounds);
    BOOST_TEST(failureOf(wanted) == "VALIDATION /choices/1/field:CONTRADICTION");
}

BOOST_AUTO_TEST_CASE(what_belonged_to_a_victim_belongs_to_the_master_with_version_history_and_event) {
    auto const master = newAccount("Parent");
    auto const victim = newAccount("Victim");
    auto const child = newContact("Child", [&](Contact &c) { c.accountId = victim.id; });
    auto const subsidiary = newAccount("Subsidiary", [&](Account &a) { a.parentId = victim.id; });
    Activity call;
    call.kind = "call";
    call.subject = "About the victim";
    call.parentEntity = "Account";
    call.parentId = victim.id;
    auto const activity = services.create(operations, admin, call);
    auto const binned = newContact("In the bin", [&](Contact &c) { c.accountId = victim.id; });
    remove(binned);

    auto const merged = merge(master, {&victim});
    BOOST_TEST(merged.children == 4);
    BOOST_TEST(*now(child).accountId == *master.id);
    BOOST_TEST(*now(child).version == 2);
    BOOST_TEST(*now(subsidiary).parentId == *master.id);
    BOOST_TEST(*now(activity).parentId == *master.id);
    BOOST_TEST(*now(activity).accountId == *master.id);
    BOOST_TEST(*now(activity).version == 2);
    BOOST_TEST(eventsOf(child) == strings({"created", "updated"}), boost::test_tools::per_element());
    BOOST_TEST(eventsOf(binned) == strings({"created", "deleted"}), boost::test_tools::per_element());
    auto const history = operations.history(admin, keyOf(child), 10, {});
    BOOST_REQUIRE(!history.entries.empty());
    BOOST_TEST(*history.entries[0].field == "accountId");
    BOOST_TEST(*history.entries[0].newValue == *master.id);
    auto const payload = services.contactPool->run(
        {"payload",
         "SELECT payload::jsonb->>'accountId', payload::jsonb->>'lastName' FROM outbox WHERE record_id = $1 AND"
         " version = 2"},
        std::move(postgres::Parameters().uuid(child.id)));
    BOOST_TEST(payload.text(0, 0) == *master.id);
    BOOST_TEST(payload.text(0, 1) == "Child");

    auto const undone = unmerge(merged);
    BOOST_TEST(*undone.children == 4);
    BOOST_TEST(*undone.conflicts == 0);
    BOOST_TEST(*now(child).accountId == *victim.id);
    BOOST_TEST(*now(child).version == 3);
    BOOST_TEST(*now(subsidiary).parentId == *victim.id);
    BOOST_TEST(*now(activity).parentId == *victim.id);
    BOOST_TEST(eventsOf(victim) == strings({"created", "deleted", "undeleted"}), boost::test_tools::per_element());
    BOOST_TEST(operations.undeleteRecords(admin, {keyOf(binned)}, {}).at(0).success());
    BOOST_TEST(*now(binned).accountId == *victim.id);
}

BOOST_AUTO_TEST_CASE(a_link_that_would_be_there_twice_goes_to_the_recycle_bin_and_comes_back) {
    auto const master = newAccount("Link master");
    auto const victim = newAccount("Link victim");
    auto const person = newContact("Linked");
    auto const kept = newLink(master, person, "buyer");
    auto const twice = newLink(victim, person, "buyer");
    auto const other = newLink(victim, person, "lawyer");
    auto const merged = merge(master, {&victim});
    BOOST_TEST(merged.children == 1);
    BOOST_TEST(!isDeleted(kept));
    BOOST_TEST(isDeleted(twice));
    BOOST_TEST(*now(other).accountId == *master.id);

    auto const undone = unmerge(merged);
    BOOST_TEST(*undone.conflicts == 0);
    BOOST_TEST(*now(twice).accountId == *victim.id);
    BOOST_TEST(*now(other).accountId == *victim.id);
    BOOST_TEST(*now(kept).version == 1);
}

BOOST_AUTO_TEST_CASE(of_two_links_of_victims_that_are_alike_one_stays) {
    auto const master = newAccount("Links master");
    auto const one = newAccount("Links one");
    auto const two = newAccount("Links two");
    auto const person = newContact("Linked twice");
    auto const first = newLink(one, person);
    auto const second = newLink(two, person);
    auto const merged = merge(master, {&one, &two});
    BOOST_TEST(isDeleted(first) != isDeleted(second));
    BOOST_TEST(*unmerge(merged).conflicts == 0);
    BOOST_TEST(*now(first).accountId == *one.id);
    BOOST_TEST(*now(second).accountId == *two.id);
}

BOOST_AUTO_TEST_CASE(no_circle_arises_when_a_parent_is_merged_into_its_child) {
    auto const top = newAccount("Top");
    auto const parent = newAccount("Parent above", [&](Account &a) { a.parentId = top.id; });
    auto const between = newAccount("Between", [&](Account &a) { a.parentId = parent.id; });
    auto const child = newAccount("Child below", [&](Account &a) { a.parentId = between.id; });
    auto const merged = merge(child, {&parent});
    BOOST_TEST(*now(child).parentId == *top.id);
    BOOST_TEST(*now(between).parentId == *child.id);
    BOOST_TEST(*unmerge(merged).conflicts == 0);
    BOOST_TEST(*now(child).parentId == *between.id);
    BOOST_TEST(*now(between).parentId == *parent.id);
    BOOST_TEST(*now(parent).parentId == *top.id);

    auto const down = merge(parent, {&child});
    BOOST_TEST(*now(parent).parentId == *top.id);
    BOOST_TEST(*unmerge(down).conflicts == 0);

    auto wanted = mergeOf(parent, {&child});
    choose(wanted, "parentId", child);
    BOOST_TEST(failureOf(wanted) == "VALIDATION /choices/0/field:CYCLE");
}

BOOST_AUTO_TEST_CASE(an_old_external_id_finds_the_master_and_goes_back) {
    auto const master = newAccount("By id", [](Account &a) { a.externalIds = {externalId("erp", "m-1")}; });
    auto const victim = newAccount("By old id", [](Account &a) { a.externalIds = {externalId("erp", "v-1")}; });
    auto const merged = merge(master, {&victim});
    auto const upsert = [&](const std::string &name) {
        auto account = std::make_unique<Account>();
        account->description = name;
        account->externalIds = {externalId("erp", "v-1")};
        std::vector<RecordPtr> records;
        records.push_back(std::move(account));
        return std::move(operations.upsertRecords(admin, "erp", std::move(records), {}).at(0));
    };
    auto const written = upsert("through the old id");
    BOOST_REQUIRE(written.success());
    BOOST_TEST(written.id == *master.id);

    auto const undone = unmerge(merged);
    BOOST_TEST(*undone.conflicts == 0);
    BOOST_TEST(upsert("back").id == *victim.id);
    BOOST_TEST(now(master).externalIds.size() == 1U);
    BOOST_TEST(*now(master).description == "through the old id");
}

BOOST_AUTO_TEST_CASE(a_victim_does_not_come_back_by_undelete_while_it_is_merged) {
    auto const master = newAccount("Stays");
    auto const victim = newAccount("Merged away");
    auto const merged = merge(master, {&victim});
    auto const results = operations.undeleteRecords(admin, {keyOf(victim)}, {});
    auto const &refused = results.at(0);
    BOOST_REQUIRE(refused.error.has_value());
    BOOST_TEST((refused.error->code == ErrorCode::conflict));
    BOOST_TEST(refused.error->detail.find(merged.mergeId) != std::string::npos);
    BOOST_TEST(refused.error->detail.find("unmergeRecords") != std::string::npos);
    (void)unmerge(merged);
    remove(victim);
    BOOST_TEST(operations.undeleteRecords(admin, {keyOf(victim)}, {}).at(0).success());
}

BOOST_AUTO_TEST_CASE(three_victims_with_a_thousand_children_are_merged_and_taken_apart_again) {
    auto const master = newAccount("Large master");
    std::vector<Account> victims;
    std::vector<const Record *> pointers;
    for (int i = 0; i < 3; ++i) victims.push_back(newAccount("Large victim " + std::to_string(i)));
    for (const Account &victim : victims) pointers.push_back(&victim);
    newContacts(victims[0], 500);
    newContacts(victims[1], 300);
    newContacts(victims[2], 400);
    auto const merged = merge(master, pointers);
    BOOST_TEST(merged.children == 1200);
    std::string const belong = "SELECT count(*) FROM contact WHERE account_id = $1 AND version = ";
    BOOST_TEST(count(belong + "2", *master.id) == 1200);
    BOOST_TEST(count("SELECT count(*) FROM outbox o JOIN contact c ON c.id = o.record_id WHERE c.account_id = $1"
                     " AND o.version = 2 AND o.kind = 'updated' AND o.changed = '{accountId}'",
                     *master.id) == 1200);
    auto const undone = unmerge(merged);
    BOOST_TEST(*undone.children == 1200);
    BOOST_TEST(undone.victimId.size() == 3U);
    BOOST_TEST(*undone.conflicts == 0);
    BOOST_TEST(count(belong + "3", *victims[0].id) == 500);
    BOOST_TEST(count(belong + "3", *victims[1].id) == 300);
    BOOST_TEST(count(belong + "3", *victims[2].id) == 400);
}

BOOST_AUTO_TEST_CASE(what_only_its_owner_sees_is_moved_too) {
    auto const master = newContact("Seen");
    auto const victim = newContact("Unseen");
    auto const sales = services.roleNamed("Sales manager");
    services.newUser("keeper of secrets", {*sales.id});
    Activity secret;
    secret.kind = "note";
    secret.subject = "Secret";
    secret.contactId = victim.id;
    secret.isPrivate = true;
    auto const note =
        services.create(operations, services.callerOf("keeper of secrets", "correct horse"), std::move(secret));
    services.newUser("merging manager", {*sales.id});
    auto const manager = services.callerOf("merging manager", "correct horse");
    BOOST_TEST(operations.retrieveRecords(manager, {keyOf(note)}).at(0) == nullptr);
    auto const merged = entity::mergeRecords(operations, manager, mergeOf(master, {&victim}));
    BOOST_TEST(merged.children == 1);
    BOOST_TEST(*now(note).contactId == *master.id);
}

BOOST_AUTO_TEST_CASE(nobody_reports_to_himself_after_a_merge) {
    auto const boss = newContact("Boss");
    auto const worker = newContact("Worker", [&](Contact &c) { c.reportsToId = boss.id; });
    auto const third = newContact("Third", [&](Contact &c) { c.reportsToId = worker.id; });
    auto const merged = merge(boss, {&worker});
    BOOST_TEST(!now(boss).reportsToId.has_value());
    BOOST_TEST(*now(third).reportsToId == *boss.id);
    BOOST_TEST(*unmerge(merged).conflicts == 0);
    BOOST_TEST(*now(worker).reportsToId == *boss.id);
    BOOST_TEST(*now(third).reportsToId == *worker.id);
}

BOOST_AUTO_TEST_CASE(custom_fields_are_united_chosen_and_set_back_one_by_one) {
    for (const char *name : {"mergeColour", "mergeSize", "mergeBadge"}) {
        contact::CustomFieldDefinition definition;
        definition.entity = "Contact";
        definition.name = name;
        definition.label = name;
        definition.type = "text";
        definition.isUnique = std::string_view(name) == "mergeBadge";
        services.create(operations, admin, definition);
    }
    auto const master = newContact("Custom", [](Contact &c) { c.customFields = {customField("mergeColour", "red")}; });
    auto const victim = newContact("Customs", [](Contact &c) {
        c.customFields = {customField("mergeColour", "blue"), customField("mergeSize", "L"),
                          customField("mergeBadge", "17")};
    });
    auto wanted = mergeOf(master, {&victim});
    choose(wanted, "customFields.mergeColour", victim);
    auto const merged = entity::mergeRecords(operations, admin, wanted);
    BOOST_TEST(customValue(now(master), "mergeColour") == "blue");
    BOOST_TEST(customValue(now(master), "mergeSize") == "L");
    BOOST_TEST(customValue(now(master), "mergeBadge") == "17");
    BOOST_REQUIRE(
        change<Contact>(master, [](Contact &c) { c.customFields = {customField("mergeSize", "XL")}; }).success());
    auto const undone = unmerge(merged);
    BOOST_TEST(*undone.conflicts == 1);
    BOOST_TEST(*undone.conflict.at(0).field == "customFields.mergeSize");
    BOOST_TEST(customValue(now(master), "mergeColour") == "red");
    BOOST_TEST(customValue(now(master), "mergeSize") == "XL");
    BOOST_TEST(customValue(now(master), "mergeBadge").empty());
    BOOST_TEST(customValue(now(victim), "mergeBadge") == "17");
}

BOOST_AUTO_TEST_CASE(of_two_merges_of_the_same_record_at_once_one_is_done) {
    auto const left = newAccount("Left");
    auto const right = newAccount("Right");
    auto const victim = newAccount("Torn", [](Account &a) { a.externalIds = {externalId("torn", "1")}; });
    for (int i = 0; i < 5; ++i) newContact("Torn child", [&](Contact &c) { c.accountId = victim.id; });
    std::string outcomes[3];
    {
        std::jthread const one([&] { outcomes[0] = failureOf(mergeOf(left, {&victim})); });
        std::jthread const two([&] { outcomes[1] = failureOf(mergeOf(right, {&victim})); });
        std::jthread const back([&] { outcomes[2] = failureOf(mergeOf(victim, {&left})); });
    }
    // The victim can go once only. What was merged into it before that goes with it.
    bool const both = outcomes[0] == "no error" && outcomes[1] == "no error";
    BOOST_TEST(!both);
    auto const done = std::ranges::count(outcomes, std::string("no error"));
    BOOST_TEST((done == 1 || (done == 2 && outcomes[1] == "no error" && outcomes[2] == "no error")));
    for (const std::string &outcome : outcomes) {
        bool const clear = outcome == "no error" || outcome.starts_with("NOT_FOUND");
        BOOST_TEST(clear, outcome);
    }
    std::int64_t children = 0;
    for (const Account *account : {&left, &right, &victim}) {
        if (!isDeleted(*account)) {
            children += count("SELECT count(*) FROM contact WHERE account_id = $1", *account->id);
        }
    }
    BOOST_TEST(children == 5);
}

BOOST_AUTO_TEST_CASE(of_several_merges_in_a_call_each_stands_for_itself_and_is_done_once) {
    auto const a = newAccount("Call a");
    auto const b = newAccount("Call b");
    auto const c = newAccount("Call c");
    auto const d = newAccount("Call d");
    std::vector<RecordMerge> const merges{mergeOf(a, {&b}), mergeOf(a, {&a}), mergeOf(c, {&d})};
    soap::CallKey const key{"call-" + *a.id, "hash"};
    auto const first = soap::mergeEach(operations, admin, merges, key, {});
    BOOST_REQUIRE_EQUAL(first.merge.size(), 3U);
    BOOST_TEST(*first.merge[0].success);
    BOOST_TEST(!*first.merge[1].success);
    BOOST_TEST(*first.merge[1].error->code == "VALIDATION");
    BOOST_TEST(*first.merge[1].error->violation.at(0).field == "/victimId/0");
    BOOST_TEST(*first.merge[2].success);
    auto const again = soap::mergeEach(operations, admin, merges, key, {});
    BOOST_TEST(*again.merge[0].mergeId == *first.merge[0].mergeId);
    BOOST_TEST(!*again.merge[1].success);
    BOOST_TEST(*again.merge[2].mergeId == *first.merge[2].mergeId);
    BOOST_TEST(*again.merge[2].index == 2);
    BOOST_TEST((codeOf([&] {
                    (void)soap::mergeEach(operations, admin, merges, soap::CallKey{key.key, "other"}, {});
                }) == ErrorCode::idempotencyMismatch));
}

BOOST_AUTO_TEST_CASE(a_merge_of_the_merged_is_taken_back_from_the_last_one) {
    auto const a = newAccount("Chain a");
    auto const b = newAccount("Chain b");
    auto const c = newAccount("Chain c");
    auto const child = newContact("Chained", [&](Contact &contact) { contact.accountId = a.id; });
    auto const first = merge(b, {&a});
    auto const second = merge(c, {&b});
    BOOST_TEST(*now(child).accountId == *c.id);
    BOOST_TEST((codeOf([&] { (void)unmerge(first); }) == ErrorCode::conflict));
    BOOST_TEST(*unmerge(second).conflicts == 0);
    BOOST_TEST(*unmerge(first).conflicts == 0);
    BOOST_TEST(*now(child).accountId == *a.id);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(merge_conflicts, Fixture)

BOOST_AUTO_TEST_CASE(what_was_changed_since_stays_and_is_named) {
    auto const master = newAccount("Conflicts");
    auto const victim = newAccount("Conflicting", [](Account &a) {
        a.industry = "Glass";
        a.rating = "hot";
    });
    auto const elsewhere = newAccount("Elsewhere");
    auto const stays = newContact("Stays away", [&](Contact &c) { c.accountId = victim.id; });
    auto const returns = newContact("Returns", [&](Contact &c) { c.accountId = victim.id; });
    auto const merged = merge(master, {&victim});
    BOOST_REQUIRE(change<Account>(master, [](Account &a) { a.industry = "Paper"; }).success());
    BOOST_REQUIRE(change<Contact>(stays, [&](Contact &c) { c.accountId = elsewhere.id; }).success());
    BOOST_REQUIRE(change<Contact>(returns, [](Contact &c) { c.jobTitle = "changed otherwise"; }).success());

    auto const undone = unmerge(merged);
    BOOST_TEST(*undone.conflicts == 2);
    BOOST_REQUIRE_EQUAL(undone.conflict.size(), 2U);
    BOOST_TEST(*undone.conflict[0].id == *master.id);
    BOOST_TEST(*undone.conflict[0].field == "industry");
    BOOST_TEST(*undone.conflict[1].entity == "Contact");
    BOOST_TEST(*undone.conflict[1].id == *stays.id);
    BOOST_TEST(*undone.conflict[1].field == "accountId");
    BOOST_TEST(*now(master).industry == "Paper");
    BOOST_TEST(!now(master).rating.has_value());
    BOOST_TEST(*now(stays).accountId == *elsewhere.id);
    BOOST_TEST(*now(returns).accountId == *victim.id);
    BOOST_TEST(*now(returns).jobTitle == "changed otherwise");
    BOOST_TEST(*now(victim).industry == "Glass");
}

BOOST_AUTO_TEST_CASE(values_that_others_have_taken_since_are_left_out_and_named) {
    auto const master = newAccount("Taken", [](Account &a) { a.number = "TAKEN-M"; });
    auto const victim = newAccount("Taken from", [](Account &a) {
        a.number = "TAKEN-V";
        a.externalIds = {externalId("taken", "1"), externalId("taken", "2")};
    });
    auto const merged = merge(master, {&victim});
    BOOST_REQUIRE(change<Account>(master, [](Account &a) { a.externalIds = {externalId("taken", "2")}; }).success());
    auto const thief = newAccount("Thief", [](Account &a) {
        a.number = "TAKEN-V";
        a.externalIds = {externalId("taken", "1")};
    });
    auto const undone = unmerge(merged);
    std::set<std::string> fields;
    for (const MergeConflict &conflict : undone.conflict)
        fields.insert(*conflict.id + ' ' + conflict.field.value_or(""));
    BOOST_TEST(fields.contains(*victim.id + " number"));
    BOOST_TEST(fields.contains(*victim.id + " externalIds"));
    auto const back = now(victim);
    BOOST_TEST(!back.number.has_value());
    BOOST_REQUIRE_EQUAL(back.externalIds.size(), 1U);
    BOOST_TEST(*back.externalIds[0].id == "2");
    BOOST_TEST(now(master).externalIds.empty());
    BOOST_TEST(*now(thief).number == "TAKEN-V");
}

BOOST_AUTO_TEST_CASE(a_merge_is_taken_back_once_and_within_thirty_days) {
    auto const master = newAccount("Once");
    auto const victim = newAccount("Once more");
    auto const merged = merge(master, {&victim});
    BOOST_TEST(unmerge(merged).victimId.size() == 1U);
    BOOST_TEST((codeOf([&] { (void)unmerge(merged); }) == ErrorCode::conflict));

    auto const late = merge(master, {&victim});
    services.contactPool->run({"age", "UPDATE merge_journal SET at = now() - interval '31 days' WHERE id = $1"},
                              std::move(postgres::Parameters().uuid(late.mergeId)));
    BOOST_TEST((codeOf([&] { (void)unmerge(late); }) == ErrorCode::conflict));
    BOOST_TEST(isDeleted(victim));
    BOOST_TEST(entity::forgetMerges(operations) >= 1);
    BOOST_TEST((codeOf([&] { (void)unmerge(late); }) == ErrorCode::conflict));
    auto const results = operations.undeleteRecords(admin, {keyOf(victim)}, {});
    auto const &refused = results.at(0);
    BOOST_TEST((refused.error && refused.error->code == ErrorCode::conflict));
}

BOOST_AUTO_TEST_CASE(a_merge_that_there_is_not_is_not_found) {
    BOOST_TEST((codeOf([&] {
                    (void)entity::unmergeRecords(operations, admin, "01900000-0000-7000-8000-00000000dead");
                }) == ErrorCode::notFound));
    BOOST_TEST((codeOf([&] { (void)entity::unmergeRecords(operations, admin, "no id"); }) == ErrorCode::notFound));
    BOOST_TEST(!entity::hasMerge(operations, "no id"));
}

BOOST_AUTO_TEST_CASE(the_recycle_bin_keeps_victims_as_long_as_they_may_come_back) {
    auto const master = newAccount("Kept master");
    auto const victim = newAccount("Kept victim");
    auto const merged = merge(master, {&victim});
    services.contactPool->run({"age", "UPDATE account SET deleted_at = now() - interval '10 days' WHERE id = $1"},
                              std::move(postgres::Parameters().uuid(victim.id)));
    (void)operations.emptyRecycleBin(5);
    BOOST_TEST(*unmerge(merged).conflicts == 0);
    BOOST_TEST(!isDeleted(victim));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(merge_refusals, Fixture)

BOOST_AUTO_TEST_CASE(what_cannot_be_merged_is_named_and_nothing_changes) {
    auto const master = newAccount("Refusing");
    auto const victim = newAccount("Refused");
    auto const person = newContact("Of another entity");
    auto const gone = newAccount("Gone");
    remove(gone);
    Account unknown;
    unknown.id = "01900000-0000-7000-8000-00000000dead";

    BOOST_TEST(failureOf(mergeOf(master, {})) == "VALIDATION /victimIds:REQUIRED");
    BOOST_TEST(failureOf(mergeOf(master, {&master})) == "VALIDATION /victimIds/0:DUPLICATE");
    BOOST_TEST(failureOf(mergeOf(master, {&victim, &victim})) == "VALIDATION /victimIds/1:DUPLICATE");
    BOOST_TEST(failureOf(mergeOf(master, {&victim, &gone})) == "NOT_FOUND /victimIds/1:UNKNOWN_REFERENCE");
    BOOST_TEST(failureOf(mergeOf(master, {&unknown})) == "NOT_FOUND /victimIds/0:UNKNOWN_REFERENCE");
    BOOST_TEST(failureOf(mergeOf(master, {&person})) == "NOT_FOUND /victimIds/0:UNKNOWN_REFERENCE");
    BOOST_TEST(failureOf(mergeOf(gone, {&victim})) == "NOT_FOUND /masterId:UNKNOWN_REFERENCE");
    auto wrong = mergeOf(master, {&victim});
    wrong.victimId[0] = "no id";
    BOOST_TEST(failureOf(wrong) == "VALIDATION /victimIds/0:PATTERN");
    wrong = mergeOf(master, {&victim});
    wrong.entity = "Nothing";
    BOOST_TEST(failureOf(wrong) == "VALIDATION /entity:UNKNOWN_ENTITY");
    wrong.entity = "Activity";
    BOOST_TEST(failureOf(wrong) == "VALIDATION /entity:NOT_MERGEABLE");
    wrong = mergeOf(master, {&victim});
    wrong.version = 7;
    BOOST_TEST(failureOf(wrong) == "CONFLICT_VERSION");
    wrong = mergeOf(master, {});
    for (int i = 0; i < 51; ++i) wrong.victimId.push_back(newId());
    BOOST_TEST(failureOf(wrong) == "VALIDATION /victimIds:TOO_MANY_ITEMS");

    BOOST_TEST(*now(master).version == 1);
    BOOST_TEST(*now(victim).version == 1);
}

BOOST_AUTO_TEST_CASE(wrong_choices_are_all_named) {
    auto const master = newAccount("Choosing");
    auto const victim = newAccount("Choice");
    auto const other = newAccount("Bystander");
    auto wanted = mergeOf(master, {&victim});
    choose(wanted, "nothing", victim);
    choose(wanted, "name", other);
    choose(wanted, "version", victim);
    choose(wanted, "mergedIntoId", victim);
    choose(wanted, "rating", victim);
    choose(wanted, "rating", master);
    choose(wanted, "customFields.nothing", victim);
    BOOST_TEST(failureOf(wanted) == "VALIDATION /choices/0/field:UNKNOWN_FIELD /choices/1/fromId:UNKNOWN_REFERENCE"
                                    " /choices/2/field:READ_ONLY /choices/3/field:READ_ONLY /choices/5/field:DUPLICATE"
                                    " /choices/6/field:UNKNOWN_FIELD");
}

BOOST_AUTO_TEST_CASE(lists_that_would_be_too_long_are_named) {
    auto const master = newContact("Full", [](Contact &c) {
        for (int i = 0; i < 15; ++i) c.tags.push_back("a" + std::to_string(i));
        for (int i = 0; i < 15; ++i) c.externalIds.push_back(externalId("full", "a" + std::to_string(i)));
    });
    auto const victim = newContact("Fuller", [](Contact &c) {
        for (int i = 0; i < 15; ++i) c.externalIds.push_back(externalId("full", "b" + std::to_string(i)));
    });
    auto wanted = mergeOf(master, {&victim});
    BOOST_TEST(failureOf(wanted) == "VALIDATION /externalIds:TOO_MANY_ITEMS");
    choose(wanted, "externalIds", master);
    BOOST_TEST(failureOf(wanted) == "no error");
}

BOOST_AUTO_TEST_CASE(merging_needs_the_permission_and_rights_on_each_record) {
    auto const master = newAccount("Rights master");
    auto const victim = newAccount("Rights victim");
    auto const wanted = mergeOf(master, {&victim});
    BOOST_TEST(failureOf(wanted, callerWith("no merger", {}, "all", "all", "all")) == "FORBIDDEN");
    BOOST_TEST(failureOf(wanted, callerWith("no changer", {"merge"}, "all", "own", "all")) ==
               "FORBIDDEN /masterId:NOT_WRITABLE");
    BOOST_TEST(failureOf(wanted, callerWith("no remover", {"merge"}, "all", "all", "own")) ==
               "FORBIDDEN /victimIds/0:NOT_WRITABLE");
    BOOST_TEST(failureOf(wanted, callerWith("no reader", {"merge"}, "own", "all", "all")) ==
               "NOT_FOUND /masterId:UNKNOWN_REFERENCE");
    BOOST_TEST(*now(master).version == 1);

    auto const merger = callerWith("merger", {"merge"}, "all", "all", "all");
    auto const merged = entity::mergeRecords(operations, merger, wanted);
    BOOST_TEST((codeOf([&] {
                    (void)entity::unmergeRecords(operations, services.callerOf("no merger", "correct horse"),
                                                 merged.mergeId);
                }) == ErrorCode::forbidden));
    BOOST_TEST((codeOf([&] {
                    (void)entity::unmergeRecords(operations, services.callerOf("no reader", "correct horse"),
                                                 merged.mergeId);
                }) == ErrorCode::notFound));
    BOOST_TEST((codeOf([&] {
                    (void)entity::unmergeRecords(operations, services.callerOf("no remover", "correct horse"),
                                                 merged.mergeId);
                }) == ErrorCode::forbidden));
    BOOST_TEST(*entity::unmergeRecords(operations, merger, merged.mergeId).conflicts == 0);
}

BOOST_AUTO_TEST_CASE(fields_that_the_caller_may_not_write_are_neither_filled_nor_chosen) {
    identity::Role role;
    role.name = "Half blind merger";
    role.permissions = {"merge"};
    identity::EntityRight right;
    right.entity = "Account";
    right.create = true;
    right.read = right.update = right.remove = "all";
    role.entityRights = {right};
    for (auto const &[field, how] : {std::pair{"annualRevenue", "hidden"}, std::pair{"rating", "readOnly"}}) {
        identity::FieldRight &limited = role.fieldRights.emplace_back();
        limited.entity = "Account";
        limited.field = field;
        limited.right = how;
    }
    auto const made = services.create(services.identities(), admin, role);
    services.newUser("half blind", {*made.id});
    auto const caller = services.callerOf("half blind", "correct horse");
    auto const master = newAccount("Half seen");
    auto const victim = newAccount("Half seen too", [](Account &a) {
        a.annualRevenue = Decimal::parse("3.00");
        a.rating = "hot";
        a.industry = "Wood";
    });
    auto wanted = mergeOf(master, {&victim});
    choose(wanted, "rating", victim);
    BOOST_TEST(failureOf(wanted, caller) == "VALIDATION /choices/0/field:NOT_WRITABLE");
    wanted.choice.clear();
    auto const merged = entity::mergeRecords(operations, caller, wanted);
    BOOST_TEST(*now(master).industry == "Wood");
    BOOST_TEST(!now(master).rating.has_value());
    BOOST_TEST(!now(master).annualRevenue.has_value());
    BOOST_TEST(*entity::unmergeRecords(operations, caller, merged.mergeId).conflicts == 0);
    BOOST_TEST((now(victim).annualRevenue == Decimal::parse("3.00")));
}

BOOST_AUTO_TEST_CASE(sales_managers_and_integrations_may_merge) {
    auto const has = [&](const std::string &role) {
        auto const permissions = services.roleNamed(role).permissions;
        return std::ranges::find(permissions, "merge") != permissions.end();
    };
    BOOST_TEST(has("Sales manager"));
    BOOST_TEST(has("Integration"));
    BOOST_TEST(!has("Sales"));
    BOOST_TEST(!has("Read only"));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(merge_across_services, Fixture)

BOOST_AUTO_TEST_CASE(what_refers_to_a_merged_account_in_another_service_follows_and_returns) {
    auto const master = newAccount("Followed master");
    auto const victim = newAccount("Followed victim");
    lead::Opportunity opportunity;
    opportunity.name = "Follows";
    opportunity.amount = Decimal::parse("10.00");
    opportunity.closeDate = Date::parse("2027-03-31");
    opportunity.accountId = victim.id;
    auto const follows = services.create(services.leads(), admin, opportunity);
    opportunity.name = "Goes its own way";
    auto const strays = services.create(services.leads(), admin, opportunity);
    auto const stored = [&](const lead::Opportunity &one) {
        auto found = services.leads().retrieveRecords(admin, {keyOf(one)});
        return static_cast<lead::Opportunity &>(*found.at(0));
    };
    auto const subscription = entity::followMerges(services.leads(), operations, admin);

    auto const merged = merge(master, {&victim});
    catchUp(subscription);
    BOOST_TEST(*stored(follows).accountId == *master.id);
    BOOST_TEST(*stored(follows).version == *follows.version + 1);
    auto const history = services.leads().history(admin, keyOf(follows), 5, {});
    BOOST_TEST(*history.entries.at(0).newValue == *master.id);

    lead::Opportunity away;
    away.id = strays.id;
    away.fieldsToNull = {"accountId"};
    BOOST_REQUIRE(services.update(services.leads(), admin, away).success());
    (void)unmerge(merged);
    catchUp(subscription);
    BOOST_TEST(*stored(follows).accountId == *victim.id);
    BOOST_TEST(!stored(strays).accountId.has_value());
}

BOOST_AUTO_TEST_CASE(services_follow_those_that_merge_what_they_refer_to) {
    auto const all = entity::followMerges({&services.identities(), &operations, &services.leads()}, admin);
    std::set<std::pair<std::string, const postgres::Pool *>> found;
    for (const events::Subscription &one : all) found.emplace(one.consumer, &one.target);
    BOOST_TEST(found.contains({"merges.contact", &services.leads().pool()}));
    BOOST_TEST(found.contains({"merges.lead", &operations.pool()}));
    BOOST_TEST(found.size() == 2U);
}

BOOST_AUTO_TEST_CASE(leads_are_merged_with_what_belongs_to_them_here_and_elsewhere) {
    auto const newLead = [&](const std::string &name, const std::string &rating) {
        lead::Lead lead;
        lead.lastName = name;
        lead.companyName = name + " & Co";
        if (!rating.empty()) lead.rating = rating;
        return services.create(services.leads(), admin, lead);
    };
    auto const master = newLead("Leading", {});
    auto const victim = newLead("Led", "hot");
    lead::LeadEvent happened;
    happened.leadId = victim.id;
    happened.kind = "opened";
    auto const event = services.create(services.leads(), admin, happened);
    Activity call;
    call.kind = "call";
    call.subject = "About the lead";
    call.parentEntity = "Lead";
    call.parentId = victim.id;
    auto const activity = services.create(operations, admin, call);
    auto const subscription = entity::followMerges(operations, services.leads(), admin);
    auto const leadEvent = [&] {
        auto found = services.leads().retrieveRecords(admin, {keyOf(event)});
        return static_cast<lead::LeadEvent &>(*found.at(0));
    };

    auto const merged = entity::mergeRecords(services.leads(), admin, mergeOf(master, {&victim}));
    catchUp(subscription);
    BOOST_TEST(*static_cast<const lead::Lead &>(*merged.master.at(0).record).rating == "hot");
    BOOST_TEST(*leadEvent().leadId == *master.id);
    BOOST_TEST(*now(activity).parentId == *master.id);

    BOOST_TEST(*entity::unmergeRecords(services.leads(), admin, merged.mergeId).conflicts == 0);
    catchUp(subscription);
    BOOST_TEST(*leadEvent().leadId == *victim.id);
    BOOST_TEST(*now(activity).parentId == *victim.id);
}

BOOST_AUTO_TEST_SUITE_END()
