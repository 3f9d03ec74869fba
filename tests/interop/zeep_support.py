"""What the zeep programs share: clients made of the served WSDLs, sign-in, and the typed detail of a fault."""

import os

import zeep
import zeep.exceptions

URL = os.environ["KONTOR_URL"].rstrip("/")
COMMON = "{http://api.kontor.example/common/v1}"


def client(service):
    return zeep.Client(f"{URL}/soap/v1/{service}?wsdl", settings=zeep.Settings(strict=True))


def session_header(session_id, service):
    return service.get_element(COMMON + "SessionHeader")(sessionId=session_id)


def fault_of(service, function, *arguments, **named):
    """The ApiFault of a call that must fail."""
    try:
        function(*arguments, **named)
    except zeep.exceptions.Fault as fault:
        detail = fault.detail
        element = None if detail is None else detail.find(COMMON + "ApiFault")
        if element is None:
            raise AssertionError(f"the fault has no ApiFault: {fault.message}") from fault
        return service.get_element(COMMON + "ApiFault").parse(element, service.wsdl.types)
    raise AssertionError("the call was accepted")
