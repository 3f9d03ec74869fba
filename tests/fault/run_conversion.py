#!/usr/bin/env python3
"""Conversions while kontord is killed again and again: no lead is ever half converted. What a process leaves behind is
finished by the next one, each converted lead has exactly one account, contact and opportunity, and whoever asks again with
the key of the call that broke off is told of them."""

import http.client
import json
import pathlib
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from kontord import Server, check, finish, psql

LEADS, CLIENTS, KILLS = 400, 6, 8
server = Server("conversion")
server.start()
headers = {"Authorization": f"Bearer {server.key()}", "Content-Type": "application/json"}


def call(method, path, record, **more):
    status, body = server.request(method, "/api/v1/" + path, json.dumps(record).encode(), {**headers, **more})
    return status, json.loads(body)


leads = []
for start in range(0, LEADS, 200):
    status, answer = call("POST", "leads/batch", {"operations": [
        {"op": "create", "body": {"lastName": f"Lead {number}", "companyName": f"Company {number}", "email": f"lead{number}@fault.example"}}
        for number in range(start, start + 200)]})
    leads += [result["id"] for result in answer["results"]]
check("conversion: the leads are there", len(leads) == LEADS and all(leads), str(answer)[:300])

waiting = list(leads)
lock = threading.Lock()
unexpected, broken, told = [], [], {}


def client():
    while True:
        with lock:
            if not waiting:
                return
            lead = waiting.pop()
        while True:
            try:
                status, answer = call("POST", "leads/convert", {"conversion": [{"leadId": lead}]},
                                      **{"Idempotency-Key": "convert-" + lead})
                result = answer["result"][0] if status == 200 else answer
                if status == 200 and result["success"]:
                    told[lead] = result
                    break
                if status not in (200, 503) or (status == 200 and not result["error"]["retryable"]):
                    unexpected.append(json.dumps(result)[:300])
                    break
            except (OSError, http.client.HTTPException, ValueError, KeyError):
                broken.append(lead)
            time.sleep(0.02)


threads = [threading.Thread(target=client) for _ in range(CLIENTS)]
for thread in threads:
    thread.start()
left_behind = 0
for kill in range(KILLS):
    time.sleep(0.15 + 0.07 * kill)
    server.kill()
    left_behind += int(psql(server.dsn, "SELECT count(*) FROM lead.conversion WHERE finished_at IS NULL"))
    server.start()
for thread in threads:
    thread.join(300)
check("conversion: calls were broken off", len(broken) > 0)
check("conversion: kills have left conversions behind", left_behind > 0)
check("conversion: no other answer than done or unavailable", not unexpected, str(unexpected[:3]))
made = psql(server.dsn, "SELECT id, converted_account_id, converted_contact_id, converted_opportunity_id FROM lead.lead"
            " WHERE converted_at IS NOT NULL").splitlines()
wrong = [row for row in made if "|".join([row[:36]] + [told.get(row[:36], {}).get(name, "") for name in (
    "accountId", "contactId", "opportunityId")]) != row]
check("conversion: everybody was told what was made", len(told) == LEADS and not wrong, f"{len(told)} told; {wrong[:2]}")
end = time.monotonic() + 60
while time.monotonic() < end and psql(server.dsn, "SELECT count(*) FROM lead.conversion WHERE finished_at IS NULL") != "0":
    time.sleep(0.2)
equal = {
    "conversions are all finished": "SELECT count(*) = 0 FROM lead.conversion WHERE finished_at IS NULL OR state <> 'done'",
    "every lead is converted": f"SELECT count(*) = {LEADS} FROM lead.lead WHERE converted_at IS NOT NULL AND status_category = 'converted'",
    "each has one conversion": f"SELECT count(*) = {LEADS} AND count(DISTINCT lead_id) = {LEADS} FROM lead.conversion",
    "each has one opportunity": f"SELECT count(*) = {LEADS} AND count(DISTINCT lead_id) = {LEADS} FROM lead.opportunity",
    "each has one contact": f"SELECT count(*) = {LEADS} AND count(DISTINCT last_name) = {LEADS} FROM contact.contact",
    "each has one account": f"SELECT count(*) = {LEADS} AND count(DISTINCT name) = {LEADS} FROM contact.account",
    "leads point to what was made": "SELECT count(*) = 0 FROM lead.lead l WHERE NOT EXISTS (SELECT FROM contact.contact c WHERE c.id ="
                                    " l.converted_contact_id AND c.account_id = l.converted_account_id AND c.last_name = l.last_name)"
                                    " OR NOT EXISTS (SELECT FROM lead.opportunity o WHERE o.id = l.converted_opportunity_id AND o.lead_id = l.id)",
}
for name, question in equal.items():
    check(f"conversion: {name}", psql(server.dsn, question) == "t", question)


# --- killed at each step ---------------------------------------------------------------------------------------------------------

class Hold:
    """A table that nobody can write for as long as this holds it: whoever comes there waits, and is killed there."""

    def __init__(self, table):
        self.table = table
        self.session = subprocess.Popen(["psql", "-XAtq", server.dsn], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.session.stdin.write(f"BEGIN; LOCK TABLE {table} IN EXCLUSIVE MODE; SELECT 'held';\n")
        self.session.stdin.flush()
        self.session.stdout.readline()

    def somebody_waits(self):
        return psql(server.dsn, f"SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = '{self.table}'::regclass") != "0"

    def let_go(self):
        self.session.stdin.write("COMMIT;\n")
        self.session.stdin.close()
        self.session.wait()


def within(seconds, probe):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := probe():
            return found
        time.sleep(0.02)
    return None


def ask(lead):
    try:
        return call("POST", "leads/convert", {"conversion": [{"leadId": lead}]}, **{"Idempotency-Key": "step-" + lead})
    except (OSError, http.client.HTTPException, ValueError):
        return None


def state(lead):
    """Conversions, accounts, contacts, activities at the contact, opportunities, whether the lead is converted."""
    return psql(server.dsn, f"SELECT (SELECT count(*) FROM lead.conversion WHERE lead_id = l.id), (SELECT count(*) FROM contact.account WHERE name ="
                            " l.company_name), (SELECT count(*) FROM contact.contact WHERE last_name = l.last_name), (SELECT count(*) FROM"
                            " contact.activity a JOIN contact.contact c ON c.id = a.parent_id WHERE c.last_name = l.last_name), (SELECT count(*)"
                            " FROM lead.opportunity WHERE lead_id = l.id), (l.converted_at IS NOT NULL)::int FROM lead.lead l"
                            f" WHERE id = '{lead}'")


# Where it is killed, and what is there then. The first table is held before the call, the second once the first is reached.
STEPS = (("before it is decided", "lead.conversion", None, "0|0|0|0|0|0"),
         ("when it is decided", "contact.account", None, "1|0|0|0|0|0"),
         ("when the parties are there, before what hung on the lead is moved", "contact.activity", None, "1|1|1|0|0|0"),
         ("when all is moved, before it is settled", "contact.account", "lead.opportunity", "1|1|1|3|0|0"))
for name, table, then, expected in STEPS:
    title = f"conversion, killed {name}"
    lead = call("POST", "leads", {"lastName": name, "companyName": name})[1]["id"]
    for number in range(3):
        call("POST", "activities", {"kind": "note", "subject": f"Note {number}", "parentEntity": "Lead", "parentId": lead})
    hold = Hold(table)
    client = threading.Thread(target=ask, args=(lead,))
    client.start()
    check(f"{title}: it comes there", within(30, hold.somebody_waits), state(lead))
    if then:
        last = Hold(then)
        hold.let_go()
        hold = last
        check(f"{title}: and further", within(30, hold.somebody_waits), state(lead))
    before = state(lead)
    check(f"{title}: what is there", before == expected, before)
    server.kill()
    client.join()
    # What the dead process's connections have under way goes no further.
    psql(server.dsn, "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename LIKE 'kontor\\_%' AND usename <>"
                     " 'kontor_admin' AND datname = current_database()")
    hold.let_go()
    server.start()
    if before[0] == "1":
        check(f"{title}: another process finishes it, unasked", within(60, lambda: state(lead) == "1|1|1|3|1|1"), state(lead))
    status, answer = ask(lead)
    check(f"{title}: who asks again is told", status == 200 and answer["result"][0]["success"] and answer["result"][0]["opportunityId"], str(answer))
    check(f"{title}: all is there once", state(lead) == "1|1|1|3|1|1", state(lead))
    check(f"{title}: nothing is left unfinished", psql(server.dsn, "SELECT count(*) FROM lead.conversion WHERE finished_at IS NULL OR state <> 'done'") == "0")

# The dead process's connection may come to its end after all, behind those who have taken over.
lead = call("POST", "leads", {"lastName": "Undead", "companyName": "Undead"})[1]["id"]
hold = Hold("contact.account")
client = threading.Thread(target=ask, args=(lead,))
client.start()
check("conversion, its connection outlives it: it comes there", within(30, hold.somebody_waits), state(lead))
server.kill()
client.join()
server.start()
again = threading.Thread(target=ask, args=(lead,))
again.start()
check("conversion, its connection outlives it: both wait", within(30, lambda: int(psql(
    server.dsn, "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'contact.account'::regclass")) >= 2), "only one")
hold.let_go()
again.join()
status, answer = ask(lead)
check("conversion, its connection outlives it: it is done", status == 200 and answer["result"][0]["success"], str(answer))
check("conversion, its connection outlives it: once", state(lead) == "1|1|1|0|1|1", state(lead))
finish()
