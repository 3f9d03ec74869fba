#pragma once

// The OpenAPI 3.1 document, made from the contract: what it says is what is served.

#include "shared/contract/description.h"
#include "shared/entity/routes.h"

#include <span>
#include <string>
#include <vector>

namespace kontor::entity {

struct OpenApiService {
    const ServiceContract *contract = nullptr;
    std::vector<OperationRoute> routes;  ///< of the domain's operations
};

struct OpenApiOptions {
    std::string serverUrl = "http://127.0.0.1:8080";  ///< the public address
    std::string version = "1.0.0";
};

/// JSON. Build it once; it is large.
[[nodiscard]] std::string openApiDocument(std::span<const OpenApiService> services, const OpenApiOptions &options = {});

}  // namespace kontor::entity
