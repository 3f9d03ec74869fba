#!/usr/bin/python3
"""What the demo shows: a pipeline whose two years of history hang together, as the database and the interface tell it.

Needs KONTOR_URL, KONTOR_API_KEY and KONTOR_DSN of a demo.
"""

import datetime
import json
import os
import subprocess
import sys
import urllib.request

DEMO = ("(SELECT record_id FROM external_id WHERE entity = 'Opportunity' AND system = 'demo')")
failures = 0


def check(name, good, why=""):
    global failures
    failures += 0 if good else 1
    print(f"ok demo data: {name}" if good else f"not ok demo data: {name} — {why}", flush=True)


def sql(query):
    done = subprocess.run(["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-c", "SET search_path = lead", "-c", query, os.environ["KONTOR_DSN"]],
                          capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(done.stderr)
    return done.stdout.strip()


def get(path):
    request = urllib.request.Request(f"{os.environ['KONTOR_URL']}/api/v1/{path}", headers={"Authorization": "Bearer " + os.environ["KONTOR_API_KEY"]})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def none(name, query):
    """Nothing is found that must not be there."""
    found = sql(query)
    check(name, found == "0", found)


def first_of(months_ago):
    today = datetime.datetime.now(datetime.timezone.utc).date()
    index = today.year * 12 + today.month - 1 - months_ago
    return datetime.date(index // 12, index % 12 + 1, 1)


steps = f"(SELECT c.*, row_number() OVER w AS n, lag(c.to_stage_id) OVER w AS came, lag(c.at) OVER w AS since FROM stage_change c WHERE opportunity_id IN {DEMO} WINDOW w AS (PARTITION BY opportunity_id ORDER BY at)) s"
check("some hundred deals", int(sql(f"SELECT count(*) FROM opportunity WHERE id IN {DEMO}")) >= 200)
span = int(sql(f"SELECT extract(day FROM max(at) - min(at)) FROM stage_change WHERE opportunity_id IN {DEMO}"))
check("two years of history", 690 <= span <= 731, f"{span} days")
months = int(sql(f"SELECT count(DISTINCT date_trunc('month', closed_at)) FROM opportunity WHERE category = 'won' AND id IN {DEMO}"))
check("something was won in nearly every month", months >= 20, f"in {months}")
won, lost, still = (int(sql(f"SELECT count(*) FROM opportunity WHERE category = '{what}' AND id IN {DEMO}")) for what in ("won", "lost", "open"))
check("won, lost and open ones", min(won, lost, still) >= 10, f"{won}, {lost}, {still}")
none("each step begins where the one before has ended", f"SELECT count(*) FROM {steps} WHERE n > 1 AND from_stage_id IS DISTINCT FROM came OR n = 1 AND from_stage_id IS NOT NULL")
none("and took the time between them", f"SELECT count(*) FROM {steps} WHERE n > 1 AND abs(seconds_in_from - extract(epoch FROM at - since)) > 1")
none("nothing happens in the future", "SELECT count(*) FROM stage_change WHERE at > now()")
none("each has amount and close date of its time", f"SELECT count(*) FROM stage_change WHERE opportunity_id IN {DEMO} AND (amount IS NULL OR amount_base IS NULL OR close_date IS NULL OR by IS NULL)")
check("most are as they were made", int(sql(f"SELECT count(*) FROM opportunity WHERE id IN {DEMO} AND version = 1")) >= 200)
# Tests that come before may have moved one further.
none("a deal is where its history leads to, as long as nobody has touched it",
     f"SELECT count(*) FROM opportunity o WHERE id IN {DEMO} AND version = 1 AND stage_id <> (SELECT to_stage_id FROM stage_change c"
     " WHERE c.opportunity_id = o.id ORDER BY at DESC LIMIT 1)")
none("what is closed was closed by its last step",
     f"SELECT count(*) FROM opportunity o WHERE id IN {DEMO} AND version = 1 AND category <> 'open' AND closed_at <> (SELECT max(at) FROM"
     " stage_change c WHERE c.opportunity_id = o.id)")
none("what was lost says why", f"SELECT count(*) FROM opportunity WHERE id IN {DEMO} AND category = 'lost' AND lost_reason_id IS NULL")
none("other currencies by the rate of the day",
     f"SELECT count(*) FROM opportunity o WHERE id IN {DEMO} AND version = 1 AND currency <> 'EUR' AND closed_at IS NOT NULL AND amount_base IS DISTINCT FROM"
     " round(amount * (SELECT rate FROM currency_rate r WHERE r.currency = o.currency AND r.date <= o.closed_at::date AND r.id IN (SELECT record_id"
     " FROM external_id WHERE entity = 'CurrencyRate' AND system = 'demo')"
     " ORDER BY r.date DESC LIMIT 1), 2)")

forecast = get(f"forecast?from={first_of(12)}&until={first_of(0)}")["row"]
closed = [row for row in forecast if row["category"] == "closed"]
check("the forecast knows the last year", len({row["period"] for row in closed if float(row["amountBase"]) > 0}) >= 10, f"{len(closed)} rows")
check("the forecast holds it against targets", any(float(row.get("target", 0)) > 0 for row in closed), "there are none")
since = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=365)
kinds = {change["kind"] for change in get(f"pipelineChanges?since={since:%Y-%m-%dT%H:%M:%SZ}")["difference"]}
check("a year ago is told from now", {"created", "moved", "won", "lost"} <= kinds, kinds)
columns = get("pipelines/01940000-0000-7000-8000-000000000201/board?limit=1")["column"]
check("the board has cards in each open column", all(column["count"] > 0 for column in columns if column["category"] == "open"), columns)
check("some have stayed too long", sum(column["rotting"] for column in columns) > 0, columns)
sys.exit(1 if failures else 0)
