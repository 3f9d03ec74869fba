// Forms on the web: what is read, shown, kept and made of what visitors send.

#include "services/lead/capture.h"
#include "services/lead/capture_submission.h"
#include "shared/contract/uuid.h"
#include "shared/entity/cursor.h"
#include "tests/integration/services_fixture.h"

#include <atomic>
#include <mutex>
#include <thread>

using namespace kontor;
using namespace kontor::lead;
using kontor::test::codeOf;

namespace {

FormField field(std::string name, bool required = false, std::vector<std::string> choices = {}) {
    FormField result;
    result.field = std::move(name);
    if (required) result.required = true;
    result.choices = std::move(choices);
    return result;
}

CaptureForm formWith(std::vector<FormField> fields) {
    CaptureForm form;
    form.name = "Contact us";
    form.slug = "contact";
    form.title = "Contact us";
    form.fields = std::move(fields);
    return form;
}

Sent sent(std::vector<std::pair<std::string, std::string>> const &fields) { return sentOf(payloadOf(fields)); }

/// "REQUIRED /email, …".
std::string faults(const std::vector<FieldError> &errors) {
    std::string text;
    for (const FieldError &error : errors) text += (text.empty() ? "" : ", ") + error.code + ' ' + error.pointer;
    return text;
}

std::string faultsOf(const CaptureForm &form, std::vector<std::pair<std::string, std::string>> const &fields) {
    return faults(readLead(form, {}, sent(fields)).errors);
}

/// Keeps what it is given, or fails as told.
class Letterbox final : public mail::Mailer {
  public:
    void send(const mail::Message &message) override {
        std::lock_guard const lock(mutex_);
        if (failure) throw Error(*failure, "No.");
        messages.push_back(message);
    }
    std::vector<mail::Message> messages;
    std::optional<ErrorCode> failure;

  private:
    std::mutex mutex_;
};

class Forms : public test::Services {
  public:
    explicit Forms(bool withMail = true) {
        CaptureOptions options;
        options.publicUrl = "https://crm.example.com";
        if (withMail) options.mailer = &letterbox;
        options.system = [this](const std::string &requestId) {
            auth::Caller caller = administrator;
            caller.interface = "form";
            caller.requestId = requestId;
            return caller;
        };
        addCaptureRoutes(router, *leadService, std::move(options));
    }

    entity::Operations &leads() { return leadService->operations(); }
    Capture &capture() { return *Capture::of(leadService->catalogue()); }

    CaptureForm save(CaptureForm form) { return create(leads(), administrator, std::move(form)); }
    /// What saving says is wrong.
    std::string refusal(CaptureForm form) {
        try {
            save(std::move(form));
            return {};
        } catch (const Error &error) {
            return faults(error.fields);
        }
    }

    Receipt send(const CaptureForm &form, std::vector<std::pair<std::string, std::string>> const &fields,
                 const std::string &address = "192.0.2.1", const std::string &id = "") {
        Submission submission;
        submission.id = id;
        submission.payload = payloadOf(fields);
        submission.clientAddress = address;
        return submit(capture(), form, std::move(submission));
    }

    template <typename T> std::vector<T> all(const std::string &filter = "") {
        entity::Query query;
        query.entity = T::contractType().entity;
        query.filter = filter;
        query.sort = "createdAt";
        query.limit = 1000;
        std::vector<T> records;
        for (auto &record : leads().queryRecords(administrator, query).records) {
            records.push_back(static_cast<T &>(*record));
        }
        return records;
    }
    CaptureSubmission submission(const std::string &id) { return all<CaptureSubmission>("id = \"" + id + '"').at(0); }

    /// The token in the newest e-mail.
    std::string token() const {
        const std::string &text = letterbox.messages.back().text;
        auto const start = text.find("/forms/confirm/") + 15;
        return text.substr(start, text.find_first_of("\r\n", start) - start);
    }
    void age(const std::string &id) const {
        database.execute("UPDATE lead.capture_submission SET created_at = created_at - interval '2 hours', expires_at ="
                         " expires_at - interval '200 hours' WHERE id = '" +
                         id + "'");
    }

    http::Router router;
    Letterbox letterbox;
};

using Fields = std::vector<std::pair<std::string, std::string>>;

}  // namespace

BOOST_AUTO_TEST_SUITE(capture_input)

BOOST_AUTO_TEST_CASE(what_is_wrong_is_told_field_by_field) {
    auto const form = formWith({field("email", true), field("lastName"), field("employeeCount"), field("phone"),
                                field("country", false, {"DE=Germany", "SE=Sweden"}), field("estimatedAmount")});
    BOOST_TEST(faultsOf(form, {}) == "REQUIRED /email");
    BOOST_TEST(faultsOf(form, {{"email", "  "}}) == "REQUIRED /email");
    BOOST_TEST(faultsOf(form, {{"email", "anna"}}) == "PATTERN /email");
    BOOST_TEST(faultsOf(form, {{"email", "a@b.c"}, {"employeeCount", "many"}}) == "WRONG_TYPE /employeeCount");
    BOOST_TEST(faultsOf(form, {{"email", "a@b.c"}, {"employeeCount", "-1"}}) == "OUT_OF_RANGE /employeeCount");
    BOOST_TEST(faultsOf(form, {{"email", "a@b.c"}, {"country", "Germany"}}) == "NOT_A_CHOICE /country");
    BOOST_TEST(faultsOf(form, {{"email", "a@b.c"}, {"phone", "call me"}}) == "PATTERN /phone");
    BOOST_TEST(faultsOf(form, {{"email", "a@b.c"}, {"email", "d@e.f"}}) == "WRONG_TYPE /email");
    BOOST_TEST(faultsOf(form, {{"email", "a@b.c"}, {"lastName", std::string(101, 'x')}}) == "TOO_LONG /lastName");
    BOOST_TEST(faultsOf(form, {{"email", "a@b.c"}, {"lastName", "a\x01"}}) == "INVALID_CHARACTER /lastName");
    BOOST_TEST(faultsOf(form, {{"email", "a@b.c"}, {"estimatedAmount", "1e400"}}) == "WRONG_TYPE /estimatedAmount");
}

BOOST_AUTO_TEST_CASE(somebody_must_be_called_something) {
    auto const form = formWith({field("description"), field("companyName"), field("email")});
    BOOST_TEST(faultsOf(form, {{"description", "x"}}) == "REQUIRED /companyName");
    BOOST_TEST(faultsOf(form, {{"email", "a@b.c"}}) == "");
}

BOOST_AUTO_TEST_CASE(values_are_taken_as_people_write_them) {
    auto const form = formWith({field("email"), field("website"), field("country"), field("estimatedAmount"),
                                field("doNotCall"), field("description"), field("lastName")});
    Lead const lead = readLead(form, {},
                               sent({{"email", " Anna@Example.COM "},
                                     {"website", "example.com"},
                                     {"country", "de"},
                                     {"estimatedAmount", "12,50"},
                                     {"doNotCall", "on"},
                                     {"description", "one\r\ntwo"}}))
                          .lead;
    BOOST_TEST(*lead.email == "anna@example.com");
    BOOST_TEST(*lead.website == "https://example.com");
    BOOST_TEST(*lead.country == "DE");
    BOOST_TEST(lead.estimatedAmount->toString() == "12.50");
    BOOST_TEST(*lead.doNotCall);
    BOOST_TEST(*lead.description == "one\ntwo");
    BOOST_TEST(!lead.lastName.has_value());
}

BOOST_AUTO_TEST_CASE(only_what_the_form_asks_for_and_visitors_may_set_is_taken) {
    auto form = formWith({field("lastName"), field("score"), field("ownerId")});
    Lead const lead = readLead(form, {},
                               sent({{"lastName", "Berg"},
                                     {"firstName", "Anna"},
                                     {"score", "100"},
                                     {"ownerId", "01940000-0000-7000-8000-000000000101"},
                                     {"statusId", "x"},
                                     {"utmSource", "news"},
                                     {"utm_medium", "mail"}}))
                          .lead;
    BOOST_TEST(*lead.lastName == "Berg");
    BOOST_TEST(!lead.firstName.has_value());
    BOOST_TEST(!lead.score.has_value());
    BOOST_TEST(!lead.ownerId.has_value());
    BOOST_TEST(*lead.utmSource == "news");
    BOOST_TEST(*lead.utmMedium == "mail");
}

BOOST_AUTO_TEST_CASE(consent_is_what_was_ticked) {
    auto form = formWith({field("lastName")});
    form.consentText = "You may write to me.";
    BOOST_TEST(!*readLead(form, {}, sent({{"lastName", "Berg"}})).lead.consentGiven);
    Lead const lead = readLead(form, {}, sent({{"lastName", "Berg"}, {"consent", "true"}})).lead;
    BOOST_TEST(*lead.consentGiven);
    BOOST_TEST(*lead.consentText == "You may write to me.");
    form.consentRequired = true;
    BOOST_TEST(faultsOf(form, {{"lastName", "Berg"}, {"consent", "no"}}) == "REQUIRED /consent");
}

BOOST_AUTO_TEST_CASE(an_address_that_no_mail_can_go_to_is_refused_where_mail_must_go) {
    auto form = formWith({field("email")});
    BOOST_TEST(faultsOf(form, {{"email", "ännä@example.com"}}) == "");
    form.doubleOptIn = true;
    BOOST_TEST(faultsOf(form, {{"email", "ännä@example.com"}}) == "PATTERN /email");
    BOOST_TEST(faultsOf(form, {{"email", "<anna>@b.c"}}) == "PATTERN /email");
    BOOST_TEST(faultsOf(form, {}) == "REQUIRED /email");
}

BOOST_AUTO_TEST_CASE(a_submission_has_at_most_a_hundred_fields) {
    Fields const many(101, {"a", "b"});
    BOOST_TEST((codeOf([&] { std::ignore = payloadOf(many); }) == ErrorCode::tooLarge));
    Sent const twice = sent({{"a", "1"}, {"a", "2"}, {"a", "3"}, {"b", "4"}, {"token", "secret"}});
    BOOST_TEST(twice.compound.contains("a"));
    BOOST_TEST(twice.value("b") == "4");
    BOOST_TEST(twice.value("token") == "");
}

BOOST_AUTO_TEST_CASE(text_from_anywhere_becomes_text_that_can_be_kept) {
    BOOST_TEST(tidyText("Grüße", 3) == "Grü");
    BOOST_TEST(tidyText("a\xff\x01\r\nb", 100) == "a??  b");
    BOOST_TEST(tidyText("\xe2\x82", 100) == "??");
    BOOST_TEST(tidyText(std::string("a\0b", 3), 100) == "a?b");
}

BOOST_AUTO_TEST_CASE(an_origin_is_a_scheme_a_host_and_a_port) {
    BOOST_TEST(*originOf("HTTPS://www.Example.com:8443/path?x#y") == "https://www.example.com:8443");
    for (const char *const bad : {"", "example.com", "javascript://x", "https://", "https://a;b", "https://a b",
                                  "https://user@host", "https://a'b", "null", "*"}) {
        BOOST_TEST(!originOf(bad).has_value(), bad);
    }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(capture_pages)

BOOST_AUTO_TEST_CASE(the_language_is_the_forms_or_the_one_the_visitor_likes_best) {
    BOOST_TEST((chooseLanguage("de-AT", "sv") == Language::german));
    BOOST_TEST((chooseLanguage("", "fr, sv;q=0.5, de;q=0.8, en;q=0.1") == Language::german));
    BOOST_TEST((chooseLanguage("", "sv-SE,en") == Language::swedish));
    BOOST_TEST((chooseLanguage("", "fr;q=1, de;q=0") == Language::english));
    BOOST_TEST((chooseLanguage("", ";;q=,,=;q=x") == Language::english));
    BOOST_TEST((chooseLanguage("fr", "") == Language::english));
}

BOOST_AUTO_TEST_CASE(nothing_that_comes_from_outside_becomes_markup) {
    std::string const evil = "\"><script>alert('x')</script>&";
    auto form = formWith({field("lastName"), field("country", false, {evil + "=" + evil}), field("description")});
    form.title = form.introduction = form.submitLabel = form.consentText = form.thankYouText = evil;
    form.fields[0].label = form.fields[0].placeholder = evil;
    FormPage page{.form = form, .token = evil, .notice = evil};
    for (const char *const name : {"lastName", "description", "utmSource", "pageUrl", "country"}) {
        page.values[name] = evil;
    }
    std::vector<std::string> pages{formPage(page), messagePage(Say::thanks, Language::english, &form),
                                   confirmPage(form, Language::german),
                                   confirmationMessage(form, Language::swedish, "a@b.c", evil, {}).html};
    page.errors = {{"/lastName", "REQUIRED", evil}, {"/nothing", evil, evil}};
    pages.push_back(formPage(page));
    for (const std::string &text : pages) {
        BOOST_TEST(text.find("<script") == std::string::npos);
        BOOST_TEST(text.find("alert('") == std::string::npos);
    }
    form.slug = "x";
    form.title = "</script>\"'\\\n";
    std::string const script = embedScript(form);
    BOOST_TEST(script.find("</script") == std::string::npos);
    BOOST_TEST(script.find("frame.title = \"\\x3c/script\\x3e\\x22\\x27\\x5c\\x0a\";") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_message_is_tied_to_its_field) {
    auto const form = formWith({field("email", true)});
    FormPage page{.form = form, .language = Language::german};
    page.errors = {{"/email", "PATTERN", "x"}};
    page.values["email"] = "anna";
    std::string const text = formPage(page);
    BOOST_TEST(text.find("<html lang=\"de\">") != std::string::npos);
    BOOST_TEST(text.find("role=\"alert\"") != std::string::npos);
    BOOST_TEST(text.find("href=\"#field-email\"") != std::string::npos);
    BOOST_TEST(text.find("aria-describedby=\"field-email-error\"") != std::string::npos);
    BOOST_TEST(text.find("id=\"field-email-error\">Das ist keine E-Mail-Adresse") != std::string::npos);
    BOOST_TEST(text.find("autocomplete=\"email\"") != std::string::npos);
    BOOST_TEST(text.find("value=\"anna\"") != std::string::npos);
    BOOST_TEST(text.find("<label for=\"field-email\">E-Mail-Adresse") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_custom_field_is_asked_for_by_its_type) {
    auto const form = formWith({field("email"), field("customFields.size"), field("customFields.colour"),
                                field("customFields.new"), field("customFields.on")});
    FormPage page{.form = form};
    page.customLabels = {{"customFields.size", "Size <cm>"}, {"customFields.colour", "Colour"}};
    page.customTypes = {{"customFields.size", "integer"},
                        {"customFields.colour", "choice"},
                        {"customFields.new", "boolean"},
                        {"customFields.on", "date"}};
    page.customChoices = {{"customFields.colour", {"red", "green"}}};
    page.values = {{"customFields.colour", "green"}, {"customFields.new", "true"}};
    std::string const text = formPage(page);
    BOOST_TEST(text.find("<label for=\"field-customFields-size\">Size &lt;cm&gt;") != std::string::npos);
    BOOST_TEST(text.find("type=\"number\" id=\"field-customFields-size\" name=\"customFields.size\" step=\"1\"") !=
               std::string::npos);  // may be negative
    BOOST_TEST(text.find("<option value=\"green\" selected>green</option>") != std::string::npos);
    BOOST_TEST(text.find("name=\"customFields.new\" value=\"true\" checked") != std::string::npos);
    BOOST_TEST(text.find("type=\"date\" id=\"field-customFields-on\"") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_policy_names_who_may_show_the_form_and_where_a_post_leads) {
    auto form = formWith({field("email")});
    BOOST_TEST(contentPolicy(form).ends_with("form-action 'self'; frame-ancestors *"));
    form.allowedOrigins = {"https://www.acme.example", "https://x; script-src *"};
    form.redirectUrl = "https://shop.example/thanks?x=;script-src";
    BOOST_TEST(contentPolicy(form).ends_with(
        "form-action 'self' https://shop.example; frame-ancestors 'self' https://www.acme.example"));
    BOOST_TEST(contentPolicy().ends_with("frame-ancestors 'none'"));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(capture_form)

BOOST_AUTO_TEST_CASE(a_form_that_could_not_work_is_not_saved) {
    Forms forms(false);
    auto const changed = [](auto change) {
        auto form = formWith({field("email")});
        change(form);
        return form;
    };
    BOOST_TEST(forms.refusal(formWith({})) == "REQUIRED /fields");
    BOOST_TEST(forms.refusal(formWith({field("email"), field("shoeSize")})) == "UNKNOWN_FIELD /fields/1/field");
    BOOST_TEST(forms.refusal(formWith({field("email"), field("score")})) == "NOT_A_CHOICE /fields/1/field");
    BOOST_TEST(forms.refusal(formWith({field("email"), field("ownerId")})) == "NOT_A_CHOICE /fields/1/field");
    BOOST_TEST(forms.refusal(formWith({field("email"), field("email")})) == "DUPLICATE /fields/1/field");
    BOOST_TEST(forms.refusal(formWith({field("email"), field("customFields.no")})) == "UNKNOWN_FIELD /fields/1/field");
    BOOST_TEST(forms.refusal(formWith({field("description")})) == "REQUIRED /fields");
    BOOST_TEST(forms.refusal(changed([](auto &f) { f.slug = "confirm"; })) == "NOT_A_CHOICE /slug");
    BOOST_TEST(forms.refusal(changed([](auto &f) { f.slug = "../x"; })) == "PATTERN /slug");
    BOOST_TEST(forms.refusal(changed([](auto &f) { f.language = "fr"; })) == "NOT_A_CHOICE /language");
    BOOST_TEST(forms.refusal(changed([](auto &f) { f.redirectUrl = "https://a b"; })) != "");
    BOOST_TEST(forms.refusal(changed([](auto &f) { f.consentRequired = true; })) == "REQUIRED /consentText");
    BOOST_TEST(forms.refusal(changed([](auto &f) { f.doubleOptIn = true; })) == "UNAVAILABLE /doubleOptIn");
    for (const char *const origin : {"*", "null", "https://a.example/path", "https://a.example; script-src *"}) {
        BOOST_TEST(forms.refusal(changed([&](auto &f) { f.allowedOrigins = {origin}; })) ==
                   "PATTERN /allowedOrigins/0");
    }
}

BOOST_AUTO_TEST_CASE(a_form_has_its_address_for_itself_and_gets_defaults) {
    Forms forms;
    auto form = formWith({field("email")});
    form.allowedOrigins = {"HTTPS://WWW.acme.example/"};
    form = forms.save(form);
    BOOST_TEST(*form.isActive);
    BOOST_TEST(*form.onDuplicate == "create");
    BOOST_TEST(*form.perHour == 20);
    BOOST_TEST(form.allowedOrigins.at(0) == "https://www.acme.example");
    BOOST_TEST((codeOf([&] { forms.save(formWith({field("email")})); }) == ErrorCode::duplicate));
    BOOST_TEST(*findForm(forms.capture(), "contact", "").id == *form.id);
    CaptureForm off;
    off.id = form.id;
    off.isActive = false;
    BOOST_TEST(!forms.update(forms.leads(), forms.administrator, off).error.has_value());
    for (const char *const slug : {"contact", "nothing", "", "x\" OR slug : \"*", "%"}) {
        BOOST_TEST((codeOf([&] { std::ignore = findForm(forms.capture(), slug, ""); }) == ErrorCode::notFound), slug);
    }
}

BOOST_AUTO_TEST_CASE(a_form_that_asks_to_confirm_asks_for_an_address_too) {
    Forms forms;
    auto form = formWith({field("lastName")});
    form.doubleOptIn = true;
    BOOST_TEST(forms.refusal(form) == "REQUIRED /fields");
    form.fields.push_back(field("email"));
    form = forms.save(form);
    CaptureForm without;
    without.id = form.id;
    without.fields = {field("lastName")};
    BOOST_TEST(faults(forms.update(forms.leads(), forms.administrator, without).error.value().fields) ==
               "REQUIRED /fields");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(capture_submission)

BOOST_AUTO_TEST_CASE(a_submission_is_kept_whole_and_becomes_a_lead_with_an_event) {
    Forms forms;
    auto form = formWith({field("firstName"), field("lastName"), field("email", true)});
    form.consentText = "You may write to me.";
    form.source = "Trade fair";
    form = forms.save(form);
    Receipt const receipt = forms.send(form, {{"firstName", "Anna"},
                                              {"lastName", "Berg"},
                                              {"email", "Anna@example.com"},
                                              {"consent", "true"},
                                              {"colour", "red"},
                                              {"utmSource", "news"}});
    BOOST_TEST(receipt.state == "accepted");
    auto const leads = forms.all<Lead>();
    BOOST_TEST_REQUIRE(leads.size() == 1U);
    const Lead &lead = leads[0];
    BOOST_TEST(*lead.displayName == "Anna Berg");
    BOOST_TEST(*lead.email == "anna@example.com");
    BOOST_TEST(*lead.source == "Trade fair");
    BOOST_TEST(*lead.utmSource == "news");
    BOOST_TEST(*lead.captureFormId == *form.id);
    BOOST_TEST(*lead.consentGiven);
    BOOST_TEST(*lead.consentText == "You may write to me.");
    BOOST_TEST(lead.consentAt.has_value());
    BOOST_TEST(!lead.ownerId.has_value());  // no rule has given it to anybody
    BOOST_TEST(!lead.assignedAt.has_value());
    auto const events = forms.all<LeadEvent>();
    BOOST_TEST_REQUIRE(events.size() == 1U);
    BOOST_TEST(*events[0].kind == "submitted");
    BOOST_TEST(*events[0].leadId == *lead.id);
    CaptureSubmission const kept = forms.submission(receipt.id);
    BOOST_TEST(*kept.state == "accepted");
    BOOST_TEST(*kept.leadId == *lead.id);
    BOOST_TEST(kept.payload->find("\"colour\":\"red\"") != std::string::npos);
    BOOST_TEST(*kept.clientAddress == "192.0.2.1");
    BOOST_TEST(forms.leads()
                   .history(forms.administrator, {Lead::contractType().entity, *lead.id}, 50, "")
                   .entries.at(0)
                   .via.value() == "form");
}

BOOST_AUTO_TEST_CASE(what_is_refused_is_kept_and_makes_no_lead) {
    Forms forms;
    auto const form = forms.save(formWith({field("email", true)}));
    Receipt const wrong = forms.send(form, {{"email", "nobody"}});
    BOOST_TEST(wrong.state == "refused");
    BOOST_TEST(faults(wrong.errors) == "PATTERN /email");
    Submission trapped;
    trapped.payload = payloadOf({{"email", "a@b.c"}, {"homepage", "x"}});
    trapped.refusal = "Trapped.";
    Receipt const refused = submit(forms.capture(), form, trapped);
    BOOST_TEST(refused.state == "refused");
    BOOST_TEST(*forms.submission(wrong.id).reason == "Not valid: email");
    BOOST_TEST(*forms.submission(refused.id).reason == "Trapped.");
    BOOST_TEST(forms.all<Lead>().empty());
}

BOOST_AUTO_TEST_CASE(nobody_writes_submissions_by_hand) {
    Forms forms;
    auto const form = forms.save(formWith({field("email", true)}));
    Receipt const receipt = forms.send(form, {{"email", "a@b.c"}});
    BOOST_TEST((codeOf([&] { forms.create(forms.leads(), forms.administrator, CaptureSubmission{}); }) ==
                ErrorCode::forbidden));
    CaptureSubmission change;
    change.id = receipt.id;
    change.tags = {"x"};
    BOOST_TEST((forms.update(forms.leads(), forms.administrator, change).error->code == ErrorCode::forbidden));
    auto const deleted =
        forms.leads().deleteRecords(forms.administrator, {{CaptureSubmission::contractType().entity, receipt.id}}, {});
    BOOST_TEST(!deleted.at(0).error.has_value());
}

BOOST_AUTO_TEST_CASE(a_page_that_is_sent_twice_makes_one_lead) {
    Forms forms;
    auto const form = forms.save(formWith({field("email"), field("lastName")}));
    std::string const page = newId();
    Receipt const first = forms.send(form, {{"email", "a@b.c"}}, "192.0.2.1", page);
    Receipt const again = forms.send(form, {{"email", "a@b.c"}}, "192.0.2.1", page);
    BOOST_TEST(first.id == again.id);
    BOOST_TEST(again.state == "accepted");
    BOOST_TEST(forms.all<Lead>().size() == 1U);
    // Something else from the same page (back, corrected, sent) counts for itself.
    Receipt const other = forms.send(form, {{"email", "other@b.c"}}, "192.0.2.1", page);
    BOOST_TEST(other.id != first.id);
    BOOST_TEST(forms.all<Lead>().size() == 2U);
}

BOOST_AUTO_TEST_CASE(an_address_may_send_so_many_an_hour_and_no_more_at_once) {
    Forms forms;
    auto form = formWith({field("email")});
    form.perHour = 5;
    form = forms.save(form);
    std::atomic<int> taken = 0;
    std::atomic<int> limited = 0;
    std::vector<std::jthread> senders;
    for (int i = 0; i < 12; ++i) {
        senders.emplace_back([&, i] {
            auto const code = codeOf([&] { forms.send(form, {{"email", "a" + std::to_string(i) + "@b.c"}}); });
            if (!code) ++taken;
            if (code == ErrorCode::rateLimited) ++limited;
        });
    }
    senders.clear();
    BOOST_TEST(taken == 5);
    BOOST_TEST(limited == 7);
    BOOST_TEST(forms.all<Lead>().size() == 5U);
    BOOST_TEST(forms.send(form, {{"email", "x@b.c"}}, "192.0.2.2").state == "accepted");
    try {
        forms.send(form, {{"email", "y@b.c"}});
        BOOST_FAIL("taken");
    } catch (const Error &error) {
        BOOST_TEST(error.retryAfterSeconds.value_or(0) > 3000);
        BOOST_TEST(error.retryAfterSeconds.value_or(0) <= 3600);
    }
    forms.database.execute("UPDATE lead.capture_submission SET created_at = created_at - interval '61 minutes'");
    BOOST_TEST(forms.send(form, {{"email", "y@b.c"}}).state == "accepted");
}

BOOST_AUTO_TEST_CASE(a_known_address_is_dealt_with_as_the_form_says) {
    Forms forms;
    auto form = formWith({field("email"), field("lastName"), field("jobTitle")});
    form = forms.save(form);
    forms.send(form, {{"email", "anna@b.c"}, {"lastName", "Berg"}});
    Lead const first = forms.all<Lead>().at(0);

    BOOST_TEST(forms.send(form, {{"email", "ANNA@b.c"}, {"lastName", "Other"}}).state == "accepted");
    auto leads = forms.all<Lead>();
    BOOST_TEST_REQUIRE(leads.size() == 2U);
    BOOST_TEST(*leads[1].duplicateOfId == *first.id);
    forms.leads().deleteRecords(forms.administrator, {{Lead::contractType().entity, *leads[1].id}}, {});

    CaptureForm change;
    change.id = form.id;
    change.onDuplicate = "update";
    forms.update(forms.leads(), forms.administrator, change);
    form = findForm(forms.capture(), "contact", "");
    Receipt const updated =
        forms.send(form, {{"email", "anna@b.c"}, {"lastName", "Other"}, {"jobTitle", "Baker"}, {"utmSource", "x"}});
    BOOST_TEST(updated.state == "accepted");  // nobody learns who is known
    BOOST_TEST(*forms.submission(updated.id).state == "duplicate");
    leads = forms.all<Lead>();
    BOOST_TEST_REQUIRE(leads.size() == 1U);
    BOOST_TEST(*leads[0].lastName == "Berg");
    BOOST_TEST(*leads[0].jobTitle == "Baker");
    BOOST_TEST(*leads[0].utmSource == "x");
    BOOST_TEST(forms.all<LeadEvent>("leadId = \"" + *first.id + '"').size() == 2U);

    change.onDuplicate = "log";
    forms.update(forms.leads(), forms.administrator, change);
    form = findForm(forms.capture(), "contact", "");
    Receipt const logged = forms.send(form, {{"email", "anna@b.c"}, {"lastName", "Third"}});
    BOOST_TEST(*forms.submission(logged.id).state == "duplicate");
    BOOST_TEST(*forms.submission(logged.id).leadId == *first.id);
    BOOST_TEST(forms.all<LeadEvent>("leadId = \"" + *first.id + '"').size() == 2U);
}

BOOST_AUTO_TEST_CASE(two_with_one_address_at_once_make_one_lead) {
    Forms forms;
    auto form = formWith({field("email"), field("lastName")});
    form.onDuplicate = "log";
    form = forms.save(form);
    std::vector<std::jthread> senders;
    for (int i = 0; i < 6; ++i) {
        senders.emplace_back([&, i] {
            forms.send(form, {{"email", "anna@b.c"}, {"lastName", "Berg" + std::to_string(i)}});
        });
    }
    senders.clear();
    forms.database.execute("UPDATE lead.capture_submission SET created_at = created_at - interval '2 hours'");
    expireSubmissions(*forms.leadService);
    BOOST_TEST(forms.all<Lead>().size() == 1U);
    BOOST_TEST(forms.all<CaptureSubmission>("state = \"accepted\"").size() == 1U);
    BOOST_TEST(forms.all<CaptureSubmission>("state = \"duplicate\"").size() == 5U);
}

BOOST_AUTO_TEST_CASE(what_was_left_unfinished_is_taken_up_once) {
    Forms forms;
    auto const form = forms.save(formWith({field("email")}));
    Receipt const receipt = forms.send(form, {{"email", "a@b.c"}});
    // As a crash leaves it: logged, and nothing else.
    forms.database.execute("DELETE FROM lead.lead_event");
    forms.database.execute("UPDATE lead.capture_submission SET state = 'received', lead_id = NULL");
    forms.database.execute("DELETE FROM lead.lead");
    expireSubmissions(*forms.leadService);
    BOOST_TEST(forms.all<Lead>().empty());  // its request may still be at work
    forms.age(receipt.id);
    std::vector<std::jthread> rounds;
    for (int i = 0; i < 3; ++i) rounds.emplace_back([&] { expireSubmissions(*forms.leadService); });
    rounds.clear();
    expireSubmissions(*forms.leadService);
    BOOST_TEST(forms.all<Lead>().size() == 1U);
    BOOST_TEST(forms.all<LeadEvent>().size() == 1U);
    BOOST_TEST(*forms.submission(receipt.id).state == "accepted");
}

BOOST_AUTO_TEST_CASE(what_cannot_become_a_lead_says_why) {
    Forms forms;
    auto const form = forms.save(formWith({field("email")}));
    LeadCustomField need;
    need.entity = "Lead";
    need.name = "budget";
    need.label = "Budget";
    need.type = "integer";
    need.isRequired = true;
    forms.create(forms.leads(), forms.administrator, need);
    Receipt const receipt = forms.send(form, {{"email", "a@b.c"}});
    BOOST_TEST(receipt.state == "refused");
    BOOST_TEST(forms.submission(receipt.id).reason->find("budget") != std::string::npos);
    BOOST_TEST(forms.all<Lead>().empty());
}

BOOST_AUTO_TEST_CASE(custom_fields_are_read_by_their_type) {
    Forms forms;
    LeadCustomField budget;
    budget.entity = "Lead";
    budget.name = "budget";
    budget.label = "Budget";
    budget.type = "integer";
    forms.create(forms.leads(), forms.administrator, budget);
    auto const form = forms.save(formWith({field("email"), field("customFields.budget")}));
    Receipt const wrong = forms.send(form, {{"email", "a@b.c"}, {"customFields.budget", "much"}});
    BOOST_TEST_REQUIRE(wrong.errors.size() == 1U);
    BOOST_TEST(wrong.errors[0].pointer == "/customFields.budget");
    BOOST_TEST(forms.send(form, {{"email", "a@b.c"}, {"customFields.budget", "500"}}).state == "accepted");
    BOOST_TEST(*forms.all<Lead>().at(0).customFields.at(0).value == "500");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(capture_confirmation)

namespace {
CaptureForm confirmed(Forms &forms) {
    auto form = formWith({field("email"), field("lastName")});
    form.doubleOptIn = true;
    form.language = "de";
    return forms.save(form);
}
}  // namespace

BOOST_AUTO_TEST_CASE(a_lead_is_made_when_the_button_is_pressed_and_only_once) {
    Forms forms;
    auto const form = confirmed(forms);
    Submission submission;
    submission.payload = payloadOf({{"email", "anna@b.c"}, {"lastName", "Berg"}});
    submission.language = Language::german;
    Receipt const receipt = submit(forms.capture(), form, submission);
    BOOST_TEST(receipt.state == "waiting");
    BOOST_TEST(forms.all<Lead>().empty());
    BOOST_TEST_REQUIRE(forms.letterbox.messages.size() == 1U);
    const mail::Message &message = forms.letterbox.messages[0];
    BOOST_TEST(message.to == "anna@b.c");
    BOOST_TEST(message.subject == "Bitte bestätigen: Contact us");
    BOOST_TEST(message.language == "de");
    BOOST_TEST(message.html.find("https://crm.example.com/forms/confirm/" + forms.token()) != std::string::npos);

    BOOST_TEST((lookUpConfirmation(forms.capture(), forms.token(), "").state == Say::checkMail));
    BOOST_TEST(forms.all<Lead>().empty());  // looking changes nothing
    std::vector<std::jthread> presses;
    for (int i = 0; i < 4; ++i) {
        presses.emplace_back([&] { std::ignore = codeOf([&] { confirm(forms.capture(), forms.token(), ""); }); });
    }
    presses.clear();
    BOOST_TEST((confirm(forms.capture(), forms.token(), "").state == Say::confirmed));
    auto const leads = forms.all<Lead>();
    BOOST_TEST_REQUIRE(leads.size() == 1U);
    BOOST_TEST(*leads[0].emailState == "ok");
    BOOST_TEST(*leads[0].language == "de");
    BOOST_TEST(forms.submission(receipt.id).confirmedAt.has_value());
    BOOST_TEST((lookUpConfirmation(forms.capture(), forms.token(), "").state == Say::confirmed));
}

BOOST_AUTO_TEST_CASE(a_forged_token_confirms_nothing) {
    Forms forms;
    auto const form = confirmed(forms);
    Receipt const receipt = forms.send(form, {{"email", "anna@b.c"}});
    std::string const other = entity::sealCursor(receipt.id, "another key", "confirm");
    std::string const purpose = entity::sealCursor(receipt.id, forms.capture().key(), "form");
    std::string changed = forms.token();
    changed[5] = changed[5] == 'a' ? 'b' : 'a';
    for (const std::string &bad : {std::string(), receipt.id, other, purpose, changed, std::string(5000, 'x')}) {
        BOOST_TEST((confirm(forms.capture(), bad, "").state == Say::confirmationUnknown), bad);
    }
    BOOST_TEST(forms.all<Lead>().empty());
}

BOOST_AUTO_TEST_CASE(an_expired_confirmation_says_so) {
    Forms forms;
    auto const form = confirmed(forms);
    Receipt const receipt = forms.send(form, {{"email", "anna@b.c"}});
    Receipt const swept = forms.send(form, {{"email", "bert@b.c"}});
    std::string const token = confirmationToken(forms.capture(), receipt.id);
    expireSubmissions(*forms.leadService);
    BOOST_TEST(*forms.submission(receipt.id).state == "waiting");
    forms.age(receipt.id);
    BOOST_TEST((lookUpConfirmation(forms.capture(), token, "").state == Say::confirmationExpired));
    BOOST_TEST((confirm(forms.capture(), token, "").state == Say::confirmationExpired));
    BOOST_TEST(*forms.submission(receipt.id).state == "expired");
    forms.age(swept.id);
    expireSubmissions(*forms.leadService);
    BOOST_TEST(*forms.submission(swept.id).state == "expired");
    BOOST_TEST(forms.all<Lead>().empty());
}

BOOST_AUTO_TEST_CASE(an_email_that_could_not_be_sent_is_sent_later) {
    Forms forms;
    auto const form = confirmed(forms);
    forms.letterbox.failure = ErrorCode::unavailable;
    Receipt const receipt = forms.send(form, {{"email", "anna@b.c"}});
    BOOST_TEST(receipt.state == "waiting");
    BOOST_TEST(*forms.submission(receipt.id).state == "received");
    forms.letterbox.failure.reset();
    forms.database.execute("UPDATE lead.capture_submission SET created_at = created_at - interval '2 minutes'");
    expireSubmissions(*forms.leadService);
    BOOST_TEST(*forms.submission(receipt.id).state == "waiting");
    BOOST_TEST(forms.letterbox.messages.size() == 1U);
    BOOST_TEST((confirm(forms.capture(), forms.token(), "").state == Say::confirmed));
}

BOOST_AUTO_TEST_CASE(an_address_that_the_server_refuses_is_no_lead) {
    Forms forms;
    auto const form = confirmed(forms);
    forms.letterbox.failure = ErrorCode::validation;
    Receipt const receipt = forms.send(form, {{"email", "anna@b.c"}});
    BOOST_TEST(receipt.state == "refused");
    BOOST_TEST((confirm(forms.capture(), confirmationToken(forms.capture(), receipt.id), "").state == Say::notTaken));
    BOOST_TEST(forms.all<Lead>().empty());
}

BOOST_AUTO_TEST_SUITE_END()
