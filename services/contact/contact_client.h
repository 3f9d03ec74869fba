#pragma once

// What other services ask of the contact service. In one process it is answered directly; across processes, by calls
// to its public interface.

#include "contract/common.h"
#include "shared/auth/principal.h"

#include <optional>
#include <string>
#include <vector>

namespace kontor::contact {

/// What somebody is found by.
struct Likeness {
    std::string email, firstName, lastName, companyName, companyDomain;
    std::string phone, otherPhone;  ///< their digits
};

/// What becomes of the parties of a lead. Ids are chosen by the caller, so that doing it again changes nothing.
struct Party {
    std::string conversionId;
    std::string accountId;
    bool newAccount = false;
    std::string contactId;
    bool newContact = false;
    std::optional<std::string> ownerId, teamId;
    std::string account, contact;  ///< what the lead has for them, as JSON objects
    bool overwriteSource = false;
    std::string leadId;  ///< whose activities and attachments move to the contact
};

class ContactClient {
  public:
    virtual ~ContactClient() = default;

    /// Contacts and accounts that are like this and that the caller sees, most likely first.
    virtual std::vector<Candidate> findDuplicates(const auth::Caller &caller, const Likeness &likeness) = 0;
    /// Throws Error(notFound, forbidden, validation) where receiveParty would, and changes nothing. Completes what is
    /// left to it: the account of a contact that there is.
    virtual void checkParty(const auth::Caller &caller, Party &party) = 0;
    /// The name of an account that the caller sees; empty when there is none.
    virtual std::optional<std::string> accountName(const auth::Caller &caller, const std::string &id) = 0;
    /// Creates what is new and fills the empty fields of what is there, in one transaction, and then moves what hangs
    /// on the lead. Calling it again with the same party changes nothing.
    virtual void receiveParty(const auth::Caller &caller, const Party &party) = 0;
};

}  // namespace kontor::contact
