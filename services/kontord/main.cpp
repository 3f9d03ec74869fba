// kontord: reads the configuration, starts the chosen services, and ends them in good order.

#include "services/contact/contact_rest.h"
#include "services/contact/contact_service.h"
#include "services/contact/contact_soap.h"
#include "services/contact/parties.h"
#include "services/identity/identity_rest.h"
#include "services/identity/identity_service.h"
#include "services/identity/identity_soap.h"
#include "services/kontord/configuration.h"
#include "services/kontord/documents.h"
#include "services/kontord/housekeeping.h"
#include "services/lead/capture.h"
#include "services/lead/conversion.h"
#include "services/lead/lead_rest.h"
#include "services/lead/lead_service.h"
#include "services/lead/lead_soap.h"
#include "services/lead/leads.h"
#include "services/lead/quote_pages.h"
#include "services/lead/responses.h"

#include "shared/entity/merge.h"
#include "shared/events/delivery.h"
#include "shared/events/outbox.h"
#include "shared/mail/mail.h"
#include "shared/postgres/migrate.h"
#include "shared/rest/caller.h"
#include "shared/rest/event_stream.h"
#include "shared/rest/jobs.h"
#include "shared/rest/resources.h"
#include "shared/soap/jobs.h"
#include "shared/telemetry/logging.h"
#include "shared/telemetry/metrics.h"
#include "shared/telemetry/telemetry.h"

#include <CLI/CLI.hpp>
#include <Poco/Exception.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <malloc.h>
#include <set>
#include <unistd.h>

namespace {

using namespace kontor;
using kontord::Configuration;
using telemetry::Level;

struct ServiceEntry {
    std::string_view name;
    std::span<const postgres::Migration> (*migrations)();
};
constexpr ServiceEntry allServices[] = {
    {"identity", identity::migrations}, {"contact", contact::migrations}, {"lead", lead::migrations}};

std::set<std::string, std::less<>> targetsOf(const Configuration &configuration) {
    std::set<std::string, std::less<>> targets;
    std::string rest = configuration.text("targets") + ',';
    for (std::size_t comma = rest.find(','); comma != std::string::npos; comma = rest.find(',')) {
        std::string const name = rest.substr(0, comma);
        rest.erase(0, comma + 1);
        if (name == "all") {
            for (const ServiceEntry &service : allServices) targets.emplace(service.name);
        } else if (std::ranges::any_of(allServices, [&](const ServiceEntry &s) { return s.name == name; })) {
            targets.insert(name);
        } else if (!name.empty()) {
            throw std::runtime_error("There is no service " + name + ".");
        }
    }
    // Sign-in is asked of identity, and parties of contact, in the same process until services find each other over the
    // network.
    targets.insert("identity");
    if (targets.contains("lead")) targets.insert("contact");
    return targets;
}

postgres::PoolOptions poolOptions(const Configuration &configuration, std::string_view service) {
    std::string url = configuration.text("database." + std::string(service) + ".url");
    if (url.empty()) url = configuration.text("database.url");
    if (url.empty()) throw std::runtime_error("The setting database.url is missing.");
    postgres::PoolOptions options;
    // The role is the service's own, whatever the connection string says: later words win.
    std::string const role = "kontor_" + std::string(service);
    bool const isUri = url.starts_with("postgres://") || url.starts_with("postgresql://");
    if (isUri) {
        options.connectionString = url + (url.find('?') == std::string::npos ? "?" : "&") + "user=" + role;
    } else {
        options.connectionString = url + " user=" + role;
    }
    if (configuration.has("database.password")) {
        options.connectionString += isUri ? "&password=" + configuration.text("database.password")
                                          : " password='" + configuration.text("database.password") + "'";
    }
    options.searchPath = service;
    options.applicationName = role;
    options.maximumConnections = configuration.number("database.connections");
    options.statementTimeoutSeconds = configuration.number("database.statementSeconds");
    return options;
}

int migrateAll(const Configuration &configuration) {
    if (!configuration.has("database.adminUrl")) {
        throw std::runtime_error("The setting database.adminUrl is missing: migrations need a role that may create "
                                 "schemas and roles.");
    }
    for (const ServiceEntry &service : allServices) {
        postgres::MigrationTarget target;
        target.adminConnectionString = configuration.text("database.adminUrl");
        target.service = service.name;
        target.rolePassword = configuration.text("database.password");
        int const applied = postgres::migrate(target, service.migrations());
        std::cout << service.name << ": " << applied << " migrations applied\n";
    }
    return 0;
}

/// SIGTERM, SIGINT and SIGHUP are waited for by the main thread; every other thread has them blocked.
sigset_t blockSignals() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    return signals;
}

/// "a, b" → a and b.
std::vector<std::string> listOf(const std::string &text) {
    std::vector<std::string> parts;
    for (std::size_t start = 0; start < text.size();) {
        std::size_t const comma = std::min(text.find(',', start), text.size());
        std::string part = text.substr(start, comma - start);
        std::erase(part, ' ');
        if (!part.empty()) parts.push_back(std::move(part));
        start = comma + 1;
    }
    return parts;
}

http::ServerOptions serverOptions(const Configuration &configuration) {
    http::ServerOptions options;
    options.address = configuration.text("http.address");
    options.port = configuration.number("http.port");
    options.threads = configuration.number("http.threads");
    options.headerTimeout = std::chrono::seconds(configuration.number("http.headerSeconds"));
    options.keepAliveTimeout = std::chrono::seconds(configuration.number("http.keepAliveSeconds"));
    options.maximumConnections = configuration.number("http.maximumConnections");
    options.certificateFile = configuration.text("tls.certificate");
    options.privateKeyFile = configuration.text("tls.key");
    options.corsOrigins = listOf(configuration.text("http.corsOrigins"));
    options.trustedProxies = listOf(configuration.text("http.trustedProxies"));
    bool const loopback =
        options.address.starts_with("127.") || options.address == "::1" || options.address == "localhost";
    if (!loopback && options.certificateFile.empty() && !configuration.flag("http.allowPlain")) {
        throw std::runtime_error("http.address " + options.address +
                                 " is not loopback: set tls.certificate and tls.key, or http.allowPlain=true behind a "
                                 "TLS proxy.");
    }
    return options;
}

std::optional<Error> translate(const std::exception_ptr &exception) {
    try {
        std::rethrow_exception(exception);
    } catch (const postgres::DatabaseError &failure) {
        Error error = postgres::toError(failure);
        if (error.code == ErrorCode::internal || error.code == ErrorCode::unavailable) {
            telemetry::log(Level::error, "database",
                           {{"sqlState", failure.sqlState}, {"message", failure.message}, {"detail", failure.detail}});
        }
        return error;
    } catch (...) {
        return std::nullopt;
    }
}

std::string publicUrl(const Configuration &configuration, int port) {
    if (configuration.has("http.publicUrl")) return configuration.text("http.publicUrl");
    bool const tls = configuration.has("tls.certificate");
    return std::string(tls ? "https" : "http") + "://" + configuration.text("http.address") + ':' +
           std::to_string(port);
}

std::unique_ptr<mail::Mailer> makeMailer(const Configuration &configuration) {
    if (!configuration.has("smtp.url")) return nullptr;
    mail::SmtpOptions options;
    options.url = configuration.text("smtp.url");
    options.from = configuration.text("smtp.from");
    options.authoritiesFile = configuration.text("smtp.authorities");
    return std::make_unique<mail::SmtpMailer>(options);
}

/// Makes callers for what the server does by itself.
std::function<auth::Caller(const std::string &)> asSystem(std::string_view interface) {
    return [interface](const std::string &requestId) {
        auto principal = std::make_shared<auth::Principal>();
        principal->userId = "00000000-0000-7000-8000-000000000000";
        principal->userName = "system";
        principal->administrator = true;
        auth::Caller caller;
        caller.principal = std::move(principal);
        caller.interface = interface;
        caller.requestId = requestId;
        return caller;
    };
}

std::vector<entity::Operations *> operationsOf(const std::vector<rest::Service> &services) {
    std::vector<entity::Operations *> all;
    for (const rest::Service &service : services) all.push_back(service.operations);
    return all;
}

void requireMigrated(postgres::Pool &pool, const ServiceEntry &service) {
    int const pending = postgres::pendingMigrations(pool, service.migrations());
    if (pending > 0) {
        throw std::runtime_error(std::string(service.name) + " misses " + std::to_string(pending) +
                                 " migrations: run kontord --migrate first.");
    }
}

int serve(const Configuration &configuration) {
    sigset_t const signals = blockSignals();
    telemetry::LogOptions logOptions;
    logOptions.file = configuration.text("log.file");
    auto const level = telemetry::parseLevel(configuration.text("log.level"));
    if (!level) throw std::runtime_error("log.level must be debug, info, warning or error.");
    logOptions.level = *level;
    telemetry::startLogging(logOptions);
    http::ServerOptions options = serverOptions(configuration);
    auto const targets = targetsOf(configuration);

    postgres::Pool identityPool(poolOptions(configuration, "identity"));
    requireMigrated(identityPool, allServices[0]);

    http::Router router;
    http::Server server(options, router);
    std::string const url = publicUrl(configuration, server.port());

    identity::IdentityOptions identityOptions;
    identityOptions.publicUrl = url;
    identityOptions.sessionSeconds = configuration.number("identity.sessionSeconds");
    identityOptions.accessTokenSeconds = configuration.number("identity.accessTokenSeconds");
    identityOptions.refreshTokenSeconds = configuration.number("identity.refreshTokenDays") * 86400LL;
    identityOptions.lockoutAttempts = configuration.number("identity.lockoutAttempts");
    identityOptions.lockoutSeconds = configuration.number("identity.lockoutSeconds");
    identity::IdentityService identityService(identityPool, identityOptions);
    const char *const given = std::getenv("KONTOR_ADMIN_PASSWORD");
    if (auto const password = identityService.bootstrap(given != nullptr ? given : "")) {
        // Once, and to standard output only: the log is kept, this is not.
        if (given == nullptr) std::cout << "First start: sign in as admin with the password " << *password << std::endl;
    }

    telemetry::Metrics metrics;
    telemetry::TelemetryOptions telemetryOptions;
    telemetryOptions.accessLog = configuration.flag("log.requests");
    telemetry::connectTelemetry(metrics, telemetryOptions);
    http::translateErrors(translate);
    telemetry::Readiness readiness;

    rest::Identify const identify = [&](const http::Request &request) {
        return rest::identify(request, identityService);
    };
    std::vector<rest::Service> services;
    std::vector<entity::OpenApiService> described;

    services.push_back({&identityService.operations(), identify});
    identity::addIdentityRoutes(router, identityService, identify);
    identity::addIdentitySoapRoutes(router, identityService, url);
    described.push_back({&identity::serviceContract(), identity::identityOperationRoutes()});
    metrics.addPool("identity", identityPool);
    readiness.add("identity database", [&] { return identityPool.ping(); });

    std::optional<postgres::Pool> contactPool;
    std::optional<contact::ContactService> contactService;
    if (targets.contains("contact")) {
        contactPool.emplace(poolOptions(configuration, "contact"));
        requireMigrated(*contactPool, allServices[1]);
        contactService.emplace(*contactPool, identityService.cursorKey());
        services.push_back({&contactService->operations(), identify});
        contact::addContactRoutes(router, *contactService, identify);
        contact::addContactSoapRoutes(router, *contactService, identityService, url);
        described.push_back({&contact::serviceContract(), contact::contactOperationRoutes()});
        metrics.addPool("contact", *contactPool);
        readiness.add("contact database", [&] { return contactPool->ping(); });
    }

    std::vector<kontord::Chore> chores;
    std::unique_ptr<mail::Mailer> const mailer = makeMailer(configuration);
    std::vector<events::Subscription> subscriptions;
    std::optional<postgres::Pool> leadPool;
    std::optional<contact::Parties> parties;
    std::optional<lead::LeadService> leadService;
    if (targets.contains("lead")) {
        leadPool.emplace(poolOptions(configuration, "lead"));
        requireMigrated(*leadPool, allServices[2]);
        parties.emplace(*contactService);
        leadService.emplace(*leadPool, identityService.cursorKey(), *parties);
        services.push_back({&leadService->operations(), identify});
        lead::addLeadRoutes(router, *leadService, identify);
        lead::addLeadSoapRoutes(router, *leadService, identityService, url);
        lead::addQuotePages(router, *leadService, url);
        lead::addCaptureRoutes(router, *leadService, {url, mailer.get(), asSystem("form")});
        chores.push_back(
            {"expire submissions", std::chrono::seconds(60), [&] { lead::expireSubmissions(*leadService); }});
        chores.push_back({"refresh scores", std::chrono::seconds(300), [&] {
                              while (lead::refreshScores(*leadService, asSystem("system")("refreshScores")) > 0)
                                  continue;
                          }});
        chores.push_back({"resume conversions", std::chrono::seconds(5), [&] {
                              lead::resumeConversions(
                                  *leadService,
                                  [&](const std::string &user) { return identityService.principal(user); },
                                  std::chrono::seconds(10));
                          }});
        described.push_back({&lead::serviceContract(), lead::leadOperationRoutes()});
        subscriptions.push_back(lead::responseSubscription(*leadService, *contactPool));
        metrics.addPool("lead", *leadPool);
        readiness.add("lead database", [&] { return leadPool->ping(); });
    }

    for (const rest::Service &service : services) rest::addResourceRoutes(router, service);
    rest::addSharedRoutes(router, services);
    std::vector<entity::Operations *> ofJobs;
    for (const rest::Service &service : services) ofJobs.push_back(service.operations);
    jobs::JobRunner jobs(ofJobs, [&](const std::string &userId) { return identityService.principal(userId); });
    rest::addJobRoutes(router, services.front().identify, jobs);
    soap::addJobsSoapRoutes(router, jobs, identityService, url);
    rest::EventStreams streams(services,
                               {.heartbeat = std::chrono::seconds(configuration.number("events.heartbeatSeconds"))});
    streams.addRoutes(router);
    metrics.addGauge("kontor_event_streams", "Open streams of server-sent events.", {},
                     [&streams] { return static_cast<double>(streams.open()); });
    kontord::addDocumentRoutes(router, described, url);
    for (const rest::Service &service : services) {
        entity::Operations *const operations = service.operations;
        metrics.addGauge("kontor_outbox_held_back_seconds",
                         "How long the oldest event has waited for a transaction that still runs.",
                         {{"service", std::string(operations->contract().name)}}, [operations] {
                             return static_cast<double>(events::heldBack(operations->pool()).count()) / 1e6;
                         });
        metrics.addGauge("kontor_outbox_rows", "Events kept for readers.",
                         {{"service", std::string(operations->contract().name)}},
                         [operations] { return operations->outboxRows(); });
    }
    telemetry::addOperationalRoutes(router, metrics, readiness);
    metrics.addServer(server);

    kontord::Housekeeping housekeeping({.operations = operationsOf(services),
                                        .chores = std::move(chores),
                                        .recycleBinDays = configuration.number("recycleBinDays"),
                                        .changesDays = configuration.number("changesDays")});

    for (events::Subscription &follower : entity::followMerges(operationsOf(services), asSystem("event")("merge"))) {
        subscriptions.push_back(std::move(follower));
    }
    events::DeliveryOptions deliveryOptions;
    deliveryOptions.interval = std::chrono::milliseconds(500);
    deliveryOptions.onFailure = [](const std::string &consumer, const std::string &what) {
        telemetry::log(Level::warning, "events not applied", {{"consumer", consumer}, {"message", what}});
    };
    events::Delivery delivery(deliveryOptions);
    for (events::Subscription &subscription : subscriptions) {
        metrics.addGauge("kontor_event_lag_seconds", "Age of the oldest event that a consumer has not applied.",
                         {{"consumer", subscription.consumer}}, [&delivery, consumer = subscription.consumer] {
                             for (const auto &lag : delivery.lags()) {
                                 if (lag.consumer == consumer) return lag.seconds;
                             }
                             return 0.0;
                         });
        delivery.subscribe(std::move(subscription));
    }

    server.start();
    jobs.start();
    telemetry::log(Level::info, "ready", {{"url", url}, {"port", server.port()}});

    while (true) {
        int signal = 0;
        sigwait(&signals, &signal);
        if (signal != SIGHUP) break;
        telemetry::reopenLog();
        if (!options.certificateFile.empty()) server.reloadCertificate();
    }
    telemetry::log(Level::info, "stopping");
    readiness.drain();
    streams.stop();
    jobs.stop();
    housekeeping.stop();
    bool const clean = server.stop(std::chrono::seconds(configuration.number("stopSeconds")));
    telemetry::log(clean ? Level::info : Level::warning, clean ? "stopped" : "stopped with requests in flight");
    telemetry::stopLogging();
    if (!clean) _exit(1);  // a handler is stuck: what it uses must not be torn down under it
    return 0;
}

void printSettings() {
    for (const kontord::Setting &setting : kontord::settings()) {
        std::cout << setting.name << " = " << setting.standard << "\n    " << setting.meaning << "\n";
    }
}

}  // namespace

int main(int argc, char **argv) {
    // Answers of megabytes come and go: their memory is kept for the next one, not handed back each time.
    mallopt(M_TRIM_THRESHOLD, 64 * 1024 * 1024);
    mallopt(M_MMAP_THRESHOLD, 32 * 1024 * 1024);
    CLI::App app("Kontor server");
    std::optional<std::string> file;
    std::vector<std::string> flags;
    bool migrateOnly = false;
    bool showSettings = false;
    app.add_option("--config", file, "Configuration file (name = value)");
    app.add_option("--set", flags, "One setting, name=value; may be repeated");
    app.add_option_function<std::string>(
        "--target", [&](const std::string &targets) { flags.push_back("targets=" + targets); },
        "Services of this process: all, or a list such as identity,contact");
    app.add_flag("--migrate", migrateOnly, "Bring the database up to date and end");
    app.add_flag("--print-settings", showSettings, "Print all settings with their defaults and end");
    app.set_version_flag("--version", "kontord " KONTOR_VERSION);
    CLI11_PARSE(app, argc, argv);
    try {
        if (showSettings) {
            printSettings();
            return 0;
        }
        Configuration const configuration = Configuration::read(file, flags);
        return migrateOnly ? migrateAll(configuration) : serve(configuration);
    } catch (const Poco::Exception &problem) {
        telemetry::stopLogging();
        std::cerr << "kontord: " << problem.displayText() << "\n";
        return 1;
    } catch (const std::exception &problem) {
        telemetry::stopLogging();
        std::cerr << "kontord: " << problem.what() << "\n";
        return 1;
    }
}
