#!/usr/bin/env python3
"""Creates with idempotency keys, while kontord is killed, its connections to PostgreSQL are cut and PostgreSQL itself goes
through crash recovery. A client that asks again until it is answered has each record exactly once, with one audit entry
and one event; nothing that was acknowledged is gone."""

import http.client
import json
import os
import pathlib
import signal
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from kontord import Server, check, finish, psql

CLIENTS = 8


class Client(threading.Thread):
    """Creates contacts one after the other, each until it is acknowledged, until told to stop."""

    def __init__(self, server, key, number):
        super().__init__(daemon=True)
        self.server, self.key, self.number = server, key, number
        self.stop = threading.Event()
        self.acknowledged = {}  # last name → id
        self.unexpected = []
        self.repeated = 0
        self.sent = 0

    def create(self, name):
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json", "Idempotency-Key": name}
        while True:
            try:
                status, body = self.server.request("POST", "/api/v1/contacts", json.dumps({"lastName": name}).encode(), headers)
                if status == 201:
                    return json.loads(body)["id"]
                if status not in (409, 503):
                    self.unexpected.append((status, body[:300]))
                    return None
            except (OSError, http.client.HTTPException):
                pass
            self.repeated += 1
            time.sleep(0.02)

    def run(self):
        while not self.stop.is_set():
            self.sent += 1
            name = f"c{self.number}-{self.sent}"
            record = self.create(name)
            if record:
                self.acknowledged[name] = record


def trial(name, harm, times):
    server = Server("".join(c for c in name.lower() if c.isalpha())[:20])
    server.start()
    key = server.key()
    clients = [Client(server, key, number) for number in range(CLIENTS)]
    for client in clients:
        client.start()
    for _ in range(times):
        time.sleep(0.7)
        before = sum(len(client.acknowledged) for client in clients)
        harm(server)
        waited = time.monotonic()
        while sum(len(client.acknowledged) for client in clients) < before + CLIENTS * 2 and time.monotonic() < waited + 60:
            time.sleep(0.05)
    for client in clients:
        client.stop.set()
    for client in clients:
        client.join(120)
    acknowledged = {name: record for client in clients for name, record in client.acknowledged.items()}
    unexpected = [answer for client in clients for answer in client.unexpected]
    repeated = sum(client.repeated for client in clients)
    check(f"{name}: clients had to ask again, and were served again", repeated > 0 and len(acknowledged) > 100,
          f"{repeated} repeated, {len(acknowledged)} acknowledged")
    check(f"{name}: no other answer than done, running or unavailable", not unexpected, str(unexpected[:3]))
    stored = dict(line.split("|") for line in psql(server.dsn, "SELECT last_name, id FROM contact.contact").splitlines())
    count = int(psql(server.dsn, "SELECT count(*) FROM contact.contact"))
    check(f"{name}: every acknowledged record is there", acknowledged.items() <= stored.items(),
          str(list(acknowledged.items() - stored.items())[:3]))
    check(f"{name}: none is there twice", count == len(acknowledged), f"{count} stored, {len(acknowledged)} acknowledged")
    for table in ("audit_entry", "outbox"):
        rows = psql(server.dsn, f"SELECT count(*), count(DISTINCT record_id) FROM contact.{table} WHERE entity = 'Contact'")
        check(f"{name}: one row in {table} for each", rows == f"{count}|{count}", rows)


def kill_server(server):
    server.kill()
    server.start()


def cut_connections(server):
    psql(server.dsn, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename IN ('kontor_contact', 'kontor_identity')"
                     " AND datname = current_database()")


def crash_postgres(server):
    """SIGKILL of one backend: PostgreSQL ends all others and recovers from its log."""
    pid = int(psql(server.dsn, "SELECT pid FROM pg_stat_activity WHERE usename = 'kontor_contact' AND datname = current_database() LIMIT 1"))
    os.kill(pid, signal.SIGKILL)


trial("kill -9 of kontord", kill_server, 4)
trial("cut connections", cut_connections, 10)
trial("crash of PostgreSQL", crash_postgres, 2)
finish()
