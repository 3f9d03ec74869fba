"""What the parity tests share: the database as the judge, the two interfaces with one shape of result, and a world for each.

Needs KONTOR_URL, KONTOR_API_KEY and KONTOR_DSN (of a role that may read the tables).
"""

import http.client
import json
import os
import pathlib
import re
import ssl
import subprocess
import urllib.parse
import uuid
import xml.etree.ElementTree

import zeep
import zeep.exceptions

from report import check

URL = urllib.parse.urlsplit(os.environ["KONTOR_URL"])
BASE = os.environ["KONTOR_URL"].rstrip("/")
DSN = os.environ["KONTOR_DSN"]
KEY = os.environ["KONTOR_API_KEY"]
COMMON = "http://api.kontor.example/common/v1"
MICROSECONDS = "2026-11-23T10:15:30.123456Z"
RUN = uuid.uuid4().hex[:10]
CONTRACT = pathlib.Path(__file__).resolve().parents[2] / "wsdl"
META = "{http://api.kontor.example/meta}"


def entities_of(service):
    """What the contract says of a service's entities: their names, with their collections and tables."""
    types = xml.etree.ElementTree.parse(CONTRACT / f"{service}.xsd").iter("{http://www.w3.org/2001/XMLSchema}complexType")
    return {each.get("name"): (each.get(META + "collection"), f"{service}.{each.get(META + 'table')}")
            for each in types if each.get(META + "entity")}


SERVICE_OF, COLLECTIONS, TABLES = {}, {}, {}
for name in ("identity", "contact", "lead"):
    for entity_name, (collection_name, table_name) in entities_of(name).items():
        SERVICE_OF[entity_name], COLLECTIONS[entity_name], TABLES[entity_name] = name, collection_name, table_name


# --- The database, as the judge -------------------------------------------------------------------------------------

def sql(query):
    """Rows of one JSON column."""
    done = subprocess.run(["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", DSN, "-c", query], capture_output=True, text=True,
                          check=False)
    if done.returncode != 0:
        raise AssertionError(done.stderr.strip())
    return [json.loads(line) for line in done.stdout.splitlines() if line]


VOLATILE = {"id", "created_at", "updated_at", "deleted_at", "at", "seq", "xid", "request_id", "record_id", "key_hash",
            "key_sealed", "prefix", "blob_id", "interface", "last_access_at", "last_used_at", "search", "search_text", "blobId",
            "trace_parent", "uid", "board_position", "boardPosition", "accept_token", "acceptToken", "acceptUrl", "accept_url"}


class World:
    """What one interface has made: names carry its marker, ids are known by the order of their making."""

    def __init__(self, marker):
        self.marker = marker
        self.ids = []

    def remember(self, identifier):
        if identifier and identifier not in self.ids:
            self.ids.append(identifier)

    def neutral(self, value):
        """The value with what must differ between the worlds taken out."""
        if isinstance(value, dict):
            return {key: self.neutral(item) for key, item in sorted(value.items()) if key not in VOLATILE}
        if isinstance(value, (list, tuple)):
            return [self.neutral(item) for item in value]
        if isinstance(value, str):
            for index, identifier in enumerate(self.ids):
                value = value.replace(identifier, f"<id {index}>")
            if value != MICROSECONDS:
                value = re.sub(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)$", "<time>", value)
            return re.sub(r"^Q-\d{4}-\d{6}$", "<number>", value.replace(self.marker, "<world>"))
        return value

    def rows(self, entity, identifier):
        """The record's row, its audit trail, its events and its external ids."""
        schema = TABLES[entity].split(".")[0]
        parts = {"row": f"SELECT jsonb_agg(to_jsonb(t)) FROM {TABLES[entity]} t WHERE id = '{identifier}'",
                 "deleted": f"SELECT jsonb_agg(deleted_at IS NOT NULL) FROM {TABLES[entity]} WHERE id = '{identifier}'"}
        for table, order in (("audit_entry", "version"), ("outbox", "version"), ("external_id", "system")):
            parts[table] = (f"SELECT coalesce(jsonb_agg(to_jsonb(t) ORDER BY {order}), '[]') FROM {schema}.{table} t"
                            f" WHERE record_id = '{identifier}'")
        found = sql("SELECT jsonb_build_object(" + ", ".join(f"'{name}', ({query})" for name, query in parts.items()) + ")")[0]
        for event in found["outbox"]:
            event["payload"] = json.loads(event["payload"])
        return self.neutral(found)


# --- The two interfaces, with one shape of result -------------------------------------------------------------------

def exchange(connection, *request):
    """An answer that comes before the whole request has been sent is an answer all the same."""
    try:
        connection.request(*request)
    except (BrokenPipeError, ConnectionResetError):
        pass
    return connection.getresponse()


class Outcome:
    """What became of one record, or of a call: a code and what it names, or success."""

    def __init__(self, code=None, fields=(), position=None, parameter=None, current=None, record=None, identifier=None,
                 created=None, status=None):
        self.code, self.position, self.parameter, self.current = code, position, parameter, current
        # A fault of a whole SOAP call points into the call, that of a record into the record.
        self.fields = sorted({(re.sub(r"^/records/[a-zA-Z]+/0(?=/|$)", "", pointer), code) for pointer, code in fields})
        self.record, self.identifier, self.created, self.status = record, identifier, created, status

    def summary(self):
        return (self.code or "success", self.fields, self.parameter, self.position, self.current, self.created)

    def __repr__(self):
        return f"{self.summary()}"


class Rest:
    name = "rest"

    def __init__(self, token=KEY):
        self.token = token

    def call(self, method, path, body=None, headers=None, raw=None):
        connection = (http.client.HTTPSConnection(URL.hostname, URL.port, timeout=60, context=ssl.create_default_context())
                      if URL.scheme == "https" else http.client.HTTPConnection(URL.hostname, URL.port or 80, timeout=60))
        head = {"Content-Type": "application/json", **(headers or {})}
        if self.token is not None:
            head["Authorization"] = "Bearer " + self.token
        payload = raw if raw is not None else (json.dumps(body).encode() if body is not None else None)
        answer = exchange(connection, method, "/api/v1" + path, payload, head)
        data = answer.read()
        connection.close()
        parsed = json.loads(data) if data and answer.getheader("Content-Type", "").endswith(("/json", "+json")) else data
        return answer.status, parsed

    @staticmethod
    def outcome(status, body, created=None):
        if status >= 400:
            if not isinstance(body, dict):
                return Outcome(code=f"not a problem: {status} {body[:100]!r}", status=status)
            return Outcome(body.get("code"), [(e["pointer"], e["code"]) for e in body.get("errors", [])],
                           body.get("position"), body.get("parameter"), body.get("currentVersion"), status=status)
        identifier = body.get("id") if isinstance(body, dict) else None
        return Outcome(record=body, identifier=identifier, created=created, status=status)

    def create(self, entity, record):
        status, body = self.call("POST", "/" + COLLECTIONS[entity], as_json(record))
        return self.outcome(status, body, status == 201)

    def update(self, entity, identifier, record, nulls=(), version=None):
        headers = {"Content-Type": "application/merge-patch+json"}
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        status, body = self.call("PATCH", f"/{COLLECTIONS[entity]}/{identifier}",
                                 {**as_json(record), **{name: None for name in nulls}}, headers)
        return self.outcome(status, body, False if status < 400 else None)

    def upsert(self, entity, system, external, record):
        status, body = self.call("PUT", f"/{COLLECTIONS[entity]}/external/{system}/{external}", as_json(record))
        return self.outcome(status, body, status == 201 if status < 400 else None)

    def delete(self, entity, identifier, version=None):
        headers = {} if version is None else {"If-Match": f'"{version}"'}
        status, body = self.call("DELETE", f"/{COLLECTIONS[entity]}/{identifier}", headers=headers)
        return self.outcome(status, body, False if status < 400 else None)

    def undelete(self, entity, identifier):
        status, body = self.call("POST", f"/{COLLECTIONS[entity]}/{identifier}/undelete")
        return self.outcome(status, body, False if status < 400 else None)

    def merge(self, entity, master, victims, choices=(), version=None):
        headers = {} if version is None else {"If-Match": f'"{version}"'}
        status, body = self.call("POST", f"/{COLLECTIONS[entity]}/{master}/merge", {
            "victimIds": victims, "choices": [{"field": field, "fromId": source} for field, source in choices]}, headers)
        outcome = self.outcome(status, body)
        outcome.merge = body.get("mergeId") if status < 400 else None
        return outcome

    def unmerge(self, merge, entity="Account"):  # noqa: ARG002 - the address is the same for all
        status, body = self.call("POST", f"/merges/{merge}/undo")
        if status >= 400:
            return self.outcome(status, body)
        return Outcome(identifier=body["masterId"], record=(
            body["version"], body["children"], body["conflicts"], len(body["victimId"]),
            [(c["entity"], c.get("field"), c["reason"]) for c in body.get("conflict", [])]))

    def retrieve(self, entity, identifier):
        return self.outcome(*self.call("GET", f"/{COLLECTIONS[entity]}/{identifier}"))

    def query(self, entity, **query):
        parameters = {name: ",".join(value) if isinstance(value, list) else str(value).lower() if isinstance(value, bool)
                      else value for name, value in query.items()}
        status, body = self.call("GET", f"/{COLLECTIONS[entity]}?" + urllib.parse.urlencode(parameters))
        if status >= 400:
            return self.outcome(status, body)
        return Outcome(record={"ids": [r["id"] for r in body["data"]], "total": body["page"].get("total"),
                               "cursor": body["page"].get("nextCursor"), "done": "nextCursor" not in body["page"],
                               "fields": sorted({f for r in body["data"] for f in r})})

    def more(self, entity, cursor):
        status, body = self.call("GET", f"/{COLLECTIONS[entity]}?" + urllib.parse.urlencode({"cursor": cursor}))
        if status >= 400:
            return self.outcome(status, body)
        return Outcome(record={"ids": [r["id"] for r in body["data"]]})

    def search(self, text, entities, limit=20):
        status, body = self.call("GET", "/search?" + urllib.parse.urlencode(
            {"q": text, "in": ",".join(COLLECTIONS[e] for e in entities), "limit": limit}))
        if status >= 400:
            return self.outcome(status, body)
        return Outcome(record=[hit["record"]["id"] for hit in body["data"]])

    def changes(self, entity, token=None, deleted=False):
        query = {"in": COLLECTIONS[entity], "limit": 2000, **({"since": token} if token else {})}
        status, body = self.call("GET", ("/deleted?" if deleted else "/changes?") + urllib.parse.urlencode(query))
        if status >= 400:
            return self.outcome(status, body)
        return Outcome(record={"changes": [(c["id"], c["kind"], c["version"]) for c in body["data"]],
                               "token": body["resumeToken"], "more": body["more"]})

    def describe(self, entity):
        status, body = self.call("GET", f"/describe/{COLLECTIONS[entity]}")
        if status >= 400:
            return self.outcome(status, body)
        return Outcome(record=sorted((f["name"], f["kind"], f["required"], f["writable"], f.get("maxLength"))
                                     for f in body["field"]))

    def history(self, entity, identifier):
        status, body = self.call("GET", f"/{COLLECTIONS[entity]}/{identifier}/history")
        if status >= 400:
            return self.outcome(status, body)
        return Outcome(record=[(e.get("action"), e.get("field"), e.get("oldValue"), e.get("newValue")) for e in body["data"]])

    def batch(self, entity, records, atomic):
        operations = [{"op": "create", "body": as_json(record)} for record in records]
        status, body = self.call("POST", f"/{COLLECTIONS[entity]}/batch", {"atomic": atomic, "operations": operations})
        if "results" not in body:
            return self.outcome(status, body)
        return [self.outcome(r["status"], r.get("error", r), r["status"] == 201 or None) for r in body["results"]]

    def once(self, record, key):
        status, body = self.call("POST", "/accounts", as_json(record), {"Idempotency-Key": f'"{key}"'})
        return self.outcome(status, body, status == 201 or None)

    def upload(self, account, name, content):
        query = urllib.parse.urlencode({"parentEntity": "Account", "parentId": account, "fileName": name})
        status, body = self.call("POST", f"/attachments/content?{query}", raw=content,
                                 headers={"Content-Type": "application/octet-stream"})
        return self.outcome(status, body, status == 201 or None)

    def download(self, identifier):
        status, body = self.call("GET", f"/attachments/{identifier}/content")
        return self.outcome(status, body) if status >= 400 else Outcome(record=body)

    def timeline(self, entity, identifier):
        status, body = self.call("GET", f"/{COLLECTIONS[entity]}/{identifier}/timeline")
        return self.outcome(status, body) if status >= 400 else Outcome(
            record=[(e["entity"], e["kind"], e.get("title")) for e in body.get("entry", [])])

    def tags(self, entity):
        status, body = self.call("GET", f"/tags?entity={entity}")
        return self.outcome(status, body) if status >= 400 else Outcome(
            record=[(t["name"], int(t["records"])) for t in body.get("tag", [])])

    def me(self):
        status, body = self.call("GET", "/me")
        return self.outcome(status, body) if status >= 400 else Outcome(
            record=(body["userName"], body["isAdministrator"], sorted(body.get("permissions", []))))

    def set_password(self, **fields):
        status, body = self.call("POST", "/me/password", fields)
        return self.outcome(status, body) if status >= 400 else Outcome()

    def login(self, user, password):
        status, body = self.call("POST", "/session", {"userName": user, "password": password})
        return self.outcome(status, body)

    def logout(self):
        status, body = self.call("DELETE", "/session")
        return self.outcome(status, body)


def as_json(value):
    """The record of this file's tables as JSON: customFields are an object there."""
    if not isinstance(value, dict):
        return value
    out = dict(value)
    if isinstance(out.get("customFields"), list):
        out["customFields"] = {field["name"]: field["value"] for field in out["customFields"]}
    return out


class Soap:
    name = "soap"
    clients = {}
    called = set()  # (service, operation), of all that was tried

    def __init__(self, token=KEY):
        self.token = token

    def service(self, name):
        if name not in self.clients:
            self.clients[name] = zeep.Client(f"{BASE}/soap/v1/{name}?wsdl")
            self.clients[name].name = name
        return self.clients[name]

    def client(self, entity):
        return self.service(SERVICE_OF[entity])

    def headers(self, client, *more):
        if self.token is None:
            return list(more)
        return [client.get_element(f"{{{COMMON}}}SessionHeader")(sessionId=self.token), *more]

    def fault(self, problem):
        element = None if problem.detail is None else problem.detail.find(f"{{{COMMON}}}ApiFault")
        if element is None:
            return Outcome(code=f"no ApiFault: {problem.message}")
        client = self.service("contact")
        return self.error(client.get_element(f"{{{COMMON}}}ApiFault").parse(element, client.wsdl.types))

    @staticmethod
    def error(fault):
        return Outcome(fault.code, [(v.field, v.code) for v in fault.violation], fault.position, fault.parameter,
                       fault.currentVersion)

    def call(self, client, operation, *headers, **arguments):
        self.called.add((client.name, operation))
        return client.service[operation](_soapheaders=self.headers(client, *headers), **arguments)

    def results(self, results):
        return [Outcome(identifier=r.id, created=r.created) if r.success else self.error(r.error) for r in results]

    def write(self, operation, entity, record, **named):
        client = self.client(entity)
        try:
            result = self.call(client, operation, records={entity[0].lower() + entity[1:]: [record]}, **named)
        except zeep.exceptions.Fault as problem:
            return self.fault(problem)
        return self.results(result)[0]

    def keys(self, operation, entity, identifier, version=None):
        client = self.client(entity)
        key = {"entity": entity, "id": identifier}
        if version is not None:
            key["version"] = version
        try:
            return self.results(self.call(client, operation, key=[key]))[0]
        except zeep.exceptions.Fault as problem:
            return self.fault(problem)

    def create(self, entity, record):
        return self.write("createRecords", entity, record)

    def update(self, entity, identifier, record, nulls=(), version=None):
        extra = {"id": identifier, "fieldsToNull": list(nulls)}
        if version is not None:
            extra["version"] = version
        return self.write("updateRecords", entity, {**record, **extra})

    def upsert(self, entity, system, external, record):
        return self.write("upsertRecords", entity, {**record, "externalIds": [{"system": system, "id": external}]},
                          externalSystem=system)

    def delete(self, entity, identifier, version=None):
        return self.keys("deleteRecords", entity, identifier, version)

    def undelete(self, entity, identifier):
        return self.keys("undeleteRecords", entity, identifier)

    def merge(self, entity, master, victims, choices=(), version=None):
        client = self.client(entity)
        try:
            result = self.call(client, "mergeRecords", merge=[{
                "entity": entity, "masterId": master, "victimId": victims, "version": version,
                "choice": [{"field": field, "fromId": source} for field, source in choices]}])[0]
        except zeep.exceptions.Fault as problem:
            return self.fault(problem)
        if not result.success:
            outcome = self.error(result.error)
            outcome.fields = sorted((re.sub("^/victimId(?=/|$)", "/victimIds", re.sub("^/choice(?=/|$)", "/choices", pointer)),
                                     code) for pointer, code in outcome.fields)
            return outcome
        outcome = Outcome(identifier=result.masterId)
        outcome.merge = result.mergeId
        return outcome

    def unmerge(self, merge, entity="Account"):
        try:
            done = self.call(self.client(entity), "unmergeRecords", mergeId=merge)
        except zeep.exceptions.Fault as problem:
            return self.fault(problem)
        return Outcome(identifier=done.masterId, record=(
            done.version, done.children, done.conflicts, len(done.victimId),
            [(c.entity, c.field, c.reason) for c in done.conflict]))

    def retrieve(self, entity, identifier):
        client = self.client(entity)
        try:
            result = self.call(client, "retrieveRecords", key=[{"entity": entity, "id": identifier}])
        except zeep.exceptions.Fault as problem:
            return self.fault(problem)
        if not result.results.record[0].success:
            return self.error(result.results.record[0].error)
        record = getattr(result.records, entity[0].lower() + entity[1:])[0]
        return Outcome(record=record, identifier=record.id)

    def query(self, entity, **query):
        client = self.client(entity)
        try:
            page = self.call(client, "queryRecords", query={"entity": entity, **query})
        except zeep.exceptions.Fault as problem:
            return self.fault(problem)
        records = self.of(page.records, entity)
        return Outcome(record={"ids": [r.id for r in records], "total": page.total, "cursor": page.cursor,
                               "done": page.done, "fields": sorted({f for r in records for f in r if r[f] not in (None, [])})})

    @staticmethod
    def of(records, entity):
        return [] if records is None else getattr(records, entity[0].lower() + entity[1:])

    def more(self, entity, cursor):
        try:
            page = self.call(self.client(entity), "queryMore", cursor=cursor)
        except zeep.exceptions.Fault as problem:
            return self.fault(problem)
        return Outcome(record={"ids": [r.id for r in self.of(page.records, entity)]})

    def search(self, text, entities, limit=20):
        try:
            result = self.call(self.client(entities[0]), "searchRecords", q=text, entity=entities, limit=limit)
        except zeep.exceptions.Fault as problem:
            return self.fault(problem)
        return Outcome(record=[hit.id for hit in result.hit])

    def changes(self, entity, token=None, deleted=False):
        try:
            page = self.call(self.client(entity), "getDeleted" if deleted else "getChanges", entity=[entity],
                             resumeToken=token, limit=2000)
        except zeep.exceptions.Fault as problem:
            return self.fault(problem)
        return Outcome(record={"changes": [(c.id, c.kind, c.version) for c in page.change], "token": page.resumeToken,
                               "more": page.more})

    def describe(self, entity):
        result = self.call(self.client(entity), "describe", entity=[entity])
        return Outcome(record=sorted((f.name, f.kind, f.required, f.writable, f.maxLength) for f in result[0].field))

    def history(self, entity, identifier):
        result = self.call(self.client(entity), "getHistory", key={"entity": entity, "id": identifier})
        return Outcome(record=[(e.action, e.field, e.oldValue, e.newValue) for e in result.entry])

    def batch(self, entity, records, atomic):
        client = self.client(entity)
        header = client.get_element(f"{{{COMMON}}}AllOrNoneHeader")(allOrNone=atomic)
        try:
            return self.results(self.call(client, "createRecords", header,
                                          records={entity[0].lower() + entity[1:]: records}))
        except zeep.exceptions.Fault as problem:
            return self.fault(problem)

    def once(self, record, key):
        client = self.client("Account")
        header = client.get_element(f"{{{COMMON}}}IdempotencyHeader")(key=key)
        try:
            return self.results(self.call(client, "createRecords", header, records={"account": [record]}))[0]
        except zeep.exceptions.Fault as problem:
            return self.fault(problem)

    def guarded(self, service, operation, read, **arguments):
        try:
            return Outcome(record=read(self.call(self.service(service), operation, **arguments)))
        except zeep.exceptions.Fault as problem:
            return self.fault(problem)

    def upload(self, account, name, content):
        try:
            return self.results(self.call(self.service("contact"), "uploadAttachment", content=content, attachment={
                "parentEntity": "Account", "parentId": account, "fileName": name,
                "contentType": "application/octet-stream"}))[0]
        except zeep.exceptions.Fault as problem:
            return self.fault(problem)

    def download(self, identifier):
        return self.guarded("contact", "downloadAttachment", lambda r: r.content, id=identifier)

    def timeline(self, entity, identifier):
        return self.guarded("contact", "getTimeline", lambda r: [(e.entity, e.kind, e.title) for e in r.entry],
                            key={"entity": entity, "id": identifier})

    def tags(self, entity):
        return self.guarded("contact", "listTags", lambda r: [(t.name, t.records) for t in r], entity=entity)

    def me(self):
        return self.guarded("identity", "getUserInfo", lambda r: (r.userName, r.isAdministrator, sorted(r.permissions)))

    def set_password(self, **fields):
        return self.guarded("identity", "setPassword", lambda r: None, **fields)

    def login(self, user, password):
        try:
            result = self.service("identity").service.login(userName=user, password=password)
        except zeep.exceptions.Fault as problem:
            return self.fault(problem)
        return Outcome(record={"sessionId": result.sessionId, "userId": result.userId})

    def logout(self):
        try:
            self.call(self.service("identity"), "logout")
        except zeep.exceptions.Fault as problem:
            return self.fault(problem)
        return Outcome()


# --- A world for each ---------------------------------------------------------------------------------------------------

WORLDS = {Rest: World(f"rest{RUN}"), Soap: World(f"soap{RUN}")}


def both(name, step, entity=None):
    """Runs `step(interface, world)` through each interface; outcomes and, for an entity, the rows must be equal."""
    outcomes, rows = {}, {}
    try:
        for kind, world in WORLDS.items():
            outcome = step(kind(), world)
            outcomes[kind] = outcome
            if isinstance(outcome, Outcome) and entity and outcome.identifier:
                world.remember(outcome.identifier)
                rows[kind] = world.rows(entity, outcome.identifier)
    except Exception as problem:  # noqa: BLE001 - the finding
        check(name, False, f"{kind.name}: {type(problem).__name__}: {problem}")
        return None
    rest, soap = outcomes[Rest], outcomes[Soap]
    if isinstance(rest, Outcome) and isinstance(soap, Outcome):
        check(name + ": same outcome", rest.summary() == soap.summary(), f"REST {rest}, SOAP {soap}")
    else:
        check(name + ": same outcome", repr(rest) == repr(soap), f"REST {rest}, SOAP {soap}")
    if rows:
        check(name + ": same rows", rows.get(Rest) == rows.get(Soap), difference(rows.get(Rest), rows.get(Soap)))
    return outcomes


def difference(left, right, path=""):
    if isinstance(left, dict) and isinstance(right, dict):
        for key in sorted(set(left) | set(right)):
            if left.get(key) != right.get(key):
                return difference(left.get(key), right.get(key), f"{path}/{key}")
    if isinstance(left, list) and isinstance(right, list) and len(left) == len(right):
        for index, (a, b) in enumerate(zip(left, right)):
            if a != b:
                return difference(a, b, f"{path}/{index}")
    return f"{path}: REST {left!r}, SOAP {right!r}"


def with_rows(outcome, identifier):
    """Deletes answer without a record; its rows are looked at all the same."""
    outcome.identifier = outcome.identifier or identifier
    return outcome
