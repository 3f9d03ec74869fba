#!/usr/bin/env python3
"""SIGTERM while requests are in flight: each is answered whole, the process ends with status 0, and starting again takes
under a second."""

import http.client
import json
import pathlib
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from kontord import Server, check, finish, psql

server = Server("stop")
server.start()
key = server.key()
headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
broken, done = [], []
stopping = threading.Event()


def client(number):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    for turn in range(100000):
        sent = False
        try:
            begun_before_stop = not stopping.is_set()
            connection.request("POST", "/api/v1/contacts", json.dumps({"lastName": f"s{number}-{turn}"}), headers)
            sent = True
            answer = connection.getresponse()
            body = answer.read()
            if answer.status == 201:
                done.append(json.loads(body)["id"])
            elif answer.status == 503 and stopping.is_set():
                return  # it came while its idle connection was being closed, and is told to come again
            else:
                broken.append((answer.status, body))
            if answer.getheader("Connection") == "close":
                return
        except (OSError, http.client.HTTPException) as problem:
            # A connection that is idle may be closed; then the next request on it was never taken in.
            if not stopping.is_set():
                broken.append(repr(problem) + f" sent={sent} {begun_before_stop}")
            return


threads = [threading.Thread(target=client, args=(number,)) for number in range(16)]
for thread in threads:
    thread.start()
time.sleep(1.5)
stopping.set()
status = server.terminate()
for thread in threads:
    thread.join(60)
stored = int(psql(server.dsn, "SELECT count(*) FROM contact.contact"))
check("stop: ends with status 0", status == 0, str(status))
check("stop: no request broke", not broken, str(broken[:3]))
check("stop: every write that was made was acknowledged", stored == len(done), f"{stored} stored, {len(done)} acknowledged")
server.start()
missing = [record for record in done[-50:] if server.request("GET", f"/api/v1/contacts/{record}", headers=headers)[0] != 200]
check("stop: what was acknowledged is there", not missing, str(missing[:3]))
check("stop: ends with status 0 when idle", server.terminate() == 0)
finish()
