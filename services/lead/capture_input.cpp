#include "services/lead/capture_input.h"

#include "shared/contract/decimal.h"
#include "shared/entity/validate.h"

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace kontor::lead {

namespace {

constexpr auto visitorFields = std::to_array<VisitorField>({
    {"salutation", "text", "honorific-prefix"},
    {"firstName", "text", "given-name"},
    {"lastName", "text", "family-name"},
    {"jobTitle", "text", "organization-title"},
    {"companyName", "text", "organization"},
    {"website", "text", "url"},
    {"industry", "text", ""},
    {"employeeCount", "number", ""},
    {"annualRevenue", "text", ""},
    {"email", "email", "email"},
    {"phone", "tel", "tel"},
    {"mobile", "tel", "tel"},
    {"doNotCall", "check", ""},
    {"doNotMail", "check", ""},
    {"language", "text", "language"},
    {"timezone", "text", ""},
    {"street", "text", "street-address"},
    {"city", "text", "address-level2"},
    {"subdivision", "text", "address-level1"},
    {"postalCode", "text", "postal-code"},
    {"country", "text", "country"},
    {"referredBy", "text", ""},
    {"estimatedAmount", "text", "transaction-amount"},
    {"currency", "text", "transaction-currency"},
    {"description", "area", ""},
});

/// Where the visitor comes from: of the page's address, never typed.
constexpr std::array<std::pair<std::string_view, std::string_view>, 5> campaignFields{{
    {"utmSource", "utm_source"},
    {"utmMedium", "utm_medium"},
    {"utmCampaign", "utm_campaign"},
    {"utmTerm", "utm_term"},
    {"utmContent", "utm_content"},
}};

constexpr std::string_view customPrefix = "customFields.";

std::string pointerOf(std::string_view name) { return '/' + std::string(name); }

bool isSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// Without space around it, lines ended by LF only.
std::string trimmed(std::string_view text) {
    while (!text.empty() && isSpace(text.front())) text.remove_prefix(1);
    while (!text.empty() && isSpace(text.back())) text.remove_suffix(1);
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
        result += text[i] == '\r' ? '\n' : text[i];
    }
    return result;
}

template <typename Change> std::string changed(std::string text, Change change) {
    std::ranges::transform(text, text.begin(),
                           [&](char c) { return static_cast<char>(change(static_cast<unsigned char>(c))); });
    return text;
}
std::string lower(std::string text) {
    return changed(std::move(text), [](int c) { return std::tolower(c); });
}
std::string upper(std::string text) {
    return changed(std::move(text), [](int c) { return std::toupper(c); });
}

/// As people write it to as the contract has it.
std::string normalised(std::string_view name, std::string value) {
    if (name == "email") return lower(std::move(value));
    if (name == "country" || name == "currency") return upper(std::move(value));
    if (name == "website" && value.find("://") == std::string::npos) return "https://" + value;
    return value;
}

bool isYes(std::string_view value) { return value == "true" || value == "on" || value == "1" || value == "yes"; }

/// Sets the member; false when the text is none of its type.
bool assign(const Field &field, Object &lead, const std::string &value) {
    switch (field.kind) {
    case Kind::integer: {
        std::int64_t number = 0;
        auto const [end, problem] = std::from_chars(value.data(), value.data() + value.size(), number);
        if (problem != std::errc{} || end != value.data() + value.size()) return false;
        memberAs<std::optional<std::int64_t>>(field, lead) = number;
        return true;
    }
    case Kind::decimal: {
        std::string number = value;
        if (number.find('.') == std::string::npos) std::ranges::replace(number, ',', '.');
        auto const amount = Decimal::parse(number);
        if (!amount) return false;
        memberAs<std::optional<Decimal>>(field, lead) = *amount;
        return true;
    }
    case Kind::boolean:
        if (!isYes(value) && value != "false" && value != "0" && value != "no" && value != "off") return false;
        memberAs<std::optional<bool>>(field, lead) = isYes(value);
        return true;
    default:
        memberAs<std::optional<std::string>>(field, lead) = value;
        return true;
    }
}

/// One call reads one form.
class Reader {
  public:
    Reader(const CaptureForm &form, const entity::CustomFields::Types &customFields, const Sent &sent)
        : form_(form), customFields_(customFields), sent_(sent) {}

    Reading read() {
        for (const FormField &field : form_.fields) readField(field);
        checkName();
        checkCustom();
        readConsent();
        for (auto const &[member, parameter] : campaignFields) readCampaign(member, parameter);
        return std::move(reading_);
    }

  private:
    void add(std::string_view name, std::string code, std::string detail) {
        reading_.errors.push_back({pointerOf(name), std::move(code), std::move(detail)});
    }

    [[nodiscard]] bool isWrong(std::string_view name) const {
        return std::ranges::any_of(reading_.errors, [&](const FieldError &e) { return e.pointer == pointerOf(name); });
    }

    void readField(const FormField &field) {
        std::string const name = field.field.value_or("");
        if (sent_.compound.contains(name)) return add(name, "WRONG_TYPE", "must be one value");
        std::string value = trimmed(sent_.value(name));
        bool const mustConfirm = name == "email" && form_.doubleOptIn.value_or(false);
        if (value.empty()) {
            if (field.required.value_or(false) || mustConfirm) add(name, "REQUIRED", "must be given");
            return;
        }
        if (!entity::hasLegalCharacters(value)) {
            return add(name, "INVALID_CHARACTER", "holds a character that no text may hold");
        }
        bool const offered = field.choices.empty() || std::ranges::any_of(field.choices, [&](const std::string &c) {
                                 return choiceOf(c).value == value;
                             });
        if (!offered) return add(name, "NOT_A_CHOICE", "must be one of the choices");
        if (auto const custom = customFieldName(name); !custom.empty()) return readCustom(custom, std::move(value));
        readMember(name, normalised(name, std::move(value)));
        if (mustConfirm && !isWrong(name) && !canBeWrittenTo(*reading_.lead.email)) {
            add(name, "PATTERN", "must be an e-mail address that can be written to");
        }
    }

    /// Mail goes to plain addresses only, and to nothing that could be a header.
    static bool canBeWrittenTo(const std::string &address) {
        return std::ranges::all_of(address, [](char c) {
            return c > 0x20 && c < 0x7F && std::string_view("<>()[],;:\\\"").find(c) == std::string_view::npos;
        });
    }

    void readMember(const std::string &name, const std::string &value) {
        const Field *const member = Lead::contractType().find(name);
        if (member == nullptr || visitorField(name) == nullptr) return;
        if (!assign(*member, reading_.lead, value)) return add(name, "WRONG_TYPE", "must be a number");
        entity::checkFacets(*member, reading_.lead, pointerOf(name), reading_.errors);
    }

    void readCustom(std::string_view name, std::string value) {
        auto const type = std::ranges::find(customFields_, name, &entity::CustomFieldType::name);
        if (type == customFields_.end()) return;
        if (type->type == "boolean") value = isYes(value) ? "true" : "false";
        if (type->type == "decimal" && value.find('.') == std::string::npos) std::ranges::replace(value, ',', '.');
        CustomField &field = reading_.lead.customFields.emplace_back();
        field.name = name;
        field.value = std::move(value);
    }

    /// Somebody must be called something; asked for at the first field that can say it.
    void checkName() {
        const Lead &lead = reading_.lead;
        if (lead.firstName || lead.lastName || lead.companyName || lead.email) return;
        auto const naming = [](const FormField &field) { return isNaming(field.field.value_or("")); };
        auto const field = std::ranges::find_if(form_.fields, naming);
        if (field == form_.fields.end()) return;
        bool const told = std::ranges::any_of(
            reading_.errors, [](const FieldError &error) { return isNaming(error.pointer.substr(1)); });
        if (!told) add(*field->field, "REQUIRED", "must be given, or another name or e-mail address");
    }

    /// Only what is wrong with fields of this form: others are none of the visitor's business.
    void checkCustom() {
        if (reading_.lead.customFields.empty()) return;
        try {
            entity::checkCustomFields(customFields_, reading_.lead);
        } catch (const Error &error) {
            for (const FieldError &wrong : error.fields) {
                auto const slash = wrong.pointer.rfind('/');
                std::string const name = std::string(customPrefix) + wrong.pointer.substr(slash + 1);
                bool const ours = std::ranges::any_of(
                    form_.fields, [&](const FormField &field) { return field.field.value_or("") == name; });
                if (ours) add(name, wrong.code, wrong.detail);
            }
        }
    }

    void readConsent() {
        if (!form_.consentText) return;
        bool const given = isYes(sent_.value(input::consent));
        reading_.lead.consentGiven = given;
        if (given) reading_.lead.consentText = form_.consentText;
        if (!given && form_.consentRequired.value_or(false)) add(input::consent, "REQUIRED", "must be given");
    }

    void readCampaign(std::string_view member, std::string_view parameter) {
        std::string_view value = sent_.value(member);
        if (value.empty()) value = sent_.value(parameter);
        const Field &field = *Lead::contractType().find(member);
        std::string text = trimmed(tidyText(value, field.maxLength));
        if (!text.empty()) memberAs<std::optional<std::string>>(field, reading_.lead) = std::move(text);
    }

    const CaptureForm &form_;
    const entity::CustomFields::Types &customFields_;
    const Sent &sent_;
    Reading reading_;
};

}  // namespace

const VisitorField *visitorField(std::string_view name) {
    const auto *const found = std::ranges::find(visitorFields, name, &VisitorField::name);
    return found == visitorFields.end() ? nullptr : found;
}

bool isNaming(std::string_view name) {
    return name == "firstName" || name == "lastName" || name == "companyName" || name == "email";
}

std::string_view customFieldName(std::string_view name) {
    return name.starts_with(customPrefix) ? name.substr(customPrefix.size()) : std::string_view();
}

std::string_view Sent::value(std::string_view name) const {
    auto const found = values.find(name);
    return found == values.end() ? std::string_view() : std::string_view(found->second);
}

boost::json::object payloadOf(const std::vector<std::pair<std::string, std::string>> &fields) {
    if (fields.size() > maximumFields) {
        throw Error(ErrorCode::tooLarge, "A form has at most " + std::to_string(maximumFields) + " fields.");
    }
    boost::json::object payload;
    for (auto const &[name, value] : fields) {
        if (name == input::token) continue;
        auto *const there = payload.if_contains(name);
        if (there == nullptr) {
            payload.emplace(name, value);
        } else if (there->is_array()) {
            there->as_array().emplace_back(value);
        } else {
            *there = boost::json::array{*there, boost::json::value(value)};
        }
    }
    return payload;
}

Sent sentOf(const boost::json::object &payload) {
    Sent sent;
    for (auto const &[name, value] : payload) {
        if (name == addedMember || value.is_null()) continue;
        if (value.is_structured()) {
            sent.compound.emplace(name);
        } else {
            sent.values.emplace(name,
                                value.is_string() ? std::string(value.as_string()) : boost::json::serialize(value));
        }
    }
    return sent;
}

Reading readLead(const CaptureForm &form, const entity::CustomFields::Types &customFields, const Sent &sent) {
    return Reader(form, customFields, sent).read();
}

Choice choiceOf(std::string_view choice) {
    auto const equals = choice.find('=');
    if (equals == std::string_view::npos) return {choice, choice};
    return {choice.substr(0, equals), choice.substr(equals + 1)};
}

std::optional<std::string> originOf(std::string_view url) {
    auto const colon = url.find("://");
    if (colon == std::string_view::npos) return std::nullopt;
    std::string const scheme = lower(std::string(url.substr(0, colon)));
    if (scheme != "http" && scheme != "https") return std::nullopt;
    auto const rest = url.substr(colon + 3);
    std::string const host = lower(std::string(rest.substr(0, rest.find_first_of("/?#"))));
    bool const plain = !host.empty() && std::ranges::all_of(host, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
               std::string_view(".-:[]").find(c) != std::string_view::npos;
    });
    if (!plain) return std::nullopt;
    return scheme + "://" + host;
}

std::string tidyText(std::string_view text, std::size_t characters) {
    std::string tidy;
    std::size_t count = 0;
    for (std::size_t i = 0; i < text.size() && count < characters; ++count) {
        auto const lead = static_cast<unsigned char>(text[i]);
        std::size_t const length = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
        std::string_view const character = text.substr(i, length);
        if (entity::hasLegalCharacters(character)) {
            tidy += character == "\n" || character == "\r" || character == "\t" ? " " : character;
            i += length;
        } else {
            tidy += '?';
            ++i;
        }
    }
    return tidy;
}

std::int64_t hourlyLimit(const CaptureForm &form) { return form.perHour.value_or(20); }
std::int64_t confirmationHours(const CaptureForm &form) { return form.confirmationHours.value_or(48); }

bool allowsOrigin(const CaptureForm &form, std::string_view origin) {
    return form.allowedOrigins.empty() ||
           std::ranges::find(form.allowedOrigins, lower(std::string(origin))) != form.allowedOrigins.end();
}

}  // namespace kontor::lead
