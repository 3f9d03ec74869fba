#include "services/identity/secrets.h"
#include "tests/integration/services_fixture.h"

#include <ctime>

using namespace kontor;
using namespace kontor::test;
using kontor::identity::OAuthError;

namespace {

struct SharedServices {
    Services services;
    static SharedServices &instance() {
        static SharedServices shared;
        return shared;
    }
};
struct Fixture {
    Services &services = SharedServices::instance().services;
    identity::IdentityService &service = *services.identityService;
};

template <typename Work> std::string oauthCodeOf(Work &&work) {
    try {
        work();
    } catch (const OAuthError &error) {
        return error.code;
    }
    return {};
}

const std::string verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const std::string redirect = "http://127.0.0.1:53411/callback";

/// Signs the administrator in through the browser's way and exchanges the code.
identity::TokenAnswer signIn(Fixture &fixture) {
    auto const request = fixture.service.checkAuthorization("kontor-desktop", redirect, "code",
                                                            identity::codeChallenge(verifier), "S256", "kontor", "s");
    std::string const code = fixture.service.authorize(request, "admin", fixture.services.password, "", "127.0.0.1");
    return fixture.service.exchangeCode("kontor-desktop", code, redirect, verifier);
}

std::string utc(std::time_t seconds) { return DateTime{static_cast<std::int64_t>(seconds) * 1'000'000}.toString(); }

}  // namespace

BOOST_FIXTURE_TEST_SUITE(identity_service, Fixture)

BOOST_AUTO_TEST_CASE(rfc_vectors_of_one_time_passwords_pkce_and_digest) {
    std::string const secret = "12345678901234567890";
    BOOST_TEST(identity::totpCode(secret, 59 / 30) == "287082");
    BOOST_TEST(identity::totpCode(secret, 1111111109 / 30) == "081804");
    BOOST_TEST(identity::totpCode(secret, 20000000000 / 30) == "353130");
    BOOST_TEST(identity::codeChallenge(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    BOOST_TEST(identity::passwordDigest(*identity::fromBase64("MDEyMzQ1Njc4OWFiY2RlZg=="), "2026-11-23T10:15:30Z",
                                        "s3cret-integration-key") == "dnHDDV80Icln4hQ9eNtkUPxKBHw=");
}

BOOST_AUTO_TEST_CASE(a_one_time_password_is_good_once_and_for_a_minute_and_a_half) {
    std::string const secret = "12345678901234567890";
    std::int64_t const now = 1'700'000'010;
    std::string const code = identity::totpCode(secret, now / 30);
    auto const step = identity::verifyTotp(secret, code, now, 0);
    BOOST_REQUIRE(step.has_value());
    BOOST_TEST(!identity::verifyTotp(secret, code, now, *step).has_value());
    BOOST_TEST(identity::verifyTotp(secret, code, now + 30, 0).has_value());
    BOOST_TEST(!identity::verifyTotp(secret, code, now + 60, 0).has_value());
}

BOOST_AUTO_TEST_CASE(sealed_values_open_with_their_key_only) {
    std::string const key(32, 'k');
    std::string sealed = identity::seal(key, "secret");
    BOOST_TEST(identity::unseal(key, sealed).value() == "secret");
    BOOST_TEST(!identity::unseal(std::string(32, 'x'), sealed).has_value());
    sealed.back() = static_cast<char>(sealed.back() ^ 1);
    BOOST_TEST(!identity::unseal(key, sealed).has_value());
}

BOOST_AUTO_TEST_CASE(login_gives_a_session_that_ends_with_logout) {
    auto const session = service.login("Admin", services.password, "", "127.0.0.1");
    auth::Caller const caller = services.callerWith(*session.sessionId);
    BOOST_TEST(caller.principal->userName == "admin");
    service.logout(caller);
    BOOST_TEST((codeOf([&] { services.callerWith(*session.sessionId); }) == ErrorCode::unauthenticated));
}

BOOST_AUTO_TEST_CASE(wrong_passwords_and_unknown_users_get_the_same_answer) {
    auto const sentence = [&](const std::string &user) -> std::string {
        try {
            service.login(user, "wrong", "", "127.0.0.1");
        } catch (const Error &error) {
            return error.detail;
        }
        return {};
    };
    BOOST_TEST(!sentence("admin").empty());
    BOOST_TEST(sentence("admin") == sentence("nobody"));
    service.login("admin", services.password, "", "127.0.0.1");
}

BOOST_AUTO_TEST_CASE(too_many_wrong_passwords_lock_even_the_right_one_out) {
    services.newUser("locked", {});
    for (int i = 0; i < 10; ++i) {
        BOOST_TEST((codeOf([&] { service.login("locked", "wrong", "", ""); }) == ErrorCode::unauthenticated));
    }
    BOOST_TEST((codeOf([&] { service.login("locked", "correct horse", "", ""); }) == ErrorCode::rateLimited));
    services.identityPool->run({"unlock", "UPDATE user_secret SET locked_until = now() - interval '1 second'"});
    BOOST_TEST(!codeOf([&] { service.login("locked", "correct horse", "", ""); }));
}

BOOST_AUTO_TEST_CASE(a_user_who_has_enrolled_needs_the_one_time_password) {
    services.newUser("careful", {});
    auth::Caller const caller = services.callerOf("careful", "correct horse");
    service.enrolTotp(caller);
    auto const rows = services.identityPool->run({"secret", "SELECT totp_secret FROM user_secret WHERE user_id = $1"},
                                                 postgres::Parameters().uuid(caller.principal->userId));
    std::string const secret(rows.bytes(0, 0));
    std::int64_t const step = std::time(nullptr) / 30;
    BOOST_TEST((codeOf([&] { service.confirmTotp(caller, "000000"); }) == ErrorCode::validation));
    service.confirmTotp(caller, identity::totpCode(secret, step - 1));
    BOOST_TEST((codeOf([&] { service.login("careful", "correct horse", "", ""); }) == ErrorCode::unauthenticated));
    std::string const code = identity::totpCode(secret, step);
    BOOST_TEST(!codeOf([&] { service.login("careful", "correct horse", code, ""); }));
    BOOST_TEST((codeOf([&] { service.login("careful", "correct horse", code, ""); }) == ErrorCode::unauthenticated));
}

BOOST_AUTO_TEST_CASE(authorization_code_with_pkce_gives_tokens_once) {
    auto const request = service.checkAuthorization("kontor-desktop", redirect, "code",
                                                    identity::codeChallenge(verifier), "S256", "kontor", "state");
    std::string const code = service.authorize(request, "admin", services.password, "", "127.0.0.1");
    BOOST_TEST(oauthCodeOf([&] { service.exchangeCode("kontor-desktop", code, redirect, std::string(43, 'x')); }) ==
               "invalid_grant");
    // The failed attempt has used the code up, so that it cannot be guessed at.
    BOOST_TEST(oauthCodeOf([&] { service.exchangeCode("kontor-desktop", code, redirect, verifier); }) ==
               "invalid_grant");
    auto const tokens = signIn(*this);
    BOOST_TEST(services.callerWith(tokens.accessToken).principal->userName == "admin");
}

BOOST_AUTO_TEST_CASE(authorization_is_refused_without_pkce_or_for_other_addresses) {
    BOOST_TEST(oauthCodeOf([&] { service.checkAuthorization("kontor-desktop", redirect, "code", "", "", "", ""); }) ==
               "invalid_request");
    BOOST_TEST(oauthCodeOf([&] {
                   service.checkAuthorization("kontor-desktop", "http://evil.example/callback", "code",
                                              identity::codeChallenge(verifier), "S256", "", "");
               }) == "invalid_request");
    BOOST_TEST(oauthCodeOf([&] {
                   service.checkAuthorization("nobody", redirect, "code", identity::codeChallenge(verifier), "S256", "",
                                              "");
               }) == "invalid_client");
}

BOOST_AUTO_TEST_CASE(a_refresh_token_that_is_used_twice_ends_the_whole_sign_in) {
    auto const first = signIn(*this);
    auto const second = service.refresh("kontor-desktop", first.refreshToken);
    BOOST_TEST(!codeOf([&] { services.callerWith(second.accessToken); }));
    BOOST_TEST(oauthCodeOf([&] { service.refresh("kontor-desktop", first.refreshToken); }) == "invalid_grant");
    BOOST_TEST(oauthCodeOf([&] { service.refresh("kontor-desktop", second.refreshToken); }) == "invalid_grant");
    BOOST_TEST((codeOf([&] { services.callerWith(second.accessToken); }) == ErrorCode::unauthenticated));
}

BOOST_AUTO_TEST_CASE(forged_expired_and_revoked_access_tokens_are_refused) {
    auto const tokens = signIn(*this);
    std::string forged = tokens.accessToken;
    forged[20] = forged[20] == 'A' ? 'B' : 'A';
    BOOST_TEST((codeOf([&] { services.callerWith(forged); }) == ErrorCode::unauthenticated));
    BOOST_TEST((codeOf([&] { services.callerWith("kontor_at_nonsense"); }) == ErrorCode::unauthenticated));
    BOOST_TEST((codeOf([&] { services.callerWith(""); }) == ErrorCode::unauthenticated));
    services.callerWith(tokens.accessToken);
    service.revoke(tokens.accessToken);
    BOOST_TEST((codeOf([&] { services.callerWith(tokens.accessToken); }) == ErrorCode::unauthenticated));
    BOOST_TEST(!service.introspect(tokens.accessToken).active);

    identity::IdentityOptions shortLived;
    shortLived.accessTokenSeconds = -1;
    identity::IdentityService other(*services.identityPool, shortLived);
    auto const request =
        other.checkAuthorization("kontor-desktop", redirect, "code", identity::codeChallenge(verifier), "S256", "", "");
    auto const expired = other.exchangeCode(
        "kontor-desktop", other.authorize(request, "admin", services.password, "", ""), redirect, verifier);
    BOOST_TEST((codeOf([&] { services.callerWith(expired.accessToken); }) == ErrorCode::unauthenticated));
}

BOOST_AUTO_TEST_CASE(client_credentials_act_as_the_clients_user) {
    identity::OAuthClient client;
    client.name = "Nightly job";
    client.grantTypes = {"client_credentials"};
    client.userId = services.administrator.principal->userId;
    auto const made = services.create(services.identities(), services.administrator, client);
    auto const tokens = service.clientCredentials(*made.clientId, *made.secret, "kontor");
    BOOST_TEST(services.callerWith(tokens.accessToken).principal->administrator);
    BOOST_TEST(oauthCodeOf([&] { service.clientCredentials(*made.clientId, "wrong", ""); }) == "invalid_client");
}

BOOST_AUTO_TEST_CASE(an_api_key_is_shown_once_and_ends_when_it_is_deleted) {
    identity::ApiKey key;
    key.name = "script";
    auto const made = services.create(services.identities(), services.administrator, key);
    BOOST_REQUIRE(made.key.has_value());
    BOOST_TEST(services.callerWith(*made.key).principal->userName == "admin");
    auto const again =
        services.identities().retrieve(services.administrator, {&Services::entity("ApiKey"), *made.id, {}, {}, {}});
    BOOST_TEST(!static_cast<identity::ApiKey &>(*again).key.has_value());
    BOOST_TEST(services.database.execute("SELECT count(*) FROM identity.outbox WHERE payload::text LIKE '%" +
                                         *made.key + "%'") == "0");
    services.identities().deleteRecords(services.administrator, {{&Services::entity("ApiKey"), *made.id, {}, {}, {}}},
                                        {});
    BOOST_TEST((codeOf([&] { services.callerWith(*made.key); }) == ErrorCode::unauthenticated));
}

BOOST_AUTO_TEST_CASE(a_digest_is_good_once_within_five_minutes) {
    identity::ApiKey key;
    key.name = "legacy";
    key.allowDigest = true;
    auto const made = services.create(services.identities(), services.administrator, key);
    auto const credentials = [&](std::time_t when, const std::string &nonce) {
        auth::Credentials given;
        given.userName = "admin";
        given.created = utc(when);
        given.nonce = identity::base64(nonce);
        given.digest = identity::passwordDigest(nonce, given.created, *made.key);
        return given;
    };
    std::time_t const now = std::time(nullptr);
    BOOST_TEST(services.callerOf(credentials(now, "0123456789abcdef")).principal->userName == "admin");
    BOOST_TEST(
        (codeOf([&] { services.callerOf(credentials(now, "0123456789abcdef")); }) == ErrorCode::unauthenticated));
    BOOST_TEST(!codeOf([&] { services.callerOf(credentials(now - 298, "within the window")); }));
    BOOST_TEST((codeOf([&] { services.callerOf(credentials(now - 302, "too old a message")); }) ==
                ErrorCode::unauthenticated));
    BOOST_TEST((codeOf([&] { services.callerOf(credentials(now + 302, "from the future..")); }) ==
                ErrorCode::unauthenticated));
    auto wrong = credentials(now, "another nonce 16");
    wrong.digest = identity::passwordDigest("another nonce 16", wrong.created, "guess");
    BOOST_TEST((codeOf([&] { services.callerOf(wrong); }) == ErrorCode::unauthenticated));
}

BOOST_AUTO_TEST_CASE(a_password_is_not_taken_in_the_clear) {
    auth::Credentials credentials;
    credentials.userName = "admin";
    credentials.password = services.password;
    credentials.secure = false;
    BOOST_TEST((codeOf([&] { services.callerOf(credentials); }) == ErrorCode::unauthenticated));
}

BOOST_AUTO_TEST_CASE(the_last_administrator_stays) {
    identity::User change;
    change.id = services.administrator.principal->userId;
    change.isAdministrator = false;
    BOOST_TEST(
        (services.update(services.identities(), services.administrator, change).error->code == ErrorCode::conflict));
    auto const results = services.identities().deleteRecords(services.administrator,
                                                             {{&Services::entity("User"), *change.id, {}, {}, {}}}, {});
    BOOST_TEST((results.at(0).error->code == ErrorCode::conflict));
}

BOOST_AUTO_TEST_CASE(nobody_raises_the_own_rights) {
    services.newUser("ambitious", {*services.roleNamed("Sales").id});
    auth::Caller const caller = services.callerOf("ambitious", "correct horse");
    identity::User change;
    change.id = caller.principal->userId;
    change.isAdministrator = true;
    BOOST_TEST((services.update(services.identities(), caller, change).error->code == ErrorCode::forbidden));
    identity::User other;
    other.userName = "friend";
    other.displayName = "Friend";
    BOOST_TEST((codeOf([&] { services.create(services.identities(), caller, other); }) == ErrorCode::forbidden));
}

BOOST_AUTO_TEST_CASE(an_inactive_user_is_out_at_once) {
    auto const user = services.newUser("leaver", {});
    auto const session = service.login("leaver", "correct horse", "", "");
    services.callerWith(*session.sessionId);
    identity::User change;
    change.id = user.id;
    change.status = "inactive";
    BOOST_TEST(services.update(services.identities(), services.administrator, change).success());
    BOOST_TEST((codeOf([&] { services.callerWith(*session.sessionId); }) == ErrorCode::unauthenticated));
    BOOST_TEST((codeOf([&] { service.login("leaver", "correct horse", "", ""); }) == ErrorCode::unauthenticated));
}

BOOST_AUTO_TEST_CASE(rights_of_several_roles_add_up_and_count_at_once) {
    identity::Role narrow;
    narrow.name = "Narrow";
    identity::EntityRight right;
    right.entity = "Account";
    right.read = "own";
    narrow.entityRights = {right};
    auto const role = services.create(services.identities(), services.administrator, narrow);
    services.newUser("both", {*role.id});
    BOOST_TEST((services.callerOf("both", "correct horse").principal->rightsOn("Account").read == auth::Scope::own));
    identity::Role wider;
    wider.id = role.id;
    right.read = "all";
    right.create = true;
    wider.entityRights = {right};
    BOOST_TEST(services.update(services.identities(), services.administrator, wider).success());
    auto const rights = services.callerOf("both", "correct horse").principal->rightsOn("Account");
    BOOST_TEST((rights.read == auth::Scope::all));
    BOOST_TEST(rights.create);
}

BOOST_AUTO_TEST_CASE(a_user_name_is_unique_and_kept_in_lower_case) {
    auto const user = services.newUser("Mixed.Case", {});
    BOOST_TEST(*user.userName == "mixed.case");
    try {
        services.newUser("MIXED.case", {});
        BOOST_TEST(false, "a second user of the same name was created");
    } catch (const Error &error) {
        BOOST_TEST((error.code == ErrorCode::duplicate));
        BOOST_REQUIRE_EQUAL(error.fields.size(), 1U);
        BOOST_TEST(error.fields[0].pointer == "/userName");
    }
}

BOOST_AUTO_TEST_SUITE_END()
