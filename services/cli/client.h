#pragma once

// How the command line talks to a server: one HTTP connection, the caller's credentials, and failures that carry the
// exit code a script sees.

#include <boost/json.hpp>

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kontor::cli {

/// What a script can rely on; listed in `kontor --help`.
enum class ExitCode : int {
    success = 0,
    refused = 1,      ///< the server did not accept the request, or part of it
    usage = 2,        ///< the command line is wrong
    notFound = 3,     ///< no such record, or none that the caller may see
    notAllowed = 4,   ///< not signed in, or not permitted
    conflict = 5,     ///< changed by someone else, or a value that is taken
    unavailable = 6,  ///< the server cannot be reached or is in trouble
};

/// Ends the command: lines for standard error and the exit code.
class Failure : public std::runtime_error {
  public:
    Failure(ExitCode exitCode, const std::string &text) : std::runtime_error(text), code(exitCode) {}
    ExitCode code;
};

/// Where to go and as whom.
struct Credentials {
    std::string url;           ///< "https://crm.example.com", without a trailing slash
    std::string user;          ///< empty with an API key
    std::string apiKey;        ///< from the environment; never written to disk
    std::string accessToken;   ///< from `kontor login`
    std::string refreshToken;  ///< empty when the server gave none
};

/// ~/.config/kontor/credentials, or below XDG_CONFIG_HOME. Failure when there is no home.
[[nodiscard]] std::string credentialsFile();
/// KONTOR_URL with KONTOR_API_KEY, else the file of `kontor login`. Failure(notAllowed) when there is neither.
[[nodiscard]] Credentials readCredentials();
/// Writes the file with mode 0600, whole or not at all.
void writeCredentials(const Credentials &credentials);
void removeCredentials();

struct Answer {
    int status = 0;
    std::map<std::string, std::string> headers;  ///< names in lower case
    std::string body;

    [[nodiscard]] std::string header(const std::string &lowerCaseName) const;
    /// Failure(unavailable) when the body is not JSON: something that is not Kontor has answered.
    [[nodiscard]] boost::json::value json() const;
};

using Headers = std::vector<std::pair<std::string, std::string>>;
/// Bytes done and bytes in all (0 = not known).
using ByteProgress = std::function<void(std::uint64_t done, std::uint64_t total)>;

class Client {
  public:
    explicit Client(Credentials credentials);
    ~Client();

    /// Path with query, such as "/api/v1/contacts?limit=5". Signs in anew with the refresh token when the access token
    /// has expired. Throws Failure for connection problems only; the status is the caller's business.
    Answer send(const std::string &method, const std::string &path, std::string_view body = {},
                const std::string &contentType = {}, const Headers &headers = {});
    /// As send, but a status of 400 or more is a Failure with the problem's text.
    Answer expect(const std::string &method, const std::string &path, std::string_view body = {},
                  const std::string &contentType = {}, const Headers &headers = {});
    Answer getJson(const std::string &path) { return expect("GET", path); }
    Answer sendJson(const std::string &method, const std::string &path, const boost::json::value &body,
                    Headers headers = {});

    /// Sends `length` bytes of a stream as the body.
    Answer upload(const std::string &path, std::istream &from, std::uint64_t length, const std::string &contentType,
                  const ByteProgress &progress);
    /// Writes the answer's body to a stream. Failure when it ends early.
    void download(const std::string &path, std::ostream &into, const ByteProgress &progress);

    [[nodiscard]] const Credentials &credentials() const;

  private:
    struct Implementation;
    std::unique_ptr<Implementation> implementation_;
};

/// The problem of an answer as text: one line, and one more for each bad field.
[[nodiscard]] std::string describeProblem(const boost::json::value &problem, int status);
/// The error of one record or lead among several, as in the answers of batches: its message, and a line for each bad
/// field.
[[nodiscard]] std::string describeError(const boost::json::value &error);
[[nodiscard]] ExitCode exitCodeOf(int status);
/// That of the status that goes with an error's code, such as NOT_FOUND.
[[nodiscard]] ExitCode exitCodeOfError(std::string_view code);
/// The text of an answer that is an error, as a Failure.
[[nodiscard]] Failure failureOf(const Answer &answer);
/// Text with everything but letters, digits and -._~ percent-encoded.
[[nodiscard]] std::string percentEncode(std::string_view text);
/// "?a=b&c=d" from the pairs whose value is not empty; empty when there are none.
[[nodiscard]] std::string queryString(const std::vector<std::pair<std::string, std::string>> &parameters);

}  // namespace kontor::cli
