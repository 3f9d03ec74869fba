#pragma once

// The contact service as the others see it (contact_client.h), in the same process.

#include "services/contact/contact_client.h"
#include "services/contact/contact_service.h"

namespace kontor::contact {

class Parties : public ContactClient {
  public:
    explicit Parties(ContactService &service) : service_(service) {}

    std::vector<Candidate> findDuplicates(const auth::Caller &caller, const Likeness &likeness) override;
    void checkParty(const auth::Caller &caller, Party &party) override;
    std::optional<std::string> accountName(const auth::Caller &caller, const std::string &id) override;
    void receiveParty(const auth::Caller &caller, const Party &party) override;

  private:
    ContactService &service_;
};

}  // namespace kontor::contact
