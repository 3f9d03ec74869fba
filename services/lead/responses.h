#pragma once

// The speed-to-lead clock is stopped by what people do: the first call, meeting or e-mail about a lead. Activities
// belong to the contact service; what happens to them comes here as events.

#include "shared/events/delivery.h"

namespace kontor::lead {

class LeadService;

/// Of the events of the contact service, whose outbox `contacts` reads. For events::Delivery.
[[nodiscard]] events::Subscription responseSubscription(LeadService &service, postgres::Pool &contacts);

}  // namespace kontor::lead
