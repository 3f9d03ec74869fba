#pragma once

// Pipelines, stages, opportunities and the board.

#include "services/lead/catalogue.h"

#include <map>
#include <string>

namespace kontor::lead {

class LeadService;

/// Of Pipeline, Stage, Opportunity, StageChange, Currency and CurrencyRate.
void addOpportunityBehaviours(std::map<std::string, entity::Behaviour> &behaviours, Catalogue &catalogue);

/// A pipeline as a board: columns with counts and sums, the cards in their order.
[[nodiscard]] Board getBoard(LeadService &service, const auth::Caller &caller, const GetBoard &input);

/// Puts a card between two others. Throws Error(versionConflict) when somebody else has moved it meanwhile and a
/// version was given.
[[nodiscard]] entity::RecordResult moveOpportunity(LeadService &service, const auth::Caller &caller,
                                                   const MoveOpportunity &input, const entity::WriteOptions &options);

}  // namespace kontor::lead
