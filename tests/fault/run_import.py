#!/usr/bin/env python3
"""An import goes on where it was after kill -9: no row lost, none twice, refused rows told once, whether the rows are
written by COPY or, where some of them break a constraint, one by one."""

import json
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from kontord import Server, check, finish, psql

ROWS = 40000
BAD = 40


def rows():
    yield "firstName,lastName,accountId,externalIds.0.system,externalIds.0.id"
    for number in range(ROWS):
        # An account that does not exist is found out by the database only: its chunk is written one by one.
        account = "01941f29-7c01-7000-8003-00000000dead" if number % (ROWS // BAD) == 7 else ""
        yield f"First {number},Last {number},{account},erp,{number}"


def trial(name, external):
    server = Server("import_" + name)
    server.start()
    headers = {"Authorization": f"Bearer {server.key()}"}
    lines = list(rows())
    if not external:
        lines = [line.rsplit(",", 2)[0] for line in lines]
    text = "\n".join(lines) + "\n"
    status, body = server.request("POST", "/api/v1/jobs/import?object=contacts", text.encode(), {**headers, "Content-Type": "text/csv"})
    check(f"{name}: accepted", status == 202, body.decode())
    job = json.loads(body)["id"]

    def state():
        return json.loads(server.request("GET", f"/api/v1/jobs/{job}", headers=headers)[1])

    kills = 0
    begun = time.monotonic()
    for share in (0.15, 0.5, 0.8):
        while time.monotonic() < begun + 300:
            now = state()
            if now["state"] in ("succeeded", "failed") or now["processed"] >= share * ROWS:
                break
            time.sleep(0.02)
        if state()["state"] != "running":
            break
        server.kill()
        kills += 1
        server.start()
    while state()["state"] not in ("succeeded", "failed") and time.monotonic() < begun + 400:
        time.sleep(0.2)
    now = state()
    check(f"{name}: killed while it ran", kills >= 2, f"{kills} times")
    check(f"{name}: succeeded", now["state"] == "succeeded", json.dumps(now))
    check(f"{name}: the job counts each row once", (now["processed"], now["created"], now["failed"]) == (ROWS, ROWS - BAD, BAD), json.dumps(now))
    stored = psql(server.dsn, "SELECT count(*), count(DISTINCT last_name) FROM contact.contact")
    check(f"{name}: each contact is there once", stored == f"{ROWS - BAD}|{ROWS - BAD}", stored)
    for table in ("audit_entry", "outbox"):
        written = psql(server.dsn, f"SELECT count(*), count(DISTINCT record_id) FROM contact.{table} WHERE entity = 'Contact'")
        check(f"{name}: one row in {table} for each", written == f"{ROWS - BAD}|{ROWS - BAD}", written)
    errors = psql(server.dsn, "SELECT count(*), count(DISTINCT line), min(code) FROM contact.job_error")
    check(f"{name}: each refused row is told once", errors == f"{BAD}|{BAD}|UNKNOWN_REFERENCE", errors)


trial("external", True)
trial("plain", False)
finish()
