"""A Python program with zeep that knows Kontor from its WSDLs alone."""

import base64
import datetime
import decimal
import os
import uuid

import zeep_support
from report import case, check, equal, finish
from zeep_support import COMMON, client

run = uuid.uuid4().hex[:12]

identity = client("identity")
contact = client("contact")
check("wsdl: both services load", True)


def session_header(session_id, service=contact):
    return zeep_support.session_header(session_id, service)


def fault_of(function, *arguments, **named):
    return zeep_support.fault_of(contact, function, *arguments, **named)


# Sign-in
wrong = fault_of(identity.service.login, userName=os.environ["KONTOR_USER"] + "-nobody", password="wrong password")
equal("sign-in: a wrong password is refused", wrong.code, "INVALID_SESSION")
login = identity.service.login(userName=os.environ["KONTOR_USER"], password=os.environ["KONTOR_PASSWORD"])
session = session_header(login.sessionId)
check("sign-in: login gives a session", bool(login.sessionId) and login.expiresInSeconds > 0, login)


def call(name, *arguments, headers=(), **named):
    return contact.service[name](*arguments, _soapheaders=[session, *headers], **named)


def stored(entity, identifier):
    found = call("retrieveRecords", key=[{"entity": entity, "id": identifier}])
    assert found.results.record[0].success, found.results.record[0]
    return getattr(found.records, entity[0].lower() + entity[1:])[0]


# Create, with a list of one and a list of many
name = f"Zeep {run}"
result = call("createRecords", records={"account": [{"name": name}]})
equal("create: a list of one gives a list of one", len(result), 1)
check("create: the record was created", result[0].success and result[0].created, result[0].error)
account_id = result[0].id
result = call("createRecords", records={"account": [{"name": f"{name} b"}],
                                        "contact": [{"lastName": "Meyer", "accountId": account_id},
                                                    {"firstName": "no last name"}]})
equal("create: results are positional and complete", [r.success for r in result], [True, True, False])
contact_id = result[1].id
error = result[2].error
equal("typed fault: a record's error has a code", error.code, "VALIDATION")
equal("typed fault: … and names the field", [(v.field, v.code) for v in error.violation], [("/lastName", "REQUIRED")])

# Query
page = call("queryRecords", query={"entity": "Account", "filter": f'name = "{name}"', "limit": 10, "count": "exact"})
equal("query: one record is found", [a.id for a in page.records.account], [account_id])
equal("query: total and done", (page.total, page.done), (1, True))
page = call("queryRecords", query={"entity": "Account", "filter": f'name : "{name}*"', "sort": "name", "limit": 1})
check("query: the first of two pages", not page.done and page.cursor and len(page.records.account) == 1, page)
more = call("queryMore", cursor=page.cursor)
equal("query: the second page", [a.name for a in more.records.account], [f"{name} b"])
page = call("queryRecords", query={"entity": "Contact", "filter": f'id = "{contact_id}"', "expand": ["account"]})
equal("query: expanded reference", [a.id for a in page.included.account], [account_id])

# Update and optimistic locking
version = stored("Account", account_id).version
result = call("updateRecords", records={"account": [{"id": account_id, "version": version, "industry": "Baking",
                                                     "website": "https://example.org"}]})
check("update: accepted with the current version", result[0].success, result[0].error)
result = call("updateRecords", records={"account": [{"id": account_id, "version": version, "industry": "Other"}]})
equal("update: a stale version is refused", result[0].error and result[0].error.code, "CONFLICT_VERSION")
equal("update: … and nothing changed", stored("Account", account_id).industry, "Baking")
call("updateRecords", records={"account": [{"id": account_id, "fieldsToNull": ["website"]}]})
equal("update: fieldsToNull empties", stored("Account", account_id).website, None)
equal("update: absent fields stay", stored("Account", account_id).industry, "Baking")

# Upsert by external id
external = {"system": "erp", "id": f"zeep-{run}"}
record = {"name": f"{name} upsert", "externalIds": [external]}
first = call("upsertRecords", externalSystem="erp", records={"account": [record]})[0]
check("upsert: creates", first.success and first.created, first)
second = call("upsertRecords", externalSystem="erp", records={"account": [{**record, "industry": "Mining"}]})[0]
check("upsert: updates", second.success and not second.created and second.id == first.id, second)
found = call("retrieveRecords", key=[{"entity": "Account", "externalSystem": "erp", "externalId": external["id"]}])
equal("upsert: found by external id", found.records.account[0].industry, "Mining")
again = call("createRecords", records={"account": [record]})[0]
equal("upsert: the external id is taken for others", again.error and again.error.code, "DUPLICATE")

# All or none, idempotency
all_or_none = contact.get_element(COMMON + "AllOrNoneHeader")(allOrNone=True)
mixed = {"account": [{"name": f"{name} rolled back"}, {"industry": "nameless"}]}
codes = [r.error and r.error.code for r in call("createRecords", records=mixed, headers=[all_or_none])]
equal("all or none: one failure undoes the call", codes, ["ROLLED_BACK", "VALIDATION"])
idempotency = contact.get_element(COMMON + "IdempotencyHeader")(key=f"zeep-{run}-0123456789")
once = {"account": [{"name": f"{name} once"}]}
ids = {call("createRecords", records=once, headers=[idempotency])[0].id for _ in range(2)}
equal("idempotency: the same key has one effect", len(ids), 1)

# Values
text = "Ægir Žluťoučký Кирилл 株式会社 شركة 🎻 <&>\"'"
call("updateRecords", records={"account": [{"id": account_id, "description": text}]})
equal("text: non-Latin scripts survive", stored("Account", account_id).description, text)
at = datetime.datetime(2026, 11, 23, 10, 15, 30, 123456, tzinfo=datetime.timezone.utc)
activity = call("createRecords", records={"activity": [{"kind": "meeting", "subject": name, "startAt": at}]})[0]
equal("time: microseconds survive", activity.success and stored("Activity", activity.id).startAt, at)
money = decimal.Decimal("123456789012345.6789")
call("updateRecords", records={"account": [{"id": account_id, "annualRevenue": money, "currency": "EUR"}]})
equal("money: 19 digits survive", stored("Account", account_id).annualRevenue, money)
day = datetime.date(1969, 12, 31)
call("updateRecords", records={"contact": [{"id": contact_id, "birthDate": day}]})
equal("date: a day stays that day", stored("Contact", contact_id).birthDate, day)

# Faults of the whole call
fault = fault_of(call, "queryRecords", query={"entity": "Account", "filter": 'name = = "x"'})
equal("typed fault: a filter that does not parse", (fault.code, fault.parameter, fault.position),
      ("INVALID_QUERY", "filter", 7))
fault = fault_of(call, "queryMore", cursor="tampered")
equal("typed fault: a cursor that we did not sign", fault.code, "INVALID_CURSOR")
fault = fault_of(contact.service.queryRecords, query={"entity": "Account"},
                 _soapheaders=[session_header("not-a-session")])
equal("typed fault: a forged session", fault.code, "INVALID_SESSION")
missing = call("retrieveRecords", key=[{"entity": "Account", "id": str(uuid.uuid4())}]).results.record[0]
equal("typed fault: an unknown id", missing.error and missing.error.code, "NOT_FOUND")

# Attachments, inline
content = bytes(range(256)) * 1000
upload = call("uploadAttachment", attachment={"parentEntity": "Account", "parentId": account_id,
                                              "fileName": "bytes ü.bin", "contentType": "application/octet-stream"},
              content=content)[0]
check("attachment: upload", upload.success, upload.error)
download = call("downloadAttachment", id=upload.id)
check("attachment: the same bytes come back", download.content == content,
      f"{len(download.content or b'')} bytes of {len(content)}")
equal("attachment: its size and name", (download.attachment.size, download.attachment.fileName),
      (len(content), "bytes ü.bin"))

# The rest of the operations
call("deleteRecords", key=[{"entity": "Contact", "id": contact_id}])
gone = call("retrieveRecords", key=[{"entity": "Contact", "id": contact_id}]).results.record[0]
equal("delete: the record is gone", gone.error and gone.error.code, "NOT_FOUND")
back = call("undeleteRecords", key=[{"entity": "Contact", "id": contact_id}])[0]
check("undelete: it is back", back.success, back.error)
case("search: finds by name", lambda: any(h.id == account_id for h in call("searchRecords", q=name).hit) or "not found")


def changes():
    token, seen = None, set()
    while True:
        page = call("getChanges", entity=["Account"], resumeToken=token, limit=2000)
        seen.update(change.id for change in page.change)
        token = page.resumeToken
        if not page.more:
            return account_id in seen or "the new account is not in the feed"


case("changes: the feed holds the new account", changes)
described = call("describe", entity=["Account"])[0]
check("describe: fields with their limits", any(f.name == "name" and f.maxLength == 255 for f in described.field))
history = call("getHistory", key={"entity": "Account", "id": account_id})
check("history: says what changed", any(e.field == "industry" and e.newValue == "Baking" for e in history.entry), history)

# Logout
identity.service.logout(_soapheaders=[session_header(login.sessionId, identity)])
fault = fault_of(call, "queryRecords", query={"entity": "Account"})
equal("logout: the session is of no use any more", fault.code, "INVALID_SESSION")
finish()
