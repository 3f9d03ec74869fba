"""A Python program with zeep that sells: it knows the lead service from its WSDL alone."""

import datetime
import decimal
import os
import uuid

from report import case, check, equal, finish
from zeep_support import COMMON, client, fault_of, session_header

run = uuid.uuid4().hex[:12]
identity = client("identity")
lead = client("lead")
check("wsdl: the lead service loads", True)
login = identity.service.login(userName=os.environ["KONTOR_USER"], password=os.environ["KONTOR_PASSWORD"])
session = session_header(login.sessionId, lead)


def call(name, *arguments, headers=(), **named):
    return lead.service[name](*arguments, _soapheaders=[session, *headers], **named)


def fault(name, **named):
    return fault_of(lead, call, name, **named)


def create(member, **record):
    result = call("createRecords", records={member: [record]})[0]
    assert result.success, result.error
    return result.id


def stored(entity, identifier):
    found = call("retrieveRecords", key=[{"entity": entity, "id": identifier}])
    assert found.results.record[0].success, found.results.record[0]
    return getattr(found.records, entity[0].lower() + entity[1:])[0]


def violations(error):
    return [(v.field, v.code) for v in error.violation]


# Leads
person = {"firstName": "Žofie", "lastName": f"Ødegård {run}", "companyName": f"株式会社 Кирилл {run}",
          "email": f"zofie@{run}.example", "estimatedAmount": decimal.Decimal("123456789012345.6789"), "currency": "EUR",
          "description": "شركة 🎻 <&>\"'"}
result = call("createRecords", records={"lead": [person]})
equal("create: a list of one gives a list of one", len(result), 1)
check("create: the lead was created", result[0].success and result[0].created, result[0].error)
first = result[0].id
found = stored("Lead", first)
equal("text: non-Latin scripts survive", [found[name] for name in person], list(person.values()))
equal("create: what the server knows", (found.displayName, found.statusCategory, found.companyDomain),
      (f"Žofie {person['lastName']}", "open", f"{run}.example"))

# Duplicates
error = call("createRecords", records={"lead": [{**person, "firstName": "Sofie"}]})[0].error
equal("duplicates: a typed fault", error.code, "DUPLICATES_DETECTED")
equal("duplicates: … with the candidates", [(c.entity, c.id, c.name, c.matchedOn) for c in error.candidate],
      [("Lead", first, found.displayName, ["email"])])
check("duplicates: … and how alike they are", 0 < error.candidate[0].score <= 100, error.candidate[0].score)
twin = create("lead", **{**person, "firstName": "Sofie"}, allowDuplicates=True)
check("duplicates: the override creates it", twin)
candidates = call("findDuplicates", lead={"email": person["email"].upper()})
equal("duplicates: findDuplicates finds both", {c.id for c in candidates}, {first, twin})

# Query
query = {"entity": "Lead", "filter": f'companyName = "{person["companyName"]}" AND email : "zofie@*"', "sort": "firstName",
         "limit": 1, "count": "exact"}
page = call("queryRecords", query=query)
equal("query: the first page", ([r.firstName for r in page.records.lead], page.total, page.done), (["Sofie"], 2, False))
page = call("queryMore", cursor=page.cursor)
equal("query: a list of one, the last page", ([r.id for r in page.records.lead], page.done), ([first], True))

# Conversion
nobody = str(uuid.uuid4())
wishes = [{"leadId": first, "opportunityName": f"Zeep {run}", "closeDate": datetime.date(2031, 5, 31)},
          {"leadId": nobody}, {"leadId": twin, "createOpportunity": False}]
once = lead.get_element(COMMON + "IdempotencyHeader")(key=f"zeep-convert-{run}")
results = call("convertLeads", conversion=wishes, headers=[once])
equal("convert: a result for each, in their places", [(r.leadId, r.success) for r in results],
      [(first, True), (nobody, False), (twin, True)])
equal("convert: the typed fault of the one that failed", results[1].error.code, "NOT_FOUND")
equal("convert: what was made", (results[0].accountCreated, results[0].contactCreated, bool(results[0].opportunityId)),
      (True, True, True))
equal("convert: … without an opportunity", results[2].opportunityId, None)
deal = stored("Opportunity", results[0].opportunityId)
equal("convert: the opportunity has the lead's money", (deal.name, deal.amount, deal.leadId),
      (f"Zeep {run}", person["estimatedAmount"], first))
again = call("convertLeads", conversion=wishes, headers=[once])
equal("convert: the same call again", [(r.success, r.accountId, r.opportunityId) for r in again],
      [(r.success, r.accountId, r.opportunityId) for r in results])
again = call("convertLeads", conversion=[{"leadId": first}])
equal("convert: a converted lead", (len(again), again[0].error.code), (1, "CONFLICT"))

# A pipeline with a stage that asks for something
pipeline = create("pipeline", name=f"Zeep {run}")
stage = {name: create("stage", pipelineId=pipeline, name=name, position=place, category=category, probability=probability,
                      **more)
         for place, (name, category, probability, more) in enumerate([
             ("Begun", "open", 10, {}),
             ("Offered", "open", 60, {"requirements": [{"filter": "nextStep : *", "field": "nextStep",
                                                        "message": "Say what comes next."}]}),
             ("Won", "won", 100, {})], 1)}

# Opportunities: money of 19 digits, and lines
whole = decimal.Decimal("123456789012345.6789")
big = create("opportunity", name=f"Big {run}", pipelineId=pipeline, closeDate=datetime.date(2031, 5, 31), amount=whole,
             currency="EUR")
equal("money: 19 digits survive", stored("Opportunity", big).amount, whole)
call("deleteRecords", key=[{"entity": "Opportunity", "id": big}])
made = create("opportunity", name=f"Lines {run}", pipelineId=pipeline, closeDate=datetime.date(2031, 5, 31), currency="EUR",
              lines=[{"name": "Насос", "quantity": decimal.Decimal("2.5"), "unitPrice": decimal.Decimal("100.10")},
                     {"name": "ポンプ", "unitPrice": decimal.Decimal("49.75"), "discountPercent": decimal.Decimal("20")}])
deal = stored("Opportunity", made)
equal("lines: each has its total", [(line.name, line.total) for line in deal.lines],
      [("Насос", decimal.Decimal("250.25")), ("ポンプ", decimal.Decimal("39.80"))])
equal("lines: the amount is their sum", (deal.amountSource, deal.amount, deal.amountBase),
      ("lines", decimal.Decimal("290.05"), decimal.Decimal("290.05")))
equal("stage: the first one, with its probability", (deal.stageId, deal.probability, deal.weightedAmount),
      (stage["Begun"], 10, decimal.Decimal("29.01")))
call("updateRecords", records={"opportunity": [{"id": made, "lines": deal.lines[:1]}]})
equal("lines: a list of one", [line.name for line in stored("Opportunity", made).lines], ["Насос"])

# Stages
error = fault("moveOpportunity", opportunityId=made, stageId=stage["Offered"])
equal("move: what the stage asks for is missing: a typed fault", error.code, "VALIDATION")
equal("move: … and named", [(v.field, v.reason) for v in error.violation], [("/nextStep", "Say what comes next.")])
equal("move: … and nothing has changed", stored("Opportunity", made).stageId, stage["Begun"])
version = stored("Opportunity", made).version
moved = call("moveOpportunity", opportunityId=made, stageId=stage["Offered"], version=version,
             fields={"nextStep": "Zavolat"})[0]
check("move: with what it asks for", moved.success, moved.error)
deal = stored("Opportunity", made)
equal("move: the stage's probability", (deal.stageId, deal.probability, deal.nextStep), (stage["Offered"], 60, "Zavolat"))
error = fault("moveOpportunity", opportunityId=made, stageId=stage["Begun"], version=version)
equal("move: a stale version: a typed fault", (error.code, error.currentVersion), ("CONFLICT_VERSION", deal.version))
board = call("getBoard", pipelineId=pipeline)
equal("board: columns and cards", ([(c.name, c.count) for c in board.column if c.count], [c.id for c in board.card]),
      ([("Offered", 1)], [made]))
steps = call("queryRecords", query={"entity": "StageChange", "filter": f'opportunityId = "{made}"', "sort": "at"})
equal("history of stages: two steps", [(s.fromStageId, s.toStageId) for s in steps.records.stageChange],
      [(None, stage["Begun"]), (stage["Begun"], stage["Offered"])])

# Quotes: example 5 of how quotes are rounded, and an optional line
number = decimal.Decimal
quote = create("quote", name=f"Zeep {run}", opportunityId=made, currency="EUR", discountPercent=number(10),
               shipping=number("12.345"), shippingTaxPercent=number(25), language="de",
               lines=[{"name": "Wärmepumpe", "quantity": number(2), "unitPrice": number(50), "taxPercent": number(25)},
                      {"name": "Einbau", "unitPrice": number(250), "isOptional": True}])
offer = stored("Quote", quote)
equal("quote: its sums", (offer.subtotal, offer.discountTotal, offer.taxTotal, offer.total),
      (number(100), number(10), number("25.59"), number("127.94")))
equal("quote: its lines", [(line.name, line.net, line.isOptional) for line in offer.lines],
      [("Wärmepumpe", number(100), None), ("Einbau", number(250), True)])
equal("quote: its taxes, a list of one",
      [(tax.percent, tax.taxable, tax.amount) for tax in offer.taxes if tax.percent],
      [(number(25), number("102.35"), number("25.59"))])
error = fault("advanceQuote", quoteId=quote, action="accept")
equal("quote: a step that its stage does not allow: a typed fault", error.code, "CONFLICT")
for action in ("submit", "send", "accept"):
    step = call("advanceQuote", quoteId=quote, action=action, note="Žofie")[0]
    check(f"quote: {action}", step.success, step.error)
document = call("getQuoteDocument", quoteId=quote)
equal("quote: the document is a PDF", (document.contentType, document.content[:5]), ("application/pdf", b"%PDF-"))
equal("quote: accepted, it sets the amount of its opportunity", stored("Opportunity", made).amount, number(90))

# Forecast
period = {"from": datetime.date(2031, 5, 1), "until": datetime.date(2031, 6, 1)}
forecast = call("getForecast", **period, pipelineId=pipeline)
equal("forecast: a list of one", [(r.ownerId, r.count, r.amountBase, r.weightedAmount) for r in forecast.row],
      [(login.userId, 1, number(90), number(54))])
equal("forecast: its currency and month", (forecast.currency, forecast.row[0].period), ("EUR", period["from"]))
equal("forecast: what is no month: a typed fault",
      violations(fault("getForecast", **{**period, "from": datetime.date(2031, 5, 2)})), [("/from", "NOT_FIRST_OF_MONTH")])
equal("board: an unknown pipeline: a typed fault", fault("getBoard", pipelineId=nobody).code, "NOT_FOUND")

# Merge
other = create("lead", lastName=f"Merged {run}")
merged = call("mergeRecords", merge=[{"entity": "Lead", "masterId": create("lead", lastName=f"Kept {run}"),
                                      "victimId": [other]}])[0]
check("merge: leads become one", merged.success, merged.error)
back = call("unmergeRecords", mergeId=merged.mergeId)
equal("merge: and two again", back.victimId, [other])

# Won, with an idempotency key; what was refused does not use it up
once = lead.get_element(COMMON + "IdempotencyHeader")(key=f"zeep-won-{run}")
error = fault("moveOpportunity", opportunityId=made, stageId=stage["Won"], version=1, headers=[once])
equal("idempotency: refused", error.code, "CONFLICT_VERSION")
versions = {call("moveOpportunity", opportunityId=made, stageId=stage["Won"], headers=[once])[0].version for _ in range(2)}
equal("idempotency: one key, one move", len(versions), 1)
equal("won: the opportunity is", stored("Opportunity", made).category, "won")
case("history: says so", lambda: any(e.field == "stageId" and e.newValue == stage["Won"] for e in call(
    "getHistory", key={"entity": "Opportunity", "id": made}).entry) or "not found")
finish()
