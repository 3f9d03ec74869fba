// Read by soapcpp2: the parts of WS-Security (UsernameToken, Timestamp) and WS-Addressing that we understand. The
// headers that gSOAP brings for them pull in signatures, encryption and SAML, none of which we use.

//gsoap wsse schema namespace: http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd
//gsoap wsse schema elementForm: qualified
//gsoap wsse schema attributeForm: unqualified

//gsoap wsu schema namespace: http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd
//gsoap wsu schema elementForm: qualified
//gsoap wsu schema attributeForm: qualified

//gsoap wsa5 schema namespace: http://www.w3.org/2005/08/addressing
//gsoap wsa5 schema elementForm: qualified
//gsoap wsa5 schema attributeForm: unqualified

struct wsse__Password
{
    char *__item;
    @char *Type;
};

struct wsse__Nonce
{
    char *__item;
    @char *EncodingType;
};

struct wsse__UsernameToken
{
    char *wsse__Username;
    struct wsse__Password *wsse__Password;
    struct wsse__Nonce *wsse__Nonce;
    char *wsu__Created;
};

struct wsu__Timestamp
{
    char *wsu__Created;
    char *wsu__Expires;
};

struct wsse__Security
{
    struct wsu__Timestamp *wsu__Timestamp;
    struct wsse__UsernameToken *wsse__UsernameToken;
};

struct wsa5__EndpointReference
{
    char *wsa5__Address;
};
