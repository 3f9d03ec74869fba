#include "shared/postgres/migrate.h"

#include "shared/postgres/postgres.h"

#include <libpq-fe.h>

#include <map>
#include <memory>
#include <stdexcept>

namespace kontor::postgres {

namespace {

using Session = std::unique_ptr<PGconn, decltype(&PQfinish)>;

/// Migrations are scripts of several statements, so they go through the simple protocol.
void execute(PGconn *session, const std::string &sql, std::string_view what) {
    std::unique_ptr<PGresult, decltype(&PQclear)> const result(PQexec(session, sql.c_str()), PQclear);
    ExecStatusType const status = PQresultStatus(result.get());
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) return;
    const char *const state = PQresultErrorField(result.get(), PG_DIAG_SQLSTATE);
    throw DatabaseError(state != nullptr ? state : "08006", std::string(what) + ": " + PQerrorMessage(session), {}, {},
                        0);
}

std::string quotedName(PGconn *session, const std::string &name) {
    std::unique_ptr<char, decltype(&PQfreemem)> const quoted(PQescapeIdentifier(session, name.c_str(), name.size()),
                                                             PQfreemem);
    return quoted.get();
}
std::string quotedText(PGconn *session, std::string_view text) {
    std::unique_ptr<char, decltype(&PQfreemem)> const quoted(PQescapeLiteral(session, text.data(), text.size()),
                                                             PQfreemem);
    return quoted.get();
}

/// FNV-1a: tells an edited file from the one that was applied; no secret depends on it.
std::string checksum(std::string_view text) {
    std::uint64_t hash = 14695981039346656037ULL;
    for (char const c : text) hash = (hash ^ static_cast<std::uint8_t>(c)) * 1099511628211ULL;
    return std::to_string(hash);
}

std::map<std::string, std::string> applied(PGconn *session) {
    std::unique_ptr<PGresult, decltype(&PQclear)> const result(
        PQexec(session, "SELECT name, checksum FROM schema_migration"), PQclear);
    std::map<std::string, std::string> all;
    for (int row = 0; row < PQntuples(result.get()); ++row) {
        all[PQgetvalue(result.get(), row, 0)] = PQgetvalue(result.get(), row, 1);
    }
    return all;
}

}  // namespace

int migrate(const MigrationTarget &target, std::span<const Migration> migrations) {
    Session const session(PQconnectdb(target.adminConnectionString.c_str()), PQfinish);
    if (PQstatus(session.get()) != CONNECTION_OK) {
        throw DatabaseError("08001", std::string("cannot connect: ") + PQerrorMessage(session.get()), {}, {}, 0);
    }
    PQsetNoticeProcessor(
        session.get(), [](void *, const char *) {}, nullptr);
    PGconn *const s = session.get();
    std::string const role = quotedName(s, "kontor_" + target.service);
    std::string const schema = quotedName(s, target.service);
    // One migration at a time. Roles are shared with the cluster's other databases, where the lock does not reach.
    execute(s, "SELECT pg_advisory_lock(hashtext('kontor migrate'))", "lock");
    execute(s,
            "DO $do$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = " +
                quotedText(s, "kontor_" + target.service) + ") THEN CREATE ROLE " + role +
                " LOGIN; END IF; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $do$",
            "create role");
    if (!target.rolePassword.empty()) {
        execute(s, "ALTER ROLE " + role + " PASSWORD " + quotedText(s, target.rolePassword), "set password");
    }
    execute(s, "CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public", "create extension");
    execute(s, "CREATE EXTENSION IF NOT EXISTS unaccent WITH SCHEMA public", "create extension");
    // How searches see text: in lower case and without accents. Immutable, for generated columns: the dictionary is
    // PostgreSQL's own and does not change under a database. In PL/pgSQL, which costs half of a function in SQL that
    // cannot be inlined (unaccent() is but stable).
    execute(s,
            "CREATE OR REPLACE FUNCTION public.kontor_fold(text) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE "
            "STRICT"
            " AS $fold$ BEGIN RETURN lower(public.unaccent('public.unaccent'::regdictionary, $1)); END $fold$",
            "create function");
    execute(s, "CREATE SCHEMA IF NOT EXISTS " + schema, "create schema");
    execute(s, "GRANT USAGE ON SCHEMA " + schema + " TO " + role, "grant");
    execute(s, "SET search_path = " + schema + ", public", "search path");
    execute(s,
            "CREATE TABLE IF NOT EXISTS schema_migration (name text PRIMARY KEY, checksum text NOT NULL,"
            " applied_at timestamptz NOT NULL DEFAULT now())",
            "create table");
    // Old servers go on while this runs: no statement may wait for a lock for long.
    execute(s, "SET lock_timeout = '10s'", "lock timeout");
    auto const known = applied(s);
    int count = 0;
    for (const Migration &migration : migrations) {
        auto const found = known.find(std::string(migration.name));
        if (found != known.end()) {
            if (found->second == checksum(migration.sql)) continue;
            throw std::runtime_error("Migration " + std::string(migration.name) + " of " + target.service +
                                     " was edited after it had been applied; add a new one instead.");
        }
        execute(s, "BEGIN", "begin");
        execute(s, std::string(migration.sql), migration.name);
        execute(s,
                "INSERT INTO schema_migration (name, checksum) VALUES (" + quotedText(s, migration.name) + ", " +
                    quotedText(s, checksum(migration.sql)) + ")",
                migration.name);
        execute(s, "COMMIT", "commit");
        ++count;
    }
    // After every run, so that tables of a new migration are included. The audit trail is append-only for the service.
    execute(s,
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA " + schema + " TO " + role +
                "; GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA " + schema + " TO " + role +
                "; GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA " + schema + " TO " + role +
                "; REVOKE INSERT, UPDATE, DELETE ON schema_migration FROM " + role +
                "; DO $do$ BEGIN IF to_regclass('audit_entry') IS NOT NULL THEN REVOKE UPDATE, DELETE ON audit_entry "
                "FROM " +
                role + "; END IF; END $do$",
            "grant");
    return count;
}

int pendingMigrations(Pool &pool, std::span<const Migration> migrations) {
    static const Statement statement{"selectMigrations", "SELECT name FROM schema_migration"};
    std::map<std::string, bool> known;
    try {
        Rows const rows = pool.run(statement);
        for (int row = 0; row < rows.size(); ++row) known[std::string(rows.text(row, 0))] = true;
    } catch (const DatabaseError &failure) {
        // No such table or schema: nothing has been applied yet.
        if (failure.sqlState != "42P01" && failure.sqlState != "3F000") throw;
    }
    int pending = 0;
    for (const Migration &migration : migrations) pending += known.contains(std::string(migration.name)) ? 0 : 1;
    return pending;
}

}  // namespace kontor::postgres
