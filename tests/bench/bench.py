"""Holds kontord against PostgreSQL itself: each figure is a ratio to pgbench doing the same statements on the same data in
the same run. Started by ./run bench, which makes the cluster, the data and the server, and sets the environment.

    bench.py [NAME…]     only these: read list create batch import memory idle start lead board desktop

The statements are those that kontord sends, read from PostgreSQL's log while one request is made of each kind; pgbench
runs them with -M prepared -c 16 -j 2. Load comes from wrk with 16 keep-alive connections and an API key. Rounds of
both alternate; the median of each counts. Prints a table and writes build/bench/results.json; a figure below its floor
ends with status 1.
"""

import glob
import http.client
import json
import os
import pathlib
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
FOLDER = pathlib.Path(os.environ["KONTOR_BENCH_FOLDER"])
URL, KEY, DSN = os.environ["KONTOR_URL"], os.environ["KONTOR_API_KEY"], os.environ["KONTOR_DSN"]
ADMIN = os.environ["KONTOR_ADMIN_DSN"]
CONTACTS = int(os.environ["KONTOR_BENCH_CONTACTS"])
PGBENCH = "/usr/lib/postgresql/15/bin/pgbench"
CONNECTIONS, SECONDS, ROUNDS = 16, int(os.environ.get("KONTOR_BENCH_SECONDS", "8")), 3
IDS = "01941f29-7c01-7000-8003-"
results = []


def say(text):
    print(text, flush=True)


def report(name, value, unit, base=None, floor=None, ceiling=None):
    """One line of the table. With a base, its ratio is held to the floor; without, the value is held to the ceiling."""
    ratio = value / base if base else None
    held = ratio if ratio is not None else value
    good = (floor is None or held >= floor) and (ceiling is None or held <= ceiling)
    results.append({"name": name, "value": round(value, 3), "unit": unit, "base": base and round(base, 3),
                    "ratio": ratio and round(ratio, 3), "floor": floor, "ceiling": ceiling, "good": good})
    shown = f"{value:,.1f} {unit}" + (f" against {base:,.1f}: {ratio:.2f}" if ratio is not None else "")
    limit = f" (at least {floor})" if floor is not None else f" (at most {ceiling})" if ceiling is not None else ""
    say(f"  {'ok  ' if good else 'LESS' if floor else 'MORE'} {name}: {shown}{limit}")


# Load


def wrk(kind, seconds=SECONDS, connections=CONNECTIONS, threads=2):
    """Requests a second."""
    output = subprocess.run(
        ["wrk", f"-t{min(threads, connections)}", f"-c{connections}", f"-d{seconds:.0f}s", "--timeout", "30s", "-s", HERE / "load.lua", URL,
         "--", kind, KEY, str(CONTACTS)], capture_output=True, text=True, check=True).stdout
    requests, microseconds, refused, broken, _ = map(float, re.search(r"RESULT (.*)", output)[1].split())
    if refused or broken:
        sys.exit(f"{kind}: {refused:.0f} answers were errors, {broken:.0f} connections broke")
    return requests / (microseconds / 1e6)


def pgbench(script, seconds=SECONDS, schema="contact"):
    """Transactions a second."""
    file = FOLDER / "pgbench.sql"
    file.write_text(script, encoding="utf-8")
    run = subprocess.run([PGBENCH, "-n", "-M", "prepared", f"-c{CONNECTIONS}", "-j2", f"-T{seconds}", "-f", file, DSN],
                         capture_output=True, text=True, env={**os.environ, "PGOPTIONS": f"-c search_path={schema}"})
    if run.returncode != 0:
        sys.exit(f"pgbench failed: {run.stderr}\n{script}")
    return float(re.search(r"tps = ([\d.]+) \(without", run.stdout)[1])


def compare(name, kinds, script):
    """Alternates rounds of pgbench and of each kind of load; kinds: (kind, title, floor)."""
    (FOLDER / f"{name.replace(' ', '_')}.sql").write_text(script, encoding="utf-8")
    rates = {kind: [] for kind, *_ in kinds}
    base = []
    for kind, *_ in kinds:
        wrk(kind, 2)
    for _ in range(ROUNDS):
        base.append(pgbench(script))
        for kind, *_ in kinds:
            rates[kind].append(wrk(kind))
    for kind, title, floor in kinds:
        report(f"{name}, {title}", statistics.median(rates[kind]), "/s", statistics.median(base), floor)
    return {kind: statistics.median(rate) for kind, rate in rates.items()}


def as_loaded():
    """The contacts and leads that were loaded and no others, in memory as far as they fit."""
    administer("DROP DATABASE kontor WITH (FORCE)", "CREATE DATABASE kontor TEMPLATE loaded STRATEGY file_copy")
    for statement in ("CREATE EXTENSION pg_prewarm",
                      "SELECT pg_prewarm(oid) FROM pg_class WHERE relkind IN ('r', 'i') AND relnamespace = 'contact'::regnamespace", "CHECKPOINT"):
        subprocess.run(["psql", "-XAtqc", statement, DSN], check=True, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(URL + "/readyz", timeout=5):
                break
        except urllib.error.HTTPError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
    time.sleep(3)  # kontord looks every two seconds at rules that others have changed


# The statements that kontord sends


def request(method, path, body=None, content_type="application/json"):
    call = urllib.request.Request(URL + path, body.encode() if body else None,
                                  {"Authorization": f"Bearer {KEY}", "Content-Type": content_type}, method=method)
    try:
        with urllib.request.urlopen(call, timeout=60) as answer:
            return answer.read()
    except urllib.error.HTTPError as refusal:
        sys.exit(f"{method} {path}: {refusal.read().decode()}")


def administer(*statements):
    for statement in statements:
        subprocess.run(["psql", "-XAtqc", statement, ADMIN], check=True, stdout=subprocess.DEVNULL)


def log_lines():
    for path in sorted(glob.glob(os.environ["KONTOR_BENCH_LOG"] + "/*.json")):
        with open(path, encoding="utf-8", errors="replace") as file:
            for line in file:
                try:
                    yield json.loads(line)
                except ValueError:
                    continue


# What kontord does by itself meanwhile: events that are followed, jobs that are looked for.
BACKGROUND = re.compile(r"consumer_position|FROM outbox|UPDATE job")


def statements_of(method, path, body=None, role="kontor_contact"):
    """What one request makes PostgreSQL do: (SQL, parameters) in order, without what authentication asks."""
    request(method, path, body)  # connections, caches
    administer("ALTER SYSTEM SET log_statement = 'all'", "SELECT pg_reload_conf() IS NOT NULL")
    time.sleep(1)
    before = sum(1 for _ in log_lines())
    request(method, path, body)
    time.sleep(0.5)
    found = []
    for number, line in enumerate(log_lines()):
        if number < before or line.get("user") != role:
            continue
        sql = re.match(r"(?:execute [^:]*|statement): (.*)", line.get("message", ""), re.DOTALL)
        if not sql or BACKGROUND.search(sql[1]):
            continue
        parameters = {}
        if line.get("detail", "").lower().startswith("parameters:"):
            for index, value in re.findall(r"\$(\d+) = ((?:'(?:[^']|'')*')|NULL)", line["detail"]):
                parameters[int(index)] = value
        found.append((sql[1], parameters))
    administer("ALTER SYSTEM RESET log_statement", "SELECT pg_reload_conf() IS NOT NULL")
    time.sleep(0.5)
    return found


def inline(sql, parameters, replaced):
    """A statement for pgbench: those parameters that vary get an expression, the others their value."""
    def value(match):
        text = parameters.get(int(match[1]), match[0])
        for pattern, expression in replaced:
            if re.match(pattern, text):
                return expression
        return text
    flat = " ".join(line.strip() for line in sql.strip().splitlines())
    return re.sub(r"\$(\d+)", value, flat).rstrip(";") + ";\n"


def random_script(found):
    """The statements with the id, or the time, of a contact chosen by chance."""
    varying = [("'" + IDS, f"('{IDS}' || lpad(:n::text, 12, '0'))::uuid"),
               ("'2025-01-01", "(timestamptz '2025-01-01 00:00:00Z' + :n * interval '1 second')")]
    return f"\\set n random(0, {CONTACTS - 1})\n" + "".join(inline(sql, parameters, varying) for sql, parameters in found)


def create_script(found):
    """The inserts of one create in one transaction, each with an id of its own, as new as kontord's."""
    ids = re.search(r"'([0-9a-f-]{36})'", " ".join(" ".join(p.values()) for s, p in found if re.search(r"INSERT INTO \"?contact\"?\b", s)))
    fresh = "('01a20000-0000-7000-8' || lpad((:client_id)::text, 3, '0') || '-' || lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1e6)::bigint), 12, '0'))::uuid"
    inserts = [(sql, parameters) for sql, parameters in found if not re.match(r"(BEGIN|COMMIT|SAVEPOINT|RELEASE)\b", sql)]
    body = "".join(inline(sql, parameters, [(f"'{ids[1]}'$", fresh)] if ids else []) for sql, parameters in inserts)
    return f"BEGIN;\n{body}END;\n"


# Measurements


def read():
    as_loaded()
    found = statements_of("GET", f"/api/v1/contacts/{IDS}000000000007")
    compare("read by id", (("restRead", "REST", 0.45), ("soapRead", "SOAP", 0.37)), random_script(found))


def page():
    as_loaded()
    path = "/api/v1/contacts?limit=50&sort=updatedAt&filter=" + urllib.parse.quote("updatedAt >= 2025-01-01T00:00:07Z")
    found = statements_of("GET", path)
    compare("list page of 50", (("restList", "REST", 0.5), ("soapList", "SOAP", 0.37)), random_script(found))


CONTACT = ('{"firstName":"Björn","lastName":"Åkesson","jobTitle":"Buyer","department":"Purchasing","language":"sv-SE",'
           '"source":"Web form"}')


def create():
    as_loaded()
    found = statements_of("POST", "/api/v1/contacts", CONTACT)
    compare("create", (("restCreate", "REST", 0.6), ("soapCreate", "SOAP", 0.6)), create_script(found))


def batch():
    """Shorter rounds, and more of them: a batch's round writes as much as all the others together."""
    as_loaded()
    single, many = [], []
    for kind in ("soapCreate", "soapBatch"):
        wrk(kind, 2)
    for _ in range(2 * ROUNDS - 1):
        single.append(wrk("soapCreate", SECONDS / 2))
        many.append(wrk("soapBatch", SECONDS / 2) * 200)
    report("records in batches of 200 against single ones, SOAP", statistics.median(many), "/s", statistics.median(single), 8)


IMPORT_TABLES = ("contact", "email_address", "record_email", "phone_number", "record_phone", "external_id", "audit_entry", "outbox")


class Server:
    """A kontord of its own on a database of its own."""

    def __init__(self, database):
        self.folder = FOLDER / database
        self.folder.mkdir(exist_ok=True)
        self.dsn = ADMIN.rpartition("/")[0] + "/" + database
        self.port = free_port()
        subprocess.run(["psql", "-Xqc", "SET client_min_messages = warning", "-c", f"DROP DATABASE IF EXISTS {database} WITH (FORCE)", "-c", f"CREATE DATABASE {database}", ADMIN], check=True)
        self.settings = self.folder / "kontord.properties"
        self.settings.write_text(
            f"http.port = {self.port}\ndatabase.url = {re.sub('//[^@]*@', '//', self.dsn)}\ndatabase.adminUrl = {self.dsn}\n"
            f"log.file = {self.folder.resolve()}/kontord.log\nlog.requests = false\n")
        subprocess.run([os.environ["KONTORD"], "--config", self.settings, "--migrate"], check=True, stdout=subprocess.DEVNULL)
        self.start()

    def start(self):
        """Returns the seconds until it was ready."""
        begun = time.monotonic()
        self.process = subprocess.Popen([os.environ["KONTORD"], "--config", self.settings], stdout=subprocess.PIPE, stdin=subprocess.DEVNULL,
                                        env={**os.environ, "KONTOR_ADMIN_PASSWORD": "bench-password-1"})
        while time.monotonic() < begun + 30:
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                connection.request("GET", "/readyz")
                if connection.getresponse().status == 200:
                    return time.monotonic() - begun
            except OSError:
                pass
            time.sleep(0.005)
        sys.exit("kontord did not become ready")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)

    def memory(self):
        return resident(self.process.pid)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def resident(pid):
    """Megabytes."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024


def api_key(server):
    call = urllib.request.Request(f"http://127.0.0.1:{server.port}/api/v1/apiKeys", b'{"name":"bench"}',
                                  {"Content-Type": "application/json", "Authorization": "Basic YWRtaW46YmVuY2gtcGFzc3dvcmQtMQ=="})
    with urllib.request.urlopen(call) as answer:
        return json.load(answer)["key"]


def psql(dsn, *statements):
    return subprocess.run(["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", *[word for s in statements for word in ("-c", s)], dsn],
                          check=True, capture_output=True, text=True).stdout.strip()


def import_csv():
    """The import, and then COPY of exactly the rows that it has written into the same tables, emptied."""
    server = Server("kontor_import")
    environment = {**os.environ, "KONTOR_URL": f"http://127.0.0.1:{server.port}", "KONTOR_API_KEY": api_key(server)}
    begun = time.monotonic()
    subprocess.run([os.environ["KONTOR"], "import", "contacts", FOLDER / "data/contacts.csv"], env=environment, check=True)
    imported = time.monotonic() - begun
    server.stop()
    stored = int(psql(server.dsn, "SELECT count(*) FROM contact.contact"))
    if stored != CONTACTS:
        sys.exit(f"import: {stored} contacts instead of {CONTACTS}")
    columns = {table: psql(server.dsn, "SELECT string_agg(quote_ident(column_name), ', ' ORDER BY ordinal_position) FROM information_schema.columns "
                                       f"WHERE table_schema = 'contact' AND table_name = '{table}' AND is_generated = 'NEVER'")
               for table in IMPORT_TABLES}
    files = {table: FOLDER.resolve() / f"{table}.rows" for table in IMPORT_TABLES}
    for table in IMPORT_TABLES:
        psql(server.dsn, f"\\copy contact.{table} ({columns[table]}) TO '{files[table]}'")
    psql(server.dsn, "TRUNCATE " + ", ".join(f"contact.{table}" for table in IMPORT_TABLES) + " CASCADE", "CHECKPOINT")
    begun = time.monotonic()
    for table in IMPORT_TABLES:
        psql(server.dsn, f"\\copy contact.{table} ({columns[table]}) FROM '{files[table]}'")
    copied = time.monotonic() - begun
    for file in files.values():
        file.unlink()
    psql(ADMIN, "DROP DATABASE kontor_import WITH (FORCE)")
    report("import of CSV: contacts", CONTACTS / imported, "/s", CONTACTS / copied, 0.4)


def start():
    server = Server("kontor_start")
    times, idle = [], 0
    for _ in range(3):
        server.stop()
        times.append(server.start())
    time.sleep(2)
    idle = server.memory()
    server.stop()
    psql(ADMIN, "DROP DATABASE kontor_start WITH (FORCE)")
    report("ready after starting", statistics.median(times), "s", ceiling=1)
    report("memory, idle", idle, "MB", ceiling=60)


def desktop():
    """From nothing to a list that can be used, over a million contacts: a new user's start, and the next one."""
    program = os.environ["KONTOR_DESKTOP"]
    times = []
    with tempfile.TemporaryDirectory() as home:
        surroundings = {**os.environ, "HOME": home, "XDG_CONFIG_HOME": home, "XDG_DATA_HOME": home, "XDG_CACHE_HOME": home,
                        "XDG_RUNTIME_DIR": home, "QT_LOGGING_RULES": "kontor.start=true", "QT_FORCE_STDERR_LOGGING": "1"}
        surroundings.pop("DBUS_SESSION_BUS_ADDRESS", None)
        with subprocess.Popen(["Xvfb", "-displayfd", "1", "-screen", "0", "1440x900x24"], stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, text=True) as screen:
            surroundings["DISPLAY"] = ":" + screen.stdout.readline().strip()
            for _ in range(4):
                begun = time.monotonic()
                with subprocess.Popen([program], env=surroundings, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as client:
                    if not any("first rows" in line for line in client.stderr):
                        sys.exit("the desktop client ended without a list")
                    times.append(time.monotonic() - begun)
                    client.kill()
            screen.kill()
    report("desktop client: a list that can be used, first start", times[0], "s", ceiling=2)
    report("desktop client: a list that can be used, later starts", statistics.median(times[1:]), "s", ceiling=2)


def memory():
    """Under load, and flat over a million SOAP calls: the second half must not need more than the first."""
    pid = int(os.environ["KONTOR_PID"])
    calls, sizes = 0, []
    target = int(os.environ.get("KONTOR_BENCH_CALLS", "1000000"))
    begun = time.monotonic()
    while calls < target:
        calls += wrk("soapRead", 20, 64) * 20
        sizes.append(resident(pid))
        if sys.stdout.isatty():
            print(f"\r  {calls:,.0f} SOAP calls, {sizes[-1]:.0f} MB, {time.monotonic() - begun:.0f} s ", end="", flush=True)
    if sys.stdout.isatty():
        print()
    report("memory under 64 connections", max(sizes), "MB", ceiling=200)
    half = sizes[len(sizes) // 2]
    report(f"memory grown in the second half of {calls:,.0f} SOAP calls", sizes[-1] - half, "MB", ceiling=max(2.0, half * 0.02))


def idle():
    """5,000 idle keep-alive connections, each of which has had an answer, while others read."""
    address = urllib.parse.urlsplit(URL)
    alone = statistics.median(wrk("restRead", 5) for _ in range(3))
    connections = []
    for _ in range(5000):
        connection = socket.create_connection((address.hostname, address.port))
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: bench\r\n\r\n")
        connection.recv(4096)
        connections.append(connection)
    beside = statistics.median(wrk("restRead", 5) for _ in range(3))
    alive = 0
    for connection in connections:
        try:
            connection.settimeout(10)
            connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: bench\r\n\r\n")
            alive += connection.recv(4096).startswith(b"HTTP/1.1 200")
        except OSError:
            pass
        connection.close()
    report("idle connections still served", alive, "of 5000", 5000, 1)
    report("read by id beside 5,000 idle connections", beside, "/s", alone, 0.85)


def lead():
    as_loaded()
    made = json.loads(request("POST", "/api/v1/leads", json.dumps({"lastName": f"Sund {time.time_ns()}", "country": "SE"})))
    if not made.get("assignmentTrace") or not made.get("scoreParts"):
        sys.exit(f"The rules are not at work: {made}")
    plain, checked = [], []
    for kind in ("leadPlain", "leadChecked"):
        wrk(kind, 2)
    for _ in range(ROUNDS):
        plain.append(wrk("leadPlain"))
        checked.append(wrk("leadChecked"))
    report("create of a lead, with duplicates and assignment, against plain", statistics.median(checked), "/s", statistics.median(plain), 0.5)


def board():
    """2,000 cards in one answer of some 2 MB."""
    pipeline = "01940000-0000-7000-8000-000000000201"
    stages = json.loads(request("GET", f"/api/v1/stages?filter=category%20%3D%20%22open%22&sort=position"))["data"]
    present = len(json.loads(request("GET", f"/api/v1/pipelines/{pipeline}/board")).get("card", []))
    for first in range(present, 2000, 200):
        operations = [{"op": "create", "body": {"name": f"Turbines for plant {n}", "stageId": stages[n % len(stages)]["id"], "pipelineId": pipeline,
                                                "amount": f"{1000 + n * 7}.50", "currency": "EUR", "closeDate": f"2027-0{1 + n % 9}-15",
                                                "accountName": f"Company {n}", "nextStep": "Call the buyer"}} for n in range(first, min(first + 200, 2000))]
        request("POST", "/api/v1/opportunities/batch", json.dumps({"operations": operations}))
    subprocess.run(["psql", "-Xqc", "VACUUM ANALYZE lead.opportunity", DSN], check=True)
    cards = len(json.loads(request("GET", f"/api/v1/pipelines/{pipeline}/board"))["card"])
    if cards != 2000:
        sys.exit(f"The board has {cards} cards.")
    found = statements_of("GET", f"/api/v1/pipelines/{pipeline}/board", role="kontor_lead")
    # Without what kontord does beside it: looking for events and jobs.
    script = "".join(inline(sql, parameters, []) for sql, parameters in found if "FROM opportunity" in sql)
    (FOLDER / "board.sql").write_text(script, encoding="utf-8")
    base, rate = [], []
    wrk("board", 2)
    for _ in range(ROUNDS):
        base.append(pgbench(script, schema="lead"))
        rate.append(wrk("board"))
    report("board of 2,000 open opportunities, REST", statistics.median(rate), "/s", statistics.median(base), 0.5)


MEASUREMENTS = {"desktop": desktop, "lead": lead, "board": board, "read": read, "list": page, "create": create, "batch": batch, "idle": idle, "memory": memory, "start": start,
                "import": import_csv}


def table():
    width = max(len(result["name"]) for result in results)
    say(f"\n{'':{width}}  {'kontord':>18}  {'held against':>14}  {'ratio':>6}  required")
    for result in results:
        base = f"{result['base']:,.1f}" if result["base"] else ""
        ratio = f"{result['ratio']:.2f}" if result["ratio"] else ""
        limit = f">= {result['floor']}" if result["floor"] is not None else f"<= {result['ceiling']:g}" if result["ceiling"] is not None else ""
        value = f"{result['value']:,.1f} {result['unit']}"
        say(f"{result['name']:{width}}  {value:>18}  {base:>14}  {ratio:>6}  {limit:9}{'' if result['good'] else ' MISSED'}")


def raise_limit():
    import resource
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def main():
    raise_limit()
    chosen = sys.argv[1:] or list(MEASUREMENTS)
    for name in chosen:
        say(f"{name}")
        MEASUREMENTS[name]()
    table()
    (FOLDER / "results.json").write_text(json.dumps({"contacts": CONTACTS, "processors": os.cpu_count(), "connections": CONNECTIONS,
                                                     "results": results}, indent=2) + "\n")
    sys.exit(0 if all(result["good"] for result in results) else 1)


if __name__ == "__main__":
    main()
