#pragma once

// Users, teams, roles and keys; who is calling; sessions and OAuth 2. The operations, free of any transport.

#include "contract/identity.h"
#include "shared/auth/principal.h"
#include "shared/entity/operations.h"
#include "shared/postgres/migrate.h"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace kontor::identity {

[[nodiscard]] std::span<const postgres::Migration> migrations();

struct IdentityOptions {
    std::string publicUrl;                   ///< issuer of OAuth 2, serverUrl of login
    std::int64_t sessionSeconds = 7200;      ///< without use
    std::int64_t sessionEndSeconds = 43200;  ///< in any case
    std::int64_t accessTokenSeconds = 900;
    std::int64_t refreshTokenSeconds = 2'592'000;
    int lockoutAttempts = 10;
    std::int64_t lockoutSeconds = 900;
};

/// What a token endpoint answers (RFC 6749 section 5.1).
struct TokenAnswer {
    std::string accessToken;
    std::int64_t expiresInSeconds = 0;
    std::string refreshToken;  ///< empty for client credentials
    std::string scope;
};

/// An error of an OAuth endpoint: a code of RFC 6749 section 5.2 and a sentence.
struct OAuthError : std::exception {
    OAuthError(std::string errorCode, std::string sentence)
        : code(std::move(errorCode)), description(std::move(sentence)) {}
    [[nodiscard]] const char *what() const noexcept override { return description.c_str(); }
    std::string code;
    std::string description;
};

struct Introspection {
    bool active = false;
    std::string userId, clientId, scope;
    std::int64_t expiresAt = 0;  ///< seconds since 1970
};

/// A request to /oauth/authorize that was found to be in order.
struct AuthorizationRequest {
    std::string clientId, clientName, redirectUri, challenge, scope, state;
};

class IdentityService final : public auth::Authenticator {
  public:
    IdentityService(postgres::Pool &pool, IdentityOptions options);
    ~IdentityService() override;

    /// The records of the service behind REST and SOAP.
    [[nodiscard]] entity::Operations &operations();
    [[nodiscard]] const IdentityOptions &options() const;
    /// A key for signing cursors, the same in every process of the installation.
    [[nodiscard]] std::string cursorKey() const;

    /// Creates built-in roles and clients, and, when there is no user, the administrator `admin`. Returns the password
    /// when it created one: given, or made up when empty.
    std::optional<std::string> bootstrap(const std::string &administratorPassword);

    Identified authenticate(const auth::Credentials &credentials) override;
    /// A user's rights as of now; Error(unauthenticated) when the user is not active.
    std::shared_ptr<const auth::Principal> principal(const std::string &userId);

    LoginResult login(const std::string &userName, const std::string &password, const std::string &totp,
                      const std::string &clientAddress);
    void logout(const auth::Caller &caller);
    UserInfo userInfo(const auth::Caller &caller);
    void setPassword(const auth::Caller &caller, const SetPassword &input);
    TotpEnrolment enrolTotp(const auth::Caller &caller);
    void confirmTotp(const auth::Caller &caller, const std::string &code);
    void disableTotp(const auth::Caller &caller, const DisableTotp &input);

    // OAuth 2. All throw OAuthError.
    AuthorizationRequest checkAuthorization(const std::string &clientId, const std::string &redirectUri,
                                            const std::string &responseType, const std::string &challenge,
                                            const std::string &challengeMethod, const std::string &scope,
                                            const std::string &state);
    /// Signs the user in and gives an authorization code. Throws Error(unauthenticated) for wrong credentials.
    std::string authorize(const AuthorizationRequest &request, const std::string &userName, const std::string &password,
                          const std::string &totp, const std::string &clientAddress);
    TokenAnswer exchangeCode(const std::string &clientId, const std::string &code, const std::string &redirectUri,
                             const std::string &verifier);
    TokenAnswer refresh(const std::string &clientId, const std::string &refreshToken);
    TokenAnswer clientCredentials(const std::string &clientId, const std::string &secret, const std::string &scope);
    /// Succeeds whether or not there is such a token (RFC 7009).
    void revoke(const std::string &token);
    Introspection introspect(const std::string &token);
    /// Throws OAuthError(invalid_client) for a confidential client with a wrong secret.
    void checkClient(const std::string &clientId, const std::string &secret);

    struct Implementation;

  private:
    std::unique_ptr<Implementation> implementation_;
};

}  // namespace kontor::identity
