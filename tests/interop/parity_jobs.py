"""Imports, exports and changes of many records through REST and SOAP: the same jobs, the same files, the same errors.

Needs KONTOR_URL, KONTOR_API_KEY and KONTOR_DSN (of a role that may read the tables).
"""

import re
import time
import urllib.parse
import uuid

import zeep.exceptions

from parity_support import COLLECTIONS, COMMON, RUN, WORLDS, Outcome, Rest, Soap, as_json, both
from report import check, equal, finish

MEDIA = {"csv": "text/csv", "ndjson": "application/x-ndjson"}
COUNTS = ("kind", "state", "processed", "created", "updated", "deleted", "failed")
POINTERS = {"/ids": "/selection/id", "/filter": "/selection/filter", "/q": "/selection/q"}


class RestJobs(Rest):
    """What starts a job gives its id; `job` gives how far it is."""

    def start(self, path, body=None, key=None, query=None, media=None):
        headers = {"Idempotency-Key": f'"{key}"'} if key else {}
        if media:
            headers["Content-Type"] = media
        status, answer = self.call("POST", "/jobs/" + path + ("?" + urllib.parse.urlencode(query) if query else ""),
                                   None if media else body, headers, body if media else None)
        outcome = self.outcome(status, answer)
        # A selection stands at the root of the JSON, and in an element of its own in XML.
        outcome.fields = sorted((next((to + pointer[len(at):] for at, to in POINTERS.items()
                                       if path.startswith("mass") and (pointer + "/").startswith(at + "/")), pointer), code)
                                for pointer, code in outcome.fields)
        return outcome

    def create_import(self, entity, text, form="csv", key=None, **options):
        if "by" in options:
            options["key"] = options.pop("by")
        query = {"object": COLLECTIONS[entity], **{n: str(v).lower() if isinstance(v, bool) else v for n, v in options.items()}}
        return self.start("import", text, key, query, MEDIA[form])

    def create_export(self, entity, form="csv", key=None, **query):
        return self.start("export", {"object": COLLECTIONS[entity], "format": form, **query}, key)

    def mass_update(self, entity, changes, nulls=(), key=None, **which):
        return self.start("massUpdate", {"object": COLLECTIONS[entity], **which,
                                         "changes": {**as_json(changes), **{name: None for name in nulls}}}, key)

    def mass_delete(self, entity, key=None, **which):
        return self.start("massDelete", {"object": COLLECTIONS[entity], **which}, key)

    def undo(self, identifier, key=None):
        return self.start(f"{identifier}/undo", None, key)

    def cancel(self, identifier):
        return self.start(f"{identifier}/cancel")

    def job(self, identifier):
        return self.outcome(*self.call("GET", f"/jobs/{identifier}"))

    def file(self, what, identifier):
        status, body = self.call("GET", f"/jobs/{identifier}/{what}")
        return self.outcome(status, body) if status >= 400 else Outcome(record=body)

    def jobs(self, limit):
        found, cursor = [], ""
        while cursor is not None:
            body = self.call("GET", "/jobs?" + urllib.parse.urlencode({"cursor": cursor} if cursor else {"limit": limit}))[1]
            found, cursor = found + [job["id"] for job in body["data"]], body["page"].get("nextCursor")
        return found


class SoapJobs(Soap):
    def ask(self, operation, *headers, **arguments):
        try:
            result = self.call(self.service("jobs"), operation, *headers, **arguments)
        except zeep.exceptions.Fault as problem:
            return self.fault(problem)
        return Outcome(record={name: result[name] for name in result}, identifier=getattr(result, "id", None))

    def key(self, key):
        return [self.service("jobs").get_element(f"{{{COMMON}}}IdempotencyHeader")(key=key)] if key else []

    def create_import(self, entity, text, form="csv", key=None, **options):
        names = {"system": "externalSystem", "by": "key"}
        return self.ask("createImport", *self.key(key), entity=entity, format=form, content=text,
                        **{names.get(name, name): value for name, value in options.items()})

    def create_export(self, entity, form="csv", key=None, **query):
        return self.ask("createExport", *self.key(key), query={"entity": entity, **query}, format=form)

    @staticmethod
    def selection(entity, which):
        return {"entity": entity, **{("id" if name == "ids" else name): value for name, value in which.items()}}

    def mass_update(self, entity, changes, nulls=(), key=None, **which):
        # As a file has them: lists are separated by semicolons, what is absent is emptied.
        change = [{"field": name, "value": ";".join(value) if isinstance(value, list) else value}
                  for name, value in {**changes, **dict.fromkeys(nulls)}.items()]
        outcome = self.ask("massUpdate", *self.key(key), selection=self.selection(entity, which), change=change)
        names = list({**changes, **dict.fromkeys(nulls)})
        outcome.fields = sorted((re.sub(r"^/change(?:/(\d+)/value)?$", lambda at: "/changes" + (
            "/" + names[int(at[1])] if at[1] else ""), pointer), code) for pointer, code in outcome.fields)
        return outcome

    def mass_delete(self, entity, key=None, **which):
        return self.ask("massDelete", *self.key(key), selection=self.selection(entity, which))

    def undo(self, identifier, key=None):
        return self.ask("undoJob", *self.key(key), id=identifier)

    def cancel(self, identifier):
        return self.ask("cancelJob", id=identifier)

    def job(self, identifier):
        return self.ask("getJob", id=identifier)

    def file(self, what, identifier):
        got = self.ask("getJobErrors" if what == "errors" else "getJobResult", id=identifier)
        return got if got.code else Outcome(record=got.record["content"])

    def jobs(self, limit):
        found, page = [], self.ask("listJobs", limit=limit).record
        while True:
            found += [job.id for job in page["job"]]
            if not page["cursor"]:
                return found
            page = self.ask("listJobs", cursor=page["cursor"]).record


INTERFACES = {"rest": RestJobs, "soap": SoapJobs}


def of(interface):
    return INTERFACES[interface.name]()


def finished(interface, started):
    """The job at its end, as both interfaces tell it."""
    if started.code:
        return started
    limit = time.monotonic() + 60
    while True:
        job = interface.job(started.identifier)
        if job.record["finishedAt" if interface.name == "soap" else "state"] not in (None, "queued", "running"):
            return Outcome(identifier=started.identifier,
                           record=tuple(job.record.get(name) for name in COUNTS) + (job.record.get("preview") or False,
                                                                                     bool(job.record.get("undoes"))))
        assert time.monotonic() < limit, "the job does not end"
        time.sleep(0.05)


def told(name, step):
    """Runs `step(interface, world)` through each; jobs are compared by what they tell."""
    def run(interface, world):
        job = finished(of(interface), step(of(interface), world))
        ends[interface.name] = job.identifier
        return job if job.code else [job.record]
    ends = {}
    both(name, run)
    return ends


def files(name, what, ends):
    both(name, lambda i, w: [w.neutral(of(i).file(what, ends[i.name]).record.decode())] if ends.get(i.name) else ["no job"])


def csv(world):
    return (f"lastName,firstName,emailAddresses.0.address\n{world.marker} A,Ana,a@example.org\n,Nobody,b@example.org\n"
            f"{world.marker} B,Bo,not an address\n{world.marker} C,\"two\nlines\",\n").encode()


def right_jobs():
    made = told("import: CSV with rows that are refused", lambda i, w: i.create_import("Contact", csv(w)))
    files("import: the rows to mend", "errors", made)
    ends = told("import: a preview", lambda i, w: i.create_import("Contact", csv(w), preview=True))
    files("import: a preview, what would be", "result", ends)
    told("import: NDJSON", lambda i, w: i.create_import(
        "Account", f'{{"name":"{w.marker} N","tags":["x"]}}\n{{"name":7}}\n'.encode(), "ndjson"))
    told("import: upsert by an external id", lambda i, w: i.create_import(
        "Account", f"name,externalId.erp\n{w.marker} U,{w.marker}\n".encode(), mode="upsert", system="erp"))
    told("import: upsert again", lambda i, w: i.create_import(
        "Account", f"name,externalId.erp\n{w.marker} V,{w.marker}\n".encode(), mode="upsert", system="erp"))
    by_mail = lambda w, name: f"lastName,email\n{w.marker} {name},{w.marker}@example.org\n".encode()  # noqa: E731
    told("import: by the address, creates", lambda i, w: i.create_import("Contact", by_mail(w, "K"), mode="upsert", by="email"))
    told("import: by the address, changes", lambda i, w: i.create_import("Contact", by_mail(w, "L"), mode="upsert", by="email"))
    told("import: by the address, refuses a double", lambda i, w: i.create_import("Contact", by_mail(w, "M"), by="email"))
    mine = lambda w: f'lastName : "{w.marker}*"'  # noqa: E731
    ids = {kind: INTERFACES[kind]().query("Contact", filter=f'lastName : "{kind}{RUN}*"', sort="lastName").record["ids"]
           for kind in INTERFACES}
    for interface, world in WORLDS.items():
        for identifier in ids[interface.name]:
            world.remember(identifier)
    for form in ("csv", "ndjson"):
        ends = told(f"export: {form}", lambda i, w: i.create_export(
            "Contact", form, filter=mine(w), sort="lastName", fields=["lastName", "firstName"]))
        files(f"export: {form}, the file", "result", ends)
    told("mass update: a filter", lambda i, w: i.mass_update(
        "Contact", {"jobTitle": "Clerk", "tags": ["mass"]}, ["firstName"], filter=mine(w)))
    ends = told("export: after it", lambda i, w: i.create_export(
        "Contact", "ndjson", filter=mine(w), sort="lastName", fields=["lastName", "firstName", "jobTitle", "tags", "version"]))
    files("export: after it, the file", "result", ends)
    deleted = told("mass delete: ids", lambda i, w: i.mass_delete("Contact", ids=ids[i.name]))
    told("mass update: of deleted records", lambda i, w: i.mass_update("Contact", {"jobTitle": "X"}, ids=ids[i.name]))
    told("undo: of the mass delete", lambda i, w: i.undo(deleted[i.name]))
    told("undo: twice", lambda i, w: i.undo(deleted[i.name]))
    told("undo: of the import", lambda i, w: i.undo(made[i.name]))
    both("cancel: a job that is over", lambda i, w: of(i).cancel(made[i.name]))
    for kind, interface in INTERFACES.items():
        listed = interface().jobs(3)
        check(f"list: the newest first, in pages, {kind}", len(listed) >= 10 and len(listed) == len(set(listed))
              and listed.index(deleted[kind]) < listed.index(made[kind]), repr(listed[:5]))
    equal("list: a job of one interface is a job of the other", RestJobs().job(made["soap"]).record["state"],
          SoapJobs().job(made["rest"]).record["state"])


def once():
    for name, step in (
            ("an import", lambda i, w, n: i.create_import("Account", f"name\n{w.marker} once {n}\n".encode(), key=f"{w.marker}-import")),
            ("an export", lambda i, w, n: i.create_export("Account", key=f"{w.marker}-export", filter=f'name = "{n}"')),
            ("a mass update", lambda i, w, n: i.mass_update("Account", {"industry": f"{n}"}, key=f"{w.marker}-update", filter='name = "-"')),
            ("a mass delete", lambda i, w, n: i.mass_delete("Account", key=f"{w.marker}-delete", filter=f'name = "{n}-"'))):
        both(f"idempotency: {name}, one job", lambda i, w: [step(of(i), w, 1).identifier == step(of(i), w, 1).identifier])
        both(f"idempotency: {name}, the key for another request", lambda i, w: step(of(i), w, 2))


def bad_input():
    nobody = str(uuid.uuid4())
    for name, step in (
            ("import: an empty file", lambda i, w: i.create_import("Account", b"")),
            ("import: an unknown mode", lambda i, w: i.create_import("Account", b"name\nx\n", mode="replace")),
            ("import: an upsert by nothing", lambda i, w: i.create_import("Account", b"name\nx\n", mode="upsert")),
            ("import: a key and a system", lambda i, w: i.create_import("Account", b"name\nx\n", mode="upsert", by="name", system="erp")),
            ("import: a key that is no field", lambda i, w: i.create_import("Account", b"name\nx\n", mode="upsert", by="colour")),
            ("export: an unknown format", lambda i, w: i.create_export("Account", "pdf")),
            ("export: a filter that is none", lambda i, w: i.create_export("Account", filter="name =")),
            ("export: an unknown sort", lambda i, w: i.create_export("Account", sort="colour")),
            ("mass update: of nothing", lambda i, w: i.mass_update("Account", {"industry": "x"})),
            ("mass update: of a filter and ids", lambda i, w: i.mass_update("Account", {"industry": "x"}, filter="name = 1", ids=[nobody])),
            ("mass update: no changes", lambda i, w: i.mass_update("Account", {}, ids=[nobody])),
            ("mass update: a value that is too long", lambda i, w: i.mass_update("Account", {"industry": "x" * 300}, ids=[nobody])),
            ("mass update: a required field emptied", lambda i, w: i.mass_update("Account", {}, ["name"], ids=[nobody])),
            ("mass update: the ids of records", lambda i, w: i.mass_update("Account", {"id": nobody}, ids=[nobody])),
            ("mass update: a filter that is none", lambda i, w: i.mass_update("Account", {"industry": "x"}, filter="(")),
            ("mass delete: of nothing", lambda i, w: i.mass_delete("Account")),
            ("undo: an unknown job", lambda i, w: i.undo(nobody)),
            ("cancel: an unknown job", lambda i, w: i.cancel(nobody)),
            ("job: an unknown one", lambda i, w: i.job(nobody)),
            ("errors: of an unknown job", lambda i, w: i.file("errors", nobody)),
            ("result: of an unknown job", lambda i, w: i.file("result", nobody))):
        both("bad " + name, lambda i, w: step(of(i), w))
    ended = RestJobs().create_import("Account", b"name\n\n").identifier
    finished(RestJobs(), Outcome(identifier=ended))
    both("bad result: a job without one", lambda i, w: of(i).file("result", ended))
    both("bad undo: an export", lambda i, w: of(i).undo(finished(of(i), of(i).create_export("Account", filter='name = "-"')).identifier))
    for name, answer in (
            ("an unknown entity", SoapJobs().ask("createExport", query={"entity": "Colour"})),
            ("an unknown format", SoapJobs().ask("createImport", entity="Account", format="xlsx", content=b"x")),
            ("what an export does not have", SoapJobs().ask("createExport", query={"entity": "Account", "limit": 3, "expand": ["owner"]})),
            ("an id that is none", SoapJobs().mass_delete("Account", ids=["nobody"])),
            ("a field that is none", SoapJobs().ask("massUpdate", selection={"entity": "Account", "id": [nobody]},
                                                    change=[{"field": "colour", "value": "red"}])),
            ("a field twice", SoapJobs().ask("massUpdate", selection={"entity": "Account", "id": [nobody]},
                                             change=[{"field": "industry", "value": "x"}, {"field": "industry"}])),
            ("a number that is none", SoapJobs().ask("massUpdate", selection={"entity": "Account", "id": [nobody]},
                                                     change=[{"field": "annualRevenue", "value": "much"}]))):
        check(f"bad SOAP: {name}", answer.code == "VALIDATION" and answer.fields, repr(answer))


right_jobs()
once()
bad_input()
finish()
