#!/usr/bin/python3
"""Forms on the web against a kontord of their own: posts as browsers and other sites send them, pages that are valid and in
the visitor's language, a real SMTP server with TLS and password, and Chromium without scripts."""

import email
import email.policy
import html.parser
import http.client
import http.server
import json
import pathlib
import re
import ssl
import subprocess
import sys
import threading
import time
import urllib.parse

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from kontord import Server, check, finish, free_port, psql


class Mailbox:
    """Takes each message; answers 550 for an address that begins with no."""

    def __init__(self):
        self.messages = []

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("no@"):
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server, session, envelope):
        self.messages.append((envelope, email.message_from_bytes(envelope.content, policy=email.policy.default)))
        return "250 taken"

    def newest(self, count):
        """The newest message, once there are so many."""
        end = time.monotonic() + 20
        while len(self.messages) < count and time.monotonic() < end:
            time.sleep(0.01)
        return self.messages[-1] if len(self.messages) >= count else None


class Page(html.parser.HTMLParser):
    """What a test looks at of a page."""

    def __init__(self, text):
        super().__init__()
        self.text, self.inputs, self.elements, self.ids = text, {}, [], set()
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.elements.append((tag, attributes))
        if "id" in attributes:
            self.ids.add(attributes["id"])
        if tag in ("input", "select", "textarea") and "name" in attributes:
            self.inputs[attributes["name"]] = attributes

    def hidden(self):
        return {name: a["value"] for name, a in self.inputs.items() if a.get("type") == "hidden"}


def certificate(folder, name="smtp"):
    key, cert = folder / f"{name}.key", folder / f"{name}.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", key, "-out", cert,
                    "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return context, cert


def authenticate(server, session, envelope, mechanism, data):
    return AuthResult(success=data.login == b"crm" and data.password == b"s@cret", handled=False)


server = Server("capture")
tls, authorities = certificate(server.folder)
mailbox = Mailbox()
smtp = Controller(mailbox, hostname="127.0.0.1", port=free_port(), tls_context=tls, require_starttls=True, auth_required=True,
                  authenticator=authenticate)
smtp.start()
with server.settings.open("a") as settings:
    settings.write(f"smtp.url = smtp://crm:s%40cret@localhost:{smtp.port}\nsmtp.from = Acme Bücher <crm@acme.example>\n"
                   f"smtp.authorities = {authorities}\nhttp.trustedProxies = 10.0.0.2, 127.0.0.1\n")
server.start()
key = server.key()
api = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}


def send(method, path, body=None, headers=None):
    """(status, headers, text)"""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read().decode()
    finally:
        connection.close()


def rest(method, path, record=None):
    status, _, text = send(method, path, json.dumps(record).encode() if record is not None else None, api)
    return status, json.loads(text) if text else None


def form(slug, fields, **more):
    status, made = rest("POST", "/api/v1/captureForms", {"name": slug, "slug": slug, "title": "Write to us", "fields": fields, **more})
    if status != 201:
        sys.exit(f"form {slug}: {status} {made}")
    return made


def records(collection, filter):
    return rest("GET", f"/api/v1/{collection}?limit=100&filter={urllib.parse.quote(filter)}")[1]["data"]


def post(slug, values, headers=None):
    return send("POST", f"/forms/{slug}", urllib.parse.urlencode(values),
                {"Content-Type": "application/x-www-form-urlencoded", **(headers or {})})


def get(slug, query="", headers=None):
    status, answer, text = send("GET", f"/forms/{slug}{query}", None, headers)
    return status, answer, Page(text)


def submit(slug, value, headers=None):
    return send("POST", f"/api/v1/forms/{slug}/submissions", json.dumps(value) if not isinstance(value, (str, bytes)) else value,
                {"Content-Type": "application/json", **(headers or {})})


def valid(name, text):
    """HTML that tidy has nothing to say about; it does not know that <select> may have autocomplete."""
    run = subprocess.run(["tidy", "-q", "-e", "--show-info", "no"], input=text, capture_output=True, text=True)
    said = [line for line in run.stderr.splitlines() if '<select> proprietary attribute "autocomplete"' not in line]
    check(f"capture: {name} is valid HTML", said == [] and run.returncode < 2, said)


PERSON = [{"field": "firstName"}, {"field": "lastName", "required": True}, {"field": "email", "required": True},
          {"field": "country", "choices": ["DE=Germany", "SE=Sweden"]}, {"field": "description"}]
form("plain", PERSON, consentText="You may write to me.", introduction="We answer <soon> & gladly.")
form("trap", PERSON)
form("fast", PERSON)
form("twice", PERSON)
form("away", PERSON, redirectUrl="https://www.acme.example/thanks")
form("german", PERSON, language="de")
form("sites", PERSON, allowedOrigins=["https://www.acme.example", "https://shop.example:8443"])
form("seldom", PERSON, perHour=2)
form("check", PERSON, doubleOptIn=True)
form("swedish", PERSON, doubleOptIn=True, language="sv")

# Pages
status, headers, page = get("plain", "?utm_source=news&utm_campaign=" + urllib.parse.quote('"><b>x'), {"Referer": "https://www.acme.example/offer?x=1"})
plain_token = page.hidden()["token"]
loaded = time.monotonic()
valid("a form", page.text)
policy = headers["Content-Security-Policy"]
check("capture: a page may load nothing from anywhere", "default-src 'none'" in policy and "script-src" not in policy and "unsafe" not in policy, policy)
check("capture: a form without origins may be framed by all", "frame-ancestors *" in policy, policy)
labelled = {a["for"] for tag, a in page.elements if tag == "label"}
visible = [a for a in page.inputs.values() if a.get("type") != "hidden"]
check("capture: each input has a label and an id", all(a["id"] in labelled for a in visible), page.text)
check("capture: inputs say what they are for", [page.inputs[n].get("autocomplete") for n in ("firstName", "email", "country")] == ["given-name", "email", "country"], page.inputs)
check("capture: the campaign is carried along", (page.hidden()["utmSource"], page.hidden()["utmCampaign"], page.hidden()["pageUrl"]) == ("news", '"><b>x', "https://www.acme.example/offer?x=1"), page.hidden())
check("capture: nothing comes from another address", not re.search(r"(?:src|href|action)=\"(?:https?:)?//", page.text))
check("capture: what is typed by administrators is escaped", "We answer &lt;soon&gt; &amp; gladly." in page.text)
status, headers, german = get("plain", headers={"Accept-Language": "fr, de-AT;q=0.8, en;q=0.5"})
check("capture: the visitor's language", '<html lang="de">' in german.text and "Nachname" in german.text and headers.get("Vary") == "Accept-Language", german.text[:300])
valid("a form in German", german.text)
check("capture: the form's language comes first", '<html lang="de">' in get("german", headers={"Accept-Language": "sv"})[2].text)
check("capture: English else", '<html lang="en">' in get("plain", headers={"Accept-Language": "fr"})[2].text)
for path in ("/forms/nothing", "/forms/a%22b", "/forms/confirm/abc", "/forms/nothing/thanks", "/forms/nothing/embed.js"):
    status, headers, text = send("GET", path, None, {"Accept-Language": "sv"})
    check(f"capture: {path} is a page that says so", status == 404 and headers["Content-Type"].startswith("text/html") and 'lang="sv"' in text, (status, text[:200]))
    valid(path, text)
status, headers, script = send("GET", "/forms/plain/embed.js")
check("capture: the script for other sites", status == 200 and headers["Content-Type"].startswith("text/javascript") and "iframe" in script, (status, script))
check("capture: HEAD", send("HEAD", "/forms/plain")[0] == 200)

tokens = {slug: get(slug)[2].hidden()["token"] for slug in ("trap", "twice", "away", "german", "sites", "seldom", "check", "swedish")}

# Too fast
fast = get("fast")[2].hidden()["token"]
status, headers, text = post("fast", {"token": fast, "lastName": "Quick", "email": "quick@example.com"})
check("capture: too fast is asked again, with what was typed", status == 422 and "Quick" in text and 'role="alert"' in text, (status, text[:300]))
valid("a page that is shown again", text)
again = Page(text).hidden()["token"]
check("capture: too fast makes no lead", records("leads", 'lastName = "Quick"') == [])
check("capture: too fast is kept", [s["state"] for s in records("captureSubmissions", 'reason : "Sent faster*"')] == ["refused"])

# No token, a foreign one, a changed one
for name, token in {"no": None, "another form's": fast, "a changed": plain_token[:-3] + "AAA"}.items():
    status, headers, text = post("plain", {"lastName": "Tokenless", "email": "t@example.com", **({"token": token} if token else {})})
    check(f"capture: {name} token brings the page again", status == 422 and "Tokenless" in text and len(Page(text).hidden()["token"]) > 40, (status, text[:200]))
check("capture: … and no lead", records("leads", 'lastName = "Tokenless"') == [])

# A token has to be two seconds old before a post counts.
while time.monotonic() < loaded + 2.3:
    time.sleep(0.05)

status, headers, text = post("fast", {"token": again, "lastName": "Quick", "email": "quick@example.com"})
check("capture: … and taken when it is sent again", status == 303, (status, text[:300]))

# Errors
status, headers, text = post("plain", {"token": plain_token, "lastName": "<i>Error</i>", "email": "nobody", "country": "FR", "utmSource": "news"})
page = Page(text)
check("capture: errors bring the page again", status == 422 and page.hidden()["utmSource"] == "news" and "&lt;i&gt;Error" in text, (status, text[:300]))
described = {a["name"]: a.get("aria-describedby") for a in page.inputs.values()}
check("capture: messages are tied to their fields", described["email"] in page.ids and described["country"] in page.ids and described["lastName"] is None, described)
links = [a["href"][1:] for tag, a in page.elements if tag == "a"]
check("capture: a summary leads to the fields", 'role="alert"' in text and len(links) == 2 and all(link in page.ids for link in links), links)
valid("a page with errors", text)
corrected = page.hidden()["token"]

# Taken
status, headers, text = post("plain", {"token": corrected, "firstName": "Anna", "lastName": "Ström", "email": "Anna@Example.com", "country": "SE", "consent": "true",
                                       "colour": "red", "utmSource": "news", "utmCampaign": "spring", "pageUrl": "https://www.acme.example/offer"},
                             {"User-Agent": "Test/1 \xff"})
check("capture: a post leads to a page of thanks", (status, headers.get("Location")) == (303, "plain/thanks"), (status, headers, text[:300]))
status, headers, text = send("GET", "/forms/plain/thanks")
check("capture: the page of thanks", status == 200 and "Thank you" in text, text[:300])
valid("the page of thanks", text)
leads = records("leads", 'email = "anna@example.com"')
lead = leads[0] if leads else {}
check("capture: the lead is there", (lead.get("displayName"), lead.get("country"), lead.get("utmCampaign"), lead.get("consentGiven"), lead.get("language")) == ("Anna Ström", "SE", "spring", True, "en"), leads)
kept = records("captureSubmissions", f'leadId = "{lead.get("id")}"')
check("capture: all that was sent is kept", kept and json.loads(kept[0]["payload"]).get("colour") == "red" and kept[0]["state"] == "accepted" and kept[0]["pageUrl"] == "https://www.acme.example/offer" and kept[0]["clientAddress"] == "127.0.0.1", kept)
check("capture: the lead has an event", [e["kind"] for e in records("leadEvents", f'leadId = "{lead.get("id")}"')] == ["submitted"])
values = {"token": tokens["twice"], "lastName": "Twice", "email": "twice@example.com"}
answers = [post("twice", values)[0] for _ in range(3)]
check("capture: sent three times, one lead", answers == [303] * 3 and len(records("leads", 'lastName = "Twice"')) == 1, answers)
status, headers, text = post("away", {"token": tokens["away"], "lastName": "Away", "email": "away@example.com"})
check("capture: … or to the form's own address", headers.get("Location") == "https://www.acme.example/thanks" and "form-action 'self' https://www.acme.example" in headers["Content-Security-Policy"], headers)

# The trap
status, headers, text = post("trap", {"token": tokens["trap"], "lastName": "Robot", "email": "robot@example.com", "homepage": "http://spam.example"})
check("capture: the trap is answered like a success", (status, headers.get("Location")) == (303, "trap/thanks"), (status, headers))
check("capture: the trap makes no lead", records("leads", 'lastName = "Robot"') == [])
check("capture: the trap is kept", [s["state"] for s in records("captureSubmissions", 'payload : "*robot@example.com*"')] == ["refused"])

# What is no form
form_type = {"Content-Type": "application/x-www-form-urlencoded"}
check("capture: another type is refused", send("POST", "/forms/plain", "{}", {"Content-Type": "application/json"})[0] == 415)
check("capture: broken encoding is refused", send("POST", "/forms/plain", "a=%zz", form_type)[0] == 400)
check("capture: no UTF-8 is refused", send("POST", "/forms/plain", "a=%ff", form_type)[0] == 400)
check("capture: more than a hundred fields are refused", send("POST", "/forms/plain", "&".join(f"a{i}=1" for i in range(101)), form_type)[0] == 413)
check("capture: more than 64 KB are refused", send("POST", "/forms/plain", "a=" + "x" * 70000, form_type)[0] == 413)

# Origins
status, headers, page = get("sites")
check("capture: only the form's sites may frame it", "frame-ancestors 'self' https://www.acme.example https://shop.example:8443" in headers["Content-Security-Policy"], headers)
own = f"http://127.0.0.1:{server.port}"
values = {"token": tokens["sites"], "lastName": "Site", "email": "site@example.com"}
check("capture: a post from elsewhere is refused", post("sites", values, {"Origin": "https://evil.example"})[0] == 403)
check("capture: … and kept", [s["origin"] for s in records("captureSubmissions", 'reason : "The origin*"')] == ["https://evil.example"])
check("capture: a post from our own page is taken", post("sites", values, {"Origin": own})[0] == 303)
preflight = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
path = "/api/v1/forms/sites/submissions"
status, headers, text = send("OPTIONS", path, None, {"Origin": "https://shop.example:8443", **preflight})
check("capture: preflight of an allowed site", status == 204 and headers.get("Access-Control-Allow-Origin") == "https://shop.example:8443" and "POST" in headers.get("Access-Control-Allow-Methods", "") and "content-type" in headers.get("Access-Control-Allow-Headers", "").lower(), headers)
status, headers, text = send("OPTIONS", path, None, {"Origin": "https://evil.example", **preflight})
check("capture: preflight of another site", "Access-Control-Allow-Origin" not in headers, headers)
status, headers, text = submit("sites", {"lastName": "Json", "email": "json@example.com", "employees": {"many": 3}}, {"Origin": "https://shop.example:8443"})
answer = json.loads(text)
check("capture: JSON from an allowed site", status == 202 and answer["state"] == "accepted" and headers.get("Access-Control-Allow-Origin") == "https://shop.example:8443", (status, text))
kept = rest("GET", f"/api/v1/captureSubmissions/{answer.get('id')}")[1]
check("capture: … is kept whole", json.loads(kept["payload"]).get("employees") == {"many": 3} and kept["state"] == "accepted", kept)
status, headers, text = submit("sites", {"lastName": "Evil", "email": "evil@example.com"}, {"Origin": "https://evil.example"})
check("capture: JSON from another site", status == 403 and "Access-Control-Allow-Origin" not in headers and records("leads", 'lastName = "Evil"') == [], (status, headers))
status, headers, text = submit("sites", {"lastName": "x" * 101, "email": ["a@b.c"]}, {"Origin": "https://shop.example:8443"})
problem = json.loads(text)
check("capture: JSON with errors", status == 422 and sorted(e["pointer"] for e in problem["errors"]) == ["/email", "/lastName"] and headers.get("Access-Control-Allow-Origin") == "https://shop.example:8443", (status, text))
check("capture: JSON without origins may come from all", submit("plain", {"lastName": "Any", "email": "any@example.com"}, {"Origin": "https://any.example"})[1].get("Access-Control-Allow-Origin") == "*")
check("capture: the trap in JSON is answered like a success", (lambda a: (a[0], json.loads(a[2])["state"]))(submit("plain", {"lastName": "Bot", "email": "bot@example.com", "homepage": "x"})) == (202, "accepted") and records("leads", 'lastName = "Bot"') == [])
for name, body in {"no JSON": "{", "no object": "[1]", "a name twice": '{"a":1,"a":2}'}.items():
    check(f"capture: {name} is refused", submit("plain", body)[0] == 400, submit("plain", body))
check("capture: too many members are refused", submit("plain", {f"a{i}": 1 for i in range(101)})[0] == 413)
check("capture: JSON of another type is refused", send("POST", "/api/v1/forms/plain/submissions", "{}", {"Content-Type": "text/plain"})[0] == 415)
check("capture: an unknown form", submit("nothing", {})[0] == 404)

# Too many
answers = [submit("seldom", {"lastName": f"S{i}", "email": f"s{i}@example.com"})[0] for i in range(2)]
status, headers, text = submit("seldom", {"lastName": "S3", "email": "s3@example.com"})
check("capture: the third in an hour is one too many", answers == [202, 202] and status == 429 and 3000 < int(headers.get("Retry-After", 0)) <= 3600, (answers, status, headers))
status, headers, text = post("seldom", {"token": tokens["seldom"], "lastName": "S4", "email": "s4@example.com"})
check("capture: … on the page, too", status == 429 and headers.get("Retry-After") and headers["Content-Type"].startswith("text/html"), (status, headers))

status, headers, text = submit("seldom", {"lastName": "S5", "email": "s5@example.com"}, {"X-Forwarded-For": "127.0.0.1, 203.0.113.9, 10.0.0.2"})
kept = rest("GET", f"/api/v1/captureSubmissions/{json.loads(text).get('id')}")[1]
check("capture: behind a proxy, the visitor's address counts", status == 202 and kept["clientAddress"] == "203.0.113.9", (status, text, kept))

# Confirmation by e-mail
status, headers, text = post("swedish", {"token": tokens["swedish"], "lastName": "Öberg", "email": "oberg@example.com"})
check("capture: a form that asks to confirm says so", (status, headers.get("Location")) == (303, "swedish/thanks?state=waiting") and "e-post" in send("GET", "/forms/swedish/thanks?state=waiting")[2], (status, headers))
envelope, message = mailbox.newest(1) or (None, None)
check("capture: the e-mail goes out by TLS and password", message is not None, (server.folder / "kontord.log").read_text()[-2000:])
if message is None:
    finish()
text = message.get_body(("plain",)).get_content()
check("capture: the e-mail", (message["Subject"], envelope.mail_from, envelope.rcpt_tos) == ("Bekräfta: Write to us", "crm@acme.example", ["oberg@example.com"]) and message["Content-Language"] == "sv", message.items())
check("capture: its sender has a name", message["From"].addresses[0].display_name == "Acme Bücher", message["From"])
link = urllib.parse.urlparse(re.search(r"https?://\S+/forms/confirm/\S+", text)[0]).path
check("capture: text and HTML have the link", link in message.get_body(("html",)).get_content())
valid("the e-mail", message.get_body(("html",)).get_content())
check("capture: no lead before that", records("leads", 'lastName = "Öberg"') == [])
for _ in range(2):
    status, headers, text = send("GET", link)
check("capture: the link shows a button", status == 200 and "<button" in text and 'lang="sv"' in text and "frame-ancestors 'none'" in headers["Content-Security-Policy"], (status, text[:300]))
valid("the page with the button", text)
check("capture: … and changes nothing", records("leads", 'lastName = "Öberg"') == [])
answers = [send("POST", link, "", form_type)[0] for _ in range(2)]
leads = records("leads", 'lastName = "Öberg"')
check("capture: pressed twice, one lead", answers == [200, 200] and len(leads) == 1 and leads[0]["emailState"] == "ok" and leads[0]["language"] == "sv", (answers, leads))
check("capture: a changed link is no link", send("POST", link[:-4] + "AAAA", "", form_type)[0] == 404)
status, headers, text = submit("check", {"lastName": "Late", "email": "late@example.com"})
check("capture: JSON waits, too", (status, json.loads(text)["state"]) == (202, "waiting"), (status, text))
message = (mailbox.newest(2) or (None, None))[1]
late = urllib.parse.urlparse(re.search(r"https?://\S+/forms/confirm/\S+", message.get_body(("plain",)).get_content())[0]).path
psql(server.dsn, f"UPDATE lead.capture_submission SET expires_at = now() - interval '1 second' WHERE id = '{json.loads(text)['id']}'")
status, headers, page = send("POST", late, "", form_type)
check("capture: a link that is too old says so", status == 410 and "expired" in page, (status, page[:300]))
check("capture: … and makes no lead", records("leads", 'lastName = "Late"') == [])
status, headers, text = submit("check", {"lastName": "Nobody", "email": "no@example.com"})
check("capture: an address that does not exist", status == 409, (status, text))
values = {"lastName": "Inject", "email": "a@example.com\r\nBcc: x@example.com"}
check("capture: an address cannot bring a header", submit("check", values)[0] == 422 and len(mailbox.messages) == 2, mailbox.messages)
smtp.stop()
status, headers, text = submit("check", {"lastName": "Later", "email": "later@example.com"})
kept = rest("GET", f"/api/v1/captureSubmissions/{json.loads(text)['id']}")[1]
check("capture: without the mail server nothing is lost", status == 202 and kept["state"] == "received", (status, text, kept))



def restart(**changes):
    """With other settings."""
    if server.terminate() != 0:
        sys.exit("kontord did not end well")
    with server.settings.open("a") as settings:
        settings.writelines(f"{name.replace('_', '.')} = {value}\n" for name, value in changes.items())
    server.start()


def state_of(text):
    return rest("GET", f"/api/v1/captureSubmissions/{json.loads(text)['id']}")[1]["state"]


# TLS from the beginning; the server is believed only with a certificate that is trusted. What waited is sent after the start.
later = text
secure = Controller(mailbox, hostname="127.0.0.1", port=free_port(), ssl_context=tls, auth_require_tls=False)
secure.start()
restart(smtp_url=f"smtps://localhost:{secure.port}", smtp_authorities=certificate(server.folder, "other")[1])
status, headers, text = submit("check", {"lastName": "Doubt", "email": "doubt@example.com"})
check("capture: a mail server with another's certificate gets nothing", status == 202 and state_of(text) == "received" and len(mailbox.messages) == 2, (status, text))
psql(server.dsn, "UPDATE lead.capture_submission SET created_at = created_at - interval '2 minutes' WHERE state = 'received'")
restart(smtp_authorities=authorities)
mailbox.newest(4)
check("capture: what waited for the mail server is sent", sorted(e.rcpt_tos[0] for e, _ in mailbox.messages[2:]) == ["doubt@example.com", "later@example.com"], [e.rcpt_tos for e, _ in mailbox.messages])
end = time.monotonic() + 20
while state_of(later) != "waiting" and time.monotonic() < end:
    time.sleep(0.05)
check("capture: … and waits for the visitor then", state_of(later) == "waiting", state_of(later))
secure.stop()

# Chromium
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.select import Select
from selenium.webdriver.support.ui import WebDriverWait


def chromium(name, scripts):
    options = webdriver.ChromeOptions()
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--lang=de",
                     f"--user-data-dir={server.folder}/{name}"):
        options.add_argument(argument)
    options.binary_location = "/usr/bin/chromium"
    options.add_experimental_option("prefs", {"profile.managed_default_content_settings.javascript": 1 if scripts else 2,
                                              "intl.accept_languages": "de"})
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)


def fill(browser, **values):
    for name, value in values.items():
        browser.find_element(By.NAME, name).send_keys(value)


# A browser that runs no scripts
browser = chromium("plain", scripts=False)
try:
    browser.get(f"{own}/forms/plain?utm_source=browser")
    shown = time.monotonic()
    check("capture: Chromium shows the form in its language", browser.find_element(By.TAG_NAME, "html").get_attribute("lang") == "de")
    check("capture: Chromium draws it in style", browser.find_element(By.TAG_NAME, "main").value_of_css_property("max-width") == "576px")
    check("capture: nobody sees the trap", browser.find_element(By.NAME, "homepage").location["x"] < 0)
    fill(browser, firstName="Clara", lastName="Browser", email="clara@example.com")
    Select(browser.find_element(By.NAME, "country")).select_by_visible_text("Germany")
    browser.find_element(By.NAME, "consent").click()
    while time.monotonic() < shown + 2.3:
        time.sleep(0.05)
    browser.find_element(By.TAG_NAME, "button").click()
    WebDriverWait(browser, 30).until(lambda b: b.current_url.endswith("/forms/plain/thanks"))
    check("capture: Chromium is thanked", "Vielen Dank" in browser.find_element(By.TAG_NAME, "h1").text)
    leads = records("leads", 'email = "clara@example.com"')
    check("capture: Chromium without scripts makes a lead", len(leads) == 1 and (leads[0]["country"], leads[0]["consentGiven"], leads[0]["utmSource"], leads[0]["language"]) == ("DE", True, "browser", "de"), leads)
    refused = [entry for entry in browser.get_log("browser") if "Content Security Policy" in entry["message"]]
    check("capture: the policy refuses nothing of the page", refused == [], refused)
finally:
    browser.quit()


class Site(http.server.BaseHTTPRequestHandler):
    """Another site, with the form whose slug is its path."""

    def do_GET(self):
        slug = urllib.parse.urlparse(self.path).path.strip("/")
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(f'<!DOCTYPE html><title>site</title><body><script src="{own}/forms/{slug}/embed.js"></script>'.encode())

    def log_message(self, *arguments):
        pass


site = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site)
threading.Thread(target=site.serve_forever, daemon=True).start()
there = f"http://127.0.0.1:{site.server_port}"
form("framed", PERSON, allowedOrigins=[there])

# A site that embeds forms, in a browser that runs scripts
browser = chromium("framing", scripts=True)
fetch = """const done = arguments[2];
fetch(arguments[0], {method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify(arguments[1])})
  .then(async answer => done([answer.status, (await answer.json()).state])).catch(problem => done(String(problem)));"""
try:
    browser.get(f"{there}/framed?utm_source=outer&utm_medium=%26%22")
    browser.switch_to.frame(browser.find_element(By.TAG_NAME, "iframe"))
    WebDriverWait(browser, 30).until(lambda b: b.find_elements(By.NAME, "lastName"))
    shown = time.monotonic()
    hidden = {name: browser.find_element(By.NAME, name).get_attribute("value") for name in ("utmSource", "utmMedium", "pageUrl")}
    check("capture: a frame knows its page", hidden == {"utmSource": "outer", "utmMedium": '&"', "pageUrl": browser.execute_script("return document.referrer") + "framed?utm_source=outer&utm_medium=%26%22"}, hidden)
    fill(browser, lastName="Framed", email="framed@example.com")
    while time.monotonic() < shown + 2.3:
        time.sleep(0.05)
    browser.find_element(By.TAG_NAME, "button").click()
    WebDriverWait(browser, 30).until(lambda b: "Vielen Dank" in b.find_element(By.TAG_NAME, "h1").text)
    check("capture: a form in a frame makes a lead", len(records("leads", 'email = "framed@example.com"')) == 1)
    browser.switch_to.default_content()
    answer = browser.execute_async_script(fetch, f"{own}/api/v1/forms/framed/submissions", {"lastName": "Fetched", "email": "fetched@example.com"})
    check("capture: a script of an allowed site sends JSON", answer == [202, "accepted"], answer)
    answer = browser.execute_async_script(fetch, f"{own}/api/v1/forms/sites/submissions", {"lastName": "Fetched", "email": "not@example.com"})
    check("capture: a script of another site does not", "TypeError" in str(answer) and records("leads", 'email = "not@example.com"') == [], answer)
    browser.get(f"{there}/sites")
    browser.switch_to.frame(browser.find_element(By.TAG_NAME, "iframe"))
    check("capture: another site may not frame a form", browser.find_elements(By.NAME, "lastName") == [])
    refused = [entry for entry in browser.get_log("browser") if "frame-ancestors" in entry["message"]]
    check("capture: … which the policy says", refused != [])
finally:
    browser.quit()
finish()
