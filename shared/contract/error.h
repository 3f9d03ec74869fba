#pragma once

// The one error type of Kontor. It is thrown where a fault is detected and caught once, at the edge, where
// shared/http turns it into problem+json (RFC 9457) and shared/soap into a typed SOAP fault.

#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kontor {

/// Stable codes. The text of each (errorCodeName) is part of the contract and never changes.
enum class ErrorCode : std::uint8_t {
    malformed,             ///< the bytes are not the format they claim to be
    validation,            ///< the format is right, a value is not
    invalidQuery,          ///< filter, sort, fields, expand or q do not parse; see Error::position
    invalidCursor,         ///< a cursor or resume token that we did not sign, or for another query
    unauthenticated,       ///< no, expired, forged or revoked credentials
    forbidden,             ///< known caller, not allowed
    notFound,              ///< no such record, or none that the caller may see
    methodNotAllowed,      ///< the path exists, the method does not
    notAcceptable,         ///< no representation that the caller accepts
    conflict,              ///< the state of the record does not allow it
    versionConflict,       ///< stale version or ETag
    duplicate,             ///< a unique value is taken
    duplicatesDetected,    ///< there are records like it; see Error::candidates
    preconditionRequired,  ///< this resource demands If-Match
    idempotencyMismatch,   ///< the key was used for another request
    idempotencyRunning,    ///< the first request with this key is still running
    tooLarge,              ///< body, field count, batch or upload over its limit
    unsupportedMediaType,  ///< the body's type is not one that we read here
    requestTimeout,        ///< the client was too slow
    rateLimited,           ///< too many requests; see Error::retryAfterSeconds
    rolledBack,            ///< this record was right, another of the all-or-none call was not
    unavailable,           ///< a dependency is down; try again
    internal,              ///< a defect of ours
};

/// One wrong field. `pointer` is a JSON pointer (RFC 6901) into the input, such as "/name" or "/phones/0/number";
/// `code` is stable (REQUIRED, TOO_LONG, PATTERN, UNKNOWN_FIELD …); `detail` is a sentence for a person.
struct FieldError {
    std::string pointer;
    std::string code;
    std::string detail;
};

/// A record that may be the same as one that is to be created.
struct DuplicateCandidate {
    std::string entity;
    std::string id;
    std::string name;
    std::vector<std::string> matchedOn;  ///< fields that are alike
    int score = 0;                       ///< 0 to 100
};

/// Thrown for everything that a caller can be told. `detail` never holds SQL, file names or secrets.
class Error : public std::exception {
  public:
    Error(ErrorCode what, std::string sentence) : code(what), detail(std::move(sentence)) {}
    Error(ErrorCode what, std::string sentence, std::vector<FieldError> wrong)
        : code(what), detail(std::move(sentence)), fields(std::move(wrong)) {}

    [[nodiscard]] const char *what() const noexcept override { return detail.c_str(); }

    ErrorCode code;
    std::string detail;
    std::vector<FieldError> fields;
    std::optional<std::string> parameter;        ///< the query parameter at fault: "filter", "cursor" …
    std::optional<std::size_t> position;         ///< offset in bytes into that parameter, from 0
    std::optional<std::int64_t> currentVersion;  ///< with versionConflict: what the server has
    std::optional<std::string> conflictingId;    ///< with duplicate: the record that holds the value
    std::vector<DuplicateCandidate> candidates;  ///< with duplicatesDetected, most likely first
    std::optional<int> retryAfterSeconds;
};

/// How a code appears on the wires; one row for each ErrorCode, the single table behind REST and SOAP.
struct ErrorMapping {
    std::string_view name;   ///< "VALIDATION"
    std::string_view title;  ///< "Request is not valid"
    int httpStatus;          ///< REST
    bool clientFault;        ///< SOAP: Client/Sender when true, Server/Receiver when not
    bool retryable;          ///< the same request may succeed later
};

[[nodiscard]] const ErrorMapping &mappingOf(ErrorCode code);
[[nodiscard]] inline std::string_view errorCodeName(ErrorCode code) { return mappingOf(code).name; }

}  // namespace kontor
