"""Bad input of the lead service, through REST and through SOAP: the same stable code and the same fields, and nothing of it in the
database: no row, no audit entry, no event.

Needs KONTOR_URL, KONTOR_API_KEY and KONTOR_DSN (of a role that may read the tables).
"""

import concurrent.futures
import threading
import time

from parity_support import RUN, TABLES, Outcome, Rest, Soap, sql
from report import case, check, equal, finish

NOBODY = "00000000-0000-7000-8000-000000000000"
BIGGEST = "999999999999999.9999"
LARGE = "600000000000000"  # fits by itself; two of it do not
rest, soap = Rest(), Soap()
BEGAN = sql("SELECT to_jsonb(now())")[0]


# --- What is there ----------------------------------------------------------------------------------------------------

# What the server keeps for itself, and what anybody's request touches.
HOUSEKEEPING = {"idempotency_key", "consumer_position", "schema_migration", "record_template", "job", "job_error", "capture_key",
                "assignment_turn"}


def watched():
    """For each table of both services: its column that tells since when a row is there."""
    found = sql("SELECT json_build_array(table_schema, table_name, column_name) FROM information_schema.columns"
                " WHERE table_schema IN ('lead', 'contact') AND column_name IN ('created_at', 'at')"
                " AND NOT (table_name IN ('stage_change', 'lead_event') AND column_name = 'at') ORDER BY table_schema, table_name")
    return [tuple(row) for row in found if row[1] not in HOUSEKEEPING]


TABLES_WATCHED = watched()


def content():
    """All rows that came since this run began, but for what the server itself noted. What a step is to leave alone is made in
    this run: a change of an older row is not seen."""
    parts = []
    for schema, table, column in TABLES_WATCHED:
        by_server = " AND t.interface <> 'system'" if table == "audit_entry" else ""
        parts.append(f"SELECT '{schema}.{table}' AS name, count(*) AS rows, md5(string_agg(to_jsonb(t)::text, '' ORDER BY t::text))"
                     f" AS content FROM {schema}.{table} t WHERE t.{column} >= '{BEGAN}'{by_server}")
    return {row["name"]: (row["rows"], row["content"]) for row in sql(
        "SELECT to_jsonb(x) FROM (" + " UNION ALL ".join(parts) + ") x")}


def refused(name, code, step, *fields):
    """`step(interface)` is refused by both with the code, for the same fields, `fields` among them; and nothing has changed."""
    def run():
        before = content()
        left, right = step(rest), step(soap)
        if (left.code, right.code) != (code, code):
            return f"expected {code}; REST {left}, SOAP {right}"
        if left.fields != right.fields:
            return f"other fields: REST {left.fields}, SOAP {right.fields}"
        for field in fields:
            if field not in left.fields:
                return f"expected {field} among {left.fields}"
        after = content()
        return before == after or f"changed: {[table for table in before if before[table] != after[table]]}"
    case(name, run)


def made(entity, **record):
    outcome = rest.create(entity, record)
    assert outcome.code is None, f"{entity}: {outcome}"
    return outcome.identifier


def convert(interface, **wish):
    if isinstance(interface, Rest):
        status, body = interface.call("POST", "/leads/convert", {"conversion": [wish]})
        if status >= 400:
            return interface.outcome(status, body)
        result = body["result"][0]
        if result["success"]:
            return Outcome(identifier=result["leadId"])
        return Outcome(result["error"]["code"], [(v["field"], v["code"]) for v in result["error"].get("violation", [])])
    answer = interface.guarded("lead", "convertLeads", lambda r: r[0], conversion=[wish])
    if answer.code:
        return answer
    return Outcome(identifier=answer.record.leadId) if answer.record.success else interface.error(answer.record.error)


def move(interface, **wish):
    if isinstance(interface, Rest):
        return interface.outcome(*interface.call("POST", "/opportunities/move", wish))
    answer = interface.guarded("lead", "moveOpportunity", lambda r: r[0], **wish)
    if answer.code:
        return answer
    return Outcome(identifier=answer.record.id) if answer.record.success else interface.error(answer.record.error)


# --- Leads that cannot be converted -------------------------------------------------------------------------------------

def seller(name, lead_rights, **more):
    """Both interfaces as somebody who may convert, with these rights on leads."""
    full = {"create": True, "read": "all", "update": "all", "remove": "all"}
    role = made("Role", name=f"{name} {RUN}", permissions=more.get("permissions", ["convertLead"]), entityRights=[
        {"entity": "Lead", "create": True, **lead_rights}, *({"entity": e, **full} for e in ("Account", "Contact", "Opportunity"))])
    user = made("User", userName=f"{name}{RUN}", displayName=name, password=f"Long enough {RUN} pass", roleIds=[role])
    session = rest.login(f"{name}{RUN}", f"Long enough {RUN} pass").record["sessionId"]
    return user, {Rest: Rest(session), Soap: Soap(session)}


def conversions():
    converted, deleted, foreign, good = (made("Lead", lastName=f"{what} {RUN}") for what in ("done", "gone", "foreign", "good"))
    equal("convert: the first time", convert(rest, leadId=converted, createOpportunity=False).code, None)
    rest.delete("Lead", deleted)
    deal = made("Opportunity", name=f"deal {RUN}", closeDate="2033-01-31")
    account = made("Account", name=f"account {RUN}")
    gone = made("Account", name=f"gone {RUN}")
    rest.delete("Account", gone)
    contact = made("Contact", lastName=f"contact {RUN}")
    _, blind = seller("blind", {"read": "own", "update": "own"})
    _, reader = seller("reader", {"read": "all", "update": "own"})
    _, unable = seller("unable", {"read": "all", "update": "all"}, permissions=[])
    for name, code, wish in (
            ("a converted lead", "CONFLICT", {"leadId": converted}), ("a deleted lead", "NOT_FOUND", {"leadId": deleted}),
            ("an id of nothing", "NOT_FOUND", {"leadId": NOBODY}), ("an opportunity's id", "NOT_FOUND", {"leadId": deal}),
            ("an account's id", "NOT_FOUND", {"leadId": account}),
            ("into an account that is a contact", "NOT_FOUND", {"leadId": good, "accountId": contact}),
            ("into an account that is deleted", "NOT_FOUND", {"leadId": good, "accountId": gone}),
            ("into a contact that is nothing", "NOT_FOUND", {"leadId": good, "contactId": NOBODY}),
            ("to no stage", "VALIDATION", {"leadId": good, "stageId": NOBODY}),
            ("to no pipeline", "VALIDATION", {"leadId": good, "pipelineId": NOBODY}),
            ("to no status", "VALIDATION", {"leadId": good, "statusId": NOBODY}),
            ("with a negative amount", "VALIDATION", {"leadId": good, "amount": "-0.01"}),
            ("with too large an amount", "VALIDATION", {"leadId": good, "amount": "1234567890123456"})):
        refused(f"convert: {name}", code, lambda i, w=wish: convert(i, **w))
    for name, code, who in (("whom the caller does not see", "NOT_FOUND", blind), ("whom the caller may only read", "FORBIDDEN", reader),
                            ("without the permission", "FORBIDDEN", unable)):
        refused(f"convert: a lead {name}", code, lambda i, w=who: convert(w[type(i)], leadId=foreign))
    mine = blind[Rest].create("Lead", {"lastName": f"mine {RUN}"}).identifier
    equal("convert: one's own lead, by SOAP", convert(blind[Soap], leadId=mine, createOpportunity=False).code, None)
    refused("convert: one's own lead again", "CONFLICT", lambda i: convert(blind[type(i)], leadId=mine))
    refused("a converted lead has no other status", "CONFLICT", lambda i: i.update("Lead", converted, {"statusId": sql(
        "SELECT to_jsonb(id) FROM lead.lead_status WHERE category = 'open' AND deleted_at IS NULL LIMIT 1")[0]}))
    refused("a status does not convert", "VALIDATION", lambda i: i.update("Lead", good, {"statusId": sql(
        "SELECT to_jsonb(id) FROM lead.lead_status WHERE category = 'converted' AND deleted_at IS NULL LIMIT 1")[0]}),
        ("/statusId", "CONVERT"))
    equal("convert: the good lead is still good", convert(soap, leadId=good, closeDate="2033-01-31").code, None)
    case("convert: a lead by eight at once", converted_at_once)
    for name, field, mapping in (
            ("from no field", ("/leadField", "UNKNOWN_FIELD"), ("colour", "Opportunity", "description")),
            ("into no field", ("/targetField", "UNKNOWN_FIELD"), ("source", "Opportunity", "colour")),
            ("into what the server sets", ("/targetField", "READ_ONLY"), ("source", "Opportunity", "category")),
            ("of text into money", ("/targetField", "WRONG_TYPE"), ("source", "Opportunity", "amount"))):
        refused(f"convert: a mapping {name}", "VALIDATION", lambda i, m=mapping: i.create("ConversionField", dict(
            zip(("leadField", "target", "targetField"), m))), field)


def converted_at_once():
    """One makes the parties and the opportunity; the others are told, and make nothing."""
    lead = made("Lead", lastName=f"wanted {RUN}", companyName=f"wanted {RUN}")
    start = threading.Barrier(8)

    def one(number):
        interface = (Rest, Soap)[number % 2]()
        start.wait()
        return convert(interface, leadId=lead, closeDate="2033-01-31")

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        codes = sorted(outcome.code or "converted" for outcome in pool.map(one, range(8)))
    rows = [sql(f"SELECT to_jsonb(count(*)) FROM {table} WHERE {condition}")[0] for table, condition in (
        ("contact.account", f"name = 'wanted {RUN}'"), ("contact.contact", f"last_name = 'wanted {RUN}'"),
        ("lead.opportunity", f"lead_id = '{lead}'"), ("lead.conversion", f"lead_id = '{lead}'"))]
    return (codes, rows) == (["CONFLICT"] * 7 + ["converted"], [1] * 4) or f"{codes}, {rows}"


# --- Stages ------------------------------------------------------------------------------------------------------------

def stages():
    pipeline = made("Pipeline", name=f"asks {RUN}")
    begun, asking, lost = (made("Stage", pipelineId=pipeline, name=name, position=n, category=category, **more) for n, (
        name, category, more) in enumerate((
            ("Begun", "open", {}), ("Asking", "open", {"requirements": [
                {"filter": "amount > 100", "field": "amount", "message": "How much?"},
                {"filter": "nextStep : *", "field": "nextStep"}, {"filter": "primaryContactId : * OR probability > 20"}]}),
            ("Lost", "lost", {})), 1))
    other = made("Stage", pipelineId=made("Pipeline", name=f"other {RUN}"), name="Elsewhere", category="open")
    new = {"name": f"asked {RUN}", "closeDate": "2033-01-31", "pipelineId": pipeline}
    deal = made("Opportunity", **new, stageId=begun)
    lead = made("Lead", lastName=f"asked {RUN}")
    asked = [("/amount", "STAGE_REQUIREMENT"), ("/nextStep", "STAGE_REQUIREMENT")]
    refused("stage: created into one that asks", "VALIDATION", lambda i: i.create("Opportunity", {**new, "stageId": asking}), *asked)
    refused("stage: updated into it", "VALIDATION", lambda i: i.update("Opportunity", deal, {"stageId": asking}), *asked)
    refused("stage: with part of what it asks for", "VALIDATION", lambda i: i.update("Opportunity", deal, {
        "stageId": asking, "amount": "100", "nextStep": "x"}), asked[0])
    refused("stage: moved into it", "VALIDATION", lambda i: move(i, opportunityId=deal, stageId=asking), *asked)
    refused("stage: moved with part of it", "VALIDATION", lambda i: move(i, opportunityId=deal, stageId=asking, fields={
        "amount": "500"}), asked[1])
    refused("stage: upserted into it", "VALIDATION", lambda i: i.upsert("Opportunity", "bad", RUN, {**new, "stageId": asking}), *asked)
    refused("stage: converted into it", "VALIDATION", lambda i: convert(i, leadId=lead, pipelineId=pipeline, stageId=asking), *asked)
    refused("stage: moved with a negative amount", "VALIDATION", lambda i: move(i, opportunityId=deal, stageId=begun, fields={
        "amount": "-1"}))
    refused("stage: rotting after more than a lifetime", "VALIDATION", lambda i: i.update("Stage", begun, {
        "rottingDays": 9223372036854775807}), ("/rottingDays", "OUT_OF_RANGE"))
    refused("stage: lost without a reason", "VALIDATION", lambda i: move(i, opportunityId=deal, stageId=lost),
            ("/lostReasonId", "REQUIRED"))
    refused("stage: of another pipeline", "VALIDATION", lambda i: move(i, opportunityId=deal, stageId=other),
            ("/stageId", "OTHER_PIPELINE"))
    refused("stage: that has cards cannot go", "CONFLICT", lambda i: i.delete("Stage", begun))
    refused("stage: a pipeline that has cards cannot go", "CONFLICT", lambda i: i.delete("Pipeline", pipeline))
    for what, filter_ in (("does not parse", "amount > > 1"), ("is about no field", "colour = 1")):
        refused(f"stage: a requirement that {what}", "VALIDATION", lambda i, f=filter_: i.update("Stage", other, {
            "requirements": [{"filter": f}]}), ("/requirements/0/filter", "INVALID_FILTER"))
    equal("stage: met, it is entered", move(soap, opportunityId=deal, stageId=asking, fields={
        "amount": "500", "nextStep": "x", "probability": 30}).code, None)
    return begun, asking


def at_once(begun, asking):
    """The same card, moved by many people who have all seen it as it was."""
    pipeline = sql(f"SELECT to_jsonb(pipeline_id) FROM lead.stage WHERE id = '{begun}'")[0]
    deal = made("Opportunity", name=f"wanted {RUN}", closeDate="2033-01-31", pipelineId=pipeline, stageId=begun)
    third = made("Stage", pipelineId=pipeline, name="Third", position=9, category="open")
    start = threading.Barrier(8)

    def one(number):
        interface = (Rest, Soap)[number % 2]()
        if number % 2:
            interface.service("lead")
        start.wait()
        return move(interface, opportunityId=deal, stageId=third, version=1)

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(one, range(8)))
    codes = sorted(outcome.code or "moved" for outcome in outcomes)
    equal("at once: one has moved the card, the others are told", codes, ["CONFLICT_VERSION"] * 7 + ["moved"])
    equal("at once: the others are told which version there is", {o.current for o in outcomes if o.code}, {2})
    rows = lambda: (sql(f"SELECT to_jsonb(version) FROM lead.opportunity WHERE id = '{deal}'")[0], [sql(  # noqa: E731
        f"SELECT to_jsonb(count(*)) FROM lead.{table} WHERE {column} = '{deal}'")[0] for table, column in (
            ("stage_change", "opportunity_id"), ("audit_entry", "record_id"), ("outbox", "record_id"))])
    equal("at once: one change of the stage, one entry, one event more", rows(), (2, [2, 2, 2]))
    refused("at once: a stale version afterwards", "CONFLICT_VERSION", lambda i: move(
        i, opportunityId=deal, stageId=begun, version=1))

    def back_and_forth(number):
        return move((Rest, Soap)[number % 2](), opportunityId=deal, stageId=(begun, third)[number // 2 % 2])

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(back_and_forth, range(16)))
    check("at once: who names no version is not refused", all(outcome.code is None for outcome in outcomes), outcomes)
    chain = sql("SELECT json_build_array(from_stage_id, to_stage_id) FROM lead.stage_change"
                f" WHERE opportunity_id = '{deal}' ORDER BY created_at, id")
    links = sorted((str(a), str(b)) for a, b in chain[1:])
    stage = sql(f"SELECT to_jsonb(stage_id) FROM lead.opportunity WHERE id = '{deal}'")[0]
    there, back = links.count((begun, third)), links.count((third, begun))
    check("at once: the history leads to where the card is", there + back == len(links)
          and there - back == (1 if stage == third else 0), (links, stage))


# --- Pipelines of other teams --------------------------------------------------------------------------------------------

def teams():
    """Whoever is of another team brings nothing into a pipeline and moves nothing within it, whichever way he goes."""
    team = made("Team", name=f"north {RUN}")
    person, other = seller("southerner", {"read": "all", "update": "all"}, permissions=["convertLead", "import"])
    pipeline = made("Pipeline", name=f"north {RUN}", teamIds=[team])
    begun, going = (made("Stage", pipelineId=pipeline, name=name, position=n, category="open") for n, name in enumerate(("Begun", "Going")))
    new = {"name": f"north {RUN}", "closeDate": "2033-01-31"}
    plain, cold = made("Opportunity", **new), made("Opportunity", **new, pipelineId=pipeline)
    lead = made("Lead", lastName=f"north {RUN}")
    into, within = ("/pipelineId", "OTHER_TEAM"), ("/stageId", "OTHER_TEAM")
    who = lambda i: other[type(i)]  # noqa: E731
    for name, record in (("by its id", {"pipelineId": pipeline}), ("by a stage", {"stageId": going})):
        refused(f"team: created in it {name}", "VALIDATION", lambda i, r=record: who(i).create("Opportunity", {**new, **r}), into)
        refused(f"team: upserted into it {name}", "VALIDATION", lambda i, r=record: who(i).upsert("Opportunity", "team", RUN, {
            **new, **r}), into)
    refused("team: updated into it", "VALIDATION", lambda i: who(i).update("Opportunity", plain, {"pipelineId": pipeline}), into)
    refused("team: updated within it", "VALIDATION", lambda i: who(i).update("Opportunity", cold, {"stageId": going}), within)
    refused("team: moved within it", "VALIDATION", lambda i: move(who(i), opportunityId=cold, stageId=going), within)
    refused("team: moved into it", "VALIDATION", lambda i: move(who(i), opportunityId=plain, stageId=going, fields={
        "pipelineId": pipeline}), into)
    refused("team: converted into it", "VALIDATION", lambda i: convert(who(i), leadId=lead, pipelineId=pipeline), into)
    refused("team: in a batch", "VALIDATION", lambda i: who(i).batch("Opportunity", [{**new, "pipelineId": pipeline}], False)[0], into)
    client = other[Rest]

    def compound():
        status, body = client.call("POST", "/composite", {"operations": [
            {"op": "create", "entity": "opportunities", "ref": "a", "body": {**new, "pipelineId": pipeline}}]})
        return body["results"][0]["error"]["errors"][0]["code"] == "OTHER_TEAM" or f"{status} {body}"

    def imported():
        text = f"name,closeDate,pipelineId\n{new['name']} imported,2033-01-31,{pipeline}\n"
        status, job = client.call("POST", "/jobs/import?object=opportunities", raw=text.encode(), headers={"Content-Type": "text/csv"})
        end = time.monotonic() + 60
        while status == 202 and job["state"] in ("queued", "running") and time.monotonic() < end:
            time.sleep(0.05)
            job = client.call("GET", f"/jobs/{job['id']}")[1]
        told = client.call("GET", f"/jobs/{job['id']}/errors")[1]
        rows = sql(f"SELECT to_jsonb(count(*)) FROM lead.opportunity WHERE name = '{new['name']} imported'")[0]
        return (job.get("failed"), rows, b"OTHER_TEAM" in (told if isinstance(told, bytes) else str(told).encode())) == (
            1, 0, True) or f"{job} {told}"

    case("team: in a composite call", compound)
    case("team: imported into it", imported)
    equal("team: what has nothing to do with it may be changed", who(soap).update("Opportunity", cold, {"nextStep": "Call"}).code, None)
    rest.update("User", person, {"teamIds": [team]})
    member = {kind: kind(rest.login(f"southerner{RUN}", f"Long enough {RUN} pass").record["sessionId"]) for kind in (Rest, Soap)}
    equal("team: its own create in it", member[Rest].create("Opportunity", {**new, "pipelineId": pipeline}).code, None)
    equal("team: … move within it", move(member[Soap], opportunityId=cold, stageId=going).code, None)
    equal("team: … convert into it", convert(member[Soap], leadId=lead, pipelineId=pipeline, closeDate="2033-01-31").code, None)


# --- Circles -----------------------------------------------------------------------------------------------------------

def circles():
    """Three in a row; the first cannot hang below the last. Two who hang below each other at once: one of them does."""
    deal = made("Opportunity", name=f"no parent {RUN}", closeDate="2033-01-31")
    for entity, record in (
            ("PriceBook", {"currency": "EUR"}), ("ProductCategory", {}), ("Account", {})):
        top = made(entity, name=f"top {RUN}", **record)
        middle = made(entity, name=f"middle {RUN}", parentId=top, **record)
        low = made(entity, name=f"low {RUN}", parentId=middle, **record)
        for name, victim, parent in (("itself", top, top), ("its child", top, middle), ("its grandchild", top, low)):
            refused(f"circle: {entity} below {name}", "VALIDATION", lambda i, e=entity, v=victim, p=parent: i.update(
                e, v, {"parentId": p}), ("/parentId", "CYCLE"))
        refused(f"circle: {entity} below nothing", "VALIDATION", lambda i, e=entity, v=low: i.update(e, v, {"parentId": NOBODY}))
        refused(f"circle: {entity} below an opportunity", "VALIDATION", lambda i, e=entity, r=record: i.create(
            e, {"name": f"bad {RUN}", "parentId": deal, **r}))
        case(f"circle: {entity}: two at once", lambda e=entity, r=record: two_at_once(e, r))
    refused("circle: somebody stands in for himself", "VALIDATION", lambda i: i.create("SalesPerson", {
        "userId": NOBODY, "delegateId": NOBODY}))
    euro = made("PriceBook", name=f"euro {RUN}", currency="EUR")
    refused("circle: a book below one of another currency", "VALIDATION", lambda i: i.create("PriceBook", {
        "name": f"bad {RUN}", "currency": "USD", "parentId": euro}), ("/parentId", "OTHER_CURRENCY"))


def two_at_once(entity, record):
    """Ten pairs; of each, each is put below the other at the same moment: a circle never stays."""
    for pair in range(10):
        one, other = (made(entity, name=f"pair {pair}{n} {RUN}", **record) for n in range(2))
        start = threading.Barrier(2)

        def below(interface, child, parent):
            start.wait()  # noqa: B023
            return interface.update(entity, child, {"parentId": parent})

        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            answers = [pool.submit(below, rest, one, other), pool.submit(below, soap, other, one)]
            told = [(answer.result().code, answer.result().fields) for answer in answers]
        circle = sql(f"SELECT to_jsonb(count(*)) FROM {TABLES[entity]} WHERE id IN ('{one}', '{other}') AND parent_id IS NOT NULL")[0]
        if circle != 1 or sorted(told, key=str) != sorted([(None, []), ("VALIDATION", [("/parentId", "CYCLE")])], key=str):
            return f"pair {pair}: {circle} have a parent; {told}"
    return True


# --- Rules that would loop ---------------------------------------------------------------------------------------------

def rules():
    rule = {"name": f"bad {RUN}", "kind": "field", "points": 5}
    stored = made("ScoringRule", **rule, filter='country = "AQ"', isActive=False)
    for filter_ in ("score > 10", 'country = "AQ" AND (NOT grade = "A" OR score < 3)', 'scoreParts.rule : "x"', "scoredAt < now"):
        refused(f"rule: about what it makes: {filter_}", "VALIDATION", lambda i, f=filter_: i.create("ScoringRule", {**rule, "filter": f}),
                ("/filter", "LOOP"))
        refused(f"rule: changed to be about it: {filter_}", "VALIDATION", lambda i, f=filter_: i.update(
            "ScoringRule", stored, {"filter": f}), ("/filter", "LOOP"))
    for what, filter_ in (("does not parse", "country ="), ("is about no field", "colour = 1")):
        for entity, record in (("ScoringRule", rule), ("AssignmentRule", {"name": f"bad {RUN}", "mode": "user", "userIds": [NOBODY]})):
            refused(f"rule: {entity} that {what}", "VALIDATION", lambda i, e=entity, r=record, f=filter_: i.create(
                e, {**r, "filter": f}), ("/filter", "INVALID_FILTER"))
    refused("rule: of behaviour, with no event", "VALIDATION", lambda i: i.create("ScoringRule", {**rule, "kind": "behaviour"}),
            ("/eventKind", "REQUIRED"))
    refused("rule: into no queue", "VALIDATION", lambda i: i.create("AssignmentRule", {"name": f"bad {RUN}", "mode": "queue"}))
    refused("rule: for nobody", "VALIDATION", lambda i: i.create("AssignmentRule", {"name": f"bad {RUN}", "mode": "roundRobin"}))
    case("rule: those that change what others look at settle with one write", settles)


def settles():
    """A rule that gives an owner, and one that gives points to who has one: each is applied once."""
    me = rest.call("GET", "/me")[1]["userId"]
    rules = [("AssignmentRule", made("AssignmentRule", name=f"owner {RUN}", mode="user", userIds=[me], position=0,
                                     filter=f'utmTerm = "{RUN}" AND score >= -100000')),
             ("ScoringRule", made("ScoringRule", name=f"owned {RUN}", kind="field", points=3,
                                  filter=f'utmTerm = "{RUN}" AND ownerId = "{me}"'))]
    try:
        for interface in (rest, soap):
            lead = interface.create("Lead", {"lastName": f"settled {interface.name} {RUN}", "utmTerm": RUN}).identifier
            written = []
            for city in ("Lund", "Malmö"):
                interface.update("Lead", lead, {"city": city})
                row = sql(f"SELECT to_jsonb(t) FROM lead.lead t WHERE id = '{lead}'")[0]
                events = sql(f"SELECT to_jsonb(count(*)) FROM lead.outbox WHERE record_id = '{lead}'")[0]
                points = [part["points"] for part in row["score_parts"] if part["rule"] == f"owned {RUN}"]
                steps = [step["outcome"] for step in row["assignment_trace"] if step["rule"] == f"owner {RUN}"]
                written.append((row["version"], events, row["score"], points, steps))
            score = written[0][2]
            if written != [(2, 2, score, [3], ["assigned"]), (3, 3, score, [3], ["assigned"])]:
                return f"{interface.name}: {written}"
    finally:
        for entity, identifier in rules:
            rest.delete(entity, identifier)
    return True


# --- Money and currencies ------------------------------------------------------------------------------------------------

def currencies():
    dollars, euros = (made("PriceBook", name=f"{code} {RUN}", currency=code) for code in ("USD", "EUR"))
    product = made("Product", sku=RUN, name=f"only dollars {RUN}", listPrice="10", currency="USD")
    made("PriceBookEntry", priceBookId=dollars, productId=product, price="9")
    line = {"productId": product, "quantity": "1"}
    quote = made("Quote", name=f"in dollars {RUN}", priceBookId=dollars, lines=[line])
    refused("currency: a quote of another than its book", "VALIDATION", lambda i: i.create("Quote", {
        "name": f"bad {RUN}", "priceBookId": dollars, "currency": "EUR", "lines": [line]}), ("/currency", "OTHER_CURRENCY"))
    refused("currency: a quote that changes it", "VALIDATION", lambda i: i.update("Quote", quote, {"currency": "EUR"}),
            ("/currency", "OTHER_CURRENCY"))
    refused("currency: a quote that changes its book, with its lines", "VALIDATION", lambda i: i.update("Quote", quote, {
        "priceBookId": euros}))
    refused("currency: a quote's line that has its price in another book", "VALIDATION", lambda i: i.create("Quote", {
        "name": f"bad {RUN}", "priceBookId": euros, "lines": [line]}), ("/lines/0/productId", "NO_PRICE"))
    refused("currency: an opportunity of another than its book", "VALIDATION", lambda i: i.create("Opportunity", {
        "name": f"bad {RUN}", "closeDate": "2033-01-31", "currency": "EUR", "priceBookId": dollars}), ("/priceBookId", "OTHER_CURRENCY"))
    refused("currency: an opportunity's line that has its price in another book", "VALIDATION", lambda i: i.create("Opportunity", {
        "name": f"bad {RUN}", "closeDate": "2033-01-31", "currency": "EUR", "priceBookId": euros, "lines": [line]}),
        ("/lines/0/productId", "NO_PRICE"))
    refused("currency: a book has one for ever", "VALIDATION", lambda i: i.update("PriceBook", dollars, {"currency": "EUR"}))
    refused("currency: a price for this quantity and time that there is", "DUPLICATE", lambda i: i.create("PriceBookEntry", {
        "priceBookId": dollars, "productId": product, "price": "8"}))
    for entity, record in (("Quote", {"name": "x"}), ("Opportunity", {"name": "x", "closeDate": "2033-01-31"}),
                           ("PriceBook", {"name": "x"}), ("Product", {"name": "x", "sku": f"x{RUN}"})):
        refused(f"currency: {entity} in one that is not in use", "VALIDATION", lambda i, e=entity, r=record: i.create(
            e, {**r, "currency": "QQQ"}), ("/currency", "UNKNOWN_CURRENCY"))


def amounts():
    deal = {"name": f"bad {RUN}", "closeDate": "2033-01-31", "currency": "EUR"}
    me = rest.call("GET", "/me")[1]["userId"]
    month = {"period": "2033-08-01"}
    price = {"priceBookId": made("PriceBook", name=f"prices {RUN}", currency="EUR"),
             "productId": made("Product", sku=f"p{RUN}", name=f"priced {RUN}")}
    for entity, field, record in (
            ("Lead", "estimatedAmount", {"lastName": RUN}), ("Lead", "annualRevenue", {"lastName": RUN}), ("Opportunity", "amount", deal),
            ("Opportunity", "recurringAmount", deal), ("Product", "listPrice", {"sku": f"y{RUN}", "name": "y"}),
            ("Product", "cost", {"sku": f"y{RUN}", "name": "y"}), ("PriceBookEntry", "price", price),
            ("Quote", "discountAmount", {"name": "y"}), ("Quote", "shipping", {"name": "y"}),
            ("ForecastSubmission", "amount", {**month, "category": "commit"}), ("Target", "amount", {**month, "userId": me})):
        for what, amount in (("negative", "-0.0001"), ("too large", "1000000000000000"), ("too precise", "1.00001")):
            refused(f"amount: {entity}.{field}, {what}", "VALIDATION", lambda i, e=entity, f=field, r=record, a=amount: i.create(
                e, {**r, f: a}))
    for entity, record, member in (("Quote", {"name": f"bad {RUN}", "currency": "EUR"}, "lines"), ("Opportunity", deal, "lines")):
        for what, line in (
                ("a negative price", {"unitPrice": "-1"}), ("a negative quantity", {"unitPrice": "1", "quantity": "-1"}),
                ("a discount of more than all", {"unitPrice": "1", "discountPercent": "100.01"}),
                ("a negative discount", {"unitPrice": "1", "discountPercent": "-1"}),
                ("a product of more than 15 digits", {"unitPrice": BIGGEST, "quantity": "2"}), ("no price", {})):
            refused(f"amount: {entity} with {what}", "VALIDATION", lambda i, e=entity, r=record, m=member, x=line: i.create(
                e, {**r, m: [{"name": "x", **x}]}))
        refused(f"amount: {entity} with lines that are too much together", "VALIDATION", lambda i, e=entity, r=record, m=member: i.create(
            e, {**r, m: [{"name": "x", "unitPrice": LARGE}] * 2}), ("/lines", "OUT_OF_RANGE"))
    quote = {"name": f"bad {RUN}", "currency": "EUR", "lines": [{"name": "x", "unitPrice": "10"}]}
    for what, more in (("a discount of more than the whole", {"discountAmount": "10.01"}), ("two discounts", {
            "discountAmount": "1", "discountPercent": "1"}), ("shipping that makes it too much", {
                "shipping": LARGE, "lines": [{"name": "x", "unitPrice": LARGE}]}),
            ("a tax of more than all", {"lines": [{"name": "x", "unitPrice": "10", "taxPercent": "100.5"}]})):
        refused(f"amount: a quote with {what}", "VALIDATION", lambda i, m=more: i.create("Quote", {**quote, **m}))
    refused("amount: a line that is optional, and too much", "VALIDATION", lambda i: i.create("Quote", {
        **quote, "lines": [{"name": "x", "unitPrice": BIGGEST, "quantity": "9", "isOptional": True}]}))
    for what, rate in (("none", "0"), ("negative", "-1")):
        refused(f"amount: a rate that is {what}", "VALIDATION", lambda i, r=rate: i.create("CurrencyRate", {
            "currency": "GBP", "date": "1911-01-01", "rate": r}), ("/rate", "OUT_OF_RANGE"))
    made("Currency", code="XTS", name=f"dear {RUN}") if not sql(
        "SELECT to_jsonb(1) FROM lead.currency WHERE code = 'XTS' AND deleted_at IS NULL") else None
    if not sql("SELECT to_jsonb(1) FROM lead.currency_rate WHERE currency = 'XTS' AND deleted_at IS NULL"):
        made("CurrencyRate", currency="XTS", date="2000-01-01", rate="1000")
    refused("amount: too large in the base currency", "VALIDATION", lambda i: i.create("Opportunity", {
        **deal, "currency": "XTS", "amount": "999999999999999"}), ("/amount", "OUT_OF_RANGE"))
    refused("amount: splits of more than all", "VALIDATION", lambda i: i.create("Opportunity", {
        **deal, "team": [{"userId": me, "splitPercent": "60"}, {"userId": me, "splitPercent": "40.0001"}]}), ("/team", "OUT_OF_RANGE"))
    for what, team in (("of less than all", ["60", "39.9999"]), ("of one who has not all", ["99.9999", None])):
        refused(f"amount: splits {what}", "VALIDATION", lambda i, t=team: i.create("Opportunity", {**deal, "team": [
            {"userId": me, "role": "helps", **({"splitPercent": part} if part else {})} for part in t]}), ("/team", "OUT_OF_RANGE"))
    lead = made("Lead", lastName=f"counted {RUN}")
    refused("amount: an event that counts for more than any score", "VALIDATION", lambda i: i.create("LeadEvent", {
        "leadId": lead, "kind": "opened", "count": 9223372036854775807}), ("/count", "OUT_OF_RANGE"))
    refused("amount: no month", "VALIDATION", lambda i: i.create("ForecastSubmission", {
        "period": "2033-08-02", "category": "commit", "amount": "1"}))


conversions()
at_once(*stages())
teams()
circles()
rules()
currencies()
amounts()
finish()
