// A Java program with JAX-WS that sells: it knows the lead service from what wsimport made of its WSDL.

import example.kontor.api.common.v1.ApiFault;
import example.kontor.api.common.v1.Candidate;
import example.kontor.api.common.v1.IdempotencyHeader;
import example.kontor.api.common.v1.Query;
import example.kontor.api.common.v1.RecordKey;
import example.kontor.api.common.v1.RecordResult;
import example.kontor.api.common.v1.SessionHeader;
import example.kontor.api.identity.v1.IdentityV1;
import example.kontor.api.identity.v1.IdentityV1Service;
import example.kontor.api.identity.v1.LoginResult;
import example.kontor.api.lead.v1.ApiException;
import example.kontor.api.lead.v1.Board;
import example.kontor.api.lead.v1.Forecast;
import example.kontor.api.lead.v1.ForecastRow;
import example.kontor.api.lead.v1.Lead;
import example.kontor.api.lead.v1.LeadConversion;
import example.kontor.api.lead.v1.LeadConversionResult;
import example.kontor.api.lead.v1.LeadV1;
import example.kontor.api.lead.v1.LeadV1Service;
import example.kontor.api.lead.v1.Opportunity;
import example.kontor.api.lead.v1.OpportunityLine;
import example.kontor.api.lead.v1.Pipeline;
import example.kontor.api.lead.v1.QueryResult;
import example.kontor.api.lead.v1.Quote;
import example.kontor.api.lead.v1.QuoteDocument;
import example.kontor.api.lead.v1.QuoteLine;
import example.kontor.api.lead.v1.Records;
import example.kontor.api.lead.v1.Stage;
import example.kontor.api.lead.v1.StageRequirement;

import java.math.BigDecimal;
import java.net.URL;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import javax.xml.datatype.DatatypeFactory;
import javax.xml.datatype.XMLGregorianCalendar;
import javax.xml.ws.soap.MTOMFeature;

public final class JaxwsLead extends Checks {
    private static final String run = UUID.randomUUID().toString().substring(0, 13);
    private static final BigDecimal money = new BigDecimal("123456789012345.6789");
    private static final String nobody = "00000000-0000-7000-8000-000000000000";
    private static LeadV1 lead;
    private static SessionHeader session;
    private static LoginResult login;

    static ApiFault faultOf(Call call) {
        ApiFault none = new ApiFault();
        try {
            call.run();
            none.setCode("the call was accepted");
        } catch (ApiException fault) {
            return fault.getFaultInfo();
        } catch (Exception other) {
            none.setCode("no ApiFault: " + other);
        }
        return none;
    }

    static XMLGregorianCalendar day(String text) throws Exception {
        return DatatypeFactory.newInstance().newXMLGregorianCalendar(text);
    }

    static boolean same(BigDecimal one, String other) {
        return one != null && one.compareTo(new BigDecimal(other)) == 0;
    }

    /** The id of the only record of a call, which must be created. */
    static String create(Records records) throws Exception {
        RecordResult result = lead.createRecords(records, session, null, null).getRecord().get(0);
        if (!result.isSuccess()) throw new Exception(result.getError().getMessage());
        return result.getId();
    }

    static String create(Lead one) throws Exception {
        return create(leads(one));
    }

    static String create(Opportunity one) throws Exception {
        Records records = new Records();
        records.getOpportunity().add(one);
        return create(records);
    }

    static Records leads(Lead... leads) {
        Records records = new Records();
        records.getLead().addAll(Arrays.asList(leads));
        return records;
    }

    static Records stored(String entity, String id) throws Exception {
        RecordKey key = new RecordKey();
        key.setEntity(entity);
        key.setId(id);
        return lead.retrieveRecords(Collections.singletonList(key), null, session).getRecords();
    }

    static Opportunity deal(String id) throws Exception {
        return stored("Opportunity", id).getOpportunity().get(0);
    }

    static Lead person(String firstName) {
        Lead one = new Lead();
        one.setFirstName(firstName);
        one.setLastName("Ødegård " + run);
        one.setCompanyName("株式会社 Кирилл " + run);
        one.setEmail("zofie@" + run + ".example");
        one.setEstimatedAmount(money);
        one.setCurrency("EUR");
        one.setDescription("شركة 🎻 <&>\"'");
        return one;
    }

    static String leadsAndDuplicates() throws Exception {
        List<RecordResult> created = lead.createRecords(leads(person("Žofie")), session, null, null).getRecord();
        equal("create: a list of one gives a list of one", created.size(), 1);
        String first = created.get(0).getId();
        Lead found = stored("Lead", first).getLead().get(0);
        Lead given = person("Žofie");
        equal("text: non-Latin scripts survive",
              Arrays.asList(found.getFirstName(), found.getLastName(), found.getCompanyName(), found.getDescription()),
              Arrays.asList(given.getFirstName(), given.getLastName(), given.getCompanyName(), given.getDescription()));
        equal("money: 19 digits survive", found.getEstimatedAmount(), money);
        equal("create: what the server knows", found.getStatusCategory(), "open");

        ApiFault error = lead.createRecords(leads(person("Sofie")), session, null, null).getRecord().get(0).getError();
        equal("duplicates: a typed fault", error.getCode(), "DUPLICATES_DETECTED");
        Candidate candidate = error.getCandidate().get(0);
        equal("duplicates: … with the candidates", error.getCandidate().size() + " " + candidate.getEntity() + " " +
              candidate.getId() + " " + candidate.getMatchedOn(), "1 Lead " + first + " [email]");
        Lead allowed = person("Sofie");
        allowed.setAllowDuplicates(true);
        String twin = create(allowed);
        Lead like = new Lead();
        like.setEmail(given.getEmail());
        equal("duplicates: findDuplicates finds both", lead.findDuplicates(like, session).getCandidate().size(), 2);

        Query query = new Query();
        query.setEntity("Lead");
        query.setFilter("companyName = \"" + given.getCompanyName() + "\"");
        query.setSort("firstName");
        query.setLimit(1);
        query.setCount("exact");
        QueryResult page = lead.queryRecords(query, session);
        equal("query: the first page", page.getRecords().getLead().get(0).getId() + " " + page.getTotal() + " " + page.isDone(),
              twin + " 2 false");
        page = lead.queryMore(page.getCursor(), null, session);
        equal("query: a list of one, the last page", page.getRecords().getLead().size() + " " + page.isDone(), "1 true");
        return first;
    }

    static void conversion(String first) throws Exception {
        LeadConversion whole = new LeadConversion();
        whole.setLeadId(first);
        whole.setOpportunityName("JAX-WS " + run);
        whole.setCloseDate(day("2031-05-31"));
        LeadConversion failing = new LeadConversion();
        failing.setLeadId(nobody);
        List<LeadConversionResult> results = lead.convertLeads(Arrays.asList(whole, failing), session, null).getResult();
        equal("convert: a result for each, in their places",
              results.stream().map(r -> r.getLeadId() + r.isSuccess()).collect(Collectors.toList()),
              Arrays.asList(first + true, nobody + false));
        equal("convert: the typed fault of the one that failed", results.get(1).getError().getCode(), "NOT_FOUND");
        check("convert: what was made", results.get(0).isAccountCreated() && results.get(0).isContactCreated(), "not made");
        Opportunity made = deal(results.get(0).getOpportunityId());
        equal("convert: the opportunity has the lead's money", made.getName() + " " + made.getAmount(),
              "JAX-WS " + run + " " + money);
        results = lead.convertLeads(Collections.singletonList(whole), session, null).getResult();
        equal("convert: a list of one; a converted lead", results.size() + " " + results.get(0).getError().getCode(), "1 CONFLICT");
    }

    static String stage(String pipeline, String name, long place, String category, long probability,
                        StageRequirement... requirements) throws Exception {
        Stage stage = new Stage();
        stage.setPipelineId(pipeline);
        stage.setName(name);
        stage.setPosition(place);
        stage.setCategory(category);
        stage.setProbability(probability);
        stage.getRequirements().addAll(Arrays.asList(requirements));
        Records records = new Records();
        records.getStage().add(stage);
        return create(records);
    }

    static OpportunityLine line(String name, String quantity, String price) {
        OpportunityLine line = new OpportunityLine();
        line.setName(name);
        line.setQuantity(new BigDecimal(quantity));
        line.setUnitPrice(new BigDecimal(price));
        return line;
    }

    static String opportunities(String pipeline) throws Exception {
        Opportunity given = new Opportunity();
        given.setName("Big " + run);
        given.setPipelineId(pipeline);
        given.setCloseDate(day("2031-05-31"));
        given.setCurrency("EUR");
        given.setAmount(money);
        String made = create(given);
        equal("money: 19 digits survive in an opportunity", deal(made).getAmount(), money);
        Opportunity lines = new Opportunity();
        lines.setId(made);
        lines.setAmountSource("lines");
        lines.getLines().add(line("Насос", "2.5", "100.10"));
        lines.getLines().add(line("ポンプ", "1", "39.80"));
        Records change = new Records();
        change.getOpportunity().add(lines);
        RecordResult result = lead.updateRecords(change, session, null, null).getRecord().get(0);
        check("lines: accepted", result.isSuccess(), result.getError() == null ? "" : result.getError().getMessage());
        Opportunity found = deal(made);
        equal("lines: as they were given", found.getLines().get(0).getName() + found.getLines().get(1).getName(), "Насосポンプ");
        check("lines: each has its total", same(found.getLines().get(0).getTotal(), "250.25"), found.getLines().get(0).getTotal());
        check("lines: the amount is their sum", same(found.getAmount(), "290.05"), found.getAmount());
        return made;
    }

    static void stages(String pipeline, String made, String begun, String offered) throws Exception {
        ApiFault error = faultOf(() -> lead.moveOpportunity(made, offered, null, null, null, null, session, null));
        equal("move: what the stage asks for is missing: a typed fault", error.getCode(), "VALIDATION");
        equal("move: … and named", error.getViolation().get(0).getField() + " " + error.getViolation().get(0).getReason(),
              "/nextStep Say what comes next.");
        Opportunity fields = new Opportunity();
        fields.setNextStep("Zavolat");
        Long version = deal(made).getVersion();
        List<RecordResult> moved =
            lead.moveOpportunity(made, offered, null, version, null, fields, session, null).getRecord();
        equal("move: with what it asks for", moved.size() + " " + moved.get(0).isSuccess(), "1 true");
        equal("move: the stage's probability", deal(made).getProbability(), 60L);
        error = faultOf(() -> lead.moveOpportunity(made, begun, null, version, null, null, session, null));
        equal("move: a stale version: a typed fault", error.getCode() + " " + error.getCurrentVersion(),
              "CONFLICT_VERSION " + deal(made).getVersion());
        Board board = lead.getBoard(pipeline, null, null, null, session);
        equal("board: columns, and a list of one card",
              board.getColumn().size() + " " + board.getCard().stream().map(Opportunity::getId).collect(Collectors.toList()),
              "3 [" + made + "]");
        equal("board: an unknown pipeline: a typed fault",
              faultOf(() -> lead.getBoard(nobody, null, null, null, session)).getCode(), "NOT_FOUND");
    }

    /** Example 5 of how quotes are rounded. */
    static void quotes(String made) throws Exception {
        Quote given = new Quote();
        given.setName("JAX-WS " + run);
        given.setOpportunityId(made);
        given.setCurrency("EUR");
        given.setDiscountPercent(BigDecimal.TEN);
        given.setShipping(new BigDecimal("12.345"));
        given.setShippingTaxPercent(new BigDecimal(25));
        QuoteLine line = new QuoteLine();
        line.setName("Wärmepumpe");
        line.setQuantity(new BigDecimal(2));
        line.setUnitPrice(new BigDecimal(50));
        line.setTaxPercent(new BigDecimal(25));
        given.getLines().add(line);
        Records records = new Records();
        records.getQuote().add(given);
        String quote = create(records);
        Quote found = stored("Quote", quote).getQuote().get(0);
        check("quote: its sums", same(found.getSubtotal(), "100") && same(found.getDiscountTotal(), "10") &&
              same(found.getTaxTotal(), "25.59") && same(found.getTotal(), "127.94"), found.getTotal());
        check("quote: its lines, a list of one", found.getLines().size() == 1 && same(found.getLines().get(0).getNet(), "100"),
              found.getLines().size());
        equal("quote: a step that its stage does not allow: a typed fault",
              faultOf(() -> lead.advanceQuote(quote, "accept", null, null, session, null)).getCode(), "CONFLICT");
        for (String action : Arrays.asList("submit", "send", "accept")) {
            check("quote: " + action,
                  lead.advanceQuote(quote, action, "Žofie", null, session, null).getRecord().get(0).isSuccess(), "refused");
        }
        QuoteDocument document = lead.getQuoteDocument(quote, session);
        equal("quote: the document is a PDF",
              document.getContentType() + " " + new String(document.getContent(), 0, 5, "US-ASCII"), "application/pdf %PDF-");
        LeadV1 mtom = new LeadV1Service(new URL(url() + "/soap/v1/lead?wsdl")).getLeadV1Soap11Port(new MTOMFeature(true, 0));
        check("quote: the same document as MTOM",
              Arrays.equals(mtom.getQuoteDocument(quote, session).getContent(), document.getContent()), "other bytes");
        check("quote: accepted, it sets the amount of its opportunity", same(deal(made).getAmount(), "90"), deal(made).getAmount());
    }

    static void forecast(String pipeline) throws Exception {
        Forecast forecast = lead.getForecast(day("2031-05-01"), day("2031-06-01"), null, null, pipeline, session);
        ForecastRow row = forecast.getRow().get(0);
        equal("forecast: a list of one", forecast.getRow().size() + " " + row.getOwnerId() + " " + row.getCount() + " " +
              row.getPeriod().toXMLFormat() + " " + forecast.getCurrency(), "1 " + login.getUserId() + " 1 2031-05-01 EUR");
        check("forecast: its sums", same(row.getAmountBase(), "90") && same(row.getWeightedAmount(), "54"), row.getWeightedAmount());
        equal("forecast: what is no month: a typed fault",
              faultOf(() -> lead.getForecast(day("2031-05-02"), day("2031-06-01"), null, null, pipeline, session))
                  .getViolation().get(0).getField(), "/from");
    }

    static void scenario() throws Exception {
        IdentityV1 identity = new IdentityV1Service(new URL(url() + "/soap/v1/identity?wsdl")).getIdentityV1Soap11Port();
        lead = new LeadV1Service(new URL(url() + "/soap/v1/lead?wsdl")).getLeadV1Soap11Port();
        check("wsdl: the lead service loads", true, "");
        login = identity.login(System.getenv("KONTOR_USER"), System.getenv("KONTOR_PASSWORD"), null);
        session = new SessionHeader();
        session.setSessionId(login.getSessionId());

        conversion(leadsAndDuplicates());
        Pipeline own = new Pipeline();
        own.setName("JAX-WS " + run);
        Records records = new Records();
        records.getPipeline().add(own);
        String pipeline = create(records);
        StageRequirement requirement = new StageRequirement();
        requirement.setFilter("nextStep : *");
        requirement.setField("nextStep");
        requirement.setMessage("Say what comes next.");
        String begun = stage(pipeline, "Begun", 1, "open", 10);
        String offered = stage(pipeline, "Offered", 2, "open", 60, requirement);
        String won = stage(pipeline, "Won", 3, "won", 100);
        String made = opportunities(pipeline);
        stages(pipeline, made, begun, offered);
        quotes(made);
        forecast(pipeline);

        IdempotencyHeader once = new IdempotencyHeader();
        once.setKey("jaxws-won-" + run);
        Long version = lead.moveOpportunity(made, won, null, null, null, null, session, once).getRecord().get(0).getVersion();
        equal("idempotency: one key, one move",
              lead.moveOpportunity(made, won, null, null, null, null, session, once).getRecord().get(0).getVersion(), version);
        equal("won: the opportunity is", deal(made).getCategory(), "won");
    }

    public static void main(String[] arguments) throws Exception {
        finish(JaxwsLead::scenario);
    }
}
