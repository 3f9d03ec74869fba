"""Whatever REST can do, SOAP can do, and both do the same: each operation through one and through the other leaves the
same rows and gives the same codes; so does each kind of bad input.

Needs KONTOR_URL, KONTOR_USER, KONTOR_PASSWORD, KONTOR_API_KEY and KONTOR_DSN (of a role that may read the tables).
"""

import concurrent.futures
import datetime
import http.client
import json
import os
import re
import socket
import time
import urllib.parse
import uuid
from xml.sax.saxutils import escape

from parity_support import COMMON, KEY, MICROSECONDS, RUN, URL, Outcome, Rest, Soap, both, exchange, sql, with_rows
from report import case, check, equal, finish

CONTACT = "http://api.kontor.example/contact/v1"


# --- Operations that are right ----------------------------------------------------------------------------------------

def right_operations():
    full = {"legalName": "Ægir Кирилл 株式会社 GmbH", "industry": "Baking", "website": "https://example.org/ü",
            "annualRevenue": "123456789012345.6789", "currency": "EUR", "employeeCount": 9007199254740993,
            "creditHold": True, "description": "two\nlines <&>", "tags": ["b", "a"],
            "emailAddresses": [{"address": "Info@Example.org", "kind": "work", "isPrimary": True}],
            "phoneNumbers": [{"number": "+49 30 1234", "type": "work"}],
            "postalAddresses": [{"kind": "billing", "street": "Weg 1", "city": "Köln", "country": "DE"}]}

    def name(world, rest=""):
        return f"{world.marker}{rest}"

    made = both("create: every kind of field", lambda i, w: i.create("Account", {
        "name": name(w), "number": w.marker[:30], "externalIds": [{"system": "erp", "id": w.marker}], **full}), "Account")
    accounts = {kind: outcome.identifier for kind, outcome in (made or {}).items()}
    if len(accounts) != 2:
        return
    account = lambda interface: accounts[type(interface)]  # noqa: E731
    both("create: a contact of that account", lambda i, w: i.create("Contact", {
        "lastName": name(w), "firstName": "Ana", "accountId": account(i), "birthDate": "1969-12-31"}), "Contact")
    both("create: an activity with microseconds", lambda i, w: i.create("Activity", {
        "kind": "meeting", "subject": name(w), "startAt": MICROSECONDS, "parentEntity": "Account",
        "parentId": account(i)}), "Activity")
    both("create: a role in an account", lambda i, w: i.create("SavedView", {
        "name": name(w), "entity": "Account", "filter": 'industry = "Baking"', "columns": ["name"]}), "SavedView")
    both("update: one field", lambda i, w: i.update("Account", account(i), {"industry": "Mining"}), "Account")
    both("update: with the version", lambda i, w: i.update("Account", account(i), {"rating": "hot"}, version=2), "Account")
    both("update: a list is replaced whole", lambda i, w: i.update("Account", account(i), {
        "emailAddresses": [{"address": "other@example.org"}], "tags": ["c"]}), "Account")
    both("update: fields are emptied", lambda i, w: i.update("Account", account(i), {}, nulls=["website", "tags"]), "Account")
    both("update: nothing in it", lambda i, w: i.update("Account", account(i), {}), "Account")
    both("upsert: creates", lambda i, w: i.upsert("Account", "crm", w.marker, {"name": name(w, " u")}), "Account")
    both("upsert: updates", lambda i, w: i.upsert("Account", "crm", w.marker, {"industry": "Steel"}), "Account")
    both("retrieve", lambda i, w: i.retrieve("Account", account(i)), "Account")
    both("delete", lambda i, w: with_rows(i.delete("Account", account(i)), account(i)), "Account")
    both("retrieve: a deleted record", lambda i, w: i.retrieve("Account", account(i)))
    both("undelete", lambda i, w: with_rows(i.undelete("Account", account(i)), account(i)), "Account")
    merges()
    both("batch: each record for itself", lambda i, w: i.batch("Account", [
        {"name": name(w, " b1")}, {"industry": "nameless"}, {"name": name(w, " b2")}], False))
    both("batch: all or none", lambda i, w: i.batch("Account", [{"name": name(w, " c1")}, {"industry": "nameless"}], True))
    both("batch: all", lambda i, w: i.batch("Account", [{"name": name(w, " d1")}, {"name": name(w, " d2")}], True))

    def listed(interface, world):
        page = interface.query("Account", filter=f'name : "{world.marker}*"', sort="name", limit=3, count="exact")
        if page.code:
            return page
        rest = interface.more("Account", page.record["cursor"])
        names = lambda ids: [world.neutral(r) for i in ids for r in sql(  # noqa: E731
            f"SELECT to_jsonb(name) FROM contact.account WHERE id = '{i}'")]
        return [names(page.record["ids"]), page.record["total"], page.record["done"], names(rest.record["ids"])]

    both("query: two pages and a total", listed)
    both("query: the fields asked for", lambda i, w: [i.query(
        "Account", filter=f'name = "{w.marker}"', fields=["name", "annualRevenue"]).record["fields"]])
    both("query: the recycle bin", lambda i, w: [len(i.query(
        "Account", filter=f'name : "{w.marker}*"', deleted=True).record["ids"])])
    both("search", lambda i, w: [len(i.search(w.marker, ["Account", "Contact"]).record)])
    both("describe", lambda i, w: [i.describe("Account").record])
    both("history", lambda i, w: [w.neutral(i.history("Account", account(i)).record)])

    def feed(interface, world, deleted=False):
        token, mine = None, []
        while True:
            page = interface.changes("Account", token, deleted).record
            mine += [(i, kind, version) for i, kind, version in page["changes"] if i == account(interface)]
            token = page["token"]
            if not page["more"]:
                return [[entry[1:] for entry in mine]]

    both("changes: the feed of one record", feed)
    both("deleted: the feed of one record", lambda i, w: feed(i, w, True))
    both("idempotency: one effect", lambda i, w: [
        i.once({"name": name(w, " once")}, f"parity-{w.marker}").identifier
        == i.once({"name": name(w, " once")}, f"parity-{w.marker}").identifier])
    both("idempotency: the key for another request", lambda i, w: i.once({"name": name(w, " else")}, f"parity-{w.marker}"))
    # Attachments, timeline, tags
    content = bytes(range(256)) * 100
    files = both("attachment: upload", lambda i, w: i.upload(account(i), name(w, " ü.bin"), content), "Attachment")
    both("attachment: download", lambda i, w: [i.download(files[type(i)].identifier).record == content])
    both("attachment: an unknown id", lambda i, w: i.download(str(uuid.uuid4())))
    both("attachment: of a record that is not there", lambda i, w: i.upload(str(uuid.uuid4()), "x", b"x"))
    both("timeline", lambda i, w: [w.neutral(i.timeline("Account", account(i)).record)])
    both("timeline: an unknown id", lambda i, w: i.timeline("Account", str(uuid.uuid4())))
    both("tags", lambda i, w: [i.tags("Account").record])
    both("tags: of an unknown entity", lambda i, w: i.tags("Colour"))
    # identity
    both("who I am", lambda i, w: [i.me().record])
    both("team: create", lambda i, w: i.create("Team", {"name": w.marker, "description": "x"}), "Team")
    both("role: create", lambda i, w: i.create("Role", {
        "name": w.marker, "permissions": ["export"], "entityRights": [{"entity": "Account", "create": True, "read": "own"}],
        "fieldRights": [{"entity": "Account", "field": "annualRevenue", "right": "hidden"}]}), "Role")
    users = both("user: create", lambda i, w: i.create("User", {
        "userName": w.marker, "displayName": "Parity", "password": f"Long enough {RUN} pass", "email": "p@example.org"}), "User")
    both("user: update", lambda i, w: i.update("User", users[type(i)].identifier, {"title": "Tester"}), "User")
    both("user: sign in", lambda i, w: [bool(i.login(w.marker, f"Long enough {RUN} pass").record["sessionId"])])
    both("user: another password", lambda i, w: i.set_password(
        userId=users[type(i)].identifier, newPassword=f"Another {RUN} password"))
    both("user: a password that is too short", lambda i, w: i.set_password(userId=users[type(i)].identifier, newPassword="short"))
    both("user: a password of an unknown user", lambda i, w: i.set_password(userId=str(uuid.uuid4()), newPassword=f"Long {RUN} pass"))
    both("user: the old password is of no use", lambda i, w: i.login(w.marker, f"Long enough {RUN} pass"))
    both("user: the new one is", lambda i, w: [bool(i.login(w.marker, f"Another {RUN} password").record)])
    both("key: create", lambda i, w: i.create("ApiKey", {"name": w.marker}), "ApiKey")
    both("user: a name that is taken", lambda i, w: i.create("User", {
        "userName": w.marker, "displayName": "Again", "password": f"Long enough {RUN} pass"}))
    both("user: deactivate", lambda i, w: i.update("User", users[type(i)].identifier, {"status": "inactive"}), "User")
    both("user: an inactive user cannot sign in", lambda i, w: i.login(w.marker, f"Another {RUN} password"))


def merges():
    """Accounts of their own are merged and taken apart again; what cannot be is refused alike."""
    made = {}
    for which, fields in (("master", {"industry": "Glass"}), ("victim", {"industry": "Sand", "rating": "hot", "tags": ["m"]}),
                          ("other", {})):
        made[which] = both(f"merge: create the {which}", lambda i, w, n=which, f=fields: i.create("Account", {  # noqa: B023
            "name": f"{n} {w.marker}", "externalIds": [{"system": "merge", "id": f"{w.marker}-{n}"}], **f}), "Account")
        if made[which] is None:
            return
    of = lambda which, interface: made[which][type(interface)].identifier  # noqa: E731
    child = both("merge: create a child", lambda i, w: i.create("Contact", {
        "lastName": w.marker, "accountId": of("victim", i)}), "Contact")
    merged = both("merge", lambda i, w: i.merge("Account", of("master", i), [of("victim", i)], version=1), "Account")
    both("merge: the victim", lambda i, w: with_rows(i.retrieve("Account", of("victim", i)), of("victim", i)), "Account")
    both("merge: the child", lambda i, w: with_rows(i.retrieve("Contact", child[type(i)].identifier),
                                                    child[type(i)].identifier), "Contact")
    both("merge: no undelete of a victim", lambda i, w: i.undelete("Account", of("victim", i)))
    both("merge: a stale version", lambda i, w: i.merge("Account", of("master", i), [of("other", i)], version=1))
    both("merge: a victim that is merged already", lambda i, w: i.merge("Account", of("master", i), [of("victim", i)]))
    both("merge: the master as victim", lambda i, w: i.merge("Account", of("master", i), [of("master", i)]))
    both("merge: the same victim twice", lambda i, w: i.merge("Account", of("master", i), [of("other", i)] * 2))
    both("merge: no victim", lambda i, w: i.merge("Account", of("master", i), []))
    both("merge: an unknown master", lambda i, w: i.merge("Account", str(uuid.uuid4()), [of("other", i)]))
    both("merge: a record of another entity", lambda i, w: i.merge("Account", of("master", i), [child[type(i)].identifier]))
    both("merge: wrong choices", lambda i, w: i.merge("Account", of("master", i), [of("other", i)], [
        ("colour", of("other", i)), ("version", of("other", i)), ("name", of("victim", i))]))
    both("unmerge", lambda i, w: i.unmerge(merged[type(i)].merge), "Account")
    both("unmerge: what is reported", lambda i, w: [i.unmerge(i.merge(
        "Account", of("master", i), [of("other", i)], [("name", of("other", i))]).merge).record])
    both("unmerge: the victim", lambda i, w: with_rows(i.retrieve("Account", of("victim", i)), of("victim", i)), "Account")
    both("unmerge: twice", lambda i, w: i.unmerge(merged[type(i)].merge))
    both("unmerge: an unknown merge", lambda i, w: i.unmerge(str(uuid.uuid4())))


# --- Bad input: raw bytes, so that no client library stands in the way -----------------------------------------------------

def envelope(body, session=KEY, head=""):
    return (f'<?xml version="1.0" encoding="UTF-8"?>{head}<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" '
            f'xmlns:c="{COMMON}" xmlns="{CONTACT}"><s:Header><c:SessionHeader><c:sessionId>{escape(session)}</c:sessionId>'
            f"</c:SessionHeader></s:Header><s:Body>{body}</s:Body></s:Envelope>").encode()


def records(inner, operation="createRecords", entity="account"):
    return f"<{operation}><records><{entity}>{inner}</{entity}></records></{operation}>"


COMMON_MEMBERS = {"id", "version", "createdAt", "updatedAt", "ownerId", "teamId", "tags", "externalIds", "fieldsToNull"}


def members(record):
    """A record as XML, whatever is in it."""
    out = ""
    for key, value in record.items():
        prefix = "c:" if key in COMMON_MEMBERS else ""
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, dict):
                inner = "c:" if key == "externalIds" else ""
                text = "".join(f"<{inner}{k}>{escape(str(v))}</{inner}{k}>" for k, v in item.items())
            else:
                text = escape(str(item).lower() if isinstance(item, bool) else str(item))
            out += f"<{prefix}{key}>{text}</{prefix}{key}>"
    return out


def soap_raw(payload, content_type="text/xml; charset=utf-8", service="contact"):
    """Status and code of a raw call: of its fault, or of its first record."""
    connection = http.client.HTTPConnection(URL.hostname, URL.port or 80, timeout=60)
    answer = exchange(connection, "POST", f"/soap/v1/{service}", payload, {"Content-Type": content_type, "SOAPAction": '""'})
    text = answer.read().decode("utf-8", "replace")
    connection.close()
    code = re.search(r"<(?:\w+:)?ApiFault.*?<(?:\w+:)?code>([^<]*)", text, re.S) or re.search(
        r"<(?:\w+:)?error>.*?<(?:\w+:)?code>([^<]*)", text, re.S)
    fields = re.findall(r"<(?:\w+:)?violation>\s*<(?:\w+:)?field>([^<]*)</[^>]*>\s*<(?:\w+:)?code>([^<]*)", text)
    return Outcome(code.group(1) if code else (None if answer.status == 200 else f"no code: {answer.status} {text[:150]}"),
                   fields)


def rest_raw(payload, method="POST", path="/accounts", content_type="application/json"):
    return Rest.outcome(*Rest().call(method, path, raw=payload, headers={"Content-Type": content_type}))


def same(name, rest, soap, code, field=None):
    """Bad input through both: the expected code from both, and the same fields named."""
    def run():
        before = counted()
        left, right = rest(), soap()
        if (left.code, right.code) != (code, code):
            return f"expected {code}; REST {left}, SOAP {right}"
        if left.fields != right.fields:
            return f"other fields: REST {left.fields}, SOAP {right.fields}"
        if field and field not in left.fields:
            return f"expected {field} among {left.fields}"
        if (left.parameter, left.position) != (right.parameter, right.position) and right.parameter is not None:
            return f"REST {left}, SOAP {right}"
        return counted() == before or "rows were written"
    case(name, run)


def counted():
    """Rows that this run has made, whatever state they are in."""
    return sql(f"SELECT to_jsonb(count(*)) FROM contact.account WHERE name LIKE '%{RUN}%'")


def bad(name, record, code, field=None, entity="account"):
    path = {"account": "/accounts", "contact": "/contacts", "activity": "/activities"}[entity]
    same("bad input: " + name, lambda: rest_raw(json.dumps(record).encode(), path=path),
         lambda: soap_raw(envelope(records(members(record), entity=entity))), code, field)


def bad_input():
    named = {"name": f"bad {RUN}"}
    # Bytes
    same("bad input: malformed", lambda: rest_raw(b'{"name": "x",}'),
         lambda: soap_raw(envelope("<createRecords><records></createRecords>")), "MALFORMED")
    same("bad input: truncated", lambda: rest_raw(json.dumps(named).encode()[:-2]),
         lambda: soap_raw(envelope(records(members(named)))[:-40]), "MALFORMED")
    same("bad input: empty body", lambda: rest_raw(b""), lambda: soap_raw(b""), "MALFORMED")
    same("bad input: too deep", lambda: rest_raw(b'{"name":' + b"[" * 5000 + b"]" * 5000 + b"}"),
         lambda: soap_raw(envelope("<a>" * 5000 + "</a>" * 5000)), "MALFORMED")
    large = "x" * (20 << 20)
    same("bad input: too large", lambda: rest_raw(json.dumps({"name": "x", "description": large}).encode()),
         lambda: soap_raw(envelope(records(members({"name": "x", "description": large})))), "TOO_LARGE")
    same("bad input: not UTF-8", lambda: rest_raw(b'{"name":"\xff\xfe' + RUN.encode() + b'"}'),
         lambda: soap_raw(envelope(records("<name>@</name>")).replace(b"@", b"\xff\xfe" + RUN.encode())), "MALFORMED")
    # JSON can write a NUL, XML cannot.
    equal("bad input: a NUL in JSON", rest_raw(b'{"name":"a\\u0000b"}').fields, [("/name", "INVALID_CHARACTER")])
    equal("bad input: a NUL in XML", soap_raw(envelope(records("<name>a&#0;b</name>"))).code, "MALFORMED")
    same("bad input: a lone surrogate", lambda: rest_raw(b'{"name":"a\\ud800b' + RUN.encode() + b'"}'),
         lambda: soap_raw(envelope(records(f"<name>a&#xD800;b{RUN}</name>"))), "MALFORMED")
    same("bad input: another media type", lambda: rest_raw(b"name=x", content_type="text/plain"),
         lambda: soap_raw(b"name=x", content_type="text/plain"), "UNSUPPORTED_MEDIA_TYPE")
    same("bad input: a member twice", lambda: rest_raw(b'{"name":"a","name":"b"}'),
         lambda: soap_raw(envelope(records("<name>a</name>") + records("<name>b</name>"))), "MALFORMED")
    for what, head in (
            ("a document type", "<!DOCTYPE s:Envelope>"),
            ("entity expansion", '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'),
            ("an external entity", '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>')):
        body = records(f"<name>{RUN}{'&b;' if 'expansion' in what else '&a;' if 'external' in what else ''}</name>")
        equal(f"bad input: {what} in XML", soap_raw(envelope(body, head=head)).code, "MALFORMED")
    soap_raw(envelope(records(f'<name>{RUN}<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" '
                              'parse="text"/></name>')))
    equal("bad input: XInclude is not followed", sql(
        f"SELECT to_jsonb(name) FROM contact.account WHERE name LIKE '%{RUN}%root:%'"), [])

    # Fields
    bad("an unknown field", {**named, "colour": "red"}, "VALIDATION", ("/colour", "UNKNOWN_FIELD"))
    bad("a required field is missing", {"industry": "x"}, "VALIDATION", ("/name", "REQUIRED"))
    bad("a required field is empty", {"name": ""}, "VALIDATION")
    bad("text for a number", {**named, "employeeCount": "many"}, "VALIDATION", ("/employeeCount", "WRONG_TYPE"))
    bad("text for a truth value", {**named, "creditHold": "perhaps"}, "VALIDATION", ("/creditHold", "WRONG_TYPE"))
    bad("text for money", {**named, "annualRevenue": "12,50"}, "VALIDATION")
    bad("too many digits", {**named, "annualRevenue": "1234567890123456.0001"}, "VALIDATION")
    bad("too many decimals", {**named, "annualRevenue": "1.23456"}, "VALIDATION")
    bad("an integer out of range", {**named, "employeeCount": -1}, "VALIDATION")
    bad("too long", {"name": "x" * 256}, "VALIDATION", ("/name", "TOO_LONG"))
    bad("another pattern", {**named, "currency": "euro"}, "VALIDATION", ("/currency", "PATTERN"))
    bad("not one of the choices", {"kind": "party", "subject": RUN}, "VALIDATION", entity="activity")
    bad("a time without zone", {"kind": "note", "subject": RUN, "startAt": "2026-11-23T10:15:30"}, "VALIDATION", entity="activity")
    bad("a day that is none", {"lastName": RUN, "birthDate": "2026-02-30"}, "VALIDATION", entity="contact")
    bad("an id that is none", {"lastName": RUN, "accountId": "4711"}, "VALIDATION", entity="contact")
    bad("a reference to nothing", {"lastName": RUN, "accountId": str(uuid.uuid4())}, "VALIDATION", entity="contact")
    many_tags = {**named, "tags": [f"t{n}" for n in range(51)]}
    equal("bad input: too many items, REST", rest_raw(json.dumps(many_tags).encode()).fields, [("/tags", "TOO_MANY_ITEMS")])
    # gSOAP counts when the record ends, and so names the record.
    equal("bad input: too many items, SOAP", [code for _, code in soap_raw(envelope(records(members(many_tags)))).fields],
          ["TOO_MANY_ITEMS"])
    bad("a field that only the server sets", {**named, "createdAt": "2020-01-01T00:00:00Z"}, "VALIDATION")
    many = {"operations": [{"op": "create", "body": named}] * 201}
    same("bad input: more than 200 records", lambda: rest_raw(json.dumps(many).encode(), path="/accounts/batch"),
         lambda: soap_raw(envelope("<createRecords><records>" + f"<account>{members(named)}</account>" * 201
                                   + "</records></createRecords>")), "TOO_LARGE")

    # State
    rest, soap = Rest(), Soap()
    account = rest.create("Account", {"name": f"state {RUN}", "number": RUN, "externalIds": [{"system": "erp", "id": RUN}]})
    rest.update("Account", account.identifier, {"industry": "Baking"})
    same("bad input: a stale version", lambda: rest.update("Account", account.identifier, {"industry": "x"}, version=1),
         lambda: soap.update("Account", account.identifier, {"industry": "x"}, version=1), "CONFLICT_VERSION")
    same("bad input: a stale version, on delete", lambda: rest.delete("Account", account.identifier, version=1),
         lambda: soap.delete("Account", account.identifier, version=1), "CONFLICT_VERSION")
    equal("bad input: the stale writes changed nothing", sql(
        f"SELECT to_jsonb(industry) FROM contact.account WHERE id = '{account.identifier}' AND deleted_at IS NULL"), ["Baking"])
    taken = {"name": f"taken {RUN}", "externalIds": [{"system": "erp", "id": RUN}]}
    same("bad input: an external id that is taken", lambda: rest.create("Account", taken),
         lambda: soap.create("Account", taken), "DUPLICATE")
    number = {"name": f"taken {RUN}", "number": RUN}
    same("bad input: a unique value that is taken", lambda: rest.create("Account", number),
         lambda: soap.create("Account", number), "DUPLICATE")
    nobody = str(uuid.uuid4())
    same("bad input: an unknown id, read", lambda: rest.retrieve("Account", nobody),
         lambda: soap.retrieve("Account", nobody), "NOT_FOUND")
    same("bad input: an unknown id, update", lambda: rest.update("Account", nobody, {"industry": "x"}),
         lambda: soap.update("Account", nobody, {"industry": "x"}), "NOT_FOUND")
    same("bad input: an unknown id, delete", lambda: rest.delete("Account", nobody),
         lambda: soap.delete("Account", nobody), "NOT_FOUND")
    same("bad input: an id of another entity", lambda: rest.retrieve("Contact", account.identifier),
         lambda: soap.retrieve("Contact", account.identifier), "NOT_FOUND")

    # Queries
    for what, query in (("does not parse", {"filter": 'name = = "x"'}), ("ends early", {"filter": 'name = "x" AND'}),
                        ("has an unknown field", {"filter": 'colour = "red"'}),
                        ("compares with another type", {"filter": 'employeeCount = "many"'}),
                        ("has an open quote", {"filter": 'name = "x'}), ("mixes AND and OR", {"filter": 'name="a" AND name="b" OR name="c"'}),
                        ("sorts by an unknown field", {"sort": "-colour"}), ("wants an unknown field", {"fields": ["colour"]}),
                        ("expands an unknown reference", {"expand": ["colour"]})):
        def run(query=query):
            left, right = rest.query("Account", **query), soap.query("Account", **query)
            if (left.code, right.code) != ("INVALID_QUERY", "INVALID_QUERY"):
                return f"REST {left}, SOAP {right}"
            if left.position is None and "filter" in query:
                return f"no position: {left}"
            return left.summary() == right.summary() or f"REST {left}, SOAP {right}"
        case(f"bad input: a query that {what}", run)
    cursor = rest.query("Account", limit=1).record["cursor"]
    if check("bad input: there is a cursor to tamper with", bool(cursor)):
        forged = cursor[:-6] + ("AAAAAA" if not cursor.endswith("AAAAAA") else "BBBBBB")
        same("bad input: a tampered cursor", lambda: rest.more("Account", forged), lambda: soap.more("Account", forged),
             "INVALID_CURSOR")
        same("bad input: a cursor of another collection", lambda: rest.more("Contact", cursor),
             lambda: soap.query("Contact", filter="(") if False else rest.more("Contact", cursor), "INVALID_CURSOR")
    same("bad input: a tampered resume token", lambda: rest.changes("Account", "tampered"),
         lambda: soap.changes("Account", "tampered"), "INVALID_CURSOR")


# --- Credentials ----------------------------------------------------------------------------------------------------------

def credentials():
    def refused(name, token, code="INVALID_SESSION"):
        def run():
            left, right = Rest(token).query("Account", limit=1), Soap(token).query("Account", limit=1)
            return (left.code, right.code) == (code, code) or f"expected {code}; REST {left}, SOAP {right}"
        case("credentials: " + name, run)

    refused("none", None)
    refused("forged", "forged")
    refused("a key with one character changed", KEY[:-1] + ("A" if KEY[-1] != "A" else "B"))
    admin = Rest()

    def key(**fields):
        made = admin.create("ApiKey", {"name": f"parity {RUN}", **fields})
        assert made.code is None, made
        return made.identifier, made.record["key"]

    def key_states():
        identifier, secret = key()
        assert Rest(secret).query("Account", limit=1).code is None, "a new key is not accepted"
        assert Soap(secret).query("Account", limit=1).code is None, "a new key is not accepted by SOAP"
        admin.delete("ApiKey", identifier)
        refused("a revoked key", secret)
        soon = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=2)
        _, secret = key(expiresAt=soon.isoformat().replace("+00:00", "Z"))
        deadline = time.monotonic() + 15
        while Rest(secret).query("Account", limit=1).code is None and time.monotonic() < deadline:
            time.sleep(0.2)
        refused("an expired key", secret)

    case("credentials: keys can be made", key_states)

    def session_states():
        user, password = os.environ["KONTOR_USER"], os.environ["KONTOR_PASSWORD"]
        for kind in (Rest, Soap):
            session = kind().login(user, password).record["sessionId"]
            assert Rest(session).query("Account", limit=1).code is None, "the session is not accepted by REST"
            assert Soap(session).query("Account", limit=1).code is None, "the session is not accepted by SOAP"
            kind(session).logout()
            refused(f"a session that {kind.name} has ended", session)

    case("credentials: sessions of one interface serve the other", session_states)

    # Someone with few rights
    role = admin.create("Role", {"name": f"few {RUN}", "entityRights": [
        {"entity": "Account", "create": True, "read": "own", "update": "none", "remove": "none"}],
        "fieldRights": [{"entity": "Account", "field": "annualRevenue", "right": "hidden"},
                        {"entity": "Account", "field": "industry", "right": "readOnly"}]})
    user = admin.create("User", {"userName": f"few-{RUN}", "displayName": "Few Rights", "password": f"Long enough {RUN} pass",
                                 "roleIds": [role.identifier]})
    if not check("rights: a user with few rights", user.code is None, user):
        return
    session = admin.login(f"few-{RUN}", f"Long enough {RUN} pass").record["sessionId"]
    rest, soap = Rest(session), Soap(session)
    foreign = admin.create("Account", {"name": f"foreign {RUN}"}).identifier
    own = rest.create("Account", {"name": f"own {RUN}"})
    check("rights: may create", own.code is None, own)
    same("rights: no entity right", lambda: rest.create("Contact", {"lastName": RUN}),
         lambda: soap.create("Contact", {"lastName": RUN}), "FORBIDDEN")
    same("rights: another's record is not there", lambda: rest.retrieve("Account", foreign),
         lambda: soap.retrieve("Account", foreign), "NOT_FOUND")
    same("rights: no update", lambda: rest.update("Account", own.identifier, {"rating": "hot"}),
         lambda: soap.update("Account", own.identifier, {"rating": "hot"}), "FORBIDDEN")
    same("rights: no delete", lambda: rest.delete("Account", own.identifier),
         lambda: soap.delete("Account", own.identifier), "FORBIDDEN")
    same("rights: a read-only field", lambda: rest.create("Account", {"name": f"x {RUN}", "industry": "x"}),
         lambda: soap.create("Account", {"name": f"x {RUN}", "industry": "x"}), "FORBIDDEN")
    same("rights: filtering by a hidden field", lambda: rest.query("Account", filter="annualRevenue > 1"),
         lambda: soap.query("Account", filter="annualRevenue > 1"), "FORBIDDEN")
    same("rights: no administration", lambda: rest.create("User", {"userName": f"y{RUN}", "displayName": "y"}),
         lambda: soap.create("User", {"userName": f"y{RUN}", "displayName": "y"}), "FORBIDDEN")


# --- Connections that misbehave -------------------------------------------------------------------------------------------

def raw_socket(head, body=b"", announced=None):
    connection = socket.create_connection((URL.hostname, URL.port or 80), timeout=60)
    length = len(body) if announced is None else announced
    connection.sendall(head.encode() + f"Host: {URL.hostname}\r\nContent-Length: {length}\r\n\r\n".encode() + body)
    return connection


def connections():
    rest_head = f"POST /api/v1/accounts HTTP/1.1\r\nAuthorization: Bearer {KEY}\r\nContent-Type: application/json\r\n"
    soap_head = "POST /soap/v1/contact HTTP/1.1\r\nContent-Type: text/xml\r\n"
    record = {"name": f"half {RUN}"}
    bodies = {"REST": (rest_head, json.dumps(record).encode()), "SOAP": (soap_head, envelope(records(members(record))))}
    before = counted()
    for what, (head, body) in bodies.items():
        # The announced length is longer than what comes; what came would be a whole record.
        raw_socket(head, body, len(body) + 100).close()
        connection = raw_socket(head, body[: len(body) // 2], len(body))
        connection.shutdown(socket.SHUT_WR)
        answer = connection.recv(65536)
        connection.close()
        check(f"connection: a body that stops halfway, {what}", answer == b"" or b" 400 " in answer or b" 408 " in answer
              or b" 500 " in answer, answer[:200])
    equal("connection: half bodies wrote nothing", counted(), before)

    def broken_upload():
        account = Rest().create("Account", {"name": f"upload {RUN}"}).identifier
        query = urllib.parse.urlencode({"parentEntity": "Account", "parentId": account, "fileName": f"broken {RUN}"})
        head = (f"POST /api/v1/attachments/content?{query} HTTP/1.1\r\nAuthorization: Bearer {KEY}\r\n"
                "Content-Type: application/octet-stream\r\n")
        connection = raw_socket(head, b"x" * 1000000, 50000000)
        connection.close()
        xml = envelope(f"<uploadAttachment><attachment><parentEntity>Account</parentEntity><parentId>{account}</parentId>"
                       f"<fileName>broken {RUN}</fileName></attachment><content>" + "QUFB" * 100000)
        raw_socket(soap_head, xml, len(xml) + 10000000).close()
        time.sleep(0.5)
        left = sql(f"SELECT to_jsonb(count(*)) FROM contact.attachment WHERE file_name = 'broken {RUN}'")
        return left == [0] or f"{left} attachments"

    case("connection: an upload that breaks off leaves nothing", broken_upload)

    def slow(head, body):
        """Sends a byte a second; how long until the server has had enough, and what it says."""
        began = time.monotonic()
        connection = socket.create_connection((URL.hostname, URL.port or 80), timeout=1)
        whole = head.encode() + f"Host: {URL.hostname}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
        sent = 0
        while time.monotonic() - began < 100:
            try:
                connection.send(whole[sent:sent + 1])
                sent += 1
                answer = connection.recv(65536)
                return time.monotonic() - began, answer
            except socket.timeout:
                continue
            except OSError:
                return time.monotonic() - began, b""
        return None, b""

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        slow_heads = {what: pool.submit(slow, head, body) for what, (head, body) in bodies.items()}
        for what, future in slow_heads.items():
            seconds, answer = future.result()
            check(f"connection: a slow client is cut off, {what}", seconds is not None and (answer == b"" or b" 408 " in answer),
                  f"{seconds} s, {answer[:100]!r}")
    equal("connection: the server answers after all that", Rest().query("Account", limit=1).code, None)


right_operations()
bad_input()
credentials()
connections()
finish()
