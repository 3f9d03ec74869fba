#pragma once

// Addresses of people, as they are written into lists and forms, made into ones that can stand in a message.

#include <string>
#include <string_view>

namespace kontor::marketing {

/// A sender or recipient.
struct Mailbox {
    std::string name;     ///< UTF-8; may be empty
    std::string address;  ///< "anna@example.com", "anna@müller.example"
};

/// The address as it goes over the wire: an internationalised domain becomes its ASCII form (IDNA 2008), in lower case;
/// the local part stays as it is. Throws Error(validation) with one FieldError, whose code is the reason for which
/// nothing can be sent there:
///
/// - ADDRESS_MISSING: empty, or no @ with something on both sides
/// - ADDRESS_TOO_LONG: more than 254 bytes, or a local part of more than 64
/// - ADDRESS_LOCAL_PART: characters that may not stand before the @, or dots where none may be
/// - ADDRESS_NEEDS_SMTPUTF8: a local part that is not ASCII, which few servers take
/// - ADDRESS_DOMAIN: no domain of the public internet: no dot, an empty or overlong label, characters of no domain
[[nodiscard]] std::string wireAddress(std::string_view address, std::string_view pointer = "/address");

/// Only the domain of wireAddress, for senders and for keys of DKIM. Throws Error(validation) with ADDRESS_DOMAIN.
[[nodiscard]] std::string wireDomain(std::string_view domain, std::string_view pointer = "/domain");

}  // namespace kontor::marketing
