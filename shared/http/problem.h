#pragma once

#include "shared/http/http.h"

namespace kontor::http {

/// As writeProblem, with a status for which there is no ErrorCode (431, 505 …).
void writeProblemAs(int status, std::string_view title, const Request &request, const Error &error, Response &response);

/// The standard phrase for a status; "Unknown" for the others.
[[nodiscard]] std::string_view reasonPhrase(int status);

/// Appends `text` as a JSON string with its quotes. Bytes that are no UTF-8 become U+FFFD.
void appendJsonString(std::string &out, std::string_view text);

}  // namespace kontor::http
