#!/usr/bin/env python3
"""Does the checker of the house rules find what it is there to find?

    check_house_rules_test.py FOLDER

FOLDER holds right documents. Each case spoils a copy of them in one way and names the rule that must object.
"""
import os
import re
import shutil
import sys
import tempfile

from check_house_rules import breaches_in
from report import check, finish

CITY = '<xs:element name="city" type="c:Text100" minOccurs="0"/>'

# (rule, file, what is replaced, by what); the first place only.
CASES = [
    ("namespaces", "contact.xsd", 'targetNamespace="http://api.kontor.example/contact/v1"', 'targetNamespace="urn:contact:v1"'),
    ("namespaces", "contact.xsd", 'elementFormDefault="qualified"', ""),
    ("imports", "contact.wsdl", 'schemaLocation="contact.xsd"', 'schemaLocation="http://elsewhere.example/contact.xsd"'),
    ("imports", "contact.xsd", '<xs:import namespace="http://api.kontor.example/common/v1" schemaLocation="common.xsd"/>', ""),
    ("vocabulary", "contact.xsd", CITY, CITY.replace("/>", ' nillable="true"/>')),
    ("vocabulary", "contact.xsd", CITY, f"<xs:choice>{CITY}</xs:choice>"),
    ("vocabulary", "contact.xsd", CITY, CITY + '<xs:any minOccurs="0"/>'),
    ("vocabulary", "contact.xsd", CITY, CITY.replace("/>", ' default="Berlin"/>')),
    ("vocabulary", "contact.xsd", CITY, CITY.replace("/>", ' xmlns:k="http://api.kontor.example/meta" k:column="x"/>')),
    ("vocabulary", "common.xsd", '<xs:maxLength value="20"/>', '<xs:enumeration value="a"/>'),
    ("named types", "contact.xsd", CITY, '<xs:element name="city"><xs:complexType><xs:sequence/></xs:complexType></xs:element>'),
    ("named types", "contact.xsd", CITY, '<xs:element name="city" type="xs:anyType"/>'),
    ("named types", "contact.xsd", CITY, '<xs:element name="city" type="xs:double"/>'),
    ("names", "contact.xsd", CITY, CITY + CITY.replace("city", "City")),
    ("names", "contact.xsd", CITY, CITY.replace("city", "class")),
    ("names", "contact.xsd", CITY, CITY.replace("city", "home-city")),
    ("names", "contact.xsd", '<xs:complexType name="Tag">', '<xs:complexType name="TAGS">'),
    ("recursion", "contact.xsd", CITY, CITY + '<xs:element name="parent" type="tns:PostalAddress" minOccurs="0"/>'),
    ("lists", "contact.xsd", CITY, CITY.replace("/>", ' maxOccurs="unbounded"/>')),
    ("lists", "contact.xsd", CITY, CITY.replace("/>", ' maxOccurs="5000"/>')),
    ("valid schemas", "contact.xsd", CITY, CITY.replace("c:Text100", "c:NoSuchType")),
    ("inline schemas", "contact.wsdl", "</xs:schema>", '<xs:element name="stray" type="xs:string"/></xs:schema>'),
    ("wrappers", "contact.wsdl", '<wsdl:part name="parameters" element="tns:createRecords"/>',
     '<wsdl:part name="body" element="tns:createRecords"/>'),
    ("wrappers", "contact.wsdl", '<wsdl:part name="parameters" element="tns:createRecords"/>',
     '<wsdl:part name="parameters" type="xs:string"/>'),
    ("wrappers", "contact.wsdl", 'element="tns:createRecords"', 'element="tns:updateRecords"'),
    ("wrappers", "contact.xsd", '<xs:complexType name="CreateRecords">',
     '<xs:complexType name="CreateRecords"><xs:annotation><xs:documentation>Creates.</xs:documentation></xs:annotation>'),
    ("results", "contact.xsd", '<xs:element name="result" type="c:RecordResults"/>',
     '<xs:element name="result" type="c:RecordResults"/><xs:element name="more" type="xs:boolean"/>'),
    ("results", "contact.xsd", '<xs:element name="result" type="c:RecordResults"/>',
     '<xs:element name="outcome" type="c:RecordResults"/>'),
    ("operations", "contact.wsdl", '<wsdl:operation name="updateRecords">', '<wsdl:operation name="createRecords">'),
    ("bindings", "contact.wsdl", 'xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/"',
     'xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap12/"'),
    ("bindings", "contact.wsdl", 'soapAction="http://api.kontor.example/contact/v1/createRecords"', 'soapAction=""'),
    ("bindings", "contact.wsdl", 'use="literal"', 'use="encoded"'),
    ("bindings", "contact.wsdl", 'style="document" transport', 'style="rpc" transport'),
    ("faults", "contact.wsdl", '<wsdl:message name="ApiException">', '<wsdl:message name="ApiFault">'),
    ("faults", "contact.wsdl", '<wsdl:fault name="ApiException" message="tns:ApiException"/>', ""),
    ("faults", "contact.wsdl", '<soap:fault name="ApiException"', '<soap:fault name="Fault"'),
    ("headers", "contact.wsdl", 'element="c:SessionHeader"', 'element="tns:createRecords"'),
    ("unique names", "contact.wsdl", '<wsdl:service name="ContactV1Service">', '<wsdl:service name="IdentityV1Service">'),
    ("unique names", "contact.wsdl", '<wsdl:binding name="ContactV1Soap11"', '<wsdl:binding name="IdentityV1Soap11"'),
    ("documentation", "contact.wsdl", "<wsdl:documentation>", "<wsdl:documentation>&lt;b&gt;"),
    ("documentation", "contact.wsdl", "<wsdl:documentation>Creates up to 200 records.</wsdl:documentation>", ""),
    ("documentation", "contact.xsd", "<xs:documentation>A tag and how many records have it.</xs:documentation>", ""),
]


def found_by(folder, file_name, old, new):
    """The rules that object when the text is replaced; None when the text is not there."""
    with tempfile.TemporaryDirectory() as scratch:
        copy = shutil.copytree(folder, os.path.join(scratch, "documents"))
        path = os.path.join(copy, file_name)
        with open(path, encoding="utf-8") as file:
            text = file.read()
        if old not in text:
            return None
        with open(path, "w", encoding="utf-8") as file:
            file.write(text.replace(old, new, 1))
        return {rule for rule, _ in breaches_in(copy)}


def main():
    folder = sys.argv[1]
    right = breaches_in(folder)
    check("house rules: right documents pass", not right, right)
    for number, (rule, file_name, old, new) in enumerate(CASES, 1):
        found = found_by(folder, file_name, old, new)
        shown = re.sub(r"\s+", " ", new or "nothing")[:60]
        check(f"house rules, case {number}: {rule} objects to {shown}", found is not None and rule in found,
              "the text to spoil is not there" if found is None else f"objections: {sorted(found)}")
    finish()


if __name__ == "__main__":
    main()
