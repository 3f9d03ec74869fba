#include "services/lead/lead_soap.h"

#include "services/lead/conversion.h"
#include "services/lead/forecast.h"
#include "services/lead/leads.h"
#include "services/lead/opportunities.h"
#include "services/lead/quote_document.h"
#include "services/lead/quotes.h"
#include "shared/soap/standard_service.h"
#include "soap/mapping_lead.h"

namespace kontor::lead {

namespace {

class LeadSoap final : public soap::StandardService<soap::LeadTypes> {
  public:
    LeadSoap(struct soap *context, LeadService &service)
        : StandardService(context, service.operations()), service_(service) {}
    LeadV1Soap11Service *copy() override { return nullptr; }  // a skeleton stays with its context
    void LeadV1Soap11Service_init(soap_mode, soap_mode) override {}

    int convertLeads(lead__ConvertLeads *in, lead__ConvertLeadsResponse &out) override {
        return operate<ConvertLeads>(in, out, [&](const auth::Caller &caller, const ConvertLeads &input) {
            const auto &key = call().headers().idempotencyKey;
            return lead::convertLeads(service_, caller, input, key ? entity::parseIdempotencyKey(*key) : std::string{});
        });
    }
    int findDuplicates(lead__FindDuplicates *in, lead__FindDuplicatesResponse &out) override {
        return operate<FindDuplicates>(in, out, [&](const auth::Caller &caller, const FindDuplicates &input) {
            if (!input.lead) throw soap::missing("/lead");
            return lead::findDuplicates(service_, caller, *input.lead);
        });
    }
    int getBoard(lead__GetBoard *in, lead__GetBoardResponse &out) override {
        return operate<GetBoard>(in, out, [&](const auth::Caller &caller, const GetBoard &input) {
            return lead::getBoard(service_, caller, input);
        });
    }
    int moveOpportunity(lead__MoveOpportunity *in, lead__MoveOpportunityResponse &out) override {
        return operateOnce<MoveOpportunity>(
            in, out, "moveOpportunityResponse",
            [&](const auth::Caller &caller, const MoveOpportunity &input, const entity::WriteOptions &options) {
                return lead::moveOpportunity(service_, caller, input, options);
            });
    }
    int getForecast(lead__GetForecast *in, lead__GetForecastResponse &out) override {
        return operate<GetForecast>(in, out, [&](const auth::Caller &caller, const GetForecast &input) {
            return lead::getForecast(service_, caller, input);
        });
    }
    int getPipelineChanges(lead__GetPipelineChanges *in, lead__GetPipelineChangesResponse &out) override {
        return operate<GetPipelineChanges>(in, out, [&](const auth::Caller &caller, const GetPipelineChanges &input) {
            return lead::getPipelineChanges(service_, caller, input);
        });
    }
    int advanceQuote(lead__AdvanceQuote *in, lead__AdvanceQuoteResponse &out) override {
        return operateOnce<AdvanceQuote>(
            in, out, "advanceQuoteResponse",
            [&](const auth::Caller &caller, const AdvanceQuote &input, const entity::WriteOptions &options) {
                return lead::advanceQuote(service_, caller, input, options);
            });
    }
    int getQuoteDocument(lead__GetQuoteDocument *in, lead__GetQuoteDocumentResponse &out) override {
        return operate<GetQuoteDocument>(in, out, [&](const auth::Caller &caller, const GetQuoteDocument &input) {
            return lead::getQuoteDocument(service_, caller, input);
        });
    }

  private:
    LeadService &service_;
};

}  // namespace

void addLeadSoapRoutes(http::Router &router, LeadService &service, auth::Authenticator &authenticator,
                       const std::string &publicUrl) {
    soap::host(router, serviceContract(), {authenticator, publicUrl},
               [&service](struct soap *context) { return std::make_unique<LeadSoap>(context, service); });
}

}  // namespace kontor::lead
