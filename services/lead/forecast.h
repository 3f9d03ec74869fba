#pragma once

// What is expected to be sold, what people say of it, what they are to reach, and how the pipeline has changed.

#include "contract/lead.h"
#include "shared/entity/operations.h"

#include <map>
#include <string>

namespace kontor::lead {

class LeadService;

/// Of ForecastSubmission and Target.
void addForecastBehaviours(std::map<std::string, entity::Behaviour> &behaviours);

/// Sums of the opportunities that the caller may read: by month of the close date (of won ones: of closing), owner and
/// forecast category (the opportunity's own, otherwise its stage's), in the base currency; what was lost or omitted is
/// left out. Beside them the latest figures that owners have submitted and managers have put in their place, and the
/// targets, of which rows are made where nothing is to be sold. Of a team, or of a pipeline, these are shown for
/// owners of its opportunities only, and of a team its own target in rows without an owner. `from` and `until` are
/// first days of months, `until` is exclusive.
[[nodiscard]] Forecast getForecast(LeadService &service, const auth::Caller &caller, const GetForecast &input);

/// What became of the opportunities that the caller may read, in the order of time; the first 2000 differences.
[[nodiscard]] PipelineDifferences getPipelineChanges(LeadService &service, const auth::Caller &caller,
                                                     const GetPipelineChanges &input);

}  // namespace kontor::lead
