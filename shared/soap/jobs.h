#pragma once

// Jobs as SOAP calls them: what comes in as jobs.h takes it, and their files.

#include "shared/contract/description.h"
#include "shared/jobs/jobs.h"

#include <memory>
#include <string>
#include <vector>

namespace kontor::soap {

/// What an export is asked for. Throws Error(validation) for what an export does not have.
[[nodiscard]] boost::json::value exportRequest(const ServiceContract &contract, const Query &query,
                                               const std::optional<std::string> &format);
/// What a mass update (with the one record that holds the changes) or a mass delete is asked for. Throws
/// Error(validation).
[[nodiscard]] boost::json::value massRequest(const ServiceContract &contract, const RecordSelection &selection);
[[nodiscard]] boost::json::value massRequest(const ServiceContract &contract, const RecordSelection &selection,
                                             const std::vector<std::unique_ptr<Record>> &changes);
/// csv unless given. Throws Error(validation).
[[nodiscard]] std::string formatOf(const std::optional<std::string> &given);

/// Errors of jobs.h as errors of the operation's input.
void pointIntoInput(Error &error);
/// Runs `work`, whose errors point into what jobs.h takes, so that they point into the operation's input.
template <typename Work> auto pointingIntoInput(Work &&work) {
    try {
        return work();
    } catch (Error &error) {
        pointIntoInput(error);
        throw;
    }
}

/// Throws Error(tooLarge) for files over maximumFile (media.h).
[[nodiscard]] JobFile jobErrors(const jobs::FoundJob &found);
[[nodiscard]] JobFile jobResult(const jobs::FoundJob &found);

}  // namespace kontor::soap
