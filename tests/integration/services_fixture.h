#pragma once

// The services over a database of their own, as kontord wires them, without a socket.

#include "services/contact/contact_service.h"
#include "services/contact/parties.h"
#include "services/identity/identity_service.h"
#include "services/lead/lead_service.h"
#include "shared/postgres/migrate.h"
#include "tests/integration/scratch_database.h"

#include <boost/test/unit_test.hpp>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace kontor::test {

class Services {
  public:
    explicit Services(identity::IdentityOptions identityOptions = {}) {
        postgres::migrate({database.dsn(), "identity", ""}, identity::migrations());
        postgres::migrate({database.dsn(), "contact", ""}, contact::migrations());
        postgres::migrate({database.dsn(), "lead", ""}, lead::migrations());
        identityPool.emplace(poolOptions("identity"));
        contactPool.emplace(poolOptions("contact"));
        identityOptions.publicUrl = "http://127.0.0.1:8080";
        identityService.emplace(*identityPool, identityOptions);
        password = identityService->bootstrap("").value();
        contactService.emplace(*contactPool, identityService->cursorKey());
        leadPool.emplace(poolOptions("lead"));
        parties.emplace(*contactService);
        leadService.emplace(*leadPool, identityService->cursorKey(), *parties);
        administrator = callerOf("admin", password);
    }

    [[nodiscard]] postgres::PoolOptions poolOptions(const std::string &service) const {
        postgres::PoolOptions options = database.options(8);
        options.connectionString = database.dsn({{"user", "kontor_" + service}});
        options.searchPath = service;
        return options;
    }

    auth::Caller callerOf(const std::string &userName, const std::string &secret) {
        auth::Credentials credentials;
        credentials.userName = userName;
        credentials.password = secret;
        credentials.secure = true;
        return callerOf(credentials);
    }
    auth::Caller callerOf(const auth::Credentials &credentials) {
        auto identified = identityService->authenticate(credentials);
        auth::Caller caller;
        caller.principal = identified.principal;
        caller.sessionId = identified.sessionId;
        caller.clientId = identified.clientId;
        caller.requestId = "test";
        return caller;
    }
    auth::Caller callerWith(const std::string &bearerToken) {
        auth::Credentials credentials;
        credentials.bearerToken = bearerToken;
        return callerOf(credentials);
    }

    /// One record, which must be written; returned as stored.
    template <typename T> T create(entity::Operations &operations, const auth::Caller &caller, T record) {
        std::vector<entity::RecordPtr> records;
        records.push_back(std::make_unique<T>(std::move(record)));
        auto results = operations.createRecords(caller, std::move(records), {});
        if (results.at(0).error) throw *results[0].error;
        return std::move(static_cast<T &>(*results[0].record));
    }
    template <typename T>
    entity::RecordResult update(entity::Operations &operations, const auth::Caller &caller, T record) {
        std::vector<entity::RecordPtr> records;
        records.push_back(std::make_unique<T>(std::move(record)));
        return std::move(operations.updateRecords(caller, std::move(records), {}).at(0));
    }

    identity::Role roleNamed(const std::string &name) {
        entity::Query query;
        query.entity = identity::serviceContract().entityByName("Role");
        query.filter = "name = \"" + name + "\"";
        auto page = identityService->operations().queryRecords(administrator, query);
        return static_cast<identity::Role &>(*page.records.at(0));
    }
    /// A user with a role (by id) and teams; the password is "correct horse".
    identity::User newUser(const std::string &name, std::vector<std::string> roles,
                           std::vector<std::string> teams = {}) {
        identity::User user;
        user.userName = name;
        user.displayName = name;
        user.password = "correct horse";
        user.roleIds = std::move(roles);
        user.teamIds = std::move(teams);
        return create(identityService->operations(), administrator, std::move(user));
    }

    entity::Operations &contacts() { return contactService->operations(); }
    entity::Operations &leads() { return leadService->operations(); }
    entity::Operations &identities() { return identityService->operations(); }
    static const EntityType &entity(std::string_view name) {
        if (const EntityType *const found = contact::serviceContract().entityByName(name)) return *found;
        if (const EntityType *const found = lead::serviceContract().entityByName(name)) return *found;
        return *identity::serviceContract().entityByName(name);
    }

    ScratchDatabase database;
    std::optional<postgres::Pool> identityPool;
    std::optional<postgres::Pool> contactPool;
    std::optional<postgres::Pool> leadPool;
    std::optional<identity::IdentityService> identityService;
    std::optional<contact::ContactService> contactService;
    std::optional<contact::Parties> parties;
    std::optional<lead::LeadService> leadService;
    std::string password;
    auth::Caller administrator;
};

/// The code of the Error that the work throws; empty when it throws none.
template <typename Work> std::optional<ErrorCode> codeOf(Work &&work) {
    try {
        work();
    } catch (const Error &error) {
        return error.code;
    }
    return std::nullopt;
}

}  // namespace kontor::test
