#include "services/lead/pricing.h"

#include "shared/entity/validate.h"

#include <algorithm>
#include <map>
#include <numeric>

namespace kontor::lead {

namespace {

using Unscaled = Decimal::Unscaled;

constexpr int moneyDigits = 15;  // before the point; Money is 19 digits, 4 of them fractions
constexpr int moneyFractions = 4;
constexpr int quantityDigits = 11;
constexpr std::size_t maximumGroups = 50;
const Decimal zero(0, 0);
const Decimal one(1, 0);
const Decimal hundred(100, 0);

bool isMoney(const Decimal &value) {
    return value.integerDigits() <= moneyDigits && value.fractionDigits() <= moneyFractions;
}

/// Checks the values of one structure; what is wrong is gathered under its pointer.
class Checks {
  public:
    Checks(std::vector<FieldError> &errors, std::string pointer) : errors_(errors), pointer_(std::move(pointer)) {}

    void add(std::string_view member, std::string_view code, std::string_view detail) {
        errors_.push_back({pointer_ + '/' + std::string(member), std::string(code), std::string(detail)});
        good_ = false;
    }
    void money(std::string_view member, const std::optional<Decimal> &value) {
        if (!value) return;
        if (*value < zero) return add(member, "OUT_OF_RANGE", "must not be negative");
        if (!isMoney(*value)) add(member, "OUT_OF_RANGE", "has at most 15 digits before the point and 4 behind it");
    }
    void quantity(std::string_view member, const std::optional<Decimal> &value) {
        if (!value) return;
        if (*value < zero) return add(member, "OUT_OF_RANGE", "must not be negative");
        if (value->integerDigits() > quantityDigits || value->fractionDigits() > moneyFractions) {
            add(member, "OUT_OF_RANGE", "has at most 11 digits before the point and 4 behind it");
        }
    }
    void percent(std::string_view member, const std::optional<Decimal> &value) {
        if (!value) return;
        if (*value < zero || *value > hundred) return add(member, "OUT_OF_RANGE", "must be from 0 to 100");
        if (value->fractionDigits() > moneyFractions) add(member, "DECIMAL_SCALE", "has at most 4 decimals");
    }
    void eitherDiscount(const std::optional<Decimal> &percent, const std::optional<Decimal> &amount) {
        if (percent && amount) add("discountAmount", "CONTRADICTION", "is instead of discountPercent, not beside it");
    }
    [[nodiscard]] bool good() const { return good_; }

  private:
    std::vector<FieldError> &errors_;
    std::string pointer_;
    bool good_ = true;
};

std::string lineAt(std::size_t index) { return "/lines/" + std::to_string(index); }

/// What is left of a price after a discount in percent; exact.
Decimal less(const Decimal &price, const Decimal &percent) { return price * (hundred - percent) * Decimal(1, 2); }

/// What a checked line costs, not rounded.
Decimal exactNet(const QuoteLine &line) {
    return less(*line.quantity * *line.unitPrice, line.discountPercent.value_or(zero)) -
           line.discountAmount.value_or(zero);
}

Decimal percentOf(const Decimal &base, const Decimal &percent, int decimals) {
    return (base * percent * Decimal(1, 2)).rounded(decimals);
}

/// Puts a whole into parts in proportion to the weights, in smallest units, so that the parts add up to it: each part
/// rounded down, then one unit more for those with the largest remainders, the first of equals. No part exceeds its
/// weight when the whole does not exceed their sum.
std::vector<Unscaled> spread(Unscaled whole, const std::vector<Unscaled> &weights) {
    Unscaled const sum = std::accumulate(weights.begin(), weights.end(), Unscaled{0});
    std::vector<Unscaled> parts(weights.size(), 0);
    if (sum == 0) return parts;
    std::vector<std::size_t> order(weights.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    Unscaled rest = whole;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        parts[i] = whole * weights[i] / sum;
        rest -= parts[i];
    }
    std::ranges::stable_sort(order, std::greater<>{}, [&](std::size_t i) { return whole * weights[i] % sum; });
    for (std::size_t i = 0; rest > 0; ++i, --rest) ++parts[order[i]];
    return parts;
}

/// The computation of one quote.
class Computation {
  public:
    Computation(Quote &quote, int decimals) : quote_(quote), decimals_(decimals) {}

    void run() {
        checkWhole();
        for (std::size_t i = 0; i < quote_.lines.size(); ++i) line(i);
        if (!errors_.empty()) throw entity::validationError(std::move(errors_));
        groups();
        discount();
        taxes();
        totals();
        if (!errors_.empty()) throw entity::validationError(std::move(errors_));
    }

  private:
    void checkWhole() {
        Checks checks(errors_, "");
        checks.percent("discountPercent", quote_.discountPercent);
        checks.money("discountAmount", quote_.discountAmount);
        checks.eitherDiscount(quote_.discountPercent, quote_.discountAmount);
        checks.money("shipping", quote_.shipping);
        checks.percent("shippingTaxPercent", quote_.shippingTaxPercent);
    }

    void line(std::size_t index) {
        QuoteLine &line = quote_.lines[index];
        Checks checks(errors_, lineAt(index));
        if (!line.quantity) line.quantity = one;
        if (!line.unitPrice) line.unitPrice = line.listPrice;
        if (!line.unitPrice) checks.add("unitPrice", "REQUIRED", "has to be given where no price book has a price");
        checks.quantity("quantity", line.quantity);
        checks.money("listPrice", line.listPrice);
        checks.money("unitPrice", line.unitPrice);
        checks.money("cost", line.cost);
        checks.percent("discountPercent", line.discountPercent);
        checks.money("discountAmount", line.discountAmount);
        checks.eitherDiscount(line.discountPercent, line.discountAmount);
        checks.percent("taxPercent", line.taxPercent);
        if (line.recurringMonths && *line.recurringMonths < 1) {
            checks.add("recurringMonths", "OUT_OF_RANGE", "must be 1 or more");
        }
        if (!checks.good()) return;

        Decimal const gross = *line.quantity * *line.unitPrice;
        if (line.discountAmount && *line.discountAmount > gross) {
            return checks.add("discountAmount", "OUT_OF_RANGE", "is more than the line");
        }
        Decimal const listed = *line.quantity * line.listPrice.value_or(zero);
        if (std::max(gross, listed).integerDigits() > moneyDigits) {
            return checks.add("quantity", "OUT_OF_RANGE", tooMuch);
        }
        line.net = exactNet(line).rounded(decimals_);
        line.tax = percentOf(*line.net, line.taxPercent.value_or(zero), decimals_);
        line.total = *line.net + *line.tax;
        if (!isMoney(*line.total)) checks.add("quantity", "OUT_OF_RANGE", tooMuch);
    }

    void groups() {
        quote_.groups.clear();
        Decimal subtotal = Decimal(0, decimals_);
        for (std::size_t i = 0; i < quote_.lines.size(); ++i) {
            const QuoteLine &line = quote_.lines[i];
            Decimal const counted = line.isOptional.value_or(false) ? zero : *line.net;
            subtotal = subtotal + counted;
            if (!line.group) continue;
            auto group =
                std::ranges::find_if(quote_.groups, [&](const QuoteGroup &each) { return each.name == line.group; });
            if (group == quote_.groups.end()) {
                if (quote_.groups.size() == maximumGroups) {
                    Checks(errors_, lineAt(i)).add("group", "TOO_MANY_ITEMS", "is one group more than 50");
                    break;
                }
                group = quote_.groups.emplace(group);
                group->name = line.group;
                group->subtotal = Decimal(0, decimals_);
            }
            group->subtotal = *group->subtotal + counted;
        }
        // Groups are parts of it: where it fits, they do.
        if (!isMoney(subtotal)) Checks(errors_, "").add("lines", "OUT_OF_RANGE", tooMuch);
        quote_.subtotal = subtotal;
        if (!errors_.empty()) throw entity::validationError(std::move(errors_));
    }

    void discount() {
        quote_.discountTotal = Decimal(0, decimals_);
        if (quote_.discountPercent) {
            quote_.discountTotal = percentOf(*quote_.subtotal, *quote_.discountPercent, decimals_);
        } else if (quote_.discountAmount) {
            quote_.discountTotal = quote_.discountAmount->rounded(decimals_);
        }
        if (*quote_.discountTotal > *quote_.subtotal) {
            Checks(errors_, "").add("discountAmount", "OUT_OF_RANGE", "is more than the lines together");
            throw entity::validationError(std::move(errors_));
        }
    }

    /// The base of each tax: its lines less their part of the discount, and shipping.
    [[nodiscard]] std::map<Decimal, Decimal> bases() const {
        std::map<Decimal, Decimal> bases;
        for (const QuoteLine &line : quote_.lines) {
            if (line.isOptional.value_or(false)) continue;
            Decimal &base = bases[line.taxPercent.value_or(zero)];
            base = (base + *line.net).rounded(decimals_);
        }
        std::vector<Unscaled> weights;
        for (const auto &[percent, base] : bases) weights.push_back(base.unscaled());
        auto const parts = spread(quote_.discountTotal->rounded(decimals_).unscaled(), weights);
        std::size_t next = 0;
        for (auto &[percent, base] : bases) base = base - Decimal(parts[next++], decimals_);
        if (quote_.shipping) {
            Decimal &base = bases[quote_.shippingTaxPercent.value_or(zero)];
            base = (base + quote_.shipping->rounded(decimals_)).rounded(decimals_);
        }
        return bases;
    }

    void taxes() {
        quote_.taxes.clear();
        quote_.taxTotal = Decimal(0, decimals_);
        for (const auto &[percent, base] : bases()) {
            QuoteTax &tax = quote_.taxes.emplace_back();
            tax.percent = percent;
            tax.taxable = base;
            tax.amount = percentOf(base, percent, decimals_);
            quote_.taxTotal = *quote_.taxTotal + *tax.amount;
            if (!isMoney(base)) Checks(errors_, "").add("shipping", "OUT_OF_RANGE", tooMuch);
        }
        if (quote_.taxes.size() > maximumGroups) {
            Checks(errors_, "").add("lines", "TOO_MANY_ITEMS", "have more than 50 different taxes");
        }
    }

    void totals() {
        Decimal const shipping = quote_.shipping.value_or(zero).rounded(decimals_);
        quote_.total = *quote_.subtotal - *quote_.discountTotal + shipping + *quote_.taxTotal;
        if (!isMoney(*quote_.total)) Checks(errors_, "").add("lines", "OUT_OF_RANGE", tooMuch);
        quote_.recurringTotal = Decimal(0, decimals_);
        for (const QuoteLine &line : quote_.lines) {
            if (!line.recurringMonths || line.isOptional.value_or(false)) continue;
            quote_.recurringTotal =
                *quote_.recurringTotal + line.net->dividedBy(Decimal(*line.recurringMonths, 0), decimals_);
        }
    }

    static constexpr std::string_view tooMuch = "makes an amount of more than 15 digits";

    Quote &quote_;
    int decimals_;
    std::vector<FieldError> errors_;
};

}  // namespace

void computeQuote(Quote &quote, const SumRules &rules) { Computation(quote, rules.decimals).run(); }

void computeOpportunityLines(std::vector<OpportunityLine> &lines, int decimals) {
    std::vector<FieldError> errors;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        OpportunityLine &line = lines[i];
        Checks checks(errors, lineAt(i));
        line.total.reset();
        if (!line.quantity) line.quantity = one;
        if (!line.unitPrice) checks.add("unitPrice", "REQUIRED", "has to be given where no price book has a price");
        checks.quantity("quantity", line.quantity);
        checks.money("unitPrice", line.unitPrice);
        checks.percent("discountPercent", line.discountPercent);
        if (!checks.good()) continue;
        Decimal const gross = *line.quantity * *line.unitPrice;
        if (gross.integerDigits() <= moneyDigits) {
            line.total = less(gross, line.discountPercent.value_or(zero)).rounded(decimals);
        }
        if (!line.total || !isMoney(*line.total)) {
            checks.add("quantity", "OUT_OF_RANGE", "makes an amount of more than 15 digits");
        }
    }
    if (!errors.empty()) throw entity::validationError(std::move(errors));
}

Decimal sumOf(const std::vector<OpportunityLine> &lines) {
    Decimal sum;
    for (const OpportunityLine &line : lines) sum = sum + line.total.value_or(zero);
    if (!isMoney(sum)) entity::refuse("/lines", "OUT_OF_RANGE", "make an amount of more than 15 digits");
    return sum;
}

Decimal discountOf(const QuoteLine &line) {
    Decimal const listed = line.listPrice.value_or(zero) * line.quantity.value_or(one);
    // Before rounding: 20 % off 0.33 is not more than 20 %.
    Decimal const offered = exactNet(line);
    if (listed == zero || offered >= listed) return zero;
    return ((listed - offered) * hundred).dividedBy(listed, moneyFractions);
}

}  // namespace kontor::lead
