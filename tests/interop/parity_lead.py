"""What the lead service does beyond records does the same through REST and SOAP: on the same state the same answer, from the
same beginnings the same end, for the same bad input the same code and the same fields.

Needs KONTOR_URL, KONTOR_USER, KONTOR_PASSWORD and KONTOR_API_KEY.
"""

import datetime
import decimal
import json
import os
import re
import urllib.error
import urllib.parse
import urllib.request
import uuid

import zeep.exceptions
import zeep.helpers

from report import check, equal, finish
from zeep_support import COMMON, URL, client, session_header

RUN = uuid.uuid4().hex[:10]
KEY = os.environ["KONTOR_API_KEY"]
NOBODY = "00000000-0000-7000-8000-000000000000"
lead = client("lead")
session = session_header(KEY, lead)

# What two records that were made one after the other need not share.
VOLATILE = {"version", "createdAt", "updatedAt", "stageSince", "at", "closedAt", "convertedAt", "assignedAt", "scoredAt", "sentAt",
            "approvedAt", "acceptedAt", "rejectedAt", "boardPosition", "secondsInFrom", "number", "acceptToken", "acceptUrl",
            "traceId", "index"}


# --- The two interfaces, with one shape of answer ---------------------------------------------------------------------

def plain(value):
    """JSON and what zeep gives as the same values: no empty members, decimals without trailing zeros, times in UTC."""
    if isinstance(value, dict):
        members = {name: plain(member) for name, member in sorted(value.items())}
        return {name: member for name, member in members.items() if member not in (None, [], {}, "")}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, str) and re.fullmatch(r"-?\d+\.\d+|0", value):
        value = decimal.Decimal(value)
    if isinstance(value, decimal.Decimal):
        return format(value.normalize() + 0, "f")
    return value


class Refused:
    """An error of either interface: its code, the fields that it names, and what else it tells."""

    def __init__(self, code, fields=(), version=None, candidates=()):
        self.told = (code, sorted(fields), version, sorted(candidates))

    @staticmethod
    def of_problem(problem):
        return Refused(problem.get("code"), [(e["pointer"], e["code"]) for e in problem.get("errors", [])],
                       problem.get("currentVersion"), [c["id"] for c in problem.get("candidates", [])])

    @staticmethod
    def of_fault(fault):
        return Refused(fault.code, [(v.field, v.code) for v in fault.violation], fault.currentVersion,
                       [c.id for c in fault.candidate])


def rest(method, path, body=None, once=None, **query):
    words = urllib.parse.urlencode({name: value for name, value in query.items() if value is not None})
    request = urllib.request.Request(f"{URL}/api/v1/{path}{'?' + words if words else ''}", method=method,
                                     data=None if body is None else json.dumps(body, default=str).encode(),
                                     headers={"Authorization": "Bearer " + KEY, "Content-Type": "application/json",
                                              **({"Idempotency-Key": once} if once else {})})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            content = answer.read()
            return json.loads(content) if "json" in answer.headers["Content-Type"] else content
    except urllib.error.HTTPError as problem:
        return Refused.of_problem(json.loads(problem.read()))


def soap(operation, once=None, **arguments):
    headers = [session] + ([lead.get_element(COMMON + "IdempotencyHeader")(key=once)] if once else [])
    try:
        return zeep.helpers.serialize_object(lead.service[operation](**arguments, _soapheaders=headers), dict)
    except zeep.exceptions.Fault as problem:
        detail = problem.detail.find(COMMON + "ApiFault")
        return Refused.of_fault(lead.get_element(COMMON + "ApiFault").parse(detail, lead.wsdl.types))


def raw_soap(operation):
    """The answer to an operation that is written out."""
    envelope = ('<Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/"><Body>'
                + operation.replace(">", ' xmlns="http://api.kontor.example/lead/v1">', 1) + "</Body></Envelope>")
    request = urllib.request.Request(f"{URL}/soap/v1/lead", data=envelope.encode(), headers={
        "Authorization": "Bearer " + KEY, "Content-Type": "text/xml; charset=utf-8"})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.read()
    except urllib.error.HTTPError as problem:
        return problem.read()


def create(collection, **record):
    made = rest("POST", collection, record)
    assert not isinstance(made, Refused), made.told
    return made["id"]


def stored(collection, identifier):
    return rest("GET", f"{collection}/{identifier}")


def difference(left, right, path=""):
    if isinstance(left, dict) and isinstance(right, dict):
        for name in sorted(set(left) | set(right)):
            if left.get(name) != right.get(name):
                return difference(left.get(name), right.get(name), f"{path}/{name}")
    if isinstance(left, list) and isinstance(right, list) and len(left) == len(right):
        for index, (one, other) in enumerate(zip(left, right)):
            if one != other:
                return difference(one, other, f"{path}/{index}")
    return f"{path or '/'}: REST {left!r}, SOAP {right!r}"


def same(name, by_rest, by_soap, expected=None):
    """Both answers are equal, and `expected` holds of them; or, when it is a code, both are refused with it and alike."""
    if isinstance(by_rest, Refused) or isinstance(by_soap, Refused):
        told = [answer.told if isinstance(answer, Refused) else "accepted" for answer in (by_rest, by_soap)]
        check(name, told[0] == told[1] and expected == told[0][0], f"REST {told[0]}, SOAP {told[1]}, not {expected}")
        return
    left, right = plain(by_rest), plain(by_soap)
    check(name, left == right and (expected is None or callable(expected) and expected(by_rest)), difference(left, right))


# --- On the same state, the same answer -------------------------------------------------------------------------------

def prepare():
    """A pipeline with a stage that asks for something, two deals in it, a lost one, and a lead."""
    pipeline = create("pipelines", name=f"parity {RUN}")
    stages = {}
    for place, (name, category, probability, more) in enumerate([
            ("Begun", "open", 10, {"rottingDays": 3}),
            ("Offered", "open", 60, {"requirements": [{"filter": "nextStep : *", "field": "nextStep", "message": "Say what."}]}),
            ("Won", "won", 100, {}), ("Lost", "lost", 0, {})], 1):
        stages[name] = create("stages", pipelineId=pipeline, name=name, position=place, category=category,
                              probability=probability, **more)
    deals = [create("opportunities", name=f"株式会社 {n} {RUN}", pipelineId=pipeline, closeDate=f"2033-05-1{n}", currency="USD",
                    lines=[{"name": "Насос", "quantity": "2.5", "unitPrice": "100.10", "discountPercent": "12.5"}],
                    contacts=[{"contactId": NOBODY, "role": "champion"}], nextStep="Zavolat") for n in range(3)]
    reason = create("lostReasons", name=f"Too dear {RUN}")
    rest("POST", "opportunities/move", {"opportunityId": deals[2], "stageId": stages["Lost"], "lostReasonId": reason})
    create("forecastSubmissions", period="2033-05-01", category="commit", amount="900.50")
    return pipeline, stages, deals, reason


def readings(pipeline, deals):
    board = lambda more: rest("GET", f"pipelines/{pipeline}/board", **more)  # noqa: E731
    for name, more, cards in (("whole", {}, 2), ("filtered", {"filter": 'closeDate = 2033-05-10'}, 1), ("limited", {"limit": 1}, 1),
                              ("with what was closed", {"closedSince": "2020-01-01"}, 3)):
        same(f"board: {name}", board(more), soap("getBoard", pipelineId=pipeline, **more), lambda b, n=cards: len(b["card"]) == n)
    me = rest("GET", "me")["userId"]
    for name, more in (("of a pipeline", {"pipelineId": pipeline}), ("of a person", {"ownerId": me}), ("of all", {})):
        period = {"from": "2033-05-01", "until": "2033-07-01", **more}
        same(f"forecast: {name}", rest("GET", "forecast", **period), soap("getForecast", **period), lambda f: f["row"])
    since = {"since": "2026-01-01T00:00:00Z", "pipelineId": pipeline}
    same("pipeline changes", rest("GET", "pipelineChanges", **since), {"difference": soap("getPipelineChanges", **since)},
         lambda d: len(d["difference"]) == 4)
    like = {"email": f"like@{RUN}.example", "lastName": "Ødegård"}
    create("leads", **like)
    same("duplicates: found", rest("POST", "leads/duplicates", {"lead": like}), {"candidate": soap("findDuplicates", lead=like)},
         lambda d: len(d["candidate"]) == 1)
    for collection, entity, identifier in (("opportunities", "Opportunity", deals[0]), ("pipelines", "Pipeline", pipeline)):
        found = soap("retrieveRecords", key=[{"entity": entity, "id": identifier}])
        same(f"retrieve: {entity}", stored(collection, identifier), found["records"][entity[0].lower() + entity[1:]][0])


# --- From the same beginnings, the same end ---------------------------------------------------------------------------

class World:
    """What one interface is to change: what it makes is known by the order of its making."""

    def __init__(self, marker, pipeline):
        self.marker, self.names = marker, {}
        person = {"lastName": "Παπαδόπουλος", "companyName": f"Α.Ε. {marker}", "email": f"{marker}@{marker}.example",
                  "estimatedAmount": "123456789012345.6789", "currency": "EUR", "phone": None, "tags": ["fair"],
                  "street": "Οδός 1", "city": "Αθήνα", "country": "GR"}
        self.lead = create("leads", **{name: value for name, value in person.items() if value})
        self.other = create("leads", lastName=f"Other {marker}", companyName=f"Other {marker}")
        self.deal = create("opportunities", name=f"deal {marker}", pipelineId=pipeline, closeDate="2033-09-30",
                           amount="100.00", currency="EUR")
        self.quote = create("quotes", name=f"quote {marker}", currency="EUR", discountPercent="10", shipping="12.345",
                            opportunityId=self.deal, shippingTaxPercent="25",
                            lines=[{"name": "Насос", "quantity": "2", "unitPrice": "50", "taxPercent": "25"}])

    def neutral(self, value):
        if isinstance(value, dict):
            return {name: self.neutral(member) for name, member in sorted(value.items()) if name not in VOLATILE}
        if isinstance(value, list):
            return [self.neutral(item) for item in value]
        if isinstance(value, str) and re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", value):
            return self.names.setdefault(value, f"<id {len(self.names)}>")
        return value.replace(self.marker, "<world>") if isinstance(value, str) else value


def changes(stages, reason, worlds):
    """Each step through REST in one world and through SOAP in the other; then what is stored must be the same."""
    (by_rest, by_soap) = worlds

    def both(name, rest_step, soap_step, *looked_at, expected=None):
        left, right = rest_step(by_rest), soap_step(by_soap)
        if not isinstance(left, Refused) and not isinstance(right, Refused):
            left, right = by_rest.neutral(plain(left)), by_soap.neutral(plain(right))
        same(name, left, right, expected)
        for what, identifier in looked_at:
            ends = [world.neutral(plain(stored(what, identifier(world)))) for world in worlds]
            check(f"{name}: the same {what}", ends[0] == ends[1], difference(*ends))

    def convert(name, wishes, expected=None):
        both(f"convert: {name}", lambda w: rest("POST", "leads/convert", {"conversion": wishes(w)}),
             lambda w: {"result": soap("convertLeads", conversion=wishes(w))}, ("leads", lambda w: w.lead), expected=expected)

    def move(name, expected=None, **more):
        def wish(world):
            return {"opportunityId": world.deal, **{key: item(world) if callable(item) else item for key, item in more.items()}}
        # REST answers with the record, SOAP with a result: what is stored is compared.
        both(f"move: {name}", lambda w: settled(rest("POST", "opportunities/move", wish(w))),
             lambda w: settled(soap("moveOpportunity", **wish(w))), ("opportunities", lambda w: w.deal), expected=expected)

    def advance(action, expected=None, note=None):
        wish = lambda w: {"quoteId": w.quote, "action": action, **({"note": note} if note else {})}  # noqa: E731
        both(f"quote: {action}", lambda w: settled(rest("POST", "quotes/advance", wish(w))),
             lambda w: settled(soap("advanceQuote", **wish(w))), ("quotes", lambda w: w.quote), expected=expected)

    convert("a lead, one that is not there, and one without an opportunity", lambda w: [
        {"leadId": w.lead, "opportunityName": f"made {w.marker}", "closeDate": "2033-05-31"}, {"leadId": NOBODY},
        {"leadId": w.other, "createOpportunity": False}], lambda a: [r["success"] for r in a["result"]] == [True, False, True])
    convert("a lead again", lambda w: [{"leadId": w.lead}], lambda a: a["result"][0]["error"]["code"] == "CONFLICT")
    for name, member in (("accounts", "convertedAccountId"), ("contacts", "convertedContactId"),
                         ("opportunities", "convertedOpportunityId")):
        ends = [world.neutral(plain(stored(name, stored("leads", world.lead)[member]))) for world in worlds]
        check(f"convert: the same {name}", ends[0] == ends[1], difference(*ends))
    move("what the stage asks for is missing", "VALIDATION", stageId=stages["Offered"])
    move("with what it asks for", stageId=stages["Offered"], fields={"nextStep": "Zavolat"})
    move("a stale version", "CONFLICT_VERSION", stageId=stages["Begun"], version=1)
    move("under a card of another stage", "VALIDATION", stageId=stages["Offered"],
         afterId=lambda w: stored("leads", w.lead)["convertedOpportunityId"])
    move("lost without a reason", "VALIDATION", stageId=stages["Lost"])
    move("lost", stageId=stages["Lost"], lostReasonId=reason)
    move("open again", stageId=stages["Begun"])
    move("to no stage", "VALIDATION", stageId=NOBODY)
    advance("accept", "CONFLICT")
    advance("nonsense", "VALIDATION")
    for action in ("submit", "recall", "submit", "send"):
        advance(action)
    advance("reject", note="Příliš drahé")
    advance("revise")


def conversions_once():
    """A conversion whose answer was lost may be asked for again, through whichever interface."""
    wishes = [{"leadId": create("leads", lastName=f"Once {RUN}"), "amount": "12.50", "closeDate": "2033-05-31"},
              {"leadId": create("leads", lastName=f"And once {RUN}"), "createOpportunity": False}]
    first = rest("POST", "leads/convert", {"conversion": wishes}, once=f"once-{RUN}")
    same("idempotency: a conversion by REST, and again by SOAP", first,
         {"result": soap("convertLeads", conversion=wishes, once=f"once-{RUN}")}, lambda a: all(r["success"] for r in a["result"]))
    same("idempotency: … and by REST", first, rest("POST", "leads/convert", {"conversion": wishes}, once=f"once-{RUN}"))
    wishes[0]["amount"] = "13.50"
    answers = [rest("POST", "leads/convert", {"conversion": wishes[:1]}, once=f"once-{RUN}")["result"],
               soap("convertLeads", conversion=wishes[:1], once=f"once-{RUN}")]
    equal("idempotency: another conversion with that key", [a[0]["error"]["code"] for a in answers], ["IDEMPOTENCY_MISMATCH"] * 2)


def settled(answer):
    """Of a write: that it was refused, or not."""
    return answer if isinstance(answer, Refused) else {"done": True}


# --- Bad input --------------------------------------------------------------------------------------------------------

def bad_input(pipeline):
    def asked(name, path, operation, expected, **query):
        same(f"bad input: {name}", rest("GET", path, **query), soap(operation, **query), expected)

    period = {"from": "2033-05-01", "until": "2033-06-01"}
    asked("no month", "forecast", "getForecast", "VALIDATION", **{**period, "from": "2033-05-02"})
    asked("an end before the beginning", "forecast", "getForecast", "VALIDATION", **{**period, "until": "2033-04-01"})
    asked("a century", "forecast", "getForecast", "VALIDATION", **{**period, "until": "2133-04-01"})
    asked("an end of time before its beginning", "pipelineChanges", "getPipelineChanges", "VALIDATION",
          since="2033-01-01T00:00:00Z", until="2030-01-01T00:00:00Z")
    for name, expected, more in (("a filter that does not parse", "INVALID_QUERY", {"filter": "name = = 1"}),
                                 ("a filter on no field", "INVALID_QUERY", {"filter": 'colour = "red"'})):
        same(f"bad input: {name}", rest("GET", f"pipelines/{pipeline}/board", **more), soap("getBoard", pipelineId=pipeline, **more),
             expected)
    same("bad input: no such pipeline", rest("GET", f"pipelines/{NOBODY}/board"), soap("getBoard", pipelineId=NOBODY), "NOT_FOUND")
    # zeep does not send more than the WSDL allows; others do.
    many = f"<conversion><leadId>{NOBODY}</leadId></conversion>" * 101
    check("bad input: more than 100 leads, REST", isinstance(rest("POST", "leads/convert", {"conversion": [{"leadId": NOBODY}] * 101}),
                                                              Refused))
    check("bad input: more than 100 leads, SOAP", b"ApiFault" in raw_soap(f"<convertLeads>{many}</convertLeads>"))
    for name, record in (("a negative amount", {"amount": "-1"}), ("too large an amount", {"amount": "1234567890123456"}),
                         ("no such currency", {"amount": "1", "currency": "QQQ"}), ("no such stage", {"stageId": NOBODY})):
        record = {"name": name, "closeDate": "2033-01-01", **record}
        result = soap("createRecords", records={"opportunity": [record]})
        told = result if isinstance(result, Refused) else Refused(
            result[0]["error"]["code"], [(v["field"], v["code"]) for v in result[0]["error"]["violation"]])
        told.told = (told.told[0], [(re.sub("^/records/opportunity/0", "", p), c) for p, c in told.told[1]], *told.told[2:])
        same(f"bad input: {name}", rest("POST", "opportunities", record), told, "VALIDATION")
    same("bad input: a document of no quote", rest("GET", f"quotes/{NOBODY}/document"), soap("getQuoteDocument", quoteId=NOBODY),
         "NOT_FOUND")


def main():
    pipeline, stages, deals, reason = prepare()
    readings(pipeline, deals)
    worlds = World(f"resta{RUN}", pipeline), World(f"soapa{RUN}", pipeline)
    for world in worlds:  # what both share has the same name in both
        for identifier in (pipeline, reason, NOBODY, *stages.values(), *deals):
            world.neutral(identifier)
    changes(stages, reason, worlds)
    conversions_once()
    document = soap("getQuoteDocument", quoteId=worlds[0].quote)
    equal("document: the same bytes", document["content"], rest("GET", f"quotes/{worlds[0].quote}/document"))
    bad_input(pipeline)
    finish()


main()
