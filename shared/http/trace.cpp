#include "shared/http/trace.h"

#include <algorithm>
#include <bit>
#include <random>

namespace kontor::http {

namespace {

bool isHex(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

void appendHex(std::string &out, std::uint64_t value) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::array<char, 16> text;
    for (auto at = text.rbegin(); at != text.rend(); ++at) {
        *at = digits[value & 15U];
        value >>= 4U;
    }
    out.append(text.data(), text.size());
}

}  // namespace

bool isRequestId(std::string_view text) {
    return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '_' ||
               c == '-';
    });
}

bool isTraceParent(std::string_view text) {
    return text.size() == 55 && text.starts_with("00-") && text[35] == '-' && text[52] == '-' &&
           isHex(text.substr(3, 32)) && isHex(text.substr(36, 16)) && isHex(text.substr(53, 2)) &&
           text.substr(3, 32).find_first_not_of('0') != std::string_view::npos &&
           text.substr(36, 16).find_first_not_of('0') != std::string_view::npos;
}

IdSource::IdSource() {
    std::random_device device;
    for (auto &word : state_) word = (static_cast<std::uint64_t>(device()) << 32U) | device();
    state_[0] |= 1U;  // the generator must not start from all zeros
}

std::uint64_t IdSource::next() {
    std::uint64_t const result = std::rotl(state_[1] * 5, 7) * 9;
    std::uint64_t const shifted = state_[1] << 17U;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = std::rotl(state_[3], 45);
    return result;
}

void IdSource::makeRequestId(std::string &out) {
    out.clear();
    appendHex(out, next());
    appendHex(out, next());
}

void IdSource::makeTraceParent(std::string_view parent, std::string &out) {
    out.assign("00-");
    if (parent.empty()) {
        appendHex(out, next() | 1U);
        appendHex(out, next());
    } else {
        out.append(parent.substr(3, 32));
    }
    out.push_back('-');
    appendHex(out, next() | 1U);
    out.append(parent.empty() ? std::string_view("-01") : parent.substr(52, 3));
}

}  // namespace kontor::http
