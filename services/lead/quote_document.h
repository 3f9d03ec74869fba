#pragma once

// A quote as PDF, in its language.

#include "services/lead/lead_service.h"

#include <string>

namespace kontor::lead {

/// Throws Error(notFound) when the caller sees no such quote, Error(unavailable) when the system has no font for it.
[[nodiscard]] QuoteDocument getQuoteDocument(LeadService &service, const auth::Caller &caller,
                                             const GetQuoteDocument &input);

/// The same of a quote that has been read; `decimals` are those of its currency.
[[nodiscard]] QuoteDocument drawQuote(const Quote &quote, int decimals);

}  // namespace kontor::lead
