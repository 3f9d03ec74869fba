#pragma once

// What a visitor has sent, and the lead that it makes. Free of database and transport.

#include "contract/lead.h"
#include "shared/contract/error.h"
#include "shared/entity/custom_fields.h"

#include <boost/json/object.hpp>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kontor::lead {

/// A field of Lead that a visitor may set, and how a browser is to treat it.
struct VisitorField {
    std::string_view name;
    std::string_view inputType;     ///< of <input>: "text", "email", "tel", "number"; "area" and "check" are others
    std::string_view autocomplete;  ///< token of the HTML standard; empty = none
};

/// nullptr when there is no such field, or visitors may not set it.
[[nodiscard]] const VisitorField *visitorField(std::string_view name);

/// The x of "customFields.x"; empty when the name is none of these.
[[nodiscard]] std::string_view customFieldName(std::string_view name);

/// True for the fields of which a lead must have one, so that it can be called something.
[[nodiscard]] bool isNaming(std::string_view name);

/// Names of inputs that every form has.
namespace input {
constexpr std::string_view trap = "homepage";  ///< nobody sees it; what fills it in is no person
constexpr std::string_view token = "token";
constexpr std::string_view consent = "consent";
constexpr std::string_view pageUrl = "pageUrl";
}  // namespace input

/// Member of a payload that the server adds to what was sent: language, text that was agreed to.
constexpr std::string_view addedMember = "kontor";

/// Single values by name, and the names that came with something else (a list, an object).
struct Sent {
    std::map<std::string, std::string, std::less<>> values;
    std::set<std::string, std::less<>> compound;

    [[nodiscard]] std::string_view value(std::string_view name) const;
};

/// At most this many fields in one submission.
constexpr std::size_t maximumFields = 100;

/// The fields of a posted form as one JSON object; a name that comes twice has a list. Throws Error(tooLarge).
[[nodiscard]] boost::json::object payloadOf(const std::vector<std::pair<std::string, std::string>> &fields);
/// The values of a payload, which was posted as a form or as JSON.
[[nodiscard]] Sent sentOf(const boost::json::object &payload);

/// Values and what is wrong with them; pointers are "/" and the input's name.
struct Reading {
    Lead lead;
    std::vector<FieldError> errors;
};

/// The lead that the values make by this form. What the form does not have is left out.
[[nodiscard]] Reading readLead(const CaptureForm &form, const entity::CustomFields::Types &customFields,
                               const Sent &sent);

/// A choice of a form: "DE=Germany" is sent as DE and shown as Germany.
struct Choice {
    std::string_view value;
    std::string_view text;
};
[[nodiscard]] Choice choiceOf(std::string_view choice);

/// "https://www.acme.example:8443" of an address; empty when it has none.
[[nodiscard]] std::optional<std::string> originOf(std::string_view url);

/// Valid UTF-8 without control characters, at most so many characters: for what is only kept to be looked at.
[[nodiscard]] std::string tidyText(std::string_view text, std::size_t characters);

/// The form's own limits and defaults (CaptureForm's documentation).
[[nodiscard]] std::int64_t hourlyLimit(const CaptureForm &form);
[[nodiscard]] std::int64_t confirmationHours(const CaptureForm &form);

/// True when a page of this origin may post to the form or show it.
[[nodiscard]] bool allowsOrigin(const CaptureForm &form, std::string_view origin);

}  // namespace kontor::lead
