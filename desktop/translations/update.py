#!/usr/bin/env python3
"""Brings the translations up to date with what the client says.

    update.py            adds texts that are new to kontor_de.ts and kontor_en.ts and takes out those that are gone
    update.py --check    changes nothing, and fails when a text is missing, not translated or no longer said

lupdate 6.4 does not know the names of classes in nested namespaces, and classes without Q_OBJECT speak in the name of
their base. So all texts are in one context, which desktop/app/translator.h looks them up in; two texts that read the
same and mean something else need a disambiguation in the code. What the contract calls its fields is translated here, too, with
the comment "contract". English has the plural forms only."""

import pathlib
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

CONTEXT = "kontor"
folder = pathlib.Path(__file__).resolve().parent
programs = ("/usr/lib/qt6/bin/lupdate", "lupdate")
contract = folder.parent.parent / "wsdl"
META = "{http://api.kontor.example/meta}"
SCHEMA = "{http://www.w3.org/2001/XMLSchema}"


def texts_in_contract():
    """Labels of entities and fields, and the values to choose from: English on the wire, translated here."""
    sys.path.insert(0, str(folder.parent.parent / "shared/contract"))
    from generate import label_of

    types = {}
    for file in sorted(contract.glob("*.xsd")):
        types.update({element.get("name"): element for element in ElementTree.parse(file).iter(SCHEMA + "complexType")})
    texts, seen = set(), set()

    def walk(name):
        if name in seen or name not in types:
            return
        seen.add(name)
        for part in types[name].iter():
            if part.tag == SCHEMA + "extension":
                walk(part.get("base").split(":")[-1])
            elif part.tag == SCHEMA + "element" and part.get("name"):
                texts.add(part.get(META + "label") or label_of(part.get("name")))
                texts.update((part.get(META + "choices") or "").split())
                # As usualValues() of desktop/models/structures.cpp.
                if usual := re.fullmatch(r"((?:[a-z][A-Za-z]*, )*[a-z][A-Za-z]* or [a-z][A-Za-z]*)\.?", part.get(META + "doc") or ""):
                    texts.update(usual.group(1).replace(" or ", ", ").split(", "))
                walk((part.get("type") or "").split(":")[-1])

    for name, type_ in types.items():
        if type_.get(META + "entity"):
            texts.update((type_.get(META + "label"), type_.get(META + "labelPlural")))
            walk(name)
    return {(text, "contract"): False for text in texts}


def texts_in_code():
    """(source, comment) -> whether it has plural forms."""
    with tempfile.TemporaryDirectory() as place:
        found = pathlib.Path(place) / "found.ts"
        for program in programs:
            try:
                subprocess.run([program, "-silent", "-locations", "none", str(folder.parent), "-ts", str(found)], check=True,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                break
            except FileNotFoundError:
                continue
        else:
            sys.exit("lupdate is missing: qt6-l10n-tools")
        return {(m.findtext("source"), m.findtext("comment") or ""): m.get("numerus") == "yes"
                for m in ElementTree.parse(found).iter("message")}


def read(file):
    """(source, comment) -> list of forms."""
    known = {}
    for message in ElementTree.parse(file).iter("message"):
        translation = message.find("translation")
        forms = [form.text or "" for form in translation.iter("numerusform")] or [translation.text or ""]
        known[message.findtext("source"), message.findtext("comment") or ""] = forms
    return known


def write(file, language, texts, known):
    root = ElementTree.Element("TS", version="2.1", language=language, sourcelanguage="en")
    context = ElementTree.SubElement(root, "context")
    ElementTree.SubElement(context, "name").text = CONTEXT
    for key in sorted(texts):
        message = ElementTree.SubElement(context, "message", {"numerus": "yes"} if texts[key] else {})
        ElementTree.SubElement(message, "source").text = key[0]
        if key[1]:
            ElementTree.SubElement(message, "comment").text = key[1]
        translation = ElementTree.SubElement(message, "translation")
        forms = known.get(key, ["", ""] if texts[key] else [""])
        if not all(forms):
            translation.set("type", "unfinished")
        if texts[key]:
            for form in forms:
                ElementTree.SubElement(translation, "numerusform").text = form
        else:
            translation.text = forms[0]
    ElementTree.indent(root)
    file.write_text('<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n' + ElementTree.tostring(root, "unicode") + "\n", "utf-8")


def placeholders(text):
    return sorted(set(re.findall(r"%(?:L?[1-9]|Ln|n)", text)))


def problems(name, texts, known):
    for key in sorted(texts):
        forms = known.get(key, [])
        expected = 2 if texts[key] else 1
        if len(forms) != expected or not all(forms):
            yield f"{name}: not translated: {key[0]!r}"
        elif any(set(placeholders(form)) - {"%n", "%Ln"} != set(placeholders(key[0])) - {"%n", "%Ln"} for form in forms):
            yield f"{name}: other placeholders: {key[0]!r}"
        elif key[0].endswith("…") != forms[-1].endswith("…"):
            yield f"{name}: an ellipsis too much or too few: {key[0]!r}"
    for key in sorted(set(known) - set(texts)):
        yield f"{name}: no longer said: {key[0]!r}"


code = {**texts_in_code(), **texts_in_contract()}
found = []
for name, language, texts in (("kontor_de.ts", "de_DE", code), ("kontor_en.ts", "en_US", {key: True for key in code if code[key]})):
    file = folder / name
    known = read(file) if file.exists() else {}
    if "--check" in sys.argv:
        wrong = list(problems(name, texts, known))
        found += wrong
        print(f"ok translations: {name}: {len(texts)} texts" if not wrong else f"not ok translations: {name} — {'; '.join(wrong[:20])}")
    else:
        write(file, language, texts, known)
        print(f"{name}: {len(texts)} texts, {sum(not all(known.get(key, [''])) for key in texts)} to translate")
sys.exit(1 if found else 0)
