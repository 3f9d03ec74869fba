#pragma once

// From a request's headers to who is calling.

#include "shared/auth/principal.h"
#include "shared/http/http.h"

#include <string_view>

namespace kontor::rest {

/// `Authorization: Bearer …` or `Basic …`. Throws Error(unauthenticated) when there is neither, or it is not valid.
[[nodiscard]] auth::Caller identify(const http::Request &request, auth::Authenticator &authenticator,
                                    std::string_view interface = "rest");

}  // namespace kontor::rest
