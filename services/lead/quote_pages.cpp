#include "services/lead/quote_pages.h"

#include "services/lead/quote_document.h"
#include "services/lead/quote_steps.h"
#include "services/lead/quote_words.h"
#include "shared/entity/base64.h"
#include "shared/entity/validate.h"
#include "shared/http/target.h"

#include <openssl/sha.h>

#include <algorithm>
#include <array>

namespace kontor::lead {

namespace {

constexpr std::size_t bodyLimit = 16U << 10U;
constexpr std::size_t longestName = 255;
constexpr std::size_t longestReason = 2000;

constexpr std::string_view styleSheet =
    "body{margin:0;padding:1.5rem;font:1rem/1.5 system-ui,sans-serif;color:#1b1f24;background:#fff}"
    "main{max-width:56rem;margin:0 auto}h1{font-size:1.5rem;line-height:1.25;margin:0 0 .5rem}"
    "h2{font-size:1.125rem;margin:2rem 0 .5rem}p{margin:0 0 1rem}.text{white-space:pre-line;overflow-wrap:anywhere}"
    ".table{overflow-x:auto}table{width:100%;border-collapse:collapse}th,td{padding:.375rem .5rem;text-align:left;"
    "vertical-align:top;border-bottom:1px solid #d1d9e0}.number{text-align:right;white-space:nowrap}"
    ".note{display:block;color:#59636e;font-size:.875rem;white-space:pre-line}.sums th{font-weight:400}"
    ".total th,.total td{font-weight:700;border-top:2px solid #1b1f24}"
    "dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1rem;margin:0 0 "
    "1rem}dt{color:#59636e}dd{margin:0}"
    ".state{padding:1rem;border:2px solid #0b57d0;border-radius:.375rem;font-weight:600}"
    "form{margin:1.5rem 0;padding:1rem 1rem 0;border:1px solid #818b98;border-radius:.375rem}"
    "form h2{margin-top:0}label{display:block;font-weight:600}input,textarea{box-sizing:border-box;width:100%;"
    "padding:.5rem .625rem;font:inherit;color:inherit;background:#fff;border:1px solid #818b98;border-radius:.375rem}"
    "input[type=checkbox]{width:1.25rem;height:1.25rem;margin:0 .5rem 0 0;vertical-align:text-bottom}"
    ".check label{display:inline;font-weight:400}[aria-invalid]{border-color:#b3261e;outline:1px solid #b3261e}"
    ".error{display:block;color:#b3261e}button{padding:.625rem 1.5rem;font:inherit;font-weight:600;color:#fff;"
    "background:#0b57d0;border:0;border-radius:.375rem;cursor:pointer}button:hover{background:#0842a0}"
    ".plain{color:#0b57d0;background:#fff;border:1px solid #0b57d0}.plain:hover{color:#fff}"
    ":focus-visible{outline:3px solid #0b57d0;outline-offset:2px}";

/// Lets this style sheet in and nothing else; forms go to this server only.
const std::string &contentPolicyOfQuotes() {
    static const std::string policy = [] {
        std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
        SHA256(reinterpret_cast<const unsigned char *>(styleSheet.data()), styleSheet.size(), digest.data());
        std::string hash;
        entity::appendBase64(hash, {reinterpret_cast<const char *>(digest.data()), digest.size()});
        return "default-src 'none'; style-src 'sha256-" + hash +
               "'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
    }();
    return policy;
}

void addHeaders(http::Response &response) {
    response.header("Content-Security-Policy", contentPolicyOfQuotes());
    response.header("Cache-Control", "no-store");
    response.header("Referrer-Policy", "no-referrer");
    response.header("X-Robots-Tag", "noindex, nofollow");
    response.header("X-Content-Type-Options", "nosniff");
}

void writePage(http::Response &response, int status, std::string page) {
    response.status = status;
    response.contentType = "text/html; charset=utf-8";
    response.body = std::move(page);
    addHeaders(response);
}

std::string document(Language language, std::string_view title, const std::string &content) {
    return "<!DOCTYPE html>\n<html lang=\"" + std::string(languageCode(language)) +
           "\">\n<head>\n<meta charset=\"utf-8\">\n"
           "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" +
           escapeHtml(title) + "</title>\n<style>" + std::string(styleSheet) + "</style>\n</head>\n<body>\n<main>\n" +
           content + "</main>\n</body>\n</html>\n";
}

/// What was typed into the form, and what is wrong with it.
struct Typed {
    std::string name, reason;
    bool agrees = false;
    bool nameMissing = false;
    bool agreeMissing = false;
    [[nodiscard]] bool wrong() const { return nameMissing || agreeMissing; }
};

/// Draws the page of one quote.
class QuotePage {
  public:
    QuotePage(const Quote &quote, int decimals, const std::string &path)
        : quote_(quote), decimals_(decimals), language_(languageOf(quote)), path_(path) {}

    [[nodiscard]] std::string draw(const Typed &typed) const {
        std::string title = text(QuoteWord::quote) + ' ' + quote_.number.value_or("");
        std::string content = "<h1>" + escapeHtml(title) + "</h1>\n" + paragraph(quote_.name);
        content += state() + facts() + lines() + sums();
        content += section(QuoteWord::paymentTerms, quote_.paymentTerms) + section(QuoteWord::terms, quote_.terms);
        content +=
            "<p><a href=\"" + escapeHtml(path_ + "/document.pdf") + "\">" + word(QuoteWord::download) + "</a></p>\n";
        if (waits()) content += acceptForm(typed) + rejectForm(typed);
        if (typed.wrong()) title = text(QuoteWord::error) + ' ' + title;
        return document(language_, title, content);
    }

  private:
    [[nodiscard]] std::string text(QuoteWord which) const { return std::string(quoteWord(which, language_)); }
    [[nodiscard]] std::string word(QuoteWord which) const { return escapeHtml(quoteWord(which, language_)); }
    [[nodiscard]] bool waits() const { return quote_.stage == "sent" && !isPast(quote_); }
    [[nodiscard]] std::string day(DateTime at) const {
        return formatDate(*Date::parse(at.toString().substr(0, 10)), language_);
    }

    static std::string paragraph(const std::optional<std::string> &content) {
        if (!content || content->empty()) return {};
        return "<p class=\"text\">" + escapeHtml(*content) + "</p>\n";
    }
    [[nodiscard]] std::string section(QuoteWord heading, const std::optional<std::string> &content) const {
        if (!content || content->empty()) return {};
        return "<h2>" + word(heading) + "</h2>\n" + paragraph(content);
    }

    /// What became of the quote, when it waits for no answer.
    [[nodiscard]] std::string state() const {
        if (waits()) return {};
        QuoteWord const which = quote_.stage == "accepted"                    ? QuoteWord::accepted
                                : quote_.stage == "rejected"                  ? QuoteWord::rejected
                                : quote_.stage == "superseded"                ? QuoteWord::superseded
                                : quote_.stage == "expired" || isPast(quote_) ? QuoteWord::expired
                                                                              : QuoteWord::notWaiting;
        std::string content = word(which);
        if (quote_.stage == "accepted" && quote_.acceptedByName && quote_.acceptedAt) {
            content += ' ' + word(QuoteWord::acceptedBy) + ' ' + escapeHtml(*quote_.acceptedByName) + ", " +
                       escapeHtml(day(*quote_.acceptedAt)) + '.';
        }
        return "<p class=\"state\" role=\"status\">" + content + "</p>\n";
    }

    [[nodiscard]] std::string facts() const {
        std::string content = "<dl>\n";
        auto const fact = [&](QuoteWord label, const std::string &value) {
            if (value.empty()) return;
            content += "<dt>" + word(label) + "</dt><dd class=\"text\">" + escapeHtml(value) + "</dd>\n";
        };
        fact(QuoteWord::revision, std::to_string(quote_.revision.value_or(1)));
        if (quote_.sentAt) fact(QuoteWord::date, day(*quote_.sentAt));
        if (quote_.validUntil) fact(QuoteWord::validUntil, formatDate(*quote_.validUntil, language_));
        fact(QuoteWord::recipient, quote_.recipientName.value_or(""));
        fact(QuoteWord::billingAddress, quote_.billingAddress.value_or(""));
        fact(QuoteWord::shippingAddress, quote_.shippingAddress.value_or(""));
        return content + "</dl>\n";
    }

    [[nodiscard]] std::string lines() const {
        std::string content =
            "<div class=\"table\" role=\"region\" tabindex=\"0\" aria-labelledby=\"lines\">\n<table>\n"
            "<caption id=\"lines\" hidden>" +
            word(QuoteWord::quote) + "</caption>\n<thead><tr>";
        auto const column = [&](QuoteWord label, bool number) {
            content +=
                std::string("<th scope=\"col\"") + (number ? " class=\"number\"" : "") + '>' + word(label) + "</th>";
        };
        column(QuoteWord::description, false);
        column(QuoteWord::quantity, true);
        column(QuoteWord::unitPrice, true);
        column(QuoteWord::discount, true);
        column(QuoteWord::taxShort, true);
        column(QuoteWord::amount, true);
        content += "</tr></thead>\n";
        bool anyOptional = false;
        for (const QuoteBlock &block : blocksOf(quote_)) {
            content += "<tbody>\n";
            if (block.group != nullptr) {
                content += "<tr><th scope=\"rowgroup\" colspan=\"6\">" + escapeHtml(block.group->name.value_or("")) +
                           "</th></tr>\n";
            }
            for (const QuoteLine *const line : block.lines) {
                content += row(*line);
                anyOptional = anyOptional || line->isOptional.value_or(false);
            }
            if (block.group != nullptr && block.group->subtotal) {
                content += "<tr><th scope=\"row\" colspan=\"5\">" + word(QuoteWord::subtotal) + ' ' +
                           escapeHtml(block.group->name.value_or("")) + "</th>" +
                           cell(formatNumber(*block.group->subtotal, decimals_, language_)) + "</tr>\n";
            }
            content += "</tbody>\n";
        }
        content += "</table>\n</div>\n";
        if (anyOptional) content += "<p>" + word(QuoteWord::optionalNote) + "</p>\n";
        return content;
    }

    static std::string cell(const std::string &value) { return "<td class=\"number\">" + escapeHtml(value) + "</td>"; }

    [[nodiscard]] std::string row(const QuoteLine &line) const {
        auto const number = [&](const std::optional<Decimal> &value, int decimals) {
            return value ? formatNumber(*value, decimals, language_) : std::string();
        };
        std::string content = "<tr><td>" + escapeHtml(line.name.value_or(""));
        if (line.isOptional.value_or(false)) content += " (" + word(QuoteWord::optional) + ')';
        auto const note = [&](const std::string &value) {
            if (!value.empty()) content += "<span class=\"note\">" + escapeHtml(value) + "</span>";
        };
        note(line.description.value_or(""));
        note(periodOf(line, language_));
        content += "</td>";
        content += cell(number(line.quantity, 0) + (line.unit ? ' ' + *line.unit : std::string()));
        content += cell(number(line.unitPrice, decimals_));
        content += cell(discountTextOf(line, decimals_, language_));
        content += cell(line.taxPercent ? formatPercent(*line.taxPercent, language_) : std::string());
        return content + cell(number(line.net, decimals_)) + "</tr>\n";
    }

    [[nodiscard]] std::string sums() const {
        std::string content = "<table class=\"sums\">\n";
        for (const QuoteSum &sum : sumsOf(quote_, decimals_, language_)) {
            content += std::string("<tr") + (sum.isTotal ? " class=\"total\"" : "") + "><th scope=\"row\">" +
                       escapeHtml(sum.label) + "</th>" + cell(sum.amount) + "</tr>\n";
        }
        return content + "</table>\n";
    }

    [[nodiscard]] std::string openForm(QuoteWord heading, const char *action, const char *id) const {
        return "<form method=\"post\" action=\"" + escapeHtml(path_) + "\" aria-labelledby=\"" + id + "\">\n<h2 id=\"" +
               id + "\">" + word(heading) + "</h2>\n<input type=\"hidden\" name=\"action\" value=\"" + action + "\">\n";
    }

    [[nodiscard]] std::string errorText(bool wrong, const char *id, QuoteWord what) const {
        if (!wrong) return {};
        return std::string("<span class=\"error\" id=\"") + id + "-error\" role=\"alert\">" + word(what) + "</span>";
    }
    static std::string errorAttributes(bool wrong, const char *id) {
        return wrong ? std::string(" aria-invalid=\"true\" aria-describedby=\"") + id + "-error\"" : std::string();
    }

    [[nodiscard]] std::string acceptForm(const Typed &typed) const {
        std::string content = openForm(QuoteWord::accept, "accept", "accept-title");
        content += "<p><label for=\"name\">" + word(QuoteWord::yourName) +
                   "</label><input id=\"name\" name=\"name\" autocomplete=\"name\" maxlength=\"255\" required" +
                   errorAttributes(typed.nameMissing, "name") + " value=\"" + escapeHtml(typed.name) + "\">" +
                   errorText(typed.nameMissing, "name", QuoteWord::nameMissing) + "</p>\n";
        content += "<p class=\"check\"><input type=\"checkbox\" id=\"agree\" name=\"agree\" value=\"yes\" required" +
                   errorAttributes(typed.agreeMissing, "agree") + (typed.agrees ? " checked" : "") +
                   "><label for=\"agree\">" + word(QuoteWord::agree) + "</label>" +
                   errorText(typed.agreeMissing, "agree", QuoteWord::agreeMissing) + "</p>\n";
        return content + "<p><button type=\"submit\">" + word(QuoteWord::accept) + "</button></p>\n</form>\n";
    }

    [[nodiscard]] std::string rejectForm(const Typed &typed) const {
        return openForm(QuoteWord::reject, "reject", "reject-title") + "<p><label for=\"reason\">" +
               word(QuoteWord::reason) +
               "</label><textarea id=\"reason\" name=\"reason\" rows=\"3\" maxlength=\"2000\">" +
               escapeHtml(typed.reason) + "</textarea></p>\n<p><button class=\"plain\" type=\"submit\">" +
               word(QuoteWord::reject) + "</button></p>\n</form>\n";
    }

    const Quote &quote_;
    int decimals_;
    Language language_;
    std::string path_;
};

int decimalsOf(LeadService &service, const Quote &quote) {
    return service.catalogue().settings()->decimalsOf(quote.currency.value_or(""));
}

Quote findQuote(LeadService &service, const http::Request &request) {
    auto quote = findOfferedQuote(service, request.pathParameters.at(0), request.requestId);
    if (!quote) throw Error(ErrorCode::notFound, "There is no such quote.");
    return std::move(*quote);
}

std::string pathOf(const http::Request &request) { return "/q/" + http::encodePercent(request.pathParameters.at(0)); }

void showQuote(LeadService &service, const http::Request &request, http::Response &response) {
    Quote const quote = findQuote(service, request);
    writePage(response, 200, QuotePage(quote, decimalsOf(service, quote), pathOf(request)).draw({}));
}

void downloadQuote(LeadService &service, const http::Request &request, http::Response &response) {
    Quote const quote = findQuote(service, request);
    QuoteDocument made = drawQuote(quote, decimalsOf(service, quote));
    response.contentType = *made.contentType;
    response.body = std::move(*made.content);
    addHeaders(response);
    response.header("Content-Disposition", "attachment; filename*=UTF-8''" + http::encodePercent(*made.fileName));
}

/// "https://host:port" of an address.
std::string originOfUrl(const std::string &url) {
    auto const scheme = url.find("://");
    if (scheme == std::string::npos) return {};
    return url.substr(0, url.find('/', scheme + 3));
}

/// The browser says that the post comes from another site. Under no-referrer it names the origin "null" for our own
/// page too; that the link is known is what counts then.
bool comesFromElsewhere(const http::Request &request, const std::string &publicUrl) {
    std::string_view const site = request.header("Sec-Fetch-Site");
    if (!site.empty()) return site != "same-origin" && site != "none";
    std::string_view const origin = request.header("Origin");
    if (origin.empty() || origin == "null") return false;
    std::string const host(request.header("Host"));
    return origin != originOfUrl(publicUrl) && origin != "http://" + host && origin != "https://" + host;
}

std::string trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n";
    auto const start = text.find_first_not_of(blanks);
    if (start == std::string_view::npos) return {};
    return std::string(text.substr(start, text.find_last_not_of(blanks) - start + 1));
}

/// A field of the posted form: empty when it is not there.
std::string fieldOf(const std::vector<std::pair<std::string, std::string>> &fields, std::string_view name,
                    std::size_t longest) {
    auto const found = std::ranges::find(fields, name, &std::pair<std::string, std::string>::first);
    if (found == fields.end()) return {};
    std::string value = trimmed(found->second);
    if (!entity::hasLegalCharacters(value)) throw Error(ErrorCode::malformed, "The form holds illegal characters.");
    if (entity::countCharacters(value) > longest) throw Error(ErrorCode::validation, "The form holds too long a text.");
    return value;
}

std::vector<std::pair<std::string, std::string>> readForm(http::Request &request) {
    std::string_view type = request.header("Content-Type");
    type = type.substr(0, type.find(';'));
    if (trimmed(type) != "application/x-www-form-urlencoded") {
        throw Error(ErrorCode::unsupportedMediaType, "A form is sent as application/x-www-form-urlencoded.");
    }
    std::vector<std::pair<std::string, std::string>> fields;
    if (!http::decodeQuery(request.body->readAll(bodyLimit), fields)) {
        throw Error(ErrorCode::malformed, "The form is not encoded as forms are.");
    }
    return fields;
}

void takeAnswer(LeadService &service, const std::string &publicUrl, http::Request &request, http::Response &response) {
    if (comesFromElsewhere(request, publicUrl)) {
        throw Error(ErrorCode::forbidden, "This form takes nothing from other sites.");
    }
    auto const fields = readForm(request);
    std::string const action = fieldOf(fields, "action", 20);
    if (action != "accept" && action != "reject") throw Error(ErrorCode::malformed, "The form says nothing.");
    Typed typed;
    typed.name = fieldOf(fields, "name", longestName);
    typed.reason = fieldOf(fields, "reason", longestReason);
    typed.agrees = fieldOf(fields, "agree", 20) == "yes";
    if (action == "accept") {
        typed.nameMissing = typed.name.empty();
        typed.agreeMissing = !typed.agrees;
    }
    Quote const quote = findQuote(service, request);
    if (typed.wrong()) {
        return writePage(response, mappingOf(ErrorCode::validation).httpStatus,
                         QuotePage(quote, decimalsOf(service, quote), pathOf(request)).draw(typed));
    }
    try {
        answerQuote(service, request.pathParameters.at(0),
                    {action == "accept", typed.name, typed.reason, request.clientAddress, request.requestId});
    } catch (const Error &error) {
        // Somebody was quicker, or it has expired: the page says how it is now.
        if (error.code != ErrorCode::conflict) throw;
        Quote const now = findQuote(service, request);
        return writePage(response, mappingOf(ErrorCode::conflict).httpStatus,
                         QuotePage(now, decimalsOf(service, now), pathOf(request)).draw({}));
    }
    // Loading the page again posts nothing again.
    response.status = 303;
    response.header("Location", pathOf(request));
    addHeaders(response);
}

/// Errors for people; an unknown token says nothing of a language, the browser does.
void writeErrorPage(const http::Request &request, const Error &error, http::Response &response) {
    Language const language = chooseLanguage("", request.header("Accept-Language"));
    bool const unknown = error.code == ErrorCode::notFound;
    std::string const title(unknown ? quoteWord(QuoteWord::unknown, language) : titleOf(Say::trouble, language));
    std::string_view const sentence =
        unknown ? quoteWord(QuoteWord::unknownText, language) : sentenceOf(Say::trouble, language);
    writePage(response, mappingOf(error.code).httpStatus,
              document(language, title, "<h1>" + escapeHtml(title) + "</h1>\n<p>" + escapeHtml(sentence) + "</p>\n"));
    response.header("Vary", "Accept-Language");
    if (error.retryAfterSeconds) response.header("Retry-After", std::to_string(*error.retryAfterSeconds));
}

}  // namespace

void addQuotePages(http::Router &router, LeadService &service, const std::string &publicUrl) {
    publishQuotesAt(service, publicUrl);
    http::RouteOptions const page{writeErrorPage, bodyLimit};
    router.add(
        "GET", "/q/{token}", "showQuote",
        [&service](http::Request &request, http::Response &response) { showQuote(service, request, response); }, page);
    router.add(
        "POST", "/q/{token}", "answerQuote",
        [&service, publicUrl](http::Request &request, http::Response &response) {
            takeAnswer(service, publicUrl, request, response);
        },
        page);
    router.add(
        "GET", "/q/{token}/document.pdf", "downloadQuote",
        [&service](http::Request &request, http::Response &response) { downloadQuote(service, request, response); },
        page);
}

}  // namespace kontor::lead
