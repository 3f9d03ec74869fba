// Parameters and Rows: PostgreSQL's binary formats (src/backend/utils/adt, the …send and …recv functions).

#include "shared/contract/uuid.h"
#include "shared/postgres/postgres.h"

#include <libpq-fe.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace kontor::postgres {

namespace {

// PostgreSQL counts from 2000-01-01.
constexpr std::int64_t epochMicroseconds = 946'684'800'000'000;
constexpr std::int32_t epochDays = 10957;

template <typename T> std::array<char, sizeof(T)> bigEndian(T value) {
    auto const bits = static_cast<std::make_unsigned_t<T>>(value);
    std::array<char, sizeof(T)> bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        bytes.at(i) = static_cast<char>(static_cast<std::uint8_t>(bits >> (8 * (bytes.size() - 1 - i))));
    }
    return bytes;
}

template <typename T> void putBig(std::string &out, T value) {
    auto const bytes = bigEndian(value);
    out.append(bytes.data(), bytes.size());
}

template <typename T> T getBig(const char *bytes) {
    std::make_unsigned_t<T> value = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i) {
        value = static_cast<std::make_unsigned_t<T>>((static_cast<std::uint64_t>(value) << 8U) |
                                                     static_cast<std::uint8_t>(bytes[i]));
    }
    return static_cast<T>(value);
}

/// numeric: groups of four digits with a weight (numeric_send).
void putNumeric(std::string &out, const Decimal &value) {
    Decimal::Unscaled rest = value.unscaled() < 0 ? -value.unscaled() : value.unscaled();
    int const scale = value.scale();
    // To a whole number of groups behind the point.
    int const padding = (4 - scale % 4) % 4;
    std::array<std::int16_t, 24> groups{};
    int count = 0;
    // The first group behind padding holds fewer than four of our digits.
    int first = 4 - padding;
    while (rest > 0) {
        Decimal::Unscaled divisor = 1;
        int multiplier = 1;
        if (count == 0 && padding > 0) {
            for (int i = 0; i < first; ++i) divisor *= 10;
            for (int i = 0; i < padding; ++i) multiplier *= 10;
        } else {
            divisor = 10000;
        }
        groups.at(static_cast<std::size_t>(count++)) =
            static_cast<std::int16_t>(static_cast<int>(rest % divisor) * multiplier);
        rest /= divisor;
    }
    int const fractionGroups = (scale + padding) / 4;
    putBig<std::int16_t>(out, static_cast<std::int16_t>(count));
    putBig<std::int16_t>(out, static_cast<std::int16_t>(count - fractionGroups - 1));
    putBig<std::int16_t>(out, value.unscaled() < 0 ? 0x4000 : 0);
    putBig<std::int16_t>(out, static_cast<std::int16_t>(scale));
    for (int i = count - 1; i >= 0; --i) putBig<std::int16_t>(out, groups.at(static_cast<std::size_t>(i)));
}

Decimal getNumeric(std::string_view bytes) {
    constexpr int mostDigits = 38;
    int const count = getBig<std::int16_t>(bytes.data());
    int const weight = getBig<std::int16_t>(bytes.data() + 2);
    int const sign = static_cast<std::uint16_t>(getBig<std::int16_t>(bytes.data() + 4));
    int const shown = getBig<std::int16_t>(bytes.data() + 6);
    bool const finite = sign == 0 || sign == 0x4000;
    // Digits before the point; those behind it are cut to what still fits, with one more to round by.
    int const whole = weight < 0 ? 0 : (weight + 1) * 4;
    if (!finite || whole > mostDigits + 3) throw Error(ErrorCode::internal, "A number in the database is too large.");
    int const scale = std::min(shown, mostDigits);
    Decimal::Unscaled value = 0;
    int digits = 0;
    bool roundUp = false;
    // Digit by digit from the first before the point, or the first behind it.
    for (int i = -whole; i <= scale; ++i) {
        int const position = i + (weight + 1) * 4;  // counted from the first digit of the first group
        int const group = position < 0 ? -1 : position / 4;
        int digit = 0;
        if (group >= 0 && group < count) {
            constexpr std::array<int, 4> power{1000, 100, 10, 1};
            digit = getBig<std::int16_t>(bytes.data() + 8 + group * 2) /
                    power.at(static_cast<std::size_t>(position % 4)) % 10;
        }
        if (i == scale) {
            roundUp = scale < shown && digit >= 5;
            break;
        }
        value = value * 10 + digit;
        if (value != 0 && ++digits > mostDigits) {
            throw Error(ErrorCode::internal, "A number in the database is too large.");
        }
    }
    if (roundUp) ++value;
    return {sign != 0 ? -value : value, scale};
}

}  // namespace

// --- parameters ------------------------------------------------------------------------------------------------------

void Parameters::reserve(std::size_t count) {
    constexpr std::size_t usualSize = 16;
    entries_.reserve(entries_.size() + count);
    buffer_.reserve(buffer_.size() + count * usualSize);
}
Parameters &Parameters::begin(std::uint32_t oid) {
    putBig<std::int32_t>(buffer_, 0);  // until end() knows
    entries_.push_back({oid, buffer_.size(), 0});
    return *this;
}
Parameters &Parameters::end() {
    Entry &entry = entries_.back();
    entry.length = static_cast<int>(buffer_.size() - entry.offset);
    auto const length = bigEndian(entry.length);
    std::ranges::copy(length, buffer_.begin() + static_cast<std::ptrdiff_t>(entry.offset - length.size()));
    return *this;
}

Parameters &Parameters::null(std::uint32_t oid) {
    putBig<std::int32_t>(buffer_, -1);
    entries_.push_back({oid, 0, -1});
    return *this;
}
Parameters &Parameters::text(std::string_view value) {
    begin(type::text);
    buffer_ += value;
    return end();
}
Parameters &Parameters::text(const std::optional<std::string> &value) {
    return value ? text(std::string_view(*value)) : null(type::text);
}
Parameters &Parameters::bytes(std::string_view value) {
    begin(type::bytea);
    buffer_ += value;
    return end();
}
Parameters &Parameters::uuid(std::string_view value) {
    auto const id = parseUuid(value);
    if (!id) throw Error(ErrorCode::notFound, "There is no record with this id: ids are UUIDs.");
    begin(type::uuid);
    buffer_.append(reinterpret_cast<const char *>(id->data()), id->size());
    return end();
}
Parameters &Parameters::uuid(const std::optional<std::string> &value) {
    return value ? uuid(std::string_view(*value)) : null(type::uuid);
}
Parameters &Parameters::boolean(bool value) {
    begin(type::boolean);
    buffer_ += static_cast<char>(value ? 1 : 0);
    return end();
}
Parameters &Parameters::integer(std::int64_t value) {
    begin(type::bigint);
    putBig(buffer_, value);
    return end();
}
Parameters &Parameters::integer4(std::int32_t value) {
    begin(type::integer);
    putBig(buffer_, value);
    return end();
}
Parameters &Parameters::numeric(const Decimal &value) {
    begin(type::numeric);
    putNumeric(buffer_, value);
    return end();
}
Parameters &Parameters::timestamp(DateTime value) {
    begin(type::timestamptz);
    putBig<std::int64_t>(buffer_, value.microseconds - epochMicroseconds);
    return end();
}
Parameters &Parameters::date(Date value) {
    begin(type::date);
    putBig<std::int32_t>(buffer_, value.days - epochDays);
    return end();
}
Parameters &Parameters::json(std::string_view value) {
    begin(type::jsonb);
    buffer_ += '\1';  // version of jsonb's binary format
    buffer_ += value;
    return end();
}

void Parameters::arrayHead(std::uint32_t elementType, std::size_t count) {
    putBig<std::int32_t>(buffer_, count == 0 ? 0 : 1);  // dimensions
    putBig<std::int32_t>(buffer_, 0);                   // no NULLs
    putBig<std::int32_t>(buffer_, static_cast<std::int32_t>(elementType));
    if (count == 0) return;
    putBig<std::int32_t>(buffer_, static_cast<std::int32_t>(count));
    putBig<std::int32_t>(buffer_, 1);  // first index
}

Parameters &Parameters::textArray(std::span<const std::string> values) {
    begin(type::textArray);
    arrayHead(type::text, values.size());
    for (const std::string &value : values) {
        putBig<std::int32_t>(buffer_, static_cast<std::int32_t>(value.size()));
        buffer_ += value;
    }
    return end();
}
Parameters &Parameters::uuidArray(std::span<const std::string> values) {
    begin(type::uuidArray);
    arrayHead(type::uuid, values.size());
    for (const std::string &value : values) {
        auto const id = parseUuid(value);
        if (!id) throw Error(ErrorCode::notFound, "There is no record with this id: ids are UUIDs.");
        putBig<std::int32_t>(buffer_, 16);
        buffer_.append(reinterpret_cast<const char *>(id->data()), id->size());
    }
    return end();
}

// --- rows ------------------------------------------------------------------------------------------------------------

int Rows::size() const { return result_ ? PQntuples(result_.get()) : 0; }
int Rows::columns() const { return result_ ? PQnfields(result_.get()) : 0; }
std::int64_t Rows::affected() const { return result_ ? std::strtoll(PQcmdTuples(result_.get()), nullptr, 10) : 0; }
bool Rows::isNull(int row, int column) const { return PQgetisnull(result_.get(), row, column) == 1; }

std::string_view Rows::bytes(int row, int column) const {
    return {PQgetvalue(result_.get(), row, column), static_cast<std::size_t>(PQgetlength(result_.get(), row, column))};
}
std::string_view Rows::text(int row, int column) const { return bytes(row, column); }
std::string Rows::uuid(int row, int column) const {
    return uuidText(reinterpret_cast<const std::uint8_t *>(PQgetvalue(result_.get(), row, column)));
}
bool Rows::boolean(int row, int column) const { return *PQgetvalue(result_.get(), row, column) != 0; }
std::int64_t Rows::integer(int row, int column) const {
    std::string_view const value = bytes(row, column);
    switch (value.size()) {
    case 2:
        return getBig<std::int16_t>(value.data());
    case 4:
        return getBig<std::int32_t>(value.data());
    default:
        return getBig<std::int64_t>(value.data());
    }
}
Decimal Rows::numeric(int row, int column) const { return getNumeric(bytes(row, column)); }
DateTime Rows::timestamp(int row, int column) const {
    return {getBig<std::int64_t>(bytes(row, column).data()) + epochMicroseconds};
}
Date Rows::date(int row, int column) const { return {getBig<std::int32_t>(bytes(row, column).data()) + epochDays}; }
std::string_view Rows::json(int row, int column) const {
    std::string_view const value = bytes(row, column);
    return value.empty() ? value : value.substr(1);
}

namespace {

/// Calls `use` with the bytes of each element of a one-dimensional array.
template <typename Use> void forEachElement(std::string_view array, Use &&use) {
    if (array.size() < 20) return;
    int const count = getBig<std::int32_t>(array.data() + 12);
    const char *at = array.data() + 20;
    for (int i = 0; i < count; ++i) {
        int const length = getBig<std::int32_t>(at);
        at += 4;
        if (length < 0) continue;
        use(std::string_view(at, static_cast<std::size_t>(length)));
        at += length;
    }
}

}  // namespace

std::vector<std::string> Rows::textArray(int row, int column) const {
    std::vector<std::string> values;
    forEachElement(bytes(row, column), [&](std::string_view value) { values.emplace_back(value); });
    return values;
}
std::vector<std::string> Rows::uuidArray(int row, int column) const {
    std::vector<std::string> values;
    forEachElement(bytes(row, column), [&](std::string_view value) {
        values.push_back(uuidText(reinterpret_cast<const std::uint8_t *>(value.data())));
    });
    return values;
}

}  // namespace kontor::postgres
