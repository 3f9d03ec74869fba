#pragma once

// Of the lead service itself: products, price books and what things cost.

#include "services/lead/catalogue.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace kontor::lead {

/// Of Product, ProductCategory, PriceBook, PriceBookEntry and TaxRate.
void addPriceBehaviours(std::map<std::string, entity::Behaviour> &behaviours, Catalogue &catalogue);

/// Today in UTC.
[[nodiscard]] Date today();

struct Wanted {
    std::string productId;
    Decimal quantity;
};
/// priceOf for many in one round trip; in their order.
[[nodiscard]] std::vector<std::optional<Decimal>> pricesOf(postgres::Transaction &transaction,
                                                           const std::string &priceBookId,
                                                           const std::vector<Wanted> &wanted, Date day);

}  // namespace kontor::lead
