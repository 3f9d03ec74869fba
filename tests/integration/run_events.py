#!/usr/bin/python3
"""The stream of server-sent events against a kontord of its own: several clients, rights, resuming after a cut, a transaction
that commits late, credentials that end, and a server that stops."""

import base64
import http.client
import json
import pathlib
import queue
import socket
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from kontord import Server, check, finish, psql

WITHIN = 2.0  # seconds from commit to client
server = Server("events")
with open(server.settings, "a", encoding="utf-8") as settings:
    settings.write("events.heartbeatSeconds = 1\n")
server.start()
KEY = {"Authorization": "Bearer " + server.key(), "Content-Type": "application/json"}


def call(method, path, body=None, headers=None, expect=None):
    status, answer = server.request(method, path, None if body is None else json.dumps(body).encode(), {**KEY, **(headers or {})})
    if expect and status != expect:
        sys.exit(f"{method} {path}: {status} {answer.decode()}")
    return status, json.loads(answer) if answer else None


def create(collection, **record):
    return call("POST", f"/api/v1/{collection}", record, expect=201)[1]


def basic(user):
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:correct horse".encode()).decode()}


class Stream:
    """A client of the stream; what comes is taken from a queue."""

    def __init__(self, query="", headers=None, last=None):
        self.events, self.comments, self.last, self.ended = queue.Queue(), 0, last, threading.Event()
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        self.connection.request("GET", "/api/v1/events" + query, headers={**KEY, **(headers or {}), **({"Last-Event-ID": last} if last else {})})
        self.answer = self.connection.getresponse()
        self.whole = None
        if self.answer.status == 200:
            threading.Thread(target=self.read, daemon=True).start()
            self.ready = self.next()

    def read(self):
        event = {}
        try:
            while line := self.answer.readline():
                name, _, value = line.decode().rstrip("\n").partition(":")
                value = value.removeprefix(" ")
                if not line.strip():
                    self.last = event.get("id", self.last)
                    if "data" in event:
                        self.events.put({"event": event["event"], **json.loads(event["data"]), "token": self.last})
                    event = {}
                elif name:
                    event[name] = value
                else:
                    self.comments += 1
            self.whole = True
        except (OSError, http.client.HTTPException, ValueError, AttributeError):
            self.whole = False
        self.ended.set()

    def next(self, wait=5.0):
        try:
            return self.events.get(timeout=wait)
        except queue.Empty:
            return None

    def until(self, id, wait=5.0):
        """All events up to the one of this record."""
        seen = []
        while (event := self.next(wait)) is not None:
            seen.append(event)
            if event.get("id") == id:
                return seen
        return seen

    def some(self, count, wait=5.0, of=None):
        """So many events, of these records if they are named, or as many as come."""
        seen = []
        while len(seen) < count and (event := self.next(wait)) is not None:
            if of is None or event.get("id") in of:
                seen.append(event)
        return seen

    def cut(self):
        self.connection.sock.shutdown(socket.SHUT_RDWR)
        self.ended.wait(5)


def what(events):
    return [(e["entity"], e["id"], e["kind"], e["version"]) for e in events]


# --- several clients, all services -----------------------------------------------------------------------------------------------
everything, leads = Stream(), Stream("?entities=Lead")
check("events: the stream begins with an event that says it is ready", everything.ready and everything.ready["event"] == "ready" and everything.ready["token"],
      repr(everything.ready))
check("events: the stream has the media type of server-sent events", everything.answer.headers["Content-Type"] == "text/event-stream",
      everything.answer.headers["Content-Type"])
begun = time.monotonic()
contact = create("contacts", lastName="Streamed")
lead = create("leads", lastName="Streamed", companyName="Acme")
seen = everything.some(2, of=(contact["id"], lead["id"]))
took = time.monotonic() - begun
check("events: changes of several services reach a client", ("Contact", contact["id"], "created", 1) in what(seen) and
      ("Lead", lead["id"], "created", 1) in what(seen), repr(seen))
check("events: changes arrive within two seconds of commit", took < WITHIN, f"{took:.2f} s")
own = call("GET", "/api/v1/users?filter=" + "userName%20%3D%20%22admin%22", expect=200)[1]["data"][0]["id"]
first = next((e for e in seen if e.get("id") == contact["id"]), {})
check("events: an event says who changed the record and when", first.get("by") == own and first.get("at") == contact["updatedAt"], repr(first))
seen = leads.until(lead["id"])
check("events: a client gets the entities that it asked for and no others", {e["entity"] for e in seen} == {"Lead"}, repr(seen))

call("PATCH", f"/api/v1/contacts/{contact['id']}", {"firstName": "Sue"}, expect=200)
call("DELETE", f"/api/v1/contacts/{contact['id']}")
team = create("teams", name="Far away")
seen = what(everything.some(3, of=(contact["id"], team["id"])))
check("events: updates and deletions are told in the order of commit",
      [e for e in seen if e[0] == "Contact"] == [("Contact", contact["id"], "updated", 2), ("Contact", contact["id"], "deleted", 3)], repr(seen))
check("events: so are identity's own records", ("Team", team["id"], "created", 1) in seen, repr(seen))

# --- resuming --------------------------------------------------------------------------------------------------------------------
token = everything.last
everything.cut()
missed = [create("contacts", lastName=f"Missed {i}")["id"] for i in range(30)] + [create("leads", lastName="Missed", companyName="Acme")["id"]]
again = Stream(last=token)
live = create("contacts", lastName="Live")["id"]
seen = again.some(32)
check("events: after a cut, Last-Event-ID brings what was missed, once, and then what comes",
      sorted(e["id"] for e in seen) == sorted([*missed, live]), f"{len(seen)} events")
again.cut()
middle = seen[10]
rest = Stream("?after=" + middle["token"])
follow = rest.some(32 - 11)
check("events: each event's id resumes right behind it", sorted(e["id"] for e in seen[:11] + follow) == sorted([*missed, live]),
      f"{len(follow)} events")
rest.cut()
feed = call("GET", "/api/v1/changes?in=contacts&limit=2000", expect=200)[1]
behind = create("contacts", lastName="After the feed")["id"]
from_feed = Stream("?entities=Contact&after=" + feed["resumeToken"])
check("events: a token of the change feed begins a stream", [e["id"] for e in from_feed.until(behind)] == [behind], "other events")
from_feed.cut()
page = call("GET", "/api/v1/changes?in=contacts&since=" + middle["token"], expect=200)[1]
check("events: the change feed goes on from an event's id", page["data"][-1]["id"] == behind, repr(page["data"][-1]))
many = Stream()
token = many.last
many.cut()
rows = "lastName\r\n" + "".join(f"Bulk {i}\r\n" for i in range(6000))
job = json.loads(server.request("POST", "/api/v1/jobs/import?object=contacts", rows.encode(), {**KEY, "Content-Type": "text/csv"})[1])["id"]
bulk = Stream(last=token)
seen = [event["id"] for event in bulk.some(6000, 20)]
check("events: nothing of an import is lost or told twice, caught up with or live", len(seen) == 6000 == len(set(seen)), f"{len(seen)}, {len(set(seen))} different")
bulk.cut()

# --- a transaction that commits late ---------------------------------------------------------------------------------------------
watcher = Stream("?entities=Contact")
early = psql(server.dsn, f"SELECT gen_random_uuid()")
slow = subprocess.Popen(["psql", "-XAtq", server.dsn], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
slow.stdin.write("BEGIN; INSERT INTO contact.outbox (at, entity, record_id, version, kind, changed, payload) VALUES"
                 f" (now(), 'Contact', '{early}', 1, 'created', '{{}}', '{{}}') RETURNING 'there';\n")
slow.stdin.flush()
slow.stdout.readline()
late = create("contacts", lastName="Overtaking")["id"]
held = watcher.next(1.0)
slow.stdin.write("COMMIT;\n")
slow.stdin.close()
seen = watcher.until(late)
check("events: what commits late is neither overtaken nor lost", held is None and [e["id"] for e in seen] == [early, late], f"{held} {what(seen)}")
slow.wait()

# --- the lag of a consumer -------------------------------------------------------------------------------------------------------
def lag():
    text = server.request("GET", "/metrics")[1].decode()
    return {line.split('"')[1]: float(line.split()[-1]) for line in text.splitlines() if line.startswith("kontor_event_lag_seconds{")}


def within(seconds, probe):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := probe():
            return found
        time.sleep(0.05)
    return None


asked = create("leads", lastName="Waits for an answer", companyName="Acme")["id"]
check("lag: each consumer has its own, and nothing waits", within(10, lambda: "lead.responses" in (all := lag()) and set(all.values()) == {0.0}), str(lag()))
# Its clock is to be stopped, and nobody may write leads; a lock of the table takes no transaction id that would hold back events.
holder = subprocess.Popen(["psql", "-XAtq", server.dsn], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
holder.stdin.write("BEGIN; LOCK TABLE lead.lead IN EXCLUSIVE MODE; SELECT 'held';\n")
holder.stdin.flush()
holder.stdout.readline()
create("activities", kind="call", subject="Called", status="held", direction="out", startAt="2099-01-01T00:00:00Z", parentEntity="Lead", parentId=asked)
check("lag: grows while the consumer waits", within(20, lambda: lag()["lead.responses"] > 1), str(lag()))
holder.stdin.write("COMMIT;\n")
holder.stdin.close()
holder.wait()
check("lag: what waited is done", within(70, lambda: call("GET", f"/api/v1/leads/{asked}")[1].get("responseSeconds") is not None), "the clock runs")
check("lag: and none is left", within(10, lambda: lag()["lead.responses"] == 0), str(lag()))

# --- heartbeats ------------------------------------------------------------------------------------------------------------------
before, comments = watcher.last, watcher.comments
create("leads", lastName="Elsewhere", companyName="Acme")
deadline = time.monotonic() + 10
while (watcher.comments < comments + 3 or watcher.last == before) and time.monotonic() < deadline:
    time.sleep(0.05)
check("events: a silent stream says that it lives, and where it stands", watcher.comments > comments and watcher.last != before and watcher.events.empty(),
      f"{watcher.comments} {watcher.last == before}")
watcher.cut()

# --- rights ----------------------------------------------------------------------------------------------------------------------
role = create("roles", name="Own contacts", entityRights=[{"entity": "Contact", "create": True, "read": "own", "update": "own", "remove": "none"}])
ann = create("users", userName="ann", displayName="Ann", password="correct horse", roleIds=[role["id"]])
bob = create("users", userName="bob", displayName="Bob", password="correct horse", roleIds=[role["id"]])
of_ann, of_bob = Stream("?entities=Contact", basic("ann")), Stream("?entities=Contact", basic("bob"))
mine = call("POST", "/api/v1/contacts", {"lastName": "Ann's"}, basic("ann"), 201)[1]
create("contacts", lastName="Nobody's business")
hers = call("POST", "/api/v1/contacts", {"lastName": "Bob's"}, basic("bob"), 201)[1]
seen = of_ann.until(mine["id"])
check("events: a client is told of the records that it may read", ("Contact", mine["id"], "created", 1) in what(seen), repr(what(seen)))
seen += of_bob.until(hers["id"])
check("events: and of no others", {e["id"] for e in seen} == {mine["id"], hers["id"]}, repr(what(seen)))
call("PATCH", f"/api/v1/contacts/{mine['id']}", {"ownerId": bob["id"]}, expect=200)
lost, won = of_ann.until(mine["id"]), of_bob.until(mine["id"])
check("events: a record that is taken away is told as hidden", what(lost) == [("Contact", mine["id"], "hidden", 2)], repr(what(lost)))
check("events: to its new owner it is a change", what(won) == [("Contact", mine["id"], "updated", 2)], repr(what(won)))
resumed = Stream("?entities=Contact&after=" + token, basic("ann"))
final = call("POST", "/api/v1/contacts", {"lastName": "Ann's last"}, basic("ann"), 201)[1]
seen = resumed.until(final["id"])
check("events: rights hold for what is caught up with", {e["id"] for e in seen} == {mine["id"], final["id"]}, repr(what(seen)))
refused = Stream("?entities=Lead", headers=basic("ann"))
check("events: an entity that one may not read is refused", refused.answer.status == 403, str(refused.answer.status))
call("PATCH", f"/api/v1/roles/{role['id']}", {"entityRights": [{"entity": "Contact", "create": True, "read": "none", "update": "none", "remove": "none"}]}, expect=200)
deadline = time.monotonic() + 30
while time.monotonic() < deadline:  # rights are remembered for some seconds
    made = call("POST", "/api/v1/contacts", {"lastName": "After", "ownerId": ann["id"]}, expect=201)[1]["id"]
    if made not in [e["id"] for e in resumed.until(made, 1.5)]:
        break
check("events: rights that are taken away end the telling", time.monotonic() < deadline, "still told")
for one in (of_ann, of_bob, resumed):
    one.cut()

# --- credentials -----------------------------------------------------------------------------------------------------------------
key = create("apiKeys", name="short")
short = Stream(headers={"Authorization": "Bearer " + key["key"]})
call("DELETE", f"/api/v1/apiKeys/{key['id']}")
check("events: a stream ends when its credentials are revoked", short.ended.wait(15) and short.whole, f"{short.whole}")
answer = server.request("GET", "/api/v1/events")[0]
check("events: nobody streams without credentials", answer == 401, str(answer))

# --- bad input -------------------------------------------------------------------------------------------------------------------
for name, query, last in (("an entity that does not exist", "?entities=Nonsense", None), ("an empty name", "?entities=Lead,", None),
                          ("a token that was not given out", "?after=bm9uc2Vuc2U", None), ("such a Last-Event-ID", "", "nonsense"),
                          ("a parameter that does not exist", "?entity=Lead", None), ("a token of one service for all", "?after=" + feed["resumeToken"], None)):
    bad = Stream(query, last=last)
    problem = json.loads(bad.answer.read())
    check(f"events: {name} is refused", bad.answer.status == 400 and problem["code"] in ("INVALID_QUERY", "INVALID_CURSOR"), f"{bad.answer.status} {problem}")
# The outbox is emptied as housekeeping does it.
psql(server.dsn, "INSERT INTO contact.consumer_position (consumer, xid, seq) SELECT '*', xid, seq FROM contact.outbox ORDER BY xid DESC, seq DESC LIMIT 1")
old = Stream(last=token)
check("events: a token that is too old is refused", old.answer.status == 400 and json.loads(old.answer.read())["code"] == "INVALID_CURSOR", str(old.answer.status))

# --- many, and the end -----------------------------------------------------------------------------------------------------------
crowd = [Stream() for _ in range(100)]
last = create("leads", lastName="For all", companyName="Acme")["id"]
got = [one.until(last) for one in crowd]
check("events: a hundred clients are told", all(events and events[-1]["id"] == last for events in got), "some were not")
begun = time.monotonic()
status = server.terminate()
took = time.monotonic() - begun
check("events: a server that stops ends its streams in good order", status == 0 and all(one.ended.wait(5) and one.whole for one in crowd) and took < 10,
      f"{status}, {took:.1f} s, {sum(1 for one in crowd if one.whole)} whole")
finish()
