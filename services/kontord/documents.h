#pragma once

#include "shared/entity/openapi.h"
#include "shared/http/http.h"

#include <string>
#include <vector>

namespace kontor::kontord {

/// GET /api/openapi.json, the readable page of it at /api/docs, and a page at / that says what is where. Nothing in
/// them comes from elsewhere.
void addDocumentRoutes(http::Router &router, const std::vector<entity::OpenApiService> &services,
                       const std::string &publicUrl);

}  // namespace kontor::kontord
