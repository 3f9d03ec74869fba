#include "tests/integration/services_fixture.h"

#include <set>

using namespace kontor;
using namespace kontor::test;
using contact::Contact;

namespace {

struct Fixture {
    Services services;
    entity::Operations &operations = services.contacts();
    const auth::Caller &admin = services.administrator;

    Contact newContact(const std::string &lastName) {
        Contact contact;
        contact.lastName = lastName;
        return services.create(operations, admin, contact);
    }
    void newContacts(int count) {
        for (int i = 0; i < count; ++i) newContact("Page");
    }
    static entity::Query contacts(int limit, std::string cursor = {}) {
        entity::Query query;
        query.entity = &Services::entity("Contact");
        query.limit = limit;
        query.cursor = std::move(cursor);
        return query;
    }
    /// A contact of so many versions, the first included.
    Contact changed(int versions) {
        Contact contact = newContact("Changed");
        for (int i = 1; i < versions; ++i) {
            Contact change;
            change.id = contact.id;
            change.jobTitle = "Title " + std::to_string(i);
            BOOST_TEST_REQUIRE(services.update(operations, admin, change).success());
        }
        return contact;
    }
    static entity::RecordKey keyOf(const Record &record) {
        return {record.structType().entity, *record.id, {}, {}, {}};
    }
};

std::size_t versionsIn(const entity::History &history) {
    std::set<std::int64_t> versions;
    for (const AuditEntry &entry : history.entries) versions.insert(entry.version.value());
    return versions.size();
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(paging, Fixture)

BOOST_AUTO_TEST_CASE(a_list_has_fifty_records_a_page_unless_told_otherwise) {
    newContacts(51);
    auto const first = operations.queryRecords(admin, contacts(0));
    BOOST_TEST(first.records.size() == 50U);
    BOOST_TEST(operations.queryRecords(admin, contacts(0, first.nextCursor)).records.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_cursor_carries_the_limit_and_a_limit_beside_it_wins) {
    newContacts(10);
    auto const first = operations.queryRecords(admin, contacts(2));
    auto const second = operations.queryRecords(admin, contacts(0, first.nextCursor));
    BOOST_TEST(second.records.size() == 2U);
    auto const third = operations.queryRecords(admin, contacts(3, second.nextCursor));
    BOOST_TEST(third.records.size() == 3U);
    // What was wanted last is what the next page has.
    auto const fourth = operations.queryRecords(admin, contacts(0, third.nextCursor));
    BOOST_TEST(fourth.records.size() == 3U);
    BOOST_TEST(fourth.nextCursor.empty());
}

BOOST_AUTO_TEST_CASE(the_recycle_bin_is_not_asked_for_by_the_cursor_of_a_list) {
    newContacts(2);
    entity::Query query = contacts(1, operations.queryRecords(admin, contacts(1)).nextCursor);
    query.onlyDeleted = true;
    BOOST_TEST((codeOf([&] { operations.queryRecords(admin, query); }) == ErrorCode::invalidCursor));
}

BOOST_AUTO_TEST_CASE(a_history_goes_on_by_as_many_changes_as_it_began_with) {
    Contact const contact = changed(8);
    auto const first = operations.history(admin, keyOf(contact), 2, "");
    BOOST_TEST(versionsIn(first) == 2U);
    auto const second = operations.history(admin, keyOf(contact), 0, first.nextCursor);
    BOOST_TEST(versionsIn(second) == 2U);
    BOOST_TEST(second.entries.front().version.value() == 6);
    auto const third = operations.history(admin, keyOf(contact), 3, second.nextCursor);
    BOOST_TEST(versionsIn(third) == 3U);
    auto const last = operations.history(admin, keyOf(contact), 0, third.nextCursor);
    BOOST_TEST(versionsIn(last) == 1U);
    BOOST_TEST(last.nextCursor.empty());
    BOOST_TEST(versionsIn(operations.history(admin, keyOf(contact), 0, "")) == 8U);
}

BOOST_AUTO_TEST_CASE(a_timeline_goes_on_by_as_many_entries_as_it_began_with) {
    Contact const contact = changed(6);
    auto const first = services.contactService->getTimeline(admin, keyOf(contact), 2, "");
    BOOST_TEST(first.entry.size() == 2U);
    auto const second = services.contactService->getTimeline(admin, keyOf(contact), 0, first.cursor.value());
    BOOST_TEST(second.entry.size() == 2U);
    auto const third = services.contactService->getTimeline(admin, keyOf(contact), 1, second.cursor.value());
    BOOST_TEST(third.entry.size() == 1U);
    auto const last = services.contactService->getTimeline(admin, keyOf(contact), 0, third.cursor.value());
    BOOST_TEST(last.entry.size() == 1U);
    BOOST_TEST(!last.cursor.has_value());
}

BOOST_AUTO_TEST_CASE(a_timeline_leaves_out_nothing_of_what_happened_at_one_moment) {
    Contact const contact = changed(2);
    std::vector<entity::RecordPtr> activities;
    for (int i = 0; i < 7; ++i) {
        auto activity = std::make_unique<contact::Activity>();
        activity->kind = "note";
        activity->subject = "Note " + std::to_string(i);
        activity->parentEntity = "Contact";
        activity->parentId = contact.id;
        activities.push_back(std::move(activity));
    }
    operations.createRecords(admin, std::move(activities), {});
    auto const whole = services.contactService->getTimeline(admin, keyOf(contact), 100, "");
    BOOST_TEST(whole.entry.size() == 9U);
    std::vector<std::string> expected;
    std::vector<std::string> paged;
    for (const contact::TimelineEntry &entry : whole.entry) expected.push_back(entry.title.value_or(*entry.kind));
    std::string cursor;
    do {
        auto const page = services.contactService->getTimeline(admin, keyOf(contact), 2, cursor);
        for (const contact::TimelineEntry &entry : page.entry) paged.push_back(entry.title.value_or(*entry.kind));
        cursor = page.cursor.value_or("");
    } while (!cursor.empty() && paged.size() < 20);
    BOOST_TEST(paged == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_cursor_of_another_record_or_another_kind_is_refused) {
    Contact const one = changed(3);
    Contact const other = changed(3);
    std::string const cursor = operations.history(admin, keyOf(one), 1, "").nextCursor;
    BOOST_TEST((codeOf([&] { operations.history(admin, keyOf(other), 1, cursor); }) == ErrorCode::invalidCursor));
    BOOST_TEST((codeOf([&] { services.contactService->getTimeline(admin, keyOf(one), 1, cursor); }) ==
                ErrorCode::invalidCursor));
    BOOST_TEST((codeOf([&] { operations.queryRecords(admin, contacts(0, cursor)); }) == ErrorCode::invalidCursor));
}

BOOST_AUTO_TEST_SUITE_END()
