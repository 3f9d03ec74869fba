#include "shared/rest/caller.h"

#include "shared/entity/base64.h"

namespace kontor::rest {

namespace {

bool takeScheme(std::string_view &header, std::string_view scheme) {
    if (header.size() <= scheme.size()) return false;
    for (std::size_t i = 0; i < scheme.size(); ++i) {
        if (std::tolower(static_cast<unsigned char>(header[i])) != scheme[i]) return false;
    }
    if (header[scheme.size()] != ' ') return false;
    header.remove_prefix(scheme.size() + 1);
    while (!header.empty() && header.front() == ' ') header.remove_prefix(1);
    return true;
}

}  // namespace

auth::Caller identify(const http::Request &request, auth::Authenticator &authenticator, std::string_view interface) {
    auth::Credentials credentials;
    credentials.clientAddress = request.clientAddress;
    credentials.secure = request.secure;
    std::string_view header = request.header("Authorization");
    if (takeScheme(header, "bearer")) {
        credentials.bearerToken = header;
    } else if (takeScheme(header, "basic")) {
        std::string const pair = entity::decodeBase64(header).value_or("");
        std::size_t const colon = pair.find(':');
        if (colon == std::string::npos) throw Error(ErrorCode::unauthenticated, "The credentials are not valid.");
        credentials.userName = pair.substr(0, colon);
        credentials.password = pair.substr(colon + 1);
    }
    auto identified = authenticator.authenticate(credentials);
    auth::Caller caller;
    caller.principal = std::move(identified.principal);
    caller.sessionId = std::move(identified.sessionId);
    caller.clientId = std::move(identified.clientId);
    caller.interface = interface;
    caller.requestId = request.requestId;
    caller.traceParent = request.traceParent;
    caller.clientAddress = request.clientAddress;
    return caller;
}

}  // namespace kontor::rest
