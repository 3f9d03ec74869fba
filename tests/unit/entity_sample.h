#pragma once

// A record type with a member of every kind and facet, described by hand: what the codecs of shared/entity are tried
// on.

#include "contract/common.h"
#include "shared/contract/error.h"
#include "shared/contract/structure_access.h"

#include <array>
#include <memory>
#include <string>
#include <vector>

namespace kontor::sample {

struct Address : Object {
    std::optional<std::string> address;
    std::optional<std::string> kind;
    std::optional<bool> isPrimary;
    std::optional<std::int64_t> bounces;
    [[nodiscard]] const StructType &structType() const override { return contractType(); }
    [[nodiscard]] static const StructType &contractType();
};

struct Place : Object {
    std::optional<std::string> city;
    std::optional<Decimal> latitude;
    [[nodiscard]] const StructType &structType() const override { return contractType(); }
    [[nodiscard]] static const StructType &contractType();
};

struct Deal : Record {
    std::optional<std::string> name;
    std::optional<std::string> stage;
    std::optional<std::string> currency;
    std::optional<std::int64_t> probability;
    std::optional<Decimal> amount;
    std::optional<bool> won;
    std::optional<DateTime> closedAt;
    std::optional<Date> expectedOn;
    std::optional<std::string> seal;      // bytes
    std::optional<std::string> password;  // write-only
    std::optional<std::string> number;    // on create only
    std::optional<std::string> total;     // the server's
    std::optional<std::string> accountId;
    std::optional<std::string> parentId;  // a Deal
    std::optional<Place> place;
    std::vector<Address> emailAddresses;
    [[nodiscard]] const StructType &structType() const override { return contractType(); }
    [[nodiscard]] static const StructType &contractType();
};

template <typename S, auto Member> void *addressOf(Object &object) { return &(static_cast<S &>(object).*Member); }

inline const StructType &Address::contractType() {
    static const std::array<Field, 4> fields{
        Field{.name = "address",
              .kind = Kind::text,
              .required = true,
              .maxLength = 254,
              .pattern = R"([^@\s]+@[^@\s]+\.[^@\s]+)",
              .member = addressOf<Address, &Address::address>},
        Field{.name = "kind", .kind = Kind::text, .maxLength = 20, .member = addressOf<Address, &Address::kind>},
        Field{.name = "isPrimary", .kind = Kind::boolean, .member = addressOf<Address, &Address::isPrimary>},
        Field{.name = "bounces",
              .kind = Kind::integer,
              .writable = Writable::never,
              .member = addressOf<Address, &Address::bounces>}};
    static const StructType type{.name = "Address", .fields = fields, .create = []() -> std::unique_ptr<Object> {
                                     return std::make_unique<Address>();
                                 }};
    return type;
}

inline const StructType &Place::contractType() {
    static const std::array<Field, 2> fields{Field{.name = "city",
                                                   .kind = Kind::text,
                                                   .required = true,
                                                   .maxLength = 50,
                                                   .member = addressOf<Place, &Place::city>},
                                             Field{.name = "latitude",
                                                   .kind = Kind::decimal,
                                                   .totalDigits = 9,
                                                   .fractionDigits = 6,
                                                   .minValue = -90,
                                                   .maxValue = 90,
                                                   .member = addressOf<Place, &Place::latitude>}};
    static const StructType type{.name = "Place", .fields = fields, .create = []() -> std::unique_ptr<Object> {
                                     return std::make_unique<Place>();
                                 }};
    return type;
}

inline const EntityType dealEntity{.type = &Deal::contractType(),
                                   .name = "Deal",
                                   .element = "deal",
                                   .collection = "deals",
                                   .service = "sample",
                                   .table = "deal",
                                   .label = "Deal",
                                   .labelPlural = "Deals",
                                   .displayField = "name"};

inline const StructType &Deal::contractType() {
    static const std::array<std::string_view, 3> stages{"open", "won", "lost"};
    static const std::vector<Field> fields = [] {
        auto const common = Record::contractType().fields;
        std::vector<Field> all(common.begin(), common.end());
        auto const add = [&](Field field) { all.push_back(field); };
        add({.name = "name",
             .column = "name",
             .kind = Kind::text,
             .required = true,
             .searchable = true,
             .filterable = true,
             .sortable = true,
             .minLength = 2,
             .maxLength = 20,
             .label = "Name",
             .documentation = "What it is called.",
             .member = addressOf<Deal, &Deal::name>});
        add({.name = "stage",
             .column = "stage",
             .kind = Kind::text,
             .filterable = true,
             .sortable = true,
             .choices = stages,
             .member = addressOf<Deal, &Deal::stage>});
        add({.name = "currency",
             .column = "currency",
             .kind = Kind::text,
             .filterable = true,
             .sortable = true,
             .pattern = "[A-Z]{3}",
             .member = addressOf<Deal, &Deal::currency>});
        add({.name = "probability",
             .column = "probability",
             .kind = Kind::integer,
             .filterable = true,
             .sortable = true,
             .minValue = 0,
             .maxValue = 100,
             .member = addressOf<Deal, &Deal::probability>});
        add({.name = "amount",
             .column = "amount",
             .kind = Kind::decimal,
             .filterable = true,
             .sortable = true,
             .totalDigits = 19,
             .fractionDigits = 4,
             .member = addressOf<Deal, &Deal::amount>});
        add({.name = "won",
             .column = "won",
             .kind = Kind::boolean,
             .filterable = true,
             .sortable = true,
             .member = addressOf<Deal, &Deal::won>});
        add({.name = "closedAt",
             .column = "closed_at",
             .kind = Kind::dateTime,
             .filterable = true,
             .sortable = true,
             .member = addressOf<Deal, &Deal::closedAt>});
        add({.name = "expectedOn",
             .column = "expected_on",
             .kind = Kind::date,
             .filterable = true,
             .sortable = true,
             .member = addressOf<Deal, &Deal::expectedOn>});
        add({.name = "seal",
             .column = "seal",
             .kind = Kind::binary,
             .maxLength = 8,
             .member = addressOf<Deal, &Deal::seal>});
        add({.name = "password",
             .column = "password",
             .kind = Kind::text,
             .writeOnly = true,
             .maxLength = 50,
             .member = addressOf<Deal, &Deal::password>});
        add({.name = "number",
             .column = "number",
             .kind = Kind::text,
             .writable = Writable::onCreate,
             .filterable = true,
             .maxLength = 10,
             .member = addressOf<Deal, &Deal::number>});
        add({.name = "total",
             .column = "total",
             .kind = Kind::text,
             .writable = Writable::never,
             .member = addressOf<Deal, &Deal::total>});
        add({.name = "accountId",
             .column = "account_id",
             .kind = Kind::id,
             .filterable = true,
             .sortable = true,
             .references = "Account",
             .member = addressOf<Deal, &Deal::accountId>});
        add({.name = "parentId",
             .column = "parent_id",
             .kind = Kind::id,
             .filterable = true,
             .sortable = true,
             .references = "Deal",
             .member = addressOf<Deal, &Deal::parentId>});
        add({.name = "place",
             .column = "place",
             .kind = Kind::structure,
             .filterable = true,
             .structure = &Place::contractType(),
             .items = &optionalAccess<Place>,
             .member = addressOf<Deal, &Deal::place>});
        add({.name = "emailAddresses",
             .kind = Kind::structureList,
             .filterable = true,
             .maxItems = 3,
             .structure = &Address::contractType(),
             .items = &listAccess<Address>,
             .member = addressOf<Deal, &Deal::emailAddresses>});
        return all;
    }();
    static const StructType type{.name = "Deal",
                                 .documentation = "Something to be sold.",
                                 .fields = fields,
                                 .create = []() -> std::unique_ptr<Object> { return std::make_unique<Deal>(); },
                                 .entity = &dealEntity};
    return type;
}

inline const ServiceContract &contract() {
    static const std::array<const EntityType *, 1> entities{&dealEntity};
    static const ServiceContract service{.name = "sample", .entities = entities};
    return service;
}

/// The codes and pointers of an error, "/name REQUIRED" each, in order.
template <typename Call> std::string failureOf(const Call &call) {
    try {
        call();
    } catch (const Error &error) {
        std::string text(errorCodeName(error.code));
        for (const FieldError &field : error.fields) text += " " + field.pointer + ":" + field.code;
        return text;
    }
    return "no error";
}

}  // namespace kontor::sample
