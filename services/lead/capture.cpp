// What administrators may set up as a form, and that nobody writes submissions but the forms themselves.

#include "services/lead/capture.h"

#include "services/lead/capture_submission.h"
#include "shared/entity/members.h"

#include <algorithm>
#include <set>

namespace kontor::lead {

using entity::WriteContext;
using postgres::Batch;
using postgres::Parameters;
using postgres::Rows;
using postgres::Statement;

namespace {

const Statement lockSender{"lockSender", "SELECT pg_advisory_xact_lock(hashtextextended('capture ' || $1 || $2, 0))"};
const Statement countSubmissions{
    "countSubmissions",
    "SELECT count(*), ceil(extract(epoch FROM min(created_at) + interval '1 hour' - now()))::bigint FROM"
    " (SELECT created_at FROM capture_submission WHERE capture_form_id = $1 AND client_address = $2"
    "  AND created_at > now() - interval '1 hour' ORDER BY created_at DESC LIMIT $3) AS latest"};
const Statement selectLimit{"captureLimit", "SELECT coalesce(per_hour, 20) FROM capture_form WHERE id = $1"};
const Statement customFieldExists{"customFieldOfLead", "SELECT 1 FROM custom_field_definition WHERE entity = 'Lead'"
                                                       " AND name = $1 AND deleted_at IS NULL"};

/// Addresses below /forms that are no forms.
constexpr std::string_view reservedSlug = "confirm";

/// Gathers what is wrong with a form.
class FormCheck {
  public:
    FormCheck(WriteContext &context, CaptureForm &form, const CaptureForm *existing, bool canMail)
        : context_(context), form_(form), existing_(existing), after_(entity::merged(form, existing)),
          canMail_(canMail) {}

    void run() {
        if (existing_ == nullptr) fillDefaults();
        if (form_.slug == reservedSlug) add("/slug", "NOT_A_CHOICE", "is kept for the server's own pages");
        checkFields();
        checkLanguage();
        checkOrigins();
        if (form_.redirectUrl && !originOf(*form_.redirectUrl)) {
            add("/redirectUrl", "PATTERN", "must be an address of the web");
        }
        checkConsent();
        checkConfirmation();
        if (errors_.empty()) return;
        throw Error(ErrorCode::validation, "The form is not valid.", std::move(errors_));
    }

  private:
    void add(std::string pointer, std::string code, std::string detail) {
        errors_.push_back({std::move(pointer), std::move(code), std::move(detail)});
    }

    void fillDefaults() {
        if (!form_.isActive) form_.isActive = true;
        if (!form_.onDuplicate) form_.onDuplicate = "create";
        if (!form_.perHour) form_.perHour = 20;
        if (form_.fields.empty()) add("/fields", "REQUIRED", "must name at least one field");
    }

    void checkFields() {
        if (entity::isCleared(form_, "fields")) return add("/fields", "REQUIRED", "must name at least one field");
        bool const asksForName = std::ranges::any_of(
            form_.fields, [](const FormField &field) { return isNaming(field.field.value_or("")); });
        if (!form_.fields.empty() && !asksForName) {
            add("/fields", "REQUIRED", "must ask for firstName, lastName, companyName or email");
        }
        std::set<std::string> names;
        for (std::size_t i = 0; i < form_.fields.size(); ++i) {
            const FormField &field = form_.fields[i];
            std::string const pointer = "/fields/" + std::to_string(i) + "/field";
            std::string const name = field.field.value_or("");
            if (!names.insert(name).second) add(pointer, "DUPLICATE", "is in the form twice");
            if (auto const custom = customFieldName(name); !custom.empty()) {
                if (context_.transaction.run(customFieldExists, Parameters().text(custom)).empty()) {
                    add(pointer, "UNKNOWN_FIELD", "there is no such custom field of leads");
                }
            } else if (Lead::contractType().find(name) == nullptr) {
                add(pointer, "UNKNOWN_FIELD", "there is no such field of leads");
            } else if (visitorField(name) == nullptr) {
                add(pointer, "NOT_A_CHOICE", "is not for visitors to set");
            }
        }
    }

    void checkLanguage() {
        if (form_.language && !languageOf(*form_.language)) {
            add("/language", "NOT_A_CHOICE", "must be en, de or sv");
        }
    }

    /// An origin goes into headers: it is kept as browsers send it, and nothing else is taken for one.
    void checkOrigins() {
        for (std::size_t i = 0; i < form_.allowedOrigins.size(); ++i) {
            std::string &allowed = form_.allowedOrigins[i];
            if (allowed.ends_with('/')) allowed.pop_back();
            auto const origin = originOf(allowed);
            if (!origin || origin->size() != allowed.size()) {
                add("/allowedOrigins/" + std::to_string(i), "PATTERN",
                    "must be like https://www.example.com, without a path");
            } else {
                allowed = *origin;
            }
        }
    }

    void checkConsent() {
        if (after_.consentRequired.value_or(false) && !after_.consentText) {
            add("/consentText", "REQUIRED", "must say what is to be agreed to");
        }
    }

    void checkConfirmation() {
        if (!after_.doubleOptIn.value_or(false)) return;
        bool const asks =
            std::ranges::any_of(after_.fields, [](const FormField &field) { return field.field == "email"; });
        if (!asks) add("/fields", "REQUIRED", "must hold email, because the visitor confirms by e-mail");
        // A form that has been saved stays editable when the settings of the server have changed.
        bool const newly = existing_ == nullptr || !existing_->doubleOptIn.value_or(false);
        if (newly && !canMail_) {
            add("/doubleOptIn", "UNAVAILABLE",
                "needs e-mail, and this server sends none: the settings smtp.url and smtp.from are missing");
        }
    }

    WriteContext &context_;
    CaptureForm &form_;
    const CaptureForm *existing_;
    CaptureForm after_;  // as it will be
    bool canMail_;
    std::vector<FieldError> errors_;
};

/// Holds the sender's number of submissions in an hour, whatever process they come to.
void checkRate(WriteContext &context, const CaptureSubmission &submission) {
    Rows const limits = context.transaction.run(selectLimit, Parameters().uuid(submission.captureFormId));
    if (limits.empty()) return;
    std::int64_t const limit = limits.integer(0, 0);
    std::string const address = submission.clientAddress.value_or("");
    Batch batch;
    batch.add(lockSender, Parameters().text(*submission.captureFormId).text(address));
    batch.add(countSubmissions, Parameters().uuid(submission.captureFormId).text(address).integer(limit));
    auto const answers = context.transaction.run(std::move(batch));
    const Rows &count = answers.at(1);
    if (count.integer(0, 0) < limit) return;
    Error error(ErrorCode::rateLimited, "Too much has been sent to this form from this address.");
    error.retryAfterSeconds = static_cast<int>(std::clamp<std::int64_t>(count.integer(0, 1), 1, 3600));
    throw error;
}

void beforeSubmission(WriteContext &context, Record &incoming, const Record *existing) {
    if (context.caller.interface == "form") {
        if (existing == nullptr) checkRate(context, static_cast<CaptureSubmission &>(incoming));
        return;
    }
    bool const restored = existing != nullptr && existing->deletedAt.has_value();
    if (restored && context.caller.principal->administrator) return;
    throw Error(ErrorCode::forbidden, "Submissions are written by forms only.");
}

/// They may be deleted by administrators: what people have sent is theirs, and may have to go.
void beforeDeletingSubmission(WriteContext &context, const Record &) {
    if (context.caller.principal->administrator) return;
    throw Error(ErrorCode::forbidden, "Only administrators may delete submissions.");
}

/// A form is no person: a lead that no rule gives to anybody belongs to nobody until somebody takes it.
void disown(const WriteContext &context, Lead &lead) {
    if (lead.ownerId != context.caller.principal->userId) return;
    lead.ownerId.reset();
    lead.assignedAt.reset();
}

}  // namespace

void addCaptureBehaviours(std::map<std::string, entity::Behaviour> &behaviours, Catalogue &catalogue) {
    auto const capture = Capture::make(catalogue);
    behaviours["CaptureForm"].beforeWrite = [capture](WriteContext &context, Record &incoming, const Record *existing) {
        FormCheck(context, static_cast<CaptureForm &>(incoming), static_cast<const CaptureForm *>(existing),
                  capture->canMail())
            .run();
    };
    behaviours["CaptureSubmission"].beforeWrite = beforeSubmission;
    behaviours["Lead"].beforeWrite = [given = std::move(behaviours["Lead"].beforeWrite)](
                                         WriteContext &context, Record &incoming, const Record *existing) {
        if (given) given(context, incoming, existing);
        if (context.caller.interface == "form" && existing == nullptr) disown(context, static_cast<Lead &>(incoming));
    };
    behaviours["CaptureSubmission"].beforeDelete = beforeDeletingSubmission;
}

}  // namespace kontor::lead
