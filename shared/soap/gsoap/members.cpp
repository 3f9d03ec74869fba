#include "shared/soap/gsoap/members.h"

namespace kontor::soap {

void refuseNil(const char *name, std::size_t index) {
    std::string const pointer = std::string("/").append(name).append("/").append(std::to_string(index));
    throw Error(ErrorCode::validation, "1 field is not valid.",
                {{pointer, "WRONG_TYPE", "An item of a list cannot be nil."}});
}

xsd__base64Binary *giveBinary(struct soap *soap, std::optional<std::string> &from) {
    if (!from) return nullptr;
    xsd__base64Binary *to = soap_new_xsd__base64Binary(soap);
    to->__ptr = reinterpret_cast<unsigned char *>(from->data());
    to->__size = static_cast<int>(from->size());
    static char type[] = "application/octet-stream";  // gSOAP's members are not const; it does not write to it
    if ((soap->omode & SOAP_ENC_MTOM) != 0) to->type = type;
    return to;
}

}  // namespace kontor::soap
