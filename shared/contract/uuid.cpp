#include "shared/contract/uuid.h"

#include <atomic>
#include <chrono>
#include <random>

namespace kontor {

namespace {

constexpr std::string_view digits = "0123456789abcdef";

/// The value of a hexadecimal digit; -1 when it is none.
constexpr auto values = [] {
    std::array<std::int8_t, 256> all{};
    all.fill(-1);
    for (std::size_t i = 0; i < digits.size(); ++i)
        all.at(static_cast<unsigned char>(digits[i])) = static_cast<std::int8_t>(i);
    for (char c = 'A'; c <= 'F'; ++c) all.at(static_cast<unsigned char>(c)) = static_cast<std::int8_t>(c - 'A' + 10);
    return all;
}();

int valueOf(char c) { return values[static_cast<unsigned char>(c)]; }

bool isDash(std::size_t position) { return position == 8 || position == 13 || position == 18 || position == 23; }

std::mt19937_64 &randomOfThread() {
    thread_local std::mt19937_64 generator = [] {
        std::random_device device;
        std::seed_seq seed{device(), device(), device(), device(), device(), device(), device(), device()};
        return std::mt19937_64(seed);
    }();
    return generator;
}

/// Milliseconds and, below them, 12 bits of their fraction (RFC 9562 section 6.2, method 3), growing with each call.
std::uint64_t nextTick() {
    using namespace std::chrono;
    static std::atomic<std::uint64_t> last{0};
    auto const now =
        static_cast<std::uint64_t>(duration_cast<nanoseconds>(system_clock::now().time_since_epoch()).count());
    std::uint64_t const tick = ((now / 1'000'000) << 12U) | ((now % 1'000'000) * 4096 / 1'000'000);
    std::uint64_t before = last.load(std::memory_order_relaxed);
    std::uint64_t next = 0;
    do {
        next = tick > before ? tick : before + 1;
    } while (!last.compare_exchange_weak(before, next, std::memory_order_relaxed));
    return next;
}

}  // namespace

std::string newId() {
    std::uint64_t const tick = nextTick();
    std::uint64_t const random = randomOfThread()();
    UuidBytes bytes{};
    std::uint64_t const milliseconds = tick >> 12U;
    for (std::size_t i = 0; i < 6; ++i) bytes.at(i) = static_cast<std::uint8_t>(milliseconds >> (40 - 8 * i));
    bytes[6] = static_cast<std::uint8_t>(0x70U | ((tick >> 8U) & 0x0fU));
    bytes[7] = static_cast<std::uint8_t>(tick);
    for (std::size_t i = 0; i < 8; ++i) bytes.at(8 + i) = static_cast<std::uint8_t>(random >> (56 - 8 * i));
    bytes[8] = static_cast<std::uint8_t>(0x80U | (bytes[8] & 0x3fU));
    return uuidText(bytes.data());
}

std::optional<UuidBytes> parseUuid(std::string_view text) {
    if (text.size() != 36) return std::nullopt;
    UuidBytes bytes{};
    std::size_t index = 0;
    for (std::size_t i = 0; i < 36;) {
        if (isDash(i)) {
            if (text[i++] != '-') return std::nullopt;
            continue;
        }
        int const high = valueOf(text[i]);
        int const low = valueOf(text[i + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        bytes.at(index++) = static_cast<std::uint8_t>(high * 16 + low);
        i += 2;
    }
    return bytes;
}

std::string uuidText(const std::uint8_t *bytes) {
    std::string text(36, '-');
    for (std::size_t i = 0, at = 0; i < 16; ++i, at += 2) {
        if (isDash(at)) ++at;
        text[at] = digits[bytes[i] >> 4U];
        text[at + 1] = digits[bytes[i] & 15U];
    }
    return text;
}

}  // namespace kontor
