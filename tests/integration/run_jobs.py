#!/usr/bin/python3
"""Jobs against a kontord of their own: the preview of an import changes nothing and says what the import then does; mass updates
and deletes; and taking each back, with what others have changed since left alone."""

import base64
import csv
import io
import json
import pathlib
import sys
import time
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from kontord import Server, check, finish, psql

server = Server("jobs")
server.start()
KEY = {"Authorization": "Bearer " + server.key()}
OVER = ("succeeded", "failed", "cancelled")


def call(method, path, body=None, headers=None, expect=None, type="application/json"):
    data = body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else None if body is None else json.dumps(body).encode()
    status, answer = server.request(method, path, data, {**KEY, "Content-Type": type, **(headers or {})})
    if expect and status != expect:
        sys.exit(f"{method} {path}: {status} {answer.decode()}")
    lines = answer.decode()
    try:
        return status, json.loads(lines) if lines else None
    except ValueError:
        return status, lines


def create(collection, **record):
    return call("POST", f"/api/v1/{collection}", record, expect=201)[1]


def get(collection, id):
    status, record = call("GET", f"/api/v1/{collection}/{id}")
    return record if status == 200 else None


def done(answer, headers=None):
    """The job when it is over."""
    status, job = answer
    if status != 202:
        sys.exit(f"not accepted: {status} {job}")
    deadline = time.monotonic() + 60
    while job["state"] not in OVER and time.monotonic() < deadline:
        time.sleep(0.02)
        job = call("GET", f"/api/v1/jobs/{job['id']}", headers=headers, expect=200)[1]
    return job


def errors(job):
    text = server.request("GET", f"/api/v1/jobs/{job['id']}/errors", headers=KEY)[1].decode()
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")] or text


def load(text, query, collection="contacts"):
    return done(call("POST", f"/api/v1/jobs/import?object={collection}&{query}", text, type="text/csv"))


def counts(job):
    return [job["state"], job["created"], job["updated"], job["failed"]]


def database():
    """Everything that an import could touch."""
    return psql(server.dsn, "SELECT (SELECT jsonb_agg(c ORDER BY id) FROM contact.contact c)::text, (SELECT count(*) FROM contact.audit_entry),"
                            " (SELECT count(*) FROM contact.outbox), (SELECT jsonb_agg(e ORDER BY external_id) FROM contact.external_id e)::text,"
                            " (SELECT count(*) FROM contact.email_address)")


def user(name, permissions, rights):
    role = create("roles", name=name, permissions=permissions, entityRights=rights)
    create("users", userName=name, displayName=name, password="correct horse", roleIds=[role["id"]])
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:correct horse".encode()).decode()}


# --- preview ---------------------------------------------------------------------------------------------------------------------
call("POST", "/api/v1/customFieldDefinitions", {"entity": "Contact", "name": "hobby", "label": "Hobby", "type": "text"}, expect=201)
call("POST", "/api/v1/customFieldDefinitions", {"entity": "Contact", "name": "budget", "label": "Budget", "type": "decimal"}, expect=201)
kept = create("contacts", firstName="Ada", lastName="Byron", jobTitle="Analyst", tags=["old"], customFields={"hobby": "chess"},
              emailAddresses=[{"address": "ada@example.com", "kind": "work"}], externalIds=[{"system": "erp", "id": "1"}])
FILE = ("firstName,lastName,jobTitle,tags,customFields.hobby,customFields.budget,emailAddresses.0.address,externalIds.0.system,externalIds.0.id\r\n"
        "Ada,Lovelace,,new,,12.50,ada@lovelace.example,erp,1\r\n"
        "Grace,Hopper,Admiral,,sailing,,grace@example.com,erp,2\r\n"
        "Bad,,,,,,not an address,erp,3\r\n"
        "Other,Person,,,,,,,\r\n")
before = database()
preview = load(FILE, "mode=upsert&system=erp&preview=true")
check("preview: it counts what would be created, updated and refused", counts(preview) == ["succeeded", 1, 1, 2] and preview.get("preview") is True, repr(preview))
check("preview: nothing is changed", database() == before, "something is")
status, text = call("GET", f"/api/v1/jobs/{preview['id']}/result")
rows = [json.loads(line) for line in text.splitlines()] if isinstance(text, str) else [text]
check("preview: the first rows are shown with what would become of them", [r["action"] for r in rows] == ["update", "create", "refuse", "refuse"], repr(rows))
check("preview: a row that updates names the record, and shows it as it would be",
      rows[0].get("id") == kept["id"] and rows[0]["record"]["lastName"] == "Lovelace" and rows[0]["record"]["jobTitle"] == "Analyst", repr(rows[0]))
check("preview: a row that creates has no id yet", "id" not in rows[1] and "id" not in rows[1]["record"] and rows[1]["record"]["lastName"] == "Hopper", repr(rows[1]))
check("preview: a refused row says why", {e["pointer"] for e in rows[2]["errors"]} >= {"/emailAddresses/0/address"} and rows[3]["errors"], repr(rows[2:]))
mend = errors(preview)
check("preview: the refused rows are a file to mend", mend.splitlines()[0].endswith(",_line,_error") and len(mend.splitlines()) == 3, mend)
real = load(FILE, "mode=upsert&system=erp")
check("preview: the import then does what was said", counts(real) == counts(preview) and "preview" not in real, repr(real))
twice = "lastName,externalIds.0.system,externalIds.0.id\r\n" + "".join(f"Row {n % 450},web,{n % 450}\r\n" for n in range(600))
told = load(twice, "mode=create&preview=true")
check("preview: it knows what the rows before would have created", counts(told) == ["succeeded", 450, 0, 150], repr(told))
told = load(twice, "mode=upsert&system=web&preview=true")
check("preview: so it does of an upsert", counts(told)[1:3] == [450, 150], repr(told))
made = load(twice, "mode=upsert&system=web")
check("preview: and the upsert does so", counts(made) == counts(told), repr(made))
unknown = load("lastName,accountId\r\nX,01941f29-7c01-7000-8003-00000000dead\r\nY,\r\n", "mode=create&preview=true")
check("preview: what only the database finds is found", counts(unknown) == ["succeeded", 1, 0, 1], repr(unknown))
status, problem = call("POST", "/api/v1/jobs/import?object=contacts&preview=perhaps", "lastName\r\nX\r\n", type="text/csv")
check("preview: preview is true or false", status == 400 and problem["parameter"] == "preview", repr(problem))
status, problem = call("POST", f"/api/v1/jobs/{preview['id']}/undo")
check("preview: it cannot be taken back", status == 409, repr(problem))

# --- cancelling -----------------------------------------------------------------------------------------------------------------
large = "lastName\n" + "".join(f"Stopped{n}\n" for n in range(200_000))
status, job = call("POST", "/api/v1/jobs/import?object=contacts&mode=create", large, type="text/csv")
deadline = time.monotonic() + 60
while not job["processed"] and time.monotonic() < deadline:
    job = call("GET", f"/api/v1/jobs/{job['id']}")[1]
status, ended = call("POST", f"/api/v1/jobs/{job['id']}/cancel")
check("cancel: a running import ends", status == 200 and ended["state"] == "cancelled" and "finishedAt" in ended, repr(ended))


def written():
    return int(psql(server.dsn, "SELECT count(*) FROM contact.contact WHERE last_name LIKE 'Stopped%'"))


small = load("lastName\nAfterwards\n", "mode=create")  # the runner is free again
check("cancel: the next job is done", [small["state"], small["created"]] == ["succeeded", 1], repr(small))
stayed = written()
job = call("GET", f"/api/v1/jobs/{job['id']}")[1]
check("cancel: what it had done stays, and is what it says", 0 < stayed < 200_000 and stayed == job["created"], f"{stayed} {job}")
check("cancel: once", call("POST", f"/api/v1/jobs/{job['id']}/cancel")[0] == 409, "twice")
undo = done(call("POST", f"/api/v1/jobs/{job['id']}/undo"))
check("cancel: what it had done can be taken back", undo["state"] == "succeeded" and undo["deleted"] == stayed, repr(undo))
status, export = call("POST", "/api/v1/jobs/export", {"object": "contacts"})
status, ended = call("POST", f"/api/v1/jobs/{export['id']}/cancel")
check("cancel: an export ends, or is done already", ended.get("state") == "cancelled" or status == 409, f"{status} {ended}")
check("cancel: what is not there is not found", call("POST", f"/api/v1/jobs/01941f29-7c01-7000-8009-000000000999/cancel")[0] == 404, "found")

# --- undo of an import -----------------------------------------------------------------------------------------------------------
third = get("contacts", kept["id"])
grace = call("GET", "/api/v1/contacts/external/erp/2", expect=200)[1]
undo = done(call("POST", f"/api/v1/jobs/{real['id']}/undo"))
check("undo: it counts what it deleted and restored", [undo["state"], undo["deleted"], undo["updated"], undo["failed"]] == ["succeeded", 1, 1, 0], repr(undo) + repr(errors(undo)))
restored = get("contacts", kept["id"])
SAME = ("firstName", "lastName", "jobTitle", "tags", "customFields", "externalIds")
check("undo: what was updated has its earlier values", restored and [restored.get(n) for n in SAME] == [kept.get(n) for n in SAME] and
      [e["address"] for e in restored["emailAddresses"]] == ["ada@example.com"], repr(restored))
check("undo: it had been changed by the import", third["lastName"] == "Lovelace" and third["customFields"].get("budget") == "12.50", repr(third))
check("undo: what was created is in the recycle bin", get("contacts", grace["id"]) is None and
      any(r["id"] == grace["id"] for r in call("GET", "/api/v1/contacts?deleted=true&limit=2000")[1]["data"]), "it is not")
check("undo: the jobs name each other", undo["undoes"] == real["id"] and call("GET", f"/api/v1/jobs/{real['id']}")[1]["undoneBy"] == undo["id"], repr(undo))
check("undo: an import is taken back once", call("POST", f"/api/v1/jobs/{real['id']}/undo")[0] == 409, "twice")
check("undo: an undo is not taken back", call("POST", f"/api/v1/jobs/{undo['id']}/undo")[0] == 409, "it is")

batch = load("lastName,externalIds.0.system,externalIds.0.id\r\n" + "".join(f"New {n},crm,{n}\r\n" for n in range(500)), "mode=create")
touched = call("GET", "/api/v1/contacts/external/crm/7", expect=200)[1]
gone = call("GET", "/api/v1/contacts/external/crm/8", expect=200)[1]
call("PATCH", f"/api/v1/contacts/{touched['id']}", {"firstName": "Mine"}, expect=200)
call("DELETE", f"/api/v1/contacts/{gone['id']}")
undo = done(call("POST", f"/api/v1/jobs/{batch['id']}/undo"))
conflicts = errors(undo)
check("undo: what others have changed since is left", [undo["deleted"], undo["failed"], undo["total"]] == [498, 2, 500] and get("contacts", touched["id"])["firstName"] == "Mine", repr(undo))
check("undo: and told as conflicts", {(c["source"], c["code"]) for c in conflicts} == {(touched["id"], "CONFLICT_VERSION"), (gone["id"], "NOT_FOUND")}, repr(conflicts))

# --- mass update -----------------------------------------------------------------------------------------------------------------
load("lastName,jobTitle\r\n" + "".join(f"Mass {n},{'Clerk' if n % 3 else 'Boss'}\r\n" for n in range(450)), "mode=create")
clerks = 'jobTitle = "Clerk"'
job = done(call("POST", "/api/v1/jobs/massUpdate", {"object": "contacts", "filter": clerks, "changes": {"jobTitle": "Agent", "tags": ["moved"]}}))
check("mass update: it changes all records of a filter, although they fall out of it", [job["state"], job["updated"], job["failed"], job["total"]] == ["succeeded", 300, 0, 300], repr(job))
counted = psql(server.dsn, "SELECT count(*) FILTER (WHERE job_title = 'Agent'), count(*) FILTER (WHERE job_title = 'Boss'), count(*) FILTER (WHERE job_title = 'Clerk')"
                           " FROM contact.contact WHERE deleted_at IS NULL")
check("mass update: and no others", counted == "300|150|0", counted)
undo = done(call("POST", f"/api/v1/jobs/{job['id']}/undo"))
counted = psql(server.dsn, "SELECT count(*) FILTER (WHERE job_title = 'Clerk'), count(*) FILTER (WHERE 'moved' = ANY(tags)) FROM contact.contact WHERE deleted_at IS NULL")
check("mass update: it can be taken back", undo["updated"] == 300 and counted == "300|0", f"{undo} {counted}")
ids = [r["id"] for r in call("GET", "/api/v1/contacts?limit=3&filter=" + urllib.parse.quote(clerks))[1]["data"]]
none = "01941f29-7c01-7000-8003-00000000dead"
job = done(call("POST", "/api/v1/jobs/massUpdate", {"object": "contacts", "ids": [*ids, ids[0].upper(), none], "changes": {"jobTitle": None}}))
check("mass update: it changes the records of a list, each once", [job["updated"], job["failed"]] == [3, 1] and all("jobTitle" not in get("contacts", i) for i in ids), repr(job))
check("mass update: what it cannot change is told", [(e["source"], e["code"]) for e in errors(job)] == [(none, "NOT_FOUND")], repr(errors(job)))
unreal = done(call("POST", "/api/v1/jobs/massUpdate", {"object": "contacts", "ids": ids[:2], "changes": {"accountId": none}}))
check("mass update: each record is checked as in an update of its own", [unreal["failed"], unreal["state"]] == [2, "succeeded"] and errors(unreal)[0]["code"] == "UNKNOWN_REFERENCE", repr(errors(unreal)))

# --- mass delete -----------------------------------------------------------------------------------------------------------------
job = done(call("POST", "/api/v1/jobs/massDelete", {"object": "contacts", "filter": 'jobTitle = "Boss"'}))
check("mass delete: all records of a filter go to the recycle bin", [job["state"], job["deleted"]] == ["succeeded", 150] and
      call("GET", "/api/v1/contacts?count=exact&filter=" + urllib.parse.quote('jobTitle = "Boss"'))[1]["page"]["total"] == 0, repr(job))
undo = done(call("POST", f"/api/v1/jobs/{job['id']}/undo"))
check("mass delete: it can be taken back", undo["created"] == 150 and
      call("GET", "/api/v1/contacts?count=exact&filter=" + urllib.parse.quote('jobTitle = "Boss"'))[1]["page"]["total"] == 150, repr(undo))

# --- rights ----------------------------------------------------------------------------------------------------------------------
everything = {"entity": "Contact", "create": True, "read": "all", "update": "own", "remove": "own"}
limited = user("limited", ["massUpdate"], [everything])
unable = user("unable", [], [everything])
own = call("POST", "/api/v1/contacts", {"lastName": "Own", "jobTitle": "Boss"}, limited, 201)[1]
change = {"object": "contacts", "filter": 'jobTitle = "Boss"', "changes": {"jobTitle": "Chief"}}
job = done(call("POST", "/api/v1/jobs/massUpdate", change, limited), limited)
check("mass update: the rights of the user hold for each record", [job["updated"], job["failed"]] == [1, 150] and get("contacts", own["id"])["jobTitle"] == "Chief", repr(job))
check("mass update: it takes a permission", call("POST", "/api/v1/jobs/massUpdate", change, unable)[0] == 403, "it does not")
check("mass delete: so does a delete", call("POST", "/api/v1/jobs/massDelete", {"object": "contacts", "ids": ids}, unable)[0] == 403, "it does not")
check("mass update: an entity that one may not change is refused", call("POST", "/api/v1/jobs/massUpdate", {**change, "object": "accounts"}, limited)[0] == 403, "it is not")
check("undo: another's job is not found", call("POST", f"/api/v1/jobs/{batch['id']}/undo", headers=limited)[0] == 404, "it is")
check("undo: nor is one that is none", call("POST", f"/api/v1/jobs/{none}/undo")[0] == 404 and call("POST", "/api/v1/jobs/x/undo")[0] == 404, "it is")

# --- full text -------------------------------------------------------------------------------------------------------------------
found = [create("contacts", lastName=f"Quixotic{n}", jobTitle="Knight" if n else "Squire")["id"] for n in range(4)]
sought = {"object": "contacts", "q": "quixotic", "changes": {"department": "Mill"}}
job = done(call("POST", "/api/v1/jobs/massUpdate", sought))
check("mass update: of what a search finds", [job["state"], job["updated"]] == ["succeeded", 4] and all(get("contacts", id)["department"] == "Mill" for id in found), repr(job))
job = done(call("POST", "/api/v1/jobs/massUpdate", {**sought, "filter": 'jobTitle = "Knight"', "changes": {"department": "Castle"}}))
check("mass update: of what a search and a filter find", job["updated"] == 3 and get("contacts", found[0])["department"] == "Mill", repr(job))
job = done(call("POST", "/api/v1/jobs/export", {"object": "contacts", "q": "quixotic", "filter": 'jobTitle = "Knight"', "fields": ["lastName"], "sort": "lastName"}))
check("export: of what a search finds", call("GET", f"/api/v1/jobs/{job['id']}/result")[1].split() == ["lastName", "Quixotic1", "Quixotic2", "Quixotic3"], repr(job))
job = done(call("POST", "/api/v1/jobs/massDelete", {"object": "contacts", "q": "quixotic"}))
check("mass delete: of what a search finds", job["deleted"] == 4 and get("contacts", found[0]) is None, repr(job))
for name, body in (("an empty search", {**sought, "q": ""}), ("a search and ids", {**sought, "ids": found}), ("a search that is a number", {**sought, "q": 5})):
    check(f"mass update: {name} is refused", call("POST", "/api/v1/jobs/massUpdate", body)[0] == 422, "it is not")
check("export: a search that is a number is refused", call("POST", "/api/v1/jobs/export", {"object": "contacts", "q": 5})[0] == 422, "it is not")

# --- the file of refused rows ------------------------------------------------------------------------------------------------------


def mend(job):
    """The file of refused rows, as it is."""
    return server.request("GET", f"/api/v1/jobs/{job['id']}/errors", headers=KEY)[1].decode()


for name, separator in (("commas", ","), ("semicolons", ";"), ("tabs", "\t")):
    job = load("\r\n".join(separator.join(cells) for cells in (("firstName", "lastName", "email"), ("Eve", "Well", ""), ("X", "Bad", '"no; mail,\tat all"'))), "mode=create")
    rows = list(csv.reader(io.StringIO(mend(job)), delimiter=separator))
    check(f"mend: a file with {name} has them behind the rows too", rows[0] == ["firstName", "lastName", "email", "_line", "_error"] and [len(r) for r in rows] == [5, 5], repr(rows))
    check(f"mend: a row of a file with {name} is as it was", rows[1][:4] == ["X", "Bad", "no; mail,\tat all", "3"] and "email" in rows[1][4], repr(rows))
told = mend(load('"lastName",email,"_my\r\nnote"\r\n"Two\r\nlines",,"a\r\nb"\r\n\r\n"More ""quoted"" lines",no address,"c\nd"\r\nFine,,\r\nBad,no address,\r\n', "mode=create"))
rows = list(csv.reader(io.StringIO(told, newline="")))
check("mend: a heading with a line break is whole", rows[0] == ["lastName", "email", "_line", "_error"], repr(rows))
check("mend: quoted cells come back as they were", rows[1][:2] == ['More "quoted" lines', "no address"], repr(rows))
check("mend: lines are those of an editor", [r[2] for r in rows[1:]] == ["7", "10"], repr(rows))
again = load(told, "mode=create")
rows = list(csv.reader(io.StringIO(mend(again), newline="")))
check("mend: the notes of the file before are replaced", counts(again)[3] == 2 and rows[0] == ["lastName", "email", "_line", "_error"] and [r[2] for r in rows[1:]] == ["2", "3"], repr(rows))
mended = load(told.replace("no address", ""), "mode=create")
check("mend: the mended file is taken", counts(mended) == ["succeeded", 2, 0, 0], repr(mended))
job = done(call("POST", "/api/v1/jobs/import?object=contacts", "lastName,firstName\nMüller,Jörg\n".encode("latin-1"), type="text/csv"))
check("mend: a file in another encoding is refused row by row", counts(job) == ["succeeded", 0, 0, 1] and len(mend(job).splitlines()) == 2, repr(job))
told = mend(load("\ufefflastName,email\nMarked,no address\n", "mode=create"))
check("mend: a byte order mark stays", told.startswith("\ufefflastName,email,_line,_error\r\n"), repr(told))
told = mend(load("lastName,email\n" + "".join(f"Wrong{n},none\n" for n in range(101_000)), "mode=create&preview=true"))
check("mend: all refused rows are there, however many", len(told.splitlines()) == 101_001 and told.splitlines()[-1].startswith("Wrong100999,none,101001,"), told[-200:])


def lines(text, query="mode=create"):
    return done(call("POST", f"/api/v1/jobs/import?object=contacts&{query}", text, type="application/x-ndjson"))


job = lines('{"lastName":"Fine"}\n\n{"lastName":"Wrong","email":1}\nno JSON\n{"firstName":"Öl","tags":["a"]}\n')
told = [json.loads(line) for line in mend(job).splitlines()]
check("mend: of NDJSON it is NDJSON", [t["_line"] for t in told] == [3, 4, 5] and told[0]["lastName"] == "Wrong" and told[2]["firstName"] == "Öl" and told[2]["tags"] == ["a"], repr(told))
check("mend: with the reasons", told[0]["_errors"][0]["pointer"] == "/email" and all(e["code"] and e["detail"] for t in told for e in t["_errors"]), repr(told))
check("mend: what is no JSON is told as it was", told[1]["_source"] == "no JSON", repr(told[1]))
again = lines("".join(json.dumps({k: v for k, v in {**t, "lastName": "Mended"}.items() if k != "email"}) + "\n" for t in told))
check("mend: the mended NDJSON is taken", counts(again) == ["succeeded", 3, 0, 0], repr(again) + mend(again))
told = mend(lines('{"_line":7,"_errors":[],"firstName":"Again"}\n'))
check("mend: its notes are replaced as well", [json.loads(told)["_line"], told.count('"_errors"')] == [1, 1], told)

# --- rows known by a field ---------------------------------------------------------------------------------------------------------


def found_by(address, path="contacts"):
    """The records with this e-mail address."""
    field = "emailAddresses.address" if path != "leads" else "email"
    return call("GET", f"/api/v1/{path}?limit=50&filter=" + urllib.parse.quote(f'{field} = "{address}"'), expect=200)[1]["data"]


def codes(job):
    """Line, pointer and code of each refused row."""
    return [(int(r["_line"]), r["_error"]) for r in csv.DictReader(io.StringIO(mend(job), newline=""))]


def told_first(text, query, collection="contacts", type="text/csv"):
    """An import after its preview, which must have changed nothing and said the same."""
    path = f"/api/v1/jobs/import?object={collection}&{query}"
    before = database()
    preview = done(call("POST", path + "&preview=true", text, type=type))
    check(f"key: a preview changes nothing ({query})", database() == before, "something is")
    real = done(call("POST", path, text, type=type))
    check(f"key: a preview says what the import does ({query})", counts(preview) == counts(real), f"{preview} {real}")
    check(f"key: and refuses the same rows ({query})", [line for line, why in codes(preview)] == [line for line, why in codes(real)] if type == "text/csv" else True,
          mend(preview) + mend(real))
    return real


known = create("contacts", firstName="Mary", lastName="Somerville", emailAddresses=[{"address": "mary@key.example", "kind": "work"}, {"address": "home@key.example", "kind": "home"}])
twin1, twin2 = (create("contacts", lastName=f"Twin {n}", emailAddresses=[{"address": "twins@key.example"}]) for n in (1, 2))
binned = create("contacts", lastName="Binned", emailAddresses=[{"address": "binned@key.example"}])
call("DELETE", f"/api/v1/contacts/{binned['id']}")
job = told_first("lastName,email\nAgain,HOME@Key.example\nFirst,new@key.example\nSecond,NEW@key.example\nNo Address,\nNo Address,\nBack,binned@key.example\nBad,no address\nThird,no address\n", "mode=create&key=email")
check("key: create refuses what is known or came earlier, and creates the rest", counts(job) == ["succeeded", 4, 0, 4], repr(job))
first = found_by("new@key.example")
told = dict(codes(job))
check("key: a refused row names the record", len(first) == 1 and first[0]["lastName"] == "First" and known["id"] in told[2] and first[0]["id"] in told[4], repr(told))
check("key: what a refused row has is not known", "no address" in told[8].lower() or "pattern" in told[8], repr(told))
again = lines('{"lastName":"Again","emailAddresses":[{"address":"Mary@key.example"}]}\n', "mode=create&key=emailAddresses")
told = json.loads(mend(again))["_errors"][0]
check("key: the error has its code", (told["pointer"], told["code"]) == ("/emailAddresses", "DUPLICATE") and known["id"] in told["detail"], repr(told))

job = told_first("email,jobTitle,emailAddresses.0.address\nhome@KEY.example,Author,more@key.example\nnobody@key.example,Author,\ntwins@key.example,Author,\n,Author,\nBinned@key.example,Author,\nmore@key.example,Astronomer,\n",
                 "mode=update&key=email")
check("key: update changes the one record that is found", counts(job) == ["succeeded", 0, 3, 3], repr(job) + mend(job))
changed = get("contacts", known["id"])
check("key: a record found by one address keeps the others", [e["address"] for e in changed["emailAddresses"]] == ["mary@key.example", "home@key.example", "more@key.example"] and
      changed["emailAddresses"][1]["kind"] == "home", repr(changed["emailAddresses"]))
check("key: a later row finds what an earlier one has added", changed["jobTitle"] == "Astronomer", repr(changed))
check("key: none, several and no key are refused", [line for line, why in codes(job)] == [3, 4, 5], repr(codes(job)))
job = lines('{"email":"nobody@key.example"}\n', "mode=update&key=email")
check("key: a member that the contract has not is none", counts(job)[3] == 1, repr(job))
job = lines("".join(json.dumps({"jobTitle": "X", "emailAddresses": [{"address": a}] if a else []}) + "\n" for a in ("nobody@key.example", "twins@key.example", "")), "mode=update&key=email")
told = [json.loads(line)["_errors"][0] for line in mend(job).splitlines()]
check("key: the codes are stable", [(t["pointer"], t["code"]) for t in told] == [("/email", "NOT_FOUND"), ("/email", "AMBIGUOUS"), ("/email", "REQUIRED")], repr(told))
job = told_first("email,jobTitle\nmary@key.example,Taken Back\n", "mode=update&key=email")
undo = done(call("POST", f"/api/v1/jobs/{job['id']}/undo"))
check("key: an update is taken back", undo["updated"] == 1 and get("contacts", known["id"])["jobTitle"] == "Astronomer", repr(undo))

job = told_first("lastName,firstName,email\nSomerville,M.,mary@key.example\nNew,Ada,ada@key.example\nNew,Bea,bea@key.example\n,Ada the Second,ADA@key.example\n,Nameless,nameless@key.example\n,Nameless,nameless@key.example\n"
                 "Named,Now,nameless@key.example\n,Later,nameless@key.example\nTwin,,twins@key.example\nNone,,\n", "mode=upsert&key=email")
check("key: an upsert changes what is known and creates the rest", counts(job) == ["succeeded", 3, 3, 4], repr(job) + mend(job))
check("key: a double changes what the earlier row has created", [(r["firstName"], r["lastName"]) for a in ("ada", "nameless") for r in found_by(a + "@key.example")] == [("Ada the Second", "New"), ("Later", "Named")], "not")
check("key: refused for none and for several", [line for line, why in codes(job)] == [6, 7, 10, 11], repr(codes(job)))
undo = done(call("POST", f"/api/v1/jobs/{job['id']}/undo"))
check("key: an upsert is taken back, doubles and all", [undo["deleted"], undo["updated"], undo["failed"]] == [3, 1, 0] and get("contacts", known["id"])["firstName"] == "Mary" and
      not found_by("ada@key.example"), repr(undo) + mend(undo))

many = "lastName,email\n" + "".join(f"Many {n},many{n % 450}@key.example\n" for n in range(600))
job = told_first(many, "mode=upsert&key=email")
check("key: doubles far apart", counts(job) == ["succeeded", 450, 150, 0], repr(job))
job = told_first(many, "mode=create&key=email")
check("key: all are known then", counts(job) == ["succeeded", 0, 0, 600], repr(job))
job = told_first("lastName,email\n" + "Same,same@key.example\n" * 250, "mode=create&key=email")
check("key: a file of one and the same", counts(job) == ["succeeded", 1, 0, 249], repr(job))
job = told_first("lastName,email,externalId.key\nE1,e1@key.example,1\nE2,e2@key.example,1\nE3,e1@key.example,2\n", "mode=upsert&key=email")
check("key: external ids hold beside it", counts(job) == ["succeeded", 1, 1, 1], repr(job) + mend(job))

job = told_first("name,website\nKeyed,https://keyed.example\nKeyed too,https://keyed.example\nOther,https://other.example\n", "mode=create&key=website", "accounts")
check("key: any field of text", counts(job) == ["succeeded", 2, 0, 1], repr(job) + mend(job))
job = told_first("name,website,industry\nKeyed,https://keyed.example,Mills\nOTHER,,Mills\n", "mode=upsert&key=name", "accounts")
check("key: text is compared as it is", counts(job) == ["succeeded", 1, 1, 0], repr(job))
job = told_first("lastName,email\nLead,Lead@key.example\nLead,lead@key.example\n", "mode=upsert&key=email", "leads")
check("key: a lead by its address", counts(job) == ["succeeded", 1, 1, 0] and len(found_by("lead@key.example", "leads")) == 1, repr(job) + mend(job))

# Only what the caller may see.
seller = user("seller", ["import"], [{"entity": "Contact", "create": True, "read": "own", "update": "own", "remove": "own"}])
sold = done(call("POST", "/api/v1/jobs/import?object=contacts&mode=upsert&key=email", "lastName,email\nSold,mary@key.example\n", seller, type="text/csv"), seller)
check("key: what the caller may not see is not found, and not told", [sold["created"], sold["updated"]] == [1, 0] and get("contacts", known["id"])["lastName"] == "Somerville", repr(sold))
sold = done(call("POST", "/api/v1/jobs/import?object=contacts&mode=update&key=email", "jobTitle,email\nSeller,mary@key.example\nSeller,home@key.example\n", seller, type="text/csv"), seller)
check("key: his own is found", [sold["updated"], sold["failed"]] == [1, 1], repr(sold))
blind = user("blind", ["import"], [{"entity": "Contact", "create": True, "read": "none", "update": "none", "remove": "none"}])
check("key: who may see none has no key", call("POST", "/api/v1/jobs/import?object=contacts&key=email", "lastName\nX\n", blind, type="text/csv")[0] == 403, "he has")

for name, query, parameter in (("both a key and a system", "mode=upsert&key=email&system=erp", "key"), ("an upsert with neither", "mode=upsert", "system"), ("a key that is no field", "key=nonsense", "key"),
                               ("a key that is no text", "key=birthDate", "key"), ("a key that is a list", "key=tags", "key"), ("an empty key", "key=", "key"), ("the id", "key=id", "key"),
                               ("a member of a structure", "key=postalAddresses.0.city", "key"), ("a name that is SQL", "key=" + urllib.parse.quote("last_name; --"), "key")):
    status, problem = call("POST", f"/api/v1/jobs/import?object=contacts&{query}", "lastName\nX\n", type="text/csv")
    check(f"key: {name} is refused", [status, problem.get("parameter")] == [400, parameter], f"{status} {problem}")
job = load("email\n'; DROP TABLE contact.contact; --\n\"{a,b}\"\n", "mode=update&key=email")
check("key: values are only values", counts(job) == ["succeeded", 0, 0, 2], repr(job))

# --- references by name ------------------------------------------------------------------------------------------------------------


def account_of(last):
    rows = call("GET", "/api/v1/contacts?filter=" + urllib.parse.quote(f'lastName = "{last}"'), expect=200)[1]["data"]
    return [r.get("accountId") for r in rows]


mill = create("accounts", name="Mühle & Söhne", website="https://mill.example", emailAddresses=[{"address": "office@mill.example"}])
for n in (1, 2):
    create("accounts", name="Two of a Name", website=f"https://two{n}.example")
away = create("accounts", name="Gone Away")
call("DELETE", f"/api/v1/accounts/{away['id']}")
sheet = create("accounts", name="=Sum Ltd")
job = told_first("lastName,account.name\nByName,  mühle & SÖHNE \nByNone,Nobody Ltd\nByTwo,two of a name\nByBin,Gone Away\nByNothing,\nByBlanks,   \nBySheet,'=Sum Ltd\n", "mode=create")
check("reference: a name sets it where exactly one record has it", counts(job) == ["succeeded", 4, 0, 3], repr(job) + mend(job))
check("reference: without case and blanks around it", account_of("ByName") == [mill["id"]] and account_of("BySheet") == [sheet["id"]], repr(account_of("ByName")))
check("reference: none where nothing is named", account_of("ByNothing") == [None] and account_of("ByBlanks") == [None], "there is one")
told = dict(codes(job))
check("reference: no record or several are refused, at the column", sorted(told) == [3, 4, 5] and "account.name" in told[3] and "Nobody Ltd fits no record" in told[3] and "fits several records" in told[4], repr(told))
mended = load(mend(job).replace("Nobody Ltd", "Mühle & Söhne").replace("two of a name", "Mühle & Söhne").replace("Gone Away", ""), "mode=create")
check("reference: the mended file is taken", counts(mended) == ["succeeded", 3, 0, 0], repr(mended))
job = told_first("lastName;account.website;account.name;accountId\nByWeb;https://mill.example;;\nByFirst;https://mill.example;Two of a Name;\n"
                 f"ById;https://two1.example;Nobody Ltd;{mill['id']}\n", "mode=create")
check("reference: any field of text; an id decides, and then the first name", counts(job) == ["succeeded", 3, 0, 0] and [account_of(n) for n in ("ByWeb", "ByFirst", "ById")] == [[mill["id"]]] * 3, repr(job) + mend(job))
job = told_first("email,account.email\nmore@key.example,OFFICE@mill.example\n", "mode=update&key=email")
check("reference: an address, in an update by a key", counts(job) == ["succeeded", 0, 1, 0] and get("contacts", known["id"])["accountId"] == mill["id"], repr(job) + mend(job))
job = load("email,account.name\nmore@key.example,\\N\n", "mode=update&key=email")
check("reference: \\N empties it", counts(job) == ["succeeded", 0, 1, 0] and "accountId" not in get("contacts", known["id"]), repr(job) + mend(job))
job = load("lastName,account.name\n" + "".join(f"Crowd,{('Mühle & Söhne', '=Sum Ltd')[n % 2]}\n" for n in range(6000)), "mode=create")
check("reference: of many rows", counts(job) == ["succeeded", 6000, 0, 0] and account_of("Crowd").count(mill["id"]) > 0, repr(job))
job = lines("".join(json.dumps({"lastName": "Lines", "account.name": n}) + "\n" for n in ("Mühle & Söhne", "Nobody", 5, None, "Two of a name")))
told = [json.loads(line) for line in mend(job).splitlines()]
check("reference: NDJSON has them too", counts(job) == ["succeeded", 2, 0, 3] and sorted(account_of("Lines"), key=str) == sorted([mill["id"], None], key=str), repr(job) + repr(told))
check("reference: with the same codes", [(e["pointer"], e["code"]) for t in told for e in t["_errors"]] == [("/account.name", "NOT_FOUND"), ("/account.name", "WRONG_TYPE"), ("/account.name", "AMBIGUOUS")], repr(told))
check("reference: and the rows come back whole", told[0]["account.name"] == "Nobody" and told[1]["account.name"] == 5, repr(told))
job = done(call("POST", "/api/v1/jobs/import?object=contacts", "lastName,account.name\nÄ,\xff\n".encode("latin-1"), type="text/csv"))
check("reference: bytes that are no text are refused", counts(job) == ["succeeded", 0, 0, 1], repr(job))
for name, header in (("an unknown field", "account.nonsense"), ("a reference that is none", "nonsense.name"), ("a number", "account.employeeCount"), ("one of another service", "owner.name"), ("twice", "account.name,account.name")):
    job = load(f"lastName,{header}\nX,Y,Y\n", "mode=create")
    check(f"reference: {name} is no column", job["state"] == "failed", repr(job))
created = create("leadStatuses", name="Fresh from the fair", category="open") if "leadStatuses" in str(call("GET", "/api/openapi.json")[1]["paths"].keys()) else None
if created:
    job = told_first("lastName,status.name\nFair,fresh FROM the fair\nFair,no such\n", "mode=create", "leads")
    check("reference: of a lead", counts(job) == ["succeeded", 1, 0, 1], repr(job) + mend(job))
seller2 = user("seller2", ["import"], [{"entity": "Contact", "create": True, "read": "own", "update": "own", "remove": "own"}, {"entity": "Account", "create": True, "read": "own", "update": "own", "remove": "own"}])
sold = done(call("POST", "/api/v1/jobs/import?object=contacts", "lastName,account.name\nSold,Mühle & Söhne\n", seller2, type="text/csv"), seller2)
check("reference: only of what the caller may see", [sold["created"], sold["failed"]] == [0, 1], repr(sold))

# --- the list of jobs ------------------------------------------------------------------------------------------------------------
everyone = call("GET", "/api/v1/jobs?limit=2000")[1]
newest = [j["id"] for j in everyone["data"]]
check("list: the newest first", [j["createdAt"] for j in everyone["data"]] == sorted((j["createdAt"] for j in everyone["data"]), reverse=True), "not")
walked, cursor = [], ""
while True:
    page = call("GET", f"/api/v1/jobs?limit=7{cursor}", expect=200)[1]
    walked += [j["id"] for j in page["data"]]
    check("list: a page is no longer than asked for", page["page"]["size"] == len(page["data"]) <= 7, repr(page["page"]))
    if "nextCursor" not in page["page"]:
        break
    cursor = "&cursor=" + page["page"]["nextCursor"]
check("list: pages hold each job once", walked == newest and len(walked) > 14, f"{len(walked)} of {len(newest)}")
for query, status, parameter in (("limit=0", 400, "limit"), ("limit=x", 400, "limit"), ("limit=-1", 400, "limit"), ("cursor=x", 400, "cursor"), ("sort=id", 400, "sort")):
    got, problem = call("GET", "/api/v1/jobs?" + query)
    check(f"list: {query} is refused", [got, problem.get("parameter")] == [status, parameter], f"{got} {problem}")
check("list: a cursor is of its user", call("GET", "/api/v1/jobs?" + cursor[1:], headers=limited)[0] == 400, "it is not")
for name, body in (("a format that is none", {"format": "pdf"}), ("fields that are no list", {"fields": "lastName"}), ("fields that are no names", {"fields": [1]})):
    check(f"export: {name} is refused", call("POST", "/api/v1/jobs/export", {"object": "contacts", **body})[0] == 422, "it is not")

# --- once only ---------------------------------------------------------------------------------------------------------------------


def once(path, body, key, type="application/json"):
    return call("POST", "/api/v1/jobs/" + path, body, {"Idempotency-Key": key}, type=type)


target = [create("contacts", lastName="Once")["id"]]
some = {"object": "contacts", "ids": target, "changes": {"jobTitle": "Again"}}
for name, path, body, other, type in (
        ("an import", "import?object=contacts", "lastName\n" + "Imported Once\n" * 9000, "lastName\nImported Twice\n", "text/csv"),
        ("an export", "export", {"object": "contacts"}, {"object": "accounts"}, "application/json"),
        ("a mass update", "massUpdate", some, {**some, "changes": {"jobTitle": "Other"}}, "application/json"),
        ("a mass delete", "massDelete", {"object": "contacts", "ids": target}, {"object": "contacts", "ids": found}, "application/json")):
    status, first = once(path, body, "key-of-" + path[:4] + path[-4:], type)
    again = once(path, body, "key-of-" + path[:4] + path[-4:], type)
    check(f"once: {name} that is sent again is the same job", status == 202 and again == (202, first), f"{status} {first} {again}")
    refused = once(path, other, "key-of-" + path[:4] + path[-4:], type)
    check(f"once: {name} with another's key is refused", refused[0] == 422 and refused[1]["code"] == "IDEMPOTENCY_MISMATCH", repr(refused))
    check(f"once: {name} with another key is another", once(path, body, "other-" + path[:4] + path[-4:], type)[1]["id"] != first["id"], "it is not")
    done((202, first))
changed = done(call("POST", "/api/v1/jobs/import?object=contacts", "lastName\nBack\n", type="text/csv"))
first = once(f"{changed['id']}/undo", None, "undone")
check("once: so is taking back", first[0] == 202 and once(f"{changed['id']}/undo", None, "undone") == first, repr(first))
check("once: and without the key it is once", call("POST", f"/api/v1/jobs/{changed['id']}/undo")[0] == 409, "twice")
check("once: a key that is none is refused", once("export", {"object": "contacts"}, "ö")[0] == 422, "it is not")
check("once: a key is tried again where nothing was made", once("export", {"object": "contacts", "filter": "x ="}, "tried")[0] == 400 and once("export", {"object": "contacts"}, "tried")[0] == 202, "not")

# --- bad input -------------------------------------------------------------------------------------------------------------------
good = {"object": "contacts", "filter": clerks, "changes": {"jobTitle": "X"}}
for name, body, status, where in (
        ("no collection", {"filter": "x", "changes": {"jobTitle": "X"}}, 422, "/object"), ("an unknown collection", {**good, "object": "nonsense"}, 400, None),
        ("neither filter nor ids", {"object": "contacts", "changes": {"jobTitle": "X"}}, 422, "/filter"), ("both", {**good, "ids": ids}, 422, "/filter"),
        ("an empty filter", {**good, "filter": ""}, 422, "/filter"), ("a filter that is none", {**good, "filter": "jobTitle ="}, 400, None),
        ("no ids", {"object": "contacts", "ids": [], "changes": {"jobTitle": "X"}}, 422, "/ids"),
        ("ids that are none", {"object": "contacts", "ids": ["x", 5], "changes": {"jobTitle": "X"}}, 422, "/ids/0"),
        ("no changes", {"object": "contacts", "filter": clerks}, 422, "/changes"), ("changes of nothing", {**good, "changes": {}}, 422, "/changes"),
        ("changes that are a list", {**good, "changes": []}, 422, "/changes"), ("an unknown field", {**good, "changes": {"nonsense": 1}}, 422, "/changes/nonsense"),
        ("a field of the server's", {**good, "changes": {"createdAt": "2020-01-01T00:00:00Z"}}, 422, "/changes/createdAt"),
        ("an id", {**good, "changes": {"id": none}}, 422, "/changes/id"), ("too long a value", {**good, "changes": {"jobTitle": "x" * 300}}, 422, "/changes/jobTitle"),
        ("an unknown member", {**good, "more": 1}, 422, "/more"), ("a list", [], 400, None), ("no JSON", "{", 400, None)):
    got, problem = call("POST", "/api/v1/jobs/massUpdate", body)
    pointers = [e["pointer"] for e in problem.get("errors", [])]
    check(f"mass update: {name} is refused", got == status and (where is None or where in pointers), f"{got} {problem}")
check("mass delete: changes are refused", call("POST", "/api/v1/jobs/massDelete", good)[0] == 422, "they are not")
document = call("GET", "/api/openapi.json")[1]
check("jobs: the OpenAPI document has them", all(p in document["paths"] for p in ("/api/v1/jobs/massUpdate", "/api/v1/jobs/massDelete", "/api/v1/jobs/{id}/undo", "/api/v1/events")), "it has not")
finish()
