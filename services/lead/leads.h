#pragma once

// Leads: names, statuses, scores, assignment, the speed-to-lead clock, duplicates.

#include "services/contact/contact_client.h"
#include "services/lead/catalogue.h"

#include <map>
#include <string>
#include <vector>

namespace kontor::lead {

class LeadService;

/// Of Lead, LeadEvent, LeadStatus, LeadQueue, ScoringRule, AssignmentRule and SalesPerson.
void addLeadBehaviours(std::map<std::string, entity::Behaviour> &behaviours, Catalogue &catalogue,
                       contact::ContactClient &contacts);

/// Leads, contacts and accounts like a lead that the caller sees, most likely first.
[[nodiscard]] DuplicateCandidates findDuplicates(LeadService &service, const auth::Caller &caller, const Lead &lead);

/// Brings scores up to date whose events have aged; returns how many have changed.
std::int64_t refreshScores(LeadService &service, const auth::Caller &caller);

}  // namespace kontor::lead
