#include "services/identity/identity_service.h"

#include "services/identity/secrets.h"

#include "shared/contract/uuid.h"
#include "shared/fiber/loop.h"

#include <boost/json.hpp>

#include <algorithm>
#include <ctime>
#include <mutex>
#include <set>
#include <unordered_map>

namespace kontor::identity {

using auth::Principal;
using auth::Scope;
using entity::Behaviour;
using entity::WriteContext;
using postgres::Parameters;
using postgres::Rows;
using postgres::Statement;

namespace {

/// How long this process goes on believing what it has read of a user or a token; within the process changes count at
/// once.
constexpr std::int64_t believeSeconds = 5;
constexpr std::size_t maximumCached = 20000;
constexpr std::int64_t digestWindowSeconds = 300;

const Statement selectUser{
    "selectPrincipal",
    "SELECT u.id, u.user_name, coalesce(u.is_administrator, false), coalesce(u.status, 'active'), u.team_ids, "
    "u.role_ids,"
    " u.default_team_id, coalesce(s.password_expired, false), u.display_name, u.email, u.locale, u.timezone"
    " FROM app_user u LEFT JOIN user_secret s ON s.user_id = u.id WHERE u.id = $1 AND u.deleted_at IS NULL"};
const Statement selectRights{
    "selectRights", "SELECT r.permissions, r.entity_rights, r.field_rights FROM role r WHERE r.deleted_at IS NULL AND"
                    " (r.is_baseline OR r.id = ANY($1) OR r.id IN (SELECT unnest(t.role_ids) FROM team t WHERE t.id ="
                    " ANY($2) AND t.deleted_at IS NULL))"};
const Statement selectSecret{
    "selectUserSecret",
    "SELECT u.id, s.password_hash, coalesce(u.status, 'active'), s.failed_attempts, s.locked_until, s.totp_secret,"
    " s.totp_confirmed, s.totp_last_step, s.password_expired FROM app_user u JOIN user_secret s ON s.user_id = u.id"
    " WHERE u.user_name = $1 AND u.deleted_at IS NULL"};
const Statement selectSecretById{"selectUserSecretById",
                                 "SELECT password_hash, totp_secret, totp_confirmed, totp_last_step FROM user_secret"
                                 " WHERE user_id = $1"};
const Statement countFailure{
    "countSignInFailure",
    "UPDATE user_secret SET failed_attempts = failed_attempts + 1, locked_until = CASE WHEN failed_attempts + 1 >= $2"
    " THEN now() + make_interval(secs => $3) ELSE locked_until END WHERE user_id = $1"};
const Statement countSuccess{
    "countSignInSuccess",
    "WITH s AS (UPDATE user_secret SET failed_attempts = 0, locked_until = NULL WHERE user_id = $1)"
    " UPDATE app_user SET last_access_at = now() WHERE id = $1"};
const Statement auditSignIn{"auditSignIn",
                            "INSERT INTO sign_in_audit (user_name, user_id, success, method, client_address, reason)"
                            " VALUES ($1, $2, $3, $4, $5, $6)"};
const Statement storeTotpStep{"storeTotpStep", "UPDATE user_secret SET totp_last_step = $2 WHERE user_id = $1"
                                               " AND totp_last_step < $2"};
const Statement storePassword{
    "storePassword", "INSERT INTO user_secret (user_id, password_hash) VALUES ($1, $2) ON CONFLICT (user_id) DO UPDATE"
                     " SET password_hash = excluded.password_hash, password_expired = false, failed_attempts = 0,"
                     " locked_until = NULL"};
const Statement storeTotp{"storeTotp", "UPDATE user_secret SET totp_secret = $2, totp_confirmed = false,"
                                       " totp_last_step = 0 WHERE user_id = $1"};
const Statement confirmTotpStatement{"confirmTotp", "WITH u AS (UPDATE app_user SET totp_enabled = true WHERE id = $1)"
                                                    " UPDATE user_secret SET totp_confirmed = true, totp_last_step = $2"
                                                    " WHERE user_id = $1"};
const Statement dropTotp{"dropTotp",
                         "WITH u AS (UPDATE app_user SET totp_enabled = false WHERE id = $1)"
                         " UPDATE user_secret SET totp_secret = NULL, totp_confirmed = false WHERE user_id ="
                         " $1"};
const Statement insertToken{
    "insertToken", "INSERT INTO token (id, kind, family, secret_hash, user_id, client_id, scope, expires_at, ends_at,"
                   " client_address) VALUES ($1, $2, $3, $4, $5, $6, $7, now() + make_interval(secs => $8), now() +"
                   " make_interval(secs => $9), $10)"};
const Statement touchSession{
    "touchSession",
    "UPDATE token SET expires_at = least(now() + make_interval(secs => $2), ends_at) WHERE secret_hash ="
    " $1 AND kind = 'session' AND expires_at > now() RETURNING id, user_id, client_id"};
const Statement selectApiKey{"selectApiKey",
                             "UPDATE api_key SET last_used_at = now() WHERE key_hash = $1 AND deleted_at IS NULL AND"
                             " (expires_at IS NULL OR expires_at > now()) RETURNING id, user_id"};
const Statement selectDigestKeys{
    "selectDigestKeys", "SELECT k.id, k.user_id, k.key_sealed FROM api_key k JOIN app_user u ON u.id = k.user_id WHERE"
                        " u.user_name = $1 AND u.deleted_at IS NULL AND k.deleted_at IS NULL AND k.allow_digest AND"
                        " k.key_sealed IS NOT NULL AND (k.expires_at IS NULL OR k.expires_at > now())"};
const Statement storeApiKey{"storeApiKey", "UPDATE api_key SET key_hash = $2, key_sealed = $3 WHERE id = $1"};
const Statement storeClientSecret{"storeClientSecret", "UPDATE oauth_client SET secret_hash = $2 WHERE id = $1"};
const Statement useNonce{"useNonce", "WITH old AS (DELETE FROM login_nonce WHERE expires_at < now())"
                                     " INSERT INTO login_nonce (user_id, nonce, expires_at) VALUES ($1, $2, now() +"
                                     " interval '10 minutes') ON CONFLICT DO NOTHING RETURNING 1"};
const Statement isRevoked{"isRevoked", "SELECT EXISTS (SELECT FROM revoked_token WHERE id = $1)"};
const Statement revokeAccess{
    "revokeAccess", "WITH old AS (DELETE FROM revoked_token WHERE expires_at < now()) INSERT INTO revoked_token"
                    " (id, expires_at) VALUES ($1, $2) ON CONFLICT DO NOTHING"};
const Statement endFamily{"endFamily", "DELETE FROM token WHERE family = $1"};
const Statement endTokensOf{"endTokensOfUser", "DELETE FROM token WHERE user_id = $1"};
const Statement endToken{"endToken", "DELETE FROM token WHERE secret_hash = $1"};
const Statement endTokenById{"endTokenById", "DELETE FROM token WHERE id = $1"};
const Statement selectRefresh{"selectRefresh",
                              "SELECT id, family, user_id, client_id, scope, used_at IS NOT NULL, expires_at > now()"
                              " FROM token WHERE secret_hash = $1 AND kind = 'refresh' FOR UPDATE"};
const Statement useRefresh{"useRefresh", "UPDATE token SET used_at = now() WHERE id = $1"};
const Statement selectAnyToken{"selectAnyToken", "SELECT kind, family, user_id, client_id, scope, expires_at FROM token"
                                                 " WHERE secret_hash = $1 AND expires_at > now() AND used_at IS NULL"};
const Statement selectClient{"selectOAuthClient",
                             "SELECT name, coalesce(is_public, false), redirect_uris, grant_types, scopes, user_id,"
                             " secret_hash FROM oauth_client WHERE client_id = $1 AND deleted_at IS NULL"};
const Statement insertCode{
    "insertAuthorizationCode",
    "INSERT INTO authorization_code (code_hash, client_id, user_id, redirect_uri, challenge,"
    " scope, family, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, now() + interval '1 minute')"};
const Statement useCode{"useAuthorizationCode",
                        "UPDATE authorization_code SET used = true WHERE code_hash = $1 RETURNING client_id, user_id,"
                        " redirect_uri, challenge, scope, family, expires_at > now()"};
const Statement wasUsed{"wasCodeUsed", "SELECT used, family FROM authorization_code WHERE code_hash = $1"};
const Statement insertServiceKey{"insertServiceKey", "INSERT INTO service_key (name, secret) VALUES ($1, $2)"
                                                     " ON CONFLICT DO NOTHING"};
const Statement selectServiceKey{"selectServiceKey", "SELECT secret FROM service_key WHERE name = $1"};
const Statement countUsers{"countUsers", "SELECT count(*) FROM app_user"};
const Statement countOtherAdministrators{
    "countOtherAdministrators", "SELECT count(*) FROM app_user WHERE is_administrator AND coalesce(status, 'active') ="
                                " 'active' AND deleted_at IS NULL AND id <> $1"};
const Statement insertRole{"insertBuiltInRole",
                           "INSERT INTO role (id, name, description, is_baseline, permissions, entity_rights)"
                           " SELECT $1, $2, $3, $4, $5, $6 WHERE NOT EXISTS (SELECT FROM role WHERE name = $2)"};
const Statement insertClient{"insertBuiltInClient",
                             "INSERT INTO oauth_client (id, name, client_id, is_public, redirect_uris, grant_types,"
                             " scopes) SELECT $1, $2, $3, true, $4, $5, $6 WHERE NOT EXISTS (SELECT FROM oauth_client"
                             " WHERE client_id = $3)"};

std::int64_t unixSeconds() { return static_cast<std::int64_t>(std::time(nullptr)); }

Error wrongCredentials() { return {ErrorCode::unauthenticated, "The credentials are not valid."}; }

Scope scopeOf(const std::optional<std::string> &text) {
    if (text == "all") return Scope::all;
    if (text == "team") return Scope::team;
    if (text == "own") return Scope::own;
    return Scope::none;
}
std::string scopeText(Scope scope) {
    switch (scope) {
    case Scope::all:
        return "all";
    case Scope::team:
        return "team";
    case Scope::own:
        return "own";
    case Scope::none:
        break;
    }
    return "none";
}
Scope scopeMember(const boost::json::object &object, std::string_view name) {
    const auto *const member = object.if_contains(name);
    if (member == nullptr || !member->is_string()) return Scope::none;
    return scopeOf(std::string(member->get_string()));
}

/// One role's say: which entities it lets its users read, and which fields it restricts.
struct RoleRights {
    std::set<std::string, std::less<>> readable;
    std::map<std::string, auth::FieldRight, std::less<>> fields;
};

/// Adds a role's rights on entities, the most permissive of each.
RoleRights addRole(Principal &principal, std::string_view entityRights, std::string_view fieldRights) {
    RoleRights role;
    boost::json::value const entities = boost::json::parse(entityRights);
    for (const auto &value : entities.as_array()) {
        const auto &right = value.as_object();
        std::string const entity(right.at("entity").as_string());
        auto &merged = principal.entities[entity];
        const auto *const create = right.if_contains("create");
        merged.create = merged.create || (create != nullptr && create->is_bool() && create->get_bool());
        merged.read = std::max(merged.read, scopeMember(right, "read"));
        merged.update = std::max(merged.update, scopeMember(right, "update"));
        merged.remove = std::max(merged.remove, scopeMember(right, "remove"));
        if (scopeMember(right, "read") != Scope::none) role.readable.insert(entity);
    }
    boost::json::value const restrictions = boost::json::parse(fieldRights);
    for (const auto &value : restrictions.as_array()) {
        const auto &right = value.as_object();
        std::string const name =
            std::string(right.at("entity").as_string()) + '.' + std::string(right.at("field").as_string());
        auto const &kind = right.at("right").as_string();
        role.fields[name] = kind == "hidden"     ? auth::FieldRight::hidden
                            : kind == "readOnly" ? auth::FieldRight::readOnly
                                                 : auth::FieldRight::write;
    }
    return role;
}

/// A field is restricted when every role that lets the user read its entity restricts it; the mildest counts.
std::map<std::string, auth::FieldRight, std::less<>> mergeFieldRights(const std::vector<RoleRights> &roles) {
    std::map<std::string, auth::FieldRight, std::less<>> merged;
    for (const RoleRights &role : roles) {
        for (const auto &[name, right] : role.fields) merged.emplace(name, right);
    }
    for (auto &[name, right] : merged) {
        std::string const entity = name.substr(0, name.find('.'));
        for (const RoleRights &role : roles) {
            if (!role.readable.contains(entity) && !role.readable.contains("*")) continue;
            auto const own = role.fields.find(name);
            right = std::min(right, own == role.fields.end() ? auth::FieldRight::write : own->second);
        }
    }
    std::erase_if(merged, [](const auto &entry) { return entry.second == auth::FieldRight::write; });
    return merged;
}

constexpr std::string_view accessPrefix = "kontor_at_";
constexpr std::string_view refreshPrefix = "kontor_rt_";
constexpr std::string_view sessionPrefix = "kontor_ss_";
constexpr std::string_view keyPrefix = "kontor_key_";

/// What an access token says; its signature is checked before this is believed.
struct AccessToken {
    std::string id, userId, clientId, family, scope;
    std::int64_t expiresAt = 0;
};

}  // namespace

struct IdentityService::Implementation {
    Implementation(postgres::Pool &servicePool, IdentityOptions given)
        : pool(servicePool), options(std::move(given)), signingKey(serviceKey("signing")),
          sealingKey(serviceKey("sealing")), cursorKey(serviceKey("cursor")),
          operations(serviceContract(), servicePool, behaviours(), cursorKey) {}

    struct Known {
        Identified identified;
        std::int64_t believeUntil = 0;
        std::int64_t expiresAt = 0;
    };

    postgres::Pool &pool;
    IdentityOptions options;
    std::string signingKey;
    std::string sealingKey;
    std::string cursorKey;
    std::mutex mutex;                              // guards the caches, never held while waiting
    std::unordered_map<std::string, Known> known;  // by token, or by what stands for a password that was right
    std::unordered_map<std::string, std::pair<std::shared_ptr<const Principal>, std::int64_t>> principals;
    entity::Operations operations;

    /// A key that all processes share: the first to need it makes it.
    std::string serviceKey(const std::string &name) {
        pool.run(insertServiceKey, Parameters().text(name).bytes(randomBytes(32)));
        return std::string(pool.run(selectServiceKey, Parameters().text(name)).bytes(0, 0));
    }

    void forgetAll() {
        std::lock_guard const lock(mutex);
        known.clear();
        principals.clear();
    }

    // --- principals --------------------------------------------------------------------------------------------------

    std::shared_ptr<const Principal> principalOf(const std::string &userId) {
        std::int64_t const now = unixSeconds();
        {
            std::lock_guard const lock(mutex);
            auto const found = principals.find(userId);
            if (found != principals.end() && found->second.second > now) return found->second.first;
        }
        Rows const user = pool.run(selectUser, Parameters().uuid(userId));
        if (user.empty() || user.text(0, 3) != "active") throw wrongCredentials();
        auto principal = std::make_shared<Principal>();
        principal->userId = user.uuid(0, 0);
        principal->userName = user.text(0, 1);
        principal->teamIds = user.uuidArray(0, 4);
        bool const passwordExpired = user.boolean(0, 7);
        principal->administrator = user.boolean(0, 2) && !passwordExpired;
        if (!user.isNull(0, 6)) {
            // New records go to the default team: it comes first.
            std::string const standard = user.uuid(0, 6);
            std::erase(principal->teamIds, standard);
            principal->teamIds.insert(principal->teamIds.begin(), standard);
        }
        if (!passwordExpired) {
            Rows const rights =
                pool.run(selectRights, Parameters().uuidArray(user.uuidArray(0, 5)).uuidArray(principal->teamIds));
            std::vector<RoleRights> roles;
            for (int row = 0; row < rights.size(); ++row) {
                for (std::string &permission : rights.textArray(row, 0)) principal->permissions.insert(permission);
                roles.push_back(addRole(*principal, rights.json(row, 1), rights.json(row, 2)));
            }
            principal->fields = mergeFieldRights(roles);
        }
        std::lock_guard const lock(mutex);
        if (principals.size() > maximumCached) principals.clear();
        principals[userId] = {principal, now + believeSeconds};
        return principal;
    }

    // --- credentials -------------------------------------------------------------------------------------------------

    std::optional<Identified> remembered(const std::string &token) {
        std::int64_t const now = unixSeconds();
        std::lock_guard const lock(mutex);
        auto const found = known.find(token);
        if (found == known.end() || found->second.believeUntil <= now || found->second.expiresAt <= now) {
            return std::nullopt;
        }
        return found->second.identified;
    }

    Identified remember(const std::string &token, Identified identified, std::int64_t expiresAt,
                        std::int64_t seconds = believeSeconds) {
        std::lock_guard const lock(mutex);
        if (known.size() > maximumCached) known.clear();
        known[token] = {identified, unixSeconds() + seconds, expiresAt};
        return identified;
    }

    Identified fromToken(const std::string &token) {
        if (auto cached = remembered(token)) return *cached;
        constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();
        if (token.starts_with(accessPrefix)) {
            AccessToken const access = openAccessToken(token);
            if (pool.run(isRevoked, Parameters().uuid(access.id)).boolean(0, 0) ||
                pool.run(isRevoked, Parameters().uuid(access.family)).boolean(0, 0)) {
                throw wrongCredentials();
            }
            return remember(token, {principalOf(access.userId), access.id, access.clientId}, access.expiresAt);
        }
        if (token.starts_with(sessionPrefix)) {
            Rows const rows = pool.run(touchSession, Parameters().bytes(sha256(token)).integer(options.sessionSeconds));
            if (rows.empty()) throw wrongCredentials();
            std::string const id = rows.uuid(0, 0);
            return remember(token, {principalOf(rows.uuid(0, 1)), id, std::string(rows.text(0, 2))}, never);
        }
        if (token.starts_with(keyPrefix)) {
            Rows const rows = pool.run(selectApiKey, Parameters().bytes(sha256(token)));
            if (rows.empty()) throw wrongCredentials();
            return remember(token, {principalOf(rows.uuid(0, 1)), {}, rows.uuid(0, 0)}, never);
        }
        throw wrongCredentials();
    }

    std::string makeAccessToken(const std::string &userId, const std::string &clientId, const std::string &family,
                                const std::string &scope) const {
        std::string const payload = newId() + '|' + userId + '|' + clientId + '|' + family + '|' +
                                    std::to_string(unixSeconds() + options.accessTokenSeconds) + '|' + scope;
        std::string const body = base64Url(payload);
        return std::string(accessPrefix) + body + '.' + base64Url(hmacSha256(signingKey, body));
    }

    [[nodiscard]] AccessToken openAccessToken(std::string_view token) const {
        token.remove_prefix(accessPrefix.size());
        auto const dot = token.find('.');
        if (dot == std::string_view::npos) throw wrongCredentials();
        std::string_view const body = token.substr(0, dot);
        if (!equalSecrets(base64Url(hmacSha256(signingKey, body)), token.substr(dot + 1))) throw wrongCredentials();
        std::string const payload = fromBase64Url(body).value_or("");
        std::vector<std::string> parts;
        std::size_t start = 0;
        for (int i = 0; i < 5; ++i) {
            std::size_t const bar = payload.find('|', start);
            if (bar == std::string::npos) throw wrongCredentials();
            parts.push_back(payload.substr(start, bar - start));
            start = bar + 1;
        }
        AccessToken access{parts[0], parts[1], parts[2], parts[3], payload.substr(start), std::stoll(parts[4])};
        if (access.expiresAt <= unixSeconds()) {
            throw Error(ErrorCode::unauthenticated, "The access token has expired.");
        }
        return access;
    }

    struct SignedIn {
        std::string userId;
        bool passwordExpired = false;
    };

    /// Checks a password, and the one-time password of those who have one. Says the same of a wrong name and a wrong
    /// password, and takes the same time for both.
    SignedIn signIn(const std::string &givenName, const std::string &password, const std::string &totp,
                    const std::string &clientAddress, std::string_view method) {
        std::string userName = givenName;
        std::ranges::transform(userName, userName.begin(),
                               [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        Rows const rows = pool.run(selectSecret, Parameters().text(userName));
        std::optional<std::string> userId;
        auto const audit = [&](bool success, std::string_view reason) {
            pool.run(auditSignIn, Parameters()
                                      .text(userName)
                                      .uuid(userId)
                                      .boolean(success)
                                      .text(method)
                                      .text(clientAddress)
                                      .text(reason));
        };
        // Of "none": something to compare with when there is no such user.
        static const std::string nobody = hashPassword("none");
        bool const exists = !rows.empty() && !rows.isNull(0, 1);
        if (!rows.empty()) userId = rows.uuid(0, 0);
        if (exists && !rows.isNull(0, 4) && rows.timestamp(0, 4) > DateTime::now()) {
            audit(false, "locked");
            Error locked(ErrorCode::rateLimited, "Too many wrong attempts; try again later.");
            locked.retryAfterSeconds =
                static_cast<int>((rows.timestamp(0, 4).microseconds - DateTime::now().microseconds) / 1'000'000 + 1);
            throw locked;
        }
        std::string const hash = exists ? std::string(rows.text(0, 1)) : nobody;
        bool right = false;
        fiber::offload([&] { right = verifyPassword(password, hash); });
        right = right && exists && rows.text(0, 2) == "active";
        std::string reason = right ? "" : exists ? "wrong password or inactive" : "unknown user";
        if (right && rows.boolean(0, 6)) {
            auto const step = verifyTotp(rows.bytes(0, 5), totp, unixSeconds(), rows.integer(0, 7));
            // The step is taken in one statement: a code that two requests bring at once is good for one of them.
            right = step && pool.run(storeTotpStep, Parameters().uuid(userId).integer(*step)).affected() == 1;
            if (!right) reason = "wrong one-time password";
        }
        if (!right) {
            if (userId) {
                pool.run(countFailure,
                         Parameters().uuid(userId).integer4(options.lockoutAttempts).integer(options.lockoutSeconds));
            }
            audit(false, reason);
            throw wrongCredentials();
        }
        pool.run(countSuccess, Parameters().uuid(userId));
        audit(true, "");
        return {*userId, rows.boolean(0, 8)};
    }

    Identified fromPassword(const auth::Credentials &credentials) {
        if (!credentials.secure) {
            throw Error(ErrorCode::unauthenticated, "A password is taken over TLS only.");
        }
        // Each request of such a client brings the password; a right one is remembered for a minute.
        std::string const key =
            "password " + hmacSha256(signingKey, credentials.userName + '\n' + credentials.password);
        if (auto cached = remembered(key)) return *cached;
        SignedIn const user =
            signIn(credentials.userName, credentials.password, "", credentials.clientAddress, "password");
        return remember(key, {principalOf(user.userId), {}, {}}, std::numeric_limits<std::int64_t>::max(), 60);
    }

    Identified fromDigest(const auth::Credentials &credentials) {
        auto const created = DateTime::parse(credentials.created);
        auto const nonce = fromBase64(credentials.nonce);
        std::int64_t const now = DateTime::now().microseconds;
        if (!created || !nonce || nonce->size() < 8 || nonce->size() > 64) throw wrongCredentials();
        if (std::abs(now - created->microseconds) > digestWindowSeconds * 1'000'000) {
            throw Error(ErrorCode::unauthenticated, "The message is too old, or from the future.");
        }
        Rows const keys = pool.run(selectDigestKeys, Parameters().text(credentials.userName));
        for (int row = 0; row < keys.size(); ++row) {
            auto const secret = unseal(sealingKey, keys.bytes(row, 2));
            if (!secret) continue;
            if (!equalSecrets(passwordDigest(*nonce, credentials.created, *secret), credentials.digest)) continue;
            std::string const userId = keys.uuid(row, 1);
            if (pool.run(useNonce, Parameters().uuid(userId).text(credentials.nonce)).empty()) throw wrongCredentials();
            return {principalOf(userId), {}, keys.uuid(row, 0)};
        }
        throw wrongCredentials();
    }

    std::string newToken(std::string_view kind, std::string_view prefix, const std::string &family,
                         const std::string &userId, const std::string &clientId, const std::string &scope,
                         std::int64_t seconds, std::int64_t endSeconds, const std::string &clientAddress) {
        std::string token = std::string(prefix) + base64Url(randomBytes(32));
        pool.run(insertToken, Parameters()
                                  .uuid(newId())
                                  .text(kind)
                                  .uuid(family)
                                  .bytes(sha256(token))
                                  .uuid(userId)
                                  .text(clientId)
                                  .text(scope)
                                  .integer(seconds)
                                  .integer(endSeconds)
                                  .text(clientAddress));
        return token;
    }

    TokenAnswer tokens(const std::string &userId, const std::string &clientId, const std::string &family,
                       const std::string &scope) {
        TokenAnswer answer;
        answer.accessToken = makeAccessToken(userId, clientId, family, scope);
        answer.expiresInSeconds = options.accessTokenSeconds;
        answer.scope = scope;
        answer.refreshToken = newToken("refresh", refreshPrefix, family, userId, clientId, scope,
                                       options.refreshTokenSeconds, options.refreshTokenSeconds, "");
        return answer;
    }

    /// Ends every token of a sign-in: refresh tokens by their rows, access tokens by the family's id.
    void revokeFamily(const std::string &family) {
        pool.run(endFamily, Parameters().uuid(family));
        DateTime expiry = DateTime::now();
        expiry.microseconds += options.accessTokenSeconds * 1'000'000;
        pool.run(revokeAccess, Parameters().uuid(family).timestamp(expiry));
        forgetAll();
    }

    // --- what is particular to the records ---------------------------------------------------------------------------

    std::map<std::string, Behaviour> behaviours();
    void beforeUser(WriteContext &context, User &incoming, const User *existing);
};

void IdentityService::Implementation::beforeUser(WriteContext &context, User &incoming, const User *existing) {
    if (incoming.userName) {
        std::ranges::transform(*incoming.userName, incoming.userName->begin(),
                               [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    }
    if (existing == nullptr) {
        if (!incoming.id) incoming.id = newId();
        incoming.ownerId = incoming.id;  // so that the scope «own» is the user's own entry
        if (!incoming.type) incoming.type = "regular";
        if (!incoming.status) incoming.status = "active";
        if (!incoming.isAdministrator) incoming.isAdministrator = false;
    } else if (incoming.password) {
        throw Error(ErrorCode::validation, "A password is changed by setPassword.",
                    {{"/password", "NOT_WRITABLE", "is set on creation, later by setPassword"}});
    }
    if (!context.caller.principal->administrator &&
        (incoming.isAdministrator.value_or(false) || !incoming.roleIds.empty() || !incoming.teamIds.empty())) {
        throw Error(ErrorCode::forbidden, "Only an administrator gives rights.");
    }
    bool const losesAdministrator =
        existing != nullptr && existing->isAdministrator.value_or(false) &&
        ((incoming.isAdministrator && !*incoming.isAdministrator) || incoming.status == "inactive");
    if (losesAdministrator &&
        context.transaction.run(countOtherAdministrators, Parameters().uuid(existing->id)).integer(0, 0) == 0) {
        throw Error(ErrorCode::conflict, "This is the last administrator.");
    }
    if (incoming.password && incoming.password->size() < 8) {
        throw Error(ErrorCode::validation, "The password is too short.",
                    {{"/password", "TOO_SHORT", "must have at least 8 characters"}});
    }
}

std::map<std::string, Behaviour> IdentityService::Implementation::behaviours() {
    std::map<std::string, Behaviour> all;
    auto const forget = [this](const Record &) { forgetAll(); };

    Behaviour &user = all["User"];
    user.beforeWrite = [this](WriteContext &context, Record &incoming, const Record *existing) {
        beforeUser(context, static_cast<User &>(incoming), static_cast<const User *>(existing));
    };
    user.beforeDelete = [](WriteContext &context, const Record &existing) {
        if (!static_cast<const User &>(existing).isAdministrator.value_or(false)) return;
        if (context.transaction.run(countOtherAdministrators, Parameters().uuid(existing.id)).integer(0, 0) == 0) {
            throw Error(ErrorCode::conflict, "This is the last administrator.");
        }
    };
    user.addStatements = [](WriteContext &context, const Record &record, const Record *existing) {
        const auto &stored = static_cast<const User &>(record);
        if (existing == nullptr) {
            std::string hash;
            if (stored.password) fiber::offload([&] { hash = hashPassword(*stored.password); });
            std::optional<std::string> const kept = hash.empty() ? std::nullopt : std::optional(hash);
            context.batch->add(storePassword, Parameters().uuid(stored.id).text(kept));
        } else if (stored.status == "inactive" || stored.deletedAt) {
            context.batch->add(endTokensOf, Parameters().uuid(stored.id));
        }
    };
    user.afterCommit = forget;
    all["Team"].afterCommit = forget;
    all["Role"].afterCommit = forget;

    Behaviour &key = all["ApiKey"];
    key.beforeWrite = [](WriteContext &context, Record &incoming, const Record *existing) {
        auto &given = static_cast<ApiKey &>(incoming);
        if (existing != nullptr) return;
        if (!given.userId) given.userId = context.caller.principal->userId;
        if (given.userId != context.caller.principal->userId && !context.caller.principal->administrator) {
            throw Error(ErrorCode::forbidden, "Only an administrator makes keys for others.");
        }
        given.ownerId = given.userId;
        given.key = std::string(keyPrefix) + base64Url(randomBytes(32));
        given.prefix = given.key->substr(0, keyPrefix.size() + 6);
    };
    key.addStatements = [this](WriteContext &context, const Record &record, const Record *existing) {
        const auto &stored = static_cast<const ApiKey &>(record);
        if (existing != nullptr) return;
        Parameters parameters;
        parameters.uuid(stored.id).bytes(sha256(*stored.key));
        if (stored.allowDigest.value_or(false)) {
            parameters.bytes(seal(sealingKey, *stored.key));
        } else {
            parameters.null(postgres::type::bytea);
        }
        context.batch->add(storeApiKey, std::move(parameters));
    };
    key.afterCommit = forget;

    Behaviour &client = all["OAuthClient"];
    client.beforeWrite = [](WriteContext &, Record &incoming, const Record *existing) {
        auto &given = static_cast<OAuthClient &>(incoming);
        if (existing != nullptr) return;
        if (!given.clientId) given.clientId = "client-" + base64Url(randomBytes(9));
        if (!given.isPublic.value_or(false)) given.secret = base64Url(randomBytes(32));
    };
    client.addStatements = [](WriteContext &context, const Record &record, const Record *existing) {
        const auto &stored = static_cast<const OAuthClient &>(record);
        if (existing != nullptr || !stored.secret) return;
        context.batch->add(storeClientSecret, Parameters().uuid(stored.id).bytes(sha256(*stored.secret)));
    };
    return all;
}

IdentityService::IdentityService(postgres::Pool &pool, IdentityOptions options)
    : implementation_(std::make_unique<Implementation>(pool, std::move(options))) {}
IdentityService::~IdentityService() = default;

entity::Operations &IdentityService::operations() { return implementation_->operations; }
const IdentityOptions &IdentityService::options() const { return implementation_->options; }
std::string IdentityService::cursorKey() const { return implementation_->cursorKey; }

namespace {

struct BuiltInRole {
    const char *name;
    const char *description;
    bool baseline;
    std::vector<std::string> permissions;
    const char *rights;
};

std::vector<BuiltInRole> builtInRoles() {
    return {
        {"Everyone",
         "What every user has: seeing users, teams and roles, and the own keys and views.",
         true,
         {},
         R"([{"entity":"User","create":false,"read":"all","update":"none","remove":"none"},
             {"entity":"Team","create":false,"read":"all","update":"none","remove":"none"},
             {"entity":"Role","create":false,"read":"all","update":"none","remove":"none"},
             {"entity":"ApiKey","create":true,"read":"own","update":"own","remove":"own"},
             {"entity":"SavedView","create":true,"read":"own","update":"own","remove":"own"},
             {"entity":"CustomFieldDefinition","create":false,"read":"all","update":"none","remove":"none"},
             {"entity":"LeadStatus","create":false,"read":"all","update":"none","remove":"none"},
             {"entity":"LeadQueue","create":false,"read":"all","update":"none","remove":"none"},
             {"entity":"ScoringRule","create":false,"read":"all","update":"none","remove":"none"},
             {"entity":"AssignmentRule","create":false,"read":"all","update":"none","remove":"none"},
             {"entity":"SalesPerson","create":false,"read":"all","update":"none","remove":"none"},
             {"entity":"CaptureForm","create":false,"read":"all","update":"none","remove":"none"},
             {"entity":"ConversionField","create":false,"read":"all","update":"none","remove":"none"},
             {"entity":"Pipeline","create":false,"read":"all","update":"none","remove":"none"},
             {"entity":"Stage","create":false,"read":"all","update":"none","remove":"none"},
             {"entity":"LostReason","create":false,"read":"all","update":"none","remove":"none"},
             {"entity":"ProductCategory","create":false,"read":"all","update":"none","remove":"none"},
             {"entity":"TaxRate","create":false,"read":"all","update":"none","remove":"none"},
             {"entity":"PriceBook","create":false,"read":"all","update":"none","remove":"none"},
             {"entity":"PriceBookEntry","create":false,"read":"all","update":"none","remove":"none"},
             {"entity":"Product","create":false,"read":"all","update":"none","remove":"none"},
             {"entity":"Currency","create":false,"read":"all","update":"none","remove":"none"},
             {"entity":"CurrencyRate","create":false,"read":"all","update":"none","remove":"none"},
             {"entity":"LeadCustomField","create":false,"read":"all","update":"none","remove":"none"},
             {"entity":"Competitor","create":false,"read":"all","update":"none","remove":"none"}])"},
        {"Sales",
         "Works on the own records and sees those of the team.",
         false,
         {"import", "export", "convertLead"},
         R"([{"entity":"Account","create":true,"read":"all","update":"team","remove":"own"},
             {"entity":"Contact","create":true,"read":"all","update":"team","remove":"own"},
             {"entity":"AccountContact","create":true,"read":"all","update":"team","remove":"team"},
             {"entity":"EmailAddress","create":true,"read":"all","update":"all","remove":"none"},
             {"entity":"PhoneNumber","create":true,"read":"all","update":"all","remove":"none"},
             {"entity":"Activity","create":true,"read":"team","update":"own","remove":"own"},
             {"entity":"Attachment","create":true,"read":"team","update":"own","remove":"own"},
             {"entity":"Lead","create":true,"read":"team","update":"team","remove":"own"},
             {"entity":"Opportunity","create":true,"read":"team","update":"team","remove":"own"},
             {"entity":"Quote","create":true,"read":"team","update":"team","remove":"own"},
             {"entity":"LeadEvent","create":true,"read":"all","update":"none","remove":"none"},
             {"entity":"StageChange","create":false,"read":"team","update":"none","remove":"none"},
             {"entity":"Conversion","create":false,"read":"team","update":"none","remove":"none"},
             {"entity":"ForecastSubmission","create":true,"read":"own","update":"own","remove":"own"},
             {"entity":"Target","create":false,"read":"all","update":"none","remove":"none"}])"},
        {"Sales manager",
         "Works on all records of sales.",
         false,
         {"approveQuotes", "import", "export", "assign", "convertLead", "forecast", "massUpdate", "merge", "audit"},
         R"([{"entity":"*","create":true,"read":"all","update":"all","remove":"all"},
             {"entity":"User","create":false,"read":"all","update":"none","remove":"none"},
             {"entity":"Team","create":false,"read":"all","update":"none","remove":"none"},
             {"entity":"Role","create":false,"read":"all","update":"none","remove":"none"},
             {"entity":"OAuthClient","create":false,"read":"none","update":"none","remove":"none"},
             {"entity":"CustomFieldDefinition","create":false,"read":"all","update":"none","remove":"none"}])"},
        {"Read only",
         "Sees everything of sales, changes nothing.",
         false,
         {"export"},
         R"([{"entity":"Account","create":false,"read":"all","update":"none","remove":"none"},
             {"entity":"Contact","create":false,"read":"all","update":"none","remove":"none"},
             {"entity":"AccountContact","create":false,"read":"all","update":"none","remove":"none"},
             {"entity":"EmailAddress","create":false,"read":"all","update":"none","remove":"none"},
             {"entity":"PhoneNumber","create":false,"read":"all","update":"none","remove":"none"},
             {"entity":"Activity","create":false,"read":"all","update":"none","remove":"none"},
             {"entity":"Attachment","create":false,"read":"all","update":"none","remove":"none"},
             {"entity":"Lead","create":false,"read":"all","update":"none","remove":"none"},
             {"entity":"LeadEvent","create":false,"read":"all","update":"none","remove":"none"},
             {"entity":"Opportunity","create":false,"read":"all","update":"none","remove":"none"},
             {"entity":"StageChange","create":false,"read":"all","update":"none","remove":"none"},
             {"entity":"Quote","create":false,"read":"all","update":"none","remove":"none"},
             {"entity":"Conversion","create":false,"read":"all","update":"none","remove":"none"},
             {"entity":"ForecastSubmission","create":false,"read":"all","update":"none","remove":"none"},
             {"entity":"Target","create":false,"read":"all","update":"none","remove":"none"}])"},
        {"Integration",
         "For programs: reads and writes all records, administers nothing.",
         false,
         {"import", "export", "assign", "convertLead", "merge"},
         R"([{"entity":"*","create":true,"read":"all","update":"all","remove":"all"},
             {"entity":"User","create":false,"read":"all","update":"none","remove":"none"},
             {"entity":"Team","create":false,"read":"all","update":"none","remove":"none"},
             {"entity":"Role","create":false,"read":"all","update":"none","remove":"none"},
             {"entity":"OAuthClient","create":false,"read":"none","update":"none","remove":"none"},
             {"entity":"CustomFieldDefinition","create":false,"read":"all","update":"none","remove":"none"}])"},
    };
}

}  // namespace

std::optional<std::string> IdentityService::bootstrap(const std::string &administratorPassword) {
    postgres::Pool &pool = implementation_->pool;
    for (const BuiltInRole &role : builtInRoles()) {
        pool.run(insertRole, Parameters()
                                 .uuid(newId())
                                 .text(role.name)
                                 .text(role.description)
                                 .boolean(role.baseline)
                                 .textArray(role.permissions)
                                 .json(role.rights));
    }
    std::vector<std::string> const grants{"authorization_code", "refresh_token"};
    std::vector<std::string> const scopes{"kontor"};
    std::vector<std::string> const loopback{"http://127.0.0.1/callback"};
    for (const auto &[id, name] : {std::pair{"kontor-desktop", "Kontor desktop"}, std::pair{"kontor-cli", "kontor"}}) {
        pool.run(
            insertClient,
            Parameters().uuid(newId()).text(name).text(id).textArray(loopback).textArray(grants).textArray(scopes));
    }
    if (pool.run(countUsers).integer(0, 0) > 0) return std::nullopt;
    std::string password = administratorPassword.empty() ? base64Url(randomBytes(15)) : administratorPassword;
    auto root = std::make_shared<Principal>();
    root->userId = "00000000-0000-0000-0000-000000000000";
    root->userName = "system";
    root->administrator = true;
    auth::Caller caller;
    caller.principal = root;
    caller.interface = "system";
    auto user = std::make_unique<User>();
    user->userName = "admin";
    user->displayName = "Administrator";
    user->isAdministrator = true;
    user->password = password;
    std::vector<entity::RecordPtr> users;
    users.push_back(std::move(user));
    auto const results = implementation_->operations.createRecords(caller, std::move(users), {.allOrNone = true});
    if (results.at(0).error) throw *results[0].error;
    return password;
}

auth::Authenticator::Identified IdentityService::authenticate(const auth::Credentials &credentials) {
    if (!credentials.bearerToken.empty()) return implementation_->fromToken(credentials.bearerToken);
    if (!credentials.digest.empty()) return implementation_->fromDigest(credentials);
    if (!credentials.userName.empty()) return implementation_->fromPassword(credentials);
    throw Error(ErrorCode::unauthenticated, "Sign in first: the request has no credentials.");
}

std::shared_ptr<const Principal> IdentityService::principal(const std::string &userId) {
    return implementation_->principalOf(userId);
}

LoginResult IdentityService::login(const std::string &userName, const std::string &password, const std::string &totp,
                                   const std::string &clientAddress) {
    auto &self = *implementation_;
    auto const user = self.signIn(userName, password, totp, clientAddress, "login");
    LoginResult result;
    result.sessionId = self.newToken("session", sessionPrefix, newId(), user.userId, "", "",
                                     self.options.sessionSeconds, self.options.sessionEndSeconds, clientAddress);
    result.userId = user.userId;
    result.serverUrl = self.options.publicUrl;
    result.expiresInSeconds = self.options.sessionSeconds;
    result.passwordExpired = user.passwordExpired;
    return result;
}

void IdentityService::logout(const auth::Caller &caller) {
    if (caller.sessionId.empty()) throw Error(ErrorCode::conflict, "There is no session to end.");
    auto &self = *implementation_;
    self.pool.run(endTokenById, Parameters().uuid(caller.sessionId));
    DateTime expiry = DateTime::now();
    expiry.microseconds += self.options.accessTokenSeconds * 1'000'000;
    self.pool.run(revokeAccess, Parameters().uuid(caller.sessionId).timestamp(expiry));
    self.forgetAll();
}

UserInfo IdentityService::userInfo(const auth::Caller &caller) {
    const Principal &principal = *caller.principal;
    Rows const rows = implementation_->pool.run(selectUser, Parameters().uuid(principal.userId));
    UserInfo info;
    info.userId = principal.userId;
    info.userName = principal.userName;
    info.isAdministrator = principal.administrator;
    info.teamIds = principal.teamIds;
    info.permissions.assign(principal.permissions.begin(), principal.permissions.end());
    if (!rows.empty()) {
        auto const text = [&](int column) -> std::optional<std::string> {
            if (rows.isNull(0, column)) return std::nullopt;
            return std::string(rows.text(0, column));
        };
        info.displayName = text(8);
        info.email = text(9);
        info.locale = text(10);
        info.timezone = text(11);
    }
    for (const auto &[name, rights] : principal.entities) {
        EntityRight &right = info.entityRights.emplace_back();
        right.entity = name;
        right.create = rights.create;
        right.read = scopeText(rights.read);
        right.update = scopeText(rights.update);
        right.remove = scopeText(rights.remove);
    }
    for (const auto &[name, kind] : principal.fields) {
        FieldRight &right = info.fieldRights.emplace_back();
        right.entity = name.substr(0, name.find('.'));
        right.field = name.substr(name.find('.') + 1);
        right.right = kind == auth::FieldRight::hidden     ? "hidden"
                      : kind == auth::FieldRight::readOnly ? "readOnly"
                                                           : "write";
    }
    return info;
}

void IdentityService::setPassword(const auth::Caller &caller, const SetPassword &input) {
    auto &self = *implementation_;
    std::string const userId = input.userId.value_or(caller.principal->userId);
    bool const own = userId == caller.principal->userId;
    if (!own && !caller.principal->administrator) {
        throw Error(ErrorCode::forbidden, "Only an administrator sets the passwords of others.");
    }
    std::string const password = input.newPassword.value_or("");
    if (password.size() < 8) {
        throw Error(ErrorCode::validation, "The password is too short.",
                    {{"/newPassword", "TOO_SHORT", "must have at least 8 characters"}});
    }
    Rows const rows = self.pool.run(selectSecretById, Parameters().uuid(userId));
    if (rows.empty()) throw Error(ErrorCode::notFound, "There is no such user.");
    if (own) {
        bool right = rows.isNull(0, 0);
        std::string const hash = right ? "" : std::string(rows.text(0, 0));
        if (!right) fiber::offload([&] { right = verifyPassword(input.currentPassword.value_or(""), hash); });
        if (!right) {
            throw Error(ErrorCode::validation, "The current password is not right.",
                        {{"/currentPassword", "WRONG", "is not the current password"}});
        }
    }
    std::string hash;
    fiber::offload([&] { hash = hashPassword(password); });
    self.pool.run(storePassword, Parameters().uuid(userId).text(hash));
    if (!own) self.pool.run(endTokensOf, Parameters().uuid(userId));
    self.forgetAll();
}

TotpEnrolment IdentityService::enrolTotp(const auth::Caller &caller) {
    std::string const secret = randomBytes(20);
    implementation_->pool.run(storeTotp, Parameters().uuid(caller.principal->userId).bytes(secret));
    TotpEnrolment enrolment;
    enrolment.secret = base32(secret);
    enrolment.uri =
        "otpauth://totp/Kontor:" + caller.principal->userName + "?secret=" + *enrolment.secret + "&issuer=Kontor";
    return enrolment;
}

void IdentityService::confirmTotp(const auth::Caller &caller, const std::string &code) {
    Rows const rows = implementation_->pool.run(selectSecretById, Parameters().uuid(caller.principal->userId));
    if (rows.empty() || rows.isNull(0, 1)) throw Error(ErrorCode::conflict, "Call enrolTotp first.");
    auto const step = verifyTotp(rows.bytes(0, 1), code, unixSeconds(), rows.integer(0, 3));
    if (!step) {
        throw Error(ErrorCode::validation, "The one-time password is not right.",
                    {{"/totp", "WRONG", "is not the current one-time password"}});
    }
    implementation_->pool.run(confirmTotpStatement, Parameters().uuid(caller.principal->userId).integer(*step));
}

void IdentityService::disableTotp(const auth::Caller &caller, const DisableTotp &input) {
    auto &self = *implementation_;
    std::string const userId = input.userId.value_or(caller.principal->userId);
    if (userId != caller.principal->userId) {
        if (!caller.principal->administrator) {
            throw Error(ErrorCode::forbidden, "Only an administrator does this for others.");
        }
    } else {
        Rows const rows = self.pool.run(selectSecretById, Parameters().uuid(userId));
        std::string const hash = rows.empty() || rows.isNull(0, 0) ? "" : std::string(rows.text(0, 0));
        bool right = false;
        fiber::offload([&] { right = verifyPassword(input.password.value_or(""), hash); });
        if (!right) {
            throw Error(ErrorCode::validation, "The password is not right.", {{"/password", "WRONG", "is not right"}});
        }
    }
    self.pool.run(dropTotp, Parameters().uuid(userId));
}

// --- OAuth 2 ---------------------------------------------------------------------------------------------------------

namespace {

struct Client {
    std::string name;
    bool isPublic = false;
    std::vector<std::string> redirectUris, grantTypes, scopes;
    std::optional<std::string> userId;
    std::string secretHash;
};

Client clientOf(postgres::Pool &pool, const std::string &clientId) {
    Rows const rows = pool.run(selectClient, Parameters().text(clientId));
    if (rows.empty()) throw OAuthError("invalid_client", "There is no such client.");
    Client client;
    client.name = rows.text(0, 0);
    client.isPublic = rows.boolean(0, 1);
    client.redirectUris = rows.textArray(0, 2);
    client.grantTypes = rows.textArray(0, 3);
    client.scopes = rows.textArray(0, 4);
    if (!rows.isNull(0, 5)) client.userId = rows.uuid(0, 5);
    if (!rows.isNull(0, 6)) client.secretHash = rows.bytes(0, 6);
    return client;
}

/// A loopback address matches whatever its port is (RFC 8252 section 7.3).
bool sameRedirect(const std::string &registered, const std::string &given) {
    if (registered == given) return true;
    for (std::string_view const host : {"http://127.0.0.1", "http://[::1]"}) {
        if (!registered.starts_with(host) || !given.starts_with(host)) continue;
        auto const path = [&](std::string_view uri) {
            uri.remove_prefix(host.size());
            if (uri.starts_with(':')) {
                uri.remove_prefix(1);
                while (!uri.empty() && uri.front() >= '0' && uri.front() <= '9') uri.remove_prefix(1);
            }
            return uri;
        };
        if (path(registered) == path(given)) return true;
    }
    return false;
}

bool holds(const std::vector<std::string> &list, std::string_view value) {
    return std::ranges::find(list, value) != list.end();
}

}  // namespace

AuthorizationRequest IdentityService::checkAuthorization(const std::string &clientId, const std::string &redirectUri,
                                                         const std::string &responseType, const std::string &challenge,
                                                         const std::string &challengeMethod, const std::string &scope,
                                                         const std::string &state) {
    Client const client = clientOf(implementation_->pool, clientId);
    bool const known = std::ranges::any_of(client.redirectUris,
                                           [&](const std::string &uri) { return sameRedirect(uri, redirectUri); });
    if (!known) throw OAuthError("invalid_request", "The redirect address is not registered.");
    if (responseType != "code") throw OAuthError("unsupported_response_type", "Only code is supported.");
    if (!holds(client.grantTypes, "authorization_code")) {
        throw OAuthError("unauthorized_client", "The client may not sign users in.");
    }
    if (challengeMethod != "S256" || challenge.size() != 43) {
        throw OAuthError("invalid_request", "PKCE with S256 is required.");
    }
    return {clientId, client.name, redirectUri, challenge, scope, state};
}

std::string IdentityService::authorize(const AuthorizationRequest &request, const std::string &userName,
                                       const std::string &password, const std::string &totp,
                                       const std::string &clientAddress) {
    auto const user = implementation_->signIn(userName, password, totp, clientAddress, "oauth");
    std::string code = base64Url(randomBytes(32));
    implementation_->pool.run(insertCode, Parameters()
                                              .bytes(sha256(code))
                                              .text(request.clientId)
                                              .uuid(user.userId)
                                              .text(request.redirectUri)
                                              .text(request.challenge)
                                              .text(request.scope)
                                              .uuid(newId()));
    return code;
}

TokenAnswer IdentityService::exchangeCode(const std::string &clientId, const std::string &code,
                                          const std::string &redirectUri, const std::string &verifier) {
    auto &self = *implementation_;
    std::string const hash = sha256(code);
    Rows const before = self.pool.run(wasUsed, Parameters().bytes(hash));
    if (before.empty()) throw OAuthError("invalid_grant", "There is no such code.");
    if (before.boolean(0, 0)) {
        self.revokeFamily(before.uuid(0, 1));
        throw OAuthError("invalid_grant", "The code was used before.");
    }
    Rows const rows = self.pool.run(useCode, Parameters().bytes(hash));
    if (!rows.boolean(0, 6)) throw OAuthError("invalid_grant", "The code has expired.");
    if (rows.text(0, 0) != clientId || rows.text(0, 2) != redirectUri) {
        throw OAuthError("invalid_grant", "The code belongs to another client or address.");
    }
    if (verifier.size() < 43 || verifier.size() > 128 || !equalSecrets(codeChallenge(verifier), rows.text(0, 3))) {
        throw OAuthError("invalid_grant", "The code verifier does not match.");
    }
    return self.tokens(rows.uuid(0, 1), clientId, rows.uuid(0, 5), std::string(rows.text(0, 4)));
}

TokenAnswer IdentityService::refresh(const std::string &clientId, const std::string &refreshToken) {
    auto &self = *implementation_;
    std::optional<std::string> reused;
    std::string userId, family, scope;
    self.pool.inTransaction([&](postgres::Transaction &transaction) {
        reused.reset();
        Rows const rows = transaction.run(selectRefresh, Parameters().bytes(sha256(refreshToken)));
        if (rows.empty() || !rows.boolean(0, 6) || rows.text(0, 3) != clientId) {
            throw OAuthError("invalid_grant", "The refresh token is not valid.");
        }
        family = rows.uuid(0, 1);
        if (rows.boolean(0, 5)) {
            reused = family;
            return;
        }
        userId = rows.uuid(0, 2);
        scope = rows.text(0, 4);
        transaction.run(useRefresh, Parameters().uuid(rows.uuid(0, 0)));
    });
    if (reused) {
        self.revokeFamily(*reused);
        throw OAuthError("invalid_grant", "The refresh token was used before; all tokens of this sign-in have ended.");
    }
    try {
        (void)self.principalOf(userId);
    } catch (const Error &) {
        throw OAuthError("invalid_grant", "The user is not active.");
    }
    return self.tokens(userId, clientId, family, scope);
}

void IdentityService::checkClient(const std::string &clientId, const std::string &secret) {
    Client const client = clientOf(implementation_->pool, clientId);
    if (client.isPublic && secret.empty()) return;
    if (client.secretHash.empty() || !equalSecrets(sha256(secret), client.secretHash)) {
        throw OAuthError("invalid_client", "The client's secret is not right.");
    }
}

TokenAnswer IdentityService::clientCredentials(const std::string &clientId, const std::string &secret,
                                               const std::string &scope) {
    Client const client = clientOf(implementation_->pool, clientId);
    if (client.isPublic || client.secretHash.empty() || !equalSecrets(sha256(secret), client.secretHash)) {
        throw OAuthError("invalid_client", "The client's secret is not right.");
    }
    if (!holds(client.grantTypes, "client_credentials") || !client.userId) {
        throw OAuthError("unauthorized_client", "The client may not sign itself in.");
    }
    TokenAnswer answer;
    answer.accessToken = implementation_->makeAccessToken(*client.userId, clientId, newId(), scope);
    answer.expiresInSeconds = implementation_->options.accessTokenSeconds;
    answer.scope = scope;
    return answer;
}

void IdentityService::revoke(const std::string &token) {
    auto &self = *implementation_;
    if (token.starts_with(accessPrefix)) {
        try {
            AccessToken const access = self.openAccessToken(token);
            self.pool.run(revokeAccess, Parameters().uuid(access.id).timestamp({access.expiresAt * 1'000'000}));
            self.forgetAll();
        } catch (const Error &) {
            // Not ours, or expired: there is nothing to end.
        }
        return;
    }
    Rows const rows = self.pool.run(selectAnyToken, Parameters().bytes(sha256(token)));
    if (rows.empty()) return;
    if (rows.text(0, 0) == "refresh") {
        self.revokeFamily(rows.uuid(0, 1));
    } else {
        self.pool.run(endToken, Parameters().bytes(sha256(token)));
        self.forgetAll();
    }
}

Introspection IdentityService::introspect(const std::string &token) {
    auto &self = *implementation_;
    Introspection result;
    try {
        if (token.starts_with(accessPrefix)) {
            AccessToken const access = self.openAccessToken(token);
            (void)self.fromToken(token);
            result = {true, access.userId, access.clientId, access.scope, access.expiresAt};
        } else {
            Rows const rows = self.pool.run(selectAnyToken, Parameters().bytes(sha256(token)));
            if (!rows.empty()) {
                result = {true, rows.uuid(0, 2), std::string(rows.text(0, 3)), std::string(rows.text(0, 4)),
                          rows.timestamp(0, 5).microseconds / 1'000'000};
            }
        }
    } catch (const Error &) {
        result = {};
    }
    return result;
}

}  // namespace kontor::identity
