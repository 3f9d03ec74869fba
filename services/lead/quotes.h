#pragma once

// Products, price books and quotes: what prices a line gets, who must approve an offer, and the steps from a draft to
// an answer.
//
//     draft ──submit──▶ inReview ──approve──▶ approved ──send──▶ sent ──▶ accepted | rejected | expired
//       ▲ ▲──decline──────┘ │                    │                 │
//       └──────recall───────┴────────────────────┴─────────────────┘
//
// An offer without much of a discount skips inReview. "revise" makes any but a draft superseded by a new draft.

#include "services/lead/catalogue.h"

#include <map>
#include <optional>
#include <string>

namespace kontor::lead {

class LeadService;

/// A discount of more than this many percent, of a line against its list price or of the whole, needs approval.
constexpr int freeDiscountPercent = 20;

/// Of Quote, Product, ProductCategory, PriceBook, PriceBookEntry and TaxRate.
void addQuoteBehaviours(std::map<std::string, entity::Behaviour> &behaviours, Catalogue &catalogue);

/// The price of a product in a book for a quantity on a day, looking in parent books; empty when there is none. Books
/// that are not in use on that day are passed over; the nearest book with a price decides, and in it the largest
/// minimum quantity that is reached.
[[nodiscard]] std::optional<Decimal> priceOf(postgres::Transaction &transaction, const std::string &priceBookId,
                                             const std::string &productId, const Decimal &quantity, Date day);

/// Takes a quote a step on. Throws Error(conflict) when its stage does not allow the step, Error(forbidden) for
/// approve and decline without the permission "approveQuotes"; a quote that has expired becomes so when it is to be
/// accepted. The note: why it is declined, approved or rejected, or who accepted it.
[[nodiscard]] entity::RecordResult advanceQuote(LeadService &service, const auth::Caller &caller,
                                                const AdvanceQuote &input, entity::WriteOptions options);

}  // namespace kontor::lead
