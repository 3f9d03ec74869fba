#include "shared/contract/decimal.h"

#include "shared/contract/error.h"

#include <algorithm>
#include <array>
#include <limits>

namespace kontor {

namespace {

using Unscaled = Decimal::Unscaled;
constexpr int maximumDigits = 38;

constexpr auto powers = [] {
    std::array<Unscaled, maximumDigits + 1> values{1};
    for (std::size_t i = 1; i < values.size(); ++i) values.at(i) = values.at(i - 1) * 10;
    return values;
}();

Unscaled power10(int exponent) { return powers.at(static_cast<std::size_t>(exponent)); }

Unscaled magnitude(Unscaled value) { return value < 0 ? -value : value; }

/// The value, when it has no more than 38 digits.
Unscaled checked(Unscaled value, bool overflow) {
    if (overflow || value >= power10(maximumDigits) || value <= -power10(maximumDigits))
        throw Error(ErrorCode::validation, "A number in this calculation is too large.");
    return value;
}

Unscaled product(Unscaled a, Unscaled b) {
    Unscaled result = 0;
    bool const overflow = __builtin_mul_overflow(a, b, &result);
    return checked(result, overflow);
}

/// The same value with as few fraction digits as it needs.
Decimal trimmed(const Decimal &value) {
    int const scale = value.fractionDigits();
    return {value.unscaled() / power10(value.scale() - scale), scale};
}

/// Both values at the larger of their scales.
struct Aligned {
    Aligned(const Decimal &a, const Decimal &b)
        : scale(std::max(a.scale(), b.scale())), left(product(a.unscaled(), power10(scale - a.scale()))),
          right(product(b.unscaled(), power10(scale - b.scale()))) {}

    int scale;
    Unscaled left;
    Unscaled right;
};

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
    std::string text;
    int position = 0;
    auto const take = [&](auto rest) {
        if (position == scale_ && scale_ > 0) text += '.';
        text += static_cast<char>('0' + static_cast<int>(rest % 10));
        ++position;
        return rest / 10;
    };
    Unscaled wide = magnitude(unscaled_);
    while (wide > std::numeric_limits<std::int64_t>::max()) wide = take(wide);
    // Dividing 64 bits is several times as fast, and nearly all numbers are there from the start.
    for (auto rest = static_cast<std::int64_t>(wide); rest > 0;) rest = take(rest);
    while (position <= scale_) take(std::int64_t{0});
    if (unscaled_ < 0) text += '-';
    std::ranges::reverse(text);
    return text;
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
    if (scale >= scale_) return {product(unscaled_, power10(scale - scale_)), scale};
    Unscaled const divisor = power10(scale_ - scale);
    Unscaled const rest = magnitude(unscaled_ % divisor);
    Unscaled quotient = unscaled_ / divisor;
    if (rest >= divisor - rest) quotient += unscaled_ < 0 ? -1 : 1;
    return {quotient, scale};
}

Decimal Decimal::dividedBy(const Decimal &divisor, int scale) const {
    if (divisor.unscaled_ == 0) throw Error(ErrorCode::validation, "A number was to be divided by zero.");
    // dividend · 10^-a ÷ (divisor · 10^-b) = (dividend · 10^(scale - a + b) ÷ divisor) · 10^-scale
    int const shift = scale - scale_ + divisor.scale_;
    Unscaled const over = shift >= 0 ? product(unscaled_, power10(shift)) : unscaled_;
    Unscaled const under = shift >= 0 ? divisor.unscaled_ : product(divisor.unscaled_, power10(-shift));
    Unscaled const rest = magnitude(over % under);
    Unscaled quotient = over / under;
    if (rest >= magnitude(under) - rest) quotient += (over < 0) != (under < 0) ? -1 : 1;
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
    Aligned const both(a, b);
    Unscaled sum = 0;
    bool const overflow = __builtin_add_overflow(both.left, both.right, &sum);
    return {checked(sum, overflow), both.scale};
}

Decimal operator-(const Decimal &a, const Decimal &b) { return a + Decimal(-b.unscaled_, b.scale_); }

Decimal operator*(const Decimal &a, const Decimal &b) {
    Decimal const left = trimmed(a);
    Decimal const right = trimmed(b);
    Decimal const result(product(left.unscaled_, right.unscaled_), left.scale_ + right.scale_);
    return result.scale_ > maximumDigits ? result.rounded(maximumDigits) : result;
}

}  // namespace kontor
