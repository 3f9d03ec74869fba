#!/usr/bin/env python3
"""Makes C++ from the contract.

    generate.py WSDL_FOLDER OUTPUT_FOLDER

Reads common.xsd and every <service>.xsd, completes these (complete.py), and writes

    contract/common.h, contract/<service>.h   a struct for each complex type
    contract/<name>.cpp                       the tables that describe their members (shared/contract/description.h)
    contract/served.cpp                       the documents that the server hands out, for each level and SOAP version
    wsdl/<level>/<file>                       the same documents as files, for wsdl2h and for the interface tests

A file is written only when its content changes, so that the build does only what is needed.

Attributes of the namespace http://api.kontor.example/meta say what XML Schema cannot:

    on a complexType   k:entity (its element in Records), k:collection, k:table, k:label, k:labelPlural, k:display,
                       k:administrative, k:mergeable (records of it can be merged; it needs the field mergedIntoId):
                       a record type; k:operation: the input of an operation, with k:result and
                       k:headers (complete.py)
    on an element      k:required, k:readOnly, k:createOnly, k:writeOnly, k:searchable, k:personal, k:unique,
                       k:references="Entity" ("*" = any), k:column="name" ("" = no column), k:label, k:choices="a b",
                       k:minValue, k:maxValue
    on the schema      k:doc: what the service is about
    on types and elements   k:doc: documentation; k:since="1": the minor level that brought it (a type's elements, wrappers
                       and operation in the WSDL go with it)

An optional field of a record is one line here, and one migration:

    <xs:element name="faxNumber" type="c:PhoneNumberText" minOccurs="0" k:since="1" k:doc="Where faxes go."/>
"""
import os
import re
import sys
import xml.etree.ElementTree as ET

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from complete import complete_schema, service_documentation, wsdl_of  # noqa: E402

XS = "{http://www.w3.org/2001/XMLSchema}"
META = "{http://api.kontor.example/meta}"
COMMON = "http://api.kontor.example/common/v1"

FLAGS = {"required", "readOnly", "createOnly", "writeOnly", "searchable", "personal", "unique", "administrative",
         "mergeable"}
TYPE_META = {"entity", "collection", "table", "label", "labelPlural", "display", "administrative", "mergeable",
             "operation", "doc", "since", "result", "headers"}
ELEMENT_META = (FLAGS - {"administrative", "mergeable"}) | {"references", "column", "label", "choices", "minValue",
                                                            "maxValue", "doc", "since"}

KINDS = {
    "string": ("text", "std::optional<std::string>"),
    "long": ("integer", "std::optional<std::int64_t>"),
    "int": ("integer", "std::optional<std::int64_t>"),
    "decimal": ("decimal", "std::optional<Decimal>"),
    "boolean": ("boolean", "std::optional<bool>"),
    "dateTime": ("dateTime", "std::optional<DateTime>"),
    "date": ("date", "std::optional<Date>"),
    "base64Binary": ("binary", "std::optional<std::string>"),
}


def snake(name):
    return re.sub(r"(?<!^)([A-Z])", lambda m: "_" + m.group(1).lower(), name)


ACRONYMS = {"api": "API", "id": "ID", "ids": "IDs", "iso": "ISO", "totp": "TOTP", "uid": "UID", "uri": "URI",
            "uris": "URIs", "url": "URL", "vat": "VAT", "sha256": "SHA-256"}


def label_of(name):
    """For people: annualRevenue → Annual revenue, accountId → Account, teamIds → Teams, joinUrl → Join URL."""
    words = re.sub(r"([A-Z])", lambda m: " " + m.group(1).lower(), name).split()
    if len(words) > 1 and words[-1] in ("id", "ids"):
        plural = words.pop() == "ids"
        words[-1] += "s" if plural else ""
    words = [ACRONYMS.get(word, word) for word in words]
    return words[0][:1].upper() + words[0][1:] + "".join(" " + word for word in words[1:])


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") + '"'


def fail(sentence):
    sys.exit("generate.py: " + sentence)


def meta_of(node, allowed, where):
    """Our own attributes of an element or type; a misspelt one must not pass in silence."""
    meta = {name.replace(META, ""): value for name, value in node.attrib.items() if name.startswith(META)}
    for name, value in meta.items():
        if name not in allowed:
            fail(f"{where}: there is no k:{name}")
        if name in FLAGS and value != "true":
            fail(f'{where}: k:{name} is "true" or absent')
    return meta


def parsed(path, text):
    try:
        return ET.fromstring(text.encode())
    except ET.ParseError as problem:
        fail(f"{path}: {problem}")


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


class Schema:
    """One XSD file, completed: its simple types (name → facets), complex types and operations."""

    def __init__(self, path, name):
        self.name = name
        own = read(path)
        parsed(path, own)  # what is wrong is told by the line that the author sees
        self.text = complete_schema(own)
        self.documentation = service_documentation(own)
        try:
            self.wsdl = wsdl_of(name, own)
        except ValueError as problem:
            fail(f"{path}: {problem}")
        root = parsed(path, self.text)
        self.namespace = root.get("targetNamespace")
        self.cpp_namespace = "kontor" if self.namespace == COMMON else "kontor::" + name
        self.simple = {}
        self.complex = {}
        for node in root:
            if node.tag == XS + "simpleType":
                self.simple[node.get("name")] = self.facets(node)
            elif node.tag == XS + "complexType":
                self.complex[node.get("name")] = self.structure(node)

    def records(self):
        """The elements of Records, one for each entity; none where a service has no entities of its own."""
        return self.complex["Records"]["fields"] if "Records" in self.complex else []

    @staticmethod
    def facets(node):
        restriction = node.find(XS + "restriction")
        facets = {"base": restriction.get("base").split(":")[1]}
        for facet in restriction:
            facets[facet.tag.replace(XS, "")] = facet.get("value")
        return facets

    def structure(self, node):
        extension = node.find(f"{XS}complexContent/{XS}extension")
        body = extension if extension is not None else node
        where = f"{self.name}.xsd, {node.get('name')}"
        fields = [self.element(e, where) for e in body.iter(XS + "element")]
        meta = meta_of(node, TYPE_META, where)
        return {"name": node.get("name"), "fields": fields, "meta": meta,
                "base": extension.get("base") if extension is not None else None, "schema": self}

    @staticmethod
    def element(node, where):
        meta = meta_of(node, ELEMENT_META, f"{where}.{node.get('name')}")
        return {"name": node.get("name"), "type": node.get("type"), "max": int(node.get("maxOccurs", "1")),
                "min": int(node.get("minOccurs", "1")), "meta": meta}


def level_of(part):
    return int(part["meta"].get("since", 0))


def raise_level(part, level):
    if level > level_of(part):
        part["meta"]["since"] = str(level)


class Contract:
    def __init__(self, folder):
        self.common = Schema(os.path.join(folder, "common.xsd"), "common")
        names = sorted(f[:-4] for f in os.listdir(folder) if f.endswith(".xsd") and f != "common.xsd")
        self.services = [Schema(os.path.join(folder, n + ".xsd"), n) for n in names]
        self.check()
        self.inherit_levels()

    def check(self):
        """Refuses what would compile but be wrong."""
        entities = {s["name"] for s in self.structures() if "entity" in s["meta"]} | {"*"}
        for structure in self.structures():
            seen = set()
            for owner, field in self.fields_of(structure):
                where = f"{owner['name']}.{field['name']}"
                if field["name"] in seen:
                    fail(f"{structure['name']}.{field['name']} exists twice")
                seen.add(field["name"])
                if field["meta"].get("references", "*") not in entities:
                    fail(f"{where}: there is no entity {field['meta']['references']}")
            display = structure["meta"].get("display")
            if display is not None and display not in seen:
                fail(f"{structure['name']}: k:display names the field {display}, which it does not have")
            if structure["meta"].get("mergeable"):
                into = [f["meta"].get("references") for _, f in self.fields_of(structure) if f["name"] == "mergedIntoId"]
                if into != [structure["name"]]:
                    fail(f"{structure['name']}: what is k:mergeable has a field mergedIntoId that references it")

    def resolve(self, schema, qname):
        """(facets, structure) of a type's qualified name; one of the two is None."""
        prefix, name = qname.split(":")
        if prefix == "xs":
            return {"base": name}, None
        owner = self.common if prefix == "c" else schema
        if name in owner.simple:
            return owner.simple[name], None
        if name not in owner.complex:
            fail(f"{schema.name}.xsd: there is no type {qname}")
        return None, owner.complex[name]

    def inherit_levels(self):
        """An element is as new as its type, the answer of an operation as new as the operation."""
        for schema in self.services:
            for structure in list(schema.complex.values()):
                if "operation" in structure["meta"]:
                    raise_level(schema.complex[structure["name"] + "Response"], level_of(structure))
        for structure in self.structures():
            for field in structure["fields"]:
                needed = self.resolve(structure["schema"], field["type"])[1]
                if needed is not None:
                    raise_level(field, level_of(needed))

    def structures(self):
        return [structure for schema in [self.common] + self.services for structure in schema.complex.values()]

    def newest_level(self):
        """The newest minor level that anything in the contract came with."""
        return max(level_of(part) for s in self.structures() for part in [s] + s["fields"])

    def fields_of(self, structure):
        inherited = self.fields_of(self.resolve(structure["schema"], structure["base"])[1]) if structure["base"] else []
        return inherited + [(structure, field) for field in structure["fields"]]

    def member(self, schema, field):
        """Kind, C++ type, facets and structure of an element."""
        facets, structure = self.resolve(schema, field["type"])
        many = field["max"] > 1
        if structure is not None:
            cpp = structure["schema"].cpp_namespace + "::" + structure["name"]
            return ("structureList", f"std::vector<{cpp}>", {}, structure) if many else \
                   ("structure", f"std::optional<{cpp}>", {}, structure)
        kind, cpp = KINDS[facets["base"]]
        if many:
            return "textList", "std::vector<std::string>", facets, None
        if field["type"] == "c:Uuid":
            kind = "id"
        return kind, cpp, facets, None


def in_order(contract, schema):
    """Complex types of a schema, each after those that its members need."""
    done, order = set(), []

    def visit(structure):
        if structure["name"] in done:
            return
        done.add(structure["name"])
        for field in structure["fields"]:
            needed = contract.resolve(schema, field["type"])[1]
            if needed is not None and needed["schema"] is schema:
                visit(needed)
        order.append(structure)

    for structure in schema.complex.values():
        visit(structure)
    return order


def header(contract, schema):
    out = ["// Made by shared/contract/generate.py. Do not edit.", "#pragma once", ""]
    if schema is not contract.common:
        out.append('#include "contract/common.h"')
    out += ['#include "shared/contract/description.h"', "", f"namespace {schema.cpp_namespace} {{", ""]
    for structure in in_order(contract, schema):
        base = "kontor::Record" if structure["base"] else "kontor::Object"
        if structure["meta"].get("doc"):
            out.append("/// " + structure["meta"]["doc"])
        out.append(f"struct {structure['name']} : {base} {{")
        for field in structure["fields"]:
            cpp = contract.member(schema, field)[1]
            if schema is not contract.common:
                cpp = re.sub(r"<(Decimal|DateTime|Date)>", r"<kontor::\1>", cpp)
            doc = "  ///< " + field["meta"]["doc"] if field["meta"].get("doc") else ""
            out.append(f"    {cpp} {field['name']};{doc}")
        out += ["    [[nodiscard]] const kontor::StructType &structType() const override;",
                "    [[nodiscard]] static const kontor::StructType &contractType() { return contractType_; }",
                "    static const kontor::StructType contractType_;", "};", ""]
    if schema is not contract.common:
        out += ["/// Entities and operations of the service.",
                "[[nodiscard]] const kontor::ServiceContract &serviceContract();", ""]
    out += [f"}}  // namespace {schema.cpp_namespace}", ""]
    return "\n".join(out)


def field_row(contract, owner, field, entity):
    schema = owner["schema"]
    kind, cpp, facets, structure = contract.member(schema, field)
    meta = field["meta"]
    row = [f".name = {quoted(field['name'])}"]
    has_column = entity and (kind not in ("structure", "structureList") or "column" in meta)
    column = meta.get("column", snake(field["name"])) if has_column else ""
    if column:
        row.append(f".column = {quoted(column)}")
    row.append(f".kind = Kind::{kind}")
    if meta.get("readOnly"):
        row.append(".writable = Writable::never")
    elif meta.get("createOnly"):
        row.append(".writable = Writable::onCreate")
    for flag in ("required",):
        if meta.get(flag):
            row.append(f".{flag} = true")
    for flag in ("writeOnly", "searchable", "personal", "unique"):
        if meta.get(flag):
            row.append(f".{flag} = true")
    scalar = kind not in ("structure", "structureList", "textList", "binary")
    usable = entity and not meta.get("writeOnly") and field["name"] != "fieldsToNull"
    if usable and (column or kind == "structureList"):
        row.append(".filterable = true")
    if usable and scalar and column:
        row.append(".sortable = true")
    if "minLength" in facets:
        row.append(f".minLength = {facets['minLength']}")
    if "maxLength" in facets:
        row.append(f".maxLength = {facets['maxLength']}")
    if field["max"] > 1:
        row.append(f".maxItems = {field['max']}")
    if "totalDigits" in facets:
        row.append(f".totalDigits = {facets['totalDigits']}")
    if "fractionDigits" in facets:
        row.append(f".fractionDigits = {facets['fractionDigits']}")
    if facets.get("base") == "int":
        row.append(".minValue = -2147483648LL, .maxValue = 2147483647LL")
    if "minValue" in meta:
        row = [r for r in row if not r.startswith(".minValue")] + [f".minValue = {meta['minValue']}"]
    if "maxValue" in meta:
        row.append(f".maxValue = {meta['maxValue']}")
    if "pattern" in facets and kind != "id":
        row.append(f".pattern = {quoted(facets['pattern'])}")
    if "choices" in meta:
        row.append(f".choices = {choices_name(owner, field)}")
    if "references" in meta:
        row.append(f".references = {quoted(meta['references'])}")
    row.append(f".label = {quoted(meta.get('label', label_of(field['name'])))}")
    if meta.get("doc"):
        row.append(f".documentation = {quoted(meta['doc'])}")
    if "since" in meta:
        row.append(f".level = {meta['since']}")
    if structure is not None:
        name = structure["schema"].cpp_namespace + "::" + structure["name"]
        access = "listAccess" if kind == "structureList" else "optionalAccess"
        row.append(f".structure = &{name}::contractType_")
        row.append(f".items = &{access}<{name}>")
    cpp_owner = owner["schema"].cpp_namespace + "::" + owner["name"]
    row.append(f".member = memberAddress<&{cpp_owner}::{field['name']}>")
    return "Field{" + ", ".join(sorted_designators(row)) + "}"


DESIGNATORS = ["name", "column", "kind", "writable", "required", "writeOnly", "searchable", "personal", "unique",
               "filterable", "sortable", "minLength", "maxLength", "maxItems", "totalDigits", "fractionDigits",
               "minValue", "maxValue", "pattern", "choices", "references", "label", "documentation", "level",
               "structure", "items", "member"]


def sorted_designators(row):
    return sorted(row, key=lambda r: DESIGNATORS.index(re.match(r"\.(\w+)", r).group(1)))


def choices_name(owner, field):
    return f"choices_{owner['name']}_{field['name']}"


def tables(contract, schema):
    """The descriptions of a schema's types. All of it is constant data: nothing runs at start."""
    out = ["// Made by shared/contract/generate.py. Do not edit.", f'#include "contract/{schema.name}.h"',
           '#include "shared/contract/structure_access.h"', "", "namespace {", "using namespace kontor;", ""]
    entities = [s for s in schema.complex.values() if "entity" in s["meta"]]
    for structure in schema.complex.values():
        for field in structure["fields"]:
            if "choices" in field["meta"]:
                values = ", ".join(quoted(v) for v in field["meta"]["choices"].split())
                out.append(f"constexpr std::string_view {choices_name(structure, field)}[] = {{{values}}};")
    for structure in entities:
        meta = structure["meta"]
        name = structure["name"]
        out += [f"constexpr EntityType entity_{name}{{.type = &{schema.cpp_namespace}::{name}::contractType_, "
                f".name = {quoted(name)}, .element = {quoted(meta['entity'])}, "
                f".collection = {quoted(meta['collection'])}, .service = {quoted(schema.name)}, "
                f".table = {quoted(meta['table'])}, .label = {quoted(meta['label'])}, "
                f".labelPlural = {quoted(meta['labelPlural'])}, .displayField = {quoted(meta['display'])}, "
                f".administrative = {'true' if meta.get('administrative') else 'false'}, "
                f".mergeable = {'true' if meta.get('mergeable') else 'false'}}};"]
    for structure in schema.complex.values():
        is_record = "entity" in structure["meta"] or structure["name"] == "Record"
        rows = [field_row(contract, owner, field, is_record) for owner, field in contract.fields_of(structure)]
        if rows:
            out += [f"constexpr Field fields_{structure['name']}[] = {{", "    " + ",\n    ".join(rows) + "};"]
    out += ["}  // namespace", "", f"namespace {schema.cpp_namespace} {{"]
    for structure in schema.complex.values():
        name = structure["name"]
        fields = f"fields_{name}" if contract.fields_of(structure) else "{}"
        create = "nullptr" if name == "Record" else f"createObject<{name}>"
        entity = f"&entity_{name}" if structure in entities else "nullptr"
        out += ["", f"constinit const kontor::StructType {name}::contractType_{{.name = {quoted(name)}, "
                f".targetNamespace = {quoted(schema.namespace)}, "
                f".documentation = {quoted(structure['meta'].get('doc', ''))}, .fields = {fields}, "
                f".create = {create}, .entity = {entity}}};",
                f"const kontor::StructType &{name}::structType() const {{ return contractType_; }}"]
    if schema is not contract.common:
        out += service_table(contract, schema, entities)
    out += ["", f"}}  // namespace {schema.cpp_namespace}", ""]
    return "\n".join(out)


def service_table(contract, schema, entities):
    """What a service has: the entities of its Records, the operations with their inputs and results."""
    by_element = {entity["meta"]["entity"]: entity for entity in entities}
    listed = ", ".join("&entity_" + by_element[f["name"]]["name"] for f in schema.records())
    rows = []
    for operation in (s for s in schema.complex.values() if "operation" in s["meta"]):
        response = schema.complex[operation["name"] + "Response"]
        result = "nullptr"
        if response["fields"]:
            kind = contract.member(schema, response["fields"][0])[3]
            result = f"&{kind['schema'].cpp_namespace}::{kind['name']}::contractType_"
        rows.append(f"{{.name = {quoted(operation['meta']['operation'])}, "
                    f".input = &{operation['name']}::contractType_, .result = {result}, "
                    f".documentation = {quoted(operation['meta'].get('doc', ''))}}}")
    return ["", "const kontor::ServiceContract &serviceContract() {",
            f"    static constexpr std::array<const EntityType *, {len(schema.records())}> entities{{{listed}}};",
            "    static constexpr OperationType operations[] = {", "        " + ",\n        ".join(rows) + "};",
            f"    static constexpr ServiceContract contract{{.name = {quoted(schema.name)}, "
            f".targetNamespace = {quoted(schema.namespace)}, .documentation = {quoted(schema.documentation)}, "
            f".entities = entities, .operations = operations, .level = {contract.newest_level()}}};",
            "    return contract;", "}"]


# --- documents that are handed out -----------------------------------------------------------------------------------

def served_schema(contract, schema, text, level):
    """A schema without our own attributes, without what is newer than the level, documentation in its usual place."""
    newer_types = {("c:" if s["schema"] is contract.common else "tns:") + s["name"]
                   for s in contract.structures()
                   if level_of(s) > level and s["schema"] in (schema, contract.common)}

    def unless_newer(match):
        opening = match.group(0).split(">", 1)[0]
        since = re.search(r' k:since="(\d+)"', opening)
        kind = re.search(r' type="([^"]*)"', opening)
        newer = since and int(since.group(1)) > level or kind and kind.group(1) in newer_types
        return "" if newer else match.group(0)

    def response(match):
        return "" if "tns:" + match.group(1) in newer_types else match.group(0)

    def tag(match):
        whole = match.group(0)
        doc = re.search(r' k:doc="([^"]*)"', whole)
        plain = re.sub(r' k:\w+="[^"]*"', "", whole)
        if not doc or not doc.group(1):
            return plain
        note = f"<xs:annotation><xs:documentation>{doc.group(1)}</xs:documentation></xs:annotation>"
        if plain.endswith("/>"):
            return plain[:-2] + ">" + note + "</xs:element>"
        # Axis 1.4 unwraps a call only when the wrapper's type begins with its elements; the WSDL has the documentation.
        return plain if " k:operation=" in whole else plain + note

    text = re.sub(r"[ \t]*<!--.*?-->\n?", "", text, flags=re.S)
    text = re.sub(r'\s+xmlns:k="[^"]*"', "", text)
    text = re.sub(r'(<xs:schema\b[^>]*?)\s+k:doc="[^"]*"', r"\1", text)
    text = re.sub(r"[ \t]*<xs:complexType\b.*?</xs:complexType>\n?", unless_newer, text, flags=re.S)
    text = re.sub(r'[ \t]*<xs:complexType name="(\w+Response)".*?</xs:complexType>\n?', response, text, flags=re.S)
    text = re.sub(r"[ \t]*<xs:element\b[^>]*/>\n?", unless_newer, text)
    return re.sub(r"<xs:(?:element|complexType)\b[^>]*>", tag, text)


def served_wsdl(contract, schema, text, level):
    """A WSDL with the address of its level and without the operations that are newer."""
    for structure in schema.complex.values():
        if "operation" in structure["meta"] and level_of(structure) > level:
            name = structure["meta"]["operation"]
            text = re.sub(rf'[ \t]*<wsdl:message name="{name}(Request|Response)">.*?</wsdl:message>\n', "", text,
                          flags=re.S)
            text = re.sub(rf'[ \t]*<wsdl:operation name="{name}">.*?</wsdl:operation>\n', "", text, flags=re.S)
    return re.sub(r'location="[^"]*/soap/v1/' + schema.name + '"',
                  f'location="http://localhost:8080/soap/v1.{level}/{schema.name}"', text)


def soap12(text):
    text = text.replace('xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/"',
                        'xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap12/"')
    text = text.replace("Soap11", "Soap12")
    return re.sub(r'(<wsdl:service name="\w+)Service"', r'\1Soap12Service"', text)


def served_documents(contract):
    """(level, file name) → text."""
    documents = {}
    for level in range(contract.newest_level() + 1):
        for schema in [contract.common] + contract.services:
            documents[level, schema.name + ".xsd"] = served_schema(contract, schema, schema.text, level)
        for schema in contract.services:
            text = served_wsdl(contract, schema, schema.wsdl, level)
            documents[level, schema.name + ".wsdl"] = text
            documents[level, schema.name + ".soap12.wsdl"] = soap12(text)
    return documents


def served_source(documents):
    out = ["// Made by shared/contract/generate.py. Do not edit.", '#include "contract/served.h"', "",
           "namespace kontor {", "", "std::string_view servedDocument(unsigned level, std::string_view file) {"]
    for (level, name), text in sorted(documents.items()):
        pieces = [text[i:i + 8000] for i in range(0, len(text), 8000)]
        literal = "\n".join('R"~~(' + piece + ')~~"' for piece in pieces)
        out += [f"    if (level == {level} && file == {quoted(name)}) return", literal + ";"]
    out += ["    return {};", "}", "", "}  // namespace kontor", ""]
    return "\n".join(out)


SERVED_HEADER = """// Made by shared/contract/generate.py. Do not edit.
#pragma once

#include <string_view>

namespace kontor {

/// A WSDL ("contact.wsdl", "contact.soap12.wsdl") or schema ("contact.xsd", "common.xsd") as it is at a minor level;
/// empty when there is none. WSDLs hold the address http://localhost:8080, to be replaced by the public one.
std::string_view servedDocument(unsigned level, std::string_view file);

}  // namespace kontor
"""


def write(path, text):
    try:
        with open(path, encoding="utf-8") as file:
            if file.read() == text:
                return
    except OSError:
        pass
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def main():
    folder, output = sys.argv[1:3]
    contract = Contract(folder)
    for schema in [contract.common] + contract.services:
        write(f"{output}/contract/{schema.name}.h", header(contract, schema))
        write(f"{output}/contract/{schema.name}.cpp", tables(contract, schema))
    documents = served_documents(contract)
    write(f"{output}/contract/served.h", SERVED_HEADER)
    write(f"{output}/contract/served.cpp", served_source(documents))
    for (level, name), text in documents.items():
        write(f"{output}/wsdl/{level}/{name}", text)


if __name__ == "__main__":
    main()
