#include "services/lead/responses.h"

#include "services/lead/lead_service.h"

#include <boost/json.hpp>

#include <algorithm>
#include <array>

namespace kontor::lead {

namespace {

constexpr std::array<std::string_view, 3> answers{"call", "meeting", "email"};

std::string textOf(const boost::json::object &object, std::string_view name) {
    const auto *const value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string{};
}

/// The lead that an activity answers, and when; the lead is empty when it answers none.
struct Answer {
    std::string leadId;
    DateTime at;
};

Answer answerOf(const events::Event &event) {
    Answer answer;
    if (event.entity != "Activity" || event.kind == "deleted") return answer;
    auto const activity = boost::json::parse(event.payload).as_object();
    if (textOf(activity, "parentEntity") != "Lead") return answer;
    std::string const kind = textOf(activity, "kind");
    if (std::ranges::find(answers, kind) == answers.end() || textOf(activity, "direction") == "in") return answer;
    std::string const status = textOf(activity, "status");
    if (status != "held" && status != "completed") return answer;
    answer.leadId = textOf(activity, "parentId");
    answer.at = DateTime::parse(textOf(activity, "startAt")).value_or(event.at);
    return answer;
}

auth::Caller asSystem(const std::string &requestId) {
    auto principal = std::make_shared<auth::Principal>();
    principal->userId = "00000000-0000-7000-8000-000000000000";
    principal->administrator = true;
    auth::Caller caller;
    caller.principal = std::move(principal);
    caller.interface = "event";
    caller.requestId = requestId;
    return caller;
}

/// The first answer counts; hearing of it again changes nothing.
void stopClock(LeadService &service, const Answer &answer, const std::string &activityId) {
    const EntityType &type = *Lead::contractType().entity;
    auth::Caller const caller = asSystem(activityId);
    auto const found = service.operations().retrieveRecords(caller, {{&type, answer.leadId, {}, {}, {}}});
    if (found.at(0) == nullptr) return;
    const auto &lead = static_cast<const Lead &>(*found[0]);
    if (lead.firstResponseAt) return;
    auto change = std::make_unique<Lead>();
    change->id = lead.id;
    change->firstResponseAt = answer.at;
    if (lead.createdAt && answer.at < *lead.createdAt) change->firstResponseAt = lead.createdAt;
    std::vector<entity::Write> writes(1);
    writes[0].action = entity::Action::update;
    writes[0].key = {&type, *lead.id, {}, {}, lead.version};
    writes[0].record = std::move(change);
    writes[0].trusted = true;
    auto const results = service.operations().write(caller, std::move(writes), {.returnRecords = false});
    if (results.at(0).error && results[0].error->code != ErrorCode::notFound) throw *results[0].error;  // again, later
}

}  // namespace

events::Subscription responseSubscription(LeadService &service, postgres::Pool &contacts) {
    return {.consumer = "lead.responses",
            .service = contacts,
            .target = service.operations().pool(),
            .apply =
                [&service](postgres::Transaction &, std::span<const events::Event> happened) {
                    for (const events::Event &event : happened) {
                        Answer const answer = answerOf(event);
                        if (!answer.leadId.empty()) stopClock(service, answer, event.recordId);
                    }
                },
            .interest = {.entities = {"Activity"}, .kinds = {}}};
}

}  // namespace kontor::lead
