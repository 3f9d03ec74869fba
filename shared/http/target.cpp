#include "shared/http/target.h"

#include <algorithm>

namespace kontor::http {

namespace {

int hexDigit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

}  // namespace

bool isUtf8(std::string_view text) {
    std::size_t i = 0;
    while (i < text.size()) {
        auto const lead = static_cast<unsigned char>(text[i]);
        if (lead < 0x80) {
            ++i;
            continue;
        }
        std::size_t const length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
        if (lead < 0xC2 || lead > 0xF4 || i + length > text.size()) return false;
        std::uint32_t point = lead & (0xFFU >> (length + 1));
        for (std::size_t k = 1; k < length; ++k) {
            auto const next = static_cast<unsigned char>(text[i + k]);
            if ((next & 0xC0U) != 0x80U) return false;
            point = (point << 6U) | (next & 0x3FU);
        }
        bool const overlong = (length == 3 && point < 0x800) || (length == 4 && point < 0x10000);
        if (overlong || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF)) return false;
        i += length;
    }
    return true;
}

bool decodePercent(std::string_view text, bool plusIsSpace, std::string &out) {
    out.clear();
    auto const special = text.find_first_of(plusIsSpace ? "%+" : "%");
    if (special == std::string_view::npos) {
        out = text;
        return true;
    }
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        char c = text[i];
        if (c == '+' && plusIsSpace) {
            c = ' ';
        } else if (c == '%') {
            int const high = i + 2 < text.size() ? hexDigit(text[i + 1]) : -1;
            int const low = i + 2 < text.size() ? hexDigit(text[i + 2]) : -1;
            if (high < 0 || low < 0) return false;
            c = static_cast<char>(high * 16 + low);
            if (c == '\0') return false;
            i += 2;
        }
        out.push_back(c);
    }
    return isUtf8(out);
}

bool decodeQuery(std::string_view text, std::vector<std::pair<std::string, std::string>> &out) {
    while (!text.empty()) {
        auto const end = text.find('&');
        auto const pair = text.substr(0, end);
        if (!pair.empty()) {
            auto const equals = pair.find('=');
            auto &[name, value] = out.emplace_back();
            if (!decodePercent(pair.substr(0, equals), true, name)) return false;
            if (equals != std::string_view::npos && !decodePercent(pair.substr(equals + 1), true, value)) return false;
        }
        if (end == std::string_view::npos) break;
        text.remove_prefix(end + 1);
    }
    return true;
}

std::string encodePercent(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    out.reserve(text.size());
    for (char const c : text) {
        bool const plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
                           c == '.' || c == '_' || c == '~';
        if (plain) {
            out.push_back(c);
        } else {
            auto const byte = static_cast<unsigned char>(c);
            out.push_back('%');
            out.push_back(digits[byte >> 4U]);
            out.push_back(digits[byte & 15U]);
        }
    }
    return out;
}

}  // namespace kontor::http
