#pragma once

// Who sent a request that came through proxies.

#include <Poco/Net/MessageHeader.h>

#include <string>
#include <vector>

namespace kontor::http {

/// The address of the client: `peer`, or, when that is one of `proxies`, what X-Forwarded-For says of it. Entries are
/// believed from the right, as long as the one who added them is a proxy of ours: anybody can write the left ones.
[[nodiscard]] std::string clientBehind(const std::string &peer, const Poco::Net::MessageHeader &headers,
                                       const std::vector<std::string> &proxies);

}  // namespace kontor::http
