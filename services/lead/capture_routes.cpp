// The addresses of forms on the web: pages for people, JSON for other sites.

#include "services/lead/capture_submission.h"

#include "shared/contract/uuid.h"
#include "shared/entity/cursor.h"
#include "shared/entity/json.h"
#include "shared/http/head.h"
#include "shared/http/target.h"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace kontor::lead {

namespace {

constexpr std::size_t bodyLimit = 64U << 10U;
constexpr std::int64_t fastestMilliseconds = 2'000;
constexpr std::int64_t oldestMilliseconds = 24 * 3'600'000LL;

Language languageOf(const http::Request &request, const CaptureForm *form) {
    return chooseLanguage(form != nullptr ? form->language.value_or("") : "", request.header("Accept-Language"));
}

void writePage(http::Response &response, int status, std::string page, const std::string &policy) {
    response.status = status;
    response.contentType = "text/html; charset=utf-8";
    response.body = std::move(page);
    response.header("Content-Security-Policy", policy);
    // Not "no-referrer": a post would come without an origin then.
    response.header("Referrer-Policy", "same-origin");
    response.header("Vary", "Accept-Language");
}

Say sayOf(ErrorCode code) {
    switch (code) {
    case ErrorCode::notFound:
        return Say::notFound;
    case ErrorCode::rateLimited:
        return Say::tooMany;
    case ErrorCode::tooLarge:
        return Say::tooLarge;
    case ErrorCode::malformed:
    case ErrorCode::validation:
    case ErrorCode::unsupportedMediaType:
    case ErrorCode::methodNotAllowed:
        return Say::malformed;
    case ErrorCode::forbidden:
        return Say::notTaken;
    default:
        return Say::trouble;
    }
}

/// Errors of the pages, for people.
void writeErrorPage(const http::Request &request, const Error &error, http::Response &response) {
    writePage(response, mappingOf(error.code).httpStatus, messagePage(sayOf(error.code), languageOf(request, nullptr)),
              contentPolicy());
    if (error.retryAfterSeconds) response.header("Retry-After", std::to_string(*error.retryAfterSeconds));
}

/// A page's token: the id that its submission is to have and when the form was first shown, bound to the form.
struct PageToken {
    std::string id;
    std::int64_t since = 0;  ///< milliseconds since 1970
};

std::int64_t nowMilliseconds() { return DateTime::now().microseconds / 1000; }

std::string sealed(Capture &capture, const CaptureForm &form, const PageToken &token) {
    return entity::sealCursor(token.id + ' ' + std::to_string(token.since) + ' ' + *form.id, capture.key(), "form");
}

std::optional<PageToken> opened(Capture &capture, const CaptureForm &form, std::string_view text) {
    std::string content;
    try {
        content = entity::openCursor(text, capture.key(), "form");
    } catch (const Error &error) {
        if (error.code == ErrorCode::invalidCursor) return std::nullopt;
        throw;
    }
    auto const first = content.find(' ');
    auto const second = content.find(' ', first + 1);
    if (first == std::string::npos || second == std::string::npos || content.substr(second + 1) != *form.id) {
        return std::nullopt;
    }
    PageToken token{content.substr(0, first), 0};
    std::from_chars(content.data() + first + 1, content.data() + second, token.since);
    return token;
}

/// One form with the types of its custom fields.
FormPage pageOf(Capture &capture, const CaptureForm &form, Language language) {
    FormPage page{.form = form, .language = language};
    auto const types = capture.customFields();
    for (const FormField &field : form.fields) {
        std::string const name = field.field.value_or("");
        auto const type = std::ranges::find(*types, customFieldName(name), &entity::CustomFieldType::name);
        if (type == types->end()) continue;
        page.customLabels[name] = type->label;
        page.customTypes[name] = type->type;
        page.customChoices[name] = type->choices;
    }
    return page;
}

/// The address of the page that shows the form: what the script says, or the Referer.
std::string showingPage(const http::Request &request) {
    const std::string *const given = request.parameter("page");
    std::string const address = given != nullptr ? *given : std::string(request.header("Referer"));
    return originOf(address) ? tidyText(address, 2000) : std::string();
}

void showForm(Capture &capture, const http::Request &request, http::Response &response) {
    CaptureForm const form = findForm(capture, request.pathParameters.at(0), request.requestId);
    FormPage page = pageOf(capture, form, languageOf(request, &form));
    page.token = sealed(capture, form, {newId(), nowMilliseconds()});
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 5> campaign{{
        {"utm_source", "utmSource"},
        {"utm_medium", "utmMedium"},
        {"utm_campaign", "utmCampaign"},
        {"utm_term", "utmTerm"},
        {"utm_content", "utmContent"},
    }};
    for (auto const &[parameter, name] : campaign) {
        auto const found = std::ranges::find(request.query, parameter, &std::pair<std::string, std::string>::first);
        if (found != request.query.end()) page.values[std::string(name)] = tidyText(found->second, 255);
    }
    page.values[std::string(input::pageUrl)] = showingPage(request);
    writePage(response, 200, formPage(page), contentPolicy(form));
}

/// The page again, with what was typed and why.
void showAgain(Capture &capture, const CaptureForm &form, const Submission &submission, const PageToken &token,
               std::vector<FieldError> errors, std::string_view notice, http::Response &response) {
    FormPage page = pageOf(capture, form, submission.language);
    page.token = sealed(capture, form, token);
    for (auto const &[name, value] : sentOf(submission.payload).values) page.values[name] = value;
    page.errors = std::move(errors);
    page.notice = notice;
    writePage(response, mappingOf(ErrorCode::validation).httpStatus, formPage(page), contentPolicy(form));
}

/// After a post the browser is sent on, so that loading the page again posts nothing again.
void sendOn(const CaptureForm &form, std::string_view state, http::Response &response) {
    response.status = 303;
    bool const waits = state == "waiting";
    bool const elsewhere = form.redirectUrl && !waits;
    response.header("Location",
                    elsewhere ? *form.redirectUrl : *form.slug + (waits ? "/thanks?state=waiting" : "/thanks"));
    response.header("Content-Security-Policy", contentPolicy(form));
}

std::string mediaTypeOf(const http::Request &request) {
    std::string type(request.header("Content-Type"));
    type.erase(std::min(type.find(';'), type.size()));
    while (type.ends_with(' ')) type.pop_back();
    std::ranges::transform(type, type.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return type;
}

Submission submissionOf(const http::Request &request, const CaptureForm &form) {
    Submission submission;
    submission.clientAddress = request.clientAddress;
    submission.userAgent = request.header("User-Agent");
    submission.origin = request.header("Origin");
    submission.requestId = request.requestId;
    submission.language = languageOf(request, &form);
    return submission;
}

/// An address that the sender names as that of its page.
std::string namedPage(const Submission &submission, const http::Request &request) {
    std::string const named(sentOf(submission.payload).value(input::pageUrl));
    return originOf(named) ? named : std::string(request.header("Referer"));
}

bool isTrapped(const Submission &submission) { return !sentOf(submission.payload).value(input::trap).empty(); }

/// A form's origin must be one that may use it, or our own.
bool comesFromElsewhere(const Capture &capture, const CaptureForm &form, const http::Request &request) {
    std::string_view const origin = request.header("Origin");
    if (origin.empty() || allowsOrigin(form, origin)) return false;
    auto const own = originOf(capture.options().publicUrl);
    std::string const host(request.header("Host"));
    return origin != own.value_or("") && origin != "http://" + host && origin != "https://" + host;
}

void takeForm(Capture &capture, http::Request &request, http::Response &response) {
    CaptureForm const form = findForm(capture, request.pathParameters.at(0), request.requestId);
    if (mediaTypeOf(request) != "application/x-www-form-urlencoded") {
        throw Error(ErrorCode::unsupportedMediaType, "A form is sent as application/x-www-form-urlencoded.");
    }
    std::vector<std::pair<std::string, std::string>> fields;
    if (!http::decodeQuery(request.body->readAll(bodyLimit), fields)) {
        throw Error(ErrorCode::malformed, "The form is not encoded as forms are.");
    }
    Submission submission = submissionOf(request, form);
    submission.payload = payloadOf(fields);
    submission.pageUrl = namedPage(submission, request);
    auto const tokenField = std::ranges::find(fields, input::token, &std::pair<std::string, std::string>::first);
    auto const token = tokenField == fields.end() ? std::nullopt : opened(capture, form, tokenField->second);
    std::int64_t const age = token ? nowMilliseconds() - token->since : 0;

    if (comesFromElsewhere(capture, form, request)) {
        submission.refusal = "The origin is not one of the form's.";
        submit(capture, form, std::move(submission));
        throw Error(ErrorCode::forbidden, "This form takes nothing from this site.");
    }
    if (isTrapped(submission)) {
        submission.refusal = "The field that nobody sees was filled in.";
        submit(capture, form, std::move(submission));
        return sendOn(form, form.doubleOptIn.value_or(false) ? "waiting" : "accepted", response);
    }
    if (!token || age > oldestMilliseconds) {
        return showAgain(capture, form, submission, {newId(), nowMilliseconds()}, {},
                         sentenceOf(Say::pageTooOld, submission.language), response);
    }
    PageToken const next{newId(), token->since};
    if (age < fastestMilliseconds) {
        Submission refused = submission;
        refused.refusal = "Sent faster than a person can type.";
        submit(capture, form, std::move(refused));
        return showAgain(capture, form, submission, next, {}, sentenceOf(Say::tooFast, submission.language), response);
    }
    submission.id = token->id;
    Receipt receipt = submit(capture, form, submission);
    if (!receipt.errors.empty()) {
        return showAgain(capture, form, submission, next, std::move(receipt.errors), {}, response);
    }
    if (receipt.state == "refused") {
        return writePage(response, mappingOf(ErrorCode::validation).httpStatus,
                         messagePage(Say::notTaken, submission.language, &form), contentPolicy(form));
    }
    sendOn(form, receipt.state, response);
}

void showThanks(Capture &capture, const http::Request &request, http::Response &response) {
    CaptureForm const form = findForm(capture, request.pathParameters.at(0), request.requestId);
    const std::string *const state = request.parameter("state");
    bool const waits = state != nullptr && *state == "waiting";
    writePage(response, 200, messagePage(waits ? Say::checkMail : Say::thanks, languageOf(request, &form), &form),
              contentPolicy(form));
}

void serveScript(Capture &capture, const http::Request &request, http::Response &response) {
    CaptureForm const form = findForm(capture, request.pathParameters.at(0), request.requestId);
    response.contentType = "text/javascript; charset=utf-8";
    response.body = embedScript(form);
    response.header("Cache-Control", "public, max-age=300");
    response.header("Cross-Origin-Resource-Policy", "cross-origin");
}

void writeConfirmation(const Confirmation &confirmation, http::Response &response) {
    int const status = confirmation.state == Say::confirmationUnknown   ? 404
                       : confirmation.state == Say::confirmationExpired ? 410
                       : confirmation.state == Say::notTaken            ? 409
                                                                        : 200;
    std::string page =
        confirmation.state == Say::checkMail
            ? confirmPage(*confirmation.form, confirmation.language)
            : messagePage(confirmation.state, confirmation.language, confirmation.form ? &*confirmation.form : nullptr);
    writePage(response, status, std::move(page), contentPolicy());
}

/// An unknown token says nothing of a language: the browser does.
void inVisitorsLanguage(Confirmation &confirmation, const http::Request &request) {
    if (confirmation.state == Say::confirmationUnknown) confirmation.language = languageOf(request, nullptr);
}

void showConfirmation(Capture &capture, const http::Request &request, http::Response &response) {
    Confirmation confirmation = lookUpConfirmation(capture, request.pathParameters.at(0), request.requestId);
    inVisitorsLanguage(confirmation, request);
    writeConfirmation(confirmation, response);
}

void takeConfirmation(Capture &capture, const http::Request &request, http::Response &response) {
    Confirmation confirmation = confirm(capture, request.pathParameters.at(0), request.requestId);
    inVisitorsLanguage(confirmation, request);
    if (confirmation.state == Say::confirmed && confirmation.form && confirmation.form->redirectUrl) {
        response.status = 303;
        response.header("Location", *confirmation.form->redirectUrl);
        return;
    }
    writeConfirmation(confirmation, response);
}

/// What lets a script of an allowed site see the answer.
void allowReading(const CaptureForm &form, const http::Request &request, http::Response &response) {
    std::string const origin(request.header("Origin"));
    if (form.allowedOrigins.empty()) {
        response.header("Access-Control-Allow-Origin", "*");
    } else if (!origin.empty() && allowsOrigin(form, origin)) {
        response.header("Access-Control-Allow-Origin", origin);
    }
    if (!form.allowedOrigins.empty()) response.header("Vary", "Origin");
    response.header("Access-Control-Expose-Headers", "Retry-After, X-Request-Id");
}

void preflight(Capture &capture, const http::Request &request, http::Response &response) {
    CaptureForm const form = findForm(capture, request.pathParameters.at(0), request.requestId);
    response.status = 204;
    response.header("Allow", "POST, OPTIONS");
    std::string_view const origin = request.header("Origin");
    if (origin.empty() || !allowsOrigin(form, origin)) return;
    allowReading(form, request, response);
    response.header("Access-Control-Allow-Methods", "POST");
    response.header("Access-Control-Allow-Headers", "Content-Type, X-Request-Id");
    response.header("Access-Control-Max-Age", "600");
}

/// The body of a post from another site.
boost::json::object readPayload(http::Request &request) {
    if (mediaTypeOf(request) != "application/json") {
        throw Error(ErrorCode::unsupportedMediaType, "The body is sent as application/json.");
    }
    boost::json::value const body = entity::parseJson(request.body->readAll(bodyLimit));
    if (!body.is_object()) throw Error(ErrorCode::malformed, "The body must be an object of fields.");
    if (body.as_object().size() > maximumFields) {
        throw Error(ErrorCode::tooLarge, "A form has at most " + std::to_string(maximumFields) + " fields.");
    }
    return body.as_object();
}

void takeJson(Capture &capture, const CaptureForm &form, http::Request &request, http::Response &response) {
    Submission submission = submissionOf(request, form);
    submission.payload = readPayload(request);
    submission.pageUrl = namedPage(submission, request);
    bool const foreign = !submission.origin.empty() && !allowsOrigin(form, submission.origin);
    bool const trapped = !foreign && isTrapped(submission);
    if (foreign) submission.refusal = "The origin is not one of the form's.";
    if (trapped) submission.refusal = "The field that nobody sees was filled in.";
    Receipt receipt = submit(capture, form, std::move(submission));
    if (foreign) throw Error(ErrorCode::forbidden, "This form takes nothing from this site.");
    if (!receipt.errors.empty()) {
        throw Error(ErrorCode::validation, "The submission is not valid.", std::move(receipt.errors));
    }
    if (trapped) receipt.state = form.doubleOptIn.value_or(false) ? "waiting" : "accepted";
    if (receipt.state == "refused") {
        throw Error(ErrorCode::conflict, "The submission is kept, but could not be taken up as it is.");
    }
    response.status = 202;
    response.contentType = "application/json";
    response.body = boost::json::serialize(boost::json::object{{"id", receipt.id}, {"state", receipt.state}});
}

void answerJson(Capture &capture, http::Request &request, http::Response &response) {
    CaptureForm const form = findForm(capture, request.pathParameters.at(0), request.requestId);
    std::optional<Error> failure;
    try {
        takeJson(capture, form, request, response);
    } catch (const Error &error) {
        failure = error;
    }
    // A script must be able to read what was wrong, too.
    if (failure) http::writeProblem(request, *failure, response);
    allowReading(form, request, response);
}

}  // namespace

void addCaptureRoutes(http::Router &router, LeadService &service, CaptureOptions options) {
    auto const capture = Capture::of(service.catalogue());
    if (capture == nullptr) throw std::logic_error("the service has no behaviours of forms");
    capture->start(service, std::move(options));
    http::RouteOptions const page{writeErrorPage, bodyLimit};
    http::RouteOptions const json{http::writeProblem, bodyLimit};
    auto const with = [&capture](auto handler) {
        return [capture, handler](http::Request &request, http::Response &response) {
            handler(*capture, request, response);
        };
    };
    router.add("GET", "/forms/{slug}", "showForm", with(showForm), page);
    router.add("POST", "/forms/{slug}", "submitForm", with(takeForm), page);
    router.add("GET", "/forms/{slug}/thanks", "showFormThanks", with(showThanks), page);
    router.add("GET", "/forms/{slug}/embed.js", "showFormScript", with(serveScript), page);
    router.add("GET", "/forms/confirm/{token}", "showConfirmation", with(showConfirmation), page);
    router.add("POST", "/forms/confirm/{token}", "confirmSubmission", with(takeConfirmation), page);
    router.add("POST", "/api/v1/forms/{slug}/submissions", "createSubmission", with(answerJson), json);
    router.add("OPTIONS", "/api/v1/forms/{slug}/submissions", "createSubmissionPreflight", with(preflight), json);
}

}  // namespace kontor::lead
