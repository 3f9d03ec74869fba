#pragma once

// The sums of quotes and opportunities: exact decimals, no database. docs/decisions/0006-rounding-of-quotes.md has the
// rules and examples.

#include "contract/lead.h"

#include <string>
#include <vector>

namespace kontor::lead {

/// Of the currency that is calculated in.
struct SumRules {
    int decimals = 2;  ///< digits of its smallest unit
};

/// Fills in what the server makes of a quote: net, tax and total of the lines, groups, taxes, subtotal, discountTotal,
/// taxTotal, total, recurringTotal; a quantity of 1 and a unit price where none is given (the list price). Throws
/// Error(validation) with pointers such as /lines/3/quantity, all that is wrong at once.
void computeQuote(Quote &quote, const SumRules &rules);

/// Fills in quantity and total of the lines; throws as computeQuote does.
void computeOpportunityLines(std::vector<OpportunityLine> &lines, int decimals);
/// Of computed lines. Throws Error(validation) when it is more than an amount can be.
[[nodiscard]] Decimal sumOf(const std::vector<OpportunityLine> &lines);

/// How much a line takes off its list price, in percent with four decimals: discounts and a unit price below the list
/// price together. 0 where there is no list price. Of computed lines.
[[nodiscard]] Decimal discountOf(const QuoteLine &line);

}  // namespace kontor::lead
