// gSOAP's serializers for the contract's dateTime, date and decimal: what soapcpp2 would generate for a type, over our
// own parsers, so that a time without a zone, a date that is none and a number of 40 digits are refused, and every
// year from 1 to 9999 and every microsecond comes through.

#include "soap/soapH.h"

#include "shared/contract/date_time.h"
#include "shared/contract/decimal.h"

#include <string_view>

namespace {

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view space = " \t\r\n";
    auto const first = text.find_first_not_of(space);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(space) - first + 1);
}

template <typename T> int read(struct soap *soap, const char *text, T *value) {
    auto const parsed = text == nullptr ? std::nullopt : T::parse(trimmed(text));
    if (!parsed) return soap->error = SOAP_TYPE;
    *value = *parsed;
    return SOAP_OK;
}

template <typename T, int type> int destroy(struct soap *, struct soap_clist *entry) {
    if (entry->type != type) return SOAP_ERR;
    if (entry->size < 0) {
        delete static_cast<T *>(entry->ptr);
    } else {
        delete[] static_cast<T *>(entry->ptr);
    }
    return SOAP_OK;
}

template <typename T, int type>
void *instantiate(struct soap *soap, int count, const char *, const char *, size_t *size) {
    struct soap_clist *entry = soap_link(soap, type, count, destroy<T, type>);
    if (entry == nullptr) return nullptr;
    entry->ptr = count < 0 ? static_cast<void *>(new T) : static_cast<void *>(new T[static_cast<size_t>(count)]);
    if (size != nullptr) *size = sizeof(T) * static_cast<size_t>(count < 0 ? 1 : count);
    return entry->ptr;
}

template <typename T> void copy(struct soap *, int, int, void *to, size_t, const void *from, void **) {
    *static_cast<T *>(to) = *static_cast<const T *>(from);
}

template <typename T, int type> T *in(struct soap *soap, const char *tag, T *value, const char *) {
    if (soap_element_begin_in(soap, tag, 0, nullptr) != SOAP_OK) return nullptr;
    value = static_cast<T *>(
        soap_id_enter(soap, soap->id, value, type, sizeof(T), nullptr, nullptr, instantiate<T, type>, nullptr));
    if (*soap->href != '\0') {
        value = static_cast<T *>(soap_id_forward(soap, soap->href, value, 0, type, 0, sizeof(T), 0, copy<T>, nullptr));
    } else if (value != nullptr && read(soap, soap_value(soap), value) != SOAP_OK) {
        return nullptr;
    }
    if (soap->body != 0 && soap_element_end_in(soap, tag) != SOAP_OK) return nullptr;
    return value;
}

template <typename T> int out(struct soap *soap, const char *tag, const T *value, const char *type) {
    if (soap_element_begin_out(soap, tag, -1, type) != SOAP_OK ||
        soap_send(soap, value->toString().c_str()) != SOAP_OK) {
        return soap->error;
    }
    return soap_element_end_out(soap, tag);
}

}  // namespace

// gSOAP calls these by name; types cannot stand in parentheses.
// NOLINTBEGIN(bugprone-macro-parentheses)
#define KONTOR_SCALAR(NAME, TYPE)                                                                                      \
    SOAP_FMAC3 void SOAP_FMAC4 soap_default_##NAME(struct soap *, TYPE *value) { *value = TYPE{}; }                    \
    SOAP_FMAC3 void SOAP_FMAC4 soap_serialize_##NAME(struct soap *, TYPE const *) {}                                   \
    SOAP_FMAC3 const char *SOAP_FMAC4 soap_##NAME##2s(struct soap * soap, TYPE value) {                                \
        return soap_strdup(soap, value.toString().c_str());                                                            \
    }                                                                                                                  \
    SOAP_FMAC3 int SOAP_FMAC4 soap_s2##NAME(struct soap *soap, const char *text, TYPE *value) {                        \
        return read(soap, text, value);                                                                                \
    }                                                                                                                  \
    SOAP_FMAC3 int SOAP_FMAC4 soap_out_##NAME(struct soap *soap, const char *tag, int, const TYPE *value,              \
                                              const char *type) {                                                      \
        return out(soap, tag, value, type);                                                                            \
    }                                                                                                                  \
    SOAP_FMAC3 TYPE *SOAP_FMAC4 soap_in_##NAME(struct soap *soap, const char *tag, TYPE *value, const char *type) {    \
        return in<TYPE, SOAP_TYPE_##NAME>(soap, tag, value, type);                                                     \
    }
// NOLINTEND(bugprone-macro-parentheses)

KONTOR_SCALAR(xsd__dateTime, kontor::DateTime)
KONTOR_SCALAR(xsd__date, kontor::Date)
KONTOR_SCALAR(xsd__decimal, kontor::Decimal)
