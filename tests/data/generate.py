#!/usr/bin/env python3
"""Makes a believable company's data, the same for the same seed.

    generate.py --seed 1 --contacts 2000 --folder build/demo/data           NDJSON for the import of each collection
    generate.py --seed 1 --contacts 1000000 --folder … --format csv         one CSV file of contacts, for import
    generate.py --seed 1 --contacts 1000000 --folder … --format copy        files for COPY into the contact schema, load.sql

Accounts with hierarchies, contacts in many languages and scripts with e-mail addresses, phone numbers and postal
addresses, four years of activities, teams and users who own all that; as NDJSON, leads, products and two years of
opportunities (sales.py). Contacts are made in parts of 10,000, each with
a random generator of its own, on all cores.
"""

import argparse
import datetime
import json
import multiprocessing
import pathlib
import random
import re
import sys

import people
import sales

TODAY = datetime.datetime(2026, 11, 23, 12, 0, tzinfo=datetime.timezone.utc)
YEARS = 4
PART = 10_000
CONTACTS_OF_AN_ACCOUNT = 8
KINDS = ("team", "user", "account", "contact", "accountContact", "activity", "savedView", "email", "phone",
         "lead", "opportunity", "product", "priceBook", "priceBookEntry", "taxRate", "currencyRate", "scoringRule", "target",
         "stageChange")
FIRST = datetime.datetime(2025, 1, 1, tzinfo=datetime.timezone.utc)
EPOCH_MS = int(FIRST.timestamp() * 1000)

TEAMS = ("Sales", "Sales North", "Sales South", "Sales Overseas", "Customer Service", "Marketing")
USERS = (
    ("Marta", "Lindqvist", "Head of Sales", 0, "sv-SE", "Europe/Stockholm"),
    ("Jonas", "Brandt", "Sales Representative", 1, "de-DE", "Europe/Berlin"),
    ("Aoife", "Byrne", "Sales Representative", 1, "en-GB", "Europe/Dublin"),
    ("Tomasz", "Wójcik", "Sales Representative", 1, "pl-PL", "Europe/Warsaw"),
    ("Inês", "Carvalho", "Sales Representative", 2, "pt-PT", "Europe/Lisbon"),
    ("Luca", "Moretti", "Sales Representative", 2, "it-IT", "Europe/Rome"),
    ("Eleni", "Georgiou", "Sales Representative", 2, "el-GR", "Europe/Athens"),
    ("Grace", "Washington", "Sales Representative", 3, "en-US", "America/New_York"),
    ("Kenji", "Takahashi", "Sales Representative", 3, "ja-JP", "Asia/Tokyo"),
    ("Mei", "Chen", "Sales Representative", 3, "zh-CN", "Asia/Shanghai"),
    ("Omar", "Hassan", "Service Engineer", 4, "ar-EG", "Africa/Cairo"),
    ("Petra", "Nováková", "Service Engineer", 4, "cs-CZ", "Europe/Prague"),
    ("Samuel", "Okoro", "Marketing Manager", 5, "en-GB", "Europe/London"),
)


class Company:
    """What all parts need: derived from the seed alone, so that every process has the same."""

    def __init__(self, seed, contacts, folder, activities):
        self.seed, self.contacts, self.folder, self.activities = seed, contacts, pathlib.Path(folder), activities
        self.account_count = max(1, contacts // CONTACTS_OF_AN_ACCOUNT)
        time = f"{EPOCH_MS + seed % 1_000_000:012x}"
        self.prefix = {kind: f"{time[:8]}-{time[8:]}-7000-80{place:02x}-" for place, kind in enumerate(KINDS)}
        shares = [locale for locale in people.LOCALES for _ in range(locale.share)]
        chance = random.Random(seed * 7 + 1)
        self.accounts = [self._account(number, shares[int(chance.random() * len(shares))], chance.random)
                         for number in range(self.account_count)]

    def identifier(self, kind, number):
        """A UUID version 7, always the same one for the same number; the number is its end, in decimal digits, so that a
        load generator can make it without a list."""
        return f"{self.prefix[kind]}{number:012d}"

    def _account(self, number, locale, chance):
        """What contacts need of their account: (locale, name, domain, owner)."""
        family, latin = pick(locale.families, chance)
        pattern = pick(locale.companies, chance)
        domain = f"{latin.replace('_', '').replace(chr(39), '').lower()}{number or ''}.example"
        owners = {"US": (7,), "BR": (4, 7), "JP": (8,), "CN": (9,), "KR": (8, 9), "VN": (9,), "TH": (9,), "IN": (8, 9)}.get(
            locale.country, (4, 5, 6) if locale.country in ("ES", "IT", "GR", "TR", "EG", "IL") else (1, 2, 3))
        return locale, pattern.format(name=family.replace("_", " ")), domain, pick(owners, chance)


def pick(items, chance):
    return items[int(chance() * len(items))]


def digits(pattern, chance):
    """A postal code after a pattern: # a digit, capitals stay letters."""
    return re.sub("[#AB]", lambda match: str(int(chance() * 10)) if match[0] == "#" else pick("BDEFGHJLNPQRST", chance), pattern)


def moment(chance, past=True):
    """A time on a working day within office hours."""
    days = int(chance() ** 1.5 * YEARS * 365) + 1
    day = TODAY - datetime.timedelta(days=days) if past else TODAY + datetime.timedelta(days=1 + days // 20)
    day -= datetime.timedelta(days=max(0, day.weekday() - 4))
    return day.replace(hour=7 + int(chance() * 10), minute=int(chance() * 12) * 5)


def text(time):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def postal_address(locale, kind, chance):
    city, subdivision = pick(locale.cities, chance)
    address = {"kind": kind, "street": locale.house.format(street=pick(locale.streets, chance), number=1 + int(chance() * 180)),
               "city": city, "postalCode": digits(locale.postal, chance), "country": locale.country}
    if subdivision:
        address["subdivision"] = subdivision
    return address


def phone_number(locale, number):
    """Numbers differ: a permutation of eight digits."""
    return f"{locale.phone} {(number * 7919 + 20260117) % 100_000_000:08d}"


def external(system, number):
    return [{"system": system, "id": str(number)}]


# Records, as the REST interface takes them


def teams(company):
    for number, name in enumerate(TEAMS):
        team = {"id": company.identifier("team", number), "name": name, "externalIds": external("demo", f"team-{number}")}
        if 0 < number < 4:
            team["parentId"] = company.identifier("team", 0)
        yield team


def users(company):
    for number, (first, last, title, team, locale, timezone) in enumerate(USERS):
        user = {"id": company.identifier("user", number), "userName": f"{first}.{last}".lower(),
                "displayName": f"{first} {last}", "firstName": first, "lastName": last, "title": title, "type": "regular",
                "status": "active", "locale": locale, "timezone": timezone,
                "teamIds": [company.identifier("team", team)], "defaultTeamId": company.identifier("team", team),
                "externalIds": external("demo", f"user-{number}")}
        if number:
            user["managerId"] = company.identifier("user", 0)
        yield user


def ownership(company, owner):
    return {"ownerId": company.identifier("user", owner), "teamId": company.identifier("team", USERS[owner][3])}


def accounts(company):
    chance = random.Random(company.seed * 7 + 2).random
    for number, (locale, name, domain, owner) in enumerate(company.accounts):
        employees = int(10 ** (0.7 + 4.3 * chance() ** 2))
        account = {
            "id": company.identifier("account", number), "name": name, "number": f"K-{10001 + number}",
            "type": pick(people.ACCOUNT_TYPES, chance), "status": "inactive" if chance() < 0.05 else "active",
            "industry": pick(people.INDUSTRIES, chance), "website": f"https://www.{domain}", "domain": domain,
            "annualRevenue": f"{employees * (60_000 + int(chance() * 200_000))}.{int(chance() * 100):02d}",
            "currency": locale.currency, "employeeCount": employees, "tier": pick(people.TIERS, chance),
            "source": pick(people.SOURCES, chance), "paymentTerms": pick(people.PAYMENT_TERMS, chance),
            "emailAddresses": [{"address": f"info@{domain}", "kind": "work", "isPrimary": True}],
            "phoneNumbers": [{"number": phone_number(locale, 50_000_000 + number), "type": "work", "isPrimary": True}],
            "postalAddresses": [postal_address(locale, "billing", chance)],
            "externalIds": external("erp", 100000 + number) + external("demo", f"account-{number}"),
            **ownership(company, owner),
        }
        if number > 10 and chance() < 0.18:  # subsidiaries come after their parents, so hierarchies cannot be circles
            parent = int(number * chance() ** 2)
            account["parentId"] = company.identifier("account", parent)
        if chance() < 0.4:
            account["postalAddresses"].append(postal_address(locale, "shipping", chance))
        if chance() < 0.2:
            account["vatNumber"] = f"{locale.country}{int(chance() * 1e9):09d}"
        if chance() < 0.3:
            account["tags"] = sorted({pick(people.TAGS, chance), pick(people.TAGS, chance)})
        yield account


def contacts(company, part):
    """The contacts of one part."""
    chance = random.Random(company.seed * 1_000_003 + part).random
    taken = set()
    for number in range(part * PART, min(company.contacts, (part + 1) * PART)):
        account = int(company.account_count * chance() ** 1.4)
        locale, _, domain, owner = company.accounts[account]
        if chance() < 0.1:
            locale = pick(people.LOCALES, chance)
        woman = chance() < 0.5
        first, first_latin = pick(locale.women if woman else locale.men, chance)
        family, family_latin = pick(locale.families, chance)
        if woman:
            for masculine, feminine in locale.feminine:
                if family.endswith(masculine):
                    family = family[: -len(masculine)] + feminine
                    break
        first, family = first.replace("_", " "), family.replace("_", " ")
        name = f"{first_latin}.{family_latin}".lower().replace("_", "")
        if part or name + domain in taken:  # addresses differ
            name += str(number)
        taken.add(name + domain)
        title, department = pick(people.JOB_TITLES, chance)
        contact = {
            "id": company.identifier("contact", number), "salutation": locale.salutations[0 if woman else 1],
            "firstName": first, "lastName": family, "jobTitle": title, "department": department,
            "accountId": company.identifier("account", account), "language": locale.language, "timezone": locale.timezone,
            "gender": "female" if woman else "male", "source": pick(people.SOURCES, chance),
            "emailAddresses": [{"address": f"{name}@{domain}", "kind": "work", "isPrimary": True}],
            "phoneNumbers": [{"number": phone_number(locale, number), "type": "work" if chance() < 0.5 else "mobile", "isPrimary": True}],
            "postalAddresses": [postal_address(locale, "billing", chance)],
            "externalIds": external("erp", 500000 + number) + external("demo", f"contact-{number}"),
            **ownership(company, owner),
        }
        rest = chance()
        if rest < 0.2:
            contact["emailAddresses"].append({"address": f"{name}.{number}@mail.example", "kind": "home", "isPrimary": False})
        if rest > 0.8:
            contact["tags"] = sorted({pick(people.TAGS, chance), pick(people.TAGS, chance)})
        if 0.4 < rest < 0.6:
            contact["birthDate"] = f"{1955 + int(chance() * 48)}-{1 + int(chance() * 12):02d}-{1 + int(chance() * 28):02d}"
        if 0.3 < rest < 0.33:
            contact["doNotCall"] = True
        contact["_account"], contact["_owner"], contact["_number"] = account, owner, number
        yield contact


def account_contacts(company, made):
    """Every twelfth contact has to do with a second account."""
    chance = random.Random(company.seed * 7 + 3).random
    for number, contact in enumerate(made[::12]):
        account = int(company.account_count * chance())
        if account == contact["_account"]:
            continue
        yield {"id": company.identifier("accountContact", number), "accountId": company.identifier("account", account),
               "contactId": contact["id"], "role": pick(people.ACCOUNT_ROLES, chance), "isActive": chance() < 0.8,
               "startDate": text(moment(chance))[:10], "externalIds": external("demo", f"role-{number}"),
               **ownership(company, contact["_owner"])}


def activities(company, made):
    chance = random.Random(company.seed * 7 + 4).random
    number = 0
    for contact in made:
        for _ in range(int(chance() ** 2 * company.activities * 3)):
            kind = pick(("call", "call", "email", "email", "meeting", "task", "note"), chance)
            past = kind in ("email", "note") or chance() < 0.9
            start = moment(chance, past)
            activity = {
                "id": company.identifier("activity", number), "kind": kind, "subject": pick(people.SUBJECTS[kind], chance),
                "parentEntity": "Contact", "parentId": contact["id"], "contactId": contact["id"],
                "accountId": contact["accountId"], "priority": "high" if chance() < 0.1 else "normal",
                "externalIds": external("demo", f"activity-{number}"), **ownership(company, contact["_owner"]),
            }
            if body := pick(people.BODIES, chance):
                activity["body"] = body
            if kind in ("call", "meeting"):
                minutes = (5 + int(chance() * 40)) if kind == "call" else 30 * (1 + int(chance() * 5))
                activity |= {"startAt": text(start), "endAt": text(start + datetime.timedelta(minutes=minutes)),
                             "durationSeconds": minutes * 60, "status": ("held" if chance() < 0.93 else "notHeld") if past else "planned"}
                if kind == "call":
                    activity["direction"] = "out" if chance() < 0.6 else "in"
                elif place := pick(people.PLACES, chance):
                    activity["location"] = place
                    activity["attendees"] = [{"entity": "Contact", "id": contact["id"], "name": f"{contact['firstName']} {contact['lastName']}",
                                              "role": "required", "response": "accepted" if past else "needsAction"}]
            elif kind == "task":
                done = past and chance() < 0.9
                activity |= {"dueAt": text(start), "status": "completed" if done else "notStarted"}
                if done:
                    activity["completedAt"] = text(start - datetime.timedelta(hours=int(chance() * 48)))
            else:
                activity["startAt"] = text(start)
                if kind == "email":
                    activity["direction"] = "out" if chance() < 0.5 else "in"
            number += 1
            yield activity


def saved_views(company):
    views = (("Customers with more than 500 employees", "Account", 'type = "customer" AND employeeCount > 500', "-employeeCount"),
             ("Prospects from fairs", "Account", 'type = "prospect" AND source = "Trade fair"', "name"),
             ("Purchasing", "Contact", 'department = "Purchasing"', "lastName"),
             ("Open tasks", "Activity", 'kind = "task" AND status = "notStarted"', "dueAt"))
    for number, (name, entity, condition, sort) in enumerate(views):
        yield {"id": company.identifier("savedView", number), "name": name, "entity": entity, "filter": condition, "sort": sort,
               "isShared": True, "externalIds": external("demo", f"view-{number}")}


# Outputs


def write_ndjson(company):
    made = [contact for part in range(parts(company)) for contact in contacts(company, part)]
    collections = {"teams": teams(company), "users": users(company), "accounts": accounts(company), "contacts": made,
                   "accountContacts": account_contacts(company, made), "activities": activities(company, made),
                   "savedViews": saved_views(company)}
    deals = list(sales.opportunities(company, made, ownership, TODAY))
    collections |= {"taxRates": sales.tax_rates(company), "products": sales.products(company), "priceBooks": sales.price_books(company),
                    "priceBookEntries": sales.price_book_entries(company), "currencyRates": sales.currency_rates(company, TODAY),
                    "scoringRules": sales.scoring_rules(company), "leads": sales.leads(company, ownership, phone_number),
                    "opportunities": deals, "targets": sales.targets(company, TODAY)}
    (company.folder / "history.sql").write_text("".join(sales.history(company, deals)), encoding="utf-8")
    for name, records in collections.items():
        count = 0
        with open(company.folder / f"{name}.ndjson", "w", encoding="utf-8") as file:
            for record in records:
                json.dump({key: value for key, value in record.items() if key[0] != "_"}, file, ensure_ascii=False)
                file.write("\n")
                count += 1
        print(f"  {count:>9,} {name}", flush=True)


CSV_COLUMNS = ("firstName", "lastName", "salutation", "jobTitle", "department", "language", "timezone", "gender", "source",
               "email", "phone", "externalId.erp")


def csv_part(company, part):
    out = []
    for contact in contacts(company, part):
        cells = [contact[column] for column in CSV_COLUMNS[:9]]
        cells += [contact["emailAddresses"][0]["address"], contact["phoneNumbers"][0]["number"], str(500000 + contact["_number"])]
        out.append(",".join(f'"{cell}"' if "," in cell else cell for cell in cells))
    return "\r\n".join(out) + "\r\n"


def time_of(number):
    """When a contact was written: one each second, so that a load generator can make these times too."""
    return text(FIRST + datetime.timedelta(seconds=number))


def copy_cell(value):
    return r"\N" if value is None else value


def copy_part(company, part):
    """COPY rows of one part, by table."""
    rows = {table: [] for table in ("contact", "email_address", "record_email", "phone_number", "record_phone",
                                    "postal_address", "external_id")}
    for contact in contacts(company, part):
        identifier, number = contact["id"], contact["_number"]
        name = f"{contact['firstName']} {contact['lastName']}"
        owner, team = contact["ownerId"], contact["teamId"]
        written = time_of(number)
        rows["contact"].append("\t".join((
            identifier, written, written, owner, team, "{" + ",".join(contact.get("tags", ())) + "}", name, contact["salutation"], contact["firstName"],
            contact["lastName"], contact["jobTitle"], contact["department"], contact["accountId"], copy_cell(contact.get("birthDate")),
            contact["gender"], contact["language"], contact["timezone"], contact["source"])))
        for position, use in enumerate(contact["emailAddresses"]):
            address = company.identifier("email", number * 2 + position)
            rows["email_address"].append(f"{address}\t{use['address']}")
            rows["record_email"].append(f"{identifier}\t{address}\t{use['kind']}\t{'f' if position else 't'}\t{position}")
        for position, use in enumerate(contact["phoneNumbers"]):
            phone = company.identifier("phone", number)
            rows["phone_number"].append(f"{phone}\t{use['number']}")
            rows["record_phone"].append(f"{identifier}\t{phone}\t{use['type']}\tt\t{position}")
        for position, address in enumerate(contact["postalAddresses"]):
            rows["postal_address"].append("\t".join((identifier, str(position), address["kind"], address["street"], address["city"],
                                                     copy_cell(address.get("subdivision")), address["postalCode"], address["country"])))
        for pair in contact["externalIds"]:
            rows["external_id"].append(f"Contact\t{pair['system']}\t{pair['id']}\t{identifier}")
    return {table: "\n".join(lines) + "\n" if lines else "" for table, lines in rows.items()}


COPY_COLUMNS = {
    "account": "id, owner_id, team_id, tags, name, number, type, status, industry, parent_id, website, domain, annual_revenue, "
               "currency, employee_count, tier, source, payment_terms",
    "contact": "id, created_at, updated_at, owner_id, team_id, tags, display_name, salutation, first_name, last_name, job_title, department, account_id, "
               "birth_date, gender, language, timezone, source",
    "email_address": "id, address",
    "record_email": "record_id, email_address_id, kind, is_primary, position",
    "phone_number": "id, number",
    "record_phone": "record_id, phone_number_id, type, is_primary, position",
    "postal_address": "record_id, position, kind, street, city, subdivision, postal_code, country",
    "external_id": "entity, system, external_id, record_id",
}


def copy_accounts(company):
    return "".join("\t".join((
        account["id"], account["ownerId"], account["teamId"], "{" + ",".join(account.get("tags", ())) + "}", account["name"],
        account["number"], account["type"], account["status"], account["industry"], copy_cell(account.get("parentId")),
        account["website"], account["domain"], account["annualRevenue"], account["currency"], str(account["employeeCount"]),
        account["tier"], account["source"], account["paymentTerms"])) + "\n" for account in accounts(company))


company_of_process = None


def prepare(*arguments):
    global company_of_process
    company_of_process = Company(*arguments)


def make_csv(part):
    return csv_part(company_of_process, part)


def make_copy(part):
    return copy_part(company_of_process, part)


def parts(company):
    return (company.contacts + PART - 1) // PART


def in_parallel(company, make, consume):
    arguments = (company.seed, company.contacts, company.folder, company.activities)
    with multiprocessing.Pool(initializer=prepare, initargs=arguments) as pool:
        for number, result in enumerate(pool.imap(make, range(parts(company)))):
            consume(result)
            if sys.stderr.isatty():
                print(f"\r  {min((number + 1) * PART, company.contacts):>9,} contacts", end="", file=sys.stderr, flush=True)
    print(f"  {company.contacts:>9,} contacts", flush=True)


def write_csv(company):
    with open(company.folder / "contacts.csv", "w", encoding="utf-8", newline="") as file:
        file.write(",".join(CSV_COLUMNS) + "\r\n")
        in_parallel(company, make_csv, file.write)


def write_copy(company):
    files = {table: open(company.folder / f"{table}.copy", "w", encoding="utf-8") for table in COPY_COLUMNS}

    def consume(tables):
        for table, rows in tables.items():
            files[table].write(rows)

    files["account"].write(copy_accounts(company))
    print(f"  {company.account_count:>9,} accounts", flush=True)
    in_parallel(company, make_copy, consume)
    for file in files.values():
        file.close()
    with open(company.folder / "load.sql", "w", encoding="utf-8") as file:
        file.write("SET search_path TO contact;\n")
        for table, columns in COPY_COLUMNS.items():
            file.write(f"\\echo {table}\n\\copy {table} ({columns}) FROM '{(company.folder / table).resolve()}.copy'\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--contacts", type=int, default=2000)
    parser.add_argument("--activities", type=int, default=3, help="for each contact, on average")
    parser.add_argument("--folder", required=True)
    parser.add_argument("--format", choices=("ndjson", "csv", "copy"), default="ndjson")
    options = parser.parse_args()
    company = Company(options.seed, options.contacts, options.folder, options.activities)
    company.folder.mkdir(parents=True, exist_ok=True)
    {"ndjson": write_ndjson, "csv": write_csv, "copy": write_copy}[options.format](company)
    (company.folder / "complete").touch()


if __name__ == "__main__":
    main()
