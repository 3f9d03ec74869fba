#pragma once

// A database of its own for a test, made in the cluster that KONTOR_TEST_DSN names (a superuser's connection string)
// and dropped afterwards.

#include "shared/fiber/loop.h"
#include "shared/postgres/postgres.h"

#include <libpq-fe.h>

#include <chrono>
#include <cstdlib>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

namespace kontor::test {

inline std::string testDsn() {
    const char *const dsn = std::getenv("KONTOR_TEST_DSN");
    if (dsn == nullptr) throw std::runtime_error("KONTOR_TEST_DSN must name a PostgreSQL cluster for tests");
    return dsn;
}

class ScratchDatabase {
  public:
    ScratchDatabase() {
        static int count = 0;
        name_ = "kontor_test_" + std::to_string(::getpid()) + "_" + std::to_string(++count);
        administer("CREATE DATABASE " + name_);
    }
    ~ScratchDatabase() {
        try {
            administer("DROP DATABASE " + name_ + " WITH (FORCE)");
        } catch (const std::exception &) {
            // Left behind in a cluster for tests.
        }
    }
    ScratchDatabase(const ScratchDatabase &) = delete;
    ScratchDatabase &operator=(const ScratchDatabase &) = delete;

    [[nodiscard]] const std::string &name() const { return name_; }

    /// Connection string of this database with some settings replaced.
    [[nodiscard]] std::string dsn(const std::map<std::string, std::string> &changes = {}) const {
        std::map<std::string, std::string> all = settings();
        all["dbname"] = name_;
        for (const auto &[key, value] : changes) all[key] = value;
        std::string text;
        for (const auto &[key, value] : all) text += key + "='" + value + "' ";
        return text;
    }
    [[nodiscard]] postgres::PoolOptions options(int connections = 4) const {
        postgres::PoolOptions options;
        options.connectionString = dsn();
        options.maximumConnections = connections;
        return options;
    }
    /// As superuser, over a connection of its own. The first column of the first row, if there is one.
    std::string execute(const std::string &sql) const { return executeOn(dsn(), sql); }

    static std::string executeOn(const std::string &dsn, const std::string &sql) {
        std::unique_ptr<PGconn, decltype(&PQfinish)> const session(PQconnectdb(dsn.c_str()), PQfinish);
        if (PQstatus(session.get()) != CONNECTION_OK) throw std::runtime_error(PQerrorMessage(session.get()));
        PQsetNoticeProcessor(
            session.get(), [](void *, const char *) {}, nullptr);
        std::unique_ptr<PGresult, decltype(&PQclear)> const result(PQexec(session.get(), sql.c_str()), PQclear);
        ExecStatusType const status = PQresultStatus(result.get());
        if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
            throw std::runtime_error(PQresultErrorMessage(result.get()));
        }
        return PQntuples(result.get()) > 0 ? PQgetvalue(result.get(), 0, 0) : "";
    }

  private:
    static std::map<std::string, std::string> settings() {
        std::map<std::string, std::string> all;
        std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> const options(
            PQconninfoParse(testDsn().c_str(), nullptr), PQconninfoFree);
        for (const PQconninfoOption *option = options.get(); option != nullptr && option->keyword != nullptr;
             ++option) {
            if (option->val != nullptr) all[option->keyword] = option->val;
        }
        return all;
    }
    static void administer(const std::string &sql) { executeOn(testDsn(), sql); }

    std::string name_;
};

/// Runs the work as a fiber of a loop of its own; what it throws comes out here.
inline void inLoop(const std::function<void()> &work) {
    fiber::Loop loop;
    std::exception_ptr failure;
    loop.spawn([&] {
        try {
            work();
        } catch (...) {
            failure = std::current_exception();
        }
        loop.stop();
    });
    loop.run();
    if (failure) std::rethrow_exception(failure);
}

/// Waits until the condition holds; false after ten seconds.
inline bool eventually(const std::function<bool()> &condition) {
    auto const end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!condition()) {
        if (std::chrono::steady_clock::now() > end) return false;
        fiber::sleep(std::chrono::milliseconds(5));
    }
    return true;
}

}  // namespace kontor::test
