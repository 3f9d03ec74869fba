#pragma once

// From what a visitor has sent to a lead. A submission is logged first, as "received"; then lead, event and the
// submission's final state are written as one transaction. Whoever finds one that is still "received" may go on with
// it: the lead's id follows from the submission's, and its version lets one of several win.
//
//     received ──▶ accepted | duplicate | refused
//        └──(double opt-in: e-mail sent)──▶ waiting ──(confirmed)──▶ accepted | duplicate | refused
//                                              └──(too late)──▶ expired

#include "services/lead/capture.h"
#include "services/lead/capture_input.h"
#include "services/lead/capture_pages.h"
#include "shared/entity/custom_fields.h"

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace kontor::lead {

/// What forms on the web need of one service; the same for its behaviours, routes and housekeeping.
class Capture {
  public:
    /// That of the service with this catalogue; nullptr when it has none.
    static std::shared_ptr<Capture> of(const Catalogue &catalogue);
    /// A new one for a service that is being made.
    static std::shared_ptr<Capture> make(const Catalogue &catalogue);

    void start(LeadService &service, CaptureOptions options);
    [[nodiscard]] bool started() const { return service_ != nullptr; }

    [[nodiscard]] LeadService &service() const { return *service_; }
    [[nodiscard]] const CaptureOptions &options() const { return options_; }
    [[nodiscard]] auth::Caller system(const std::string &requestId) const { return options_.system(requestId); }
    [[nodiscard]] bool canMail() const { return options_.mailer != nullptr; }
    [[nodiscard]] std::shared_ptr<const entity::CustomFields::Types> customFields() const {
        return customFields_->of("Lead");
    }
    /// What tokens are signed with; the same in every process.
    [[nodiscard]] std::string key();

  private:
    LeadService *service_ = nullptr;
    CaptureOptions options_;
    std::unique_ptr<entity::CustomFields> customFields_;
    std::mutex mutex_;  // guards key_, never held while reading
    std::string key_;
};

/// A submission as it comes in.
struct Submission {
    std::string id;               ///< of the page that it was typed into; empty = a new one
    boost::json::object payload;  ///< all that was sent
    std::string clientAddress, userAgent, origin, pageUrl, requestId;
    Language language = Language::english;
    std::string refusal;  ///< why it is not to become a lead, whatever it holds
};

struct Receipt {
    std::string id;
    /// "accepted", "waiting" or "refused", as the visitor may know it: that somebody is known already is not told.
    std::string state;
    std::vector<FieldError> errors;  ///< of a refused one
};

/// The form at an address; Error(notFound) when there is none in use.
[[nodiscard]] CaptureForm findForm(Capture &capture, std::string_view slug, const std::string &requestId);

/// Logs a submission and makes what is to become of it. Throws Error(rateLimited).
Receipt submit(Capture &capture, const CaptureForm &form, Submission submission);

/// What a link in an e-mail points to.
struct Confirmation {
    Say state = Say::confirmationUnknown;  ///< checkMail = waits for the button
    std::optional<CaptureForm> form;
    Language language = Language::english;
};
[[nodiscard]] std::string confirmationToken(Capture &capture, const std::string &submissionId);
/// How it is; changes nothing.
[[nodiscard]] Confirmation lookUpConfirmation(Capture &capture, const std::string &token, const std::string &requestId);
/// The button. Pressed again, it does nothing more.
Confirmation confirm(Capture &capture, const std::string &token, const std::string &requestId);

}  // namespace kontor::lead
