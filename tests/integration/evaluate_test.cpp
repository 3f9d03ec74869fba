// A filter answered in memory gives what PostgreSQL gives: filters made at random over records made at random.

#include "shared/contract/uuid.h"
#include "shared/entity/evaluate.h"
#include "shared/entity/members.h"
#include "tests/integration/services_fixture.h"

#include <algorithm>
#include <array>
#include <random>
#include <set>

using namespace kontor;
using namespace kontor::test;
using contact::Account;
using contact::Contact;
using entity::CustomFieldType;

namespace {

constexpr int recordsOfEach = 40;
constexpr int filtersOfEach = 400;

/// The same sequence on every run, so that a failure comes again.
class Chance {
  public:
    explicit Chance(std::uint32_t seed) : engine_(seed) {}
    std::size_t below(std::size_t limit) { return engine_() % limit; }
    bool oneIn(std::size_t n) { return below(n) == 0; }
    template <typename List> auto pick(const List &list) { return list[below(std::size(list))]; }

  private:
    std::mt19937 engine_;
};

constexpr std::array<const char *, 12> words{"Acme",     "acme",         "Ärger & Söhne", "ÄRGER",
                                             "Zoë",      "100% _right_", "a*sterisk",     "back\\slash",
                                             "株式会社", "Ωmega",        "say \"hi\"",    "x"};
constexpr std::array<const char *, 6> numbers{"-5.5", "0", "9.9999", "10", "1000.5", "999999999999999.9999"};
constexpr std::array<const char *, 6> wholeNumbers{"0", "1", "9", "10", "250", "9000000000"};
constexpr std::array<const char *, 5> dates{"1969-12-31", "2000-02-29", "2026-11-22", "2026-11-23", "2030-01-01"};
constexpr std::array<const char *, 5> times{"1969-12-31T23:59:59.999999Z", "2026-11-22T00:00:00Z",
                                            "2026-11-22T23:59:59.999999Z", "2026-11-23T01:00:00+01:00",
                                            "2030-06-01T12:00:00Z"};
constexpr std::array<const char *, 8> days{"now",          "today-1d",          "yesterday",      "tomorrow",
                                           "startOfMonth", "startOfQuarter-1y", "startOfWeek+2w", "now-30min"};
constexpr std::array<const char *, 3> customNames{"evalText", "evalNumber", "evalDay"};

// ---- records

CustomField custom(const char *name, const char *value) {
    CustomField field;
    field.name = name;
    field.value = value;
    return field;
}

/// What accounts and contacts have alike.
template <typename T> void fillCommon(T &record, Chance &chance, int number, const char *system) {
    for (const char *const word : words) {
        if (chance.oneIn(6)) record.tags.emplace_back(word);
    }
    if (chance.oneIn(2)) record.customFields.push_back(custom("evalText", chance.pick(words)));
    if (chance.oneIn(2)) record.customFields.push_back(custom("evalNumber", chance.pick(numbers)));
    if (chance.oneIn(2)) record.customFields.push_back(custom("evalDay", chance.pick(dates)));
    if (chance.oneIn(2)) record.description = chance.pick(words);
    if (chance.oneIn(2)) record.source = chance.pick(words);
    for (std::size_t i = chance.below(3); i > 0; --i) {
        contact::EmailAddressUse address;
        address.address =
            "e" + std::to_string(chance.below(9)) + "@" + (chance.oneIn(2) ? "acme" : "other") + ".example";
        if (chance.oneIn(2)) address.kind = chance.oneIn(2) ? "work" : "home";
        bool const twice = std::ranges::any_of(record.emailAddresses,
                                               [&](const auto &other) { return other.address == address.address; });
        if (!twice) record.emailAddresses.push_back(address);
    }
    if (chance.oneIn(2)) {
        contact::PostalAddress address;
        address.city = chance.pick(words);
        if (chance.oneIn(2)) address.country = "DE";
        record.postalAddresses.push_back(address);
    }
    if (chance.oneIn(3)) {
        ExternalId external;
        external.system = system;
        external.id = std::to_string(number);
        record.externalIds.push_back(external);
    }
}

Account randomAccount(Chance &chance, int number) {
    Account account;
    account.name = std::string(chance.pick(words)) + (chance.oneIn(2) ? " Ltd" : "");
    fillCommon(account, chance, number, "evaluate");
    if (chance.oneIn(2)) account.type = chance.oneIn(2) ? "customer" : "partner";
    if (chance.oneIn(2)) account.annualRevenue = Decimal::parse(chance.pick(numbers));
    if (chance.oneIn(2)) account.employeeCount = std::stoll(chance.pick(wholeNumbers));
    if (chance.oneIn(2)) account.creditHold = chance.oneIn(2);
    if (chance.oneIn(3)) account.rating = "hot";
    return account;
}

Contact randomContact(Chance &chance, int number, const std::vector<std::string> &accounts) {
    Contact contact;
    contact.lastName = chance.pick(words);
    fillCommon(contact, chance, number, "evaluate");
    if (chance.oneIn(2)) contact.firstName = chance.pick(words);
    if (chance.oneIn(2)) contact.accountId = chance.pick(accounts);
    if (chance.oneIn(2)) contact.birthDate = Date::parse(chance.pick(dates));
    if (chance.oneIn(2)) contact.doNotCall = chance.oneIn(2);
    if (chance.oneIn(3)) contact.jobTitle = chance.pick(words);
    return contact;
}

lead::Opportunity randomOpportunity(Chance &chance, int number, const std::vector<std::string> &accounts) {
    lead::Opportunity deal;
    deal.name = chance.pick(words);
    deal.closeDate = Date::parse(chance.pick(dates));
    for (const char *const word : words) {
        if (chance.oneIn(6)) deal.tags.emplace_back(word);
    }
    if (chance.oneIn(2)) deal.customFields.push_back(custom("evalText", chance.pick(words)));
    if (chance.oneIn(2)) deal.customFields.push_back(custom("evalNumber", chance.pick(numbers)));
    if (chance.oneIn(2)) deal.amount = Decimal(number, 1);
    if (chance.oneIn(2)) deal.probability = static_cast<std::int64_t>(chance.below(11));
    if (chance.oneIn(2)) deal.accountId = chance.pick(accounts);
    if (chance.oneIn(2)) deal.nextStepAt = DateTime::parse(chance.pick(times));
    if (chance.oneIn(3)) deal.forecastCategory = "commit";
    for (std::size_t i = chance.below(3); i > 0; --i) {
        lead::OpportunityContact person;
        person.contactId = chance.pick(accounts);
        if (chance.oneIn(2)) person.role = chance.oneIn(2) ? "champion" : "blocker";
        if (chance.oneIn(2)) person.influence = static_cast<std::int64_t>(chance.below(11));
        deal.contacts.push_back(person);
    }
    // Splits, where there are any, are all of the amount.
    static constexpr const char *splits[][2] = {{"100.00", ""}, {"9.99", "90.01"}};
    bool const isSplit = chance.oneIn(2);
    std::size_t const members = chance.below(3);
    for (std::size_t i = 0; i < members; ++i) {
        lead::OpportunityTeamMember member;
        member.userId = newId();
        if (isSplit) member.splitPercent = Decimal::parse(splits[members - 1][i]);
        deal.team.push_back(member);
    }
    return deal;
}

// ---- filters

std::string quoted(std::string_view text, bool pattern = false) {
    std::string result = "\"";
    for (char const c : text) {
        if (c == '"' || c == '\\' || (pattern && c == '*')) result += '\\';
        result += c;
    }
    return result + '"';
}

/// Some letters of a word, maybe in another case, maybe with asterisks at its ends.
std::string randomPattern(Chance &chance) {
    std::string_view const word = chance.pick(words);
    std::string text(word);
    if (chance.oneIn(2)) {
        bool const ascii = std::ranges::all_of(word, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
        if (ascii) text = word.substr(0, 1 + chance.below(word.size()));
        std::ranges::transform(text, text.begin(), [](char c) { return c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c; });
    }
    std::string result = quoted(text, true);
    if (chance.oneIn(3)) result.insert(1, "*");
    if (chance.oneIn(3)) result.insert(result.size() - 1, "*");
    return result;
}

class RandomFilter {
  public:
    RandomFilter(Chance &chance, const EntityType &entity, const std::vector<CustomFieldType> &types,
                 const std::vector<entity::RecordPtr> &records)
        : chance_(chance), entity_(entity), types_(types) {
        for (const Field &field : entity.type->fields) {
            bool const used =
                std::ranges::any_of(records, [&](auto const &record) { return !isEmpty(field, *record); });
            if (used) used_.push_back(&field);
        }
        for (auto const &record : records) {
            for (const Field &field : entity.type->fields) {
                auto const text = field.filterable ? entity::memberText(field, *record) : std::nullopt;
                if (text && field.kind == Kind::id) ids_.push_back(*text);
                if (text && field.kind == Kind::text && text->size() < 50) texts_.push_back(*text);
            }
        }
    }

    std::string expression(int depth) {
        if (depth == 0 || chance_.oneIn(3)) return comparison();
        if (chance_.oneIn(4)) return "NOT (" + expression(depth - 1) + ")";
        std::string const keyword = chance_.oneIn(2) ? " AND " : " OR ";
        std::string text = "(" + expression(depth - 1);
        for (std::size_t i = 1 + chance_.below(2); i > 0; --i) text += keyword + expression(depth - 1);
        return text + ")";
    }

  private:
    std::string comparison() {
        const Field &field = chance_.oneIn(6) ? chance_.pick(entity_.type->fields) : *chance_.pick(used_);
        if (field.name == "customFields") return customComparison();
        if (field.structure != nullptr) return memberComparison(field);
        if (!field.filterable) return comparison();
        return scalarComparison(std::string(field.name), field.kind, !field.references.empty());
    }

    std::string customComparison() {
        if (chance_.oneIn(6)) return "customFields:*";
        const CustomFieldType &type = types_[chance_.below(types_.size())];
        Kind const kind = type.type == "decimal" ? Kind::decimal : type.type == "date" ? Kind::date : Kind::text;
        return scalarComparison("customFields." + type.name, kind, false);
    }

    std::string memberComparison(const Field &list) {
        if (chance_.oneIn(6)) return std::string(list.name) + ":*";
        const Field &member = chance_.pick(list.structure->fields);
        bool const scalar = member.structure == nullptr && member.kind != Kind::textList && !member.writeOnly;
        if (!scalar) return memberComparison(list);
        return scalarComparison(std::string(list.name) + "." + std::string(member.name), member.kind, false);
    }

    std::string scalarComparison(const std::string &path, Kind kind, bool ids) {
        constexpr std::array<const char *, 6> orders{" = ", " != ", " < ", " <= ", " > ", " >= "};
        if (chance_.oneIn(6)) return path + ":*";
        bool const text = kind == Kind::text || (kind == Kind::textList && !ids);
        if (text && chance_.oneIn(2)) return path + " : " + randomPattern(chance_);
        if (chance_.oneIn(5)) return path + " IN (" + literal(kind, ids) + ", " + literal(kind, ids) + ")";
        bool const ordered = kind != Kind::boolean && kind != Kind::id && kind != Kind::textList;
        return path + orders[chance_.below(ordered ? 6 : 2)] + literal(kind, ids);
    }

    std::string literal(Kind kind, bool ids) {
        switch (kind) {
        case Kind::integer:
            return chance_.pick(wholeNumbers);
        case Kind::decimal:
            return chance_.pick(numbers);
        case Kind::boolean:
            return chance_.oneIn(2) ? "true" : "false";
        case Kind::date:
            return chance_.oneIn(2) ? chance_.pick(dates) : chance_.pick(days);
        case Kind::dateTime:
            return chance_.oneIn(3) ? chance_.pick(dates) : chance_.oneIn(2) ? chance_.pick(times) : chance_.pick(days);
        case Kind::id:
            return quoted(chance_.oneIn(9) ? newId() : chance_.pick(ids_));
        default:
            return ids                ? quoted(chance_.pick(ids_))
                   : chance_.oneIn(2) ? quoted(chance_.pick(texts_))
                                      : quoted(chance_.pick(words));
        }
    }

    Chance &chance_;
    const EntityType &entity_;
    const std::vector<CustomFieldType> &types_;
    std::vector<const Field *> used_;       // some record has a value
    std::vector<std::string> ids_, texts_;  // that records have
};

// ---- the comparison

struct Fixture {
    Services services;
    entity::Operations &contacts = services.contactService->operations();
    entity::Operations &leads = services.leadService->operations();
    const auth::Caller &admin = services.administrator;

    template <typename Definition> void defineCustomFields(entity::Operations &operations, const char *entityName) {
        constexpr std::array<const char *, 3> types{"text", "decimal", "date"};
        for (std::size_t i = 0; i < customNames.size(); ++i) {
            Definition definition;
            definition.entity = entityName;
            definition.name = customNames[i];
            definition.label = customNames[i];
            definition.type = types[i];
            services.create(operations, admin, definition);
        }
    }

    std::vector<entity::RecordPtr> allOf(entity::Operations &operations, const EntityType &type,
                                         const std::string &filter = {}) {
        entity::Query query;
        query.entity = &type;
        query.filter = filter;
        query.limit = 2000;
        return operations.queryRecords(admin, query).records;
    }

    std::set<std::string> found(entity::Operations &operations, const EntityType &type, const std::string &filter) {
        std::set<std::string> ids;
        for (auto const &record : allOf(operations, type, filter)) ids.insert(*record->id);
        return ids;
    }

    void compare(entity::Operations &operations, const char *entityName, std::uint32_t seed) {
        const EntityType &type = *operations.contract().entityByName(entityName);
        auto const types = entity::CustomFields(operations.pool()).of(entityName);
        BOOST_REQUIRE_EQUAL(types->size(), customNames.size());
        auto const records = allOf(operations, type);
        BOOST_REQUIRE_EQUAL(records.size(), recordsOfEach);
        Chance chance(seed);
        RandomFilter filters(chance, type, *types, records);
        int telling = 0;
        for (int i = 0; i < filtersOfEach; ++i) {
            std::string const filter = filters.expression(static_cast<int>(chance.below(4)));
            auto const node = entity::parseFilter(filter).value();
            entity::requireEvaluable(node, type, *types);
            std::set<std::string> expected;
            DateTime now;
            do {  // both on the same day
                now = DateTime::now();
                expected = found(operations, type, filter);
            } while (now.toString().substr(0, 10) != DateTime::now().toString().substr(0, 10));
            std::set<std::string> held;
            for (auto const &record : records) {
                if (entity::holds(node, *record, *types, now)) held.insert(*record->id);
            }
            BOOST_TEST(held == expected,
                       filter << ": " << held.size() << " in memory, " << expected.size() << " in SQL");
            if (!held.empty() && held.size() < records.size()) ++telling;
        }
        BOOST_TEST(telling > filtersOfEach / 5, telling << " filters told records apart");
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(evaluate, Fixture)

BOOST_AUTO_TEST_CASE(memory_and_sql_give_the_same_answers) {
    defineCustomFields<contact::CustomFieldDefinition>(contacts, "Account");
    defineCustomFields<contact::CustomFieldDefinition>(contacts, "Contact");
    defineCustomFields<lead::LeadCustomField>(leads, "Opportunity");
    Chance chance(20261123);
    std::vector<std::string> accounts;
    for (int i = 0; i < recordsOfEach; ++i) {
        accounts.push_back(*services.create(contacts, admin, randomAccount(chance, i)).id);
    }
    for (int i = 0; i < recordsOfEach; ++i) services.create(contacts, admin, randomContact(chance, i, accounts));
    for (int i = 0; i < recordsOfEach; ++i) services.create(leads, admin, randomOpportunity(chance, i, accounts));
    compare(contacts, "Account", 1);
    compare(contacts, "Contact", 2);
    compare(leads, "Opportunity", 3);
}

BOOST_AUTO_TEST_SUITE_END()
