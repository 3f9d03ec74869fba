#include "shared/http/forwarded.h"

#include "shared/http/head.h"

#include <Poco/Net/IPAddress.h>

#include <algorithm>
#include <optional>
#include <string_view>

namespace kontor::http {

namespace {

/// "203.0.113.7", "203.0.113.7:4711", "[2001:db8::1]:4711", "2001:db8::1"; empty when it is no address.
std::optional<std::string> addressOf(std::string_view entry) {
    while (entry.starts_with(' ') || entry.starts_with('\t')) entry.remove_prefix(1);
    while (entry.ends_with(' ') || entry.ends_with('\t')) entry.remove_suffix(1);
    if (entry.starts_with('[')) {
        entry = entry.substr(1, entry.find(']') - 1);
    } else if (std::ranges::count(entry, ':') == 1) {
        entry = entry.substr(0, entry.find(':'));
    }
    Poco::Net::IPAddress address;
    if (entry.size() > 64 || !Poco::Net::IPAddress::tryParse(std::string(entry), address)) return std::nullopt;
    return address.toString();
}

}  // namespace

std::string clientBehind(const std::string &peer, const Poco::Net::MessageHeader &headers,
                         const std::vector<std::string> &proxies) {
    auto const isProxy = [&](const std::string &address) {
        return std::ranges::find(proxies, address) != proxies.end();
    };
    if (proxies.empty() || !isProxy(peer)) return peer;
    std::string chain;
    for (auto const &[name, value] : headers) {
        if (equalsIgnoringCase(name, "X-Forwarded-For")) chain += (chain.empty() ? "" : ",") + value;
    }
    std::string client = peer;
    while (!chain.empty() && isProxy(client)) {
        auto const comma = chain.rfind(',');
        auto const address = addressOf(std::string_view(chain).substr(comma == std::string::npos ? 0 : comma + 1));
        if (!address) return client;
        client = *address;
        chain.erase(comma == std::string::npos ? 0 : comma);
    }
    return client;
}

}  // namespace kontor::http
