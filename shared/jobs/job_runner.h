#pragma once

// Work of any size, in the background: each job is a row of the service's table job, goes on after a restart where it
// was, and its files are in the database.

#include "shared/auth/principal.h"
#include "shared/entity/operations.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace kontor::jobs {

/// The rights of a user, for a job that goes on after a restart.
using PrincipalOf = std::function<std::shared_ptr<const auth::Principal>(const std::string &userId)>;

/// Runs the jobs of the services of this process, one at a time, on a thread of its own.
class JobRunner {
  public:
    JobRunner(std::vector<entity::Operations *> services, PrincipalOf principalOf);
    ~JobRunner();
    JobRunner(const JobRunner &) = delete;
    JobRunner &operator=(const JobRunner &) = delete;

    void start();
    /// Ends after the piece of work in progress; the job goes on at the next start.
    void stop();
    /// There is a new job.
    void wake();
    /// Whose jobs these are.
    [[nodiscard]] const std::vector<entity::Operations *> &services() const;

  private:
    struct Implementation;
    std::unique_ptr<Implementation> implementation_;
};

}  // namespace kontor::jobs
