#include "shared/http/http.h"

#include <algorithm>
#include <limits>

namespace kontor::http {

std::string Body::readAll(std::size_t limit) {
    constexpr std::size_t step = 4096;
    limit = std::min(limit, std::numeric_limits<std::size_t>::max() - 1);
    std::string all;
    std::size_t used = 0;
    while (true) {
        // One byte more than the limit is asked for, to see whether there is one.
        if (used == all.size()) all.resize(std::min(limit + 1, std::max(step, used * 2)));
        auto const got = read(all.data() + used, all.size() - used);
        if (got == 0) break;
        used += got;
        if (used > limit) {
            throw Error(ErrorCode::tooLarge, "the body is larger than " + std::to_string(limit) + " bytes");
        }
    }
    all.resize(used);
    return all;
}

std::string_view Request::header(const std::string &name) const {
    if (headers == nullptr) return {};
    auto const found = headers->find(name);
    return found == headers->end() ? std::string_view() : std::string_view(found->second);
}

const std::string *Request::parameter(std::string_view name) const {
    const std::string *value = nullptr;
    for (auto const &[key, text] : query) {
        if (key != name) continue;
        if (value != nullptr) {
            Error error(ErrorCode::malformed, "the parameter is given twice");
            error.parameter = std::string(name);
            throw error;
        }
        value = &text;
    }
    return value;
}

}  // namespace kontor::http
