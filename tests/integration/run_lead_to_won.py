#!/usr/bin/python3
"""From a form in a browser to a forecast: a lead is submitted in Chromium without scripts, scored, assigned, converted through
SOAP by zeep, its opportunity is moved to won through REST, its quote accepted on its page, and the forecast shows it."""

import datetime
import json
import pathlib
import sys
import time
import urllib.parse

import zeep
from selenium import webdriver
from selenium.webdriver.common.by import By

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from kontord import Server, check, finish

server = Server("to_won")
server.start()
base = f"http://127.0.0.1:{server.port}"
key = server.key()
headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}


def call(method, path, record=None):
    status, body = server.request(method, "/api/v1/" + path, json.dumps(record).encode() if record is not None else None, headers)
    return status, json.loads(body) if body else None


def make(collection, record):
    status, body = call("POST", collection, record)
    if status != 201:
        check(f"lead to won: {collection}", False, json.dumps(body))
        finish()
    return body


def first(collection, condition):
    return call("GET", f"{collection}?filter=" + urllib.parse.quote(condition))[1]["data"][0]


def eventually(probe):
    end = time.monotonic() + 20
    while time.monotonic() < end:
        found = probe()
        if found:
            return found
        time.sleep(0.05)
    return None


def browser():
    options = webdriver.ChromeOptions()
    for argument in ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                     "--disable-component-update", "--disable-sync", f"--user-data-dir={server.folder}/chromium"):
        options.add_argument(argument)
    options.add_experimental_option("prefs", {"profile.managed_default_content_settings.javascript": 2})
    options.binary_location = "/usr/bin/chromium"
    return webdriver.Chrome(service=webdriver.chrome.service.Service("/usr/bin/chromedriver"), options=options)


# What administrators set up
seller = make("users", {"userName": "sonja", "displayName": "Sonja", "password": "correct horse battery"})
make("assignmentRules", {"name": "Sonja gets them", "mode": "user", "userIds": [seller["id"]]})
make("scoringRules", {"name": "Filled in the form", "kind": "behaviour", "eventKind": "submitted", "points": 40})
make("scoringRules", {"name": "Norway", "kind": "field", "filter": 'country = "NO"', "points": 15})
make("captureForms", {"name": "Site", "slug": "site", "title": "Talk to us", "source": "Web form", "language": "en", "fields": [
    {"field": "firstName"}, {"field": "lastName", "required": True}, {"field": "companyName"}, {"field": "email", "required": True},
    {"field": "country"}]})

# The visitor
chromium = browser()
try:
    chromium.get(f"{base}/forms/site")
    for field, value in (("firstName", "Kari"), ("lastName", "Nordmann"), ("companyName", "Fjord Energi AS"), ("email", "kari@fjord.example"), ("country", "NO")):
        chromium.find_element(By.NAME, field).send_keys(value)
    time.sleep(2.5)  # nobody fills in a form in less: such a one is taken for a machine
    chromium.find_element(By.CSS_SELECTOR, "button[type=submit], input[type=submit]").click()
    lead = eventually(lambda: call("GET", "leads?filter=" + urllib.parse.quote('email = "kari@fjord.example"'))[1]["data"])
    check("lead to won: the form makes a lead", bool(lead), chromium.page_source[:500])
    lead = lead[0]
    scored = eventually(lambda: (now := call("GET", "leads/" + lead["id"])[1]) and now.get("score") == 55 and now)
    check("lead to won: it is scored, part by part", scored and sorted(part["points"] for part in scored["scoreParts"]) == [15, 40],
          json.dumps(call("GET", "leads/" + lead["id"])[1].get("scoreParts")))
    check("lead to won: it is assigned, and says why",
          lead["ownerId"] == seller["id"] and lead["assignmentTrace"][-1]["outcome"] == "assigned", json.dumps(lead.get("assignmentTrace")))

    # Conversion through SOAP
    soap = zeep.Client(f"{base}/soap/v1/lead?wsdl", settings=zeep.Settings(strict=True))
    identity = zeep.Client(f"{base}/soap/v1/identity?wsdl")
    session = identity.service.login(userName="admin", password="own-password-1")
    header = soap.get_element("{http://api.kontor.example/common/v1}SessionHeader")(sessionId=session.sessionId)
    answer = soap.service.convertLeads(conversion=[{"leadId": lead["id"], "opportunityName": "Turbines", "amount": "98000.00"}], _soapheaders=[header])
    converted = answer[0]
    check("lead to won: zeep converts it", converted.success and converted.accountCreated and converted.opportunityId, str(answer))
    again = soap.service.convertLeads(conversion=[{"leadId": lead["id"]}], _soapheaders=[header])[0]
    check("lead to won: only once", not again.success and again.error.code == "CONFLICT", str(again))

    # The quote
    book = make("priceBooks", {"name": "List", "currency": "EUR", "isDefault": True})
    product = make("products", {"sku": "T-1", "name": "Turbine", "listPrice": "49000.00", "currency": "EUR"})
    make("priceBookEntries", {"priceBookId": book["id"], "productId": product["id"], "price": "49000.00"})
    quote = make("quotes", {"name": "Two turbines", "opportunityId": converted.opportunityId, "accountId": converted.accountId,
                            "priceBookId": book["id"], "lines": [{"productId": product["id"], "quantity": "2", "taxPercent": "25"}]})
    check("lead to won: the quote is computed", (quote["subtotal"], quote["taxTotal"], quote["total"]) == ("98000.0000", "24500.0000", "122500.0000"), json.dumps(quote))
    for action in ("submit", "send"):
        status, quote = call("POST", "quotes/advance", {"quoteId": quote["id"], "action": action})
        check(f"lead to won: {action}", status == 200, json.dumps(quote))
    chromium.get(quote["acceptUrl"])
    check("lead to won: the customer sees the quote", "Two turbines" in chromium.page_source and "Turbine" in chromium.page_source, chromium.page_source[:400])
    chromium.find_element(By.NAME, "name").send_keys("Kari Nordmann")
    for box in chromium.find_elements(By.CSS_SELECTOR, "input[type=checkbox]"):
        box.click()
    chromium.find_element(By.XPATH, "//form[.//input[@name='action' and @value='accept']]//button").click()
    accepted = eventually(lambda: (now := call("GET", "quotes/" + quote["id"])[1])["stage"] == "accepted" and now)
    check("lead to won: accepted on its page", accepted and accepted["acceptedByName"] == "Kari Nordmann", chromium.page_source[:400])
finally:
    chromium.quit()

# Won
status, deal = call("POST", "opportunities/move", {"opportunityId": converted.opportunityId, "stageId": first("stages", 'name = "Won"')["id"]})
check("lead to won: won through REST", status == 200 and deal["category"] == "won", json.dumps(deal))
today = datetime.datetime.now(datetime.timezone.utc).date().replace(day=1)
until = (today + datetime.timedelta(days=32)).replace(day=1)
status, forecast = call("GET", f"forecast?from={today}&until={until}")
rows = [row for row in forecast.get("row", []) if row["category"] == "closed"]
check("lead to won: the forecast shows it", status == 200 and len(rows) == 1 and rows[0]["amountBase"] == deal["amountBase"], json.dumps(forecast))
finish()
