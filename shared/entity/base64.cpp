#include "shared/entity/base64.h"

#include <array>
#include <cstdint>

namespace kontor::entity {

namespace {

constexpr std::string_view standardAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view urlAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

constexpr std::uint8_t invalid = 0xff;

constexpr std::array<std::uint8_t, 256> valuesOf(std::string_view alphabet) {
    std::array<std::uint8_t, 256> values{};
    values.fill(invalid);
    for (std::size_t i = 0; i < alphabet.size(); ++i) {
        values[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
    }
    return values;
}

constexpr auto standardValues = valuesOf(standardAlphabet);
constexpr auto urlValues = valuesOf(urlAlphabet);

void encode(std::string &out, std::string_view bytes, std::string_view alphabet, bool padding) {
    out.reserve(out.size() + (bytes.size() + 2) / 3 * 4);
    auto const at = [&](std::size_t i) { return std::uint32_t{static_cast<unsigned char>(bytes[i])}; };
    std::size_t i = 0;
    for (; i + 3 <= bytes.size(); i += 3) {
        std::uint32_t const group = at(i) << 16U | at(i + 1) << 8U | at(i + 2);
        for (unsigned shift = 24; shift > 0; shift -= 6) out += alphabet[group >> (shift - 6) & 63U];
    }
    std::size_t const rest = bytes.size() - i;
    if (rest == 0) return;
    std::uint32_t const group = at(i) << 16U | (rest == 2 ? at(i + 1) << 8U : 0U);
    out += alphabet[group >> 18U & 63U];
    out += alphabet[group >> 12U & 63U];
    if (rest == 2) out += alphabet[group >> 6U & 63U];
    if (padding) out.append(3 - rest, '=');
}

std::optional<std::string> decode(std::string_view text, const std::array<std::uint8_t, 256> &values) {
    if (text.size() % 4 == 1) return std::nullopt;
    std::string bytes;
    bytes.reserve(text.size() / 4 * 3 + 2);
    std::uint32_t group = 0;
    unsigned bits = 0;
    for (char const c : text) {
        std::uint8_t const value = values[static_cast<unsigned char>(c)];
        if (value == invalid) return std::nullopt;
        group = group << 6U | value;
        bits += 6;
        if (bits < 8) continue;
        bits -= 8;
        bytes += static_cast<char>(group >> bits & 0xffU);
    }
    if ((group & ((1U << bits) - 1U)) != 0) return std::nullopt;  // bits that no encoder sets
    return bytes;
}

}  // namespace

void appendBase64(std::string &out, std::string_view bytes) { encode(out, bytes, standardAlphabet, true); }

std::optional<std::string> decodeBase64(std::string_view text) {
    if (text.size() % 4 != 0) return std::nullopt;
    for (int padding = 0; padding < 2 && text.ends_with('='); ++padding) text.remove_suffix(1);
    return decode(text, standardValues);
}

std::string encodeBase64Url(std::string_view bytes) {
    std::string text;
    encode(text, bytes, urlAlphabet, false);
    return text;
}

std::optional<std::string> decodeBase64Url(std::string_view text) { return decode(text, urlValues); }

}  // namespace kontor::entity
