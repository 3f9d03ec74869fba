#pragma once

// Imports and exports of any size, in the background: each is a row of the service's table job, goes on after a
// restart where it was, and its files are in the database.

#include "shared/auth/principal.h"
#include "shared/http/http.h"
#include "shared/rest/resources.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace kontor::rest {

/// The rights of a user, for a job that goes on after a restart.
using PrincipalOf = std::function<std::shared_ptr<const auth::Principal>(const std::string &userId)>;

/// Runs the jobs of the services of this process, one at a time, on a thread of its own.
class JobRunner {
  public:
    JobRunner(std::vector<Service> services, PrincipalOf principalOf);
    ~JobRunner();
    JobRunner(const JobRunner &) = delete;
    JobRunner &operator=(const JobRunner &) = delete;

    void start();
    /// Ends after the piece of work in progress; the job goes on at the next start.
    void stop();
    /// There is a new job.
    void wake();

  private:
    struct Implementation;
    std::unique_ptr<Implementation> implementation_;
};

void addJobRoutes(http::Router &router, const std::vector<Service> &services, JobRunner &runner);

}  // namespace kontor::rest
