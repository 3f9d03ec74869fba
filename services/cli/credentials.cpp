#include "services/cli/client.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace kontor::cli {

namespace {

std::string environment(const char *name) {
    const char *const value = std::getenv(name);
    return value != nullptr ? value : "";
}

std::string withoutTrailingSlash(std::string url) {
    while (!url.empty() && url.back() == '/') url.pop_back();
    return url;
}

}  // namespace

std::string credentialsFile() {
    if (std::string const folder = environment("XDG_CONFIG_HOME"); !folder.empty()) {
        return folder + "/kontor/credentials";
    }
    std::string const home = environment("HOME");
    if (home.empty()) throw Failure(ExitCode::usage, "Neither HOME nor XDG_CONFIG_HOME is set.");
    return home + "/.config/kontor/credentials";
}

Credentials readCredentials() {
    Credentials credentials;
    credentials.apiKey = environment("KONTOR_API_KEY");
    credentials.url = withoutTrailingSlash(environment("KONTOR_URL"));
    if (!credentials.apiKey.empty()) {
        if (credentials.url.empty()) throw Failure(ExitCode::usage, "KONTOR_API_KEY is set, but KONTOR_URL is not.");
        return credentials;
    }
    std::ifstream file(credentialsFile());
    if (!file) {
        throw Failure(ExitCode::notAllowed,
                      "Not signed in. Use `kontor login URL`, or set KONTOR_URL and KONTOR_API_KEY.");
    }
    std::string const text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    boost::system::error_code problem;
    boost::json::value const value = boost::json::parse(text, problem);
    const auto *const stored = problem ? nullptr : value.if_object();
    if (stored == nullptr) {
        throw Failure(ExitCode::notAllowed, credentialsFile() + " is damaged. Sign in again with `kontor login`.");
    }
    auto const member = [&](const char *name) -> std::string {
        const auto *const found = stored->if_contains(name);
        return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
    };
    // The tokens belong to the server that gave them: another one must not see them.
    if (!credentials.url.empty() && credentials.url != member("url")) {
        throw Failure(ExitCode::notAllowed, "Not signed in at " + credentials.url + " (but at " + member("url") + ").");
    }
    credentials.url = member("url");
    credentials.user = member("user");
    credentials.accessToken = member("accessToken");
    credentials.refreshToken = member("refreshToken");
    return credentials;
}

void writeCredentials(const Credentials &credentials) {
    std::string const path = credentialsFile();
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::string const temporary = path + ".new";
    ::unlink(temporary.c_str());
    int const file = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    std::string const text = boost::json::serialize(boost::json::object{{"url", credentials.url},
                                                                        {"user", credentials.user},
                                                                        {"accessToken", credentials.accessToken},
                                                                        {"refreshToken", credentials.refreshToken}}) +
                             '\n';
    bool const written = file >= 0 && ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    if (file >= 0) ::close(file);
    if (!written || std::rename(temporary.c_str(), path.c_str()) != 0) {
        throw Failure(ExitCode::usage, "Cannot write " + path + ": " + std::strerror(errno));
    }
}

void removeCredentials() { std::filesystem::remove(credentialsFile()); }

}  // namespace kontor::cli
