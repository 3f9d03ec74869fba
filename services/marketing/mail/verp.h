#pragma once

// Sender addresses of the envelope that say which message comes back (VERP), and that nobody else can make:
// bounce+<26 letters and digits for the id><16 for its proof>@acme.example.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::marketing {

class VerpAddresses {
  public:
    /// `prefix` stands before the id, with the separator that the receiving server takes for one: "bounce+", "b-".
    /// The first secret makes addresses, all of them are believed: so that one can be replaced. Throws
    /// Error(validation) with VERP_PREFIX, VERP_SECRET (fewer than 16 bytes, or none) or ADDRESS_DOMAIN.
    VerpAddresses(std::string_view prefix, std::string_view domain, std::vector<std::string> secrets);

    /// The address for a message, whose id is a UUID. Throws Error(validation) when it is none.
    [[nodiscard]] std::string encode(std::string_view messageId) const;

    /// The id of the message, if the address was made here. Upper and lower case are the same, and forwarders may have
    /// put something before it ("SRS0=…=bounce+…", "prvs=…=bounce+…").
    [[nodiscard]] std::optional<std::string> decode(std::string_view address) const;

  private:
    std::string prefix_;
    std::string domain_;
    std::vector<std::string> secrets_;
};

}  // namespace kontor::marketing
