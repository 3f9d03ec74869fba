#pragma once

// The pages that visitors see, and the e-mail that asks them to confirm: HTML that needs no script, no image and no
// other address. All that comes from outside is escaped here.

#include "contract/lead.h"
#include "shared/contract/error.h"
#include "shared/mail/mail.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::lead {

enum class Language : std::uint8_t { english, german, swedish };

/// "en", "de", "sv".
[[nodiscard]] std::string_view languageCode(Language language);
/// The language of a tag such as "de-AT"; nullopt for others.
[[nodiscard]] std::optional<Language> languageOf(std::string_view tag);
/// The form's language, or the one that the visitor likes best (Accept-Language), or English.
[[nodiscard]] Language chooseLanguage(std::string_view formLanguage, std::string_view acceptLanguage);

/// Text as HTML, for content and for attributes in double quotes.
[[nodiscard]] std::string escapeHtml(std::string_view text);

struct FormPage {
    const CaptureForm &form;
    Language language = Language::english;
    std::string token;
    std::map<std::string, std::string, std::less<>> values;  ///< by input: what was typed, and the hidden ones
    std::vector<FieldError> errors;
    std::string notice;  ///< says why the page is there again, when no field is wrong
    /// Custom fields: their own labels, choices and types.
    std::map<std::string, std::string, std::less<>> customLabels;
    std::map<std::string, std::vector<std::string>, std::less<>> customChoices;
    std::map<std::string, std::string, std::less<>> customTypes;
};
[[nodiscard]] std::string formPage(const FormPage &page);

/// Sentences that stand alone on a page or above a form.
enum class Say : std::uint8_t {
    thanks,
    checkMail,
    pageTooOld,
    tooFast,
    confirmed,
    confirmationExpired,
    confirmationUnknown,
    notTaken,
    notFound,
    tooMany,
    tooLarge,
    malformed,
    trouble,
};
[[nodiscard]] std::string_view titleOf(Say what, Language language);
[[nodiscard]] std::string_view sentenceOf(Say what, Language language);

/// A page with one message; with a form, under its title and with its own words of thanks.
[[nodiscard]] std::string messagePage(Say what, Language language, const CaptureForm *form = nullptr);
/// Asks to press a button: what a link in an e-mail leads to changes nothing by itself.
[[nodiscard]] std::string confirmPage(const CaptureForm &form, Language language);

[[nodiscard]] mail::Message confirmationMessage(const CaptureForm &form, Language language, const std::string &address,
                                                const std::string &link, DateTime expiresAt);

/// Puts the form into the page that loads it, with that page's address and campaign.
[[nodiscard]] std::string embedScript(const CaptureForm &form);

/// Content-Security-Policy of a form's pages: who may show them in a frame, where a post may lead to.
[[nodiscard]] std::string contentPolicy(const CaptureForm &form);
/// Of pages that belong to no frame.
[[nodiscard]] std::string contentPolicy();

/// What is wrong with a field, for the visitor.
[[nodiscard]] std::string messageOf(const FieldError &error, Language language);
/// The label of a field in a language, unless the form has its own.
[[nodiscard]] std::string_view standardLabel(std::string_view field, Language language);

}  // namespace kontor::lead
