#!/usr/bin/env python3
"""Makes gSOAP's side of the contract.

    generate_soap.py schemas WSDL_FOLDER OUTPUT_FOLDER     what wsdl2h reads
    generate_soap.py header WSDL2H_HEADER OUTPUT_FILE      what soapcpp2 reads
    generate_soap.py mapping WSDL_FOLDER OUTPUT_FOLDER     the mapping between gSOAP's types and the records

The schemas for wsdl2h have the contract's elements and no facets, and nearly every element is optional: lengths,
patterns and required members are held by shared/entity/validate for REST and SOAP alike, which reports all that is
wrong, by record and field, where gSOAP would stop at the first.
"""
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from generate import Contract, META, write  # noqa: E402

# --- schemas for wsdl2h ----------------------------------------------------------------------------------------------


def plain_schema(contract, schema, text):
    text = re.sub(r"<!--.*?-->\s*", "", text, flags=re.S)
    text = re.sub(r'\s+xmlns:k="[^"]*"', "", text)
    text = re.sub(r' k:\w+="[^"]*"', "", text)
    text = re.sub(r"<xs:simpleType .*?</xs:simpleType>\s*", "", text, flags=re.S)

    def element(match):
        tag = match.group(0)
        kind = re.search(r' type="([^"]*)"', tag).group(1)
        facets, structure = contract.resolve(schema, kind)
        if structure is None:
            base = "long" if facets["base"] == "int" else facets["base"]
            tag = tag.replace(f' type="{kind}"', f' type="xs:{base}"')
        nested = not re.search(rf"<xs:schema[^>]*>(?:(?!<xs:complexType).)*{re.escape(tag)}$", "")
        return tag if not nested else tag
    text = re.sub(r"<xs:element [^>]*>", element, text)

    def complex_type(match):
        name, body = match.group(1), match.group(0)
        if name.endswith("Response"):
            return body
        return re.sub(r"<xs:element (?![^>]*minOccurs)", '<xs:element minOccurs="0" ', body)
    return re.sub(r'<xs:complexType name="(\w+)">.*?</xs:complexType>', complex_type, text, flags=re.S)


def schemas(folder, output):
    contract = Contract(folder)
    for schema in [contract.common] + contract.services:
        with open(os.path.join(folder, schema.name + ".xsd"), encoding="utf-8") as file:
            write(f"{output}/{schema.name}.xsd", plain_schema(contract, schema, file.read()))
    typemap = ["$OPTIONAL = std::optional", f'common = "{contract.common.namespace}"']
    for schema in contract.services:
        with open(os.path.join(folder, schema.name + ".wsdl"), encoding="utf-8") as file:
            text = re.sub(r"<wsdl:documentation>.*?</wsdl:documentation>", "", file.read(), flags=re.S)
        write(f"{output}/{schema.name}.wsdl", text)
        typemap.append(f'{schema.name} = "{schema.namespace}"')
    for name in ("dateTime", "date", "decimal"):
        typemap.append(f'xsd__{name} = #import "scalars.gsoap.h" | xsd__{name} | std::optional<xsd__{name}>')
    with open("/usr/share/gsoap/WS/typemap.dat", encoding="utf-8") as file:
        write(f"{output}/typemap.dat", "\n".join(typemap) + "\n\n" + file.read())



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


if __name__ == "__main__":
    if sys.argv[1] == "schemas":
        schemas(*sys.argv[2:])
