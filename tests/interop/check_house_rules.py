#!/usr/bin/env python3
"""Checks the rules that keep old SOAP toolkits working with our WSDLs.

    check_house_rules.py FOLDER…

Each folder holds the documents that the server hands out for one level: <service>.wsdl, <service>.soap12.wsdl,
<service>.xsd and common.xsd, as shared/contract/generate.py writes them. Prints one line for each breach and one for each
rule that holds; a breach makes the exit status 1. Every rule stands for a toolkit that was seen to break: Axis 1.4, JAX-WS,
.NET, PHP, suds and others differ in what they cannot read, and this is what they all can.
"""
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET

XS = "{http://www.w3.org/2001/XMLSchema}"
WSDL = "{http://schemas.xmlsoap.org/wsdl/}"
SOAP11 = "{http://schemas.xmlsoap.org/wsdl/soap/}"
SOAP12 = "{http://schemas.xmlsoap.org/wsdl/soap12/}"
HTTP_TRANSPORT = "http://schemas.xmlsoap.org/soap/http"
NAMESPACE = re.compile(r"http://api\.kontor\.example/([a-z]+)/v\d+")

SCHEMA_WORDS = {"schema", "import", "simpleType", "restriction", "complexType", "complexContent", "extension", "sequence",
                "element", "annotation", "documentation"}
FACETS = {"minLength", "maxLength", "pattern", "totalDigits", "fractionDigits", "minInclusive", "maxInclusive"}
SCALARS = {"string", "long", "int", "decimal", "boolean", "dateTime", "date", "base64Binary"}
LARGEST_LIST = 2000  # with a few such lists in a type, Java's parser is still below its limit of nodes in a content model
MOST_OPERATIONS = 25

# Names that would be a keyword in generated Java or C# and so come out renamed.
KEYWORDS = set("""abstract as assert base bool boolean break byte case catch char checked class const continue decimal default
delegate do double else enum event explicit extends extern false final finally fixed float for foreach goto if implements
implicit import in instanceof int interface internal is lock long namespace native new null object operator out override
package params private protected public readonly ref return sbyte sealed short sizeof stackalloc static strictfp string
struct super switch synchronized this throw throws transient true try typeof uint ulong unchecked unsafe ushort using virtual
void volatile while""".split())


class Documents:
    """The documents of one folder, and the breaches found in them."""

    def __init__(self, folder):
        self.folder = folder
        self.schemas = {}
        self.wsdls = {}
        self.breaches = []
        for name in sorted(os.listdir(folder)):
            if not name.endswith((".xsd", ".wsdl")):
                continue
            kept = self.schemas if name.endswith(".xsd") else self.wsdls
            kept[name] = ET.parse(os.path.join(folder, name))

    def breach(self, rule, name, sentence):
        self.breaches.append((rule, f"{name}: {sentence}"))


def local(tag):
    return tag.split("}")[1]


def bare(qname):
    return qname.split(":")[-1]


def service_of(file_name):
    return file_name.split(".")[0]


def duplicates(names):
    """Names that differ from an earlier one in case at most."""
    seen, found = set(), []
    for name in names:
        if name.lower() in seen:
            found.append(name)
        seen.add(name.lower())
    return found


# --- schemas ---------------------------------------------------------------------------------------------------------

def namespaces(documents):
    """Namespaces are http URIs with the service and the major version; one schema for each."""
    seen = {}
    for name, tree in documents.schemas.items():
        namespace = tree.getroot().get("targetNamespace", "")
        match = NAMESPACE.fullmatch(namespace)
        if not match or match.group(1) != service_of(name):
            documents.breach("namespaces", name, f"targetNamespace {namespace!r} is not that of {service_of(name)}")
        if namespace in seen:
            documents.breach("namespaces", name, f"shares its namespace with {seen[namespace]}")
        seen[namespace] = name
        if tree.getroot().get("elementFormDefault") != "qualified":
            documents.breach("namespaces", name, "elements are not qualified")
        if tree.getroot().get("attributeFormDefault"):
            documents.breach("namespaces", name, "has an attributeFormDefault")


def imports(documents):
    """Imports name a file next to the importing one, and every namespace that is used is imported."""
    for name, tree in {**documents.schemas, **documents.wsdls}.items():
        for node in tree.iter(XS + "import"):
            location = node.get("schemaLocation", "")
            if location not in documents.schemas:
                documents.breach("imports", name, f"imports {location!r}, which is not served next to it")
            elif documents.schemas[location].getroot().get("targetNamespace") != node.get("namespace"):
                documents.breach("imports", name, f"imports {location} under another namespace")
        if tree.find(f".//{XS}include") is not None or tree.find(f".//{WSDL}import") is not None:
            documents.breach("imports", name, "includes or imports what is not a schema")
    for name, tree in documents.schemas.items():
        with open(os.path.join(documents.folder, name), encoding="utf-8") as file:
            uses_common = re.search(r'="c:\w', file.read())
        imported = tree.find(f"{XS}import") is not None
        if uses_common and not imported and name != "common.xsd":
            documents.breach("imports", name, "uses types of common.xsd without importing it")


def vocabulary(documents):
    """Only what every toolkit reads: no choice, any, all, groups, attributes, unions, lists, enumerations, nillable …"""
    for name, tree in documents.schemas.items():
        for node in tree.iter():
            word = local(node.tag)
            if not node.tag.startswith(XS) or word not in SCHEMA_WORDS | FACETS:
                documents.breach("vocabulary", name, f"<{word}> breaks toolkits")
            for attribute in node.attrib:
                if attribute in ("nillable", "abstract", "substitutionGroup", "default", "fixed", "mixed", "ref", "form",
                                 "block", "final"):
                    documents.breach("vocabulary", name, f"{attribute}= on {node.get('name')} breaks toolkits")
                if attribute.startswith("{"):
                    documents.breach("vocabulary", name, f"the foreign attribute {attribute} is not for clients")


def named_types(documents):
    """Types have names, at the top level; elements have a type of ours or a plain scalar."""
    for name, tree in documents.schemas.items():
        for node in tree.iter():
            if node.tag in (XS + "complexType", XS + "simpleType") and node not in list(tree.getroot()):
                documents.breach("named types", name, "has an anonymous type")
            if node.tag == XS + "element":
                if not node.get("type"):
                    documents.breach("named types", name, f"element {node.get('name')} has no type")
                elif node.get("type").startswith("xs:") and bare(node.get("type")) not in SCALARS:
                    documents.breach("named types", name, f"element {node.get('name')} is of type {node.get('type')}")


def names(documents):
    """Names are unique whatever the case, plain, and no keyword of Java or C#."""
    for name, tree in documents.schemas.items():
        root = tree.getroot()
        types = [node.get("name") for node in root if node.tag in (XS + "complexType", XS + "simpleType")]
        for twice in duplicates(types):
            documents.breach("names", name, f"type {twice} exists twice but for case")
        for twice in duplicates(node.get("name") for node in root.findall(XS + "element")):
            documents.breach("names", name, f"element {twice} exists twice but for case")
        for type_name in types:
            if not re.fullmatch(r"[A-Z][A-Za-z0-9]*", type_name) or type_name.startswith("ArrayOf"):
                documents.breach("names", name, f"type {type_name} is not a plain name")
        for structure in root.findall(XS + "complexType"):
            elements = [node.get("name") for node in structure.iter(XS + "element")]
            for twice in duplicates(elements):
                documents.breach("names", name, f"{structure.get('name')}.{twice} exists twice but for case")
            for element in elements:
                if not re.fullmatch(r"[a-z][A-Za-z0-9]*", element) or element in KEYWORDS:
                    documents.breach("names", name, f"{structure.get('name')}.{element} is not a plain name")


def all_types(documents):
    """Qualified as in the files: {(namespace, name): complexType}."""
    return {(tree.getroot().get("targetNamespace"), node.get("name")): node
            for tree in documents.schemas.values() for node in tree.getroot().findall(XS + "complexType")}


def type_key(tree, qname):
    own = tree.getroot().get("targetNamespace")
    return (own if qname.startswith("tns:") or own.endswith("/common/v1") else "http://api.kontor.example/common/v1",
            bare(qname))


def recursion(documents):
    """No type holds itself, at any depth."""
    trees = {tree.getroot().get("targetNamespace"): tree for tree in documents.schemas.values()}
    types = all_types(documents)

    def visit(key, above):
        if key in above:
            documents.breach("recursion", key[1], "holds itself: " + " → ".join(k[1] for k in above + [key]))
            return
        if key not in types:
            return
        for node in types[key].iter(XS + "element"):
            visit(type_key(trees[key[0]], node.get("type", "")), above + [key])

    for key in types:
        visit(key, [])


def lists(documents):
    """Lists are repeated elements with a number for their most."""
    for name, tree in documents.schemas.items():
        for node in tree.iter(XS + "element"):
            most = node.get("maxOccurs", "1")
            if not most.isdigit() or int(most) > LARGEST_LIST:
                documents.breach("lists", name, f"{node.get('name')} may occur {most} times")
            if int(node.get("minOccurs", "1")) > 1:
                documents.breach("lists", name, f"{node.get('name')} must occur more than once")


def well_formed_schemas(documents):
    """libxml2 compiles every schema."""
    for name in documents.schemas:
        done = subprocess.run(["xmllint", "--nonet", "--noout", "--schema", os.path.join(documents.folder, name), "-"],
                              input="<nothing/>", capture_output=True, text=True, check=False)
        # 3: the schema is right and the document is not, as it must be.
        if done.returncode != 3:
            documents.breach("valid schemas", name, done.stderr.strip().splitlines()[0] if done.stderr else "is refused")


# --- WSDLs -----------------------------------------------------------------------------------------------------------

def inline_schemas(documents):
    """The inline schema only imports, so that each namespace has one schema."""
    for name, tree in documents.wsdls.items():
        schemas = tree.findall(f"{WSDL}types/{XS}schema")
        if len(schemas) != 1 or any(node.tag != XS + "import" for node in schemas[0]):
            documents.breach("inline schemas", name, "has more than one inline schema with nothing but imports")


def wrappers(documents):
    """Document/literal wrapped: elements named after the operation, one part named parameters."""
    for name, tree in documents.wsdls.items():
        schema = documents.schemas[service_of(name) + ".xsd"].getroot()
        elements = {node.get("name"): node.get("type") for node in schema.findall(XS + "element")}
        types = {node.get("name"): node for node in schema.findall(XS + "complexType")}
        parts = {message.get("name"): message.findall(WSDL + "part") for message in tree.findall(WSDL + "message")}
        for operation in tree.findall(f"{WSDL}portType/{WSDL}operation"):
            called = operation.get("name")
            for kind, message, element in (("input", called + "Request", called),
                                           ("output", called + "Response", called + "Response")):
                if bare(operation.find(WSDL + kind).get("message")) != message:
                    documents.breach("wrappers", name, f"{called}: the {kind} message is not {message}")
                found = parts.get(message, [])
                if len(found) != 1 or found[0].get("name") != "parameters" or found[0].get("type") or \
                        bare(found[0].get("element", "")) != element:
                    documents.breach("wrappers", name, f"{message} has not the one part parameters of element {element}")
                if element not in elements:
                    documents.breach("wrappers", name, f"there is no element {element}")
                    continue
                type_name = bare(elements[element])
                if type_name.lower() != element.lower():
                    documents.breach("wrappers", name, f"element {element} is of type {elements[element]}")
                elif type_name in types and types[type_name].find(XS + "annotation") is not None:
                    documents.breach("wrappers", name, f"type {type_name} is annotated, which keeps Axis from unwrapping it")


def results(documents):
    """An answer has exactly one child, <result>; that of an operation with nothing to say is empty."""
    for name, tree in documents.schemas.items():
        for structure in tree.getroot().findall(XS + "complexType"):
            if not structure.get("name").endswith("Response"):
                continue
            children = list(structure.iter(XS + "element"))
            once = [(c.get("name"), c.get("minOccurs", "1"), c.get("maxOccurs", "1")) for c in children]
            if once not in ([], [("result", "1", "1")]):
                documents.breach("results", name, f"{structure.get('name')} holds something other than one result")


def operations(documents):
    """One port type, no overloading, not too many operations; the binding binds them all."""
    for name, tree in documents.wsdls.items():
        port_types = tree.findall(WSDL + "portType")
        if len(port_types) != 1:
            documents.breach("operations", name, f"has {len(port_types)} port types")
        called = [node.get("name") for node in tree.findall(f"{WSDL}portType/{WSDL}operation")]
        for twice in duplicates(called):
            documents.breach("operations", name, f"{twice} exists twice")
        if len(called) > MOST_OPERATIONS:
            documents.breach("operations", name, f"has {len(called)} operations")
        for binding in tree.findall(WSDL + "binding"):
            if [node.get("name") for node in binding.findall(WSDL + "operation")] != called:
                documents.breach("operations", name, f"{binding.get('name')} does not bind the operations of the port type")


def bindings(documents):
    """One SOAP version in a file, HTTP, literal, soapAction = namespace/operation, nothing that BP 1.1 forbids."""
    for name, tree in documents.wsdls.items():
        soap, other = (SOAP12, SOAP11) if name.endswith(".soap12.wsdl") else (SOAP11, SOAP12)
        if any(node.tag.startswith(other) for node in tree.iter()):
            documents.breach("bindings", name, "mixes the SOAP versions")
        namespace = tree.getroot().get("targetNamespace")
        for binding in tree.findall(WSDL + "binding"):
            header = binding.find(soap + "binding")
            if header is None or header.get("transport") != HTTP_TRANSPORT or header.get("style") != "document":
                documents.breach("bindings", name, f"{binding.get('name')} is not document over HTTP")
            for operation in binding.findall(WSDL + "operation"):
                action = operation.find(soap + "operation")
                if action is None or action.get("soapAction") != f"{namespace}/{operation.get('name')}":
                    documents.breach("bindings", name, f"{operation.get('name')} has another soapAction")
            for node in binding.iter():
                if node.tag in (soap + "body", soap + "header", soap + "fault"):
                    if node.get("use") != "literal" or node.get("namespace") or node.get("encodingStyle"):
                        documents.breach("bindings", name, f"a {local(node.tag)} is not plainly literal")
        if any(node.get(WSDL + "required") for node in tree.iter()):
            documents.breach("bindings", name, "requires an extension")


def faults(documents):
    """Every operation declares the one fault: message ApiException, element ApiFault."""
    for name, tree in documents.wsdls.items():
        soap = SOAP12 if name.endswith(".soap12.wsdl") else SOAP11
        message = [m for m in tree.findall(WSDL + "message") if m.get("name") == "ApiException"]
        if len(message) != 1 or bare(message[0].find(WSDL + "part").get("element", "")) != "ApiFault":
            documents.breach("faults", name, "has no message ApiException with the element ApiFault")
        for operation in tree.findall(f"{WSDL}portType/{WSDL}operation"):
            declared = [(f.get("name"), bare(f.get("message"))) for f in operation.findall(WSDL + "fault")]
            if declared != [("ApiException", "ApiException")]:
                documents.breach("faults", name, f"{operation.get('name')} declares {declared}")
        for operation in tree.findall(f"{WSDL}binding/{WSDL}operation"):
            for fault in operation.findall(WSDL + "fault"):
                bound = fault.find(soap + "fault")
                if bound is None or bound.get("name") != fault.get("name"):
                    documents.breach("faults", name, f"{operation.get('name')} binds its fault under another name")


def headers(documents):
    """Header blocks are global elements of common.xsd, bound one part at a time."""
    known = {node.get("name") for node in documents.schemas["common.xsd"].getroot().findall(XS + "element")}
    for name, tree in documents.wsdls.items():
        parts = {(m.get("name"), p.get("name")): p.get("element", "")
                 for m in tree.findall(WSDL + "message") for p in m.findall(WSDL + "part")}
        for node in tree.iter():
            if node.tag in (SOAP11 + "header", SOAP12 + "header"):
                element = parts.get((bare(node.get("message")), node.get("part")), "")
                if not element.startswith("c:") or bare(element) not in known:
                    documents.breach("headers", name, f"the header part {node.get('part')} is no element of common.xsd")


def unique_names(documents):
    """Names of bindings, ports and services are unique across services and versions; else a generator drops one."""
    seen = {}
    for name, tree in documents.wsdls.items():
        found = [node.get("name") for path in ("binding", "service", "service/" + WSDL + "port")
                 for node in tree.findall(WSDL + path)]
        for called in found:
            if called in seen:
                documents.breach("unique names", name, f"{called} is also in {seen[called]}")
            seen[called] = name
        port_type = tree.find(WSDL + "portType").get("name")
        if not re.fullmatch(service_of(name).capitalize() + r"V\d+", port_type):
            documents.breach("unique names", name, f"the port type {port_type} does not name service and version")
        version = "Soap12" if name.endswith(".soap12.wsdl") else "Soap11"
        binding = tree.find(WSDL + "binding").get("name")
        if binding != port_type + version:
            documents.breach("unique names", name, f"the binding {binding} is not {port_type}{version}")


def documentation(documents):
    """Services, operations and types say what they are, in plain text."""
    for name, tree in documents.wsdls.items():
        for node in [tree.getroot()] + tree.findall(f"{WSDL}portType/{WSDL}operation"):
            text = node.findtext(WSDL + "documentation") or ""
            if not text.strip() or "<" in text:
                documents.breach("documentation", name, f"{node.get('name')} has none in plain text")
    for name, tree in documents.schemas.items():
        wrapped = {bare(node.get("type")) for node in tree.getroot().findall(XS + "element")}
        for structure in tree.getroot().findall(XS + "complexType"):
            if structure.find(f"{XS}annotation/{XS}documentation") is None and structure.get("name") not in wrapped:
                documents.breach("documentation", name, f"type {structure.get('name')} has none")


RULES = [namespaces, imports, vocabulary, named_types, names, recursion, lists, well_formed_schemas, inline_schemas, wrappers,
         results, operations, bindings, faults, headers, unique_names, documentation]


def breaches_in(folder):
    documents = Documents(folder)
    for rule in RULES:
        rule(documents)
    return documents.breaches


def main():
    failed = False
    for folder in sys.argv[1:]:
        documents = Documents(folder)
        level = os.path.basename(os.path.normpath(folder))
        for rule in RULES:
            before = len(documents.breaches)
            rule(documents)
            title = f"house rules, level {level}: {rule.__doc__.strip().splitlines()[0]}"
            found = documents.breaches[before:]
            print(f"ok {title}" if not found else f"not ok {title} — {'; '.join(text for _, text in found)}")
            failed = failed or bool(found)
    sys.exit(1 if failed or len(sys.argv) < 2 else 0)


if __name__ == "__main__":
    main()
