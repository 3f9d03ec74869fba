#!/usr/bin/env python3
"""Makes gSOAP's side of the contract.

    generate_soap.py WSDL_FOLDER GSOAP_FOLDER OUTPUT_FOLDER

Runs wsdl2h once over the WSDLs of all services and soapcpp2 on what that gives, and writes

    soap*.h, types_<n>.cpp, service_<name>.cpp   gSOAP's types and service classes
    mapping_<name>.h, mapping_<name>.cpp         the two-way mapping between them and the records

wsdl2h reads the contract's elements without facets, nearly all of them optional: lengths, patterns and required members
are held by shared/entity/validate for REST and SOAP alike, which names all that is wrong, by record and field, where
gSOAP would stop at the first.

GSOAP_FOLDER has the parts written by hand that soapcpp2 reads: scalars and header blocks. A file is written only when
its content changes.
"""
import glob
import os
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from generate import Contract, level_of, write  # noqa: E402

TYPE_FILES = 6  # as in shared/soap/soap.cmake
TYPEMAP = "/usr/share/gsoap/WS/typemap.dat"
IMPORTS = "/usr/share/gsoap/import"


# --- what wsdl2h reads -----------------------------------------------------------------------------------------------

def plain_schema(contract, schema):
    text = re.sub(r"<!--.*?-->\s*", "", schema.text, flags=re.S)
    text = re.sub(r'\s+xmlns:k="[^"]*"', "", text)
    text = re.sub(r'\s+k:\w+="[^"]*"', "", text)
    text = re.sub(r"<xs:simpleType .*?</xs:simpleType>\s*", "", text, flags=re.S)

    def element(match):
        tag = match.group(0)
        name = re.search(r' type="([^"]*)"', tag).group(1)
        facets, structure = contract.resolve(schema, name)
        if structure is not None:
            return tag
        base = "long" if facets["base"] == "int" else facets["base"]
        return tag.replace(f' type="{name}"', f' type="xs:{base}"')

    def complex_type(match):
        if match.group(1).endswith("Response"):
            return match.group(0)
        return re.sub(r"<xs:element (?![^>]*minOccurs)", '<xs:element minOccurs="0" ', match.group(0))

    text = re.sub(r"<xs:element [^>]*>", element, text)
    return re.sub(r'<xs:complexType name="(\w+)">.*?</xs:complexType>', complex_type, text, flags=re.S)


def plain_wsdl(text):
    return re.sub(r"<wsdl:documentation>.*?</wsdl:documentation>", "", text, flags=re.S)


def typemap(contract):
    lines = ["$OPTIONAL = std::optional"]
    for schema in [contract.common] + contract.services:
        lines.append(f'{schema.name} = "{schema.namespace}"')
    for name in ("dateTime", "date", "decimal"):
        lines.append(f'xsd__{name} = #import "scalars.gsoap.h" | xsd__{name} | std::optional<xsd__{name}>')
    with open(TYPEMAP, encoding="utf-8") as file:
        return "\n".join(lines) + "\n\n" + file.read()  # -t replaces gSOAP's own


# --- what soapcpp2 reads ---------------------------------------------------------------------------------------------

HEADER_MEMBERS = """
    struct wsse__Security *wsse__Security;
    char *wsa5__MessageID;
    char *wsa5__RelatesTo;
    char *wsa5__To;
    char *wsa5__Action;
    struct wsa5__EndpointReference *wsa5__From;
    struct wsa5__EndpointReference *wsa5__ReplyTo;
    struct wsa5__EndpointReference *wsa5__FaultTo;
"""


def extended_header(text):
    """wsdl2h's header with both SOAP versions, MTOM, and the header blocks that no WSDL declares."""
    imports = '#import "soap12.h"\n#import "xop.h"\n#import "headers.gsoap.h"\n'
    text = text.replace("#include <vector>", imports + "#include <vector>", 1)
    return re.sub(r"(mutable struct SOAP_ENV__Header\s*\{)", lambda m: m.group(1) + HEADER_MEMBERS, text, count=1)


def run(command, folder):
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(" ".join(command) + " failed:\n" + done.stdout + done.stderr)


def read(path):
    with open(path, encoding="utf-8") as file:
        # The tools date what they write; without that the same contract gives the same bytes.
        return re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d GMT", "", file.read())


# The local name of the element that comes next; empty where there is none: whoever reads it says what is wrong.
NEXT_NAME = """
static const char *soap_next_name(struct soap *soap)
{
	if (!soap->peeked && soap_peek_element(soap))
		return "";
	const char *colon = strchr(soap->tag, ':');
	return colon ? colon + 1 : soap->tag;
}
"""


def repaired(text):
    """Two things that gSOAP does badly. It forgets that it could not read base64 when it then looks for an attachment:
    the file would be empty. And each element of a record is tried with one member after the other, at some cost: a look
    at its name comes first."""
    text = re.sub(r"(a->__ptr = soap_getbase64\(soap, &a->__size, 0\);)",
                  r"\1\n\t\tif (!a->__ptr && soap->error)\n\t\t\treturn NULL;", text)
    text = re.sub(r'(if \(soap_flag_\w+ && soap->error == SOAP_TAG_MISMATCH)\)\n(\t*\{\tif \(soap_in_\w+\(soap, "\w+:(\w)(\w*)")',
                  r"\1 && (!*soap_name || (*soap_name == '\3' && !strcmp(soap_name + 1, "
                  r'"\4"))))\n\2', text)
    text = re.sub(r"(for \([^;\n]*;;[^\n]*\)\n(\t+)\{\tsoap->error = SOAP_TAG_MISMATCH;\n)",
                  r"\1\2\tconst char *const soap_name = soap_next_name(soap);\n\2\t(void)soap_name;\n", text)
    return text.replace('\nSOAP_FMAC3 ', NEXT_NAME + '\nSOAP_FMAC3 ', 1)


def binding_of(schema):
    return re.search(r'<wsdl:binding name="(\w+)"', schema.wsdl).group(1)


def gsoap_types(contract, gsoap_folder, output):
    with tempfile.TemporaryDirectory() as folder:
        for schema in [contract.common] + contract.services:
            write(f"{folder}/{schema.name}.xsd", plain_schema(contract, schema))
        for schema in contract.services:
            write(f"{folder}/{schema.name}.wsdl", plain_wsdl(schema.wsdl))
        write(f"{folder}/typemap.dat", typemap(contract))
        wsdls = [schema.name + ".wsdl" for schema in contract.services]
        run(["wsdl2h", "-c++17", "-L", "-k", "-t", "typemap.dat", "-o", "kontor.h"] + wsdls, folder)
        with open(f"{folder}/kontor.h", encoding="utf-8") as file:
            text = extended_header(file.read())
        write(f"{folder}/kontor.h", text)

        functions, parts = 100, [None] * (TYPE_FILES + 1)
        while len(parts) > TYPE_FILES:
            for part in glob.glob(f"{folder}/soapC_*.cpp"):
                os.remove(part)
            functions *= 2 if parts[0] else 1
            run(["soapcpp2", "-c++17", "-j", "-S", "-L", "-x", "-w", "-f", str(functions),
                 f"-I{gsoap_folder}:{IMPORTS}", "kontor.h"], folder)
            parts = sorted(glob.glob(f"{folder}/soapC_*.cpp"))
        for number in range(TYPE_FILES):
            text = repaired(read(parts[number])) if number < len(parts) else "// Nothing left for this part.\n"
            write(f"{output}/types_{number + 1}.cpp", text)
        for header in glob.glob(f"{folder}/soap*.h"):
            write(f"{output}/{os.path.basename(header)}", read(header))
        for schema in contract.services:
            binding = binding_of(schema)
            write(f"{output}/service_{schema.name}.cpp", read(f"{folder}/soap{binding}Service.cpp"))
            write(f"{output}/namespaces.nsmap", read(f"{folder}/{binding}.nsmap"))


# --- the mapping -----------------------------------------------------------------------------------------------------

def gsoap_type(structure):
    return structure["schema"].name + "__" + structure["name"]


def holds_records(contract, structure):
    """True for Records itself and whatever it is a part of: these are the business of the generic operations."""
    if structure["name"] == "Records":
        return True
    members = [contract.member(owner["schema"], field)[3] for owner, field in contract.fields_of(structure)]
    return any(member is not None and holds_records(contract, member) for member in members)


def mapped(contract, schema):
    """Structures with a mapping: all but wrappers of answers and what holds records of any entity."""
    return [s for s in schema.complex.values()
            if not s["name"].endswith("Response") and not holds_records(contract, s)]


def from_field(contract, owner, field):
    kind, _, _, _ = contract.member(owner["schema"], field)
    name = field["name"]
    return {
        "integer": f"if (from.{name}) to.{name} = *from.{name};",
        "boolean": f"to.{name} = from.{name};",
        "dateTime": f"to.{name} = from.{name};",
        "date": f"to.{name} = from.{name};",
        "decimal": f"to.{name} = from.{name};",
        "binary": f"takeBinary(from.{name}, to.{name});",
        "structure": f"if (from.{name} != nullptr) fromSoap(*from.{name}, to.{name}.emplace());",
        "structureList": f'takeList(from.{name}, to.{name}, "{name}");',
    }.get(kind, f"to.{name} = std::move(from.{name});")


def to_field(contract, owner, field):
    kind, _, _, structure = contract.member(owner["schema"], field)
    name = field["name"]
    text = {
        "integer": f"if (from.{name}) to.{name} = *from.{name};",
        "boolean": f"to.{name} = from.{name};",
        "dateTime": f"to.{name} = from.{name};",
        "date": f"to.{name} = from.{name};",
        "decimal": f"to.{name} = from.{name};",
        "binary": f"to.{name} = giveBinary(soap, from.{name});",
        "structure": f"if (from.{name}) to.{name} = toSoap(soap, *from.{name}, level);",
        "structureList": f"giveList(soap, from.{name}, to.{name}, level);",
    }.get(kind, f"to.{name} = std::move(from.{name});")
    since = int(field["meta"].get("since", 0))
    return f"if (level >= {since}) {{ {text} }}" if since else text


def record_structures(contract, schema):
    elements = {s["meta"]["entity"]: s for s in schema.complex.values() if "entity" in s["meta"]}
    return [(f["name"], elements[f["name"]]) for f in schema.records()]


def mapping_header(contract, schema):
    common = schema is contract.common
    out = ["// Made by shared/contract/generate_soap.py. Do not edit.", "#pragma once", "",
           '#include "soap/soapH.h"', f'#include "contract/{schema.name}.h"', ""]
    if not common:
        out += ['#include "soap/mapping_common.h"', f'#include "soap/soap{binding_of(schema)}Service.h"', ""]
    out += ["#include <memory>", "#include <string_view>", "#include <vector>", "",
            "// In the namespace of the records' base, where templates find them by their arguments.", "namespace kontor {",
            ""]
    for structure in mapped(contract, schema):
        cpp = f"{structure['schema'].cpp_namespace}::{structure['name']}"
        out += [f"void fromSoap({gsoap_type(structure)} &from, {cpp} &to);",
                f"[[nodiscard]] {gsoap_type(structure)} *toSoap(struct soap *soap, {cpp} &from, unsigned level);"]
    if not common:
        out += ["}  // namespace kontor", "", "namespace kontor::soap {"]
        out += types_of(contract, schema)
    out += ["", "}  // namespace kontor" + ("" if common else "::soap"), ""]
    return "\n".join(out)


def types_of(contract, schema):
    """The names that shared/soap/standard_service.h goes by, the same for every service."""
    operations = [s["name"] for s in schema.complex.values() if "operation" in s["meta"]]
    results = [name for name in ("QueryResult", "RetrieveResult", "SearchResult") if name in schema.complex]
    named = operations + [name + "Response" for name in operations] + results
    out = [f"/// The types of the service, under names that are the same for every service.",
           f"struct {schema.name.capitalize()}Types {{",
           f"    using Service = {binding_of(schema)}Service;",
           f'    static constexpr std::string_view prefix = "{schema.name}";',
           f"    static const ServiceContract &contract() {{ return {schema.cpp_namespace}::serviceContract(); }}"]
    out += [f"    using {name} = {schema.name}__{name};" for name in named]
    out += [f"    static {schema.name}__{name} *new{name}(struct soap *soap) "
            f"{{ return soap_new_{schema.name}__{name}(soap); }}" for name in results]
    if schema.records():
        out += [f"    using Records = {schema.name}__Records;",
                "    /// The records in the order of the type Records, then of the message.",
                f"    static std::vector<std::unique_ptr<Record>> takeRecords({schema.name}__Records &from);",
                f"    static {schema.name}__Records *giveRecords(struct soap *soap, "
                "std::vector<std::unique_ptr<Record>> &from, unsigned level);"]
    out += ["    /// The same as the contract has them.", "    struct Contract {"]
    out += [f"        using {name} = {schema.cpp_namespace}::{name};" for name in operations]
    out += ["    };", "};"]
    return out


def mapping_source(contract, schema):
    out = ["// Made by shared/contract/generate_soap.py. Do not edit.",
           f'#include "soap/mapping_{schema.name}.h"', '#include "shared/soap/gsoap/members.h"', "",
           "namespace kontor {", "using namespace soap;", ""]
    for structure in mapped(contract, schema):
        cpp = f"{structure['schema'].cpp_namespace}::{structure['name']}"
        gsoap = gsoap_type(structure)
        fields = contract.fields_of(structure)
        out += [f"void fromSoap([[maybe_unused]] {gsoap} &from, [[maybe_unused]] {cpp} &to) {{"]
        out += ["    " + from_field(contract, owner, field) for owner, field in fields]
        out += ["}", f"{gsoap} *toSoap(struct soap *soap, [[maybe_unused]] {cpp} &from, "
                "[[maybe_unused]] unsigned level) {", f"    {gsoap} &to = *soap_new_{gsoap}(soap);"]
        out += ["    " + to_field(contract, owner, field) for owner, field in fields]
        out += ["    return &to;", "}", ""]
    out += ["}  // namespace kontor", ""]
    if schema is not contract.common and schema.records():
        out += ["namespace kontor::soap {", ""] + records_source(contract, schema) + ["}  // namespace kontor::soap", ""]
    return "\n".join(out)


def records_source(contract, schema):
    records = f"{schema.name}__Records"
    listed = record_structures(contract, schema)
    types = f"{schema.name.capitalize()}Types"
    out = [f"std::vector<std::unique_ptr<Record>> {types}::takeRecords({records} &from) {{",
           "    std::vector<std::unique_ptr<Record>> to;",
           "    to.reserve(" + " + ".join(f"from.{name}.size()" for name, _ in listed) + ");"]
    out += [f'    soap::takeRecords<{s["schema"].cpp_namespace}::{s["name"]}>(from.{name}, to, "records/{name}");'
            for name, s in listed]
    out += ["    return to;", "}",
            f"{records} *{types}::giveRecords(struct soap *soap, std::vector<std::unique_ptr<Record>> &from, "
            "unsigned level) {",
            f"    {records} &to = *soap_new_{records}(soap);",
            "    for (auto &record : from) {", "        if (record == nullptr) continue;",
            "        const StructType *type = &record->structType();"]
    for number, (name, s) in enumerate(listed):
        cpp = f"{s['schema'].cpp_namespace}::{s['name']}"
        new_enough = f" && level >= {level_of(s)}" if level_of(s) else ""
        out += [f"        {'else ' if number else ''}if (type == &{cpp}::contractType(){new_enough}) "
                f"to.{name}.push_back(toSoap(soap, static_cast<{cpp} &>(*record), level));"]
    out += ["    }", "    return &to;", "}", ""]
    return out


def main():
    folder, gsoap_folder, output = (os.path.abspath(path) for path in sys.argv[1:4])
    contract = Contract(folder)
    gsoap_types(contract, gsoap_folder, output)
    for schema in [contract.common] + contract.services:
        write(f"{output}/mapping_{schema.name}.h", mapping_header(contract, schema))
        write(f"{output}/mapping_{schema.name}.cpp", mapping_source(contract, schema))


if __name__ == "__main__":
    main()
