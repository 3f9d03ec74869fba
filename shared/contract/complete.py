"""Completes a service's schema in wsdl/ with what follows from it, and writes its WSDL.

A service's own file says its record types, what its operations take and give, and nothing twice:

    <?kontor standard-operations?>      stands for Records, the results of the standard operations and these themselves
                                        (standard_operations.xsd)
    k:operation="…" k:result="tns:…"    on a complexType: an operation that takes it; its element, and the type and element
                                        of the answer, follow. Without k:result the answer is empty.
    k:headers="…"                       of an operation: the header blocks that it takes, of session, idempotency and
                                        allOrNone; "none" for none; session unless given
"""
import os
import re

HERE = os.path.dirname(os.path.abspath(__file__))
STANDARD = "<?kontor standard-operations?>"
HEADERS = ("session", "idempotency", "allOrNone")
OPERATION = r'[ \t]*<xs:complexType name="(\w+)" ([^>]*)k:operation="(\w+)"([^>]*)>.*?</xs:complexType>\n'


def attribute(tag, name, otherwise=None):
    found = re.search(rf' ?k:{name}="([^"]*)"', tag)
    return found[1] if found else otherwise


def records_type(text):
    """One repeated element for each entity, in the order of the file."""
    rows = "".join(f'      <xs:element name="{element}" type="tns:{name}" minOccurs="0" maxOccurs="2000"/>\n'
                   for name, element in re.findall(r'<xs:complexType name="(\w+)" k:entity="(\w+)"', text))
    return ('  <xs:complexType name="Records" k:doc="Records of any entity of this service; at most 200 in a write, 2000 in an '
            f'answer.">\n    <xs:sequence>\n{rows}    </xs:sequence>\n  </xs:complexType>\n')


def answered(match):
    """An operation's type with its element, and the type and element of its answer."""
    whole, name, operation = match[0], match[1], match[3]
    result = attribute(match[2] + match[4], "result")
    inner = f'<xs:element name="result" type="{result}"/>' if result else ""
    return (re.sub(r' k:(?:result|headers)="[^"]*"', "", whole) +
            f'  <xs:element name="{operation}" type="tns:{name}"/>\n'
            f'  <xs:complexType name="{name}Response">\n    <xs:sequence>{inner}</xs:sequence>\n  </xs:complexType>\n'
            f'  <xs:element name="{operation}Response" type="tns:{name}Response"/>\n\n')


def with_standard_operations(text):
    with open(os.path.join(HERE, "standard_operations.xsd"), encoding="utf-8") as file:
        standard = re.search(r"<xs:schema\b[^>]*>\n(.*)</xs:schema>", file.read(), re.S)[1]
    return text.replace("  " + STANDARD + "\n", records_type(text) + standard)


def complete_schema(text):
    return re.sub(OPERATION, answered, with_standard_operations(text), flags=re.S)


def service_documentation(text):
    found = re.search(r'<xs:schema\b[^>]*? k:doc="([^"]*)"', text, re.S)
    return found[1] if found else ""


def headers_of(match):
    headers = attribute(match[2] + match[4], "headers", "session").split()
    for header in headers:
        if header not in HEADERS and headers != ["none"]:
            raise ValueError(f"{match[1]}: there is no header block {header}")
    return [header for header in headers if header != "none"]


def wsdl_of(name, text):
    """The WSDL of a service, from its own schema. Throws ValueError where an operation is wrong."""
    namespace = re.search(r'targetNamespace="([^"]*)"', text)[1]
    port = name[0].upper() + name[1:] + "V1"
    operations = [(match[3], attribute(match[2] + match[4], "doc", ""), headers_of(match))
                  for match in re.finditer(OPERATION, with_standard_operations(text), re.S)]
    messages = "".join(
        f'  <wsdl:message name="{operation}{end}"><wsdl:part name="parameters" element="tns:{operation}{element}"/></wsdl:message>\n'
        for operation, _, _ in operations for end, element in (("Request", ""), ("Response", "Response")))
    ports = "".join(
        f'    <wsdl:operation name="{operation}">\n      <wsdl:documentation>{doc}</wsdl:documentation>\n'
        f'      <wsdl:input message="tns:{operation}Request"/>\n      <wsdl:output message="tns:{operation}Response"/>\n'
        '      <wsdl:fault name="ApiException" message="tns:ApiException"/>\n    </wsdl:operation>\n'
        for operation, doc, _ in operations)
    bindings = "".join(
        f'    <wsdl:operation name="{operation}">\n      <soap:operation soapAction="{namespace}/{operation}" style="document"/>\n'
        '      <wsdl:input>\n        <soap:body use="literal"/>\n' +
        "".join(f'        <soap:header message="tns:Headers" part="{part}" use="literal"/>\n' for part in headers) +
        '      </wsdl:input>\n      <wsdl:output><soap:body use="literal"/></wsdl:output>\n'
        '      <wsdl:fault name="ApiException"><soap:fault name="ApiException" use="literal"/></wsdl:fault>\n    </wsdl:operation>\n'
        for operation, _, headers in operations)
    return f'''<?xml version="1.0" encoding="UTF-8"?>
<wsdl:definitions xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/"
                  xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:c="http://api.kontor.example/common/v1"
                  xmlns:tns="{namespace}" targetNamespace="{namespace}" name="{port}">
  <wsdl:documentation>{service_documentation(text)}</wsdl:documentation>
  <wsdl:types>
    <xs:schema targetNamespace="{namespace}/wsdl">
      <xs:import namespace="http://api.kontor.example/common/v1" schemaLocation="common.xsd"/>
      <xs:import namespace="{namespace}" schemaLocation="{name}.xsd"/>
    </xs:schema>
  </wsdl:types>

  <wsdl:message name="ApiException"><wsdl:part name="fault" element="c:ApiFault"/></wsdl:message>
  <wsdl:message name="Headers">
    <wsdl:part name="session" element="c:SessionHeader"/>
    <wsdl:part name="idempotency" element="c:IdempotencyHeader"/>
    <wsdl:part name="allOrNone" element="c:AllOrNoneHeader"/>
  </wsdl:message>
{messages}
  <wsdl:portType name="{port}">
{ports}  </wsdl:portType>

  <wsdl:binding name="{port}Soap11" type="tns:{port}">
    <soap:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>
{bindings}  </wsdl:binding>

  <wsdl:service name="{port}Service">
    <wsdl:port name="{port}Soap11Port" binding="tns:{port}Soap11">
      <soap:address location="http://localhost:8080/soap/v1/{name}"/>
    </wsdl:port>
  </wsdl:service>
</wsdl:definitions>
'''
