#include "services/cli/client.h"

#include "shared/contract/error.h"
#include "shared/contract/uuid.h"
#include "shared/http/client.h"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <istream>
#include <ostream>

namespace kontor::cli {

namespace {

std::string lowerCase(std::string text) {
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

std::string textOf(const boost::json::object &object, std::string_view name) {
    const auto *const member = object.if_contains(name);
    if (member == nullptr) return {};
    return member->is_string() ? std::string(member->get_string()) : boost::json::serialize(*member);
}

}  // namespace

std::string Answer::header(const std::string &lowerCaseName) const {
    auto const found = headers.find(lowerCaseName);
    return found == headers.end() ? std::string() : found->second;
}

boost::json::value Answer::json() const {
    boost::system::error_code problem;
    boost::json::value value = boost::json::parse(body, problem);
    if (problem)
        throw Failure(ExitCode::unavailable, "The answer is not JSON. Is the address that of a Kontor server?");
    return value;
}

struct Client::Implementation {
    Credentials credentials;
    std::unique_ptr<http::Client> server;

    explicit Implementation(Credentials given) : credentials(std::move(given)) {
        try {
            server = std::make_unique<http::Client>(
                credentials.url, http::ClientOptions{.timeout = std::chrono::minutes(10), .responseLimit = 1U << 30U});
        } catch (const Error &) {
            throw Failure(ExitCode::usage, "Not an address of a server: " + credentials.url);
        }
    }

    [[nodiscard]] http::ClientRequest request(const std::string &method, const std::string &path,
                                              const std::string &contentType, const Headers &headers) const {
        http::ClientRequest request;
        request.method = method;
        request.path = path;
        request.contentType = contentType;
        request.headers = headers;
        request.headers.emplace_back("User-Agent", "kontor");
        const std::string &token = credentials.apiKey.empty() ? credentials.accessToken : credentials.apiKey;
        if (!token.empty()) request.headers.emplace_back("Authorization", "Bearer " + token);
        return request;
    }

    /// Runs an exchange; what prevents an answer becomes a Failure.
    template <typename Exchange> Answer run(Exchange &&exchange) const {
        try {
            http::ClientResponse response = exchange();
            Answer answer;
            answer.status = response.status;
            for (const auto &[name, value] : response.headers) answer.headers[lowerCase(name)] = value;
            answer.body = std::move(response.body);
            return answer;
        } catch (const Error &problem) {
            throw Failure(ExitCode::unavailable, "Cannot reach " + credentials.url + ": " + problem.detail);
        }
    }

    Answer once(const std::string &method, const std::string &path, std::string_view body,
                const std::string &contentType, const Headers &headers) {
        http::ClientRequest call = request(method, path, contentType, headers);
        call.body = body;
        return run([&] { return server->send(call); });
    }

    /// A new access token for the refresh token. False when there is none or the server does not take it any more.
    bool refresh() {
        if (credentials.refreshToken.empty()) return false;
        std::string const form =
            "grant_type=refresh_token&client_id=kontor-cli&refresh_token=" + percentEncode(credentials.refreshToken);
        credentials.accessToken.clear();
        Answer const answer = once("POST", "/oauth/token", form, "application/x-www-form-urlencoded", {});
        if (answer.status != 200) return false;
        boost::json::value const value = answer.json();
        if (!value.is_object()) return false;
        credentials.accessToken = textOf(value.get_object(), "access_token");
        std::string const next = textOf(value.get_object(), "refresh_token");
        if (!next.empty()) credentials.refreshToken = next;
        writeCredentials(credentials);
        return true;
    }
};

Client::Client(Credentials credentials) : implementation_(std::make_unique<Implementation>(std::move(credentials))) {}
Client::~Client() = default;

const Credentials &Client::credentials() const { return implementation_->credentials; }

Answer Client::send(const std::string &method, const std::string &path, std::string_view body,
                    const std::string &contentType, const Headers &headers) {
    Answer answer = implementation_->once(method, path, body, contentType, headers);
    if (answer.status == 401 && implementation_->refresh()) {
        answer = implementation_->once(method, path, body, contentType, headers);
    }
    return answer;
}

Answer Client::expect(const std::string &method, const std::string &path, std::string_view body,
                      const std::string &contentType, const Headers &headers) {
    Answer answer = send(method, path, body, contentType, headers);
    if (answer.status >= 400) throw failureOf(answer);
    return answer;
}

Answer Client::sendJson(const std::string &method, const std::string &path, const boost::json::value &body,
                        Headers headers) {
    // With a key the request may be sent again when a connection breaks, without a second effect.
    if (method == "POST") headers.emplace_back("Idempotency-Key", newId());
    std::string const type = method == "PATCH" ? "application/merge-patch+json" : "application/json";
    return expect(method, path, boost::json::serialize(body), type, headers);
}

Answer Client::upload(const std::string &path, std::istream &from, std::uint64_t length, const std::string &contentType,
                      const ByteProgress &progress) {
    // A stream is read once only, so the token must be good before the first byte goes out.
    expect("GET", "/api/v1/describe");
    http::ClientRequest call = implementation_->request("POST", path, contentType, {});
    std::uint64_t done = 0;
    call.sourceLength = length;
    call.source = [&](char *buffer, std::size_t size) -> std::size_t {
        from.read(buffer, static_cast<std::streamsize>(std::min<std::uint64_t>(size, length - done)));
        done += static_cast<std::uint64_t>(from.gcount());
        progress(done, length);
        return static_cast<std::size_t>(from.gcount());
    };
    Answer answer = implementation_->run([&] { return implementation_->server->send(call); });
    if (answer.status >= 400) throw failureOf(answer);
    return answer;
}

void Client::download(const std::string &path, std::ostream &into, const ByteProgress &progress) {
    std::uint64_t done = 0;
    http::ClientRequest const call = implementation_->request("GET", path, {}, {});
    Answer const answer = implementation_->run([&] {
        return implementation_->server->send(call, [&](std::string_view bytes) {
            into.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
            if (!into) throw Failure(ExitCode::usage, "Cannot write the file.");
            done += bytes.size();
            progress(done, 0);
        });
    });
    if (answer.status >= 400) throw failureOf(answer);
}

namespace {

/// A line for each bad field; problem details and results of batches have other names for the same.
void appendFields(std::string &text, const boost::json::object &problem, std::string_view list, std::string_view field,
                  std::string_view reason) {
    const auto *const errors = problem.if_contains(list);
    if (errors == nullptr || !errors->is_array()) return;
    for (const auto &error : errors->get_array()) {
        if (!error.is_object()) continue;
        const auto &entry = error.get_object();
        text += "\n  " + textOf(entry, field) + ": " + textOf(entry, reason) + " [" + textOf(entry, "code") + ']';
    }
}

/// A line for each record that may be the same as one that was to be created.
void appendCandidates(std::string &text, const boost::json::object &problem) {
    const auto *const candidates = problem.if_contains("candidates");
    if (candidates == nullptr || !candidates->is_array()) return;
    for (const auto &candidate : candidates->get_array()) {
        if (!candidate.is_object()) continue;
        const auto &entry = candidate.get_object();
        text += "\n  " + textOf(entry, "entity") + ' ' + textOf(entry, "id") + ": " + textOf(entry, "name");
    }
}

}  // namespace

std::string describeProblem(const boost::json::value &value, int status) {
    const auto *const problem = value.if_object();
    if (problem == nullptr) return "The server answered with status " + std::to_string(status) + ".";
    std::string text = textOf(*problem, "title");
    std::string const detail = textOf(*problem, "detail");
    if (!detail.empty()) text += (text.empty() ? "" : ": ") + detail;
    std::string code = textOf(*problem, "code");
    // The token endpoint speaks OAuth 2 (RFC 6749), not problem+json.
    if (text.empty()) text = textOf(*problem, "error_description");
    if (code.empty()) code = textOf(*problem, "error");
    if (text.empty()) text = "The server answered with status " + std::to_string(status);
    if (!code.empty()) text += " [" + code + ']';
    if (problem->contains("parameter")) {
        text += " (parameter " + textOf(*problem, "parameter");
        if (problem->contains("position")) text += ", at character " + textOf(*problem, "position");
        text += ')';
    }
    if (problem->contains("currentVersion")) text += " (now at version " + textOf(*problem, "currentVersion") + ')';
    // With a stale version it is the record itself; candidates have lines of their own.
    bool const other = !problem->contains("currentVersion") && !problem->contains("candidates");
    if (other && problem->contains("conflictingId")) text += " (held by " + textOf(*problem, "conflictingId") + ')';
    appendFields(text, *problem, "errors", "pointer", "detail");
    appendCandidates(text, *problem);
    return text;
}

std::string describeError(const boost::json::value &value) {
    const auto *const error = value.if_object();
    if (error == nullptr) return {};
    std::string text = textOf(*error, "message") + " [" + textOf(*error, "code") + ']';
    appendFields(text, *error, "violation", "field", "reason");
    return text;
}

ExitCode exitCodeOfError(std::string_view code) {
    for (int i = 0; i <= static_cast<int>(ErrorCode::internal); ++i) {
        const ErrorMapping &mapping = mappingOf(static_cast<ErrorCode>(i));
        if (mapping.name == code) return exitCodeOf(mapping.httpStatus);
    }
    return ExitCode::refused;
}

ExitCode exitCodeOf(int status) {
    switch (status) {
    case 401:
    case 403:
        return ExitCode::notAllowed;
    case 404:
        return ExitCode::notFound;
    case 409:
    case 412:
    case 428:
        return ExitCode::conflict;
    case 408:
    case 429:
        return ExitCode::unavailable;
    default:
        return status >= 500 ? ExitCode::unavailable : status >= 400 ? ExitCode::refused : ExitCode::success;
    }
}

Failure failureOf(const Answer &answer) {
    boost::system::error_code problem;
    boost::json::value const value = boost::json::parse(answer.body, problem);
    return {exitCodeOf(answer.status), describeProblem(problem ? boost::json::value() : value, answer.status)};
}

std::string percentEncode(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string encoded;
    for (char const c : text) {
        auto const byte = static_cast<unsigned char>(c);
        if ((std::isalnum(byte) != 0 && byte < 0x80) || c == '-' || c == '.' || c == '_' || c == '~') {
            encoded += c;
        } else {
            encoded += '%';
            encoded += digits[byte >> 4U];
            encoded += digits[byte & 15U];
        }
    }
    return encoded;
}

std::string queryString(const std::vector<std::pair<std::string, std::string>> &parameters) {
    std::string text;
    for (const auto &[name, value] : parameters) {
        if (!value.empty()) text += (text.empty() ? '?' : '&') + name + '=' + percentEncode(value);
    }
    return text;
}

}  // namespace kontor::cli
