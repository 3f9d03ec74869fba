#pragma once

// Leads, opportunities, products and quotes: what is particular to them. The operations, free of any transport.
//
//     leads.h           statuses, scores, assignment, duplicates
//     conversion.h      a lead becomes an account, a contact and an opportunity
//     opportunities.h   pipelines, stages, history, the board, forecasts
//     quotes.h          prices, sums, approval, acceptance, the document
//     capture.h         forms on the web

#include "contract/lead.h"
#include "services/contact/contact_client.h"
#include "services/lead/catalogue.h"
#include "shared/entity/operations.h"
#include "shared/postgres/migrate.h"

#include <span>
#include <string>

namespace kontor::lead {

[[nodiscard]] std::span<const postgres::Migration> migrations();

class LeadService {
  public:
    /// `contacts` is asked for duplicates and takes part in conversions; both outlive the service.
    LeadService(postgres::Pool &pool, std::string cursorKey, contact::ContactClient &contacts);

    /// The records of the service behind REST and SOAP.
    [[nodiscard]] entity::Operations &operations() { return operations_; }
    [[nodiscard]] contact::ContactClient &contacts() { return contacts_; }
    [[nodiscard]] Catalogue &catalogue() { return catalogue_; }

  private:
    contact::ContactClient &contacts_;
    Catalogue catalogue_;
    entity::Operations operations_;
};

}  // namespace kontor::lead
