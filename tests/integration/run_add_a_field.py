#!/usr/bin/env python3
"""Adds a field to a record in a copy of the sources: one line in the contract and one migration, nothing else. Built and
started, the copy has the field in SOAP and its WSDL, REST, describe, OpenAPI, CSV, the filter language and the command line."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/support"))
from kontord import Server, check, finish

COPY = ROOT / "build/test/add_a_field"
LINE = '      <xs:element name="faxNumber" type="c:PhoneNumberText" minOccurs="0" k:doc="Where faxes go."/>\n'
MIGRATION = "ALTER TABLE account ADD COLUMN fax_number text;\n"


def copy_sources():
    shutil.rmtree(COPY, ignore_errors=True)
    COPY.mkdir(parents=True)
    for path in ROOT.iterdir():
        if path.name not in ("build", ".git"):
            (shutil.copytree if path.is_dir() else shutil.copy2)(path, COPY / path.name)


def add_field():
    contract = COPY / "wsdl/contact.xsd"
    text = contract.read_text()
    anchor = re.search(r'.*name="tickerSymbol".*\n', text)[0]
    contract.write_text(text.replace(anchor, anchor + LINE))
    (COPY / "services/contact/migrations/9000_fax_number.sql").write_text(MIGRATION)


def build():
    environment = {**os.environ, "CCACHE_SLOPPINESS": "pch_defines,time_macros", "CCACHE_BASEDIR": str(COPY), "CCACHE_NOHASHDIR": "1"}
    for command in (["cmake", "--preset", "release"], ["cmake", "--build", "--preset", "release", "--target", "kontord", "kontor"]):
        run = subprocess.run(command, cwd=COPY, env=environment, capture_output=True, text=True)
        if run.returncode != 0:
            check("add a field: it builds", False, " ".join((run.stdout + run.stderr).split())[-600:])
            finish()
    check("add a field: it builds", True)


def soap(server, headers, body):
    envelope = ('<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns="http://api.kontor.example/contact/v1"'
                f' xmlns:c="http://api.kontor.example/common/v1"><e:Body>{body}</e:Body></e:Envelope>')
    status, answer = server.request("POST", "/soap/v1/contact", envelope.encode(), {**headers, "Content-Type": "text/xml; charset=utf-8"})
    return status, answer.decode()


copy_sources()
add_field()
build()
server = Server("field", COPY / "build/release/services/kontord/kontord")
server.start()
key = server.key()
headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}


def get(path):
    status, answer = server.request("GET", path, headers=headers)
    return json.loads(answer) if status == 200 else {"status": status, "body": answer.decode()}


status, answer = server.request("POST", "/api/v1/accounts", b'{"name":"Fax","faxNumber":"+46 8 123"}', headers)
account = json.loads(answer)
check("add a field: REST writes and reads it", status == 201 and account.get("faxNumber") == "+46 8 123", answer.decode())
status, answer = server.request("POST", "/api/v1/accounts", b'{"name":"Fax","faxNumber":7}', headers)
check("add a field: REST validates it", status == 422 and b"/faxNumber" in answer, answer.decode())
listed = get("/api/v1/accounts?filter=faxNumber%20%3D%20%22%2B46%208%20123%22&sort=faxNumber")
check("add a field: the filter and the order know it", len(listed.get("data", [])) == 1, json.dumps(listed))
described = get("/api/v1/describe/accounts")
check("add a field: describe tells it", any(field["name"] == "faxNumber" for field in described.get("field", [])), json.dumps(described)[:300])
schema = get("/api/openapi.json")["components"]["schemas"]["Account"]
check("add a field: OpenAPI tells it", "faxNumber" in json.dumps(schema), json.dumps(schema)[:300])
wsdl = server.request("GET", "/soap/v1/contact?wsdl")[1].decode()
places = re.findall(r'schemaLocation="([^"]*)"', wsdl)
schemas = "".join(server.request("GET", urllib.parse.urlsplit(urllib.parse.urljoin("/soap/v1/contact", place)).path)[1].decode()
                  for place in places)
check("add a field: the WSDL's schema tells it", 'name="faxNumber"' in schemas, str(places))
status, answer = soap(server, headers, "<createRecords><records><account><name>Fax 2</name><faxNumber>+46 8 456</faxNumber></account></records></createRecords>")
check("add a field: SOAP writes it", status == 200 and "<" in answer and "true</" in answer, answer)
status, answer = soap(server, headers, "<queryRecords><query><c:entity>Account</c:entity><c:filter>faxNumber = \"+46 8 456\"</c:filter></query></queryRecords>")
check("add a field: SOAP reads it", re.search(r"faxNumber>\+46 8 456<", answer) is not None, answer)
kontor = [COPY / "build/release/services/cli/kontor"]
environment = {**os.environ, "KONTOR_URL": f"http://127.0.0.1:{server.port}", "KONTOR_API_KEY": key}
exported = subprocess.run([*kontor, "export", "accounts", "--format", "csv"], env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL)
check("add a field: CSV has it", "faxNumber" in exported.stdout.split("\n")[0] and "+46 8 456" in exported.stdout, exported.stdout[:300] + exported.stderr)
(server.folder / "accounts.csv").write_text("name,faxNumber\nFax 3,+46 8 789\n")
imported = subprocess.run([*kontor, "import", "accounts", server.folder / "accounts.csv"], env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL)
listed = get("/api/v1/accounts?filter=name%20%3D%20%22Fax%203%22")
check("add a field: CSV brings it in", listed.get("data", [{}])[0].get("faxNumber") == "+46 8 789", json.dumps(listed) + imported.stderr)
shutil.rmtree(COPY, ignore_errors=True)
finish()
