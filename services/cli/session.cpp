#include "services/cli/commands.h"

#include <termios.h>
#include <unistd.h>

#include <iostream>
#include <memory>

namespace kontor::cli {

namespace {

namespace json = boost::json;

struct LoginOptions {
    std::string url, user, totp;
    bool passwordFromInput = false;
};

std::string readLine(const std::string &prompt) {
    std::cerr << prompt << std::flush;
    std::string line;
    std::getline(std::cin, line);
    return line;
}

Credentials signIn(const LoginOptions &options, const std::string &password) {
    Credentials credentials;
    credentials.url = options.url;
    credentials.user = options.user;
    Client client(credentials);
    json::object body{{"userName", options.user}, {"password", password}};
    if (!options.totp.empty()) body["totp"] = options.totp;
    Answer const answer = client.expect("POST", "/api/v1/session", json::serialize(body), "application/json");
    json::value const session = answer.json();
    credentials.accessToken = std::string(session.at("sessionId").as_string());
    if (const auto *const expired = session.as_object().if_contains("passwordExpired");
        expired != nullptr && expired->is_bool() && expired->get_bool()) {
        std::cerr << "Your password has expired. Set another one with `kontor user set-password`.\n";
    }
    return credentials;
}

ExitCode login(LoginOptions options) {
    while (!options.url.empty() && options.url.back() == '/') options.url.pop_back();
    bool const people = ::isatty(STDIN_FILENO) != 0 && !options.passwordFromInput;
    if (options.url.empty() && people) options.url = readLine("Server (such as https://crm.example.com): ");
    if (options.user.empty() && people) options.user = readLine("User name: ");
    if (options.url.empty() || options.user.empty()) {
        throw Failure(ExitCode::usage, "Give the server's address and --user.");
    }
    if (!people && !options.passwordFromInput) {
        throw Failure(ExitCode::usage, "There is no terminal to ask for the password; use --password-stdin.");
    }
    std::string const password = readSecret("Password: ");
    writeCredentials(signIn(options, password));
    std::cerr << "Signed in at " << options.url << " as " << options.user << ".\n";
    return ExitCode::success;
}

ExitCode logout() {
    Credentials const credentials = readCredentials();
    if (!credentials.apiKey.empty()) {
        throw Failure(ExitCode::usage, "KONTOR_API_KEY is set: an API key has no session to end.");
    }
    // The file goes in any case: a session that the server no longer knows, or cannot be told about, ends by itself.
    removeCredentials();
    Client client(credentials);
    Answer const answer = client.send("DELETE", "/api/v1/session");
    if (answer.status >= 400 && answer.status != 401) throw failureOf(answer);
    return ExitCode::success;
}

/// Switches the terminal's echo off while it lives.
class SilentTerminal {
  public:
    SilentTerminal() : active_(::tcgetattr(STDIN_FILENO, &before_) == 0) {
        if (!active_) return;
        termios silent = before_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
    }
    ~SilentTerminal() {
        if (active_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
    }
    SilentTerminal(const SilentTerminal &) = delete;
    SilentTerminal &operator=(const SilentTerminal &) = delete;

  private:
    termios before_{};
    bool active_;
};

}  // namespace

std::string readSecret(const std::string &prompt) {
    std::string secret;
    if (::isatty(STDIN_FILENO) != 0) {
        SilentTerminal const silent;
        secret = readLine(prompt);
        std::cerr << '\n';
    } else {
        std::getline(std::cin, secret);
    }
    if (secret.empty()) throw Failure(ExitCode::usage, "The password is empty.");
    return secret;
}

void addSessionCommands(CLI::App &app, Plan &plan) {
    auto options = std::make_shared<LoginOptions>();
    auto *const command = app.add_subcommand("login", "Sign in and remember the session");
    command->add_option("url", options->url, "Address of the server, such as https://crm.example.com")
        ->envname("KONTOR_URL");
    command->add_option("--user", options->user, "User name")->envname("KONTOR_USER");
    command->add_option("--totp", options->totp, "One-time password, for users who have enrolled");
    command->add_flag("--password-stdin", options->passwordFromInput, "Read the password from standard input");
    command->callback([&plan, options] { plan.action = [options] { return login(*options); }; });

    auto *const end = app.add_subcommand("logout", "End the session");
    end->callback([&plan] { plan.action = [] { return logout(); }; });
}

}  // namespace kontor::cli
