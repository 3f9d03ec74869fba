#include "services/contact/contact_store.h"

namespace kontor::contact {

using entity::ChildCollection;

namespace {

constexpr std::string_view selectEmailAddresses =
    "(SELECT jsonb_agg(jsonb_build_object('address', e.address, 'kind', l.kind, 'isPrimary', l.is_primary,"
    " 'status', e.status, 'optOut', e.opt_out) ORDER BY l.position)"
    " FROM record_email l JOIN email_address e ON e.id = l.email_address_id WHERE l.record_id = t.id)";

// Addresses are shared: one row for each, whoever has it. The first of a list is the primary one unless another says
// so.
constexpr std::string_view itemsOfOne =
    "WITH item AS (SELECT $1::uuid AS record_id, i.value AS item, i.ordinality AS position"
    " FROM jsonb_array_elements($2::jsonb) WITH ORDINALITY i)";
constexpr std::string_view itemsOfMany =
    "WITH item AS (SELECT (r.value->>'id')::uuid AS record_id, i.value AS item, i.ordinality AS position"
    " FROM jsonb_array_elements($1::jsonb) r, jsonb_array_elements(r.value->'items') WITH ORDINALITY i)";

constexpr std::string_view linkEmails =
    ", email AS (SELECT DISTINCT ON (record_id, address) * FROM (SELECT record_id,"
    " lower(btrim(item->>'address')) AS address, coalesce(item->>'kind', 'work') AS kind,"
    " coalesce((item->>'isPrimary')::boolean, false) AS is_primary, position FROM item) e"
    " ORDER BY record_id, address, position)"
    ", added AS (INSERT INTO email_address (id, address) SELECT gen_random_uuid(), a.address"
    " FROM (SELECT DISTINCT address FROM email ORDER BY address) a"
    " WHERE NOT EXISTS (SELECT FROM email_address e WHERE e.address = a.address)"
    " ON CONFLICT (address) DO UPDATE SET address = excluded.address RETURNING id, address)"
    ", known AS (SELECT id, address FROM added UNION SELECT e.id, e.address FROM email_address e"
    " JOIN email USING (address))"
    " INSERT INTO record_email (record_id, email_address_id, kind, is_primary, position)"
    " SELECT email.record_id, known.id, email.kind, email.is_primary, email.position FROM email JOIN known USING "
    "(address)"
    " ON CONFLICT (record_id, email_address_id) DO UPDATE SET kind = excluded.kind, is_primary = excluded.is_primary,"
    " position = excluded.position";

constexpr std::string_view unlinkEmails =
    ", gone AS (DELETE FROM record_email l USING email_address e WHERE l.record_id = $1 AND e.id = l.email_address_id"
    " AND e.address NOT IN (SELECT lower(btrim(item->>'address')) FROM item))";

constexpr std::string_view selectPhoneNumbers =
    "(SELECT jsonb_agg(jsonb_build_object('number', p.number, 'type', l.type, 'isPrimary', l.is_primary,"
    " 'invalid', p.invalid, 'optOut', p.opt_out) ORDER BY l.position)"
    " FROM record_phone l JOIN phone_number p ON p.id = l.phone_number_id WHERE l.record_id = t.id)";

constexpr std::string_view linkPhones =
    ", phone AS (SELECT DISTINCT ON (record_id, number) * FROM (SELECT record_id, btrim(item->>'number') AS number,"
    " coalesce(item->>'type', 'work') AS type, coalesce((item->>'isPrimary')::boolean, false) AS is_primary, position"
    " FROM item) p ORDER BY record_id, number, position)"
    ", added AS (INSERT INTO phone_number (id, number) SELECT gen_random_uuid(), n.number"
    " FROM (SELECT DISTINCT number FROM phone ORDER BY number) n"
    " WHERE NOT EXISTS (SELECT FROM phone_number p WHERE p.number = n.number)"
    " ON CONFLICT (number) DO UPDATE SET number = excluded.number RETURNING id, number)"
    ", known AS (SELECT id, number FROM added UNION SELECT p.id, p.number FROM phone_number p JOIN phone USING "
    "(number))"
    " INSERT INTO record_phone (record_id, phone_number_id, type, is_primary, position)"
    " SELECT phone.record_id, known.id, phone.type, phone.is_primary, phone.position FROM phone JOIN known USING "
    "(number)"
    " ON CONFLICT (record_id, phone_number_id) DO UPDATE SET type = excluded.type, is_primary = excluded.is_primary,"
    " position = excluded.position";

constexpr std::string_view unlinkPhones =
    ", gone AS (DELETE FROM record_phone l USING phone_number p WHERE l.record_id = $1 AND p.id = l.phone_number_id"
    " AND p.number NOT IN (SELECT btrim(item->>'number') FROM item))";

constexpr std::string_view selectPostalAddresses =
    "(SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object('kind', a.kind, 'building', a.building, 'street', a.street,"
    " 'city', a.city, 'subdivision', a.subdivision, 'postalCode', a.postal_code, 'country', a.country))"
    " ORDER BY a.position) FROM postal_address a WHERE a.record_id = t.id)";

constexpr std::string_view linkPostalAddresses =
    " INSERT INTO postal_address (record_id, position, kind, building, street, city, subdivision, postal_code, country)"
    " SELECT record_id, position, coalesce(item->>'kind', 'billing'), item->>'building', item->>'street', "
    "item->>'city',"
    " item->>'subdivision', item->>'postalCode', item->>'country' FROM item"
    " ON CONFLICT (record_id, position) DO UPDATE SET kind = excluded.kind, building = excluded.building,"
    " street = excluded.street, city = excluded.city, subdivision = excluded.subdivision,"
    " postal_code = excluded.postal_code, country = excluded.country";

constexpr std::string_view unlinkPostalAddresses =
    ", gone AS (DELETE FROM postal_address WHERE record_id = $1 AND position > (SELECT count(*) FROM item))";

std::string sql(std::initializer_list<std::string_view> parts) {
    std::string text;
    for (std::string_view const part : parts) text += part;
    return text;
}

}  // namespace

std::vector<ChildCollection> reachability() {
    return {
        {.field = "emailAddresses",
         .readSql = selectEmailAddresses,
         .replace = {"replaceEmailAddresses", sql({itemsOfOne, unlinkEmails, linkEmails})},
         .filterTable = "record_email_view",
         .filterParent = "record_id",
         .filterCondition = {},
         .insertMany = {"insertEmailAddresses", sql({itemsOfMany, linkEmails})}},
        {.field = "phoneNumbers",
         .readSql = selectPhoneNumbers,
         .replace = {"replacePhoneNumbers", sql({itemsOfOne, unlinkPhones, linkPhones})},
         .filterTable = "record_phone_view",
         .filterParent = "record_id",
         .filterCondition = {},
         .insertMany = {"insertPhoneNumbers", sql({itemsOfMany, linkPhones})}},
        {.field = "postalAddresses",
         .readSql = selectPostalAddresses,
         .replace = {"replacePostalAddresses", sql({itemsOfOne, unlinkPostalAddresses, linkPostalAddresses})},
         .filterTable = "postal_address",
         .filterParent = "record_id",
         .filterCondition = {},
         .insertMany = {"insertPostalAddresses", sql({itemsOfMany, linkPostalAddresses})}},
    };
}

}  // namespace kontor::contact
