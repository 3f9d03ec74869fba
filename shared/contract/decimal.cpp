#include "shared/contract/decimal.h"

#include <algorithm>

namespace kontor {

namespace {

using Unscaled = Decimal::Unscaled;
constexpr int maximumDigits = 38;

Unscaled power10(int exponent) {
    Unscaled result = 1;
    for (; exponent > 0; --exponent) result *= 10;
    return result;
}

Unscaled magnitude(Unscaled value) { return value < 0 ? -value : value; }

/// Both at the larger scale. Scales are at most 38 and values at most 38 digits, so what money and rates need fits.
void align(const Decimal &a, const Decimal &b, Unscaled &left, Unscaled &right, int &scale) {
    scale = std::max(a.scale(), b.scale());
    left = a.unscaled() * power10(scale - a.scale());
    right = b.unscaled() * power10(scale - b.scale());
}

}  // namespace

std::optional<Decimal> Decimal::parse(std::string_view text) {
    bool negative = false;
    if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
        negative = text.front() == '-';
        text.remove_prefix(1);
    }
    Unscaled value = 0;
    int digits = 0;
    int significant = 0;
    int scale = 0;
    bool point = false;
    for (char const c : text) {
        if (c == '.') {
            if (point) return std::nullopt;
            point = true;
            continue;
        }
        if (c < '0' || c > '9') return std::nullopt;
        ++digits;
        if (significant > 0 || c != '0') ++significant;
        if (point) ++scale;
        if (significant > maximumDigits || scale > maximumDigits) return std::nullopt;
        value = value * 10 + (c - '0');
    }
    if (digits == 0) return std::nullopt;
    return Decimal(negative ? -value : value, scale);
}

std::string Decimal::toString() const {
    std::string digits;
    for (Unscaled rest = magnitude(unscaled_); rest > 0 || digits.size() <= static_cast<std::size_t>(scale_);
         rest /= 10) {
        digits += static_cast<char>('0' + static_cast<int>(rest % 10));
        if (scale_ > 0 && digits.size() == static_cast<std::size_t>(scale_)) digits += '.';
        if (rest < 10 && digits.size() > static_cast<std::size_t>(scale_ > 0 ? scale_ + 1 : 0)) break;
    }
    if (unscaled_ < 0) digits += '-';
    std::ranges::reverse(digits);
    return digits;
}

int Decimal::integerDigits() const {
    Unscaled rest = magnitude(unscaled_) / power10(scale_);
    int digits = 0;
    for (; rest > 0; rest /= 10) ++digits;
    return digits;
}

int Decimal::fractionDigits() const {
    if (unscaled_ == 0) return 0;
    int digits = scale_;
    for (Unscaled rest = unscaled_; digits > 0 && rest % 10 == 0; rest /= 10) --digits;
    return digits;
}

Decimal Decimal::rounded(int scale) const {
    if (scale >= scale_) return {unscaled_ * power10(scale - scale_), scale};
    Unscaled const divisor = power10(scale_ - scale);
    Unscaled quotient = unscaled_ / divisor;
    if (magnitude(unscaled_ % divisor) * 2 >= divisor) quotient += unscaled_ < 0 ? -1 : 1;
    return {quotient, scale};
}

std::strong_ordering operator<=>(const Decimal &a, const Decimal &b) {
    // Integer parts first: bringing both to one scale could overflow when they are far apart.
    Unscaled const left = a.unscaled_ / power10(a.scale_);
    Unscaled const right = b.unscaled_ / power10(b.scale_);
    if (left != right) return left < right ? std::strong_ordering::less : std::strong_ordering::greater;
    int const scale = std::max(a.scale_, b.scale_);
    Unscaled const leftRest = (a.unscaled_ % power10(a.scale_)) * power10(scale - a.scale_);
    Unscaled const rightRest = (b.unscaled_ % power10(b.scale_)) * power10(scale - b.scale_);
    if (leftRest == rightRest) return std::strong_ordering::equal;
    return leftRest < rightRest ? std::strong_ordering::less : std::strong_ordering::greater;
}

Decimal operator+(const Decimal &a, const Decimal &b) {
    Unscaled left = 0;
    Unscaled right = 0;
    int scale = 0;
    align(a, b, left, right, scale);
    return {left + right, scale};
}

Decimal operator-(const Decimal &a, const Decimal &b) { return a + Decimal(-b.unscaled_, b.scale_); }

Decimal operator*(const Decimal &a, const Decimal &b) { return {a.unscaled_ * b.unscaled_, a.scale_ + b.scale_}; }

}  // namespace kontor
