#include "services/identity/identity_rest.h"

#include "shared/entity/base64.h"
#include "shared/entity/json.h"
#include "shared/entity/validate.h"

#include <Poco/URI.h>

#include <map>

namespace kontor::identity {

using http::Request;
using http::Response;

namespace {

using Form = std::map<std::string, std::string, std::less<>>;

Form parseForm(std::string_view body) {
    Poco::URI uri;
    uri.setRawQuery(std::string(body));
    Form form;
    for (const auto &[name, value] : uri.getQueryParameters()) form[name] = value;
    return form;
}

Form readForm(Request &request) {
    if (request.header("Content-Type").find("application/x-www-form-urlencoded") == std::string_view::npos) {
        throw OAuthError("invalid_request", "Send application/x-www-form-urlencoded.");
    }
    return parseForm(request.body->readAll(64U << 10U));
}

std::string text(const Form &form, std::string_view name) {
    auto const found = form.find(name);
    return found == form.end() ? std::string{} : found->second;
}

/// Client id and secret, from HTTP Basic or from the form (RFC 6749 section 2.3.1).
std::pair<std::string, std::string> clientOf(const Request &request, const Form &form) {
    std::string_view const header = request.header("Authorization");
    if (header.starts_with("Basic ")) {
        std::string const pair = entity::decodeBase64(header.substr(6)).value_or("");
        std::size_t const colon = pair.find(':');
        if (colon == std::string::npos) throw OAuthError("invalid_client", "The client's credentials are not valid.");
        return {pair.substr(0, colon), pair.substr(colon + 1)};
    }
    return {text(form, "client_id"), text(form, "client_secret")};
}

/// Runs a handler of an OAuth endpoint: its errors have a form of their own.
http::Handler oauth(std::function<void(Request &, Response &)> handler) {
    return [handler = std::move(handler)](Request &request, Response &response) {
        response.header("Cache-Control", "no-store");
        try {
            handler(request, response);
        } catch (const OAuthError &error) {
            response.status = error.code == "invalid_client" ? 401 : 400;
            if (response.status == 401) response.header("WWW-Authenticate", "Basic realm=\"kontor\"");
            response.contentType = "application/json";
            response.body = "{\"error\":";
            entity::writeJsonString(response.body, error.code);
            response.body += ",\"error_description\":";
            entity::writeJsonString(response.body, error.description);
            response.body += '}';
        }
    };
}

void writeTokens(const TokenAnswer &tokens, Response &response) {
    std::string &out = response.body;
    out = "{\"access_token\":";
    entity::writeJsonString(out, tokens.accessToken);
    out += ",\"token_type\":\"Bearer\",\"expires_in\":" + std::to_string(tokens.expiresInSeconds);
    if (!tokens.refreshToken.empty()) {
        out += ",\"refresh_token\":";
        entity::writeJsonString(out, tokens.refreshToken);
    }
    out += ",\"scope\":";
    entity::writeJsonString(out, tokens.scope);
    out += '}';
    response.contentType = "application/json";
}

void token(IdentityService &service, Request &request, Response &response) {
    Form const form = readForm(request);
    auto const [clientId, secret] = clientOf(request, form);
    std::string const grant = text(form, "grant_type");
    if (grant == "client_credentials") {
        return writeTokens(service.clientCredentials(clientId, secret, text(form, "scope")), response);
    }
    service.checkClient(clientId, secret);
    if (grant == "authorization_code") {
        writeTokens(
            service.exchangeCode(clientId, text(form, "code"), text(form, "redirect_uri"), text(form, "code_verifier")),
            response);
    } else if (grant == "refresh_token") {
        writeTokens(service.refresh(clientId, text(form, "refresh_token")), response);
    } else {
        throw OAuthError("unsupported_grant_type", "Use authorization_code, refresh_token or client_credentials.");
    }
}

std::string escaped(std::string_view plain) {
    std::string out;
    for (char const c : plain) {
        switch (c) {
        case '&':
            out += "&amp;";
            break;
        case '<':
            out += "&lt;";
            break;
        case '>':
            out += "&gt;";
            break;
        case '"':
            out += "&quot;";
            break;
        case '\'':
            out += "&#39;";
            break;
        default:
            out += c;
        }
    }
    return out;
}

/// The sign-in page: works without scripts, asks for nothing from elsewhere.
void writePage(const AuthorizationRequest &request, std::string_view message, Response &response) {
    response.contentType = "text/html; charset=utf-8";
    response.header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'");
    response.header("X-Frame-Options", "DENY");
    std::string &out = response.body;
    out = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width="
          "device-width\"><title>Sign in to Kontor</title><style>body{font:16px sans-serif;max-width:22em;margin:4em "
          "auto;padding:0 1em}label{display:block;margin-top:1em}input{width:100%;padding:.5em;box-sizing:border-box}"
          "button{margin-top:1.5em;padding:.6em 2em}.wrong{color:#a00}</style><h1>Kontor</h1><p>" +
          escaped(request.clientName) + " asks you to sign in.</p>";
    if (!message.empty()) out += "<p class=\"wrong\" role=\"alert\">" + escaped(message) + "</p>";
    out += "<form method=\"post\" action=\"/oauth/authorize\">";
    for (const auto &[name, value] :
         {std::pair{"client_id", request.clientId}, std::pair{"redirect_uri", request.redirectUri},
          std::pair{"response_type", std::string("code")}, std::pair{"code_challenge", request.challenge},
          std::pair{"code_challenge_method", std::string("S256")}, std::pair{"scope", request.scope},
          std::pair{"state", request.state}}) {
        out += std::string("<input type=\"hidden\" name=\"") + name + "\" value=\"" + escaped(value) + "\">";
    }
    out += "<label>User name<input name=\"username\" autocomplete=\"username\" required autofocus></label>"
           "<label>Password<input name=\"password\" type=\"password\" autocomplete=\"current-password\" required>"
           "</label><label>One-time password, if you use one<input name=\"totp\" inputmode=\"numeric\" "
           "autocomplete=\"one-time-code\"></label><button>Sign in</button></form></html>";
}

AuthorizationRequest checked(IdentityService &service, const Form &form) {
    return service.checkAuthorization(text(form, "client_id"), text(form, "redirect_uri"), text(form, "response_type"),
                                      text(form, "code_challenge"), text(form, "code_challenge_method"),
                                      text(form, "scope"), text(form, "state"));
}

void authorizePage(IdentityService &service, Request &request, Response &response) {
    Form form;
    for (const auto &[name, value] : request.query) form[name] = value;
    writePage(checked(service, form), "", response);
}

void authorize(IdentityService &service, Request &request, Response &response) {
    Form const form = readForm(request);
    AuthorizationRequest const asked = checked(service, form);
    std::string code;
    try {
        code = service.authorize(asked, text(form, "username"), text(form, "password"), text(form, "totp"),
                                 request.clientAddress);
    } catch (const Error &error) {
        // Our own client shows the form itself, and wants a problem document instead of a page.
        if (request.header("Accept").starts_with("application/json")) throw;
        response.status = mappingOf(error.code).httpStatus;
        return writePage(asked, error.detail, response);
    }
    Poco::URI target(asked.redirectUri);
    target.addQueryParameter("code", code);
    if (!asked.state.empty()) target.addQueryParameter("state", asked.state);
    target.addQueryParameter("iss", service.options().publicUrl);  // RFC 9207
    response.status = 303;
    response.header("Location", target.toString());
}

void metadata(const IdentityService &service, Request &, Response &response) {
    std::string const url = service.options().publicUrl;
    response.contentType = "application/json";
    response.body = "{\"issuer\":\"" + url + "\",\"authorization_endpoint\":\"" + url +
                    "/oauth/authorize\",\"token_endpoint\":\"" + url + "/oauth/token\",\"revocation_endpoint\":\"" +
                    url + "/oauth/revoke\",\"introspection_endpoint\":\"" + url +
                    "/oauth/introspect\",\"response_types_supported\":[\"code\"],\"grant_types_supported\":["
                    "\"authorization_code\",\"refresh_token\",\"client_credentials\"],\"code_challenge_methods_"
                    "supported\":[\"S256\"],\"token_endpoint_auth_methods_supported\":[\"none\",\"client_secret_"
                    "basic\",\"client_secret_post\"],\"scopes_supported\":[\"kontor\"],"
                    "\"authorization_response_iss_parameter_supported\":true}";
}

void introspect(IdentityService &service, Request &request, Response &response) {
    Form const form = readForm(request);
    auto const [clientId, secret] = clientOf(request, form);
    if (secret.empty()) throw OAuthError("invalid_client", "Introspection is for confidential clients.");
    service.checkClient(clientId, secret);
    Introspection const found = service.introspect(text(form, "token"));
    response.contentType = "application/json";
    if (!found.active) {
        response.body = "{\"active\":false}";
        return;
    }
    response.body = "{\"active\":true,\"sub\":\"" + found.userId + "\",\"client_id\":";
    entity::writeJsonString(response.body, found.clientId);
    response.body += ",\"scope\":";
    entity::writeJsonString(response.body, found.scope);
    response.body += ",\"exp\":" + std::to_string(found.expiresAt) + '}';
}

}  // namespace

std::vector<entity::OperationRoute> identityOperationRoutes() {
    return {
        {.operation = "login", .method = "POST", .path = "/api/v1/session", .open = true},
        {.operation = "logout", .method = "DELETE", .path = "/api/v1/session"},
        {.operation = "getUserInfo", .method = "GET", .path = "/api/v1/me"},
        {.operation = "setPassword", .method = "POST", .path = "/api/v1/me/password"},
        {.operation = "enrolTotp", .method = "POST", .path = "/api/v1/me/totp"},
        {.operation = "confirmTotp", .method = "POST", .path = "/api/v1/me/totp/confirm"},
        {.operation = "disableTotp", .method = "POST", .path = "/api/v1/me/totp/disable"},
        {.operation = "getServerTimestamp", .method = "GET", .path = "/api/v1/timestamp", .open = true},
    };
}

void addIdentityRoutes(http::Router &router, IdentityService &service, const rest::Identify &identify) {
    router.add("POST", "/api/v1/session", "login", [&service](Request &request, Response &response) {
        Login input;
        rest::readBody(request, input);
        entity::validate(input);
        rest::writeBody(response, service.login(input.userName.value_or(""), input.password.value_or(""),
                                                input.totp.value_or(""), request.clientAddress));
    });
    router.add("DELETE", "/api/v1/session", "logout", [&service, identify](Request &request, Response &response) {
        service.logout(identify(request));
        response.status = 204;
    });
    router.add("GET", "/api/v1/me", "getUserInfo", [&service, identify](Request &request, Response &response) {
        rest::writeBody(response, service.userInfo(identify(request)));
    });
    router.add("POST", "/api/v1/me/password", "setPassword",
               [&service, identify](Request &request, Response &response) {
                   auth::Caller const caller = identify(request);
                   SetPassword input;
                   rest::readBody(request, input);
                   entity::validate(input);
                   service.setPassword(caller, input);
                   response.status = 204;
               });
    router.add("POST", "/api/v1/me/totp", "enrolTotp", [&service, identify](Request &request, Response &response) {
        rest::writeBody(response, service.enrolTotp(identify(request)));
    });
    router.add("POST", "/api/v1/me/totp/confirm", "confirmTotp",
               [&service, identify](Request &request, Response &response) {
                   auth::Caller const caller = identify(request);
                   ConfirmTotp input;
                   rest::readBody(request, input);
                   entity::validate(input);
                   service.confirmTotp(caller, input.totp.value_or(""));
                   response.status = 204;
               });
    router.add("POST", "/api/v1/me/totp/disable", "disableTotp",
               [&service, identify](Request &request, Response &response) {
                   auth::Caller const caller = identify(request);
                   DisableTotp input;
                   rest::readBody(request, input);
                   entity::validate(input);
                   service.disableTotp(caller, input);
                   response.status = 204;
               });
    router.add("GET", "/api/v1/timestamp", "getServerTimestamp", [](Request &, Response &response) {
        ServerTimestamp now;
        now.timestamp = DateTime::now();
        rest::writeBody(response, now);
    });

    auto const add = [&](std::string_view method, std::string_view path, std::string name, auto handler) {
        router.add(method, path, std::move(name), oauth([&service, handler](Request &request, Response &response) {
                       handler(service, request, response);
                   }));
    };
    add("GET", "/oauth/authorize", "oauthAuthorizePage", authorizePage);
    add("POST", "/oauth/authorize", "oauthAuthorize", authorize);
    add("POST", "/oauth/token", "oauthToken", token);
    add("POST", "/oauth/introspect", "oauthIntrospect", introspect);
    add("POST", "/oauth/revoke", "oauthRevoke", [](IdentityService &s, Request &request, Response &) {
        Form const form = readForm(request);
        s.revoke(text(form, "token"));
    });
    add("GET", "/.well-known/oauth-authorization-server", "oauthMetadata",
        [](IdentityService &s, Request &request, Response &response) { metadata(s, request, response); });
}

}  // namespace kontor::identity
