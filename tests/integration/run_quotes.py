#!/usr/bin/python3
"""Quotes against a kontord of their own: by REST from a product to an accepted offer, the document, and the customer's page in
Chromium without scripts."""

import concurrent.futures
import http.client
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from kontord import Server, check, finish, psql

server = Server("quotes")
server.start()
api = {"Authorization": f"Bearer {server.key()}", "Content-Type": "application/json"}


def send(method, path, body=None, headers=None):
    """(status, headers, body)"""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()


def rest(method, path, record=None, headers=None):
    status, _, body = send(method, "/api/v1/" + path, json.dumps(record).encode() if record is not None else None, {**api, **(headers or {})})
    return status, json.loads(body) if body else None


def made(path, record):
    status, answer = rest("POST", path, record)
    if status != 201:
        sys.exit(f"{path}: {status} {answer}")
    return answer


def advance(quote, action, headers=None, **more):
    return rest("POST", "quotes/advance", {"quoteId": quote["id"], "action": action, **more}, headers)


def valid(name, text):
    run = subprocess.run(["tidy", "-q", "-e", "--show-info", "no"], input=text, capture_output=True, text=True)
    check(f"quotes: {name} is valid HTML", run.stderr == "" and run.returncode == 0, run.stderr)


def pdf_text(pdf):
    """Blanks that no line breaks at are blanks."""
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(pdf)
        file.flush()
        return subprocess.run(["pdftotext", "-layout", file.name, "-"], capture_output=True, text=True).stdout.replace("\u00a0", " ")


def sent(**more):
    quote = made("quotes", {"name": "Pumps & <valves>", "lines": [{"name": "Pump", "unitPrice": "100"}], **more})
    for action in ("submit", "send"):
        status, quote = advance(quote, action)
        if status != 200:
            sys.exit(f"{action}: {status} {quote}")
    return quote, urllib.parse.urlparse(quote["acceptUrl"]).path


# From a product to a quote
tax = made("taxRates", {"name": "VAT", "percent": "25"})
pump = made("products", {"sku": "PUMP", "name": "Pump", "unit": "pcs", "listPrice": "120", "taxRateId": tax["id"]})
book = made("priceBooks", {"name": "Standard", "currency": "EUR", "isDefault": True})
made("priceBookEntries", {"priceBookId": book["id"], "productId": pump["id"], "price": "100"})
made("priceBookEntries", {"priceBookId": book["id"], "productId": pump["id"], "price": "90", "minimumQuantity": "10"})
deal = made("opportunities", {"name": "Deal", "closeDate": "2027-03-31"})
quote = made("quotes", {"name": "Pumps", "opportunityId": deal["id"], "language": "sv", "recipientName": "Åsa Öberg",
                        "lines": [{"productId": pump["id"], "quantity": "12"}, {"productId": pump["id"], "isOptional": True}]})
check("quotes: sums", (quote["subtotal"], quote["taxTotal"], quote["total"]) == ("1080.0000", "270.0000", "1350.0000"), quote)
check("quotes: what is stored is what was answered", {k: float(rest("GET", f"quotes/{quote['id']}")[1][k]) for k in ("subtotal", "taxTotal", "total")} == {"subtotal": 1080, "taxTotal": 270, "total": 1350})
status, problem = rest("POST", "quotes", {"name": "Wrong", "lines": [{"productId": pump["id"]}, {"productId": pump["id"], "quantity": "-1", "discountPercent": "101"}]})
check("quotes: faults have pointers", status == 422 and sorted(e["pointer"] for e in problem["errors"]) == ["/lines/1/discountPercent", "/lines/1/quantity"], (status, problem))
status, problem = rest("PATCH", f"quotes/{quote['id']}", {"number": "Q-1"})
check("quotes: the number is the server's", status == 422 and problem["errors"][0]["code"] == "READ_ONLY", (status, problem))

# The document
status, headers, body = send("GET", f"/api/v1/quotes/{quote['id']}/document", None, api)
shown = pdf_text(body)
check("quotes: the document", status == 200 and headers["Content-Type"] == "application/pdf" and body.startswith(b"%PDF-"), (status, headers))
check("quotes: … in the customer's language", all(part in shown for part in ("Offert", "Utkast", "Åsa Öberg", quote["number"], "1 350,00 EUR", "tillval", "Moms 25 %")), shown)
check("quotes: … is nobody else's", send("GET", f"/api/v1/quotes/{quote['id']}/document")[0] == 401)

# Steps
check("quotes: not accepted before it is sent", advance(quote, "accept")[0] == 409)
check("quotes: an unknown step", advance(quote, "eat")[0] == 422)
key = {"Idempotency-Key": "submit-1"}
first = advance(quote, "submit", key)
check("quotes: once for each key", first[0] == 200 and advance(quote, "submit", key) == first, first)
check("quotes: an old version", advance(quote, "send", version=1)[0] == 412, advance(quote, "send", version=1))
status, offer = advance(quote, "send")
path = urllib.parse.urlparse(offer["acceptUrl"]).path
check("quotes: sent", offer["stage"] == "sent" and re.fullmatch(r"/q/[A-Za-z0-9_-]{22}", path) and offer["acceptUrl"].startswith(f"http://127.0.0.1:{server.port}/"), offer)
check("quotes: what was sent stays", rest("PATCH", f"quotes/{quote['id']}", {"discountPercent": "5"})[0] == 409)

# The page
status, headers, body = send("GET", path)
page = body.decode()
check("quotes: the page", status == 200 and headers["Content-Type"].startswith("text/html") and "Åsa Öberg" in page and 'lang="sv"' in page and "1\u00a0350,00" in page, (status, page[:500]))
check("quotes: the page is kept nowhere and tells nobody", headers["Cache-Control"] == "no-store" and headers["Referrer-Policy"] == "no-referrer" and "frame-ancestors 'none'" in headers["Content-Security-Policy"] and "script" not in page, headers)
valid("the page", page)
status, headers, body = send("GET", path + "/document.pdf")
check("quotes: the customer's document", status == 200 and offer["acceptUrl"] in pdf_text(body) and headers["Cache-Control"] == "no-store", (status, headers))
form = {"Content-Type": "application/x-www-form-urlencoded"}
status, headers, body = send("POST", path, "action=accept", form)
check("quotes: nothing is accepted without a name and a tick", status == 422 and body.decode().count('role="alert"') == 2, (status, body))
valid("the page with faults", body.decode())
check("quotes: not from elsewhere", send("POST", path, "action=accept&name=J&agree=yes", {**form, "Origin": "https://evil.example"})[0] == 403)
check("quotes: not too large", send("POST", path, "name=" + "x" * 20000, form)[0] == 413)
status, headers, body = send("GET", "/q/" + "A" * 22, None, {"Accept-Language": "de"})
check("quotes: an unknown link", status == 404 and "Angebot nicht gefunden" in body.decode(), (status, body))
valid("the page of an unknown link", body.decode())

# Many at once
answers = []
with concurrent.futures.ThreadPoolExecutor(8) as pool:
    for _ in range(10):
        raced, race = sent()
        calls = [pool.submit(send, "POST", race, "action=accept&name=Jane&agree=yes", form), pool.submit(advance, raced, "recall"),
                 pool.submit(send, "POST", race, "action=reject", form), pool.submit(advance, raced, "revise")]
        results = [call.result()[0] for call in calls]
        good = [status for status in results if status in (200, 303)]
        stage = rest("GET", f"quotes/{raced['id']}")[1]["stage"]
        answers.append((results, stage))
# What was accepted or rejected may be revised; nothing else follows on anything.
check("quotes: of four at once, one", all(sum(s in (200, 303) for s in results[:3]) <= 1 and stage in ("accepted", "rejected", "draft", "superseded") for results, stage in answers), answers)
check("quotes: nobody waits for nothing", all(s in (200, 303, 404, 409) for results, _ in answers for s in results), answers)
numbers = psql(server.dsn, "SELECT count(*), count(DISTINCT (number, revision)) FROM lead.quote").split("|")
check("quotes: each revision once", numbers[0] == numbers[1], numbers)

# A browser
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

options = webdriver.ChromeOptions()
for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--blink-settings=scriptEnabled=false"):
    options.add_argument(argument)
browser = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
try:
    address = f"http://127.0.0.1:{server.port}"
    browser.get(address + path)
    browser.find_element(By.ID, "name").send_keys("Åsa Öberg")
    browser.find_element(By.ID, "agree").click()
    browser.find_element(By.CSS_SELECTOR, "form button").click()
    WebDriverWait(browser, 30).until(lambda b: b.find_elements(By.CLASS_NAME, "state"))
    check("quotes: accepted in a browser without scripts", "Offerten har godkänts" in browser.page_source and browser.current_url == address + path, browser.page_source[:800])
    check("quotes: the style sheet is let in", browser.find_element(By.TAG_NAME, "main").value_of_css_property("max-width") == "896px")
    other, path = sent(language="de")
    browser.get(address + path)
    browser.find_element(By.ID, "reason").send_keys("Zu teuer")
    browser.find_element(By.CSS_SELECTOR, "button.plain").click()
    WebDriverWait(browser, 30).until(lambda b: b.find_elements(By.CLASS_NAME, "state"))
    check("quotes: rejected in a browser", "wurde abgelehnt" in browser.page_source, browser.page_source[:800])
finally:
    browser.quit()
accepted = rest("GET", f"quotes/{quote['id']}")[1]
check("quotes: who accepted it", (accepted["stage"], accepted["acceptedByName"], accepted["acceptedFrom"]) == ("accepted", "Åsa Öberg", "127.0.0.1"), accepted)
check("quotes: the deal is worth it", float(rest("GET", f"opportunities/{deal['id']}")[1]["amount"]) == 1080)
check("quotes: why it was rejected", rest("GET", f"quotes/{other['id']}")[1]["rejectReason"] == "Zu teuer")
finish()
