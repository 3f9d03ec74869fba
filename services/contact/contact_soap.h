#pragma once

// SOAP for contact: /soap/v1/contact.

#include "services/contact/contact_service.h"
#include "shared/auth/principal.h"
#include "shared/http/http.h"

#include <string>

namespace kontor::contact {

/// WSDLs name `publicUrl` as the address.
void addContactSoapRoutes(http::Router &router, ContactService &service, auth::Authenticator &authenticator,
                          const std::string &publicUrl);

}  // namespace kontor::contact
