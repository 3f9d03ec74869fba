#include "shared/contract/error.h"

#include <array>

namespace kontor {

const ErrorMapping &mappingOf(ErrorCode code) {
    static constexpr std::array<ErrorMapping, 23> mappings{{
        {"MALFORMED", "Request cannot be read", 400, true, false},
        {"VALIDATION", "Request is not valid", 422, true, false},
        {"INVALID_QUERY", "Query is not valid", 400, true, false},
        {"INVALID_CURSOR", "Cursor is not valid", 400, true, false},
        {"INVALID_SESSION", "Sign-in required", 401, true, false},
        {"FORBIDDEN", "Not allowed", 403, true, false},
        {"NOT_FOUND", "Not found", 404, true, false},
        {"METHOD_NOT_ALLOWED", "Method not allowed", 405, true, false},
        {"NOT_ACCEPTABLE", "No acceptable representation", 406, true, false},
        {"CONFLICT", "State does not allow this", 409, true, false},
        {"CONFLICT_VERSION", "Record was changed by someone else", 412, true, false},
        {"DUPLICATE", "Value is already taken", 409, true, false},
        {"DUPLICATES_DETECTED", "There are records like this", 409, true, false},
        {"PRECONDITION_REQUIRED", "If-Match is required", 428, true, false},
        {"IDEMPOTENCY_MISMATCH", "Idempotency key was used for another request", 422, true, false},
        {"IDEMPOTENCY_RUNNING", "First request with this key is still running", 409, true, true},
        {"TOO_LARGE", "Request is too large", 413, true, false},
        {"UNSUPPORTED_MEDIA_TYPE", "Media type is not supported", 415, true, false},
        {"REQUEST_TIMEOUT", "Request took too long to arrive", 408, true, true},
        {"RATE_LIMITED", "Too many requests", 429, true, true},
        {"ROLLED_BACK", "Rolled back with the rest of the call", 409, true, false},
        {"UNAVAILABLE", "Temporarily unavailable", 503, false, true},
        {"INTERNAL", "Internal error", 500, false, false},
    }};
    static_assert(mappings.size() == static_cast<std::size_t>(ErrorCode::internal) + 1);
    return mappings[static_cast<std::size_t>(code)];
}

}  // namespace kontor
