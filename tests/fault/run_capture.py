#!/usr/bin/env python3
"""Visitors send a form while kontord is killed, and press the button again until they are thanked. Each page makes one
submission, one lead and one event; what a crash has left halfway is finished after the start."""

import http.client
import json
import pathlib
import re
import sys
import threading
import time
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from kontord import Server, check, finish, psql

CLIENTS, PAGES, KILLS = 8, 1200, 4

server = Server("formkill")
server.start()
api = {"Authorization": f"Bearer {server.key()}", "Content-Type": "application/json"}
form = {"name": "f", "slug": "f", "title": "f", "fields": [{"field": "email", "required": True}], "perHour": 1000000}
status, body = server.request("POST", "/api/v1/captureForms", json.dumps(form).encode(), api)
if status != 201:
    sys.exit(f"form: {status} {body}")
pages = [re.search(rb'name="token" value="([^"]+)"', server.request("GET", "/forms/f")[1])[1].decode() for _ in range(PAGES)]
opened = time.monotonic()
while time.monotonic() < opened + 2.2:  # what comes sooner is no person's
    time.sleep(0.05)

lock = threading.Lock()
thanked, unexpected, repeated = [], [], 0
stop = threading.Event()


def visit():
    global repeated
    while not stop.is_set():
        with lock:
            if not pages:
                return
            number, token = len(pages), pages.pop()
        content = urllib.parse.urlencode({"token": token, "email": f"v{number}@example.com"})
        while True:
            try:
                status, body = server.request("POST", "/forms/f", content, {"Content-Type": "application/x-www-form-urlencoded"})
                if status == 303:
                    with lock:
                        thanked.append(f"v{number}@example.com")
                    break
                if status != 503:
                    with lock:
                        unexpected.append((status, body[:300]))
                    break
            except (OSError, http.client.HTTPException):
                pass
            with lock:
                repeated += 1
            time.sleep(0.02)


visitors = [threading.Thread(target=visit, daemon=True) for _ in range(CLIENTS)]
for visitor in visitors:
    visitor.start()
for _ in range(KILLS):
    before = len(thanked)
    begun = time.monotonic()
    while len(thanked) < before + 5 * CLIENTS and time.monotonic() < begun + 30:
        time.sleep(0.01)
    server.kill()
    server.start()
begun = time.monotonic()
before = len(thanked)
while len(thanked) < before + 5 * CLIENTS and time.monotonic() < begun + 30:
    time.sleep(0.01)
stop.set()
for visitor in visitors:
    visitor.join(120)

check("forms, kill -9: visitors had to press again, and were thanked", repeated > 0 and len(thanked) > 5 * CLIENTS * KILLS,
      f"{repeated} repeated, {len(thanked)} thanked")
check("forms, kill -9: no other answer", not unexpected, unexpected[:3])
halfway = int(psql(server.dsn, "SELECT count(*) FROM lead.capture_submission WHERE state = 'received'"))
# What is younger than a minute belongs to the request that brought it.
psql(server.dsn, "UPDATE lead.capture_submission SET created_at = created_at - interval '5 minutes'")
server.kill()
server.start()
end = time.monotonic() + 30
while int(psql(server.dsn, "SELECT count(*) FROM lead.capture_submission WHERE state = 'received'")) and time.monotonic() < end:
    time.sleep(0.1)
states = psql(server.dsn, "SELECT DISTINCT state FROM lead.capture_submission")
check(f"forms, kill -9: what was left halfway ({halfway}) is finished", states == "accepted", states)
emails = psql(server.dsn, "SELECT email FROM lead.lead ORDER BY email").splitlines()
check("forms, kill -9: one lead for each page that was thanked for", emails == sorted(thanked),
      f"{len(emails)} leads, {len(thanked)} thanked, {sorted(set(thanked).symmetric_difference(emails))[:5]}")
counts = psql(server.dsn, "SELECT count(*), count(DISTINCT lead_id) FROM lead.capture_submission",
              "SELECT count(*), count(DISTINCT lead_id) FROM lead.lead_event")
check("forms, kill -9: one submission and one event for each", counts.splitlines() == [f"{len(emails)}|{len(emails)}"] * 2, counts)
finish()
