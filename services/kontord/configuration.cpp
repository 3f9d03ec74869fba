#include "services/kontord/configuration.h"

#include <Poco/AutoPtr.h>
#include <Poco/Exception.h>
#include <Poco/Util/PropertyFileConfiguration.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cstdlib>
#include <stdexcept>

namespace kontor::kontord {

namespace {

constexpr auto table = std::to_array<Setting>({
    {"targets", "all", "Services of this process: all, or a list such as identity,contact."},
    {"http.address", "127.0.0.1", "Address to listen on. Anything but loopback needs TLS or http.allowPlain."},
    {"http.port", "8080", "Port to listen on; 0 takes any free one."},
    {"http.publicUrl", "", "Address that clients use, such as https://crm.example.com; written into WSDLs and links."},
    {"http.threads", "0", "Event loops; 0 = one for each core."},
    {"http.allowPlain", "false", "Allow HTTP without TLS on an address that is not loopback."},
    {"http.keepAliveSeconds", "300", "How long an idle connection is kept."},
    {"http.headerSeconds", "10", "How long a client may take to send a request's head."},
    {"http.maximumConnections", "20000", "Connections at the same time; more are refused."},
    {"http.corsOrigins", "", "Origins whose scripts may call, separated by commas; * for all."},
    {"http.trustedProxies", "", "Addresses of proxies whose X-Forwarded-For is believed, separated by commas."},
    {"tls.certificate", "", "PEM file with the certificate chain; with tls.key, the server speaks TLS."},
    {"tls.key", "", "PEM file with the private key."},
    {"database.url", "", "Connection string for the services; each signs in as kontor_<service>. Required."},
    {"database.adminUrl", "", "Connection string of a role that may create schemas and roles; for --migrate only."},
    {"database.identity.url", "", "Connection string of identity, when it is not database.url."},
    {"database.contact.url", "", "Connection string of contact, when it is not database.url."},
    {"database.lead.url", "", "Connection string of lead, when it is not database.url."},
    {"database.password", "", "Password of the services' roles, when the server asks for one."},
    {"database.connections", "24", "Connections for each service, besides one for reads for each event loop."},
    {"database.statementSeconds", "60", "Statements that run longer are cancelled."},
    {"stopSeconds", "20", "How long requests in flight may take to finish when the server stops."},
    {"log.file", "", "File for the log (JSON lines); empty = standard error."},
    {"log.level", "info", "debug, info, warning or error."},
    {"log.requests", "true", "Log each request."},
    {"identity.sessionSeconds", "7200", "How long a SOAP session lives without use."},
    {"identity.accessTokenSeconds", "900", "How long an OAuth access token is valid."},
    {"identity.refreshTokenDays", "30", "How long a refresh token is valid."},
    {"identity.lockoutAttempts", "10", "Wrong passwords in a row before sign-in is refused for a while."},
    {"identity.lockoutSeconds", "900", "For how long."},
    {"smtp.url", "", "Server for outgoing e-mail: smtp://user:password@host:587 or smtps://user:password@host:465."},
    {"smtp.from", "", "Sender of outgoing e-mail, such as Acme <crm@example.com>."},
    {"smtp.authorities", "", "PEM file with the certificates to trust for smtp.url; empty = those of the system."},
    {"events.heartbeatSeconds", "15", "A silent event stream says that it lives, and looks at its credentials again."},
    {"recycleBinDays", "30", "Deleted records are kept this long."},
    {"changesDays", "90", "The change feed reaches back this far."},
});

std::string variableOf(std::string_view name) {
    std::string variable = "KONTOR_";
    for (char const c : name) {
        if (c == '.') {
            variable += '_';
        } else {
            if (std::isupper(static_cast<unsigned char>(c)) != 0) variable += '_';
            variable += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
        }
    }
    return variable;
}

}  // namespace

std::span<const Setting> settings() { return table; }

Configuration Configuration::read(const std::optional<std::string> &file, const std::vector<std::string> &flags) {
    Configuration configuration;
    for (const Setting &setting : table) configuration.values_[std::string(setting.name)] = setting.standard;
    if (file) {
        try {
            Poco::AutoPtr<Poco::Util::PropertyFileConfiguration> const properties(
                new Poco::Util::PropertyFileConfiguration(*file));
            std::vector<std::string> pending{""};
            while (!pending.empty()) {
                std::string const key = pending.back();
                pending.pop_back();
                Poco::Util::AbstractConfiguration::Keys children;
                properties->keys(key, children);
                for (const std::string &child : children) pending.push_back(key.empty() ? child : key + '.' + child);
                if (!key.empty() && properties->hasProperty(key)) {
                    configuration.set(key, properties->getRawString(key), *file);
                }
            }
        } catch (const Poco::Exception &problem) {
            throw std::runtime_error("Cannot read " + *file + ": " + problem.displayText());
        }
    }
    for (const Setting &setting : table) {
        std::string const variable = variableOf(setting.name);
        if (const char *const value = std::getenv(variable.c_str())) {
            configuration.set(std::string(setting.name), value, variable);
        }
    }
    for (const std::string &flag : flags) {
        auto const equals = flag.find('=');
        if (equals == std::string::npos) throw std::runtime_error("--set wants name=value, not " + flag);
        configuration.set(flag.substr(0, equals), flag.substr(equals + 1), "--set");
    }
    return configuration;
}

void Configuration::set(const std::string &name, const std::string &value, const std::string &where) {
    auto const found = values_.find(name);
    if (found == values_.end()) throw std::runtime_error(where + ": there is no setting " + name);
    found->second = value;
}

std::string Configuration::text(std::string_view name) const { return values_.find(name)->second; }

int Configuration::number(std::string_view name) const {
    std::string const value = text(name);
    int result = 0;
    auto const [end, problem] = std::from_chars(value.data(), value.data() + value.size(), result);
    if (problem != std::errc{} || end != value.data() + value.size()) {
        throw std::runtime_error("The setting " + std::string(name) + " must be a whole number, not " + value);
    }
    return result;
}

bool Configuration::flag(std::string_view name) const {
    std::string const value = text(name);
    if (value == "true" || value == "yes" || value == "1") return true;
    if (value == "false" || value == "no" || value == "0") return false;
    throw std::runtime_error("The setting " + std::string(name) + " must be true or false, not " + value);
}

}  // namespace kontor::kontord
