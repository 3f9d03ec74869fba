#pragma once

// The page on which a customer sees a quote and answers it: HTML that needs no sign-in and no script.

#include "services/lead/lead_service.h"
#include "shared/http/http.h"

#include <string>

namespace kontor::lead {

/// GET and POST /q/{token}, GET /q/{token}/document.pdf. `publicUrl` is what links to them begin with.
void addQuotePages(http::Router &router, LeadService &service, const std::string &publicUrl);

}  // namespace kontor::lead
