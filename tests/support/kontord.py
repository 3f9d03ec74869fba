"""A kontord of its own on a database of its own in the cluster that KONTOR_TEST_DSN names, for tests that need one to themselves.

Results are lines "ok NAME" and "not ok NAME — why", as for every test.
"""

import atexit
import base64
import http.client
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

PROGRAM = pathlib.Path(os.environ["KONTOR_PROGRAMS"]) / "services/kontord/kontord"
CLUSTER = os.environ["KONTOR_TEST_DSN"]
PASSWORD = "own-password-1"
failures = 0


def check(name, good, why=""):
    global failures
    failures += 0 if good else 1
    print(f"ok {name}" if good else f"not ok {name} — {why}", flush=True)


def finish():
    sys.exit(1 if failures else 0)


def psql(dsn, *statements):
    """The result as text, a row a line, columns parted by |. Waits for a PostgreSQL that recovers."""
    words = [word for statement in statements for word in ("-c", statement)]
    for attempt in range(300):
        run = subprocess.run(["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", *words, dsn], capture_output=True, text=True,
                             env={**os.environ, "PGOPTIONS": "-c client_min_messages=warning"})
        if run.returncode == 0:
            return run.stdout.strip()
        if run.returncode != 2:  # 2: no connection
            break
        time.sleep(0.1)
    sys.exit(f"psql {dsn}: {run.stderr}")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    def __init__(self, name, program=PROGRAM):
        self.program = program
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="kontor-test-"))
        database = f"kontor_own_{name}_{os.getpid()}"
        psql(CLUSTER, f"CREATE DATABASE {database}")
        words = dict(word.split("=", 1) for word in CLUSTER.split())
        self.dsn = " ".join(f"{key}={value}" for key, value in {**words, "dbname": database}.items())
        self.port = free_port()
        without_user = " ".join(f"{key}={value}" for key, value in {**words, "dbname": database}.items() if key != "user")
        self.settings = self.folder / "kontord.properties"
        self.settings.write_text(f"http.port = {self.port}\ndatabase.url = {without_user}\ndatabase.adminUrl = {self.dsn}\n"
                                 f"log.file = {self.folder}/kontord.log\nlog.requests = false\n")
        subprocess.run([program, "--config", self.settings, "--migrate"], check=True, stdout=subprocess.DEVNULL)
        self.process = None

        def clean():
            if self.process and self.process.poll() is None:
                self.process.kill()
                self.process.wait()
            psql(CLUSTER, f"DROP DATABASE {database} WITH (FORCE)")
            shutil.rmtree(self.folder, ignore_errors=True)
        atexit.register(clean)

    def start(self):
        """Returns the seconds until it was ready."""
        begun = time.monotonic()
        with open(self.folder / "kontord.out", "ab") as output:
            self.process = subprocess.Popen([self.program, "--config", self.settings], stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                                            env={**os.environ, "KONTOR_ADMIN_PASSWORD": PASSWORD})
        while time.monotonic() < begun + 60:
            try:
                if self.request("GET", "/readyz")[0] == 200:
                    return time.monotonic() - begun
            except OSError:
                time.sleep(0.005)
        sys.exit("kontord did not become ready: " + (self.folder / "kontord.out").read_text())

    def kill(self):
        self.process.kill()
        self.process.wait()

    def terminate(self):
        """SIGTERM; returns the exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)

    def headers(self):
        return {"Authorization": "Basic " + base64.b64encode(f"admin:{PASSWORD}".encode()).decode(), "Content-Type": "application/json"}

    def key(self):
        """An API key: cheaper than a password with every request."""
        return json.loads(self.request("POST", "/api/v1/apiKeys", b'{"name":"own"}', self.headers())[1])["key"]

    def request(self, method, path, body=None, headers=None, timeout=60):
        """(status, body). Raises OSError or HTTPException where there was no whole answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()
