"""Every record and every operation of the lead service, through REST and through SOAP: the same rows, audit entries, events and
codes. What parity_lead.py holds against each other (boards, forecasts, documents) is named in ELSEWHERE; an entity or operation that
no table here knows makes the run fail.

Needs KONTOR_URL, KONTOR_API_KEY and KONTOR_DSN (of a role that may read the tables).
"""

import pathlib
import random

from parity_support import MICROSECONDS, RUN, SERVICE_OF, WORLDS, Outcome, Rest, Soap, both, sql, with_rows
from report import case, check, equal, finish

ENTITIES = [name for name, service in SERVICE_OF.items() if service == "lead"]
NOBODY = "00000000-0000-7000-8000-000000000000"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

# What only the server writes: through both it is refused to create it.
SERVERS_OWN = {"CaptureSubmission": {}, "Conversion": {}, "StageChange": {}}
# Operations that parity_lead.py compares, with the same rule: on the same state the same answer.
ELSEWHERE = ["findDuplicates", "getBoard", "getForecast", "getPipelineChanges", "getQuoteDocument"]

made = {}  # entity → interface → Outcome of its creation
twins = {}  # the same, of its upsert


def right(name, step, entity=None):
    """Both do the same, and it is done."""
    outcomes = both(name, step, entity)
    for outcome in (outcomes or {}).values():
        if outcome.code:
            check(f"{name}: done", False, outcome)
    return outcomes


def unused(table, column, draw):
    """A value that no row has, deleted ones included."""
    used = set(sql(f"SELECT to_jsonb({column}) FROM lead.{table}"))
    return next(value for value in iter(draw, None) if value not in used)


def of(entity, interface):
    return made[entity][type(interface)].identifier


def me():
    return Rest().call("GET", "/me")[1]["userId"]


# Entity, how it is made (interface, world, a text that tells twins apart), and what is changed of it.
RECORDS = [
    ("TaxRate", lambda i, w, t: {"name": w.marker + t, "percent": "12.25", "country": "SE"}, {"percent": "25", "isActive": False}),
    ("ProductCategory", lambda i, w, t: {"name": w.marker + t}, {"tags": ["a", "b"]}),
    ("Product", lambda i, w, t: {"sku": (w.marker + t)[-40:], "name": f"Насос {w.marker}", "listPrice": "99.99", "cost": "0.0001",
                                 "currency": "EUR", "categoryId": of("ProductCategory", i), "taxRateId": of("TaxRate", i),
                                 "type": "good", "unit": "個"}, {"listPrice": "123456789012345.6789"}),
    ("PriceBook", lambda i, w, t: {"name": w.marker + t, "currency": "EUR", "validFrom": "2020-01-01"}, {"validTo": "2090-01-01"}),
    ("PriceBookEntry", lambda i, w, t: {"priceBookId": of("PriceBook", i), "productId": of("Product", i), "price": "42.50",
                                        "minimumQuantity": "2" if t else "1"}, {"price": "41"}),
    ("LostReason", lambda i, w, t: {"name": w.marker + t, "position": 9}, {"isActive": False}),
    ("Competitor", lambda i, w, t: {"name": w.marker + t, "website": "https://example.org/ü"}, {"strengths": "two\nlines <&>"}),
    ("Currency", lambda i, w, t: {"code": unused("currency", "code", lambda: "X" + "".join(random.choices(LETTERS, k=2))), "name": w.marker + t},
     {"symbol": "¤", "decimals": 3}),
    ("CurrencyRate", lambda i, w, t: {"currency": "GBP", "date": unused(
        "currency_rate", "date", lambda: f"19{random.randint(10, 99)}-01-0{random.randint(1, 9)}"), "rate": "1.1234567891"}, {"rate": "2"}),
    ("LeadStatus", lambda i, w, t: {"name": w.marker + t, "category": "working", "position": 900}, {"isActive": False}),
    ("LeadQueue", lambda i, w, t: {"name": w.marker + t, "memberIds": [NOBODY], "responseMinutes": 30}, {"responseMinutes": 60}),
    ("ScoringRule", lambda i, w, t: {"name": w.marker + t, "kind": "field", "filter": 'country = "AQ" AND employeeCount > 3',
                                     "points": -5, "isActive": False}, {"points": 1000}),
    ("AssignmentRule", lambda i, w, t: {"name": w.marker + t, "mode": "queue", "queueId": of("LeadQueue", i),
                                        "filter": 'country = "AQ"', "isActive": False}, {"position": 900}),
    ("SalesPerson", lambda i, w, t: {"userId": user(i, t), "capacity": 5, "outFrom": MICROSECONDS}, {"maximumPerDay": 3}),
    ("CaptureForm", lambda i, w, t: {"name": w.marker + t, "slug": w.marker + t, "title": "Frågor?", "fields": [
        {"field": "email", "required": True}, {"field": "industry", "choices": ["Mässa", "Annons"]}]}, {"perHour": 3, "consentText": "Ja"}),
    ("ConversionField", lambda i, w, t: {"leadField": "utmTerm", "target": "Opportunity", "targetField": "description"}, {"tags": ["a"]}),
    ("LeadCustomField", lambda i, w, t: {"entity": "Competitor", "name": f"f{w.marker}{t}", "label": "Färg", "type": "choice",
                                         "choices": ["röd", "blå"]}, {"choices": ["röd", "blå", "grön"]}),
    ("Lead", lambda i, w, t: {"lastName": f"Παπαδόπουλος {w.marker}{t}", "email": f"{w.marker}{t}@Example.org",
                              "annualRevenue": "123456789012345.6789", "tags": ["b", "a"], "consentGiven": True,
                              "consentAt": MICROSECONDS, "queueId": of("LeadQueue", i)},
     {"rating": "hot", "firstResponseAt": MICROSECONDS}),
    ("LeadEvent", lambda i, w, t: {"leadId": of("Lead", i), "kind": "opened", "at": MICROSECONDS, "count": 3}, {"tags": ["a"]}),
    ("Pipeline", lambda i, w, t: {"name": w.marker + t, "probabilityMode": "manual"}, {"colour": "#112233"}),
    ("Stage", lambda i, w, t: {"pipelineId": of("Pipeline", i), "name": w.marker + t, "category": "open", "rottingDays": 5,
                               "requirements": [{"filter": "amount > 0", "field": "amount", "message": "How much?"}]},
     {"probability": 35, "guidance": "Ring"}),
    ("Opportunity", lambda i, w, t: {
        "name": w.marker + t, "pipelineId": of("Pipeline", i), "stageId": of("Stage", i), "closeDate": "2033-05-31", "currency": "EUR",
        "priceBookId": of("PriceBook", i), "lines": [{"productId": of("Product", i), "quantity": "2.5"}],
        "contacts": [{"contactId": NOBODY, "role": "champion", "influence": 40}], "recurringAmount": "100", "recurringMonths": 3,
        "team": [{"userId": NOBODY, "splitPercent": "33.3333"}, {"userId": me(), "splitPercent": "66.6667"}], "competitorIds": [of("Competitor", i)]},
     {"amountSource": "manual", "amount": "5000.55", "probability": 44}),
    ("Quote", lambda i, w, t: {
        "name": w.marker + t, "opportunityId": of("Opportunity", i), "shipping": "12.345", "shippingTaxPercent": "25",
        "discountPercent": "5", "language": "sv", "lines": [
            {"productId": of("Product", i), "quantity": "3", "group": "Allt"},
            {"name": "Option", "unitPrice": "10", "isOptional": True, "taxPercent": "6", "recurringMonths": 1}]},
     {"notes": "intern", "validUntil": "2090-01-01"}),
    ("ForecastSubmission", lambda i, w, t: {"period": "2033-07-01", "category": "bestCase", "amount": "1234.5", "note": w.marker + t},
     {"amount": "1300", "note": "mer"}),
    ("Target", lambda i, w, t: {"name": w.marker + t, "userId": user(i, "t" + t), "period": "2033-07-01", "amount": "99"},
     {"amount": "100.0001"}),
]


def user(interface, text):
    """Somebody of this interface's world; with another text somebody else."""
    world = WORLDS[type(interface)]
    name = f"{world.marker}{text}".replace(" ", "")
    found = sql(f"SELECT to_jsonb(id) FROM identity.app_user WHERE user_name = '{name}'")
    identifier = found[0] if found else Rest().create("User", {
        "userName": name, "displayName": name, "password": f"Long enough {RUN} pass"}).identifier
    world.remember(identifier)
    return identifier


def remembered(interface, world, entity, record):
    """What must differ between the worlds is known by the order of its making."""
    for field in {"Currency": ["code"], "CurrencyRate": ["date"]}.get(entity, []):
        world.remember(record[field])
    return record


def records():
    for entity, build, change in RECORDS:
        done = right(f"{entity}: create", lambda i, w, e=entity, b=build: i.create(e, remembered(i, w, e, b(i, w, ""))), entity)
        if done is None or any(outcome.identifier is None for outcome in done.values()):
            check(f"{entity}: can be made", False, done)
            continue
        made[entity] = done
        right(f"{entity}: update", lambda i, w, e=entity, c=change: i.update(e, of(e, i), c, version=1), entity)
        both(f"{entity}: a stale version", lambda i, w, e=entity, c=change: i.update(e, of(e, i), c, version=1))
        if entity not in ("ConversionField", "CurrencyRate"):  # a twin would be a duplicate, or is random
            twins[entity] = right(f"{entity}: upsert creates", lambda i, w, e=entity, b=build: i.upsert(
                e, "crm", w.marker, remembered(i, w, e, b(i, w, "u"))), entity)
            right(f"{entity}: upsert updates", lambda i, w, e=entity, c=change: i.upsert(e, "crm", w.marker, c), entity)
        right(f"{entity}: a field to null", lambda i, w, e=entity: i.update(e, of(e, i), {}, nulls=["tags"]), entity)
        both(f"{entity}: what it has to have, to null", lambda i, w, e=entity: i.update(e, of(e, i), {}, nulls=["createdAt"]))
        right(f"{entity}: retrieve", lambda i, w, e=entity: i.retrieve(e, of(e, i)))
        both(f"{entity}: describe", lambda i, w, e=entity: [i.describe(e).record])
        both(f"{entity}: history", lambda i, w, e=entity: [len(i.history(e, of(e, i)).record)])
        both(f"{entity}: nothing in it", lambda i, w, e=entity: i.create(e, {}))
    for entity, record in SERVERS_OWN.items():
        both(f"{entity}: only the server makes one", lambda i, w, e=entity, r=record: i.create(e, r))
        both(f"{entity}: of nobody", lambda i, w, e=entity: i.retrieve(e, NOBODY))
    equal("records: no entity is left out", sorted(ENTITIES), sorted([name for name, _, _ in RECORDS] + list(SERVERS_OWN)))


def bins():
    """Into the recycle bin and out again, and in again: those that lean on others first."""
    for entity, _, _ in reversed(RECORDS):
        if entity not in made:
            continue
        if entity in twins:
            right(f"{entity}: delete the twin", lambda i, w, e=entity: i.delete(e, twins[e][type(i)].identifier))
        for what in ("delete", "undelete", "delete"):
            right(f"{entity}: {what}", lambda i, w, e=entity, do=what: with_rows(getattr(i, do)(e, of(e, i)), of(e, i)), entity)
        both(f"{entity}: delete what is deleted", lambda i, w, e=entity: i.delete(e, of(e, i)))
        both(f"{entity}: update what is deleted", lambda i, w, e=entity: i.update(e, of(e, i), {"tags": ["z"]}))


def lists():
    """Pages, search, feeds and batches of the service."""
    def pages(interface, world):
        names = lambda ids: [world.neutral(r) for i in ids for r in sql(  # noqa: E731
            f"SELECT to_jsonb(last_name) FROM lead.lead WHERE id = '{i}'")]
        page = interface.query("Lead", filter=f'lastName : "*{world.marker}*"', sort="lastName", limit=1, count="exact")
        if page.code:
            return page
        more = interface.more("Lead", page.record["cursor"])
        return [names(page.record["ids"]), page.record["total"], page.record["done"], names(more.record["ids"])]

    both("query: leads in two pages", pages)
    both("query: a filter that does not parse", lambda i, w: i.query("Opportunity", filter="amount > > 1"))
    both("query: a field that there is not", lambda i, w: i.query("Quote", filter='colour = "red"'))
    both("search: leads and products", lambda i, w: [len(i.search(w.marker, ["Lead", "Product"]).record)])

    def feed(interface, world, deleted=False):
        token, mine = None, []
        while True:
            page = interface.changes("Lead", token, deleted).record
            mine += [(kind, version) for i, kind, version in page["changes"] if i == of("Lead", interface)]
            token = page["token"]
            if not page["more"]:
                return [mine]

    both("changes: the feed of a lead", feed)
    both("deleted: the feed of a lead", lambda i, w: feed(i, w, True))
    both("changes: a token that is none", lambda i, w: i.changes("Lead", "tampered"))
    for atomic in (False, True):
        both(f"batch: {'all or none' if atomic else 'each for itself'}", lambda i, w, a=atomic: i.batch("Competitor", [
            {"name": f"{w.marker} 1{a}"}, {"website": "x"}, {"name": f"{w.marker} 2{a}"}], a))  # noqa: B023


def merges():
    """Leads are merged and taken apart again."""
    three = {}
    for which, fields in (("master", {"city": "Malmö"}), ("victim", {"city": "Lund", "rating": "hot"}), ("other", {"city": "Ystad"})):
        three[which] = right(f"merge: create the {which}", lambda i, w, n=which, f=fields: i.create("Lead", {
            "lastName": f"{n} {w.marker}", "externalIds": [{"system": "merge", "id": f"{w.marker}-{n}"}], **f}), "Lead")
    one = lambda which, i: three[which][type(i)].identifier  # noqa: E731
    event = right("merge: create a child", lambda i, w: i.create("LeadEvent", {
        "leadId": one("victim", i), "kind": "visited", "at": MICROSECONDS}), "LeadEvent")
    merged = right("merge: of leads, with a choice", lambda i, w: i.merge("Lead", one("master", i), [one("victim", i)], [
        ("city", one("victim", i))], version=1), "Lead")
    both("merge: the victim", lambda i, w: with_rows(i.retrieve("Lead", one("victim", i)), one("victim", i)), "Lead")
    both("merge: the child", lambda i, w: i.retrieve("LeadEvent", event[type(i)].identifier), "LeadEvent")
    both("merge: the victim is not converted", lambda i, w: convert(i, {"leadId": one("victim", i)}))
    both("merge: of a victim that is merged already", lambda i, w: i.merge("Lead", one("other", i), [one("victim", i)]))
    both("merge: of a lead and an opportunity", lambda i, w: i.merge("Lead", one("master", i), [of("Opportunity", i)]))
    both("merge: a stale version", lambda i, w: i.merge("Lead", one("master", i), [one("other", i)], version=1))
    right("unmerge: leads", lambda i, w: i.unmerge(merged[type(i)].merge, "Lead"), "Lead")
    both("unmerge: twice", lambda i, w: i.unmerge(merged[type(i)].merge, "Lead"))
    right("unmerge: the victim", lambda i, w: i.retrieve("Lead", one("victim", i)), "Lead")
    both("unmerge: no merge", lambda i, w: i.unmerge(NOBODY, "Lead"))


def convert(interface, wish, once=None):
    """The result of one conversion, as an outcome."""
    if isinstance(interface, Rest):
        status, body = interface.call("POST", "/leads/convert", {"conversion": [wish]}, {"Idempotency-Key": once} if once else {})
        if status >= 400:
            return interface.outcome(status, body)
        result = body["result"][0]
        if not result["success"]:
            error = result["error"]
            return Outcome(error["code"], [(v["field"], v["code"]) for v in error.get("violation", [])])
    else:
        answer = interface.guarded("lead", "convertLeads", lambda r: r[0], conversion=[wish])
        if answer.code:
            return answer
        result = answer.record
        if not result.success:
            return interface.error(result.error)
    return Outcome(record=result, identifier=result["leadId"])


def told(outcome, member):
    """A member of a conversion's result, which zeep has empty and JSON not at all."""
    return outcome.record[member] if member in outcome.record else None


def conversions():
    """Into an account and a contact that are there, into one that is there, and into new ones."""
    def party(world):
        account = Rest().create("Account", {"name": f"there {world.marker}"}).identifier
        contact = Rest().create("Contact", {"lastName": f"there {world.marker}", "accountId": account}).identifier
        world.remember(account)
        world.remember(contact)
        return account, contact

    parties = {kind: party(world) for kind, world in WORLDS.items()}
    for name, wish in (
            ("both that are there", lambda a, c: {"accountId": a, "contactId": c, "opportunityName": "x", "closeDate": "2033-01-31",
                                                  "amount": "12.5"}),
            ("an account that is there", lambda a, c: {"accountId": a, "createOpportunity": False}),
            ("a contact that is there", lambda a, c: {"contactId": c, "overwriteSource": True, "closeDate": "2033-01-31"}),
            ("new ones", lambda a, c: {"closeDate": "2033-01-31"})):
        leads = right(f"convert: a lead for {name}", lambda i, w, n=name: i.create("Lead", {  # noqa: B023
            "firstName": "Åsa", "lastName": f"{n} {w.marker}", "companyName": f"{n} {w.marker}", "mobile": "+46 70 1", "source": "Fair",
            "email": f"{n.replace(' ', '-')}@{w.marker}.example", "estimatedAmount": "77.7", "currency": "EUR", "city": "Lund"}))
        done = right(f"convert: {name}", lambda i, w, l=leads, f=wish: convert(  # noqa: B023, E741
            i, {"leadId": l[type(i)].identifier, **f(*parties[type(i)])}))
        for kind, world in WORLDS.items():
            for member in ("leadId", "accountId", "contactId", "opportunityId"):
                world.remember(told(done[kind], member))
        for entity, member in (("Lead", "leadId"), ("Account", "accountId"), ("Contact", "contactId"), ("Opportunity", "opportunityId")):
            if all(told(outcome, member) for outcome in done.values()):
                both(f"convert: {name}: the {entity}", lambda i, w, e=entity, m=member, d=done: i.retrieve(
                    e, d[type(i)].record[m]), entity)
        same_flags = [(o.record["accountCreated"], o.record["contactCreated"], bool(told(o, "opportunityId"))) for o in done.values()]
        check(f"convert: {name}: the same is told", same_flags[0] == same_flags[1], same_flags)


def stepped(interface, operation, path, wish):
    """A call that writes one record: the outcome, with the id of what was written."""
    if isinstance(interface, Rest):
        return interface.outcome(*interface.call("POST", path, wish))
    answer = interface.guarded("lead", operation, lambda r: r[0], **wish)
    if answer.code:
        return answer
    return Outcome(identifier=answer.record.id) if answer.record.success else interface.error(answer.record.error)


def quote_steps():
    """Every step of a quote, from every stage that it comes through."""
    def drafted(name, off):
        return right(f"quote: a draft {name}", lambda i, w: i.create("Quote", {
            "name": f"{name} {w.marker}", "currency": "EUR", "discountPercent": off, "lines": [
                {"name": "Насос", "quantity": "2", "unitPrice": "50.05", "taxPercent": "25"}]}), "Quote")

    plain, dear = drafted("without much off", "5"), drafted("with much off", "50")

    def step(quotes, name, action, **more):
        both(f"quote {name}: {action}", lambda i, w: stepped(i, "advanceQuote", "/quotes/advance", {
            "quoteId": quotes[type(i)].identifier, "action": action, **more}), "Quote")
        both(f"quote {name}: after {action}", lambda i, w: i.retrieve("Quote", quotes[type(i)].identifier), "Quote")

    for action in ("accept", "approve", "decline", "reject", "send", "recall", "submit", "accept", "reject", "revise"):
        step(plain, "without much off", action)
    for action in ("send", "submit", "send", "decline", "submit", "approve", "send", "accept", "accept", "recall", "revise"):
        step(dear, "with much off", action, note="Hej")
    step(plain, "without much off", "dance")
    for name, wish in (("of nobody", {"quoteId": NOBODY}), ("of a lead", {})):
        both(f"quote: a step {name}", lambda i, w, x=wish: stepped(i, "advanceQuote", "/quotes/advance", {
            "quoteId": of("Lead", i), "action": "submit", **x}))
    both("quote: a stale version", lambda i, w: stepped(i, "advanceQuote", "/quotes/advance", {
        "quoteId": of("Quote", i), "action": "submit", "version": 1}))


def moves():
    for name, wish in (("to its own stage", lambda i: {}), ("to no stage", lambda i: {"stageId": NOBODY}),
                       ("of nobody", lambda i: {"opportunityId": NOBODY}), ("of a lead", lambda i: {"opportunityId": of("Lead", i)}),
                       ("under itself", lambda i: {"afterId": of("Opportunity", i)})):
        both(f"move: {name}", lambda i, w, f=wish: stepped(i, "moveOpportunity", "/opportunities/move", {
            "opportunityId": of("Opportunity", i), "stageId": of("Stage", i), **f(i)}), "Opportunity")


def duplicates():
    """The warning names the same candidates; the header of REST and the element of SOAP override it."""
    like = lambda w: {"lastName": f"Twin {w.marker}", "email": f"twin@{w.marker}.example"}  # noqa: E731
    right("duplicates: the first", lambda i, w: i.create("Lead", like(w)), "Lead")
    both("duplicates: the second is refused", lambda i, w: i.create("Lead", like(w)))
    right("duplicates: the element", lambda i, w: i.create("Lead", {**like(w), "allowDuplicates": True}), "Lead")

    def by_header(interface, world):
        if isinstance(interface, Soap):
            return interface.create("Lead", {**like(world), "allowDuplicates": True})
        status, body = interface.call("POST", "/leads", like(world), {"Prefer": "allow-duplicates"})
        return interface.outcome(status, body, status == 201)

    right("duplicates: the header of REST, the element of SOAP", by_header, "Lead")

    def upsert_by_header(interface, world):
        record = {**like(world), "allowDuplicates": True} if isinstance(interface, Soap) else like(world)
        if isinstance(interface, Soap):
            return interface.upsert("Lead", "twin", world.marker, record)
        status, body = interface.call("PUT", f"/leads/external/twin/{world.marker}", record,
                                      {"Prefer": "return=representation, allow-duplicates"})
        return interface.outcome(status, body, status == 201)

    right("duplicates: of an upsert", upsert_by_header, "Lead")

    def no_such_preference():
        status, body = Rest().call("POST", "/competitors", {"name": f"prefers {RUN}"}, {"Prefer": "allow-duplicates"})
        return status == 201 or (status, body)

    case("duplicates: the preference means nothing where there are none", no_such_preference)


def operations():
    """Every operation of the WSDL is called above, or stands in ELSEWHERE."""
    wsdl = {name for service in Soap().service("lead").wsdl.services.values() for port in service.ports.values()
            for name in port.binding._operations}  # noqa: SLF001 - zeep has no public way to them
    elsewhere = (pathlib.Path(__file__).parent / "parity_lead.py").read_text()
    left = sorted(name for name in wsdl if ("lead", name) not in Soap.called
                  and not (name in ELSEWHERE and f'"{name}"' in elsewhere))
    equal("operations: none of the WSDL is left out", left, [])


records()
lists()
merges()
conversions()
quote_steps()
moves()
duplicates()
bins()
operations()
finish()
