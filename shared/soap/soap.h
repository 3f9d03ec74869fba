#pragma once

// SOAP 1.1 and 1.2 with gSOAP inside our own HTTP server: no socket, thread or HTTP of gSOAP's own.
//
//     soap::host(router, contact::serviceContract(), {authenticator, "https://crm.example"},
//                [&](struct soap *context) { return std::make_unique<ContactSoap>(context, operations); });
//
// A service's gSOAP class lives in services/<name>/<name>_soap.cpp, derives from StandardService
// (standard_service.h), which has the operations that every service has, and adds its own.

#include "shared/auth/principal.h"
#include "shared/contract/description.h"
#include "shared/http/http.h"

#include <functional>
#include <memory>
#include <string>

struct soap;

namespace kontor::soap {

/// A service's gSOAP object, bound to one context for good.
class Skeleton {
  public:
    Skeleton() = default;
    Skeleton(const Skeleton &) = delete;
    Skeleton &operator=(const Skeleton &) = delete;
    virtual ~Skeleton() = default;
    /// Reads the Body, calls the operation and writes the answer; gSOAP's error number.
    virtual int answer() = 0;
};

/// Called once for each context, of which there are as many as requests were ever in progress at once.
using SkeletonFactory = std::function<std::unique_ptr<Skeleton>(struct soap *context)>;

struct Hosting {
    auth::Authenticator &authenticator;
    std::string publicUrl = "http://localhost:8080";  ///< what WSDLs give as the address, without a path
};

/// Routes of a service: POST and ?wsdl at /soap/v1/<service> and, for each level, /soap/v1.<level>/<service>; beside
/// them the schemas that the WSDLs import.
void host(http::Router &router, const ServiceContract &contract, const Hosting &hosting, SkeletonFactory factory);

}  // namespace kontor::soap
