#pragma once

// What the document and the page of a quote have in common: words, numbers and dates in the customer's language, and
// the order of the lines.

#include "services/lead/capture_pages.h"

#include <string>
#include <string_view>
#include <vector>

namespace kontor::lead {

enum class QuoteWord : std::uint8_t {
    quote,
    draft,
    revision,
    date,
    validUntil,
    recipient,
    billingAddress,
    shippingAddress,
    position,
    description,
    quantity,
    unitPrice,
    discount,
    taxShort,
    amount,
    optional,
    optionalNote,
    each,
    months,
    subtotal,
    shipping,
    tax,
    taxOn,
    total,
    aMonth,
    terms,
    paymentTerms,
    acceptOnline,
    page,
    of,
    download,
    accept,
    yourName,
    agree,
    reject,
    reason,
    accepted,
    acceptedBy,
    rejected,
    expired,
    superseded,
    unknown,
    unknownText,
    nameMissing,
    agreeMissing,
    notWaiting,
    error,
};
[[nodiscard]] std::string_view quoteWord(QuoteWord word, Language language);

/// Of the quote; English where there are no words of it.
[[nodiscard]] Language languageOf(const Quote &quote);

/// "1,234.50", "1.234,50", "1 234,50": at least so many decimals, more where the number has them.
[[nodiscard]] std::string formatNumber(const Decimal &value, int decimals, Language language);
[[nodiscard]] std::string formatMoney(const Decimal &value, int decimals, const std::string &currency,
                                      Language language);
/// "12.5%", "12,5 %".
[[nodiscard]] std::string formatPercent(const Decimal &value, Language language);
/// "23 Nov 2026", "23.11.2026", "2026-11-23".
[[nodiscard]] std::string formatDate(Date date, Language language);

/// Lines that stand together: those of one group, or those of none.
struct QuoteBlock {
    const QuoteGroup *group = nullptr;
    std::vector<const QuoteLine *> lines;
};
/// In the order of their first lines.
[[nodiscard]] std::vector<QuoteBlock> blocksOf(const Quote &quote);

/// "Each month", "12 months": what a price that recurs is for; empty for others.
[[nodiscard]] std::string periodOf(const QuoteLine &line, Language language);
/// "10%" or "5.00" off; empty without a discount.
[[nodiscard]] std::string discountTextOf(const QuoteLine &line, int decimals, Language language);

/// A row below the lines: what it is called, and the amount.
struct QuoteSum {
    std::string label;
    std::string amount;
    bool isTotal = false;
};
[[nodiscard]] std::vector<QuoteSum> sumsOf(const Quote &quote, int decimals, Language language);

}  // namespace kontor::lead
