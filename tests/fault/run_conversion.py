#!/usr/bin/env python3
"""Conversions while kontord is killed again and again: no lead is ever half converted. What a process leaves behind is
finished by the next one, each converted lead has exactly one account, contact and opportunity, and whoever asks again with
the key of the call that broke off is told of them."""

import http.client
import json
import pathlib
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
finish()
