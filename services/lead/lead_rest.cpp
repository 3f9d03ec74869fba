#include "services/lead/lead_rest.h"

#include "services/lead/conversion.h"
#include "services/lead/forecast.h"
#include "services/lead/leads.h"
#include "services/lead/opportunities.h"
#include "services/lead/quote_document.h"
#include "services/lead/quotes.h"
#include "shared/entity/json.h"
#include "shared/entity/validate.h"
#include "shared/http/target.h"
#include "shared/rest/answers.h"

namespace kontor::lead {

using http::Request;
using http::Response;

namespace {

template <typename Input> Input body(Request &request) {
    rest::allowParameters(request, {});
    Input input;
    rest::readBody(request, input);
    entity::validate(input);
    return input;
}

/// A handler for an operation whose input is the body.
template <typename Input, typename Work> auto posted(Work work) {
    return [work](LeadService &service, const auth::Caller &caller, Request &request, Response &response) {
        rest::writeBody(response, work(service, caller, body<Input>(request)));
    };
}

void convert(LeadService &service, const auth::Caller &caller, Request &request, Response &response) {
    std::string_view const header = request.header("Idempotency-Key");
    std::string const key = header.empty() ? std::string{} : entity::parseIdempotencyKey(header);
    rest::writeBody(response, convertLeads(service, caller, body<ConvertLeads>(request), key));
}

/// A handler for one whose input is in the query, and `pathMember` in the path.
template <typename Input, typename Work> auto asked(std::optional<std::string> Input::*pathMember, Work work) {
    return [pathMember, work](LeadService &service, const auth::Caller &caller, Request &request, Response &response) {
        Input input;
        if (pathMember != nullptr) input.*pathMember = request.pathParameters.at(0);
        rest::readParameters(request, input);
        rest::writeBody(response, work(service, caller, input));
    };
}

/// A handler for one that writes a record, once for each idempotency key.
template <typename Input, typename Work> auto written(Work work) {
    return [work](LeadService &service, const auth::Caller &caller, Request &request, Response &response) {
        rest::allowParameters(request, {});
        std::string const text = request.body->readAll(1U << 20U);
        Input input;
        entity::readJson(text, input);
        entity::validate(input);
        rest::Preference const preference = rest::preferenceOf(request);
        entity::WriteOptions options;
        options.allOrNone = true;
        rest::answerOnce(
            service.operations(), caller, request, response, text, options,
            [&](const entity::WriteOptions &chosen) {
                std::vector<entity::RecordResult> results;
                results.push_back(work(service, caller, input, chosen));
                return results;
            },
            [&](const std::vector<entity::RecordResult> &results, Response &out) {
                if (results.at(0).error) throw *results[0].error;
                out.status = 200;
                rest::writeResult(results[0], preference, out);
            });
    };
}

void sendQuoteDocument(LeadService &service, const auth::Caller &caller, Request &request, Response &response) {
    rest::allowParameters(request, {});
    GetQuoteDocument input;
    input.quoteId = request.pathParameters.at(0);
    entity::validate(input);
    QuoteDocument document = getQuoteDocument(service, caller, input);
    response.contentType = document.contentType.value_or("application/pdf");
    response.header("Content-Disposition",
                    "inline; filename*=UTF-8''" + http::encodePercent(document.fileName.value_or("quote.pdf")));
    response.body = std::move(*document.content);
}

}  // namespace

std::vector<entity::OperationRoute> leadOperationRoutes() {
    return {
        {.operation = "convertLeads", .method = "POST", .path = "/api/v1/leads/convert"},
        {.operation = "findDuplicates", .method = "POST", .path = "/api/v1/leads/duplicates"},
        {.operation = "getBoard", .method = "GET", .path = "/api/v1/pipelines/{pipelineId}/board"},
        {.operation = "moveOpportunity",
         .method = "POST",
         .path = "/api/v1/opportunities/move",
         .entity = "Opportunity",
         .status = 200},
        {.operation = "getForecast", .method = "GET", .path = "/api/v1/forecast"},
        {.operation = "getPipelineChanges", .method = "GET", .path = "/api/v1/pipelineChanges"},
        {.operation = "advanceQuote",
         .method = "POST",
         .path = "/api/v1/quotes/advance",
         .entity = "Quote",
         .status = 200},
        {.operation = "getQuoteDocument",
         .method = "GET",
         .path = "/api/v1/quotes/{quoteId}/document",
         .responseType = "application/pdf"},
    };
}

void addLeadRoutes(http::Router &router, LeadService &service, const rest::Identify &identify) {
    auto const add = [&](std::string_view method, const std::string &path, std::string name, auto handler) {
        router.add(method, path, std::move(name), [&service, identify, handler](Request &request, Response &response) {
            handler(service, identify(request), request, response);
        });
    };
    add("POST", "/api/v1/leads/convert", "convertLeads", convert);
    add("POST", "/api/v1/leads/duplicates", "findDuplicates",
        posted<FindDuplicates>([](LeadService &s, const auth::Caller &caller, const FindDuplicates &input) {
            if (!input.lead) entity::refuse("/lead", "REQUIRED", "says what to look for");
            return findDuplicates(s, caller, *input.lead);
        }));
    add("GET", "/api/v1/pipelines/{pipelineId}/board", "getBoard", asked<GetBoard>(&GetBoard::pipelineId, getBoard));
    add("POST", "/api/v1/opportunities/move", "moveOpportunity", written<MoveOpportunity>(moveOpportunity));
    add("GET", "/api/v1/forecast", "getForecast", asked<GetForecast>(nullptr, getForecast));
    add("GET", "/api/v1/pipelineChanges", "getPipelineChanges", asked<GetPipelineChanges>(nullptr, getPipelineChanges));
    add("POST", "/api/v1/quotes/advance", "advanceQuote", written<AdvanceQuote>(advanceQuote));
    add("GET", "/api/v1/quotes/{quoteId}/document", "getQuoteDocument", sendQuoteDocument);
}

}  // namespace kontor::lead
