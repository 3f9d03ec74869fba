// A Java program with JAX-WS that knows Kontor from what wsimport made of its WSDLs.

import example.kontor.api.common.v1.AllOrNoneHeader;
import example.kontor.api.common.v1.ApiFault;
import example.kontor.api.common.v1.ExternalId;
import example.kontor.api.common.v1.Query;
import example.kontor.api.common.v1.RecordKey;
import example.kontor.api.common.v1.RecordResult;
import example.kontor.api.common.v1.SessionHeader;
import example.kontor.api.contact.v1.Account;
import example.kontor.api.contact.v1.Activity;
import example.kontor.api.contact.v1.ApiException;
import example.kontor.api.contact.v1.Attachment;
import example.kontor.api.contact.v1.AttachmentContent;
import example.kontor.api.contact.v1.Contact;
import example.kontor.api.contact.v1.ContactV1;
import example.kontor.api.contact.v1.ContactV1Service;
import example.kontor.api.contact.v1.QueryResult;
import example.kontor.api.contact.v1.Records;
import example.kontor.api.contact.v1.RetrieveResult;
import example.kontor.api.identity.v1.IdentityV1;
import example.kontor.api.identity.v1.IdentityV1Service;
import example.kontor.api.identity.v1.LoginResult;
import example.kontor.api.jobs.v1.JobStatus;
import example.kontor.api.jobs.v1.JobsV1;
import example.kontor.api.jobs.v1.JobsV1Service;

import java.math.BigDecimal;
import java.net.URL;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import javax.xml.datatype.DatatypeFactory;
import javax.xml.datatype.XMLGregorianCalendar;
import javax.xml.ws.soap.MTOMFeature;

public final class JaxwsClient extends Checks {
    private static ContactV1 contact;
    private static SessionHeader session;

    static ApiFault faultOf(Call call) {
        ApiFault none = new ApiFault();
        try {
            call.run();
            none.setCode("the call was accepted");
        } catch (ApiException fault) {
            return fault.getFaultInfo();
        } catch (example.kontor.api.identity.v1.ApiException fault) {
            return fault.getFaultInfo();
        } catch (Exception other) {
            none.setCode("no ApiFault: " + other);
        }
        return none;
    }

    static Records accounts(Account... accounts) {
        Records records = new Records();
        records.getAccount().addAll(Arrays.asList(accounts));
        return records;
    }

    static RecordKey key(String entity, String id) {
        RecordKey key = new RecordKey();
        key.setEntity(entity);
        key.setId(id);
        return key;
    }

    static RetrieveResult retrieve(String entity, String id) throws Exception {
        return contact.retrieveRecords(Collections.singletonList(key(entity, id)), null, session);
    }

    static Account account(String id) throws Exception {
        return retrieve("Account", id).getRecords().getAccount().get(0);
    }

    static RecordResult create(Records records) throws Exception {
        return contact.createRecords(records, session, null, null).getRecord().get(0);
    }

    static RecordResult update(Account account) throws Exception {
        return contact.updateRecords(accounts(account), session, null, null).getRecord().get(0);
    }

    static String code(RecordResult result) {
        return result.getError() == null ? null : result.getError().getCode();
    }

    static void attachments(ContactV1 port, String what, String accountId) throws Exception {
        byte[] content = new byte[256000];
        for (int i = 0; i < content.length; i++) content[i] = (byte) i;
        Attachment attachment = new Attachment();
        attachment.setParentEntity("Account");
        attachment.setParentId(accountId);
        attachment.setFileName("bytes ü.bin");
        RecordResult upload = port.uploadAttachment(attachment, content, session, null, null).getRecord().get(0);
        check("attachment: upload " + what, upload.isSuccess(), code(upload));
        AttachmentContent download = port.downloadAttachment(upload.getId(), session);
        check("attachment: the same bytes come back " + what, Arrays.equals(download.getContent(), content),
              download.getContent() == null ? "nothing" : download.getContent().length + " bytes");
        equal("attachment: its name " + what, download.getAttachment().getFileName(), "bytes ü.bin");
    }

    /// A file of some megabytes, as an attachment: few rows with long texts, of which one is refused.
    static void jobs(String url, String run) throws Exception {
        JobsV1 jobs = new JobsV1Service(new URL(url + "/soap/v1/jobs?wsdl")).getJobsV1Soap11Port(new MTOMFeature(true, 0));
        StringBuilder file = new StringBuilder("name,description\n\"\",nameless\n");
        for (int i = 0; i < 60; i++) file.append("Job ").append(run).append(",").append(i).append(" Größe 株式会社".repeat(2500)).append("\n");
        JobStatus job = jobs.createImport("Account", "create", null, null, "csv", false, file.toString().getBytes("UTF-8"), session, null);
        for (int tries = 0; tries < 600 && job.getFinishedAt() == null; tries++) {
            Thread.sleep(100);
            job = jobs.getJob(job.getId(), session);
        }
        equal("job: an import as MTOM", job.getState() + " " + job.getCreated() + " " + job.getFailed(), "succeeded 60 1");
        String refused = new String(jobs.getJobErrors(job.getId(), session).getContent(), "UTF-8");
        check("job: the row that was refused", refused.contains("nameless") && refused.contains("REQUIRED"), refused);
        JobStatus undo = jobs.undoJob(job.getId(), session, null);
        for (int tries = 0; tries < 600 && undo.getFinishedAt() == null; tries++) {
            Thread.sleep(100);
            undo = jobs.getJob(undo.getId(), session);
        }
        equal("job: all of it is taken back", undo.getDeleted(), 60L);
    }

    static void scenario(String url) throws Exception {
        String run = UUID.randomUUID().toString().substring(0, 13);
        IdentityV1 identity = new IdentityV1Service(new URL(url + "/soap/v1/identity?wsdl")).getIdentityV1Soap11Port();
        ContactV1Service service = new ContactV1Service(new URL(url + "/soap/v1/contact?wsdl"));
        contact = service.getContactV1Soap11Port();
        check("wsdl: both services load", true, "");

        // Sign-in
        equal("sign-in: a wrong password is refused", faultOf(() -> identity.login("nobody-" + run, "wrong", null)).getCode(),
              "INVALID_SESSION");
        LoginResult login = identity.login(System.getenv("KONTOR_USER"), System.getenv("KONTOR_PASSWORD"), null);
        check("sign-in: login gives a session", !login.getSessionId().isEmpty(), login.getSessionId());
        session = new SessionHeader();
        session.setSessionId(login.getSessionId());

        // Create
        String name = "JAX-WS " + run;
        Account first = new Account();
        first.setName(name);
        List<RecordResult> created = contact.createRecords(accounts(first), session, null, null).getRecord();
        equal("create: a list of one gives a list of one", created.size(), 1);
        check("create: the record was created", created.get(0).isSuccess() && created.get(0).isCreated(), code(created.get(0)));
        String id = created.get(0).getId();
        Contact nameless = new Contact();
        nameless.setFirstName("no last name");
        Records mixed = accounts(named(name + " b"));
        mixed.getContact().add(nameless);
        List<RecordResult> results = contact.createRecords(mixed, session, null, null).getRecord();
        check("create: results are positional and complete",
              results.size() == 2 && results.get(0).isSuccess() && !results.get(1).isSuccess(), results.size());
        equal("typed fault: a record's error has a code", code(results.get(1)), "VALIDATION");
        equal("typed fault: … and names the field", results.get(1).getError().getViolation().get(0).getField(), "/lastName");

        // Query
        QueryResult page = contact.queryRecords(query("name = \"" + name + "\"", null), session);
        equal("query: one record is found", page.getRecords().getAccount().get(0).getId(), id);
        page = contact.queryRecords(query("name : \"" + name + "*\"", 1), session);
        check("query: the first of two pages", !page.isDone() && page.getCursor() != null, page.getCursor());
        QueryResult more = contact.queryMore(page.getCursor(), null, session);
        equal("query: the second page", more.getRecords().getAccount().get(0).getName(), name + " b");

        // Update
        Account change = new Account();
        change.setId(id);
        change.setVersion(account(id).getVersion());
        change.setIndustry("Baking");
        change.setWebsite("https://example.org");
        check("update: accepted with the current version", update(change).isSuccess(), "refused");
        equal("update: a stale version is refused", code(update(change)), "CONFLICT_VERSION");
        Account empty = new Account();
        empty.setId(id);
        empty.getFieldsToNull().add("website");
        update(empty);
        equal("update: fieldsToNull empties", account(id).getWebsite(), null);
        equal("update: absent fields stay", account(id).getIndustry(), "Baking");

        // Upsert by external id
        Account outside = named(name + " upsert");
        ExternalId external = new ExternalId();
        external.setSystem("erp");
        external.setId("jaxws-" + run);
        outside.getExternalIds().add(external);
        RecordResult inserted = contact.upsertRecords("erp", accounts(outside), session, null, null).getRecord().get(0);
        check("upsert: creates", inserted.isSuccess() && inserted.isCreated(), code(inserted));
        outside.setIndustry("Mining");
        RecordResult updated = contact.upsertRecords("erp", accounts(outside), session, null, null).getRecord().get(0);
        check("upsert: updates", updated.isSuccess() && !updated.isCreated() && updated.getId().equals(inserted.getId()),
              code(updated));
        equal("upsert: the external id is taken for others", code(create(accounts(outside))), "DUPLICATE");

        // All or none
        AllOrNoneHeader all = new AllOrNoneHeader();
        all.setAllOrNone(true);
        results = contact.createRecords(accounts(named(name + " rolled back"), new Account()), session, null, all).getRecord();
        equal("all or none: one failure undoes the call", code(results.get(0)) + " " + code(results.get(1)),
              "ROLLED_BACK VALIDATION");

        // Values
        String text = "Ægir Žluťoučký Кирилл 株式会社 شركة 🎻 <&>\"'";
        Account values = new Account();
        values.setId(id);
        values.setDescription(text);
        values.setAnnualRevenue(new BigDecimal("123456789012345.6789"));
        update(values);
        equal("text: non-Latin scripts survive", account(id).getDescription(), text);
        equal("money: 19 digits survive", account(id).getAnnualRevenue(), values.getAnnualRevenue());
        XMLGregorianCalendar at = DatatypeFactory.newInstance().newXMLGregorianCalendar("2026-11-23T10:15:30.123456Z");
        Activity activity = new Activity();
        activity.setKind("meeting");
        activity.setSubject(name);
        activity.setStartAt(at);
        Records activities = new Records();
        activities.getActivity().add(activity);
        RecordResult meeting = create(activities);
        equal("time: microseconds survive",
              retrieve("Activity", meeting.getId()).getRecords().getActivity().get(0).getStartAt().toXMLFormat(),
              at.toXMLFormat());

        // Faults of the whole call
        ApiFault fault = faultOf(() -> contact.queryRecords(query("name = = \"x\"", null), session));
        equal("typed fault: a filter that does not parse", fault.getCode() + " " + fault.getPosition(), "INVALID_QUERY 7");
        equal("typed fault: a cursor that we did not sign",
              faultOf(() -> contact.queryMore("tampered", null, session)).getCode(), "INVALID_CURSOR");
        SessionHeader forged = new SessionHeader();
        forged.setSessionId("forged");
        equal("typed fault: a forged session", faultOf(() -> contact.queryRecords(query(null, null), forged)).getCode(),
              "INVALID_SESSION");

        attachments(contact, "inline", id);
        attachments(service.getContactV1Soap11Port(new MTOMFeature(true, 0)), "as MTOM", id);
        jobs(url, run);

        // Logout
        identity.logout(session);
        equal("logout: the session is of no use any more",
              faultOf(() -> contact.queryRecords(query(null, null), session)).getCode(), "INVALID_SESSION");
    }

    static Account named(String name) {
        Account account = new Account();
        account.setName(name);
        return account;
    }

    static Query query(String filter, Integer limit) {
        Query query = new Query();
        query.setEntity("Account");
        query.setFilter(filter);
        query.setSort("name");
        query.setLimit(limit);
        return query;
    }

    public static void main(String[] arguments) throws Exception {
        finish(() -> scenario(url()));
    }
}
