#pragma once

// An exact decimal number: money, rates, quantities. Never a float on the way.

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kontor {

/// unscaled * 10^-scale, at most 38 digits, scale 0 to 38. Equality is by value: 1.50 == 1.5. Arithmetic is exact;
/// a result of more than 38 digits throws Error with ErrorCode::validation.
class Decimal {
  public:
    __extension__ typedef __int128 Unscaled;  // an extension of GCC and Clang; `using` would warn

    constexpr Decimal() = default;
    constexpr Decimal(Unscaled unscaled, int scale) : unscaled_(unscaled), scale_(scale) {}

    /// Reads `[+-]?digits[.digits]` (XSD 1.0 decimal, no exponent). Empty when it is anything else or over 38 digits.
    [[nodiscard]] static std::optional<Decimal> parse(std::string_view text);
    /// Canonical text: no exponent, no plus sign, as many fraction digits as the scale ("1234.50").
    [[nodiscard]] std::string toString() const;

    [[nodiscard]] constexpr Unscaled unscaled() const { return unscaled_; }
    [[nodiscard]] constexpr int scale() const { return scale_; }
    /// Digits before the point, leading zeros not counted.
    [[nodiscard]] int integerDigits() const;
    /// Digits after the point, trailing zeros not counted.
    [[nodiscard]] int fractionDigits() const;
    /// The same value with exactly `scale` fraction digits, rounded half away from zero.
    [[nodiscard]] Decimal rounded(int scale) const;
    /// The quotient with exactly `scale` fraction digits, rounded half away from zero. Dividing by zero throws Error
    /// with ErrorCode::validation.
    [[nodiscard]] Decimal dividedBy(const Decimal &divisor, int scale) const;

    friend std::strong_ordering operator<=>(const Decimal &a, const Decimal &b);
    friend bool operator==(const Decimal &a, const Decimal &b) { return std::is_eq(a <=> b); }
    friend Decimal operator+(const Decimal &a, const Decimal &b);
    friend Decimal operator-(const Decimal &a, const Decimal &b);
    /// Without zeros at the end; more than 38 fraction digits are rounded.
    friend Decimal operator*(const Decimal &a, const Decimal &b);

  private:
    Unscaled unscaled_ = 0;
    int scale_ = 0;
};

}  // namespace kontor
