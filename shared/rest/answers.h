#pragma once

// How results look in REST: ETags, preferences, batch results, stored answers.

#include "shared/entity/idempotency.h"
#include "shared/entity/operations.h"
#include "shared/http/http.h"

#include <string>
#include <string_view>
#include <vector>

namespace kontor::rest {

/// The strong ETag of a record: its version in quotes.
[[nodiscard]] std::string etag(const Record &record);
/// True when an If-None-Match header holds the tag or "*".
[[nodiscard]] bool matches(std::string_view header, std::string_view tag);

/// Prefer (RFC 7240).
struct Preference {
    bool minimal = false;
    bool explicitRepresentation = false;
    bool allowDuplicates = false;  ///< "allow-duplicates": as if the record's member allowDuplicates were true
};
[[nodiscard]] Preference preferenceOf(const http::Request &request);
/// Sets what the caller prefers of a record that has a member for it; of others, preferences mean nothing.
void applyPreference(const Preference &preference, Record &record);

/// ETag, Preference-Applied and the record, or 204 when the caller wants no more. Keeps a status that was set.
void writeResult(const entity::RecordResult &result, const Preference &preference, http::Response &response);

/// 207 with one entry for each operation; an atomic batch that failed is the problem of its first failure.
void writeBatch(const http::Request &request, const std::vector<entity::RecordResult> &results,
                const std::vector<entity::Action> &actions, const std::vector<std::string> &references, bool atomic,
                http::Response &response);

[[nodiscard]] Error badParameter(std::string name, std::string detail);
/// The parameter `limit`, or `unlessGiven` (0: the page before, or the operation, knows).
[[nodiscard]] int limitOf(const http::Request &request, int unlessGiven);

[[nodiscard]] entity::StoredAnswer storedAnswer(const http::Response &response);
void replayAnswer(const entity::StoredAnswer &answer, http::Response &response);

}  // namespace kontor::rest
