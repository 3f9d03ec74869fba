#pragma once

// Who is calling and what they may do. Built by identity, used by every service, the same under REST and SOAP.

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::auth {

/// Whose records an action reaches.
enum class Scope : std::uint8_t { none, own, team, all };

/// Rights on one entity, merged over the user's roles (the most permissive wins).
struct EntityRights {
    bool create = false;
    Scope read = Scope::none;
    Scope update = Scope::none;
    Scope remove = Scope::none;
};

enum class FieldRight : std::uint8_t { write, readOnly, hidden };

/// A user as of one moment, with everything that decides access. Immutable once built.
struct Principal {
    std::string userId;
    std::string userName;
    bool administrator = false;  ///< may do everything
    std::vector<std::string> teamIds;
    std::map<std::string, EntityRights, std::less<>> entities;  ///< by entity name ("Account")
    std::map<std::string, FieldRight, std::less<>> fields;      ///< by "Account.annualRevenue"; absent = write
    std::set<std::string, std::less<>> permissions;  ///< special ones: "export", "import", "massUpdate", "merge" …

    [[nodiscard]] EntityRights rightsOn(std::string_view entity) const;
    [[nodiscard]] FieldRight rightOn(std::string_view entity, std::string_view field) const;
    [[nodiscard]] bool may(std::string_view permission) const;
};

/// One call: the principal and how it came.
struct Caller {
    std::shared_ptr<const Principal> principal;
    std::string_view interface = "rest";  ///< "rest", "soap", "system": goes into the audit trail
    std::string requestId;
    std::string traceParent;
    std::string clientAddress;
    std::string sessionId;  ///< token identifier, for logout and revocation; empty for API keys
    std::string clientId;   ///< OAuth client or API key id; the scope of idempotency keys
};

/// What a request brought to prove who it is. Exactly one member of the group is set.
struct Credentials {
    std::string bearerToken;  ///< access token or API key (told apart by prefix)
    std::string userName;     ///< with password (HTTP Basic, WS-Security text) or digest
    std::string password;
    std::string digest, nonce, created;  ///< WS-Security UsernameToken digest, base64 and RFC 3339 as received
    std::string clientAddress;
    bool secure = false;
};

/// Answers who a set of credentials belongs to. identity implements it in the process; remote services ask over HTTP.
class Authenticator {
  public:
    virtual ~Authenticator() = default;
    struct Identified {
        std::shared_ptr<const Principal> principal;
        std::string sessionId;
        std::string clientId;
    };
    /// Throws Error(unauthenticated) for missing, wrong, expired or revoked credentials, Error(rateLimited) on lockout.
    virtual Identified authenticate(const Credentials &credentials) = 0;
};

}  // namespace kontor::auth
