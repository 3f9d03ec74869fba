#!/usr/bin/env python3
"""The contact list over a million contacts, in a window, against a kontord of its own: no block of the event loop over
100 ms while it is scrolled in every way, and less than 250 MB of memory after it (tests/desktop/million/million.cpp)."""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from kontord import Server, check, finish, psql

CONTACTS = 1_000_000
SECONDS = 300
program = pathlib.Path(os.environ["KONTOR_PROGRAMS"]) / "tests/desktop/desktop_million"
server = Server("million")
server.start()
key = server.key()
# As many as years of imports leave; ids in the order of time, as they are made.
psql(server.dsn, "SET synchronous_commit = off", f"""
INSERT INTO contact.contact (id, created_at, created_by, updated_at, updated_by, version, owner_id, first_name, last_name, display_name, job_title)
SELECT ('01940000-' || lpad(to_hex(n >> 16), 4, '0') || '-7' || lpad(to_hex(n & 4095), 3, '0') || '-8000-' || lpad(to_hex(n), 12, '0'))::uuid,
  made, u.id, made, u.id, 1, u.id, given, family || ' ' || n, given || ' ' || family || ' ' || n, 'Buyer'
FROM (SELECT n, timestamptz '2020-01-01' + n * interval '1 minute' AS made,
        (ARRAY['Anna', 'Erik', 'Maja', 'Lars', 'Sofia', 'Nils', 'Karin', 'Olof'])[1 + n % 8] AS given,
        (ARRAY['Berg', 'Lind', 'Ek', 'Dahl', 'Holm', 'Strand', 'Nyberg'])[1 + n % 7] AS family
      FROM generate_series(1, {CONTACTS}) n) c, (SELECT id FROM identity.app_user LIMIT 1) u""", "ANALYZE contact.contact")
with tempfile.TemporaryDirectory(prefix="kontor-million-") as home:
    surroundings = {**os.environ, "HOME": home, "XDG_CONFIG_HOME": home, "XDG_DATA_HOME": home, "XDG_CACHE_HOME": home, "XDG_RUNTIME_DIR": home,
                    "LC_ALL": "C.UTF-8", "KONTOR_URL": f"http://127.0.0.1:{server.port}", "KONTOR_API_KEY": key, "KONTOR_CONTACTS": str(CONTACTS)}
    surroundings.pop("DBUS_SESSION_BUS_ADDRESS", None)
    ended = subprocess.run(["xvfb-run", "-a", "-s", "-screen 0 1440x900x24", str(program)], env=surroundings, stdin=subprocess.DEVNULL,
                           capture_output=True, text=True, errors="replace", timeout=SECONDS)
print(ended.stdout, ended.stderr, file=sys.stderr)
for result, function, why in re.findall(r"^(PASS|FAIL!)\s*: \w+::(\w+)\((?:.*?)\)(.*)$", ended.stdout, re.MULTILINE):
    check(f"desktop million: {function}", result == "PASS", why.strip())
if ended.returncode != 0 and "FAIL!" not in ended.stdout:
    check("desktop million", False, f"status {ended.returncode}: {ended.stdout[-300:]}")
finish()
