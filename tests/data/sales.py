"""The sales side of the company that generate.py makes: currencies' rates, products with prices, leads, and a pipeline with
two years of history.

Records go through the import like all others. What only time can make (when a stage was entered, and by whom) is in
history.sql, which is applied to the lead schema afterwards.
"""

import datetime
import random

import people

STAGES = ("Prospecting", "Qualification", "Proposal", "Negotiation", "Won", "Lost")
STAGE = {name: f"01940000-0000-7000-8000-0000000003{number:02d}" for number, name in enumerate(STAGES, 1)}
CATEGORY = {name: {"Won": "won", "Lost": "lost"}.get(name, "open") for name in STAGES}
PROBABILITY = {"Prospecting": 10, "Qualification": 20, "Proposal": 50, "Negotiation": 80, "Won": 100, "Lost": 0}
LOST_REASONS = [f"01940000-0000-7000-8000-0000000004{number:02d}" for number in range(1, 5)]
STATUSES = {"New": "01940000-0000-7000-8000-000000000101", "Working": "01940000-0000-7000-8000-000000000102",
            "Qualified": "01940000-0000-7000-8000-000000000103", "Disqualified": "01940000-0000-7000-8000-000000000105"}
PIPELINE = "01940000-0000-7000-8000-000000000201"
SELLERS = range(1, 10)
YEARS = 2

PRODUCTS = (
    ("Pump P 40", "good", "piece", 1890, 1120), ("Pump P 80", "good", "piece", 3490, 2070), ("Pump P 160", "good", "piece", 6120, 3890),
    ("Valve set", "good", "set", 240, 96), ("Control unit C1", "good", "piece", 980, 410), ("Control unit C2", "good", "piece", 1640, 700),
    ("Sensor kit", "good", "set", 315, 120), ("Mounting frame", "good", "piece", 410, 190), ("Spare parts box", "good", "box", 560, 240),
    ("Installation", "service", "day", 1150, 620), ("Commissioning", "service", "day", 1350, 700), ("Training", "service", "day", 1490, 540),
    ("Maintenance contract", "subscription", "month", 189, 71), ("Remote monitoring", "subscription", "month", 49, 8),
    ("Hotline", "subscription", "month", 79, 22),
)
DEALS = ("{} for {}", "{} – {}", "{}: renewal, {}", "{} at {}")


def pick(items, chance):
    return items[int(chance() * len(items))]


def working_day(day):
    return day - datetime.timedelta(days=max(0, day.weekday() - 4))


def external(number):
    return [{"system": "demo", "id": str(number)}]


def tax_rates(company):
    for number, (name, percent, country) in enumerate((("VAT 19 %", 19, "DE"), ("VAT 7 %", 7, "DE"), ("Moms 25 %", 25, "SE"), ("Exempt", 0, None))):
        rate = {"id": company.identifier("taxRate", number), "name": name, "percent": str(percent), "isActive": True,
                "externalIds": external(f"tax-{number}")}
        if country:
            rate["country"] = country
        yield rate


def products(company):
    for number, (name, kind, unit, price, cost) in enumerate(PRODUCTS):
        yield {"id": company.identifier("product", number), "sku": f"KN-{1001 + number}", "name": name, "type": kind, "unit": unit,
               "listPrice": f"{price}.00", "cost": f"{cost}.00", "currency": "EUR", "taxRateId": company.identifier("taxRate", 0),
               "isActive": True, "externalIds": external(f"product-{number}")}


def price_books(company):
    yield {"id": company.identifier("priceBook", 0), "name": "List prices", "currency": "EUR", "isDefault": True, "isActive": True,
           "externalIds": external("book-0")}
    yield {"id": company.identifier("priceBook", 1), "name": "Key accounts", "currency": "EUR", "isActive": True,
           "externalIds": external("book-1")}


def price_book_entries(company):
    number = 0
    for product, (_, kind, _, price, _) in enumerate(PRODUCTS):
        tiers = ((0, 1, 1.0), (0, 10, 0.95), (0, 50, 0.9)) if kind == "good" else ((0, 1, 1.0),)
        for book, quantity, factor in (*tiers, (1, 1, 0.92)):
            yield {"id": company.identifier("priceBookEntry", number), "priceBookId": company.identifier("priceBook", book),
                   "productId": company.identifier("product", product), "minimumQuantity": str(quantity),
                   "price": f"{price * factor:.2f}", "externalIds": external(f"price-{number}")}
            number += 1


def currency_rates(company, today):
    chance = random.Random(company.seed * 7 + 11).random
    number = 0
    for currency, rate in (("USD", 0.92), ("SEK", 0.088), ("JPY", 0.0062)):
        for month in range(YEARS * 12 + 2):  # the first one before the first deal
            day = (today - datetime.timedelta(days=30 * (YEARS * 12 + 1 - month))).date()
            rate *= 0.99 + chance() * 0.02
            yield {"id": company.identifier("currencyRate", number), "currency": currency, "date": day.isoformat(), "rate": f"{rate:.6f}",
                   "externalIds": external(f"rate-{number}")}
            number += 1


def scoring_rules(company):
    rules = ({"name": "Larger company", "kind": "field", "filter": "employeeCount >= 250", "points": 25},
             {"name": "Came by recommendation", "kind": "field", "filter": 'source = "Referral"', "points": 20},
             {"name": "Private mail address", "kind": "field", "filter": "NOT companyDomain : *", "points": -10},
             {"name": "Filled in a form", "kind": "behaviour", "eventKind": "submitted", "points": 15, "halfLifeDays": 60, "maximumPoints": 30},
             {"name": "Opened a mail", "kind": "behaviour", "eventKind": "opened", "points": 3, "halfLifeDays": 30, "maximumPoints": 15})
    for number, rule in enumerate(rules):
        yield {"id": company.identifier("scoringRule", number), "position": number, "isActive": True, **rule,
               "externalIds": external(f"rule-{number}")}


def leads(company, ownership, phone_number):
    chance = random.Random(company.seed * 7 + 12).random
    names = [(locale, *name) for locale in people.LOCALES for name in names_of(locale)]
    for number in range(company.contacts // 5):
        locale, first, last = pick(names, chance)
        owner = pick(list(SELLERS), chance)
        status = pick(("New", "New", "Working", "Working", "Qualified", "Disqualified"), chance)
        domain = f"prospect{number}.example"
        lead = {
            "id": company.identifier("lead", number), "firstName": first, "lastName": last, "companyName": f"{last} {pick(('Works', 'Group', 'Trading', 'Systems'), chance)}",
            "website": f"https://www.{domain}", "email": f"office@{domain}", "phone": phone_number(locale, 70_000_000 + number),
            "country": locale.country, "industry": pick(people.INDUSTRIES, chance), "employeeCount": int(10 ** (0.5 + 3 * chance())),
            "source": pick(people.SOURCES, chance), "statusId": STATUSES[status], "estimatedAmount": f"{int(10 ** (3 + 2 * chance()))}.00",
            "currency": "EUR", "rating": pick(("hot", "warm", "warm", "cold"), chance), "externalIds": external(f"lead-{number}"),
            **ownership(company, owner)}
        if status == "Disqualified":
            lead["disqualifyReason"] = pick(("No budget", "Wrong number", "Student", "Competitor"), chance)
        yield lead


def names_of(locale):
    """(first, last) in the locale's own script, each family once."""
    given = [*locale.women, *locale.men]
    return [(given[number % len(given)][0], family[0].replace("_", " ")) for number, family in enumerate(locale.families)]


def way(chance, today):
    """The stages of a deal with their times, the first one two years ago at most."""
    at = today - datetime.timedelta(days=int(chance() * YEARS * 365), hours=int(chance() * 8))
    steps, stage = [], 0
    while True:
        steps.append((STAGES[stage], at))
        at = at + datetime.timedelta(days=2 + int(chance() ** 2 * 45), minutes=int(chance() * 400))
        if stage >= 4 or at > today:
            return steps
        outcome = chance()
        if outcome < 0.13:
            stage = 5
        elif outcome < 0.95 or stage == 3:
            stage += 1
        else:
            stage = max(0, stage - 1)


def opportunities(company, made, ownership, today):
    """Each with its way under "_way"."""
    chance = random.Random(company.seed * 7 + 13).random
    for number in range(company.contacts // 8):
        contact = made[int(chance() * len(made))]
        account = int(contact["accountId"][-12:])
        steps = way(chance, today)
        last, entered = steps[-1]
        close = entered.date() if CATEGORY[last] != "open" else (today + datetime.timedelta(days=5 + int(chance() * 120))).date()
        if CATEGORY[last] == "open" and chance() < 0.1:
            close = (today - datetime.timedelta(days=int(chance() * 20))).date()  # slipped
        product = pick(PRODUCTS, chance)
        currency = pick(("EUR", "EUR", "EUR", "USD", "SEK"), chance)
        amount = int(10 ** (3.2 + 1.9 * chance()) * (10 if currency == "SEK" else 1))
        opportunity = {
            "id": company.identifier("opportunity", number), "name": pick(DEALS, chance).format(product[0], company.accounts[account][1])[:255],
            "accountId": contact["accountId"], "accountName": company.accounts[account][1], "primaryContactId": contact["id"],
            "contacts": [{"contactId": contact["id"], "role": pick(("decisionMaker", "influencer", "economicBuyer", "champion"), chance)}],
            "pipelineId": PIPELINE, "stageId": STAGE[last], "amount": f"{amount}.00", "currency": currency, "closeDate": close.isoformat(),
            "type": pick(("new", "new", "existing", "renewal", "upsell"), chance), "source": pick(people.SOURCES, chance),
            "nextStep": pick(("Call back", "Send the offer", "Visit", "Wait for the board", ""), chance) or None,
            "externalIds": external(f"opportunity-{number}"), **ownership(company, pick(list(SELLERS), chance)), "_way": steps}
        if last == "Lost":
            opportunity["lostReasonId"] = pick(LOST_REASONS, chance)
        if opportunity["nextStep"] is None or CATEGORY[last] != "open":
            del opportunity["nextStep"]
        yield opportunity


def targets(company, today):
    number = 0
    for seller in SELLERS:
        for back in range(-2, 13):
            index = today.year * 12 + today.month - 1 - back
            yield {"id": company.identifier("target", number), "userId": company.identifier("user", seller),
                   "period": f"{index // 12}-{index % 12 + 1:02d}-01", "amount": f"{40000 + 5000 * (seller % 4)}.00",
                   "externalIds": external(f"target-{number}")}
            number += 1


def quoted(value):
    return "NULL" if value is None else "'" + str(value).replace("'", "''") + "'"


def history(company, deals):
    """SQL for the schema lead: the ways of the deals, instead of the one step that the import has written."""
    yield "SET search_path = lead, public;\nBEGIN;\n"
    number = 0
    for deal in deals:
        steps = deal["_way"]
        yield f"DELETE FROM stage_change WHERE opportunity_id = '{deal['id']}';\n"
        before = None
        for stage, at in steps:
            seconds = None if before is None else int((at - before[1]).total_seconds())
            yield ("INSERT INTO stage_change (id, created_at, updated_at, owner_id, team_id, opportunity_id, from_stage_id, to_stage_id, from_category,"
                   " to_category, at, by, seconds_in_from, amount, currency, amount_base, probability, close_date) SELECT "
                   f"'{company.identifier('stageChange', number)}', '{at.isoformat()}', '{at.isoformat()}', owner_id, team_id, id, "
                   f"{quoted(before and STAGE[before[0]])}, '{STAGE[stage]}', {quoted(before and CATEGORY[before[0]])}, '{CATEGORY[stage]}', "
                   f"'{at.isoformat()}', owner_id, {seconds if seconds is not None else 'NULL'}, amount, currency, amount_base, {PROBABILITY[stage]}, close_date "
                   f"FROM opportunity WHERE id = '{deal['id']}';\n")
            number += 1
            before = (stage, at)
        closed = CATEGORY[steps[-1][0]] != "open"
        yield (f"UPDATE opportunity SET created_at = '{steps[0][1].isoformat()}', stage_since = '{steps[-1][1].isoformat()}'"
               + (f", closed_at = '{steps[-1][1].isoformat()}'" if closed else "") + f" WHERE id = '{deal['id']}';\n")
    # By the rate of the day, as if it had been written then.
    rate = ("(SELECT r.rate FROM currency_rate r WHERE r.currency = t.currency AND r.date <= {}::date AND r.deleted_at IS NULL"
            " ORDER BY r.date DESC LIMIT 1)")
    yield (f"UPDATE stage_change t SET amount_base = round(amount * {rate.format('t.at')}, 2) WHERE currency <> 'EUR';\n"
           f"UPDATE opportunity t SET amount_base = round(amount * {rate.format('t.closed_at')}, 2) WHERE currency <> 'EUR' AND closed_at IS NOT NULL;\n"
           "UPDATE opportunity t SET weighted_amount = round(amount_base * probability / 100, 2) WHERE currency <> 'EUR';\n")
    yield "COMMIT;\n"
