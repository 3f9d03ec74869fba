#pragma once

// What others have asked to be told of (observeRequests, translateErrors, reportDefects).

#include "shared/http/http.h"

namespace kontor::http {

void notifyObserver(const RequestRecord &record);

/// The Error that an exception means. Reports it when it is a defect.
[[nodiscard]] Error toError(const std::exception_ptr &exception, const Request &request);

}  // namespace kontor::http
