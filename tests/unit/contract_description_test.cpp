// The generated tables: what every loop over them relies on.

#include "contract/common.h"
#include "contract/contact.h"
#include "contract/identity.h"
#include "contract/served.h"
#include "shared/contract/description.h"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <functional>
#include <set>
#include <string>
#include <vector>

using namespace kontor;

namespace {

std::vector<const ServiceContract *> services() { return {&identity::serviceContract(), &contact::serviceContract()}; }

std::vector<const EntityType *> entities() {
    std::vector<const EntityType *> all;
    for (const ServiceContract *const service : services())
        all.insert(all.end(), service->entities.begin(), service->entities.end());
    return all;
}

/// Every type that an operation takes or gives, with all that they hold.
std::vector<const StructType *> types() {
    std::vector<const StructType *> all;
    std::function<void(const StructType *)> const visit = [&](const StructType *type) {
        if (type == nullptr || std::ranges::find(all, type) != all.end()) return;
        all.push_back(type);
        for (const Field &field : type->fields) visit(field.structure);
    };
    for (const ServiceContract *const service : services()) {
        for (const OperationType &operation : service->operations) {
            visit(operation.input);
            visit(operation.result);
        }
    }
    return all;
}

std::string pathOf(const StructType &type, const Field &field) {
    return std::string(type.name) + '.' + std::string(field.name);
}

bool holdsStructures(const Field &field) { return field.kind == Kind::structure || field.kind == Kind::structureList; }

const Field &fieldOf(const StructType &type, std::string_view name) {
    const Field *const field = type.find(name);
    BOOST_REQUIRE_MESSAGE(field != nullptr, type.name << " has no " << name);
    return *field;
}

/// Puts something into the member, whatever it is.
void fill(const Field &field, Object &object) {
    switch (field.kind) {
    case Kind::text:
    case Kind::id:
    case Kind::binary:
        memberAs<std::optional<std::string>>(field, object) = "text";
        break;
    case Kind::integer:
        memberAs<std::optional<std::int64_t>>(field, object) = 7;
        break;
    case Kind::decimal:
        memberAs<std::optional<Decimal>>(field, object) = Decimal(150, 2);
        break;
    case Kind::boolean:
        memberAs<std::optional<bool>>(field, object) = false;
        break;
    case Kind::dateTime:
        memberAs<std::optional<DateTime>>(field, object) = DateTime{};
        break;
    case Kind::date:
        memberAs<std::optional<Date>>(field, object) = Date{};
        break;
    case Kind::textList:
        memberAs<std::vector<std::string>>(field, object).emplace_back("text");
        break;
    case Kind::structure:
    case Kind::structureList:
        field.items->append(field.member(object));
        break;
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(contract_description)

BOOST_AUTO_TEST_CASE(each_field_reaches_a_member_of_its_own) {
    for (const StructType *const type : types()) {
        auto const object = type->create();
        BOOST_TEST(&object->structType() == type);
        for (const Field &field : type->fields)
            BOOST_TEST(isEmpty(field, *object), pathOf(*type, field) << " of a new object is not empty");
        for (const Field &field : type->fields) {
            fill(field, *object);
            for (const Field &other : type->fields) {
                BOOST_TEST(isEmpty(other, *object) == (&other != &field), pathOf(*type, field)
                                                                              << " and " << other.name);
            }
            clear(field, *object);
            BOOST_TEST(isEmpty(field, *object), pathOf(*type, field) << " is not empty after clear");
        }
    }
}

BOOST_AUTO_TEST_CASE(lists_of_structures_are_reached_without_their_type) {
    contact::Contact person;
    const Field &field = fieldOf(contact::Contact::contractType(), "emailAddresses");
    void *const member = field.member(person);
    for (const char *const address : {"a@example.org", "b@example.org"}) {
        Object &item = field.items->append(member);
        BOOST_TEST(&item.structType() == &contact::EmailAddressUse::contractType());
        static_cast<contact::EmailAddressUse &>(item).address = address;
    }
    BOOST_REQUIRE_EQUAL(person.emailAddresses.size(), 2U);
    BOOST_TEST(person.emailAddresses[1].address.value() == "b@example.org");
    BOOST_TEST(&field.items->at(member, 0) == &person.emailAddresses[0]);
    field.items->clear(member);
    BOOST_TEST(person.emailAddresses.empty());
}

BOOST_AUTO_TEST_CASE(a_structure_is_there_once_or_not_at_all) {
    contact::GetTimeline input;
    const Field &field = fieldOf(contact::GetTimeline::contractType(), "key");
    void *const member = field.member(input);
    BOOST_TEST(field.items->size(member) == 0U);
    static_cast<RecordKey &>(field.items->append(member)).entity = "Account";
    BOOST_TEST(field.items->size(member) == 1U);
    BOOST_TEST(input.key->entity.value() == "Account");
    BOOST_TEST(&field.items->at(member, 0) == &*input.key);
}

BOOST_AUTO_TEST_CASE(tables_are_consistent) {
    for (const StructType *const type : types()) {
        std::set<std::string_view> names;
        std::set<std::string_view> columns;
        for (const Field &field : type->fields) {
            std::string const path = pathOf(*type, field);
            BOOST_TEST(names.insert(field.name).second, path << " is there twice");
            BOOST_TEST(type->find(field.name) == &field);
            BOOST_TEST(!field.label.empty(), path << " has no label");
            BOOST_TEST((field.column.empty() || columns.insert(field.column).second),
                       path << " shares the column " << field.column);
            BOOST_TEST(holdsStructures(field) == (field.structure != nullptr), path);
            BOOST_TEST(holdsStructures(field) == (field.items != nullptr), path);
            bool const list = field.kind == Kind::textList || field.kind == Kind::structureList;
            BOOST_TEST(list == (field.maxItems > 0), path << " has no limit, or one that it does not need");
            BOOST_TEST((!field.sortable || (!field.column.empty() && !list)), path << " cannot be sorted");
            BOOST_TEST((!field.writeOnly || !(field.filterable || field.sortable || field.searchable)), path);
            BOOST_TEST((!field.required || field.writable != Writable::never),
                       path << " is required but nobody may set it");
            BOOST_TEST(field.minLength <= (field.maxLength == 0 ? field.minLength : field.maxLength), path);
            BOOST_TEST(field.minValue < field.maxValue, path);
            BOOST_TEST(field.fractionDigits <= field.totalDigits, path);
        }
        BOOST_TEST(type->find("noSuchField") == nullptr);
        BOOST_TEST(type->find("") == nullptr);
    }
}

BOOST_AUTO_TEST_CASE(entities_have_what_every_record_has) {
    std::span<const Field> const common = Record::contractType().fields;
    for (const EntityType *const entity : entities()) {
        BOOST_TEST(entity->type->entity == entity);
        BOOST_TEST(entity->type->name == entity->name);
        BOOST_REQUIRE(entity->type->fields.size() > common.size());
        for (std::size_t i = 0; i < common.size(); ++i) {
            BOOST_TEST(entity->type->fields[i].name == common[i].name);
            BOOST_TEST(entity->type->fields[i].column == common[i].column);
        }
        const Field &display = fieldOf(*entity->type, entity->displayField);
        BOOST_TEST((display.kind == Kind::text && !display.column.empty()), entity->name);
        auto const object = entity->type->create();
        auto *const record = dynamic_cast<Record *>(object.get());
        BOOST_REQUIRE(record != nullptr);
        record->version = 3;
        BOOST_TEST(!isEmpty(fieldOf(*entity->type, "version"), *object));
    }
}

BOOST_AUTO_TEST_CASE(names_of_entities_are_unique_across_services) {
    std::set<std::string_view> names;
    std::set<std::string_view> elements;
    std::set<std::string_view> collections;
    for (const EntityType *const entity : entities()) {
        BOOST_TEST(names.insert(entity->name).second, entity->name);
        BOOST_TEST(elements.insert(entity->element).second, entity->element);
        BOOST_TEST(collections.insert(entity->collection).second, entity->collection);
    }
    for (const ServiceContract *const service : services()) {
        for (const EntityType *const entity : service->entities) {
            BOOST_TEST(entity->service == service->name);
            BOOST_TEST(service->entityByName(entity->name) == entity);
            BOOST_TEST(service->entityByCollection(entity->collection) == entity);
        }
        BOOST_TEST(service->entityByName("Nobody") == nullptr);
        BOOST_TEST(service->entityByCollection("") == nullptr);
    }
}

BOOST_AUTO_TEST_CASE(references_point_to_entities_that_exist) {
    std::set<std::string_view> names{"*"};
    for (const EntityType *const entity : entities()) names.insert(entity->name);
    for (const StructType *const type : types()) {
        for (const Field &field : type->fields) {
            if (field.references.empty()) continue;
            BOOST_TEST(names.contains(field.references), pathOf(*type, field) << " references " << field.references);
            BOOST_TEST((field.kind == Kind::id || field.kind == Kind::textList), pathOf(*type, field));
        }
    }
}

BOOST_AUTO_TEST_CASE(records_of_a_service_hold_its_entities_in_order) {
    for (const ServiceContract *const service : services()) {
        auto const create = std::ranges::find(service->operations, "createRecords", &OperationType::name);
        BOOST_REQUIRE(create != service->operations.end());
        const StructType &records = *fieldOf(*create->input, "records").structure;
        BOOST_REQUIRE_EQUAL(records.fields.size(), service->entities.size());
        for (std::size_t i = 0; i < records.fields.size(); ++i) {
            BOOST_TEST(records.fields[i].name == service->entities[i]->element);
            BOOST_TEST(records.fields[i].structure == service->entities[i]->type);
        }
    }
}

BOOST_AUTO_TEST_CASE(every_service_has_the_standard_operations) {
    for (const ServiceContract *const service : services()) {
        BOOST_TEST(!service->documentation.empty());
        std::set<std::string_view> names;
        for (const OperationType &operation : service->operations) {
            BOOST_TEST(names.insert(operation.name).second, operation.name);
            BOOST_REQUIRE(operation.input != nullptr);
            BOOST_TEST(operation.input->targetNamespace == service->targetNamespace);
            BOOST_TEST(!operation.documentation.empty(), operation.name << " is not documented");
        }
        for (std::string_view const name :
             {"createRecords", "updateRecords", "upsertRecords", "deleteRecords", "undeleteRecords", "retrieveRecords",
              "queryRecords", "queryMore", "searchRecords", "getChanges", "getDeleted", "describe"}) {
            auto const found = std::ranges::find(service->operations, name, &OperationType::name);
            BOOST_REQUIRE_MESSAGE(found != service->operations.end(), service->name << " has no " << name);
            BOOST_TEST(found->result != nullptr, name << " gives nothing");
        }
    }
}

BOOST_AUTO_TEST_CASE(facets_and_attributes_of_the_contract_are_in_the_tables) {
    const StructType &account = contact::Account::contractType();
    const Field &name = fieldOf(account, "name");
    BOOST_TEST(name.required);
    BOOST_TEST(name.searchable);
    BOOST_TEST(name.minLength == 1U);
    BOOST_TEST(name.maxLength == 255U);
    BOOST_TEST((name.filterable && name.sortable));

    const Field &revenue = fieldOf(account, "annualRevenue");
    BOOST_TEST((revenue.kind == Kind::decimal));
    BOOST_TEST(revenue.column == "annual_revenue");
    BOOST_TEST(revenue.label == "Annual revenue");
    BOOST_TEST(int{revenue.totalDigits} == 19);
    BOOST_TEST(int{revenue.fractionDigits} == 4);

    BOOST_TEST(fieldOf(account, "currency").pattern == "[A-Z]{3}");
    BOOST_TEST(fieldOf(account, "employeeCount").minValue == 0);
    BOOST_TEST(fieldOf(account, "number").unique);
    const Field &parent = fieldOf(account, "parentId");
    BOOST_TEST((parent.kind == Kind::id));
    BOOST_TEST(parent.references == "Account");
    BOOST_TEST(parent.label == "Parent");
    const Field &mails = fieldOf(account, "emailAddresses");
    BOOST_TEST((mails.kind == Kind::structureList && mails.column.empty() && mails.personal && mails.filterable));
    BOOST_TEST(mails.maxItems == 20U);

    BOOST_TEST((fieldOf(account, "id").writable == Writable::onCreate));
    BOOST_TEST((fieldOf(account, "createdAt").writable == Writable::never));
    BOOST_TEST(fieldOf(account, "customFields").column == "custom_fields");
    BOOST_TEST(fieldOf(account, "fieldsToNull").column.empty());
    BOOST_TEST(!fieldOf(account, "fieldsToNull").filterable);

    const Field &kind = fieldOf(contact::Activity::contractType(), "kind");
    std::vector<std::string_view> const kinds{"call", "meeting", "task", "email", "note"};
    BOOST_TEST(std::vector<std::string_view>(kind.choices.begin(), kind.choices.end()) == kinds,
               boost::test_tools::per_element());
    const Field &password = fieldOf(identity::User::contractType(), "password");
    BOOST_TEST((password.writeOnly && password.column.empty() && !password.filterable));
    const Field &columns = fieldOf(identity::User::contractType(), "teamIds");
    BOOST_TEST((columns.kind == Kind::textList && columns.references == "Team" && columns.label == "Teams"));
}

BOOST_AUTO_TEST_CASE(records_are_copied_and_moved_whole) {
    contact::Account account;
    account.id = "019ab3c4-1122-7abc-8def-0123456789ab";
    account.name = "Äcme";
    account.tags = {"a", "b"};
    account.postalAddresses.emplace_back().city = "Köln";
    contact::Account const copy = account;
    contact::Account const moved = std::move(account);
    for (const contact::Account *const same : {&copy, &moved}) {
        BOOST_TEST(same->name.value() == "Äcme");
        BOOST_TEST(same->tags.size() == 2U);
        BOOST_TEST(same->postalAddresses.at(0).city.value() == "Köln");
        BOOST_TEST(&same->structType() == &contact::Account::contractType());
    }
}

BOOST_AUTO_TEST_CASE(documents_are_served_for_each_level_and_soap_version) {
    for (const ServiceContract *const service : services()) {
        std::string const name(service->name);
        for (unsigned level = 0; level <= service->level; ++level) {
            std::string const address =
                "location=\"http://localhost:8080/soap/v1." + std::to_string(level) + "/" + name + "\"";
            for (const std::string &file :
                 {name + ".wsdl", name + ".soap12.wsdl", name + ".xsd", std::string("common.xsd")}) {
                std::string const text(servedDocument(level, file));
                BOOST_TEST(text.starts_with("<?xml "), file << " at level " << level);
                BOOST_TEST(text.find("api.kontor.example/meta") == std::string::npos, file << " names our attributes");
                BOOST_TEST(text.find(" k:") == std::string::npos, file << " holds our attributes");
                BOOST_TEST((text.find(address) != std::string::npos) == file.ends_with("wsdl"), file);
                bool const is12 = text.find("http://schemas.xmlsoap.org/wsdl/soap12/") != std::string::npos;
                BOOST_TEST(is12 == file.ends_with(".soap12.wsdl"), file);
                BOOST_TEST((text.find("Soap11") != std::string::npos) == file.ends_with(name + ".wsdl"), file);
            }
        }
        BOOST_TEST(servedDocument(service->level + 1U, name + ".wsdl").empty());
        BOOST_TEST(servedDocument(0, "../" + name + ".wsdl").empty());
    }
    BOOST_TEST(servedDocument(0, "").empty());
    BOOST_TEST(servedDocument(0, "nobody.wsdl").empty());
}

BOOST_AUTO_TEST_SUITE_END()
