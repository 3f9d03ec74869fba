// A Java program with Axis 1.4 that knows Kontor from what WSDL2Java made of its WSDLs. Axis knows calendars to the
// millisecond only, and no MTOM.

import example.kontor.api.common.v1.AllOrNoneHeader;
import example.kontor.api.common.v1.ApiFault;
import example.kontor.api.common.v1.ExternalId;
import example.kontor.api.common.v1.Query;
import example.kontor.api.common.v1.RecordKey;
import example.kontor.api.common.v1.RecordResult;
import example.kontor.api.common.v1.SessionHeader;
import example.kontor.api.contact.v1.Account;
import example.kontor.api.contact.v1.Activity;
import example.kontor.api.contact.v1.Attachment;
import example.kontor.api.contact.v1.AttachmentContent;
import example.kontor.api.contact.v1.Contact;
import example.kontor.api.contact.v1.ContactV1;
import example.kontor.api.contact.v1.ContactV1ServiceLocator;
import example.kontor.api.contact.v1.QueryResult;
import example.kontor.api.contact.v1.Records;
import example.kontor.api.contact.v1.RetrieveResult;
import example.kontor.api.identity.v1.IdentityV1;
import example.kontor.api.identity.v1.IdentityV1ServiceLocator;
import example.kontor.api.identity.v1.LoginResult;

import java.math.BigDecimal;
import java.net.URL;
import java.util.Arrays;
import java.util.Calendar;
import java.util.TimeZone;
import java.util.UUID;
import org.apache.axis.client.Stub;

public final class AxisClient extends Checks {
    private static final String COMMON = "http://api.kontor.example/common/v1";
    private static ContactV1 contact;

    static ApiFault faultOf(Call call) {
        ApiFault none = new ApiFault();
        try {
            call.run();
            none.setCode("the call was accepted");
        } catch (ApiFault fault) {
            return fault;
        } catch (Exception other) {
            none.setCode("no ApiFault: " + other);
        }
        return none;
    }

    static void signIn(Object port, String sessionId) {
        ((Stub) port).clearHeaders();
        ((Stub) port).setHeader(COMMON, "SessionHeader", new SessionHeader(sessionId));
    }

    static Records accounts(Account... accounts) {
        Records records = new Records();
        records.setAccount(accounts);
        return records;
    }

    static Account named(String name) {
        Account account = new Account();
        account.setName(name);
        return account;
    }

    static RetrieveResult retrieve(String entity, String id) throws Exception {
        RecordKey key = new RecordKey();
        key.setEntity(entity);
        key.setId(id);
        return contact.retrieveRecords(new RecordKey[] {key}, null);
    }

    static Account account(String id) throws Exception {
        return retrieve("Account", id).getRecords().getAccount(0);
    }

    static Query query(String filter, Integer limit) {
        Query query = new Query();
        query.setEntity("Account");
        query.setFilter(filter);
        query.setSort("name");
        query.setLimit(limit);
        return query;
    }

    static String code(RecordResult result) {
        return result.getError() == null ? null : result.getError().getCode();
    }

    static void scenario(String url) throws Exception {
        String run = UUID.randomUUID().toString().substring(0, 13);
        IdentityV1 identity = new IdentityV1ServiceLocator().getIdentityV1Soap11Port(new URL(url + "/soap/v1/identity"));
        contact = new ContactV1ServiceLocator().getContactV1Soap11Port(new URL(url + "/soap/v1/contact"));

        // Sign-in
        equal("sign-in: a wrong password is refused", faultOf(() -> identity.login("nobody-" + run, "wrong", null)).getCode(),
              "INVALID_SESSION");
        LoginResult login = identity.login(System.getenv("KONTOR_USER"), System.getenv("KONTOR_PASSWORD"), null);
        check("sign-in: login gives a session", !login.getSessionId().isEmpty(), login.getSessionId());
        signIn(contact, login.getSessionId());

        // Create
        String name = "Axis " + run;
        RecordResult[] created = contact.createRecords(accounts(named(name)));
        equal("create: a list of one gives a list of one", created.length, 1);
        check("create: the record was created", created[0].isSuccess() && created[0].isCreated(), code(created[0]));
        String id = created[0].getId();
        Records mixed = accounts(named(name + " b"));
        Contact nameless = new Contact();
        nameless.setFirstName("no last name");
        mixed.setContact(new Contact[] {nameless});
        RecordResult[] results = contact.createRecords(mixed);
        check("create: results are positional and complete",
              results.length == 2 && results[0].isSuccess() && !results[1].isSuccess(), results.length);
        equal("typed fault: a record's error has a code", code(results[1]), "VALIDATION");
        equal("typed fault: … and names the field", results[1].getError().getViolation(0).getField(), "/lastName");

        // Query
        QueryResult page = contact.queryRecords(query("name = \"" + name + "\"", null));
        equal("query: one record is found", page.getRecords().getAccount(0).getId(), id);
        page = contact.queryRecords(query("name : \"" + name + "*\"", 1));
        QueryResult more = contact.queryMore(page.getCursor(), null);
        equal("query: the second page", more.getRecords().getAccount(0).getName(), name + " b");

        // Update
        Account change = new Account();
        change.setId(id);
        change.setVersion(account(id).getVersion());
        change.setIndustry("Baking");
        change.setWebsite("https://example.org");
        equal("update: accepted with the current version", code(contact.updateRecords(accounts(change))[0]), null);
        equal("update: a stale version is refused", code(contact.updateRecords(accounts(change))[0]), "CONFLICT_VERSION");
        Account empty = new Account();
        empty.setId(id);
        empty.setFieldsToNull(new String[] {"website"});
        contact.updateRecords(accounts(empty));
        equal("update: fieldsToNull empties", account(id).getWebsite(), null);
        equal("update: absent fields stay", account(id).getIndustry(), "Baking");

        // Upsert by external id
        Account outside = named(name + " upsert");
        ExternalId external = new ExternalId();
        external.setSystem("erp");
        external.setId("axis-" + run);
        outside.setExternalIds(new ExternalId[] {external});
        RecordResult inserted = contact.upsertRecords("erp", accounts(outside))[0];
        check("upsert: creates", inserted.isSuccess() && inserted.isCreated(), code(inserted));
        outside.setIndustry("Mining");
        RecordResult updated = contact.upsertRecords("erp", accounts(outside))[0];
        check("upsert: updates", updated.isSuccess() && !updated.isCreated() && updated.getId().equals(inserted.getId()),
              code(updated));
        equal("upsert: the external id is taken for others", code(contact.createRecords(accounts(outside))[0]), "DUPLICATE");

        // All or none
        ((Stub) contact).setHeader(COMMON, "AllOrNoneHeader", new AllOrNoneHeader(true));
        results = contact.createRecords(accounts(named(name + " rolled back"), new Account()));
        equal("all or none: one failure undoes the call", code(results[0]) + " " + code(results[1]), "ROLLED_BACK VALIDATION");
        signIn(contact, login.getSessionId());

        // Values
        String text = "Ægir Žluťoučký Кирилл 株式会社 شركة <&>\"'";
        Account values = new Account();
        values.setId(id);
        values.setDescription(text);
        values.setAnnualRevenue(new BigDecimal("123456789012345.6789"));
        contact.updateRecords(accounts(values));
        equal("text: non-Latin scripts survive", account(id).getDescription(), text);
        equal("money: 19 digits survive", account(id).getAnnualRevenue(), values.getAnnualRevenue());
        // Axis writes what is beyond the basic plane as two references to halves, which are no characters in XML.
        Account halves = new Account();
        halves.setId(id);
        halves.setDescription("🎻");
        equal("text: halves of a character are refused", faultOf(() -> contact.updateRecords(accounts(halves))).getCode(),
              "MALFORMED");
        equal("text: … and change nothing", account(id).getDescription(), text);
        Calendar at = Calendar.getInstance(TimeZone.getTimeZone("UTC"));
        at.set(2026, Calendar.NOVEMBER, 23, 10, 15, 30);
        at.set(Calendar.MILLISECOND, 123);
        Activity activity = new Activity();
        activity.setKind("meeting");
        activity.setSubject(name);
        activity.setStartAt(at);
        Records activities = new Records();
        activities.setActivity(new Activity[] {activity});
        RecordResult meeting = contact.createRecords(activities)[0];
        equal("time: milliseconds survive",
              retrieve("Activity", meeting.getId()).getRecords().getActivity(0).getStartAt().getTimeInMillis(),
              at.getTimeInMillis());

        // Faults of the whole call
        ApiFault fault = faultOf(() -> contact.queryRecords(query("name = = \"x\"", null)));
        equal("typed fault: a filter that does not parse", fault.getCode() + " " + fault.getPosition(), "INVALID_QUERY 7");
        equal("typed fault: a cursor that we did not sign", faultOf(() -> contact.queryMore("tampered", null)).getCode(),
              "INVALID_CURSOR");
        signIn(contact, "forged");
        equal("typed fault: a forged session", faultOf(() -> contact.queryRecords(query(null, null))).getCode(),
              "INVALID_SESSION");
        signIn(contact, login.getSessionId());

        // Attachments, inline
        byte[] content = new byte[256000];
        for (int i = 0; i < content.length; i++) content[i] = (byte) i;
        Attachment attachment = new Attachment();
        attachment.setParentEntity("Account");
        attachment.setParentId(id);
        attachment.setFileName("bytes ü.bin");
        RecordResult upload = contact.uploadAttachment(attachment, content)[0];
        check("attachment: upload", upload.isSuccess(), code(upload));
        AttachmentContent download = contact.downloadAttachment(upload.getId());
        check("attachment: the same bytes come back", Arrays.equals(download.getContent(), content), "other bytes");

        // Delete
        RecordKey gone = new RecordKey();
        gone.setEntity("Account");
        gone.setId(inserted.getId());
        equal("delete: a list of one", contact.deleteRecords(new RecordKey[] {gone}).length, 1);
        check("delete: the record is gone", !retrieve("Account", inserted.getId()).getResults()[0].isSuccess(), "still there");

        // Logout
        signIn(identity, login.getSessionId());
        identity.logout();
        equal("logout: the session is of no use any more", faultOf(() -> contact.queryRecords(query(null, null))).getCode(),
              "INVALID_SESSION");
    }

    public static void main(String[] arguments) throws Exception {
        finish(() -> scenario(url()));
    }
}
