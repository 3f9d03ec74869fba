#include "shared/soap/gsoap/members.h"

namespace kontor::soap {

void refuseNil(const char *name, std::size_t index) {
    std::string const pointer = std::string("/").append(name).append("/").append(std::to_string(index));
    throw Error(ErrorCode::validation, "1 field is not valid.",
                {{pointer, "WRONG_TYPE", "An item of a list cannot be nil."}});
}

xsd__base64Binary *newBinary(struct soap *soap, std::string_view bytes) {
    // gSOAP's members are not const, and it does not write to them.
    static std::string type = "application/octet-stream";
    xsd__base64Binary *const to = soap_new_xsd__base64Binary(soap);
    to->__ptr = reinterpret_cast<unsigned char *>(const_cast<char *>(bytes.data()));
    to->__size = static_cast<int>(bytes.size());
    if ((soap->omode & SOAP_ENC_MTOM) != 0) to->type = type.data();
    return to;
}

xsd__base64Binary *giveBinary(struct soap *soap, const std::optional<std::string> &from) {
    if (!from) return nullptr;
    auto *const copy = static_cast<char *>(soap_malloc(soap, from->size() + 1));
    from->copy(copy, from->size());
    return newBinary(soap, {copy, from->size()});
}

}  // namespace kontor::soap
