#pragma once

// Of the lead service itself: what the pages of quote_pages.cpp need of a quote's way.

#include "services/lead/lead_service.h"

#include <optional>
#include <string>

namespace kontor::lead {

/// What links to the pages of quotes begin with; before the first quote is sent.
void publishQuotesAt(const LeadService &service, std::string publicUrl);

/// The quote whose link has this token; empty when there is none, or it was recalled or deleted.
[[nodiscard]] std::optional<Quote> findOfferedQuote(LeadService &service, const std::string &token,
                                                    const std::string &requestId);

/// A sent quote whose last day is over.
[[nodiscard]] bool isPast(const Quote &quote);

/// What the customer says to an offer.
struct CustomerAnswer {
    bool accepts = false;
    std::string name;    ///< who accepts
    std::string reason;  ///< why not
    std::string from;    ///< address of the browser
    std::string requestId;
};
/// Accepts or rejects the quote whose link has the token. Throws Error(notFound) when there is none, Error(conflict)
/// when it waits for no answer (any more).
void answerQuote(LeadService &service, const std::string &token, const CustomerAnswer &answer);

}  // namespace kontor::lead
