#pragma once

// XSD regular expressions as automata: matching looks at each character once, whatever the text.

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace kontor::entity {

/// A compiled pattern of an XSD facet (XSD 1.0 appendix F). Anchored at both ends, as XSD has it. Of the Unicode
/// categories only L, N and Nd are known: digits are the ASCII ones, and beyond ASCII everything but punctuation,
/// symbols and spaces counts as a letter.
class Pattern {
  public:
    /// Throws std::invalid_argument when it does not parse or would need more than 4,000 states.
    explicit Pattern(std::string_view expression);

    /// True when the whole text, which is valid UTF-8, matches.
    [[nodiscard]] bool matches(std::string_view text) const;

    /// The pattern compiled once for the process.
    [[nodiscard]] static const Pattern &of(std::string_view expression);

  private:
    [[nodiscard]] std::size_t classOf(char32_t character) const;

    std::array<std::uint16_t, 128> asciiClass_{};  // character to column
    std::vector<char32_t> boundaries_;             // starts of the classes, ascending
    std::size_t classes_ = 0;
    std::vector<std::uint16_t> next_;  // state * classes_ + class; 0 is the state of no return
    std::vector<bool> accepting_;
    std::uint16_t start_ = 0;
};

}  // namespace kontor::entity
