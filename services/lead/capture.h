#pragma once

// Forms on the web that make leads: their pages, what visitors send, confirmation by e-mail.

#include "services/lead/lead_service.h"
#include "shared/http/http.h"
#include "shared/mail/mail.h"

#include <functional>
#include <map>
#include <string>

namespace kontor::lead {

/// Of CaptureForm and CaptureSubmission, and what is particular to a Lead of a form. Called while the service is made,
/// after those of Lead are there.
void addCaptureBehaviours(std::map<std::string, entity::Behaviour> &behaviours, Catalogue &catalogue);

struct CaptureOptions {
    std::string publicUrl;           ///< what links in e-mails begin with
    mail::Mailer *mailer = nullptr;  ///< nullptr: no form may ask for confirmation
    /// A caller with the rights of an administrator whose writes are logged as interface "form".
    std::function<auth::Caller(const std::string &requestId)> system;
};

/// Pages below /forms and the way in for other sites, /api/v1/forms/{slug}/submissions.
void addCaptureRoutes(http::Router &router, LeadService &service, CaptureOptions options);

/// Submissions whose confirmation has expired become "expired"; those that a crash has left unfinished are finished.
/// Called every minute. Does nothing before addCaptureRoutes, or while another process is at it.
void expireSubmissions(LeadService &service);

}  // namespace kontor::lead
