#include "services/lead/lead_service.h"

#include "services/lead/capture.h"
#include "services/lead/conversion.h"
#include "services/lead/forecast.h"
#include "services/lead/leads.h"
#include "services/lead/opportunities.h"
#include "services/lead/quotes.h"
#include "shared/entity/custom_field_definitions.h"

namespace kontor::lead {

LeadService::LeadService(postgres::Pool &pool, std::string cursorKey, contact::ContactClient &contacts)
    : contacts_(contacts),
      operations_(
          serviceContract(), pool,
          [&] {
              std::map<std::string, entity::Behaviour> behaviours;
              addLeadBehaviours(behaviours, catalogue_, contacts_);
              addOpportunityBehaviours(behaviours, catalogue_);
              addQuoteBehaviours(behaviours, catalogue_);
              addCaptureBehaviours(behaviours, catalogue_);
              addForecastBehaviours(behaviours);
              addConversionBehaviours(behaviours);
              behaviours["LeadCustomField"] =
                  entity::customFieldDefinitions<LeadCustomField>(serviceContract(), [this] { return &operations_; });
              catalogue_.watch(behaviours);
              return behaviours;
          }(),
          std::move(cursorKey)) {
    catalogue_.attach(operations_);
}

}  // namespace kontor::lead
