#pragma once

// Schema migrations of a service: numbered SQL files, compiled in, applied forward only, each in a transaction, under
// an advisory lock, recorded with a checksum.

#include <span>
#include <string>
#include <string_view>

namespace kontor::postgres {

struct Migration {
    std::string_view name;  ///< "0001_contact.sql"; order of the names is order of application
    std::string_view sql;
};

struct MigrationTarget {
    std::string adminConnectionString;  ///< a role that may create schemas and roles
    std::string service;                ///< schema, and role kontor_<service>
    std::string rolePassword;           ///< of the role; empty = none is set
};

/// Creates the service's role and schema, grants the role rights in its own schema only, and applies what is missing.
/// Returns how many were applied. Throws std::runtime_error when a migration that was applied has since been edited,
/// DatabaseError when one fails (nothing of it stays).
int migrate(const MigrationTarget &target, std::span<const Migration> migrations);

/// Names that are not applied yet; as the service's own role.
int pendingMigrations(class Pool &pool, std::span<const Migration> migrations);

}  // namespace kontor::postgres
