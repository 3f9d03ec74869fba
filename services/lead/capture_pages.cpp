#include "services/lead/capture_pages.h"

#include "services/lead/capture_input.h"
#include "services/lead/capture_texts.h"
#include "shared/entity/base64.h"

#include <openssl/sha.h>

#include <algorithm>
#include <array>

namespace kontor::lead {

namespace {

constexpr std::string_view styleSheet =
    "body{margin:0;padding:1.5rem;font:1rem/1.5 system-ui,sans-serif;color:#1b1f24;background:#fff}"
    "main{max-width:36rem;margin:0 auto}h1{font-size:1.5rem;line-height:1.25;margin:0 0 1rem}"
    "p{margin:0 0 1rem}.text{white-space:pre-line}label{display:block;font-weight:600}"
    ".mark{font-weight:400;color:#59636e}"
    "input,select,textarea{box-sizing:border-box;width:100%;padding:.5rem .625rem;font:inherit;color:inherit;"
    "background:#fff;border:1px solid #818b98;border-radius:.375rem}textarea{min-height:8rem}"
    "input[type=checkbox]{width:1.25rem;height:1.25rem;margin:.125rem 0}"
    ".check{display:grid;grid-template-columns:auto 1fr;column-gap:.625rem}.check label{font-weight:400}"
    ".check .error{grid-column:2}"
    "[aria-invalid]{border-color:#b3261e;outline:1px solid #b3261e}.error{display:block;color:#b3261e}"
    ".errors{margin:0 0 1.5rem;padding:1rem;border:2px solid #b3261e;border-radius:.375rem}"
    ".errors p{margin:0;font-weight:600}.errors ul{margin:.5rem 0 0;padding-left:1.25rem}.errors a{color:#b3261e}"
    "button{padding:.625rem 1.5rem;font:inherit;font-weight:600;color:#fff;background:#0b57d0;border:0;"
    "border-radius:.375rem;cursor:pointer}button:hover{background:#0842a0}"
    ":focus-visible{outline:3px solid #0b57d0;outline-offset:2px}"
    ".trap{position:absolute;left:-100vw;width:1px;height:1px;overflow:hidden}";

/// The style sheet's hash, by which the policy knows it.
const std::string &styleHash() {
    static const std::string hash = [] {
        std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
        SHA256(reinterpret_cast<const unsigned char *>(styleSheet.data()), styleSheet.size(), digest.data());
        std::string text;
        entity::appendBase64(text, {reinterpret_cast<const char *>(digest.data()), digest.size()});
        return text;
    }();
    return hash;
}

std::string document(Language language, std::string_view title, const std::string &content) {
    std::string page = "<!DOCTYPE html>\n<html lang=\"" + std::string(languageCode(language)) +
                       "\">\n<head>\n<meta charset=\"utf-8\">\n"
                       "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>";
    page += escapeHtml(title) + "</title>\n<style>" + std::string(styleSheet) + "</style>\n</head>\n<body>\n<main>\n";
    return page + content + "</main>\n</body>\n</html>\n";
}

std::string heading(std::string_view text) { return "<h1>" + escapeHtml(text) + "</h1>\n"; }

std::string paragraph(std::string_view text) { return "<p class=\"text\">" + escapeHtml(text) + "</p>\n"; }

std::string attribute(std::string_view name, std::string_view value) {
    return ' ' + std::string(name) + "=\"" + escapeHtml(value) + '"';
}

/// Ids of elements: the names of inputs hold letters, digits and dots only, and a dot would need escaping in CSS.
std::string idOf(std::string_view name) {
    std::string id = "field-" + std::string(name);
    std::ranges::replace(id, '.', '-');
    return id;
}

/// Draws one form.
class Drawing {
  public:
    explicit Drawing(const FormPage &page) : page_(page) {}

    std::string draw() const {
        const CaptureForm &form = page_.form;
        std::string content = heading(form.title.value_or(""));
        if (form.introduction) content += paragraph(*form.introduction);
        content += summary();
        content += "<form method=\"post\"" + attribute("action", form.slug.value_or("")) + ">\n";
        for (const FormField &field : form.fields) content += drawField(field);
        if (form.consentText) content += consent();
        content += trap() + hidden();
        content += "<p><button type=\"submit\">" + escapeHtml(form.submitLabel ? *form.submitLabel : word(Word::send)) +
                   "</button></p>\n</form>\n";
        std::string const title = page_.errors.empty() && page_.notice.empty()
                                      ? form.title.value_or("")
                                      : word(Word::error) + ' ' + form.title.value_or("");
        return document(page_.language, title, content);
    }

  private:
    [[nodiscard]] std::string word(Word which) const { return std::string(wordOf(which, page_.language)); }

    [[nodiscard]] std::string labelOf(const FormField &field) const {
        if (field.label && !field.label->empty()) return *field.label;
        std::string const name = field.field.value_or("");
        if (name == "country" && field.choices.empty())
            return std::string(standardLabel("countryCode", page_.language));
        auto const custom = page_.customLabels.find(name);
        return custom != page_.customLabels.end() ? custom->second : std::string(standardLabel(name, page_.language));
    }
    [[nodiscard]] std::string labelOf(std::string_view name) const {
        auto const field = std::ranges::find_if(page_.form.fields, [&](const FormField &f) { return f.field == name; });
        return field != page_.form.fields.end() ? labelOf(*field) : std::string();
    }
    [[nodiscard]] std::string_view valueOf(std::string_view name) const {
        auto const found = page_.values.find(name);
        return found == page_.values.end() ? std::string_view() : std::string_view(found->second);
    }
    [[nodiscard]] const FieldError *errorOf(std::string_view name) const {
        auto const found = std::ranges::find_if(
            page_.errors, [&](const FieldError &e) { return std::string_view(e.pointer).substr(1) == name; });
        return found == page_.errors.end() ? nullptr : &*found;
    }
    [[nodiscard]] bool mustBeGiven(const FormField &field) const {
        return field.required.value_or(false) || (field.field == "email" && page_.form.doubleOptIn.value_or(false));
    }

    [[nodiscard]] std::string summary() const {
        if (page_.errors.empty() && page_.notice.empty()) return {};
        std::string text = "<div class=\"errors\" id=\"errors\" role=\"alert\" tabindex=\"-1\">\n";
        if (page_.errors.empty()) return text + "<p>" + escapeHtml(page_.notice) + "</p>\n</div>\n";
        text += "<p>" + escapeHtml(word(Word::pleaseCorrect)) + "</p>\n<ul>\n";
        for (const FieldError &error : page_.errors) {
            std::string const name = error.pointer.substr(1);
            std::string const label = labelOf(name);
            text += "<li><a" + attribute("href", '#' + idOf(name)) + '>' +
                    escapeHtml((label.empty() ? "" : label + ": ") + messageOf(error, page_.language)) + "</a></li>\n";
        }
        return text + "</ul>\n</div>\n";
    }

    /// What ties an input to its message.
    [[nodiscard]] std::string errorAttributes(std::string_view name) const {
        if (errorOf(name) == nullptr) return {};
        return " aria-invalid=\"true\"" + attribute("aria-describedby", idOf(name) + "-error");
    }
    [[nodiscard]] std::string errorText(std::string_view name) const {
        const FieldError *const error = errorOf(name);
        if (error == nullptr) return {};
        return "<span class=\"error\"" + attribute("id", idOf(name) + "-error") + '>' +
               escapeHtml(messageOf(*error, page_.language)) + "</span>\n";
    }

    [[nodiscard]] std::string label(const std::string &name, const std::string &text, bool required) const {
        return "<label" + attribute("for", idOf(name)) + '>' + escapeHtml(text) +
               (required ? " <span class=\"mark\">(" + escapeHtml(word(Word::required)) + ")</span>" : "") +
               "</label>\n";
    }

    [[nodiscard]] std::string typeOf(const std::string &name) const {
        if (const VisitorField *const known = visitorField(name)) return std::string(known->inputType);
        auto const custom = page_.customTypes.find(name);
        if (custom == page_.customTypes.end()) return "text";
        if (custom->second == "boolean") return "check";
        if (custom->second == "integer") return "number";
        return custom->second == "date" ? "date" : "text";
    }

    [[nodiscard]] std::string drawField(const FormField &field) const {
        std::string const name = field.field.value_or("");
        std::string const type = typeOf(name);
        bool const required = mustBeGiven(field);
        std::string common = attribute("id", idOf(name)) + attribute("name", name);
        if (required) common += " required";
        common += errorAttributes(name);
        if (type == "check") return checkBox(name, labelOf(field), common, required);
        const VisitorField *const known = visitorField(name);
        if (known != nullptr && !known->autocomplete.empty()) common += attribute("autocomplete", known->autocomplete);
        std::string text = "<p>" + label(name, labelOf(field), required);
        auto const custom = page_.customChoices.find(name);
        const auto &choices =
            field.choices.empty() && custom != page_.customChoices.end() ? custom->second : field.choices;
        if (!choices.empty()) {
            text += list(name, choices, common);
        } else if (type == "area") {
            text += "<textarea" + common + placeholder(field) + " rows=\"6\">\n" + escapeHtml(valueOf(name)) +
                    "</textarea>\n";
        } else {
            text += "<input" + attribute("type", type) + common + limits(name, type) + placeholder(field) +
                    attribute("value", valueOf(name)) + ">\n";
        }
        return text + errorText(name) + "</p>\n";
    }

    static std::string placeholder(const FormField &field) {
        return field.placeholder && !field.placeholder->empty() ? attribute("placeholder", *field.placeholder) : "";
    }

    /// What the browser can check by itself.
    static std::string limits(const std::string &name, const std::string &type) {
        if (type == "number") return visitorField(name) != nullptr ? " min=\"0\" step=\"1\"" : " step=\"1\"";
        const Field *const member = Lead::contractType().find(name);
        std::string text;
        if (member != nullptr && member->maxLength > 0) {
            text = attribute("maxlength", std::to_string(member->maxLength));
        }
        if (name == "website") text += " inputmode=\"url\"";
        if (name == "annualRevenue" || name == "estimatedAmount") text += " inputmode=\"decimal\"";
        return text;
    }

    [[nodiscard]] std::string list(const std::string &name, const std::vector<std::string> &choices,
                                   const std::string &common) const {
        std::string text =
            "<select" + common + ">\n<option value=\"\">" + escapeHtml(word(Word::pleaseChoose)) + "</option>\n";
        for (const std::string &each : choices) {
            Choice const choice = choiceOf(each);
            text += "<option" + attribute("value", choice.value) + (choice.value == valueOf(name) ? " selected" : "") +
                    '>' + escapeHtml(choice.text) + "</option>\n";
        }
        return text + "</select>\n";
    }

    [[nodiscard]] std::string checkBox(const std::string &name, const std::string &text, const std::string &common,
                                       bool required) const {
        std::string_view const value = valueOf(name);
        bool const ticked = value == "true" || value == "on" || value == "1" || value == "yes";
        return "<p class=\"check\"><input type=\"checkbox\"" + common + " value=\"true\"" + (ticked ? " checked" : "") +
               ">\n" + label(name, text, required) + errorText(name) + "</p>\n";
    }

    [[nodiscard]] std::string consent() const {
        std::string const name(input::consent);
        bool const required = page_.form.consentRequired.value_or(false);
        std::string const common = attribute("id", idOf(name)) + attribute("name", name) +
                                   (required ? " required" : "") + errorAttributes(name);
        return checkBox(name, *page_.form.consentText, common, required);
    }

    [[nodiscard]] std::string trap() const {
        std::string const name(input::trap);
        return "<div class=\"trap\" aria-hidden=\"true\">\n" + label(name, word(Word::leaveEmpty), false) + "<input" +
               attribute("id", idOf(name)) + attribute("name", name) +
               " type=\"text\" tabindex=\"-1\" autocomplete=\"off\" value=\"\">\n</div>\n";
    }

    [[nodiscard]] std::string hidden() const {
        static constexpr std::array<std::string_view, 6> carried{"utmSource", "utmMedium",  "utmCampaign",
                                                                 "utmTerm",   "utmContent", input::pageUrl};
        std::string text =
            "<div>\n<input type=\"hidden\"" + attribute("name", input::token) + attribute("value", page_.token) + ">\n";
        for (std::string_view const name : carried) {
            if (valueOf(name).empty()) continue;
            text += "<input type=\"hidden\"" + attribute("name", name) + attribute("value", valueOf(name)) + ">\n";
        }
        return text + "</div>\n";
    }

    const FormPage &page_;
};

/// As part of a script between double quotes.
std::string scriptString(std::string_view text) {
    std::string out = "\"";
    for (char const c : text) {
        auto const byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' || c == '\'') {
            static constexpr std::string_view digits = "0123456789abcdef";
            out += "\\x";
            out += digits[byte >> 4U];
            out += digits[byte & 15U];
        } else {
            out += c;
        }
    }
    return out + '"';
}

}  // namespace

std::string escapeHtml(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (char const c : text) {
        switch (c) {
        case '&':
            out += "&amp;";
            break;
        case '<':
            out += "&lt;";
            break;
        case '>':
            out += "&gt;";
            break;
        case '"':
            out += "&quot;";
            break;
        case '\'':
            out += "&#39;";
            break;
        default:
            out += c;
        }
    }
    return out;
}

std::string formPage(const FormPage &page) { return Drawing(page).draw(); }

std::string messagePage(Say what, Language language, const CaptureForm *form) {
    std::string const title = form != nullptr && form->title ? *form->title : std::string(titleOf(what, language));
    bool const own = what == Say::thanks && form != nullptr && form->thankYouText;
    std::string content = heading(titleOf(what, language));
    content += paragraph(own ? *form->thankYouText : std::string(sentenceOf(what, language)));
    return document(language, title, content);
}

std::string confirmPage(const CaptureForm &form, Language language) {
    std::string content = heading(wordOf(Word::confirmTitle, language));
    if (form.title) content += paragraph(*form.title);
    content += paragraph(wordOf(Word::confirmText, language));
    content += "<form method=\"post\">\n<p><button type=\"submit\">" +
               escapeHtml(wordOf(Word::confirmButton, language)) + "</button></p>\n</form>\n";
    return document(language, wordOf(Word::confirmTitle, language), content);
}

mail::Message confirmationMessage(const CaptureForm &form, Language language, const std::string &address,
                                  const std::string &link, DateTime expiresAt) {
    ConfirmationWords const words = confirmationWords(language);
    std::string const title = form.title.value_or("");
    std::string const until = expiresAt.toString().substr(0, 10) + ' ' + expiresAt.toString().substr(11, 5) + " UTC";
    std::string const begin = std::string(words.beforeForm) + title + std::string(words.afterForm);
    std::string const end = std::string(words.validUntil) + until + '.';
    mail::Message message;
    message.to = address;
    message.subject = std::string(words.subject) + title;
    message.text = begin + "\r\n\r\n" + link + "\r\n\r\n" + end + "\r\n" + std::string(words.notYou) + "\r\n";
    message.html = "<!DOCTYPE html>\n<html lang=\"" + std::string(languageCode(language)) +
                   "\"><head><meta charset=\"utf-8\"><title>" + escapeHtml(message.subject) +
                   "</title></head><body>\n<p>" + escapeHtml(begin) + "</p>\n<p><a href=\"" + escapeHtml(link) + "\">" +
                   escapeHtml(link) + "</a></p>\n<p>" + escapeHtml(end) + "<br>" + escapeHtml(words.notYou) +
                   "</p>\n</body></html>\n";
    message.language = languageCode(language);
    return message;
}

std::string embedScript(const CaptureForm &form) {
    return "(function () {\n"
           "  var script = document.currentScript;\n"
           "  var address = new URL(\"../\" + " +
           scriptString(form.slug.value_or("")) +
           ", script.src);\n"
           "  new URLSearchParams(location.search).forEach(function (value, name) {\n"
           "    if (/^utm_(source|medium|campaign|term|content)$/.test(name)) address.searchParams.set(name, value);\n"
           "  });\n"
           "  address.searchParams.set(\"page\", location.href);\n"
           "  var frame = document.createElement(\"iframe\");\n"
           "  frame.src = address.href;\n"
           "  frame.title = " +
           scriptString(form.title.value_or("")) +
           ";\n"
           "  frame.style.cssText = \"width:100%;border:0;height:\" + (script.dataset.height || \"760px\");\n"
           "  script.parentNode.insertBefore(frame, script);\n"
           "})();\n";
}

std::string contentPolicy(const CaptureForm &form) {
    std::string policy =
        "default-src 'none'; style-src 'sha256-" + styleHash() + "'; base-uri 'none'; form-action 'self'";
    auto const target = originOf(form.redirectUrl.value_or(""));
    if (target) policy += ' ' + *target;
    policy += "; frame-ancestors ";
    if (form.allowedOrigins.empty()) return policy + '*';
    policy += "'self'";
    for (const std::string &allowed : form.allowedOrigins) {
        auto const origin = originOf(allowed);
        if (origin) policy += ' ' + *origin;
    }
    return policy;
}

std::string contentPolicy() {
    return "default-src 'none'; style-src 'sha256-" + styleHash() +
           "'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
}

}  // namespace kontor::lead
