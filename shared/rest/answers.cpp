#include "shared/rest/answers.h"

#include "shared/entity/json.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace kontor::rest {

using entity::Action;
using entity::RecordResult;

std::string etag(const Record &record) { return '"' + std::to_string(record.version.value_or(0)) + '"'; }

bool matches(std::string_view header, std::string_view tag) {
    if (header.empty()) return false;
    return header == "*" || header.find(tag) != std::string_view::npos;
}

Preference preferenceOf(const http::Request &request) {
    std::string_view const header = request.header("Prefer");
    Preference preference;
    preference.minimal = header.find("return=minimal") != std::string_view::npos;
    preference.explicitRepresentation = header.find("return=representation") != std::string_view::npos;
    preference.allowDuplicates = header.find("allow-duplicates") != std::string_view::npos;
    return preference;
}

void applyPreference(const Preference &preference, Record &record) {
    if (!preference.allowDuplicates) return;
    const Field *const field = record.structType().find("allowDuplicates");
    if (field != nullptr && field->writeOnly) entity::readJson(R"({"allowDuplicates":true})", record);
}

void writeResult(const RecordResult &result, const Preference &preference, http::Response &response) {
    response.header("ETag", '"' + std::to_string(result.version) + '"');
    if (preference.minimal) response.header("Preference-Applied", "return=minimal");
    if (preference.explicitRepresentation) response.header("Preference-Applied", "return=representation");
    if (preference.minimal || !result.record) {
        if (response.status == 200) response.status = 204;
        return;
    }
    response.contentType = "application/json";
    entity::writeJson(response.body, *result.record);
}

void writeBatch(const http::Request &request, const std::vector<RecordResult> &results,
                const std::vector<Action> &actions, const std::vector<std::string> &references, bool atomic,
                http::Response &response) {
    std::size_t failed = 0;
    for (const RecordResult &result : results) failed += result.success() ? 0U : 1U;
    std::string &out = response.body;
    out = "{\"summary\":{\"succeeded\":" + std::to_string(results.size() - failed) +
          ",\"failed\":" + std::to_string(failed) + "},\"results\":[";
    for (std::size_t i = 0; i < results.size(); ++i) {
        const RecordResult &result = results[i];
        out += i == 0 ? "{" : ",{";
        if (!references[i].empty()) {
            out += "\"ref\":";
            entity::writeJsonString(out, references[i]);
            out += ',';
        }
        if (result.error) {
            http::Response problem;
            http::writeProblem(request, *result.error, problem);
            out += "\"status\":" + std::to_string(problem.status);
            if (!result.id.empty()) out += ",\"id\":\"" + result.id + '"';
            out += ",\"error\":" + problem.body + '}';
            continue;
        }
        int const status = result.created ? 201 : actions[i] == Action::remove ? 204 : 200;
        out += "\"status\":" + std::to_string(status) + ",\"id\":\"" + result.id +
               "\",\"version\":" + std::to_string(result.version);
        if (result.record) {
            out += ",\"record\":";
            entity::writeJson(out, *result.record);
        }
        out += '}';
    }
    out += "]}";
    response.contentType = "application/json";
    response.status = 207;
    if (!atomic) return;
    if (failed == 0) {
        response.status = 200;
        return;
    }
    // Nothing was written; the status is that of the operation that was to blame.
    for (const RecordResult &result : results) {
        if (!result.error || result.error->code == ErrorCode::rolledBack) continue;
        response.status = mappingOf(result.error->code).httpStatus;
        break;
    }
}

entity::StoredAnswer storedAnswer(const http::Response &response) {
    entity::StoredAnswer answer;
    answer.status = response.status;
    answer.body = response.body;
    for (const auto &[name, value] : response.headers) answer.headers += name + ": " + value + '\n';
    if (!response.contentType.empty()) answer.headers += "Content-Type: " + response.contentType + '\n';
    return answer;
}

void replayAnswer(const entity::StoredAnswer &answer, http::Response &response) {
    response.status = answer.status;
    response.body = answer.body;
    std::size_t start = 0;
    while (start < answer.headers.size()) {
        std::size_t const end = answer.headers.find('\n', start);
        std::string const line = answer.headers.substr(start, end - start);
        std::size_t const colon = line.find(": ");
        std::string name = line.substr(0, colon);
        if (name == "Content-Type") {
            response.contentType = line.substr(colon + 2);
        } else {
            response.header(std::move(name), line.substr(colon + 2));
        }
        start = end + 1;
    }
    response.header("Idempotency-Replayed", "true");
}

Error badParameter(std::string name, std::string detail) {
    Error error(ErrorCode::invalidQuery, std::move(detail));
    error.parameter = std::move(name);
    error.position = 0;
    return error;
}

int limitOf(const http::Request &request, int unlessGiven) {
    const std::string *const text = request.parameter("limit");
    if (text == nullptr) return unlessGiven;
    int limit = 0;
    auto const [end, problem] = std::from_chars(text->data(), text->data() + text->size(), limit);
    if (problem != std::errc{} || end != text->data() + text->size() || limit < 1) {
        throw badParameter("limit", "limit must be a whole number from 1 to 2000.");
    }
    return std::min(limit, 2000);
}

}  // namespace kontor::rest
